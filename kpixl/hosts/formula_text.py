"""The pieces of a formula's text: enough to exchange references, not to calculate.

Only spellings that stand in workbook files are known: A1 references, commas, English
function names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from kpixl.address import LAST_COLUMN, LAST_ROW, column_number
from kpixl.grid import Area

PieceKind: TypeAlias = Literal["text", "error", "function", "area", "name", "number", "other"]

_PIECE = re.compile(
    r"""
      (?P<text>"(?:[^"]|"")*")
    | (?P<error>\#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A))
    | (?P<function>(?:(?:'(?:[^']|'')+'|\[\d+\]|[^\W\d][\w.]*)!)?[^\W\d][\w.]*\()
    | (?P<area>
        (?:(?P<sheet>'(?:[^']|'')+'|[^\W\d][\w.]*)!)?
        (?: \$?(?P<c1>[A-Z]{1,3})\$?(?P<r1>[1-9]\d{0,6})
            (?: : \$?(?P<c2>[A-Z]{1,3})\$?(?P<r2>[1-9]\d{0,6}) )?
          | \$?(?P<c3>[A-Z]{1,3}) : \$?(?P<c4>[A-Z]{1,3})
          | \$?(?P<r3>[1-9]\d{0,6}) : \$?(?P<r4>[1-9]\d{0,6})
        )(?![\w.(!])
      )
    | (?P<number>(?:\d+\.?\d*|\.\d+)(?:E[+-]?\d+)?)
    | (?P<name>(?:(?:'(?:[^']|'')+'|[^\W\d][\w.]*)!)?[^\W\d][\w.?]*)
    | (?P<other>.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_PREFIX = re.compile(r"^(?:_xlfn\.|_xlws\.|_xludf\.|_xll\.)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece; `sheet` and `area` of a reference, sheet None where none is written.

    `name` of a function is its plain name: without the add-in's file, without the
    prefixes that a file puts before newer and foreign functions.
    """

    kind: PieceKind
    text: str
    sheet: str | None = None
    area: Area | None = None
    name: str = ""


def pieces(formula: str) -> Iterator[Piece]:
    """The pieces of a formula, in order; together they are its text without the "=".

    >>> [(p.kind, p.name or p.text) for p in pieces("=_xll.KPISCORE(A1,'2015 表'!$B$2)")]
    [('function', 'KPISCORE'), ('area', 'A1'), ('other', ','), ('area', "'2015 表'!$B$2"), ('other', ')')]
    """
    for match in _PIECE.finditer(formula.removeprefix("=")):
        kind = _KINDS[match.lastgroup or "other"]  # the outermost group closes last
        text = match[0]
        if kind == "area":
            area = _area(match)
            if area is None:
                yield Piece("name", text)
            else:
                yield Piece("area", text, _sheet(match["sheet"]), area)
        elif kind == "function":
            bare = text[:-1].rpartition("!")[2]
            yield Piece("function", text, name=_PREFIX.sub("", bare).upper())
        else:
            yield Piece(kind, text)


_KINDS: dict[str, PieceKind] = {
    "text": "text", "error": "error", "function": "function", "area": "area",
    "name": "name", "number": "number", "other": "other",
}  # fmt: skip


def _sheet(text: str | None) -> str | None:
    if text is not None and text.startswith("'"):
        return text[1:-1].replace("''", "'")
    return text


def _area(match: re.Match[str]) -> Area | None:
    """The rectangle of a reference; None for what only looks like one (ABC9999999)."""
    if match["c1"]:
        rows = [int(match["r1"]), int(match["r2"] or match["r1"])]
        columns = [column_number(match["c1"]), column_number(match["c2"] or match["c1"])]
    elif match["c3"]:
        rows = [1, LAST_ROW]
        columns = [column_number(match["c3"]), column_number(match["c4"])]
    else:
        rows, columns = [int(match["r3"]), int(match["r4"])], [1, LAST_COLUMN]
    if max(rows) > LAST_ROW or max(columns) > LAST_COLUMN:
        return None
    return Area(min(rows), min(columns), max(rows), max(columns))

"""Worksheet parts in the spelling that spreadsheet programs write.

An XML parser that reports every element takes longer than all other reading together.
Excel, WPS, LibreOffice and the usual libraries spell a cell in one way, which a pattern
knows; a part in which anything at all is spelled otherwise is left to the parser.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from kpixl.address import column_number
from kpixl.grid import Spot

_PROLOG = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^<>?]*\?>)?\s*<([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)[\s/>]"
)
_OTHER_ENCODING = re.compile(rb"""<\?xml[^<>?]*encoding\s*=\s*["'](?!utf-?8["'])""", re.IGNORECASE)

_START, _END = "<sheetData>", "</sheetData>"
_ADDRESS = r'<c r="([A-Z]{1,3}[1-9][0-9]{0,6})"'
_OPENING = _ADDRESS + r'(?: s="([0-9]+)")?(?: t="([A-Za-z]+)")?'
_QUICK = re.compile(_ADDRESS)  # a list of single texts is made much quicker
_NO_DIGITS = dict.fromkeys(map(ord, "0123456789"))
_NO_LETTERS = dict.fromkeys(map(ord, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
# The whole cell, address, style, type, attributes of the formula, the formula.
_CELL = re.compile(
    "("
    + _OPENING
    + "(?:/>|>"
    + "(?:<f(?: ([^<>]*?))?(?:/>|>([^<]*)</f>))?"
    + "(?:<v>[^<]*</v>|<v/>|<is><t(?: [^<>]*)?>[^<]*</t></is>)?"
    + "</c>))"
)
_ROW = re.compile("<row(?: [^<>]*)?>")
_PREFIXED = re.compile(r"<[^\s/>:]*:")
_ATTRIBUTE = re.compile(r'\s([A-Za-z][\w:.-]*)="([^"<>&]*)"')


def root_of(head: bytes) -> str | None:
    """The name of the root element; None where something else comes first, or another encoding.

    After a root there can be no DOCTYPE any more.

    >>> root_of(b'<?xml version="1.0"?><worksheet xmlns="x">'), root_of(b"<!DOCTYPE x><x/>")
    ('worksheet', None)
    """
    match = _PROLOG.match(head)
    if match is None or _OTHER_ENCODING.match(head.removeprefix(b"\xef\xbb\xbf").lstrip()):
        return None
    return match[1].decode()


@lru_cache(maxsize=1 << 16)  # forms of one kind have the same addresses
def spot_of(reference: str) -> Spot:
    """Row and column of an address as cells have it; far outside the grid too.

    >>> spot_of("B3")
    (3, 2)
    """
    letters = reference.rstrip("0123456789")
    return int(reference[len(letters) :]), column_number(letters)


class Cells(NamedTuple):
    """Cells, each with its whole text, place, style, type, the attributes of its formula, and that."""

    texts: tuple[str, ...] = ()
    spots: tuple[Spot, ...] = ()
    styles: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    formulas: tuple[str, ...] = ()


_NO_CELLS = Cells()


@dataclass(frozen=True, slots=True)
class PlainSheet:
    """A worksheet part in the usual spelling.

    `rest` is the part without its rows, still well-formed.  `has_errors` is also true where
    something only looks like an error value.  `height` and `width` are those
    of all cells that are written down, blank ones too.  `cells` and `rows` are empty unless they
    were asked for; of a row there are its attributes, as a text that `attributes_of` reads.
    """

    rest: str
    height: int
    width: int
    has_errors: bool
    cells: Cells = _NO_CELLS
    rows: tuple[str, ...] = ()


def plain_sheet(data: bytes, *, cells: bool) -> PlainSheet | None:
    """A worksheet part, if all of it is in the usual spelling; None leaves it to a parser.

    >>> part = b'<worksheet><sheetData><row r="2"><c r="B2" t="e"><v>#N/A</v></c></row>'
    >>> plain_sheet(part + b"</sheetData></worksheet>", cells=False)
    PlainSheet(rest='<worksheet><sheetData></sheetData></worksheet>', height=2, width=2, \
has_errors=True, cells=Cells(texts=(), spots=(), styles=(), kinds=(), about=(), formulas=()), \
rows=())
    """
    if b"!" in data and b"<!" in data:
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    start, end = text.find(_START), text.rfind(_END)
    if start < 0 or end < start:
        return None
    start += len(_START)
    rest, inside = text[:start] + text[end:], text[start:end]
    if rest.count("sheetData") != 2:
        return None
    # Every element that may be a cell must be one that the pattern knows.
    if ":" in inside and _PREFIXED.search(inside):
        return None
    if not cells:
        quick = _QUICK.findall(inside)
        if len(quick) != inside.count("<c"):
            return None
        return _sheet(rest, quick, '"e"' in inside or "'e'" in inside)
    found = _CELL.findall(inside)
    if len(found) != inside.count("<c"):
        return None
    texts, references, *others = zip(*found, strict=True) if found else ((),) * len(Cells._fields)
    rows = _rows(inside, sum(map(len, texts)))
    if rows is None:
        return None
    kept = Cells(texts, tuple(map(spot_of, references)), *others)
    lines, columns = zip(*kept.spots, strict=True) if found else ((0,), (0,))
    return PlainSheet(rest, max(lines), max(columns), "e" in kept.kinds, kept, rows)


def _sheet(rest: str, references: list[str], has_errors: bool) -> PlainSheet:
    # There are far more addresses than rows and columns.
    line = " ".join(references)
    height = max(map(int, set(line.translate(_NO_LETTERS).split())), default=0)
    width = max(map(column_number, set(line.translate(_NO_DIGITS).split())), default=0)
    return PlainSheet(rest, height, width, has_errors)


def _rows(inside: str, length_of_cells: int) -> tuple[str, ...] | None:
    """The attributes of each row; None if there is anything beside rows and cells."""
    tags = _ROW.findall(inside)
    closing = sum([not tag.endswith("/>") for tag in tags]) * len("</row>")
    if length_of_cells + sum(map(len, tags)) + closing != len(inside):
        return None
    rows = []
    for tag in tags:
        attributes = _row_attributes(tag)
        if attributes is None:
            return None
        rows.append(attributes)
    return tuple(rows)


@lru_cache(maxsize=1 << 12)
def _row_attributes(tag: str) -> str | None:
    text = tag[4:-1].removesuffix("/").rstrip()
    return None if attributes_of(text) is None else text


@lru_cache(maxsize=1 << 12)
def attributes_of(text: str) -> dict[str, str] | None:
    """The attributes of a tag; None if one is spelled unusually.

    >>> attributes_of(' t="shared" si="0"'), attributes_of(" t='shared'")
    ({'t': 'shared', 'si': '0'}, None)
    """
    found = _ATTRIBUTE.findall(text)
    if sum([len(name) + len(value) + 4 for name, value in found]) != len(text):
        return None
    return dict(found)


def tags_in(rest: str, names: Sequence[str]) -> list[tuple[str, dict[str, str]]] | None:
    """The elements of these names in well-formed XML without comments, with their attributes.

    Names and attributes are in the order of the text, names without their prefix; None leaves
    it to a parser.

    >>> tags_in('<x><a:col max="3"/><cols/><row r="1">text</row></x>', ("col", "row"))
    [('col', {'max': '3'}), ('row', {'r': '1'})]
    >>> tags_in("<x><col max='3'/></x>", ("col",)) is None
    True
    """
    if "<!" in rest or "<?" in rest[_LONGEST_MARK:]:
        return None
    found = []
    pattern = _tags_of(tuple(names), prefixed=_PREFIXED.search(rest) is not None)
    for name, text in pattern.findall(rest):
        attributes = attributes_of(text.removesuffix("/").rstrip())
        if attributes is None:
            return None
        found.append((name, attributes))
    return found


_LONGEST_MARK = 2  # a mark of the byte order, or nothing, stands before the prolog


@lru_cache(maxsize=8)
def _tags_of(names: tuple[str, ...], *, prefixed: bool) -> re.Pattern[str]:
    # In such XML nothing but a tag begins with "<".
    prefix = r"""(?:[^\s<>/:"']+:)?""" if prefixed else ""
    return re.compile(rf"""<{prefix}({"|".join(names)})((?:\s[^<>]*)?/?)>""")


_ENTITY = re.compile(r"&([^&;]*);?")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def unescaped(text: str) -> str:
    """The text that stands between two tags; raises KeyError or ValueError for an unknown entity.

    >>> unescaped("A1&amp;&quot;&#22810;&quot;")
    'A1&"多"'
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    name = match[1]
    if name.startswith("#x"):
        return chr(int(name[2:], 16))
    return chr(int(name[1:])) if name.startswith("#") else _ENTITIES[name]

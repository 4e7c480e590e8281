"""How far the filled cells of a workbook's parts reach, and whether their XML is sound.

A part is walked in pieces and never held as a tree: what it says of itself is not believed.
"""

from __future__ import annotations

import re
import xml.parsers.expat
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import IO, TypeAlias

from kpixl.address import LAST_COLUMN, LAST_ROW, a1, column_number
from kpixl.hosts.verdicts import refused

# A reader keeps every cell of the rectangle; five million blanks are the price of one stray cell.
MOST_CELLS, MOST_BLANKS = 12_000_000, 5_000_000


class Reach:
    """How far the filled cells of the sheet at hand reach; `done` holds those before it."""

    __slots__ = (
        "active", "column", "columns", "done", "errors", "filled", "name", "quiet", "row", "rows", "times",
        "worksheet",
    )  # fmt: skip

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.rows = self.columns = self.filled = 0
        self.row = self.column = 0
        self.times = 1  # how often an .ods repeats the row at hand
        self.errors = False
        self.worksheet = False
        self.quiet = False  # nobody wants to hear of further elements
        self.done: list[Reach] = []
        self.active: set[str] = set()


class _RootSeen(Exception):
    """The rest of a part needs no look."""


class _Outside(Exception):
    """A cell beyond the grid."""


Handler: TypeAlias = Callable[[Reach], Callable[[str, dict[str, str]], None]]


def scan_part(
    path: Path,
    name: str,
    head: bytes,
    stream: IO[bytes],
    handler: Handler,
    *,
    prefixes_matter: bool = False,
) -> Reach:
    """Walk a part, in pieces; its declared size is checked by reading to its end.

    Raises UnusableFile for a DOCTYPE in any part, and for a worksheet that is no sound XML or
    has cells outside the grid.
    """
    reach = Reach()
    parser = xml.parsers.expat.ParserCreate(namespace_separator=":" if prefixes_matter else None)
    parser.StartElementHandler = handler(reach)

    def refuse_doctype(*_: object) -> None:
        raise refused(path, "doctype", name)

    parser.StartDoctypeDeclHandler = refuse_doctype
    parsing, piece = True, head
    while piece:
        if parsing:
            try:
                parser.Parse(piece, False)
                if reach.quiet:
                    parser.StartElementHandler = None
            except _RootSeen:
                parsing = False
            except _Outside as error:
                raise refused(path, "outside", error) from error
            except xml.parsers.expat.ExpatError as error:
                if reach.worksheet:
                    raise refused(path, "damaged", f"{name} 第 {error.lineno} 行") from error
                parsing = False  # whether it matters is for the reader of that part to say
        piece = stream.read(1 << 16)
    if parsing and reach.worksheet:
        try:
            parser.Parse(b"", True)
        except xml.parsers.expat.ExpatError as error:
            raise refused(path, "damaged", name) from error
    return reach


def only_the_prolog(_: Reach) -> Callable[[str, dict[str, str]], None]:
    """Only what stands before the first element, where a DOCTYPE would."""

    def on_start(name: str, attributes: dict[str, str]) -> None:
        raise _RootSeen

    return on_start


_REFERENCE = re.compile(r"([A-Za-z]+)([0-9]+)")


@lru_cache(maxsize=1 << 16)  # forms of one kind have the same addresses
def _place(reference: str) -> tuple[int, int]:
    """Row and column; outside the grid for an absurd address and for what is none."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return 0, 0
    letters, digits = match.groups()
    if len(digits) > 7 or len(letters) > 3:
        return LAST_ROW + 1, LAST_COLUMN + 1
    return int(digits), column_number(letters)


def cells_of_ooxml(reach: Reach) -> Callable[[str, dict[str, str]], None]:
    """The cells of a worksheet part; any other part is left after its root."""
    root = True

    def on_start(name: str, attributes: dict[str, str]) -> None:
        nonlocal root
        if ":" in name:
            name = name.rsplit(":", 1)[1]
        if name == "c":
            reference = attributes.get("r")
            if reference is None:
                reach.column += 1
            else:
                reach.row, reach.column = _place(reference)
            if not (0 < reach.row <= LAST_ROW and 0 < reach.column <= LAST_COLUMN):
                raise _Outside(reference or f"第 {reach.row} 行")
            if attributes.get("t") == "e":
                reach.errors = True
        elif name in ("v", "is"):
            reach.filled += 1
            if reach.row > reach.rows:
                reach.rows = reach.row
            if reach.column > reach.columns:
                reach.columns = reach.column
        elif name == "row":
            number = attributes.get("r", "")
            if number.isdecimal():
                if len(number) > 7 or int(number) > LAST_ROW:
                    raise _Outside(f"第 {number} 行")
                reach.row = int(number)
            else:
                reach.row += 1
            reach.column = 0
        elif root:
            root = False
            if name != "worksheet":
                raise _RootSeen
            reach.worksheet = True

    return on_start


def only_the_shape(reach: Reach) -> Callable[[str, dict[str, str]], None]:
    """Only whether a worksheet is sound XML: what is in its cells concerns nobody."""

    def on_start(name: str, attributes: dict[str, str]) -> None:
        if not reach.quiet and name.rpartition(":")[2] != "worksheet":
            raise _RootSeen
        reach.worksheet = reach.quiet = True

    return on_start


_ODS_LINKS = {
    "table:table-source": "links",
    "table:cell-range-source": "links",
    "table:dde-link": "dde",
    "office:dde-source": "dde",
}


def cells_of_ods(reach: Reach) -> Callable[[str, dict[str, str]], None]:
    """The cells of the content of an .ods, table by table, and what links it has."""
    reach.worksheet = True

    def times(attributes: dict[str, str], name: str, most: int) -> int:
        text = attributes.get(name, "1")
        if not text.isdecimal() or len(text) > 7 or int(text) > most:
            raise _Outside(f"{name}={text}")
        return int(text)

    def on_start(name: str, attributes: dict[str, str]) -> None:
        if name in ("table:table-cell", "table:covered-table-cell"):
            columns = times(attributes, "table:number-columns-repeated", LAST_COLUMN)
            reach.column += columns
            if "table:formula" in attributes and "file:" in attributes["table:formula"]:
                reach.active.add("links")
            if "office:value-type" in attributes or "table:formula" in attributes:
                reach.filled += columns * reach.times
                reach.rows = max(reach.rows, reach.row)
                reach.columns = max(reach.columns, reach.column)
        elif name == "table:table-row":
            rows = times(attributes, "table:number-rows-repeated", LAST_ROW)
            reach.row += rows
            reach.column, reach.times = 0, rows
        elif name in _ODS_LINKS:
            reach.active.add(_ODS_LINKS[name])
        elif name == "table:table":
            done = Reach(reach.name)
            done.rows, done.columns, done.filled = reach.rows, reach.columns, reach.filled
            reach.done.append(done)
            reach.name = attributes.get("table:name", "")
            reach.rows = reach.columns = reach.filled = reach.row = reach.column = 0

    return on_start


class Budget:
    """How many cells the workbook as a whole may still have."""

    def __init__(
        self, path: Path, naming: Callable[[str], str] = str, *, endless: bool = False
    ) -> None:
        self._path, self._naming, self._left = path, naming, MOST_CELLS
        self._endless = endless

    def take(self, sheet: str, rows: int, columns: int, filled: int) -> None:
        """Count a sheet; raises UnusableFile if its rectangle is absurd for what it holds."""
        if self._endless or not rows or not columns:
            return
        laid_out = rows * columns
        self._left -= laid_out
        if laid_out - filled <= MOST_BLANKS and self._left >= 0:
            return
        last = a1(min(rows, LAST_ROW), min(columns, LAST_COLUMN))
        where = f"工作表“{self._naming(sheet)}”的数据一直到 {last}"
        if laid_out - filled > MOST_BLANKS:
            raise refused(self._path, "sparse", where)
        raise refused(self._path, "crowded", f"{where},全部工作表超过 {MOST_CELLS} 个单元格")

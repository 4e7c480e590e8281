"""Copies of returned forms with marks on them.

A copy of an .xlsx or .xlsm is the same file with marks put in.  Other formats can't be
changed in their parts: of them the copy is a new .xlsx that shows the same values in the
same cells.
"""

from __future__ import annotations

import io
import posixpath
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import ceil
from pathlib import Path

from kpixl.errors import UnusableFile, UnwritableFile
from kpixl.grid import Area, CellError, Scalar, Sheet, Snapshot, Spot
from kpixl.host import MarkCells, Page, Patch, PutSheet, SheetSpec, Style
from kpixl.hosts import files_edit
from kpixl.hosts.files_parts import Package
from kpixl.hosts.files_read import read
from kpixl.hosts.files_write import workbook_bytes
from kpixl.hosts.patching import ERROR_CODES, LONGEST_TEXT, same_name
from kpixl.hosts.safewrite import refuse_unwritable, replacing
from kpixl.hosts.sniff import Sniffed, sniff

_SUFFIXES = {
    "sheet.macroEnabled.main": ".xlsm",
    "template.main": ".xltx",
    "template.macroEnabled.main": ".xltm",
    "addin.macroEnabled.main": ".xlam",
}
_WORKBOOKS = frozenset(
    (".xls", ".et", ".ett", ".xlt", ".xlsb", ".ods", ".ots", ".xlsx", *_SUFFIXES.values())
)
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]|^'|'$")
_LONGEST_NAME = 31
# Of columns, in characters.
_NARROWEST, _USUAL, _WIDEST, _MARGIN = 6, 8.43, 36, 2
# Of rows, in points.
_LINE, _PADDING, _HIGHEST = 16.5, 3, 400
_SHORT = 4  # a text of so many characters is a heading, a unit or an answer
_MOST_CELLS = 100_000  # of a table whose blank cells get borders
_PORTRAIT = 92  # columns of so many characters still print on an upright page
_FIRST_YEAR = 1900  # no .xlsx can hold a day before


def annotate(
    source: str | Path, target: str | Path, patch: Patch, *, book: Snapshot | None = None
) -> Path:
    """Write a copy of the workbook `source` with the marks of a patch, and give its path.

    The path is `target` with the suffix that fits: a copy of .xlsx or .xlsm keeps every part
    of it, a copy of any other format is a new .xlsx with its values, number formats, merged
    areas and hidden rows and columns.
    `book` is `source` as it was read before.  A signature is not asked for, because the
    signed file stays as it is.  Raises UnusableFile, and UnwritableFile with nothing written.
    """
    file = _opened(source)
    target = Path(target)
    if file.kind == "xlsx":
        data, suffix = file.data, _suffix(file)
    else:
        sheets, names = _sheets(book or read(source))
        data = workbook_bytes(Patch(tuple(map(PutSheet, sheets))), source)
        patch, suffix = _renamed(patch, names), ".xlsx"
    stem = target.stem if target.suffix.lower() in _WORKBOOKS else target.name
    path = target.with_name(stem + suffix)
    refuse_unwritable(path)
    stream = io.BytesIO()
    files_edit.edit(data, patch, stream, source, void_signature=True)
    with replacing(path) as out:
        out.write(stream.getbuffer())
    return path


def _opened(source: str | Path) -> Sniffed:
    """The file, unless it has a password: who set it does not want a copy without."""
    try:
        file = sniff(source, in_place=True)
    except UnusableFile as error:
        if error.verdict != "encrypted":
            raise
        file = None
    if file is None or file.encrypted:
        raise UnwritableFile(
            source, "文件有打开密码,副本就没有密码了", "请先取消打开密码后另存,再试。"
        )
    return file


def _suffix(file: Sniffed) -> str:
    """The suffix under which spreadsheet programs open a package of this kind."""
    package = Package(file.data)
    types = package.tree("[Content_Types].xml")
    part = "/" + package.workbook
    extension = posixpath.splitext(part)[1].removeprefix(".").lower()
    kind = next((e.get("ContentType") for e in types if e.get("PartName") == part), None)
    if kind is None:
        kind = next(
            (
                e.get("ContentType")
                for e in types
                if (e.get("Extension") or "").lower() == extension
            ),
            "",
        )
    return next((s for end, s in _SUFFIXES.items() if f".{end}+" in kind), ".xlsx")


# -- a new workbook of what was read ---------------------------------------------------


def _sheets(book: Snapshot) -> tuple[list[SheetSpec], dict[str, str]]:
    """The sheets of a snapshot as ours, and what each is called in an .xlsx."""
    names: dict[str, str] = {}
    for sheet in book.sheets:
        names[sheet.name] = _free_name(sheet.name, list(names.values()))
    specs = [replace(_spec(sheet), name=names[sheet.name]) for sheet in book.sheets]
    if specs and all(spec.hidden for spec in specs):
        specs[0] = replace(specs[0], hidden=False)
    return specs, names


def _free_name(name: str, taken: Sequence[str]) -> str:
    plain = _NOT_IN_SHEET_NAMES.sub("_", name).strip() or "表"
    plain = "History_" if plain.casefold() == "history" else plain
    number, tail = 1, ""
    while True:
        head = plain[: _LONGEST_NAME - len(tail)]
        while len(head.encode("utf-16-le")) // 2 + len(tail) > _LONGEST_NAME:
            head = head[:-1]
        wanted = head + tail
        if not any(same_name(wanted, other) for other in taken):
            return wanted
        number += 1
        tail = f"({number})"


def _renamed(patch: Patch, names: Mapping[str, str]) -> Patch:
    """The patch for sheets under their new names."""
    changes = tuple(
        replace(change, sheet=names.get(change.sheet, change.sheet))
        if isinstance(change, MarkCells)
        else change
        for change in patch.changes
    )
    return replace(patch, changes=changes)


def _spec(sheet: Sheet) -> SheetSpec:
    values = {(row, column): _held(value) for row, column, value in sheet.filled()}
    for area in sheet.merged:
        hidden = [s for s in values if s in area and s != (area.top, area.left)]
        for spot in hidden:
            del values[spot]
    areas = {(area.top, area.left): area for area in sheet.merged}
    widths = _widths(values, areas)
    return SheetSpec(
        name=sheet.name,
        cells=values,
        styles={
            spot: _style(values.get(spot), sheet.formats.get(spot, ""), title=spot == (1, 1))
            for spot in values.keys() | areas.keys() | _gaps(values)
        },
        widths=widths | dict.fromkeys(sheet.hidden_columns, 0),
        heights=_heights(values, areas, widths) | dict.fromkeys(sheet.hidden_rows, 0),
        merged=sheet.merged,
        page=Page(landscape=sum(widths.values()) > _PORTRAIT),
        hidden=sheet.hidden,
    )


def _gaps(values: Mapping[Spot, Scalar]) -> set[Spot]:
    """The cells of a table's rows, blank ones too, so that the table looks like one."""
    rows: dict[int, int] = {}
    for row, _ in values:
        rows[row] = rows.get(row, 0) + 1
    last = max((column for _, column in values), default=0)
    table = [row for row, filled in rows.items() if filled > 1]
    if last * len(table) > _MOST_CELLS:
        return set()
    return {(row, column) for row in table for column in range(1, last + 1)}


def _held(value: Scalar) -> Scalar:
    """A value as an .xlsx can hold it."""
    if isinstance(value, CellError) and value.code not in ERROR_CODES:
        return value.code
    if isinstance(value, date) and value.year < _FIRST_YEAR:
        return value.isoformat()
    if isinstance(value, str) and len(value) > LONGEST_TEXT // 2:
        return value[: LONGEST_TEXT // 2]
    return value


def _style(value: Scalar, number_format: str, *, title: bool) -> Style:
    short = isinstance(value, str) and len(value) <= _SHORT
    return Style(
        bold=title,
        size=14 if title else 11,
        border=True,
        align="center" if short or title else "general",
        wrap=isinstance(value, str),
        number_format=number_format or "General",
    )


def _widths(values: Mapping[Spot, Scalar], areas: Mapping[Spot, Area]) -> dict[int, float]:
    """Columns as wide as what they hold asks for; titles over several columns do not count."""
    widths: dict[int, float] = {}
    for spot, value in values.items():
        if spot in areas and areas[spot].right > areas[spot].left:
            continue
        longest = max(map(_columns, _shown(value).split("\n")))
        column = spot[1]
        widths[column] = max(widths.get(column, _NARROWEST), min(longest + _MARGIN, _WIDEST))
    return widths


def _heights(
    values: Mapping[Spot, Scalar], areas: Mapping[Spot, Area], widths: Mapping[int, float]
) -> dict[int, float]:
    """Rows as high as their texts ask for: not every program finds that out by itself."""
    heights: dict[int, float] = {row: _LINE + _PADDING for row, _ in values}
    tall: list[tuple[Area, float]] = []
    for (row, column), value in values.items():
        area = areas.get((row, column), Area(row, column, row, column))
        room = sum(widths.get(c, _USUAL) for c in range(area.left, area.right + 1)) - _MARGIN / 2
        lines = sum(max(1, ceil(_columns(part) / room)) for part in _shown(value).split("\n"))
        wanted = min(lines * _LINE + _PADDING, _HIGHEST)
        if area.bottom == area.top:
            heights[row] = max(heights[row], wanted)
        else:
            tall.append((area, wanted))
    for area, wanted in tall:
        rows = range(area.top, area.bottom + 1)
        lacking = wanted - sum(heights.get(row, _LINE) for row in rows)
        if lacking > 0:
            for row in rows:
                heights[row] = heights.get(row, _LINE) + lacking / len(rows)
    return heights


def _shown(value: Scalar) -> str:
    return value if isinstance(value, str) else f"{value}"[:12]


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)

"""Reading a workbook file into a Snapshot: values, and what stands around them.

Values come from python-calamine, which is fast and knows five formats; it shows an
error value as a blank and tells nothing of formulas and formats, so those are read
beside it, from the very same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from kpixl import log
from kpixl.grid import Area, CellError, Scalar, Sheet, Snapshot, Source, Spot
from kpixl.hosts import biff, ole
from kpixl.hosts.patching import dense, normal
from kpixl.hosts.sniff import Sniffed, sniff
from kpixl.hosts.verdicts import refused

_FAR = 1_000_000

Rows = tuple[tuple[Scalar, ...], ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """A worksheet as the value reader gives it.

    `ranges` are the ends of merged areas, counted from 0: most are told by somebody else too.
    """

    name: str
    rows: Rows
    hidden: bool
    ranges: Sequence[tuple[Spot, Spot]]

    @property
    def merged(self) -> tuple[Area, ...]:
        return tuple(
            Area(top + 1, left + 1, bottom + 1, right + 1)
            for (top, left), (bottom, right) in self.ranges
            if (top, left) != (bottom, right)
        )

    @property
    def reach(self) -> tuple[int, int]:
        return len(self.rows), max(map(len, self.rows), default=0)


def read(path: str | Path, *, structure: bool = True, passwords: Sequence[str] = ()) -> Snapshot:
    """The workbook of a file, .xlsx .xlsm .xls .et .xlsb or .ods, told by its content.

    With `structure`, formulas, number formats, locks, hidden rows and columns come
    too: all of them for .xlsx, .xlsm and .ods; formats, locks and hidden rows but no
    formulas for .xls; none for .xlsb.  Marks and names are read for .xlsx, .xlsm and
    .ods.  An encrypted workbook needs one of `passwords`.  Raises UnusableFile; the file
    is only read.
    """
    file = sniff(path, passwords=passwords, structure=structure)
    try:
        return _snapshot(file, structure=structure)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        IndexError,
        StopIteration,
        ValueError,
        SyntaxError,  # lxml's errors are of this class
        ole.DamagedContainer,
        RecursionError,
        UnicodeError,
    ) as error:
        raise refused(path, "damaged", type(error).__name__) from error


def _snapshot(file: Sniffed, *, structure: bool) -> Snapshot:
    reads, macro_sheets = _values(file)
    active = file.active if not macro_sheets or "xlm" in file.active else ("xlm", *file.active)
    marks: Mapping[str, str] = {}
    names: Mapping[str, str] = {}
    own: Mapping[str, str] = {}
    if file.kind == "xlsx":
        sheets, names, marks, own = _with_ooxml(file, reads, structure=structure)
    elif file.kind == "ods":
        sheets, names, marks = _with_ods(file, reads, structure=structure)
    elif file.kind == "xls":
        sheets = _with_xls(file, reads, structure=structure)
    else:
        sheets, marks = _with_xlsb(file, reads)
    if structure and "dde" not in active and any(map(_calls_a_program, sheets)):
        active = (*active, "dde")
    return Snapshot(
        source=Source(file.path.name, file.sha256),
        sheets=tuple(sheets),
        names=names,
        marks=marks,
        has_macros=bool({"vba", "xlm"} & set(active)),
        active=active,
        own=own,
    )


_DDE = re.compile(r"(?:^=|[-+*/^&=<>(,;{ ])(?:'[^'|]+\||[A-Za-z_][\w.]*\|)|\bDDE\(", re.IGNORECASE)
_QUOTED = re.compile('"[^"]*"')


def _calls_a_program(sheet: Sheet) -> bool:
    """Whether a formula is a link to a program, such as =cmd|'/c …'!A0."""
    return any(
        _DDE.search(_QUOTED.sub('""', formula)) is not None
        for formula in sheet.formulas.values()
        if "|" in formula or "DDE(" in formula.upper()
    )


# -- values ------------------------------------------------------------------------


def _values(file: Sniffed) -> tuple[list[_Read], bool]:
    import python_calamine as calamine

    kinds = calamine.SheetTypeEnum
    hidden = calamine.SheetVisibleEnum.Visible
    has_times = False
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(file.data))
        reads, macro_sheets = [], False
        for index, meta in enumerate(book.sheets_metadata):
            macro_sheets |= meta.typ in (kinds.MacroSheet, kinds.Vba)
            if meta.typ != kinds.WorkSheet:
                continue
            sheet = book.get_sheet_by_index(index)
            rows, timed = _rows(sheet.to_python(skip_empty_area=False))
            has_times |= timed
            reads.append(
                _Read(
                    meta.name,
                    rows,
                    meta.visible != hidden,
                    sheet.merged_cell_ranges or (),
                )
            )
    except BaseException as error:
        # The reader is Rust: its assertions arrive as a class derived from BaseException.
        expected = (calamine.CalamineError, OSError, ArithmeticError, ValueError)
        panicked = type(error).__name__ == "PanicException"
        if not panicked and not isinstance(error, expected):
            raise
        if file.kind in ("xlsx", "ods"):
            log.event("values-cell-by-cell", sha256=file.sha256, level=log.WARNING)
            return _cell_by_cell(file), False
        raise refused(file.path, "unread", type(error).__name__) from error
    if file.kind == "xlsx" and has_times and _has_negatives(file):
        # Below zero there are no dates; the value reader makes 00:00 of -1 in a format of dates.
        return _cell_by_cell(file), macro_sheets
    return reads, macro_sheets


def _has_negatives(file: Sniffed) -> bool:
    assert file.package is not None
    for name in file.package.names:
        if _SHEET_PART.fullmatch(name):
            before = b""
            with file.package.open(name) as stream:
                while piece := stream.read(1 << 20):
                    if b"v>-" in before + piece:
                        return True
                    before = piece[-2:]
    return False


_SHEET_PART = re.compile(r".*sheets/[^/]+\.xml", re.IGNORECASE)


def _cell_by_cell(file: Sniffed) -> list[_Read]:
    from kpixl.hosts.files_ods import ods_values
    from kpixl.hosts.files_values import all_values
    from kpixl.hosts.files_xlsx import OoxmlBook

    if file.kind == "ods":
        return [_Read(name, dense(values), False, ()) for name, values in ods_values(file.data)]
    return [
        _Read(sheet.name, sheet.rows, sheet.hidden, tuple(map(_ends, sheet.merged)))
        for sheet in all_values(OoxmlBook(file.package or file.data))
    ]


def _ends(area: Area) -> tuple[Spot, Spot]:
    return (area.top - 1, area.left - 1), (area.bottom - 1, area.right - 1)


def _rows(rows: Sequence[list[Any]]) -> tuple[Rows, bool]:
    """The rows as cells hold them, and whether there is a time of day among them."""
    kinds = set(map(type, chain.from_iterable(rows)))
    if not kinds.isdisjoint(_TIMES):
        rows = [
            [_days(value) if type(value) is timedelta else normal(value) for value in row]
            for row in rows
        ]
    if str in kinds:
        rows = [
            [None if value == "" else value for value in row] if "" in row else row for row in rows
        ]
    return tuple(map(tuple, rows)), time in kinds


def _days(value: timedelta) -> float:
    return value / timedelta(days=1)


_TIMES = frozenset((datetime, timedelta))


def _overlaid(rows: Rows, values: Mapping[Spot, Scalar]) -> Rows:
    """Rows with some values replaced; grown where a value lies outside of them."""
    if not values:
        return rows
    grown = [list(row) for row in rows]
    for (row, column), value in values.items():
        while len(grown) < row:
            grown.append([])
        cells = grown[row - 1]
        if len(cells) < column:
            cells.extend([None] * (column - len(cells)))
        cells[column - 1] = value
    return tuple(map(tuple, grown))


def _clipped(areas: Iterable[Area], height: int, width: int) -> tuple[Area, ...]:
    """Merged areas; one that covers the sheet to its end is cut to where values reach."""
    return tuple(
        area
        if (area.bottom - area.top + 1) * (area.right - area.left + 1) <= _FAR
        else Area(
            area.top,
            area.left,
            max(area.top, min(area.bottom, height + 1)),
            max(area.left, min(area.right, width + 1)),
        )
        for area in areas
    )


def _joined(read_: _Read, sheet: Sheet, values: Mapping[Spot, Scalar]) -> Sheet:
    return replace(
        sheet,
        rows=_overlaid(read_.rows, values),
        hidden=read_.hidden or sheet.hidden,
        merged=_clipped(sheet.merged or read_.merged, *read_.reach),
    )


# -- what stands around them, by format ---------------------------------------------


def _with_ooxml(
    file: Sniffed, reads: list[_Read], *, structure: bool
) -> tuple[list[Sheet], dict[str, str], dict[str, str], dict[str, str]]:
    from kpixl.hosts.files_xlsx import OoxmlBook, Styles

    book = OoxmlBook(file.package or file.data)
    parts, names, own = book.sheets_and_names()
    styles = book.styles() if structure else Styles({}, frozenset())
    sheets = []
    for one in reads:
        bare = Sheet(name=one.name, rows=())
        part = parts.get(one.name)
        values: dict[Spot, Scalar] = {}
        if part is not None and (structure or part in file.error_parts):
            height, width = one.reach
            bare, values = book.surroundings(
                one.name,
                part,
                styles,
                height=height,
                width=width,
                structure=structure,
                plain=file.plain.get(part) if structure else None,
            )
        sheets.append(_joined(one, bare, values))
    return sheets, names, book.marks(), own


def _with_ods(
    file: Sniffed, reads: list[_Read], *, structure: bool
) -> tuple[list[Sheet], dict[str, str], dict[str, str]]:
    from kpixl.hosts.files_ods import read_ods

    book = read_ods(file.data, {r.name: r.reach for r in reads}, structure=structure)
    sheets = [
        _joined(one, *book.sheets.get(one.name, (Sheet(name=one.name, rows=()), {})))
        for one in reads
    ]
    return sheets, book.names, book.marks


def _with_xls(file: Sniffed, reads: list[_Read], *, structure: bool) -> list[Sheet]:
    from kpixl.hosts.files_xlsx import BUILTIN_FORMATS

    stream = ole.Compound(file.data).stream("Workbook", "Book") or b""
    book = biff.read_xls(stream)
    texts: list[str | None] = []
    for number, _ in book.cell_formats:
        text = book.number_formats.get(number, BUILTIN_FORMATS.get(number))
        texts.append(None if not text or text.lower() == "general" else text)
    sheets = []
    facts = book.sheets if len(book.sheets) == len(reads) else (biff.Cells(),) * len(reads)
    for one, cells in zip(reads, facts, strict=True):
        bare = Sheet(name=one.name, rows=())
        if structure:
            forms = {s: f for s, f in cells.formats.items() if f < len(texts)}
            bare = Sheet(
                name=one.name,
                rows=(),
                formats={s: text for s, f in forms.items() if (text := texts[f])},
                unlocked=frozenset(s for s, f in forms.items() if not book.cell_formats[f][1]),
                protected=cells.protected,
                hidden_rows=frozenset(cells.hidden_rows),
                hidden_columns=frozenset(cells.hidden_columns),
            )
        sheets.append(_joined(one, bare, _errors(cells)))
    return sheets


def _with_xlsb(file: Sniffed, reads: list[_Read]) -> tuple[list[Sheet], dict[str, str]]:
    from kpixl.hosts.files_xlsx import OoxmlBook

    book = OoxmlBook(file.package or file.data)
    parts = {
        name: book.links[link].target
        for name, link in biff.read_xlsb_sheet_names(book.part(book.workbook))
        if link in book.links
    }
    sheets = []
    for one in reads:
        part = parts.get(one.name)
        cells = biff.read_xlsb_sheet(book.part(part)) if part else biff.Cells()
        sheets.append(_joined(one, Sheet(name=one.name, rows=()), _errors(cells)))
    return sheets, book.marks()


def _errors(cells: biff.Cells) -> dict[Spot, Scalar]:
    return {spot: CellError(code) for spot, code in cells.errors.items()}

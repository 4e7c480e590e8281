"""Reading a workbook that is open in LibreOffice Calc, and the small tools of its interface.

The same code serves inside LibreOffice, where the extension runs it, and over a pipe,
where tests do.  A sheet is read in a handful of calls whatever its size; nothing is asked
cell by cell but what is rare (error values, merged areas, array formulas).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from kpixl.address import LAST_COLUMN, LAST_ROW
from kpixl.errors import UnusableFile
from kpixl.grid import Area, CellError, Scalar, Sheet, Snapshot, Source, Spot
from kpixl.hosts.calc_text import file_format, from_calc
from kpixl.hosts.patching import normal

_FORMULA, _ERROR = 16, 4  # com.sun.star.sheet.CellFlags, FormulaResult
_DATE, _TIME, _LOGICAL = 2, 4, 1024  # com.sun.star.util.NumberFormat
_MARGIN = 200  # styled blanks further out than this belong to no form
_REMOVABLE = 128  # com.sun.star.beans.PropertyAttribute
OWNED = "kpixl-sheets"  # custom properties that say which sheets are ours

ERRORS: Mapping[int, str] = {
    532: "#DIV/0!", 519: "#VALUE!", 524: "#REF!", 525: "#NAME?",
    503: "#NUM!", 521: "#NULL!", 32767: "#N/A",
}  # fmt: skip


def struct(kind: str) -> Any:
    """An empty structure of the program's interface."""
    import uno

    return uno.createUnoStruct(kind)


def values_of(settings: Mapping[str, Any]) -> tuple[Any, ...]:
    """Settings as the program's interface takes them."""
    found = []
    for name, value in settings.items():
        setting = struct("com.sun.star.beans.PropertyValue")
        setting.Name, setting.Value = name, value
        found.append(setting)
    return tuple(found)


def open_hidden(desktop: Any, path: str | Path) -> Any:
    """Open a file without a window, its macros switched off; raises UnusableFile."""
    path = Path(path)
    wanted = {"Hidden": True, "ReadOnly": True, "MacroExecutionMode": 0, "UpdateDocMode": 0}
    reason = "LibreOffice 打不开它"
    try:
        document = desktop.loadComponentFromURL(
            path.resolve().as_uri(), "_blank", 0, values_of(wanted)
        )
    except Exception as error:
        raise UnusableFile(path, reason, "请确认文件没有损坏、没有加密。") from error
    if document is None or not document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
        if document is not None:
            document.close(True)
        raise UnusableFile(path, reason, "请确认文件是工作簿,没有损坏、没有加密。")
    return document


def read_file(desktop: Any, path: str | Path) -> Snapshot:
    """The workbook of a file as Calc reads it; raises UnusableFile.

    The same values as `kpixl.hosts.files.read` gives, without the packages that it needs.
    """
    document = open_hidden(desktop, path)
    try:
        return read_document(document)
    finally:
        document.close(True)


# -- reading -----------------------------------------------------------------------------


def read_document(document: Any) -> Snapshot:
    """A document as values."""
    formats = _Formats(document)
    sheets = document.getSheets()
    names = document.getPropertyValue("NamedRanges")
    return Snapshot(
        source=_source(document),
        sheets=tuple(
            _Reader(sheets.getByIndex(i), formats).sheet() for i in range(sheets.getCount())
        ),
        names={
            name: from_calc(names.getByName(name).getContent()) for name in names.getElementNames()
        },
        marks={
            name: value
            for name, value in properties(document).items()
            if not name.startswith(OWNED)
        },
        has_macros=_has_macros(document),
    )


def properties(document: Any) -> dict[str, str]:
    """The custom document properties that are text, in the order of their names."""
    bag = document.getDocumentProperties().getUserDefinedProperties()
    found = {}
    for name in sorted(p.Name for p in bag.getPropertySetInfo().getProperties()):
        value = bag.getPropertyValue(name)
        if isinstance(value, str) and name != "AppVersion":  # what Calc keeps of the file's writer
            found[name] = value
    return found


def set_property(document: Any, name: str, text: str) -> None:
    """Set a custom document property, new or not."""
    bag = document.getDocumentProperties().getUserDefinedProperties()
    if bag.getPropertySetInfo().hasPropertyByName(name):
        bag.setPropertyValue(name, text)
    else:
        bag.addProperty(name, _REMOVABLE, text)


def path_of(document: Any) -> Path | None:
    """The file of a document; None where it was never saved, or lies on no disk."""
    parts = urlsplit(document.getURL())
    if parts.scheme != "file":
        return None
    return Path(url2pathname(parts.path))


def _source(document: Any) -> Source:
    """Name and digest; a document that was changed since it was read is no file any more."""
    path = path_of(document)
    if path is None:
        return Source(unquote(document.getTitle() or ""))
    if document.isModified():
        return Source(path.name)
    try:
        return Source(path.name, hashlib.sha256(path.read_bytes()).hexdigest())
    except OSError:
        return Source(path.name)


def _has_macros(document: Any) -> bool:
    libraries = document.getPropertyValue("BasicLibraries")
    for name in libraries.getElementNames():
        if libraries.isLibraryLoaded(name) and libraries.getByName(name).getElementNames():
            return True
        if not libraries.isLibraryLoaded(name):
            return True
    return False


def area_of(address: Any) -> Area:
    """A rectangle of Calc, which counts from 0, as ours."""
    return Area(
        address.StartRow + 1, address.StartColumn + 1, address.EndRow + 1, address.EndColumn + 1
    )


class _Formats:
    """Number formats of a document: their text and what they make of a number."""

    def __init__(self, document: Any) -> None:
        self._all = document.getNumberFormats()
        day = document.getPropertyValue("NullDate")
        self.zero = datetime(day.Year, day.Month, day.Day)
        self._known: dict[int, tuple[str, int]] = {}

    def __getitem__(self, key: int) -> tuple[str, int]:
        if key not in self._known:
            one = self._all.getByKey(key)
            code, kind = one.getPropertyValue("FormatString"), one.getPropertyValue("Type")
            if kind & _LOGICAL:
                code = "General"
            elif one.getPropertyValue("StandardFormat") and not kind & (_DATE | _TIME):
                code = "General" if key % 10_000 == 0 else code
            self._known[key] = file_format(code), kind
        return self._known[key]

    def moment(self, value: float, kind: int) -> Scalar:
        """A number as the date or time that its format shows."""
        days = int(value // 1)
        left = timedelta(seconds=round((value - days) * 86_400, 3))
        if value < 0 or days > 2_958_465:
            return value
        if kind & _TIME and days == 0 and left < timedelta(days=1):
            return (datetime.min + left).time()
        return normal(self.zero + timedelta(days=days) + left)


class _Reader:
    """One sheet of Calc into a Sheet of ours."""

    def __init__(self, sheet: Any, formats: _Formats) -> None:
        self._sheet, self._formats = sheet, formats
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        address = cursor.getRangeAddress()
        self._bottom, self._right = address.EndRow + 1, address.EndColumn + 1
        self._cells: list[list[Scalar]] = []
        self.formulas: dict[Spot, str] = {}
        self.arrays: list[Area] = []

    def sheet(self) -> Sheet:
        """The sheet, whole."""
        used = self._range(Area(1, 1, self._bottom, self._right))
        self._cells = [
            [value if value != "" else None for value in row] for row in used.getDataArray()
        ]
        self._formulas()
        formats: dict[Spot, str] = {}
        unlocked: set[Spot] = set()
        merged: list[Area] = []
        groups = self._sheet.getUniqueCellFormatRanges()
        for i in range(groups.getCount()):
            self._group(groups.getByIndex(i), formats, unlocked, merged)
        self._errors()
        hidden_rows, hidden_columns = self._hidden()
        rows = [_cut(row) for row in self._cells]
        while rows and not rows[-1]:
            rows.pop()
        return Sheet(
            name=self._sheet.getName(),
            rows=tuple(rows),
            formulas=self.formulas,
            formats=formats,
            merged=tuple(sorted(merged, key=lambda a: (a.top, a.left))),
            unlocked=frozenset(unlocked),
            protected=self._sheet.isProtected(),
            hidden=not self._sheet.getPropertyValue("IsVisible"),
            hidden_rows=hidden_rows,
            hidden_columns=hidden_columns,
            arrays=tuple(self.arrays),
        )

    def _range(self, area: Area) -> Any:
        return self._sheet.getCellRangeByPosition(
            area.left - 1, area.top - 1, area.right - 1, area.bottom - 1
        )

    def _formulas(self) -> None:
        covered: set[Spot] = set()
        for address in self._sheet.queryContentCells(_FORMULA).getRangeAddresses():
            area = area_of(address)
            for r, row in enumerate(self._range(area).getFormulaArray(), area.top):
                for c, text in enumerate(row, area.left):
                    if (r, c) in covered:
                        continue
                    if text.startswith("{="):
                        whole = self._array(r, c)
                        covered |= set(_spots(whole))
                        self.arrays.append(whole)
                        text = text[1:-1]
                    self.formulas[r, c] = plain_name(from_calc(text))

    def _array(self, row: int, column: int) -> Area:
        cell = self._sheet.getCellByPosition(column - 1, row - 1)
        cursor = self._sheet.createCursorByRange(cell)
        cursor.collapseToCurrentArray()
        return area_of(cursor.getRangeAddress())

    def _group(
        self, group: Any, formats: dict[Spot, str], unlocked: set[Spot], merged: list[Area]
    ) -> None:
        """Cells that look alike: what their number format makes of them, and their lock."""
        text, kind = self._formats[group.getPropertyValue("NumberFormat")]
        locked = group.getPropertyValue("CellProtection").IsLocked
        first = group.getByIndex(0)
        is_merged = first.getIsMerged()
        special = bool(kind & (_DATE | _TIME | _LOGICAL)) and not kind & 0x100
        if text == "General" and locked and not special and not is_merged:
            return
        for address in group.getRangeAddresses():
            area = area_of(address)
            if is_merged:
                merged += self._merged(area)
            far = area.bottom >= LAST_ROW or area.right >= LAST_COLUMN
            reach = 0 if far else _MARGIN
            bottom = min(area.bottom, self._bottom + reach)
            right = min(area.right, self._right + reach)
            for row in range(area.top, bottom + 1):
                for column in range(area.left, right + 1):
                    if text != "General":
                        formats[row, column] = text
                    if not locked:
                        unlocked.add((row, column))
                    if special:
                        self._retype(row, column, kind)

    def _retype(self, row: int, column: int, kind: int) -> None:
        if row > len(self._cells) or column > len(self._cells[row - 1]):
            return
        value = self._cells[row - 1][column - 1]
        if isinstance(value, float):
            if kind & _LOGICAL:
                self._cells[row - 1][column - 1] = value != 0
            else:
                self._cells[row - 1][column - 1] = self._formats.moment(value, kind)

    def _merged(self, area: Area) -> Iterator[Area]:
        """The merged areas that begin in an area; one that hides no cell is none."""
        for row, column in _spots(area):
            cell = self._sheet.getCellByPosition(column - 1, row - 1)
            cursor = self._sheet.createCursorByRange(cell)
            cursor.collapseToMergedArea()
            whole = area_of(cursor.getRangeAddress())
            if (whole.top, whole.left) == (row, column) and ":" in whole.a1:
                yield whole

    def _errors(self) -> None:
        """Error values, which come as nothing; one that is typed in is no formula."""
        for address in self._sheet.queryFormulaCells(_ERROR).getRangeAddresses():
            for row, column in _spots(area_of(address)):
                cell = self._sheet.getCellByPosition(column - 1, row - 1)
                code = ERRORS.get(cell.getError(), "#VALUE!")
                self._cells[row - 1][column - 1] = CellError(code)
                if self.formulas.get((row, column)) == "=" + code:
                    del self.formulas[row, column]
        for spot in self.formulas:  # a formula that says yes or no has no format that tells it
            row, column = spot
            value = self._cells[row - 1][column - 1]
            if value in (0.0, 1.0) and isinstance(value, float) and not isinstance(value, bool):
                cell = self._sheet.getCellByPosition(column - 1, row - 1)
                if cell.getString() in ("TRUE", "FALSE"):
                    self._cells[row - 1][column - 1] = value == 1.0

    def _hidden(self) -> tuple[frozenset[int], frozenset[int]]:
        rows: set[int] = set()
        columns: set[int] = set()
        for address in self._sheet.queryVisibleCells().getRangeAddresses():
            rows.update(range(address.StartRow + 1, min(address.EndRow + 1, self._bottom) + 1))
            columns.update(
                range(address.StartColumn + 1, min(address.EndColumn + 1, self._right) + 1)
            )
        return (
            frozenset(set(range(1, self._bottom + 1)) - rows),
            frozenset(set(range(1, self._right + 1)) - columns),
        )


def _cut(row: list[Scalar]) -> tuple[Scalar, ...]:
    """A row without the blanks behind its last value."""
    end = len(row)
    while end and row[end - 1] is None:
        end -= 1
    return tuple(row[:end])


def _spots(area: Area) -> Iterator[Spot]:
    for row in range(area.top, area.bottom + 1):
        for column in range(area.left, area.right + 1):
            yield row, column


_OURS = re.compile(r"(?i)\borg\.kpixl\.addin\.(?=kpi[a-z]+\()")


def plain_name(formula: str) -> str:
    """A formula with our functions under their plain names.

    >>> plain_name("=ORG.KPIXL.ADDIN.KPISCORE(E5,10,F5)")
    '=KPISCORE(E5,10,F5)'
    """
    return _OURS.sub("", formula)


def serial(value: date | time, zero: datetime) -> float:
    """A date or time as the number that a document with this day zero keeps for it.

    >>> serial(date(2016, 1, 15), datetime(1899, 12, 30)), serial(time(6), datetime(1899, 12, 30))
    (42384.0, 0.25)
    """
    if isinstance(value, time):
        return (datetime.combine(date.min, value) - datetime.min) / timedelta(days=1)
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    return (moment - zero) / timedelta(days=1)

"""The part of Excel's object model that kpixl.hosts.excel uses, over the parts of a file.

It stands in for Excel where there is none: names, indexes from 1, what a call gives and what
it refuses are those of Excel's documentation.  What only Excel can do (drawing, recalculating,
asking) it does not pretend to do: a formula keeps the value that came with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries

from tests.hosts.excel_book import (
    Book,
    Defined,
    Fault,
    Note,
    SheetPart,
    Spot,
    entered,
    q,
    quoted,
    sheets_in,
)

EXPRESSION = 2
# What COM gives for error values.
FAULTS = {
    "#NULL!": -2146826288,
    "#DIV/0!": -2146826281,
    "#VALUE!": -2146826273,
    "#REF!": -2146826265,
    "#NAME?": -2146826259,
    "#NUM!": -2146826252,
    "#N/A": -2146826246,
}
# What a protection may allow, and the attribute of a file that forbids it.
ALLOWED = {
    "AllowFormattingCells": "formatCells",
    "AllowFormattingColumns": "formatColumns",
    "AllowFormattingRows": "formatRows",
    "AllowInsertingColumns": "insertColumns",
    "AllowInsertingRows": "insertRows",
    "AllowInsertingHyperlinks": "insertHyperlinks",
    "AllowDeletingColumns": "deleteColumns",
    "AllowDeletingRows": "deleteRows",
    "AllowSorting": "sort",
    "AllowFiltering": "autoFilter",
    "AllowUsingPivotTables": "pivotTables",
}
STATES = {-1: "visible", 0: "hidden", 2: "veryHidden"}
LONGEST_PATH = 218


class Refused(Exception):
    """What Excel refuses (error 1004)."""


class Busy(Exception):
    """Excel takes no calls: somebody types into a cell (RPC_E_CALL_REJECTED)."""

    hresult = -2147418111


class Application:
    """Excel itself."""

    def __init__(self) -> None:
        self.ScreenUpdating = self.EnableEvents = self.DisplayAlerts = True
        self.Interactive = True  # takes clicks and keys
        self.Calculation = -4105
        self.StatusBar: Any = False
        self.dynamic = True  # whether formulas can spill
        self.EnableCancelKey = 1  # xlInterrupt: Esc breaks into the macro that is running
        self.Version, self.Build = "16.0", 17328
        self.Name, self.OperatingSystem = "Excel 的替身", "Windows (64-bit) NT 10.00"
        self.Selection: Any = None
        self.Workbooks = Workbooks(self)
        self.said: list[Any] = []
        self.calls: list[str] = []  # what was asked that costs a walk over cells
        self.states: set[tuple[bool, bool, bool, int]] = set()  # how it was set meanwhile
        self.busy = 0  # how many of the next calls are rejected
        self.failing = ""  # the call that is to fail
        self.failing_at = 0  # the number of the call that is to fail, of whatever kind

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "StatusBar" and "said" in self.__dict__:
            self.said.append(value)
        super().__setattr__(name, value)

    def happens(self, call: str) -> None:
        """A call of which tests want to know; fails if a test wants it to."""
        self.calls.append(call)
        if self.busy:
            self.busy -= 1
            raise Busy(call)
        self.states.add(
            (self.ScreenUpdating, self.EnableEvents, self.DisplayAlerts, self.Calculation)
        )
        if call == self.failing or len(self.calls) == self.failing_at:
            raise Refused(f"Excel refuses {call}")


class Workbooks:
    """All open workbooks."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self.open: list[Workbook] = []

    def Open(self, path: str) -> Workbook:
        book = Workbook(self._app, Path(path))
        self.open.append(book)
        return book


class Workbook:
    """An open workbook."""

    def __init__(self, app: Application, path: Path) -> None:
        self.Application = app
        self.Name, self.Path, self.Saved = path.name, str(path.parent), True
        self.book = Book(path)
        known = {s.name.casefold() for s in self.book.sheets}
        for sheet in self.book.sheets:
            if not sheet.chart and b"!" in self.book.parts.data[sheet.part]:
                for element in sheet.formulas():
                    strange = {n for n in sheets_in(element.text) if n.casefold() not in known}
                    assert not strange, f"Excel repairs a file with formulas to {strange}"
        self.ProtectStructure = self.MultiUserEditing = self.Date1904 = False
        self.AutoSaveOn = False
        self.character = 8  # pixels of a figure in the standard face
        self.hidden_last = False  # whether copies come to stand before hidden sheets at the end
        self.Excel8CompatibilityMode = path.suffix == ".xls"
        self.sheets = [Worksheet(self, sheet) for sheet in self.book.sheets]
        self.Names = Names(self.book, self)
        self.CustomDocumentProperties = Properties(self)
        self._active = next(s for s in self.sheets if s.Visible == -1)
        self.selected = [self._active]  # the sheets into which the user types

    @property
    def ActiveSheet(self) -> Worksheet:
        return self._active

    def activate(self, sheet: Worksheet) -> None:
        self._active = sheet
        if sheet not in self.selected:  # a click on another tab ends a group
            self.selected = [sheet]

    @property
    def Worksheets(self) -> Any:
        return Worksheets(self, [s for s in self.sheets if not s.part.chart])

    @property
    def Charts(self) -> Any:
        return Shapes([])

    @property
    def Sheets(self) -> Any:
        return Worksheets(self, self.sheets)

    def Activate(self) -> None:
        self.Application.happens("Activate")

    def SaveCopyAs(self, path: str) -> None:
        self.Application.happens("SaveCopyAs")
        if len(path) > LONGEST_PATH:
            raise Refused("the path is too long")
        self.book.save(Path(path))

    def Close(self, SaveChanges: bool | None = None) -> None:
        assert SaveChanges is False, "Excel would ask"
        self.Application.Workbooks.open.remove(self)

    def changed(self) -> None:
        self.Saved = False


class Worksheets:
    """Some sheets, by number, name or several names."""

    def __init__(self, book: Workbook, sheets: list[Worksheet]) -> None:
        self._book, self._sheets = book, sheets

    @property
    def Count(self) -> int:
        return len(self._sheets)

    def __iter__(self) -> Iterator[Worksheet]:
        return iter(list(self._sheets))

    def __call__(self, key: Any) -> Any:
        if isinstance(key, int):
            return self._sheets[key - 1]
        if isinstance(key, (tuple, list)):
            return Worksheets(self._book, [self(name) for name in key])
        for sheet in self._sheets:
            if sheet.Name.casefold() == key.casefold():
                return sheet
        raise Refused("subscript out of range")

    def Copy(self, Before: Worksheet | None = None, After: Worksheet | None = None) -> None:
        """All of them together, so that formulas go on pointing to each other."""
        assert Before is None
        assert After is not None, "Excel: a copy without a place is a workbook of its own"
        target = After.parent
        target.Application.happens("Copy")
        if target.ProtectStructure:
            raise Refused("the workbook is protected")
        if target.Excel8CompatibilityMode and not self._book.Excel8CompatibilityMode:
            raise Refused("the destination has fewer rows and columns")
        names: list[str] = []
        taken = {s.Name.casefold() for s in target.sheets}
        for sheet in self._sheets:
            assert sheet.Visible == -1, "a hidden sheet can't be copied"
            name, number = sheet.Name, 2
            while name.casefold() in taken:
                end = f" ({number})"
                name, number = sheet.Name[: 31 - len(end)] + end, number + 1
            taken.add(name.casefold())
            names.append(name)
        at = target.sheets.index(After) + 1
        while target.hidden_last and target.sheets[at - 1].Visible != -1:
            at -= 1
        parts = target.book.copy_in([s.part for s in self._sheets], at, names)
        made = [Worksheet(target, part) for part in parts]
        target.sheets[at:at] = made
        target.changed()
        target._active, target.selected = made[0], made  # together in a group


class Worksheet:
    """A sheet."""

    def __init__(self, book: Workbook, part: SheetPart) -> None:
        self.parent, self.part = book, part
        if not part.chart:
            self.Names = Names(book.book, book, part)
        self._choosable = 0
        self._widths: dict[int, float] | None = None
        self.charts: list[Chart] = []  # charts upon it, put there by a test

    @property
    def Name(self) -> str:
        return self.part.name

    @Name.setter
    def Name(self, name: str) -> None:
        self.parent.Application.happens("Name")
        others = {s.Name.casefold() for s in self.parent.sheets if s is not self}
        if name.casefold() in others or not 0 < len(name) <= 31 or re.search(r"[\[\]:*?/\\]", name):
            raise Refused("this name is taken or can't be one")
        self.parent.book.rename(self.part, name)
        self.parent.changed()

    @property
    def Visible(self) -> int:
        return next(number for number, state in STATES.items() if state == self.part.state)

    @Visible.setter
    def Visible(self, state: int) -> None:
        others = [s for s in self.parent.sheets if s is not self and s.Visible == -1]
        if state != -1 and not others:
            raise Refused("one sheet has to be seen")
        self.part.state = STATES[state]
        if state != -1 and self.parent.ActiveSheet is self:
            self.parent.activate(others[0])

    # -- protection --

    @property
    def EnableSelection(self) -> int:
        """What may be chosen while the sheet is protected."""
        return self._choosable

    @EnableSelection.setter
    def EnableSelection(self, value: int) -> None:
        self._choosable = value

    @property
    def _protection(self) -> Any:
        found = self.part.child("sheetProtection")
        return found if found is not None and found.get("sheet") in ("1", "true") else None

    @property
    def ProtectContents(self) -> bool:
        return self._protection is not None

    @property
    def ProtectDrawingObjects(self) -> bool:
        return self.ProtectContents and self._protection.get("objects") in ("1", "true")

    @property
    def ProtectScenarios(self) -> bool:
        return self.ProtectContents and self._protection.get("scenarios") in ("1", "true")

    @property
    def Protection(self) -> Protection:
        return Protection(self._protection)

    def Unprotect(self, password: str) -> None:
        found = self._protection
        if found is not None:
            if {"password", "hashValue"} & set(found.attrib):
                raise Refused("the password is wrong")
            self.part.tree.remove(found)
            self._choosable = 0

    def Protect(
        self,
        Password: str | None = None,
        DrawingObjects: bool | None = None,
        Contents: bool | None = None,
        Scenarios: bool | None = None,
        UserInterfaceOnly: bool | None = None,
        AllowFormattingCells: bool = False,
        AllowFormattingColumns: bool = False,
        AllowFormattingRows: bool = False,
        AllowInsertingColumns: bool = False,
        AllowInsertingRows: bool = False,
        AllowInsertingHyperlinks: bool = False,
        AllowDeletingColumns: bool = False,
        AllowDeletingRows: bool = False,
        AllowSorting: bool = False,
        AllowFiltering: bool = False,
        AllowUsingPivotTables: bool = False,
    ) -> None:
        given = dict(locals())
        self.parent.Application.happens("Protect")
        assert (Password, Contents, UserInterfaceOnly) == ("", True, None)
        made = etree.Element(q("sheetProtection"), sheet="1")
        for name, on in (("objects", DrawingObjects), ("scenarios", Scenarios)):
            if on:
                made.set(name, "1")
        for name, attribute in ALLOWED.items():
            if given[name]:
                made.set(attribute, "0")
        self.part.insert(made)
        self._choosable = 0

    def refuse_if_protected(self) -> None:
        """What Excel does to a change of formats or notes of a protected sheet."""
        if self.ProtectContents:
            raise Refused("the sheet is protected")

    # -- what stands in it --

    @property
    def Cells(self) -> Cells:
        return Cells(self)

    @property
    def Comments(self) -> Comments:
        return Comments(self)

    @property
    def ListObjects(self) -> Any:
        return _Count(len(list(self.part.book.parts.linked(self.part.part, "table"))))

    def PivotTables(self, Index: Any = None) -> Any:
        assert Index is None
        return _Count(len(list(self.part.book.parts.linked(self.part.part, "pivotTable"))))

    def ChartObjects(self, Index: Any = None) -> Any:
        return _Count(len(self.charts)) if Index is None else ChartObject(self.charts[Index - 1])

    @property
    def Shapes(self) -> Any:
        """Notes (msoComment) among them, and charts (msoChart)."""
        drawn = list(self.part.book.parts.linked(self.part.part, "drawing"))
        return Shapes([4] * len(self.part.notes()) + [3] * len(drawn))

    def widths(self) -> dict[int, float]:
        """Characters of each column; changes are seen here and not in the file."""
        if self._widths is None:
            columns = self.part.child("cols")
            self._widths = {
                n: float(column.get("width")) - 5 / 7  # margins are told in the file alone
                for column in (() if columns is None else columns)
                for n in range(int(column.get("min")), int(column.get("max")) + 1)
            }
        return self._widths

    def Range(self, address: str) -> Range:
        return Range(self, address)

    def Copy(self, Before: Worksheet | None = None, After: Worksheet | None = None) -> None:
        Worksheets(self.parent, [self]).Copy(Before, After)

    def Delete(self) -> bool:
        book = self.parent
        book.Application.happens("Delete")
        assert not book.Application.DisplayAlerts, "Excel would ask"
        others = [s for s in book.sheets if s is not self and s.Visible == -1]
        if book.ProtectStructure or self.Visible == 2 or not others:
            raise Refused("this sheet can't be deleted")
        book.sheets.remove(self)
        book.book.delete(self.part)
        book.selected = [s for s in book.selected if s is not self]
        if book.ActiveSheet is self or not book.selected:
            book.activate(others[0])
        book.changed()
        return True

    def Move(self, Before: Worksheet) -> None:
        self.parent.Application.happens("Move")
        for sheets, mine, other in (
            (self.parent.sheets, self, Before),
            (self.parent.book.sheets, self.part, Before.part),
        ):
            sheets.remove(mine)  # type: ignore[arg-type]
            sheets.insert(sheets.index(other), mine)  # type: ignore[arg-type]

    def Activate(self) -> None:
        if self.Visible != -1:
            raise Refused("a hidden sheet can't be activated")
        self.parent.activate(self)


class Chart:
    """A chart; what it shows is a formula a series."""

    def __init__(self, book: Workbook, *formulas: str) -> None:
        self._series = [Series(book, formula) for formula in formulas]

    def SeriesCollection(self, Index: Any = None) -> Any:
        return _Count(len(self._series)) if Index is None else self._series[Index - 1]


class ChartObject:
    """The frame of a chart on a sheet."""

    def __init__(self, chart: Chart) -> None:
        self.Chart = chart


class Series:
    """A series of a chart; it goes along when sheets are renamed, as a name does."""

    def __init__(self, book: Workbook, formula: str) -> None:
        self._held = Defined("", formula[1:])
        book.book.series.append(self._held)

    @property
    def Formula(self) -> str:
        return "=" + self._held.text

    @Formula.setter
    def Formula(self, text: str) -> None:
        self._held.text = text[1:]


class Shapes:
    """What is drawn on a sheet."""

    def __init__(self, kinds: list[int]) -> None:
        self._shapes = [Shape(kind) for kind in kinds]

    @property
    def Count(self) -> int:
        return len(self._shapes)

    def __iter__(self) -> Iterator[Shape]:
        return iter(self._shapes)


class Shape:
    """Something drawn."""

    def __init__(self, kind: int) -> None:
        self.Type = kind


class Protection:
    """What a protected sheet still allows."""

    def __init__(self, element: Any) -> None:
        self._element = element

    def __getattr__(self, name: str) -> bool:
        return self._element is None or self._element.get(ALLOWED[name], "1") in ("0", "false")


class Cells:
    """All cells of a sheet."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self.FormatConditions = FormatConditions(sheet, "")

    def __call__(self, row: int, column: int) -> Range:
        return Range(self._sheet, f"{get_column_letter(column)}{row}")

    def Find(
        self,
        What: str,
        After: None = None,
        LookIn: int = 0,
        LookAt: int = 0,
        SearchOrder: int = 0,
        SearchDirection: int = 0,
        MatchCase: bool = False,
        MatchByte: bool | None = None,
        SearchFormat: bool = True,
    ) -> Range | None:
        """What is not said would be as in the user's last search."""
        assert (After, LookIn, LookAt) == (None, -4123, 2), "in formulas, a part of them"
        assert (SearchOrder, SearchDirection, MatchCase, SearchFormat) == (1, 1, True, False)
        for formula in self._sheet.part.tree.iter(q("f")):
            if What in f"={formula.text}":
                return Range(self._sheet, str(formula.getparent().get("r")))
        return None

    def Replace(
        self,
        What: str,
        Replacement: str,
        LookAt: int,
        SearchOrder: int,
        MatchCase: bool,
        MatchByte: bool | None = None,
        SearchFormat: bool = True,
        ReplaceFormat: bool = True,
        FormulaVersion: int | None = None,
    ) -> bool:
        assert (LookAt, SearchOrder, MatchCase) == (2, 1, True)
        assert not SearchFormat
        assert not ReplaceFormat
        if FormulaVersion is not None and not self._sheet.parent.Application.dynamic:
            raise Refused("wrong number of arguments")
        self._sheet.refuse_if_protected()
        self._sheet.parent.Application.happens("Replace")
        for formula in self._sheet.part.tree.iter(q("f")):
            if What in str(formula.text or "") and FormulaVersion != 1:
                formula.getparent().attrib.pop("cm", None)  # it has one value from now on
            formula.text = str(formula.text or "").replace(What, Replacement)
        self._sheet.parent.changed()
        return True


class Range:
    """A rectangle of cells."""

    def __init__(self, sheet: Worksheet, address: str) -> None:
        self.Worksheet, self.address = sheet, address
        self.FormatConditions = FormatConditions(sheet, address)
        left, top, right, bottom = range_boundaries(address)
        self._spots = [[(r, c) for c in range(left, right + 1)] for r in range(top, bottom + 1)]

    def Select(self) -> None:
        if self.Worksheet.parent.ActiveSheet is not self.Worksheet:
            raise Refused("cells of a sheet that is not shown can't be selected")
        self.Worksheet.parent.Application.Selection = self

    @property
    def Row(self) -> int:
        return self._spots[0][0][0]

    @property
    def Column(self) -> int:
        return self._spots[0][0][1]

    @property
    def Rows(self) -> Any:
        return _Count(len(self._spots))

    @property
    def Columns(self) -> Any:
        return _Count(len(self._spots[0]))

    @property
    def ColumnWidth(self) -> float:
        return self.Worksheet.widths().get(self.Column, 8.43)

    @ColumnWidth.setter
    def ColumnWidth(self, width: float) -> None:
        if self.Worksheet.ProtectContents:
            raise Refused("the sheet is protected")
        self.Worksheet.widths()[self.Column] = width

    @property
    def Width(self) -> float:
        return (self.ColumnWidth * self.Worksheet.parent.character + 5) * 0.75

    def _given(self, values: list[list[Any]]) -> Any:
        """One cell gives its value, several give rows."""
        if len(values) == len(values[0]) == 1:
            return values[0][0]
        return tuple(tuple(row) for row in values)

    @property
    def Formula(self) -> Any:
        self.Worksheet.parent.Application.happens("Formula?")
        part = self.Worksheet.part

        def one(spot: Spot) -> Any:
            formula = part.formula(spot)
            if formula is not None:
                return f"={formula}"
            value = part.value(spot)
            if value is None:
                return ""
            if isinstance(value, Fault):
                return value.code
            if isinstance(value, bool):
                return str(value).upper()
            return value if isinstance(value, str) else f"{value:.15g}"

        return self._given([[one(spot) for spot in row] for row in self._spots])

    @Formula.setter
    def Formula(self, values: Any) -> None:
        self._enter("Formula", values)

    @property
    def Formula2(self) -> Any:
        """Asked for only to see whether there is such a thing."""
        if not self.Worksheet.parent.Application.dynamic:
            raise AttributeError("Formula2")
        return ""

    @property
    def Value2(self) -> Any:
        """Figures and days as floats; an error value as a bare number."""
        self.Worksheet.parent.Application.happens("Value2?")
        part = self.Worksheet.part

        def one(spot: Spot) -> Any:
            value = part.value(spot)
            return FAULTS[value.code] if isinstance(value, Fault) else value

        return self._given([[one(spot) for spot in row] for row in self._spots])

    @Value2.setter
    def Value2(self, values: Any) -> None:
        self._enter("Value2", values)

    def _enter(self, call: str, values: Any) -> None:
        """Texts are taken as if somebody typed them."""
        sheet = self.Worksheet
        sheet.parent.Application.happens(call)
        rows = values if isinstance(values, tuple) else ((values,),)
        for spots, row in zip(self._spots, rows, strict=True):
            for spot, value in zip(spots, row, strict=True):
                if sheet.ProtectContents and not self._unlocked(spot):
                    raise Refused("the cell is protected")
                assert not isinstance(value, int) or isinstance(value, bool) or abs(value) < 2**31
                kind, found = entered(value) if isinstance(value, str) else ("value", value)
                if kind == "formula":
                    sheet.part.set_formula(spot, str(found))
                else:
                    sheet.part.set_value(spot, found)
        sheet.parent.changed()

    def _unlocked(self, spot: Spot) -> bool:
        cell = self.Worksheet.part.cells().get(spot)
        look = 0 if cell is None else int(cell.get("s", 0))
        form = self.Worksheet.part.book.styles().find(q("cellXfs"))[look]
        found = form.find(q("protection"))
        return found is not None and found.get("locked") in ("0", "false")

    @property
    def _first(self) -> Spot:
        return self._spots[0][0]

    @property
    def Comment(self) -> Any:
        if self._first in self.Worksheet.part.threads():
            return None
        there = self._first in self.Worksheet.part.notes()
        return CellNote(self.Worksheet, self._first) if there else None

    @property
    def CommentThreaded(self) -> Any:
        return object() if self._first in self.Worksheet.part.threads() else None

    def AddComment(self, text: str) -> CellNote:
        self.Worksheet.refuse_if_protected()
        self.Worksheet.parent.Application.happens("AddComment")
        part = self.Worksheet.part
        if self._first in part.notes() or self._first in part.threads():
            raise Refused("the cell has a comment")
        part.notes()[self._first] = Note(text, "Excel's user")
        part.notes_changed = True
        self.Worksheet.parent.changed()
        return CellNote(self.Worksheet, self._first)


class _Area:
    def __init__(self, address: str) -> None:
        self.Address = re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", address)


class _Count:
    def __init__(self, count: int) -> None:
        self.Count = count


class CellNote:
    """A note of a cell."""

    def __init__(self, sheet: Worksheet, spot: Spot) -> None:
        self._sheet, self._spot = sheet, spot

    @property
    def Parent(self) -> Range:
        return self._sheet.Cells(*self._spot)

    def Text(self, Text: str | None = None) -> str:
        part = self._sheet.part
        if Text is not None:
            self._sheet.refuse_if_protected()
            part.notes()[self._spot].text = Text
            part.notes_changed = True
        return part.notes()[self._spot].text

    def Delete(self) -> None:
        self._sheet.refuse_if_protected()
        self._sheet.parent.Application.happens("Comment.Delete")
        del self._sheet.part.notes()[self._spot]
        self._sheet.part.notes_changed = True


class Comments:
    """The notes of a sheet, by number."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet, self._spots = sheet, sorted(sheet.part.notes())

    @property
    def Count(self) -> int:
        return len(self._spots)

    def __call__(self, number: int) -> CellNote:
        return CellNote(self._sheet, self._spots[number - 1])


class FormatConditions:
    """Conditional formats of an area; of the whole sheet where no address is given."""

    def __init__(self, sheet: Worksheet, address: str) -> None:
        self._sheet, self._address = sheet, address

    def _all(self) -> list[Any]:
        return list(self._sheet.part.tree.iter(q("cfRule")))

    @property
    def Count(self) -> int:
        return len(self._all())

    def __call__(self, number: int) -> FormatCondition:
        return FormatCondition(self._sheet, self._all()[number - 1])

    def Add(
        self, Type: int, Operator: int | None = None, Formula1: str | None = None
    ) -> FormatCondition:
        assert Formula1 is not None
        assert (Type, Operator, Formula1[0]) == (EXPRESSION, None, "=")
        self._sheet.refuse_if_protected()
        self._sheet.parent.Application.happens("FormatConditions.Add")
        holder = etree.Element(q("conditionalFormatting"), sqref=self._address)
        last = max((int(r.get("priority", 0)) for r in self._all()), default=0)
        rule = etree.SubElement(holder, q("cfRule"), type="expression", priority=str(last + 1))
        etree.SubElement(rule, q("formula")).text = Formula1[1:]
        self._sheet.part.insert(holder)
        self._sheet.parent.changed()
        return FormatCondition(self._sheet, rule)


class FormatCondition:
    """A conditional format."""

    def __init__(self, sheet: Worksheet, rule: Any) -> None:
        self._sheet, self._rule = sheet, rule
        self.Interior = Interior(sheet, rule)
        self.Type = EXPRESSION if rule.get("type") == "expression" else 1

    @property
    def AppliesTo(self) -> Any:
        return _Area(self._rule.getparent().get("sqref").replace(" ", ","))

    @property
    def Formula1(self) -> str:
        return f"={self._rule.findtext(q('formula'))}"

    def Delete(self) -> None:
        self._sheet.refuse_if_protected()
        self._sheet.parent.Application.happens("FormatCondition.Delete")
        holder = self._rule.getparent()
        holder.remove(self._rule)
        if not len(holder):
            holder.getparent().remove(holder)


class Interior:
    """A fill."""

    def __init__(self, sheet: Worksheet, rule: Any) -> None:
        self._sheet, self._rule = sheet, rule

    @property
    def Color(self) -> int:
        if self._rule.get("dxfId") is None:
            return 0xFFFFFF
        form = self._sheet.part.book.styles().find(q("dxfs"))[int(self._rule.get("dxfId"))]
        text = str(next(form.iter(q("bgColor"))).get("rgb"))[2:]
        return int(text[4:] + text[2:4] + text[:2], 16)

    @Color.setter
    def Color(self, value: int) -> None:
        red, green, blue = value & 255, value >> 8 & 255, value >> 16
        styles = self._sheet.part.book.styles()
        forms = styles.find(q("dxfs"))
        if forms is None:
            forms = etree.Element(q("dxfs"))
            styles.find(q("cellXfs")).addnext(forms)
        fill = etree.SubElement(etree.SubElement(forms, q("dxf")), q("fill"))
        pattern = etree.SubElement(fill, q("patternFill"))
        etree.SubElement(pattern, q("bgColor"), rgb=f"FF{red:02X}{green:02X}{blue:02X}")
        self._rule.set("dxfId", str(len(forms) - 1))
        forms.set("count", str(len(forms)))


class DefinedName:
    """A defined name."""

    def __init__(self, book: Workbook, defined: Defined) -> None:
        self._book, self._defined = book, defined
        sheet = defined.sheet
        self.Name = defined.name if sheet is None else f"{quoted(sheet.name)}!{defined.name}"

    @property
    def RefersTo(self) -> str:
        return "=" + self._defined.text

    @RefersTo.setter
    def RefersTo(self, text: str) -> None:
        assert text.startswith("=")
        self._defined.text = text[1:]

    def Delete(self) -> None:
        self._book.book.names.remove(self._defined)


class Names:
    """Defined names of a workbook, those of its sheets too, or of a sheet."""

    def __init__(self, book: Book, parent: Workbook, sheet: SheetPart | None = None) -> None:
        self._book, self._parent, self._sheet = book, parent, sheet

    def Add(self, Name: str, RefersTo: str, Visible: bool = True) -> DefinedName:
        assert RefersTo.startswith("="), "Excel takes it for a text"
        self._parent.Application.happens("Names.Add")
        for old in self._book.names:
            if (old.name.casefold(), old.sheet) == (Name.casefold(), self._sheet):
                old.text, old.hidden = RefersTo[1:], not Visible
                return DefinedName(self._parent, old)
        made = Defined(Name, RefersTo[1:], self._sheet, not Visible)
        self._book.names.append(made)
        return DefinedName(self._parent, made)

    def __iter__(self) -> Iterator[DefinedName]:
        for defined in list(self._book.names):
            if self._sheet is None or defined.sheet is self._sheet:
                yield DefinedName(self._parent, defined)


class Properties:
    """Custom document properties."""

    def __init__(self, book: Workbook) -> None:
        self._book = book

    def __call__(self, name: str) -> Property:
        element = self._book.book.property(name)
        if element is None:
            raise Refused("no such property")
        return Property(self._book, element)

    def Add(self, name: str, link: bool, kind: int, text: str) -> None:
        assert (link, kind) == (False, 4)
        self._book.Application.happens("Property")
        if self._book.book.property(name) is not None:
            raise Refused("there is one of that name")
        self._book.book.add_property(name, text)
        self._book.changed()


class Property:
    """One custom document property."""

    def __init__(self, book: Workbook, element: Any) -> None:
        self._book, self._element = book, element

    @property
    def Name(self) -> str:
        return str(self._element.getparent().get("name"))

    @property
    def Value(self) -> str:
        return str(self._element.text or "")

    @Value.setter
    def Value(self, text: str) -> None:
        self._book.Application.happens("Property")
        self._element.text = text

    def Delete(self) -> None:
        holder = self._element.getparent()
        holder.getparent().remove(holder)

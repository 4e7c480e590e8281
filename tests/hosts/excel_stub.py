"""The part of Excel's object model that kpixl.hosts.excel uses, over openpyxl.

It stands in for Excel where there is none: names, indexes from 1, properties and errors are
those of Excel's documentation.  What only Excel can do (drawing, recalculating, asking) it
does not pretend to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formatting.rule import FormulaRule
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import PatternFill
from openpyxl.workbook.defined_name import DefinedName

EXPRESSION = 2
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


class Application:
    """Excel itself."""

    def __init__(self) -> None:
        self.ScreenUpdating = self.EnableEvents = self.DisplayAlerts = True
        self.Calculation = -4105
        self.StatusBar: Any = False
        self.Version, self.Build = "16.0", 17328
        self.Name, self.OperatingSystem = "Excel 的替身", "Windows (64-bit) NT 10.00"
        self.Selection: Any = None
        self.Workbooks = Workbooks(self)
        self.said: list[Any] = []
        self.failing = ""  # the call that is to fail

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "StatusBar" and "said" in self.__dict__:
            self.said.append(value)
        super().__setattr__(name, value)

    def happens(self, call: str) -> None:
        """A call that changes something; fails if a test wants it to."""
        if call == self.failing:
            raise RuntimeError(f"Excel refuses {call}")


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
        self.book = openpyxl.load_workbook(path)
        self.ProtectStructure = False
        self.sheets = [Worksheet(self, sheet) for sheet in self.book.worksheets]
        self.Names = Names(self.book)
        self.CustomDocumentProperties = Properties(self)
        self.ActiveSheet: Any = self.sheets[0]

    @property
    def Worksheets(self) -> Worksheets:
        return Worksheets(self, self.sheets)

    Sheets = Worksheets

    def SaveCopyAs(self, path: str) -> None:
        self.book.save(path)

    def Close(self, SaveChanges: bool | None = None) -> None:
        assert SaveChanges is False
        self.Application.Workbooks.open.remove(self)

    def rename_in_formulas(self, old: str, new: str) -> None:
        """What Excel does to formulas when a sheet gets another name."""
        pattern = re.compile(
            rf"(?:{re.escape(quoted(old, always=True))}|(?<![\w']){re.escape(old)})!"
        )
        for sheet in self.sheets:
            for row in sheet.sheet.iter_rows():
                for cell in row:
                    if cell.data_type == "f" and isinstance(cell.value, str):
                        cell.value = pattern.sub(lambda _: quoted(new) + "!", cell.value)


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
        return next(s for s in self._sheets if s.Name == key)

    def Copy(self, Before: Worksheet | None = None, After: Worksheet | None = None) -> None:
        """All of them together, so that formulas go on pointing to each other."""
        assert Before is None
        assert After is not None, "Excel: a copy without a place is a workbook of its own"
        target = After.parent
        target.Application.happens("Copy")
        names: dict[str, str] = {}
        taken = {s.Name.casefold() for s in target.sheets}
        for sheet in self._sheets:
            assert sheet.Visible == -1, "a hidden sheet can't be copied"
            name, number = sheet.Name, 2
            while name.casefold() in taken:
                name, number = f"{sheet.Name} ({number})", number + 1
            taken.add(name.casefold())
            names[sheet.Name] = name
        at = target.sheets.index(After) + 1
        for sheet in self._sheets:
            made = target.book.create_sheet(names[sheet.Name], at)
            _copied(sheet.sheet, made, names)
            target.sheets.insert(at, Worksheet(target, made))
            at += 1
        target.Saved = False
        target.ActiveSheet = target.sheets[at - 1]


def quoted(name: str, *, always: bool = False) -> str:
    """A sheet's name in a formula, in quotes where Excel writes them."""
    if re.fullmatch(r"[^\W\d]\w*", name) and not always:
        return name
    return "'" + name.replace("'", "''") + "'"


def _copied(source: Any, target: Any, names: dict[str, str]) -> None:
    for row in source.iter_rows():
        for cell in row:
            here = target.cell(cell.row, cell.column)
            value = cell.value
            if cell.data_type == "f" and isinstance(value, str):
                for old, new in names.items():
                    value = re.sub(rf"'?(?<![\w]){re.escape(old)}'?!", quoted(new) + "!", value)
            if not isinstance(cell, openpyxl.cell.cell.MergedCell):
                here.value = value
            here.number_format = cell.number_format
            here.protection, here.fill = copy(cell.protection), copy(cell.fill)
            if cell.comment is not None:
                here.comment = Comment(cell.comment.text, cell.comment.author)
    for area in source.merged_cells.ranges:
        target.merge_cells(str(area))
    for area in source.conditional_formatting:
        for rule in area.rules:
            target.conditional_formatting.add(str(area.sqref), rule)
    target.protection = copy(source.protection)


class Worksheet:
    """A sheet."""

    def __init__(self, book: Workbook, sheet: Any) -> None:
        self.parent, self.sheet = book, sheet
        self.Names = Names(sheet, sheet)
        self._active = False

    @property
    def Name(self) -> str:
        return str(self.sheet.title)

    @Name.setter
    def Name(self, name: str) -> None:
        self.parent.Application.happens("Name")
        assert name.casefold() not in {s.Name.casefold() for s in self.parent.sheets}
        old, self.sheet.title = self.Name, name
        self.parent.rename_in_formulas(old, name)

    @property
    def Visible(self) -> int:
        return -1 if self.sheet.sheet_state == "visible" else 0

    @Visible.setter
    def Visible(self, state: int) -> None:
        self.sheet.sheet_state = "visible" if state == -1 else "hidden"

    @property
    def ProtectContents(self) -> bool:
        return bool(self.sheet.protection.sheet)

    @property
    def ProtectDrawingObjects(self) -> bool:
        return bool(self.sheet.protection.objects)

    @property
    def ProtectScenarios(self) -> bool:
        return bool(self.sheet.protection.scenarios)

    @property
    def Protection(self) -> Protection:
        return Protection(self.sheet)

    def Unprotect(self, password: str) -> None:
        if self.sheet.protection.password is not None:
            raise RuntimeError("the password is wrong")
        self.sheet.protection.sheet = False

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
        assert (Password, Contents, UserInterfaceOnly) == ("", True, None)
        made = self.sheet.protection
        made.sheet, made.objects, made.scenarios = True, DrawingObjects, Scenarios
        for name, attribute in ALLOWED.items():
            setattr(made, attribute, not given[name])

    def refuse_if_protected(self) -> None:
        """What Excel does to a change of formats or notes of a protected sheet."""
        if self.ProtectContents:
            raise RuntimeError("the sheet is protected")

    @property
    def Cells(self) -> Cells:
        return Cells(self)

    @property
    def Comments(self) -> Comments:
        return Comments(self)

    def Range(self, address: str) -> Range:
        return Range(self, address)

    def Copy(self, Before: Worksheet | None = None, After: Worksheet | None = None) -> None:
        Worksheets(self.parent, [self]).Copy(Before, After)

    def Delete(self) -> None:
        self.parent.Application.happens("Delete")
        assert not self.parent.Application.DisplayAlerts, "Excel would ask"
        self.parent.sheets.remove(self)
        self.parent.book.remove(self.sheet)

    def Move(self, Before: Worksheet) -> None:
        sheets, book = self.parent.sheets, self.parent.book
        sheets.remove(self)
        sheets.insert(sheets.index(Before), self)
        book._sheets = [s.sheet for s in sheets]

    def Activate(self) -> None:
        self.parent.ActiveSheet = self


class Protection:
    """What a protected sheet still allows."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet

    def __getattr__(self, name: str) -> bool:
        return not getattr(self._sheet.protection, ALLOWED[name])


class Cells:
    """All cells of a sheet."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self.FormatConditions = FormatConditions(sheet, "")

    def __call__(self, row: int, column: int) -> Range:
        return Range(self._sheet, self._sheet.sheet.cell(row, column).coordinate)

    def Replace(self, What: str, Replacement: str, LookAt: int) -> bool:
        assert LookAt == 2
        self._sheet.parent.Application.happens("Replace")
        for row in self._sheet.sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and What in cell.value:
                    name = Replacement.strip("!").strip("'")
                    cell.value = cell.value.replace(What, quoted(name) + "!")
        return True


class Range:
    """A rectangle of cells."""

    def __init__(self, sheet: Worksheet, address: str) -> None:
        self.Worksheet, self.address = sheet, address
        self.FormatConditions = FormatConditions(sheet, address)

    @property
    def _rows(self) -> Any:
        cells = self.Worksheet.sheet[self.address]
        if not isinstance(cells, tuple):
            return ((cells,),)
        return cells if isinstance(cells[0], tuple) else (cells,)

    @property
    def Row(self) -> int:
        return int(self._rows[0][0].row)

    @property
    def Column(self) -> int:
        return int(self._rows[0][0].column)

    @property
    def Rows(self) -> Any:
        return _Count(len(self._rows))

    @property
    def Columns(self) -> Any:
        return _Count(len(self._rows[0]))

    @property
    def Formula(self) -> Any:
        values = tuple(tuple("" if c.value is None else c.value for c in r) for r in self._rows)
        return values if len(values) > 1 or len(values[0]) > 1 else values[0][0]

    @Formula.setter
    def Formula(self, values: Any) -> None:
        rows = values if isinstance(values, tuple) else ((values,),)
        for cells, row in zip(self._rows, rows, strict=True):
            for cell, value in zip(cells, row, strict=True):
                cell.value = None if value == "" else value

    @property
    def Value2(self) -> Any:
        raise NotImplementedError

    @Value2.setter
    def Value2(self, values: Any) -> None:
        self.Worksheet.parent.Application.happens("Value2")
        self.Worksheet.parent.Saved = False
        rows = values if isinstance(values, tuple) else ((values,),)
        for cells, row in zip(self._rows, rows, strict=True):
            for cell, value in zip(cells, row, strict=True):
                if isinstance(value, str) and value.startswith("'"):
                    cell.value = value[1:]
                    cell.data_type = "s"  # whatever it begins with
                else:
                    cell.value = value

    @property
    def Comment(self) -> Any:
        cell = self._rows[0][0]
        return None if cell.comment is None else Note(cell)

    def AddComment(self, text: str) -> Note:
        self.Worksheet.refuse_if_protected()
        self.Worksheet.parent.Application.happens("AddComment")
        cell = self._rows[0][0]
        assert cell.comment is None, "Excel: a cell has one comment"
        cell.comment = Comment(text, "Excel's user")
        return Note(cell)


class _Count:
    def __init__(self, count: int) -> None:
        self.Count = count


class Note:
    """A comment of a cell."""

    def __init__(self, cell: Any) -> None:
        self._cell = cell

    def Text(self, Text: str | None = None) -> str:
        if Text is not None:
            self._cell.comment = Comment(Text, self._cell.comment.author)
        return str(self._cell.comment.text)

    def Delete(self) -> None:
        self._cell.comment = None


class Comments:
    """The comments of a sheet, by number."""

    def __init__(self, sheet: Worksheet) -> None:
        cells = (cell for row in sheet.sheet.iter_rows() for cell in row)
        self._cells = [cell for cell in cells if cell.comment is not None]

    @property
    def Count(self) -> int:
        return len(self._cells)

    def __call__(self, number: int) -> Note:
        return Note(self._cells[number - 1])


class FormatConditions:
    """Conditional formats of an area; of the whole sheet where no address is given."""

    def __init__(self, sheet: Worksheet, address: str) -> None:
        self._sheet, self._address = sheet, address

    def _all(self) -> list[tuple[str, Any]]:
        formats = self._sheet.sheet.conditional_formatting
        return [(str(area.sqref), rule) for area in formats for rule in area.rules]

    @property
    def Count(self) -> int:
        return len(self._all())

    def __call__(self, number: int) -> FormatCondition:
        return FormatCondition(self._sheet, self._all()[number - 1][1])

    def Add(
        self, Type: int, Operator: int | None = None, Formula1: str | None = None
    ) -> FormatCondition:
        assert Formula1 is not None
        assert (Type, Operator, Formula1[0]) == (EXPRESSION, None, "=")
        self._sheet.refuse_if_protected()
        self._sheet.parent.Application.happens("FormatConditions.Add")
        rule = FormulaRule(formula=[Formula1[1:]])
        self._sheet.sheet.conditional_formatting.add(self._address, rule)
        return FormatCondition(self._sheet, rule)


class FormatCondition:
    """A conditional format."""

    def __init__(self, sheet: Worksheet, rule: Any) -> None:
        self._sheet, self._rule = sheet, rule
        self.Interior = Interior(rule)
        self.Type = EXPRESSION if rule.type == "expression" else 1

    @property
    def Formula1(self) -> str:
        return f"={self._rule.formula[0]}"

    def Delete(self) -> None:
        self._sheet.refuse_if_protected()
        kept = ConditionalFormattingList()
        for area in self._sheet.sheet.conditional_formatting:
            for rule in area.rules:
                if rule is not self._rule:
                    kept.add(str(area.sqref), rule)
        self._sheet.sheet.conditional_formatting = kept


class Interior:
    """A fill."""

    def __init__(self, rule: Any) -> None:
        self._rule, self._color = rule, 0

    @property
    def Color(self) -> int:
        return self._color

    @Color.setter
    def Color(self, value: int) -> None:
        self._color = value
        red, green, blue = value & 255, value >> 8 & 255, value >> 16
        from openpyxl.styles.differential import DifferentialStyle

        fill = PatternFill(bgColor=f"FF{red:02X}{green:02X}{blue:02X}")
        self._rule.dxf = DifferentialStyle(fill=fill)


class Name:
    """A defined name."""

    def __init__(self, name: str, refers: str, sheet: Any) -> None:
        self.Name = f"{sheet.title}!{name}" if sheet is not None else name
        self.RefersTo = "=" + refers


class Names:
    """Defined names of a workbook or of a sheet."""

    def __init__(self, holder: Any, sheet: Any = None) -> None:
        self._holder, self._sheet = holder, sheet

    def Add(self, Name: str, RefersTo: str, Visible: bool = True) -> None:
        made = DefinedName(Name, attr_text=RefersTo[1:], hidden=not Visible)
        self._holder.defined_names[Name] = made

    def __iter__(self) -> Iterator[Name]:
        for name, defined in self._holder.defined_names.items():
            yield Name(name, defined.attr_text, self._sheet)


class Properties:
    """Custom document properties."""

    def __init__(self, book: Workbook) -> None:
        self._book = book

    def __call__(self, name: str) -> Property:
        if name not in self._book.book.custom_doc_props.names:
            raise RuntimeError("no such property")
        return Property(self._book, name)

    def Add(self, name: str, link: bool, kind: int, text: str) -> None:
        assert (link, kind) == (False, 4)
        self._book.Application.happens("Property")
        self._book.book.custom_doc_props.append(StringProperty(name=name, value=text))


class Property:
    """One custom document property."""

    def __init__(self, book: Workbook, name: str) -> None:
        self._book, self._name = book, name

    @property
    def Value(self) -> str:
        return str(self._book.book.custom_doc_props[self._name].value)

    @Value.setter
    def Value(self, text: str) -> None:
        self._book.Application.happens("Property")
        self._book.book.custom_doc_props[self._name].value = text

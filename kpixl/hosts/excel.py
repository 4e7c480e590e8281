"""A workbook that is open in Excel on Windows, through xlwings.

Excel is asked for as little as can be, in calls that have been there since 2010: it saves a
copy of the workbook as it is now, which is read like any file; and it takes over whole sheets
out of a workbook that was written beforehand.  So what a sheet looks like is decided by the
same code as in files, and nothing is asked cell by cell but notes and single values.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

from kpixl.address import quote_sheet
from kpixl.errors import UnwritableFile
from kpixl.grid import Area, CellError, Scalar, Snapshot, Source, Spot
from kpixl.host import ClearMarks, Mark, MarkCells, Patch, SetValues, SheetSpec
from kpixl.hosts.files_marks import ALWAYS, areas_of
from kpixl.hosts.files_notes import HEADING
from kpixl.hosts.files_read import read
from kpixl.hosts.files_write import serial, sheets_bytes
from kpixl.hosts.patching import (
    OWN_NAME,
    own_text,
    read_own_text,
    refuse_hidden_writes,
    same_name,
    settled,
    sheet_missing,
)

_MANUAL = -4135  # XlCalculation.xlCalculationManual
_EXPRESSION = 2  # XlFormatConditionType.xlExpression
_PART = 2  # XlLookAt.xlPart
_VISIBLE, _HIDDEN = -1, 0  # XlSheetVisibility
_TEXT = 4  # MsoDocProperties.msoPropertyTypeString
# What a protection may allow, in the order of Worksheet.Protect's arguments.
_ALLOWED = (
    "AllowFormattingCells",
    "AllowFormattingColumns",
    "AllowFormattingRows",
    "AllowInsertingColumns",
    "AllowInsertingRows",
    "AllowInsertingHyperlinks",
    "AllowDeletingColumns",
    "AllowDeletingRows",
    "AllowSorting",
    "AllowFiltering",
    "AllowUsingPivotTables",
)


class ExcelHost:
    """A workbook open in Excel: read once, changed once.

    `book` is xlwings' object for it.  What was done can't be undone by Excel, which forgets
    its steps when a program changes a workbook.
    """

    def __init__(self, book: Any) -> None:
        self._book = book.api
        self.name = str(self._book.Name)

    @property
    def path(self) -> Path | None:
        """The file of the workbook; None where it was never saved, or lies on no disk."""
        folder = str(self._book.Path)
        if not folder or "://" in folder:  # OneDrive gives a web address
            return None
        return Path(folder, self.name)

    def snapshot(self) -> Snapshot:
        """The workbook as it is now, unsaved changes included; raises UnusableFile."""
        with tempfile.TemporaryDirectory(prefix="kpixl") as folder:
            copy = Path(folder, self.name if "." in self.name else f"{self.name}.xlsx")
            self._book.SaveCopyAs(str(copy))
            found = read(copy)
        return replace(found, source=self._source())

    def _source(self) -> Source:
        """Name and digest; a workbook that was changed since it was saved is no file any more."""
        path = self.path
        if path is None or not self._book.Saved:
            return Source(self.name)
        try:
            return Source(self.name, hashlib.sha256(path.read_bytes()).hexdigest())
        except OSError:
            return Source(self.name)

    def selection(self) -> tuple[str, Area] | None:
        """The sheet and cells that the user stands on; None where it is no cell."""
        chosen = self._book.Application.Selection
        try:
            top, left = int(chosen.Row), int(chosen.Column)
            height, width = int(chosen.Rows.Count), int(chosen.Columns.Count)
        except Exception:  # a picture or a chart has no rows
            return None
        return str(chosen.Worksheet.Name), Area(top, left, top + height - 1, left + width - 1)

    def show(self, sheet: str) -> None:
        """Go to a sheet."""
        found = self._sheet(sheet)
        if found is not None:
            found.Activate()

    def apply(self, patch: Patch) -> None:
        """Make all changes of a patch, or none of them.

        Raises UnwritableFile and, for what no workbook can hold, ValueError.
        """
        specs, others = settled(patch, self.name)
        self._refuse(specs, others, patch)
        undo: list[Callable[[], object]] = []
        with self._quiet():
            try:
                self._change(specs, others, patch, undo)
            except BaseException:
                for step in reversed(undo):
                    with suppress(Exception):
                        step()
                raise

    # -- before anything is changed ----------------------------------------------------

    def _refuse(self, specs: Sequence[SheetSpec], others: Sequence[object], patch: Patch) -> None:
        for spec in specs:
            old = self._sheet(spec.name)
            if old is not None and not (patch.owner and self._owner(old) == patch.owner):
                raise UnwritableFile(
                    self.name,
                    f"已有名为“{old.Name}”的工作表,不是 kpixl 写的",
                    "请先给这张工作表改名。",
                )
        if specs and self._book.ProtectStructure:
            raise UnwritableFile(
                self.name, "工作簿结构有保护,不能加工作表", "请先在“审阅”中解除保护。"
            )
        snapshot = None
        for change in others:
            if isinstance(change, (SetValues, MarkCells)):
                sheet = self._sheet(change.sheet)
                if sheet is None:
                    raise sheet_missing(self.name, change.sheet)
                snapshot = snapshot or self.snapshot()
                known = snapshot.sheet(change.sheet)
                if isinstance(change, SetValues) and known is not None:
                    refuse_hidden_writes(
                        self.name, change.sheet, change.values, known.formulas, known.merged
                    )
                    if sheet.ProtectContents and not change.values.keys() <= known.unlocked:
                        raise UnwritableFile(
                            self.name,
                            f"“{change.sheet}”表有保护,有的格子不能改",
                            "请先解除工作表保护。",
                        )
                if isinstance(change, MarkCells):
                    with self._opened(sheet):
                        pass

    # -- changes -----------------------------------------------------------------------

    def _change(
        self,
        specs: Sequence[SheetSpec],
        others: Sequence[object],
        patch: Patch,
        undo: list[Callable[[], object]],
    ) -> None:
        """What can be taken back first, the removal of old sheets last."""
        added = self._add(specs, patch, undo)
        for change in others:
            if isinstance(change, SetValues):
                self._values(change, undo)
            elif isinstance(change, MarkCells):
                self._mark(change)
            elif isinstance(change, ClearMarks):
                self._clear(change.sheet)
        for name, text in patch.marks.items():
            self._set_property(name, text)
        for spec, sheet in added:
            self._take_place(spec, sheet)
        for name, text in patch.names.items():
            self._book.Names.Add(name, "=" + text.removeprefix("="))

    def _add(
        self, specs: Sequence[SheetSpec], patch: Patch, undo: list[Callable[[], object]]
    ) -> list[tuple[SheetSpec, Any]]:
        """Our sheets at the end of the workbook, out of a workbook that was written for it."""
        if not specs:
            return []
        with tempfile.TemporaryDirectory(prefix="kpixl") as folder:
            made = Path(folder, "kpixl.xlsx")
            made.write_bytes(sheets_bytes(replace(patch, owner="", marks={}, names={}), specs))
            active = self._book.ActiveSheet
            donor = self._book.Application.Workbooks.Open(str(made))
            try:
                before = int(self._book.Sheets.Count)
                names = tuple(str(sheet.Name) for sheet in donor.Worksheets)
                if len(names) > len(specs):
                    raise ValueError("a sheet with long lists of choices can't join a workbook")
                for name in names:  # a hidden sheet can't be copied
                    donor.Worksheets(name).Visible = _VISIBLE
                # All at once, so that their formulas go on pointing to each other.
                donor.Worksheets(names if len(names) > 1 else names[0]).Copy(
                    _left_out(), self._book.Sheets(before)
                )
            finally:
                donor.Close(False)
        added = []
        for number, spec in enumerate(specs, before + 1):
            sheet = self._book.Sheets(number)
            undo.append(sheet.Delete)
            added.append((spec, sheet))
            if patch.owner:
                text = own_text(patch.owner, spec.name)
                sheet.Names.Add(OWN_NAME, f"={text}", False)
        active.Activate()
        return added

    def _take_place(self, spec: SheetSpec, sheet: Any) -> None:
        """A new sheet in the place and under the name of the one of before."""
        old = self._sheet(spec.name)
        if old is not None and old.Name != sheet.Name:
            old.Name = _free(self._book, "kpixl")
            away = quote_sheet(str(old.Name)) + "!"
            sheet.Name = spec.name
            sheet.Move(old)
            for other in self._book.Worksheets:  # formulas of the user go on pointing to it
                if other.Name != old.Name and not other.ProtectContents:
                    with suppress(Exception):
                        other.Cells.Replace(away, quote_sheet(spec.name) + "!", _PART)
            old.Delete()
        elif sheet.Name != spec.name:
            sheet.Name = spec.name
        if spec.hidden:
            sheet.Visible = _HIDDEN

    def _values(self, change: SetValues, undo: list[Callable[[], object]]) -> None:
        sheet = self._sheet(change.sheet)
        assert sheet is not None
        for area in areas_of(change.values):
            cells = sheet.Range(area.a1)
            undo.append(_putter(cells, cells.Formula))
            cells.Value2 = tuple(
                tuple(
                    _value(change.values[row, column])
                    for column in range(area.left, area.right + 1)
                )
                for row in range(area.top, area.bottom + 1)
            )

    def _mark(self, change: MarkCells) -> None:
        sheet = self._sheet(change.sheet)
        assert sheet is not None
        with self._opened(sheet):
            self._put_marks(sheet, change)

    def _put_marks(self, sheet: Any, change: MarkCells) -> None:
        colors: dict[str, list[Spot]] = {}
        for spot, mark in change.marks.items():
            if mark.fill is not None:
                colors.setdefault(mark.fill, []).append(spot)
            if mark.note:
                _note(sheet, spot, mark)
        for color, spots in colors.items():
            for area in areas_of(spots):
                rule = sheet.Range(area.a1).FormatConditions.Add(
                    _EXPRESSION, _left_out(), "=" + ALWAYS
                )
                rule.Interior.Color = _bgr(color)

    def _clear(self, name: str | None) -> None:
        """Our colours and notes, and nothing else."""
        for sheet in self._book.Worksheets:
            if name is not None and not same_name(str(sheet.Name), name):
                continue
            rules, notes = _own_rules(sheet), _own_notes(sheet)
            if rules or notes:
                with self._opened(sheet):
                    for rule in reversed(rules):
                        rule.Delete()
                    for note in reversed(notes):
                        text = str(note.Text())
                        kept = text[: text.find(HEADING)].rstrip("\n")
                        if kept:
                            note.Text(kept)
                        else:
                            note.Delete()

    @contextmanager
    def _opened(self, sheet: Any) -> Iterator[None]:
        """A sheet without its protection, which is as it was afterwards.

        Forms are protected without a password, so that nothing is changed by accident; one
        that has a password stays shut, and UnwritableFile says so.
        """
        if not sheet.ProtectContents:
            yield
            return
        allowed = [bool(getattr(sheet.Protection, name)) for name in _ALLOWED]
        drawings, scenarios = bool(sheet.ProtectDrawingObjects), bool(sheet.ProtectScenarios)
        with suppress(Exception):
            sheet.Unprotect("")
        if sheet.ProtectContents:
            raise UnwritableFile(
                self.name,
                f"“{sheet.Name}”表有带密码的保护,不能做标记",
                "请先在“审阅”中撤消工作表保护。",
            )
        try:
            yield
        finally:
            # Password, DrawingObjects, Contents, Scenarios, UserInterfaceOnly, what is allowed
            sheet.Protect("", drawings, True, scenarios, _left_out(), *allowed)

    # -- the workbook ------------------------------------------------------------------

    def _sheet(self, name: str) -> Any:
        return next((s for s in self._book.Worksheets if same_name(str(s.Name), name)), None)

    def _owner(self, sheet: Any) -> str | None:
        """Whose a sheet is, if it is one of ours that nobody has renamed."""
        for own in sheet.Names:
            if str(own.Name).rpartition("!")[2] == OWN_NAME:
                return read_own_text(str(own.RefersTo), str(sheet.Name))
        return None

    def _set_property(self, name: str, text: str) -> None:
        bag = self._book.CustomDocumentProperties
        try:
            found = bag(name)
            found.Name  # noqa: B018 - late binding may say only now that there is none
        except Exception:  # Excel has no other way to say that there is none
            bag.Add(name, False, _TEXT, text)
        else:
            found.Value = text

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        """No drawing, no events, no questions; all as it was afterwards, also after an error."""
        app = self._book.Application
        wanted = {
            "ScreenUpdating": False,
            "EnableEvents": False,
            "DisplayAlerts": False,
            "Calculation": _MANUAL,
        }
        before = {name: getattr(app, name) for name in wanted}
        try:
            for name, value in wanted.items():
                setattr(app, name, value)
            yield
        finally:
            for name, value in before.items():
                with suppress(Exception):
                    setattr(app, name, value)


def _left_out() -> Any:
    """What stands in the place of an argument that is left out.

    Arguments go by place: those with names are dropped by win32com from the first one on that
    is left out, without a word, where it has no description of Excel on its disk.
    """
    try:
        from pythoncom import ArgNotFound
    except ImportError:  # no Windows: a stand-in takes None for it
        return None
    return ArgNotFound


def _own_rules(sheet: Any) -> list[Any]:
    rules = sheet.Cells.FormatConditions
    every = [rules(number) for number in range(1, int(rules.Count) + 1)]
    return [r for r in every if r.Type == _EXPRESSION and ALWAYS in str(r.Formula1)]


def _own_notes(sheet: Any) -> list[Any]:
    every = [sheet.Comments(number) for number in range(1, int(sheet.Comments.Count) + 1)]
    return [note for note in every if HEADING in str(note.Text())]


def _putter(cells: Any, formulas: Any) -> Callable[[], None]:
    def put() -> None:
        cells.Formula = formulas

    return put


def _value(value: Scalar) -> Any:
    """A value as Excel takes it: a text stays a text, whatever it begins with."""
    if isinstance(value, CellError):
        return value.code
    if isinstance(value, str):
        return "'" + value if value else None
    if isinstance(value, (date, time)):
        return serial(value)
    return value


def _note(sheet: Any, spot: Spot, mark: Mark) -> None:
    """Our words in a note, behind those of others."""
    cell = sheet.Cells(*spot)
    old = cell.Comment
    text = HEADING + mark.note
    if old is None:
        cell.AddComment(text)
    else:
        there = str(old.Text())
        kept = there[: there.find(HEADING)].rstrip("\n") if HEADING in there else there
        old.Text(f"{kept}\n{text}" if kept else text)


def _bgr(color: str) -> int:
    """A colour as Excel counts it.

    >>> _bgr("FF8000") == 0x0080FF
    True
    """
    return int(color[4:6] + color[2:4] + color[0:2], 16)


def _free(book: Any, stem: str) -> str:
    there = {str(sheet.Name).casefold() for sheet in book.Sheets}
    return next(n for i in range(1, len(there) + 2) if (n := f"{stem} {i}") not in there)

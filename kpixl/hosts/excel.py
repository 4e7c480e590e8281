"""A workbook that is open in Excel on Windows, through xlwings.

Excel is asked for as little as can be, in calls that have been there since 2010: it saves a
copy of the workbook as it is now, which is read like any file; and it takes over whole sheets
out of a workbook that was written beforehand.  So what a sheet looks like is decided by the
same code as in files, and nothing is asked cell by cell but notes and single values.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import date, time
from functools import partial
from pathlib import Path
from time import sleep
from typing import Any

from kpixl import log
from kpixl.address import a1, quote_sheet
from kpixl.errors import UnusableFile, UnwritableFile
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
    value_of,
)

_MANUAL = -4135  # XlCalculation.xlCalculationManual
_EXPRESSION = 2  # XlFormatConditionType.xlExpression
_PART = 2  # XlLookAt.xlPart
_IN_FORMULAS = -4123  # XlFindLookIn.xlFormulas
_BY_ROWS, _NEXT = 1, 1  # XlSearchOrder, XlSearchDirection
_SPILLING = 1  # XlFormulaVersion.xlReplaceFormula2
# MsoShapeType: notes, and the arrows of filters and lists, which Excel draws itself.
_OWN_SHAPES = (4, 8)
_VISIBLE, _HIDDEN = -1, 0  # XlSheetVisibility
_TEXT = 4  # MsoDocProperties.msoPropertyTypeString
_LONGEST_PATH = 218  # characters that Excel takes for the name of a file, folders included
# RPC_E_CALL_REJECTED, RPC_E_SERVERCALL_RETRYLATER, VBA_E_IGNORE
_BUSY = frozenset((-2147418111, -2147417846, -2146777998))
_PAUSES = (0.1, 0.4, 1.5)  # seconds
# What COM makes of error values.
_FAULTS = {
    -2146826288: "#NULL!",
    -2146826281: "#DIV/0!",
    -2146826273: "#VALUE!",
    -2146826265: "#REF!",
    -2146826259: "#NAME?",
    -2146826252: "#NUM!",
    -2146826246: "#N/A",
}
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
            if len(str(copy)) > _LONGEST_PATH:
                copy = copy.with_name(f"kpixl{copy.suffix}")
            try:
                _patiently(lambda: self._book.SaveCopyAs(str(copy)))
            except Exception as error:
                log.failure(error)
                raise UnusableFile(
                    self.name,
                    "Excel 没能给出它的副本",
                    "请先按回车结束正在输入的格子、关闭弹出的窗口,保存工作簿,再试。",
                ) from error
            try:
                found = read(copy)
            except UnusableFile as error:  # under the name that the user knows
                raise UnusableFile(self.name, error.reason, error.remedy, error.verdict) from error
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

    def show(self, sheet: str, at: Spot | None = None) -> None:
        """Go to a sheet, where it can be seen, and select a cell of it, where that is allowed."""
        found = self._sheet(sheet)
        if found is not None:
            with suppress(Exception):  # what was done is done
                found.Activate()
                if at is not None:
                    found.Range(a1(*at)).Select()

    def apply(self, patch: Patch) -> None:
        """Make all changes of a patch, or none of them.

        Raises UnwritableFile and, for what no workbook can hold, ValueError.
        """
        specs, others = settled(patch, self.name)
        undo: list[Callable[[], object]] = []

        def change() -> None:
            with self._quiet():
                try:
                    self._refuse(specs, others, patch, undo)
                    self._change(specs, others, patch, undo)
                except BaseException:
                    for step in reversed(undo):
                        with suppress(Exception):
                            step()
                    raise

        try:
            _patiently(change, lambda: not undo)
        except Exception as error:
            if not _is_busy(error):
                raise
            raise UnwritableFile(
                self.name,
                "Excel 正忙,没有应答",
                "请先按回车结束正在输入的格子、关闭弹出的窗口,再试。",
            ) from error

    # -- before anything is changed ----------------------------------------------------

    def _refuse(
        self,
        specs: Sequence[SheetSpec],
        others: Sequence[object],
        patch: Patch,
        undo: list[Callable[[], object]],
    ) -> None:
        changes = [c for c in others if isinstance(c, (SetValues, MarkCells))]
        if (specs or changes) and self._book.MultiUserEditing:
            raise UnwritableFile(
                self.name,
                "工作簿设了“共享工作簿”,Excel 不让加工作表和标记",
                "请先在“审阅”中取消共享。",
            )
        if self._book.Date1904 and _holds_days(specs, changes):
            raise UnwritableFile(
                self.name,
                "日期从 1904 年算起(旧版 Mac 的设置),写进去的日期会差四年",
                "请在 Excel 选项的“高级”中取消“使用 1904 日期系统”,核对日期后另存,再试。",
            )
        if specs:
            self._refuse_sheets(specs, patch, undo)
        values = [c for c in changes if isinstance(c, SetValues)]
        snapshot = self.snapshot() if values else None
        for change in changes:
            sheet = self._sheet(change.sheet)
            if sheet is None:
                raise sheet_missing(self.name, change.sheet)
            if isinstance(change, MarkCells):
                with self._opened(sheet, "不能做标记", undo):
                    pass
                continue
            known = snapshot.sheet(str(sheet.Name)) if snapshot is not None else None
            if known is not None:
                refuse_hidden_writes(
                    self.name,
                    change.sheet,
                    change.values,
                    known.formulas,
                    known.merged,
                    known.arrays,
                )
                if sheet.ProtectContents and not change.values.keys() <= known.unlocked:
                    raise UnwritableFile(
                        self.name,
                        f"“{change.sheet}”表有保护,有的格子不能改",
                        "请先解除工作表保护。",
                    )

    def _refuse_sheets(
        self, specs: Sequence[SheetSpec], patch: Patch, undo: list[Callable[[], object]]
    ) -> None:
        if self._book.ProtectStructure:
            raise UnwritableFile(
                self.name, "工作簿的结构受保护,不能加工作表", "请先在“审阅”中取消“保护工作簿”。"
            )
        if self._book.Excel8CompatibilityMode:
            raise UnwritableFile(
                self.name,
                "工作簿是 .xls 旧格式,放不进新格式的工作表",
                "请先另存为 .xlsx(“文件—另存为—Excel 工作簿”),关闭后重新打开,再试。",
            )
        every = {str(sheet.Name).casefold(): sheet for sheet in self._book.Sheets}
        olds = [old for spec in specs if (old := every.get(spec.name.casefold())) is not None]
        for old in olds:
            self._refuse_to_replace(old, patch.owner)
        ours = {str(old.Name) for old in olds}
        for other in self._book.Worksheets if olds else ():
            if other.ProtectContents and str(other.Name) not in ours:
                for old in olds:
                    if _points_to(other, str(old.Name)):
                        with self._opened(other, f"其中引用“{old.Name}”的公式不能改", undo):
                            pass

    def _refuse_to_replace(self, old: Any, wanted: str) -> None:
        sheet = self._sheet(str(old.Name))  # none where it is a chart that fills a sheet
        owner = None if sheet is None else self._owner(sheet)
        if owner is None or not wanted:
            raise UnwritableFile(
                self.name,
                f"已有一张名为“{old.Name}”的工作表,不是 kpixl 写的,不能覆盖",
                "请先给那张表改名(双击表名),或换一个工作簿。",
            )
        if owner != wanted:
            raise UnwritableFile(
                self.name,
                f"已有的“{old.Name}”表是另一个方案({owner})的结果,不能覆盖",
                "要留着它,请先给那张表改名;不要了,请先删去;或换一个工作簿。",
            )
        what = (
            "“表格”"
            if int(old.ListObjects.Count)
            else "数据透视表"
            if int(old.PivotTables().Count)
            else "图表或图片"
            if any(int(shape.Type) not in _OWN_SHAPES for shape in old.Shapes)
            else ""
        )
        if what:
            raise UnwritableFile(
                self.name,
                f"“{old.Name}”表上有后来放上去的{what},重写这张表会丢掉它",
                "请把它移到别的工作表,或给这张表改名,把它留下。",
            )

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
                self._mark(change, undo)
            elif isinstance(change, ClearMarks):
                self._clear(change.sheet, undo)
        for name, text in patch.marks.items():
            self._set_property(name, text, undo)
        olds = self._take_places(added, undo)
        for name, text in patch.names.items():
            self._set_name(name, "=" + text.removeprefix("="), undo)
        ours = {str(sheet.Name) for sheet, _ in olds} | {spec.name for spec in specs}
        for old, spec in olds:
            self._repoint(str(old.Name), spec.name, ours, undo)
        for spec, sheet in added:
            if spec.hidden:
                sheet.Visible = _HIDDEN
        for number, (old, _) in enumerate(olds):
            try:
                old.Visible = _VISIBLE  # Excel removes no sheet that is hidden from its menus
                old.Delete()
            except Exception as error:
                if not number:
                    raise
                log.failure(error)  # the first is gone for good; one that stays harms nobody

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
            before = {str(sheet.Name) for sheet in self._book.Sheets}
            donor = self._book.Application.Workbooks.Open(str(made))
            try:
                names = tuple(str(sheet.Name) for sheet in donor.Worksheets)
                if len(names) > len(specs):
                    raise ValueError("a sheet with long lists of choices can't join a workbook")
                for name in names:  # a hidden sheet can't be copied
                    donor.Worksheets(name).Visible = _VISIBLE
                wide = [_width(donor.Worksheets(name)) for name in names]
                # All at once, so that their formulas go on pointing to each other.
                donor.Worksheets(names if len(names) > 1 else names[0]).Copy(
                    _left_out(), self._book.Sheets(int(self._book.Sheets.Count))
                )
            finally:
                with suppress(Exception):  # why it could not be copied is what matters
                    donor.Close(False)
                # By their names: behind a hidden sheet they may stand elsewhere.
                new = [s for s in self._book.Sheets if str(s.Name) not in before]
                undo.extend(sheet.Delete for sheet in new)
        added = list(zip(specs, new, strict=True))
        for (spec, sheet), wanted in zip(added, wide, strict=True):
            _widen(sheet, spec, wanted)
        for spec, sheet in added:
            if patch.owner:
                sheet.Names.Add(OWN_NAME, f"={own_text(patch.owner, spec.name)}", False)
        # Sheets that are copied together stay chosen together: what is typed into one of them
        # would be typed into all.
        self._book.Activate()
        active.Activate()
        return added

    def _take_places(
        self, added: Sequence[tuple[SheetSpec, Any]], undo: list[Callable[[], object]]
    ) -> list[tuple[Any, SheetSpec]]:
        """New sheets in the places and under the names of those of before, which are given
        back to be removed."""
        olds = []
        for spec, sheet in added:
            old, given = self._sheet(spec.name), str(sheet.Name)
            if old is not None and str(old.Name) != given:
                undo.append(_setter(old, "Name", str(old.Name)))
                old.Name = _free(self._book, "kpixl")
                undo.append(_setter(sheet, "Name", given))
                sheet.Name = spec.name
                sheet.Move(old)
                olds.append((old, spec))
            elif given != spec.name:
                sheet.Name = spec.name
        return olds

    def _repoint(
        self, away: str, here: str, ours: Set[str], undo: list[Callable[[], object]]
    ) -> None:
        """Formulas, charts and names of the user that point to an old sheet point to the new.

        The sheets of `ours` point to each other already, or go.
        """
        old, new = quote_sheet(away) + "!", quote_sheet(here) + "!"
        undo.append(lambda: self._repoint_back(old, new))
        for other in self._book.Worksheets:
            if str(other.Name) not in ours and _points_to(other, away):
                with self._opened(other, f"其中引用“{here}”的公式不能改", undo):
                    with suppress(Exception):  # what it did not do is seen at once
                        _replace(other, old, new)
                    if _points_to(other, away):
                        raise UnwritableFile(
                            self.name,
                            f"Excel 不让改“{other.Name}”表中引用“{here}”的公式(例如占多格的数组公式)",
                            "请先删去或改写这些公式,再试。",
                        )
        for series in self._series():
            with suppress(Exception):  # a chart that is protected, or shows no cells
                text = str(series.Formula)
                if old in text:
                    series.Formula = text.replace(old, new)
                    undo.append(_setter(series, "Formula", text))
        for name in self._book.Names:
            text = str(name.RefersTo)
            if old in text and old not in str(name.Name):  # not what is local to the old sheet
                undo.append(_setter(name, "RefersTo", text))
                name.RefersTo = text.replace(old, new)

    def _series(self) -> Iterator[Any]:
        charts = [
            sheet.ChartObjects(number).Chart
            for sheet in self._book.Worksheets
            for number in range(1, int(sheet.ChartObjects().Count) + 1)
        ]
        for chart in (*charts, *self._book.Charts):
            for number in range(1, int(chart.SeriesCollection().Count) + 1):
                yield chart.SeriesCollection(number)

    def _repoint_back(self, old: str, new: str) -> None:
        for other in self._book.Worksheets:
            with suppress(Exception), self._opened(other, ""):
                _replace(other, new, old)

    def _set_name(self, name: str, text: str, undo: list[Callable[[], object]]) -> None:
        there = next(
            (n for n in self._book.Names if str(n.Name).casefold() == name.casefold()), None
        )
        if there is not None:
            undo.append(_setter(there, "RefersTo", str(there.RefersTo)))
        made = self._book.Names.Add(name, text)
        if there is None:
            undo.append(made.Delete)

    def _values(self, change: SetValues, undo: list[Callable[[], object]]) -> None:
        sheet = self._sheet(change.sheet)
        assert sheet is not None
        for area in areas_of(change.values):
            cells = sheet.Range(area.a1)
            undo.append(_setter(cells, "Value2", _as_they_were(cells.Value2)))
            cells.Value2 = tuple(
                tuple(
                    _value(change.values[row, column])
                    for column in range(area.left, area.right + 1)
                )
                for row in range(area.top, area.bottom + 1)
            )

    def _mark(self, change: MarkCells, undo: list[Callable[[], object]]) -> None:
        sheet = self._sheet(change.sheet)
        assert sheet is not None
        with self._opened(sheet, "不能做标记", undo):
            self._put_marks(sheet, change, undo)

    def _put_marks(self, sheet: Any, change: MarkCells, undo: list[Callable[[], object]]) -> None:
        colors: dict[str, list[Spot]] = {}
        for spot, mark in change.marks.items():
            if mark.fill is not None:
                colors.setdefault(mark.fill, []).append(spot)
            if mark.note:
                undo.extend(self._closed(sheet, step) for step in _note(sheet, spot, mark))
        for color, spots in colors.items():
            for area in areas_of(spots):
                rule = _color(sheet.Range(area.a1), _bgr(color))
                undo.append(self._closed(sheet, rule.Delete))

    def _clear(self, name: str | None, undo: list[Callable[[], object]]) -> None:
        """Our colours and notes, and nothing else."""
        for sheet in self._book.Worksheets:
            if name is not None and not same_name(str(sheet.Name), name):
                continue
            rules, notes = _own_rules(sheet), _own_notes(sheet)
            if rules or notes:
                with self._opened(sheet, "不能清除标记", undo):
                    for rule in reversed(rules):
                        cells, color = sheet.Range(str(rule.AppliesTo.Address)), rule.Interior.Color
                        rule.Delete()
                        undo.append(self._closed(sheet, partial(_color, cells, color)))
                    for note in reversed(notes):
                        cell, text = note.Parent, str(note.Text())
                        kept = text[: text.find(HEADING)].rstrip("\n")
                        if kept:
                            note.Text(kept)
                            undo.append(self._closed(sheet, partial(note.Text, text)))
                        else:
                            note.Delete()
                            undo.append(self._closed(sheet, partial(cell.AddComment, text)))

    def _closed(self, sheet: Any, step: Callable[[], object]) -> Callable[[], None]:
        """A step that works on a sheet which is protected again by then."""

        def done() -> None:
            with self._opened(sheet, ""):
                step()

        return done

    @contextmanager
    def _opened(
        self, sheet: Any, what: str, undo: list[Callable[[], object]] | None = None
    ) -> Iterator[None]:
        """A sheet without its protection, which is as it was afterwards.

        Forms are protected without a password, so that nothing is changed by accident; one
        that has a password stays shut, and UnwritableFile says so, and `what` can't be done.
        """
        if not sheet.ProtectContents:
            yield
            return
        allowed = [bool(getattr(sheet.Protection, name)) for name in _ALLOWED]
        drawings, scenarios = bool(sheet.ProtectDrawingObjects), bool(sheet.ProtectScenarios)
        choosable = sheet.EnableSelection

        def protect() -> None:
            if not sheet.ProtectContents:
                # Password, DrawingObjects, Contents, Scenarios, UserInterfaceOnly, the allowed
                sheet.Protect("", drawings, True, scenarios, _left_out(), *allowed)
                sheet.EnableSelection = choosable

        if undo is not None:
            undo.append(protect)
        with suppress(Exception):
            sheet.Unprotect("")
        if sheet.ProtectContents:
            raise UnwritableFile(
                self.name,
                f"“{sheet.Name}”表有带密码的保护,{what}",
                "请先在“审阅”中撤消工作表保护。",
            )
        try:
            yield
        finally:
            protect()

    # -- the workbook ------------------------------------------------------------------

    def _sheet(self, name: str) -> Any:
        return next((s for s in self._book.Worksheets if same_name(str(s.Name), name)), None)

    def _owner(self, sheet: Any) -> str | None:
        """Whose a sheet is, if it is one of ours that nobody has renamed."""
        for own in sheet.Names:
            if str(own.Name).rpartition("!")[2] == OWN_NAME:
                return read_own_text(str(own.RefersTo), str(sheet.Name))
        return None

    def _set_property(self, name: str, text: str, undo: list[Callable[[], object]]) -> None:
        bag = self._book.CustomDocumentProperties
        try:
            there = bag(name)
            before = str(there.Value)
        except Exception:  # Excel has no other way to say that there is none
            undo.append(lambda: bag(name).Delete())
            bag.Add(name, False, _TEXT, text)
            return
        undo.append(_setter(there, "Value", before))
        there.Value = text

    def _quiet(self) -> AbstractContextManager[None]:
        """No drawing, no events, no questions; all as it was afterwards, also after an error."""
        wanted = {
            "ScreenUpdating": False,
            "EnableEvents": False,
            "DisplayAlerts": False,
            "Calculation": _MANUAL,
        }
        return _set(self._book.Application, wanted)


def undisturbed(app: Any) -> AbstractContextManager[None]:
    """Excel takes no clicks and keys, and does not ask whether it is to go on waiting for us.

    It would ask after a minute, and refuse calls while it asks.
    """
    return _set(app, {"DisplayAlerts": False, "Interactive": False})


@contextmanager
def _set(app: Any, wanted: Mapping[str, object]) -> Iterator[None]:
    """Settings of Excel for a while; as they were afterwards, also after an error."""
    before = {name: getattr(app, name) for name in wanted}
    try:
        for name, value in wanted.items():
            setattr(app, name, value)
        yield
    finally:
        # Calculating first: it may last, and what it sets off is not to be seen half-way.
        for name, old in reversed(before.items()):
            try:
                setattr(app, name, old)
            except Exception as error:
                log.failure(error)


def _patiently(step: Callable[[], object], again: Callable[[], bool] = lambda: True) -> None:
    """Take a step, some more times where Excel is busy and `again` says that nothing is done yet.

    It takes no calls while somebody types into a cell or a window is open.
    """
    for pause in _PAUSES:
        try:
            step()
        except Exception as error:
            if not (_is_busy(error) and again()):
                raise
            sleep(pause)
        else:
            return
    step()


def _is_busy(error: Exception) -> bool:
    """Whether Excel took no call: pywin32's com_error holds the number in one of two places."""
    more = getattr(error, "excepinfo", None) or ()
    return not _BUSY.isdisjoint((getattr(error, "hresult", None), *more[-1:]))


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


def _width(sheet: Any) -> float:
    """Points of the first column, or 0 where Excel does not say."""
    with suppress(Exception):
        return float(sheet.Range(a1(1, 1)).Width)
    return 0.0


def _widen(sheet: Any, spec: SheetSpec, wanted: float) -> None:
    """Columns as wide as they were laid out, in points of the first.

    A column is so many characters of the workbook's standard face, and that may be narrower.
    """
    there = _width(sheet)
    if not there or wanted <= 1.01 * there:
        return
    with suppress(Exception):  # a protected sheet; narrow columns are better than none
        for column in spec.widths:
            cells = sheet.Range(a1(1, column))
            cells.ColumnWidth = min(float(cells.ColumnWidth) * wanted / there, 255)


def _points_to(sheet: Any, name: str) -> bool:
    """Whether a formula of a sheet refers to another."""
    words = quote_sheet(name) + "!"
    found = sheet.Cells.Find(
        words, _left_out(), _IN_FORMULAS, _PART, _BY_ROWS, _NEXT, True, _left_out(), False
    )
    return found is not None


def _replace(sheet: Any, old: str, new: str) -> None:
    """Other words in the formulas of a sheet.

    What is not said of case, order and looks is taken from the user's last search, so it is
    said.  Formulas that spill would be written as formulas with one value (@), but where Excel
    is told not to; versions without such formulas can't be told.
    """
    wanted = (old, new, _PART, _BY_ROWS, True, _left_out(), False, False)
    sheet.Cells.Replace(*wanted, *((_SPILLING,) if _has_spills(sheet) else ()))


def _has_spills(sheet: Any) -> bool:
    """Whether formulas can spill in this Excel."""
    try:
        _ = sheet.Cells(1, 1).Formula2
    except Exception:  # a member that it does not have
        return False
    return True


def _holds_days(specs: Sequence[SheetSpec], changes: Sequence[SetValues | MarkCells]) -> bool:
    values: list[object] = [value_of(c) for spec in specs for c in spec.cells.values()]
    for change in changes:
        values += change.values.values() if isinstance(change, SetValues) else ()
    return any(isinstance(value, date) for value in values)


def _setter(thing: Any, name: str, value: Any) -> Callable[[], None]:
    return lambda: setattr(thing, name, value)


def _as_they_were(values: Any) -> Any:
    """What Value2 gave, so that putting it back makes the same cells again.

    >>> _as_they_were(((1.0, "2015", None), ("=A1", True, -2146826246)))
    ((1.0, "'2015", ''), ("'=A1", True, '#N/A'))
    """
    if isinstance(values, tuple):
        return tuple(map(_as_they_were, values))
    if values is None or isinstance(values, str):
        return _value(values)
    # A figure is never an int here: what is one is an error value.
    return _FAULTS.get(values, "#N/A") if type(values) is int else values


def _value(value: Scalar) -> Any:
    """A value as Excel takes it: a text stays a text, whatever it begins with.

    >>> _value("2015"), _value(283), _value(True), _value(CellError("#N/A")), _value("")
    ("'2015", 283.0, True, '#N/A', '')
    """
    if isinstance(value, CellError):
        return value.code
    if value is None:
        return ""  # nothing; pywin32 would make it a Null
    if isinstance(value, str):
        return "'" + value if value else ""
    if isinstance(value, (date, time)):
        return serial(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)  # Excel takes no whole number that is longer than 32 bits
    return value


def _color(cells: Any, color: int) -> Any:
    """A colour of ours over cells; the rule that shows it."""
    rule = cells.FormatConditions.Add(_EXPRESSION, _left_out(), "=" + ALWAYS)
    rule.Interior.Color = color
    return rule


def _note(sheet: Any, spot: Spot, mark: Mark) -> list[Callable[[], object]]:
    """Our words in a note, behind those of others; how to take them back.

    A cell with a conversation holds no note: there the colour is the mark.
    """
    cell = sheet.Cells(*spot)
    if _has_thread(cell):
        return []
    old = cell.Comment
    text = HEADING + mark.note
    if old is None:
        made = cell.AddComment(text)
        return [made.Delete]
    there = str(old.Text())
    kept = there[: there.find(HEADING)].rstrip("\n") if HEADING in there else there
    old.Text(f"{kept}\n{text}" if kept else text)
    return [partial(old.Text, there)]


def _has_thread(cell: Any) -> bool:
    """Whether a conversation stands at a cell; an Excel without these does not know the word."""
    try:
        return cell.CommentThreaded is not None
    except Exception:
        return False


def _bgr(color: str) -> int:
    """A colour as Excel counts it.

    >>> _bgr("FF8000") == 0x0080FF
    True
    """
    return int(color[4:6] + color[2:4] + color[0:2], 16)


def _free(book: Any, stem: str) -> str:
    there = {str(sheet.Name).casefold() for sheet in book.Sheets}
    return next(n for i in range(1, len(there) + 2) if (n := f"{stem} {i}") not in there)

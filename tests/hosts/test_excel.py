"""A workbook open in Excel: what is read, what is changed, what is as it was afterwards.

Excel is stood in for by tests/hosts/excel_stub.py, so nothing here shows that it works in
Excel itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from lxml import etree

from kpixl.errors import UnusableFile, UnwritableFile
from kpixl.grid import Area, CellError, Scalar, Spot
from kpixl.host import (
    ClearMarks,
    Formula,
    Mark,
    MarkCells,
    Patch,
    PutSheet,
    SetValues,
    SheetSpec,
    Style,
)
from kpixl.hosts.excel import ExcelHost
from kpixl.hosts.files import edit, read
from tests.hosts import excel_engine
from tests.hosts.encrypted import sealed
from tests.hosts.excel_stub import (
    ALLOWED,
    Application,
    Chart,
    FormatCondition,
    Refused,
    Workbook,
    Worksheet,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "某街道.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "表"
    sheet["A1"], sheet["B1"], sheet["B2"] = "产值", 12.5, "=B1*2"
    sheet["A3"] = "约30"
    book.create_sheet("别的")["A1"] = "不动"
    book.save(made)
    return made


@pytest.fixture
def open_book(path: Path) -> Workbook:
    return Application().Workbooks.Open(str(path))


@pytest.fixture
def host(open_book: Workbook) -> ExcelHost:
    return ExcelHost(excel_engine.book(open_book))


def ranking(figure: float) -> PutSheet:
    return PutSheet(
        SheetSpec(
            "排名",
            {
                (1, 1): "单位",
                (2, 1): "星海街道",
                (2, 2): Formula("=核对数据!A1*2", figure * 2),
            },
            {(1, 1): Style(bold=True, fill="DDEBF7"), (2, 2): Style(number_format="0.00")},
            merged=(Area(3, 1, 3, 2),),
            notes={(2, 2): "由公式计算"},
        )
    )


def data(figure: float) -> PutSheet:
    return PutSheet(SheetSpec("核对数据", {(1, 1): figure}, hidden=True))


def sheets(figure: float, owner: str = "考核") -> Patch:
    marks = {"kpixl-form": "甲"}
    return Patch((ranking(figure), data(figure)), marks=marks, owner=owner)


def test_a_workbook_is_read_as_its_file_with_what_is_not_saved_yet(
    host: ExcelHost, open_book: Workbook, path: Path
) -> None:
    assert host.snapshot().sheets == read(path).sheets
    assert host.snapshot().source == read(path).source
    open_book.sheets[0].Range("B1").Value2 = 99
    found = host.snapshot()
    assert found.sheets[0].value(1, 2) == 99
    assert (found.source.name, found.source.sha256) == ("某街道.xlsx", "")
    assert read(path).sheets[0].value(1, 2) == 12.5


def test_a_workbook_in_the_cloud_has_no_path(host: ExcelHost, open_book: Workbook) -> None:
    open_book.Path = "https://d.docs.live.net/1/考核"
    assert host.path is None
    assert host.snapshot().source.sha256 == ""
    open_book.Path = ""
    assert host.path is None


def test_sheets_of_ours_join_and_look_as_in_a_file(
    host: ExcelHost, path: Path, tmp_path: Path
) -> None:
    host.apply(sheets(10))
    edited = tmp_path / "edited.xlsx"
    edit(path, edited, sheets(10))
    found, wanted = host.snapshot(), read(edited)
    assert [s.name for s in found.sheets] == ["表", "别的", "排名", "核对数据"]
    for mine, theirs in zip(found.sheets, wanted.sheets, strict=True):
        assert (mine.formulas, mine.merged, mine.hidden) == (
            theirs.formulas,
            theirs.merged,
            theirs.hidden,
        )
        assert mine.formats == theirs.formats
    assert found.marks["kpixl-form"] == "甲"


@pytest.mark.parametrize(("character", "widened"), [(7, True), (8, False), (9, False)])
def test_columns_are_as_wide_as_laid_out_whatever_the_standard_face(
    host: ExcelHost, open_book: Workbook, character: int, widened: bool
) -> None:
    open_book.character = character
    put = data(99.5)
    widths = {1: 30.0, 2: 12.0, 3: 250.0}
    host.apply(Patch((replace(put, sheet=replace(put.sheet, widths=widths)),), owner="考核"))
    sheet = open_book.Worksheets(put.sheet.name)
    for column, width in widths.items():
        cells = sheet.Range(f"{'ABC'[column - 1]}1")
        points = (width * 8 + 5) * 0.75
        if column < 3:
            assert cells.Width == pytest.approx(points, rel=0.03) or not widened
            assert cells.Width > 0.97 * points
        assert cells.ColumnWidth <= 255


def test_putting_them_again_replaces_them_where_they_stand(
    host: ExcelHost, open_book: Workbook
) -> None:
    host.apply(sheets(10))
    open_book.sheets[0].Range("C1").Formula = "=排名!B2"
    open_book.sheets[0].Range("C2").Formula = "=核对数据!A1"
    host.apply(sheets(20))
    found = host.snapshot()
    assert [s.name for s in found.sheets] == ["表", "别的", "排名", "核对数据"]
    data_sheet = found.sheet("核对数据")
    assert data_sheet is not None
    assert data_sheet.value(1, 1) == 20
    # the user's formulas still point to them, and so do theirs to each other
    assert found.sheets[0].formulas[2, 3] == "=核对数据!A1"
    assert found.sheets[0].formulas[1, 3] == "=排名!B2"
    ranking_sheet = found.sheet("排名")
    assert ranking_sheet is not None
    assert ranking_sheet.formulas == {(2, 2): "=核对数据!A1*2"}


def test_a_sheet_of_the_user_or_of_another_owner_is_never_replaced(
    host: ExcelHost, open_book: Workbook
) -> None:
    host.apply(sheets(10))
    for patch in (
        Patch((PutSheet(SheetSpec("别的", {(1, 1): "我的"})),), owner="考核"),
        Patch((PutSheet(SheetSpec("别的", {(1, 1): "我的"})),)),
        sheets(20, owner="另一个"),
        sheets(20, owner=""),
    ):
        with pytest.raises(UnwritableFile, match=r"不是 kpixl 写的|另一个方案"):
            host.apply(patch)
    found = host.snapshot()
    other, data_sheet = found.sheet("别的"), found.sheet("核对数据")
    assert other is not None and other.value(1, 1) == "不动"
    assert data_sheet is not None and data_sheet.value(1, 1) == 10


def test_a_sheet_that_was_renamed_is_the_users(host: ExcelHost, open_book: Workbook) -> None:
    host.apply(sheets(10))
    open_book.Worksheets("排名").Name = "去年的排名"
    host.apply(sheets(20))
    names = [s.name for s in host.snapshot().sheets]
    assert "去年的排名" in names
    assert "排名" in names


def test_values_are_written_and_a_text_stays_a_text(host: ExcelHost, open_book: Workbook) -> None:
    values: dict[Spot, Scalar] = {
        (3, 1): "=1+1",
        (3, 2): 8.0,
        (4, 1): "+86",
        (4, 2): CellError("#N/A"),
    }
    host.apply(Patch((SetValues("表", values),)))
    sheet = host.snapshot().sheets[0]
    assert {spot: sheet.value(*spot) for spot in values} == values
    assert sheet.formulas.keys() == {(2, 2)}
    assert sheet.value(1, 2) == 12.5


def test_a_formula_and_a_locked_cell_are_refused_before_anything_is_written(
    host: ExcelHost, open_book: Workbook
) -> None:
    before = host.snapshot().sheets
    with pytest.raises(UnwritableFile, match="B2 是公式"):
        host.apply(Patch((*sheets(1).changes, SetValues("表", {(3, 1): 1.0, (2, 2): 1.0}))))
    open_book.sheets[0].Protect("", False, True, False)
    with pytest.raises(UnwritableFile, match="有保护,有的格子不能改"):
        host.apply(Patch((*sheets(1).changes, SetValues("表", {(3, 1): 1.0}))))
    open_book.sheets[0].Unprotect("")
    assert host.snapshot().sheets == before
    with pytest.raises(UnwritableFile, match="没有名为"):
        host.apply(Patch((SetValues("没有", {(1, 1): 1.0}),)))
    open_book.ProtectStructure = True
    with pytest.raises(UnwritableFile, match="结构受保护"):
        host.apply(sheets(1))


def note(sheet: Worksheet, address: str) -> str | None:
    found = sheet.Range(address).Comment
    return None if found is None else found.Text()


def test_marks_go_again_and_nothing_else_does(host: ExcelHost, open_book: Workbook) -> None:
    sheet = open_book.sheets[0]
    sheet.Range("A1").AddComment("同事的话")
    before = host.snapshot()
    marks = {(3, 1): Mark("F8CBAD", "应为数字"), (1, 1): Mark("FFEB9C", "请核实")}
    host.apply(Patch((MarkCells("表", marks),)))
    assert note(sheet, "A3") == "kpixl:\n应为数字"
    assert note(sheet, "A1") == "同事的话\nkpixl:\n请核实"
    assert sheet.Cells.FormatConditions.Count == 2
    host.apply(Patch((MarkCells("表", {(1, 1): Mark(None, "还要核实")}),)))
    assert note(sheet, "A1") == "同事的话\nkpixl:\n还要核实"
    host.apply(Patch((ClearMarks(),)))
    assert note(sheet, "A1") == "同事的话"
    assert note(sheet, "A3") is None
    assert sheet.Cells.FormatConditions.Count == 0
    assert host.snapshot().sheets == before.sheets


def test_neighbouring_cells_of_one_colour_are_one_mark(
    host: ExcelHost, open_book: Workbook
) -> None:
    marks = {(row, column): Mark("F8CBAD") for row in range(3, 60) for column in (1, 2)}
    host.apply(Patch((MarkCells("表", marks),)))
    assert [r.AppliesTo.Address for r in rules(open_book.sheets[0])] == ["$A$3:$B$59"]
    assert open_book.Application.calls.count("FormatConditions.Add") == 1


def test_a_protected_form_is_marked_and_protected_again_as_it_was(
    host: ExcelHost, open_book: Workbook
) -> None:
    sheet = open_book.sheets[0]
    # nothing but drawings, widths of columns and sorting
    some = ("AllowFormattingColumns", "AllowSorting")
    sheet.Protect("", True, True, False, None, *[name in some for name in ALLOWED])

    def protection() -> list[bool]:
        allowed = [getattr(sheet.Protection, name) for name in ALLOWED]
        drawings, scenarios = sheet.ProtectDrawingObjects, sheet.ProtectScenarios
        return [sheet.ProtectContents, drawings, scenarios, *allowed]

    before = protection()
    assert before.count(True) == 4
    host.apply(Patch((MarkCells("表", {(3, 1): Mark("F8CBAD", "应为数字")}),)))
    assert sheet.Comments.Count == 1
    assert protection() == before
    host.apply(Patch((ClearMarks(),)))
    assert sheet.Comments.Count == 0
    assert protection() == before
    sheet.part.child("sheetProtection").set("password", "CC1A")
    with pytest.raises(UnwritableFile, match="带密码的保护"):
        host.apply(Patch((*sheets(1).changes, MarkCells("表", {(3, 1): Mark("F8CBAD")}))))
    assert [s.name for s in host.snapshot().sheets] == ["表", "别的"]


def test_marks_put_in_excel_are_taken_off_by_the_editor_of_files_and_the_other_way(
    host: ExcelHost, open_book: Workbook, tmp_path: Path, path: Path
) -> None:
    host.apply(Patch((MarkCells("表", {(3, 1): Mark("F8CBAD", "应为数字")}),)))
    saved, cleared, marked = (tmp_path / f"{n}.xlsx" for n in ("saved", "cleared", "marked"))
    open_book.SaveCopyAs(str(saved))
    edit(saved, cleared, Patch((ClearMarks(),)))
    sheet = openpyxl.load_workbook(cleared).worksheets[0]
    assert sheet["A3"].comment is None
    assert not list(sheet.conditional_formatting)
    edit(path, marked, Patch((MarkCells("表", {(3, 1): Mark("F8CBAD", "应为数字")}),)))
    other = Application().Workbooks.Open(str(marked))
    ExcelHost(excel_engine.book(other)).apply(Patch((ClearMarks("表"),)))
    assert note(other.sheets[0], "A3") is None
    assert other.sheets[0].Cells.FormatConditions.Count == 0


def everything(book: Workbook) -> list[object]:
    """All that a failed patch must leave as it was."""
    host = ExcelHost(excel_engine.book(book))
    app, found = book.Application, host.snapshot()
    names = [(n.Name, n.RefersTo) for n in book.Names]
    looks = [
        (
            {spot: note.text for spot, note in sheet.part.notes().items()},
            [(r.Formula1, r.AppliesTo.Address) for r in rules(sheet)],
            sheet.ProtectContents,
        )
        for sheet in book.Worksheets
    ]
    shown = [s.Name for s in book.selected]
    return [found.sheets, dict(found.marks), names, looks, shown, len(app.Workbooks.open)]


def rules(sheet: Worksheet) -> list[FormatCondition]:
    every = sheet.Cells.FormatConditions
    return [every(number) for number in range(1, every.Count + 1)]


def much() -> Patch:
    """A patch with something of each kind, over sheets that are there already."""
    return Patch(
        (
            *sheets(20).changes,
            SetValues("表", {(3, 1): 30.0, (4, 1): "新"}),
            ClearMarks(),
            MarkCells("表", {(3, 1): Mark("F8CBAD", "应为数字"), (1, 1): Mark(None, "核实")}),
        ),
        marks={"kpixl-form": "乙", "另": "1"},
        names={"总分": "排名!$B$2", "新名": "排名!$A$1"},
        owner="考核",
    )


def prepared(path: Path) -> Workbook:
    """A form that was marked and ranked before, protected, to which the user's cells refer."""
    book = Application().Workbooks.Open(str(path))
    host = ExcelHost(excel_engine.book(book))
    sheet = book.sheets[0]
    sheet.Range("A4:A7").Value2 = (("'2015",), ("'=1+1",), (True,), ("#N/A",))
    sheet.Range("B2").AddComment("同事的话")
    host.apply(replace(sheets(10), names={"总分": "排名!$B$2"}))
    host.apply(
        Patch((MarkCells("表", {(1, 2): Mark("FFEB9C", "旧"), (2, 2): Mark("FFEB9C", "旧")}),))
    )
    book.sheets[1].Range("B1").Formula = "=排名!B2+核对数据!A1"
    book.sheets[1].Protect("", False, True, False)
    app = book.Application
    app.calls.clear()
    app.states.clear()
    app.ScreenUpdating = app.EnableEvents = app.DisplayAlerts = True
    app.Calculation = -4105
    return book


def test_nothing_is_drawn_asked_calculated_or_told_to_macros_while_a_patch_is_applied(
    path: Path,
) -> None:
    book = prepared(path)
    app = book.Application
    ExcelHost(excel_engine.book(book)).apply(much())
    assert app.states == {(False, False, False, -4135)}
    settings = (app.ScreenUpdating, app.EnableEvents, app.DisplayAlerts, app.Calculation)
    assert settings == (True, True, True, -4105)


def test_whatever_excel_refuses_half_way_all_is_as_it_was_values_sheets_marks_and_settings(
    path: Path,
) -> None:
    book = prepared(path)
    ExcelHost(excel_engine.book(book)).apply(much())
    calls = list(book.Application.calls)
    assert {"Copy", "Value2", "FormatConditions.Add", "AddComment", "Property", "Name", "Move",
            "Comment.Delete", "FormatCondition.Delete", "Names.Add", "Protect"} <= set(calls)  # fmt: skip
    for number, call in enumerate(calls, 1):
        book = prepared(path)
        app = book.Application
        before = everything(book)
        app.calls.clear()
        app.failing_at = number
        if call == "Delete" and "Delete" in calls[: number - 1]:
            continue  # see the next test
        with pytest.raises((Refused, UnwritableFile, UnusableFile)):
            ExcelHost(excel_engine.book(book)).apply(much())
        assert app.calls[number - 1] == call
        app.failing_at = 0
        assert everything(book) == before, (number, call)
        settings = (app.ScreenUpdating, app.EnableEvents, app.DisplayAlerts, app.Calculation)
        assert settings == (True, True, True, -4105), (number, call)


def test_a_second_sheet_that_excel_does_not_remove_stays_beside_the_new_ones(path: Path) -> None:
    book = prepared(path)
    ExcelHost(excel_engine.book(book)).apply(much())
    second = [n for n, call in enumerate(book.Application.calls, 1) if call == "Delete"][1]
    book = prepared(path)
    book.Application.failing_at = second
    ExcelHost(excel_engine.book(book)).apply(much())
    assert [s.Name for s in book.sheets] == ["表", "别的", "排名", "核对数据", "kpixl 2"]
    assert book.sheets[1].Range("B1").Formula == "=排名!B2+核对数据!A1"


def test_where_the_user_stands(host: ExcelHost, open_book: Workbook) -> None:
    assert host.selection() is None
    open_book.Application.Selection = open_book.sheets[0].Range("B2:C4")
    assert host.selection() == ("表", Area(2, 2, 4, 3))


# -- how often Excel is asked -----------------------------------------------------------


class Counting:
    """An object of Excel through which every call is counted."""

    calls = 0

    def __init__(self, inner: Any) -> None:
        object.__setattr__(self, "inner", inner)

    def __getattr__(self, name: str) -> Any:
        Counting.calls += 1
        return counted(getattr(self.inner, name))

    def __setattr__(self, name: str, value: Any) -> None:
        Counting.calls += 1
        setattr(self.inner, name, plain(value))

    def __call__(self, *arguments: Any) -> Any:
        Counting.calls += 1
        return counted(self.inner(*map(plain, arguments)))

    def __iter__(self) -> Iterator[Any]:
        return map(counted, self.inner)


def counted(value: Any) -> Any:
    simple = value is None or isinstance(value, (str, int, float, tuple))
    return value if simple else Counting(value)


def plain(value: Any) -> Any:
    return value.inner if isinstance(value, Counting) else value


def calls_for(path: Path, rows: int) -> int:
    """How often Excel is asked for one read and one write of so many rows."""
    book = Application().Workbooks.Open(str(path))
    host = ExcelHost(SimpleNamespace(api=Counting(book)))
    host.apply(sheets(1))
    column: dict[Spot, Scalar] = {(row, 4): float(row) for row in range(1, rows + 1)}
    long = SheetSpec("排名", column)
    Counting.calls = 0
    host.snapshot()
    host.apply(Patch((SetValues("表", column), PutSheet(long)), owner="考核"))
    asked = Counting.calls
    found = host.snapshot()
    for name in ("表", "排名"):
        sheet = found.sheet(name)
        assert sheet is not None
        assert sheet.value(rows, 4) == float(rows)
    return asked


def test_excel_is_asked_as_often_for_six_hundred_rows_as_for_six(path: Path) -> None:
    assert calls_for(path, 600) == calls_for(path, 6)


# -- what Excel's experts know -----------------------------------------------------------


def test_what_is_put_back_after_a_failure_is_what_was_there_and_not_what_excel_makes_of_it(
    host: ExcelHost, open_book: Workbook
) -> None:
    cells = open_book.sheets[0].Range("A4:A9")
    cells.Value2 = (("'2015",), ("'=1+1",), ("'2015-01-15",), (True,), ("#N/A",), (None,))
    before = host.snapshot().sheets[0].rows
    open_book.Application.failing = "Property"
    values: dict[Spot, Scalar] = {(row, 1): 1.0 for row in range(4, 10)}
    with pytest.raises(Refused):
        host.apply(Patch((SetValues("表", values),), marks={"甲": "乙"}))
    assert host.snapshot().sheets[0].rows == before
    texts = [type(v) for v in (row[0] for row in before[3:])]
    assert texts == [str, str, str, bool, CellError]


def test_a_whole_number_of_any_length_and_each_error_value_are_written(host: ExcelHost) -> None:
    codes = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
    values: dict[Spot, Scalar] = {(1, 5): 2**40, (2, 5): True, (3, 5): date(2016, 1, 15)}
    values |= {(row, 6): CellError(code) for row, code in enumerate(codes, 1)}
    host.apply(Patch((SetValues("表", values),)))
    sheet = host.snapshot().sheets[0]
    assert [sheet.value(r, 5) for r in (1, 2, 3)] == [2.0**40, True, 42384.0]
    assert [sheet.value(r, 6) for r in range(1, 8)] == [CellError(code) for code in codes]


def test_afterwards_one_sheet_is_chosen_and_no_group(host: ExcelHost, open_book: Workbook) -> None:
    host.apply(sheets(10))
    assert [s.Name for s in open_book.selected] == ["表"]
    host.apply(sheets(20))
    assert [s.Name for s in open_book.selected] == ["表"]


def test_copies_are_known_by_their_names_wherever_they_come_to_stand(
    host: ExcelHost, open_book: Workbook
) -> None:
    host.apply(sheets(10))
    assert open_book.sheets[-1].Visible == 0
    open_book.hidden_last = True
    host.apply(sheets(20))
    host.apply(Patch((PutSheet(SheetSpec("追溯", {(1, 1): "新"})),), owner="考核"))
    found = host.snapshot()
    assert sorted(s.name for s in found.sheets) == sorted(
        ["表", "别的", "排名", "核对数据", "追溯"]
    )
    for name, value in (("排名", "单位"), ("核对数据", 20.0), ("追溯", "新")):
        sheet = found.sheet(name)
        assert sheet is not None
        assert (sheet.value(1, 1), sheet.hidden) == (value, name == "核对数据")


def test_what_the_user_made_of_our_sheets_goes_on_pointing_to_them(
    host: ExcelHost, open_book: Workbook
) -> None:
    host.apply(sheets(10))
    mine, other = open_book.sheets[:2]
    other.Range("B1").Formula = '=排名!B2&"排名!B2"'
    other.Protect("", False, True, False)  # without a password, against slips
    open_book.Names.Add("最高", "=排名!$B$2")
    chart = Chart(open_book, "=SERIES(排名!$B$1,排名!$A$2:$A$3,核对数据!$A$1,1)")
    mine.charts.append(chart)
    for figure in (20, 30):
        host.apply(sheets(figure))
        assert other.Range("B1").Formula == '=排名!B2&"排名!B2"'
        assert other.ProtectContents
        assert {n.Name: n.RefersTo for n in open_book.Names}["最高"] == "=排名!$B$2"
        assert chart.SeriesCollection(1).Formula == (
            "=SERIES(排名!$B$1,排名!$A$2:$A$3,核对数据!$A$1,1)"
        )


def test_a_sheet_with_a_password_that_points_to_ours_is_told_before_anything_is_done(
    host: ExcelHost, open_book: Workbook
) -> None:
    host.apply(sheets(10))
    other = open_book.sheets[1]
    other.Protect("", False, True, False)
    other.part.child("sheetProtection").set("password", "CC1A")
    host.apply(sheets(20))  # nothing in it points to ours
    other.part.set_formula((1, 2), "排名!B2")
    before = everything(open_book)
    open_book.Application.calls.clear()
    with pytest.raises(UnwritableFile, match="“别的”表有带密码的保护,其中引用“排名”的公式不能改"):
        host.apply(sheets(30))
    assert "Copy" not in open_book.Application.calls
    assert everything(open_book) == before


def test_a_sheet_of_ours_that_somebody_hid_from_the_menus_is_replaced(
    host: ExcelHost, open_book: Workbook
) -> None:
    host.apply(sheets(10))
    open_book.Worksheets("核对数据").Visible = 2  # xlSheetVeryHidden
    host.apply(sheets(20))
    assert [(s.Name, s.Visible) for s in open_book.sheets][2:] == [("排名", -1), ("核对数据", 0)]


def test_a_formula_that_excel_does_not_let_go_is_told_and_all_is_as_it_was(
    host: ExcelHost, open_book: Workbook
) -> None:
    host.apply(sheets(10))
    open_book.sheets[1].Range("B1").Formula = "=排名!B2"
    before = everything(open_book)
    open_book.Application.failing = "Replace"  # a part of an array
    with pytest.raises(UnwritableFile, match="Excel 不让改“别的”表中引用“排名”的公式"):
        host.apply(sheets(20))
    open_book.Application.failing = ""
    assert everything(open_book) == before


@pytest.mark.parametrize("dynamic", [True, False])
def test_a_formula_that_spills_and_points_to_ours_goes_on_spilling(
    host: ExcelHost, open_book: Workbook, dynamic: bool
) -> None:
    host.apply(sheets(10))
    other = open_book.sheets[1]
    other.part.set_formula((1, 2), "排名!B2:B9")
    formula = other.part.cell((1, 2))[0]
    formula.set("t", "array")
    formula.set("ref", "B1:B8")
    if dynamic:  # what an older Excel opens is an array formula of a fixed area
        other.part.cell((1, 2)).set("cm", "1")
    open_book.Application.dynamic = dynamic
    host.apply(sheets(20))
    assert other.part.formula((1, 2)) == "排名!B2:B9"
    assert other.part.cell((1, 2)).get("cm") == ("1" if dynamic else None)


def become_a_chart(book: Workbook, name: str) -> None:
    book.sheets[1].part.chart = True
    book.sheets[1].Name = name
    del book.sheets[1].Names


REFUSED_BY_EXCEL: dict[str, tuple[Callable[[Workbook], object], str]] = {
    "shared": (lambda book: setattr(book, "MultiUserEditing", True), "取消共享"),
    "old format": (lambda book: setattr(book, "Excel8CompatibilityMode", True), "另存为 .xlsx"),
    "structure": (lambda book: setattr(book, "ProtectStructure", True), "取消“保护工作簿”"),
    "a chart of that name": (
        lambda book: become_a_chart(book, "排名"),
        "已有一张名为“排名”的工作表,不是 kpixl 写的",
    ),
}


@pytest.mark.parametrize(("provoke", "words"), REFUSED_BY_EXCEL.values(), ids=REFUSED_BY_EXCEL)
def test_what_excel_would_refuse_is_told_in_words_and_with_a_remedy(
    host: ExcelHost, open_book: Workbook, provoke: Callable[[Workbook], object], words: str
) -> None:
    provoke(open_book)
    names = [s.Name for s in open_book.sheets]
    with pytest.raises(UnwritableFile, match=words):
        host.apply(sheets(10))
    assert [s.Name for s in open_book.sheets] == names
    assert "Copy" not in open_book.Application.calls


def test_days_are_not_written_into_a_workbook_that_counts_them_from_1904(
    host: ExcelHost, open_book: Workbook
) -> None:
    open_book.Date1904 = True
    host.apply(sheets(10))  # no day in it
    for change in (
        PutSheet(SheetSpec("排名", {(1, 1): date(2016, 1, 15)})),
        SetValues("表", {(5, 5): date(2016, 1, 15)}),
    ):
        with pytest.raises(UnwritableFile, match="1904"):
            host.apply(Patch((change,), owner="考核"))


@pytest.mark.parametrize("kind", ["drawing", "table", "pivotTable"])
def test_what_somebody_put_on_a_sheet_of_ours_is_not_thrown_away(
    host: ExcelHost, open_book: Workbook, kind: str
) -> None:
    host.apply(sheets(10))
    part = open_book.Worksheets("排名").part
    part.book.parts.link(part.part, kind, "xl/somebody.xml")
    with pytest.raises(UnwritableFile, match="“排名”表上有后来放上去的"):
        host.apply(sheets(20))


def test_a_cell_with_a_conversation_gets_the_colour_alone(
    host: ExcelHost, open_book: Workbook
) -> None:
    sheet = open_book.sheets[0]
    talk = etree.fromstring('<threads><one ref="A3"/></threads>')
    sheet.part.book.parts.put("xl/threads.xml", talk, "text/xml")
    sheet.part.book.parts.link(sheet.part.part, "threadedComment", "xl/threads.xml")
    marks = {(3, 1): Mark("F8CBAD", "应为数字"), (1, 1): Mark("F8CBAD", "应为文字")}
    host.apply(Patch((MarkCells("表", marks),)))
    assert note(sheet, "A1") == "kpixl:\n应为文字"
    assert sheet.Cells.FormatConditions.Count == 2
    host.apply(Patch((ClearMarks(),)))
    assert sheet.Cells.FormatConditions.Count == 0


def test_a_long_name_of_a_workbook_does_not_make_the_name_of_its_copy_too_long(
    path: Path, tmp_path: Path
) -> None:
    book = Application().Workbooks.Open(str(path))
    book.Name = "考" * 200 + ".xlsx"
    assert ExcelHost(excel_engine.book(book)).snapshot().source.name == book.Name
    book.Name = "工作簿1"  # never saved
    assert ExcelHost(excel_engine.book(book)).snapshot().sheets == read(path).sheets


def test_a_workbook_of_which_excel_gives_no_copy_or_a_sealed_one_is_told_by_its_own_name(
    host: ExcelHost, open_book: Workbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_book.Application.failing = "SaveCopyAs"
    with pytest.raises(UnusableFile, match=r"“某街道.xlsx”:Excel 没能给出它的副本"):
        host.snapshot()
    open_book.Application.failing = ""

    def with_a_password(path: str) -> None:
        open_book.book.save(Path(path))
        Path(path).write_bytes(sealed(Path(path).read_bytes(), "secret"))

    monkeypatch.setattr(open_book, "SaveCopyAs", with_a_password)
    with pytest.raises(UnusableFile, match=r"“某街道.xlsx”:.*密码"):
        host.snapshot()


def test_which_cells_may_be_chosen_on_a_protected_sheet_stays(
    host: ExcelHost, open_book: Workbook
) -> None:
    sheet = open_book.sheets[0]
    sheet.Protect("", False, True, False)
    sheet.EnableSelection = 1  # unlocked cells only
    host.apply(Patch((MarkCells("表", {(3, 1): Mark("F8CBAD", "应为数字")}),)))
    assert sheet.ProtectContents
    assert sheet.EnableSelection == 1


def test_a_sheet_that_is_hidden_is_not_gone_to(host: ExcelHost, open_book: Workbook) -> None:
    host.apply(sheets(10))
    host.show("核对数据")
    host.show("没有")
    assert open_book.ActiveSheet.Name == "表"
    host.show("排名")
    assert open_book.ActiveSheet.Name == "排名"


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waited: list[float] = []
    monkeypatch.setattr("kpixl.hosts.excel.sleep", waited.append)
    return waited


def test_an_excel_that_is_busy_is_asked_again_before_anything_is_done(
    host: ExcelHost, open_book: Workbook, pauses: list[float]
) -> None:
    open_book.Application.busy = 2
    assert host.snapshot().sheet("表") is not None
    open_book.Application.busy = 2  # at the copy of our sheets
    host.apply(sheets(10))
    assert [s.Name for s in open_book.sheets] == ["表", "别的", "排名", "核对数据"]
    assert len(pauses) == 4


def test_an_excel_that_stays_busy_is_told_and_nothing_is_done(
    host: ExcelHost, open_book: Workbook, pauses: list[float]
) -> None:
    open_book.Application.busy = 1000
    with pytest.raises(UnusableFile, match="按回车结束正在输入的格子"):
        host.snapshot()
    with pytest.raises(UnwritableFile, match="Excel 正忙,没有应答"):
        host.apply(sheets(10))
    open_book.Application.busy = 0
    assert [s.Name for s in open_book.sheets] == ["表", "别的"]
    assert len(pauses) == 6


def test_what_was_begun_when_excel_became_busy_is_taken_back_and_not_done_twice(
    host: ExcelHost, open_book: Workbook, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(open_book)
    app = open_book.Application
    happens = app.happens

    def become_busy(call: str) -> None:
        app.busy = int(call == "AddComment")
        happens(call)

    monkeypatch.setattr(app, "happens", become_busy)
    with pytest.raises(UnwritableFile, match="Excel 正忙,没有应答"):
        host.apply(much())
    monkeypatch.undo()
    assert everything(open_book) == before
    assert app.calls.count("Copy") == 1

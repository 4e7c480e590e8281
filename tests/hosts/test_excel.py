"""A workbook open in Excel: what is read, what is changed, what is as it was afterwards.

Excel is stood in for by tests/hosts/excel_stub.py, so nothing here shows that it works in
Excel itself.
"""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from kpixl.errors import UnwritableFile
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
from tests.hosts.excel_stub import ALLOWED, Application, Refused, Workbook, Worksheet


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
        with pytest.raises(UnwritableFile, match="不是 kpixl 写的"):
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
    with pytest.raises(UnwritableFile, match="结构有保护"):
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


@pytest.mark.parametrize(
    "call", ["Copy", "Value2", "FormatConditions.Add", "AddComment", "Property", "Name"]
)
def test_what_fails_leaves_values_and_sheets_as_they_were_and_excel_as_it_was_set(
    host: ExcelHost, open_book: Workbook, call: str
) -> None:
    host.apply(sheets(10))
    app = open_book.Application
    before = host.snapshot().sheets
    settings = (app.ScreenUpdating, app.EnableEvents, app.DisplayAlerts, app.Calculation)
    app.failing = call
    marks = MarkCells("表", {(3, 1): Mark("F8CBAD", "应为数字")})
    patch = Patch(
        (*sheets(20).changes, SetValues("表", {(3, 1): 30.0}), marks),
        marks={"kpixl-form": "乙"},
        owner="考核",
    )
    with pytest.raises(Refused, match="Excel refuses"):
        host.apply(patch)
    app.failing = ""
    assert (app.ScreenUpdating, app.EnableEvents, app.DisplayAlerts, app.Calculation) == settings
    after = host.snapshot().sheets
    assert [s.name for s in after] == [s.name for s in before]
    assert [s.rows for s in after] == [s.rows for s in before]
    assert len(app.Workbooks.open) == 1


def test_where_the_user_stands(host: ExcelHost, open_book: Workbook) -> None:
    assert host.selection() is None
    open_book.Application.Selection = open_book.sheets[0].Range("B2:C4")
    assert host.selection() == ("表", Area(2, 2, 4, 3))

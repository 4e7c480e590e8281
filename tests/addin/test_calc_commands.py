"""The buttons in LibreOffice Calc, pressed on real documents."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kpixl.addin import commands
from kpixl.address import a1, parse_a1
from kpixl.errors import Cancelled
from kpixl.grid import Area, Sheet, Snapshot
from kpixl.host import ClearMarks, Formula, Mark, MarkCells, Patch, PutSheet, SheetSpec
from kpixl.hosts.calc import CalcHost
from kpixl.hosts.calc_formulas import MOST
from kpixl.hosts.calc_marks import marks_of
from kpixl.scheme.find import find_scheme
from kpixl.templates.bind import bind
from kpixl.workspace.schemes import usable_scheme
from tests.calc import TOOLBAR, Calc, select, snapshot
from tests.saved import sheet_bytes

pytestmark = pytest.mark.usefixtures("soffice")
SYSTEM = "wenzhou-2015"
FORM = "天河街道.xlsx"
PAPER = Path(__file__).parents[1] / "golden" / SYSTEM


@pytest.fixture
def forms(tmp_path: Path) -> Path:
    """A folder with a copy of the returned forms."""
    return Path(shutil.copytree(find_scheme(SYSTEM).folder / "回收", tmp_path / "回收"))


def without_source(book: Snapshot) -> Snapshot:
    """All but whether the file is what is open: the digest goes when something was changed."""
    return replace(book, source=replace(book.source, sha256=""))


def without_formats(book: Snapshot) -> Snapshot:
    """Calc formats text that looks like a figure as text, but not when it does it again."""
    book = without_source(book)
    return replace(book, sheets=tuple(replace(s, formats={}) for s in book.sheets))


def sheet(document: Any, name: str) -> Sheet:
    found = snapshot(document).sheet(name)
    assert found is not None, snapshot(document).sheets
    return found


def texts(of: Sheet) -> str:
    return "\n".join(str(value) for _, _, value in of.filled())


def test_the_toolbar_and_the_menu_hold_every_command_in_the_order_of_the_year(
    calc: Calc,
) -> None:
    labels = [spec.label for spec in commands().values()]
    with calc.empty() as document:
        layout = document.getCurrentController().getFrame().LayoutManager
        bar = layout.getElement(TOOLBAR).getRealInterface().getAccessibleContext()
        buttons = (bar.getAccessibleChild(i) for i in range(bar.getAccessibleChildCount()))
        names = [b.getAccessibleContext().getAccessibleName() for b in buttons]
        assert [n for n in names if n in labels] == labels
    provider = calc.office.service("com.sun.star.configuration.ConfigurationProvider")
    from kpixl.hosts.calc_read import values_of

    node = provider.createInstanceWithArguments(
        "com.sun.star.configuration.ConfigurationAccess",
        values_of({"nodepath": "/org.openoffice.Office.Addons/AddonUI/OfficeMenuBar"}),
    )
    menu = node.getByName("org.kpixl.menu").getByName("Submenu")
    titles = [menu.getByName(n).getByName("Title") for n in sorted(menu.getElementNames())]
    assert [t for t in titles if t] == labels


def test_the_ranking_button_on_a_returned_form_gives_the_figures_of_the_working_paper(
    calc: Calc, forms: Path, tmp_path: Path
) -> None:
    paper = json.loads((PAPER / "four-streets.expected.json").read_text("utf-8"))
    wanted = {u["unit"]: u["total"] for u in paper["units"]}
    with calc.opened(forms / FORM) as document:
        said = calc.press(document, "rank")
        assert said.startswith("排名完成:4 个单位,其中数据完整 4 个")
        assert document.getCurrentController().getActiveSheet().getName() == "排名"
        ranking = sheet(document, "排名")
        calc.office.save(document, tmp_path / "存出.xlsx")
    top = next(r for r, c, v in ranking.filled() if (c, v) == (1, "名次"))
    rows = [ranking.rows[r] for r in range(top + 1, top + 5)]
    assert [row[0] for row in rows] == [1.0, 2.0, 3.0, 4.0]
    assert {row[1]: row[2] for row in rows} == pytest.approx(wanted)
    saved = openpyxl.load_workbook(tmp_path / "存出.xlsx", data_only=True)
    assert saved.sheetnames[0] == "填报表"
    assert [saved["排名"].cell(top + 2 + n, 2).value for n in range(4)] == [r[1] for r in rows]
    native = openpyxl.load_workbook(tmp_path / "存出.xlsx")["公式核对"]
    assert sum(str(c.value).startswith("=") for row in native.iter_rows() for c in row) > 20


def test_what_a_command_did_is_undone_and_done_again_in_one_step(calc: Calc, forms: Path) -> None:
    with calc.opened(forms / FORM) as document:
        before = without_source(snapshot(document))
        calc.press(document, "rank")
        after = without_source(snapshot(document))
        undo = document.getUndoManager()
        assert undo.getAllUndoActionTitles() == ("kpixl 排名",)
        undo.undo()
        assert document.getCurrentController().getActiveSheet().getName() == "填报表"
        assert without_source(snapshot(document)) == before
        assert undo.getAllUndoActionTitles() == ()
        undo.redo()
        assert without_formats(snapshot(document)) == without_formats(after)
        # nothing that was done again stands on the list beside the entry
        undo.undo()
        assert without_source(snapshot(document)) == before
        undo.redo()
        assert without_formats(snapshot(document)) == without_formats(after)
        assert undo.getAllUndoActionTitles() == ("kpixl 排名",)
        assert document.isAutomaticCalculationEnabled()


def test_stopping_while_sheets_are_written_takes_back_what_was_written(
    calc: Calc, forms: Path
) -> None:
    told: list[str] = []

    def stop(words: str, done: int, total: int) -> None:
        told.append(words)
        if "丙" in words:
            raise Cancelled

    with calc.opened(forms / FORM) as document:
        before = without_source(snapshot(document))
        sheets = (PutSheet(SheetSpec(name, {(1, 1): name, (2, 1): 5.0})) for name in "甲乙丙丁")
        with pytest.raises(Cancelled):
            CalcHost(document, stop).apply(Patch(tuple(sheets), owner="考核"))
        assert len(told) == 3
        assert without_source(snapshot(document)) == before
        assert document.getUndoManager().getAllUndoActionTitles() == ()
        assert document.isAutomaticCalculationEnabled()


def test_stopping_within_a_long_sheet_takes_it_back(calc: Calc, forms: Path) -> None:
    def stop(said: str, done: int, total: int) -> None:
        if said == "正在写入“长”……" and done > 2000:
            raise Cancelled

    cells = {(r, c): float(r) for r in range(1, 5001) for c in (1, 2)}
    with calc.opened(forms / FORM) as document:
        before = without_source(snapshot(document))
        with pytest.raises(Cancelled):
            CalcHost(document, stop).apply(Patch((PutSheet(SheetSpec("长", cells)),), owner="考核"))
        assert without_source(snapshot(document)) == before


@pytest.mark.parametrize("words", ["正在写入“算”的公式……", "正在计算“算”……"])
def test_stopping_while_formulas_are_written_or_calculated_takes_all_back(
    calc: Calc, forms: Path, words: str
) -> None:
    def stop(said: str, done: int, total: int) -> None:
        if said == words and done:
            raise Cancelled

    cells = {(r, c): Formula(f"=ROW()*{c}+A{r + 1}") for r in range(1, 31) for c in (2, 3, 4)}
    with calc.opened(forms / FORM) as document:
        before = without_source(snapshot(document))
        with pytest.raises(Cancelled):
            CalcHost(document, stop).apply(Patch((PutSheet(SheetSpec("算", cells)),), owner="考核"))
        assert without_source(snapshot(document)) == before
        assert document.getUndoManager().getAllUndoActionTitles() == ()
        assert document.isAutomaticCalculationEnabled()


def test_between_two_looks_at_esc_only_one_stretch_is_calculated(calc: Calc, forms: Path) -> None:
    seen: list[list[float]] = []
    rows = (1, MOST, 2 * MOST)

    def look(said: str, done: int, total: int) -> None:
        if said == "正在写入“算”的公式……" and total == 4:
            sheet = document.getSheets().getByName("算")
            seen.append(
                [sheet.getCellByPosition(c, r - 1).getValue() for c in (2, 1) for r in rows]
            )

    cells = {(r, 2): Formula(f"=C{r}+1") for r in range(1, 2 * MOST + 1)}
    cells |= {(r, 3): Formula("=ROW()") for r in range(1, 2 * MOST + 1)}
    with calc.opened(forms / FORM) as document:
        CalcHost(document, look).apply(Patch((PutSheet(SheetSpec("算", cells)),), owner="考核"))
        # column C first, to which B points; nothing is calculated that was not written yet
        first, most, last = (float(row) for row in rows)
        assert seen[-4:] == [
            [0, 0, 0, 0, 0, 0],
            [first, most, 0, 0, 0, 0],
            [first, most, last, 0, 0, 0],
            [first, most, last, first + 1, most + 1, 0],
        ]


def test_our_sheets_are_replaced_and_formulas_of_others_go_on_pointing_to_them(
    calc: Calc, forms: Path
) -> None:
    with calc.opened(forms / FORM) as document:
        calc.press(document, "rank")
        names = document.getSheets().getElementNames()
        mine = document.getSheets()
        mine.insertNewByName("我的表", len(names))
        cell = mine.getByName("我的表").getCellByPosition(0, 0)
        cell.setFormula("=MAX($排名.C5:C8)")
        best = cell.getValue()
        calc.press(document, "rank")
        assert mine.getElementNames() == (*names, "我的表")
        assert (cell.getFormula(), cell.getValue()) == ("=MAX($排名.C5:C8)", best)
        assert best > 100
        document.getUndoManager().undo()
        assert (cell.getFormula(), cell.getValue()) == ("=MAX($排名.C5:C8)", best)


def test_a_sheet_of_the_user_s_own_is_never_replaced(calc: Calc, forms: Path) -> None:
    with calc.opened(forms / FORM) as document:
        document.getSheets().insertNewByName("追溯", 4)
        before = without_source(snapshot(document))
        said = calc.press(document, "rank")
        assert "已有名为“追溯”的工作表,不是 kpixl 写的" in said
        assert without_source(snapshot(document)) == before


@dataclass(frozen=True)
class Faulty:
    """An open form with five faults: the cells, and what must be said of each."""

    document: Any
    sheet: str
    cells: Mapping[str, str]

    def place(self, name: str) -> tuple[int, int]:
        return parse_a1(self.cells[name])


FAULTS = {
    "规上工业总产值": ("setString", "约三百"),
    "亩均工业总产值": ("setFormula", "=1/0"),
    "亿元以上企业数量": ("setValue", -3.0),
    "新增规上企业数量": ("setValue", 2.5),
    "强镇方案和年度工作计划": ("setString", "也许"),
}


@pytest.fixture
def faulty(calc: Calc, forms: Path) -> Iterator[Faulty]:
    scheme, _ = usable_scheme(SYSTEM)
    with calc.opened(forms / FORM) as document:
        form = snapshot(document)
        binding, _ = bind(form, scheme)
        assert binding is not None
        where = document.getSheets().getByName(binding.sheet)
        cells = {}
        for name, (kind, content) in FAULTS.items():
            row, column = binding.inputs[name]
            getattr(where.getCellByPosition(column - 1, row - 1), kind)(content)
            cells[name] = Area(row, column, row, column).a1.partition(":")[0]
        yield Faulty(document, binding.sheet, cells)


def test_checking_marks_five_faults_and_clearing_leaves_the_cells_as_they_were(
    calc: Calc, faulty: Faulty, tmp_path: Path
) -> None:
    where = faulty.document.getSheets().getByName(faulty.sheet)
    free = snapshot(faulty.document).sheet(faulty.sheet)
    assert free is not None
    row, column = min(free.unlocked - {faulty.place(name) for name in FAULTS})
    of_others = where.getCellByPosition(column - 1, row - 1)
    where.getAnnotations().insertNew(of_others.getCellAddress(), "别人的批注")
    before = snapshot(faulty.document).sheet(faulty.sheet)
    saved = form_as_saved(calc, faulty, tmp_path / "校验前.xlsx")
    said = calc.press(faulty.document, "check")
    assert "已在 5 个格子上做了标记" in said
    marks = marks_of(faulty.document, where)
    # the message's first fault is the cell that is selected now
    chosen = CalcHost(faulty.document).selection()
    assert chosen is not None
    assert chosen[0] == faulty.sheet
    assert chosen[1].a1 in said.splitlines()[2]
    assert f"已选中最要紧的一处:“{faulty.sheet}”表的 {chosen[1].a1}。" in said
    assert (chosen[1].top, chosen[1].left) in marks
    assert set(marks) == {faulty.place(name) for name in FAULTS}
    for name, (_, content) in FAULTS.items():
        mark = marks[faulty.place(name)]
        assert mark.fill is not None
        assert mark.note.startswith("〔强〕")
        if isinstance(content, str) and not content.startswith("="):
            assert f"现为:{content}" in mark.note
    listed = texts(sheet(faulty.document, "问题清单"))
    assert all(cell in listed for cell in faulty.cells.values())
    # what is seen: the colour of 〔强〕 on the printed page, before and after clearing
    assert colour_on_paper(calc, faulty.document, tmp_path / "标记.pdf", "F8CBAD")
    marked = form_as_saved(calc, faulty, tmp_path / "标记.xlsx")
    assert b"kpixl-mark" in marked
    assert "〔强〕".encode() in marked
    calc.press(faulty.document, "clear")
    assert marks_of(faulty.document, where) == {}
    assert where.getAnnotations().getCount() == 1
    assert snapshot(faulty.document).sheet(faulty.sheet) == before
    assert form_as_saved(calc, faulty, tmp_path / "清除后.xlsx") == saved
    assert not colour_on_paper(calc, faulty.document, tmp_path / "清除后.pdf", "F8CBAD")


def colour_on_paper(calc: Calc, document: Any, path: Path, colour: str) -> int:
    """How many points of the first pages, as Calc prints them, have a colour."""
    calc.office.save(document, path)
    subprocess.run(
        ["pdftoppm", "-r", "40", "-l", "8", str(path), str(path.with_suffix(""))], check=True
    )
    count = 0
    for page in path.parent.glob(f"{path.stem}-*.ppm"):
        points = page.read_bytes().split(b"\n", 3)[3]
        of_colour = bytes.fromhex(colour)
        count += sum(points[i : i + 3] == of_colour for i in range(0, len(points), 3))
    return count


def test_colours_are_put_on_a_sheet_with_options_and_a_format_of_somebody_else_stays(
    calc: Calc, tmp_path: Path
) -> None:
    path = tmp_path / "别人的.xlsx"
    book = openpyxl.Workbook()
    sheet_ = book.worksheets[0]
    sheet_.append(["甲", 2, 3])
    red = openpyxl.styles.PatternFill(bgColor="FFFF0000")
    sheet_.conditional_formatting.add(
        "B1", openpyxl.formatting.rule.FormulaRule(formula=["TRUE"], fill=red)
    )
    sheet_.protection.enable()
    sheet_.protection.sort = False
    book.save(path)
    with calc.opened(path) as document:
        host = CalcHost(document)
        saved = calc.office.save
        saved(document, tmp_path / "前.xlsx")
        marks = {(1, c): Mark("F8CBAD", "") for c in (1, 2, 3)}
        host.apply(Patch((MarkCells("Sheet", marks),), title="标"))
        sheets = document.getSheets()
        assert sheets.getByIndex(0).isProtected()
        assert set(marks_of(document, sheets.getByIndex(0))) == {(1, 1), (1, 3)}
        assert colour_on_paper(calc, document, tmp_path / "有.pdf", "F8CBAD")
        assert colour_on_paper(calc, document, tmp_path / "有.pdf", "FF0000")
        undo = document.getUndoManager()
        assert undo.getAllUndoActionTitles() == ("kpixl 标",)
        undo.undo()
        assert not colour_on_paper(calc, document, tmp_path / "无.pdf", "F8CBAD")
        undo.redo()
        assert colour_on_paper(calc, document, tmp_path / "又.pdf", "F8CBAD")
        host.apply(Patch((ClearMarks(),), title="去"))
        saved(document, tmp_path / "后.xlsx")
    before, after = (sheet_bytes(tmp_path / f"{n}.xlsx", "Sheet") for n in "前后")
    for kept in (rb"<sheetProtection[^>]*>", rb"<conditionalFormatting.*?</conditionalFormatting>"):
        (there,) = re.findall(kept, before)
        assert re.findall(kept, after) == [there]
    assert b"kpixl-mark" not in after


def form_as_saved(calc: Calc, faulty: Faulty, path: Path) -> bytes:
    """The form's sheet in a file that Calc writes of the document as it is now.

    How high Calc takes empty rows to be by itself is left out: it reckons that anew.
    """
    calc.office.save(faulty.document, path)
    return re.sub(rb' defaultRowHeight="[^"]*"', b"", sheet_bytes(path, faulty.sheet))


def test_a_note_of_somebody_else_stays_as_it_is(calc: Calc, faulty: Faulty) -> None:
    where = faulty.document.getSheets().getByName(faulty.sheet)
    row, column = faulty.place("规上工业总产值")
    cell = where.getCellByPosition(column - 1, row - 1)
    where.getAnnotations().insertNew(cell.getCellAddress(), "请核对统计局数")
    calc.press(faulty.document, "check")
    assert cell.getAnnotation().getString() == "请核对统计局数"
    assert marks_of(faulty.document, where)[row, column].fill is not None
    calc.press(faulty.document, "clear")
    assert cell.getAnnotation().getString() == "请核对统计局数"


def test_checking_again_after_the_mend_takes_the_marks_off(calc: Calc, faulty: Faulty) -> None:
    where = faulty.document.getSheets().getByName(faulty.sheet)
    calc.press(faulty.document, "check")
    for name in FAULTS:
        row, column = faulty.place(name)
        cell = where.getCellByPosition(column - 1, row - 1)
        if "方案" in name:
            cell.setString("是")
        else:
            cell.setValue(3)
    calc.press(faulty.document, "check")
    assert not any(
        mark.note.startswith("〔强〕") for mark in marks_of(faulty.document, where).values()
    )


def test_checking_is_undone_in_one_step_marks_list_and_all(
    calc: Calc, faulty: Faulty, tmp_path: Path
) -> None:
    where = faulty.document.getSheets().getByName(faulty.sheet)
    before = without_source(snapshot(faulty.document))
    saved = form_as_saved(calc, faulty, tmp_path / "校验前.xlsx")
    undo = faulty.document.getUndoManager()
    steps = len(undo.getAllUndoActionTitles())
    calc.press(faulty.document, "check")
    assert len(undo.getAllUndoActionTitles()) == steps + 1
    undo.undo()
    assert faulty.document.getCurrentController().getActiveSheet().getName() == faulty.sheet
    assert without_source(snapshot(faulty.document)) == before
    assert marks_of(faulty.document, where) == {}
    assert form_as_saved(calc, faulty, tmp_path / "撤销后.xlsx") == saved


def test_a_score_a_figure_and_a_clause_are_explained(calc: Calc, forms: Path) -> None:
    with calc.opened(forms / FORM) as document:
        calc.press(document, "rank")
        ranking = sheet(document, "排名")
        spot = next((r, c) for r, c, v in ranking.filled() if v == "天河街道")
        select(document, "排名", spot[0], spot[1] + 1)
        assert "天河街道的总分 73" in calc.press(document, "explain")
        form = sheet(document, "填报表")
        clause = next((r, c) for r, c, v in form.filled() if "排名每下降" in str(v))
        select(document, "填报表", *clause)
        assert "这是一条评分标准" in calc.press(document, "explain")
        select(document, "填报表", 300, 30)
        assert "是空的" in calc.press(document, "explain")


def test_native_formulas_come_to_the_scores_beside_them(calc: Calc, forms: Path) -> None:
    with calc.opened(forms / FORM) as document:
        calc.press(document, "native")
        document.calculateAll()
        native = sheet(document, "公式核对")
        assert document.getCurrentController().getActiveSheet().getName() == "公式核对"
        assert len(native.formulas) > 20
        verdicts = [v for _, _, v in native.filled() if str(v) in ("一致", "不一致")]
        assert set(verdicts) == {"一致"}
        assert any("天河街道" in row and 73.0 in row for row in native.rows)


def test_scores_come_with_their_working_and_without_places(calc: Calc, forms: Path) -> None:
    with calc.opened(forms / FORM) as document:
        assert calc.press(document, "score").startswith("评分完成:4 个单位")
        names = document.getSheets().getElementNames()
        # no row is lower than Calc, with the faces that are here, takes its text to be
        rows = document.getSheets().getByName("追溯").getRows()
        given = [rows.getByIndex(r).getPropertyValue("Height") for r in range(3, 39)]
        for r in range(3, 39):
            rows.getByIndex(r).setPropertyValue("OptimalHeight", True)
        wanted = [rows.getByIndex(r).getPropertyValue("Height") for r in range(3, 39)]
        assert max(wanted) > 4000  # hundredths of a millimetre: a working of many lines
        assert all(a >= b for a, b in zip(given, wanted, strict=True))
        assert sum(given) < 1.25 * sum(wanted)  # nor is paper wasted
    assert "追溯" in names
    assert not {"排名", "公式核对", "核对数据"} & set(names)


def test_a_scheme_is_linted_and_forms_are_issued_from_it(calc: Calc, tmp_path: Path) -> None:
    path = Path(shutil.copy(find_scheme(SYSTEM).path, tmp_path / "方案.xlsx"))
    folder = tmp_path / "下发"
    with calc.opened(path) as document:
        assert "2 条问题(核 2)" in calc.press(document, "lint")
        assert len(marks_of(document, document.getSheets().getByName("指标"))) == 2
        document.getUndoManager().undo()
        issued = calc.run(document, "issue", {"folder": str(folder)})
        assert "已写出 4 份填报表" in issued
        assert "已经存在" in calc.run(document, "issue", {"folder": str(folder)})
    assert sorted(p.name for p in folder.iterdir()) == sorted(
        p.name for p in (find_scheme(SYSTEM).folder / "回收").glob("*.xlsx")
    )
    with calc.opened(folder / FORM) as document:
        assert "条问题" in calc.press(document, "check")  # nothing is filled in yet


def test_a_workbook_of_no_scheme_is_told_so(calc: Calc) -> None:
    with calc.empty() as document:
        assert "没有完成" in calc.press(document, "rank")
        assert document.getSheets().getElementNames() == ("Sheet1",)


def test_help_and_doctor_say_what_there_is(calc: Calc) -> None:
    with calc.empty() as document:
        said = calc.press(document, "help")
        assert all(spec.label in said for spec in commands().values())
        assert "KPISCORE(rule, points, value" in said
        said = calc.press(document, "doctor")
        assert said.startswith("一切正常")
        assert "LibreOffice:7." in said or "LibreOffice:2" in said


def test_a_slip_and_the_board_tell_of_a_form_with_faults(calc: Calc, faulty: Faulty) -> None:
    said = calc.press(faulty.document, "slip")
    assert "已写出退回单" in said
    assert all(cell in texts(sheet(faulty.document, "退回单")) for cell in faulty.cells.values())
    said = calc.press(faulty.document, "collect")
    assert "应报 4 个单位:未报 0,已报 0,退回 1,通过 3" in said
    assert said.endswith("按“退回单”,打印后随表退回。")
    board = texts(sheet(faulty.document, "回收情况"))
    assert "天河街道" in board and "退回" in board


def test_a_form_is_recognised_cell_by_cell(calc: Calc, forms: Path) -> None:
    scheme, _ = usable_scheme(SYSTEM)
    with calc.opened(forms / FORM) as document:
        binding, _ = bind(snapshot(document), scheme)
        assert binding is not None
        assert "都认出来了" in calc.press(document, "bind")
        rows = sheet(document, "识别结果").rows
    figures = {row[2] for row in rows if row and row[0] == "填报值"}
    assert figures == {a1(*spot) for spot in binding.inputs.values()}


def test_results_are_verified_and_a_changed_score_is_named(calc: Calc, forms: Path) -> None:
    with calc.opened(forms / FORM) as document:
        calc.press(document, "rank")
        assert calc.press(document, "verify").startswith("核验通过:")
        ranking = document.getSheets().getByName("排名")
        found = sheet(document, "排名")
        row, column = next((r, c) for r, c, v in found.filled() if v == 73.0)
        ranking.getCellByPosition(column - 1, row - 1).setValue(93.0)
        said = calc.press(document, "verify")
        assert said.startswith("核验没有通过:")
        assert a1(row, column) in said
        assert (row, column) in marks_of(document, ranking)


@pytest.mark.parametrize("name", ["rank", "collect"])
def test_escape_stops_a_command_and_the_document_is_as_it_was(
    calc: Calc, forms: Path, name: str
) -> None:
    with calc.opened(forms / FORM) as document:
        before = snapshot(document)
        said = calc.press_and_escape(document, name)
        assert "已取消" in said
        assert snapshot(document) == before
        assert document.getUndoManager().getAllUndoActionTitles() == ()
        assert not document.isModified()
        assert "完成" in calc.press(document, "score")  # the next one runs as ever


def test_a_folder_that_is_asked_for_and_not_chosen_leaves_all_as_it_was(
    calc: Calc, tmp_path: Path
) -> None:
    path = Path(shutil.copy(find_scheme(SYSTEM).path, tmp_path / "方案.xlsx"))
    with calc.opened(path) as document:
        before = snapshot(document)
        said = calc.press(document, "issue")  # without a screen the dialog is cancelled
        assert "下发文件夹" in said
        assert snapshot(document) == before
    assert list(tmp_path.iterdir()) == [path]

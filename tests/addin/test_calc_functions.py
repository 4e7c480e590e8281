"""The functions in LibreOffice Calc as a user meets them: typed, read from files, saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from xlsxwriter import Workbook

from kpixl.addin import functions
from kpixl.grid import CellError
from tests.calc import Calc, select, settle, snapshot

pytestmark = pytest.mark.usefixtures("soffice")
STEPS = "每采用1条得0.1分"
LADDER = "亿元以上企业数量最多的得10分,排名每下降1位减0.5分"


def shown(document: Any, *cells: str) -> list[Any]:
    """What stands in cells of the first sheet, error values as such."""
    sheet = snapshot(document).sheets[0]
    spots = [document.getSheets().getByIndex(0).getCellRangeByName(c) for c in cells]
    addresses = [s.getRangeAddress() for s in spots]
    return [sheet.value(a.StartRow + 1, a.StartColumn + 1) for a in addresses]


def put(document: Any, **cells: str | float) -> None:
    """Type into cells of the first sheet: text, numbers, formulas."""
    sheet = document.getSheets().getByIndex(0)
    for name, content in cells.items():
        cell = sheet.getCellRangeByName(name)
        if isinstance(content, str) and not content.startswith("="):
            cell.setString(content)
        elif isinstance(content, str):
            cell.setFormula(content)
        else:
            cell.setValue(content)
    settle(document)  # our functions get their plain names


PREFIXES = ("", "_xll.", "[1]!", "'kpixl.xlam'!", "_xludf.", "_xlfn.")


def test_files_typed_in_excel_calculate_and_are_saved_with_plain_names(
    calc: Calc, tmp_path: Path
) -> None:
    # stale figures are stored with the formulas; each scores 15 items at 0.1
    path, out = tmp_path / "Excel 里填的.xlsx", tmp_path / "存出.xlsx"
    with Workbook(path) as book:
        sheet = book.add_worksheet("评分")
        sheet.write("A1", STEPS)
        for row, prefix in enumerate(PREFIXES, 1):
            sheet.write(f"B{row}", 10 + row)
            sheet.write_formula(f"C{row}", f"={prefix}KPISCORE($A$1,10,B{row})", None, 777)
        sheet.write_array_formula("D1:D2", "{=_xll.KPISCORE(A1,10,B1:B2)}", None, 777)
        sheet.write_formula("E1", "=kpiscore($A$1,10,B1)+SUM(B1:B2)", None, 777)
    with calc.opened(path) as document:
        assert not document.isModified()
        assert document.getUndoManager().getAllUndoActionTitles() == ()
        document.calculateAll()
        found = shown(document, *(f"C{row}" for row in range(1, 7)), "D1", "D2", "E1")
        calc.office.save(document, out)
    assert found == pytest.approx([1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.1, 1.2, 24.1])
    (saved,) = openpyxl.load_workbook(out).worksheets
    assert [saved[f"C{row}"].value for row in range(1, 7)] == [
        f"=KPISCORE($A$1,10,B{row})" for row in range(1, 7)
    ]
    assert saved["D1"].value.text == "=KPISCORE(A1,10,B1:B2)"
    (cached,) = openpyxl.load_workbook(out, data_only=True).worksheets
    assert cached["C6"].value == pytest.approx(1.6)


def test_a_formula_that_was_typed_here_is_saved_with_the_plain_name(
    calc: Calc, tmp_path: Path
) -> None:
    with calc.empty() as document:
        put(document, A1=STEPS, B1=7, C1="=KPISCORE(A1;10;B1)", C2="=ROUND(KPISCORE(A1;10;1/0);1)")
        assert shown(document, "C1", "C2") == [0.7, CellError("#DIV/0!")]
        calc.office.save(document, tmp_path / "表.xlsx")
    (saved,) = openpyxl.load_workbook(tmp_path / "表.xlsx").worksheets
    assert saved["C1"].value == "=KPISCORE(A1,10,B1)"
    assert saved["C2"].value == "=ROUND(KPISCORE(A1,10,1/0),1)"


def test_a_blank_is_no_zero_and_an_argument_left_out_is_neither(calc: Calc) -> None:
    with calc.empty() as document:
        put(document, A1=STEPS, A2=LADDER, A3="完成目标的得10分,每少1家扣1分", B1=0, B3=3, B4=5)
        put(
            document,
            C1="=KPISCORE(A1;10;B1)",
            C2="=KPISCORE(A1;10;B2)",
            C3="=KPISCORE(A2;10;B3;;B3:B4)",  # no target, which is not a target of 0
            C4="=KPISCORE(A3;10;B3;B4)",
            C5="=KPISCORE(A3;10;B3;)",
            C6="=KPISCORE(A3;10;B3;;)",
            C7="=KPISCORE(A3;10;B3)",
        )
        assert shown(document, "C1", "C2", "C3", "C4") == [0.0, None, 9.5, 8.0]
        left_out = shown(document, "C5", "C6", "C7")
        assert left_out[0] == left_out[1] == left_out[2] != 10.0


def test_an_error_in_an_argument_is_shown_and_an_unread_clause_is_value(calc: Calc) -> None:
    with calc.empty() as document:
        put(document, A1=STEPS, A2="制定方案得05分", B1="=1/0", B2=-3, B3="=NA()", B4="约")
        put(
            document,
            C1="=KPISCORE(A1;10;B1)",
            C2="=KPISCORE(A1;10;B2)",
            C3="=KPISCORE(A1;10;B3)",
            C4="=KPISCORE(A1;10;B4)",
            C5="=KPISCORE(A2;10;3)",
            C6="=IFERROR(KPISCORE(A2;10;3);-1)",
            C7="=KPISCORE(A8;10;3)",
            C8="=KPISCORE(A1;A9;3)",
            C9="=KPISCORE(A7;A7;3)",
        )
        assert shown(document, "C1", "C2", "C3", "C4", "C5", "C6") == [
            *(CellError(c) for c in ("#DIV/0!", "#NUM!", "#N/A", "#VALUE!", "#VALUE!")),
            -1.0,
        ]
        put(document, A8="=NA()", A9="=1/0")
        assert shown(document, "C7", "C8", "C9") == [CellError("#N/A"), CellError("#DIV/0!"), None]


def test_a_native_formula_for_cells_here_comes_to_the_same_score(calc: Calc) -> None:
    with calc.empty() as document:
        put(document, A1=LADDER, B1=5, B2=9, B3=7, C2="=KPIFORMULA(A1;10;B2;;B1:B3)")
        put(document, C3="=KPIFORMULA(A1;10;B3;;B1:B3)", D3="=KPISCORE(A1;10;B3;;B1:B3)")
        texts = shown(document, "C2", "C3")
        assert all("KPI" not in text for text in texts)
        # the separator of arguments is that of the window, here a comma; the interface's is ;
        put(document, E2=texts[0].replace(",", ";"), E3=texts[1].replace(",", ";"))
        assert shown(document, "E2", "E3", "D3") == [10.0, 9.5, 9.5]


def test_the_function_wizard_has_every_function_with_the_help_of_each_argument(calc: Calc) -> None:
    described = calc.office.service("com.sun.star.sheet.FunctionDescriptions")
    for name, spec in functions().items():
        facts = {p.Name: p.Value for p in described.getByName(name)}
        assert facts["Description"] == spec.help
        arguments = [(a.Name, a.Description) for a in facts["Arguments"]]
        assert arguments == [(a.name, a.help) for a in spec.shown]


def test_an_engine_that_breaks_inside_a_function_leaves_the_document_whole(
    calc: Calc, tmp_path: Path
) -> None:
    engine = next(calc.profile.rglob("pythonpath/kpixl/addin/udfs.py"))
    with calc.another(tmp_path / "坏") as broken:
        place = broken.profile / engine.relative_to(calc.profile)
        place.write_text(
            "import os\n"
            "def call(name, *arguments):\n"
            "    if arguments and arguments[-1] == 5.0: raise MemoryError\n"
            "    raise ZeroDivisionError('星星街道 73512')\n",
            "utf-8",
        )
        with broken.empty() as document:
            put(document, A1=STEPS, B1=7, C1="=KPISCORE(A1;10;B1)", C2="=KPISCORE(A1;10;5)")
            put(document, D1="=B1*2")
            assert shown(document, "C1", "C2") == [CellError("#VALUE!")] * 2
            assert shown(document, "A1", "B1", "D1") == [STEPS, 7.0, 14.0]
            assert "没有完成" in broken.press(document, "doctor")
            broken.office.save(document, tmp_path / "存出.xlsx")
    (saved,) = openpyxl.load_workbook(tmp_path / "存出.xlsx").worksheets
    assert [saved[c].value for c in ("A1", "B1", "C1")] == [STEPS, 7, "=KPISCORE(A1,10,B1)"]


def test_ten_thousand_rows_are_one_call(calc: Calc) -> None:
    with calc.empty() as document:
        put(document, A1=STEPS)
        sheet = document.getSheets().getByIndex(0)
        rows = tuple((float(n % 90),) for n in range(10_000))
        sheet.getCellRangeByName("B1:B10000").setDataArray(rows)
        sheet.getCellRangeByName("C1:C10000").setArrayFormula("=KPISCORE(A1;10;B1:B10000)")
        scores = sheet.getCellRangeByName("C1:C10000").getDataArray()
    assert [s for (s,) in scores] == pytest.approx([(n % 90) / 10 for n in range(10_000)])


LONG = 300  # a range that goes over in one piece; half of it goes cell by cell
TWO_FIGURES = "制定方案得1分;报送信息,每采用1条得0.1分"


def told(calc: Calc, document: Any, statement: str) -> Any:
    """What a function of Basic with one statement gives, beside those of ours."""
    libraries = calc.office.service("com.sun.star.script.ApplicationScriptLibraryContainer")
    standard = libraries.getByName("Standard")
    standard.insertByName("Test", f"Function TOLD\n{statement}\nEnd Function")
    try:
        put(document, H1="=TOLD()")
        return shown(document, "H1")[0]
    finally:
        standard.removeByName("Test")


def test_where_no_file_can_be_written_a_long_range_goes_cell_by_cell(calc: Calc) -> None:
    with calc.empty() as document:
        rows = tuple((float(n % 90),) for n in range(LONG))
        sheet = document.getSheets().getByIndex(0)
        sheet.getCellRangeByName(f"B1:B{LONG}").setDataArray(rows)
        put(document, A1=STEPS)
        told(calc, document, 'sFile = "/nowhere/kpixl"')
        area = sheet.getCellRangeByName(f"E1:E{LONG}")
        try:
            area.setArrayFormula(f"=KPISCORE(A1;10;B1:B{LONG})")
            assert [s for (s,) in area.getDataArray()] == pytest.approx([r[0] / 10 for r in rows])
        finally:
            told(calc, document, 'sFile = ""')


@pytest.mark.parametrize(
    ("call", "odd"),
    [
        ("KPISCORE($A$1;10;B{}:B{})", None),
        ("KPISCORE($A$1;10;B{}:B{})", ("B7", "")),  # an empty cell and a 0 beside it
        ("KPISCORE($A$1;10;B{}:B{})", ("B7", "三条")),
        ("KPISCORE($A$1;10;B{}:B{})", ("B7", '=""')),
        ("KPISCORE($A$1;10;B{}:B{})", ("B7", -3)),  # #NUM! in its row alone
        ("KPISCORE($A$1;10;B{}:B{}*1)", None),  # worked out on the way
        ("KPISCORE($A$2;10;B{}:C{})", None),
        ("KPISCORE($A$2;10;B{}:C{})", ("B7", "是")),
        ("KPISCORE($A$1;$A$9;B{}:B{})", None),
        ("KPISCORE($A$3;10;B{}:B{})", None),  # a clause that is not read
        ("KPISCORE($A$1;10;B{}:C{})", None),  # a column too many
        ("KPIRANK(C{}:C{})", None),
    ],
)
def test_a_long_range_is_scored_like_short_ones(
    calc: Calc, call: str, odd: tuple[str, str | float] | None
) -> None:
    half = LONG // 2
    with calc.empty() as document:
        sheet = document.getSheets().getByIndex(0)
        cells = tuple((float(n % 2), float(n % 40)) for n in range(half))
        for first in (1, half + 1):  # the same figures twice
            area = sheet.getCellRangeByName(f"B{first}:C{first + half - 1}")
            area.setDataArray(cells)
        put(document, A1=STEPS, A2=TWO_FIGURES, A3="视情况给分")
        if odd is not None:
            column, row = odd[0][0], int(odd[0][1:])
            twice = {f"{column}{row}": odd[1], f"{column}{row + half}": odd[1]}
            put(document, **twice)
        for spot, (first, last) in {"E": (1, LONG), "F": (1, half), "G": (half + 1, LONG)}.items():
            area = sheet.getCellRangeByName(f"{spot}1:{spot}{last - first + 1}")
            area.setArrayFormula("=" + call.format(first, last))
        settle(document)
        ranked = "KPIRANK" in call  # places among twice as many
        found = snapshot(document).sheets[0]
        long: list[Any] = [found.value(row, 5) for row in range(1, LONG + 1)]
        short: list[Any] = [
            found.value(row, column) for column in (6, 7) for row in range(1, half + 1)
        ]
        assert long == ([2 * place - 1 for place in short] if ranked else short)
        assert long[0] is not None
        # the file through which they went is empty
        assert told(calc, document, "TOLD = FileLen(sFile)") == 0.0


RATE = "完成率达到90%得10分,80%—90%得8分,80%以下不得分"


def test_the_format_of_a_percent_cell_is_not_told_here_and_explanation_and_doctor_say_so(
    calc: Calc,
) -> None:
    with calc.empty() as document:
        put(document, A1=RATE, B1=85, B2=0.85, C1="=KPISCORE(A1;10;B1)")
        put(document, C2="=KPISCORE(A1;10;B2)", C3="=KPISCORE(A1;10;B2*100)")
        put(document, D2="=KPIEXPLAIN(A1;10;B2)")
        cell = document.getSheets().getByIndex(0).getCellRangeByName("B2")
        cell.setPropertyValue("NumberFormat", 10)  # 0%
        document.calculateAll()
        assert cell.getString() == "85%"
        assert shown(document, "C1", "C2", "C3") == [8.0, 0.0, 8.0]
        assert "如为 85%,请填 85" in shown(document, "D2")[0]
        select(document, "Sheet1", 2, 3)
        said = calc.press(document, "explain")
        doctor = calc.press(document, "doctor")
        cell.setPropertyValue("NumberFormat", 0)
        cell.setValue(85)
        assert shown(document, "C1", "C2") == [8.0, 8.0]
        assert calc.press(document, "doctor").startswith("一切正常")
    assert "格中现在是 0" in said
    assert "请在公式里把它乘以 100,或者把格式改成常规,再填 85" in said
    assert "请重新计算" not in said
    assert doctor.startswith("程序正常,本工作簿有 1 格得分不对")
    assert "Sheet1!C2:value 里有设成百分数格式的格子" in doctor


def test_cells_that_are_worked_out_themselves_are_worked_out_first(calc: Calc) -> None:
    with calc.empty() as document:
        put(document, A1=STEPS, B1=1, C1="=KPISCORE(A1;10;D1)", D1="=E1*2", E1="=B1+4")
        put(document, C2="=KPISCORE(A1;10;D2)*10", D2="=C1*10", C3="=SUM(C1:C2)")
        assert shown(document, "C1", "C2", "C3") == pytest.approx([1.0, 10.0, 11.0])
        put(document, B1=6)
        assert shown(document, "C1", "C2", "C3") == pytest.approx([2.0, 20.0, 22.0])
        document.calculateAll()
        assert shown(document, "C1", "C2", "C3") == pytest.approx([2.0, 20.0, 22.0])

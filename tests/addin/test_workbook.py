"""=KPISCORE() and friends in the cells of a workbook: without a spreadsheet program, and in Calc.

Every figure is worked by hand, and the same for both.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from xlsxwriter import Workbook

from kpixl.addin import callables
from kpixl.address import a1
from kpixl.grid import CellError, Scalar
from kpixl.hosts.headless import calculate
from tests.calc import Calc, snapshot
from tests.rules.clauses import BAND

BLEND = BAND + ";其中总量、亩均、增速三项得分分别以30%、20%、50%的权重计入最终得分"
LADDER = "亿元以上企业数量最多的得10分,排名每下降1位减0.5分"
JUDGED = "积极化解企业风险,成效显著的,最高加5分"
CHECKLIST = "制定年度实施方案得1分;按时报送月报得1分;报送信息,每采用一条得0.1分"

# Items in rows: clause in E, points in D.
ITEMS = (
    ("总产值", 20, BLEND),
    ("技改投资", 20, BAND),
    ("亿元企业", 10, LADDER),
    ("风险处置", 10, JUDGED),
    ("基础工作", 10, CHECKLIST),
    ("读不懂的", 10, "制定方案得05分"),
    ("没有条款", 10, None),
)
# Units in rows from 11: name, group, then the figures of W1 to W4, the last column a text.
UNITS: tuple[tuple[Any, ...], ...] = (
    ("甲", "一类", 200, 500, 6, "=24/40*100", 12, 6, "是", "否", 37, "约30家"),
    ("乙", "一类", 50, 400, 10, "=3/4*100", 7, 2, "是", "是", 400, "2000万"),
    ("丙", "一类", 20, 300, 8, "=1/2.5*100", 7, -1, "否", "对", 3, 5),
    ("丁", "一类", None, None, None, None, 3, None, None, None, None, None),
    ("戊", "二类", 8, 300, 8, "=1/0", 7, 5, True, False, 12.5, "约"),
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "评分.xlsx"
    book = Workbook(path)
    sheet = book.add_worksheet("评分")
    for row, (name, points, clause) in enumerate(ITEMS, 1):
        for column, value in (("C", name), ("D", points), ("E", clause)):
            sheet.write(f"{column}{row}", value)
    for row, unit in enumerate(UNITS, 11):
        for column, value in zip("ABCDEFGHIJKL", unit, strict=True):
            sheet.write(f"{column}{row}", value)
    for number in range(5):
        row = 11 + number
        # one cell, with $ ranges for the peers: what a user fills down
        sheet.write(f"N{row}", f"=KPISCORE($E$1,$D$1,C{row}:E{row},,C$11:E$14)")
        sheet.write(f"O{row}", f"=KPISCORE($E$2,$D$2,F{row},,$F$11:$F$14)")
        sheet.write(f"P{row}", f"=KPISCORE($E$4,$D$4,H{row})")
        sheet.write(f"Q{row}", f"=KPISCORE($E$5,$D$5,I{row}:K{row})")
        sheet.write(f"R{row}", f'=KPICHECK(K{row},"个数 条 0..500")')
        sheet.write(f"S{row}", f'=KPINUMBER(L{row},"家")')
        sheet.write(f"T{row}", f"=KPISCORE($E$3,$D$3,G{row},,G$11:G$15,,B$11:B$15)")
    # a column in one call
    sheet.write_array_formula("V11:V14", "{=KPISCORE(E3,D3,G11:G14)}")
    sheet.write_array_formula("W11:W15", "{=KPISCORE(E3,D3,G11:G15,,,,B11:B15)}")
    sheet.write_array_formula("X11:X14", '{=KPISCORE(E3,D3,G11:G14,,,,,"G3=密集")}')
    sheet.write_array_formula("Y11:Y14", "{=KPIRANK(V11:V14)}")
    sheet.write_array_formula("Z11:Z14", '{=KPIGRADE(V11:V14,Y11:Y14,"前1名为优秀;9分以上为达标")}')
    sheet.write_array_formula("A21:D23", "{=KPIINPUTS(E5)}")
    sheet.write_array_formula("A24:D24", "{=KPIASSUME(E3)}")
    sheet.write("A26", "=KPIRULE(E3)")
    sheet.write("A27", "=KPIRULE(E6)")
    sheet.write("A28", "=KPISCORE(E6,D6,G11)")
    sheet.write("A29", "=KPISCORE(E7,D7,G11)")
    sheet.write("A30", "=KPISCORE(E3,D3,G12)")
    sheet.write("A31", "=KPIEXPLAIN(E3,D3,G12,,G11:G14)")
    sheet.write("A32", "=SUM(N11:P11)+Q11")
    sheet.write("A33", "=IFERROR(KPISCORE(E6,D6,G11),-1)")
    sheet.write("A34", "=KPISCORE(E3,D3,F15,,F11:F15)")
    sheet.write("A35", "=KPIEXPLAIN(E3,D3,G12)")
    sheet.write("A36", "=KPIFORMULA(E3,D3,G12)")
    book.close()
    return path


@pytest.fixture(scope="module", params=["headless", "Calc"])
def cells(request: pytest.FixtureRequest, path: Path) -> dict[str, Scalar]:
    if request.param == "headless":
        found = calculate(path, callables())
        return {address: value for (_, address), value in found.items()}
    return in_calc(request.getfixturevalue("calc"), path)


def in_calc(calc: Calc, path: Path) -> dict[str, Scalar]:
    """The cells as Calc calculates them; an empty text is None, as in the other engine."""
    with calc.opened(path) as document:
        document.calculateAll()
        (sheet,) = snapshot(document).sheets
    return {a1(r, c): sheet.value(r, c) for r in range(1, 40) for c in range(1, 27)}


def column(cells: dict[str, Scalar], name: str, last: int = 15) -> list[Scalar]:
    """The values of a column from row 11; the host gives “” as None."""
    return [cells[f"{name}{row}"] for row in range(11, last + 1)]


NA, DIV, VALUE, NUM = (CellError(c) for c in ("#N/A", "#DIV/0!", "#VALUE!", "#NUM!"))


def test_w1_each_cell_with_its_peers(cells: dict[str, Scalar]) -> None:
    # the fifth unit stands outside the peers that it was given
    assert column(cells, "N") == [16.0, 17.2, 14.0, None, NA]


def test_w2_a_ratio_and_an_error_of_its_own(cells: dict[str, Scalar]) -> None:
    assert column(cells, "O") == [16.57, 20.0, 12.0, None, DIV]


def test_w3_a_column_in_one_call(cells: dict[str, Scalar]) -> None:
    assert column(cells, "V", 14) == [10.0, 9.5, 9.5, 8.5]
    assert column(cells, "W") == [10.0, 9.5, 9.5, 8.5, 10.0]
    assert column(cells, "X", 14) == [10.0, 9.5, 9.5, 9.0]


def test_w4_judged_and_checklist(cells: dict[str, Scalar]) -> None:
    assert column(cells, "P") == [5.0, 2.0, NUM, None, 5.0]
    assert column(cells, "Q") == [4.7, 10.0, VALUE, None, NUM]


def test_groups_of_single_cells_where_figures_repeat(cells: dict[str, Scalar]) -> None:
    # 7 stands in both groups: whose it is can't be told, and it is not guessed
    assert column(cells, "T") == [10.0, NA, NA, 8.5, NA]


def test_places_and_grades_of_calculated_scores(cells: dict[str, Scalar]) -> None:
    assert column(cells, "Y", 14) == [1.0, 2.0, 2.0, 4.0]
    assert column(cells, "Z", 14) == ["优秀", "达标", "达标", None]


def test_checks_and_numbers(cells: dict[str, Scalar]) -> None:
    checks = [str(value or "") for value in column(cells, "R")]
    assert [c[:2] for c in checks] == ["通过", "通过", "通过", "", "〔强"]
    assert column(cells, "S") == [30.0, 2e7, 5.0, None, VALUE]


def test_tables_fill_their_range(cells: dict[str, Scalar]) -> None:
    table = [[cells[f"{c}{r}"] for c in "ABCD"] for r in (21, 22, 23)]
    assert table == [
        ["制定年度实施方案", "是否", "是/否", None],
        ["按时报送月报", "是否", "是/否", None],
        ["报送信息", "个数", "条", None],
    ]
    assert [cells[f"{c}24"] for c in "AC"] == ["G3", "竞争"]


def test_words_stand_in_cells_of_words_only(cells: dict[str, Scalar]) -> None:
    assert cells["A26"] == LADDER
    assert "第6字“05分”" in str(cells["A27"])
    assert cells["A28"] == VALUE
    assert cells["A29"] is None
    assert cells["A30"] == NA
    assert str(cells["A31"]).splitlines()[-1] == "得分=10−0.5×(2−1)=9.5,四舍五入为 9.50"
    assert "peers" in str(cells["A35"])


def test_scores_take_part_in_other_formulas(cells: dict[str, Scalar]) -> None:
    assert cells["A32"] == pytest.approx(16.0 + 16.57 + 5.0 + 4.7)
    assert cells["A33"] == -1
    assert cells["A34"] == DIV


def test_a_host_that_passes_no_addresses_gets_an_error_for_a_formula(path: Path) -> None:
    assert calculate(path, callables())["评分", "A36"] == VALUE

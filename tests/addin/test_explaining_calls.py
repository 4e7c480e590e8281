"""解释此格 on cells that call our functions: clause cell, inputs, working, assumptions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from kpixl.addin.cell_values import values_of
from kpixl.addin.explaining_calls import call_explained, unseen_percents
from kpixl.addin.job import Job, Reply, run
from kpixl.addin.values import Percent
from kpixl.address import parse_a1
from kpixl.grid import Area, CellError, Scalar, Sheet, Snapshot, Source, Spot
from kpixl.hosts.calc_text import to_calc
from kpixl.hosts.files import FilesHost
from kpixl.hosts.formula_tree import Aside, tree_of
from kpixl.hosts.memory import MemoryHost
from tests.calc import Calc, host, select

LADDER = "数量最多的得10分,排名每下降1位减0.5分"
CHECKLIST = "制定方案得1分;报送信息,每采用1条得0.1分"
STEPS = "每新增2个平台加5分"
RATE = "完成率达到90%得10分,80%—90%得8分,80%以下不得分"


def book(
    cells: Mapping[str, Scalar],
    formulas: Mapping[str, str],
    *,
    formats: Mapping[str, str] | None = None,
    arrays: tuple[Area, ...] = (),
    names: Mapping[str, str] | None = None,
) -> Snapshot:
    """A workbook of one sheet; a formula's value stands among the cells."""
    spots = {parse_a1(name): value for name, value in cells.items()}
    height, width = (max(s[n] for s in [*spots, (1, 1)]) for n in (0, 1))
    rows = tuple(
        tuple(spots.get((r, c)) for c in range(1, width + 1)) for r in range(1, height + 1)
    )
    sheet = Sheet(
        "表",
        rows,
        {parse_a1(k): v for k, v in formulas.items()},
        {parse_a1(k): v for k, v in (formats or {}).items()},
        arrays=arrays,
    )
    return Snapshot(Source("表.xlsx"), (sheet,), names=names or {})


def explained(of: Snapshot, cell: str) -> Reply:
    spot = parse_a1(cell)
    job = Job(of, datetime(2016, 1, 20), selection=("表", Area(*spot, *spot)))
    return run("explain", job, MemoryHost(of))


def test_a_score_says_its_clause_inputs_working_and_assumptions_and_where_they_stand() -> None:
    of = book(
        {"A1": CHECKLIST, "B1": 10.0, "C1": "是", "D1": 37.0, "F1": 4.7},
        {"F1": "=KPISCORE($A$1,B1,C1:D1)"},
    )
    reply = explained(of, "F1")
    assert reply.title == "表!F1:得分 4.7"
    assert reply.tone == "info"
    assert reply.lines == (
        "公式:=KPISCORE($A$1,B1,C1:D1)",
        f"评分标准(A1):{CHECKLIST}",
        f"读作:{CHECKLIST}",
        "分值(B1):10",
        "数据(C1):制定方案 是",
        "数据(D1):报送信息 37条",
        "计算:制定方案:是",
        "得分=1×1+0.1×37=4.7,四舍五入为 4.70",
        "约定 G7:不足一个单位的部分不计(读作:整步)",
    )


def test_inside_a_larger_formula_the_call_is_explained_and_it_is_said_so() -> None:
    of = book(
        {"A1": STEPS, "B1": 10.0, "C1": 4.0, "F1": 5.0},
        {"F1": "=ROUND(_xll.KPISCORE(A1,B1,C1)*0.5,2)"},
    )
    reply = explained(of, "F1")
    assert reply.title == "表!F1:公式里有 KPISCORE"
    assert reply.lines[:4] == (
        "公式:=ROUND(KPISCORE(A1,B1,C1)*0.5,2)",
        "整个公式的结果是 5;其中有一处是本程序的函数,下面说明它。",
        "",
        "KPISCORE(A1,B1,C1):得分 10",
    )
    assert "计算:得分=5×(4÷2)=10,四舍五入为 10.00" in reply.lines


def test_every_call_of_a_formula_is_told_and_those_left_out_are_counted() -> None:
    of = book(
        {"A1": STEPS, "B1": 10.0, "C1": 2.0, "C2": 4.0, "C3": 6.0, "F1": 30.0},
        {"F1": "=KPISCORE(A1,B1,C1)+KPISCORE(A1,B1,C2)+KPISCORE(A1,B1,C3)"},
    )
    lines = explained(of, "F1").lines
    assert "KPISCORE(A1,B1,C1):得分 5" in lines
    assert "KPISCORE(A1,B1,C2):得分 10" in lines
    assert lines[-1] == "…… 还有 1 处"


def test_a_cell_of_a_column_call_shows_the_working_of_its_own_row() -> None:
    of = book(
        {"A1": LADDER, "B1": 3.0, "B2": 9.0, "B3": 7.0, "C1": 9.0, "C2": 10.0, "C3": 9.5},
        {"C1": "=KPISCORE(A1,10,B1:B3)"},
        arrays=(Area(1, 3, 3, 3),),
    )
    for cell, score, place, figure in (("C1", "9", 3, 3), ("C2", "10", 1, 9), ("C3", "9.5", 2, 7)):
        reply = explained(of, cell)
        row = cell[1]
        assert reply.title == f"表!{cell}:得分 {score}"
        assert f"数据(B{row}):数量 {figure}" in reply.lines
        assert f"整列一起计分,共 3 行,这是第 {row} 行。" in reply.lines
        assert f"计算:数量:{figure},第{place}名" in reply.lines


def test_percent_cells_count_in_points_and_arithmetic_is_worked_out() -> None:
    of = book(
        {"A1": RATE, "B1": 0.85, "B2": 17.0, "B3": 20.0, "C1": 8.0, "C2": 8.0},
        {"C1": "=KPISCORE(A1,10,B1)", "C2": "=KPISCORE(A1,10,B2/B3*100)"},
        formats={"B1": "0%"},
    )
    assert "数据(B1):完成率 85%" in explained(of, "C1").lines
    reply = explained(of, "C2")
    assert reply.title == "表!C2:得分 8"
    assert "数据(B2/B3*100):完成率 85%" in reply.lines


def test_scores_that_took_a_percentage_for_its_hundredth_are_found() -> None:
    of = book(
        {
            "A1": RATE, "A2": STEPS, "B1": 0.85, "B2": 0.95,
            "C1": 0.0, "C2": 8.0, "C3": 0.0, "C4": 0.0, "C5": 0.0, "C6": 0.0, "C7": 0.0,
        },
        {
            "C1": "=KPISCORE(A1,10,B1)",  # 0.85 %, as programs do that hand over no formats
            "C2": "=KPISCORE(A1,10,B1)",  # told of the format
            "C3": "=KPISCORE(A1,10,B1*1)",  # nobody is told of one
            "C4": "=KPISCORE(A2,10,B2)",  # no percentage asked for
            "C5": '="KPISCORE"&B1',
            "C6": "=KPISCORE(A1,10,",
            "C7": "=KPISCORE(A1,10,B2)",  # out of date, and B2 has no such format
        },
        formats={"B1": "0%"},
    )  # fmt: skip
    (said,) = unseen_percents(of)
    assert said.startswith("表!C1:value 里有设成百分数格式的格子")
    assert "把 85% 当作 0.85:请在公式里把它乘以 100" in said


def test_a_reading_that_was_chosen_is_told_with_the_working() -> None:
    of = book(
        {"A1": STEPS, "B1": 10.0, "C1": 3.0, "D1": "G7=按比例", "F1": 7.5},
        {"F1": "=KPISCORE(A1,B1,C1,,,,,D1)"},
    )
    lines = explained(of, "F1").lines
    assert "读法(D1):G7=按比例" in lines
    assert "计算:得分=5×(3÷2)=7.5,四舍五入为 7.50" in lines
    assert any(line.startswith("约定 G7") and "按比例" in line for line in lines)


def test_why_there_is_no_score_is_said() -> None:
    of = book(
        {
            "A1": "制定方案得05分", "A2": LADDER, "A3": STEPS, "B3": 2.5, "B4": CellError("#DIV/0!"),
            "F1": CellError("#VALUE!"), "F2": CellError("#N/A"), "F3": CellError("#NUM!"),
            "F4": CellError("#DIV/0!"), "F5": None,
        },
        {
            "F1": "=KPISCORE(A1,10,1)",
            "F2": "=KPISCORE(A2,10,7)",
            "F3": "=KPISCORE(A3,10,B3)",
            "F4": "=KPISCORE(A3,10,B4)",
            "F5": "=KPISCORE(A3,10,B5)",
        },
    )  # fmt: skip
    told = {cell: explained(of, cell) for cell in ("F1", "F2", "F3", "F4", "F5")}
    assert told["F1"].title == "表!F1:评分标准读不懂"
    assert "第6字“05分”" in told["F1"].text
    assert told["F2"].title == "表!F2:#N/A"
    assert "同类各单位的数据" in told["F2"].text
    assert "应为不小于 0 的整数" in told["F3"].text
    assert "参数 value(B4)是错误值 #DIV/0!,请先改正它。" in told["F4"].lines
    assert (told["F5"].title, told["F5"].tone) == ("表!F5:空白", "info")
    assert {told[c].tone for c in ("F1", "F2", "F3", "F4")} == {"warning"}
    assert not any("请重新计算" in reply.text for reply in told.values())


def test_a_cell_that_is_out_of_date_is_told_so() -> None:
    of = book(
        {"A1": STEPS, "B1": 4.0, "C1": 777.0},
        {"C1": "=KPISCORE(A1,10,B1)"},
    )
    reply = explained(of, "C1")
    assert reply.lines[-1] == "注意:格中现在是 777,按现在的数据是 10。请重新计算工作簿。"
    assert reply.tone == "warning"


def test_what_only_the_program_can_work_out_is_named() -> None:
    of = book(
        {"A1": STEPS, "B1": 4.0, "C1": 10.0},
        {"C1": "=KPISCORE(A1,10,VLOOKUP(1,A1:B3,2))"},
    )
    reply = explained(of, "C1")
    assert reply.lines[-1] == (
        "value:“VLOOKUP(1,A1:B3,2)”要由表格软件计算,请把它写在单独的格子里再引用。"
    )
    assert f"评分标准(A1):{STEPS}" in reply.lines


def test_other_functions_of_ours_are_explained_too() -> None:
    of = book(
        {"A1": STEPS, "B1": 4.0, "B2": 6.0, "C1": 2.0, "C2": STEPS},
        {"C1": "=KPIRANK(B1:B2)", "C2": "=KPIRULE(A1)"},
    )
    rank = explained(of, "C1")
    assert rank.lines == ("公式:=KPIRANK(B1:B2)", "scores(B1:B2):2 行,4、6")
    rule = explained(of, "C2")
    assert rule.title == "表!C2:这是一条评分标准"
    assert "读作:每新增2个平台加5分" in rule.lines


def test_formulas_without_a_call_of_ours_are_none_of_this() -> None:
    of = book({"A1": 1.0, "B1": 2.0}, {"B1": '=A1+LEN("KPISCORE(A1)")-11'})
    assert call_explained(of, of.sheets[0], (1, 2)) is None
    assert call_explained(of, of.sheets[0], (1, 1)) is None


NAMED = {"满分": "表!$B$1", "环": "环+1", "外": "[2]别的!$A$1"}
ARITHMETIC: Mapping[str, object] = {
    "=-2^2": 4.0,
    "=2^3^2": 64.0,
    "=1+2*3-4/2": 5.0,
    "=(1+2)*3": 9.0,
    "=50%*8": 4.0,
    '="甲"&1.5&"乙"': "甲1.5乙",
    "=1+1&2": "22",
    "=A1+A9": 3.0,
    "=2>=A1": False,
    "=A1<>3": False,
    '="a"="A"': True,
    "=0.1+0.2=0.3": True,
    "=1/0": CellError("#DIV/0!"),
    "=1+#N/A": CellError("#N/A"),
    '="x"*2': CellError("#VALUE!"),
    '="3"*2': 6.0,
    "=满分*2": 20.0,
    "=TRUE": True,
    '=KPINUMBER("2000万","亿元")*10': 2.0,
    "=A1:A2*2": ((6.0,), (10.0,)),
    "=A1:A2*B1:C1": ((30.0, 60.0), (50.0, 100.0)),
    "={1,2;3,4}": ((1.0, 2.0), (3.0, 4.0)),
    "=A1:A2=A2": ((False,), (True,)),
    "=表!A:A": ((3.0,), (5.0,)),
}


@pytest.mark.parametrize(("formula", "wanted"), ARITHMETIC.items(), ids=list(ARITHMETIC))
def test_arguments_are_worked_out_as_a_spreadsheet_does(formula: str, wanted: object) -> None:
    of = book({"A1": 3.0, "A2": 5.0, "B1": 10.0, "C1": 20.0}, {}, names=NAMED)
    assert values_of(of, of.sheets[0], tree_of(formula)) == wanted


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("=SUM(A1:A2)", "要由表格软件计算"),
        ("=[2]表!A1", "别的工作簿"),
        ("=外*2", "别的工作簿"),
        ("=无此名称", "没有定义"),
        ("=环", "互相引用"),
        ("=别的!A1", "没有名为"),
        ("=A1+", "不完整"),
        ("=D1+1", "日期"),
    ],
)
def test_what_can_not_be_worked_out_says_why(formula: str, reason: str) -> None:
    of = book({"A1": 3.0, "D1": date(2016, 1, 1)}, {}, names=NAMED)
    with pytest.raises(Aside, match=reason):
        values_of(of, of.sheets[0], tree_of(formula))


def test_a_percent_cell_stays_one_until_it_is_reckoned_with() -> None:
    of = book({"A1": 0.5}, {}, formats={"A1": "0%"})
    assert isinstance(values_of(of, of.sheets[0], tree_of("=A1")), Percent)
    assert not isinstance(values_of(of, of.sheets[0], tree_of("=A1*1")), Percent)


CALLS: Mapping[Spot, str] = {
    (1, 5): "=KPISCORE($A$1,$B$1,C1:D1)",
    (2, 5): "=ROUND(KPISCORE($A$2,10,C2)*0.5,2)",
    (3, 5): "=KPISCORE($A$3,10,C3,,C$3:C$5)",
    (5, 5): "=KPISCORE(A2,B5,D9)",
    (6, 5): "=KPISCORE(A6,10,C6)",
    (7, 5): "=2*KPIRANK(C3:C5)",
}


@pytest.mark.usefixtures("soffice")
def test_a_cell_is_explained_alike_in_a_file_and_in_calc(calc: Calc, tmp_path: Path) -> None:
    path, kept = tmp_path / "写好.xlsx", tmp_path / "算好.xlsx"
    rows = (
        (CHECKLIST, 10, "是", 37),
        (STEPS, 10, 4),
        (LADDER, 10, 3),
        (None, None, 9),
        (None, None, 7),
        ("制定方案得05分", 10, 1),
    )
    with Workbook(path) as made:
        sheet = made.add_worksheet("表")
        for row, line in enumerate(rows):
            sheet.write_row(row, 0, line)
        for (row, column), formula in CALLS.items():
            sheet.write_formula(row - 1, column - 1, formula)
        sheet.write_array_formula("F3:F5", "{=KPISCORE(A3,10,C3:C5)}")
    told: dict[Spot, str] = {}
    with calc.opened(path) as document:
        document.calculateAll()
        for spot in (*CALLS, (4, 6), (5, 6)):
            select(document, "表", *spot)
            told[spot] = calc.press(document, "explain")
        calc.office.save(document, kept)
        found = host(document).snapshot().sheets[0]
    assert [found.value(r, 5) for r in (1, 2, 3)] == [4.7, 5.0, 9.0]
    here = FilesHost(kept)
    for (row, column), words in told.items():
        job = Job(here.snapshot(), datetime.now(), kept, ("表", Area(row, column, row, column)))
        assert run("explain", job, here).text == words
    assert told[4, 6].startswith("表!F4:得分 10")
    assert told[5, 6].startswith("表!F5:得分 9.5")
    assert "整个公式的结果是 5" in told[2, 5]


@pytest.mark.usefixtures("soffice")
def test_arithmetic_comes_to_what_calc_itself_comes_to(calc: Calc) -> None:
    own = {f: w for f, w in ARITHMETIC.items() if not re.search("满分|KPI|表!|A:A", f)}
    with calc.empty() as document:
        sheet = document.getSheets().getByIndex(0)
        for cell, value in {"A1": 3.0, "A2": 5.0, "B1": 10.0, "C1": 20.0}.items():
            sheet.getCellRangeByName(cell).setValue(value)
        document.setPropertyValue("IgnoreCase", True)  # as in workbooks of Excel
        areas = []
        for n, (formula, wanted) in enumerate(own.items()):
            size = (len(wanted), len(wanted[0])) if isinstance(wanted, tuple) else (1, 1)
            area = Area(10 + 3 * n, 1, 9 + 3 * n + size[0], size[1])
            cells = sheet.getCellRangeByPosition(0, area.top - 1, area.right - 1, area.bottom - 1)
            cells.setArrayFormula(to_calc(formula))
            areas.append(area)
        found = host(document).snapshot().sheets[0]
    for area, (formula, wanted) in zip(areas, own.items(), strict=True):
        rows = wanted if isinstance(wanted, tuple) else ((wanted,),)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                assert found.value(area.top + r, 1 + c) == value, formula

"""The cell functions as Excel calls them: xlwings' DLL, COM, the server on Windows' Python.

Excel's VBA is stood in for by a Python of Windows (tests/wine/inside/excel.py); the figures
are worked out by hand.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from kpixl.addin import functions
from kpixl.addin.excel_cells import DATE, FAULT, LEFT_OUT, PERCENT
from tests.wine.machine import Machine, Said, Talk

LADDER = "亿元以上企业数量最多的得10分,排名每下降1位减0.5分"
STEPS = "每采用1条得0.1分"
GOAL = "完成目标的得10分,每少1家扣1分"
RARE = "𠮷野家①㎡"
# What a wrapper sends for arguments that were left out, and what it gets.
CASES: list[tuple[str, tuple[Any, ...], Any]] = [
    ("KPISCORE", (STEPS, 10.0, 7.0), 0.7),
    ("KPISCORE", ("制定方案得1分", 10.0, "是"), 1.0),
    ("KPISCORE", (GOAL, 10.0, 3.0, 5.0), 8.0),
    ("KPISCORE", (LADDER, 10.0, ((12.0,), (7.0,), (7.0,), (9.0,))), [[10.0], [9.0], [9.0], [9.5]]),
    ("KPISCORE", (LADDER, 10.0, 7.0, None, ((12.0,), (7.0,), (9.0,))), 9.0),
    ("KPISCORE", (LADDER, 10.0, 7.0, LEFT_OUT, ((12.0,), (7.0,)), LEFT_OUT), 9.5),
    # one row a unit, one column a figure of the clause
    (
        "KPISCORE",
        ("制定方案得1分;报送信息,每采用1条得0.1分", 10.0, (("是", 3.0), ("否", 5.0))),
        [[1.3], [0.5]],
    ),
    ("KPIRULE", ("数量最多的街道得满分,名次每降2位扣1分",), "数量最多的得满分,排名每下降2位减1分"),
    (
        "KPIINPUTS",
        ("制定方案得1分;报送信息,每采用1条得0.1分",),
        [["制定方案", "是否", "是/否", ""], ["报送信息", "个数", "条", ""]],
    ),
    ("KPIRANK", (((78.6,), (99.1,), (None,), (78.6,)),), [[2.0], [1.0], [""], [2.0]]),
    (
        "KPIRANK",
        (((78.6,), (99.1,), (78.6,), (60.0,)), None, "平均"),
        [[2.5], [1.0], [2.5], [4.0]],
    ),
    ("KPIRANK", (((1.0,), (2.0,), (3.0,)), (("甲",), ("乙",), ("甲",))), [[2.0], [1.0], [1.0]]),
    (
        "KPIGRADE",
        (((99.1,), (78.6,), (80.0,)), ((1.0,), (4.0,), (5.0,)), "前3名为优秀;80分以上为达标"),
        [["优秀"], [""], ["达标"]],
    ),
    ("KPICHECK", (8.3, "百分数 0..100"), "通过"),
    ("KPICHECK", (None, "数值"), ""),
    ("KPINUMBER", ("2000万", "亿元"), 0.2),
    (
        "KPINUMBER",
        ((("约30家",), (5.0,), (None,), ("三五家",)), "家"),
        [[30.0], [5.0], [""], [FAULT + "#VALUE!"]],
    ),
    ("KPIASSUME", ("制定方案得1分",), ["", "条款都已写明,没有约定", "", ""]),
]


@pytest.mark.parametrize(("name", "given", "wanted"), CASES)
def test_a_function_gives_what_was_worked_out_by_hand(
    excel: Talk, name: str, given: tuple[Any, ...], wanted: Any
) -> None:
    assert rounded(excel("excel.ask", name, *given)) == wanted


def rounded(value: Any) -> Any:
    """Figures as a cell shows them, at 12 digits."""
    if isinstance(value, list):
        return [rounded(v) for v in value]
    return float(f"{value:.12g}") if isinstance(value, float) else value


def test_every_function_is_asked_for() -> None:
    others = {"KPIEXPLAIN", "KPIFORMULA"}  # asked below, by what their words come to
    assert {name for name, _, _ in CASES} | others == functions().keys()


def test_words_come_back_whole(excel: Talk) -> None:
    lines = excel("excel.ask", "KPIEXPLAIN", STEPS, 10.0, 7.0)
    assert "0.1" in lines
    assert "0.7" in lines
    formula = excel(
        "excel.ask", "KPIFORMULA", LADDER, 10.0, "F5", None, "F5:F8", None, None, None, "D5"
    )
    assert formula.startswith("=IF(COUNT(F5)=0")
    assert "$F$5:$F$8" in formula
    assert RARE in excel("excel.ask", "KPICHECK", RARE, "数值 亿元")


def test_blanks_errors_texts_and_percentages_are_told_apart(excel: Talk) -> None:
    column = ((12.0,), (None,), (FAULT + "#N/A",), (FAULT + "#REF!",), ("约",), (DATE + "42019",))
    assert rounded(excel("excel.ask", "KPISCORE", STEPS, 10.0, column)) == [
        [1.2],
        [""],
        [FAULT + "#N/A"],
        [FAULT + "#REF!"],
        [FAULT + "#VALUE!"],
        [FAULT + "#VALUE!"],
    ]
    assert excel("excel.ask", "KPISCORE", STEPS, 10.0, "") == ""
    assert excel("excel.ask", "KPISCORE", STEPS, 10.0, FAULT + "#DIV/0!") == FAULT + "#DIV/0!"
    assert excel("excel.ask", "KPISCORE", STEPS, 10.0, -3.0) == FAULT + "#NUM!"
    assert excel("excel.ask", "KPISCORE", "读不懂的条款扣", 10.0, 1.0) == FAULT + "#VALUE!"
    clause = "增幅达到8%的得10分,每低1个百分点扣1分"
    asked = [excel("excel.ask", "KPISCORE", clause, 10.0, v) for v in (PERCENT + "0.07", 7.0)]
    assert rounded(asked) == [9.0, 9.0]


def test_ten_thousand_rows_are_one_call(excel: Talk) -> None:
    first, last, count = excel("excel.numbers", "KPISCORE", 10_000, LADDER, 10.0)
    assert (first, last, count) == ([0.0], [10.0], 10_000)
    assert excel("excel.numbers", "KPISCORE", 10_000, STEPS, 10.0)[:2] == [[0.0], [10.0]]


def test_a_result_may_have_more_rows_than_an_old_sheet(excel: Talk) -> None:
    first, last, count = excel("excel.numbers", "KPISCORE", 70_000, STEPS, 10.0)
    assert (first, last, count) == ([0.0], [10.0], 70_000)


def test_no_function_writes_to_a_sheet_answers_later_or_is_volatile(excel: Talk) -> None:
    """xlwings would resize an array (expand) or answer later by writing to the asking cell."""
    for name in functions():
        assert excel("excel.traits", name) == [{"convert": "raw"}, None, False]


def test_an_exception_in_python_is_an_error_value_and_a_line_without_what_stood_in_the_cell(
    excel: Talk,
) -> None:
    excel("excel.inside", _BREAK)
    try:
        assert excel("excel.ask", "KPINUMBER", "张三 5000", "元") == FAULT + "#VALUE!"
    finally:
        excel("excel.inside", _MEND)
    assert excel("excel.ask", "KPINUMBER", "5000", "元") == 5000.0
    *_, event, failure = excel("excel.log").splitlines()
    assert event.endswith("python kpinumber-failure")
    assert "failure ZeroDivisionError kpixl.addin.udfs:" in failure
    assert "张三" not in excel("excel.log")


_BREAK = """
from kpixl.addin import udfs
from dataclasses import replace
def broken(*arguments):
    raise ZeroDivisionError(arguments[0])
whole = udfs.REGISTRY.functions["KPINUMBER"]
udfs.REGISTRY.functions["KPINUMBER"] = replace(whole, function=broken)
udfs.whole = whole
"""
_MEND = "from kpixl.addin import udfs; udfs.REGISTRY.functions['KPINUMBER'] = udfs.whole"


def test_a_function_that_is_not_there_fails_as_a_call_and_gives_no_text(excel: Talk) -> None:
    with pytest.raises(Said, match=r"has no attribute .*KPINOTHING"):
        excel("excel.ask", "KPINOTHING", 1.0)


def test_what_a_clause_gets_wrong_is_said_once_however_many_cells_say_it(excel: Talk) -> None:
    before = len(excel("excel.log").splitlines())
    for _ in range(5):
        excel("excel.ask", "KPISCORE", "读不懂的条款扣", 10.0, 1.0)
    lines = excel("excel.log").splitlines()[before:]
    # the seventh character is what cannot be read
    assert [line.split(" ", 2)[2] for line in lines] == ["python kpiscore-clause position=7"]


def test_a_server_that_was_ended_is_started_again(excel: Talk) -> None:
    before = excel("excel.server")
    excel("excel.end", before)
    assert "RPC" in excel("excel.refused", "KPINUMBER", "约30家", "家")
    assert excel("excel.start") == ""
    assert excel("excel.server") != before
    assert excel("excel.ask", "KPINUMBER", "约30家", "家") == 30.0


def test_two_clients_at_once_have_servers_of_their_own_that_end_with_them(
    excel: Talk, installed: Machine
) -> None:
    with installed.talk() as other:
        assert other("excel.start") == ""
        theirs = other("excel.server")
        assert theirs != excel("excel.server")

        def ask(client: Talk, first: int) -> list[Any]:
            return [
                client("excel.ask", "KPISCORE", STEPS, 10.0, float(n))
                for n in range(first, first + 40)
            ]

        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(ask, (excel, other), (0, 50)))
        assert answers[0] == pytest.approx([n / 10 for n in range(40)])
        assert answers[1] == pytest.approx([n / 10 for n in range(50, 90)])
    assert excel("excel.ask", "KPISCORE", STEPS, 10.0, 5.0) == 0.5
    assert not excel("excel.alive", theirs)


def test_an_add_in_of_another_version_gets_no_server_and_a_line_says_why(
    installed: Machine,
) -> None:
    with installed.talk() as client:
        assert "exited before it was possible" in client("excel.start", "0.0.1")
        assert (
            client("excel.log")
            .splitlines()[-1]
            .split(" ", 2)[2]
            .startswith("server version-mismatch 0.0.1 ")
        )

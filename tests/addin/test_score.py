"""KPISCORE and KPIEXPLAIN over cells, rows and columns, as spreadsheet programs hand them over."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpixl.addin.udfs import KPIEXPLAIN, KPISCORE, call
from kpixl.addin.values import Percent
from kpixl.errors import BadArgument, RuleError
from kpixl.grid import CellError
from kpixl.rules import parse
from kpixl.rules.evaluate import evaluate
from kpixl.rules.frame import Frame
from tests.rules.clauses import BAND, READABLE
from tests.rules.cohorts import cohort, rules

LADDER = "龙头企业数量最多的得10分,排名每下降1位减0.5分"
CHECKLIST = "制定方案得1分;按时报送得1分;报送信息,每采用一条得0.1分"
RATIO = "得分=完成值÷目标值×分值"
GROWTH = "得分=(本值-上年值)÷上年值×分值"
NA, DIV, VALUE, NUM = (CellError(c) for c in ("#N/A", "#DIV/0!", "#VALUE!", "#NUM!"))


def col(*cells: Any) -> tuple[tuple[Any], ...]:
    return tuple((cell,) for cell in cells)


def raised(*arguments: Any, **named: Any) -> str:
    """The error value that a call comes to."""
    with pytest.raises(BadArgument) as error:
        KPISCORE(*arguments, **named)
    return error.value.excel


# -- the worked examples, from the sentences of the source ------------------------------------


def test_w1_blend_of_three_bands(clauses: dict[str, str]) -> None:
    streets = ((200, 500, 6), (50, 400, 10), (20, 300, 8))
    assert KPISCORE(clauses["S0089"], 20, streets) == col(16.0, 17.2, 14.0)
    for row, score in zip(streets, (16.0, 17.2, 14.0), strict=True):
        assert KPISCORE(clauses["S0089"], 20, (row,), None, streets) == score


def test_w1_all_equal_and_one_missing(clauses: dict[str, str]) -> None:
    flat = ((200, 500, 8), (50, 400, 8), (20, 300, 8))
    scores = KPISCORE(clauses["S0089"], 20, flat)
    assert isinstance(scores, tuple)
    assert scores[0] == (20.0,)
    missing = ((200, 500, 6), (50, 400, 10), (20, None, 8))
    assert KPISCORE(clauses["S0089"], 20, missing) == col(16.0, 16.4, "")


def test_w2_band_of_a_ratio(clauses: dict[str, str]) -> None:
    ratios = col(24 / 40 * 100, 3 / 4 * 100, 1 / 2.5 * 100)
    assert KPISCORE(clauses["S0095"], 20, ratios) == col(16.57, 20.0, 12.0)
    assert KPISCORE(clauses["S0095"], 20, (*ratios, (None,))) == col(16.57, 20.0, 12.0, "")


@pytest.mark.parametrize("number", ["S0091", "S0092"])
def test_w3_ladder(clauses: dict[str, str], number: str) -> None:
    assert KPISCORE(clauses[number], 10, col(12, 7, 7, 3)) == col(10.0, 9.5, 9.5, 8.5)


def test_w4_the_two_items_outside_the_hundred(clauses: dict[str, str]) -> None:
    risk = KPISCORE(clauses["S0096"], 10, 6)
    basics = KPISCORE(clauses["S0097"], 10, (("是", "否", 37),))
    assert (risk, basics) == (5.0, 4.7)
    assert round(84.37 + 5.0 + 4.7, 2) == 94.07


# -- shapes ------------------------------------------------------------------------------------


def test_a_cell_gives_a_score_and_a_column_a_column() -> None:
    assert KPISCORE("每采用1条得0.1分", 10, 37.0) == 3.7
    assert KPISCORE("每采用1条得0.1分", 10, ((37.0,),)) == 3.7
    assert KPISCORE("每采用1条得0.1分", 10, col(37, 5)) == col(3.7, 0.5)
    assert KPISCORE("每采用1条得0.1分", 10, [[37], [5]]) == col(3.7, 0.5)


def test_a_flat_list_is_a_row_or_the_column_of_a_single_input() -> None:
    assert KPISCORE(CHECKLIST, 10, ["是", "否", 37]) == 4.7
    assert KPISCORE(LADDER, 10, [12, 7, 7, 3]) == col(10.0, 9.5, 9.5, 8.5)


def test_a_range_is_as_wide_as_the_rule_has_inputs() -> None:
    assert raised(LADDER, 10, ((12, 1), (7, 2))) == "#VALUE!"
    assert raised(CHECKLIST, 10, "是") == "#VALUE!"
    assert raised(LADDER, 10, 7, None, ((12, 1), (7, 2))) == "#VALUE!"
    assert "制定方案、按时报送、报送信息" in str(KPIEXPLAIN(CHECKLIST, 10, "是"))


def test_a_single_argument_is_one_cell() -> None:
    assert raised(col(LADDER, LADDER), 10, col(1, 2)) == "#VALUE!"
    assert raised(LADDER, col(10, 20), col(1, 2)) == "#VALUE!"


# -- whom to compare with ----------------------------------------------------------------------


def test_a_row_alone_has_nobody_to_compare_with() -> None:
    assert raised(LADDER, 10, 7) == "#N/A"
    assert raised(LADDER, 10, 7, None, None) == "#N/A"
    assert raised(LADDER, 10, 7, None, col(None, None)) == "#N/A"
    assert KPISCORE(LADDER, 10, 7, None, 7) == 10.0


def test_a_rule_that_does_not_compare_needs_no_peers() -> None:
    assert KPISCORE(CHECKLIST, 10, (("是", "否", 37),)) == 4.7
    assert KPISCORE(CHECKLIST, 10, (("是", "否", 37),), None, (("否", "否", 1),)) == 4.7


def test_the_peers_hold_the_unit_itself() -> None:
    peers = col(12, 7, 7, 3)
    assert [KPISCORE(LADDER, 10, v, None, peers) for v in (12, 7, 3)] == [10.0, 9.5, 8.5]
    assert raised(LADDER, 10, 8, None, peers) == "#N/A"
    assert "没有本单位" in str(KPIEXPLAIN(LADDER, 10, 8, None, peers))


def test_a_part_of_the_units_is_compared_with_all() -> None:
    assert KPISCORE(LADDER, 10, col(7, 3), None, col(12, 7, 7, 3)) == col(9.5, 8.5)
    assert KPISCORE(LADDER, 10, col(7, 8), None, col(12, 7, 7, 3)) == col(9.5, NA)


def test_groups_are_never_crossed() -> None:
    groups = col("甲组", "乙组", "甲组", "乙组", "丙组")
    values = col(1, 5, 3, 4, 9)
    assert KPISCORE(LADDER, 10, values, groups=groups) == col(9.5, 10.0, 10.0, 9.5, 10.0)
    assert KPISCORE(BAND, 10, values, groups=groups) == col(6.0, 10.0, 10.0, 6.0, 10.0)
    whole = ["甲组", "乙组", "甲组", "乙组", "丙组"]
    assert KPISCORE(LADDER, 10, values, groups=whole) == col(9.5, 10.0, 10.0, 9.5, 10.0)


def test_the_group_of_a_single_row_is_that_of_its_row_among_the_peers() -> None:
    peers, groups = col(1, 5, 3, 4), col("甲", "乙", "甲", "乙")
    scores = [KPISCORE(LADDER, 10, v, None, peers, None, groups) for v in (1, 5, 3, 4)]
    assert scores == [9.5, 10.0, 10.0, 9.5]


def test_a_row_that_stands_in_several_groups_is_not_guessed() -> None:
    peers, groups = col(12, 7, 7, 3), col("甲", "甲", "乙", "乙")
    assert raised(LADDER, 10, 7, None, peers, None, groups) == "#N/A"
    assert "几个组" in str(KPIEXPLAIN(LADDER, 10, 7, None, peers, None, groups))
    # the same score in either group is no guess
    same = col(12, 7, 12, 7)
    assert KPISCORE(LADDER, 10, 7, None, same, None, groups) == 9.5


def test_true_and_false_mark_the_group_of_a_single_row() -> None:
    peers = col(12, 7, 7, 3)
    mine, others = col(True, True, False, False), col(False, False, True, True)
    assert KPISCORE(LADDER, 10, 7, None, peers, None, mine) == 9.5
    assert KPISCORE(LADDER, 10, 7, None, peers, None, others) == 10.0
    assert raised(LADDER, 10, 3, None, peers, None, mine) == "#N/A"
    assert raised(LADDER, 10, peers, None, None, None, mine) == "#VALUE!"


def test_a_unit_without_a_group_is_compared_with_nobody() -> None:
    groups = col("甲", "甲", None, "甲")
    assert KPISCORE(LADDER, 10, col(12, 7, 99, 3), groups=groups) == col(10.0, 9.5, NA, 9.0)
    assert KPISCORE(LADDER, 10, col(12, 7), groups=col(None, "")) == col(10.0, 9.5)


def test_there_is_a_label_for_each_row() -> None:
    assert raised(LADDER, 10, col(12, 7), groups=col("甲")) == "#VALUE!"
    assert raised(LADDER, 10, 7, None, col(12, 7), None, "甲") == "#VALUE!"


def test_spaces_and_case_do_not_make_a_group() -> None:
    assert KPISCORE(LADDER, 10, col(12, 7), groups=col("A 组", " a 组")) == col(10.0, 9.5)
    assert KPISCORE(LADDER, 10, col(12, 7), groups=col(1.0, "1")) == col(10.0, 9.5)


# -- blanks ------------------------------------------------------------------------------------


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_blank_in_blank_out(nothing: Any) -> None:
    assert KPISCORE(nothing, 10, 7) == ""
    assert KPISCORE(LADDER, 10, nothing) == ""
    assert KPISCORE(LADDER, 10, col(nothing, nothing)) == col("", "")
    assert KPISCORE(LADDER, 10, col(12, nothing, 7)) == col(10.0, "", 9.5)
    assert KPISCORE(BAND, nothing, col(1, 2)) == col("", "")
    assert KPISCORE(RATIO, 10, 5, nothing) == ""
    assert KPIEXPLAIN(LADDER, 10, nothing) == ""


def test_a_unit_that_lacks_one_figure_is_blank_and_says_which() -> None:
    rows = (("是", None, 37), ("是", "否", 37))
    assert KPISCORE(CHECKLIST, 10, rows) == col("", 4.7)
    assert KPIEXPLAIN(CHECKLIST, 10, rows[:1]) == "缺“按时报送”,本项留空"


def test_points_may_be_missing_only_where_the_clause_needs_none() -> None:
    assert KPISCORE("每采用1条得0.1分,最多得3分", None, 100) == 3.0
    for nothing in (None, "", "–", "—", "/"):
        assert KPISCORE("每采用1条得0.1分", nothing, 250) == 25.0
    assert "分值" in str(KPIEXPLAIN(BAND, None, col(1, 2)))


def test_a_missing_target_is_blank_and_says_so() -> None:
    assert KPISCORE(RATIO, 10, col(5, 6), col(10, None)) == col(5.0, "")
    assert KPIEXPLAIN(RATIO, 10, 5) == "缺“本值”的目标值,本项留空"
    assert KPIEXPLAIN(GROWTH, 10, 5) == "缺“本值”的上年值,本项留空"


def test_a_divisor_of_zero_is_blank() -> None:
    assert KPISCORE(RATIO, 10, col(5, 6), col(10, 0)) == col(5.0, "")
    assert "分母为0" in str(KPIEXPLAIN(RATIO, 10, 6, 0))


# -- targets and last year ---------------------------------------------------------------------


def test_a_target_stands_beside_each_unit_or_once_for_all() -> None:
    assert KPISCORE(RATIO, 10, col(5, 6), col(10, 12)) == col(5.0, 5.0)
    assert KPISCORE(RATIO, 10, col(5, 6), 10) == col(5.0, 6.0)
    assert KPISCORE(RATIO, 10, col(5, 6), [10, 12]) == col(5.0, 5.0)
    assert raised(RATIO, 10, col(5, 6, 7), col(10, 12)) == "#VALUE!"
    assert raised(RATIO, 10, col(5, 6), ((10, 12), (10, 12))) == "#VALUE!"
    assert raised(RATIO, 10, 5, "十个") == "#VALUE!"


def test_a_target_that_no_rule_needs_does_no_harm() -> None:
    assert KPISCORE(LADDER, 10, col(12, 7), col("无", "无")) == col(10.0, 9.5)


def test_targets_stand_for_the_inputs_that_need_one() -> None:
    two = "得分=产值÷产值目标值×5+利润÷10"
    assert KPISCORE(two, 20, ((8, 20),), 10) == KPISCORE(two, 20, ((8, 20),), ((10, None),)) == 6.0


def test_last_year_s_figure_stands_beside_each_unit() -> None:
    assert KPISCORE(GROWTH, 10, col(120, 110), None, None, col(100, 100)) == col(2.0, 1.0)
    assert KPISCORE(GROWTH, 10, 120, prior=100) == 2.0


# -- readings ----------------------------------------------------------------------------------


def test_readings_switch_what_the_clause_leaves_open() -> None:
    values = col(12, 7, 7, 3)
    assert KPISCORE(LADDER, 10, values, readings="G3=密集") == col(10.0, 9.5, 9.5, 9.0)
    assert KPISCORE(LADDER, 10, values, readings="G3=平均") == col(10.0, 9.25, 9.25, 8.5)
    assert raised(LADDER, 10, values, readings="G3=随意") == "#VALUE!"
    assert "竞争" in str(KPIEXPLAIN(LADDER, 10, values, readings="G3=随意"))


def test_figures_that_look_equal_share_a_place() -> None:
    assert 0.3 - 0.1 != 0.2
    assert KPISCORE(LADDER, 10, col(0.3 - 0.1, 0.2, 0.1)) == col(10.0, 10.0, 9.0)
    assert KPISCORE(LADDER, 10, 0.2, None, col(0.3 - 0.1, 0.5)) == 9.5


# -- wrong kinds -------------------------------------------------------------------------------


@pytest.mark.parametrize(("cell", "score"), [("是", 1.0), ("否", 0.0), (" 是 ", 1.0), (True, 1.0)])
def test_yes_and_no_may_be_true_false_one_and_zero(cell: Any, score: float) -> None:
    assert KPISCORE("制定方案得1分", 10, cell) == score
    assert KPISCORE("制定方案得1分", 10, score) == score


@pytest.mark.parametrize(
    ("clause", "cell", "error"),
    [
        ("制定方案得1分", "对", "#VALUE!"),
        ("制定方案得1分", "yes", "#VALUE!"),
        ("制定方案得1分", 2, "#NUM!"),
        ("每采用1条得0.1分", "37条", "#VALUE!"),
        ("每采用1条得0.1分", "37", "#VALUE!"),
        ("每采用1条得0.1分", True, "#VALUE!"),
        ("每采用1条得0.1分", -1, "#NUM!"),
        ("每采用1条得0.1分", 2.5, "#NUM!"),
        ("每采用1条得0.1分", float("inf"), "#NUM!"),
        ("每采用1条得0.1分", float("nan"), "#NUM!"),
        ("每采用1条得0.1分", 10**400, "#NUM!"),
        ("成效显著的,最高加5分", -1, "#NUM!"),
        ("成效显著的,最高加5分", "好", "#VALUE!"),
    ],
)
def test_what_is_no_figure_is_an_error_value(clause: str, cell: Any, error: str) -> None:
    assert raised(clause, 10, cell) == error
    assert KPISCORE(clause, 10, col(cell, None)) == col(CellError(error), "")
    said = str(KPIEXPLAIN(clause, 10, cell))
    assert said.startswith("参数“value 第1行(")
    assert "应为" in said


@pytest.mark.parametrize(
    ("points", "error"), [("20分", "#VALUE!"), (0, "#NUM!"), (-5, "#NUM!"), (True, "#VALUE!")]
)
def test_points_are_a_number_above_zero(points: Any, error: str) -> None:
    assert raised(LADDER, points, col(1, 2)) == error


def test_a_wrong_row_takes_nothing_from_the_others() -> None:
    assert KPISCORE(LADDER, 10, col(12, "约9", 7, None)) == col(10.0, VALUE, 9.5, "")


def test_an_overflow_is_no_score() -> None:
    clause = "得分=本值×本值×本值-1000"
    assert raised(clause, None, 1e200) == "#NUM!"


def test_a_clause_that_is_refused_gives_no_score_and_the_reason() -> None:
    with pytest.raises(RuleError):
        KPISCORE("制定方案得05分", 10, 1)
    assert "第6字" in str(KPIEXPLAIN("制定方案得05分", 10, 1))


# -- error values ------------------------------------------------------------------------------


@pytest.mark.parametrize("position", range(8))
def test_an_error_in_any_argument_comes_back(position: int) -> None:
    arguments: list[Any] = [GROWTH, 10, 5, None, None, 4, None, None]
    arguments[position] = DIV
    assert KPISCORE(*arguments) == DIV
    assert "#DIV/0!" in str(KPIEXPLAIN(*arguments))


def test_an_error_of_one_row_stays_there_where_nobody_is_compared() -> None:
    assert KPISCORE("每采用1条得0.1分", 10, col(37, DIV, 5)) == col(3.7, DIV, 0.5)
    assert KPISCORE(RATIO, 10, col(5, 6), col(10, NA)) == col(5.0, NA)


def test_an_error_among_those_compared_shows_in_every_score_of_the_group() -> None:
    assert KPISCORE(LADDER, 10, col(12, DIV, 7, None)) == col(DIV, DIV, DIV, "")
    assert KPISCORE(LADDER, 10, 7, None, col(12, 7, NA)) == NA
    groups = col("甲", "甲", "乙")
    assert KPISCORE(LADDER, 10, col(12, DIV, 7), groups=groups) == col(DIV, DIV, 10.0)
    assert "同类单位第2行" in str(KPIEXPLAIN(LADDER, 10, 7, None, col(7, NA)))


# -- percentages -------------------------------------------------------------------------------


def test_a_percentage_counts_in_points_whatever_its_cell_s_format() -> None:
    clause = "增速达到10%得5分"
    assert KPISCORE(clause, 10, Percent(0.1)) == KPISCORE(clause, 10, 10) == 5.0
    assert KPISCORE(clause, 10, Percent(0.099)) == KPISCORE(clause, 10, 9.9) == 0.0
    # a share in a formula that asks for no percentage is what it is
    assert KPISCORE("得分=完成率×分值", 10, Percent(0.85)) == 8.5


def test_a_percentage_below_one_is_taken_as_it_stands_and_the_working_says_so() -> None:
    clause = "增速达到10%得5分"
    assert KPISCORE(clause, 10, 0.1) == 0.0
    assert "按 0.1% 计;如为 10%,请填 10" in str(KPIEXPLAIN(clause, 10, 0.1))
    assert "请填" not in str(KPIEXPLAIN(clause, 10, Percent(0.001)))


# -- any cohort --------------------------------------------------------------------------------

RULES = rules(READABLE)


def told(score: float) -> Any:
    return "" if score != score else score


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(RULES), st.integers(2, 8), st.booleans(), st.randoms(use_true_random=False))
def test_a_column_gives_what_evaluate_gives(
    rule: Any, size: int, grouped: bool, pick: random.Random
) -> None:
    case = cohort(rule, pick, points=Decimal(20), size=size, grouped=grouped)
    # a judged figure below 0 is no figure here, while `evaluate` takes it as 0
    judged = {1 + i for i, given in enumerate(rule.inputs) if given.kind == "judged"}
    case = replace(
        case,
        rows=tuple(
            tuple(
                abs(c) if i in judged and isinstance(c, (int, float)) else c
                for i, c in enumerate(row)
            )
            for row in case.rows
        ),
    )
    n = case.width
    values = tuple(row[1 : 1 + n] for row in case.rows)
    readings = ";".join(f"{code}={value}" for code, value in rule.readings.items())
    arguments: dict[str, Any] = {
        "target": tuple(row[1 + n : 1 + 2 * n] for row in case.rows),
        "prior": tuple(row[1 + 2 * n :] for row in case.rows),
        "groups": col(*(row[0] for row in case.rows)) if grouped else None,
        "readings": readings,
    }
    found = KPISCORE(rule.source, 20, values, **arguments)
    wanted = col(*("" if s is None else abs(s) if s == 0 else s for s in case.scores()))
    assert found == wanted
    said = KPIEXPLAIN(rule.source, 20, values, **arguments)
    assert isinstance(found, tuple) and isinstance(said, tuple)
    for (score,), (text,) in zip(found, said, strict=True):
        assert isinstance(text, str)
        if isinstance(score, float):
            assert f"四舍五入为 {score:.2f}" in text
        else:
            # behind it there may be notes, as on a percentage below 1
            lines = [line for line in text.splitlines() if not line.startswith("注:")]
            assert lines == [] or lines[-1].endswith("本项留空")


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(st.one_of(st.none(), st.integers(-3, 5)), st.sampled_from("甲乙丙")),
        min_size=2,
        max_size=9,
    ),
    st.sampled_from([LADDER, BAND]),
)
def test_a_row_with_peers_gives_its_score_of_the_column_or_says_that_it_cannot(
    rows: list[tuple[int | None, str]], clause: str
) -> None:
    values, groups = col(*(v for v, _ in rows)), col(*(g for _, g in rows))
    column = KPISCORE(clause, 10, values, groups=groups)
    assert isinstance(column, tuple)
    for (value, group), (score,) in zip(rows, column, strict=True):
        homes = {g for v, g in rows if v == value}
        found = call("KPISCORE", clause, 10, value, None, values, None, groups)
        assert found == score or (found == NA and len(homes) > 1)
        marks = col(*(g == group for _, g in rows))
        assert KPISCORE(clause, 10, value, None, values, None, marks) == score


def test_ten_thousand_rows_are_one_call() -> None:
    figures = [float(n % 977) for n in range(10_000)]
    scores = KPISCORE(BAND, 20, col(*figures))
    wanted = evaluate(parse(BAND), Frame([np.array(figures)]), points=Decimal(20))
    assert scores == col(*(told(s) for s in wanted.tolist()))

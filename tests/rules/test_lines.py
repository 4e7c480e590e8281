"""A clause of several lines: the item is their sum, and a line's bounds are its own."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpixl.rules import parse
from kpixl.rules.evaluate import evaluate
from kpixl.rules.explain import explain
from kpixl.rules.frame import Frame
from kpixl.rules.lines import EACH_BY_ITSELF, Line

SALES = "完成产值目标得4分,超额完成5%以上加1分"
ENERGY = "完成能耗下降率目标得4分,每超过1个百分点加0.5分,最多加2分,每低1个百分点扣1分"
CLAUSE = f"{SALES}\n{ENERGY}"


def scores(
    clause: str, *columns: list[float], targets: list[float], points: int = 8
) -> list[float]:
    frame = Frame([np.array(c, dtype=float) for c in columns], targets)
    return [float(x) for x in evaluate(parse(clause), frame, points=Decimal(points))]


def test_what_makes_a_line_give_nothing_says_nothing_of_the_other_lines() -> None:
    rule = parse("资料齐全得5分。\n台账齐全得4分,每获表彰1次加1分;发生事故的不得分")
    frame = Frame(
        [np.array(c) for c in ([1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [2.0, 2.0, 0.0], [0.0, 1.0, 1.0])]
    )
    assert [i.label for i in rule.inputs] == ["资料齐全", "台账齐全", "获表彰次数", "发生事故"]
    assert evaluate(rule, frame, points=Decimal(20)).tolist() == [11, 5, 0]


def test_the_deductions_of_a_line_never_reach_into_another() -> None:
    # 4 for sales stand, whatever energy takes: 4 − 30 is 0 for energy alone
    assert scores(CLAUSE, [100, 100, 90], [-26, 3, 3], targets=[100, 4]) == [4, 7, 3]


def test_the_cap_of_a_line_holds_for_its_own_bonuses() -> None:
    # energy 4 + 2 (9 points above, at most 2); sales 4 + 1 on top
    assert scores(CLAUSE, [105, 104.99], [13, 13], targets=[100, 4]) == [11, 10]


def test_bonuses_fill_up_where_the_lines_alone_can_t_reach_the_points() -> None:
    assert scores(CLAUSE, [105], [13], targets=[100, 4], points=10) == [10]


def test_a_figure_that_two_lines_name_is_one_figure() -> None:
    rule = parse(f"完成产值目标得4分,未完成不得分\n产值超额完成5%以上加1分\n{ENERGY}")
    assert [i.label for i in rule.inputs] == ["产值", "能耗下降率"]
    assert all(isinstance(t, Line) for t in rule.terms)


def test_the_reading_is_listed_and_the_clause_reads_back() -> None:
    rule = parse(CLAUSE)
    assert EACH_BY_ITSELF in rule.assumptions
    assert parse(rule.canonical).same_rule(rule)


@pytest.mark.parametrize(
    "clause",
    [
        "规范管理得6分\n每发现一处扣2分",
        "制定方案得2分\n按时报送得2分\n未完成其中一项扣2分",
        "制定方案得1分\n按时报送得1分",
    ],
)
def test_lines_that_are_about_the_others_are_one_clause(clause: str) -> None:
    rule = parse(clause)
    assert not any(isinstance(t, Line) for t in rule.terms)


def test_a_unit_that_lacks_a_figure_of_any_line_is_blank() -> None:
    nan = float("nan")
    found = scores(CLAUSE, [100, nan, 100], [4, 4, nan], targets=[100, 4])
    assert found[0] == 8 and np.isnan(found[1:]).all()


@given(
    sales=st.floats(0, 300).map(lambda x: round(x, 2)),
    energy=st.floats(-40, 40).map(lambda x: round(x, 2)),
)
def test_the_item_is_the_sum_of_what_its_lines_give(sales: float, energy: float) -> None:
    together = scores(CLAUSE, [sales], [energy], targets=[100, 4])[0]
    apart = (
        scores(SALES, [sales], targets=[100], points=4)[0]
        + scores(ENERGY, [energy], targets=[4], points=4)[0]
    )
    assert together == pytest.approx(apart, abs=1e-9)


def test_the_working_says_which_bound_of_which_line_applied() -> None:
    frame = Frame([np.array([100.0]), np.array([-26.0])], [100.0, 4.0])
    shown = explain(parse(CLAUSE), frame, 0, points=Decimal(8))
    assert shown.score == 4
    assert shown.notes == ("不低于0分:-26 按 0 计",)

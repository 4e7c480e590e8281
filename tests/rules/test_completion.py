"""Points for a yes that the form also takes as a completion in percent."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from kpixl.rules import Rule, parse
from kpixl.rules.completion import by_completion
from kpixl.rules.evaluate import evaluate
from kpixl.rules.explain import explain
from kpixl.rules.frame import Frame
from kpixl.rules.native import References, to_excel

CLAUSE = "完成目标8分"


def scores(rule: Rule, figures: list[float], points: int = 8) -> list[float]:
    frame = Frame([np.array(figures)], [float("nan")])
    return [float(x) for x in evaluate(rule, frame, points=Decimal(points))]


def test_a_completion_counts_from_0_to_100_percent() -> None:
    rule = by_completion(parse(CLAUSE), {0})
    assert scores(rule, [100, 0, 85, 1, 0.5, 120, -5]) == [8, 0, 6.8, 0.08, 0.04, 8, 0]


def test_exact_halves_go_up() -> None:
    assert scores(by_completion(parse("完成目标4分"), {0}), [12.625, 12.624], 4) == [0.51, 0.50]


def test_nothing_below_100_where_the_item_says_so() -> None:
    rule = by_completion(parse(CLAUSE, readings={"G17": "不得分"}), {0})
    assert scores(rule, [100, 99.99, 120]) == [8, 0, 8]
    (said,) = rule.assumptions
    assert (said.taken, said.alternatives) == ("不得分", ("按比例",))


def test_only_the_parts_that_are_asked_for_as_a_completion_change() -> None:
    rule = parse("制定方案得4分;组织实施得4分")
    changed = by_completion(rule, {1})
    assert changed.terms[0] == rule.terms[0] and changed.inputs[0] == rule.inputs[0]
    frame = Frame([np.array([1.0, 0.0]), np.array([50.0, 100.0])], [float("nan")] * 2)
    assert evaluate(changed, frame, points=Decimal(8)).tolist() == [6, 4]


@pytest.mark.parametrize("clause", ["未制定预案扣2分", "承办会议加3分", "得分=本值÷10"])
def test_deductions_bonuses_and_formulas_stay_as_they_are(clause: str) -> None:
    assert by_completion(parse(clause), {0}) == parse(clause)


def test_the_working_and_the_formula_divide_by_100() -> None:
    rule = by_completion(parse(CLAUSE), {0})
    shown = explain(rule, Frame([np.array([120.0])], [float("nan")]), 0, points=Decimal(8))
    assert shown.score == 8 and shown.notes == ("超过100%的部分不计:1.2 按 1 计",)
    text = to_excel(
        rule, References(lambda i: "B5", lambda i: "B$5:B$9"), points="8", size=Decimal(8)
    )
    assert "MIN(MAX(B5/100,0),1)" in text

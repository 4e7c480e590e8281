"""A graver case of what was just said costs instead of it, or beside it, as the reading says."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from kpixl.errors import RuleError
from kpixl.rules import Rule, parse
from kpixl.rules.evaluate import evaluate
from kpixl.rules.frame import Frame
from tests.rules.figures import Row, score, worked_by_hand

LATE = "迟报的扣1分,情节严重的扣3分,拒不整改的扣5分"


def _taken(rule: Rule) -> dict[str, str]:
    return {a.code: a.taken for a in rule.assumptions}


@worked_by_hand(
    (
        # whoever is graver is the plain case too: 3 of 10, not 1 and 3
        (LATE, 10, (1, 1, 0), (), (), 7),
        (LATE, 10, (1, 0, 0), (), (), 9),
        (LATE, 10, (0, 1, 0), (), (), 7),
        (LATE, 10, (1, 1, 1), (), (), 5),
        (LATE, 10, (0, 0, 0), (), (), 10),
        # 2 plain and 1 grave: 2 × 1 + 1 × 5
        ("每迟报1次扣1分,情节严重的每次扣5分", 10, (2, 1), (), (), 3),
        ("发生一起投诉扣1分,造成恶劣影响的扣3分", 10, (1, 2), (), (), 3),
        # what is graver costs less, or is another thing: both count
        ("迟报的扣3分,情节严重的扣1分", 10, (1, 1), (), (), 6),
        ("迟报的扣1分,发生严重事故的扣3分", 10, (1, 1), (), (), 6),
    )
)
def test_of_a_fault_and_its_graver_cases_the_gravest_costs(row: Row) -> None:
    clause, points, values, targets, priors, expected = row
    assert score(clause, points, values, targets, priors) == expected


def test_by_the_other_reading_both_cost() -> None:
    rule = parse(LATE, readings={"G121": "一并扣"})
    frame = Frame([np.array([1.0]), np.array([1.0]), np.array([0.0])])
    assert evaluate(rule, frame, points=Decimal(10)).tolist() == [6]
    assert _taken(parse(LATE))["G121"] == "只扣最重"


def test_the_form_says_that_graver_ones_are_not_counted_twice() -> None:
    rule = parse("每迟报1次扣1分,情节严重的每次扣5分")
    assert [i.label for i in rule.inputs] == ["迟报次数(不含情节严重)", "情节严重"]
    both = parse("每迟报1次扣1分,情节严重的每次扣5分", readings={"G61": "都计"})
    assert [i.label for i in both.inputs] == ["迟报次数", "情节严重"]
    assert _taken(rule)["G61"] == "另计"


def test_graver_ones_that_are_counted_behind_what_is_not_are_refused() -> None:
    with pytest.raises(RuleError) as refused:
        parse("迟报的扣1分,情节严重的每次扣5分")
    assert refused.value.phrase == "情节严重的每次扣5分"
    assert parse("迟报的每次扣1分,情节严重的每次扣5分").inputs[0].kind == "count"


@pytest.mark.parametrize(
    ("clause", "canonical"),
    [
        ("本项基础分60分,每采用一条信息加5分,最高100分", "以60分为基准"),
        ("该项基础分为6分,获省级表彰的加2分,被通报的扣1分", "以6分为基准"),
        ("该项基础分为6分,被通报的扣1分", "[分值6分]"),
    ],
)
def test_additions_start_from_the_base_of_the_item_too(clause: str, canonical: str) -> None:
    assert canonical in parse(clause).canonical.split(";")

"""Figures worked by hand: intervals beside words, marks without a unit, per mille, both sides."""

from __future__ import annotations

import pytest

from kpixl.errors import RuleError
from kpixl.rules import parse
from tests.rules.figures import Row, score, worked_by_hand

_WORSE = "指标好转的得25分;无变化的得20分;变差一倍以内的得15分,变差超过一倍的不得分"
_MET = "建制率达标得4分,75%以上得3分,70%以上得2分,未签协议的每缺1项扣1分"

ROWS: tuple[Row, ...] = (
    # a state in words comes before the intervals
    (_WORSE, 25, (1, 0, 0), (), (), 25),
    (_WORSE, 25, (0, 1, 0), (), (), 20),
    (_WORSE, 25, (0, 0, 1), (), (), 15),
    (_WORSE, 25, (0, 0, 1.1), (), (), 0),
    (_MET, 4, (1, 74, 0), (), (), 4),
    (_MET, 4, (0, 75, 0), (), (), 3),
    (_MET, 4, (0, 74.9, 1), (), (), 1),
    (_MET, 4, (0, 69, 0), (), (), 0),
    ("同比下降得5分,持平得3分,上升10%以内得1分,上升10%(不含)以上不得分", 5, (0, 1, 0), (), (), 3),
    ("同比下降得5分,持平得3分,上升10%以内得1分,上升10%(不含)以上不得分", 5, (0, 0, 10), (), (), 1),
    # only one of them holds
    ("投诉量下降得5分;不变得3分;上升不得分", 8, (1, 0, 0), (), (), 5),
    ("投诉量下降得5分;不变得3分;上升不得分", 8, (0, 1, 0), (), (), 3),
    ("水质改善得10分;持平得8分;恶化不得分", 10, (0, 1, 0), (), (), 8),
    # what closes the item, beside intervals
    ("未办理的不得分,登记率达80%以上得2分,70%以上得1分", 2, (85, 0), (), (), 2),
    ("未办理的不得分,登记率达80%以上得2分,70%以上得1分", 2, (85, 1), (), (), 0),
    ("未办理的不得分,登记率达80%以上得2分,70%以上得1分", 2, (70, 0), (), (), 1),
    # exactly so much
    ("合格率高于90%得10分,等于90%得8分,低于90%不得分", 10, (90,), (), (), 8),
    ("合格率高于90%得10分,等于90%得8分,低于90%不得分", 10, (90.01,), (), (), 10),
    ("合格率高于90%得10分,等于90%得8分,低于90%不得分", 10, (89.99,), (), (), 0),
    # whose the upper end is, where nothing lies beyond it
    ("知晓率在60%到80%(含80%)扣4分,60%(含60%)以下扣8分", 10, (80,), (), (), 6),
    ("知晓率在60%到80%(含80%)扣4分,60%(含60%)以下扣8分", 10, (80.1,), (), (), 10),
    ("知晓率在60%到80%(含80%)扣4分,60%(含60%)以下扣8分", 10, (60,), (), (), 2),
    # the further off, the more is taken, and only once
    ("误差率超过5%扣1分,超过10%扣3分", 5, (10,), (), (), 4),
    ("误差率超过10%扣3分,超过5%扣1分", 5, (10.1,), (), (), 2),
    ("误差率超过10%扣3分,超过5%扣1分", 5, (5,), (), (), 5),
    ("知晓率低于80%扣5分,低于90%扣2分", 5, (80,), (), (), 3),
    # percent, though it is not said; per mille
    ("回访满意度达到90以上得5分,低于90不得分", 5, (90,), (), (), 5),
    ("回访满意度达到90以上得5分,低于90不得分", 5, (89,), (), (), 0),
    ("案件查处率在90以上。(5分)", 5, (89,), (), (), 0),
    ("受害率控制在0.3‰以下得5分,每超过0.1个千分点扣1分", 5, (0.3,), (), (), 5),
    ("受害率控制在0.3‰以下得5分,每超过0.1个千分点扣1分", 5, (0.45,), (), (), 3.5),
    ("受害率不超过0.8‰得5分,超过的不得分", 5, (0.9,), (), (), 0),
    ("胸径3㎝以上的得5分,不足3cm的不得分", 5, (3,), (), (), 5),
    # fewer is better, on both sides of last year's figure
    ("发案数与去年持平得6分,每下降1起加0.2分,每上升1起扣0.2分", 8, (9,), (), (10,), 6.2),
    ("发案数与去年持平得6分,每下降1起加0.2分,每上升1起扣0.2分", 8, (12,), (), (10,), 5.6),
)


@worked_by_hand(ROWS)
def test_the_points_are_those_worked_by_hand(row: Row) -> None:
    clause, points, values, targets, priors, expected = row
    assert score(clause, points, values, targets, priors) == pytest.approx(expected, abs=0.001)


# clause, the phrase at which it is refused
REFUSED: tuple[tuple[str, str], ...] = (
    # a number without a unit, and nothing that says it is a rate
    ("成立小组得5分,低于60不得分", "60"),
    ("投诉率低于2‰得3分,每超1%扣0.5分", "每超1%扣0.5分"),
    # more of it is worse, and yet more is taken where there is less
    ("缺勤率10%以下扣8分,10%—20%扣4分", "缺勤率10%以下扣8分"),
    # of the mark, or in percentage points
    ("每超过5%扣1分,超过20%不得分", "超过20%不得分"),
    ("误差率超过5%扣3分,超过10%扣1分", "超过10%扣1分"),
    ("误差率达到5%得3分,超过的不得分", ",超过的不得分"),
)


@pytest.mark.parametrize(("clause", "phrase"), REFUSED)
def test_what_may_mean_something_else_is_refused_there(clause: str, phrase: str) -> None:
    with pytest.raises(RuleError) as error:
        parse(clause)
    assert error.value.phrase == phrase


def test_a_rate_without_percent_is_noted_as_one() -> None:
    rule = parse("案件查处率在90以上得5分")
    assert [a.code for a in rule.assumptions if a.code == "G93"] == ["G93"]
    assert rule.inputs[0].kind == "percent"
    assert "G93" not in [a.code for a in parse("案件查处率在90%以上得5分").assumptions]

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
    # marks and points with slashes between them
    ("目标完成100/90/80/70/60%,得分5/4/3/2/1,60%以下0分", 5, (99,), (), (), 4),
    ("目标完成100/90/80/70/60%,得分5/4/3/2/1,60%以下0分", 5, (60,), (), (), 1),
    ("目标完成100/90/80/70/60%,得分5/4/3/2/1,60%以下0分", 5, (59,), (), (), 0),
    # in a straight line between two ends that are said again
    ("误差率低于5%得10分,高于10%不得分,5%-10%之间按线性内插赋分", 10, (6,), (), (), 8),
    ("达标率低于(含)90%,不得分。高于90%的,按线性内插赋分", 10, (98,), (), (), 8),
    # a percentage is the figure itself
    (
        "完整率=实际数/应有数×100%。完整率95%以上得3分;95%以下的按百分比×3得分",
        3,
        (90,),
        (),
        (),
        2.7,
    ),
    ("内容准确要求达95%以上得3分,95%以下的按百分比×3得分", 3, (80,), (), (), 2.4),
    # held against another figure, which is reported as the target
    ("平均年龄不大于市级平均年龄的得2分,每超平均年龄1岁扣0.5分", 2, (42,), (40,), (), 1),
    ("案件数低于前两年平均数得8分,每高一个百分点扣1分", 8, (204,), (200,), (), 6),
    ("产值达到前三年平均数得5分,每低1个百分点扣1分", 5, (190,), (200,), (), 0),
    ("以100%为标准。人员控制率≤100%,计1分;每超过一个百分点扣0.1分", 1, (103,), (), (), 0.7),
    # from last year's figure on, both ways
    ("对比上年度,编制数每增加1名加0.5分,每减少1名扣1分", 5, (12,), (), (10,), 6),
    ("对比上年度,每增加1名加0.5分,每减少1名扣1分", 5, (8,), (), (10,), 3),
    ("发案数比上年每增加1件扣1分,每减少1件加0.5分", 5, (12,), (), (10,), 3),
    ("与去年相比,投诉每减少1件加1分,每增加1件扣1分", 5, (12,), (), (10,), 3),
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
    ("达标率高于95%得10分,低于80%不得分,90%-95%之间按线性内插赋分", "90%-95%之间按线性内插赋分"),
    ("覆盖率95/90%得5/4/3分", "得5/4/3分"),
    ("覆盖率95%/90/80%得5/4/3分", "95%/90/80%"),
    ("成立小组,不低于上年水平得5分", "不低于"),
    ("产值低于前三年平均数的得5分,否则不得分", "产值低于前三年平均数的得5分"),
    ("投资额10亿元以上得3分;10亿元以下的按百分比×3得分", "10亿元以下的按百分比×3得分"),
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

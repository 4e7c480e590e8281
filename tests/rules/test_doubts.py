"""What can be meant in two ways that come to different points is refused, or asked as a reading."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from kpixl.errors import RuleError
from kpixl.rules import parse
from kpixl.rules.evaluate import evaluate
from kpixl.rules.frame import Frame
from tests.rules.figures import Row, score, worked_by_hand


@pytest.mark.parametrize(
    ("clause", "phrase"),
    [
        # two things for one mark's points: who did but one may have some of them, or none
        ("检查不少于4次得5分,并建立台账", "并建立台账"),
        # how many of them, and what they have, is one figure without a name
        ("90%乡镇配备专干得0.5分", "90%"),
        ("90%以上乡镇配备专干的得0.5分", "90%以上"),
        # added up through the year, or what is reached by then
        ("一季度覆盖率80%以上得0.2分;二季度覆盖率81%以上得0.4分", "二季度覆盖率81%以上得0.4分"),
        ("上半年完成50%得2分,全年完成100%得5分", "全年完成100%得5分"),
        # not reached, beside an alternative
        ("合格率达95%。合格率未达100%的,每低1个百分点扣1分", "合格率未达100%的,每低1个百分点扣1分"),
        ("发表论文达不到3篇以上或获奖2次以上的得5分", "达不到"),
    ],
)
def test_what_leaves_the_points_open_is_refused_at_its_place(clause: str, phrase: str) -> None:
    with pytest.raises(RuleError) as refused:
        parse(clause)
    assert refused.value.phrase == phrase
    assert refused.value.position == clause.index(phrase) + 1


@worked_by_hand(
    (
        # both are for the points, in one breath
        ("检查不少于4次并建立台账得5分", 5, (4, 1), (), (), 5),
        ("检查不少于4次并建立台账得5分", 5, (4, 0), (), (), 0),
        # as many points in each period are added
        ("一季度覆盖率80%以上得1分;二季度覆盖率85%以上得1分", 2, (82, 83), (), (), 1),
        # the class is part of the figure's name: 3 below the target of 90
        ("一类设备比率\n每降低1%扣0.6分", 10, (87,), (90,), (), 8.2),
        # one beside the other, and no heading over its only part
        ("1、书记认真履行职责(2分)。班子团结协调(2分)。", 4, (1, 1), (), (), 4),
        ("1、书记认真履行职责(2分)。班子团结协调(2分)。", 4, (1, 0), (), (), 2),
        # said once more with its deduction: 3 below 100
        (
            "供水工程完工率达100%。\n完工率未达100%的,每低1个百分点扣1分,扣完为止。",
            10,
            (97,),
            (),
            (),
            7,
        ),
        # a cap in front of 扣完为止; a voltage and a post are names
        ("市政消火栓未保持完好的,每发现一处扣0.2分,1分扣完为止。", 2, (8,), (), (), 1),
        ("10kV配电线路完好率\n每降低1%扣1分", 10, (97,), (99,), (), 8),
        ("涉及干部任免等重大问题,坚持集体讨论决定得1.5分", 2, (1,), (), (), 1.5),
        ("路面保持平顺、整洁,排水顺畅的记5分,发现积水扣1分", 5, (1,), (), (), 4),
        # what heads the clause holds all that is added behind it
        ("累计加分不超过5分,每获一次表彰加1分", 10, (7,), (), (), 5),
        # 1.3 of the target: 10 × 1.2
        (
            "完成目标任务的得基本分10分;达到目标1.2倍的,按1.2的系数计分;达到1.5倍的,按1.5的系数计分",
            10,
            (1.3,),
            (),
            (),
            12,
        ),
    )
)
def test_what_is_clear_keeps_its_points(row: Row) -> None:
    clause, points, values, targets, priors, expected = row
    assert score(clause, points, values, targets, priors) == expected


def test_a_requirement_with_additions_may_itself_give_the_points() -> None:
    clause = "参保率增长10%以上,每增加10%加2分"
    (asked,) = [a for a in parse(clause).assumptions if a.code == "G158"]
    assert (asked.taken, asked.alternatives) == ("只计加分", ("得分值",))
    assert score(clause, 6, (20,)) == 2
    limited = parse("能耗不超过100万吨,每超1万吨扣1分")
    assert "G158" not in {a.code for a in limited.assumptions}
    full = parse(clause, readings={"G158": "得分值", "G1": "另加"})
    frame = Frame([np.array([9.0, 10.0, 20.0])], targets=[10.0])
    assert evaluate(full, frame, points=Decimal(6)).tolist() == [0, 6, 8]


def test_a_remark_in_brackets_is_no_requirement_of_the_default_rule() -> None:
    default = "达到要求的得满分,未达到的不得分"
    clause = "前2周内未更新的扣2分(注:不足3个的则检查全部栏目)"
    rule = parse(clause, default_rule=default)
    assert [i.label for i in rule.inputs] == ["前2周内未更新"]
    assert "G20" not in {a.code for a in rule.assumptions}

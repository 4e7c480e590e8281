"""Points that were counted twice, or taken from the wrong place: right now, or refused."""

from __future__ import annotations

import pytest

from kpixl.errors import RuleError
from kpixl.rules import parse
from tests.rules.figures import Row, score, worked_by_hand

ROWS: tuple[Row, ...] = (
    # a heading's points are those of what stands below it
    ("领导重视(3分)。有专人1分,有机构1分,有方案1分。", 3, (1, 0, 0), (), (), 1),
    ("活动开展3分。每开展一次得0.5分,最高3分。", 3, (4,), (), (), 2),
    ("工作质量(10分)。优秀的得10分,良好的得8分,合格的得6分。", 10, (0, 1, 0), (), (), 8),
    (
        "1.领导重视(3分)。有专人1分,有方案2分。2.工作落实(5分)。每少一次例会扣1分。",
        8,
        (1, 0, 2),
        (),
        (),
        4,
    ),
    (
        "一、组织领导(5分)。1.成立机构(2分)。2.制定方案(3分)。二、落实(4分)。1.有台账(3分)。2.有总结(1分)。",
        9,
        (1, 0, 0, 1),
        (),
        (),
        3,
    ),
    (
        "组织领导5分(有机构2分,有方案3分);宣传3分(印发资料1分,悬挂标语2分)。",
        8,
        (1, 0, 0, 1),
        (),
        (),
        4,
    ),
    (
        "组织领导(5分):有机构2分,有方案3分。宣传(3分):有标语1分,有栏目2分。",
        8,
        (0, 1, 1, 0),
        (),
        (),
        4,
    ),
)

# clause, why it is refused
REFUSED: tuple[tuple[str, str], ...] = (
    # not what stands below it comes to
    ("建立台账(2分)。按月通报得1分;按季讲评得3分。", "还是本项的分值"),
    # two figures that would go by one name
    ("走访:每开展一次得0.5分,最高3分。\n宣传:每开展一次得1分,最高2分。", "写了两次"),
    ("1.走访:每开展一次得0.5分,最高3分。2.宣传:每开展一次得1分,最高2分。", "写了两次"),
)


@worked_by_hand(ROWS)
def test_points_are_those_worked_by_hand(row: Row) -> None:
    assert score(*row[:-1]) == pytest.approx(row[-1])


@pytest.mark.parametrize(("clause", "reason"), REFUSED)
def test_what_may_mean_either_is_refused(clause: str, reason: str) -> None:
    with pytest.raises(RuleError, match=reason):
        parse(clause)


def test_a_heading_that_may_be_one_of_the_things_is_asked_for() -> None:
    clause = "有机构(3分)。有人员(1分)。有经费(2分)。"
    rule = parse(clause)
    (open_,) = rule.assumptions
    assert (open_.code, open_.taken, open_.alternatives) == ("G140", "另给", ("合计",))
    assert len(rule.inputs) == 3
    assert len(parse(clause, readings={"G140": "合计"}).inputs) == 2

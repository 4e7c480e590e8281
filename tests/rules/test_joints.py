"""What joins a condition and its points, what comes on top of them, and what leaves nothing."""

from __future__ import annotations

import pytest

from kpixl.errors import RuleError
from kpixl.rules import parse
from tests.rules.figures import Row, score, worked_by_hand

_SOWN = "种草面积10分。完成任务得基本分,未完成的按比例扣分,超额的按比例加分,最多加2分"


@worked_by_hand(
    (
        # late and with damage: 10 - 2 - 3
        ("未按时归还扣2分,造成器材损坏后果的另扣3分", 10, (1, 1), (), (), 5),
        ("未按时归还扣2分,造成不良影响的追加扣除3分", 10, (1, 0), (), (), 8),
        # of 4 places 1 did harm: 4 × 1 + 1 × 2
        ("每漏检1处扣1分,造成不良影响的,每处再扣2分", 10, (4, 1), (), (), 4),
        ("每漏检1处扣1分,其中瞒报的每处加扣2分", 10, (4, 1), (), (), 4),
        # 3 projects of which 1 is foreign: 3 × 2 + 3
        ("每引进1个项目加2分,其中外资项目每个另加3分", 20, (3, 1), (), (), 9),
        # 2 plain and 1 hidden, which costs three times as much
        ("每漏检1处扣1分,瞒报的按3倍扣分", 10, (2, 1), (), (), 5),
        ("未按时归还扣2分,拒不归还的扣3倍", 10, (1, 1), (), (), 4),
        ("每漏检1处扣1分。伪造记录的,该项分值归零", 10, (2, 1), (), (), 0),
        ("每漏检1处扣1分,3处以上的本项扣光", 10, (3,), (), (), 0),
        ("每漏检1处扣1分,3处以上的本项扣光", 10, (2,), (), (), 8),
        ("完成培训任务得5分(未完成的取消得分)", 5, (99,), (100,), (), 0),
        # late and gravely so, off early and not: 3 and 2 of 10
        ("迟到扣1分,情节严重的扣3分;早退扣2分,情节严重的扣4分", 10, (1, 1, 1, 0), (), (), 5),
        ("迟到扣1分,情节严重的扣3分;早退扣2分,情节严重的扣4分", 10, (1, 0, 1, 1), (), (), 5),
        ("迟到扣1分,瞒报的加倍扣分;早退扣2分,瞒报的加倍扣分", 10, (1, 1, 1, 0), (), (), 6),
        # 120 of 100: 10 and 20 % of 10, which is held at 2; 80 of 100: 8
        (_SOWN, 10, (120,), (100,), (), 12),
        (_SOWN, 10, (110,), (100,), (), 11),
        (_SOWN, 10, (80,), (100,), (), 8),
        ("种草面积完成得基本分8分,每超1%加0.5分,每少1%扣0.5分", 10, (104,), (100,), (), 10),
        ("种草面积完成得基本分8分,每超1%加0.5分,每少1%扣0.5分", 10, (98,), (100,), (), 7),
        ("完成任务得底分6分,每超1%加0.5分,最多加2分", 10, (102,), (100,), (), 7),
        ("报送材料按3分/份×份数计分", 20, (4,), (), (), 12),
        ("得分为新建数与4的乘积", 20, (3,), (), (), 12),
        ("得分为培训人数乘以0.5,最高10分", 10, (12,), (), (), 6),
        ("得分为培训人数乘以0.5,最高10分", 10, (30,), (), (), 10),
        ("以完成数除以任务数乘以分值", 5, (8,), (10,), (), 4),
        ("完成数占任务数的比例乘以8为得分", 8, (3,), (4,), (), 6),
        ("新增平台按5分/个计分", 20, (3,), (), (), 15),
        ("新增平台每个按5分计", 20, (3,), (), (), 15),
        ("信息采用2分/篇", 20, (3,), (), (), 6),
        # 5 - 2, and 3 - 4 which is 0
        ("宣传工作(5分):每少1次扣1分;器材管理(3分):每缺1件扣2分", 8, (2, 2), (), (), 3),
    )
)
def test_what_comes_on_top_and_what_leaves_nothing(row: Row) -> None:
    clause, points, values, targets, priors, expected = row
    assert score(clause, points, values, targets, priors) == expected


@pytest.mark.parametrize(
    "clause",
    [
        "若未归还,扣2分",
        "如未归还的,则扣2分",
        "如果未归还,就扣2分",
        "倘若未归还扣2分",
        "一旦未归还,立即扣2分",
        "凡未归还的一律扣2分",
        "凡是未归还的,扣2分",
        "对未归还的扣2分",
        "只要未归还就扣2分",
    ],
)
def test_words_that_only_join_a_condition_are_no_part_of_its_name(clause: str) -> None:
    assert parse(clause).canonical == "未归还扣2分;扣完为止"


@pytest.mark.parametrize(
    "said",
    [
        "该项计零分",
        "该项分值归零",
        "本项扣光",
        "扣除该项全部分值",
        "取消该项得分",
        "一律取消本项得分资格",
        "不予赋分",
        "不能得分",
        "此项得分清零",
        "以零分计",
        "视为零分",
        "零分",
        "该项分数全部扣除",
        "则不得分",
    ],
)
def test_all_that_leaves_nothing_closes_the_item(said: str) -> None:
    assert parse(f"伪造数据的,{said}").canonical == "伪造数据的本项不得分;扣完为止"


@pytest.mark.parametrize(
    ("clause", "canonical"),
    [
        ("如完成任务,得10分,如未完成,不得分", "完成值完成目标得10分,未完成不得分"),
        ("完成任务得10分,若未完成则按比例扣分", "完成值完成目标得10分,未完成按比例扣分"),
        ("未归还扣2分;若造成严重后果,再扣3分", "未归还扣2分;造成严重后果再扣3分;扣完为止"),
        ("未归还扣2分,若已报损则不扣分", "未归还(已报损除外)扣2分;扣完为止"),
        ("未归还扣2分,若及时补缴的减半扣分", "未归还扣2分,及时补缴的减半扣分;扣完为止"),
    ],
)
def test_they_join_what_stands_in_the_middle_of_a_sentence(clause: str, canonical: str) -> None:
    assert parse(clause).canonical == canonical


@pytest.mark.parametrize(
    "clause",
    [
        "获表彰加2分,若为省级加3分",
        "如超过3次,不得分",
        "无此项任务的,取消该项分值",
        "安全生产10分。达到要求得满分",
    ],
)
def test_what_a_joint_leaves_open_is_refused(clause: str) -> None:
    with pytest.raises(RuleError):
        parse(clause)


def test_words_that_look_alike_stay_in_their_names() -> None:
    labels = [
        parse(clause).inputs[0].label
        for clause in (
            "违反规则扣2分",
            "如期未报扣2分",
            "对群众态度恶劣的扣2分",
            "凡事无记录扣2分",
        )
    ]
    assert labels == ["违反规则", "如期未报", "对群众态度恶劣", "凡事无记录"]


@pytest.mark.parametrize(
    ("clause", "labels"),
    [
        (
            "迟到扣1分,情节严重的扣3分;早退扣2分,情节严重的扣4分",
            ["迟到", "情节严重(迟到)", "早退", "情节严重(早退)"],
        ),
        (
            "(1)台账健全得5分,未登记扣1分,造成严重影响扣2分;"
            "(2)器材完好得5分,未保养扣1分,造成严重影响扣2分",
            ["未登记", "造成严重影响(未登记)", "未保养", "造成严重影响(未保养)"],
        ),
        (
            "宣传工作(5分):有方案得2分,有总结得3分\n器材管理(3分):有方案得1分,有台账得2分",
            ["宣传工作:有方案", "宣传工作:有总结", "器材管理:有方案", "器材管理:有台账"],
        ),
        (
            "宣传工作5分:有方案得2分,有总结得3分。器材管理3分:有方案得1分,有台账得2分",
            ["宣传工作:有方案", "宣传工作:有总结", "器材管理:有方案", "器材管理:有台账"],
        ),
    ],
)
def test_what_is_said_twice_is_told_apart_by_whose_it_is(clause: str, labels: list[str]) -> None:
    rule = parse(clause)
    assert [i.label for i in rule.inputs] == labels
    assert parse(rule.canonical).inputs == rule.inputs

"""Figures worked by hand: shares of the points, bare counts, halves of all that stands before."""

from __future__ import annotations

import pytest

from kpixl.errors import RuleError
from kpixl.rules import parse
from tests.rules.figures import Row, score, worked_by_hand

ROWS: tuple[Row, ...] = (
    # shares of the points: 10 - 3×2, 5 - 5×0.5
    ("每出现1份不合规合同扣20%", 10, (3,), (), (), 4),
    ("100%得满分,每出现1次违规扣20%", 4, (2,), (), (), 2.4),
    ("迟报1次扣本项分值的10%,未上报的扣该项分值的50%", 10, (2, 1), (), (), 3),
    ("每获表彰1次加该项分值的20%", 10, (2,), (), (), 4),
    # a half as a completion
    ("完成得满分,完成一半得5分,一半以下不得分", 10, (60,), (100,), (), 5),
    ("完成得满分,完成一半得5分,一半以下不得分", 10, (49,), (100,), (), 0),
    # what was not done, what went wrong once, what is lacking
    ("未完成1次扣1分,扣完为止", 4, (3,), (), (), 1),
    ("时有误差,出错一次扣5-10分", 20, (2, 12), (), (), 8),
    ("时有误差,出错一次扣5-10分", 20, (2, 3), (), (), 10),
    ("查阅资料,少“一有”扣5分", 15, (2,), (), (), 5),
    ("达到“四有”标准得5分,缺一有扣1分", 5, (2,), (), (), 3),
    ("超过时限未答复的,每件次扣2分", 6, (2,), (), (), 2),
    # of all that stands before it: 20 - 5 - 2×10 of persons, 100 - 10×1 - 20×2 of groups
    ("个人访每人扣5分;集体访每批扣10分;重复访加倍扣分", 100, (1, 2, 1, 2), (), (), 25),
    (
        "违纪的,每例扣3分;不合格的,每例扣5分。其他干部存在上述情况的,减半扣分",
        20,
        (1, 2, 1, 0),
        (),
        (),
        9,
    ),
    # in proportion both ways: 10 × 80%, 10 + 10 × 20%
    ("推广数完成任务的计10分,每增加一台或减少一台按比例加、减分", 10, (80,), (100,), (), 8),
    ("推广数完成任务的计10分,每增加一台或减少一台按比例加、减分", 10, (120,), (100,), (), 12),
    ("按完成任务比例加减分,加分不超过基本分的10%", 10, (120,), (100,), (), 11),
    # each time, too, whatever stands between; what is there but not done is no more of what lacks
    ("缺席1次扣1分,迟到、早退扣0.5分", 10, (2, 4), (), (), 6),
    ("每缺席1次会议扣1分,迟到会议扣0.5分", 10, (1, 2), (), (), 8),
    ("每发生1起一般事故扣2分;较大事故扣5分", 20, (3, 2), (), (), 4),
    ("每缺1项制度扣1分,未落实制度扣2分", 5, (2, 1), (), (), 1),
    ("每发生1次违规扣20%,重大违规扣3分", 10, (2, 1), (), (), 3),
    ("查阅资料,八个团体少一个扣1分,未签订协议书扣7分", 15, (6, 1), (), (), 6),
    ("修坟的每例扣5分;未及时整治的扣完基本分", 20, (1, 0), (), (), 15),
    ("修坟的每例扣5分;未及时整治的扣完基本分", 20, (1, 1), (), (), 0),
    ("违规的每起扣2分;漏报的每次扣1分;上述情况主动整改的不扣分", 10, (2, 1), (), (), 5),
    ("违规的每起扣2分;漏报的每次扣1分;以上情形整改到位的减半扣分", 20, (1, 2, 1, 2), (), (), 14),
    # each sentence up to its own
    ("违规的每起扣1分,扣满4分为止。未上报的每起扣2分,扣满4分为止", 8, (6, 1), (), (), 2),
    # below nothing
    ("未建立名册的扣5分;每发现1户扣1分,本项扣分不保底", 5, (1, 7), (), (), -7),
    ("滥开证明一例倒扣5分,内容不齐,缺一项扣0.2分,该项可负分", 3, (1, 1), (), (), -2.2),
    ("获省、市表扬的,分别奖20、10分", 50, (1, 1), (), (), 30),
)


@worked_by_hand(ROWS)
def test_what_is_taken_scores_as_worked_by_hand(row: Row) -> None:
    assert score(*row[:-1]) == pytest.approx(row[-1], abs=1e-9)


def test_what_was_not_done_costs_each_time_or_where_there_is_none_as_the_reading_says() -> None:
    assert [i.kind for i in parse("未完成1次扣1分").inputs] == ["count"]
    once = parse("未完成1次扣1分", readings={"G92": "不到1次才扣"})
    assert [i.kind for i in once.inputs] == ["yes_no"]


def test_what_stands_behind_what_is_lacking_is_counted_only_where_it_happens_each_time() -> None:
    assert [i.kind for i in parse("每缺1项制度扣1分,未落实制度扣2分").inputs] == ["count", "yes_no"]
    assert [i.label for i in parse("每缺席1次会议扣1分,迟到会议扣0.5分").inputs] == [
        "缺席会议",
        "迟到会议",
    ]


def test_the_name_of_what_closes_an_item_ends_before_words_for_all_of_it() -> None:
    for clause in ("计划、总结未报的,均不得分", "计划、总结未报的都不得分"):
        assert [i.label for i in parse(clause).inputs] == ["计划、总结未报"]


def test_a_veto_beside_the_points_is_a_note() -> None:
    rule = parse("发生1起扣5分(一票否决项)")
    assert "G65" in {a.code for a in rule.assumptions}
    assert [i.kind for i in rule.inputs] == ["count"]


@pytest.mark.parametrize(
    "clause",
    [
        "个人访每人扣5分,集体访每批扣10分,重复访加倍扣分",  # of the last, or of both
        "每次扣1分;未上报扣2分;瞒报加倍扣分",  # of what happens once, too
        "此项为否决项。未完成目标的,工作任务完成情况评价为0分",  # of another item
        "一半以上党员参加的得5分",  # of what
        "甲、乙一项未完成扣1分,均未完成扣3分",  # in all, or beside
        "甲或乙未上报扣1分,均未上报扣2分",
        "甲、乙、丙任一项未完成扣1分",  # each of them, or once
        "完成任务得5分,每增加1万个或减少2万个按比例加、减分",  # of different steps
    ],
)
def test_of_what_so_much_is_taken_has_to_be_clear(clause: str) -> None:
    with pytest.raises(RuleError):
        parse(clause)

"""Figures worked by hand: counted deductions with sizes, items by number, what each costs."""

from __future__ import annotations

import pytest

from kpixl.rules import parse
from tests.rules.figures import COLUMNS, Row, score

ROWS: tuple[Row, ...] = (
    # items of another column, named by their numbers: 5 - 2×1 - 0.5 - 3×0.2
    ("第1～4项1处不合格扣1分,第5项不合格扣0.5分,其他项1处不合格扣0.2分", 5, (2, 1, 3), (), (), 1.9),
    ("第(1)项1处不合格不得分,第(2)、(3)项未落实的,各扣1分", 4, (1, 0, 0), (), (), 3),
    ("第(1)项1处不合格不得分,第(2)、(3)项未落实的,各扣1分", 4, (0, 0, 1), (), (), 0),
    ("以上1—3项每缺1项扣1分,台账不全的扣0.5分", 4, (2, 1), (), (), 1.5),
    # a size says which of them are counted
    ("逾期5天以内的每次扣0.5分,逾期5天以上的每次扣1分", 5, (3, 2), (), (), 1.5),
    ("发生死亡1—2人的事故,每死亡1人扣2分", 5, (2,), (), (), 1),
    ("未及时公布收支的,每村每发现一次扣0.5分", 3, (4,), (), (), 1),
    # more than five of what is counted in that unit: the last is the count in 处
    ("每漏报1次扣1分,每发现1处扣0.5分,超过5处的本项不得分", 8, (2, 5), (), (), 3.5),
    ("每漏报1次扣1分,每发现1处扣0.5分,超过5处的本项不得分", 8, (2, 6), (), (), 0),
    ("每发现1处扣0.5分,5处以上的本项不得分", 8, (5,), (), (), 0),
    # each figure by itself
    ("绿化率、入户率均达90%,每一项未达到各扣2分", 5, (89.9, 90), (), (), 3),
    ("绿化率、入户率均达90%,每一项未达到各扣2分", 5, (80, 80), (), (), 1),
    ("绿地率达到35%,覆盖率达到40%,每项未达标扣1分", 5, (35, 39), (), (), 4),
    # what a requirement falls short by is what is counted
    ("火化率100%,发现1例土葬扣1分", 3, (2,), (), (), 1),
    ("公开栏每季度更新一次,未按时更新的每村扣0.2分", 3, (4,), (), (), 2.2),
    # some of them cost something else
    ("台账有差错的,每处扣0.5分,其中金额写错的扣1分", 5, (2, 1), (), (), 3),
    ("未完成整改的,牵头单位、配合单位分别扣2分、1分", 5, (0, 1), (), (), 4),
    ("评定为甲等得5分,每降低一个等级扣1分", 5, (2,), (), (), 3),
    ("各单位均得5分,每获得一次表彰加1分", 10, (3,), (), (), 8),
    ("制定方案并组织演练的得3分,仅制定方案的得1分", 3, (0, 1), (), (), 1),
    ("有下列情形之一的,扣2分:(1)未按时上报;(2)未落实责任", 5, (1,), (), (), 3),
    # each that is missing of those that the points are for, and what was found missing
    ("成立机构,明确分工,记1分;少一项,扣0.5分", 1, (1,), (), (), 0.5),
    ("有人值守加2分,抽查发现每少值守1个点位扣1分", 5, (1, 2), (), (), 5),
    ("被本级网站采用,单篇计2分", 10, (3,), (), (), 6),
    ("报送工作动态,4分。少于4次每次扣1分", 4, (3,), (), (), 3),
    ("缺席会议每次扣2分,由他人顶替的扣1分", 6, (0, 3), (), (), 3),
    ("按时上报数据的,记满分;否则酌情记分", 3, (0, 1), (), (), 1),
    ("没有新增1处违建的,记满分;每发现1处扣2分,直至不得分", 5, (4,), (), (), 0),
    ("其中有一项不达标扣3分", 9, (2,), (), (), 3),
    ("无垃圾池、填埋场各扣6分", 18, (0, 1), (), (), 12),
    ("登记率为100%,每少一人扣0.1分", 1, (3,), (), (), 0.7),
    ("资料齐全得1分,在检查通报中被三次通报的不得分", 1, (1, 2), (), (), 1),
    ("资料齐全得1分,在检查通报中被三次通报的不得分", 1, (1, 3), (), (), 0),
    ("每季度至少督查1次安全生产工作(4分)", 4, (4,), (), (), 4),
    ("每季度至少督查1次安全生产工作(4分)", 4, (3,), (), (), 0),
    ("活动参加情况(1-5分)、值日情况(1-5分)", 10, (4, 6), (), (), 9),
    ("到会率未达到80%的,每次扣0.5分", 2, (2,), (), (), 1),
    ("换届工作和创建活动不能按要求落实到位各扣2分", 6, (1, 1), (), (), 2),
    ("提供办事指南,但重点要素缺失的,每发现一处扣0.5分", 3, (3,), (), (), 1.5),
    ("发生重伤事故的扣全部分数,取消评先资格", 5, (1,), (), (), 0),
    ("旷课1次扣2分,迟到1次1分", 5, (1, 2), (), (), 1),
    ("报送率100%,准确率100%,每迟报1次扣0.5分", 2, (3,), (), (), 0.5),
    # the cap is that of what is counted in its own sentence
    ("制度健全得2分;对外发稿一次得1分,最多2分", 4, (1, 5), (), (), 4),
)


@pytest.mark.parametrize(COLUMNS, ROWS)
def test_what_is_counted_scores_as_worked_by_hand(
    clause: str,
    points: int,
    values: tuple[float, ...],
    targets: tuple[float, ...],
    priors: tuple[float, ...],
    expected: float,
) -> None:
    assert score(clause, points, values, targets, priors) == expected


def test_several_of_the_cases_that_are_listed_cost_once_or_each_as_the_reading_says() -> None:
    clause = "有下列情形之一的,扣2分:(1)未按时上报;(2)未落实责任"
    assert [i.kind for i in parse(clause).inputs] == ["yes_no"]
    each = parse(clause, readings={"G86": "各扣"})
    assert [(i.kind, i.unit) for i in each.inputs] == [("count", "种")]


def test_the_names_of_levels_take_the_words_around_them() -> None:
    rule = parse("受到国家、省、市表彰的,每项分别加5、3、1分")
    assert [i.label for i in rule.inputs] == ["受到国家表彰", "受到省表彰", "受到市表彰"]

"""Figures worked by hand: what is said of several things each (各, 均, 分别)."""

from __future__ import annotations

import pytest

from kpixl.errors import RuleError
from kpixl.rules import parse
from tests.rules.figures import Row, score, worked_by_hand

ROWS: tuple[Row, ...] = (
    # each is a fault by itself, or is told by what stands behind the last: 10 - 4 - 4
    ("迟到、早退各扣4分", 10, (1, 1), (), (), 2),
    ("会议迟到、早退的,各扣0.5分,旷工扣2分", 5, (1, 0, 1), (), (), 2.5),
    ("打架和斗殴各扣5分", 10, (1, 0), (), (), 5),
    ("计划、总结未报的均扣1分", 3, (1, 1), (), (), 1),
    ("机构、人员落实不到位的各扣1分", 3, (0, 1), (), (), 2),
    ("建立和开发的各得2分,反之,不得分", 4, (1, 0), (), (), 2),
    ("甲、乙两项工作未完成的各扣2分", 5, (1, 1), (), (), 1),
    ("制度、台账两项各2分,缺一项扣2分", 4, (1, 0), (), (), 2),
    ("一、二、三季度未完成的各扣1分", 5, (1, 0, 1), (), (), 3),
    # with commas between them
    ("年初有计划,年中有检查,年终有总结,各得1分", 3, (1, 0, 1), (), (), 2),
    ("查阅资料,有计划,有总结,各得1分", 2, (1, 0), (), (), 1),
    ("无计划,无检查,无总结的各扣1分", 5, (2,), (), (), 3),
    # three things, the last two of which are joined: 3 - 1 - 1 - 1
    ("计划、检查和总结未报的各扣1分", 3, (1, 1, 1), (), (), 0),
    # a count for each of them: 5 - 2×1 - 3×1
    ("迟报、漏报一次各扣1分", 6, (2, 3), (), (), 1),
    ("迟报、漏报、瞒报一次分别扣1分、2分、5分", 20, (2, 1, 3), (), (), 1),
    ("经历、学历有1人不符的各扣0.5分", 4, (2, 3), (), (), 1.5),
    ("信息、简报每采用1篇各加1分", 5, (2, 1), (), (), 3),
    # how many things it is about is not said: 6 - 2×2
    ("没有落实的,各扣2分", 6, (2,), (), (), 2),
    ("未按规定设立机构或配备人员各扣2分", 6, (1,), (), (), 4),
    ("各项指标不达标各扣2分,台账不全扣1分", 6, (2, 1), (), (), 1),
    # what is shared out is not given beside: 5 + 5 of 15
    ("宣传工作15分(组织、培训、服务各占5分)", 15, (1, 1, 0), (), (), 10),
    ("宣传工作15分,其中组织、培训、服务各5分", 15, (1, 1, 1), (), (), 15),
    ("制度健全(5分);宣传效果好(10分)(组织、培训各占5分)", 15, (1, 0, 1), (), (), 10),
    # each time, either of the two; each that was not put right: 10 - 2×1 - 3×2, 10 - 3×1 - 2×2
    ("每次迟到扣1分,早退扣2分", 10, (2, 3), (), (), 2),
    ("每发现一次扣1分,逾期未整改的扣2分", 10, (3, 2), (), (), 3),
    ("甲任务和乙任务完成(各记20分)", 40, (1, 0), (), (), 20),
)


@worked_by_hand(ROWS)
def test_what_is_said_of_each_scores_as_worked_by_hand(row: Row) -> None:
    assert score(*row[:-1]) == row[-1]


def test_the_names_of_a_list_take_what_stands_around_it() -> None:
    def named(clause: str) -> list[str]:
        return [i.label for i in parse(clause).inputs]

    assert named("春、秋季防疫未完成的各扣2分") == ["春季防疫未完成", "秋季防疫未完成"]
    assert named("被省、市通报的各扣5分") == ["被省通报", "被市通报"]
    assert named("制度、预案建立健全的各得2分") == ["制度建立健全", "预案建立健全"]


def test_of_how_many_things_is_said_by_a_reading() -> None:
    assert [i.kind for i in parse("没有落实的,各扣2分").inputs] == ["count"]
    once = parse("没有落实的,各扣2分", readings={"G87": "扣一次"})
    assert [i.kind for i in once.inputs] == ["yes_no"]
    assert [i.label for i in parse("计划、检查和总结各得1分").inputs] == ["计划", "检查", "总结"]
    two = parse("计划、检查和总结各得1分", readings={"G88": "两件"})
    assert [i.label for i in two.inputs] == ["计划", "检查和总结"]


@pytest.mark.parametrize(
    "clause",
    [
        "宣传工作15分(组织、培训、服务各占6分)",  # comes to more than it is part of
        "甲、乙、丙两项工作未完成的各扣2分",  # three are listed
        "相关人员各扣1分",  # whom it costs
        "两个80%达不到各扣1分",  # of what
        "党员大会、支委会各召开1次,少一次扣1分",  # one figure can't tell
        "每季度开展1次得1分,全年4分",  # a cap, or points beside
        "制度2分,台账3分,缺一项扣2分",  # of which, and of how many points
        "无计划,无总结、无检查各扣1分",  # one more of them, or not
        "完成任务的各得2分",  # of what
        "年初有计划,年中有检查、年终有总结,各得1分",
    ],
)
def test_what_each_is_about_has_to_be_clear(clause: str) -> None:
    with pytest.raises(RuleError):
        parse(clause)

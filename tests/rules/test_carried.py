"""Figures worked by hand: names that a clause says once and means again."""

from __future__ import annotations

import pytest

from kpixl.errors import RuleError
from kpixl.rules import parse
from tests.rules.figures import Row, score, worked_by_hand

ROWS: tuple[Row, ...] = (
    # what has one name under two heads is two things: 10×2 + 5×3
    ("市级录用:调研类每篇计10分;区级录用:调研类每篇计5分", 99, (2, 3), (), (), 35),
    (
        "市级录用稿件:单篇计8分,单条计4分。区级录用稿件:单篇计4分,单条计2分。",
        99,
        (1, 1, 1, 2),
        (),
        (),
        20,
    ),
    ("信息报送:每条得1分,最多得5分。调研报送:每条得2分,最多得6分。", 20, (10, 10), (), (), 11),
    (
        "项目建设:有方案得2分,有总结得1分。队伍建设:有方案得3分,有总结得1分。",
        7,
        (1, 0, 1, 1),
        (),
        (),
        6,
    ),
    ("通报表扬:国家级每次加3分;通报批评:国家级每次扣2分", 10, (2, 1), (), (), 14),
    ("走访:每开展一次得0.5分,最高3分。\n宣传:每开展一次得1分,最高2分。", 5, (10, 1), (), (), 4),
    ("1.走访:每开展一次得0.5分,最高3分。2.宣传:每开展一次得1分,最高2分。", 5, (10, 1), (), (), 4),
    # 好 takes nothing: 10 - 5
    ("绿化程度属好、中、差,分别扣0、3、5分", 10, (0, 1), (), (), 5),
    # the words in front of the first are those of its sentence: 10 + 3
    (
        "国家级项目,重大加10分,一般加2分;省级项目,重大加5分,一般加3分",
        99,
        (1, 0, 0, 1),
        (),
        (),
        13,
    ),
    # 加 said once is that of all: 5 + 2
    ("国家级项目,重大加5分,一般3分;省级项目,重大4分,一般2分", 99, (1, 0, 0, 1), (), (), 7),
    # 二等奖 is that of the prize right in front: 3 + 7
    (
        "获校级一等奖加5分,获得二等奖加3分;获市级一等奖加10分,二等奖加7分",
        99,
        (0, 1, 0, 1),
        (),
        (),
        10,
    ),
    ("省级:一等奖加5分,二等奖加3分;市级:一等奖加3分,二等奖加1分", 99, (1, 0, 0, 1), (), (), 6),
    # one after the other, between commas: 2×1 + 1×2, and 10 - 1 - 2
    ("获得国家级荣誉的,获得省部级表彰的,每项分别加2分、1分", 99, (1, 2), (), (), 4),
    ("迟到的,早退的,分别扣1分、2分", 10, (1, 1), (), (), 7),
    # from the first to the last by equal steps: 3 + 2×1, and 5 + 1
    ("获一、二、三等奖的,每例加3-1分", 99, (1, 0, 2), (), (), 5),
    ("获一、二、三等奖的加5-1分", 99, (1, 0, 1), (), (), 6),
    # how many of the figures are placed so: 20×2 + 10×1
    ("主要指标增幅前3名的每项得20分,增幅在第4至第10名每项得10分", 99, (2, 1), (), (), 50),
    ("全市前三名的每项加2分,后三名的每项扣1分", 10, (2, 3), (), (), 11),
    # what is ranked stands before a comma: the second place
    ("计算编制总量得分,在全市排名1-3名的依次赋予20分、19分、18分", 20, (2,), (), (), 19),
    ("引用综合考核得分及排名,在全市排名1-3名的依次赋予6分、5分、4分", 6, (3,), (), (), 4),
    # 正技巧在 is 正技巧
    ("评分有正订正技巧5%以上的得1分,正技巧在5%以下得0.5分,负技巧的不得分", 1, (4, 0), (), (), 0.5),
)


@worked_by_hand(ROWS)
def test_names_that_are_said_once_score_as_worked_by_hand(row: Row) -> None:
    assert score(*row[:-1]) == pytest.approx(row[-1])


def _named(clause: str) -> list[str]:
    return [i.label for i in parse(clause).inputs]


def test_a_name_is_told_in_full() -> None:
    assert _named("获校级一等奖加5分,获得二等奖加3分")[1] == "获校级二等奖"
    assert _named("被绍兴市级、省级采用的,每条分别加1分、3分") == ["被绍兴市级采用", "被省级采用"]
    assert _named("绿化程度属好、中、差,分别扣0、3、5分")[1] == "绿化程度属差"
    assert _named("市级录用:单篇计8分;区级录用:单篇计4分")[1] == "区级录用篇数"
    assert _named("上级录用:市级录用:单篇计8分;区级录用:单篇计4分")[0] == "市级录用篇数"
    listed = "国家级项目,重大加10分,一般加2分;省级项目,重大加5分,一般加3分"
    assert _named(listed)[3] == "省级项目,一般"


def test_in_time_is_no_count_of_periods() -> None:
    assert [i.kind for i in parse("办理提案,按期得5分").inputs] == ["yes_no"]


def test_of_lists_that_fall_the_highest_may_count() -> None:
    clause = "省级:一等奖加5分,二等奖加3分;市级:一等奖加3分,二等奖加1分"
    rule = parse(clause, readings={"G38": "取最高"})
    assert "G38" in {a.code for a in rule.assumptions}
    assert "G38" in {a.code for a in parse(clause).assumptions}


@pytest.mark.parametrize(
    "clause",
    [
        "区直部门:每采用1篇得2分;乡镇街道:每采用1篇得3分",  # which of them is it
        "甲村:有方案得2分,有总结得1分;乙村:有方案得1分,有总结得1分",
        "A岗位:每迟到1次扣1分;B岗位:每迟到1次扣2分",
        "第一季度:报送1篇得1分;第二季度:报送1篇得1分",
        "对工作不力的,被省、市通报的,分别扣3分、2分",  # of two cases, or of two levels
        "获国家级荣誉的,获省级荣誉的,每项分别加3分、2分、1分",
        "获一、二、三等奖的加5-2分",  # 3 or 4 for the second
        "获奖的每例加3-1分",
        "制度、台账每项得5分",
        "城区:覆盖率达到90%得5分;农村:覆盖率达到80%得5分",  # two figures, or bands of one
        "覆盖率:达到90%得5分;合格率:达到80%得5分",
    ],
)
def test_what_a_name_goes_on_with_has_to_be_clear(clause: str) -> None:
    with pytest.raises(RuleError):
        parse(clause)

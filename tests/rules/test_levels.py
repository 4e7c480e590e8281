"""Figures worked by hand: several marks under one head, ranges and lists of points."""

from __future__ import annotations

import pytest

from kpixl.errors import RuleError
from kpixl.rules import parse
from tests.rules.figures import Row, score, worked_by_hand

ROWS: tuple[Row, ...] = (
    # the points of a head are those of its parts: 5 + 10, and nothing beside them
    ("完成新增任务得基本分25分,其中:批发业5分、零售业20分", 25, (1, 0), (), (), 5),
    ("组织建设10分,其中班子建设4分,队伍建设6分", 10, (1, 1), (), (), 10),
    ("组织建设(10分)。其中:班子建设4分;队伍建设6分。", 10, (0, 1), (), (), 6),
    ("代管工作10分:其中结账8分,账簿设置2分", 10, (1, 0), (), (), 8),
    ("宣传工作10分:市级媒体每篇得1分,省级每篇得2分,最高10分", 10, (2, 3), (), (), 8),
    ("宣传工作10分:市级媒体每篇得1分,省级每篇得2分,最高10分", 10, (9, 3), (), (), 10),
    # each part from its own points: (8 - 2×2) + (2 - 1×1)
    ("代管工作10分:结账8分,每缺一次扣2分。账簿设置2分,每缺一项扣1分。", 10, (2, 1), (), (), 5),
    # of what the points are for: 10 - 3×2
    ("做到专仓、专账、专人保管,符合要求得10分。其中有一项未做到扣3分", 10, (2,), (), (), 4),
    # one after the other, whatever stands between them: 10 - 4 - 2
    ("未除杂草、库内有漂浮物、堵塞,将依次扣除4分、2分、2分", 10, (1, 0, 1), (), (), 4),
    ("保持整洁,如发现未除杂草,库内有垃圾,沟渠堵塞,依次扣4分、2分、1分", 10, (1, 1, 0), (), (), 4),
    ("获国家级、省级、市级表彰的,依次加5、3、1分", 99, (0, 1, 1), (), (), 4),
    (
        "获国家级荣誉,获省部级表彰,获市级表彰的,每项分别加2分、1分、0.5分",
        99,
        (2, 0, 1),
        (),
        (),
        4.5,
    ),
    # whose places they are
    ("引用综合考核得分及排名,在全市排名1-3名的依次赋予9分、7分、5分", 9, (2,), (), (), 7),
    # each of them, without 每 or with it in front of all: 2×1 + 3×2
    ("每采用一篇,县级加1分,市级加2分", 99, (2, 3), (), (), 8),
    ("每篇(次)区级加1分,市级加2分,省级加5分", 99, (1, 1, 1), (), (), 8),
    ("获奖每项:省级加3分,市级加2分", 99, (1, 2), (), (), 7),
    ("被县、市、省采用的信息,分别按每条1、2、3分计分", 9, (1, 1, 2), (), (), 9),
    ("录用稿件按每篇2分计分", 8, (3,), (), (), 6),
    ("上级录用:单篇计20分,单条计10分,动态计1分", 99, (1, 2, 3), (), (), 43),
    ("规模50户以上每个另加3分,100户以上每个另加5分", 99, (2, 1), (), (), 11),
    # as often as the first, from whom it says: 10 - 2×2 - 1×1
    ("窗口擅自撤出的,每人次扣2分、首席代表扣1分", 10, (2, 1), (), (), 5),
    # what has a bound behind it counts more than once: 0.5×5, and 2×4 up to 6
    ("坚持例会、学习等各项制度。(1个0.5分,共3分)", 3, (5,), (), (), 2.5),
    ("微博、微信、公开栏等情况(以实地考评为准,一项可得2分,最高不超过6分)", 9, (4,), (), (), 6),
    # 分 left out once, or 奖 that is none of the verbs
    ("获得一等奖加3分,二等奖加2,三等奖加1", 99, (1, 1, 0), (), (), 5),
    ("一等奖得3分,二等奖2分,三等奖1分", 6, (0, 1, 1), (), (), 3),
    # judged: 10 - 4 between 2×1 and 2×3, 10 - 2, 10 - (1 + 2)
    ("未开会的,按次扣1-3分", 10, (2, 4), (), (), 6),
    ("未按时报送的,按份扣0.5分", 10, (3,), (), (), 8.5),
    ("未安排的,按次1-3扣分", 10, (2, 9), (), (), 4),
    ("未落实责任的,分别扣1-2分", 10, (2,), (), (), 8),
    ("无计划、无总结的,分别扣1-2分", 10, (1, 2), (), (), 7),
    ("发现垃圾3袋以下每处扣0.1分,3袋以上每处扣0.2-0.5分", 5, (2, 2, 0.8), (), (), 4),
    # given for what was not done, as it is judged: 2 + 0.5
    ("有方案的得2分,有总结的得1分;否则酌情记分", 3, (1, 0, 0.5), (), (), 2.5),
)


@worked_by_hand(ROWS)
def test_marks_under_one_head_score_as_worked_by_hand(row: Row) -> None:
    assert score(*row[:-1]) == pytest.approx(row[-1])


def test_each_or_once_is_said_by_a_reading() -> None:
    clause = "上级录用:单条计10分,动态计1分"
    assert [i.kind for i in parse(clause).inputs] == ["count", "count"]
    once = parse(clause, readings={"G97": "只计一次"})
    assert [i.kind for i in once.inputs] == ["count", "yes_no"]


def test_a_name_goes_on_with_what_stands_before_the_first_of_its_list() -> None:
    def named(clause: str) -> list[str]:
        return [i.label for i in parse(clause).inputs]

    prizes = "获校级一等奖、二等奖分别加5分、3分;获省级一等奖、二等奖分别加9分、7分"
    assert named(prizes) == ["获校级一等奖", "获校级二等奖", "获省级一等奖", "获省级二等奖"]
    assert named("一、二季度分别得2分、3分") == ["一季度", "二季度"]
    assert named("教学和科研成果一等奖、二等奖分别加2分、1分")[1] == "教学和科研成果二等奖"
    assert named("完成新增任务得5分,其中:批发业2分、零售业3分")[0] == "完成新增任务(批发业)"
    assert named("规模50户以上每个加3分,100户以上每个加5分")[1] == "规模100户以上"


@pytest.mark.parametrize(
    "clause",
    [
        "组织建设10分,其中班子建设4分,队伍建设5分",  # comes to less than it is part of
        "代管工作10分:结账8分,账簿设置3分",
        "录入率达到100%的得15分,其中受理10分、办结5分",  # of which is it the rate
        "录入率达到100%,严格按要求流转的,得15分,其中受理10分、办结5分",
        "为省和国家提供现场的,每次分别加3分、4分、5分",  # two are named
        "未落实责任的,分别扣1分、2分",
        "每采用一篇,完成任务加1分",  # each, or once
        "每采用1篇加1分,获评优秀加5分",
        "获一等奖、二等奖分别加5分、3分;获得协会奖励的按低一级对待",  # how many points
        "获一等奖、二等奖分别加5分、3分,由多人完成的按制度比例进行分配",
        "迟到扣1分,早退扣2分,责任人扣1分",  # for which of them
        "未归档的,按卷扣1分",  # each, in a unit that is none of the known ones
        "100户以上每个另加5分",  # of what
        "增速5%以上每个加1分",
    ],
)
def test_what_a_mark_is_for_has_to_be_clear(clause: str) -> None:
    with pytest.raises(RuleError):
        parse(clause)

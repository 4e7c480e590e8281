"""Figures worked by hand: points by level, in proportion, within a range, below a mark."""

from __future__ import annotations

import pytest

from kpixl.rules import parse
from tests.rules.figures import Row, score, worked_by_hand

ROWS: tuple[Row, ...] = (
    # 10 - 3 - 2×1; 10 - 3 - 1; 10 - (0.3×2 + 0.1)
    ("受到通报的,按省、市和县每件分别扣3、2、1分", 10, (1, 0, 2), (), (), 5),
    ("违规被查处的,分别按省级、市级、县级扣3、2、1分", 10, (1, 0, 1), (), (), 6),
    ("报表出错的,每次按国家、省、市三级分别减0.3、0.2、0.1分", 10, (2, 0, 1), (), (), 9.3),
    # 3×2 + 2×3, no more than 10
    ("信息每条被省、市录用的分别得3、2分,最高得10分", 10, (2, 3), (), (), 10),
    # 3 + 2×2, no more than 5
    ("每获得国家、省、市表彰一次,分别加3、2、1分,最多加5分", 99, (1, 2, 0), (), (), 5),
    ("在省/市/县级媒体发稿,每篇分别加0.3/0.2/0.1分", 99, (1, 2, 3), (), (), 1),
    ("获国家、省、市表彰的,分别按5、3、2分加分", 99, (0, 1, 1), (), (), 5),
    ("被省、市、县约谈的,每次分别按3、2、1分扣分", 10, (1, 1, 2), (), (), 3),
    # 45 of 60 are 75% of 10; what is beyond the task gives no more
    ("完成造林任务得10分,未完成的按其比率赋分", 10, (45,), (60,), (), 7.5),
    ("完成造林任务得10分,未完成的按比例折算", 10, (66,), (60,), (), 10),
    ("完成造林任务得10分,不足部分按比例扣除", 10, (30,), (60,), (), 5),
    ("完成造林任务得10分,其余按完成比例得分", 10, (15,), (60,), (), 2.5),
    ("造林面积以目标任务为基数,按完成比例赋分", 8, (45,), (60,), (), 6),
    # 72 of 90 are 80% of 5
    ("覆盖率以90%为标准,按比例得分", 5, (72,), (), (), 4),
    ("覆盖率以90%为标准,按比例得分", 5, (95,), (), (), 5),
    # 7 of 10
    ("培育大户10户,按实际完成率计算得分", 6, (7,), (), (), 4.2),
    ("培育大户10户(4分),按完成比例得分", 4, (7,), (), (), 2.8),
    ("培育大户10户得4分,按完成比例赋分", 4, (12,), (), (), 4),
)


@worked_by_hand(ROWS)
def test_points_score_as_worked_by_hand(row: Row) -> None:
    assert score(*row[:-1]) == pytest.approx(row[-1])


def test_levels_are_named_by_what_happens_at_them() -> None:
    def named(clause: str) -> list[str]:
        return [i.label for i in parse(clause).inputs]

    by_level = named("受到通报的,按省、市和县每件分别扣3、2、1分")
    assert by_level == ["受到通报(省级)", "受到通报(市级)", "受到通报(县级)"]
    assert named("被市级以上、县级通报的,分别扣3、2分") == ["被市级以上通报", "被县级通报"]
    assert named("发生重大、较大事故的,每起分别扣5、3分")[1] == "发生较大事故"

"""Clauses that say in words how points are worked out: how far they go, by what they are multiplied."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from kpixl.errors import RuleError
from kpixl.rules import parse
from kpixl.rules.evaluate import evaluate
from kpixl.rules.explain import explain
from kpixl.rules.frame import Frame
from tests.rules.figures import Row, score, worked_by_hand

ROWS: tuple[Row, ...] = (
    # rounded by the clause itself: 1.65 and 0.825 are halves
    ("新增企业每个得0.33分,得分四舍五入保留一位小数", 6, (5,), (), (), 1.7),
    ("按完成比例得分,精确到0.1分", 5, (16.5,), (100,), (), 0.8),
    ("按完成比例计分,小数点后第二位四舍五入", 5, (16.5,), (100,), (), 0.8),
    ("按完成比例得分,四舍五入取整数", 5, (50,), (100,), (), 3),
    ("得分=满意度×0.055(保留三位小数)", 6, (90.5,), (), (), 0.05),
    ("得分=满意度×5,保留小数点后三位", 6, (90.55,), (), (), 4.528),
    ("每发现一处扣0.25分,得分保留一位小数", 6, (1,), (), (), 5.8),
    # what is left at least, whatever is taken
    ("每发现1处扣1分,扣至5分为止", 10, (7,), (), (), 5),
    ("每发现1处扣1分,扣至5分为止", 10, (3,), (), (), 7),
    ("每发现1处扣1分,扣至0.5分为止", 3, (7,), (), (), 0.5),
    ("每发现1处扣1分,扣到该项分值的一半为止", 8, (7,), (), (), 4),
    ("每发现1处扣1分,最低得5分,发生事故的不得分", 10, (7, 1), (), (), 0),
    ("每发现1处扣1分,最低得5分,发生事故的不得分", 10, (7, 0), (), (), 5),
    ("完成任务得10分,每少1%扣1分,但得分不低于5分", 10, (90,), (100,), (), 5),
    ("完成任务得10分,每少1%扣1分,保底6分", 10, (97,), (100,), (), 7),
    ("按完成比例得分,最高不超过12分,最低不低于6分", 10, (30,), (100,), (), 6),
    ("基本分15分,每超1%加1分,每少1%扣1分,最低分不低于10分,最高分不超过30分", 30, (80,), (100,), (), 10),
    ("基本分15分,每超1%加1分,每少1%扣1分,最低分不低于10分,最高分不超过30分", 30, (120,), (100,), (), 30),
    # of its own line alone: 5 - 4 are 1, not less than 2, and 2 for the other
    ("全年投诉5件以内得5分,每增加1件扣1分,扣至2分为止;建立台账得2分", 7, (9, 1), (), (), 4),
    # how much is added at most
    ("完成得基本分,超额完成的,每增加1公顷加2分,加分至基本分值封顶", 10, (28,), (20,), (), 20),
    ("完成得基本分,超额完成的,每增加1公顷加2分,加分至基本分值封顶", 10, (24,), (20,), (), 18),
    ("完成任务得10分,每超额1个奖励2分,奖励分不超过本项基本分", 10, (8,), (2,), (), 20),
    ("每报送一篇得1分,超过8分的按8分计", 10, (9,), (), (), 8),
    ("每报送一篇加1分,超出5分部分不计", 10, (9,), (), (), 5),
    ("每报送一篇得1分,累计得分达到8分为止", 10, (9,), (), (), 8),
    ("每报送一篇得3分,最高不超过基本分的1.5倍", 10, (9,), (), (), 15),
    # the share itself, as a fraction, times the points
    ("指参保人数占总人口数的比例。计算方法以比例值乘以8直接得分", 8, (90,), (), (), 7.2),
    ("指培训后转移就业人数与培训人数之比。计算方法以比例值乘以4直接得分", 4, (50,), (), (), 2),
    ("参保率,按比率值乘以10计分,最高8分", 8, (90,), (), (), 8),
    # the same word in a branch is that of the branch
    ("入库率95%以上(含95%)得6分;95%以下的按百分比×6得分", 6, (80,), (), (), 4.8),
    # factors; the target itself is once the target
    ("完成率达到1倍系数为1,达到1.2倍系数为1.2,达到1.5倍系数为1.5,得分=系数×分值", 10, (1.3,), (), (), 12),
    ("达到目标值得基本分,达到1.2倍的按1.2系数计分,达到1.5倍的按1.5系数计分", 8, (1.5,), (), (), 12),
    ("达到目标值得基本分,达到1.2倍的按1.2系数计分,达到1.5倍的按1.5系数计分", 8, (1.19,), (), (), 8),
    ("达到目标值1倍系数1、1.2倍系数1.2、1.5倍系数1.5", 10, (0.99,), (), (), 0),
    ("完成目标任务得10分,达到目标任务1.2倍的系数为1.2,达到1.5倍的系数为1.5", 10, (2,), (), (), 15),
    ("完成率100%以上的系数为1.2,80%—100%的系数为1,80%以下的系数为0.8", 10, (79,), (), (), 8),
    ("完成率100%以上的系数为1.2,80%—100%的系数为1,80%以下的系数为0.8", 10, (100,), (), (), 12),
    ("达到1倍的得基本分,达到1.2倍得基本分的1.2倍", 10, (1.2,), (), (), 12),
)  # fmt: skip


@worked_by_hand(ROWS)
def test_the_points_are_those_worked_out_by_hand(row: Row) -> None:
    clause, points, values, targets, priors, expected = row
    assert score(clause, points, values, targets, priors) == pytest.approx(expected, abs=1e-9)


def _of_group(clause: str, points: int, figures: tuple[float, ...]) -> list[float]:
    frame = Frame([np.array(figures)])
    return [float(v) for v in evaluate(parse(clause), frame, points=Decimal(points))]


# clause, points, the figures of all units, and what they get
GROUPS: tuple[tuple[str, int, tuple[float, ...], list[float]], ...] = (
    # the mean is 6: 2 above, 2 below
    ("增速与全市平均值相比,每高1个百分点加1分,每低1个百分点扣1分", 10, (8, 6, 4), [12, 10, 8]),
    ("增速与平均水平相比,持平得5分,每高1个百分点加0.5分,每低1个百分点扣0.5分", 5, (8, 6, 4), [6, 5, 4]),
    ("增速每高于平均数1个百分点加0.5分,每低于平均数1个百分点扣0.5分", 10, (9, 6, 3), [11.5, 10, 8.5]),
    ("增速与平均值比较,每提高或降低1个百分点,相应增加或扣减0.5分", 10, (8, 6, 4), [11, 10, 9]),
    # 110 and 90 of a mean of 100 are five steps of two percent
    (
        "基本分15分,报价与平均值相比每提高或降低2%,相应增加或扣减基本分1分,最低分不低于12分,最高分不超过30分",
        30, (110, 100, 90), [20, 15, 12],
    ),
    ("税收增幅,按功效系数法计分,满意值得100分,不允许值得60分", 10, (12, 2, 7), [10, 6, 8]),
    ("税收增幅,采用功效系数法计算得分,基础分50分,调整分50分", 10, (12, 2, 7), [10, 5, 7.5]),
    ("税收增幅,按功效系数法计分,其中常数为60和40", 20, (12, 2, 7), [20, 12, 16]),
    ("投诉率,按功效系数法计算得分,最低值得100分,最高值得60分", 10, (1, 5, 3), [10, 6, 8]),
    ("税收增幅采用功效系数法,最高的得10分,最低的得6分", 10, (12, 2, 7), [10, 6, 8]),
)  # fmt: skip


@pytest.mark.parametrize("case", GROUPS, ids=[case[0] for case in GROUPS])
def test_a_figure_is_held_against_its_group(
    case: tuple[str, int, tuple[float, ...], list[float]],
) -> None:
    clause, points, figures, expected = case
    assert _of_group(clause, points, figures) == pytest.approx(expected, abs=1e-9)


REFUSED: tuple[tuple[str, str], ...] = (
    # of which points, of which figure, and how
    ("未完成的按比例扣分,保留一位小数;每超过1个百分点加0.5分", "保留一位小数"),
    ("完成率保留两位小数,每少1个百分点扣0.5分", "小数"),
    ("按完成比例得分,保留两位小数,不四舍五入", "四舍五入"),
    ("按完成比例得分,保留两位有效数字", "有效数字"),
    ("四舍五入", "四舍五入"),
    # beside what is given or lost as a whole, or beside another addition
    ("每发现1处扣1分,扣至5分为止;获奖的加2分", "扣至5分为止"),
    ("达到90%得10分,最低得5分", "最低得5分"),
    ("按完成比例得分,最高得5分,最低得8分", "最低得8分"),
    ("1.每迟报一次扣1分,扣至3分为止;2.每漏报一次扣1分,扣至2分为止", "扣至2分为止"),
    ("每报送一篇得1分,超过8分的按10分计", "超过8分的按10分计"),
    ("报送满10篇得5分,满20分为止", "满20分为止"),
    ("每报送1篇得0.5分,加至5分为止;被采用的每篇加1分", "加至5分为止"),
    # constants that make no hundred, or no one knows of what
    ("税收增幅,按功效系数法计算得分,基础分60分,调整分30分", "基础分60分,调整分30分"),
    ("税收增幅,按功效系数法计算得分,满意值得10分,不允许值得6分", "满意值得10分,不允许值得6分"),
    ("完成目标得10分,达到1.2倍的得12分,达到1.5倍系数为1.5", "达到1.2倍的得12分"),
    ("系数为1.2", "系数为1.2"),
    # of which share
    ("参保人数。以比例值乘以10得分", "以比例值乘以10得分"),
    ("巩固率。以比例值乘以10得分;入学率。以比例值乘以5得分", "入学率。以比例值乘以5得分"),
)


@pytest.mark.parametrize(("clause", "phrase"), REFUSED)
def test_what_may_be_meant_of_several_things_is_refused(clause: str, phrase: str) -> None:
    with pytest.raises(RuleError) as error:
        parse(clause)
    assert error.value.phrase == phrase


# clause, code, taken, and what else it can be
OPEN: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("每发现1处扣1分,扣至5分为止", "G152", "剩下", ("扣掉",)),
    ("按完成比例得分,保留一位小数", "G151", "得分", ()),
    ("增速与全市平均值相比,每高1个百分点加1分,每低1个百分点扣1分", "G16", "分值", ("只计扣分",)),
    ("税收增幅,按功效系数法计分,满意值得100分,不允许值得60分", "G153", "本类", ()),
    ("完成率达到120%的系数为1.2,达到100%的系数为1", "G154", "分值", ()),
)


@pytest.mark.parametrize(("clause", "code", "taken", "others"), OPEN)
def test_what_is_left_open_is_listed(
    clause: str, code: str, taken: str, others: tuple[str, ...]
) -> None:
    (found,) = [a for a in parse(clause).assumptions if a.code == code]
    assert (found.taken, found.alternatives) == (taken, others)


def test_down_to_may_be_what_is_taken() -> None:
    rule = parse("每发现1处扣1分,扣至2分为止", readings={"G152": "扣掉"})
    frame = Frame([np.array([7.0])])
    assert evaluate(rule, frame, points=Decimal(10)).tolist() == [8.0]


def test_the_working_says_how_far_the_clause_rounds_and_what_is_left() -> None:
    rule = parse("新增企业每个得0.33分,得分四舍五入保留一位小数")
    working = explain(rule, Frame([np.array([5.0])]), 0, points=Decimal(6))
    assert working.lines[-1].endswith("四舍五入为 1.7")
    rule = parse("每发现1处扣1分,最低得5分")
    working = explain(rule, Frame([np.array([7.0])]), 0, points=Decimal(10))
    assert working.score == 5
    assert any("最低得5分" in note for note in working.notes)

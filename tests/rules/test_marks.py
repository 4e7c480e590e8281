"""Figures worked by hand: gates and formulas at a mark, last year's figure, means."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from kpixl.rules import parse
from kpixl.rules.evaluate import evaluate
from kpixl.rules.frame import Frame
from tests.rules.figures import COLUMNS, Row, score

ROWS: tuple[Row, ...] = (
    # in proportion from a lower gate on
    ("完成率90%以上按实际完成率计分", 10, (95,), (), (), 9.5),
    ("完成率90%以上按实际完成率计分", 10, (90,), (), (), 9),
    ("完成率90%以上按实际完成率计分", 10, (89.9,), (), (), 0),
    ("完成率90%以上按实际完成率计分", 10, (120,), (), (), 10),
    ("完成率80%(不含)以上按比例计分,80%以下不得分", 10, (80,), (), (), 0),
    ("完成率80%以下不得分,80%以上按比例计分", 10, (80,), (), (), 8),
    ("完成改厕任务的得5分;完成率80%以上的按比例得分,80%以下不得分", 8, (90,), (), (), 4.5),
    ("满意率达到95%得5分,85%以上按比例得分,85%以下不得分", 5, (90,), (), (), 4.74),
    ("改厕完成年度目标的得5分;完成80%以上的按比例得分;80%以下的不得分", 5, (45,), (50,), (), 4.5),
    ("改厕完成年度目标的得5分;完成80%以上的按比例得分;80%以下的不得分", 5, (40,), (50,), (), 4),
    ("改厕完成年度目标的得5分;完成80%以上的按比例得分;80%以下的不得分", 5, (39,), (50,), (), 0),
    # so far short that nothing is left
    ("播种面积完成任务的得8分,每减少1%扣0.4分,减少10%以上的不得分", 8, (95,), (100,), (), 6),
    ("播种面积完成任务的得8分,每减少1%扣0.4分,减少10%以上的不得分", 8, (90,), (100,), (), 0),
    ("播种面积完成任务的得8分,每减少1%扣0.4分,减少10%以上的不得分", 8, (181,), (200,), (), 4.2),
    ("新增企业达到20家得10分,每少1家扣1分,少5家以上的不得分", 10, (16,), (), (), 6),
    ("新增企业达到20家得10分,每少1家扣1分,少5家以上的不得分", 10, (15,), (), (), 0),
    ("合格率达到95%得10分,每低1个百分点扣1分,低5个百分点(不含)以上不得分", 10, (90,), (), (), 5),
    ("合格率达到95%得10分,每低1个百分点扣1分,低5个百分点(不含)以上不得分", 10, (89,), (), (), 0),
    # a formula that a gate closes
    ("得分=完成率×10,完成率低于60%的不得分", 10, (60,), (), (), 6),
    ("得分=完成率×10,完成率低于60%的不得分", 10, (59,), (), (), 0),
    ("得分=产值÷目标值×10,低于60%的不得分", 10, (120,), (200,), (), 6),
    ("得分=产值÷目标值×10,低于60%的不得分", 10, (119,), (200,), (), 0),
    ("重点工作完成率低于90%不得分,90%以上的,按完成率×6计分", 6, (95,), (), (), 5.7),
    ("重点工作完成率80%以下不得分,80%以上的,按完成率×6计分", 6, (80,), (), (), 4.8),
    ("重点工作完成率80%以下不得分,80%以上的,按完成率×6计分", 6, (79,), (), (), 0),
    # a formula below the mark
    ("完成技改投资目标得5分,未完成的,得分=5×完成率", 5, (80,), (100,), (), 4),
    ("完成技改投资目标得5分,未完成的,得分=5×完成率", 5, (130,), (100,), (), 5),
    ("增速达到10%得10分,低于10%的,得分=增速÷10%×8", 10, (10,), (), (), 10),
    ("增速达到10%得10分,低于10%的,得分=增速÷10%×8", 10, (5,), (), (), 4),
    ("完成目标得10分,未完成的按“完成数÷目标数×6”计分", 10, (50,), (100,), (), 3),
    ("税收达到1000万元得10分,未达到的,得分=税收实际值÷目标值×6", 10, (500,), (), (), 3),
    ("税收达到1000万元得10分,未达到的,得分=税收实际值÷目标值×6", 10, (1000,), (), (), 10),
    ("达到目标的得10分,否则得分=完成率×8", 10, (99,), (100,), (), 7.92),
    (
        "完成目标得10分,每超1%加0.1分,未完成的得分=完成率×8,低于50%不得分",
        10,
        (40,),
        (100,),
        (),
        0,
    ),
    # last year's figure, and means
    ("满意率比上年提高得满分,持平得80%,下降不得分", 10, (90,), (), (90,), 8),
    ("满意率比上年提高得满分,持平得80%,下降不得分", 10, (90.1,), (), (90,), 10),
    ("满意率比上年提高得满分,持平得80%,下降不得分", 10, (89,), (), (90,), 0),
    ("优良率同比上升得10分,同比持平得8分,下降的每下降1个百分点扣1分", 10, (88,), (), (90,), 6),
    ("优良率同比上升得10分,同比持平得8分,下降的每下降1个百分点扣1分", 10, (91,), (), (90,), 10),
    ("出口增幅高于全市平均增幅的得6分,每低于平均增幅1个百分点扣1分", 6, (7,), (9,), (), 4),
    ("就业率比上年提高1个百分点以上得5分,提高0.5个百分点以上得3分", 5, (0.7,), (), (), 3),
    ("增幅高于全县平均增幅1个百分点以上得5分", 5, (1,), (), (), 5),
    ("增幅高于全县平均增幅1个百分点以上得5分", 5, (0.9,), (), (), 0),
    ("完成任务得满分,完成任务80%以上得80%的分,80%以下不得分", 10, (85,), (), (), 8),
    # letters that the clause explains, and weights
    ("得分=A×60%+B×40%,A为测评得分,B为领导评价得分", 10, (9, 8), (), (), 8.6),
    ("得分=A÷B×分值(A为实际完成数,B为年度计划数)", 10, (40,), (50,), (), 8),
    ("得分=X/Y×10,X、Y分别为投资完成数、投资目标数", 10, (30,), (40,), (), 7.5),
    ("完成率=实际数/目标数×100%。完成率≥100%得10分,80%-100%得8分,<80%不得分", 10, (99,), (), (), 8),
    ("测评得分按10%计入总分", 10, (92,), (), (), 9.2),
    ("综合考评得分按40%计入,群众测评得分按60%计入", 10, (9, 8), (), (), 8.4),
    # levels that are counted each, grades
    ("每新增1家国家级企业得4分、省级得2分、市级得1分,最高得8分", 8, (1, 1, 1), (), (), 7),
    ("每新增1家国家级企业得4分、省级得2分、市级得1分,最高得8分", 8, (1, 3, 0), (), (), 8),
    ("信用评价AAA级得10分,AA级得8分,A级得6分,B级及以下不得分", 10, (0, 1, 0, 0), (), (), 8),
    ("信用评价AAA级得10分,AA级得8分,A级得6分,B级及以下不得分", 10, (0, 0, 0, 1), (), (), 0),
    ("评为优秀的得10分,良好的得8分,其余得5分", 10, (0, 0, 1), (), (), 5),
    ("A级得满分,B级得80%分值,C级不得分", 5, (0, 1, 0), (), (), 4),
    ("测评优秀得100%,良好得80%,合格得60%", 10, (0, 1, 0), (), (), 8),
)


@pytest.mark.parametrize(COLUMNS, ROWS)
def test_the_figure_worked_by_hand(
    clause: str,
    points: int,
    values: tuple[float, ...],
    targets: tuple[float, ...],
    priors: tuple[float, ...],
    expected: float,
) -> None:
    assert score(clause, points, values, targets, priors) == expected


def group(clause: str, figures: list[float], **readings: str) -> list[float]:
    """The scores of a group that one figure tells apart, of an item of 10."""
    rule = parse(clause, readings=readings)
    found: list[float] = evaluate(rule, Frame([np.array(figures)]), points=Decimal(10)).tolist()
    return found


def test_who_is_exactly_at_the_mean_is_above_it_unless_a_reading_says_otherwise() -> None:
    clause = "增速高于全市平均水平的得5分,低于全市平均水平的得2分,负增长不得分"
    figures = [12.0, 6.0, 3.0, -1.0, 10.0]  # a mean of 6
    assert group(clause, figures) == [5, 5, 2, 0, 5]
    assert group(clause, figures, G71="按低于") == [5, 2, 2, 0, 5]


def test_points_start_from_the_mean_of_the_group() -> None:
    steps = "增速以全市平均值为基准得7分,每高1个百分点加0.3分,每低1个百分点减0.3分"
    assert group(steps, [8.0, 6.0, 4.0]) == [7.6, 7, 6.4]
    assert group("技改投资增速每高于全市平均1个百分点加1分", [8.0, 6.0, 4.0]) == [2, 0, 0]


def test_points_fall_evenly_from_the_first_place_to_the_last() -> None:
    clause = "增速第一名得8分,最后一名得4分,其余按名次等差递减"
    assert group(clause, [9.0, 7.0, 5.0, 3.0, 1.0]) == [8, 7, 6, 5, 4]
    assert group(clause, [9.0, 7.0, 7.0, 1.0]) == [8, 6.67, 6.67, 4]
    # who shares the last place gets what the last one gets
    assert group(clause, [9.0, 7.0, 1.0, 1.0]) == [8, 6, 4, 4]
    assert group(clause, [5.0]) == [8]
    assert group(clause, [5.0, 5.0]) == [8, 8]


def test_letters_may_stand_for_the_ends_of_a_group() -> None:
    clause = "考核得分=(A-B)/(C-B)×10,其中A为本单位实际值,B为最低值,C为最高值"
    assert group(clause, [20.0, 30.0, 40.0]) == [0, 5, 10]


def test_thirds_of_a_group_are_counted_in_whole_units() -> None:
    clause = "税收排名前三分之一得10分,中间三分之一得8分,后三分之一得6分"
    assert group(clause, [6.0, 5.0, 4.0, 3.0, 2.0, 1.0]) == [10, 10, 8, 8, 6, 6]
    # a third of four is one, two thirds are two
    assert group(clause, [4.0, 3.0, 2.0, 1.0]) == [10, 8, 6, 6]
    assert group(clause, [4.0, 3.0, 2.0, 1.0], G36="进一") == [10, 10, 8, 6]


def test_a_formula_that_only_says_in_proportion_is_read_as_that() -> None:
    said = parse("完成技改投资目标得5分,未完成的,得分=5×完成率")
    assert said.same_rule(parse("完成技改投资目标得5分,未完成的按比例扣分"))


def test_a_percentage_that_a_growth_is_divided_by_is_put_in_as_the_growth_is() -> None:
    rule = parse("得分=增速÷10%×5")
    assert evaluate(rule, Frame([np.array([8.0])]), points=Decimal(5)).tolist() == [4]

"""Places, shares of the best figure and weighted scores, worked by hand."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from kpixl.errors import RuleError
from kpixl.rules import parse
from kpixl.rules.evaluate import evaluate
from kpixl.rules.explain import explain
from kpixl.rules.frame import Frame

NAN = float("nan")


def _scores(
    clause: str,
    *columns: list[float | None],
    points: float | None = 20,
    readings: str = "",
    **of: object,
) -> list[float | None]:
    taken = dict(r.split("=") for r in readings.split(";") if r)
    rule = parse(clause, readings=taken)
    arrays = [np.array([NAN if v is None else float(v) for v in c]) for c in columns]
    exact = None if points is None else Decimal(str(points))
    found = evaluate(rule, Frame(arrays, **of), points=exact)  # type: ignore[arg-type]
    return [None if v != v else v for v in found.tolist()]


TABLE = "增速从高到低排名,第一名得10分,第2至4名得8分,其余得5分"


def test_a_table_gives_the_points_of_the_row_that_holds_the_place() -> None:
    assert _scores(TABLE, [1, 9, 8, 7, 6, None]) == [5, 10, 8, 8, 8, None]


def test_equal_figures_share_the_place_and_the_next_is_passed_over() -> None:
    # 9 9 8 7 6: places 1 1 3 4 5
    assert _scores(TABLE, [9, 9, 8, 7, 6]) == [10, 10, 8, 8, 5]
    # dense: places 1 1 2 3 4
    assert _scores(TABLE, [9, 9, 8, 7, 6], readings="G3=密集") == [10, 10, 8, 8, 8]
    # the mean of the places 1 and 2 is behind the first
    assert _scores(TABLE, [9, 9, 8, 7, 6], readings="G3=平均") == [8, 8, 8, 8, 5]


def test_a_group_of_one_has_its_first_place() -> None:
    assert _scores(TABLE, [3], points=10) == [10]
    groups = np.array([0, 1, 1])
    assert _scores(TABLE, [3, 4, 5], points=10, groups=groups) == [10, 8, 10]


def test_smallest_first_where_the_clause_or_the_reading_says_so() -> None:
    clause = "投诉量按从少到多排名,第一名得满分,每后移一位扣0.2分"
    assert _scores(clause, [7, 0, 3], points=5) == [4.6, 5, 4.8]
    plain = "业务量第一名得5分,第二名得4分,其余得3分"
    assert _scores(plain, [7, 0, 3]) == [5, 3, 4]
    assert _scores(plain, [7, 0, 3], readings="G8=越小越好") == [3, 5, 4]


def test_smallest_first_where_the_name_says_that_less_is_better() -> None:
    plain = "投诉量第一名得5分,第二名得4分,其余得3分"
    assert _scores(plain, [7, 0, 3]) == [3, 5, 4]
    assert _scores(plain, [7, 0, 3], readings="G8=越大越好") == [5, 3, 4]


def test_a_place_in_a_wider_circle_is_a_figure_and_0_is_no_place() -> None:
    clause = "出口额位列全市前三名的,分别加4、3、2分"
    rule = parse(clause)
    assert [i.label for i in rule.inputs] == ["出口额全市名次"]
    assert not rule.needs_peers
    assert _scores(clause, [1, 2, 3, 4, 0, None], points=None) == [4, 3, 2, 0, 0, None]


def test_the_last_places_lose_points_counted_from_the_last() -> None:
    clause = "测评从高到低排名,第一名得10分,其余得8分;测评排名倒数第一名的扣3分,倒数第2至3名扣1分"
    # 95 90 85 80: 10, then 8 each; the last loses 3, the two before it 1
    assert _scores(clause, [95, 90, 85, 80], points=10) == [10, 7, 7, 5]


def test_steps_behind_a_table_start_at_its_last_row_and_stop_at_the_least() -> None:
    clause = "利润额第一名得10分,第二名得8分,第三名得7分,其余按名次依次递减0.5分"
    assert _scores(clause, [9, 8, 7, 6, 5], points=10) == [10, 8, 7, 6.5, 6]
    least = "单位能耗最低的得10分,排名每下降1位减1.5分,最低得6分"
    assert _scores(least, [1, 2, 3, 4, 5], points=10) == [10, 8.5, 7, 6, 6]


def test_a_share_is_of_the_points_or_of_what_the_first_gets() -> None:
    clause = "第一名得满分,第二名得满分的95%,第三名得满分的90%,以后按5%依次递减"
    assert _scores(clause, [9, 8, 7, 6], points=6) == [6, 5.7, 5.4, 5.1]
    first = "利润额第一名得10分,其余按5%依次递减"
    assert _scores(first, [9, 8, 7], points=20) == [10, 9.5, 9]
    assert _scores(first, [9, 8, 7], points=20, readings="G32=分值") == [10, 9, 8]


def test_a_rule_about_equal_places_makes_the_place_a_figure() -> None:
    clause = "项目数从高到低排名,第一名得5分,每下降1位减1分,项目数相同的,以投资额为序"
    assert [i.label for i in parse(clause).inputs] == ["项目数名次"]
    assert _scores(clause, [1, 2, 3], points=5) == [5, 4, 3]


def test_times_that_a_place_was_taken_are_counted() -> None:
    clause = "每次第一名加0.5分、第二名加0.3分、第三名加0.1分"
    assert _scores(clause, [2, 0], [1, 0], [3, 1], points=None) == [1.6, 0.1]


def test_a_bonus_for_a_place_comes_on_top_of_the_points() -> None:
    clause = "完成税收目标得10分,未完成按比例扣分;税收增速列全省前3名的加2分"
    scores = _scores(clause, [100, 80], [3, 4], points=10, targets=[100.0, NAN])
    assert scores == [12, 8]


def test_the_others_in_proportion_to_the_best() -> None:
    clause = "出口增幅最高的得10分,其余按与最高值之比计分"
    assert _scores(clause, [8, 6, 2, -1, None], points=10) == [10, 7.5, 2.5, 0, None]
    low = "单位能耗最低的得10分,其余按最低值与本值之比计分"
    assert _scores(low, [0.4, 0.5, 0.8], points=10) == [10, 8, 5]


def test_in_proportion_without_a_measure_is_a_question() -> None:
    clause = "出口额最高的得满分,其余按比例计分"
    assert _scores(clause, [8, 6, 4], points=10) == [10, 7.5, 5]
    assert _scores(clause, [8, 6, 4], points=10, readings="G33=最高最低之间") == [10, 5, 0]


def test_between_the_best_and_the_last() -> None:
    clause = "满意度最高的得10分,最低的得6分,其余按插值法计分"
    assert _scores(clause, [95, 90, 85, None], points=10) == [10, 8, 6, None]
    assert _scores(clause, [90, 90], points=10) == [10, 10]
    assert _scores(clause, [90, 90], points=10, readings="G5=最低") == [6, 6]
    low = "单位能耗最低的得10分,最高的不得分,其余按比例计分"
    assert _scores(low, [1, 2, 5], points=10) == [10, 7.5, 0]
    assert _scores(low, [2, 2], points=10) == [10, 10]
    assert _scores(low, [2, 2], points=10, readings="G5=最低") == [0, 0]


def test_weighted_scores_of_parts() -> None:
    clause = "数量得分、质量得分和增速得分按5:3:2的比例计入总分"
    assert _scores(clause, [8], [6], [10], points=10) == [7.8]
    hundred = _scores("民主测评占40%,领导评价占60%", [90], [80], points=5, readings="G35=百分制")
    assert hundred == [4.2]


def test_percentages_go_into_a_formula_as_fractions_or_as_points() -> None:
    assert _scores("得分=完成率×分值", [96], points=10) == [9.6]
    assert _scores("得分=60+(验收合格率-90)×2", [95], points=100) == [70]
    assert _scores("得分=完成率×0.1", [96], points=10, readings="G34=百分点") == [9.6]
    assert _scores("按60分乘以完成率计算得分", [50], points=60) == [30]


def test_places_won_and_lost() -> None:
    clause = "增速全市排名每前进1位加1分,每后退1位扣0.5分"
    assert _scores(clause, [2, 0, -3, None], points=10) == [12, 10, 8.5, None]
    assert _scores("位次比上年每上升2位加1分,最多加5分", [3, 20], points=None) == [1, 5]


def test_a_share_of_all_units_is_of_those_that_have_a_figure() -> None:
    clause = "出口额从高到低排名,前20%的得10分,前50%的得8分,其余得5分"
    # five units: 20 % is one place, 50 % is two and a half, so two
    assert _scores(clause, [9, 8, 7, 6, 5, None]) == [10, 8, 5, 5, 5, None]
    assert _scores(clause, [9, 8, 7, 6, 5], readings="G36=进一") == [10, 8, 8, 5, 5]
    formula = "得分=分值×(参评单位数-名次+1)÷参评单位数"
    assert _scores(formula, [9, 8, 7, 6, None], points=8) == [8, 6, 4, 2, None]


def test_each_more_gives_as_much_again() -> None:
    clause = "凡签约1亿元新兴产业项目得2分,2亿得4分,以此类推"
    assert _scores(clause, [1, 2.5, 5], points=None) == [2, 4, 10]
    assert _scores("验收进度100%为满分,依次递减", [60, 120], points=10) == [6, 10]


def test_a_base_that_is_said_first_is_the_groups_own() -> None:
    clause = "以参评企业最高值为基准值,其他参评企业得分=企业指标值÷基准值×12"
    assert _scores(clause, [30, 10, None], points=12) == [12, 4, None]
    assert _scores("以参评企业平均值为基准值,参评企业得分=(2-企业指标值÷基准值)×2", [0, 10, 20], points=4) == [
        4, 2, 0,
    ]  # fmt: skip


def test_arithmetic_in_words() -> None:
    clause = "按实际完成值占目标值的比例乘以分值计算得分"
    assert _scores(clause, [80, 130], points=20, targets=[100.0]) == [16, 20]
    assert _scores("得分按实际完成值除以目标值再乘以10分计算", [8], points=20, targets=[10.0]) == [
        8
    ]


def test_definitions_are_put_into_the_formula() -> None:
    clause = "得分=进度×6+质量×4,其中进度=产值÷本类最高产值,质量=税收÷税收目标值"
    scores = _scores(clause, [50, 100], [9, 10], points=10, targets=[NAN, 10.0])
    assert scores == [6.6, 10]


def test_a_formula_beside_other_figures_keeps_its_own_inputs() -> None:
    clause = "获得表彰的,加2分;得分=产值÷产值目标值×10"
    assert [i.label for i in parse(clause).inputs] == ["获得表彰", "产值"]
    assert _scores(clause, [1, 0], [50, 50], points=10, targets=[NAN, 100.0]) == [7, 5]


@pytest.mark.parametrize(
    ("clause", "reason"),
    [
        ("制定方案得2分;得分=产值÷产值目标值×10", "不能写在同一条里"),
        ("得分=产值÷平均值+税收", "不知道是哪个数据"),
        ("投资额最高的得10分,其余按与工业产值最高值之比计分", "不知道是什么与什么相比"),
        ("排名前三名的得满分;制定方案得2分", "另有得分"),
        ("增速排名第一的得5分,其余扣1分", "不是同一种得分"),
        ("前三名分别扣3、2、1分,以此类推", "不能再依次递减"),
    ],
)
def test_what_does_not_go_together_is_refused(clause: str, reason: str) -> None:
    with pytest.raises(RuleError, match=reason):
        parse(clause)


LAST = "增速从高到低排名,第1名得10分,每后移1位减1分,末位不得分"


def test_behind_a_share_of_the_places_come_the_others() -> None:
    clause = "增速从高到低排名,前30%得10分,30%-60%得8分,60%以后得5分"
    # three of ten, three more, and the rest
    assert _scores(clause, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) == [10] * 3 + [8] * 3 + [5] * 4


def test_the_last_of_a_ladder_get_what_is_said_of_them() -> None:
    assert _scores(LAST, [9, 8, 7, 6, None]) == [10, 9, 8, 0, None]
    # two share the last place
    assert _scores(LAST, [9, 8, 7, 7]) == [10, 9, 0, 0]


def test_a_place_with_points_of_its_own_is_not_the_last() -> None:
    assert _scores(LAST, [9]) == [10]
    assert _scores(LAST, [7, 7]) == [10, 10]
    table = "测评从高到低排名,前三名得10分,其余得6分,最后两名得2分"
    assert _scores(table, [9, 8, 7, 6]) == [10, 10, 10, 2]
    assert _scores(table, [9, 8, 7, 6, 5, 4]) == [10, 10, 10, 6, 2, 2]


def test_places_that_are_named_are_measured_by_the_first() -> None:
    clause = "增速从高到低排名,第1名得6分,第2—3名按第1名的比例得分"
    # 8÷10×6, 5÷10×6, and nothing behind the third
    assert _scores(clause, [10, 8, 5, 4], points=6) == [6, 4.8, 3, 0]


def test_points_start_from_the_base_at_the_mean() -> None:
    clause = "基准分8分,增幅每高于全市平均水平1个百分点加1分,每低于1个百分点扣1分"
    # the mean is 6
    assert _scores(clause, [8, 6, 4], points=10) == [10, 8, 6]


def test_the_working_shows_the_place_and_the_row() -> None:
    rule = parse(TABLE)
    frame = Frame([np.array([9.0, 8.0, 7.0, 6.0, 5.0])])
    assert explain(rule, frame, 4, points=Decimal(10)).lines == (
        "增速:5,第5名",
        "得分=5,四舍五入为 5.00",
    )


def test_the_last_of_several_that_lose_different_points_loses_most() -> None:
    figures: list[float | None] = [9, 8, 7, 6, 5]
    for listed in ("3、2、1", "1、2、3"):
        clause = f"增速排名后三名的,分别扣{listed}分"
        assert _scores(clause, figures, points=10) == [10, 10, 9, 8, 7]
        assert _scores(clause, figures, points=10, readings="G159=末位最轻") == [10, 10, 7, 8, 9]
    both = "增速排名前两名分别加3、2分,后两名分别扣2、1分"
    assert _scores(both, figures, points=10) == [13, 12, 10, 9, 8]
    for clause in ("增速排名后三名的分别扣1、3、2分", "增速排名后两名的分别扣3、2、1分"):
        with pytest.raises(RuleError, match=r"不知道哪一名扣几分|却有3个分数"):
            parse(clause)

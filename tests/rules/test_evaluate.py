"""Scores over columns equal the definitions, worked out unit by unit."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpixl.errors import RuleError
from kpixl.rules import parse
from kpixl.rules.evaluate import evaluate, whole
from kpixl.rules.explain import explain
from kpixl.rules.frame import Frame
from tests.rules.clauses import BAND

NAN = float("nan")


def _column(*values: float | None) -> np.ndarray:
    return np.array([NAN if v is None else float(v) for v in values])


def _scores(clause: str, *columns: np.ndarray, points: int = 20, **frame: object) -> list[float]:
    rule = parse(clause)
    result = evaluate(rule, Frame(list(columns), **frame), points=Decimal(points))  # type: ignore[arg-type]
    return [None if v != v else v for v in result.tolist()]  # type: ignore[misc]


def test_band_blend_of_the_worked_example() -> None:
    clause = BAND + ";其中总量、亩均、增速三项得分分别以30%、20%、50%的权重计入"
    columns = [_column(200, 50, 20), _column(500, 400, 300), _column(6, 10, 8)]
    assert _scores(clause, *columns) == [16.0, 17.2, 14.0]
    assert _scores(clause, *columns[:2], _column(8, 8, 8))[0] == 20.0
    gap = [columns[0], _column(500, 400, None), columns[2]]
    assert _scores(clause, *gap) == [16.0, 16.4, None]


def test_band_of_a_ratio() -> None:
    assert _scores(BAND, _column(60, 75, 40, None)) == [16.57, 20.0, 12.0, None]


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        ("竞争", [10, 9.5, 9.5, 8.5]),
        ("密集", [10, 9.5, 9.5, 9.0]),
        ("平均", [10, 9.25, 9.25, 8.5]),
    ],
)
def test_ladder_counts_equal_places_as_the_reading_says(ties: str, expected: list[float]) -> None:
    rule = parse("数量最多的得10分,排名每下降1位减0.5分", readings={"G3": ties})
    scores = evaluate(rule, Frame([_column(12, 7, 7, 3)]), points=Decimal(10))
    assert scores.tolist() == expected


def test_ladder_and_band_never_cross_groups() -> None:
    groups = np.array([0, 1, 0, 1, 2])
    values = _column(1, 5, 3, 4, 9)
    ladder = _scores("数量最多的得10分,排名每下降1位减0.5分", values, points=10, groups=groups)
    assert ladder == [9.5, 10, 10, 9.5, 10]
    assert _scores(BAND, values, points=10, groups=groups) == [6, 10, 10, 6, 10]


def test_flat_band_gives_the_top_or_the_bottom() -> None:
    values = _column(3, 3, None)
    assert _scores(BAND, values) == [20, 20, None]
    rule = parse(BAND, readings={"G5": "最低"})
    low = evaluate(rule, Frame([values]), points=Decimal(20)).tolist()
    assert low[:2] == [12, 12]
    assert low[2] != low[2]


def test_ladder_stops_at_zero() -> None:
    scores = _scores("数量最多的得2分,排名每下降1位减1分", _column(5, 4, 3, 2), points=2)
    assert scores == [2, 1, 0, 0]


def test_judged_figure_stays_within_its_cap_and_zero() -> None:
    assert _scores("成效显著的,最高加5分", _column(6, 2, -1, None), points=10) == [5, 2, 0, None]


def test_checklist_with_counts_stops_at_its_points() -> None:
    clause = "制定方案得1分;按时报送得1分;报送信息,每采用一条得0.1分"
    columns = [_column(1, 1, None), _column(0, 1, 1), _column(37, 370, 3)]
    assert _scores(clause, *columns, points=10) == [4.7, 10, None]


def test_bonus_fills_up_to_the_points_when_the_base_cannot_reach_them() -> None:
    clause = "制定方案得4分;每新增1个平台加5分"
    assert _scores(clause, _column(1, 1), _column(1, 3), points=10) == [9, 10]


def test_bonus_goes_on_top_when_the_base_can_reach_the_points() -> None:
    clause = "制定方案得10分;每新增1个平台加5分,最多加10分"
    assert _scores(clause, _column(1, 0, 1), _column(1, 1, 9), points=10) == [15, 5, 20]


def test_deductions_start_from_the_points_and_stop_at_zero() -> None:
    clause = "每发现一处扣2分,扣完为止"
    assert _scores(clause, _column(0, 1, 9, None), points=6) == [6, 4, 0, None]
    assert _scores("清洁生产得5分;每发现一处扣2分", _column(1, 9), points=6) == [3, 0]
    assert _scores("全年抛荒,每5亩扣2分,扣分不封顶", _column(15, 60), points=20) == [14, -4]


def test_a_clause_that_only_deducts_is_below_zero_where_read_so_or_without_points() -> None:
    rule = parse("每发现一处扣2分", readings={"G16": "只计扣分"})
    assert evaluate(rule, Frame([_column(3)]), points=Decimal(6)).tolist() == [-6]
    rule = parse("每发现一处扣2分")
    assert evaluate(rule, Frame([_column(3)]), points=None).tolist() == [-6]


def test_a_task_gives_its_points_in_proportion_below_the_target_and_a_bonus_above() -> None:
    clause = (
        "园区投资增幅完成目标任务计12分,未完成按比例扣分,"
        "每超额完成1个百分点加0.3分,加分不超过3分,总分不超过15分"
    )
    rule = parse(clause)
    frame = Frame([_column(10, 8, 15, 25, -5)], [10.0])
    scores = evaluate(rule, frame, points=Decimal(15)).tolist()
    assert scores == [12, 9.6, 13.5, 15, 0]


def test_steps_are_measured_in_percent_of_the_target_where_the_figure_is_no_percentage() -> None:
    rule = parse("完成税收任务得25分,每少1个百分点扣1分,扣完为止")
    assert {a.code: a.taken for a in rule.assumptions}["G18"] == "完成率"
    frame = Frame([_column(200, 180, 120)], [200.0])
    assert evaluate(rule, frame, points=Decimal(25)).tolist() == [25, 15, 0]


def test_share_of_the_points_with_caps_both_ways() -> None:
    clause = (
        "增速达到10%得基本分(25分)的90%,每多(少)1个百分点加(减)基本分的5%,"
        "最多加基本分的10%,最多减基本分的20%"
    )
    scores = _scores(clause, _column(11.7, 4.9, 14, 10, 20), points=25)
    assert scores == [24.63, 17.5, 25, 22.5, 25]


def test_below_a_mark_nothing_and_whole_steps_above_it() -> None:
    clause = "年度投资完成2000万元得10分,不足2000万元不得分,每增加500万元加2分"
    assert _scores(clause, _column(1999, 2000, 2499, 3000), points=10) == [0, 10, 10, 14]


def test_tiers_give_the_points_of_the_interval() -> None:
    clause = "完成率80%(不含80%)以下的不得分,80%—90%(不含90%)的得8分,90%以上的得10分"
    assert _scores(clause, _column(79.99, 80, 89.99, 90, 130, None), points=10) == [
        0, 8, 8, 10, 10, None,
    ]  # fmt: skip
    open_ends = "完成率80%以下不得分,80%-90%得8分,90%以上得10分"
    assert _scores(open_ends, _column(80, 90), points=10) == [8, 10]
    lower = parse(open_ends, readings={"G22": "下档"})
    assert evaluate(lower, Frame([_column(80, 90)]), points=Decimal(10)).tolist() == [0, 8]


@pytest.mark.parametrize(
    ("clause", "reason"),
    [
        ("完成率80%-90%得8分,95%以上得10分", "空档"),
        ("完成率80%-90%得8分,85%以上得10分", "重叠"),
        ("完成率90%-80%得8分,90%以上得10分", "前一个数不小于后一个数"),
        ("完成率80%-90%得8分", "没有写更高的"),
        ("完成率80%-90%(含90%)得8分,90%(含90%)—100%得9分,100%以上得10分", "两档都有"),
        ("完成率80%-90%(不含95%)得8分,90%以上得10分", "括号里的数"),
        ("完成率80%-90%得8分,产值90%以上得10分", "不是同一个数据"),
    ],
)
def test_tiers_that_do_not_lie_side_by_side_are_refused(clause: str, reason: str) -> None:
    with pytest.raises(RuleError, match=reason):
        parse(clause)


def test_two_marks_that_differ_are_refused() -> None:
    with pytest.raises(RuleError, match="不是同一个数"):
        parse("增速达到10%得5分,低于8%不得分")


def test_counts_are_taken_in_whole_steps_unless_read_otherwise() -> None:
    clause = "每新增2个平台加5分"
    assert _scores(clause, _column(5), points=100) == [10]
    rule = parse(clause, readings={"G7": "按比例"})
    assert evaluate(rule, Frame([_column(5)]), points=Decimal(100)).tolist() == [12.5]


def test_quotient_by_zero_is_blank() -> None:
    rule = parse("得分=完成值/目标值×分值")
    frame = Frame([_column(5, 5)], [np.array([0.0, 10.0])])
    first, second = evaluate(rule, frame, points=Decimal(10)).tolist()
    assert first != first
    assert second == 5


def test_a_unit_belongs_to_its_own_group_even_when_the_cohort_lacks_it() -> None:
    rule = parse(BAND)
    frame = Frame([_column(80)], peers=Frame([_column(40, 75)]))
    assert evaluate(rule, frame, points=Decimal(20)).tolist() == [20]


def test_whole_steps_do_not_lose_one_to_binary_noise() -> None:
    assert whole(np.array([0.3 / 0.1, 2.9, 3.0, -0.5])).tolist() == [3, 2, 3, -1]


figures = st.one_of(st.none(), st.integers(-5, 5), st.decimals(-100, 100, places=1).map(float))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(figures, st.integers(0, 2)), min_size=1, max_size=12),
    st.sampled_from(["竞争", "密集", "平均"]),
)
def test_band_and_ladder_equal_their_definitions_for_any_cohort(
    rows: list[tuple[float | None, int]], ties: str
) -> None:
    values = _column(*(v for v, _ in rows))
    groups = np.array([g for _, g in rows])
    ladder = parse("数量最多的得10分,排名每下降1位减0.5分", readings={"G3": ties})
    by_ladder = evaluate(ladder, Frame([values], groups=groups), points=Decimal(10))
    by_band = evaluate(parse(BAND), Frame([values], groups=groups), points=Decimal(20))
    for row, (value, group) in enumerate(rows):
        if value is None:
            assert by_ladder[row] != by_ladder[row]
            assert by_band[row] != by_band[row]
            continue
        mates = [Decimal(repr(v)) for v, g in rows if g == group and v is not None]
        mine = Decimal(repr(value))
        better = [m for m in mates if m > mine]
        place = {
            "竞争": Decimal(1 + len(better)),
            "密集": Decimal(1 + len(set(better))),
            "平均": Decimal(1 + len(better)) + Decimal(mates.count(mine) - 1) / 2,
        }[ties]
        wanted = max(Decimal(0), 10 - Decimal("0.5") * (place - 1))
        assert by_ladder[row] == float(wanted.quantize(Decimal("0.01"), ROUND_HALF_UP))
        low, high = min(mates), max(mates)
        share = (mine - low) / (high - low) if high > low else Decimal(1)
        exact = (share * 40 + 60) / 100 * 20
        assert by_band[row] == float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


@settings(max_examples=60, deadline=None)
@given(st.lists(figures, min_size=1, max_size=6))
def test_the_explanation_ends_in_the_score(values: list[float | None]) -> None:
    for clause in (BAND, "数量最多的得10分,排名每下降1位减0.5分", "每采用3条得0.7分"):
        rule = parse(clause)
        frame = Frame([_column(*values)])
        scores = evaluate(rule, frame, points=Decimal(10))
        for row in range(len(values)):
            working = explain(rule, frame, row, points=Decimal(10))
            if scores[row] != scores[row]:
                assert working.score is None
            else:
                assert working.score == scores[row]
                assert working.lines[-1].endswith(f"四舍五入为 {scores[row]:.2f}")


def test_a_unit_without_a_target_is_blank_and_never_below_it() -> None:
    rule = parse("完成招商引资任务数的得满分,未完成不得分")
    assert rule.needs_target
    frame = Frame([_column(5, 5, None)], [_column(None, 4, 4)])
    scores = evaluate(rule, frame, points=Decimal(10))
    assert [None if s != s else s for s in scores.tolist()] == [None, 10, None]
    working = explain(rule, frame, 0, points=Decimal(10))
    assert (str(working), working.score) == ("缺“招商引资”的目标值,本项留空", None)


def test_an_exact_half_that_is_left_of_a_subtraction_goes_up() -> None:
    # fourth place: 5 - 3 x 1.665 = 0.005
    rule = parse("利润额从高到低排名,第一名得5分,每后移一位减1.665分")
    scores = evaluate(rule, Frame([_column(9, 8, 7, 6)]), points=Decimal(20))
    assert scores.tolist() == [5, 3.34, 1.67, 0.01]

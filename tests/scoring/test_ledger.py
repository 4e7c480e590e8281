"""Tasks of a ledger: completion, pace, lights, and what must hold for any data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpixl.entries import Entries, Entry
from kpixl.ranking.ledger import LedgerRanking, rank_ledger, unit_score
from kpixl.rounding import round_fraction
from kpixl.scheme.items import Input, Unit
from kpixl.scheme.model import Scheme
from kpixl.scheme.tasks import Ledger, Task, TaskPace
from kpixl.scoring.ledger import TaskState, score_ledger, state_of, working


def task(
    target: str = "30",
    pace: TaskPace = "累计",
    *,
    limit: bool = False,
    units: tuple[str, ...] = ("甲",),
    name: str = "数",
) -> Task:
    return Task(name, f"1 {name}", "家", "number", Decimal(target), limit, pace, units)


def at(figure: str, month: int, target: str = "30", pace: TaskPace = "累计") -> TaskState:
    return state_of(task(target, pace), Fraction(figure), month)


# -- single tasks ----------------------------------------------------------------------


def test_a_task_that_grows_is_held_against_month_twelfths() -> None:
    state = at("9", 4)
    assert (state.percent, state.expected_figure, state.light) == (30.0, 10.0, "yellow")
    assert at("27", 4, "100").expected_figure == 33.3333
    assert at("27", 4, "100").light == "yellow"


def test_a_rate_is_held_against_all_of_its_target_at_any_time() -> None:
    assert {at("7.6", m, "8", "比率").light for m in range(1, 13)} == {"yellow"}
    assert at("7.6", 4, "8", "比率").percent == 95.0


@pytest.mark.parametrize("month", range(1, 13))
def test_exactly_80_percent_of_the_pace_is_yellow_and_exactly_all_of_it_green(month: int) -> None:
    for target in ("30", "0.75", "28.5", "140", "1.4"):
        pace = Fraction(target) * month / 12
        on = state_of(task(target), pace * Fraction(4, 5), month)
        under = state_of(task(target), pace * Fraction(4, 5) - Fraction(1, 10**9), month)
        assert (on.light, under.light) == ("yellow", "red")
        full = state_of(task(target), pace, month)
        short = state_of(task(target), pace - Fraction(1, 10**9), month)
        assert (full.light, short.light) == ("green", "yellow")


@pytest.mark.parametrize(
    ("figure", "percent", "light"),
    [("0.8", 100.0, "green"), ("1", 100.0, "green"), ("1.25", 80.0, "yellow"),
     ("1.5", 66.67, "red"), ("0", 100.0, "green"), ("-1", 100.0, "green")],
)  # fmt: skip
def test_a_limit_is_target_by_figure_and_0_meets_it(
    figure: str, percent: float, light: str
) -> None:
    state = state_of(task("1", limit=True), Fraction(figure), 4)
    assert (state.percent, state.light, state.expected_figure) == (percent, light, 1.0)


def test_a_limit_of_0_is_met_by_0_only() -> None:
    nothing = task("0", limit=True)
    assert state_of(nothing, Fraction(0), 5).percent == 100.0
    assert (state_of(nothing, Fraction(1), 5).percent, state_of(nothing, Fraction(1), 5).light) == (
        0.0,
        "red",
    )


def test_a_decrease_is_met_by_a_decrease() -> None:
    fall = task("-4", "比率")
    assert state_of(fall, Fraction(-5), 3).percent == 100.0
    assert state_of(fall, Fraction(-3), 3).percent == 75.0
    assert state_of(fall, Fraction(2), 3).percent == 0.0


def test_completion_lies_between_0_and_100_and_the_light_is_not_capped() -> None:
    assert (at("-3", 4, "8", "比率").percent, at("-3", 4, "8", "比率").light) == (0.0, "red")
    over = at("60", 6)
    assert (over.percent, over.pace_percent) == (100.0, 400.0)


def test_a_task_without_a_figure_has_no_light_but_an_expected_figure() -> None:
    state = state_of(task(), None, 4)
    assert (state.percent, state.light, state.expected_figure) == (None, None, 10.0)


def test_all_or_nothing_counts_a_missed_target_as_nothing() -> None:
    strict = replace(task(), all_or_nothing=True)
    assert state_of(strict, Fraction(29), 12).percent == 0.0
    assert state_of(strict, Fraction(30), 12).percent == 100.0


def test_binary_noise_of_a_figure_is_not_seen() -> None:
    table = score_ledger(*small({"数": 0.1 + 0.2}, target="0.3"), 12)
    assert (table.states[0].light, table.states[0].percent) == ("green", 100.0)


# -- units -----------------------------------------------------------------------------


def test_a_score_weighs_led_tasks_double_and_rounds_once() -> None:
    parts = [("0.30", "1"), ("0.95", "1"), ("1", "1"), ("0.50", "0.5"), ("0.25", "0.5")]
    tasks = tuple(
        (state_of(task("1", "比率"), Fraction(done), 4), Decimal(weight)) for done, weight in parts
    )
    score = unit_score(tasks)
    assert score == Fraction("65.625") and round_fraction(score) == 65.63


def small(
    figures: Mapping[str, float | None], target: str = "10", *, unplaced: tuple[str, ...] = ()
) -> tuple[Scheme, Entries]:
    """A ledger of four tasks and six units in three groups."""
    holders = {"数": ("甲", "乙"), "数二": ("乙",), "数三": ("丙", "甲"), "数四": ("戊",)}
    tasks = tuple(task(target, name=n, units=u) for n, u in holders.items())
    inputs = tuple(
        Input(n, f"1 {n}", "家", "number", Decimal(target), pace="累计") for n in holders
    )
    groups = {"甲": "一组", "乙": "一组", "丙": "一组", "丁": "一组", "戊": "二组", "己": "二组"}
    scheme = Scheme(
        system="x",
        title="x",
        year=2017,
        version="1",
        basis="",
        units=tuple(Unit(n, g) for n, g in groups.items()),
        indicators=(),
        inputs=inputs,
        period="月",
        ledger=Ledger(tasks, unplaced=unplaced),
    )
    cells = {
        ("", n): Entry("", n, raw=v, value=v, state="blank" if v is None else "given")
        for n, v in figures.items()
    }
    return scheme, Entries((), {}, cells)


def ranked(figures: Mapping[str, float | None], unplaced: tuple[str, ...] = ()) -> LedgerRanking:
    return rank_ledger(score_ledger(*small(figures, unplaced=unplaced), 6))


def lines(ranking: LedgerRanking) -> dict[str, tuple[float | None, bool, object, object]]:
    return {s.unit: (s.score, s.complete, s.rank, s.rank_all) for s in ranking.standings}


def test_units_are_ranked_in_their_group_and_over_all() -> None:
    found = lines(ranked({"数": 4, "数二": 10, "数三": 1, "数四": 6}))
    # 甲 (0.4 + 0.5 × 0.1) ÷ 1.5, 乙 (1 + 0.5 × 0.4) ÷ 1.5
    assert found["甲"] == (30.0, True, 2, 3)
    assert found["乙"] == (80.0, True, 1, 1)
    assert found["丙"] == (10.0, True, 3, 4)
    assert found["戊"] == (60.0, True, 1, 2)


def test_a_unit_that_lacks_a_figure_shows_the_mean_of_the_others_and_has_no_place() -> None:
    found = lines(ranked({"数": 4, "数二": None, "数三": 1, "数四": 6}))
    assert found["乙"] == (40.0, False, None, None)
    assert found["甲"][2] == 1 and found["丙"][2] == 2


def test_a_unit_without_any_figure_is_blank() -> None:
    assert lines(ranked({"数": 4, "数二": 1, "数三": 1, "数四": None}))["戊"][:2] == (None, False)


def test_a_unit_without_tasks_has_no_score_and_a_finding_says_so() -> None:
    ranking = ranked({"数": 4, "数二": 10, "数三": 1, "数四": 6})
    assert lines(ranking)["丁"] == (None, False, None, None)
    codes = [(f.code, f.unit) for f in ranking.findings]
    assert codes == [("ledger-unit-without-tasks", "丁"), ("ledger-unit-without-tasks", "己")]


def test_a_group_that_is_left_out_has_scores_and_no_places() -> None:
    found = lines(ranked({"数": 4, "数二": 10, "数三": 1, "数四": 6}, unplaced=("二组",)))
    assert found["戊"] == (60.0, True, None, None)
    assert found["甲"] == (30.0, True, 2, 2)


def test_a_task_that_does_not_apply_is_left_out_where_the_scheme_says_so() -> None:
    scheme, entries = small({"数": 4, "数二": 10, "数三": None, "数四": 6})
    cell = replace(entries.cells["", "数三"], state="not_applicable")
    entries = replace(entries, cells={**entries.cells, ("", "数三"): cell})
    scheme = replace(scheme, not_applicable="剔除并折算")
    found = lines(rank_ledger(score_ledger(scheme, entries, 6)))
    assert found["甲"][:2] == (40.0, True)


# -- what holds for any data -----------------------------------------------------------

FIGURES = st.fixed_dictionaries(
    {
        n: st.none() | st.decimals(-5, 30, places=2, allow_nan=False).map(float)
        for n in ("数", "数二", "数三", "数四")
    }
)


@settings(max_examples=60, deadline=None)
@given(FIGURES, st.randoms(use_true_random=False))
def test_the_order_of_units_and_tasks_changes_nothing(
    figures: dict[str, float | None], rng: object
) -> None:
    scheme, entries = small(figures)
    assert scheme.ledger is not None
    turned = replace(
        scheme,
        units=tuple(reversed(scheme.units)),
        ledger=replace(scheme.ledger, tasks=tuple(reversed(scheme.ledger.tasks))),
    )
    assert lines(rank_ledger(score_ledger(scheme, entries, 6))) == lines(
        rank_ledger(score_ledger(turned, entries, 6))
    )


@settings(max_examples=60, deadline=None)
@given(FIGURES, st.floats(0, 30))
def test_a_unit_more_in_another_group_changes_nothing_in_this_one(
    figures: dict[str, float | None], more: float
) -> None:
    scheme, entries = small(figures)
    assert scheme.ledger is not None
    added = replace(
        scheme,
        units=(*scheme.units, Unit("庚", "二组")),
        inputs=(*scheme.inputs, replace(scheme.inputs[0], name="数五")),
        ledger=replace(
            scheme.ledger,
            tasks=(*scheme.ledger.tasks, task("10", name="数五", units=("庚",))),
        ),
    )
    cells = {**entries.cells, ("", "数五"): Entry("", "数五", raw=more, value=more, state="given")}
    before = lines(rank_ledger(score_ledger(scheme, entries, 6)))
    after = lines(rank_ledger(score_ledger(added, replace(entries, cells=cells), 6)))
    for unit in ("甲", "乙", "丙", "丁"):
        assert before[unit][:3] == after[unit][:3]


@settings(max_examples=100, deadline=None)
@given(FIGURES, st.sampled_from(["数", "数二", "数三", "数四"]), st.integers(1, 12))
def test_a_higher_figure_never_lowers_a_score_or_a_light(
    figures: dict[str, float | None], name: str, month: int
) -> None:
    if figures[name] is None:
        return
    raised = {**figures, name: (figures[name] or 0) + 0.5}
    before = score_ledger(*small(figures), month)
    after = score_ledger(*small(raised), month)
    order = {"red": 0, "yellow": 1, "green": 2, None: -1}
    assert order[after.by_input[name].light] >= order[before.by_input[name].light]
    scores = lines(rank_ledger(before)), lines(rank_ledger(after))
    for unit, line in scores[0].items():
        assert (scores[1][unit][0] or 0) >= (line[0] or 0)


@settings(max_examples=60, deadline=None)
@given(FIGURES)
def test_a_blank_is_never_0(figures: dict[str, float | None]) -> None:
    table = score_ledger(*small(figures), 6)
    for state in table.states:
        blank = figures[state.task.input] is None
        assert (state.completion is None) == (state.light is None) == blank
    for standing in rank_ledger(table).standings:
        known = [(s, w) for s, w in standing.tasks if s.completion is not None]
        expected = unit_score(tuple(known))
        assert standing.score == (None if expected is None else round_fraction(expected))


@settings(max_examples=100, deadline=None)
@given(
    st.decimals("0.01", 900, places=2),
    st.decimals(-50, 900, places=2),
    st.integers(1, 12),
    st.booleans(),
    st.sampled_from(["累计", "比率"]),
)
def test_the_working_ends_in_the_completion_and_names_the_light(
    target: Decimal, figure: Decimal, month: int, limit: bool, pace: TaskPace
) -> None:
    scheme, entries = small({"数": float(figure)})
    assert scheme.ledger is not None
    own = replace(task(str(target), pace, limit=limit))
    table = score_ledger(
        replace(scheme, ledger=replace(scheme.ledger, tasks=(own,))), entries, month
    )
    (state,) = table.states
    told = str(working(table, state))
    words = {"green": "绿灯", "yellow": "黄灯", "red": "红灯"}
    assert state.light is not None and words[state.light] in told
    assert f"{state.percent:.2f}%" in told or f"{state.percent:g}%" in told

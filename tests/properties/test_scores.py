"""What must hold for any figures of any scheme of the package that scores units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from random import Random

import pytest

from kpixl.host import PutSheet
from kpixl.pipeline import Outcome, result_book
from kpixl.ranking.model import Standing
from kpixl.reporting.run import RunInfo
from kpixl.reporting.sheets import TRACE
from kpixl.reporting.text import score_json
from kpixl.scheme.derive import inputs_of
from kpixl.scheme.items import Indicator, Input
from kpixl.scheme.model import Scheme
from kpixl.scoring.frames import asked_inputs
from kpixl.scoring.trace import working
from tests.properties.cohorts import (
    Cohort,
    Unit,
    assessed,
    draw,
    plain,
    scored_systems,
    standings,
    system,
    unit_of,
    with_gaps,
)

RUN = RunInfo("0", datetime(2020, 1, 1))
SYSTEMS = scored_systems()

# Figures that are no achievement of the unit: more of them costs points, as the text has it.
# System, figure, item -> why.
COSTS = {
    ("wenzhou-2015", "限额以上工业性投资", "7 “机器换人”技改投资"): (
        "the divisor of the share of 技改投资; in its own item 6 it only helps"
    ),
    ("hangzhou-2007", "工业销售产值目标", "一类1 工业经济增长"): (
        "the unit's own target: a higher one is missed sooner"
    ),
    ("hangzhou-2007", "上年工业销售产值", "一类1 工业经济增长"): (
        "绝对值增长 is this year's sales less last year's"
    ),
    ("yueqing-2014", "超期未办结", "4 竣工验收和办证"): "每项扣1分",
}


@pytest.fixture(params=SYSTEMS)
def scheme(request: pytest.FixtureRequest) -> Scheme:
    return system(request.param)


def line(standing: Standing) -> Standing:
    """A standing without the number of its row, which is only where it stood in the data."""
    return replace(standing, row=0)


def own_line(standing: Standing) -> tuple[object, ...]:
    """What a unit has whoever else is there; its place is not among it."""
    s = standing
    return dict(s.items), dict(s.blocks), s.base_total, s.total, s.complete, s.vetoed


def cohorts(scheme: Scheme, seeds: int, *, gaps: bool = True) -> Iterator[tuple[Cohort, Random]]:
    for seed in range(seeds):
        cohort = draw(scheme, seed)
        # every other cohort has figures missing
        yield (with_gaps(cohort, seed) if gaps and seed % 2 else cohort), Random(seed)


def test_the_systems_of_the_package_are_all_held_to_these_rules() -> None:
    assert len(SYSTEMS) >= 4
    for name in SYSTEMS:
        complete = [s.complete for seed in range(6) for s in _drawn(name, seed)]
        assert complete.count(True) > 20, name


def _drawn(name: str, seed: int) -> Iterator[Standing]:
    yield from standings(system(name), draw(system(name), seed)).values()


def test_the_order_of_the_units_changes_nothing(scheme: Scheme) -> None:
    for cohort, chance in cohorts(scheme, 9):
        before = standings(scheme, cohort)
        shuffled = list(cohort)
        chance.shuffle(shuffled)
        after = standings(scheme, shuffled)
        assert {u: line(s) for u, s in after.items()} == {u: line(s) for u, s in before.items()}


def test_the_order_of_the_figures_changes_nothing(scheme: Scheme) -> None:
    for cohort, chance in cohorts(scheme, 6):
        turned = []
        for unit in cohort:
            names = list(unit.values)
            chance.shuffle(names)
            turned.append(replace(unit, values={n: unit.values[n] for n in names}))
        after = standings(scheme, turned)
        assert {u: line(s) for u, s in standings(scheme, cohort).items()} == {
            u: line(s) for u, s in after.items()
        }


def test_a_unit_more_in_another_group_changes_nothing_in_the_first(scheme: Scheme) -> None:
    """Where all units stand in one list (排名范围 全部) its places move, its points do not."""
    for cohort, chance in cohorts(scheme, 9):
        before = standings(scheme, cohort)
        groups = sorted({u.group for u in cohort})
        newcomer = unit_of(scheme, "新来单位", chance.choice(groups), chance, "wide")
        after = standings(scheme, (*cohort, newcomer))
        for unit in cohort:
            if unit.group == newcomer.group:
                continue
            assert own_line(after[unit.name]) == own_line(before[unit.name])
            if scheme.scope == "分组":
                assert after[unit.name].rank == before[unit.name].rank
                assert after[unit.name].grade == before[unit.name].grade


def raised(given: Input, value: str, chance: Random) -> str:
    """A higher figure that the input may have."""
    if given.kind == "yes_no":
        return "是"
    old = float(value)
    if given.kind == "count":
        return str(round(old) + chance.choice((1, 2, 7, 1000)))
    higher = old + chance.choice((0.01, 0.5, 1, abs(old), 3 * abs(old) + 10))
    high = 1000.0 if given.kind == "percent" else float("inf")
    return plain(min(higher, high if given.high is None else float(given.high)))


def changes_of_items(
    scheme: Scheme, seeds: int, tries: int, *, of: frozenset[str] = frozenset()
) -> Iterator[tuple[str, str, float, float]]:
    """Figures that were raised, with an item that they feed before and after it.

    With `of` only the figures of these names are raised.
    """
    fed = {i.key: asked_inputs(scheme, i) for i in scheme.indicators}
    for cohort, chance in cohorts(scheme, seeds, gaps=False):
        before = standings(scheme, cohort)
        units = [u for u in cohort if not of or of & u.values.keys()]
        for _ in range(tries if units else 0):
            unit = chance.choice(units)
            names = [n for n in unit.values if unit.values[n] and (n in of or not of)]
            name = chance.choice(names)
            given = scheme.input_by_name[name]
            higher = unit.with_value(name, raised(given, unit.values[name], chance))
            # last year's figure and mark stay as they were
            higher = replace(higher, last_year=unit.last_year, marks=unit.marks)
            after = standings(scheme, [higher if u is unit else u for u in cohort])[unit.name]
            for item, inputs in fed.items():
                old, new = before[unit.name].items.get(item), after.items.get(item)
                if name in inputs and old is not None:
                    assert new is not None, (name, higher.values[name])
                    yield name, item, old, new


def test_raising_a_figure_never_lowers_an_item_unless_the_clause_says_so(scheme: Scheme) -> None:
    seen = set()
    for name, item, old, new in changes_of_items(scheme, 6, 16):
        seen.add(name)
        if (scheme.system, name, item) not in COSTS:
            assert new >= old, (name, item)
    assert len(seen) > min(10, len(scheme.asked) / 2)


@pytest.mark.parametrize("exception", COSTS, ids="/".join)
def test_the_exceptions_do_cost_points_and_never_bring_any(exception: tuple[str, str, str]) -> None:
    name, figure_, item = exception
    changes = [
        (old, new)
        for f, i, old, new in changes_of_items(system(name), 9, 6, of=frozenset({figure_}))
        if (f, i) == (figure_, item)
    ]
    # more of a divisor or a target moves the unit's own item downwards only
    assert any(new < old for old, new in changes)
    assert all(new <= old for old, new in changes)


def test_a_figure_that_is_better_when_low_costs_points_by_the_clause(scheme: Scheme) -> None:
    costly = {n for s, n, _ in COSTS if s == scheme.system}
    down = {i.name for i in scheme.asked if i.direction == "down" and i.item}
    assert {n for n in down if scheme.input_by_name[n].item in scheme.indicator_by_key} <= costly


def added(values: Iterator[float | None]) -> float | None:
    """What a reader with a calculator adds up; None of nothing."""
    there = [Decimal(str(v)) for v in values if v is not None]
    return float(sum(there)) if there else None


def test_sums_are_those_of_the_rounded_items_that_are_shown(scheme: Scheme) -> None:
    bonus = {i.key for i in scheme.indicators if i.bonus}
    for cohort, _ in cohorts(scheme, 9):
        for s in standings(scheme, cohort).values():
            for value in s.items.values():
                assert value is None or value == round(value, scheme.decimals)
            assert s.total == added(iter(s.items.values()))
            assert s.base_total == added(v for k, v in s.items.items() if k not in bonus)
            for name, value in s.blocks.items():
                members = {i.key for i in scheme.indicators if i.category == name}
                assert value == added(v for k, v in s.items.items() if k in members)


def test_a_blank_leaves_its_items_blank_and_its_unit_without_a_place(scheme: Scheme) -> None:
    fed = {i.key: asked_inputs(scheme, i) for i in scheme.indicators}
    for cohort, chance in cohorts(scheme, 6, gaps=False):
        before = standings(scheme, cohort)
        for _ in range(8):
            unit = chance.choice(cohort)
            name = chance.choice(list(unit.values))
            feeds = {key for key, names in fed.items() if name in names}
            lacking = unit.with_value(name, "")
            after = standings(scheme, [lacking if u is unit else u for u in cohort])[unit.name]
            assert (after.complete, after.rank, after.rank_all, after.grade) == (False,) + (
                None,
            ) * 3
            blocks = {scheme.indicator_by_key[k].block for k in feeds} - {""}
            for key, value in after.items.items():
                if key in feeds:
                    assert value is None
                elif scheme.indicator_by_key[key].block in blocks:
                    # a blank takes no room in its block, so what it holds back can come back
                    assert value is not None and value >= (before[unit.name].items[key] or 0)
                else:
                    assert value == before[unit.name].items[key]


def test_a_zero_is_a_figure_and_no_blank(scheme: Scheme) -> None:
    # a share of nothing is no share (G14)
    divisors = {n for t in scheme.derivations.values() for n in inputs_of(t)}
    for cohort, chance in cohorts(scheme, 6, gaps=False):
        for _ in range(8):
            unit = chance.choice(cohort)
            names = [
                n
                for n in unit.values
                if scheme.input_by_name[n].kind != "yes_no" and n not in divisors
            ]
            name = chance.choice(names)
            item = scheme.input_by_name[name].item
            zero = unit.with_value(name, "0")
            after = standings(scheme, [zero if u is unit else u for u in cohort])[unit.name]
            assert after.items[item] is not None, name


def by_itself(scheme: Scheme, cohort: Iterable[Unit], item: Indicator) -> dict[str, float | None]:
    """The scores of an item before its block cut them; None is blank."""
    table = assessed(scheme, cohort).ranking.table
    assert table.uncut is not None
    column = table.items.index(item.key)
    scores = zip(table.units, table.uncut[:, column].tolist(), strict=True)
    return {unit: None if score != score else score for unit, score in scores}


def test_who_lacks_an_item_is_nobody_s_peer_in_it(scheme: Scheme) -> None:
    """Highest, lowest and places are those of the units that have a figure (G12)."""
    for cohort, chance in cohorts(scheme, 6, gaps=False):
        unit, indicator = chance.choice(cohort), chance.choice(scheme.indicators)
        own = [n for n in asked_inputs(scheme, indicator) if n in unit.values]
        if not own:
            continue
        lacking = unit
        for name in own:
            lacking = lacking.with_value(name, "")
        without = by_itself(scheme, [u for u in cohort if u is not unit], indicator)
        after = by_itself(scheme, [lacking if u is unit else u for u in cohort], indicator)
        assert after.pop(unit.name) is None
        assert after == without


def test_equal_totals_share_a_place_and_the_next_is_counted_on(scheme: Scheme) -> None:
    shared_places = 0
    assert scheme.ties == "竞争"
    for cohort, _ in cohorts(scheme, 9):
        found = list(standings(scheme, cohort).values())
        for s in found:
            mates = [o for o in found if scheme.scope == "全部" or o.group == s.group]
            if not s.complete:
                assert s.rank is None and s.rank_all is None
                continue
            for place, others in ((s.rank, mates), (s.rank_all, found)):
                running = [o.total for o in others if o.complete and not o.vetoed]
                ahead = sum(t is not None and s.total is not None and t > s.total for t in running)
                assert place == 1 + (len(running) if s.vetoed else ahead)
            shared_places += sum(o.rank == s.rank for o in mates) > 1
    assert shared_places > 10


def test_a_twin_stands_where_its_twin_stands(scheme: Scheme) -> None:
    for cohort, _ in cohorts(scheme, 9):
        twin = next(u for u in cohort if u.name == "同数单位")
        found = standings(scheme, cohort)
        for other in cohort:
            if replace(other, name=twin.name) == twin and other is not twin:
                one, same = line(found[other.name]), line(found[twin.name])
                assert replace(one, unit="", notes=()) == replace(same, unit="", notes=())


def shown(outcome: Outcome) -> dict[tuple[str, str], object]:
    """The scores on the sheet 追溯, by unit and item as they stand there."""
    patch = result_book(outcome, RUN)
    (sheet,) = [c.sheet for c in patch.changes if isinstance(c, PutSheet) and c.sheet.name == TRACE]
    at = {str(text): column for (row, column), text in sheet.cells.items() if text == "得分"}
    head = next(row for (row, _), text in sheet.cells.items() if text == "得分")
    return {
        (str(text), str(sheet.cells[row, 2])): sheet.cells.get((row, at["得分"]))
        for (row, column), text in sheet.cells.items()
        if column == 1 and row > head and not str(sheet.cells[row, 2]).endswith("(续)")
    }


def test_the_figure_of_the_trace_is_that_of_the_ranking(scheme: Scheme) -> None:
    for cohort, _ in cohorts(scheme, 4):
        outcome = assessed(scheme, cohort)
        ranking = outcome.ranking
        traced = shown(outcome)
        units = {u["unit"]: u for u in score_json(ranking, outcome.findings)["units"]}
        count = 0
        for s in ranking.standings:
            for indicator in scheme.indicators:
                key = indicator.key
                if key not in s.items:
                    continue
                count += 1
                assert working(ranking.table, s.row, indicator).score == s.items[key]
                assert units[s.unit]["items"][key] == s.items[key]
            own = [v for (unit, _), v in traced.items() if unit == s.unit]
            assert own == list(s.items.values())
        assert count == len(traced) > 20


def test_a_unit_drawn_for_these_tests_answers_all_that_is_asked(scheme: Scheme) -> None:
    for cohort, _ in cohorts(scheme, 3, gaps=False):
        for unit in cohort:
            for name, value in unit.values.items():
                assert value or unit.last_year.get(name)

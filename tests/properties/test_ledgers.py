"""What must hold for any figures of any ledger of the package, in any month."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from kpixl.host import PutSheet
from kpixl.pipeline import follow_entries, ledger_book
from kpixl.ranking.ledger import LedgerRanking, LedgerStanding
from kpixl.reporting.ledger_report import LedgerResult
from kpixl.reporting.run import RunInfo
from kpixl.reporting.sheets import TRACE
from kpixl.rounding import round_fraction
from kpixl.scheme.items import Unit
from kpixl.scheme.model import Scheme
from kpixl.scheme.tasks import Task
from kpixl.scoring.ledger import TaskState, working
from kpixl.templates.table import parse_table
from tests.properties.cohorts import ledgers, plain, system

RUN = RunInfo("0", datetime(2020, 1, 1))
LEDGERS = ledgers()
ORDER = {"red": 0, "yellow": 1, "green": 2}

Figures = Mapping[str, str]


@pytest.fixture(params=LEDGERS)
def scheme(request: pytest.FixtureRequest) -> Scheme:
    return system(request.param)


def draw(scheme: Scheme, seed: int) -> tuple[Figures, int, Random]:
    """A figure for each task around what its pace asks for, and a month."""
    chance = Random(f"{scheme.system}/{seed}")
    month = chance.randint(1, 12)
    assert scheme.ledger is not None
    return {t.input: figure(t, month, chance) for t in scheme.ledger.tasks}, month, chance


def figure(task: Task, month: int, chance: Random) -> str:
    """A figure of the task; lights stand exactly at their marks more often than by chance."""
    if task.kind == "judged":
        return str(chance.choice((0, 20, 50, 80, 100, chance.randint(0, 100))))
    due = float(task.target) * (1 if task.limit or task.pace == "比率" else month / 12)
    value = due * chance.choice((0, 0.5, 0.8, 0.8, 1, 1, 1.25, 2, chance.uniform(0, 1.5)))
    return plain(round(value) if task.kind == "count" else round(value, 4))


def with_gaps(figures: Figures, chance: Random) -> Figures:
    return {n: "" if chance.random() < 0.05 else v for n, v in figures.items()}


def followed(scheme: Scheme, figures: Figures, month: int) -> LedgerResult:
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(("unit", "group", "input", "value"))
    rows.writerows(("", "", name, value) for name, value in figures.items())
    entries, faults = parse_table(text.getvalue().encode(), scheme, name="数据.csv")
    assert faults == ()
    return follow_entries(scheme, {month: entries}, month)


def ranking(scheme: Scheme, figures: Figures, month: int) -> LedgerRanking:
    current = followed(scheme, figures, month).current
    assert current is not None
    return current


def by_unit(found: LedgerRanking) -> dict[str, LedgerStanding]:
    return {s.unit: s for s in found.standings}


def line(standing: LedgerStanding) -> tuple[object, ...]:
    s = standing
    tasks = frozenset((state.task.input, state.completion, weight) for state, weight in s.tasks)
    return s.group, tasks, s.score, s.complete, s.rank, s.rank_all, dict(s.lights)


def cases(
    scheme: Scheme, seeds: int, *, gaps: bool = True
) -> Iterator[tuple[Figures, int, Random]]:
    for seed in range(seeds):
        figures, month, chance = draw(scheme, seed)
        yield (with_gaps(figures, chance) if gaps and seed % 2 else figures), month, chance


def state(found: LedgerRanking, name: str) -> TaskState:
    return found.table.by_input[name]


def test_the_order_of_figures_units_and_tasks_changes_nothing(scheme: Scheme) -> None:
    assert scheme.ledger is not None
    for figures, month, chance in cases(scheme, 12):
        before = ranking(scheme, figures, month)
        names, units, tasks = list(figures), list(scheme.units), list(scheme.ledger.tasks)
        for several in (names, units, tasks):
            chance.shuffle(several)
        turned = replace(
            scheme, units=tuple(units), ledger=replace(scheme.ledger, tasks=tuple(tasks))
        )
        after = ranking(turned, {n: figures[n] for n in names}, month)
        assert {u: line(s) for u, s in by_unit(after).items()} == {
            u: line(s) for u, s in by_unit(before).items()
        }
        for name in names:
            assert replace(state(after, name), entry=None) == replace(
                state(before, name), entry=None
            )


def test_a_unit_and_a_task_more_in_another_group_change_nothing_in_the_first(
    scheme: Scheme,
) -> None:
    ledger = scheme.ledger
    assert ledger is not None
    for figures, month, chance in cases(scheme, 12):
        before = by_unit(ranking(scheme, figures, month))
        group = chance.choice(sorted({u.group for u in scheme.units}))
        example = chance.choice(ledger.tasks)
        one_more = replace(example, units=("新来单位",), place=example.place)
        grown = replace(
            scheme,
            units=(*scheme.units, Unit("新来单位", group)),
            ledger=replace(ledger, tasks=(*ledger.tasks, one_more)),
        )
        after = by_unit(ranking(grown, figures, month))
        assert after["新来单位"].tasks
        for unit, standing in before.items():
            if standing.group != group:
                assert after[unit].rank == standing.rank
            assert after[unit].score == standing.score
            assert after[unit].lights == standing.lights


def test_more_of_a_figure_never_lowers_completion_light_or_score_unless_it_is_a_limit(
    scheme: Scheme,
) -> None:
    assert scheme.ledger is not None
    limits = [t for t in scheme.ledger.tasks if t.limit]
    for figures, month, chance in cases(scheme, 8, gaps=False):
        before = ranking(scheme, figures, month)
        for task in (*chance.sample(scheme.ledger.tasks, 6), *limits):
            old = float(figures[task.input])
            more = old + chance.choice((1, 5, 100 - old if task.kind == "judged" else 50))
            if task.kind == "judged":
                more = min(more, 100)
            after = ranking(scheme, {**figures, task.input: plain(more)}, month)
            low, high = state(before, task.input), state(after, task.input)
            if task.limit:  # 不超过: what is more costs
                low, high = high, low
            assert low.completion is not None and high.completion is not None
            assert low.light is not None and high.light is not None
            assert low.completion <= high.completion, task.input
            assert ORDER[low.light] <= ORDER[high.light], task.input
            worse, better = (after, before) if task.limit else (before, after)
            for unit in task.units:
                one, other = by_unit(worse)[unit].score, by_unit(better)[unit].score
                assert one is not None and other is not None and one <= other


def test_a_score_is_the_weighted_mean_of_the_unrounded_completions(scheme: Scheme) -> None:
    """By hand, from the figures: min(actual ÷ target, 1), lead 1, share 0.5."""
    assert scheme.ledger is not None
    for figures, month, _ in cases(scheme, 9):
        found = by_unit(ranking(scheme, figures, month))
        for unit in scheme.units:
            parts: list[tuple[Fraction, Fraction]] = []
            for task in scheme.ledger.tasks:
                if unit.name not in task.units or not figures[task.input]:
                    continue
                actual, target = Fraction(figures[task.input]), Fraction(task.target)
                if not task.limit:
                    done = actual / target
                else:
                    done = target / actual if actual > 0 else Fraction(1)
                weight = Fraction(1) if task.units[0] == unit.name else Fraction(1, 2)
                parts.append((min(max(done, Fraction(0)), Fraction(1)), weight))
            whole = sum((w for _, w in parts), Fraction(0))
            wanted = None
            if whole:
                wanted = sum((d * w for d, w in parts), Fraction(0)) / whole * 100
            expected = None if wanted is None else round_fraction(wanted, scheme.decimals)
            assert found[unit.name].score == expected


def test_a_light_is_the_figure_against_the_pace(scheme: Scheme) -> None:
    lights = set()
    for figures, month, _ in cases(scheme, 12):
        found = ranking(scheme, figures, month)
        for one in found.table.states:
            task, text = one.task, figures[one.task.input]
            if not text:
                assert one.light is None
                continue
            actual, target = Fraction(text), Fraction(task.target)
            if task.limit:
                ratio = target / actual if actual > 0 else Fraction(1)
            else:
                pace = Fraction(1) if task.pace == "比率" else Fraction(month, 12)
                ratio = actual / (target * pace)
            wanted = "green" if ratio >= 1 else "yellow" if ratio >= Fraction(4, 5) else "red"
            assert one.light == wanted, task.input
            lights.add((wanted, ratio in (1, Fraction(4, 5))))
    assert {("green", True), ("yellow", True), ("red", False)} <= lights


def test_a_blank_has_no_light_and_leaves_its_units_without_a_place(scheme: Scheme) -> None:
    ledger = scheme.ledger
    assert ledger is not None
    for figures, month, chance in cases(scheme, 8, gaps=False):
        task = chance.choice(ledger.tasks)
        after = ranking(scheme, {**figures, task.input: ""}, month)
        blank = state(after, task.input)
        assert (blank.completion, blank.light, blank.ratio) == (None, None, None)
        without = replace(
            scheme,
            ledger=replace(ledger, tasks=tuple(t for t in ledger.tasks if t is not task)),
        )
        # the score that is shown is that of the other tasks, as if this one were not there
        rest = by_unit(ranking(without, figures, month))
        for unit, standing in by_unit(after).items():
            assert standing.score == rest[unit].score
            if unit in task.units:
                assert (standing.complete, standing.rank, standing.rank_all) == (False, None, None)
        nought = state(ranking(scheme, {**figures, task.input: "0"}, month), task.input)
        assert nought.completion == (1 if task.limit else 0)


def test_equal_scores_share_a_place_in_their_group(scheme: Scheme) -> None:
    assert scheme.ties == "竞争" and scheme.ledger is not None
    shared_places = 0
    # scores to whole points, so that some are equal
    whole = replace(scheme, decimals=0)
    for figures, month, _ in cases(scheme, 16):
        for found in (ranking(scheme, figures, month), ranking(whole, figures, month)):
            for group in found.groups:
                lines = found.of_group(group)
                running = [
                    s.score for s in lines if s.complete and s.placed and s.score is not None
                ]
                for s in lines:
                    if not (s.complete and s.placed):
                        assert s.rank is None
                        continue
                    assert s.score is not None
                    assert s.rank == 1 + sum(other > s.score for other in running)
                    shared_places += running.count(s.score) > 1
    assert shared_places > 10


def test_the_figure_of_the_trace_is_that_of_the_ranking(scheme: Scheme) -> None:
    for figures, month, _ in cases(scheme, 4):
        result = followed(scheme, figures, month)
        found = result.current
        assert found is not None
        for one in found.table.states:
            assert working(found.table, one).score == one.percent
        patch = ledger_book(result, RUN)
        (sheet,) = [
            c.sheet for c in patch.changes if isinstance(c, PutSheet) and c.sheet.name == TRACE
        ]
        (head, column) = next(
            spot for spot, text in sheet.cells.items() if str(text).startswith("完成率\n")
        )
        last = max(row for row, _ in sheet.cells)
        shown = [
            sheet.cells.get((row, column))
            for row in range(head + 1, last + 1)
            if not str(sheet.cells.get((row, 1))).endswith("(续)")
        ]
        wanted: list[float | None] = [one.percent for one in found.table.states]
        wanted += [s.score for s in found.standings]
        numbers = [float(v) if isinstance(v, int | float | Decimal) else None for v in shown]
        assert numbers == wanted

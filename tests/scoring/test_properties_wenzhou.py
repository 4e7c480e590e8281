"""What holds for any figures under the wenzhou-2015 scheme."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from kpixl.entries import Entries, Entry
from kpixl.ranking.model import Standing
from kpixl.ranking.rank import rank
from kpixl.scheme.items import Input
from kpixl.scheme.model import Scheme
from kpixl.scoring.score import score
from kpixl.workspace.schemes import load_scheme

Row: TypeAlias = tuple[str, Mapping[str, float | None]]  # group, figures
Cohort: TypeAlias = dict[str, Row]


@cache
def scheme() -> Scheme:
    """The scheme as it travels in the package."""
    found, _ = load_scheme("wenzhou-2015")
    assert found is not None
    return found


def figure_of(asked: Input) -> st.SearchStrategy[float]:
    """Figures as a street would report them: two decimals at most, counts whole."""
    if asked.kind == "yes_no":
        return st.sampled_from([0.0, 1.0])
    if asked.kind == "count":
        return st.integers(0, 12).map(float)
    if asked.kind == "judged":
        return st.integers(0, 10).map(lambda halves: halves / 2)
    low = -3000 if asked.kind == "percent" else 0
    return st.integers(low, 30000).map(lambda hundredths: hundredths / 100)


def figures(*, blanks: bool) -> st.SearchStrategy[dict[str, float | None]]:
    """One unit's figures for everything that the form asks for."""
    blank = [st.none()] if blanks else []
    return st.fixed_dictionaries(
        {asked.name: st.one_of(figure_of(asked), *blank) for asked in scheme().asked}
    )


def cohorts(*, blanks: bool = True) -> st.SearchStrategy[Cohort]:
    """One to six units in up to two groups."""
    row = st.tuples(st.sampled_from(["街道", "乡镇"]), figures(blanks=blanks))
    return st.lists(row, min_size=1, max_size=6).map(
        lambda rows: {f"单位{number}": line for number, line in enumerate(rows, 1)}
    )


def entries(cohort: Cohort) -> Entries:
    """The cohort as figures that came in."""
    return Entries(
        units=tuple(cohort),
        groups={unit: group for unit, (group, _) in cohort.items()},
        cells={
            (unit, name): Entry(
                unit=unit,
                input=name,
                raw=value,
                value=value,
                state="blank" if value is None else "given",
            )
            for unit, (_, row) in cohort.items()
            for name, value in row.items()
        },
    )


def standings(cohort: Cohort) -> dict[str, Standing]:
    """Scored and ranked, by unit."""
    ranking = rank(score(scheme(), entries(cohort)))
    return {standing.unit: standing for standing in ranking.standings}


def shown(standing: Standing) -> tuple[object, ...]:
    """All figures of a unit but its place over all."""
    return (
        standing.group,
        dict(standing.items),
        dict(standing.blocks),
        standing.base_total,
        standing.total,
        standing.complete,
        standing.rank,
    )


def exact_sum(scores: list[float | None]) -> float | None:
    """What a reader with a calculator adds up."""
    there = [Decimal(str(value)) for value in scores if value is not None]
    return float(sum(there)) if there else None


@given(data=st.data(), cohort=cohorts())
def test_the_order_of_the_units_changes_nothing(data: st.DataObject, cohort: Cohort) -> None:
    order = data.draw(st.permutations(list(cohort)))
    before, after = standings(cohort), standings({unit: cohort[unit] for unit in order})
    assert {u: (shown(s), s.rank_all) for u, s in before.items()} == {
        u: (shown(s), s.rank_all) for u, s in after.items()
    }


@given(cohort=cohorts(), row=figures(blanks=True))
def test_a_unit_of_another_group_changes_nothing(
    cohort: Cohort, row: dict[str, float | None]
) -> None:
    before, after = standings(cohort), standings({**cohort, "外来": ("园区", row)})
    assert {u: shown(s) for u, s in before.items()} == {
        u: shown(s) for u, s in after.items() if u != "外来"
    }


@given(data=st.data(), cohort=cohorts(blanks=False))
def test_raising_a_figure_never_lowers_its_own_item(data: st.DataObject, cohort: Cohort) -> None:
    asked = data.draw(st.sampled_from([i for i in scheme().asked if i.direction == "up"]))
    unit = data.draw(st.sampled_from(list(cohort)))
    group, row = cohort[unit]
    before = row[asked.name]
    assert before is not None
    higher = data.draw(figure_of(asked).filter(lambda value: value >= before))
    raised = {**cohort, unit: (group, {**row, asked.name: higher})}
    old = standings(cohort)[unit].items[asked.item]
    new = standings(raised)[unit].items[asked.item]
    # Only a share without a divisor is blank here, before and after.
    assert (old is None) == (new is None)
    assert old is None or new is None or new >= old


@given(cohort=cohorts())
def test_sums_are_those_of_the_items_shown(cohort: Cohort) -> None:
    for standing in standings(cohort).values():
        by_category: dict[str, list[float | None]] = {}
        base: list[float | None] = []
        for indicator in scheme().indicators:
            value = standing.items[indicator.key]
            by_category.setdefault(indicator.category, []).append(value)
            if not indicator.bonus:
                base.append(value)
        assert standing.total == exact_sum(list(standing.items.values()))
        assert standing.base_total == exact_sum(base)
        assert dict(standing.blocks) == {c: exact_sum(v) for c, v in by_category.items()}


@given(cohort=cohorts())
def test_every_item_lies_between_0_and_its_points(cohort: Cohort) -> None:
    for standing in standings(cohort).values():
        for indicator in scheme().indicators:
            value = standing.items[indicator.key]
            assert indicator.points is not None
            assert value is None or 0 <= value <= indicator.points


@given(data=st.data(), cohort=cohorts(blanks=False))
def test_a_blank_never_counts_as_zero(data: st.DataObject, cohort: Cohort) -> None:
    asked = data.draw(st.sampled_from(scheme().asked))
    unit = data.draw(st.sampled_from(list(cohort)))
    group, row = cohort[unit]
    lacking = standings({**cohort, unit: (group, {**row, asked.name: None})})[unit]
    assert lacking.items[asked.item] is None
    assert (lacking.complete, lacking.rank, lacking.rank_all) == (False, None, None)
    fed = {asked.item}
    if asked.name == "限额以上工业性投资":  # also the divisor of item 7
        fed.add(scheme().input_by_name["技改投资"].item)
    full = standings(cohort)[unit]
    assert lacking.items == {k: None if k in fed else v for k, v in full.items.items()}


@given(cohort=cohorts(), group=st.sampled_from(["街道", "乡镇"]))
def test_a_unit_without_any_figure_changes_nothing_for_the_others(
    cohort: Cohort, group: str
) -> None:
    nothing: dict[str, float | None] = {asked.name: None for asked in scheme().asked}
    before, after = standings(cohort), standings({**cohort, "空白": (group, nothing)})
    assert after["空白"].total is None
    assert {u: (shown(s), s.rank_all) for u, s in before.items()} == {
        u: (shown(s), s.rank_all) for u, s in after.items() if u != "空白"
    }


@given(cohort=cohorts())
def test_a_place_is_one_more_than_the_number_of_better_units(cohort: Cohort) -> None:
    found = standings(cohort)
    for standing in found.values():
        rivals = [s for s in found.values() if s.complete]
        if not standing.complete or standing.total is None:
            assert standing.rank is None
            assert standing.rank_all is None
            continue
        better = [s for s in rivals if s.total is not None and s.total > standing.total]
        assert standing.rank_all == 1 + len(better)
        assert standing.rank == 1 + sum(s.group == standing.group for s in better)

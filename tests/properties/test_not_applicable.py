"""不涉及 is never 0 and not missing, whatever the scheme and whichever way it says so (G15)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import cast

import pytest

from kpixl.pipeline import Outcome
from kpixl.ranking.model import Standing
from kpixl.scheme.items import Indicator, NotApplicable
from kpixl.scheme.model import Scheme
from kpixl.scoring.frames import asked_inputs
from tests.properties.cohorts import Cohort, Unit, assessed, draw, scored_systems, system


@pytest.fixture(params=scored_systems())
def scheme(request: pytest.FixtureRequest) -> Scheme:
    return system(request.param)


def cases(scheme: Scheme, policy: str) -> Iterator[tuple[Outcome, Outcome, Unit, Indicator]]:
    """Cohorts as they are, and with one item of one unit 不涉及."""
    ruled = replace(scheme, not_applicable=cast("NotApplicable", policy))
    fed = {i.key: asked_inputs(scheme, i) for i in scheme.indicators}
    for seed in range(6):
        cohort: Cohort = draw(scheme, seed)
        chance = Random(seed)
        unit = chance.choice(cohort)
        own = [
            i
            for i in scheme.indicators
            if i.points is not None
            and scheme.block_of(i) is None
            and set(fed[i.key]) <= unit.values.keys()
        ]
        # no item that shares a figure with another
        own = [
            i
            for i in own
            if all(i is o or not {*fed[i.key]} & {*fed[o.key]} for o in scheme.indicators)
        ]
        if not own:
            continue
        item = chance.choice(own)
        changed = unit
        for name in fed[item.key]:
            changed = changed.with_value(name, "不涉及")
        after = assessed(ruled, [changed if u is unit else u for u in cohort])
        yield assessed(ruled, cohort), after, unit, item


def line(outcome: Outcome, unit: str) -> Standing:
    return next(s for s in outcome.ranking.standings if s.unit == unit)


def half_up(value: Decimal, decimals: int) -> float:
    return float(value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def test_where_the_scheme_does_not_say_it_is_asked(scheme: Scheme) -> None:
    seen = 0
    for _, after, unit, item in cases(scheme, "询问"):
        standing = line(after, unit.name)
        assert standing.items[item.key] is None
        assert (standing.complete, standing.rank, standing.grade) == (False, None, None)
        assert "value-not-applicable" in {f.code for f in after.findings}
        seen += 1
    assert seen


def test_full_points_are_the_points_of_the_item(scheme: Scheme) -> None:
    for before, after, unit, item in cases(scheme, "满分"):
        standing = line(after, unit.name)
        assert item.points is not None
        assert standing.items[item.key] == float(item.points)
        assert standing.complete == line(before, unit.name).complete


def test_the_mean_of_the_group_is_that_of_the_others_who_have_the_item(scheme: Scheme) -> None:
    for _, after, unit, item in cases(scheme, "本组均分"):
        standing = line(after, unit.name)
        mates = [
            Decimal(str(v))
            for s in after.ranking.standings
            if s.group == unit.group
            and s.unit != unit.name
            and (v := s.items.get(item.key)) is not None
        ]
        wanted = half_up(sum(mates, Decimal(0)) / len(mates), scheme.decimals) if mates else None
        assert standing.items[item.key] == wanted


def test_what_is_left_out_scales_the_other_items_to_the_full_points(scheme: Scheme) -> None:
    for before, after, unit, item in cases(scheme, "剔除并折算"):
        standing, old = line(after, unit.name), line(before, unit.name)
        assert standing.items[item.key] is None
        assert standing.complete == old.complete
        base = [i for i in scheme.indicators if i.key in old.items and i.bonus == item.bonus]
        full = sum((i.points or Decimal(0) for i in base), Decimal(0))
        rest = [i for i in base if i is not item]
        left = sum((i.points or Decimal(0) for i in rest), Decimal(0))
        kept = [Decimal(str(v)) for i in rest if (v := standing.items[i.key]) is not None]
        if not kept or item.bonus:
            continue
        assert standing.base_total == half_up(sum(kept) * full / left, scheme.decimals)

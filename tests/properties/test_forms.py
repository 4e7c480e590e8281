"""Whichever way figures come in, by the issued forms or by a table, the result is the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from kpixl.grid import Scalar
from kpixl.hosts import files
from kpixl.pipeline import assess_forms
from kpixl.ranking.model import Standing
from kpixl.scheme.model import Scheme
from kpixl.templates.issue import blank_form
from tests.properties.cohorts import Unit, scored_systems, standings, system, unit_of


def typed(value: str) -> Scalar:
    """What a clerk types for a figure of a table."""
    if value in ("", "是", "否"):
        return value or None
    return float(value)


def form(scheme: Scheme, unit: Unit, path: Path) -> None:
    known = scheme.unit_named(unit.name)
    assert known is not None
    patch = blank_form(
        scheme,
        unit=known,
        values={n: typed(v) for n, v in unit.values.items()},
        last_year={n: typed(v) for n, v in unit.last_year.items()},
        marks=unit.marks,
    )
    files.write_new(path, patch)


def plain_line(standing: Standing) -> Standing:
    return replace(standing, row=0)


@pytest.mark.parametrize("style", ["coarse", "fine"])
@pytest.mark.parametrize("name", scored_systems())
def test_forms_and_a_table_of_the_same_figures_give_the_same_result(
    name: str, style: str, tmp_path: Path
) -> None:
    scheme, chance = system(name), Random(f"{name}/{style}")
    cohort = [
        unit_of(scheme, u.name, u.group, chance, style)
        for u in chance.sample(scheme.units, min(4, len(scheme.units)))
    ]
    # one figure is left out, by both ways
    gap = chance.choice(list(cohort[0].values))
    cohort[0] = cohort[0].with_value(gap, "")
    for unit in cohort:
        form(scheme, unit, tmp_path / f"{unit.name}.xlsx")
    forms = [files.read(path) for path in sorted(tmp_path.iterdir())]
    by_form = {s.unit: plain_line(s) for s in assess_forms(scheme, forms).ranking.standings}
    by_table = {u: plain_line(s) for u, s in standings(scheme, cohort).items()}
    assert {u: by_form[u] for u in by_table} == by_table
    # the units of the roster that sent nothing are told, and have no place
    for unit_name, standing in by_form.items():
        if unit_name not in by_table:
            assert (standing.total, standing.rank) == (None, None)

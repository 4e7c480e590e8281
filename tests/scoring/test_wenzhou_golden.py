"""Every cohort comes out exactly as the independent working paper has it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kpixl.ranking.model import Standing
from kpixl.workspace.assessing import assess

FOLDER = Path(__file__).parents[1] / "golden" / "wenzhou-2015"
COHORTS = sorted(path.stem for path in FOLDER.glob("*.csv"))


def expected(cohort: str) -> dict[str, dict[str, Any]]:
    """What the working paper says, by unit."""
    text = (FOLDER / f"{cohort}.expected.json").read_text(encoding="utf-8")
    return {line["unit"]: line for line in json.loads(text)["units"]}


@cache
def standings(cohort: str) -> dict[str, Standing]:
    """What the program says, by unit."""
    outcome = assess("wenzhou-2015", data=[FOLDER / f"{cohort}.csv"])
    return {standing.unit: standing for standing in outcome.ranking.standings}


def test_there_are_cohorts() -> None:
    assert len(COHORTS) >= 13


@pytest.mark.parametrize("cohort", COHORTS)
def test_every_item_is_that_of_the_working_paper(cohort: str) -> None:
    found = {unit: dict(standing.items) for unit, standing in standings(cohort).items()}
    assert found == {unit: line["items"] for unit, line in expected(cohort).items()}


@pytest.mark.parametrize("cohort", COHORTS)
def test_every_sum_is_that_of_the_working_paper(cohort: str) -> None:
    found = {
        unit: (standing.base_total, dict(standing.blocks), standing.total)
        for unit, standing in standings(cohort).items()
    }
    assert found == {
        unit: (line["base_total"], line["blocks"], line["total"])
        for unit, line in expected(cohort).items()
    }


@pytest.mark.parametrize("cohort", COHORTS)
def test_completeness_and_places_are_those_of_the_working_paper(cohort: str) -> None:
    found = {
        unit: (standing.group, standing.complete, standing.rank, standing.rank_all)
        for unit, standing in standings(cohort).items()
    }
    assert found == {
        unit: (line["group"], line["complete"], line["rank"], line["rank_all"])
        for unit, line in expected(cohort).items()
    }

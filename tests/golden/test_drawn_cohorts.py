"""Any cohort comes out as the working papers have it, not only those that were written down.

The papers import nothing of kpixl; the cohorts are drawn from each scheme's own inputs, with
ties, exact halves, gaps, groups of one and figures far off.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.properties.cohorts import draw, scored_systems, standings, system, table, with_gaps

HERE = Path(__file__).parent
SEEDS = range(60)


@cache
def paper(name: str) -> ModuleType:
    """The working paper of a system; its folder's name is no package name."""
    path = HERE / name / "working_paper.py"
    module_name = f"drawn_{name.replace('-', '_')}_paper"
    spec = importlib.util.spec_from_file_location(module_name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    spec.loader.exec_module(module)
    return module


KEYS = ("group", "items", "base_total", "blocks", "total", "complete", "rank", "rank_all", "grade")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", scored_systems())
def test_a_drawn_cohort_comes_out_as_in_the_paper(name: str, seed: int, tmp_path: Path) -> None:
    scheme = system(name)
    cohort = draw(scheme, seed)
    roster = {unit.name for unit in scheme.units}
    if roster & {name for given in scheme.asked for name in given.applies_to}:
        # Each unit has items of its own, so that nobody else can be assessed.
        cohort = tuple(unit for unit in cohort if unit.name in roster)
    if seed % 2:
        cohort = with_gaps(cohort, seed)
    path = tmp_path / f"{seed}.csv"
    path.write_bytes(table(cohort))
    expected = {
        line["unit"]: {key: line[key] for key in KEYS if key in line}
        for line in json.loads(paper(name).expected_text(path))["units"]
    }
    found: dict[str, dict[str, Any]] = {}
    for unit, standing in standings(scheme, cohort).items():
        shown = {
            **{key: getattr(standing, key) for key in KEYS},
            "items": dict(standing.items),
            "blocks": dict(standing.blocks),
        }
        found[unit] = {key: shown[key] for key in expected[unit]}
    assert found == expected

"""Any cohort comes out as the working papers have it, not only those that were written down.

The papers import nothing of kpixl; the cohorts are drawn from each scheme's own inputs, with
ties, exact halves, gaps, groups of one and figures far off.
"""

from __future__ import annotations

import csv
import importlib.util
import json
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest

from kpixl.cli import main
from tests.properties import test_ledgers as by_month
from tests.properties.cohorts import (
    draw,
    ledgers,
    plain,
    scored_systems,
    standings,
    system,
    table,
    with_gaps,
)

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


def write(path: Path, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([head, *rows])
    return path


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """What the command line says to a program."""
    main(["score", *arguments, "--json"])
    return json.loads(capsys.readouterr().out)


def chosen(lines: Iterable[dict[str, Any]], like: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines in the paper's order, with no keys but those that the paper has."""
    like, key = list(like), ("unit", "task", "name")
    by_name = {next(line[k] for k in key if k in line): line for line in lines}
    assert len(by_name) == len(like)
    own = [by_name[next(wanted[k] for k in key if k in wanted)] for wanted in like]
    return [{k: line[k] for k in wanted} for line, wanted in zip(own, like, strict=True)]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ledgers())
def test_a_drawn_month_comes_out_as_in_the_paper(
    name: str, seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures, month, chance = by_month.draw(system(name), seed)
    if seed % 2:
        figures = by_month.with_gaps(figures, chance)
    path = write(
        tmp_path / f"cohort-m{month:02}.csv",
        ("unit", "group", "input", "value"),
        (("", "", task, value) for task, value in figures.items()),
    )
    expected = json.loads(paper(name).expected_text(path))
    found = answer(capsys, name, "--data", str(path), "--month", str(month))
    assert {key: chosen(found[key], expected[key]) for key in expected} == expected


def a_ratio(chance: Random, seed: int) -> str:
    """Often the same few figures, so that places are shared across the cuts of the classes.

    Losses are drawn in every third table only, a long one: a mean below zero is a finding.
    """
    if chance.random() < 0.05:
        return ""
    if seed % 3 == 0:
        return str(chance.choice((4, 5, 8, 10, 12, 20)))
    return plain(
        round(
            chance.lognormvariate(2, 0.8) * (-1 if seed % 3 == 1 and chance.random() < 0.05 else 1),
            2,
        )
    )


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ledgers())
def test_a_drawn_table_of_enterprises_comes_out_as_in_the_paper(
    name: str, seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = Random(seed)
    path = write(
        tmp_path / "企业.csv",
        ("企业", "亩均税收", "全员劳动生产率"),
        (
            (f"企业{n}", a_ratio(chance, seed), a_ratio(chance, seed))
            for n in range(chance.randint(20 if seed % 3 == 1 else 1, 60))
        ),
    )
    expected = json.loads(paper(name).expected_text(path))
    found = answer(capsys, name, "--enterprises", str(path))
    assert chosen(found["enterprises"], expected["enterprises"]) == expected["enterprises"]

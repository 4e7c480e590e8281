"""yueqing-2015: the stored figures are those of the working paper, and it is independent."""

from __future__ import annotations

import ast
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "yueqing-2015"
COHORTS = sorted(path.stem for path in FOLDER.glob("*.csv"))


def load(path: Path) -> ModuleType:
    """A script as a module; its folder's name is no package name."""
    name = f"golden_yueqing_2015_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


paper = load(FOLDER / "working_paper.py")
cohorts = load(FOLDER / "cohorts.py")


def units(cohort: str) -> dict[str, dict[str, Any]]:
    """The expected lines of a cohort, by unit."""
    text = (FOLDER / f"{cohort}.expected.json").read_text(encoding="utf-8")
    return {line["unit"]: line for line in json.loads(text)["units"]}


@pytest.mark.parametrize("script", ["working_paper.py", "cohorts.py"])
def test_the_proof_imports_only_the_standard_library(script: str) -> None:
    tree = ast.parse((FOLDER / script).read_text(encoding="utf-8"))
    modules: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            modules.add((node.module or "").split(".")[0])
    assert modules
    assert modules <= sys.stdlib_module_names
    assert "importlib" not in modules


def test_the_worked_examples_come_out_as_printed() -> None:
    paper.check_worked_examples()


@pytest.mark.parametrize("cohort", COHORTS)
def test_the_expected_figures_are_what_the_working_paper_gives_now(cohort: str) -> None:
    stored = (FOLDER / f"{cohort}.expected.json").read_text(encoding="utf-8")
    assert stored == paper.expected_text(FOLDER / f"{cohort}.csv")


def test_every_expected_file_has_its_data_file() -> None:
    names = {path.name.removesuffix(".expected.json") for path in FOLDER.glob("*.expected.json")}
    assert names == set(COHORTS)


def test_the_data_files_are_what_the_cohort_tables_say() -> None:
    stored = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.csv")}
    assert stored == cohorts.data_files()


def test_the_cohorts_hold_what_they_are_there_for() -> None:
    ranks = [line["rank"] for line in units("ties").values()]
    assert len(set(ranks)) < len(ranks)
    caps = units("caps").values()
    assert {line["blocks"]["项目带动"] for line in caps} >= {22.5, 30.0}
    assert max(line["items"][paper.PLATFORMS] for line in caps) > 20
    gaps = units("gaps")
    assert all(
        any(line["items"][item] is None for line in gaps.values())
        for item in paper.BLOCKS["项目带动"]
    )
    assert gaps["海门县"]["total"] is None
    groups = [line["group"] for line in units("groups").values()]
    assert 1 in {groups.count(group) for group in groups}
    assert {line["rank"] for line in units("flat").values()} == {1}
    assert len(units("large")) == 60
    for item in (paper.VALUE, paper.PROJECTS, paper.LAND):
        assert any(line["items"][item] == 0 for line in units("large").values())


# Worked out on paper from the tables in cohorts.py; README.md beside them shows the steps.
BY_HAND = {
    ("ties", "丙县"): (22.48, 15.0, 15.0, 9.6, 0.0, 1.5, 4.0, 67.58, 7),
    ("ties", "辛县"): (24.98, 13.2, 13.2, 8.6, 8.2, 0.0, 0.0, 68.18, 6),
    ("caps", "丙县"): (25.0, 14.4, 14.4, 9.6, 5.0, 24.0, 6.0, 98.4, 3),
    ("caps", "辛县"): (17.51, 12.9, 12.9, 8.6, 8.5, 19.0, 10.0, 89.41, 7),
    ("gaps", "城关县"): (23.0, 14.7, 14.7, None, 10.0, 10.0, 5.5, 77.9, None),
    ("gaps", "山前县"): (25.0, 13.8, 13.8, 9.8, 5.0, 26.5, None, 93.9, None),
    ("groups", "东县"): (24.0, 15.0, 14.7, 10.0, 5.3, 14.5, 8.5, 92.0, 2),
    ("returns", "乐清市"): (22.75, 15.0, 15.0, 10.0, 5.0, 20.0, 10.0, 97.75, 1),
}


@pytest.mark.parametrize(("cohort", "unit"), BY_HAND)
def test_figures_worked_out_on_paper_stand_in_the_expected_files(cohort: str, unit: str) -> None:
    line = units(cohort)[unit]
    found = (*line["items"].values(), line["total"], line["rank"])
    assert found == BY_HAND[cohort, unit]

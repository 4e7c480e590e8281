"""The stored figures are those of the working paper, and the paper is independent."""

from __future__ import annotations

import ast
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

FOLDER = Path(__file__).parent / "wenzhou-2015"
COHORTS = sorted(path.stem for path in FOLDER.glob("*.csv"))


def load(path: Path) -> ModuleType:
    """A script as a module; its folder's name is no package name."""
    name = f"golden_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


paper = load(FOLDER / "working_paper.py")
cohorts = load(FOLDER / "cohorts.py")


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
    def units(cohort: str) -> list[dict[str, object]]:
        text = (FOLDER / f"{cohort}.expected.json").read_text(encoding="utf-8")
        found: list[dict[str, object]] = json.loads(text)["units"]
        return found

    ranks = [u["rank"] for u in units("ties")]
    assert len(set(ranks)) < len(ranks)
    assert any(u["total"] is None for u in units("gaps"))
    assert any(u["complete"] for u in units("gaps"))
    assert len({u["group"] for u in units("groups")}) == 3
    assert {u["rank"] for u in units("flat")} == {1}
    assert len(units("large")) == 30


# The plain peer of the benchmarks leaves exact halves in very narrow bands to binary
# arithmetic; that is what `narrow` is about.
@pytest.mark.parametrize("cohort", [name for name in COHORTS if name != "narrow"])
def test_the_peer_of_the_benchmark_gives_the_same_items(cohort: str) -> None:
    peer = load(Path(__file__).parents[2] / "bench" / "peer_numpy.py")
    data = paper.read(FOLDER / f"{cohort}.csv")
    codes = {group: code for code, group in enumerate(dict.fromkeys(data.group.values()))}
    columns = {
        name: np.array(
            [np.nan if (v := data.figure(u, name)) is None else float(v) for u in data.units]
        )
        for name in cohorts.INPUTS
    }
    scores = peer.score(columns, np.array([codes[data.group[u]] for u in data.units]))
    expected = [
        [np.nan if score is None else score for score in unit["items"].values()]
        for unit in paper.work_out(data)["units"]
    ]
    np.testing.assert_array_equal(scores, np.array(expected, dtype=float))

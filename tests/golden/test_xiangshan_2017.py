"""xiangshan-2017: the stored figures are those of the working paper, and it is independent."""

from __future__ import annotations

import ast
import csv
import importlib.util
import json
import sys
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "xiangshan-2017"
COHORTS = sorted(path.stem for path in FOLDER.glob("*.csv"))


def load(path: Path) -> ModuleType:
    """A script as a module; its folder's name is no package name."""
    name = f"golden_xiangshan_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


paper = load(FOLDER / "working_paper.py")
cohorts = load(FOLDER / "cohorts.py")


def expected(cohort: str) -> dict[str, Any]:
    text = (FOLDER / f"{cohort}.expected.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


@pytest.mark.parametrize("script", ["working_paper.py", "cohorts.py"])
def test_the_proof_imports_only_the_standard_library(script: str) -> None:
    tree = ast.parse((FOLDER / script).read_text(encoding="utf-8"))
    modules = {
        a.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names
    }
    modules |= {
        (n.module or "").split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)
    }
    assert modules and modules <= sys.stdlib_module_names
    assert script == "cohorts.py" or "importlib" not in modules


def test_the_tasks_of_the_paper_are_those_of_the_source(shared: Path) -> None:
    with (shared / "data" / "xiangshan-2017-inputs.csv").open(encoding="utf-8-sig") as stream:
        wanted = [r for r in csv.DictReader(stream) if r["group"] != "企业"]
    assert [(t.name, t.target, t.kind, [t.lead, *t.sharing]) for t in paper.tasks()] == [
        (r["input"], Fraction(r["target"]), r["kind"], r["group"].split("|")) for r in wanted
    ]
    assert [t.how == "cumulative" for t in paper.tasks()] == [
        r["note"].startswith("cumulative") for r in wanted
    ]


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
    def exactly(cohort: str, share: str) -> int:
        month = int(cohort[-2:])
        figures = paper.read(FOLDER / f"{cohort}.csv")
        return sum(
            figures[t.name] == t.expected(month) * Fraction(share)
            for t in paper.tasks()
            if t.how != "limit"
        )

    def lights(cohort: str) -> list[str]:
        return [t["light"] for t in expected(cohort)["tasks"]]

    for cohort in ("eighty-m04", "eighty-m05", "eighty-m07", "eighty-m12"):
        assert exactly(cohort, "0.8") >= 10
    assert exactly("full-m12", "1") == 74
    assert set(lights("full-m12")) == {"green"}
    assert set(lights("marks-m06")) == {"green", "yellow", "red"}
    assert {t["completion"] for t in expected("nothing-m06")["tasks"]} == {0.0, 100.0}
    assert {None} < set(lights("gaps-m09"))
    months = {c for c in COHORTS if c.startswith("year-")}
    assert len(months) == 12 and len({tuple(lights(c)) for c in months}) > 6
    units = {u["unit"]: u for u in expected("gaps-m09")["units"]}
    assert units["县国土资源局"]["total"] is None and not units["县国土资源局"]["complete"]
    ranks = [u["rank"] for u in expected("year-m06")["units"] if u["group"] == "园区"]
    assert ranks == [1, 1, 1]
    assert all(u["rank"] is None for u in expected("full-m12")["units"] if u["group"] == "集体")
    cuts = [e["class"] for e in expected("企业-cuts")["enterprises"]]
    assert cuts.count("A") == 6  # places 4, 4, 4 stand across the cut at 4

"""yueqing-2014: the stored figures are those of the working paper, and it is independent."""

from __future__ import annotations

import ast
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "yueqing-2014"
COHORTS = sorted(path.stem for path in FOLDER.glob("*.csv"))


def load(path: Path) -> ModuleType:
    """A script as a module; its folder's name is no package name."""
    name = f"golden_yueqing_2014_{path.stem}"
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


def test_the_annex_of_the_paper_has_13_departments_of_50_points_and_68_items() -> None:
    paper.check_annex()


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
    assert [ranks.count(rank) for rank in sorted(set(ranks))] == [1, 5, 2, 5]
    gaps = units("gaps")
    assert gaps["市财政局"]["total"] is None
    assert sum(line["complete"] for line in gaps.values()) == 6
    assert {(u["total"], u["rank"]) for u in units("above").values()} == {(50.0, 1)}
    assert len(units("alone")) == 1


# Worked out on paper from the tables of cohorts.py, without the script; see README.md.
@pytest.mark.parametrize(
    ("cohort", "unit", "item", "score"),
    [
        ("worked", "市科技局", "3 研发中心与研发经费", 8.67),
        ("worked", "市科技局", "4 发明专利", 4.2),
        ("worked", "市商务局", "5 参展与出口名牌", 9.0),
        ("worked", "市住建局", "4 竣工验收和办证", 7.0),
        ("halves", "乐清经济开发区管委会", "4 招商引资", 4.67),
        ("halves", "乐清经济开发区管委会", "2 有效投资", 4.67),
        ("halves", "市质监局", "1 主导产品采标率", 14.31),
        ("halves", "市国土资源局", "1 新增指标用于工业", 14.51),
        ("halves", "市国土资源局", "3 追加容积率", 9.35),
        ("halves", "市住建局", "4 竣工验收和办证", 9.01),
        ("halves", "市统计局", "4 统计执法与规范", 7.25),
        ("gaps", "市国土资源局", "2 供地与低效再开发", 10.63),
        ("gaps", "市商务局", "6 出口增长", 9.6),
        ("gaps", "市商务局", "1 电商补贴政策", 10.5),
        ("gaps", "市住建局", "4 竣工验收和办证", None),
        ("gaps", "市统计局", "4 统计执法与规范", None),
        ("gaps", "市住建局", "2 小微园布点与选址", 7.5),
        ("gaps", "市经信局", "1 集群建设考核", None),
        ("gaps", "市科技局", "1 高新与省科技型企业", None),
        ("marks", "市发改局", "4 省级重大产业化项目开工", 9.0),
        ("marks", "市住建局", "4 竣工验收和办证", 4.0),
        ("marks", "市金融办", "3 企业挂牌", 6.0),
        ("marks", "市科技局", "4 发明专利", 5.0),
        ("marks", "乐清经济开发区管委会", "1 规上工业主要指标", 4.44),
        ("negative", "乐清经济开发区管委会", "1 规上工业主要指标", 2.5),
        ("negative", "市商务局", "6 出口增长", 0.0),
        ("negative", "市住建局", "4 竣工验收和办证", 0.0),
    ],
)
def test_figures_done_on_paper(cohort: str, unit: str, item: str, score: float | None) -> None:
    assert units(cohort)[unit]["items"][item] == score

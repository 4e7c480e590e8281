"""hangzhou-2007: the stored figures are those of the working paper, which is independent."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.golden.test_working_paper import load

FOLDER = Path(__file__).parent / "hangzhou-2007"
COHORTS = sorted(path.stem for path in FOLDER.glob("*.csv"))

paper = load(FOLDER / "working_paper.py")
tables = load(FOLDER / "cohorts.py")


def units(cohort: str) -> dict[str, dict[str, Any]]:
    text = (FOLDER / f"{cohort}.expected.json").read_text(encoding="utf-8")
    return {line["unit"]: line for line in json.loads(text)["units"]}


@pytest.mark.parametrize("script", ["working_paper.py", "cohorts.py"])
def test_the_proof_imports_only_the_standard_library(script: str) -> None:
    tree = ast.parse((FOLDER / script).read_text(encoding="utf-8"))
    modules = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert modules and modules <= sys.stdlib_module_names - {"importlib"}


def test_the_worked_examples_come_out_as_printed() -> None:
    paper.check_worked_examples()


@pytest.mark.parametrize("cohort", COHORTS)
def test_the_expected_figures_are_what_the_working_paper_gives_now(cohort: str) -> None:
    stored = (FOLDER / f"{cohort}.expected.json").read_text(encoding="utf-8")
    assert stored == paper.expected_text(FOLDER / f"{cohort}.csv")


def test_the_data_files_are_what_the_cohort_tables_say() -> None:
    stored = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.csv")}
    assert stored == tables.data_files()


def test_the_cohorts_hold_what_they_are_there_for() -> None:
    # ties at places 1, 3 and 6, one of them made by rounding alone
    assert [u["rank"] for u in units("ties").values()] == [1, 1, 3, 3, 3, 6, 6, 6, 9, 10]
    assert [u["grade"] for u in units("ties").values()][:6] == ["优秀"] * 5 + ["达标"]
    # several vetoed units share the place behind the last ranked one
    assert [u["rank"] for u in units("vetoes").values()] == [4, 1, 4, 2, 2, 4]
    assert [u["rank"] for u in units("all-vetoed").values()] == [1, 1]
    # the best total of all lacks a figure, and so has neither place nor grade
    gaps = units("gaps")
    best = max((u for u in gaps.values() if u["total"]), key=lambda u: float(u["total"]))
    assert (best["complete"], best["rank"], best["grade"]) == (False, None, None)
    assert sum(u["complete"] for u in gaps.values()) == 2
    assert [u["total"] for u in units("cut-off").values()][3:] == [80.0, 79.99, 80.0, 79.99]
    assert len(units("large")) == 60 and len(units("fourteen")) == 14


# The following were worked out on paper from the lines of cohorts.py, without the script.
BY_HAND = {
    # 4 (579 of 579) + 0 (579 < 607.95) + 0 steps + 4 (12 %) + 4 (5 %)
    ("marks", "甲区", "一类1 工业经济增长"): 12.00,
    # 0 (578.99 < 579) + 1 step (50.00) + 0 (11.99 %) + 4 - 0.01
    ("marks", "乙区", "一类1 工业经济增长"): 4.99,
    # 4 + 1 (607.95 = 105 %) + 1 step (50.00) + 4 + 4 + 2 (4 points above: 2.00)
    ("marks", "丙区", "一类1 工业经济增长"): 16.00,
    # 4 + 0 (607.94) + 0 steps (49.99) + 4 + 4 + 2 (2.005, at most 2)
    ("marks", "丁区", "一类1 工业经济增长"): 14.00,
    # 4 + 1 + 4 steps (200.00) + 4 + 4 + 2; 1143.14 × 1.05 = 1200.297
    ("marks", "戊区", "一类1 工业经济增长"): 19.00,
    # 0 + 0 steps (fell by 50) + 4 + 0 (4 - 4)
    ("marks", "辛县", "一类1 工业经济增长"): 4.00,
    # 4 + 1 + 49 steps (2450.1) + 0 + 0 (4 - 34)
    ("marks", "壬县", "一类1 工业经济增长"): 54.00,
    # 4 + 0 (8245.31 < 8400) + 2 steps (100.00) + 4 + 4; with 99.99 one step less
    ("steps", "甲区", "一类1 工业经济增长"): 14.00,
    ("steps", "乙区", "一类1 工业经济增长"): 13.00,
    # 4 + 1 (4043.152 × 1.05 = 4245.3096) + 1 step (50.00) + 4 + 4
    ("steps", "庚县", "一类1 工业经济增长"): 14.00,
    # 8 × 55.5625 % = 4.445; 4 × 12.625 % = 0.505
    ("halves", "甲区", "一类4 工业规划与招商引资"): 4.45,
    ("halves", "甲区", "二类1 经济运行监测"): 0.51,
    # 8 + 4 + 0.5 × 0.01 = 12.005; 0.5 × 0.13 = 0.065; 4 - 0.005 = 3.995
    ("halves", "甲区", "一类1 工业经济增长"): 12.01,
    ("halves", "乙区", "一类1 工业经济增长"): 12.07,
    ("halves", "丙区", "一类1 工业经济增长"): 12.00,
    # 0 + 0 + 4 - 0.995
    ("halves", "戊县", "一类1 工业经济增长"): 3.01,
}


@pytest.mark.parametrize(("cohort", "unit", "item"), BY_HAND)
def test_what_was_worked_out_by_hand_is_what_the_paper_says(
    cohort: str, unit: str, item: str
) -> None:
    assert units(cohort)[unit]["items"][item] == BY_HAND[cohort, unit, item]

"""The forms of a folder worked out by another hand: the working paper, which knows no kpixl."""

from __future__ import annotations

import importlib.util
import sys
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.cli.running import REPO, STREETS, figures


def _paper() -> ModuleType:
    """The working paper: the same nine rules by another hand, without kpixl."""
    path = REPO / "tests" / "golden" / "wenzhou-2015" / "working_paper.py"
    spec = importlib.util.spec_from_file_location("demo_working_paper", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


PAPER = _paper()


def by_hand(folder: Path) -> dict[str, dict[str, Any]]:
    """What the working paper makes of the forms in a folder; a street without one has no figure."""
    found = dict(figures(path) for path in sorted(folder.glob("*.xlsx")))
    cohort = PAPER.Cohort(
        list(STREETS),
        dict.fromkeys(STREETS, "街道"),
        {
            (street, name): Fraction({"是": "1", "否": "0"}.get(str(value), str(value)))
            for street, given in found.items()
            for name, value in given.items()
        },
    )
    return {line["unit"]: line for line in PAPER.work_out(cohort)["units"]}

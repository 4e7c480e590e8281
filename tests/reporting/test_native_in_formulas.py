"""公式核对 and 核对数据 in a second engine: every formula comes to the value written beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import formulas
import pytest

from kpixl.address import a1
from kpixl.host import Formula
from kpixl.hosts import files
from kpixl.ranking.model import Ranking
from kpixl.reporting.report import report
from tests.reporting.example import FIGURES, RUN, entries, ranking, sheet
from tests.reporting.test_native_blocks_in_calc import ranked

TIED = {**FIGURES, "南街道": FIGURES["西街道"], "乙乡": FIGURES["甲乡"]}
BOOKS: dict[str, Callable[[], Ranking]] = {
    "with-gaps": ranking,
    "tied": lambda: ranking(entries(TIED)),
    "cut-in-a-block": ranked,
    "tied-mean-one-list": lambda: ranking(entries(TIED), ties="平均", scope="全部"),
}


@pytest.mark.parametrize("name", BOOKS)
def test_every_formula_comes_to_its_written_value(name: str, tmp_path: Path) -> None:
    patch = report(BOOKS[name](), (), RUN)
    path = tmp_path / "book.xlsx"
    files.write_new(path, patch)
    solution = formulas.ExcelModel().loads(str(path)).finish().calculate()

    def calculated(where: str, spot: tuple[int, int]) -> Any:
        return solution[f"'[book.xlsx]{where}'!{a1(*spot)}"].value[0, 0]

    differing = {}
    count = 0
    for where in ("核对数据", "公式核对"):
        for spot, content in sheet(patch, where).cells.items():
            if isinstance(content, Formula):
                count += 1
                found, wanted = calculated(where, spot), content.value
                equal = (
                    abs(found - wanted) < 1e-9
                    if isinstance(wanted, (int, float)) and not isinstance(found, str)
                    else found == wanted
                )
                if not equal:
                    differing[f"{where}!{a1(*spot)}"] = (found, wanted, content.text)
    assert not differing
    assert count > 60

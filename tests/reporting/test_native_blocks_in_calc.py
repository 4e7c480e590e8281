"""公式核对 of schemes with blocks, as LibreOffice calculates it: the cut is in the formula."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kpixl.host import Formula, Patch
from kpixl.ranking.model import Ranking
from kpixl.ranking.rank import rank
from kpixl.reporting.report import report
from kpixl.workspace.assessing import assess
from tests.reporting.example import RUN, column_of, row_of, sheet
from tests.reporting.test_native_in_calc import Calculated, Changes, calculate, wanted
from tests.scheme.test_blocks import CLAUSE
from tests.scoring.test_blocks import absent, scheme, scored
from tests.soffice import Office

GOLDEN = Path(__file__).parents[1] / "golden" / "yueqing-2015"
COHORTS = sorted(path.stem for path in GOLDEN.glob("*.csv"))
LINES = ((0, 2, 1, 2), (1, 2, 1, 0), (None, 2, 1, 1), (2, 2, None, 0), (1, 0, 1, None))


def ranked(clause: str = CLAUSE, **changes: Any) -> Ranking:
    return rank(scored(*LINES, made=scheme(clause, **changes), special=absent("甲数")))


CASES: dict[str, Callable[[], Ranking]] = {
    "cut": ranked,
    "cut-in-sheet-order": partial(ranked, "本块合计不超过12分"),
    "cut-in-another-order": partial(ranked, "本块合计不超过12分,先计丙、乙"),
    "finer-cap": partial(ranked, "本块合计不超过12.5分", decimals=0),
    "unread": partial(ranked, "本块合计12分上下"),
    "full": partial(ranked, not_applicable="满分"),
    "mean": partial(ranked, not_applicable="本组均分"),
    "scaled": partial(ranked, not_applicable="剔除并折算"),
    "refused": partial(ranked, missing="拒绝"),
}


@pytest.fixture(scope="module")
def books() -> dict[str, Ranking]:
    found = {name: make() for name, make in CASES.items()}
    for cohort in COHORTS:
        found[cohort] = assess("yueqing-2015", data=[GOLDEN / f"{cohort}.csv"]).ranking
    return found


@pytest.fixture(scope="module")
def calculated(
    soffice: Office, tmp_path_factory: pytest.TempPathFactory, books: dict[str, Ranking]
) -> dict[str, Calculated]:
    patches: dict[str, tuple[Patch, Changes]] = {
        name: (report(ranking, (), RUN), {}) for name, ranking in books.items()
    }
    return calculate(soffice, tmp_path_factory.mktemp("blocks"), patches)


@pytest.mark.parametrize("name", [*CASES, *COHORTS])
def test_the_formulas_come_to_the_program_s_results(
    name: str, books: dict[str, Ranking], calculated: dict[str, Calculated]
) -> None:
    like, native = books[name], calculated[name]
    for standing in like.standings:
        assert native.line(standing, like) == wanted(standing, like)
        assert native.cell(standing.unit, "与排名表\n一致") == "一致"


@pytest.mark.parametrize("cohort", COHORTS)
def test_the_formulas_come_to_the_working_paper_s_results(
    cohort: str, calculated: dict[str, Calculated]
) -> None:
    text = (GOLDEN / f"{cohort}.expected.json").read_text(encoding="utf-8")
    for line in json.loads(text)["units"]:
        found = {key: calculated[cohort].cell(line["unit"], key) for key in line["items"]}
        assert found == line["items"]
        assert calculated[cohort].cell(line["unit"], "总分") == line["total"]


def test_a_cut_item_is_one_formula_over_the_items_before_it() -> None:
    spec = sheet(report(ranked(), (), RUN), "公式核对")
    cell = spec.cells[row_of(spec, "二", column=1), column_of(spec, "2 乙")]
    assert isinstance(cell, Formula)
    assert "MIN(" in cell.text and "12-SUM(" in cell.text
    assert cell.value == 2

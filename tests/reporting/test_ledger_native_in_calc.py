"""公式核对 of a ledger as LibreOffice calculates it: lights, scores and places are the program's.

The workbooks are written with wrong cached values, so that a figure which was not
calculated anew can't pass.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from kpixl.grid import Sheet
from kpixl.host import Formula, Patch, PutSheet
from kpixl.hosts import files
from kpixl.pipeline import ledger_book
from kpixl.reporting.ledger_report import LedgerResult
from kpixl.reporting.ledger_words import light_word
from kpixl.workspace.assessing import follow
from kpixl.workspace.schemes import load_scheme
from tests.reporting.test_ledger_sheets import RUN, result
from tests.scoring.test_ledger import small
from tests.soffice import Office

GOLDEN = Path(__file__).parents[1] / "golden" / "xiangshan-2017"
COHORTS = ("x1-m04", "x1-zero-m04", "eighty-m04", "eighty-m12", "marks-m06", "gaps-m09", "below-m06",
           "far-m02", "short-m10", "digits-m11")  # fmt: skip


def golden(name: str) -> LedgerResult:
    scheme, _ = load_scheme("xiangshan-2017")
    assert scheme is not None
    return follow(scheme, [GOLDEN / f"{name}.csv"], month=int(name[-2:]))


def tied(ties: str, scope: str) -> LedgerResult:
    from kpixl.pipeline import follow_entries

    scheme, entries = small({"数": 10, "数二": 10, "数三": 10, "数四": 6})
    changed = replace(scheme, title="推进", ties=ties, scope=scope)  # type: ignore[arg-type]
    return follow_entries(changed, {6: entries}, 6)


CASES: Mapping[str, LedgerResult | None] = {
    "small": None,
    **dict.fromkeys(COHORTS),
    **{f"{t}-{s}": None for t in ("竞争", "密集", "平均") for s in ("分组", "全部")},
}


def made(name: str) -> LedgerResult:
    if name == "small":
        return result(6)
    return golden(name) if name in COHORTS else tied(*name.split("-"))


def spoiled(patch: Patch) -> Patch:
    """The same workbook with a wrong value beside each formula."""

    def spoil(change: object) -> PutSheet:
        assert isinstance(change, PutSheet)
        cells = {
            spot: replace(cell, value=12345.0) if isinstance(cell, Formula) else cell
            for spot, cell in change.sheet.cells.items()
        }
        return PutSheet(replace(change.sheet, cells=cells))

    return replace(patch, changes=tuple(map(spoil, patch.changes)))


@pytest.fixture(scope="module")
def calculated(
    tmp_path_factory: pytest.TempPathFactory, soffice: Office
) -> Mapping[str, tuple[LedgerResult, Sheet]]:
    folder = tmp_path_factory.mktemp("native")
    results = {name: made(name) for name in CASES}
    paths = []
    for name, found in results.items():
        paths.append(folder / f"{name}.xlsx")
        files.write_new(paths[-1], spoiled(ledger_book(found, RUN)))
    again = soffice.recalculate(paths, folder / "again")
    sheets = {path.stem: files.read(path).sheet("公式核对") for path in again}
    return {name: (results[name], sheet) for name, sheet in sheets.items() if sheet is not None}


def table(sheet: Sheet, key: str) -> dict[str, list[object]]:
    """The rows below a heading by the name in their first column."""
    head = next(r for r, c, v in sheet.filled() if v == key and c == 1)
    found: dict[str, list[object]] = {}
    for row in range(head + 1, len(sheet.rows) + 1):
        name = sheet.value(row, 1)
        if not isinstance(name, str):
            break
        found[name] = [sheet.value(row, c) for c in range(1, 14)]
    return found


def blank(value: object) -> object:
    return None if value == "" else value


@pytest.mark.parametrize("name", CASES)
def test_every_task_and_unit_is_calculated_to_what_was_written(
    calculated: Mapping[str, tuple[LedgerResult, Sheet]], name: str
) -> None:
    found, sheet = calculated[name]
    assert found.current is not None
    tasks, units = table(sheet, "任务"), table(sheet, "单位")
    for state in found.current.table.states:
        line = tasks[state.task.input]
        assert blank(line[6]) == (
            None if state.percent is None else pytest.approx(state.percent, abs=1e-9)
        )
        assert line[7] == pytest.approx(state.expected_figure, abs=1e-9)
        assert (line[9], line[12]) == (light_word(state.light), "一致")
    for standing in found.current.standings:
        line = units[standing.unit]
        assert blank(line[5]) == (
            None if standing.score is None else pytest.approx(standing.score, abs=1e-9)
        )
        assert (blank(line[7]), blank(line[9])) == (standing.rank, standing.rank_all)
        assert line[12] == "一致"


def test_only_functions_of_excel_2010_are_used() -> None:
    names: set[str] = set()
    for case in ("small", "密集-分组", "平均-全部"):
        for change in ledger_book(made(case), RUN).changes:
            assert isinstance(change, PutSheet)
            for cell in change.sheet.cells.values():
                if isinstance(cell, Formula):
                    assert not cell.array
                    names |= set(re.findall(r"([A-Z]+)\(", cell.text))
    assert names <= {"IF", "AND", "ROUND", "MIN", "MAX", "SUMPRODUCT", "COUNTIFS"}

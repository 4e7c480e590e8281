"""The monthly ledger: what is issued, and what is read back from what returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from kpixl.findings import Finding
from kpixl.grid import Scalar, Snapshot
from kpixl.host import PutSheet
from kpixl.hosts import files
from kpixl.scheme.model import Scheme
from kpixl.templates.ledger_form import blank_ledger, collect_ledger
from tests.scoring.test_ledger import small
from tests.soffice import Office


def scheme() -> Scheme:
    return replace(small({})[0], title="推进工作", version="1.0")


def form(
    folder: Path, unit: str | None, values: Mapping[tuple[str, int], Scalar], name: str = ""
) -> Path:
    """A returned ledger as a file."""
    own = scheme()
    path = folder / f"{name or unit or '汇总'}.xlsx"
    files.write_new(
        path, blank_ledger(own, unit=own.unit_named(unit) if unit else None, values=values)
    )
    return path


def collected(*paths: Path) -> tuple[dict[int, dict[str, Scalar]], list[tuple[str, str]]]:
    forms = [files.read(path) for path in paths]
    by_month, findings = collect_ledger(forms, scheme())
    found = {m: {e.input: e.raw for e in entries} for m, entries in by_month.items()}
    return found, codes(findings)


def codes(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(f.code, f.input or f.unit) for f in findings]


def test_a_unit_gets_the_tasks_that_it_leads() -> None:
    own = scheme()
    change, _ = blank_ledger(own, unit=own.unit_named("乙")).changes
    assert isinstance(change, PutSheet)
    texts = {v for v in change.sheet.cells.values() if isinstance(v, str)}
    assert "数二" in texts and not {"数", "数三", "数四"} & texts


def test_each_month_is_read_from_its_column(tmp_path: Path) -> None:
    path = form(tmp_path, "甲", {("数", 1): 2, ("数", 2): 3, ("数", 4): 5})
    found, findings = collected(path)
    assert [found[m]["数"] for m in (1, 2, 3, 4)] == [2, 3, None, 5]
    assert max(found) == 4
    assert findings == [("form-returns-missing", u) for u in ("乙", "丙", "戊")]


def test_a_figure_comes_from_the_unit_that_leads_the_task(tmp_path: Path) -> None:
    lead = form(tmp_path, "甲", {("数", 1): 2})
    whole = form(tmp_path, None, {("数", 1): 9, ("数二", 1): 4, ("数三", 1): 1, ("数四", 1): 1})
    found, findings = collected(whole, lead)
    assert found[1] == {"数": 2, "数二": 4, "数三": 1, "数四": 1}
    assert findings == [("ledger-figures-differ", "数")]


def test_the_office_may_keep_the_whole_ledger_in_one_file(tmp_path: Path) -> None:
    found, findings = collected(form(tmp_path, None, {("数", 3): 1, ("数四", 3): 2}))
    assert found[3]["数四"] == 2 and findings == []


def test_a_cumulative_figure_that_falls_is_doubted(tmp_path: Path) -> None:
    _, findings = collected(form(tmp_path, None, {("数", 1): 5, ("数", 2): 4, ("数", 3): 6}))
    assert findings == [("ledger-falls", "数")]


def test_an_empty_ledger_has_no_month(tmp_path: Path) -> None:
    assert collected(form(tmp_path, None, {})) == ({}, [])


def test_moved_and_renamed_columns_are_found_and_a_lost_month_is_told(tmp_path: Path) -> None:
    path = form(tmp_path, None, {("数", 1): 5, ("数", 2): 6, ("数", 3): 7})
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    heads = {
        c.value: c for row in sheet.iter_rows() for c in row if c.value in ("1月", "2月", "3月")
    }
    heads["1月"].value, heads["3月"].value = "三月份", "一月底"
    heads["2月"].value = "小计"
    book.save(path)
    found, findings = collected(path)
    assert (found[1]["数"], found[3]["数"]) == (7, 5)
    assert ("ledger-month-absent", "") in findings


def test_other_books_and_other_schemes_are_refused(tmp_path: Path) -> None:
    path = form(tmp_path, None, {})
    snapshot = files.read(path)
    other = replace(scheme(), system="y")
    assert codes(collect_ledger([snapshot], other)[1]) == [("form-other-scheme", "")]
    plain = Snapshot(snapshot.source, ())
    assert codes(collect_ledger([plain], scheme())[1]) == [("form-unrecognised", "")]


def test_figures_under_unknown_names_are_told(tmp_path: Path) -> None:
    path = form(tmp_path, None, {("数", 1): 5})
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    cell = next(c for row in sheet.iter_rows() for c in row if c.value == "数" and c.column == 4)
    cell.value = "另一数"
    book.save(path)
    assert ("form-input-unknown", "") in collected(path)[1]


def test_a_task_that_was_deleted_from_a_ledger_is_told(tmp_path: Path) -> None:
    path = form(tmp_path, "甲", {("数", 1): 5})
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    cell = next(c for row in sheet.iter_rows() for c in row if c.value == "数" and c.column == 4)
    cell.value = None
    book.save(path)
    snapshot = files.read(path)
    other = files.read(form(tmp_path, "戊", {("数四", 1): 5}))
    _, findings = collect_ledger([snapshot, other], scheme(), expect_all=False)
    # a ledger without any task of the scheme is none
    assert codes(findings) == [("form-unrecognised", "")]
    whole = form(tmp_path, None, {("数", 1): 5}, name="甲的")
    book = openpyxl.load_workbook(whole)
    sheet = book.worksheets[0]
    label = next(c for row in sheet.iter_rows() for c in row if c.value == "填报单位")
    sheet.cell(label.row, 3).value = "甲"
    cell = next(c for row in sheet.iter_rows() for c in row if c.value == "数" and c.column == 4)
    cell.value = None
    book.save(whole)
    found, findings = collect_ledger([files.read(whole), other], scheme(), expect_all=False)
    assert codes(findings) == [("form-input-absent", "数")]
    assert found[1].cells["", "数"].state == "unreadable"


def test_a_ledger_that_libreoffice_saved_again_is_read_the_same(
    tmp_path: Path, soffice: Office
) -> None:
    path = form(tmp_path, None, {("数", 1): 5, ("数二", 2): 0.25})
    (again,) = soffice.convert([path], "ods", tmp_path / "again")
    assert collected(again) == collected(path)


@pytest.mark.parametrize("month", [1, 12])
def test_cells_of_figures_are_checked_while_typing(month: int) -> None:
    change, _ = blank_ledger(scheme()).changes
    assert isinstance(change, PutSheet)
    heads = {v: c for (_, c), v in change.sheet.cells.items() if isinstance(v, str)}
    column = heads[f"{month}月"]
    covered = [v for v in change.sheet.validations if (v.area.top, column) in v.area]
    assert len(covered) == 4 and all(v.kind == "decimal" for v in covered)

"""A formula's stored result is held against what the formula gives now."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kpixl.findings import Finding, Severity
from kpixl.grid import Area, CellError, Scalar, Sheet, Snapshot, Source, Spot
from kpixl.host import Content, Formula, Patch, PutSheet, SheetSpec
from kpixl.hosts.files import read, write_new
from kpixl.hosts.recalculate import from_stored
from kpixl.validation.stale import stale_values
from tests.soffice import Office


def form(
    values: dict[Spot, Scalar], formulas: dict[Spot, str], formats: dict[Spot, str] | None = None
) -> Snapshot:
    """A form of one sheet: what its cells hold, formulas among them."""
    height, width = max(r for r, _ in values), max(c for _, c in values)
    rows = tuple(
        tuple(values.get((r, c)) for c in range(1, width + 1)) for r in range(1, height + 1)
    )
    sheet = Sheet("填报", rows, formulas=formulas, formats=formats or {})
    return Snapshot(Source("甲镇.xlsx"), (sheet,))


def found(snapshot: Snapshot) -> tuple[Finding, ...]:
    return stale_values(snapshot, from_stored, unit="甲镇")


def test_a_result_that_is_not_what_the_formula_gives_is_named_with_both_figures() -> None:
    (fault,) = found(form({(1, 1): 2.0, (1, 2): 3.0, (1, 3): 4.0}, {(1, 3): "=A1+B1"}))
    assert fault.code == "form-stale" and fault.severity is Severity.BLOCK
    assert (fault.place.file, fault.place.sheet, fault.place.cell) == ("甲镇.xlsx", "填报", "C1")
    assert (fault.unit, fault.found, fault.expected) == ("甲镇", "4", "5")


def test_only_the_cell_that_was_not_calculated_is_named_not_those_that_follow_from_it() -> None:
    values: dict[Spot, Scalar] = {(1, 1): 2.0, (2, 1): 9.0, (3, 1): 18.0, (4, 1): 27.0}
    formulas = {(2, 1): "=A1*2", (3, 1): "=A2*2", (4, 1): "=SUM(A2:A3)"}
    (fault,) = found(form(values, formulas))
    assert fault.place.cell == "A2" and "还有" not in fault.text


def test_the_cells_of_a_sheet_are_one_finding() -> None:
    values: dict[Spot, Scalar] = {(r, c): 1.0 for r in range(1, 21) for c in (1, 2)}
    (fault,) = found(form(values, {(r, 2): f"=A{r}*2" for r in range(1, 21)}))
    assert fault.place.cell == "B1" and "B2、B3" in fault.text and "等共 20 格" in fault.text


def test_a_formula_that_never_was_calculated_is_found() -> None:
    (fault,) = found(form({(1, 1): 2.0, (1, 2): None}, {(1, 2): "=A1*3"}))
    assert (fault.found, fault.expected) == ("空白", "6")


@pytest.mark.parametrize(
    ("values", "formula"),
    [
        ({(1, 1): 0.1, (2, 1): 0.2, (3, 1): 0.3}, "=A1+A2"),
        ({(1, 1): 1.1, (2, 1): 1.0, (3, 1): 0.1}, "=A1-A2"),
        ({(1, 1): 0.3, (2, 1): 0.1, (3, 1): 0.0}, "=A1-A2-A2-A2"),
        ({(1, 1): 0.1, (2, 1): 0.2, (3, 1): "平"}, '=IF(A1+A2=0.3,"平","不平")'),
        ({(1, 1): 1.0, (2, 1): 3.0, (3, 1): 0.333333333333333}, "=A1/A2"),
        ({(1, 1): 2.5, (2, 1): 0.0, (3, 1): 3.0}, "=ROUND(A1,0)"),
        ({(1, 1): 1.005, (2, 1): 0.0, (3, 1): 1.01}, "=ROUND(A1,2)"),
        ({(1, 1): None, (2, 1): 0.0, (3, 1): 0.0}, "=A1"),
        ({(1, 1): None, (2, 1): 0.0, (3, 1): None}, '=IF(A1="","",A1)'),
        ({(1, 1): 1.0, (2, 1): 0.0, (3, 1): CellError("#DIV/0!")}, "=A1/A2"),
        ({(1, 1): date(2016, 1, 15), (2, 1): 0.0, (3, 1): date(2016, 1, 16)}, "=A1+1"),
        ({(1, 1): 1.0, (2, 1): 0.0, (3, 1): True}, "=A1>A2"),
        ({(1, 1): 1.0, (2, 1): 0.0, (3, 1): 45000.5}, "=NOW()"),
        ({(1, 1): 1.0, (2, 1): 0.0, (3, 1): 0.7}, "=RAND()*A1"),
        ({(1, 1): 1.0, (2, 1): 0.0, (3, 1): 9.0}, "=[1]表!A1+A1"),
    ],
)
def test_what_any_program_would_store_is_no_finding(
    values: dict[Spot, Scalar], formula: str
) -> None:
    assert found(form(values, {(3, 1): formula})) == ()


def test_a_cell_that_stores_what_its_format_shows_is_no_finding() -> None:
    values: dict[Spot, Scalar] = {(1, 1): 2.0, (2, 1): 3.0, (3, 1): 0.67}
    assert found(form(values, {(3, 1): "=A1/A2"}, {(3, 1): "0.00"})) == ()
    assert found(form(values, {(3, 1): "=A1/A2"}, {(3, 1): "0.000"})) != ()


def test_a_formula_that_cannot_be_relied_on_is_a_note_at_most() -> None:
    values: dict[Spot, Scalar] = {(1, 1): 2.0, (2, 1): 3.0, (3, 1): 99.0}
    (note,) = found(form(values, {(3, 1): '=INDIRECT("A1")'}))
    assert note.code == "form-stale-unchecked" and note.severity is Severity.NOTE
    assert "1 个公式" in note.text and "填报!A3" in note.text


def test_an_array_formula_is_held_against_every_cell_that_it_fills() -> None:
    rows = tuple((float(r), 2.0 * r) for r in range(1, 5))
    changed = (*rows[:2], (3.0, 7.0), rows[3])
    for stored, cells in ((rows, []), (changed, ["B3"])):
        sheet = Sheet("填报", stored, formulas={(1, 2): "=A1:A4*2"}, arrays=(Area(1, 2, 4, 2),))
        faults = found(Snapshot(Source("甲镇.xlsx"), (sheet,)))
        assert [f.place.cell for f in faults] == cells


def test_a_form_that_a_spreadsheet_program_calculated_has_no_finding(
    soffice: Office, tmp_path: Path
) -> None:
    cells: dict[Spot, Content] = {(r, 1): 0.1 * r for r in range(1, 41)}
    cells |= {(r, 2): 100.0 - 7.3 * r for r in range(1, 41)}
    for r in range(1, 41):
        cells[r, 3] = Formula(f"=A{r}-B{r}")
        cells[r, 4] = Formula(f"=ROUND(A{r}/B$1*100,2)")
        cells[r, 5] = Formula(f"=RANK(D{r},D$1:D$40)")
        cells[r, 6] = Formula(f'=IF(A{r}+B{r}=C{r}+2*B{r},"平","不平")')
        cells[r, 7] = Formula(f'=COUNTIF(D$1:D$40,">"&D{r})+1')
    cells[41, 3] = Formula("=SUM(C1:C40)")
    write_new(tmp_path / "表.xlsx", Patch((PutSheet(SheetSpec("填报", cells)),)))
    (made,) = soffice.recalculate([tmp_path / "表.xlsx"], tmp_path / "out")
    assert stale_values(read(made), from_stored) == ()


def test_a_form_that_would_take_minutes_to_calculate_is_noted_and_not_calculated() -> None:
    rows = tuple((1.0, 99.0 if r < 3000 else None) for r in range(40_000))
    formulas = {(r, 2): f"=SUMPRODUCT((A$1:A$40000>A{r})*1)" for r in range(1, 3001)}
    faults = found(Snapshot(Source("甲镇.xlsx"), (Sheet("填报", rows, formulas=formulas),)))
    assert [f.code for f in faults] == ["form-stale-unchecked"]

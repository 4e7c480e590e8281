"""Every fault is found as what it is, at the cell where it is, and nothing else with it.

A case is a text in tests/forms/reject/<code>/: what somebody did to a clean form, and what is
expected.  `draw` does it, with openpyxl, by the words that stand in the form.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from kpixl.entries import Entries, Entry
from kpixl.findings import CATALOGUE, Finding, Severity
from kpixl.hosts import files
from kpixl.returns import checked
from kpixl.scheme.model import Scheme
from kpixl.templates.issued import IssuedForms
from kpixl.validation import examine, examine_ledger
from kpixl.validation.returned import Reading
from kpixl.workspace import issue_forms, usable_scheme
from tests.forms.draw import Drawn, beside, draw, said
from tests.forms.mutations import form_of
from tests.forms.sample_scheme import FIGURES, SELF_SCORES, UNITS, write_scheme

HERE = Path(__file__).resolve().parent
CASES = sorted((HERE / "reject").glob("*/*.txt"))
WORKBOOKS = HERE.parents[1] / "workbooks"
TODAY = date(2017, 1, 20)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scheme, Path]:
    """The sample scheme, and a folder with the clean forms of its units."""
    room = tmp_path_factory.mktemp("sample")
    write_scheme(room / "方案.xlsx")
    scheme, found = usable_scheme(room / "方案.xlsx")
    assert [f.sentence() for f in found] == []
    for path in issue_forms(scheme, room / "表"):
        fill(path)
    return scheme, room / "表"


def fill(path: Path) -> None:
    """Fill in an issued form."""
    book = openpyxl.load_workbook(path)
    form = form_of(book)
    for name, value in FIGURES[path.stem].items():
        form.figure(name).value = value
    column = form.columns["自评分"]
    rows = [r for r in sorted(form.rows.values()) if form.sheet.cell(r, form.columns["指标"]).value]
    for row, score in zip(rows, SELF_SCORES, strict=True):
        form.sheet.cell(row, column).value = score
    for label, text in (("填报人", "王某"), ("负责人", "李某"), ("填报日期", "2017-01-10")):
        beside(form, label).value = text
    said(book, "采用信息", "佐证材料").value = f"{path.stem}信息采用通报"
    book.save(path)


CLEAN: dict[Path, tuple[Reading, ...]] = {}


def clean(folder: Path, scheme: Scheme) -> tuple[Reading, ...]:
    """The clean returns of a folder as they were read."""
    if folder not in CLEAN:
        issued = IssuedForms(scheme)
        paths = sorted(folder.glob("*.xlsx"))
        CLEAN[folder] = tuple(checked(files.read(p), issued, today=TODAY) for p in paths)
    return CLEAN[folder]


def findings_of(made: Drawn, scheme: Scheme, folder: Path) -> tuple[Finding, ...]:
    """What is found in the drawn files, beside the clean returns of the other units."""
    issued = IssuedForms(scheme)
    books = [files.read(path) for path in made.files]
    readings = []
    for path, book in zip(made.files, books, strict=True):
        name = path.name
        book = replace(book, source=replace(book.source, name=name))
        readings.append(checked(book, issued, today=TODAY))
    if scheme.ledger is not None:
        return examine_ledger(readings, books, scheme, expect_all=False)[1]
    beside_it = [
        r for r in clean(folder, scheme) if r.unit != made.unit and r.unit not in made.missing
    ]
    accepted = None
    if made.last_year:
        cells = {
            (made.unit, n): Entry(made.unit, n, value=v, state="given")
            for n, v in made.last_year.items()
        }
        accepted = Entries((made.unit,), {}, cells)
    done = examine(
        [*beside_it, *readings], scheme, expect_all=bool(made.missing), accepted=accepted
    )
    return done.findings


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def test_the_clean_forms_have_no_finding(sample: tuple[Scheme, Path]) -> None:
    scheme, folder = sample
    assert len(clean(folder, scheme)) == len(UNITS)
    found = examine(clean(folder, scheme), scheme).findings
    assert [f.sentence() for f in found] == []


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_fault_is_found_at_its_cell_and_nothing_else(
    case: Path, sample: tuple[Scheme, Path], tmp_path: Path
) -> None:
    scheme, folder = sample
    text = case.read_text("utf-8")
    system = next(
        (x.split()[1].split("/")[0] for x in text.splitlines() if x.startswith("表 ") and "/" in x),
        "",
    )
    if system:
        scheme, folder = known(system), WORKBOOKS / system / "回收"
    made = draw(text, sample[1], WORKBOOKS, tmp_path)
    wanted = {code for code, _, _ in made.expected}
    found = {
        (f.code, f.place.file, f.place.cell)
        for f in findings_of(made, scheme, folder)
        if f.severity is not Severity.NOTE or f.code in wanted
    }
    assert found == {
        (code, "" if code == "form-returns-missing" else file, cell)
        for code, file, cell in made.expected
    }
    assert case.parent.name in wanted


@cache
def known(system: str) -> Scheme:
    return usable_scheme(system)[0]


CODES = sorted({p.parent.name for p in CASES})


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_four_cases_and_is_in_the_catalogue(code: str) -> None:
    assert code in CATALOGUE
    assert len(list((HERE / "reject" / code).glob("*.txt"))) >= 4

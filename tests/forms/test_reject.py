"""Every fault is found as what it is, at the cell where it is, and nothing else with it.

A case is a text in tests/forms/reject/<code>/: what somebody did to a clean form, and what is
expected.  `draw` does it, with openpyxl, by the words that stand in the form.
"""

from __future__ import annotations

import ast
import re
import shutil
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from kpixl.collection import collect
from kpixl.entries import Entries, Entry
from kpixl.findings import CATALOGUE, Finding, Severity
from kpixl.hosts import files
from kpixl.returns import checked
from kpixl.scheme.model import Scheme
from kpixl.templates.issued import IssuedForms
from kpixl.validation import examine, examine_ledger
from kpixl.validation.returned import Reading
from kpixl.workspace.checking import check
from kpixl.workspace.issuing import issue_forms
from kpixl.workspace.schemes import usable_scheme
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


BLANK: dict[Path, frozenset[Finding]] = {}


def blank_on_purpose(folder: Path, scheme: Scheme) -> frozenset[Finding]:
    """What is found in the samples of a folder as they are: some leave a figure blank."""
    if folder not in BLANK:
        found = examine(clean(folder, scheme), scheme, expect_all=False).findings
        BLANK[folder] = frozenset(f for f in found if f.code == "value-missing")
    return BLANK[folder]


def findings_of(made: Drawn, scheme: Scheme, folder: Path) -> tuple[Finding, ...]:
    """What is found in the drawn files, beside the clean returns of the other units."""
    if made.way:
        return from_the_folder(made, scheme, folder)
    issued = IssuedForms(scheme)
    books = [files.read(path) for path in made.files]
    readings = []
    for path, book in zip(made.files, books, strict=True):
        name = path.name
        book = replace(book, source=replace(book.source, name=name))
        readings.append(checked(book, issued, today=TODAY))
    if scheme.ledger is not None:
        return examine_ledger(readings, scheme, expect_all=False)[1]
    beside_it = [r for r in clean(folder, scheme) if r.unit not in (*made.units, *made.missing)]
    accepted = None
    if made.last_year:
        cells = {
            (made.units[0], n): Entry(made.units[0], n, value=v, state="given")
            for n, v in made.last_year.items()
        }
        accepted = Entries(made.units, {}, cells)
    done = examine(
        [*beside_it, *readings], scheme, expect_all=bool(made.missing), accepted=accepted
    )
    before = blank_on_purpose(folder, scheme)
    return tuple(f for f in done.findings if f not in before)


def from_the_folder(made: Drawn, scheme: Scheme, folder: Path) -> tuple[Finding, ...]:
    """What checking or collecting a folder finds in the drawn files."""
    room = made.files[0].parent
    names = {path.relative_to(room).as_posix() for path in made.files}
    for path in folder.glob("*.xlsx") if made.way == "校验" else ():
        if path.name not in names and path.stem not in made.units:
            shutil.copy(path, room)
    if made.way == "汇总":
        now = datetime.combine(TODAY, datetime.min.time())
        done = collect(room, scheme, to=room / "回收情况", now=now)
        found: tuple[Finding, ...] = done.board.findings
    else:
        found = check([room], None if made.way == "无方案" else scheme, today=TODAY)[1]
    return tuple(f for f in found if f.place.file in names)


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
    (tmp_path / "表").mkdir()
    made = draw(text, sample[1], WORKBOOKS, tmp_path / "表")
    if made.scheme:
        scheme = altered(sample[1].parent / "方案.xlsx", made, tmp_path / "方案.xlsx")
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


def altered(source: Path, made: Drawn, target: Path) -> Scheme:
    """The sample scheme with other words in some of its cells."""
    book = openpyxl.load_workbook(source)
    for name, row, column, value in made.scheme:
        sheet = book[name]
        head = [cell.value for cell in sheet[1]]
        key = head.index("设置项" if name == "方案" else name)
        (found,) = (cells for cells in sheet.iter_rows(min_row=2) if cells[key].value == row)
        found[head.index(column)].value = value
    book.save(target)
    scheme, faults = usable_scheme(target)
    assert [f.sentence() for f in faults] == []
    return scheme


@cache
def known(system: str) -> Scheme:
    return usable_scheme(system)[0]


# Codes that say something of the scheme, of a result or of a calculation, not of a form.
NOT_OF_FORMS = ("scheme-", "lint-", "verify-", "calc-", "score-")
# What no returned form of a known layout can give: why, and the tests that provoke it.
ELSEWHERE = {
    "bind-": ("forms of somebody else's layout, recognised", "templates/layouts/questions"),
    "enterprise-": ("a table of enterprises, which nobody returns", "templates ranking workbooks"),
    "table-group": ("a .csv table of all units", "templates/test_table.py"),
    "ledger-month-assumed": ("the command, where nobody says the month", "cli/test_ledger.py"),
    "ledger-unit-without-tasks": ("units and tasks of the scheme", "scoring/test_ledger.py"),
    "form-returns-missing": ("said of a unit without a form", "forms/reject"),
}
PACKAGE = HERE.parents[1] / "kpixl"


def codes_in(path: Path) -> set[str]:
    """The codes of the catalogue that a module names."""
    names = (
        n.value for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Constant)
    )
    return {n for n in names if isinstance(n, str) and n in CATALOGUE}


def test_every_code_of_a_form_has_four_cases_or_is_provoked_elsewhere() -> None:
    folders = {p.name: len(list(p.glob("*.txt"))) for p in (HERE / "reject").iterdir()}
    assert folders.keys() <= CATALOGUE.keys()
    lacking = []
    for code in CATALOGUE:
        if code.startswith(NOT_OF_FORMS) or folders.get(code, 0) >= 4:
            continue
        where = next((w for c, (_, w) in ELSEWHERE.items() if code.startswith(c)), None)
        if where is None or not named_in(code, where):
            lacking.append(code)
    assert lacking == []


def named_in(code: str, where: str) -> bool:
    """Whether tests of those files or folders name a code.

    The questions about other people's forms are drawn with the words of the finding: four of each.
    """
    said = re.sub(r"\\\{\w+\\\}", ".+", re.escape(CATALOGUE[code].text))
    places = [HERE.parent / place for place in where.split()]
    every = [*places, *(file for place in places for file in place.rglob("*"))]
    files_ = [file for file in every if file.suffix in (".py", ".txt") and file.is_file()]
    if code.startswith("bind-"):
        return sum(bool(re.search(said, file.read_text("utf-8"))) for file in files_) >= 4
    return any(re.search(rf"\b{code}\b", file.read_text("utf-8")) for file in files_)


def test_no_code_stands_in_the_catalogue_that_nothing_gives() -> None:
    given = set().union(*(codes_in(p) for p in PACKAGE.rglob("*.py") if p.name != "findings.py"))
    assert CATALOGUE.keys() - given == set()

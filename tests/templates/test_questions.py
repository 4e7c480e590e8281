"""What can't be told from a form is asked, in so many words, and not guessed; answers are kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kpixl.pipeline import assess_forms
from kpixl.templates.from_form import scheme_of_form
from kpixl.workspace.assessing import assess
from kpixl.workspace.binding import recognise, save_binding
from kpixl.workspace.schemes import usable_scheme
from tests.soffice import Office
from tests.templates.layouts.build import Form, forms, write

DRAWN = forms("questions")


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory, soffice: Office) -> Mapping[str, Path]:
    return write(DRAWN, tmp_path_factory.mktemp("questions"), soffice)


def test_there_are_questions_of_many_sorts() -> None:
    assert len(DRAWN) >= 12
    assert all(form.questions for form in DRAWN)
    assert {f.writer for f in DRAWN} == {"xlsxwriter", "openpyxl", "libreoffice"}


@pytest.mark.parametrize("form", DRAWN, ids=lambda f: f.name)
def test_what_cannot_be_told_is_asked(form: Form, books: Mapping[str, Path]) -> None:
    found = recognise(books[form.name])
    asked = [
        ("!".join(filter(None, (f.place.sheet, f.place.cell))), f.text, f.found)
        for f in found.findings
    ]
    assert asked == form.questions


@pytest.mark.parametrize("form", DRAWN, ids=lambda f: f.name)
def test_what_is_asked_is_not_scored(form: Form, books: Mapping[str, Path]) -> None:
    found = recognise(books[form.name])
    stated = scheme_of_form(found.form)
    if stated.scheme is None:
        return
    known = {row[0] for row in form.expected.get("填报值", [])[1:]}
    names = {i.key: i.name for i in stated.scheme.indicators}
    for standing in assess_forms(stated.scheme, [found.form]).ranking.standings:
        assert {names[k] for k, points in standing.items.items() if points is not None} <= known


# -- answers -------------------------------------------------------------------------------------


def answered(path: Path, answers: Mapping[str, str]) -> None:
    """Write cells beside open questions of 绑定, as a person does, by input or role."""
    book: Any = openpyxl.load_workbook(path)
    sheet = book["绑定"]
    heads = {c.value: c.column for row in sheet.iter_rows() for c in row if row[0].value == "指纹"}
    left = dict(answers)
    for row in range(1, sheet.max_row + 1):
        name = sheet.cell(row, heads["数据项"]).value or sheet.cell(row, heads["作用"]).value
        if name in left and not sheet.cell(row, heads["单元格"]).value:
            sheet.cell(row, heads["单元格"]).value = left.pop(name)
    assert not left, left
    book.save(path)


@pytest.mark.parametrize(
    ("name", "answers", "total"),
    [
        ("01", {"填报值": "D3"}, 8.0),
        ("13", {"填报值": "E2"}, 7.0),
        ("13", {"填报值": "E3"}, 7.0),
        ("09", {"创新平台·国家级平台": "D3", "创新平台·省级平台": "D3"}, 28.0),
    ],
)
def test_an_answer_on_the_sheet_is_kept_for_the_next_form(
    name: str, answers: Mapping[str, str], total: float, books: Mapping[str, Path], tmp_path: Path
) -> None:
    saved = save_binding(recognise(books[name]), tmp_path / "方案.xlsx")
    answered(saved, answers)
    outcome = assess(saved, [books[name]])
    assert [s.total for s in outcome.ranking.standings] == [total]
    assert not [f.text for f in outcome.findings if f.code.startswith("bind-")]


def test_a_word_of_the_users_own_is_known_from_then_on(
    books: Mapping[str, Path], tmp_path: Path
) -> None:
    saved = save_binding(recognise(books["06"]), tmp_path / "方案.xlsx")
    book: Any = openpyxl.load_workbook(saved)
    sheet = book["同义词"]
    (cell,) = [c for row in sheet.iter_rows() for c in row if c.value == "数字栏"]
    assert not cell.offset(0, -1).value
    cell.offset(0, -1).value = "填报值"
    book.save(saved)
    outcome = assess(saved, [books["06"]])
    assert [s.total for s in outcome.ranking.standings] == [8.0]


def test_a_scheme_made_from_a_form_gives_what_the_form_gives(
    books: Mapping[str, Path], tmp_path: Path
) -> None:
    saved = save_binding(recognise(books["09"]), tmp_path / "方案.xlsx")
    scheme, _ = usable_scheme(saved)
    own = scheme_of_form(recognise(books["09"]).form).scheme
    assert own is not None
    assert [i.key for i in scheme.indicators] == [i.key for i in own.indicators]
    assert [u.name for u in scheme.units] == [u.name for u in own.units]
    assert [b.row()[:6] for b in scheme.bindings] == [b.row()[:6] for b in own.bindings]


def test_the_form_itself_stays_as_it_is(books: Mapping[str, Path], tmp_path: Path) -> None:
    before = books["09"].read_bytes()
    save_binding(recognise(books["09"]), tmp_path / "方案.xlsx")
    assert books["09"].read_bytes() == before

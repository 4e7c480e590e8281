"""Forms of many layouts and writers are recognised without configuration, cell by cell."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpixl.hosts import files
from kpixl.pipeline import assess_forms
from kpixl.scheme.derive import inputs_of
from kpixl.scheme.model import Scheme
from kpixl.templates.bind import Recogniser
from kpixl.templates.cells import BoundCell, bound_cells
from kpixl.templates.from_form import scheme_of_form
from kpixl.workspace.binding import Recognised, recognise
from tests.soffice import Office
from tests.templates.layouts.build import Form, forms, varied, write

DRAWN = forms()
WITH_RULES = [f for f in DRAWN if not f.scheme]
# Of these roles the cells must be exactly the expected ones; others are compared where listed.
EXACT = ("填报值", "目标", "上年数", "名次")
COMPARED = ("单位", "评分标准", "分值", "自评分", "考核分", "计量单位")


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory, soffice: Office) -> dict[str, Path]:
    return write(DRAWN, tmp_path_factory.mktemp("layouts"), soffice)


def labels(scheme: Scheme) -> dict[str, str]:
    """Each asked input by its item, with what the clause asks for where that is several things."""
    found: dict[str, str] = {}
    for indicator in scheme.indicators:
        rule = indicator.rule
        for number, feed in enumerate(indicator.feeds):
            assert rule is not None
            several = len(rule.inputs) > 1
            name = f"{indicator.name}/{rule.inputs[number].label}" if several else indicator.name
            todo = [feed]
            while todo:
                given = scheme.input_by_name[todo.pop()]
                found.setdefault(given.name, name)
                if given.derived:
                    todo += inputs_of(scheme.derivations[given.name])
                todo += [given.target_input] if given.target_input else []
    return found


def actual(found: Recognised, role: str) -> set[tuple[str, str, str]]:
    """Unit, item and cell of a role, as the program says."""
    assert found.scheme is not None
    named = labels(found.scheme)
    several = len(found.form.sheets) > 1
    items = {i.key: i.name for i in found.scheme.indicators}

    def name(cell: BoundCell) -> str:
        if cell.input:
            return named.get(cell.input, cell.input)
        return "" if role == "单位" else items.get(cell.indicator, cell.indicator)

    return {
        (c.unit, name(c), f"{c.sheet}!{c.cell}" if several else c.cell)
        for c in found.cells
        if c.role == role
    }


def differences(form: Form, found: Recognised) -> Iterator[str]:
    for role in (*EXACT, *(r for r in COMPARED if r in form.expected)):
        wanted, got = form.wanted(role), actual(found, role)
        if role == "单位" and not form.expected.get(role):
            continue
        yield from (f"{role} lacks {x}" for x in sorted(wanted - got))
        yield from (f"{role} has {x}" for x in sorted(got - wanted))


def faults(form: Form, found: Recognised) -> list[str]:
    """What was found, but for the hidden sheets that were drawn: they are told."""
    hidden = {s.name for s in form.sheets if s.hidden}
    told = [f for f in found.findings if f.code == "form-hidden" and f.place.sheet in hidden]
    assert len(told) == len(hidden)
    return [f.sentence() for f in found.findings if f not in told]


@pytest.mark.parametrize("form", WITH_RULES, ids=lambda f: f.name)
def test_a_form_that_states_its_rules_is_bound_without_configuration(
    form: Form, books: dict[str, Path]
) -> None:
    found = recognise(books[form.name])
    assert faults(form, found) == []
    assert list(differences(form, found)) == []


@pytest.mark.parametrize("form", WITH_RULES, ids=lambda f: f.name)
def test_it_is_bound_alike_elsewhere_on_the_sheet_and_in_other_words(
    form: Form, tmp_path: Path
) -> None:
    other = varied(form, random.Random(form.name))
    found = recognise(write([other], tmp_path)[form.name])
    assert faults(other, found) == []
    assert list(differences(other, found)) == []


@pytest.mark.parametrize(
    "form", [f for f in WITH_RULES if "总分" in f.expected], ids=lambda f: f.name
)
def test_its_totals_are_those_worked_out_by_hand(form: Form, books: dict[str, Path]) -> None:
    snapshot = files.read(books[form.name])
    stated = scheme_of_form(snapshot)
    assert stated.scheme is not None
    outcome = assess_forms(stated.scheme, [snapshot])
    totals = {s.unit: s.total for s in outcome.ranking.standings}
    wanted = {unit: float(total) for unit, _, total in form.wanted("总分")}
    assert totals == pytest.approx(wanted, abs=0.001)


def test_the_layouts_come_from_three_writers_in_all_formats() -> None:
    assert len(DRAWN) >= 40
    assert {f.writer for f in DRAWN} == {"xlsxwriter", "openpyxl", "libreoffice"}
    assert {f.suffix for f in DRAWN} == {"xlsx", "xlsm", "xls", "ods", "et"}


def test_a_layout_is_recognised_once_and_then_verified(books: dict[str, Path]) -> None:
    snapshot = files.read(books["01"])
    scheme = scheme_of_form(snapshot).scheme
    assert scheme is not None
    recogniser = Recogniser(scheme)
    first = recogniser.read(snapshot)
    for _ in range(5):
        again = recogniser.read(snapshot)
        assert again.bindings == first.bindings
    assert recogniser.recognised == 1
    assert bound_cells(snapshot, first, scheme) == bound_cells(snapshot, again, scheme)

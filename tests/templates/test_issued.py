"""The form as it was issued, worked out again."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpixl.hosts import files
from kpixl.scheme.find import known_schemes
from kpixl.templates.bind import Recogniser
from kpixl.templates.issued import IssuedForms
from kpixl.workspace.schemes import usable_scheme

WORKBOOKS = Path(__file__).resolve().parents[2] / "workbooks"


@pytest.mark.parametrize("system", known_schemes())
def test_a_form_worked_out_from_that_of_another_unit_is_the_same_as_its_own(system: str) -> None:
    scheme, _ = usable_scheme(system)
    together = IssuedForms(scheme)
    for unit in scheme.units:
        alone = IssuedForms(scheme)._form(unit.name, "")
        assert together._form(unit.name, "") == alone


@pytest.mark.parametrize("system", known_schemes())
def test_the_layout_of_an_issued_form_is_what_is_recognised_in_its_returns(system: str) -> None:
    scheme, _ = usable_scheme(system)
    if scheme.ledger is not None:
        return  # the rows of a ledger are found month by month, in another way
    forms = IssuedForms(scheme)
    for path in sorted((WORKBOOKS / system / "回收").glob("*.xlsx")):
        book = files.read(path)
        issued = forms.of(book)
        assert issued is not None
        seen = Recogniser(scheme).read(book)
        assert forms.layout(issued).bindings == seen.bindings
        assert forms.layout(issued).findings == seen.findings == ()

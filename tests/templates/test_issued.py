"""The form as it was issued, worked out again."""

from __future__ import annotations

import pytest

from kpixl.scheme.find import known_schemes
from kpixl.templates.issued import IssuedForms
from kpixl.workspace import usable_scheme


@pytest.mark.parametrize("system", known_schemes())
def test_a_form_worked_out_from_that_of_another_unit_is_the_same_as_its_own(system: str) -> None:
    scheme, _ = usable_scheme(system)
    together = IssuedForms(scheme)
    for unit in scheme.units:
        alone = IssuedForms(scheme)._form(unit.name, "")
        assert together._form(unit.name, "") == alone

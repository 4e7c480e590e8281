"""Clean forms, however odd they look, give no finding of severity 强 or 核."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from kpixl.findings import Severity
from kpixl.hosts import files
from kpixl.returns import checked
from kpixl.scheme.model import Scheme
from kpixl.templates.issued import IssuedForms
from kpixl.validation import examine, examine_ledger
from kpixl.validation.returned import Reading
from kpixl.workspace.schemes import usable_scheme

HERE = Path(__file__).resolve().parent
FORMS = sorted(p for p in (HERE / "accept").rglob("*") if p.is_file())
SAMPLES = HERE.parents[1] / "workbooks"
TODAY = date(2026, 1, 1)


@cache
def known(system: str) -> tuple[Scheme, IssuedForms]:
    scheme = usable_scheme(system)[0]
    return scheme, IssuedForms(scheme)


@cache
def others(system: str) -> tuple[Reading, ...]:
    """The returns of the other units, so that figures are held against a group."""
    paths = sorted((SAMPLES / system / "回收").glob("*.xlsx"))
    return tuple(checked(files.read(p), known(system)[1], today=TODAY) for p in paths)


def test_there_are_enough_of_them_from_several_programs() -> None:
    assert len(FORMS) >= 30
    assert sum("LibreOffice" in str(p) for p in FORMS) >= 6
    assert {p.suffix for p in FORMS} == {".xlsx", ".xls", ".ods"}


@pytest.mark.parametrize("path", FORMS, ids=lambda p: f"{p.parent.parent.name}/{p.parent.name}")
def test_a_clean_form_is_accepted(path: Path) -> None:
    system = path.relative_to(HERE / "accept").parts[0]
    scheme, issued = known(system)
    book = files.read(path)
    reading = checked(book, issued, today=TODAY)
    if scheme.ledger is not None:
        found = examine_ledger([reading], scheme, expect_all=False)[1]
    else:
        beside = [r for r in others(system) if Path(r.file).stem != path.stem]
        found = examine([*beside, reading], scheme, expect_all=False).findings
    assert reading.unit == path.stem
    own = [f.sentence() for f in found if f.place.file == path.name]
    hard = [s for s in own if not s.startswith(f"〔{Severity.NOTE}〕")]
    assert hard == []
    assert reading.figures, "nothing was read, so nothing was checked"

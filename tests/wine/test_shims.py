"""Under Wine run the very packages that are tested elsewhere, none of another version."""

from __future__ import annotations

from tests.wine.machine import Machine
from tests.wine.prepare import requirements, versions


def test_windows_has_the_packages_at_the_versions_of_the_constraints(wine: Machine) -> None:
    said = wine.run_python("-m", "pip", "list", "--format=freeze", "--disable-pip-version-check")
    there = {line.replace("_", "-").lower() for line in said.out.split()}
    names = {name.replace("_", "-").lower() for name in (*requirements(), "numpy")}
    wanted = {v.replace("_", "-").lower() for v in versions()}
    wanted = {w for w in wanted if w.partition("==")[0] in names}
    assert len(wanted) == len(names)
    assert wanted <= there

"""What setup.cfg asks for is what the code uses, and what constraints.txt pins."""

from __future__ import annotations

import ast
import configparser
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPO = Path(__file__).parents[1]
# Packages whose modules have another name.
MODULES = {
    "msoffcrypto-tool": {"msoffcrypto"},
    "python-calamine": {"python_calamine"},
    "pywin32": {"pythoncom", "win32com"},
}

# What LibreOffice brings, not a package index.
OFFICE = {"uno", "unohelper", "com", "org", "kpixl_names"}


def config() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(REPO / "setup.cfg", encoding="utf-8")
    return parser


def requirements(text: str) -> list[Requirement]:
    return [Requirement(line) for line in text.split("\n") if line.strip()]


def of_users() -> list[Requirement]:
    """What users get: the core and the extras, without the tools of developers."""
    extras = config()["options.extras_require"]
    text = config()["options"]["install_requires"]
    return requirements("\n".join([text, *(extras[n] for n in extras if n != "dev")]))


def everything() -> list[Requirement]:
    core = config()["options"]["install_requires"]
    return requirements(core + "\n" + config()["options.extras_require"]["dev"])


def imported() -> set[str]:
    """The third-party modules that the installed code names anywhere."""
    found: set[str] = set()
    for folder in ("kpixl", "workbooks", "macros"):
        for path in (REPO / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    found |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                    found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - OFFICE - {"kpixl"}


def test_the_declared_packages_are_those_that_the_code_uses() -> None:
    names = {canonicalize_name(r.name) for r in of_users()}
    declared = {module for n in names for module in MODULES.get(n, {n})}
    assert declared == imported()


def test_the_developers_extra_holds_all_others() -> None:
    assert {str(r) for r in of_users()} <= {str(r) for r in everything()}


@pytest.mark.parametrize("requirement", everything(), ids=lambda r: r.name)
def test_a_lower_bound_is_stated_and_the_pinned_version_keeps_it(
    requirement: Requirement,
) -> None:
    lines = (REPO / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line) for line in lines if line and not line.startswith("#")]
    (pin,) = (p for p in pins if canonicalize_name(p.name) == canonicalize_name(requirement.name))
    (version,) = pin.specifier
    assert version.operator == "=="
    assert [bound.operator for bound in requirement.specifier] == [">="]
    assert requirement.specifier.contains(version.version)

"""The walls of the house: who may import whom, and what may load when.

docs/architecture.md says why; what is asserted here is read from the source of
every module, imports inside functions and under TYPE_CHECKING included.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

REPO = Path(__file__).parents[1]

KERNEL = {
    "address",
    "entries",
    "errors",
    "findings",
    "grid",
    "host",
    "log",
    "numbers",
    "patterns",
    "rounding",
}
# What each part of the package may import beside itself and the kernel.
BELOW: dict[str, set[str]] = {
    "layout": set(),
    "rules": set(),
    "scheme": {"layout", "rules"},
    "templates": {"layout", "rules", "scheme"},
    "validation": {"rules", "scheme", "templates"},
    "scoring": {"rules", "scheme"},
    "ranking": {"rules", "scheme", "scoring"},
    "reporting": {"layout", "rules", "scheme", "scoring", "ranking"},
    "hosts": set(),
}
BELOW["pipeline"] = set(BELOW) - {"hosts"}
BELOW["verification"] = set(BELOW) - {"hosts"}
# Whoever chooses a host stands above the pipeline.
BELOW["returns"] = set(BELOW)
BELOW["workspace"] = set(BELOW)
BELOW["collection"] = set(BELOW)
BELOW["addin"] = set(BELOW)
BELOW["workbooks"] = set(BELOW) - {"addin"}
BELOW["commands"] = set(BELOW) - {"workbooks"}
BELOW["cli"] = {*BELOW["commands"], "commands"}
BELOW["macros"] = {"addin"}

# Where a third-party package may be named at all (a pattern over the module's full name).
HOMES = {
    "openpyxl": r"kpixl\.hosts\.files",
    "python_calamine": r"kpixl\.hosts\.(files|worker)",
    "lxml": r"kpixl\.hosts\.(files|worker)",
    "msoffcrypto": r"kpixl\.hosts\.encryption",
    "xlsxwriter": r"kpixl\.hosts\.files",
    "packaging": r"kpixl\.addin\.kit",
    "pyopenvba": r"kpixl\.addin\.xlam",
    "xlwings": r"kpixl\.(hosts\.excel|addin)",
    "uno": r"kpixl\.(hosts\.calc|macros\.calc)",
    "unohelper": r"kpixl\.(hosts\.calc|macros\.calc)",
    "com": r"kpixl\.(hosts\.calc|macros\.calc)",  # com.sun.star, the types of uno
    "org": r"kpixl\.macros\.calc",  # org.kpixl, the types of our extension
    "kpixl_names": r"kpixl\.macros\.calc",  # what the extension generates for it
    "pythoncom": r"kpixl\.(addin\.excel_call|hosts\.excel)",
    "win32com": r"kpixl\.addin\.excel_call",
    "formulas": r"kpixl\.hosts\.headless",
    "schedula": r"kpixl\.hosts\.headless",
    "formualizer": r"kpixl\.hosts\.headless",
    "pandas": r"kpixl\.(templates|validation|scoring|ranking|reporting|pipeline)",
    "numpy": r"kpixl\.(rounding|hosts\.headless|rules|scheme|scoring|ranking|reporting|addin|macros\.calc)",
    "rich": r"kpixl\.(cli|commands)",
}

# Loaded by LibreOffice itself, never by the package.
LOADED_BY_OFFICE = {"kpixl.macros.calc_component"}


@dataclass(frozen=True)
class Import:
    """One name that a module imports, and where it stands."""

    module: str
    path: Path
    line: int
    target: str
    at_load: bool
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.path.relative_to(REPO).as_posix()}:{self.line} imports {self.target}"

    @property
    def package(self) -> str:
        return self.target.split(".")[0]


def part(module: str) -> str:
    """The part of the package that a module belongs to: kpixl.rules.expr is of rules."""
    return module.split(".")[1] if "." in module else ""


def _statements(body: list[ast.stmt], at_load: bool) -> Iterator[tuple[ast.stmt, bool]]:
    for statement in body:
        yield statement, at_load
        deferred = isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)) or (
            isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test)
        )
        for name in ("body", "orelse", "finalbody"):
            inner = getattr(statement, name, [])
            yield from _statements(inner, at_load and not (deferred and name == "body"))
        for handler in getattr(statement, "handlers", []) + getattr(statement, "cases", []):
            yield from _statements(handler.body, at_load)


def imports_of(source: str, module: str, path: Path, is_package: bool) -> Iterator[Import]:
    """Every import of a module's source, relative ones made absolute."""
    for statement, at_load in _statements(ast.parse(source).body, True):
        targets: list[str] = []
        taken: tuple[str, ...] = ()
        match statement:
            case ast.Import(names=names):
                targets = [alias.name for alias in names]
            case ast.ImportFrom(module=base, names=names, level=level):
                if level:
                    steps = module.split(".")[: None if is_package and level == 1 else -level]
                    if is_package and level > 1:
                        steps = module.split(".")[: 1 - level]
                    base = ".".join([*steps, *([base] if base else [])])
                # `from kpixl import rounding` names a module, `from kpixl.grid import Area` not.
                targets = [f"{base}.{a.name}" for a in names] if base == "kpixl" else [str(base)]
                taken = tuple(a.name for a in names)
        for target in targets:
            yield Import(module, path, statement.lineno, target, at_load, taken)


def modules() -> Iterator[tuple[str, Path]]:
    """Name and file of every module that is installed."""
    for folder, package in (
        ("kpixl", "kpixl"),
        ("workbooks", "kpixl.workbooks"),
        ("macros", "kpixl.macros"),
    ):
        for path in sorted((REPO / folder).rglob("*.py")):
            steps = path.relative_to(REPO / folder).with_suffix("").parts
            name = ".".join([package, *(s for s in steps if s != "__init__")])
            yield name, path


@cache
def all_imports() -> tuple[Import, ...]:
    return tuple(
        found
        for name, path in modules()
        for found in imports_of(
            path.read_text(encoding="utf-8"), name, path, path.name == "__init__.py"
        )
    )


# What reaches other machines.  Of urllib only the spelling of addresses is taken.
NETWORK = {"aiohttp", "ftplib", "http", "httpx", "requests", "smtplib", "socket", "socketserver"}
NETWORK |= {"ssl", "telnetlib", "urllib3", "xmlrpc"}
SPELLING = {
    "urllib.parse": {"quote", "unquote", "urlsplit"},
    "urllib.request": {"pathname2url", "url2pathname"},
}


def check_network(found: Import) -> str | None:
    """What is wrong with an import that could reach a network, or None."""
    spells = bool(found.names) and set(found.names) <= SPELLING.get(found.target, set())
    if found.package in NETWORK or (found.package == "urllib" and not spells):
        return f"{found}: nothing is fetched and nothing is sent"
    return None


def check_direction(found: Import) -> str | None:
    """What is wrong with an import inside the package, or None."""
    if found.package != "kpixl":
        return None
    own, other = part(found.module), part(found.target)
    if other in ("", "__version__", own) or other in KERNEL or own == "__main__":
        return None
    if own in KERNEL or own == "":
        return f"{found}: the kernel stands on nothing of the package"
    return None if other in BELOW[own] else f"{found}: {own} may not know {other}"


def check_home(found: Import) -> str | None:
    """What is wrong with an import from outside the package, or None."""
    if found.package == "kpixl" or found.package in sys.stdlib_module_names:
        return None
    home = HOMES.get(found.package)
    if home is None:
        return f"{found}: this package has no home; give it one in HOMES and a dependency"
    return None if re.match(home, found.module) else f"{found}: its home is {home}"


def faults(check: object) -> list[str]:
    assert callable(check)
    return [fault for found in all_imports() if (fault := check(found))]


def test_every_part_of_the_package_has_a_place_in_the_order() -> None:
    parts = {part(name) for name, _ in modules()} - {""}
    assert parts - {"__main__"} <= KERNEL | set(BELOW)


def test_imports_point_down_only() -> None:
    assert faults(check_direction) == []


def circles() -> list[tuple[str, ...]]:
    """The modules that come back to themselves by their imports, one tuple a circle."""
    names = {name for name, _ in modules()}
    below: dict[str, set[str]] = {name: set() for name in names}
    for found in all_imports():
        # `from kpixl.rules import terms` is of the module, not of the package that holds it
        inner = {f"{found.target}.{name}" for name in found.names} & names
        below[found.module] |= inner or {found.target} & names
    reached: dict[str, set[str]] = {}
    for name in names:
        seen: set[str] = set()
        todo = list(below[name])
        while todo:
            one = todo.pop()
            if one not in seen:
                seen.add(one)
                todo.extend(below[one])
        reached[name] = seen
    return sorted(
        {
            tuple(sorted({name} | {m for m in reached[name] if name in reached[m]}))
            for name in names
            if name in reached[name]
        }
    )


def test_no_module_comes_back_to_itself() -> None:
    assert circles() == []


def test_a_third_party_name_stops_at_its_home() -> None:
    assert faults(check_home) == []


def test_no_module_can_reach_a_network() -> None:
    assert faults(check_network) == []


@pytest.mark.parametrize(
    "source", ["import socket", "from urllib.request import urlopen", "import urllib.request"]
)
def test_a_way_to_a_network_is_seen(source: str) -> None:
    (found,) = imports_of(f"def work():\n    {source}", "kpixl.log", REPO / "kpixl/log.py", False)
    assert check_network(found) is not None


def test_heavy_packages_load_inside_the_functions_that_need_them() -> None:
    # numpy is the one exception: it may stand on top of a module that is itself loaded late,
    # because arithmetic over arrays needs it in every line (the next test holds the limit).
    wrong = [
        str(found)
        for found in all_imports()
        if found.at_load
        and found.package in HOMES
        and found.package != "numpy"
        and found.module not in LOADED_BY_OFFICE
    ]
    assert wrong == []


@pytest.mark.parametrize("name", ["kpixl", "kpixl.cli"])
def test_importing_the_package_loads_no_heavy_package(name: str) -> None:
    code = (
        f"import sys; before = set(sys.modules); import {name};"
        "print(*sorted({m.split('.')[0] for m in set(sys.modules) - before}))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=REPO, capture_output=True, text=True, check=True
    )
    loaded = set(run.stdout.split())
    assert "kpixl" in loaded
    assert {m for m in loaded if m not in sys.stdlib_module_names} == {"kpixl"}


def test_the_command_line_loads_no_part_that_does_the_work() -> None:
    code = "import sys, kpixl.cli; print(*(m for m in sys.modules if m.startswith('kpixl.')))"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=REPO, capture_output=True, text=True, check=True
    )
    loaded = set(run.stdout.split())
    assert {m for m in loaded if m.count(".") == 1} <= {f"kpixl.{k}" for k in KERNEL} | {
        "kpixl.cli",
        "kpixl.commands",
    }
    assert "kpixl.commands.score" in loaded


@pytest.mark.parametrize(
    ("module", "source", "target"),
    [
        ("kpixl.grid", "def f():\n    import kpixl.rules", "kpixl.rules"),
        ("kpixl.rules.expr", "from kpixl.scheme.model import Scheme", "kpixl.scheme.model"),
        ("kpixl.rules.expr", "from ..scheme import model", "kpixl.scheme"),
        ("kpixl.pipeline", "from kpixl import hosts", "kpixl.hosts"),
        (
            "kpixl.scoring.model",
            "if TYPE_CHECKING:\n    from kpixl.ranking.model import Ranking",
            "kpixl.ranking.model",
        ),
        (
            "kpixl.hosts.memory",
            "try:\n    pass\nexcept OSError:\n    import kpixl.cli",
            "kpixl.cli",
        ),
    ],
)
def test_an_import_upwards_is_seen_wherever_it_hides(module: str, source: str, target: str) -> None:
    (found,) = imports_of(source, module, REPO / "x.py", False)
    assert found.target == target
    assert check_direction(found)


def test_a_package_s_relative_import_is_its_own() -> None:
    (found,) = imports_of("from . import expr", "kpixl.rules", REPO / "x.py", True)
    assert found.target == "kpixl.rules"
    (found,) = imports_of("from .. import cli", "kpixl.rules", REPO / "x.py", True)
    assert found.target == "kpixl.cli"


def test_a_third_party_name_elsewhere_is_seen() -> None:
    for module, source in (
        ("kpixl.templates.read", "def f():\n    from openpyxl import load_workbook"),
        ("kpixl.rules.expr", "import lark"),
    ):
        (found,) = imports_of(source, module, REPO / "x.py", False)
        assert check_home(found)
    (late, early) = imports_of(
        "def f():\n    import pandas\nimport numpy", "kpixl.x", REPO / "x.py", False
    )
    assert (late.at_load, early.at_load) == (False, True)

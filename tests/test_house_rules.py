"""What may stand in no file: systems and cells of forms in the code, paths of one machine."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from kpixl.rules.assumptions import READINGS

REPO = Path(__file__).parents[1]

SYSTEM_NAMES = re.compile(r"wenzhou|温州|yueqing|乐清|hangzhou|杭州|xiangshan|象山", re.IGNORECASE)
# The demonstration runs one system of the package by name; nothing else knows any.
MAY_NAME_A_SYSTEM = {"kpixl/commands/demo.py"}

# Written in pieces, so that this file does not find itself.
MACHINE_PATH = re.compile(
    r"(?<![\w.$~}/-])/(?:" + "|".join(("root", "home", "tmp", "Users", "work")) + r")/"
    r"|\b[A-Z]:\\" + r"Users\\"
)


def repository_files() -> list[Path]:
    """The files that are, or are about to be, in the repository."""
    if not (REPO / ".git").exists():
        pytest.fail("these rules are about the repository: run them in a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPO,
        capture_output=True,
        check=True,
    )
    names = sorted(set(listed.stdout.decode("utf-8").split("\0")) - {""})
    return [REPO / name for name in names if (REPO / name).is_file()]


def text_of(path: Path) -> str:
    """The text of a file; empty for a workbook or a picture."""
    content = path.read_bytes()
    if b"\0" in content:
        return ""
    return content.decode("utf-8", errors="replace")


def places(pattern: re.Pattern[str], files: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(REPO).as_posix()}:{number}: {line.strip()[:80]}"
        for path in files
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_code_knows_an_assessment_system_by_name() -> None:
    code = [
        path
        for path in repository_files()
        if path.relative_to(REPO).parts[0] == "kpixl"
        and path.relative_to(REPO).as_posix() not in MAY_NAME_A_SYSTEM
    ]
    assert len(code) > 10
    assert places(SYSTEM_NAMES, code) == []


CELL = re.compile(r"\$?[A-Z]{1,3}\$?[1-9][0-9]*(?::\$?[A-Z]{1,3}\$?[1-9][0-9]*)?")


def literals(path: Path) -> list[tuple[int, str]]:
    """The string literals of a module with their lines, docstrings left out."""
    tree = ast.parse(text_of(path))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
    ]


def test_no_cell_of_a_form_stands_in_the_code() -> None:
    code = [
        path
        for path in repository_files()
        if path.suffix == ".py" and path.relative_to(REPO).parts[0] in ("kpixl", "workbooks")
    ]
    assert len(code) > 10
    found = [
        f"{path.relative_to(REPO).as_posix()}:{line}: {text}"
        for path in code
        for line, text in literals(path)
        # the codes of readings (G3) look like cells and are none
        if CELL.fullmatch(text) and text not in READINGS
    ]
    assert found == []


def test_the_pattern_of_cells_finds_addresses_and_no_words() -> None:
    assert all(CELL.fullmatch(cell) for cell in ("B7", "$B$7", "H10:H12", "XFD1048576"))
    assert not any(CELL.fullmatch(text) for text in ("单位", "A", "7", "sheet1", "B07", "KPIRANK"))


def test_no_file_holds_a_path_of_one_machine() -> None:
    assert places(MACHINE_PATH, repository_files()) == []


def test_the_pattern_finds_paths_of_one_machine_and_no_others() -> None:
    for line in ("open('/" + "tmp/a.xlsx')", "cd /" + "home/me/kpixl", "C:\\" + "Users\\me"):
        assert MACHINE_PATH.search(line), line
    for line in ("$HOME/kpixl", "docs/home/index", "../shared", "https://example.org/home/"):
        assert not MACHINE_PATH.search(line), line

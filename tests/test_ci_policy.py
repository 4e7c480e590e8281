"""The rule for skipped tests, tried on small suites of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).parents[1]


def outcome(folder: Path, source: str, *, ci: str) -> tuple[int, str]:
    (folder / "test_it.py").write_text("import pytest\n" + source, encoding="utf-8")
    environment = {**os.environ, "CI": ci, "PYTHONPATH": str(REPO)}
    environment.pop("PYTEST_ADDOPTS", None)
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.ci_policy", "--rootdir", "."],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return run.returncode, run.stdout.strip().splitlines()[-1]


@pytest.mark.parametrize(
    "source",
    [
        "def test_a(): pytest.skip('no soffice here')",
        "@pytest.mark.skip(reason='later')\ndef test_a(): pass",
        "@pytest.fixture\ndef shared(): pytest.skip('no shared/')\ndef test_a(shared): pass",
        "pytest.skip('not today', allow_module_level=True)",
    ],
    ids=["body", "mark", "fixture", "module"],
)
def test_a_skip_is_a_failure_in_ci_and_only_there(tmp_path: Path, source: str) -> None:
    source += "\ndef test_b(): pass"
    for ci in ("", "false"):
        code, line = outcome(tmp_path, source, ci=ci)
        assert code in (0, 5)
        assert "1 skipped" in line
    code, line = outcome(tmp_path, source, ci="true")
    assert code not in (0, 5)
    assert "skipped" not in line
    assert "1 failed" in line or "1 error" in line


def test_a_test_for_another_operating_system_may_be_skipped_in_ci(tmp_path: Path) -> None:
    source = "def test_a(): pytest.skip('only on Windows: the registry')\ndef test_b(): pass"
    code, line = outcome(tmp_path, source, ci="true")
    assert code == 0
    assert "1 passed, 1 skipped" in line


def test_an_expected_failure_is_no_skip(tmp_path: Path) -> None:
    code, line = outcome(tmp_path, "@pytest.mark.xfail\ndef test_a(): assert 0", ci="true")
    assert code == 0
    assert "1 xfailed" in line


def test_drawn_examples_are_the_same_in_every_run_of_ci(tmp_path: Path) -> None:
    source = """
from hypothesis import given, strategies as st

@given(st.integers())
def test_a(number):
    with open("drawn", "a") as file:
        print(number, file=file)
"""
    drawn = tmp_path / "drawn"
    runs = []
    for ci in ("true", "true", "", ""):
        outcome(tmp_path, source, ci=ci)
        runs.append(drawn.read_text(encoding="utf-8"))
        drawn.unlink()
    assert runs[0] == runs[1]
    assert runs[2] != runs[3]

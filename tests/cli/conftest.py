"""Forms to work on, and the command line inside the test's own process."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kpixl.cli import main
from tests.cli.running import SYSTEM, Run


@pytest.fixture
def forms(tmp_path: Path) -> Path:
    """A folder with a copy of the returned forms of the demonstration."""
    return Path(shutil.copytree(SYSTEM / "回收", tmp_path / "回收"))


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Run]:
    """Run a command inside this process, in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def command(*words: str | Path) -> Run:
        capsys.readouterr()
        code = main([str(w) for w in words])
        said = capsys.readouterr()
        return Run(code, said.out, said.err)

    return command

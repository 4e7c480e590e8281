"""The wheel of kpixl as the tests install it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
MAPPED = {"kpixl": "kpixl", "workbooks": "kpixl/workbooks", "macros": "kpixl/macros"}
BUILD_INPUT = (*MAPPED, "setup.cfg", "pyproject.toml", "README.md", "LICENSE")


def run(
    *command: str | Path, cwd: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; its output is UTF-8 text."""
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    return subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env={**clean, "PYTHONUTF8": "1", **(env or {})},
        capture_output=True,
        encoding="utf-8",
        timeout=600,
    )


def built_wheel(copy: Path) -> Path:
    """The wheel, built in an empty folder from a copy of the sources."""
    junk = shutil.ignore_patterns("__pycache__", "*.egg-info", "~$*", ".~lock*")
    for name in BUILD_INPUT:
        source = REPO / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=junk)
        else:
            shutil.copy(source, copy / name)
    build = run(
        sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", "out", cwd=copy
    )
    assert build.returncode == 0, build.stdout + build.stderr
    (built,) = (copy / "out").glob("*.whl")
    return built

"""kpixl on Windows' own Python: installed from its wheel, its commands on Windows' paths."""

from __future__ import annotations

from kpixl import __version__
from tests.wine.machine import Machine


def test_the_wheel_is_installed_by_windows_own_pip_and_nothing_is_missing(windows: Machine) -> None:
    assert windows.kpixl("--version").out.strip() == f"kpixl {__version__}"
    checked = windows.run_python("-m", "pip", "check", "--disable-pip-version-check")
    assert (checked.code, checked.out.strip()) == (0, "No broken requirements found.")

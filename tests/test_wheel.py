"""What is built is what was written: the wheel, installed where no source is, runs the main job."""

from __future__ import annotations

import configparser
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.building import MAPPED, REPO, built_wheel, run


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy: a stale build folder can't put anything into it."""
    return built_wheel(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of a new environment that has the wheel, not editable.

    The packages that kpixl needs are lent from this environment; kpixl is not.
    """
    home = tmp_path_factory.mktemp("installed") / "环境 1"
    made = run(sys.executable, "-m", "venv", "--without-pip", home, cwd=home.parent)
    assert made.returncode == 0, made.stderr
    paths = sysconfig.get_paths("venv", vars={"base": str(home), "platbase": str(home)})
    commands = Path(paths["scripts"])
    lent = Path(paths["purelib"]) / "lent.pth"
    lent.write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")
    python = commands / Path(sys.executable).name
    put = run(
        *(sys.executable, "-m", "pip", "--python", python, "install"),
        *("--no-deps", "--no-index", "--quiet", "--force-reinstall", wheel),
        cwd=home,
    )
    assert put.returncode == 0, put.stdout + put.stderr
    found = run(
        python,
        "-c",
        "import kpixl, kpixl.workbooks as w; print(kpixl.__file__, w.__file__)",
        cwd=home,
    )
    assert found.stdout.count(str(home)) == 2, found.stdout + found.stderr
    return commands


def test_every_package_of_the_source_is_declared() -> None:
    config = configparser.ConfigParser(interpolation=None)
    config.read(REPO / "setup.cfg", encoding="utf-8")
    declared = config["options"]["packages"].split()
    there = {
        ".".join((MAPPED[top], *path.parent.relative_to(REPO / top).parts)).replace("/", ".")
        for top in MAPPED
        for path in (REPO / top).rglob("*.py")
    }
    assert declared == sorted(there)


def test_every_file_of_the_source_travels_in_the_wheel(wheel: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z", *MAPPED], cwd=REPO, capture_output=True, check=True
    )
    names = set(tracked.stdout.decode("utf-8").split("\0")) - {""}
    expected = {
        name.replace(top + "/", target + "/", 1)
        for name in names
        for top, target in MAPPED.items()
        if name.startswith(top + "/") and (REPO / name).exists()
    }
    inside = set(zipfile.ZipFile(wheel).namelist())
    assert any(not name.isascii() for name in expected), "workbooks have Chinese names"
    assert expected - inside == set()
    assert not any("__pycache__" in name or name.startswith("tests") for name in inside)


def test_the_installed_wheel_runs_the_main_job_in_an_empty_folder(
    installed: Path, tmp_path: Path
) -> None:
    demo = run(installed / "kpixl", "demo", cwd=tmp_path)
    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert demo.stderr == ""
    for street in ("星海街道", "海城街道", "沙城街道", "天河街道"):
        assert street in demo.stdout
    books = list(tmp_path.rglob("*.xlsx"))
    from openpyxl import load_workbook

    sheets = {path: load_workbook(path, read_only=True).sheetnames for path in books}
    (ranked,) = [path for path, names in sheets.items() if "排名" in names]
    assert {"排名", "追溯", "公式核对"} <= set(sheets[ranked])

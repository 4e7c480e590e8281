"""The extension as a file and in a profile, and a command that is cancelled."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import pytest

from kpixl.addin import calc_build, commands, functions
from kpixl.addin.job import Job, run
from kpixl.errors import Cancelled, UnusableFile, UnwritableFile
from kpixl.hosts import files
from kpixl.hosts.memory import MemoryHost
from kpixl.scheme.find import find_scheme, known_schemes
from tests.calc import Calc


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return calc_build.build(tmp_path_factory.mktemp("oxt"), numpy=False)


def test_the_same_program_gives_the_same_bytes(package: Path, tmp_path: Path) -> None:
    assert calc_build.build(tmp_path / "再.oxt", numpy=False).read_bytes() == package.read_bytes()


def test_the_engine_and_the_schemes_are_inside_and_the_command_line_is_not(package: Path) -> None:
    with zipfile.ZipFile(package) as found:
        names = set(found.namelist())
        functions_in = found.read("CalcAddIns.xcu").decode()
        buttons_in = found.read("Addons.xcu").decode()
    assert {"pythonpath/kpixl/pipeline.py", "pythonpath/xlsxwriter/workbook.py"} <= names
    for system in known_schemes():
        assert f"pythonpath/kpixl/workbooks/{system}/方案.xlsx" in names
    assert not any("/commands/" in n or n.endswith(("cli.py", ".bas.pyc")) for n in names)
    assert all(f'oor:name="{name.lower()}"' in functions_in for name in functions())
    assert all(f"org.kpixl:{name}<" in buttons_in for name in commands())


def test_what_can_not_be_built_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnwritableFile, match=r"\.oxt 格式"):
        calc_build.build(tmp_path / "扩展.zip")
    with pytest.raises(UnusableFile, match="numpy"):
        calc_build.build(tmp_path, wheels=[tmp_path / "pandas-2.0-cp311-cp311-win_amd64.whl"])


def test_the_extension_is_seen_in_its_profile_and_removed_without_a_rest(
    calc: Calc, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    with calc.another(profile):
        pass  # at its end the program writes down what it holds
    found = calc_build.installed(profile)
    assert found is not None
    assert found.version == calc_build.version()
    assert list(profile.rglob("Kpixl*.xba"))
    assert calc_build.remove(profile)
    assert calc_build.installed(profile) is None
    assert not list(profile.rglob("Kpixl*.xba"))
    assert "Kpixl" not in (profile / "user/basic/Standard/script.xlb").read_text("utf-8")
    assert not calc_build.remove(profile)


def test_a_command_that_is_cancelled_writes_nothing() -> None:
    path = min((find_scheme(known_schemes()[0]).folder / "回收").glob("*.xlsx"))
    host = MemoryHost(files.read(path))
    before = host.snapshot()

    def stop(words: str, done: int = 0, total: int = 0) -> NoReturn:
        raise Cancelled

    for name in ("rank", "check", "collect", "slip"):
        reply = run(name, Job(before, datetime.now(), path, read=files.read, step=stop), host)
        assert reply.patch is None
        assert host.snapshot() == before

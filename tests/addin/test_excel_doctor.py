"""Each fault of a machine is named with its remedy, and a machine without faults has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from kpixl.addin.excel_doctor import Windows, examined
from kpixl.addin.excel_install import Engine, State, install
from kpixl.addin.excel_places import CannotInstall, Places

APP = r"Software\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
OFFICE = r"Software\Microsoft\Office"
POLICY = r"Software\Policies\Microsoft\Office"
CLICK = rf"{OFFICE}\ClickToRun\Configuration"
SECURITY = r"16.0\Excel\Security"


@dataclass
class Pretended:
    """A machine whose answers are set by a test."""

    registry: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    zones: dict[Path, int] = field(default_factory=dict)
    unsayable: str = ""
    failure: str = ""

    def setting(self, root: str, path: str, name: str = "") -> Any:
        return self.settings(root, path).get(name)

    def settings(self, root: str, path: str) -> Mapping[str, Any]:
        return self.registry.get((root, path), {})

    def zone(self, path: Path) -> int:
        return self.zones.get(path, 0)

    def fits_code_page(self, text: str) -> bool:
        return not self.unsayable or self.unsayable not in text

    def start_server(self, own: Engine, where: Places) -> str:
        return self.failure


@pytest.fixture
def own(tmp_path: Path) -> Engine:
    python = tmp_path / "python.exe"
    python.write_bytes(b"")
    dlls = {}
    for bits in (64, 32):
        dlls[bits] = tmp_path / f"xlwings{bits}-0.37.8.dll"
        dlls[bits].write_bytes(b"library")
    return Engine(python, 64, "0.37.8", dlls)


@pytest.fixture
def where(tmp_path: Path, own: Engine) -> Places:
    return install(Places(tmp_path / "XLSTART", tmp_path / "home"), own)


@pytest.fixture
def machine() -> Pretended:
    return Pretended(
        {
            ("HKLM", APP): {"": r"C:\Office\EXCEL.EXE"},
            ("HKLM", CLICK): {"Platform": "x64"},
            ("HKCU", rf"{OFFICE}\{SECURITY}"): {"VBAWarnings": 2},
        }
    )


def faults(machine: Pretended, own: Engine, where: Places) -> list[State]:
    return [state for state in examined(machine, own, where) if not state.right]


def the_fault(machine: Pretended, own: Engine, where: Places) -> State:
    (state,) = faults(machine, own, where)
    assert state.remedy
    return state


def test_a_sound_machine_has_no_fault(machine: Pretended, own: Engine, where: Places) -> None:
    assert faults(machine, own, where) == []
    said = {state.what: state.found for state in examined(machine, own, where)}
    assert said["Excel"] == r"C:\Office\EXCEL.EXE(64 位)"
    assert said["启动计算服务"] == "正常"


def test_a_python_of_32_bits_is_named(machine: Pretended, own: Engine, where: Places) -> None:
    assert "Python 位数" in [s.what for s in faults(machine, replace(own, bits=32), where)]


def test_an_xlwings_without_its_dll_is_named(
    machine: Pretended, own: Engine, where: Places
) -> None:
    fault = the_fault(machine, replace(own, dlls={}), where)
    assert fault.what == "xlwings"
    assert "--force-reinstall" in fault.remedy


def test_a_machine_with_wps_only_is_told_what_works_there(
    machine: Pretended, own: Engine, where: Places
) -> None:
    del machine.registry["HKLM", APP]
    assert the_fault(machine, own, where).found == "没有找到 Excel"
    machine.registry["HKCU", r"Software\Kingsoft\Office\6.0\Common"] = {"Version": "12.1"}
    fault = the_fault(machine, own, where)
    assert "WPS" in fault.found
    assert "kpixl.cmd" in fault.remedy


def test_an_excel_of_32_bits_without_its_dll_is_named(
    machine: Pretended, own: Engine, where: Places
) -> None:
    machine.registry["HKLM", CLICK] = {"Platform": "x86"}
    assert faults(machine, own, where) == []
    where.dll(32).unlink()
    found = [s.what for s in faults(machine, own, where)]
    assert found == ["DLL(32 位 Excel)", "DLL 位数"]


@pytest.mark.parametrize(
    ("root", "branch", "level", "words"),
    [
        ("HKCU", OFFICE, 4, "禁用所有宏(本人设置)"),
        ("HKCU", POLICY, 3, "只运行已签名的宏(管理员设置)"),
        ("HKLM", POLICY, 4, "禁用所有宏(管理员设置)"),
    ],
)
def test_macros_that_may_not_run_are_named_with_who_forbade_them(
    machine: Pretended,
    own: Engine,
    where: Places,
    root: str,
    branch: str,
    level: int,
    words: str,
) -> None:
    machine.registry[root, rf"{branch}\{SECURITY}"] = {"VBAWarnings": level}
    fault = the_fault(machine, own, where)
    assert (fault.what, fault.found) == ("宏设置", words)
    assert ("管理员" in fault.remedy) == ("管理员" in words)


def test_trusted_places_that_are_switched_off_are_named(
    machine: Pretended, own: Engine, where: Places
) -> None:
    key = rf"{OFFICE}\{SECURITY}\Trusted Locations"
    machine.registry["HKCU", key] = {"AllLocationsDisabled": 1}
    assert the_fault(machine, own, where).what == "信任位置"


def test_a_file_from_the_web_is_named(machine: Pretended, own: Engine, where: Places) -> None:
    machine.zones[where.addin] = 3
    fault = the_fault(machine, own, where)
    assert fault.what == "网络标记"
    assert "解除锁定" in fault.remedy
    machine.zones[where.addin] = 1  # the office's own network
    assert faults(machine, own, where) == []


def test_an_add_in_that_excel_switched_off_is_named(
    machine: Pretended, own: Engine, where: Places
) -> None:
    key = rf"{OFFICE}\16.0\Excel\Resiliency\DisabledItems"
    entry = b"\x02\0\0\0" + r"C:\x\XLSTART\KPIXL.XLAM".encode("utf-16-le") + b"\0\0"
    machine.registry["HKCU", key] = {"A1": b"\x01\0" + "其他.xlam".encode("utf-16-le")}
    assert faults(machine, own, where) == []
    machine.registry["HKCU", key]["A2"] = entry
    assert the_fault(machine, own, where).what == "禁用项目"


def test_a_program_in_onedrive_or_on_a_share_is_named(
    machine: Pretended, own: Engine, where: Places
) -> None:
    machine.environment = {"OneDriveCommercial": str(where.home.parent).upper()}
    fault = the_fault(machine, own, where)
    assert (fault.what, "OneDrive" in fault.found) == ("所在磁盘", True)
    machine.environment = {"OneDrive": str(where.home) + "2"}
    assert faults(machine, own, where) == []
    share = replace(own, python=Path(r"\\server\tools\python.exe"))
    assert [s.what for s in faults(machine, share, where)] == ["所在磁盘"]


def test_a_path_that_vba_cannot_say_is_named(
    machine: Pretended, own: Engine, where: Places
) -> None:
    machine.unsayable = "python.exe"
    assert the_fault(machine, own, where).what == "路径文字"


def test_a_server_that_does_not_start_is_named_with_its_own_words(
    machine: Pretended, own: Engine, where: Places
) -> None:
    machine.failure = "Python 服务没有启动(0x80004005)"
    fault = the_fault(machine, own, where)
    assert (fault.what, fault.found) == ("启动计算服务", machine.failure)
    assert str(where.log) in fault.remedy


def test_without_an_installation_that_alone_is_said_and_nothing_is_started(
    machine: Pretended, own: Engine, tmp_path: Path
) -> None:
    machine.failure = "was started"
    where = Places(tmp_path / "empty", tmp_path / "none")
    assert the_fault(machine, own, where).what == "加载项"


def test_elsewhere_than_on_windows_nothing_is_examined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpixl.addin.excel_doctor.os.name", "posix")
    with pytest.raises(CannotInstall):
        Windows()

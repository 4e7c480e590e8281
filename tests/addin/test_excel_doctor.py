"""Each fault of a machine is named with its remedy, and a machine without faults has none."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, get_args

import pytest

from kpixl import __version__
from kpixl.addin import commands, functions
from kpixl.addin.excel_doctor import Windows, examined
from kpixl.addin.excel_install import Engine, Fault, State, engine, install, settings
from kpixl.addin.excel_places import FILE, CannotInstall, Places
from kpixl.addin.xlam import build_xlam

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
    started: list[tuple[Path, Path, str]] = field(default_factory=list)

    def setting(self, root: str, path: str, name: str = "") -> Any:
        return self.settings(root, path).get(name)

    def settings(self, root: str, path: str) -> Mapping[str, Any]:
        return self.registry.get((root, path), {})

    def zone(self, path: Path) -> int:
        return self.zones.get(path, 0)

    def fits_code_page(self, text: str) -> bool:
        return not self.unsayable or self.unsayable not in text

    def start_server(self, dll: Path, python: Path, version: str) -> str:
        self.started.append((dll, python, version))
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
    assert (fault.what, fault.code) == ("xlwings", "xlwings-dll")
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


# -- every fault that doctor knows ---------------------------------------------------------------

WPS = r"Software\Kingsoft\Office\6.0\Common"
ADMIN = ("HKCU", rf"{POLICY}\{SECURITY}")
RESILIENCY = rf"{OFFICE}\16.0\Excel\Resiliency\DisabledItems"
OPTIONS = rf"{OFFICE}\16.0\Excel\Options"
TRUST = rf"{POLICY}\{SECURITY}\Trusted Locations"
SHARED = Path(r"\\server\tools\python.exe")


@dataclass
class Pc:
    """A machine in order, for a row of the table to harm."""

    machine: Pretended
    own: Engine
    where: Places

    def put(self, root: str, path: str, **values: Any) -> None:
        """Values of the registry."""
        self.machine.registry.setdefault((root, path), {}).update(values)

    def without_excel(self) -> None:
        """As if Excel had never been installed."""
        del self.machine.registry["HKLM", APP]

    def written(self, **changed: str) -> None:
        """An add-in whose settings say something else."""
        told = {**settings(self.where, self.own), **changed}
        self.where.addin.write_bytes(build_xlam(functions(), commands(), told))

    def with_wps(self) -> None:
        """WPS in the place of Excel."""
        self.without_excel()
        self.put("HKCU", WPS, Version="12.1")

    def with_32_bits(self) -> None:
        """An Excel of 32 bits whose DLL somebody has taken away."""
        self.put("HKLM", CLICK, Platform="x86")
        self.where.dll(32).unlink()

    def into_a_cloud(self) -> None:
        """The user's folders, moved by OneDrive."""
        self.machine.environment = {"OneDrive": str(self.where.home.parent)}


def _shut_home(pc: Pc) -> None:
    """A file lies where our folder should be; root can write into any folder."""
    pc.where.addin.unlink()
    for path in pc.where.home.iterdir():
        path.unlink()
    pc.where.home.rmdir()
    pc.where.home.write_bytes(b"")


def _hold(path: Path) -> None:
    """Nobody can open what is a folder."""
    path.unlink(missing_ok=True)
    path.mkdir()


# Code: how it comes about, what else follows from it, words of its remedy.
FAULTS: dict[Fault, tuple[Callable[[Pc], object], set[Fault], tuple[str, ...]]] = {
    "python-bits": (
        lambda p: setattr(p, "own", replace(p.own, bits=32)),
        set(),
        ("64 位 Python", "离线安装包"),
    ),
    "python-old": (
        lambda p: setattr(p, "own", replace(p.own, version=(3, 10, 4))),
        set(),
        ("3.11 以上",),
    ),
    "python-missing": (
        lambda p: p.own.python.unlink(),
        set(),
        ("kpixl addin install", "install.cmd"),
    ),
    "xlwings-missing": (
        lambda p: setattr(p, "own", replace(p.own, xlwings="", dlls={})),
        set(),
        ('pip install "kpixl[addin]"',),
    ),
    "xlwings-dll": (
        lambda p: setattr(p, "own", replace(p.own, dlls={})),
        set(),
        ("--force-reinstall", "install.cmd"),
    ),
    "dll-missing": (
        lambda p: p.where.dll(32).unlink(),
        set(),
        ("关闭 Excel", "kpixl addin install"),
    ),
    "dll-other": (
        lambda p: p.where.dll(64).write_bytes(b"0.30.1"),
        set(),
        ("关闭 Excel", "kpixl addin install"),
    ),
    "dll-bits": (Pc.with_32_bits, {"dll-missing"}, ("关闭 Excel",)),
    "excel-missing": (Pc.without_excel, set(), ("安装 Excel 2010 以上",)),
    "excel-wps": (Pc.with_wps, set(), ("不支持 WPS", "拖到 kpixl.cmd")),
    "excel-disabled": (
        lambda p: p.put("HKCU", RESILIENCY, A=r"C:\KPIXL.XLAM"),
        set(),
        ("禁用项目", "重启 Excel"),
    ),
    "addin-missing": (lambda p: p.where.addin.unlink(), set(), ("kpixl addin install",)),
    "addin-foreign": (lambda p: p.where.addin.write_bytes(b"theirs"), set(), ("移走或改名",)),
    "addin-locked": (lambda p: _hold(p.where.addin), set(), ("关闭所有 Excel",)),
    "addin-version": (
        lambda p: p.written(Version="0.0.1"),
        set(),
        ("关闭 Excel", "kpixl addin install"),
    ),
    "addin-twice": (
        lambda p: p.put("HKCU", OPTIONS, OPEN1=r'/R "D:\old\kpixl.xlam"'),
        set(),
        ("取消它的勾选", "删除"),
    ),
    "addin-of-another": (
        lambda p: p.written(DLL=r"C:\李四\kpixl"),
        {"dll-missing"},
        ("kpixl addin install",),
    ),
    "macros-own": (
        lambda p: p.put("HKCU", rf"{OFFICE}\{SECURITY}", VBAWarnings=4),
        set(),
        ("信任中心", "发出通知"),
    ),
    "macros-policy": (
        lambda p: p.put(*ADMIN, VBAWarnings=4),
        set(),
        ("请管理员", "受信任位置", "签名"),
    ),
    "macros-off": (
        lambda p: p.put("HKLM", rf"{POLICY}\16.0\Common", VbaOff=1),
        set(),
        ("请管理员", "kpixl.cmd"),
    ),
    "addins-policy": (
        lambda p: p.put(*ADMIN, DisableAllAddins=1),
        set(),
        ("信任中心", "请管理员放行"),
    ),
    "trust-off": (
        lambda p: p.put("HKLM", TRUST, AllLocationsDisabled=1),
        set(),
        ("受信任位置", "请管理员放行"),
    ),
    "web-mark": (lambda p: p.machine.zones.update({p.where.addin: 3}), set(), ("解除锁定",)),
    "place-cloud": (Pc.into_a_cloud, set(), ("本机磁盘", "取消对它的备份")),
    "place-share": (
        lambda p: setattr(p, "own", replace(p.own, python=SHARED)),
        set(),
        ("本机磁盘",),
    ),
    "path-letters": (lambda p: setattr(p.machine, "unsayable", "python.exe"), set(), ("英文字母",)),
    "folder-shut": (_shut_home, {"addin-missing"}, ("属性—安全", "请管理员改权限")),
    "log-locked": (lambda p: _hold(p.where.log), set(), ("关闭打开着这个文件的程序",)),
    "server": (
        lambda p: setattr(p.machine, "failure", "0x80004005"),
        set(),
        ("看日志", "请管理员放行 Python"),
    ),
}


@pytest.mark.parametrize("code", FAULTS)
def test_each_fault_is_named_by_its_code_and_says_how_it_is_mended(
    code: Fault, machine: Pretended, own: Engine, where: Places
) -> None:
    pc = Pc(machine, own, where)
    provoke, follows, words = FAULTS[code]
    provoke(pc)
    found = {state.code: state for state in faults(pc.machine, pc.own, pc.where)}
    assert found.keys() == {code, *follows}
    assert [word for word in words if word not in found[code].remedy] == []
    assert found[code].remedy.startswith(("请", "本加载项不支持", "Excel 里没有"))
    assert found[code].remedy.endswith("。")


def test_no_fault_that_doctor_knows_is_left_untried() -> None:
    assert FAULTS.keys() == set(get_args(Fault))


def test_a_fault_without_a_name_or_a_remedy_cannot_be_told() -> None:
    for given in ({"remedy": "请重装。"}, {"code": "server"}):
        with pytest.raises(ValueError, match="needs"):
            State("服务", False, "没有启动", **given)  # type: ignore[arg-type]
    assert State("服务", True, "正常").code == ""


def test_the_page_for_staff_has_a_line_for_each_fault() -> None:
    page = (Path(__file__).parents[2] / "docs/install.zh-CN.md").read_text("utf-8")
    told = re.findall(r"^\| `([\w-]+)` \|", page, re.MULTILINE)
    assert sorted(told) == sorted(get_args(Fault))


def test_the_server_is_started_with_what_the_add_in_tells_excel(
    machine: Pretended, own: Engine, where: Places
) -> None:
    elsewhere = Pc(machine, own, where)
    elsewhere.written(Python=r"D:\py\pythonw.exe", Version="0.0.1")
    faults(machine, own, where)
    assert machine.started == [(where.dll(64), Path(r"D:\py\pythonw.exe"), "0.0.1")]
    assert __version__ != "0.0.1"


@pytest.mark.parametrize(("bits", "platform"), [(64, "x86"), (64, "x64")])
def test_a_python_of_64_bits_serves_an_excel_of_either_kind(
    bits: int, platform: str, machine: Pretended, own: Engine, where: Places
) -> None:
    machine.registry["HKLM", CLICK] = {"Platform": platform}
    assert faults(machine, replace(own, bits=bits), where) == []
    said = next(s.found for s in examined(machine, own, where) if s.what == "Python 位数")
    assert ("可以一起用" in said) == (platform == "x86")


@pytest.mark.parametrize("platform", ["x86", "x64"])
def test_a_python_of_32_bits_serves_no_excel(
    platform: str, machine: Pretended, own: Engine, where: Places
) -> None:
    machine.registry["HKLM", CLICK] = {"Platform": platform}
    (state,) = faults(machine, replace(own, bits=32), where)
    assert (state.code, "Excel 是几位的都一样" in state.remedy) == ("python-bits", True)


def test_access_to_the_vba_project_is_said_to_be_needless(
    machine: Pretended, own: Engine, where: Places
) -> None:
    machine.registry["HKCU", rf"{OFFICE}\{SECURITY}"] = {"AccessVBOM": 0}
    assert faults(machine, own, where) == []
    said = {s.what: s.found for s in examined(machine, own, where)}
    assert said["VBA 工程的访问权"].startswith("不需要")


def test_a_policy_against_macros_from_the_web_concerns_marked_files_only(
    machine: Pretended, own: Engine, where: Places
) -> None:
    machine.registry[ADMIN] = {"blockcontentexecutionfrominternet": 1}
    assert faults(machine, own, where) == []
    machine.zones[where.addin] = 3
    fault = the_fault(machine, own, where)
    assert (fault.code, "管理员禁止" in fault.found) == ("web-mark", True)
    assert "解除锁定" in fault.remedy


@pytest.mark.parametrize("where_from", ["AltStartup", "program"])
def test_an_add_in_that_excel_opens_from_another_folder_is_named(
    where_from: str, machine: Pretended, own: Engine, where: Places, tmp_path: Path
) -> None:
    other = tmp_path / "Office16" / "XLSTART" / FILE
    other.parent.mkdir(parents=True)
    machine.registry["HKLM", APP] = {"": str(tmp_path / "Office16" / "EXCEL.EXE")}
    if where_from == "AltStartup":
        other = tmp_path / "启动" / FILE
        other.parent.mkdir()
        machine.registry["HKCU", rf"{OFFICE}\16.0\Excel\Options"] = {
            "AltStartup": str(other.parent)
        }
    assert faults(machine, own, where) == []
    other.write_bytes(where.addin.read_bytes())
    fault = the_fault(machine, own, where)
    assert (fault.code, str(other) in fault.found) == ("addin-twice", True)


def test_our_own_add_in_among_those_that_excel_opens_is_no_fault(
    machine: Pretended, own: Engine, where: Places
) -> None:
    machine.registry["HKCU", rf"{OFFICE}\16.0\Excel\Options"] = {"OPEN": f'"{where.addin}"'.upper()}
    assert faults(machine, own, where) == []


def test_without_xlwings_nothing_is_installed_and_the_remedy_is_said(
    where: Places, own: Engine
) -> None:
    with pytest.raises(CannotInstall, match="没有安装 xlwings"):
        install(where, replace(own, xlwings="", dlls={}))
    assert engine().xlwings

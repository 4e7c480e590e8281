"""Why =KPISCORE() or the buttons do not work in Excel: each part looked at, with its remedy.

What is asked of Windows goes through `Machine`, so that every fault can be tried without one.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PureWindowsPath
from typing import Any, Protocol, TypeAlias

from kpixl.addin.excel_install import Engine, State, installed, status
from kpixl.addin.excel_places import DLLS, CannotInstall, Places

_OFFICE = ("16.0", "15.0", "14.0")  # 2016 and later, 2013, 2010
_EXCEL_PATH = r"Software\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
# VBAWarnings: 1 run all, 2 ask, 3 signed only, 4 none.
_ALL, _ASK, _SIGNED, _NONE = 1, 2, 3, 4
_INTERNET_ZONE = 3


class Machine(Protocol):
    """What has to be asked of Windows."""

    environment: Mapping[str, str]

    def setting(self, root: str, path: str, name: str = "") -> Any:
        """A value of the registry, HKCU or HKLM; None where there is none."""

    def settings(self, root: str, path: str) -> Mapping[str, Any]:
        """All values of a key."""

    def zone(self, path: Path) -> int:
        """The security zone that a file was marked with; 0 where it was not marked."""

    def fits_code_page(self, text: str) -> bool:
        """Whether VBA can hand a text to a DLL as it is."""

    def start_server(self, own: Engine, where: Places) -> str:
        """Start the server as Excel would and ask it for a score; why that failed, or nothing."""


Check: TypeAlias = Callable[[Machine, Engine, Places], Iterator[State]]


def python_is_64_bits(_: Machine, own: Engine, __: Places) -> Iterator[State]:
    """The interpreter and its bitness."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    yield State(
        "Python 位数",
        own.bits == 64,
        f"{version},{own.bits} 位",
        "请安装 64 位 Python 3.11 以上版本,或使用离线安装包。",
    )


def xlwings_has_its_dll(_: Machine, own: Engine, __: Places) -> Iterator[State]:
    """xlwings and the DLL of its version."""
    yield State(
        "xlwings",
        bool(own.dlls),
        own.xlwings if own.dlls else f"{own.xlwings},缺少同版本的 DLL",
        '请重新安装:pip install --force-reinstall "kpixl[addin]";'
        "用离线安装包的,请再双击 install.cmd。",
    )


def excel_is_there(machine: Machine, _: Engine, __: Places) -> Iterator[State]:
    """Excel and its bitness; WPS, which xlwings does not serve, is told."""
    excel = machine.setting("HKLM", _EXCEL_PATH) or machine.setting("HKCU", _EXCEL_PATH)
    wps = machine.settings("HKCU", r"Software\Kingsoft\Office\6.0\Common")
    if excel:
        bits = excel_bits(machine)
        yield State("Excel", True, f"{excel}({bits} 位)" if bits else str(excel))
    elif wps:
        yield State(
            "Excel",
            False,
            "只有 WPS 表格,没有 Excel",
            "本加载项不支持 WPS;请把填报表所在的文件夹拖到 kpixl.cmd 上,或用命令行评分。",
        )
    else:
        yield State("Excel", False, "没有找到 Excel", "请先安装 Excel 2010 以上版本。")


def excel_bits(machine: Machine) -> int:
    """64 or 32; 0 where Windows does not say."""
    said = machine.setting(
        "HKLM", r"Software\Microsoft\Office\ClickToRun\Configuration", "Platform"
    )
    for version in _OFFICE:
        said = said or machine.setting(
            "HKLM", rf"Software\Microsoft\Office\{version}\Outlook", "Bitness"
        )
    return {"x64": 64, "x86": 32}.get(str(said).lower(), 0)


def the_dll_for_this_excel_is_there(machine: Machine, _: Engine, where: Places) -> Iterator[State]:
    """An Excel of 32 bits needs the DLL of 32 bits."""
    bits = excel_bits(machine)
    if bits and where.addin.exists() and not where.dll(bits).exists():
        yield State(
            "DLL 位数",
            False,
            f"Excel 是 {bits} 位,缺少 {DLLS[bits]}",
            "请关闭 Excel,运行 kpixl addin install。",
        )


def macros_may_run(machine: Machine, _: Engine, __: Places) -> Iterator[State]:
    """Macro settings, those of the administrator first."""
    for version in _OFFICE:
        for root, branch, owner in (
            ("HKCU", "Software\\Policies", "管理员"),
            ("HKLM", "Software\\Policies", "管理员"),
            ("HKCU", "Software", "本人"),
        ):
            key = rf"{branch}\Microsoft\Office\{version}\Excel\Security"
            level = machine.setting(root, key, "VBAWarnings")
            if level in (_SIGNED, _NONE):
                how = "禁用所有宏" if level == _NONE else "只运行已签名的宏"
                mend = (
                    "请在 Excel“文件—选项—信任中心—宏设置”中选“禁用所有宏,并发出通知”。"
                    if owner == "本人"
                    else "请管理员放行,或用单位自己的证书给 kpixl.xlam 签名。"
                )
                yield State("宏设置", False, f"{how}({owner}设置)", mend)
                return
    yield State("宏设置", True, "没有禁用")


def the_start_folder_is_trusted(machine: Machine, _: Engine, __: Places) -> Iterator[State]:
    """XLSTART is a trusted location, unless all of them are switched off."""
    for version in _OFFICE:
        for branch in ("Software\\Policies", "Software"):
            key = rf"{branch}\Microsoft\Office\{version}\Excel\Security\Trusted Locations"
            if machine.setting("HKCU", key, "AllLocationsDisabled") == 1:
                yield State(
                    "信任位置",
                    False,
                    "所有信任位置都被停用",
                    "请在“信任中心—受信任位置”中取消“禁用所有受信任位置”;由管理员设置的,请管理员放行。",
                )
                return
    yield State("信任位置", True, "可用")


def the_add_in_is_not_marked(machine: Machine, _: Engine, where: Places) -> Iterator[State]:
    """A file that came by mail or from the web carries a mark, and its macros are blocked."""
    if where.addin.exists():
        marked = machine.zone(where.addin) >= _INTERNET_ZONE
        yield State(
            "网络标记",
            not marked,
            "文件带有来自网络的标记,宏会被拦截" if marked else "没有",
            "请右击该文件,“属性—解除锁定”;或在本机运行 kpixl addin install 重新生成。",
        )


def excel_has_not_switched_it_off(machine: Machine, _: Engine, where: Places) -> Iterator[State]:
    """After a crash Excel keeps a list of files that it doesn't open any more."""
    for version in _OFFICE:
        key = rf"Software\Microsoft\Office\{version}\Excel\Resiliency\DisabledItems"
        for value in machine.settings("HKCU", key).values():
            text = value.decode("utf-16-le", "ignore") if isinstance(value, bytes) else str(value)
            if where.addin.name in text.lower():
                yield State(
                    "禁用项目",
                    False,
                    "Excel 已停用 kpixl.xlam",
                    "请在“文件—选项—加载项—管理:禁用项目—转到”中启用它,再重启 Excel。",
                )
                return
    yield State("禁用项目", True, "没有停用")


def paths_are_on_this_disk(machine: Machine, own: Engine, where: Places) -> Iterator[State]:
    """Code in a folder that OneDrive moves about, or on a share, may not be there when needed."""
    clouds = [v for k, v in machine.environment.items() if k.upper().startswith("ONEDRIVE") and v]
    for path in (own.python, where.addin, where.home):
        text = str(path)
        inside = any(
            PureWindowsPath(text.lower()).is_relative_to(PureWindowsPath(c.lower())) for c in clouds
        )
        if inside or text.startswith((r"\\", "//")):
            place = "OneDrive 文件夹" if inside else "网络位置"
            yield State(
                "所在磁盘",
                False,
                f"{text} 在{place}中",
                "请把 Python 和程序装到本机磁盘(如 C:\\kpixl)后重新安装。",
            )
            return
    yield State("所在磁盘", True, "本机")


def vba_can_say_the_path_of_python(machine: Machine, own: Engine, where: Places) -> Iterator[State]:
    """VBA hands paths over in the code page of the system."""
    written = installed(where.addin) if where.addin.exists() else None
    text = written["Python"] if written else str(own.python)
    if not machine.fits_code_page(text):
        yield State(
            "路径文字",
            False,
            f"{text} 中有系统代码页没有的字",
            "请把 Python 装到只有英文字母的文件夹后重新安装。",
        )


def the_server_starts(machine: Machine, own: Engine, where: Places) -> Iterator[State]:
    """The whole way from the DLL to a score, as Excel goes it."""
    if not where.dll(own.bits).exists():
        return
    why = machine.start_server(own, where)
    yield State(
        "启动计算服务",
        not why,
        why or "正常",
        f"请看日志 {where.log};再运行 kpixl addin install,仍不行请把本页内容发给维护人员。",
    )


CHECKS: tuple[Check, ...] = (
    python_is_64_bits,
    xlwings_has_its_dll,
    excel_is_there,
    the_dll_for_this_excel_is_there,
    macros_may_run,
    the_start_folder_is_trusted,
    the_add_in_is_not_marked,
    excel_has_not_switched_it_off,
    paths_are_on_this_disk,
    vba_can_say_the_path_of_python,
    the_server_starts,
)


def examined(machine: Machine, own: Engine, where: Places) -> Iterator[State]:
    """Everything that has to be right, in the order in which it is mended."""
    for check in CHECKS:
        yield from check(machine, own, where)
        if check is excel_is_there:
            yield from status(where, own)


class Windows:
    """This machine."""

    def __init__(self) -> None:
        if os.name != "nt":
            raise CannotInstall("这台计算机不是 Windows", "请在装有 Excel 的 Windows 上诊断。")
        self.environment: Mapping[str, str] = os.environ

    def setting(self, root: str, path: str, name: str = "") -> Any:
        """A value of the registry; None where there is none."""
        return self.settings(root, path).get(name)

    def settings(self, root: str, path: str) -> Mapping[str, Any]:
        """All values of a key, of 64-bit programs and of 32-bit ones."""
        import winreg

        hive = {"HKCU": "HKEY_CURRENT_USER", "HKLM": "HKEY_LOCAL_MACHINE"}[root]
        api: Any = winreg
        found: dict[str, Any] = {}
        for view in (api.KEY_WOW64_32KEY, api.KEY_WOW64_64KEY):
            with (
                suppress(OSError),
                api.OpenKey(getattr(api, hive), path, 0, api.KEY_READ | view) as key,
            ):
                for n in range(api.QueryInfoKey(key)[1]):
                    name, value, _ = api.EnumValue(key, n)
                    found[name] = value
        return found

    def zone(self, path: Path) -> int:
        """The zone in the stream beside a file."""
        with suppress(OSError, UnicodeError):
            text = Path(f"{path}:Zone.Identifier").read_text("utf-8-sig", "replace")
            said = re.search(r"ZoneId=(\d)", text)
            return int(said[1]) if said else 0
        return 0

    def fits_code_page(self, text: str) -> bool:
        """Whether the system's code page has every character."""
        return text.encode("mbcs", "replace").decode("mbcs", "replace") == text

    def start_server(self, own: Engine, where: Places) -> str:
        """By the DLL, through COM, to a score."""
        from kpixl.addin.excel_call import Refused, Server

        try:
            with Server(where.dll(own.bits), own.python) as server:
                score = server.ask("KPISCORE", "制定方案得1分", 10.0, "是", *[None] * 5)
        except Refused as error:
            return str(error)
        return "" if score == 1 else f"试算应得 1,得到 {score!r}"

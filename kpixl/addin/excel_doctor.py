"""Why =KPISCORE() or the buttons do not work in Excel: each part looked at, with its remedy.

What is asked of Windows goes through `Machine`, so that every fault can be tried without one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path, PureWindowsPath
from typing import TypeAlias

from kpixl.addin.excel_install import Engine, State, installed, status
from kpixl.addin.excel_machine import Machine, Windows
from kpixl.addin.excel_places import DLLS, FILE, Places

__all__ = ["CHECKS", "Machine", "Windows", "examined"]

_OFFICE = ("16.0", "15.0", "14.0")  # 2016 and later, 2013, 2010
_EXCEL_PATH = r"Software\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
# Where the administrator's word stands, and the user's own.
_POLICIES = (
    ("HKCU", r"Software\Policies\Microsoft\Office"),
    ("HKLM", r"Software\Policies\Microsoft\Office"),
    ("HKCU", r"Software\Policies\Microsoft\Cloud\Office"),
)
_OWN = ("HKCU", r"Software\Microsoft\Office")
_OLDEST_PYTHON = (3, 11)
# VBAWarnings: 1 run all, 2 ask, 3 signed only, 4 none.
_SIGNED, _NONE = 3, 4
_INTERNET_ZONE = 3

Check: TypeAlias = Callable[[Machine, Engine, Places], Iterator[State]]


def python_fits(machine: Machine, own: Engine, _: Places) -> Iterator[State]:
    """The interpreter: its version and bitness, which need not be Excel's."""
    version = ".".join(map(str, own.version))
    other = excel_bits(machine)
    beside = f";Excel 是 {other} 位,可以一起用" if other and other != own.bits == 64 else ""
    yield State(
        "Python 位数",
        own.bits == 64,
        f"{version},{own.bits} 位{beside}",
        "请安装 64 位 Python 3.11 以上版本(Excel 是几位的都一样),或使用离线安装包。",
        "python-bits",
    )
    if own.version[:2] < _OLDEST_PYTHON:
        yield State(
            "Python 版本",
            False,
            f"{version},要用 3.11 以上版本",
            "请安装 64 位 Python 3.11 以上版本,或使用离线安装包。",
            "python-old",
        )


def xlwings_has_its_dll(_: Machine, own: Engine, __: Places) -> Iterator[State]:
    """xlwings and the DLL of its version."""
    if not own.xlwings:
        yield State(
            "xlwings",
            False,
            "没有安装",
            '请运行 pip install "kpixl[addin]",再运行 kpixl addin install。',
            "xlwings-missing",
        )
        return
    yield State(
        "xlwings",
        bool(own.dlls),
        own.xlwings if own.dlls else f"{own.xlwings},缺少同版本的 DLL",
        '请重新安装:pip install --force-reinstall "kpixl[addin]";'
        "用离线安装包的,请再双击 install.cmd。",
        "xlwings-dll",
    )


def excel_is_there(machine: Machine, _: Engine, __: Places) -> Iterator[State]:
    """Excel and its bitness; WPS, which xlwings does not serve, is told."""
    excel = excel_path(machine)
    wps = machine.settings("HKCU", r"Software\Kingsoft\Office\6.0\Common")
    if excel:
        bits = excel_bits(machine)
        yield State("Excel", True, f"{excel}({bits} 位)" if bits else excel)
    elif wps:
        yield State(
            "Excel",
            False,
            "只有 WPS 表格,没有 Excel",
            "本加载项不支持 WPS;请把填报表所在的文件夹拖到 kpixl.cmd 上,或用命令行评分。",
            "excel-wps",
        )
    else:
        yield State(
            "Excel", False, "没有找到 Excel", "请先安装 Excel 2010 以上版本。", "excel-missing"
        )


def excel_path(machine: Machine) -> str:
    """Where Excel's program is; empty where Windows knows none."""
    return str(machine.setting("HKLM", _EXCEL_PATH) or machine.setting("HKCU", _EXCEL_PATH) or "")


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
            "dll-bits",
        )


def it_is_opened_once(machine: Machine, _: Engine, where: Places) -> Iterator[State]:
    """Excel opens add-ins from other places too; two of ours answer for each other."""
    others: list[str] = []
    for version in _OFFICE:
        key = rf"Software\Microsoft\Office\{version}\Excel\Options"
        for name, value in machine.settings("HKCU", key).items():
            if name.upper().startswith("OPEN") and FILE in str(value).lower():
                others.append(re.sub(r"^/[A-Za-z]\s+", "", str(value)).strip('"'))
            if name.casefold() == "altstartup" and Path(str(value), FILE).exists():
                others.append(str(Path(str(value), FILE)))
    if program := excel_path(machine):
        beside = Path(program).parent / "XLSTART" / FILE  # for all users of the computer
        others += [str(beside)] if beside.exists() else []
    mine = str(where.addin).casefold()
    for other in others:
        if other.casefold() != mine:
            yield State(
                "另一份加载项",
                False,
                f"Excel 还会打开 {other}",
                "请在 Excel“文件—选项—加载项—转到”中取消它的勾选,再删除这个文件;"
                "是管理员放的,请管理员移走。",
                "addin-twice",
            )
            return


def macros_may_run(machine: Machine, _: Engine, __: Places) -> Iterator[State]:
    """Macro settings, those of the administrator first."""
    for version in _OFFICE:
        for root, branch in _POLICIES:
            if machine.setting(root, rf"{branch}\{version}\Common", "VbaOff") == 1:
                yield State(
                    "宏设置",
                    False,
                    "VBA 被整个停用(管理员设置)",
                    "请管理员改组策略“禁用 Office 应用程序的 VBA”;"
                    "改之前可以把文件夹拖到 kpixl.cmd 上评分。",
                    "macros-off",
                )
                return
        for root, branch in (*_POLICIES, _OWN):
            level = machine.setting(root, rf"{branch}\{version}\Excel\Security", "VBAWarnings")
            if level in (_SIGNED, _NONE):
                how = "禁用所有宏" if level == _NONE else "只运行已签名的宏"
                own = (root, branch) == _OWN
                yield State(
                    "宏设置",
                    False,
                    f"{how}({'本人' if own else '管理员'}设置)",
                    "请在 Excel“文件—选项—信任中心—宏设置”中选“禁用所有宏,并发出通知”。"
                    if own
                    else "Excel 里没有“KPI考核”一栏的,请管理员把 XLSTART 文件夹设为受信任位置,"
                    "或用单位自己的证书给 kpixl.xlam 签名。",
                    "macros-own" if own else "macros-policy",
                )
                return
    yield State("宏设置", True, "没有禁用")
    # Our VBA is there from the start; nothing writes any while Excel runs.
    yield State("VBA 工程的访问权", True, "不需要(“信任对 VBA 工程对象模型的访问”不用勾选)")


def add_ins_may_be_loaded(machine: Machine, _: Engine, __: Places) -> Iterator[State]:
    """The administrator may forbid add-ins as such, or ask for signed ones."""
    for version in _OFFICE:
        for root, branch in (*_POLICIES, _OWN):
            key = rf"{branch}\{version}\Excel\Security"
            for name, how in (
                ("DisableAllAddins", "禁用所有应用程序加载项"),
                ("RequireAddinSig", "加载项要有受信任的签名"),
            ):
                if machine.setting(root, key, name) == 1:
                    yield State(
                        "加载项设置",
                        False,
                        f"{how}({'本人' if branch == _OWN[1] else '管理员'}设置)",
                        "请在 Excel“文件—选项—信任中心—加载项”中取消;由管理员设置的,请管理员放行,"
                        "或用单位自己的证书给 kpixl.xlam 签名。",
                        "addins-policy",
                    )
                    return


def the_start_folder_is_trusted(machine: Machine, _: Engine, __: Places) -> Iterator[State]:
    """XLSTART is a trusted location, unless all of them are switched off."""
    for version in _OFFICE:
        for root, branch in (*_POLICIES, _OWN):
            key = rf"{branch}\{version}\Excel\Security\Trusted Locations"
            if machine.setting(root, key, "AllLocationsDisabled") == 1:
                yield State(
                    "信任位置",
                    False,
                    "所有信任位置都被停用",
                    "请在“信任中心—受信任位置”中取消“禁用所有受信任位置”;由管理员设置的,请管理员放行。",
                    "trust-off",
                )
                return
    yield State("信任位置", True, "可用")


def the_add_in_is_not_marked(machine: Machine, _: Engine, where: Places) -> Iterator[State]:
    """A file that came by mail or from the web carries a mark, and its macros are blocked."""
    if not where.addin.exists():
        return
    name = "blockcontentexecutionfrominternet"
    forbidden = any(
        machine.setting(root, rf"{branch}\{version}\Excel\Security", name) == 1
        for version in _OFFICE
        for root, branch in (*_POLICIES, _OWN)
    )
    marked = machine.zone(where.addin) >= _INTERNET_ZONE
    found = "文件带有来自网络的标记,宏会被拦截" if marked else "没有"
    found += "(管理员禁止运行来自网络的宏)" if marked and forbidden else ""
    found += "(管理员禁止运行来自网络的宏,这个文件不受影响)" if forbidden and not marked else ""
    yield State(
        "网络标记",
        not marked,
        found,
        "请右击该文件,“属性—解除锁定”;或在本机运行 kpixl addin install 重新生成。",
        "web-mark",
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
                    "excel-disabled",
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
        if inside:
            yield State(
                "所在磁盘",
                False,
                f"{text} 在 OneDrive 文件夹中",
                "请把 Python 和程序装到本机磁盘(如 C:\\kpixl)后重新安装;"
                "整个用户文件夹都在 OneDrive 里的,请管理员取消对它的备份。",
                "place-cloud",
            )
            return
        if text.startswith((r"\\", "//")):
            yield State(
                "所在磁盘",
                False,
                f"{text} 在网络位置中",
                "请把 Python 和程序装到本机磁盘(如 C:\\kpixl)后重新安装;"
                "用户文件夹由管理员放到网络上的,请管理员把这个网络位置设为受信任位置。",
                "place-share",
            )
            return
    yield State("所在磁盘", True, "本机")


def vba_can_say_the_path_of_python(machine: Machine, own: Engine, where: Places) -> Iterator[State]:
    """VBA hands paths over in the code page of the system."""
    written = _written(where)
    text = written["Python"] if written else str(own.python)
    if not machine.fits_code_page(text):
        yield State(
            "路径文字",
            False,
            f"{text} 中有系统代码页没有的字",
            "请把 Python 装到只有英文字母的文件夹后重新安装。",
            "path-letters",
        )


def our_folders_can_be_written(_: Machine, __: Engine, where: Places) -> Iterator[State]:
    """Installing writes to both folders, and the add-in writes its log while it runs."""
    for folder in (where.home, where.xlstart):
        if why := _shut(folder):
            yield State(
                "文件夹",
                False,
                f"{folder} 写不进去({why})",
                "请右击这个文件夹,“属性—安全”里看本人能不能写,有没有同名的文件;"
                "杀毒软件的“受控文件夹访问”拦着的,请放行 python.exe;再不行,请管理员改权限。",
                "folder-shut",
            )
            return
    if where.log.exists():
        try:
            with where.log.open("ab"):
                pass
        except OSError as error:
            yield State(
                "日志",
                False,
                f"{where.log} 写不进去({error.strerror or error})",
                "请关闭打开着这个文件的程序;是只读的,请在“属性”里取消。",
                "log-locked",
            )


def _shut(folder: Path) -> str:
    """Why nothing can be written into a folder, there or still to be made; empty where it can."""
    there = next((p for p in (folder, *folder.parents) if p.exists()), folder)
    probe = there / f"kpixl-{os.getpid()}.tmp"
    try:
        with probe.open("xb"):
            pass
        probe.unlink()
    except OSError as error:
        return error.strerror or str(error)
    return ""


def the_server_starts(machine: Machine, own: Engine, where: Places) -> Iterator[State]:
    """The whole way from the DLL to a score, with what the add-in tells Excel of it."""
    written = _written(where)
    if written is None:
        return
    dll = Path(written["DLL"], DLLS[own.bits])
    if not dll.exists():
        return
    why = machine.start_server(dll, Path(written["Python"]), written["Version"])
    yield State(
        "启动计算服务",
        not why,
        why or "正常",
        f"请看日志 {where.log};再运行 kpixl addin install;被杀毒软件拦截的,请管理员放行 Python,"
        "仍不行请把本页内容发给维护人员。",
        "server",
    )


def _written(where: Places) -> dict[str, str] | None:
    """The settings of the add-in; None where there is none or it can't be read."""
    try:
        return installed(where.addin) if where.addin.exists() else None
    except OSError:
        return None


CHECKS: tuple[Check, ...] = (
    python_fits,
    xlwings_has_its_dll,
    excel_is_there,
    the_dll_for_this_excel_is_there,
    it_is_opened_once,
    macros_may_run,
    add_ins_may_be_loaded,
    the_start_folder_is_trusted,
    the_add_in_is_not_marked,
    excel_has_not_switched_it_off,
    paths_are_on_this_disk,
    vba_can_say_the_path_of_python,
    our_folders_can_be_written,
    the_server_starts,
)


def examined(machine: Machine, own: Engine, where: Places) -> Iterator[State]:
    """Everything that has to be right, in the order in which it is mended."""
    for check in CHECKS:
        yield from check(machine, own, where)
        if check is excel_is_there:
            yield from status(where, own)

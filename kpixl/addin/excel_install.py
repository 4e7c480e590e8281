"""Installing the Excel add-in for one user of Windows: two folders, no administrator's rights.

Excel opens what lies in the user's XLSTART by itself, and trusts it.  Beside it there is one
folder of ours, with xlwings' DLLs under our own name and the log.  All paths are written into
the add-in's own sheet, none is derived from a workbook's.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, TypeAlias

from kpixl import __version__
from kpixl.addin import REGISTRY, functions
from kpixl.addin.excel_places import DLLS, FILE, CannotInstall, Places
from kpixl.addin.excel_vba import SETTINGS, SHEET
from kpixl.addin.xlam import build_xlam, is_signed, same_code, with_settings
from kpixl.errors import UnusableFile, UnwritableFile
from kpixl.hosts.files import read
from kpixl.hosts.safewrite import refuse_unwritable, replacing

_CLOSE = "请关闭所有 Excel 窗口后重试。"


@dataclass(frozen=True)
class Engine:
    """The Python that answers Excel, and the xlwings that connects them."""

    python: Path
    bits: int
    xlwings: str
    dlls: Mapping[int, Path]
    version: tuple[int, ...] = tuple(sys.version_info[:3])


# What can be wrong with an installation or the machine, by a name that stays.
Fault: TypeAlias = Literal[
    "python-bits",
    "python-old",
    "python-missing",
    "xlwings-missing",
    "xlwings-dll",
    "dll-missing",
    "dll-other",
    "dll-bits",
    "excel-missing",
    "excel-wps",
    "excel-disabled",
    "addin-missing",
    "addin-foreign",
    "addin-locked",
    "addin-version",
    "addin-twice",
    "addin-of-another",
    "macros-own",
    "macros-policy",
    "macros-off",
    "addins-policy",
    "trust-off",
    "web-mark",
    "place-cloud",
    "place-share",
    "path-letters",
    "folder-shut",
    "log-locked",
    "server",
]


@dataclass(frozen=True)
class State:
    """One thing that has to be right for the add-in to work, and how to mend it if it isn't.

    ValueError where something is wrong and has no name or no remedy.
    """

    what: str
    right: bool
    found: str
    remedy: str = ""
    code: Fault | Literal[""] = ""

    def __post_init__(self) -> None:
        if not self.right and not (self.code and self.remedy):
            raise ValueError(f"{self.what}: a fault needs a name and a remedy")


def engine() -> Engine:
    """This Python, with the xlwings that is installed in it (empty where none is) and its DLLs."""
    python = Path(sys.executable)
    quiet = python.with_name("pythonw.exe")  # without a window of its own
    serving, width = quiet if quiet.exists() else python, struct.calcsize("P") * 8
    spec = find_spec("xlwings")  # found, not imported: that would take seconds
    if spec is None or spec.origin is None:
        return Engine(serving, width, "", {})
    xlwings, package = version("xlwings"), Path(spec.origin).parent
    found = {
        bits: path
        for bits in DLLS
        if (path := _dll(f"xlwings{bits}-{xlwings}.dll", python, package)) is not None
    }
    return Engine(serving, width, xlwings, found)


def _dll(name: str, python: Path, package: Path) -> Path | None:
    """A DLL of xlwings: pip puts it into the environment's root, a kit beside python.exe."""
    import site

    with suppress(Exception):  # an embedded Python has no user folder
        user = Path(site.getuserbase())
        if (user / name).exists():
            return user / name
    folders = [Path(sys.prefix), python.parent, python.parent.parent]
    folders += package.parent.glob("xlwings-*.data/data")  # a wheel that was only unpacked
    return next((folder / name for folder in folders if (folder / name).exists()), None)


def install(where: Places, own: Engine) -> Places:
    """Put the add-in in its place, over an older one of ours.

    Raises CannotInstall where this Python can't serve it, UnwritableFile where Excel holds a
    file; what was there before then still is.
    """
    if own.bits != 64:
        raise CannotInstall(
            "这个 Python 是 32 位的", "请改用 64 位 Python;Excel 本身 32 位、64 位都可以。"
        )
    if not own.xlwings:
        raise CannotInstall(
            "没有安装 xlwings", '请先运行 pip install "kpixl[addin]",再安装加载项。'
        )
    if not own.dlls:
        raise CannotInstall(
            f"找不到与 xlwings {own.xlwings} 同版本的 DLL",
            '请重新安装:pip install --force-reinstall "kpixl[addin]"。',
        )
    if where.addin.exists() and _ours(where.addin) is None:
        raise UnwritableFile(
            where.addin, "已有一个同名文件,不是 kpixl 的加载项", "请先把它移走或改名。"
        )
    for folder in (where.home, where.xlstart):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UnwritableFile(
                folder, f"建不了文件夹(系统报告“{error.strerror or error}”)", "请换一个用户重试。"
            ) from error
    data = _addin(where, settings(where, own))
    refuse_unwritable(where.addin)
    for bits, source in own.dlls.items():
        target, content = where.dll(bits), source.read_bytes()
        if not target.exists() or target.read_bytes() != content:
            _put(target, content)
    _put(where.addin, data)
    return where


def _addin(where: Places, written: Mapping[str, str]) -> bytes:
    """The add-in: one that was signed and handed over with the kit, else made anew."""
    given = where.home / FILE
    if given.exists() and installed(given) is not None:
        data = given.read_bytes()
        if is_signed(data):
            if not same_code(data, functions(), REGISTRY.commands):
                raise CannotInstall(
                    f"{given} 是给别的版本签名的", "请用这个版本的 kpixl.xlam 重新签名,或把它移走。"
                )
            return with_settings(data, written, given)
    return build_xlam(functions(), REGISTRY.commands, written)


def _put(path: Path, data: bytes) -> None:
    try:
        with replacing(path) as stream:
            stream.write(data)
    except UnwritableFile as error:
        # Windows lets nobody replace what a running Excel has loaded.
        raise UnwritableFile(path, error.reason, _CLOSE) from error


def settings(where: Places, own: Engine) -> dict[str, str]:
    """What the add-in's own sheet says, by the labels in its first column."""
    values = (str(own.python), str(where.home), str(where.log), __version__)
    return dict(zip(SETTINGS, values, strict=True))


def installed(path: Path) -> dict[str, str] | None:
    """The settings of an add-in of ours; None for any other file."""
    try:
        sheet = read(path, structure=False).sheet(SHEET)
    except UnusableFile:
        return None
    if sheet is None or [sheet.value(r, 1) for r in range(1, len(SETTINGS) + 1)] != list(SETTINGS):
        return None
    return {name: str(sheet.value(r, 2) or "") for r, name in enumerate(SETTINGS, 1)}


def _ours(path: Path) -> dict[str, str] | None:
    """The settings of an add-in that is to be replaced; what Excel holds shut can't be judged."""
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise UnwritableFile(path, "文件正在使用,打不开", _CLOSE) from error
    return installed(path)


def remove(where: Places) -> list[Path]:
    """Take away what `install` put there, and nothing else; the log stays while it holds lines.

    Raises UnwritableFile where Excel holds a file.
    """
    ours = [where.addin] if where.addin.exists() and _ours(where.addin) is not None else []
    ours += [p for bits in DLLS if (p := where.dll(bits)).exists()]
    if where.log.exists() and not where.log.stat().st_size:
        ours.append(where.log)
    for path in ours:
        try:
            path.unlink()
        except OSError as error:
            raise UnwritableFile(path, "文件正在使用,删除不了", _CLOSE) from error
    with suppress(OSError):  # not empty, or never there
        where.home.rmdir()
    return ours


def status(where: Places, own: Engine) -> Iterator[State]:
    """What an installation consists of, each part right or with its remedy."""
    again = "请运行 kpixl addin install;用离线安装包的,请再双击 install.cmd。"
    closed = "请关闭 Excel," + again[1:]
    if not where.addin.exists():
        found = f"没有安装({where.addin} 不存在)"
        yield State("加载项", False, found, again, "addin-missing")
        return
    try:
        with where.addin.open("rb"):
            pass
    except OSError as error:
        found = f"{where.addin} 读不出来({error.strerror or error})"
        yield State("加载项", False, found, _CLOSE, "addin-locked")
        return
    written = installed(where.addin)
    if written is None:
        found = f"{where.addin} 不是 kpixl 的加载项"
        yield State("加载项", False, found, "请先把它移走或改名,再安装。", "addin-foreign")
        return
    yield State("加载项", True, str(where.addin))
    version = written["Version"]
    same = version == __version__
    found = version if same else f"加载项 {version},程序 {__version__}"
    yield State("版本", same, found, closed, "addin-version")
    held = Path(written["DLL"])
    if (held, Path(written["Log"])) != (where.home, where.log):
        found = f"加载项里写的是别处的程序:{held}(本用户的是 {where.home})"
        yield State("加载项设置", False, found, closed, "addin-of-another")
    python = Path(written["Python"])
    found = str(python) if python.exists() else f"{python} 不存在"
    yield State("Python", python.exists(), found, again, "python-missing")
    for bits, name in DLLS.items():
        source, target = own.dlls.get(bits), held / name
        if source is None and not target.exists():
            continue
        what = f"DLL({bits} 位 Excel)"
        if not target.exists():
            yield State(what, False, f"{target} 不存在", closed, "dll-missing")
        elif source is not None and target.read_bytes() != source.read_bytes():
            found = f"{target} 与 xlwings {own.xlwings} 的版本不同"
            yield State(what, False, found, closed, "dll-other")
        else:
            yield State(what, True, str(target))
    yield State("日志", True, written["Log"])

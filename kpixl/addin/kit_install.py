"""Putting a kit on a computer for one user, over an older one, and taking it away again.

Everything stays below the user's own %LOCALAPPDATA%, where nobody needs administrator's rights
and where it still is when the stick that the kit came on is gone.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from kpixl.addin import excel_install
from kpixl.addin.excel_places import DLLS, FILE, Places, places
from kpixl.addin.kit import APP, LIST, NoKit, files_of, harmed, listed, strays, unfit
from kpixl.addin.kit_texts import DESKTOP, README
from kpixl.errors import UnwritableFile

# What a kit puts into its folder on the computer besides the program.
_KEPT = ("kpixl.cmd", "remove.cmd", README, FILE, LIST)
_SPARE = 1.1  # of the kit's size: the program is compiled as it is used
_CLOSE = "请关闭所有 Excel 窗口和 kpixl 的窗口后重试。"
_MOST = 6
_LOADED = (
    "kpixl.addin.excel_server, kpixl.addin.excel_commands, kpixl.addin.excel_doctor, "
    "kpixl.collection, kpixl.commands.show_outcome, pandas, xlwings.com_server"
)

Say = Callable[[str], None]


@dataclass(frozen=True)
class Computer:
    """Where things go on this computer."""

    places: Places
    desktop: Path | None

    @property
    def home(self) -> Path:
        """Our folder."""
        return self.places.home

    @property
    def app(self) -> Path:
        """The program."""
        return self.home / APP


def computer(environment: Mapping[str, str] = os.environ) -> Computer:
    """This computer; raises CannotInstall where it is none of Windows."""
    return Computer(places(environment), _desktop(environment))


def _desktop(environment: Mapping[str, str]) -> Path | None:
    """The user's desktop, which may be on another disk or in OneDrive; None where there is none."""
    found = ""
    if sys.platform == "win32":
        import ctypes

        room = ctypes.create_unicode_buffer(1024)
        with suppress(OSError, AttributeError):
            # CSIDL_DESKTOPDIRECTORY: the folder itself.
            if ctypes.windll.shell32.SHGetFolderPathW(None, 0x10, None, 0, room) == 0:
                found = room.value
    elif environment.get("USERPROFILE"):
        found = str(Path(environment["USERPROFILE"], "Desktop"))
    return Path(found) if found and Path(found).is_dir() else None


def kit_folder() -> Path:
    """The kit whose Python runs this; raises NoKit where none does."""
    folder = Path(sys.executable).resolve().parent
    if folder.name.lower() != APP or not (folder.parent / LIST).is_file():
        raise NoKit(
            "这个 Python 不在离线安装包里",
            "请双击安装包里的 install.cmd、update.cmd 或 remove.cmd。",
        )
    return folder.parent


def version_in(home: Path) -> str:
    """The version that is installed; empty where none is."""
    try:
        return str(listed(home)["kpixl"])
    except NoKit:
        return ""


@dataclass(frozen=True)
class Installed:
    """What installing did; `before` is the version that was there."""

    home: Path
    version: str
    before: str
    desktop: Path | None


def install(
    kit: Path,
    here: Computer,
    *,
    update: bool = False,
    say: Say = lambda _: None,
    finish: Callable[[Path], None] | None = None,
) -> Installed:
    """Copy a kit to the user's folder and put the add-in into Excel.

    A kit that is not whole is refused, an update also where what is there is newer; then and
    where a file is held by a program everything is as it was.  `finish` runs the new program's
    own `addin install` with its python.exe.
    """
    if kit.resolve() == here.home.resolve():
        raise NoKit("这已经是装好的程序", "请从安装包里运行。")
    say("正在检查安装包……")
    there = files_of(kit)
    _refuse((*strays(listed(kit)["files"], there), *unfit(kit)))
    version, before = str(listed(kit)["kpixl"]), version_in(here.home)
    if update and before and _numbers(version) < _numbers(before):
        raise NoKit(
            f"安装包的版本 {version} 比已装的 {before} 旧,没有更新",
            "确要换回旧版的,请双击 install.cmd。",
        )
    _refuse_held(here, program=True)
    try:
        here.home.mkdir(parents=True, exist_ok=True)
        say("正在复制程序,要一两分钟……")
        _copy_app(kit, here, there)
        for name in _KEPT:
            shutil.copyfile(kit / name, here.home / name)  # without the mark of the web
        desktop = here.desktop / DESKTOP if here.desktop is not None else None
        if desktop is not None and (not desktop.exists() or _is_our_command(desktop)):
            shutil.copyfile(kit / "kpixl.cmd", desktop)
        else:
            desktop = None
    except OSError as error:
        raise UnwritableFile(
            here.home, f"系统报告“{error.strerror or error}”", "请关闭 Excel,清理磁盘后重试。"
        ) from error
    say("正在装 Excel 加载项……")
    (finish or _finish)(here.app / "python.exe")
    return Installed(here.home, version, before, desktop)


def _numbers(version: str) -> tuple[int, ...]:
    """A version for comparing.

    >>> _numbers("0.10.0") > _numbers("0.9.2")
    True
    """
    return tuple(map(int, re.findall(r"\d+", version)))


def _refuse(faults: Sequence[str]) -> None:
    if faults:
        told = ";".join(faults[:_MOST])
        raise NoKit(f"安装包不能用:{told}", "请重新复制整个安装包;仍不行,请管理员重新制作。")


def _refuse_held(here: Computer, *, program: bool) -> None:
    """Raise NoKit where a program holds something that has to go, before anything does."""
    held = [here.places.addin, *(here.places.dll(bits) for bits in DLLS)]
    if program and here.app.is_dir():
        held += sorted(here.app.glob("python*.exe")) + sorted(here.app.glob("python*.dll"))
    for path in held:
        try:
            if path.exists():
                with path.open("r+b"):
                    pass
        except OSError as error:
            raise NoKit(f"“{path}”正在使用(或者是只读的),什么都没有改动", _CLOSE) from error


def _copy_app(kit: Path, here: Computer, there: Mapping[str, int]) -> None:
    """The program as a whole or not at all, each file held against the list as it is copied."""
    names = [name for name in there if name.startswith(f"{APP}/")]
    need = sum(there[name] for name in names) * _SPARE
    free = shutil.disk_usage(here.home).free
    if free < need:
        raise NoKit(
            f"磁盘空间不足:要 {need / 1e6:.0f} MB,只有 {free / 1e6:.0f} MB", "请清理磁盘后重试。"
        )
    new, old = here.home / f"{APP}.new", here.home / f"{APP}.old"
    for folder in (new, old):
        shutil.rmtree(folder, ignore_errors=True)
    try:
        _refuse(harmed(_copied(kit, names, new)))
        if here.app.exists():
            try:
                here.app.rename(old)
            except OSError as error:  # Windows moves no folder with a program that runs
                raise NoKit("旧程序正在使用,没有更换", _CLOSE) from error
        new.rename(here.app)
    finally:
        shutil.rmtree(new, ignore_errors=True)
        if not here.app.exists() and old.exists():
            old.rename(here.app)
        shutil.rmtree(old, ignore_errors=True)


def _copied(kit: Path, names: Sequence[str], new: Path) -> list[str]:
    """Copy the files of the program, and give those that do not hold what the list says.

    The content alone is copied: not the mark of the web, nor whose the file was.
    """
    wanted: dict[str, str] = listed(kit)["files"]
    altered, made = [], set()
    for name in names:
        data = (kit / name).read_bytes()
        if sha256(data).hexdigest() != wanted[name]:
            altered.append(name)
        target = new / name.removeprefix(f"{APP}/")
        if target.parent not in made:
            target.parent.mkdir(parents=True, exist_ok=True)
            made.add(target.parent)
        target.write_bytes(data)
    return altered


def _finish(python: Path) -> None:
    """`addin install` by the program that will serve Excel, so that all paths are its own.

    Before that it loads what it will need, so that it is compiled once and for all: the server
    itself, which must start fast, writes nothing down.
    """
    for words, wrong in (
        (["-c", f"import {_LOADED}"], "新程序运行不了"),
        (["-m", "kpixl", "addin", "install", "--json"], "Excel 加载项没有装成"),
    ):
        done = subprocess.run(
            [str(python), "-X", "utf8", *words],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if done.returncode:
            said = done.stderr.strip().splitlines()
            why = said[-1] if said else f"退出码 {done.returncode}"
            raise NoKit(f"程序已复制,{wrong}({why})", "处理后请再双击一次;或请管理员查看。")


@dataclass(frozen=True)
class Removed:
    """What removing took away, what goes once Python has ended, and what stays."""

    gone: tuple[Path, ...]
    after: Path | None
    left: tuple[Path, ...]


def remove(here: Computer) -> Removed:
    """Take away all that installing put there; raises NoKit where a file is in use, and takes none.

    The program itself can't go while it runs this; `after` then says so.
    """
    running = Path(sys.executable).resolve().is_relative_to(here.app.resolve())
    _refuse_held(here, program=not running)
    after, gone = None, []
    if here.app.exists() and running:
        after = here.app
    elif here.app.exists():
        aside = here.home / f"{APP}.old"
        try:
            here.app.rename(aside)
        except OSError as error:  # Windows moves no folder with a program that runs
            raise UnwritableFile(here.app, "程序正在使用,删除不了", _CLOSE) from error
        shutil.rmtree(aside, ignore_errors=True)
        gone.append(here.app)
    gone += excel_install.remove(here.places)
    ours = [here.home / name for name in _KEPT]
    if here.desktop is not None and _is_our_command(here.desktop / DESKTOP):
        ours.append(here.desktop / DESKTOP)
    for path in ours:
        if running and path.name == "remove.cmd":
            continue  # it goes on with the program and then with itself
        if path.exists():
            try:
                path.unlink()
            except OSError as error:
                raise UnwritableFile(path, "文件正在使用,删除不了", _CLOSE) from error
            gone.append(path)
    with suppress(OSError):
        here.home.rmdir()
    left = sorted(here.home.iterdir()) if here.home.is_dir() else []
    stays = (p for p in left if p not in (after, here.home / "remove.cmd" if running else None))
    return Removed(tuple(gone), after, tuple(stays))


def _is_our_command(path: Path) -> bool:
    with suppress(OSError):
        return b"-m kpixl drop" in path.read_bytes()
    return False

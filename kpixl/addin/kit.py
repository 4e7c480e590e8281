"""The offline kit: one folder with Windows' Python, kpixl and all that it needs, and a check of it.

A kit has the program in `app` (Windows' embeddable Python, the packages unpacked beside it),
the add-in, what staff double-click, and a list of all files.  The check goes by the list, and
besides by what the packages say of themselves, so that it finds a kit that was never complete.
"""

from __future__ import annotations

import json
import os
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.parser import Parser
from functools import cached_property
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpixl.addin.excel_places import FILE
from kpixl.errors import KpixlError

if TYPE_CHECKING:
    from packaging.requirements import Requirement

APP, PACKAGES = "app", "app/Lib/site-packages"
LIST = "清单.json"
EXTRAS = ("addin", "calc")  # all that a user of kpixl may come to need
OLDEST = (3, 11)
PLATFORM = "win_amd64"
# PE headers: the machine that a program is for.
_MACHINES = {0x014C: "32 位", 0x8664: "64 位", 0xAA64: "64 位 ARM"}
_64_BITS = "64 位"
_VERSION_RECORD = struct.pack("<I", 0xFEEF04BD)  # VS_FIXEDFILEINFO
_CACHE = "__pycache__"
_MOST_NAMES = 5


class NoKit(KpixlError):
    """A kit that can't be made, checked or installed; the message says why."""

    def __init__(self, reason: str, remedy: str) -> None:
        self.reason, self.remedy = reason, remedy
        super().__init__(f"{reason}。{remedy}")


@dataclass(frozen=True)
class Python:
    """A Python for Windows, as its own files say."""

    version: tuple[int, ...]
    machine: str

    @property
    def short(self) -> str:
        """Its name in tags and files: cp313 is of python313.dll."""
        return f"cp{self.version[0]}{self.version[1]}"

    def __str__(self) -> str:
        return ".".join(map(str, self.version))

    @property
    def fault(self) -> str:
        """Why kpixl can't run on it; empty where it can."""
        if self.machine != _64_BITS:
            return f"这个 Python 是 {self.machine}的,要用 64 位(amd64)的"
        if self.version[:2] < OLDEST:
            return f"这个 Python 是 {self},要用 3.11 以上版本"
        return ""


def python_of(files: Mapping[str, bytes]) -> Python | None:
    """The Python whose files these are (python.exe, python3xx.dll …); None where they are none.

    >>> python_of({"readme.txt": b""}) is None
    True
    """
    library = next((n for n in files if re.fullmatch(r"(?i)python3\d+\.dll", n)), None)
    program = next((n for n in files if n.lower() == "python.exe"), None)
    if library is None or program is None:
        return None
    minor = int(library[7:-4])
    data = files[library]
    at = data.find(_VERSION_RECORD)
    version: tuple[int, ...] = (3, minor)
    if at >= 0 and at + 16 <= len(data):
        field = struct.unpack_from("<I", data, at + 12)[0] >> 16  # micro, then level and serial
        version = (3, minor, field // 1000)
    return Python(version, machine_of(files[program]))


def machine_of(program: bytes) -> str:
    """What kind of Windows a program is for."""
    if program[:2] != b"MZ" or len(program) < 0x40:
        return "不能辨认"
    at = struct.unpack_from("<I", program, 0x3C)[0]
    if at + 6 > len(program) or program[at : at + 4] != b"PE\0\0":
        return "不能辨认"
    return _MACHINES.get(struct.unpack_from("<H", program, at + 4)[0], "不能辨认")


def pins() -> dict[str, str]:
    """The packages of a kit and their versions."""
    text = resources.files("kpixl.addin").joinpath("kit.txt").read_text("utf-8")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return dict(line.split("==") for line in lines)


def canonical(name: str) -> str:
    """One spelling for a package's name.

    >>> canonical("XlsxWriter"), canonical("et_xmlfile")
    ('xlsxwriter', 'et-xmlfile')
    """
    return re.sub(r"[-_.]+", "-", name).lower()


# -- packages ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Package:
    """What a package says of itself in its .dist-info."""

    name: str
    version: str
    requires: tuple[str, ...]
    tags: tuple[str, ...]

    @classmethod
    def read(cls, metadata: str, wheel: str) -> Package:
        """From the texts METADATA and WHEEL."""
        about, made = Parser().parsestr(metadata), Parser().parsestr(wheel)
        return cls(
            canonical(about["Name"] or ""),
            about["Version"] or "",
            tuple(about.get_all("Requires-Dist") or ()),
            tuple(made.get_all("Tag") or ()),
        )


class Windows:
    """Windows with a Python, as packages look at it."""

    def __init__(self, python: Python) -> None:
        self._python = python

    @cached_property
    def tags(self) -> frozenset[str]:
        """The tags of the packages that fit."""
        from packaging.tags import compatible_tags, cpython_tags

        version = self._python.version[:2]
        fitting = (
            *cpython_tags(version, [self._python.short], [PLATFORM]),
            *compatible_tags(version, self._python.short, [PLATFORM]),
        )
        return frozenset(map(str, fitting))

    @cached_property
    def _environment(self) -> dict[str, str]:
        short = ".".join(map(str, self._python.version[:2]))
        return {
            "implementation_name": "cpython",
            "implementation_version": str(self._python),
            "os_name": "nt",
            "platform_machine": "amd64".upper(),
            "platform_python_implementation": "CPython",
            "platform_release": "10",
            "platform_system": "Windows",
            "platform_version": "10.0",
            "python_full_version": str(self._python),
            "python_version": short,
            "sys_platform": "win32",
        }

    def fits(self, package: Package) -> bool:
        """Whether a package is for this Python on this Windows."""
        return not self.tags.isdisjoint(package.tags)

    def needs(self, package: Package, extras: frozenset[str]) -> Iterator[Requirement]:
        """What a package needs here; `extras` are those that were asked for."""
        from packaging.requirements import Requirement

        for text in package.requires:
            wanted = Requirement(text)
            marker = wanted.marker
            if marker is None or any(
                marker.evaluate({**self._environment, "extra": extra}) for extra in ("", *extras)
            ):
                yield wanted


def incomplete(packages: Mapping[str, Package], windows: Windows) -> Iterator[str]:
    """What is missing for kpixl to run, too old, or for another Python, each in words."""
    for package in packages.values():
        if not windows.fits(package):
            yield f"{package.name} {package.version} {_for_what(package)}"
    done: set[tuple[str, str]] = set()
    told: set[str] = set()
    todo: list[tuple[str, frozenset[str]]] = [("kpixl", frozenset(EXTRAS))]
    if "kpixl" not in packages:
        yield "缺少 kpixl 本身"
        return
    while todo:
        name, extras = todo.pop(0)
        for wanted in windows.needs(packages[name], extras):
            needed = canonical(wanted.name)
            found = packages.get(needed)
            if found is None:
                text = f"缺少 {needed}({name} 需要)"
            elif not wanted.specifier.contains(found.version, prereleases=True):
                text = f"{needed} {found.version} 版本不对({name} 需要 {wanted.specifier})"
            else:
                text = ""
                new = {(needed, e) for e in ("", *wanted.extras)} - done
                if new:
                    done |= new
                    todo.append((needed, frozenset(wanted.extras)))
            if text and text not in told:
                told.add(text)
                yield text


def _for_what(package: Package) -> str:
    """For what a package is that does not fit.

    >>> _for_what(Package("numpy", "2", (), ("cp312-cp312-win_amd64",)))
    '是给 Python 3.12 的'
    """
    platforms = {tag.rpartition("-")[2] for tag in package.tags}
    if not package.tags:
        return "没有写明给哪个 Python"
    if "win32" in platforms:
        return "是给 32 位 Python 的"
    if PLATFORM not in platforms and "any" not in platforms:
        return f"不是给 64 位 Windows 的({'、'.join(sorted(platforms))})"
    pythons = sorted({tag.partition("-")[0] for tag in package.tags})
    said = [f"{p[2]}.{p[3:]}" if re.fullmatch(r"cp3\d+", p) else p for p in pythons]
    return f"是给 Python {'、'.join(said)} 的"


# -- the list of files -----------------------------------------------------------------------


def files_of(folder: Path) -> dict[str, int]:
    """Every file below a folder with its size, but for the list and what Python keeps for itself.

    What a folder says of its files is believed: asking each again takes Windows a minute.
    """
    found: dict[str, int] = {}
    todo = [("", folder)]
    while todo:
        prefix, place = todo.pop()
        with os.scandir(place) as entries:
            for entry in entries:
                if entry.is_dir():
                    if entry.name != _CACHE:
                        todo.append((f"{prefix}{entry.name}/", Path(entry.path)))
                elif prefix or entry.name != LIST:
                    found[prefix + entry.name] = entry.stat().st_size
    return dict(sorted(found.items()))


def digest(path: Path) -> str:
    """The SHA-256 of a file; empty where it can't be read."""
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def listed(folder: Path) -> dict[str, Any]:
    """The list of a kit; raises NoKit where there is none that could be read."""
    try:
        found = json.loads((folder / LIST).read_text("utf-8"))
        version, files = found["kpixl"], found["files"]
    except FileNotFoundError:
        raise NoKit(
            f"“{folder}”里没有{LIST}", "这不是离线安装包,或没有复制完整,请重新复制整个文件夹。"
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoKit(f"“{folder / LIST}”读不出来", "请重新复制整个文件夹。") from error
    if not isinstance(version, str) or not isinstance(files, dict):
        raise NoKit(f"“{folder / LIST}”读不出来", "请重新复制整个文件夹。")
    return dict(found)


def check(folder: Path) -> tuple[str, ...]:
    """Everything that is wrong with a kit, in words; raises NoKit where it is none.

    Files are held against the list, then the Python and the packages against each other.
    """
    wanted: dict[str, str] = listed(folder)["files"]
    there = files_of(folder)
    altered = [
        name
        for name, said in wanted.items()
        # The administrator may sign the add-in; installing it looks at its code.
        if name in there and name != FILE and digest(folder / name) != said
    ]
    return (*strays(wanted, there), *harmed(altered), *unfit(folder))


def strays(wanted: Mapping[str, str], there: Iterable[str]) -> tuple[str, ...]:
    """Which files of the list are missing, and which of the program are not on it."""
    found = set(there)
    missing = [name for name in wanted if name not in found]
    foreign = sorted(n for n in found if n not in wanted and n.startswith(f"{APP}/"))
    return tuple(
        f"{words} {len(names)} 个文件:{_some(names)}"
        for words, names in (("缺少", missing), ("多出", foreign))
        if names
    )


def harmed(altered: list[str]) -> tuple[str, ...]:
    """Which files do not hold what the list says."""
    return (f"改动过 {len(altered)} 个文件:{_some(altered)}",) if altered else ()


def _some(names: list[str]) -> str:
    more = f" 等 {len(names)} 个" if len(names) > _MOST_NAMES else ""
    return "、".join(names[:_MOST_NAMES]) + more


def unfit(folder: Path) -> Iterator[str]:
    """What is wrong with the program of a kit whatever its list says."""
    app = folder / APP
    files = {p.name: p.read_bytes() for p in app.glob("python*") if p.is_file()}
    python = python_of(files)
    if python is None:
        yield "app 文件夹里没有 Python(python.exe 和 python3xx.dll)"
        return
    if python.fault:
        yield python.fault
    path = f"python{python.short[2:]}._pth"
    if not _runs_site(files.get(path, b"")):
        yield f"{path} 里没有 import site 一行"
    for name in (f"pythoncom{python.short[2:]}.dll", f"pywintypes{python.short[2:]}.dll"):
        if not (app / name).is_file():
            yield f"app 文件夹里缺少 {name}"
    yield from incomplete(packages_below(folder / PACKAGES), Windows(python))


def _runs_site(path: bytes) -> bool:
    return b"import site" in (line.strip() for line in path.splitlines())


def packages_below(folder: Path) -> dict[str, Package]:
    """The packages that were unpacked into a folder."""
    found = {}
    for info in sorted(folder.glob("*.dist-info")):
        texts = [
            path.read_text("utf-8", "replace") if path.is_file() else ""
            for path in (info / "METADATA", info / "WHEEL")
        ]
        package = Package.read(*texts)
        found[package.name] = package
    return found

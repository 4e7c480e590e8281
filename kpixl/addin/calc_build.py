"""The extension for LibreOffice as one file, and its place in a user's profile.

The engine travels inside: kpixl without its command line, the schemes of the package, the
writer for new workbooks, and numpy for the Pythons that it was built for.  The same input
gives the same bytes.
"""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from kpixl import __version__
from kpixl.addin.calc_files import COMPONENT, IDENTIFIER, basic, files
from kpixl.errors import KpixlError, UnusableFile, UnwritableFile
from kpixl.hosts.safewrite import refuse_unwritable, replacing

FILE = "kpixl.oxt"
_MOMENT = (2000, 1, 1, 0, 0, 0)
# Parts of the package that a spreadsheet program has no use for.
_LEFT_OUT = re.compile(r"(cli|__main__)\.py|(commands|macros)/")
_NOT_OF_NUMPY = re.compile(
    r"(^|/)(tests?|include|f2py|distutils|__pycache__|testing/_private)/"
    r"|\.(pyi|pyc|a|lib|h|c|pxd|pyx)$|(^|/)\.\.|^bin/"
)
_WHEEL = re.compile(r"numpy-[^-]+(?:-\d[^-]*)?-(cp\d+)-[^-]+-(.+)\.whl")
# What `sysconfig.get_platform` says where a wheel for one of these platforms fits.
_PLATFORMS: Mapping[str, str] = {
    "manylinux.*x86_64": "linux-x86_64",
    "manylinux.*aarch64": "linux-aarch64",
    "win_amd64": "win-amd64",
    "win_arm64": "win-arm64",
}


class NoExtension(KpixlError):
    """Installing or removing did not work."""

    def __init__(self, reason: str, remedy: str) -> None:
        self.reason, self.remedy = reason, remedy
        super().__init__(f"没有完成:{reason}。{remedy}")


# -- building ----------------------------------------------------------------------------


def build(path: str | Path, *, numpy: bool = True, wheels: Iterable[str | Path] = ()) -> Path:
    """Write the extension and give its path; a folder takes it as kpixl.oxt.

    With `numpy`, the numpy of this Python goes in, for a LibreOffice whose Python is of the
    same version and machine; `wheels` are numpy's wheels for others.  Raises UnusableFile
    and UnwritableFile.
    """
    path = Path(path)
    if path.is_dir():
        path = path / FILE
    if path.suffix.lower() != ".oxt":
        raise UnwritableFile(path, "LibreOffice 扩展是 .oxt 格式", "请把扩展名写成 .oxt。")
    refuse_unwritable(path)
    contents: dict[str, bytes] = {name: text.encode() for name, text in files().items()}
    contents.update(_engine())
    contents.update(_writer())
    if numpy:
        contents.update(_own_numpy())
    for wheel in wheels:
        contents.update(_of_wheel(Path(wheel)))
    with replacing(path) as stream, zipfile.ZipFile(stream, "w") as package:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            package.writestr(entry, contents[name], zipfile.ZIP_DEFLATED, 6)
    return path


def _tree(folder: Path, keep: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """The files below a folder by their relative path; `keep` are endings of names."""
    endings = tuple(keep)
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name.endswith(endings) and "__pycache__" not in name:
            yield name, path.read_bytes()


def _engine() -> Iterator[tuple[str, bytes]]:
    base = Path(str(resources.files("kpixl")))
    for name, data in _tree(base, (".py", ".json", ".typed", ".txt", ".csv")):
        if not _LEFT_OUT.match(name) and not name.startswith("workbooks/"):
            yield f"pythonpath/kpixl/{name}", data
    macros = Path(str(resources.files("kpixl.macros")))
    yield COMPONENT, (macros / "calc_component.py").read_bytes()
    from kpixl.reporting.selftest import FOLDER
    from kpixl.scheme.find import find_scheme, known_schemes, shipped

    for system in known_schemes():
        scheme = find_scheme(system).path
        yield f"pythonpath/kpixl/workbooks/{system}/{scheme.name}", scheme.read_bytes()
    for name, data in _tree(shipped() / FOLDER, (".csv",)):
        yield f"pythonpath/kpixl/workbooks/{FOLDER}/{name}", data


def _writer() -> Iterator[tuple[str, bytes]]:
    """XlsxWriter, which is pure Python, for the forms that are handed out."""
    base = Path(str(resources.files("xlsxwriter")))
    for name, data in _tree(base, (".py",)):
        yield f"pythonpath/xlsxwriter/{name}", data
    yield from _licence("XlsxWriter", "pythonpath/xlsxwriter")


def _licence(package: str, folder: str) -> Iterator[tuple[str, bytes]]:
    for file in importlib.metadata.files(package) or ():
        if re.match(r"(?i)licen[cs]e", file.name) and ".dist-info" in file.as_posix():
            yield f"{folder}/{file.name}", Path(str(file.locate())).read_bytes()


def _own_numpy() -> Iterator[tuple[str, bytes]]:
    """The numpy of this Python, without its tests and headers."""
    tag = f"cp{sys.version_info[0]}{sys.version_info[1]}-{sysconfig.get_platform()}"
    for file in importlib.metadata.files("numpy") or ():
        name = file.as_posix()
        if ".dist-info/" not in name and not _NOT_OF_NUMPY.search(name):
            yield f"lib/{tag}/{name}", Path(str(file.locate())).read_bytes()
    yield from _licence("numpy", f"lib/{tag}/numpy")


def _of_wheel(wheel: Path) -> Iterator[tuple[str, bytes]]:
    match = _WHEEL.fullmatch(wheel.name)
    place = next((p for k, p in _PLATFORMS.items() if match and re.match(k, match[2])), None)
    if match is None or place is None:
        raise UnusableFile(
            wheel,
            "不是可用的 numpy 安装包",
            "请给出文件名以 numpy- 开头的 .whl 文件(Linux 或 Windows)。",
        )
    try:
        with zipfile.ZipFile(wheel) as package:
            for name in sorted(package.namelist()):
                safe = (
                    not PurePosixPath(name).is_absolute() and ".." not in PurePosixPath(name).parts
                )
                licence = re.search(r"\.dist-info/(?:licenses/)?LICENSE", name)
                if licence:
                    yield f"lib/{match[1]}-{place}/numpy/LICENSE.txt", package.read(name)
                elif (
                    safe
                    and ".dist-info/" not in name
                    and not name.endswith("/")
                    and not _NOT_OF_NUMPY.search(name)
                ):
                    yield f"lib/{match[1]}-{place}/{name}", package.read(name)
    except (OSError, zipfile.BadZipFile) as error:
        raise UnusableFile(wheel, "打不开", "请重新取得这个文件。") from error


def pythons_of(path: str | Path) -> tuple[str, ...]:
    """Which Pythons an extension carries numpy for, as cp311-linux-x86_64."""
    with zipfile.ZipFile(path) as package:
        parts = (PurePosixPath(name).parts for name in package.namelist())
        return tuple(sorted({p[1] for p in parts if len(p) > 2 and p[0] == "lib"}))


# -- the user's profile --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Installed:
    """The extension as it stands in a profile."""

    version: str
    folder: Path
    pythons: tuple[str, ...]


def profile_folder() -> Path:
    """Where LibreOffice keeps the settings of whoever runs this."""
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", "")) / "LibreOffice" / "4"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "LibreOffice" / "4"
    config = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(config) if config else Path.home() / ".config") / "libreoffice" / "4"


def installed(profile: str | Path | None = None) -> Installed | None:
    """The extension in a profile; None where it is not there."""
    base = Path(profile) if profile is not None else profile_folder()
    cache = base / "user" / "uno_packages" / "cache"
    # Folders of what was removed stay until the program's next start; its list does not.
    listed = cache / "uno_packages.pmap"
    named = listed.read_bytes() if listed.is_file() else b""
    for description in sorted(cache.glob("uno_packages/*/*/description.xml")):
        if description.parent.parent.name.rstrip("_").encode() not in named:
            continue
        try:
            root = ElementTree.parse(description).getroot()
        except (OSError, ElementTree.ParseError):
            continue
        facts = {child.tag.rpartition("}")[2]: child.get("value", "") for child in root}
        if facts.get("identifier") == IDENTIFIER:
            folder = description.parent
            libraries = folder / "lib"
            tags = sorted(p.name for p in libraries.iterdir()) if libraries.is_dir() else []
            return Installed(facts.get("version", ""), folder, tuple(tags))
    return None


def install(package: str | Path, profile: str | Path | None = None) -> Installed:
    """Put the extension into a profile, in the place of an older one; raises NoExtension."""
    _unopkg(["add", "-f", "-s", str(Path(package).resolve())], profile, package=Path(package))
    found = installed(profile)
    if found is None:
        raise NoExtension("LibreOffice 没有收下扩展", "请关闭 LibreOffice 后重试。")
    return found


def remove(profile: str | Path | None = None) -> bool:
    """Take the extension and its Basic module out of a profile; False where it was not there."""
    if installed(profile) is None:
        return False
    _unopkg(["remove", IDENTIFIER], profile, package=None)
    _remove_basic(Path(profile) if profile is not None else profile_folder())
    return True


def _remove_basic(profile: Path) -> None:
    """Forget the functions in Basic, which LibreOffice would keep."""
    folder = profile / "user" / "basic" / "Standard"
    index = folder / "script.xlb"
    for module in basic():
        (folder / f"{module}.xba").unlink(missing_ok=True)
        if index.is_file():
            line = re.compile(rf"\s*<library:element library:name=\"{module}\"\s*/>")
            index.write_text(line.sub("", index.read_text("utf-8")), "utf-8")


def _unopkg(words: list[str], profile: str | Path | None, *, package: Path | None) -> None:
    """LibreOffice's own tool; root, whom it refuses, goes through the program itself."""
    base = Path(profile) if profile is not None else profile_folder()
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        from kpixl.hosts.calc_office import Office

        with Office(base) as office:
            if package is not None:
                office.add_extension(package)
            else:
                office.remove_extension(IDENTIFIER, FILE)
        return
    tool = shutil.which("unopkg") or shutil.which("unopkg.com")
    if tool is None:
        raise NoExtension(
            "没有找到 unopkg(LibreOffice 的扩展管理命令)",
            "请把 LibreOffice 的 program 文件夹加进 PATH,或在 LibreOffice 的“工具-扩展管理器”里操作。",
        )
    from kpixl.hosts.calc_office import surroundings

    place = [f"-env:UserInstallation={base.resolve().as_uri()}"] if profile is not None else []
    done = subprocess.run(
        [tool, words[0], *place, *words[1:]],
        capture_output=True,
        text=True,
        check=False,
        env=surroundings(),
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise NoExtension(
            f"unopkg 报告“{said[-1] if said else done.returncode}”", "请关闭 LibreOffice 后重试。"
        )


def version() -> str:
    """The version that `build` writes."""
    return __version__

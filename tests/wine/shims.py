"""What Wine 8 lacks of Windows 10 for programs as they are shipped, put into a prefix.

So the offline kit and the packages of constraints.txt run under Wine unchanged, with the very
files that staff get; a prefix with these needs WINEDLLOVERRIDES to be `OVERRIDES`.  Each may go
once Wine has its functions; Debian 12 has Wine 8, which lacks them or has stubs that end whoever
calls them.

- ucrtbase.dll: functions of complex numbers, which numpy asks for from 2.2 on.
- propsys.dll: VariantToString, without which Python's _wmi, and so platform.machine(), fails.
- bcryptprimitives.dll: ProcessPrng, without which no program written in Rust is loaded (calamine,
  formualizer, cryptography).
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
COMPILER = "x86_64-w64-mingw32-gcc"
OVERRIDES = "mscoree,mshtml,winemenubuilder.exe=;ucrtbase,ucrtbasx,propsys,bcryptprimitives=n,b"
# What each is linked with.
SHIMS = {"ucrtbase": "", "propsys": "-loleaut32", "bcryptprimitives": "-ladvapi32"}
_BUILTIN = b"Wine builtin DLL"


class NoWindows(Exception):
    """What is missing, so that no Windows can be made here."""


def into(prefix: Path) -> None:
    """Put them into a prefix whose files may be links to another's."""
    system = prefix / "drive_c" / "windows" / "system32"
    for made in _made().iterdir():
        target = system / made.name
        target.unlink(missing_ok=True)
        shutil.copyfile(made, target)


def _made() -> Path:
    """The libraries, compiled where they are not yet."""
    recipe = hashlib.sha256(recipe_of())
    cache = Path.home() / ".cache" / "kpixl"
    ready = cache / f"shims-{recipe.hexdigest()[:12]}"
    if not ready.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix="making-") as room:
            _make(Path(room, "it"))
            Path(room, "it").rename(ready)
    return ready


def recipe_of() -> bytes:
    """All that the libraries depend on."""
    parts = [Path(__file__).read_bytes()]
    for name in SHIMS:
        theirs = _wines_own(name)
        parts += [(HERE / f"{name}.c").read_bytes(), theirs.read_bytes() if theirs else b""]
    return b"\0".join(parts)


def _wines_own(name: str) -> Path | None:
    return next(iter(sorted(Path("/usr/lib").glob(f"*/wine/x86_64-windows/{name}.dll"))), None)


def _make(folder: Path) -> None:
    folder.mkdir()
    for name, library in SHIMS.items():
        more = library or str(_beside_wines_own(folder))
        source, made = HERE / f"{name}.c", folder / f"{name}.dll"
        subprocess.run(
            [COMPILER, "-O2", "-fno-builtin", "-shared", "-static-libgcc", "-o", str(made),
             str(source), more],
            check=True,
        )  # fmt: skip


def _beside_wines_own(folder: Path) -> Path:
    """Wine's own C library under another name, and the list of what ours hands on to it."""
    theirs = _wines_own("ucrtbase")
    if theirs is None:
        raise NoWindows("Wine's own ucrtbase.dll was not found")
    # Without its mark Wine takes it for a library of a program, under whatever name.
    (folder / "ucrtbasx.dll").write_bytes(
        theirs.read_bytes().replace(_BUILTIN, b"\0" * len(_BUILTIN), 1)
    )
    own = set(re.findall(r"\b(?:REAL|SAME|TWO)\((c\w+)\)", (HERE / "ucrtbase.c").read_text()))
    ours = {
        f"{name}{kind}": f"own_{name}{kind.strip('l')}" for name in own for kind in ("", "f", "l")
    }
    lines = ["LIBRARY ucrtbase.dll", "EXPORTS"]
    lines += [
        f'"{name}" = {ours[name]}' if name in ours else f'"{name}" = "ucrtbasx.{name}"'
        for name in _exports(theirs)
    ]
    definition = folder.with_name("ucrtbase.def")
    definition.write_text("\n".join(lines) + "\n")
    return definition


def _exports(library: Path) -> list[str]:
    """The names that a library exports."""
    said = subprocess.run(
        [COMPILER.replace("gcc", "objdump"), "-p", str(library)],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    table = said.partition("[Ordinal/Name Pointer] Table")[2].partition("\n\n")[0]
    return re.findall(r"^\s*\[\s*\d+\].*?(\S+)$", table, re.M)

"""What Wine 8 lacks of Windows 10 for programs as they are shipped, put into a prefix.

So the offline kit runs under Wine unchanged, with the very files that staff get; a prefix
with these needs WINEDLLOVERRIDES to be `OVERRIDES`.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.wine.prepare import COMPILER, HERE, NoWindows

OVERRIDES = "mscoree,mshtml,winemenubuilder.exe=;ucrtbase,ucrtbasx,propsys,bcryptprimitives=n,b"
_SOURCES = ("ucrtbase.c", "propsys.c", "bcryptprimitives.c")
_BUILTIN = b"Wine builtin DLL"


def into(prefix: Path) -> None:
    """Put them into a prefix whose files may be links to another's."""
    system = prefix / "drive_c" / "windows" / "system32"
    for made in _made().iterdir():
        target = system / made.name
        target.unlink(missing_ok=True)
        shutil.copyfile(made, target)


def _made() -> Path:
    """The libraries, compiled where they are not yet."""
    theirs = _wines_own()
    recipe = hashlib.sha256(Path(__file__).read_bytes() + theirs.read_bytes())
    for name in _SOURCES:
        recipe.update((HERE / name).read_bytes())
    cache = Path.home() / ".cache" / "kpixl"
    ready = cache / f"shims-{recipe.hexdigest()[:12]}"
    if not ready.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix="making-") as room:
            _make(Path(room, "it"), theirs)
            Path(room, "it").rename(ready)
    return ready


def _wines_own() -> Path:
    found = sorted(Path("/usr/lib").glob("*/wine/x86_64-windows/ucrtbase.dll"))
    if not found:
        raise NoWindows("Wine's own ucrtbase.dll was not found")
    return found[0]


def _make(folder: Path, theirs: Path) -> None:
    folder.mkdir()
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
    for name, more in (
        ("ucrtbase", [str(definition)]),
        ("propsys", ["-loleaut32"]),
        ("bcryptprimitives", ["-ladvapi32"]),
    ):
        source, made = HERE / f"{name}.c", folder / f"{name}.dll"
        subprocess.run(
            [COMPILER, "-O2", "-fno-builtin", "-shared", "-static-libgcc", "-o", str(made),
             str(source), *more],
            check=True,
        )  # fmt: skip


def _exports(library: Path) -> list[str]:
    """The names that a library exports."""
    said = subprocess.run(
        [COMPILER.replace("gcc", "objdump"), "-p", str(library)],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    table = said.partition("[Ordinal/Name Pointer] Table")[2].partition("\n\n")[0]
    return re.findall(r"^\s*\[\s*\d+\].*?(\S+)$", table, re.M)

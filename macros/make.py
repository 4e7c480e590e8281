"""Writes what Excel and LibreOffice are told of functions and commands, from the registry.

The VBA modules and the ribbon of the Excel add-in stand here, what goes into the extension
for LibreOffice in calc/.

    python -m kpixl.macros.make            writes what is missing or stale
    python -m kpixl.macros.make --check    says what is stale, and fails if anything is

In a checkout without an installed package the first part reads `python -m macros.make`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from kpixl.addin import commands, functions
from kpixl.addin.calc_files import files
from kpixl.addin.excel_ribbon import ribbon_xml
from kpixl.addin.excel_vba import modules

HERE = Path(__file__).resolve().parent


def texts() -> dict[str, bytes]:
    """Every generated file by name, VBA with the line ends that Excel's editor writes."""
    made = {
        f"{name}.bas": text.replace("\n", "\r\n").encode("ascii")
        for name, text in modules(functions(), commands()).items()
    }
    made["ribbon.xml"] = ribbon_xml(commands()).encode()
    made |= {f"calc/{name}": text.encode() for name, text in files().items() if _is_kept(name)}
    return made


def _is_kept(name: str) -> bool:
    return not name.endswith(".py")  # a copy of what others hold, for a Python that starts


def stale() -> list[str]:
    """The files that are not as the registry would have them, and those that it has no more."""
    made = texts()
    there = {path.name for pattern in ("*.bas", "*.xml") for path in HERE.glob(pattern)}
    there |= {p.relative_to(HERE).as_posix() for p in (HERE / "calc").rglob("*") if p.is_file()}
    differs = [n for n, data in made.items() if n in there and (HERE / n).read_bytes() != data]
    return sorted({*differs, *(made.keys() ^ there)})


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check; 1 if something was stale in a check."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    given = parser.parse_args(arguments)
    found = stale()
    for name in found:
        print(f"stale: macros/{name}" if given.check else f"written: macros/{name}")
    if given.check:
        return 1 if found else 0
    made = texts()
    for name in found:
        if name in made:
            (HERE / name).parent.mkdir(parents=True, exist_ok=True)
            (HERE / name).write_bytes(made[name])
        else:
            (HERE / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())

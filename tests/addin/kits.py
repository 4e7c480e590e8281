"""What kits are made of, in small: wheels with the real packages' own words, a Python of stubs."""

from __future__ import annotations

import struct
import zipfile
from importlib import metadata
from pathlib import Path

from kpixl.addin.kit import pins

# Those whose wheels are for one Python and one system.
BINARY = {"lxml", "numpy", "pandas", "pywin32", "scipy", "xlwings"}


def program(machine: int = 0x8664) -> bytes:
    """The head of a Windows program for a machine."""
    return b"MZ" + b"\0" * 58 + struct.pack("<I", 64) + b"PE\0\0" + struct.pack("<H", machine)


def python_files(minor: int = 13, micro: int = 2, machine: int = 0x8664) -> dict[str, bytes]:
    """The files by which an embeddable Python is known."""
    record = struct.pack("<IIII", 0xFEEF04BD, 65536, 3 << 16 | minor, (micro * 1000 + 150) << 16)
    return {
        "python.exe": program(machine),
        "pythonw.exe": program(machine),
        f"python3{minor}.dll": program(machine) + record,
        f"python3{minor}._pth": f"python3{minor}.zip\r\n.\r\n\r\n#import site\r\n".encode(),
    }


def python_zip(path: Path, files: dict[str, bytes] | None = None, folder: str = "") -> Path:
    """An embeddable Python as one file."""
    with zipfile.ZipFile(path, "w") as package:
        for name, data in (files or python_files()).items():
            package.writestr(folder + name, data)
    return path


def wheel(
    folder: Path,
    name: str,
    version: str,
    *,
    tag: str = "py3-none-any",
    requires: tuple[str, ...] | None = None,
    others: dict[str, bytes] | None = None,
) -> Path:
    """A wheel that says of itself what the real package says, and holds one module."""
    if requires is None:
        try:
            requires = tuple(metadata.distribution(name).requires or ())
        except metadata.PackageNotFoundError:  # for Windows only
            requires = ()
    module = name.replace("-", "_")
    about = "\n".join(
        ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
        + [f"Requires-Dist: {r}" for r in requires]
    )
    info = f"{module}-{version}.dist-info"
    path = folder / f"{module}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr(f"{module}/__init__.py", f"# {name}\n")
        package.writestr(f"{info}/METADATA", about + "\n\n")
        package.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nTag: {tag}\n")
        for inside, data in (others or {}).items():
            package.writestr(inside, data)
    return path


def wheels(folder: Path, python: str = "cp313") -> Path:
    """A wheel for every package of a kit."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, version in pins().items():
        others = {
            "pywin32": {
                f"pywin32_system32/{dll}3{python[3:]}.dll": dll.encode()
                for dll in ("pythoncom", "pywintypes")
            },
            "xlwings": {f"xlwings-{version}.data/data/xlwings64-{version}.dll": b"64"},
            "numpy": {"numpy/tests/test_all.py": b"", "numpy/linalg/core.py": b"1"},
            "xlsxwriter": {f"xlsxwriter-{version}.data/scripts/vba_extract.py": b""},
        }.get(name, {})
        tag = f"{python}-{python}-win_amd64" if name in BINARY else "py3-none-any"
        wheel(folder, name, version, tag=tag, others=others)
    return folder

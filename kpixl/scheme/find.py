"""Where a scheme is: a system of the package by name, or somebody's own workbook."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from kpixl.errors import UnknownScheme

SCHEME_FILE = "方案.xlsx"


@dataclass(frozen=True, slots=True)
class SchemePlace:
    """A scheme workbook and the name of its system.

    For a workbook of somebody's own the name is that of the file; the workbook may
    say otherwise (代号).
    """

    system: str
    path: Path

    @property
    def folder(self) -> Path:
        """Where the system's form and samples stand beside the scheme."""
        return self.path.parent


def shipped() -> Path:
    """The folder of the systems: in the wheel kpixl.workbooks, else that of the checkout."""
    inside = Path(str(resources.files("kpixl"))) / "workbooks"
    return inside if inside.is_dir() else Path(__file__).resolve().parents[2] / "workbooks"


def known_schemes() -> tuple[str, ...]:
    """The systems in the package, by name."""
    folder = shipped()
    if not folder.is_dir():
        return ()
    return tuple(sorted(p.parent.name for p in folder.glob(f"*/{SCHEME_FILE}")))


def find_scheme(name: str | Path) -> SchemePlace:
    """The scheme that a name or path means; raises UnknownScheme.

    A system's name goes before a file of the same name, a folder stands for the
    scheme workbook in it.
    """
    if str(name) in known_schemes():
        return SchemePlace(str(name), shipped() / str(name) / SCHEME_FILE)
    path = Path(name)
    if path.is_dir() and (path / SCHEME_FILE).is_file():
        return SchemePlace(path.resolve().name, path / SCHEME_FILE)
    if path.is_file():
        return SchemePlace(path.stem, path)
    raise UnknownScheme(str(name), known_schemes())

"""Result workbooks of the systems in the package, and ways to alter them."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

import openpyxl

from kpixl import __version__
from kpixl.grid import Scalar, Sheet, Snapshot, Spot
from kpixl.host import Patch, SetValues
from kpixl.hosts import files
from kpixl.hosts.recalculate import from_stored
from kpixl.reporting.run import RunInfo
from kpixl.reporting.sheets import SEAL
from kpixl.scheme.find import known_schemes
from kpixl.verification import Verification, verify
from kpixl.workspace.assessing import assess, follow
from kpixl.workspace.results import Target, write_ledger, write_result
from kpixl.workspace.schemes import usable_scheme
from tests.hosts.packages import rewritten

REPO = Path(__file__).resolve().parents[2]
SYSTEMS = tuple(known_schemes())
RUN = RunInfo(__version__, datetime(2016, 1, 20, 9, 30, 5), "kpixl rank 方案 --data 回收")


def write_sample(system: str, path: Path) -> Path:
    """The result of the sample returns of a system, by the way that the command line takes."""
    folder = REPO / "workbooks" / system
    scheme, _ = usable_scheme(system)
    target = Target(path)
    if scheme.ledger is None:
        write_result(assess(scheme, [folder / "回收"]), target, RUN)
    else:
        table = next(folder.glob("企业*.xlsx"), None)
        result = follow(scheme, [folder / "回收"], enterprises=table)
        write_ledger(result, target, RUN)
    return path


def verified(book: Path | Snapshot) -> Verification:
    """A workbook, verified as the command does it."""
    snapshot = book if isinstance(book, Snapshot) else files.read(book)
    return verify(snapshot, version=__version__, recalculate=from_stored)


def named(done: Verification) -> set[tuple[str, str]]:
    """The cells that are said to be altered, by sheet and address."""
    return {(cell.sheet, cell.cell) for cell in done.altered}


def codes(done: Verification) -> set[str]:
    """The codes of all that is said."""
    return {fault.code for fault in done.findings}


# -- altering ----------------------------------------------------------------------------


def with_cells(book: Snapshot, name: str, cells: Mapping[Spot, Scalar]) -> Snapshot:
    """A workbook as values, with some cells of a sheet holding something else."""
    return replace(
        book, sheets=tuple(_laid(s, cells) if s.name == name else s for s in book.sheets)
    )


def _laid(sheet: Sheet, cells: Mapping[Spot, Scalar]) -> Sheet:
    rows = [list(row) for row in sheet.rows]
    for (row, column), value in cells.items():
        while len(rows) < row:
            rows.append([])
        rows[row - 1] += [None] * (column - len(rows[row - 1]))
        rows[row - 1][column - 1] = value
    return replace(sheet, rows=tuple(map(tuple, rows)))


def with_formulas(book: Snapshot, name: str, formulas: Mapping[Spot, str]) -> Snapshot:
    """A workbook as values, with some formulas of a sheet reading something else."""
    return replace(
        book,
        sheets=tuple(
            replace(s, formulas={**s.formulas, **formulas}) if s.name == name else s
            for s in book.sheets
        ),
    )


def other(value: Scalar) -> Scalar:
    """Something else of the same sort."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return f"{value}改" if isinstance(value, str) else "改"


def by_openpyxl(source: Path, target: Path, sheet: str, cell: str, value: object) -> Path:
    """Loaded, altered and saved, as a script does it."""
    book = openpyxl.load_workbook(source)
    book[sheet][cell] = value
    book.save(target)
    return target


def by_package(source: Path, target: Path, sheet: str, spot: Spot, value: Scalar) -> Path:
    """Only the one cell, all else byte by byte as it was."""
    files.edit(
        shutil.copyfile(source, target),
        target,
        Patch((SetValues(sheet, {spot: value}),), recalculate=False),
    )
    return target


def by_bytes(source: Path, target: Path, sheet: str, changes: Iterable[tuple[str, str]]) -> Path:
    """The text of a sheet's part, changed."""
    number = [s.name for s in files.read(source).sheets].index(sheet) + 1

    def changed(text: str) -> str:
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        return text

    part = f"xl/worksheets/sheet{number}.xml"
    target.write_bytes(rewritten(source.read_bytes(), {part: changed}))
    return target


# -- finding cells by their words ---------------------------------------------------------


@cache
def _sheet(path: Path, name: str) -> Sheet:
    found = files.read(path).sheet(name)
    assert found is not None
    return found


def below(path: Path, name: str, heading: str, nth: int = 1) -> Spot:
    """The nth filled cell below a heading that begins so."""
    sheet = _sheet(path, name)
    row, column = next(
        (r, c) for r, c, v in sheet.filled() if isinstance(v, str) and v.startswith(heading)
    )
    filled = [
        r for r in range(row + 1, len(sheet.rows) + 1) if sheet.value(r, column) not in (None, "")
    ]
    return filled[nth - 1], column


def beside(path: Path, name: str, label: str) -> Spot:
    """The cell to the right of a label."""
    sheet = _sheet(path, name)
    row, column = next((r, c) for r, c, v in sheet.filled() if v == label)
    return row, column + 1


def seal_row(path: Path, sort: str, containing: str = "") -> int:
    """The first row of the seal that holds such a record."""
    return next(
        r
        for r, c, v in _sheet(path, SEAL).filled()
        if c == 4 and isinstance(v, str) and v.startswith(f"{sort} ") and containing in v
    )

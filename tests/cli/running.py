"""Running the command line, and forms to run it on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

REPO = Path(__file__).resolve().parents[2]
SYSTEM = REPO / "workbooks" / "wenzhou-2015"
STREETS = ("星海街道", "海城街道", "沙城街道", "天河街道")


@dataclass(frozen=True)
class Run:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What stood on stdout, which must be one JSON text."""
        return json.loads(self.out)


def kpixl(
    *words: str | Path, cwd: Path, env: Mapping[str, str] | None = None, encoding: str = "utf-8"
) -> Run:
    """Run `kpixl` as a program of its own, its output in pipes."""
    settings = {k: v for k, v in os.environ.items() if k not in ("PYTHONIOENCODING", "COLUMNS")}
    settings |= {"PYTHONPATH": str(REPO), **(env or {})}
    done = subprocess.run(
        [sys.executable, "-m", "kpixl", *map(str, words)],
        cwd=cwd,
        env=settings,
        capture_output=True,
        timeout=120,
        check=False,
    )
    return Run(done.returncode, done.stdout.decode(encoding), done.stderr.decode(encoding))


def form_cell(sheet: Worksheet, name: str) -> Any:
    """The cell in which a form holds an input, found as a person finds it: by its words."""
    cells = [c for row in sheet.iter_rows() for c in row if isinstance(c.value, str)]
    heading = next(c for c in cells if c.value == "填报值")
    labels = next(c.column for c in cells if c.value == "数据项" and c.row == heading.row)
    row = next(c.row for c in cells if c.value == name and c.column == labels)
    return sheet.cell(row, heading.column)


def unit_cell(sheet: Worksheet) -> Any:
    """The cell with the unit's name: right of the label 单位."""
    label = next(c for row in sheet.iter_rows() for c in row if c.value == "单位")
    merged = next((m for m in sheet.merged_cells.ranges if label.coordinate in m), None)
    return sheet.cell(label.row, (merged.max_col if merged else label.column) + 1)


def change(path: Path, figures: Mapping[str, object], *, unit: str | None = None) -> None:
    """Change figures of a form, or whose form it is, as somebody with a spreadsheet does."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for name, value in figures.items():
        form_cell(sheet, name).value = value
    if unit is not None:
        unit_cell(sheet).value = unit
    book.save(path)


def address(path: Path, name: str) -> str:
    """The address of an input's cell in a form."""
    cell = form_cell(openpyxl.load_workbook(path).worksheets[0], name)
    return str(cell.coordinate)


def figures(path: Path) -> tuple[str, dict[str, object]]:
    """Whose form it is, and the figures in it, read without kpixl."""
    sheet = openpyxl.load_workbook(path, data_only=True).worksheets[0]
    cells = [c for row in sheet.iter_rows() for c in row if isinstance(c.value, str)]
    heading = next(c for c in cells if c.value == "填报值")
    labels = next(c.column for c in cells if c.value == "数据项" and c.row == heading.row)
    found: dict[str, object] = {}
    for row in range(heading.row + 1, sheet.max_row + 1):
        name = sheet.cell(row, labels).value
        value = sheet.cell(row, heading.column).value
        if isinstance(name, str) and (isinstance(value, int | float) or value in ("是", "否")):
            found[name] = value
    return str(unit_cell(sheet).value), found

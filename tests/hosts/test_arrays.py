"""Array formulas of others, whose results nothing of ours stands in the way of; we write none."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import xlsxwriter

from kpixl.errors import UnwritableFile
from kpixl.grid import Snapshot
from kpixl.host import Host, Patch, SetValues
from kpixl.hosts import files
from kpixl.hosts.excel import ExcelHost
from kpixl.hosts.files import FilesHost
from kpixl.hosts.files_write import workbook_bytes
from kpixl.hosts.memory import MemoryHost
from kpixl.reporting.report import report
from tests.calc import Calc, host
from tests.hosts import excel_engine
from tests.reporting import example

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
PLAIN: dict[str, Callable[[Path], Host]] = {
    "memory": lambda path: MemoryHost(files.read(path)),
    "files": FilesHost,
    "Excel": lambda path: ExcelHost(excel_engine.opened(path)),
}


@contextmanager
def opened(program: str, path: Path, request: pytest.FixtureRequest) -> Iterator[Host]:
    if program != "Calc":
        yield PLAIN[program](path)
        return
    calc: Calc = request.getfixturevalue("calc")
    with calc.opened(path) as document:
        yield host(document)


def with_arrays(path: Path) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("表")
    sheet.write_column("A1", [3, 1, 2])
    sheet.write_dynamic_array_formula("B1:B3", "=A1:A3*2", None, 6)
    sheet.write_array_formula("C1:C3", "{=A1:A3*2}", None, 6)
    for column in (1, 2):
        sheet.write_column(1, column, [2, 4])
    book.close()
    return path


def shown(book: Snapshot) -> list[tuple[int, int, object]]:
    return list(book.sheets[0].filled())


@pytest.mark.parametrize("program", [*PLAIN, "Calc"])
def test_no_value_is_put_where_an_array_formula_has_its_result(
    program: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with opened(program, with_arrays(tmp_path / "数组.xlsx"), request) as book:
        before = shown(book.snapshot())
        for spot, name in (((2, 2), "B2"), ((3, 3), "C3")):
            with pytest.raises(UnwritableFile, match=name):
                book.apply(Patch((SetValues("表", {(5, 5): 1.0, spot: 5.0}),)))
        assert shown(book.snapshot()) == before
        book.apply(Patch((SetValues("表", {(5, 5): 1.0}),)))
        assert (5, 5, 1.0) in shown(book.snapshot())


def arrays_in(data: bytes) -> list[str]:
    """The cells of array formulas, and of formulas that spill (with metadata)."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        sheets = [n for n in package.namelist() if re.fullmatch(r"xl/worksheets/\w+\.xml", n)]
        parts = [package.read(name).decode() for name in sheets]
        found = ["metadata"] * ("xl/metadata.xml" in package.namelist())
    assert parts
    return found + [c for p in parts for c in re.findall(r'<c [^>]*\bcm="|<f [^>]*t="array"', p)]


def test_what_is_looked_for_is_found(tmp_path: Path) -> None:
    found = arrays_in(with_arrays(tmp_path / "数组.xlsx").read_bytes())
    assert "metadata" in found
    assert len(found) == 4


def test_nothing_of_ours_spills_or_fills_an_area() -> None:
    made = sorted(WORKBOOKS.rglob("*.xlsx"))
    assert len(made) > 10
    assert {path.name: arrays_in(path.read_bytes()) for path in made} == {
        path.name: [] for path in made
    }
    result = report(example.ranking(), (), example.RUN)
    assert arrays_in(workbook_bytes(result)) == []

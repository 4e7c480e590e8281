"""`calculate` over workbooks full of what must not be lost: values of formulas, nothing else."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

from kpixl.addin.engine import own_functions
from kpixl.errors import KpixlError
from kpixl.grid import Spot
from kpixl.host import Patch, SetValues
from kpixl.hosts import files
from kpixl.hosts.recalculate import from_stored
from kpixl.workspace.calculating import calculate
from tests.hosts.nasty_parts import PARTS
from tests.hosts.nasty_writers import WRITERS

MAKERS = {**WRITERS, **PARTS}
REFUSED = {
    "XlsxWriter: 1904, by hand": "1904",
    "by hand: shared formulas, phonetics, last row": "中间几乎全是空白",
}
FIGURE: tuple[str, Spot] = ("填报", (2, 2))


def without_values(part: bytes, other: bytes) -> bytes:
    """A sheet without the values of its formulas: what no calculation may change.

    The cells that an array fills, before or after (`other`), come and go with it.
    """
    root = etree.parse(io.BytesIO(part)).getroot()
    areas = array_areas(part) | array_areas(other)
    for formula in root.iter("{*}f"):
        if formula.get("t") == "array":
            formula.attrib.pop("ref")
    for cell in list(root.iter("{*}c")):
        if next(cell.iterchildren("{*}f"), None) is not None:
            cell.attrib.pop("t", None)
            for value in list(cell.iterchildren("{*}v")):
                cell.remove(value)
        elif areas and inside(cell.get("r"), areas):
            cell.getparent().remove(cell)
    for used in root.iter("{*}dimension"):
        used.attrib.pop("ref")
    return bytes(etree.tostring(root, method="c14n"))


def array_areas(part: bytes) -> set[str]:
    formulas = etree.parse(io.BytesIO(part)).getroot().iter("{*}f")
    return {f.get("ref") for f in formulas if f.get("t") == "array"}


def inside(address: str | None, areas: set[str]) -> bool:
    if address is None:
        return False
    row, column = coordinate_to_tuple(address)
    for area in areas:
        left, top, right, bottom = range_boundaries(area)
        if top <= row <= bottom and left <= column <= right:
            return True
    return False


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.mark.parametrize("name", MAKERS)
def test_only_values_of_formulas_change_and_they_are_right(name: str, tmp_path: Path) -> None:
    data = MAKERS[name]()
    kind = ".xlsm" if b"vbaProject" in data else ".xlsx"
    book, source, target = (tmp_path / f"{n}{kind}" for n in ("原", "改", "算"))
    book.write_bytes(data)
    if name in REFUSED:
        with pytest.raises(KpixlError, match=REFUSED[name]):
            calculate(book, target, own_functions(), engine="formualizer")
        assert not target.exists()
        return
    sheet, spot = FIGURE
    files.edit(book, source, Patch((SetValues(sheet, {spot: 300.25}),), recalculate=False))
    before = source.read_bytes()
    done = calculate(source, target, own_functions(), engine="formualizer")
    assert done.changed >= 1  # the figure has changed, what is computed from it too
    assert source.read_bytes() == before
    old, new = parts(source), parts(target)
    assert list(old) == list(new)
    for part in old:
        if old[part] != new[part]:
            assert without_values(old[part], new[part]) == without_values(new[part], old[part]), (
                part
            )
    read = files.read(target)
    values, _ = from_stored(read)
    assert values
    for (title, place), value in values.items():
        stored = read.sheet(title)
        assert stored is not None
        assert stored.value(*place) == pytest.approx(value) or str(stored.value(*place)) == str(
            value
        )


@pytest.mark.parametrize("name", ["XlsxWriter: dynamic arrays and tables", "openpyxl: objects"])
def test_a_calculated_workbook_opens_elsewhere(name: str, tmp_path: Path) -> None:
    book, target = tmp_path / "原.xlsx", tmp_path / "算.xlsx"
    book.write_bytes(MAKERS[name]())
    calculate(book, target, own_functions(), engine="formualizer")
    values = openpyxl.load_workbook(target, data_only=True)
    assert any(
        isinstance(cell.value, int | float) for row in values["填报"].iter_rows() for cell in row
    )

"""What is read is what another reader finds, in workbooks drawn at random.

openpyxl reads by other code.  Each book is written by two libraries, and each is read in
the usual spelling, which is read by patterns, and in an unusual one, which is read by a
parser.
"""

from __future__ import annotations

import io
import math
import re
import tempfile
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl.styles import Protection
from openpyxl.utils.escape import unescape

from kpixl.address import a1
from kpixl.grid import CellError, Scalar, Sheet, Spot
from kpixl.hosts import files
from tests.hosts.packages import rewritten

FORMATS = ("General", "0.00", "0.0%", "#,##0", "@", "yyyy-mm-dd", '0.00"万元"', "[h]:mm")
# What XML can hold without escaping.
TEXT = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"
    ),
    max_size=8,
)
NUMBER = st.one_of(
    st.integers(-(10**12), 10**12),
    st.floats(-1e12, 1e12, allow_nan=False, allow_subnormal=False),
    st.sampled_from([0.1, 1 / 3, 1e-9, -0.0, 123456789.123456]),
)
FORMULA = st.sampled_from(
    ["=A1+1", '=IF(A1<>"<&>",1,2)', "=SUM($A$1:B2)*2", "='表 一'!A1", '=A1&"""多"""', "=1/0"]
)
VALUE = st.one_of(
    NUMBER,
    NUMBER,
    TEXT,
    st.booleans(),
    st.datetimes(datetime(1950, 1, 1), datetime(2090, 1, 1)).map(
        lambda at: at.replace(microsecond=0)
    ),
    st.sampled_from(
        [None, "=1+1", "+86", "-5%", "@", "12", " a ", "多\n行", "a & b < c", "_x0041_"]
    ),
    FORMULA.map(lambda text: ("formula", text)),
)
CELL = st.tuples(VALUE, st.sampled_from(FORMATS), st.booleans())
Drawn = dict[Spot, tuple[Any, str, bool]]
BOOK = st.dictionaries(st.tuples(st.integers(1, 30), st.integers(1, 30)), CELL, max_size=12)


def by_xlsxwriter(cells: Drawn) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("表 一")
    for (row, column), (value, text, opened) in sorted(cells.items()):
        form = book.add_format({"num_format": text, "locked": not opened})
        at = (row - 1, column - 1)
        if isinstance(value, tuple):
            wrong = value[1] == "=1/0"
            sheet.write_formula(*at, value[1], form, "#DIV/0!" if wrong else 7)
        elif isinstance(value, datetime):
            form = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "locked": not opened})
            sheet.write_datetime(*at, value, form)
        elif isinstance(value, bool):
            sheet.write_boolean(*at, value, form)
        elif isinstance(value, str) and value:
            sheet.write_string(*at, value, form)
        elif value is None or value == "":
            sheet.write_blank(*at, None, form)
        else:
            sheet.write_number(*at, value, form)
    sheet.protect()
    book.close()
    return stream.getvalue()


def by_openpyxl(cells: Drawn) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "表 一"
    for (row, column), (value, text, opened) in cells.items():
        cell = sheet.cell(row, column)
        if isinstance(value, tuple):
            cell.value = value[1]
        else:
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
        if not isinstance(value, datetime):
            cell.number_format = text
        cell.protection = Protection(locked=not opened)
    sheet.protection.sheet = True
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def oddly_spelled(data: bytes) -> bytes:
    """The same workbook with a prefix before every name of the worksheet part."""

    def prefixed(xml: str) -> str:
        xml = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", xml)
        return xml.replace('xmlns="http://schemas.openxml', 'xmlns:x="http://schemas.openxml')

    return rewritten(data, {"xl/worksheets/sheet1.xml": prefixed})


def read(data: bytes, *, structure: bool = True) -> Sheet:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "表.xlsx"
        path.write_bytes(data)
        (sheet,) = files.read(path, structure=structure).sheets
    return sheet


def value_of(cell: Any) -> Scalar:
    """What openpyxl found, as a cell of ours has it."""
    value = cell.value
    if cell.data_type == "e":
        return CellError(value)
    if isinstance(value, datetime) and value.time() == time(0):
        return value.date()
    if isinstance(value, timedelta):  # a span of time is a number of days
        return value / timedelta(days=1)
    return value or None if isinstance(value, str) else value


def same(ours: Scalar, theirs: Scalar) -> bool:
    numbers = (int, float)
    if isinstance(theirs, bool) or isinstance(ours, bool):
        return ours is theirs
    if isinstance(ours, numbers) and isinstance(theirs, numbers):
        return float(ours) == float(theirs)
    return type(ours) is type(theirs) and ours == theirs


def assert_same(data: bytes, cells: Drawn, meant: Callable[[str], str] = str) -> None:
    """`meant` gives the text that a writer's spelling of a drawn text means."""
    ours = read(data)
    values = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["表 一"]
    formulas = openpyxl.load_workbook(io.BytesIO(data))["表 一"]
    theirs: Mapping[Spot, Any] = {
        (cell.row, cell.column): cell for row in formulas.iter_rows() for cell in row
    }
    for (row, column), cell in theirs.items():
        expected = value_of(values.cell(row, column))
        drawn = cells.get((row, column), (None,))[0]
        if isinstance(drawn, str):
            expected = meant(drawn) or None
        found = ours.value(row, column)
        # A span of time is kept to a thousandth of a second; a figure that is no day becomes
        # an error or a day before 1900 in openpyxl; XlsxWriter writes sixteen digits.
        odd = isinstance(expected, CellError) or cell.number_format == "[h]:mm"
        if isinstance(drawn, (int, float)) and (odd or drawn < 0):
            assert isinstance(found, (int, float))
            assert math.isclose(found, drawn, rel_tol=1e-15, abs_tol=1e-8)
            expected = found
        assert same(found, expected), (a1(row, column), found, expected)
        if cell.data_type == "f":
            assert ours.formulas[row, column] == cell.value
        else:
            assert (row, column) not in ours.formulas
        shown = ours.formats.get((row, column), "General")
        assert shown == cell.number_format, a1(row, column)
        assert ((row, column) in ours.unlocked) is not cell.protection.locked
    assert {(row, column) for row, column, _ in ours.filled()} <= set(theirs)
    assert ours.protected
    assert read(oddly_spelled(data)) == ours
    quick = read(data, structure=False)
    assert quick.rows == ours.rows


@settings(max_examples=40, deadline=None)
@given(BOOK)
@example({(1, 1): ("_x0041_", "@", True), (30, 30): (None, "0.00", False)})
@example({(2, 2): (("formula", "=1/0"), "0.0%", False), (2, 3): (datetime(2015, 1, 15), "@", True)})
@example({(1, 1): (-1, "yyyy-mm-dd", True), (1, 2): (0.75, "yyyy-mm-dd", True)})
@example({})
def test_what_is_read_is_what_another_reader_finds(cells: Drawn) -> None:
    assert_same(by_xlsxwriter(cells), cells)
    # openpyxl writes _x0041_ as it stands, which means A (ECMA-376 part 1, 22.9.2.19).
    assert_same(by_openpyxl(cells), cells, unescape)


def test_a_day_and_a_date_are_told_apart() -> None:
    sheet = read(by_openpyxl({(1, 1): (datetime(2015, 1, 15), "", True)}))
    assert sheet.value(1, 1) == date(2015, 1, 15)

"""Any changes to any workbook: what is read afterwards is what was there, and the changes."""

from __future__ import annotations

import io
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import openpyxl
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.worksheet.datavalidation import DataValidation

from kpixl.grid import Scalar, Spot
from kpixl.host import ClearMarks, Mark, MarkCells, Patch, PutSheet, SetValues, SheetSpec
from kpixl.hosts.files import edit, read
from tests.hosts.packed import Packed, differing, same_book, same_styles, sheet_without

THEIRS = ("填报", "汇总 表", "it's", "Sheet1", "2015年")
OURS = ("排名", "追溯", "问题清单")
MERGED = (16, 2, 17, 3)
SPOTS = st.tuples(st.integers(1, 14), st.integers(1, 6))
TEXTS = st.one_of(
    st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=12),
    st.sampled_from(
        ["=1+1", "+86", "-", "@甲", " 前后 ", "一\n二", "<c r='A1'>", "]]>", "😀", "1"]
    ),
)
FIGURES = st.one_of(
    st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9, allow_subnormal=False), st.just(0.1 + 0.2)
)
SCALARS = st.one_of(FIGURES, TEXTS, st.booleans(), st.dates(date(1950, 1, 1), date(2080, 1, 1)))
THINGS = ("note", "chart", "validation", "conditional", "merged", "filter", "hidden", "names")


@dataclass(frozen=True)
class Page:
    """A sheet to be made."""

    name: str
    cells: Mapping[Spot, Scalar]
    formulas: Mapping[Spot, str]
    things: frozenset[str]


@dataclass(frozen=True)
class Step:
    """What one patch does."""

    values: Mapping[str, Mapping[Spot, Scalar]]
    marks: Mapping[str, Mapping[Spot, Mark]]
    ours: Mapping[str, Mapping[Spot, Scalar]]
    clear: bool


def pages() -> st.SearchStrategy[list[Page]]:
    page = st.builds(
        Page,
        st.sampled_from(THEIRS),
        st.dictionaries(SPOTS, SCALARS, max_size=12),
        st.dictionaries(SPOTS, st.sampled_from(["=A1+1", '=B2&"x"', "=SUM(A1:C5)"]), max_size=4),
        st.frozensets(st.sampled_from(THINGS)),
    )
    return st.lists(page, min_size=1, max_size=3, unique_by=lambda p: p.name)


FAR = st.sampled_from([(16, 2), (40, 1), (1_048_576, 2), (3, 16_384)])
VALUES = st.dictionaries(st.one_of(SPOTS, FAR), st.one_of(st.none(), SCALARS), max_size=8)
MARKS = st.dictionaries(
    SPOTS, st.builds(Mark, st.sampled_from([None, "FFC7CE", "FFEB9C"]), TEXTS), max_size=4
)
STEPS = st.lists(
    st.builds(
        Step,
        st.dictionaries(st.sampled_from(THEIRS), VALUES, max_size=2),
        st.dictionaries(st.sampled_from(THEIRS), MARKS, max_size=2),
        st.dictionaries(
            st.sampled_from(OURS), st.dictionaries(SPOTS, SCALARS, max_size=5), max_size=2
        ),
        st.booleans(),
    ),
    min_size=1,
    max_size=3,
)


# -- the workbooks ---------------------------------------------------------------------


def by_xlsxwriter(some: list[Page]) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for index, page in enumerate(some):
        sheet = book.add_worksheet(page.name)
        if "merged" in page.things:
            sheet.merge_range("B16:C17", "合并")
        for (row, column), value in page.cells.items():
            if isinstance(value, str):
                sheet.write_string(row - 1, column - 1, value)
            elif isinstance(value, date):
                sheet.write_datetime(row - 1, column - 1, value, day)
            else:
                sheet.write(row - 1, column - 1, value)
        for (row, column), text in page.formulas.items():
            sheet.write_formula(row - 1, column - 1, text)
        if "note" in page.things:
            sheet.write_comment("A1", "批注", {"author": "甲"})
        if "chart" in page.things:
            chart = book.add_chart({"type": "bar"})
            chart.add_series({"values": [page.name, 0, 0, 5, 0]})
            sheet.insert_chart("H2", chart)
        if "validation" in page.things:
            sheet.data_validation("F1:F9", {"validate": "list", "source": ["是", "否"]})
        if "conditional" in page.things:
            sheet.conditional_format("A1:B9", {"type": "data_bar", "data_bar_2010": True})
        if "filter" in page.things:
            sheet.autofilter("A1:F9")
        if "hidden" in page.things and index:
            sheet.hide()
        if "names" in page.things:
            book.define_name(f"名{index}", f"={quoted(page.name)}!$A$1")
    book.close()
    return stream.getvalue()


def by_openpyxl(some: list[Page]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    for index, page in enumerate(some):
        sheet = book.create_sheet(page.name)
        for (row, column), value in page.cells.items():
            cell = sheet.cell(row, column)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
        for (row, column), text in page.formulas.items():
            sheet.cell(row, column, text)
        if "merged" in page.things:
            sheet["B16"] = "合并"
            sheet.merge_cells("B16:C17")
        if "note" in page.things:
            sheet["A1"].comment = Comment("批注", "甲")
        if "chart" in page.things:
            chart = BarChart()
            chart.add_data(Reference(sheet, min_col=1, min_row=1, max_row=5))
            sheet.add_chart(chart, "H2")
        if "validation" in page.things:
            validation = DataValidation("list", formula1='"是,否"')
            validation.add("F1:F9")
            sheet.add_data_validation(validation)
        if "conditional" in page.things:
            sheet.conditional_formatting.add("A1:B9", CellIsRule("greaterThan", ["1"]))
        if "filter" in page.things:
            sheet.auto_filter.ref = "A1:F9"
        if "hidden" in page.things and index:
            sheet.sheet_state = "hidden"
        if "names" in page.things:
            from openpyxl.workbook.defined_name import DefinedName

            text = f"{quoted(page.name)}!$A$1"
            sheet.defined_names["本表"] = DefinedName("本表", attr_text=text)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


# -- what is read ----------------------------------------------------------------------


def cells_by_openpyxl(path: Path) -> dict[str, dict[Spot, Any]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path)
    return {
        sheet.title: {
            spot: told(cell.value)
            for spot, cell in sorted(sheet._cells.items())
            if cell.value is not None
        }
        for sheet in book.worksheets
    }


def cells_by_us(path: Path) -> dict[str, dict[Spot, Any]]:
    return {
        sheet.name: {(r, c): told(v) for r, c, v in sheet.filled()} for sheet in read(path).sheets
    }


def told(value: Any) -> tuple[str, Any]:
    """A value with what kind it is, so that TRUE is not 1 and text no figure."""
    if isinstance(value, datetime):
        value = value.date()
    kinds = {bool: "truth", int: "figure", float: "figure"}
    return kinds.get(type(value), type(value).__name__), value


# -- the property ----------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(some=pages(), steps=STEPS, writer=st.sampled_from([by_xlsxwriter, by_openpyxl]))
def test_what_is_read_is_what_was_there_and_the_changes(
    some: list[Page], steps: list[Step], writer: Any
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        first, path = Path(folder) / "前.xlsx", Path(folder) / "后.xlsx"
        first.write_bytes(writer(some))
        wanted = cells_by_openpyxl(first)
        near = cells_by_us(first)
        source = first
        for step in steps:
            patch = patch_of(step, some)
            edit(source, path, patch)
            follow(wanted, step, patch)
            follow(near, step, patch)
            assert cells_by_openpyxl(path) == wanted
            source = path
        far = {s for step in steps for cells in step.values.values() for s in cells if max(s) > 50}
        if not far:
            assert cells_by_us(path) == near
        nothing_else_changed(Packed.of(first), Packed.of(path), steps, some)


def patch_of(step: Step, some: list[Page]) -> Patch:
    """The patch, without what this workbook refuses: formulas, hidden cells, other sheets."""
    there = {page.name: page for page in some}
    values = [
        SetValues(name, {s: v for s, v in cells.items() if s not in there[name].formulas})
        for name, cells in step.values.items()
        if name in there
    ]
    marks = [MarkCells(name, marks) for name, marks in step.marks.items() if name in there]
    cleared = [ClearMarks()] if step.clear else []
    sheets = [PutSheet(SheetSpec(name, cells)) for name, cells in step.ours.items()]
    return Patch((*values, *cleared, *marks, *sheets), marks={"次": "1"}, owner="考核")


def follow(wanted: dict[str, dict[Spot, Any]], step: Step, patch: Patch) -> None:
    """What the cells are after a patch."""
    for change in patch.changes:
        if isinstance(change, SetValues):
            cells = wanted[change.sheet]
            for spot, value in change.values.items():
                cells.pop(spot, None)
                if value is not None:
                    cells[spot] = told(value)
            wanted[change.sheet] = dict(sorted(cells.items()))
        elif isinstance(change, PutSheet):
            spec = change.sheet
            wanted[spec.name] = {s: told(v) for s, v in sorted(spec.cells.items())}


def nothing_else_changed(old: Packed, new: Packed, steps: list[Step], some: list[Page]) -> None:
    """Only parts that some patch names differ, and they only where the patches say."""
    names = {page.name for page in some}
    valued = {n for step in steps for n, cells in step.values.items() if cells} & names
    marked = {n for step in steps for n, marks in step.marks.items() if marks} & names
    put = {name for step in steps for name in step.ours}
    allowed = {old.book, old.book_links, "[Content_Types].xml", "_rels/.rels"}
    allowed |= {old.linked(old.book, "styles"), "docProps/custom.xml"}
    for name in valued | marked:
        allowed.add(old.part_of(name))
    for package in (old, new):
        for name in (marked | put) & package.sheets().keys():
            part = package.part_of(name)
            if name in put:
                allowed.add(part)
            place = PurePosixPath(part)
            allowed.add(str(place.parent / "_rels" / f"{place.name}.rels"))
            links = package.links(part).values()
            allowed |= {t for kind, t in links if kind in ("comments", "vmlDrawing")}
    assert differing(old, new) <= allowed
    same_book(old.parts[old.book], new.parts[old.book], put)
    styles = old.linked(old.book, "styles")
    same_styles(old.parts[styles], new.parts[styles])
    for name in valued:
        spots = {s for step in steps for s in step.values.get(name, {})}
        part = old.part_of(name)
        if name not in marked:
            assert sheet_without(old.parts[part], spots) == sheet_without(new.parts[part], spots)

"""Values written into existing workbooks: the wanted cells, and not one byte besides."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpixl.address import a1
from kpixl.errors import UnusableFile, UnwritableFile
from kpixl.grid import CellError, Scalar, Spot
from kpixl.host import Patch, SetResults, SetValues
from kpixl.hosts.files import FilesHost, edit, read
from kpixl.hosts.files_cells import SheetText
from tests.hosts.packages import placed, rewritten, sheet_xml, small_book, with_sheet

SHEET = "xl/worksheets/sheet1.xml"


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def changed(before: Path, after: Path) -> set[str]:
    """The parts that differ, were added, or are gone."""
    old, new = parts(before), parts(after)
    return {n for n in old.keys() | new.keys() if old.get(n) != new.get(n)}


def set_into(folder: Path, data: bytes, values: Mapping[Spot, Scalar]) -> str:
    """The sheet's text after values were set in the workbook `data`."""
    path = placed(folder, data)
    edit(path, folder / "后.xlsx", Patch((SetValues("填报", values),)))
    return parts(folder / "后.xlsx")[SHEET].decode()


def cells_of(xml: str) -> str:
    match = re.search(r"<(?:\w+:)?sheetData>.*</(?:\w+:)?sheetData>", xml, re.DOTALL)
    assert match is not None
    return match[0]


def test_only_the_sheet_is_another_and_in_it_only_the_cell(tmp_path: Path) -> None:
    rows = "<row r='1' ht=\"20\"  customHeight='1'><c r='A1' s=\"0\"><v>1</v></c>\n</row >"
    rows += '<row r="2"><c r="A2"><v>2</v></c><c r="B2"><v>3</v></c></row>'
    xml = set_into(tmp_path, with_sheet(rows), {(2, 1): 283})
    assert xml == sheet_xml(rows.replace("<v>2</v>", "<v>283</v>"))
    assert changed(tmp_path / "表.xlsx", tmp_path / "后.xlsx") == {SHEET}


def test_untouched_parts_keep_their_compressed_bytes(tmp_path: Path) -> None:
    path = placed(tmp_path, small_book())
    with zipfile.ZipFile(path) as package:
        stored = {i.filename: (i.header_offset, i.compress_size) for i in package.infolist()}
    edit(path, tmp_path / "后.xlsx", Patch((SetValues("填报", {(1, 2): 5}),)))
    old, new = path.read_bytes(), (tmp_path / "后.xlsx").read_bytes()
    for name, (at, size) in stored.items():
        start = at + 30 + len(name)
        assert old[at + 30 : start] == name.encode()
        assert name == SHEET or old[start : start + size] in new


PLACES: dict[str, tuple[str, Mapping[Spot, Scalar], str]] = {
    "before, between and after": (
        '<row r="2"><c r="B2"><v>1</v></c><c r="D2"><v>2</v></c></row>',
        {(2, 1): 7, (2, 3): 8, (2, 5): 9, (1, 1): 5, (3, 1): 6},
        '<row r="1"><c r="A1"><v>5</v></c></row>'
        '<row r="2"><c r="A2"><v>7</v></c><c r="B2"><v>1</v></c><c r="C2"><v>8</v></c>'
        '<c r="D2"><v>2</v></c><c r="E2"><v>9</v></c></row>'
        '<row r="3"><c r="A3"><v>6</v></c></row>',
    ),
    "rows and cells without an address": (
        "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>",
        {(1, 2): 8, (2, 1): 9, (2, 3): 7},
        '<row><c><v>1</v></c><c><v>8</v></c></row><row><c><v>9</v></c><c r="C2"><v>7</v></c></row>',
    ),
    "an empty row, and a row that its cells name": (
        '<row r="2" spans="1:3"/><row><c r="A9"/></row>',
        {(2, 2): 1, (9, 1): 2},
        '<row r="2" spans="1:3"><c r="B2"><v>1</v></c></row><row><c r="A9"><v>2</v></c></row>',
    ),
    "spans that are no longer true": (
        '<row r="1" spans="1:1" ht="9"><c r="A1"/></row>',
        {(1, 3): 1},
        '<row r="1" ht="9"><c r="A1"/><c r="C1"><v>1</v></c></row>',
    ),
    "the last row of the grid": (
        '<row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"/></row>',
        {(1048576, 1): 1, (1048576, 16384): 2},
        '<row r="1"><c r="A1"/></row><row r="1048576"><c r="A1048576"><v>1</v></c>'
        '<c r="XFD1048576"><v>2</v></c></row>',
    ),
    "an address in a text is no cell": (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>see r="C1"&gt;</t></is></c><c r="D1"/></row>',
        {(1, 3): 1},
        '<row r="1"><c r="A1" t="inlineStr"><is><t>see r="C1"&gt;</t></is></c>'
        '<c r="C1"><v>1</v></c><c r="D1"/></row>',
    ),
    "comments and character data are no cells": (
        '<row r="1"><!-- <c r="A1"><v>9</v></c> --><c r="A1" t="str"><v><![CDATA[<c r="B1">]]>'
        '</v></c></row><!-- <row r="2"/> --><?p <row r="2">?>',
        {(1, 2): 1, (2, 1): 2},
        '<row r="1"><!-- <c r="A1"><v>9</v></c> --><c r="A1" t="str"><v><![CDATA[<c r="B1">]]>'
        '</v></c><c r="B1"><v>1</v></c></row><!-- <row r="2"/> --><?p <row r="2">?>'
        '<row r="2"><c r="A2"><v>2</v></c></row>',
    ),
    "rich text, kind and rich value go with the old value; style and extensions stay": (
        '<row r="1"><c r="A1" s="0" t="inlineStr"><is><r><rPr><color rgb="FF0000"/></rPr>'
        '<t>x</t></r></is></c><c r="B1" t="e" vm="1"><v>#VALUE!</v><extLst><ext uri="u"/></extLst>'
        "</c></row>",
        {(1, 1): 4, (1, 2): 5},
        '<row r="1"><c r="A1" s="0"><v>4</v></c><c r="B1"><v>5</v><extLst><ext uri="u"/></extLst>'
        "</c></row>",
    ),
    "a blank empties a cell and makes none": (
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row>',
        {(1, 1): None, (1, 2): None, (2, 1): None},
        '<row r="1"><c r="A1"/></row>',
    ),
}


@pytest.mark.parametrize(("before", "values", "after"), PLACES.values(), ids=PLACES.keys())
def test_a_value_comes_to_its_place(
    before: str, values: Mapping[Spot, Scalar], after: str, tmp_path: Path
) -> None:
    assert cells_of(set_into(tmp_path, with_sheet(before), values)) == (
        f"<sheetData>{after}</sheetData>"
    )


def test_a_sheet_without_any_row_gets_one(tmp_path: Path) -> None:
    data = rewritten(
        small_book(), {SHEET: sheet_xml("").replace("<sheetData></sheetData>", "<sheetData />")}
    )
    xml = set_into(tmp_path, data, {(2, 2): "甲"})
    assert cells_of(xml) == (
        '<sheetData><row r="2"><c r="B2" t="inlineStr"><is><t>甲</t></is></c></row></sheetData>'
    )


def test_a_prefixed_sheet_gets_prefixed_cells(tmp_path: Path) -> None:
    xml = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row></x:sheetData>'
        '<x:mergeCells count="1"><x:mergeCell ref="A5:B6"/></x:mergeCells></x:worksheet>'
    )
    after = set_into(tmp_path, rewritten(small_book(), {SHEET: xml}), {(1, 1): 2, (1, 2): "=x"})
    assert re.sub(r' s="\d+"', "", cells_of(after)) == (
        '<x:sheetData><x:row r="1"><x:c r="A1"><x:v>2</x:v></x:c><x:c r="B1" t="inlineStr"><x:is>'
        "<x:t>=x</x:t></x:is></x:c></x:row></x:sheetData>"
    )
    with pytest.raises(UnwritableFile, match="B6 被合并单元格盖住"):
        edit(tmp_path / "后.xlsx", tmp_path / "再.xlsx", Patch((SetValues("填报", {(6, 2): 1}),)))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_a_sheet_in_another_encoding_is_understood(encoding: str, tmp_path: Path) -> None:
    xml = sheet_xml('<row r="1"><c r="A1" t="inlineStr"><is><t>甲</t></is></c></row>')
    coded = xml.replace("UTF-8", "UTF-16").encode(encoding)
    coded = coded if coded.startswith(b"\xff\xfe") else b"\xff\xfe" + coded
    after = set_into(tmp_path, rewritten(small_book(), {SHEET: coded}), {(1, 2): "乙"})
    assert re.findall(r"<t>(.)</t>", after) == ["甲", "乙"]


def test_the_stated_dimension_grows_with_the_values(tmp_path: Path) -> None:
    data = with_sheet('<row r="2"><c r="B2"/></row>', before='<dimension ref="B2:C3"/>')
    assert '<dimension ref="A2:C9"/>' in set_into(tmp_path, data, {(9, 1): 1, (30, 30): None})


# -- refusals ----------------------------------------------------------------------------------------

REFUSALS: dict[str, tuple[str, str, Spot, str]] = {
    "formula": ('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>', "", (1, 1), "A1 是公式"),
    "shared formula": (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">1</f></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/></c></row>',
        "",
        (2, 1),
        "A2 是公式",
    ),
    "array formula": (
        '<row r="1"><c r="A1"><f t="array" ref="A1:B2">{1,2;3,4}</f></c></row>',
        "",
        (2, 2),
        "B2 属于数组公式的区域 A1:B2",
    ),
    "spill": (
        '<row r="1"><c r="A1" cm="1"><f ref="A1:A3" t="array" aca="1">SEQUENCE(3)</f></c></row>'
        '<row r="3"><c r="A3"><v>3</v></c></row>',
        "",
        (3, 1),
        "A3 属于数组公式",
    ),
    "data table": (
        '<row r="2"><c r="B2"><f t="dataTable" ref="B2:C4" dt2D="0" dtr="0" r1="A1"/><v>1</v></c>'
        '<c r="C2"><v>1</v></c></row>',
        "",
        (2, 3),
        "C2 属于模拟运算表",
    ),
    "merged": (
        '<row r="1"><c r="A1"/></row>',
        '<mergeCells count="1"><mergeCell ref="A1:C1"/></mergeCells>',
        (1, 3),
        "C1 被合并单元格盖住。请改填合并区域左上角的 A1",
    ),
    "rows out of order": ('<row r="5"/><row r="2"/>', "", (9, 1), "第 2 行排在第 5 行之后"),
}


@pytest.mark.parametrize(("rows", "after", "spot", "words"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_cell_that_is_not_its_own_refuses_the_whole_patch(
    rows: str, after: str, spot: Spot, words: str, tmp_path: Path
) -> None:
    path = placed(tmp_path, with_sheet(rows, after))
    before = path.read_bytes()
    patch = Patch((SetValues("填报", {(40, 1): 1}), SetValues("填报", {spot: 1})))
    with pytest.raises(UnwritableFile, match=re.escape(words)) as caught:
        FilesHost(path).apply(patch)
    assert "原文件未改动" in str(caught.value)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_the_first_cell_of_a_merged_area_takes_a_value(tmp_path: Path) -> None:
    data = with_sheet("", '<mergeCells count="1"><mergeCell ref="A1:C3"/></mergeCells>')
    assert '<c r="A1"><v>5</v></c>' in set_into(tmp_path, data, {(1, 1): 5})


def test_headings_and_totals_of_tables_and_pivot_tables_are_not_written_over(
    tmp_path: Path,
) -> None:
    import xlsxwriter

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("填报")
        columns = [{"header": "单位", "total_string": "合计"}, {"header": "得分"}]
        sheet.add_table("B2:C5", {"total_row": True, "columns": columns})

    path = placed(tmp_path, small_book(fill))
    for spot, words in (((2, 3), "C2 是“表格”的标题行"), ((5, 2), "B5 是“表格”的汇总行")):
        with pytest.raises(UnwritableFile, match=words):
            FilesHost(path).apply(Patch((SetValues("填报", {spot: 1}),)))
    FilesHost(path).apply(Patch((SetValues("填报", {(3, 3): 9.5, (2, 4): "表外"}),)))
    assert openpyxl.load_workbook(path)["填报"]["C3"].value == 9.5


# -- results of formulas -----------------------------------------------------------------------------


def test_a_result_changes_what_a_formula_shows_and_not_the_formula(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1" s="0" t="str" cm="1"><f t="array" ref="A1:A2">F(1)</f><v>x</v></c>'
        '<c r="B1"><f>1/0</f></c><c r="C1" t="e"><f ca="1"/><v>#NAME?</v></c></row>'
        '<row r="2"><c r="A2" t="str"><v>y</v></c></row>'
    )
    path = placed(tmp_path, with_sheet(rows))
    results: dict[Spot, Scalar] = {
        (1, 1): 1.5,
        (1, 2): CellError("#DIV/0!"),
        (1, 3): "<甲>",
        (2, 1): True,
    }
    patch = Patch((SetResults("填报", results),), recalculate=False)
    edit(path, tmp_path / "后.xlsx", patch)
    assert cells_of(parts(tmp_path / "后.xlsx")[SHEET].decode()) == (
        '<sheetData><row r="1"><c r="A1" s="0" cm="1"><f t="array" ref="A1:A2">F(1)</f>'
        '<v>1.5</v></c><c r="B1" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
        '<c r="C1" t="str"><f ca="1"/><v>&lt;甲&gt;</v></c></row>'
        '<row r="2"><c r="A2" t="b"><v>1</v></c></row></sheetData>'
    )


def test_a_workbook_with_new_values_is_calculated_when_it_is_opened(tmp_path: Path) -> None:
    book = "xl/workbook.xml"
    plain = rewritten(small_book(), {book: lambda x: re.sub(r"<calcPr[^>]*/>", "", x)})
    path = placed(tmp_path, plain)
    edit(path, tmp_path / "后.xlsx", Patch((SetValues("填报", {(1, 1): 1}),)))
    after = parts(tmp_path / "后.xlsx")[book].decode()
    assert re.search(r"</sheets><calcPr fullCalcOnLoad=\"1\"/></workbook>", after)
    edit(path, tmp_path / "不算.xlsx", Patch((SetValues("填报", {(1, 1): 1}),), recalculate=False))
    assert changed(path, tmp_path / "不算.xlsx") == {SHEET}


# -- formats -----------------------------------------------------------------------------------------


def styled(first: str, *more: str) -> bytes:
    """A workbook whose cell formats are these."""
    boxes = f'<cellXfs count="{1 + len(more)}">{first}{"".join(more)}</cellXfs>'
    return rewritten(
        with_sheet('<row r="1"><c r="A1" s="0"/><c r="B1" s="1"/></row>'),
        {"xl/styles.xml": lambda x: re.sub(r"<cellXfs.*</cellXfs>", boxes, x)},
    )


GENERAL = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
A_DATE = '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'


def formats(path: Path) -> dict[str, str]:
    sheet = openpyxl.load_workbook(path)["填报"]
    return {c.coordinate: c.number_format for row in sheet.iter_rows() for c in row}


def test_a_figure_is_no_date_where_the_first_format_is_one_or_a_date_stood_before(
    tmp_path: Path,
) -> None:
    path = placed(tmp_path, styled(A_DATE, GENERAL))
    FilesHost(path).apply(Patch((SetValues("填报", {(1, 1): 5, (3, 3): 98.5, (3, 4): "文"}),)))
    shown = formats(path)
    assert shown["C3"] == "General"
    assert shown["A1"] == "General"


def test_what_a_formula_gives_is_shown_as_its_cell_says(tmp_path: Path) -> None:
    data = rewritten(
        styled(A_DATE, GENERAL),
        {SHEET: lambda x: re.sub(r'<c r="A1"([^>]*)/>', r'<c r="A1"\1><f>TODAY()</f></c>', x)},
    )
    path = placed(tmp_path, data)
    before = formats(path)
    FilesHost(path).apply(Patch((SetResults("填报", {(1, 1): 42019, (1, 2): 5}),)))
    assert formats(path) == before
    assert read(path).sheets[0].value(1, 1) == date(2015, 1, 15)


BROKEN = {
    "doctype": lambda x: '<!DOCTYPE x [<!ENTITY a "a">]>' + x.split("?>", 1)[1],
    "damaged": lambda x: x.replace("</row>", "</col>", 1),
    "truncated": lambda x: x[: len(x) // 2],
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN.keys())
def test_a_sheet_that_no_reader_should_see_is_not_written_into_either(
    change: Callable[[str], str], tmp_path: Path
) -> None:
    path = placed(tmp_path, rewritten(small_book(), {SHEET: change}))
    before = path.read_bytes()
    with pytest.raises(UnusableFile):
        edit(path, path, Patch((SetValues("填报", {(1, 1): 5}),)))
    assert path.read_bytes() == before


def test_a_date_is_shown_as_one_and_an_own_date_format_stays(tmp_path: Path) -> None:
    path = placed(tmp_path, styled(GENERAL, A_DATE))
    day = date(2015, 12, 31)
    values: dict[Spot, Scalar] = {
        (1, 1): day,
        (1, 2): day,
        (2, 1): datetime(2015, 12, 31, 8, 30),
        (2, 2): time(8, 30),
    }
    FilesHost(path).apply(Patch((SetValues("填报", values),)))
    assert formats(path) == {
        "A1": "yyyy-mm-dd",
        "B1": "mm-dd-yy",
        "A2": "yyyy-mm-dd hh:mm",
        "B2": "hh:mm",
    }
    assert {(r, c): v for r, c, v in read(path).sheets[0].filled()} == values


def test_days_are_counted_from_where_the_workbook_counts_them(tmp_path: Path) -> None:
    data = rewritten(
        styled(GENERAL, A_DATE),
        {"xl/workbook.xml": lambda x: x.replace("<workbookPr ", '<workbookPr date1904="1" ')},
    )
    path = placed(tmp_path, data)
    FilesHost(path).apply(Patch((SetValues("填报", {(1, 2): date(2015, 12, 31)}),)))
    assert openpyxl.load_workbook(path)["填报"]["B1"].value == datetime(2015, 12, 31)


def test_text_that_begins_like_a_formula_is_text_and_stays_text_when_it_is_edited(
    tmp_path: Path,
) -> None:
    path = placed(tmp_path, styled(GENERAL, A_DATE))
    texts = ["=1+1", "+86", "-5%", "@SUM(A1)", '=cmd|" /C calc"!A1', "一般"]
    FilesHost(path).apply(
        Patch((SetValues("填报", {(r, 1): text for r, text in enumerate(texts, 1)}),))
    )
    sheet = openpyxl.load_workbook(path)["填报"]
    found = [sheet.cell(r, 1) for r in range(1, 7)]
    assert [c.value for c in found] == texts
    assert [c.data_type for c in found] == ["s"] * 6
    assert [bool(c.quotePrefix) for c in found] == [True] * 5 + [False]
    before = path.read_bytes()
    FilesHost(path).apply(
        Patch((SetValues("填报", {(r, 1): text for r, text in enumerate(texts, 1)}),))
    )
    assert path.read_bytes() == before


def test_formats_that_are_there_are_never_changed(tmp_path: Path) -> None:
    path = placed(tmp_path, styled(GENERAL, A_DATE))
    (before,) = re.findall(rb"<cellXfs.*</cellXfs>", parts(path)["xl/styles.xml"])
    FilesHost(path).apply(Patch((SetValues("填报", {(1, 1): "=x", (1, 2): "+y"}),)))
    (after,) = re.findall(rb"<cellXfs.*</cellXfs>", parts(path)["xl/styles.xml"])
    records = before[before.index(b"><") + 1 : -len(b"</cellXfs>")]
    assert after[after.index(b"><") + 1 :].startswith(records)
    assert b'<cellXfs count="4">' in after


def test_a_workbook_without_styles_gets_them_only_when_needed(tmp_path: Path) -> None:
    drop = {
        "xl/styles.xml": None,
        "xl/_rels/workbook.xml.rels": lambda x: re.sub(
            r'<Relationship [^>]*relationships/styles"[^>]*/>', "", x
        ),
        "[Content_Types].xml": lambda x: re.sub(
            r'<Override PartName="/xl/styles.xml"[^>]*/>', "", x
        ),
    }
    bare = io.BytesIO(with_sheet('<row r="1"><c r="A1"/></row>'))
    path = placed(tmp_path, rewritten(bare.getvalue(), drop))
    FilesHost(path).apply(Patch((SetValues("填报", {(1, 1): 5, (1, 2): "文"}),)))
    assert "xl/styles.xml" not in parts(path)
    FilesHost(path).apply(Patch((SetValues("填报", {(2, 1): date(2015, 12, 31)}),)))
    sheet = openpyxl.load_workbook(path)["填报"]
    assert (sheet["A1"].value, sheet["A2"].value) == (5, datetime(2015, 12, 31))


# -- any values in any sheet -------------------------------------------------------------------------

SPOTS = st.tuples(st.integers(1, 12), st.integers(1, 9))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    st.sampled_from(["=1", "_x0041_", " 空 ", "a\r\nb", "\t", "]]>", "\x00\x1f", "<c r='A1'>"]),
)


def layout(filled: Mapping[Spot, Scalar], addressed: list[bool]) -> str:
    """Rows of these cells, written by hand; some cells do without an address."""
    flags = iter(addressed * 200)
    text = ""
    for row in sorted({r for r, _ in filled}):
        text += f'<row r="{row}">'
        last = 0
        for column in sorted(c for r, c in filled if r == row):
            bare = column == last + 1 and next(flags)
            text += "<c" if bare else f'<c r="{a1(row, column)}"'
            text += f"><v>{filled[row, column]}</v></c>"
            last = column
        text += "</row>"
    return sheet_xml(text)


@settings(max_examples=150, deadline=None)
@given(
    filled=st.dictionaries(SPOTS, st.integers(0, 99), max_size=25),
    values=st.dictionaries(SPOTS, SCALARS, min_size=1, max_size=15),
    addressed=st.lists(st.booleans(), min_size=1, max_size=8),
)
def test_any_values_in_any_sheet_are_read_back_and_the_others_stay(
    filled: dict[Spot, int], values: dict[Spot, Scalar], addressed: list[bool]
) -> None:
    before = layout(filled, addressed)
    text = SheetText(before.encode())
    text.set_cells(values, lambda base, value: base, epoch_1904=False, results=False)
    after = b"".join(text.pieces())
    data = rewritten(small_book(), {SHEET: after})
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    wanted = {s: v for s, v in {**filled, **values}.items() if v is not None}
    found = {
        (c.row, c.column): c.value for row in sheet.iter_rows() for c in row if c.value is not None
    }
    assert found.keys() == wanted.keys()
    for spot, value in wanted.items():
        if isinstance(value, str):
            from openpyxl.utils.escape import unescape

            assert unescape(str(found[spot])) == value
        else:
            assert found[spot] == value
    again = SheetText(after)
    again.set_cells(values, lambda base, value: base, epoch_1904=False, results=False)
    assert b"".join(again.pieces()) == after

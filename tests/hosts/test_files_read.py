"""Reading workbooks that other programs wrote.

What stands around the values is compared with openpyxl, which reads it by other
code; values are written out.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import Protection
from openpyxl.workbook.defined_name import DefinedName

from kpixl.errors import UnusableFile
from kpixl.grid import Area, CellError, Sheet
from kpixl.host import Patch, SetValues
from kpixl.hosts.files import edit, read
from kpixl.hosts.files_copy import annotate
from tests.hosts.packages import placed, rewritten, small_book, with_sheet
from tests.soffice import Office


def the_sheet(folder: Path, data: bytes, *, structure: bool = True) -> Sheet:
    (sheet,) = read(placed(folder, data), structure=structure).sheets
    return sheet


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def assert_same_sheets(ours: Sequence[Sheet], theirs: Sequence[Sheet]) -> None:
    """The same cells and surroundings; how many blanks end a row says nothing."""
    assert [list(sheet.filled()) for sheet in ours] == [list(sheet.filled()) for sheet in theirs]
    assert [replace(s, rows=()) for s in ours] == [replace(s, rows=()) for s in theirs]


# -- addresses and values --------------------------------------------------------------


def test_rows_start_at_a1_whatever_the_used_range(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("表").write("D7", 5)

    sheet = the_sheet(tmp_path, small_book(fill))
    assert list(sheet.filled()) == [(7, 4, 5.0)]
    assert len(sheet.rows) == 7


def test_cells_and_rows_without_addresses_stand_where_they_follow(tmp_path: Path) -> None:
    rows = (
        '<row><c><v>1</v></c><c t="e"><v>#DIV/0!</v></c></row>'
        '<row r="4"><c r="B4"><v>2</v></c><c><f>B4*2</f><v>4</v></c></row>'
        "<row><c><v>3</v></c></row>"
    )
    sheet = the_sheet(tmp_path, with_sheet(rows))
    assert list(sheet.filled()) == [
        (1, 1, 1.0),
        (1, 2, CellError("#DIV/0!")),
        (4, 2, 2.0),
        (4, 3, 4.0),
        (5, 1, 3.0),
    ]
    assert sheet.formulas == {(4, 3): "=B4*2"}


@pytest.mark.parametrize("structure", [True, False])
@pytest.mark.parametrize("kind", ["t='e'", 't = "e"', 's="0" t="e"'])
def test_an_error_value_is_no_blank_however_it_is_spelled(
    tmp_path: Path, structure: bool, kind: str
) -> None:
    row = f'<row r="1"><c r="A1"><v>1</v></c><c r="B1" {kind}><v>#DIV/0!</v></c></row>'
    sheet = the_sheet(tmp_path, with_sheet(row), structure=structure)
    assert sheet.value(1, 2) == CellError("#DIV/0!")


@pytest.mark.parametrize("structure", [True, False])
def test_an_error_value_is_no_blank(tmp_path: Path, structure: bool) -> None:
    codes = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"]
    cells = "".join(
        f'<c r="{"ABCDEFG"[i]}3" t="e"><v>{code}</v></c>' for i, code in enumerate(codes)
    )
    rows = f'<row r="2"><c r="A2"><v>1</v></c></row><row r="3">{cells}</row>'
    sheet = the_sheet(tmp_path, with_sheet(rows), structure=structure)
    assert sheet.rows[2][:7] == tuple(CellError(code) for code in codes)


def test_the_quick_reading_gives_the_same_values_and_merged_areas(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("表")
        sheet.merge_range("A1:C1", "标题")
        sheet.write_formula("A2", "=1/0", None, "#DIV/0!")
        sheet.write("B2", True)
        sheet.write_datetime("C2", datetime(2015, 3, 4), book.add_format({"num_format": 31}))

    path = placed(tmp_path, small_book(fill))
    slow, quick = read(path).sheets[0], read(path, structure=False).sheets[0]
    assert quick.rows == slow.rows
    assert quick.merged == slow.merged == (Area(1, 1, 1, 3),)
    assert (quick.formulas, quick.formats) == ({}, {})


@pytest.mark.parametrize("number", [14, 22, 27, 28, 30, 31, 36, 50, 51, 54, 57, 58])
def test_a_date_in_any_built_in_format_of_chinese_excel_is_a_date(
    tmp_path: Path, number: int
) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        form = book.add_format({"num_format": number})
        book.add_worksheet("表").write_number("A1", 42019, form)

    sheet = the_sheet(tmp_path, small_book(fill))
    assert sheet.value(1, 1) == date(2015, 1, 15)
    assert re.search("[ymd]", sheet.formats[1, 1])


def test_dates_count_from_1904_where_the_workbook_says_so(tmp_path: Path) -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"date_1904": True})
    form = book.add_format({"num_format": "yyyy-mm-dd"})
    book.add_worksheet("表").write_datetime("A1", datetime(2015, 1, 15), form)
    book.close()
    assert the_sheet(tmp_path, stream.getvalue()).value(1, 1) == date(2015, 1, 15)


def test_a_span_of_more_than_a_day_is_in_days(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        form = book.add_format({"num_format": "[h]:mm"})
        book.add_worksheet("表").write_number("A1", 1.5, form)

    assert the_sheet(tmp_path, small_book(fill)).value(1, 1) == 1.5


def test_rich_text_is_its_text_and_phonetic_hints_are_left_out(tmp_path: Path) -> None:
    def strings(_: str) -> str:
        return (
            '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            "<si><r><t>总</t></r><r><rPr><b/></rPr><t>分</t></r>"
            '<rPh sb="0" eb="1"><t>zong</t></rPh></si></sst>'
        )

    data = rewritten(small_book(), {"xl/sharedStrings.xml": strings})
    assert the_sheet(tmp_path, data).value(1, 1) == "总分"


# -- formulas ------------------------------------------------------------------------------


def test_a_shared_formula_is_written_out_for_each_cell(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="B1"><f t="shared" ref="B1:B3" si="0">A1*$D$1+SUM(A:A)</f><v>1</v></c></row>'
        '<row r="2"><c r="B2"><f t="shared" si="0"/><v>2</v></c></row>'
        '<row r="3"><c r="B3"><f t="shared" si="0"/><v>3</v></c></row>'
    )
    data = with_sheet(rows)
    sheet = the_sheet(tmp_path, data)
    assert sheet.formulas == {
        (1, 2): "=A1*$D$1+SUM(A:A)",
        (2, 2): "=A2*$D$1+SUM(A:A)",
        (3, 2): "=A3*$D$1+SUM(A:A)",
    }


def test_an_array_formula_stands_at_its_first_cell_and_fills_an_area(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="B1"><f t="array" ref="B1:B2">A1:A2*2</f><v>2</v></c></row>'
        '<row r="2"><c r="B2"><v>4</v></c></row>'
    )
    sheet = the_sheet(tmp_path, with_sheet(rows))
    assert sheet.formulas == {(1, 2): "=A1:A2*2"}
    assert sheet.arrays == (Area(1, 2, 2, 2),)


def test_newer_functions_lose_the_prefix_that_only_files_have(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1"><f>_xlfn.RANK.EQ(1,B1:B2)</f><v>1</v></c>'
        '<c r="C1"><f>_xlfn._xlws.SORT(B1:B2)</f><v>1</v></c></row>'
    )
    sheet = the_sheet(tmp_path, with_sheet(rows))
    assert sheet.formulas == {(1, 1): "=RANK.EQ(1,B1:B2)", (1, 3): "=SORT(B1:B2)"}


# -- what stands around, against openpyxl -------------------------------------------------------


def form_like_book() -> bytes:
    """A form as departments make it: merged headings, locks, hidden helpers, formats."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "填报表"
    sheet.merge_cells("A1:E1")
    sheet.merge_cells("A3:A5")
    sheet["A1"] = "2015年度考核"
    for row in range(3, 9):
        sheet.cell(row, 2, f"数据项{row}")
        cell = sheet.cell(row, 3, row * 1.5)
        cell.number_format = ["0.00", "0.0%", "#,##0.00", "General", "@", "yyyy-mm-dd"][row - 3]
        cell.protection = Protection(locked=False)
        sheet.cell(row, 4).protection = Protection(locked=False)
        sheet.cell(row, 5, f"=C{row}*2").number_format = "0.00_);[Red](0.00)"
    sheet.protection.sheet = True
    sheet.row_dimensions[7].hidden = True
    sheet.column_dimensions["E"].hidden = True
    book.create_sheet("隐藏").sheet_state = "hidden"
    book.create_sheet("深藏").sheet_state = "veryHidden"
    book.defined_names["总分"] = DefinedName("总分", attr_text="填报表!$E$8")
    return saved(book)


def test_structure_is_what_openpyxl_finds(tmp_path: Path) -> None:
    data = form_like_book()
    snapshot = read(placed(tmp_path, data))
    reference = openpyxl.load_workbook(io.BytesIO(data))
    assert [s.name for s in snapshot.sheets] == reference.sheetnames
    assert [s.hidden for s in snapshot.sheets] == [False, True, True]
    assert snapshot.names == {"总分": "填报表!$E$8"}
    ours, theirs = snapshot.sheets[0], reference["填报表"]
    cells = [cell for row in theirs.iter_rows() for cell in row]
    assert ours.formulas == {(c.row, c.column): c.value for c in cells if c.data_type == "f"}
    assert ours.formats == {
        (c.row, c.column): c.number_format for c in cells if c.number_format != "General"
    }
    assert ours.unlocked == {(c.row, c.column) for c in cells if not c.protection.locked}
    assert {a.a1 for a in ours.merged} == {str(r) for r in theirs.merged_cells.ranges}
    assert ours.protected is theirs.protection.sheet is True
    assert ours.hidden_rows == {7}
    assert ours.hidden_columns == {5}
    assert len(ours.formulas) == 6 and len(ours.unlocked) == 12


def test_a_locked_column_opened_as_a_whole_is_open_where_no_cell_says_otherwise(
    tmp_path: Path,
) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("表")
        opened, locked = book.add_format({"locked": False}), book.add_format({"locked": True})
        sheet.set_column("B:B", 10, opened)
        sheet.set_row(3, None, opened)
        sheet.write("A1", "项目", locked)
        sheet.write("B1", "数值", locked)
        sheet.write("A2", "产值", locked)
        sheet.write("A5", "末行", locked)
        sheet.protect()

    sheet = the_sheet(tmp_path, small_book(fill))
    assert sheet.unlocked == {(2, 2), (3, 2), (4, 1), (4, 2), (5, 2)}


def test_a_cell_that_names_no_format_has_the_workbook_s_first(tmp_path: Path) -> None:
    def first_is_percent(xml: str) -> str:
        return re.sub(r'(<cellXfs count="\d+"><xf numFmtId=")0', r"\g<1>10", xml)

    data = rewritten(
        with_sheet('<row r="1"><c r="A1"><v>0.083</v></c></row>'),
        {"xl/styles.xml": first_is_percent},
    )
    assert the_sheet(tmp_path, data).formats == {(1, 1): "0.00%"}


def test_rows_hidden_by_default_are_hidden(tmp_path: Path) -> None:
    before = '<sheetFormatPr defaultRowHeight="15" zeroHeight="1"/>'
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="4"><c r="A4"><v>4</v></c></row>'
    sheet = the_sheet(tmp_path, with_sheet(rows, before=before))
    assert sheet.hidden_rows == {2, 3}


def test_formats_far_outside_the_values_are_not_collected(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet, form = book.add_worksheet("表"), book.add_format({"num_format": "0.00"})
        sheet.write("A1", 1)
        sheet.write_blank("B100", None, form)
        sheet.write_blank("B900000", None, form)

    sheet = the_sheet(tmp_path, small_book(fill))
    assert sheet.formats == {(100, 2): "0.00"}
    assert len(sheet.rows) == 1


def test_a_merged_area_over_the_whole_sheet_is_cut_to_what_is_filled(tmp_path: Path) -> None:
    after = '<mergeCells count="1"><mergeCell ref="A2:XFD1048576"/></mergeCells>'
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>'
    sheet = the_sheet(tmp_path, with_sheet(rows, after))
    assert sheet.anchor(2, 2) == (2, 1)
    assert sheet.anchor(1, 1) == (1, 1)


def test_marks_are_the_custom_properties_as_text(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("表")
        book.set_custom_property("kpixl-form", "基本表")
        book.set_custom_property("份数", 3)

    assert read(placed(tmp_path, small_book(fill))).marks == {"kpixl-form": "基本表", "份数": "3"}


def test_a_name_of_one_sheet_only_carries_the_sheet(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("甲")
        book.add_worksheet("乙").print_area("A1:B2")
        book.define_name("乙!合计", "=乙!$A$1")
        book.define_name("全部", "=甲!$A$1:$B$2")

    names = read(placed(tmp_path, small_book(fill))).names
    assert names == {"乙!合计": "乙!$A$1", "全部": "甲!$A$1:$B$2"}


def test_macros_are_seen_and_charts_are_no_sheets(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("数据").write("A1", 1)
        chart = book.add_chart({"type": "column"})
        assert chart is not None
        chart.add_series({"values": "=数据!$A$1:$A$1"})
        book.add_chartsheet("图").set_chart(chart)
        book.add_worksheet("后").write_formula("A1", "=1/0", None, "#DIV/0!")

    plain = small_book(fill)
    snapshot = read(placed(tmp_path, plain))
    assert [s.name for s in snapshot.sheets] == ["数据", "后"]
    assert snapshot.sheets[1].value(1, 1) == CellError("#DIV/0!")
    assert not snapshot.has_macros
    with_macros = rewritten(plain, {"xl/vbaProject.bin": b"not run, not read"})
    assert read(placed(tmp_path, with_macros, "宏.xlsm")).has_macros


# -- spellings of the format ------------------------------------------------------------------


def test_parts_written_with_a_prefix_are_read(tmp_path: Path) -> None:
    def prefixed(xml: str) -> str:
        xml = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", xml)
        return xml.replace('xmlns="http://schemas.openxml', 'xmlns:x="http://schemas.openxml')

    data = rewritten(
        form_like_book(),
        {"xl/worksheets/sheet1.xml": prefixed, "xl/styles.xml": prefixed},
    )
    plain = read(placed(tmp_path, form_like_book())).sheets[0]
    assert the_first(tmp_path, data) == plain


def renamed(data: bytes, change: Callable[[str], str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(change(name), old.read(name))
    return out.getvalue()


@pytest.mark.parametrize("structure", [True, False])
def test_parts_named_with_backslashes_or_other_capitals_are_found(
    tmp_path: Path, structure: bool
) -> None:
    ours = read(placed(tmp_path, form_like_book()), structure=structure).sheets
    odd = renamed(form_like_book(), lambda name: name.replace("/", "\\").lower())
    assert_same_sheets(read(placed(tmp_path, odd), structure=structure).sheets, ours)


def test_a_book_whose_parts_are_named_with_backslashes_is_written_into(tmp_path: Path) -> None:
    path = placed(tmp_path, renamed(small_book(), lambda name: name.replace("/", "\\")))
    names = zipfile.ZipFile(path).namelist()
    edit(path, path, Patch((SetValues("填报", {(1, 2): 283}),)))
    assert zipfile.ZipFile(path).namelist() == names
    copy = annotate(path, tmp_path / "副本.xlsx", Patch(()))
    assert read(copy).sheets[0].value(1, 2) == 283


@pytest.mark.parametrize("structure", [True, False])
def test_parts_in_utf_16_are_read(tmp_path: Path, structure: bool) -> None:
    def wide(xml: str) -> str:
        return re.sub('encoding="[^"]*"', 'encoding="UTF-16"', xml)

    with zipfile.ZipFile(io.BytesIO(form_like_book())) as book:
        parts = {
            name: wide(book.read(name).decode()).encode("utf-16")
            for name in book.namelist()
            if name.endswith((".xml", ".rels"))
        }
    odd = rewritten(form_like_book(), parts)
    ours = read(placed(tmp_path, form_like_book()), structure=structure).sheets
    assert_same_sheets(read(placed(tmp_path, odd), structure=structure).sheets, ours)


def test_blanks_and_other_quotes_inside_a_tag_change_nothing(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0" >1+1</f><v>2</v></c></row>'
        '<row r="2"><c r="A2"><f t=\'shared\' si="0"/><v>2</v></c></row>'
        '<row r="3"><c r="A3"><f>"&#x591a;"&amp;1</f><v>2</v></c></row>'
    )
    sheet = the_sheet(tmp_path, with_sheet(rows))
    assert sheet.formulas == {(1, 1): "=1+1", (2, 1): "=1+1", (3, 1): '="多"&1'}


@pytest.mark.parametrize(
    ("reference", "area"), [("B:C", Area(1, 2, 3, 3)), ("2:3", Area(2, 1, 3, 16_384))]
)
def test_whole_columns_and_rows_may_be_merged(tmp_path: Path, reference: str, area: Area) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="C2"><v>2</v></c></row>'
    merged = f'<mergeCells><mergeCell ref="{reference}"/></mergeCells>'
    sheet = the_sheet(tmp_path, with_sheet(rows, merged))
    assert sheet.merged == (area,)
    assert sheet.value(2, 3) == 2


def the_first(folder: Path, data: bytes) -> Sheet:
    return read(placed(folder, data, "另.xlsx")).sheets[0]


def test_strict_open_xml_is_read(tmp_path: Path) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/"
    strict = "http://purl.oclc.org/ooxml/"

    def made_strict(xml: str) -> str:
        xml = xml.replace(main, strict + "spreadsheetml/main")
        return xml.replace(office, strict + "officeDocument/")

    parts = (
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
        "xl/styles.xml",
        "_rels/.rels",
        "xl/_rels/workbook.xml.rels",
    )
    data = rewritten(form_like_book(), dict.fromkeys(parts, made_strict))
    assert the_first(tmp_path, data) == read(placed(tmp_path, form_like_book())).sheets[0]


# -- the file itself -----------------------------------------------------------------------------


def test_the_source_is_the_file_s_name_and_hash_and_the_file_stays_as_it_was(
    tmp_path: Path,
) -> None:
    path = placed(tmp_path, form_like_book(), "星海街道.xlsx")
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    snapshot = read(path)
    assert snapshot.source.name == "星海街道.xlsx"
    assert snapshot.source.sha256 == hashlib.sha256(before[0]).hexdigest()
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert [p.name for p in tmp_path.iterdir()] == ["星海街道.xlsx"]


def test_the_suffix_says_nothing(tmp_path: Path) -> None:
    assert read(placed(tmp_path, small_book(), "表.xls")).sheets[0].value(1, 2) == 283.0


# -- other formats, made by LibreOffice -------------------------------------------------------------


def mixed_book() -> bytes:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("填报")
        opened = book.add_format({"locked": False, "num_format": "0.0%"})
        sheet.merge_range("A1:C1", "工业强镇考核")
        sheet.write("A2", "增速")
        sheet.write_number("B2", 0.083, opened)
        sheet.write_blank("B3", None, opened)
        sheet.write_datetime("C2", datetime(2016, 1, 15), book.add_format({"num_format": 14}))
        sheet.write_boolean("C3", True)
        sheet.write_formula("A4", "=1/0", None, "#DIV/0!")
        sheet.write_formula("B4", "=NA()", None, "#N/A")
        sheet.write_formula("C4", '=A2&"!"', None, "增速!")
        sheet.write_formula("A5", "=SUM(B2:B3)+汇总!A1", None, 5.083)
        sheet.write("A6", "末")
        sheet.set_row(5, None, None, {"hidden": True})
        sheet.set_column("D:D", None, None, {"hidden": True})
        sheet.write("D6", 1)
        sheet.protect()
        other = book.add_worksheet("汇总")
        other.write("A1", 5)
        other.hide()
        book.define_name("合计", "=填报!$A$5")
        book.set_custom_property("kpixl-form", "基本表")

    return small_book(fill)


@pytest.fixture(scope="module")
def converted(soffice: Office, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("converted")
    source = placed(folder, mixed_book(), "混合.xlsx")
    return {kind: soffice.convert([source], kind, folder)[0] for kind in ("ods", "xls")}


@pytest.mark.parametrize("kind", ["ods", "xls"])
@pytest.mark.parametrize("structure", [True, False])
def test_ods_and_xls_give_the_values_of_the_workbook_they_were_made_of(
    converted: dict[str, Path], kind: str, structure: bool
) -> None:
    snapshot = read(converted[kind], structure=structure)
    sheet, other = snapshot.sheets
    assert (sheet.name, other.name) == ("填报", "汇总")
    assert (sheet.hidden, other.hidden) == (False, True)
    assert list(sheet.filled()) == [
        (1, 1, "工业强镇考核"),
        (2, 1, "增速"),
        (2, 2, 0.083),
        (2, 3, date(2016, 1, 15)),
        (3, 3, True),
        (4, 1, CellError("#DIV/0!")),
        (4, 2, CellError("#N/A")),
        (4, 3, "增速!"),
        (5, 1, 5.083),
        (6, 1, "末"),
        (6, 4, 1),
    ]
    assert sheet.merged == (Area(1, 1, 1, 3),)
    assert snapshot.source.sha256 == hashlib.sha256(converted[kind].read_bytes()).hexdigest()


@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_ods_and_xls_tell_a_percent_cell_its_lock_and_what_is_hidden(
    converted: dict[str, Path], kind: str
) -> None:
    sheet = read(converted[kind]).sheets[0]
    assert sheet.formats[2, 2] == "0.0%"
    assert sheet.formats[3, 2] == "0.0%"
    assert "y" in sheet.formats[2, 3]
    assert (2, 1) not in sheet.formats
    assert sheet.unlocked == {(2, 2), (3, 2)}
    assert sheet.protected
    assert sheet.hidden_rows == {6}
    assert 4 in sheet.hidden_columns and 3 not in sheet.hidden_columns


def test_formulas_names_and_marks_of_an_ods_are_spelled_as_in_a_workbook(
    converted: dict[str, Path],
) -> None:
    snapshot = read(converted["ods"])
    assert snapshot.sheets[0].formulas == {
        (3, 3): "=TRUE()",  # LibreOffice makes truth values of another program into formulas
        (4, 1): "=1/0",
        (4, 2): "=NA()",
        (4, 3): '=A2&"!"',
        (5, 1): "=SUM(B2:B3)+汇总!A1",
    }
    assert snapshot.names == {"合计": "填报!A5"}
    assert snapshot.marks["kpixl-form"] == "基本表"


# -- .xlsb, which no program here writes --------------------------------------------------------------


def test_an_ods_set_on_lines_and_one_without_its_type_are_read(
    converted: dict[str, Path], tmp_path: Path
) -> None:
    """The value reader knows neither; texts stand in one line here, so blanks change nothing."""

    def lines(xml: str) -> str:
        return re.sub(r"(</?table:(?:table|table-row|table-cell|covered)[^>]*>)", r"\1\n  ", xml)

    usual = converted["ods"].read_bytes()
    ours = read(converted["ods"]).sheets
    for odd in (rewritten(usual, {"content.xml": lines}), rewritten(usual, {"mimetype": None})):
        assert_same_sheets(read(placed(tmp_path, odd, "表.ods")).sheets, ours)


def record(kind: int, body: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    assert len(body) < 0x80
    return head + bytes([len(body)]) + body


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def cell(column: int) -> bytes:
    return struct.pack("<II", column, 0)


def binary_book() -> bytes:
    workbook = (
        record(131)
        + record(143)
        + record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("填报"))
        + record(144)
        + record(132)
    )
    sheet = (
        record(129)
        + record(148, struct.pack("<4I", 0, 1, 0, 2))
        + record(145)
        + record(0, struct.pack("<I", 0) + bytes(9) + struct.pack("<I", 0))
        + record(5, cell(0) + struct.pack("<d", 283.5))
        + record(3, cell(2) + b"\x07")
        + record(0, struct.pack("<I", 1) + bytes(9) + struct.pack("<I", 0))
        + record(6, cell(1) + wide("文字"))
        + record(146)
        + record(130)
    )
    rels = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Override PartName="/xl/workbook.bin" '
            'ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>',
        )
        package.writestr(
            "_rels/.rels",
            f'{rels}<Relationship Id="rId1" Type="{office}/officeDocument" '
            'Target="xl/workbook.bin"/></Relationships>',
        )
        package.writestr(
            "xl/_rels/workbook.bin.rels",
            f'{rels}<Relationship Id="rId1" Type="{office}/worksheet" '
            'Target="worksheets/sheet1.bin"/></Relationships>',
        )
        package.writestr("xl/workbook.bin", workbook)
        package.writestr("xl/worksheets/sheet1.bin", sheet)
    return stream.getvalue()


def test_a_binary_workbook_gives_values_and_errors(tmp_path: Path) -> None:
    (sheet,) = read(placed(tmp_path, binary_book(), "表.xlsb")).sheets
    assert sheet.name == "填报"
    assert list(sheet.filled()) == [
        (1, 1, 283.5),
        (1, 3, CellError("#DIV/0!")),
        (2, 2, "文字"),
    ]


# -- damage behind a good front ------------------------------------------------------------------------


def cut_tag(xml: str) -> str:
    return xml[: len(xml) * 2 // 3]


@pytest.mark.parametrize(
    "part",
    ["xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"],
)
def test_a_damaged_part_is_one_sentence(tmp_path: Path, part: str) -> None:
    data = rewritten(form_like_book(), {part: cut_tag})
    with pytest.raises(UnusableFile, match=r"损坏|不是电子表格"):
        read(placed(tmp_path, data))


@pytest.mark.parametrize("part", ["xl/workbook.xml", "_rels/.rels", "xl/worksheets/sheet1.xml"])
def test_a_missing_part_is_one_sentence(tmp_path: Path, part: str) -> None:
    changes: dict[str, Any] = {part: None}
    with pytest.raises(UnusableFile):
        read(placed(tmp_path, rewritten(form_like_book(), changes)))


def test_a_row_without_height_and_a_column_without_width_are_hidden(tmp_path: Path) -> None:
    def content(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("填报")
        sheet.set_row(1, 30)
        sheet.set_column("B:B", 12.5)
        sheet.write("A1", "一")
        sheet.write("B2", "二")

    data = rewritten(
        small_book(content),
        {
            "xl/worksheets/sheet1.xml": lambda x: x.replace('ht="30"', 'ht="0"').replace(
                'width="13.28515625"', 'width="0"'
            )
        },
    )
    (sheet,) = read(placed(tmp_path, data, "甲.xlsx")).sheets
    assert sheet.hidden_rows == {2}
    assert sheet.hidden_columns == {2}

"""Copies of returned forms with marks on them, of whatever format the form was."""

from __future__ import annotations

import io
import shutil
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from kpixl.errors import UnwritableFile
from kpixl.grid import CellError, Scalar, Sheet, Snapshot, Source, Spot
from kpixl.host import ClearMarks, Mark, MarkCells, Patch
from kpixl.hosts.files import FilesHost, annotate, read
from kpixl.hosts.files_copy import _sheets
from tests.hosts.encrypted import sealed
from tests.hosts.packages import placed, rewritten, small_book
from tests.soffice import Office

PATCH = Patch((MarkCells("填报", {(3, 2): Mark("FFC7CE", "找到“约30”,应为数字")}),))


def form(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("填报")
    sheet.merge_range("A1:C1", "2015年度考核填报表", book.add_format({"bold": True}))
    sheet.write_row("A2", ["指标", "完成值", "说明"])
    sheet.write("A3", "规上工业总产值增速")
    sheet.write("B3", "约30")
    sheet.write("A4", "完成率")
    sheet.write("B4", 0.835, book.add_format({"num_format": "0.0%"}))
    sheet.write("A5", "报送日期")
    sheet.write("B5", date(2015, 12, 31), book.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.write_formula("B6", "=1/0", None, "#DIV/0!")
    sheet.write("C8", "第八行")
    sheet.set_row(6, None, None, {"hidden": True})
    sheet.set_column("E:E", None, None, {"hidden": True})
    sheet.write("E3", "藏")
    book.add_worksheet("代码").hide()


def test_a_copy_of_an_xlsx_is_the_same_file_but_for_the_marks(tmp_path: Path) -> None:
    source = placed(tmp_path, small_book(form), "甲.xlsx")
    before = source.read_bytes()
    path = annotate(source, tmp_path / "甲-批注.xlsx", PATCH)
    assert path.name == "甲-批注.xlsx" and source.read_bytes() == before
    old, new = parts(source), parts(path)
    same = {name for name in old if old[name] == new[name]}
    assert old.keys() - same == {
        "[Content_Types].xml",
        "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
    }
    FilesHost(path).apply(Patch((ClearMarks(),)))
    assert parts(path)["xl/worksheets/sheet1.xml"] == old["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize(
    ("kind", "suffix"),
    [("sheet.macroEnabled.main", ".xlsm"), ("template.main", ".xltx"), ("sheet.main", ".xlsx")],
)
def test_a_copy_bears_the_suffix_of_what_it_is(kind: str, suffix: str, tmp_path: Path) -> None:
    data = small_book(form)
    if kind != "sheet.main":
        data = rewritten(
            data, {"[Content_Types].xml": lambda x: x.replace(".sheet.main+", f".{kind}+")}
        )
    source = placed(tmp_path, data, "甲.xls")
    assert annotate(source, tmp_path / "甲.2015年.xls", PATCH).name == f"甲.2015年{suffix}"
    assert annotate(source, tmp_path / "甲.2015", PATCH).name == f"甲.2015{suffix}"


def test_copies_of_other_formats_are_new_workbooks_with_the_same_cells(
    soffice: Office, tmp_path: Path
) -> None:
    source = placed(tmp_path, small_book(form), "甲.xlsx")
    (ods,) = soffice.convert([source], "ods", tmp_path / "o")
    (xls,) = soffice.convert([source], "xls:MS Excel 97", tmp_path / "o")
    et = Path(shutil.copy(xls, tmp_path / "o" / "甲.et"))
    wanted = [shown(sheet) for sheet in read(source).sheets]
    for form_ in (ods, xls, et):
        before = form_.read_bytes()
        path = annotate(form_, tmp_path / f"{form_.suffix[1:]}-批注{form_.suffix}", PATCH)
        assert path.name == f"{form_.suffix[1:]}-批注.xlsx"
        assert form_.read_bytes() == before
        copied = [shown(sheet) for sheet in read(path).sheets]
        # Formats as LibreOffice put them in the other format: it has its own for days.
        assert [c[1] for c in copied] == [shown(sheet)[1] for sheet in read(form_).sheets]
        assert [(c[0], c[2]) for c in copied] == [(w[0], w[2]) for w in wanted]
        book = openpyxl.load_workbook(path)
        assert book["填报"]["B3"].comment.text == "kpixl:\n找到“约30”,应为数字"
        assert book["填报"]["B6"].value in ("#DIV/0!", "=#DIV/0!")
        (rule,) = book["填报"].conditional_formatting
        assert str(rule.sqref) == "B3"
        assert book["代码"].sheet_state == "hidden"
    assert wanted[0][0][(4, 2)] == 0.835 and wanted[0][1][(4, 2)] == "0.0%"
    (opened,) = soffice.recalculate([path], tmp_path / "再开")
    assert openpyxl.load_workbook(opened)["填报"]["A3"].value == "规上工业总产值增速"


def shown(sheet: Sheet) -> tuple[dict[Spot, Scalar], dict[Spot, str], object]:
    """What a clerk sees of a sheet."""
    values = {(r, c): v for r, c, v in sheet.filled()}
    formats = {spot: text for spot, text in sheet.formats.items() if spot in values}
    formats = {spot: text.lower() for spot, text in formats.items()}
    hidden = (sheet.hidden_rows, sheet.hidden_columns & {c for _, c in values})
    return values, formats, (sheet.merged, hidden, sheet.hidden)


def test_sheet_names_and_values_that_no_xlsx_can_hold_are_held_as_near_as_can_be() -> None:
    book = Snapshot(
        Source("甲.ods"),
        (
            Sheet("[一]/二", (("甲" * 40_000, date(1800, 1, 2), CellError("Err:502")),)),
            Sheet("_一__二", ()),
            Sheet("长" * 40, ()),
            Sheet("长" * 41, ()),
            Sheet("History", ()),
        ),
    )
    sheets, names = _sheets(book)
    assert list(names.values()) == [
        "_一__二",
        "_一__二(2)",
        "长" * 31,
        "长" * 28 + "(2)",
        "History_",
    ]
    assert [s.name for s in sheets] == list(names.values())
    assert sheets[0].cells[1, 2] == "1800-01-02"
    assert sheets[0].cells[1, 3] == "Err:502"


def test_no_copy_is_made_without_the_password_that_a_form_had(tmp_path: Path) -> None:
    source = placed(tmp_path, sealed(small_book(form), "abc"), "甲.xlsx")
    with pytest.raises(UnwritableFile, match=r"打开密码"):
        annotate(source, tmp_path / "副本.xlsx", PATCH)
    assert [p.name for p in tmp_path.iterdir()] == ["甲.xlsx"]


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as package:
        return {name: package.read(name) for name in package.namelist()}

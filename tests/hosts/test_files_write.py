"""New workbooks: read back with openpyxl, calculated and printed with LibreOffice."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import openpyxl
import pytest

from kpixl.grid import Area, CellError
from kpixl.host import (
    ColorScale,
    Content,
    DataBar,
    Formula,
    Page,
    Patch,
    PutSheet,
    SheetSpec,
    Style,
    Validation,
)
from kpixl.hosts.files import FilesHost, read, write_new
from kpixl.hosts.files_write import workbook_bytes
from tests.soffice import Office, to_png

HEAD = Style(bold=True, size=10, fill="D9E2EC", border=True, align="center", wrap=True)
SCORE = Style(border=True, align="right", number_format="0.00", size=10)
INPUT = Style(border=True, fill="FFFBE6", locked=False, number_format="0.00", size=10)


def rich_sheet() -> SheetSpec:
    cells: dict[tuple[int, int], Content] = {
        (1, 1): "2015年度工业强镇(街道)考核排名",
        (3, 1): "名次",
        (3, 2): "单位",
        (3, 3): "总分",
        (3, 4): "规上工业总产值",
        (3, 5): "核对",
        (3, 6): "截止",
    }
    styles = {(3, column): HEAD for column in range(1, 7)}
    styles[1, 1] = Style(bold=True, size=16, align="center", color="1F2933")
    for index, (unit, score) in enumerate((("甲街道", 98.35), ("乙街道", 91.2), ("丙街道", 85.05))):
        row = 4 + index
        cells |= {
            (row, 1): index + 1,
            (row, 2): unit,
            (row, 3): score,
            (row, 4): score / 5,
            (row, 5): Formula(f"=ROUND(D{row}*5,2)", score),
            (row, 6): date(2016, 1, 15),
        }
        styles |= {(row, c): SCORE for c in (3, 4, 5)} | {(row, 2): INPUT}
    return SheetSpec(
        "排名",
        cells,
        styles,
        widths={1: 8, 2: 14.5, 4: 16},
        heights={1: 30, 3: 32.25},
        merged=(Area(1, 1, 1, 6),),
        freeze=(4, 3),
        autofilter=Area(3, 1, 6, 6),
        validations=(
            Validation(
                Area(4, 3, 6, 3),
                "decimal",
                low=0,
                high=115,
                prompt_title="总分",
                prompt="单位:分,保留两位小数",
                error="请填 0 到 115 之间的数字。",
            ),
            Validation(Area(4, 2, 6, 2), "list", choices=("甲街道", "乙街道", "丙街道")),
            Validation(Area(4, 1, 6, 1), "whole", low=1),
        ),
        conditional=(DataBar(Area(4, 3, 6, 3), 0, 115), ColorScale(Area(4, 4, 6, 4))),
        notes={(4, 2): "来源:甲街道.xlsx 表1!C5"},
        page=Page(
            landscape=True,
            repeat_rows=(1, 3),
            header="&C方案 2015 版",
            footer="&C第 &P 页,共 &N 页",
        ),
        protected=True,
        gridlines=False,
        zoom=90,
        tab_color="3B6C9E",
    )


PATCH = Patch(
    (
        PutSheet(rich_sheet()),
        PutSheet(SheetSpec("追溯", {(1, 1): "条款"}, page=Page(center=False))),
        PutSheet(SheetSpec("选", {(1, 1): 1}, hidden=True)),
    ),
    title="考核排名",
    marks={"kpixl-scheme": "2015", "kpixl-form": "排名"},
    names={"总分": "排名!$C$4:$C$6"},
)


K = TypeVar("K")
V = TypeVar("V")


@pytest.fixture(scope="module")
def data() -> bytes:
    return workbook_bytes(PATCH)


@pytest.fixture
def book(data: bytes) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        # openpyxl says which extensions it would lose on saving; nothing is saved here.
        warnings.simplefilter("ignore", UserWarning)
        return openpyxl.load_workbook(io.BytesIO(data))


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name).decode("utf-8")


# -- the same sheets, the same bytes --------------------------------------------------------


def test_the_same_patch_gives_the_same_bytes(data: bytes) -> None:
    assert workbook_bytes(PATCH) == data


def turned(mapping: Mapping[K, V]) -> dict[K, V]:
    return dict(reversed(list(mapping.items())))


def test_the_order_in_which_a_dictionary_was_filled_is_not_seen(data: bytes) -> None:
    spec = rich_sheet()
    other = replace(
        spec, cells=turned(spec.cells), styles=turned(spec.styles), widths=turned(spec.widths)
    )
    patch = replace(PATCH, changes=(PutSheet(other), *PATCH.changes[1:]), marks=turned(PATCH.marks))
    assert workbook_bytes(patch) == data


def test_another_figure_gives_other_bytes(data: bytes) -> None:
    other = Patch((PutSheet(SheetSpec("排名", {(1, 1): 1})),))
    assert workbook_bytes(other) != workbook_bytes(
        Patch((PutSheet(SheetSpec("排名", {(1, 1): 2})),))
    )


# -- what a person sees and touches -----------------------------------------------------------


def test_one_format_object_stands_for_each_distinct_style() -> None:
    cells: dict[tuple[int, int], Content] = {(r, c): 1.5 for r in range(1, 30) for c in range(1, 9)}
    styles = {spot: Style(number_format="0.00", border=True) for spot in cells}
    styles |= {(1, c): Style(bold=True) for c in range(1, 9)}
    data = workbook_bytes(Patch((PutSheet(SheetSpec("表", cells, styles)),)))
    # Besides the two styles there is the workbook's default.
    assert re.search(r'<cellXfs count="(\d+)"', part(data, "xl/styles.xml")).group(1) == "3"  # type: ignore[union-attr]


def test_cells_look_as_their_style_says(book: openpyxl.Workbook) -> None:
    sheet = book["排名"]
    title, head, score, typed_in = sheet["A1"], sheet["C3"], sheet["C4"], sheet["B4"]
    assert (title.font.sz, title.font.b, title.font.color.rgb[2:]) == (16, True, "1F2933")
    assert title.font.name == "Microsoft YaHei"
    assert (head.fill.fgColor.rgb[2:], head.border.left.style) == ("D9E2EC", "thin")
    assert (head.alignment.horizontal, head.alignment.vertical) == ("center", "center")
    assert head.alignment.wrap_text
    assert score.number_format == "0.00"
    assert (score.protection.locked, typed_in.protection.locked) == (True, False)
    assert sheet["F4"].number_format == "yyyy-mm-dd"


def test_a_sheet_is_set_up_as_its_spec_says(book: openpyxl.Workbook) -> None:
    sheet = book["排名"]
    assert sheet.freeze_panes == "C4"
    assert sheet.auto_filter.ref == "A3:F6"
    assert [str(r) for r in sheet.merged_cells.ranges] == ["A1:F1"]
    assert sheet.column_dimensions["B"].width == pytest.approx(14.5, abs=1)
    assert sheet.row_dimensions[3].height == 32.25
    assert sheet.sheet_view.showGridLines is False
    assert sheet.sheet_view.zoomScale == 90
    assert sheet.sheet_properties.tabColor.rgb[2:] == "3B6C9E"
    assert sheet["B4"].comment.text == "来源:甲街道.xlsx 表1!C5"
    assert book["选"].sheet_state == "hidden"
    assert book.active.title == "排名"
    assert book.properties.title == "考核排名"
    assert book.defined_names["总分"].attr_text == "排名!$C$4:$C$6"


def test_a_sheet_prints_on_a4_with_its_heading_on_each_page(book: openpyxl.Workbook) -> None:
    sheet, other = book["排名"], book["追溯"]
    assert (sheet.page_setup.paperSize, other.page_setup.paperSize) == (9, 9)
    assert (sheet.page_setup.orientation, other.page_setup.orientation) == ("landscape", "portrait")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) in ((1, 0), (None, 0))
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$3"
    assert sheet.print_options.horizontalCentered and not other.print_options.horizontalCentered
    assert sheet.oddHeader.center.text == "方案 2015 版"
    assert "第 &P 页" in sheet.oddFooter.center.text.replace("&[Page]", "&P")


def test_a_protected_sheet_has_no_password(data: bytes, book: openpyxl.Workbook) -> None:
    assert book["排名"].protection.sheet
    assert not book["追溯"].protection.sheet
    assert "password" not in part(data, "xl/worksheets/sheet1.xml").lower()


def test_what_may_be_typed_is_said_before_and_after(book: openpyxl.Workbook) -> None:
    found = {str(v.sqref): v for v in book["排名"].data_validations.dataValidation}
    decimal, choice, whole = found["C4:C6"], found["B4:B6"], found["A4:A6"]
    assert (decimal.type, decimal.operator) == ("decimal", None) or decimal.operator == "between"
    assert (decimal.formula1, decimal.formula2) == ("0", "115")
    assert (decimal.promptTitle, decimal.prompt) == ("总分", "单位:分,保留两位小数")
    assert decimal.error == "请填 0 到 115 之间的数字。"
    assert decimal.showInputMessage and decimal.showErrorMessage
    assert choice.formula1 == '"甲街道,乙街道,丙街道"'
    assert (whole.type, whole.operator, whole.formula1) == ("whole", "greaterThanOrEqual", "1")


def test_bars_stand_on_a_fixed_axis_and_scales_have_two_colours(data: bytes) -> None:
    xml = part(data, "xl/worksheets/sheet1.xml")
    bar = re.search(r"<dataBar>.*?</dataBar>", xml)
    assert bar is not None
    assert '<cfvo type="num" val="0"/><cfvo type="num" val="115"/>' in bar[0]
    scale = re.search(r"<colorScale>.*?</colorScale>", xml)
    assert scale is not None
    assert scale[0].count("<color ") == 2 and "C6E0B4" in scale[0]


# -- limits of the format --------------------------------------------------------------------------


def test_a_list_too_long_for_a_validation_stands_on_a_hidden_sheet() -> None:
    units = tuple(f"第{number}号工业功能区管理委员会" for number in range(60))
    with_comma = ("甲,乙", "丙")
    spec = SheetSpec(
        "封面",
        {(1, 1): "单位"},
        validations=(
            Validation(Area(1, 2, 1, 2), "list", choices=units),
            Validation(Area(2, 2, 2, 2), "list", choices=with_comma),
            Validation(Area(3, 2, 3, 2), "list", choices=units),
        ),
    )
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(Patch((PutSheet(spec),)))))
    assert book.sheetnames == ["封面", "选项"]
    assert book["选项"].sheet_state == "veryHidden"
    formulas = {str(v.sqref): v.formula1 for v in book["封面"].data_validations.dataValidation}
    assert formulas == {
        "B1": "选项!$A$1:$A$60",
        "B2": "选项!$B$1:$B$2",
        "B3": "选项!$A$1:$A$60",
    }
    assert [row[0].value for row in book["选项"]["A1:A60"]] == list(units)


def test_a_prompt_longer_than_the_format_allows_is_cut_and_not_lost() -> None:
    rule = Validation(
        Area(1, 1, 1, 1), "decimal", prompt_title="题" * 40, prompt="话" * 300, error="错" * 300
    )
    data = workbook_bytes(Patch((PutSheet(SheetSpec("表", {}, validations=(rule,))),)))
    (found,) = openpyxl.load_workbook(io.BytesIO(data))["表"].data_validations.dataValidation
    assert (found.promptTitle, found.prompt) == ("题" * 31 + "…", "话" * 254 + "…")
    assert found.error == "错" * 254 + "…"


@pytest.mark.parametrize(
    ("patch", "words"),
    [
        (Patch((PutSheet(SheetSpec("表", {}, page=Page(header="长" * 256))),)), "header"),
        (Patch((), marks={"k": "长" * 256}), "longer than"),
        (Patch((), names={"A1": "表!$A$1"}), "looks like a cell name"),
        (Patch((), names={"有 空格": "表!$A$1"}), "cannot be a defined name"),
        (Patch((PutSheet(SheetSpec("暗", {}, hidden=True)),)), "not hidden"),
        (Patch((PutSheet(SheetSpec("表", {(1, 1): CellError("#坏!")})),)), "no error value"),
    ],
    ids=["header", "mark", "name like a cell", "name", "all hidden", "error value"],
)
def test_what_a_workbook_can_t_hold_is_refused_and_never_left_out(
    patch: Patch, words: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=words):
        write_new(tmp_path / "表.xlsx", patch)
    assert list(tmp_path.iterdir()) == []


def test_text_is_never_a_formula() -> None:
    texts = ['=cmd|" /C calc"!A1', "+1", "-1", "@x", "\t=1+1", "{=1}", "=1+1", "http://a.b"]
    cells: dict[tuple[int, int], Content] = {(r, 1): t for r, t in enumerate(texts, 1)}
    written = workbook_bytes(Patch((PutSheet(SheetSpec("表", cells)),)))
    xml = part(written, "xl/worksheets/sheet1.xml")
    assert "<f>" not in xml and "hyperlink" not in xml
    assert xml.count('t="s"') == len(texts)


# -- the file in its place ---------------------------------------------------------------------------


def test_a_host_told_to_make_a_new_file_replaces_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "结果.xlsx"
    FilesHost(path).apply(PATCH)
    first = path.read_bytes()
    FilesHost(path, new=True).apply(Patch((PutSheet(SheetSpec("只有", {(1, 1): 1})),)))
    assert [sheet.name for sheet in read(path).sheets] == ["只有"]
    FilesHost(path, new=True).apply(PATCH)
    assert path.read_bytes() == first


def test_a_patch_without_sheets_still_makes_a_workbook(tmp_path: Path) -> None:
    write_new(tmp_path / "空.xlsx", Patch((), marks={"a": "1"}))
    assert read(tmp_path / "空.xlsx").marks == {"a": "1"}


# -- LibreOffice's opinion -----------------------------------------------------------------------------

LIVE: dict[str, tuple[Formula, Any]] = {
    "A1": (Formula("=SUM(排名!C4:C6)", 0), 274.6),
    "A2": (Formula("=SUMPRODUCT(1*(排名!C4:C6>=85),排名!D4:D6)", 0), 54.92),
    "A3": (Formula("=SUM(排名!C4:C6*排名!A4:A6)", 0, array=True), 535.9),
    "A4": (Formula("=RANK(排名!C5,排名!C4:C6)", 0), 2.0),
    "A5": (Formula('=IFERROR(1/0,"错")', ""), "错"),
    "A6": (Formula("=INDEX(总分,3)", 0), 85.05),
    "A7": (Formula("=1/0", 0), CellError("#DIV/0!")),
    "A8": (Formula('=TEXT(排名!F4,"yyyy-mm-dd")', ""), "2016-01-15"),
    "A9": (Formula("=ISERROR(B9)", False), True),
    "A10": (Formula("=ROUND(7*0.35,1)", 0), 2.5),
}


def test_libreoffice_opens_it_and_calculates_the_same(soffice: Office, tmp_path: Path) -> None:
    cells: dict[tuple[int, int], Content] = {
        (row, 1): formula for row, (formula, _) in enumerate(LIVE.values(), 1)
    }
    cells[9, 2] = CellError("#N/A")
    patch = Patch((*PATCH.changes, PutSheet(SheetSpec("核对", cells))), names=PATCH.names)
    write_new(tmp_path / "结果.xlsx", patch)
    (made,) = soffice.recalculate([tmp_path / "结果.xlsx"], tmp_path / "out")
    snapshot = read(made)
    sheet, ranking = snapshot.sheet("核对"), snapshot.sheet("排名")
    assert sheet is not None and ranking is not None
    for row, (formula, wanted) in enumerate(LIVE.values(), 1):
        found = sheet.value(row, 1)
        if isinstance(wanted, float):
            wanted = pytest.approx(wanted, abs=1e-9)
        assert found == wanted, formula.text
    assert sheet.value(9, 2) == CellError("#N/A")
    assert ranking.value(4, 5) == 98.35
    assert ranking.value(4, 2) == "甲街道"
    assert ranking.protected and (4, 2) in ranking.unlocked


def test_it_prints_on_one_landscape_page(soffice: Office, tmp_path: Path) -> None:
    write_new(tmp_path / "结果.xlsx", PATCH)
    (pdf,) = soffice.to_pdf([tmp_path / "结果.xlsx"], tmp_path)
    pages = to_png(pdf, tmp_path / "pages", dpi=40)
    assert len(pages) == 2  # the ranking and the trace; the hidden sheet does not print
    sizes = [picture_size(page) for page in pages]
    assert sizes[0][0] > sizes[0][1] and sizes[1][0] < sizes[1][1]
    # A4 is 297 × 210 mm.
    assert sizes[0][0] / sizes[0][1] == pytest.approx(297 / 210, abs=0.01)


def picture_size(path: Path) -> tuple[int, int]:
    head = path.read_bytes()[16:24]
    return int.from_bytes(head[:4], "big"), int.from_bytes(head[4:], "big")

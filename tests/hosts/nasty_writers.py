"""Workbooks that are full of what writers can make: XlsxWriter, openpyxl and LibreOffice.

Each has the sheet 填报 with a table in A1:B6, the formula B10 and nothing in column C from row
12 on; the rest of it, and the other sheets, hold all that must not be lost.
"""

from __future__ import annotations

import base64
import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule, IconSetRule
from openpyxl.packaging.relationship import Relationship
from openpyxl.styles import NamedStyle, PatternFill, Protection
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.external_link import ExternalLink
from openpyxl.workbook.external_link.external import ExternalBook, ExternalSheetNames
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.scenario import InputCells, Scenario

from tests.soffice import Office

NAMES = ("规上工业总产值", "技改投资", "亩均税收", "研发投入", "节能降耗")
FIGURES = (283.0, 41.5, 12.0, 3.2, -0.7)


def picture() -> bytes:
    """A picture of 8 × 8 points."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(
            ">I", zlib.crc32(kind + data)
        )  # fmt: skip

    rows = b"".join(b"\0" + bytes((x * 30, y * 30, 120)) * 8 for x in (1,) for y in range(8))
    head = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + (
        chunk(b"IEND", b"")
    )  # fmt: skip


def filled(book: xlsxwriter.Workbook) -> Any:
    """The sheet that all of these workbooks have."""
    sheet = book.add_worksheet("填报")
    sheet.write_row("A1", ["指标", "完成值", "说明"])
    sheet.write_column("A2", NAMES)
    sheet.write_column("B2", FIGURES)
    sheet.write_formula("B10", "=SUM(B2:B9)", None, sum(FIGURES))
    return sheet


def by_xlsxwriter(
    fill: Callable[[xlsxwriter.Workbook, Any], None], options: dict[str, Any] | None = None
) -> bytes:
    """A workbook with the usual sheet and what `fill` adds."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, **(options or {})})
    fill(book, filled(book))
    book.close()
    return stream.getvalue()


# -- XlsxWriter ------------------------------------------------------------------------


def pictures_and_charts(book: xlsxwriter.Workbook, sheet: Any) -> None:
    image = {"image_data": io.BytesIO(picture()), "description": "图", "url": "https://a.invalid/"}
    sheet.insert_image("F2", "a.png", image)
    sheet.set_header("&L&G", {"image_left": "b.png", "image_data_left": io.BytesIO(picture())})
    sheet.set_background(io.BytesIO(picture()), is_byte_stream=True)
    sheet.insert_textbox("F8", "文本框", {"textlink": "=$A$2"})
    for kind in ("column", "scatter", "doughnut"):
        chart = book.add_chart({"type": kind})
        chart.add_series(
            {"categories": "=填报!$A$2:$A$6", "values": "=填报!$B$2:$B$6", "name": "=填报!$B$1"}
        )
        chart.set_title({"name": "完成值"})
        sheet.insert_chart("F12", chart)
    alone = book.add_chartsheet("图表")
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=填报!$B$2:$B$6"})
    alone.set_chart(chart)
    other = book.add_worksheet("别的")
    other.embed_image("B2", "c.png", {"image_data": io.BytesIO(picture())})
    other.write("A1", "图在单元格里")


def formats_and_validations(book: xlsxwriter.Workbook, sheet: Any) -> None:
    sheet.set_column("B:B", 14, book.add_format({"num_format": "0.00", "locked": False}))
    sheet.set_row(2, 30, book.add_format({"bg_color": "#FFEEDD", "border": 6}))
    sheet.conditional_format("B2:B6", {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format("B2:B6", {"type": "icon_set", "icon_style": "3_traffic_lights"})
    sheet.conditional_format(
        "A2:A6",
        {
            "type": "formula",
            "criteria": "=$B2<0",
            "format": book.add_format({"font_color": "red"}),
            "stop_if_true": True,
        },
    )
    sheet.data_validation("D2:D6", {"validate": "list", "source": "=选择!$A$1:$A$3"})
    sheet.data_validation("E2", {"validate": "custom", "value": "=AND(E2>0,E2<9)"})
    choice = book.add_worksheet("选择")
    choice.write_column("A1", ["甲", "乙", "丙"])
    choice.very_hidden()
    book.define_name("名单", "=选择!$A$1:$A$3")
    sheet.add_sparkline("E3", {"range": "填报!B2:B6", "markers": True, "type": "column"})
    sheet.add_sparkline("E4", {"range": "填报!B2:B6", "style": 12})
    sheet.autofilter("A1:B6")
    sheet.filter_column(1, "x > -100")
    sheet.freeze_panes(1, 1)
    sheet.protect("密码", {"sort": True})
    sheet.unprotect_range("B2:B6", "可填")
    sheet.ignore_errors({"number_stored_as_text": "A1:B9"})
    sheet.set_row(7, None, None, {"level": 1, "hidden": True})
    sheet.set_row(8, None, None, {"collapsed": True})
    sheet.set_column("H:J", 5, None, {"level": 2})
    sheet.set_h_pagebreaks([20])
    sheet.print_area("A1:E30")
    sheet.repeat_rows(0)


def texts_and_links(book: xlsxwriter.Workbook, sheet: Any) -> None:
    bold, red = book.add_format({"bold": True}), book.add_format({"font_color": "red"})
    sheet.write_rich_string("D1", bold, "粗", red, "红", "平")
    sheet.write_url("D2", "https://a.invalid/路径?x=1#甲", string="链接", tip="提示")
    sheet.write_url("D3", "internal:'别的'!A1")
    sheet.write_string("D4", " 前后空格 \n换行 ")
    sheet.write_string("D5", "_x000D_ & <b> ]]> \x0b")
    sheet.write_comment("B3", "请核对", {"author": "甲", "visible": True})
    sheet.write_comment("D9", "另一条", {"author": "乙", "color": "red"})
    sheet.insert_button("F2", {"caption": "按钮", "macro": "运行"})
    sheet.insert_checkbox("D7", True)
    book.add_worksheet("别的").write_comment("A1", "第三条")
    book.set_custom_property("登记号", 12)
    book.set_custom_property("签发", "甲", "text")
    book.set_properties({"title": "总表", "keywords": "考核;2015", "comments": "说明"})


def formulas_and_tables(book: xlsxwriter.Workbook, sheet: Any) -> None:
    sheet.write_dynamic_array_formula("E2", "=SORT(B2:B6)", None, 1)
    sheet.write_dynamic_array_formula("F2", "=_xlfn.LET(_xlpm.x,B2,_xlpm.x*2)", None, 2)
    sheet.write_array_formula("G2:G4", "{=B2:B4*2}", None, 566)
    sheet.write_formula("H2", "=1/0", None, "#DIV/0!")
    sheet.write_formula("H3", '=B2&""', None, "283")
    sheet.write_formula("H4", "=B2>1", None, True)
    other = book.add_worksheet("表格")
    other.add_table(
        "A1:C4",
        {
            "name": "表一",
            "total_row": True,
            "data": [["甲", 1], ["乙", 2]],
            "columns": [
                {"header": "单位", "total_string": "合计"},
                {"header": "得分", "total_function": "sum"},
                {"header": "倍", "formula": "=[@得分]*2"},
            ],
        },
    )
    book.define_name("得分_2015", "=OFFSET(填报!$B$2,0,0,5,1)")
    book.define_name("填报!本表", "=填报!$B$2")


def protected(book: xlsxwriter.Workbook, sheet: Any) -> None:
    """Days since 1904, calculation by hand, a sheet in the wrong state."""
    sheet.write_formula("D1", "=TODAY()", None, 40000)
    book.set_calc_mode("manual")
    book.add_worksheet("第二页").activate()


# -- openpyxl --------------------------------------------------------------------------


def _of_openpyxl() -> tuple[openpyxl.Workbook, Any]:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "填报"
    sheet.append(["指标", "完成值", "说明"])
    for name, figure in zip(NAMES, FIGURES, strict=True):
        sheet.append([name, figure])
    sheet["B10"] = "=SUM(B2:B9)"
    return book, sheet


def openpyxl_objects() -> bytes:
    """Picture, chart, notes, conditional formats, validations, styles with names."""
    book, sheet = _of_openpyxl()
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=6), titles_from_data=True)
    sheet.add_chart(chart, "F12")
    sheet["B4"].comment = Comment("请核对", "甲", height=60, width=100)
    sheet.conditional_formatting.add("B2:B6", IconSetRule("3Flags", "num", [0, 5, 100]))
    fill = PatternFill(bgColor="FFC7CE")
    sheet.conditional_formatting.add("A2:A6", FormulaRule(["$B2<0"], fill=fill, stopIfTrue=True))
    validation = DataValidation("list", formula1='"是,否"', allow_blank=True)
    validation.add("D2:D6")
    sheet.add_data_validation(validation)
    style = NamedStyle("考核样式")
    style.protection = Protection(locked=False)
    sheet["B2"].style = style
    sheet["A1"].hyperlink = "https://a.invalid/"
    sheet.merge_cells("E2:F3")
    other = book.create_sheet("别的")
    other.sheet_properties.tabColor = "FF0000"
    other["A1"] = "别的"
    other["A1"].comment = Comment("第二条", "乙")
    book.create_chartsheet("图表").add_chart(_bar(sheet))
    return _saved(book)


def _bar(sheet: Any) -> BarChart:
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=2, max_row=6))
    return chart


def openpyxl_formulas() -> bytes:
    """Array formulas, a data table, names, links to another workbook, scenarios."""
    book, sheet = _of_openpyxl()
    sheet["E2"] = ArrayFormula("E2:E4", "=B2:B4*2")
    sheet["F2"] = DataTableFormula(ref="F2:F4", dt2D=False, dtr=False, r1="B2", t="dataTable")
    sheet["G2"] = "=[1]去年!A1"
    book.defined_names["总计"] = DefinedName("总计", attr_text="填报!$B$10")
    sheet.defined_names["本表"] = DefinedName("本表", attr_text="填报!$B$2")
    link = ExternalLink(
        externalBook=ExternalBook(sheetNames=ExternalSheetNames(sheetName=["去年"]))
    )
    link.file_link = Relationship(
        type="externalLinkPath", Target="去年.xlsx", TargetMode="External", Id="rId1"
    )
    book._external_links.append(link)
    sheet.scenarios.scenario = [Scenario([InputCells("B2", val="5")], name="方案一")]
    sheet.print_title_rows = "1:1"
    sheet.print_area = "A1:D20"
    sheet.protection.sheet = True
    book.create_sheet("隐藏").sheet_state = "hidden"
    return _saved(book)


def openpyxl_write_only() -> bytes:
    """Rows written one after the other, without a table of shared texts to speak of."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("填报")
    sheet.append(["指标", "完成值", "说明"])
    for name, figure in zip(NAMES, FIGURES, strict=True):
        sheet.append([name, figure])
    for _ in range(3):
        sheet.append([])
    sheet.append([None, "=SUM(B2:B9)"])
    return _saved(book)


def _saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


# -- LibreOffice -----------------------------------------------------------------------

_SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"),
        ("draw", "drawing"), ("svg", "svg-compatible"), ("fo", "xsl-fo-compatible"),
        ("form", "form"), ("number", "datastyle"), ("chart", "chart"),
    )
) + (
    ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)  # fmt: skip


def _text(words: str, more: str = "") -> str:
    return (
        f'<table:table-cell office:value-type="string"><text:p>{words}</text:p>{more}'
        "</table:table-cell>"
    )


def _figure(value: float, more: str = "") -> str:
    return (
        f'<table:table-cell office:value-type="float" office:value="{value}">{more}'
        f"<text:p>{value}</text:p></table:table-cell>"
    )


def document() -> str:
    """A flat OpenDocument: LibreOffice makes pivot tables, notes and pictures of it in .xlsx."""
    note = (
        '<office:annotation office:display="false"><dc:creator>甲</dc:creator>'
        "<text:p>请核对</text:p></office:annotation>"
    )
    image = base64.b64encode(picture()).decode()
    frame = (
        '<draw:frame svg:width="2cm" svg:height="2cm" svg:x="9cm" svg:y="1cm"><draw:image>'
        f"<office:binary-data>{image}</office:binary-data></draw:image></draw:frame>"
    )
    rows = "".join(
        f"<table:table-row>{_text(name)}{_figure(figure, note if k == 1 else '')}</table:table-row>"
        for k, (name, figure) in enumerate(zip(NAMES, FIGURES, strict=True))
    )
    total = (
        "<table:table-row><table:table-cell/>"
        '<table:table-cell table:formula="of:=SUM([.B2:.B9])" office:value-type="float" '
        f'office:value="{sum(FIGURES)}"/></table:table-row>'
    )
    source = "".join(
        f"<table:table-row>{_text(town)}{_figure(score)}</table:table-row>"
        for town, score in (("甲镇", 3), ("乙镇", 4), ("甲镇", 5))
    )
    fields = "".join(
        f'<table:data-pilot-field table:source-field-name="{name}" table:orientation="{way}" '
        f'table:used-hierarchy="-1" table:function="{function}"/>'
        for name, way, function in (("单位", "row", "auto"), ("得分", "data", "sum"))
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {_SPACES} office:version="1.2" '
        'office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:body>'
        "<office:spreadsheet><table:content-validations><table:content-validation "
        'table:name="v1" table:condition="of:cell-content-is-in-list(&quot;是&quot;;&quot;否'
        '&quot;)" table:base-cell-address="填报.D2"/></table:content-validations>'
        f'<table:table table:name="填报"><table:shapes>{frame}</table:shapes>'
        f"<table:table-row>{_text('指标')}{_text('完成值')}{_text('说明')}"
        '<table:table-cell table:content-validation-name="v1"/></table:table-row>'
        f'{rows}<table:table-row table:number-rows-repeated="3"><table:table-cell/>'
        f"</table:table-row>{total}</table:table>"
        f'<table:table table:name="数据"><table:table-row>{_text("单位")}{_text("得分")}'
        f'</table:table-row>{source}</table:table><table:table table:name="透视"/>'
        '<table:named-expressions><table:named-range table:name="总计" '
        'table:base-cell-address="$填报.$A$1" table:cell-range-address="$填报.$B$10"/>'
        "</table:named-expressions><table:data-pilot-tables><table:data-pilot-table "
        'table:name="透视表一" table:target-range-address="透视.A1:透视.B6">'
        '<table:source-cell-range table:cell-range-address="数据.A1:数据.B4"/>'
        f"{fields}</table:data-pilot-table></table:data-pilot-tables>"
        "</office:spreadsheet></office:body></office:document>"
    )


def by_libreoffice(soffice: Office, folder: Path) -> dict[str, bytes]:
    """Workbooks that LibreOffice saved: one of its own, and two that others had made."""
    sources = {
        "LibreOffice: pivot table, note, picture": ("自己.fods", document().encode()),
        "LibreOffice: saved again from XlsxWriter": (
            "别人一.xlsx",
            by_xlsxwriter(formats_and_validations),
        ),
        "LibreOffice: saved again from openpyxl": ("别人二.xlsx", openpyxl_objects()),
    }
    paths = []
    for name, data in sources.values():
        path = folder / name
        path.write_bytes(data)
        paths.append(path)
    made = soffice.recalculate(paths, folder / "存")
    return {name: path.read_bytes() for name, path in zip(sources, made, strict=True)}


WRITERS: dict[str, Callable[[], bytes]] = {
    "XlsxWriter: pictures and charts": lambda: by_xlsxwriter(pictures_and_charts),
    "XlsxWriter: formats and validations": lambda: by_xlsxwriter(formats_and_validations),
    "XlsxWriter: texts, notes, buttons": lambda: by_xlsxwriter(texts_and_links),
    "XlsxWriter: dynamic arrays and tables": lambda: by_xlsxwriter(formulas_and_tables),
    "XlsxWriter: 1904, by hand": lambda: by_xlsxwriter(protected, {"date_1904": True}),
    "XlsxWriter: constant memory, zip64": lambda: by_xlsxwriter(
        lambda book, sheet: None, {"use_zip64": True, "in_memory": False}
    ),
    "openpyxl: objects": openpyxl_objects,
    "openpyxl: formulas": openpyxl_formulas,
    "openpyxl: write-only": openpyxl_write_only,
}

"""Draws a returned form from a few lines of text that say what somebody did to a clean one.

A line is a word and what it is about; places are named by the words that stand in the form, and
are looked up here with openpyxl, without kpixl:

    表 甲山镇                 the form of that unit (a sample of workbooks/: xiangshan-2017/县科技局);
                              a second such line is about the form of another unit
    填 产值 = "约26.4"         the figure of an input; 填 产值/目标 = 5 another column of its row
    格 填报日期 = "2001-01-05"  the field beside a label of the cover
    文 最低值 -> 最高值         the first cell above or in the table that holds a text
    加行 产值 · 删行 产值       a row before that of an input, the row of an input
    换行 产值、上年产值          two rows with each other
    加列 目标 · 删列 目标       a column before, or the column
    隐行 产值 · 隐列 目标       hidden
    加表 底稿 · 藏表 底稿       a sheet with 格子 底稿!A1 = 1 (藏表: hidden)
    复表 填报表2               a copy of the form's sheet in the same file
    删表 情况说明
    换列 目标、上年数            two columns with each other
    尾行 产值 = "产值" 5        a row under the table, made from that of an input: its name, its figure
    自制                      a form of the unit's own making: nothing says that it was issued
    撕去 3                    whatever stands below that row of the form
    公式 底稿!C3 = "=A3+B3" 5   a formula with the result that the file keeps of it
    带 vba                    macros, objects, links: what tests/forms/packing.py knows
    毁 截断                    the file cut off; 空, 网页, 文本 other ruins of it
    标识 kpixl-version = "9"  what the file says of itself (= null takes it away)
    说明 产值/情况说明 = "…"    a text on the sheet 情况说明
    文件名 丙岭镇.xlsx
    另有 甲山镇(2).xlsx        from here on it is about a second file of the same unit
    少 丁湾镇                 no return of that unit; all units are expected then
    上年 产值 = 24             what was accepted last year
    方案 数据项 产值/缺报 = "按0"  the scheme itself, so that it asks or counts otherwise
    经 汇总                    looked at by collecting; 校验: by checking the folder, 无方案: without
                              being told the scheme
    应 code 填 产值            expected: the cell of 填 …, 格 …, 文 …, 行 … (column A), 列 … (heading),
                              情况 产值/情况说明, 表 (no cell at all), or a cell as it is: @A12
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.packaging.custom import StringProperty
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from tests.forms.mutations import LABEL, Form, _shift_columns, _shift_rows, form_of
from tests.forms.packing import keep_results, put_in, ruin

MONTHS = tuple(f"{m}月" for m in range(1, 13))


@dataclass
class Drawn:
    """What came of the lines: files, what is expected, and what the run is like."""

    files: list[Path] = field(default_factory=list)
    expected: set[tuple[str, str, str]] = field(default_factory=set)  # code, file, cell
    units: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    last_year: dict[str, float] = field(default_factory=dict)
    scheme: list[tuple[str, str, str, Any]] = field(default_factory=list)  # sheet, row, column, now
    way: str = ""


@cache
def untouched(source: Path) -> Form:
    """A clean form, to look up where things stood before anybody did anything to them."""
    return form_of(openpyxl.load_workbook(source))


class Drawer:
    """One file being drawn."""

    def __init__(self, source: Path) -> None:
        self.name = source.name
        self.book = openpyxl.load_workbook(source)
        self.original = untouched(source)
        self.results: dict[tuple[str, str], Any] = {}
        self.extras: list[str] = []
        self.ruins: list[str] = []

    def save(self, path: Path) -> None:
        """Write the file, and what openpyxl can't write."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.book.save(path)
        if self.results:
            keep_results(path, self.book, self.results)
        for kind in self.extras:
            put_in(path, kind)
        for kind in self.ruins:
            ruin(path, kind)

    @property
    def form(self) -> Form:
        """The form as it now is."""
        return form_of(self.book)

    def cell(self, form: Form, kind: str, what: str) -> str:
        """The address of something that a line names."""
        if what.startswith("@"):
            return what[1:]
        name, _, column = what.partition("/")
        if kind == "格":
            return str(beside(form, what).coordinate)
        if kind == "文":
            return str(next(c.coordinate for c in texts(form.book) if what in c.value))
        if kind == "行":
            return f"A{form.rows[name]}"
        if kind == "列":
            return f"{get_column_letter(form.columns[name])}{form.head}"
        if kind == "情况":
            return str(said(form.book, name, column).coordinate)
        if kind == "表":
            return ""
        return str(self.field(form, name, column).coordinate)

    @staticmethod
    def field(form: Form, name: str, column: str) -> Any:
        """A cell in the row of an input, or for a self-score of its item."""
        if column:
            return form.sheet.cell(form.rows[name], form.columns[column])
        return form.figure(name)

    def do(self, word: str, rest: str) -> None:
        """Do what a line says."""
        what, _, value = (part.strip() for part in rest.partition("="))
        if word in ("填", "格", "说明", "格子"):
            cell = self.target(word, what)
            cell.value = json.loads(value)
            if isinstance(cell.value, str) and cell.value.startswith("字"):
                cell.value = cell.value[1:]
                cell.data_type = "s"
            if isinstance(cell.value, str) and cell.value.startswith("#"):
                cell.data_type = "e"
        elif word == "文":
            old, new = (part.strip() for part in rest.split("->"))
            cell = next(c for c in texts(self.book) if old in c.value)
            cell.value = cell.value.replace(old, new)
        elif word == "标识":
            self.mark(what, json.loads(value))
        elif word == "公式":
            sheet, _, address = what.partition("!")
            text, end = json.JSONDecoder().raw_decode(value)
            self.book[sheet][address] = text
            self.results[sheet, address] = json.loads(value[end:])
        elif word == "尾行":
            name, end = json.JSONDecoder().raw_decode(value)
            self.tail(what, name, json.loads(value[end:]))
        else:
            self.shape(word, what)

    def target(self, word: str, what: str) -> Any:
        """The cell that a line is about."""
        name, _, column = what.partition("/")
        if word == "格":
            return beside(self.form, what)
        if word == "说明":
            return said(self.book, name, column)
        if word == "格子":
            sheet, _, address = what.partition("!")
            return self.book[sheet][address]
        return self.field(self.form, name, column)

    def mark(self, name: str, text: str | None) -> None:
        """Change what the file says of itself."""
        marks = self.book.custom_doc_props
        if name in marks.names:
            del marks[name]
        if text is not None:
            marks.append(StringProperty(name=name, value=text))

    def shape(self, word: str, what: str) -> None:
        """Rows, columns, sheets."""
        form = self.form
        sheet = form.sheet
        if word == "加行":
            _shift_rows(sheet, form.rows[what], 1)
        elif word == "删行":
            _shift_rows(sheet, form.rows[what], -1)
        elif word == "换行":
            one, other = (form.rows[n] for n in what.split("、"))
            for column in range(1, sheet.max_column + 1):
                a, b = sheet.cell(one, column), sheet.cell(other, column)
                if "MergedCell" not in (type(a).__name__, type(b).__name__):
                    a.value, b.value = b.value, a.value
        elif word == "加列":
            _shift_columns(sheet, form.columns[what], 1)
        elif word == "删列":
            _shift_columns(sheet, form.columns[what], -1)
        elif word == "隐行":
            sheet.row_dimensions[form.rows[what]].hidden = True
        elif word == "隐列":
            sheet.column_dimensions[get_column_letter(form.columns[what])].hidden = True
        elif word in ("加表", "藏表"):
            extra = self.book.create_sheet(what)
            extra["A1"] = "测算"
            extra.sheet_state = "hidden" if word == "藏表" else "visible"
        elif word == "复表":
            copied = self.book.copy_worksheet(sheet)
            copied.title = what
            copied.protection = copy(sheet.protection)
        elif word == "删表":
            del self.book[what]
        elif word == "换列":
            one, other = (form.columns[n] for n in what.split("、"))
            for row in range(form.head, max(form.rows.values()) + 1):
                a, b = sheet.cell(row, one), sheet.cell(row, other)
                if "MergedCell" not in (type(a).__name__, type(b).__name__):
                    a.value, b.value = b.value, a.value
        elif word == "自制":
            self.strip()
        elif word == "撕去":
            sheet.delete_rows(int(what) + 1, sheet.max_row)
        elif word == "带":
            self.extras.append(what)
        elif word == "毁":
            self.ruins.append(what)
        elif word == "文件名":
            self.name = what
        else:
            raise ValueError(f"nobody knows what {word} is")

    def strip(self) -> None:
        """Take away all that an issued form says of itself."""
        for name in list(self.book.custom_doc_props.names):
            del self.book.custom_doc_props[name]
        for cell in texts(self.book):
            if cell.row < self.form.head and ("@" in cell.value or "填报表" in cell.value):
                cell.value = "本单位情况"

    def tail(self, like: str, name: str, figure: Any) -> None:
        """A row under the table."""
        form = self.form
        last = max(form.rows.values()) + 1
        _shift_rows(form.sheet, last, 1)
        for column in range(1, form.sheet.max_column + 1):
            form.sheet.cell(last, column).value = form.sheet.cell(form.rows[like], column).value
        label = form.column(LABEL)
        value = form.figure(like).column
        form.sheet.cell(last, label).value = name
        form.sheet.cell(last, value).value = figure


def texts(book: Workbook) -> Iterator[Any]:
    """All cells of the form's sheet that hold text."""
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            if isinstance(cell.value, str):
                yield cell


def beside(form: Form, label: str) -> Any:
    """The field to the right of a label of the cover."""
    for row in form.sheet.iter_rows(max_row=form.head):
        for cell in row:
            if cell.value == label:
                wide = next(
                    (m for m in form.sheet.merged_cells.ranges if cell.coordinate in m), None
                )
                return form.sheet.cell(cell.row, (wide.max_col if wide else cell.column) + 1)
    raise ValueError(f"no label {label}")


def said(book: Workbook, name: str, column: str) -> Any:
    """A cell of the sheet 情况说明."""
    sheet = book["情况说明"]
    head = next(r for r in sheet.iter_rows() if any(c.value == "数据项" for c in r))
    labels = next(c.column for c in head if c.value == "数据项")
    at = next(c.column for c in head if c.value == column)
    row = next(
        r for r in range(head[0].row + 1, sheet.max_row + 1) if sheet.cell(r, labels).value == name
    )
    return sheet.cell(row, at)


def draw(text: str, forms: Path, workbooks: Path, room: Path) -> Drawn:
    """Do what the lines of a case say; `forms` holds the clean forms of the sample scheme."""
    made = Drawn()
    drawer: Drawer | None = None
    pending: list[tuple[str, str, str]] = []
    source = Path()

    def finish() -> None:
        assert drawer is not None
        path = room / drawer.name
        drawer.save(path)
        made.files.append(path)
        for code, kind, what in pending:
            place = drawer.cell(drawer.original, kind, what)
            made.expected.add((code, drawer.name, place))
        pending.clear()

    for line in filter(None, map(str.strip, text.splitlines())):
        word, _, rest = line.partition(" ")
        rest = rest.strip()
        if line.startswith("//"):
            continue
        if word == "表":
            source = (
                workbooks / rest.replace("/", "/回收/") if "/" in rest else forms / rest
            ).with_suffix(".xlsx")
            if drawer is not None:
                finish()
            drawer = Drawer(source)
            made.units += (source.stem,)
        elif word == "另有":
            finish()
            drawer = Drawer(source)
            drawer.name = rest
        elif word == "少":
            made.missing += (rest,)
        elif word == "上年":
            name, _, value = rest.partition("=")
            made.last_year[name.strip()] = float(value)
        elif word == "方案":
            sheet, _, what = rest.partition(" ")
            what, _, value = (part.strip() for part in what.partition("="))
            row, _, column = what.partition("/")
            made.scheme.append((sheet, row, column, json.loads(value)))
        elif word == "经":
            made.way = rest
        elif word == "应":
            code, kind, *more = rest.split(" ", 2)
            pending.append((code, kind, kind if kind.startswith("@") else "".join(more)))
        else:
            assert drawer is not None
            drawer.do(word, rest)
    finish()
    return made

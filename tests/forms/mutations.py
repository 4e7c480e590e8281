"""What people do to forms: one fault at a time, put into a clean form with openpyxl.

Nothing here asks kpixl what a form is: cells are found by the words that stand in the form, as
a person finds them.  A mutation changes the workbook and gives the place where the fault is.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

VALUE = ("填报值", "完成情况")
LABEL = ("数据项", "事项")
MEASURE = ("计量单位",)
TARGET = ("目标", "目标/参考", "年度目标")
POINTS = ("分值",)
CLAUSE = ("评分标准", "考核内容及赋分标准", "考核内容", "目标要求")


@dataclass
class Form:
    """A form as a person sees it: the table's heading row, its columns, the rows of figures."""

    book: Workbook
    sheet: Worksheet
    head: int
    columns: dict[str, int]
    rows: dict[str, int] = field(default_factory=dict)
    others: tuple[str, ...] = ()  # the names of other units

    def column(self, names: tuple[str, ...]) -> int | None:
        """The column with one of some headings."""
        return next((self.columns[n] for n in names if n in self.columns), None)

    def cell(self, name: str, names: tuple[str, ...] = VALUE) -> Any:
        """The cell of an input in a column."""
        column = self.column(names)
        assert column is not None
        return self.sheet.cell(self.rows[name], column)

    def figure(self, name: str) -> Any:
        """The cell of an input's figure; in a ledger that of the last month that has one."""
        if self.column(VALUE) is not None:
            return self.cell(name)
        months = [c for h, c in self.columns.items() if h.endswith("月")]
        filled = [c for c in months if self.sheet.cell(self.rows[name], c).value is not None]
        return self.sheet.cell(self.rows[name], max(filled, default=months[0]))

    def measure(self, name: str) -> str:
        """The unit of measure of an input."""
        return str(self.cell(name, MEASURE).value or "")


def form_of(book: Workbook) -> Form:
    """The form in a workbook."""
    sheet = book.worksheets[0]
    for row in sheet.iter_rows(max_row=20):
        texts = {c.value: c.column for c in row if isinstance(c.value, str)}
        if texts.keys() & {*LABEL} and (texts.keys() & {*VALUE} or "1月" in texts):
            form = Form(book, sheet, row[0].row, texts)
            break
    else:
        raise ValueError("no form")
    label = form.column(LABEL)
    assert label is not None
    wide = {m.coord.split(":")[0] for m in sheet.merged_cells.ranges if m.min_col != m.max_col}
    for at in range(form.head + 1, sheet.max_row + 1):
        cell = sheet.cell(at, label)
        if isinstance(cell.value, str) and cell.coordinate not in wide:
            form.rows[cell.value] = at
    return form


@dataclass(frozen=True)
class Fault:
    """Where a fault is: sheet and cell; `code` where a mutation may give one of several."""

    sheet: str
    cell: str
    code: str = ""
    also: tuple[str, ...] = ()


Mutation = Callable[[Form, random.Random], Fault | None]


def at(cell: Any, code: str = "") -> Fault:
    """The fault in a cell."""
    return Fault(cell.parent.title, cell.coordinate, code)


def _numbers(form: Form, *, percent: bool | None = None) -> list[str]:
    """Inputs whose figure is a number that is neither 0 nor a share of a yes/no cell."""
    found = []
    for name in form.rows:
        value, measure = form.figure(name).value, form.measure(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not value:
            continue
        if name.startswith("上年"):
            continue
        if "是/否" in measure or (percent is not None and ("%" in measure) != percent):
            continue
        found.append(name)
    return found


def _pick(rng: random.Random, names: list[str]) -> str | None:
    return rng.choice(names) if names else None


# -- the form itself ---------------------------------------------------------------------------


def other_version(form: Form, rng: random.Random) -> Fault | None:
    for name in ("kpixl-form-id", "kpixl-version"):
        form.book.custom_doc_props[name].value += ".9"
    return Fault("", "")


def other_number(form: Form, rng: random.Random) -> Fault | None:
    for row in form.sheet.iter_rows(max_row=form.head):
        for cell in row:
            if isinstance(cell.value, str) and "@" in cell.value:
                cell.value = cell.value.replace("@1.0", "@0.9")
                return at(cell)
    return None


def other_year(form: Form, rng: random.Random) -> Fault | None:
    year = next(y for y in range(2005, 2030) if f"{y}年" in str(form.sheet["A2"].value))
    cell = form.sheet["A2"]
    cell.value = str(cell.value).replace(f"{year}年", f"{year - 1}年", 1)
    return at(cell)


def changed_label(form: Form, rng: random.Random) -> Fault | None:
    cell = form.cell(rng.choice(list(form.rows)), LABEL)
    cell.value = rng.choice(["另一个数", cell.value + "(调整)", "再" + cell.value[1:]])
    return at(cell)


def changed_clause(form: Form, rng: random.Random) -> Fault | None:
    column = form.column(CLAUSE)
    assert column is not None
    cells = [form.sheet.cell(r, column) for r in form.rows.values()]
    cells = [c for c in cells if isinstance(c.value, str)]
    if not cells:
        return None
    cell = rng.choice(cells)
    cell.value = rng.choice([cell.value + ",另加2分", cell.value[:-1], "按原办法计分"])
    return at(cell)


def changed_heading(form: Form, rng: random.Random) -> Fault | None:
    column = form.column(CLAUSE)
    assert column is not None
    cell = form.sheet.cell(form.head, column)
    cell.value = "评分细则(修改)"
    return at(cell)


def changed_measure(form: Form, rng: random.Random) -> Fault | None:
    swap = {"亿元": "万元", "万元": "亿元", "家": "亿元", "个": "万元", "万平方米": "亩", "%": "‰"}
    names = [n for n in form.rows if form.measure(n) in swap]
    name = _pick(rng, names)
    if name is None:
        return None
    cell = form.cell(name, MEASURE)
    cell.value = swap[cell.value]
    return at(cell)


def changed_target(form: Form, rng: random.Random) -> Fault | None:
    if form.column(TARGET) is None:
        return None
    cells = [form.cell(n, TARGET) for n in form.rows]
    cells = [c for c in cells if isinstance(c.value, int | float)]
    if not cells:
        return None
    cell = rng.choice(cells)
    cell.value = rng.choice([cell.value - 1, cell.value * 0.9, None])
    return at(cell)


def changed_points(form: Form, rng: random.Random) -> Fault | None:
    column = form.column(POINTS)
    if column is None:
        return None
    cells = [form.sheet.cell(r, column) for r in range(form.head + 1, form.sheet.max_row)]
    cells = [c for c in cells if isinstance(c.value, int | float)]
    cell = rng.choice(cells)
    cell.value = cell.value + rng.choice([1, 2, 5])
    return at(cell)


def _shift_rows(sheet: Worksheet, row: int, by: int) -> None:
    """Rows put in (by 1) or taken out (by −1) as a spreadsheet program does it."""
    ranges = [CellRange(r.coord) for r in sheet.merged_cells.ranges]
    for r in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(r.coord)
    if by > 0:
        sheet.insert_rows(row)
    else:
        sheet.delete_rows(row)
    for r in ranges:
        top, bottom = r.min_row, r.max_row
        if by > 0:
            top, bottom = top + (top >= row), bottom + (bottom >= row)
        else:
            top, bottom = top - (top > row), bottom - (bottom >= row)
        if bottom >= top and (bottom, r.max_col) != (top, r.min_col):
            sheet.merge_cells(
                start_row=top, end_row=bottom, start_column=r.min_col, end_column=r.max_col
            )


def _shift_columns(sheet: Worksheet, column: int, by: int) -> None:
    ranges = [CellRange(r.coord) for r in sheet.merged_cells.ranges]
    for r in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(r.coord)
    if by > 0:
        sheet.insert_cols(column)
    else:
        sheet.delete_cols(column)
    for r in ranges:
        left, right = r.min_col, r.max_col
        if by > 0:
            left, right = left + (left >= column), right + (right >= column)
        else:
            left, right = left - (left > column), right - (right >= column)
        if right >= left and (r.max_row, right) != (r.min_row, left):
            sheet.merge_cells(
                start_row=r.min_row, end_row=r.max_row, start_column=left, end_column=right
            )


def inserted_row(form: Form, rng: random.Random) -> Fault | None:
    row = rng.choice(list(form.rows.values()))
    _shift_rows(form.sheet, row, 1)
    if rng.random() < 0.5:
        column = form.column(LABEL)
        assert column is not None
        form.sheet.cell(row, column).value = "补充说明"
    return Fault(form.sheet.title, f"A{row}")


def deleted_row(form: Form, rng: random.Random) -> Fault | None:
    row = rng.choice(list(form.rows.values()))
    _shift_rows(form.sheet, row, -1)
    return Fault(form.sheet.title, f"A{row}")


def moved_row(form: Form, rng: random.Random) -> Fault | None:
    """Two neighbours of one item change places, all their cells with them."""
    rows = sorted(form.rows.values())
    merged = {m.min_row: m.max_row for m in form.sheet.merged_cells.ranges}
    pairs = [
        (a, b) for a, b in pairwise(rows) if b == a + 1 and a not in merged and b not in merged
    ]
    label = form.column(LABEL)
    if not pairs or label is None:
        return None
    one, other = rng.choice(pairs)
    for column in range(1, form.sheet.max_column + 1):
        a, b = form.sheet.cell(one, column), form.sheet.cell(other, column)
        if type(a).__name__ == "MergedCell" or type(b).__name__ == "MergedCell":
            continue
        a.value, b.value = b.value, a.value
    also = (form.sheet.cell(one, label).coordinate, form.sheet.cell(other, label).coordinate)
    return Fault(form.sheet.title, also[0], also=also)


def inserted_column(form: Form, rng: random.Random) -> Fault | None:
    column = rng.choice([c for c in form.columns.values() if c > 1])
    _shift_columns(form.sheet, column, 1)
    form.sheet.cell(form.head, column).value = rng.choice([None, "补充"])
    return Fault(form.sheet.title, f"{get_column_letter(column)}{form.head}")


def deleted_column(form: Form, rng: random.Random) -> Fault | None:
    names = [h for h in form.columns if h in (*CLAUSE, *POINTS, *TARGET, *MEASURE)]
    column = form.columns[rng.choice(names)]
    _shift_columns(form.sheet, column, -1)
    return Fault(form.sheet.title, f"{get_column_letter(column)}{form.head}")


# -- single figures -----------------------------------------------------------------------------


def blank_figure(form: Form, rng: random.Random) -> Fault | None:
    if form.column(VALUE) is None or "上年数" in form.columns:
        return None
    names = [n for n in form.rows if form.figure(n).value is not None]
    cell = form.figure(rng.choice(names))
    cell.value = rng.choice([None, "", "  "])
    return at(cell)


def word_for_nothing(form: Form, rng: random.Random) -> Fault | None:
    name = _pick(rng, _numbers(form))
    if name is None:
        return None
    cell = form.figure(name)
    cell.value = rng.choice(["无", "/", "—", "-", "暂无"])
    return at(cell)


def number_as_text(form: Form, rng: random.Random) -> Fault | None:
    name = _pick(rng, _numbers(form))
    if name is None:
        return None
    cell = form.figure(name)
    number = f"{cell.value:g}" if cell.value == int(cell.value) else f"{cell.value}"
    wide = "".join(chr(ord(c) + 0xFEE0) for c in number)
    cell.value = rng.choice(
        [
            number,
            wide,
            f"约{number}",
            f"{number}{form.measure(name)}",
            number + " ",
            f"{number}左右",
        ]
    )
    cell.data_type = "s"
    return at(cell)


def full_stop_for_point(form: Form, rng: random.Random) -> Fault | None:
    names = [n for n in _numbers(form) if form.figure(n).value != int(form.figure(n).value)]
    name = _pick(rng, names)
    if name is None:
        return None
    cell = form.figure(name)
    cell.value = str(cell.value).replace(".", "。")
    return at(cell)


def words_for_number(form: Form, rng: random.Random) -> Fault | None:
    name = _pick(rng, _numbers(form))
    if name is None:
        return None
    cell = form.figure(name)
    cell.value = rng.choice(["较好", "已完成", "见附件", "10到20", "3万5"])
    return at(cell)


def sound_like_yes(form: Form, rng: random.Random) -> Fault | None:
    name = _pick(rng, [n for n in form.rows if form.measure(n) == "是/否"])
    if name is None:
        return None
    cell = form.figure(name)
    cell.value = rng.choice(["对", "√", "有", 1, "Y", "完成"])
    return at(cell)


def below_zero(form: Form, rng: random.Random) -> Fault | None:
    names = [n for n in _numbers(form) if form.measure(n) in ("家", "个", "条", "次", "项", "人")]
    name = _pick(rng, names)
    if name is None or form.column(VALUE) is None or "上年数" in form.columns:
        return None
    cell = form.figure(name)
    cell.value = -abs(cell.value)
    return at(cell)


def part_of_a_thing(form: Form, rng: random.Random) -> Fault | None:
    names = [n for n in _numbers(form) if form.measure(n) in ("家", "个", "条", "次", "项", "人")]
    name = _pick(rng, [n for n in names if form.figure(n).value == int(form.figure(n).value)])
    if name is None:
        return None
    cell = form.figure(name)
    cell.value = cell.value + 0.5
    return at(cell)


def absurd_percentage(form: Form, rng: random.Random) -> Fault | None:
    name = _pick(rng, _numbers(form, percent=True))
    if name is None or "上年数" in form.columns:
        return None
    cell = form.figure(name)
    judged = cell.value >= 0 and form.column(TARGET) and form.cell(name, TARGET).value in (1, 100)
    cell.value = rng.choice([4321.5, -2500, 99999])
    return at(cell, "value-judged-bounds" if judged else "")


def error_value(form: Form, rng: random.Random) -> Fault | None:
    name = _pick(rng, _numbers(form))
    if name is None:
        return None
    cell = form.figure(name)
    cell.value = rng.choice(["#DIV/0!", "#REF!", "#VALUE!", "#N/A"])
    cell.data_type = "e"
    return at(cell)


def linked_formula(form: Form, rng: random.Random) -> Fault | None:
    name = _pick(rng, _numbers(form))
    if name is None:
        return None
    cell = form.figure(name)
    cell.value = "='[台账.xlsx]汇总'!B3"
    return at(cell)


def wrong_size(form: Form, rng: random.Random) -> Fault | None:
    names = [
        n for n in _numbers(form, percent=False) if form.measure(n) in ("亿元", "万元", "亿美元")
    ]
    name = _pick(rng, names)
    if name is None:
        return None
    cell = form.figure(name)
    cell.value = rng.choice([cell.value * 10000, round(cell.value / 10000, 8)])
    return at(cell)


def bad_date(form: Form, rng: random.Random) -> Fault | None:
    from datetime import date

    for row in form.sheet.iter_rows(max_row=form.head):
        for cell in row:
            if cell.value == "填报日期":
                wide = next(
                    (m for m in form.sheet.merged_cells.ranges if cell.coordinate in m), None
                )
                field_ = form.sheet.cell(cell.row, (wide.max_col if wide else cell.column) + 1)
                field_.value = rng.choice(["2001年1月5日", date(2003, 5, 1), "2015-13-45"])
                return at(field_)
    return None


# -- around the figures -----------------------------------------------------------------------


def hidden_row(form: Form, rng: random.Random) -> Fault | None:
    row = rng.choice(list(form.rows.values()))
    form.sheet.row_dimensions[row].hidden = True
    return Fault(form.sheet.title, f"A{row}")


def hidden_column(form: Form, rng: random.Random) -> Fault | None:
    column = get_column_letter(rng.choice([c for c in form.columns.values() if c > 1]))
    form.sheet.column_dimensions[column].hidden = True
    return Fault(form.sheet.title, f"{column}1")


def hidden_sheet(form: Form, rng: random.Random) -> Fault | None:
    extra = form.book.create_sheet("底稿")
    extra["A1"] = "测算过程"
    extra.sheet_state = rng.choice(["hidden", "veryHidden"])
    return Fault("底稿", "")


def text_like_a_formula(form: Form, rng: random.Random) -> Fault | None:
    for row in form.sheet.iter_rows(max_row=form.head):
        for cell in row:
            if cell.value == "填报人":
                wide = next(
                    (m for m in form.sheet.merged_cells.ranges if cell.coordinate in m), None
                )
                field_ = form.sheet.cell(cell.row, (wide.max_col if wide else cell.column) + 1)
                field_.value = rng.choice(["=HYPERLINK(1)", "@SUM(A1)", "+王某"])
                field_.data_type = "s"
                return at(field_)
    return None


def unknown_unit(form: Form, rng: random.Random) -> Fault | None:
    cell = unit_cell(form)
    cell.value = rng.choice(["某某街道", str(cell.value) + "二分局", "示范区"])
    return at(cell)


def no_unit(form: Form, rng: random.Random) -> Fault | None:
    cell = unit_cell(form)
    cell.value = None
    return at(cell)


def unit_cell(form: Form) -> Any:
    """The field beside the label 单位 or 填报单位 of the cover."""
    for row in form.sheet.iter_rows(max_row=form.head):
        for cell in row:
            if cell.value in ("单位", "填报单位"):
                wide = next(
                    (m for m in form.sheet.merged_cells.ranges if cell.coordinate in m), None
                )
                return form.sheet.cell(cell.row, (wide.max_col if wide else cell.column) + 1)
    raise ValueError("no unit")


def self_score_too_high(form: Form, rng: random.Random) -> Fault | None:
    if "自评分" not in form.columns:
        return None
    column = form.columns["自评分"]
    cells = [form.sheet.cell(r, column) for r in form.rows.values()]
    # the first item of the form has a bonus without a cap
    cell = rng.choice([c for c in cells if isinstance(c.value, int | float)][1:])
    cell.value = 100
    return at(cell)


MUTATIONS: Mapping[str, tuple[tuple[str, Mutation], ...]] = {
    "form-version": (("另一版本", other_version), ("表号改动", other_number)),
    "form-year": (("年度改动", other_year),),
    "form-label-changed": (
        ("数据项改名", changed_label),
        ("评分标准改动", changed_clause),
        ("表头改动", changed_heading),
    ),
    "form-measure-changed": (("计量单位改动", changed_measure),),
    "form-target-changed": (("目标改动", changed_target),),
    "form-points-changed": (("分值改动", changed_points),),
    "form-row-inserted": (("插入行", inserted_row),),
    "form-row-deleted": (("删除行", deleted_row),),
    "form-row-moved": (("移动行", moved_row),),
    "form-column-inserted": (("插入列", inserted_column),),
    "form-column-deleted": (("删除列", deleted_column),),
    "form-unit-unknown": (("名单外单位", unknown_unit),),
    "form-unit-missing": (("没有单位", no_unit),),
    "value-missing": (("未填", blank_figure),),
    "value-blank-word": (("填无", word_for_nothing),),
    "value-number-as-text": (
        ("数字成文字", number_as_text),
        ("句号作小数点", full_stop_for_point),
    ),
    "value-not-a-number": (("文字", words_for_number),),
    "value-yes-no": (("似是而非", sound_like_yes),),
    "value-range": (("负数", below_zero), ("离谱的百分数", absurd_percentage)),
    "value-whole": (("半个", part_of_a_thing),),
    "value-error": (("错误值", error_value),),
    "value-magnitude": (("万亿之差", wrong_size),),
    "form-link": (("外部链接", linked_formula),),
    "form-date": (("日期不对", bad_date),),
    "form-hidden": (("隐藏行", hidden_row), ("隐藏列", hidden_column), ("隐藏表", hidden_sheet)),
    "form-injection": (("公式样文字", text_like_a_formula),),
    "self-score-bounds": (("自评超限", self_score_too_high),),
}


def plausible(form: Form, rng: random.Random) -> None:
    """Other figures of the same kind and size in all cells of a form."""
    for name in form.rows:
        cell, measure = form.figure(name), form.measure(name)
        value = cell.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            if value in ("是", "否") and rng.random() < 0.2:
                cell.value = "是"
            continue
        if name.startswith("上年"):
            continue
        if "是/否" in measure or ("%" in measure and value > 60):
            cell.value = min(100, max(0, round(value * rng.uniform(0.85, 1.1), 1)))
        elif value == int(value):
            low = 0.7 if form.column(VALUE) else 1.0
            cell.value = max(0, round(value * rng.uniform(low, 1.4)))
        else:
            low = 0.75 if form.column(VALUE) else 1.0
            high = 1.1 if f"上年{name}" in form.rows else 1.35
            cell.value = round(value * rng.uniform(low, high), 2)


def styled(form: Form, rng: random.Random) -> None:
    """Formats that people leave behind and that change nothing."""
    for name in form.rows:
        cell = form.figure(name)
        font = copy(cell.font)
        font.b = rng.random() < 0.3
        cell.font = font
        if isinstance(cell.value, int | float) and "%" not in form.measure(name):
            cell.number_format = rng.choice(["General", "0.00", "#,##0.00", "0.00_ ", "@"])

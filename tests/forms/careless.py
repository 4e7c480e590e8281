"""More of what careless people do to forms: a second family of mutations beside `mutations`.

`HARMLESS` are changes that no check may mind.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from copy import copy
from datetime import date, datetime

from openpyxl.comments import Comment

from tests.forms.mutations import (
    CLAUSE,
    LABEL,
    POINTS,
    TARGET,
    VALUE,
    Fault,
    Form,
    Mutation,
    _numbers,
    _pick,
    at,
    unit_cell,
)

NUMBER_CODES = ("value-number-as-text", "value-not-a-number", "value-blank-word")


def _typed(form: Form, rng: random.Random, texts: list[str]) -> Fault | None:
    """A figure replaced by one of some texts; {} is the figure."""
    name = _pick(rng, _numbers(form))
    if name is None:
        return None
    cell = form.figure(name)
    cell.value = rng.choice(texts).format(f"{cell.value:g}", measure=form.measure(name))
    cell.data_type = "s"
    return at(cell)


def spaces(form: Form, rng: random.Random) -> Fault | None:
    return _typed(form, rng, [" {}", "{} ", "\u3000{}", "{}\u00a0", "{}\n", "\t{}"])


def signs(form: Form, rng: random.Random) -> Fault | None:
    return _typed(
        form, rng, ["-{}", "－{}", "—{}", "({})", "+{}", ">{}", "≥{}", "<{}", "▲{}", "'{}"]
    )


def words_around(form: Form, rng: random.Random) -> Fault | None:
    return _typed(
        form,
        rng,
        [
            "近{}",
            "超过{}",
            "{}余",
            "{}多",
            "预计{}",
            "{}(预计)",
            "{}(快报数)",
            "{}*",
            "{}?",
            "大约{}",
        ],
    )


def two_figures(form: Form, rng: random.Random) -> Fault | None:
    return _typed(form, rng, ["{0};{0}", "{0}、{0}", "{0}\n{0}", "{0}-{0}", "{0}~{0}", "{0} {0}"])


def units_within(form: Form, rng: random.Random) -> Fault | None:
    return _typed(form, rng, ["{}万", "{}亿", "{}亿元", "{}％", "{}%", "{}家", "{}元", "{}万元"])


def commas(form: Form, rng: random.Random) -> Fault | None:
    return _typed(
        form, rng, ["1,234.5", "1,234", "１，２３４", "12,345", "1 234", "1'234", "12、5"]
    )


def not_yet(form: Form, rng: random.Random) -> Fault | None:
    return _typed(
        form,
        rng,
        [
            "见附件",
            "同上",
            "待定",
            "统计中",
            "详见说明",
            "未统计",
            "未完成",
            "？",
            "…",
            "十二",
            "三百",
            "NA",
        ],
    )


def letters_for_digits(form: Form, rng: random.Random) -> Fault | None:
    return _typed(form, rng, ["l2.5", "1O.5", "1２.5", "12..5", "12.5.1", "12,5", "1 2.5", "12·5"])


def date_for_number(form: Form, rng: random.Random) -> Fault | None:
    name = _pick(rng, _numbers(form))
    if name is None:
        return None
    cell = form.figure(name)
    cell.value = rng.choice([date(2015, 3, 5), datetime(2015, 12, 1)])
    cell.number_format = "m月d日"
    return at(cell)


def truth_for_number(form: Form, rng: random.Random) -> Fault | None:
    name = _pick(rng, _numbers(form))
    if name is None:
        return None
    cell = form.figure(name)
    cell.value = rng.choice([True, False])
    return at(cell)


def number_for_yes(form: Form, rng: random.Random) -> Fault | None:
    names = [n for n in form.rows if form.figure(n).value in ("是", "否")]
    names = [n for n in names if form.measure(n) == "是/否"]
    name = _pick(rng, names)
    if name is None:
        return None
    cell = form.figure(name)
    cell.value = rng.choice([1, 0, 5, "√", "×", "Y", "有", "是的", "是否", "已完成", "对"])
    return at(cell)


def formula_without_result(form: Form, rng: random.Random) -> Fault | None:
    name = _pick(rng, _numbers(form))
    if name is None:
        return None
    cell = form.figure(name)
    cell.value = rng.choice(["=SUM(A1:A2)", "=1+1"])
    return at(cell)


def error_as_text(form: Form, rng: random.Random) -> Fault | None:
    return _typed(form, rng, ["#DIV/0!", "#REF!", "#N/A", "######"])


def size_by_100(form: Form, rng: random.Random) -> Fault | None:
    """Points for a share: 0.083 for 8.3."""
    names = [
        n
        for n in _numbers(form, percent=True)
        if abs(form.figure(n).value) >= 2 and "是/否" not in form.measure(n)
    ]
    name = _pick(rng, names)
    if name is None:
        return None
    cell = form.figure(name)
    cell.value = round(cell.value / 100, 6)
    return at(cell)


def size_by_10000(form: Form, rng: random.Random) -> Fault | None:
    names = [
        n
        for n in _numbers(form, percent=False)
        if form.measure(n) in ("亿元", "万元", "亿美元", "万美元", "万平方米")
        and abs(form.figure(n).value) >= 0.01
    ]
    name = _pick(rng, names)
    if name is None:
        return None
    cell = form.figure(name)
    cell.value = rng.choice([cell.value * 10000, cell.value / 10000])
    return at(cell)


def negative_count(form: Form, rng: random.Random) -> Fault | None:
    names = [n for n in _numbers(form) if form.measure(n) in ("家", "个", "项", "件", "条", "人")]
    name = _pick(rng, names)
    if name is None:
        return None
    cell = form.figure(name)
    cell.value = -abs(cell.value)
    return at(cell)


def blanked_label(form: Form, rng: random.Random) -> Fault | None:
    cell = form.cell(rng.choice(list(form.rows)), LABEL)
    cell.value = None
    return at(cell)


def typed_into_locked(form: Form, rng: random.Random) -> Fault | None:
    column = form.column(TARGET)
    if column is None:
        return None
    cells = [form.sheet.cell(r, column) for r in form.rows.values()]
    cells = [c for c in cells if c.value is None and type(c).__name__ == "Cell"]
    if not cells:
        return None
    cell = rng.choice(cells)
    cell.value = rng.choice([100, "100", "见说明"])
    return at(cell)


def clause_made_easier(form: Form, rng: random.Random) -> Fault | None:
    column = form.column(CLAUSE)
    assert column is not None
    cells = [form.sheet.cell(r, column) for r in form.rows.values()]
    cells = [c for c in cells if isinstance(c.value, str) and any(x.isdigit() for x in c.value)]
    if not cells:
        return None
    cell = rng.choice(cells)
    digits = [n for n, x in enumerate(cell.value) if x.isdigit()]
    spot = rng.choice(digits)
    new = str((int(cell.value[spot]) + rng.randint(1, 8)) % 10)
    cell.value = cell.value[:spot] + new + cell.value[spot + 1 :]
    return at(cell)


def points_as_text(form: Form, rng: random.Random) -> Fault | None:
    column = form.column(POINTS)
    if column is None:
        return None
    cells = [form.sheet.cell(r, column) for r in form.rows.values()]
    cells = [c for c in cells if isinstance(c.value, int | float)]
    if not cells:
        return None
    cell = rng.choice(cells)
    cell.value = rng.choice([f"{cell.value + 5:g}分", f"{cell.value:g}+2", None])
    return at(cell)


def other_unit_s_form(form: Form, rng: random.Random) -> Fault | None:
    """Somebody else's form, filled in under the own name on the cover."""
    marks = form.book.custom_doc_props
    if "kpixl-unit" not in marks.names:
        return None
    cell = unit_cell(form)
    names = [n for n in form.others if n != cell.value]
    if not names:
        return None
    cell.value = rng.choice(names)
    return at(cell)


def pasted_from_above(form: Form, rng: random.Random) -> Fault | None:
    """All figures one row too low: the last is lost, the first stands twice."""
    column = form.column(VALUE)
    if column is None:
        return None
    cells = [form.sheet.cell(r, column) for r in sorted(form.rows.values())]
    if len(cells) < 5:
        return None
    values = [c.value for c in cells]
    kinds = [type(v) for v in values]
    if kinds == [kinds[0], *kinds[:-1]]:
        return None
    for cell, value in zip(cells[1:], values[:-1], strict=True):
        cell.value = value
    return Fault(form.sheet.title, "")


CARELESS: Mapping[str, Mutation] = {
    "空格": spaces,
    "符号": signs,
    "前后有字": words_around,
    "两个数": two_figures,
    "带单位": units_within,
    "千分号": commas,
    "没有数的话": not_yet,
    "字母当数字": letters_for_digits,
    "日期": date_for_number,
    "真假": truth_for_number,
    "是否填数": number_for_yes,
    "没有结果的公式": formula_without_result,
    "错误值文字": error_as_text,
    "差百倍": size_by_100,
    "差万倍": size_by_10000,
    "负的个数": negative_count,
    "删去名称": blanked_label,
    "填在锁定格": typed_into_locked,
    "条款改一个数字": clause_made_easier,
    "分值成文字": points_as_text,
    "别人的表": other_unit_s_form,
    "整列错一行": pasted_from_above,
}


# -- what no check may mind --------------------------------------------------------------------


def commented(form: Form, rng: random.Random) -> None:
    cell = form.figure(rng.choice(list(form.rows)))
    cell.comment = Comment("已与统计局核对", "王某")


def coloured(form: Form, rng: random.Random) -> None:
    from openpyxl.styles import PatternFill

    for name in form.rows:
        form.figure(name).fill = PatternFill("solid", fgColor=rng.choice(["FFFF00", "FFFFFF"]))


def unprotected(form: Form, rng: random.Random) -> None:
    form.sheet.protection.sheet = False


def wider(form: Form, rng: random.Random) -> None:
    for dimension in form.sheet.column_dimensions.values():
        dimension.width = (dimension.width or 10) * 1.3


def filtered(form: Form, rng: random.Random) -> None:
    form.sheet.auto_filter.ref = f"A{form.head}:F{form.sheet.max_row}"


def note_beside_the_table(form: Form, rng: random.Random) -> None:
    form.sheet.cell(form.head + 2, form.sheet.max_column + 2).value = "核对过"
    form.sheet.cell(form.sheet.max_row + 3, 1).value = "以上数据已经局长办公会审定"


def own_formula(form: Form, rng: random.Random) -> None:
    """Spaces and line breaks in locked texts, as programs put them in."""
    for row in form.sheet.iter_rows(max_row=form.head):
        for cell in row:
            if isinstance(cell.value, str) and cell.value and not cell.value.startswith("="):
                cell.value = f" {cell.value}\n" if rng.random() < 0.2 else cell.value


def figures_as_whole_numbers(form: Form, rng: random.Random) -> None:
    for name in form.rows:
        cell = form.figure(name)
        if isinstance(cell.value, float) and cell.value == int(cell.value):
            cell.value = int(cell.value)


def bare_copy(form: Form, rng: random.Random) -> None:
    """The marks of the file are gone: the sheet was copied into a new workbook."""
    for name in list(form.book.custom_doc_props.names):
        del form.book.custom_doc_props[name]


def sheet_of_working(form: Form, rng: random.Random) -> None:
    extra = form.book.create_sheet("测算")
    extra.append(["项目", "数"])
    extra.append(["甲", 1.5])


def shown_as_percent(form: Form, rng: random.Random) -> None:
    """A share shown by its format: 8.3 % is 0.083 in the cell."""
    names = [n for n in _numbers(form, percent=True) if form.measure(n) == "%"]
    name = _pick(rng, names)
    if name is not None:
        cell = form.figure(name)
        cell.value = cell.value / 100
        cell.number_format = "0.0%"


def renamed_sheet(form: Form, rng: random.Random) -> None:
    form.sheet.title = "Sheet1"


def fonts(form: Form, rng: random.Random) -> None:
    for row in form.sheet.iter_rows():
        for cell in row:
            if cell.value is not None and rng.random() < 0.3:
                font = copy(cell.font)
                font.name = "宋体"
                cell.font = font


HARMLESS = {
    "批注": commented,
    "颜色": coloured,
    "取消保护": unprotected,
    "列宽": wider,
    "筛选": filtered,
    "表外说明": note_beside_the_table,
    "空格换行": own_formula,
    "整数": figures_as_whole_numbers,
    "没有标识": bare_copy,
    "测算表": sheet_of_working,
    "百分号格式": shown_as_percent,
    "表名": renamed_sheet,
    "字体": fonts,
}

"""The blank form that a unit fills in, made from the scheme alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby

from kpixl.grid import Area, Scalar
from kpixl.host import Page, Patch, PutSheet, Style, Validation
from kpixl.layout.draft import Draft
from kpixl.layout.measure import row_height
from kpixl.layout.style import (
    CENTER,
    HEADER,
    LABEL,
    NOTE,
    SUBTITLE,
    TEXT,
    TITLE,
    TOP,
    WARNING_LINE,
    aligned,
    typed_in,
)
from kpixl.scheme.book import information_sheet
from kpixl.scheme.model import Indicator, Input, Scheme, Unit
from kpixl.templates.marks import form_marks

FORM_SHEET = "填报表"
NOT_APPLICABLE, YES, NO = "不涉及", "是", "否"

_HEADINGS = (
    "序号", "指标", "分值", "评分标准", "数据项", "计量单位", "目标/参考", "填报值", "说明/数据来源",
)  # fmt: skip
_WIDTHS = (5.0, 15.0, 6.0, 38.0, 25.0, 10.0, 10.0, 13.0, 26.0)
_NUMBER, _NAME, _POINTS, _CLAUSE, _INPUT, _UNIT, _TARGET, _VALUE, _REMARK = range(1, 10)
_PERCENT_RANGE = Decimal(1000)
_ONE_PAGE = 640.0  # points of height that are still readable on one A4 page at this width
_LONGEST_LIST = 250  # characters that a drop-down list can hold


@dataclass(frozen=True, slots=True)
class _Prefilled:
    """What stands on a form before it is handed out."""

    values: Mapping[str, Scalar]
    remarks: Mapping[str, str]
    cover: Mapping[str, str]


def blank_form(
    scheme: Scheme,
    *,
    unit: Unit | None = None,
    values: Mapping[str, Scalar] | None = None,
    remarks: Mapping[str, str] | None = None,
    cover: Mapping[str, str] | None = None,
    notice: str = "",
) -> Patch:
    """The form of a scheme as a new workbook, for one unit or for whoever fills it in.

    It asks for the inputs that the unit is asked for, in the scheme's order and under
    its names; input cells are unlocked and checked while typing, the rest is locked
    without a password.  The scheme's attachments follow as information sheets.
    `values` and `remarks` prefill by input, `cover` by label (填报人 …), `notice`
    stands below the title.
    """
    prefilled = _Prefilled(values or {}, remarks or {}, cover or {})
    draft = Draft(FORM_SHEET, dict(enumerate(_WIDTHS, 1)))
    row = _top(draft, scheme, notice)
    row, validations = _cover(draft, row, scheme, unit, prefilled.cover)
    row = _instructions(draft, row, scheme)
    head = row
    draft.put_row(head, _HEADINGS, HEADER)
    draft.heights[head] = 26
    row += 1
    asked = scheme.asked if unit is None else scheme.asked_of(unit.name)
    for category, indicators in groupby(scheme.indicators, key=lambda i: i.category):
        members = [(i, [n for n in asked if n.item == i.key]) for i in indicators]
        members = [(i, inputs) for i, inputs in members if inputs]
        if category and members:
            row = _category(draft, row, category, [i for i, _ in members])
        for indicator, inputs in members:
            validations += _indicator(draft, row, indicator, inputs, scheme, unit, prefilled)
            row += len(inputs)
    loose = [n for n in asked if n.item not in scheme.indicator_by_key]
    if loose:
        row = _category(draft, row, "其他", [])
        for given in loose:
            validations += _indicator(draft, row, None, [given], scheme, unit, prefilled)
            row += 1
    _signatures(draft, row)
    form = draft.sheet(
        page=Page(
            landscape=True,
            fit_width=1,
            fit_height=1 if sum(draft.heights.values()) < _ONE_PAGE else 0,
            repeat_rows=(head, head),
            footer=f"&L{scheme.form_id}&C{_sentence(scheme.title)}&R第 &P 页,共 &N 页",
        ),
        freeze=(head + 1, 1),
        validations=validations,
        protected=True,
    )
    sheets = [form, *(information_sheet(a.name, a.rows) for a in scheme.attachments)]
    return Patch(
        changes=tuple(map(PutSheet, sheets)),
        title=_sentence(scheme.title) + FORM_SHEET,
        marks=form_marks(scheme, FORM_SHEET, unit.name if unit else ""),
    )


def _sentence(title: str) -> str:
    """A title in a page footer, where & begins a code."""
    return title.replace("&", "&&")


def _top(draft: Draft, scheme: Scheme, notice: str) -> int:
    draft.line(1, scheme.title + FORM_SHEET, aligned(TITLE, "center"))
    year = f"考核年度:{scheme.year}年" if scheme.year else ""
    basis = f"依据:{scheme.basis}" if scheme.basis else ""
    draft.line(2, "  ".join(filter(None, (year, basis))), aligned(SUBTITLE, "center"))
    if not notice:
        return 3
    draft.line(3, notice, aligned(WARNING_LINE, "center"))
    return 4


def _cover(
    draft: Draft, row: int, scheme: Scheme, unit: Unit | None, given: Mapping[str, str]
) -> tuple[int, list[Validation]]:
    """单位, 填报人, 联系电话, 填报日期, 负责人 and what the form is: labels with a field each."""
    fields = (("单位", "填报人", "联系电话"), ("负责人", "填报日期", "表号"))
    spans = ((1, 2, 3, 4), (5, 5, 6, 7), (8, 8, 9, 9))
    for offset, labels in enumerate(fields):
        at = row + offset
        draft.heights[at] = 24
        for label, (first, last, left, right) in zip(labels, spans, strict=True):
            draft.span(
                Area(at, first, at, last), label, aligned(replace(LABEL, bold=True), "center")
            )
            fixed = {"单位": unit.name if unit else "", "表号": scheme.form_id}.get(label, "")
            style = CENTER if fixed else typed_in(CENTER)
            draft.span(Area(at, left, at, right), fixed or given.get(label), style)
    choices = tuple(u.name for u in scheme.units)
    field = Area(row, 3, row, 4)
    if unit is None and 0 < len(",".join(choices)) <= _LONGEST_LIST:
        return row + 2, [
            Validation(
                field,
                "list",
                choices=choices,
                prompt_title="单位",
                prompt="请从下拉列表中选择本单位。",
                error="请选择列表中的单位名称。",
            )
        ]
    return row + 2, []


def _instructions(draft: Draft, row: int, scheme: Scheme) -> int:
    due = ";".join(
        f"{name}{'于' if name else ''}{_day(day)}前报送" for name, day in scheme.deadlines.items()
    )
    lines = [
        "填表说明:只填浅黄色单元格。填报值只填数字,不带单位;百分数按百分点填,"
        "增长8.3%填 8.3,下降填负数;是/否项从下拉列表选择。",
        "确为零的填 0,不涉及的填“不涉及”,暂时没有数的留空并在说明栏写明原因。"
        "请不要增删行列。" + (f"{due}。" if due else ""),
    ]
    for offset, text in enumerate(lines):
        draft.line(row + offset, text, NOTE)
    return row + len(lines)


def _day(day: str) -> str:
    year, _, rest = day.partition("-")
    month, _, date = rest.partition("-")
    return f"{year}年{int(month)}月{int(date)}日" if date else day


def _category(draft: Draft, row: int, name: str, indicators: Sequence[Indicator]) -> int:
    points = sum((i.points for i in indicators if i.points is not None), Decimal(0))
    facts = [f"{len(indicators)}项"] if indicators else []
    facts += [f"{points.normalize():f}分"] if points else []
    facts += ["在基础分之外另计"] if indicators and all(i.bonus for i in indicators) else []
    text = f"{name}({','.join(facts)})" if facts else name
    draft.span(Area(row, 1, row, len(_HEADINGS)), text, replace(LABEL, bold=True))
    draft.heights[row] = 22
    return row + 1


def _indicator(
    draft: Draft,
    row: int,
    indicator: Indicator | None,
    inputs: Sequence[Input],
    scheme: Scheme,
    unit: Unit | None,
    prefilled: _Prefilled,
) -> Iterator[Validation]:
    """The rows of one indicator: its own cells merged over them, one row an input."""
    last = row + len(inputs) - 1
    texts: dict[int, tuple[Scalar, Style]] = {
        _NUMBER: (indicator.number if indicator else None, CENTER),
        _NAME: (indicator.name if indicator else None, replace(TEXT, bold=True)),
        _POINTS: (float(indicator.points) if indicator and indicator.points else None, CENTER),
        _CLAUSE: (indicator.clause if indicator else None, TOP),
    }
    for column, (content, style) in texts.items():
        draft.span(Area(row, column, last, column), content, style)
    for at, given in enumerate(inputs, row):
        target = scheme.target(unit.name, given.name) if unit else given.target
        remark = prefilled.remarks.get(given.name, given.note)
        draft.put(at, _INPUT, given.name, replace(TEXT, indent=1))
        draft.put(at, _UNIT, given.unit, CENTER)
        draft.put(at, _TARGET, None if target is None else float(target), CENTER)
        draft.put(at, _VALUE, prefilled.values.get(given.name), typed_in(CENTER))
        draft.put(at, _REMARK, remark or None, typed_in(replace(TEXT, size=9, indent=1)))
        draft.fit(at, least=24)
    _stretch(draft, range(row, last + 1), [(str(texts[c][0] or ""), c) for c in texts])
    return (_validation(given, at) for at, given in enumerate(inputs, row))


def _stretch(draft: Draft, rows: range, merged: Sequence[tuple[str, int]]) -> None:
    """Make rows together as high as the cells that are merged over them need."""
    needed = max(
        row_height([(text, _WIDTHS[column - 1])], size=draft.styles[rows.start, column].size)
        for text, column in merged
    )
    lacking = needed + 4 - sum(draft.heights[r] for r in rows)
    for r in rows:
        draft.heights[r] += max(lacking, 0) / len(rows)


def _validation(given: Input, row: int) -> Validation:
    """What may be typed into an input's cell, told in Chinese before and after."""
    area = Area(row, _VALUE, row, _VALUE)
    title = given.name[:30]
    extra = f"\n{given.note}" if given.note else ""
    otherwise = f"不涉及的填“{NOT_APPLICABLE}”。"
    if given.kind == "yes_no":
        return Validation(
            area,
            "list",
            choices=(YES, NO, NOT_APPLICABLE),
            prompt_title=title,
            prompt=f"请选择“是”或“否”,{otherwise}{extra}",
            error=f"只能选“是”“否”或“{NOT_APPLICABLE}”。",
        )
    low, high, what = _bounds(given)
    also = (YES, NO, NOT_APPLICABLE) if "是/否" in given.unit else (NOT_APPLICABLE,)
    return Validation(
        area,
        "whole" if given.kind == "count" else "decimal",
        low=None if low is None else float(low),
        high=None if high is None else float(high),
        prompt_title=title,
        prompt=f"请填{what},不带单位文字。{otherwise}{extra}",
        error=f"这里只能填{what},或填“{NOT_APPLICABLE}”。不要带单位和文字。",
        also=also,
    )


def _bounds(given: Input) -> tuple[Decimal | None, Decimal | None, str]:
    """The least and the most that a form lets in, and the words for it."""
    low, high = given.low, given.high
    in_points = given.kind == "percent" or "%" in given.unit
    measure = "" if in_points else given.unit
    if given.kind == "percent":
        low = -_PERCENT_RANGE if low is None else low
        high = _PERCENT_RANGE if high is None else high
        return low, high, "百分点数(8.3 表示 8.3%,下降填负数)"
    if given.kind in ("count", "judged") and low is None:
        low = Decimal(0)
    if given.kind == "judged" and in_points and high is None:
        high = Decimal(100)
    what = {"count": "整数", "judged": "评议结果"}.get(given.kind, "数字")
    if in_points:
        what += "(百分点数)"
    elif measure:
        what += f"(单位:{measure})"
    if low is not None and high is not None:
        what += f",{low:f} 至 {high:f}"
    elif low is not None:
        what += f",不小于 {low:f}"
    elif high is not None:
        what += f",不大于 {high:f}"
    return low, high, what


def _signatures(draft: Draft, row: int) -> None:
    draft.heights[row] = 36
    cells = ((1, 4, "负责人签字:"), (5, 7, "盖章:"), (8, 9, "年  月  日"))
    for left, right, text in cells:
        style = Style(size=10, align="left" if left < 8 else "right", valign="bottom")
        draft.span(Area(row, left, row, right), text, style)

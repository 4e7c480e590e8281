"""The blank form that a unit fills in, made from the scheme alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations, groupby, pairwise

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
from kpixl.scheme.headings import FORM_COLUMNS, match
from kpixl.scheme.items import Indicator, Input, Unit
from kpixl.scheme.lint import item_gives
from kpixl.scheme.model import Scheme
from kpixl.templates.marks import form_marks
from kpixl.templates.remarks import remarks_sheet

FORM_SHEET = "填报表"
NOT_APPLICABLE, YES, NO = "不涉及", "是", "否"

_USUAL = (
    "序号", "指标", "分值", "评分标准", "数据项", "计量单位", "目标/参考", "填报值", "说明/数据来源",
)  # fmt: skip
# How wide each column is, whatever a scheme calls it.
_WIDTHS: Mapping[str, float] = {
    "序号": 5.0, "责任单位": 11.0, "指标": 15.0, "考核内容": 38.0, "分值": 6.0, "评分标准": 38.0,
    "数据项": 25.0, "计量单位": 10.0, "目标": 10.0, "填报值": 13.0, "上年数": 11.0, "口径": 17.0,
    "自评分": 9.0, "考核分": 9.0, "说明": 26.0, "块": 10.0, "块分值": 6.0,
}  # fmt: skip
_LABEL = 9.0  # width that the longest label of the cover needs
_DEPARTMENT = replace(CENTER, bold=True)
_PERCENT_RANGE = Decimal(1000)
_ONE_PAGE = 640.0  # points of height that are still readable on one A4 page at this width
_LONGEST_LIST = 250  # characters that a drop-down list can hold


@dataclass(frozen=True, slots=True)
class _Prefilled:
    """What stands on a form before it is handed out."""

    values: Mapping[str, Scalar]
    remarks: Mapping[str, str]
    cover: Mapping[str, str]
    last_year: Mapping[str, Scalar]
    marks: Mapping[str, str]
    self_scores: Mapping[str, Scalar]


@dataclass(frozen=True)
class _Columns:
    """The columns of a form: what each is called, what it is for, how wide it is."""

    headings: tuple[str, ...]
    at: Mapping[str, int]
    widths: tuple[float, ...]

    @property
    def last(self) -> int:
        """The last column."""
        return len(self.headings)

    def pairs(self, count: int) -> tuple[tuple[int, int, int, int], ...]:
        """Columns of labels with their fields, in groups of about the same width.

        Each is first and last column of the label, first and last column of the field.
        """
        ends = min(
            combinations(range(2, self.last - 1), count - 1),
            key=lambda cuts: (
                min(b - a for a, b in pairwise((0, *cuts, self.last))) < 2,
                sum(sum(self.widths[a:b]) ** 2 for a, b in pairwise((0, *cuts, self.last))),
            ),
        )
        found = []
        for start, end in pairwise((0, *ends, self.last)):
            label = start + 1
            while sum(self.widths[start:label]) < _LABEL and label < end - 1:
                label += 1
            found.append((start + 1, label, label + 1, end))
        return tuple(found)

    def cut(self, count: int) -> tuple[tuple[int, int], ...]:
        """First and last columns of parts of about the same width."""
        return tuple((a, d) for a, _, _, d in self.pairs(count))


def _columns(scheme: Scheme) -> _Columns:
    """The columns that 表样 names, else the usual ones."""
    known = [(h, match(h, FORM_COLUMNS)) for h in scheme.form or _USUAL]
    roles = [(h, _content_role(h, role)) for h, role in known if role]
    if "考核项目" in scheme.form and all(i.block for i in scheme.indicators):
        of_block = {"指标": "块", "分值": "块分值"}
        roles = [(h, of_block.get(role, role)) for h, role in roles]
    return _Columns(
        tuple(h for h, _ in roles),
        {role: n for n, (_, role) in enumerate(roles, 1)},
        tuple(_WIDTHS[role] for _, role in roles),
    )


def _content_role(heading: str, role: str) -> str:
    """考核内容 of a form shows the clause, while 指标 shows the short name."""
    return "考核内容" if role == "指标" and "内容" in heading else role


def blank_form(
    scheme: Scheme,
    *,
    unit: Unit | None = None,
    values: Mapping[str, Scalar] | None = None,
    remarks: Mapping[str, str] | None = None,
    cover: Mapping[str, str] | None = None,
    notice: str = "",
    last_year: Mapping[str, Scalar] | None = None,
    marks: Mapping[str, str] | None = None,
    self_scores: Mapping[str, Scalar] | None = None,
) -> Patch:
    """The form of a scheme as a new workbook, for one unit or for whoever fills it in.

    It asks for the inputs that the unit is asked for, in the scheme's order and under
    its names; input cells are unlocked and checked while typing, the rest is locked
    without a password.  The scheme's attachments follow as information sheets, and last the
    sheet 情况说明, on which the unit gives its reasons.
    `values`, `last_year`, `marks` and `remarks` prefill by input, `self_scores` by item,
    `cover` by label (填报人 …), `notice` stands below the title.
    """
    prefilled = _Prefilled(
        values or {}, remarks or {}, cover or {}, last_year or {}, marks or {}, self_scores or {}
    )
    columns = _columns(scheme)
    draft = Draft(FORM_SHEET, dict(enumerate(columns.widths, 1)))
    row = _top(draft, scheme, notice)
    row, validations = _cover(draft, row, columns, scheme, unit, prefilled.cover)
    row = _instructions(draft, row, columns, scheme)
    head = row
    draft.put_row(head, columns.headings, HEADER)
    draft.heights[head] = 26
    row += 1
    asked = scheme.asked if unit is None else scheme.asked_of(unit.name)
    for category, indicators in groupby(scheme.indicators, key=lambda i: i.category):
        members = [(i, [n for n in asked if n.item == i.key]) for i in indicators]
        members = [(i, inputs) for i, inputs in members if inputs]
        if category and members and not {"责任单位", "块"} & columns.at.keys():
            row = _category(draft, row, category, [i for i, _ in members], scheme)
        top = row
        for departments, own in groupby(members, key=lambda pair: pair[0].departments):
            start = row
            for indicator, inputs in own:
                validations += _indicator(
                    draft, row, columns, indicator, inputs, scheme, unit, prefilled
                )
                row += len(inputs)
            if "责任单位" in columns.at:
                at = columns.at["责任单位"]
                draft.span(Area(start, at, row - 1, at), "\n".join(departments), _DEPARTMENT)
                _stretch(draft, columns, range(start, row), [("\n".join(departments), at)])
        if members and "块" in columns.at:
            _block(draft, columns, range(top, row), [i for i, _ in members], scheme)
    loose = [n for n in asked if n.item not in scheme.indicator_by_key]
    if loose:
        headings = {n.item for n in loose}
        row = _category(draft, row, headings.pop() if len(headings) == 1 else "其他", [], scheme)
        for given in loose:
            validations += _indicator(draft, row, columns, None, [given], scheme, unit, prefilled)
            row += 1
    _signatures(draft, row, columns)
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
    sheets = [
        form,
        *(information_sheet(a.name, a.rows) for a in scheme.attachments),
        remarks_sheet(asked),
    ]
    return Patch(
        changes=tuple(map(PutSheet, sheets)),
        title=_sentence(scheme.title) + FORM_SHEET,
        marks=form_marks(scheme, FORM_SHEET, unit.name if unit else "", notice),
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
    draft: Draft,
    row: int,
    columns: _Columns,
    scheme: Scheme,
    unit: Unit | None,
    given: Mapping[str, str],
) -> tuple[int, list[Validation]]:
    """单位, 填报人, 联系电话, 填报日期, 负责人 and what the form is: labels with a field each.

    Where units are assessed by different bodies, the form names the one that assesses it.
    """
    fields = (("单位", "填报人", "联系电话"), ("负责人", "填报日期", "表号"))
    spans = columns.pairs(3)
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
    field = Area(row, spans[0][2], row, spans[0][3])
    end = row + 2
    if len({u.assessor for u in scheme.units}) > 1:
        first, last, left, _ = spans[0]
        draft.heights[end] = 24
        bold = aligned(replace(LABEL, bold=True), "center")
        draft.span(Area(end, first, end, last), "考核单位", bold)
        text = unit.assessor if unit else _assessors(scheme)
        draft.span(Area(end, left, end, columns.last), text, replace(TEXT, indent=1))
        end += 1
    if unit is None and 0 < len(",".join(choices)) <= _LONGEST_LIST:
        return end, [
            Validation(
                field,
                "list",
                choices=choices,
                prompt_title="单位",
                prompt="请从下拉列表中选择本单位。",
                error="请选择列表中的单位名称。",
            )
        ]
    return end, []


def _assessors(scheme: Scheme) -> str:
    """Who assesses whom, those with the most units last and in one word."""
    units: dict[str, list[str]] = {}
    for u in scheme.units:
        units.setdefault(u.assessor, []).append(u.name)
    *few, (most, _) = sorted(units.items(), key=lambda pair: len(pair[1]))
    said = [f"{'、'.join(names)}由{assessor}考核" for assessor, names in few if assessor]
    return ";".join([*said, f"其他单位由{most}考核" if most else ""]).strip(";")


def _instructions(draft: Draft, row: int, columns: _Columns, scheme: Scheme) -> int:
    due = ";".join(
        f"{name}{'于' if name else ''}{_day(day)}前报送" for name, day in scheme.deadlines.items()
    )
    reason = "并在说明栏写明原因" if "说明" in columns.at else ""
    lines = [
        "填表说明:只填浅黄色单元格。填报值只填数字,不带单位;百分数按百分点填,"
        "增长8.3%填 8.3,下降填负数;是/否项从下拉列表选择。",
        f"确为零的填 0,不涉及的填“不涉及”,暂时没有数的留空{reason}。"
        "请不要增删行列。" + (f"{due}。" if due else ""),
    ]
    head = columns.headings
    if "上年数" in columns.at:
        last, value = head[columns.at["上年数"] - 1], head[columns.at["填报值"] - 1]
        lines.append(f"有数字目标的事项,因统计原因没有当年数的,{value}留空,在{last}栏填上年数。")
    if "口径" in columns.at and scheme.mark_factors:
        said = ";".join(
            f"标“{mark}”的数按{(factor * 100).normalize():f}%计"
            for mark, factor in scheme.mark_factors.items()
        )
        at = head[columns.at["口径"] - 1]
        lines.append(f"数字属于特殊口径的,在{at}栏从下拉列表中选择,{said};其余的留空。")
    for offset, text in enumerate(lines):
        draft.line(row + offset, text, NOTE)
    return row + len(lines)


def _day(day: str) -> str:
    year, _, rest = day.partition("-")
    month, _, date = rest.partition("-")
    return f"{year}年{int(month)}月{int(date)}日" if date else day


def _points(indicators: Sequence[Indicator], scheme: Scheme) -> Decimal:
    """The points of some indicators together; a block that has points counts as a whole."""
    held = {b.name: b.points for b in scheme.blocks if b.points is not None}
    whole = sum((held[name] for name in {i.block for i in indicators} & held.keys()), Decimal(0))
    loose = (i.points for i in indicators if i.block not in held and i.points is not None)
    return sum(loose, whole)


def _category(
    draft: Draft, row: int, name: str, indicators: Sequence[Indicator], scheme: Scheme
) -> int:
    points = _points(indicators, scheme)
    facts = [f"{len(indicators)}项"] if indicators else []
    facts += [f"{points.normalize():f}分"] if points else []
    facts += ["在基础分之外另计"] if indicators and all(i.bonus for i in indicators) else []
    text = f"{name}({','.join(facts)})" if facts else name
    draft.span(Area(row, 1, row, draft.columns), text, replace(LABEL, bold=True))
    draft.heights[row] = 22
    return row + 1


def _block(
    draft: Draft, columns: _Columns, rows: range, indicators: Sequence[Indicator], scheme: Scheme
) -> None:
    """考核项目 and its points, merged over the rows of all its indicators."""
    points = _points(indicators, scheme)
    texts: dict[str, tuple[Scalar, Style]] = {
        "块": (indicators[0].block, _DEPARTMENT),
        "块分值": (float(points) if points else None, CENTER),
    }
    for role, (content, style) in texts.items():
        if role in columns.at:
            at = columns.at[role]
            draft.span(Area(rows.start, at, rows.stop - 1, at), content, style)
            _stretch(draft, columns, rows, [(str(content or ""), at)])


def _described(indicator: Indicator) -> str:
    """The clause below its item, for a form that has no column for items."""
    points = f"({indicator.points.normalize():f}分)" if indicator.points is not None else ""
    return f"{indicator.key}{points}\n{indicator.clause}"


def _content(indicator: Indicator | None, columns: _Columns) -> str:
    """What an item assesses, below its name and points where no column of their own has them."""
    if indicator is None or not indicator.content or {"指标", "分值"} & columns.at.keys():
        return indicator.content if indicator else ""
    points = f"({indicator.points.normalize():f}分)" if indicator.points is not None else ""
    return f"{indicator.name}{points}\n{indicator.content}"


def _indicator(
    draft: Draft,
    row: int,
    columns: _Columns,
    indicator: Indicator | None,
    inputs: Sequence[Input],
    scheme: Scheme,
    unit: Unit | None,
    prefilled: _Prefilled,
) -> Iterator[Validation]:
    """The rows of one indicator: its own cells merged over them, one row an input."""
    last = row + len(inputs) - 1
    clause = indicator.clause if indicator else None
    if indicator and "块" in columns.at:
        clause = _described(indicator)
    # a unit gives itself points; those of the assessor are not its to fill in
    own = typed_in(CENTER) if indicator else replace(CENTER, fill=LABEL.fill)
    of_item: dict[str, tuple[Scalar, Style]] = {
        "序号": (indicator.number.removeprefix(indicator.category) if indicator else None, CENTER),
        "指标": (indicator.name if indicator else None, replace(TEXT, bold=True)),
        "考核内容": (_content(indicator, columns) or clause or inputs[0].note, TOP),
        "分值": (float(indicator.points) if indicator and indicator.points else None, CENTER),
        "评分标准": (clause, TOP),
        "自评分": (prefilled.self_scores.get(indicator.key) if indicator else None, own),
        "考核分": (None, replace(CENTER, fill=LABEL.fill)),
    }
    texts = {columns.at[role]: pair for role, pair in of_item.items() if role in columns.at}
    for column, (content, style) in texts.items():
        draft.span(Area(row, column, last, column), content, style)
    for at, given in enumerate(inputs, row):
        cells = _cells(given, scheme, unit, prefilled)
        for role, (content, style) in cells.items():
            if role in columns.at:
                draft.put(at, columns.at[role], content, style)
        draft.fit(at, least=24)
    _stretch(draft, columns, range(row, last + 1), [(str(texts[c][0] or ""), c) for c in texts])
    checks = [
        v for at, given in enumerate(inputs, row) for v in _checks(given, at, columns, scheme)
    ]
    if indicator and "自评分" in columns.at:
        checks.append(_self_score(indicator, row, columns.at["自评分"]))
    return iter(checks)


def _self_score(indicator: Indicator, row: int, column: int) -> Validation:
    """自评分 is a number of points, up to what the item can give."""
    top = None
    if indicator.points is not None and indicator.rule is not None:
        most = item_gives(indicator.rule, indicator.points)[1]
        top = float(most) if most.is_finite() else None
    what = "不小于 0 的分数" if top is None else f"0 至 {top:g} 分"
    return Validation(
        Area(row, column, row, column),
        "decimal",
        low=0.0,
        high=top,
        prompt_title="自评分",
        prompt=f"请填本项的自评分,{what},不带“分”字。",
        error=f"这里只能填{what}。",
    )


def _cells(
    given: Input, scheme: Scheme, unit: Unit | None, prefilled: _Prefilled
) -> dict[str, tuple[Scalar, Style]]:
    """What stands in the row of one input, by column."""
    target = scheme.target(unit.name, given.name) if unit else given.target
    remark = prefilled.remarks.get(given.name, given.note)
    shut = aligned(LABEL, "center")
    last_year = typed_in(CENTER) if scheme.missing_of(given) == "上年值" else shut
    mark = typed_in(replace(CENTER, size=9)) if _marks(given, scheme) else shut
    return {
        "数据项": (given.name, replace(TEXT, indent=1)),
        "计量单位": (given.unit, CENTER),
        "目标": (None if target is None else float(target), CENTER),
        "填报值": (prefilled.values.get(given.name), typed_in(CENTER)),
        "上年数": (prefilled.last_year.get(given.name), last_year),
        "口径": (prefilled.marks.get(given.name), mark),
        "说明": (remark or None, typed_in(replace(TEXT, size=9, indent=1))),
    }


def _marks(given: Input, scheme: Scheme) -> tuple[str, ...]:
    """The marks that may stand beside an input."""
    return tuple(m for m in scheme.mark_factors if scheme.factor(given, m) is not None)


def _stretch(
    draft: Draft, columns: _Columns, rows: range, merged: Sequence[tuple[str, int]]
) -> None:
    """Make rows together as high as the cells that are merged over them need."""
    needed = max(
        row_height([(text, columns.widths[column - 1])], size=draft.styles[rows.start, column].size)
        for text, column in merged
    )
    lacking = needed + 4 - sum(draft.heights[r] for r in rows)
    for r in rows:
        draft.heights[r] += max(lacking, 0) / len(rows)


def _checks(given: Input, row: int, columns: _Columns, scheme: Scheme) -> Iterator[Validation]:
    """What may be typed into the cells of one input."""
    yield _validation(given, row, columns.at["填报值"])
    at = columns.at.get("上年数", 0)
    if at and scheme.missing_of(given) == "上年值":
        error = "这里只能填数字。"
        prompt = "没有当年数时才填,只填数字,不带单位。"
        yield Validation(
            Area(row, at, row, at), "decimal", prompt_title="上年数", prompt=prompt, error=error
        )
    at, choices = columns.at.get("口径", 0), _marks(given, scheme)
    if at and choices:
        error = f"只能选“{'”“'.join(choices)}”,或留空。"
        yield Validation(Area(row, at, row, at), "list", choices=choices, error=error)


def _validation(given: Input, row: int, column: int) -> Validation:
    """What may be typed into an input's cell, told in Chinese before and after."""
    area = Area(row, column, row, column)
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


def _signatures(draft: Draft, row: int, columns: _Columns) -> None:
    draft.heights[row] = 36
    texts = ("负责人签字:", "盖章:", "年  月  日")
    for (left, right), text in zip(columns.cut(3), texts, strict=True):
        last = right == columns.last
        style = Style(size=10, align="right" if last else "left", valign="bottom")
        draft.span(Area(row, left, row, right), text, style)

"""The forms that are sent in month by month beside the assessment: a table of its own each.

Nothing on them is scored.  What the scheme knows of them is their deadline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kpixl.address import a1
from kpixl.grid import Area, Scalar
from kpixl.host import Formula, Page, Patch, PutSheet, Validation
from kpixl.layout.draft import Draft
from kpixl.layout.measure import cell_width
from kpixl.layout.style import (
    CENTER,
    FORMULA_FILL,
    HEADER,
    LABEL,
    NOTE,
    SUBTITLE,
    TEXT,
    TITLE,
    aligned,
    typed_in,
)
from kpixl.scheme.model import Scheme
from kpixl.templates.marks import form_marks

_FIGURE = re.compile(r"\((?:亿元|万元|元|%|个|家|项|条|人|亩)\)$")
_SHARE = re.compile(r"\(%\)$")
_TOTAL = frozenset({"总计", "合计"})
_ROOM = 12  # blank rows of a table whose lines are not known beforehand
_NUMBER = "序号"
_WIDE = frozenset({"项目名称", "建设单位", "形象进度", "存在问题", "主要工作进展", "下月打算"})


def monthly_form(scheme: Scheme, name: str, rows: Sequence[Sequence[Scalar]]) -> Patch:
    """A monthly form as a new workbook: a title, headings, and the lines that are known.

    Blank cells are to be filled in; a table without lines gets blank ones.  A heading that
    ends in a unit of measure takes figures, and a line 总计 adds up those that can be added.
    """
    title, heads, *lines = [list(row) for row in rows]
    while heads and heads[-1] in (None, ""):
        heads.pop()
    if not lines:
        number = [n for n, head in enumerate(heads) if head == _NUMBER]
        lines = [
            [count if at in number else None for at in range(len(heads))]
            for count in range(1, _ROOM + 1)
        ]
    widths = {c: _width(str(head), lines, c - 1) for c, head in enumerate(heads, 1)}
    draft = Draft(name, widths)
    last = len(heads)
    draft.line(1, title[0], aligned(TITLE, "center"))
    day = scheme.deadlines.get(name, scheme.deadlines.get("", ""))
    due = f"报送时间:{day}前报送上月情况" if day else ""
    draft.line(2, due or f"考核年度:{scheme.year}年", aligned(SUBTITLE, "center"))
    top = _cover(draft, 3, last)
    draft.put_row(top, heads, HEADER)
    draft.fit(top, least=30)
    first = top + 1
    for row, line in enumerate(lines, first):
        for column in range(1, last + 1):
            value = line[column - 1] if column <= len(line) else None
            _cell(draft, row, column, value, str(heads[column - 1]), line[0], first)
        draft.fit(row, least=26)
    end = top + len(lines)
    draft.line(
        end + 1,
        "填表说明:只填浅黄色单元格;数字不带单位,增速按百分点填,下降填负数。",
        NOTE,
    )
    form = draft.sheet(
        page=Page(
            landscape=True,
            repeat_rows=(top, top),
            footer=f"&L{scheme.form_id}&C{name}&R第 &P 页,共 &N 页",
        ),
        freeze=(first, 1),
        validations=tuple(_validations(heads, first, end)),
        protected=True,
    )
    return Patch(changes=(PutSheet(form),), title=str(title[0]), marks=form_marks(scheme, name))


def _width(head: str, lines: Sequence[Sequence[Scalar]], at: int) -> float:
    if head == _NUMBER:
        return 6.0
    texts = [str(line[at]) for line in lines if at < len(line) and isinstance(line[at], str)]
    longest = max((cell_width(t) for t in texts), default=0.0) + 2.5
    return max(longest, 20.0 if head in _WIDE else 11.5)


def _cover(draft: Draft, row: int, last: int) -> int:
    """Whose report it is and of which month: labels with a field each; gives the next row."""
    labels = ["填报单位", "月份", "填报人", "联系电话"]
    if last < 2:
        for offset, label in enumerate(labels):
            draft.line(row + offset, f"{label}:", typed_in(TEXT))
        return row + len(labels)
    pairs = min(len(labels), last // 2)
    while labels:
        draft.heights[row] = 24
        at = 1
        for number in range(pairs):
            end = last if number == pairs - 1 else at + last // pairs - 1
            wide = 2 if draft.widths[at] < 9 and end > at + 1 else 1
            named = labels.pop(0) if labels else None
            look = aligned(replace(LABEL, bold=True), "center")
            draft.span(Area(row, at, row, at + wide - 1), named, look)
            field = typed_in(CENTER) if named else CENTER
            draft.span(Area(row, at + wide, row, end), None, field)
            at = end + 1
        row += 1
    return row


def _cell(
    draft: Draft, row: int, column: int, value: Scalar, head: str, label: Scalar, first: int
) -> None:
    figures = bool(_FIGURE.search(head))
    if value not in (None, ""):
        look = CENTER if figures or head == _NUMBER else replace(TEXT, bold=True, indent=1)
        draft.put(row, column, value, replace(look, fill=LABEL.fill))
    elif figures and label in _TOTAL and not _SHARE.search(head):
        cells = f"{a1(first, column)}:{a1(row - 1, column)}"
        live = Formula(f'=IF(COUNT({cells})=0,"",SUM({cells}))', "")
        draft.put(row, column, live, replace(CENTER, fill=FORMULA_FILL))
    else:
        draft.put(row, column, None, typed_in(CENTER if figures else TEXT))


def _validations(heads: Sequence[Scalar], first: int, last: int) -> Iterator[Validation]:
    for column, head in enumerate(heads, 1):
        if _FIGURE.search(str(head)):
            area = Area(first, column, last, column)
            yield Validation(area, "decimal", error="这里只能填数字,不带单位;没有数请留空。")

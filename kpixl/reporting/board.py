"""回收情况: who has sent a form, whose was sent back, whose is accepted, and who has to be reminded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from kpixl.findings import Finding, Severity
from kpixl.grid import Area
from kpixl.host import Content, Page, Patch, PutSheet, SheetSpec, Style
from kpixl.layout import style
from kpixl.layout.draft import Draft
from kpixl.reporting.run import RunInfo
from kpixl.scheme.model import Scheme

BOARD, REMINDERS, CHANGES, PROBLEMS, FILES = "回收情况", "催报", "更正", "问题", "文件"
State = Literal["未报", "已报", "退回", "通过"]
STATES: tuple[State, ...] = ("未报", "已报", "退回", "通过")
_FILLS: Mapping[State, str] = {
    "未报": "E4E7EB",
    "已报": "FFF2CC",
    "退回": "F8CBAD",
    "通过": "D9EAD3",
}
_MEANING: Mapping[State, str] = {
    "未报": "还没有交表",
    "已报": "已交表,有“核”级问题待改正或说明",
    "退回": "有“强”级问题,退回改正",
    "通过": "没有“强”“核”级问题",
}


@dataclass(frozen=True, slots=True)
class UnitLine:
    """Where one unit stands; days are blank where nobody knows them."""

    unit: str
    group: str
    state: State
    file: str = ""
    number: int = 0
    day: str = ""  # on the form's cover
    received: str = ""  # when a run first saw it
    late: str = ""
    blocks: int = 0
    verifies: int = 0
    notes: int = 0
    remark: str = ""


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file that was found, what became of it, and why."""

    file: str
    unit: str
    use: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A figure that a unit reports otherwise than in its last return."""

    unit: str
    label: str
    cell: str
    before: str
    now: str
    since: str


@dataclass(frozen=True)
class Board:
    """Everything that a run of collecting found out."""

    scheme: Scheme
    units: tuple[UnitLine, ...]
    files: tuple[FileLine, ...]
    changes: tuple[ChangeLine, ...]
    findings: tuple[Finding, ...]
    due: date | None
    today: date

    @property
    def counts(self) -> Mapping[State, int]:
        """Units by state."""
        found = Counter(u.state for u in self.units)
        return {state: found[state] for state in STATES}

    @property
    def reminders(self) -> tuple[UnitLine, ...]:
        """The units that have to do something, those without a return first."""
        order = ("未报", "退回", "已报")
        open_ = [u for u in self.units if u.state in order]
        return tuple(sorted(open_, key=lambda u: order.index(u.state)))

    @property
    def overdue(self) -> int:
        """Days since the forms were due; 0 where that is not known or not yet so."""
        return max((self.today - self.due).days, 0) if self.due else 0


def board_book(board: Board, run: RunInfo, marks: Mapping[str, str]) -> Patch:
    """The workbook 回收情况."""
    sheets = [_units(board, run), _reminders(board, run)]
    if board.changes:
        sheets.append(_changes(board, run))
    if board.findings:
        sheets.append(_problems(board, run))
    sheets.append(_files(board, run))
    return Patch(
        changes=tuple(map(PutSheet, sheets)), title=f"{board.scheme.title} 回收情况", marks=marks
    )


def _page(board: Board, run: RunInfo, row: int, *, landscape: bool = True) -> Page:
    title = board.scheme.title[:80].replace("&", "&&")
    return Page(
        landscape=landscape,
        repeat_rows=(row, row),
        header=f"&L{title}&R方案版本 {board.scheme.version[:40].replace('&', '&&')}",
        footer=f"&Lkpixl {run.version}&C第 &P 页,共 &N 页&R{run.stamp}",
    )


def _said(board: Board) -> str:
    due = ""
    if board.due is not None:
        due = f"截止日期:{board.due.isoformat()}"
        due += f"(已过 {board.overdue} 天)" if board.overdue else ""
    return "  ".join(filter(None, (f"统计日期:{board.today.isoformat()}", due)))


def summary(board: Board) -> str:
    """How many units stand where, in one line.

    >>> from kpixl.scheme.model import Scheme
    >>> lines = (UnitLine("甲", "", "未报"), UnitLine("乙", "", "通过"))
    >>> made = Board(None, lines, (), (), (), None, date(2016, 1, 20))
    >>> summary(made)
    '应报 2 个单位:未报 1,已报 0,退回 0,通过 1'
    """
    counts = ",".join(f"{state} {n}" for state, n in board.counts.items())
    return f"应报 {len(board.units)} 个单位:{counts}"


Row = tuple[Content, ...]


def _table(
    draft: Draft,
    top: int,
    headings: Sequence[str],
    rows: Sequence[Row],
    looks: Mapping[int, Style],
) -> int:
    """A table from row `top`; `looks` are the columns that are not plain text.  Gives its last row."""
    draft.put_row(top, headings, style.HEADER)
    draft.heights[top] = 26
    row = top
    for contents in rows:
        row += 1
        for column, content in enumerate(contents, 1):
            shown = content if content != "" else None
            draft.put(row, column, shown, looks.get(column, style.TEXT))
        draft.fit(row, least=20)
    return row


def _units(board: Board, run: RunInfo) -> SheetSpec:
    widths = (7, 18, 10, 8, 12, 12, 12, 13, 6, 6, 6, 22, 24)  # a heading has a button beside it
    heads = (
        "序号", "单位", "分组", "状态", "报送次数", "填报日期", "收到日期", "迟报", "强", "核", "提",
        "采用的文件", "备注",
    )  # fmt: skip
    draft = Draft(BOARD, dict(enumerate(map(float, widths), 1)))
    top = draft.heading(f"{board.scheme.title} 回收情况", _said(board))
    draft.line(top, summary(board) + "。", replace(style.SECTION, size=12))
    draft.heights[top] = 24
    top += 1
    rows: list[Row] = [
        (
            number, u.unit, u.group, u.state, u.number or "", u.day, u.received, u.late,
            u.blocks or "", u.verifies or "", u.notes or "", u.file, u.remark,
        )
        for number, u in enumerate(board.units, 1)
    ]  # fmt: skip
    centred = dict.fromkeys((1, 3, 4, 5, 6, 7, 9, 10, 11), style.CENTER)
    last = _table(draft, top, heads, rows, centred)
    for row, line in enumerate(board.units, top + 1):
        draft.styles[row, 4] = replace(style.CENTER, fill=_FILLS[line.state], bold=True)
        if line.late:
            draft.styles[row, 8] = style.warned(style.TEXT)
    said = ";".join(f"{state}:{text}" for state, text in _MEANING.items())
    draft.foot(last + 1, [f"{said}。收到日期是首次汇总到这份表的日期。"])
    return draft.sheet(
        page=_page(board, run, top),
        freeze=(top + 1, 3),
        autofilter=Area(top, 1, max(last, top + 1), len(heads)),
        tab_color=style.TAB_RESULT,
    )


def _reminders(board: Board, run: RunInfo) -> SheetSpec:
    draft = Draft(REMINDERS, {1: 6.0, 2: 24.0, 3: 12.0, 4: 10.0, 5: 46.0})
    people = board.reminders
    subtitle = _said(board)
    top = draft.heading(f"{board.scheme.title} 催报名单", subtitle)
    missing = [u.unit for u in people if u.state == "未报"]
    if missing:
        due = f"{board.due.year} 年 {board.due.month} 月 {board.due.day} 日前" if board.due else ""
        late = f",现已超过 {board.overdue} 天" if board.overdue else ""
        text = (
            f"催报用语:{'、'.join(missing)}:{board.scheme.title}填报表应{due or '按时'}报送{late},"
            "至今没有收到,请尽快报送。"
        )
        draft.line(top, text, replace(style.TEXT, border=False))
        top += 1
    if not people:
        draft.line(top, "没有要催报的单位。", replace(style.TEXT, border=False))
        return draft.sheet(page=_page(board, run, 1, landscape=False), tab_color=style.TAB_RESULT)
    asks = {
        "未报": "请报送填报表",
        "退回": "请按退回单改正后重新报送",
        "已报": "请改正,或在“情况说明”表写明原因后重新报送",
    }
    rows: list[Row] = [
        (number, u.unit, u.group, u.state, asks[u.state]) for number, u in enumerate(people, 1)
    ]
    last = _table(
        draft,
        top,
        ("序号", "单位", "分组", "状态", "请该单位"),
        rows,
        dict.fromkeys((1, 3, 4), style.CENTER),
    )
    for row, line in enumerate(people, top + 1):
        draft.styles[row, 4] = replace(style.CENTER, fill=_FILLS[line.state], bold=True)
    return draft.sheet(
        page=_page(board, run, top, landscape=False),
        freeze=(top + 1, 1),
        autofilter=Area(top, 1, last, 5),
        tab_color=style.TAB_RESULT,
    )


def _changes(board: Board, run: RunInfo) -> SheetSpec:
    draft = Draft(CHANGES, {1: 20.0, 2: 34.0, 3: 9.0, 4: 18.0, 5: 18.0, 6: 30.0})
    top = draft.heading(
        f"{board.scheme.title} 更正", "重新报送的表比上一次改了哪些数;没有列出的没有改。"
    )
    rows: list[Row] = [(c.unit, c.label, c.cell, c.before, c.now, c.since) for c in board.changes]
    heads = ("单位", "数据项", "单元格", "上一次", "这一次", "上一次的文件")
    last = _table(draft, top, heads, rows, dict.fromkeys((3, 4, 5), style.CENTER))
    return draft.sheet(
        page=_page(board, run, top),
        freeze=(top + 1, 2),
        autofilter=Area(top, 1, last, 6),
        tab_color=style.TAB_CHECK,
    )


def _problems(board: Board, run: RunInfo) -> SheetSpec:
    widths = (6, 16, 22, 24, 12, 8, 38, 16, 24, 34)
    heads = ("级别", "单位", "数据项", "文件", "表", "单元格", "问题", "现为", "应为", "怎样改")
    draft = Draft(PROBLEMS, dict(enumerate(map(float, widths), 1)))
    counts = Counter(f.severity for f in board.findings)
    said = ",".join(f"{s} {counts[s]} 条" for s in Severity)
    top = draft.heading(f"{board.scheme.title} 问题", f"共 {len(board.findings)} 条:{said}。")
    order = list(Severity)
    ranked = sorted(board.findings, key=lambda f: (order.index(f.severity), f.unit))
    rows: list[Row] = [
        (
            str(f.severity), f.unit, f.input, f.place.file, f.place.sheet, f.place.cell,
            f.text, f.found, f.expected, f.remedy,
        )
        for f in ranked
    ]  # fmt: skip
    last = _table(draft, top, heads, rows, dict.fromkeys((1, 6), style.CENTER))
    for row, fault in enumerate(ranked, top + 1):
        if fault.severity is Severity.BLOCK:
            draft.styles[row, 1] = style.warned(style.CENTER)
    return draft.sheet(
        page=_page(board, run, top),
        freeze=(top + 1, 3),
        autofilter=Area(top, 1, last, len(heads)),
        tab_color=style.TAB_CHECK,
    )


def _files(board: Board, run: RunInfo) -> SheetSpec:
    draft = Draft(FILES, {1: 6.0, 2: 44.0, 3: 22.0, 4: 10.0, 5: 60.0})
    top = draft.heading(
        f"{board.scheme.title} 收到的文件", f"共 {len(board.files)} 个;原件只读取,没有改动。"
    )
    rows: list[Row] = [
        (number, f.file, f.unit, f.use, f.reason) for number, f in enumerate(board.files, 1)
    ]
    heads = ("序号", "文件", "单位", "用途", "说明")
    last = _table(draft, top, heads, rows, dict.fromkeys((1, 4), style.CENTER))
    for row, line in enumerate(board.files, top + 1):
        if line.use == "未采用":
            draft.styles[row, 4] = style.warned(style.CENTER)
    return draft.sheet(
        page=_page(board, run, top),
        freeze=(top + 1, 1),
        autofilter=Area(top, 1, max(last, top + 1), 5),
        tab_color=style.TAB_RECORD,
    )

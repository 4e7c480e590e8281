"""The monthly ledger as a form: one row a task, one column a month; issued, and read back.

A figure in a month's column is the state at the end of that month: cumulative since
January for tasks that grow, as it stands for growth rates, shares, stocks and limits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from kpixl.address import a1
from kpixl.entries import Entries, Entry
from kpixl.findings import Finding, Place, finding
from kpixl.grid import Area, Scalar, Sheet, Snapshot
from kpixl.host import Page, Patch, PutSheet, Style, Validation
from kpixl.layout.draft import Draft
from kpixl.layout.style import (
    CENTER,
    HEADER,
    LABEL,
    NOTE,
    SUBTITLE,
    TEXT,
    TITLE,
    WARNING_LINE,
    aligned,
    typed_in,
)
from kpixl.numbers import shows_percent
from kpixl.scheme.headings import LEDGER_COLUMNS, HeadingRow, find_headings, spelling, text_of
from kpixl.scheme.items import Input, Unit
from kpixl.scheme.model import Scheme
from kpixl.scheme.tasks import Ledger, Task
from kpixl.templates.extract import other_in_name
from kpixl.templates.marks import FORM_ID, SYSTEM, form_marks
from kpixl.templates.owner import unit_cell, unit_text
from kpixl.templates.remarks import remarks_sheet

LEDGER_SHEET = "推进台账"
MONTHS = tuple(range(1, 13))
_COLUMNS: tuple[tuple[str, float], ...] = (
    ("序号", 7.5),
    ("任务", 14.0),
    ("目标要求", 21.0),
    ("数据项", 19.0),
    ("计量单位", 7.0),
    ("年度目标", 7.0),
    ("进度", 6.0),
    ("牵头单位", 11.0),
    ("配合单位", 13.0),
    *((f"{m}月", 6.5) for m in MONTHS),
    ("说明", 15.0),
)
_AT = {heading: n for n, (heading, _) in enumerate(_COLUMNS, 1)}
_FIRST_MONTH = _AT["1月"]
_REMARK = _AT["说明"]
_WIDTHS = {n: width for n, (_, width) in enumerate(_COLUMNS, 1)}
_SMALL = 9.0
_PERCENT_RANGE = 1000.0


# -- issued ----------------------------------------------------------------------------


def blank_ledger(
    scheme: Scheme,
    *,
    unit: Unit | None = None,
    values: Mapping[tuple[str, int], Scalar] | None = None,
    remarks: Mapping[str, str] | None = None,
    cover: Mapping[str, str] | None = None,
    notice: str = "",
) -> Patch:
    """The ledger as a new workbook: all tasks, or those that one unit leads.

    `values` prefill by input and month, `remarks` by input, `cover` by label (填报人 …);
    `notice` stands below the title.  Cells of figures are unlocked, the rest is not.
    """
    ledger = _ledger(scheme)
    tasks = ledger.tasks if unit is None else ledger.led_by(unit.name)
    draft = Draft(LEDGER_SHEET, _WIDTHS)
    row = _top(draft, scheme, unit, cover or {}, notice)
    head = row
    draft.put_row(head, [heading for heading, _ in _COLUMNS], HEADER)
    draft.heights[head] = 30
    row += 1
    first = row
    validations: list[Validation] = []
    for category, members in groupby(tasks, key=lambda t: _category(scheme, t)):
        if category:
            draft.span(Area(row, 1, row, len(_COLUMNS)), category, replace(LABEL, bold=True))
            draft.heights[row] = 21
            row += 1
        for task in members:
            _task_row(draft, row, scheme, task, values or {}, remarks or {})
            validations.append(_validation(scheme.input_by_name[task.input], task, row))
            row += 1
    _signatures(draft, row)
    sheet = draft.sheet(
        page=Page(
            landscape=True,
            fit_width=1,
            repeat_rows=(head, head),
            footer=f"&L{scheme.form_id}&C{scheme.title.replace('&', '&&')}&R第 &P 页,共 &N 页",
        ),
        freeze=(first, _FIRST_MONTH),
        validations=validations,
        protected=True,
    )
    inputs = [scheme.input_by_name[task.input] for task in tasks]
    return Patch(
        changes=(PutSheet(sheet), PutSheet(remarks_sheet(inputs))),
        title=f"{scheme.title}台账",
        marks=form_marks(scheme, LEDGER_SHEET, unit.name if unit else "", notice),
    )


def _ledger(scheme: Scheme) -> Ledger:
    if scheme.ledger is None:
        raise ValueError(f"{scheme.system} is no ledger")
    return scheme.ledger


def _category(scheme: Scheme, task: Task) -> str:
    indicator = scheme.indicator_by_key.get(task.item)
    return indicator.category if indicator else ""


def _top(
    draft: Draft, scheme: Scheme, unit: Unit | None, cover: Mapping[str, str], notice: str
) -> int:
    draft.line(1, f"{scheme.title}台账", aligned(TITLE, "center"))
    year = f"年度:{scheme.year}年" if scheme.year else ""
    basis = f"依据:{scheme.basis}" if scheme.basis else ""
    draft.line(2, "  ".join(filter(None, (year, basis))), aligned(SUBTITLE, "center"))
    row = 3
    if notice:
        draft.line(row, notice, aligned(WARNING_LINE, "center"))
        row += 1
    fixed = {"填报单位": unit.name if unit else "", "表号": scheme.form_id}
    # label and field, each over some columns
    spans = (
        ("填报单位", 1, 2, 3, 3),
        ("填报人", 4, 4, 5, 7),
        ("联系电话", 8, 8, 9, 9),
        ("填报日期", 10, 11, 12, 14),
        ("负责人", 15, 16, 17, 18),
        ("表号", 19, 20, 21, 22),
    )
    for label, left, right, start, end in spans:
        look = aligned(replace(LABEL, bold=True), "center")
        draft.span(Area(row, left, row, right), label, look)
        content = fixed.get(label) or cover.get(label)
        style = CENTER if fixed.get(label) else typed_in(CENTER)
        draft.span(Area(row, start, row, end), content, replace(style, size=_SMALL))
    draft.heights[row] = 24
    due = ";".join(f"{n}{'于' if n else ''}{d}前报送" for n, d in scheme.deadlines.items())
    draft.line(
        row + 1,
        "填表说明:只填浅黄色单元格。每月在当月一列填月末数:进度为“累计”的填1月起的累计数,"
        "为“比率”的填当时的比率或总量;只填数字,不带单位,百分数按百分点填(增长8.3%填 8.3,"
        "下降填负数)。确为零的填 0,还没有数的留空。请不要增删行列。" + (f"{due}。" if due else ""),
        NOTE,
    )
    return row + 2


def _task_row(
    draft: Draft,
    row: int,
    scheme: Scheme,
    task: Task,
    values: Mapping[tuple[str, int], Scalar],
    remarks: Mapping[str, str],
) -> None:
    indicator = scheme.indicator_by_key.get(task.item)
    given = scheme.input_by_name[task.input]
    small, middle = replace(TEXT, size=_SMALL), replace(CENTER, size=_SMALL)
    texts: tuple[tuple[Scalar, Style], ...] = (
        (indicator.number if indicator else None, middle),
        (indicator.name if indicator else task.item, replace(small, bold=True)),
        (task.clause or None, small),
        (task.input, small),
        (task.unit, middle),
        (float(task.target), middle),
        (task.pace, middle),
        (task.lead or None, middle),
        ("、".join(task.sharing) or None, small),
    )
    for column, (content, style) in enumerate(texts, 1):
        draft.put(row, column, content, style)
    for month in MONTHS:
        content = values.get((task.input, month))
        draft.put(row, _FIRST_MONTH + month - 1, content, typed_in(middle))
    remark = remarks.get(task.input, given.note)
    draft.put(row, _REMARK, remark or None, typed_in(small))
    draft.fit(row, least=24)


def _validation(given: Input, task: Task, row: int) -> Validation:
    """What may be typed into a task's months, told in Chinese before and after."""
    low: float | None = None if given.low is None else float(given.low)
    high: float | None = None if given.high is None else float(given.high)
    what = f"数字(单位:{given.unit})" if given.unit else "数字"
    if given.kind == "percent":
        low = -_PERCENT_RANGE if low is None else low
        high = _PERCENT_RANGE if high is None else high
        what = "百分点数(8.3 表示 8.3%)"
    elif given.kind == "judged":
        low, high, what = 0.0 if low is None else low, 100.0 if high is None else high, "0 至 100"
    elif given.kind == "count":
        low, what = 0.0 if low is None else low, f"整数(单位:{given.unit})"
    span = "1月起的累计数" if task.pace == "累计" else "月末当时的数"
    return Validation(
        Area(row, _FIRST_MONTH, row, _FIRST_MONTH + len(MONTHS) - 1),
        "whole" if given.kind == "count" else "decimal",
        low=low,
        high=high,
        prompt_title=given.name[:30],
        prompt=f"请填{what},{span},不带单位文字。",
        error=f"这里只能填{what},不要带单位和文字。",
        also=("不涉及",),
    )


def _signatures(draft: Draft, row: int) -> None:
    draft.heights[row] = 36
    for left, right, text in ((1, 4, "负责人签字:"), (5, 12, "盖章:"), (13, 22, "年  月  日")):
        style = Style(size=10, align="left" if left < 13 else "right", valign="bottom")
        draft.span(Area(row, left, row, right), text, style)


# -- read back -------------------------------------------------------------------------


@dataclass(frozen=True)
class ReturnedLedger:
    """One ledger that came back: the entries by month and input."""

    file: str
    sha256: str
    unit: str
    cells: Mapping[tuple[int, str], Entry]
    months: frozenset[int]


def collect_ledger(
    forms: Sequence[Snapshot], scheme: Scheme, *, expect_all: bool = True, until: int = 0
) -> tuple[Mapping[int, Entries], tuple[Finding, ...]]:
    """`read_ledger` of all forms, `join_ledgers` of what they hold."""
    read = [read_ledger(form, scheme) for form in forms]
    faults = [f for _, found in read for f in found]
    returned = [one for one, _ in read if one is not None]
    by_month, across = join_ledgers(returned, scheme, expect_all=expect_all, until=until)
    return by_month, (*faults, *across)


def join_ledgers(
    returned: Sequence[ReturnedLedger],
    scheme: Scheme,
    *,
    expect_all: bool = True,
    until: int = 0,
) -> tuple[Mapping[int, Entries], tuple[Finding, ...]]:
    """The entries of every month from 1 to the last with a figure, from all returned ledgers.

    Where `until` is a later month, the months up to it are there with their blank cells.

    A task's figure comes from the unit that leads it; another ledger is used only where
    that one has none.  Entries belong to no unit.  With `expect_all` a leading unit
    that sent nothing is a finding, unless somebody sent the whole ledger.
    """
    ledger = _ledger(scheme)
    findings: list[Finding] = []
    cells: dict[int, dict[tuple[str, str], Entry]] = {m: {} for m in MONTHS}
    for task in ledger.tasks:
        ranked = sorted(returned, key=lambda r: r.unit != task.lead)
        for month in MONTHS:
            found = [e for r in ranked if (e := r.cells.get((month, task.input)))]
            entries = [e for e in found if e.state != "blank"] or found
            if entries:
                cells[month]["", task.input] = entries[0]
                findings += _differing(task, entries)
    filled = (m for m in MONTHS if any(e.state != "blank" for e in cells[m].values()))
    last = max((*filled, until))
    for task in ledger.tasks:
        findings += _falling(task, [(m, cells[m].get(("", task.input))) for m in MONTHS])
    if expect_all and returned:
        everywhere = {t.input for t in ledger.tasks}
        whole = any({name for _, name in r.cells} == everywhere for r in returned)
        sent = {r.unit for r in returned}
        findings += [
            finding("form-returns-missing", unit=unit, name=unit)
            for unit in ledger.leads
            if unit not in sent and not whole
        ]
    sources = {r.file: r.sha256 for r in returned}
    absent = [
        finding("ledger-month-absent", place=Place(r.file, ""), month=m)
        for r in returned
        for m in range(1, last + 1)
        if m not in r.months
    ]
    # Why nothing came is said above; nobody is to call these cells blank.
    for task in ledger.tasks:
        sent_by_lead = [r for r in returned if r.unit == task.lead]
        if any(("", task.input) in cells[m] for m in MONTHS):
            continue
        for r in sent_by_lead[:1]:
            findings.append(
                finding("form-input-absent", place=Place(r.file), input=task.input, name=task.input)
            )
        for m in range(1, last + 1):
            cells[m]["", task.input] = Entry("", task.input, state="unreadable")
    by_month = {
        m: Entries(units=(), groups={}, cells=cells[m], sources=sources) for m in range(1, last + 1)
    }
    return by_month, (*findings, *absent)


def _headings(sheet: Sheet) -> HeadingRow | None:
    found = find_headings(sheet, LEDGER_COLUMNS, needs=("数据项",))
    if found is None or "数据项" not in found.columns:
        return None
    return found if any(f"{m}月" in found.columns for m in MONTHS) else None


def read_ledger(form: Snapshot, scheme: Scheme) -> tuple[ReturnedLedger | None, list[Finding]]:
    """What one returned ledger holds by itself; None where it is none of the scheme's."""
    file, digest = form.source.name, form.source.sha256
    findings: list[Finding] = []
    system = form.marks.get(SYSTEM)
    if system not in (None, scheme.system):
        return None, [
            finding("form-other-scheme", place=Place(file), found=system, wanted=scheme.system)
        ]
    form_id = form.marks.get(FORM_ID)
    if form_id not in (None, scheme.form_id):
        findings.append(
            finding("form-version", place=Place(file), found=form_id, wanted=scheme.form_id)
        )
    known = {spelling(t.input): t for t in _ledger(scheme).tasks}
    sheets = [(s, h) for s in form.sheets if not s.hidden and (h := _headings(s)) is not None]
    bound = [(s, h, r) for s, h in sheets if (r := _rows(s, h, known))]
    if not bound:
        wanted = "表头中有“数据项”和“1月”至“12月”,表中有本方案的任务"
        names = "、".join(s.name for s in form.sheets)
        findings.append(finding("form-unrecognised", place=Place(file), found=names, wanted=wanted))
        return None, findings
    sheet, headings, rows = max(bound, key=lambda b: len(b[2]))
    rivals = [s.name for s, _, r in bound if 2 * len(r.keys() & rows.keys()) > len(rows)]
    if len(rivals) > 1:
        findings.append(
            finding(
                "form-sheet-repeated",
                place=Place(file, sheet.name),
                found="、".join(rivals),
                used=sheet.name,
            )
        )
    unit, faults = _unit(file, sheet, headings, scheme)
    findings += faults
    findings += _strangers(file, sheet, headings, scheme)
    columns = {m: c for m in MONTHS if (c := headings.columns.get(f"{m}月"))}
    cells: dict[tuple[int, str], Entry] = {}
    for name, row in rows.items():
        for month, column in columns.items():
            raw = sheet.value(row, column)
            cells[month, name] = Entry(
                "",
                name,
                raw=raw,
                state="blank" if text_of(raw) == "" else "given",
                number_format=sheet.formats.get((row, column), "General"),
                place=Place(file, sheet.name, a1(row, column)),
                sha256=digest,
            )
    return ReturnedLedger(file, digest, unit, cells, frozenset(columns)), findings


def _rows(sheet: Sheet, headings: HeadingRow, known: Mapping[str, Task]) -> dict[str, int]:
    """The row of each task that the sheet names; of two the first."""
    column = headings.columns["数据项"]
    rows: dict[str, int] = {}
    for row in range(headings.bottom + 1, len(sheet.rows) + 1):
        task = known.get(spelling(text_of(sheet.value(row, column))))
        if task is not None:
            rows.setdefault(task.input, row)
    return rows


def _strangers(file: str, sheet: Sheet, headings: HeadingRow, scheme: Scheme) -> Iterator[Finding]:
    """Rows that hold figures under a name that is no task, and tasks that stand twice."""
    column = headings.columns["数据项"]
    months = [c for m in MONTHS if (c := headings.columns.get(f"{m}月"))]
    known = {spelling(i.name): i.name for i in scheme.inputs}
    seen: dict[str, str] = {}
    for row in range(headings.bottom + 1, len(sheet.rows) + 1):
        label = text_of(sheet.value(row, column))
        filled = any(text_of(sheet.value(row, c)) for c in months)
        if not label or not filled or sheet.anchor(row, column) != (row, column):
            continue
        name = known.get(spelling(label))
        place = Place(file, sheet.name, a1(row, column))
        if name is None:
            yield finding("form-input-unknown", place=place, found=label, name=label)
        elif name in seen:
            yield finding(
                "form-input-repeated", place=place, input=name, name=name, used=seen[name]
            )
        else:
            seen[name] = place.cell


def _unit(
    file: str, sheet: Sheet, headings: HeadingRow, scheme: Scheme
) -> tuple[str, list[Finding]]:
    """Whose ledger it is, "" for one that the office keeps for all."""
    spot = unit_cell(sheet, headings, scheme)
    name = unit_text(sheet, spot) if spot else ""
    if not name:
        return "", []
    unit = scheme.unit_named(name)
    place = Place(file, sheet.name, a1(*spot) if spot else "")
    if unit is not None:
        return unit.name, list(other_in_name(file, place, unit, scheme))
    choices = "、".join(u.name for u in scheme.units)
    return "", [finding("form-unit-unknown", place=place, found=name, name=name, choices=choices)]


def _differing(task: Task, entries: Sequence[Entry]) -> Iterator[Finding]:
    """Ledgers that both hold a task's figure hold the same."""
    used = entries[0]
    for other in entries[1:]:
        if other.raw != used.raw:
            yield finding(
                "ledger-figures-differ",
                place=other.place,
                input=task.input,
                found=f"{text_of(other.raw)} ≠ {text_of(used.raw)}",
                name=task.input,
                used=f"{used.place.file} {used.place.cell}",
            )


def _falling(task: Task, months: Sequence[tuple[int, Entry | None]]) -> Iterator[Finding]:
    """A cumulative figure does not fall from one month to the next."""
    if task.pace != "累计" or task.limit:
        return
    before: tuple[int, float] | None = None
    for month, entry in months:
        raw = entry.raw if entry is not None else None
        if entry is None or isinstance(raw, bool) or not isinstance(raw, int | float):
            continue
        figure = float(raw) * 100 if shows_percent(entry.number_format) else float(raw)
        if before is not None and figure < before[1]:
            yield finding(
                "ledger-falls",
                place=entry.place,
                input=task.input,
                found=text_of(raw),
                name=task.input,
                month=month,
                before=before[0],
                used=f"{before[1]:.15g}",
            )
        before = (month, figure)

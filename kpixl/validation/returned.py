"""One return by itself: what it holds, and every check that needs no other return.

The checks are generators of findings, each named as the sentence that it enforces; `CHECKS` is
all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from itertools import chain
from typing import TypeAlias, TypeVar

from kpixl.address import a1, parse_a1
from kpixl.entries import Entries, Entry
from kpixl.findings import Finding, Place, blocking, finding
from kpixl.grid import CellError, Scalar, Sheet, Snapshot, Spot
from kpixl.scheme.headings import COVER, match, spelling, text_of
from kpixl.scheme.model import Scheme
from kpixl.scheme.settings import read_date
from kpixl.templates.bind import Recogniser
from kpixl.templates.extract import collect_entries
from kpixl.templates.issued import IssuedForm, IssuedForms
from kpixl.templates.ledger_form import ReturnedLedger, join_ledgers, read_ledger
from kpixl.templates.marks import FORM, SYSTEM, UNIT
from kpixl.templates.reading import Reading as FormReading
from kpixl.templates.remarks import REMARKS_SHEET, Remarks, read_remarks
from kpixl.validation.as_issued import Changes, changes
from kpixl.validation.tables import table_faults

_COVER_ROWS = 12
# A formula that reaches outside of its workbook: [1]Sheet!A1, a path, DDE, the web.
_LINK = re.compile(
    r"\[[^\]\[]+\][^\]\[!(),+*/=<>&]*!|file:|https?:|WEBSERVICE\(|RTD\(|\w\|'?[^!,()]*'?!", re.I
)
_DATE_LIKE = re.compile(r"\d")
_CHOICES_SHEET = "选项"  # where a writer keeps lists of choices that are too long for a cell


@dataclass(frozen=True)
class ReturnedForm:
    """A return under examination, with the form that it was issued as, where that is known.

    `figures` are sheet and cell of figures that are not in `entries`, those of a ledger.
    `sheet` is the one that holds the figures, `cover` the fields above its table by what they are
    for: the cell and what stands in it.
    """

    snapshot: Snapshot
    scheme: Scheme
    issued: IssuedForm | None
    entries: Entries
    unit: str
    today: date
    figures: frozenset[tuple[str, str]] = frozenset()
    sheet: Sheet | None = None
    cover: Mapping[str, tuple[Spot, Scalar]] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """The file's name."""
        return self.snapshot.source.name

    @cached_property
    def own_cells(self) -> frozenset[tuple[str, str]]:
        """Sheet and cell of every figure, for checks that leave figures to others."""
        return self.figures | {(e.place.sheet, e.place.cell) for e in self.entries}

    def place(self, sheet: Sheet, row: int, column: int) -> Place:
        """A cell of the return."""
        return Place(self.file, sheet.name, a1(row, column))


def _sheet_of(snapshot: Snapshot, entries: Entries, issued: IssuedForm | None) -> Sheet | None:
    """The sheet that holds the figures."""
    names = {e.place.sheet for e in entries} or ({issued.sheets[0].name} if issued else set())
    return next((s for s in snapshot.sheets if s.name in names), None)


def cover_fields(sheet: Sheet) -> Mapping[str, tuple[Spot, Scalar]]:
    """Labels such as 填报日期 in the upper rows of a sheet, with the field beside each."""
    found: dict[str, tuple[Spot, Scalar]] = {}
    merged = {(a.top, a.left): a.right for a in sheet.merged}
    for row, cells in enumerate(sheet.rows[:_COVER_ROWS], 1):
        for column, value in enumerate(cells, 1):
            if not isinstance(value, str) or len(value) > 12:
                continue
            role = match(value, COVER)
            if role is not None and role not in found:
                spot = sheet.anchor(row, merged.get((row, column), column) + 1)
                found[role] = (spot, sheet.value(*spot))
    return found


Check: TypeAlias = Callable[[ReturnedForm], Iterator[Finding]]


def a_form_comes_from_the_unit_it_was_issued_to(form: ReturnedForm) -> Iterator[Finding]:
    """The cover names the unit that the form was made for."""
    issued_to = form.scheme.unit_named(form.snapshot.marks.get(UNIT, ""))
    on_cover = form.cover.get("单位")
    if issued_to is None or on_cover is None or form.sheet is None:
        return
    spot, text = on_cover
    named = form.scheme.unit_named(text_of(text))
    if not text_of(text):
        place = form.place(form.sheet, *spot)
        yield finding("form-unit-missing", place=place, found=f"文件名 {form.file}")
    if named is not None and named.name != issued_to.name:
        yield finding(
            "form-unit-issued",
            place=form.place(form.sheet, *spot),
            unit=named.name,
            found=text_of(text),
            name=issued_to.name,
        )


def a_formula_stays_in_its_workbook(form: ReturnedForm) -> Iterator[Finding]:
    """No link to another workbook, no call of another program."""
    for sheet in form.snapshot.sheets:
        for (row, column), text in sheet.formulas.items():
            if _is_link(text):
                yield finding(
                    "form-link",
                    place=form.place(sheet, row, column),
                    unit=form.unit,
                    found=text[:80],
                )


def _is_link(formula: str) -> bool:
    """Whether a formula reaches outside of its workbook.

    >>> _is_link("='[台账.xlsx]汇总'!B3"), _is_link("=cmd|'/C calc'!A0"), _is_link("=SUM(A1:A3)")
    (True, True, False)
    >>> _is_link('=IF(A1="[x]!","a|b!",表1[列])')
    False
    """
    return bool(_LINK.search(re.sub(r'"[^"]*"', "", formula)))


def no_cell_beside_the_figures_holds_an_error(form: ReturnedForm) -> Iterator[Finding]:
    """An error value outside of the figures, whose own check is in `checks`."""
    for sheet in form.snapshot.sheets:
        if sheet.hidden or CellError not in set(map(type, chain.from_iterable(sheet.rows))):
            continue
        for row, cells in enumerate(sheet.rows, 1):
            for column, value in enumerate(cells, 1):
                if type(value) is CellError:
                    place = form.place(sheet, row, column)
                    if (place.sheet, place.cell) not in form.own_cells:
                        yield finding(
                            "form-error",
                            place=place,
                            unit=form.unit,
                            found=value.code,
                            name=place.cell,
                        )


def nothing_is_hidden(form: ReturnedForm) -> Iterator[Finding]:
    """Hidden rows, columns and sheets are told."""
    for sheet in form.snapshot.sheets:
        if sheet.hidden:
            if sheet.name != _CHOICES_SHEET:
                yield finding(
                    "form-hidden",
                    place=Place(form.file, sheet.name),
                    unit=form.unit,
                    found=sheet.name,
                    what="工作表",
                )
            continue
        height, width = len(sheet.rows), sheet.width
        rows = sorted(r for r in sheet.hidden_rows if r <= height)
        columns = sorted(c for c in sheet.hidden_columns if c <= width)
        if rows:
            yield finding(
                "form-hidden",
                place=form.place(sheet, rows[0], 1),
                unit=form.unit,
                found=f"第 {'、'.join(map(str, rows[:10]))} 行",
                what="行",
            )
        if columns:
            names = "、".join(a1(1, c)[:-1] for c in columns[:10])
            yield finding(
                "form-hidden",
                place=form.place(sheet, 1, columns[0]),
                unit=form.unit,
                found=f"{names} 列",
                what="列",
            )


def no_text_begins_like_a_formula(form: ReturnedForm) -> Iterator[Finding]:
    """A text that a spreadsheet program would take for a formula is told, and written as text."""
    for sheet in form.snapshot.sheets:
        for row, cells in enumerate(sheet.rows, 1):
            for column, value in enumerate(cells, 1):
                if type(value) is not str or value[:1] not in "=+-@\t\r" or not value:
                    continue
                if re.fullmatch(r"[-+]\s*[\d.,%％]*|-+|[-+]\s*[\d.,]+[^\d(=!]*", value):
                    continue  # a dash, or a figure that came as text
                place = form.place(sheet, row, column)
                if (row, column) in sheet.formulas or ((place.sheet, place.cell) in form.own_cells):
                    continue
                yield finding(
                    "form-injection",
                    place=place,
                    unit=form.unit,
                    found=value[:60],
                    sign=value[0].strip() or "制表符",
                )


def the_date_of_a_form_is_in_its_period(form: ReturnedForm) -> Iterator[Finding]:
    """填报日期 is a date, not before the year that is assessed and not in the future."""
    if "填报日期" not in form.cover or form.sheet is None or not form.scheme.year:
        return
    spot, raw = form.cover["填报日期"]
    day = date_of(raw)
    text = text_of(raw)
    if not text or (day is None and not _DATE_LIKE.search(text)):
        return
    first = date(form.scheme.year, 1, 1)
    if day is None or not first <= day <= form.today:
        yield finding(
            "form-date",
            place=form.place(form.sheet, *spot),
            unit=form.unit,
            found=text,
            name="填报日期",
            wanted=f"{first.isoformat()} 以后、今天以前的日期,如 {form.scheme.year}-12-31",
        )


def a_form_is_sent_in_time(form: ReturnedForm) -> Iterator[Finding]:
    """A return that is dated after its deadline is told."""
    due = deadline_of(form.scheme)
    spot, raw = form.cover.get("填报日期", ((1, 1), None))
    day = date_of(raw)
    if due is not None and day is not None and due < day <= form.today and form.sheet:
        yield finding(
            "form-late",
            place=form.place(form.sheet, *spot),
            unit=form.unit,
            found=day.isoformat(),
            wanted=due.isoformat(),
        )


def tables_add_up(form: ReturnedForm) -> Iterator[Finding]:
    """Totals, growth and project names of tables beside the form."""
    own = {s.name for s in form.issued.sheets} if form.issued else {REMARKS_SHEET}
    for sheet in form.snapshot.sheets:
        if not sheet.hidden and sheet.name not in own:
            yield from table_faults(form.file, sheet, form.unit)


CHECKS: tuple[Check, ...] = (
    a_form_comes_from_the_unit_it_was_issued_to,
    a_formula_stays_in_its_workbook,
    no_cell_beside_the_figures_holds_an_error,
    nothing_is_hidden,
    no_text_begins_like_a_formula,
    the_date_of_a_form_is_in_its_period,
    a_form_is_sent_in_time,
    tables_add_up,
)


def date_of(value: Scalar) -> date | None:
    """A cell as a date: a date, or a text that is one (2016年1月15日, 20160115).

    >>> date_of("2016年1月5日"), date_of("20160105"), date_of("年底")
    (datetime.date(2016, 1, 5), datetime.date(2016, 1, 5), None)
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = text_of(value)
    if re.fullmatch(r"(?:19|20)\d{6}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    day = read_date(text) if text else None
    return date.fromisoformat(day) if day and day[:1].isdigit() else None


def deadline_of(scheme: Scheme) -> date | None:
    """When the form of the assessment is due: the one date among the deadlines, else unknown."""
    days = [d for d in scheme.deadlines.values() if re.fullmatch(r"\d{4}-\d\d-\d\d", d)]
    return date.fromisoformat(days[0]) if len(days) == 1 else None


# -- a return, examined ----------------------------------------------------------------------


@dataclass(frozen=True)
class Reading:
    """What one return holds, and what is wrong with it by itself.

    `last_year` are the cells of 上年数 by input.  `issued` says that it is a form of ours,
    `system` which scheme the file says it belongs to, `ours` that it is a result and no return.
    `figures` are the figures as they stood, by what they are: the cell and the text.
    `ledger` are the figures of a ledger, which belong to no unit, by month.
    """

    file: str
    sha256: str
    unit: str
    place: Place
    entries: Entries
    findings: tuple[Finding, ...]
    remarks: Remarks = field(default_factory=Remarks)
    last_year: Mapping[str, Place] = field(default_factory=dict)
    issued: bool = False
    monthly: str = ""
    day: date | None = None
    figures: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    system: str = ""
    ours: bool = False
    ledger: ReturnedLedger | None = None


def read_return(snapshot: Snapshot, forms: IssuedForms, *, today: date) -> Reading:
    """Everything that one returned form says and that is wrong with it by itself."""
    scheme = forms.scheme
    file = snapshot.source.name
    figures: frozenset[tuple[str, str]] = frozenset()
    texts: dict[str, tuple[str, str]] = {}
    sent: ReturnedLedger | None = None
    issued, ledger = forms.of(snapshot), scheme.ledger is not None
    difference = changes(snapshot, issued) if issued is not None else Changes(())
    as_issued = issued is not None and _is_unchanged(snapshot, issued, difference)
    layout = forms.layout(issued) if issued is not None and as_issued and not ledger else None
    if not ledger:
        entries, faults = collect_entries(
            [snapshot], scheme, expect_all=False, recogniser=forms.recogniser, layout=layout
        )
        entries, more = uncalculated(snapshot, entries)
        faults += more
        texts = {e.input: (e.place.cell, text_of(e.raw)) for e in entries}
        for e in entries.self_scores.values():
            texts[f"{e.input} 自评分"] = (e.place.cell, text_of(e.raw))
    else:
        entries = Entries((), {}, {})
        sent, read = read_ledger(snapshot, scheme)
        if sent is not None:
            cells, more = _uncalculated(snapshot, sent.cells)
            sent = replace(sent, cells=cells)
            read += more
        held = () if sent is None else (sent,)
        by_month, faults = join_ledgers(held, scheme, expect_all=False)
        faults = (*read, *faults)
        months = by_month.values()
        figures = frozenset((e.place.sheet, e.place.cell) for own in months for e in own)
        texts = {
            f"{e.input} {month}月": (e.place.cell, text_of(e.raw))
            for month, own in by_month.items()
            for e in own
            if e.place.file == file
        }
    sheet = _sheet_of(snapshot, entries, issued)
    cover = {} if sheet is None else cover_fields(sheet)
    marked = scheme.unit_named(snapshot.marks.get(UNIT, ""))
    on_cover = cover.get("单位")
    named = scheme.unit_named(text_of(on_cover[1])) if on_cover else None
    units = entries.units or tuple(u.name for u in (named, marked) if u is not None)[:1]
    unit = units[0] if len(units) == 1 else ""
    form = ReturnedForm(snapshot, scheme, issued, entries, unit, today, figures, sheet, cover)
    found = [*_unsaid(faults, difference), *difference.findings]
    found += (f for check in CHECKS for f in check(form))
    if any(f.code == "form-unit-issued" for f in found):  # which says why all else is amiss
        found = [f for f in found if f.code not in ("form-unit-file", "form-input-absent")]
    if difference.shifted:  # a cover that was pulled apart names nobody
        found = [f for f in found if f.code not in ("form-unit-missing", "form-unit-unknown")]
    place = Place(file)
    if on_cover and sheet is not None:
        place = form.place(sheet, *on_cover[0])
    names = {spelling(i.name): i.name for i in scheme.inputs}
    remarks = read_remarks(snapshot, names)
    for what, remarked in (("情况说明", remarks.reasons), ("佐证材料", remarks.evidence)):
        for name, one in remarked.items():
            texts[f"{name} {what}"] = (f"{one.place.sheet}!{one.place.cell}", one.text)
    day = cover.get("填报日期")
    return Reading(
        file=file,
        sha256=snapshot.source.sha256,
        unit=unit,
        place=place,
        entries=_unused(entries, difference),
        findings=_with_unit(found, unit),
        remarks=remarks,
        last_year=_last_year_cells(snapshot, layout or forms.recogniser, entries),
        issued=issued is not None,
        monthly=_monthly(snapshot, scheme),
        day=date_of(day[1]) if day else None,
        figures=texts,
        system=snapshot.marks.get(SYSTEM, ""),
        ledger=sent,
    )


def _monthly(snapshot: Snapshot, scheme: Scheme) -> str:
    name = snapshot.marks.get(FORM, "")
    return name if name in scheme.deadlines else ""


_Key = TypeVar("_Key")


def uncalculated(snapshot: Snapshot, entries: Entries) -> tuple[Entries, tuple[Finding, ...]]:
    """Figures that are formulas without a result: not blank, but nobody has calculated them."""
    cells, found = _uncalculated(snapshot, entries.cells)
    return replace(entries, cells=cells), found


def _uncalculated(
    snapshot: Snapshot, entries: Mapping[_Key, Entry]
) -> tuple[dict[_Key, Entry], tuple[Finding, ...]]:
    cells = dict(entries)
    found = []
    for key, entry in entries.items():
        sheet = snapshot.sheet(entry.place.sheet)
        if (
            entry.place.file != snapshot.source.name
            or sheet is None
            or entry.raw is not None
            or not entry.place.cell
        ):
            continue
        text = sheet.formulas.get(parse_a1(entry.place.cell), "")
        if text:
            cells[key] = replace(entry, state="unreadable")
            if not _is_link(text):
                found.append(
                    finding(
                        "form-stale",
                        place=entry.place,
                        unit=entry.unit,
                        input=entry.input,
                        found=f"{text} 没有结果",
                        wanted="公式已经算出结果",
                        more="",
                    )
                )
    return cells, tuple(found)


def _unsaid(faults: tuple[Finding, ...], difference: Changes) -> Iterator[Finding]:
    """The faults of reading that the comparison with the issued form does not explain."""
    changed = blocking(difference.findings)
    versions = {f.place.file for f in difference.findings if f.code == "form-version"}
    for fault in faults:
        if fault.code == "form-input-absent" and fault.input in difference.lost:
            continue
        if fault.code == "form-measure-changed" and fault.input in difference.lost:
            continue
        if (fault.place.sheet, fault.place.cell) in difference.cells and fault.code in (
            "form-input-unknown",
            "form-input-repeated",
        ):
            continue
        if fault.code == "form-unrecognised" and changed:
            continue
        if fault.code == "form-version" and fault.place.file in versions:
            continue
        yield fault


def _unused(entries: Entries, difference: Changes) -> Entries:
    """The entries, those unreadable whose row says something else than it was issued with."""
    if not difference.lost:
        return entries
    cells = {
        key: e.settled("unreadable", None) if e.input in difference.lost else e
        for key, e in entries.cells.items()
    }
    return replace(entries, cells=cells)


def _with_unit(found: list[Finding], unit: str) -> tuple[Finding, ...]:
    return tuple(f if f.unit or not unit else replace(f, unit=unit) for f in found)


def _is_unchanged(snapshot: Snapshot, form: IssuedForm, difference: Changes) -> bool:
    """Whether a return has the sheets of its form and nothing but figures were entered."""
    own = {sheet.name for sheet in form.sheets}
    first = snapshot.sheet(form.sheets[0].name)
    shown = {s.name for s in snapshot.sheets if not s.hidden and any(s.filled())}
    return not difference.findings and first is not None and not first.hidden and shown <= own


def _last_year_cells(
    snapshot: Snapshot, layout: FormReading | Recogniser, entries: Entries
) -> Mapping[str, Place]:
    if not any(e.last_year is not None for e in entries):
        return {}
    file = snapshot.source.name
    reading = layout.read(snapshot) if isinstance(layout, Recogniser) else layout
    return {
        n: Place(file, binding.sheet_of(n), a1(*spot))
        for binding in reading.bindings[:1]
        for n, spot in binding.last_year.items()
    }

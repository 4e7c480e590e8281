"""One pass over all figures: what is wrong with each, and what it counts as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kpixl.entries import Entries, Entry
from kpixl.findings import Finding, Place, Severity, blocking, finding
from kpixl.scheme.cases import spared
from kpixl.scheme.headings import text_of
from kpixl.scheme.items import Input
from kpixl.scheme.model import Scheme
from kpixl.validation.answers import waived
from kpixl.validation.checks import CHECKS
from kpixl.validation.compared import Cohort, compared, figures_that_belong_together_agree
from kpixl.validation.figures import Case
from kpixl.validation.same_figures import check_same_figures
from kpixl.validation.self_scores import check_self_scores


def validate(
    entries: Entries,
    scheme: Scheme,
    *,
    accepted: Entries | None = None,
    last_year_cells: Mapping[tuple[str, str], Place] | None = None,
) -> tuple[Entries, tuple[Finding, ...]]:
    """The same entries with state and value decided, and everything that is wrong.

    A figure with a finding of severity 强 is never used (value None) unless it was waived; a
    number that came as text is proposed and not used.  A unit from which nothing came at all is
    no matter of single figures and is passed over here.  `accepted` are last year's accepted
    figures.
    """
    cells: dict[tuple[str, str], Entry] = {}
    findings: list[Finding] = []
    columns: dict[str, list[Entry]] = {}
    sent: dict[str, set[str]] = {}
    for entry in entries:
        columns.setdefault(entry.input, []).append(entry)
        sent.setdefault(entry.unit, set()).add(entry.input)
    for unit in entries.units or ("",):
        needed, extra = _asked(scheme, unit, entries, sent.get(unit, set()))
        own: list[Finding] = []
        for given in needed:
            entry = entries.get(unit, given.name) or _nothing(entries, unit, given)
            case = Case(given, entry, columns.get(given.name, ()), scheme)
            cells[unit, given.name], faults = _settled(case)
            own += faults
        answers = {i.name: cells[unit, i.name].value for i in needed}
        group = entries.groups.get(unit) or _group(scheme, unit)
        free = spared(scheme, unit, group, answers)
        findings += (f for f in own if not (f.code == "value-missing" and f.input in free))
        findings += (_uncalled_for(entry) for entry in extra)
    settled, faults = check_self_scores(replace(entries, cells=cells), scheme)
    cohort = Cohort(scheme, settled, accepted, last_year_cells or {})
    breaches = waived(figures_that_belong_together_agree(cohort), scheme)
    settled = _without(settled, breaches)
    cohort = replace(cohort, entries=settled)
    more = (*faults, *check_same_figures(settled, scheme), *compared(cohort))
    return settled, (*findings, *breaches, *waived(more, scheme))


def _group(scheme: Scheme, unit: str) -> str:
    known = scheme.unit_named(unit)
    return known.group if known is not None else ""


def _without(entries: Entries, breaches: Sequence[Finding]) -> Entries:
    """The entries without those figures that others contradict."""
    bad = {(f.unit, f.input) for f in breaches if f.severity is Severity.BLOCK}
    cells = {
        key: e.settled("unreadable", None) if key in bad else e for key, e in entries.cells.items()
    }
    return replace(entries, cells=cells) if bad else entries


def _asked(
    scheme: Scheme, unit: str, entries: Entries, sent: set[str]
) -> tuple[tuple[Input, ...], tuple[Entry, ...]]:
    """What is asked of a unit that sent anything, and what it sent without being asked.

    A unit that is not in the roster is asked for whatever the data hold for it.
    """
    if not sent:
        return (), ()
    asked = {i.name for i in scheme.asked_of(unit, entries.groups.get(unit))}
    if unit and scheme.unit_named(unit) is None:
        group = entries.groups.get(unit, "")
        asked |= {n for n in sent if not scheme.for_other_groups(scheme.input_by_name[n], group)}
    extra = (entries.get(unit, i.name) for i in scheme.asked if i.name in sent - asked)
    return (
        tuple(i for i in scheme.asked if i.name in asked),
        tuple(e for e in extra if e is not None and text_of(e.raw)),
    )


def _uncalled_for(entry: Entry) -> Finding:
    return finding(
        "value-not-asked",
        place=entry.place,
        unit=entry.unit,
        input=entry.input,
        found=text_of(entry.raw),
        name=entry.input,
    )


def _nothing(entries: Entries, unit: str, given: Input) -> Entry:
    """An entry for a figure that is not even mentioned; its file is known where there is one."""
    files = tuple(entries.sources)
    place = Place(files[0]) if len(files) == 1 else Place()
    return Entry(unit, given.name, place=place)


def _settled(case: Case) -> tuple[Entry, tuple[Finding, ...]]:
    entry = case.entry
    if entry.state == "unreadable":  # extraction has said why
        return entry, ()
    found: tuple[Finding, ...] = ()
    for check in CHECKS:
        found = tuple(check(case))
        if found:
            found = waived(found, case.scheme)
            break
    if case.not_applicable:
        return entry.settled("not_applicable", None), found
    if any(f.code != "value-missing" for f in found) and blocking(found):
        return entry.settled("unreadable", None), found
    if case.blank:
        return _blank(case), found
    if case.figure is None:
        return entry.settled("unreadable", None), found
    value = case.scheme.counted(case.given, case.figure, entry.mark)
    return entry.settled("given", value), found


def _blank(case: Case) -> Entry:
    """A blank as the scheme takes it (G4)."""
    entry, policy = case.entry, case.scheme.missing_of(case.given)
    if policy == "按0":
        return entry.settled("given", 0.0)
    if policy == "上年值":
        value = case.scheme.counted(case.given, entry.last_year, entry.mark)
        return entry.settled("blank" if value is None else "last_year", value)
    return entry.settled("blank", None)

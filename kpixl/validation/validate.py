"""One pass over all figures: what is wrong with each, and what it counts as."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from kpixl.entries import Entries, Entry
from kpixl.findings import Finding, Place, blocking
from kpixl.scheme.model import Input, Scheme
from kpixl.validation.checks import CHECKS
from kpixl.validation.figures import Case


def validate(entries: Entries, scheme: Scheme) -> tuple[Entries, tuple[Finding, ...]]:
    """The same entries with state and value decided, and everything that is wrong.

    A figure with a finding of severity 强 is never used (value None); a number that
    came as text is proposed and not used.  A unit from which nothing came at all is
    no matter of single figures and is passed over here.
    """
    cells: dict[tuple[str, str], Entry] = {}
    findings: list[Finding] = []
    columns: dict[str, list[Entry]] = {}
    sent: dict[str, set[str]] = {}
    for entry in entries:
        columns.setdefault(entry.input, []).append(entry)
        sent.setdefault(entry.unit, set()).add(entry.input)
    for unit in entries.units or ("",):
        for given in _asked(scheme, unit, entries.groups.get(unit), sent.get(unit, set())):
            entry = entries.get(unit, given.name) or _nothing(entries, unit, given)
            case = Case(given, entry, columns.get(given.name, ()), scheme)
            cells[unit, given.name], faults = _settled(case)
            findings += faults
    return replace(entries, cells=cells), tuple(findings)


def _asked(scheme: Scheme, unit: str, group: str | None, sent: set[str]) -> Iterator[Input]:
    """What is asked of a unit, and what it sent without being asked."""
    if sent:
        asked = {i.name for i in scheme.asked_of(unit, group)} | sent
        yield from (i for i in scheme.asked if i.name in asked)


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
            break
    if case.not_applicable:
        return replace(entry, state="not_applicable", value=None), found
    if case.blank:
        return _blank(case), found
    if blocking(found):
        return replace(entry, state="unreadable", value=None), found
    return replace(entry, state="given", value=_counted(case, case.figure)), found


def _blank(case: Case) -> Entry:
    """A blank as the scheme takes it (G4)."""
    entry, policy = case.entry, case.scheme.missing
    if policy == "按0":
        return replace(entry, state="given", value=0.0)
    if policy == "上年值" and case.given.kind in ("number", "percent", "count"):
        value = _counted(case, entry.last_year)
        return replace(entry, state="blank" if value is None else "last_year", value=value)
    return replace(entry, state="blank", value=None)


def _counted(case: Case, figure: float | None) -> float | None:
    """A figure with its 口径 applied; judged figures and answers have none."""
    factor = case.scheme.mark_factors.get(case.entry.mark)
    quantified = case.given.kind in ("number", "percent", "count")
    if figure is None or factor is None or not quantified:
        return figure
    return float(Decimal(f"{figure:.15g}") * factor)

"""All returns together: one figure a unit, and everything that is wrong, in one pass.

A run reads each return by itself (`returned.read_return`, which several processes may share)
and then holds them against each other and against last year.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from kpixl.entries import Entries, Entry
from kpixl.findings import Finding, Place, finding
from kpixl.grid import Snapshot
from kpixl.scheme.headings import text_of
from kpixl.scheme.model import Scheme
from kpixl.templates.extract import collect_entries
from kpixl.templates.issued import IssuedForms
from kpixl.templates.ledger_form import join_ledgers
from kpixl.templates.remarks import Remarks
from kpixl.validation.answers import evidence_faults, explained, waived
from kpixl.validation.compared import accepted_before
from kpixl.validation.ledger_months import month_findings
from kpixl.validation.returned import Reading, read_return
from kpixl.validation.validate import validate


@dataclass(frozen=True)
class Examination:
    """What some returns hold, settled, and everything that is wrong with them."""

    scheme: Scheme
    readings: tuple[Reading, ...]
    entries: Entries
    findings: tuple[Finding, ...]
    used: Mapping[str, str] = field(default_factory=dict)  # unit -> the file that is used


def read_returns(
    forms: Sequence[Snapshot], scheme: Scheme, *, today: date | None = None
) -> tuple[Reading, ...]:
    """Every return by itself; see `read_return`."""
    issued = IssuedForms(scheme)
    day = today or date.today()
    return tuple(read_return(form, issued, today=day) for form in forms)


def examine(
    readings: Sequence[Reading],
    scheme: Scheme,
    *,
    expect_all: bool = True,
    accepted: Entries | None = None,
) -> Examination:
    """The returns of a scheme as one set of figures, checked.

    Of two returns for one unit the first is used.  With `expect_all` a unit that sent nothing is
    a finding.  `accepted` are last year's returns.
    """
    entries, used, faults = gathered(readings, scheme, expect_all=expect_all)
    cells = {
        (r.entries.units[0], name): place
        for r in readings
        if len(r.entries.units) == 1
        for name, place in r.last_year.items()
    }
    settled, wrong = validate(entries, scheme, accepted=accepted, last_year_cells=cells)
    remarks = {r.file: r.remarks for r in readings}
    own = [f for r in readings for f in r.findings]
    everything = [
        *waived((*own, *faults), scheme),
        *wrong,
        *waived(evidence_faults(settled, remarks, scheme), scheme),
    ]
    findings = tuple(distinct(explained(everything, remarks)))
    return Examination(scheme, tuple(readings), settled, findings, used)


_MOST_SAID = 6  # figures that differ between two returns, named one by one
_ACROSS = frozenset({"form-returns-missing", "ledger-figures-differ"})


def examine_ledger(
    readings: Sequence[Reading], scheme: Scheme, *, expect_all: bool = True
) -> tuple[Mapping[int, Entries], tuple[Finding, ...]]:
    """The figures of a ledger by month, and everything that is wrong with the returns."""
    returned = [r.ledger for r in readings if r.ledger is not None]
    by_month, faults = join_ledgers(returned, scheme, expect_all=expect_all)
    across = [f for f in faults if f.code in _ACROSS]
    figures = month_findings(by_month, scheme) if by_month else ()
    slips = {f.input for f in figures if f.code == "value-magnitude"}
    own = [f for r in readings for f in r.findings]
    own = [f for f in own if f.code != "ledger-falls" or f.input not in slips]
    remarks = {r.file: r.remarks for r in readings}
    everything = (*waived((*own, *across), scheme), *figures)
    return by_month, tuple(distinct(explained(everything, remarks)))


_Cell = tuple[tuple[str, str], Entry]


def _by_unit(cells: Mapping[tuple[str, str], Entry]) -> dict[str, list[_Cell]]:
    """The cells of each unit, sorted out once: one table may hold thousands of units."""
    found: dict[str, list[_Cell]] = {}
    for key, entry in cells.items():
        found.setdefault(key[0], []).append((key, entry))
    return found


def gathered(
    readings: Sequence[Reading], scheme: Scheme, *, expect_all: bool = True
) -> tuple[Entries, Mapping[str, str], tuple[Finding, ...]]:
    """The figures of several returns, the file that is used for each unit, and what that meets."""
    first: dict[str, Reading] = {}
    findings: list[Finding] = []
    # one that was issued to somebody else only counts where there is no other
    for reading in sorted(readings, key=_misissued):
        for unit in reading.entries.units or ((reading.unit,) if reading.unit else ()):
            known = first.setdefault(unit, reading)
            if known is not reading and not _misissued(reading):
                findings.append(_repeated(known, reading, unit))
    members = scheme.units if expect_all else scheme.units_among(first.keys())
    units = tuple(u.name for u in members)
    findings += [
        finding("form-returns-missing", unit=unit, name=unit)
        for unit in units
        if unit not in first and _reports(scheme, unit)
    ]
    chosen = [(u, first[u]) for u in units if u in first]
    used = {id(r): r for _, r in chosen}.values()
    cells = {id(r): _by_unit(r.entries.cells) for r in used}
    own = {id(r): _by_unit(r.entries.self_scores) for r in used}
    return (
        Entries(
            units=units,
            groups={u.name: u.group for u in members},
            cells={k: e for unit, r in chosen for k, e in cells[id(r)].get(unit, ())},
            sources={r.file: r.sha256 for _, r in chosen},
            self_scores={k: e for unit, r in chosen for k, e in own[id(r)].get(unit, ())},
        ),
        {unit: r.file for unit, r in chosen},
        tuple(findings),
    )


def _misissued(reading: Reading) -> bool:
    return any(f.code == "form-unit-issued" for f in reading.findings)


def _reports(scheme: Scheme, unit: str) -> bool:
    if scheme.ledger is not None:
        return bool(scheme.ledger.led_by(unit))
    return True


def differing(one: Entries, other: Entries, unit: str) -> Iterator[tuple[Entry, Entry]]:
    """The figures of a unit that differ between two returns."""
    for key, entry in other.cells.items():
        mine = one.cells.get(key)
        if key[0] == unit and mine is not None and text_of(mine.raw) != text_of(entry.raw):
            yield mine, entry


def _repeated(known: Reading, other: Reading, unit: str) -> Finding:
    apart = list(differing(known.entries, other.entries, unit))
    said = [
        f"{its.input}({its.place.cell}) {text_of(mine.raw) or '空白'}≠{text_of(its.raw) or '空白'}"
        for mine, its in apart
    ]
    more = f" 等 {len(said)} 处" if len(said) > _MOST_SAID else ""
    facts = f"不同的数:{'、'.join(said[:_MOST_SAID])}{more}" if said else "两份数据相同"
    place = other.place if other.place.cell else Place(other.file)
    return finding(
        "form-unit-repeated",
        place=place,
        unit=unit,
        found=facts,
        name=unit,
        used=known.file,
    )


def distinct(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, each once: of one code in one cell the first, elsewhere by their facts."""
    seen: set[tuple[str, ...]] = set()
    for found in findings:
        facts = "" if found.place.cell else found.found
        key = (found.code, *map(str, (found.place, found.unit, found.input, facts)))
        if key not in seen:
            seen.add(key)
            yield found


def last_year_of(forms: Sequence[Snapshot], scheme: Scheme) -> Entries:
    """Last year's accepted returns as figures, whatever scheme or version they say they are of."""
    bare = [replace(form, marks={}) for form in forms]
    entries, _ = collect_entries(bare, scheme, expect_all=False)
    return accepted_before(entries, scheme)


__all__ = ["Examination", "Remarks", "examine", "gathered", "last_year_of", "read_returns"]

"""Where the returns of a folder stand, and what goes back, from workbooks that were read.

The same board and slips as `kpixl collect` makes, without what that keeps in its folder from
run to run: times of arrival and earlier returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from kpixl.collection import reporting_units
from kpixl.findings import Finding, Severity
from kpixl.grid import Snapshot
from kpixl.reporting.board import Board, ChangeLine, FileLine, State, UnitLine
from kpixl.validation.examine import examine, examine_ledger, read_returns
from kpixl.validation.returned import Reading, deadline_of
from kpixl.validation.succession import Succession, succession

if TYPE_CHECKING:
    from kpixl.scheme.model import Scheme


def board_of(
    scheme: Scheme, forms: Sequence[Snapshot], found: Iterable[Finding], *, today: date
) -> Board:
    """Who of a scheme's units has sent what, and what is wrong with it."""
    readings = read_returns(forms, scheme, today=today)
    by_unit: dict[str, list[Reading]] = {}
    for reading in readings:
        for unit in reading.entries.units or ((reading.unit,) if reading.unit else ()):
            by_unit.setdefault(unit, []).append(reading)
    orders = {unit: succession(unit, own) for unit, own in by_unit.items()}
    used = [o.used.file for o in orders.values()]
    aside = {r.file for o in orders.values() for r, _ in o.aside} - set(used)
    chosen = sorted(
        (n for n, r in enumerate(readings) if r.file not in aside),
        key=lambda n: readings[n].file not in used,
    )
    own = [readings[n] for n in chosen]
    if scheme.ledger is None:
        faults = examine(own, scheme).findings
    else:
        faults = examine_ledger(own, scheme)[1]
    findings = (*found, *faults, *(f for o in orders.values() for f in o.findings))
    due = deadline_of(scheme)
    late = due is not None and today > due
    units = dict.fromkeys((*reporting_units(scheme), *orders))
    return Board(
        scheme,
        tuple(_unit(scheme, name, orders.get(name), findings, late=late) for name in units),
        tuple(_files(readings, orders)),
        tuple(
            ChangeLine(c.unit, c.label, c.cell, c.before, c.now, c.since)
            for o in orders.values()
            for c in o.changes
        ),
        findings,
        due,
        today,
    )


def _unit(
    scheme: Scheme,
    name: str,
    order: Succession | None,
    findings: Sequence[Finding],
    *,
    late: bool,
) -> UnitLine:
    unit = scheme.unit_named(name)
    group = unit.group if unit else ""
    if order is None:
        return UnitLine(name, group, "未报", late="超期未报" if late else "")
    own = of_return(order.used, name, findings)
    counts = {s: sum(f.severity is s for f in own) for s in Severity}
    state: State = "通过"
    if counts[Severity.BLOCK]:
        state = "退回"
    elif counts[Severity.VERIFY]:
        state = "已报"
    behind = next((f.found for f in own if f.code == "form-late"), "")
    rivals = "、".join(r.file for r in order.rivals)
    return UnitLine(
        name,
        group,
        state,
        order.used.file,
        order.number,
        order.used.day.isoformat() if order.used.day else "",
        "",
        f"迟报({behind})" if behind else "",
        counts[Severity.BLOCK],
        counts[Severity.VERIFY],
        counts[Severity.NOTE],
        f"另有“{rivals}”,数据不同,不知道以哪份为准" if rivals else "",
    )


def of_return(reading: Reading, unit: str, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What is wrong with one unit's return."""
    alone = len(reading.entries.units) < 2
    return tuple(
        f
        for f in findings
        if (f.unit == unit and f.place.file in ("", reading.file))
        or (alone and f.place.file == reading.file)
    )


def _files(readings: Iterable[Reading], orders: Mapping[str, Succession]) -> Iterator[FileLine]:
    lines: dict[str, FileLine] = {}
    for unit, order in orders.items():
        lines[order.used.file] = FileLine(order.used.file, unit, "采用")
        for reading in order.rivals:
            why = f"与“{order.used.file}”数据不同,不知道以哪份为准"
            lines[reading.file] = FileLine(reading.file, unit, "待定", why)
        for reading, why in order.aside:
            lines.setdefault(reading.file, FileLine(reading.file, unit, "不采用", why))
    for reading in readings:
        unknown = FileLine(reading.file, "", "未采用", "认不出是哪个单位的")
        yield lines.get(reading.file, unknown)

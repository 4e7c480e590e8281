"""What a calculation changes in a workbook, and what it could not do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kpixl.address import a1
from kpixl.findings import Finding, Place, finding
from kpixl.grid import Area, CellError, Scalar, Snapshot, Spot
from kpixl.host import Patch, SetResults
from kpixl.hosts.files_write import serial
from kpixl.hosts.recalculate import Recalculated

_MOST_NAMED = 8


def results_patch(snapshot: Snapshot, found: Recalculated) -> tuple[Patch, int]:
    """The patch that stores the values, and how many cells it gives another value.

    Cells whose value stays are not touched.
    """
    changes: list[SetResults] = []
    count = 0
    for sheet in snapshot.sheets:
        areas: dict[Spot, Area] = {
            spot: area for (name, spot), area in found.areas.items() if name == sheet.name
        }
        old = {(area.top, area.left): area for area in sheet.arrays}
        areas = {spot: area for spot, area in areas.items() if old.get(spot) != area}
        values: dict[Spot, Scalar] = {}
        for (name, spot), value in found.values.items():
            if name == sheet.name and (spot in areas or not _alike(sheet.value(*spot), value)):
                values[spot] = value
        values |= {spot: None for name, spot in found.blanked if name == sheet.name}
        if values:
            changes.append(SetResults(sheet.name, values, areas))
            count += len(values)
    return Patch(tuple(changes), recalculate=False), count


def _alike(stored: Scalar, now: Scalar) -> bool:
    """Whether a stored value needs no change: the same to the last digit that is shown."""
    if stored in (None, "") and now in (None, ""):
        return True
    if isinstance(stored, bool) or isinstance(now, bool):
        return stored is now
    if stored is not None and not isinstance(stored, (str, CellError, int, float)):
        stored = serial(stored)
    if isinstance(stored, (int, float)) and isinstance(now, (int, float)):
        return f"{stored:.15g}" == f"{now:.15g}"
    return type(stored) is type(now) and stored == now


def calculation_findings(snapshot: Snapshot, found: Recalculated) -> Iterator[Finding]:
    """What was left as it was, by sheet and reason, and the error values among the results."""
    groups: dict[tuple[str, str, str], list[Spot]] = {}
    for (name, spot), reason in found.aside.items():
        sheet = snapshot.sheet(name)
        stored = None if sheet is None else sheet.value(*spot)
        kept = stored is not None and not isinstance(stored, CellError)
        groups.setdefault(("calc-kept" if kept else "calc-not-done", name, reason), []).append(spot)
    for (code, name, reason), spots in groups.items():
        yield _grouped(snapshot, code, name, spots, reason=reason)
    errors: dict[str, list[Spot]] = {}
    for (name, spot), value in found.values.items():
        if isinstance(value, CellError):
            errors.setdefault(name, []).append(spot)
    for name, spots in errors.items():
        yield _grouped(snapshot, "calc-error", name, spots, values=found.values)


def _grouped(
    snapshot: Snapshot,
    code: str,
    name: str,
    spots: list[Spot],
    *,
    reason: str = "",
    values: Mapping[tuple[str, Spot], Scalar] | None = None,
) -> Finding:
    spots = sorted(spots)
    first = spots[0]
    others = "、".join(a1(*spot) for spot in spots[1:_MOST_NAMED])
    others += " 等" if len(spots) > _MOST_NAMED else ""
    sheet = snapshot.sheet(name)
    text = "" if sheet is None else sheet.formulas.get(first, "")
    shown = f"{values[name, first]}  {text}".strip() if values is not None else text
    return finding(
        code,
        place=Place(snapshot.source.name, name, a1(*first)),
        found=shown,
        count=len(spots),
        reason=reason,
        more=f"(还有 {others})" if others else "",
    )

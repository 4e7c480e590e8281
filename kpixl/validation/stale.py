"""Formulas of a returned form whose stored result is not what they give now."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import TypeAlias

from kpixl.address import a1
from kpixl.findings import Finding, Place, finding
from kpixl.grid import CellError, Scalar, Sheet, Snapshot, Spot
from kpixl.rounding import round_half_up
from kpixl.scheme.headings import text_of

# From the values that the other cells hold: what each formula gives, and which formulas could
# not be relied on, with the reason.
Recalculation: TypeAlias = Callable[
    [Snapshot], tuple[Mapping[tuple[str, Spot], Scalar], Mapping[tuple[str, Spot], str]]
]

_MOST_NAMED = 8
# What the clock or chance decides is another figure at every opening.
_VOLATILE = re.compile(r"\b(?:NOW|TODAY|RAND|RANDBETWEEN|RANDARRAY|CELL|INFO)\(", re.IGNORECASE)
_OUTSIDE = re.compile(r"\[[^\]]*\][^!]*!")
_DECIMALS = re.compile(r"\.(0+)")
_DAYS_BETWEEN_CALENDARS = 1462  # that of 1904 and that of 1900


def stale_values(
    snapshot: Snapshot, recalculate: Recalculation, *, unit: str = ""
) -> tuple[Finding, ...]:
    """One finding a sheet with formulas whose stored result is old.

    Each formula is held against the values that its cells hold, so that only those are named
    that were not calculated, not those that depend on them.  Differences in the last digits,
    and those that the cell's format hides, are none; formulas that can't be relied on, but
    for those of the clock and of chance and those that read another workbook (which are said
    elsewhere), are counted in a note.
    """
    if not any(sheet.formulas for sheet in snapshot.sheets):
        return ()
    values, aside = recalculate(snapshot)
    noise = 1e-12 * max((abs(v) for s in snapshot.sheets for v in _figures(s)), default=0.0)
    findings: list[Finding] = []
    for sheet in snapshot.sheets:
        old = [
            spot
            for (name, spot), value in values.items()
            if name == sheet.name and not _same(sheet, spot, value, noise)
        ]
        if old:
            findings.append(_stale(snapshot, sheet, sorted(old), values, unit))
    unsure = sorted(
        (name, spot) for name, spot in aside if not _said_elsewhere(snapshot.sheet(name), spot)
    )
    if unsure:
        first = unsure[0]
        findings.append(
            finding(
                "form-stale-unchecked",
                place=Place(snapshot.source.name, first[0], a1(*first[1])),
                unit=unit,
                count=len(unsure),
                cells="、".join(f"{name}!{a1(*spot)}" for name, spot in unsure[:3]),
            )
        )
    return tuple(findings)


def _said_elsewhere(sheet: Sheet | None, spot: Spot) -> bool:
    text = "" if sheet is None else sheet.formulas.get(spot, "")
    return bool(_VOLATILE.search(text) or _OUTSIDE.search(text))


def _stale(
    snapshot: Snapshot,
    sheet: Sheet,
    spots: list[Spot],
    values: Mapping[tuple[str, Spot], Scalar],
    unit: str,
) -> Finding:
    first = spots[0]
    others = "、".join(a1(*spot) for spot in spots[1:_MOST_NAMED])
    if len(spots) > _MOST_NAMED:
        others += f" 等共 {len(spots)} 格"
    return finding(
        "form-stale",
        place=Place(snapshot.source.name, sheet.name, a1(*first)),
        unit=unit,
        found=shown(sheet.value(*first)) or "空白",
        wanted=shown(values[sheet.name, first]) or "空白",
        more=f"(还有 {others})" if others else "",
    )


def shown(value: Scalar) -> str:
    """A value as messages have it."""
    if isinstance(value, float) and not isinstance(value, bool):
        return f"{value:.15g}"
    return text_of(value)


def _figures(sheet: Sheet) -> list[float]:
    return [
        float(value)
        for row in sheet.rows
        for value in row
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    ]


def differs(sheet: Sheet, spot: Spot, now: Scalar) -> bool:
    """Whether a cell holds another number than the one that a formula gives for it."""
    return isinstance(now, int | float) and not _same(sheet, spot, now, 1e-9)


def _same(sheet: Sheet, spot: Spot, now: Scalar, noise: float) -> bool:
    stored = sheet.value(*spot)
    if stored in (None, "") and now in (None, ""):
        return True
    if isinstance(stored, CellError):
        return isinstance(now, CellError)
    if isinstance(now, CellError):
        # Only a division by zero is told alike by all programs.
        return now != CellError("#DIV/0!")
    a, b = _number(stored), _number(now)
    if a is None or b is None:
        return isinstance(stored, str) and isinstance(now, str) and _text(stored) == _text(now)
    gap = abs(a - b)
    if gap <= max(1e-9 * max(abs(a), abs(b)), noise) or gap == _DAYS_BETWEEN_CALENDARS:
        return True
    # “Precision as displayed” stores what the format shows.
    form = sheet.formats.get(spot, "")
    decimals = _DECIMALS.search(form)
    places = len(decimals[1]) if decimals else 0
    places += 2 if "%" in form else 0
    return (
        bool(form)
        and not isinstance(stored, date)
        and abs(round_half_up(b, places) - a) <= (max(1e-9 * abs(a), noise))
    )


def _text(text: str) -> str:
    return text.replace("\r\n", "\n").replace("_x000D_", "").strip()


def _number(value: Scalar) -> float | None:
    """A cell as a number: dates by their day, truth values as 1 and 0."""
    if isinstance(value, (bool, int, float)):
        return float(value)
    if isinstance(value, datetime):
        return (value - datetime(1899, 12, 30)).total_seconds() / 86400
    if isinstance(value, date):
        return float(value.toordinal() - date(1899, 12, 30).toordinal())
    if isinstance(value, time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / 86400
    return None

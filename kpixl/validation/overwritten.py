"""Figures that stand in a line of like formulas, and are not what the formula would give."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from kpixl.address import a1, column_name, column_number
from kpixl.findings import Finding, Place, finding
from kpixl.grid import Sheet, Snapshot, Spot
from kpixl.scheme.headings import text_of
from kpixl.validation.stale import Recalculation, differs, shown

_PARTS = re.compile(
    r"\"[^\"]*\"|'[^']*'!|(?<![A-Za-z0-9_.])(\$?)([A-Za-z]{1,3})(\$?)(\d{1,7})(?![A-Za-z0-9_.(!])"
)


def overwritten_formulas(
    snapshot: Snapshot, recalculate: Recalculation, *, unit: str = ""
) -> tuple[Finding, ...]:
    """Numbers with the same formula on both sides of them, above and below or left and right.

    Somebody typed over the formula there, or left it out: told only where the number is another
    one than the formula gives.
    """
    expected = {
        (sheet.name, spot): text
        for sheet in snapshot.sheets
        if not sheet.hidden and len(sheet.formulas) > 1
        for spot, text in _between(sheet)
    }
    if not expected:
        return ()
    sheets = tuple(
        replace(
            sheet,
            formulas={spot: t for (name, spot), t in expected.items() if name == sheet.name},
            arrays=(),
        )
        for sheet in snapshot.sheets
    )
    values, _ = recalculate(replace(snapshot, sheets=sheets))
    found = []
    for (name, spot), value in sorted(values.items()):
        sheet = snapshot.sheet(name)
        if sheet is not None and differs(sheet, spot, value):
            found.append(
                finding(
                    "form-formula-overwritten",
                    place=Place(snapshot.source.name, name, a1(*spot)),
                    unit=unit,
                    found=text_of(sheet.value(*spot)),
                    name=a1(*spot),
                    wanted=f"{expected[name, spot]},算得 {shown(value)}",
                )
            )
    return tuple(found)


def _between(sheet: Sheet) -> Iterator[tuple[Spot, str]]:
    """Cells that hold a number between two formulas that are one and the same, and that formula."""
    own: Mapping[Spot, str] = sheet.formulas
    for row, column in own:
        for spot, beyond in (
            ((row + 1, column), (row + 2, column)),
            ((row, column + 1), (row, column + 2)),
        ):
            if spot in own or beyond not in own:
                continue
            value = sheet.value(*spot)
            if isinstance(value, bool) or not isinstance(value, int | float):
                continue
            text = moved(own[row, column], (row, column), spot)
            if text != own[row, column] and text == moved(own[beyond], beyond, spot):
                yield spot, text


def moved(formula: str, origin: Spot, target: Spot) -> str:
    """A formula as it is when its cell is copied elsewhere.

    >>> moved('=A1+$B$1*SUM(C1:C9)&"A1"', (1, 4), (3, 4))
    '=A3+$B$1*SUM(C3:C11)&"A1"'
    """
    down, right = target[0] - origin[0], target[1] - origin[1]

    def one(match: re.Match[str]) -> str:
        if not match[2]:
            return match[0]
        row, column = int(match[4]), column_number(match[2].upper())
        row += 0 if match[3] else down
        column += 0 if match[1] else right
        if row < 1 or column < 1:
            return "#REF!"
        return f"{match[1]}{column_name(column)}{match[3]}{row}"

    return _PARTS.sub(one, formula)

"""Whose form it is: the cell, the title or the signature that names the unit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kpixl.grid import Sheet, Spot
from kpixl.numbers import is_measure
from kpixl.scheme.headings import HeadingRow, text_of
from kpixl.scheme.model import Scheme
from kpixl.templates.words import is_cover_label, names_owner

_INLINE = re.compile(r"^([^:：]{2,20}?)[:：]\s*(\S.*)$")
_LABEL = re.compile(r"[:：]\s*$")
_WIDE = re.compile(
    r"[\s　]{2,}|　|\s+(?=\S{2,8}[:：])|[(（](?:盖章|公章|章)[)）]$"
)  # another field follows
_REACH = 8  # how far from its label a field may stand, in columns


def unit_cell(sheet: Sheet, headings: HeadingRow, scheme: Scheme) -> Spot | None:
    """The cell that says whose form it is: above the table, else below it, else any name."""
    above = [(r, c) for r, c, _ in sheet.filled() if r < headings.row]
    below = [(r, c) for r, c, _ in sheet.filled() if r > headings.bottom]
    found: list[Spot] = []
    for spots in (above, below):
        found += [f for r, c in spots if (f := _beside_label(sheet, r, c)) is not None]
        for spot in found:
            if scheme.unit_named(unit_text(sheet, spot)):
                return spot
        if found and spots is above:
            return next((s for s in found if unit_text(sheet, s)), found[0])
    return next((s for s in above if scheme.unit_named(text_of(sheet.value(*s)))), None)


def _beside_label(sheet: Sheet, row: int, column: int) -> Spot | None:
    """The field of a label such as 单位 or 填报单位: to its right, or behind its colon."""
    text = text_of(sheet.value(row, column))
    inline = _INLINE.match(text)
    if inline and names_owner(inline[1]):
        return None if is_measure(inline[2]) else (row, column)
    if not names_owner(text):
        return None
    spot = _field(sheet, row, column)
    # “单位”“亿元” above a table is the unit of measure.
    return None if is_measure(text_of(sheet.value(*spot))) else spot


def _field(sheet: Sheet, row: int, column: int) -> Spot:
    """The first filled cell to the right of a label, else the one next to it."""
    first = sheet.anchor(row, _right(sheet, row, column) + 1)
    for at in range(first[1], min(first[1] + _REACH, sheet.width) + 1):
        spot = sheet.anchor(row, at)
        text = text_of(sheet.value(*spot))
        if text:
            # a label of its own: the field before it was left blank
            return first if is_cover_label(text) or _LABEL.search(text) else spot
    return first


def _right(sheet: Sheet, row: int, column: int) -> int:
    """The last column of the area that a cell is merged into."""
    return next((a.right for a in sheet.merged if (row, column) in a), column)


def signed_unit(sheet: Sheet, below: int) -> Spot | None:
    """The cell below a table that names the unit behind a label and a colon."""
    for row, column, value in sheet.filled():
        inline = _INLINE.match(text_of(value)) if row > below else None
        if inline and names_owner(inline[1]) and not is_measure(inline[2]):
            return row, column
    return None


def unit_text(sheet: Sheet, spot: Spot) -> str:
    """The unit's name in a cell, without a label before it."""
    text = text_of(sheet.value(*spot))
    inline = _INLINE.match(text)
    return _WIDE.split(inline[2].strip())[0] if inline and names_owner(inline[1]) else text


def title_units(sheet: Sheet, scheme: Scheme, before: int) -> Iterator[str]:
    """Units of the roster that a title speaks of; a title is no answer to whose form it is."""
    for row, _, value in sheet.filled():
        if row >= before:
            return
        for unit in scheme.units:
            if any(len(n) > 1 and n in text_of(value) for n in (unit.name, *unit.aliases)):
                yield unit.name

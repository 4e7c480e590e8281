"""Marks at cells: a colour laid over a cell, and a note beside it.

The colour is a conditional format whose condition names us, so the cell's own ground is
never touched and taking the mark away brings it back exactly.  A note of somebody else
stays as it is: then the colour alone says that there is something to see.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kpixl.grid import Area, Spot
from kpixl.host import Mark

SIGN = "〔kpixl〕"
_CONDITION = '"kpixl-mark"<>""'
_STYLE = "kpixl "


def marks_of(sheet: Any) -> dict[Spot, Mark]:
    """The marks of ours on a sheet."""
    fills: dict[Spot, str] = {}
    for one in _ours(sheet):
        style = one.getByIndex(0).getPropertyValue("StyleName")
        for address in one.getPropertyValue("Range").getRangeAddresses():
            for row in range(address.StartRow, address.EndRow + 1):
                for column in range(address.StartColumn, address.EndColumn + 1):
                    fills[row + 1, column + 1] = style.removeprefix(_STYLE)
    notes = {spot: text for spot, (text, ours) in notes_of(sheet).items() if ours}
    return {spot: Mark(fills.get(spot), notes.get(spot, "")) for spot in sorted({*fills, *notes})}


def notes_of(sheet: Any) -> dict[Spot, tuple[str, bool]]:
    """All notes of a sheet, without our sign, and whether they are ours."""
    found: dict[Spot, tuple[str, bool]] = {}
    annotations = sheet.getAnnotations()
    for i in range(annotations.getCount()):
        note = annotations.getByIndex(i)
        place, text = note.getPosition(), note.getString()
        found[place.Row + 1, place.Column + 1] = (
            text.removeprefix(SIGN).lstrip("\n"),
            text.startswith(SIGN),
        )
    return found


def put_marks(document: Any, sheet: Any, marks: Mapping[Spot, Mark]) -> None:
    """Make these the marks of ours on a sheet; all others of ours go."""
    conditional = sheet.getPropertyValue("ConditionalFormats")
    for one in _ours(sheet):
        conditional.removeByID(one.getPropertyValue("ID"))
    annotations = sheet.getAnnotations()
    for i in reversed(range(annotations.getCount())):
        if annotations.getByIndex(i).getString().startswith(SIGN):
            annotations.removeByIndex(i)
    others = notes_of(sheet)
    by_fill: dict[str, list[Spot]] = {}
    for spot, mark in sorted(marks.items()):
        if mark.fill is not None:
            by_fill.setdefault(mark.fill, []).append(spot)
        if mark.note and spot not in others:
            cell = sheet.getCellByPosition(spot[1] - 1, spot[0] - 1)
            annotations.insertNew(cell.getCellAddress(), f"{SIGN}\n{mark.note}")
    for fill, spots in by_fill.items():
        one = conditional_format(document, sheet, [Area(r, c, r, c) for r, c in spots])
        add_condition(document, one, _CONDITION, fill, prefix=_STYLE)


def _ours(sheet: Any) -> list[Any]:
    found = []
    for one in sheet.getPropertyValue("ConditionalFormats").getConditionalFormats():
        if one.getCount() == 1:
            entry = one.getByIndex(0)
            if entry.getType() == 0 and entry.getPropertyValue("StyleName").startswith(_STYLE):
                found.append(one)
    return found


def conditional_format(document: Any, sheet: Any, areas: Iterable[Area]) -> Any:
    """A new conditional format over some areas, with no condition yet."""
    ranges = document.createInstance("com.sun.star.sheet.SheetCellRanges")
    ranges.addRangeAddresses(
        tuple(
            sheet.getCellRangeByPosition(
                a.left - 1, a.top - 1, a.right - 1, a.bottom - 1
            ).getRangeAddress()
            for a in areas
        ),
        False,
    )
    all_ = sheet.getPropertyValue("ConditionalFormats")
    number = all_.createByRange(ranges)
    return next(f for f in all_.getConditionalFormats() if f.getPropertyValue("ID") == number)


def add_condition(document: Any, one: Any, test: str, fill: str, *, prefix: str = "kpixl_") -> None:
    """Colour the cells for which a formula holds; it is written for the first of them."""
    styles = document.getStyleFamilies().getByName("CellStyles")
    name = prefix + fill
    if not styles.hasByName(name):
        styles.insertByName(name, document.createInstance("com.sun.star.style.CellStyle"))
        styles.getByName(name).setPropertyValue("CellBackColor", int(fill, 16))
    one.createEntry(0, 0)  # com.sun.star.sheet.ConditionEntryType.CONDITION
    entry = one.getByIndex(one.getCount() - 1)
    entry.setPropertyValue("Operator", 10)  # com.sun.star.sheet.ConditionFormatOperator
    entry.setPropertyValue("Formula1", test)
    entry.setPropertyValue("StyleName", name)

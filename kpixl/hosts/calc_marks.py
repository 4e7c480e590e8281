"""Marks at cells: a colour laid over a cell, and a note beside it.

The colour is a conditional format whose condition names us, so the cell's own ground is
never touched and taking the mark away brings it back exactly.  A note of somebody else
stays as it is: then the colour alone says that there is something to see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kpixl.grid import Area, Spot
from kpixl.host import Mark
from kpixl.hosts.calc_read import values_of

# The same in files, so that each host can take off what the other put on.
AUTHOR, HEADING, SEPARATOR = "kpixl", "kpixl:\n", "\n—— kpixl ——\n"
_SIGN = "kpixl-mark"
_CONDITION = f'LEN("{_SIGN}")>0'
_STYLE = "kpixl_mark_"


def marks_of(document: Any, sheet: Any) -> dict[Spot, Mark]:
    """The marks of ours on a sheet."""
    styles = document.getStyleFamilies().getByName("CellStyles")
    fills: dict[Spot, str] = {}
    for one in _ours(sheet):
        style = styles.getByName(one.getByIndex(0).getPropertyValue("StyleName"))
        color = f"{style.getPropertyValue('CellBackColor') & 0xFFFFFF:06X}"
        for address in one.getPropertyValue("Range").getRangeAddresses():
            for row in range(address.StartRow, address.EndRow + 1):
                for column in range(address.StartColumn, address.EndColumn + 1):
                    fills[row + 1, column + 1] = color
    notes = {spot: text for spot, (_, text) in notes_of(sheet).items() if text}
    return {spot: Mark(fills.get(spot), notes.get(spot, "")) for spot in sorted({*fills, *notes})}


def notes_of(sheet: Any) -> dict[Spot, tuple[str, str]]:
    """The notes of a sheet: what others wrote, and what we wrote."""
    found: dict[Spot, tuple[str, str]] = {}
    annotations = sheet.getAnnotations()
    for i in range(annotations.getCount()):
        note = annotations.getByIndex(i)
        place = note.getPosition()
        found[place.Row + 1, place.Column + 1] = _divided(note)
    return found


def _divided(note: Any) -> tuple[str, str]:
    """What others wrote in a note, and what we wrote."""
    text = note.getString().replace("\r\n", "\n")
    if text.startswith(HEADING) or note.getAuthor() == AUTHOR:
        return "", text.removeprefix(HEADING)
    theirs, _, ours = text.partition(SEPARATOR)
    return theirs, ours


def fills_of(marks: Mapping[Spot, Mark]) -> dict[Spot, str]:
    """The colours of some marks."""
    return {spot: mark.fill for spot, mark in marks.items() if mark.fill is not None}


def notes_in(marks: Mapping[Spot, Mark]) -> dict[Spot, str]:
    """The notes of some marks."""
    return {spot: mark.note for spot, mark in marks.items() if mark.note}


def put_notes(sheet: Any, notes: Mapping[Spot, str], step: Callable[[], None]) -> None:
    """Make these the notes of ours; what others wrote stays, and keeps its cell to itself.

    A locked cell of a protected sheet takes no note.  `step` is called before each change.
    """
    annotations = sheet.getAnnotations()
    for i in reversed(range(annotations.getCount())):
        theirs, ours = _divided(annotations.getByIndex(i))
        step()
        if ours and not theirs:
            annotations.removeByIndex(i)
        elif ours:
            annotations.getByIndex(i).setString(theirs)
    others = notes_of(sheet)
    for spot, text in sorted(notes.items()):
        if spot not in others:
            step()
            cell = sheet.getCellByPosition(spot[1] - 1, spot[0] - 1)
            annotations.insertNew(cell.getCellAddress(), HEADING + text)


def put_fills(document: Any, sheet: Any, fills: Mapping[Spot, str]) -> None:
    """Make these the colours of ours; Calc does not put this on its list of what to undo."""
    conditional = sheet.getPropertyValue("ConditionalFormats")
    for one in _ours(sheet):
        conditional.removeByID(one.getPropertyValue("ID"))
    by_fill: dict[str, list[Spot]] = {}
    for spot, fill in sorted(fills.items()):
        by_fill.setdefault(fill, []).append(spot)
    for fill, spots in by_fill.items():
        one = conditional_format(document, sheet, [Area(r, c, r, c) for r, c in spots])
        add_condition(document, one, _CONDITION, fill, prefix=_STYLE)


def _ours(sheet: Any) -> list[Any]:
    found = []
    for one in sheet.getPropertyValue("ConditionalFormats").getConditionalFormats():
        alone = one.getCount() == 1 and one.getByIndex(0).getType() == 0
        if alone and _SIGN in one.getByIndex(0).getPropertyValue("Formula1"):
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
    name = prefix + fill
    if not document.getStyleFamilies().getByName("CellStyles").hasByName(name):
        _add_style(document, name, fill)
    one.createEntry(0, 0)  # com.sun.star.sheet.ConditionEntryType.CONDITION
    entry = one.getByIndex(one.getCount() - 1)
    entry.setPropertyValue("Operator", 10)  # com.sun.star.sheet.ConditionFormatOperator
    entry.setPropertyValue("Formula1", test)
    entry.setPropertyValue("StyleName", name)


def _add_style(document: Any, name: str, fill: str) -> None:
    """A cell style of one colour, also where a protected sheet bars the way.

    No cell style may be changed in a workbook that has a protected sheet, as most forms
    have; but styles may be taken over from another workbook.
    """
    sheets = document.getSheets()
    if not any(sheets.getByIndex(i).isProtected() for i in range(sheets.getCount())):
        styles = document.getStyleFamilies().getByName("CellStyles")
        styles.insertByName(name, document.createInstance("com.sun.star.style.CellStyle"))
        styles.getByName(name).setPropertyValue("CellBackColor", int(fill, 16))
        return
    desktop = document.getCurrentController().getFrame().getCreator()
    other = desktop.loadComponentFromURL(
        "private:factory/scalc", "_blank", 0, values_of({"Hidden": True})
    )
    try:
        _add_style(other, name, fill)
        wanted = {"LoadCellStyles": True, "LoadPageStyles": False, "OverwriteStyles": False}
        document.getStyleFamilies().loadStylesFromDocument(other, values_of(wanted))
    finally:
        other.close(True)

"""Marks at cells: a colour laid over a cell, and a note beside it.

The colour is a conditional format whose condition names us, so the cell's own ground is
never touched and taking the mark away brings it back exactly.  A note of somebody else
stays as it is: then the colour alone says that there is something to see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias
from zlib import crc32

from kpixl.grid import Area, Spot
from kpixl.host import Mark
from kpixl.hosts.calc_read import values_of

# The same in files, so that each host can take off what the other put on.
AUTHOR, HEADING, SEPARATOR = "kpixl", "kpixl:\n", "\n—— kpixl ——\n"
_SIGN = "kpixl-mark"
_CONDITION = f'LEN("{_SIGN}")>0'
_STYLE = "kpixl_mark_"
_LOOKS = (
    *("CharColor", "CharUnderline", "HoriJustify", "VertJustify", "IsTextWrapped", "ParaIndent"),
    *(
        f"Char{what}{script}"
        for what in ("FontName", "Height", "Weight", "Posture")
        for script in ("", "Asian")
    ),
)
Look: TypeAlias = tuple[tuple[str, Any], ...]
_EXPRESSION = 24  # com.sun.star.sheet.ConditionFormatOperator


def marks_of(document: Any, sheet: Any) -> dict[Spot, Mark]:
    """The marks of ours on a sheet."""
    styles = document.getStyleFamilies().getByName("CellStyles")
    fills: dict[Spot, str] = {}
    for one in _ours(sheet):
        style = styles.getByName(one.getByIndex(0).getPropertyValue("StyleName"))
        color = f"{style.getPropertyValue('CellBackColor') & 0xFFFFFF:06X}"
        for area in _areas(one):
            for row in range(area.top, area.bottom + 1):
                fills |= {(row, c): color for c in range(area.left, area.right + 1)}
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


def put_fills(
    document: Any, sheet: Any, fills: Mapping[Spot, str], before: Callable[[], None]
) -> None:
    """Make these the colours of ours; `before` is called before each change.

    A cell with a conditional format of somebody else keeps that one.
    """
    with _open(sheet, before) as free:
        for one in _ours(sheet):
            before()
            _take_off(document, sheet, one, free=free)
        theirs = [_areas(one) for one in _formats(sheet)]
        alike: dict[tuple[str, str], list[Area]] = {}
        for (row, column), fill in sorted(fills.items()):
            if not any((row, column) in area for areas in theirs for area in areas):
                look = _look(document, sheet.getCellByPosition(column - 1, row - 1))
                area = Area(row, column, row, column)
                alike.setdefault((fill, repr(look)), []).append(area)
        for (fill, _), areas in alike.items():
            before()
            if free:
                put_conditions(document, sheet, areas, [(_CONDITION, fill)], prefix=_STYLE)
            else:
                _put_unshown(document, sheet, areas, fill)


@contextmanager
def _open(sheet: Any, before: Callable[[], None]) -> Iterator[bool]:
    """A sheet without its protection for a moment; false where a password is needed for that.

    Calc takes no conditional format on a protected sheet.  What the protection allows stays as
    it is.
    """
    was = sheet.isProtected()
    if was:
        before()
        sheet.unprotect("")
    try:
        yield not sheet.isProtected()
    finally:
        if was and not sheet.isProtected():
            before()
            sheet.protect("")


def _formats(sheet: Any) -> tuple[Any, ...]:
    return tuple(sheet.getPropertyValue("ConditionalFormats").getConditionalFormats())


def _areas(one: Any) -> list[Area]:
    addresses = one.getPropertyValue("Range").getRangeAddresses()
    return [
        Area(a.StartRow + 1, a.StartColumn + 1, a.EndRow + 1, a.EndColumn + 1) for a in addresses
    ]


def _ours(sheet: Any) -> list[Any]:
    found = []
    for one in _formats(sheet):
        alone = one.getCount() == 1 and one.getByIndex(0).getType() == 0
        if alone and _SIGN in one.getByIndex(0).getPropertyValue("Formula1"):
            found.append(one)
    return found


def _take_off(document: Any, sheet: Any, one: Any, *, free: bool) -> None:
    """One format less; cells to which somebody has since given another one keep that."""
    if not free:
        sheet.getPropertyValue("ConditionalFormats").removeByID(one.getPropertyValue("ID"))
        return
    number = one.getPropertyValue("ID")
    others = [_areas(f) for f in _formats(sheet) if f.getPropertyValue("ID") != number]
    if any(_meet(a, b) for a in _areas(one) for areas in others for b in areas):
        one.getByIndex(0).setPropertyValue("Formula1", "FALSE()")
        return
    ranges = _ranges(document, sheet, _areas(one))
    none = ranges.getPropertyValue("ConditionalFormat")
    none.clear()
    ranges.setPropertyValue("ConditionalFormat", none)


def _meet(a: Area, b: Area) -> bool:
    return a.top <= b.bottom and b.top <= a.bottom and a.left <= b.right and b.left <= a.right


def _ranges(document: Any, sheet: Any, areas: Iterable[Area]) -> Any:
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
    return ranges


def put_conditions(
    document: Any,
    sheet: Any,
    areas: Sequence[Area],
    tests: Iterable[tuple[str, str]],
    *,
    prefix: str = "kpixl_",
) -> Any:
    """A conditional format over some areas: formulas, written for the first cell, and colours.

    Made through the older of Calc's two interfaces: what the newer one makes is in the workbook
    but not at its cells, and so it is shown only after the file was saved and opened again.
    """
    import uno

    ranges = _ranges(document, sheet, areas)
    entries = ranges.getPropertyValue("ConditionalFormat")
    entries.clear()
    first = sheet.getCellByPosition(areas[0].left - 1, areas[0].top - 1)
    look = _look(document, first)
    for test, fill in tests:
        rule = {
            "Operator": uno.Enum("com.sun.star.sheet.ConditionOperator", "FORMULA"),
            "Formula1": test,
            "StyleName": _style(document, prefix, fill, look),
            "SourcePosition": first.getCellAddress(),
        }
        entries.addNew(values_of(rule))
    there = {one.getPropertyValue("ID") for one in _formats(sheet)}
    ranges.setPropertyValue("ConditionalFormat", entries)
    return next(one for one in _formats(sheet) if one.getPropertyValue("ID") not in there)


def _put_unshown(document: Any, sheet: Any, areas: Sequence[Area], fill: str) -> None:
    """The same through the newer interface, which a protection by password does not stop."""
    all_ = sheet.getPropertyValue("ConditionalFormats")
    number = all_.createByRange(_ranges(document, sheet, areas))
    one = next(f for f in all_.getConditionalFormats() if f.getPropertyValue("ID") == number)
    one.createEntry(0, 0)  # com.sun.star.sheet.ConditionEntryType.CONDITION
    entry = one.getByIndex(0)
    entry.setPropertyValue("Operator", _EXPRESSION)
    entry.setPropertyValue("Formula1", _CONDITION)
    first = sheet.getCellByPosition(areas[0].left - 1, areas[0].top - 1)
    entry.setPropertyValue("StyleName", _style(document, _STYLE, fill, _look(document, first)))


def _look(document: Any, cell: Any) -> Look:
    """What a style of ours has to say beside its colour, for this cell to look as it does.

    Every style inherits from the workbook's own, whose letters a file often sets; and a
    conditional format lays what its style inherits over the cell too.
    """
    base = document.getStyleFamilies().getByName("CellStyles").getByName("Default")
    states = base.getPropertyStates(_LOOKS)
    return tuple(
        (name, cell.getPropertyValue(name))
        for name, state in zip(_LOOKS, states, strict=True)
        if state.value != "DEFAULT_VALUE"
    )


def _style(document: Any, prefix: str, fill: str, look: Look) -> str:
    name = prefix + fill
    if look:
        name += f"_{crc32(repr(look).encode()):08x}"
    if not document.getStyleFamilies().getByName("CellStyles").hasByName(name):
        _add_style(document, name, fill, look)
    return name


def _add_style(document: Any, name: str, fill: str, look: Look) -> None:
    """A cell style of one colour, also where a protected sheet bars the way.

    No cell style may be changed in a workbook that has a protected sheet, as most forms
    have; but styles may be taken over from another workbook.
    """
    sheets = document.getSheets()
    if not any(sheets.getByIndex(i).isProtected() for i in range(sheets.getCount())):
        styles = document.getStyleFamilies().getByName("CellStyles")
        styles.insertByName(name, document.createInstance("com.sun.star.style.CellStyle"))
        style = styles.getByName(name)
        style.setPropertyValue("CellBackColor", int(fill, 16))
        for kept, value in look:
            style.setPropertyValue(kept, value)
        return
    desktop = document.getCurrentController().getFrame().getCreator()
    other = desktop.loadComponentFromURL(
        "private:factory/scalc", "_blank", 0, values_of({"Hidden": True})
    )
    try:
        _add_style(other, name, fill, look)
        wanted = {"LoadCellStyles": True, "LoadPageStyles": False, "OverwriteStyles": False}
        document.getStyleFamilies().loadStylesFromDocument(other, values_of(wanted))
    finally:
        other.close(True)

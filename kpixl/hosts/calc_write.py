"""A patch into a document that is open in Calc: all of it or nothing, one step to undo.

Everything is done within one entry of Calc's own list of what can be undone; what that list
does not know, or what would be too many steps, stands on it as a step of ours.  A sheet of
ours that is put again is emptied and filled where it stands, so that formulas of the user
which point to it go on pointing to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from kpixl.errors import UnwritableFile
from kpixl.grid import Area, Spot
from kpixl.host import (
    ClearMarks,
    Formula,
    MarkCells,
    Patch,
    PutSheet,
    SetResults,
    SetValues,
    SheetSpec,
)
from kpixl.hosts.calc_marks import (
    fills_of,
    marks_of,
    notes_in,
    put_fills,
    put_notes,
)
from kpixl.hosts.calc_pen import Pen, Step
from kpixl.hosts.calc_read import OWNED, properties, read_document, set_property, struct
from kpixl.hosts.calc_text import to_calc
from kpixl.hosts.calc_undo import Entry, unseen
from kpixl.hosts.patching import (
    check,
    refuse_hidden_writes,
    same_name,
    sheet_missing,
)

_LONGEST = 250  # characters of a property


def apply(document: Any, patch: Patch, step: Step) -> None:
    """Make all changes of a patch, or none of them; raises UnwritableFile and ValueError.

    `step` is told how far it is, and stops it by an exception.
    """
    check(patch)
    name = document.getTitle() or "工作簿"
    _refuse(document, patch, name)
    document.lockControllers()
    document.addActionLock()
    try:
        with Entry(document, f"kpixl {patch.title}".strip()) as entry:
            pen = Pen(document, entry)
            for change in patch.changes:
                _change(document, pen, change)
            _finish(document, pen, patch, step)
    finally:
        document.removeActionLock()
        document.unlockControllers()


def _refuse(document: Any, patch: Patch, name: str) -> None:
    """Find whatever stands in the way before anything is changed."""
    sheets = document.getSheets()
    there = list(sheets.getElementNames())
    owners = owners_of(document)
    put: dict[str, SheetSpec] = {}
    snapshot = None
    for change in patch.changes:
        if isinstance(change, PutSheet):
            old = next((n for n in there if same_name(n, change.sheet.name)), None)
            if old is not None and owners.get(old, "") != patch.owner and old not in put:
                raise UnwritableFile(
                    name,
                    f"已有名为“{old}”的工作表,不是 kpixl 写的",
                    "请先给这张工作表改名。",
                )
            if old is None and document.isProtected():
                raise UnwritableFile(name, "工作簿结构有保护,不能加工作表", "请先解除保护。")
            put[change.sheet.name] = change.sheet
            if old is None:
                there.append(change.sheet.name)
        elif isinstance(change, (SetValues, SetResults, MarkCells)):
            if change.sheet not in there:
                raise sheet_missing(name, change.sheet)
            if isinstance(change, SetValues):
                if change.sheet in put:
                    spec = put[change.sheet]
                    formulas = {s for s, c in spec.cells.items() if isinstance(c, Formula)}
                    merged: Sequence[Area] = spec.merged
                    arrays: Sequence[Area] = ()
                else:
                    if snapshot is None:
                        snapshot = read_document(document)
                    sheet = snapshot.sheet(change.sheet)
                    assert sheet is not None
                    formulas, merged = set(sheet.formulas), sheet.merged
                    arrays = sheet.arrays
                    _refuse_locked(document, name, change, sheet.unlocked)
                refuse_hidden_writes(name, change.sheet, change.values, formulas, merged, arrays)
    visible = [n for n in there if n not in put and _visible(sheets, n)]
    if put and not visible and all(spec.hidden for spec in put.values()):
        raise ValueError("a workbook needs one sheet that is not hidden")


def _refuse_locked(document: Any, name: str, change: SetValues, unlocked: frozenset[Spot]) -> None:
    if not document.getSheets().getByName(change.sheet).isProtected():
        return
    if any(spot not in unlocked for spot in change.values):
        raise UnwritableFile(
            name, f"“{change.sheet}”表有保护,有的格子不能改", "请先解除工作表保护。"
        )


def _visible(sheets: Any, name: str) -> bool:
    return bool(sheets.hasByName(name) and sheets.getByName(name).getPropertyValue("IsVisible"))


def owners_of(document: Any) -> dict[str, str]:
    """Whose each sheet is, of those that are not the user's."""
    found: dict[str, str] = {}
    for key, text in properties(document).items():
        if key.startswith(OWNED):
            for line in text.split("\n"):
                owner, _, sheet = line.partition("\t")
                if sheet:
                    found[sheet] = owner
    return found


def _owned(
    document: Any, said: Mapping[str, str], owner: str, names: Iterable[str]
) -> dict[str, str]:
    """The properties with whose the sheets are; several, since none may be long."""
    sheets = document.getSheets()
    owners = {n: o for n, o in owners_of(document).items() if sheets.hasByName(n)}
    for name in names:
        owners.pop(name, None)
        if owner:
            owners[name] = owner
    texts: list[str] = []
    for name, whose in sorted(owners.items()):
        line = f"{whose}\t{name}"
        if texts and len(texts[-1]) + len(line) < _LONGEST:
            texts[-1] += "\n" + line
        else:
            texts.append(line)
    kept = {name: text for name, text in said.items() if not name.startswith(OWNED)}
    return kept | {f"{OWNED}-{number}": text for number, text in enumerate(texts, 1)}


def _change(document: Any, pen: Pen, change: object) -> None:
    if isinstance(change, PutSheet):
        pen.prepare(change.sheet)
    elif isinstance(change, (SetValues, SetResults)):
        pen.values(change)
    elif isinstance(change, MarkCells):
        pen.mark(change.sheet, change.marks)
    elif isinstance(change, ClearMarks):
        names = document.getSheets().getElementNames()
        for name in names if change.sheet is None else (change.sheet,):
            pen.clear(name)


def _finish(document: Any, pen: Pen, patch: Patch, step: Step) -> None:
    """Fill the sheets now that all are there, so that a formula may point to any of them."""
    pen.fill_all(step)
    sheets = document.getSheets()
    for name, marks in pen.marks.items():
        sheet = sheets.getByName(name)
        put_notes(sheet, notes_in(marks), pen.entry.step)
        old, new = fills_of(marks_of(document, sheet)), fills_of(marks)
        if old != new:
            pen.entry.do(_filling(document, name, new), _filling(document, name, old))
    named = document.getPropertyValue("NamedRanges")
    for name, text in patch.names.items():
        _set_name(named, name, to_calc(text.removeprefix("=")))
    before = properties(document)
    after = {**before, **patch.marks}
    if pen.specs:
        after = _owned(document, after, patch.owner, pen.specs)
    if after != before:
        pen.entry.do(partial(_say, document, after), partial(_say, document, before))
    pen.calculate(step)


def _filling(document: Any, name: str, fills: Mapping[Spot, str]) -> Callable[[], None]:
    def put() -> None:
        sheets = document.getSheets()
        if sheets.hasByName(name):
            with unseen(document) as again:
                put_fills(document, sheets.getByName(name), fills, again)

    return put


def _say(document: Any, wanted: Mapping[str, str]) -> None:
    """Make these the properties of a document."""
    bag = document.getDocumentProperties().getUserDefinedProperties()
    for name in properties(document).keys() - wanted.keys():
        bag.removeProperty(name)
    for name, text in wanted.items():
        set_property(document, name, text)


def _set_name(named: Any, name: str, content: str) -> None:
    if named.hasByName(name):
        named.getByName(name).setContent(content)
    else:
        named.addNewByName(name, content, struct("com.sun.star.table.CellAddress"), 0)

"""A patch into a document that is open in Calc: all of it or nothing, one step to undo.

Everything is done within one entry of Calc's own list of what can be undone; what that list
does not know, or what would be too many steps, stands on it as a step of ours.  A sheet of
ours that is put again is emptied and filled where it stands, so that formulas of the user
which point to it go on pointing to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from functools import partial
from itertools import count
from typing import Any, TypeVar

from kpixl.address import a1
from kpixl.errors import UnwritableFile
from kpixl.grid import Area, CellError, Scalar, Spot
from kpixl.host import (
    ClearMarks,
    ConditionalFormat,
    Content,
    DataBar,
    Formula,
    Mark,
    MarkCells,
    Page,
    Patch,
    PutSheet,
    SetResults,
    SetValues,
    SheetSpec,
    Style,
    Validation,
)
from kpixl.hosts.calc_formulas import MOST, parts, runs
from kpixl.hosts.calc_marks import (
    fills_of,
    marks_of,
    notes_in,
    put_conditions,
    put_fills,
    put_notes,
)
from kpixl.hosts.calc_read import OWNED, properties, read_document, serial, set_property, struct
from kpixl.hosts.calc_text import to_calc
from kpixl.hosts.calc_undo import Entry, unseen
from kpixl.hosts.patching import (
    check,
    formula_text,
    refuse_hidden_writes,
    same_name,
    sheet_missing,
    shown_format,
    styles_of,
    value_of,
)

FACE = "Microsoft YaHei"
_BORDER = 0xA6A6A6
_MM100_PER_POINT = 2540 / 72
_A4 = (21_000, 29_700)
_LONGEST = 250
_FIELDS = {
    "&P": "com.sun.star.text.TextField.PageNumber",
    "&N": "com.sun.star.text.TextField.PageCount",
}
_VALUE = 4  # com.sun.star.sheet.DataBarEntryType.DATABAR_VALUE
_STEPS = 6
_DOWN = 0  # com.sun.star.sheet.FillDirection.TO_BOTTOM
Key = TypeVar("Key")
Step = Callable[[str, int, int], None]


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
            pen = _Pen(document, entry)
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


def _change(document: Any, pen: _Pen, change: object) -> None:
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


def _finish(document: Any, pen: _Pen, patch: Patch, step: Step) -> None:
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


def blocks(cells: Mapping[Spot, Key]) -> dict[Key, list[Area]]:
    """The rectangles that each key fills: runs along rows, joined where rows repeat.

    >>> blocks({(1, 1): "x", (1, 2): "x", (2, 1): "x", (2, 2): "x", (2, 3): "y"})
    {'x': [Area(top=1, left=1, bottom=2, right=2)], 'y': [Area(top=2, left=3, bottom=2, right=3)]}
    """
    found: dict[Key, list[Area]] = {}
    growing: dict[tuple[int, int, Key], Area] = {}
    rows: dict[int, list[int]] = {}
    for row, column in cells:
        rows.setdefault(row, []).append(column)
    for row in sorted(rows):
        runs: dict[tuple[int, int, Key], Area] = {}
        columns = sorted(rows[row])
        start = columns[0]
        for here, after in zip(columns, [*columns[1:], None], strict=True):
            key = cells[row, here]
            if after == here + 1 and cells[row, after] == key:
                continue
            old = growing.get((start, here, key))
            top = old.top if old is not None and old.bottom == row - 1 else row
            runs[start, here, key] = Area(top, start, row, here)
            if old is not None and top == row:
                found.setdefault(key, []).append(old)
            start = after if after is not None else here
        for place, area in growing.items():
            if place not in runs:
                found.setdefault(place[2], []).append(area)
        growing = runs
    for place, area in growing.items():
        found.setdefault(place[2], []).append(area)
    return found


def bands(areas: Iterable[Area]) -> Iterator[Area]:
    """The same areas in parts of no more rows than may pass between two looks at Esc."""
    for area in areas:
        for top in range(area.top, area.bottom + 1, MOST):
            yield Area(top, area.left, min(top + MOST - 1, area.bottom), area.right)


class _Pen:
    """Puts sheets of ours into a document."""

    def __init__(self, document: Any, entry: Entry) -> None:
        self._document, self.entry = document, entry
        self._sheets = document.getSheets()
        self._formats = document.getNumberFormats()
        self._english = struct("com.sun.star.lang.Locale")
        self._english.Language, self._english.Country = "en", "US"
        day = document.getPropertyValue("NullDate")
        self._zero = datetime(day.Year, day.Month, day.Day)
        self.specs: dict[str, SheetSpec] = {}
        self.marks: dict[str, dict[Spot, Mark]] = {}
        self.formulas: dict[str, dict[Spot, str]] = {}
        self._pointing: list[tuple[str, Spot, str]] = []
        self._unseen: Callable[[], None] = entry.step

    def prepare(self, spec: SheetSpec) -> None:
        """An empty sheet of that name, in the place of the one that was there."""
        self.entry.step()
        names = list(self._sheets.getElementNames())
        old = next((n for n in names if same_name(n, spec.name)), None)
        if old is None:
            self._sheets.insertNewByName(spec.name, len(names))
        else:
            # The sheet goes as a whole, since Calc knows how to bring that back; what
            # pointed to it is kept as text.
            pointing = _pointing_to(self._document, old)
            self._pointing += pointing
            # Undone last: by then the sheet is there again.
            self.entry.do(lambda: None, lambda: self._point_unseen(pointing))
            ranges = self._document.getPropertyValue("DatabaseRanges")
            if ranges.hasByName(_filter_name(old)):
                ranges.removeByName(_filter_name(old))
            self._take_notes(old)
            free = next(n for i in count(1) if (n := f"kpixl{i}") not in names)
            self._sheets.insertNewByName(free, names.index(old) + 1)
            self._sheets.removeByName(old)
            self._sheets.getByName(free).setName(spec.name)
        self.specs = {n: s for n, s in self.specs.items() if not same_name(n, spec.name)}
        self.specs[spec.name] = spec

    def _take_notes(self, name: str) -> None:
        """No notes on a sheet: bringing back one with notes makes the program fall later on."""
        notes = self._sheets.getByName(name).getAnnotations()
        for i in reversed(range(notes.getCount())):
            self.entry.step()
            notes.removeByIndex(i)

    def fill_all(self, step: Step) -> None:
        """Contents and looks of all our sheets, and whatever points to them."""
        if self.specs:
            # Gone with the sheets when it is undone, so Calc need not write down how to empty
            # them cell by cell, which takes longer than all else.
            self._fill(step)
            self.entry.wrote(partial(self._fill, lambda *_: None))
            for spec in self.specs.values():
                self._formulas(spec, step)
            self._finish_all()
            self.entry.wrote(self._finish_all)
        self._point(self._pointing, self.entry.step)

    def _fill(self, step: Step) -> None:
        with unseen(self._document) as self._unseen:
            for n, spec in enumerate(self.specs.values()):
                words = f"正在写入“{spec.name}”……"
                step(words, n, len(self.specs))
                self._lay_out(spec, partial(step, words))

    def _finish_all(self) -> None:
        with unseen(self._document) as self._unseen:
            for spec in self.specs.values():
                self._finish(spec)

    def _point_unseen(self, pointing: Iterable[tuple[str, Spot, str]]) -> None:
        undo = self._document.getUndoManager()
        for one in pointing:
            undo.lock()  # it holds for one change
            try:
                self._point([one], lambda: None)
            finally:
                undo.unlock()

    def _point(self, pointing: Iterable[tuple[str, Spot, str]], step: Callable[[], None]) -> None:
        """Let the user's formulas point to our sheets as they did."""
        for sheet, spot, text in pointing:
            if self._sheets.hasByName(sheet) and sheet not in self.specs:
                step()
                _cell(self._sheets.getByName(sheet), spot).setFormula(text)

    def values(self, change: SetValues | SetResults) -> None:
        """Values into cells of a sheet; those of a sheet of this patch join it."""
        if isinstance(change, SetResults):
            return  # a live document calculates its own results
        if change.sheet in self.specs:
            spec = self.specs[change.sheet]
            self.specs[change.sheet] = replace(spec, cells={**spec.cells, **change.values})
            return
        sheet = self._sheets.getByName(change.sheet)
        for spot, value in change.values.items():
            self.entry.step()
            self._put(_cell(sheet, spot), value)

    def _put(self, cell: Any, value: Scalar) -> None:
        content = self._data(value)
        if isinstance(value, CellError):
            cell.setFormula("=" + value.code)
        elif isinstance(content, str):
            cell.setString(content)
        else:
            cell.setValue(content)
            if isinstance(value, (bool, date, time)):
                cell.setPropertyValue("NumberFormat", self._number_format(_shown(value)))

    def mark(self, name: str, marks: Mapping[Spot, Mark]) -> None:
        """Marks beside those that are there already."""
        self._marks(name).update(marks)

    def clear(self, name: str) -> None:
        """No marks on a sheet any more."""
        if self._sheets.hasByName(name):
            self._marks(name).clear()

    def _marks(self, name: str) -> dict[Spot, Mark]:
        if name not in self.marks:
            fresh = name in self.specs
            self.marks[name] = (
                {} if fresh else marks_of(self._document, self._sheets.getByName(name))
            )
        return self.marks[name]

    def _lay_out(self, spec: SheetSpec, step: Callable[[int, int], None]) -> None:
        """A sheet's look and what it holds beside formulas, into the empty sheet of its name.

        `step` is told of every two thousand changes or rows.
        """
        sheet = self._sheets.getByName(spec.name)
        # Sizes and page first: Calc measures every row whose height nobody has set, and breaks
        # the pages anew, at each change of a sheet that is full.
        self._page(sheet, spec)
        self._sizes(sheet, spec, step)
        for area in spec.merged:
            if ":" in area.a1:
                self._unseen()
                _range(sheet, area).merge(True)
        self._looks(sheet, spec)
        self._contents(sheet, spec, step)

    def _finish(self, spec: SheetSpec) -> None:
        """What follows when all sheets are full.

        Under a conditional format a lock on Calc's list does not even hold for one change.
        """
        sheet = self._sheets.getByName(spec.name)
        for rule in spec.conditional:
            self._unseen()
            _conditional(self._document, sheet, rule)
        for validation in spec.validations:
            self._unseen()
            _validate(sheet, validation)
        for spot, text in spec.notes.items():
            self._unseen()
            sheet.getAnnotations().insertNew(_cell(sheet, spot).getCellAddress(), text)
        if spec.autofilter is not None:
            self._filter(sheet, spec.name, spec.autofilter)
        self._unseen()
        sheet.setPropertyValue(
            "TabColor", -1 if spec.tab_color is None else int(spec.tab_color, 16)
        )
        self._unseen()
        self._view(sheet, spec)
        self._unseen()
        sheet.setPropertyValue("IsVisible", not spec.hidden)
        if spec.protected:
            self._unseen()
            sheet.protect("")

    def _looks(self, sheet: Any, spec: SheetSpec) -> None:
        # A number stands for each look: numbers are quicker to compare than styles.
        numbers: dict[tuple[Style, str], int] = {}
        looks = {
            spot: numbers.setdefault(
                (style, _shown_format(style, spec.cells.get(spot))), len(numbers)
            )
            for spot, style in styles_of(spec).items()
        }
        named = list(numbers)
        for number, areas in blocks(looks).items():
            style, code = named[number]
            ranges = self._document.createInstance("com.sun.star.sheet.SheetCellRanges")
            ranges.addRangeAddresses(
                tuple(_range(sheet, area).getRangeAddress() for area in areas), False
            )
            wanted = _properties(style)
            wanted["NumberFormat"] = self._number_format(code)
            names = tuple(sorted(wanted))
            self._unseen()
            ranges.setPropertyValues(names, tuple(wanted[n] for n in names))

    def _contents(self, sheet: Any, spec: SheetSpec, step: Callable[[int, int], None]) -> None:
        """Figures and text of a sheet."""
        plain: dict[Spot, float | str] = {}
        for spot, content in spec.cells.items():
            if not isinstance(content, Formula) and (value := self._data(content)) != "":
                plain[spot] = value
        last = max((row for row, _ in plain), default=0)
        for areas in blocks(dict.fromkeys(plain, True)).values():
            for n, part in enumerate(bands(areas)):
                if part.bottom - part.top > MOST // 2 or (n and n % MOST == 0):
                    step(part.top, last)
                self._unseen()
                _range(sheet, part).setDataArray(_table(plain, part))

    def _formulas(self, spec: SheetSpec, step: Step) -> None:
        """Formulas and error values of a sheet, when all that they look at is there."""
        sheet = self._sheets.getByName(spec.name)
        words = f"正在写入“{spec.name}”的公式……"
        step(words, 0, 0)
        formulas: dict[Spot, str] = {}
        for spot, content in spec.cells.items():
            if isinstance(content, Formula):
                text = formula_text(content)
                if content.array:
                    cell = sheet.getCellByPosition(spot[1] - 1, spot[0] - 1)
                    self.entry.step()
                    cell.setArrayFormula(to_calc(text))
                else:
                    formulas[spot] = text
            elif isinstance(content, CellError):
                formulas[spot] = "=" + content.code
        self.formulas[spec.name] = formulas
        looks = {
            spot: (style, _shown_format(style, spec.cells.get(spot)))
            for spot, style in styles_of(spec).items()
            if spot in formulas
        }
        merged = {(area.top, area.left) for area in spec.merged}
        stretches = runs({s: t for s, t in formulas.items() if s not in merged}, looks)
        for n, area in enumerate(stretches):
            step(words, n, len(stretches))
            cells = _range(sheet, area)
            self.entry.step()
            cells.getCellByPosition(0, 0).setFormula(to_calc(formulas[area.top, area.left]))
            self.entry.step()
            cells.fillAuto(_DOWN, 1)
        filled = {(row, a.left) for a in stretches for row in range(a.top, a.bottom + 1)}
        left = {spot: to_calc(text) for spot, text in formulas.items() if spot not in filled}
        for areas in blocks(dict.fromkeys(left, True)).values():
            for area in areas:
                for part in bands([area]):
                    step(words, part.top - area.top, area.bottom)
                    self.entry.step()
                    _range(sheet, part).setFormulaArray(_table(left, part))

    def calculate(self, step: Step) -> None:
        """Calculate what was written, so that nothing is left to wait for, and Esc is seen."""
        todo = [(name, area) for name, texts in self.formulas.items() for area in parts(texts)]
        with self.entry.calculating():
            for n, (name, area) in enumerate(todo):
                step(f"正在计算“{name}”……", n, len(todo))
                # Calc calculates a cell when it is asked for it
                _range(self._sheets.getByName(name), area).getDataArray()

    def _data(self, value: Scalar) -> float | str:
        """A value as Calc takes it; nothing but numbers and text is safe to hand over."""
        if value is None or isinstance(value, CellError):
            return ""
        if isinstance(value, (date, time)):
            return serial(value, self._zero)
        return value if isinstance(value, str) else float(value)

    def _number_format(self, code: str) -> int:
        key = self._formats.queryKey(code, self._english, False)
        return int(self._formats.addNew(code, self._english) if key == -1 else key)

    def _sizes(self, sheet: Any, spec: SheetSpec, step: Callable[[int, int], None]) -> None:
        columns = sheet.getColumns()
        for column, width in spec.widths.items():
            # a character of the standard font is 7 pixels wide, with 5 beside them
            pixels = int(width * 7 + 5)
            self._unseen()
            columns.getByIndex(column - 1).setPropertyValue("Width", round(pixels * 2540 / 96))
        done = 0
        for height, areas in blocks(
            {(row, 1): height for row, height in spec.heights.items()}
        ).items():
            for area in areas:
                done += 1
                if done % MOST == 0:
                    step(done, len(spec.heights))
                self._unseen()
                _range(sheet, area).getRows().setPropertyValue(
                    "Height", round(height * _MM100_PER_POINT)
                )

    def _page(self, sheet: Any, spec: SheetSpec) -> None:
        styles = self._document.getStyleFamilies().getByName("PageStyles")
        name = f"kpixl {spec.name}"
        if not styles.hasByName(name):
            styles.insertByName(name, self._document.createInstance("com.sun.star.style.PageStyle"))
        _set_page(self._document, styles.getByName(name), spec.page)
        self._unseen()
        sheet.setPropertyValue("PageStyle", name)
        if spec.page.repeat_rows is not None:
            first, last = spec.page.repeat_rows
            self._unseen()
            sheet.setTitleRows(_range(sheet, Area(first, 1, last, 1)).getRangeAddress())
            self._unseen()
            sheet.setPrintTitleRows(True)

    def _filter(self, sheet: Any, name: str, area: Area) -> None:
        ranges = self._document.getPropertyValue("DatabaseRanges")
        if ranges.hasByName(_filter_name(name)):
            self._unseen()
            ranges.removeByName(_filter_name(name))
        self._unseen()
        ranges.addNewByName(_filter_name(name), _range(sheet, area).getRangeAddress())
        self._unseen()
        ranges.getByName(_filter_name(name)).setPropertyValue("AutoFilter", True)

    def _view(self, sheet: Any, spec: SheetSpec) -> None:
        """What belongs to the window: frozen rows, lines of the grid."""
        controller = self._document.getCurrentController()
        if controller is None or spec.hidden or not hasattr(controller, "freezeAtPosition"):
            return
        before = controller.getActiveSheet()
        controller.setActiveSheet(sheet)
        row, column = spec.freeze or (1, 1)
        if controller.hasFrozenPanes() or (row, column) != (1, 1):
            controller.freezeAtPosition(column - 1, row - 1)
        controller.setActiveSheet(before)


def _cell(sheet: Any, spot: Spot) -> Any:
    return sheet.getCellByPosition(spot[1] - 1, spot[0] - 1)


def _pointing_to(document: Any, name: str) -> list[tuple[str, Spot, str]]:
    """The single formulas of other sheets that name a sheet."""
    found: list[tuple[str, Spot, str]] = []
    sheets = document.getSheets()
    for other in sheets.getElementNames():
        if other == name:
            continue
        sheet = sheets.getByName(other)
        for address in sheet.queryContentCells(16).getRangeAddresses():
            cells = sheet.getCellRangeByPosition(
                address.StartColumn, address.StartRow, address.EndColumn, address.EndRow
            )
            for r, row in enumerate(cells.getFormulaArray(), address.StartRow + 1):
                found += [
                    (other, (r, c), text)
                    for c, text in enumerate(row, address.StartColumn + 1)
                    if name in text and text.startswith("=")
                ]
    return found


def _filter_name(sheet: str) -> str:
    return "kpixl_" + "".join(c if c.isalnum() else "_" for c in sheet)


def _range(sheet: Any, area: Area) -> Any:
    return sheet.getCellRangeByPosition(
        area.left - 1, area.top - 1, area.right - 1, area.bottom - 1
    )


def _table(cells: Mapping[Spot, Key], area: Area) -> tuple[tuple[Key, ...], ...]:
    return tuple(
        tuple(cells[row, column] for column in range(area.left, area.right + 1))
        for row in range(area.top, area.bottom + 1)
    )


def _shown(value: Scalar) -> str:
    if isinstance(value, bool):
        return "BOOLEAN"
    return shown_format(Style(), value)


def _shown_format(style: Style, content: Content) -> str:
    value = value_of(content)
    if style.number_format == "General" and isinstance(value, bool):
        return "BOOLEAN"
    return shown_format(style, content)


def _enum(kind: str, value: str) -> Any:
    import uno

    return uno.Enum(kind, value)


def _properties(style: Style) -> dict[str, Any]:
    protection = struct("com.sun.star.util.CellProtection")
    protection.IsLocked = style.locked
    weight = 150.0 if style.bold else 100.0
    posture = _enum("com.sun.star.awt.FontSlant", "ITALIC" if style.italic else "NONE")
    align = {"left": "LEFT", "center": "CENTER", "right": "RIGHT", "general": "STANDARD"}
    wanted: dict[str, Any] = {
        "CharColor": int(style.color, 16),
        "CellBackColor": -1 if style.fill is None else int(style.fill, 16),
        "HoriJustify": _enum("com.sun.star.table.CellHoriJustify", align[style.align]),
        # com.sun.star.table.CellVertJustify2
        "VertJustify": {"top": 1, "middle": 2, "bottom": 3}[style.valign],
        "IsTextWrapped": style.wrap,
        "ParaIndent": round(style.indent * 353),
        "CellProtection": protection,
    }
    for script in ("", "Asian"):
        wanted[f"CharFontName{script}"] = FACE
        wanted[f"CharHeight{script}"] = float(style.size)
        wanted[f"CharWeight{script}"] = weight
        wanted[f"CharPosture{script}"] = posture
    if style.border:
        line = struct("com.sun.star.table.BorderLine2")
        line.OuterLineWidth = line.LineWidth = 26
        line.Color = _BORDER
        for side in ("Top", "Bottom", "Left", "Right"):
            wanted[f"{side}Border2"] = line
    return wanted


def _validate(sheet: Any, validation: Validation) -> None:
    cells = _range(sheet, validation.area)
    check_ = cells.getPropertyValue("Validation")
    kind = {"list": "LIST", "decimal": "DECIMAL", "whole": "WHOLE"}[validation.kind]
    formula = validation.custom_formula()
    if validation.kind == "list":
        words = (choice.replace('"', '""') for choice in validation.choices)
        check_.setFormula1(";".join(f'"{word}"' for word in words))
        check_.setPropertyValue("ShowList", 1)
    elif formula is not None:
        kind = "CUSTOM"
        check_.setSourcePosition(cells.getCellByPosition(0, 0).getCellAddress())
        check_.setFormula1(to_calc(formula.removeprefix("=")))
    else:
        low, high = validation.low, validation.high
        bounds = (-1e15 if low is None else low, 1e15 if high is None else high)
        check_.setOperator(_enum("com.sun.star.sheet.ConditionOperator", "BETWEEN"))
        check_.setFormula1(f"{bounds[0]:.15g}")
        check_.setFormula2(f"{bounds[1]:.15g}")
    check_.setPropertyValue("Type", _enum("com.sun.star.sheet.ValidationType", kind))
    check_.setPropertyValue("IgnoreBlankCells", True)
    check_.setPropertyValue("ShowInputMessage", bool(validation.prompt or validation.prompt_title))
    check_.setPropertyValue("InputTitle", validation.prompt_title)
    check_.setPropertyValue("InputMessage", validation.prompt)
    check_.setPropertyValue("ShowErrorMessage", True)
    check_.setPropertyValue("ErrorTitle", "填写有误")
    check_.setPropertyValue("ErrorMessage", validation.error)
    cells.setPropertyValue("Validation", check_)


def _conditional(document: Any, sheet: Any, rule: ConditionalFormat) -> None:
    """Bars in cells, or a colour scale in steps: the program's interface makes no other."""
    if isinstance(rule, DataBar):
        # The bar joins a condition that never holds, which can't be taken out again.
        one = put_conditions(document, sheet, [rule.area], [("FALSE()", "FFFFFF")])
        one.createEntry(2, 0)  # com.sun.star.sheet.ConditionEntryType.DATABAR
        entry = one.getByIndex(1)
        entry.setPropertyValue("Color", int(rule.color, 16))
        entry.setPropertyValue("UseGradient", False)
        ends = entry.getPropertyValue("DataBarEntries")
        for end, figure in zip(ends, (rule.low, rule.high), strict=True):
            end.setType(_VALUE)
            end.setFormula(f"{figure:.15g}")
        return
    first = a1(rule.area.top, rule.area.left)
    whole = ":".join(
        a1(r, c, absolute=True)
        for r, c in ((rule.area.top, rule.area.left), (rule.area.bottom, rule.area.right))
    )
    tests = []
    for step in range(_STEPS, 0, -1):
        color = _between(rule.low_color, rule.high_color, step / _STEPS)
        bound = f"MIN({whole})+{(step - 0.5) / _STEPS:g}*(MAX({whole})-MIN({whole}))"
        test = f"AND(ISNUMBER({first});MAX({whole})>MIN({whole});{first}>={bound})"
        tests.append((test, color))
    put_conditions(document, sheet, [rule.area], tests)


def _between(low: str, high: str, share: float) -> str:
    """The colour that stands at a share of the way between two.

    >>> _between("FFFFFF", "C6E0B4", 1.0), _between("000000", "FFFFFF", 0.5)
    ('C6E0B4', '808080')
    """
    pairs = [(int(low[i : i + 2], 16), int(high[i : i + 2], 16)) for i in (0, 2, 4)]
    return "".join(f"{round(a + share * (b - a)):02X}" for a, b in pairs)


def _set_page(document: Any, style: Any, page: Page) -> None:
    wide, high = (_A4[1], _A4[0]) if page.landscape else _A4
    for name, value in {
        "IsLandscape": page.landscape,
        "Width": wide,
        "Height": high,
        "LeftMargin": 1270,
        "RightMargin": 1270,
        "TopMargin": 1000,
        "BottomMargin": 1000,
        "CenterHorizontally": page.center,
        "ScaleToPagesX": page.fit_width,
        "ScaleToPagesY": page.fit_height,
        "HeaderIsOn": bool(page.header),
        "FooterIsOn": bool(page.footer),
    }.items():
        style.setPropertyValue(name, value)
    for text, side in (
        (page.header, "RightPageHeaderContent"),
        (page.footer, "RightPageFooterContent"),
    ):
        if text:
            content = style.getPropertyValue(side)
            for part, code in (("Left", "L"), ("Center", "C"), ("Right", "R")):
                _band(document, getattr(content, f"{part}Text"), _section(text, code))
            style.setPropertyValue(side, content)


def _section(text: str, code: str) -> str:
    """The part of a header that stands left, in the middle or right; && is an &."""
    found, current, i = {"L": "", "C": "", "R": ""}, "C", 0
    while i < len(text):
        pair = text[i : i + 2]
        if pair in ("&L", "&C", "&R"):
            current = pair[1]
            i += 2
        elif pair in ("&&", "&P", "&N"):
            found[current] += pair
            i += 2
        else:
            found[current] += text[i]
            i += 1
    return found[code]


def _band(document: Any, area: Any, text: str) -> None:
    """One part of a header; &P and &N are fields that the program fills in."""
    area.setString("")
    cursor = area.createTextCursor()
    for piece in re.split(r"(&P|&N)", text):
        cursor.gotoEnd(False)
        if piece in _FIELDS:
            area.insertTextContent(cursor, document.createInstance(_FIELDS[piece]), False)
        else:
            area.insertString(cursor, piece.replace("&&", "&"), False)

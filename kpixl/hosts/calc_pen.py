"""Puts sheets of ours, values and marks into a document that is open in Calc."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from functools import partial
from itertools import count
from typing import Any, TypeVar

from kpixl.grid import Area, CellError, Scalar, Spot
from kpixl.host import (
    Content,
    Formula,
    Mark,
    SetResults,
    SetValues,
    SheetSpec,
    Style,
)
from kpixl.hosts.calc_formulas import MOST, in_order, parts, runs
from kpixl.hosts.calc_look import (
    MM100_PER_POINT,
    cell_at,
    character,
    properties_of,
    put_conditional,
    put_validation,
    range_of,
    set_page,
)
from kpixl.hosts.calc_marks import (
    marks_of,
)
from kpixl.hosts.calc_read import serial, struct
from kpixl.hosts.calc_text import to_calc
from kpixl.hosts.calc_undo import Entry, unseen
from kpixl.hosts.patching import (
    formula_text,
    same_name,
    shown_format,
    styles_of,
    value_of,
)

_DOWN = 0  # com.sun.star.sheet.FillDirection.TO_BOTTOM
Key = TypeVar("Key")
Step = Callable[[str, int, int], None]


class Pen:
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
        self._character = character(document)

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
            self._finish_all(step)
            self.entry.wrote(partial(self._finish_all, lambda *_: None))
        self._point(self._pointing, self.entry.step)

    def _fill(self, step: Step) -> None:
        with unseen(self._document) as self._unseen:
            for n, spec in enumerate(self.specs.values()):
                words = f"正在写入“{spec.name}”……"
                step(words, n, len(self.specs))
                self._lay_out(spec, partial(step, words))

    def _finish_all(self, step: Step) -> None:
        with unseen(self._document) as self._unseen:
            for n, spec in enumerate(self.specs.values()):
                step(f"正在写入“{spec.name}”……", n, len(self.specs))
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
                cell_at(self._sheets.getByName(sheet), spot).setFormula(text)

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
            self._put(cell_at(sheet, spot), value)

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
                range_of(sheet, area).merge(True)
        self._looks(sheet, spec)
        self._contents(sheet, spec, step)

    def _finish(self, spec: SheetSpec) -> None:
        """What follows when all sheets are full.

        Under a conditional format a lock on Calc's list does not even hold for one change.
        """
        sheet = self._sheets.getByName(spec.name)
        for rule in spec.conditional:
            self._unseen()
            put_conditional(self._document, sheet, rule)
        for validation in spec.validations:
            self._unseen()
            put_validation(sheet, validation)
        for spot, text in spec.notes.items():
            self._unseen()
            sheet.getAnnotations().insertNew(cell_at(sheet, spot).getCellAddress(), text)
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
                tuple(range_of(sheet, area).getRangeAddress() for area in areas), False
            )
            wanted = properties_of(style)
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
                range_of(sheet, part).setDataArray(_table(plain, part))

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
        stretches = runs(
            {s: t for s, t in formulas.items() if s not in merged}, looks, partial(step, words)
        )
        filled = {(row, a.left) for a in stretches for row in range(a.top, a.bottom + 1)}
        left = {spot: to_calc(text) for spot, text in formulas.items() if spot not in filled}
        for areas in blocks(dict.fromkeys(left, True)).values():
            for area in areas:
                for part in bands([area]):
                    step(words, part.top - area.top, area.bottom)
                    self.entry.step()
                    range_of(sheet, part).setFormulaArray(_table(left, part))
        for n, area in enumerate(in_order(stretches, formulas)):
            step(words, n, len(stretches))
            cells = range_of(sheet, area)
            self.entry.step()
            cells.getCellByPosition(0, 0).setFormula(to_calc(formulas[area.top, area.left]))
            self.entry.step()
            cells.fillAuto(_DOWN, 1)
            # Calc calculates all that waits when it calculates one cell, so it gets little to wait
            with self.entry.calculating():
                cells.getDataArray()

    def calculate(self, step: Step) -> None:
        """Calculate what was written, so that nothing is left to wait for, and Esc is seen."""
        todo = [(name, area) for name, texts in self.formulas.items() for area in parts(texts)]
        with self.entry.calculating():
            for n, (name, area) in enumerate(todo):
                step(f"正在计算“{name}”……", n, len(todo))
                # Calc calculates a cell when it is asked for it
                range_of(self._sheets.getByName(name), area).getDataArray()

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
            pixels = int(width * self._character + 5)
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
                range_of(sheet, area).getRows().setPropertyValue(
                    "Height", round(height * MM100_PER_POINT)
                )

    def _page(self, sheet: Any, spec: SheetSpec) -> None:
        styles = self._document.getStyleFamilies().getByName("PageStyles")
        name = f"kpixl {spec.name}"
        if not styles.hasByName(name):
            styles.insertByName(name, self._document.createInstance("com.sun.star.style.PageStyle"))
        set_page(self._document, styles.getByName(name), spec.page)
        self._unseen()
        sheet.setPropertyValue("PageStyle", name)
        if spec.page.repeat_rows is not None:
            first, last = spec.page.repeat_rows
            self._unseen()
            sheet.setTitleRows(range_of(sheet, Area(first, 1, last, 1)).getRangeAddress())
            self._unseen()
            sheet.setPrintTitleRows(True)

    def _filter(self, sheet: Any, name: str, area: Area) -> None:
        ranges = self._document.getPropertyValue("DatabaseRanges")
        if ranges.hasByName(_filter_name(name)):
            self._unseen()
            ranges.removeByName(_filter_name(name))
        self._unseen()
        ranges.addNewByName(_filter_name(name), range_of(sheet, area).getRangeAddress())
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

"""What every host does with a patch before it touches anything.

A host applies all of a patch or nothing.  The easy way to keep that promise is to
find every fault first, in values, and to start writing only after that.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import TypeAlias

from kpixl.address import LAST_COLUMN, LAST_ROW, a1
from kpixl.errors import UnwritableFile
from kpixl.grid import Area, CellError, Scalar, Sheet, Spot
from kpixl.host import (
    PLAIN,
    ClearMarks,
    Content,
    Formula,
    MarkCells,
    Patch,
    PutSheet,
    SetResults,
    SetValues,
    SheetSpec,
    Style,
)

LONGEST_TEXT, LONGEST_FORMULA, LONGEST_MARK, LONGEST_HEADER = 32_767, 8_192, 255, 255
ERROR_CODES = frozenset(("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"))
_BAD_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_NAME = re.compile(r"[^\W\d][\w.?]*|\\[\w.?]*")
# The name, local to a sheet, that says whose the sheet is.
OWN_NAME = "_kpixl"
# A change to a sheet that is there already.
Other: TypeAlias = SetValues | SetResults | MarkCells | ClearMarks
_DATE, _MOMENT, _TIME = "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "hh:mm"


def normal(value: Scalar) -> Scalar:
    """A value as a cell can hold it: no empty text, and midnight is a day.

    >>> normal(""), normal(datetime(2015, 1, 15)), normal(datetime(2015, 1, 15, 8, 30))
    (None, datetime.date(2015, 1, 15), datetime.datetime(2015, 1, 15, 8, 30))
    """
    if isinstance(value, str):
        return value or None
    if isinstance(value, datetime) and value.time() == time(0):
        return value.date()
    return value


def holdable(value: Scalar) -> Scalar:
    """A value as a cell holds it once it is written.

    Two code points are no characters and no workbook can hold them; the sign for what is
    none takes their place.

    >>> holdable("甲\uffff"), holdable("")
    ('甲\ufffd', None)
    """
    if isinstance(value, str) and ("\ufffe" in value or "\uffff" in value):
        value = value.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    return normal(value)


def value_of(content: Content) -> Scalar:
    """The value that a reader finds in a cell, be it a formula or not."""
    return holdable(content.value if isinstance(content, Formula) else content)


def formula_text(formula: Formula) -> str:
    """The text of a formula with exactly one "=" before it."""
    return "=" + formula.text.removeprefix("=")


def shown_format(style: Style, content: Content) -> str:
    """The number format of a cell: a date is never shown as a day's serial number."""
    if style.number_format != "General":
        return style.number_format
    value = value_of(content)
    if isinstance(value, datetime):
        return _MOMENT
    if isinstance(value, date):
        return _DATE
    return _TIME if isinstance(value, time) else "General"


def covered(merged: Iterable[Area]) -> Iterator[tuple[Spot, Spot]]:
    """Each cell that a merged area hides, with the area's top left cell."""
    for area in merged:
        anchor = (area.top, area.left)
        for row in range(area.top, area.bottom + 1):
            for column in range(area.left, area.right + 1):
                if (row, column) != anchor:
                    yield (row, column), anchor


def styles_of(spec: SheetSpec) -> dict[Spot, Style]:
    """The style of every cell that has content or a style; a merged area has one."""
    styles = dict.fromkeys(spec.cells, PLAIN) | dict(spec.styles)
    for spot, anchor in covered(spec.merged):
        styles.setdefault(anchor, PLAIN)
        styles[spot] = spec.styles.get(spot, styles[anchor])
    return styles


def folded(patch: Patch, path: str | Path) -> tuple[SheetSpec, ...]:
    """The sheets of a new workbook that a patch makes, in their order.

    A sheet put twice counts once, in its first place; values are laid over the
    sheet that the same patch put before.  `path` only names the file in errors.
    """
    sheets, others = settled(patch, path)
    for change in others:
        if change.sheet is not None:
            raise sheet_missing(path, change.sheet)
    if sheets and all(spec.hidden for spec in sheets):
        raise ValueError("a workbook needs one sheet that is not hidden")
    return sheets


def settled(patch: Patch, path: str | Path) -> tuple[tuple[SheetSpec, ...], tuple[Other, ...]]:
    """The sheets that a patch puts, whole, and its changes to sheets that it does not put.

    Raises ValueError for what no workbook can hold.
    """
    check(patch)
    sheets: dict[str, SheetSpec] = {}
    others: list[Other] = []
    for change in patch.changes:
        if isinstance(change, PutSheet):
            key = next((n for n in sheets if same_name(n, change.sheet.name)), change.sheet.name)
            sheets[key] = change.sheet
        elif change.sheet is None or change.sheet not in sheets:
            others.append(change)
        else:
            sheets[change.sheet] = _laid_over(sheets[change.sheet], change, path)
    return tuple(sheets.values()), tuple(others)


def _laid_over(spec: SheetSpec, change: Other, path: str | Path) -> SheetSpec:
    """A sheet of ours with a later change of the same patch in it."""
    if isinstance(change, SetValues):
        formulas = {spot for spot, content in spec.cells.items() if isinstance(content, Formula)}
        refuse_hidden_writes(path, change.sheet, change.values, formulas, spec.merged)
        return replace(spec, cells={**spec.cells, **change.values})
    if isinstance(change, SetResults):
        refuse_hidden_writes(path, change.sheet, change.values, (), spec.merged)
        cells = dict(spec.cells)
        for spot, value in change.values.items():
            old = cells.get(spot)
            cells[spot] = replace(old, value=value) if isinstance(old, Formula) else value
        return replace(spec, cells=cells)
    if isinstance(change, MarkCells):
        styles, notes = dict(spec.styles), dict(spec.notes)
        for spot, mark in change.marks.items():
            if mark.fill is not None:
                styles[spot] = replace(styles.get(spot, PLAIN), fill=mark.fill)
            if mark.note:
                notes[spot] = mark.note
        return replace(spec, styles=styles, notes=notes)
    return spec


def own_text(owner: str, sheet: str) -> str:
    """What the mark of a sheet of ours says: whose it is, and how it was called then.

    Somebody who renames such a sheet wants to keep it: it is ours no longer.

    >>> own_text("考核", "排名"), read_own_text('"考核|排名"', "排名")
    ('"考核|排名"', '考核')
    >>> read_own_text('"考核|排名"', "去年的排名") is None
    True
    """
    text = f"{owner}|{sheet}".replace('"', '""')
    if not owner or _utf16(text) > 250:
        raise ValueError(f"{owner!r} is no owner")
    return f'"{text}"'


def read_own_text(text: str, sheet: str) -> str | None:
    """Whose a sheet is by its mark; None for one that was renamed since."""
    whole = text.removeprefix("=").strip()
    if len(whole) < 2 or whole[0] != '"' or whole[-1] != '"':
        return None
    owner, _, name = whole[1:-1].replace('""', '"').rpartition("|")
    return owner if owner and name == sheet else None


def same_name(one: str, other: str) -> bool:
    """Whether two sheet names are one to a spreadsheet program."""
    return one.casefold() == other.casefold()


def sheet_missing(path: str | Path, name: str) -> UnwritableFile:
    """The error for values that are meant for a sheet which does not exist."""
    return UnwritableFile(path, f"没有名为“{name}”的工作表", "请核对工作表名称。")


def refuse_hidden_writes(
    path: str | Path,
    sheet: str,
    values: Mapping[Spot, Scalar],
    formulas: Iterable[Spot],
    merged: Iterable[Area],
    arrays: Iterable[Area] = (),
) -> None:
    """Raise if a value would overwrite a formula, stand in the way of an array's result, or
    vanish inside a merged area."""
    for spot in sorted(values.keys() & set(formulas)):
        raise UnwritableFile(
            path, f"“{sheet}”表 {a1(*spot)} 是公式,不能填入数值", "请改填公式所引用的单元格。"
        )
    for area in arrays:
        for spot in sorted(spot for spot in values if spot in area):
            raise UnwritableFile(
                path,
                f"“{sheet}”表 {a1(*spot)} 属于数组公式的区域 {area.a1},不能填入数值",
                "请改填公式所引用的单元格。",
            )
    for spot, anchor in covered(merged):
        if spot in values:
            raise UnwritableFile(
                path,
                f"“{sheet}”表 {a1(*spot)} 被合并单元格盖住",
                f"请改填合并区域左上角的 {a1(*anchor)}。",
            )


def check(patch: Patch) -> None:
    """Raise ValueError for what no workbook can hold; these are faults of our own code."""
    for change in patch.changes:
        if isinstance(change, PutSheet):
            _check_sheet(change.sheet)
        elif isinstance(change, (SetValues, SetResults)):
            for spot, value in change.values.items():
                _check_cell(change.sheet, spot, value)
        elif isinstance(change, MarkCells):
            for spot, mark in change.marks.items():
                _check_cell(change.sheet, spot, mark.note)
    for name, text in patch.marks.items():
        if not 0 < len(name) <= LONGEST_MARK or len(text) > LONGEST_MARK:
            raise ValueError(f"mark {name!r} is longer than {LONGEST_MARK} characters")
    for name in patch.names:
        if not _NAME.fullmatch(name) or len(name) > 255:
            raise ValueError(f"{name!r} cannot be a defined name")


def check_sheet_name(name: str) -> None:
    """Raise ValueError if a sheet cannot bear this name.

    >>> check_sheet_name("2015年4月")
    >>> check_sheet_name("a/b")
    Traceback (most recent call last):
    ValueError: 'a/b' cannot be a sheet name
    """
    if (
        not name.strip()
        or _utf16(name) > 31
        or _BAD_IN_SHEET_NAME.search(name)
        or name[0] == "'"
        or name[-1] == "'"
        or name.casefold() == "history"
    ):
        raise ValueError(f"{name!r} cannot be a sheet name")


def _check_sheet(spec: SheetSpec) -> None:
    check_sheet_name(spec.name)
    taken: set[Spot] = set()
    for area in spec.merged:
        if area.top > area.bottom or area.left > area.right:
            raise ValueError(f"{spec.name}: merged area ends before it begins")
        cells = {(area.top, area.left)} | {spot for spot, _ in covered((area,))}
        if taken & cells:
            raise ValueError(f"{spec.name}!{area.a1}: merged areas overlap")
        taken |= cells
    for spot, content in spec.cells.items():
        _check_cell(spec.name, spot, content)
    for spot, _ in covered(spec.merged):
        if value_of(spec.cells.get(spot)) is not None:
            raise ValueError(f"{spec.name}!{a1(*spot)}: content under a merged area is lost")
    for text in (spec.page.header, spec.page.footer):
        if _utf16(text) > LONGEST_HEADER:
            raise ValueError(f"{spec.name}: header or footer over {LONGEST_HEADER} characters")
    for spot in (*spec.styles, *spec.notes):
        _check_spot(spec.name, spot)


def _check_spot(sheet: str, spot: Spot) -> None:
    if not (1 <= spot[0] <= LAST_ROW and 1 <= spot[1] <= LAST_COLUMN):
        raise ValueError(f"{sheet}: cell {spot} is outside the grid")


def _check_cell(sheet: str, spot: Spot, content: Content) -> None:
    _check_spot(sheet, spot)
    where = f"{sheet}!{a1(*spot)}"
    if isinstance(content, Formula) and _utf16(content.text) > LONGEST_FORMULA:
        raise ValueError(f"{where}: formula over {LONGEST_FORMULA} characters")
    value = content.value if isinstance(content, Formula) else content
    if isinstance(value, str) and _utf16(value) > LONGEST_TEXT:
        raise ValueError(f"{where}: text over {LONGEST_TEXT} characters")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{where}: {value} is no figure; a missing one is None")
    if isinstance(value, (datetime, time)) and value.tzinfo is not None:
        raise ValueError(f"{where}: a cell's time has no time zone")
    if isinstance(value, CellError) and value.code not in ERROR_CODES:
        raise ValueError(f"{where}: {value.code!r} is no error value")


def _utf16(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def as_sheet(spec: SheetSpec) -> Sheet:
    """The sheet that a reader finds after `spec` was put into a workbook."""
    values = {spot: value_of(content) for spot, content in spec.cells.items()}
    styles = styles_of(spec)
    formats = {
        spot: text
        for spot, style in styles.items()
        if (text := shown_format(style, spec.cells.get(spot))) != "General"
    }
    formulas = {
        spot: formula_text(content)
        for spot, content in spec.cells.items()
        if isinstance(content, Formula)
    }
    return Sheet(
        name=spec.name,
        rows=dense(values),
        formulas=formulas,
        formats=formats,
        merged=tuple(area for area in spec.merged if ":" in area.a1),
        unlocked=frozenset(spot for spot, style in styles.items() if not style.locked),
        protected=spec.protected,
        hidden=spec.hidden,
    )


def dense(values: Mapping[Spot, Scalar]) -> tuple[tuple[Scalar, ...], ...]:
    """Rows from A1 to the last filled cell of each row.

    >>> dense({(2, 1): 5.0, (2, 3): "本"})
    ((), (5.0, None, '本'))
    """
    rows: dict[int, dict[int, Scalar]] = {}
    for (row, column), value in values.items():
        if value is not None:
            rows.setdefault(row, {})[column] = value
    return tuple(
        tuple(cells.get(column) for column in range(1, max(cells, default=0) + 1))
        for cells in (rows.get(row, {}) for row in range(1, max(rows, default=0) + 1))
    )

"""Tables whose units stand in rows, with indicators above them: turned round.

Whatever follows then sees indicators in rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kpixl.grid import Area, Sheet, Spot
from kpixl.numbers import is_measure
from kpixl.scheme.headings import spelling, text_of
from kpixl.templates.body_rows import repeats_headings, stand_again
from kpixl.templates.columns import column_under
from kpixl.templates.heading_paths import heading_over
from kpixl.templates.heading_rows import (
    STACKED,
    STATED,
    holds_figures,
    is_heading_row,
    only_numbers_columns,
    stacked_headings,
)
from kpixl.templates.sheet_view import View, ends_table
from kpixl.templates.table_model import Column, Table
from kpixl.templates.words import FIELDS, NAMES, Words


def unit_column(view: View, top: int, bottom: int) -> int | None:
    """The column of units, where the headings beside it name indicators."""
    numbers = range(1, view.sheet.width + 1)
    columns = [column_under(view, n, heading_over(view, n, top, bottom)) for n in numbers]
    kinds = _kinds_column(view, top, bottom)
    columns = [c for c in columns if c.number != kinds]
    if sum(bool(c.unit) for c in columns) >= 2 or any(c.role in NAMES[1:] for c in columns):
        return None
    if any(c.role == "评分标准" for c in columns):
        return None
    for column in columns:
        if column.role in ("单位", "单位?"):
            texts = view.below(bottom, column.number)
            stack = 0
            while stack < len(texts) and view.words.role(texts[stack]) in STACKED:
                stack += 1
            texts = texts[stack:]
            sure = column.role == "单位" or (
                texts and 2 * sum(map(view.is_unit, texts)) >= len(texts)
            )
            if sure and texts:
                return column.number
    if any(c.role in (*NAMES, "评分标准", "分值") or c.unit for c in columns):
        return None
    for column in columns:  # who answers for the figures, where nobody else is named
        if column.role in ("责任单位", "考核单位"):
            texts = [t for t in view.below(bottom, column.number) if not view.words.role(t)]
            if len({*texts}) == len(texts) >= 2 and all(map(view.is_unit, texts)):
                return column.number
    return None


def turned_table(view: View, top: int, bottom: int, at: int) -> Table:
    """The table turned round; `at` is the column of units, or of stacked headings.

    The headings in the rows `top` to `bottom` become columns, the units below them too.
    """
    right = max((view.area(r, at).right for r in range(top, bottom + 1)), default=at)
    names = _heading_columns(view, top, bottom, at, right)
    attributes = {
        c: view.words.role(view.seen(bottom, c) or view.seen(top, c)) for c in range(1, at + 1)
    }
    kinds = _kinds_column(view, top, bottom)
    kinds = None if kinds == at else kinds
    units, end = _unit_columns(view, (top, bottom), (at, right), attributes, kinds)
    start = min((c.number for c in units), default=bottom + 1)
    sheet = flipped(view.sheet)
    naming = [c.number for c in names if c.role in NAMES]

    def holds_indicator(row: int) -> bool:
        if row == kinds or not any(text_of(sheet.seen(row, n)) for n in naming):
            return False
        before = row < at and attributes.get(row) is None and holds_figures(view, row, start, end)
        return (row > right or before) and not _is_no_indicator(sheet, view.words, row, naming)

    rows = tuple(filter(holds_indicator, range(1, len(sheet.rows) + 1)))
    return Table(sheet, True, 1, right, (*names, *units), rows, {}, end, (top, bottom))


def _heading_columns(view: View, top: int, bottom: int, at: int, right: int) -> list[Column]:
    """What the headings make: columns that name the indicators, their points, their measures."""
    columns: list[Column] = []
    storeys = 0
    for number in range(top, bottom + 1):
        text = view.seen(number, at)
        beside = [text_of(v) for c, v in view.own(number) if c > right]
        role = view.words.role(text) or ""
        if beside and all(map(STATED.fullmatch, beside)):
            role = "分值"
        elif beside and all(map(is_measure, beside)):
            role = "计量单位"
        elif role not in STACKED or role in ("责任单位", "指标", "类别"):
            role = "指标" if storeys == 0 else "数据项"
            storeys += 1
        if only_numbers_columns(view, number, top):
            role = "序号"
        columns.append(Column(number, (number, at), (text,) if text else (), role))
    return columns


def _unit_columns(
    view: View,
    head: tuple[int, int],
    where: tuple[int, int],
    attributes: Mapping[int, str | None],
    kinds: int | None,
) -> tuple[list[Column], int]:
    """The columns that the rows of units become, and the last row of the table.

    `head` is the first and last row of the headings, `where` the first and last column of
    the units' names, `attributes` what the columns before them are called, `kinds` the column
    that says what a row's figures are.
    """
    (top, bottom), (at, right) = head, where
    units: list[Column] = []
    skipped = bottom
    for number in range(bottom + 1, len(view.sheet.rows) + 1):
        cells = view.own(number)
        if number <= skipped or not cells:
            continue
        if repeats_headings(view, number, top, bottom):
            skipped = number + bottom - top
            while units and len(view.own(units[-1].number)) == 1:
                units.pop()  # a title above the headings
            if stand_again(view, [c.number for c in units], skipped, [at]):
                return units, number - 1
            continue
        if is_heading_row(view, number) or stacked_headings(view, number) is not None:
            if not units and _same_names(view, top, number):
                continue  # the names stand once more above the units
            if units:
                return units, number - 1
        text, first = view.seen(number, at), text_of(cells[0][1])
        if not text or view.words.is_total(text) or ends_table(first) or ends_table(text):
            continue
        if view.area(number, at).right > right or view.words.is_total(first):
            continue  # a line across the table
        group = next(
            (
                view.seen(number, c)
                for c, role in attributes.items()
                if role in ("分组", "类别") and c != at
            ),
            "",
        )
        kind = None if kinds is None else view.words.role(view.seen(number, kinds))
        units.append(_unit_column(view.words, (number, at), text, group, kind))
    return units, len(view.sheet.rows)


def _unit_column(words: Words, spot: Spot, text: str, group: str, kind: str | None) -> Column:
    """The column of one row: a unit's figures of a kind, or what a row says of the indicators."""
    role, unit = words.role(text), ""
    if kind in FIELDS:
        role, unit = kind, words.unit(text) or text
    elif role not in (*FIELDS, "计量单位", "说明", "责任单位", "分值", "评分标准"):
        role, unit = "填报值", words.unit(text) or text
    return Column(spot[0], spot, (text,), role or "", unit, group)


def _same_names(view: View, one: int, other: int) -> bool:
    """Whether two rows hold the same texts beside their first."""
    first, second = ([spelling(text_of(v)) for _, v in view.own(r)][1:] for r in (one, other))
    return bool(first) and first == second


def _kinds_column(view: View, top: int, bottom: int) -> int | None:
    """The column whose rows say what their figures are: 目标数, 完成数, 完成率."""
    for number in range(1, view.sheet.width + 1):
        texts = [t for t in view.below(bottom, number) if spelling(t)]
        roles = [view.words.role(t) for t in texts]
        if len(texts) >= 2 and len({*roles}) > 1 and all(r in FIELDS for r in roles):
            return number
    return None


def _is_no_indicator(sheet: Sheet, words: Words, row: int, names: Sequence[int]) -> bool:
    """Whether a column of a table of units holds no indicator: totals, places, remarks."""
    text = next((t for n in names if (t := text_of(sheet.seen(row, n)))), "")
    return bool(words.is_total(text)) or words.role(text) in (
        "名次", "说明", "考核分", "自评分", "分组", "责任单位", "考核单位", "序号",
    )  # fmt: skip


def flipped(sheet: Sheet) -> Sheet:
    """The sheet with rows and columns exchanged."""
    rows = [list(row) + [None] * (sheet.width - len(row)) for row in sheet.rows]
    return replace(
        sheet,
        rows=tuple(tuple(column) for column in zip(*rows, strict=True)),
        formulas={},
        formats={},
        merged=tuple(Area(a.left, a.top, a.right, a.bottom) for a in sheet.merged),
        hidden_rows=sheet.hidden_columns,
        hidden_columns=sheet.hidden_rows,
        unlocked=frozenset(),
        arrays=(),
    )

"""The tables of a sheet: where their headings stand, what each column is, which rows count.

Nothing is known of a form beforehand but words.  A table whose units stand in rows, with
indicators above them, is turned round, so that whatever follows sees indicators in rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from kpixl.grid import Sheet, Spot
from kpixl.numbers import is_measure
from kpixl.scheme.headings import spelling, text_of
from kpixl.templates.body_rows import body_rows
from kpixl.templates.cards import cards_of
from kpixl.templates.columns import columns_of
from kpixl.templates.heading_rows import STACKED, heading_block, is_heading_row, stacked_headings
from kpixl.templates.sheet_view import View
from kpixl.templates.table_model import Table
from kpixl.templates.turned import turned_table, unit_column
from kpixl.templates.words import NAMES, Words

_DEPTH = 80  # rows below the last table in which another may begin


def find_tables(sheet: Sheet, words: Words, forced: Mapping[Spot, str]) -> tuple[Table, ...]:
    """The tables of a sheet from top to bottom.

    `forced` gives the role of columns by their heading cell, as a user has answered.
    """
    tables: list[Table] = []
    view = View(sheet, words, forced)
    row = 1
    while row <= min(len(sheet.rows), _DEPTH + (tables[-1].end if tables else 0)):
        found = _tables_at(view, row)
        tables += found
        row = max((t.end for t in found), default=row) + 1
    return tuple(tables) or _of_cards(sheet, words, forced)


def _tables_at(view: View, row: int) -> list[Table]:
    """The tables whose headings begin in a row: several where they stand side by side."""
    parts = [View(s, view.words, view.forced) for s in _side_by_side(view, row)]
    return [t for part in (parts or [view]) if (t := _table_at(part, row)) is not None]


def _side_by_side(view: View, row: int) -> list[Sheet]:
    """The sheet once for each table, where the same headings stand twice in a row."""
    heads = [(c, spelling(text_of(v))) for c, v in view.own(row)]
    starts = [c for c, text in heads if text == heads[0][1]]
    if len(starts) < 2 or len(heads) % len(starts):
        return []
    size = len(heads) // len(starts)
    parts = [heads[n : n + size] for n in range(0, len(heads), size)]
    roles = {view.words.role(text) for _, text in parts[0]}
    alike = all([t for _, t in p] == [t for _, t in parts[0]] for p in parts)
    if size < 2 or not alike or not roles & {*NAMES, "单位", "单位?"}:
        return []
    ends = [*(s - 1 for s in starts[1:]), view.sheet.width]
    return [
        _without_neighbours(view, row, left, right)
        for left, right in zip(starts, ends, strict=True)
    ]


def _without_neighbours(view: View, top: int, left: int, right: int) -> Sheet:
    """The sheet without what stands beside some columns, from a row down."""
    rows = [
        tuple(v if left <= c <= right or r < top else None for c, v in enumerate(values, 1))
        for r, values in enumerate(view.sheet.rows, 1)
    ]
    return replace(view.sheet, rows=tuple(rows))


def _table_at(view: View, row: int) -> Table | None:
    """The table whose headings begin in a row."""
    stacked = stacked_headings(view, row)
    if stacked is not None:
        return turned_table(view, row, *stacked)
    if not is_heading_row(view, row):
        return None
    top, bottom = heading_block(view, row)
    at = unit_column(view, top, bottom)
    if at is None:
        return _upright_table(view, top, bottom)
    while view.words.role(view.seen(bottom + 1, at)) in STACKED:
        bottom += 1
    return turned_table(view, top, bottom, at)


def _upright_table(view: View, top: int, bottom: int) -> Table:
    columns = columns_of(view, top, bottom)
    rows, bands, end = body_rows(view, top, bottom, columns)
    return Table(view.sheet, False, top, bottom, columns, rows, bands, end, (top, bottom))


def _of_cards(sheet: Sheet, words: Words, forced: Mapping[Spot, str]) -> tuple[Table, ...]:
    """The table that cards make, where a sheet has no other."""
    cards = cards_of(sheet, words)
    if cards is None:
        return ()
    there = {spot: at for at, spot in cards.origin.items()}
    said = {there[spot]: role for spot, role in forced.items() if spot in there}
    table = _table_at(View(cards.sheet, words, said), 1)
    if table is None or table.flipped:
        return ()
    origin = cards.origin
    columns = tuple(replace(c, spot=origin.get(c.spot, c.spot)) for c in table.columns)
    head = (cards.first, cards.first)
    return (replace(table, columns=columns, origin=origin, head=head, end=cards.last),)


def default_measure(sheet: Sheet, before: int) -> tuple[str, Spot] | None:
    """The unit of measure that a line above a table gives for all its figures (单位:万元)."""
    for row, column, value in sheet.filled():
        if row >= before:
            return None
        text = spelling(text_of(value)).replace("：", ":")
        found = re.fullmatch(r".*?(?:计量)?单位:?(\S{1,6})", text)
        spaced = re.search(r"单位[::]\s*([^\s::]{1,6})\s*$", text_of(value).strip())
        for match in (spaced, found):
            if match and is_measure(match[1]):
                return match[1], (row, column)
    return None

"""Formulas into a sheet of Calc: alike ones are filled down, and all are calculated in parts.

Filling down is what Calc is quick at: ten thousand formulas that are put one by one take a hundred
times as long, and are not kept as one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from itertools import chain

from kpixl.address import LAST_ROW, column_number
from kpixl.grid import Area, Spot

FEWEST, MOST = 24, 1_000  # rows that are worth filling; rows between two looks at Esc
_PIECE = re.compile(
    r"""
      (?P<text>"(?:[^"]|"")*"|'(?:[^']|'')*')
    | (?P<rows>(?<![\w$.:])\$?\d+:\$?\d+(?![\w.:]))
    | (?P<column>(?<![\w$.])\$?[A-Za-z]{1,3})(?P<fixed>\$?)(?P<row>[1-9]\d{0,6})(?![\w.(!])
    """,
    re.VERBOSE,
)

_REFERENCE = re.compile(
    r"""
      "(?:[^"]|"")*" | '(?:[^']|'')*'
    | ![$A-Za-z0-9:]+  # of another sheet
    | (?<![\w$.])\$?(?P<first>[A-Za-z]{1,3})\$?[1-9]\d{0,6}(?![\w.(!])
      (?: :\$?(?P<last>[A-Za-z]{1,3})\$?[1-9]\d{0,6} )?
    """,
    re.VERBOSE,
)


def relative(formula: str, row: int) -> str | None:
    """A formula with its rows as distances from its own; None where filling down is not safe.

    Two formulas of a column with the same answer become each other when they are filled down.

    >>> relative("=$C7+SUM(D$3:D7)&LOG10(2)", 7)
    '=$C[0]+SUM(D$3:D[0])&LOG10(2)'
    >>> relative("=SUM(7:7)", 7) is None
    True
    """
    whole_rows = False

    def exchange(match: re.Match[str]) -> str:
        nonlocal whole_rows
        if match["column"] is None:
            whole_rows = whole_rows or match["rows"] is not None
            return match[0]
        number = int(match["row"])
        if match["fixed"] or number > LAST_ROW:
            return match[0]
        return f"{match['column']}[{number - row}]"

    made = _PIECE.sub(exchange, formula)
    return None if whole_rows else made


def runs(
    formulas: Mapping[Spot, str],
    looks: Mapping[Spot, Hashable],
    step: Callable[[int, int], None] = lambda *_: None,
) -> list[Area]:
    """The stretches of columns that are filled down from their first cell, long ones in parts.

    Filling takes the look of the first cell along, so a stretch has one look.  `step` is told of
    every so many rows.
    """
    columns: dict[int, list[int]] = {}
    for row, column in formulas:
        columns.setdefault(column, []).append(row)
    found: list[Area] = []
    for column, rows in sorted(columns.items()):
        rows.sort()
        start, last, key = 0, 0, None
        for done, row in enumerate([*rows, 0]):
            if done % MOST == 0:
                step(column, max(columns))
            text = formulas.get((row, column))
            here = None if text is None else relative(text, row)
            alike = None if here is None else (here, looks.get((row, column)))
            if row == last + 1 and alike is not None and alike == key and row - start < MOST:
                last = row
                continue
            if key is not None and last - start + 1 >= FEWEST:
                found.append(Area(start, column, last, column))
            start = last = row
            key = alike
    return found


def in_order(stretches: Sequence[Area], formulas: Mapping[Spot, str]) -> list[Area]:
    """Stretches with those first to whose columns others point, so that none is calculated twice.

    >>> texts = {(1, 1): "=B1&C1", (1, 2): "=C1", (1, 3): "='A'!A1"}
    >>> [a.left for a in in_order([Area(1, n, 1, n) for n in (1, 2, 3)], texts)]
    [3, 2, 1]
    """
    columns: dict[int, list[Area]] = {}
    for area in stretches:
        columns.setdefault(area.left, []).append(area)
    found: list[Area] = []
    seen: set[int] = set()
    todo = [(column, False) for column in sorted(columns, reverse=True)]
    while todo:
        column, ready = todo.pop()
        if ready:
            found += columns[column]
        elif column not in seen:  # one on its way is there already, in a circle
            seen.add(column)
            texts = (formulas[area.top, column] for area in columns[column])
            others = set(chain.from_iterable(map(_own_columns, texts))) & columns.keys()
            todo.append((column, True))
            todo += [(other, False) for other in sorted(others - seen, reverse=True)]
    return found


def _own_columns(formula: str) -> Iterator[int]:
    """The columns of its own sheet at which a formula looks."""
    for match in _REFERENCE.finditer(formula):
        if match["first"]:
            first, last = (column_number(match[n] or match["first"]) for n in ("first", "last"))
            yield from range(min(first, last), max(first, last) + 1)


def parts(formulas: Mapping[Spot, str]) -> Iterator[Area]:
    """All cells with formulas, in stretches of columns that take no long time to calculate."""
    columns: dict[int, list[int]] = {}
    for row, column in formulas:
        columns.setdefault(column, []).append(row)
    for column, rows in sorted(columns.items()):
        first = last = min(rows)
        for row in sorted(rows)[1:]:
            if row - first >= MOST:
                yield Area(first, column, last, column)
                first = row
            last = row
        yield Area(first, column, last, column)

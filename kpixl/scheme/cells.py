"""A table of a scheme sheet as rows of named cells, each knowing where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from kpixl.address import a1
from kpixl.findings import Finding, Place, finding
from kpixl.grid import CellError, Scalar, Sheet
from kpixl.numbers import shows_percent
from kpixl.scheme.headings import HeadingRow, Synonyms, find_headings, text_of

# Not inside brackets: 县(市、区) is one group.
SEPARATORS = re.compile(r"[、,，;；/|\n]+(?![^(（]*[)）])")
_DASHES = frozenset({"-", "–", "—", "——", "/", "无"})


@dataclass(frozen=True)
class Row:
    """One row below the headings; columns that the table lacks read as blank."""

    table: Table
    number: int

    def value(self, column: str) -> Scalar:
        """What a reader sees in a cell: that of its merged area."""
        at = self.table.headings.columns.get(column)
        return None if at is None else self.table.sheet.seen(self.number, at)

    def own(self, column: str) -> Scalar:
        """What stands in the cell itself, so that a merged area counts once."""
        at = self.table.headings.columns.get(column)
        return None if at is None else self.table.sheet.value(self.number, at)

    def text(self, column: str) -> str:
        """The cell as text; an error value reads as blank."""
        value = self.value(column)
        return "" if isinstance(value, CellError) else text_of(value)

    def place(self, column: str) -> Place:
        """Where the cell stands; where the table lacks the column, the row's first cell."""
        at = self.table.headings.columns.get(column, 1)
        row, column_number = self.table.sheet.anchor(self.number, at)
        return Place(self.table.file, self.table.sheet.name, a1(row, column_number))

    def dashed(self, column: str) -> bool:
        """Whether the cell is blank or holds the dash that people put for nothing."""
        return self.text(column) in _DASHES or not self.text(column)

    def number_in(self, column: str, *, points: bool = False) -> Decimal | None:
        """The cell as an exact number; None where it is none.

        With `points`, a figure formatted as a percentage counts in percent points.
        """
        value = self.value(column)
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            return None
        exact = Decimal(f"{value:.15g}")
        at = self.table.headings.columns[column]
        shown = self.table.sheet.formats.get(self.table.sheet.anchor(self.number, at), "")
        return exact * 100 if points and shows_percent(shown) else exact


@dataclass(frozen=True)
class Table:
    """A sheet with its heading row."""

    file: str
    sheet: Sheet
    headings: HeadingRow

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The rows below the headings that are not blank."""
        columns = self.headings.columns.values()
        numbers = range(self.headings.bottom + 1, len(self.sheet.rows) + 1)
        filled = (n for n in numbers if any(_filled(self.sheet.value(n, c)) for c in columns))
        return tuple(Row(self, n) for n in filled)

    def lacking(self, *columns: str) -> Iterator[str]:
        """Which of some columns the table does not have."""
        return (c for c in columns if c not in self.headings.columns)


def _filled(value: Scalar) -> bool:
    return value is not None and text_of(value) != ""


def table_of(file: str, sheet: Sheet, columns: Synonyms, *, needs: str) -> Table | None:
    """The table of a sheet, found by the heading `needs` and its neighbours."""
    headings = find_headings(sheet, columns, needs=(needs,))
    return None if headings is None else Table(file, sheet, headings)


def parts_of(text: str) -> tuple[str, ...]:
    """The members of a list in one cell.

    >>> parts_of("发改局、经信局,\\n县(市、区)")
    ('发改局', '经信局', '县(市、区)')
    """
    return tuple(p.strip() for p in SEPARATORS.split(text) if p.strip())


def repeated(place: Place, name: str) -> Finding:
    """The finding that a name stands twice."""
    return finding("scheme-name-repeated", place=place, name=name, found=name)

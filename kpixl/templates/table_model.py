"""The tables of a form as values: columns below headings, rows of indicators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kpixl.grid import Sheet, Spot
from kpixl.scheme.headings import text_of
from kpixl.templates.words import FIELDS


@dataclass(frozen=True)
class Column:
    """A column below headings: its heading cell, what it is for, whose it is.

    `role` is one of `words.ROLES`, blank where nobody knows; `label` is what the heading says
    beyond that (增速, 一季度), `group` what stands above the units.
    """

    number: int
    spot: Spot
    path: tuple[str, ...] = ()
    role: str = ""
    unit: str = ""
    group: str = ""
    label: str = ""
    answered: bool = False
    unit_spot: Spot | None = None

    @property
    def heading(self) -> str:
        """The heading as a reader sees it, storeys joined."""
        return "/".join(self.path)

    @property
    def holds_figures(self) -> bool:
        """Whether the column may hold figures."""
        return self.role in FIELDS or bool(self.unit) or (not self.role and bool(self.label))


@dataclass(frozen=True)
class Table:
    """A table of a sheet, indicators in rows; `flipped` where the sheet has them in columns.

    `sheet` is the sheet as it is looked at; `spot` leads back to the cell of the form.
    """

    sheet: Sheet
    flipped: bool
    top: int
    bottom: int
    columns: tuple[Column, ...]
    rows: tuple[int, ...]
    bands: Mapping[int, str] = field(default_factory=dict)
    end: int = 0
    head: tuple[int, int] = (1, 1)  # first and last row of the headings on the form itself
    origin: Mapping[Spot, Spot] = field(default_factory=dict)  # where the cells of cards stand

    def spot(self, row: int, column: int) -> Spot:
        """The cell of the form."""
        at = self.sheet.anchor(row, column)
        return (at[1], at[0]) if self.flipped else self.origin.get(at, at)

    def text(self, row: int, column: int) -> str:
        """The text that a reader sees in a cell."""
        return text_of(self.sheet.seen(row, column))

    def with_role(self, *roles: str) -> tuple[Column, ...]:
        """The columns of some roles, from left to right."""
        if len(roles) == 1:
            return self._by_role.get(roles[0], ())
        return tuple(c for c in self.columns if c.role in roles)

    @cached_property
    def _by_role(self) -> Mapping[str, tuple[Column, ...]]:
        """The columns of each role: a table of many units has as many of them."""
        found: dict[str, list[Column]] = {}
        for column in self.columns:
            found.setdefault(column.role, []).append(column)
        return {role: tuple(columns) for role, columns in found.items()}

    @cached_property
    def units(self) -> tuple[str, ...]:
        """The units that have columns of their own."""
        return tuple(dict.fromkeys(c.unit for c in self.columns if c.unit))

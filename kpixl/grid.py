"""What a host hands over of one sheet: values, and what stands around them.

Rows and columns count from 1.  Values are dense, everything else is sparse: most
cells of a returned form have no formula, no format and no merge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from types import MappingProxyType
from typing import TypeAlias

from kpixl.address import a1


@dataclass(frozen=True, slots=True)
class CellError:
    """An error value such as #DIV/0!, told apart from text and from blank."""

    code: str

    def __str__(self) -> str:
        return self.code


Scalar: TypeAlias = float | int | str | bool | date | datetime | time | CellError | None
Spot: TypeAlias = tuple[int, int]

_NOTHING: Mapping[Spot, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    def __contains__(self, spot: Spot) -> bool:
        return self.top <= spot[0] <= self.bottom and self.left <= spot[1] <= self.right

    @property
    def a1(self) -> str:
        """The rectangle's address, one cell without a colon."""
        first, last = a1(self.top, self.left), a1(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"


@dataclass(frozen=True)
class Sheet:
    """One sheet as it was read.

    `rows` starts at A1 whatever the used range.  `formulas` holds the text with
    its "=", `formats` only what is not General.  `unlocked` is empty where the
    reader was not asked for structure.  `arrays` holds the area that each array
    formula fills; its formula stands at the area's top left.
    """

    name: str
    rows: tuple[tuple[Scalar, ...], ...]
    formulas: Mapping[Spot, str] = field(default_factory=lambda: _NOTHING)
    formats: Mapping[Spot, str] = field(default_factory=lambda: _NOTHING)
    merged: tuple[Area, ...] = ()
    unlocked: frozenset[Spot] = frozenset()
    protected: bool = False
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    arrays: tuple[Area, ...] = ()

    def __getstate__(self) -> dict[str, object]:
        """What travels to another process: not what was left empty or can be worked out."""
        return {k: v for k, v in self.__dict__.items() if v is not _NOTHING and k != "_merges"}

    def __setstate__(self, state: dict[str, object]) -> None:
        """Take in what has travelled."""
        self.__dict__.update({"formulas": _NOTHING, "formats": _NOTHING} | state)

    def value(self, row: int, column: int) -> Scalar:
        """The value of a cell; None where it is blank or outside what was read."""
        if not 1 <= row <= len(self.rows):
            return None
        cells = self.rows[row - 1]
        return cells[column - 1] if 1 <= column <= len(cells) else None

    @cached_property
    def _merges(self) -> Mapping[int, tuple[Area, ...]]:
        """The merged areas by the rows that they touch, the last that was read first."""
        found: dict[int, tuple[Area, ...]] = {}
        for area in self.merged:
            alone = (area,)
            for row in range(area.top, area.bottom + 1):
                others = found.get(row)
                found[row] = (area, *others) if others else alone
        return found

    def anchor(self, row: int, column: int) -> Spot:
        """The top left cell of the merged area that covers a cell, else the cell."""
        for area in self._merges.get(row, ()):
            if area.left <= column <= area.right:
                return area.top, area.left
        return row, column

    def seen(self, row: int, column: int) -> Scalar:
        """The value a reader sees in a cell: that of its merged area."""
        return self.value(*self.anchor(row, column))

    def seen_in(self, row: int) -> Sequence[Scalar]:
        """The values that a reader sees in a row, from the first column on.

        >>> Sheet("表", (("甲", None), (None, 1)), merged=(Area(1, 1, 2, 1),)).seen_in(2)
        ['甲', 1]
        """
        if row in self._merges:
            return [self.seen(row, column) for column in range(1, self.width + 1)]
        return self.rows[row - 1] if 1 <= row <= len(self.rows) else ()

    def filled(self) -> Iterator[tuple[int, int, Scalar]]:
        """Row, column and value of every cell that is not blank, row by row."""
        for r, row in enumerate(self.rows, 1):
            for c, value in enumerate(row, 1):
                if value is not None and value != "":
                    yield r, c, value

    @property
    def width(self) -> int:
        """Number of columns that were read."""
        return max(map(len, self.rows), default=0)


@dataclass(frozen=True, slots=True)
class Source:
    """The file that a snapshot was taken of; `sha256` is empty for memory."""

    name: str
    sha256: str = ""


@dataclass(frozen=True)
class Snapshot:
    """One workbook, read once.

    `names` holds defined names (text of the reference), `marks` what an issued
    form carries about itself: form id, scheme, version.  `active` names what the file
    holds beside sheets: "vba" and "xlm" macros, "activex" controls, "ole" objects, "dde"
    links to programs, "links" to other workbooks, "data" connections.  `own` holds the
    sheets that were put by us and may be replaced, with whose they are.
    """

    source: Source
    sheets: tuple[Sheet, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    has_macros: bool = False
    active: tuple[str, ...] = ()
    own: Mapping[str, str] = field(default_factory=dict)

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of that name, or None."""
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        return None

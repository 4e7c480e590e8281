"""The figures that came in: one entry for each unit and input, with its source.

`Entries` is the only shape in which stages after extraction see data, whatever
form, ledger or table it came from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from kpixl.findings import NOWHERE, Place
from kpixl.grid import Scalar

State = Literal["given", "blank", "not_applicable", "unreadable", "last_year"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure. `raw` is what stood in the cell; `value` what it counts as.

    Percent figures are in points (8.3 is 8.3 %); yes/no figures are 1 and 0.
    `value` is None unless `state` is given or last_year.  `sha256` is that of the
    file that `place` names.
    """

    unit: str
    input: str
    raw: Scalar = None
    value: float | None = None
    state: State = "blank"
    mark: str = ""
    last_year: float | None = None
    number_format: str = "General"
    place: Place = NOWHERE
    sha256: str = ""

    def settled(self, state: State, value: float | None) -> Entry:
        """The same figure with what it counts as."""
        return Entry(
            self.unit,
            self.input,
            self.raw,
            value,
            state,
            self.mark,
            self.last_year,
            self.number_format,
            self.place,
            self.sha256,
        )


@dataclass(frozen=True, slots=True)
class TableSource:
    """Where a long table came from: file, sheet, and the column that holds each figure."""

    file: str
    sheet: str = ""
    sha256: str = ""
    columns: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Entries:
    """All entries of a run, and the units they belong to.

    `units` holds the units in the order of the roster (data may override roster
    and groups); `cells` maps (unit, input) to the entry.  `self_scores` maps (unit, item) to
    what a unit gives itself, where its form asks for that.
    """

    units: tuple[str, ...]
    groups: Mapping[str, str]
    cells: Mapping[tuple[str, str], Entry]
    sources: Mapping[str, str] = field(default_factory=dict)  # file name -> SHA-256
    self_scores: Mapping[tuple[str, str], Entry] = field(default_factory=dict)

    def get(self, unit: str, input_name: str) -> Entry | None:
        """The entry of a unit and input, or None where nothing came in."""
        return self.cells.get((unit, input_name))

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.cells.values())

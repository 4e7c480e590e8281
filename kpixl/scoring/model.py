"""Scores as one table: rows are units, columns are indicators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from kpixl.entries import Entries
from kpixl.findings import Finding
from kpixl.scheme.items import Indicator
from kpixl.scheme.model import Scheme
from kpixl.scoring.frames import group_codes, item_frame

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kpixl.rules.frame import Frame


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on one unit: last year's figure used, a cap that applied, a blank item."""

    code: str
    input: str
    text: str


@dataclass(frozen=True)
class ScoreTable:
    """All item scores of a run.

    `scores` has shape (units, indicators), rounded, NaN where the item is blank.
    `excluded` has the same shape and marks items that do not apply to a unit and are left
    out of its total, which is then scaled up (G15).  `columns` holds the figures as they
    were scored, one array of shape (units,) for each input, derived ones included, `targets`
    likewise where units have targets of their own.  `uncut` holds the scores before their
    blocks (块) cut them, of the same shape.
    `own` marks, likewise, which items a unit is assessed on; None where every unit is assessed
    on all.  `notes` holds one tuple of notes a unit.
    """

    scheme: Scheme
    entries: Entries
    units: tuple[str, ...]
    groups: tuple[str, ...]
    scores: NDArray[np.float64]
    excluded: NDArray[np.bool_]
    columns: Mapping[str, NDArray[np.float64]]
    targets: Mapping[str, NDArray[np.float64]]
    notes: tuple[tuple[Note, ...], ...]
    findings: tuple[Finding, ...] = ()
    uncut: NDArray[np.float64] | None = None
    own: NDArray[np.bool_] | None = None
    _frames: dict[str, Frame] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def items(self) -> tuple[str, ...]:
        """The keys of the indicators, in the order of the columns."""
        return tuple(i.key for i in self.scheme.indicators)

    def is_own(self, unit: int, item: int) -> bool:
        """Whether a unit is assessed on an item, by row and column number."""
        return self.own is None or bool(self.own[unit, item])

    def blank(self) -> NDArray[np.bool_]:
        """Which items, of shape (units, indicators), a unit lacks."""
        import numpy as np

        lacking: NDArray[np.bool_] = np.isnan(self.scores) & ~self.excluded
        return lacking if self.own is None else lacking & self.own

    def score(self, unit: int, item: int) -> float | None:
        """One score by row and column number; None where the item is blank."""
        value = float(self.scores[unit, item])
        return None if value != value else value

    def frame(self, indicator: Indicator) -> Frame:
        """The figures that an indicator's rule is applied to."""
        if indicator.key not in self._frames:
            self._frames[indicator.key] = item_frame(
                self.scheme, indicator, self.columns, group_codes(self.groups), self.targets
            )
        return self._frames[indicator.key]

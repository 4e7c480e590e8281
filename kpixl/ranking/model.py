"""The standing of every unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kpixl.findings import Finding
from kpixl.scoring.model import Note, ScoreTable


@dataclass(frozen=True, slots=True)
class Standing:
    """One unit's line in the ranking.

    `items` and `blocks` are keyed by indicator key and category; None is blank.
    `base_total` (基础分) leaves out the items outside the base (附加).  `rank` is
    the place in the unit's group, `rank_all` the place over all units; both are
    None for an incomplete unit (G12).
    """

    unit: str
    group: str
    row: int  # row of the score table
    items: Mapping[str, float | None]
    blocks: Mapping[str, float | None]
    base_total: float | None
    total: float | None
    complete: bool
    rank: int | float | None
    rank_all: int | float | None
    grade: str | None
    vetoed: bool
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Ranking:
    """All standings, best first within each group, incomplete units last."""

    table: ScoreTable
    standings: tuple[Standing, ...]
    findings: tuple[Finding, ...] = ()

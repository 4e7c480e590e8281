"""What was read of a form: which cell holds what of which unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kpixl.findings import Finding
from kpixl.grid import Spot
from kpixl.scheme.bindings import Bound
from kpixl.templates.recognise import Layout


@dataclass(frozen=True)
class Binding:
    """Where a form holds what of one unit: cells by row and column from 1.

    `unit` is the cell that names the unit; `owner` the name where a heading or a row of the
    table gives it.  `measures` is the unit of measure that stands beside an input, where the
    form has such a column; `last_year` and `marks` are cells of 上年数 and 口径, `self_scores`
    those of 自评分 by item.  All stand on `sheet` but those that `elsewhere` names, and whatever
    a question is open about is in `unanswered`.
    """

    sheet: str
    unit: Spot | None
    inputs: Mapping[str, Spot]
    measures: Mapping[str, str] = field(default_factory=dict)
    last_year: Mapping[str, Spot] = field(default_factory=dict)
    marks: Mapping[str, Spot] = field(default_factory=dict)
    self_scores: Mapping[str, Spot] = field(default_factory=dict)
    owner: str = ""
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    unanswered: frozenset[str] = frozenset()

    def sheet_of(self, input_name: str) -> str:
        """The sheet that an input stands on."""
        return self.elsewhere.get(input_name, self.sheet)


@dataclass(frozen=True)
class Reading:
    """What a workbook holds: its tables, the cells of each unit, what is wrong, what is asked."""

    bindings: tuple[Binding, ...]
    findings: tuple[Finding, ...]
    layouts: tuple[Layout, ...] = ()
    questions: tuple[Bound, ...] = ()

"""Cohorts for native formulas: the same figures as columns for `evaluate` and as cells.

A cohort stands in rows of its own: column A holds the group, then come the inputs, their
targets and their figures of last year.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

import numpy as np

from kpixl.address import column_name
from kpixl.errors import RuleError
from kpixl.rules import Rule, parse
from kpixl.rules.evaluate import evaluate
from kpixl.rules.explain import explain
from kpixl.rules.frame import Frame
from kpixl.rules.model import Working
from kpixl.rules.native import References, to_excel

Cell: TypeAlias = float | str | None
NAN = float("nan")


@dataclass(frozen=True)
class Cohort:
    """Rows of cells: group, values, targets, priors; `grouped` tells whether groups count."""

    rule: Rule
    points: Decimal | None
    rows: tuple[tuple[Cell, ...], ...]
    grouped: bool = False

    @property
    def width(self) -> int:
        """Number of inputs."""
        return len(self.rule.inputs)

    def frame(self) -> Frame:
        """The rows as columns for `evaluate` and `explain`."""
        columns = [
            np.array([_figure(row[1 + c]) for row in self.rows]) for c in range(3 * self.width)
        ]
        n = self.width
        labels = {g: i for i, g in enumerate(dict.fromkeys(row[0] for row in self.rows))}
        codes = np.array([labels[row[0]] for row in self.rows]) if self.grouped else None
        return Frame(columns[:n], columns[n : 2 * n], columns[2 * n :], codes)

    def scores(self) -> list[float | None]:
        """What `evaluate` gives for each row; None is blank."""
        found = evaluate(self.rule, self.frame(), points=self.points).tolist()
        return [None if v != v else v for v in found]

    def workings(self) -> list[Working]:
        """What `explain` says of each row."""
        frame = self.frame()
        return [explain(self.rule, frame, r, points=self.points) for r in range(len(self.rows))]

    def formulas(self, first: int = 1) -> list[str]:
        """The native formula of each row, with the first row standing in row `first`."""
        last, n = first + len(self.rows) - 1, self.width

        def one(row: int) -> str:
            refs = References(
                value=lambda i: f"{column_name(2 + i)}{row}",
                peers=lambda i: "{0}${1}:{0}${2}".format(column_name(2 + i), first, last),
                target=lambda i: f"{column_name(2 + n + i)}{row}",
                prior=lambda i: f"{column_name(2 + 2 * n + i)}{row}",
                group=f"$A{row}" if self.grouped else None,
                groups=f"$A${first}:$A${last}" if self.grouped else None,
            )
            points = self.points if self.points is not None else Decimal(0)
            return to_excel(self.rule, refs, points=points, size=self.points)

        return [one(row) for row in range(first, last + 1)]


def _figure(cell: Cell) -> float:
    if isinstance(cell, str):
        return {"是": 1.0, "否": 0.0}.get(cell, NAN)
    return NAN if cell is None else float(cell)


# Few distinct figures, so that ties, flat bands and hits of a mark are common.
FIGURES: tuple[Cell, ...] = (
    None, 0, 1, 2, 3, 5, 7, 8, 10, 12, 20, 25, 100, 110, 1000,
    0.5, 1.5, 2.25, 4.9, 8.3, 9.9, 11.7, 33.3, 400.78, 401.6, 513.42, -1, -3.5, -20,
)  # fmt: skip


def figure(kind: str, pick: random.Random) -> Cell:
    """A figure of a kind, blank now and then."""
    if pick.random() < 0.1:
        return None
    if kind == "yes_no":
        return pick.choice(("是", "否"))
    if kind == "count":
        return float(pick.choice((0, 0, 1, 2, 3, 4, 5, 9, 37, 120)))
    return pick.choice(FIGURES)


def cohort(
    rule: Rule, pick: random.Random, *, points: Decimal | None, size: int, grouped: bool = False
) -> Cohort:
    """A random cohort for a rule; groups of one are common."""
    kinds = [i.kind for i in rule.inputs]
    targets: list[Cell] = [pick.choice((3, 10, 12.5, 100, 0, None)) for _ in kinds]
    rows = []
    for _ in range(size):
        group = pick.choice(("甲组", "乙组", "丙组"))
        own = [t if pick.random() < 0.7 else figure("number", pick) for t in targets]
        values = [figure(kind, pick) for kind in kinds]
        rows.append((group, *values, *own, *(figure("number", pick) for _ in kinds)))
    return Cohort(rule, points, tuple(rows), grouped)


def rules(clauses: Sequence[str]) -> list[Rule]:
    """The rules of clauses, each that counts places with all three ways of doing so."""
    found = []
    for clause in clauses:
        plain = parse(clause)
        found.append(plain)
        if any(a.code == "G3" for a in plain.assumptions):
            found += [parse(clause, readings={"G3": ties}) for ties in ("密集", "平均")]
        if any(a.code == "G5" for a in plain.assumptions):
            found.append(parse(clause, readings={"G5": "最低"}))
        if any(a.code == "G7" for a in plain.assumptions):
            found.append(parse(clause, readings={"G7": "按比例"}))
        for a in plain.assumptions:
            if a.code in ("G31", "G32", "G33", "G34", "G35", "G36"):
                found += [parse(clause, readings={a.code: other}) for other in a.alternatives]
    return found


DEFAULT_RULES = ("达到要求的得满分,达不到的按比例扣分", "达到要求的得满分,未达到的不得分")
_NUMBER = re.compile(r"(?<![第0-9.])[0-9]+(?:\.[0-9]+)?")
# A tenth, a third of a step, a number of many digits: where binary noise shows.
_NUMBERS = ("1", "2", "3", "5", "10", "20", "0.1", "0.3", "0.5", "1.5", "2.25", "12.5", "33.3")


def _default_beside(clause: str, default: str) -> str:
    """The default rule, or none beside a clause that could mean something else with it."""
    try:
        parse(clause, default_rule=default)
    except RuleError:
        return ""
    return default


def random_rules(clauses: Sequence[str], pick: random.Random) -> Iterator[Rule]:
    """A rule for each clause, again and again: some numbers and some readings changed.

    A change that the clause does not bear is left out, so that no family is missed.
    """
    while True:
        for clause in clauses:
            default = pick.choice(DEFAULT_RULES)
            varied = _NUMBER.sub(
                lambda m: m[0] if pick.random() < 0.5 else pick.choice(_NUMBERS), clause
            )
            try:
                rule = parse(varied, default_rule=default)
            except RuleError:
                varied, default = clause, _default_beside(clause, default)
                rule = parse(clause, default_rule=default)
            readings = {
                a.code: pick.choice((a.taken, *a.alternatives))
                for a in rule.assumptions
                if pick.random() < 0.7
            }
            yield parse(varied, readings=readings, default_rule=default)

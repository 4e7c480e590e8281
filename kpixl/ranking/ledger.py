"""Scores and places of the units that answer for the tasks of a ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kpixl.findings import Finding, finding
from kpixl.ranking.rank import places
from kpixl.rounding import round_fraction
from kpixl.scheme.items import Unit
from kpixl.scoring.ledger import LIGHTS, LedgerTable, Light, TaskState
from kpixl.scoring.model import Note


@dataclass(frozen=True, slots=True)
class LedgerStanding:
    """One unit's line: its score out of 100, its place in its group and over all groups.

    `tasks` are those that it leads or shares, with their weights; `lights` counts them.  A
    unit without a figure for each of them is not complete and has no place (G12), nor has
    one of a group that the scheme leaves out of the ranking (`placed`).
    """

    unit: str
    group: str
    tasks: tuple[tuple[TaskState, Decimal], ...]
    score: float | None
    complete: bool
    placed: bool
    rank: int | float | None
    rank_all: int | float | None
    lights: Mapping[Light, int]
    notes: tuple[Note, ...]

    @property
    def lacking(self) -> tuple[str, ...]:
        """The tasks that have no figure yet."""
        return tuple(s.task.input for s, _ in self.tasks if s.completion is None)


@dataclass(frozen=True)
class LedgerRanking:
    """All standings of a month, best first within each group, units without a place last."""

    table: LedgerTable
    standings: tuple[LedgerStanding, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups in the order of the roster."""
        order = {u.group: None for u in self.table.scheme.units}
        there = {s.group for s in self.standings}
        return tuple(g for g in order if g in there)

    def of_group(self, group: str) -> tuple[LedgerStanding, ...]:
        """The standings of a group."""
        return tuple(s for s in self.standings if s.group == group)

    def of_unit(self, unit: str) -> LedgerStanding | None:
        """The standing of a unit."""
        return next((s for s in self.standings if s.unit == unit), None)


def unit_score(tasks: tuple[tuple[TaskState, Decimal], ...]) -> Fraction | None:
    """The weighted mean of the unrounded completions that there are, times 100."""
    known = [(s.completion, Fraction(w)) for s, w in tasks if s.completion is not None]
    weight = sum((w for _, w in known), Fraction(0))
    if not weight:
        return None
    return sum((c * w for c, w in known), Fraction(0)) / weight * 100


def rank_ledger(table: LedgerTable) -> LedgerRanking:
    """The standing of every unit of the roster, and what is to be said about them."""
    scheme, ledger = table.scheme, table.ledger
    findings: list[Finding] = []
    lines: list[LedgerStanding] = []
    for unit in scheme.units:
        line, found = _line(table, unit)
        lines.append(line)
        findings += found
    running = [s.score if s.complete and s.placed else None for s in lines]
    over_all = places(running, scheme.ties)
    inside = list(over_all)
    if scheme.scope == "分组":
        for group in {s.group for s in lines}:
            rows = [n for n, s in enumerate(lines) if s.group == group]
            own = places([running[n] for n in rows], scheme.ties)
            for n, place in zip(rows, own, strict=True):
                inside[n] = place
    ranked = [
        LedgerStanding(
            unit=s.unit,
            group=s.group,
            tasks=s.tasks,
            score=s.score,
            complete=s.complete,
            placed=s.placed,
            rank=inside[n],
            rank_all=over_all[n],
            lights=s.lights,
            notes=s.notes,
        )
        for n, s in enumerate(lines)
    ]
    order = {g: n for n, g in enumerate(dict.fromkeys(s.group for s in lines))}
    last = float("inf")
    rows_of = {s.unit: n for n, s in enumerate(ranked)}
    ranked.sort(
        key=lambda s: (
            order[s.group] if scheme.scope == "分组" else s.group in ledger.unplaced,
            last if s.rank is None else s.rank,
            rows_of[s.unit],
        )
    )
    return LedgerRanking(table, tuple(ranked), tuple(findings))


def _line(table: LedgerTable, unit: Unit) -> tuple[LedgerStanding, list[Finding]]:
    """A unit before it has a place."""
    scheme = table.scheme
    tasks = tuple(table.answered_for(unit.name))
    score = unit_score(tasks)
    lacking = [s.task.input for s, _ in tasks if s.completion is None]
    count = Counter(s.light for s, _ in tasks if s.light is not None)
    notes: list[Note] = []
    findings: list[Finding] = []
    if lacking:
        what = "”“".join(lacking)
        rest = "得分只计其余任务" if score is not None else "没有得分"
        notes.append(Note("incomplete", "", f"缺“{what}”,{rest},未完整,不参加排名"))
        findings.append(
            finding("score-incomplete", unit=unit.name, name=unit.name, found="、".join(lacking))
        )
    if not tasks:
        notes.append(Note("no-tasks", "", "没有承担任务"))
        findings.append(finding("ledger-unit-without-tasks", unit=unit.name, name=unit.name))
    return (
        LedgerStanding(
            unit=unit.name,
            group=unit.group,
            tasks=tasks,
            score=None if score is None else round_fraction(score, scheme.decimals),
            complete=bool(tasks) and not lacking,
            placed=unit.group not in table.ledger.unplaced,
            rank=None,
            rank_all=None,
            lights={light: count[light] for light in LIGHTS},
            notes=tuple(notes),
        ),
        findings,
    )

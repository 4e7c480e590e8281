"""The tasks of a ledger at the end of a month: completion, pace, light.

Exact fractions throughout, from figures at 15 significant digits: whether a task stands at
exactly 80 % of its pace is no matter of binary noise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Literal

from kpixl.entries import Entries, Entry
from kpixl.rounding import exact, round_fraction
from kpixl.rules.model import Working
from kpixl.scheme.model import Scheme
from kpixl.scheme.tasks import Ledger, Task

Light = Literal["green", "yellow", "red"]
LIGHTS: dict[Light, str] = {"green": "绿灯", "yellow": "黄灯", "red": "红灯"}
MONTHS = 12
EXPECTED_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class TaskState:
    """One task at the end of a month.

    `expected` is the figure that the pace asks for.  `completion` lies in 0 … 1; `ratio` is
    the figure against the pace, neither capped nor rounded, and None where a limit is met
    by 0 or less.  All three results are None where there is no figure.
    """

    task: Task
    entry: Entry | None
    actual: Fraction | None
    expected: Fraction
    completion: Fraction | None
    ratio: Fraction | None
    light: Light | None

    @property
    def percent(self) -> float | None:
        """The completion in percent, to 2 decimals."""
        return None if self.completion is None else round_fraction(self.completion * 100)

    @property
    def pace_percent(self) -> float | None:
        """The figure against the pace in percent, to 2 decimals."""
        return None if self.ratio is None else round_fraction(self.ratio * 100)

    @property
    def expected_figure(self) -> float:
        """The figure that the pace asks for, to 4 decimals."""
        return round_fraction(self.expected, EXPECTED_DECIMALS)


@dataclass(frozen=True)
class LedgerTable:
    """All tasks of a ledger at the end of a month, in the order of the scheme."""

    scheme: Scheme
    ledger: Ledger
    entries: Entries
    month: int
    states: tuple[TaskState, ...]

    @cached_property
    def by_input(self) -> dict[str, TaskState]:
        """The tasks by the name of their figure."""
        return {s.task.input: s for s in self.states}

    @property
    def period(self) -> str:
        """The month as the data contract names it: 2017-04."""
        return f"{self.scheme.year}-{self.month:02d}"

    def answered_for(self, unit: str) -> Iterator[tuple[TaskState, Decimal]]:
        """The tasks of a unit, each with what it counts.

        One that does not apply (不涉及) is left out where the scheme says 剔除并折算 (G15).
        """
        leave_out = self.scheme.not_applicable == "剔除并折算"
        for state in self.states:
            if leave_out and state.entry is not None and state.entry.state == "not_applicable":
                continue
            weight = self.ledger.weight(state.task, unit)
            if weight is not None:
                yield state, weight


def score_ledger(scheme: Scheme, entries: Entries, month: int) -> LedgerTable:
    """Hold every task against its target and pace; `month` is 1 … 12.

    Entries of a ledger belong to no unit.  A task without a figure is blank (G4).
    """
    ledger = scheme.ledger
    if ledger is None:
        raise ValueError(f"{scheme.system} is no ledger")
    if not 1 <= month <= MONTHS:
        raise ValueError(f"month {month}")
    figures = _figures(scheme, entries)
    states = tuple(
        state_of(
            task,
            figures.get(task.input),
            month,
            green=ledger.green,
            yellow=ledger.yellow,
            entry=entries.get("", task.input),
        )
        for task in ledger.tasks
    )
    return LedgerTable(scheme, ledger, entries, month, states)


def _figures(scheme: Scheme, entries: Entries) -> dict[str, Fraction]:
    """What came in, and what is derived from it; missing where a divisor is 0 (G14)."""
    found = {e.input: e.value for e in entries if e.value is not None}
    if scheme.derivations:
        import numpy as np

        from kpixl.scheme.derive import evaluate

        columns = {i.name: np.array([found.get(i.name, np.nan)]) for i in scheme.asked}
        for name, tree in scheme.derivations.items():
            columns[name] = evaluate(tree, columns)
            value = float(columns[name][0])
            if value == value:
                found[name] = value
    return {name: exact(value) for name, value in found.items()}


def state_of(
    task: Task,
    actual: Fraction | None,
    month: int,
    *,
    green: Decimal = Decimal(1),
    yellow: Decimal = Decimal("0.8"),
    entry: Entry | None = None,
) -> TaskState:
    """One task against its target and its pace.

    A task that grows is expected at month ÷ 12 of its target; growth rates, shares, stocks
    and limits at all of it.  A limit is met the better the smaller the figure, and by 0.

    >>> task = Task("企业数", "1 企业", "家", "count", Decimal(30), False, "累计", ("甲局",))
    >>> state = state_of(task, Fraction(9), 4)
    >>> state.percent, state.expected_figure, state.pace_percent, state.light
    (30.0, 10.0, 90.0, 'yellow')
    """
    target = Fraction(task.target)
    whole = task.limit or task.pace == "比率"
    pace = Fraction(1) if whole else Fraction(month, MONTHS)
    expected = target * pace
    if actual is None:
        return TaskState(task, entry, None, expected, None, None, None)
    done, ratio = _against(target, actual, task.limit)
    if task.all_or_nothing:
        completion = Fraction(done is None or done >= 1)
    else:
        completion = Fraction(1) if done is None else min(max(done, Fraction(0)), Fraction(1))
    if ratio is not None:
        ratio /= pace
    light: Light = "red"
    if ratio is None or ratio >= Fraction(green):
        light = "green"
    elif ratio >= Fraction(yellow):
        light = "yellow"
    return TaskState(task, entry, actual, expected, completion, ratio, light)


def _against(
    target: Fraction, actual: Fraction, limit: bool
) -> tuple[Fraction | None, Fraction | None]:
    """The figure against the target, twice; None where a limit is met by 0 or less."""
    if not limit:
        return actual / target, actual / target
    return (None, None) if actual <= 0 else (target / actual, target / actual)


def figure_text(value: Fraction | Decimal) -> str:
    """An exact figure as people write it, at 15 significant digits.

    >>> figure_text(Fraction(100, 3)), figure_text(Decimal("530")), figure_text(Fraction(3, 4))
    ('33.3333333333333', '530', '0.75')
    """
    return f"{Decimal(f'{float(value):.15g}'):f}"


def working(table: LedgerTable, state: TaskState) -> Working:
    """How the completion and the light of a task came about, in words and numbers."""
    task = state.task
    target = figure_text(task.target)
    if state.completion is None or state.actual is None:
        return Working(("没有完成数,不计算,不亮灯",), None)
    actual = figure_text(state.actual)
    lines: list[str] = []
    notes: list[str] = []
    if state.ratio is None:
        lines.append(f"限额 {target},实际 {actual},不大于 0,视为达到:完成率 100%")
        lines.append("进度:达到限额,绿灯")
        return Working(tuple(lines), state.percent)
    if task.limit:
        share, shown = Fraction(task.target) / state.actual, f"{target}÷{actual}"
    else:
        share, shown = state.actual / Fraction(task.target), f"{actual}÷{target}"
    lines.append(f"完成率={shown}={_percent(share)}")
    if task.all_or_nothing:
        notes.append("默认规则:未达到目标的不计")
    elif share > 1:
        notes.append("超过目标的部分不计,按100%")
    elif share < 0:
        notes.append("负数按0计")
    if notes or round_fraction(share * 100) != state.percent:
        lines.append(f"计为 {state.percent:.2f}%")
    if task.limit or task.pace == "比率":
        lines.append(f"进度比={_percent(state.ratio)}(任何时点都按全额)")
    else:
        expected = f"{target}×{table.month}/{MONTHS}={figure_text(round_exact(state.expected))}"
        lines.append(f"序时要求={expected};进度比={_percent(state.ratio)}")
    lines.append(_light_words(table.ledger, state))
    return Working(tuple(lines), state.percent, tuple(notes))


def round_exact(value: Fraction) -> Decimal:
    """An expected figure to its 4 decimals, without needless zeros."""
    return Decimal(str(round_fraction(value, EXPECTED_DECIMALS)))


def _percent(value: Fraction) -> str:
    return f"{round_fraction(value * 100):.2f}%"


def _light_words(ledger: Ledger, state: TaskState) -> str:
    green, yellow = (f"{float(v) * 100:.15g}%" for v in (ledger.green, ledger.yellow))
    match state.light:
        case "green":
            return f"达到{green},绿灯"
        case "yellow":
            return f"达到{yellow}、不到{green},黄灯"
        case _:
            return f"不到{yellow},红灯"

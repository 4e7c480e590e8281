"""What the reports of a ledger say in more than one place: lights, shortfalls, summaries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from kpixl.host import Style
from kpixl.ranking.ledger import LedgerRanking, LedgerStanding
from kpixl.rounding import round_fraction
from kpixl.scheme.tasks import settings_of
from kpixl.scoring.ledger import LIGHTS, LedgerTable, Light, TaskState, figure_text

# Fill and ink of a light; the word stands beside them.
LOOKS: dict[Light, tuple[str, str]] = {
    "green": ("D9EAD3", "274E13"),
    "yellow": ("FFF2CC", "7F6000"),
    "red": ("F4CCCC", "7F1D1D"),
}
NO_FIGURE = "未报数"
MONTHS_OF_QUARTER = 3


def lit(look: Style, light: Light | None) -> Style:
    """The look of a cell that says a light."""
    if light is None:
        return look
    fill, ink = LOOKS[light]
    return replace(look, fill=fill, color=ink, bold=True)


def light_word(light: Light | None) -> str:
    """A light in words."""
    return NO_FIGURE if light is None else LIGHTS[light]


@dataclass(frozen=True, slots=True)
class Summary:
    """Some tasks counted: all of them, by light, without a figure, done for the year.

    `mean` is the plain mean of the completions that there are, in percent.
    """

    tasks: int
    lights: dict[Light, int]
    blank: int
    done: int
    mean: float | None

    def sentence(self) -> str:
        """The counts in one sentence."""
        lights = "、".join(f"{LIGHTS[name]} {count} 项" for name, count in self.lights.items())
        blank = f",{NO_FIGURE} {self.blank} 项" if self.blank else ""
        mean = "" if self.mean is None else f";平均完成率 {self.mean:.2f}%"
        return f"{self.tasks} 项任务中,{lights}{blank};已完成全年目标 {self.done} 项{mean}。"


def summary(states: Iterable[TaskState]) -> Summary:
    """Count some tasks."""
    given = list(states)
    count = Counter(s.light for s in given)
    known = [s.completion for s in given if s.completion is not None]
    return Summary(
        tasks=len(given),
        lights={light: count[light] for light in LIGHTS},
        blank=count[None],
        done=sum(c == 1 for c in known),
        mean=round_fraction(sum(known, Fraction(0)) / len(known) * 100) if known else None,
    )


def behind(table: LedgerTable) -> tuple[TaskState, ...]:
    """The tasks that are not green, red ones first, then those without a figure."""
    order = {"red": 0, "yellow": 1, None: 2}
    late = [s for s in table.states if s.light != "green"]
    return tuple(sorted(late, key=lambda s: order.get(s.light, 3)))


def shortfall(state: TaskState) -> str:
    """How far a task stands from its pace, in its own unit of measure."""
    if state.actual is None or state.light == "green":
        return ""
    unit = state.task.unit
    if state.task.limit:
        return f"超出限额 {figure_text(state.actual - state.expected)}{unit}"
    gap = state.expected - state.actual
    rounded = round_fraction(gap, 4)
    points = "个百分点" if unit == "%" and state.task.kind == "percent" else unit
    return f"距序时要求差 {rounded:.15g}{points}"


def by_category(table: LedgerTable) -> tuple[tuple[str, tuple[TaskState, ...]], ...]:
    """The tasks by the category of their indicator, in the order of the scheme."""
    found: dict[str, list[TaskState]] = {}
    for state in table.states:
        indicator = table.scheme.indicator_by_key.get(state.task.item)
        found.setdefault(indicator.category if indicator else "", []).append(state)
    return tuple((name, tuple(states)) for name, states in found.items())


def mark(standing: LedgerStanding) -> str:
    """What a reader has to know about a unit's line."""
    parts = []
    lacking = standing.lacking
    if lacking:
        few = "、".join(lacking[:3]) + (f"等 {len(lacking)} 项" if len(lacking) > 3 else "")
        parts.append(f"未完整:缺 {few}")
    if not standing.tasks:
        parts.append("没有承担任务")
    if not standing.placed:
        parts.append("不排名")
    return ";".join(parts)


def load(standing: LedgerStanding) -> str:
    """How many tasks a unit leads and shares."""
    lead = sum(s.task.lead == standing.unit for s, _ in standing.tasks)
    return f"{lead} / {len(standing.tasks) - lead}"


def conventions(ranking: LedgerRanking) -> Sequence[str]:
    """How the figures of a ledger come about, in short sentences."""
    table = ranking.table
    month = (
        f"序时进度:累计类任务 {table.month}/12,比率、总量和不超过类任务任何时点都按全额;"
        f"判断亮灯时用未取整的数。"
    )
    unplaced = "、".join(table.ledger.unplaced)
    return [
        month,
        *settings_of(table.ledger),
        "没有报数的任务不亮灯;缺数的单位标“未完整”,得分只计其余任务,不排名次。"
        + (f"“{unplaced}”只看得分和亮灯,不排名次。" if unplaced else ""),
        f"得分相同的单位名次并列,按“{table.scheme.ties}”排名,各组分别排名。"
        if table.scheme.scope == "分组"
        else f"得分相同的单位名次并列,按“{table.scheme.ties}”排名,所有单位排在一起。",
    ]


def quarter_of(month: int) -> int:
    """The last quarter that is over at the end of a month; 0 where none is.

    >>> [quarter_of(m) for m in (1, 3, 5, 12)]
    [0, 1, 1, 4]
    """
    return month // MONTHS_OF_QUARTER

"""A ledger of tasks (推进台账) as values: yearly targets, who answers for them, their pace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from kpixl.findings import NOWHERE, Place
from kpixl.rules.grades import GradeRule
from kpixl.scheme.items import Kind

TaskPace = Literal["累计", "比率"]


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the ledger, held against `target`.

    A `limit` is a target that may not be exceeded.  累计 expects month ÷ 12 of the target,
    比率 all of it at any time.  The first of `units` leads, the others share.  With
    `all_or_nothing` a task that is not met counts nothing (the scheme's 默认规则 says so).
    """

    input: str
    item: str
    unit: str
    kind: Kind
    target: Decimal
    limit: bool
    pace: TaskPace
    units: tuple[str, ...]
    clause: str = ""
    all_or_nothing: bool = False
    place: Place = NOWHERE

    @property
    def lead(self) -> str:
        """The responsible unit that stands first."""
        return self.units[0] if self.units else ""

    @property
    def sharing(self) -> tuple[str, ...]:
        """The other responsible units."""
        return self.units[1:]


@dataclass(frozen=True, slots=True)
class Classing:
    """How enterprises are classed (企业分类): by the sum of these indicators and its place.

    `inputs` are the figures of the table of enterprises that the indicators ask for.
    """

    grades: GradeRule
    indicators: tuple[str, ...]
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class Ledger:
    """The tasks of a scheme and what holds for all of them.

    A task is green from `green` × its pace on, yellow from `yellow` × its pace on, red
    below; a unit that leads counts a task with `lead`, one that shares it with `share`.
    Units of the groups in `unplaced` get a score and no place.
    """

    tasks: tuple[Task, ...]
    green: Decimal = Decimal(1)
    yellow: Decimal = Decimal("0.8")
    lead: Decimal = Decimal(1)
    share: Decimal = Decimal("0.5")
    unplaced: tuple[str, ...] = ()
    classing: Classing | None = None

    def weight(self, task: Task, unit: str) -> Decimal | None:
        """What a task counts for a unit; None where the unit does not answer for it."""
        if unit == task.lead:
            return self.lead
        return self.share if unit in task.sharing else None

    def led_by(self, unit: str) -> tuple[Task, ...]:
        """The tasks whose figures a unit reports."""
        return tuple(t for t in self.tasks if t.lead == unit)

    @property
    def leads(self) -> tuple[str, ...]:
        """The units that lead a task, in the order of the ledger."""
        return tuple(dict.fromkeys(t.lead for t in self.tasks if t.lead))


def settings_of(ledger: Ledger) -> Iterator[str]:
    """What holds for all tasks, in words."""
    green, yellow = (f"{float(v) * 100:.15g}%" for v in (ledger.green, ledger.yellow))
    yield (
        f"进度比=完成数÷(年度目标×序时进度),达到{green}亮绿灯,达到{yellow}亮黄灯,低于{yellow}亮红灯"
        ";进度比不封顶、不四舍五入。"
    )
    yield (
        f"单位得分=各项完成率的加权平均×100,牵头的权重{ledger.lead:f}、配合的权重{ledger.share:f}"
        ";完成率=完成数÷年度目标,最高100%。"
    )

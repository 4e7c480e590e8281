"""What puts a unit out or holds it down whatever its items give: 一票否决, gates on the grade
and on the total.

A gate is a condition and its consequences (发生重大安全事故的,取消评优资格).  A condition is a
fact that is asked with the clause's own words, or a figure with a threshold (死亡3人以上);
of several thresholds in one condition any suffices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from kpixl.rules.model import Assumption, RuleInput
from kpixl.rules.printing import number

Op = Literal[">=", ">", "<=", "<"]
ConsequenceKind = Literal[
    "veto", "bar", "bar_grade", "set_grade", "down", "zero", "cap", "deduct", "last",
    "told", "take_back", "award",
]  # fmt: skip

_SIGNS: Mapping[Op, str] = {">=": "≥", ">": ">", "<=": "≤", "<": "<"}


@dataclass(frozen=True, slots=True)
class Check:
    """A threshold of a condition: 死亡 ≥ 3 人; `number` None is the figure's own target."""

    label: str
    op: Op
    number: Decimal | None
    unit: str

    def holds(self, value: float, target: float | None = None) -> bool:
        """Whether a figure passes the threshold; compared as it is written."""
        bound = self.number
        if bound is None:
            if target is None:
                raise ValueError(f"{self.label} has no target")
            bound = Decimal(f"{target:.15g}")
        exact = Decimal(f"{value:.15g}")
        match self.op:
            case ">=":
                return exact >= bound
            case ">":
                return exact > bound
            case "<=":
                return exact <= bound
            case "<":
                return exact < bound

    def text(self) -> str:
        """The threshold in signs."""
        if self.number is None:
            return f"{self.label}{_SIGNS[self.op]}目标"
        return f"{self.label}{_SIGNS[self.op]}{number(self.number)}{self.unit}"


@dataclass(frozen=True, slots=True)
class Condition:
    """What must have happened, in the clause's words; without `tests` a yes or no."""

    text: str
    tests: tuple[Check, ...] = ()

    @property
    def inputs(self) -> tuple[RuleInput, ...]:
        """What is asked to know whether it happened."""
        if not self.tests:
            return (RuleInput(self.text, "yes_no", "是/否"),)
        found = dict.fromkeys((t.label, t.unit) for t in self.tests)
        return tuple(
            RuleInput(label, "percent" if unit in ("%", "个百分点") else "number", unit)
            for label, unit in found
        )

    def met(
        self, facts: Mapping[str, float | bool], targets: Mapping[str, float] | None = None
    ) -> bool:
        """Whether it happened; `facts` and `targets` by the labels of `inputs`.

        KeyError where a fact that decides is not given.
        """
        if not self.tests:
            return bool(facts[self.text])
        known = targets or {}
        return any(t.holds(float(facts[t.label]), known.get(t.label)) for t in self.tests)


@dataclass(frozen=True, slots=True)
class Consequence:
    """What happens to the unit.

    veto, bar (from `what`: 评优), bar_grade (`what`), set_grade (`what`), down by `number`
    grades, zero, cap and deduct (of the total, `number` points), last, told (what the unit
    hears, `what`), take_back (of what it got: 得 or 加), award (`number` of money, the unit in `what`).
    """

    kind: ConsequenceKind
    what: str = ""
    number: Decimal | None = None

    def canonical(self) -> str:
        """The consequence in canonical wording."""
        size = "" if self.number is None else number(self.number)
        unit = self.what.removeprefix("每个")
        return {
            "veto": f"实行{self.what}一票否决" if self.what else "一票否决",
            "bar": f"取消{self.what}资格",
            "bar_grade": f"不得评为{self.what}",
            "set_grade": f"考核结果定为{self.what}",
            "down": f"降{size}个等次",
            "zero": "总分为0分",
            "cap": f"总分不超过{size}分",
            "deduct": f"总分扣{size}分",
            "last": "列末位",
            "told": self.what,
            "take_back": f"扣回已{self.what}分数",
            "award": f"{self.what.removesuffix(unit)}奖励{size}{unit}",
        }[self.kind]

    def explanation(self) -> str:
        """What that means for total, place and grade."""
        size = "" if self.number is None else number(self.number)
        unit = self.what.removeprefix("每个")
        return {
            "veto": "不论总分多少,不评等次,列末位",
            "bar": f"总分照算,不参加{self.what}",
            "bar_grade": f"总分照算,最高只能评{self.what}以下的等次",
            "set_grade": f"不论总分多少,等次为{self.what}",
            "down": f"按总分评定的等次再降{size}级",
            "zero": "总分按0分计",
            "cap": f"总分超过{size}分的按{size}分计",
            "deduct": f"从总分中减去{size}分",
            "last": "名次列在最后",
            "told": f"{self.what};总分、名次、等次不因此改变",
            "award": f"{self.what.removesuffix(unit)}奖励{size}{unit};总分、名次、等次不因此改变",
            "take_back": f"由此{'加上' if self.what == '加' else '得到'}的分数收回,按0分计",
        }[self.kind]


@dataclass(frozen=True, slots=True)
class Sanction:
    """Conditions, any of which suffices, and what follows.

    `matter` names what the veto is about where the sentence announces it first (环境保护实行
    一票否决,…).
    """

    conditions: tuple[Condition, ...]
    consequences: tuple[Consequence, ...]
    matter: str = ""
    listed: bool = False

    def canonical(self) -> str:
        """The sentence in canonical wording."""
        follows = ",".join(c.canonical() for c in self.consequences)
        lead = f"{self.matter}实行一票否决," if self.matter else ""
        if self.listed:
            lines = ";".join(f"({i}){c.text}" for i, c in enumerate(self.conditions, 1))
            return f"{lead}有下列情形之一的,{follows}:{lines}"
        return f"{lead}{'、'.join(f'{c.text}的' for c in self.conditions)},{follows}"


@dataclass(frozen=True)
class Veto:
    """Gates that were read completely, in the order of the text."""

    source: str
    sanctions: tuple[Sanction, ...]
    assumptions: tuple[Assumption, ...] = ()
    kind = "否决和定等"

    @property
    def canonical(self) -> str:
        """The clause read back; reading it gives the same gates."""
        return "。".join(s.canonical() for s in self.sanctions)

    @property
    def value(self) -> tuple[Sanction, ...]:
        """What two clauses must share to be the same rule."""
        return self.sanctions

    @property
    def inputs(self) -> tuple[RuleInput, ...]:
        """Everything that is asked, each once."""
        found = (i for s in self.sanctions for c in s.conditions for i in c.inputs)
        return tuple(dict.fromkeys(found))

    @property
    def explanation(self) -> str:
        """What is asked and what follows, a line a gate."""
        lines: list[str] = []
        for sanction in self.sanctions:
            asked = "或".join(
                "、".join(t.text() for t in c.tests) if c.tests else f"“{c.text}”为是"
                for c in sanction.conditions
            )
            follows = ";".join(c.explanation() for c in sanction.consequences)
            any_of = any(len(c.tests) > 1 for c in sanction.conditions)
            lines.append(f"{asked}{'(任一项)' if any_of else ''}:{follows}")
        return "\n".join(lines)

    def outcome(
        self, facts: Mapping[str, float | bool], targets: Mapping[str, float] | None = None
    ) -> tuple[Consequence, ...]:
        """What follows for a unit; of gates that grade one figure only the strictest.

        >>> from kpixl.rules.statements import read_statement
        >>> rule = read_statement("有1项指标不达标的,降一个等次;有2项指标不达标的,取消评优资格")
        >>> [[c.canonical() for c in rule.outcome({"指标不达标": n})] for n in (0, 1, 3)]
        [[], ['降1个等次'], ['取消评优资格']]
        """
        hits = [s for s in self.sanctions if any(c.met(facts, targets) for c in s.conditions)]
        kept = [s for s in hits if not any(_stricter(o, s) for o in hits)]
        return tuple(dict.fromkeys(c for s in kept for c in s.consequences))


def _stricter(other: Sanction, one: Sanction) -> bool:
    """Whether another gate asks more of the same single figure in the same words."""
    if len(other.conditions) != 1 or len(one.conditions) != 1:
        return False
    a, b = other.conditions[0].tests, one.conditions[0].tests
    if len(a) != 1 or len(b) != 1 or (a[0].label, a[0].unit) != (b[0].label, b[0].unit):
        return False
    if a[0].number is None or b[0].number is None or a[0].op[0] != b[0].op[0]:
        return False
    up = a[0].op[0] == ">"
    return a[0].number > b[0].number if up else a[0].number < b[0].number

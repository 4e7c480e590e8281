"""How a scheme's total comes about and is ranked: full marks, sums, ties, shared and proved marks.

Frozen values like those of `scheme_wide`: a canonical wording that reads back to the same
value, an explanation for the clerk, and the arithmetic where there is one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kpixl.rules.model import Assumption
from kpixl.rules.printing import number


@dataclass(frozen=True)
class FullMarks:
    """考核总分为120分, 采取千分制: what all items together are worth, and each part of them.

    `of` is the paper that says so (评分细则(总分为120分)), blank for the scheme.
    """

    source: str
    number: Decimal
    parts: tuple[tuple[str, Decimal], ...] = ()
    of: str = ""
    assumptions: tuple[Assumption, ...] = ()
    kind = "满分"

    @property
    def value(self) -> tuple[object, ...]:
        """What two clauses must share to be the same rule."""
        return self.number, self.parts, self.of

    @property
    def canonical(self) -> str:
        """The clause read back."""
        said = f"总分为{number(self.number)}分"
        if self.parts:
            said = "考核" + said
            said += ",其中" + ",".join(f"{name}{number(points)}分" for name, points in self.parts)
        return f"{self.of}({said})" if self.of else said

    @property
    def explanation(self) -> str:
        """What the items must come to; it cuts nothing."""
        parts = "、".join(f"{name}最多{number(points)}分" for name, points in self.parts)
        whole = f"全部项目得满分时共{number(self.number)}分" + (f"({parts})" if parts else "")
        return f"{self.of}{':' if self.of else ''}{whole};加分使总分超过它的,不因本句而削减"

    def reached(self, total: float) -> float:
        """The share of the full marks that a total is, in percent.

        >>> FullMarks("", Decimal(120)).reached(108)
        90.0
        """
        return float(Decimal(f"{total:.15g}") * 100 / self.number)


@dataclass(frozen=True)
class Combined:
    """总得分=基础分+加分-扣分: the parts of the total by their names, each with its sign."""

    source: str
    label: str
    terms: tuple[tuple[str, str], ...]
    assumptions: tuple[Assumption, ...] = ()
    kind = "总分公式"

    @property
    def value(self) -> tuple[object, ...]:
        """What two clauses must share to be the same rule."""
        return self.label, self.terms

    @property
    def canonical(self) -> str:
        """The clause read back."""
        joined = "".join(sign + name for sign, name in self.terms)
        return f"{self.label}={joined.removeprefix('+')}"

    @property
    def explanation(self) -> str:
        """What is added and what is taken off."""
        more = "、".join(name for sign, name in self.terms if sign == "+")
        less = "、".join(name for sign, name in self.terms if sign == "-")
        return f"{self.label}由{more}相加" + (f",再减去{less}" if less else "")

    def total(self, parts: Mapping[str, float]) -> float:
        """The total of parts by their names; a deduction is given as a positive number.

        >>> rule = Combined("", "总得分", (("+", "基础分"), ("+", "加分"), ("-", "扣分")))
        >>> rule.total({"基础分": 80, "加分": 10, "扣分": 4})
        86.0
        """
        return math.fsum(parts[name] * (1 if sign == "+" else -1) for sign, name in self.terms)


@dataclass(frozen=True)
class Ranked:
    """按得分高低排名: who has more stands before."""

    source: str
    assumptions: tuple[Assumption, ...] = ()
    kind = "排名"

    @property
    def value(self) -> tuple[object, ...]:
        """What two clauses must share to be the same rule."""
        return ()

    @property
    def canonical(self) -> str:
        """The clause read back."""
        return "按得分从高到低排名"

    @property
    def explanation(self) -> str:
        """What that means for the places."""
        return "总分高的名次在前"


@dataclass(frozen=True)
class TieRule:
    """得分相同的,以获奖数多的在前: the figure that settles a tie, and which end of it is first."""

    source: str
    by: str
    end: str
    assumptions: tuple[Assumption, ...] = ()
    kind = "同分排序"

    @property
    def value(self) -> tuple[object, ...]:
        """What two clauses must share to be the same rule."""
        return self.by, self.end

    @property
    def canonical(self) -> str:
        """The clause read back."""
        return f"得分相同的,{self.by}{self.end}的在前"

    @property
    def explanation(self) -> str:
        """Whom it puts first."""
        return f"总分相同的单位,比较{self.by},{self.end}的名次在前;仍相同的并列"

    def order(self, figures: Sequence[float]) -> list[int]:
        """The places of tied units among themselves; equal figures share a place.

        >>> TieRule("", "获奖数", "多").order([3, 5, 3])
        [2, 1, 2]
        """
        sign = -1 if self.end in ("少", "低", "小") else 1
        return [1 + sum(sign * other > sign * one for other in figures) for one in figures]


@dataclass(frozen=True)
class Shared:
    """两个以上单位合报的,分数均分: what one thing gives, divided equally among its units."""

    source: str
    words: str
    assumptions: tuple[Assumption, ...] = ()
    kind = "均分"

    @property
    def value(self) -> tuple[object, ...]:
        """What two clauses must share to be the same rule."""
        return (self.words,)

    @property
    def canonical(self) -> str:
        """The clause read back."""
        return f"{self.words}的,得分均分"

    @property
    def explanation(self) -> str:
        """What each unit gets."""
        return f"{self.words}:每个单位得这一份分数除以单位数"

    def score(self, points: float, units: int) -> float:
        """What each of so many units gets.

        >>> Shared("", "合报").score(12, 2)
        6.0
        """
        return points / units


@dataclass(frozen=True)
class Proof:
    """加分须提供证明材料,否则不予加分; `lacking` where the words say what is missing."""

    source: str
    words: str
    lacking: bool = False
    assumptions: tuple[Assumption, ...] = ()
    kind = "加分条件"

    @property
    def value(self) -> tuple[object, ...]:
        """What two clauses must share to be the same rule."""
        return self.words, self.lacking

    @property
    def canonical(self) -> str:
        """The clause read back."""
        return f"{self.words}的,不予加分" if self.lacking else f"加分须{self.words},否则不予加分"

    @property
    def explanation(self) -> str:
        """When a bonus counts."""
        return f"“{self.words}”为{'否' if self.lacking else '是'}的加分才算,不是的加0分"

    def score(self, points: float, so: bool) -> float:
        """What a bonus comes to where its words are so, or not.

        >>> Proof("", "提供证明材料").score(3, True), Proof("", "提供证明材料").score(3, False)
        (3, 0.0)
        """
        return points if so != self.lacking else 0.0

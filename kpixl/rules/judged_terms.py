"""Terms of what an assessor judges for each event, or within the interval of a figure."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from kpixl.rules.amounts import Mark, percent
from kpixl.rules.count_terms import Counted
from kpixl.rules.expr import (
    MINUS_ONE,
    ZERO,
    Add,
    Choose,
    Compare,
    Const,
    Expr,
    Greatest,
    Least,
    Mul,
    Named,
    Points,
    Value,
)
from kpixl.rules.model import RuleInput
from kpixl.rules.printing import number


@dataclass(frozen=True, slots=True)
class JudgedEach:
    """每发现1起,酌情扣5—15分: how often, and what was judged for all of it together.

    What is judged is held between so often the least and so often the most.
    """

    count: int
    judged: int
    words: Counted = field(compare=False)
    low: Decimal
    high: Decimal
    verb: Literal["得", "加", "扣"]
    view: str = field(default="", compare=False)

    @property
    def bonus(self) -> bool:
        """Whether the points are 加分."""
        return self.verb == "加"

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """What is counted, and the bounds for each."""
        span = f"{number(self.low)}—{number(self.high)}"
        return f"{self.words.step(Decimal(1))}{',' if self.words.thing else ''}{self.view or '酌情'}{self.verb}{span}分"

    def expr(self) -> Expr:
        """The judged points, at least low × count and at most high × count."""
        times, low, high = Value(self.count), number(self.low), number(self.high)
        least = Mul((Const(self.low), times))
        most = Mul((Const(self.high), times))
        inside = Least(
            (Greatest((Value(self.judged), least), f"每次至少{low}分"), most), f"每次最多{high}分"
        )
        return Mul((MINUS_ONE, inside)) if self.verb == "扣" else inside


@dataclass(frozen=True, slots=True)
class JudgedBeyond:
    """满意率低于90%的,酌情扣1—3分: what is judged where a figure is beyond a mark, else nothing."""

    input: int
    judged: int
    mark: Mark
    op: Literal["<", ">"]
    high: Decimal | None
    low: Decimal = Decimal(0)
    view: str = field(default="", compare=False)
    verb: Literal["扣"] = "扣"
    bonus: bool = False

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The figure and its mark, and the bounds of what is taken."""
        side = {"<": "低于", ">": "超过"}[self.op]
        said = f"{inputs[self.input].label}{side}{self.mark.text()}的,{self.view or '酌情'}扣"
        return said + ("分" if self.high is None else f"{number(self.low)}—{number(self.high)}分")

    def expr(self) -> Expr:
        """The judged points within their bounds, 0 on the good side of the mark."""
        high: Expr = Points() if self.high is None else Const(self.high)
        top = "分值" if self.high is None else f"{number(self.high)}分"
        least = Greatest((Value(self.judged), Const(self.low)), f"至少{number(self.low)}分")
        beyond = Compare(self.op, Value(self.input), self.mark.expr(self.input))
        return Mul((MINUS_ONE, Choose(beyond, Least((least, high), f"最多{top}"), ZERO)))


@dataclass(frozen=True, slots=True)
class Listed:
    """活动效果,按5、3、1评分: one of the marks that are listed, the largest first."""

    input: int
    marks: tuple[Decimal, ...]
    verb: Literal["得", "加", "扣"] = "得"

    @property
    def bonus(self) -> bool:
        """Whether the points are 加分."""
        return self.verb == "加"

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """What is judged, and the marks."""
        does = {"得": "评分", "加": "加分", "扣": "扣分"}[self.verb]
        return f"{inputs[self.input].label},按{'、'.join(map(number, self.marks))}{does}"

    def expr(self) -> Expr:
        """The largest mark that the figure reaches, 0 below all."""
        found: Expr = ZERO
        for mark in reversed(self.marks):
            found = Choose(Compare(">=", Value(self.input), Const(mark)), Const(mark), found)
        return Mul((MINUS_ONE, found)) if self.verb == "扣" else found


@dataclass(frozen=True, slots=True)
class Split:
    """项目投资40分,其中总量占40%,增长率占60%: the points of its parts, each within its share."""

    parts: tuple[int, ...]
    label: str = field(compare=False)
    points: Decimal
    names: tuple[str, ...] = field(compare=False)
    weights: tuple[Decimal, ...]
    bonus: bool = False

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The points and how they are shared out."""
        shares = zip(self.names, self.weights, strict=True)
        told = ",".join(f"{name}占{percent(weight)}" for name, weight in shares)
        return f"{self.label}{number(self.points)}分,其中{told}"

    def expr(self) -> Expr:
        """The sum of the parts, each from 0 to its share."""
        parts: list[Expr] = []
        for i, weight in zip(self.parts, self.weights, strict=True):
            most = self.points * weight
            inside = Greatest((Value(i), ZERO), "不低于0")
            parts.append(Named(f"#{i}", Least((inside, Const(most)), f"最多{number(most)}分")))
        return Add(tuple(parts))

"""Terms that hold a figure against the best of its group, or against both its ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from kpixl.rules.amounts import Amount, percent
from kpixl.rules.expr import (
    ONE,
    ZERO,
    Add,
    Choose,
    Compare,
    Const,
    Div,
    Expr,
    Greatest,
    Least,
    Mul,
    Peer,
    Points,
    Position,
    Rank,
    Ties,
    Value,
    sub,
)
from kpixl.rules.model import RuleInput
from kpixl.rules.printing import number


def _end(*, descending: bool) -> str:
    return "最高" if descending else "最低"


@dataclass(frozen=True, slots=True)
class ToBest:
    """增幅最高的得10分,其余按与最高值之比计分: points in proportion to the best figure.

    Where less is better it is the best figure over the own one.  `way` band measures from the
    worst figure instead, `said` tells that the clause says which of the two it is,
    `ordered` that it says which figure is the best.
    """

    input: int
    top: Amount
    descending: bool = True
    way: Literal["ratio", "band"] = "ratio"
    flat: Decimal = Decimal(1)
    said: bool = field(default=False, compare=False)
    ordered: bool = field(default=True, compare=False)
    bonus: bool = False
    last: int = 0  # the last place that gets points
    ties: Ties = "竞争"

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The best, and the others."""
        end = _end(descending=self.descending)
        best = f"{end}的" if self.ordered else "第一名"
        rest = "其余按比例计分"
        if self.last:
            order = "从高到低" if self.descending else "从低到高"
            return (
                f"{inputs[self.input].label}{order if self.ordered else '进行'}排名,"
                f"第1名得{self.top.text()},第2—{self.last}名按第1名的比例得分"
            )
        if self.said and not self.ordered:
            rest = "其余按与第一名之比计分"
        elif self.said:
            rest = "其余按与最高值之比计分" if self.descending else "其余按最低值与本值之比计分"
        return f"{inputs[self.input].label}{best}得{self.top.text()},{rest}"

    def expr(self) -> Expr:
        """top × share."""
        value = Value(self.input)
        if self.way == "band":
            share: Expr = _place(self.input, self.flat, descending=self.descending)
        elif self.descending:
            share = Div(value, Peer("max", self.input))
        else:
            share = Div(Peer("min", self.input), value)
        if self.way == "ratio":
            share = Greatest((Least((share, ONE), "不超过最高者"), ZERO), "负数按0计")
        points = Mul((self.top.expr(), share))
        if not self.last:
            return points
        place = Rank(self.input, self.ties, self.descending)
        return Choose(Compare("<=", place, Const(Decimal(self.last))), points, ZERO)


@dataclass(frozen=True, slots=True)
class Between:
    """满意度最高的得10分,最低的得6分,其余按插值法计分: points between two ends of a group."""

    input: int
    top: Amount
    bottom: Amount
    descending: bool = True
    flat: Decimal = Decimal(1)
    bonus: bool = False

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """Both ends, and what lies between them."""
        best, worst = _end(descending=self.descending), _end(descending=not self.descending)
        bottom = "不得分" if self.bottom.number == 0 else f"得{self.bottom.text()}"
        return (
            f"{inputs[self.input].label}{best}的得{self.top.text()},"
            f"{worst}的{bottom},其余按插值法计分"
        )

    def expr(self) -> Expr:
        """bottom + (top - bottom) × place in the band."""
        place = _place(self.input, self.flat, descending=self.descending)
        if self.bottom.number == 0:
            return Mul((self.top.expr(), place))
        low = self.bottom.expr()
        return Add((low, Mul((sub(self.top.expr(), low), place))))


@dataclass(frozen=True, slots=True)
class Efficacy:
    """税收增幅按功效系数法计分: points by where a figure lies between the ends of its group.

    `base` is what the lowest gets, of 100; `said` is how the clause says so, "" where it doesn't.
    """

    input: int
    base: Decimal
    descending: bool = True
    flat: Decimal = Decimal(1)
    bonus: bool = False
    said: str = field(default="", compare=False)

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The figure, and the constants where the clause has them."""
        text = f"{inputs[self.input].label},按功效系数法计算得分"
        ends = {"满意": "满意值、不允许值", "最高": "最高值、最低值", "最低": "最低值、最高值"}
        if not self.said:
            return text
        best, worst = ends[self.said].split("、")
        return f"{text},{best}得100分,{worst}得{number(self.base)}分"

    def expr(self) -> Expr:
        """(base + (100 - base) × place in the band) ÷ 100 × 分值."""
        place = _place(self.input, self.flat, descending=self.descending)
        score: Expr = Mul((place, Const(100 - self.base)))
        if self.base:
            score = Add((score, Const(self.base)))
        return Mul((Div(score, Const(Decimal(100))), Points()))


def _place(i: int, flat: Decimal, *, descending: bool) -> Expr:
    """The place in a group's band, 1 for its best figure."""
    if descending:
        return Position(i, flat)
    return sub(ONE, Position(i, 1 - flat))


@dataclass(frozen=True, slots=True)
class Weighted:
    """其中甲、乙得分分别以40%、60%的权重计入得分: scores of parts that are given as figures.

    `hundred` says that the parts are scored out of 100 and not out of the 分值.
    """

    weights: tuple[Decimal, ...]
    names: tuple[str, ...] = field(compare=False)
    hundred: bool = False
    bonus: bool = False

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The names of the parts and their weights."""
        names = "、".join(self.names)
        if len(self.names) == 1:
            return f"{names}得分,按权重折算"
        return f"{names}得分分别以{'、'.join(percent(w) for w in self.weights)}的权重计入得分"

    def expr(self) -> Expr:
        """The weighted sum."""
        parts: list[Expr] = [Mul((Const(w), Value(i))) for i, w in enumerate(self.weights)]
        total: Expr = Add(tuple(parts))
        if self.hundred:
            return Mul((Points(), Div(total, Const(Decimal(100)))))
        return total

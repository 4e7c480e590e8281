"""Intervals of one figure, each with its points."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from kpixl.rules.amounts import Amount
from kpixl.rules.expr import MINUS_ONE, Choose, Compare, Const, Expr, Greatest, Least, Mul, Value
from kpixl.rules.model import RuleInput
from kpixl.rules.printing import number


@dataclass(frozen=True, slots=True)
class Edge:
    """Where one tier ends and the next begins; `above` says that the number is the upper's,
    `said` that the clause says so; `ends` are the two numbers of 60~69, 70~79."""

    number: Decimal
    above: bool
    said: bool = field(default=True, compare=False)
    ends: tuple[Decimal, Decimal] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Tiers:
    """80%(不含)以下不得分;80%—90%(不含)得8分;90%以上得10分: points by the interval of a figure.

    `amounts` has one entry more than `edges`: below the first, between each two, above the last.
    """

    input: int
    unit: str
    edges: tuple[Edge, ...]
    amounts: tuple[Amount, ...]
    verb: Literal["得", "加", "扣"] = "得"
    closed: bool = field(default=False, compare=False)  # nothing is said above the last interval

    @property
    def bonus(self) -> bool:
        """Whether the points are 加分."""
        return self.verb == "加"

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The intervals from the lowest, each end said to be in or out."""

        def end(edge: Edge, *, inside: bool, upper: bool) -> str:
            if edge.ends is not None:
                return f"{number(edge.ends[upper])}{self.unit}"
            said = ("(含)" if inside else "(不含)") if edge.said else ""
            return f"{number(edge.number)}{self.unit}{said}"

        def points(amount: Amount) -> str:
            if amount.number == (None if self.verb == "扣" else 0) and self.verb != "加":
                return "不得分"  # of points that are taken away these are all
            return f"{self.verb}{amount.text()}"

        first, last = self.edges[0], self.edges[-1]
        texts = [f"{end(first, inside=not first.above, upper=False)}以下{points(self.amounts[0])}"]
        for low, high, amount in zip(self.edges, self.edges[1:], self.amounts[1:-1], strict=False):
            if low.number == high.number:
                texts.append(f"等于{number(low.number)}{self.unit}{points(amount)}")
                continue
            lower = end(low, inside=low.above, upper=True)
            ends = f"{lower}—{end(high, inside=not high.above, upper=False)}"
            texts.append(ends + points(amount))
        if self.closed and last.above:  # whose the end is need not be said: nothing is beyond
            below = self.amounts[-2]
            texts[-1] = texts[-1].replace(
                f"{end(last, inside=not last.above, upper=False)}{points(below)}",
                f"{number(last.number)}{self.unit}{points(below)}",
            )
        elif not self.closed:
            texts.append(
                f"{end(last, inside=last.above, upper=True)}以上{points(self.amounts[-1])}"
            )
        return inputs[self.input].label + ";".join(texts)

    def expr(self) -> Expr:
        """The highest tier that the figure reaches."""
        result: Expr = self.amounts[0].expr()
        for edge, amount in zip(self.edges, self.amounts[1:], strict=True):
            test = Compare(">=" if edge.above else ">", Value(self.input), Const(edge.number))
            result = Choose(test, amount.expr(), result)
        return Mul((MINUS_ONE, result)) if self.verb == "扣" else result


@dataclass(frozen=True, slots=True)
class TiersWithin:
    """80%以下得0-10分;80%—90%得11-15分;90%以上得16-20分: within the points of the interval.

    `least` holds the intervals with their fewest points, `most` the most of each; `judged` is
    the figure that an assessor gives.
    """

    least: Tiers
    most: tuple[Amount, ...]
    judged: int

    @property
    def bonus(self) -> bool:
        """Whether the points are 加分."""
        return self.least.bonus

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The intervals from the lowest, each with its two numbers."""
        lines = self.least.canonical(inputs).split(";")
        told = []
        for line, low, high in zip(lines, self.least.amounts, self.most, strict=True):
            if low == high:
                told.append(line)
                continue
            verb = self.least.verb
            ends = f"{verb}{number(low.number or Decimal(0))}—{number(high.number or Decimal(0))}分"
            told.append(re.sub(rf"(?:不得分|{verb}[^{verb}]*分)$", ends, line))
        return ";".join(told)

    def expr(self) -> Expr:
        """The judged figure, held within the interval's points."""
        low = self.least.expr()
        high = replace(self.least, amounts=self.most).expr()
        inside = Greatest((Value(self.judged), low), "按这一档的最少分")
        return Least((inside, high), "按这一档的最多分")

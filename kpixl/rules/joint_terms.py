"""The term of tiers of several figures at once."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from kpixl.rules.expr import (
    ZERO,
    Choose,
    Compare,
    Const,
    Expr,
    Greatest,
    Least,
    Value,
)
from kpixl.rules.model import RuleInput
from kpixl.rules.printing import number


@dataclass(frozen=True, slots=True)
class Row:
    """The marks of one tier, one for each figure, and its points, up to `high` where judged."""

    marks: tuple[Decimal, ...]
    low: Decimal
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class JointTiers:
    """A不少于80%,B不少于20%,得75分;A不少于50%,B不少于20%,得50分: the first row that is reached.

    All marks of a row are needed, or with `either` one of them; `said` tells that 且 joins them.
    `judged` is the figure that an assessor gives within the points of a row; `told` says that
    the clause itself says that the rest gets nothing.
    """

    inputs: tuple[int, ...]
    units: tuple[str, ...]
    rows: tuple[Row, ...]
    judged: int | None = None
    said: bool = False
    either: bool = False
    bonus: bool = False
    told: bool = False

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The rows from the highest down."""
        names = [inputs[i].label for i in self.inputs]
        joint = "且" if self.said else ""
        texts = []
        for row in self.rows:
            marks = zip(names, row.marks, self.units, strict=True)
            words = [f"{name}不少于{number(mark)}{unit}" for name, mark, unit in marks]
            points = (
                number(row.low) if row.high is None else f"{number(row.low)}—{number(row.high)}"
            )
            texts.append(f"{','.join(words[:-1])},{joint}{words[-1]}得{points}分")
        if self.told:
            texts.append("否则不得分")
        return ";".join(texts)

    def expr(self) -> Expr:
        """The points of the first row that is reached, 0 where none is."""
        result: Expr = ZERO
        for row in reversed(self.rows):
            tests = [
                Compare(">=", Value(i), Const(mark))
                for i, mark in zip(self.inputs, row.marks, strict=True)
            ]
            points = self._points(row)
            if self.either:
                for test in reversed(tests):
                    result = Choose(test, points, result)
                continue
            lower = result
            result = points
            for test in reversed(tests):
                result = Choose(test, result, lower)
        return result

    def _points(self, row: Row) -> Expr:
        if row.high is None or self.judged is None:
            return Const(row.low)
        low, high = number(row.low), number(row.high)
        least = Greatest((Value(self.judged), Const(row.low)), f"这一档至少{low}分")
        return Least((least, Const(row.high)), f"这一档最多{high}分")

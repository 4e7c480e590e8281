"""Points of which so many times as much, or nothing, stands where an exception holds."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from kpixl.rules.expr import MINUS_ONE, ONE, ZERO, Choose, Compare, Const, Expr, Mul, Value
from kpixl.rules.model import RuleInput, Term
from kpixl.rules.printing import number
from kpixl.rules.terms import YesNo

_SAID = {Decimal("0.5"): "减半", Decimal(2): "加倍"}
_DOES = {"得": "计分", "加": "加分", "扣": "扣分"}


def scale_text(factor: Decimal, does: Literal["得", "加", "扣"]) -> str:
    """So many times the points, as a clause says it.

    >>> scale_text(Decimal("0.5"), "扣"), scale_text(Decimal("0.8"), "得")
    ('减半扣分', '按80%计分')
    """
    if not factor:
        return "不扣分"
    if factor > 1 and factor not in _SAID:
        return f"按{number(factor)}倍{_DOES[does]}"
    standard = "的标准" if does == "扣" else ""
    return (_SAID.get(factor) or f"按{number(factor * 100)}%{standard}") + _DOES[does]


@dataclass(frozen=True, slots=True)
class Scaled:
    """发生事故扣2分,瞒报的加倍扣分: the points of a term, or so many times as many.

    `factor` 0 is 不扣分.  What is done or not is given by the exception alone: whoever was late
    has not done it in time, and gets half of it all the same.  `whole` makes the exception give
    all of the points of a thing to be done.
    """

    of: Term
    input: int
    factor: Decimal
    does: Literal["得", "加", "扣"]
    whole: bool = False

    @property
    def bonus(self) -> bool:
        """Whether the points are 加分."""
        return self.of.bonus

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The term and its exception."""
        said = "不扣分" if self.whole else scale_text(self.factor, self.does)
        return f"{self.of.canonical(inputs)},{inputs[self.input].label}的{said}"

    def expr(self) -> Expr:
        """The points of the term, or those of the exception."""
        points = self.of.expr()
        inner = points
        if isinstance(self.of, YesNo):
            inner = self.of.give.expr()
            if self.of.verb == "扣":
                inner = Mul((MINUS_ONE, inner))
        other: Expr = ZERO
        if self.factor:
            other = inner if self.factor == 1 else Mul((Const(self.factor), inner))
        return Choose(Compare("=", Value(self.input), ONE), other, points)

"""The term of clauses that give points in proportion between two marks of one figure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from kpixl.rules.amounts import Amount
from kpixl.rules.expr import ZERO, Choose, Compare, Const, Div, Expr, Mul, Value, sub
from kpixl.rules.model import RuleInput
from kpixl.rules.printing import number


@dataclass(frozen=True, slots=True)
class Ramp:
    """100%以上得10分,60%—100%按比例得分,低于60%不得分: nothing, then in proportion, then all.

    `held` says that the lower end is of the proportion, and `said` that the clause itself says
    whose it is; `way` is what the proportion is of: the
    upper end (占上档), 100% (完成率), or the way from the lower end to the upper (插值).
    `by_rate` says that the clause names the completion (按完成比例).
    """

    input: int
    unit: str
    low: Decimal
    high: Decimal
    give: Amount
    held: bool = True
    way: Literal["占上档", "完成率", "插值"] = "占上档"
    by_rate: bool = False
    said: bool = True
    bonus: bool = False

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The whole of the points, the proportion, and nothing."""
        label, low, high = inputs[self.input].label, number(self.low), number(self.high)
        how = "按完成比例得分" if self.by_rate else "按比例得分"
        mine, theirs = ("(含)", "(不含)") if self.held else ("(不含)", "(含)")
        if not self.said:
            mine = theirs = ""
        return (
            f"{label}{high}{self.unit}以上得{self.give.text()};"
            f"{low}{self.unit}{mine}—{high}{self.unit}{how};"
            f"{low}{self.unit}{theirs}以下不得分"
        )

    def expr(self) -> Expr:
        """The points of the part in which the figure lies."""
        value = Value(self.input)
        if self.way == "插值":
            share: Expr = Div(sub(value, Const(self.low)), Const(self.high - self.low))
        else:
            share = Div(value, Const(Decimal(100) if self.way == "完成率" else self.high))
        within = Mul((self.give.expr(), share))
        reached = Compare(">=" if self.held else ">", value, Const(self.low))
        rising = Choose(reached, within, ZERO)
        return Choose(Compare(">=", value, Const(self.high)), self.give.expr(), rising)

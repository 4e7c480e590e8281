"""What is lost once, twice, three times: 被通报一次扣1分,两次扣3分."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import accumulate

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
    Mul,
    Value,
    sub,
)
from kpixl.rules.model import RuleInput
from kpixl.rules.printing import number


@dataclass(frozen=True, slots=True)
class Escalation:
    """被通报一次扣1分,两次扣3分,三次以上扣5分: what so many times cost in all.

    `amounts` stand for once, twice and so on; more than are written cost what the last does.
    With `nth` (第一次扣1分,第二次扣2分) each is what that time costs: together with those before
    it, or with `last` in their place; each further one costs the same again with `more`.
    `above` says that the clause itself says 以上 of the last.
    """

    input: int
    words: Counted = field(compare=False)
    amounts: tuple[Decimal, ...]
    nth: bool = False
    last: bool = False
    above: bool = False
    more: bool = False
    bonus: bool = False

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The first time with its words, the others by their number."""
        unit = self.words.unit
        ordinal = "第" if self.nth else ""
        lead = f"{self.words.head}," if self.words.head and self.nth else self.words.head
        told = [
            f"{lead}{self.words.does}{ordinal}1{unit}{self.words.thing}扣{number(self.amounts[0])}分"
        ]
        for at, points in enumerate(self.amounts[1:], 2):
            above = "以上" if self.above and at == len(self.amounts) else ""
            above = f"以后每{unit}" if above and self.nth else above
            told.append(f"{ordinal}{at}{unit}{above}扣{number(points)}分")
        return ",".join(told)

    def expr(self) -> Expr:
        """What so many times cost, taken away."""
        whole = self.nth and not self.last
        costs = list(accumulate(self.amounts)) if whole else list(self.amounts)
        lost: Expr = ZERO
        for at, points in enumerate(costs, 1):
            reached = Compare(">=", Value(self.input), Const(Decimal(at)))
            lost = Choose(reached, Const(points), lost)
        if self.more:
            beyond = sub(Value(self.input), Const(Decimal(len(costs))))
            further = Mul((Const(self.amounts[-1]), Greatest((beyond, ZERO))))
            lost = Add((lost, further))
        return Mul((MINUS_ONE, lost))

"""Terms of clauses about a whole score: where it starts, and what is added and taken as reported."""

from __future__ import annotations

from dataclasses import dataclass

from kpixl.rules.amounts import Amount
from kpixl.rules.expr import Expr, Value
from kpixl.rules.model import RuleInput


@dataclass(frozen=True, slots=True)
class Start:
    """以100分为基准: the points that additions and deductions beside it start from."""

    give: Amount
    bonus: bool = False

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The points."""
        return f"以{self.give.text()}为基准"

    def expr(self) -> Expr:
        """The points."""
        return self.give.expr()


@dataclass(frozen=True, slots=True)
class Reported:
    """另实行加减分: points that are settled elsewhere, reported with their sign."""

    input: int
    bonus: bool = True

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """What is reported."""
        return f"另实行{inputs[self.input].label}"

    def expr(self) -> Expr:
        """The figure as reported, below 0 where it is a deduction."""
        return Value(self.input)

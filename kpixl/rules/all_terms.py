"""What several requirements give at once, and what is lost for each that is not met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

from kpixl.rules.amounts import Amount, Mark
from kpixl.rules.expr import (
    MINUS_ONE,
    ONE,
    ZERO,
    Add,
    Choose,
    Compare,
    Const,
    Div,
    Expr,
    Mul,
    Value,
)
from kpixl.rules.model import RuleInput

Side: TypeAlias = Literal[">=", "<="]
# input, mark (None: a yes or no) and side
Needed: TypeAlias = tuple[int, Mark | None, Side]


@dataclass(frozen=True, slots=True)
class AllOf:
    """负荷率不少于75%,达标率不少于95%,得5分: points where each of several needs is met.

    A need is an input, its mark (None: a yes or no) and its side.  `shared` gives as many parts
    of the points as needs are met; with `either` one of them suffices.
    """

    needs: tuple[Needed, ...]
    give: Amount
    shared: bool = False
    said: bool = False  # 且 joins them
    bonus: bool = False
    either: bool = False
    told: bool = field(default=False, compare=False)  # the clause says what is given otherwise

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The needs, one after the other, and the points."""
        needs = [(inputs[i].label, mark, op) for i, mark, op in self.needs]
        otherwise = ",达不到的不得分" if self.told else ""
        return f"{spoken(needs, self._joint)}得{self.give.text()}{otherwise}"

    @property
    def _joint(self) -> str:
        return "或" if self.either else "且" if self.said else ""

    def expr(self) -> Expr:
        """The points, if every need is met."""
        tests = _tests(self.needs)
        if self.shared:
            met = Add(tuple(Choose(test, ONE, ZERO) for test in tests))
            return Mul((self.give.expr(), Div(met, Const(Decimal(len(tests))))))
        if self.either:
            result: Expr = ZERO
            for test in reversed(tests):
                result = Choose(test, self.give.expr(), result)
            return result
        result = self.give.expr()
        for test in reversed(tests):
            result = Choose(test, result, ZERO)
        return result


@dataclass(frozen=True, slots=True)
class Missed:
    """一项未完成扣2分 behind several requirements: what each that is not met takes.

    `together` is said of all of them at once (不达标扣2分): with `once` it is taken a single time.
    """

    needs: tuple[Needed, ...]
    loss: Amount
    bonus: bool = False
    together: bool = False
    once: bool = False

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The loss; the requirements stand before it."""
        return f"{'不达标' if self.together else '一项未完成'}扣{self.loss.text()}"

    def expr(self) -> Expr:
        """loss × requirements not met, or the loss if any is not, taken away."""
        tests = _tests(self.needs)
        lost: Expr = Add(tuple(Choose(test, ZERO, ONE) for test in tests))
        if self.once:
            lost = ZERO
            for test in reversed(tests):
                lost = Choose(test, lost, ONE)
        return Mul((MINUS_ONE, self.loss.expr(), lost))


def _tests(needs: Sequence[Needed]) -> list[Compare]:
    return [
        Compare("=", Value(i), ONE) if mark is None else Compare(op, Value(i), mark.expr(i))
        for i, mark, op in needs
    ]


def spoken(needs: Sequence[tuple[str, Mark | None, Side]], joint: str) -> str:
    """The needs as a clause says them."""
    sides = {">=": "不少于", "<=": "不超过"}
    words = [label + (sides[op] + mark.text() if mark else "") for label, mark, op in needs]
    if joint == "或":
        return ",或".join(words)
    return ",".join((*words[:-1], joint + words[-1]))

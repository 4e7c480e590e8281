"""The term of clauses that give points by the side of a mark."""

from __future__ import annotations

from dataclasses import dataclass, field

from kpixl.rules.amounts import Amount, Mark
from kpixl.rules.expr import Choose, Compare, Expr, Value
from kpixl.rules.model import RuleInput


@dataclass(frozen=True, slots=True)
class Sides:
    """高于全县平均水平得10分,持平得8分,低于不得分: what lies above a mark, at it, below it.

    `stepped` says that steps stand behind it, so that a side without words is that of the steps;
    `open_` that nothing is said of being equal.
    """

    input: int
    mark: Mark
    above: Amount
    even: Amount
    below: Amount
    stepped: bool = False
    bonus: bool = False
    open_: bool = field(default=False, compare=False)

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The sides from the highest."""
        label, mark = inputs[self.input].label, self.mark.text()
        mark = "目标" if self.mark.kind == "own" else mark
        texts = []
        if not (self.stepped and self.above == self.even):
            texts.append(f"{label}高于{mark}{_points(self.above)}")
            if not self.open_:
                texts.append(f"持平{_points(self.even)}")
        else:
            lead = f"{mark}相比" if self.mark.kind == "prior" else mark
            texts.append(f"{label}与{lead}持平{_points(self.even)}")
        if not (self.stepped and self.below == self.even):
            mark = mark if self.open_ else ""
            texts.append(f"低于{mark}{_points(self.below)}")
        return ",".join(texts)

    def expr(self) -> Expr:
        """The points of the side on which the figure lies."""
        value, mark = Value(self.input), self.mark.expr(self.input)
        under = Choose(Compare("<", value, mark), self.below.expr(), self.even.expr())
        return Choose(Compare(">", value, mark), self.above.expr(), under)


def _points(amount: Amount) -> str:
    return "不得分" if amount.number == 0 else f"得{amount.text()}"

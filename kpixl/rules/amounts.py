"""Points and marks as clauses give them: 5分, 满分, 基本分的80%; 90%, 目标, 上年."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from kpixl.rules.expr import Const, Expr, Mul, Peer, Points, Prior, Target
from kpixl.rules.printing import number


def percent(weight: Decimal) -> str:
    """A share as clauses write it.

    >>> percent(Decimal("0.3"))
    '30%'
    """
    return f"{number(weight * 100)}%"


@dataclass(frozen=True, slots=True)
class Amount:
    """Points as a clause gives them: a number, a share of the 分值, or 满分.

    `number` None is 满分; `share` makes the number a share of 分值 (0.9 for 90%), `full` is
    the 分值 as the clause repeats it (基本分(25分)的90%).
    """

    number: Decimal | None
    share: bool = False
    full: Decimal | None = None

    def expr(self) -> Expr:
        """The points."""
        if self.number is None:
            return Points()
        return Mul((Const(self.number), Points())) if self.share else Const(self.number)

    def text(self) -> str:
        """The points as 得…, 加…, 扣… take them."""
        if self.number is None:
            return "满分"
        if not self.share:
            return f"{number(self.number)}分"
        full = f"({number(self.full)}分)" if self.full is not None else ""
        return f"基本分{full}的{percent(self.number)}"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a figure is held against.

    `kind` own is a number with its unit or, without a number, the target; given is the target
    under a name of its own (全市平均工资增幅); mean is the mean of the group, prior last year's
    figure, over the target and so many percent more, of so many percent of the target.
    """

    number: Decimal | None = None
    unit: str = ""
    kind: Literal["own", "mean", "given", "prior", "over", "of"] = "own"
    words: str = field(default="", compare=False)

    def expr(self, input_: int) -> Expr:
        """The mark of an input."""
        if self.kind == "mean":
            return Peer("mean", input_)
        if self.kind == "prior":
            return Prior(input_)
        if self.kind == "over" and self.number is not None:
            return Mul((Target(input_), Const(1 + self.number / 100)))
        if self.kind == "of" and self.number is not None:
            return Mul((Target(input_), Const(self.number / 100)))
        return Target(input_) if self.number is None else Const(self.number)

    def text(self) -> str:
        """The mark as 达到… takes it."""
        if self.kind in ("mean", "prior"):
            return self.words or {"mean": "本类平均值", "prior": "上年"}[self.kind]
        if self.kind == "given":
            return self.words
        if self.kind == "of" and self.number is not None:
            return f"目标的{number(self.number)}%"
        return "目标" if self.number is None else f"{number(self.number)}{self.unit}"

"""Clauses that give points between the two ends of a figure, in a straight line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kpixl.rules.amounts import Amount, Mark
from kpixl.rules.building import Builder, Placed, Refused
from kpixl.rules.expr import (
    ZERO,
    Choose,
    Compare,
    Const,
    Div,
    Expr,
    Mul,
    Value,
    sub,
)
from kpixl.rules.figure_clause import NAMELESS, as_branch, figures, measured
from kpixl.rules.model import RuleInput
from kpixl.rules.parts import BranchPart, GivePart, InterPart
from kpixl.rules.printing import number
from kpixl.rules.vocabulary import is_rate


@dataclass(frozen=True, slots=True)
class Linear:
    """95%以上得10分,80%以下不得分,中间按插值法计分."""

    input: int
    low: Mark
    high: Mark
    give: Amount
    falls: bool = False
    bonus: bool = False

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """Both ends and what lies between them."""
        label, full = inputs[self.input].label, self.give.text()
        if self.falls:
            ends = f"{label}{self.low.text()}以下得{full},{self.high.text()}以上不得分"
        else:
            ends = f"{label}{self.high.text()}以上得{full},{self.low.text()}以下不得分"
        return f"{ends},中间按插值法计分"

    def expr(self) -> Expr:
        """points × the way from the end that gives nothing."""
        assert self.low.number is not None and self.high.number is not None
        low, high, value = Const(self.low.number), Const(self.high.number), Value(self.input)
        span = Const(self.high.number - self.low.number)
        way = sub(high, value) if self.falls else sub(value, low)
        between = Mul((self.give.expr(), Div(way, span)))
        under, over = (self.give.expr(), ZERO) if self.falls else (ZERO, self.give.expr())
        within = Choose(Compare(">=", value, high), over, between)
        return Choose(Compare("<=", value, low), under, within)


def is_linear(scoring: Sequence[Placed]) -> bool:
    """Whether something lies between two ends."""
    return any(isinstance(p.part, InterPart) for p in scoring)


def read_linear(b: Builder, scoring: Sequence[Placed]) -> None:
    """What gives all, what gives nothing, and 中间按插值法计分 behind them."""
    ends = [as_branch(p) for p in _with_whole(scoring) if not isinstance(p.part, InterPart)]
    last = scoring[-1]
    if len(ends) != 2 or not isinstance(last.part, InterPart):
        raise Refused(last, "不知道是哪两头之间", "N以上得满分,M以下不得分,中间按插值法计分")
    match sorted((p.part for p in ends), key=lambda part: isinstance(part, BranchPart)):
        case [
            GivePart(amount=amount, mark=Mark() as full, thing="", verb="得") as give,
            BranchPart("zero", Mark() as none, _, _, None) as zero,
        ]:
            pass
        case _:
            raise Refused(ends[0], "不是一头得满分、一头不得分", "N以上得M分,…以下不得分")
    falls = give.op in ("<=", "<")
    wrong = (zero.op in (">", ">=")) != falls
    if full.number is None or none.number is None or full.unit != none.unit or wrong:
        raise Refused(ends[0], "两头的数或单位对不上", "N%以上得满分,M%以下不得分")
    if full.kind != "own" or none.kind != "own" or give.prop or give.or_each or give.period:
        raise Refused(ends[0], "两头不是一个数", "N%以上得满分,M%以下不得分")
    low, high = (full, none) if falls else (none, full)
    assert low.number is not None and high.number is not None
    if low.number >= high.number:
        raise Refused(ends[0], "两头的数颠倒了", f"{number(low.number)}在前")
    _clear_ends(last, low, high)
    names = {name for p in ends if (name := figures(p.part))}
    own = last.part.label
    if own and not any(name.endswith(own) for name in names):
        raise Refused(last, f"不知道“{own}”说的是不是前面的数据", "同一个名称")
    if len(names) > 1:
        raise Refused(ends[1], "说的不是同一个数据", sorted(names)[0])
    label = names.pop() if names else b.head or NAMELESS[0]
    rate = is_rate(label, full.unit)
    kind, shown = measured(full.unit, percent=rate)
    b.terms.append(Linear(b.input(ends[0], label, kind, shown), low, high, amount, falls))


def _with_whole(scoring: Sequence[Placed]) -> list[Placed]:
    """低于90%不得分,高于90%的按线性内插赋分: up to 100%, where all points are given."""
    last = scoring[-1]
    part = last.part
    if not isinstance(part, InterPart) or part.low is None or part.high is not None:
        return list(scoring)
    if len(scoring) != 2 or part.unit != "%" or part.low >= 100:
        return list(scoring)
    name = part.label or NAMELESS[0]
    whole = GivePart(name, Amount(None), name, Mark(Decimal(100), "%"))
    return [scoring[0], Placed(whole, last.start, last.start + 1), last]


def _clear_ends(at: Placed, low: Mark, high: Mark) -> None:
    """Refuse ends that are not those between which the clause says that it is so."""
    part = at.part
    assert isinstance(part, InterPart)
    if part.low is None:
        return
    same = part.unit == low.unit and part.low == low.number
    if not same or part.high not in (None, high.number):
        raise Refused(at, "与前面的两头不同", f"{low.text()}—{high.text()}之间")

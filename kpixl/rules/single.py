"""Clauses of one phrase: 得分=…, a judged figure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from kpixl.rules.building import Builder, Placed, Refused
from kpixl.rules.expr import (
    ONE,
    Div,
    Expr,
    Peer,
    Position,
    Prior,
    Rank,
    Target,
    Value,
    bounds,
    rebuild,
    walk,
)
from kpixl.rules.parts import (
    BlendPart,
    FormulaPart,
    JudgedPart,
)
from kpixl.rules.terms import (
    Amount,
    Blend,
    Formula,
    Judged,
)


def _alone(scoring: Sequence[Placed], allowed: int, what: str) -> None:
    if len(scoring) > allowed:
        raise Refused(scoring[allowed], f"不能与{what}写在同一条里", "另起一项,或并入公式")


def read_formula_clause(b: Builder, scoring: Sequence[Placed]) -> None:
    """得分=…, alone or with the weights of its parts behind it."""
    part = scoring[0].part
    assert isinstance(part, FormulaPart)
    if any(isinstance(e, Position) for e in walk(part.expr)):
        b.reading("G5")
    if any(isinstance(e, Rank) for e in walk(part.expr)):
        b.reading("G3")
    if len(scoring) > 1 and isinstance(scoring[1].part, BlendPart):
        _alone(scoring, 2, "加权公式")
        weights = scoring[1].part
        if part.labels != ("",):
            raise Refused(scoring[0], "加权的各项要用同一个公式,公式里应写“本值”", "本值")
        for label in weights.labels:
            b.input(scoring[1], label, "number")
        b.terms.append(Blend(part.expr, weights.weights))
        return
    _alone(scoring, 1, "公式")
    if not part.labels:
        raise Refused(scoring[0], "公式里没有要填报的数", "本值、完成值等")
    if part.top is not None and not _gives_best(part.expr, part.top):
        raise Refused(scoring[0], "最高的得分与公式算出的不一致", "公式给最高者的分数")
    for label in part.labels:
        b.input(scoring[0], label or part.ahead or "本值", "number")
    words = "" if "" in part.labels else part.ahead  # said already where it names an input
    b.terms.append(Formula(part.expr, words))


def _gives_best(expr: Expr, top: Amount) -> bool:
    """Whether a formula gives the best figure of a group the points that its clause repeats."""

    def best(node: Expr) -> Expr:
        # the best figure over the best figure is 1, whatever it is
        match node:
            case Div(Value(i), Peer("max", j)) if i == j:
                return ONE
            case _:
                return node

    reduced = rebuild(expr, best)
    if any(isinstance(node, (Value, Peer, Target, Prior, Rank)) for node in walk(reduced)):
        return False
    size = Decimal(7)  # any 分值 will do: both sides are multiples of it or of no 分值 at all
    wanted = bounds(top.expr(), float(size), lambda i: "number")
    return bounds(reduced, float(size), lambda i: "number") == wanted


def read_judged(b: Builder, scoring: Sequence[Placed]) -> None:
    """A judged figure stands alone: words before it may not become terms of their own."""
    _alone(scoring, 1, "酌情计分")
    part = scoring[0].part
    assert isinstance(part, JudgedPart)
    b.terms.append(Judged(b.input(scoring[0], part.label, "judged", "分"), part.high, part.bonus))

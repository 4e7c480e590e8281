"""Clauses of one phrase: 得分=…, a judged figure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

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
    ToBestPart,
)
from kpixl.rules.peer_terms import Between, ToBest, Weighted
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


def read_weighted(b: Builder, scoring: Sequence[Placed]) -> None:
    """Weights without a formula: the scores of the parts are figures."""
    _alone(scoring, 1, "加权")
    part = scoring[0].part
    assert isinstance(part, BlendPart)
    for label in part.labels:
        b.input(scoring[0], f"{label}得分", "number", "分")
    b.terms.append(Weighted(part.weights, part.labels, b.reading("G35") == "百分制"))


def read_to_best(b: Builder, scoring: Sequence[Placed]) -> None:
    """Points in proportion to the best of the group, or between its two ends."""
    _alone(scoring, 1, "与最高值比较")
    part = scoring[0].part
    assert isinstance(part, ToBestPart)
    i = b.input(scoring[0], part.label or b.head or "本值", "number")
    flat = Decimal(1)
    if part.bottom is not None:
        flat = Decimal(1) if b.reading("G5") == "最高" else Decimal(0)
        b.terms.append(Between(i, part.top, part.bottom, not part.low, flat))
        return
    way: Literal["ratio", "band"] = "ratio"
    if not part.said and b.reading("G33") == "最高最低之间":
        way = "band"
        flat = Decimal(1) if b.reading("G5") == "最高" else Decimal(0)
    descending = not part.low if part.ordered else b.reading("G8") == "大者为先"
    b.terms.append(ToBest(i, part.top, descending, way, flat, part.said, part.ordered))


def read_judged(b: Builder, scoring: Sequence[Placed]) -> None:
    """A judged figure stands alone: words before it may not become terms of their own."""
    _alone(scoring, 1, "酌情计分")
    b.terms.append(judged_term(b, scoring[0]))


def judged_term(b: Builder, at: Placed) -> Judged:
    """What an assessor gives or takes, within its bounds."""
    part = at.part
    assert isinstance(part, JudgedPart)
    return Judged(b.input(at, part.label, "judged", "分"), part.high, part.verb, part.low)

"""The bounds that a clause states: on bonuses, on deductions, on the item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from kpixl.patterns import lazily
from kpixl.rules.amounts import Amount
from kpixl.rules.building import Builder, Placed, Refused
from kpixl.rules.expr import Const, Div, Expr, Mul, Points, Target, Value, bounds
from kpixl.rules.formula_terms import Formula, Ladder
from kpixl.rules.least import clear_span, decimals_of, with_least
from kpixl.rules.model import Limits, Term
from kpixl.rules.parts import BoundPart
from kpixl.rules.place_terms import Places
from kpixl.rules.rule import is_deduction
from kpixl.rules.terms import FullPoints, Gate, Overshoot, Shortfall, Threshold, YesNo
from kpixl.rules.vocabulary import is_percent
from kpixl.rules.words.elements import GROUP_OF


def gives_points(term: Term) -> bool:
    return not term.bonus and not is_deduction(term) and not isinstance(term, FullPoints)


def _goes_down(term: Term) -> bool:
    """Whether a term loses points by and by without being a deduction."""
    return isinstance(term, (Ladder, Formula)) or (
        isinstance(term, Places) and term.step is not None
    )


def read_limits(b: Builder, limits: Sequence[Placed]) -> Limits:
    """The bounds that the clause states: on bonuses, on deductions, on the item."""
    found: dict[str, Amount | None] = {}
    limits = [_of_the_points(b, p) for p in with_least(b, limits)]
    deducts = any(is_deduction(t) for t in b.terms)
    for p in limits:
        part = p.part
        assert isinstance(part, BoundPart)
        named = _named_cap(b, p) if part.kind == "any" else part.kind
        if named == "floor" and _OF_GROUP.search(part.said):
            raise Refused(p, "不知道扣到本项0分为止,还是从大项的分里扣", "扣完为止,或扣分不封顶")
        kinds = ("bonus", "deduction") if named == "both" else (named,)
        for kind in kinds:
            if kind == "bonus" and not any(t.bonus for t in b.terms):
                raise Refused(p, "限制加分,但没有加分", "先写加分,再写“最多加N分”")
            if kind == "floor" and any(_goes_down(t) for t in b.terms):
                found[kind] = None  # 扣完为止 behind a step from place to place
                continue
            if kind == "floor" and any(isinstance(t, Threshold) for t in b.terms):
                continue  # 按比例计分,最低0分: an item is never below 0
            if kind == "floor" and b.restated:
                continue  # 甲得1分;乙得1分;每少一项扣1分,扣完为止
            if kind in ("deduction", "floor", "no_floor") and not deducts:
                raise Refused(p, "限制扣分,但没有扣分", "先写扣分")
            full = kind == "item" and part.amount is not None and part.amount.number is None
            if full and not any(t.bonus or gives_points(t) for t in b.terms):
                raise Refused(p, "限制得分,但没有得分", "先写得分")
            if kind == "floor" and kind in found:
                continue  # 扣完为止,不计负分: the same in other words
            if kind in found:
                raise Refused(p, "同一种限制写了两次", "只写一次")
            if kind == "item" and _never_reached(b, part.amount):
                raise Refused(p, "得分到不了这个数,不知道是不是每个都得分", "每1个得N分,最高得M分")
            found[kind] = part.amount
    if "floor" in found and "no_floor" in found:
        raise Refused(limits[-1], "既写扣完为止,又写扣分不封顶", "只写一种")
    clear_span(limits, found.get("item"), found.get("least"))
    item = found.get("item")
    share = item.number if item is not None and item.share else None
    capped = item is not None and item.number is not None and not item.share
    counts = any(gives_points(t) for t in b.terms)
    figures = {getattr(t, "input", None) for t in b.terms if not is_deduction(t)}
    takes = any(
        # below a mark nothing is given beyond it
        is_deduction(t)
        and not isinstance(t, Gate)
        and not (isinstance(t, Shortfall) and t.input in figures)
        for t in b.terms
    )
    ahead = capped and counts and takes and b.reading("G96") == "扣分之前"
    return Limits(
        found.get("bonus"),
        found.get("deduction"),
        item.number if item and not item.share else None,
        "no_floor" not in found,
        item is not None and item.number is None,
        share,
        ahead,
        decimals_of(b, limits),
        found.get("least"),
    )


# 本大项扣完为止: the points of other items, too
_OF_GROUP = lazily(GROUP_OF)


def _of_the_points(b: Builder, p: Placed) -> Placed:
    """最高120% and 最高得基本分的120% as the most that the item gives; a proportion goes on so far."""
    part = p.part
    assert isinstance(part, BoundPart)
    amount = part.amount
    if amount is None or amount.number is None or not (amount.share or part.kind == "rate"):
        return p
    most = amount.number
    if part.kind == "rate":
        amount = _of_the_rate(b, p, most)
    elif part.kind == "item":
        _clear_share(b, p, most)
    else:
        return p
    rated = [n for n, t in enumerate(b.terms) if isinstance(t, Threshold) and t.rated]
    if len(rated) == 1 and amount.share and amount.number is not None:
        term = b.terms[rated[0]]
        assert isinstance(term, Threshold)
        if term.give.number is None and term.op == ">=":
            b.terms[rated[0]] = replace(term, most=amount.number)
    return replace(p, part=replace(part, kind="item", amount=amount))


def _clear_share(b: Builder, p: Placed, share: Decimal) -> None:
    """Refuse a cap of the points that says something else than how much more they may come to."""
    if share < 1:
        raise Refused(p, "比分值还少,不知道限制的是哪一部分", "最多加N分,或最高得N分")
    if share > 1 and not any(map(_may_exceed, b.terms)):
        raise Refused(p, "得分到不了这个数,不知道超出目标的部分如何计", "超额的每…加N分")


def _may_exceed(term: Term) -> bool:
    """Whether a term may give more than points that are all there are for one thing."""
    once = isinstance(term, YesNo) or (isinstance(term, Threshold) and not term.rated)
    return term.bonus or not (once or is_deduction(term))


def _of_the_rate(b: Builder, p: Placed, most: Decimal) -> Amount:
    """The points that a completion of so much gives."""
    if most < 1:
        raise Refused(p, "完成率不到100%就封顶,不知道得多少分", "最高得N分")
    worth = _worth_of_the_rate(b)
    if worth is None:
        raise Refused(p, "不知道是分值的百分之几,还是完成率的", "最高得分值的N%")
    if worth.number is None:
        return Amount(most, share=True)
    return Amount(most * worth.number, worth.share)


def _worth_of_the_rate(b: Builder) -> Amount | None:
    """The points at 100%, where a clause gives them in proportion and nothing else."""
    gives = [t for t in b.terms if not is_deduction(t)]
    match gives:
        case [Threshold(give=give, rated=True, op=">=", verb="得")]:
            return give
        case [Threshold(give=give, op=">=", verb="得"), Overshoot(prop=True)]:
            return give
        case [Formula(arithmetic, fractions=fractions)] if len(gives) == len(b.terms):
            return _at_the_whole(b, arithmetic, fractions)
    return None


def _at_the_whole(b: Builder, expr: Expr, fractions: frozenset[int]) -> Amount | None:
    """The points that a formula gives at 100%: 完成率×10, 完成值÷目标值×分值."""
    points, figures, shares = Decimal(1), [], 0
    factors = [expr]
    while factors:
        match factors.pop():
            case Mul(terms):
                factors += terms
            case Div(Value(i), Target(j)) if i == j and not is_percent(b.inputs[i].label):
                figures.append(i)
            case Div(Value(i), Const(whole)) if whole == 100 and i not in fractions:
                if not _RATE.search(b.inputs[i].label):
                    return None
                figures.append(i)
            case Value(i) if i in fractions and _RATE.search(b.inputs[i].label):
                figures.append(i)
            case Const(number, percent=False):
                points *= number
            case Points():
                shares += 1
            case _:
                return None
    if len(figures) != 1 or shares > 1:
        return None
    return Amount(None if shares and points == 1 else points, share=bool(shares))


_RATE = lazily("完成(?:率|比例)$")


def _never_reached(b: Builder, cap: Amount | None) -> bool:
    """有一次会议记录得1分,最多得2分: points that are given once can't come to the cap."""
    once = any(isinstance(t, Threshold) and t.each for t in b.terms)
    if not once or cap is None or cap.number is None or "G21" in b.readings:
        return False  # somebody has said that they are given once
    gives = [t for t in b.terms if gives_points(t) or t.bonus]
    most = sum(bounds(t.expr(), float("inf"), lambda i: b.inputs[i].kind)[1] for t in gives)
    return most < float(cap.number)


def _named_cap(b: Builder, p: Placed) -> Literal["bonus", "deduction", "item"]:
    """Of what 最高不超过6分 is the cap: of the only thing that there is, or of what it can be."""
    part = p.part
    assert isinstance(part, BoundPart) and part.amount is not None
    gives = [t for t in b.terms if gives_points(t)]
    bonus = any(t.bonus for t in b.terms)
    taken = any(is_deduction(t) for t in b.terms)
    if not bonus and not gives:
        if part.said.startswith("加"):
            raise Refused(p, "限制加分,但没有加分", "先写加分,再写“最多加N分”")
        return "deduction"
    if not gives:
        if taken and not part.said.startswith(("加", "限加")):
            raise Refused(
                p, "不知道限制的是加分、扣分,还是得分", "最多加N分、最多扣N分,或最高得N分"
            )
        return "bonus"
    if not bonus:
        if taken:
            raise Refused(p, "不知道限制的是得分还是扣分", "最高得N分,或最多扣N分")
        return "item"
    base = sum(bounds(t.expr(), float("inf"), lambda i: b.inputs[i].kind)[1] for t in gives)
    top = part.amount.number
    default = "得分" if top is not None and float(top) > base else "加分"
    kind: Literal["bonus", "item"] = "item" if b.reading("G37", default) == "得分" else "bonus"
    b.open_cap = kind
    return kind

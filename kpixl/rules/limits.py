"""The bounds that a clause states: on bonuses, on deductions, on the item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from kpixl.rules.building import Builder, Placed, Refused
from kpixl.rules.expr import bounds
from kpixl.rules.model import Limits, Term
from kpixl.rules.parts import (
    BoundPart,
)
from kpixl.rules.place_terms import Places
from kpixl.rules.rule import is_deduction
from kpixl.rules.terms import (
    Amount,
    Formula,
    FullPoints,
    Ladder,
    Threshold,
)


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
    deducts = any(is_deduction(t) for t in b.terms)
    for p in limits:
        part = p.part
        assert isinstance(part, BoundPart)
        named = _named_cap(b, p) if part.kind == "any" else part.kind
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
            if kind in found:
                raise Refused(p, "同一种限制写了两次", "只写一次")
            if kind == "item" and _never_reached(b, part.amount):
                raise Refused(p, "得分到不了这个数,不知道是不是每个都得分", "每1个得N分,最高得M分")
            found[kind] = part.amount
    if "floor" in found and "no_floor" in found:
        raise Refused(limits[-1], "既写扣完为止,又写扣分不封顶", "只写一种")
    item = found.get("item")
    return Limits(
        found.get("bonus"),
        found.get("deduction"),
        item.number if item else None,
        "no_floor" not in found,
        item is not None and item.number is None,
    )


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
        return "deduction"
    if not gives:
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

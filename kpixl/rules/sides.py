"""Clauses that give points by the side of a mark on which a figure lies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from kpixl.patterns import lazily
from kpixl.rules.amounts import Amount, Mark
from kpixl.rules.building import Builder, Placed, Refused, of_kind
from kpixl.rules.figure_clause import NAMELESS
from kpixl.rules.numeric import read_numeric, same_mark
from kpixl.rules.parts import BranchPart, GivePart, Part, SidePart, StepPart
from kpixl.rules.side_terms import Sides
from kpixl.rules.terms import Gate, Threshold
from kpixl.rules.tiers import FALLS, turned
from kpixl.rules.vocabulary import is_percent

_WORDS = {"up": "高于", "even": "持平", "down": "低于"}


def _as_side(p: Placed) -> Placed:
    """高于全县平均水平的得5分, 低于上年的不得分 as sides of the mark that they name."""
    match p.part:
        case GivePart(
            label,
            amount,
            _,
            Mark(None, "", "mean" | "prior" | "given" | "own") as mark,
            "",
            verb="得",
        ) as g:
            if g.op == ">":
                name = "" if label in NAMELESS else label
                return Placed(SidePart("up", name, mark, amount, "得", g), p.start, p.end)
            if g.op == ">=" and mark.kind == "prior":
                name = "" if label in NAMELESS else label
                return Placed(SidePart("even", name, mark, amount, "得", g), p.start, p.end)
        case BranchPart(
            "zero", Mark(None, "", "mean" | "prior" | "own") as mark, _, label, None, op
        ) as b:
            way: Literal["up", "down"] = "down" if op == "<" else "up"
            return Placed(SidePart(way, label, mark, None, "得", b), p.start, p.end)
    return p


def with_sides(placed: Sequence[Placed]) -> list[Placed]:
    """The sides of a mark where a clause tells two or three of them; else what the words say."""
    sided = [_as_side(p) for p in placed]
    spoken = [p.part for p in placed if isinstance(p.part, SidePart)]
    sides = {p.part.side for p in sided if isinstance(p.part, SidePart)}
    marks = {p.part.mark for p in sided if isinstance(p.part, SidePart) and p.part.mark}
    if "even" in sides and marks and len(sides) > (1 if spoken else 2):
        return sided
    told = [p.part for p in sided if isinstance(p.part, SidePart)]
    if marks and len(told) == 2 and sides == {"up", "down"} and any(t.points for t in told):
        return sided  # 高于平均的得5分,低于平均的得2分, or 不得分
    found: list[Placed] = []
    for p in placed:
        if isinstance(p.part, SidePart):
            limited = _is_limit(next((q.part for q in reversed(found) if _gives(q.part)), None))
            if limited and (p.part.side, p.part.label, p.part.points) == ("up", "", None):
                found.append(Placed(BranchPart("zero", None, "超标"), p.start, p.end))
                continue
            if p.part.plain is None:
                raise Refused(p, "不知道另一边如何计", "高于…得N分,持平得N分,低于不得分")
            p = Placed(p.part.plain, p.start, p.end)
        found.append(p)
    return found


def _gives(part: Part) -> bool:
    return isinstance(part, GivePart)


def _is_limit(part: Part | None) -> bool:
    """Whether 超过的不得分 may stand behind it: 不超过5%得3分."""
    if not isinstance(part, GivePart) or _CHANGE.search(part.label):
        return False  # 下降不足1%得1分,上升不得分: no limit, but how far it falls
    return part.mark is not None and part.op in ("<=", "<")


_CHANGE = lazily("(?:下降|降低|减少|上升|提高|增长|增加)$")


def _is_turn(part: BranchPart) -> bool:
    """负增长不得分, beside the sides of a mark."""
    way = turned(part.said)
    return part.kind == "zero" and part.mark is None and way is not None and bool(way["up"])


def read_sides(b: Builder, scoring: Sequence[Placed]) -> None:
    """Points above the mark, at it and below it; steps go on from what is given at it."""
    sides, steps = of_kind(scoring, SidePart), of_kind(scoring, StepPart)
    gates = [(p, part) for p, part in of_kind(scoring, BranchPart) if _is_turn(part)]
    turns = [p for p, _ in gates]
    for p in scoring:
        if not isinstance(p.part, (SidePart, StepPart)) and p not in turns:
            raise Refused(p, "与前面的计分方式不能写在同一条里", "同一个数据的得分、加分、扣分")
    by_side: dict[str, SidePart] = {}
    mark: Mark | None = None
    label = ""
    for at, part in sides:
        if part.side in by_side:
            raise Refused(at, f"“{_WORDS[part.side]}”写了两次", "只写一次")
        if part.verb != "得":
            raise Refused(at, "有的得分,有的加分或扣分", "都用“得”")
        if part.mark is not None:
            other = mark is not None and not mark.words.endswith(part.mark.words)
            if mark is not None and (
                not same_mark(part.mark, mark) or (mark.kind == "given" and other)
            ):
                raise Refused(at, "与前面比的不是同一个数", mark.text())
            mark = mark or part.mark
        if part.label and label and part.label != label:
            raise Refused(at, "说的不是同一个数据", label)
        label = label or part.label
        by_side[part.side] = part
    open_ = "even" not in by_side and {"up", "down"} <= set(by_side) and not steps
    if mark is None or ("even" not in by_side and not open_):
        raise Refused(sides[0][0], "不知道与哪个数相比,持平的如何计", "高于…得N分,持平得N分")
    equal = "even" if not open_ else "up" if b.reading("G71") == "按高于" else "down"
    even = by_side[equal].points or (Amount(Decimal(0)) if open_ else None)
    if even is None:
        raise Refused(sides[0][0], "持平的不得分,不知道从几分算起", "持平得N分")
    ways = {step.way if not step.falls else "other" for _, step in steps}
    amounts = {}
    for side, way in (("up", "up"), ("down", "down")):
        if side in by_side:
            amounts[side] = by_side[side].points or Amount(Decimal(0))
            if way in ways or "both" in ways:
                raise Refused(steps[0][0], "既写了得几分,又写了逐步加减", "只写一种")
        elif way in ways or "both" in ways:
            amounts[side] = even
        else:
            raise Refused(
                sides[0][0], f"没有写{_WORDS[side]}的如何计", f"{_WORDS[side]}的得N分,或不得分"
            )
    name = label or NAMELESS[0]
    base = Placed(GivePart(name, even, name, mark), sides[0][0].start, sides[0][0].end)
    beyond = [] if steps else [Placed(BranchPart("zero", None, "未达到"), base.start, base.end)]
    before = len(b.terms)
    read_numeric(b, [base, *(at for at, _ in steps), *beyond])
    held = b.terms[before]
    assert isinstance(held, Threshold)
    b.terms[before] = Sides(
        held.input, held.mark, amounts["up"], even, amounts["down"], bool(steps), open_=open_
    )
    for at, turn in gates:
        if len(gates) > 1 or not is_percent(name) or FALLS.search(name):
            raise Refused(at, f"“{name}”说的不是增长多少", "低于0的不得分")
        b.terms.append(Gate(held.input, Mark(Decimal(0), "%"), "<", re.sub("的$", "", turn.said)))

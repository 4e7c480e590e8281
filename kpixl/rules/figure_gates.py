"""Figures that make a whole item 0 beside what only takes: 成活率低于85%的,该项不得分."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from kpixl.patterns import lazily
from kpixl.rules.amounts import Mark
from kpixl.rules.building import Builder, Placed, Refused
from kpixl.rules.count_terms import PerUnit
from kpixl.rules.escalation_terms import Escalation
from kpixl.rules.figure_clause import NAMELESS, measured
from kpixl.rules.parts import (
    BelowPart,
    BoundPart,
    BranchPart,
    HeadPart,
    Joint,
    Part,
    StatedPart,
    TextPart,
    TimesPart,
)
from kpixl.rules.rule import is_deduction
from kpixl.rules.segment import share_characters
from kpixl.rules.terms import Gate, JointGate
from kpixl.rules.vocabulary import is_percent, is_rate
from kpixl.rules.words.elements import COUNTS, PERCENT

_SILENT = (Joint, TextPart, StatedPart, HeadPart, BoundPart)


def with_figure_gates(placed: Sequence[Placed]) -> list[Placed]:
    """每有1处断档扣4分;断档率高于5%的不得分: beside what only takes it is the whole item that is 0.

    未制定计划或完成率低于60%的不得分 is two gates.
    """
    scores = [p.part for p in placed if not isinstance(p.part, _SILENT)]
    beside = [part for part in scores if _takes(part) or _is_fault(part) or _has_fault(part)]
    if not (beside or all(getattr(part, "whole", False) for part in scores)):
        return list(placed)  # 得分低于60分不得分: what it gives else is not said
    if not all(_takes(part) or _is_gate(part) for part in scores):
        for p in placed:
            if isinstance(p.part, BranchPart) and _is_limit(p.part) and not p.part.whole:
                raise Refused(p, "不知道是整项不得分,还是只有前面这一处不得分", "…的本项不得分")
        return list(placed)
    found: list[Placed] = []
    for p in placed:
        part = p.part
        if isinstance(part, BranchPart) and _is_gate(part) and part.mark is not None:
            found += _cut(p, part)
        elif isinstance(part, BelowPart):
            found += _cut_first(p, part)
        else:
            found.append(p)
    return found


def _is_gate(part: Part) -> bool:
    match part:
        case BranchPart("zero", None) | BelowPart():
            return True
        case BranchPart("zero", Mark(number, unit, "own"), label=label, op=op):
            named = label not in ("", *NAMELESS) and (number is not None or op == ">")
            return named and (unit not in PERCENT or is_percent(label))
        case _:
            return False


def _is_fault(part: Part) -> bool:
    return isinstance(part, BranchPart) and part.kind == "zero" and part.mark is None


def _has_fault(part: Part) -> bool:
    return isinstance(part, BelowPart) and _FAULT.match(part.labels[0]) is not None


def _is_limit(part: BranchPart) -> bool:
    """超过控制指标的不得分: so or not."""
    return part.kind == "zero" and part.mark is None and part.op == ">"


def _takes(part: Part) -> bool:
    return getattr(part, "verb", "") == "扣" or isinstance(part, TimesPart)


_FAULT = lazily("^(?P<fault>(?:未|无|没有|没|不)[^,]{2,}?)或者?(?P<figure>[^,]{2,})$")


def _cut(p: Placed, part: BranchPart) -> list[Placed]:
    """无计划或完成率低于90%: a thing that is so or not, and a figure."""
    if part.mark is not None and part.mark.number is None:  # 死亡人数超过指标的: so or not
        return [Placed(BranchPart("zero", None, part.said, whole=True), p.start, p.end)]
    match = _FAULT.match(part.label)
    if match is None:
        return [replace(p, part=replace(part, whole=True))]
    fault = BranchPart("zero", None, match["fault"], whole=True)
    figure = replace(part, label=match["figure"], whole=True)
    return [
        Placed(fault, p.start, p.start + 1),
        Placed(Joint(1), p.start + 1, p.start + 1),
        Placed(figure, p.start + 2, p.end),
    ]


def _cut_first(p: Placed, part: BelowPart) -> list[Placed]:
    match = _FAULT.match(part.labels[0])
    if match is None:
        return [p]
    if part.joint == "且":
        raise Refused(p, "“或”与“且”写在一起,不知道哪几个要一起", "几种情形各写一句")
    fault = BranchPart("zero", None, match["fault"], whole=True)
    figures = replace(part, labels=(match["figure"], *part.labels[1:]))
    return [
        Placed(fault, p.start, p.start + 1),
        Placed(Joint(1), p.start + 1, p.start + 1),
        Placed(figures, p.start + 2, p.end),
    ]


def figure_gate(
    b: Builder, p: Placed, label: str, mark: Mark, op: Literal["<", ">", "<=", ">="]
) -> Gate:
    """成活率低于85%的,该项不得分: of a figure of its own."""
    return Gate(_figure(b, p, label, mark), mark, op)


def joint_gate(b: Builder, p: Placed, part: BelowPart) -> JointGate:
    """断档率高于5%、成活率低于85%的不得分: any of them, or all (G133)."""
    if not part.whole and not b.terms:
        raise Refused(p, "没有写完成时得几分", "先写完成时得几分,或…的本项不得分")
    if not part.whole and any(not t.bonus and not is_deduction(t) for t in b.terms):
        raise Refused(p, "不知道是整项不得分,还是只有前面这一处不得分", "…的本项不得分")
    either = part.joint == "或"
    if part.joint not in ("或", "且"):
        either = b.reading("G133") == "有一个"
    more = tuple(
        (_figure(b, p, label, mark), mark, op)
        for label, mark, op in zip(part.labels, part.marks, part.ops, strict=True)
    )
    first, mark, op = more[0]
    return JointGate(first, mark, op, more=more, joint=part.joint, either=either)


def _figure(b: Builder, p: Placed, label: str, mark: Mark) -> int:
    if mark.number is None or mark.kind != "own":
        raise Refused(p, "不知道是多少", "低于N的,高于N的")
    label = re.sub("^(?:如|若|凡)", "", label)
    known = [i.label for i in b.inputs if i.unit == mark.unit and i.unit in COUNTS]
    if any(share_characters(label, name) or share_characters(name, label) for name in known):
        raise Refused(p, f"不知道“{label}”是不是前面计数的", "与前面相同的说法,或另外的名称")
    kind, shown = measured(mark.unit, percent=is_rate(label, mark.unit))
    return b.input(p, label, kind, shown, verb="扣")


def is_apart(
    label: str, counted: Sequence[PerUnit | Escalation], alike: Sequence[PerUnit | Escalation]
) -> bool:
    """Whether what is counted in 淹死10株以上的不得分 is nothing that is counted before."""
    words = [f"{t.words.head},{t.words.does},{t.words.thing}" for t in counted]
    return not alike and not any(share_characters(label, said) for said in words)

"""What has to be there, listed with numbers of its own, and a deduction for each that is missing.

块石5立方米、编织袋300条,每缺一项扣1分: how many of the list are missing is reported, and the list
is a remark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from kpixl.patterns import lazily
from kpixl.rules.building import Placed, Refused
from kpixl.rules.count_terms import Counted
from kpixl.rules.parts import (
    AnyMissPart,
    BoundPart,
    BranchPart,
    CountPart,
    FaultPart,
    HeadPart,
    Joint,
    RequirePart,
    StatedPart,
    StepPart,
    TextPart,
)
from kpixl.rules.words.elements import COUNTS

_BESIDE = (
    AnyMissPart,
    BoundPart,
    FaultPart,
    HeadPart,
    Joint,
    RequirePart,
    StatedPart,
    TextPart,
)


def with_listed(placed: Sequence[Placed]) -> list[Placed]:
    """The parts with requirements as remarks, where a deduction counts what is missing of them."""
    required = [p.part for p in placed if isinstance(p.part, RequirePart)]
    _clear_several(placed)
    if not required or not all(part.said for part in required):
        return list(placed)
    misses = [p for p in placed if isinstance(p.part, AnyMissPart) and p.part.lacks]
    if len(misses) == 1 and all(isinstance(p.part, _BESIDE) or _closes(p) for p in placed):
        ahead = all(p.start < misses[0].start for p in placed if isinstance(p.part, RequirePart))
        several = len(required) > 1 or "、" in required[0].said or required[0].mark.unit == "项"
        return _remarked(placed) if ahead and several else list(placed)
    steps = [p for p in placed if isinstance(p.part, StepPart)]
    joined = any(
        isinstance(p.part, RequirePart) and p.end == q.start and q in steps
        for p, q in pairwise(placed)
    )
    if len(required) == len(steps) == 1 and not joined and _lacks(steps[0].part, required[0]):
        return [q for p in _remarked(placed) for q in ([p] if p is not steps[0] else _counted(p))]
    return list(placed)


_THERE_IS = lazily("有[一1](?P<unit>[名个位])")


def _clear_several(placed: Sequence[Placed]) -> None:
    """Refuse 有一名领导,一名专职人员,缺一名扣1分: missing of which of them?"""
    units = {m["unit"] for p in placed if isinstance(p.part, TextPart) for m in _named(p.part.text)}
    for p in placed:
        if isinstance(p.part, StepPart) and p.part.way == "down" and p.part.unit in units:
            raise Refused(p, "不知道少的是前面的哪一种", "每种各写一句,或每缺1名扣N分写在各自后面")


def _named(text: str) -> Iterator[re.Match[str]]:
    return _THERE_IS.finditer(text)


def _closes(p: Placed) -> bool:
    return isinstance(p.part, BranchPart) and p.part.kind == "zero" and p.part.mark is None


def _remarked(placed: Sequence[Placed]) -> list[Placed]:
    return [
        replace(p, part=TextPart(p.part.said, whole=True)) if isinstance(p.part, RequirePart) else p
        for p in placed
    ]


# 审核票据,每缺一次扣1分, behind 民主理财小组集中四次: what is done each time
_NAMED = lazily(r"[^,]*(?:次数|人数|数量|率)$")


def _lacks(part: object, required: RequirePart) -> bool:
    """Whether a step counts the times that are missing of what is required so often."""
    if not isinstance(part, StepPart) or not part.missing or part.mark is not None:
        return False
    plain = part.amount.number is not None and not part.amount.share and not part.each
    counted = part.unit == required.mark.unit and part.unit in COUNTS and not part.prop
    other = part.label and part.label not in required.label and required.label not in part.label
    return bool(plain and counted and other) and _NAMED.fullmatch(part.label) is None


def _counted(p: Placed) -> list[Placed]:
    step = p.part
    assert isinstance(step, StepPart) and step.amount.number is not None
    words = Counted("", "缺" + step.lead, step.unit, step.thing)
    return [
        Placed(TextPart(step.head, whole=True), p.start, p.start),
        Placed(Joint(0), p.start, p.start),
        Placed(CountPart(words, step.per, "扣", step.amount.number), p.start, p.end),
    ]

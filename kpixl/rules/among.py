"""Some of what is counted before, which costs something else: 每项扣0.5分,其中未填写的扣2分."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from kpixl.rules.building import Placed, Refused
from kpixl.rules.count_terms import Counted
from kpixl.rules.parts import (
    BoundPart,
    CountPart,
    FaultPart,
    GivePart,
    Joint,
    Part,
    StatedPart,
    TextPart,
)
from kpixl.rules.segment import Segment, points_of

_AMONG = "其中"


def among(s: Segment) -> Part:
    """不符合要求的,每项扣0.5分,其中未填写的扣2分

    前面按件扣分的里面,这样的每件按这里的分扣,不再按前面的扣。
    """
    token = s.get("SUB")
    label = _AMONG + s.label(1, s.tokens.index(token))
    return FaultPart(label, points_of(s, token), "扣", more=s.says_more(token))


def without_among(placed: Sequence[Placed]) -> list[Placed]:
    """其中有一项不达标扣3分 with nothing counted before it: of what the item asks, or gives points, for."""
    counts = [p.part for p in placed if isinstance(p.part, CountPart)]
    scores = [p for p in placed if not isinstance(p.part, (Joint, TextPart, BoundPart, StatedPart))]
    gives = [p for p in scores if isinstance(p.part, GivePart) and p.part.mark is None]
    if len(counts) != 1 or len(scores) - len(gives) != 1 or len(gives) > 1 or not counts[0].among:
        return list(placed)
    only = counts[0]
    if only.verb != "扣" or only.words.unit != "项":
        return list(placed)
    words = replace(only.words, head=only.words.head.removeprefix(_AMONG))
    plain = replace(only, words=words, among=False)
    return [Placed(plain, p.start, p.end) if p.part is only else p for p in placed]


def with_among(placed: Sequence[Placed]) -> list[Placed]:
    """其中…的扣N分 as a count of the same kind as the one right before it."""
    found: list[Placed] = []
    for p in placed:
        part = p.part
        if isinstance(part, FaultPart) and part.label.startswith(_AMONG):
            ahead = [q.part for q in found if not isinstance(q.part, (Joint, TextPart))]
            whole = ahead[-1] if ahead else None
            counted = isinstance(whole, CountPart) and whole.verb == "扣" and whole.per == 1
            if not counted or part.amount.number is None or part.amount.share:
                raise Refused(p, "不知道是前面哪些里面的", "每项扣N分,其中…的每项扣M分")
            assert isinstance(whole, CountPart)
            words = Counted(part.label, "", whole.words.unit, "")
            amount = part.amount.number
            one = CountPart(words, Decimal(1), "扣", amount, among=True, more=part.more)
            found.append(Placed(one, p.start, p.end))
        else:
            found.append(p)
    return found

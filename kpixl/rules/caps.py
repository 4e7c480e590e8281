"""What a cap holds: what stands in its sentence in front of it, or all of its kind that there is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kpixl.patterns import lazily
from kpixl.rules.building import Placed, Refused, of_kind
from kpixl.rules.conditions import moves
from kpixl.rules.parts import (
    AllPart,
    BoundPart,
    CountPart,
    GivePart,
    Joint,
    JudgedPart,
    Part,
    PlacesPart,
    StepPart,
    TextPart,
)
from kpixl.rules.sentences import sentence


def with_cumulative(placed: Sequence[Placed], readings: Mapping[str, str]) -> list[Placed]:
    """迟报每次扣1分;漏报每次扣2分,累计最多扣5分: of what is counted in its sentence, or of all (G141)."""
    found: list[Placed] = []
    for at, p in enumerate(placed):
        part = p.part
        if isinstance(part, BoundPart) and _cumulates(placed, at, part):
            if readings.get("G141", "这一处") == "这一处":
                part = replace(part, over_all=False)
            found += [replace(p, part=part), Placed(TextPart("", note="G141"), p.end, p.end)]
        else:
            found.append(p)
    return found


def _cumulates(placed: Sequence[Placed], at: int, cap: BoundPart) -> bool:
    """Whether a cap adds up what is counted once in its sentence, and others say as much elsewhere."""
    if not cap.over_all or _CUMULATIVE.match(cap.said) is None:
        return False
    start, end = sentence(placed, at)
    ahead = [q.part for q in placed[start:at] if not isinstance(q.part, (Joint, TextPart))]
    if len(ahead) != 1 or not isinstance(ahead[0], CountPart):
        return False
    verbs = {"deduction": "扣", "bonus": "加", "item": "得加", "any": "扣得加"}.get(cap.kind, "")
    others = (*placed[:start], *placed[end:])
    return ahead[0].verb in verbs and any(moves(q.part, v) for q in others for v in verbs)


_CUMULATIVE = lazily("累计")


def with_caps(placed: Sequence[Placed]) -> list[Placed]:
    """甲未完成扣2分;乙每次扣1分,最多扣5分: a cap is that of its sentence up to it, 合计 says otherwise.

    Where no other sentence has anything of its kind it is that of the whole clause.
    """
    stops = [q.kind for _, q in of_kind(placed, BoundPart) if _to_the_end(q)]
    placed = [
        replace(p, part=replace(p.part, over_all=False))
        if isinstance(p.part, BoundPart) and _to_the_end(p.part) and stops.count(p.part.kind) > 1
        else p
        for p in placed
    ]
    found = list(placed)
    own_kinds = [q.kind for _, q in of_kind(placed, BoundPart) if not q.over_all]
    for cap in [p for p in placed if isinstance(p.part, BoundPart)]:
        part = cap.part
        assert isinstance(part, BoundPart)
        if part.kind not in ("deduction", "bonus", "item", "any") or part.over_all:
            continue
        at = found.index(cap)
        start, end = sentence(found, at)
        if part.kind in ("item", "any"):
            told = [q.part for q in found[start:at] if not isinstance(q.part, Joint)]
            if told and isinstance(told[-1], JudgedPart) and told[-1].said == "否则":
                raise Refused(cap, "不知道限制的是酌情的得分,还是本项的得分", "另起一句")
            _cap_counted(found, cap, start, end)
            continue
        verb = "扣" if part.kind == "deduction" else "加"
        end = at + 1  # 每次加1分,最多加3分,每件加0.5分: what stands behind it is not held by it
        caps = [n for n, q in enumerate(found[:at]) if _caps(q.part, part.kind)]
        start = max([start, *(n + 1 for n in caps)])
        own = [p for p in found[start:end] if moves(p.part, verb)]
        others = [p for p in (*found[:start], *found[end:]) if moves(p.part, verb)]
        several = own_kinds.count(part.kind) > 1
        if not own or (not others and not several):
            continue
        ahead = [q for q in found[start:at] if not isinstance(q.part, Joint)]
        owner = ahead[-1] if ahead else None
        alone = len(own) == 1  # each with its own, one behind the other
        if (
            owner is None
            or not alone
            or not isinstance(owner.part, (CountPart, StepPart))
            or not moves(owner.part, verb)
            or (isinstance(owner.part, StepPart) and (owner.part.way == "both" or owner.part.prop))
            or part.amount is None
            or part.amount.number is None
            or part.amount.share
        ):
            raise Refused(cap, "不知道限制的是哪一处", f"合计最多{verb}N分,或另起一项")
        kept = replace(owner.part, most=part.amount.number)
        found[found.index(owner)] = Placed(kept, owner.start, cap.end)
        found.remove(cap)
    return found


def _caps(part: Part, kind: str) -> bool:
    """Whether a part bounds the same, as it says or because it is counted by itself."""
    if isinstance(part, BoundPart):
        return part.kind == kind
    counted = isinstance(part, (CountPart, StepPart)) and part.most is not None
    return counted and moves(part, "扣" if kind == "deduction" else "加")


def _to_the_end(cap: BoundPart) -> bool:
    """扣满4分为止: of its sentence where another sentence has one too."""
    own = cap.kind == "deduction" and cap.amount is not None
    return own and re.match(r"(?:直至)?扣[完满足][0-9.]+分(?:为)?(?:止|限)$", cap.said) is not None


def _cap_counted(found: list[Placed], cap: Placed, start: int, end: int) -> None:
    """制度健全得2分;信息每条得1分,最高得3分: the cap is that of what is counted in front of it."""
    part = cap.part
    assert isinstance(part, BoundPart)
    own = [p for p in found[start:end] if moves(p.part, "得") or moves(p.part, "加")]
    others = [
        p
        for p in (*found[:start], *found[end:])
        if moves(p.part, "得") or moves(p.part, "加") or isinstance(p.part, (AllPart, PlacesPart))
    ]
    amount = part.amount.number if part.amount is not None else None
    ahead = [p for p in found[start : found.index(cap)] if not isinstance(p.part, Joint)]
    once = all(isinstance(p.part, GivePart) and p.part.task is None for p in own[:-1])
    # 开展活动2分,每报送1篇得0.5分,最高得6分: only what is counted can come to more
    beside = bool(others) or len(own) > 1
    if own and ahead and own[-1] is ahead[-1] and once and beside and amount is not None:
        owner = own[-1]
        if (
            isinstance(owner.part, CountPart)
            and (owner.part.verb == "得" or any(moves(p.part, "加") for p in others))
            and owner.start < cap.start
        ):
            kept = replace(owner.part, most=amount)
            found[found.index(owner)] = Placed(kept, owner.start, cap.end)
            found.remove(cap)

"""What an item gives at least, and how far its clause rounds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kpixl.patterns import lazily
from kpixl.rules.amounts import Amount
from kpixl.rules.building import Builder, Placed, Refused
from kpixl.rules.count_terms import PerUnit
from kpixl.rules.formula_terms import Formula, Ladder
from kpixl.rules.model import Term
from kpixl.rules.parts import (
    BoundPart,
    BranchPart,
    CountPart,
    FaultPart,
    GivePart,
    LevelsPart,
    Part,
    StepPart,
)
from kpixl.rules.terms import Base, Gate, Overshoot, Shortfall, Threshold
from kpixl.rules.whole_terms import Start


def decimals_of(b: Builder, limits: Sequence[Placed]) -> int | None:
    """How many decimals the clause itself leaves the item, None where it says nothing."""
    said = [p.part for p in limits if isinstance(p.part, BoundPart) and p.part.kind == "decimals"]
    if not said or said[0].amount is None or said[0].amount.number is None:
        return None
    if not _OF_THE_SCORE.match(said[0].said):
        b.reading("G151")
    return int(said[0].amount.number)


_OF_THE_SCORE = lazily("(?:本项|该项|此项|最终|最后|考核|计算)*(?:得分|计分|分数|分值)")


def clear_rounding(limits: Sequence[Placed], scoring: Sequence[Placed]) -> None:
    """Refuse 按比例得分(保留一位小数),每超1%加0.5分: of the one, or of both."""
    for p in limits:
        part = p.part
        behind = [q for q in scoring if q.start > p.start and not _closes(q.part)]
        if isinstance(part, BoundPart) and part.kind == "decimals" and behind:
            wanted = "写在最后:得分四舍五入保留N位小数"
            raise Refused(p, "后面还有计分,不知道四舍五入的是哪一处", wanted)


def clear_reached(limits: Sequence[Placed], scoring: Sequence[Placed]) -> None:
    """Refuse 每篇得0.5分,加至5分为止;被采用的每篇加1分: how far the one goes, or both."""
    for p in limits:
        part = p.part
        if not (isinstance(part, BoundPart) and part.kind == "any" and _REACHED.match(part.said)):
            continue
        behind = [q for q in scoring if q.start > p.start]
        if any(map(_gives_more, behind)):
            raise Refused(p, "后面还有得分、加分,不知道限制的是哪一处", "最多加N分,或合计最高得N分")


def _gives_more(p: Placed) -> bool:
    match p.part:
        case StepPart(way=way, falls=falls):
            return way == "both" or (way == "up") != falls
        case CountPart(verb=verb) | GivePart(verb=verb) | FaultPart(verb=verb):
            return verb != "扣"
        case LevelsPart(verb=verb):
            return verb != "扣"
    return False


_REACHED = lazily("(?:累计|合计)?(?:得分|分数|分值)?(?:[加计得]至|满|达|超过|超出|高于)")


def _closes(part: Part) -> bool:
    return isinstance(part, BranchPart) and part.kind == "zero"


def with_least(b: Builder, limits: Sequence[Placed]) -> list[Placed]:
    """The bounds with 扣至5分为止 as what is left, or as what is taken (G152)."""
    return [_left(b, p) if _is_least(p) else p for p in limits]


def _is_least(p: Placed) -> bool:
    return isinstance(p.part, BoundPart) and p.part.kind == "least"


def _left(b: Builder, p: Placed) -> Placed:
    part = p.part
    assert isinstance(part, BoundPart)
    if not _DOWN_TO.match(part.said):
        _clear_least(b, p)
        return p
    if not any(
        isinstance(t, Shortfall) or (isinstance(t, PerUnit) and t.verb == "扣") for t in b.terms
    ):
        raise Refused(p, "限制扣分,但没有扣分", "先写扣分")
    if b.reading("G152") == "扣掉":
        return replace(p, part=replace(part, kind="deduction"))
    _clear_least(b, p)
    return p


_DOWN_TO = lazily("(?:直至|直到|最多|最低)?[扣减]分?[至到]")


def _clear_least(b: Builder, p: Placed) -> None:
    """Refuse 达到90%得10分,最低得5分: what is beside the points that are lost as a whole.

    Only what falls by and by has a least; an addition for something else may come on top of it.
    """
    for term in b.terms:
        if isinstance(term, Threshold) and (term.below == "zero" or term.verb != "得"):
            raise Refused(p, "不知道没有达到标准的是得这些分,还是不得分", "未达到的得N分")
    if not all(map(_by_and_by, b.terms)):
        raise Refused(p, "不知道最低得分管到哪几处", "只有一种扣分时才写最低得N分")
    falls = [t for t in b.terms if not isinstance(t, (Base, Gate, Start, Overshoot))]
    figures = {getattr(t, "input", None) for t in b.terms if isinstance(t, Overshoot)}
    if not falls or figures - {getattr(t, "input", None) for t in falls}:
        raise Refused(p, "不知道最低得分是加分之前的,还是之后的", "只有一种扣分时才写最低得N分")


def _by_and_by(term: Term) -> bool:
    falls = isinstance(term, PerUnit) and term.verb == "扣"
    kinds = (Threshold, Shortfall, Overshoot, Base, Start, Formula, Ladder, Gate)
    return falls or isinstance(term, kinds)


def clear_span(limits: Sequence[Placed], most: Amount | None, least: Amount | None) -> None:
    """Refuse 最高得5分,最低得8分."""
    if most is None or least is None or most.share != least.share or most.number is None:
        return
    if least.number is not None and least.number >= most.number:
        raise Refused(limits[-1], "最低得分不比最高得分低", "最低得分低于最高得分")

"""Clauses that give points in proportion between two marks of one figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal, cast

from kpixl.rules.amounts import Amount, Mark
from kpixl.rules.building import Builder, Placed, Refused
from kpixl.rules.figure_clause import NAMELESS, as_branch, figures, measured
from kpixl.rules.parts import BranchPart, GivePart, Part, RampPart, TierPart
from kpixl.rules.printing import number
from kpixl.rules.ramp_terms import Ramp
from kpixl.rules.tiers import as_interval, label_of
from kpixl.rules.vocabulary import is_percent
from kpixl.rules.words.elements import PERCENT


def is_ramp(scoring: Sequence[Placed]) -> bool:
    """Whether a clause gives points in proportion within an interval."""
    return any(isinstance(p.part, RampPart) for p in scoring)


def with_open_ramps(placed: Sequence[Placed]) -> list[Placed]:
    """完成率80%以上按完成率计分: up to 100%; of a task, in proportion to it and nothing below."""
    ramp = next((p for p in placed if _is_open(p.part)), None)
    if ramp is None:
        return list(placed)
    assert isinstance(ramp.part, RampPart)
    tier = ramp.part.tier
    others = [q.part for q in placed if q is not ramp]
    names = [tier.label, *(figures(part) for part in others)]
    label = next((name for name in names if name), "")
    if any(map(_is_open, others)):
        raise Refused(ramp, "按比例写了两次", "一个数据只写一次按比例")
    if is_percent(label) or (label.endswith("度") and not ramp.part.tasked):
        parts = _up_to_the_whole(ramp, others)
        again: list[Placed] = []
    else:
        again = [q for q in placed if _nothing_below(q, tier) is not None]
        parts = _of_the_task(ramp, others, again)
    return [q for p in placed if p not in again for q in (parts if p is ramp else [p])]


def _is_open(part: Part) -> bool:
    return isinstance(part, RampPart) and part.tier.high is None


def _nothing_below(p: Placed, ramp: TierPart) -> bool | None:
    """低于80%不得分 beside 80%以上的按比例得分: whether 80% itself is said to give nothing."""
    if isinstance(p.part, TierPart) and p.part.low is not None:
        return None
    match as_branch(p).part:
        case BranchPart("zero", Mark(number_, "%", "own"), _, label, None, "<" | "<="):
            if number_ == ramp.low and label in ("", ramp.label):
                return isinstance(p.part, TierPart) and p.part.high_in is True
    return None


def _of_the_task(p: Placed, others: Sequence[Part], again: Sequence[Placed]) -> list[Placed]:
    """In proportion to the target, and nothing below so much of it."""
    assert isinstance(p.part, RampPart)
    tier = p.part.tier
    assert tier.low is not None
    out = any(_nothing_below(q, tier) for q in again)
    if out or tier.low_in is False:
        raise Refused(p, "正好等于这个数的不知道如何计", "N%以上按比例得分,低于N%不得分")
    below = BranchPart("zero", Mark(tier.low, "%", "of"), f"低于目标{number(tier.low)}%")
    tasks = [q for q in others if isinstance(q, GivePart) and q.verb == "得"]
    if tasks:
        if tier.label and not any(figures(q).endswith(tier.label) for q in tasks):
            raise Refused(
                p, f"不知道“{tier.label}”与前面的是不是同一个数据", "完成N%以上的按比例得分"
            )
        lead: Part = BranchPart("prop", None, "未完成")
    else:
        name = tier.label or NAMELESS[0]
        lead = GivePart(name, Amount(None), name, Mark(), prop=True)
    return [Placed(lead, p.start, p.end - 1), Placed(below, p.end - 1, p.end)]


def _up_to_the_whole(p: Placed, others: Sequence[Part]) -> list[Placed]:
    """The proportion up to where all points are given, which is 100% unless a part says it."""
    assert isinstance(p.part, RampPart)
    tier = p.part.tier
    tops = [
        part
        for part in others
        if (isinstance(part, GivePart) and part.verb == "得")
        or (isinstance(part, TierPart) and part.high is None and part.low is not None)
    ]
    full = Decimal(100)
    if tier.low is None or tier.low >= full:
        raise Refused(p, "100%以上的如何按比例,没有写", "N%以上得M分")
    for part in tops:
        said = part.low if isinstance(part, TierPart) else part.mark.number if part.mark else None
        full = said if said is not None else full
    ramp = replace(p.part, tier=replace(tier, high=full))
    found = [replace(p, part=ramp)]
    if not tops:
        top = replace(tier, low=full, low_in=True, amount=Amount(None))
        found = [Placed(top, p.start, p.start + 1), Placed(ramp, p.start + 1, p.end)]
    ends = (BranchPart, TierPart)
    if not any(isinstance(part, ends) and part not in tops for part in others):
        none = replace(tier, low=None, low_in=None, high=tier.low, amount=Amount(Decimal(0)))
        none = replace(none, high_in=tier.low_in is False)
        found.append(Placed(none, p.end, p.end))
    return found


def read_ramp(b: Builder, scoring: Sequence[Placed]) -> None:
    """All points from the upper mark on, in proportion down to the lower one, then nothing."""
    ramps = [p for p in scoring if isinstance(p.part, RampPart)]
    rest = [p for p in scoring if p not in ramps and not _announces(p, scoring[0])]
    at, part = ramps[0], ramps[0].part
    assert isinstance(part, RampPart)
    if len(ramps) > 1:
        raise Refused(ramps[1], "前面已经写过一次按比例", "一个数据只写一次按比例")
    low, high, unit = part.tier.low, part.tier.high, part.tier.unit
    assert low is not None and high is not None
    tiers = [(p, as_interval(p, unit)) for p in rest]
    tops = [(p, t) for p, t in tiers if t.high is None and t.low is not None]
    ends = [(p, t) for p, t in tiers if t.low is None and t.high is not None]
    for p, tier in tiers:
        if (p, tier) not in (*tops[:1], *ends[:1]):
            raise Refused(p, "不能与一段按比例的得分写在一起", "N以上得几分,M以下不得分")
        if tier.thing:
            raise Refused(p, f"不知道“{tier.thing}”是哪些", "把它写在数字前面")
        if tier.unit not in (unit, ""):
            raise Refused(p, f"单位“{tier.unit}”与按比例那一段的“{unit}”不同", unit)
    if not tops:
        raise Refused(at, f"没有写{high.normalize():f}{unit}以上得几分", "N以上得几分")
    if not ends:
        raise Refused(at, f"没有写{low.normalize():f}{unit}以下如何计", "M以下不得分")
    (top_at, top), (end_at, end) = tops[0], ends[0]
    if top.low != high or top.low_in is False:
        raise Refused(top_at, "与按比例那一段之间有空档或重叠", "首尾相接的区间")
    if end.high != low:
        raise Refused(end_at, "与按比例那一段之间有空档或重叠", "首尾相接的区间")
    if not end.nothing:
        raise Refused(end_at, "按比例那一段以下另有得分,不知道从多少分按比例", "M以下不得分")
    if top.verb not in ("得", None) or top.amount.number == 0 or low < 0:
        raise Refused(top_at, "不知道按多少分的比例", "N以上得几分")
    held = _held(b, end_at, part.tier, end)
    said = (part.tier.low_in, end.high_in) != (None, None)
    percent = unit in PERCENT
    told = percent and part.by_rate and high == 100
    usual = "完成率" if percent and part.by_rate else "占上档"
    way = usual if told else b.reading("G70", usual)
    if way == "完成率" and (not percent or high == 100):
        way = "占上档"  # the same, or no rate at all
    kind, shown = measured(unit, percent=percent)
    i = b.input(scoring[0], label_of([*tiers, (at, part.tier)]), kind, shown)
    known = cast(Literal["占上档", "完成率", "插值"], way)
    b.terms.append(Ramp(i, unit, low, high, top.amount, held, known, part.by_rate, said))


def _announces(p: Placed, first: Placed) -> bool:
    """以完成率计分, in front: what follows says how."""
    part = p.part
    if p is not first or not isinstance(part, GivePart) or not part.prop:
        return False
    return part.label in NAMELESS and part.mark == Mark()


def _held(b: Builder, at: Placed, ramp: TierPart, end: TierPart) -> bool:
    """Whether the lower end is of the proportion, or gives nothing."""
    if ramp.low_in is not None and end.high_in is not None and ramp.low_in == end.high_in:
        raise Refused(at, "两档相接处的数两档都有,或都没有", "只属于一档")
    if ramp.low_in is not None:
        return ramp.low_in
    if end.high_in is not None:
        return not end.high_in
    return b.reading("G22") == "上档"

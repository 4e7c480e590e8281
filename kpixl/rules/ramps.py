"""Clauses that give points in proportion between two marks of one figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

from kpixl.rules.building import Builder, Placed, Refused
from kpixl.rules.numeric import NAMELESS, PERCENT, measured
from kpixl.rules.parts import GivePart, RampPart, TierPart
from kpixl.rules.ramp_terms import Ramp
from kpixl.rules.terms import Mark
from kpixl.rules.tiers import as_interval, label_of


def is_ramp(scoring: Sequence[Placed]) -> bool:
    """Whether a clause gives points in proportion within an interval."""
    return any(isinstance(p.part, RampPart) for p in scoring)


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
    if end.amount.number != 0:
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

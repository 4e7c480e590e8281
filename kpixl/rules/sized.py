"""Things counted that a size describes: 产值1亿元以上企业,每增加1家加2分."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from kpixl.patterns import lazily
from kpixl.rules.amounts import Mark
from kpixl.rules.building import Placed
from kpixl.rules.count_terms import Counted
from kpixl.rules.parts import (
    CountPart,
    GivePart,
    Joint,
    JudgedEachPart,
    Part,
    RequirePart,
    StepPart,
    TextPart,
    TierPart,
)
from kpixl.rules.printing import number
from kpixl.rules.words.elements import COUNTS, PERCENT

_NAMED_SIZE = lazily(r"(?P<of>.*[^,0-9.])[0-9][^,]*以[上下内](?P<thing>[^,]*)")
_BARE_SIZE = lazily(r"[0-9][^,]*以[上下内]")


def with_sizes(placed: Sequence[Placed]) -> list[Placed]:
    """规模50户以上每个加3分,100户以上每个加5分: of which size is said once, for all that follow."""
    found: list[Placed] = []
    of = thing = ""
    for p in placed:
        if isinstance(p.part, (CountPart, JudgedEachPart)):
            head = p.part.words.head
            named = _NAMED_SIZE.fullmatch(head)
            if named is None and of and _BARE_SIZE.fullmatch(head):
                words = replace(p.part.words, head=of + head + thing)
                p = replace(p, part=replace(p.part, words=words))
            else:
                of, thing = (named["of"], named["thing"]) if named else ("", "")
        elif isinstance(p.part, Joint) and p.part.stop == 2:
            of = ""
        found.append(p)
    return found


_ONE_BY_ONE = lazily("单(?P<unit>起|次|件|个|宗|例|笔|家|户|项)")


def with_sized(placed: Sequence[Placed]) -> list[Placed]:
    """产值1亿元以上企业,每增加1家加2分: the size is whose number is counted, and no mark of it.

    So is 单起面积30亩以上的扣10分, of each of which it is said.
    """
    falls = any(
        isinstance(p.part, StepPart) and p.part.way == "down" and not p.part.label for p in placed
    )
    if falls:  # 每减少1个扣1分: of the number of them, which is no other count
        return list(placed)
    found: list[Placed] = []
    for p in placed:
        if (each := _each(p.part)) is not None:
            found.append(replace(p, part=each))
            continue
        ahead = found[-1] if found and found[-1].end == p.start else None
        counted = _sized(ahead.part, p.part) if ahead is not None else None
        if counted is None or ahead is None:
            found.append(p)
        else:
            found[-1] = Placed(counted, ahead.start, p.end)
    return found


def _each(part: Part) -> CountPart | None:
    """单项投资1亿元以上的加2分: each of them adds."""
    match part:
        case GivePart(label, amount, _, Mark(Decimal() as size, unit, "own"), "", verb="加") if (
            unit not in (*COUNTS, *PERCENT) and amount.number and not amount.share
        ):
            one = _ONE_BY_ONE.match(label)
            if one is None:
                return None
            words = Counted(f"{label}{number(size)}{unit}以上", "", one["unit"], "")
            return CountPart(words, Decimal(1), "加", amount.number)
        case _:
            return None


def _sized(ahead: Part, part: Part) -> CountPart | None:
    match ahead, part:
        case (
            RequirePart(name, Mark(Decimal() as size, unit, "own"), False, "", None, False),
            StepPart(way="up", mark=None, falls=False, prior=False, prop=False) as step,
        ) if (
            step.label and not step.lead and step.unit in COUNTS and unit not in (*COUNTS, *PERCENT)
        ):
            if (
                step.amount.share
                or step.amount.number is None
                or step.head.lstrip("的") != step.label
            ):
                return None
            head = f"{name}{number(size)}{unit}以上{step.head}"
            words = Counted(head, "新增", step.unit, step.thing)
            return CountPart(words, step.per, step.verb, step.amount.number)
        case TextPart(text), TierPart(
            "", unit, Decimal() as low, None, None, _, amount, verb, ""
        ) if verb in ("扣", "加") and amount.number and not amount.share:
            one = _ONE_BY_ONE.match(text)
            if one is None:
                return None
            words = Counted(f"{text}{number(low)}{unit}以上", "", one["unit"], "")
            return CountPart(words, Decimal(1), verb, amount.number)
        case _:
            return None

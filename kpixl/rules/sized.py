"""Things counted that a size describes: 产值1亿元以上企业,每增加1家加2分."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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

_MONEY = r"[0-9]*(?:\.[0-9]+)?[\u4e00-\u9fff]{0,2}[元亩户人吨家台]"
_END = r"(?:\((?:不)?含[^()]*\))?"
# 5000万元以上, 1亿元(含)以上5亿元以下, 1000万元-5000万元
_SIZE = (
    rf"(?:(?:[0-9][^,]*?|[百千]万元|[十百千]?亿元){_END}以[上下内]{_END}"
    rf"|[0-9][^,]*?{_END}(?:-|—|~|至|到|不足){_MONEY}{_END})"
)
_SIZED = lazily(rf"(?P<of>[^,0-9]*?)(?P<size>{_SIZE})(?P<thing>的?[^,0-9]*)")


@dataclass(frozen=True, slots=True)
class _Size:
    """What is said of the size of counted things, and what it is said of."""

    of: str
    thing: str


def with_sizes(placed: Sequence[Placed]) -> list[Placed]:
    """规模50户以上每个加3分,100户以上每个加5分: of which size is said once, for all that follow.

    So is 每引进1个投资1亿元以上项目加5分,5000万元以上加3分.
    """
    found: list[Placed] = []
    said: tuple[CountPart | JudgedEachPart, _Size] | None = None
    for p in placed:
        part = p.part
        if isinstance(part, Joint):
            said = None if part.stop == 2 else said
        elif said is not None and (again := _again(part, *said)) is not None:
            p = replace(p, part=again)
        if isinstance(p.part, (CountPart, JudgedEachPart)):
            own = _SIZED.fullmatch(_named(p.part.words))
            said = (p.part, _Size(own["of"], own["thing"])) if own else None
        found.append(p)
    return found


def _named(words: Counted) -> str:
    """The words that hold the size: in front of 每, or behind it."""
    return words.thing if words.thing and not words.head else words.head


def _again(
    part: Part, first: CountPart | JudgedEachPart, size: _Size
) -> CountPart | JudgedEachPart | None:
    """A count, or what looks like a step of a ladder, of another size of the same things."""
    match part:
        case CountPart(words) | JudgedEachPart(words):
            own = _SIZED.fullmatch(words.head)
            if own is None or own["of"] or words.thing:
                return None
            if own["thing"].strip("的") not in ("", size.thing.strip("的")):
                return None
            return replace(part, words=replace(words, head=size.of + own["size"] + size.thing))
        case TierPart("", unit, Decimal() as low, inside, None, None, amount, verb, "") if (
            isinstance(first, CountPart)
            and verb == first.verb
            and amount.number is not None
            and not (amount.share or first.share or unit in (*COUNTS, *PERCENT))
        ):
            end = "" if inside is None else "(含)" if inside else "(不含)"
            name = f"{size.of}{number(low)}{unit}{end}以上{size.thing}"
            words = first.words
            behind = bool(words.thing) and not words.head
            words = replace(words, thing=name) if behind else replace(words, head=name)
            return replace(first, words=words, amount=amount.number)
        case _:
            return None


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

"""What has to be done in each period and was not: a deduction for each of them, or one (G150)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from kpixl.patterns import lazily
from kpixl.rules.building import Placed, Refused
from kpixl.rules.count_terms import Counted, in_period
from kpixl.rules.parts import (
    CountPart,
    FaultPart,
    GivePart,
    Joint,
    Part,
    RequirePart,
    StepPart,
    TextPart,
)
from kpixl.rules.prose import often_missed
from kpixl.rules.segment import A_YEAR

# 未开展的, of what is to be done 每月
_UNDONE = lazily(
    r"(?:而)?(?:未|没有|没)(?:能|及时|按时|按期|按规定|按要求|认真)?(?P<done>[\u4e00-\u9fff]{2,4}?)的?"
)


def with_periods(placed: Sequence[Placed]) -> list[Placed]:
    """每季度未召开会议的,扣2分: so many quarters in which there was none.

    What stands behind a comma may be of each quarter too, and is refused unless it names its
    own time; 15日前仍未报的 goes on in the month.
    """
    found: list[Placed] = []
    period: Counted | None = None  # that of the sentence
    for p in placed:
        part = p.part
        if isinstance(part, Joint) and part.stop:
            period = None
        if isinstance(part, FaultPart) and part.verb == "扣":
            label = part.label
            if period is not None and _DAY.match(label):
                label = period.period + label
            words = in_period(label)
            if period is not None and words is None and _OWN_TIME.search(label) is None:
                said = f"每{period.unit}"
                raise Refused(p, f"不知道是{said}的,还是另外的", f"{said}…的扣N分,或另起一句")
            period = words or period
            p = _in_period(p, part, words)
        found.append(p)
    return found


_DAY = lazily(r"[0-9]{1,2}[日号](?:之?前|以前|(?:之|以)?后)")
_OWN_TIME = lazily("全年|年度|年终|年底|年初|半年|季度|月|周|日|[0-9]年")


def _in_period(p: Placed, part: FaultPart, words: Counted | None) -> Placed:
    if words is None or part.amount.share or part.amount.number is None:
        return p
    return replace(p, part=CountPart(words, Decimal(1), "扣", part.amount.number))


def with_repeated(placed: Sequence[Placed]) -> list[Placed]:
    """每月开展1次检查,未开展的扣2分: each time that it was not done, unless a reading says once.

    What is required so often is a remark then; how often in a year nobody has to say.
    """
    required = [p for p in placed if isinstance(p.part, RequirePart)]
    others = any(isinstance(p.part, (GivePart, StepPart)) for p in placed)
    found = list(placed)
    if len(required) == 1 and not others:
        part = required[0].part
        assert isinstance(part, RequirePart)
        behind = placed[placed.index(required[0]) + 1 :]
        first = next((p.part for p in behind if not _is_pause(p.part)), None)
        if _once_in_each(part) and first is not None and _speaks_of(first, part):
            told = TextPart(part.said, whole=True)
            found[found.index(required[0])] = replace(required[0], part=told)
    texts = [p.part for p in found if isinstance(p.part, TextPart)]
    return [_again(p, texts) for p in found]


def _is_pause(part: Part) -> bool:
    return isinstance(part, Joint) and part.stop < 2


def _once_in_each(part: RequirePart) -> bool:
    """每季度上报1篇, not 2篇: of which a quarter may lack one, or both."""
    number = part.mark.number
    one = number is not None and number == A_YEAR.get(part.period, 1)
    return one and _EACH.search(part.said) is not None


_EACH = lazily("每(?:半年|学期|季度?|个?月|周|[天日])")


def _speaks_of(part: Part, required: RequirePart) -> bool:
    """Whether a deduction is for not doing what is required."""
    if not isinstance(part, FaultPart):
        return False
    undone = _UNDONE.fullmatch(part.label)
    return undone is not None and undone["done"] in required.said


def _again(p: Placed, texts: Sequence[TextPart]) -> Placed:
    part = p.part
    if not (isinstance(part, FaultPart) and part.verb == "扣") or part.amount.number is None:
        return p
    if part.amount.share or not often_missed(part.label, texts):
        return p
    if any(_SEVERAL.search(text.text) for text in texts):
        raise Refused(p, "每期要做几次,不知道是少一次扣一次,还是一期扣一次", "每少1次扣N分")
    words = Counted(part.label, "", "次", "", missed=True)
    return replace(p, part=CountPart(words, Decimal(1), "扣", part.amount.number))


_SEVERAL = lazily(
    rf"{_EACH.pattern}[^,;]*?(?:[2-9]|[1-9][0-9]|[两二三四五六七八九十])(?:次|篇|条|场|期|件|份)"
)

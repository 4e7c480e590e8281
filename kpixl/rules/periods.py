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
    Joint,
    TextPart,
)
from kpixl.rules.prose import often_missed


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
    """每天清扫,做好记录。未清扫的扣1分: each time that it was not done, unless a reading says once."""
    texts = [p.part for p in placed if isinstance(p.part, TextPart)]
    return [_again(p, texts) for p in placed]


_EACH = lazily("每(?:半年|学期|季度?|个?月|周|[天日])")


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

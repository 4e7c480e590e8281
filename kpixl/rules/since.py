"""Steps whose start stands in front of them: 对比上年度,编制数每增加1名加0.5分."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kpixl.patterns import lazily
from kpixl.rules.building import Placed, Refused
from kpixl.rules.parts import Joint, StepPart, TextPart

_SINCE = lazily(
    r"(?:与|同|和|较|相比)?(?:对比|比)?(?:上年度?|去年)(?:同期)?(?:相比|比较|对比|相比较)?"
)


def with_since(placed: Sequence[Placed]) -> list[Placed]:
    """对比上年度,编制数每增加1名加0.5分: the words in front say from what the steps are counted."""
    for at, p in enumerate(placed):
        if not (isinstance(p.part, TextPart) and _SINCE.fullmatch(p.part.text)):
            continue
        behind = [n for n in range(at + 1, len(placed)) if not isinstance(placed[n].part, Joint)]
        step = placed[behind[0]].part if behind else None
        if not isinstance(step, StepPart) or step.prior:
            continue
        if step.mark is not None or step.head != step.label:
            raise Refused(placed[behind[0]], "不知道是比上年,还是比所写的数", "…比上年每增加1个…")
        told = replace(step, prior=True, head=f"{step.label}对比上年")
        return [
            *placed[:at],
            replace(placed[behind[0]], part=told),
            *with_since(placed[behind[0] + 1 :]),
        ]
    return list(placed)

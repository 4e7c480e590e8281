"""Whether all that a clause says of one figure goes the same way.

合格率60%以上得5分,每超过1个百分点扣1分 says both that more is better and that less is: a miswritten
word, which no reading may guess away.
"""

from __future__ import annotations

from collections.abc import Sequence

from kpixl.patterns import lazily
from kpixl.rules.building import Placed, Refused
from kpixl.rules.parts import BranchPart, GivePart, StepPart


def clear_way(
    give: GivePart | None,
    steps: Sequence[tuple[Placed, StepPart]],
    branches: Sequence[tuple[Placed, BranchPart]],
    label: str,
    *,
    less: bool,
) -> None:
    """Refuse points, steps and what closes the item where they do not agree which way is better.

    `less` is the way that was taken; 达到60% by itself says none, so that 每超过…扣 may settle it.
    """
    if give is not None:
        more = give.least or give.op == ">"
        limit = give.op in ("<=", "<")
        for at, step in steps:
            if more and _wants_less(step):
                raise Refused(at, "得分说越多越好,这里说越少越好", "同一个方向")
            if limit and _wants_more(step):
                raise Refused(at, "得分说越少越好,这里说越多越好", "同一个方向")
            _clear_fall(at, step, give, label)
        for at, branch in branches:
            if more and branch.op in (">", ">=") and _has_number(branch):
                raise Refused(at, "得分说越多越好,这里说越少越好", "同一个方向")
    for at, branch in branches:
        if less and branch.op in ("<", "<=") and _has_number(branch):
            raise Refused(at, "前面说越少越好,这里说越多越好", "同一个方向")


def _wants_less(step: StepPart) -> bool:
    """每超过…扣, 每低…加."""
    return step.falls


def _wants_more(step: StepPart) -> bool:
    """每低…扣, 每超过…加; 每下降…加 is beyond a limit as well."""
    if step.way == "both":
        return True
    adds = (step.way == "up") != step.falls
    return not step.falls and not step.open_way and not (adds and step.rise == "降低")


# What is counted in how much less there is: 能耗下降3%, 节约率
_DECREASE = lazily("[降减]|节约|压缩|缩短|提前|去化")


_DROP = lazily("(?:下降|降低|减少|压减|降幅)$")


def _clear_fall(at: Placed, step: StepPart, give: GivePart, label: str) -> None:
    """Refuse 合格率达到60%得5分,每下降1个百分点加0.3分: only of a decrease is falling more."""
    if step.falls and step.rise == "提高" and _DROP.search(label):
        raise Refused(at, "不知道是少降了这么多,还是比上年上升了这么多", "每少降1个百分点扣N分")
    up = step.way == "up" and not step.falls and give.op in (">=", ">")
    if up and step.rise == "降低" and not _DECREASE.search(label):
        raise Refused(at, f"不知道“{label}”是越多越好还是越少越好", "每超过…加分,或每低于…扣分")


def _has_number(branch: BranchPart) -> bool:
    return branch.mark is not None and branch.mark.number is not None

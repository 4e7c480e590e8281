"""A proportion whose figure stands before it: 新增企业10家,按完成比例得分; 完成任务得10分,其余按比例得分."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kpixl.rules.amounts import Amount
from kpixl.rules.building import Placed
from kpixl.rules.figure_clause import NAMELESS
from kpixl.rules.parts import BranchPart, GivePart, Joint, RequirePart, StatedPart


def with_proportions(placed: Sequence[Placed]) -> Sequence[Placed]:
    """The parts, with a proportion that names no figure as that of what stands before it.

    Behind a requirement it is all that the requirement gives; behind points for a mark it says
    what is given below.  Left as it is where several things stand before it.
    """
    at = [n for n, p in enumerate(placed) if _is_bare(p.part)]
    told = [p for p in placed if isinstance(p.part, (RequirePart, GivePart, BranchPart))]
    if len(at) != 1 or len(told) != 2:
        return placed
    ahead = _ahead(placed, at[0])
    if ahead is None:
        return placed
    before, own = placed[ahead].part, placed[at[0]]
    if isinstance(before, RequirePart):
        return _required(placed, ahead, before, own)
    if isinstance(before, GivePart) and _is_marked(before):
        below = BranchPart("prop", None, "未完成")
        return [replace(p, part=below) if p is own else p for p in placed]
    return placed


def _is_bare(part: object) -> bool:
    """Whether a part says 按比例得分, and not of what."""
    bare = isinstance(part, GivePart) and part.prop and part.amount.number is None
    if not (isinstance(part, GivePart) and bare):
        return False
    return part.mark is not None and part.mark.number is None and part.label in NAMELESS


def _ahead(placed: Sequence[Placed], at: int) -> int | None:
    """What stands in the same sentence right before a part."""
    while (at := at - 1) >= 0:
        part = placed[at].part
        if isinstance(part, Joint) and part.stop < 2:
            continue
        if not isinstance(part, StatedPart):
            return at
    return None


def _is_marked(give: GivePart) -> bool:
    """Whether points are for a mark that something may fall short of."""
    marked = give.task is not None and not (give.prop or give.bare)
    return marked and give.verb == "得" and give.op == ">=" and give.given is None


def _required(
    placed: Sequence[Placed], ahead: int, need: RequirePart, own: Placed
) -> Sequence[Placed]:
    plain = need.upto is None and not (need.limit or need.about or need.period)
    if not plain or need.label in ("", *NAMELESS):
        return placed
    give = GivePart(need.label, Amount(None), need.label, need.mark, prop=True)
    return [
        replace(p, part=give) if n == ahead else p
        for n, p in enumerate(placed)
        if p is not own and not (n == ahead + 1 and isinstance(p.part, Joint))
    ]

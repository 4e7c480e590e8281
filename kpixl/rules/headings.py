"""Points of a heading that are given in its parts: 组建班子1分。成立领导小组的计0.5分;…计0.5分."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from kpixl.rules.building import Placed, Refused
from kpixl.rules.parts import (
    BoundPart,
    BranchPart,
    CountPart,
    FaultPart,
    GivePart,
    Joint,
    LevelsPart,
    Part,
    StatedPart,
    TextPart,
)


def with_headings(placed: Sequence[Placed]) -> list[Placed]:
    """A sentence of a name and its points, behind which others give just these points, is a heading.

    With a verb of its own (记10分。…记6分;…记4分), or in brackets before what it falls into, it may
    as well be a thing that is given beside them, and the clause is refused.
    """
    placed = with_shares(placed)
    found = list(placed)
    besides = (Joint, TextPart, BoundPart)
    scoring = [p for p in placed if not (isinstance(p.part, besides) or _takes(p.part))]
    head = scoring[0].part if scoring else None
    if not isinstance(head, GivePart) or head.mark is not None or head.task is not None:
        return found
    others = [p for p in scoring[1:] if _points(p.part) is not None]
    behind = placed[placed.index(scoring[0]) + 1 :]
    stops = [p.part.stop for p in behind if isinstance(p.part, Joint)]
    sums = len(others) == len(scoring) - 1 > 0 and _points(head) == sum(map(_number, others))
    if not sums or not stops or stops[0] != 2:
        return found
    takes = any(_takes(p.part) for p in placed)
    plain = any(isinstance(p.part, GivePart) and p.part.bare for p in others)
    if head.bare and (not plain or (takes and len(others) > 1)):
        at = found.index(scoring[0])
        points = _points(head)
        assert points is not None
        found[at : at + 1] = [
            Placed(TextPart(head.label), found[at].start, found[at].end),
            Placed(StatedPart(points), found[at].end, found[at].end),
        ]
        return found
    if len(others) > 1 and 2 not in stops[1:-1] and not head.bare:
        raise Refused(
            scoring[0], "不知道是后面几件合起来的分数,还是另外给的", "只写各件的分数,或写分值N分"
        )
    return found


def with_bracket_headings(placed: Sequence[Placed]) -> list[Placed]:
    """落实政策(5分)。有方案得3分,有台账得2分,错报1例扣1分: as for points without brackets."""
    lead = next((p.part for p in placed if not isinstance(p.part, (Joint, TextPart))), None)
    takes = any(_takes(p.part) for p in placed)
    return with_headings(placed) if takes and isinstance(lead, GivePart) else list(placed)


def _takes(part: Part) -> bool:
    """Whether a part only takes points, or closes the item."""
    closes = isinstance(part, BranchPart) and part.kind == "zero" and part.mark is None
    return closes or (isinstance(part, (CountPart, FaultPart)) and part.verb == "扣")


def with_shares(placed: Sequence[Placed]) -> list[Placed]:
    """(45分)(牛、生猪、家禽各占15分): the 45 are those of the three, which stand right behind.

    What stands in front is a remark then; where they come to something else the clause is refused.
    """
    found: list[Placed] = []
    for p in placed:
        part = p.part
        if not (isinstance(part, LevelsPart) and part.inside and part.verb == "得"):
            found.append(p)
            continue
        at = next((n for n, q in reversed(list(enumerate(found))) if not _open(q.part)), None)
        head = found[at].part if at is not None else None
        given = head.points if isinstance(head, StatedPart) else head and _points(head)
        if at is None or head is None or given is None:
            found.append(p)
            continue
        if sum(part.amounts) != given:
            raise Refused(p, "合起来不是前面的分数,不知道是不是另外给的", "只写各部分的分数")
        if isinstance(head, GivePart):
            found[at] = Placed(TextPart(head.label), found[at].start, found[at].end)
        elif len(_worths(placed)) > 1:
            del found[at]
        found.append(p)
    return found


def _open(part: Part) -> bool:
    return isinstance(part, Joint) and part.stop == 0


def _worths(placed: Sequence[Placed]) -> list[Placed]:
    return [p for p in placed if isinstance(p.part, (StatedPart, GivePart))]


def _points(part: Part) -> Decimal | None:
    """The points that a part gives once."""
    if isinstance(part, GivePart) and part.verb == "得" and part.mark is None:
        return None if part.amount.share or part.task is not None else part.amount.number
    return None


def _number(p: Placed) -> Decimal:
    return _points(p.part) or Decimal(0)

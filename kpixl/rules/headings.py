"""Points of a heading that are given in its parts: 组建班子1分。成立领导小组的计0.5分;…计0.5分."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import islice

from kpixl.rules.building import Placed, Refused
from kpixl.rules.parts import GivePart, Joint, LevelsPart, Part, StatedPart, TextPart


def with_headings(placed: Sequence[Placed]) -> list[Placed]:
    """A sentence of a name and its points, behind which others give just these points, is a heading.

    With a verb of its own (记10分。…记6分;…记4分), or in brackets before what it falls into, it may
    as well be a thing that is given beside them, and the clause is refused.
    """
    found = list(placed)
    worth = [p for p in placed if isinstance(p.part, (StatedPart, GivePart))]
    for at, p in enumerate(placed):
        if isinstance(p.part, StatedPart) and p.part.bracket and len(worth) > 1:
            _clear_levels(p.part.points, islice(placed, at + 1, None))
    scoring = [p for p in placed if not isinstance(p.part, (Joint, TextPart))]
    head = scoring[0].part if scoring else None
    if not isinstance(head, GivePart) or head.mark is not None or head.task is not None:
        return found
    others = [p for p in scoring[1:] if _points(p.part) is not None]
    behind = placed[placed.index(scoring[0]) + 1 :]
    stops = [p.part.stop for p in behind if isinstance(p.part, Joint)]
    sums = len(others) == len(scoring) - 1 > 0 and _points(head) == sum(map(_number, others))
    if not sums or not stops or stops[0] != 2:
        return found
    if head.bare and not any(isinstance(p.part, GivePart) and p.part.bare for p in others):
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


def _clear_levels(points: Decimal, behind: Iterable[Placed]) -> None:
    """Refuse (45分)(牛、生猪、家禽各占15分): once more, or what the 45 consist of."""
    p = next((p for p in behind if not (isinstance(p.part, Joint) and p.part.stop == 0)), None)
    if p is None or not isinstance(part := p.part, LevelsPart) or part.verb != "得" or part.counted:
        return
    if sum(part.amounts) == points:
        raise Refused(p, "不知道是前面的分数怎样分,还是另外给的", "只写各部分的分数")


def _points(part: Part) -> Decimal | None:
    """The points that a part gives once."""
    if isinstance(part, GivePart) and part.verb == "得" and part.mark is None:
        return None if part.amount.share or part.task is not None else part.amount.number
    return None


def _number(p: Placed) -> Decimal:
    return _points(p.part) or Decimal(0)

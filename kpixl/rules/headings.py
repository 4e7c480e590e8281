"""Points of a heading that are given in its parts: 组建班子1分。成立领导小组的计0.5分;…计0.5分."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from kpixl.rules.amounts import Amount
from kpixl.rules.building import Placed, Refused
from kpixl.rules.conditions import moves
from kpixl.rules.parts import (
    BoundPart,
    BranchPart,
    GivePart,
    Joint,
    LevelsPart,
    Part,
    RequirePart,
    StatedPart,
    TextPart,
)
from kpixl.rules.sentences import sentence


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
    if others and _repeats(head, others[0].part):
        raise Refused(
            scoring[0],
            "后面又写了一次,不知道是标题的分,还是另外给的",
            "标题写(N分),或几件事各写一行",
        )
    behind = placed[placed.index(scoring[0]) + 1 :]
    stops = [p.part.stop for p in behind if isinstance(p.part, Joint)]
    sums = len(others) == len(scoring) - 1 > 0 and _points(head) == sum(map(_number, others))
    gives = any(moves(p.part, "得") for p in scoring[1:])
    if head.bare and gives and _has_colon(behind):
        # 账务代管10分:结报账8分,每缺一次扣2分。账簿设置2分: the 10 are those of the parts
        if len(others) == len(scoring) - 1 and not sums:
            raise Refused(scoring[0], _NOT_THEIR_SUM, "只写各部分的分数")
        return _as_worth(found, scoring[0])
    if not sums or not stops or stops[0] != 2:
        return found
    takes = any(_takes(p.part) for p in placed)
    plain = any(isinstance(p.part, GivePart) and p.part.bare for p in others)
    if head.bare and (not plain or (takes and len(others) > 1)):
        return _as_worth(found, scoring[0])
    if len(others) > 1 and 2 not in stops[1:-1] and not head.bare:
        raise Refused(
            scoring[0], "不知道是后面几件合起来的分数,还是另外给的", "只写各件的分数,或写分值N分"
        )
    return found


def _repeats(head: GivePart, other: Part) -> bool:
    """活动预告记3分,活动预告做得好的记3分: the same points for the same thing, said more exactly."""
    if not isinstance(other, GivePart) or other.verb != head.verb or len(head.label) < 4:
        return False
    longer = other.label.startswith(head.label) or other.label.endswith(head.label)
    return longer and other.label != head.label and other.amount == head.amount


_NOT_THEIR_SUM = "合起来不是前面的分数,不知道是不是另外给的"


def _as_worth(placed: Sequence[Placed], head: Placed) -> list[Placed]:
    """The parts with what heads them as a remark, and its points as those of the item."""
    give = head.part
    assert isinstance(give, GivePart) and give.amount.number is not None
    at = placed.index(head)
    told = Placed(TextPart(give.label), head.start, head.end)
    worth = Placed(StatedPart(give.amount.number), head.end, head.end)
    return [*placed[:at], told, worth, *placed[at + 1 :]]


def _has_colon(behind: Sequence[Placed]) -> bool:
    """Whether a colon stands right behind what heads the rest."""
    return bool(behind) and isinstance(behind[0].part, Joint) and behind[0].part.colon


def with_bracket_headings(placed: Sequence[Placed]) -> list[Placed]:
    """落实政策(5分)。有方案得3分,有台账得2分,错报1例扣1分: as for points without brackets."""
    lead = next((p.part for p in placed if not isinstance(p.part, (Joint, TextPart))), None)
    takes = any(_takes(p.part) for p in placed)
    return with_headings(placed) if takes and isinstance(lead, GivePart) else list(placed)


def _takes(part: Part) -> bool:
    """Whether a part only takes points, or closes the item."""
    closes = isinstance(part, BranchPart) and part.kind == "zero" and part.mark is None
    return closes or moves(part, "扣")


def with_shares(placed: Sequence[Placed]) -> list[Placed]:
    """(45分)(牛、生猪、家禽各占15分): the 45 are those of the three, which stand right behind.

    What stands in front is a remark then; where they come to something else the clause is refused.
    """
    found: list[Placed] = []
    worth: list[StatedPart] = []
    for p in placed:
        part = p.part
        if not (isinstance(part, LevelsPart) and part.inside and part.verb == "得"):
            found.append(p)
            continue
        at = next(
            (n for n, q in reversed(list(enumerate(found))) if not isinstance(q.part, Joint)), None
        )
        head = found[at].part if at is not None else None
        given = _shared_out(head)
        if at is None or given is None:
            found.append(p)
            continue
        if isinstance(head, GivePart) and (head.mark is not None or _required(found)):
            raise Refused(p, "不知道前面的标准管到哪几部分", "每一部分各写达到N得M分")
        if sum(part.amounts) != given:
            raise Refused(p, _NOT_THEIR_SUM, "只写各部分的分数")
        if isinstance(head, GivePart):
            found[at : at + 1] = _headed(found[at], head)
            p = Placed(_of_task(part, head), p.start, p.end)
        elif isinstance(head, StatedPart):
            del found[at]
            worth += [head] if len(_worths(placed)) == 1 else []
        found += _one_by_one(p)
    # apart from the words that they stand behind
    return found + [Placed(stated, found[-1].end, found[-1].end) for stated in worth]


def _one_by_one(p: Placed) -> list[Placed]:
    """Parts of several points as things of their own; those of the same points stay a list."""
    part = p.part
    if not isinstance(part, LevelsPart) or len(set(part.amounts)) < 2:
        return [p]
    found: list[Placed] = []
    for label, points in zip(part.labels, part.amounts, strict=True):
        found += [Placed(Joint(0), p.start, p.start)] if found else []
        found.append(Placed(GivePart(label, Amount(points)), p.start, p.end))
    return found


def _shared_out(head: Part | None) -> Decimal | None:
    """The points that parts may share, None where nothing is given."""
    match head:
        case StatedPart(points):
            return points
        case GivePart(amount=amount, verb="得"):
            return None if amount.share else amount.number
        case _:
            return None


def _headed(at: Placed, head: GivePart) -> list[Placed]:
    """The heading as a remark, or nothing where its name goes on in those of its parts."""
    return [] if _says_what(head) else [Placed(TextPart(head.label), at.start, at.end)]


def _says_what(head: GivePart) -> bool:
    """Whether the points are for something that is done, and not only the worth of a name."""
    return head.task is not None or not head.bare


def _required(ahead: Sequence[Placed]) -> bool:
    """Whether a requirement with a number stands in the sentence of the head."""
    told = list(ahead)
    while told and isinstance(told[-1].part, Joint):
        told.pop()
    start, _ = sentence(told, len(told) - 1)
    return any(isinstance(p.part, RequirePart) for p in told[start:])


def _of_task(part: LevelsPart, head: GivePart) -> LevelsPart:
    """完成新增任务得25分,其中:批发业5分、零售业20分: the task of each of them."""
    if not _says_what(head):
        return part
    return replace(part, labels=tuple(f"{head.label}({name})" for name in part.labels))


def _worths(placed: Sequence[Placed]) -> list[Placed]:
    return [p for p in placed if isinstance(p.part, (StatedPart, GivePart))]


def _points(part: Part) -> Decimal | None:
    """The points that a part gives once."""
    if isinstance(part, GivePart) and part.verb == "得" and part.mark is None:
        return None if part.amount.share or part.task is not None else part.amount.number
    return None


def _number(p: Placed) -> Decimal:
    return _points(p.part) or Decimal(0)

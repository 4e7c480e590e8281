"""What a deduction or 不得分 is about, where several things are given points for."""

from __future__ import annotations

from collections.abc import Sequence

from kpixl.rules.building import Placed, Refused
from kpixl.rules.conditions import moves
from kpixl.rules.figure_clause import says_missed
from kpixl.rules.parts import (
    AllPart,
    BranchPart,
    CountPart,
    FaultPart,
    GivePart,
    Joint,
    JudgedPart,
    LevelsPart,
    Part,
    TimesPart,
)

_TAKING = (CountPart, FaultPart, JudgedPart, LevelsPart, TimesPart)


def cut_at(placed: Sequence[Placed], scoring: Sequence[Placed], stop: int) -> list[list[Placed]]:
    """What scores, sentence by sentence; `stop` 1 cuts at semicolons too."""
    groups: list[list[Placed]] = [[]]
    for p in placed:
        if isinstance(p.part, Joint) and p.part.stop >= stop and groups[-1]:
            groups.append([])
        elif p in scoring:
            groups[-1].append(p)
    return [g for g in groups if g]


def clear_scopes(placed: Sequence[Placed], scoring: Sequence[Placed]) -> None:
    """Refuse 有方案得2分,无记录扣1分;有总结得3分 as one sum.

    What stands in the sentence of some points is about these, and not about all of them.
    """
    giving = [g for g in cut_at(placed, scoring, 1) if any(_gives(p.part) for p in g)]
    if len(giving) < 2:
        return
    for group in giving:
        first = next(at for at, p in enumerate(group) if _gives(p.part))
        for p in group[first + 1 :]:
            if isinstance(p.part, _TAKING) and moves(p.part, "扣"):
                raise Refused(p, "不知道从哪一处的得分里扣", "几件事各写一行")
            if _is_gate(p.part):
                reason = "不知道是整项不得分,还是只有前面这一处不得分"
                raise Refused(p, reason, "…的本项不得分,或几件事各写一行")


def clear_denied(gates: Sequence[Placed], scoring: Sequence[Placed]) -> None:
    """Refuse 有方案得2分,未制定方案扣2分,有总结得3分: not given, or taken besides."""
    things = [p.part for p in scoring if isinstance(p.part, GivePart) and p.part.verb == "得"]
    if len(things) < 2:
        return
    for p in (*gates, *scoring):
        match p.part:
            case FaultPart(label, _, "扣"):
                denied = any(says_missed(label, thing) for thing in things)
                reason = "不知道是不得前面那几分,还是另外再扣"
            case BranchPart("zero", None, said, whole=False):
                denied = any(says_missed(said, thing) for thing in things)
                reason = "不知道是整项不得分,还是只有前面那一处不得分"
            case _:
                continue
        if denied:
            raise Refused(p, reason, "几件事各写一行")


def _gives(part: Part) -> bool:
    if isinstance(part, AllPart):
        return True
    if isinstance(part, GivePart):
        return part.verb == "得" and part.amount.number != 0
    return isinstance(part, (CountPart, LevelsPart)) and part.verb == "得"


def _is_gate(part: Part) -> bool:
    return (
        isinstance(part, BranchPart)
        and part.kind == "zero"
        and part.mark is None
        and not part.whole
    )

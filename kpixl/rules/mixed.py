"""A figure with its mark, and deductions for other things beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kpixl.patterns import lazily
from kpixl.rules.building import Builder, Placed, Refused
from kpixl.rules.figure_clause import MISSED, is_numeric
from kpixl.rules.numeric import read_numeric
from kpixl.rules.parts import (
    BranchPart,
    CountPart,
    FaultPart,
    GivePart,
    JudgedPart,
    LevelsPart,
    Part,
    StepPart,
)
from kpixl.rules.segment import share_characters
from kpixl.rules.sums import read_sum
from kpixl.rules.terms import Base
from kpixl.rules.words.elements import PERCENT


def is_take(part: Part) -> bool:
    """A deduction for something other than the figure."""
    if isinstance(part, FaultPart):
        return part.verb == "扣" and not MISSED.match(part.label)
    return isinstance(part, (CountPart, LevelsPart, JudgedPart)) and part.verb == "扣"


def is_mixed(scoring: Sequence[Placed]) -> bool:
    """Whether points for one figure stand among deductions for other things."""
    others = [p.part for p in scoring if not is_take(p.part)]
    gives = [part for part in others if isinstance(part, GivePart)]
    return (
        len(others) < len(scoring)
        and len(gives) == 1
        and gives[0].verb == "得"
        and not gives[0].or_each
        and all(is_numeric(part) or part is gives[0] for part in others)
        and any(is_numeric(part) for part in others)
    )


def read_mixed(b: Builder, scoring: Sequence[Placed]) -> None:
    """The figure by itself, less what the other things take."""
    takes = [p for p in scoring if is_take(p.part)]
    others = [p for p in scoring if p not in takes]
    give = next(p.part for p in others if isinstance(p.part, GivePart))
    if _says_below(others):
        read_numeric(b, others)
        read_sum(b, takes)
        return
    if not any(counts_missed(give, p.part) for p in takes):
        raise Refused(takes[0], "不知道没有达到前面的标准时是不得分,还是只扣这里的分", "未达到的…")
    closing = [p for p in others if isinstance(p.part, BranchPart)]
    if len(closing) + 1 < len(others) or give.mark is None or b.reading("G19") == "完成才得":
        read_numeric(b, others)
        read_sum(b, takes)
        return
    # 整改率100%得5分,每有1处未整改扣1分: what is counted is what the figure falls short by
    b.terms.append(Base(give.amount, f"{give.label}达到{give.mark.text()}{give.thing}"))
    read_sum(b, [*takes, *closing])


def _says_below(others: Sequence[Placed]) -> bool:
    """Whether the clause says what the figure gives below its mark."""
    for p in others:
        match p.part:
            case BranchPart("zero", None, said) if not MISSED.match(re.sub("的$", "", said)):
                continue  # 发生事故的不得分
            case BranchPart():
                return True
            case StepPart(way=way, falls=falls) if way == "both" or (way == "down") != falls:
                return True
            case _:
                continue
    return False


_DENIED = lazily(r"未|不(?!断)|没|无|缺|少")


def counts_missed(give: GivePart, part: Part) -> bool:
    """Whether a deduction counts what the figure falls short by."""
    if isinstance(part, JudgedPart):
        return MISSED.match(part.label) is not None or bool(part.said)
    if not isinstance(part, CountPart) or give.mark is None or give.op != ">=":
        return False
    if part.words.does in ("缺", "少"):
        own = part.words.head + part.words.thing
        return not own or part.words.unit == give.mark.unit or share_characters(own, give.label)
    whole = give.mark.unit in PERCENT and give.mark.number == 100
    if whole and give.label == "完成率":
        return True  # 100%得满分,每出现1次违规扣1分
    words = part.words.head + part.words.does + part.words.thing
    if re.search(f"(?:未|没有|不)(?:能)?达到?{re.escape(give.mark.text())}", words):
        return True
    return whole and _DENIED.search(words) is not None

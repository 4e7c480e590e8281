"""What makes a whole item 0 in a clause that sums things up: 发生…的不得分, 5处以上的不得分."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from kpixl.patterns import lazily
from kpixl.rules.amounts import Mark
from kpixl.rules.building import Builder, Placed, Refused
from kpixl.rules.count_terms import PerUnit
from kpixl.rules.escalation_terms import Escalation
from kpixl.rules.figure_clause import says_missed
from kpixl.rules.figure_gates import figure_gate, is_apart, joint_gate
from kpixl.rules.parts import (
    BelowPart,
    BranchPart,
    CountPart,
    FaultPart,
    GivePart,
    LevelsPart,
    Part,
    TierPart,
)
from kpixl.rules.segment import is_end
from kpixl.rules.terms import Gate
from kpixl.rules.vocabulary import is_percent
from kpixl.rules.words.elements import COUNTS, PERCENT


def closes(part: Part) -> bool:
    """发生…的不得分, 有3个以上的不得分: what makes the whole item 0."""
    match part:
        case BranchPart("zero", None, said):
            return bool(said)
        case BranchPart("zero", Mark(Decimal(), unit, "own"), label=label, whole=True) if label:
            return unit not in PERCENT or is_percent(label)  # 成活率低于85%的,该项不得分
        case BranchPart("zero", Mark(number=Decimal(), unit=unit, kind="own"), op=">"):
            return unit in COUNTS  # 超过5处的不得分
        case BelowPart():
            return True
        case TierPart(_, _, low, _, None, None):
            return low is not None and part.nothing
        case _:
            return False


_EACH_PERIOD = lazily("每(?:半年|学期|季度?|个?月|周|[天日])")


def gate(b: Builder, p: Placed) -> Gate:
    match p.part:
        case BelowPart():
            return joint_gate(b, p, p.part)
        case BranchPart(mark=Mark(unit=unit) as mark, label=label, op=op) if (
            unit not in COUNTS or op == "<"
        ):
            return figure_gate(b, p, label, mark, op)
        case BranchPart(mark=Mark() as mark, label=label, op=op):
            return _counted_gate(b, p, label, "", mark, ">" if op == ">" else ">=")
        case BranchPart(said=said):
            if ELSE.fullmatch(said):
                raise Refused(p, "不知道“否则”指的是哪一件", "写明什么情况下不得分")
            words = re.sub("(?:的?,?均|的,?都|的)$", "", said)  # 有但未通过均不得分
            if _OTHER.search(words):
                raise Refused(p, "不得分的像是另外的一项,不是本项", "…的本项不得分")
            if words.endswith("大项"):
                raise Refused(p, "不得分的是另外的大项,不是本项", "…的本项不得分")
            if _EACH_PERIOD.search(words):
                b.reading("G156")
            return Gate(b.input(p, words, "yes_no", "是/否", verb="扣"), None)
        case TierPart(label, unit, low, inside, _, _, _) if low is not None:
            over: Literal[">", ">="] = ">" if inside is False else ">="
            return _counted_gate(b, p, label, p.part.thing, Mark(low, unit), over)
        case _:
            raise Refused(p, "不知道什么情况下不得分", "…的不得分")


# 未完成的,工作任务完成情况评价为0分: of something that has its own points
_OTHER = lazily(r"的,[^,]{2,}(?:评价|考核|成绩|完成情况)$")


def _counted_gate(
    b: Builder, p: Placed, label: str, thing: str, mark: Mark, op: Literal[">", ">="]
) -> Gate:
    """5处以上的不得分, 超过5处的不得分: of what is counted in that unit, or of a count of its own."""
    if label.endswith("第"):
        raise Refused(p, "不知道是什么的第几次", "第一次扣N分,第二次扣M分,第三次不得分")
    counted = [t for t in b.terms if isinstance(t, (PerUnit, Escalation))]
    if label and not counted and mark.unit in COUNTS and not thing:
        return Gate(b.input(p, label, "count", mark.unit), mark, op, own=True)
    alike = [t for t in counted if b.inputs[t.input].unit == mark.unit]
    things = {t.words.thing for t in alike} | {t.words.head for t in alike}
    if any(t.words.does in ("缺少", "未完成") for t in alike):
        things |= {"不达标", "未达标", "未完成", "不合格"}
    if thing and not any(is_end(thing, said) for said in things):
        raise Refused(p, f"不知道“{thing}”是不是前面计数的", "与前面相同的说法")
    if len(label) > 2 and not thing and mark.unit in COUNTS and is_apart(label, counted, alike):
        return Gate(b.input(p, label, "count", mark.unit), mark, op, own=True)
    if label not in _FOUND | {t.words.does for t in alike}:
        alike = [t for t in alike if b.inputs[t.input].label == label]
    if len(alike) != 1:
        raise Refused(p, "不知道是哪个数据", f"前面按{mark.unit}计数的那一个")
    # of which it is the unit tells, in its own wording too
    return Gate(alike[0].input, mark, op, f"超过{mark.text()}" if op == ">" else "")


# What may stand before so many of them: 发现有3处以上的不得分.
_FOUND = frozenset({"", "有", "发现", "发现有", "发生", "出现", "存在"})


def _is_whole(part: Part) -> bool:
    return isinstance(part, BranchPart) and part.whole


def is_zero(part: Part) -> bool:
    return isinstance(part, BranchPart) and part.kind == "zero" and part.mark is None


def without_said_again(gates: Sequence[Placed], scoring: Sequence[Placed]) -> list[Placed]:
    """What closes the item, without what the points beside it say already."""
    things = [p.part for p in scoring if isinstance(p.part, GivePart)]
    if things and len(things) == len(scoring):
        # 建立台账得5分,未建立的不得分 says nothing new, and nor does 都没有的不得分 of several
        denied = [
            p
            for p in gates
            if is_zero(p.part) and all(says_missed(said_of(p.part), thing) for thing in things)
        ]
        gates = [p for p in gates if p not in denied]
    counts = [p.part for p in scoring if isinstance(p.part, CountPart) and p.part.verb == "得"]
    done = [c for c in counts if "完成" in c.words.head + c.words.does]
    for p in scoring if done else ():
        if isinstance(p.part, FaultPart) and _UNDONE_TASK.match(p.part.label):
            raise Refused(p, "不知道是每一项都扣,还是只扣一次", "每未完成1项扣N分")
    if counts and len(counts) == len(scoring):
        # 每完成1项得2分,未完成的不得分: what is not done gives nothing anyway
        gates = [
            p
            for p in gates
            if not ELSE.fullmatch(said_of(p.part))
            and not (
                len(done) == len(counts)
                and _UNDONE.fullmatch(said_of(p.part))
                and not _is_whole(p.part)
            )
        ]
    listed = [p.part for p in scoring if isinstance(p.part, LevelsPart)]
    if len(listed) == len(scoring) == 1 and listed[0].verb == "得" and not listed[0].counted:
        # 甲、乙任务各得2分,未完成的不得分: of each of them, which gives nothing anyway
        missed = [p for p in gates if is_zero(p.part) and says_missed(said_of(p.part), None)]
        gates = [p for p in gates if p not in missed]
    return list(gates)


def said_of(part: Part) -> str:
    return part.said if isinstance(part, BranchPart) else ""


_UNDONE_TASK = lazily("(?:没有|没|未)完成(?:的|任务|目标|计划)*$")
_UNDONE = lazily("(?:没有|没|未)完成的?")
ELSE = lazily(r"否则|其余|其他|其它")

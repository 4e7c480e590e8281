"""What a deduction or 不得分 is about, where several things are given points for."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from kpixl.patterns import lazily
from kpixl.rules.building import Placed, Refused, of_kind
from kpixl.rules.conditions import moves
from kpixl.rules.figure_clause import figures, says_missed
from kpixl.rules.lines import most_of
from kpixl.rules.parts import (
    AllPart,
    BoundPart,
    BranchPart,
    CountPart,
    FaultPart,
    GivePart,
    Joint,
    JudgedEachPart,
    JudgedPart,
    LevelsPart,
    Part,
    RequirePart,
    StepPart,
    TimesPart,
)
from kpixl.rules.printing import number
from kpixl.rules.rule import Rule, is_deduction
from kpixl.rules.sentences import cut_at, in_one_sentence
from kpixl.rules.terms import Gate

_TAKING = (CountPart, FaultPart, JudgedPart, JudgedEachPart, LevelsPart, TimesPart)


def clear_scopes(placed: Sequence[Placed], scoring: Sequence[Placed]) -> None:
    """Refuse 有方案得2分,无记录扣1分;有总结得3分 as one sum.

    What stands in the sentence of some points is about these, and not about all of them.
    """
    groups = cut_at(placed, scoring, 1)
    giving = [g for g in groups if any(_gives(p.part) for p in g)]
    for group in giving:
        _clear_again(group)
    clear_ahead(placed, scoring)
    if len(giving) < 2:
        return
    for group in giving:
        first = next(at for at, p in enumerate(group) if _gives(p.part))
        for p in group[first + 1 :]:
            if _is_taken(p.part):
                raise Refused(p, "不知道从哪一处的得分里扣", "几件事各写一行")
            if _is_gate(p.part):
                reason = "不知道是整项不得分,还是只有前面这一处不得分"
                raise Refused(p, reason, "…的本项不得分,或几件事各写一行")


def clear_caps(placed: Sequence[Placed], scoring: Sequence[Placed]) -> None:
    """Refuse 信息每条得1分,简报每条得2分,最高得6分;有方案得2分 as one sum.

    The cap is that of its sentence, or of all that is given, unless its sentence only adds.
    """
    groups = cut_at(placed, scoring, 1)
    for p, cap in of_kind(placed, BoundPart):
        if cap.kind not in ("item", "any") or cap.over_all or cap.amount is None:
            continue
        own = next((g for g in groups if _in_sentence_of(placed, g, p)), None)
        if own is None:
            continue
        mine = [q.part for q in own if _for_points(q.part)]
        others = [q.part for g in groups if g is not own for q in g if _for_points(q.part)]
        goes_on = all(isinstance(part, StepPart) and not figures(part) for part in mine)
        adds = all(moves(part, "加") for part in mine)
        if not others or goes_on or (adds and not any(moves(part, "加") for part in others)):
            continue
        reason = "不知道限制的是这一句,还是前后全部得分"
        raise Refused(p, reason, "合计最高得N分,或几件事各写一行")


def _in_sentence_of(placed: Sequence[Placed], group: Sequence[Placed], p: Placed) -> bool:
    return group[-1].start < p.start and in_one_sentence(placed, group[-1], p)


def _for_points(part: Part) -> bool:
    """Whether a part that scores gives points, or adds some."""
    return not isinstance(part, (BranchPart, RequirePart)) and not moves(part, "扣")


def clear_summed_caps(placed: Sequence[Placed], scoring: Sequence[Placed]) -> None:
    """Refuse 甲得1分,乙得2分,合计最高得2分;丙得3分: of what is said already, or of all there is."""
    for p, cap in of_kind(placed, BoundPart):
        summed = cap.over_all and cap.kind != "floor" and _SUMMED.match(cap.said)
        given = [q for q in scoring if _for_points(q.part)]
        # 累计加分不超过5分,每获一次表彰加1分: what heads the clause is of all that follows
        between = {q.start > p.start for q in given} == {True, False}
        if summed and between:
            wanted = "写在全部得分后面,或几件事各写一行"
            raise Refused(p, "后面还有得分,不知道是不是也算在里面", wanted)


_SUMMED = lazily("(?:以上|[两三四五]项)?(?:合计|累计|总计)|总(?:得)?分")


def clear_strays(groups: Sequence[Sequence[Placed]], placed: Sequence[Placed]) -> None:
    """Refuse 甲得5分,每低1%扣1分;乙得2分;造假扣3分: a sentence that only takes is no part of 乙.

    It is where the groups stand further apart than the sentences of one: in lines of their own.
    """
    apart = min(_stop(placed, a[-1], b[0]) for a, b in pairwise(groups))
    for group in groups:
        sentences = cut_at(placed, group, max(apart, 1))
        if not any(_gives(p.part) for p in group):
            continue
        if group is not groups[0] and _is_taken(group[0].part):
            raise Refused(group[0], "不知道从哪一处的得分里扣", "几件事各写一行")
        for said in sentences:
            if len(sentences) > 1 and all(_is_taken(p.part) for p in said):
                raise Refused(said[0], "不知道从哪一处的得分里扣", "几件事各写一行")


def _stop(placed: Sequence[Placed], one: Placed, other: Placed) -> int:
    """How far two parts stand apart: 2 by a full stop, 1 by a semicolon."""
    between = (p.part for p in placed if one.start < p.start < other.start)
    return max((part.stop for part in between if isinstance(part, Joint)), default=0)


def _clear_again(group: Sequence[Placed]) -> None:
    """Refuse 数量真实、质量合格各1分,发现1项不达标扣1分: what is not given is not taken as well."""
    given = sum(
        len(p.part.labels) if isinstance(p.part, LevelsPart) else _gives(p.part) for p in group
    )
    for p in group:
        match p.part:
            case CountPart(words, verb="扣") if given > 1 and words.unit == "项":
                if _MISSED.search(words.head + words.does + words.thing):
                    reason = "不知道是不得那一项的分,还是另外再扣"
                    raise Refused(p, reason, "有一项不达标的不得该项分,或另起一句")


_MISSED = lazily("(?:不|未|没有)(?:达标|合格|到位|符合|落实|完成|达到)")


def clear_ahead(placed: Sequence[Placed], scoring: Sequence[Placed]) -> None:
    """Refuse 被通报1次扣1分;完成任务得2分: the first is not taken from what comes behind it.

    Nor may 责任落实(10分)。未开会扣1分。事故控制(10分)。…, whose parts begin with their points.
    """
    ahead: Placed | None = None  # what is taken before anything is given
    heading: Placed | None = None
    seen = takes = False
    for group in cut_at(placed, scoring, 1):
        gives = [p for p in group if _gives(p.part) and not _is_judged_whole(p.part)]
        taken = next((p for p in group if _is_taken(p.part)), None)
        if not gives:
            ahead = ahead if seen else ahead or taken
            takes = takes or taken is not None
            continue
        if ahead is not None and not seen and all(isinstance(p.part, _PLAIN) for p in group):
            raise Refused(ahead, "不知道从哪里扣:后面才写得分", "先写得分再写扣分,或分行写")
        if heading is not None and takes:
            wanted = "每部分一行,写…(N分):…扣M分"
            raise Refused(heading, "不知道是要做的事,还是后面几处的标题", wanted)
        alone = len(group) == 1 and isinstance(group[0].part, GivePart)
        heading, seen, takes = (
            (gives[0] if alone and _ends(placed, gives[0]) else None),
            True,
            False,
        )


def _ends(placed: Sequence[Placed], p: Placed) -> bool:
    """Whether a sentence ends right behind a part."""
    behind = next((q.part for q in placed if q.start >= p.end), None)
    return isinstance(behind, Joint) and behind.stop == 2


_PLAIN = (GivePart, CountPart, FaultPart, LevelsPart, JudgedPart, TimesPart, BranchPart)


def _is_taken(part: Part) -> bool:
    return isinstance(part, _TAKING) and moves(part, "扣")


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
    counted = (CountPart, LevelsPart, JudgedPart, JudgedEachPart)
    return isinstance(part, counted) and part.verb == "得"


def _is_judged_whole(part: Part) -> bool:
    """按2、1评分: all that the item gives."""
    return isinstance(part, JudgedPart) and (bool(part.marks) or not part.label)


def _is_gate(part: Part) -> bool:
    return (
        isinstance(part, BranchPart)
        and part.kind == "zero"
        and part.mark is None
        and not part.whole
    )


def is_part(placed: Sequence[Placed], scoring: Sequence[Placed]) -> bool:
    """两个全覆盖2分,缺1个村扣0.2分;讲座2场以上2分: points with deductions beside others are a part's."""
    first, *others = cut_at(placed, scoring, 1)
    gives = [p.part for p in scoring if isinstance(p.part, GivePart) and p.part.verb == "得"]
    total, *parts = [give.amount.number or Decimal(0) for give in gives]
    several = any(isinstance(p.part, GivePart) for g in others for p in g)
    return len(first) > 1 and several and sum(parts) != total


def clear_start(rule: Rule, worth: Decimal | None, at: Placed) -> None:
    """Refuse 落实政策(5分)。错报1例扣3分。有台账得2分: taken from the 5, or from the 2."""
    takes = [t for t in rule.terms if is_deduction(t) and not isinstance(t, Gate)]
    if worth is None or len(takes) == len(rule.terms):
        return
    most = most_of(rule)
    asked = {a.code for a in rule.assumptions}  # who says whether they add up
    if float(worth) < most < float("inf") and not (rule.limits.whole or asked & {"G38", "G30"}):
        reason = f"写明分值{number(worth)}分,各处的得分合计有{number(Decimal(str(most)))}分"
        raise Refused(at, f"{reason},不知道这个分值是哪一处的", "各处得分合计为分值,或分项写")
    if takes and most < float(worth):
        reason = f"写明分值{number(worth)}分,各处的得分合计只有{number(Decimal(str(most)))}分"
        raise Refused(at, f"{reason},不知道从多少分扣起", "各处得分合计为分值,或分项写")

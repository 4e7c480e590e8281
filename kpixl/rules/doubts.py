"""What the parts of a clause leave in doubt, refused before they become terms.

Each function here looks for one way in which a clause can be meant in two ways that come to
different points, and refuses it with what the clerk may write instead. What a finished rule may
not ask stands in `checks`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from kpixl.patterns import lazily
from kpixl.rules.building import Placed, Refused
from kpixl.rules.conditions import moves
from kpixl.rules.figure_clause import NAMELESS, says_missed
from kpixl.rules.parts import (
    AllPart,
    BoundPart,
    BranchPart,
    CountPart,
    FaultPart,
    GivePart,
    Joint,
    Part,
    RequirePart,
    StatedPart,
    StepPart,
    TextPart,
)
from kpixl.rules.requirements import is_taking
from kpixl.rules.sentences import ends


def clear_veto(placed: Sequence[Placed]) -> None:
    """Refuse 并一票否决 behind anything but 本项不得分, whose effect on the item is clear."""
    last: Placed | None = None
    for p in placed:
        if isinstance(p.part, TextPart) and p.part.note == "G53" and p.part.text:
            zero = (
                last is not None and isinstance(last.part, BranchPart) and last.part.kind == "zero"
            )
            if not zero:
                raise Refused(p, "不知道本项如何计", "…的本项不得分,并一票否决")
        elif not isinstance(p.part, Joint):
            last = p


def clear_below(source: str, core: Sequence[Placed]) -> None:
    """Refuse 倒扣 where it may mean a deduction from the points, or points below 0."""
    below = re.sub("(?:不|可以?)倒扣|倒扣(?=分[制法])", "", source).count("倒扣")
    taken = sum(moves(p.part, "扣") or isinstance(p.part, BranchPart) for p in core)
    gives = any(isinstance(p.part, GivePart) for p in core)
    if any(isinstance(p.part, BoundPart) and p.part.kind == "no_floor" for p in core):
        return  # 倒扣5分,该项可负分
    if (re.search("可以?倒扣", source) and gives) or (below and (gives or taken != below)):
        raise Refused(
            "倒扣", "不知道倒扣的分是从得分里扣,还是扣成负分", "未达到的不得分,或从得分中扣N分"
        )


def clear_worth(placed: Sequence[Placed]) -> None:
    """Refuse 制定方案得5分;出现1例未处理扣2分(5分): the last is what that thing is worth."""
    behind: Part | None = None
    for at, p in enumerate(placed):
        if isinstance(p.part, StatedPart) and behind is not None and moves(behind, "扣"):
            start = max(
                (n + 1 for n, q in enumerate(placed[:at]) if ends(q.part)),
                default=0,
            )
            end = next((n for n, q in enumerate(placed) if n > at and ends(q.part)), len(placed))
            others = (*placed[:start], *placed[end:])
            if any(isinstance(q.part, (GivePart, AllPart)) for q in others):
                raise Refused(p, "不知道是这一处的分值,还是本项的分值", "几件事各写一行")
        if not isinstance(p.part, Joint):
            behind = p.part
        elif ends(p.part):
            behind = None


def clear_met(placed: Sequence[Placed]) -> None:
    """Refuse 登记率达到96%以上;(15分)每提高1%加5分: the 15 are for reaching it, or for the item."""
    ahead: Part | None = None
    steps = [p.part for p in placed if isinstance(p.part, StepPart)]
    adds = bool(steps) and all(moves(step, "加") and step.way != "both" for step in steps)
    for p in placed:
        wanted = isinstance(ahead, RequirePart) and ahead.mark.number is not None
        if isinstance(p.part, StatedPart) and wanted and adds:
            raise Refused(p, "不知道是达到要求的得分,还是本项的分值", "达到N得M分,每超过…加…")
        if not isinstance(p.part, Joint):
            ahead = p.part


def clear_joins(placed: Sequence[Placed]) -> None:
    """Refuse words that run into points without a mark between them."""
    for p, behind in pairwise(placed):
        if p.end != behind.start:
            continue
        joined_on = not isinstance(behind.part, (Joint, TextPart, StatedPart))
        text = isinstance(p.part, TextPart) and bool(p.part.text)
        spoken = isinstance(p.part, RequirePart) or text
        # 至少召开4次会议得4分: what is required and what gives the points are one
        one = isinstance(p.part, RequirePart) and isinstance(behind.part, GivePart)
        if spoken and joined_on and not one:
            raise Refused(p, "这些字与后面的计分连在一起,不知道是否影响得分", "用逗号隔开,或删去")
        if isinstance(p.part, GivePart) and isinstance(behind.part, RequirePart):
            raise Refused(behind, "与前面的得分之间没有标点", "用分号或句号隔开")


# a duty of its own behind a mark: 检查不少于4次,并建立台账
_ANOTHER = lazily(
    r"(?:^|,)(?:并且?|且|同时|以及)(?:建立|建有|制定|制订|落实|完成|组织|形成|配备|设立|成立|签订|公开|公示|存档|归档)"
)


def clear_duties(placed: Sequence[Placed]) -> None:
    """Refuse 检查不少于4次,并建立台账,得15分: who did but one of the two may have some of them."""
    marked = False
    for p in placed:
        match p.part:
            case GivePart(mark=mark, verb="得"):
                marked = mark is not None and mark.number is not None
            case TextPart(text) if marked and _ANOTHER.search(text):
                raise Refused(p, "还有另一个要求,不知道只做到一个的得几分", "每个要求各写得几分")
            case Joint() as joint if ends(joint) and joint.stop == 2:
                marked = False
            case _:
                continue


def clear_nameless(placed: Sequence[Placed]) -> None:
    """Refuse 90%乡镇配备专干得0.5分: how many of them there are, and what they have, is one figure."""
    for p, behind in pairwise(placed):
        loose = isinstance(p.part, RequirePart) and p.part.label in NAMELESS
        given = isinstance(behind.part, GivePart) and behind.part.label not in ("", *NAMELESS)
        if loose and given and p.end == behind.start:
            raise Refused(p, "不知道是哪个数据达到它", "数据的名称在前,如“配备率达到90%的得N分”")


_PERIOD_OF = lazily(
    r"(?:第?[一二三四1-4]季度|[上下]半年|全年|年[中底末]|[0-9]{1,2}月(?:底|末)?|[一二三四]季度末?)"
)


def clear_progress(scoring: Sequence[Placed]) -> None:
    """Refuse 一季度达到20%得0.2分;二季度达到50%得0.4分: added up, or what is reached by then."""
    gives = [(p, p.part) for p in scoring if isinstance(p.part, GivePart)]
    told = [(p, _PERIOD_OF.match(give.label), give) for p, give in gives]
    if len(told) < 2 or not all(period for _, period, _ in told):
        return
    names = {give.label[period.end() :] for _, period, give in told if period}
    amounts = [give.amount.number or Decimal(0) for _, _, give in told]
    if len(names) == 1 and all(a < b for a, b in pairwise(amounts)):
        wanted = "各期分成几项写"
        raise Refused(told[1][0], "各期的得分越来越高,不知道是相加,还是按到期的一档计", wanted)


def condition_of_taking(source: str, placed: Sequence[Placed]) -> Placed | None:
    """死亡1—2人,处置不力的,每死亡1人扣5分: what has a number in the sentence of a deduction.

    A colon does not end it: 模拟办事2次:1.未答复的每次扣1分.
    """
    ahead: Placed | None = None
    for p in placed:
        if ends(p.part):
            if ahead is None or source[ahead.end : ahead.end + 1] not in (":", "："):
                ahead = None
        elif isinstance(p.part, RequirePart):
            ahead = p
        elif ahead is not None and is_taking(p.part):
            return ahead
    return None


def clear_lead(scoring: Sequence[Placed]) -> None:
    """Refuse 项目6分,参加活动得3分,…: the first may be a part, or what the whole is worth."""
    lead = scoring[0].part
    gives = [p.part for p in scoring[1:] if isinstance(p.part, GivePart) and p.part.verb == "得"]
    if not (isinstance(lead, GivePart) and is_worth(lead)) or not gives:
        return
    total = sum((g.amount.number or Decimal(0) for g in gives), Decimal(0))
    if lead.mark is None and not any(g.bare for g in gives) and total != lead.amount.number:
        raise Refused(scoring[0], "不知道是这一件得的分,还是本项的分值", "…得N分,或(N分)")


_FOUND = lazily(
    r"(?:发现|出现|发生|存在|查出)[^,;]*但|^(?:如|若|一旦)?(?:发生|出现)[^,;未没无不]{2,},[^,;未没无不]+$"
)
_NOT_FOUND = lazily(r"(?:未|没有|没|无)(?:发现|出现|发生|存在|查出)|^[^,]{0,6}(?:没有|无)")


def clear_found(scoring: Sequence[Placed]) -> None:
    """Refuse 发现问题但按时整改的得3分 alone: what a unit gets where nothing is found is not said."""
    gives = [p for p in scoring if isinstance(p.part, GivePart) and p.part.verb == "得"]
    labels = [p.part.label for p in gives if isinstance(p.part, GivePart)]
    for p, label in zip(gives, labels, strict=True):
        if _FOUND.search(label) and not any(map(_NOT_FOUND.search, labels)):
            raise Refused(p, "不知道没有发现的得几分", "没有发现的得N分,发现但…的得M分")


_SUMMED = lazily(
    "^(?:多次|反复)?(?:发生|出现)?的?,?(?:可以?)?(?:扣分|得分|计分|加分)?可?以?累[计加](?:扣分|加分|计分|得分)?$"
)


def clear_summed(scoring: Sequence[Placed], texts: Sequence[Placed]) -> None:
    """Refuse 发生事故的扣2分,累计扣分: each time counts, but how often is not asked for."""
    only = scoring[0].part if len(scoring) == 1 else None
    once = isinstance(only, FaultPart) or (isinstance(only, GivePart) and only.mark is None)
    for p in texts:
        if once and isinstance(p.part, TextPart) and _SUMMED.search(p.part.text):
            raise Refused(p, "不知道累计的是几次", "每发生1次扣N分")


def clear_open(scoring: Sequence[Placed], limits: Sequence[Placed]) -> None:
    """Refuse 有一次会议得1分 unless a cap beyond the points says that each of them counts."""
    for p in scoring:
        if not (isinstance(p.part, CountPart) and p.part.open):
            continue
        caps = [
            q.part.amount.number
            for q in limits
            if isinstance(q.part, BoundPart) and q.part.kind in ("item", "any") and q.part.amount
        ]
        if len(scoring) > 1 or not any(c is not None and c > p.part.amount for c in caps):
            raise Refused(p, "不知道是每个都得分,还是有了就得分", "每有1个得N分,或有1个以上得N分")


def clear_gates(placed: Sequence[Placed]) -> None:
    """Refuse 甲得1分;乙得1分,发现…的不得分: the whole item is 0, or the last of its parts."""
    last: GivePart | None = None
    joined = apart = stopped = False
    for p in placed:
        match p.part:
            case GivePart(verb="得") as give:
                apart = apart or (last is not None and stopped)
                last, joined, stopped = give, True, False
            case Joint(stop) if stop:
                joined, stopped = False, True
            case BranchPart("zero", None, said, whole=False):
                if apart and joined and not says_missed(said, last):
                    raise Refused(p, "不知道是整项不得分,还是只有前面这一处不得分", "…的本项不得分")


def clear_steps_ahead(scoring: Sequence[Placed]) -> None:
    """Refuse 每降低1%加2分,降低2%以上加4分: the steps go on from the 2%, or up to it."""
    gives = [(p, p.part) for p in scoring if isinstance(p.part, GivePart)]
    measured = [part for _, part in gives if part.mark is not None or part.task is not None]
    steps = [p for p in scoring if isinstance(p.part, StepPart) and moves(p.part, "加")]
    for p, part in gives:
        more = part.verb == "加" and part.mark is not None and len(measured) == 1
        if more and steps and steps[0].start < p.start:
            reason = "不知道前面的加分加到这个数为止,还是从这个数加起"
            raise Refused(p, reason, "N以上每…加M分,或每…加M分,最多加K分")


def is_worth(part: Part) -> bool:
    """项目6分: a name and its points, without a verb."""
    return isinstance(part, GivePart) and part.bare and part.amount.number is not None

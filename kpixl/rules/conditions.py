"""What stands before a phrase: conditions, points in brackets, verbs that go on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from typing import Literal

from kpixl.patterns import lazily
from kpixl.rules.all_of import need_of
from kpixl.rules.building import Placed, Refused, of_kind
from kpixl.rules.numeric import says_missed
from kpixl.rules.parts import (
    AllNonePart,
    AllPart,
    AnyMissPart,
    BoundPart,
    BranchPart,
    CountPart,
    EachItemPart,
    ExceptPart,
    FaultPart,
    GivePart,
    HeadPart,
    Joint,
    JudgedEachPart,
    JudgedPart,
    LevelsPart,
    ListPart,
    Part,
    PartiesPart,
    PlacesPart,
    RequirePart,
    StartPart,
    StatedPart,
    StepPart,
    TextPart,
    TimesPart,
)
from kpixl.rules.terms import (
    Amount,
    Counted,
    Mark,
)


def with_conditions(placed: Sequence[Placed]) -> list[Placed]:
    """成立小组,制定方案,落实责任的,得5分: all of it is what gives the points, no remark.

    A remark that ends in 的 right before points that it can't be part of is refused: it is a
    condition.
    """
    found: list[Placed] = []
    for p in placed:
        run: list[Placed] = []  # remarks and commas right before this part
        if not isinstance(p.part, (TextPart, Joint)):
            while found and isinstance(found[-1].part, (TextPart, Joint)):
                last = found[-1].part
                if isinstance(last, TextPart) and last.whole:
                    break
                ahead = found[-2].part if len(found) > 1 else None
                open_ = isinstance(ahead, TextPart) and ahead.text.endswith("的")
                if isinstance(last, Joint) and last.stop and not (last.stop == 1 and open_):
                    break
                run.insert(0, found.pop())
        words = [q.part.text for q in run if isinstance(q.part, TextPart) and q.part.text]
        match p.part:
            case JudgedPart(label="否则"):
                found += [*run, p]
            case GivePart(task=None, mark=None) | FaultPart() | JudgedPart() if words:
                first = next(q for q in run if isinstance(q.part, TextPart))
                found += run[: run.index(first)]
                comma = "," if isinstance(run[-1].part, Joint) else ""
                label = _run_text(run[run.index(first) :]) + comma + p.part.label
                found.append(Placed(replace(p.part, label=label), first.start, p.end))
            case PartiesPart(label, counted_words) if words:
                first = next(q for q in run if isinstance(q.part, TextPart))
                found += run[: run.index(first)]
                lead = _run_text(run[run.index(first) :])
                if counted_words is not None:
                    head = f"{lead},{counted_words.head}" if counted_words.head else lead
                    head = re.sub("的$", "", head)
                    own_words = replace(counted_words, head=head)
                    party: Part = replace(p.part, words=own_words)
                else:
                    party = replace(p.part, label=f"{lead},{label}" if label else lead)
                found.append(Placed(party, first.start, p.end))
            case ExceptPart(label, said) if words:
                # 对整改不力,屡查屡犯的,加倍扣分: both are the exception
                first = next(q for q in run if isinstance(q.part, TextPart))
                found += run[: run.index(first)]
                comma = "," if isinstance(run[-1].part, Joint) else ""
                lead = _run_text(run[run.index(first) :]) + comma
                both = replace(p.part, label=lead + label, said=lead + said)
                found.append(Placed(both, first.start, p.end))
            case BranchPart("zero", None, said) if (
                words and _FAULT.search(words[-1]) and not says_missed(said, None)
            ):
                # 未由本人填报,代填报表的,不得分: both are what closes the item
                first = next(q for q in run if isinstance(q.part, TextPart))
                found += run[: run.index(first)]
                said = f"{_run_text(run[run.index(first) :])},{said}"
                found.append(Placed(replace(p.part, said=said), first.start, p.end))
            case AnyMissPart(Decimal() as loss) if words and re.search(
                "^[未没无不]|的$|等(?:[\u4e00-\u9fff]{2})$|[未没无不][\u4e00-\u9fff]{1,4}$",
                words[-1],
            ):
                first = next(q for q in run if isinstance(q.part, TextPart))
                found += run[: run.index(first)]
                said = re.sub("的$", "", _run_text(run[run.index(first) :]))
                if re.search("(?:显著|突出|明显|优异|良好|特殊)$", said):
                    raise Refused(p, f"“{said}”不是几项要做的事", "未完成其中一项扣N分")
                own: Part = replace(p.part, words=said)
                if any(q is not p and _scores(q.part) for q in placed):
                    # 无方案、总结的,缺1项扣0.1分 beside others: of these, whatever the others are
                    own = CountPart(Counted(said, "缺少", "项", ""), Decimal(1), "扣", loss)
                found.append(Placed(own, first.start, p.end))
            case (
                CountPart(words=counted) | JudgedEachPart(words=counted) | TimesPart(words=counted)
            ) if words and counted.does != "少":
                first = next(q for q in run if isinstance(q.part, TextPart))
                found += run[: run.index(first)]
                said = _run_text(run[run.index(first) :])
                heading = said if not counted.head else f"{said},{counted.head}"
                part = replace(p.part, words=replace(counted, head=re.sub("的$", "", heading)))
                found.append(Placed(part, first.start, p.end))
            case _:
                scores = not isinstance(p.part, (StatedPart, HeadPart, BoundPart, RequirePart))
                about = bool(words) and _ABOUT.fullmatch(words[-1]) is None
                bound = bool(words) and (words[-1].endswith("的") or words[-1].startswith("对于"))
                bound = bound and about
                if bound and scores and not isinstance(p.part, Joint):
                    at = next(q for q in reversed(run) if isinstance(q.part, TextPart))
                    raise Refused(at, "这是条件,与后面的计分连不起来", "…的得N分,或…的扣N分")
                found += run
                found.append(p)
    return found


def with_all_or_none(placed: Sequence[Placed]) -> list[Placed]:
    """有制度、有台账,全得全扣: what stands before it gives all the points, and nothing else does."""
    found: list[Placed] = []
    for p in placed:
        if isinstance(p.part, AllNonePart):
            others = [q.part for q in placed if q is not p]
            if any(
                isinstance(q, RequirePart)
                or (_scores(q) and not (isinstance(q, BranchPart) and q.kind == "zero"))
                for q in others
            ):
                raise Refused(p, "不知道哪一处全得全扣", "各项逐一写明得几分、怎样扣")
            p = Placed(GivePart("全部做到", Amount(None)), p.start, p.end)
        found.append(p)
    return found


# 对于考核的其他指标: which items a clause is about, no case among others
_ABOUT = lazily(
    r"对于(?:考核的?)?(?:其[它他余]|所有|各[类项]?|量化的?)(?:考核)?(?:指标|项目|工作|任务)"
)


def _scores(part: Part) -> bool:
    return not isinstance(part, (TextPart, Joint, StatedPart, HeadPart, BoundPart, RequirePart))


_FAULT = lazily(r"未|不|没|无|发生|出现|违反|弄虚作假")


def with_points(placed: Sequence[Placed]) -> list[Placed]:
    """制定要点,定期研究(3分)。在会上交流经验加5分: points in brackets behind a sentence of
    several are that sentence's, not what the whole item is worth."""
    found: list[Placed] = []
    brackets = [p for p in placed if isinstance(p.part, StatedPart) and p.part.bracket]
    for at, p in enumerate(placed):
        if not isinstance(p.part, StatedPart) or not p.part.bracket:
            found.append(p)
            continue
        behind = placed[at + 1].part if at + 1 < len(placed) else Joint(2)
        # 制度健全(2分),台账完整(3分): several are those of their things
        ends = isinstance(behind, Joint) and (behind.stop > 0 or len(brackets) > 1)
        ahead = found[-1].part if found else None
        if isinstance(ahead, Joint) and ahead.stop == 2:
            ends = True  # …。(4分)每缺一项扣2分: the points end the sentence before them
        start = len(found)
        while start and _leads(found[start - 1].part):
            before = found[start - 1].part
            if isinstance(before, Joint) and before.stop:
                break
            start -= 1
        if start == len(found) and _periodic(found):
            start -= 1
        stopped = start == len(found) and start > 1 and isinstance(found[-1].part, Joint)
        if stopped and _leads(found[-2].part):
            # 签订责任状;实行报告制度。(3分): behind the full stop of its sentence
            start -= 2
            while start and _leads(found[start - 1].part):
                before = found[start - 1].part
                further = found[start - 2].part if start > 1 else Joint(2)
                item = isinstance(further, Joint) and further.stop == 1  # …;2.…
                if isinstance(before, Joint) and before.stop == 2 and not item:
                    break
                start -= 1
        run = [q for q in found[start:] if not (isinstance(q.part, Joint) and q is found[start])]
        words = re.sub(",+", ",", _run_text(run))
        if len(run) == 1 and isinstance(run[0].part, RequirePart) and (ends or not brackets[1:]):
            found[start:] = [Placed(_given(run[0].part, p.part.points), run[0].start, p.end)]
            continue
        if ends and words:
            del found[start:]
            if any(isinstance(q.part, RequirePart) for q in run):
                needs = tuple(need_of(q) for q in run if not isinstance(q.part, Joint))
                said = any(re.match("并?且|同时", _words(q.part)) for q in run)
                said = said or any(isinstance(q.part, TextPart) for q in run)
                part = AllPart(needs, Amount(p.part.points), said, bracketed=True)
                found.append(Placed(part, run[0].start, p.end))
                continue
            _clear_given(p, words, found)
            amount = Amount(p.part.points)
            alone = len(brackets) == 1  # then it may be what the whole item is worth
            found.append(Placed(GivePart(words, amount, bare=alone), run[0].start, p.end))
        else:
            found.append(p)
    return found


def _periodic(found: Sequence[Placed]) -> bool:
    """每季度至少督查1次, a sentence by itself."""
    last = found[-1].part if found else None
    ahead = found[-2].part if len(found) > 1 else Joint(2)
    by_itself = isinstance(ahead, Joint) and ahead.stop > 0
    return by_itself and isinstance(last, RequirePart) and bool(last.period) and last.upto is None


def _given(part: RequirePart, points: Decimal) -> GivePart:
    """每季度至少督查1次(4分): what is required, and nothing beside it, gives the points."""
    op: Literal["<=", ">="] = "<=" if part.limit else ">="
    amount = Amount(points)
    return GivePart(part.label, amount, part.label, part.mark, op=op, period=part.period)


def _leads(part: Part) -> bool:
    """Words, and what is required beside them, that points in brackets can be about."""
    required = isinstance(part, RequirePart) and not part.period and part.upto is None
    return required or isinstance(part, (TextPart, Joint))


# What takes points rather than gives them, where no verb says so: 未按规定调整, 台账不规范, 迟报.
_TAKES = lazily(
    r"未(?:能|按|制[定订]|建[立设]|落实|及时|完成|开展|召开|成立|组织|上?报|明确|配[备齐]|到位|健全|规范|达|经|履行|执行|签|设立|实[行施]"
    r"|进行|参加|做到|纳入|公[开示]|将|把|在|与|向|严格|认真|有效|取得|通过|办理|整改|提[交供]|编制|安排)"
    r"|没有?(?:按|制[定订]|建立|落实|及时|完成|开展|召开|成立|组织|上?报|明确|配[备齐]|做到|将|把)"
    r"|不(?:到位|健全|规范|完善|及时|完整|齐全|合格|达标|力|落实|准确|符合[^,;。]*)$"
    r"|^(?:有|存在|出现|发现)?(?:迟[到报交]|漏[报查登]|[错误瞒谎虚]报|早退|旷工|脱岗|缺[席勤岗]|拒不|拒绝|违[规法纪反章]|弄虚作假|推诿)"
    r"|无(?:记录|台[账帐]|制度|方案|计划|资料|预案|总结|专人|专职|机构|措施|档案|文件|会议|签到|标[志识牌]|负责人|经费)"
)


def _clear_given(p: Placed, label: str, before: Sequence[Placed]) -> None:
    """Refuse 迟报5分: taken, or given; behind 按时上报10分 it is one of two that are given."""
    better = any(
        isinstance(q.part, GivePart) and q.part.verb == "得" and not _TAKES.search(q.part.label)
        for q in before
    )
    if not better and _TAKES.search(re.sub("的$", "", label)):
        raise Refused(p, "不知道是没做到扣的分,还是做到得的分", "…的扣N分,或…得N分")


_FAULT_COUNTED = lazily(
    "迟到|早退|旷|缺席|缺勤|漏|违|差错|错误|未(?!成年|来)|没有|不(?!断|动产|锈)|失误|投诉|事故|通报批评|逾期|超时"
)


def _bare_fault(part: CountPart) -> bool:
    """迟到1次1分: points without a verb for what nobody gives points for."""
    said = part.words.head + part.words.does + part.words.thing
    return part.bare and _FAULT_COUNTED.search(said) is not None


def with_verbs(placed: Sequence[Placed]) -> list[Placed]:
    """获国家级荣誉加5分,省级3分: points without a verb go on with the verb before them."""
    found: list[Placed] = []
    adds = False
    counted: CountPart | FaultPart | None = None
    for p in placed:
        part = p.part
        if counted is None and isinstance(part, CountPart) and _bare_fault(part):
            raise Refused(p, "不知道是得分,还是扣分", "每次扣N分,或每次得N分")
        if isinstance(part, CountPart) and part.bare and counted is not None:
            part = replace(part, verb=counted.verb)  # 不达标的,每次扣5分;反弹的,每次10分
            p = replace(p, part=part)
        elif isinstance(part, CountPart) and part.bare:
            _clear_given(p, part.words.does + part.words.head, found)
            if any(moves(q.part, "扣") for q in placed) and not any(_gives(q.part) for q in placed):
                raise Refused(p, "不知道是得分还是扣分", "每…得N分,或每…扣N分")
        elif isinstance(part, GivePart) and part.bare:
            _clear_given(p, part.label, found)
        if isinstance(part, (CountPart, FaultPart)):
            counted = part
        bare = isinstance(part, GivePart) and part.bare and part.task is None
        if isinstance(part, Joint) and part.stop:
            adds = False
        elif isinstance(part, FaultPart):
            adds = part.verb == "加"
        elif isinstance(part, GivePart) and bare and adds:
            found.append(Placed(FaultPart(part.label, part.amount, "加"), p.start, p.end))
            continue
        elif isinstance(part, (GivePart, CountPart, StepPart)):
            adds = False
        found.append(p)
    return found


def _gives(part: Part) -> bool:
    return (moves(part, "得") or moves(part, "加")) and not getattr(part, "bare", False)


def _is_each(step: StepPart, listed: ListPart) -> bool:
    """Whether a step is about each of the figures: 每降1%, 单项密度每降1%."""
    last = listed.parts[-1].label if isinstance(listed.parts[-1], GivePart) else ""
    said = re.fullmatch("(?:单项|每项|各项)(.*)|", step.label)
    return said is not None and step.head == step.label and last.endswith(said[1] or "")


def _said_again(part: Part, listed: ListPart) -> bool:
    if not isinstance(part, BranchPart) or part.kind != "zero" or part.mark is None:
        return False
    if not _BELOW.fullmatch(part.said):
        return False
    marks = [p.mark for p in listed.parts if isinstance(p, BranchPart) and p.mark is not None]
    return any((m.number, m.unit) == (part.mark.number, part.mark.unit) for m in marks)


_BELOW = lazily(r"(?:低于|不足|不到|达不到|未达到?|少于|小于)(?:任务|目标)?的?[0-9.]+%(?:以上)?的?")


def with_lists(placed: Sequence[Placed]) -> list[Placed]:
    """What one phrase says of several figures, each by itself; a step behind it is about each."""
    found: list[Placed] = []
    given: Placed | None = None
    again: list[Placed] = []
    for at, p in enumerate(placed):
        if p is given or any(p is q for q in again):
            continue
        if not isinstance(p.part, ListPart):
            found.append(p)
            continue
        rest = [q for q in placed[at + 1 :] if not isinstance(q.part, Joint)]
        step = rest[0].part if rest else None
        shared = isinstance(step, StepPart) and _is_each(step, p.part)
        gives = all(isinstance(part, (GivePart, RequirePart)) for part in p.part.parts)
        # 80%以上按比例计分,低于80%不得分: said already
        again += [q for q in rest[:1] if _said_again(q.part, p.part)]
        for nth, part in enumerate(p.part.parts):
            found.append(Placed(part, p.start + nth, p.end))
            if gives and shared and isinstance(step, StepPart):
                given = rest[0]
                own = replace(step, label="", head="", each=False)
                found.append(Placed(own, p.start + nth, p.end))
    return found


def with_labels(placed: Sequence[Placed]) -> list[Placed]:
    """完成资金任务的20%以上: words right before a nameless requirement are its name."""
    found: list[Placed] = []
    for p in placed:
        part, ahead = p.part, found[-1] if found else None
        if (
            isinstance(part, RequirePart)
            and part.label == NAMELESS
            and ahead is not None
            and isinstance(ahead.part, TextPart)
            and ahead.end == p.start
            and ahead.part.text
        ):
            label = re.sub("的$", "", ahead.part.text)
            found[-1] = Placed(replace(part, label=label), ahead.start, p.end)
        elif (
            isinstance(part, GivePart)
            and part.mark is not None
            and part.task == part.label not in ("", NAMELESS)
            and (within := _within(found))
        ):
            # 领导班子中,35岁及以下的不低于30%: of whom the figure is
            label = f"{within},{part.label}"
            lead = found[-2]
            found[-2:] = [Placed(replace(part, label=label, task=label), lead.start, p.end)]
        else:
            found.append(p)
    return found


def _within(found: Sequence[Placed]) -> str:
    """领导班子中, right in front of a figure; "" where there is no such thing."""
    if len(found) < 2 or not isinstance(found[-1].part, Joint) or found[-1].part.stop:
        return ""
    lead = found[-2].part
    said = lead.text if isinstance(lead, TextPart) and not lead.note else ""
    return said if re.search("[\u4e00-\u9fff]{2}(?<![当年期其])中$", said) else ""


def with_worth(placed: Sequence[Placed]) -> list[Placed]:
    """查处案件10件以上;否则按完成比例得分(15分): what is required gives what the item is worth."""
    parts = [p.part for p in placed if not isinstance(p.part, Joint)]
    required = [p for p in placed if isinstance(p.part, RequirePart)]
    missed = [p for p in placed if isinstance(p.part, BranchPart)]
    rest = [p for p in placed if _scores(p.part) and p not in missed]
    worth = any(isinstance(part, StatedPart) for part in parts)
    if not (worth and len(required) == len(missed) == 1) or rest:
        return list(placed)
    (at,), (branch,) = required, missed
    part, otherwise = at.part, branch.part
    assert isinstance(part, RequirePart) and isinstance(otherwise, BranchPart)
    plain = part.mark.number is not None and not (part.period or part.upto or part.about)
    between = [p.part for p in placed if at.end <= p.start < branch.start]
    alone = all(isinstance(q, Joint) for q in between) and at.start < branch.start
    if not plain or not alone or otherwise.said != "否则" or otherwise.kind == "lose":
        return list(placed)
    give = GivePart(
        part.label, Amount(None), part.label, part.mark, op="<=" if part.limit else ">="
    )
    return [Placed(give, p.start, p.end) if p is at else p for p in placed]


def with_items(placed: Sequence[Placed]) -> list[Placed]:
    """(1)有制度;(2)有台账(每项各2分): each of the things that are listed gives its points."""
    each = [p for p in placed if isinstance(p.part, EachItemPart)]
    if not each:
        return list(placed)
    part = each[0].part
    assert isinstance(part, EachItemPart)
    last = [p for p in placed if not isinstance(p.part, Joint)][-1]
    if last is not each[0] or any(_scores(p.part) for p in placed if p is not last):
        raise Refused(each[0], "不知道“每项”是哪几项", "几件事列在前面,用分号隔开")
    found: list[Placed] = []
    run: list[Placed] = []
    for p in placed:
        if p is last or (isinstance(p.part, Joint) and p.part.stop):
            if label := _run_text(run):
                give = GivePart(re.sub("的$", "", label), Amount(part.amount))
                found.append(Placed(give, run[0].start, run[-1].end))
            run = []
        elif isinstance(p.part, (TextPart, Joint)):
            run += [p] if run or isinstance(p.part, TextPart) else []
        else:
            raise Refused(p, "不知道“每项”是哪几项", "几件事列在前面,用分号隔开")
    if len(found) < 2:
        raise Refused(each[0], "前面只有一件事", "几件事用分号隔开")
    return found


def _speaks(p: Placed) -> bool:
    return not isinstance(p.part, Joint)


def with_more(placed: Sequence[Placed]) -> list[Placed]:
    """采用1篇得15分,每增加1篇加20分: the first is a mark, since the steps go on from it."""
    found: list[Placed] = []
    for at, p in enumerate(placed):
        behind = next((q.part for q in islice(placed, at + 1, None) if _speaks(q)), None)
        match p.part, behind:
            case CountPart(words, per, "得", amount, single=True), StepPart() as step if (
                step.unit == words.unit and not step.label and step.way == "up"
            ):
                label, mark = words.head or NAMELESS, Mark(per, words.unit)
                give = GivePart(label, Amount(amount), label, mark, words.thing)
                found.append(Placed(give, p.start, p.end))
            case _:
                found.append(p)
    return found


NAMELESS = "完成值"


def distributed(placed: Sequence[Placed]) -> list[Placed]:
    """A项任务得2分,B项任务得3分,未完成的按比例得分: what comes last is about each of them.

    The same list where there is nothing of the kind.
    """
    said = [p for p in placed if _scores(p.part) or isinstance(p.part, RequirePart)]
    if len(said) < 3:
        return list(placed)
    last = said[-1]
    match last.part:
        case BranchPart(mark=None, said=words, label="") if _NOT_MET.match(words):
            pass
        case StepPart(label="", mark=None, way="down", falls=False):
            pass
        case _:
            return list(placed)
    firsts = said[:-1]
    units = {
        p.part.mark.unit
        for p in firsts
        if isinstance(p.part, (GivePart, RequirePart)) and p.part.mark
    }
    step = last.part if isinstance(last.part, StepPart) else None
    for p in firsts:
        part = p.part
        required = isinstance(part, RequirePart) and step is not None and not part.limit
        given = isinstance(part, GivePart) and (part.mark is not None or part.task is not None)
        if not (required or given) or type(part) is not type(firsts[0].part):
            return list(placed)
        if isinstance(part, GivePart) and (part.verb != "得" or part.or_each or part.op != ">="):
            return list(placed)
    percent = units <= {"%"}
    if step is not None and (
        len(units) != 1 or not (step.unit in units or (percent and step.unit == "个百分点"))
    ):
        return list(placed)
    found: list[Placed] = []
    for p in placed:
        if p is last:
            continue
        if any(p is first for first in firsts):
            found.append(Placed(p.part, p.start, p.end - 1))
            shared = replace(step, each=False) if step is not None else last.part
            found.append(Placed(shared, p.end, p.end))
        else:
            found.append(p)
    return found


_NOT_MET = lazily(
    r"(?:没有|没|未能|未|不能|达不|不)(?:完成|达到|达标|到|达)*(?:任务|目标|指标|要求|标准)?的?$"
)

_RATE = lazily(r"(?:任务|目标|计划|其)?完成(?:率|比例)")


def with_rates(placed: Sequence[Placed]) -> list[Placed]:
    """完成建设任务得5分,完成率每低1%扣0.1分: one figure, the rate, and 100 % of it is the task."""
    found: list[Placed] = []
    for p in placed:
        told = (q for q in reversed(found) if not isinstance(q.part, (Joint, TextPart)))
        ahead = next(told, None) if isinstance(p.part, StepPart) else None
        give = ahead.part if ahead is not None else None
        if (
            ahead is not None
            and isinstance(p.part, StepPart)
            and p.part.head == p.part.label
            and _RATE.fullmatch(p.part.label)
            and isinstance(give, GivePart)
            and give.mark is None
            and "完成" in give.label
        ):
            label = (
                re.sub("^(?:按期|按时|足额|全面)?完成|完成(?=.{0,4}$)", "", give.label) + "完成率"
            )
            rate = replace(give, label=label, task=label, mark=Mark(Decimal(100), "%"), bare=False)
            found[found.index(ahead)] = Placed(rate, ahead.start, ahead.end)
            found.append(Placed(replace(p.part, label="", head=""), p.start, p.end))
        else:
            found.append(p)
    return found


def with_else(placed: Sequence[Placed]) -> list[Placed]:
    """有机构得5分,否则酌情扣分: what is judged is that the thing before was not done."""
    found: list[Placed] = []
    for p in placed:
        part = p.part
        if isinstance(part, FaultPart) and part.label.endswith(",否则"):
            # 应签订责任书,否则扣4分: the words say what was to be done
            said = part.label.removesuffix(",否则")
            if re.search("[未没无不]", said):
                raise Refused(p, "不知道“否则”指的是哪一件", "写明什么情况下扣分")
            found.append(Placed(replace(part, label=f"未做到“{said}“"), p.start, p.end))
        elif isinstance(part, (JudgedPart, FaultPart)) and part.label == "否则":
            ahead = [q.part for q in found if not isinstance(q.part, Joint)]
            give = ahead[-1] if ahead else None
            several = sum(_scores(q) for q in ahead) > 1
            if several or not isinstance(give, GivePart):
                raise Refused(p, "不知道“否则”指的是哪一件", "写明什么情况下酌情扣分")
            if isinstance(part, FaultPart):
                part = replace(part, label=f"未做到“{give.label}“")
            else:
                what = "得分" if part.verb == "得" else "扣分"
                part = replace(part, label=f"未做到“{give.label}”的{what}", said="否则")
            found.append(Placed(part, p.start, p.end))
        else:
            found.append(p)
    return found


def with_objects(placed: Sequence[Placed]) -> list[Placed]:
    """每季度至少研究1次安全工作,少1次扣1分: the words behind the amount are the requirement's."""
    found: list[Placed] = []
    for p in placed:
        ahead = found[-1] if found else None
        words = p.part.label if isinstance(p.part, StepPart) else ""
        if (
            ahead is not None
            and isinstance(ahead.part, RequirePart)
            and isinstance(p.part, StepPart)
            and words
            and p.part.head == words
            and ahead.end == p.start
        ):
            required = replace(ahead.part, label=ahead.part.label + words)
            at = p.start + len(words)
            found[-1] = Placed(required, ahead.start, at)
            found.append(Placed(replace(p.part, label="", head=""), at + 1, p.end))
        else:
            found.append(p)
    return found


def with_caps(placed: Sequence[Placed]) -> list[Placed]:
    """甲未完成扣2分;乙每次扣1分,最多扣5分: a cap is that of its sentence up to it, 合计 says otherwise.

    Where no other sentence has anything of its kind it is that of the whole clause.
    """
    found = list(placed)
    own_kinds = [q.kind for _, q in of_kind(placed, BoundPart) if not q.over_all]
    for cap in [p for p in placed if isinstance(p.part, BoundPart)]:
        part = cap.part
        assert isinstance(part, BoundPart)
        if part.kind not in ("deduction", "bonus", "item", "any") or part.over_all:
            continue
        at = found.index(cap)
        start, end = _sentence(found, at)
        if part.kind in ("item", "any"):
            told = [q.part for q in found[start:at] if not isinstance(q.part, Joint)]
            if told and isinstance(told[-1], JudgedPart) and told[-1].said == "否则":
                raise Refused(cap, "不知道限制的是酌情的得分,还是本项的得分", "另起一句")
            _cap_counted(found, cap, start, end)
            continue
        verb = "扣" if part.kind == "deduction" else "加"
        end = at + 1  # 每次加1分,最多加3分,每件加0.5分: what stands behind it is not held by it
        own = [p for p in found[start:end] if moves(p.part, verb)]
        others = [p for p in (*found[:start], *found[end:]) if moves(p.part, verb)]
        several = own_kinds.count(part.kind) > 1
        if not own or (not others and not several):
            continue
        ahead = [q for q in found[start:at] if not isinstance(q.part, Joint)]
        owner = ahead[-1] if ahead else None
        alone = len(own) == 1 or several  # each with its own, one behind the other
        if (
            owner is None
            or not alone
            or not isinstance(owner.part, (CountPart, StepPart))
            or not moves(owner.part, verb)
            or (isinstance(owner.part, StepPart) and (owner.part.way == "both" or owner.part.prop))
            or part.amount is None
            or part.amount.number is None
            or part.amount.share
        ):
            raise Refused(cap, "不知道限制的是哪一处", f"合计最多{verb}N分,或另起一项")
        kept = replace(owner.part, most=part.amount.number)
        found[found.index(owner)] = Placed(kept, owner.start, cap.end)
        found.remove(cap)
    return found


def _cap_counted(found: list[Placed], cap: Placed, start: int, end: int) -> None:
    """制度健全得2分;信息每条得1分,最高得3分: the cap is that of what is counted in front of it."""
    part = cap.part
    assert isinstance(part, BoundPart)
    own = [p for p in found[start:end] if moves(p.part, "得") or moves(p.part, "加")]
    others = [
        p
        for p in (*found[:start], *found[end:])
        if moves(p.part, "得") or moves(p.part, "加") or isinstance(p.part, (AllPart, PlacesPart))
    ]
    amount = part.amount.number if part.amount is not None else None
    ahead = [p for p in found[start : found.index(cap)] if not isinstance(p.part, Joint)]
    once = all(isinstance(p.part, GivePart) and p.part.task is None for p in own[:-1])
    # 开展活动2分,每报送1篇得0.5分,最高得6分: only what is counted can come to more
    beside = bool(others) or len(own) > 1
    if own and ahead and own[-1] is ahead[-1] and once and beside and amount is not None:
        owner = own[-1]
        if (
            isinstance(owner.part, CountPart)
            and owner.part.verb == "得"
            and owner.start < cap.start
        ):
            kept = replace(owner.part, most=amount)
            found[found.index(owner)] = Placed(kept, owner.start, cap.end)
            found.remove(cap)


def _sentence(placed: Sequence[Placed], at: int) -> tuple[int, int]:
    """From where to where the sentence goes in which a part stands."""
    ends = [n for n, p in enumerate(placed) if isinstance(p.part, Joint) and p.part.stop]
    return max((n + 1 for n in ends if n < at), default=0), min(
        (n for n in ends if n > at), default=len(placed)
    )


def moves(part: Part, verb: str) -> bool:
    """Whether a part takes (扣), or gives on top (加)."""
    match part:
        case CountPart() | FaultPart() | JudgedPart() | LevelsPart():
            return part.verb == verb
        case StepPart(way=way, falls=falls, verb=given):
            takes = way == "both" or (way == "down") != falls
            gives = way == "both" or not takes
            return takes if verb == "扣" else gives and given == "加"
        case AnyMissPart() | TimesPart() | BranchPart(kind="lose"):
            return verb == "扣"
        case GivePart(verb=given):
            return given == verb
        case _:
            return False


def with_start(placed: Sequence[Placed]) -> list[Placed]:
    """基础分8分,每获一项表彰加1分: additions start from it; elsewhere it is what the item is worth."""
    found: list[Placed] = []
    for p in placed:
        if isinstance(p.part, StartPart) and p.part.worth:
            rest = [q.part for q in placed if q is not p and _scores(q.part)]
            open_ = all(moves(part, "加") or moves(part, "扣") for part in rest)
            if not (open_ and any(moves(part, "加") for part in rest)):
                assert p.part.amount.number is not None
                p = Placed(StatedPart(p.part.amount.number), p.start, p.end)
        found.append(p)
    return found


_GRADED = lazily(
    r".*(?:优秀?|良好?|中等?|差|合格|及格|达标|称职|满意|一般|[一二三四五]等奖|[ABCDE]级?)(?:等次|等级|档次|的)?"
)


_RANKS = ("国家|全国", "省|部", "市|厅|州", "县|区", "乡|镇")


def _lowest(words: str) -> int:
    """How low the lowest of the levels is that words name, -1 where they name none."""
    return max(
        (n for n, of in enumerate(_RANKS) if re.search(f"(?:{of})(?:级|、|$)", words)), default=-1
    )


def clear_levels(placed: Sequence[Placed]) -> None:
    """Refuse 县级以下不得分 without levels above it, and 迟报的不加分 among what is no grade."""
    for p in placed:
        if isinstance(p.part, TextPart) and p.part.level:
            told = max((_lowest(_level_words(q.part)) for q in placed if q is not p), default=-1)
            if told < 0 or told > _lowest(p.part.text):
                raise Refused(p, "与前面列出的级别对不上", "各级分别得N分,…以下不得分")
    grades = [p.part for p in placed if isinstance(p.part, FaultPart)]
    graded = all(_GRADED.fullmatch(re.sub("的$", "", g.label)) for g in grades)
    for p in placed:
        nothing = isinstance(p.part, FaultPart) and p.part.amount.number == 0
        if nothing and (len(grades) < 3 or not graded):
            raise Refused(p, "不知道是这一处不加分,还是前面的加分都不算", "…的加0分,或删去")


def _level_words(part: Part) -> str:
    match part:
        case LevelsPart(labels):
            return "、".join(labels)
        case FaultPart(label) | GivePart(label):
            return label
        case CountPart(words):
            return words.label
        case _:
            return ""


def with_each(placed: Sequence[Placed]) -> list[Placed]:
    """每发生1起一般事故扣1分,较大事故扣3分: 每 is about things of the same name behind it too.

    未完成任务的,分管领导扣3分,经办人扣1分 is refused: not what counts is named, but whom it costs.
    """
    found: list[Placed] = []
    counted: CountPart | None = None
    levels: CountPart | None = None  # of which the levels behind it are others
    last: Part | None = None  # what is counted under its own name: 发生一般事故1起, 每迟报1次
    event: CountPart | None = None  # the count that stands before it in the sentence
    last_counted: CountPart | None = None  # the same, whatever sentences lie between
    for p in placed:
        part = p.part
        again = _same_count(p, last) if last is not None else None
        if isinstance(part, FaultPart) and part.verb == "扣" and _ACTOR.fullmatch(part.label):
            raise Refused(p, "这是扣谁的分,不是扣分的事", "只写被考核对象自己的扣分")
        counts = isinstance(part, CountPart) and part.verb == "扣" and not part.words.thing
        if (
            counts
            and isinstance(part, CountPart)
            and not re.search("[缺少]", part.words.does)  # 值班人员每缺1人
            and _ACTOR.fullmatch(part.words.head)
        ):
            # 责任人每次扣1分,科室每次扣0.5分: 科室 is whom it costs, not what is counted
            raise Refused(p, "这是扣谁的分,不是扣分的事", "…的,每次扣责任人N分、科室M分")
        if isinstance(part, CountPart):
            counted = levels = part if part.words.thing else None
            last_counted = counted
        elif again is not None:
            p = again
        elif isinstance(part, FaultPart) and (late := _also_unmet(part, last_counted)):
            p = Placed(late, p.start, p.end)
        elif isinstance(part, FaultPart) and _says_but_how(part, last_counted):
            raise Refused(p, "不知道是每一个都扣,还是只扣一次", "每有1个…的扣N分")
        elif isinstance(part, Joint) and part.stop:
            counted = None
            levels = levels if part.stop == 1 else None
        elif levels is not None and (same := _same_level(part, levels)):
            assert isinstance(part, (FaultPart, GivePart)) and part.amount.number is not None
            words = replace(levels.words, thing=same)
            p = Placed(replace(levels, words=words, amount=part.amount.number), p.start, p.end)
        elif isinstance(part, FaultPart) and counted is not None and part.verb == counted.verb:
            label, amount = part.label, part.amount.number
            alike = _ending(label, counted.words.thing)
            if len(alike) > 1 and label != alike and amount is not None and not part.amount.share:
                words = replace(counted.words, thing=label.removeprefix(counted.words.does))
                p = Placed(replace(counted, words=words, amount=amount), p.start, p.end)
        if event is not None and isinstance(p.part, FaultPart):
            p = _also_counted(p, p.part, event)
        if not isinstance(p.part, (Joint, BoundPart)):
            event = p.part if isinstance(p.part, CountPart) else None
        elif isinstance(p.part, Joint) and p.part.stop:
            event = None
        last = _counts_by_number(p.part, last)
        found.append(p)
    return found


_UNMET_THING = lazily("(.*[^,])(?:未|没有?|不)(.+)")
_UNMET_ONLY = lazily("(?:未|没有?|不)(.+)")


def _also_unmet(part: FaultPart, counted: CountPart | None) -> CountPart | None:
    """有一项报表未按要求上报扣1分;未及时上报扣0.5分: the same things, each that is late costs."""
    if counted is None or part.verb != counted.verb or counted.per != 1:
        return None
    of, own = _UNMET_THING.fullmatch(counted.words.thing), _UNMET_ONLY.fullmatch(part.label)
    amount = part.amount.number
    if not of or not own or amount is None or part.amount.share:
        return None
    if len(_ending(own[1], of[2])) < 2:
        return None
    return replace(counted, words=replace(counted.words, thing=of[1] + part.label), amount=amount)


def _says_but_how(part: FaultPart, counted: CountPart | None) -> bool:
    """未及时上报扣0.5分 behind 有一项报表漏报扣1分: of which things, it does not say."""
    single = counted is not None and counted.verb == part.verb and counted.words.does == "有"
    return single and _HOW.fullmatch(part.label) is not None


_HOW = lazily("[未没不](?:能)?(?:按[时期规要]|及时|准时|如期|完整|准确|规范|认真)[^,、]{0,6}")


def _also_counted(p: Placed, part: FaultPart, event: CountPart) -> Placed:
    """缺席会议每次扣2分,由他人顶替的扣1分: what is said of each of them costs, or gives, as often."""
    amount = part.amount.number
    if (part.verb == "扣") != (event.verb == "扣") or event.per != 1:
        return p
    if amount is None or part.amount.share:
        return p
    if not _POINTS_AT.match(part.label):
        return p
    words = Counted(re.sub("的$", "", part.label), "", event.words.unit, "")
    return Placed(CountPart(words, event.per, part.verb, amount), p.start, p.end)


# what is said of the thing just counted rather than of another
_POINTS_AT = lazily(
    "由|被|经|情节|造成|导致|影响|性质|后果|严重|较[严重大]|特别|拒不|拒绝|仍|再次|屡|阳性"
)


def _counts_by_number(part: Part, last: Part | None) -> Part | None:
    """The part if 1起 stands behind its name, what was before it where it is but a comma."""
    match part:
        case CountPart(words, per) if not words.thing and per == 1 and not part.among:
            return part if bool(words.head) != bool(words.does) else None
        case GivePart(or_each=True, thing="", mark=Mark(number=one)) if one == 1:
            return part
        case Joint(stop=0):
            return last
        case _:
            return None


def _same_count(p: Placed, last: Part) -> Placed | None:
    """较大事故扣5分 behind 发生一般事故1起扣2分, 国家级加5分 behind 省级示范村1个加2分: each of them, too.

    None where it is a thing of another kind; refused where it may be one or the other.
    """
    part = p.part
    if not isinstance(part, (FaultPart, GivePart)) or not isinstance(last, (CountPart, GivePart)):
        return None
    if isinstance(part, GivePart) and (part.mark is not None or part.task is not None):
        return None
    amount = part.amount.number
    if part.verb != last.verb or amount is None or part.amount.share:
        return None
    name = (last.words.head or last.words.does) if isinstance(last, CountPart) else last.label
    label = re.sub("的$", "", part.label)
    ahead = LEVEL.findall(name)
    enough = 1 if len(label) == len(name) == 2 else 2  # 漏报 behind 迟报
    if LEVEL.fullmatch(label) and len(ahead) == 1 and label not in name:
        label = name.replace(ahead[0], label)
    elif len(alike := _ending(label, name)) < enough or label == alike:
        return None
    if isinstance(last, CountPart):
        words = last.words
        words = replace(words, head=label) if words.head else replace(words, does=label)
        return Placed(replace(last, words=words, amount=amount), p.start, p.end)
    return Placed(replace(last, label=label, task=label, amount=part.amount), p.start, p.end)


LEVEL = lazily(r"(?:国家|省部|部|省|市|厅|县|区|乡镇?)级")


def _same_level(part: Part, counted: CountPart) -> str:
    """省级得2分 behind 每新增1家国家级平台得4分: 省级平台, each of them; "" where it is not so."""
    if not isinstance(part, (FaultPart, GivePart)) or not counted.words.unit or counted.single:
        return ""
    plain = isinstance(part, FaultPart) or (part.mark is None and part.task is None)
    ahead, label = LEVEL.match(counted.words.thing), re.sub("的$", "", part.label)
    if not plain or ahead is None or not LEVEL.fullmatch(label) or counted.per != 1:
        return ""
    fewer = part.amount.number is not None and not part.amount.share
    if part.verb != counted.verb or not fewer or label == ahead[0]:
        return ""
    return label + counted.words.thing[ahead.end() :]


# Whom a deduction costs: 分管领导, 责任科室, 跟班干部.
_ACTOR = lazily(
    r"(?!加强|强化|健全|完善|明确)(?:(?![未无没缺不少])[\u4e00-\u9fff]){0,4}(?:领导|干部|人员|责任人|负责人|经办人|当事人|本人|个人|科室|部门|班组"
    r"|[班组队站所科处局]长|主任|书记)"
)


def _ending(one: str, other: str) -> str:
    """What two names end in alike."""
    for start in range(len(one)):
        if other.endswith(one[start:]):
            return one[start:]
    return ""


def _run_text(run: Sequence[Placed]) -> str:
    """Remarks and the commas between them, as they stand."""
    said = "".join(_words(p.part) for p in run)
    return said.strip(",")


def _words(part: Part) -> str:
    match part:
        case TextPart(text):
            return text
        case RequirePart(label, mark, limit):
            return f"{label}{'不超过' if limit else '不少于'}{mark.text()}"
        case _:
            return ","

"""What stands before a phrase: conditions, points in brackets, verbs that go on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice

from kpixl.patterns import lazily
from kpixl.rules.amounts import Amount, Mark
from kpixl.rules.bracket_points import clear_given, run_text
from kpixl.rules.building import Placed, Refused
from kpixl.rules.carried import is_level, under
from kpixl.rules.count_terms import Counted
from kpixl.rules.figure_clause import says_missed
from kpixl.rules.parts import (
    AllNonePart,
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
    MovePart,
    Part,
    PartiesPart,
    PlacesPart,
    PlaceTimesPart,
    RequirePart,
    SidePart,
    StartPart,
    StatedPart,
    StepPart,
    TextPart,
    TierPart,
    TimesPart,
)
from kpixl.rules.sentences import ends, sentence


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
            case GivePart(task=None, mark=None) | FaultPart() | JudgedPart(held=None) if words:
                first = next(q for q in run if isinstance(q.part, TextPart))
                found += run[: run.index(first)]
                comma = "," if isinstance(run[-1].part, Joint) else ""
                label = run_text(run[run.index(first) :]) + comma + p.part.label
                found.append(Placed(replace(p.part, label=label), first.start, p.end))
            case LevelsPart(labels) if (
                words and words[-1].endswith("的") and all(map(is_level, labels))
            ):
                # 受到通报的,按省、市、县每次分别扣3、2、1分: each of them by its level
                first = next(q for q in run if isinstance(q.part, TextPart))
                found += run[: run.index(first)]
                head = re.sub("的$", "", run_text(run[run.index(first) :]))
                own_levels = replace(p.part, labels=tuple(under(head, labels)))
                found.append(Placed(own_levels, first.start, p.end))
            case LevelsPart((_,), counted=each, amounts=listed) if words and len(listed) > each:
                found += _each_before(p, p.part, run)
            case LevelsPart(verb=verb, counted=False, inside=False) if words and _parallel(
                words[-1], verb
            ):
                # 无计划,无总结、无检查各扣1分: one more of them, or what they stand under
                at = next(q for q in run if isinstance(q.part, TextPart))
                raise Refused(at, "不知道是不是后面“各”说的一件", "几件事都用顿号隔开")
            case PartiesPart(label, counted_words) if words:
                first = next(q for q in run if isinstance(q.part, TextPart))
                found += run[: run.index(first)]
                lead = run_text(run[run.index(first) :])
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
                lead = run_text(run[run.index(first) :]) + comma
                both = replace(p.part, label=lead + label, said=lead + said)
                found.append(Placed(both, first.start, p.end))
            case BranchPart("zero", None, said) if (
                words and _FAULT.search(words[-1]) and not says_missed(said, None)
            ):
                # 未由本人填报,代填报表的,不得分: both are what closes the item
                first = next(q for q in run if isinstance(q.part, TextPart))
                found += run[: run.index(first)]
                said = f"{run_text(run[run.index(first) :])},{said}"
                found.append(Placed(replace(p.part, said=said), first.start, p.end))
            case AnyMissPart(Decimal() as loss) if words and re.search(
                "^[未没无不]|的$|等(?:[\u4e00-\u9fff]{2})$|[未没无不][\u4e00-\u9fff]{1,4}$",
                words[-1],
            ):
                first = next(q for q in run if isinstance(q.part, TextPart))
                found += run[: run.index(first)]
                said = re.sub("的$", "", run_text(run[run.index(first) :]))
                if re.search("(?:显著|突出|明显|优异|良好|特殊)$", said):
                    raise Refused(p, f"“{said}”不是几项要做的事", "未完成其中一项扣N分")
                own: Part = replace(p.part, words=said)
                if any(q is not p and is_scoring(q.part) for q in placed):
                    # 无方案、总结的,缺1项扣0.1分 beside others: of these, whatever the others are
                    own = CountPart(Counted(said, "缺少", "项", ""), Decimal(1), "扣", loss)
                found.append(Placed(own, first.start, p.end))
            case (
                CountPart(words=counted) | JudgedEachPart(words=counted) | TimesPart(words=counted)
            ) if words and counted.does != "少":
                first = next(q for q in run if isinstance(q.part, TextPart))
                found += run[: run.index(first)]
                said = run_text(run[run.index(first) :])
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


def _each_before(p: Placed, part: LevelsPart, run: Sequence[Placed]) -> list[Placed]:
    """年初有计划,年中有检查,年终有总结,各得1分: the things that are listed with commas."""
    first = next(q for q in run if isinstance(q.part, TextPart))
    last, amounts = part.labels[0], part.amounts
    names = [*run_text(run[run.index(first) :]).split(","), last]
    before = [*run[: run.index(first)]]
    while len(names) > 1 and (LOOKS.match(names[0]) or any(map(_IF_FOUND.match, names[1:]))):
        # 查阅资料,有计划,有总结; 保持整洁,如发现杂草未除,漂浮物未清
        before.append(Placed(TextPart(names.pop(0)), first.start, first.end))
    names[0] = _IF_FOUND.sub("", names[0])
    one_by_one = 1 < len(amounts) == len(names)
    alike = all(_parallel(name, part.verb) and "、" not in name for name in names)
    if len(names) < 2 or not (one_by_one or alike):
        raise Refused(p, "“各”前面不知道是哪几件", "几件事都用顿号隔开")
    labels = tuple(re.sub("的$", "", name) for name in names)
    if len(amounts) == 1:
        amounts *= len(labels)
    elif len(amounts) != len(labels):
        raise Refused(p, f"前面是{len(labels)}件,后面是{len(amounts)}个分数", "每一件各写几分")
    listed = replace(part, labels=labels, amounts=amounts)
    return [*before, Placed(listed, first.start, p.end)]


_IF_FOUND = lazily("(?:如果?|若)(?:发现|存在|有)")
LOOKS = lazily("查|检|核|抽|看|听|根据|按|对照|依据|以")
_FAILS = lazily("[未没无不缺漏迟误逾违]")
_DOES = lazily("有|健全|齐全|到位|重视|落实|及时|规范|明确|完善|建立|制定|成立|开展|完成|召开|达标")


def _parallel(words: str, verb: str) -> bool:
    """Whether words say something of the kind that is listed behind them."""
    told = _FAILS if verb == "扣" else _DOES
    return LOOKS.match(words) is None and told.search(words) is not None


def with_all_or_none(placed: Sequence[Placed]) -> list[Placed]:
    """有制度、有台账,全得全扣: what stands before it gives all the points, and nothing else does."""
    found: list[Placed] = []
    for p in placed:
        if isinstance(p.part, AllNonePart):
            others = [q.part for q in placed if q is not p]
            if any(
                isinstance(q, RequirePart)
                or (is_scoring(q) and not (isinstance(q, BranchPart) and q.kind == "zero"))
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


def is_scoring(part: Part) -> bool:
    return not isinstance(part, (TextPart, Joint, StatedPart, HeadPart, BoundPart, RequirePart))


_FAULT = lazily(r"未|不|没|无|发生|出现|违反|弄虚作假")


_FAULT_COUNTED = lazily(
    "迟到|早退|旷|缺席|缺勤|漏|违|差错|错误|未(?!成年|来)|没有|不(?!断|动产|锈)|失误|投诉|事故|通报批评|逾期|超时"
)


def _bare_fault(part: CountPart) -> bool:
    """迟到1次1分: points without a verb for what nobody gives points for."""
    said = part.words.head + part.words.does + part.words.thing
    return part.bare and _FAULT_COUNTED.search(said) is not None


_DONE = lazily(
    "开展|举办|组织|召开|完成|获|采用|发表|报送|培育|引进|新增|建立|制定|参加|承办|推广|争取|创建"
)


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
            if counted.verb == "扣" and _DONE.match(part.words.head + part.words.does):
                raise Refused(p, "不知道是得分,还是扣分", "每次扣N分,或每次得N分")
            part = replace(part, verb=counted.verb)  # 不达标的,每次扣5分;反弹的,每次10分
            p = replace(p, part=part)
        elif isinstance(part, CountPart) and part.bare:
            clear_given(p, part.words.does + part.words.head, found)
            if any(moves(q.part, "扣") for q in placed) and not any(_gives(q.part) for q in placed):
                raise Refused(p, "不知道是得分还是扣分", "每…得N分,或每…扣N分")
        elif isinstance(part, GivePart) and part.bare:
            clear_given(p, part.label, found)
        if isinstance(part, (CountPart, FaultPart)):
            counted = part
        elif isinstance(part, Joint) and part.stop == 2:
            counted = None  # 死亡1人扣3分。开展活动,1次1分: what is said anew has a verb of its own
        bare = isinstance(part, GivePart) and part.bare and part.task is None
        if ends(part):
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
    rest = [p for p in placed if is_scoring(p.part) and p not in missed]
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
    if last is not each[0] or any(is_scoring(p.part) for p in placed if p is not last):
        raise Refused(each[0], "不知道“每项”是哪几项", "几件事列在前面,用分号隔开")
    first = _first_item(placed)
    found: list[Placed] = []
    run: list[Placed] = []
    for p in placed[first:]:
        if p is last or ends(p.part):
            if label := run_text(run):
                give = GivePart(re.sub("的$", "", label), Amount(part.amount))
                found.append(Placed(give, run[0].start, run[-1].end))
            run = []
        elif isinstance(p.part, (TextPart, Joint)):
            run += [p] if run or isinstance(p.part, TextPart) else []
        else:
            raise Refused(p, "不知道“每项”是哪几项", "几件事列在前面,用分号隔开")
    if len(found) < 2:
        raise Refused(each[0], "前面只有一件事", "几件事用分号隔开")
    return [*placed[:first], *found]


def _first_item(placed: Sequence[Placed]) -> int:
    """Where the first of numbered items begins, behind what is said ahead; 0 where none is."""

    def opens(at: int) -> bool:
        joint = placed[at].part
        ahead = placed[at - 1].part if at else None
        return isinstance(joint, Joint) and joint.stop == 2 and isinstance(ahead, Joint)

    if isinstance(placed[0].part, Joint):
        return 0
    numbers = [at for at in range(1, len(placed)) if opens(at)]
    return numbers[0] if len(numbers) > 1 else 0


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
    if whole := _of_words(placed):
        return whole
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
            if isinstance(part, JudgedPart) and part.verb == "得" and _all_given(ahead):
                found.append(Placed(replace(part, label=_UNDONE, said="否则"), p.start, p.end))
                continue
            several = sum(is_scoring(q) for q in ahead) > 1
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


def _of_words(placed: Sequence[Placed]) -> list[Placed]:
    """制度健全,台账齐全,否则不得分: all the points for all that is required, or none.

    Empty where anything else is scored, or words of another sentence stand beside it.
    """
    last = placed[-1] if placed else None
    if last is not None and isinstance(last.part, Joint):
        last = placed[-2] if len(placed) > 1 else None
    if last is None:
        return []
    part, words = last.part, [p for p in placed if isinstance(p.part, TextPart)]
    closes = isinstance(part, BranchPart) and part.kind == "zero" and part.said == "否则"
    judged = isinstance(part, JudgedPart) and part.label == "否则" and part.verb == "扣"
    rest = [p for p in placed if p is not last and p not in words]
    joints = [p.part for p in rest if isinstance(p.part, Joint) and p.start < last.start]
    plain = all(isinstance(p.part, (Joint, StatedPart, HeadPart)) for p in rest)
    if not (closes or judged) or not words or not plain or any(j.stop for j in joints):
        return []
    said = run_text([p for p in placed if words[0].start <= p.start <= words[-1].start])
    if re.search("[未没无不]|的$", said):
        raise Refused(last, "不知道“否则”指的是哪一件", "写明什么情况下不得分")
    whole: Part = GivePart(said, Amount(None))
    if isinstance(part, JudgedPart):
        whole = replace(part, label=f"未做到“{said}“")
    ahead = [p for p in rest if p.start < words[0].start]
    return [*ahead, Placed(whole, words[0].start, last.end)]


# what an assessor gives for whichever of the things before it was not done
_UNDONE = "未做到的几件的得分"


def _all_given(ahead: Sequence[Part]) -> bool:
    """Whether nothing but several things done stands in front, each with its points."""
    scoring = [q for q in ahead if is_scoring(q)]
    plain = all(isinstance(q, GivePart) and q.verb == "得" and q.mark is None for q in scoring)
    return plain and len(scoring) > 1


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
            named = ahead.part.label if ahead.part.label != NAMELESS else ""
            required = replace(ahead.part, label=named + words)
            at = p.start + len(words)
            found[-1] = Placed(required, ahead.start, at)
            found.append(Placed(replace(p.part, label="", head=""), at + 1, p.end))
        else:
            found.append(p)
    return found


def moves(part: Part, verb: str) -> bool:
    """Whether a part takes (扣), or gives on top (加)."""
    match part:
        case CountPart() | FaultPart() | JudgedPart() | JudgedEachPart() | LevelsPart():
            return part.verb == verb
        case StepPart(way=way, falls=falls, verb=given):
            takes = way == "both" or (way == "down") != falls
            gives = way == "both" or not takes
            return takes if verb == "扣" else gives and given == "加"
        case AnyMissPart() | TimesPart() | BranchPart(kind="lose"):
            return verb == "扣"
        case GivePart(verb=given) | PlacesPart(verb=given) | PlaceTimesPart(verb=given):
            return given == verb
        case TierPart(verb=given) | SidePart(verb=given):
            return given == verb
        case MovePart(plus=plus, minus=minus):
            return bool(plus) if verb == "加" else verb == "扣" and bool(minus)
        case _:
            return False


def with_start(placed: Sequence[Placed]) -> list[Placed]:
    """基础分8分,每获一项表彰加1分: additions start from it; elsewhere it is what the item is worth."""
    found: list[Placed] = []
    for p in placed:
        if isinstance(p.part, StartPart) and p.part.worth:
            rest = [q.part for q in placed if q is not p and is_scoring(q.part)]
            open_ = all(moves(part, "加") or moves(part, "扣") for part in rest)
            gives = [part for part in rest if moves(part, "得") and not moves(part, "加")]
            summed = sum((_given(part) for part in gives), Decimal(0)) == p.part.amount.number
            if gives and not summed and any(moves(part, "加") for part in rest):
                raise Refused(
                    p, "不知道前后的得分是另外给的,还是基础分里的", "以N分为基准,或另起一项"
                )
            if not (open_ and any(moves(part, "加") for part in rest)):
                assert p.part.amount.number is not None
                p = Placed(StatedPart(p.part.amount.number), p.start, p.end)
        found.append(p)
    return found


def _given(part: Part) -> Decimal:
    """The points that a thing done is given."""
    if isinstance(part, GivePart) and part.verb == "得":
        return part.amount.number or Decimal(0)
    return Decimal(0)


_GRADED = lazily(
    r".*(?:优秀?|良好?|中等?|差|合格|及格|达标|称职|满意|一般|[一二三四五]等奖|[ABCDE]级?)(?:等次|等级|档次|的)?"
)


_RANKS = ("国家|全国", "省|部", "市|厅|州", "县|区", "乡|镇")


def _lowest(words: str) -> int:
    """How low the lowest of the levels is that words name, -1 where they name none."""
    return max(
        (n for n, of in enumerate(_RANKS) if re.search(f"(?:{of})(?:级|、|$)", words)), default=-1
    )


def clear_stacks(placed: Sequence[Placed]) -> None:
    """Refuse 国家级加5分,省级加3分,不重复计分;表现突出的加2分: what of this counts once?"""
    for n, p in enumerate(placed):
        if not (isinstance(p.part, TextPart) and p.part.stack):
            continue
        start, end = sentence(placed, n)
        inside = sum(is_scoring(q.part) for q in placed[start:end])
        outside = sum(is_scoring(q.part) for q in (*placed[:start], *placed[end:]))
        if inside > 1 and outside:
            raise Refused(p, "不知道管到哪几处,是这一句还是整条", "另起一项,或另起一句写在最后")


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

"""Clauses that sum things up: a checklist, counted things, faults."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Literal, TypeGuard

from kpixl.patterns import lazily
from kpixl.rules.amounts import Amount, Mark
from kpixl.rules.building import Builder, Placed, Refused
from kpixl.rules.closing import ELSE, closes, gate, is_zero, said_of, without_said_again
from kpixl.rules.count_terms import Counted, PerUnit, in_period
from kpixl.rules.escalation_terms import Escalation
from kpixl.rules.figure_clause import MISSED, NAMELESS, core, is_numeric, says_missed
from kpixl.rules.gravest import is_graver
from kpixl.rules.judged_terms import JudgedEach, Split
from kpixl.rules.model import InputKind, Term
from kpixl.rules.parties import takes_from
from kpixl.rules.parts import (
    AnyMissPart,
    CountPart,
    FaultPart,
    GivePart,
    JudgedEachPart,
    JudgedPart,
    LevelsPart,
    MovePart,
    Part,
    PlaceTimesPart,
    SplitPart,
    TierPart,
    TimesPart,
)
from kpixl.rules.place_terms import RankMove
from kpixl.rules.scopes import clear_denied
from kpixl.rules.single import judged_term
from kpixl.rules.terms import Base, Gate, Highest, Levels, Threshold, YesNo
from kpixl.rules.vocabulary import is_percent
from kpixl.rules.words.elements import COUNTS, LUMP


def is_sum(scoring: Sequence[Placed]) -> bool:
    """Whether 平台1个得10分 stands among things that are simply summed up."""
    if _exclude(scoring):
        return True
    if any(map(_is_thing, scoring)) and all(_is_thing(p) or is_zero(p.part) for p in scoring):
        return True
    if all(closes(p.part) for p in scoring):
        return True
    eaches = [p.part for p in scoring if isinstance(p.part, GivePart) and p.part.or_each]
    if len(eaches) == len(scoring) and all(e.verb == "加" for e in eaches) and eaches:
        return True
    if len(eaches) > 1 and all(p.part in eaches or is_zero(p.part) for p in scoring):
        return len({(e.label, e.thing) for e in eaches}) == len(eaches)
    plain = (CountPart, TimesPart, FaultPart, JudgedPart, JudgedEachPart, LevelsPart, SplitPart)
    if any(isinstance(p.part, plain) for p in scoring) and all(
        isinstance(p.part, plain) or closes(p.part) or _is_thing(p) for p in scoring
    ):
        return True
    if _missed_is_judged(scoring):
        return True
    if any(isinstance(p.part, AnyMissPart) for p in scoring) and all(
        isinstance(p.part, AnyMissPart) or closes(p.part) or _is_thing(p) or _is_fault(p.part)
        for p in scoring
    ):
        return True
    marks = [p.part for p in scoring if is_numeric(p.part)]
    others = [p for p in scoring if not is_numeric(p.part)]
    each = all(isinstance(m, GivePart) and m.or_each for m in marks)
    return bool(marks) and each and bool(others)


def _is_fault(part: Part) -> bool:
    return isinstance(part, (CountPart, FaultPart)) and part.verb == "扣"


def _missed_is_judged(scoring: Sequence[Placed]) -> bool:
    """完成任务得5分,未完成的酌情扣分,未开展的不得分: no figure tells what the judge decides."""
    judged = [p.part for p in scoring if isinstance(p.part, JudgedPart)]
    gives = [p.part for p in scoring if isinstance(p.part, GivePart)]
    rest = [p for p in scoring if p.part not in judged and p.part not in gives]
    return (
        len(gives) == len(judged) == 1
        and gives[0].mark is None
        and judged[0].verb == "扣"
        and MISSED.match(judged[0].label) is not None
        and all(is_zero(p.part) and not says_missed(said_of(p.part), None) for p in rest)
    )


def _is_thing(p: Placed) -> bool:
    """A thing done: neither a task with a target nor a figure with a mark."""
    part = p.part
    if not isinstance(part, GivePart) or part.task is not None or part.mark is not None:
        return False
    if _MANNER.search(part.label) or _DRAWN_UP.match(part.label):
        return True
    return not re.search(r"(?:目标|任务|指标|要求|标准|计划)[数值]?$", part.label)


# 按标准和要求完成任务: done or not, whatever the task is
_MANNER = lazily(r"(?:按照?|根据|依照)[^,]*(?:要求|标准|规定|时限|进度|质量|程序)完成[^,]*$")


# 制定年度计划: a paper, not what is to be reached
_DRAWN_UP = lazily(
    r"[^,]{0,8}?(?<![未没])(?:制定|制订|编制|拟定|拟订|印发|出台|上报|报送|提交|公布|公示)(?!.*(?:完成|达到))"
)


def _exclude(scoring: Sequence[Placed]) -> bool:
    """Whether the things say of themselves that only one of them can hold: 未达到但改善的."""
    gives = [p.part for p in scoring if isinstance(p.part, GivePart)]
    plain = all(g.mark is None and not g.prop for g in gives)
    others = all(p.part in gives or is_zero(p.part) for p in scoring)
    if not (plain and others and any(g.other for g in gives)):
        return False
    if len(scoring) == 1:
        return True
    first = [g for g in gives if not g.other and g.amount.number != 0]
    denied = [_denied(g) for g in gives if g.other]
    if "" in denied:  # 未达到目标但…, of whatever stands before
        return len(first) == 1
    return all(any(said in core(g.label) for said in denied) for g in first) and all(
        any(said in core(g.label) for g in first) for said in denied
    )


def _denied(other: GivePart) -> str:
    """What 未达到目标但… speaks of."""
    ahead = re.split("但", other.label)[0]
    return core(re.sub("^(?:没有|没|未能|未|完不成|达不到|不)", "", ahead))


def read_sum(b: Builder, scoring: Sequence[Placed]) -> None:
    """A sum of things done and of counted things."""
    falling = _falls(scoring)
    usual = "取最高" if _are_deadlines(scoring) or _has_others(scoring) else ""
    if falling and b.reading("G38", usual) == "取最高":
        read_grades(b, scoring, said=False)
        return
    if _are_grades(scoring) or (len(scoring) > 1 and _exclude(scoring)):
        read_grades(b, scoring)
        return
    gates = [p for p in scoring if closes(p.part)]
    scoring = [p for p in scoring if not closes(p.part)]
    gates = without_said_again(gates, scoring)
    if not falling:
        clear_denied(gates, scoring)
    scoring = _without_heading(b, _without_any_miss(b, scoring))
    rest = [p for p in scoring if not isinstance(p.part, GivePart)]
    scoring = _from_base(b, scoring, rest)
    _clear_deadlines(scoring)
    _clear_levels(scoring)
    scoring = _without_levels(b, scoring)
    gives = [p for p in scoring if isinstance(p.part, GivePart)]
    levels = sum(isinstance(p.part, LevelsPart) and p.part.verb == "得" for p in scoring)
    for p in scoring:
        match p.part:
            case GivePart(label, amount, _, None) if _EVERYONE.fullmatch(label) and rest:
                b.terms.append(Base(amount, label))
            case GivePart() as give:
                b.terms.append(_thing(b, p, give, several=len(gives) + levels > 1))
            case LevelsPart() as listed:
                _add_levels(b, p, listed)
            case TimesPart() as times:
                _escalates(b, p, times, gates)
            case CountPart() as count:
                _add_count(b, p, count, scoring)
            case _:
                _add(b, p)
    if takes_from(scoring):
        b.reading("G84")
    for p in gates:
        b.terms.append(gate(b, p))


def _from_base(b: Builder, scoring: Sequence[Placed], rest: Sequence[Placed]) -> list[Placed]:
    """The deductions alone, where they start from the points of the one thing beside them."""
    gives = [p for p in scoring if isinstance(p.part, GivePart)]
    if len(gives) != 1 or not rest or not all(_takes(p.part) for p in rest):
        return list(scoring)
    first = gives[0].part
    assert isinstance(first, GivePart)
    if first.verb == "加":
        raise Refused(gives[0], "不知道每一个都加分,还是有了就加分", "每…1个加N分,每…1个扣M分")
    rate = first.task is not None and is_percent(first.task)
    if first.mark is None and (first.given is not None or rate):
        raise Refused(gives[0], "不知道没有达到时如何计", "未达到的不得分,或未达到的扣N分")
    if over := takes_more(first.amount.number, rest):
        raise Refused(over, "扣的比前面得的多,不知道从哪里扣", "不超过前面的得分")
    if b.reading("G19") != "从该分扣起":
        return list(scoring)
    marked = first.mark.text() + first.thing if first.mark else ""
    b.terms.append(Base(first.amount, first.label + marked))
    return list(rest)


def _clear_levels(scoring: Sequence[Placed]) -> None:
    """Refuse 每新增1家国家级企业得4分,市级得1分: each of them, or once."""
    counts = [p for p in scoring if isinstance(p.part, CountPart)]
    for p in scoring:
        level = isinstance(p.part, (FaultPart, GivePart)) and _LEVEL.fullmatch(p.part.label)
        if counts and level and p.start > counts[0].start:
            raise Refused(p, "不知道是每个都计,还是只计一次", "每个…,或分别加N分")


# 省级加2分 behind 获国家级表彰加3分: the same honour of another level
_BARE_LEVEL = lazily(
    "(?:获|获得|受到|被评为)?(?:国家|省部|部|省|市|厅|州|县|区|乡镇?)级(?:及?以上)?的?"
)


def _without_levels(b: Builder, scoring: Sequence[Placed]) -> list[Placed]:
    """The parts without levels of one thing of which only the highest counts (G38)."""
    found: list[Placed] = []
    run: list[Placed] = []
    for p in [*scoring, None]:
        if p is not None and run and _is_level(p.part) and _alike(run[-1].part, p.part):
            run.append(p)
            continue
        overlap = any("以上" in _of_level(q.part)[0] for q in run)
        if len(run) > 1 and b.reading("G38", "取最高" if overlap else "") == "取最高":
            held = [(q, *_of_level(q.part)) for q in run]
            terms = tuple(YesNo(b.input(q, n, "yes_no", "是/否"), a, v) for q, n, a, v in held)
            b.terms.append(Levels(terms, highest=True, bonus=terms[0].verb == "加"))
        else:
            found += run
        run = []
        if p is not None and _names_level(p.part):
            run = [p]
        elif p is not None:
            found.append(p)
    return found


def _of_level(part: Part) -> tuple[str, Amount, Literal["得", "加", "扣"]]:
    assert isinstance(part, (GivePart, FaultPart))
    return part.label, part.amount, part.verb


def _names_level(part: Part) -> bool:
    plain = isinstance(part, GivePart) and part.mark is None and part.task is None and not part.prop
    added = isinstance(part, FaultPart) and part.verb == "加"
    return (plain or added) and _LEVEL_IN.search(_of_level(part)[0]) is not None


_LEVEL_IN = lazily("(?:国家|省部|部|省|市|厅|州|县|区|乡镇?)级")


def _is_level(part: Part) -> bool:
    return _names_level(part) and _BARE_LEVEL.fullmatch(_of_level(part)[0]) is not None


def _alike(one: Part, other: Part) -> bool:
    """Whether two levels are given or added, and not the same points."""
    (_, a, v), (_, b, w) = _of_level(one), _of_level(other)
    return v == w and a != b


def _thing(b: Builder, p: Placed, part: GivePart, *, several: bool) -> Term:
    """A thing that is done, or that is there so many times."""
    label, amount, mark = part.label, part.amount, part.mark
    if part.or_each and mark is not None and part.verb != "扣":
        return _counted_once(b, p, label, amount, mark, part.thing, part.verb)
    if _is_rest(part):
        raise Refused(p, f"不知道“{label}”指的是哪些", "写在几个等次后面")
    if mark is not None:
        raise Refused(p, "与前面的计分方式不能写在同一条里", "得N分,或每…得N分")
    if amount.number is None and several:
        raise Refused(p, "有几项得分,不能其中一项得满分", "写明得几分")
    return YesNo(b.input(p, label, "yes_no", "是/否"), amount)


def _add(b: Builder, p: Placed) -> None:
    """A fault, what is judged, or places that were moved or taken."""
    match p.part:
        case JudgedEachPart(words, low, high, verb_of_each, view):
            i = b.input(p, words.label, "count", words.unit)
            j = b.input(p, f"{words.label}{_POINTS[verb_of_each]}", "judged", "分")
            b.terms.append(JudgedEach(i, j, words, low, high, verb_of_each, view))
        case SplitPart(label_of_all, points_of_all, names, weights):
            given = tuple(b.input(p, f"{label_of_all}{n}得分", "judged", "分") for n in names)
            b.terms.append(Split(given, label_of_all, points_of_all, names, weights))
        case JudgedPart():
            b.terms.append(judged_term(b, p))
        case FaultPart(label, amount, "扣") if _each_case(b, label, amount):
            assert amount.number is not None
            i = b.input(p, label, "count", "种")
            words = Counted(label, "", "种", "")
            b.terms.append(PerUnit(i, words, Decimal(1), "扣", amount.number))
        case FaultPart(label, amount, verb):
            i = b.input(p, label, "yes_no", "是/否", verb=verb)
            b.terms.append(YesNo(i, amount, verb, more=_comes_on_top(b, p.part)))
        case MovePart(label, per_up, plus, per_down, minus):
            i = b.input(p, f"{label}名次上升位数", "number", "位")
            b.terms.append(RankMove(i, label, per_up, plus, "加"))
            if minus is not None:
                b.terms.append(RankMove(i, label, per_down, minus, "扣"))
        case PlaceTimesPart(head, does, unit, taken, verb_of_place, amounts):
            for place, points in zip(taken, amounts, strict=True):
                words = Counted(head, does, unit, place)
                i = b.input(p, words.label, "count", unit)
                b.terms.append(PerUnit(i, words, Decimal(1), verb_of_place, points))
        case _:
            raise Refused(p, "与前面的计分方式不能写在同一条里", "得N分,或每…得N分")


def _comes_on_top(b: Builder, part: FaultPart) -> bool:
    """Whether 情节严重的再扣3分 stands behind the fault of which it is a graver case."""
    last = b.terms[-1] if b.terms else None
    behind = isinstance(last, YesNo) and last.verb == part.verb == "扣"
    return part.more and behind and is_graver(part.label)


def _add_levels(b: Builder, p: Placed, part: LevelsPart) -> None:
    """国家级、省级分别得3、2分, once or for each of them."""
    labels, amounts, verb = part.labels, part.amounts, part.verb
    if len(labels) < 2 and not part.counted:
        raise Refused(p, "“分别”前面只有一个名称", "用顿号隔开的几个名称")
    if len(labels) != len(amounts):
        raise Refused(
            p,
            f"前面是{len(labels)}个名称,后面是{len(amounts)}个分数",
            "名称与分数一一对应,用顿号隔开",
        )
    if part.joined and b.readings.get("G88") == "两件":
        labels = part.joined
    if not part.counted and verb != "扣" and len(set(amounts)) == len(amounts):
        held = tuple(
            YesNo(b.input(p, name, "yes_no", "是/否"), Amount(n), verb)
            for name, n in zip(labels, amounts, strict=True)
        )
        # 优、良、差分别得5、3、1分; 市级以上、省级以上分别加3、5分
        grades = all(_GRADE.match(name) for name in labels) or any("以上" in n for n in labels)
        highest = b.reading("G38", "取最高" if grades else "") == "取最高"
        b.terms.append(Levels(held, highest, bonus=verb == "加"))
        return
    whole = not part.counted or b.reading("G7") == "整步"
    for label, points in zip(labels, amounts, strict=False):
        if part.counted:
            i = b.input(p, label, "count", part.unit)
            words = Counted(label, part.does, part.unit, "")
            b.terms.append(PerUnit(i, words, Decimal(1), verb, points, whole))
        elif verb == "扣" and (wanting := in_period(label)) is not None:
            each = CountPart(wanting, Decimal(1), verb, points)
            own = Placed(each, p.start, p.end)
            _add_count(b, own, each, [own])
        else:
            i = b.input(p, label, "yes_no", "是/否")
            b.terms.append(YesNo(i, Amount(points), verb))


# 甲、乙任一项未完成扣1分
_ANY_OF = lazily("(?<![主责信担现历前兼委离胜])任(?:意|何)?$")


def _add_count(b: Builder, p: Placed, part: CountPart, scoring: Sequence[Placed]) -> None:
    """每采用一条得0.1分."""
    words = part.words
    if part.per <= 0:
        raise Refused(p, "“每”后面的数为0", "大于0的数")
    if _ANY_OF.search(words.head):
        raise Refused(p, "不知道是每一项都计,还是有了就计", "每1项未完成扣N分")
    if words.undone and b.reading("G92") == "不到1次才扣":
        once = words.step(part.per)
        i = b.input(p, once, "yes_no", "是/否", verb=part.verb)
        b.terms.append(YesNo(i, Amount(part.amount), part.verb))
        return
    if (words.period or words.missed) and b.reading("G150") == "只扣一次":
        i = b.input(p, words.step(part.per), "yes_no", "是/否", verb=part.verb)
        b.terms.append(YesNo(i, Amount(part.amount), part.verb))
        return
    if words.again and b.reading("G97") == "只计一次":
        i = b.input(p, words.label, "yes_no", "是/否", verb=part.verb)
        b.terms.append(YesNo(i, Amount(part.amount), part.verb))
        return
    if words.apiece and b.reading("G87") == "扣一次":
        i = b.input(p, words.head, "yes_no", "是/否", verb=part.verb)
        b.terms.append(YesNo(i, Amount(part.amount), part.verb))
        return
    whole = bool(words.period or words.missed) or b.reading("G7") == "整步"
    measured = words.unit not in COUNTS and _MEASURED.fullmatch(words.unit) is not None
    kind: InputKind = "number" if measured else "count"
    label = re.sub("^其中", "", words.label) + _without(b, p, scoring)
    i = b.input(p, label, kind, words.unit, verb=part.verb, among=part.among)
    b.terms.append(
        PerUnit(
            i,
            words,
            part.per,
            part.verb,
            part.amount,
            whole,
            part.most,
            part.share,
            part.more and part.among,
        )
    )


def _escalates(b: Builder, p: Placed, part: TimesPart, gates: Sequence[Placed]) -> None:
    """被通报一次扣1分,两次扣3分,三次以上不得分."""
    if re.search("每", part.words.head):
        raise Refused(p, "不知道是每期各计几次,还是全年一共几次", "全年被通报一次扣N分,两次扣M分")
    last = part.nth and b.reading("G82") == "只扣最后一次"
    closed = part.zero is not None or any(
        isinstance(q.part, TierPart) and q.part.low == len(part.amounts) + 1 for q in gates
    )
    more = part.nth and not last and (part.above or not closed)
    if more and not part.above:
        more = b.reading("G85") == "再扣"
    elif not closed and not part.above:
        b.reading("G83")
    i = b.input(p, part.words.label, "count", part.words.unit, verb="扣")
    b.terms.append(Escalation(i, part.words, part.amounts, part.nth, last, part.above, more))
    if part.zero is not None:
        b.terms.append(Gate(i, Mark(part.zero, part.words.unit), ">="))


_WITHIN = lazily(r"[0-9]{1,3}个?(?:工作日|日|天|小时)(?:之|以)?内")
# 近3年, 连续2年: who had it so long had it shorter too
_SO_LONG = lazily(
    r"(?:最近|近|过去|连续|持续)(?:[0-9]{1,2}|[二两三四五六七八九十])(?:年度?|个月|个?季度|届)(?:之?内|以来|中)?"
)


def _clear_deadlines(scoring: Sequence[Placed]) -> None:
    """Refuse 3日内办结得5分,5日内办结得3分: who is in time for the first is for the second, too."""
    seen: set[str] = set()
    for p in scoring:
        if isinstance(p.part, (GivePart, FaultPart)) and _WITHIN.search(p.part.label):
            rest = _WITHIN.sub("", p.part.label)
            if rest in seen:
                raise Refused(p, "前面的期限也在这个期限内,不知道是否都计", "超过N天的得M分")
            seen.add(rest)
        if isinstance(p.part, (GivePart, FaultPart)) and _SO_LONG.search(p.part.label):
            rest = _SO_LONG.sub("", p.part.label)
            if rest in seen:
                raise Refused(p, "前面的年限也算在这里面,不知道是否都计", "另起一项,或只写一个")
            seen.add(rest)


# 各单位均得5分: what all start from
_EVERYONE = lazily(
    r"(?:各|所有|全部|参评|被考核)*(?:单位|部门|乡镇|街道|区县|县区|县市区|村|社区|企业|科室|学校)(?:均|都|一律)"
)


def _each_case(b: Builder, label: str, amount: Amount) -> bool:
    """Whether 有下列情形之一的扣N分 takes for each of the cases that are listed."""
    listed = re.search("(?:情形|情况|行为|问题|现象|事项)之一$", label) is not None
    return listed and amount.number is not None and b.reading("G86") == "各扣"


_POINTS = {"得": "得分", "加": "加分", "扣": "扣分"}
# Words that grade one thing: only one of them can hold.
# which way a figure went, or that it did not: 水质好转得10分,保持稳定得8分,恶化不得分
CHANGES = (
    r"(?:有所|明显|保持|基本)?(?:好转|改善|向好|变好|提升|提高|上升|增长|增加|稳定|持平|不变|无变化|没有变化"
    r"|下降|降低|减少|变差|恶化|倒退|下滑)"
)
_GRADE = lazily(
    r"^[^,;]{0,12}?(?:为|评为|属|属于)?(?P<grade>(?:很|较|比较|非常|基本|不|未)?"
    r"(?:好|差|优|良|中|优秀|良好|合格|及格|达标|满意|一般|显著|明显|突出|健全|完善|规范|强|弱|高|低|无)"
    rf"|[ABCDE]{{1,3}}[+-]?级?|[一二三四五]等|{CHANGES})(?:的|者|等次|等级)?(?:及其?以下的?)?$"
)


def _are_grades(scoring: Sequence[Placed]) -> bool:
    """好20分,较好15分,一般10分,差0分: things of which only one can be so."""
    found = [
        _GRADE.match(p.part.label.replace("“", ""))
        if isinstance(p.part, GivePart) and _is_thing(p)
        else _GRADE.match(said_of(p.part).replace("“", ""))
        if is_zero(p.part)
        else None
        for p in scoring
    ]
    if len(found) > 2 and found[-1] is None and _is_rest(scoring[-1].part):
        found.pop()  # 其余得5分, 其他不得分: none of those named
        scoring = scoring[:-1]
    grades = [m for m in found if m]
    if len(grades) < len(scoring) or len(grades) < 2:
        return False
    stems = {m.string[: m.start("grade")] for m in grades if m.start("grade")}
    return len(stems) <= 1 and len({m["grade"] for m in grades}) == len(grades)


def _falls(scoring: Sequence[Placed]) -> bool:
    """国家级5分,省级3分: things with fewer and fewer points may exclude one another."""
    parts: list[GivePart | FaultPart] = [
        p.part
        for p in scoring
        if (isinstance(p.part, GivePart) and _is_thing(p)) or _is_bonus(p.part)
    ]
    if any(isinstance(part, GivePart) and _is_rest(part) for part in parts):
        return False
    named = len(parts) + sum(is_zero(p.part) for p in scoring)
    if len(parts) < 2 or named < len(scoring) or len({_verb_of(p) for p in parts}) > 1:
        return False
    amounts = [part.amount.number for part in parts if part.amount.number is not None]
    return (
        len(amounts) == len(parts)
        and all(a > b for a, b in pairwise(amounts))
        and not _are_grades(scoring)
        and not _is_heading([p for p in parts if isinstance(p, GivePart)])
    )


def _is_rest(part: Part) -> bool:
    """其余得5分, 其余不得分."""
    said = part.label if isinstance(part, GivePart) else said_of(part)
    return _OTHERS.fullmatch(said) is not None


_DATE = lazily(
    r"(?:(?:19|20)[0-9]{2}年)?(?:第?[一二三四1-4]季度|上半年|[0-9]{1,2}月)?"
    r"(?:[0-9]{1,2}[日号]|底|末|中旬|上旬|下旬|年底|年终)?(?:之前|以前|前|之后|以后|后)|[0-9]{1,2}月(?:[0-9]{1,2}[日号]|底|末)|年底|年终|年内"
)


def _are_deadlines(scoring: Sequence[Placed]) -> bool:
    """6月底前完成得5分,9月底前完成得3分: who is in time for the first is for the others too."""
    labels = [p.part.label for p in scoring if isinstance(p.part, (GivePart, FaultPart))]
    rest = {_DATE.sub("", label, count=1) for label in labels}
    return len(labels) > 1 and len(rest) == 1 and not rest & {*labels}


_OTHERS = lazily(r"(?:其余|其他|其它)(?:情况|情形)?的?")


def _has_others(scoring: Sequence[Placed]) -> bool:
    """国家级得5分,省级得3分,其余不得分: of which only one holds."""
    return any(_is_rest(p.part) for p in scoring)


_VERB_GIVEN: Literal["得", "加"] = "得"


def _is_bonus(part: Part) -> TypeGuard[FaultPart]:
    return isinstance(part, FaultPart) and part.verb == "加"


def _verb_of(part: GivePart | FaultPart) -> Literal["得", "加"]:
    return "加" if _is_bonus(part) else "得"


def read_grades(b: Builder, scoring: Sequence[Placed], *, said: bool = True) -> None:
    """One yes/no for each grade, of which the highest counts."""
    terms = []
    for p in scoring:
        amount, verb = Amount(Decimal(0)), _VERB_GIVEN
        if ELSE.fullmatch(re.sub("的$", "", said_of(p.part))):
            if p is not scoring[-1]:
                raise Refused(p, "不知道“否则”指的是哪一件", "写明什么情况下不得分")
            continue  # nothing else gives points anyway
        if _is_rest(p.part) and p is not scoring[-1]:
            raise Refused(p, "不知道“其余”指的是哪些", "写在最后")
        if isinstance(p.part, (GivePart, FaultPart)):
            label, amount, verb = p.part.label, p.part.amount, _verb_of(p.part)
        else:
            label = said_of(p.part)
        label = re.sub("的$", "", label)
        terms.append(YesNo(b.input(p, label, "yes_no", "是/否"), amount, verb))
    if said:
        b.reading("G30", "就高")
    others = not said and _has_others(scoring)
    b.terms.append(Highest(tuple(terms), any(t.bonus for t in terms), others))


def _without(b: Builder, p: Placed, scoring: Sequence[Placed]) -> str:
    """What is not counted here, because 其中… counts it otherwise."""
    part = p.part
    assert isinstance(part, CountPart)
    counts = [q.part for q in scoring if isinstance(q.part, CountPart)]
    at = counts.index(part)
    if part.among:
        whole = next((c for c in reversed(counts[:at]) if not c.among), None)
        if whole is None or whole.words.unit != part.words.unit:
            raise Refused(p, "不知道是前面哪些里面的", f"前面按{part.words.unit}计数的")
        if (whole.verb == "扣") != (part.verb == "扣") or whole.per != 1 or part.per != 1:
            raise Refused(p, "不知道与前面的怎样一起计", "每1个各计几分")
        return ""
    named = []
    for c in counts[at + 1 :]:
        if not c.among:
            break
        if c.verb == part.verb and not c.more:  # 得3分,其中…另加1分 comes on top
            named.append(re.sub(r"^其中|\([^()]*\)$", "", c.words.label))
    if not named or b.reading("G61") == "都计":
        return ""
    return f"(不含{'、'.join(named)})"


_LEVEL = lazily(r"(?:获)?(?:国家|省部|部|省|市|厅|县|区|乡镇?)级(?:的)?")
_MEASURED = lazily(rf"{LUMP}|%|个百分点|")


def _counted_once(
    b: Builder,
    p: Placed,
    label: str,
    amount: Amount,
    mark: Mark,
    thing: str,
    verb: Literal["得", "加"],
) -> Term:
    """平台1个得10分: once when there are as many, or for each, as the reading says."""
    # 承担1个国家级项目得3分,承担1个省级项目得2分: the things tell the counts apart
    label, thing = label + thing, ""
    i = b.input(p, label, "count", mark.unit, mark.number)
    each = verb == "加" or b.summed
    if b.reading("G21", "每个" if each else "达到即得") == "达到即得":
        return Threshold(i, mark, amount, "zero", thing=thing, each=True, verb=verb)
    if amount.number is None or mark.number is None:
        raise Refused(p, "每个都得满分,不知道是多少", "写明得几分")
    head = label.removesuffix(thing) if thing else label
    words = Counted(head, "", mark.unit, thing, plain=True)
    return PerUnit(i, words, mark.number, verb, amount.number)


def _without_any_miss(b: Builder, scoring: Sequence[Placed]) -> Sequence[Placed]:
    """未完成其中一项扣2分 beside parts of 2 points each says nothing new; alone it counts them."""
    misses = [p for p in scoring if isinstance(p.part, AnyMissPart)]
    if not misses:
        return scoring
    if len(misses) > 1:
        raise Refused(misses[1], "前面已经写过一次", "只写一次")
    rest = [p for p in scoring if p not in misses]
    part = misses[0].part
    assert isinstance(part, AnyMissPart)
    loss = part.amount
    match [p.part for p in rest]:
        case [LevelsPart(counted=False, verb="得", amounts=each)] if {*each} == {loss or each[0]}:
            b.restated = True  # 制度、台账两项各2分,缺一项扣2分
            return rest
    parts = [p.part for p in rest if isinstance(p.part, GivePart)]
    if loss is None:
        plain = [p for p in parts if p.mark is None and p.amount.number is not None]
        if part.words or len(plain) < max(2, len(rest)):
            raise Refused(misses[0], "不知道每一项各是多少分", "各项逐一写明得几分")
        return rest
    first = all(
        misses[0].start < p.start
        and isinstance(p.part, (CountPart, FaultPart))
        and p.part.verb == "扣"
        for p in rest
    )
    judged = any(isinstance(p.part, JudgedPart) and p.part.verb == "得" for p in rest)
    if not rest or (part.lacks and (first or (judged and not parts))):
        # 缺一项扣1分,管理不到位扣2分: something else is taken for
        whole = b.reading("G7") == "整步"
        i = b.input(misses[0], part.words + "未完成项数", "count", "项")
        words = Counted(part.words, "未完成", "项", "")
        b.terms.append(PerUnit(i, words, Decimal(1), "扣", loss, whole))
        return rest
    takes = [p for p in rest if _takes(p.part)]
    if len(rest) == 1 + len(takes) and len(parts) == 1 and parts[0].amount.number != loss:
        # 成立小组,制定方案得10分,每少一项扣2分: points for all, less for each that is missing
        whole = b.reading("G7") == "整步"
        words = Counted("", "缺少", "项", "")
        b.terms.append(Base(parts[0].amount, parts[0].label))
        i = b.input(misses[0], "缺少项数", "count", "项")
        b.terms.append(PerUnit(i, words, Decimal(1), "扣", loss, whole))
        return takes
    if (
        len(parts) < len(rest)
        or any(p.amount.number != loss for p in parts[1:])
        or (parts[0].amount.number != loss and not _is_heading(parts))
    ):
        raise Refused(misses[0], "与各项的得分不一致,不知道按哪个扣", "与每一项的得分相同")
    b.restated = bool(rest)
    return rest


def _without_heading(b: Builder, scoring: Sequence[Placed]) -> Sequence[Placed]:
    """完成目标10分。甲得4分;乙得6分: a first line that is the sum of the rest is their heading."""
    parts = [p.part for p in scoring if isinstance(p.part, GivePart)]
    if len(parts) < len(scoring) or not _is_heading(parts):
        return scoring
    b.heading = parts[0]
    return scoring[1:]


def _is_heading(parts: Sequence[GivePart]) -> bool:
    if len(parts) < 3 or parts[0].task not in NAMELESS:
        return False
    amounts = [p.amount.number for p in parts]
    return None not in amounts and amounts[0] == sum(a for a in amounts[1:] if a is not None)


def takes_more(points: Decimal | None, placed: Sequence[Placed]) -> Placed | None:
    """有制度得4分,未执行扣6分: where more is taken at once than there is to take it from."""
    for p in placed:
        if isinstance(p.part, FaultPart) and p.part.verb == "扣" and not p.part.amount.share:
            taken = p.part.amount.number
            if points is not None and taken is not None and taken > points:
                return p
    return None


def _takes(part: Part) -> bool:
    return (
        isinstance(part, (CountPart, FaultPart, LevelsPart, JudgedPart, JudgedEachPart))
        and part.verb == "扣"
    ) or isinstance(part, TimesPart)

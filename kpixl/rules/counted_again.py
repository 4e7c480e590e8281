"""What is said of the same things once more: 较大事故扣5分 behind 发生一般事故1起, each of them too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeGuard

from kpixl.patterns import lazily
from kpixl.rules.amounts import Mark
from kpixl.rules.building import Placed, Refused
from kpixl.rules.count_terms import Counted
from kpixl.rules.each_phrases import KIND, SHORT
from kpixl.rules.parts import (
    BoundPart,
    CountPart,
    FaultPart,
    GivePart,
    Joint,
    JudgedPart,
    LevelsPart,
    Part,
)
from kpixl.rules.sentences import ends


def with_each(placed: Sequence[Placed]) -> list[Placed]:
    """每发生1起一般事故扣1分,较大事故扣3分: 每 is about things of the same name behind it too.

    未完成任务的,分管领导扣3分,经办人扣1分 is refused: not what counts is named, but whom it costs.
    """
    _clear_all_missed(placed)
    found: list[Placed] = []
    counted: CountPart | None = None
    levels: CountPart | None = None  # of which the levels behind it are others
    last: Part | None = None  # what is counted under its own name: 发生一般事故1起, 每迟报1次
    event: CountPart | None = None  # the count that stands before it in the sentence
    last_counted: CountPart | None = None  # the same, whatever sentences lie between
    for p in map(_without_if, placed):
        part = p.part
        if isinstance(part, CountPart) and part.share:
            # 每次违规扣20%,重大违规扣3分: points of another kind
            counted = levels = last_counted = event = None
            last = None
            found.append(p)
            continue
        again = _same_count(p, last) if last is not None else None
        _clear_actor(p)
        if isinstance(part, CountPart) and part.words.period:
            counted = levels = last_counted = event = None
            last = None
            found.append(p)
            continue
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
            counted = counted if part.stop == 1 else None
            levels = levels if part.stop == 1 else None
        elif levels is not None and (same := _same_level(part, levels)):
            assert isinstance(part, (FaultPart, GivePart)) and part.amount.number is not None
            words = replace(levels.words, thing=same)
            p = Placed(replace(levels, words=words, amount=part.amount.number), p.start, p.end)
        elif counted is not None and _is_bare(part) and part.verb == counted.verb:
            p = _also_of_its_kind(p, part, counted)
        if event is not None and _is_bare(p.part):
            p = _also_counted(p, p.part, event)
            if _is_bare(p.part) and p.part.verb == event.verb != "扣":
                p = _of_another_kind(p, p.part, event)
            if _is_bare(p.part) and p.part.verb == event.verb != "扣":
                raise Refused(p, "不知道是每个都计,还是只计一次", "每…1个得N分,或另起一句")
        if not isinstance(p.part, (Joint, BoundPart)):
            event = p.part if isinstance(p.part, CountPart) else None
        elif ends(p.part):
            event = None
        last = _counts_by_number(p.part, last)
        found.append(p)
    return found


def _clear_all_missed(placed: Sequence[Placed]) -> None:
    """Refuse 一项未完成扣1分,均未完成扣3分: 3 in all, or beside what each of them costs."""
    ahead = ""
    for p in placed:
        match p.part:
            case FaultPart(said, _, "扣") | JudgedPart(said, _, "扣"):
                both = _ALL_MISSED.match(said)
                if both and re.search(f"[未没不].*{re.escape(both['what'])}", ahead):
                    raise Refused(p, "不知道前面扣的分是否还算", "只写一处扣几分,或…的本项不得分")
            case CountPart(words, _, "扣"):
                said = words.head + words.does + words.thing
            case LevelsPart(labels, verb="扣"):
                said = "、".join(labels)
            case _:
                continue
        ahead += f"{said},"


_ALL_MISSED = lazily(
    "(?:[^,]{0,8}(?:项|者|个|次))?(?:均|都|全部|全都|全)(?:未|没有?|不)(?P<what>[^,]{1,2})"
)


def _clear_actor(p: Placed) -> None:
    """Refuse what names whom a deduction costs rather than what for: 分管领导扣3分, 科室每次扣0.5分."""
    match p.part:
        case FaultPart(label, _, "扣") if _ACTOR.fullmatch(label):
            raise Refused(p, "这是扣谁的分,不是扣分的事", "只写被考核对象自己的扣分")
        case CountPart(words, _, "扣") if not words.thing and _ACTOR.fullmatch(words.head):
            if not re.search("[缺少]", words.does):  # 值班人员每缺1人
                raise Refused(p, "这是扣谁的分,不是扣分的事", "…的,每次扣责任人N分、科室M分")


def _without_if(p: Placed) -> Placed:
    """如发生1起扣2分: 如 is no name of what is counted."""
    if not isinstance(p.part, CountPart) or not p.part.words.does:
        return p
    head = _IF.sub("", p.part.words.head)
    return Placed(replace(p.part, words=replace(p.part.words, head=head)), p.start, p.end)


_IF = lazily("(?:^|,)(?:如果|如|若|凡是?|一旦|一经|每当|(?:发现|查出|举报|核查)或)$")


def _is_bare(part: Part) -> TypeGuard[FaultPart | GivePart]:
    """Whether a part names a thing without saying how many of it there are."""
    if isinstance(part, GivePart):
        return part.mark is None and part.task is None and not part.prop
    return isinstance(part, FaultPart)


def _also_of_its_kind(p: Placed, part: FaultPart | GivePart, counted: CountPart) -> Placed:
    """较大事故扣3分 behind 每发生1起一般事故扣1分, 迟到会议 behind 每缺席1次会议: each of them too."""
    label, amount = part.label, part.amount.number
    alike = _ending(label, counted.words.thing)
    if len(alike) < 2 or label == alike or amount is None or part.amount.share:
        return p
    own = label.removeprefix(counted.words.does)
    if own == label and _FAILS.match(counted.words.does):
        if not _AT_ONCE_OF.match(label):
            return p  # 未落实制度 behind 每缺1项制度: what is there, but not done
        words = replace(counted.words, does="", thing=label)
    else:
        words = replace(counted.words, thing=own)
    return Placed(replace(counted, words=words, amount=amount), p.start, p.end)


_FAILS = lazily("[缺少漏迟误逾违错旷脱]|早退")
_AT_ONCE_OF = lazily("迟到|早退|缺[席勤课岗]|[漏迟错误瞒虚谎缓]报|[脱离串睡]岗|旷[工课会]|请假")


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


def _also_counted(p: Placed, part: FaultPart | GivePart, event: CountPart) -> Placed:
    """缺席会议每次扣2分,由他人顶替的扣1分: what is said of each of them costs, or gives, as often."""
    amount = part.amount.number
    if (part.verb == "扣") != (event.verb == "扣") or event.per != 1:
        return p
    if amount is None or part.amount.share:
        return p
    words = Counted(re.sub("的$", "", part.label), "", event.words.unit, "")
    at_once = _AT_ONCE.fullmatch(part.label) and event.words.unit in ("次", "人次", "起")
    if _is_each(part, event):
        words = replace(event.words, thing=words.head)
    elif not at_once and not _POINTS_AT.match(part.label):
        return p
    more = isinstance(part, FaultPart) and part.more
    return Placed(CountPart(words, event.per, part.verb, amount, more=more), p.start, p.end)


def _of_another_kind(p: Placed, part: FaultPart | GivePart, event: CountPart) -> Placed:
    """动态计10分 behind 单条计100分, 较大的加3分 behind 每个重大项目加5分: each, or once (G97)."""
    amount, label = part.amount.number, re.sub("的$", "", part.label)
    if amount is None or part.amount.share or event.per != 1:
        return p
    printed = event.words.unit in _PRINTED and SHORT.fullmatch(label)
    if not (printed or KIND.fullmatch(label)):
        return p
    said = event.words
    if said.head and not said.thing:  # 信息每条得1分,调研文章得3分
        words = Counted(said.head.rpartition(",")[0] or label, "", said.unit, "", again=True)
        words = words if words.head == label else replace(words, thing=label)
    else:
        words = Counted(said.head, said.does, said.unit, label, again=True)
    return Placed(CountPart(words, event.per, part.verb, amount), p.start, p.end)


_PRINTED = frozenset({"篇", "条", "期", "件", "幅", "篇次", "条次"})


# what is said of the thing just counted rather than of another
_POINTS_AT = lazily(
    "由|被|经|情节|造成|导致|影响|性质|后果|严重|较[严重大]|特别|拒不|拒绝|仍|再次|屡|阳性"
    "|(?:逾期|限期|按期|到期)?(?:内)?(?:仍)?(?:未|不|拒不)(?:能)?(?:及时|按时|按期|限期)?(?:整改|纠正|改正)"
    "|(?:未|没有|不)?(?:能)?(?:及时|按时|如期)?(?:整改|处置|化解|办结|查处|修复)(?:不力|不到位|不及时|到位)?的?$"
)


def _is_each(part: FaultPart | GivePart, event: CountPart) -> bool:
    """每次迟到扣1分,早退扣2分: each of them is what happens each time."""
    words = event.words
    first = bool(words.thing) and not (words.head or words.does)
    return first and words.unit in ("次", "人次") and _AT_ONCE.fullmatch(part.label) is not None


_ONCE = "(?:迟到|早退|缺[席勤课岗]|[漏迟错误瞒虚谎缓]报|[脱离串睡]岗|旷[工课会]|请假)"
_AT_ONCE = lazily(f"(?:无故|擅自)?{_ONCE}(?:(?:、|或者?|和){_ONCE}){{0,2}}(?:的)?")


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

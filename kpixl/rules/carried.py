"""Names that a clause says once and means again: 获校级一等奖加3分,二等奖加2分; 省级录用:…。市级录用:…."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeGuard

from kpixl.patterns import lazily
from kpixl.rules.amounts import Mark
from kpixl.rules.building import Placed, Refused
from kpixl.rules.figure_clause import NAMELESS
from kpixl.rules.parts import (
    BoundPart,
    CountPart,
    FaultPart,
    GivePart,
    HeadPart,
    Joint,
    LevelsPart,
    Part,
    TextPart,
    TierPart,
)
from kpixl.rules.segment import Verb, tidy

_PRIZE = r"(?:[特一二三四五]等|金|银|铜|优秀|优胜|鼓励|入围|提名)"
_AND = "(?:、|和|及|与|或|/)"
# 县(市、区)级 is one of them
_LEVEL = (
    r"(?:中央|国家|全国|国务院|[省市县区]委(?:[省市县区]政府)?|[省市县区]政府|省部|部|省|地市|市|厅|州|区县|县区"
    r"|县\(市、区\)|县|区|乡镇?|镇)(?:\([市区]\))?(?:级(?:及?以上)?)?"
)
_LEVELS = rf"{_LEVEL}(?:{_AND}{_LEVEL})+(?![\u4e00-\u9fff]?(?:{_AND}))"
# 一等奖、二等奖、三等奖; 一、二、三等奖; 金、银、铜奖
_PRIZES = (
    rf"(?:{_PRIZE}奖{_AND})+{_PRIZE}奖"
    rf"|(?:[特一二三四五]{_AND})+[一二三四五](?:等奖|等级?|类|级|档|季度)|(?:[金银铜]{_AND})+[银铜]奖"
)
# 绿化程度属好、中、差
_GRADE = "(?:很好|较好|好|优秀|优|良好|良|中等|中|一般|合格|不合格|较差|差)"
_GRADES = rf"(?<=[属为])(?:{_GRADE}、)+{_GRADE}(?![\u4e00-\u9fff])"
# 重大、较大、一般事故
_GRAVE = "(?:特别重大|特大|重大|较大|一般|特别严重|严重|较重|较轻|轻微)"
_GRAVES = rf"{_GRAVE}(?:{_AND}{_GRAVE})+(?![\u4e00-\u9fff]?(?:{_AND}))"
_RUNS = (lazily(_LEVELS), lazily(_PRIZES), lazily(_GRADES), lazily(_GRAVES))
_NAMES = lazily(rf"(?:{_LEVEL}|[^、/和及与或]+)")
_BARE_LEVEL = lazily(_LEVEL)
# 按省、市、县三级, 按级别省级、市级: how they are told apart, and how many they are
_BY = lazily("(?:,?(?:分别)?(?:按照?|依照?|根据)(?:(?:级别|层级|级次|等级)(?:为)?)?)$")
_HOW_MANY = lazily(
    "(?:等)?(?P<n>[两二三四五])?(?:个)?(?:不同)?(?:级别|层级|级次|层次|等级|档次|标准|情形|情况|级|档|类)(?:的)?"
)
_LEVELS_OF = lazily("(?P<n>[两二三四五])级(?=[\u4e00-\u9fff]{2})")
_SAID_LEVELS = lazily(rf"{_AND}{_LEVEL}(?P<n>[两二三四五])级(?!以)")
_COUNTING = "两二三四五"
_PLAIN = "家国省部市厅州县区乡镇"  # 省 is 省级, 省委 is not
# 被绍兴市级、省级采用: of which city stands before the first alone
_PLACE = lazily(
    "(?P<ahead>.*?(?:被|获得?|受到?|经|由|在|为))(?P<place>(?:(?![被获受经由在为])[\u4e00-\u9fff]){2,3})(?=[市县区州镇乡])"
)
_TAIL = lazily("(?:等?奖|等级?|类|级|档|季度)$")
_PRIZED = lazily(rf"(?P<head>[^,;。]*?)(?P<grade>{_PRIZE}奖)(?:的|者)*$")
# in front of a prize it names none: 获得二等奖 behind 获得校级奖励一等奖
_NO_HEAD = lazily("(?:的?(?:被)?(?:评为|获得?|获评|荣获|取得|得|评定为|评))?")


def in_runs(words: str, number: int) -> list[str]:
    """The names of a list of levels or prizes, each with what is said of all of them.

    >>> in_runs("经验被省、市、县简报推介", 3)
    ['经验被省简报推介', '经验被市简报推介', '经验被县简报推介']
    >>> in_runs("获教学和科研成果一、二等奖", 2)
    ['获教学和科研成果一等奖', '获教学和科研成果二等奖']
    >>> in_runs("受到通报按省、市两级", 2)
    ['受到通报(省级)', '受到通报(市级)']
    """
    for kind in _RUNS:
        runs = [m for m in kind.finditer(words) if len(_NAMES.findall(m[0])) == number]
        if len(runs) != 1 or "、" in words[: runs[0].start()]:
            continue
        run = runs[0]
        tail = _TAIL.search(run[0]) if kind is _RUNS[1] else None
        ahead, behind = words[: run.start()], tidy(words[run.end() :])
        names = _NAMES.findall(run[0])
        if (
            kind is _RUNS[0]
            and (own := _PLACE.match(words, 0, run.end()))
            and own.end() == len(ahead)
        ):
            ahead, names[0] = own["ahead"], own["place"] + names[0]
        if tail is not None:
            names = [n if n.endswith(tail[0]) else n + tail[0] for n in names]
        by = _BY.search(ahead)
        if levels := _LEVELS_OF.match(behind):  # 获省、市两级表彰
            if max(_COUNTING.index(levels["n"]) + 1, 2) != number:
                return []
            behind = behind[levels.end() :]
        said = _HOW_MANY.fullmatch(behind)
        if said and said["n"] and max(_COUNTING.index(said["n"]) + 1, 2) != number:
            return []  # 按省、市三级: of which one is not named
        if said and (by or said["n"]):  # 达到省级、市级标准 keeps its 标准
            behind = ""
        if (by or not ahead) and not behind:  # 受到通报按省、市、县; 省、市、县 alone
            names = [f"{n}级" if is_level(n) and n[-1] in _PLAIN else n for n in names]
        if by:
            return under(tidy(ahead[: by.start()]), [name + behind for name in names])
        return [f"{ahead}{name}{behind}" for name in names]
    pieces = words.split("、")
    if len(pieces) == number and all(_PRIZED.match(piece) for piece in pieces):
        return pieces  # 获教学和科研一等奖、获教学和科研二等奖
    return []


def levels_said(words: str) -> int | None:
    """How many levels a list of them says that it has.

    >>> levels_said("获省、市两级表彰"), levels_said("获省、市表彰")
    (2, None)
    """
    said = _SAID_LEVELS.search(words)
    return max(_COUNTING.index(said["n"]) + 1, 2) if said else None


def is_level(name: str) -> bool:
    """Whether a name says a level and nothing else.

    >>> is_level("省"), is_level("县级"), is_level("省通报")
    (True, True, False)
    """
    return _BARE_LEVEL.fullmatch(name) is not None


def under(head: str, names: Sequence[str]) -> list[str]:
    """The kinds of one thing, each as a thing of its own.

    >>> under("受到通报", ["省级", "市级"])
    ['受到通报(省级)', '受到通报(市级)']
    """
    return [f"{head}({name})" if head else name for name in names]


def with_carried(placed: Sequence[Placed]) -> list[Placed]:
    """The parts, each under the whole of its name."""
    return _under_leads(_with_prizes(_under_heads(placed)))


def _with_prizes(placed: Sequence[Placed]) -> list[Placed]:
    """获得校级奖励一等奖加3分,获得二等奖加2分: of what the second is said by the first.

    Beside something else each such list is one of levels, of which the highest may count.
    """
    found: list[Placed] = []
    runs: list[list[Placed]] = []
    head = ""
    verb: Verb | None = None
    for p in placed:
        p = _taken_as(p, verb or "得") if _is_prize(p.part) else p
        part = p.part
        prize = _PRIZED.match(part.label) if _is_thing(part) else None
        if isinstance(part, Joint) and part.stop < 2:
            pass
        elif prize is None or not _is_thing(part):
            head = ""
        elif not _NO_HEAD.fullmatch(prize["head"]):
            more = head == prize["head"] and verb == part.verb
            head, verb = prize["head"], part.verb
            runs = [*runs[:-1], [*runs[-1], p]] if more else [*runs, [p]]
        elif head and verb == part.verb:
            p = _renamed(p, head + prize["grade"])
            runs[-1].append(p)
        found.append(p)
    runs = [run for run in runs if len(run) > 1 and _falls(_levels(run))]
    things = [p for p in found if not isinstance(p.part, (Joint, TextPart, BoundPart))]
    return _as_levels(found, runs) if any(len(run) < len(things) for run in runs) else found


def _with_levels(placed: Sequence[Placed], owner: Mapping[int, int]) -> list[Placed]:
    """What stands under each head, as levels where it gives less and less: the highest may count."""
    groups: dict[int, list[Placed]] = {}
    for p in placed:
        if p.start in owner:
            groups.setdefault(owner[p.start], []).append(p)
    runs = [run for run in groups.values() if len(run) > 1 and all(_is_thing(p.part) for p in run)]
    return _as_levels(placed, [run for run in runs if _falls(_levels(run))])


def _falls(part: LevelsPart | None) -> bool:
    plain = part is not None and part.verb != "扣" and not any("、" in n for n in part.labels)
    return plain and part is not None and all(a > b for a, b in pairwise(part.amounts))


def _is_prize(part: Part) -> bool:
    return _is_thing(part) and _PRIZED.match(part.label) is not None


def _levels(run: Sequence[Placed]) -> LevelsPart | None:
    """Prizes with points of their own as one list; None where they have no numbers."""
    parts = [p.part for p in run if isinstance(p.part, (GivePart, FaultPart))]
    amounts = [q.amount.number for q in parts if q.amount.number is not None]
    if len(amounts) < len(parts) or any(q.amount.share for q in parts):
        return None
    labels = tuple(tidy(q.label) for q in parts)
    return LevelsPart(labels, "", "", parts[0].verb, tuple(amounts), counted=False)


def _as_levels(found: Sequence[Placed], runs: Sequence[Sequence[Placed]]) -> list[Placed]:
    """The parts, with each run of prizes as one."""
    told = list(found)
    for run in runs:
        start, end = told.index(run[0]), told.index(run[-1])
        part = _levels(run)
        assert part is not None
        told[start : end + 1] = [Placed(part, run[0].start, run[-1].end)]
    return told


def _is_thing(part: Part) -> TypeGuard[GivePart | FaultPart]:
    """Whether a part is one thing that is so or not."""
    if isinstance(part, GivePart):
        return part.mark is None and not part.prop
    return isinstance(part, FaultPart)


# 市区:…;乡镇:…: heads that tell units apart say which of them holds, not what is counted
_WHOM = lazily(
    r"(?:单位|部门|乡镇?|街道|[县区市州镇村]|社区|企业|学校|科室|股室|地区|园区|岗位?|人员|干部|领导|职工|员工|教师|类|组)(?:\([^()]*\))?$"
    r"|^(?:对|凡|有|无|没有|承担)|的$|年|季度|月|情况|标准|办法|要求|规则|说明|注$"
)


def _under_heads(placed: Sequence[Placed]) -> list[Placed]:
    """省级录用:调研类每篇10分。市级录用:调研类每篇5分: what has one name under two heads is two things.

    Left as it is where the heads may be those of several kinds of units, or something stands in
    front of the first.
    """
    heads: list[HeadPart] = []
    owner: dict[int, HeadPart] = {}
    _clear_measured(placed)
    for p in placed:
        if isinstance(p.part, HeadPart):
            heads.append(p.part)
        elif _names(p.part):
            if not heads:
                return list(placed)
            owner[p.start] = heads[-1]
        elif not isinstance(p.part, (Joint, TextPart, BoundPart)):
            return list(placed)
    used = list(dict.fromkeys(owner.values()))
    plain = all(h.points is None and not _WHOM.search(h.label) for h in used)
    if len(used) < 2 or not plain or not _repeats(placed, {k: id(v) for k, v in owner.items()}):
        return list(placed)
    told: list[Placed] = []
    for p in placed:
        if p.start in owner:
            told.append(_below(p, owner[p.start].label))
        elif isinstance(p.part, HeadPart) and p.part not in used:
            told.append(Placed(TextPart(p.part.label, whole=True), p.start, p.end))
        elif p.part not in used:
            told.append(p)
    return _with_levels(told, {start: id(head) for start, head in owner.items()})


def _clear_measured(placed: Sequence[Placed]) -> None:
    """Refuse 城区:覆盖率达到90%得5分;农村:覆盖率达到80%得3分: two figures, or bands of one."""
    head: HeadPart | None = None
    seen: dict[str, HeadPart] = {}
    for p in placed:
        if isinstance(p.part, HeadPart):
            head = p.part
        label = _measured(p.part)
        if head is not None and label and seen.setdefault(label, head) is not head:
            name = head.label if label in NAMELESS else head.label + label
            reason = f"不知道与前面的“{label}”是不是同一个数据"
            raise Refused(p, reason, f"“{name}”,或每类单位一行:[适用…]…")


def _measured(part: Part) -> str:
    """The name of a figure that is held against a mark."""
    match part:
        case TierPart(label) | GivePart(label, mark=Mark()):
            return label or "完成值"
        case _:
            return ""


def _under_leads(placed: Sequence[Placed]) -> list[Placed]:
    """国家级项目,重大加5分,一般加2分;省级项目,重大加3分,一般加1分: 一般 is that of its own sentence."""
    owner: dict[int, int] = {}
    leads: list[str] = [""]
    ahead = ""  # the words right in front, in the same sentence
    for p in placed:
        match p.part:
            case Joint(stop=stop) if stop:
                leads, ahead = [*leads, ""], ""
            case Joint():
                pass
            case TextPart(text) if not leads[-1]:
                ahead = text
            case part if _names(part) and (leads[-1] or ahead):
                owner[p.start] = len(leads) - 1
                leads[-1] = leads[-1] or ahead
            case _:
                return list(placed)
    named = [lead for lead in leads if lead]
    plain = len(set(named)) == len(named) > 1 and not any(map(_WHOM.search, named))
    if not plain or not _repeats(placed, owner):
        return list(placed)
    seen: set[int] = set()
    told: list[Placed] = []
    verbs: list[Verb] = []
    for p in placed:
        first = p.start in owner and owner[p.start] not in seen  # whose lead stands before it
        seen |= {owner[p.start]} if p.start in owner else set()
        verbs += [p.part.verb] if _is_thing(p.part) and not _is_bare(p.part) else []
        own = _taken_as(p, verbs[0]) if verbs else p
        told.append(
            _below(own, leads[owner[p.start]] + ",") if p.start in owner and not first else own
        )
    return told


def _is_bare(part: Part) -> bool:
    """重点500分, without a verb."""
    return isinstance(part, GivePart) and part.bare


def _taken_as(p: Placed, verb: Verb) -> Placed:
    """Points without a verb under the verb of the first: 重大加10分,一般5分."""
    if verb == "得" or not (isinstance(p.part, GivePart) and p.part.bare):
        return p
    return replace(p, part=FaultPart(p.part.label, p.part.amount, verb))


def _repeats(placed: Sequence[Placed], owner: Mapping[int, int]) -> bool:
    """Whether the same name stands under two of them."""
    names = [(n, owner[p.start]) for p in placed if p.start in owner for n in _names(p.part)]
    return len({name for name, _ in names}) < len(set(names))


def _below(p: Placed, head: str) -> Placed:
    """A part under a head: every name that it asks for begins with it."""
    match p.part:
        case CountPart(words):
            alone = not (words.head or words.does or words.thing)  # 单篇, 单条: told by their units
            words = replace(words, head=head + (words.label if alone else words.head))
            return replace(p, part=replace(p.part, words=words))
        case LevelsPart(labels):
            return replace(p, part=replace(p.part, labels=tuple(head + name for name in labels)))
        case GivePart(label) | FaultPart(label):
            return _renamed(p, head + label)
        case _:
            return p


def _renamed(p: Placed, label: str) -> Placed:
    """A thing under another name."""
    match p.part:
        case GivePart(task=str()):
            return replace(p, part=replace(p.part, label=label, task=label))
        case GivePart() | FaultPart():
            return replace(p, part=replace(p.part, label=label))
        case _:
            return p


def _names(part: Part) -> tuple[str, ...]:
    """What a part asks for, if that is counted, or so or not."""
    match part:
        case CountPart(words):
            return (words.label,)
        case LevelsPart(labels):
            return labels
        case GivePart(label) | FaultPart(label) if _is_thing(part):
            return (label,)
        case _:
            return ()

"""Points in brackets: of the sentence before them, or what the whole item is worth."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from kpixl.patterns import lazily
from kpixl.rules.all_of import need_of
from kpixl.rules.amounts import Amount
from kpixl.rules.building import Placed, Refused
from kpixl.rules.parts import (
    AllPart,
    GivePart,
    Joint,
    JudgedPart,
    Part,
    RequirePart,
    StatedPart,
    TextPart,
)


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
        words = re.sub(",+", ",", run_text(run))
        if len(run) == 1 and isinstance(run[0].part, RequirePart) and (ends or not brackets[1:]):
            found[start:] = [Placed(_given(run[0].part, p.part.points), run[0].start, p.end)]
            continue
        if ends and words:
            del found[start:]
            if any(isinstance(q.part, RequirePart) for q in run):
                needs = tuple(need_of(q) for q in run if not isinstance(q.part, Joint))
                said = any(re.match("并?且|同时", words_of(q.part)) for q in run)
                said = said or any(isinstance(q.part, TextPart) for q in run)
                part = AllPart(needs, Amount(p.part.points), said, bracketed=True)
                found.append(Placed(part, run[0].start, p.end))
                continue
            clear_given(p, words, found)
            words = _whole_of(words, run)
            amount = Amount(p.part.points)
            alone = len(brackets) == 1  # then it may be what the whole item is worth
            found.append(Placed(GivePart(words, amount, bare=alone), run[0].start, p.end))
        else:
            found.append(p)
    return found


def with_all_said(placed: Sequence[Placed]) -> list[Placed]:
    """建立制度。落实责任(5分): points without a verb, behind all that is required, are for all of it."""
    spoken = [p for p in placed if not isinstance(p.part, Joint)]
    *said, last = spoken or [Placed(Joint(), 0, 0)]
    give = last.part
    alone = isinstance(give, GivePart) and give.bare and give.mark is None and give.task is None
    plain = all(isinstance(p.part, TextPart) and _requires(p.part) for p in said)
    if not (alone and said and plain and isinstance(give, GivePart)):
        return list(placed)
    told = _QUOTED.fullmatch(give.label)
    words = run_text([p for p in placed if p is not last and p.start <= last.start])
    stopped = any(isinstance(p.part, Joint) for p in placed if said[-1].end <= p.start < last.start)
    words = re.sub(",+", ",", words + "," * stopped + (told[1] if told else give.label))
    quoted = told or any(isinstance(p.part, TextPart) and p.part.units is not None for p in said)
    label = _as_whole(words) if quoted else words
    return [Placed(replace(give, label=label), said[0].start, last.end)]


def with_said_ahead(placed: Sequence[Placed]) -> list[Placed]:
    """积极组织培训;认真开展宣传,得5分: what is required in front of a semicolon is part of it."""
    found: list[Placed] = []
    for p in placed:
        give = p.part
        plain = isinstance(give, GivePart) and give.verb == "得" and give.mark is None
        start = len(found)
        while plain and start > 1 and _ahead(found[start - 2].part, found[start - 1].part):
            start -= 2
        opens = start == 0 or (isinstance(q := found[start - 1].part, Joint) and q.stop > 0)
        if start < len(found) and opens and isinstance(give, GivePart) and _as_required(give):
            words = [r.part.text for r in found[start:] if isinstance(r.part, TextPart)]
            label = _as_whole(";".join((*words, give.label)))
            p = Placed(replace(give, label=label), found[start].start, p.end)
            del found[start:]
        found.append(p)
    return found


def _ahead(said: Part, stop: Part) -> bool:
    by_itself = isinstance(stop, Joint) and stop.stop == 1 and not stop.colon
    return by_itself and isinstance(said, TextPart) and _requires(said) and not said.whole


def _as_required(give: GivePart) -> bool:
    """Whether points are for what is done, and not for a figure."""
    return give.task is None and not give.prop and not give.other and not is_whole(give.label)


def by_degree(placed: Sequence[Placed], readings: Mapping[str, str]) -> list[Placed]:
    """What is required as one thing, judged by how much of it was done where G120 says so."""
    if readings.get("G120") != "评定":
        return list(placed)
    found: list[Placed] = []
    for p in placed:
        part = p.part
        if isinstance(part, GivePart) and is_whole(part.label):
            p = replace(p, part=JudgedPart(part.label, part.amount.number, "得"))
        found.append(p)
    return found


def is_whole(label: str) -> bool:
    """Whether a label is that of a requirement of several things or numbers.

    >>> is_whole("做到“每村配备2名保洁员”"), is_whole("制定方案")
    (True, False)
    """
    return _QUOTED.fullmatch(label.replace("”", "“")) is not None


def _requires(part: TextPart) -> bool:
    """Whether a sentence is about what is to be done, and not about how it is counted."""
    settled = part.ties or part.stack or part.note or part.level
    return bool(part.text) and not settled and _CHECKED.search(part.text) is None


# how it is found out is no part of what is to be done
_CHECKED = lazily(
    r"^\(?(?:实地|现场|随机)*(?:查看|查阅|查|看|检查|核查|抽查|听取|以|根据|依据|按照?)|为准|为依据|^\(?注"
)
_QUOTED = lazily("做到“([^“]*)“")

_INNER = lazily("“([^“]*)“")
# 每个村都建活动室(5分) is all of them, 每个村建活动室得5分 may be each
_EACH = lazily(r"(?:^|,)(?:各|全)?每(?!年|月|季|周|天|日|半年|学期)")


def _whole_of(words: str, run: Sequence[Placed]) -> str:
    """What points in brackets are for; with numbers or 每 in it, it is quoted as one thing."""
    told = any(isinstance(q.part, TextPart) and q.part.units is not None for q in run)
    return _as_whole(words) if told or _EACH.search(words) else words


def _as_whole(words: str) -> str:
    """What is required as the name of one thing, its own quotation marks within those of it."""
    inner = _INNER.sub(r"‘\1’", words)
    return f"做到“{inner}“"


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


def clear_given(p: Placed, label: str, before: Sequence[Placed]) -> None:
    """Refuse 迟报5分: taken, or given; behind 按时上报10分 it is one of two that are given."""
    better = any(
        isinstance(q.part, GivePart) and q.part.verb == "得" and not _TAKES.search(q.part.label)
        for q in before
    )
    if not better and _TAKES.search(re.sub("的$", "", label)):
        raise Refused(p, "不知道是没做到扣的分,还是做到得的分", "…的扣N分,或…得N分")


def run_text(run: Sequence[Placed]) -> str:
    """Remarks and the commas between them, as they stand."""
    said = "".join(words_of(p.part) for p in run)
    return said.strip(",")


def words_of(part: Part) -> str:
    match part:
        case TextPart(text):
            return text
        case RequirePart(label, mark, limit):
            return f"{label}{'不超过' if limit else '不少于'}{mark.text()}"
        case _:
            return ","

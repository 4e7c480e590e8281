"""From whom points are taken: 责任科室扣2分,相关人员各扣1分."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from kpixl.patterns import lazily
from kpixl.rules.amounts import Amount
from kpixl.rules.building import Placed, Refused
from kpixl.rules.count_terms import Counted
from kpixl.rules.parts import CountPart, FaultPart, Joint, Part, PartiesPart
from kpixl.rules.scanner import Token
from kpixl.rules.segment import AMOUNTS, Segment
from kpixl.rules.words.elements import PARTY


def parties(s: Segment) -> Part:
    """未完成整改的,责任科室扣2分,经办人扣1分

    写明扣谁的分的,各扣各的:被考核的是哪一方,就填哪一方的,另一方的填否或0。
    """
    rows: list[tuple[str, Decimal]] = []
    for token in s.all("PARTYSUB", "PARTYPTS"):
        group = next(iter(token.figures))
        who = next(v for k, v in token.parts.items() if k.startswith("who"))
        if any(who == known for known, _ in rows):
            raise s.refuse(token, f"“{who}”写了两次", "每一方只写一次")
        rows.append((who, s.need(token, group)))
    for token in s.all("PARTYLIST"):
        rows += _listed(s, token)
    first = s.get("PARTYSUB", "PARTYLIST")
    stop = s.tokens.index(first)
    ahead = s.tokens[:stop]
    said = re.match("连带|同时|并|给|对|扣|减", first.text) is not None
    glued = not said and bool(ahead) and ahead[-1].name != "COMMA"
    step = next((t for t in ahead if t.name in ("EVCNT", "CNT")), None)
    if glued and len(rows) == 1:
        # 未完成任务的部门扣2分: whose it is belongs to the name
        who, points = rows[0]
        if step is None:
            return FaultPart(s.spoken(0, stop) + _particle(s, stop) + who, Amount(points), "扣")
        words = _counted(s, step, stop)
        return CountPart(
            replace(words, thing=words.thing + _particle(s, stop) + who),
            Decimal(1),
            "扣",
            points,
            single=step.name == "CNT" or not step.text.startswith("每"),
        )
    if step is not None:
        return PartiesPart("", _counted(s, step, stop), tuple(rows))
    return PartiesPart(s.spoken(0, stop), None, tuple(rows))


def _listed(s: Segment, token: Token) -> list[tuple[str, Decimal]]:
    """牵头单位、配合单位分别扣2分、1分: each its own, or all the same."""
    whos = re.split("[、和与及]", token.parts["whos"])
    amounts = [s.need(token, group) for group in token.figures]
    if len(amounts) == 1:
        amounts *= len(whos)
    if len(amounts) != len(whos) or len(set(whos)) != len(whos):
        said = f"前面是{len(whos)}方,后面是{len(amounts)}个分数"
        raise s.refuse(token, said, "各方与分数一一对应,用顿号隔开")
    return list(zip(whos, amounts, strict=True))


def _particle(s: Segment, stop: int) -> str:
    """的 between the words and whom they name."""
    return "的" if s.normal.text[: s.tokens[stop].start].endswith("的") else ""


def _counted(s: Segment, step: Token, stop: int) -> Counted:
    """What is counted: each time, one by one."""
    per = s.take(step)
    if per not in (None, Decimal(1)):
        raise s.refuse(step, "不知道是每个都扣,还是达到这个数才扣", "每1次扣N分")
    place = s.tokens.index(step)
    if others := [t for t in s.tokens[:stop] if t.name in AMOUNTS and t is not step]:
        raise s.refuse(others[0], "不知道这个数是什么", "每发生1次,…扣N分")
    head, thing = s.label(0, place), s.label(place + 1, stop)
    if step.name == "CNT":
        return Counted(head, "", step.text[step.figures["n"].end - step.start :], thing)
    return Counted(head, step.parts["verb"], step.parts["unit"], thing)


def with_parties(placed: Sequence[Placed]) -> list[Placed]:
    """What each party loses as a deduction of its own, named with the party."""
    found: list[Placed] = []
    for p in placed:
        if not isinstance(p.part, PartiesPart):
            found.append(p)
            continue
        what = re.sub("[的,]+$", "", p.part.label)
        words = p.part.words
        if words is None and not what:
            what, words = _same_case(found)
        if words is None and not what:
            raise Refused(
                p, "这是扣谁的分,不是扣分的事", "写明什么情况下扣,如“未完成的,责任科室扣N分”"
            )
        for nth, (who, points) in enumerate(p.part.rows):
            if nth:
                found.append(Placed(Joint(0), p.start, p.end))
            if words is None:
                one: Part = FaultPart(f"{what}的{who}", Amount(points), "扣")
            else:
                own = replace(words, thing=f"{words.thing}({who})")
                one = CountPart(own, Decimal(1), "扣", points)
            found.append(Placed(one, p.start, p.end))
    return found


def _same_case(ahead: Sequence[Placed]) -> tuple[str, Counted | None]:
    """每人次扣2分、首席代表扣1分: what the deduction right before it in the sentence is for."""
    told = [p.part for p in ahead]
    while told and told[-1] == Joint(0):
        told.pop()
    match told[-1] if told else None:
        case FaultPart(label, verb="扣"):
            return re.sub("[的,]+$", "", label), None
        case CountPart(words, per, "扣") if per == 1:
            return "", replace(words, again=True)
        case _:
            return "", None


_OF_PARTY = lazily(rf"(?P<what>.+)的(?P<who>{PARTY})")
_COUNTED_OF = lazily(rf".*\((?P<who>{PARTY})\)")
# Who may be the unit that is assessed, whatever is written beside it.
_UNITS = lazily("单位|部门|科室|处室|股室|班组|个人|本人")


def takes_from(scoring: Sequence[Placed]) -> bool:
    """Whether it is said from whom points are taken, other than from the unit itself."""
    told: list[str] = []
    for p in scoring:
        match p.part:
            case FaultPart(label, verb="扣"):
                named = _OF_PARTY.fullmatch(label)
            case CountPart(words, verb="扣"):
                named = _COUNTED_OF.fullmatch(words.thing)
                if named is not None:
                    return True
            case _:
                named = None
        if named is not None:
            told.append(named["who"])
    return len(set(told)) > 1 or any(_UNITS.fullmatch(who) is None for who in told)

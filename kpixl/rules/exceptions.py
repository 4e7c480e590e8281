"""Exceptions: whose points they are, and what becomes of them.

What is counted gets a count of its own, or leaves out what is spared; a thing that is so or not
leaves it out of its name, or has a term that asks for the exception as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from kpixl.patterns import lazily
from kpixl.rules.amounts import Amount
from kpixl.rules.building import Builder, Placed, Refused
from kpixl.rules.count_terms import Counted
from kpixl.rules.exception_terms import Scaled
from kpixl.rules.formula_terms import Formula
from kpixl.rules.judged_terms import JudgedEach
from kpixl.rules.model import Term
from kpixl.rules.parts import (
    AllPart,
    AnyMissPart,
    BoundPart,
    BranchPart,
    CountPart,
    ExceptPart,
    FaultPart,
    FormulaPart,
    GivePart,
    HeadPart,
    Joint,
    JudgedEachPart,
    JudgedPart,
    LevelsPart,
    Part,
    RequirePart,
    StatedPart,
    StepPart,
    TextPart,
    TierPart,
)
from kpixl.rules.rule import is_deduction
from kpixl.rules.segment import share_characters
from kpixl.rules.sentences import ends, sentence
from kpixl.rules.terms import Gate, Judged, Overshoot, Shortfall, Threshold, YesNo
from kpixl.rules.tier_terms import Tiers

_SILENT = (Joint, TextPart, StatedPart, HeadPart, BoundPart, RequirePart)
_LEVEL = lazily(r"(?:国家|省部|部|省|市|厅|州|县|区|乡镇?|镇)级?(?:的)?|[一二三]等奖(?:的)?")


def with_exceptions(placed: Sequence[Placed]) -> list[Placed]:
    """Exceptions of what is counted as counts, of what is named within its name.

    The others stay, with the name of the thing whose points they change.
    """
    placed = _behind_its_points(placed)
    said = [p.part.label for p in placed if isinstance(p.part, ExceptPart)]
    found: list[Placed] = []
    made: list[Placed] = []  # counts that exceptions have, which no other exception is about
    for at, p in enumerate(placed):
        if isinstance(p.part, ExceptPart):
            if not _says_again(p.part, found, placed[at + 1 :]):
                _excepted(found, made, p, p.part, again=said.count(p.part.label) > 1)
        else:
            found.append(p)
    return found


def _behind_its_points(placed: Sequence[Placed]) -> list[Placed]:
    """经批准的不扣分,缺席每次扣1分: what is said first is spared by all that the sentence takes."""
    found = list(placed)
    for at, p in enumerate(placed):
        part = p.part
        plain = isinstance(part, ExceptPart) and part.does == "扣" and not part.factor
        if not (plain and isinstance(part, ExceptPart)) or part.bracket:
            continue
        start, end = sentence(placed, at)
        ahead = [q for q in placed[start:at] if not isinstance(q.part, _SILENT)]
        if ahead or _says_again(part, placed[:at], placed[at + 1 :]):
            continue
        takes = [q for q in placed[at + 1 : end] if not isinstance(q.part, _SILENT)]
        counted = all(isinstance(q.part, (CountPart, FaultPart)) for q in takes)
        if not takes or not counted or not all(_fits(q.part, part) for q in takes):
            continue
        spared = replace(part, bracket=True)
        found.remove(p)
        for q in takes:
            found.insert(found.index(q) + 1, Placed(spared, q.end, q.end))
    return found


def _excepted(
    found: list[Placed], made: list[Placed], p: Placed, part: ExceptPart, *, again: bool
) -> None:
    if not part.label:
        raise Refused(p, "没有写什么情形", "…的减半扣分,或…的不扣分")
    open_ = [q for q in found if not any(q is r for r in made)]
    if several := _several(open_, part):
        _each_scaled(found, made, p, part, several)
        return
    owner = _owner(open_, p, part, again=again)
    at = found.index(owner)
    if any(isinstance(q.part, BoundPart) for q in found[at:]):
        raise Refused(p, "不知道前面的上下限是否也管这一处", "上下限写在最后")
    held: Part = owner.part
    spared = f"({part.said}除外)"
    match held:
        case CountPart(words=words) if not part.factor:
            own = replace(words, thing=words.thing + spared)
            found[at] = Placed(replace(held, words=own), owner.start, p.end)
        case CountPart(words=words, verb=verb, amount=amount):
            counted = Counted(f"其中{part.label}", "", words.unit, "")
            among = CountPart(counted, held.per, verb, amount * part.factor, among=True)
            made.append(Placed(among, p.start, p.end))
            found.append(made[-1])
        case FaultPart(label) if not part.factor:
            found[at] = Placed(replace(held, label=label + spared), owner.start, p.end)
        case BranchPart("zero", None, said) if not part.factor:
            named = re.sub("的$", "", said) + spared
            found[at] = Placed(replace(held, said=named), owner.start, p.end)
        case GivePart() | FaultPart() if _LEVEL.fullmatch(part.label):
            number = held.amount.number
            if number is None or held.amount.share:
                raise Refused(p, "不知道减半后是多少分", "写明得几分")
            level = replace(held, label=part.label, amount=Amount(number * part.factor))
            found.append(Placed(level, p.start, p.end))
        case GivePart(label=label) | FaultPart(label=label):
            found.append(Placed(replace(part, owner=label), p.start, p.end))
        case _:
            found.append(p)


# 其他干部存在上述情况的, which are all that stand before it
_ALL_ABOVE = lazily("上述|以上|前述|所列")


def _several(found: Sequence[Placed], part: ExceptPart) -> list[Placed]:
    """The counts before a sentence about all of them: 个人访每人扣5分;集体访每批扣10分;重复访加倍扣分."""
    ahead = [q for q in found if not isinstance(q.part, (*_SILENT, ExceptPart))]
    apart = ends(found[-1].part) if found else False
    fits = [q for q in ahead if _fits(q.part, part)]
    counts = all(isinstance(q.part, CountPart) and not q.part.among for q in fits)
    alone = apart and bool(part.factor) and len(fits) == len(ahead)
    told = _ALL_ABOVE.search(part.label) is not None or alone
    spoken = bool(part.does) and not part.bracket
    return fits if len(fits) > 1 and counts and told and spoken else []


def _each_scaled(
    found: list[Placed],
    made: list[Placed],
    p: Placed,
    part: ExceptPart,
    several: Sequence[Placed],
) -> None:
    """A count for each of them, right behind it, of those that cost so many times as much."""
    for q in several:
        held = q.part
        assert isinstance(held, CountPart)
        if any(isinstance(r.part, BoundPart) for r in found[found.index(q) :]):
            raise Refused(p, "不知道前面的上下限是否也管这一处", "上下限写在最后")
        if not part.factor:  # 上述情况整改到位的不扣分: none of them is counted
            words = replace(held.words, thing=f"{held.words.thing}({part.said}除外)")
            found[found.index(q)] = Placed(replace(held, words=words), q.start, q.end)
            continue
        of = held.words.label.replace(",", "、")
        said = re.sub(
            "^以上(?=[情行问几])", "上述", part.label
        )  # 以上 by itself is a side of a number
        name = f"其中{said}({of})"
        counted = Counted(name, "", held.words.unit, "")
        among = CountPart(counted, held.per, held.verb, held.amount * part.factor, among=True)
        made.append(Placed(replace(among, share=held.share), q.end, q.end))
        found.insert(found.index(q) + 1, made[-1])
        found.insert(found.index(q) + 1, Placed(Joint(1), q.end, q.end))


_DENIAL = lazily("没有|未能|完不成|达不到|未|没|不|无")


def _says_again(part: ExceptPart, ahead: Sequence[Placed], behind: Sequence[Placed]) -> bool:
    """完成任务不扣分,未完成任务扣5分: the first says nothing that the second doesn't."""
    if part.factor or any(not isinstance(q.part, _SILENT) for q in ahead):
        return False
    after = next((q.part for q in behind if not isinstance(q.part, Joint)), None)
    if not isinstance(after, FaultPart) or after.verb != "扣":
        return False
    return _DENIAL.search(part.label) is None and any(
        after.label[: m.start()] + after.label[m.end() :] == part.label
        or f"{after.label[: m.start()]}完成{after.label[m.end() :]}" == part.label
        for m in _DENIAL.finditer(after.label)
    )


def _owner(found: Sequence[Placed], p: Placed, part: ExceptPart, *, again: bool) -> Placed:
    """Whose points an exception changes: the only ones of its kind in its sentence, or at all.

    What is said `again` behind other points is about those of its own sentence.
    """
    ahead = [q for q in found if not isinstance(q.part, (*_SILENT, ExceptPart))]
    if not ahead:
        raise Refused(p, "前面没有它所说的得分、扣分", "先写扣N分,再写…的减半扣分")
    if part.bracket or (not part.does and not part.factor):
        owner = ahead[-1]
        told = isinstance(owner.part, (CountPart, FaultPart)) or _closes(owner.part)
        if told and (not part.does or _fits(owner.part, part)):
            return owner
        raise Refused(p, "不知道除外的如何计", "除外的得几分、扣几分")
    start, _ = sentence(found, len(found))
    near = [q for q in ahead if any(q is r for r in found[start:])] or ahead
    fits = [q for q in near if _fits(q.part, part)]
    if not fits and part.does == "扣" and not part.factor and len(near) == 1:
        fits = [q for q in near if isinstance(q.part, GivePart)]  # 得2分;没有项目的不扣分
    if not fits:
        raise Refused(p, "前面没有它所说的得分、扣分", "先写扣N分,再写…的减半扣分")
    if len(fits) > 1 and not all(_is_tier(q.part) for q in fits):
        raise Refused(p, "不知道是前面哪一处", "紧跟在它所说的得分、扣分后面,另起一句")
    others = [q for q in ahead if q not in fits and _fits(q.part, part)]
    about = again or _speaks_of(part, fits[-1], others)
    if others and len(near) < len(ahead) and not about:
        # 甲扣2分;乙扣3分,情节严重的加倍扣分: of the last, or of both
        raise Refused(p, "不知道是前面哪一处", "写明是哪一处,如“…逾期的减半扣分”")
    return fits[-1]


def _is_tier(part: Part) -> bool:
    return isinstance(part, TierPart) or (isinstance(part, GivePart) and part.mark is not None)


def _speaks_of(part: ExceptPart, owner: Placed, others: Sequence[Placed]) -> bool:
    """Whether two characters of an exception stand in what it is about, and in nothing else."""
    own = share_characters(part.label, _words(owner.part))
    return own and not any(share_characters(part.label, _words(q.part)) for q in others)


def _words(part: Part) -> str:
    match part:
        case CountPart(words):
            return f"{words.head},{words.does},{words.thing}"
        case FaultPart(label) | GivePart(label) | JudgedPart(label) | StepPart(label=label):
            return label
        case _:
            return ""


def _closes(part: Part) -> bool:
    return isinstance(part, BranchPart) and part.kind == "zero" and part.mark is None


def _fits(part: Part, other: ExceptPart) -> bool:
    """Whether the points of a part are of the kind that an exception speaks of."""
    match part:
        case CountPart(verb=verb) | FaultPart(verb=verb) | GivePart(verb=verb):
            kind = verb
        case JudgedPart(verb=verb) | JudgedEachPart(verb=verb) | LevelsPart(verb=verb):
            kind = verb
        case TierPart(verb=given):
            kind = given or "得"
        case StepPart(way="down", falls=False) | StepPart(way="up", falls=True) | AnyMissPart():
            kind = "扣"
        case StepPart(way="up", verb=verb):
            kind = verb
        case FormulaPart() | AllPart():
            kind = "得"
        case _:
            return False
    # 头版的加倍计分 of a bonus, too
    return other.does in ("", kind) or (other.does == "得" and kind == "加")


_ONE_BY_ONE = (Formula, YesNo, Threshold, Shortfall, Overshoot, Judged, JudgedEach, Tiers)


def apply_exceptions(b: Builder, excepts: Sequence[Placed]) -> None:
    """The terms whose points exceptions change, each with its own."""
    for p in excepts:
        part = p.part
        assert isinstance(part, ExceptPart)
        at, does = _term(b, p, part)
        term = b.terms[at]
        whole = does != "扣" and not part.factor
        i = b.input(p, part.label, "yes_no", "是/否", verb="扣")
        b.reading("G81" if whole else "G80")
        factor = Decimal(1) if whole else part.factor
        b.terms[at] = Scaled(term, i, factor, does, whole)


def _term(b: Builder, p: Placed, part: ExceptPart) -> tuple[int, Literal["得", "加", "扣"]]:
    """The number of the term that an exception changes, and what its points do."""

    def kind(term: Term) -> Literal["得", "加", "扣"]:
        return "扣" if is_deduction(term) else "加" if term.bonus else "得"

    open_ = [t for t in b.terms if not isinstance(t, Gate)]
    named: list[Term] = [
        t
        for t in open_
        if isinstance(t, YesNo) and part.owner and b.inputs[t.input].label == part.owner
    ]
    fits = named or [t for t in open_ if part.does in ("", kind(t))] or open_
    if len(fits) != 1 or not isinstance(fits[0], _ONE_BY_ONE):
        raise Refused(p, "不知道是前面哪一处", "紧跟在它所说的得分、扣分后面,另起一句")
    term = fits[0]
    if kind(term) == "得" and len(open_) > 1:
        raise Refused(p, "不知道是整项,还是只有前面这一处", "本项只写这一处得分")
    if isinstance(term, Threshold) and term.lose is not None:
        raise Refused(p, "不知道未达到时扣的分是否也这样计", "另起一项")
    if not part.factor and kind(term) != "扣" and not isinstance(term, YesNo):
        raise Refused(p, "不知道不扣分的得多少分", "…的得N分")
    return next(n for n, t in enumerate(b.terms) if t is term), kind(term)

"""A graver case of what was just said: 迟报扣1分,造成严重后果的扣3分.

Whoever is graver is the plain case too, so that both would be filled in. Of things that are
there or not the gravest alone costs; of counted things the graver ones are some of those before.
Both can be read the other way (G121, G61).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kpixl.patterns import lazily
from kpixl.rules.building import Builder, Placed, Refused
from kpixl.rules.model import Term
from kpixl.rules.parts import (
    BoundPart,
    BranchPart,
    CountPart,
    ExceptPart,
    FaultPart,
    HeadPart,
    Joint,
    JudgedPart,
    Part,
    StatedPart,
    TextPart,
)
from kpixl.rules.terms import Gravest, YesNo

# What says how grave a thing is, or what came of it, and does not name another.
_GRAVER = lazily(
    r"(?:并|且|其中|如果?|若)?(?:(?:情节|性质|后果|影响|程度|损失|问题|社会影响)[、,]?)*"
    r"(?:(?:较|很|特别|非常|极其|极为|比较|十分)?(?:严重|恶劣|重大|较大|较重|较坏|极坏)|特别严重)"
    r"(?:[、,]?(?:情节|性质|后果|影响|损失|社会影响)?(?:较|很|特别|极其)?(?:严重|恶劣|重大|较大|较坏|极坏))?(?:者)?"
    r"|(?:并|且|由此|因此|从而)?(?:造成|导致|引发|引起|产生|酿成)(?!的)[^,]{0,12}(?:后果|影响|损失|事故|事件|上访|舆情|投诉|伤亡|死亡|伤害)"
    r"|(?:仍|经[^,]{0,6}后仍?|(?:逾期|限期内?|期满|到期|屡次)仍?|拒)(?:未|不|没有?|拒不)[^,]{0,8}"
    r"|屡教不改|拒绝[^,]{0,6}"
)


def is_graver(label: str) -> bool:
    """Whether a name only says how grave it is of what stands before it.

    >>> is_graver("造成严重后果"), is_graver("情节严重"), is_graver("发生严重事故")
    (True, True, False)
    """
    return _GRAVER.fullmatch(_OF.sub("", label.removesuffix("的"))) is not None


_OF = lazily(r"\([^()]*\)$")  # 情节严重(迟报), of which fault it is


def with_gravest(b: Builder) -> list[Term]:
    """The terms of a rule with a fault and its graver cases behind it as one."""
    found: list[Term] = []
    for term in b.terms:
        last = found[-1] if found else None
        ahead = last.of if isinstance(last, Gravest) else (last,)
        worse = _worse(b, ahead[-1], term)
        if worse and isinstance(last, YesNo) and last.more:
            name = b.inputs[term.input].label if isinstance(term, YesNo) else ""
            raise Refused(
                name, "前面写了再扣,不知道这里是不是也另外再扣", "每一种都写再扣N分,或都不写"
            )
        if worse and b.reading("G121") == "只扣最重":
            assert isinstance(term, YesNo)
            found[-1] = Gravest((*(t for t in ahead if isinstance(t, YesNo)), term))
        else:
            found.append(term)
    return found


def _worse(b: Builder, ahead: Term | None, term: Term) -> bool:
    """Whether a deduction is for a graver case of the one before it, and costs more."""
    if not (isinstance(ahead, YesNo) and isinstance(term, YesNo)):
        return False
    if ahead.verb != "扣" or term.verb != "扣" or not is_graver(b.inputs[term.input].label):
        return False
    if term.more:
        return False  # 再扣3分, which the clause itself adds
    plain, worse = ahead.give.number, term.give.number
    shared = ahead.give.share or term.give.share
    return plain is not None and worse is not None and not shared and worse > plain


def with_graver_names(placed: Sequence[Placed]) -> list[Placed]:
    """迟报扣1分,情节严重的扣3分;漏报扣2分,情节严重的扣5分: 情节严重(迟报) and 情节严重(漏报).

    Names that tell apart what is said twice; what stands behind no fault keeps its own.
    """
    said = [_fault_of(p.part) for p in placed]
    first = next((n for n, name in enumerate(said) if name), 0)
    often = {
        name
        for p, name in zip(placed, said, strict=True)
        if name
        and said.count(name) > 1
        and (is_graver(name) or isinstance(p.part, ExceptPart))
        and said.index(name) > first
    }
    found: list[Placed] = []
    owner = ""
    plain = 0  # faults right before it: of two of them, it is not said which is meant
    for p, name in zip(placed, said, strict=True):
        if isinstance(p.part, Joint) and p.part.stop:
            plain = 0
        if name in often:
            if plain > 1:
                raise Refused(p, "不知道是前面哪一处", "每一处各写…的扣N分,情节严重的扣M分")
            p = Placed(_named(p.part, f"{name}({owner})"), p.start, p.end)
            plain = 0
        elif name and not is_graver(name) and not isinstance(p.part, ExceptPart):
            owner = _OF.sub("", name).replace(",", "、")
            plain += 1
        found.append(p)
    return found


def _fault_of(part: Part) -> str:
    """What takes points, by its words; "" for anything else."""
    match part:
        case FaultPart(label, verb="扣") | JudgedPart(label, verb="扣"):
            said = label
        case ExceptPart(label, factor=factor, does="扣", bracket=False) if factor:
            said = label
        case BranchPart("zero", None, words):
            said = words
        case CountPart(words=counted, verb="扣"):
            said = counted.head or counted.does + counted.thing
        case _:
            return ""
    return said.removesuffix("的")


def _named(part: Part, name: str) -> Part:
    match part:
        case FaultPart() | JudgedPart():
            return replace(part, label=name)
        case ExceptPart(said=said):
            return replace(part, label=name, said=name + ("的" if said.endswith("的") else ""))
        case BranchPart():
            return replace(part, said=name)
        case CountPart(words=counted) if counted.head:
            return replace(part, words=replace(counted, head=name))
        case _:
            return part


def with_graver_counts(placed: Sequence[Placed]) -> list[Placed]:
    """每迟报1次扣1分,情节严重的每次扣5分: the graver ones are some of those before (其中)."""
    found: list[Placed] = []
    whole: CountPart | None = None
    once = False  # whether a fault that is there or not stands before it
    for p in placed:
        part = p.part
        if isinstance(part, CountPart):
            if once and part.verb == "扣" and part.words.head and is_graver(part.words.label):
                wanted = "…的每次扣N分,情节严重的每次扣M分"
                raise Refused(p, "前面的没有写每次,不知道这里的几次与它怎样一起计", wanted)
            if whole is not None and _some_of(whole, part):
                words = replace(part.words, head=f"其中{part.words.head}")
                p = Placed(replace(part, words=words, among=True), p.start, p.end)
            elif not part.among:
                whole = part
        elif not isinstance(part, (Joint, TextPart, BoundPart, StatedPart, HeadPart)):
            whole = None
        if not isinstance(part, (Joint, TextPart, BoundPart)):
            once = isinstance(part, FaultPart) and part.verb == "扣"
        found.append(p)
    return found


def _some_of(whole: CountPart, part: CountPart) -> bool:
    if part.among or part.share or whole.share or whole.verb != "扣" or part.verb != "扣":
        return False
    own = not part.words.does and not part.words.thing
    alike = part.words.unit == whole.words.unit and part.per == whole.per == 1
    return (
        own and alike and (part.more or part.amount > whole.amount) and is_graver(part.words.head)
    )

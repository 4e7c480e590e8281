"""Points for several requirements at once: 负荷率不低于75%,达标率不低于95%,得5分."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kpixl.patterns import lazily
from kpixl.rules.all_terms import AllOf, Missed, Needed, Side, spoken
from kpixl.rules.amounts import Amount, Mark
from kpixl.rules.building import Builder, Placed, Refused
from kpixl.rules.figure_clause import MISSED, NAMELESS, measured, says_missed
from kpixl.rules.parts import (
    AllPart,
    AnyMissPart,
    BranchPart,
    CountPart,
    FaultPart,
    GivePart,
    Joint,
    JudgedPart,
    Need,
    Part,
    RangedPart,
    RequirePart,
    TextPart,
)
from kpixl.rules.terms import Base, Threshold
from kpixl.rules.vocabulary import is_percent, is_rate


def with_all(placed: Sequence[Placed], *, required: bool = True) -> list[Placed]:
    """What stands in front of points, joined by commas or 且, as what these are given for.

    Things to be done before the mark of a figure are (成立小组,配备1名以上专员,得5分); with
    `required` what has a number is, too.
    """
    found: list[Placed] = []
    for p in placed:
        start = len(found)
        give = p.part.give if isinstance(p.part, RangedPart) else p.part
        if not isinstance(give, GivePart):
            found.append(p)
            continue
        joins = _AND.match(give.label)
        if _is_plain(give):
            while start and goes_on(found[start - 1]):
                start -= 1
        run = [q for q in found[start:] if not isinstance(q.part, Joint)]
        if give.mark is None and not any(isinstance(q.part, RequirePart) for q in run):
            joins = None  # 制定方案,并组织实施得5分: one thing
        marked = required and any(isinstance(q.part, RequirePart) for q in run)
        marked |= any(_is_done(q.part) for q in run) and give.mark is not None
        if not run or not (joins or marked):
            found.append(p)
            continue
        if run[-1].end == p.start and _WITHIN.match(give.label):  # 10个工作日内办结得5分
            raise Refused(run[-1], "这是时限,不是要达到的数", "在N天内…的得M分")
        needs = [need_of(q) for q in run]
        label = _AND.sub("", give.label)
        if _TIME.fullmatch(label):  # 上派专员1人,全年不少于90天
            label = needs[-1].label + label
        if label not in ("", *NAMELESS) or give.mark is not None:
            op: Side = "<=" if give.op == "<=" else ">="
            needs.append(Need(label + give.thing, give.mark, op))
        del found[start:]
        ors = [need.label.startswith("或") for need in needs]
        if any(ors) and (ors[0] or not all(ors[1:])):
            raise Refused(p, "不知道哪几个要求有一个就行", "…或…得N分,只用“或”")
        needs = [replace(n, label=re.sub("^或者?", "", n.label)) for n in needs]
        upto = p.part.high if isinstance(p.part, RangedPart) else None
        part = AllPart(tuple(needs), give.amount, bool(joins), any(ors), upto)
        found.append(Placed(part, run[0].start, p.end))
    return found


_AND = lazily(r"^(?:并?且|同时|并(?![网轨购发存列]))")
_WITHIN = lazily("(?:之|以)?[内前]")
_TIME = lazily(r"全年|年内|当年|每年|年度")


_DONE = lazily(
    r"(?:并|已|按要求|认真|积极)?(?:(?<![国军])成立|建立|设立|制定|制订|编制|召开|配备|明确|组织|签订|接受)"
)


# 考核…情况, …为准: what the clause is about, nothing to be done
_INTRO = lazily(r"情况|考核|根据|按照|依据|为准|是指|对照|确保|以.+为")


# 无治安灾害事故, in front of the mark of a figure
_NONE = lazily(
    "(?:全年|年内|本年度|辖区内?)?(?:无(?!关|论|偿|害化|障碍|故|纸)|未发生|没有发生|不发生|未出现|杜绝)[^,]{2,}"
)


def _is_done(part: Part) -> bool:
    if not isinstance(part, TextPart) or _INTRO.search(part.text):
        return False
    return _DONE.search(part.text) is not None or _NONE.match(part.text) is not None


def clear_done(placed: Sequence[Placed]) -> None:
    """Refuse 成立小组,每季度召开会议1次以上得1分: the first is no remark, but given for as well."""
    marked: Need | None = None
    for at, p in enumerate(placed):
        match p.part:
            case GivePart(mark=Mark() as mark, verb="得") as give:
                if mark.number is not None and _is_again(give.label, mark.unit, marked):
                    raise Refused(p, "不知道是不是前面那个数", "N次以上得…,M次得…,不足M次不得分")
                for lead in reversed(placed[:at]):
                    if not goes_on(lead):
                        break
                    rate = is_percent(give.label) and give.label[:2] in _said(lead.part)
                    if _is_done(lead.part) and not rate:  # 签订责任书,签订率达到100%
                        raise Refused(lead, "不知道是不是得分的条件", "各写一句,分别写得几分")
                marked = Need(give.label, mark) if mark.number is not None else marked
            case CountPart(words, verb="得", single=True):
                if _is_again(words.head, words.unit, marked):
                    raise Refused(p, "不知道是不是前面那个数", "N次以上得…,M次得…,不足M次不得分")
            case AllPart(needs):
                marked = next((n for n in reversed(needs) if n.mark is not None), marked)
            case _:
                pass


def _said(part: Part) -> str:
    return part.text if isinstance(part, TextPart) else ""


def _is_again(label: str, unit: str, before: Need | None) -> bool:
    """召开会议2次得1分,组织1次得0.5分: a verb alone goes on with the figure before it."""
    counted = before is not None and before.mark is not None and before.mark.unit == unit
    return counted and _VERB_ALONE.fullmatch(label) is not None


_VERB_ALONE = lazily("(?:每年|全年|年内|只|仅)?(?:组织|开展|召开|举办|进行|完成|报送|举行)")


def _is_plain(give: GivePart) -> bool:
    return (
        give.verb == "得"
        and not (give.or_each or give.prop or give.implied)
        and give.period in ("", "每年", "每年度")
        and give.op in (">=", "<=")
    )


def goes_on(p: Placed) -> bool:
    match p.part:
        case Joint(stop):
            return stop == 0
        case RequirePart(mark=mark, period="" | "每年" | "每年度", upto=None, about=False):
            return mark.number is not None
        case TextPart(text, False, ""):
            return bool(text)
        case _:
            return False


def need_of(p: Placed) -> Need:
    """A requirement, or words, as a need."""
    match p.part:
        case RequirePart(label, mark, limit):
            label = re.sub(
                "(?:(?:保持|稳定)在?|(?<![存现所])在)$", "", _AND.sub("", label)
            ).replace("()", "")
            return Need(label, mark, "<=" if limit else ">=")
        case TextPart(text):
            return Need(re.sub("的$", "", _AND.sub("", text)), None)
        case _:
            raise Refused(p, "不知道是不是得分的条件", "…,…,得N分")


# 以上指标有一项未达标, of all that stands before it
MISSED_ANY = lazily(
    "(?:以上|上述)?(?:各项|几项|[二两三四五六七八]项)?(?:指标|要求|任务|目标)?(?P<one>(?:其中)?(?:有|任何|任意|任)?一项)?,?"
)


def is_missed_any(said: str) -> bool:
    """Whether words say that what stands before them was not reached, in one part or all."""
    head = MISSED_ANY.match(said)
    return says_missed(said[head.end() :] if head else said, None)


def as_base(p: Placed) -> Base:
    """The points as what deductions start from."""
    part = p.part
    assert isinstance(part, AllPart)
    words = [(n.label, n.mark, n.op) for n in part.needs]
    return Base(part.amount, spoken(words, "且" if part.said else ""))


def read_all(b: Builder, p: Placed, others: Sequence[Placed]) -> tuple[list[Placed], bool]:
    """The needs and their points.

    Gives back the parts that say nothing of them, and whether some say what is given otherwise.
    """
    part = p.part
    assert isinstance(part, AllPart)
    left: list[Placed] = []
    loss: Amount | None = None
    together = False
    for q in others:
        match q.part:
            case BranchPart("zero", None, said) if is_missed_any(said):
                continue
            case AnyMissPart(amount, "") if loss is None and amount is not None:
                loss = Amount(amount)
            case FaultPart(label, amount, "扣") if (
                loss is None and part.amount.number is None and is_missed_any(label)
            ):
                loss, together = amount, True
            case JudgedPart(label, verb="扣") if MISSED.match(label) and len(others) == 1:
                b.terms.append(as_base(p))
                return [q], True
            case _:
                left.append(q)
    if part.either and loss is not None:
        raise Refused(p, "有一个就行的,不知道怎样扣", "每一项各写得几分")
    alone = len(part.needs) == 1  # 化解率达到90%(7分)
    if alone and loss is None and b.reading("G17") != "不得分":
        raise Refused(p, "不知道没有达到的怎样按比例得分", "达到N得M分,达不到的…")
    several = loss is None and not (part.said or part.either or alone)
    shared = several and b.reading("G51") == "按个数"
    needs: list[Needed] = []
    for at, need in enumerate(part.needs):
        mark = need.mark
        if at and mark is not None and need.label in ("", *NAMELESS):
            # 不低于5000万元,不高于1亿元: a second bound of the same figure, or another figure
            raise Refused(p, "不知道与前面的是不是同一个数据", "N—M得K分,或数据的名称")
        if mark is None:
            i = b.input(p, need.label, "yes_no", "是/否")
        else:
            rate = is_rate(need.label, mark.unit)
            kind, shown = measured(mark.unit, percent=rate)
            i = b.input(p, need.label, kind, shown, mark.number)
        needs.append((i, mark, need.op))
    only = needs[0] if alone and needs[0][1] is not None else None
    if loss is not None:
        once = together and b.reading("G131") == "扣一次"
        b.terms += [as_base(p), Missed(tuple(needs), loss, together=together, once=once)]
    elif only is not None and only[1] is not None:
        # one figure against its mark, as 化解率达到90%得7分 is
        b.terms.append(Threshold(only[0], only[1], part.amount, "zero", op=only[2]))
    else:
        whole = AllOf(tuple(needs), part.amount, shared, part.said, either=part.either)
        b.terms.append(replace(whole, told=0 < len(left) < len(others)))
    return left, len(left) < len(others)

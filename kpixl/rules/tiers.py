"""Clauses that give points by the interval of one figure (分档)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from kpixl.patterns import lazily
from kpixl.rules.amounts import Amount, Mark
from kpixl.rules.building import Builder, Placed, Refused
from kpixl.rules.count_terms import Counted
from kpixl.rules.figure_clause import NAMELESS, measured
from kpixl.rules.parts import (
    BranchPart,
    CountPart,
    EtcPart,
    GivePart,
    InterPart,
    Joint,
    Part,
    RangedPart,
    StepPart,
    TierCountPart,
    TierPart,
    TiersPart,
)
from kpixl.rules.printing import number
from kpixl.rules.tier_terms import Edge, Tiers, TiersWithin
from kpixl.rules.vocabulary import is_percent, less_is_better
from kpixl.rules.words.elements import COUNTS, PERCENT


def is_tiered(scoring: Sequence[Placed]) -> bool:
    """Whether a clause gives points by intervals: one is written, or several marks are."""
    if any(isinstance(p.part, (StepPart, InterPart)) for p in scoring):
        return False  # 95%以上得满分,每降1%扣0.5分,90%以下不得分
    marks = [
        p
        for p in scoring
        if isinstance(p.part, GivePart) and p.part.mark is not None and p.part.verb == "得"
    ]
    written = (TierPart, TiersPart, EtcPart)
    if len(scoring) > 1 and isinstance(scoring[0].part, RangedPart):
        return True
    tasks = [p for p in scoring if isinstance(p.part, GivePart) and p.part.task and p not in marks]
    if tasks and any(_is_rate(p.part) for p in marks):
        return True  # 完成目标得10分,完成率达到90%得8分: the task is 100% of it
    return any(isinstance(p.part, written) for p in scoring) or len(marks) > 1


def is_within(scoring: Sequence[Placed]) -> bool:
    """Whether all that is said is 距离5公里以内得5分: points up to a mark."""
    part = scoring[0].part
    return (
        len(scoring) == 1
        and isinstance(part, TierPart)
        and (part.low, part.verb, part.thing, part.upto) == (None, "得", "", None)
        and part.amount.number != 0
        and (less_is_better(part.label) or _SPREAD.search(part.label) is not None)
    )


_SPREAD = lazily("误差|偏差|差错|距离|间隔|出入")


_UNDER = "(?:低于|少于|小于|不足|不到|不满|未满|<|未达到|达不到)"
_OVER = "(?:超过|高于|大于|多于|超|>)"


def _says_only(part: BranchPart) -> bool:
    """Whether the words of a branch are the name, 低于 or 超过 and the mark, and no more."""
    assert part.mark is not None
    side = _UNDER if part.op == "<" else _OVER
    said = part.said.removeprefix(part.label)
    unit = re.escape(part.mark.unit)
    return re.fullmatch(rf"{side}[0-9.]+{unit}(?:以[上下])?的?", said) is not None


def lost_tiers(scoring: Sequence[Placed]) -> list[Placed]:
    """低于90%扣2分,低于80%扣5分: the further off, the more, and only the last of them.

    超过5%扣1分,超过10%扣3分 likewise; which of them is written first does not matter.
    """
    found: list[tuple[Decimal, Decimal, BranchPart, Placed]] = []
    for p in scoring:
        q = p.part
        if not isinstance(q, BranchPart) or q.kind == "prop" or q.op not in ("<", ">"):
            return list(scoring)
        at = q.mark.number if q.mark is not None and q.mark.kind == "own" else None
        lost_here = q.amount.number if q.amount is not None and not q.amount.share else None
        if q.kind == "zero":  # 低于70%不得分: all that is left
            lost_here = Decimal("Infinity")
        if at is None or lost_here is None or not _says_only(q):
            return list(scoring)
        found.append((at, lost_here, q, p))
    under = found[0][2].op == "<"
    ordered = sorted(found, key=lambda row: row[0], reverse=under)
    names = {q.label for _, _, q, _ in found if q.label}
    units = {q.mark.unit for _, _, q, _ in found if q.mark is not None}
    grows = all(a[0] != b[0] and a[1] < b[1] for a, b in pairwise(ordered))
    sides = {q.op for _, _, q, _ in found}
    if len(found) < 2 or not grows or max(len(names), len(units), len(sides)) > 1:
        return list(scoring)
    if sum(q.kind == "lose" for _, _, q, _ in found) < 2:
        return list(scoring)
    name, unit = next(iter(names), ""), units.pop()
    tiers = []
    for n, (at, amount, _, p) in enumerate(ordered):
        far = ordered[n + 1][0] if n + 1 < len(ordered) else None
        low, high = (far, at) if under else (at, far)
        held = None if far is None else True  # the mark farther off still belongs to this one
        ends: tuple[bool | None, bool | None] = (held, False) if under else (False, held)
        part = TierPart(name, unit, low, ends[0], high, ends[1], Amount(amount), "扣")
        if not amount.is_finite():
            part = replace(part, amount=Amount(Decimal(0)), verb=None)
        tiers.append(Placed(part, p.start, p.end))
    return tiers


_GRADE = lazily(r"(?:评|定)?为?不(?:满意|合格|及格|达标|称职)")
_BESIDE = (EtcPart, TierCountPart)


def _is_rate(part: Part) -> bool:
    """完成率达到90%得8分, 完成80%得5分, beside the points for the task itself."""
    if not isinstance(part, GivePart) or part.mark is None or part.mark.kind != "own":
        return False
    named = part.label.endswith("完成率") or part.label in NAMELESS
    return part.mark.unit == "%" and (named or _AIM.fullmatch(part.label) is not None)


def read_tiers(b: Builder, scoring: Sequence[Placed]) -> None:
    """Intervals that lie side by side without gap or overlap, from the lowest to the highest."""
    tiers, label, unit = _intervals(_listed(scoring))
    _clear_task(scoring, label)
    _clear_turns(scoring, label)
    verb = _verb(tiers)
    if verb == "扣":  # 5%以内扣1分,5%—10%扣3分,10%以上不得分: nothing is left of the item
        tiers = [
            (at, t if t.verb or t.amount.number else replace(t, amount=Amount(None)))
            for at, t in tiers
        ]
    _clear_intervals(tiers, unit)
    ordered = sorted(tiers, key=_place)
    edges: list[Edge] = []
    amounts: list[Amount] = []
    below: bool | None = None
    largest = max(abs(t.amount.number or Decimal(0)) for _, t in tiers)
    if verb == "扣" and any(t.amount.number is None for _, t in tiers):
        largest = Decimal("Infinity")  # 不得分 takes the most
    for at, tier in ordered:
        _join(b, at, tier, edges, amounts, below, largest)
        below = tier.high_in
    last_at, last = ordered[-1]
    closed = last.high is not None
    if closed:
        amounts.append(_beyond(b, last_at, last, largest, alone=len(tiers) == 1))
    b.remarks += [t.thing for _, t in tiers if t.thing]  # 61-70分的为一般,得0.8分
    lost = [abs(a.number or Decimal(0)) for a in amounts]
    if verb == "扣" and less_is_better(label) and lost == sorted(lost, reverse=True):
        raise Refused(tiers[0][0], f"“{label}”越低越好,却越低扣得越多", "高于N%的扣M分")
    kind, shown = measured(unit, percent=unit in PERCENT)
    i = b.input(scoring[0], label, kind, shown)
    least = Tiers(i, unit, tuple(edges), tuple(amounts), verb, closed)
    judged = any(t.upto is not None for _, t in tiers)
    b.terms.append(_judged(b, tiers, least) if judged else least)


def with_first_count(placed: Sequence[Placed]) -> list[Placed]:
    """召开会议1次得1分,2次得3分: the first of several marks, and not each of them."""
    for at, p in enumerate(placed):
        behind = next((q.part for q in placed[at + 1 :] if not isinstance(q.part, Joint)), None)
        match p.part, behind:
            case (
                CountPart(Counted(name, "", unit, ""), Decimal() as one, "得", points, True),
                GivePart(implied=True, mark=Mark(Decimal() as two, other, "own")) as more,
            ) if one == 1 and two == 2 and unit == other and points < (more.amount.number or 0):
                give = GivePart(name, Amount(points), name, Mark(one, unit), implied=True)
                rest = with_first_count(placed[at + 1 :])
                return [*placed[:at], replace(p, part=give), *rest]
            case _:
                continue
    return list(placed)


_COMPLETION = lazily(r"(?:完成|进度|达标|任务|目标|计划)")


def _clear_task(scoring: Sequence[Placed], label: str) -> None:
    """Refuse 合格率90%得5分;完成目标得10分: what is no completion does not come to 100% by that."""
    tasks = [p for p in scoring if isinstance(p.part, GivePart) and p.part.task and not p.part.mark]
    if tasks and is_percent(label) and not _COMPLETION.search(label):
        raise Refused(
            tasks[0], f"“{label}”不是完成率,不知道完成目标是多少", "N%以上得M分,或另起一项"
        )


def _listed(scoring: Sequence[Placed]) -> list[Placed]:
    """The intervals each by itself; bare marks behind 达到 are reached, too."""
    found = [
        Placed(part, p.start, p.end)
        for p in scoring
        for part in (p.part.tiers if isinstance(p.part, TiersPart) else (p.part,))
    ]
    if not _reached(found[0].part):
        return _more_for_more(found)
    return [  # 达70%得3分,60%得2分
        Placed(replace(p.part, implied=False), p.start, p.end)
        if isinstance(p.part, GivePart) and p.part.implied and p.part.label in NAMELESS
        else p
        for p in found
    ]


def _more_for_more(found: list[Placed]) -> list[Placed]:
    """合格率80%得3分,90%得5分,100%得8分: more points the more it is, so that each is reached."""
    marks = [
        (give.mark.number, give.amount.number)
        for p in found
        if isinstance(give := p.part, GivePart) and give.implied and give.mark is not None
    ]
    known = sorted((at, n) for at, n in marks if at is not None and n is not None)
    rising = all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(known))
    if len(known) < 2 or len(known) < len(marks) or not rising:
        return found
    return [
        replace(p, part=replace(p.part, implied=False))
        if isinstance(p.part, GivePart) and p.part.implied
        else p
        for p in found
    ]


def _intervals(
    scoring: Sequence[Placed],
) -> tuple[list[tuple[Placed, TierPart]], str, str]:
    """The intervals, the name of their figure and its unit."""
    on = [p for p in scoring if isinstance(p.part, EtcPart)]
    counted = [(p, p.part.number) for p in scoring if isinstance(p.part, TierCountPart)]
    scoring = [p for p in scoring if not _is_rest(p) and not isinstance(p.part, _BESIDE)]
    for p, number_ in counted:
        if number_ != len(scoring) or on:
            raise Refused(p, f"后面列出了{len(scoring)}档", f"分{len(scoring)}个档次")
    unit = next((u for u in map(_unit, (p.part for p in scoring)) if u), "")
    tiers = _above_nothing([(p, as_interval(p, unit)) for p in scoring])
    tiers = _from_none(tiers, unit)
    if on and any(t.upto is not None for _, t in tiers):
        raise Refused(on[0], "几分到几分的档次,看不出往下怎样推", "写明每一档")
    if on:
        tiers += _further(on[0], tiers)
    aims = unit in PERCENT and any(_AIM.fullmatch(t.label) for _, t in tiers)
    if aims:  # 完成任务的90%以上: of the target, whatever the figure is
        tiers = [(p, replace(t, label="") if _AIM.fullmatch(t.label) else t) for p, t in tiers]
    label = label_of(tiers)
    if aims and not label.endswith("完成率"):
        label = "完成率" if label in NAMELESS else f"{label}完成率"
    return tiers, label, next((t.unit for _, t in tiers if t.unit), unit)


def _clear_intervals(tiers: Sequence[tuple[Placed, TierPart]], unit: str) -> None:
    """Refuse intervals without a unit, of different ones, without points or with a condition."""
    if not unit:
        raise Refused(tiers[0][0], "没有写单位", "N—M分,或N%—M%")
    for at, tier in tiers:
        if tier.unit not in (unit, ""):
            raise Refused(at, f"单位“{tier.unit}”与前面的“{unit}”不同", unit)
    if all(t.amount.number == 0 for _, t in tiers):
        raise Refused(tiers[0][0], "每一档都不得分", "至少一档得N分")
    for at, tier in tiers:
        if tier.more and len(tiers) > 1:
            raise Refused(at, "不知道是一共这么多,还是在前一档之外再加", "N%以上加M分,写一共几分")
        if re.search("未|没|不", tier.thing) and not _GRADE.fullmatch(tier.thing):
            raise Refused(at, f"不知道“{tier.thing}”是哪些", "把它写在数字前面")


def _above_nothing(tiers: list[tuple[Placed, TierPart]]) -> list[tuple[Placed, TierPart]]:
    """5%以下得5分,负增长不得分: the lowest interval ends where the figure turns."""
    turns = [p for p, _ in tiers if isinstance(p.part, BranchPart) and turns_back(p.part.said)]
    if len(turns) != 1:
        return tiers
    return [
        (p, replace(t, low=Decimal(0), low_in=True))
        if t.low is None and p not in turns and t.high is not None and t.high > 0
        else (p, t)
        for p, t in tiers
    ]


_LATE = lazily(
    "延[期误迟]|逾期|迟[报到交]|超[时期]|拖[延欠]|滞后|漏报|差错|缺[席勤]|旷工|违规|违纪"
)


def _from_none(tiers: list[tuple[Placed, TierPart]], unit: str) -> list[tuple[Placed, TierPart]]:
    """延期1天以内扣1分: of what was not late at all nothing is taken."""
    if unit not in COUNTS or not all(t.verb in ("扣", None) for _, t in tiers):
        return tiers
    if not any(_LATE.search(t.label) for _, t in tiers):
        return tiers
    return [
        (p, replace(t, low=Decimal(0), low_in=False))
        if t.low is None and t.verb == "扣" and t.high is not None and t.amount.number != 0
        else (p, t)
        for p, t in tiers
    ]


def _judged(b: Builder, tiers: Sequence[tuple[Placed, TierPart]], least: Tiers) -> TiersWithin:
    """Points that an assessor decides within those of the interval."""
    if least.closed or least.verb == "扣":
        raise Refused(tiers[0][0], "没有写更高的如何计", "N以上得M分")
    spans = {t.amount.number: t.upto for _, t in tiers}
    if len(spans) < len(tiers):
        raise Refused(tiers[0][0], "两档的分数一样", "每一档的分数不同")
    most = tuple(
        a if spans.get(a.number) is None else Amount(spans[a.number]) for a in least.amounts
    )
    judged = b.input(tiers[0][0], "评定得分", "judged", "分")
    return TiersWithin(least, most, judged)


FALLS = lazily("下降|降低|减少|压减|降幅")
_RISES = lazily("增长|提高|上升|增加|增幅|增速")


def _clear_turns(scoring: Sequence[Placed], label: str) -> None:
    """负增长 is below 0 of a figure that grows, 不降反升 of one that falls."""
    for p in scoring:
        if not (isinstance(p.part, BranchPart) and p.part.mark is None):
            continue
        turn = turned(p.part.said)
        falls = FALLS.search(label) is not None
        if _FELL.fullmatch(p.part.said):
            rises = _RISES.search(label) is not None
            if falls == rises or (FALLS.search(p.part.said) is not None) == falls:
                raise Refused(p, f"“{label}”说的不是这个方向", "低于0的不得分")
            continue
        if turn is not None and (turn["down"] is not None) != falls:
            raise Refused(p, f"“{label}”说的不是同一个方向", "低于0的不得分")


def _reached(part: Part) -> bool:
    """Whether a part says 达到 or 以上, so that the bare marks behind it mean the same."""
    if isinstance(part, TierPart):
        return part.low is not None and part.high is None
    return (
        isinstance(part, GivePart)
        and part.mark is not None
        and part.op == ">="
        and not part.implied
    )


def _further(at: Placed, tiers: Sequence[tuple[Placed, TierPart]]) -> list[tuple[Placed, TierPart]]:
    """The intervals that 依次类推 stands for, down to no points."""
    open_ = all(t.low is not None and t.high is None and t.verb == "得" for _, t in tiers)
    lows = [t.low for _, t in tiers if t.low is not None]
    points = [t.amount.number for _, t in tiers if t.amount.number is not None]
    if not open_ or len(points) < len(tiers) or len(tiers) < 2:
        raise Refused(at, "看不出往下怎样推", "N以上得几分,低一档得几分,依次类推")
    steps = {a - b for a, b in pairwise(lows)}
    losses = {a - b for a, b in pairwise(points)}
    if len(steps) != 1 or len(losses) != 1 or min(*steps, *losses) <= 0:
        raise Refused(at, "前面几档相差不一样,看不出往下怎样推", "每档相差相同的数、相同的分")
    step, loss = steps.pop(), losses.pop()
    last = tiers[-1][1]
    found: list[tuple[Placed, TierPart]] = []
    low, left = lows[-1] - step, points[-1] - loss
    while low > 0 and left > 0 and len(found) < _MOST:
        found.append((at, replace(last, label="", low=low, amount=Amount(left))))
        low, left = low - step, left - loss
    if left > 0:
        raise Refused(at, "推到0还没有推到不得分", "写明每一档")
    return found


# A table of more intervals is a proportion, not a ladder.
_MOST = 100


_AIM = lazily("(?:年度|全年)?(?:目标任务|任务|目标|计划|指标)(?:数|值|量)?的?")


def _unit(part: Part) -> str:
    if isinstance(part, TierPart):
        return part.unit
    if isinstance(part, RangedPart):
        part = part.give
    return part.mark.unit if isinstance(part, GivePart) and part.mark is not None else ""


def _is_rest(p: Placed) -> bool:
    """否则不得分, 其余不得分: what lies below the lowest interval gives nothing anyway."""
    part = p.part
    rest = isinstance(part, BranchPart) and part.kind == "zero" and part.mark is None
    return rest and isinstance(part, BranchPart) and bool(_REST.fullmatch(part.said))


_BELOW = lazily(
    r"(?:[A-Za-z]{1,2}|(?:(?![不未没无非达]|参加|完成(?!率))[\u4e00-\u9fff])*?)(?:低于|少于|小于|不足|不到|不满|未满|<|未达到|达不到|没有达到|未达|不达)"
    r"[0-9一二两三四五六七八九十.,]+[^0-9]{0,5}"
)


def is_below(said: str) -> bool:
    """Whether words say only that a figure is less than a number."""
    return _BELOW.fullmatch(said) is not None


# what grows or falls by less than nothing; which of the two the figure itself says
_FELL = lazily("(?:下降|降低|减少|上升|增长|增加)的?")
_TURNS = lazily(r"(?:出现)?(?P<up>负增长|不增反降|不升反降)的?|(?P<down>不降反升|不降反增)的?")


def turned(said: str) -> re.Match[str] | None:
    """负增长, 不降反升: which way a figure turned, None where words say neither."""
    return _TURNS.fullmatch(said)


def turns_back(said: str) -> bool:
    """Whether words say that a figure went the other way: 负增长, 下降 of one that grows."""
    return turned(said) is not None or _FELL.fullmatch(said) is not None


_REST = lazily(
    r"否则|没有的?|无|未完成的?|没有完成的?|(?:一[个项家]都)没有的?|(?:其余|其他|其它)(?:情况|情形)?的?|达不到的?|未达到的?|没有达到的?"
)


def _verb(tiers: Sequence[tuple[Placed, TierPart]]) -> Literal["得", "加", "扣"]:
    said: list[tuple[Placed, Literal["得", "加", "扣"]]] = [
        (at, t.verb) for at, t in tiers if t.verb is not None
    ]
    for at, verb in said[1:]:
        if verb != said[0][1]:
            raise Refused(at, "各档有的得分,有的加分或扣分", f"都用“{said[0][1]}”")
    return said[0][1] if said else "得"


def _beyond(b: Builder, at: Placed, last: TierPart, largest: Decimal, *, alone: bool) -> Amount:
    """What a figure above the highest interval gives: as much, where that is the most."""
    top = last.amount.number
    if alone and last.verb == "扣":
        return Amount(Decimal(0))  # 评教得分60分以下扣2分: nothing is taken above
    if alone:
        raise Refused(at, "没有写更高的如何计", "N以上得M分")
    if top is None or abs(top) == largest:
        return last.amount if b.reading("G27") == "最高档" else Amount(Decimal(0))
    if last.verb == "得" or last.verb is None:
        raise Refused(at, "没有写更高的如何计", "N以上得M分")
    return Amount(Decimal(0))


def _place(pair: tuple[Placed, TierPart]) -> tuple[Decimal, Decimal]:
    far = Decimal("Infinity")
    _, tier = pair
    return (-far if tier.low is None else tier.low, far if tier.high is None else tier.high)


def as_interval(at: Placed, unit: str) -> TierPart:
    """A part as an interval: 达到90%得10分 is open above, 不足80%不得分 open below."""
    match at.part:
        case TierPart():
            return at.part
        case RangedPart(GivePart(label, amount, _, mark, "", op=">=", verb="得"), high) if (
            mark is not None and mark.number is not None and mark.kind == "own"
        ):
            name = "" if label in NAMELESS else label
            return TierPart(name, mark.unit, mark.number, True, None, None, amount, "得", upto=high)
        case GivePart(_, amount, task, mark, "", op=("<=" | "<") as op, verb=verb) if (
            mark is not None and mark.number is not None and mark.kind == "own"
        ):
            inside = op == "<="
            return TierPart(task or "", mark.unit, None, None, mark.number, inside, amount, verb)
        case GivePart(_, amount, task, None, "") if task is not None and unit in PERCENT:
            # the task itself, among percentages of it
            name = "" if task in NAMELESS else task
            if name and not is_percent(name):  # what is reported is how far the task is done
                name += "完成率"
            return TierPart(name, unit, Decimal(100), True, None, None, amount)
        case GivePart(implied=True):
            raise Refused(at, "不知道是达到、超过还是低于这个数", "达到N、N以上或不少于N")
        case GivePart(_, amount, task, mark, "", op=op, verb=verb) if (
            mark is not None
            and mark.number is not None
            and mark.kind == "own"
            and op in (">=", ">")
        ):
            inside = op == ">="
            return TierPart(task or "", mark.unit, mark.number, inside, None, None, amount, verb)
        case BranchPart("zero", mark, _, _, None, ">") if (
            mark is not None and mark.number is not None and mark.kind == "own"
        ):
            nothing = Amount(Decimal(0))
            return TierPart(at.part.label, mark.unit, mark.number, False, None, None, nothing, None)
        case BranchPart("zero", mark, said) if mark is not None and mark.number is not None:
            if not _BELOW.fullmatch(said):
                raise Refused(at, "不知道是哪个区间", "不足N的不得分")
            nothing = Amount(Decimal(0))
            label = at.part.label
            return TierPart(label, mark.unit, None, None, mark.number, False, nothing, None)
        case BranchPart("lose", mark, _, label, amount, "<") if (
            mark is not None
            and mark.number is not None
            and mark.kind == "own"
            and amount is not None
            and amount.number is not None
        ):
            return TierPart(label, mark.unit, None, None, mark.number, False, amount, "扣")
        case BranchPart("zero", None, said) if unit in PERCENT and (turns_back(said)):
            return TierPart("", unit, None, None, Decimal(0), False, Amount(Decimal(0)), None)
        case _:
            raise Refused(at, "不是一个区间的得分,不能与分档写在一起", "N—M得几分")


def label_of(tiers: Sequence[tuple[Placed, TierPart]]) -> str:
    """The one figure that all intervals are about."""
    named = [(at, t.label) for at, t in tiers if t.label not in ("", *NAMELESS)]
    for at, label in named[1:]:
        if not named[0][1].endswith(label):
            raise Refused(at, "分档说的不是同一个数据", named[0][1])
    return named[0][1] if named else NAMELESS[0]


def _join(
    b: Builder,
    at: Placed,
    tier: TierPart,
    edges: list[Edge],
    amounts: list[Amount],
    below: bool | None,
    largest: Decimal,
) -> None:
    """Put an interval behind those below it; its lower end must be their upper end.

    `below` says whether the interval before holds its own upper end.
    """
    if not amounts:
        if tier.low is not None:
            # below the lowest interval nothing is given, if the clause does not say otherwise
            if tier.amount.number is not None and len(edges) == 0 and tier.low == 0:
                pass  # nothing is below 0
            elif abs(tier.amount.number or 0) == largest and tier.verb != "得" and tier.high:
                raise Refused(at, "没有写更低的如何计", "N以下扣M分")
            amounts.append(Amount(Decimal(0)))
            edges.append(Edge(tier.low, tier.low_in is not False))
        amounts.append(tier.amount)
        if tier.high is not None:
            edges.append(Edge(tier.high, not tier.high_in))
        return
    if tier.low is None:
        raise Refused(at, "最低的一档写了两次", "只写一次")
    known = edges[-1]
    if len(edges) == len(amounts):  # the tier before ended at its own high end
        if _is_next(known.number, tier.low) and below is not False and tier.low_in is not False:
            # 60~69分, 70~79分: whole numbers, and what lies between them
            cut = known.number if b.reading("G23") == "按上档" else tier.low
            if b.reading("G23") == "四舍五入":
                cut = tier.low - Decimal("0.5")
            up = b.reading("G23") != "按上档"
            edges[-1] = Edge(cut, up, ends=(known.number, tier.low))
        elif known.number != tier.low:
            wrong = "有重叠" if tier.low < known.number else "之间有空档"
            raise Refused(at, f"与前一档{wrong}", "首尾相接的区间")
        elif tier.low_in and below:
            raise Refused(at, f"正好{number(tier.low)}{tier.unit}两档都有", "只属于一档")
        elif tier.low_in is False and below is False:  # 低于90%…, 高于90%…
            edges[-1] = Edge(known.number, b.reading("G22") == "上档", said=False)
        elif tier.low_in is not None:
            edges[-1] = Edge(known.number, tier.low_in)
        elif below is None:  # neither side says whose the number is
            edges[-1] = Edge(known.number, b.reading("G22") == "上档", said=False)
    else:  # 60分以上…, 80分以上…: the tier before reaches up to this one
        if edges and tier.low <= known.number:
            raise Refused(at, "同一个数写了两次", "每一档各有一个数")
        edges.append(Edge(tier.low, tier.low_in is not False))
    amounts.append(tier.amount)
    if tier.high is not None:
        edges.append(Edge(tier.high, not tier.high_in))


def _is_next(high: Decimal, low: Decimal) -> bool:
    return low - high == 1 and high == high.to_integral_value()

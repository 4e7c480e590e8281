"""Clauses that give points by the interval of one figure (分档)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from kpixl.rules.building import Builder, Placed, Refused
from kpixl.rules.numeric import NAMELESS, PERCENT, measured
from kpixl.rules.parts import BranchPart, GivePart, TierPart
from kpixl.rules.printing import number
from kpixl.rules.terms import Amount, Edge, Tiers


def is_tiered(scoring: Sequence[Placed]) -> bool:
    """Whether a clause gives points by intervals: one is written, or several marks are."""
    marks = [
        p
        for p in scoring
        if isinstance(p.part, GivePart) and p.part.mark is not None and p.part.verb == "得"
    ]
    return any(isinstance(p.part, TierPart) for p in scoring) or len(marks) > 1


def read_tiers(b: Builder, scoring: Sequence[Placed]) -> None:
    """Intervals that lie side by side without gap or overlap, from the lowest to the highest."""
    unit = next((p.part.unit for p in scoring if isinstance(p.part, TierPart)), "")
    tiers = [(p, _tier(p, unit)) for p in scoring]
    label = _label(tiers)
    unit = tiers[0][1].unit
    for at, tier in tiers:
        if tier.unit != unit:
            raise Refused(at, f"单位“{tier.unit}”与前面的“{unit}”不同", unit)
    ordered = sorted(tiers, key=_place)
    edges: list[Edge] = []
    amounts: list[Amount] = []
    below: bool | None = None
    for at, tier in ordered:
        _join(b, at, tier, edges, amounts, below)
        below = tier.high_in
    last_at, last = ordered[-1]
    if last.high is not None:
        raise Refused(last_at, "没有写更高的如何计", "N以上得M分")
    kind, shown = measured(unit, percent=unit in PERCENT)
    i = b.input(scoring[0], label, kind, shown)
    b.terms.append(Tiers(i, unit, tuple(edges), tuple(amounts)))


def _place(pair: tuple[Placed, TierPart]) -> tuple[Decimal, Decimal]:
    far = Decimal("Infinity")
    _, tier = pair
    return (-far if tier.low is None else tier.low, far if tier.high is None else tier.high)


def _tier(at: Placed, unit: str) -> TierPart:
    """A part as an interval: 达到90%得10分 is open above, 不足80%不得分 open below."""
    match at.part:
        case TierPart():
            return at.part
        case GivePart(label, amount, task, None, "") if task is not None and unit in PERCENT:
            # the task itself, among percentages of it
            return TierPart(
                "" if task in NAMELESS else label, unit, Decimal(100), True, None, None, amount
            )
        case GivePart(_, amount, task, mark, "", op=op, verb="得") if (
            mark is not None and mark.number is not None
        ):
            inside = op == ">="
            return TierPart(task or "", mark.unit, mark.number, inside, None, None, amount)
        case BranchPart("zero", mark, _) if mark is not None and mark.number is not None:
            nothing = Amount(Decimal(0))
            return TierPart("", mark.unit, None, None, mark.number, False, nothing)
        case _:
            raise Refused(at, "不是一个区间的得分,不能与分档写在一起", "N—M得几分")


def _label(tiers: Sequence[tuple[Placed, TierPart]]) -> str:
    """The one figure that all intervals are about."""
    named = [(at, t.label) for at, t in tiers if t.label not in ("", *NAMELESS)]
    for at, label in named[1:]:
        if label != named[0][1]:
            raise Refused(at, "分档说的不是同一个数据", named[0][1])
    return named[0][1] if named else NAMELESS[0]


def _join(
    b: Builder,
    at: Placed,
    tier: TierPart,
    edges: list[Edge],
    amounts: list[Amount],
    below: bool | None,
) -> None:
    """Put an interval behind those below it; its lower end must be their upper end.

    `below` says whether the interval before holds its own upper end.
    """
    if not amounts:
        if tier.low is not None:
            # below the lowest interval nothing is given, if the clause does not say otherwise
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
        if known.number != tier.low:
            wrong = "有重叠" if tier.low < known.number else "之间有空档"
            raise Refused(at, f"与前一档{wrong}", "首尾相接的区间")
        if tier.low_in is not None and tier.low_in == below:
            both = "两档都有" if below else "两档都没有"
            raise Refused(at, f"正好{number(tier.low)}{tier.unit}{both}", "只属于一档")
        if tier.low_in is not None:
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

"""Clauses about a whole score: where it starts, and additions and deductions settled elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kpixl.rules.building import Builder, Placed, Refused, of_kind
from kpixl.rules.parts import ReportedPart, StartPart
from kpixl.rules.rule import is_deduction
from kpixl.rules.whole_terms import Reported, Start


def read_whole(
    b: Builder,
    scoring: Sequence[Placed],
    read: Callable[[Builder, Sequence[Placed]], None],
) -> None:
    """What stands beside 以100分为基准 and 另实行加减分, and these."""
    starts, reports = of_kind(scoring, StartPart), of_kind(scoring, ReportedPart)
    rest = [p for p in scoring if not isinstance(p.part, (StartPart, ReportedPart))]
    for found in (starts, reports):
        if len(found) > 1:
            raise Refused(found[1][0], "前面已经写过一次", "只写一次")
    if not rest and not (starts and reports):
        raise Refused(scoring[0], "没有写怎样加分、扣分", "每…加N分、每…扣N分")
    if rest:
        b.based = bool(starts)
        read(b, rest)
    changes = any(t.bonus or is_deduction(t) for t in b.terms)
    if starts and any(not t.bonus and not is_deduction(t) for t in b.terms):
        raise Refused(
            rest[0], "从基准分起的只有加分和扣分,不知道这里的得分算不算在内", "加N分或扣N分"
        )
    if reports and changes:
        # 实行加减分,每发现一处扣1分: announced, and then said
        raise Refused(reports[0][0], "不知道加减分是后面所写的,还是另外填报", "删去,或不再写加扣分")
    if starts:
        b.terms.insert(0, Start(starts[0][1].amount))
    for at, part in reports:
        b.terms.append(Reported(b.input(at, part.label, "number", "分")))

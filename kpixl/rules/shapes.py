"""Which shape of clause the parts that belong together have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kpixl.patterns import lazily
from kpixl.rules.all_of import as_base, read_all
from kpixl.rules.amounts import Amount, Mark
from kpixl.rules.branch_formulas import is_below, read_below
from kpixl.rules.building import Builder, Placed, Refused
from kpixl.rules.deviation import read_deviation
from kpixl.rules.even_places import read_even_places
from kpixl.rules.expr import Div, Mul, Points, Target, Value
from kpixl.rules.figure_clause import NAMELESS, as_branch, is_numeric, says_missed
from kpixl.rules.gate_marks import is_gate_alone, read_gate_alone
from kpixl.rules.joint_tiers import is_joint, read_joint
from kpixl.rules.linear import is_linear, read_linear
from kpixl.rules.mixed import counts_missed, is_mixed, is_take, read_mixed
from kpixl.rules.numeric import read_numeric
from kpixl.rules.parts import (
    AllPart,
    BlendPart,
    BranchPart,
    CountPart,
    DefinitionPart,
    DeviationPart,
    EfficacyPart,
    EvenPlacesPart,
    FormulaPart,
    GivePart,
    JudgedPart,
    Part,
    PlacesPart,
    ReportedPart,
    SharePart,
    SidePart,
    StartPart,
    ToBestPart,
)
from kpixl.rules.places import read_places
from kpixl.rules.ramps import is_ramp, read_ramp
from kpixl.rules.rank_gates import is_rank_gate, read_rank_gate
from kpixl.rules.shares import read_share
from kpixl.rules.sides import read_sides
from kpixl.rules.single import (
    read_efficacy,
    read_formula_clause,
    read_judged,
    read_to_best,
    read_weighted,
)
from kpixl.rules.state_tiers import is_stated, read_stated
from kpixl.rules.sums import is_sum, read_sum
from kpixl.rules.tiers import is_tiered, is_within, lost_tiers, read_tiers
from kpixl.rules.whole import read_whole


def read_parts(b: Builder, scoring: Sequence[Placed]) -> None:
    """The terms of parts that belong together."""
    ranked = [p for p in scoring if isinstance(p.part, PlacesPart)]
    if ranked:
        others = [p for p in scoring if p not in ranked]
        if is_rank_gate(others):
            read_places(b, ranked)
            read_rank_gate(b, others)
            return
        if others:
            read_parts(b, others)
        read_places(b, ranked, alone=not others)
        return
    if any(isinstance(p.part, (StartPart, ReportedPart)) for p in scoring):
        read_whole(b, scoring, read_parts)
        return
    if is_linear(scoring):
        read_linear(b, scoring)
        return
    if any(isinstance(p.part, SidePart) for p in scoring):
        read_sides(b, scoring)
        return
    scoring = lost_tiers(_formula_first(scoring))
    first = scoring[0].part
    if restated := _restated(scoring):
        scoring = restated
        first = scoring[0].part
    match first:
        case _ if is_below(scoring):
            read_below(b, scoring)
        case FormulaPart() | DefinitionPart():
            read_formula_clause(b, scoring)
        case SharePart():
            read_share(b, list(scoring))
        case DeviationPart():
            read_deviation(b, scoring)
        case BlendPart():
            read_weighted(b, scoring)
        case ToBestPart():
            read_to_best(b, scoring)
        case EvenPlacesPart():
            read_even_places(b, scoring)
        case EfficacyPart():
            read_efficacy(b, scoring)
        case _ if any(isinstance(p.part, AllPart) for p in scoring):
            _read_together(b, scoring)
        case JudgedPart() if len(scoring) == 1:
            read_judged(b, scoring)
        case _ if is_gate_alone(scoring):
            read_gate_alone(b, scoring[0])
        case _ if is_ramp(scoring):
            read_ramp(b, scoring)
        case _ if is_within(scoring):
            read_numeric(b, scoring)
        case _ if is_stated(scoring):
            read_stated(b, scoring)
        case _ if is_tiered(scoring) and not is_sum(scoring):
            read_tiers(b, scoring)
        case _ if is_mixed(scoring) and not is_sum(scoring):
            read_mixed(b, scoring)
        case _ if any(is_numeric(p.part) for p in scoring) and not is_sum(scoring):
            read_numeric(b, scoring)
        case _:
            read_sum(b, scoring)


def _formula_first(scoring: Sequence[Placed]) -> list[Placed]:
    """完成率低于60%的不得分,得分=完成率×10: a formula that only closes stand before."""
    formulas = [p for p in scoring if isinstance(p.part, FormulaPart)]
    others = [as_branch(p).part for p in scoring if p not in formulas]
    closes = all(isinstance(q, BranchPart) and q.kind == "zero" and q.mark for q in others)
    if len(formulas) != 1 or not others or not closes:
        return list(scoring)
    return [*formulas, *(p for p in scoring if p not in formulas)]


def _read_together(b: Builder, scoring: Sequence[Placed]) -> None:
    """Points for several requirements at once, alone or in a sum of things done."""
    wholes = [p for p in scoring if isinstance(p.part, AllPart)]
    others = [p for p in scoring if p not in wholes]
    if is_joint(scoring):
        read_joint(b, scoring)
        return
    if any(isinstance(p.part, AllPart) and p.part.upto is not None for p in wholes):
        raise Refused(wholes[0], "只有一档,不知道在这几分里怎样评定", "写明每一档")
    given = [p.part.amount.number for p in scoring if isinstance(p.part, (GivePart, AllPart))]
    if len(given) > 2 and None not in given and given[0] == sum(n for n in given[1:] if n):
        # 加强建设4分。甲达到5000元或乙达到1万元的2分,普查2分
        raise Refused(
            scoring[0], "不知道是这一件得的分,还是后面几件合起来的分", "只写各件的分数,或写分值N分"
        )
    if len(wholes) == 1 and not any(isinstance(p.part, GivePart) for p in others):
        if not _starts_from(wholes[0].part, others):
            left, told = read_all(b, wholes[0], others)
            if left and not (told and all(is_take(p.part) for p in left)):
                raise Refused(left[0], "与前面的几个要求不能写在同一条里", "另起一句,或另起一项")
            others = left
        elif b.reading("G19") == "从该分扣起":
            b.terms.append(as_base(wholes[0]))
        else:
            read_all(b, wholes[0], [])
    else:
        for p in wholes:
            read_all(b, p, [])
        for p in others:
            if not isinstance(p.part, GivePart) or p.part.mark is not None:
                raise Refused(p, "与前面的几个要求不能写在同一条里", "另起一句,或另起一项")
    if others:
        read_sum(b, others)


def _in_proportion(scoring: Sequence[Placed]) -> list[Placed]:
    """达到序时进度得6分,达不到序时进度的按实际进度与序时进度的比例计分: how far it is reached.

    Empty where it is not so.
    """
    first, last = scoring[0].part, scoring[-1].part
    if len(scoring) != 2 or not isinstance(first, GivePart) or not isinstance(last, FormulaPart):
        return []
    match last.expr:
        case Mul((Div(Value(i), Value(j)), Points())) if i != j and first.given is not None:
            figure, held = last.labels[i], last.labels[j]
            own = first.given[0] in (*NAMELESS, figure) and first.given[1] == held
            said = last.below.said if last.below else last.ahead
            if own and says_missed(said, first):
                give = replace(first, given=(figure, held))
                missed = BranchPart("prop", None, said)
                return [replace(scoring[0], part=give), replace(scoring[-1], part=missed)]
    return []


def _restated(scoring: Sequence[Placed]) -> list[Placed]:
    """完成任务得满分,未完成按比例得分。得分=完成数÷任务数×分值: the formula says the same again.

    Empty where it is not so.
    """
    last = scoring[-1].part
    if len(scoring) < 2 or not isinstance(last, FormulaPart):
        return []
    if last.ahead or last.below:
        return _in_proportion(scoring)
    match last.expr:
        case Mul((Div(Value(i), Target(j)), Points())) if i == j or _PACE.fullmatch(last.labels[j]):
            label = last.labels[i]
        case Mul((Div(Value(i), Value(j)), Points())) if _AIM.fullmatch(last.labels[j]):
            label = last.labels[i]
        case _:
            return []
    found: list[Placed] = []
    for p in scoring[:-1]:
        match p.part:
            case GivePart(amount=Amount(number=None), mark=None, task=task) if (
                task in NAMELESS or task == label
            ):
                part = replace(p.part, label=label, task=label)
                found.append(Placed(part, p.start, p.end))
            case GivePart(prop=True, mark=Mark(number=None), task=task) if (
                task in NAMELESS or task == label
            ):
                part = replace(p.part, label=label, task=label)
                found.append(Placed(part, p.start, p.end))
            case BranchPart("prop", None):
                found.append(p)
            case _:
                return []
    return found


_PACE = lazily(r"(?:时序|进度|年度|全年|年初)?")
_AIM = lazily(r"(?:时序|进度|年度|全年|年初)?(?:目标|任务)+(?:数|值|量)?")


def _starts_from(whole: Part, others: Sequence[Placed]) -> bool:
    """Whether the deductions beside several requirements count what these fall short by."""
    if not isinstance(whole, AllPart):
        return False
    marks = [
        GivePart(n.label, whole.amount, n.label, n.mark) for n in whole.needs if n.mark is not None
    ]
    takes = [p.part for p in others if isinstance(p.part, CountPart)]
    missed = any(counts_missed(give, part) for give in marks for part in takes)
    return missed and all(is_take(p.part) for p in others)

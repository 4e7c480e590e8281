"""Tiers of several figures at once: A不少于80%且B不少于20%得75分;A不少于50%且B不少于20%得50分."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from kpixl.rules.building import Builder, Placed, Refused, of_kind
from kpixl.rules.figure_clause import measured, says_missed
from kpixl.rules.joint_terms import JointTiers, Row
from kpixl.rules.parts import AllPart, BelowPart, BranchPart, Part, TierPart
from kpixl.rules.tiers import is_below
from kpixl.rules.vocabulary import is_rate


def is_joint(scoring: Sequence[Placed]) -> bool:
    """Whether several phrases set marks for the same figures, all of them together."""
    wholes = [part for _, part in of_kind(scoring, AllPart)]
    names = {tuple(need.label for need in whole.needs) for whole in wholes}
    marked = all(need.mark is not None for whole in wholes for need in whole.needs)
    return len(wholes) > 1 and len(names) == 1 and marked


def read_joint(b: Builder, scoring: Sequence[Placed]) -> None:
    """The rows from the highest down; what reaches none of them gives nothing."""
    wholes = of_kind(scoring, AllPart)
    first = wholes[0][1]
    rows = [_row(at, part, first) for at, part in wholes]
    for (_, above), (at, below) in pairwise(zip((p for p, _ in wholes), rows, strict=True)):
        falls = all(x >= y for x, y in zip(above.marks, below.marks, strict=True))
        if not falls or above.marks == below.marks:
            raise Refused(at, "各档的标准没有逐档降低", "从高到低,一档一档写")
        if (below.high or below.low) > above.low:
            raise Refused(at, "标准较低的一档反而得分多", "标准越低得分越少")
    for at, part in wholes:
        if part.bracketed:
            raise Refused(at, "括号里的分,不知道是这一档的得分,还是这一项的分值", "…得N分")
    rest = [p.part for p in scoring if not isinstance(p.part, AllPart)]
    told = any(_says_all_the_rest(part) for part in rest)
    if not told:
        b.reading("G63")
    for p in scoring:
        if not isinstance(p.part, AllPart) and not _says_nothing_new(p, rows[-1], first):
            raise Refused(p, "与前面的几个标准不能写在同一条里", "另起一句,或另起一项")
    either = not first.said and b.reading("G62") == "有一个达到"
    inputs = []
    for need in first.needs:
        assert need.mark is not None
        rate = is_rate(need.label, need.mark.unit)
        kind, shown = measured(need.mark.unit, percent=rate)
        inputs.append(b.input(wholes[0][0], need.label, kind, shown))
    judged = None
    if any(row.high is not None for row in rows):
        judged = b.input(wholes[0][0], "评定得分", "judged", "分")
    units = tuple(need.mark.unit for need in first.needs if need.mark is not None)
    b.terms.append(
        JointTiers(tuple(inputs), units, tuple(rows), judged, first.said, either, told=told)
    )


def _row(at: Placed, part: AllPart, first: AllPart) -> Row:
    marks = []
    if part.either or part.said != first.said:
        raise Refused(at, "各档的标准不是一样连起来的", "各档都用“且”,或都不用")
    for need, known in zip(part.needs, first.needs, strict=True):
        mark = need.mark
        assert mark is not None
        assert known.mark is not None
        if mark.number is None or mark.kind != "own" or need.op != ">=":
            raise Refused(at, "不知道达到多少才得这一档", "…不少于N")
        if mark.unit != known.mark.unit:
            raise Refused(at, f"单位“{mark.unit}”与前面的“{known.mark.unit}”不同", known.mark.unit)
        marks.append(mark.number)
    if part.amount.number is None or part.amount.share:
        raise Refused(at, "不知道这一档得几分", "得N分")
    return Row(tuple(marks), part.amount.number, part.upto)


def _says_all_the_rest(part: Part) -> bool:
    """Whether a phrase is about whatever reaches no row: 否则不得分, or all marks missed."""
    return isinstance(part, BelowPart) or (
        isinstance(part, BranchPart) and part.kind == "zero" and part.mark is None
    )


def _says_nothing_new(p: Placed, lowest: Row, first: AllPart) -> bool:
    """Whether a phrase says only that what reaches no row gives nothing."""
    names = [need.label for need in first.needs]
    match p.part:
        case BelowPart(labels, marks, ops, "、"):
            told = tuple(mark.number for mark in marks)
            return labels == tuple(names) and told == lowest.marks and set(ops) == {"<"}
        case TierPart(label, _, None, _, high, thing="") as tier:
            at = [i for i, name in enumerate(names) if label and name.endswith(label)]
            return len(at) == 1 and tier.nothing and lowest.marks[at[0]] == high
        case BranchPart("zero", None, said):
            return says_missed(said, None)
        case BranchPart("zero", mark, said, label, None, "<") if mark is not None:
            if not is_below(said):
                return False
            at = [i for i, name in enumerate(names) if label and name.endswith(label)]
            return len(at) == 1 and lowest.marks[at[0]] == mark.number
        case _:
            return False

"""What closes an item that is given by place: 低于60%的不得分 behind a ladder of places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kpixl.patterns import lazily
from kpixl.rules.amounts import Mark
from kpixl.rules.building import Builder, Placed, Refused
from kpixl.rules.formula_terms import Ladder
from kpixl.rules.parts import BranchPart, RequirePart
from kpixl.rules.place_terms import Places
from kpixl.rules.terms import Gate
from kpixl.rules.vocabulary import is_percent

_POINTS_BACK = lazily(
    r"(?:低于|达不到|未达到|未达|没有达到|不足)(?:此|该|上述|以上|这一|规定)?(?:标准|要求|比例|目标)的?"
)


_BELOW = lazily(
    r"(?:低于|少于|小于|不足|不到|达不到|未达到|未达|没有达到|未完成|完不成)[0-9.]+(?:%|[\u4e00-\u9fff]{1,3}?)(?:以上)?"
)


def is_rank_gate(others: Sequence[Placed]) -> bool:
    """Whether what stands beside places says from which figure on they give anything."""
    match [p.part for p in others]:
        case [BranchPart("zero", Mark(kind="own"))]:
            return True
        case [RequirePart(limit=False, upto=None), BranchPart("zero", _, said)]:
            return _POINTS_BACK.fullmatch(said) is not None
        case _:
            return False


def read_rank_gate(b: Builder, others: Sequence[Placed]) -> None:
    """The mark below which a place gives nothing, of the figure that is ranked."""
    at = others[-1]
    branch = at.part
    assert isinstance(branch, BranchPart)
    ranked = [t for t in b.terms if isinstance(t, (Ladder, Places))]
    if len(ranked) != 1 or len(b.inputs) != 1:
        raise Refused(at, "不知道说的是哪个数据", "一个数据的名次和它的最低标准")
    term = ranked[0]
    given = term.place.given if isinstance(term, Places) else False
    i, descending = (
        (term.place.input, term.place.descending)
        if isinstance(term, Places)
        else (term.input, term.descending)
    )
    label = b.inputs[i].label
    first = others[0].part
    mark = first.mark if isinstance(first, RequirePart) else branch.mark
    name = first.label if isinstance(first, RequirePart) else branch.label
    assert mark is not None
    if given or not descending or branch.op not in ("<",) or mark.number is None:
        raise Refused(at, "不知道排名的数据是多少", "按数据排名,越大越好,低于N的不得分")
    told = branch.said.removeprefix(label)
    if first is branch and not _BELOW.fullmatch(told.removesuffix("的")):
        raise Refused(at, "低于多少不得分,说得不清楚", "低于N的不得分")
    if name not in ("", "完成值", label):
        raise Refused(at, f"排名的是“{label}”,这里说的是“{name}”", "同一个数据")
    percent = mark.unit == "%"
    if percent != is_percent(label):
        raise Refused(at, "与排名的数据单位不同", "同一个数据的标准")
    b.inputs[i] = replace(b.inputs[i], kind="percent" if percent else "number", unit=mark.unit)
    b.terms.append(Gate(i, mark, "<", f"低于{mark.text()}"))

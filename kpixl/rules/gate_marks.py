"""Beyond which figure the whole item is 0: 低于60%不得分, 超50%不得分, 超5天不得分.

What stands beside 不得分 is the figure itself, a share of its mark, or how far it is from the
mark; which of them is told by the words and by the side on which it would lie.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from kpixl.numbers import conversion
from kpixl.patterns import lazily
from kpixl.rules.amounts import Mark
from kpixl.rules.building import Builder, Placed, Refused
from kpixl.rules.parts import BranchPart
from kpixl.rules.printing import number
from kpixl.rules.terms import Gate
from kpixl.rules.vocabulary import is_percent
from kpixl.rules.words.elements import COUNTS, PERCENT


def is_gate_alone(scoring: Sequence[Placed]) -> bool:
    """Whether 低于94%的,该项不得分 is all that a clause says."""
    match [p.part for p in scoring]:
        case [BranchPart("zero", Mark(kind="own", unit="%"), op="<", whole=True) as gate]:
            return not gate.label or is_percent(gate.label)
        case [BranchPart("zero", Mark(kind="own", unit="分"), op="<", whole=True) as gate]:
            return bool(gate.label)
        case _:
            return False


def read_gate_alone(b: Builder, at: Placed) -> None:
    """All points but below the mark, as where something else closes the item."""
    gate = at.part
    assert isinstance(gate, BranchPart) and gate.mark is not None
    percent = gate.mark.unit == "%"
    label = gate.label or b.head or "完成率"
    i = b.input(at, label, "percent" if percent else "number", gate.mark.unit)
    b.terms.append(Gate(i, gate.mark))


def gate_of(
    b: Builder,
    at: Placed,
    i: int,
    gate: BranchPart,
    mark: Mark,
    label: str,
    down: bool,
    said_down: bool,
) -> Gate:
    """低于60%不得分 beside points and steps: the whole item is 0."""
    limit = gate.mark
    if limit is None:
        said = re.sub("的$", "", gate.said)
        return Gate(b.input(at, said, "yes_no", "是/否", verb="扣"), None)
    if gate.op in (">", ">=") and not (down and said_down):
        raise Refused(at, "不知道越多越好还是越少越好", "低于…不得分")
    if limit.unit in PERCENT and limit.kind == "own" and mark.number is None:
        if not is_percent(label) and mark.kind == "own":
            limit = Mark(limit.number, "%", "of")  # 低于60%: of the target
    elif limit.kind == "own" and mark.kind == "own" and mark.number is not None:
        if limit.unit in PERCENT and mark.unit not in PERCENT:
            limit = Mark(limit.number, "%", "of")
        elif (low := in_unit(limit.number, limit.unit, mark.unit)) is not None:
            limit = Mark(low, mark.unit)
        elif limit.unit != mark.unit and not (limit.unit in PERCENT and mark.unit in PERCENT):
            raise Refused(at, f"单位“{limit.unit}”与标准的单位“{mark.unit}”不同", mark.unit)
    said = gate.said
    beyond = limit.kind == "of" and gate.op in (">", ">=")
    if beyond and b.inputs[i].kind == "percent":  # 每超过5%扣1分, of a rate: in points
        raise _unsure(at, "超出标准的百分之几,还是几个百分点", "高于N%的不得分")
    if limit.number is not None:
        limit, said = _standing(at, gate, limit, mark)
    side: Literal["<", "<=", ">", ">="] = (
        gate.op if gate.op in ("<=", ">=") else ">" if down else "<"
    )
    return Gate(i, limit, side, said)


# 超50%: half as much again, not half of it
_BY = lazily(r"(?:超过|超出|超|高出|多出|增加|多|低于|低|少于|少|差|缺)(?=[0-9])")
_FAR = lazily(r"(?:超过|低于|少于)(?=[0-9])")


def _standing(at: Placed, gate: BranchPart, limit: Mark, mark: Mark) -> tuple[Mark, str]:
    """Where a gate stands, and its words: beyond the mark, from which 超5天 may be counted.

    超过20天 beside 不超过10天 is a figure, 超5天 the distance: from the sixteenth day on.
    """
    assert limit.number is not None
    above = gate.op in (">", ">=")
    by = _BY.search(gate.said) is not None
    side = -1 if not above else 1
    if limit.kind == "of":
        # of the target itself, or beyond it by so much
        share, said = limit.number, gate.said
        if above and by == (share >= 100):
            raise _unsure(at, "超出标准的百分之几,还是标准的百分之几", "高于目标的150%")
        if above and by:
            share += 100
            said = f"{gate.label}高于{number(share)}%"
        if mark.kind == "own" and mark.number is not None:
            return Mark(mark.number * share / 100, mark.unit), said
        return Mark(share, "%", "of"), said
    if limit.kind != "own" or mark.kind != "own" or mark.number is None:
        return limit, gate.said
    beyond = side * (limit.number - mark.number) > 0
    points = limit.unit == "个百分点" and mark.unit == "%"
    if beyond and not points:
        if by and _FAR.search(gate.said) is None and above:
            raise _unsure(
                at, "超出标准多少,还是一共多少", f"超过{number(limit.number)}{limit.unit}"
            )
        return limit, gate.said
    if not by or (not above and limit.number * 2 > mark.number):
        raise _unsure(at, "从标准算起,还是这个数据本身", "比标准更差的数")
    far = mark.number + side * limit.number
    word = "超过" if above else "低于"
    if gate.op in (">=", "<="):
        word = f"{number(far)}{mark.unit}以{'上' if above else '下'}"
        return Mark(far, mark.unit), gate.label + word
    return Mark(far, mark.unit), f"{gate.label}{word}{number(far)}{mark.unit}"


def _unsure(at: Placed, what: str, wanted: str) -> Refused:
    return Refused(at, f"不知道是{what}", wanted)


def in_unit(figure: Decimal | None, unit: str, wanted: str) -> Decimal | None:
    """A figure in a unit of the same measure, exactly: 1000亩 is 0.1万亩; None where it is none.

    >>> in_unit(Decimal(1000), "亩", "万亩"), in_unit(Decimal(1), "亩", "家")
    (Decimal('0.1'), None)
    """
    if figure is None or unit == wanted or not (unit and wanted):
        return None
    if (unit in COUNTS and wanted in COUNTS) or unit in PERCENT:
        return None  # 个 may count anything, and so something else here
    factor = conversion(unit, wanted)
    if factor is None:
        return None
    exact = figure * factor.numerator / factor.denominator
    return exact.normalize() if exact * factor.denominator == figure * factor.numerator else None

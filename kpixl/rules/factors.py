"""Points by how many times the target was reached: 达到1.2倍系数为1.2, with 得分=系数×分值 or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from kpixl.patterns import lazily
from kpixl.rules.amounts import Amount, Mark
from kpixl.rules.building import Placed, Refused, of_kind
from kpixl.rules.expr import Mul, Points, Value
from kpixl.rules.figure_clause import NAMELESS
from kpixl.rules.parts import BoundPart, FormulaPart, GivePart, TierPart

_TIMES = "倍"
_THE_TARGET = lazily("(?:年度|全年|年初)?(?:目标任务|目标|任务|计划|指标)(?:数|值|量)?")


def with_factors(placed: Sequence[Placed]) -> list[Placed]:
    """The parts with the target itself as once the target, and without 得分=系数×分值.

    What the factors are said to be of, the formula only says again.
    """
    found = [_of_the_target(p) for p in placed]
    given = [a for p in found if (a := _given(p)) is not None]
    formulas = of_kind(found, FormulaPart)
    if given and all(map(_is_share, given)) and len(formulas) == 1 and _of_factor(formulas[0][1]):
        found.remove(formulas[0][0])
    times = [p for p in found if _unit(p) == _TIMES]
    targets = [p for p in found if _is_target(p)]
    if not times or len(targets) != 1 or any(q not in times + targets for q in _givers(found)):
        return found
    return _once(found, targets[0], times)


def _once(found: list[Placed], target: Placed, times: Sequence[Placed]) -> list[Placed]:
    """达到目标得10分,达到1.2倍系数为1.2: the target is once the target, its points are multiplied."""
    part = target.part
    assert isinstance(part, GivePart)
    at_once = part.amount
    once = replace(part, label=NAMELESS[0], task=NAMELESS[0], mark=Mark(Decimal(1), _TIMES))
    shares = [a.share for p in times if (a := _given(p)) is not None]
    if at_once.number is None or at_once.share or not any(shares):
        return [replace(p, part=once) if p is target else p for p in found]
    if not all(shares):
        raise Refused(times[0], "有的是系数,有的是分数,不知道系数乘以什么", "每一档得几分")
    told = []
    for p in found:
        if p is target:
            p = replace(p, part=once)
        elif p in times and isinstance(p.part, (GivePart, TierPart)):
            factor = p.part.amount.number
            assert factor is not None
            p = replace(p, part=replace(p.part, amount=Amount(at_once.number * factor)))
        told.append(p)
    most = max(a.number or Decimal(0) for p in told if (a := _given(p)) is not None)
    if most > at_once.number:  # beyond what the item is worth, as the factor says
        end = told[-1].end
        bound = BoundPart("item", Amount(most), said="最高得", over_all=True)
        told.append(Placed(bound, end, end))
    return told


def _of_the_target(p: Placed) -> Placed:
    """达到目标任务1.2倍 names no figure: how many times it is asked for."""
    part = p.part
    if not isinstance(part, (GivePart, TierPart)) or _unit(p) != _TIMES:
        return p
    if not _THE_TARGET.fullmatch(part.label):
        return p
    if isinstance(part, GivePart):
        part = replace(part, task=NAMELESS[0])
    return replace(p, part=replace(part, label=NAMELESS[0]))


def _givers(found: Sequence[Placed]) -> list[Placed]:
    return [p for p in found if _given(p) is not None]


def _given(p: Placed) -> Amount | None:
    return p.part.amount if isinstance(p.part, (GivePart, TierPart)) else None


def _unit(p: Placed) -> str:
    match p.part:
        case GivePart(mark=Mark(unit=unit)) | TierPart(unit=unit):
            return unit
    return ""


def _is_target(p: Placed) -> bool:
    """完成目标得满分, 达到目标值得10分: without any number."""
    match p.part:
        case GivePart(task=task, mark=None, verb="得", prop=False) as give:
            named = task in NAMELESS or _THE_TARGET.fullmatch(give.label) is not None
            return task is not None and named
    return False


def _is_share(amount: Amount) -> bool:
    return amount.share or amount.number is None


def _of_factor(part: FormulaPart) -> bool:
    """Whether a formula is 系数×分值 and nothing else."""
    match part.expr:
        case Mul((Value(i), Points())) | Mul((Points(), Value(i))):
            return part.labels[i].endswith("系数") and not part.below and not part.ahead
    return False

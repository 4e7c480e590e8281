"""What is said once behind several requirements: of each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kpixl.patterns import lazily
from kpixl.rules.building import Placed
from kpixl.rules.conditions import is_scoring
from kpixl.rules.parts import BranchPart, GivePart, Part, RequirePart, StepPart


def distributed(placed: Sequence[Placed]) -> list[Placed]:
    """A项任务得2分,B项任务得3分,未完成的按比例得分: what comes last is about each of them.

    The same list where there is nothing of the kind.
    """
    said = [p for p in placed if is_scoring(p.part) or isinstance(p.part, RequirePart)]
    if len(said) < 3:
        return list(placed)
    last = said[-1]
    match last.part:
        case BranchPart(mark=None, said=words, label="") if _NOT_MET.match(words):
            pass
        case StepPart(label="", mark=None, way=way, falls=falls) if way == (
            "up" if falls else "down"
        ):
            pass
        case _:
            return list(placed)
    firsts = said[:-1]
    units = {
        p.part.mark.unit
        for p in firsts
        if isinstance(p.part, (GivePart, RequirePart)) and p.part.mark
    }
    step = last.part if isinstance(last.part, StepPart) else None
    other = _BRACKET_UNIT.fullmatch(step.thing) if step is not None else None
    if step is not None and other is not None and {step.unit, other[1]} == units:
        units = {step.unit}  # 少1张(份): each in its own unit
    for p in firsts:
        part = p.part
        required = isinstance(part, RequirePart) and step is not None and part.limit == step.falls
        given = isinstance(part, GivePart) and (part.mark is not None or part.task is not None)
        if not (required or given) or type(part) is not type(firsts[0].part):
            return list(placed)
        if isinstance(part, GivePart) and (part.verb != "得" or part.or_each or part.op != ">="):
            return list(placed)
    percent = units <= {"%"}
    if step is not None and (
        len(units) != 1 or not (step.unit in units or (percent and step.unit == "个百分点"))
    ):
        return list(placed)
    found: list[Placed] = []
    for p in placed:
        if p is last:
            continue
        if any(p is first for first in firsts):
            found.append(Placed(p.part, p.start, p.end - 1))
            shared = _of_its_unit(step, p.part) if step is not None else last.part
            found.append(Placed(shared, p.end, p.end))
        else:
            found.append(p)
    return found


def _of_its_unit(step: StepPart, part: Part) -> StepPart:
    """少1张(份) behind what is counted in 份: 少1份."""
    step = replace(step, each=False)
    mark = part.mark if isinstance(part, (GivePart, RequirePart)) else None
    if mark is None or _BRACKET_UNIT.fullmatch(step.thing) is None:
        return step
    return replace(step, unit=mark.unit, thing="")


_BRACKET_UNIT = lazily(r"\(([\u4e00-\u9fff]{1,2})\)")

_NOT_MET = lazily(
    r"(?:没有|没|未能|未|不能|达不|不)(?:完成|达到|达标|到|达)*(?:任务|目标|指标|要求|标准)?的?$"
)

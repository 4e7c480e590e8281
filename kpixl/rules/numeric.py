"""Clauses about one figure and its mark: points at the mark, steps above and below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from kpixl.rules.building import Builder, Placed, Refused
from kpixl.rules.model import InputKind
from kpixl.rules.parts import (
    BranchPart,
    GivePart,
    Part,
    RequirePart,
    StepPart,
)
from kpixl.rules.terms import (
    Mark,
    Overshoot,
    Shortfall,
    Step,
    Threshold,
)
from kpixl.rules.vocabulary import COUNTS, is_percent


def is_numeric(part: Part) -> bool:
    """Whether a part makes its clause one about a figure and its mark."""
    if isinstance(part, GivePart):
        return part.mark is not None
    return isinstance(part, (BranchPart, StepPart, RequirePart))


PERCENT = ("%", "个百分点")
NAMELESS = ("完成值",)


def read_numeric(b: Builder, scoring: Sequence[Placed]) -> None:
    """One figure against its mark: points at the mark, a branch below, steps up and down."""
    required = [p for p in scoring if isinstance(p.part, RequirePart)]
    gives = [p for p in scoring if isinstance(p.part, GivePart)]
    branches = [p for p in scoring if isinstance(p.part, BranchPart)]
    steps = [p for p in scoring if isinstance(p.part, StepPart)]
    for p in scoring:
        if p not in (*required, *gives, *branches, *steps):
            raise Refused(p, "与前面的计分方式不能写在同一条里", "同一个数据的得分、加分、扣分")
    for extra in (required[1:], gives[1:], branches[1:]):
        if extra:
            raise Refused(extra[0], "前面已经写过一次", "一个数据只写一次得分、一次未完成")
    ways = [p.part.way for p in steps if isinstance(p.part, StepPart)]
    for i, way in enumerate(ways):
        if way in ways[:i] or (way == "both" and i) or "both" in ways[:i]:
            raise Refused(steps[i], "前面已经写过一次", "加分、扣分各写一次")
    give = gives[0].part if gives else None
    assert give is None or isinstance(give, GivePart)
    branch = branches[0].part if branches else None
    assert branch is None or isinstance(branch, BranchPart)
    if give is None and branch is not None:
        raise Refused(branches[0], "没有写完成时得几分", "先写完成时得几分")
    label = _label(give, steps)
    if label in NAMELESS and b.head:
        label = b.head
    rise = give is None and ways == ["up"] and steps[0].part.rise and not required  # type: ignore[union-attr]
    if rise:
        mark, label = Mark(Decimal(0)), f"{label}提高值"
    elif required:
        mark, label = _required(required[0], give, branches, steps, label)
    else:
        mark = _mark(give, branches, steps)
    unit = mark.unit or next(
        (p.part.unit for p in steps if isinstance(p.part, StepPart) and p.part.unit), ""
    )
    # a figure without a name of its own is measured as the steps say: in points
    percent_like = mark.unit in PERCENT or is_percent(label) or label in NAMELESS or rise
    kind: InputKind = "percent" if percent_like else "count" if unit in COUNTS else "number"
    shown = "%" if percent_like else "" if unit in PERCENT else unit
    i = b.input(scoring[0], label, kind, shown, None if rise else mark.number)
    if give is not None:
        said = branch.said if branch else ""
        if give.or_each:
            b.reading("G21")
        below = _below(b, branch, ways) if not give.or_each or branch or ways else "zero"
        b.terms.append(Threshold(i, mark, give.amount, below, said, give.thing, each=give.or_each))
    for p in steps:
        part = p.part
        assert isinstance(part, StepPart)
        step = _step(b, p, part, mark, percent_like)
        if required and give is None and p is steps[0]:
            # the requirement is said again, since the steps alone do not say their mark
            heads = (f"{label}不少于{mark.text()}", part.head)
            part = replace(part, head=",".join(filter(None, heads)))
        if part.way in ("up", "both"):
            b.terms.append(Overshoot(i, mark, step, part.verb, part.head, part.thing, rise))
        if part.way in ("down", "both"):
            head = part.head if part.way == "down" else ""
            b.terms.append(Shortfall(i, mark, step, head=head, thing=part.thing))


def _required(
    at: Placed,
    give: GivePart | None,
    branches: Sequence[Placed],
    steps: Sequence[Placed],
    label: str,
) -> tuple[Mark, str]:
    """The mark of a requirement that stands before the steps: 每年检查不少于2次,少一次扣3分."""
    part = at.part
    assert isinstance(part, RequirePart)
    if part.limit or (give is not None and (give.mark is not None or give.task is None)):
        raise Refused(at, "要求与后面的得分对不上", "完成目标得…,每少…扣…")
    if any(period in part.label for period in _WITHIN_YEAR):
        raise Refused(at, "按季、按月的要求不知道全年是多少", "写明全年的数")
    others = [p for p in (*branches, *steps) if p.part.mark is not None]  # type: ignore[union-attr]
    if others:
        raise Refused(others[0], "前面已经写过标准", "只写一个标准")
    if any(p.part.rise and not p.part.unmet for p in steps):  # type: ignore[union-attr]
        raise Refused(steps[0], "不知道是比这个数还是比上年增加", "每超过…,或每少…")
    return part.mark, part.label if label in NAMELESS else label


_WITHIN_YEAR = ("每季", "每月", "每个月", "每周", "每半年", "季度")


def _mark(give: GivePart | None, branches: Sequence[Placed], steps: Sequence[Placed]) -> Mark:
    """The one mark of a clause: where two are written they must be the same."""
    marks = [p for p in (*branches, *steps) if p.part.mark is not None]  # type: ignore[union-attr]
    own = give.mark if give else None
    if own is None and give is not None and give.task is None and steps:
        raise Refused(steps[0], "不知道从多少算起", "完成目标任务得…,或达到N得…")
    if own is None and marks:
        if give is not None:
            raise Refused(marks[0], "这个数只写在这里,不知道是不是完成的标准", "达到N得…,低于N…")
        own = marks[0].part.mark  # type: ignore[union-attr]
    for p in marks:
        if own is not None and p.part.mark != own:  # type: ignore[union-attr]
            raise Refused(p, "与前面的标准不是同一个数", f"{own.text()}")
    return own or Mark()


def _label(give: GivePart | None, steps: Sequence[Placed]) -> str:
    """The name of the figure, from the first phrase that gives one."""
    if give is not None:
        return give.task or give.label
    labels = [
        p.part.label
        for p in steps
        if isinstance(p.part, StepPart) and p.part.label and not p.part.unmet
    ]
    if len(set(labels)) > 1:
        raise Refused(steps[1], "加分和扣分说的不是同一个数据", labels[0])
    return labels[0] if labels else "完成值"


def _below(
    b: Builder, branch: BranchPart | None, ways: Sequence[str]
) -> Literal["zero", "prop", "steps"]:
    if "down" in ways or "both" in ways:
        if branch is not None:
            raise Refused(None, "既写了逐步扣分,又写了未完成如何计", "只写一种")
        return "steps"
    if branch is not None:
        return branch.kind
    return "zero" if b.reading("G17") == "不得分" else "prop"


def _step(b: Builder, at: Placed, part: StepPart, mark: Mark, percent_like: bool) -> Step:
    """How the way of a step is measured: in the figure's own unit or in percent of its mark."""
    if part.per <= 0:
        raise Refused(at, "“每”后面的数为0", "大于0的数")
    if part.rise and mark.number is None and mark.kind == "own" and not part.unmet:
        raise Refused(at, "不知道是比目标还是比上年增加", "每超过…,或每少…")
    relative = False
    if part.unit in PERCENT:
        if mark.kind == "mean":
            # 每高于平均值1个百分点: the difference of two percentages
            relative = not percent_like and part.unit == "%"
        elif mark.number is None:
            default = "差额" if percent_like else "完成率"
            relative = b.reading("G18", default) == "完成率"
        else:
            relative = not percent_like
        whole = b.readings.get("G7") == "整步"
    else:
        if mark.number is not None and part.unit != mark.unit:
            raise Refused(at, f"单位“{part.unit}”与标准的单位“{mark.unit}”不同", mark.unit)
        whole = b.reading("G7") == "整步"
    return Step(part.per, part.unit, part.amount, relative, whole)

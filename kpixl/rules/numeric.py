"""Clauses about one figure and its mark: points at the mark, steps above and below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from kpixl.rules.building import Builder, Placed, Refused, of_kind
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


def measured(unit: str, *, percent: bool) -> tuple[InputKind, str]:
    """Kind and unit of measure of a figure whose mark or step has a unit.

    >>> measured("家", percent=False), measured("个百分点", percent=True)
    (('count', '家'), ('percent', '%'))
    """
    if percent:
        return "percent", "%"
    return ("count" if unit in COUNTS else "number"), "" if unit in PERCENT else unit


@dataclass(frozen=True)
class _Clause:
    """The parts of a clause about one figure, each kind at most as often as it may stand."""

    required: tuple[Placed, RequirePart] | None
    give: GivePart | None
    branch: tuple[Placed, BranchPart] | None
    steps: tuple[tuple[Placed, StepPart], ...]

    @property
    def ways(self) -> tuple[str, ...]:
        """up, down or both, of each step."""
        return tuple(step.way for _, step in self.steps)

    @property
    def marked(self) -> list[tuple[Placed, Mark]]:
        """The marks that stand in branches and steps."""
        marks = [(at, step.mark) for at, step in self.steps]
        if self.branch:
            marks.insert(0, (self.branch[0], self.branch[1].mark))
        return [(at, mark) for at, mark in marks if mark is not None]

    @property
    def is_rise(self) -> bool:
        """Whether nothing but 每提高…加… stands there: the figure is the rise itself."""
        alone = self.give is None and self.required is None and self.ways == ("up",)
        return alone and self.steps[0][1].rise and not self.marked


def _clause(scoring: Sequence[Placed]) -> _Clause:
    required, gives = of_kind(scoring, RequirePart), of_kind(scoring, GivePart)
    branches, steps = of_kind(scoring, BranchPart), of_kind(scoring, StepPart)
    known = {at for at, _ in (*required, *gives, *branches, *steps)}
    for p in scoring:
        if p not in known:
            raise Refused(p, "与前面的计分方式不能写在同一条里", "同一个数据的得分、加分、扣分")
    for at, _ in (*required[1:], *gives[1:], *branches[1:]):
        raise Refused(at, "前面已经写过一次", "一个数据只写一次得分、一次未完成")
    ways: list[str] = []
    for at, step in steps:
        if ways and (step.way in ways or "both" in (step.way, *ways)):
            raise Refused(at, "前面已经写过一次", "加分、扣分各写一次")
        ways.append(step.way)
    if not gives and branches:
        raise Refused(branches[0][0], "没有写完成时得几分", "先写完成时得几分")
    return _Clause(
        required[0] if required else None,
        gives[0][1] if gives else None,
        branches[0] if branches else None,
        tuple(steps),
    )


def read_numeric(b: Builder, scoring: Sequence[Placed]) -> None:
    """One figure against its mark: points at the mark, a branch below, steps up and down."""
    clause = _clause(scoring)
    give, branch, rise = clause.give, clause.branch, clause.is_rise
    label = _label(clause)
    if label in NAMELESS and b.head:
        label = b.head
    said_unit = next((step.unit for _, step in clause.steps if step.unit), "")
    if rise:
        mark, label = Mark(Decimal(0), said_unit), _OVER_LAST_YEAR.sub("", label) + "比上年提高值"
    elif clause.required:
        mark, label = _required(clause, label)
    else:
        mark = _mark(clause)
    unit = mark.unit or said_unit
    # a figure without a name of its own is measured as the steps say: in points
    percent_like = mark.unit in PERCENT or is_percent(label) or label in NAMELESS
    kind, shown = measured(unit, percent=percent_like)
    i = b.input(scoring[0], label, kind, shown, None if rise else mark.number)
    if give is not None:
        said = branch[1].said if branch else ""
        below = _below(b, clause)
        b.terms.append(
            Threshold(
                i, mark, give.amount, below, said, give.thing, give.or_each, give.op, give.verb
            )
        )
    for number, (at, part) in enumerate(clause.steps):
        step = _step(b, at, part, mark, percent_like, rise=rise)
        head = part.head
        if clause.required and give is None and not number:
            # the requirement is said again, since the steps alone do not say their mark
            head = ",".join(filter(None, (f"{label}不少于{mark.text()}", head)))
        if part.way in ("up", "both"):
            b.terms.append(Overshoot(i, mark, step, part.verb, head, part.thing, rise))
        if part.way in ("down", "both"):
            said_once = head if part.way == "down" else ""
            b.terms.append(Shortfall(i, mark, step, head=said_once, thing=part.thing))


def _required(clause: _Clause, label: str) -> tuple[Mark, str]:
    """The mark of a requirement that stands before the steps: 每年检查不少于2次,少一次扣3分."""
    assert clause.required is not None
    at, part = clause.required
    give = clause.give
    if part.limit or (give is not None and (give.mark is not None or give.task is None)):
        raise Refused(at, "要求与后面的得分对不上", "完成目标得…,每少…扣…")
    if any(period in part.label for period in _WITHIN_YEAR):
        raise Refused(at, "按季、按月的要求不知道全年是多少", "写明全年的数")
    for other, _ in clause.marked:
        raise Refused(other, "前面已经写过标准", "只写一个标准")
    for other, step in clause.steps:
        if step.rise and not step.unmet:
            raise Refused(other, "不知道是比这个数还是比上年增加", "每超过…,或每少…")
    if give is not None and label not in (*NAMELESS, part.label):
        raise Refused(at, f"要求说的是“{part.label}”,得分说的是“{label}”", "同一个数据")
    # the words before the steps name no other figure: they are shown with the steps
    return part.mark, part.label


_OVER_LAST_YEAR = re.compile(r"(?:[比较](?:上年|去年|上一年))?(?:提高|增长|增加|上升)?$")
_WITHIN_YEAR = ("每季", "每月", "每个月", "每周", "每半年", "季度")


def _mark(clause: _Clause) -> Mark:
    """The one mark of a clause: where two are written they must be the same."""
    give, marked = clause.give, clause.marked
    own = give.mark if give else None
    if own is None and give is not None and give.task is None and clause.steps:
        raise Refused(clause.steps[0][0], "不知道从多少算起", "完成目标任务得…,或达到N得…")
    if own is None and marked:
        at, mark = marked[0]
        if give is not None:
            raise Refused(at, "这个数只写在这里,不知道是不是完成的标准", "达到N得…,低于N…")
        own = mark
    for at, mark in marked:
        if own is not None and mark != own:
            raise Refused(at, "与前面的标准不是同一个数", own.text())
    return own or Mark()


def _label(clause: _Clause) -> str:
    """The name of the figure, from the first phrase that gives one."""
    if clause.give is not None:
        return clause.give.task or clause.give.label
    named = [(at, s.label) for at, s in clause.steps if s.label and not s.unmet]
    for at, label in named[1:]:
        if label != named[0][1]:
            raise Refused(at, "加分和扣分说的不是同一个数据", named[0][1])
    return named[0][1] if named else NAMELESS[0]


def _below(b: Builder, clause: _Clause) -> Literal["zero", "prop", "steps"]:
    """What a figure below its mark gives."""
    if {"down", "both"} & set(clause.ways):
        if clause.branch is not None:
            raise Refused(None, "既写了逐步扣分,又写了未完成如何计", "只写一种")
        return "steps"
    if clause.branch is not None:
        return clause.branch[1].kind
    if clause.give is not None and clause.give.or_each:
        b.reading("G21")
        return "zero"
    if clause.give is not None and (clause.give.verb == "加" or clause.give.op == ">"):
        return "zero"  # what is given for going beyond a mark is not given below it
    return "zero" if b.reading("G17") == "不得分" else "prop"


def _step(
    b: Builder, at: Placed, part: StepPart, mark: Mark, percent_like: bool, *, rise: bool
) -> Step:
    """How the way of a step is measured: in the figure's own unit or in percent of its mark."""
    if part.per <= 0:
        raise Refused(at, "“每”后面的数为0", "大于0的数")
    if part.rise and mark.number is None and mark.kind == "own" and not part.unmet:
        raise Refused(at, "不知道是比目标还是比上年增加", "每超过…,或每少…")
    relative = False
    if rise:
        whole = part.unit not in PERCENT and b.reading("G7") == "整步"
    elif part.unit in PERCENT:
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

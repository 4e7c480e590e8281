"""Reading a ledger of tasks (推进台账) from a scheme.

A scheme is a ledger as soon as one of its 数据项 says how it is paced (进度).  Each such
figure is a task; its requirement stands as a clause in the sheet 指标, its target there or
in the column 目标, which goes first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from kpixl.errors import RuleError
from kpixl.findings import NOWHERE, Finding, finding
from kpixl.numbers import read_number
from kpixl.rules import default_below
from kpixl.rules.grades import parse_grades
from kpixl.rules.terms import Requirements
from kpixl.scheme.cells import parts_of
from kpixl.scheme.inputs import ENTERPRISES
from kpixl.scheme.items import Indicator, Input, Unit
from kpixl.scheme.settings import Settings
from kpixl.scheme.tasks import Classing, Ledger, Task

_PIECES = re.compile(r"[;；,，、\n]+")
_EQUALS = re.compile(r"[=＝:：]")


def read_ledger(
    settings: Settings,
    indicators: Sequence[Indicator],
    inputs: Sequence[Input],
    units: Sequence[Unit],
) -> tuple[Ledger | None, tuple[Finding, ...]]:
    """The ledger of a scheme, None where it is no ledger, and everything wrong with it."""
    paced = [i for i in inputs if i.pace]
    clause = settings.text("企业分类")
    if not paced and not clause:
        return None, ()
    findings: list[Finding] = []
    tasks: list[Task] = []
    known = {i.key: i for i in indicators}
    names = {n: u.name for u in units for n in (u.name, *u.aliases)}
    for given in inputs:
        if not given.pace and (given.derived or ENTERPRISES in given.applies_to or not paced):
            continue
        task, wrong = _task(given, known.get(given.item), names, settings)
        findings += wrong
        if task is not None:
            tasks.append(task)
    lights, wrong = _numbers(settings, "亮灯", {"绿灯": Decimal(1), "黄灯": Decimal("0.8")})
    findings += wrong
    weights, wrong = _numbers(settings, "责任权重", {"牵头": Decimal(1), "配合": Decimal("0.5")})
    findings += wrong
    classing, wrong = _classing(settings, indicators, inputs)
    return (
        Ledger(
            tasks=tuple(tasks),
            green=lights["绿灯"],
            yellow=lights["黄灯"],
            lead=weights["牵头"],
            share=weights["配合"],
            unplaced=parts_of(settings.text("不排名")),
            classing=classing,
        ),
        (*findings, *wrong),
    )


def _task(
    given: Input, indicator: Indicator | None, names: Mapping[str, str], settings: Settings
) -> tuple[Task | None, list[Finding]]:
    findings: list[Finding] = []

    def wrong(code: str, found: object = "", **facts: str) -> None:
        findings.append(
            finding(
                code, place=given.place, input=given.name, found=found, name=given.name, **facts
            )
        )

    if not given.pace:
        wrong("scheme-task-pace")
    units: list[str] = []
    for part in given.departments or (indicator.departments if indicator else ()):
        if part not in names:
            wrong("scheme-task-unit", part, part=part)
        units.append(names.get(part, part))
    if not units:
        wrong("scheme-task-nobody")
    target, limit = _required(given, indicator)
    if target is not None and given.target is not None and target != given.target:
        wrong("scheme-task-clause", f"{target:f} ≠ {given.target:f}")
    target = target if given.target is None else given.target
    if target is None or (target == 0 and not limit):
        wrong("scheme-task-target", "" if target is None else "0")
        return None, findings
    default = settings.default_rule
    return (
        Task(
            input=given.name,
            item=given.item,
            unit=given.unit,
            kind=given.kind,
            target=target,
            limit=limit,
            pace="比率" if given.pace == "比率" else "累计",
            units=tuple(dict.fromkeys(units)),
            clause=indicator.clause if indicator else "",
            all_or_nothing=bool(default) and default_below(default) == "zero",
            place=given.place,
        ),
        findings,
    )


def _required(given: Input, indicator: Indicator | None) -> tuple[Decimal | None, bool]:
    """The target that the clause states for a figure, and whether it may not be exceeded.

    Without a clause the column 方向 says it: a smaller figure is better, so the target is a
    limit, but for a target below 0, which asks for a decrease.
    """
    if indicator is not None and indicator.rule is not None:
        for term in indicator.rule.terms:
            if not isinstance(term, Requirements):
                continue
            for line in term.lines:
                if indicator.feeds and indicator.feeds[line] == given.name:
                    stated = indicator.rule.inputs[line].target
                    judged = Decimal(100) if line in term.judged else None
                    return (judged if stated is None else stated), line in term.limits
    return None, given.direction == "down" and (given.target is None or given.target >= 0)


def _numbers(
    settings: Settings, key: str, usual: Mapping[str, Decimal]
) -> tuple[Mapping[str, Decimal], list[Finding]]:
    """A setting such as 绿灯=100%;黄灯=80%, falling from the first to the last."""
    found = dict(usual)
    text = settings.text(key)
    wrong = False
    for piece in filter(None, (p.strip() for p in _PIECES.split(text))):
        name, *rest = _EQUALS.split(piece, maxsplit=1)
        number = read_number(rest[0]) if rest else None
        if name.strip() not in usual or number is None or number.unit not in ("", "%"):
            wrong = True
        else:
            found[name.strip()] = number.value / 100 if number.unit else number.value
    values = list(found.values())
    if wrong or min(values) < 0 or values != sorted(values, reverse=True) or values[0] == 0:
        wanted = ";".join(f"{n}={v * 100:f}%" if v < 1 else f"{n}={v:f}" for n, v in usual.items())
        return usual, [
            finding(
                "scheme-setting-value",
                place=settings.places.get(key, NOWHERE),
                found=text,
                name=key,
                choices=f"如“{wanted}”",
                used=wanted,
            )
        ]
    return found, []


def _classing(
    settings: Settings, indicators: Sequence[Indicator], inputs: Sequence[Input]
) -> tuple[Classing | None, list[Finding]]:
    clause = settings.text("企业分类")
    if not clause:
        return None, []
    place = settings.places.get("企业分类", NOWHERE)

    def wrong(reason: str, wanted: str) -> tuple[None, list[Finding]]:
        return None, [
            finding(
                "scheme-clause-unread",
                place=place,
                found=clause,
                name="企业分类",
                reason=reason,
                wanted=wanted,
            )
        ]

    try:
        grades = parse_grades(clause)
    except RuleError as error:
        return wrong(f"第{error.position}字“{error.phrase}”,{error.reason}", error.expected)
    asked = tuple(i.name for i in inputs if ENTERPRISES in i.applies_to and not i.derived)
    items = dict.fromkeys(i.item for i in inputs if ENTERPRISES in i.applies_to)
    scored = tuple(i.key for i in indicators if i.key in items and i.rule is not None and i.feeds)
    if not scored:
        return wrong("没有适用单位为“企业”的指标", "数据项表中“适用单位”为“企业”的数据项")
    return Classing(grades, scored, asked), []

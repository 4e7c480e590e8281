"""Clauses of requirements, scored by the default rule of their scheme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from kpixl.rules.building import Builder, Placed, Refused, is_remark
from kpixl.rules.figure_clause import NAMELESS, measured
from kpixl.rules.finishing import finish
from kpixl.rules.limits import read_limits
from kpixl.rules.numeric import for_year, per_period
from kpixl.rules.parts import (
    CountPart,
    FaultPart,
    GivePart,
    Joint,
    Part,
    RequirePart,
    TextPart,
)
from kpixl.rules.printing import number
from kpixl.rules.rule import Rule
from kpixl.rules.sums import read_sum
from kpixl.rules.terms import (
    Requirements,
)
from kpixl.rules.words.elements import PERCENT

NAMELESS_FIGURE = "完成值"  # what a requirement is about that names nothing


def with_names(placed: Sequence[Placed]) -> list[Placed]:
    """The requirements, numbered and not; words before a bare number are its name.

    工业用地追加容积率,最低不少于300亩 is about one figure.
    """
    found: list[Placed] = []
    joined = False
    for p in placed:
        if isinstance(p.part, Joint):
            joined = joined and p.part.stop == 0
        elif isinstance(p.part, RequirePart) and p.part.label == NAMELESS_FIGURE and joined:
            before = found.pop()
            assert isinstance(before.part, TextPart)
            part = replace(p.part, label=before.part.text)
            found.append(Placed(part, before.start, p.end))
            joined = False
        elif isinstance(p.part, (RequirePart, TextPart)):
            found.append(p)
            joined = isinstance(p.part, TextPart) and bool(p.part.text)
        else:
            joined = False
    return found


def is_taking(part: Part) -> bool:
    """Whether a part only takes points away."""
    return isinstance(part, (CountPart, FaultPart)) and part.verb == "扣"


def read_requirements(
    source: str,
    b: Builder,
    wanted: Sequence[Placed],
    heads: Sequence[Placed],
    below: Literal["zero", "prop"],
    takes: Sequence[Placed] = (),
    bounds: Sequence[Placed] = (),
) -> Rule | None:
    """A clause of requirements, scored by the scheme's default rule, less what `takes` take.

    None where there are deductions, and no requirement beside them counts.
    """
    remarks = [p for p in wanted if is_remark(p.part)]
    wanted = [p for p in wanted if p not in remarks]
    numbered = [p for p in wanted if isinstance(p.part, RequirePart)]
    for p in numbered[1:]:
        if isinstance(p.part, RequirePart) and p.part.label == NAMELESS_FIGURE:
            raise Refused(p, "不知道与前面的是不是同一个数据", "N—M,或数据的名称")
    words = [p for p in wanted if isinstance(p.part, TextPart)]
    if takes and not numbered and not words:
        return None
    said = "合为一项"  # words alone are one thing to be judged, however many commas they have
    if words and (numbered or takes):
        said = b.reading("G20")
    if said == "只计有数的" and not numbered:
        return None
    lines = {"只计有数的": numbered, "都计": wanted if numbered else _as_one(words)}.get(
        said, _merged(wanted)
    )
    judged: set[int] = set()
    limits: set[int] = set()
    spoken: list[tuple[int, str]] = []
    for p in lines:
        match p.part:
            case RequirePart(label, _, limit):
                mark = for_year(b, p.part)
                kind, shown = measured(mark.unit, percent=mark.unit in PERCENT)
                target, upto = mark.number, p.part.upto
                text = ""
                if upto is not None and target is not None:
                    text = f"{label}{number(target)}-{number(upto)}{mark.unit}"
                    target = target if b.reading("G28") == "下限" else upto
                elif p.part.about and target is not None:
                    b.reading("G29")
                    text = f"{label}{number(target)}{mark.unit}左右"
                elif (each := per_period(p.part)) is not None:
                    text = f"{p.part.period}{label}不少于{number(each)}{mark.unit}"
                i = b.input(p, label, kind, shown, target)
                if text:
                    spoken.append((i, text))
                if limit:
                    limits.add(i)
            case TextPart(text) if text:
                judged.add(b.input(p, text, "judged", "%", Decimal(100)))
            case _:
                pass
    if not b.inputs:
        raise Refused(None, "没有要求", "要完成的事,或要达到的数")
    count = len(b.inputs)
    lined = tuple(range(count))
    b.terms.append(
        Requirements(lined, frozenset(judged), frozenset(limits), below, spoken=tuple(spoken))
    )
    texts = [*(words if said == "只计有数的" else []), *remarks]
    if takes:
        read_sum(b, takes)
    return finish(source, b, [*heads, *texts], read_limits(b, bounds), None)


def _as_one(words: Sequence[Placed]) -> list[Placed]:
    """Requirements without a number as one."""
    said = ",".join(p.part.text for p in words if isinstance(p.part, TextPart) and p.part.text)
    return [Placed(TextPart(said), words[0].start, words[-1].end)] if words else []


def _merged(wanted: Sequence[Placed]) -> list[Placed]:
    """The requirements, those without a number as one where the first of them stands."""
    words = [p for p in wanted if isinstance(p.part, TextPart)]
    lines: list[Placed] = []
    for p in wanted:
        if not isinstance(p.part, TextPart):
            lines.append(p)
        elif p is words[0]:
            lines += _as_one(words)
    return lines


def with_things(placed: Sequence[Placed]) -> list[Placed]:
    """每年至少召开2次专题会议得2分: what is held, and how often, is one figure."""
    found: list[Placed] = []
    for p in placed:
        ahead, part = found[-1] if found else None, p.part
        if (
            ahead is not None
            and isinstance(ahead.part, RequirePart)
            and ahead.part.upto is None
            and ahead.part.label not in ("", *NAMELESS)
            and isinstance(part, GivePart)
            and part.verb == "得"
            and part.mark is None
            and part.task is None
            and ahead.end == p.start
        ):
            need = ahead.part
            one = replace(part, label=need.label, task=need.label, mark=need.mark)
            one = replace(
                one, thing=part.label, op="<=" if need.limit else ">=", period=need.period
            )
            found[-1] = Placed(one, ahead.start, p.end)
            continue
        found.append(p)
    return found

"""Which 数据项 feeds which figure that a clause asks for; anything unclear is a finding."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kpixl.findings import Finding, finding
from kpixl.numbers import conversion
from kpixl.rules import RuleInput
from kpixl.scheme.headings import spelling
from kpixl.scheme.items import Indicator, Input

KIND_NAMES = {
    "number": "数值",
    "percent": "百分数",
    "count": "个数",
    "yes_no": "是否",
    "judged": "评议",
}
_TERMS = re.compile(r"[、,，;；]+")


def bind_inputs(
    indicator: Indicator, inputs: Sequence[Input], used_elsewhere: frozenset[str]
) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """The inputs' names in the order of the rule's inputs, or () where one is open.

    `inputs` are those of the indicator.  An input says with its 子句 what it feeds
    (number from 1, or label); without one it feeds what has its own name, or the one
    figure that is asked for where there is just one of each.  `used_elsewhere` names
    inputs that an 算式 or the veto uses, so that they may stand without a place here.
    """
    if indicator.rule is None:
        return (), ()
    asked = indicator.rule.inputs
    claims: dict[int, list[Input]] = {}
    findings: list[Finding] = []
    choices = "、".join(f"{n}({i.label})" for n, i in enumerate(asked, 1))
    for given in inputs:
        slots = _slots(given, inputs, asked, used_elsewhere)
        if slots is None or (not slots and given.name not in used_elsewhere):
            findings.append(
                finding(
                    "scheme-input-unused",
                    place=given.place,
                    input=given.name,
                    found=given.term,
                    name=given.name,
                    indicator=indicator.key,
                    choices=choices or "(该评分标准不需要数据)",
                )
            )
        for slot in slots or ():
            claims.setdefault(slot, []).append(given)
    feeds: list[str] = []
    for slot, wanted in enumerate(asked):
        claimed = claims.get(slot, [])
        if len(claimed) == 1:
            feeds.append(claimed[0].name)
            findings += _clashes(claimed[0], wanted)
        elif claimed:
            findings += [
                finding(
                    "scheme-term-repeated",
                    place=given.place,
                    input=given.name,
                    found="、".join(c.name for c in claimed),
                    name=indicator.key,
                    term=wanted.label,
                )
                for given in claimed[1:]
            ]
        else:
            findings.append(
                finding(
                    "scheme-input-unbound",
                    place=indicator.place,
                    name=indicator.key,
                    term=wanted.label,
                    found="、".join(i.name for i in inputs),
                )
            )
    return (tuple(feeds) if len(feeds) == len(asked) else ()), tuple(findings)


def _slots(
    given: Input,
    inputs: Sequence[Input],
    asked: Sequence[RuleInput],
    used_elsewhere: frozenset[str],
) -> tuple[int, ...] | None:
    """The rule inputs that an input feeds; None where its 子句 names none."""
    labels = [spelling(i.label) for i in asked]
    if given.term:
        # A label may itself contain the sign that separates several.
        pieces = [given.term] if spelling(given.term) in labels else _TERMS.split(given.term)
        slots = []
        for piece in filter(None, (p.strip() for p in pieces)):
            if piece.isascii() and piece.isdigit() and 1 <= int(piece) <= len(asked):
                slots.append(int(piece) - 1)
            elif labels.count(spelling(piece)) == 1:
                slots.append(labels.index(spelling(piece)))
            else:
                return None
        return tuple(slots)
    if labels.count(spelling(given.name)) == 1:
        return (labels.index(spelling(given.name)),)
    if len(asked) == 1 and len(inputs) == 1:
        return (0,)
    return ()


def _clashes(given: Input, wanted: RuleInput) -> Iterator[Finding]:
    """A yes/no phrase fed by a figure (or the reverse), and units that would need converting."""
    if given.kind != "judged" and (wanted.kind == "yes_no") != (given.kind == "yes_no"):
        yield finding(
            "scheme-input-kind-clash",
            place=given.place,
            input=given.name,
            found=KIND_NAMES[given.kind],
            name=given.name,
            term=wanted.label,
            wanted=KIND_NAMES[wanted.kind],
        )
        return
    figures = wanted.unit and given.unit and wanted.kind not in ("yes_no", "judged")
    if figures and conversion(wanted.unit, given.unit) != 1:
        yield finding(
            "scheme-input-unit-clash",
            place=given.place,
            input=given.name,
            found=given.unit,
            name=given.name,
            term=wanted.label,
            wanted=wanted.unit,
        )

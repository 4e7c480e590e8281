"""From the phrases of a clause to one rule, within its bounds.

Each shape of clause is one function, in a module of its own: it takes the parts, leaves what
is not its own, and the clause is refused unless everything was taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Literal

from kpixl.rules.building import Builder, Placed, Refused, of_kind
from kpixl.rules.item import is_deduction
from kpixl.rules.model import Limits, Rule
from kpixl.rules.numeric import PERCENT, is_numeric, measured, read_numeric
from kpixl.rules.parts import (
    BoundPart,
    FormulaPart,
    HeadPart,
    Joint,
    JudgedPart,
    LadderPart,
    Part,
    RequirePart,
    StatedPart,
    TextPart,
)
from kpixl.rules.printing import number
from kpixl.rules.single import read_formula_clause, read_judged, read_ladder
from kpixl.rules.sums import is_sum, read_sum
from kpixl.rules.terms import (
    Amount,
    FullPoints,
    Requirements,
)
from kpixl.rules.tiers import is_tiered, read_tiers


def assemble(
    source: str,
    placed: Sequence[Placed],
    readings: Mapping[str, str],
    default: Literal["zero", "prop", ""] = "",
) -> Rule:
    """The rule of a clause from its parts; raises Refused where they do not fit.

    `default` says what a requirement that is not met gives, where the scheme has a default
    rule.
    """
    texts = [p for p in placed if isinstance(p.part, TextPart)]
    core = [p for p in placed if not isinstance(p.part, (TextPart, Joint, StatedPart, HeadPart))]
    stated = [p for p in placed if isinstance(p.part, StatedPart) or _worth(p.part) is not None]
    if len(stated) > 1:
        raise Refused(stated[1], "分值写了两次", "一条只写一个分值")
    wanted = [p for p in placed if isinstance(p.part, (RequirePart, TextPart))]
    if wanted and all(isinstance(p.part, RequirePart) for p in core) and default and not stated:
        heads = [p for p in placed if isinstance(p.part, HeadPart)]
        return read_requirements(source, Builder(readings), wanted, heads, default)
    if not core or all(isinstance(p.part, RequirePart) for p in core):
        raise Refused(None, "没有说明如何得分", "至少一处计分,如“得N分”“每…扣N分”“得分=…”")
    limits = [p for p in core if isinstance(p.part, BoundPart)]
    scoring = [p for p in core if not isinstance(p.part, BoundPart)]
    if not scoring:
        raise Refused(limits[0], "只有上下限,没有要限制的得分", "先写如何得分,再写上下限")
    builder = Builder(readings)
    named = of_kind(placed, HeadPart)
    heads = [p for p, _ in named]
    if len(named) == 1:
        builder.head = named[0][1].label
    first = scoring[0].part
    match first:
        case FormulaPart():
            read_formula_clause(builder, scoring)
        case LadderPart():
            read_ladder(builder, scoring)
        case JudgedPart():
            read_judged(builder, scoring)
        case _ if is_tiered(scoring) and not is_sum(scoring):
            read_tiers(builder, scoring)
        case _ if any(is_numeric(p.part) for p in scoring) and not is_sum(scoring):
            read_numeric(builder, scoring)
        case _:
            read_sum(builder, scoring)
    worth = _worth(stated[0].part) if stated else None
    return _finish(source, builder, [*heads, *texts], _limits(builder, limits), worth)


def _worth(part: Part) -> Decimal | None:
    """What a part says that the item is worth."""
    return part.points if isinstance(part, (StatedPart, HeadPart)) else None


def read_requirements(
    source: str,
    b: Builder,
    wanted: Sequence[Placed],
    heads: Sequence[Placed],
    below: Literal["zero", "prop"],
) -> Rule:
    """A clause of requirements only, scored by the scheme's default rule."""
    numbered = [p for p in wanted if isinstance(p.part, RequirePart)]
    if not numbered:
        # words alone are one thing to be judged, however many commas they have
        said = ",".join(p.part.text for p in wanted if isinstance(p.part, TextPart))
        wanted = [Placed(TextPart(said), wanted[0].start, wanted[-1].end)]
    every = not numbered or (len(numbered) < len(wanted) and b.reading("G20") == "都计")
    lines = wanted if every else numbered
    judged: set[int] = set()
    limits: set[int] = set()
    for p in lines:
        match p.part:
            case RequirePart(label, mark, limit):
                kind, shown = measured(mark.unit, percent=mark.unit in PERCENT)
                i = b.input(p, label, kind, shown, mark.number)
                if limit:
                    limits.add(i)
            case TextPart(text) if text:
                judged.add(b.input(p, text, "judged", "%", Decimal(100)))
            case _:
                pass
    if not b.inputs:
        raise Refused(None, "没有要求", "要完成的事,或要达到的数")
    count = len(b.inputs)
    b.terms.append(Requirements(tuple(range(count)), frozenset(judged), frozenset(limits), below))
    texts = [] if every else [p for p in wanted if isinstance(p.part, TextPart)]
    return _finish(source, b, [*heads, *texts], Limits(), None)


def _limits(b: Builder, limits: Sequence[Placed]) -> Limits:
    """The bounds that the clause states: on bonuses, on deductions, on the item."""
    found: dict[str, Amount | None] = {}
    deducts = any(is_deduction(t) for t in b.terms)
    for p in limits:
        part = p.part
        assert isinstance(part, BoundPart)
        kinds = ("bonus", "deduction") if part.kind == "both" else (part.kind,)
        for kind in kinds:
            if kind == "bonus" and not any(t.bonus for t in b.terms):
                raise Refused(p, "限制加分,但没有加分", "先写加分,再写“最多加N分”")
            if kind in ("deduction", "floor", "no_floor") and not deducts:
                raise Refused(p, "限制扣分,但没有扣分", "先写扣分")
            if kind in found:
                raise Refused(p, "同一种限制写了两次", "只写一次")
            found[kind] = part.amount
    if "floor" in found and "no_floor" in found:
        raise Refused(limits[-1], "既写扣完为止,又写扣分不封顶", "只写一种")
    item = found.get("item")
    return Limits(
        found.get("bonus"),
        found.get("deduction"),
        item.number if item else None,
        "no_floor" not in found,
    )


def _finish(
    source: str, b: Builder, texts: Sequence[Placed], limits: Limits, worth: Decimal | None
) -> Rule:
    inputs = tuple(b.inputs)
    deducts = any(is_deduction(t) for t in b.terms)
    gives = any(not t.bonus and not is_deduction(t) for t in b.terms)
    if deducts and not gives and b.reading("G16") == "分值":
        b.terms.insert(0, FullPoints())
    pieces = [text for t in b.terms if (text := t.canonical(inputs))]
    if b.heading is not None:
        pieces.insert(0, f"{b.heading.label}得{b.heading.amount.text()}")
    if deducts:
        pieces.append("扣完为止" if limits.floor else "扣分不封顶")
    if limits.bonus is not None:
        pieces.append(f"最多加{limits.bonus.text()}")
    if limits.deduction is not None:
        pieces.append(f"最多扣{limits.deduction.text()}")
    if limits.item is not None:
        pieces.append(f"最高得{number(limits.item)}分")
    if worth is not None:
        pieces.append(f"[分值{number(worth)}分]")
    # What is read as having no effect is shown, so that nobody has to trust it unseen.
    said = [p.part.text for p in texts if isinstance(p.part, TextPart) and p.part.text]
    named = [p.part.label for p in texts if isinstance(p.part, HeadPart)]
    if named:
        pieces[0] = ":".join((*named, pieces[0]))
    if said:
        pieces.append("[说明:" + ",".join(said) + "]")
    if any(t.bonus for t in b.terms) and limits.item is None:
        b.reading("G1")
    return Rule(
        source=source,
        terms=tuple(b.terms),
        inputs=inputs,
        canonical=";".join(pieces),
        assumptions=tuple(b.taken.values()),
        readings=dict(b.readings),
        limits=limits,
        stated=worth,
    )

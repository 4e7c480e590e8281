"""Clauses that give points at a mark, and below it what a formula says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from kpixl.patterns import lazily
from kpixl.rules.amounts import Amount, Mark
from kpixl.rules.building import Builder, Placed, Refused, of_kind
from kpixl.rules.expr import (
    Choose,
    Compare,
    Div,
    Expr,
    Mul,
    Peer,
    Prior,
    Target,
    Value,
    bounds,
    const,
    map_children,
    rebuild,
    walk,
)
from kpixl.rules.figure_clause import NAMELESS
from kpixl.rules.formula import flattened
from kpixl.rules.formula_terms import Formula
from kpixl.rules.model import RuleInput
from kpixl.rules.numeric import read_numeric
from kpixl.rules.parts import FormulaPart
from kpixl.rules.single import percentages
from kpixl.rules.terms import Threshold
from kpixl.rules.vocabulary import is_percent, is_rate


@dataclass(frozen=True, slots=True)
class ElseFormula:
    """完成目标得10分,未完成的,得分=完成值÷目标值×8: points at the mark, a formula below it."""

    input: int
    mark: Mark
    give: Amount
    formula: Formula
    above: bool = False  # 超过目标得10分: the mark itself is below
    thing: str = field(default="", compare=False)
    said: str = field(default="", compare=False)
    bonus: bool = False

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The mark with its points, then the formula."""
        op: Literal[">", ">="] = ">" if self.above else ">="
        held = Threshold(self.input, self.mark, self.give, "zero", thing=self.thing, op=op)
        said = self.said if self.said == "否则" else f"{self.said}的"
        return f"{held.canonical(inputs)},{said},{self.formula.canonical(inputs)}"

    def expr(self) -> Expr:
        """The points, or the formula."""
        op = Compare(">" if self.above else ">=", Value(self.input), self.mark.expr(self.input))
        return Choose(op, self.give.expr(), self.formula.expr())


def is_below(scoring: Sequence[Placed]) -> bool:
    """Whether a formula holds below a mark."""
    return any(isinstance(p.part, FormulaPart) and p.part.below for p in scoring)


def read_below(b: Builder, scoring: Sequence[Placed]) -> None:
    """Points at the mark, a formula below it; steps and what closes the item as ever."""
    found = [(p, f) for p, f in of_kind(scoring, FormulaPart)]
    at, part = found[0]
    if len(found) > 1 or part.below is None or part.top is not None:
        raise Refused(found[-1][0], "公式写了两次", "只写一个公式")
    missed = Placed(part.below, at.start, at.end)
    before = len(b.terms)
    read_numeric(b, [missed if p is at else p for p in scoring])
    held = b.terms[before]
    if not isinstance(held, Threshold) or held.below != "prop" or held.verb != "得":
        raise Refused(at, "没有写达到时得几分", "完成目标得N分,未完成的,得分=…")
    if held.op not in (">=", ">"):
        raise Refused(at, "越少越好的数据,不知道公式从哪里算起", "只写公式,或按比例扣分")
    known = dict(b.taken)
    formula = _of_figure(b, at, part, held)
    if _proportional(formula, held):
        b.taken = known  # however the percentage is put in, it is that of the mark
    else:
        b.terms[before] = ElseFormula(
            held.input,
            held.mark,
            held.give,
            formula,
            held.op == ">",
            held.thing,
            part.below.said,
        )


_RATE = lazily(r"(?:任务|目标|计划|实际)?(?:的)?(?:任务|目标|实际)?完成(?:率|比例|进度|百分比)")


# 按百分比×6得分: a percentage is the figure itself
_ITSELF = ("百分比", "实际百分比", "该百分比", "实际的百分比")


def _bare(name: str) -> str:
    """投资额, 实际投资 → 投资."""
    return re.sub(r"^(?:实际|本单位|全年)?(?:完成)?|(?<=..)(?:完成|实际)?[额值数量]$", "", name)


def _of_figure(b: Builder, at: Placed, part: FormulaPart, held: Threshold) -> Formula:
    """The formula over the one figure of the clause; 完成率 is the figure over its mark."""
    i, mark = held.input, held.mark.expr(held.input)
    label = b.inputs[i].label
    again = _ITSELF if is_rate(label, b.inputs[i].unit) else ()
    own = [
        name
        for name in part.labels
        if name and not _RATE.fullmatch(name) and name != label and name not in again
    ]
    if label in NAMELESS and len(own) == 1:  # 完成目标得10分,未完成的,得分=投资额÷目标值×10
        if any(known.label == own[0] for known in b.inputs):
            raise Refused(at, f"“{own[0]}”写了两次", "每件事只写一次")
        b.inputs[i] = replace(b.inputs[i], label=own[0])
        label, own = own[0], []
    for name in own:
        if not _bare(label).endswith(_bare(name)):
            raise Refused(at, f"不知道“{name}”与“{label}”是不是同一个数据", "同一个名称")
    rates = {n for n, name in enumerate(part.labels) if _RATE.fullmatch(name) and name != label}

    def put_in(node: Expr) -> Expr:
        match node:
            case Value(n) if n in rates:
                return Div(Value(i), mark)
            case Value(_):
                return Value(i)
            case Target(n) if n not in rates and held.mark.kind in ("own", "given"):
                return mark
            case Prior(n) if n not in rates:
                return Prior(i)
            case Peer("mean", n) if n not in rates and held.mark.kind in ("mean", "given"):
                return mark
            case _ if hasattr(node, "input"):
                raise Refused(at, "公式里有前面没有说到的数", "完成值、目标值或完成率")
            case _:
                return map_children(node, put_in)

    expr = flattened(put_in(part.expr))
    if not any(isinstance(node, Value) for node in walk(expr)):
        raise Refused(at, "公式里没有要填报的数", "完成值、完成率等")
    rate = b.inputs[i].kind == "percent" and not is_percent(label)
    one = FormulaPart(rebuild(expr, _first), (label + "率" if rate else label,))
    _, fractions = percentages(b, one)
    return Formula(expr, fractions=frozenset({i}) if fractions else frozenset())


def _first(node: Expr) -> Expr:
    return replace(node, input=0) if isinstance(node, (Value, Target, Prior)) else node


def _proportional(formula: Formula, held: Threshold) -> bool:
    """Whether a formula says only that the points are in proportion to the mark."""
    share = Div(Value(held.input), held.mark.expr(held.input))
    plain = Mul((held.give.expr(), share))

    def worth(expr: Expr, value: int, mark: int) -> float:
        def put_in(node: Expr) -> Expr:
            match node:
                case Value():
                    return const(value)
                case Target() | Prior() | Peer():
                    return const(mark)
                case _:
                    return node

        # any figures and any 分值 will do, so long as no two are alike
        return bounds(rebuild(expr, put_in), 11.0, lambda i: "number")[0]

    pairs = [(worth(formula.expr(), v, m), worth(plain, v, m)) for v, m in ((3, 7), (5, 9))]
    return all(abs(one - other) <= 1e-9 * max(1.0, abs(other)) for one, other in pairs)

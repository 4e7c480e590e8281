"""Formulas, sums of weighted parts, and steps between said points of a figure."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from kpixl.rules.amounts import Amount, percent
from kpixl.rules.expr import (
    ONE,
    Add,
    Const,
    Div,
    Expr,
    Mul,
    Named,
    Peer,
    Points,
    Position,
    Prior,
    Rank,
    Target,
    Ties,
    Value,
    Whole,
    for_input,
    rebuild,
    sub,
)
from kpixl.rules.model import RuleInput
from kpixl.rules.printing import number, show


def formula_text(expr: Expr, inputs: tuple[RuleInput, ...]) -> str:
    """A formula in the words of a clause."""

    def leaf(node: Expr) -> str | None:
        match node:
            case Value(i):
                return f"{inputs[i].label}" if inputs[i].label != "本值" else "本值"
            case Target(i):
                return _role(inputs[i].label, "目标值")
            case Prior(i):
                return _role(inputs[i].label, "上年值")
            case Peer(stat, i):
                if stat == "count":
                    return "本类单位数"
                word = {"max": "本类最高值", "min": "本类最低值", "mean": "本类平均值"}[stat]
                return _role(inputs[i].label, word)
            case Rank(i):
                return _role(inputs[i].label, "名次")
            case Position(i):
                low = leaf(Peer("min", i))
                return f"({leaf(Value(i))}-{low})÷({leaf(Peer('max', i))}-{low})"
            case _:
                return None

    match expr:
        case Mul((Value(i), Const(percent=True) as share)) if inputs[i].kind == "percent":
            # 满意度×10% is 9.5 points of 95%, 满意度×0.1 a tenth of one
            return f"{leaf(Value(i))}×{percent(share.value)}"
    return show(expr, leaf)


def _role(label: str, word: str) -> str:
    return word if label in ("本值", "完成值") else label + word


@dataclass(frozen=True, slots=True)
class Formula:
    """得分=… over the roles and figures that the clause names; `words` name what it is about.

    `fractions` are the inputs whose percentages are put in as fractions.
    """

    arithmetic: Expr
    words: str = field(default="", compare=False)
    bonus: bool = False
    fractions: frozenset[int] = frozenset()

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """得分= and the arithmetic."""
        head = f"{self.words}:" if self.words else ""
        return head + "得分=" + formula_text(self.arithmetic, inputs)

    def expr(self) -> Expr:
        """The arithmetic as written, 96% put in as 0.96."""

        def put_in(node: Expr) -> Expr:
            if isinstance(node, (Value, Target, Prior, Peer)) and node.input in self.fractions:
                return Div(node, Const(Decimal(100)))
            return node

        return rebuild(self.arithmetic, put_in) if self.fractions else self.arithmetic


@dataclass(frozen=True, slots=True)
class Blend:
    """得分=…;其中A、B、C得分分别以30%、20%、50%的权重计入: one formula for each part, weighted.

    Parts are not rounded (G11); `weights` are in the order of the inputs;
    `words` name what it is about.
    """

    template: Expr
    weights: tuple[Decimal, ...]
    bonus: bool = False
    words: str = field(default="", compare=False)

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The formula, the names of the parts and their weights."""
        generic = (RuleInput("本值"),)
        names = "、".join(i.label for i in inputs[: len(self.weights)])
        weights = "、".join(percent(w) for w in self.weights)
        head = f"{self.words}:" if self.words else ""
        return (
            f"{head}得分={formula_text(self.template, generic)};"
            f"其中{names}得分分别以{weights}的权重计入得分"
        )

    def expr(self) -> Expr:
        """The weighted sum of the formula over each part."""
        return Add(
            tuple(
                Mul((Const(w), Named(f"#{i}", for_input(self.template, i))))
                for i, w in enumerate(self.weights)
            )
        )


@dataclass(frozen=True, slots=True)
class Ladder:
    """数量最多的得10分,排名每下降1位减0.5分: a constant step down from the first place.

    `top` None stands for 满分; `share` makes the step a share of 分值 (0.05 for 5%).
    """

    input: int
    top: Decimal | None
    places: Decimal
    step: Decimal
    ties: Ties = "竞争"
    descending: bool = True
    bonus: bool = False
    share: bool = False
    last: bool = False  # what the last of the others gets: 无此项任务的按最低得分计
    words: str = field(default="", compare=False)  # in which the clause says so

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The first place's points and the step."""
        if self.last:
            return self.words
        best = "最多的" if self.descending else "最少的"
        top = "得满分" if self.top is None else f"得{number(self.top)}分"
        return (
            f"{inputs[self.input].label}{best}{top},"
            f"排名每下降{number(self.places)}位减{Amount(self.step, self.share).text()}"
        )

    def expr(self) -> Expr:
        """top - step × (place - 1)."""
        down: Expr = sub(Rank(self.input, self.ties, self.descending, self.last), ONE)
        if self.places != 1:
            down = Whole(Div(down, Const(self.places)))
        top: Expr = Points() if self.top is None else Const(self.top)
        return sub(top, Mul((Amount(self.step, self.share).expr(), down)))

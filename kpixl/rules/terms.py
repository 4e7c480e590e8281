"""The rule families: each a frozen value with the fields of its phrase, in its order.

A family says three things: its canonical wording, its arithmetic, and how much it can
give.  Evaluation, explanation and native formulas follow from the arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

from kpixl.rules.expr import (
    MINUS_ONE,
    ONE,
    ZERO,
    Add,
    Const,
    Div,
    Expr,
    Greatest,
    Least,
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
    sub,
)
from kpixl.rules.model import RuleInput
from kpixl.rules.printing import number, show

Reach: TypeAlias = Decimal | Literal["points", "open"]


def percent(weight: Decimal) -> str:
    """A share as clauses write it.

    >>> percent(Decimal("0.3"))
    '30%'
    """
    return f"{number(weight * 100)}%"


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
                word = {"max": "本类最高值", "min": "本类最低值", "mean": "本类平均值"}[stat]
                return _role(inputs[i].label, word)
            case Rank(i):
                return _role(inputs[i].label, "名次")
            case Position(i):
                low = leaf(Peer("min", i))
                return f"({leaf(Value(i))}-{low})÷({leaf(Peer('max', i))}-{low})"
            case _:
                return None

    return show(expr, leaf)


def _role(label: str, word: str) -> str:
    return word if label == "本值" else label + word


@dataclass(frozen=True, slots=True)
class Formula:
    """得分=… over the roles and figures that the clause names."""

    arithmetic: Expr
    bonus: bool = False

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """得分= and the arithmetic."""
        return "得分=" + formula_text(self.arithmetic, inputs)

    def expr(self) -> Expr:
        """The arithmetic as written."""
        return self.arithmetic

    def reach(self) -> Reach:
        """A formula may reach anything; the item's bounds hold it."""
        return "points"


@dataclass(frozen=True, slots=True)
class Blend:
    """得分=…;其中A、B、C得分分别以30%、20%、50%的权重计入: one formula for each part, weighted.

    Parts are not rounded (G11); `weights` are in the order of the inputs.
    """

    template: Expr
    weights: tuple[Decimal, ...]
    bonus: bool = False

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The formula, the names of the parts and their weights."""
        generic = (RuleInput("本值"),)
        names = "、".join(i.label for i in inputs)
        weights = "、".join(percent(w) for w in self.weights)
        return (
            f"得分={formula_text(self.template, generic)};"
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

    def reach(self) -> Reach:
        """The weights add up to 100 %, so a blend reaches what its formula reaches."""
        return "points"


@dataclass(frozen=True, slots=True)
class Ladder:
    """数量最多的得10分,排名每下降1位减0.5分: a constant step down from the first place.

    `top` None stands for 满分.
    """

    input: int
    top: Decimal | None
    places: Decimal
    step: Decimal
    ties: Ties = "竞争"
    descending: bool = True
    bonus: bool = False

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The first place's points and the step."""
        best = "最多的" if self.descending else "最少的"
        top = "得满分" if self.top is None else f"得{number(self.top)}分"
        return (
            f"{inputs[self.input].label}{best}{top},"
            f"排名每下降{number(self.places)}位减{number(self.step)}分"
        )

    def expr(self) -> Expr:
        """top - step × (place - 1)."""
        down: Expr = sub(Rank(self.input, self.ties, self.descending), ONE)
        if self.places != 1:
            down = Whole(Div(down, Const(self.places)))
        top: Expr = Points() if self.top is None else Const(self.top)
        return sub(top, Mul((Const(self.step), down)))

    def reach(self) -> Reach:
        """What the first place gets."""
        return "points" if self.top is None else self.top


@dataclass(frozen=True, slots=True)
class Judged:
    """成效显著的,最高加5分: a figure that an assessor gives, within bounds."""

    input: int
    high: Decimal
    bonus: bool = True

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The quality asked for, and the cap."""
        verb = "加" if self.bonus else "得"
        return f"{inputs[self.input].label},最高{verb}{number(self.high)}分"

    def expr(self) -> Expr:
        """The figure, from 0 to its cap."""
        return Least(
            (Greatest((Value(self.input), ZERO), "不低于0"), Const(self.high)),
            f"最高{number(self.high)}分",
        )

    def reach(self) -> Reach:
        """The cap."""
        return self.high


@dataclass(frozen=True, slots=True)
class YesNo:
    """制定方案得1分: points for a thing done, none otherwise."""

    input: int
    give: Decimal | None
    bonus: bool = False

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The thing and its points."""
        give = "得满分" if self.give is None else f"得{number(self.give)}分"
        return inputs[self.input].label + give

    def expr(self) -> Expr:
        """points × yes."""
        give: Expr = Points() if self.give is None else Const(self.give)
        return Mul((give, Value(self.input)))

    def reach(self) -> Reach:
        """The points for yes."""
        return "points" if self.give is None else self.give


@dataclass(frozen=True, slots=True)
class Counted:
    """The words of 报送信息,每采用1条: what stands before 每, what is done, what is counted."""

    head: str
    does: str
    unit: str
    thing: str

    @property
    def label(self) -> str:
        """The name of the count as an input."""
        return self.head + self.thing or f"{self.does}{self.unit}数"

    def step(self, per: Decimal) -> str:
        """The step as the clause says it."""
        head = self.head + "," if self.head else ""
        return f"{head}每{self.does}{number(per)}{self.unit}{self.thing}"


@dataclass(frozen=True, slots=True)
class PerUnit:
    """每采用一条得0.1分: points for each counted thing; `per` of them make a step.

    `verb` is 得 (part of the item), 加 (a bonus) or 扣 (a deduction).  The words do not
    make another rule, so they are left out of comparisons.
    """

    input: int
    words: Counted = field(compare=False)
    per: Decimal
    verb: Literal["得", "加", "扣"]
    amount: Decimal
    whole: bool = True

    @property
    def bonus(self) -> bool:
        """Whether the points are 加分."""
        return self.verb == "加"

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """每, what is counted, and the points."""
        return f"{self.words.step(self.per)}{self.verb}{number(self.amount)}分"

    def expr(self) -> Expr:
        """points × steps."""
        steps: Expr = Value(self.input)
        if self.per != 1:
            steps = Div(steps, Const(self.per))
        if self.whole:
            steps = Whole(steps)
        product = Mul((Const(self.amount), steps))
        return Mul((MINUS_ONE, product)) if self.verb == "扣" else product

    def reach(self) -> Reach:
        """Without limit where points are given; a deduction gives none."""
        return Decimal(0) if self.verb == "扣" else "open"

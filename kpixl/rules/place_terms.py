"""Terms by place: points for the places of a group, or for a place that is reported."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from kpixl.rules.amounts import Amount, percent
from kpixl.rules.expr import (
    MINUS_ONE,
    ONE,
    ZERO,
    Add,
    Choose,
    Compare,
    Const,
    Div,
    Expr,
    Greatest,
    Mul,
    Peer,
    Rank,
    Ties,
    Value,
    Whole,
    sub,
)
from kpixl.rules.model import RuleInput
from kpixl.rules.printing import number

_NOTHING = Amount(Decimal(0))
_NUMERALS = "零一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a unit stands: counted in its own group, or `given` as a figure of its own.

    `bottom` counts from the last place.  The words are the clause's own: the name of the figure,
    the circle it is ranked in (全市), and whether it says which end of the figures is the best.
    """

    input: int
    ties: Ties = "竞争"
    descending: bool = True
    given: bool = False
    bottom: bool = False
    figure: str = field(default="", compare=False)
    scope: str = field(default="", compare=False)
    said: bool = field(default=False, compare=False)

    def expr(self) -> Expr:
        """The place, 1 for the best (or for the last)."""
        if self.given:
            return Value(self.input)
        return Rank(self.input, self.ties, self.descending != self.bottom)

    def text(self) -> str:
        """The words before the first place."""
        figure = "" if self.figure == "本值" else self.figure
        if self.scope:
            return f"{figure}位列{self.scope}"
        if self.said:
            return f"{self.figure}从{'高到低' if self.descending else '低到高'}排名,"
        return f"{figure}排名"


@dataclass(frozen=True, slots=True)
class RankMove:
    """排名每上升1位加1分; with verb 扣 每下降1位减1分.  The figure is the places that were won."""

    input: int
    figure: str = field(compare=False)
    per: Decimal
    amount: Decimal
    verb: Literal["加", "扣"]

    @property
    def bonus(self) -> bool:
        """Whether the points are 加分."""
        return self.verb == "加"

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The step up or down."""
        if self.bonus:
            return f"{self.figure}排名每上升{number(self.per)}位加{number(self.amount)}分"
        return f"{self.figure}排名每下降{number(self.per)}位减{number(self.amount)}分"

    def expr(self) -> Expr:
        """points × places."""
        won: Expr = Value(self.input)
        if not self.bonus:
            won = Mul((MINUS_ONE, won))
        steps: Expr = Greatest((won, ZERO))
        if self.per != 1:
            steps = Whole(Div(steps, Const(self.per)))
        points = Mul((Const(self.amount), steps))
        return points if self.bonus else Mul((MINUS_ONE, points))


@dataclass(frozen=True, slots=True)
class Places:
    """第1名得10分,第2—4名得8分,其余得5分: points by the place of a figure.

    `rows` are the last place of each row and its points, from place 1 on.  Places behind them
    get `rest`, or `step` less than the last row for each `places` further places (`of_first`: a
    share of what the first place gets).  With `share` the rows are percent of all units, `up`
    rounds them up to whole units.  A reported
    place below 1 is none and gets the rest.
    """

    place: Place
    rows: tuple[tuple[int, Amount], ...]
    verb: Literal["得", "加", "扣"]
    rest: Amount = _NOTHING
    step: Amount | None = None
    places: Decimal = Decimal(1)
    least: Decimal | None = None
    rest_said: bool = field(default=False, compare=False)
    of_first: bool = False
    share: bool = False
    up: bool = False
    of: int = 100  # of how many parts a row is: 3 for 前三分之一
    spread: bool = False  # 后3名分别扣3、2、1分: a reading says which of them which

    @property
    def bonus(self) -> bool:
        """Whether the points are 加分."""
        return self.verb == "加"

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The rows from the first place (or from the last) on."""
        if self.spread:
            amounts = sorted((a.number or Decimal(0) for _, a in self.rows), reverse=True)
            listed = "、".join(map(number, amounts))
            return f"{self.place.text()}后{len(self.rows)}名分别{self.verb}{listed}分"
        ahead = "倒数" if self.place.bottom else ""
        texts = []
        for (before, _), (last, amount) in pairwise(((0, Amount(None)), *self.rows)):
            if self.share and self.of != 100:
                texts.append(self._fraction(before, last) + self._points(amount))
                continue
            if self.share:
                texts.append(f"前{last}%{self._points(amount)}")
                continue
            span = f"{last}" if last == before + 1 else f"{before + 1}—{last}"
            texts.append(f"{ahead}第{span}名{self._points(amount)}")
        if self.step is not None and self.of_first and self.step.number is not None:
            texts.append(f"其余按{percent(self.step.number)}依次递减")
        elif self.step is not None:
            texts.append(f"排名每下降{number(self.places)}位减{self.step.text()}")
        elif self.rest_said:
            texts.append(f"其余{self._points(self.rest)}")
        if self.least is not None:
            texts.append(f"最低得{number(self.least)}分")
        return self.place.text() + ",".join(texts)

    def _fraction(self, before: int, last: int) -> str:
        whole, thirds = _NUMERALS[self.of], len(self.rows) == 3 and self.of == 3
        ahead = "前" if not thirds or last == 1 else "中间" if last == 2 else "后"
        share = last - before if thirds else last
        return f"{ahead}{whole}分之{_NUMERALS[share]}"

    def _points(self, amount: Amount) -> str:
        if amount.number == 0:
            return {"得": "不得分", "加": "不加分", "扣": "不扣分"}[self.verb]
        return f"{self.verb}{amount.text()}"

    def expr(self) -> Expr:
        """The points of the first row that reaches down to the place."""
        place = self.place.expr()
        result = self._behind(place)
        for last, amount in reversed(self.rows):
            result = Choose(self._within(place, last), amount.expr(), result)
        if self.place.given:
            result = Choose(Compare(">=", place, ONE), result, self.rest.expr())
        return Mul((MINUS_ONE, result)) if self.verb == "扣" else result

    def _within(self, place: Expr, last: int) -> Expr:
        if not self.share:
            return Compare("<=", place, Const(Decimal(last)))
        units = Peer("count", self.place.input)
        most: Expr = Div(Mul((Const(Decimal(last)), units)), Const(Decimal(self.of)))
        return Compare("<", place, Add((most, ONE))) if self.up else Compare("<=", place, most)

    def _behind(self, place: Expr) -> Expr:
        if self.step is None:
            return self.rest.expr()
        last, amount = self.rows[-1]
        further: Expr = sub(place, Const(Decimal(last)))
        if self.places != 1:
            further = Whole(Div(further, Const(self.places)))
        step = self.step.expr()
        if self.of_first and self.step.number is not None:
            step = Mul((Const(self.step.number), self.rows[0][1].expr()))
        left = sub(amount.expr(), Mul((step, further)))
        floor = ZERO if self.least is None else Const(self.least)
        why = "不低于0分" if self.least is None else f"最低得{number(self.least)}分"
        return Greatest((left, floor), why)

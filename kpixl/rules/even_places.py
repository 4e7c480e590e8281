"""Points that fall evenly from the first place of a group to its last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from kpixl.rules.amounts import Amount
from kpixl.rules.building import Builder, Placed, Refused
from kpixl.rules.expr import ONE, Choose, Compare, Div, Expr, Mul, Rank, Ties, sub
from kpixl.rules.model import RuleInput
from kpixl.rules.parts import EvenPlacesPart


@dataclass(frozen=True, slots=True)
class EvenPlaces:
    """第一名得8分,最后一名得4分,其余按名次等差递减: as much less from each place to the next."""

    input: int
    top: Amount
    bottom: Amount
    ties: Ties = "竞争"
    descending: bool = True
    said: bool = field(default=False, compare=False)
    bonus: bool = False

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """Both ends, and what lies between them."""
        label = inputs[self.input].label
        figure = "" if label == "本值" else label
        order = "从高到低排名," if self.descending else "从低到高排名,"
        ahead = order if self.said else "排名"
        bottom = "不得分" if self.bottom.number == 0 else f"得{self.bottom.text()}"
        return f"{figure}{ahead}第1名得{self.top.text()},最后1名{bottom},其余按名次等差递减"

    def expr(self) -> Expr:
        """top - (top - bottom) × (place - 1) ÷ (last place - 1)."""
        place = Rank(self.input, self.ties, self.descending)
        last = Rank(self.input, self.ties, self.descending, last=True)
        down = Div(sub(place, ONE), sub(last, ONE))
        span = sub(self.top.expr(), self.bottom.expr())
        falling = sub(self.top.expr(), Mul((span, down)))
        return Choose(Compare("=", last, ONE), self.top.expr(), falling)


def read_even_places(b: Builder, scoring: Sequence[Placed]) -> None:
    """The two ends of a ranking, and what is said of the places between them."""
    at = scoring[0]
    part = at.part
    assert isinstance(part, EvenPlacesPart)
    if len(scoring) > 1:
        raise Refused(scoring[1], "不能与名次的得分写在同一条里", "另起一项")
    if part.scope or b.readings.get("G31") == "填报":
        raise Refused(at, "不知道一共有多少名", "本类各单位之间排名")
    descending = not part.low
    if not part.said:
        descending = b.more_is_better(part.label or b.head)
    i = b.input(at, part.label or b.head or "本值", "number")
    ties = cast(Ties, b.reading("G3"))
    b.terms.append(EvenPlaces(i, part.top, part.bottom, ties, descending, part.said))

"""What the last of a ranking get, beside a table that goes on to the end: 末位不得分."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kpixl.rules.amounts import Amount
from kpixl.rules.building import Builder, Placed, Refused
from kpixl.rules.expr import Choose, Compare, Const, Expr, Rank
from kpixl.rules.formula_terms import Ladder
from kpixl.rules.model import RuleInput
from kpixl.rules.parts import PlacesPart
from kpixl.rules.place_terms import Places
from kpixl.rules.printing import number


@dataclass(frozen=True, slots=True)
class WithLast:
    """第1名得10分,每下降1名减0.5分,末位不得分: a table of places, and what its last `places` get.

    A place that the table names keeps its points, also where so few are ranked that it is one
    of the last: the first of two is not the last but one.
    """

    of: Places | Ladder
    places: Decimal
    amount: Amount
    bonus: bool = False

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The table, and the last."""
        last = "不得分" if self.amount.number == 0 else f"得{self.amount.text()}"
        return f"{self.of.canonical(inputs)},最后{number(self.places)}名{last}"

    def expr(self) -> Expr:
        """The table's points, but those of the last."""
        table, last = self.of.expr(), self._from_behind()
        named = Compare("<=", self._place(), Const(_named(self.of)))
        behind = Choose(Compare("<=", last, Const(self.places)), self.amount.expr(), table)
        return Choose(named, table, behind)

    def _place(self) -> Expr:
        if isinstance(self.of, Places):
            return self.of.place.expr()
        return Rank(self.of.input, self.of.ties, self.of.descending)

    def _from_behind(self) -> Expr:
        if isinstance(self.of, Places):
            return Rank(self.of.place.input, "竞争", not self.of.place.descending)
        return Rank(self.of.input, "竞争", not self.of.descending)


def _named(table: Places | Ladder) -> Decimal:
    """The last place that a table names with points of its own."""
    return Decimal(table.rows[-1][0] if isinstance(table, Places) else 1)


def read_last(b: Builder, first: Sequence[Placed], last: Sequence[Placed]) -> None:
    """The last of the table that has just been read, which must say what the others get."""
    at, table = last[0], b.terms[-1] if b.terms else None
    top, part = first[-1].part, at.part
    assert isinstance(top, PlacesPart) and isinstance(part, PlacesPart)
    if len(last) > 1 or len(first) > 1 or len(part.rows) > 1 or part.share or top.share:
        raise Refused(at, "不知道是哪几个名次", "一个数据的名次,末位写一次")
    if top.rest is None and top.step is None:
        # 第一名得10分,末位得6分
        raise Refused(at, "没有写中间的名次得几分", "其余得N分,或每后移1位减N分")
    if part.rest is not None or part.step is not None:
        raise Refused(at, "最后几名不能再依次递减", "最后N名不得分")
    if (part.label, part.scope) not in (("", ""), (top.label, top.scope)):
        raise Refused(at, f"前面说的是“{top.label + top.scope}”", "同一个数据的名次")
    if not isinstance(table, (Places, Ladder)) or _is_given(table):
        raise Refused(at, "不知道一共有多少名", "本类各单位之间排名")
    places, amount = part.rows[0]
    if amount.number is None or (amount.number and amount.share != _shared(table)):
        raise Refused(at, "不知道是不是比前面的名次少", "较少的分数")
    if amount.number >= min(_least(table)):
        raise Refused(at, "最后几名得的不比前面的名次少", "较少的分数")
    b.terms[-1] = WithLast(table, Decimal(places), amount)


def _is_given(table: Places | Ladder) -> bool:
    return isinstance(table, Places) and table.place.given


def _shared(table: Places | Ladder) -> bool:
    """Whether a table's points are shares of the 分值."""
    return any(given.share for given in _amounts(table))


def _amounts(table: Places | Ladder) -> list[Amount]:
    if isinstance(table, Ladder):
        return [Amount(table.top)]
    return [amount for _, amount in table.rows] + ([] if table.step else [table.rest])


def _least(table: Places | Ladder) -> list[Decimal]:
    """The points of a table that are numbers, without what a step down leaves."""
    return [given.number for given in _amounts(table) if given.number is not None] or [Decimal(1)]

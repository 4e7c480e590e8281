"""What rules are made of: what a clause asks for, its terms, its bounds, what it assumes.

Each term is a frozen value whose fields stand in the order of its phrase; it knows its
canonical wording and its arithmetic.  The families themselves are in `kpixl.rules.terms`,
the rule as a whole is in `kpixl.rules.rule`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, Protocol

from kpixl.rules.expr import Expr

InputKind = Literal["number", "percent", "count", "yes_no", "judged"]


@dataclass(frozen=True, slots=True)
class RuleInput:
    """A figure that a clause asks for, labelled in the clause's own words.

    `unit` is the unit of measure where the clause names one, `target` the default
    target that stands in the sentence.  `group` says that the answer is whether the unit is one
    of a kind (一类区), which the grouping of the scheme may know.
    """

    label: str
    kind: InputKind = "number"
    unit: str = ""
    target: Decimal | None = None
    direction: Literal["up", "down"] = "up"
    group: bool = False


@dataclass(frozen=True, slots=True)
class Assumption:
    """A choice that the clause leaves open, as it was taken.

    `code` is the reading's code (G1 …), `taken` and `alternatives` are the values
    that 读法 accepts for it.
    """

    code: str
    sentence: str
    taken: str
    alternatives: tuple[str, ...] = ()


class Term(Protocol):
    """One term of a clause."""

    @property
    def bonus(self) -> bool:
        """Whether the term is 加分: not part of what the base terms can reach."""
        ...

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The term in canonical wording; parsing it gives the term again."""
        ...

    def expr(self) -> Expr:
        """The term's arithmetic."""
        ...


class WholeItem(ABC):
    """A term that is the whole item, bounds and all: nothing else stands beside it."""

    __slots__ = ()

    @abstractmethod
    def item(self, points: Decimal | None, decimals: int) -> Expr:
        """The item, rounded once."""


class Points(Protocol):
    """Points as a clause gives them; `kpixl.rules.terms.Amount` is one."""

    def expr(self) -> Expr:
        """The points."""
        ...

    def text(self) -> str:
        """The points in words."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds that a clause states on its bonuses, its deductions and the whole item.

    `floor` is False where the clause says that deductions go on below 0, `full` is True where
    it says that the item gives at most its points (最高不超过满分), `share` is how many times its
    points it gives at most (1.2 for 最高得基本分的120%), `ahead` that `item` bounds what is given
    before anything is taken from it.  `decimals` is how far the clause itself rounds the item.
    """

    bonus: Points | None = None
    deduction: Points | None = None
    item: Decimal | None = None
    floor: bool = True
    full: bool = False
    share: Decimal | None = None
    ahead: bool = False
    decimals: int | None = None
    least: Points | None = None

    @property
    def whole(self) -> bool:
        """Whether the clause says how much the item gives at most, bonuses and all."""
        return self.item is not None or self.full or self.share is not None


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Working:
    """How one score came about, as lines that a clerk can follow with a calculator.

    `score` is None where the item is blank; `notes` says which bound or branch
    applied.  The last line ends in the score.
    """

    lines: tuple[str, ...]
    score: float | None
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join((*self.lines, *(f"注:{n}" for n in self.notes)))

"""A rule as values: what a clause asks for, what it assumes, and what it computes.

A clause is a sum of terms within bounds.  Each term is a frozen value whose
fields stand in the order of its phrase; it knows its canonical wording and its
arithmetic.  The families themselves are in `kpixl.rules.terms`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, Protocol

from kpixl.rules.expr import Expr, Peer, Position, Prior, Rank, Target, walk

InputKind = Literal["number", "percent", "count", "yes_no", "judged"]


@dataclass(frozen=True, slots=True)
class RuleInput:
    """A figure that a clause asks for, labelled in the clause's own words.

    `unit` is the unit of measure where the clause names one, `target` the default
    target that stands in the sentence.
    """

    label: str
    kind: InputKind = "number"
    unit: str = ""
    target: Decimal | None = None
    direction: Literal["up", "down"] = "up"


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
    it says that the item gives at most its points (最高不超过满分).
    """

    bonus: Points | None = None
    deduction: Points | None = None
    item: Decimal | None = None
    floor: bool = True
    full: bool = False


NO_LIMITS = Limits()


@dataclass(frozen=True)
class Rule:
    """A clause that was read completely.

    `canonical` is the clause read back in canonical wording.  `limits` are the
    bounds that the clause states.  The item's 分值 comes with the call; `stated` is what the
    clause itself says that it is.
    """

    source: str
    terms: tuple[Term, ...]
    inputs: tuple[RuleInput, ...]
    canonical: str
    assumptions: tuple[Assumption, ...] = ()
    readings: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = NO_LIMITS
    stated: Decimal | None = None
    _exprs: dict[tuple[Decimal | None, int], Expr] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def expr(self, points: Decimal | None, decimals: int = 2) -> Expr:
        """The whole item: the terms within their bounds, rounded once.

        `points` is the item's 分值, None where it has none of its own.
        """
        key = points, decimals
        if key not in self._exprs:  # every cell of a ranking asks for it
            from kpixl.rules.item import item_expr

            self._exprs[key] = item_expr(self, points, decimals)
        return self._exprs[key]

    def same_rule(self, other: Rule) -> bool:
        """Whether two clauses score alike: everything but their wording is equal."""
        return (
            self.terms == other.terms
            and [(i.kind, i.target) for i in self.inputs]
            == [(i.kind, i.target) for i in other.inputs]
            and self.limits == other.limits
            and set(self.assumptions) == set(other.assumptions)
        )

    def _uses(self, *kinds: type) -> bool:
        return any(isinstance(e, kinds) for term in self.terms for e in walk(term.expr()))

    @property
    def needs_peers(self) -> bool:
        """Whether the rule compares units (名次, 本类最高/最低/平均)."""
        return self._uses(Peer, Rank, Position)

    @property
    def needs_prior(self) -> bool:
        """Whether the rule uses last year's figure."""
        return self._uses(Prior)

    @property
    def needs_target(self) -> bool:
        """Whether the rule uses a target."""
        return self._uses(Target)


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

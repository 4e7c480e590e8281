"""A clause that differs by the kind of unit: 一类区每个加1分,二类区每个加2分.

Each case is a whole rule with bounds of its own.  A unit is scored by the first case that
holds for it, and by that alone: what only another case asks for may stay blank.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from kpixl.rules.expr import (
    ONE,
    ZERO,
    Add,
    Choose,
    Compare,
    Const,
    Div,
    Expr,
    Rounded,
    Target,
    Value,
)
from kpixl.rules.lines import moved
from kpixl.rules.model import Limits, RuleInput, Term, WholeItem
from kpixl.rules.normalise import as_line
from kpixl.rules.rule import Rule

# What heads a case in canonical wording.
HEAD, END = "[适用", "]"


@dataclass(frozen=True, slots=True)
class Case:
    """What holds for some units.

    `who` are the clause's words for them.  `test` is the yes/no input that says whether a
    unit is one of them; with `reached` it is a figure instead, which has to reach its target;
    None takes all units that are left.  `inputs` are the numbers of the rule's inputs among
    those of the whole clause.
    """

    who: str
    test: int | None
    terms: tuple[Term, ...]
    inputs: tuple[int, ...]
    limits: Limits
    rule: Rule = field(compare=False)
    reached: bool = False
    targets: tuple[Decimal | None, ...] = ()  # of its own, where another case has another

    def holds(self) -> Expr:
        """Whether it is the unit's case."""
        if self.test is None:
            return ONE
        if self.reached:
            return Compare(">=", Value(self.test), Target(self.test))
        return Compare("=", Value(self.test), ONE)


@dataclass(frozen=True, slots=True)
class Cases(WholeItem):
    """The cases of a clause, in its order."""

    of: tuple[Case, ...]
    bonus: bool = False

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """A line for each case, headed by the units that it is for."""
        return "\n".join(case_text(case) for case in self.of)

    def expr(self) -> Expr:
        """The terms of the unit's case, without their bounds."""

        def one(case: Case) -> Expr:
            whole = Add(tuple(t.expr() for t in case.terms))
            return moved(whole, case.inputs)

        return self.chosen([one(case) for case in self.of])

    def item(self, points: Decimal | None, decimals: int) -> Expr:
        """Each case within its own bounds."""
        parts = []
        for case in self.of:
            inner = case.rule.expr(points, decimals)
            assert isinstance(inner, Rounded)
            parts.append(moved(inner.inner, case.inputs))
        return Rounded(self.chosen(parts), decimals)

    def chosen(self, parts: Sequence[Expr]) -> Expr:
        """The part of the unit's case; blank for a unit that is in none."""
        result: Expr = Div(ZERO, Const(Decimal(0)))
        for case, part in reversed(list(zip(self.of, parts, strict=True))):
            result = part if case.test is None else Choose(case.holds(), part, result)
        return result


def case_text(case: Case) -> str:
    """A case as a line of canonical wording."""
    return f"{HEAD}{case.who}{END}{as_line(case.rule.canonical)}"


def cases_of(rule: Rule) -> Cases | None:
    """The cases of a clause that has some."""
    first = rule.terms[0] if rule.terms else None
    return first if isinstance(first, Cases) else None

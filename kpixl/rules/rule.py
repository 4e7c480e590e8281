"""A rule as a value, and as the arithmetic of an item.

A clause is a sum of terms within bounds, rounded once.
"""

from __future__ import annotations

from collections.abc import KeysView, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from kpixl.rules.all_terms import Missed
from kpixl.rules.amounts import Amount
from kpixl.rules.count_terms import PerUnit
from kpixl.rules.escalation_terms import Escalation
from kpixl.rules.exception_terms import Scaled
from kpixl.rules.expr import (
    MINUS_ONE,
    ZERO,
    Add,
    Choose,
    Expr,
    Greatest,
    Least,
    Mul,
    Peer,
    Points,
    Position,
    Prior,
    Rank,
    Rounded,
    Target,
    bounds,
    const,
    walk,
)
from kpixl.rules.judged_terms import JudgedBeyond, JudgedEach, Listed
from kpixl.rules.model import NO_LIMITS, Assumption, Limits, RuleInput, Term, WholeItem
from kpixl.rules.place_terms import Places, RankMove
from kpixl.rules.printing import number
from kpixl.rules.terms import FullPoints, Gate, Gravest, Judged, Shortfall, Threshold, YesNo
from kpixl.rules.tier_terms import Tiers


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
    _nodes: dict[tuple[Decimal | None, int], dict[Expr, None]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def expr(self, points: Decimal | None, decimals: int = 2) -> Expr:
        """The whole item: the terms within their bounds, rounded once.

        `points` is the item's 分值, None where it has none of its own.
        """
        key = points, decimals
        if key not in self._exprs:  # every cell of a ranking asks for it
            self._exprs[key] = item_expr(self, points, decimals)
        return self._exprs[key]

    def nodes(self, points: Decimal | None, decimals: int = 2) -> KeysView[Expr]:
        """All that stands in `expr`, each once, depth first."""
        key = points, decimals
        if key not in self._nodes:  # every cell with a score asks for it
            self._nodes[key] = dict.fromkeys(walk(self.expr(points, decimals)))
        return self._nodes[key].keys()

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

    @cached_property
    def needs_peers(self) -> bool:
        """Whether the rule compares units (名次, 本类最高/最低/平均)."""
        return self._uses(Peer, Rank, Position)

    @cached_property
    def needs_prior(self) -> bool:
        """Whether the rule uses last year's figure."""
        return self._uses(Prior)

    @cached_property
    def needs_target(self) -> bool:
        """Whether the rule uses a target."""
        return self._uses(Target)


def item_expr(rule: Rule, points: Decimal | None, decimals: int) -> Expr:
    """The whole item: its terms within their bounds, rounded once.

    G1: 0 ≤ score ≤ 分值.  Where the base terms alone can reach the 分值, bonuses go on top
    of it; where they cannot, bonuses fill up to it.  A cap in the text binds first.  With
    `points` None the item has no 分值 of its own and no upper bound.
    """
    if rule.limits.decimals is not None:
        decimals = rule.limits.decimals
    if rule.terms and isinstance(rule.terms[0], WholeItem):
        return rule.terms[0].item(points, decimals)
    limit = None if points is None else float(points)
    size = 0.0 if limit is None else limit

    def kinds(i: int) -> str:
        return rule.inputs[i].kind

    def total(terms: Sequence[Term]) -> Expr:
        return _plus([t.expr() for t in terms])

    def held(inner: Expr, top: Expr | None, why: str, floor: bool) -> Expr:
        low, high = bounds(inner, size, kinds)
        if floor and low < 0:
            inner = Greatest((inner, ZERO), "不低于0分")
        ceiling = None if top is None else bounds(top, size, kinds)[1]
        if top is not None and ceiling is not None and high > ceiling:
            inner = Least((inner, top), why)
        return inner

    limits = rule.limits
    gates = [t for t in rule.terms if isinstance(t, Gate)]
    gives = [t for t in rule.terms if not t.bonus and not is_deduction(t)]
    takes = [t for t in rule.terms if is_deduction(t) and t not in gates]
    bonus = [t for t in rule.terms if t.bonus]
    if points is None:
        # without a 分值 a clause that only deducts is a figure below 0
        gives = [t for t in gives if not isinstance(t, FullPoints)]
    top, why = _ceiling(limits, points, gives)
    # without a 分值 bonuses and deductions alone are a figure on either side of 0
    floor = limits.floor and bool(gives or (bonus and not (points is None and takes)))
    if points is None and any(isinstance(t, Threshold) and t.lose is not None for t in gives):
        floor = False  # 未达到扣3分 is a figure below 0 where there is no 分值 to take it from

    def closed(inner: Expr) -> Expr:
        if limits.least is not None:
            inner = Greatest((inner, limits.least.expr()), f"最低得{limits.least.text()}")
        for gate in gates:
            inner = Choose(gate.expr(), ZERO, inner)
        return Rounded(inner, decimals)

    extra: Expr | None = total(bonus) if bonus else None
    if extra is not None and limits.bonus is not None:
        extra = Least((extra, limits.bonus.expr()), f"最多加{limits.bonus.text()}")
    taken: Expr | None = total(takes) if takes else None
    if taken is not None and limits.deduction is not None:
        most = Mul((MINUS_ONE, limits.deduction.expr()))
        taken = Greatest((taken, most), f"最多扣{limits.deduction.text()}")
    base = [total(gives)] if gives else []
    if base and limits.ahead and top is not None:
        base = [Least((base[0], top), why)]
    reaches = bool(base) and points is not None and bounds(base[0], size, kinds)[1] >= size
    if taken is not None:
        base.append(taken)
    alone = extra is not None and not base and not limits.whole and limits.item is None
    if extra is not None and alone and rule.readings.get("G1") == "另加":
        return closed(held(extra, None, "", floor))
    on_top = extra is not None and not limits.whole and bool(base)
    if on_top and (rule.readings.get("G1") == "另加" or reaches):
        assert extra is not None
        inner = held(_plus(base), top, why, floor)
        return closed(held(Add((inner, extra)), None, "", floor))
    whole = _plus([*base, *([extra] if extra is not None else [])])
    return closed(held(whole, top, why, floor))


def _ceiling(
    limits: Limits, points: Decimal | None, gives: Sequence[Term]
) -> tuple[Expr | None, str]:
    """What the item gives at most: its points, or what a cap in the text says, which also binds
    where it is above them (最高得15分 of an item of 6).  得基本分的120% is beyond them by itself.
    """
    if limits.item is not None:
        return const(limits.item), f"最高得{number(limits.item)}分"
    share = limits.share
    if share is None and not limits.full:
        share = max(map(_share_of, gives), default=Decimal(0))
    if share is not None and (limits.share is not None or share > 1):
        most = Amount(share, share=True)
        return most.expr(), f"最高得{most.text()}"
    return (None if points is None else Points()), "不超过分值"


def _share_of(term: Term) -> Decimal:
    """How many times the points of the item a term says that it gives at most, 0 if it doesn't."""
    given = term.amounts if isinstance(term, Tiers) else ()
    given = (term.give,) if isinstance(term, Threshold) and not term.rated else given
    return max((a.number or Decimal(0) for a in given if a.share), default=Decimal(0))


def _plus(parts: Sequence[Expr]) -> Expr:
    if not parts:
        return ZERO  # a clause that only closes an item, without any 分值
    return parts[0] if len(parts) == 1 else Add(tuple(parts))


def is_deduction(term: Term) -> bool:
    """Whether a term only takes points away."""
    if isinstance(term, Scaled):
        return is_deduction(term.of)
    if isinstance(
        term, (PerUnit, YesNo, Threshold, Judged, JudgedEach, Listed, Places, RankMove, Tiers)
    ):
        return term.verb == "扣"
    return isinstance(term, (Shortfall, Gate, Missed, Escalation, Gravest, JudgedBeyond))

"""Scores of all units at once: the arithmetic of a rule over columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kpixl.rounding import round_half_up_array
from kpixl.rules.case_terms import Case, Cases, cases_of
from kpixl.rules.expr import (
    Add,
    Choose,
    Compare,
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
    Rounded,
    Target,
    Value,
    Whole,
)
from kpixl.rules.frame import Floats, Frame
from kpixl.rules.rule import Rule

# Relative noise of a few float operations; two figures closer than that are equal, as they
# are on a screen that shows 15 digits.
NOISE = 5e-15
# Decimals that the difference of two figures is taken at.
DIFFERENCE = 9


def evaluate(
    rule: Rule, frame: Frame, *, points: Decimal | None, decimals: int = 2
) -> NDArray[np.float64]:
    """The item's score for each unit of a frame, NaN where it is blank.

    A unit that lacks any figure the rule asks for, a target or a figure of last year among
    them, is blank (G12), so is one whose quotient has a divisor of 0 (G14).  Scores are
    rounded half-up once (G2).

    >>> import numpy as np
    >>> from kpixl.rules import parse
    >>> rule = parse("亿元企业数最多的得10分,排名每下降1位减0.5分")
    >>> evaluate(rule, Frame([np.array([12.0, 7, 7, 3])]), points=Decimal(10)).tolist()
    [10.0, 9.5, 9.5, 8.5]
    """
    if (cases := cases_of(rule)) is not None:
        return evaluate_cases(cases, frame, points=points, decimals=decimals)
    expr = rule.expr(points, decimals)
    with np.errstate(invalid="ignore", divide="ignore"):
        result = _value(expr, frame, float(points or 0))
    scores = np.array(np.broadcast_to(result, len(frame)), dtype=np.float64)
    nodes = rule.nodes(points, decimals)
    # NaN travels through arithmetic by itself, but not through a branch that was not taken
    if any(isinstance(node, Choose) for node in nodes):
        for column in frame.values:
            scores[np.isnan(column)] = np.nan
        for _, given in asked(nodes, frame):
            scores[np.isnan(given)] = np.nan
    else:
        used = {node.input for node in nodes if isinstance(node, (Value, Rank, Position))}
        for i, column in enumerate(frame.values):
            if i not in used:
                scores[np.isnan(column)] = np.nan
    return scores


def digits(points: float) -> int:
    """The decimals that are left of an item's 15 digits, by the size of its points.

    >>> digits(20), digits(0)
    (13, 12)
    """
    return 15 - len(str(int(points or 100)))


def asked(nodes: Iterable[Expr], frame: Frame) -> Iterator[tuple[Target | Prior, Floats]]:
    """The targets and figures of last year that a rule uses, each as a column."""
    for node in nodes:
        if isinstance(node, (Target, Prior)):
            columns = frame.targets if isinstance(node, Target) else frame.priors
            yield node, np.broadcast_to(np.asarray(columns[node.input], float), len(frame))


def _value(expr: Expr, frame: Frame, points: float) -> Any:
    """The value of a node: an array over units, or one number for all of them."""

    def go(node: Expr) -> Any:
        match node:
            case Const(value):
                return float(value)
            case Points():
                return points
            case Value(i):
                return frame.values[i]
            case Target(i):
                return frame.targets[i]
            case Prior(i):
                return frame.priors[i]
            case Peer(stat, i):
                return frame.stat(stat, i)
            case Rank(i, ties, descending, last):
                return (frame.last_place if last else frame.rank)(i, ties, descending)
            case Position(i, flat):
                return position(frame.values[i], frame.stat("min", i), frame.stat("max", i), flat)
            case Add(terms):
                total = go(terms[0])
                for term in terms[1:]:
                    total = total + go(term)
                return total
            case Mul(factors):
                product = go(factors[0])
                for factor in factors[1:]:
                    product = product * go(factor)
                return product
            case Div(top, bottom):
                divisor = go(bottom)
                if isinstance(divisor, float) and divisor:
                    return go(top) / divisor
                return go(top) / np.where(np.equal(divisor, 0), np.nan, divisor)
            case Least(parts, _):
                least = go(parts[0])
                for part in parts[1:]:
                    least = np.minimum(least, go(part))
                return least
            case Greatest(parts, _):
                greatest = go(parts[0])
                for part in parts[1:]:
                    greatest = np.maximum(greatest, go(part))
                return greatest
            case Whole(inner, up):
                return whole(go(inner), up=up)
            case Compare(op, left, right):
                return compare(op, go(left), go(right))
            case Choose(test, then, otherwise):
                return np.where(go(test), go(then), go(otherwise))
            case Named(_, inner):
                return go(inner)
            case Rounded(inner, decimals):
                # 5 - 3 × 1.665 leaves 0.005 and the noise of 5: digits count from the points on,
                # as in the native formula
                figures: Floats = np.asarray(go(inner), dtype=np.float64)
                exact: Floats = np.round(figures, digits(points))
                return round_half_up_array(exact, decimals)

    return go(expr)


def position(value: Any, low: Any, high: Any, flat: Decimal) -> Any:
    """Where a figure lies between its group's lowest and highest, `flat` where these are equal.

    The differences of a narrow band (400.00 … 401.60) have lost digits to the binary noise of
    their ends; nine decimals bring back what a clerk subtracts, and the native formula says
    the same.
    """
    span = np.round(high - low, DIFFERENCE)
    above = np.round(value - low, DIFFERENCE)
    if isinstance(span, float) and span:
        return above / span
    # 0 × value keeps a blank unit blank in a group whose other figures are all equal
    return np.where(np.equal(span, 0), float(flat) + 0 * value, above / span)


def whole(steps: Any, *, up: bool = False) -> Any:
    """Whole steps: 0.3 ÷ 0.1 is three, though the binary quotient falls short of it.

    With `up` part of a step counts as one.

    At nine decimals, as the native formula has it: in (8245.31 − 8145.31) ÷ 50 the difference
    has already lost digits.
    """
    near = np.round(steps, DIFFERENCE)
    return np.ceil(near) if up else np.floor(near)


def compare(op: str, left: Any, right: Any) -> Any:
    """A comparison of two figures at 15 significant digits."""
    gap = left - right
    same = np.abs(gap) <= NOISE * np.maximum(np.abs(left), np.abs(right))
    match op:
        case ">=":
            return (gap > 0) | same
        case "<=":
            return (gap < 0) | same
        case ">":
            return (gap > 0) & ~same
        case "<":
            return (gap < 0) & ~same
        case _:
            return same


# -- clauses that differ from unit to unit --------------------------------------------------

NONE, UNKNOWN = -1, -2


def frame_of(case: Case, frame: Frame) -> Frame:
    """The figures of a case's own inputs, in its order."""

    def picked(columns: Sequence[Any]) -> list[Any]:
        return [columns[i] for i in case.inputs] if columns else []

    peers = frame_of(case, frame.peers) if frame.peers is not None else None
    targets = picked(frame.targets)
    for n, own in enumerate(case.targets):
        if own is not None:  # 一类区3家,二类区2家: unless the unit has a target of its own
            given = np.asarray(targets[n] if targets else np.nan, dtype=np.float64)
            known = np.where(np.isnan(given), float(own), given)
            targets = [*targets[:n], known, *targets[n + 1 :]] if targets else [known]
    return Frame(picked(frame.values), targets, picked(frame.priors), frame.grouping, peers)


def case_of(cases: Cases, frame: Frame) -> NDArray[np.intp]:
    """The number of each unit's case; NONE of them, UNKNOWN where a figure that tells is missing."""
    size = len(frame)
    found = np.full(size, NONE, dtype=np.intp)
    for at, case in enumerate(cases.of):
        undecided = found == NONE
        if case.test is None:
            found[undecided] = at
            continue
        value = frame.values[case.test]
        known, holds = ~np.isnan(value), value == 1
        if case.reached:
            target = np.broadcast_to(np.asarray(frame.targets[case.test], float), size)
            known &= ~np.isnan(target)
            with np.errstate(invalid="ignore"):
                holds = np.asarray(compare(">=", value, target), dtype=bool)
        found[undecided & ~known] = UNKNOWN
        found[undecided & known & holds] = at
    return found


def evaluate_cases(cases: Cases, frame: Frame, *, points: Decimal | None, decimals: int) -> Floats:
    """Each unit's score by its own case, NaN where it has none or the case lacks a figure."""
    scores = np.full(len(frame), np.nan)
    mine = case_of(cases, frame)
    for at, case in enumerate(cases.of):
        rows = mine == at
        if rows.any():
            # points without a condition ask for no figure, but are for as many units
            own_frame = frame_of(case, frame) if case.inputs else Frame([np.zeros(len(frame))])
            own = evaluate(case.rule, own_frame, points=points, decimals=decimals)
            scores[rows] = own[rows]
    return scores

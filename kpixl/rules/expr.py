"""The arithmetic that every rule comes down to.

A rule family says what a phrase means by building an `Expr`; evaluation,
explanation and the native formula are written once, over these nodes.  So the
three can't disagree about a rule, and a new phrase needs no new arithmetic.

Inputs are numbered in the order of `Rule.inputs`.  A blank input makes the whole
expression blank (G12), a quotient by zero likewise (G14).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

Stat: TypeAlias = Literal["min", "max", "mean", "count"]
Ties: TypeAlias = Literal["竞争", "密集", "平均"]
Comparison: TypeAlias = Literal[">=", ">", "<=", "<", "="]


@dataclass(frozen=True, slots=True)
class Const:
    """A number of the clause, exactly as written; `percent` says that it is written with %."""

    value: Decimal
    percent: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Points:
    """分值 of the item."""


@dataclass(frozen=True, slots=True)
class Value:
    """本值: the unit's figure for an input; a yes/no input is 1 or 0."""

    input: int


@dataclass(frozen=True, slots=True)
class Target:
    """目标值 of an input."""

    input: int


@dataclass(frozen=True, slots=True)
class Prior:
    """上年值 of an input."""

    input: int


@dataclass(frozen=True, slots=True)
class Peer:
    """本类最高值, 最低值 or 平均值 of an input, over the units that have a figure; or their count."""

    stat: Stat
    input: int


@dataclass(frozen=True, slots=True)
class Rank:
    """名次 of the unit's figure within its group; place 1 is the best.

    With `last` it is the last place that a figure of the group has, whatever the unit's own.
    """

    input: int
    ties: Ties = "竞争"
    descending: bool = True  # the larger figure is the better one
    last: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """(本值-本类最低值)/(本类最高值-本类最低值): where a figure lies in its group's band.

    In a group whose figures are all equal it is `flat` (G5): 1 when everybody holds the
    highest value, 0 when everybody holds the lowest.
    """

    input: int
    flat: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Add:
    """A sum; a subtraction adds a `Mul` by -1 (see `sub`)."""

    terms: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Mul:
    """A product."""

    factors: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Div:
    """A quotient; blank where the divisor is 0."""

    top: Expr
    bottom: Expr


@dataclass(frozen=True, slots=True)
class Least:
    """The smallest of its parts; `why` is said where a later part is the smallest."""

    parts: tuple[Expr, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Greatest:
    """The largest of its parts; `why` is said where a later part is the largest."""

    parts: tuple[Expr, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Whole:
    """Whole steps: the largest whole number not above the inner figure (整步).

    With `up` the smallest one not below it, where part of a step counts as one.
    """

    inner: Expr
    up: bool = False


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison, 1 or 0; both sides are taken at 15 significant digits."""

    op: Comparison
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Choose:
    """One branch or the other; only the branch taken is worked out."""

    test: Expr
    then: Expr
    otherwise: Expr


@dataclass(frozen=True, slots=True)
class Named:
    """A part that the working shows on a line of its own."""

    label: str
    inner: Expr


@dataclass(frozen=True, slots=True)
class Rounded:
    """四舍五入: half-up to a number of decimals."""

    inner: Expr
    decimals: int


Expr: TypeAlias = (
    Const
    | Points
    | Value
    | Target
    | Prior
    | Peer
    | Rank
    | Position
    | Add
    | Mul
    | Div
    | Least
    | Greatest
    | Whole
    | Compare
    | Choose
    | Named
    | Rounded
)

ZERO, ONE = Const(Decimal(0)), Const(Decimal(1))
MINUS_ONE = Const(Decimal(-1))


def const(value: Decimal | int | str) -> Const:
    """A constant from a number as written.

    >>> const("0.30")
    Const(value=Decimal('0.30'), percent=False)
    """
    return Const(Decimal(value))


def sub(left: Expr, right: Expr) -> Expr:
    """left - right."""
    return Add((left, Mul((MINUS_ONE, right))))


def children(expr: Expr) -> tuple[Expr, ...]:
    """The direct parts of a node."""
    match expr:
        case Add(terms):
            return terms
        case Mul(factors):
            return factors
        case Least(parts, _) | Greatest(parts, _):
            return parts
        case Div(top, bottom):
            return (top, bottom)
        case Whole(inner) | Named(_, inner) | Rounded(inner, _):
            return (inner,)
        case Compare(_, left, right):
            return (left, right)
        case Choose(test, then, otherwise):
            return (test, then, otherwise)
        case _:
            return ()


def walk(expr: Expr) -> Iterator[Expr]:
    """The node and everything below it, depth first."""
    yield expr
    for child in children(expr):
        yield from walk(child)


def map_children(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The same node with `change` applied to its direct parts."""
    match expr:
        case Add(terms):
            return Add(tuple(change(t) for t in terms))
        case Mul(factors):
            return Mul(tuple(change(f) for f in factors))
        case Least(parts, why):
            return Least(tuple(change(p) for p in parts), why)
        case Greatest(parts, why):
            return Greatest(tuple(change(p) for p in parts), why)
        case Div(top, bottom):
            return Div(change(top), change(bottom))
        case Whole(inner, up):
            return Whole(change(inner), up)
        case Named(label, inner):
            return Named(label, change(inner))
        case Rounded(inner, decimals):
            return Rounded(change(inner), decimals)
        case Compare(op, left, right):
            return Compare(op, change(left), change(right))
        case Choose(test, then, otherwise):
            return Choose(change(test), change(then), change(otherwise))
        case _:
            return expr


def rebuild(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The same tree with `change` applied to every node, from the leaves up."""
    return change(map_children(expr, lambda child: rebuild(child, change)))


def for_input(expr: Expr, number: int) -> Expr:
    """The same arithmetic over another input: how a blend plugs its parts in."""

    def moved(node: Expr) -> Expr:
        match node:
            case Value(_):
                return Value(number)
            case Target(_):
                return Target(number)
            case Prior(_):
                return Prior(number)
            case Peer(stat, _):
                return Peer(stat, number)
            case Rank(_, ties, descending, last):
                return Rank(number, ties, descending, last)
            case Position(_, flat):
                return Position(number, flat)
            case _:
                return node

    return rebuild(expr, moved)


def only_last(expr: Expr) -> frozenset[int]:
    """The inputs of which only the group's last place counts: a unit's own figure is not asked."""
    lasting, own = set(), set()
    for node in walk(expr):
        if isinstance(node, Rank) and node.last:
            lasting.add(node.input)
        elif isinstance(node, (Value, Target, Prior, Peer, Rank, Position)):
            own.add(node.input)
    return frozenset(lasting - own)


Bound: TypeAlias = tuple[float, float]
_OPEN = (float("-inf"), float("inf"))


# The kind of an input that is never below 0, for `bounds`.
COUNTED = "counted"


def bounds(expr: Expr, points: float, kinds: Callable[[int], str]) -> Bound:
    """The least and the most that an expression can be, from its arithmetic alone.

    `kinds` gives the kind of an input, `COUNTED` for one that is never below 0; a figure of
    unknown size is unbounded.  Used to leave out bounds that cannot bind, so that formulas and
    workings stay short.

    >>> bounds(Mul((const(20), Position(0))), 20, lambda i: "number")
    (0.0, 20.0)
    >>> bounds(Whole(Greatest((Value(0), const(0)))), 20, lambda i: "number")
    (0, inf)
    """

    def product(a: Bound, b: Bound) -> Bound:
        ends = [x * y if x and y else 0.0 for x in a for y in b]
        return min(ends), max(ends)

    def go(node: Expr) -> Bound:
        match node:
            case Const(value):
                return float(value), float(value)
            case Points():
                return points, points
            case Value(i) if kinds(i) == "yes_no":
                return 0.0, 1.0
            case Value(i) if kinds(i) == COUNTED:
                return 0.0, float("inf")
            case Position() | Compare():
                return 0.0, 1.0
            case Rank():
                return 1.0, float("inf")
            case Add(terms):
                parts = [go(t) for t in terms]
                return sum(p[0] for p in parts), sum(p[1] for p in parts)
            case Mul(factors):
                total: Bound = (1.0, 1.0)
                for factor in factors:
                    total = product(total, go(factor))
                return total
            case Div(top, bottom):
                low, high = go(bottom)
                if low > 0 or high < 0:
                    return product(go(top), (1 / high, 1 / low))
                return _OPEN
            case Least(parts_, _):
                ends = [go(p) for p in parts_]
                return min(e[0] for e in ends), min(e[1] for e in ends)
            case Greatest(parts_, _):
                ends = [go(p) for p in parts_]
                return max(e[0] for e in ends), max(e[1] for e in ends)
            case Choose(_, then, otherwise):
                a, b = go(then), go(otherwise)
                return min(a[0], b[0]), max(a[1], b[1])
            case Named(_, inner) | Rounded(inner, _):
                return go(inner)
            case Whole(inner, up):
                low, high = go(inner)
                if up:
                    return low, (math.ceil(high) if math.isfinite(high) else high)
                return (math.floor(low) if math.isfinite(low) else low), high
            case _:
                return _OPEN

    return go(expr)

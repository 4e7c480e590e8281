"""The arithmetic that every rule comes down to.

A rule family says what a phrase means by building an `Expr`; evaluation,
explanation and the native formula are written once, over these nodes.  So the
three can't disagree about a rule, and a new phrase needs no new arithmetic.

Inputs are numbered in the order of `Rule.inputs`.  A blank input makes the whole
expression blank (G12), a quotient by zero likewise (G14).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

Stat: TypeAlias = Literal["min", "max", "mean"]
Ties: TypeAlias = Literal["竞争", "密集", "平均"]
Comparison: TypeAlias = Literal[">=", ">", "<=", "<", "="]


@dataclass(frozen=True, slots=True)
class Const:
    """A number of the clause, exactly as written."""

    value: Decimal


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
    """本类最高值, 最低值 or 平均值 of an input, over the units that have a figure."""

    stat: Stat
    input: int


@dataclass(frozen=True, slots=True)
class Rank:
    """名次 of the unit's figure within its group; place 1 is the best."""

    input: int
    ties: Ties = "竞争"
    descending: bool = True  # the larger figure is the better one


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
    """The smallest of its parts."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Greatest:
    """The largest of its parts."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """Whole steps: the largest whole number not above the inner figure (整步)."""

    inner: Expr


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
    Const(value=Decimal('0.30'))
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
        case Least(parts) | Greatest(parts):
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


def rebuild(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The same tree with `change` applied to every node, from the leaves up."""
    match expr:
        case Add(terms):
            new: Expr = Add(tuple(rebuild(t, change) for t in terms))
        case Mul(factors):
            new = Mul(tuple(rebuild(f, change) for f in factors))
        case Least(parts):
            new = Least(tuple(rebuild(p, change) for p in parts))
        case Greatest(parts):
            new = Greatest(tuple(rebuild(p, change) for p in parts))
        case Div(top, bottom):
            new = Div(rebuild(top, change), rebuild(bottom, change))
        case Whole(inner):
            new = Whole(rebuild(inner, change))
        case Named(label, inner):
            new = Named(label, rebuild(inner, change))
        case Rounded(inner, decimals):
            new = Rounded(rebuild(inner, change), decimals)
        case Compare(op, left, right):
            new = Compare(op, rebuild(left, change), rebuild(right, change))
        case Choose(test, then, otherwise):
            new = Choose(
                rebuild(test, change), rebuild(then, change), rebuild(otherwise, change)
            )
        case _:
            new = expr
    return change(new)


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
            case Rank(_, ties, descending):
                return Rank(number, ties, descending)
            case _:
                return node

    return rebuild(expr, moved)

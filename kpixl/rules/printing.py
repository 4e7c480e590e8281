"""Arithmetic as text: one printer for the canonical clause, the working and the formula.

The three differ in their signs, in their functions' names and in what stands for an
input; the brackets are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

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
    Points,
    Rounded,
    Whole,
)

_SUM, _PRODUCT, _ATOM = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Dialect:
    """The signs and function names of a kind of text; `{}` takes comma-joined parts."""

    times: str
    over: str
    least: str
    greatest: str
    whole: str
    whole_up: str
    rounded: str
    choose: str
    at_least: str
    at_most: str


WORDS = Dialect(
    times="×",
    over="÷",
    least="取小({})",
    greatest="取大({})",
    whole="取整({})",
    whole_up="进位取整({})",
    rounded="四舍五入({},{})",
    choose="若({},{},{})",
    at_least="≥",
    at_most="≤",
)
EXCEL = Dialect(
    times="*",
    over="/",
    least="MIN({})",
    greatest="MAX({})",
    # FLOOR of a quotient such as 0.3/0.1 must not lose a step to binary noise.
    whole="INT(ROUND({},9))",
    whole_up="ROUNDUP(ROUND({},9),0)",
    rounded="ROUND({},{})",
    choose="IF({},{},{})",
    at_least=">=",
    at_most="<=",
)


def number(value: Decimal | float) -> str:
    """A number without trailing zeros and without an exponent.

    >>> number(Decimal("0.50")), number(Decimal("1E+2")), number(14.0)
    ('0.5', '100', '14')
    """
    if isinstance(value, float):
        value = Decimal(f"{value:.15g}")
    text = f"{value.normalize():f}"
    return "0" if text == "-0" else text


def show(expr: Expr, leaf: Callable[[Expr], str | None], dialect: Dialect = WORDS) -> str:
    """An expression as text; `leaf` may answer for any node, None means “go on”."""

    def bracketed(node: Expr, level: int) -> str:
        text, own = go(node)
        return f"({text})" if own < level else text

    def listed(parts: tuple[Expr, ...]) -> str:
        return ",".join(go(p)[0] for p in parts)

    def shared(rate: Const) -> str:
        """10%, where a figure is held against it."""
        return number(rate.value) if dialect is not WORDS else f"{number(rate.value * 100)}%"

    def go(node: Expr) -> tuple[str, int]:
        answer = leaf(node)
        if answer is not None:
            return answer, _PRODUCT if answer.startswith("-") else _ATOM
        match node:
            case Const(value):
                text = number(value)
                return text, _SUM if text.startswith("-") else _ATOM
            case Points():
                return "分值", _ATOM
            case Add(terms):
                text = bracketed(terms[0], _SUM)
                for term in terms[1:]:
                    match term:
                        case Mul((Const(value), Const(percent=True) as rate)) if value == -1:
                            text += "-" + shared(rate)
                        case Const(percent=True) as rate if dialect is WORDS:
                            text += "+" + shared(rate)
                        case Mul((Const(value), *rest)) if value == -1 and rest:
                            inner = rest[0] if len(rest) == 1 else Mul(tuple(rest))
                            text += "-" + bracketed(inner, _PRODUCT)
                        case Const(value) if value < 0:
                            text += "-" + number(-value)
                        case _:
                            part = bracketed(term, _SUM)
                            text += part if part.startswith("-") else "+" + part
                return text, _SUM
            case Mul((Const(value), *rest)) if value == -1 and len(rest) == 1:
                return "-" + bracketed(rest[0], _ATOM), _SUM
            case Mul(factors):
                first, *others = factors
                text = bracketed(first, _PRODUCT)
                for factor in others:
                    # a quotient behind a times sign reads differently without its bracket
                    level = _ATOM if isinstance(factor, Div) else _PRODUCT
                    text += dialect.times + bracketed(factor, level)
                return text, _PRODUCT
            case Div(top, Const(percent=True) as rate) if dialect is WORDS:
                return bracketed(top, _PRODUCT) + dialect.over + shared(rate), _PRODUCT
            case Div(top, bottom):
                return bracketed(top, _PRODUCT) + dialect.over + bracketed(bottom, _ATOM), _PRODUCT
            case Least(parts, _):
                return dialect.least.format(listed(parts)), _ATOM
            case Greatest(parts, _):
                return dialect.greatest.format(listed(parts)), _ATOM
            case Whole(inner, up):
                steps = dialect.whole_up if up else dialect.whole
                return steps.format(go(inner)[0]), _ATOM
            case Rounded(inner, decimals):
                return dialect.rounded.format(go(inner)[0], decimals), _ATOM
            case Named(_, inner):
                return go(inner)
            case Compare(op, left, right):
                sign = {">=": dialect.at_least, "<=": dialect.at_most}.get(op, op)
                return f"{bracketed(left, _SUM)}{sign}{bracketed(right, _SUM)}", 0
            case Choose(test, then, otherwise):
                return (
                    dialect.choose.format(go(test)[0], go(then)[0], go(otherwise)[0]),
                    _ATOM,
                )
            case _:
                raise TypeError(f"nothing shows {node!r}")

    return go(expr)[0]

"""One native formula for a rule: what any spreadsheet program calculates without kpixl.

Functions of Excel 2010 only, no dynamic arrays; conditions inside SUMPRODUCT are made
numbers by a product, which every program reads alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from kpixl.rules.expr import (
    Choose,
    Compare,
    Const,
    Div,
    Expr,
    Peer,
    Points,
    Position,
    Prior,
    Rank,
    Rounded,
    Target,
    Value,
    walk,
)
from kpixl.rules.model import Rule
from kpixl.rules.printing import EXCEL, number, show


@dataclass(frozen=True)
class References:
    """Where the figures stand: each function maps the number of a rule's input to a place.

    `value`, `target` and `prior` give the unit's own cell, `peers` the absolute range of the
    cohort.  With `group` and `groups` (the unit's group cell and the cohort's group range)
    the cohort is narrowed to the unit's group; without them the range is the group.
    """

    value: Callable[[int], str]
    peers: Callable[[int], str]
    target: Callable[[int], str] = lambda i: ""
    prior: Callable[[int], str] = lambda i: ""
    group: str | None = None
    groups: str | None = None


def to_excel(
    rule: Rule, refs: References, *, points: str | Decimal, decimals: int = 2, size: Decimal
) -> str:
    """The native formula of an item, without its equals sign.

    `points` is the 分值 as a cell or a number and `size` its value, which decides how
    bonuses are bounded (G1).  A blank figure gives "", so does a divisor of 0.

    >>> from kpixl.rules import parse
    >>> rule = parse("制定方案得1分;每采用1条得0.1分")
    >>> refs = References(lambda i: "BC"[i] + "5", lambda i: "BC"[i] + "$5:" + "BC"[i] + "$8")
    >>> to_excel(rule, refs, points="D$3", size=Decimal(10))
    'IF(OR(B5="",C5=""),"",ROUND(MIN(MAX(1*(B5="是")+0.1*INT(ROUND(C5,9)),0),D$3),2))'
    """
    expr = rule.expr(size, decimals)
    writer = _Writer(rule, refs, str(points) if isinstance(points, str) else number(points))
    assert isinstance(expr, Rounded)
    body = writer.text(expr)
    blanks = [f'{refs.value(i)}=""' for i in range(len(rule.inputs))]
    uses = set(walk(expr))
    for i in range(len(rule.inputs)):
        if Target(i) in uses:
            blanks.append(f'{refs.target(i)}=""')
        if Prior(i) in uses:
            blanks.append(f'{refs.prior(i)}=""')
    blanks = list(dict.fromkeys(blanks))
    test = blanks[0] if len(blanks) == 1 else f"OR({','.join(blanks)})"
    divisors = [
        f"{writer.text(node.bottom)}=0"
        for node in dict.fromkeys(walk(expr))
        if isinstance(node, Div) and not isinstance(node.bottom, (Const, Points))
    ]
    if divisors:
        zero = divisors[0] if len(divisors) == 1 else f"OR({','.join(divisors)})"
        body = f'IF({zero},"",{body})'
    return f'IF({test},"",{body})'


class _Writer:
    def __init__(self, rule: Rule, refs: References, points: str) -> None:
        self.rule, self.refs, self.points = rule, refs, points

    def text(self, expr: Expr) -> str:
        return show(expr, self.leaf, EXCEL)

    def leaf(self, node: Expr) -> str | None:
        refs = self.refs
        match node:
            case Value(i) if self.rule.inputs[i].kind == "yes_no":
                return f'({refs.value(i)}="是")'
            case Value(i):
                return refs.value(i)
            case Target(i):
                return refs.target(i)
            case Prior(i):
                return refs.prior(i)
            case Points():
                return self.points
            case Peer(stat, i):
                return self.stat(stat, i)
            case Rank(i, ties, descending):
                return self.rank(i, ties, descending)
            case Position(i, flat):
                low, high, own = self.stat("min", i), self.stat("max", i), refs.value(i)
                return f"IF({high}={low},{number(flat)},({own}-{low})/({high}-{low}))"
            case Compare(op, left, right):
                # 15 digits on both sides, as the program's own comparison shows them
                sign = "=" if op == "=" else op
                return f"({self.text(left)}{sign}{self.text(right)})"
            case Choose():
                return None
            case _:
                return None

    def stat(self, stat: str, i: int) -> str:
        peers = self.refs.peers(i)
        if self.refs.groups is None:
            return {"max": "MAX", "min": "MIN", "mean": "AVERAGE"}[stat] + f"({peers})"
        mine = f"(({self.refs.groups}={self.refs.group})*ISNUMBER({peers}))"
        if stat == "mean":
            return f"SUMPRODUCT({mine},{peers})/SUMPRODUCT(1*{mine})"
        # AGGREGATE passes over the division errors that stand for other groups
        which = "14" if stat == "max" else "15"
        return f"AGGREGATE({which},6,{peers}/{mine},1)"

    def rank(self, i: int, ties: str, descending: bool) -> str:
        own, peers = self.refs.value(i), self.refs.peers(i)
        better, sign = (">", "<")[not descending], peers
        mine = f"ISNUMBER({peers})"
        if self.refs.groups is not None:
            mine += f"*({self.refs.groups}={self.refs.group})"
        count = f"SUMPRODUCT({mine}*({sign}{better}{own}))"
        if ties == "密集":
            # each distinct better figure counts once: 1 ÷ how often it stands there
            often = f"COUNTIFS({peers},{peers}"
            if self.refs.groups is not None:
                often += f",{self.refs.groups},{self.refs.group}"
            count = f'SUMPRODUCT({mine}*({peers}{better}{own})/({often}&"")+({peers}="")))'
        if ties == "平均":
            same = f"SUMPRODUCT({mine}*({peers}={own}))"
            return f"(1+{count}+({same}-1)/2)"
        return f"(1+{count})"

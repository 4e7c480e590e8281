"""One native formula for a rule: what any spreadsheet program calculates without kpixl.

Functions of Excel 2010 and later, no dynamic arrays, no array entry; conditions inside
SUMPRODUCT are made numbers by a product, which every program reads alike.  What was run:

- a cohort that is a range of its own, all rules and all three ways of counting ties:
  LibreOffice 7.4 and the `formulas` engine, equal to `evaluate` cell by cell;
- a cohort narrowed by group labels: places and means in both; highest and lowest use
  AGGREGATE, which `formulas` does not have, so in LibreOffice alone.  It is the one
  function that passes over the other groups and over text without array entry.  A file
  stores it as _xlfn.AGGREGATE; typed into a cell it has no prefix.

Excel and WPS were not at hand; docs/claims.md has the grades.

A figure that is missing gives "" (G12), and so does text where a number belongs or
anything but 是 and 否 where these belong: such a cell is never counted as 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from kpixl.rules.case_terms import Case, Cases, cases_of
from kpixl.rules.evaluate import DIFFERENCE, digits
from kpixl.rules.expr import (
    Choose,
    Compare,
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
    bounds,
    children,
    only_last,
    walk,
)
from kpixl.rules.printing import EXCEL, number, show
from kpixl.rules.rule import Rule


@dataclass(frozen=True, slots=True)
class References:
    """Where the figures stand: each function maps the number of a rule's input to a place.

    `value`, `target` and `prior` give the unit's own cell (or a number), `peers` the
    absolute range of the cohort, one column that holds the unit's own cell too.  With
    `group` and `groups` (the unit's group cell and the cohort's group range) the cohort is
    narrowed to the unit's group; without them the range is the group.  `once` gives a range
    that holds each figure of that range once; a dense place needs it to be quick.
    """

    value: Callable[[int], str]
    peers: Callable[[int], str]
    target: Callable[[int], str] = lambda i: ""
    prior: Callable[[int], str] = lambda i: ""
    group: str | None = None
    groups: str | None = None
    once: Callable[[int], str] | None = None


def to_excel(
    rule: Rule,
    refs: References,
    *,
    points: str | Decimal,
    decimals: int = 2,
    size: Decimal | None,
    room: str = "",
) -> str:
    """The native formula of an item, without its equals sign.

    `points` is the 分值 as a cell or a number and `size` its value, which decides how
    bonuses are bounded (G1); None for an item without a 分值 of its own.  `room` is what the
    item's block leaves for it.  A blank figure gives "", so does a divisor of 0.

    >>> from kpixl.rules import parse
    >>> rule = parse("制定方案得1分;每采用1条得0.1分")
    >>> refs = References(lambda i: "BC"[i] + "5", lambda i: "BC"[i] + "$5:" + "BC"[i] + "$8")
    >>> test, score = to_excel(rule, refs, points="D$3", size=Decimal(10)).split(',"",')
    >>> print(test); print(score)
    IF(COUNTIF(B5,"是")+COUNTIF(B5,"否")+COUNT(C5)<2
    ROUND(ROUND(MIN(MAX(1*(B5="是")+0.1*INT(ROUND(C5,9)),0),D$3),13),2))
    """
    if (cases := cases_of(rule)) is not None:
        return _cases_to_excel(cases, refs, points=points, decimals=decimals, size=size, room=room)
    expr = rule.expr(size, decimals)
    assert isinstance(expr, Rounded)
    writer = _Writer(
        rule, refs, points if isinstance(points, str) else number(points), float(size or 0)
    )
    body = f"MIN({writer.text(expr)},{room})" if room else writer.text(expr)
    # The inner divisors are asked first: one that is 0 makes those around it errors.
    for test in reversed(list(dict.fromkeys(writer.divisors(expr)))):
        body = f'IF({test},"",{body})'
    if not rule.inputs:
        return body
    return f'IF({writer.missing(expr)},"",{body})'


def _cases_to_excel(
    cases: Cases,
    refs: References,
    *,
    points: str | Decimal,
    decimals: int,
    size: Decimal | None,
    room: str,
) -> str:
    """The formula of the first case that holds; "" where none does, or what tells is missing."""
    result = '""'
    for case in reversed(cases.of):
        own = _own(case, refs)
        formula = to_excel(case.rule, own, points=points, decimals=decimals, size=size, room=room)
        if case.test is None:
            result = formula
            continue
        cell = refs.value(case.test)
        if case.reached:
            target = refs.target(case.test)
            given = [c for c in (cell, target) if not _is_number(c)]
            unknown = f"COUNT({','.join(given)})<{len(given)}"
            holds = f"ROUND({cell}-({target}),9)>=0"
        else:
            unknown = f'COUNTIF({cell},"是")+COUNTIF({cell},"否")=0'
            holds = f'{cell}="是"'
        result = f'IF({unknown},"",IF({holds},{formula},{result}))'
    return result


def _own(case: Case, refs: References) -> References:
    """Where the figures of a case stand: its inputs are numbered by themselves."""
    to, once = case.inputs, refs.once
    return replace(
        refs,
        once=None if once is None else lambda i: once(to[i]),
        value=lambda i: refs.value(to[i]),
        peers=lambda i: refs.peers(to[i]),
        target=lambda i: _own_target(case, i, refs),
        prior=lambda i: refs.prior(to[i]),
    )


def _own_target(case: Case, i: int, refs: References) -> str:
    """The target of a case's input: the unit's own, else that of its kind."""
    given = refs.target(case.inputs[i])
    own = case.targets[i] if case.targets else None
    if own is None:
        return given
    if not given or _is_number(given):
        return given or number(own)
    return f"IF(ISNUMBER({given}),{given},{number(own)})"


class _Writer:
    def __init__(self, rule: Rule, refs: References, points: str, size: float) -> None:
        self.rule, self.refs, self.points, self.size = rule, refs, points, size

    def text(self, expr: Expr) -> str:
        return show(expr, self.leaf, EXCEL)

    def kind(self, i: int) -> str:
        return self.rule.inputs[i].kind

    def missing(self, expr: Expr) -> str:
        """The test for a figure that is not there."""
        refs, uses = self.refs, set(walk(expr))
        answers: list[str] = []
        numbers: list[str] = []
        last = only_last(expr)
        for i in range(len(self.rule.inputs)):
            if i in last:
                continue
            (answers if self.kind(i) == "yes_no" else numbers).append(refs.value(i))
            if Target(i) in uses:
                numbers.append(refs.target(i))
            if Prior(i) in uses:
                numbers.append(refs.prior(i))
        # what is a number in the formula itself is always there
        cells = [c for c in dict.fromkeys(numbers) if not _is_number(c)]
        counts = [f'COUNTIF({c},"是")+COUNTIF({c},"否")' for c in dict.fromkeys(answers)]
        wanted = len(counts) + len(cells)
        if cells:
            counts.append(f"COUNT({','.join(cells)})")
        for i in sorted(last):  # somebody has to have the last place
            counts.append(f"({self.stat('count', i)}>0)*1")
            wanted += 1
        return "+".join(counts) + (f"<{wanted}" if wanted > 1 else "=0")

    def divisors(self, expr: Expr) -> Iterator[str]:
        """The tests for a divisor of 0, inner ones first."""
        if isinstance(expr, Choose):
            yield from self.divisors(expr.test)
            for branch, taken in ((expr.then, True), (expr.otherwise, False)):
                for test in self.divisors(branch):
                    # a branch that is not taken needs no divisor
                    choice = (test, "FALSE") if taken else ("FALSE", test)
                    yield f"IF({self.text(expr.test)},{','.join(choice)})"
            return
        for child in children(expr):
            yield from self.divisors(child)
        if isinstance(expr, Div):
            low, high = bounds(expr.bottom, self.size, self.kind)
            text = self.text(expr.bottom)
            always = _is_number(text) and float(text.strip("()")) != 0
            if low <= 0 <= high and not isinstance(expr.bottom, Points) and not always:
                yield f"{text}=0"

    def leaf(self, node: Expr) -> str | None:
        refs = self.refs
        match node:
            case Value(i) if self.kind(i) == "yes_no":
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
            case Rank(i, ties, descending, last):
                worst = self.stat("min" if descending else "max", i) if last else ""
                return self.rank(i, ties, descending, worst)
            case Position(i, flat):
                low, high, own = self.stat("min", i), self.stat("max", i), refs.value(i)
                span = f"ROUND({high}-{low},{DIFFERENCE})"
                above = f"ROUND({own}-{low},{DIFFERENCE})"
                return f"IF({span}=0,{number(flat)},{above}/{span})"
            case Rounded(inner, decimals):
                # Programs differ in what they make of 15.41499999999999; the inner ROUND
                # leaves 15 digits, as `evaluate` does, and with it one answer.
                return f"ROUND(ROUND({self.text(inner)},{digits(self.size)}),{decimals})"
            case Compare(op, left, right):
                # nine decimals: a program may or may not compare at 15 digits by itself
                return f"(ROUND({self.text(left)}-({self.text(right)}),9){op}0)"
            case _:
                return None

    def members(self, peers: str) -> str:
        """1 for each row of the unit's group that has a figure, 0 for the others."""
        if self.refs.groups is None:
            return f"ISNUMBER({peers})"
        return f"({self.refs.groups}={self.refs.group})*ISNUMBER({peers})"

    def stat(self, stat: str, i: int) -> str:
        peers = self.refs.peers(i)
        if self.refs.groups is None:
            names = {"max": "MAX", "min": "MIN", "mean": "AVERAGE", "count": "COUNT"}
            return f"{names[stat]}({peers})"
        mine = self.members(peers)
        if stat == "count":
            return f"SUMPRODUCT({mine})"
        if stat == "mean":
            return f"(SUMPRODUCT({mine},{peers})/SUMPRODUCT({mine}))"
        # the division by 0 in the rows of other groups is an error, which option 6 ignores
        which = "14" if stat == "max" else "15"
        return f"AGGREGATE({which},6,{peers}/({mine}),1)"

    def rank(self, i: int, ties: str, descending: bool, worst: str) -> str:
        own, peers = worst or self.refs.value(i), self.refs.peers(i)
        mine = self.members(peers)
        better = f"{mine}*({peers}{'>' if descending else '<'}{own})"
        if ties == "密集" and self.refs.once is not None:
            one = self.refs.once(i)
            return f"(1+SUMPRODUCT(ISNUMBER({one})*({one}{'>' if descending else '<'}{own})))"
        if ties == "密集":
            # Each distinct better figure counts where it stands first.  The tag in front
            # keeps other groups, and text that looks like a number, apart.
            tagged = f'({mine})&"|"&{peers}'
            first = f"MATCH({tagged},{tagged},0)=ROW({peers})-MIN(ROW({peers}))+1"
            return f"(1+SUMPRODUCT({better}*({first})))"
        if self.refs.groups is None:
            place = f"RANK({own},{peers}{'' if descending else ',1'})"
        else:
            place = f"(1+SUMPRODUCT({better}))"
        if ties == "平均":
            return f"({place}+(SUMPRODUCT({mine}*({peers}={own}))-1)/2)"
        return place


def _is_number(text: str) -> bool:
    """Whether a reference is a number instead; a negative one stands in brackets."""
    try:
        float(text.strip("()"))
    except ValueError:
        return False
    return True

"""What is wrong with a scheme as a whole: clauses against points, headings and budget.

A check is a generator of findings, named as what it enforces; `CHECKS` is the list.  All
of them look at what a rule can give, at its arithmetic, and not at the words it was
written in, so a new phrase needs no new check.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from kpixl.errors import RuleError
from kpixl.findings import Finding, Place, finding
from kpixl.rules import Rule, parse
from kpixl.rules.expr import (
    COUNTED,
    Add,
    Const,
    Expr,
    Position,
    Rank,
    Rounded,
    Target,
    bounds,
    rebuild,
    walk,
)
from kpixl.rules.grades import Grade
from kpixl.rules.grading import read_grading
from kpixl.rules.model import RuleInput
from kpixl.rules.printing import number, show
from kpixl.rules.terms import Gate
from kpixl.scheme.items import Block, Indicator
from kpixl.scheme.model import Scheme

USUAL_TOTAL = Decimal(100)
OPEN = Decimal("Infinity")

Check = Callable[[Scheme], Iterator[Finding]]


def lint(scheme: Scheme) -> tuple[Finding, ...]:
    """Everything that is wrong with a scheme as a whole, in the order of `CHECKS`."""
    return tuple(fault for check in CHECKS for fault in check(scheme))


# -- the scheme itself ---------------------------------------------------------------


def forms_are_known_by_the_scheme_s_code(scheme: Scheme) -> Iterator[Finding]:
    """Without a 代号 a form is known by the name of the scheme's file, which people change."""
    if not scheme.coded:
        file = next((i.place.file for i in scheme.indicators), "")
        yield finding("lint-code-missing", place=Place(file, "方案"), name=scheme.system)


# -- points --------------------------------------------------------------------------


def base_items_add_up_to_the_total(scheme: Scheme) -> Iterator[Finding]:
    """The points of the base items, blocks counted as wholes, are the total that is stated."""
    if scheme.ledger is not None and scheme.total is None:
        return  # tasks have no points
    for unit, items in _lists(scheme):
        yield from _budget(scheme, unit, items)


def _lists(scheme: Scheme) -> Iterator[tuple[str, Sequence[Indicator]]]:
    """The lists of indicators that units are assessed on: one for all, or one a unit."""
    if not scheme.items_differ:
        yield "", scheme.indicators
        return
    for unit in scheme.units:
        yield unit.name, [i for i in scheme.indicators if scheme.applies(i, unit.name)]


def _budget(scheme: Scheme, unit: str, items: Sequence[Indicator]) -> Iterator[Finding]:
    wanted = USUAL_TOTAL if scheme.total is None else scheme.total
    blocks = {b.name: b.points for b in scheme.blocks if b.points is not None}
    parts: dict[str, Decimal] = {}
    for indicator in items:
        if indicator.bonus:
            continue
        if indicator.block in blocks:
            parts[f"block {indicator.block}"] = blocks[indicator.block] or Decimal(0)
        elif indicator.points is not None:
            parts[indicator.key] = indicator.points
    together = sum(parts.values(), Decimal(0))
    if parts and together != wanted:
        yield finding(
            "lint-points-budget",
            place=next(i.place for i in items if not i.bonus),
            unit=unit,
            found=f"{_sum(list(parts.values()))}={number(together)}",
            together=number(together),
            total=number(wanted),
            stated="方案写明的总分" if scheme.total is not None else "通常的总分",
        )


def items_of_a_block_fit_into_its_points(scheme: Scheme) -> Iterator[Finding]:
    """What the items of a block can give together is what the block can give."""
    for block in scheme.blocks:
        members = [i for i in scheme.indicators if i.block == block.name]
        most = [_most(i) for i in members]
        if block.points is None or not members or OPEN in most:
            continue
        together = sum(most, Decimal(0))
        if together != block.points:
            yield _block_finding(block, most, together)


def _block_finding(block: Block, most: Sequence[Decimal], together: Decimal) -> Finding:
    assert block.points is not None
    sign = ">" if together > block.points else "<"
    return finding(
        "lint-block-budget",
        place=block.place,
        found=f"{_sum(most)} {sign} {number(block.points)}",
        name=block.name,
        points=number(block.points),
        together=number(together),
    )


def a_block_s_clause_agrees_with_its_points(scheme: Scheme) -> Iterator[Finding]:
    """What a block's clause lets its items give together is what the block has."""
    for block in scheme.blocks:
        if block.rule is None or block.points in (None, block.rule.cap):
            continue
        assert block.points is not None
        cap, points = number(block.rule.cap), number(block.points)
        yield finding(
            "lint-block-cap",
            place=block.place,
            found=f"{points} ≠ {cap}",
            name=block.name,
            points=points,
            cap=cap,
        )


def no_total_is_scaled_up_over_a_block_s_cap(scheme: Scheme) -> Iterator[Finding]:
    """剔除并折算 raises the items that are left, which a cap of their block forbids."""
    for block in scheme.blocks:
        if block.rule is not None and scheme.not_applicable == "剔除并折算":
            yield finding(
                "lint-block-scaled",
                place=block.place,
                found=scheme.not_applicable,
                name=block.name,
            )


def a_clause_gives_as_much_as_its_points(scheme: Scheme) -> Iterator[Finding]:
    """A cap, a first place or a sum that stands in the clause agrees with 分值.

    Bonuses may stand on top of base terms that reach the 分值 by themselves (G1).
    """
    for indicator in scheme.indicators:
        rule, points = indicator.rule, indicator.points
        if rule is None or points is None:
            continue
        base, most = clause_gives(rule, points)
        if points in (base, most) or most == OPEN:
            continue
        yield finding(
            "lint-points-clause",
            place=indicator.place,
            found=f"{number(points)} ≠ {number(most)}",
            name=indicator.key,
            points=number(points),
            most=number(most),
            phrase=_phrase(indicator.clause, number(most)),
        )


def clause_gives(rule: Rule, points: Decimal) -> tuple[Decimal, Decimal]:
    """The most that a clause gives by itself: its base terms alone, and all of it.

    `points` is only what the clause calls 分值; that an item never exceeds it is left out.
    Infinity stands for no limit.

    >>> clause_gives(parse("甲工作成效显著的,最高加5分"), Decimal(10))
    (Decimal('0'), Decimal('5'))
    >>> clause_gives(parse("每发现一处违法用地扣5分;发生事故的,本项不得分"), Decimal(20))[0]
    Decimal('20')
    """
    # a gate says when, and is no points
    base = [t.expr() for t in rule.terms if not t.bonus and not isinstance(t, Gate)]
    reach = _upper(Add(tuple(base)), rule, points) if base else Decimal(0)
    return reach, _upper(rule.expr(None), rule, points)


# -- clauses -------------------------------------------------------------------------


def every_clause_is_readable(scheme: Scheme) -> Iterator[Finding]:
    """A clause that can't be read leaves its item blank for everybody."""
    for indicator in scheme.indicators:
        clause = indicator.clause
        if indicator.rule is not None or not clause:
            continue
        try:
            parse(clause, readings=indicator.readings, default_rule=scheme.default_rule)
        except RuleError as error:
            yield finding(
                "lint-clause-unread",
                place=indicator.place,
                found=_clipped(clause),
                name=indicator.key,
                reason=_where(error) + error.reason,
                wanted=error.expected,
            )


def _where(error: RuleError) -> str:
    return f"第{error.position}字“{error.phrase}”," if error.position else ""


# What a heading may announce -> whether a rule does so, and how that is called.
_ANNOUNCED: tuple[tuple[re.Pattern[str], Callable[[Indicator, Rule], bool]], ...] = (
    (re.compile(r"[^,;。]*?(排名|名次|位次)[^,;。]*"), lambda i, rule: _uses(rule, Rank)),
    (
        re.compile(r"[^,;。]*?加分[^,;。]*"),
        lambda i, rule: i.bonus or any(t.bonus for t in rule.terms),
    ),
)


def a_heading_announces_the_rule_that_follows(scheme: Scheme) -> Iterator[Finding]:
    """考核内容 that promises places where the clause has a formula: the clause decides."""
    for indicator in scheme.indicators:
        rule = indicator.rule
        if rule is None:
            continue
        for announced, does in _ANNOUNCED:
            match = announced.search(indicator.content.translate(_HALF_WIDTH))
            if match and not does(indicator, rule):
                yield finding(
                    "lint-heading-rule",
                    place=indicator.place,
                    found=f"“{match[0]}” ≠ “{_clipped(indicator.clause)}”",
                    name=indicator.key,
                    heading=match[0],
                    kind=_kind(rule),
                )
                break


_HALF_WIDTH = str.maketrans("，；：", ",;:")


def _kind(rule: Rule) -> str:
    if _uses(rule, Rank):
        return "按名次计分"
    if _uses(rule, Position):
        return "按本类最高值和最低值之间的位置折算得分"
    if _uses(rule, Target):
        return "按目标值计分"
    if all(i.kind == "judged" for i in rule.inputs):
        return "由评议给分"
    return "按数值计分"


def a_ladder_stays_above_zero_for_the_roster(scheme: Scheme) -> Iterator[Finding]:
    """A step down a place leaves something for the last unit of the largest group."""
    for indicator in scheme.indicators:
        rule, peers = indicator.rule, _peers(scheme, indicator)
        if rule is None or not _uses(rule, Rank):
            continue
        terms = Add(tuple(t.expr() for t in rule.terms))
        for place in range(1, peers + 1):
            there = _at_place(terms, place)
            low, _ = _bounds(there, rule, indicator.points)
            if -OPEN < low < 0:
                yield finding(
                    "lint-ladder-below-zero",
                    place=indicator.place,
                    found=f"第{place}名:{_shown(there)}={number(low)}",
                    name=indicator.key,
                    units=peers,
                    rank=place,
                )
                break


def _at_place(expr: Expr, place: int) -> Expr:
    def placed(node: Expr) -> Expr:
        return Const(Decimal(place)) if isinstance(node, Rank) else node

    return rebuild(expr, placed)


def _shown(expr: Expr) -> str:
    inner = expr.terms[0] if isinstance(expr, Add) and len(expr.terms) == 1 else expr
    return show(inner, lambda node: None)


def _peers(scheme: Scheme, indicator: Indicator) -> int:
    """How many units an indicator compares: those of the largest group to which it applies."""
    fed = {scheme.input_by_name[name] for name in indicator.feeds}
    applies = {name for given in fed for name in given.applies_to}
    groups = Counter(u.group for u in scheme.units if not applies or applies & {u.name, u.group})
    return max(groups.values(), default=0)


def a_bonus_has_a_cap(scheme: Scheme) -> Iterator[Finding]:
    """An item that can grow without end decides a ranking by itself.

    A block with points of its own holds its items.
    """
    held = {block.name for block in scheme.blocks if block.points is not None}
    for indicator in scheme.indicators:
        rule = indicator.rule
        if rule is None or indicator.block in held or _most(indicator) != OPEN:
            continue
        open_ended = [
            t.canonical(rule.inputs)
            for t in rule.terms
            if _upper(t.expr(), rule, indicator.points) == OPEN
            and (t.bonus or not indicator.points)
        ]
        yield finding(
            "lint-bonus-uncapped",
            place=indicator.place,
            found=";".join(open_ended) or _clipped(indicator.clause),
            name=indicator.key,
        )


# -- grades --------------------------------------------------------------------------


def the_grade_clause_is_readable(scheme: Scheme) -> Iterator[Finding]:
    """A 等次 that can't be read gives nobody a grade."""
    try:
        _grades(scheme)
    except RuleError as error:
        yield finding(
            "lint-grades-unread",
            place=scheme.grades_place,
            found=_clipped(scheme.grades),
            reason=_where(error) + error.reason,
            wanted=error.expected,
        )


def every_grade_can_be_reached(scheme: Scheme) -> Iterator[Finding]:
    """No grade asks for more points than there are, or for a place that nobody can hold."""
    try:
        grades = _grades(scheme)
    except RuleError:
        return
    lists = [[_most(i) for i in items] for _, items in _lists(scheme)]
    most = max(lists, key=lambda amounts: sum(amounts, Decimal(0)), default=[])
    together = sum(most, Decimal(0))
    for grade in grades:
        if grade.low is not None and most and grade.low > together:
            arithmetic = f"{_sum(most)}={number(together)} < {number(grade.low)}"
            limit = f"各项合计最多 {number(together)} 分"
        elif grade.first is not None and scheme.units and grade.first > len(scheme.units):
            arithmetic = f"{len(scheme.units)} < {grade.first}"
            limit = f"参评单位只有 {len(scheme.units)} 个"
        else:
            continue
        yield finding(
            "lint-grade-out-of-reach",
            place=scheme.grades_place,
            found=arithmetic,
            phrase=grade.canonical(),
            limit=limit,
        )


def _grades(scheme: Scheme) -> tuple[Grade, ...]:
    return read_grading(scheme.grades).grades if scheme.grades else ()


# -- what a rule can give ------------------------------------------------------------


def item_gives(rule: Rule, points: Decimal | None) -> tuple[Decimal, Decimal]:
    """The least and the most that an item gives within all its bounds.

    >>> item_gives(parse("企业数最多的得10分,排名每下降1位减0.5分"), Decimal(10))
    (Decimal('0'), Decimal('10'))
    """
    return _bounds(rule.expr(points), rule, points)


def _bounds(expr: Expr, rule: Rule, points: Decimal | None) -> tuple[Decimal, Decimal]:
    if isinstance(expr, Rounded):
        expr = expr.inner
    low, high = bounds(expr, float(points or 0), lambda i: _kind_of(rule.inputs[i]))
    return _exact(low), _exact(high)


def _kind_of(entry: RuleInput) -> str:
    # what is counted or judged is never below 0, so that a deduction adds nothing
    return COUNTED if entry.kind in ("count", "judged") else entry.kind


def _upper(expr: Expr, rule: Rule, points: Decimal | None) -> Decimal:
    return _bounds(expr, rule, points)[1]


def _most(indicator: Indicator) -> Decimal:
    """The most that an item gives; its 分值 where the clause is unread."""
    if indicator.rule is None:
        return OPEN if indicator.points is None else indicator.points
    return item_gives(indicator.rule, indicator.points)[1]


def _exact(value: float) -> Decimal:
    # 12 digits: weights such as 0.3 + 0.2 + 0.5 add up to 1 only nearly.
    return Decimal(f"{value:.12g}")


def _uses(rule: Rule, kind: type) -> bool:
    return any(isinstance(node, kind) for t in rule.terms for node in walk(t.expr()))


def _sum(parts: Sequence[Decimal]) -> str:
    return "+".join(map(number, parts))


def _phrase(clause: str, figure: str) -> str:
    """The part of a clause in which a figure stands, or the clause."""
    pieces = re.split(r"[,;。,;\n]+", clause)
    own = re.compile(rf"(?<![\d.]){re.escape(figure)}(?![\d.])")
    return next((p.strip() for p in pieces if own.search(p)), _clipped(clause))


def _clipped(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 40 else flat[:39] + "…"


CHECKS: tuple[Check, ...] = (
    forms_are_known_by_the_scheme_s_code,
    every_clause_is_readable,
    base_items_add_up_to_the_total,
    items_of_a_block_fit_into_its_points,
    a_block_s_clause_agrees_with_its_points,
    no_total_is_scaled_up_over_a_block_s_cap,
    a_clause_gives_as_much_as_its_points,
    a_heading_announces_the_rule_that_follows,
    a_ladder_stays_above_zero_for_the_roster,
    a_bonus_has_a_cap,
    the_grade_clause_is_readable,
    every_grade_can_be_reached,
)

"""A clause of several lines, each of them a clause by itself: the item is their sum.

What a line says of its bounds holds for that line alone: its deductions never reach into the
points of another line, and its 最多加N分 caps no other line's bonuses.  What a line says that it is
worth is what 满分, a proportion or a deduction means in it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

from kpixl.patterns import lazily
from kpixl.rules.assumptions import by_code
from kpixl.rules.expr import (
    COUNTED,
    MINUS_ONE,
    ZERO,
    Add,
    Choose,
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
    Target,
    Value,
    bounds,
    const,
    rebuild,
    walk,
)
from kpixl.rules.gravest import is_graver
from kpixl.rules.model import NO_LIMITS, Assumption, Limits, RuleInput, Term
from kpixl.rules.normalise import as_line, normalise
from kpixl.rules.printing import number
from kpixl.rules.rule import Rule, is_deduction
from kpixl.rules.terms import FullPoints, Gate, YesNo
from kpixl.rules.whole_terms import Reported, Start

EACH_BY_ITSELF = Assumption(
    "分行",
    "评分标准分行或编号写的,每行(条)单独计分,相加为本项得分:一行里的扣分扣到该行0分为止,"
    "一行里的加分上限、不得分的情形只管该行",
    "各行相加",
)


@dataclass(frozen=True, slots=True)
class Line:
    """The points, or the bonuses, of one line within the line's own bounds.

    `inputs` are the line's inputs by their numbers among those of the whole clause; `worth` is
    what the line says that it is worth.
    """

    terms: tuple[Term, ...]
    inputs: tuple[int, ...]
    limits: Limits = NO_LIMITS
    bonus: bool = False
    worth: Decimal | None = None
    number: int = field(default=0, compare=False)  # of the line, from 1: the working names it

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The line's terms."""
        own = tuple(inputs[i] for i in self.inputs)
        return ";".join(text for t in self.terms if (text := t.canonical(own)))

    def expr(self) -> Expr:
        """Their sum: not below 0, not above what the line says."""
        gives = [t.expr() for t in self.terms if not is_deduction(t) and t.bonus == self.bonus]
        gates = [t for t in self.terms if isinstance(t, Gate)]
        takes = [t.expr() for t in self.terms if is_deduction(t) and t not in gates]
        whole = _sum(gives)
        if self.limits.ahead and self.limits.item is not None:
            whole = Least((whole, const(self.limits.item)), f"最高得{number(self.limits.item)}分")
        extra = [t.expr() for t in self.terms if t.bonus and not self.bonus]
        if extra:
            added = _sum(extra)
            if self.limits.bonus is not None:
                added = Least(
                    (added, self.limits.bonus.expr()), f"最多加{self.limits.bonus.text()}"
                )
            whole = Add((whole, added))
        if takes:
            taken = _sum(takes)
            if self.limits.deduction is not None:
                most = Mul((MINUS_ONE, self.limits.deduction.expr()))
                taken = Greatest((taken, most), f"最多扣{self.limits.deduction.text()}")
            whole = Greatest((Add((whole, taken)), ZERO), "不低于0分")
        if not self.bonus and (least := self.limits.least) is not None:
            whole = Greatest((whole, least.expr()), f"最低得{least.text()}")
        if self.bonus and self.limits.bonus is not None:
            whole = Least((whole, self.limits.bonus.expr()), f"最多加{self.limits.bonus.text()}")
        if not self.bonus and self.limits.item is not None:
            top = self.limits.item
            whole = Least((whole, const(top)), f"最高得{number(top)}分")
        if not self.bonus and self.worth is not None:
            own = const(self.worth)
            whole = rebuild(whole, lambda node: own if isinstance(node, Points) else node)
            whole = Least((whole, own), f"本行{number(self.worth)}分")
        for gate in gates:  # what makes a line 0 says nothing of the others
            whole = Choose(gate.expr(), ZERO, whole)
        label = f"第{self.number}行加分项" if self.bonus else f"第{self.number}行"
        return Named(label, moved(whole, self.inputs))


def joined(
    clause: str, rules: Sequence[Rule], readings: Mapping[str, str] | None = None
) -> Rule | None:
    """One rule of the rules of a clause's lines, None where they are not clauses by themselves.

    They are only where that makes a difference, that is where a line has deductions or bounds
    of its own, and where every line gives points: a line that only deducts, or only bounds, is
    about the others.  Lines that name the same figure share it.
    """
    if len(rules) < 2 or not all(map(stands_alone, rules)):
        return None
    if _are_headings(rules):
        return None  # 一、宣传(5分)。有方案得2分,每少1次扣1分。二、…: less is given below than 5
    rules = _with_own_names(_under_headings(rules))
    if not (any(map(_is_bounded, rules)) or all(r.stated is not None for r in rules)):
        return None
    if any(r.limits.share or (r.limits.full and r.stated is None) for r in rules):
        return None  # 满分 of which line?
    if any(r.limits.decimals is not None for r in rules):
        return None  # the item is rounded once, and not line by line
    if _is_headed(rules):
        return None  # 落实政策5分, in front of lines that come to 5
    if _sums_up(rules):
        return None  # (共10分) behind the last line: of that line, or of all
    if _share_across_headings(rules):
        return None  # 走访:每开展一次…, 宣传:每开展一次…: two figures under one name
    if any(isinstance(t, (Start, Reported)) for r in rules for t in r.terms):
        return None  # the whole item, and beside it lines of their own
    inputs = {i.label: i for r in reversed(rules) for i in reversed(r.inputs)}
    if any(inputs[i.label] != i for r in rules for i in r.inputs):
        return None  # one name for two figures
    order = list(dict.fromkeys(i.label for r in rules for i in r.inputs))
    terms: list[Term] = []
    at = 1
    for rule in rules:
        added = _lines(rule, tuple(order.index(i.label) for i in rule.inputs), at)
        terms += added
        at = max((t.number for t in added if isinstance(t, Line)), default=at) + 1
    taken = by_code(
        a
        for r in rules
        for a in r.assumptions
        if a is not EACH_BY_ITSELF and (a.code != "G16" or r.stated is None)
    )
    return Rule(
        source=clause,
        terms=tuple(terms),
        inputs=tuple(inputs[label] for label in order),
        canonical="\n".join(as_line(r.canonical) for r in rules[:-1]) + "\n" + rules[-1].canonical,
        assumptions=(*taken.values(), EACH_BY_ITSELF),
        readings=dict(readings or {}),
    )


def _are_headings(rules: Sequence[Rule]) -> bool:
    """Whether numbered names with points stand over sentences without numbers that give less."""
    numbered = [
        len(r.terms) == 1 and isinstance(r.terms[0], YesNo) and _NTH.match(r.inputs[0].label)
        for r in rules
    ]
    if sum(map(bool, numbered)) < 2:
        return False
    return any(
        head and not below and most_of(under) < most_of(over)
        for (over, head), (under, below) in pairwise(zip(rules, numbered, strict=True))
    )


_NTH = lazily("[一二三四五六七八九十]{1,3}、")


# 宣传工作:有方案得2分, or [说明:宣传工作] behind it, in canonical wording
_HEAD_OF = lazily(
    r"^(?P<name>[\u4e00-\u9fff]{2,20}):|;\[分值[0-9.]+分\];\[说明:(?P<told>[\u4e00-\u9fff]{2,20})\]$"
)


def _under_headings(rules: Sequence[Rule]) -> list[Rule]:
    """The lines under two headings or more, whose figures bear the name of their heading."""
    heads = [m["name"] or m["told"] if (m := _HEAD_OF.search(r.canonical)) else "" for r in rules]
    if len({*heads} - {""}) < 2:
        return list(rules)
    found: list[Rule] = []
    for rule, head in zip(rules, heads, strict=True):
        inputs = tuple(
            i if not head or head in i.label else replace(i, label=f"{head}:{i.label}")
            for i in rule.inputs
        )
        found.append(replace(rule, inputs=inputs))
    return found


def _with_own_names(rules: Sequence[Rule]) -> list[Rule]:
    """未执行扣1分,情节严重扣3分 and 缺记录扣1分,情节严重扣3分: how grave each of them is, not the same."""
    often = Counter(i.label for r in rules for i in r.inputs if is_graver(i.label))
    found: list[Rule] = []
    for rule in rules:
        inputs, canonical = list(rule.inputs), rule.canonical
        for at, given in enumerate(inputs):
            if often[given.label] > 1 and at and canonical.count(given.label) == 1:
                owner = re.sub(r"\(.*\)$", "", inputs[at - 1].label).replace(",", "、")
                label = f"{given.label}({owner})"
                inputs[at] = replace(given, label=label)
                canonical = canonical.replace(given.label, label)
        found.append(replace(rule, inputs=tuple(inputs), canonical=canonical))
    return found


def _lines(rule: Rule, inputs: tuple[int, ...], at: int) -> list[Term]:
    inner = [t for t in rule.terms if isinstance(t, Line)]
    if inner:  # a line of several sentences, each held by itself
        return [
            replace(t, inputs=tuple(inputs[i] for i in t.inputs), number=at + t.number - 1)
            for t in inner
        ]
    gates = tuple(t for t in rule.terms if isinstance(t, Gate))
    base = tuple(t for t in rule.terms if not t.bonus and t not in gates)
    bonuses = tuple(t for t in rule.terms if t.bonus)
    found: list[Term] = []
    if base:
        found.append(Line((*base, *gates), inputs, rule.limits, worth=rule.stated, number=at))
    # bonuses under one cap stand together, others each by itself
    groups: Sequence[tuple[Term, ...]] = [bonuses] if bonuses else []
    if rule.limits.whole and bonuses and base:  # 最高得15分, bonuses and all
        return [Line((*rule.terms,), inputs, rule.limits, worth=rule.stated, number=at)]
    if rule.limits.bonus is None:
        groups = [(t,) for t in bonuses]
    found += [Line((*g, *gates), inputs, rule.limits, bonus=True, number=at) for g in groups]
    return found


def stands_alone(rule: Rule) -> bool:
    """Whether a line gives points of its own, in numbers: 满分 would be the whole item's.

    A line that says what it is worth has its own 满分.
    """
    gives = [t for t in rule.terms if not is_deduction(t)]
    return bool(gives) and (rule.stated is not None or not _takes_points(rule))


def _takes_points(rule: Rule) -> bool:
    """Whether a line's points hang on what the whole is worth."""
    gives = [t for t in rule.terms if not is_deduction(t)]
    return any(isinstance(t, FullPoints) for t in gives) or any(
        isinstance(e, Points) for t in gives for e in walk(t.expr())
    )


def _is_bounded(rule: Rule) -> bool:
    own = rule.stated is not None and _takes_points(rule)
    return own or rule.limits != NO_LIMITS or any(is_deduction(t) for t in rule.terms)


def _is_headed(rules: Sequence[Rule]) -> bool:
    """Whether the first line gives for a thing just what the others come to."""
    first = rules[0].terms
    head = first[0].give.number if len(first) == 1 and isinstance(first[0], YesNo) else None
    several = sum(not (t.bonus or is_deduction(t)) for r in rules[1:] for t in r.terms) > 1
    if head is None or not several:
        return False
    below = sum(map(most_of, rules[1:]))
    return float(head) == below or (float(head) < below and _is_above(*rules[:2]))


def _is_above(head: Rule, next_: Rule) -> bool:
    """Whether a line is the heading of the next: 2、信息报送(5分)。 over (1)报送3篇记3分."""
    name = _NAMED.fullmatch(normalise(head.source).text)
    own = _NUMBERING.match(normalise(next_.source).text)
    if name is None or own is None:
        return False
    return _style(name["number"] or "") != _style(own[0])


def _style(text: str) -> str:
    return re.sub("[0-9一二三四五六七八九十①-⑳⑴-⒇]+", "#", text)


_NUMBER_OF_LINE = r"(?:\(?[0-9一二三四五六七八九十]{1,3}[).、]|[①-⑳⑴-⒇])"
_NUMBERING = lazily(_NUMBER_OF_LINE)
_NAMED = lazily(rf"(?P<number>{_NUMBER_OF_LINE})?[\u4e00-\u9fff]{{2,20}}\([0-9.]+分\)[。;:]?")
_HEADED = lazily(
    r"^(?:\(?[0-9一二三四五六七八九十]{1,3}[).、]|[①-⑳⑴-⒇])?(?P<name>[\u4e00-\u9fff]{2,20})(?:\([0-9.]+分\))?:"
)


def _share_across_headings(rules: Sequence[Rule]) -> bool:
    """Whether lines with headings of their own ask for figures of the same name."""
    heads: dict[str, str] = {}
    for rule in rules:
        found = _HEADED.match(normalise(rule.source).text)
        for label in (i.label for i in rule.inputs if found):
            assert found is not None
            if heads.setdefault(label, found["name"]) != found["name"]:
                return True
    return False


def most_of(rule: Rule) -> float:
    """The most that a rule's points come to, without its additions."""
    gives = [t for t in rule.terms if not t.bonus and not is_deduction(t)]

    def kind(i: int) -> str:
        return COUNTED if rule.inputs[i].kind == "count" else rule.inputs[i].kind

    return sum(bounds(t.expr(), float("inf"), kind)[1] for t in gives)


def _sums_up(rules: Sequence[Rule]) -> bool:
    last = rules[-1]
    summed = re.search("[共计][0-9.]+分", last.source) is not None
    return summed and last.stated is not None and _takes_points(last)


def _sum(parts: Sequence[Expr]) -> Expr:
    return parts[0] if len(parts) == 1 else Add(tuple(parts))


def moved(expr: Expr, to: tuple[int, ...]) -> Expr:
    """The same arithmetic over inputs that have other numbers."""

    def renumbered(node: Expr) -> Expr:
        match node:
            case Value(i):
                return Value(to[i])
            case Target(i):
                return Target(to[i])
            case Prior(i):
                return Prior(to[i])
            case Peer(stat, i):
                return Peer(stat, to[i])
            case Rank(i, ties, descending, last):
                return Rank(to[i], ties, descending, last)
            case Position(i, flat):
                return Position(to[i], flat)
            case Named(label, inner) if label.startswith("#"):
                return Named(f"#{to[int(label[1:])]}", inner)
            case _:
                return node

    return rebuild(expr, renumbered)

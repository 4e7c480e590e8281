"""Intervals of a figure beside things in words: 好转得25分;无变化得20分;变差一倍以内得15分."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from kpixl.patterns import lazily
from kpixl.rules.amounts import Mark
from kpixl.rules.building import Builder, Placed, Refused
from kpixl.rules.closing import gate
from kpixl.rules.expr import ONE, Choose, Compare, Expr, Value
from kpixl.rules.figure_clause import NAMELESS, figures, says_missed
from kpixl.rules.mixed import is_take
from kpixl.rules.model import RuleInput, Term
from kpixl.rules.parts import BranchPart, GivePart, Part, SidePart, TierPart, TiersPart
from kpixl.rules.sums import CHANGES, read_sum
from kpixl.rules.terms import YesNo
from kpixl.rules.tier_terms import Tiers
from kpixl.rules.tiers import is_tiered, read_tiers, turns_back
from kpixl.rules.words.elements import PERCENT


@dataclass(frozen=True, slots=True)
class StateTiers:
    """达标得4分;75%以上得3分: a state in words with its points, else those of the interval."""

    states: tuple[YesNo, ...]
    tiers: Tiers

    @property
    def bonus(self) -> bool:
        """Whether the points are 加分."""
        return False

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The states, then the intervals."""
        said = [state.canonical(inputs) for state in self.states]
        return ";".join([*said, self.tiers.canonical(inputs)])

    def expr(self) -> Expr:
        """The points of the first state that holds, else of the interval."""
        result = self.tiers.expr()
        for state in reversed(self.states):
            result = Choose(Compare("=", Value(state.input), ONE), state.give.expr(), result)
        return result


_MET = "(?:达标|达到标准|合格)"
_STATE = lazily(rf"(?P<of>[^,;]{{0,20}}?)(?P<state>{CHANGES}|{_MET})")
_WAY = lazily(CHANGES)
_SINCE = lazily(r"(?:同比|环比|[比较](?:上年度?|去年)(?:同期)?)$")
_CHANGED = lazily(rf"{CHANGES}|好转|变化")


def _is_gate(part: Part) -> bool:
    """未办理的不得分: about no interval."""
    if not isinstance(part, BranchPart) or part.kind != "zero" or part.mark is not None:
        return False
    said = re.sub("的$", "", part.said)
    return bool(said) and not says_missed(said, None) and not turns_back(said)


def _closes_by_name(part: Part) -> bool:
    """发生伪造的不得分: an event of its own, no side of a mark (超过的不得分)."""
    return isinstance(part, BranchPart) and _EVENT.match(part.said) is not None and _is_gate(part)


_EVENT = lazily(
    "(?:有|因|凡|如|若|一经|经|被)?(?:发生|出现|发现|存在|弄虚作假|伪造|虚报|瞒报|造假|篡改|隐瞒)"
)


def _state(part: Part) -> re.Match[str] | None:
    """A state in words with points of its own."""
    if not isinstance(part, GivePart) or part.mark is not None or part.verb != "得":
        return None
    plain = part.amount.number and not (part.amount.share or part.prop or part.other)
    words = re.sub("的$", "", part.label)
    done = None if part.task is not None else _DONE.fullmatch(words)
    return (_STATE.fullmatch(words) or done) if plain else None


# 完成编制计划得80分, beside intervals of how much of it was done
_DONE = lazily(r"(?:按[期时]|全面|全部|足额)?完成(?!率|数|量|比)(?P<of>)(?P<state>[^,;]*)")
_HOW_FAR = lazily(
    r"(?:实际)?完成(?:年度|全年)?(?:[^,;]{0,8}?)(?:数量|数|量|率|比例|进度|情况|程度)"
)


def _is_apart(part: Part) -> bool:
    return _is_gate(part) or is_take(part) or _state(part) is not None


def _row_unit(part: Part) -> str | None:
    """The unit of an interval, or of a mark that may be the end of one."""
    match part:
        case GivePart(mark=Mark(number=Decimal(), unit=unit)):
            return unit
        case BranchPart(mark=Mark(number=Decimal(), unit=unit)):
            return unit
        case TierPart(unit=unit):
            return unit
        case TiersPart((first, *_)):
            return first.unit
        case _:
            return None


def is_stated(scoring: Sequence[Placed]) -> bool:
    """Whether intervals stand beside what closes the item, what takes points, or states in words."""
    rows = [p for p in scoring if not _is_apart(p.part)]
    if len(rows) in (0, len(scoring)):
        return False
    changed = any(_state(p.part) for p in scoring)
    units = {_row_unit(p.part) for p in rows}
    # of counted things a deduction may be for each of them; what closes the item is not
    closed = all(_closes_by_name(p.part) for p in scoring if p not in rows)
    known = changed or closed or units <= {*PERCENT}
    return None not in units and known and is_tiered(rows)


def read_stated(b: Builder, scoring: Sequence[Placed]) -> None:
    """What the words say first; of the figure only where none of it holds."""
    states = [(p, state) for p in scoring if (state := _state(p.part))]
    gates = [p for p in scoring if _is_gate(p.part)]
    takes = [p for p in scoring if is_take(p.part)]
    apart = [*gates, *takes, *(at for at, _ in states)]
    rest = [p for p in scoring if all(p is not q for q in apart)]
    of = {state["of"] for _, state in states} - {""}
    figure = next((name for p in rest if (name := figures(p.part))), "")
    for at, state in states:
        changed = _CHANGED.search(figure) is not None and not re.match(_MET, state["state"])
        same = figure.endswith(state["of"]) or not figure
        if _DONE.fullmatch(state.string):
            same = _HOW_FAR.fullmatch(figure) is not None
        if len(of) > 1 or not (changed or same):
            raise Refused(at, "不知道与后面的分档是不是同一件事", "同一个数据的各档")
    terms = tuple(
        YesNo(b.input(at, re.sub("的$", "", part.label), "yes_no", "是/否"), part.amount)
        for at, part in ((at, at.part) for at, _ in states)
        if isinstance(part, GivePart)
    )
    before = len(b.terms)
    whose = next(iter(of), "")
    if of and not figure:
        rest = [_named(rest[0], whose), *rest[1:]]
    read_tiers(b, rest)
    tiers: Term = b.terms[before]
    if isinstance(tiers, Tiers) and _WAY.fullmatch(figure):  # 上升10%以内: what rises
        name = _SINCE.sub("", whose) + figure
        b.inputs[tiers.input] = replace(b.inputs[tiers.input], label=name)
    if terms:
        if not isinstance(tiers, Tiers) or tiers.verb != "得":
            raise Refused(rest[0], "各档有的得分,有的加分或扣分", "都用“得”")
        most = max(a.number or 0 for a in tiers.amounts)
        lowest = min(term.give.number or 0 for term in terms)
        if lowest < most or any(a.number is None for a in tiers.amounts):
            raise Refused(states[0][0], "比后面的分档得分少,不知道都符合的得几分", "从高到低各档")
        b.terms[before] = tiers = StateTiers(terms, tiers)
    if takes and (not isinstance(tiers, (Tiers, StateTiers)) or tiers.bonus):
        raise Refused(takes[0], "不知道从哪里扣", "另起一项")
    if takes:
        read_sum(b, [*takes, *gates])
        return
    for p in gates:
        b.terms.append(gate(b, p))


def _named(p: Placed, label: str) -> Placed:
    """建制率达标得4分,75%以上得3分: the figure whose name stands before the state."""
    match p.part:
        case TierPart():
            return replace(p, part=replace(p.part, label=label))
        case GivePart():
            return replace(p, part=replace(p.part, label=label, task=label))
        case _:
            return p


def with_states(placed: Sequence[Placed]) -> list[Placed]:
    """持平得3分 beside 好转得5分 or 上升10%以内得1分: a state in words, no side of a mark."""
    told = [p.part for p in placed]
    tiered = any(isinstance(q, TierPart) and _CHANGED.search(q.label) for q in told)
    worded = any(_state(q) and not re.search(_MET, _name(q)) for q in told)
    marked = any(isinstance(q, SidePart) and q.mark is not None for q in told)
    if not tiered and (marked or not worded):
        return list(placed)
    return [_worded(p) for p in placed]


def _name(part: Part) -> str:
    return part.label if isinstance(part, GivePart) else ""


def _worded(p: Placed) -> Placed:
    part = p.part
    if not isinstance(part, SidePart) or part.verb != "得":
        return p
    if part.side != "even":
        return p if part.plain is None else Placed(part.plain, p.start, p.end)
    if part.points is None or part.label not in ("", *NAMELESS):
        return p
    return Placed(GivePart("持平", part.points), p.start, p.end)

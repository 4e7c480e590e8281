"""Which cell holds the figure that a clause asks for, and how it becomes what is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpixl.address import a1
from kpixl.numbers import conversion, is_measure
from kpixl.rules import Rule, RuleInput
from kpixl.rules.expr import Add, Target, Value, walk
from kpixl.scheme.bindings import NO_TARGET
from kpixl.scheme.headings import spelling, without_bracket
from kpixl.templates.recognise import Item, Layout, Slot

_RATE = re.compile(r"(?:率|增速|增幅|比重|占比|比例|满意度|百分比)(?:\(|$)|%")
RISE = re.compile(r"比上年(提高|降低)值$")
_RISE_SAID = re.compile(r"新增|净增|增量|增幅|增速|增长|提高|上升|下降|降低|降幅|减少")
_SHORT = re.compile(r"(?:少|缺|差|欠|短)[^\s]{0,4}数$")
_SHORT_SAID = re.compile(r"少|缺|差|欠|短|未")
_GROWTH = re.compile(r"增速|增长率|增幅|增长")
_DONE = re.compile(r"完成率|完成比例|完成进度|达成率")
_PLACE = re.compile(r"名次|排名|位次")


def choose(
    wanted: RuleInput, item: Item, pool: Sequence[tuple[Layout, Slot]], alone: bool
) -> tuple[tuple[Layout, Slot] | None, list[tuple[Layout, Slot]]]:
    """The slot that a figure stands in, and the ones that might be meant where none is sure."""
    plain = [p for p in pool if p[1].role == "填报值" and not p[1].label]
    other = [p for p in pool if p[1].label or p[1].role in ("完成率", "名次")]
    other = [p for p in other if p[1].role not in ("目标", "上年数", "自评分", "考核分")]
    label = spelling(wanted.label)
    if wanted.kind == "judged":
        judged = [p for p in pool if p[1].role == "考核分"]
        if len(judged) == 1 and alone:
            return judged[0], []
    named = [p for p in (*plain, *other) if _says(p[1], label, item)]
    exact = [p for p in named if label in (spelling(p[1].sub), spelling(p[1].label))]
    for found in (exact, named):
        if len(found) == 1:
            return found[0], []
    if _PLACE.search(wanted.label):
        places = [p for p in pool if p[1].role == "名次"]
        if len(places) == 1:
            return places[0], []
    if _DONE.search(wanted.label):
        rates = [p for p in pool if p[1].role == "完成率"]
        if len(rates) == 1 and not (plain and beside(plain[0][1], pool, "目标")):
            return rates[0], []
    if alone and len(plain) == 1:
        return plain[0], []
    if alone and not plain and len(other) == 1 and other[0][1].role:
        return other[0], []
    if not alone and len(named) == 0:
        close = sorted(((_alike(label, p[1]), n) for n, p in enumerate(plain)), reverse=True)
        if close and close[0][0] >= 0.6 and (len(close) == 1 or close[1][0] <= close[0][0] - 0.25):
            return plain[close[0][1]], []
    return None, named or [*plain, *other]


def _says(slot: Slot, label: str, item: Item) -> bool:
    """Whether a row or column speaks of what the clause asks for."""
    texts = [spelling(t) for t in (slot.sub, slot.label, slot.sub + slot.label) if t]
    texts += [without_bracket(t) for t in texts]
    if slot.label and label == without_bracket(spelling(item.name + slot.label)):
        return True
    return any(
        t == label or (len(t) >= 2 and t in label) or (len(label) >= 2 and label in t)
        for t in texts
    )


def _alike(label: str, slot: Slot) -> float:
    """How much of the characters of two texts is the same, 0 to 1."""
    a, b = {*label}, {*spelling(slot.sub + slot.label)}
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def beside(
    slot: Slot, pool: Sequence[tuple[Layout, Slot]], role: str
) -> tuple[Layout, Slot] | None:
    """The target or last year's figure that belongs to a figure: of its row, else of its item."""
    found = [p for p in pool if p[1].role == role]
    same = [
        p
        for p in found
        if p[1].line == slot.line and p[1].sub == slot.sub and p[1].item is slot.item
    ]
    labelled = [p for p in same if p[1].label == slot.label]
    for pairs in (labelled, same, found):
        if len(pairs) == 1:
            return pairs[0]
    return None


@dataclass(frozen=True)
class Plan:
    """How a figure of the form becomes what the clause asks for."""

    how: str
    measure: str = ""
    factor: str = ""
    note: str = ""


def plan_of(
    wanted: RuleInput,
    item: Item,
    chosen: tuple[Layout, Slot],
    pool: Sequence[tuple[Layout, Slot]],
    needs_target: bool,
    rule: Rule,
    index: int,
) -> Plan | None:
    """How to get what the clause asks for from a cell; None where that can't be told."""
    slot = chosen[1]
    measure = slot.measure if is_measure(slot.measure) else ""
    if counts_what_is_missing(wanted, slot):
        return None
    if (rise := RISE.search(wanted.label)) and wanted.kind != "yes_no" and not _says_rise(slot):
        last = beside(slot, pool, "上年数")
        if last is None:
            return None
        share = wanted.kind == "percent" and measure and conversion(measure, "%") is None
        if share and rise[1] == "提高":
            return Plan("growth", measure, note="增速=(本年数-上年数)÷上年数×100")
        sign = "本年数-上年数" if rise[1] == "提高" else "上年数-本年数"
        return None if share else Plan("difference", measure or wanted.unit, rise[1], sign)
    if wanted.kind in ("yes_no", "judged"):
        return Plan("direct", wanted.unit)
    if wanted.kind != "percent":
        if not measure or not wanted.unit:
            return Plan("direct", measure or wanted.unit)
        factor = conversion(measure, wanted.unit)
        if factor is None:
            return Plan("direct", wanted.unit) if not slot.stated else None
        if factor == 1:
            return Plan("direct", wanted.unit)
        return Plan("convert", measure, _times(factor), f"表上按{measure}填,换算为{wanted.unit}")
    if measure and conversion(measure, "%") is not None:
        return Plan("direct", "%")
    goal, before = beside(slot, pool, "目标"), beside(slot, pool, "上年数")
    rated = (
        any(_RATE.search(spelling(t)) for t in (slot.sub, slot.label, item.name) if t)
        or slot.role == "完成率"
    )
    if rated:
        return Plan("direct", "%")
    if measure and not slot.stated:
        measure_sure = False
    else:
        measure_sure = bool(measure)
    generic = wanted.label in ("完成值", "本值", "完成情况", "指标") or _DONE.search(wanted.label)
    if generic and (needs_target or _DONE.search(wanted.label)):
        free = _ratio_only(rule, index) or bool(_DONE.search(wanted.label))
        if goal is not None and (measure_sure or measure or free):
            note = "完成率=完成值÷目标值×100"
            return Plan("completion", measure, note=note)
        if goal is None and not measure_sure and wanted.target is not None:
            return Plan("direct", "%", note="按百分数填报")
        return None
    if _GROWTH.search(wanted.label):
        if before is not None:
            return Plan("growth", measure, note="增速=(本年数-上年数)÷上年数×100")
        return None if measure_sure else Plan("direct", "%", note="按增速填报")
    if needs_target and goal is not None and measure_sure and _ratio_only(rule, index):
        return Plan("completion", measure, note="完成率=完成值÷目标值×100")
    return None if measure_sure else Plan("direct", "%", note="按百分数填报")


def _says_rise(slot: Slot) -> bool:
    """Whether a row or column says that its figure is a rise or a fall, not the figure itself."""
    return bool(_RISE_SAID.search("".join((slot.item.name, slot.sub, slot.label, slot.titled))))


def counts_what_is_missing(wanted: RuleInput, slot: Slot) -> bool:
    """Whether a clause counts what is missing, and a cell does not say that it does."""
    said = "".join((slot.item.name, slot.sub, slot.label, slot.titled))
    return bool(_SHORT.match(wanted.label)) and not _SHORT_SAID.search(said)


def _ratio_only(rule: Rule, index: int) -> bool:
    """Whether a rule only divides a figure by its target or compares them: no unit matters."""
    for term in rule.terms:
        for node in walk(term.expr()):
            if isinstance(node, Add):
                inside = list(walk(node))
                uses = [
                    type(n) for n in inside if isinstance(n, Value | Target) and n.input == index
                ]
                direct = any(isinstance(t, Target) for t in node.terms) or any(
                    isinstance(t, Value) for t in node.terms
                )
                if uses and direct:
                    return False
    return True


def _times(factor: Fraction) -> str:
    """A factor as the end of an 算式."""
    if factor.denominator == 1:
        return f"×{factor.numerator}"
    if factor.numerator == 1:
        return f"÷{factor.denominator}"
    return f"×{factor.numerator}÷{factor.denominator}"


def why_open(
    near: Sequence[tuple[Layout, Slot]], chosen: tuple[Layout, Slot] | None, target: bool
) -> str:
    """What makes a question of it: the cells that might be meant, or that there is none."""
    if chosen is not None:
        cell = a1(*next(iter(chosen[1].cells.values())))
        measure = chosen[1].measure
        if measure and chosen[1].stated:
            return f",{cell}一格的计量单位是“{measure}”,对不上,也没有目标、上年数可以换算"
        unsure = f"分不清{cell}一格填的是完成率(%)还是完成数"
        return f",没有写计量单位,{unsure}" if target else f",{NO_TARGET},{unsure}"
    if not near:
        return ",表上没有找到"
    cells = "、".join(a1(*next(iter(s.cells.values()))) for _, s in near[:6])
    return f",可能是{cells}"

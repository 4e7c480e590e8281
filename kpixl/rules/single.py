"""Clauses of one phrase: 得分=…, a judged figure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal, cast

from kpixl.patterns import lazily
from kpixl.rules.amounts import Amount
from kpixl.rules.building import Builder, Placed, Refused, of_kind
from kpixl.rules.expr import (
    ONE,
    Add,
    Const,
    Div,
    Expr,
    Mul,
    Peer,
    Position,
    Prior,
    Rank,
    Target,
    Ties,
    Value,
    bounds,
    rebuild,
    walk,
)
from kpixl.rules.figure_clause import NAMELESS, as_branch, measured
from kpixl.rules.formula import flattened, is_figure, placed_in_band
from kpixl.rules.formula_phrases import in_order, renumbered, substituted
from kpixl.rules.formula_terms import Blend, Formula
from kpixl.rules.judged_terms import JudgedBeyond, Listed
from kpixl.rules.model import Term
from kpixl.rules.parts import (
    BlendPart,
    BranchPart,
    DefinitionPart,
    EfficacyPart,
    FormulaPart,
    JudgedPart,
    TierPart,
    ToBestPart,
    ZeroIfPart,
)
from kpixl.rules.peer_terms import Between, Efficacy, ToBest, Weighted
from kpixl.rules.phrases import WHOLE
from kpixl.rules.rule import is_deduction
from kpixl.rules.terms import FormulaGate, Gate, Judged
from kpixl.rules.vocabulary import is_percent
from kpixl.rules.words.elements import PERCENT


def _alone(scoring: Sequence[Placed], allowed: int, what: str) -> None:
    if len(scoring) > allowed:
        raise Refused(scoring[allowed], f"不能与{what}写在同一条里", "另起一项,或并入公式")


def read_formula_clause(b: Builder, scoring: Sequence[Placed]) -> None:
    """得分=…, alone or with the weights of its parts behind it."""
    definitions = of_kind(scoring, DefinitionPart)
    closed = of_kind(scoring, ZeroIfPart)
    gates = of_kind([as_branch(p) for p in scoring], BranchPart)
    at_gates = {p.start for p, _ in gates}
    scoring = [
        p
        for p in scoring
        if isinstance(p.part, FormulaPart)
        or not (isinstance(p.part, (DefinitionPart, ZeroIfPart)) or p.start in at_gates)
    ]
    if not scoring:
        raise Refused(definitions[0][0], "只有名称的算法,没有计分公式", "得分=…")
    part = scoring[0].part
    if not isinstance(part, FormulaPart):
        raise Refused(scoring[0], "不能与公式写在同一条里", "另起一项,或并入公式")
    flat = Decimal(0) if b.readings.get("G5") == "最低" else Decimal(1)
    if definitions:
        names = [d.name for _, d in definitions]
        if again := [p for n, (p, d) in enumerate(definitions) if d.name in names[:n]]:
            raise Refused(again[0], "前面已经写过它是什么", "每个名称只写一次")
        expr, labels, unused = substituted(part, [d for _, d in definitions])
        if unused:
            at = next(p for p, d in definitions if d.name == unused)
            raise Refused(at, f"公式里没有用到“{unused}”", "公式里的名称")
        part = replace(part, expr=placed_in_band(flattened(expr), flat), labels=labels)
        part = in_order(part)
        if "" in part.labels and WHOLE.fullmatch(part.ahead):
            part = replace(part, ahead="")
    if letter := next((name for name in part.labels if _LETTER.fullmatch(name)), ""):
        raise Refused(scoring[0], f"没有写“{letter}”是什么", f"{letter}为…")
    part = _one_figure(scoring[0], part)
    # a band of one figure is seen only once its names are known to be the same
    part = replace(part, expr=placed_in_band(part.expr, flat))
    if any(isinstance(e, Position) for e in walk(part.expr)):
        b.reading("G5")
    if any(isinstance(e, Rank) for e in walk(part.expr)):
        b.reading("G3")
    if gates and len(scoring) > 1:
        raise Refused(gates[0][0], "不能与加权公式写在同一条里", "另起一项,或并入公式")
    if len(scoring) > 1 and isinstance(scoring[1].part, BlendPart):
        _alone(scoring, 2, "加权公式")
        _first(b, scoring[0])
        weights = scoring[1].part
        if part.labels != ("",):
            raise Refused(scoring[0], "加权的各项要用同一个公式,公式里应写“本值”", "本值")
        for label in weights.labels:
            b.input(scoring[1], label, "number")
        b.terms.append(Blend(part.expr, weights.weights, words=part.ahead))
        return
    _alone(scoring, 1, "公式")
    if not part.labels:
        raise Refused(scoring[0], "公式里没有要填报的数", "本值、完成值等")
    if part.top is not None and not _gives_best(part.expr, part.top):
        raise Refused(scoring[0], "最高的得分与公式算出的不一致", "公式给最高者的分数")
    if "" in part.labels and part.ahead and not is_figure(part.ahead):
        raise Refused(scoring[0], f"“{part.ahead}”不是数据的名称", "数据的名称,如“投资额”")
    scaled, fractions = percentages(b, part)
    before = len(b.inputs)
    for number, label in enumerate(part.labels):
        percent = number in scaled
        b.input(
            scoring[0],
            label or part.ahead or "本值",
            "percent" if percent else "number",
            "%" if percent else "",
        )
    words = "" if "" in part.labels else part.ahead  # said already where it names an input
    numbers = {n: n + before for n in range(len(part.labels))}
    put_in = frozenset(numbers[n] for n in fractions)
    b.terms.append(Formula(renumbered(part.expr, numbers), words, fractions=put_in))
    for at, gate in closed:
        b.terms.append(_zero_if(at, gate, part, [d for _, d in definitions], numbers))
    if gates:
        b.terms.append(_shut(b, gates, part, numbers))


_LETTER = lazily("[A-Za-z]{1,2}")
_RATE = lazily(r"(?:目标|任务)?完成(?:率|比例)")


def _shut(
    b: Builder,
    gates: Sequence[tuple[Placed, BranchPart]],
    part: FormulaPart,
    numbers: dict[int, int],
) -> Gate:
    """The one gate that is said; 80%以上的,按… beside 80%以下不得分 says it again."""
    told = [_shut_at(b, at, branch, part, numbers) for at, branch in gates]
    first = told[0]
    for (at, _), more in zip(gates[1:], told[1:], strict=True):
        if more.mark != first.mark or more.op[0] != first.op[0] or more.op[0] != "<":
            raise Refused(at, "前面已经写过一次", "一个数据只写一次不得分")
        if more.op != first.op:  # 以上 holds its own number, unless the other says so itself
            said = [p.part for p, _ in gates if isinstance(p.part, TierPart)]
            if any(tier.high_in for tier in said):
                raise Refused(at, "正好等于这个数的,两处都有", "只属于一处")
            strict = next(gate for gate in told if gate.op == "<")
            first = strict if strict.said else first
    return first


def _shut_at(
    b: Builder, at: Placed, branch: BranchPart, part: FormulaPart, numbers: dict[int, int]
) -> Gate:
    """得分=完成率×10,低于60%的不得分: the item is 0 beyond a mark of the formula's figure."""
    mark, named = branch.mark, branch.label
    if branch.kind != "zero" or mark is None or mark.number is None or mark.kind != "own":
        raise Refused(at, "不能与公式写在同一条里", "另起一项,或并入公式")
    targets = {node.input for node in walk(part.expr) if isinstance(node, Target)}
    names = [label or part.ahead or "本值" for label in part.labels]
    ratio = mark.unit == "%" and len(targets) == 1
    if ratio and (not named or _RATE.fullmatch(named)) and not is_percent(names[min(targets)]):
        i = min(targets)
        mark = replace(mark, kind="of")
    else:
        i = next((n for n, name in enumerate(names) if name == named), -1)
        if i < 0 and len(names) == 1 and named.endswith(names[0]):
            # 重点工作完成率低于90%不得分,…按完成率×6计分: named in full
            i = 0
            b.inputs[numbers[0]] = replace(b.inputs[numbers[0]], label=named)
        i = 0 if len(names) == 1 and not named else i
        if i < 0:
            raise Refused(at, "说的不是公式里的数据", names[0])
        if (mark.unit in ("%", "个百分点")) != is_percent(names[i]):
            raise Refused(at, f"不知道“{names[i]}”的单位是不是“{mark.unit}”", "公式里的数据的单位")
        if mark.unit not in ("%", "个百分点"):
            given = b.inputs[numbers[i]]
            b.inputs[numbers[i]] = replace(given, unit=mark.unit)
        elif not b.inputs[numbers[i]].unit:
            b.inputs[numbers[i]] = replace(b.inputs[numbers[i]], kind="percent", unit="%")
    return Gate(numbers[i], mark, branch.op, re.sub("的$", "", branch.said))


def _zero_if(
    at: Placed,
    gate: ZeroIfPart,
    part: FormulaPart,
    definitions: Sequence[DefinitionPart],
    numbers: dict[int, int],
) -> FormulaGate:
    """The test in the figures of the formula that it stands beside."""
    test = FormulaPart(gate.test, gate.labels)
    used = [d for d in definitions if d.name in gate.labels]
    expr, labels, unused = substituted(test, used)
    if unused:
        raise Refused(at, f"不知道“{unused}”是哪个数", "公式里的名称")
    test = _one_figure(at, replace(test, expr=expr, labels=labels))
    if not test.labels or any(label not in part.labels for label in test.labels):
        raise Refused(at, "说的不是公式里的数据", "公式里的名称")
    if any(isinstance(e, Const) for e in walk(test.expr)) and any(map(is_percent, part.labels)):
        raise Refused(at, "不知道百分数与这个数怎样比", "两边都写数据的名称")
    own = {n: numbers[part.labels.index(label)] for n, label in enumerate(test.labels)}
    first = next(iter(own.values()))
    return FormulaGate(first, None, test=renumbered(test.expr, own))


def _first(b: Builder, at: Placed) -> None:
    if b.inputs:
        raise Refused(at, "加权的得分不能与别的得分写在同一条里", "另起一项")


def _one_figure(at: Placed, part: FormulaPart) -> FormulaPart:
    """增速÷全县平均值: a mean, a target or last year's figure without a name of its own is that
    of the one figure that the formula names."""
    if "" not in part.labels or len(part.labels) < 2:
        return part
    nameless = part.labels.index("")
    uses = [node for node in walk(part.expr) if getattr(node, "input", None) == nameless]
    if any(isinstance(node, (Value, Rank, Position)) for node in uses):
        return part
    if all(isinstance(node, Peer) and node.stat == "count" for node in uses):
        # how many units there are is the same for each figure; the one that is ranked first
        ranks = [node.input for node in walk(part.expr) if isinstance(node, Rank)]
        figure = (ranks or [n for n in range(len(part.labels)) if n != nameless])[0]
        kept = [n for n in range(len(part.labels)) if n != nameless]
        numbers = {n: kept.index(n) for n in kept} | {nameless: kept.index(figure)}
        labels = tuple(part.labels[n] for n in kept)
        return replace(part, expr=renumbered(part.expr, numbers), labels=labels)
    if len(part.labels) > 2:
        raise Refused(at, "不知道是哪个数据的目标值、上年值或平均值", "在前面加上数据的名称")
    return replace(
        part,
        expr=renumbered(part.expr, {0: 0, 1: 0}),
        labels=tuple(label for label in part.labels if label),
    )


def percentages(b: Builder, part: FormulaPart) -> tuple[frozenset[int], frozenset[int]]:
    """The inputs whose names say a percentage and whose size matters, and those of them that
    are put in as fractions: 96% as 0.96 or as 96."""
    names = [label or part.ahead for label in part.labels]
    rates = frozenset(i for i, name in enumerate(names) if is_percent(name) or _DEGREE.search(name))
    rates |= (beside := _less_a_percentage(part.expr))
    figures = (Value, Target, Prior, Peer, Rank, Position)

    def size(scale: int) -> tuple[float, float]:
        def put_in(node: Expr) -> Expr:
            if isinstance(node, (Rank, Position)):
                return Const(Decimal(2))
            if isinstance(node, figures):
                # any figures will do, so long as no two are alike
                seed = Decimal(7 + 3 * node.input + len(repr(node)))
                return Const(seed * scale if node.input in rates else seed)
            return node

        return bounds(rebuild(part.expr, put_in), 10.0, lambda i: "number")

    small, large = size(1), size(100)
    if not rates or all(abs(a - c) <= 1e-9 * abs(a) for a, c in zip(small, large, strict=True)):
        return frozenset(), frozenset()
    rises = all(_GROWTH.search(names[i]) for i in rates)
    # (完成率-90)×2 subtracts points
    summed = any(
        isinstance(node, Add)
        and any(isinstance(t, figures) and t.input in rates for t in node.terms)
        and any(isinstance(c, Const) and abs(c.value) > 2 for t in node.terms for c in walk(t))
        for node in walk(part.expr)
    )
    # 增速÷10%, 增速-10%: held against a percentage that is written as one
    held = any(_held_to_percent(node, rates) for node in walk(part.expr))
    # 完成率÷100×10: 96 is put in
    hundredth = any(
        isinstance(node, Div) and node.bottom == Const(Decimal(100)) and _has_rate(node.top, rates)
        for node in walk(part.expr)
    )
    points = ((rises or summed) and not held) or hundredth or _too_small(part, rates)
    default = "百分点" if points and not beside else "小数"
    return rates, rates if b.reading("G34", default) == "小数" else frozenset()


def _too_small(part: FormulaPart, rates: frozenset[int]) -> bool:
    """Whether fractions would come to less than a point: 及时率×30%+准确率×70%, 满意度×10%.

    完成率×0.5 is that of half a point.
    """

    def whole(node: Expr) -> Expr:
        return Const(Decimal(1)) if isinstance(node, (Value, Prior)) else node

    known = all(isinstance(n, (Value, Prior, Const, Add, Mul, Div)) for n in walk(part.expr))
    if not known or any(n.input not in rates for n in walk(part.expr) if isinstance(n, Value)):
        return False
    _, most = bounds(rebuild(part.expr, whole), 10.0, lambda i: "number")
    numbers = [n for n in walk(part.expr) if isinstance(n, Const)]
    if most > 1:
        return False
    return any(n.percent or n.value >= 10 for n in numbers) or isinstance(part.expr, Add)


def _less_a_percentage(expr: Expr) -> frozenset[int]:
    """实际值-5%: what a percentage is taken from is one, whatever its name."""
    found: set[int] = set()
    for node in walk(expr):
        if isinstance(node, Add):
            alone = [i for t in node.terms if (i := _figure(t)) is not None]
            taken = [t for t in node.terms if _figure(t) is None]
            written = [[c for c in walk(t) if isinstance(c, Const) and c.percent] for t in taken]
            plain = all(isinstance(e, (Const, Mul)) for t in taken for e in walk(t))
            if taken and plain and all(written):
                found |= set(alone)
    return frozenset(found)


def _figure(term: Expr) -> int | None:
    """The figure that is added or taken away as it is."""
    match term:
        case Value(i) | Mul((Const(-1), Value(i))) | Mul((Value(i), Const(-1))):
            return i
    return None


# names of figures that are percentages where points are multiplied with them
_DEGREE = lazily("(?:满意|知晓|支持|认可|参与|进)度$")


def _has_rate(expr: Expr, rates: frozenset[int]) -> bool:
    return any(isinstance(e, (Value, Prior)) and e.input in rates for e in walk(expr))


def _held_to_percent(node: Expr, rates: frozenset[int]) -> bool:
    def rate(e: Expr) -> bool:
        return isinstance(e, (Value, Target, Prior, Peer)) and e.input in rates

    match node:
        case Div(top, Const(percent=True)):
            return rate(top)
        case Add(terms):
            written = any(isinstance(c, Const) and c.percent for t in terms for c in _numbers(t))
            return written and any(rate(t) for t in terms)
        case _:
            return False


def _numbers(term: Expr) -> tuple[Expr, ...]:
    """The number that a sum adds or takes away."""
    match term:
        case Mul((Const(), Const() as taken)):
            return (taken,)
        case _:
            return (term,)


_GROWTH = lazily(r"(?:增幅|增速|降幅|幅度|速度|增长|增长率)$")


def _gives_best(expr: Expr, top: Amount) -> bool:
    """Whether a formula gives the best figure of a group the points that its clause repeats."""

    def best(node: Expr) -> Expr:
        # the best figure over the best figure is 1, whatever it is
        match node:
            case Div(Value(i), Peer("max", j)) if i == j:
                return ONE
            case _:
                return node

    reduced = rebuild(expr, best)
    if any(isinstance(node, (Value, Peer, Target, Prior, Rank)) for node in walk(reduced)):
        return False
    size = Decimal(7)  # any 分值 will do: both sides are multiples of it or of no 分值 at all
    wanted = bounds(top.expr(), float(size), lambda i: "number")
    return bounds(reduced, float(size), lambda i: "number") == wanted


def check_whole(terms: Sequence[Term], at: Placed) -> None:
    """得分=… says all that an item gives; beside it only bonuses and deductions may stand."""
    whole = [t for t in terms if isinstance(t, (Formula, Blend, Weighted))]
    gives = [t for t in terms if not t.bonus and not is_deduction(t)]
    if whole and len(gives) > 1:
        raise Refused(at, "公式已是全部得分,不能再有别的得分", "并入公式,或另起一项")


def read_weighted(b: Builder, scoring: Sequence[Placed]) -> None:
    """Weights without a formula: the scores of the parts are figures."""
    _alone(scoring, 1, "加权")
    part = scoring[0].part
    assert isinstance(part, BlendPart)
    _first(b, scoring[0])
    for label in part.labels:
        b.input(scoring[0], f"{label}得分", "number", "分")
    # one score alone is said to be converted: it is not out of the points already
    default = "百分制" if len(part.labels) == 1 else ""
    b.terms.append(Weighted(part.weights, part.labels, b.reading("G35", default) == "百分制"))


def read_to_best(b: Builder, scoring: Sequence[Placed]) -> None:
    """Points in proportion to the best of the group, or between its two ends."""
    _alone(scoring, 1, "与最高值比较")
    part = scoring[0].part
    assert isinstance(part, ToBestPart)
    i = b.input(scoring[0], part.label or b.head or "本值", "number")
    flat = Decimal(1)
    if part.bottom is not None:
        flat = Decimal(1) if b.reading("G5") == "最高" else Decimal(0)
        b.terms.append(Between(i, part.top, part.bottom, not part.low, flat))
        return
    way: Literal["ratio", "band"] = "ratio"
    if not part.said and b.reading("G33") == "最高最低之间":
        way = "band"
        flat = Decimal(1) if b.reading("G5") == "最高" else Decimal(0)
    descending = not part.low if part.ordered else b.more_is_better(b.inputs[i].label)
    ties = cast(Ties, b.reading("G3")) if part.last else "竞争"
    b.terms.append(
        ToBest(
            i, part.top, descending, way, flat, part.said, part.ordered, last=part.last, ties=ties
        )
    )


def read_efficacy(b: Builder, scoring: Sequence[Placed]) -> None:
    """功效系数法: the ends of the group stand for what is not said of its constants."""
    _alone(scoring, 1, "功效系数法")
    part = scoring[0].part
    assert isinstance(part, EfficacyPart)
    i = b.input(scoring[0], part.label or b.head or NAMELESS[0], "number")
    base = part.base
    if base is None:
        base = Decimal(60) if b.reading("G60") == "60起" else Decimal(0)
    elif part.said == "满意":
        b.reading("G153")
    said = part.said in ("最高", "最低")
    descending = part.said == "最高" if said else b.more_is_better(b.inputs[i].label)
    flat = Decimal(1) if b.reading("G5") == "最高" else Decimal(0)
    b.terms.append(Efficacy(i, base, descending, flat, said=part.said))


def read_judged(b: Builder, scoring: Sequence[Placed]) -> None:
    """A judged figure stands alone: words before it may not become terms of their own."""
    _alone(scoring, 1, "酌情计分")
    b.terms.append(judged_term(b, scoring[0]))


def judged_term(b: Builder, at: Placed) -> Judged | JudgedBeyond | Listed:
    """What an assessor gives or takes, within its bounds."""
    part = at.part
    assert isinstance(part, JudgedPart)
    if part.held is not None:
        (mark, op), label = part.held, part.label or "完成值"
        kind, unit = measured(mark.unit, percent=mark.unit in PERCENT)
        figure = b.input(at, label, kind, unit)
        points = b.input(at, f"{label}扣分", "judged", "分")
        return JudgedBeyond(figure, points, mark, op, part.high, part.low, part.view)
    seen = re.sub("^(?:按照?|根据|依据|结合|视|由.*)", "", part.view)
    i = b.input(at, part.label.strip(",") or seen or "评议", "judged", "分")
    if part.marks and b.reading("G89") == "按低一档":
        return Listed(i, part.marks, part.verb)
    return Judged(
        i,
        part.high,
        part.verb,
        part.low,
        part.word,
        part.said,
        part.view,
    )

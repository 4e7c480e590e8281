"""From the phrases of a clause to one rule, within its bounds.

Each shape of clause is one function: it takes the parts, leaves what is not its own,
and the clause is refused unless everything was taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kpixl.rules.assumptions import take
from kpixl.rules.expr import (
    ZERO,
    Add,
    Const,
    Expr,
    Greatest,
    Least,
    Points,
    Position,
    Rank,
    Rounded,
    bounds,
    const,
    walk,
)
from kpixl.rules.model import Assumption, InputKind, Rule, RuleInput, Term
from kpixl.rules.parts import (
    BlendPart,
    BoundPart,
    CountPart,
    FormulaPart,
    GivePart,
    Joint,
    JudgedPart,
    LadderPart,
    Part,
    TextPart,
)
from kpixl.rules.printing import number
from kpixl.rules.terms import Blend, Formula, Judged, Ladder, PerUnit, YesNo


@dataclass(frozen=True, slots=True)
class Placed:
    """A part with its place in the clause, for refusals."""

    part: Part
    start: int
    end: int


class Refused(Exception):
    """The parts do not make a rule; `at` is the one that does not fit (None: the whole)."""

    def __init__(self, at: Placed | None, reason: str, wanted: str) -> None:
        self.at, self.reason, self.wanted = at, reason, wanted
        super().__init__(reason)


class _Builder:
    """Collects terms, inputs and assumptions while the parts are gone through."""

    def __init__(self, readings: Mapping[str, str]) -> None:
        self.readings = readings
        self.terms: list[Term] = []
        self.inputs: list[RuleInput] = []
        self.taken: dict[str, Assumption] = {}

    def input(self, at: Placed, label: str, kind: InputKind, unit: str = "") -> int:
        """The number of a new input; two figures of one clause never share a name."""
        if any(i.label == label for i in self.inputs):
            raise Refused(at, f"“{label}”写了两次", "每件事只写一次")
        self.inputs.append(RuleInput(label, kind, unit))
        return len(self.inputs) - 1

    def reading(self, code: str, default: str = "") -> str:
        """The value of a reading; that it was taken is noted."""
        value, assumption = take(code, self.readings, default)
        self.taken.setdefault(code, assumption)
        return value


def assemble(source: str, placed: Sequence[Placed], readings: Mapping[str, str]) -> Rule:
    """The rule of a clause from its parts; raises Refused where they do not fit."""
    texts = [p for p in placed if isinstance(p.part, TextPart)]
    core = [p for p in placed if not isinstance(p.part, (TextPart, Joint))]
    if not core:
        raise Refused(None, "没有说明如何得分", "至少一处计分,如“得N分”“每…扣N分”“得分=…”")
    limits = [p for p in core if isinstance(p.part, BoundPart)]
    scoring = [p for p in core if not isinstance(p.part, BoundPart)]
    if not scoring:
        raise Refused(limits[0], "只有上下限,没有要限制的得分", "先写如何得分,再写上下限")
    builder = _Builder(readings)
    first = scoring[0].part
    match first:
        case FormulaPart():
            _formula(builder, scoring)
        case LadderPart():
            _ladder(builder, scoring)
        case JudgedPart():
            _judged(builder, scoring)
        case _:
            _sum(builder, scoring)
    cap_bonus, cap_item = _limits(builder, limits)
    return _finish(source, builder, texts, cap_bonus, cap_item)


def _alone(scoring: Sequence[Placed], allowed: int, what: str) -> None:
    if len(scoring) > allowed:
        raise Refused(scoring[allowed], f"不能与{what}写在同一条里", "另起一项,或并入公式")


def _formula(b: _Builder, scoring: Sequence[Placed]) -> None:
    """得分=…, alone or with the weights of its parts behind it."""
    part = scoring[0].part
    assert isinstance(part, FormulaPart)
    if any(isinstance(e, Position) for e in walk(part.expr)):
        b.reading("G5")
    if any(isinstance(e, Rank) for e in walk(part.expr)):
        b.reading("G3")
    if len(scoring) > 1 and isinstance(scoring[1].part, BlendPart):
        _alone(scoring, 2, "加权公式")
        weights = scoring[1].part
        if part.labels != ("",):
            raise Refused(scoring[0], "加权的各项要用同一个公式,公式里应写“本值”", "本值")
        for label in weights.labels:
            b.input(scoring[1], label, "number")
        b.terms.append(Blend(part.expr, weights.weights))
        return
    _alone(scoring, 1, "公式")
    if not part.labels:
        raise Refused(scoring[0], "公式里没有要填报的数", "本值、完成值等")
    for label in part.labels:
        b.input(scoring[0], label or "本值", "number")
    b.terms.append(Formula(part.expr))


def _ladder(b: _Builder, scoring: Sequence[Placed]) -> None:
    """A rank ladder stands alone."""
    _alone(scoring, 1, "名次计分")
    part = scoring[0].part
    assert isinstance(part, LadderPart)
    if part.step <= 0 or part.places <= 0:
        raise Refused(scoring[0], "名次之间没有分差", "大于0的分差")
    ties = b.reading("G3")
    i = b.input(scoring[0], part.label, "number")
    b.terms.append(
        Ladder(i, part.top, part.places, part.step, ties, part.descending)  # type: ignore[arg-type]
    )


def _judged(b: _Builder, scoring: Sequence[Placed]) -> None:
    """A judged figure stands alone: words before it may not become terms of their own."""
    _alone(scoring, 1, "酌情计分")
    part = scoring[0].part
    assert isinstance(part, JudgedPart)
    b.terms.append(Judged(b.input(scoring[0], part.label, "judged", "分"), part.high, part.bonus))


def _sum(b: _Builder, scoring: Sequence[Placed]) -> None:
    """A sum of things done and of counted things."""
    for p in scoring:
        match p.part:
            case GivePart(label, amount):
                if amount is None and len(scoring) > 1:
                    raise Refused(p, "有几项得分,不能其中一项得满分", "写明得几分")
                b.terms.append(YesNo(b.input(p, label, "yes_no", "是/否"), amount))
            case CountPart(words, per, verb, amount):
                if per <= 0:
                    raise Refused(p, "“每”后面的数为0", "大于0的数")
                whole = b.reading("G7") == "整步"
                i = b.input(p, words.label, "count", words.unit)
                b.terms.append(PerUnit(i, words, per, verb, amount, whole))
            case _:
                raise Refused(p, "与前面的计分方式不能写在同一条里", "得N分,或每…得N分")


def _limits(b: _Builder, limits: Sequence[Placed]) -> tuple[Decimal | None, Decimal | None]:
    """The caps that the clause states: on its bonuses and on the item."""
    cap_bonus: Decimal | None = None
    cap_item: Decimal | None = None
    for p in limits:
        part = p.part
        assert isinstance(part, BoundPart)
        match part.kind:
            case "bonus":
                if not any(t.bonus for t in b.terms):
                    raise Refused(p, "限制加分,但没有加分", "先写加分,再写“最多加N分”")
                if cap_bonus is not None:
                    raise Refused(p, "加分上限写了两次", "一个加分上限")
                cap_bonus = part.amount
            case "item":
                if cap_item is not None:
                    raise Refused(p, "得分上限写了两次", "一个得分上限")
                cap_item = part.amount
            case "floor":
                if not any(isinstance(t, PerUnit) and t.verb == "扣" for t in b.terms):
                    raise Refused(p, "没有扣分,不能“扣完为止”", "先写扣分")
    return cap_bonus, cap_item


def _finish(
    source: str,
    b: _Builder,
    texts: Sequence[Placed],
    cap_bonus: Decimal | None,
    cap_item: Decimal | None,
) -> Rule:
    inputs = tuple(b.inputs)
    pieces = [t.canonical(inputs) for t in b.terms]
    if any(isinstance(t, PerUnit) and t.verb == "扣" for t in b.terms):
        pieces.append("扣完为止")
    if cap_bonus is not None:
        pieces.append(f"最多加{number(cap_bonus)}分")
    if cap_item is not None:
        pieces.append(f"最高得{number(cap_item)}分")
    # What is read as having no effect is shown, so that nobody has to trust it unseen.
    said = [p.part.text for p in texts if isinstance(p.part, TextPart) and p.part.text]
    if said:
        pieces.append("[说明:" + ",".join(said) + "]")
    if any(t.bonus for t in b.terms) and cap_item is None:
        b.reading("G1")
    return Rule(
        source=source,
        terms=tuple(b.terms),
        inputs=inputs,
        canonical=";".join(pieces),
        assumptions=tuple(b.taken.values()),
        readings=dict(b.readings),
        cap_bonus=cap_bonus,
        cap_item=cap_item,
    )


def item_expr(rule: Rule, points: Decimal | None, decimals: int) -> Expr:
    """The whole item: its terms within their bounds, rounded once.

    G1: 0 ≤ score ≤ 分值.  Where the base terms alone can reach the 分值, bonuses go on top
    of it; where they cannot, bonuses fill up to it.  A cap in the text binds first.  With
    `points` None the item has no 分值 of its own and no upper bound.
    """
    limit = None if points is None else float(points)
    size = 0.0 if limit is None else limit

    def kinds(i: int) -> str:
        return rule.inputs[i].kind

    def total(terms: Sequence[Term]) -> Expr:
        parts = tuple(t.expr() for t in terms)
        return parts[0] if len(parts) == 1 else Add(parts)

    def held(inner: Expr, top: Expr | None, why: str) -> Expr:
        low, high = bounds(inner, size, kinds)
        if low < 0:
            inner = Greatest((inner, ZERO), "不低于0分")
        ceiling = None if top is None else bounds(top, size, kinds)[1]
        if top is not None and ceiling is not None and high > ceiling:
            inner = Least((inner, top), why)
        return inner

    base = [t for t in rule.terms if not t.bonus]
    bonus = [t for t in rule.terms if t.bonus]
    top: Expr | None = None if points is None else Points()
    why = "不超过分值"
    if rule.cap_item is not None and (points is None or rule.cap_item < points):
        top, why = const(rule.cap_item), f"最高得{number(rule.cap_item)}分"
    extra: Expr | None = total(bonus) if bonus else None
    if extra is not None and rule.cap_bonus is not None:
        extra = Least((extra, Const(rule.cap_bonus)), f"最多加{number(rule.cap_bonus)}分")
    if not base:
        assert extra is not None
        return Rounded(held(extra, top, why), decimals)
    inner = total(base)
    if extra is None:
        return Rounded(held(inner, top, why), decimals)
    on_top = rule.readings.get("G1") == "另加" or _reaches(base, points)
    if on_top and rule.cap_item is None:
        return Rounded(held(Add((held(inner, top, why), extra)), None, ""), decimals)
    return Rounded(held(Add((inner, extra)), top, why), decimals)


def _reaches(base: Sequence[Term], points: Decimal | None) -> bool:
    """Whether the base terms alone can give the 分值."""
    reach = Decimal(0)
    for term in base:
        most = term.reach()
        if most in ("points", "open"):
            return True
        assert isinstance(most, Decimal)
        reach += most
    return points is not None and reach >= points

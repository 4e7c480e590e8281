"""From the phrases of a clause to one rule, within its bounds.

Each shape of clause is one function: it takes the parts, leaves what is not its own,
and the clause is refused unless everything was taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from kpixl.rules.assumptions import take
from kpixl.rules.expr import (
    MINUS_ONE,
    ZERO,
    Add,
    Expr,
    Greatest,
    Least,
    Mul,
    Points,
    Position,
    Rank,
    Rounded,
    bounds,
    const,
    walk,
)
from kpixl.rules.model import Assumption, InputKind, Limits, Rule, RuleInput, Term
from kpixl.rules.parts import (
    BlendPart,
    BoundPart,
    BranchPart,
    CountPart,
    FaultPart,
    FormulaPart,
    GivePart,
    HeadPart,
    Joint,
    JudgedPart,
    LadderPart,
    LevelsPart,
    Part,
    RequirePart,
    StatedPart,
    StepPart,
    TextPart,
)
from kpixl.rules.printing import number
from kpixl.rules.terms import (
    Amount,
    Base,
    Blend,
    Counted,
    Formula,
    FullPoints,
    Judged,
    Ladder,
    Mark,
    Overshoot,
    PerUnit,
    Requirements,
    Shortfall,
    Step,
    Threshold,
    YesNo,
)
from kpixl.rules.vocabulary import COUNTS, is_percent


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
        self.head = ""  # the figure that the clause is about, where it says so first

    def input(
        self,
        at: Placed,
        label: str,
        kind: InputKind,
        unit: str = "",
        target: Decimal | None = None,
    ) -> int:
        """The number of a new input; two figures of one clause never share a name."""
        if any(i.label == label for i in self.inputs):
            raise Refused(at, f"“{label}”写了两次", "每件事只写一次")
        self.inputs.append(RuleInput(label, kind, unit, target))
        return len(self.inputs) - 1

    def reading(self, code: str, default: str = "") -> str:
        """The value of a reading; that it was taken is noted."""
        value, assumption = take(code, self.readings, default)
        self.taken.setdefault(code, assumption)
        return value


def assemble(
    source: str,
    placed: Sequence[Placed],
    readings: Mapping[str, str],
    default: Literal["zero", "prop", ""] = "",
) -> Rule:
    """The rule of a clause from its parts; raises Refused where they do not fit.

    `default` says what a requirement that is not met gives, where the scheme has a default
    rule.
    """
    texts = [p for p in placed if isinstance(p.part, TextPart)]
    core = [p for p in placed if not isinstance(p.part, (TextPart, Joint, StatedPart, HeadPart))]
    stated = [p for p in placed if isinstance(p.part, StatedPart) or _worth(p.part) is not None]
    if len(stated) > 1:
        raise Refused(stated[1], "分值写了两次", "一条只写一个分值")
    wanted = [p for p in placed if isinstance(p.part, (RequirePart, TextPart))]
    if wanted and all(isinstance(p.part, RequirePart) for p in core) and default and not stated:
        return _requirements(source, _Builder(readings), wanted, default)
    if not core or all(isinstance(p.part, RequirePart) for p in core):
        raise Refused(None, "没有说明如何得分", "至少一处计分,如“得N分”“每…扣N分”“得分=…”")
    limits = [p for p in core if isinstance(p.part, BoundPart)]
    scoring = [p for p in core if not isinstance(p.part, BoundPart)]
    if not scoring:
        raise Refused(limits[0], "只有上下限,没有要限制的得分", "先写如何得分,再写上下限")
    builder = _Builder(readings)
    heads = [p for p in placed if isinstance(p.part, HeadPart)]
    if len(heads) == 1:
        builder.head = heads[0].part.label  # type: ignore[union-attr]
    first = scoring[0].part
    match first:
        case FormulaPart():
            _formula(builder, scoring)
        case LadderPart():
            _ladder(builder, scoring)
        case JudgedPart():
            _judged(builder, scoring)
        case _ if any(_is_numeric(p.part) for p in scoring):
            _numeric(builder, scoring)
        case _:
            _sum(builder, scoring)
    worth = _worth(stated[0].part) if stated else None
    return _finish(source, builder, [*heads, *texts], _limits(builder, limits), worth)


def _worth(part: Part) -> Decimal | None:
    """What a part says that the item is worth."""
    return part.points if isinstance(part, (StatedPart, HeadPart)) else None


def _requirements(
    source: str, b: _Builder, wanted: Sequence[Placed], below: Literal["zero", "prop"]
) -> Rule:
    """A clause of requirements only, scored by the scheme's default rule."""
    numbered = [p for p in wanted if isinstance(p.part, RequirePart)]
    if not numbered:
        # words alone are one thing to be judged, however many commas they have
        said = ",".join(p.part.text for p in wanted if isinstance(p.part, TextPart))
        wanted = [Placed(TextPart(said), wanted[0].start, wanted[-1].end)]
    every = not numbered or (len(numbered) < len(wanted) and b.reading("G20") == "都计")
    lines = wanted if every else numbered
    judged: set[int] = set()
    limits: set[int] = set()
    for p in lines:
        match p.part:
            case RequirePart(label, mark, limit):
                percent_like = mark.unit in _PERCENT
                kind: InputKind = (
                    "percent" if percent_like else "count" if mark.unit in COUNTS else "number"
                )
                i = b.input(p, label, kind, "%" if percent_like else mark.unit, mark.number)
                if limit:
                    limits.add(i)
            case TextPart(text) if text:
                judged.add(b.input(p, text, "judged", "%", Decimal(100)))
            case _:
                pass
    if not b.inputs:
        raise Refused(None, "没有要求", "要完成的事,或要达到的数")
    count = len(b.inputs)
    b.terms.append(Requirements(tuple(range(count)), frozenset(judged), frozenset(limits), below))
    texts = [] if every else [p for p in wanted if isinstance(p.part, TextPart)]
    return _finish(source, b, texts, Limits(), None)


def _is_numeric(part: Part) -> bool:
    """Whether a part makes its clause one about a figure and its mark."""
    if isinstance(part, GivePart):
        return part.mark is not None
    return isinstance(part, (BranchPart, StepPart))


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
    gives = [p for p in scoring if isinstance(p.part, GivePart)]
    rest = [p for p in scoring if p not in gives]
    if len(gives) == 1 and rest and all(_takes(p.part) for p in rest):
        first = gives[0].part
        assert isinstance(first, GivePart)
        if b.reading("G19") == "从该分扣起":
            b.terms.append(Base(first.amount, first.label))
            gives, scoring = [], rest
    for p in scoring:
        match p.part:
            case GivePart(label, amount, _, None, _):
                if amount.number is None and len(scoring) > 1:
                    raise Refused(p, "有几项得分,不能其中一项得满分", "写明得几分")
                b.terms.append(YesNo(b.input(p, label, "yes_no", "是/否"), amount))
            case FaultPart(label, amount, verb):
                b.terms.append(YesNo(b.input(p, label, "yes_no", "是/否"), amount, verb))
            case LevelsPart(labels, does, unit, verb_of_level, amounts, counted):
                if counted:
                    b.reading("G7")
                for label, points in zip(labels, amounts, strict=True):
                    if counted:
                        i = b.input(p, label, "count", unit)
                        words = Counted(label, does, unit, "")
                        b.terms.append(PerUnit(i, words, Decimal(1), verb_of_level, points))
                    else:
                        i = b.input(p, label, "yes_no", "是/否")
                        b.terms.append(YesNo(i, Amount(points), verb_of_level))
            case CountPart(words, per, verb_of_one, amount_of_one):
                if per <= 0:
                    raise Refused(p, "“每”后面的数为0", "大于0的数")
                whole = b.reading("G7") == "整步"
                i = b.input(p, words.label, "count", words.unit)
                b.terms.append(PerUnit(i, words, per, verb_of_one, amount_of_one, whole))
            case _:
                raise Refused(p, "与前面的计分方式不能写在同一条里", "得N分,或每…得N分")


def _takes(part: Part) -> bool:
    return isinstance(part, (CountPart, FaultPart)) and part.verb == "扣"


_PERCENT = ("%", "个百分点")
_NAMELESS = ("完成值",)


def _numeric(b: _Builder, scoring: Sequence[Placed]) -> None:
    """One figure against its mark: points at the mark, a branch below, steps up and down."""
    gives = [p for p in scoring if isinstance(p.part, GivePart)]
    branches = [p for p in scoring if isinstance(p.part, BranchPart)]
    steps = [p for p in scoring if isinstance(p.part, StepPart)]
    for p in scoring:
        if p not in gives and p not in branches and p not in steps:
            raise Refused(p, "与前面的计分方式不能写在同一条里", "同一个数据的得分、加分、扣分")
    for extra in (gives[1:], branches[1:]):
        if extra:
            raise Refused(extra[0], "前面已经写过一次", "一个数据只写一次得分、一次未完成")
    ways = [p.part.way for p in steps if isinstance(p.part, StepPart)]
    for i, way in enumerate(ways):
        if way in ways[:i] or (way == "both" and i) or "both" in ways[:i]:
            raise Refused(steps[i], "前面已经写过一次", "加分、扣分各写一次")
    give = gives[0].part if gives else None
    assert give is None or isinstance(give, GivePart)
    branch = branches[0].part if branches else None
    assert branch is None or isinstance(branch, BranchPart)
    if give is None and branch is not None:
        raise Refused(branches[0], "没有写完成时得几分", "先写完成时得几分")
    mark = _mark(give, branches, steps)
    label = _label(give, steps)
    if label in _NAMELESS and b.head:
        label = b.head
    unit = mark.unit or next(
        (p.part.unit for p in steps if isinstance(p.part, StepPart) and p.part.unit), ""
    )
    # a figure without a name of its own is measured as the steps say: in points
    percent_like = mark.unit in _PERCENT or is_percent(label) or label in _NAMELESS
    kind: InputKind = "percent" if percent_like else "count" if unit in COUNTS else "number"
    shown = "%" if percent_like else "" if unit in _PERCENT else unit
    i = b.input(scoring[0], label, kind, shown, mark.number)
    if give is not None:
        said = branch.said if branch else ""
        b.terms.append(Threshold(i, mark, give.amount, _below(b, branch, ways), said, give.thing))
    for p in steps:
        part = p.part
        assert isinstance(part, StepPart)
        step = _step(b, p, part, mark, percent_like)
        if part.way in ("up", "both"):
            b.terms.append(Overshoot(i, mark, step, part.verb, part.head, part.thing))
        if part.way in ("down", "both"):
            head = part.head if part.way == "down" else ""
            b.terms.append(Shortfall(i, mark, step, head=head, thing=part.thing))


def _mark(give: GivePart | None, branches: Sequence[Placed], steps: Sequence[Placed]) -> Mark:
    """The one mark of a clause: where two are written they must be the same."""
    marks = [p for p in (*branches, *steps) if p.part.mark is not None]  # type: ignore[union-attr]
    own = give.mark if give else None
    if own is None and give is not None and give.task is None and steps:
        raise Refused(steps[0], "不知道从多少算起", "完成目标任务得…,或达到N得…")
    if own is None and marks:
        if give is not None:
            raise Refused(marks[0], "这个数只写在这里,不知道是不是完成的标准", "达到N得…,低于N…")
        own = marks[0].part.mark  # type: ignore[union-attr]
    for p in marks:
        if own is not None and p.part.mark != own:  # type: ignore[union-attr]
            raise Refused(p, "与前面的标准不是同一个数", f"{own.text()}")
    return own or Mark()


def _label(give: GivePart | None, steps: Sequence[Placed]) -> str:
    """The name of the figure, from the first phrase that gives one."""
    if give is not None:
        return give.task or give.label
    labels = [
        p.part.label
        for p in steps
        if isinstance(p.part, StepPart) and p.part.label and not p.part.unmet
    ]
    if len(set(labels)) > 1:
        raise Refused(steps[1], "加分和扣分说的不是同一个数据", labels[0])
    return labels[0] if labels else "完成值"


def _below(
    b: _Builder, branch: BranchPart | None, ways: Sequence[str]
) -> Literal["zero", "prop", "steps"]:
    if "down" in ways or "both" in ways:
        if branch is not None:
            raise Refused(None, "既写了逐步扣分,又写了未完成如何计", "只写一种")
        return "steps"
    if branch is not None:
        return branch.kind
    return "zero" if b.reading("G17") == "不得分" else "prop"


def _step(b: _Builder, at: Placed, part: StepPart, mark: Mark, percent_like: bool) -> Step:
    """How the way of a step is measured: in the figure's own unit or in percent of its mark."""
    if part.per <= 0:
        raise Refused(at, "“每”后面的数为0", "大于0的数")
    if part.rise and mark.number is None and mark.kind == "own" and not part.unmet:
        raise Refused(at, "不知道是比目标还是比上年增加", "每超过…,或每少…")
    relative = False
    if part.unit in _PERCENT:
        if mark.kind == "mean":
            # 每高于平均值1个百分点: the difference of two percentages
            relative = not percent_like and part.unit == "%"
        elif mark.number is None:
            default = "差额" if percent_like else "完成率"
            relative = b.reading("G18", default) == "完成率"
        else:
            relative = not percent_like
        whole = b.readings.get("G7") == "整步"
    else:
        if mark.number is not None and part.unit != mark.unit:
            raise Refused(at, f"单位“{part.unit}”与标准的单位“{mark.unit}”不同", mark.unit)
        whole = b.reading("G7") == "整步"
    return Step(part.per, part.unit, part.amount, relative, whole)


def _limits(b: _Builder, limits: Sequence[Placed]) -> Limits:
    """The bounds that the clause states: on bonuses, on deductions, on the item."""
    found: dict[str, Amount | None] = {}
    deducts = any(is_deduction(t) for t in b.terms)
    for p in limits:
        part = p.part
        assert isinstance(part, BoundPart)
        kinds = ("bonus", "deduction") if part.kind == "both" else (part.kind,)
        for kind in kinds:
            if kind == "bonus" and not any(t.bonus for t in b.terms):
                raise Refused(p, "限制加分,但没有加分", "先写加分,再写“最多加N分”")
            if kind in ("deduction", "floor", "no_floor") and not deducts:
                raise Refused(p, "限制扣分,但没有扣分", "先写扣分")
            if kind in found:
                raise Refused(p, "同一种限制写了两次", "只写一次")
            found[kind] = part.amount
    if "floor" in found and "no_floor" in found:
        raise Refused(limits[-1], "既写扣完为止,又写扣分不封顶", "只写一种")
    item = found.get("item")
    return Limits(
        found.get("bonus"),
        found.get("deduction"),
        item.number if item else None,
        "no_floor" not in found,
    )


def _finish(
    source: str, b: _Builder, texts: Sequence[Placed], limits: Limits, worth: Decimal | None
) -> Rule:
    inputs = tuple(b.inputs)
    deducts = any(is_deduction(t) for t in b.terms)
    gives = any(not t.bonus and not is_deduction(t) for t in b.terms)
    if deducts and not gives and b.reading("G16") == "分值":
        b.terms.insert(0, FullPoints())
    pieces = [text for t in b.terms if (text := t.canonical(inputs))]
    if deducts:
        pieces.append("扣完为止" if limits.floor else "扣分不封顶")
    if limits.bonus is not None:
        pieces.append(f"最多加{limits.bonus.text()}")
    if limits.deduction is not None:
        pieces.append(f"最多扣{limits.deduction.text()}")
    if limits.item is not None:
        pieces.append(f"最高得{number(limits.item)}分")
    if worth is not None:
        pieces.append(f"[分值{number(worth)}分]")
    # What is read as having no effect is shown, so that nobody has to trust it unseen.
    said = [p.part.text for p in texts if isinstance(p.part, TextPart) and p.part.text]
    named = [p.part.label for p in texts if isinstance(p.part, HeadPart)]
    if named:
        pieces[0] = ":".join((*named, pieces[0]))
    if said:
        pieces.append("[说明:" + ",".join(said) + "]")
    if any(t.bonus for t in b.terms) and limits.item is None:
        b.reading("G1")
    return Rule(
        source=source,
        terms=tuple(b.terms),
        inputs=inputs,
        canonical=";".join(pieces),
        assumptions=tuple(b.taken.values()),
        readings=dict(b.readings),
        limits=limits,
        stated=worth,
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
        return _plus([t.expr() for t in terms])

    def held(inner: Expr, top: Expr | None, why: str, floor: bool) -> Expr:
        low, high = bounds(inner, size, kinds)
        if floor and low < 0:
            inner = Greatest((inner, ZERO), "不低于0分")
        ceiling = None if top is None else bounds(top, size, kinds)[1]
        if top is not None and ceiling is not None and high > ceiling:
            inner = Least((inner, top), why)
        return inner

    limits = rule.limits
    gives = [t for t in rule.terms if not t.bonus and not is_deduction(t)]
    takes = [t for t in rule.terms if is_deduction(t)]
    bonus = [t for t in rule.terms if t.bonus]
    if points is None:
        # without a 分值 a clause that only deducts is a figure below 0
        gives = [t for t in gives if not isinstance(t, FullPoints)]
    top: Expr | None = None if points is None else Points()
    why = "不超过分值"
    if limits.item is not None and (points is None or limits.item < points):
        top, why = const(limits.item), f"最高得{number(limits.item)}分"
    floor = limits.floor and bool(gives or bonus)
    extra: Expr | None = total(bonus) if bonus else None
    if extra is not None and limits.bonus is not None:
        extra = Least((extra, limits.bonus.expr()), f"最多加{limits.bonus.text()}")
    taken: Expr | None = total(takes) if takes else None
    if taken is not None and limits.deduction is not None:
        most = Mul((MINUS_ONE, limits.deduction.expr()))
        taken = Greatest((taken, most), f"最多扣{limits.deduction.text()}")
    base = [total(gives)] if gives else []
    reaches = bool(base) and points is not None and bounds(base[0], size, kinds)[1] >= size
    if taken is not None:
        base.append(taken)
    on_top = extra is not None and limits.item is None and bool(base)
    if on_top and (rule.readings.get("G1") == "另加" or reaches):
        assert extra is not None
        inner = held(_plus(base), top, why, floor)
        return Rounded(held(Add((inner, extra)), None, "", floor), decimals)
    whole = _plus([*base, *([extra] if extra is not None else [])])
    return Rounded(held(whole, top, why, floor), decimals)


def _plus(parts: Sequence[Expr]) -> Expr:
    return parts[0] if len(parts) == 1 else Add(tuple(parts))


def is_deduction(term: Term) -> bool:
    """Whether a term only takes points away."""
    return isinstance(term, Shortfall) or (isinstance(term, (PerUnit, YesNo)) and term.verb == "扣")

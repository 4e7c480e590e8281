"""The rule families: each a frozen value with the fields of its phrase, in its order.

A family says two things: its canonical wording and its arithmetic.  Evaluation,
explanation and native formulas follow from the arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from kpixl.rules.amounts import Amount, Mark, percent
from kpixl.rules.expr import (
    MINUS_ONE,
    ONE,
    ZERO,
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
    Target,
    Value,
    Whole,
    sub,
)
from kpixl.rules.formula_terms import formula_text
from kpixl.rules.model import RuleInput
from kpixl.rules.printing import number


@dataclass(frozen=True, slots=True)
class Judged:
    """成效显著的,最高加5分: a figure that an assessor gives, within bounds."""

    input: int
    high: Decimal | None
    verb: Literal["得", "加", "扣"] = "加"
    low: Decimal = Decimal(0)
    word: Literal["最高", "酌情"] = field(default="最高", compare=False)
    said: str = field(default="", compare=False)  # 否则, in place of the label
    view: str = field(default="", compare=False)  # 视影响, in place of 酌情

    @property
    def bonus(self) -> bool:
        """Whether the points are 加分."""
        return self.verb == "加"

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """What is judged, and its bounds."""
        label, view = self.said or inputs[self.input].label, self.view or "酌情"
        if self.high is None and self.view.endswith(label):
            return f"{view}计分"  # 按落实情况计分
        if self.high is None:
            return f"{label},{view}{'扣分' if self.verb == '扣' else '计分'}"
        if self.low or self.word == "酌情":
            span = f"{number(self.low)}—{number(self.high)}" if self.low else number(self.high)
            return f"{label},{view}{self.verb}{span}分"
        return f"{label},最高{self.verb}{number(self.high)}分"

    def expr(self) -> Expr:
        """The figure, from 0 to its cap; where a least is said, at least that if any."""
        high: Expr = Points() if self.high is None else Const(self.high)
        top = "分值" if self.high is None else f"{number(self.high)}分"
        inside: Expr = Least((Greatest((Value(self.input), ZERO), "不低于0"), high), f"最高{top}")
        if self.low:
            least = Greatest((inside, Const(self.low)), f"至少{number(self.low)}分")
            inside = Choose(Compare(">", Value(self.input), ZERO), least, ZERO)
        return Mul((MINUS_ONE, inside)) if self.verb == "扣" else inside


@dataclass(frozen=True, slots=True)
class YesNo:
    """制定方案得1分, 未制定预案扣2分, 承办会议加3分: points for a yes, none for a no."""

    input: int
    give: Amount
    verb: Literal["得", "加", "扣"] = "得"
    more: bool = False  # 情节严重的再扣3分: whatever else the same thing costs

    @property
    def bonus(self) -> bool:
        """Whether the points are 加分."""
        return self.verb == "加"

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The thing and its points."""
        more = "再" if self.more else ""
        return f"{inputs[self.input].label}{more}{self.verb}{self.give.text()}"

    def expr(self) -> Expr:
        """points × yes."""
        product = Mul((self.give.expr(), Value(self.input)))
        return Mul((MINUS_ONE, product)) if self.verb == "扣" else product


@dataclass(frozen=True, slots=True)
class Highest:
    """好20分,较好15分,一般10分,差0分: the highest of things of which one holds.

    `others` says that 其余不得分 stands behind them, which is what makes them exclude each other.
    """

    of: tuple[YesNo, ...]
    bonus: bool = False
    others: bool = False

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The grades, one after the other."""
        named = [term.canonical(inputs) for term in self.of]
        return ";".join([*named, "其余不得分"] if self.others else named)

    def expr(self) -> Expr:
        """The highest of them."""
        return Greatest(tuple(term.expr() for term in self.of))


@dataclass(frozen=True, slots=True)
class Gravest:
    """迟报扣1分,造成严重后果扣3分: a fault and its graver cases, of which the gravest alone costs."""

    of: tuple[YesNo, ...]
    bonus: bool = False

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The fault and its graver cases."""
        return ",".join(term.canonical(inputs) for term in self.of)

    def expr(self) -> Expr:
        """The most that any of them costs, taken away."""
        costs = tuple(Mul((term.give.expr(), Value(term.input))) for term in self.of)
        return Mul((MINUS_ONE, Greatest(costs)))


@dataclass(frozen=True, slots=True)
class Levels:
    """承办国家级、省级会议的,分别加3分、1.5分: things listed with their points in one phrase.

    They add up, or only the `highest` counts.  They stay one phrase in the canonical wording,
    since the list is what leaves that open.
    """

    of: tuple[YesNo, ...]
    highest: bool = False
    bonus: bool = False

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The names, and the points in the same order."""
        names = "、".join(inputs[term.input].label for term in self.of)
        points = "、".join(term.give.text() for term in self.of)
        return f"{names}分别{self.of[0].verb}{points}"

    def expr(self) -> Expr:
        """Their sum, or the highest of them."""
        parts = tuple(term.expr() for term in self.of)
        return Greatest(parts) if self.highest else Add(parts)


@dataclass(frozen=True, slots=True)
class Base:
    """规范管理得6分,每发现一处扣2分: the points that deductions beside them start from."""

    give: Amount
    words: str = field(default="", compare=False)
    bonus: bool = False

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The words and the points."""
        return f"{self.words}得{self.give.text()}"

    def expr(self) -> Expr:
        """The points."""
        return self.give.expr()


@dataclass(frozen=True, slots=True)
class Threshold:
    """财政收入完成目标得12分,未完成按比例扣分: points for a figure that reaches its mark.

    `below` says what it gives otherwise: nothing (zero), in proportion to the mark (prop),
    or the same, because a `Shortfall` beside it takes the points away (steps); `said` are the
    clause's own words for it, empty where it is an assumption.
    """

    input: int
    mark: Mark
    give: Amount
    below: Literal["zero", "prop", "steps"]
    said: str = field(default="", compare=False)
    thing: str = field(default="", compare=False)
    each: bool = field(default=False, compare=False)
    op: Literal[">=", ">", "<=", "<"] = ">="
    verb: Literal["得", "加", "扣"] = "得"
    lose: Amount | None = None
    period: tuple[str, int] = field(default=("", 1), compare=False)
    rated: bool = field(default=False, compare=False)  # 按完成率计分, without 完成目标得
    most: Decimal = Decimal(1)  # of the proportion: 完成率超过120%的按120%计

    @property
    def bonus(self) -> bool:
        """Whether the points are 加分."""
        return self.verb == "加"

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The figure, its mark, the points, and what happens below."""
        if self.rated and self.mark.number is not None:
            label = inputs[self.input].label
            return f"{label}{self.mark.text()}为{self.give.text()},其余按比例计分"
        if self.rated and self.mark.number is not None:
            return f"按{inputs[self.input].label}计分"
        if self.rated:
            return f"{inputs[self.input].label},按任务完成率计分"
        if self.each:  # without 达到, so that the reading stays open
            label = inputs[self.input].label
            label = label.removesuffix(self.thing) if self.thing else label
            return f"{label}{self.mark.text()}{self.thing}{self.verb}{self.give.text()}"
        label, mark, points = inputs[self.input].label, self.mark.text(), self.give.text()
        label = label.removesuffix(self.thing) if self.thing else label
        said, times = self.period
        if said and self.mark.number is not None:  # as the clause says it: for each period
            label, mark = said + label, f"{number(self.mark.number / times)}{self.mark.unit}"
        if self.mark.kind == "over":
            text = f"{label}超额完成{mark}以上{self.thing}{self.verb}{points}"
        elif self.mark.number is not None and not self.mark.unit:
            text = f"{label}为{mark}时{self.verb}{points}"
        elif self.op == "<=":
            text = f"{label}不超过{mark}{self.thing}{self.verb}{points}"
        else:
            target = self.mark.number is None and self.mark.kind == "own"
            verb = {">": "超过", "<": "低于"}.get(self.op, "完成" if target else "达到")
            if self.mark.kind in ("prior", "given") and self.op == ">=":
                verb = "不低于"
            text = f"{label}{verb}{mark}{self.thing}{self.verb}{points}"
        if not self.said:
            return text
        if self.lose is not None:
            return f"{text},{self.said}扣{self.lose.text()}"
        return text + f",{self.said}" + {"zero": "不得分", "prop": "按比例扣分"}[self.below]

    def expr(self) -> Expr:
        """The points, or less below the mark."""
        give, value, mark = self.give.expr(), Value(self.input), self.mark.expr(self.input)
        if self.below == "steps":
            return give
        met = Compare(self.op, value, mark)
        if self.below == "prop" and self.op == "<=":
            # an actual of 0 meets a limit (G14)
            return Mul((give, Choose(met, ONE, Div(mark, value))))
        if self.below == "prop":
            why = "超过目标的部分不计"
            if self.most != 1:
                why = f"超过{percent(self.most)}的部分不计"
            return Mul((give, Least((Div(value, mark), Const(self.most)), why)))
        if self.verb == "扣":
            return Choose(met, Mul((MINUS_ONE, give)), ZERO)
        lost = ZERO if self.lose is None else Mul((MINUS_ONE, self.lose.expr()))
        return Choose(met, give, lost)


@dataclass(frozen=True, slots=True)
class Step:
    """1个百分点 … 0.5分: how far a figure has to go, and what that is worth.

    `relative` measures the way in percent of the mark instead of in the figure's own unit;
    `whole` counts whole steps only (G7); `most` is the most that the steps come to.
    """

    per: Decimal
    unit: str
    amount: Amount
    relative: bool
    whole: bool
    most: Decimal | None = None
    up: bool = False  # part of a step counts as one
    said: bool = field(default=False, compare=False)  # by the clause itself

    def worth(self, way: Expr, mark: Expr) -> Expr:
        """The points for a way that was gone, a figure of at least 0."""
        way = Greatest((way, ZERO))
        if self.relative:
            way = Div(Mul((way, Const(Decimal(100)))), mark)
        steps: Expr = way if self.per == 1 else Div(way, Const(self.per))
        if self.up:
            steps = Whole(steps, up=True)
        elif self.whole:
            steps = Whole(steps)
        worth: Expr = Mul((self.amount.expr(), steps))
        if self.most is not None:
            worth = Least((worth, Const(self.most)), f"最多{number(self.most)}分")
        return worth

    def cap(self, verb: str) -> str:
        """最多加3分, where that is about these steps alone, and what part of a step counts for."""
        most = "" if self.most is None else f",最多{verb}{number(self.most)}分"
        if not self.said:
            return most
        return f",不足{self.way}的{f'按{self.way}计' if self.up else '不计'}{most}"

    @property
    def way(self) -> str:
        """The way of one step as 每… takes it."""
        return f"{number(self.per)}{self.unit}"


@dataclass(frozen=True, slots=True)
class Overshoot:
    """每超过1个百分点加0.5分; `verb` 得 makes the points part of the item, 加 a bonus.

    With `rise` (比上年每提高…) the figure asked for is the rise itself, and the mark is 0.

    `head` and `thing` are the words before 每 and behind the amount, `word` is the one behind
    每 where a reading says what it means; they make no other rule.
    """

    input: int
    mark: Mark
    step: Step
    verb: Literal["得", "加"] = "加"
    head: str = field(default="", compare=False)
    thing: str = field(default="", compare=False)
    rise: Literal["", "提高", "降低"] = ""
    down: bool = False
    word: str = field(default="", compare=False)
    lead: str = field(default="", compare=False)
    prop: bool = field(default=False, compare=False)  # 按比例加分, without 每

    @property
    def bonus(self) -> bool:
        """Whether the points are 加分."""
        return self.verb == "加"

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The step with its words."""
        if self.prop:
            return f"{self.head}按比例加分"
        head = f"{self.head}," if self.head else ""
        way = f"{self.lead}{self.step.way}{self.thing}"
        each = self.rise or self.word or ("低" if self.down else "超过")
        if each == "提高" and self.step.unit in ("名", "位"):
            each = "增加"  # 每提高1名 is a place
        points = f"{self.verb}{self.step.amount.text()}"
        return f"{head}每{each}{way}{points}{self.step.cap(self.verb)}"

    def expr(self) -> Expr:
        """The steps beyond the mark."""
        mark = self.mark.expr(self.input)
        return self.step.worth(_way(Value(self.input), mark, down=self.down), mark)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """每少1个百分点扣1分; `head` and `thing` as in `Overshoot`."""

    input: int
    mark: Mark
    step: Step
    bonus: bool = False
    head: str = field(default="", compare=False)
    thing: str = field(default="", compare=False)
    down: bool = False
    word: str = field(default="", compare=False)
    lead: str = field(default="", compare=False)

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The step with its words."""
        head = f"{self.head}," if self.head else ""
        each = self.word or ("超过" if self.down else "少")
        way = f"{self.lead}{self.step.way}{self.thing}"
        return f"{head}每{each}{way}扣{self.step.amount.text()}{self.step.cap('扣')}"

    def expr(self) -> Expr:
        """The steps short of the mark, taken away."""
        mark = self.mark.expr(self.input)
        short = _way(Value(self.input), mark, down=not self.down)
        return Mul((MINUS_ONE, self.step.worth(short, mark)))


def _way(value: Expr, mark: Expr, *, down: bool) -> Expr:
    """How far a figure lies above its mark, or below it with `down`."""
    return sub(mark, value) if down else sub(value, mark)


@dataclass(frozen=True, slots=True)
class Gate:
    """低于60%不得分, 发生重大事故的不得分: the whole item is 0 where the test holds.

    `mark` None makes the input a yes/no.  Its expression is the test, 1 where the item is 0.
    """

    input: int
    mark: Mark | None
    op: Literal["<", "<=", ">", ">="] = "<"
    said: str = field(default="", compare=False)
    own: bool = field(default=False, compare=False)  # a count of its own, named in the wording
    bonus: bool = False

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The test and its consequence."""
        label = inputs[self.input].label
        if self.mark is None:
            return f"{label}的本项不得分"
        if self.said:  # in the clause's own words, so that none of them is lost
            return f"{self.said}的不得分"
        if self.op == "<=":
            return f"{label}{self.mark.text()}以下不得分"
        if self.op == ">=":
            return f"{label if self.own else ''}{self.mark.text()}以上的本项不得分"
        return f"{label}{'低于' if self.op == '<' else '超过'}{self.mark.text()}的本项不得分"

    def expr(self) -> Expr:
        """The test."""
        if self.mark is None:
            return Compare("=", Value(self.input), ONE)
        return Compare(self.op, Value(self.input), self.mark.expr(self.input))


@dataclass(frozen=True, slots=True)
class FormulaGate(Gate):
    """若本值≥2×本类平均值,则得0分: a gate between figures, beside a formula."""

    test: Expr = ZERO

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The test and its consequence."""
        return f"若{formula_text(self.test, inputs)},则得0分"

    def expr(self) -> Expr:
        """The test."""
        return self.test


_BEYOND = {"<": "低于", ">": "高于", ">=": ""}


@dataclass(frozen=True, slots=True)
class JointGate(Gate):
    """断档率高于5%、成活率低于85%的不得分: a gate of several figures, any of which suffices, or all.

    `joint` is 或, 且, or the 、 that leaves it open.
    """

    more: tuple[tuple[int, Mark, Literal["<", ">", ">="]], ...] = ()
    joint: str = "或"
    either: bool = True

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The tests and their consequence."""
        tests = [
            f"{inputs[i].label}{_BEYOND[op]}{mark.text()}{'以上' if op == '>=' else ''}"
            for i, mark, op in self.more
        ]
        return f"{self.joint.join(tests)}的本项不得分"

    def expr(self) -> Expr:
        """How many of the tests hold, against how many have to."""
        holds = [
            Choose(Compare(op, Value(i), mark.expr(i)), ONE, ZERO) for i, mark, op in self.more
        ]
        needed = 1 if self.either else len(holds)
        return Compare(">=", Add(tuple(holds)), Const(Decimal(needed)))


@dataclass(frozen=True, slots=True)
class FullPoints:
    """A clause that only deducts starts from the 分值; it has no words of its own."""

    bonus: bool = False

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """Nothing: the deductions say it."""
        return ""

    def expr(self) -> Expr:
        """分值."""
        return Points()


@dataclass(frozen=True, slots=True)
class Requirements:
    """完成小升规70家以上,亿元企业6家以上: the item's points for the mean of its lines.

      A line is an input with its target (`limits` names those that are at most), or a judged
      percentage where the requirement has no number.  What a line that is not met gives is the
      scheme's default rule: in proportion, or nothing; `spoken` are lines in the clause's
    own words, where a reading says what they mean (3-5个, 每月2次).  Lines are not rounded (G11) and lie in
      0 … 1.
    """

    lines: tuple[int, ...]
    judged: frozenset[int]
    limits: frozenset[int]
    below: Literal["zero", "prop"]
    bonus: bool = False
    spoken: tuple[tuple[int, str], ...] = field(default=(), compare=False)

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The lines, each with its target."""
        return ";".join(self._line(inputs[i], i) for i in self.lines)

    def _line(self, given: RuleInput, i: int) -> str:
        if i in self.judged or given.target is None:
            return given.label
        said = next((text for at, text in self.spoken if at == i), None)
        if said is not None:
            return said
        word = "不超过" if i in self.limits else "不少于"
        return f"{given.label}{word}{number(given.target)}{given.unit}"

    def expr(self) -> Expr:
        """分值 × mean of the lines."""
        parts = tuple(Named(f"#{i}", self._completion(i)) for i in self.lines)
        mean = parts[0] if len(parts) == 1 else Div(Add(parts), Const(Decimal(len(parts))))
        return Mul((Points(), mean))

    def _completion(self, i: int) -> Expr:
        value, target = Value(i), Target(i)
        if i in self.judged:
            done: Expr = Div(value, Const(Decimal(100)))
            if self.below == "zero":
                return Choose(Compare(">=", done, ONE), ONE, ZERO)
        elif i in self.limits:
            # an actual of 0 meets a limit (G14)
            met = Compare("<=", value, target)
            return Choose(met, ONE, ZERO if self.below == "zero" else Div(target, value))
        elif self.below == "zero":
            return Choose(Compare(">=", value, target), ONE, ZERO)
        else:
            done = Div(value, target)
        return Greatest((Least((done, ONE), "超过目标的部分不计"), ZERO), "负数按0计")

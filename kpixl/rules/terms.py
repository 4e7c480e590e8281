"""The rule families: each a frozen value with the fields of its phrase, in its order.

A family says two things: its canonical wording and its arithmetic.  Evaluation,
explanation and native formulas follow from the arithmetic.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from kpixl.patterns import lazily
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
    Peer,
    Points,
    Position,
    Prior,
    Rank,
    Target,
    Ties,
    Value,
    Whole,
    for_input,
    rebuild,
    sub,
)
from kpixl.rules.model import RuleInput
from kpixl.rules.printing import number, show


def percent(weight: Decimal) -> str:
    """A share as clauses write it.

    >>> percent(Decimal("0.3"))
    '30%'
    """
    return f"{number(weight * 100)}%"


def formula_text(expr: Expr, inputs: tuple[RuleInput, ...]) -> str:
    """A formula in the words of a clause."""

    def leaf(node: Expr) -> str | None:
        match node:
            case Value(i):
                return f"{inputs[i].label}" if inputs[i].label != "本值" else "本值"
            case Target(i):
                return _role(inputs[i].label, "目标值")
            case Prior(i):
                return _role(inputs[i].label, "上年值")
            case Peer(stat, i):
                if stat == "count":
                    return "本类单位数"
                word = {"max": "本类最高值", "min": "本类最低值", "mean": "本类平均值"}[stat]
                return _role(inputs[i].label, word)
            case Rank(i):
                return _role(inputs[i].label, "名次")
            case Position(i):
                low = leaf(Peer("min", i))
                return f"({leaf(Value(i))}-{low})÷({leaf(Peer('max', i))}-{low})"
            case _:
                return None

    match expr:
        case Mul((Value(i), Const(percent=True) as share)) if inputs[i].kind == "percent":
            # 满意度×10% is 9.5 points of 95%, 满意度×0.1 a tenth of one
            return f"{leaf(Value(i))}×{percent(share.value)}"
    return show(expr, leaf)


def _role(label: str, word: str) -> str:
    return word if label in ("本值", "完成值") else label + word


@dataclass(frozen=True, slots=True)
class Amount:
    """Points as a clause gives them: a number, a share of the 分值, or 满分.

    `number` None is 满分; `share` makes the number a share of 分值 (0.9 for 90%), `full` is
    the 分值 as the clause repeats it (基本分(25分)的90%).
    """

    number: Decimal | None
    share: bool = False
    full: Decimal | None = None

    def expr(self) -> Expr:
        """The points."""
        if self.number is None:
            return Points()
        return Mul((Const(self.number), Points())) if self.share else Const(self.number)

    def text(self) -> str:
        """The points as 得…, 加…, 扣… take them."""
        if self.number is None:
            return "满分"
        if not self.share:
            return f"{number(self.number)}分"
        full = f"({number(self.full)}分)" if self.full is not None else ""
        return f"基本分{full}的{percent(self.number)}"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a figure is held against.

    `kind` own is a number with its unit or, without a number, the target; given is the target
    under a name of its own (全市平均工资增幅); mean is the mean of the group, prior last year's
    figure, over the target and so many percent more, of so many percent of the target.
    """

    number: Decimal | None = None
    unit: str = ""
    kind: Literal["own", "mean", "given", "prior", "over", "of"] = "own"
    words: str = field(default="", compare=False)

    def expr(self, input_: int) -> Expr:
        """The mark of an input."""
        if self.kind == "mean":
            return Peer("mean", input_)
        if self.kind == "prior":
            return Prior(input_)
        if self.kind == "over" and self.number is not None:
            return Mul((Target(input_), Const(1 + self.number / 100)))
        if self.kind == "of" and self.number is not None:
            return Mul((Target(input_), Const(self.number / 100)))
        return Target(input_) if self.number is None else Const(self.number)

    def text(self) -> str:
        """The mark as 达到… takes it."""
        if self.kind in ("mean", "prior"):
            return self.words or {"mean": "本类平均值", "prior": "上年"}[self.kind]
        if self.kind == "given":
            return self.words
        if self.kind == "of" and self.number is not None:
            return f"目标的{number(self.number)}%"
        return "目标" if self.number is None else f"{number(self.number)}{self.unit}"


@dataclass(frozen=True, slots=True)
class Formula:
    """得分=… over the roles and figures that the clause names; `words` name what it is about.

    `fractions` are the inputs whose percentages are put in as fractions.
    """

    arithmetic: Expr
    words: str = field(default="", compare=False)
    bonus: bool = False
    fractions: frozenset[int] = frozenset()

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """得分= and the arithmetic."""
        head = f"{self.words}:" if self.words else ""
        return head + "得分=" + formula_text(self.arithmetic, inputs)

    def expr(self) -> Expr:
        """The arithmetic as written, 96% put in as 0.96."""

        def put_in(node: Expr) -> Expr:
            if isinstance(node, (Value, Target, Prior, Peer)) and node.input in self.fractions:
                return Div(node, Const(Decimal(100)))
            return node

        return rebuild(self.arithmetic, put_in) if self.fractions else self.arithmetic


@dataclass(frozen=True, slots=True)
class Blend:
    """得分=…;其中A、B、C得分分别以30%、20%、50%的权重计入: one formula for each part, weighted.

    Parts are not rounded (G11); `weights` are in the order of the inputs;
    `words` name what it is about.
    """

    template: Expr
    weights: tuple[Decimal, ...]
    bonus: bool = False
    words: str = field(default="", compare=False)

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The formula, the names of the parts and their weights."""
        generic = (RuleInput("本值"),)
        names = "、".join(i.label for i in inputs[: len(self.weights)])
        weights = "、".join(percent(w) for w in self.weights)
        head = f"{self.words}:" if self.words else ""
        return (
            f"{head}得分={formula_text(self.template, generic)};"
            f"其中{names}得分分别以{weights}的权重计入得分"
        )

    def expr(self) -> Expr:
        """The weighted sum of the formula over each part."""
        return Add(
            tuple(
                Mul((Const(w), Named(f"#{i}", for_input(self.template, i))))
                for i, w in enumerate(self.weights)
            )
        )


@dataclass(frozen=True, slots=True)
class Ladder:
    """数量最多的得10分,排名每下降1位减0.5分: a constant step down from the first place.

    `top` None stands for 满分; `share` makes the step a share of 分值 (0.05 for 5%).
    """

    input: int
    top: Decimal | None
    places: Decimal
    step: Decimal
    ties: Ties = "竞争"
    descending: bool = True
    bonus: bool = False
    share: bool = False
    last: bool = False  # what the last of the others gets: 无此项任务的按最低得分计
    words: str = field(default="", compare=False)  # in which the clause says so

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The first place's points and the step."""
        if self.last:
            return self.words
        best = "最多的" if self.descending else "最少的"
        top = "得满分" if self.top is None else f"得{number(self.top)}分"
        return (
            f"{inputs[self.input].label}{best}{top},"
            f"排名每下降{number(self.places)}位减{Amount(self.step, self.share).text()}"
        )

    def expr(self) -> Expr:
        """top - step × (place - 1)."""
        down: Expr = sub(Rank(self.input, self.ties, self.descending, self.last), ONE)
        if self.places != 1:
            down = Whole(Div(down, Const(self.places)))
        top: Expr = Points() if self.top is None else Const(self.top)
        return sub(top, Mul((Amount(self.step, self.share).expr(), down)))


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

    @property
    def bonus(self) -> bool:
        """Whether the points are 加分."""
        return self.verb == "加"

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The thing and its points."""
        return f"{inputs[self.input].label}{self.verb}{self.give.text()}"

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


# what was found is the thing itself; what was done to it is another count
_FOUND = lazily(
    "|(?:新?发[现生]|出现|查[出实处]|核实|存在|有|达到?|满|采[用纳]|录用|刊[登发用]|上报|报送|得到?|获得?|完成|落实|开展|举办|召开|组织|进行|参加|采集)"
)
_NONE_OF = lazily(
    "^(?:全年|年内|确保|力争|实现|做到)*(?:无(?!证|照|牌|故)|杜绝|严禁|不发生|未发生|没有发生)|(?:零发生|零事故|零上访|不发生|未发生)$"
)
_FAILS = lazily("[缺迟漏错误逾延拖瞒谎虚违损丢遗失]|滞后|超[期时]|脱岗|旷")
_LEFT_OUT = lazily(r"(?:\([^()]*\))+")


@dataclass(frozen=True, slots=True)
class Counted:
    """The words of 报送信息,每采用1条: what stands before 每, what is done, what is counted.

    `slash` is said as 扣2分/次, `plain` as 平台1个得10分: without 每.
    """

    head: str
    does: str
    unit: str
    thing: str
    slash: bool = False
    plain: bool = False
    bracket: bool = False  # (扣12分,其中每少1份扣1分)
    apiece: bool = False  # 没有落实的各扣2分: of how many things is not said
    undone: bool = False  # 未完成1次扣1分, without 每

    @property
    def label(self) -> str:
        """The name of the count as an input."""
        if self.slash:
            return f"{self.head}{self.unit}数"
        if self.apiece:
            return f"{self.head}的件数"
        if self.undone:
            return f"{self.head}{self.does}{self.thing or f'{self.unit}数'}"
        if not self.head and _LEFT_OUT.fullmatch(self.thing):  # 每发现1人(失控人员除外)
            return f"{self.does}{self.unit}数{self.thing}"
        if re.match(
            "(?:缺|少)(?![席勤岗课漏陷])", self.does
        ):  # what is missing is counted, not what is there
            return self.head + self.does + (self.thing or f"{self.unit}数")
        thing = "" if self.head.endswith(self.thing) else self.thing  # 项目每开工1个项目
        if not self.thing and re.match("发[现生]|出现", self.does) and _NONE_OF.search(self.head):
            return f"{self.head},{self.does}{self.unit}数"  # 无责任事故,每发生1起
        if self.head and not self.thing and self.does not in self.head:
            # 工作每延误1天, 事故每死亡1人: the delay is counted, not the work
            thing = "" if _FOUND.fullmatch(self.does) else self.does
        if self.thing and _FAILS.match(self.does):  # 每缺席1次例会
            thing = self.does + thing
        return self.head + thing or f"{self.does}{self.unit}数"

    def step(self, per: Decimal) -> str:
        """The step as the clause says it."""
        if self.undone:
            return f"{self.head}{self.does}{number(per)}{self.unit}{self.thing}"
        if self.plain:
            return f"{self.head}{number(per)}{self.unit}{self.thing}"
        head = self.head + "," if self.head else ""
        return f"{head}每{self.does}{number(per)}{self.unit}{self.thing}"


@dataclass(frozen=True, slots=True)
class PerUnit:
    """每采用一条得0.1分: points for each counted thing; `per` of them make a step.

    `verb` is 得 (part of the item), 加 (a bonus) or 扣 (a deduction).  The words do not
    make another rule, so they are left out of comparisons.
    """

    input: int
    words: Counted = field(compare=False)
    per: Decimal
    verb: Literal["得", "加", "扣"]
    amount: Decimal
    whole: bool = True
    most: Decimal | None = None
    share: bool = False

    @property
    def bonus(self) -> bool:
        """Whether the points are 加分."""
        return self.verb == "加"

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """每, what is counted, and the points."""
        most = "" if self.most is None else f",最多{self.verb}{number(self.most)}分"
        if self.share:
            return f"{self.words.step(self.per)}{self.verb}{Amount(self.amount, share=True).text()}"
        if self.words.bracket and self.most is not None:
            each = self.words.step(self.per).removeprefix(f"{self.words.head},")
            points = f"{self.verb}{number(self.amount)}分"
            return f"{self.words.head}({self.verb}{number(self.most)}分,其中{each}{points})"
        if self.words.apiece:
            return f"{self.words.head}的各{self.verb}{number(self.amount)}分{most}"
        if self.words.slash:
            return f"{self.words.head}{self.verb}{number(self.amount)}分/{self.words.unit}{most}"
        return f"{self.words.step(self.per)}{self.verb}{number(self.amount)}分{most}"

    def expr(self) -> Expr:
        """points × steps."""
        steps: Expr = Value(self.input)
        if self.per != 1:
            steps = Div(steps, Const(self.per))
        if self.whole:
            steps = Whole(steps)
        product: Expr = Mul((Amount(self.amount, self.share).expr(), steps))
        if self.most is not None:
            product = Least((product, Const(self.most)), f"最多{self.verb}{number(self.most)}分")
        return Mul((MINUS_ONE, product)) if self.verb == "扣" else product


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


@dataclass(frozen=True, slots=True)
class Edge:
    """Where one tier ends and the next begins; `above` says that the number is the upper's,
    `said` that the clause says so; `ends` are the two numbers of 60~69, 70~79."""

    number: Decimal
    above: bool
    said: bool = field(default=True, compare=False)
    ends: tuple[Decimal, Decimal] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Tiers:
    """80%(不含)以下不得分;80%—90%(不含)得8分;90%以上得10分: points by the interval of a figure.

    `amounts` has one entry more than `edges`: below the first, between each two, above the last.
    """

    input: int
    unit: str
    edges: tuple[Edge, ...]
    amounts: tuple[Amount, ...]
    verb: Literal["得", "加", "扣"] = "得"
    closed: bool = field(default=False, compare=False)  # nothing is said above the last interval

    @property
    def bonus(self) -> bool:
        """Whether the points are 加分."""
        return self.verb == "加"

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The intervals from the lowest, each end said to be in or out."""

        def end(edge: Edge, *, inside: bool, upper: bool) -> str:
            if edge.ends is not None:
                return f"{number(edge.ends[upper])}{self.unit}"
            said = ("(含)" if inside else "(不含)") if edge.said else ""
            return f"{number(edge.number)}{self.unit}{said}"

        def points(amount: Amount) -> str:
            if amount.number == (None if self.verb == "扣" else 0) and self.verb != "加":
                return "不得分"  # of points that are taken away these are all
            return f"{self.verb}{amount.text()}"

        first, last = self.edges[0], self.edges[-1]
        texts = [f"{end(first, inside=not first.above, upper=False)}以下{points(self.amounts[0])}"]
        for low, high, amount in zip(self.edges, self.edges[1:], self.amounts[1:-1], strict=False):
            if low.number == high.number:
                texts.append(f"等于{number(low.number)}{self.unit}{points(amount)}")
                continue
            lower = end(low, inside=low.above, upper=True)
            ends = f"{lower}—{end(high, inside=not high.above, upper=False)}"
            texts.append(ends + points(amount))
        if self.closed and last.above:  # whose the end is need not be said: nothing is beyond
            below = self.amounts[-2]
            texts[-1] = texts[-1].replace(
                f"{end(last, inside=not last.above, upper=False)}{points(below)}",
                f"{number(last.number)}{self.unit}{points(below)}",
            )
        elif not self.closed:
            texts.append(
                f"{end(last, inside=last.above, upper=True)}以上{points(self.amounts[-1])}"
            )
        return inputs[self.input].label + ";".join(texts)

    def expr(self) -> Expr:
        """The highest tier that the figure reaches."""
        result: Expr = self.amounts[0].expr()
        for edge, amount in zip(self.edges, self.amounts[1:], strict=True):
            test = Compare(">=" if edge.above else ">", Value(self.input), Const(edge.number))
            result = Choose(test, amount.expr(), result)
        return Mul((MINUS_ONE, result)) if self.verb == "扣" else result


@dataclass(frozen=True, slots=True)
class TiersWithin:
    """80%以下得0-10分;80%—90%得11-15分;90%以上得16-20分: within the points of the interval.

    `least` holds the intervals with their fewest points, `most` the most of each; `judged` is
    the figure that an assessor gives.
    """

    least: Tiers
    most: tuple[Amount, ...]
    judged: int

    @property
    def bonus(self) -> bool:
        """Whether the points are 加分."""
        return self.least.bonus

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The intervals from the lowest, each with its two numbers."""
        lines = self.least.canonical(inputs).split(";")
        told = []
        for line, low, high in zip(lines, self.least.amounts, self.most, strict=True):
            if low == high:
                told.append(line)
                continue
            verb = self.least.verb
            ends = f"{verb}{number(low.number or Decimal(0))}—{number(high.number or Decimal(0))}分"
            told.append(re.sub(rf"(?:不得分|{verb}[^{verb}]*分)$", ends, line))
        return ";".join(told)

    def expr(self) -> Expr:
        """The judged figure, held within the interval's points."""
        low = self.least.expr()
        high = replace(self.least, amounts=self.most).expr()
        inside = Greatest((Value(self.judged), low), "按这一档的最少分")
        return Least((inside, high), "按这一档的最多分")

"""The arithmetic of 得分=…: names of roles, numbers, signs and brackets.

A name is a role (本值, 目标值, 上年值, 本类最高值, 分值, 名次), or a role behind the name of
a figure (增幅实际值, 增幅目标值), or the name of a figure itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from kpixl.errors import RuleError
from kpixl.patterns import lazily
from kpixl.rules.expr import (
    MINUS_ONE,
    Add,
    Const,
    Div,
    Expr,
    Mul,
    Peer,
    Points,
    Position,
    Prior,
    Rank,
    Target,
    Ties,
    Value,
    bounds,
    rebuild,
)
from kpixl.rules.normalise import Normal
from kpixl.rules.scanner import Figure, read_numeral
from kpixl.rules.vocabulary import is_percent

_GROUP = (
    "(?:本类|本组|同类|同组|组内|本区域|各单位|各县|(?:全县|全市|全区|全省)"
    "(?:各|所有)?(?:开发区|园区|乡镇|街道|镇街|县区|县市区|区县|单位|企业|部门)?)?"
)
_ROLES: tuple[tuple[str, str], ...] = (
    ("points", r"(?:该项|本项|指标)?(?:分值|满分|标准分|标准分值|权重分|权重分值|满分值)"),
    ("max", _GROUP + r"(?:最高|最大)(?:单位|企业|县|乡镇|街道|者)?的?(?:完成)?(?:值|数值|数)"),
    ("min", _GROUP + r"(?:最低|最小)(?:单位|企业|县|乡镇|街道|者)?的?(?:完成)?(?:值|数值|数)"),
    ("mean", _GROUP + r"(?:平均值|平均数|平均水平)"),
    ("rank", r"(?:名次|位次|排名)"),
    (
        "target",
        r"(?:年度)?(?:目标任务数|目标任务|目标值|目标数|任务数|计划数|计划值|指标数|(?<!.)(?:目标|(?:年度)?计划))",
    ),
    ("prior", r"(?:上年值|上年数|上年实绩|上年度值|基期值)"),
    (
        "value",
        r"(?:参评)?企业指标值|(?:该|本|各|被考核)(?:单位|企业|县|乡镇|街道)的?(?:实际)?(?:完成)?(?:值|数值|数)|(?:本值|实际值|实际完成值|实际完成数|完成值|完成数|实绩|实绩值|指标值)",
    ),
)
_ROLE = lazily("|".join(f"(?P<{name}>{pattern})$" for name, pattern in _ROLES))
_COUNT = lazily(
    r"(?:本类|本组|同类|参评|参加考核|被考核|考核)(?:单位|对象|企业|乡镇|街道|部门)?(?:总数|总个数|个数|数)"
)
_ENDS = {"最高": "max", "最大": "max", "最低": "min", "最小": "min", "平均": "mean"}
_AHEAD = lazily(
    _GROUP + r"(?P<end>最高|最大|最低|最小|平均)的?(?P<label>(?!值|数|水平|分|工资).{2,})"
)
_NAME = lazily(r"[^0-9()\[\]+×÷/=,%\-.\s∑Σ√^<>≥≤]+")
_RISES = lazily(r"(?:增幅|增速|降幅|幅度|速度|增长|增长率)$")
_NUM = lazily(r"[0-9]+(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?")


# 得分=完成率96%×0.5=0.48: the figures of one unit put in, and what they come to
_CAME_TO = lazily(r"=(?P<n>-?[0-9]+(?:\.[0-9]+)?)分?$")
_CARRIED = lazily(r"[\u4e00-\u9fff)][0-9]+(?:\.[0-9]+)?%?(?=[+\-×÷/)]|$)")


_WHEN = r"(?:本|该|当)?(?:季度|年度|月度|季|年|月|期)?"
_BODY = r"(?:单位|企业|县|区|县区|乡镇|街道|部门|园区)"
_OF_UNIT = lazily(rf"{_WHEN}(?:本|该|被考核){_BODY}的?(?P<label>[\u4e00-\u9fff]{{2,}})")
_OF_BEST = lazily(
    rf"{_WHEN}(?:(?:排名)?第一(?:名)?|(?:完成|得分)?最(?:好|高|多)){_BODY}的?(?P<label>[\u4e00-\u9fff]{{2,}})"
)
_SCORED = lazily(r"(?<=..)(?:得分|分值|积分|总分)$")


def _shortened(short: str, full: str) -> bool:
    """Whether a name is another one, or that with a word left out: 各类综合分值, 各类项目综合分值."""
    if short == full:
        return True
    at = 0
    for c in full:
        at += at < len(short) and short[at] == c
    alike = short[-2:] == full[-2:]
    return alike and at == len(short) and len(short) >= 4 and len(full) - len(short) <= 4


def is_figure(text: str) -> bool:
    """Whether a formula takes words as the name of a figure.

    >>> is_figure("投资额"), is_figure("目标任务"), is_figure("每项考核内容")
    (True, False, False)
    """
    from kpixl.rules.scanner import effects_outside_names

    if _NAME.fullmatch(text) is None or effects_outside_names(text):
        return False
    return _ROLE.search(text) is None and _AHEAD.fullmatch(text) is None


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A formula that was read: its expression, the labels of its inputs in order of
    appearance, and its numbers."""

    expr: Expr
    labels: tuple[str, ...]
    figures: frozenset[Figure]


def read_formula(
    normal: Normal,
    start: int,
    end: int,
    *,
    flat: Decimal = Decimal(1),
    ties: Ties = "竞争",
    names: Mapping[str, int] | None = None,
) -> Arithmetic:
    """Read the right side of 得分=… that stands at a stretch of a clause.

    `flat` is the place in a band whose ends are equal (G5), `ties` the counting of equal
    places (G3).  Raises RuleError at the character that does not fit.

    >>> from kpixl.rules.normalise import normalise
    >>> text = normalise("(本值-本类最低值)/(本类最高值-本类最低值)×分值")
    >>> read_formula(text, 0, len(text.text)).expr
    Mul(factors=(Position(input=0, flat=Decimal('1')), Points()))
    """
    reader = _Reader(normal, start, end, ties)
    came_to = _CAME_TO.search(normal.text, start, end)
    if came_to and came_to.end() == end and _CARRIED.search(normal.text, start, came_to.start()):
        reader.end, reader.worked = came_to.start(), {}
        expr = reader.sum()
        if reader.at == reader.end:
            reader.check_worked(expr, came_to)
            reader.at = end
    else:
        expr = reader.sum()
    if reader.at < end:
        raise reader.refusal("这里不该有这些字", "运算符,或公式到此为止")
    return Arithmetic(
        rebuild(flattened(expr), lambda node: _position(node, flat)),
        tuple(reader.labels),
        frozenset(reader.figures),
    )


def flattened(expr: Expr) -> Expr:
    """Products of products and sums of sums as one: their brackets say nothing."""

    def one(node: Expr) -> Expr:
        match node:
            case Mul(factors) if any(isinstance(f, Mul) for f in factors):
                if factors[0] == MINUS_ONE and len(factors) == 2:
                    return node  # a subtraction
                parts = (f.factors if isinstance(f, Mul) else (f,) for f in factors)
                return Mul(tuple(f for part in parts for f in part))
            case Add(terms) if any(isinstance(t, Add) for t in terms):
                sums = (t.terms if isinstance(t, Add) else (t,) for t in terms)
                return Add(tuple(t for part in sums for t in part))
            case _:
                return node

    return rebuild(expr, one)


def placed_in_band(expr: Expr, flat: Decimal) -> Expr:
    """The same arithmetic with the places in a band as such."""
    return rebuild(expr, lambda node: _position(node, flat))


def _position(node: Expr, flat: Decimal) -> Expr:
    """Recognise the place in a band, whose quotient has no value when its ends are equal."""
    match node:
        case Div(
            Add((Value(i), Mul((Const(a), Peer("min", j))))),
            Add((Peer("max", k), Mul((Const(b), Peer("min", m))))),
        ) if a == b == -1 and i == j == k == m:
            return Position(i, flat)
        case _:
            return node


class _Reader:
    """Recursive descent: sum → product → factor."""

    def __init__(self, normal: Normal, start: int, end: int, ties: Ties) -> None:
        self.normal, self.text, self.at, self.end = normal, normal.text, start, end
        self.ties = ties
        self.labels: list[str] = []
        self.figures: set[Figure] = set()
        self.depth = 0
        # what is put in for each input, where the clause carries the figures of a unit
        self.worked: dict[int, Decimal] | None = None

    def refusal(self, reason: str, wanted: str) -> RuleError:
        stop = min(self.end, self.at + 8)
        return RuleError(
            self.normal.original,
            self.normal.position(self.at),
            self.normal.phrase(self.at, stop) or "公式结尾",
            reason,
            wanted,
        )

    def peek(self) -> str:
        return self.text[self.at] if self.at < self.end else ""

    def sum(self) -> Expr:
        terms = [self.product()]
        while self.peek() and self.peek() in "+-":
            sign = self.peek()
            self.at += 1
            term = self.product()
            terms.append(term if sign == "+" else Mul((MINUS_ONE, term)))
        if len(terms) == 1:
            return terms[0]
        return Add(tuple(terms))

    def product(self) -> Expr:
        result = self.factor()
        while self.peek() and self.peek() in "×÷/":
            sign = self.peek()
            self.at += 1
            right = self.factor()
            if sign == "×":
                left = result.factors if isinstance(result, Mul) else (result,)
                result = Mul((*left, right))
            else:
                result = Div(result, right)
        return result

    def factor(self) -> Expr:
        c = self.peek()
        if c and c in "([":
            if self.depth > 40:
                raise self.refusal("括号套得太深", "较短的公式")
            self.at += 1
            self.depth += 1
            inner = self.sum()
            self.depth -= 1
            if self.peek() != {"(": ")", "[": "]"}[c]:
                raise self.refusal("括号没有配对", {"(": ")", "[": "]"}[c])
            self.at += 1
            return inner
        if match := _NUM.match(self.text, self.at, self.end):
            return self.number(match)
        if match := _NAME.match(self.text, self.at, self.end):
            return self.name(match)
        raise self.refusal("公式不完整", "数、本值、目标值、分值等,或左括号")

    def number(self, match: re.Match[str]) -> Expr:
        value = read_numeral(match[0])
        assert value is not None
        self.figures.add(Figure(value, match.start(), match.end()))
        self.at = match.end()
        if self.peek() == "%":
            self.at += 1
            return Const(value / 100, percent=True)
        if self.text.startswith("分", self.at) and not self.text.startswith("分值", self.at):
            self.at += 1
        if self.at < self.end and _NAME.match(self.text, self.at, self.end):
            raise self.refusal("数字后面直接跟着文字,不知道如何计算", "运算符 + - × ÷")
        return Const(value)

    def name(self, match: re.Match[str]) -> Expr:
        text, role = match[0], _ROLE.search(match[0])
        if (compared := self.compared(text)) is not None:
            # 本单位产值÷第一名单位产值: one figure, the unit's own and the best of all
            self.at = match.end()
            return compared
        label = text[: role.start()] if role else text
        kind = role.lastgroup if role else "value"
        if role is None and (ahead := _AHEAD.fullmatch(text)):
            # 最高增幅 beside 投资增幅: the best of the same figure
            kind, label = _ENDS[ahead["end"]], ahead["label"]
            same = [known for known in self.labels if known.endswith(label)]
            label = same[0] if len(same) == 1 else label
        total = kind == "points" and re.match(r"各(?:单)?项|各个|所有", label)
        if _COUNT.fullmatch(text):
            kind, label = "count", ""
        if label:
            self.check_label(match.start(), label)
        if total:
            kind, label = "value", text  # 各单项目标分值: a sum of points that is reported
        self.at = match.end()
        if carried := _NUM.match(self.text, self.at, self.end):
            if self.worked is not None and kind == "value":
                return self.carried(label, carried)
            raise self.refusal("文字后面直接跟着数字,像是已经代入数值", "运算符 + - × ÷")
        if kind == "points":
            if label:
                self.at = match.start()
                raise self.refusal("不知道是哪一项的分值", "分值")
            return Points()
        i = self.input(label)
        match kind:
            case "max" | "min" | "mean" | "count":
                return Peer(kind, i)
            case "rank":
                return Rank(i, self.ties)
            case "target":
                return Target(i)
            case "prior":
                return Prior(i)
            case _:
                return Value(i)

    def compared(self, text: str) -> Expr | None:
        """A figure of 本单位, or the same figure of the best unit, None where it is neither."""
        from kpixl.rules.scanner import effects_outside_names

        if own := _OF_UNIT.fullmatch(text):
            label = own["label"]
            if effects_outside_names(_SCORED.sub("", label)) or _ROLE.fullmatch(label):
                return None
            # 分值 alone is the item's
            return Value(self.input(re.sub("分值$", "得分", label)))
        if best := _OF_BEST.fullmatch(text):
            label = re.sub("分值$", "得分", best["label"])
            known = [n for n in self.labels if n and _shortened(label, n)]
            if len(known) != 1:
                raise self.refusal("不知道是哪个数据的最高值", "前面写过的数据的名称")
            return Peer("max", self.labels.index(known[0]))
        return None

    def carried(self, label: str, match: re.Match[str]) -> Expr:
        """The figure of one unit behind its name: an example, which the result must bear out."""
        value = read_numeral(match[0])
        assert value is not None and self.worked is not None
        self.figures.add(Figure(value, match.start(), match.end()))
        self.at = match.end()
        percent = self.peek() == "%"
        if percent != is_percent(label) or (percent and _RISES.search(label)):
            raise self.refusal("不知道代入的数是不是百分数", "公式里只写名称,不代入数")
        if percent:
            if value > 100:
                raise self.refusal(
                    "代入的数超过100%,不知道得分有没有上限", "公式里只写名称,不代入数"
                )
            self.at += 1
            value /= 100
        i = self.input(label)
        if self.worked.setdefault(i, value) != value:
            raise self.refusal("同一个名称代入了两个数", "公式里只写名称,不代入数")
        return Value(i)

    def check_worked(self, expr: Expr, came_to: re.Match[str]) -> None:
        """Refuse figures that do not come to the result that is written."""
        worked = self.worked or {}

        def put_in(node: Expr) -> Expr:
            return Const(worked[node.input]) if isinstance(node, Value) else node

        result = Decimal(came_to["n"])
        whole = set(worked) == set(range(len(self.labels)))
        low, high = bounds(rebuild(expr, put_in), 1.0, lambda i: "number") if whole else (0, 1)
        if low != high or abs(low - float(result)) > 1e-9:
            self.at, self.end = came_to.start("n"), came_to.end()
            raise self.refusal("代入的数与写出的得分对不上", "公式里只写名称,不代入数")
        start = came_to.start("n")
        self.figures.add(Figure(abs(result), start + (came_to["n"][0] == "-"), came_to.end("n")))

    def input(self, label: str) -> int:
        if label not in self.labels:
            self.labels.append(label)
        return self.labels.index(label)

    def check_label(self, start: int, label: str) -> None:
        from kpixl.rules.scanner import effects_outside_names

        # the score of a part is a figure like any other: 一季度得分×10%
        bare = re.sub(r"(?<=.)(?:考核)?(?:得分|评分|总分|系数|加分|减分|扣分)$", "", label)
        if label in ("加分", "减分", "扣分", "系数"):
            return
        if found := effects_outside_names(bare):
            self.at = start + found.start()
            raise self.refusal(
                "公式里不认识这个词", "本值、目标值、上年值、本类最高值、分值、名次等"
            )

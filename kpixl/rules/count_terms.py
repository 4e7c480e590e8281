"""What is counted, and what each of it gives or takes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from kpixl.patterns import lazily
from kpixl.rules.amounts import Amount
from kpixl.rules.expr import MINUS_ONE, Const, Div, Expr, Least, Mul, Value, Whole
from kpixl.rules.model import RuleInput
from kpixl.rules.printing import number

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
    again: bool = False  # 动态计10分 behind 单条计100分: each of them too, though it is not said
    period: str = ""  # 每季度, in each of which the thing is wanting
    missed: bool = False  # 未上报的扣3分, of what is due 每周: so often, or once

    @property
    def label(self) -> str:
        """The name of the count as an input."""
        if self.period:
            named = self.period if self.thing[:1] in "末底初0123456789" else ""
            return f"{self.head}{named}{self.thing}的{self.unit}数"
        if self.slash or self.missed:
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
        if self.period or self.missed:  # 少于1次扣1分 without 的 would be a step
            of = "的," if _SIZED.search(self.thing) else ""
            return f"{self.head}{self.period}{self.thing}{of}"
        if self.undone:
            return f"{self.head}{self.does}{number(per)}{self.unit}{self.thing}"
        if self.plain:
            return f"{self.head}{number(per)}{self.unit}{self.thing}"
        head = self.head + "," if self.head else ""
        return f"{head}每{self.does}{number(per)}{self.unit}{self.thing}"


_SIZED = lazily("[0-9]")
_IN_PERIOD = lazily(
    r"(?P<head>.*?)(?P<period>每(?P<unit>半年|学期|季度|季|月|周|日|天))"
    # 每月例会制度, 每周一报, 每日一巡: names
    r"(?!一[报查测会考评训巡检练例晒]|[一二三四五六]|工作[日天]|[^未没不无少低迟逾漏缺]{0,12}(?:制度|机制|方案|计划|职责|规定))(?P<thing>.+)"
)


def in_period(label: str) -> Counted | None:
    """What is wanting in a period, as a count of these; None where a fault names no period.

    >>> in_period("每季度未召开会议").label, in_period("每月例会制度不健全")
    ('未召开会议的季度数', None)
    """
    found = _IN_PERIOD.fullmatch(label)
    if found is None:
        return None
    return Counted(found["head"], "", found["unit"], found["thing"], period=found["period"])


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
    more: bool = False  # 其中…每次再扣3分: beside what all of them cost

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
        more = ("再" if self.verb == "扣" else "另") if self.more else ""
        return f"{self.words.step(self.per)}{more}{self.verb}{number(self.amount)}分{most}"

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

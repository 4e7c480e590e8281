"""完成目标8分 where the form takes a completion beside 是 and 否: points by completion."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from kpixl.rules.amounts import Amount
from kpixl.rules.assumptions import READINGS
from kpixl.rules.expr import ONE, ZERO, Choose, Compare, Const, Div, Expr, Greatest, Least, Mul
from kpixl.rules.expr import Value as Figure
from kpixl.rules.model import Assumption, RuleInput
from kpixl.rules.rule import Rule
from kpixl.rules.terms import YesNo

BY_COMPLETION, ALL_OR_NOTHING = READINGS["G17"].values[1], READINGS["G17"].values[0]
_SENTENCES = {
    BY_COMPLETION: "填“是”得满分,填“否”不得分;填百分数的,按完成的百分比得分,0以下按0、100以上按100计",
    ALL_OR_NOTHING: "填“是”得满分,填“否”或不到100%的不得分",
}


@dataclass(frozen=True, slots=True)
class Completed:
    """完成目标8分: the points times the completion, which counts from 0 to 100 percent points.

    With `below` zero nothing is given below 100.
    """

    input: int
    give: Amount
    below: Literal["prop", "zero"] = "prop"
    bonus: bool = False

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The thing and its points."""
        return f"{inputs[self.input].label}得{self.give.text()}"

    def expr(self) -> Expr:
        """points × completion ÷ 100."""
        done: Expr = Div(Figure(self.input), Const(Decimal(100)))
        if self.below == "zero":
            return Choose(Compare(">=", done, ONE), self.give.expr(), ZERO)
        done = Least((Greatest((done, ZERO), "负数按0计"), ONE), "超过100%的部分不计")
        return Mul((self.give.expr(), done))


def by_completion(rule: Rule, inputs: Set[int]) -> Rule:
    """The rule with some of its yes/no inputs asked for as a completion in percent points.

    What is given below 100 % is the reading G17; here it is 按比例 unless the item says
    otherwise.  Terms other than plain points for a yes stay as they are.

    >>> from kpixl.rules import parse
    >>> rule = by_completion(parse("完成目标8分"), {0})
    >>> rule.inputs[0].kind, rule.assumptions[0].taken
    ('judged', '按比例')
    """
    taken = rule.readings.get("G17", BY_COMPLETION)
    below: Literal["prop", "zero"] = "prop" if taken == BY_COMPLETION else "zero"
    changed = {
        n: Completed(t.input, t.give, below)
        for n, t in enumerate(rule.terms)
        if isinstance(t, YesNo) and t.verb == "得" and t.input in inputs
    }
    if not changed:
        return rule
    asked = {term.input for term in changed.values()}
    others = tuple(v for v in READINGS["G17"].values if v != taken)
    said = Assumption("G17", _SENTENCES[taken], taken, others)
    return replace(
        rule,
        terms=tuple(changed.get(n, t) for n, t in enumerate(rule.terms)),
        inputs=tuple(
            replace(given, kind="judged", unit="%") if i in asked else given
            for i, given in enumerate(rule.inputs)
        ),
        assumptions=(*(a for a in rule.assumptions if a.code != "G17"), said),
    )

"""Points by how far a figure is off, on either side: ±5%以内得3分,±5%—±10%得2分."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from kpixl.rules.amounts import Amount
from kpixl.rules.building import Builder, Placed, Refused
from kpixl.rules.expr import (
    MINUS_ONE,
    Choose,
    Compare,
    Const,
    Expr,
    Greatest,
    Mul,
    Value,
)
from kpixl.rules.figure_clause import NAMELESS, measured
from kpixl.rules.formula_phrases import definition
from kpixl.rules.model import RuleInput
from kpixl.rules.parts import DeviationPart, Part
from kpixl.rules.printing import number
from kpixl.rules.scanner import Token
from kpixl.rules.segment import Segment, points_of, tidy
from kpixl.rules.words.elements import PERCENT


@dataclass(frozen=True, slots=True)
class Deviation:
    """±30%以内得3分;±30%—±35%得2分: points by the size of a figure without its sign.

    `rows` are the far end of each interval, whether it belongs to it, and its points, from the
    nearest on; `beyond` the points of what is farther, said or not (`told`).  `defined` is the
    clause's own definition of the figure.
    """

    input: int
    unit: str
    rows: tuple[tuple[Decimal, bool, Amount], ...]
    beyond: Amount
    verb: Literal["得", "加"] = "得"
    told: bool = field(default=False, compare=False)
    defined: str = field(default="", compare=False)

    @property
    def bonus(self) -> bool:
        """Whether the points are 加分."""
        return self.verb == "加"

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The intervals from the nearest, each end said to be in or out."""

        def points(amount: Amount) -> str:
            if amount.number == 0:
                return "不得分" if self.verb == "得" else "不加分"
            return f"{self.verb}{amount.text()}"

        texts: list[str] = []
        for nth, (end, inside, amount) in enumerate(self.rows):
            upto = f"±{number(end)}{self.unit}{'(含)' if inside else '(不含)'}"
            if not nth:
                texts.append(f"{upto}以内{points(amount)}")
            else:
                near = f"±{number(self.rows[nth - 1][0])}{self.unit}"
                texts.append(f"{near}—{upto}{points(amount)}")
        if self.told:
            texts.append(f"超过±{number(self.rows[-1][0])}{self.unit}{points(self.beyond)}")
        label = self.defined + "," if self.defined else inputs[self.input].label
        return label + ";".join(texts)

    def expr(self) -> Expr:
        """The points of the nearest interval that holds the figure."""
        value = Value(self.input)
        size = Greatest((value, Mul((MINUS_ONE, value))))
        result: Expr = self.beyond.expr()
        for end, inside, amount in reversed(self.rows):
            test = Compare("<=" if inside else "<", size, Const(end))
            result = Choose(test, amount.expr(), result)
        return result


def deviation(s: Segment) -> Part:
    """预算偏差率±5%以内得3分,±5%—±10%得2分

    只看偏差的大小,不看正负。各档首尾相接;“以内”含本数,写“(不含)”的不含;没有写更大偏差如何计的,不得分。
    """
    starts = [t for t in s.tokens if t.name in ("DEVIN", "DEVTO", "DEVOUT")]
    first = s.tokens.index(starts[0])
    ahead = s.tokens[:first]
    label, defined = tidy("".join(t.text for t in ahead if t.name not in ("COMMA", "COLON"))), ""
    if (given := s.find("DEF")) is not None:
        definition(s)  # that it is one: the figure is asked for by its name
        label, _, _ = given.text.partition("=")
        defined = given.text.rstrip(":")
    rows: list[tuple[Decimal, bool, Amount]] = []
    beyond: Amount | None = None
    units: set[str] = set()
    verbs: set[Literal["得", "加"]] = set()
    for at, token in enumerate(starts):
        stop = s.tokens.index(starts[at + 1]) if at + 1 < len(starts) else len(s.tokens)
        result = next(t for t in s.tokens[s.tokens.index(token) : stop] if t.name in _RESULTS)
        nothing = result.name in ("ZERO", "NOADD", "NOSUB")
        amount = Amount(Decimal(0)) if nothing else points_of(s, result)
        if result.name in ("SUB", "NOSUB"):
            raise s.refuse(result, "按偏差扣分,不知道从多少扣起", "每一档得几分")
        if result.name != "ZERO":
            verbs.add("加" if result.name in ("ADD", "NOADD") else "得")
        if token.name == "DEVOUT":
            group = "n" if "n" in token.figures else "n2"
            end = s.need(token, group)
            units.add(token.parts["unit" if group == "n" else "unit2"])
            if not rows or end != rows[-1][0]:
                raise s.refuse(token, "与前一档不相接", "超过前一档的数")
            beyond = amount
            continue
        rows.append(_row(s, token, rows, units, amount))
    if len(units) != 1:
        raise s.refuse(starts[0], "各档的单位不同", "同一个单位")
    if len(verbs) != 1:
        raise s.refuse(starts[0], "各档有的得分,有的加分或扣分", "只写一种")
    return DeviationPart(label, defined, units.pop(), tuple(rows), beyond, verbs.pop())


_RESULTS = ("GIVE", "ZERO", "FULL", "FULLPCT", "BPTS", "ADD", "SUB", "NOADD", "NOSUB")


def _row(
    s: Segment,
    token: Token,
    rows: Sequence[tuple[Decimal, bool, Amount]],
    units: set[str],
    amount: Amount,
) -> tuple[Decimal, bool, Amount]:
    if token.name == "DEVIN":
        end, inside = s.need(token), "不含" not in token.parts.get("end", "")
        units.add(token.parts["unit"])
        if rows and end <= rows[-1][0]:
            raise s.refuse(token, "比前一档的数小", "从小到大的各档")
        return end, inside, amount
    low, end = s.need(token), s.need(token, "n2")
    units |= {token.parts["unit"], token.parts["unit2"]}
    if not rows or low != rows[-1][0] or low >= end:
        raise s.refuse(token, "与前一档不相接", "首尾相接的各档")
    if (near := token.parts.get("low")) is not None and ("不含" in near) != rows[-1][1]:
        raise s.refuse(token, "同一个数前后两档都有,或都没有", "只属于一档")
    return end, "不含" not in token.parts.get("high", ""), amount


def read_deviation(b: Builder, scoring: Sequence[Placed]) -> None:
    """The intervals of one figure, alone."""
    at = scoring[0]
    part = at.part
    assert isinstance(part, DeviationPart)
    if len(scoring) > 1:
        raise Refused(scoring[1], "不能与偏差的各档写在同一条里", "另起一项")
    label = part.label or b.head or NAMELESS[0]
    if part.beyond is None:
        b.reading("G64")
    kind, shown = measured(part.unit, percent=part.unit in PERCENT)
    i = b.input(at, label, "number" if kind == "count" else kind, shown)
    beyond = part.beyond or Amount(Decimal(0))
    b.terms.append(
        Deviation(i, part.unit, part.rows, beyond, part.verb, part.beyond is not None, part.defined)
    )

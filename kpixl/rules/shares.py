"""升类个数占总个数的比重,乘以10分计分: a share of two figures times points, in words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from kpixl.patterns import lazily
from kpixl.rules.building import Builder, Placed, Refused
from kpixl.rules.expr import Const, Div, Expr, Mul, Value
from kpixl.rules.model import RuleInput
from kpixl.rules.parts import DefinitionPart, Part, SharePart
from kpixl.rules.printing import number
from kpixl.rules.scanner import effects_outside_names
from kpixl.rules.segment import Segment, tidy


@dataclass(frozen=True, slots=True)
class Share:
    """A占B的比重,乘以10分计分: points × one figure ÷ another."""

    top: int
    bottom: int
    points: Decimal
    bonus: bool = False

    def canonical(self, inputs: tuple[RuleInput, ...]) -> str:
        """The two figures and the points."""
        verb = "加分" if self.bonus else "计分"
        names = f"{inputs[self.top].label}占{inputs[self.bottom].label}"
        return f"{names}的比重,乘以{number(self.points)}分{verb}"

    def expr(self) -> Expr:
        """The quotient times the points."""
        return Mul((Const(self.points), Div(Value(self.top), Value(self.bottom))))


def share(s: Segment) -> Part:
    """升类断面个数占断面总个数的比重,乘以10分计分

    两个数相除,再乘以写明的分。后面又用符号写一遍的(S=甲/乙×10),须是同一个式子。
    """
    token = s.get("SHAREW")
    for side in ("top", "bottom"):
        if found := effects_outside_names(token.parts[side]):
            raise s.refuse(token, f"“{found[0]}”会影响得分,不知道是不是名称", "两个数据的名称")
    verb = token.parts["verb"]
    return SharePart(
        tidy(token.parts["top"]), tidy(token.parts["bottom"]), s.need(token), verb == "加分"
    )


def read_share(b: Builder, scoring: list[Placed]) -> None:
    """The share alone, or said again in signs."""
    at = scoring[0]
    part = at.part
    assert isinstance(part, SharePart)
    for p in scoring[1:]:
        if not (isinstance(p.part, DefinitionPart) and _says_again(p.part, part)):
            raise Refused(p, "与前面的算法不是同一个式子", "甲÷乙×同样的分")
    i = b.input(at, part.top, "number")
    j = b.input(at, part.bottom, "number")
    b.terms.append(Share(i, j, part.points, part.bonus))


_SIGN = lazily(r"[A-Za-z][加减总升降]?")


def _says_again(given: DefinitionPart, part: SharePart) -> bool:
    """S加=D升/D总×10: one sign over another, times the same points."""
    signs = (given.name, *given.labels)
    short = all(_SIGN.fullmatch(sign) for sign in signs)
    match given.expr:
        case Mul((Div(Value(i), Value(j)), Const(points))) if i != j and short:
            return points == part.points
        case _:
            return False

"""What a phrase says by itself, before the phrases of a clause are put together."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from kpixl.rules.expr import Expr
from kpixl.rules.terms import Counted


@dataclass(frozen=True, slots=True)
class FormulaPart:
    """得分=…; `label` names what stands before it."""

    expr: Expr
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BlendPart:
    """A、B得分分别以30%、70%的权重计入."""

    labels: tuple[str, ...]
    weights: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class LadderPart:
    """最多的得10分,排名每下降1位减0.5分; `top` None is 满分."""

    label: str
    top: Decimal | None
    places: Decimal
    step: Decimal
    descending: bool = True


@dataclass(frozen=True, slots=True)
class JudgedPart:
    """成效显著的,最高加5分."""

    label: str
    high: Decimal
    bonus: bool


@dataclass(frozen=True, slots=True)
class GivePart:
    """A thing done and its points; `amount` None is 满分."""

    label: str
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class CountPart:
    """每采用1条得0.1分."""

    words: Counted
    per: Decimal
    verb: Literal["得", "加", "扣"]
    amount: Decimal


@dataclass(frozen=True, slots=True)
class BoundPart:
    """最多加6分, 最高得10分, 扣完为止."""

    kind: Literal["bonus", "item", "floor"]
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class TextPart:
    """Words with no effect on the score."""

    text: str


@dataclass(frozen=True, slots=True)
class Joint:
    """Punctuation between phrases."""


Part: TypeAlias = (
    FormulaPart
    | BlendPart
    | LadderPart
    | JudgedPart
    | GivePart
    | CountPart
    | BoundPart
    | TextPart
    | Joint
)

"""What the phrases of a rule of the scheme become before they are joined to rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from kpixl.rules.gates import Condition, Consequence, Sanction
from kpixl.rules.model import Assumption
from kpixl.rules.scheme_totals import Combined, FullMarks, Proof, Ranked, Shared, TieRule
from kpixl.rules.scheme_wide import (
    ClassMarks,
    DataRule,
    Deadline,
    GradeNames,
    LevelRule,
    NoEffect,
    Quota,
    Ratio,
    Rounding,
    SchemeLimit,
    Source,
    Stacking,
)


@dataclass(frozen=True, slots=True)
class ListHead:
    """有下列情形之一的,一票否决: the conditions follow."""

    consequences: tuple[Consequence, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """One condition of such a list."""

    conditions: tuple[Condition, ...]
    taken: tuple[Assumption, ...] = ()


@dataclass(frozen=True, slots=True)
class Gate:
    """A sanction as one sentence gives it."""

    sanction: Sanction
    taken: tuple[Assumption, ...] = ()


@dataclass(frozen=True, slots=True)
class Joint:
    """Punctuation and numbers of paragraphs."""


Whole: TypeAlias = (
    DataRule | Source | Rounding | Stacking | SchemeLimit | Quota | Ratio | ClassMarks
    | LevelRule | GradeNames | Deadline | NoEffect | FullMarks | Combined | Ranked | TieRule
    | Shared | Proof
)  # fmt: skip
Part: TypeAlias = ListHead | Listed | Gate | Joint | Whole

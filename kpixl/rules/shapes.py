"""Which shape of clause the parts that belong together have."""

from __future__ import annotations

from collections.abc import Sequence

from kpixl.rules.building import Builder, Placed
from kpixl.rules.numeric import (
    is_numeric,
    read_numeric,
)
from kpixl.rules.parts import (
    BlendPart,
    DefinitionPart,
    FormulaPart,
    JudgedPart,
    PlacesPart,
    ToBestPart,
)
from kpixl.rules.places import read_places
from kpixl.rules.single import (
    read_formula_clause,
    read_judged,
    read_to_best,
    read_weighted,
)
from kpixl.rules.sums import is_sum, read_sum
from kpixl.rules.tiers import is_tiered, read_tiers


def read_parts(b: Builder, scoring: Sequence[Placed]) -> None:
    """The terms of parts that belong together."""
    ranked = [p for p in scoring if isinstance(p.part, PlacesPart)]
    if ranked:
        others = [p for p in scoring if p not in ranked]
        if others:
            read_parts(b, others)
        read_places(b, ranked, alone=not others)
        return
    first = scoring[0].part
    match first:
        case FormulaPart() | DefinitionPart():
            read_formula_clause(b, scoring)
        case BlendPart():
            read_weighted(b, scoring)
        case ToBestPart():
            read_to_best(b, scoring)
        case JudgedPart() if len(scoring) == 1:
            read_judged(b, scoring)
        case _ if is_tiered(scoring) and not is_sum(scoring):
            read_tiers(b, scoring)
        case _ if any(is_numeric(p.part) for p in scoring) and not is_sum(scoring):
            read_numeric(b, scoring)
        case _:
            read_sum(b, scoring)

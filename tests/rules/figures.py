"""One unit's figure for a clause, as the tables of figures worked by hand ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TypeAlias

import numpy as np
import pytest

from kpixl.rules import parse
from kpixl.rules.evaluate import evaluate
from kpixl.rules.frame import Frame

# clause, 分值, figures of one unit in the order of the inputs, targets, prior figures, points
Row: TypeAlias = tuple[str, int, tuple[float, ...], tuple[float, ...], tuple[float, ...], float]


def score(
    clause: str,
    points: int,
    values: tuple[float, ...],
    targets: tuple[float, ...] = (),
    priors: tuple[float, ...] = (),
    readings: Mapping[str, str] | None = None,
) -> float:
    """The points of one unit; targets that are not given are those of the clause."""
    rule = parse(clause, readings=readings)
    assert len(rule.inputs) == len(values), rule.inputs
    given = targets or tuple(float(i.target) if i.target else np.nan for i in rule.inputs)
    frame = Frame([np.array([v]) for v in values], targets=given, priors=priors)
    (found,) = evaluate(rule, frame, points=Decimal(points)).tolist()
    return float(found)


def worked_by_hand(rows: tuple[Row, ...]) -> pytest.MarkDecorator:
    """A case of a test for each row, named by its clause."""
    return pytest.mark.parametrize("row", rows, ids=[row[0] for row in rows])

"""Which case is a unit's, and the figures that it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kpixl.rules.case_terms import Case, Cases
from kpixl.rules.frame import Floats, Frame

NONE, UNKNOWN = -1, -2


def frame_of(case: Case, frame: Frame) -> Frame:
    """The figures of a case's own inputs, in its order."""

    def picked(columns: Sequence[Any]) -> list[Any]:
        return [columns[i] for i in case.inputs] if columns else []

    peers = frame_of(case, frame.peers) if frame.peers is not None else None
    return Frame(
        picked(frame.values), picked(frame.targets), picked(frame.priors), frame.grouping, peers
    )


def case_of(cases: Cases, frame: Frame) -> NDArray[np.intp]:
    """The number of each unit's case; NONE of them, UNKNOWN where a figure that tells is missing."""
    from kpixl.rules.evaluate import compare

    size = len(frame)
    found = np.full(size, NONE, dtype=np.intp)
    for at, case in enumerate(cases.of):
        undecided = found == NONE
        if case.test is None:
            found[undecided] = at
            continue
        value = frame.values[case.test]
        known, holds = ~np.isnan(value), value == 1
        if case.reached:
            target = np.broadcast_to(np.asarray(frame.targets[case.test], float), size)
            known &= ~np.isnan(target)
            with np.errstate(invalid="ignore"):
                holds = np.asarray(compare(">=", value, target), dtype=bool)
        found[undecided & ~known] = UNKNOWN
        found[undecided & known & holds] = at
    return found


def evaluate_cases(
    cases: Cases, frame: Frame, *, points: Decimal | None, decimals: int
) -> Floats:
    """Each unit's score by its own case, NaN where it has none or the case lacks a figure."""
    from kpixl.rules.evaluate import evaluate

    scores = np.full(len(frame), np.nan)
    mine = case_of(cases, frame)
    for at, case in enumerate(cases.of):
        rows = mine == at
        if rows.any():
            # points without a condition ask for no figure, but are for as many units
            own_frame = frame_of(case, frame) if case.inputs else Frame([np.zeros(len(frame))])
            own = evaluate(case.rule, own_frame, points=points, decimals=decimals)
            scores[rows] = own[rows]
    return scores

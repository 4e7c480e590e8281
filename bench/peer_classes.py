"""Classing enterprises in plain numpy, as one would write it for this one rule.

The peer of the benchmark: it knows its two figures, the cap and the cuts by heart.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]


def half_up(scores: Column) -> Column:
    """Two decimals, halves up, each score (not negative) first taken at 15 digits."""
    hundredths = scores * 100
    with np.errstate(divide="ignore"):
        last_digit = 10.0 ** (np.floor(np.log10(hundredths)) - 14)
    rounded: Column = np.floor(hundredths + 0.5 + last_digit / 2) / 100
    return rounded


def classes(tax: Column, output: Column) -> tuple[Column, Column, NDArray[np.str_]]:
    """Score, place and class (A … D, "" for none) of each enterprise, NaN where a figure lacks."""
    known = ~(np.isnan(tax) | np.isnan(output))
    total = np.full(len(tax), np.nan)
    parts = [half_up(np.clip(50 * c[known] / c[known].mean(), 0, 75)) for c in (tax, output)]
    total[known] = half_up(parts[0] + parts[1])
    ordered = np.sort(-total[known])
    place = np.full(len(tax), np.nan)
    place[known] = np.searchsorted(ordered, -total[known]) + 1
    count = len(ordered)
    letters = np.full(len(tax), "", dtype="<U1")
    cuts = [place * 10 <= part * count for part in (2, 6, 9)]
    letters[known] = np.select([c[known] for c in cuts], ["A", "B", "C"], "D")
    return total, place, letters

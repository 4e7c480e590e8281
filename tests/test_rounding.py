"""Half-up rounding at 15 digits, as a spreadsheet shows it."""

from __future__ import annotations

import random
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpixl.rounding import round_half_up, round_half_up_array


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (1.005, 2, 1.01),
        (14.7 - 3 * 0.3, 1, 13.8),
        (24.625, 2, 24.63),
        (65.625, 2, 65.63),
        (2.675, 2, 2.68),
        (-0.125, 2, -0.13),
        (0.5, 0, 1.0),
        (1e15 + 0.5, 0, 1e15 + 0.5),
        (0.0, 2, 0.0),
    ],
)
def test_known_traps(value: float, decimals: int, expected: float) -> None:
    assert round_half_up(value, decimals) == pytest.approx(expected, abs=0.6 if value > 1e14 else 0)
    if value < 1e14:
        assert round_half_up_array(np.array([value]), decimals)[0] == expected


def test_a_hundred_thousand_random_decimals_agree_with_exact_arithmetic() -> None:
    rng = random.Random(20151231)
    exact = [
        Decimal(rng.randrange(-(10**9), 10**9)).scaleb(-rng.randrange(0, 7)) for _ in range(100_000)
    ]
    wanted = [float(d.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)) for d in exact]
    got = round_half_up_array(np.array([float(d) for d in exact]), 2)
    assert got.tolist() == wanted


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_array_and_single_figure_agree(value: float, decimals: int) -> None:
    assert round_half_up_array(np.array([value]), decimals)[0] == round_half_up(value, decimals)


def test_blank_stays_blank() -> None:
    assert np.isnan(round_half_up_array(np.array([np.nan]))[0])
    assert round_half_up(float("nan")) != round_half_up(float("nan"))

"""Excel's half-up rounding, safe against binary noise.

A spreadsheet shows and rounds 15 significant digits, so 14.7 - 3 × 0.3 is 13.8
and 1.005 rounds to 1.01 there, while the bare binary numbers say 13.799999… and
1.00.  Every score passes through here once (G2).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def round_half_up(value: float, decimals: int = 2) -> float:
    """Round one figure half away from zero, as Excel's ROUND does.

    The figure is first taken at 15 significant digits.  NaN stays NaN.

    >>> round_half_up(1.005), round_half_up(14.7 - 3 * 0.3, 1), round_half_up(-2.5, 0)
    (1.01, 13.8, -3.0)
    """
    if value != value or value in (float("inf"), float("-inf")):
        return value
    exact = Decimal(f"{value:.15g}")
    return float(exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))


def round_fraction(value: Fraction, decimals: int = 2) -> float:
    """Round an exact figure half away from zero; there is no noise to guard against.

    >>> round_fraction(Fraction(65625, 1000)), round_fraction(Fraction(-5, 2), 0)
    (65.63, -3.0)
    """
    scale = int(10**decimals)
    whole = int(abs(value) * scale + Fraction(1, 2))
    return (whole if value >= 0 else -whole) / scale


def exact(value: float) -> Fraction:
    """A figure as it is shown, at 15 significant digits, exactly.

    >>> exact(0.1 + 0.2)
    Fraction(3, 10)
    """
    return Fraction(Decimal(f"{value:.15g}"))


def round_half_up_array(values: NDArray[np.float64], decimals: int = 2) -> NDArray[np.float64]:
    """`round_half_up` over an array of any shape; returns a new array of that shape.

    Agrees with it for figures whose scaled size stays below 10^13, where a half still
    stands to the left of the 15th digit.

    Only figures within binary noise of an exact half need the 15-digit look, so
    the rest costs one floor.

    >>> import numpy as np
    >>> round_half_up_array(np.array([24.625, 1.005, np.nan, -0.125])).tolist()
    [24.63, 1.01, nan, -0.13]
    """
    import numpy as np

    scale = 10.0**decimals
    # A figure within half a unit of its 15th digit of an exact half counts as that half.
    # 1e-14 relative bounds that from above, so it only picks candidates for the exact look.
    size = np.abs(values) * scale
    whole = np.floor(size + 0.5)
    gap = whole + 0.5 - size  # distance to the next half above
    near = gap <= size * 1e-14
    if near.any():
        picked = size[near]
        unit = 10.0 ** (np.floor(np.log10(picked)) - 14)
        whole[near] += gap[near] <= unit / 2
    whole /= scale
    return np.copysign(whole, values)

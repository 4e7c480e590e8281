"""What spreadsheet programs do with figures and engines do not: 15 significant digits.

Prepared formulas call these by names of their own.  Each takes cells or rows of cells; an
error value comes back as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from kpixl.grid import CellError, Scalar

DIGITS, LESS, VALUE = "KPDIGITS", "KPLESS", "KPVALUE"

_NUMBER = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)?(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?")
_DAY = re.compile(r"([0-9]{4})[-/年]([0-9]{1,2})[-/月]([0-9]{1,2})日?")
# A difference this much smaller than what it is the difference of is noise.
_NOISE = 2.0**-48


def _each(function: Callable[[Scalar], Scalar]) -> Callable[[Any], Any]:
    def over(given: Any) -> Any:
        if isinstance(given, (tuple, list)):
            return tuple(tuple(function(v) for v in row) for row in given)
        return function(given)

    return over


def fifteen(value: Scalar) -> Scalar:
    """A figure as spreadsheet programs show and compare it; anything else as it is.

    >>> fifteen(0.1 + 0.2), fifteen("甲"), fifteen(3.0)
    (0.3, '甲', 3.0)
    """
    if isinstance(value, float) and not value.is_integer():
        return float(f"{value:.15g}")
    return value


def _number(value: Scalar) -> float | CellError:
    """A cell as arithmetic takes it."""
    if isinstance(value, CellError):
        return value
    if isinstance(value, (bool, int, float)):
        return float(value)
    if value is None:
        return 0.0
    return _value(value)


def _value(value: Scalar) -> float | CellError:
    if isinstance(value, CellError):
        return value
    if isinstance(value, bool):
        return CellError("#VALUE!")
    if isinstance(value, (int, float)):
        return float(value)
    if value is None:
        return 0.0
    text = str(value).strip()
    bare = text.removesuffix("%").strip()
    if bare and any(c.isdigit() for c in bare) and _NUMBER.fullmatch(bare) and bare.isascii():
        figure = float(bare.replace(",", ""))
        return figure / 100 if text.endswith("%") else figure
    day = _DAY.fullmatch(text)
    if day:
        try:
            return float(date(*map(int, day.groups())).toordinal() - date(1899, 12, 30).toordinal())
        except ValueError:
            pass
    return CellError("#VALUE!")


def _less(left: Any, right: Any) -> Any:
    """A difference, 0 where it is nothing but noise."""
    if isinstance(left, (tuple, list)) or isinstance(right, (tuple, list)):
        return CellError("#VALUE!")
    a, b = _number(left), _number(right)
    if isinstance(a, CellError):
        return a
    if isinstance(b, CellError):
        return b
    difference = a - b
    return 0.0 if abs(difference) < _NOISE * max(abs(a), abs(b)) else difference


HELPERS: Mapping[str, Callable[..., Any]] = {
    DIGITS: _each(fifteen),
    LESS: _less,
    VALUE: _each(_value),
}

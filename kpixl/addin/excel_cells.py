"""Cells as Excel's VBA hands them to Python and takes them back.

COM turns an error value into a bare number and a blank into nothing, so the wrappers
(kpixl.addin.excel_vba) mark what would be lost: a text that begins with `FAULT` is an error
value, one that begins with `PERCENT` a number from a cell that is formatted as a percentage,
one that begins with `DATE` a date, as days since the end of 1899.  These are characters of the
private use area, where offices keep characters of their own making; so a text that begins
with one of them comes and goes with `TEXT` in front.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from kpixl.addin.values import Percent
from kpixl.grid import CellError

FAULT, PERCENT, DATE, TEXT = "\ue000", "\ue001", "\ue002", "\ue003"
LONGEST = 32_767  # what a cell holds of a text, in units of UTF-16
# What COM gives for an argument that was left out (DISP_E_PARAMNOTFOUND).
LEFT_OUT = -2147352572


def received(argument: Any) -> Any:
    """An argument as the cell functions take it.

    >>> received(((88.0, None), ("\\ue000#N/A", "\\ue0010.083")))
    ((88.0, None), (CellError(code='#N/A'), 0.083))
    """
    if isinstance(argument, (tuple, list)):
        return tuple(received(cell) for cell in argument)
    if isinstance(argument, str):
        if argument.startswith(FAULT):
            return CellError(argument[1:])
        if argument.startswith(PERCENT):
            return Percent(argument[1:])
        if argument.startswith(DATE):
            return _moment(float(argument[1:]))
        if argument.startswith(TEXT):
            return argument[1:]
        return argument
    if type(argument) is int and argument == LEFT_OUT:
        return None
    return argument


def _moment(days: float) -> date | time | float:
    """A date, a time of day, or both; what is no date that there is stays a number.

    >>> _moment(42019.0), _moment(0.5), _moment(5e9)
    (datetime.date(2015, 1, 15), datetime.time(12, 0), 5000000000.0)
    """
    span = timedelta(milliseconds=round(days * 86_400_000)) if abs(days) < 1e7 else timedelta.max
    try:
        at = datetime(1899, 12, 30) + span
    except OverflowError:
        return days
    if 0 <= days < 1:
        return at.time()
    return at.date() if at.time() == time() else at


def answered(result: Any) -> Any:
    """A result as the wrappers take it: error values marked, a column as a list of rows.

    Lists, because COM takes a tuple for a result with arguments that were changed.  A text is
    cut where a cell would not hold it; Excel would show #VALUE! instead.

    >>> answered(((10.0,), (CellError("#N/A"),))) == [[10.0], ["\\ue000#N/A"]]
    True
    >>> received(answered("\\ue000镇")) == "\\ue000镇"
    True
    """
    if isinstance(result, (tuple, list)):
        return [answered(cell) for cell in result] or ""
    if isinstance(result, CellError):
        return FAULT + result.code
    if isinstance(result, str):
        text = _cut(result) if 2 * len(result) > LONGEST else result
        return TEXT + text if text.startswith((FAULT, PERCENT, DATE, TEXT)) else text
    return result


def _cut(text: str) -> str:
    """A text as far as a cell holds it, with no character cut in two.

    >>> len(_cut("甲" * 40_000)), len(_cut("𠮷" * 20_000)), _cut("甲" * 20_000) == "甲" * 20_000
    (32767, 16384, True)
    """
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * LONGEST:
        return text
    return units[: 2 * LONGEST - 2].decode("utf-16-le", "ignore") + "…"


def call(name: str, arguments: Iterable[Any]) -> Any:
    """Call a cell function with what the wrapper sent; no exception comes out.

    >>> call("KPISCORE", ["制定方案得1分", 10.0, "是"])
    1.0
    >>> call("KPISCORE", ["制定方案得1分", 10.0, "\\ue000#REF!"]) == "\\ue000#REF!"
    True
    """
    from kpixl.addin import callables

    return answered(callables()[name](*map(received, arguments)))

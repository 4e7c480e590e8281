"""Cells as Excel's VBA hands them to Python and takes them back.

COM turns an error value into a bare number and a blank into nothing, so the wrappers
(kpixl.addin.excel_vba) mark what would be lost: a text that begins with `FAULT` is an error
value, one that begins with `PERCENT` a number from a cell that is formatted as a percentage.
Both are characters of the private use area, which no text of a form holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kpixl.addin.values import Percent
from kpixl.grid import CellError

FAULT, PERCENT = "\ue000", "\ue001"
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
        return argument
    if type(argument) is int and argument == LEFT_OUT:
        return None
    return argument


def answered(result: Any) -> Any:
    """A result as the wrappers take it: error values marked, a column as a list of rows.

    Lists, because COM takes a tuple for a result with arguments that were changed.

    >>> answered(((10.0,), (CellError("#N/A"),))) == [[10.0], ["\\ue000#N/A"]]
    True
    """
    if isinstance(result, (tuple, list)):
        return [answered(cell) for cell in result]
    if isinstance(result, CellError):
        return FAULT + result.code
    return result


def call(name: str, arguments: Iterable[Any]) -> Any:
    """Call a cell function with what the wrapper sent; no exception comes out.

    >>> call("KPISCORE", ["制定方案得1分", 10.0, "是"])
    1.0
    >>> call("KPISCORE", ["制定方案得1分", 10.0, "\\ue000#REF!"]) == "\\ue000#REF!"
    True
    """
    from kpixl.addin import callables

    return answered(callables()[name](*map(received, arguments)))

"""The cell functions as LibreOffice's component calls them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kpixl.addin import callables, functions
from kpixl.hosts.calc_text import to_calc


def calls() -> dict[str, Callable[..., Any]]:
    """All cell functions by name; a formula that one gives is spelled Calc's way."""
    made = callables()
    for name, spec in functions().items():
        if any(a.address for a in spec.arguments):
            made[name] = _spelled(made[name])
    return made


def _spelled(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any) -> Any:
        result = function(*arguments)
        return to_calc(result, marks=False) if isinstance(result, str) else result

    return call

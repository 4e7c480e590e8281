"""The cell functions as calculation engines call them."""

from __future__ import annotations

from kpixl.addin import callables, functions
from kpixl.addin.values import Percent
from kpixl.hosts.formula_prepare import OwnFunction


def own_functions() -> dict[str, OwnFunction]:
    """All cell functions by name, with what they want to know of their arguments' cells.

    >>> own_functions()["KPIFORMULA"].address_of
    {8: 1}
    """
    calls = callables()
    made = {}
    for name, spec in functions().items():
        at = {argument.name: n for n, argument in enumerate(spec.arguments)}
        made[name] = OwnFunction(
            calls[name],
            addresses=frozenset(n for n, a in enumerate(spec.arguments) if a.address),
            address_of={n: at[a.address_of] for n, a in enumerate(spec.arguments) if a.address_of},
            percent=Percent,
        )
    return made

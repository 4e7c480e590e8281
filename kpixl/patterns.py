"""Patterns that are compiled when they are first asked for.

Compiling all patterns of the grammar takes as long as reading two hundred clauses, and one
clause needs few of them.
"""

from __future__ import annotations

import re
from typing import Any, cast


def lazily(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern that is compiled at its first use; for the module's own patterns.

    It has what a compiled pattern has; the functions of `re` do not take it.

    >>> lazily("[0-9]+分").search("得15分")[0]
    '15分'
    """
    return cast("re.Pattern[str]", Lazy(pattern, flags))


class Lazy:
    """Stands for a pattern; what is taken from the compiled one is kept, so that it costs once."""

    _compiled: re.Pattern[str] | None = None

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern, self._flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        return self.compiled(name)

    def compiled(self, name: str) -> Any:
        """What the compiled pattern has by that name, from now on that of this one too."""
        if self._compiled is None:
            self._compiled = re.compile(self.pattern, self._flags)
        taken = getattr(self._compiled, name)
        setattr(self, name, taken)
        return taken

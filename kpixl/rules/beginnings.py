"""With which characters a pattern can begin, so that most patterns need not be tried.

The scanner tries every word at every character; nine of ten can't begin there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

Words: TypeAlias = Sequence[tuple[str, re.Pattern[str]]]

_MOST = 3000  # characters of one class that are listed


def by_beginning(words: Words) -> tuple[Mapping[str, Words], Words]:
    """The words by the characters that they begin with, and those for any other; in order."""
    begin = [(name, pattern, beginnings(pattern.pattern)) for name, pattern in words]
    known = frozenset[str]().union(*(chars for _, _, chars in begin if chars is not None))
    table = {c: [(n, p) for n, p, chars in begin if chars is None or c in chars] for c in known}
    return table, [(n, p) for n, p, chars in begin if chars is None]


def beginnings(pattern: str) -> frozenset[str] | None:
    """The characters with which a match of a pattern can begin; None where that may be any.

    Never too few: what this does not know may begin with anything, as may what matches nothing.

    >>> sorted(beginnings("(?<!不)(?:得|[计记])?[1-3]分") or ())
    ['1', '2', '3', '得', '计', '记']
    >>> beginnings("[^,]分") is None, beginnings("(?:得分)?") is None
    (True, True)
    """
    try:
        from re import _parser  # type: ignore[attr-defined]  # the only reader of patterns

        parsed = _parser.parse(pattern)
    except ImportError:
        return None
    if parsed.state.flags & re.IGNORECASE:
        return None
    found, empty = _of_sequence(parsed)
    return None if empty or found is None else frozenset(found)


def _of_sequence(parts: Iterable[tuple[Any, Any]]) -> tuple[set[str] | None, bool]:
    """The first characters of a sequence, and whether it can be empty."""
    found: set[str] = set()
    for kind, value in parts:
        first, empty = _of_part(str(kind), value)
        if first is None:
            return None, empty
        found |= first
        if not empty:
            return found, False
    return found, True


def _of_part(kind: str, value: Any) -> tuple[set[str] | None, bool]:
    match kind:
        case "LITERAL":
            return {chr(value)}, False
        case "IN":
            return _of_class(value), False
        case "BRANCH":
            return _of_branches(value[1])
        case "SUBPATTERN":
            return _of_sequence(value[3])
        case "ATOMIC_GROUP":
            return _of_sequence(value)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, _, repeated = value
            first, empty = _of_sequence(repeated)
            return first, empty or least == 0
        case "AT" | "ASSERT" | "ASSERT_NOT":
            return set(), True
        case _:
            return None, True


def _of_branches(branches: Iterable[Any]) -> tuple[set[str] | None, bool]:
    found: set[str] = set()
    any_empty = False
    for first, empty in map(_of_sequence, branches):
        if first is None:
            return None, True
        found |= first
        any_empty |= empty
    return found, any_empty


def _of_class(parts: Iterable[tuple[Any, Any]]) -> set[str] | None:
    found: set[str] = set()
    for kind, value in parts:
        match str(kind):
            case "LITERAL":
                found.add(chr(value))
            case "RANGE" if value[1] - value[0] < _MOST:
                found.update(map(chr, range(value[0], value[1] + 1)))
            case _:
                return None
    return found

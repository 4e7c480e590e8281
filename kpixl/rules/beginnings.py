"""What a text must hold for a pattern to match, so that most patterns need not be tried.

The scanner tries every word at every character; nine of ten can't begin there, and most can't
be in the text at all.  These need not even be compiled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_MOST = 3000  # characters of one class that are listed
_FEW = 60  # of a class that is said to be needed: almost any text has one of more


@dataclass(frozen=True)
class Signs:
    """What is known of all matches of a pattern without looking for them.

    A match begins with a character of `begins`; None is any, or none at all.  The text has at
    least one character of each of `needs`.
    """

    begins: frozenset[str] | None
    needs: tuple[frozenset[str], ...]

    def may_be_in(self, text: frozenset[str]) -> bool:
        """Whether a text of these characters may have a match."""
        if self.begins is not None and self.begins.isdisjoint(text):
            return False
        return not any(needed.isdisjoint(text) for needed in self.needs)


def signs(pattern: str) -> Signs:
    """The signs of a pattern, read from the pattern itself.

    Never too few beginnings, never a need too many: of what this does not know, nothing is said.

    >>> found = signs("(?<!不)(?:得|[计记])?[1-3]分")
    >>> sorted(found.begins or ()), [sorted(n) for n in found.needs]
    (['1', '2', '3', '得', '计', '记'], [['1', '2', '3'], ['分']])
    >>> signs("[^,]分").begins is None, signs("(?:得分)?").begins is None
    (True, True)
    """
    try:
        from re import _parser  # type: ignore[attr-defined]  # the only reader of patterns

        parsed = _parser.parse(pattern)
    except ImportError:
        return Signs(None, ())
    if parsed.state.flags & re.IGNORECASE:
        return Signs(None, ())
    found, empty = _of_sequence(parsed)
    needs = dict.fromkeys(n for n in _needed(parsed) if n and len(n) <= _FEW)
    return Signs(None if empty or found is None else frozenset(found), tuple(needs))


def beginnings(pattern: str) -> frozenset[str] | None:
    """The characters with which a match of a pattern can begin; None where that may be any.

    Never too few: what this does not know may begin with anything, as may what matches nothing.

    >>> sorted(beginnings("得|[计记]") or ())
    ['得', '计', '记']
    """
    return signs(pattern).begins


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
        case "SUBPATTERN" if not value[1]:  # no flags of its own
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


def _needed(parts: Iterable[tuple[Any, Any]]) -> list[frozenset[str]]:
    """Sets of characters; what matches this sequence is in a text that has one of each."""
    return [needed for kind, value in parts for needed in _needed_by(str(kind), value)]


def _needed_by(kind: str, value: Any) -> list[frozenset[str]]:
    match kind:
        case "LITERAL":
            return [frozenset(chr(value))]
        case "IN":
            listed = _of_class(value)
            return [] if listed is None else [frozenset(listed)]
        case "SUBPATTERN" if not value[1]:
            return _needed(value[3])
        case "ATOMIC_GROUP":
            return _needed(value)
        case "ASSERT":  # what stands behind or in front of the match
            return _needed(value[1])
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT" if value[0]:
            return _needed(value[2])
        case "BRANCH":
            branches = [_needed(branch) for branch in value[1]]
            if not all(branches):
                return []
            return [frozenset[str]().union(*(min(branch, key=len) for branch in branches))]
        case _:
            return []

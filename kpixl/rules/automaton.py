"""All stock phrases in one finite automaton over token classes.

A phrase is written as a regular expression over token names: `L? COMMA? EVCNT GIVE`.
All of them together become one Thompson automaton whose states are determinised as
they are met, so reading takes time in proportion to the text and nothing backtracks.
The states that are alive at the farthest token are what was expected there: that is
the text of a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_PIECE = re.compile(r"\s*([A-Z][A-Z0-9_]*|[()|?*+])")


@dataclass(frozen=True, slots=True)
class Match:
    """Phrase number `phrase` covers the tokens from `start` up to, not including, `end`."""

    phrase: int
    start: int
    end: int


@dataclass
class _Nfa:
    """Thompson's construction: `steps[s]` by token name, `jumps[s]` without one."""

    steps: list[dict[str, int]] = field(default_factory=list)
    jumps: list[list[int]] = field(default_factory=list)

    def state(self) -> int:
        self.steps.append({})
        self.jumps.append([])
        return len(self.steps) - 1


class Automaton:
    """The compiled phrases.

    `phrases` are expressions over token names, `aliases` names for parts of them.
    """

    def __init__(self, phrases: Sequence[str], aliases: Mapping[str, str] | None = None) -> None:
        self._nfa = _Nfa()
        self._aliases = dict(aliases or {})
        self._accepts: dict[int, int] = {}
        start = self._nfa.state()
        for number, phrase in enumerate(phrases):
            first, last = self._build(phrase)
            self._nfa.jumps[start].append(first)
            self._accepts[last] = number
        self._start = self._closure({start})
        self._moves: dict[tuple[frozenset[int], str], frozenset[int]] = {}
        self._ends: dict[frozenset[int], tuple[int, ...]] = {}

    # -- construction -----------------------------------------------------------------

    def _build(self, text: str) -> tuple[int, int]:
        pieces = _PIECE.findall(text)
        if "".join(pieces) != "".join(text.split()):
            raise ValueError(f"a phrase cannot be read: {text!r}")
        built, rest = self._choice(pieces, 0)
        if rest != len(pieces):
            raise ValueError(f"a phrase has an unmatched bracket: {text!r}")
        return built

    def _choice(self, pieces: list[str], at: int) -> tuple[tuple[int, int], int]:
        branches, first, last = [], self._nfa.state(), self._nfa.state()
        while True:
            branch, at = self._chain(pieces, at)
            branches.append(branch)
            if at >= len(pieces) or pieces[at] != "|":
                break
            at += 1
        for a, b in branches:
            self._nfa.jumps[first].append(a)
            self._nfa.jumps[b].append(last)
        return (first, last), at

    def _chain(self, pieces: list[str], at: int) -> tuple[tuple[int, int], int]:
        first = last = self._nfa.state()
        while at < len(pieces) and pieces[at] not in "|)":
            if pieces[at] == "(":
                (a, b), at = self._choice(pieces, at + 1)
                at += 1  # the closing bracket
            else:
                a, b = self._word(pieces[at])
                at += 1
            while at < len(pieces) and pieces[at] in "?*+":
                a, b = self._repeated(a, b, pieces[at])
                at += 1
            self._nfa.jumps[last].append(a)
            last = b
        return (first, last), at

    def _word(self, name: str) -> tuple[int, int]:
        if name in self._aliases:
            return self._build(self._aliases[name])
        a, b = self._nfa.state(), self._nfa.state()
        self._nfa.steps[a][name] = b
        return a, b

    def _repeated(self, a: int, b: int, sign: str) -> tuple[int, int]:
        first, last = self._nfa.state(), self._nfa.state()
        self._nfa.jumps[first].append(a)
        self._nfa.jumps[b].append(last)
        if sign in "?*":
            self._nfa.jumps[first].append(last)
        if sign in "*+":
            self._nfa.jumps[b].append(a)
        return first, last

    # -- running ----------------------------------------------------------------------

    def _closure(self, states: set[int]) -> frozenset[int]:
        todo = list(states)
        while todo:
            for following in self._nfa.jumps[todo.pop()]:
                if following not in states:
                    states.add(following)
                    todo.append(following)
        return frozenset(states)

    def _move(self, states: frozenset[int], name: str) -> frozenset[int]:
        key = (states, name)
        if key not in self._moves:
            steps = self._nfa.steps
            self._moves[key] = self._closure({steps[s][name] for s in states if name in steps[s]})
        return self._moves[key]

    def _accepted(self, states: frozenset[int]) -> tuple[int, ...]:
        if states not in self._ends:
            self._ends[states] = tuple(
                sorted(self._accepts[s] for s in states if s in self._accepts)
            )
        return self._ends[states]

    def matches(self, names: Sequence[str], start: int) -> tuple[list[Match], int, frozenset[str]]:
        """All phrases that begin at a token, the token where the last of them died,
        and the token classes that would have kept one alive there."""
        found: list[Match] = []
        states, at = self._start, start
        while at < len(names):
            following = self._move(states, names[at])
            if not following:
                break
            states, at = following, at + 1
            found.extend(Match(phrase, start, at) for phrase in self._accepted(states))
        expected = frozenset(name for s in states for name in self._nfa.steps[s])
        return found, at, expected

    def cover(
        self, names: Sequence[str], cost: Mapping[int, int]
    ) -> tuple[list[Match] | None, int, frozenset[str]]:
        """The cheapest chain of phrases over all tokens, or None with the place of failure.

        A phrase costs 1000 unless `cost` says otherwise, so the fewest phrases win; among
        equally few the earlier rows of the table do.
        """
        size = len(names)
        best: list[tuple[int, Match | None] | None] = [None] * (size + 1)
        best[0] = (0, None)
        farthest, expected = 0, frozenset[str]()
        for start in range(size):
            here = best[start]
            if here is None:
                continue
            found, died, alive = self.matches(names, start)
            if died > farthest:
                farthest, expected = died, alive
            elif died == farthest:
                expected |= alive
            for match in found:
                price = here[0] + cost.get(match.phrase, 1000 + match.phrase)
                known = best[match.end]
                if known is None or price < known[0]:
                    best[match.end] = (price, match)
        if best[size] is None:
            return None, farthest, expected
        chain: list[Match] = []
        at = size
        while at:
            step = best[at]
            assert step is not None and step[1] is not None
            chain.append(step[1])
            at = step[1].start
        return chain[::-1], size, frozenset()

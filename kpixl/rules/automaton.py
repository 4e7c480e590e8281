"""All stock phrases in one finite automaton over token classes.

A phrase is written as a regular expression over token names: `L? COMMA? EVCNT GIVE`.
All of them together become one Thompson automaton whose states are determinised as
they are met, so reading takes time in proportion to the text and nothing backtracks.
The states that are alive at the farthest token are what was expected there: that is
the text of a refusal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from threading import Lock

from kpixl.patterns import lazily

_PIECE = lazily(r"\s*([A-Z][A-Z0-9_]*|[()|?*+])")

# A phrase of more tokens is none: the bound keeps reading time in proportion to the text.
LONGEST = 120


@cache
def _pieces(text: str) -> Sequence[str]:
    pieces = _PIECE.findall(text)
    if "".join(pieces) != "".join(text.split()):
        raise ValueError(f"a phrase cannot be read: {text!r}")
    return pieces


@dataclass(frozen=True, slots=True)
class Match:
    """Phrase number `phrase` covers the tokens from `start` up to, not including, `end`."""

    phrase: int
    start: int
    end: int


@dataclass(slots=True)
class _State:
    """A state of the determinised automaton, its moves filled in as they are met."""

    nfa: frozenset[int]
    accepts: tuple[int, ...]
    moves: dict[str, _State | None] = field(default_factory=dict)


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
        self._phrases = phrases
        self._aliases = {name: _pieces(text) for name, text in (aliases or {}).items()}
        self._accepts: dict[int, int] = {}
        self._states: dict[frozenset[int], _State] = {}
        self._start = self._state({self._nfa.state()})
        # what a text must hold for a phrase, until one does: one clause needs few of them
        self._asleep = {number: self._needed(_pieces(p)) for number, p in enumerate(phrases)}
        self._near = self._by_word()
        self._waking = Lock()

    # -- construction -----------------------------------------------------------------

    def _needed(self, pieces: Sequence[str]) -> Sequence[frozenset[str]]:
        """Sets of words: a text where these pieces match has one of each."""
        found, at = self._needed_by(pieces, 0)
        if at != len(pieces):
            raise ValueError(f"a phrase has an unmatched bracket: {' '.join(pieces)!r}")
        return found

    def _needed_by(self, pieces: Sequence[str], at: int) -> tuple[list[frozenset[str]], int]:
        """What a choice needs, and where it ends."""
        branches: list[list[frozenset[str]]] = [[]]
        while at < len(pieces) and pieces[at] != ")":
            piece, at = pieces[at], at + 1
            if piece == "|":
                branches.append([])
                continue
            if piece == "(":
                needed, at = self._needed_by(pieces, at)
                at += 1  # the closing bracket
            elif piece in self._aliases:
                needed, _ = self._needed_by(self._aliases[piece], 0)
            else:
                needed = [frozenset({piece})]
            while at < len(pieces) and pieces[at] in "?*+":
                needed = needed if pieces[at] == "+" else []
                at += 1
            branches[-1] += needed
        if len(branches) == 1:
            return branches[0], at
        if not all(branches):
            return [], at
        return [frozenset[str]().union(*(min(needed, key=len) for needed in branches))], at

    def _by_word(self) -> Mapping[str, Sequence[int]]:
        """Phrases that are not built by each of the words of which a text must have one."""
        near: dict[str, list[int]] = {}
        for number, needed in self._asleep.items():
            for word in min(needed, key=len, default=frozenset({""})):
                near.setdefault(word, []).append(number)
        return near

    def _held(self, names: frozenset[str]) -> list[int]:
        """The phrases that a text of these words may have and that are not built yet."""
        near = {number for word in ("", *names) for number in self._near.get(word, ())}
        asleep = self._asleep
        return sorted(
            number
            for number in near
            if not any(words.isdisjoint(names) for words in asleep.get(number, ()))
        )

    def _wake(self, numbers: Sequence[int]) -> None:
        """Build these phrases, as far as they are not built."""
        if not numbers:
            return
        with self._waking:
            woken = [number for number in numbers if number in self._asleep]
            start = set(self._start.nfa)
            for number in woken:
                (first, last), _ = self._choice(_pieces(self._phrases[number]), 0)
                self._accepts[last] = number
                start.add(first)
            self._start = self._state(start)
            self._asleep = {n: needed for n, needed in self._asleep.items() if n not in woken}
            self._near = self._by_word()

    def _choice(self, pieces: Sequence[str], at: int) -> tuple[tuple[int, int], int]:
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

    def _chain(self, pieces: Sequence[str], at: int) -> tuple[tuple[int, int], int]:
        first = last = self._nfa.state()
        size = len(pieces)
        while at < size and (piece := pieces[at]) not in "|)":
            repeated = at + 1 < size and pieces[at + 1] in "?*+"
            if piece != "(" and piece not in self._aliases and not repeated:
                following = self._nfa.state()  # a word needs no states of its own
                self._nfa.steps[last][piece] = following
                last, at = following, at + 1
                continue
            if piece == "(":
                (a, b), at = self._choice(pieces, at + 1)
                at += 1  # the closing bracket
            else:
                a, b = self._word(piece)
                at += 1
            while at < size and pieces[at] in "?*+":
                a, b = self._repeated(a, b, pieces[at])
                at += 1
            self._nfa.jumps[last].append(a)
            last = b
        return (first, last), at

    def _word(self, name: str) -> tuple[int, int]:
        if name in self._aliases:
            return self._choice(self._aliases[name], 0)[0]
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

    def _state(self, states: set[int]) -> _State:
        """The determinised state of some states and all that they reach without a token."""
        todo = list(states)
        while todo:
            for following in self._nfa.jumps[todo.pop()]:
                if following not in states:
                    states.add(following)
                    todo.append(following)
        key = frozenset(states)
        if key not in self._states:
            accepts = tuple(sorted(self._accepts[s] for s in key if s in self._accepts))
            self._states[key] = _State(key, accepts)
        return self._states[key]

    def _move(self, state: _State, name: str) -> _State | None:
        steps = self._nfa.steps
        following = {steps[s][name] for s in state.nfa if name in steps[s]}
        state.moves[name] = self._state(following) if following else None
        return state.moves[name]

    def _expected(self, state: _State) -> frozenset[str]:
        return frozenset(name for s in state.nfa for name in self._nfa.steps[s])

    def cover(
        self, names: Sequence[str], cost: Mapping[int, int]
    ) -> tuple[list[Match] | None, int, frozenset[str]]:
        """The cheapest chain of phrases over all tokens, or None with the place of failure.

        A phrase costs 1000 unless `cost` says otherwise, so the fewest phrases win; among
        equally few the earlier rows of the table do.
        """
        self._wake(self._held(frozenset(names)))
        found = self._cover(names, cost)
        if found[0] is None and self._asleep:
            # what else could have been there is a matter of all phrases
            self._wake(tuple(self._asleep))
            found = self._cover(names, cost)
        return found

    def _cover(
        self, names: Sequence[str], cost: Mapping[int, int]
    ) -> tuple[list[Match] | None, int, frozenset[str]]:
        """The cover with the phrases that are built."""
        size = len(names)
        prices: list[int | None] = [0, *([None] * size)]
        steps: list[Match | None] = [None] * (size + 1)
        farthest, ends = (
            0,
            dict[frozenset[int], _State](),
        )  # what is expected there is asked for once, at the end
        for start in range(size):
            here = prices[start]
            if here is None:
                continue
            state, at = self._start, start
            end = min(size, start + LONGEST)
            while at < end:
                name = names[at]
                following = state.moves[name] if name in state.moves else self._move(state, name)
                if following is None:
                    break
                state, at = following, at + 1
                for phrase in state.accepts:
                    price = here + cost.get(phrase, 1000 + phrase)
                    known = prices[at]
                    if known is None or price < known:
                        prices[at], steps[at] = price, Match(phrase, start, at)
            if at > farthest:
                farthest, ends = at, {state.nfa: state}
            elif at == farthest:
                ends[state.nfa] = state
        if prices[size] is None:
            return None, farthest, frozenset[str]().union(*map(self._expected, ends.values()))
        chain: list[Match] = []
        at = size
        while at:
            step = steps[at]
            assert step is not None
            chain.append(step)
            at = step.start
        return chain[::-1], size, frozenset()

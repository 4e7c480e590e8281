"""Patterns that are compiled when a text may hold what they look for; the words of a scanner by
where they can begin.

Which words a text may hold is said by their signs (`kpixl.rules.beginnings`).  To work these out
takes as long as compiling some of the patterns, so they are kept in data/signs.txt, by what the
pattern says: a pattern that is not there is looked at here, which is slower and no other reading.
`python -m docs.make` brings the file up to date.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TypeAlias, cast
from zlib import crc32

from kpixl.patterns import Lazy
from kpixl.rules.beginnings import Signs, signs

Words: TypeAlias = Sequence[tuple[str, re.Pattern[str]]]

SIGNS = Path(__file__).with_name("data") / "signs.txt"


@dataclass(frozen=True, eq=False)
class _Word:
    """A word that no text has held so far, and its place in the order."""

    at: int
    name: str
    pattern: str
    signs: Signs

    def rarest(self) -> frozenset[str]:
        """The fewest characters of which a text must have one; "" where it need have none."""
        begins = () if self.signs.begins is None else (self.signs.begins,)
        return min((*self.signs.needs, *begins), key=len, default=frozenset({""}))


@dataclass(frozen=True)
class _Known:
    """What a lexicon knows at one time: words not yet met by their rarest characters, words met,
    and these by beginning."""

    asleep: Mapping[str, frozenset[_Word]]
    awake: Sequence[tuple[int, str, re.Pattern[str], Signs]]
    table: Mapping[str, Words]


class Lexicon:
    """Words by name and pattern, in the order in which they win over each other."""

    def __init__(self, words: Iterable[tuple[str, str]]) -> None:
        asleep = [_Word(at, name, p, signs_of(p)) for at, (name, p) in enumerate(words)]
        # replaced as a whole: threads may share it
        self._known = _Known(_by_character(asleep), [], _Table([]))

    def of(self, text: str) -> Mapping[str, Words]:
        """The words that may be in a text by the character they begin with, for any character."""
        known, held = self._known, frozenset(text)
        none = frozenset[_Word]()
        near = none.union(*(known.asleep.get(character, none) for character in ("", *held)))
        woken = {word for word in near if word.signs.may_be_in(held)}
        if not woken:
            return known.table
        found = [(w.at, w.name, re.compile(w.pattern), w.signs) for w in woken]
        awake = sorted([*known.awake, *found], key=lambda row: row[0])
        asleep = {c: words - woken for c, words in known.asleep.items() if words - woken}
        self._known = _Known(asleep, awake, table := _Table(awake))
        return table


def _by_character(words: Iterable[_Word]) -> Mapping[str, frozenset[_Word]]:
    """Words by each of the characters of which a text must have one."""
    found: dict[str, list[_Word]] = {}
    for word in words:
        for character in word.rarest():
            found.setdefault(character, []).append(word)
    return {character: frozenset(near) for character, near in found.items()}


class _Table(dict[str, Words]):
    """Words by the character that they begin with, listed when first asked for."""

    def __init__(self, words: Iterable[tuple[int, str, re.Pattern[str], Signs]]) -> None:
        super().__init__()
        self._words = [(name, pattern, found.begins) for _, name, pattern, found in words]
        self._listed = frozenset[str]().union(*(b for *_, b in self._words if b is not None))
        self._others = [(name, pattern) for name, pattern, b in self._words if b is None]

    def __missing__(self, character: str) -> Words:
        if character not in self._listed:
            return self._others
        words = [(n, p) for n, p, b in self._words if b is None or character in b]
        self[character] = words
        return words


class Names:
    r"""Names that hold words of a vocabulary, or numbers, and are plain subjects all the same.

    The first pattern that matches names, else the longest word.

    >>> Names(["《[^》]+》"], ["计划", "计划生育"]).blanked("按《计划》做计划生育").split("\0")
    ['按', '', '', '', '做', '', '', '', '']
    """

    def __init__(self, patterns: Sequence[str], words: Iterable[str]) -> None:
        self._patterns = Lexicon(("NAME", pattern) for pattern in patterns)
        self._words: dict[str, list[str]] = {}
        for word in sorted(words, key=len, reverse=True):
            self._words.setdefault(word[0], []).append(word)

    def ends(self, text: str) -> Callable[[int], int]:
        """Where the name ends that begins at a place of this text; 0 where none does."""
        table, words = self._patterns.of(text), self._words

        def end(at: int) -> int:
            character = text[at]
            for _, pattern in table[character]:
                if match := pattern.match(text, at):
                    return match.end()
            for word in words.get(character, ()):
                if text.startswith(word, at):
                    return at + len(word)
            return 0

        return end

    def blanked(self, text: str) -> str:
        """A text with nothing in the place of each name."""
        end = self.ends(text)
        pieces: list[str] = []
        at = 0
        while at < len(text):
            behind = end(at)
            pieces.append("\0" * (behind - at) if behind > at else text[at])
            at = max(behind, at + 1)
        return "".join(pieces)


def guarded(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern that is compiled for the first text that may hold a match, not for those before.

    It has what a compiled pattern has; the functions of `re` do not take it.

    >>> money = guarded("[0-9]+万元")
    >>> money.search("得15分") is None, money.search("投资3万元")[0]
    (True, '3万元')
    """
    GUARDED.add(pattern)
    return cast("re.Pattern[str]", _Guarded(pattern, flags))


GUARDED: set[str] = set()  # what the file of signs has to have


class _Guarded(Lazy):
    """Stands for a pattern until a text may match; its methods are those of `re.Pattern` then."""

    @cached_property
    def _signs(self) -> Signs:
        return signs_of(self.pattern)

    def _may_match(self, text: str) -> bool:
        return self._signs.may_be_in(frozenset(text))

    def search(self, text: str, *span: int) -> re.Match[str] | None:
        """The first match."""
        return self.compiled("search")(text, *span) if self._may_match(text) else None

    def match(self, text: str, *span: int) -> re.Match[str] | None:
        """The match at the beginning."""
        return self.compiled("match")(text, *span) if self._may_match(text) else None

    def fullmatch(self, text: str, *span: int) -> re.Match[str] | None:
        """The match of all of the text."""
        return self.compiled("fullmatch")(text, *span) if self._may_match(text) else None

    def finditer(self, text: str, *span: int) -> Iterator[re.Match[str]]:
        """All matches."""
        return self.compiled("finditer")(text, *span) if self._may_match(text) else iter(())


def signs_of(pattern: str) -> Signs:
    """The signs of a pattern, as they are kept or else worked out."""
    return _kept().get(_key(pattern)) or signs(pattern)


@cache
def _kept() -> Mapping[str, Signs]:
    try:
        rows = json.loads("[" + ",".join(filter(None, SIGNS.read_text("utf-8").split("\n"))) + "]")
        return {
            key: Signs(None if begins is None else frozenset(begins), tuple(map(frozenset, needs)))
            for key, begins, needs in rows
        }
    except (OSError, ValueError, TypeError):  # half merged, say: every pattern is looked at
        return {}


def _key(pattern: str) -> str:
    said = pattern.encode("utf-8")
    return f"{crc32(said):08x}{len(said):05x}"


def signs_text(patterns: Iterable[str]) -> str:
    """The file of the signs of some patterns, a line for each."""
    rows = []
    for key, pattern in sorted({_key(p): p for p in patterns}.items()):
        found = signs(pattern)
        begins = None if found.begins is None else "".join(sorted(found.begins))
        needs = ["".join(sorted(needed)) for needed in found.needs]
        rows.append(json.dumps([key, begins, needs], ensure_ascii=False) + "\n")
    return "".join(rows)

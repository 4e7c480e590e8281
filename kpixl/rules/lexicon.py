"""The words of a scanner by where they can begin, compiled when a text may hold them.

Which words a text may hold is said by their signs (`kpixl.rules.beginnings`).  To work these out
takes as long as compiling some of the patterns, so they are kept in data/signs.txt, by what the
pattern says: a pattern that is not there is looked at here, which is slower and no other reading.
`python -m docs.make` brings the file up to date.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias
from zlib import crc32

from kpixl.rules.beginnings import Signs, signs

Words: TypeAlias = Sequence[tuple[str, re.Pattern[str]]]

SIGNS = Path(__file__).with_name("data") / "signs.txt"


@dataclass(frozen=True)
class _Known:
    """What a lexicon knows at one time: words not yet met, words met, and these by beginning."""

    asleep: Sequence[tuple[int, str, str, Signs]]
    awake: Sequence[tuple[int, str, re.Pattern[str], Signs]]
    table: Mapping[str, Words]


class Lexicon:
    """Words by name and pattern, in the order in which they win over each other."""

    def __init__(self, words: Iterable[tuple[str, str]]) -> None:
        asleep = [(at, name, p, signs_of(p)) for at, (name, p) in enumerate(words)]
        self._known = _Known(asleep, [], _Table([]))  # replaced as a whole: threads may share it

    def of(self, text: str) -> Mapping[str, Words]:
        """The words that may be in a text by the character they begin with, for any character."""
        known, held = self._known, frozenset(text)
        woken = {row[0] for row in known.asleep if row[3].may_be_in(held)}
        if not woken:
            return known.table
        found = [(at, n, re.compile(p), s) for at, n, p, s in known.asleep if at in woken]
        awake = sorted([*known.awake, *found], key=lambda row: row[0])
        asleep = [row for row in known.asleep if row[0] not in woken]
        self._known = _Known(asleep, awake, table := _Table(awake))
        return table


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

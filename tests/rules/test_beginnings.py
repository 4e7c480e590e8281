"""A word is tried only where it can begin; none is passed over for that."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpixl.rules import statement_words, vocabulary
from kpixl.rules.beginnings import beginnings
from kpixl.rules.normalise import normalise
from tests.rules import clauses, statements

CLAUSES = tuple(normalise(clause).text for clause in clauses.READABLE)
STATEMENTS = tuple(normalise(text).text for text, *_ in statements.READABLE)
WORDS = {word.pattern for word in (*vocabulary.WORDS, *statement_words.WORDS)}


def test_a_word_that_is_found_anywhere_begins_as_is_said_of_it() -> None:
    found = 0
    for pattern in WORDS:
        begins, word = beginnings(pattern), re.compile(pattern)
        if begins is not None:
            for text in (*CLAUSES, *STATEMENTS):
                starts = {text[m.start()] for m in word.finditer(text) if m[0]}
                assert starts <= begins, (pattern, text)
                found += len(starts)
    assert found > 2000


def test_few_words_are_tried_at_a_character() -> None:
    tried = [sum(c in (beginnings(p) or c) for p in WORDS) for c in "得每扣第1指"]
    assert max(tried) < len(WORDS) / 4


PIECES = [
    "得",
    "扣分?",
    "[0-9]+",
    "(?:每|第)",
    "(?:名)?",
    "(?<=得)",
    "(?!分)",
    "[^分]",
    ".",
    "甲{0,2}",
    "^",
]


@given(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=4),
    st.text("得扣分每第名甲1", max_size=6),
)
def test_no_beginning_of_any_pattern_is_left_out(pieces: list[str], text: str) -> None:
    begins = beginnings("".join(pieces))
    match = re.match("".join(pieces), text)
    if match and begins is not None:
        assert match[0][0] in begins


@pytest.mark.parametrize("pattern", ["(?i)a", "(?:得)*", "", r"\d分", "(?P<a>.)(?P=a)"])
def test_what_is_not_known_may_begin_with_anything(pattern: str) -> None:
    assert beginnings(pattern) is None

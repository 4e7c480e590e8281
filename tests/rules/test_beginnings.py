"""A word is tried only where it can begin and may be; none is passed over for that."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpixl.rules import statement_words, vocabulary
from kpixl.rules.beginnings import beginnings, signs
from kpixl.rules.normalise import normalise
from tests.rules import clauses, statements

CLAUSES = tuple(normalise(clause).text for clause in clauses.READABLE)
STATEMENTS = tuple(normalise(text).text for text, *_ in statements.READABLE)
WORDS = {word.pattern for word in (*vocabulary.WORDS, *statement_words.WORDS)}


def test_a_word_that_is_found_anywhere_begins_and_needs_as_is_said_of_it() -> None:
    found = 0
    texts = [(text, frozenset(text)) for text in dict.fromkeys((*CLAUSES, *STATEMENTS))]
    for pattern in WORDS:
        known, word = signs(pattern), re.compile(pattern)
        for text, held in texts:
            starts = {text[m.start()] for m in word.finditer(text) if m[0]}
            if starts:
                assert known.begins is None or starts <= known.begins, (pattern, text)
                assert known.may_be_in(held), (pattern, text)
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
    "(?=1)",
    "(?:得|扣分)",
    "^",
]


@given(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=4),
    st.text("得扣分每第名甲1", max_size=6),
)
def test_no_beginning_of_any_pattern_is_left_out_and_no_need_is_made_up(
    pieces: list[str], text: str
) -> None:
    known = signs("".join(pieces))
    for at in range(len(text)):
        match = re.compile("".join(pieces)).match(text, at)
        if match and match[0]:
            assert known.begins is None or match[0][0] in known.begins
            assert known.may_be_in(frozenset(text))


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        ("(?<!不)得[0-3]分", ["得", "0123", "分"]),
        ("(?:加|扣减)分?(?=[,;])", ["加扣", ",;"]),
        ("(?:第)?(?:名|位){2,3}(?:|次)", ["位名"]),
        ("(?:得(?=$)|分)(?!名)", ["分得"]),
        ("(?:得|.)[^分]", []),
    ],
)
def test_what_a_match_cannot_be_without(pattern: str, needs: list[str]) -> None:
    assert ["".join(sorted(n)) for n in signs(pattern).needs] == ["".join(sorted(n)) for n in needs]


@pytest.mark.parametrize("pattern", ["(?i)a", "(?i:a)b", "(?:得)*", "", r"\d分", "(?P<a>.)(?P=a)"])
def test_what_is_not_known_may_begin_with_anything(pattern: str) -> None:
    assert beginnings(pattern) is None

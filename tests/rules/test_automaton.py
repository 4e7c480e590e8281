"""The cover of a clause with the fewest phrases, and what was expected where there is none."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpixl.errors import RuleError
from kpixl.rules import parse
from kpixl.rules.automaton import LONGEST, Automaton, Match

PHRASES = ("A B? C", "A", "(B | C)+", "D A* D")


def test_the_fewest_phrases_cover_the_tokens() -> None:
    chain, _, _ = Automaton(PHRASES).cover(["A", "B", "C", "A"], {})
    assert chain == [Match(0, 0, 3), Match(1, 3, 4)]


def test_among_equally_few_the_earlier_row_wins() -> None:
    chain, _, _ = Automaton(("X", "X")).cover(["X"], {})
    assert chain == [Match(0, 0, 1)]


def test_a_cheap_phrase_may_win_over_fewer() -> None:
    chain, _, _ = Automaton(("X Y", "X", "Y")).cover(["X", "Y"], {1: 1, 2: 1})
    assert [m.phrase for m in chain or ()] == [1, 2]


def test_where_no_phrase_goes_on_the_expected_words_are_told() -> None:
    chain, farthest, expected = Automaton(PHRASES).cover(["D", "A", "E"], {})
    assert chain is None
    assert farthest == 2
    assert expected == {"A", "D"}


def test_aliases_stand_for_parts_of_phrases() -> None:
    chain, _, _ = Automaton(("N X",), {"N": "(A | B)+"}).cover(["A", "B", "X"], {})
    assert chain == [Match(0, 0, 3)]


@given(st.lists(st.lists(st.sampled_from("ABCDE"), max_size=6), min_size=2, max_size=4))
def test_what_was_read_before_changes_nothing(texts: list[list[str]]) -> None:
    """Phrases are built when a text may have them; neither cover nor refusal shows it."""
    phrases = (*PHRASES, "(A | B) E", "B* (C E | D)")
    used = Automaton(phrases)
    for names in texts:
        assert used.cover(names, {}) == Automaton(phrases).cover(names, {})


@pytest.mark.parametrize("phrase", ["A )", "( A", "A !"])
def test_a_phrase_that_cannot_be_read_is_a_mistake_of_the_table(phrase: str) -> None:
    with pytest.raises(ValueError, match="phrase"):
        Automaton((phrase,))


def test_no_phrase_is_longer_than_the_bound() -> None:
    chain, _, _ = Automaton(("A+",)).cover(["A"] * (3 * LONGEST), {})
    assert [m.end - m.start for m in chain or ()] == [LONGEST] * 3


@given(st.lists(st.sampled_from("ABCD"), max_size=12))
def test_a_cover_has_neither_gaps_nor_overlaps(names: list[str]) -> None:
    chain, _, _ = Automaton(PHRASES).cover(names, {})
    if chain is None:
        return
    ends = [0, *(m.end for m in chain)]
    assert [m.start for m in chain] == ends[:-1]
    assert ends[-1] == len(names)


def repeats(phrase: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(phrase, phrase)
    return st.one_of(
        pair.map(" ".join),
        pair.map(lambda both: f"({both[0]} | {both[1]})"),
        st.tuples(phrase, st.sampled_from("?*+")).map(lambda both: f"({both[0]}){both[1]}"),
        st.sampled_from("ABC").flatmap(lambda a: st.sampled_from([a + "?", a + "*", a + "+"])),
    )


@given(
    st.recursive(st.sampled_from("ABC"), repeats, max_leaves=6),
    st.text("ABC", min_size=1, max_size=6),
)
def test_a_phrase_means_what_it_means_as_a_pattern(phrase: str, names: str) -> None:
    chain, _, _ = Automaton((phrase,)).cover(names, {})
    pattern = f"(?:{phrase.replace(' ', '')})+"
    assert (chain is not None) == (re.fullmatch(pattern, names) is not None)


@pytest.mark.parametrize(
    "piece",
    ["、甲", "每", "得分=(", " ", "得1、", "第一名得15分,", "推进工作,", "1", "甲15家以上,"],
)
def test_ten_thousand_characters_end_in_a_refusal(piece: str) -> None:
    with pytest.raises(RuleError):
        parse((piece * 10_000)[:10_000])


def test_longer_text_is_no_clause() -> None:
    with pytest.raises(RuleError, match="超过10000字"):
        parse("甲" * 10_001)

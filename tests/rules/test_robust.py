"""Whatever stands in a cell: a rule or a refusal, and a rule that reads back as itself.

How long reading takes is measured in bench/clause_length.py; no test asserts a time.
"""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.mutations import clauses
from kpixl.errors import RuleError
from kpixl.rules import Rule, parse
from kpixl.rules.native import References, to_excel
from kpixl.rules.reader import LONGEST
from kpixl.rules.vocabulary import WORDS, effect_words, stop_words
from tests.rules.clauses import READABLE
from tests.rules.cohorts import DEFAULT_RULES, cohort

ALPHABET = "".join(
    sorted({*"".join(READABLE), *"得计扣加减分每不未名次第一二十,;。:、()[]%.0123456789\n "})
)
WORDS_OF_CLAUSES = st.sampled_from(
    [
        *(w.sample.replace("N", "3").replace("M", "5") for w in WORDS),
        *effect_words(),
        *stop_words(),
        *("企业", "产值", "5", "0.5", "10%", "3个", "2000万元", "1个百分点", "一", "十五"),
        *("(", ")", "[", "]", ",", ";", "。", ":", "、", "\n", "=", "+", "-", "×", "÷"),
    ]
)


def answer(text: str, default_rule: str = "") -> Rule | None:
    """The rule, None where the text is refused; whatever else is raised fails the test."""
    refusal: RuleError
    try:
        return parse(text, default_rule=default_rule)
    except RuleError as error:
        refusal = error
    assert 0 <= refusal.position <= max(len(text), 1)
    assert refusal.reason
    assert refusal.expected
    return None


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300), st.integers(1, LONGEST))
def test_any_text_of_any_length_ends_in_a_rule_or_a_refusal(piece: str, length: int) -> None:
    answer((piece * (length // max(len(piece), 1) + 1))[:length])


@settings(max_examples=400, deadline=None)
@given(st.text(ALPHABET, max_size=80))
def test_any_text_in_the_characters_of_clauses_ends_in_a_rule_or_a_refusal(text: str) -> None:
    answer(text)


@settings(max_examples=500, deadline=None)
@given(
    st.lists(WORDS_OF_CLAUSES, max_size=14).map("".join),
    st.integers(1, 400),
    st.sampled_from(("", *DEFAULT_RULES)),
)
def test_any_chain_of_words_is_refused_or_reads_back(text: str, times: int, default: str) -> None:
    rule = answer(text, default)
    if rule is not None:
        again = answer(rule.canonical, default)
        assert again is not None, rule.canonical
        assert again.same_rule(rule), rule.canonical
    answer((text * times)[:LONGEST], default)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(READABLE), min_size=2, max_size=4),
    st.lists(st.integers(1, 60), min_size=4, max_size=4),
    st.sampled_from((",", ";", "。", "", "\n")),
    st.randoms(use_true_random=False),
)
def test_cuts_of_clauses_put_together_are_refused_or_can_be_scored(
    parts: list[str], cuts: list[int], joint: str, pick: random.Random
) -> None:
    rule = answer(joint.join(part[:cut] for part, cut in zip(parts, cuts, strict=False)))
    if rule is None:
        return
    again = parse(rule.canonical)
    assert again.same_rule(rule), rule.canonical
    case = cohort(rule, pick, points=Decimal(10), size=4, grouped=True)
    scores = [working.score for working in case.workings()]
    assert scores == case.scores()
    assert to_excel(rule, _REFERENCES, points=Decimal(10), size=Decimal(10))


_REFERENCES = References(
    value=lambda i: f"B{i + 1}",
    peers=lambda i: f"B${i + 1}:B${i + 9}",
    target=lambda i: f"C{i + 1}",
    prior=lambda i: f"D{i + 1}",
)


@pytest.mark.parametrize(
    "piece", ["(", "[", "得分=(", "(((", "得分=本值+(", "每", "第一名得", "“", "《", "零", "十"]
)
def test_a_cell_full_of_one_piece_is_refused(piece: str) -> None:
    for length in (100, 1000, LONGEST):
        assert answer((piece * length)[:length]) is None


def test_a_cell_beyond_the_longest_clause_is_refused_with_its_length() -> None:
    with pytest.raises(RuleError, match=f"超过{LONGEST}字"):
        parse("制定方案得1分;" * (LONGEST // 8 + 1))


def test_every_collected_clause_that_is_read_reads_back_as_the_same_rule(shared: Path) -> None:
    lost = []
    read = 0
    for clause, default in clauses(shared / "data" / "clauses.jsonl"):
        rule = answer(clause, default)
        if rule is None:
            continue
        read += 1
        again = answer(rule.canonical, default)
        if again is None or not again.same_rule(rule) or again.canonical != rule.canonical:
            lost.append((clause, rule.canonical, again and again.canonical))
    assert lost == []
    assert read > 150

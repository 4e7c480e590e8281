"""Words that a text can't hold are not compiled, and that changes no reading."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docs.make import patterns
from kpixl.rules import lexicon
from kpixl.rules.beginnings import signs
from kpixl.rules.lexicon import Lexicon

FEW = [("GIVE", "得[0-9]分"), ("FULL", "得满分"), ("ANY", "[^,]分"), ("SUB", "扣[0-9]分")]


def test_what_is_kept_of_each_word_is_what_its_pattern_says() -> None:
    kept = patterns()
    for pattern in kept:
        assert lexicon.signs_of(pattern) == signs(pattern), pattern
    stale = "python -m docs.make"
    assert lexicon.signs_text(kept) == lexicon.SIGNS.read_text("utf-8"), stale


@given(st.lists(st.text("得扣满分1,", max_size=6), max_size=4))
def test_a_text_gets_all_words_that_match_in_it_whatever_was_read_before(texts: list[str]) -> None:
    words = Lexicon(FEW)
    for text in texts:
        table = words.of(text)
        for at, character in enumerate(text):
            matching = [name for name, p in FEW if re.compile(p).match(text, at)]
            tried = [name for name, p in table[character] if p.match(text, at)]
            assert tried == matching


def test_a_word_is_compiled_when_a_text_may_hold_it() -> None:
    words = Lexicon(FEW)
    assert [name for name, _ in words.of("得1分")["得"]] == ["GIVE", "ANY"]
    assert [name for name, _ in words.of("得满分")["得"]] == ["GIVE", "FULL", "ANY"]
    assert [name for name, _ in words.of("")["第"]] == ["ANY"]


@pytest.mark.parametrize("kept", ["", "<<<<<<< ours\n", '["0a", 5, 6]\n', None])
def test_a_file_that_cannot_be_read_costs_time_and_no_word(
    kept: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "signs.txt"
    if kept is not None:
        path.write_text(kept, "utf-8")
    monkeypatch.setattr(lexicon, "SIGNS", path)
    monkeypatch.setattr(lexicon, "_kept", lexicon._kept.__wrapped__)
    assert lexicon.signs_of("得[0-9]分") == signs("得[0-9]分")

"""A clause is read completely or refused, with the character that does not fit."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpixl.errors import BadArgument, RuleError
from kpixl.rules import assumptions, parse, parse_readings
from kpixl.rules.normalise import normalise
from kpixl.rules.vocabulary import WORDS, effect_words, stop_words
from tests.rules.clauses import BAND, READABLE, REFUSED


@pytest.mark.parametrize("clause", READABLE)
def test_the_canonical_wording_reads_as_the_same_rule(clause: str) -> None:
    rule = parse(clause)
    again = parse(rule.canonical)
    assert again.same_rule(rule)
    assert again.inputs == rule.inputs
    assert again.canonical == rule.canonical


@pytest.mark.parametrize(
    ("clause", "kept"),
    [
        # a cap stays with the sentence that it is said of
        ("每新增1个平台加5分,最多加10分。按办结率计分", "加5分;最多加10分。办结率"),
        (
            "税收达到3亿元得10分,未完成按比例扣分,招引外资项目每个加5分,本项最多加10分",
            "合计最多加10分",
        ),
        # intervals are one figure's, whatever stands beside them
        (
            "完成率80%以下不得分,80%-90%得8分,90%以上得10分;建成运行得4分",
            "90%以上得10分;建成运行得4分",
        ),
        # 满分 is the whole item's
        ("活动记录、台账齐全的各得2分;组织考试得满分", ""),
    ],
)
def test_sentences_that_would_be_told_as_another_rule_keep_their_bounds_or_are_refused(
    clause: str, kept: str
) -> None:
    try:
        rule = parse(clause)
    except RuleError:
        assert not kept
        return
    assert kept in rule.canonical
    assert parse(rule.canonical).same_rule(rule)


@pytest.mark.parametrize(("clause", "position", "phrase"), REFUSED)
def test_a_refusal_names_the_character_the_phrase_and_the_expectation(
    clause: str, position: int, phrase: str
) -> None:
    with pytest.raises(RuleError) as caught:
        parse(clause)
    error = caught.value
    assert (error.position, error.phrase) == (position, phrase)
    assert error.reason
    assert error.expected
    if position and phrase != "公式结尾":
        assert clause[position - 1 :].startswith(phrase)


def test_a_veto_alone_is_no_clause_of_an_item() -> None:
    with pytest.raises(RuleError) as caught:
        parse("发生责任事故的,实行一票否决")
    assert caught.value.position == 1
    assert "本项不得分" in caught.value.expected


def test_every_refusal_of_a_collected_clause_names_a_character(shared: Path) -> None:
    whole = []
    for line in (shared / "data" / "clauses.jsonl").read_text("utf-8").splitlines():
        clause = json.loads(line)["clause"]
        try:
            parse(clause)
        except RuleError as error:
            whole += [] if error.position and error.phrase else [clause]
    assert not whole


def test_full_width_and_traditional_writing_read_like_the_plain_clause() -> None:
    plain = parse("制定方案得1分;按时报送月报得0.5分")
    odd = parse("制定方案得 １ 分；\u200b按时報送月报计０．５分")
    assert odd.same_rule(plain)
    assert [i.label for i in odd.inputs] == [i.label for i in plain.inputs]


def test_a_refusal_points_into_the_original_text() -> None:
    with pytest.raises(RuleError) as caught:
        parse("制定　方案　得（减半）１分")
    assert caught.value.phrase == "减半"
    assert caught.value.position == 9


def test_position_map_keeps_every_character_in_its_place() -> None:
    normal = normalise("得 满分（１０分）；")
    assert normal.text == "得满分(10分);"
    assert [normal.original[i] for i in normal.index] == list("得满分（１０分）；")


def test_inputs_carry_the_clause_own_labels_and_kinds() -> None:
    rule = parse("制定方案得1分;报送信息,每采用一条得0.1分")
    assert [(i.label, i.kind, i.unit) for i in rule.inputs] == [
        ("制定方案", "yes_no", "是/否"),
        ("报送信息", "count", "条"),
    ]


def test_readings_switch_the_rule_and_are_told_as_assumptions() -> None:
    clause = "数量最多的得10分,排名每下降1位减0.5分"
    taken = {a.code: a.taken for a in parse(clause).assumptions}
    assert taken == {"G3": "竞争"}
    dense = parse(clause, readings={"G3": "密集"})
    assert {a.code: a.taken for a in dense.assumptions} == {"G3": "密集"}
    assert not dense.same_rule(parse(clause))


def test_readings_text_is_read_or_refused() -> None:
    assert parse_readings(" G7＝整步；G3=密集 ") == {"G7": "整步", "G3": "密集"}
    for bad in ("G99=整步", "G7", "G7=四舍五入"):
        with pytest.raises(BadArgument):
            parse_readings(bad)


@pytest.mark.parametrize("word", stop_words())
def test_every_stop_word_is_a_plain_name_inside_a_clause(word: str) -> None:
    label = f"推进{word}工作"
    rule = parse(f"{label}得3分")
    assert [i.label for i in rule.inputs] == [label]


@pytest.mark.parametrize("word", effect_words())
def test_an_effect_word_in_a_subject_changes_the_reading_or_refuses(word: str) -> None:
    plain = parse("制定实施方案得3分").canonical
    try:
        changed = parse(f"制定{word}方案得3分").canonical
    except RuleError:
        return
    assert changed != plain, word
    assert word in stop_words() or not changed.startswith("制定方案"), (word, changed)


def test_a_count_of_what_is_short_beside_a_figure_is_refused() -> None:
    with pytest.raises(RuleError, match="从前面的数算起"):
        parse(
            "完成就业目标得满分;未完成的,每下降5个百分点扣0.1分。每少一种机构或少一项制度的扣0.5分"
        )


def test_quotation_marks_stay_in_pairs() -> None:
    rule = parse("“个转企”新增20户得5分,每少1户扣0.25分")
    assert rule.inputs[0].label == "“个转企”新增"
    assert rule.canonical.startswith("“个转企”新增达到20户得5分")


def test_codes_of_readings_are_unique() -> None:
    source = Path(assumptions.__file__).read_text(encoding="utf-8")
    codes = re.findall(r'Reading\(\s+"(G[0-9]+)"', source)
    assert sorted(codes) == sorted(assumptions.READINGS)


def test_token_names_are_unique() -> None:
    names = [w.name for w in WORDS]
    assert len(names) == len(set(names))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400))
def test_any_text_ends_in_a_rule_or_a_rule_error(text: str) -> None:
    with suppress(RuleError):  # any other exception fails the test
        assert parse(text).terms


_PIECES = st.sampled_from(
    [*(w.sample.replace("N", "3") for w in WORDS), *READABLE, "企业", "产值", "5", "0.5分", "10%"]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(_PIECES, max_size=12).map("".join))
def test_any_chain_of_phrases_is_read_and_reads_back_or_is_refused(text: str) -> None:
    try:
        rule = parse(text)
    except RuleError:
        return
    assert parse(rule.canonical).same_rule(rule)


def test_the_same_band_in_other_signs_is_the_same_rule() -> None:
    other = "得分＝【（本值－本类最低值）／（本类最高值－本类最低值）＊40＋60】／100＊分值；"
    assert parse(other).same_rule(parse(BAND))

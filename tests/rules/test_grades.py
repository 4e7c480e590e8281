"""Grade clauses: read completely or refused, and the best grade that a unit reaches."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpixl.errors import RuleError
from kpixl.rules.grades import parse_grades

READABLE = (
    ("前3名为优秀;80分以上为达标", "前3名为优秀;80分以上为达标"),
    ("取前三名为优秀单位,80分以上(含)为达标单位。", "前3名为优秀;80分以上为达标"),
    ("按得分高低取前三名为优秀,其余单位为合格", "前3名为优秀;其余为合格"),
    (
        "90分以上为优秀,80-90分为良好,80分以下为一般",
        "90分以上为优秀;80分以上90分以下为良好;80分以下为一般",
    ),
    (
        "90分以上为优秀,80—89分为良好,60～79.9分为合格,不满60分为不合格",
        "90分以上为优秀;80分以上不满90分为良好;60分以上不满80分为合格;不满60分为不合格",
    ),
    (
        "考核结果分为优秀、良好、合格三个等次:90分以上为优秀,80分以上不满90分为良好,其余为合格",
        "90分以上为优秀;80分以上不满90分为良好;其余为合格",
    ),
    (
        "一等奖得分须达 90 分及以上;二等奖得分须达 80 分及以上",
        "90分以上为一等奖;80分以上为二等奖",
    ),
    ("优秀:前3名;良好:80分以上", "前3名为优秀;80分以上为良好"),
    ("排名前三且得分90分以上的评为优秀", "前3名且90分以上为优秀"),
    ("第一名为一等奖,第二至五名为二等奖", "前1名为一等奖;第2-5名为二等奖"),
    ("得分位列全市前25%(含)的企业为A(甲)类", "前25%为A(甲)类"),
    ("前20%为A类;前60%为B类;其余为C类", "前20%为A类;前60%为B类;其余为C类"),
    ("得分不低于80分的单位为达标单位", "80分以上为达标"),
    ("总分超过80分为达标", "80分以上(不含)为达标"),
    ("80分(含)至90分(不含)为良好;90分以上的,评为优秀", "80分以上不满90分为良好;90分以上为优秀"),
)


@pytest.mark.parametrize(("clause", "canonical"), READABLE)
def test_a_clause_reads_back_in_canonical_words(clause: str, canonical: str) -> None:
    rule = parse_grades(clause)
    assert rule.canonical == canonical
    again = parse_grades(canonical)
    assert (again.grades, again.canonical) == (rule.grades, canonical)


@pytest.mark.parametrize(
    ("clause", "position", "phrase"),
    [
        ("", 0, ""),
        ("优秀", 1, "优秀"),
        ("根据得分确定优秀、良好2个档次", 5, "确定优秀、良好2"),
        ("90分以上减半为优秀", 6, "减半为优秀"),
        ("前3名为优秀的50%", 8, "50%"),
        ("前3名为优秀,但低于80分的除外", 8, "但低于80分的除"),
        ("前3名、90分以上为优秀", 4, "、90分以上为优"),
        ("前3名或90分以上为优秀", 4, "或90分以上为优"),
        ("80分以上(含90分)为优秀", 1, "80分以上(含9"),
        ("100-90分为优秀", 1, "100-90分为"),
        ("第8-4名为优秀", 1, "第8-4名为优秀"),
        ("80分以上为优秀;80分以上为良好", 0, "80分以上为优秀;80分以上为良好"),
        ("考核结果分为优秀、良好两个等次:90分以上为优秀", 1, "考核结果分为优秀"),
        ("考核结果分为优秀、良好三个等次:90分以上为优秀,80分以上为良好", 1, "考核结果分为优秀"),
        ("90为优秀", 1, "90为优秀"),
        ("05分以上为优秀", 1, "05分"),
        ("80分以上为最高加分单位", 7, "最高加分单位"),
        ("凡被一票否决的单位,一律定为不合格", 1, "凡被一票否决的单"),
    ],
)
def test_what_is_not_read_completely_is_refused_with_its_place(
    clause: str, position: int, phrase: str
) -> None:
    with pytest.raises(RuleError) as error:
        parse_grades(clause)
    assert (error.value.position, error.value.phrase) == (position, phrase)
    assert error.value.expected


_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


@pytest.mark.parametrize("clause", [c for c, _ in READABLE])
def test_changing_any_number_changes_the_reading_or_refuses(clause: str) -> None:
    plain = parse_grades(clause).canonical
    for match in _NUMBER.finditer(clause):
        for new in (f"{float(match[0]) + 1:g}", f"{float(match[0]) * 7 + 0.3:.4g}", ""):
            mutant = clause[: match.start()] + new + clause[match.end() :]
            try:
                reading = parse_grades(mutant).canonical
            except RuleError:
                continue
            assert reading != plain, mutant


@pytest.mark.parametrize("clause", [c for c, _ in READABLE])
@pytest.mark.parametrize(
    "word",
    ["减半", "除外", "以外", "仅限", "至少", "累计", "未", "不", "非", "加倍", "另行", "约", "或"],
)
def test_putting_in_a_word_changes_the_reading_or_refuses(clause: str, word: str) -> None:
    plain = parse_grades(clause).canonical
    for at in range(len(clause) + 1):
        try:
            reading = parse_grades(clause[:at] + word + clause[at:]).canonical
        except RuleError:
            continue
        assert reading != plain, clause[:at] + word + clause[at:]


# -- grades of units ---------------------------------------------------------------------------


def test_the_worked_example_of_places_and_totals() -> None:
    rule = parse_grades("取前三名为优秀单位,80分以上(含)为达标单位。")
    units = [(99.10, 1), (95.40, 2), (78.60, 3), (78.60, 3), (77.00, 5), (80.00, 5)]
    assert [rule.grade(*u) for u in units] == ["优秀", "优秀", "优秀", "优秀", None, "达标"]


def test_a_unit_gets_the_best_grade_whatever_the_order_of_the_sentence() -> None:
    for clause in ("60分以上为合格,90分以上为优秀", "90分以上为优秀,60分以上为合格"):
        assert [parse_grades(clause).grade(t) for t in (95, 90, 89.99, 60, 59.99)] == [
            "优秀", "优秀", "合格", "合格", None,
        ]  # fmt: skip
    mixed = parse_grades("80分以上为达标;前8名为良好;前3名为优秀;前3名且90分以上为标兵")
    assert [mixed.grade(95, 2), mixed.grade(85, 2), mixed.grade(85, 5), mixed.grade(85, 9)] == [
        "标兵", "优秀", "良好", "达标",
    ]  # fmt: skip


def test_bounds_hold_the_number_itself_unless_they_say_otherwise() -> None:
    assert parse_grades("80分以上为达标").grade(80) == "达标"
    assert parse_grades("80分以上(不含80分)为达标").grade(80) is None
    assert parse_grades("高于80分为达标").grade(80) is None
    assert parse_grades("80分以下为一般").grade(80) == "一般"
    assert parse_grades("不满80分为一般").grade(80) is None
    both = parse_grades("60分以上为合格,60分以下为不合格")
    assert [both.grade(t) for t in (60, 59.99)] == ["合格", "不合格"]


def test_nothing_falls_between_80_to_89_and_90() -> None:
    rule = parse_grades("90分以上为优秀,80-89分为良好")
    assert [rule.grade(t) for t in (90, 89.99, 89.5, 89, 80, 79.99)] == [
        "优秀", "良好", "良好", "良好", "良好", None,
    ]  # fmt: skip
    assert any("不满90分" in a.sentence for a in rule.assumptions)
    # a gap that is no matter of decimals is what the text says
    assert parse_grades("90分以上为优秀,80-85分为良好").grade(87) is None


def test_a_total_at_a_bound_is_compared_as_it_is_written() -> None:
    assert parse_grades("80.3分以上为达标").grade(0.1 + 0.2 + 80) == "达标"
    assert parse_grades("80.3分以上(不含)为达标").grade(0.1 + 0.2 + 80) is None


def test_a_share_is_taken_of_the_ranked_units() -> None:
    rule = parse_grades("前20%为A类;前60%为B类;前90%为C类;其余为D类")
    found = [rule.grade(50, place, 10) for place in (1, 2, 2, 4, 5, 6, 7, 8, 9, 10)]
    assert found == ["A类"] * 3 + ["B类"] * 3 + ["C类"] * 3 + ["D类"]
    assert rule.needs_count and rule.needs_rank


def test_an_incomplete_unit_has_no_grade() -> None:
    rule = parse_grades("前3名为优秀;其余为合格")
    assert rule.grade(None, 1) is None
    assert rule.grade(99, None) is None
    assert parse_grades("80分以上为达标").grade(99, None) == "达标"


@given(
    st.lists(st.integers(0, 100), min_size=1, max_size=5, unique=True),
    st.decimals(0, 100, places=2),
)
def test_a_ladder_of_bounds_gives_the_highest_that_is_reached(
    bounds: list[int], total: object
) -> None:
    names = "甲乙丙丁戊"
    clause = ";".join(f"{b}分以上为{names[i]}类" for i, b in enumerate(bounds))
    reached = [(b, names[i] + "类") for i, b in enumerate(bounds) if float(str(total)) >= b]
    wanted = max(reached)[1] if reached else None
    assert parse_grades(clause).grade(float(str(total))) == wanted

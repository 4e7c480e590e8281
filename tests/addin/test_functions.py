"""The other cell functions: what each says of a clause, of places, of single cells."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpixl.addin.udfs import (
    KPIASSUME,
    KPICHECK,
    KPIEXPLAIN,
    KPIFORMULA,
    KPIGRADE,
    KPIINPUTS,
    KPINUMBER,
    KPIRANK,
    KPIRULE,
    KPISCORE,
    call,
)
from kpixl.addin.values import Percent
from kpixl.errors import BadArgument, RuleError
from kpixl.grid import CellError
from kpixl.hosts.headless import evaluate_formula
from kpixl.rules import parse
from tests.rules.clauses import BAND, READABLE, REFUSED

LADDER = "龙头企业数量最多的得10分,排名每下降1位减0.5分"
CHECKLIST = "制定方案得1分;按时报送得1分;报送信息,每采用一条得0.1分"
RATIO = "得分=完成值÷目标值×分值"
NA, VALUE, NUM = (CellError(c) for c in ("#N/A", "#VALUE!", "#NUM!"))


def col(*cells: Any) -> tuple[tuple[Any], ...]:
    return tuple((cell,) for cell in cells)


def error_of(name: str, *arguments: Any) -> CellError:
    found = call(name, *arguments)
    assert isinstance(found, CellError)
    return found


# -- KPIRULE, KPIINPUTS, KPIASSUME -------------------------------------------------------------


@pytest.mark.parametrize("clause", READABLE)
def test_a_clause_is_read_back_in_canonical_words(clause: str) -> None:
    assert KPIRULE(clause) == parse(clause).canonical


@pytest.mark.parametrize("clause", [c for c, *_ in REFUSED if c])
def test_a_refusal_is_a_sentence_and_no_error(clause: str) -> None:
    with pytest.raises(RuleError) as error:
        parse(clause)
    assert KPIRULE(clause) == str(error.value)
    assert str(KPIRULE(clause)).startswith("条款读不懂:")


def test_a_rule_of_the_whole_scheme_is_read_back_in_canonical_words() -> None:
    grades = "前3名为优秀;80分以上为达标"
    assert KPIRULE("取前三名为优秀单位,80分以上为达标单位") == grades
    assert KPIRULE(grades) == grades
    veto = "凡发生死亡3人以上事故的,取消评优资格"
    assert KPIRULE(veto) == "发生死亡3人以上事故的,取消评优资格"
    assert KPIRULE(veto, 5) == "发生死亡3人以上事故的,取消评优资格〔否决和定等,不是一项的得分〕"
    # what is wrong is said in the terms of its own kind
    assert "除外" in str(KPIRULE("发生事故(天灾除外)的,一票否决"))


def test_the_reading_says_where_points_and_clause_disagree() -> None:
    judged = "成效显著的,最高加5分"
    assert KPIRULE(judged, 5) == KPIRULE(judged)
    assert str(KPIRULE(judged, 10)).endswith("〔最高得5分,少于分值10分〕")
    open_end = "制定方案得4分;每新增1个平台加5分"
    assert str(KPIRULE(open_end, 4)).endswith("〔加分不封顶,得分可以超过分值4分〕")
    assert str(KPIRULE(open_end + ",最多加10分", 4)).endswith("〔最高得14分,多于分值4分〕")
    assert KPIRULE(BAND, 20) == KPIRULE(BAND)


def test_inputs_are_a_table_in_the_order_of_the_columns() -> None:
    assert KPIINPUTS(CHECKLIST) == (
        ("制定方案", "是否", "是/否", ""),
        ("按时报送", "是否", "是/否", ""),
        ("报送信息", "个数", "条", ""),
    )
    assert KPIINPUTS("增速达到10%得5分") == (("增速", "百分数", "%", 10.0),)


@pytest.mark.parametrize("clause", READABLE)
def test_every_input_of_a_clause_stands_in_the_table(clause: str) -> None:
    table = KPIINPUTS(clause)
    assert isinstance(table, tuple)
    rule = parse(clause)
    assert [row[0] for row in table] == [i.label for i in rule.inputs]
    assert [row[3] for row in table] == [
        "" if i.target is None else float(i.target) for i in rule.inputs
    ]


def test_assumptions_are_a_table_with_their_alternatives() -> None:
    table = KPIASSUME(LADDER)
    assert isinstance(table, tuple)
    ((code, sentence, taken, others),) = table
    assert (code, taken, others) == ("G3", "竞争", "密集、平均")
    assert "1、2、2、4" in str(sentence)
    switched = KPIASSUME(LADDER, "G3=密集")
    assert isinstance(switched, tuple)
    assert switched[0][2:] == ("密集", "竞争、平均")


def test_a_clause_that_leaves_nothing_open_says_so() -> None:
    table = KPIASSUME("制定方案得1分")
    assert isinstance(table, tuple)
    assert len(table) == 1
    assert table[0][0] == ""
    assert "没有" in str(table[0][1])


@pytest.mark.parametrize("name", ["KPIRULE", "KPIINPUTS", "KPIASSUME"])
def test_a_blank_clause_gives_a_blank_and_an_error_comes_back(name: str) -> None:
    assert call(name, None) == call(name, " ") == ""
    assert call(name, NA) == NA


@pytest.mark.parametrize("name", ["KPIINPUTS", "KPIASSUME"])
def test_a_table_of_an_unreadable_clause_is_an_error_value(name: str) -> None:
    assert error_of(name, "制定方案得05分") == VALUE


# -- KPIFORMULA --------------------------------------------------------------------------------


def value_of(formula: object, **cells: Any) -> object:
    return evaluate_formula(str(formula), cells)


def each(column: object) -> list[str]:
    """The texts of a column."""
    assert isinstance(column, tuple)
    return [str(cell) for (cell,) in column]


def test_a_formula_gives_the_score_of_its_cells() -> None:
    formula = KPIFORMULA(LADDER, 10, "F6", peers="F5:F8")
    figures = {"F5": 12, "F6": 7, "F7": 7, "F8": 3}
    assert value_of(formula, **figures) == KPISCORE(LADDER, 10, 7, None, col(12, 7, 7, 3)) == 9.5


def test_a_column_gives_a_formula_a_row_that_compares_the_rows() -> None:
    cells = {"F5": 60, "F6": 75, "F7": 40}
    found = col(*(value_of(f, **cells) for f in each(KPIFORMULA(BAND, 20, "F5:F7"))))
    assert found == KPISCORE(BAND, 20, col(60, 75, 40)) == col(16.57, 20.0, 12.0)


def test_the_unit_s_cells_are_relative_and_the_peers_absolute() -> None:
    formula = str(KPIFORMULA(LADDER, 10, "$F$6", peers="F5:F8"))
    assert "COUNT(F6)" in formula
    assert "RANK(F6,$F$5:$F$8)" in formula


def test_the_points_stand_where_the_host_says_else_as_a_number() -> None:
    assert "*$D$5," in each(KPIFORMULA(BAND, 20, "F5:F7", points_at="D5"))[0]
    assert "*20," in each(KPIFORMULA(BAND, 20, "F5:F7"))[0]


def test_a_clause_that_says_its_own_points_needs_no_cell_for_them() -> None:
    formula = KPIFORMULA("每采用1条得0.1分", None, "F5", points_at="D5")
    assert "D5" not in str(formula)
    assert value_of(formula, F5=250) == KPISCORE("每采用1条得0.1分", None, 250) == 25.0


def test_a_sheet_s_name_goes_into_the_formula() -> None:
    formula = str(KPIFORMULA(LADDER, 10, "'表 1'!F6", peers="'表 1'!F5:F8"))
    assert "RANK('表 1'!F6,'表 1'!$F$5:$F$8)" in formula


def test_a_target_may_be_a_cell_a_number_or_the_clause_s_own() -> None:
    assert value_of(KPIFORMULA(RATIO, 10, "F5", "G5"), F5=5, G5=20) == 2.5
    assert value_of(KPIFORMULA(RATIO, 10, "F5", 20), F5=5) == 2.5
    assert value_of(KPIFORMULA(RATIO, 10, "F5", -20), F5=-5) == 2.5
    assert value_of(each(KPIFORMULA(RATIO, 10, "F5:F6", "G5:G6"))[1], F6=5, G6=10) == 5
    shared = each(KPIFORMULA(RATIO, 10, "F5:F6", "G5"))
    assert [value_of(f, F5=5, F6=6, G5=10) for f in shared] == [5, 6]
    assert value_of(KPIFORMULA("增速达到10%得5分", 5, "F5"), F5=10) == 5


def test_last_year_s_figure_is_a_cell() -> None:
    growth = "得分=(本值-上年值)÷上年值×分值"
    assert value_of(KPIFORMULA(growth, 10, "F5", None, None, "G5"), F5=120, G5=100) == 2


def test_groups_narrow_the_peers_to_the_unit_s_own() -> None:
    cells: dict[str, Any] = {f"F{5 + n}": v for n, v in enumerate((12, 7, 7, 3))}
    cells |= {f"A{5 + n}": g for n, g in enumerate("甲乙甲乙")}
    formulas = each(KPIFORMULA(LADDER, 10, "F5:F8", groups="A5:A8"))
    found = col(*(value_of(f, **cells) for f in formulas))
    groups = col(*"甲乙甲乙")
    assert found == KPISCORE(LADDER, 10, col(12, 7, 7, 3), groups=groups)
    assert "AGGREGATE(14,6," in each(KPIFORMULA(BAND, 20, "F5:F8", groups="A5:A8"))[0]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((LADDER, 10, "F6"), "#N/A"),
        ((LADDER, 10, "F9", None, "F5:F8"), "#N/A"),
        ((LADDER, 10, "G6", None, "F5:F8"), "#N/A"),
        ((LADDER, 10, "F6", None, "表!F5:F8"), "#N/A"),
        ((LADDER, 10, "F6:G6", None, "F5:F8"), "#VALUE!"),
        ((LADDER, 10, "F6", None, "F5:G8"), "#VALUE!"),
        ((LADDER, 10, "F6", None, "F5:F8", None, "A5:A7"), "#VALUE!"),
        ((LADDER, 10, 7, None, "F5:F8"), "#VALUE!"),
        ((LADDER, 10, "第六行"), "#VALUE!"),
        ((LADDER, 10, "F0"), "#VALUE!"),
        ((LADDER, 10, "ZZZ1", None, "ZZZ1:ZZZ2"), "#VALUE!"),
        ((RATIO, 10, "F5"), "#N/A"),
        ((RATIO, 10, "F5:F7", "G5:G6"), "#VALUE!"),
        (("得分=(本值-上年值)÷上年值×分值", 10, "F5"), "#N/A"),
        (("制定方案得05分", 10, "F5"), "#VALUE!"),
        ((LADDER, 0, "F5:F8"), "#NUM!"),
    ],
)
def test_a_formula_that_cannot_be_made_is_an_error_value(
    arguments: tuple[Any, ...], error: str
) -> None:
    assert error_of("KPIFORMULA", *arguments) == CellError(error)


def test_a_formula_of_a_blank_is_blank() -> None:
    assert KPIFORMULA(None, 10, "F5") == KPIFORMULA(LADDER, 10, None) == ""
    assert KPIFORMULA(BAND, None, "F5:F7") == ""
    assert KPIFORMULA(NA, 10, "F5") == NA


# -- KPIRANK -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "places"),
    [
        (None, (2, 1, 2, 4)),
        ("竞争", (2, 1, 2, 4)),
        ("密集", (2, 1, 2, 3)),
        ("平均", (2.5, 1, 2.5, 4)),
    ],
)
def test_places_count_ties_as_the_method_says(
    method: str | None, places: tuple[float, ...]
) -> None:
    assert KPIRANK(col(78.6, 99.1, 78.6, 77), None, method) == col(*map(float, places))


def test_a_blank_score_has_no_place_and_takes_none() -> None:
    assert KPIRANK(col(None, 3, "", 5)) == col("", 2.0, "", 1.0)
    assert KPIRANK(col(None, None)) == col("", "")
    assert KPIRANK(None) == ""


def test_scores_that_are_equal_on_paper_share_a_place() -> None:
    noisy = 13.8, 14.7 - 3 * 0.3
    assert noisy[0] != noisy[1]
    assert KPIRANK(col(*noisy, 20)) == col(2.0, 2.0, 1.0)


def test_places_are_counted_within_groups() -> None:
    groups = col("甲", "乙", "甲", "乙")
    assert KPIRANK(col(1, 5, 3, 4), groups) == col(2.0, 1.0, 1.0, 2.0)
    assert KPIRANK(col(1, 5, 3, 4), col("甲", None, "甲", None)) == col(2.0, NA, 1.0, NA)


def test_a_row_of_scores_gives_a_row_of_places() -> None:
    assert KPIRANK((3, 2, 5)) == KPIRANK(((3, 2, 5),)) == ((2.0, 3.0, 1.0),)


def test_a_single_score_is_the_first() -> None:
    assert KPIRANK(80) == KPIRANK(((80,),)) == 1.0


def test_wrong_scores_are_error_values() -> None:
    assert KPIRANK(col(3, "约5", 1)) == col(1.0, VALUE, 2.0)
    assert KPIRANK(col(3, NA, None)) == col(NA, NA, "")
    assert KPIRANK(col(3, NA, 1), col("甲", "乙", "甲")) == col(1.0, NA, 2.0)
    assert error_of("KPIRANK", "约5") == VALUE
    assert error_of("KPIRANK", ((1, 2), (3, 4))) == VALUE
    assert error_of("KPIRANK", col(1, 2), None, "随机") == VALUE
    assert error_of("KPIRANK", col(1, 2), col("甲")) == VALUE
    assert KPIRANK(col(1, 2), NA) == KPIRANK(col(1, 2), None, NA) == NA


@given(
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from("甲乙")), min_size=2, max_size=12),
)
def test_a_place_is_one_more_than_those_ahead(rows: list[tuple[int, str]]) -> None:
    places = KPIRANK(col(*(v for v, _ in rows)), col(*(g for _, g in rows)))
    wanted = [1 + sum(o > v for o, h in rows if h == g) for v, g in rows]
    assert places == col(*map(float, wanted))


# -- KPIGRADE ----------------------------------------------------------------------------------

GRADES = "前3名为优秀;80分以上为达标"


def test_a_grade_goes_by_place_and_total() -> None:
    assert KPIGRADE(99, 1, GRADES) == "优秀"
    assert KPIGRADE(80, 4, GRADES) == "达标"
    assert KPIGRADE(79.99, 4, GRADES) == ""
    totals, ranks = col(99.1, 95.4, 78.6, 78.6, 77), col(1, 2, 3, 3, 5)
    assert KPIGRADE(totals, ranks, GRADES) == col("优秀", "优秀", "优秀", "优秀", "")


def test_a_unit_without_total_or_place_has_no_grade() -> None:
    assert KPIGRADE(None, 1, GRADES) == KPIGRADE(99, None, GRADES) == ""
    assert KPIGRADE(col(99, None, 85), col(1, None, None), GRADES) == col("优秀", "", "")
    assert KPIGRADE(85, None, "80分以上为达标") == "达标"
    assert KPIGRADE(85, 1, None) == ""
    assert KPIGRADE(col(85, 70), None, "80分以上为达标") == col("达标", "")


def test_a_share_needs_the_whole_column() -> None:
    rule = "前20%为A类;其余为B类"
    assert KPIGRADE(col(9, 8, 7, 6, 5), col(1, 2, 3, 4, 5), rule) == col(
        "A类", "B类", "B类", "B类", "B类"
    )
    assert error_of("KPIGRADE", 9, 1, rule) == NA


QUOTA = "90分以上为优秀;80分以上为良好;其余为合格。优秀名额不超过2名"


def test_a_quota_holds_whole_places_and_the_others_get_the_next_grade() -> None:
    totals = col(95, 93, 93, 85, None, 70)
    # 2 of them may be 优秀; the second place is shared by two, who don't both fit
    assert KPIGRADE(totals, col(1, 2, 2, 4, None, 5), QUOTA) == col(
        "优秀", "良好", "良好", "良好", "", "合格"
    )
    assert KPIGRADE(col(95, 93, 85), col(1, 2, 3), QUOTA) == col("优秀", "优秀", "良好")
    share = "90分以上为优秀;其余为合格。优秀比例不超过40%"
    # 40 % of five is two
    assert KPIGRADE(col(99, 98, 97, 96, 50), col(1, 2, 3, 4, 5), share) == col(
        "优秀", "优秀", "合格", "合格", "合格"
    )
    prizes = "按1:3:6的比例评定一、二、三等奖"
    assert KPIGRADE(col(*range(20, 10, -1)), col(*range(1, 11)), prizes) == col(
        "一等奖", *["二等奖"] * 3, *["三等奖"] * 6
    )
    # who has no figure is in nobody's way
    assert KPIGRADE(col("缺", 93, 92, 91), col(1, 1, 2, 3), QUOTA) == col(
        VALUE, "优秀", "优秀", "良好"
    )


def test_a_quota_needs_the_whole_column_of_places() -> None:
    assert error_of("KPIGRADE", 95, 1, QUOTA) == NA
    assert error_of("KPIGRADE", col(95, 85), None, QUOTA) == NA
    assert KPIGRADE(col(95, 85), col(1, None), QUOTA) == col("优秀", "")
    assert error_of("KPIGRADE", 95, 1, "90分以上为优秀。良好名额不超过2名") == VALUE


def test_wrong_totals_and_places_are_error_values() -> None:
    assert error_of("KPIGRADE", "约80", 1, GRADES) == VALUE
    assert error_of("KPIGRADE", 80, "第一", GRADES) == VALUE
    assert error_of("KPIGRADE", 80, 0, GRADES) == NUM
    assert error_of("KPIGRADE", 80, 1, "80分左右为达标") == VALUE
    assert error_of("KPIGRADE", col(80, 70), col(1, 2, 3), GRADES) == VALUE
    assert KPIGRADE(NA, 1, GRADES) == KPIGRADE(80, NA, GRADES) == KPIGRADE(80, 1, NA) == NA
    assert KPIGRADE(col(80, NA, 90), col(4, 1, "x"), GRADES) == col("达标", NA, VALUE)


# -- KPICHECK ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "spec"),
    [
        (3.7, "number"),
        (3.7, "数值 亿元 0..100"),
        (-3, "数值"),
        (0, "数值 0..100"),
        (100, "数值 0..100"),
        (8.3, "百分数 0..100"),
        (Percent(0.005), "百分数"),
        (0.5, "百分数 百分点 0..100"),
        (12, "count"),
        (12, "个数 家 0..500"),
        ("是", "yes_no"),
        (False, "是否"),
        (5, "评议 0..5 必填"),
        (7, "数值 5.."),
        (7, "数值 ..9"),
        (-2, "数值 -3..-1"),
        (7, "数值 5至9"),
    ],
)
def test_what_is_as_it_should_be_passes(value: Any, spec: str) -> None:
    assert KPICHECK(value, spec) == "通过"


@pytest.mark.parametrize(
    ("value", "spec", "words"),
    [
        ("2000万", "数值 亿元", "建议值 0.2亿元"),
        ("约30", "个数 家", "建议值 约 30家"),
        ("abc", "数值", "读不成数字"),
        (101, "数值 0..100", "0 至 100"),
        (-1, "个数", "不小于 0"),
        (2.5, "个数", "非负整数"),
        (1e6, "百分数", "超出允许范围"),
        (0.5, "百分数", "百分数还是小数"),
        ("对", "是否", "是 或 否"),
        (6, "评议 0..5", "评议范围"),
        ("不涉及", "数值", "不涉及"),
        (None, "数值 必填", "没有填写"),
        ("", "是否 required", "没有填写"),
    ],
)
def test_what_is_wrong_is_said_as_a_finding(value: Any, spec: str, words: str) -> None:
    said = str(KPICHECK(value, spec))
    assert words in said
    assert said[0] == "〔"
    assert said != "通过"


def test_a_range_is_checked_cell_by_cell() -> None:
    found = KPICHECK(((3, "x"), (None, NA)), "个数 家")
    assert isinstance(found, tuple)
    assert found[0][0] == "通过"
    assert "读不成数字" in str(found[0][1])
    assert found[1] == ("", NA)


def test_the_others_of_a_range_tell_whether_a_share_was_meant() -> None:
    found = KPICHECK(col(8.3, 9.1, 0.079, 0.9), "百分数")
    assert isinstance(found, tuple)
    assert [str(said)[:2] == "通过" for (said,) in found] == [True, True, False, True]


def test_blank_passes_unasked() -> None:
    assert KPICHECK(None, "数值") == KPICHECK("  ", "是否") == KPICHECK(3, None) == ""
    assert KPICHECK(NA, "数值") == KPICHECK(3, NA) == NA


@pytest.mark.parametrize(
    "spec", ["大概", "数值 9..5", "数值 0..1 2..3", "是否 0..1", "数值 3家", "个数 家 户", "0..5"]
)
def test_a_spec_that_is_not_understood_is_an_error_value(spec: str) -> None:
    assert error_of("KPICHECK", 3, spec) == VALUE


# -- KPINUMBER ---------------------------------------------------------------------------------


def test_the_number_in_a_text_is_converted_to_the_unit() -> None:
    assert KPINUMBER("2000万", "亿元") == 0.2
    assert KPINUMBER("1,234.5") == 1234.5
    assert KPINUMBER("１２") == 12.0
    assert KPINUMBER("15亩", "公顷") == 1.0
    assert KPINUMBER("8.3%") == 8.3


def test_a_number_is_left_as_it_is() -> None:
    assert KPINUMBER(5, "亿元") == 5.0
    assert KPINUMBER(0.1) == 0.1


def test_each_cell_of_a_range_is_read() -> None:
    assert KPINUMBER(col("2000万", "?", None, 3, NA), "亿元") == col(0.2, VALUE, "", 3.0, NA)


@pytest.mark.parametrize("text", ["三五家", "1.2.3", "12,5", "无", True])
def test_what_cannot_be_read_is_an_error_value(text: Any) -> None:
    assert error_of("KPINUMBER", text) == VALUE


def test_another_kind_of_unit_is_an_error_value() -> None:
    assert error_of("KPINUMBER", "30吨", "家") == VALUE
    assert KPINUMBER(None, "家") == KPINUMBER(" ") == ""
    assert KPINUMBER(NA) == KPINUMBER("3家", NA) == NA


# -- KPIEXPLAIN --------------------------------------------------------------------------------


def test_the_working_is_that_of_the_rule() -> None:
    said = KPIEXPLAIN(LADDER, 10, 3, None, col(12, 7, 7, 3))
    assert said == "龙头企业数量:3,第4名\n得分=10−0.5×(4−1)=8.5,四舍五入为 8.50"
    column = KPIEXPLAIN(LADDER, 10, col(12, 7, 7, 3))
    assert isinstance(column, tuple)
    assert column[3] == (said,)


def test_the_working_says_what_is_wrong_instead_of_raising() -> None:
    assert "peers" in str(KPIEXPLAIN(LADDER, 10, 3))
    assert "points" in str(KPIEXPLAIN(LADDER, "十分", 3))
    assert "第6字" in str(KPIEXPLAIN("制定方案得05分", 10, 3))
    assert "#REF!" in str(KPIEXPLAIN(CellError("#REF!"), 10, 3))


def test_a_bad_argument_says_which_and_what_belongs_there() -> None:
    with pytest.raises(BadArgument) as error:
        KPISCORE(LADDER, "十分", 3)
    assert (error.value.name, error.value.found, error.value.excel) == ("points", "十分", "#VALUE!")


def test_of_merged_cells_where_one_belongs_the_first_is_taken() -> None:
    merged = (("每采用1条得0.1分",), (None,), ("",))
    assert call("KPISCORE", merged, ((10.0, None),), 7.0) == 0.7
    two = (("每采用1条得0.1分",), ("制定方案得1分",))
    assert call("KPISCORE", two, 10.0, 7.0) == CellError("#VALUE!")

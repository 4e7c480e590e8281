"""Rules of a whole scheme: read completely or refused, and what they do."""

from __future__ import annotations

import re
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpixl.errors import RuleError
from kpixl.rules import Rule, parse
from kpixl.rules.gates import Veto
from kpixl.rules.grades import GradeRule, parse_grades
from kpixl.rules.scheme_totals import Combined, FullMarks, Proof, Shared, TieRule
from kpixl.rules.scheme_wide import (
    ClassMarks,
    DataRule,
    Quota,
    Ratio,
    SchemeLimit,
    Stacking,
)
from kpixl.rules.statement_words import WORDS
from kpixl.rules.statements import LONGEST, Several, Statement, read_scheme_rule, read_statement
from kpixl.rules.vocabulary import effect_words
from tests.rules.clauses import READABLE as ITEM_CLAUSES
from tests.rules.statements import READABLE, REFUSED

CLAUSES = [clause for clause, _, _ in READABLE]


def _reading(clause: str) -> str | None:
    try:
        return read_scheme_rule(clause).canonical
    except RuleError:
        return None


def _veto(clause: str) -> Veto:
    rule = read_statement(clause)
    assert isinstance(rule, Veto)
    return rule


# -- reading --------------------------------------------------------------------------------


@pytest.mark.parametrize(("clause", "kind", "canonical"), READABLE)
def test_a_statement_reads_as_its_type_and_back_in_canonical_words(
    clause: str, kind: str, canonical: str
) -> None:
    rule = read_scheme_rule(clause)
    assert (type(rule).__name__, rule.canonical) == (kind, canonical)
    again = read_scheme_rule(canonical)
    assert (again.value, again.canonical) == (rule.value, canonical)
    assert rule.explanation
    assert rule.source == clause


@pytest.mark.parametrize(("clause", "position", "phrase"), REFUSED)
def test_what_is_not_read_completely_is_refused_with_its_place(
    clause: str, position: int, phrase: str
) -> None:
    with pytest.raises(RuleError) as caught:
        read_scheme_rule(clause)
    error = caught.value
    assert (error.position, error.phrase) == (position, phrase)
    assert error.reason
    assert error.expected


@pytest.mark.parametrize("clause", ITEM_CLAUSES)
def test_no_clause_of_an_item_is_taken_for_a_rule_of_the_scheme(clause: str) -> None:
    assert _reading(clause) is None
    rule = read_statement(clause)
    assert isinstance(rule, Rule)
    assert rule.same_rule(parse(clause))


def test_a_refusal_comes_from_the_reader_that_the_words_speak_of() -> None:
    with pytest.raises(RuleError, match="酌情"):
        read_statement("发生事故的,一票否决或者酌情处理")
    with pytest.raises(RuleError, match="减半"):
        read_statement("制定方案减半得1分")


def test_full_width_and_traditional_writing_read_like_the_plain_text() -> None:
    plain, odd = "死亡3人以上的,一票否决", "死亡３人以上 的，一票否決"
    assert read_scheme_rule(odd).value == read_scheme_rule(plain).value


def test_token_names_are_unique() -> None:
    names = [w.name for w in WORDS]
    assert len(names) == len(set(names))


# -- never silently wrong ------------------------------------------------------------------------

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


@pytest.mark.parametrize("clause", CLAUSES)
def test_changing_any_number_changes_the_reading_or_refuses(clause: str) -> None:
    plain = _reading(clause)
    for match in _NUMBER.finditer(clause):
        if clause[match.end() : match.end() + 1] == "." and "下列" in clause:
            continue  # the number of a line of a list names it
        for new in (f"{float(match[0]) + 1:g}", f"{float(match[0]) * 7 + 0.3:.4g}", ""):
            mutant = clause[: match.start()] + new + clause[match.end() :]
            assert _reading(mutant) != plain, mutant


# Words that say nothing new where they were put; each was looked at.
_SAYS_IT_AGAIN = {
    "扣": "扣减分上限 beside 减分上限",
    "若": "若 at the head of a condition that ends in 的",
    "如果": "the same",
    "一律": "一律 before a consequence",
    "均按": "均按一票否决, 均按四舍五入",
    "档次": "评为优秀档次 beside 评为优秀",
    "得分": "得分90分以上, 按最高分得分计, 加分项得分",
    "分值": "按最高分的分值计, 各项分值扣完",
    "计分": "不重复计分 beside 不重复, 该项得满分计分",
    "记分": "the same",
    "扣分": "每项扣分扣完为止 beside 每项扣完为止",
    "加分": "累计加分合计 beside 加分合计",
    "累计": "各项加分累计不超过 beside 各项加分合计不超过",
    "最高": "不超过 with and without 最高",
    "最多": "不超过 with and without 最多",
    "最大": "the same",
    "满分": "标准分 and 满分 are the item's points",
    "只": "只按最高分",
    "仅": "仅按最高分",
    "其中": "取其中最高分",
    "以内": "不超过20%以内",
    "之内": "the same",
    "以上": "一级标准30亿元以上 beside 一级标准30亿元",
    "达到": "得分达到90分以上 beside 90分以上",
    "达": "the same",
    "超过": "控制在 and 不超过",
    "排名": "排名前3名 beside 前3名, 排名列末位",
    "名次": "名次前3名 beside 前3名",
    "位次": "位次前3名 beside 前3名",
    "分别": "系数分别为 beside 系数为",
    "四舍五入": "保留两位小数 beside 四舍五入保留两位小数",
    "小数": "保留小数点后两位小数",
    "就高": "按最高分计,就高不重复计分",
    "重复": "不重复不累计",
}
# Clauses of each type that are held against all effect words at all places.
_LAST = {kind: clause for clause, kind, _ in READABLE}
_FIRST = {kind: clause for clause, kind, _ in reversed(READABLE)}
_MATTER = next(clause for clause, _, _ in READABLE if clause.startswith("环境保护"))
_EACH_KIND = list(dict.fromkeys([*_FIRST.values(), *_LAST.values(), _MATTER]))


@pytest.mark.parametrize("clause", _EACH_KIND)
def test_putting_in_or_taking_out_an_effect_word_changes_the_reading_or_refuses(
    clause: str,
) -> None:
    plain = _reading(clause)
    unchanged: dict[str, str] = {}
    for word in (*effect_words(), "未", "不", "非", "无"):
        for at in range(len(clause) + 1):
            if _reading(clause[:at] + word + clause[at:]) == plain:
                unchanged[word] = clause[max(0, at - 4) : at] + "^" + clause[at : at + 4]
        for match in re.finditer(re.escape(word), clause):
            if _reading(clause[: match.start()] + clause[match.end() :]) == plain:
                unchanged[word] = "-" + clause[match.start() : match.end() + 4]
    assert {w: where for w, where in unchanged.items() if w not in _SAYS_IT_AGAIN} == {}


_PIECES = st.sampled_from(
    [*(w.sample.replace("N", "3") for w in WORDS), *CLAUSES, "企业", "产值", "5", "10%", "的"]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(_PIECES, max_size=8).map("".join))
def test_any_chain_of_phrases_is_read_and_reads_back_or_is_refused(text: str) -> None:
    try:
        rule = read_scheme_rule(text)
    except RuleError:
        return
    assert read_scheme_rule(rule.canonical).value == rule.value


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_any_text_ends_in_a_rule_or_a_rule_error(text: str) -> None:
    with suppress(RuleError):  # any other exception fails the test
        read_statement(text)


@pytest.mark.parametrize(
    "piece", ["9", "优秀、", "考核", "取消评优", "死亡3人以上、", "1.发生事故的;"]
)
def test_a_long_text_is_read_or_refused(piece: str) -> None:
    with suppress(RuleError):  # how long that takes is in bench/
        read_scheme_rule((piece * LONGEST)[:LONGEST])
    with pytest.raises(RuleError, match="超过"):
        read_scheme_rule(piece * (LONGEST + 1))


# -- what vetoes do ---------------------------------------------------------------------------------


def _follows(rule: Veto, **facts: float | bool) -> list[str]:
    return [c.canonical() for c in rule.outcome(facts)]


def test_a_veto_asks_its_condition_and_follows_only_where_it_is_so() -> None:
    rule = _veto("发生重大安全事故的,一票否决")
    assert [(i.label, i.kind) for i in rule.inputs] == [("发生重大安全事故", "yes_no")]
    assert _follows(rule, 发生重大安全事故=True) == ["一票否决"]
    assert _follows(rule, 发生重大安全事故=False) == []


def test_of_several_thresholds_in_one_condition_any_suffices() -> None:
    rule = _veto("发生死亡5人、重伤20人以上重大事故的,考核结果定为不达标")
    labels = [i.label for i in rule.inputs]
    assert labels == ["死亡(重大事故)", "重伤(重大事故)"]

    def out(dead: float, hurt: float) -> bool:
        return bool(rule.outcome(dict(zip(labels, (dead, hurt), strict=True))))

    assert [out(5, 0), out(4, 20), out(4, 19), out(0, 0)] == [True, True, False, False]


def test_a_fact_beside_a_threshold_is_asked_for_itself() -> None:
    rule = _veto("发生特别重大事故、或发生2起以上重大事故的按不合格评定")
    assert [(i.label, i.kind) for i in rule.inputs] == [
        ("发生特别重大事故", "yes_no"),
        ("重大事故", "number"),
    ]
    assert _follows(rule, 发生特别重大事故=True, 重大事故=0) == ["考核结果定为不合格"]
    assert _follows(rule, 发生特别重大事故=False, 重大事故=2) == ["考核结果定为不合格"]
    assert _follows(rule, 发生特别重大事故=False, 重大事故=1) == []


def test_a_missed_task_is_a_figure_below_its_target() -> None:
    rule = _veto("未完成减排任务的,不得评为优秀")
    assert [rule.outcome({"减排": v}, {"减排": 100}) == () for v in (99.9, 100, 101)] == [
        False, True, True,
    ]  # fmt: skip


def test_of_gates_that_grade_one_figure_only_the_strictest_follows() -> None:
    rule = _veto("有1项指标不达标的,降一个等次;有2项指标不达标的,取消评优资格")
    found = [_follows(rule, 指标不达标=n) for n in (0, 1, 2, 5)]
    assert found == [[], ["降1个等次"], ["取消评优资格"], ["取消评优资格"]]
    assert any("多于所写的也算" in a.sentence for a in rule.assumptions)


def test_each_line_of_a_list_suffices() -> None:
    rule = _veto("有下列情形之一的,一票否决:(1)发生泄密;(2)死亡3人以上;(3)瞒报")
    plain = {"发生泄密": False, "死亡": 0.0, "瞒报": False}
    assert rule.outcome(plain) == ()
    for label, value in (("发生泄密", True), ("死亡", 3.0), ("瞒报", True)):
        assert [c.kind for c in rule.outcome({**plain, label: value})] == ["veto"]


def test_bounds_of_a_condition_hold_the_number_itself_unless_they_say_otherwise() -> None:
    assert _follows(_veto("总分低于60分的,一票否决"), 总分=60) == []
    assert _follows(_veto("死亡3人以上(不含)的,一票否决"), 死亡=3) == []
    assert _follows(_veto("死亡超过3人的,一票否决"), 死亡=3) == []
    assert _follows(_veto("死亡3人的,一票否决"), 死亡=4) == ["一票否决"]


# -- what data rules do -----------------------------------------------------------------------------


def _data(clause: str) -> DataRule:
    rule = read_statement(clause)
    assert isinstance(rule, DataRule)
    return rule


def test_last_year_stands_in_only_where_this_year_is_missing() -> None:
    rule = _data("因统计原因无当年数据的,采用上年数据")
    assert [rule.figure(None, 80), rule.figure(70, 80), rule.figure(0, 80)] == [80, 70, 0]
    assert rule.figure(None, None) is None


def test_a_share_is_taken_of_marked_figures_only() -> None:
    rule = _data("标注“无专项口径”的,按相关数据的60%计算")
    assert rule.mark == "无专项口径"
    assert [rule.figure(100, marked=True), rule.figure(100), rule.figure(7.5, marked=True)] == [
        60, 100, 4.5,
    ]  # fmt: skip


def test_a_score_stands_where_the_figure_is_missing() -> None:
    rule = _data("数据为零或没有数据的,得分倒扣3分")
    assert [rule.score(None), rule.score(0), rule.score(1)] == [-3, -3, None]
    assert _data("缺少数据的,该项不得分").score(None) == 0
    assert _data("缺少数据的,该项不得分").score(0) is None
    assert _data("无此项任务的,该项得满分").score(None, points=8) == 8
    assert _data("未按时报送数据的,按零计算").figure(None) == 0


# -- stacking, bounds, quotas -----------------------------------------------------------------------


def test_the_same_thing_counts_once_or_adds_up_as_the_text_says() -> None:
    scores = [3.0, 10.0, 5.0]
    for clause, wanted in (
        ("同一事项多次获奖的,就高不重复计分", 10),
        ("同一事项不重复计分", 10),
        ("同一事项被多次采用的,累计计分", 18),
    ):
        rule = read_statement(clause)
        assert isinstance(rule, Stacking)
        assert rule.score(scores) == wanted
        assert rule.score([]) == 0


def test_a_bound_of_the_scheme_cuts_the_sum() -> None:
    cases = (("各项加分合计不超过10分", 12, 10), ("总分不超过110分", 109.5, 109.5),
             ("每项扣完为止", -2, 0))  # fmt: skip
    for clause, found, wanted in cases:
        rule = read_statement(clause)
        assert isinstance(rule, SchemeLimit)
        assert rule.bound(found) == wanted
    for clause in ("单项扣分不超过20分", "日常工作累计扣减分上限为20分"):
        rule = read_statement(clause)
        assert isinstance(rule, SchemeLimit)
        assert [rule.bound(25), rule.bound(10)] == [20, 10]
    item = read_statement("单项得分不超过标准分的120%")
    assert isinstance(item, SchemeLimit)
    assert [item.bound(13, 10), item.bound(11, 10)] == [12, 11]


def test_a_quota_counts_whole_units_only() -> None:
    quota = read_statement("优秀比例不超过20%")
    assert isinstance(quota, Quota)
    assert [quota.most(n) for n in (4, 5, 9, 10, 15)] == [0, 1, 1, 2, 3]


def test_a_ratio_adds_up_before_it_cuts_to_whole_units() -> None:
    rule = read_statement("按2:5:3的比例评定优秀、良好、合格")
    assert isinstance(rule, Ratio)
    assert rule.last_places(13) == {"优秀": 2, "良好": 9, "合格": 13}


def test_marks_differ_by_the_unit_s_class() -> None:
    rule = read_statement("新增企业:一类区为3家,二类区为2家")
    assert isinstance(rule, ClassMarks)
    assert [rule.of("一类区"), rule.of("二类区"), rule.of("三类区")] == [3, 2, None]
    assert (rule.label, rule.kind_of, rule.unit) == ("新增企业", "target", "家")


# -- the total and its order -------------------------------------------------------------------------


def test_full_marks_are_what_the_total_is_a_share_of() -> None:
    rule = read_statement("考核实行千分制")
    assert isinstance(rule, FullMarks)
    assert [rule.reached(v) for v in (1000, 850, 0)] == [100, 85, 0]


def test_the_total_adds_and_takes_its_parts_by_name() -> None:
    rule = read_statement("总得分=工作得分+创新加分-违规扣分")
    assert isinstance(rule, Combined)
    assert rule.total({"工作得分": 88.5, "创新加分": 4, "违规扣分": 6}) == 86.5
    plain = read_statement("各项得分之和为总得分")
    assert isinstance(plain, Combined)
    assert plain.total({"各项得分之和": 91}) == 91


def test_a_tie_is_settled_by_the_end_that_the_text_names() -> None:
    more, fewer = (read_statement(f"得分相同的,以{by}的在前") for by in ("办结件数多", "投诉数少"))
    assert isinstance(more, TieRule) and isinstance(fewer, TieRule)
    assert more.order([7, 9, 7]) == [2, 1, 2]
    assert fewer.order([7, 9, 7]) == [1, 3, 1]


def test_shared_marks_are_divided_and_unproved_ones_do_not_count() -> None:
    shared = read_statement("两个以上单位合报的,分数均分")
    assert isinstance(shared, Shared)
    assert [shared.score(12, 2), shared.score(12, 3)] == [6, 4]
    needed, lacking = (
        read_statement("加分须提供证明材料,否则不予加分"),
        read_statement("未提供证明材料的,不予加分"),
    )
    assert isinstance(needed, Proof) and isinstance(lacking, Proof)
    assert [needed.score(5, True), needed.score(5, False)] == [5, 0]
    assert [lacking.score(5, True), lacking.score(5, False)] == [0, 5]


def test_a_place_is_counted_from_the_end_that_the_condition_names() -> None:
    rule = _veto("排名后三位的,取消评优资格,并约谈主要负责人")
    assert [(i.label, i.kind) for i in rule.inputs] == [("倒数名次", "number")]
    found = [_follows(rule, 倒数名次=place) for place in (1, 3, 4)]
    assert found == [["取消评优资格", "约谈主要负责人"]] * 2 + [[]]
    two_years = _veto("连续两年排名后三位的,一票否决")
    assert [(i.label, i.kind) for i in two_years.inputs] == [("连续两年排名后三位", "yes_no")]


def test_a_missing_task_that_is_named_is_not_that_of_all_figures() -> None:
    assert _data("无防汛任务的单位按平均分计分").about == "防汛任务"
    assert _data("无此项任务的,该项得满分").about == ""


# -- grades ------------------------------------------------------------------------------------------


def _grades(clause: str) -> GradeRule:
    rule = read_statement(clause)
    assert isinstance(rule, GradeRule)
    return rule


def test_bands_of_places_meet_without_gap_or_overlap() -> None:
    rule = _grades("前20%为A类;排名20%(不含)-60%(含)为B类;61%-95%为C类;后5%为D类")
    assert [rule.grade(50, place, 100) for place in (20, 21, 60, 61, 95, 96)] == [
        "A类", "B类", "B类", "C类", "C类", "D类",
    ]  # fmt: skip
    assert [rule.grade(50, place, 10) for place in (2, 3, 6, 7, 9, 10)] == [
        "A类", "B类", "B类", "C类", "C类", "D类",
    ]  # fmt: skip


def test_the_last_units_are_counted_from_the_end() -> None:
    rule = _grades("前3名为优秀,后2名为较差,其余为合格")
    assert [rule.grade(50, place, 8) for place in (1, 3, 4, 6, 7, 8)] == [
        "优秀", "优秀", "合格", "合格", "较差", "较差",
    ]  # fmt: skip


def test_units_that_share_a_place_before_the_last_are_not_among_them() -> None:
    rule = _grades("后2名为较差")
    assert [rule.grade(50, place, 4) for place in (1, 2, 2, 4)] == [None, None, None, "较差"]
    assert any("并列" in a.sentence for a in rule.assumptions)


def test_a_bonus_beyond_100_keeps_the_best_grade() -> None:
    assert _grades("90-100分为优秀,80-89分为良好").grade(103) == "优秀"


def test_prizes_are_places_in_turn() -> None:
    rule = _grades("设一等奖1名、二等奖2名")
    assert [rule.grade(90, place, 5) for place in (1, 2, 3, 4)] == [
        "一等奖",
        "二等奖",
        "二等奖",
        None,
    ]


def test_grades_of_another_figure_are_not_those_of_the_total() -> None:
    assert _grades("得分率90%以上为优秀").of == "得分率"
    for clause in ("得分率90%以上为优秀", "本项得分50分以上为合格"):
        with pytest.raises(RuleError, match="不是总分的"):
            parse_grades(clause)


def test_a_text_of_several_rules_keeps_their_order_and_types() -> None:
    rule: Rule | Statement = read_statement(
        "前3名为优秀;80分以上为达标。发生事故的,一票否决。无当年数据的,采用上年数据"
    )
    assert isinstance(rule, Several)
    assert [p.kind for p in rule.parts] == ["等次", "否决和定等", "数据规则"]
    first = rule.parts[0]
    assert isinstance(first, GradeRule)
    assert first.grades[1].low == Decimal(80)

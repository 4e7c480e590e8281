"""A clause of requirements only is scored by the scheme's default rule."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from kpixl.errors import RuleError
from kpixl.rules import default_below, parse
from kpixl.rules.evaluate import evaluate
from kpixl.rules.frame import Frame

PROPORTION = "达到要求的得满分,达不到要求的,按比例扣分"
NOTHING = "每项考核内容达到要求的得满分,未达到要求的不得分"


def _scores(clause: str, *columns: list[float], rule: str = PROPORTION, **more: str) -> list[float]:
    read = parse(clause, default_rule=rule, readings=more)
    targets = [float("nan") if i.target is None else float(i.target) for i in read.inputs]
    frame = Frame([np.array(c) for c in columns], targets)
    return [float(s) for s in evaluate(read, frame, points=Decimal(10))]


def test_default_rule_is_a_clause_of_its_own() -> None:
    assert default_below(PROPORTION) == "prop"
    assert default_below(NOTHING) == "zero"
    assert default_below("") == ""
    with pytest.raises(RuleError, match="不是默认规则"):
        default_below("制定方案得1分")


def test_without_a_default_rule_requirements_are_refused() -> None:
    with pytest.raises(RuleError, match="没有说明如何得分"):
        parse("创建研发中心15家以上")


def test_item_is_the_mean_of_its_lines_each_between_0_and_1() -> None:
    clause = "新建企业研发中心30家以上,省级企业研发中心3家以上。研发经费占主营业务收入1.5%以上。"
    rule = parse(clause, default_rule=PROPORTION)
    assert [(i.label, i.kind, i.unit, str(i.target)) for i in rule.inputs] == [
        ("新建企业研发中心", "count", "家", "30"),
        ("省级企业研发中心", "count", "家", "3"),
        ("研发经费占主营业务收入", "percent", "%", "1.5"),
    ]
    assert _scores(clause, [24, 30], [4, -3], [1.2, 1.5]) == [8.67, 6.67]


def test_targets_of_the_form_replace_those_of_the_sentence() -> None:
    rule = parse("培养工程师150名", default_rule=PROPORTION)
    frame = Frame([np.array([75.0])], [np.array([300.0])])
    assert evaluate(rule, frame, points=Decimal(10)).tolist() == [2.5]


def test_default_rule_of_all_or_nothing() -> None:
    assert _scores("培养工程师150名", [149, 150, 151], rule=NOTHING) == [0, 10, 10]


def test_limit_is_met_from_below_and_by_zero() -> None:
    assert _scores("审批时限控制在5天以内", [5, 4, 10, 0]) == [10, 10, 5, 10]


def test_words_alone_are_one_judged_line() -> None:
    clause = "会同有关部门编制建设计划,组织实施年度项目。"
    rule = parse(clause, default_rule=PROPORTION)
    assert [(i.kind, i.unit) for i in rule.inputs] == [("judged", "%")]
    assert _scores(clause, [100, 85, 0]) == [10, 8.5, 0]


def test_a_reading_says_whether_words_beside_numbers_count() -> None:
    clause = "建立厂房项目库,完成旧厂房改造30万平方米以上"
    assert _scores(clause, [15]) == [5]
    rule = parse(clause, default_rule=PROPORTION)
    assert {a.code: a.taken for a in rule.assumptions} == {"G20": "只计有数的"}
    assert _scores(clause, [100], [15], G20="都计") == [7.5]


@pytest.mark.parametrize(
    "clause",
    [
        "创建高新企业15家以上,省科技型企业50家以上",
        "新增名牌产品1个、著名商标12个",
        "全年能耗不超过80万吨",
        "建立厂房项目库,完成旧厂房改造30万平方米以上",
        "会同有关部门编制建设计划,组织实施年度项目。",
        "平台建设:新增研发中心15家以上",
    ],
)
def test_canonical_wording_of_requirements_reads_back(clause: str) -> None:
    rule = parse(clause, default_rule=PROPORTION)
    again = parse(rule.canonical, default_rule=PROPORTION)
    assert again.same_rule(rule)
    assert again.inputs == rule.inputs


def test_a_number_in_a_requirement_beside_points_is_refused() -> None:
    with pytest.raises(RuleError):
        parse("创建研发中心15家以上。制定方案得3分")


def test_how_it_is_looked_at_is_no_requirement_beside_deductions() -> None:
    clause = "模拟办事2次:\n1.未答复的,每次扣4分;\n2.推诿的,每次扣4分。"
    rule = parse(clause, default_rule=PROPORTION)
    assert [(i.label, i.kind) for i in rule.inputs] == [("未答复", "count"), ("推诿", "count")]
    assert "[说明:模拟办事2次]" in rule.canonical
    with pytest.raises(RuleError):  # what is to be done twice
        parse("办理2次:\n1.未答复的,每次扣4分;\n2.推诿的,每次扣4分。", default_rule=PROPORTION)


def test_a_rule_about_one_figure_is_no_default_rule() -> None:
    with pytest.raises(RuleError, match="不是默认规则"):
        default_below("工业投资增幅完成目标任务得满分,未完成按比例扣分")


def test_words_beside_numbers_may_be_one_line_together() -> None:
    clause = "优化项目审批,建立厂房项目库,完成旧厂房改造30万平方米以上;不发生安全问题"
    assert _scores(clause, [80], [15], G20="合为一项") == [6.5]
    rule = parse(clause, default_rule=PROPORTION, readings={"G20": "合为一项"})
    assert [(i.kind, i.label) for i in rule.inputs] == [
        ("judged", "优化项目审批,建立厂房项目库,不发生安全问题"),
        ("number", "完成旧厂房改造"),
    ]
    again = parse(rule.canonical, default_rule=PROPORTION, readings={"G20": "合为一项"})
    assert again.same_rule(rule)


def test_a_requirement_beside_a_deduction_is_where_it_starts_from() -> None:
    clause = "制定办证新措施。手续齐全而未按时办结的,每项扣1分"
    assert _scores(clause, [90, 90, 140], [2, 11, 2], G20="都计") == [7, 0, 8]
    rule = parse(clause, default_rule=PROPORTION, readings={"G20": "都计"})
    assert [(i.kind, i.unit) for i in rule.inputs] == [("judged", "%"), ("count", "项")]
    again = parse(rule.canonical, default_rule=PROPORTION, readings={"G20": "都计"})
    assert again.same_rule(rule)


def test_a_numbered_requirement_beside_a_deduction_is_where_it_starts_from() -> None:
    clause = "完成抽查500批次以上;发现质量问题的,每起扣2分"
    assert _scores(clause, [500, 250], [1, 3]) == [8, 0]


def test_that_words_beside_a_deduction_count_nothing_is_an_assumption() -> None:
    clause = "制定办证新措施。手续齐全而未按时办结的,每项扣1分"
    rule = parse(clause, default_rule=PROPORTION)
    taken = {a.code: a.taken for a in rule.assumptions}
    assert taken["G20"] == "只计有数的" and taken["G16"] == "分值"
    assert _scores(clause, [2]) == [8]


def test_words_before_a_bare_number_are_its_name() -> None:
    rule = parse("工业用地追加容积率,最低不少于300亩", default_rule=PROPORTION)
    assert [(i.label, str(i.target)) for i in rule.inputs] == [("工业用地追加容积率", "300")]
    assert rule.assumptions == ()

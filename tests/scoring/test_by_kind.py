"""Marks, targets and points by the kind of unit: the roster's groups answer for the units."""

from __future__ import annotations

from collections.abc import Mapping

from kpixl.hosts.headless import compile_formula
from kpixl.pipeline import Outcome, assess_entries
from kpixl.ranking.model import Standing
from kpixl.scheme.derive import GROUP, parse_derivation, to_excel
from kpixl.scheme.model import Scheme
from kpixl.scheme.reader import read_scheme
from kpixl.scoring.trace import working
from kpixl.templates.table import parse_table
from tests.books import TOWNS, Rows, book

STEPS = "一类区每新增1家企业加1分;二类区每新增1家企业加2分;其他区每新增1家企业加3分;最多加6分"
MARKS = "一类区新增项目30个以上,二类区新增项目20个以上,其他区新增项目10个以上"

TABLES: Mapping[str, Rows] = {
    "方案": [*TOWNS["方案"], ["默认规则", "达到要求的得满分,达不到要求的,视完成情况按比例扣分"]],
    "单位": [
        ["单位", "别名", "分组"],
        ["甲县", None, "一类"],
        ["乙县", None, "二类"],
        ["丙县", None, "三类"],
    ],
    "指标": [
        ["序号", "类别", "指标", "分值", "评分标准"],
        [1.0, "基础", "企业", 10.0, STEPS],
        [2.0, "基础", "项目", 10.0, MARKS],
    ],
    "数据项": [
        ["指标", "数据项", "单位", "类型", "子句", "算式"],
        ["1 企业", "新增企业", "家", "个数", "1", None],
        ["2 项目", "新增项目", "个", "个数", None, None],
    ],
}


def scheme(tables: Mapping[str, Rows] = TABLES) -> Scheme:
    found, findings = read_scheme(book(tables), system="towns")
    assert found is not None and findings == ()
    return found


def run(known: Scheme, *lines: str) -> Outcome:
    text = "unit,group,input,value\n" + "\n".join(lines) + "\n"
    entries, findings = parse_table(text.encode(), known, name="数据.csv")
    return assess_entries(known, entries, findings)


def unit(outcome: Outcome, name: str) -> Standing:
    return next(s for s in outcome.ranking.standings if s.unit == name)


FIGURES = tuple(
    f"{name},{group},{figure}"
    for name, group in (("甲县", "一类"), ("乙县", "二类"), ("丙县", "三类"))
    for figure in ("新增企业,2", "新增项目,15")
)


def test_each_unit_is_scored_by_its_group_and_no_form_asks_for_the_group() -> None:
    outcome = run(scheme(), *FIGURES)
    found = {s.unit: (s.items["1 企业"], s.items["2 项目"]) for s in outcome.ranking.standings}
    # 2×1, 2×2, 2×3; 15 of 30, of 20 and of 10
    assert found == {"甲县": (2.0, 5.0), "乙县": (4.0, 7.5), "丙县": (6.0, 10.0)}
    assert [i.name for i in scheme().asked] == ["新增企业", "新增项目"]
    assert outcome.findings == ()


def test_the_trace_says_which_kind_a_unit_is_and_how_that_is_known() -> None:
    table = run(scheme(), *FIGURES).ranking.table
    indicator = table.scheme.indicator_by_key["2 项目"]
    lines = working(table, table.units.index("乙县"), indicator).lines
    assert lines[:5] == (
        "属于一类区(项目):按方案的单位表,分组为“二类”",
        "属于二类区(项目):按方案的单位表,分组为“二类”",
        "属于一类区(项目):否",
        "属于二类区(项目):是",
        "按“二类区”的规定计:",
    )
    assert "目标20" in lines[5] and lines[-1] == "得分=10×0.75=7.5,四舍五入为 7.50"


def test_a_target_of_the_units_own_goes_before_that_of_its_kind() -> None:
    own: Mapping[str, Rows] = {**TABLES, "目标": [["数据项", "甲县"], ["新增项目", 60.0]]}
    outcome = run(scheme(own), *FIGURES)
    assert unit(outcome, "甲县").items["2 项目"] == 2.5
    assert unit(outcome, "乙县").items["2 项目"] == 7.5


def test_the_group_that_the_data_name_counts_before_the_rosters() -> None:
    moved = [line.replace("甲县,一类", "甲县,二类") for line in FIGURES]
    assert unit(run(scheme(), *moved), "甲县").items["1 企业"] == 4.0


def test_a_unit_may_be_named_itself() -> None:
    clause = "东海新区每新增1家企业加1分;一类区每新增1家企业加2分;其他区每新增1家企业加3分"
    tables: Mapping[str, Rows] = {
        **TABLES,
        "单位": [*TABLES["单位"], ["东海经济开发区", "东海新区", "二类"]],
        "指标": [TABLES["指标"][0], [1.0, "基础", "企业", 10.0, clause]],
        "数据项": [*TABLES["数据项"][:2]],
    }
    outcome = run(scheme(tables), "东海经济开发区,二类,新增企业,2", "乙县,二类,新增企业,2")
    assert unit(outcome, "东海经济开发区").items["1 企业"] == 2.0
    assert unit(outcome, "乙县").items["1 企业"] == 6.0


def test_a_kind_that_the_roster_does_not_know_is_asked_for_or_derived_by_the_scheme() -> None:
    units: Rows = [["单位", "别名", "分组"], ["甲县", None, "山区"], ["乙县", None, "平原"]]
    tables: Mapping[str, Rows] = {
        **TABLES,
        "单位": units,
        "指标": [TABLES["指标"][0], [1.0, "基础", "企业", 10.0, STEPS]],
        "数据项": TABLES["数据项"][:2],
    }
    _, findings = read_scheme(book(tables), system="towns")
    assert [f.code for f in findings] == ["scheme-input-unbound", "scheme-input-unbound"]
    derived: Rows = [
        ["1 企业", "在山区", None, "是否", "一类区", "分组=山区"],
        ["1 企业", "在平原", None, "是否", "二类区", "分组=平原、丘陵"],
    ]
    known = scheme({**tables, "数据项": [*tables["数据项"], *derived]})
    outcome = run(known, "甲县,山区,新增企业,2", "乙县,平原,新增企业,2")
    assert unit(outcome, "甲县").items["1 企业"] == 2.0
    assert unit(outcome, "乙县").items["1 企业"] == 4.0


def test_a_unit_without_a_group_is_left_blank_where_its_group_decides() -> None:
    outcome = run(scheme(), "丁县,,新增企业,2", "丁县,,新增项目,15")
    assert unit(outcome, "丁县").items["1 企业"] is None


def test_the_native_formula_of_a_membership_reads_the_roster() -> None:
    tree = parse_derivation("分组=一类区、东海新区", [])
    formula = compile_formula("=" + to_excel(tree, lambda of: "B1" if of == GROUP else "A1"))
    found = [
        formula({"A1": name, "B1": group})
        for name, group in (("甲县", "一类区"), ("东海新区", "二类区"), ("乙县", "二类区"))
    ]
    assert found == ["是", "是", "否"]


def test_a_figure_that_only_another_kind_of_unit_needs_is_not_asked_for() -> None:
    clause = "完成率从高到低排名,第一名得满分,后续按0.5分递减;无此类项目的单位按最低得分计分"
    tables: Mapping[str, Rows] = {
        **TABLES,
        "单位": [["单位", "别名", "分组"], *([u, None, "县"] for u in ("甲县", "乙县", "丙县"))],
        "指标": [TABLES["指标"][0], [1.0, "基础", "完成", 5.0, clause]],
        "数据项": [
            TABLES["数据项"][0],
            ["1 完成", "完成率", "%", "百分数", "1", None],
            ["1 完成", "无此类项目", "是/否", "是否", "2", None],
        ],
    }
    sent = (
        "甲县,县,完成率,80",
        "甲县,县,无此类项目,否",
        "乙县,县,完成率,90",
        "乙县,县,无此类项目,否",
    )
    outcome = run(scheme(tables), *sent, "丙县,县,无此类项目,是")
    found = {s.unit: s.items["1 完成"] for s in outcome.ranking.standings}
    assert found == {"乙县": 5.0, "甲县": 4.5, "丙县": 4.5}
    assert outcome.findings == ()
    # what is open is asked for
    outcome = run(scheme(tables), *sent, "丙县,县,无此类项目,否")
    assert [(f.code, f.unit, f.input) for f in outcome.findings][:1] == [
        ("value-missing", "丙县", "完成率")
    ]

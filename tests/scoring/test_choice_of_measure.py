"""Units that are asked for one measure or another, and targets that units enter themselves."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from kpixl.pipeline import Outcome, assess_entries
from kpixl.ranking.model import Standing
from kpixl.scheme.model import Scheme
from kpixl.scheme.reader import read_scheme
from kpixl.scoring.trace import sources, working
from kpixl.templates.table import parse_table
from tests.books import TOWNS, Rows, book

CLAUSE = "完成综合能耗下降率目标得4分,每超过1个百分点加0.5分,最多加2分,每低1个百分点扣1分"
OUTPUT = "完成产值目标得6分,未完成不得分"

TABLES: Mapping[str, Rows] = {
    **TOWNS,
    "指标": [
        ["序号", "类别", "指标", "分值", "评分标准"],
        [1.0, "基础", "能耗", 4.0, CLAUSE],
        [2.0, "基础", "产值", 6.0, OUTPUT],
    ],
    "数据项": [
        ["指标", "数据项", "单位", "类型", "目标", "适用单位", "子句", "算式"],
        ["1 能耗", "甲能耗下降率", "%", "百分数", 5.0, "镇", None, None],
        ["1 能耗", "乙能耗下降率", "%", "百分数", 4.0, "街道", None, None],
        ["1 能耗", "能耗", "%", "百分数", None, None, "1", "甲能耗下降率 或 乙能耗下降率"],
        ["2 产值", "产值", "亿元", "数值", "产值目标", None, None, None],
        ["2 产值", "产值目标", "亿元", "数值", None, None, None, None],
    ],
}


def scheme() -> Scheme:
    found, findings = read_scheme(book(TABLES), system="towns")
    assert found is not None and findings == ()
    return found


def run(*lines: str) -> Outcome:
    text = "unit,group,input,value\n" + "\n".join(lines) + "\n"
    entries, findings = parse_table(text.encode(), scheme(), name="数据.csv")
    return assess_entries(scheme(), entries, findings)


def unit(outcome: Outcome, name: str) -> Standing:
    return next(s for s in outcome.ranking.standings if s.unit == name)


def sent(name: str, group: str, own: str, value: str, *more: str) -> list[str]:
    return [
        f"{name},{group},{own},{value}",
        f"{name},{group},产值,90",
        f"{name},{group},产值目标,90",
        *(f"{name},{group},{m}" for m in more),
    ]


def test_each_unit_is_held_against_the_target_of_its_own_measure() -> None:
    outcome = run(
        *sent("东镇", "镇", "甲能耗下降率", "4.5"), *sent("南街道", "街道", "乙能耗下降率", "4.5")
    )
    assert unit(outcome, "东镇").items["1 能耗"] == 3.5
    # 4 points alone reach the 分值, so the bonus goes on top
    assert unit(outcome, "南街道").items["1 能耗"] == 4.25
    assert outcome.findings == ()


@pytest.mark.parametrize("name", ["东镇", "某镇"])
def test_the_measure_of_other_groups_is_neither_used_nor_missing(name: str) -> None:
    outcome = run(*sent(name, "镇", "甲能耗下降率", "5", "乙能耗下降率,"))
    assert unit(outcome, name).items["1 能耗"] == 4 and outcome.findings == ()
    both = run(*sent(name, "镇", "甲能耗下降率", "5", "乙能耗下降率,9"))
    assert unit(both, name).items["1 能耗"] == 4
    assert [f.code for f in both.findings] == ["value-not-asked"]


@pytest.mark.parametrize("name", ["东镇", "某镇"])
def test_the_measure_of_other_groups_does_not_stand_in_for_a_missing_one(name: str) -> None:
    outcome = run(*sent(name, "镇", "甲能耗下降率", "", "乙能耗下降率,9"))
    assert unit(outcome, name).items["1 能耗"] is None
    assert not unit(outcome, name).complete


def test_a_unit_of_an_unknown_group_is_taken_by_what_it_sends() -> None:
    outcome = run(*sent("某园区", "", "乙能耗下降率", "6"))
    assert unit(outcome, "某园区").items["1 能耗"] == 5


def test_a_target_that_units_enter_is_the_target_of_the_clause() -> None:
    lines = sent("东镇", "镇", "甲能耗下降率", "5")
    assert unit(run(*lines), "东镇").items["2 产值"] == 6
    short = [x.replace("产值目标,90", "产值目标,90.01") for x in lines]
    assert unit(run(*short), "东镇").items["2 产值"] == 0
    lacking = [x.replace("产值目标,90", "产值目标,") for x in lines]
    outcome = run(*lacking)
    assert unit(outcome, "东镇").items["2 产值"] is None
    assert [f.input for f in outcome.findings if f.code == "value-missing"] == ["产值目标"]


def test_a_target_that_names_no_input_is_a_finding() -> None:
    rows = [list(r) for r in TABLES["数据项"]]
    rows[4][4] = "没有这一项"
    _, findings = read_scheme(book({**TABLES, "数据项": rows}), system="towns")
    assert [f.code for f in findings if f.code == "scheme-input-target"] == ["scheme-input-target"]


def test_the_trace_names_the_measure_and_the_target_that_counted() -> None:
    table = run(*sent("南街道", "街道", "乙能耗下降率", "4.5")).ranking.table
    energy, output = table.scheme.indicators
    assert [n for n, _ in sources(table, 0, energy)] == ["乙能耗下降率"]
    assert [n for n, _ in sources(table, 0, output)] == ["产值", "产值目标"]
    assert "目标4" in str(working(table, 0, energy))

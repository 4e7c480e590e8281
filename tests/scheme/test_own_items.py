"""Units with items of their own, and what an input may settle for itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from kpixl.entries import Entries, Entry
from kpixl.findings import Finding
from kpixl.grid import Scalar
from kpixl.hosts import files
from kpixl.ranking.model import Standing
from kpixl.ranking.rank import rank
from kpixl.scheme.lint import lint
from kpixl.scheme.model import Scheme
from kpixl.scheme.reader import read_scheme
from kpixl.scoring.score import score
from kpixl.templates.bind import bind
from kpixl.templates.issue import blank_form
from kpixl.validation import validate
from tests.books import Rows, book

RULE = "达到要求的得满分,达不到要求的,按比例扣分"
TABLES: Mapping[str, Rows] = {
    "方案": [
        ["设置项", "取值"],
        ["名称", "部门考核"],
        ["年度", 2020.0],
        ["版本", "1"],
        ["代号", "own-items"],
        ["总分", 20.0],
        ["排名范围", "全部"],
        ["缺报", "上年值"],
        ["默认规则", RULE],
        ["口径", "代用口径=50%"],
        ["表样", "责任部门、考核内容、分值、事项、目标、完成情况、上年数、口径"],
    ],
    "单位": [
        ["单位", "别名", "分组", "考核单位"],
        ["甲局", None, "部门", "考核办"],
        ["乙局", None, "部门", "甲局"],
    ],
    "指标": [
        ["序号", "指标", "分值", "评分标准", "责任单位"],
        [1.0, "项目", 20.0, "新开工项目10个以上", "甲局"],
        [1.0, "企业", 10.0, "新增企业4家以上", "乙局"],
        [2.0, "规划", 10.0, "编制规划", "乙局"],
    ],
    "数据项": [
        ["指标", "数据项", "单位", "类型", "目标", "适用单位", "缺报", "口径", "同数"],
        ["1 项目", "项目数", "个", "个数", 10.0, "甲局", None, None, None],
        ["1 企业", "企业数", "家", "个数", 4.0, "乙局", "留空", "否", None],
        ["2 规划", "规划编制", "%", "评议", 100.0, "乙局", None, None, None],
    ],
}


def read(tables: Mapping[str, Rows] = TABLES) -> tuple[Scheme, tuple[Finding, ...]]:
    scheme, findings = read_scheme(book(tables), system="bureaus")
    assert scheme is not None
    return scheme, findings


def with_cell(table: str, row: int, heading: str, value: Scalar) -> Mapping[str, Rows]:
    rows = [list(r) for r in TABLES[table]]
    rows[row][rows[0].index(heading)] = value
    return {**TABLES, table: rows}


def standings(*entries: Entry, scheme: Scheme | None = None) -> dict[str, Standing]:
    units = ("甲局", "乙局")
    came = Entries(units, dict.fromkeys(units, "部门"), {(e.unit, e.input): e for e in entries})
    settled, _ = validate(came, scheme or read()[0])
    return {s.unit: s for s in rank(score(scheme or read()[0], settled)).standings}


def figure(unit: str, name: str, value: float | None, **more: object) -> Entry:
    blank = Entry(unit, name, raw=value, number_format='0"%"')
    return replace(blank, **more)  # type: ignore[arg-type]


def test_the_scheme_is_sound_and_its_units_differ_in_their_items() -> None:
    scheme, findings = read()
    assert findings == () and lint(scheme) == ()
    assert scheme.items_differ
    assert scheme.form == (
        "责任部门", "考核内容", "分值", "事项", "目标", "完成情况", "上年数", "口径",
    )  # fmt: skip


def test_a_unit_is_complete_with_its_own_items_and_ranked_among_all() -> None:
    found = standings(
        figure("甲局", "项目数", 9), figure("乙局", "企业数", 4), figure("乙局", "规划编制", 95)
    )
    assert found["甲局"].items == {"1 项目": 18.0}
    assert found["乙局"].items == {"1 企业": 10.0, "2 规划": 9.5}
    assert [(s.total, s.complete, s.rank) for s in found.values()] == [
        (19.5, True, 1),
        (18.0, True, 2),
    ]


def test_a_unit_that_sent_nothing_is_incomplete_with_its_own_items_blank() -> None:
    found = standings(figure("甲局", "项目数", 9))["乙局"]
    assert found.items == {"1 企业": None, "2 规划": None}
    assert (found.total, found.complete, found.rank) == (None, False, None)


def test_last_years_figure_is_for_inputs_that_take_it() -> None:
    found = standings(
        figure("甲局", "项目数", None, last_year=8.0, mark="代用口径"),
        figure("乙局", "企业数", None, last_year=4.0),
        figure("乙局", "规划编制", None, last_year=90.0),
    )
    assert found["甲局"].items == {"1 项目": 8.0}  # 20 × (8 × 50 %) ÷ 10
    assert found["乙局"].items == {"1 企业": None, "2 规划": None}


def test_a_mark_counts_only_where_it_may_stand() -> None:
    found = standings(
        figure("甲局", "项目数", 8, mark="代用口径"),
        figure("乙局", "企业数", 3, mark="代用口径"),
        figure("乙局", "规划编制", 80, mark="代用口径"),
    )
    assert found["甲局"].items == {"1 项目": 8.0}
    assert found["乙局"].items == {"1 企业": 7.5, "2 规划": 8.0}


def test_every_list_of_items_must_add_up_to_the_total() -> None:
    scheme, _ = read(with_cell("指标", 3, "分值", 9.0))
    (fault,) = lint(scheme)
    assert (fault.code, fault.unit, fault.found) == ("lint-points-budget", "乙局", "10+9=19")


@pytest.mark.parametrize(
    ("table", "row", "heading", "value", "code"),
    [
        ("数据项", 1, "缺报", "随便", "scheme-input-missing"),
        ("数据项", 1, "口径", "也许", "scheme-input-marks"),
        ("数据项", 1, "同数", "没有这一项", "scheme-same-unknown"),
        ("数据项", 1, "同数", "项目数", "scheme-same-unknown"),
        ("方案", 9, "取值", "责任部门、考核内容", "scheme-setting-value"),
        ("方案", 9, "取值", "事项、完成情况、天气", "scheme-setting-value"),
        ("方案", 9, "取值", "事项、完成情况、完成数", "scheme-setting-value"),
    ],
)
def test_a_fault_in_these_columns_is_found(
    table: str, row: int, heading: str, value: str, code: str
) -> None:
    _, findings = read(with_cell(table, row, heading, value))
    assert [f.code for f in findings] == [code]


def test_an_input_without_a_word_of_its_own_follows_the_scheme() -> None:
    scheme, _ = read()
    by_name = scheme.input_by_name
    assert [scheme.missing_of(i) for i in scheme.asked] == ["上年值", "留空", "留空"]
    assert scheme.factor(by_name["项目数"], "代用口径") == Decimal("0.5")
    assert scheme.factor(by_name["项目数"], "别的口径") is None
    assert scheme.counted(by_name["项目数"], 7.0, "代用口径") == 3.5
    assert scheme.counted(by_name["企业数"], 7.0, "代用口径") == 7.0


@pytest.mark.parametrize("unit", [None, "甲局", "乙局"])
def test_a_form_in_the_schemes_own_columns_is_read_back(unit: str | None, tmp_path: Path) -> None:
    scheme, _ = read()
    chosen = None if unit is None else scheme.unit_named(unit)
    files.write_new(tmp_path / "表.xlsx", blank_form(scheme, unit=chosen))
    form = files.read(tmp_path / "表.xlsx")
    binding, findings = bind(form, scheme)
    assert binding is not None and findings == ()
    asked = scheme.asked if unit is None else scheme.asked_of(unit)
    assert list(binding.inputs) == [i.name for i in asked]
    assert set(binding.last_year) == set(binding.marks) == {i.name for i in asked}
    texts = [v for _, _, v in form.sheets[0].filled() if isinstance(v, str)]
    assert {"甲局": "考核办", "乙局": "甲局", None: "甲局由考核办考核;其他单位由甲局考核"}[
        unit
    ] in texts

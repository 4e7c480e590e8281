"""Headings are found whatever their spelling, their neighbours and their storeys."""

from __future__ import annotations

import pytest

from kpixl.grid import Area
from kpixl.scheme.headings import (
    COVER,
    FORM_COLUMNS,
    INDICATOR_COLUMNS,
    INPUT_COLUMNS,
    SETTINGS,
    SHEETS,
    TABLE_COLUMNS,
    UNIT_COLUMNS,
    Synonyms,
    find_headings,
    match,
    spelling,
)
from tests.books import Rows, sheet

TABLES = [COVER, FORM_COLUMNS, INDICATOR_COLUMNS, INPUT_COLUMNS, SETTINGS, SHEETS, TABLE_COLUMNS]


@pytest.mark.parametrize("table", [*TABLES, UNIT_COLUMNS])
def test_a_wording_stands_for_one_heading_only(table: Synonyms) -> None:
    words = [spelling(w) for synonyms in table.values() for w in synonyms]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    "text",
    ["分值", "分 值", "分\n值", "分值:", "分值(分)", "分值（分）", "*分值", "基本分"],
)
def test_spaces_width_and_brackets_do_not_matter(text: str) -> None:
    assert match(text, INDICATOR_COLUMNS) == "分值"


@pytest.mark.parametrize("text", ["", " ", "分", "分值说明", "(分值)"])
def test_other_words_are_no_heading(text: str) -> None:
    assert match(text, INDICATOR_COLUMNS) is None


def test_titles_and_cover_lines_above_the_headings_are_passed_over() -> None:
    found = find_headings(
        sheet(
            "表", [["填报表"], ["单位", "东镇", "日期", "1月"], ["数据项", "计量单位", "填报值"]]
        ),
        FORM_COLUMNS,
        needs=("填报值",),
    )
    assert found is not None
    assert (found.row, found.columns) == (3, {"数据项": 1, "计量单位": 2, "填报值": 3})


def test_of_two_storeys_the_lower_one_counts_and_the_body_begins_below_both() -> None:
    rows: Rows = [
        ["数据项", "完成情况", None, "说明"],
        [None, "填报值", "上年数", None],
        ["甲", 1.0, 2.0, ""],
    ]
    merged = [Area(1, 1, 2, 1), Area(1, 2, 1, 3), Area(1, 4, 2, 4)]
    found = find_headings(sheet("表", rows, merged=merged), FORM_COLUMNS, needs=("填报值",))
    assert found is not None and (found.row, found.bottom) == (2, 2)
    assert found.columns == {"数据项": 1, "填报值": 2, "上年数": 3, "说明": 4}


def test_a_heading_that_occurs_twice_means_its_first_column() -> None:
    found = find_headings(
        sheet("表", [["指标", "分值", "分值"]]), INDICATOR_COLUMNS, needs=("指标",)
    )
    assert found is not None and found.columns["分值"] == 2

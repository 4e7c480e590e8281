"""Reasons, waivers, and what checks are called for people."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kpixl.findings import CATALOGUE
from kpixl.validation.answers import TITLES, says_nothing

PAGE = Path(__file__).resolve().parents[2] / "docs" / "checks.zh-CN.md"


def test_the_page_names_every_check_that_can_be_waived_with_its_severity() -> None:
    rows = re.findall(r"^\| (\S+) \| ([强核提]) \|", PAGE.read_text("utf-8"), re.M)
    assert dict(rows) == {name: str(CATALOGUE[code].severity) for code, name in TITLES.items()}
    assert len(rows) == len(TITLES)


@pytest.mark.parametrize(
    "text",
    [
        "核实无误", "经核实,数据无误。", "情况属实", "数据准确", "同上", "无", "没有问题", "见附件",
        "已核对,数据真实有效", "确认", "经我单位反复核对,上报数据准确无误。", "以上数据属实", "正常",
        "数据已核实,没有错误", "是", "。", "按实际情况填报", "经与相关部门核实,情况属实",
        "经我局严格把关,未发现问题", "已请领导审核同意,数据无误",
    ],
)  # fmt: skip
def test_stock_phrases_are_no_reason(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize(
    "text",
    [
        "两家龙头企业搬迁,产值减少4.2亿元",
        "上年统计口径包括开发区,本年不包括",
        "年内关停并转12家",
        "新增一个10亿元的石化项目",
        "受疫情影响停产三个月",
        "经核实,因区划调整划出两个村",
    ],
)
def test_what_says_why_is_a_reason(text: str) -> None:
    assert not says_nothing(text)

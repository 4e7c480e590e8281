"""`kpixl new`: a blank scheme workbook, and nothing that stands there is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl

from kpixl.scheme.headings import INDICATOR_COLUMNS, INPUT_COLUMNS, SETTINGS, UNIT_COLUMNS
from tests.cli.running import Run


def test_all_that_is_missing_is_what_is_to_be_filled_in(run: Callable[..., Run]) -> None:
    done = run("new", "新.xlsx", "--json")
    assert (done.code, done.err) == (0, "")
    assert done.json == {"file": "新.xlsx", "sheets": ["方案", "指标", "数据项", "单位"]}
    findings = run("lint", "新.xlsx", "--json").json["findings"]
    assert [(f["code"], f["sheet"]) for f in findings] == [
        ("scheme-setting-missing", "方案"),  # 名称
        ("scheme-setting-missing", "方案"),  # 年度
        ("scheme-empty", "单位"),
        ("scheme-empty", "指标"),
        ("scheme-empty", "数据项"),
    ]


def test_every_heading_and_setting_is_one_that_a_scheme_knows(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    run("new", "新.xlsx")
    book = openpyxl.load_workbook(tmp_path / "新.xlsx")
    for name, known in (
        ("指标", INDICATOR_COLUMNS),
        ("数据项", INPUT_COLUMNS),
        ("单位", UNIT_COLUMNS),
    ):
        heads = [c.value for c in book[name][3]]
        assert set(heads) <= known.keys()
    settings = [row[0].value for row in book["方案"].iter_rows(min_row=4)]
    assert set(settings) <= SETTINGS.keys()
    assert all(row[2].value for row in book["方案"].iter_rows(min_row=4))  # 说明


def test_a_file_that_stands_there_is_not_replaced(run: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "新.xlsx").write_bytes(b"mine")
    done = run("new", "新.xlsx")
    assert done.code == 2 and "不能覆盖" in done.err
    assert (tmp_path / "新.xlsx").read_bytes() == b"mine"
    assert run("new", "新.docx").code == 2
    assert run("new", "没有/新.xlsx").code == 2

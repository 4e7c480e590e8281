"""`kpixl lint`: what is wrong with a scheme, in words and as JSON."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl

from tests.cli.running import SYSTEM, Run


def with_clause(path: Path, indicator: str, clause: str) -> None:
    """The packaged scheme with another clause for one indicator."""
    book = openpyxl.load_workbook(SYSTEM / "方案.xlsx")
    sheet = book["指标"]
    cells = [c for row in sheet.iter_rows() for c in row]
    column = next(c.column for c in cells if c.value == "评分标准")
    row = next(c.row for c in cells if c.value == indicator)
    sheet.cell(row, column).value = clause
    book.save(path)


def test_the_packaged_scheme_has_two_disagreements_of_its_source(run: Callable[..., Run]) -> None:
    done = run("lint", "wenzhou-2015", "--json")
    assert (done.code, done.err) == (0, "")
    assert done.json["system"] == "wenzhou-2015"
    assert [(f["code"], f["severity"]) for f in done.json["findings"]] == [
        ("lint-points-clause", "核"),
        ("lint-heading-rule", "核"),
    ]
    said = run("lint", "wenzhou-2015").out
    assert said.startswith("2015年度工业强镇(街道)建设考核:共有 2 条问题(核 2)\n")
    assert "10 ≠ 5" in said and "以评分标准为准" in said


def test_an_unreadable_clause_is_told_once_and_blocks(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    with_clause(tmp_path / "方案.xlsx", "新产品产值", "每少一家扣0..5分")
    done = run("lint", "方案.xlsx", "--json")
    assert done.code == 1
    (fault,) = [f for f in done.json["findings"] if f["severity"] == "强" and "读不懂" in f["text"]]
    assert fault["code"] == "lint-clause-unread"
    assert fault["sheet"] == "指标" and fault["cell"]


def test_a_scheme_without_faults_is_told_as_such(run: Callable[..., Run], tmp_path: Path) -> None:
    path = tmp_path / "方案.xlsx"
    with_clause(path, "企业风险排查处置", "企业风险排查处置成效显著的,最高加10分")
    book = openpyxl.load_workbook(path)
    for cell in (c for row in book["指标"].iter_rows() for c in row):
        if isinstance(cell.value, str) and "排名得分" in cell.value:
            cell.value = "技改投资占比"
    book.save(path)
    done = run("lint", path)
    assert (done.code, done.err) == (0, "")
    assert done.out == "2015年度工业强镇(街道)建设考核:没有发现问题。\n"

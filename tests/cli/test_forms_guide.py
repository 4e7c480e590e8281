"""docs/forms.zh-CN.md, done step by step: its form, its question, its answer, its score."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl

from kpixl.scheme.headings import FORM_COLUMNS
from kpixl.templates.words import ROLES
from tests.cli.running import REPO, Run

GUIDE = (REPO / "docs/forms.zh-CN.md").read_text(encoding="utf-8")


def form(path: Path) -> None:
    """The form that the guide shows, typed into a workbook."""
    table = GUIDE.split("## 一、先看认成什么", 1)[1]
    lines = re.findall(r"^\|(.*)\|$", table.split("表上写有", 1)[0], re.MULTILINE)[2:]
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Sheet1"
    for row, line in enumerate(lines, 1):
        for column, text in enumerate(line.split("|"), 1):
            text = text.strip()
            value = float(text) if re.fullmatch(r"\d+", text) else text or None
            sheet.cell(row, column, value)
    for row in (1, 2):
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=6)
    book.save(path)


def sessions() -> Iterator[tuple[list[str], str]]:
    for command, shown in re.findall(r"^```console\n\$ (.*?)\n(.*?)^```$", GUIDE, re.M | re.S):
        yield shlex.split(command)[1:], shown


def answer(path: Path) -> None:
    """The cell that the guide says, in the line that it shows."""
    book = openpyxl.load_workbook(path)
    (row,) = [r for r in book["绑定"].iter_rows() if r[2].value == "填报值"]
    shown = re.search(r"^\| … \|(.*)\|$", GUIDE, re.MULTILINE)
    assert shown is not None
    cells = [text.strip() for text in shown[1].split("|")]
    assert [row[1].value, row[2].value, row[6].value] == [cells[0], cells[1], cells[5]]
    row[5].value = cells[4]
    book.save(path)


def test_every_command_of_the_guide_prints_what_the_guide_shows(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    form(tmp_path / "考核表.xlsx")
    for arguments, shown in sessions():
        printed = run(*arguments)
        if arguments[0] == "score":
            answer(tmp_path / "方案.xlsx")
            printed = run(*arguments)
        assert printed.err == ""
        if shown.startswith("……\n"):  # what was shown before
            assert printed.out.strip().endswith("\n" + shown.removeprefix("……\n").strip())
        else:
            assert printed.out.strip() == shown.strip()


def test_the_columns_that_the_guide_names_are_columns_that_are_known() -> None:
    for name in ("填报值", "指标", "目标", "单位"):
        assert name in ROLES
        assert name in GUIDE
    assert {"赋分办法", "计分办法"} <= {*FORM_COLUMNS["评分标准"]}

"""Buttons pressed in Excel: what comes back to VBA, and what stands in the workbook.

Excel is stood in for by tests/hosts/excel_stub.py; the commands, the host and the workbooks
are real.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kpixl.addin import commands
from kpixl.addin.excel_commands import CHOICE, pressed
from kpixl.addin.excel_vba import modules
from kpixl.hosts.excel import ExcelHost
from tests.cli.running import SYSTEM, kpixl
from tests.hosts import excel_engine


@pytest.fixture
def forms(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SYSTEM / "回收", tmp_path / "回收"))


def opened(path: Path) -> Any:
    return excel_engine.opened(path)


@pytest.fixture
def book(forms: Path) -> Any:
    return opened(forms / "海城街道.xlsx")


def ranked(book: Any) -> list[tuple[Any, ...]]:
    sheet = ExcelHost(book).snapshot().sheet("排名")
    assert sheet is not None
    return [row for row in sheet.rows if any(v is not None for v in row)]


def test_ranking_gives_the_sheets_of_the_command_line(book: Any, forms: Path) -> None:
    icon, title, text = pressed("rank", "", book)
    assert (icon, title) == (64, "KPI考核 · 排名")
    assert "撤销" in str(text)
    out = forms.parent / "结果.xlsx"
    assert kpixl("rank", "wenzhou-2015", "--data", forms, "--out", out, cwd=forms).code == 0
    wanted = openpyxl.load_workbook(out)
    got = book.api
    assert {s.Name for s in got.sheets} >= set(wanted.sheetnames) - {"选项"}
    rows = [r for r in wanted["排名"].iter_rows(values_only=True) if any(v is not None for v in r)]

    def figures(rows: list[tuple[Any, ...]]) -> list[list[Any]]:
        return [[v for v in row if isinstance(v, (int, float))] for row in rows]

    assert figures(ranked(book)) == figures(rows)
    assert got.ActiveSheet.Name == "排名"
    assert got.Application.StatusBar is False
    assert any("正在计算" in str(words) for words in got.Application.said)


def test_pressing_again_replaces_our_sheets_only(book: Any) -> None:
    pressed("rank", "", book)
    first = [s.Name for s in book.api.sheets]
    pressed("rank", "", book)
    assert [s.Name for s in book.api.sheets] == first


def test_checking_marks_the_cells_and_clearing_takes_the_marks_away(forms: Path) -> None:
    path = forms / "海城街道.xlsx"
    made = openpyxl.load_workbook(path)
    sheet = made.worksheets[0]
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, float) and not cell.protection.locked and cell.row < 14:
                cell.value = f"约{cell.value}"
    assert sheet.protection.sheet  # as it was handed out
    made.save(path)
    book = opened(path)
    before = ExcelHost(book).snapshot().sheets[0].rows
    icon, _, text = pressed("check", "", book)
    assert icon == 48
    assert "做了标记" in str(text)
    first = book.api.sheets[0]
    assert first.Comments.Count > 0
    assert ExcelHost(book).snapshot().sheets[0].rows == before
    pressed("clear", "", book)
    assert first.Comments.Count == 0
    assert first.Cells.FormatConditions.Count == 0


def test_what_has_to_be_chosen_is_asked_for_and_then_done(book: Any, tmp_path: Path) -> None:
    answer = pressed("issue", "", book)
    assert answer == [CHOICE, "folder", "下发文件夹", "folder"]
    target = tmp_path / "下发 到"
    target.mkdir()
    icon, _, text = pressed("issue", f"folder={target}\n", book)
    assert icon == 64
    assert len(list(target.glob("*.xlsx"))) == 4
    assert str(target) in str(text)


def test_escape_stops_a_command_and_nothing_is_changed(book: Any) -> None:
    names = [s.Name for s in book.api.sheets]
    icon, _, text = pressed("rank", "", book, lambda: True)
    assert (icon, "已取消" in str(text)) == (64, True)
    assert [s.Name for s in book.api.sheets] == names
    assert book.api.Application.StatusBar is False


def test_without_a_workbook_and_with_a_strange_one_it_is_said_in_words(tmp_path: Path) -> None:
    assert pressed("rank", "", None) == [48, "KPI考核 · 排名", "请先打开一个工作簿"]
    assert pressed("nothing", "", None)[0] == 16
    path = tmp_path / "别的.xlsx"
    openpyxl.Workbook().save(path)
    icon, _, text = pressed("rank", "", opened(path))
    assert icon == 16
    assert "没有完成" in str(text)
    assert "Traceback" not in str(text)


def test_a_form_that_states_its_rules_is_ranked_by_them(tmp_path: Path) -> None:
    path = tmp_path / "各镇考核表.xlsx"
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in (
        ("2023年度各镇工作考核表",),
        ("指标", "分值", "评分标准", "城关镇", "河东镇"),
        ("新增企业数", 10, "数量最多的得10分,排名每下降1位减1分", 20, 30),
        ("信息采用", 10, "每采用1条得0.5分", 6, 10),
    ):
        sheet.append(row)
    made.save(path)
    book = opened(path)
    icon, _, text = pressed("rank", "", book)
    assert (icon, "2 个单位,其中数据完整 2 个" in str(text)) == (64, True)
    totals = {row[1]: row[2] for row in ranked(book) if isinstance(row[0], (int, float))}
    assert totals == {"河东镇": 15, "城关镇": 12}


def test_every_command_answers_over_a_form(book: Any, tmp_path: Path) -> None:
    book.api.Application.Selection = book.api.sheets[0].Range("A1")
    for name in commands():
        answer = pressed(name, f"folder={tmp_path}\n", book)
        assert answer[0] in (16, 48, 64, CHOICE), name
        assert "程序出错" not in str(answer[2]), name


def test_vba_takes_an_answer_as_it_is_given() -> None:
    code = modules({}, dict(commands()))["KpixlRibbon"]
    assert f'CStr(answer(0)) <> "{CHOICE}"' in code
    assert re.search(r"chosen & answer\(1\) & \"=\" & path & vbLf", code)
    assert "Picked(CStr(answer(3)), CStr(answer(2)))" in code

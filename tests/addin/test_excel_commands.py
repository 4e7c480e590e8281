"""Buttons pressed in Excel: what comes back to VBA, and what stands in the workbook.

Excel is stood in for by tests/hosts/excel_stub.py; the commands, the host and the workbooks
are real.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest

from kpixl.addin import commands
from kpixl.addin.excel_commands import CHOICE, LONGEST, NO_UNDO, SAVED_AT_ONCE, pressed
from kpixl.addin.excel_vba import modules
from kpixl.addin.job import Reply
from kpixl.addin.registry import REGISTRY
from kpixl.host import ClearMarks, Patch
from kpixl.hosts.excel import ExcelHost
from tests.cli.running import SYSTEM
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


def test_ranking_tells_its_steps_in_the_status_bar_and_goes_to_its_sheet(book: Any) -> None:
    icon, title, text = pressed("rank", "", book)
    assert (icon, title) == (64, "KPI考核 · 排名")
    assert "撤销" in str(text)
    got = book.api
    totals = {row[1]: row[2] for row in ranked(book) if isinstance(row[0], (int, float))}
    assert len(totals) == 4
    assert got.ActiveSheet.Name == "排名"
    assert got.Application.StatusBar is False
    assert any("正在计算" in str(words) for words in got.Application.said)


def test_pressing_again_replaces_our_sheets_only(book: Any) -> None:
    pressed("rank", "", book)
    first = [s.Name for s in book.api.sheets]
    pressed("rank", "", book)
    assert [s.Name for s in book.api.sheets] == first


def first_sheet(book: Any) -> str:
    return str(book.api.sheets[0].Name)


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
    chosen = str(book.api.Application.Selection.address)
    assert f"已选中最要紧的一处:“{first_sheet(book)}”表的 {chosen}。" in str(text)
    assert chosen in str(text).split("\n")[2]
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


def set_up(book: Any) -> list[Any]:
    """What a command must leave as it was."""
    app = book.api.Application
    sheets = [(s.Name, s.Visible, s.ProtectContents) for s in book.api.sheets]
    settings = (app.ScreenUpdating, app.EnableEvents, app.DisplayAlerts, app.Calculation)
    return [sheets, settings, app.Interactive, app.StatusBar, len(app.Workbooks.open)]


def test_escape_at_any_step_of_a_command_and_nothing_is_changed(book: Any) -> None:
    book.api.Application.Calculation = -4135  # as the user has it
    before, done, steps = set_up(book), False, 0
    while not done:
        asked: list[int] = []

        def stopped(asked: list[int] = asked, after: int = steps) -> bool:
            asked.append(1)
            return len(asked) > after

        icon, _, text = pressed("rank", "", book, stopped)
        done = "已取消" not in str(text)
        if not done:
            assert icon == 64
            assert set_up(book) == before
        steps += 1
    assert steps > 5
    assert "排名" in [s.Name for s in book.api.sheets]


def test_esc_is_kept_from_excel_which_would_break_into_its_macro(book: Any) -> None:
    during: list[int] = []
    app = book.api.Application

    def stopped() -> bool:
        during.append(app.EnableCancelKey)
        return False

    pressed("check", "", book, stopped)
    assert set(during) == {0}


@pytest.mark.parametrize("name", ["rank", "issue"])  # the second asks for a folder
def test_excel_takes_no_clicks_and_does_not_ask_whether_to_wait_while_a_button_works(
    book: Any, name: str
) -> None:
    app, during = book.api.Application, set()

    def stopped() -> bool:
        during.add((app.Interactive, app.DisplayAlerts))
        return False

    pressed(name, "", book, stopped)
    assert during == {(False, False)}
    assert (app.Interactive, app.DisplayAlerts) == (True, True)


@pytest.mark.parametrize("call", ["SaveCopyAs", "Copy", "Names.Add", "Move", "Property"])
def test_what_excel_refuses_is_said_in_words_and_leaves_excel_as_it_was_set(
    book: Any, call: str, caplog: pytest.LogCaptureFixture
) -> None:
    pressed("rank", "", book)
    app = book.api.Application
    app.Calculation = -4135
    before = set_up(book)
    app.failing = call
    icon, _, text = pressed("rank", "", book)
    app.failing = ""
    assert icon == 16
    assert re.search("没有改动|没能给出", str(text))
    assert [r for r in caplog.messages if r.startswith("failure Refused kpixl.")]
    assert "Refused" not in str(text) or "程序出错(Refused)" in str(text)
    assert set_up(book) == before


class Silent:
    """An Excel that no longer answers."""

    def __getattr__(self, name: str) -> Any:
        raise OSError("RPC")

    def __setattr__(self, name: str, value: Any) -> None:
        raise OSError("RPC")


def test_an_excel_that_does_not_answer_is_said_in_words(book: Any) -> None:
    silent = SimpleNamespace(api=book.api, app=SimpleNamespace(api=Silent()))
    icon, title, text = pressed("rank", "", silent)
    assert (icon, title) == (16, "KPI考核 · 排名")
    assert "Excel 没有应答" in str(text)
    assert "RPC" not in str(text)


def test_each_command_answers_reads_the_workbook_once_and_writes_once(
    book: Any, tmp_path: Path
) -> None:
    app = book.api.Application
    app.Selection = book.api.sheets[0].Range("A1")
    app.calls.clear()
    for name in commands():
        if name == "selftest":  # runs others
            continue
        answer = pressed(name, f"folder={tmp_path}\n", book)
        assert answer[0] in (16, 48, 64, CHOICE), name
        assert "程序出错" not in str(answer[2]), name
        counts = Counter(app.calls)
        app.calls.clear()
        assert counts["SaveCopyAs"] == 1, name
        assert counts["Copy"] <= 1, name
        assert not counts["Value2?"] + counts["Formula?"], name


def test_how_to_undo_is_said_where_something_was_written_and_only_there(book: Any) -> None:
    assert str(pressed("rank", "", book)[2]).endswith(NO_UNDO)
    assert "撤销" not in str(pressed("help", "", book)[2])
    book.api.AutoSaveOn = True  # what is changed is in the file at once
    text = str(pressed("rank", "", book)[2])
    assert text.endswith(SAVED_AT_ONCE)
    assert "不保存就关闭" not in text
    del book.api.AutoSaveOn  # Excel before 365
    assert str(pressed("rank", "", book)[2]).endswith(NO_UNDO)


def test_a_long_answer_is_cut_and_says_at_its_end_how_to_undo(
    book: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = Reply("很多", ("长" * 5000,), patch=Patch((ClearMarks(),)))
    clear = replace(REGISTRY.commands["clear"], function=lambda job: long)
    monkeypatch.setitem(REGISTRY.commands, "clear", clear)
    text = str(pressed("clear", "", book)[2])
    assert len(text) == LONGEST
    assert text.endswith(f"长…\n\n{NO_UNDO}")


def test_without_a_workbook_and_with_a_strange_one_it_is_said_in_words(tmp_path: Path) -> None:
    icon, title, text = pressed("rank", "", None)
    assert (icon, title) == (48, "KPI考核 · 排名")
    assert re.match(r"请先打开一个工作簿\n\n.*受保护的视图.*启用编辑", str(text))
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


def test_vba_takes_an_answer_as_it_is_given() -> None:
    code = modules({}, dict(commands()))["KpixlRibbon"]
    assert f'CStr(answer(0)) <> "{CHOICE}"' in code
    assert re.search(r"chosen & answer\(1\) & \"=\" & path & vbLf", code)
    assert "Picked(CStr(answer(3)), CStr(answer(2)))" in code

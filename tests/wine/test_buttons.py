"""Buttons pressed in the ribbon: the DLL, COM, the server, xlwings' own engine for Windows.

Excel itself is stood in for by tests/hosts/excel_stub.py, which a Python of Windows offers
through COM (tests/wine/inside/workbook.py), so nothing here shows that it works in Excel.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from kpixl.addin import commands
from kpixl.addin.excel_commands import NO_UNDO
from kpixl.grid import Snapshot
from kpixl.hosts import files
from tests.addin.test_same_everywhere import (
    AFTER,
    BEFORE,
    PARTS_OF_THE_RANKING,
    Seen,
    assert_same,
)
from tests.cli.running import SYSTEM
from tests.hosts.programs import Opened, Place, in_a_file
from tests.wine.machine import Machine, Talk

# drawing, events, questions, clicks, calculation, status bar
AS_SET = [True, True, True, True, -4105, False]


@pytest.fixture
def forms(windows: Machine) -> Iterator[Path]:
    """The returned forms of the demo, in a folder with a blank on disk C."""
    folder = windows.disk / "考核 表"
    shutil.copytree(SYSTEM / "回收", folder)
    yield folder
    shutil.rmtree(folder)


def open_form(excel: Talk, forms: Path) -> None:
    assert excel("workbook.open_book", "C:\\考核 表\\海城街道.xlsx") == "海城街道.xlsx"


def test_checking_marks_cells_and_clearing_leaves_them_as_they_were(
    excel: Talk, forms: Path
) -> None:
    path = forms / "海城街道.xlsx"
    made = openpyxl.load_workbook(path)
    sheet = made.worksheets[0]
    for row in sheet.iter_rows(max_row=13):
        for cell in row:
            if isinstance(cell.value, float) and not cell.protection.locked:
                cell.value = f"约{cell.value}"
    assert sheet.protection.sheet  # as it was handed out
    made.save(path)
    open_form(excel, forms)
    before = excel("workbook.cells", "填报表")
    icon, _, text = excel("workbook.press", "check")
    assert icon == 48, text + excel("excel.log")
    assert "做了标记" in text
    notes, colors = excel("workbook.marks")
    assert notes > 0
    assert colors > 0
    assert excel("workbook.cells", "填报表") == before
    assert excel("workbook.press", "clear")[0] == 64
    assert excel("workbook.marks") == [0, 0]
    assert excel("workbook.cells", "填报表") == before
    assert excel("workbook.settings") == AS_SET


def test_functions_are_answered_while_a_command_still_runs(excel: Talk, forms: Path) -> None:
    open_form(excel, forms)
    excel("workbook.calculate", "KPISCORE", "每采用1条得0.1分", 10.0, 7.0)
    assert excel("workbook.press", "clear")[0] == 64
    assert [round(score, 9) for score in excel("workbook.calculated")] == [0.7]


def test_a_formula_that_spills_and_points_to_ours_goes_on_spilling(
    excel: Talk, forms: Path
) -> None:
    open_form(excel, forms)
    assert excel("workbook.press", "bind")[0] in (48, 64)
    excel("workbook.spilling", "识别结果!B2:B9")
    assert excel("workbook.press", "bind")[0] in (48, 64)
    assert excel("workbook.spilled") == ["识别结果!B2:B9", True]


@pytest.mark.parametrize("call", ["Copy", "Property"])
def test_what_excel_refuses_half_way_leaves_sheets_and_settings_as_they_were(
    excel: Talk, forms: Path, call: str
) -> None:
    open_form(excel, forms)
    before = excel("workbook.sheets")
    excel("workbook.refuse", call)
    icon, _, text = excel("workbook.press", "rank")
    assert (icon, "工作簿没有改动" in text) == (16, True)
    assert excel("workbook.sheets") == before
    assert excel("workbook.settings") == AS_SET
    assert "failure com_error" in excel("excel.log").splitlines()[-1]


def test_esc_stops_a_command_between_its_steps_and_nothing_is_written(
    excel: Talk, forms: Path
) -> None:
    open_form(excel, forms)
    before = excel("workbook.sheets")
    excel("excel.inside", _PRESS_ESC)
    try:
        icon, _, text = excel("workbook.press", "rank")
    finally:
        excel("excel.inside", "import ctypes; del ctypes.windll.user32.GetAsyncKeyState")
    assert (icon, "已取消" in text) == (64, True)
    assert excel("workbook.sheets") == before
    assert excel("workbook.settings") == AS_SET


# There is no keyboard here: the third time that the server asks for Esc, it is pressed.
_PRESS_ESC = """
import ctypes
asked = []
def state(key):
    asked.append(key)
    return int(len(asked) == 3)
state.__globals__["asked"] = asked
ctypes.windll.user32.GetAsyncKeyState = state
"""


def test_what_has_to_be_chosen_is_asked_for_and_then_done(
    excel: Talk, forms: Path, windows: Machine
) -> None:
    open_form(excel, forms)
    assert excel("workbook.press", "issue") == ["choice", "folder", "下发文件夹", "folder"]
    target = forms / "下发 到"
    target.mkdir()
    icon, _, text = excel("workbook.press", "issue", "folder=C:\\考核 表\\下发 到\n")
    assert icon == 64, text
    assert len(list(target.glob("*.xlsx"))) == 4


class InExcel:
    """A file open behind xlwings' engine for Windows, with its buttons."""

    def __init__(self, excel: Talk, windows: Machine, path: Path) -> None:
        self._excel, self._disk = excel, windows.disk
        self.snapshots = 0
        there = "\\".join(("C:", *path.relative_to(windows.disk).parts))
        excel("workbook.open_book", there, "A1")

    def press(self, name: str, at: Place | None = None, **chosen: str) -> str:
        if at is not None:
            self._excel("workbook.select", at[0], *at[1])
        lines = "".join(f"{n}={v}\n" for n, v in chosen.items())
        _, _, text = self._excel("workbook.press", name, lines)
        return str(text).removesuffix(f"\n\n{NO_UNDO}")

    def snapshot(self) -> Snapshot:
        self.snapshots += 1
        path = self._disk / f"copy{self.snapshots}.xlsx"
        self._excel("workbook.save", f"C:\\{path.name}")
        return files.read(path)


@pytest.fixture
def places(windows: Machine, tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """The demo's scheme and returned forms, here and on disk C, below folders of one name."""
    folders = tmp_path / "考核 目录", windows.disk / "考核 目录"
    for folder in folders:
        shutil.copytree(SYSTEM / "回收", folder / "回收 表")
        shutil.copy(SYSTEM / "方案.xlsx", folder)
    yield folders
    shutil.rmtree(folders[1])


def test_every_command_gives_in_excel_what_it_gives_in_a_file_and_leaves_excel_as_it_was_set(
    excel: Talk, places: tuple[Path, Path], windows: Machine
) -> None:
    here, there = places
    works = {
        "回收 表/海城街道.xlsx": (*BEFORE, "explain", *AFTER, *PARTS_OF_THE_RANKING),
        "方案.xlsx": ("lint",),
    }
    assert {*commands()} - {*works["回收 表/海城街道.xlsx"], "lint"} == {
        "issue",  # see the next test
        "doctor",  # these speak of the program
        "relink",
        "selftest",
    }
    for name, buttons in works.items():
        in_excel = InExcel(excel, windows, there / name)
        seen = []
        books: tuple[Opened, Opened] = (in_a_file(here / name), in_excel)
        for book, folder in zip(books, (str(here), "C:\\考核 目录"), strict=True):
            said = {}
            for button in buttons:
                at = ("排名", (5, 3)) if button == "explain" else None
                text = book.press(button, at).replace(folder, "…")
                said[button] = text.replace("\\", "/")
                if button == "rank" and book is in_excel:
                    assert excel("workbook.active") == "排名"
                    shown = excel("workbook.said")
                    assert [w for w in shown if "正在读取" in str(w) and "%" in w]
            seen.append(Seen(said, book.snapshot()))
        assert_same(seen[0], seen[1], frozenset())
        assert excel("workbook.settings") == AS_SET
        assert excel("workbook.said")[-1] is False


@pytest.mark.parametrize("name", ["doctor", "relink", "selftest"])
def test_a_command_that_speaks_of_the_program_answers_in_excel(
    excel: Talk, forms: Path, name: str
) -> None:
    open_form(excel, forms)
    icon, title, text = excel("workbook.press", name)
    assert icon in (16, 48, 64)
    assert title == f"KPI考核 · {commands()[name].label}"
    assert "程序出错" not in text, excel("excel.log")


def test_an_excel_that_takes_no_calls_for_a_moment_is_asked_again(excel: Talk, forms: Path) -> None:
    open_form(excel, forms)
    excel("workbook.be_busy", 2)
    icon, _, text = excel("workbook.press", "clear")
    assert icon == 64, text


def test_without_a_workbook_it_is_said(excel: Talk) -> None:
    icon, title, text = excel("workbook.press", "rank", "", False)
    assert (icon, title) == (48, "KPI考核 · 排名")
    assert text.startswith("请先打开一个工作簿\n")

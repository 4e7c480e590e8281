"""The self-test workbook: its live formulas come to what was worked by hand, and say so."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import pytest

from kpixl.addin import commands, functions
from kpixl.addin.selftesting import MEASURES
from kpixl.address import parse_a1
from kpixl.grid import Sheet
from kpixl.hosts import files
from kpixl.reporting.selftest import (
    BOOK_FILE,
    FIRST,
    GOT,
    MARK,
    PASSED,
    SHEET,
    TOLERANCE,
    WANTED,
    cases,
    cases_digest,
    figures,
)
from kpixl.reporting.selftest_report import read_report
from tests.calc import Calc, snapshot
from tests.cli.running import kpixl
from workbooks import make

BOOK = make.HERE / BOOK_FILE
FORMULAS = {n: case for n, case in enumerate(cases(), FIRST) if not case.is_command}


def calculated(tmp_path: Path, **changes: float | str) -> Sheet:
    """The sheet as `kpixl calc` calculates it, with other cells than were made."""
    source, out = tmp_path / "自检.xlsx", tmp_path / "算过.xlsx"
    shutil.copy(BOOK, source)
    if changes:
        import openpyxl

        book = openpyxl.load_workbook(source)
        for cell, value in changes.items():
            book[SHEET][cell] = value
        book.save(source)
    assert kpixl("calc", source, "--out", out, cwd=tmp_path).code == 0
    sheet = files.read(out).sheet(SHEET)
    assert sheet is not None
    return sheet


def assert_all_passed(sheet: Sheet) -> None:
    assert {c.call: sheet.value(n, GOT) for n, c in FORMULAS.items() if not passed(sheet, n)} == {}


def passed(sheet: Sheet, row: int) -> bool:
    return sheet.value(row, PASSED) is True


def test_every_formula_comes_to_what_was_worked_by_hand(tmp_path: Path) -> None:
    sheet = calculated(tmp_path)
    assert_all_passed(sheet)
    for row, case in FORMULAS.items():  # once more without the formula that judges
        if case.how == "相等" and not isinstance(case.wanted, str):
            assert sheet.value(row, GOT) == pytest.approx(case.wanted, abs=TOLERANCE), case


@pytest.mark.usefixtures("soffice")
def test_in_calc_every_formula_comes_to_the_same(calc: Calc) -> None:
    with calc.opened(BOOK) as document:
        document.calculateAll()
        sheet = snapshot(document).sheet(SHEET)
    assert sheet is not None
    assert_all_passed(sheet)


@pytest.mark.usefixtures("soffice")
def test_in_calc_the_button_calculates_tries_the_commands_and_saves_a_report_of_calc(
    calc: Calc, tmp_path: Path
) -> None:
    path = Path(shutil.copy(BOOK, tmp_path / "自检.xlsx"))
    with calc.opened(path) as document:
        said = calc.press(document, "selftest")
    assert f"{len(cases())} 项,通过 {len(cases())} 项" in said
    (report,) = tmp_path.glob("自检报告 *.json")
    verdict = read_report(report)
    assert verdict.host.startswith("LibreOffice Calc 7")
    assert (verdict.failed, verdict.wrong, verdict.raises_claims) == ((), (), False)


def test_a_wrong_figure_text_or_error_does_not_pass(tmp_path: Path) -> None:
    kinds = {
        "number": next(n for n, c in FORMULAS.items() if isinstance(c.wanted, float)),
        "text": next(n for n, c in FORMULAS.items() if c.wanted == "个数"),
        "part": next(n for n, c in FORMULAS.items() if c.how == "包含"),
        "blank": next(n for n, c in FORMULAS.items() if c.how == "空白"),
        "error": next(n for n, c in FORMULAS.items() if c.how == "错误值"),
    }
    for value in ("#NAME?", 8.4999, "别的"):
        folder = tmp_path / str(value).strip("#?")
        folder.mkdir()
        sheet = calculated(folder, **{f"E{row}": value for row in kinds.values()})
        assert [k for k, row in kinds.items() if passed(sheet, row)] == []
        total = FIRST + len(cases())
        assert (sheet.value(total, WANTED), passed(sheet, total)) == (len(cases()), False)


@pytest.mark.parametrize("name", list(functions()))
def test_each_function_is_met_with_figures_blanks_and_errors(name: str) -> None:
    own = [c for c in FORMULAS.values() if f"{name}(" in c.call]
    assert len(own) >= 5
    assert {"空白", "错误值"} <= {c.how for c in own}


def test_each_command_of_the_registry_is_tried_but_the_one_that_tries_them() -> None:
    tried = [c.command for c in cases() if c.is_command]
    assert sorted(tried) == sorted(commands().keys() - {"selftest"})
    assert MEASURES.keys() == set(tried)


def test_what_commands_must_come_to_follows_from_the_form_by_other_means() -> None:
    """The form's own figures, its two clauses and docs/checks.zh-CN.md, worked without kpixl."""
    with (make.HERE / "selftest" / "form.csv").open(encoding="utf-8") as stream:
        rows = list(csv.reader(stream))
    (_, heads, (_, full, ladder, *firms), (_, other, each, *items)) = rows
    units = heads[3:]
    assert (ladder, each) == ("数量最多的得10分,排名每下降1位减1分", "每采用1条得0.5分")
    assert float(full) + float(other) == 20  # not the 100 of a scheme that states no total
    first = [10 - sum(float(b) > float(a) for b in firms) for a in firms]
    second = [float(i) * 0.5 if i.isdecimal() else None for i in items]
    bad = [n for n, i in enumerate(items) if not i.isdecimal()]
    cell = "ABCDEF"[3 + bad[0]] + "4"
    assert (len(bad), items[bad[0]]) == (1, "约6")  # a number as text: 强, and the item is blank
    total = [a + (b or 0) for a, b in zip(first, second, strict=True)]
    whole = sorted((n for n in range(3) if n not in bad), key=lambda n: -total[n])
    ranked = [f"第{p}名{units[n]}{total[n]:g}分" for p, n in enumerate(whole, 1)]
    ranked += [f"无名次{units[n]}{total[n]:g}分" for n in bad]
    scores = {f"{u}新增企业数{s:g}分" for u, s in zip(units, first, strict=True)}
    scores |= {
        f"{u}信息采用" + ("空白" if s is None else f"{s:g}分")
        for u, s in zip(units, second, strict=True)
    }
    wanted = {c.command: str(c.wanted) for c in cases() if c.is_command}
    assert wanted["rank"] == wanted["native"] == ";".join(ranked)
    assert set(wanted["score"].split(";")) == scores
    assert wanted["explain"] == f"{second[0]:g}分"
    assert wanted["check"].endswith(f" {cell}")
    assert wanted["slip"].endswith(f" {cell}")
    assert wanted["clear"] == f"{sum(bool(cell) for row in rows for cell in row)}格"
    states = [f"{u}{'退回' if n in bad else '通过'}" for n, u in enumerate(units)]
    assert wanted["collect"] == ";".join(states)
    assert wanted["issue"] == f"3份:{'、'.join(sorted(units))}"
    roles = {"指标": 2, "分值": 2, "评分标准": 2, "单位": 3, "填报值": 6}
    assert wanted["bind"] == ";".join(sorted(f"{r}{n}" for r, n in roles.items()))
    assert wanted["help"] == f"{len(functions())}个函数,{len(commands())}个按钮"


def test_only_functions_of_excel_2010_are_used_beside_ours() -> None:
    sheets = files.read(BOOK).sheets
    used = {f for s in sheets for t in s.formulas.values() for f in re.findall(r"([A-Z.]+)\(", t)}
    native = {"INDEX", "SUM", "IF", "ISERROR", "ISNUMBER", "ISTEXT", "ABS", "EXACT", "FIND"}
    assert used - set(functions()) <= native | {"LEN", "COUNTIF", "ERROR.TYPE"}


def test_the_workbook_names_its_table_and_claims_nothing_before_it_was_calculated() -> None:
    book = files.read(BOOK)
    assert book.marks[MARK] == cases_digest()
    sheet = book.sheet(SHEET)
    assert sheet is not None
    assert not any(passed(sheet, row) for row in range(FIRST, FIRST + len(cases()) + 1))


def test_the_figures_that_formulas_look_at_are_there_or_blank_on_purpose() -> None:
    sheet = files.read(BOOK).sheets[1]
    cells = {m for c in cases() for m in re.findall(r"自检数据!([A-Z]\d+)(?![\d:])", c.call)}
    blank = {"B6", "C16"}
    assert {c for c in cells if parse_a1(c) not in figures()} == blank
    assert sheet.value(11, 3) == 12

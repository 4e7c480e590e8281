"""The button 自检, and what the report that it saves is worth."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from kpixl.addin.excel_commands import CHOICE, pressed
from kpixl.addin.excel_vba import modules
from kpixl.addin.job import Job, Reply, run
from kpixl.errors import NeedsChoice
from kpixl.grid import Snapshot
from kpixl.hosts import files
from kpixl.hosts.excel import ExcelHost
from kpixl.hosts.memory import MemoryHost
from kpixl.reporting.selftest import BOOK_FILE, FIRST, GOT, PASSED, SHEET, cases
from kpixl.reporting.selftest_report import EXCEL, _seal, judge
from tests.cli.running import kpixl
from tests.hosts import excel_engine
from workbooks import make

NOW = datetime(2026, 3, 4, 10, 30)
# What real Excel would say; nobody has seen a report with it yet.
REAL = {
    "程序": EXCEL,
    "Excel": "16.0.17328",
    "Excel 位数": "64",
    "操作系统": "Windows (64-bit) NT 10.00",
    "Python": "3.13.2",
    "Python 位数": "64",
    "系统": "Windows",
}


@pytest.fixture(scope="module")
def calculated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook with its formulas calculated, as a spreadsheet program has it."""
    out = tmp_path_factory.mktemp("自检") / "自检.xlsx"
    source = make.HERE / BOOK_FILE
    assert kpixl("calc", source, "--out", out, cwd=out.parent).code == 0
    return out


def press(book: Snapshot, path: Path | None, **more: Any) -> tuple[Reply, Snapshot]:
    host = MemoryHost(book)
    reply = run("selftest", Job(host.snapshot(), NOW, path, **more), host)
    return reply, host.snapshot()


def saved(folder: Path) -> dict[str, Any]:
    (path,) = folder.glob("自检报告 *.json")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.fixture
def made(calculated: Path, tmp_path: Path) -> dict[str, Any]:
    """A report in which all is right, but the host is none."""
    press(files.read(calculated), tmp_path / "自检.xlsx")
    return saved(tmp_path)


def resealed(report: dict[str, Any]) -> dict[str, Any]:
    return {**report, "seal": _seal(report)}


def test_the_commands_come_to_what_was_worked_by_hand(calculated: Path, tmp_path: Path) -> None:
    reply, book = press(files.read(calculated), tmp_path / "自检.xlsx")
    assert reply.title == f"自检:{len(cases())} 项,通过 {len(cases())} 项"
    sheet = book.sheet(SHEET)
    assert sheet is not None
    for row, case in enumerate(cases(), FIRST):
        if case.is_command:
            assert (case.item, sheet.value(row, PASSED)) == (case.item, True)
            assert case.holds(sheet.value(row, GOT))
    words = {sheet.value(r, 1): sheet.value(r, 2) for r in range(FIRST, len(sheet.rows) + 1)}
    assert words["时间"] == "2026-03-04 10:30:00"
    again, after = press(book, tmp_path / "自检.xlsx", about={"LibreOffice": "7.4"})
    assert again.title == reply.title
    assert [s.name for s in after.sheets] == [s.name for s in book.sheets]


def test_a_command_that_fails_does_not_pass_and_the_others_are_tried(
    calculated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kpixl.addin.registry import REGISTRY

    def fails(job: Job) -> Reply:
        raise ZeroDivisionError

    broken = replace(REGISTRY.commands["check"], function=fails)
    monkeypatch.setitem(REGISTRY.commands, "check", broken)
    reply, _ = press(files.read(calculated), tmp_path / "自检.xlsx")
    assert reply.tone == "warning"
    assert "· 命令:校验" in reply.lines
    verdict = judge(saved(tmp_path))
    assert (len(verdict.failed), verdict.passed) == (1, len(cases()) - 1)


def test_a_workbook_that_was_never_calculated_passes_nothing_but_the_commands(
    tmp_path: Path,
) -> None:
    press(files.read(make.HERE / BOOK_FILE), tmp_path / "自检.xlsx")
    verdict = judge(saved(tmp_path))
    assert verdict.passed == sum(c.is_command for c in cases())


def test_a_report_that_cannot_be_written_is_told(calculated: Path, tmp_path: Path) -> None:
    reply, _ = press(files.read(calculated), tmp_path / "没有" / "自检.xlsx")
    assert (reply.tone, "写不进去" in reply.text) == ("error", True)


def test_an_error_after_something_was_written_does_not_say_that_nothing_was(
    calculated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr("kpixl.addin.selftesting.report_of", fails)
    reply, _ = press(files.read(calculated), tmp_path / "自检.xlsx")
    assert "前几步已写的还在" in reply.text
    assert "没有改动" not in reply.text


def test_another_workbook_is_refused_and_one_without_a_folder_is_asked_for_it(
    calculated: Path, tmp_path: Path
) -> None:
    reply, _ = press(Snapshot(files.read(calculated).source, ()), tmp_path / "表.xlsx")
    assert (reply.tone, "selftest.xlsx" in reply.text) == ("error", True)
    with pytest.raises(NeedsChoice):
        press(files.read(calculated), None)
    press(files.read(calculated), None, arguments={"folder": str(tmp_path)})
    assert saved(tmp_path)["kind"] == "kpixl-selftest"


def test_in_excel_the_host_is_written_and_a_stand_in_is_named_as_one(
    calculated: Path, tmp_path: Path
) -> None:
    path = Path(shutil.copy(calculated, tmp_path / "自检.xlsx"))
    book = excel_engine.opened(path)
    answer = pressed("selftest", "", book)
    assert answer[0] in (48, 64), answer
    sheet = ExcelHost(book).snapshot().sheet(SHEET)
    assert sheet is not None
    words = {row[0]: row[1] for row in sheet.rows if len(row) > 1}
    assert words["Excel"] == "16.0.17328"
    assert words["Excel 位数"] == "64"
    assert words["操作系统"] == "Windows (64-bit) NT 10.00"
    for row, case in enumerate(cases(), FIRST):
        if case.is_command:
            assert sheet.value(row, PASSED) is True, case
    verdict = judge(saved(tmp_path))
    assert (verdict.host, verdict.excel, verdict.raises_claims) == ("Excel 的替身", False, False)
    book.api.Path = "https://example.com/x"
    assert pressed("selftest", "", book)[:2] == [CHOICE, "folder"]


def test_excel_calculates_anew_before_the_button_reads() -> None:
    from kpixl.addin import commands

    code = modules({}, dict(commands()))["KpixlRibbon"]
    assert 'InStr("|selftest|", "|" & control.Tag & "|")' in code
    assert code.index("Recalculate") < code.index('"COMMAND"')
    assert "Application.CalculateFullRebuild" in modules({}, {})["KpixlServer"]


def test_a_complete_report_of_excel_raises_claims_and_of_nothing_else(
    made: dict[str, Any],
) -> None:
    full = judge(resealed({**made, "host": REAL}))
    assert (full.raises_claims, full.wrong, full.failed) == (True, (), ())
    assert full.passed == len(cases())
    for host, name in (
        ({**REAL, "LibreOffice": "7.4"}, "LibreOffice Calc 7.4"),
        ({**REAL, "程序": "Excel 的替身"}, "Excel 的替身"),
        ({**REAL, "Wine": "是"}, "Wine(不是 Windows)"),
        ({**REAL, "系统": "Linux"}, "Excel 的替身(运行在 Linux 上)"),
        ({}, "没有表格软件"),
    ):
        other = judge(resealed({**made, "host": host}))
        assert (other.host, other.raises_claims, other.wrong) == (name, False, ())


def _changed(key: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda report: report["cases"][1].update({key: value})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_changed("wanted", 9), "应得被改动"),
        (_changed("how", "包含"), "应得被改动"),
        (_changed("call", "=1+1"), "缺少一项"),
        (_changed("got", 9), "实得 9"),
        (_changed("got", {"error": "#NAME?"}), "实得 #NAME?"),
        (_changed("got", None), "实得 空白"),
        (_changed("passed", False), "不是 TRUE"),
        (lambda r: r["cases"].pop(), "缺少一项"),
        (lambda r: r["cases"].append(r["cases"][0]), "多出 1 项"),
        (lambda r: r["host"].pop("操作系统"), "操作系统"),
        (lambda r: r["host"].pop("Excel 位数"), "Excel 位数"),
        (lambda r: r["host"].update({"Excel": ""}), "缺少运行环境:Excel"),
        (lambda r: r.update(time="昨天"), "时间"),
        (lambda r: r.update(table="0" * 64), "用例表"),
        (lambda r: r.update(cases=None), "缺少一项"),
    ],
)
def test_an_altered_or_incomplete_report_is_told(
    made: dict[str, Any], change: Callable[[dict[str, Any]], None], words: str
) -> None:
    report = resealed({**made, "host": dict(REAL)})
    assert judge(report).raises_claims
    change(report)
    unsealed = judge(report)
    assert any("校验值" in line for line in unsealed.wrong)
    verdict = judge(resealed(report))  # a forger who knows the seal
    assert not verdict.raises_claims
    assert any(words in line for line in (*verdict.wrong, *verdict.failed))


def test_the_command_line_says_what_a_report_is_worth(made: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "报告.json"
    for report, code, words in (
        (resealed({**made, "host": REAL}), 0, "有效、完整"),
        (made, 0, "不能作为 Excel 的凭据"),
        ({**made, "time": "2026-01-01T00:00:00"}, 1, "改动过"),
    ):
        path.write_text(json.dumps(report, ensure_ascii=False), encoding="utf-8")
        done = kpixl("doctor", "--report", path, cwd=tmp_path)
        assert (done.code, words in done.out.replace("\n", "")) == (code, True), done
    for text in ("[]", "{}", "不是", "[" * 100_000):
        path.write_text(text, encoding="utf-8")
        done = kpixl("doctor", "--report", path, cwd=tmp_path)
        assert (done.code, "不是自检报告" in done.err + done.out) == (2, True)
    assert kpixl("doctor", "--report", tmp_path / "没有.json", cwd=tmp_path).code == 2

"""The report that a self-test workbook saves, and what it is worth as evidence."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from kpixl import __version__
from kpixl.errors import UnusableFile
from kpixl.grid import CellError, Scalar, Sheet
from kpixl.reporting.selftest import (
    CALL,
    FIRST,
    GOT,
    HOW,
    ITEM,
    PASSED,
    WANTED,
    cases,
    cases_digest,
)

KIND = "kpixl-selftest"
PROGRAM, BUILD, SYSTEM, WINE = "程序", "Excel", "系统", "Wine"
# Without these nobody can say in what the functions were run.
NEEDED = (PROGRAM, BUILD, "Excel 位数", "操作系统", "Python", "Python 位数", SYSTEM)
EXCEL = "Microsoft Excel"
_LARGEST = 5_000_000  # bytes


def _plain(value: Scalar) -> Any:
    if isinstance(value, CellError):
        return {"error": value.code}
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def report_of(sheet: Sheet, table: str, about: Mapping[str, str], now: datetime) -> str:
    """The report over a sheet as it stands, as JSON; `table` is the digest that it names."""
    rows = []
    for row in range(FIRST, FIRST + len(cases())):
        item, call, how, wanted, got, passed = (
            _plain(sheet.value(row, column)) for column in (ITEM, CALL, HOW, WANTED, GOT, PASSED)
        )
        rows.append(
            {"item": item, "call": call, "how": how, "wanted": wanted, "got": got, "passed": passed}
        )
    report: dict[str, Any] = {
        "kind": KIND,
        "kpixl": __version__,
        "time": now.replace(microsecond=0).isoformat(),
        "table": table,
        "host": dict(about),
        "cases": rows,
    }
    report["seal"] = _seal(report)
    return json.dumps(report, ensure_ascii=False, indent=1)


def _seal(report: Mapping[str, Any]) -> str:
    """A digest over all else: it tells slips of an editor, it keeps out no forger."""
    rest = {key: value for key, value in report.items() if key != "seal"}
    return hashlib.sha256(json.dumps(rest, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Verdict:
    """What a report says: its host in words, what is wrong with it, what did not pass.

    `excel` says whether it ran in Excel itself; only then, and with nothing wrong and all
    passed, does it raise a claim.
    """

    host: str
    facts: Mapping[str, str]
    time: str
    excel: bool
    wrong: tuple[str, ...]
    failed: tuple[str, ...]
    passed: int

    @property
    def raises_claims(self) -> bool:
        """Whether “Excel-run” may be written with this report."""
        return self.excel and not self.wrong and not self.failed


def read_report(path: Path) -> Verdict:
    """Judge a report; raises UnusableFile where the file is none."""
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError
        report = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(report, dict) or report.get("kind") != KIND:
            raise ValueError
    except OSError as error:
        raise UnusableFile(path, "打不开", "请检查文件名。") from error
    except (ValueError, RecursionError) as error:
        raise UnusableFile(
            path, "不是自检报告", "请选择按“自检”按钮存下的“自检报告 ….json”。"
        ) from error
    return judge(report)


def judge(report: Mapping[str, Any]) -> Verdict:
    """What a report is worth."""
    wrong = []
    if report.get("seal") != _seal(report):
        wrong.append("报告存出以后被改动过(校验值不符)")
    if report.get("table") != cases_digest():
        wrong.append("不是用本版本的 selftest.xlsx 做的(用例表的校验值不符)")
    given = report.get("host")
    facts = {str(k): str(v) for k, v in given.items()} if isinstance(given, dict) else {}
    rows = report.get("cases")
    listed = rows if isinstance(rows, list) else []
    failed, passed = [], 0
    for number, case in enumerate(cases()):
        row = listed[number] if number < len(listed) else None
        if not isinstance(row, dict) or (row.get("item"), row.get("call")) != (
            case.item,
            case.call,
        ):
            wrong.append(f"缺少一项:{case.item}")
        elif (row.get("how"), row.get("wanted")) != (case.how, case.wanted):
            wrong.append(f"应得被改动:{case.item}")
        elif not case.holds(_value(row.get("got"))):
            failed.append(f"{case.item}:应得 {case.wanted},实得 {_shown(row.get('got'))}")
        elif row.get("passed") is not True:
            failed.append(f"{case.item}:实得相符,但“通过”栏不是 TRUE")
        else:
            passed += 1
    if len(listed) > len(cases()):
        wrong.append(f"多出 {len(listed) - len(cases())} 项")
    host, excel = _host(facts)
    if excel:
        lacking = [name for name in NEEDED if not facts.get(name)]
        if not _time(report.get("time")):
            lacking.append("时间")
        wrong += [f"缺少运行环境:{'、'.join(lacking)}"] if lacking else []
    return Verdict(
        host, facts, str(report.get("time", "")), excel, tuple(wrong), tuple(failed), passed
    )


def _value(given: Any) -> Scalar:
    if isinstance(given, dict):
        return CellError(str(given.get("error", "")))
    return given if given is None or isinstance(given, (str, int, float, bool)) else str(given)


def _shown(given: Any) -> str:
    value = _value(given)
    return (
        value.code
        if isinstance(value, CellError)
        else "空白"
        if value in (None, "")
        else f"{value}"
    )


def _time(text: Any) -> bool:
    try:
        return isinstance(text, str) and bool(datetime.fromisoformat(text))
    except ValueError:
        return False


def _host(facts: Mapping[str, str]) -> tuple[str, bool]:
    """In what the report was made, and whether that is Excel on Windows."""
    if "LibreOffice" in facts:
        return f"LibreOffice Calc {facts['LibreOffice']}", False
    if facts.get(WINE):
        return "Wine(不是 Windows)", False
    if facts.get(PROGRAM) != EXCEL:
        return facts.get(PROGRAM) or "没有表格软件", False
    if facts.get(SYSTEM) != "Windows":
        return f"Excel 的替身(运行在 {facts.get(SYSTEM) or '不明系统'} 上)", False
    return f"Excel {facts.get(BUILD, '')}", True

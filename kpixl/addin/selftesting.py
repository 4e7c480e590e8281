"""What the button 自检 does: commands run over a form of the workbook, and a report is saved."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kpixl import __version__, log
from kpixl.addin.job import Job, Reply
from kpixl.addin.registry import REGISTRY
from kpixl.addin.working_on import RESULTS
from kpixl.errors import KpixlError, NeedsChoice, UnwritableFile
from kpixl.grid import Scalar, Spot
from kpixl.host import Patch, SetValues
from kpixl.reporting.selftest import FIRST, FORM, GOT, MARK, PASSED, SHEET, Case, cases
from kpixl.reporting.selftest_report import report_of

HOST = FIRST + len(cases()) + 2  # the first row of what is known of the host
_RANKED = (1, 2, 3)  # the columns of a place, a unit and a total in 排名


def tested(job: Job) -> Reply:
    """Run the commands one after the other, each on the workbook as the last one left it."""
    if job.book.sheet(SHEET) is None or job.book.sheet(FORM) is None or MARK not in job.book.marks:
        raise KpixlError("当前工作簿不是自检工作簿。请打开程序里的 workbooks/selftest.xlsx 再按。")
    folder = job.arguments.get("folder", "")
    if not folder and job.path is None:
        raise NeedsChoice("folder", "存自检报告的文件夹", "工作簿没有存在磁盘上")
    target = Path(folder) if folder or job.path is None else job.path.parent
    return _next(job, [(n, c) for n, c in enumerate(cases(), FIRST) if c.is_command], {}, target)


def _next(
    job: Job, left: list[tuple[int, Case]], got: dict[int, str | None], target: Path
) -> Reply:
    """The next command, with what is to be done once its changes are made."""
    if not left:
        return _written(job, got, target)
    (row, case), *rest = left
    reply = None
    try:
        reply = REGISTRY.commands[case.call].function(_over_the_form(job))
        got[row] = reply.title
    except Exception as error:  # a command that fails is what a self-test is there to find
        log.failure(error)
        got[row] = f"没有完成:{type(error).__name__}"

    def then(after: Job) -> Reply:
        if case.call == "rank" and reply is not None:
            got[row] = _ranking(after)
        return _next(after, rest, got, target)

    return Reply(case.item, patch=None if reply is None else reply.patch, then=then)


def _over_the_form(job: Job) -> Job:
    """The form and what commands have put beside it, as if there were nothing else."""
    there = {FORM, *job.book.marks.get(RESULTS, "").split("\t")}
    sheets = tuple(s for s in job.book.sheets if s.name in there)
    return replace(
        job, book=replace(job.book, sheets=sheets), path=None, arguments={}, selection=None
    )


def _ranking(job: Job) -> str:
    """Places and totals as they stand in the sheet 排名."""
    sheet = job.book.sheet("排名")
    rows = () if sheet is None else sheet.rows
    found = []
    for number in range(1, len(rows) + 1):
        assert sheet is not None
        place, unit, total = (sheet.value(number, column) for column in _RANKED)
        if isinstance(place, (int, float)) and isinstance(total, (int, float)):
            found.append(f"第{place:g}名{unit}{total:g}分")
    return ";".join(found)


def _written(job: Job, got: dict[int, str | None], target: Path) -> Reply:
    """What the commands came to, and the host; then the report."""
    facts = host_facts(job)
    values: dict[Spot, Scalar] = {}
    for row, text in got.items():
        values[row, GOT] = text
        values[row, PASSED] = cases()[row - FIRST].holds(text)
    for row, (name, text) in enumerate(facts.items(), HOST):
        values[row, 1], values[row, 2] = name, text
    return Reply(
        "自检",
        patch=Patch((SetValues(SHEET, values),), title="自检"),
        then=lambda after: _saved(after, facts, target),
    )


def _saved(job: Job, facts: dict[str, str], target: Path) -> Reply:
    sheet = job.book.sheet(SHEET)
    assert sheet is not None
    path = target / f"自检报告 {job.now:%Y-%m-%d %H%M%S}.json"
    text = report_of(sheet, job.book.marks.get(MARK, ""), facts, job.now)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UnwritableFile(path, "写不进去", "请把工作簿存到能写的文件夹后再按。") from error
    wrong = [
        str(sheet.value(row, 1))
        for row in range(FIRST, FIRST + len(cases()))
        if sheet.value(row, PASSED) is not True
    ]
    lines = [f"报告:{path}", "请把这个文件发给维护人员。"]
    if wrong:
        lines += ["", "没有通过:", *(f"· {name}" for name in wrong[:12])]
        lines += [f"…… 还有 {len(wrong) - 12} 项"] if len(wrong) > 12 else []
    title = f"自检:{len(cases())} 项,通过 {len(cases()) - len(wrong)} 项"
    return Reply(title, tuple(lines), show=SHEET, tone="warning" if wrong else "info")


def host_facts(job: Job) -> dict[str, str]:
    """The program, its build and bitness, as far as they are known."""
    return {
        "kpixl": __version__,
        "时间": f"{job.now:%Y-%m-%d %H:%M:%S}",
        **job.about,
        "Python": platform.python_version(),
        "Python 位数": "64" if sys.maxsize > 2**32 else "32",
        "系统": platform.system(),
        **({"Wine": "是"} if _wine() else {}),
    }


def _wine() -> bool:
    """Whether Windows is Wine, which says so itself."""
    import ctypes

    load: Callable[[str], object] | None = getattr(ctypes, "WinDLL", None)
    if load is None:
        return False
    return hasattr(load("ntdll"), "wine_get_version")

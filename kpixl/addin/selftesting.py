"""What the button 自检 does: commands run over a form of the workbook, and a report is saved."""

from __future__ import annotations

import math
import platform
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from kpixl import __version__, log
from kpixl.addin import functions
from kpixl.addin.job import Job, Reply
from kpixl.addin.registry import REGISTRY
from kpixl.addin.working_on import RESULTS
from kpixl.address import parse_a1
from kpixl.errors import KpixlError, NeedsChoice, UnwritableFile
from kpixl.findings import Severity
from kpixl.grid import Area, Scalar, Spot
from kpixl.host import Patch, SetValues
from kpixl.reporting.selftest import FIRST, FORM, GOT, MARK, PASSED, SHEET, Case, cases
from kpixl.reporting.selftest_report import report_of

HOST = FIRST + len(cases()) + 2  # the first row of what is known of the host


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
    reply: Reply | None = None
    measured = MEASURES.get(case.command, _nothing)
    try:
        with tempfile.TemporaryDirectory(prefix="kpixl") as folder:
            reply = REGISTRY.commands[case.command].function(_tried(job, case, Path(folder)))
            got[row] = _files(folder)
    except Exception as error:  # a command that fails is what a self-test is there to find
        got[row] = _failed(error)

    def then(after: Job) -> Reply:
        if reply is not None and measured is not None:
            try:
                got[row] = measured(reply, after)
            except Exception as error:
                got[row] = _failed(error)
        return _next(after, rest, got, target)

    return Reply(case.item, patch=None if reply is None else reply.patch, then=then)


def _failed(error: Exception) -> str:
    log.failure(error)
    return f"没有完成:{type(error).__name__}"


def _tried(job: Job, case: Case, folder: Path) -> Job:
    """The form, with the user standing where the case says, and a folder for files."""
    found = _over_the_form(job)
    arguments = {"folder": str(folder)} if case.command == "issue" else {}
    selection = None
    if case.cell:
        row, column = parse_a1(case.cell)
        selection = (FORM, Area(row, column, row, column))
    return replace(found, arguments=arguments, selection=selection)


def _over_the_form(job: Job) -> Job:
    """The form and what commands have put beside it, as if there were nothing else."""
    there = {FORM, *job.book.marks.get(RESULTS, "").split("\t")}
    sheets = tuple(s for s in job.book.sheets if s.name in there)
    return replace(
        job, book=replace(job.book, sheets=sheets), path=None, arguments={}, selection=None
    )


# -- what a command came to: figures, cells and codes, so that no wording is compared -----------


def _nothing(reply: Reply, after: Job) -> str:
    return ""


def _files(folder: str) -> str:
    names = sorted(path.stem for path in Path(folder).iterdir())
    return f"{len(names)}份:{'、'.join(names)}" if names else "0份"


def _codes(reply: Reply, after: Job) -> str:
    return ";".join(sorted(f"{f.severity} {f.code}" for f in reply.findings))


def _codes_and_cells(reply: Reply, after: Job) -> str:
    return ";".join(sorted(f"{f.severity} {f.code} {f.place.cell}" for f in reply.findings))


def _roles(reply: Reply, after: Job) -> str:
    """How many cells 识别结果 says to be what."""
    counted = Counter(str(row["作用"]) for row in _records(after, "识别结果", "作用"))
    return ";".join(f"{role}{number}" for role, number in sorted(counted.items()))


def _states(reply: Reply, after: Job) -> str:
    rows = _records(after, "回收情况", "单位")
    return ";".join(f"{row['单位']}{row['状态']}" for row in rows)


def _slip(reply: Reply, after: Job) -> str:
    rows = _records(after, "退回单", "级别")
    return ";".join(f"{row['级别']} {row['位置']}" for row in rows)


def _filled(reply: Reply, after: Job) -> str:
    """How many cells of the form hold something, which clearing leaves as it was."""
    sheet = after.book.sheet(FORM)
    return "" if sheet is None else f"{sum(1 for _ in sheet.filled())}格"


def _scores(reply: Reply, after: Job) -> str:
    """Unit, item and score by the rows of 追溯."""
    found = []
    for row in _records(after, "追溯", "得分"):
        score, item = row["得分"], str(row["指标"]).partition("\n")[0]
        told = f"{score:g}分" if isinstance(score, (int, float)) else "空白"
        found.append(f"{row['单位']}{item}{told}")
    return ";".join(sorted(found))


def _ranking(reply: Reply, after: Job) -> str:
    return _standings(after, "排名")


def _native(reply: Reply, after: Job) -> str:
    return _standings(after, "公式核对")


def _standings(after: Job, sheet: str) -> str:
    """Totals and places as they stand in a sheet, best first, those without a place last."""
    found: list[tuple[float, str]] = []
    for row in _records(after, sheet, "总分"):
        place, total = row["名次"], row["总分"]
        if isinstance(place, (int, float)) and isinstance(total, (int, float)):
            found.append((place, f"第{place:g}名{row['单位']}{total:g}分"))
        elif isinstance(total, (int, float)):
            found.append((math.inf, f"无名次{row['单位']}{total:g}分"))
    return ";".join(text for _, text in sorted(found, key=lambda pair: pair[0]))


def _differing(reply: Reply, after: Job) -> str:
    return f"{sum(f.severity is Severity.BLOCK for f in reply.findings)}处不同"


def _explained(reply: Reply, after: Job) -> str:
    found = re.search(r":([0-9.]+) 分", reply.text)
    return f"{found[1]}分" if found else ""


def _listed(reply: Reply, after: Job) -> str:
    """How many functions and buttons the help tells of."""
    text = reply.text
    labels = [spec.label for spec in REGISTRY.commands.values()]
    told = (sum(f"{n}(" in text for n in functions()), sum(f"{n}:" in text for n in labels))
    return f"{told[0]}个函数,{told[1]}个按钮"


def _trial(reply: Reply, after: Job) -> str:
    return next((line for line in reply.lines if line.startswith("试算:")), "")


# None: the files that a command wrote are what it came to.
MEASURES: Mapping[str, Callable[[Reply, Job], str] | None] = {
    "lint": _codes,
    "bind": _roles,
    "check": _codes_and_cells,
    "slip": _slip,
    "clear": _filled,
    "collect": _states,
    "issue": None,
    "score": _scores,
    "rank": _ranking,
    "native": _native,
    "verify": _differing,
    "explain": _explained,
    "help": _listed,
    "doctor": _trial,
    "relink": None,
}


def _records(job: Job, name: str, needed: str) -> list[dict[str, Scalar]]:
    """The rows of a sheet by the headings in its first row that has one of this name."""
    sheet = job.book.sheet(name)
    heads: dict[int, str] = {}
    found: list[dict[str, Scalar]] = []
    for row in sheet.rows if sheet is not None else ():
        if heads:
            cells = {head: row[c - 1] if c <= len(row) else None for c, head in heads.items()}
            # What stands below the table is one text in one cell.
            if sum(value is not None for value in cells.values()) < 2:
                break
            found.append(cells)
        elif needed in row:
            heads = {c: str(v) for c, v in enumerate(row, 1) if v is not None}
    return found


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

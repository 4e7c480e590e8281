"""`kpixl verify`: whether a result workbook still shows what was computed."""

from __future__ import annotations

from pathlib import Path

from kpixl.commands.console import Console
from kpixl.commands.texts import exit_code, show_findings, tally
from kpixl.grid import Scalar
from kpixl.verification import Altered, Verification
from kpixl.workspace import verify_result


def run(console: Console, *, book: str) -> int:
    """Compute the result in `book` again from what it carries, and show what differs."""
    console.progress("正在重算……")
    done = verify_result(book)
    code = exit_code(done.findings)
    if console.as_json:
        console.json(_as_json(book, done))
        return code
    name = Path(book).name
    if done.identical:
        console.title(f"{name}:一致")
        console.line(f"{len(done.sheets)} 张表的 {done.cells} 格,与凭本工作簿重算的结果完全一致。")
    elif done.run is None:
        console.title(f"{name}:不能重算")
    else:
        console.title(f"{name}:不一致,被改动的单元格 {len(done.altered)} 个")
    if done.run is not None:
        console.line(f"{done.scheme};kpixl {done.run.version},{done.run.stamp} 计算。")
        if done.run.command:
            console.line(f"命令:{done.run.command}")
    if done.findings:
        console.line()
        console.title(f"共有 {tally(done.findings)}:")
        show_findings(console, done.findings, elsewhere="加 --json 可看全部")
    if done.identical:
        console.line()
        console.line(
            "这说明工作簿自写出以来没有被改动,不说明填报数真实;整本重写过的工作簿也会一致。"
            "请把运行记录里的“封存 SHA-256”与当时抄存的核对。"
        )
    return code


def _as_json(book: str, done: Verification) -> dict[str, object]:
    run = done.run
    return {
        "file": book,
        "identical": done.identical,
        "scheme": done.scheme,
        "run": None
        if run is None
        else {"version": run.version, "time": run.time.isoformat(), "command": run.command},
        "seal": done.seal,
        "sheets": list(done.sheets),
        "cells": done.cells,
        "altered": [_cell(cell) for cell in done.altered],
        "following": [_cell(cell) for cell in done.following],
        "findings": [fault.as_json() for fault in done.findings],
    }


def _cell(cell: Altered) -> dict[str, object]:
    return {
        "sheet": cell.sheet,
        "cell": cell.cell,
        "what": cell.what,
        "found": _plain(cell.found),
        "recomputed": _plain(cell.computed),
    }


def _plain(value: Scalar) -> object:
    return value if value is None or isinstance(value, str | bool | int | float) else str(value)

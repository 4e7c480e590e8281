"""`kpixl verify`: whether a result workbook still shows what was computed."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kpixl.commands.console import Console
from kpixl.commands.options import CODES, Commands, debug_option, json_option
from kpixl.commands.texts import exit_code, show_findings, tally

if TYPE_CHECKING:
    from kpixl.grid import Scalar
    from kpixl.verification import Altered, Verification


def add_parser(commands: Commands) -> None:
    """Enter `kpixl verify`: what it takes, and that `run` does it."""
    parser = commands.add_parser(
        "verify",
        prog="kpixl verify",
        help="核验结果工作簿:凭它自己重算一遍,指出被改动的单元格",
        usage="kpixl verify 结果.xlsx [--data 文件或文件夹] [--json]",
        description=(
            "只凭结果工作簿里封存的填报数、方案和设置,把结果重算一遍,与各表逐格比较:"
            "完全一致,或者列出每个被改动的单元格(表、单元格、现为、应为)。工作簿只读取。"
            "手头有各单位交回的填报表时,用 --data 一并核对封存的数是不是填报表上的数。"
        ),
        example=("kpixl verify 排名结果.xlsx", "kpixl verify 排名结果.xlsx --data 填报表"),
        epilog=CODES,
    )
    parser.add_argument("book", metavar="结果工作簿", help="kpixl rank 写出的工作簿,只读取")
    parser.add_argument(
        "--data", nargs="+", default=[], metavar="文件", help="当时的填报表、文件夹或 .csv,只读取"
    )
    json_option(parser)
    debug_option(parser)

    def called(args: argparse.Namespace, console: Console) -> int:
        return run(console, book=args.book, data=args.data)

    parser.set_defaults(run=called)


def run(console: Console, *, book: str, data: Sequence[str] = ()) -> int:
    """Compute the result in `book` again from what it carries, and show what differs.

    What it carries is held against the returns in `data`, where they are given.
    """
    from kpixl.workspace.verifying import verify_result

    console.progress("正在重算……")
    done = verify_result(book, data)
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
    if data and done.sealed is not None:
        console.line(_returns(done))
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
        console.line(_WITH_RETURNS if data else _ALONE)
    return code


_ALONE = (
    "这说明工作簿自写出以来没有被改动,不说明填报数真实;整本重写过的工作簿也会一致。"
    "请把运行记录里的“封存 SHA-256”与当时抄存的核对,或用 --data 与填报表核对。"
)
_WITH_RETURNS = "这说明结果是用这些填报表算出来的,不说明填报数真实,也不说明填报表后来没有换过。"


def _returns(done: Verification) -> str:
    codes = [fault.code for fault in done.findings]
    wrong, lacking = codes.count("verify-figure-differs"), codes.count("verify-file-missing")
    said = f"与填报表不同的数 {wrong} 个" if wrong else "封存的数与填报表上的相同"
    return f"与填报表核对:{said}" + (f",没有找到的文件 {lacking} 个。" if lacking else "。")


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

"""`kpixl doctor`: why the add-in does not work; what a report of the self-test is worth."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from kpixl.commands.console import Console
from kpixl.commands.options import CODES, Commands, debug_option, json_option
from kpixl.commands.states import show
from kpixl.commands.texts import CLEAN, FINDINGS, UNUSABLE

if TYPE_CHECKING:
    from kpixl.addin.excel_install import State


def add_parser(commands: Commands) -> None:
    """Enter `kpixl doctor`."""
    parser = commands.add_parser(
        "doctor",
        prog="kpixl doctor",
        help="Excel 里不能用时,逐项检查原因",
        usage="kpixl doctor [--report 报告] [--json]",
        description=(
            "逐项检查 Excel 加载项能不能用:Python、xlwings、Excel、宏设置、信任位置、"
            "文件标记、所在磁盘、计算服务;有问题的,说明怎样处理。"
            "给出自检报告时,改为说明它是不是完整有效的报告。"
        ),
        example=("kpixl doctor", "kpixl doctor --report 自检报告.json"),
        epilog=CODES,
    )
    parser.add_argument("--report", metavar="报告", help="按“自检”按钮存下的 .json 文件")
    json_option(parser)
    debug_option(parser)

    def called(args: argparse.Namespace, console: Console) -> int:
        if args.report is not None:
            return report(console, file=args.report)
        return run(console)

    parser.set_defaults(run=called)


def run(console: Console) -> int:
    """Everything that has to be right on this machine."""
    from kpixl.addin.excel_doctor import Windows, examined
    from kpixl.addin.excel_install import engine
    from kpixl.addin.excel_places import CannotInstall, places

    try:
        where = places(os.environ)
    except CannotInstall as error:
        console.fail(str(error))
        return UNUSABLE
    return show(console, _each(examined(Windows(), engine(), where), console), "诊断")


def report(console: Console, *, file: str) -> int:
    """What a report of the self-test workbook is worth."""
    from kpixl.reporting.selftest_report import read_report

    read = read_report(Path(file))
    sound = not read.wrong and not read.failed
    if console.as_json:
        console.json(
            {
                "file": file,
                "host": read.host,
                "facts": dict(read.facts),
                "time": read.time,
                "passed": read.passed,
                "failed": list(read.failed),
                "wrong": list(read.wrong),
                "raises_claims": read.raises_claims,
            }
        )
        return CLEAN if sound else FINDINGS
    console.title(f"{Path(file).name}:{read.host},{read.time}")
    for name, fact in read.facts.items():
        console.line(f"{name}:{fact}")
    console.line(f"通过 {read.passed} 项。")
    for title, lines in (("报告有问题:", read.wrong), ("没有通过:", read.failed)):
        if lines:
            console.line()
            console.title(title)
            for line in lines:
                console.line(f"× {line}")
    console.line()
    if read.raises_claims:
        console.title("有效、完整:可以作为在这个 Excel 中运行过的凭据。")
    elif sound:
        console.title(f"各项都通过,但不是在 Excel 里做的({read.host}),不能作为 Excel 的凭据。")
    else:
        console.title("不能作为凭据:请改正后重新自检。")
    return CLEAN if sound else FINDINGS


def _each(states: Iterable[State], console: Console) -> list[State]:
    found = []
    for state in states:
        console.progress(f"正在检查:{state.what}")
        found.append(state)
    return found

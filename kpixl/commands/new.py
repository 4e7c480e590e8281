"""`kpixl new`: a blank scheme workbook to begin with."""

from __future__ import annotations

import argparse
from pathlib import Path

from kpixl.commands.console import Console
from kpixl.commands.options import CODES, Commands, debug_option, json_option
from kpixl.commands.texts import CLEAN


def add_parser(commands: Commands) -> None:
    """Enter `kpixl new`: what it takes, and that `run` does it."""
    parser = commands.add_parser(
        "new",
        prog="kpixl new",
        help="新建一个空白的方案工作簿",
        usage="kpixl new 方案.xlsx [--json]",
        description=(
            "新建一个空白的方案工作簿:四张表,列名、下拉列表和填写说明都已备好。"
            "已有的文件不会被覆盖。"
        ),
        example=("kpixl new 方案.xlsx",),
        epilog=CODES,
    )
    parser.add_argument("path", metavar="文件名", help="写成这个 .xlsx 文件")
    json_option(parser)
    debug_option(parser)

    def called(args: argparse.Namespace, console: Console) -> int:
        return run(console, path=args.path)

    parser.set_defaults(run=called)


def run(console: Console, *, path: str) -> int:
    """Write the workbook; what stands in its place is never replaced."""
    from kpixl.workspace.schemes import new_scheme

    sheets = new_scheme(path)
    if console.as_json:
        console.json({"file": path, "sheets": list(sheets)})
        return CLEAN
    console.title(f"已写出空白方案:{Path(path).name}")
    console.line(f"请填写 {'、'.join(sheets)} 各表,再用 kpixl lint {Path(path).name} 检查。")
    return CLEAN

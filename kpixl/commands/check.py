"""`kpixl check`: what is wrong with returned forms."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from kpixl.commands.console import Console
from kpixl.commands.options import (
    CODES,
    LAST_YEAR,
    SCHEME,
    Commands,
    debug_option,
    json_option,
    password_option,
)
from kpixl.commands.texts import exit_code, fail_unusable, show_findings, tally

_RETURNS = "填报表、填报表所在的文件夹或 zip 压缩包,或 .csv 数据文件;可以写多个"


def add_parser(commands: Commands) -> None:
    """Enter `kpixl check`: what it takes, and that `run` does it."""
    parser = commands.add_parser(
        "check",
        prog="kpixl check",
        help="校验填报表,列出问题",
        usage="kpixl check 文件… [--scheme 方案] [--last-year 文件夹] [--json]",
        description=(
            "校验填报表:哪一格,现在是什么,应该是什么,怎样改正。只校验,不评分,不改动文件。"
            "下发的填报表自带方案标识,不用写 --scheme。"
        ),
        example=(
            "kpixl check 某街道.xlsx",
            "kpixl check 填报表 --scheme 我的方案.xlsx --last-year 上年填报表",
        ),
        epilog=CODES,
    )
    parser.add_argument("files", nargs="+", metavar="文件", help=_RETURNS)
    parser.add_argument("--scheme", metavar="方案", help=SCHEME)
    parser.add_argument("--last-year", metavar="文件夹", help=LAST_YEAR)
    password_option(parser)
    json_option(parser)
    debug_option(parser)

    def called(args: argparse.Namespace, console: Console) -> int:
        return run(console, files=args.files, scheme=args.scheme, last_year=args.last_year)

    parser.set_defaults(run=called)


def run(
    console: Console, *, files: Sequence[str], scheme: str | None, last_year: str | None = None
) -> int:
    """Check files and folders of returned forms, and show the findings."""
    from kpixl.workspace.checking import check
    from kpixl.workspace.receiving import unusable

    console.progress("正在校验……")
    names, found = check(files, scheme, last_year=last_year)
    useless = unusable(found)
    if console.as_json:
        console.json({"files": list(names), "findings": [f.as_json() for f in found]})
    elif not found:
        console.line(f"已校验 {len(names)} 份,没有发现问题。")
    else:
        console.title(f"已校验 {len(names)} 份,共有 {tally(found)}:")
        show_findings(console, found, elsewhere="加 --json 可看全部")
    fail_unusable(console, useless)
    return exit_code(found, useless)

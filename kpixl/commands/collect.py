"""`kpixl collect`: who has sent what, what is sent back, who has to be reminded."""

from __future__ import annotations

import argparse
from datetime import datetime

from kpixl.commands.console import Console
from kpixl.commands.options import (
    LAST_YEAR,
    SCHEME,
    Commands,
    debug_option,
    json_option,
    password_option,
)


def add_parser(commands: Commands) -> None:
    """Enter `kpixl collect`: what it takes, and that `run` does it."""
    parser = commands.add_parser(
        "collect",
        prog="kpixl collect",
        help="汇总交回的填报表:谁未报、谁退回、谁通过,写出退回单",
        usage="kpixl collect 文件夹 [--scheme 方案] [--to 文件夹] [--last-year 文件夹] [--json]",
        description=(
            "汇总交回的填报表,写出“回收情况”工作簿(未报、已报、退回、通过,催报名单,"
            "更正前后对照),并给每个要改正的单位写一页退回单和一份批注表。"
            "子文件夹和 zip 压缩包里的表也读;原件只读取,不改动。"
            "改正后的表放进来,再运行一次即可;中途停下的,再运行一次就接着做。"
        ),
        example=(
            "kpixl collect 交回的表",
            "kpixl collect 交回的表 --scheme 我的方案.xlsx --last-year 上年填报表",
        ),
        epilog="退出码:0 都已通过或只有“核”“提”级问题;1 有未报的单位或“强”级问题;2 不能汇总。",
    )
    parser.add_argument("folder", metavar="文件夹", help="交回的填报表所在的文件夹,或 zip 压缩包")
    parser.add_argument("--scheme", metavar="方案", help=SCHEME + ";下发的表自带标识,可不写")
    parser.add_argument(
        "--to", metavar="文件夹", help="结果写到这个文件夹(默认:旁边的“…-回收情况”)"
    )
    parser.add_argument("--last-year", metavar="文件夹", help=LAST_YEAR)
    password_option(parser)
    json_option(parser)
    debug_option(parser)

    def called(args: argparse.Namespace, console: Console) -> int:
        return run(
            console,
            folder=args.folder,
            scheme=args.scheme,
            to=args.to,
            last_year=args.last_year,
            command=args.command_line,
        )

    parser.set_defaults(run=called)


def run(
    console: Console,
    *,
    folder: str,
    scheme: str | None,
    to: str | None,
    last_year: str | None,
    command: str,
) -> int:
    """Collect the returns of a folder and show where every unit stands."""
    from kpixl.collection import collect
    from kpixl.commands.show_board import show

    console.progress("正在汇总……")
    try:
        done = collect(
            folder, scheme, to=to, last_year=last_year, now=datetime.now(), command=command
        )
    except KeyboardInterrupt:
        console.fail("已读的都记下了;再运行一次同样的命令,就从停下的地方接着做。")
        raise
    return show(console, done)

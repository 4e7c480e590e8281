"""`kpixl rank`: as `kpixl score`, with the result written into a workbook."""

from __future__ import annotations

import argparse

from kpixl.commands import score
from kpixl.commands.console import Console
from kpixl.commands.options import CODES, Commands, lacking, scoring_options, signature_option
from kpixl.commands.texts import UNUSABLE


def add_parser(commands: Commands) -> None:
    """Enter `kpixl rank`: what it takes, and that `run` of the command score does it."""
    parser = commands.add_parser(
        "rank",
        prog="kpixl rank",
        help="按方案评分、排名,写成结果工作簿",
        usage="kpixl rank 方案 --data 文件或文件夹 (--out 结果.xlsx | --into 工作簿.xlsx) [--json]",
        description=(
            "与 kpixl score 相同,并把排名、追溯、公式核对写成一个新工作簿(--out),"
            "或加到已有的 .xlsx、.xlsm 工作簿里(--into)。加到已有工作簿时,原有的工作表、图表、"
            "宏等一概不动;再次运行只替换上次写的各表。已有同名的工作表而不是 kpixl 写的,不覆盖。"
        ),
        example=(
            "kpixl rank 我的方案.xlsx --data 填报表 --out 排名结果.xlsx",
            "kpixl rank 我的方案.xlsx --data 填报表 --into 考核总表.xlsx",
        ),
        epilog=CODES,
    )
    scoring_options(parser, "结果工作簿的文件名")
    parser.add_argument(
        "--into", metavar="工作簿.xlsx", help="把结果加到这个已有的工作簿里,其余内容不动"
    )
    signature_option(parser)

    def called(args: argparse.Namespace, console: Console) -> int:
        if args.out is not None and args.into is not None:
            console.fail(f"--out 和 --into 不能同时用。\n{parser.format_usage().rstrip()}")
            return UNUSABLE
        if args.out is None and args.into is None:
            return lacking(parser, console, "--out 或 --into")
        if not args.data and args.enterprises is None:
            return lacking(parser, console, "--data")
        return score.run(
            console,
            scheme=args.scheme,
            data=args.data,
            out=args.out,
            command=args.command_line,
            month=args.month,
            enterprises=args.enterprises,
            into=args.into,
            void_signature=args.void_signature,
        )

    parser.set_defaults(run=called)

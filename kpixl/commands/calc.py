"""`kpixl calc`: a workbook calculated without a spreadsheet program."""

from __future__ import annotations

import argparse
from pathlib import Path

from kpixl.commands.console import Console
from kpixl.commands.options import CODES, Commands, debug_option, json_option, signature_option
from kpixl.commands.texts import UNUSABLE, exit_code, show_findings, tally
from kpixl.errors import BadArgument


def add_parser(commands: Commands) -> None:
    """Enter `kpixl calc`: what it takes, and that `run` does it."""
    parser = commands.add_parser(
        "calc",
        prog="kpixl calc",
        help="计算工作簿里的 =KPISCORE() 等函数和全部公式",
        usage="kpixl calc 工作簿.xlsx --out 新工作簿.xlsx [--engine 引擎] [--json]",
        description=(
            "不用表格软件,计算工作簿里的 =KPISCORE() 等函数和全部公式,把值存进一个新工作簿。"
            "除公式的值以外,原来的内容一概不动。算不了的公式逐一列出,保持原值。"
        ),
        example=("kpixl calc 考核表.xlsx --out 考核表(已计算).xlsx",),
        epilog=CODES,
    )
    parser.add_argument("book", metavar="工作簿", help="含有公式的 .xlsx 或 .xlsm 工作簿,只读取")
    parser.add_argument("--out", required=True, metavar="新工作簿", help="写成这个新文件")
    parser.add_argument(
        "--engine",
        metavar="引擎",
        help="计算引擎:formulas 或 formualizer(默认:按公式的多少选用)",
    )
    signature_option(parser)
    json_option(parser)
    debug_option(parser)

    def called(args: argparse.Namespace, console: Console) -> int:
        return run(
            console,
            book=args.book,
            out=args.out,
            engine=args.engine,
            void_signature=args.void_signature,
        )

    parser.set_defaults(run=called)


def run(
    console: Console, *, book: str, out: str, engine: str | None, void_signature: bool = False
) -> int:
    """Calculate all formulas of `book`, those of ours among them, and write `out`.

    The user is asked before the copy loses the signature, unless `void_signature` has said so.
    """
    from kpixl.addin.engine import own_functions
    from kpixl.commands.consent import may_change
    from kpixl.hosts.recalculate import ENGINES
    from kpixl.workspace.calculating import calculate

    chosen = next((e for e in ENGINES if e == engine), None)
    if engine is not None and chosen is None:
        raise BadArgument("--engine", engine, "、".join(ENGINES))
    if not may_change(console, book, void_signature=void_signature):
        return UNUSABLE
    console.progress("正在计算……")
    done = calculate(book, out, own_functions(), engine=chosen, void_signature=True)
    if console.as_json:
        console.json(
            {
                "file": book,
                "out": out,
                "engine": done.engine,
                "formulas": done.formulas,
                "calculated": done.calculated,
                "changed": done.changed,
                "findings": [fault.as_json() for fault in done.findings],
            }
        )
        return exit_code(done.findings)
    console.title(f"{Path(book).name}:{done.formulas} 个公式,算出 {done.calculated} 个")
    console.line(f"有 {done.changed} 格的值与文件里原来存的不同。计算引擎:{done.engine}。")
    if done.findings:
        console.line()
        console.title(f"共有 {tally(done.findings)}:")
        show_findings(console, done.findings, elsewhere="加 --json 可看全部")
    console.line()
    console.title(f"结果已写入:{Path(out).resolve()}")
    return exit_code(done.findings)

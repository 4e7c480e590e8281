"""`kpixl score` and `kpixl rank`: read, check, score, rank, show, and write the result book."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Sequence
from dataclasses import replace

from kpixl.commands.console import Console
from kpixl.commands.options import CODES, Commands, lacking, scoring_options
from kpixl.commands.texts import UNUSABLE
from kpixl.errors import BadArgument
from kpixl.findings import Finding


def add_parser(commands: Commands) -> None:
    """Enter `kpixl score`: what it takes, and that `run` does it."""
    parser = commands.add_parser(
        "score",
        prog="kpixl score",
        help="按方案评分、排名,显示结果",
        usage="kpixl score 方案 --data 文件或文件夹 [--month 月份] [--out 结果.xlsx] [--json]",
        description=(
            "按方案给填报数据评分、排名。有问题的数据逐条列出,所在的项留空,其余照常评分。"
            "填报表只读取,不改动。"
        ),
        example=(
            "kpixl score 我的方案.xlsx --data 填报表",
            "kpixl score 我的方案.xlsx --data 数据.csv --json",
            "kpixl score 我的台账.xlsx --data 台账文件夹 --month 6 --out 六月快报.xlsx",
        ),
        epilog=CODES,
    )
    scoring_options(parser, "把排名、追溯、公式核对写成这个新工作簿")

    def called(args: argparse.Namespace, console: Console) -> int:
        if not args.data and args.enterprises is None:
            return lacking(parser, console, "--data")
        return run(
            console,
            scheme=args.scheme,
            data=args.data,
            out=args.out,
            command=args.command_line,
            month=args.month,
            enterprises=args.enterprises,
        )

    parser.set_defaults(run=called)


def run(
    console: Console,
    *,
    scheme: str,
    data: Sequence[str],
    out: str | None,
    command: str,
    month: str | None = None,
    enterprises: str | None = None,
    into: str | None = None,
    void_signature: bool = False,
    told: Collection[Finding] = (),
) -> int:
    """Score `data` by `scheme`; with `out` write the result book too.

    Findings that have been `told` on the same screen are not listed again.

    With `into` the result goes into a workbook that exists; the user is asked before its
    digital signature becomes void, unless `void_signature` has said so.  A ledger of tasks
    is reported on at the end of `month`; `enterprises` is a table of enterprises to be
    classed.
    """
    from kpixl.commands import ledger, show_outcome
    from kpixl.commands.consent import may_change
    from kpixl.commands.written import run_info
    from kpixl.workspace.assessing import assess
    from kpixl.workspace.results import existing_target, result_target, write_result
    from kpixl.workspace.schemes import usable_scheme

    target = None
    if into is not None:
        if not may_change(console, into, void_signature=void_signature):
            return UNUSABLE
        target = existing_target(into, void_signature=True)
    elif out is not None:
        target = result_target(out, (*data, enterprises) if enterprises else data)
    console.progress("正在读取填报数据……")
    read, found = usable_scheme(scheme, data)
    if read.ledger is not None:
        return ledger.run(
            console,
            scheme=read,
            found=found,
            data=data,
            month=month,
            enterprises=enterprises,
            target=target,
            command=command,
        )
    for name, value in (("--month", month), ("--enterprises", enterprises)):
        if value is not None:
            raise BadArgument(name, value, "用于按月推进的台账,这个方案不是,请去掉")
    if not data:
        raise BadArgument("--data", "空", "填报表、文件夹或 .csv 文件")
    outcome = assess(read, data, aside=None if target is None else target.aside)
    outcome = replace(outcome, findings=tuple(dict.fromkeys((*found, *outcome.findings))))
    written: tuple[str, ...] = ()
    if target is not None:
        console.progress("正在写结果工作簿……")
        written = write_result(outcome, target, run_info(command))
    return show_outcome.show(console, outcome, target=target, sheets=written, told=told)

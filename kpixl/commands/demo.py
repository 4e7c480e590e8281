"""`kpixl demo`: the main job on the forms that travel in the package."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from kpixl.commands.console import Console
from kpixl.commands.options import CODES, Commands, debug_option, json_option
from kpixl.errors import NoData, UnwritableFile

SYSTEM = "wenzhou-2015"
FORMS = "回收"
RESULT = "演示-工业强镇考核排名.xlsx"
REMARK = "演示:填报表中的数据是目标值和示例,不是考核结果。"


def add_parser(commands: Commands) -> None:
    """Enter `kpixl demo`: what it takes, and that `run` does it."""
    parser = commands.add_parser(
        "demo",
        prog="kpixl demo",
        help="用自带的演示填报表评分、排名,写成一个工作簿",
        usage="kpixl demo [文件夹] [--data 文件或文件夹] [--json]",
        description=(
            "用自带的演示填报表评分、排名,把结果写成一个工作簿。填报表只读取,不改动。"
            "想看改数以后的结果,可把演示填报表复制出来,改好后用 --data 指明。"
        ),
        example=("kpixl demo", "kpixl demo 演示结果", "kpixl demo --data 我改过的填报表"),
        epilog=CODES,
    )
    parser.add_argument(
        "folder",
        nargs="?",
        default=".",
        metavar="文件夹",
        help="结果写到哪个文件夹(默认:当前文件夹)",
    )
    parser.add_argument("--data", nargs="+", metavar="文件或文件夹", help="改用这些填报表")
    json_option(parser)
    debug_option(parser)

    def called(args: argparse.Namespace, console: Console) -> int:
        return run(console, folder=args.folder, data=args.data or (), command=args.command_line)

    parser.set_defaults(run=called)


def run(console: Console, *, folder: str, data: Sequence[str] = (), command: str) -> int:
    """Score the demonstration forms, or those of `data`, into a result book in `folder`.

    The forms are read where they are and never changed.
    """
    from kpixl.commands import show_outcome
    from kpixl.commands.written import run_info
    from kpixl.scheme.find import find_scheme
    from kpixl.workspace.assessing import assess
    from kpixl.workspace.results import result_target, write_result

    forms = [str(find_scheme(SYSTEM).folder / FORMS)]
    if not data and not Path(forms[0]).is_dir():
        raise NoData(forms[0], "安装包里缺少演示填报表,请重新安装 kpixl")
    out = _place(folder)
    target = result_target(out, data)
    console.progress("正在读取演示填报表……")
    outcome = assess(SYSTEM, data or forms)
    sheets = write_result(outcome, target, run_info(command, REMARK))
    code = show_outcome.show(console, outcome, target=target, sheets=sheets, remark=REMARK)
    if not data:
        console.line()
        console.line(f"填报表在:{forms[0]}")
        console.line("可复制一份,改几个数,再用“kpixl demo --data 复制的文件夹”看结果怎样变。")
    return code


def _place(folder: str) -> Path:
    """The result book's place; the folder is made where it is missing."""
    where = Path(folder)
    if where.exists() and not where.is_dir():
        raise UnwritableFile(where, "这不是文件夹", "请给出文件夹。")
    try:
        where.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnwritableFile(
            where, f"建不了这个文件夹(系统报告“{error.strerror}”)", "请换一个位置。"
        ) from error
    return where / RESULT

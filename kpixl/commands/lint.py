"""`kpixl lint`: what is wrong with a scheme."""

from __future__ import annotations

import argparse

from kpixl.commands.console import Console
from kpixl.commands.options import CODES, SCHEME, Commands, debug_option, json_option
from kpixl.commands.texts import UNUSABLE, exit_code, show_findings, tally

# What reading a scheme finds and the lint says better.
_SAID_TWICE = {"scheme-clause-unread": {"lint-clause-unread", "lint-grades-unread"}}


def add_parser(commands: Commands) -> None:
    """Enter `kpixl lint`: what it takes, and that `run` does it."""
    parser = commands.add_parser(
        "lint",
        prog="kpixl lint",
        help="检查考核方案本身有没有问题",
        usage="kpixl lint 方案 [--json]",
        description=(
            "检查考核方案本身:分值合计,评分标准与分值、标题是否一致,读不懂的条款,"
            "会扣到 0 分以下的名次计分,没有上限的加分,达不到的等次。"
        ),
        example=("kpixl lint 我的方案.xlsx",),
        epilog=CODES,
    )
    parser.add_argument("scheme", metavar="方案", help=SCHEME)
    json_option(parser)
    debug_option(parser)

    def called(args: argparse.Namespace, console: Console) -> int:
        return run(console, scheme=args.scheme)

    parser.set_defaults(run=called)


def run(console: Console, *, scheme: str) -> int:
    """Read a scheme and show everything that is wrong with it."""
    from kpixl.scheme.lint import lint
    from kpixl.workspace.schemes import load_scheme

    read, found = load_scheme(scheme)
    if read is not None:
        linted = lint(read)
        said = {(f.code, f.place) for f in linted}
        found = tuple(
            f for f in found if not said & {(c, f.place) for c in _SAID_TWICE.get(f.code, ())}
        )
        found += linted
    name = scheme if read is None else read.title
    if console.as_json:
        system = None if read is None else read.system
        console.json({"system": system, "findings": [f.as_json() for f in found]})
    elif not found:
        console.line(f"{name}:没有发现问题。")
    else:
        console.title(f"{name}:共有 {tally(found)}")
        show_findings(console, found, elsewhere="加 --json 可看全部")
    if read is None:
        console.fail(f"“{scheme}”读不成考核方案:没有读到任何指标或数据项。样子请看自带方案。")
        return UNUSABLE
    return exit_code(found)

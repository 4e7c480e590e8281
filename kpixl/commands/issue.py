"""`kpixl issue`: a form for every unit, prefilled with its name, into a folder."""

from __future__ import annotations

import argparse

from kpixl.commands.console import Console
from kpixl.commands.options import CODES, SCHEME, Commands, debug_option, json_option
from kpixl.commands.texts import exit_code, show_findings, tally
from kpixl.findings import blocking


def add_parser(commands: Commands) -> None:
    """Enter `kpixl issue`: what it takes, and that `run` does it."""
    parser = commands.add_parser(
        "issue",
        prog="kpixl issue",
        help="按方案给每个单位做一份填报表",
        usage="kpixl issue 方案 --to 文件夹 [--json]",
        description=(
            "按方案给每个单位做一份填报表:单位名称已填好,只有要填的格子可以改。"
            "方案有“强”级问题时不下发。文件夹里已有的文件不会被覆盖。"
        ),
        example=("kpixl issue 我的方案.xlsx --to 下发",),
        epilog=CODES,
    )
    parser.add_argument("scheme", metavar="方案", help=SCHEME)
    parser.add_argument("--to", required=True, metavar="文件夹", help="填报表写到这个文件夹")
    json_option(parser)
    debug_option(parser)

    def called(args: argparse.Namespace, console: Console) -> int:
        return run(console, scheme=args.scheme, folder=args.to)

    parser.set_defaults(run=called)


def run(console: Console, *, scheme: str, folder: str) -> int:
    """Write the forms; none of a scheme with faults of severity 强, as it could not be scored."""
    from kpixl.workspace.issuing import issue_forms
    from kpixl.workspace.schemes import usable_scheme

    read, found = usable_scheme(scheme)
    names = [] if blocking(found) else [path.name for path in issue_forms(read, folder)]
    if console.as_json:
        findings = [f.as_json() for f in found]
        console.json({"system": read.system, "files": names, "findings": findings})
        return exit_code(found)
    if names:
        console.title(f"{read.title}:已写出 {len(names)} 份填报表,在文件夹“{folder}”中:")
        for name in names:
            console.line(f"· {name}")
    if found:
        head = f"共有 {tally(found)}:" if names else f"没有下发:方案有 {tally(found)}。请先改正:"
        console.title(head)
        show_findings(console, found, elsewhere="用 kpixl lint --json 可看全部")
    return exit_code(found)

"""`kpixl drop`: what a clerk expects of a folder that is dropped on kpixl.cmd."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from kpixl.commands.console import Console
from kpixl.commands.options import CODES, Commands, debug_option

_PIECE = re.compile(r'"([^"]*)"|([^\s"]+)')


def add_parser(commands: Commands, again: Callable[[Sequence[str]], int]) -> None:
    """Enter `kpixl drop`; `again` is called with words that begin with another command."""
    parser = commands.add_parser(
        "drop",
        prog="kpixl drop",
        help="拖到 kpixl.cmd 上的文件夹、填报表:校验、汇总、评分",
        usage="kpixl drop 文件夹",
        description=(
            "给出填报表所在的文件夹(或 zip 压缩包):汇总,评分,旁边生成“…-回收情况”和"
            "“…-评分结果.xlsx”。给出一份填报表:校验;方案:检查;结果工作簿:核验。"
            "方案从表上的标识、文件夹里或旁边的方案工作簿找到。给出的文件只读取,不改动。"
        ),
        example=("kpixl drop 交回的表", "kpixl drop 某街道.xlsx"),
        epilog=CODES,
    )
    parser.add_argument("--dropped", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument(
        "words", nargs=argparse.REMAINDER, metavar="文件夹", help="文件夹、zip 或文件,可以有多个"
    )
    debug_option(parser)

    def called(args: argparse.Namespace, console: Console) -> int:
        from kpixl.addin.kit_texts import ELSEWHERE
        from kpixl.commands import dropping

        words: list[str] = args.words
        if args.dropped:
            paths = dropped(os.environ.get("KPIXL_LINE", ""))
            if paths is None:
                return ELSEWHERE
            words = paths
        elif words and words[0] in commands.choices and not Path(words[0]).exists():
            return again(words)  # kpixl.cmd at a prompt is kpixl
        return dropping.run(console, paths=words, command=args.command_line)

    parser.set_defaults(run=called)


def dropped(line: str) -> list[str] | None:
    """The paths that Windows dropped on a command file, from the line that started it.

    Windows puts quotes around a path that holds a space and around no other.  None where the
    line is not of that kind: the command file was started at a prompt.

    >>> dropped(r'C:\\Windows\\cmd.exe /c ""D:\\kpixl.cmd" "D:\\a b" D:\\R&D"')
    ['D:\\\\a b', 'D:\\\\R&D']
    >>> dropped(r'"C:\\Windows\\system32\\cmd.exe" ') is None
    True
    """
    said = re.search(r"(?i)\s/[cr]\s*(.*)$", line, re.DOTALL)
    if said is None:
        return None
    rest = said[1].strip()
    # cmd takes away the outer pair where there are more quotes than one pair.
    if rest.startswith('"') and rest.endswith('"') and rest.count('"') > 2:
        rest = rest[1:-1]
    pieces = [m[1] or m[2] or "" for m in _PIECE.finditer(rest)]
    if not pieces or not pieces[0].lower().endswith((".cmd", ".bat")):
        return None
    return [piece for piece in pieces[1:] if piece]

"""`kpixl bind`: which cell of a form is what, and what has to be asked."""

from __future__ import annotations

import argparse

from kpixl.commands.console import Console
from kpixl.commands.options import (
    CODES,
    SCHEME,
    Commands,
    debug_option,
    json_option,
    signature_option,
)
from kpixl.commands.texts import UNUSABLE, exit_code
from kpixl.errors import BadArgument


def add_parser(commands: Commands) -> None:
    """Enter `kpixl bind`: what it takes, and that `run` does it."""
    parser = commands.add_parser(
        "bind",
        prog="kpixl bind",
        help="认一份没见过的表:哪一格是什么,哪里要问",
        usage="kpixl bind 表 [--scheme 方案] [--save [方案.xlsx]] [--json]",
        description=(
            "认一份没见过的表:哪一格是单位、指标、分值、评分标准,哪一格填哪个数据项。拿不准的不猜,"
            "列出来问。表上写有评分标准的,不用 --scheme。只读取,不改动原表。"
        ),
        example=(
            "kpixl bind 考核表.xls",
            "kpixl bind 考核表.xls --save 方案.xlsx",
            "kpixl bind 某镇.et --scheme 方案.xlsx --save",
        ),
        epilog=CODES,
    )
    parser.add_argument("book", metavar="表", help="填报表或考核表:.xlsx .xlsm .xls .ods .et")
    parser.add_argument("--scheme", metavar="方案", help=SCHEME)
    parser.add_argument(
        "--save",
        nargs="?",
        const="",
        metavar="方案.xlsx",
        help="写出“绑定”表:写进 --scheme 的方案,或写成这个新工作簿;在表中回答问题后再用",
    )
    signature_option(parser)
    json_option(parser)
    debug_option(parser)

    def called(args: argparse.Namespace, console: Console) -> int:
        return run(
            console,
            book=args.book,
            scheme=args.scheme,
            save=args.save,
            void_signature=args.void_signature,
        )

    parser.set_defaults(run=called)


def run(
    console: Console,
    *,
    book: str,
    scheme: str | None,
    save: str | None,
    void_signature: bool = False,
) -> int:
    """Show what was bound and what is asked; with `save` write the sheet 绑定.

    The user is asked before the scheme workbook's signature becomes void, unless
    `void_signature` has said so.
    """
    from kpixl.commands import show_binding
    from kpixl.commands.consent import may_change
    from kpixl.scheme.find import find_scheme
    from kpixl.workspace.binding import recognise, save_binding
    from kpixl.workspace.receiving import unusable

    found = recognise(book, scheme)
    if console.as_json:
        console.json(show_binding.as_json(found))
    else:
        show_binding.show(console, found)
    if save is not None:
        target = save or scheme or ""
        if not target:
            raise BadArgument("--save", "空", "新方案工作簿的文件名,如 --save 方案.xlsx")
        path = find_scheme(scheme).path if scheme is not None else None
        if path is not None and not may_change(console, path, void_signature=void_signature):
            return UNUSABLE
        written = save_binding(found, target, scheme, void_signature=True)
        if console.as_json:
            console.progress(f"已写入:{written}")
        else:
            console.line()
            console.title(f"“绑定”已写入:{written}")
            if show_binding.questions(found.findings):
                console.line("请在“绑定”表中填写空着的“单元格”,保存后再运行一次。")
    return exit_code(found.findings, [] if found.reading.layouts else unusable(found.findings))

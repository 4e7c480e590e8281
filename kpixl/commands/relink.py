"""`kpixl addin relink`: functions that point to another user's add-in."""

from __future__ import annotations

import argparse
from pathlib import Path

from kpixl.commands.console import Console
from kpixl.commands.options import CODES, Commands, debug_option, json_option, signature_option
from kpixl.commands.texts import CLEAN, UNUSABLE
from kpixl.errors import UnwritableFile


def add_parser(actions: Commands) -> None:
    """Enter `kpixl addin relink`."""
    parser = actions.add_parser(
        "relink",
        prog="kpixl addin relink",
        help="工作簿里的函数指到别人电脑上的加载项时,改为指到本人的",
        usage="kpixl addin relink 工作簿 [--out 新工作簿] [--json]",
        description=(
            "别人存的工作簿,公式可能变成 ='C:\\…\\kpixl.xlam'!KPISCORE(…)。写一份副本,其中的链接"
            "指到打开它的人自己的启动文件夹里的加载项;除链接以外一概不动,原工作簿不改动。"
        ),
        example=("kpixl addin relink 考核表.xlsx",),
        epilog=CODES,
    )
    parser.add_argument("book", metavar="工作簿", help=".xlsx 或 .xlsm 工作簿,只读取")
    parser.add_argument(
        "--out", metavar="新工作簿", help="写成这个新文件(默认:旁边的“…(已改链接)”)"
    )
    signature_option(parser)
    json_option(parser)
    debug_option(parser)

    def called(args: argparse.Namespace, console: Console) -> int:
        return run(console, book=args.book, out=args.out, void_signature=args.void_signature)

    parser.set_defaults(run=called)


def run(console: Console, *, book: str, out: str | None, void_signature: bool = False) -> int:
    """Write a copy of a workbook whose links to the add-in mean the add-in of its reader.

    The user is asked before the copy loses the signature, unless `void_signature` has said so.
    """
    from kpixl.addin.excel_places import FILE
    from kpixl.addin.relinking import copy_of
    from kpixl.commands.consent import may_change
    from kpixl.hosts import files

    source = Path(book)
    target = Path(out) if out is not None else copy_of(source)
    if target.exists():
        raise UnwritableFile(target, "文件已经存在,不能覆盖", "请换一个文件名,或先移走这个文件。")
    if source.suffix.lower() != target.suffix.lower():
        kind = source.suffix or ".xlsx"
        raise UnwritableFile(target, f"副本与原工作簿同一格式({kind})", f"请把扩展名写成 {kind}。")
    if not may_change(console, source, void_signature=void_signature):
        return UNUSABLE
    old = files.relink(source, target, FILE, void_signature=True)
    if console.as_json:
        console.json({"file": book, "out": str(target) if old else "", "links": list(old)})
        return CLEAN
    if not old:
        console.line(f"{source.name}:没有指到别处加载项的链接,不用改。没有写副本。")
        return CLEAN
    console.title(f"已写成 {target.resolve()}")
    for place in old:
        console.line(f"· 原来指到 {place}")
    console.line("现在指到打开者自己的启动文件夹里的 kpixl.xlam;公式、数值和其他内容没有改动。")
    return CLEAN

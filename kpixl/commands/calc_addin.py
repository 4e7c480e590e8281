"""`kpixl calc-addin`: the extension for LibreOffice, made, put in and taken out."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from kpixl.commands.arguments import ChineseParser
from kpixl.commands.console import Console
from kpixl.commands.options import Commands, debug_option, json_option

CLEAN, ABSENT = 0, 1
_CODES = "退出码:0 已完成;1 没有安装(status);2 没有完成,原因见提示。"


def add_parser(commands: Commands) -> None:
    """Enter `kpixl calc-addin` with its four actions."""
    parser = commands.add_parser(
        "calc-addin",
        prog="kpixl calc-addin",
        help="LibreOffice 扩展:制作、安装、卸载、查看",
        usage="kpixl calc-addin build|install|remove|status …",
        description=(
            "LibreOffice Calc 的扩展:单元格函数、菜单和工具栏。计算程序全部在扩展里,不用联网。"
            "需要 LibreOffice 7.4 或更新,它的 Python 要 3.11 或更新。"
        ),
        example=("kpixl calc-addin install", "kpixl calc-addin build kpixl.oxt"),
        epilog=_CODES,
    )
    debug_option(parser)
    actions = parser.add_subparsers(
        dest="action", required=True, metavar="动作", parser_class=ChineseParser
    )
    _build(actions)
    _install(actions)
    _action(
        actions,
        "remove",
        usage="[--profile 文件夹]",
        words="从 LibreOffice 卸载扩展",
        note="LibreOffice 要先关闭。",
        call=lambda args, console: remove(console, profile=args.profile),
    )
    _action(
        actions,
        "status",
        usage="[--profile 文件夹]",
        words="查看装了没有、是哪个版本",
        call=lambda args, console: status(console, profile=args.profile),
    )


def _build(actions: Commands) -> None:
    parser = actions.add_parser(
        "build",
        prog="kpixl calc-addin build",
        help="把扩展写成一个 .oxt 文件",
        usage="kpixl calc-addin build [扩展.oxt] [--numpy 文件 …] [--json]",
        description=(
            "把扩展写成一个 .oxt 文件,可以拷到别的电脑上安装。自带本机 Python 版本用的 numpy;"
            "别的 Python 版本用 --numpy 加上它的 .whl 文件。"
        ),
        example=("kpixl calc-addin build", "kpixl calc-addin build 发放/kpixl.oxt"),
        epilog="退出码:0 已写成;2 没有写成,原因见提示。",
    )
    parser.add_argument(
        "path", nargs="?", default=".", metavar="扩展.oxt", help="文件名或文件夹(默认:当前文件夹)"
    )
    parser.add_argument(
        "--numpy", nargs="+", default=[], metavar="文件", help="另外带上的 numpy 安装包(.whl)"
    )
    json_option(parser)
    debug_option(parser)

    def called(args: argparse.Namespace, console: Console) -> int:
        return build(console, path=args.path, wheels=args.numpy)

    parser.set_defaults(run=called)


def _install(actions: Commands) -> None:
    parser = _action(
        actions,
        "install",
        usage="[扩展.oxt] [--profile 文件夹]",
        words="把扩展装进 LibreOffice,已有旧版的更新",
        note="LibreOffice 要先关闭。",
        call=lambda args, console: install(console, file=args.file, profile=args.profile),
    )
    parser.add_argument("file", nargs="?", metavar="扩展.oxt", help="装这个文件(默认:当场制作)")


def _action(
    actions: Commands,
    action: str,
    *,
    usage: str,
    words: str,
    call: Callable[[argparse.Namespace, Console], int],
    note: str = "",
) -> ChineseParser:
    """An action on the user's profile of LibreOffice."""
    parser = actions.add_parser(
        action,
        prog=f"kpixl calc-addin {action}",
        help=words,
        usage=f"kpixl calc-addin {action} {usage} [--json]",
        description=f"{words}。{note}",
        example=(f"kpixl calc-addin {action}",),
        epilog=_CODES,
    )
    parser.add_argument(
        "--profile", metavar="文件夹", help="LibreOffice 的用户配置文件夹(默认:当前用户的)"
    )
    json_option(parser)
    debug_option(parser)
    parser.set_defaults(run=call)
    return parser


def build(console: Console, *, path: str, wheels: Sequence[str]) -> int:
    """Write the .oxt."""
    from kpixl.addin import calc_build

    console.progress("正在制作扩展……")
    made = calc_build.build(path, wheels=wheels)
    pythons = calc_build.pythons_of(made)
    if console.as_json:
        console.json({"file": str(made), "version": calc_build.version(), "pythons": list(pythons)})
        return CLEAN
    console.title(f"已写成 {made}({made.stat().st_size / 1e6:.0f} MB)")
    console.line(f"自带的计算库适用于:{'、'.join(pythons) or '无(要另装 python3-numpy)'}")
    console.line(
        "安装:kpixl calc-addin install,或在 LibreOffice 的“工具-扩展管理器”里添加这个文件。"
    )
    return CLEAN


def install(console: Console, *, file: str | None, profile: str | None) -> int:
    """Put the extension into the user's profile."""
    import tempfile

    from kpixl.addin import calc_build

    console.progress("正在安装……")
    with tempfile.TemporaryDirectory() as folder:
        package = Path(file) if file is not None else calc_build.build(folder)
        found = calc_build.install(package, profile)
    if console.as_json:
        console.json({"installed": True, "version": found.version, "pythons": [*found.pythons]})
        return CLEAN
    console.title(f"已安装 kpixl {found.version}。")
    console.line(
        "重新打开 LibreOffice 后,Calc 里有“KPI考核”菜单、工具栏和函数;不能工作时请按“诊断”。"
    )
    return CLEAN


def remove(console: Console, *, profile: str | None) -> int:
    """Take the extension out of the user's profile."""
    from kpixl.addin import calc_build

    console.progress("正在卸载……")
    removed = calc_build.remove(profile)
    if console.as_json:
        console.json({"removed": removed})
    else:
        console.line("已卸载。" if removed else "没有安装过,不用卸载。")
    return CLEAN


def status(console: Console, *, profile: str | None) -> int:
    """Say whether the extension is there, and whether it is of this version."""
    from kpixl.addin import calc_build

    found = calc_build.installed(profile)
    here = calc_build.version()
    if console.as_json:
        console.json(
            {
                "installed": found is not None,
                "version": None if found is None else found.version,
                "current": here,
                "pythons": [] if found is None else [*found.pythons],
            }
        )
    elif found is None:
        console.line("没有安装。安装:kpixl calc-addin install")
    else:
        console.title(f"已安装 kpixl {found.version}。")
        console.line(f"自带的计算库适用于:{'、'.join(found.pythons) or '无(要另装 python3-numpy)'}")
        if found.version != here:
            console.line(f"本程序是 {here},与扩展不同;更新:kpixl calc-addin install")
    return CLEAN if found is not None else ABSENT

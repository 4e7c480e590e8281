"""`kpixl addin`: the Excel add-in, made, installed, looked at, removed."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from kpixl import __version__
from kpixl.commands import kit, relink
from kpixl.commands.arguments import ChineseParser
from kpixl.commands.console import Console
from kpixl.commands.options import CODES, Commands, debug_option, json_option
from kpixl.commands.texts import CLEAN


def add_parser(commands: Commands) -> None:
    """Enter `kpixl addin` with its six actions."""
    parser = commands.add_parser(
        "addin",
        prog="kpixl addin",
        help="Excel 加载项:安装、查看、卸载、离线安装包",
        usage="kpixl addin install|status|remove|build|relink|kit …",
        description=(
            "Excel 加载项(只用于 Windows 上的 Excel):装到当前用户的启动文件夹,"
            "查看装得对不对,卸载,不需要管理员权限;制作离线安装包。"
        ),
        example=("kpixl addin install", "kpixl addin status", "kpixl addin kit --to 安装包"),
        epilog=CODES,
    )
    debug_option(parser)
    actions = parser.add_subparsers(
        dest="action", required=True, metavar="操作", parser_class=ChineseParser
    )
    _plain(actions, "install", "装到当前用户的 Excel 里,已有旧版的更新", install)
    _plain(actions, "status", "查看装了没有、各部分对不对", status)
    _plain(actions, "remove", "卸载", remove)
    _build(actions)
    relink.add_parser(actions)
    kit.add_parser(actions)


def _plain(actions: Commands, action: str, words: str, run: Callable[[Console], int]) -> None:
    """An action that takes nothing."""
    parser = actions.add_parser(
        action,
        prog=f"kpixl addin {action}",
        help=words,
        usage=f"kpixl addin {action} [--json]",
        description=f"Excel 加载项:{words}。",
        example=(f"kpixl addin {action}",),
        epilog=CODES,
    )
    json_option(parser)
    debug_option(parser)

    def called(args: argparse.Namespace, console: Console) -> int:
        return run(console)

    parser.set_defaults(run=called)


def _build(actions: Commands) -> None:
    parser = actions.add_parser(
        "build",
        prog="kpixl addin build",
        help="把加载项写成一个文件,供查看和签名",
        usage="kpixl addin build [文件名] [--json]",
        description="把加载项写成一个 .xlam 文件,供查看和签名。",
        example=("kpixl addin build kpixl.xlam",),
        epilog=CODES,
    )
    parser.add_argument(
        "out", nargs="?", default=".", metavar="文件名", help="默认:当前文件夹的 kpixl.xlam"
    )
    json_option(parser)
    debug_option(parser)

    def called(args: argparse.Namespace, console: Console) -> int:
        return build(console, out=args.out)

    parser.set_defaults(run=called)


def build(console: Console, *, out: str) -> int:
    """Write the add-in as a file; who opens it has to install it first."""
    from kpixl.addin import REGISTRY, functions
    from kpixl.addin.excel_places import FILE
    from kpixl.addin.xlam import build_xlam
    from kpixl.hosts.safewrite import refuse_unwritable, replacing

    path = Path(out, FILE) if Path(out).is_dir() else Path(out)
    refuse_unwritable(path)
    data = build_xlam(functions(), REGISTRY.commands)
    with replacing(path) as stream:
        stream.write(data)
    if console.as_json:
        console.json({"file": str(path), "version": __version__})
        return CLEAN
    console.title(f"已生成 {path}(版本 {__version__})")
    console.line("这个文件供查看和签名;装到 Excel 里请在 Windows 上运行 kpixl addin install。")
    return CLEAN


def install(console: Console) -> int:
    """Install for this user."""
    from kpixl.addin import excel_install
    from kpixl.addin.excel_places import places

    where = excel_install.install(places(os.environ), excel_install.engine())
    if console.as_json:
        console.json({"addin": str(where.addin), "home": str(where.home), "version": __version__})
        return CLEAN
    console.title(f"已安装 Excel 加载项(版本 {__version__})")
    console.line(f"加载项:{where.addin}")
    console.line(f"日志:{where.log}")
    console.line("请重新打开 Excel。没有反应时运行 kpixl doctor。")
    return CLEAN


def remove(console: Console) -> int:
    """Remove what installing put there."""
    from kpixl.addin import excel_install
    from kpixl.addin.excel_places import places

    gone = excel_install.remove(places(os.environ))
    if console.as_json:
        console.json({"removed": [str(path) for path in gone]})
        return CLEAN
    if not gone:
        console.line("没有安装 Excel 加载项,不用卸载。")
        return CLEAN
    console.title("已卸载 Excel 加载项")
    for path in gone:
        console.line(f"已删除 {path}")
    return CLEAN


def status(console: Console) -> int:
    """What is installed, and whether its parts fit."""
    from kpixl.addin import excel_install
    from kpixl.addin.excel_places import places
    from kpixl.commands.states import show

    states = excel_install.status(places(os.environ), excel_install.engine())
    return show(console, list(states), "Excel 加载项")

"""`kpixl addin kit`: the offline kit, made, checked, put on a computer and taken away."""

from __future__ import annotations

import argparse
from pathlib import Path

from kpixl import __version__
from kpixl.commands.console import Console
from kpixl.commands.options import CODES, Commands, debug_option, json_option
from kpixl.commands.texts import CLEAN, FINDINGS


def add_parser(actions: Commands) -> None:
    """Enter `kpixl addin kit`."""
    parser = actions.add_parser(
        "kit",
        prog="kpixl addin kit",
        help="离线安装包:给没有 Python、没有管理员权限的电脑",
        usage="kpixl addin kit --to 文件夹 [--python 压缩包] [--wheels 文件夹] | --check 文件夹",
        description=(
            "做一个文件夹,里面有 Windows 版 Python、全部软件包和加载项,拷到没有 Python、"
            "没有网络的电脑上双击 install.cmd 即可。制作时要联网(给出 --wheels 和 --python 时不用)。"
        ),
        example=(
            "kpixl addin kit --to kpixl安装包",
            "kpixl addin kit --to kpixl安装包 --python python-3.13.9-embed-amd64.zip",
            "kpixl addin kit --check kpixl安装包",
        ),
        epilog=CODES,
    )
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--to", metavar="文件夹", help="安装包做在这个文件夹里")
    which.add_argument("--check", metavar="文件夹", help="检查这个安装包缺什么、改动过什么")
    which.add_argument("--install", action="store_true", help="由 install.cmd 使用")
    which.add_argument("--update", action="store_true", help="由 update.cmd 使用")
    which.add_argument("--remove", action="store_true", help="由 remove.cmd 使用")
    parser.add_argument(
        "--python",
        metavar="压缩包",
        help="改用这个 Windows 版 Python(python.org 的 embeddable zip)",
    )
    parser.add_argument("--wheels", metavar="文件夹", help="不联网,从这个文件夹取软件包(.whl 文件)")
    json_option(parser)
    debug_option(parser)

    def called(args: argparse.Namespace, console: Console) -> int:
        if args.to is not None:
            return make(console, to=args.to, python=args.python, wheels=args.wheels)
        if args.check is not None:
            return check(console, folder=args.check)
        if args.remove:
            return remove(console)
        return install(console, update=args.update)

    parser.set_defaults(run=called)


def make(console: Console, *, to: str, python: str | None, wheels: str | None) -> int:
    """Make a kit."""
    from kpixl.addin.kit_make import make as make_kit

    made = make_kit(to, python=python, wheels=wheels, say=console.progress)
    if console.as_json:
        console.json(
            {
                "folder": str(made.folder),
                "version": __version__,
                "python": str(made.python),
                "packages": dict(made.packages),
                "files": made.files,
                "bytes": made.size,
            }
        )
        return CLEAN
    console.title(f"已做好离线安装包:{made.folder}(kpixl {__version__})")
    console.line(
        f"Windows 版 Python {made.python}(64 位),{len(made.packages)} 个软件包,"
        f"{made.files} 个文件,{made.size / 1e6:.0f} MB。"
    )
    for text in made.others:
        console.line(f"注意,版本与试过的不同:{text}")
    console.line("把整个文件夹拷给使用人员,双击其中的 install.cmd。怎样用见“请先读我.txt”。")
    return CLEAN


def check(console: Console, *, folder: str) -> int:
    """Say what a kit lacks."""
    from kpixl.addin import kit

    console.progress("正在检查……")
    listed = kit.listed(Path(folder))
    faults = kit.check(Path(folder))
    if console.as_json:
        console.json(
            {
                "folder": folder,
                "version": listed["kpixl"],
                "python": listed.get("python", ""),
                "faults": list(faults),
            }
        )
        return FINDINGS if faults else CLEAN
    if not faults:
        files, python = len(listed["files"]), listed.get("python", "")
        console.line(
            f"安装包完好:kpixl {listed['kpixl']},Python {python},{files} 个文件都在,软件包齐全。"
        )
        return CLEAN
    console.title(f"安装包有 {len(faults)} 处问题:")
    for fault in faults:
        console.line(f"· {fault}")
    console.line("请重新复制整个文件夹;仍不行,请重新制作:kpixl addin kit --to 文件夹。")
    return FINDINGS


def install(console: Console, *, update: bool) -> int:
    """Put the kit whose Python runs this on the computer."""
    from kpixl.addin import kit_install

    done = kit_install.install(
        kit_install.kit_folder(), kit_install.computer(), update=update, say=console.fail
    )
    if console.as_json:
        console.json({"home": str(done.home), "version": done.version, "before": done.before})
        return CLEAN
    if done.before and done.before != done.version:
        console.title(f"已更新:kpixl {done.before} → {done.version}")
    else:
        console.title(f"已安装 kpixl {done.version}")
    console.line(f"程序在 {done.home}")
    console.line("(在您自己的文件夹里:不要管理员权限,不影响别人,U 盘拔掉以后也能用)")
    console.line("Excel 加载项已装好:重新打开 Excel,功能区里有“KPI考核”一栏。")
    if done.desktop is not None:
        console.line(f"桌面上有“{done.desktop.name}”:把填报表文件夹拖上去,就会校验、汇总、评分。")
    else:
        console.line(f"把填报表文件夹拖到 {done.home} 里的 kpixl.cmd 上,就会校验、汇总、评分。")
    console.line(f"卸载:双击 {done.home} 里的 remove.cmd。")
    return CLEAN


def remove(console: Console) -> int:
    """Take away what installing put on the computer."""
    from kpixl.addin import kit_install

    done = kit_install.remove(kit_install.computer())
    if console.as_json:
        console.json(
            {
                "removed": [str(p) for p in done.gone],
                "after": str(done.after) if done.after else "",
                "left": [str(p) for p in done.left],
            }
        )
        return CLEAN
    if not done.gone and done.after is None:
        console.line("没有安装 kpixl,不用卸载。")
        return CLEAN
    console.title("已卸载 kpixl")
    for path in done.gone:
        console.line(f"已删除 {path}")
    if done.after is not None:
        console.line(f"关闭本窗口时删除 {done.after}")
    for path in done.left:
        console.line(f"保留 {path}(不是安装时放的,或记有内容;不要的请自己删除)")
    console.line("填报表、方案和结果都没有动。")
    return CLEAN

"""`kpixl addin`: the Excel add-in, made, installed, looked at, removed; `kpixl doctor`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from kpixl import __version__
from kpixl.addin import excel_install
from kpixl.addin.excel_install import State, engine
from kpixl.addin.excel_places import FILE, CannotInstall, places
from kpixl.commands.console import Console
from kpixl.commands.texts import CLEAN, FINDINGS, UNUSABLE
from kpixl.hosts.safewrite import refuse_unwritable, replacing


def build(console: Console, *, out: str) -> int:
    """Write the add-in as a file; who opens it has to install it first."""
    from kpixl.addin import REGISTRY, functions
    from kpixl.addin.xlam import build_xlam

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
    where = excel_install.install(places(os.environ), engine())
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
    return _told(console, list(excel_install.status(places(os.environ), engine())), "Excel 加载项")


def doctor(console: Console) -> int:
    """Everything that has to be right on this machine."""
    try:
        where = places(os.environ)
    except CannotInstall as error:
        console.fail(str(error))
        return UNUSABLE
    from kpixl.addin.excel_doctor import Windows, examined

    return _told(console, _each(examined(Windows(), engine(), where), console), "诊断")


def report(console: Console, *, file: str) -> int:
    """What a report of the self-test workbook is worth."""
    from kpixl.reporting.selftest_report import read_report

    read = read_report(Path(file))
    sound = not read.wrong and not read.failed
    if console.as_json:
        console.json(
            {
                "file": file,
                "host": read.host,
                "facts": dict(read.facts),
                "time": read.time,
                "passed": read.passed,
                "failed": list(read.failed),
                "wrong": list(read.wrong),
                "raises_claims": read.raises_claims,
            }
        )
        return CLEAN if sound else FINDINGS
    console.title(f"{Path(file).name}:{read.host},{read.time}")
    for name, fact in read.facts.items():
        console.line(f"{name}:{fact}")
    console.line(f"通过 {read.passed} 项。")
    for title, lines in (("报告有问题:", read.wrong), ("没有通过:", read.failed)):
        if lines:
            console.line()
            console.title(title)
            for line in lines:
                console.line(f"× {line}")
    console.line()
    if read.raises_claims:
        console.title("有效、完整:可以作为在这个 Excel 中运行过的凭据。")
    elif sound:
        console.title(f"各项都通过,但不是在 Excel 里做的({read.host}),不能作为 Excel 的凭据。")
    else:
        console.title("不能作为凭据:请改正后重新自检。")
    return CLEAN if sound else FINDINGS


def _each(states: Iterable[State], console: Console) -> list[State]:
    found = []
    for state in states:
        console.progress(f"正在检查:{state.what}")
        found.append(state)
    return found


def _told(console: Console, states: Sequence[State], title: str) -> int:
    wrong = [s for s in states if not s.right]
    if console.as_json:
        console.json(
            {
                "version": __version__,
                "checks": [
                    {
                        "what": s.what,
                        "right": s.right,
                        "found": s.found,
                        "remedy": "" if s.right else s.remedy,
                    }
                    for s in states
                ],
            }
        )
        return FINDINGS if wrong else CLEAN
    console.title(f"{title}(kpixl {__version__})")
    for state in states:
        console.line(f"{'√' if state.right else '×'} {state.what}:{state.found}")
        if not state.right:
            console.line(f"  {state.remedy}")
    console.line(f"{len(wrong)} 处要处理。" if wrong else "全部正常。")
    return FINDINGS if wrong else CLEAN

"""`kpixl calc-addin`: the extension for LibreOffice, made, put in and taken out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kpixl.commands.console import Console

CLEAN, ABSENT = 0, 1


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

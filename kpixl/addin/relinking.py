"""The button 修复链接: functions that point to another user's add-in come to mean one's own.

The open workbook stays as it is: a copy is written beside it, of which only the links differ.
"""

from __future__ import annotations

from pathlib import Path

from kpixl.addin.excel_places import FILE
from kpixl.addin.job import Job, Reply
from kpixl.errors import KpixlError, SignedFile

BUTTON = "修复链接"
_WORKBOOKS = (".xlsx", ".xlsm")
_MOST_NEIGHBOURS = 200  # workbooks of a folder that are looked at
_MOST_NAMES = 8


def copy_of(book: Path) -> Path:
    """Where the copy with the mended links goes."""
    return book.with_stem(book.stem + "(已改链接)")


def links_of(job: Job) -> tuple[str, ...]:
    """Where the links of the open workbook to the add-in point, as it was last saved."""
    from kpixl.hosts import files

    if job.path is None or job.path.suffix.lower() not in _WORKBOOKS or in_libreoffice(job):
        return ()
    try:
        return files.links(job.path, FILE)
    except KpixlError:
        return ()


def in_libreoffice(job: Job) -> bool:
    """Whether the host takes such links away itself, when it opens a file."""
    return "LibreOffice" in job.about


def mended(job: Job) -> Reply:
    """A copy of the open workbook with its links mended, and what lies beside it with such links."""
    from kpixl.hosts import files

    if in_libreoffice(job):
        return Reply(
            "不用修复链接",
            ("LibreOffice 打开文件时,指到别人电脑上的函数已经改成本机的;存盘后就是改好的。",),
        )
    if job.path is None or not job.book.source.sha256:
        return Reply("请先把工作簿存到本机,再按“修复链接”", tone="warning")
    if job.path.suffix.lower() not in _WORKBOOKS:
        return Reply("只能修复 .xlsx 和 .xlsm", ("请先另存为 .xlsx,再按一次。",), tone="warning")
    job.step("正在查看链接……", 0, 0)
    target = copy_of(job.path)
    others = _others(job.path, target)
    beside = _told(others)
    if not files.links(job.path, FILE):
        title = f"{job.path.name}:没有指到别处加载项的链接,不用修复"
        return Reply(title, beside, tone="warning" if others else "info")
    if target.exists():
        raise KpixlError(f"旁边已有“{target.name}”。请先移走它,再按一次。")
    try:
        old = files.relink(job.path, target, FILE)
    except SignedFile:
        return Reply(
            "没有修复:工作簿带有数字签名",
            ("改了链接签名就作废。请签名人打开后另存一份不带签名的,再按一次。",),
            tone="warning",
        )
    return Reply(
        f"已写成“{target.name}”,{len(old)} 处链接改成各人自己的加载项",
        (
            *(f"· 原来指到 {place}" for place in old),
            f"在 {target.parent};请关闭这份,打开那一份。原来的工作簿没有改动。",
            *beside,
        ),
    )


def _others(book: Path, copy: Path) -> list[str]:
    """The workbooks beside one that have such links too."""
    from kpixl.hosts import files

    found = []
    beside = (p for p in sorted(book.parent.iterdir()) if p.suffix.lower() in _WORKBOOKS)
    for number, path in enumerate(beside):
        if number >= _MOST_NEIGHBOURS:
            break
        if path in (book, copy) or path.name.startswith("~$"):
            continue
        try:
            if files.links(path, FILE):
                found.append(path.name)
        except KpixlError:
            continue
    return found


def _told(others: list[str]) -> tuple[str, ...]:
    if not others:
        return ()
    more = f" 等 {len(others)} 份" if len(others) > _MOST_NAMES else ""
    names = "、".join(others[:_MOST_NAMES])
    return ("", f"同一文件夹里还有这样的工作簿:{names}{more}。请分别打开,再按“{BUTTON}”。")

"""Runs a command on the workbook in front in Excel, for the add-in's VBA.

VBA hands over the command's name and what was chosen so far, and shows what comes back; a
choice that is missing comes back as a question, and VBA asks it and calls again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from kpixl import log
from kpixl.addin import commands
from kpixl.addin.job import Job, Reply
from kpixl.addin.job import run as run_command
from kpixl.errors import Cancelled, KpixlError, NeedsChoice
from kpixl.hosts.excel import ExcelHost, undisturbed
from kpixl.hosts.files import read

CHOICE = "choice"
# MsgBox: an icon for each tone.
_ICONS = {"info": 64, "warning": 48, "error": 16}
NO_UNDO = "Excel 的“撤销”撤不掉这一步;没有保存的,不保存就关闭即可恢复原样。"
SAVED_AT_ONCE = (
    "Excel 的“撤销”撤不掉这一步,而且工作簿开着“自动保存”,已经写入文件;"
    "要恢复原样,请用“文件—信息—版本历史记录”。"
)
_BUSY = (
    "请先按回车结束正在输入的格子、关闭弹出的窗口,再试;还不行,请按“诊断”,把显示的内容发给维护人员。"
)
_NO_BREAK = 0  # XlEnableCancelKey.xlDisabled
LONGEST = 2_000  # characters, or the box is higher than the screen


def pressed(
    name: str, chosen: str, book: Any | None, stopped: Callable[[], bool] = lambda: False
) -> list[str | int]:
    """Run a command: what VBA shows, as kind, title, text and more.

    `chosen` holds lines of argument=value, `book` is xlwings' object for the workbook in
    front, None where there is none.  The answer is [icon, title, text] or, where something
    has to be chosen first, ["choice", argument, title, "folder" or "file"].
    """
    spec = commands().get(name)
    if spec is None:
        return _shown(Reply(f"没有“{name}”这个命令", ("请重新安装加载项。",), tone="error"), name)
    if book is None:
        line = "已经打开、标题栏写着“受保护的视图”的,请先点“启用编辑”。"
        return _shown(Reply("请先打开一个工作簿", (line,), tone="warning"), spec.label)
    arguments = dict(line.split("=", 1) for line in chosen.splitlines() if "=" in line)
    app: Any = None
    try:
        app = book.app.api
        # Esc is for us to see: left to Excel, it would break into its macro that waits for us.
        # Excel itself sets it back when the macro has ended.
        app.EnableCancelKey = _NO_BREAK
        with undisturbed(app):
            host = ExcelHost(book)

            def step(words: str, done: int = 0, total: int = 0) -> None:
                share = f"({100 * done // total}%)" if total else ""
                app.StatusBar = f"kpixl:{words}{share}"
                if stopped():
                    raise Cancelled

            step(spec.label)
            job = Job(
                book=host.snapshot(),
                now=datetime.now(),
                path=host.path,
                selection=host.selection(),
                arguments=arguments,
                read=read,
                step=step,
                about=_about(app),
            )
            reply = run_command(name, job, host)
            if reply.show:
                host.show(reply.show, reply.at)
    except NeedsChoice as wanted:
        kind = {a.name: a.kind for a in spec.arguments}[wanted.argument]
        return [CHOICE, wanted.argument, wanted.label, kind]
    except Cancelled as error:
        reply = Reply(spec.label, (str(error),))
    except KpixlError as error:
        reply = Reply(f"{spec.label}:没有完成", (str(error),), tone="error")
    except Exception as error:  # Excel does not answer, or not as it should
        log.failure(error)
        reply = Reply(f"{spec.label}:没有完成", ("Excel 没有应答。" + _BUSY,), tone="error")
    finally:
        with suppress(Exception):
            app.StatusBar = False  # Excel's own again
    return _shown(reply, spec.label, SAVED_AT_ONCE if _saves_at_once(book.api) else NO_UNDO)


def _saves_at_once(workbook: Any) -> bool:
    """Whether a change is in the file already; Excel before 365 does not know the word."""
    try:
        return bool(workbook.AutoSaveOn)
    except Exception:
        return False


def _about(app: Any) -> dict[str, str]:
    """What Excel says of itself; its own bitness stands in the words of the system."""
    said = {"Excel": f"{app.Version}.{app.Build}"}
    for name, word in (("程序", "Name"), ("操作系统", "OperatingSystem")):
        with suppress(Exception):
            said[name] = str(getattr(app, word))
    bits = re.search(r"([0-9]+)-bit", said.get("操作系统", ""))
    return {**said, "Excel 位数": bits[1]} if bits else said


def _shown(reply: Reply, label: str, undo: str = NO_UNDO) -> list[str | int]:
    """What VBA shows; however long it is, how to undo stands at its end."""
    end = f"\n\n{undo}" if reply.patch is not None else ""
    text = reply.text
    if len(text) + len(end) > LONGEST:
        text = text[: LONGEST - len(end) - 1] + "…"
    text += end
    return [_ICONS[reply.tone], f"KPI考核 · {label}", text]

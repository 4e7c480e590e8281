"""What a command gets to work on, and what it answers; no program is named here.

A command is a function from a Job to a Reply.  The workbook has been read once before it
starts, and what it wants changed is a patch that the host applies once after it ended:
a command can't talk to the program in between, so it runs alike in every host.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from kpixl import log
from kpixl.addin import commands
from kpixl.address import a1
from kpixl.errors import Cancelled, KpixlError
from kpixl.findings import Finding
from kpixl.grid import Area, Snapshot, Spot
from kpixl.host import Host, Patch

Tone = Literal["info", "warning", "error"]
Step = Callable[[str, int, int], None]


def unseen(words: str, done: int = 0, total: int = 0) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Job:
    """An open workbook, where the user stands in it, and what was chosen.

    `read` opens another workbook as values.  `step` shows progress (words, done, total)
    and raises Cancelled when the user has had enough.  `about` holds what the host knows
    of itself, by name.
    """

    book: Snapshot
    now: datetime
    path: Path | None = None
    selection: tuple[str, Area] | None = None
    arguments: Mapping[str, str] = field(default_factory=dict)
    read: Callable[[Path], Snapshot] | None = None
    step: Step = unseen
    about: Mapping[str, str] = field(default_factory=dict)

    @property
    def cell(self) -> str:
        """Where the user stands, for messages."""
        if self.selection is None:
            return ""
        sheet, area = self.selection
        return f"{sheet}!{a1(area.top, area.left)}"


@dataclass(frozen=True)
class Reply:
    """What a command found: a heading, lines, and the changes that it wants made.

    `show` names the sheet to go to, `at` the cell of it to select, `findings` are those that it
    tells.  `then` goes on with the workbook as it is after the changes; what it answers is what
    the user gets to see.
    """

    title: str
    lines: tuple[str, ...] = ()
    patch: Patch | None = None
    show: str = ""
    tone: Tone = "info"
    findings: tuple[Finding, ...] = ()
    then: Callable[[Job], Reply] | None = None
    at: Spot | None = None

    @property
    def text(self) -> str:
        """All of it, as a message box shows it."""
        return "\n".join((self.title, *(("", *self.lines) if self.lines else ())))


def _apply(reply: Reply, job: Job, host: Host) -> None:
    if reply.patch is not None:
        job.step("正在写入……", 0, 0)
        host.apply(reply.patch)


def run(name: str, job: Job, host: Host) -> Reply:
    """Run a command and make its changes; every mistake comes back as a sentence.

    A host asks again with a choice when NeedsChoice is raised, so that one passes.
    """
    from kpixl.errors import NeedsChoice

    spec = commands()[name]
    left = "工作簿没有改动"
    try:
        reply: Reply = spec.function(job)
        _apply(reply, job, host)
        while reply.then is not None:
            left = "前几步已写的还在,不保存就关闭即可恢复原样"
            job = replace(job, book=host.snapshot())
            reply = reply.then(job)
            _apply(reply, job, host)
    except NeedsChoice:
        raise
    except Cancelled as error:
        return Reply(spec.label, (str(error),))
    except KpixlError as error:
        log.event("command-refused", level=log.WARNING)
        return Reply(f"{spec.label}:没有完成", (str(error),), tone="error")
    except Exception as error:
        log.failure(error)
        return Reply(
            f"{spec.label}:程序出错",
            (
                f"程序出错({type(error).__name__}),没有完成;{left}。",
                "请按“诊断”,把显示的内容发给维护人员。",
            ),
            tone="error",
        )
    log.event("command-done", sheets=0 if reply.patch is None else len(reply.patch.changes))
    return reply

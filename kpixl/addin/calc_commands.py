"""Runs a command inside LibreOffice, on the document of a window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from kpixl.addin import commands
from kpixl.addin.job import Job, Reply
from kpixl.addin.job import run as run_command
from kpixl.errors import Cancelled, NeedsChoice
from kpixl.grid import Snapshot
from kpixl.hosts.calc import CalcHost
from kpixl.hosts.calc_read import path_of, read_file


def run(
    context: Any,
    frame: Any,
    name: str,
    arguments: Mapping[str, str],
    stopped: Callable[[], bool],
) -> Reply | None:
    """Run a command and show the sheet that it names; None where the user changed his mind."""
    document = frame.getController().getModel()
    create = context.ServiceManager.createInstanceWithContext
    desktop = create("com.sun.star.frame.Desktop", context)
    toolkit = create("com.sun.star.awt.Toolkit", context)
    host = CalcHost(document)
    bar = frame.createStatusIndicator()
    bar.start(commands()[name].label, 100)

    def step(words: str, done: int = 0, total: int = 0) -> None:
        bar.setText(words if words.startswith("正在写入") else f"{words}(按 Esc 取消)")
        bar.setValue(100 * done // total if total else 0)
        if hasattr(toolkit, "processEventsToIdle"):
            toolkit.processEventsToIdle()
        if stopped():
            raise Cancelled

    host.step = step
    chosen = dict(arguments)
    if commands()[name].recalculates:
        document.calculateAll()
    try:
        while True:
            job = Job(
                book=host.snapshot(),
                now=datetime.now(),
                path=path_of(document),
                selection=host.selection(),
                arguments=chosen,
                read=lambda path: _read(desktop, path),
                step=step,
                about={"LibreOffice": _version(context)},
            )
            try:
                reply = run_command(name, job, host)
                break
            except NeedsChoice as wanted:
                kind = {a.name: a.kind for a in commands()[name].arguments}[wanted.argument]
                place = _ask(context, kind, wanted.label)
                if not place:
                    return Reply(commands()[name].label, (str(wanted),), tone="warning")
                chosen[wanted.argument] = place
    finally:
        bar.end()
    if reply.show and document.getSheets().hasByName(reply.show):
        sheet = document.getSheets().getByName(reply.show)
        frame.getController().setActiveSheet(sheet)
        if reply.at is not None:
            row, column = reply.at
            frame.getController().select(sheet.getCellByPosition(column - 1, row - 1))
    return reply


_MOST_KEPT = 500  # workbooks; a form of 60 × 12 cells takes 0.1 MB
_kept: dict[tuple[str, int, int], Snapshot] = {}


def _read(desktop: Any, path: Path) -> Snapshot:
    """The workbook of a file; one that has not changed since is not opened again."""
    facts = path.stat()
    key = (str(path), facts.st_mtime_ns, facts.st_size)
    book = _kept.pop(key, None) or read_file(desktop, path)
    while len(_kept) >= _MOST_KEPT:
        del _kept[next(iter(_kept))]
    _kept[key] = book  # the last one to go
    return book


def _ask(context: Any, kind: str, title: str) -> str:
    """The folder or file that the user picks; empty where he picks none."""
    create = context.ServiceManager.createInstanceWithContext
    if kind == "folder":
        picker = create("com.sun.star.ui.dialogs.FolderPicker", context)
        picker.setTitle(title)
        url = picker.getDirectory() if picker.execute() else ""
    else:
        picker = create("com.sun.star.ui.dialogs.FilePicker", context)
        picker.setTitle(title)
        files = picker.getSelectedFiles() if picker.execute() else ()
        url = files[0] if files else ""
    return str(Path(url2pathname(urlsplit(url).path))) if url else ""


def _version(context: Any) -> str:
    from kpixl.hosts.calc_read import values_of

    provider = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.configuration.ConfigurationProvider", context
    )
    node = provider.createInstanceWithArguments(
        "com.sun.star.configuration.ConfigurationAccess",
        values_of({"nodepath": "/org.openoffice.Setup/Product"}),
    )
    return str(node.getPropertyValue("ooSetupVersionAboutBox"))

"""What Excel's VBA does with the add-in, done by a Python of Windows: the DLL, COM, the server."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from kpixl.addin.excel_call import Refused, Server
from kpixl.addin.excel_install import engine
from kpixl.addin.excel_places import places
from kpixl.addin.excel_vba import SERVER_MODULE

_running: list[Server] = []


def start(version: str = "") -> str:
    """Ask the DLL of the installed add-in for the server; why there is none, or nothing."""
    where, own = places(os.environ), engine()
    _running.clear()
    try:
        extra = {"version": version} if version else {}
        _running.append(Server(where.dll(64), own.python, **extra))
    except Refused as error:
        return str(error)
    return ""


def ask(name: str, *arguments: Any) -> Any:
    """Call a cell function with what its wrapper would send."""
    return _running[0].ask(name, *arguments)


def refused(name: str, *arguments: Any) -> str:
    """The words with which a call fails; nothing where it does not."""
    try:
        ask(name, *arguments)
    except Refused as error:
        return str(error)
    return ""


def numbers(name: str, count: int, *arguments: Any) -> tuple[Any, Any, int]:
    """Call with a column of the figures 0, 1, 2 … as the third argument: first, last, how many."""
    column = tuple((float(n),) for n in range(count))
    found = ask(name, *arguments[:2], column, *arguments[2:])
    return found[0], found[-1], len(found)


def inside(statement: str) -> None:
    """Have the server carry out a statement, as xlwings lets any caller."""
    _running[0]._server.Exec(statement)


def traits(name: str) -> list[Any]:
    """What xlwings does with a function beside calling it: its result's options, whether it
    answers later, whether it is volatile."""
    there = f"__import__('sys').modules['{SERVER_MODULE}'].{name}.__xlfunc__"
    asked = f"__import__('json').dumps([{there}['ret']['options'], {there}['async_mode'], {there}['volatile']])"
    found = _running[0]._server.Str(_running[0]._server.Eval(asked))
    return list(json.loads(found))


def server() -> int:
    """The process of the server."""
    return int(_running[0]._server.Str(_running[0]._server.Eval("__import__('os').getpid()")))


def end(process: int) -> None:
    """End a process at once, as the task manager does, and wait until it is gone."""
    os.kill(process, 9)
    for _ in range(200):
        if not alive(process):
            return
        time.sleep(0.05)
    raise TimeoutError(process)


def alive(process: int) -> bool:
    """Whether a process is still there."""
    import win32api
    import win32event

    try:
        handle = win32api.OpenProcess(0x00100000, False, process)
    except win32api.error:
        return False
    return bool(win32event.WaitForSingleObject(handle, 0))


def log() -> str:
    """The add-in's log."""
    path: Path = places(os.environ).log
    return path.read_text("utf-8") if path.exists() else ""

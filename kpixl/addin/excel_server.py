"""The Python side of the Excel add-in: the server that xlwings' DLL starts, and what it serves.

Only on Windows.  Excel's VBA asks the DLL for the server; the DLL starts Python with `serve`,
which stays until Excel ends, and calls come in by the functions' names.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from datetime import datetime
from typing import Any, NoReturn

from kpixl import __version__, log
from kpixl.addin import functions
from kpixl.addin.excel_cells import call
from kpixl.addin.excel_places import CannotInstall, places

MODULE = __name__
_ESCAPE = 0x1B  # VK_ESCAPE


def _served(name: str) -> Any:
    """A cell function in the shape that xlwings calls: what comes and goes is left as it is."""
    from xlwings import udfs

    def function(*arguments: Any) -> Any:
        result = call(name, arguments)
        # xlwings hands rows on; a bare value is a row of one cell.
        return result if isinstance(result, list) else [[result]]

    function.__name__ = name
    return udfs.xlret("raw")(udfs.xlarg("arguments", "raw")(udfs.xlfunc(function)))


def _command(name: str, chosen: str, has_book: bool) -> list[list[str | int]]:
    """A button, pressed over the workbook that VBA hands over as the calling one."""
    import ctypes

    import xlwings

    from kpixl.addin.excel_commands import pressed

    keys: Any = ctypes.windll.user32  # type: ignore[attr-defined]
    keys.GetAsyncKeyState(_ESCAPE)  # what was pressed before is no answer

    def stopped() -> bool:
        return bool(keys.GetAsyncKeyState(_ESCAPE) & 1)

    book = xlwings.Book.caller() if has_book else None
    return [pressed(name, chosen or "", book, stopped)]


def register() -> None:
    """Make cell functions and buttons attributes of this module, where xlwings looks for them."""
    from xlwings import udfs

    module: Any = sys.modules[MODULE]
    module.COMMAND = udfs.xlret("raw")(udfs.xlarg("chosen", "raw")(udfs.xlfunc(_command)))
    for name in functions():
        if not hasattr(module, name):
            setattr(module, name, _served(name))


def serve(clsid: str, version: str = __version__) -> None:
    """Answer Excel until it ends.

    `version` is that of the add-in; one that is of another version than this program is not
    answered, because what its wrappers send could be taken for something else.
    """
    from importlib import import_module

    if version != __version__:
        _refuse(version)
    with suppress(CannotInstall):
        log.to_file(places(os.environ).log)
    register()
    import_module("xlwings.com_server").serve(clsid)


def _refuse(version: str) -> NoReturn:
    """Say in the log, where doctor and the user look, why no server starts."""
    line = f"{datetime.now():%Y-%m-%d %H:%M:%S} server version-mismatch {version} {__version__}\n"
    with suppress(OSError), places(os.environ).log.open("a", encoding="ascii") as file:
        file.write(line)
    raise SystemExit(3)

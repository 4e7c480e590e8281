"""Excel, as far as kpixl.hosts.excel asks for it, offered through COM by this process.

It is the stand-in of tests/hosts/excel_stub.py; the add-in's server takes it for Excel, so
that xlwings' engine for Windows is the real one.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import excel
import win32gui
from offering import offered

from kpixl.addin.excel_vba import SERVER_MODULE

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

_AUTOMATIC = -4105  # XlCalculation
_END = (60, 40)
_open: list[Any] = []


def open_book(path: str, selected: str = "") -> str:
    """Open a workbook in the stand-in; its name."""
    from tests.hosts.excel_stub import Application

    app = Application()
    app.Hwnd = win32gui.GetDesktopWindow()
    book = app.Workbooks.Open(path)
    if selected:
        app.Selection = book.sheets[0].Range(selected)
    _open[:] = [app, book]
    return str(book.Name)


def select(name: str, row: int, column: int) -> None:
    """Stand on a cell."""
    app, book = _open
    app.Selection = book.Worksheets(name).Cells(row, column)


def press(name: str, chosen: str = "", with_book: bool = True) -> list[Any]:
    """A button pressed, as the VBA behind the ribbon does it."""
    server = excel._running[0]._server
    arguments = (name, chosen, with_book)
    extra = (offered(_open[1]),) if with_book else ()
    return list(server.CallUDF(SERVER_MODULE, "COMMAND", arguments, *extra))


def sheets() -> list[str]:
    """The names of the sheets."""
    return [s.Name for s in _open[1].sheets]


def active() -> str:
    """The sheet in front."""
    return str(_open[1].ActiveSheet.Name)


def cells(name: str) -> list[list[Any]]:
    """A sheet's figures and texts, row by row; formulas as their text."""
    part = next(s for s in _open[1].sheets if s.Name == name).part
    height, width = (max(numbers) for numbers in zip(*part.cells(), strict=True))

    def shown(row: int, column: int) -> Any:
        formula = part.formula((row, column))
        value = part.value((row, column)) if formula is None else f"={formula}"
        return value if isinstance(value, (int, float, str)) else None

    return [[shown(r, c) for c in range(1, width + 1)] for r in range(1, height + 1)]


def spilling(text: str) -> None:
    """Put a formula that spills at the end of the first sheet."""
    part = _open[1].sheets[0].part
    part.set_formula(_END, text)
    part.cell(_END).set("cm", "1")
    part.cell(_END)[0].set("t", "array")
    part.cell(_END)[0].set("ref", "AN60:AN67")


def spilled() -> list[Any]:
    """That formula, and whether it still spills."""
    part = _open[1].sheets[0].part
    return [part.formula(_END), part.cell(_END).get("cm") == "1"]


def marks() -> tuple[int, int]:
    """How many notes and how many colours the first sheet has."""
    sheet = _open[1].sheets[0]
    return sheet.Comments.Count, sheet.Cells.FormatConditions.Count


def settings() -> list[Any]:
    """What a command must leave as it was."""
    app = _open[0]
    names = ("ScreenUpdating", "EnableEvents", "DisplayAlerts", "Interactive", "Calculation")
    return [getattr(app, n) for n in (*names, "StatusBar")]


def said() -> list[Any]:
    """What the status bar showed, from the first word on."""
    return [s if isinstance(s, (str, bool)) else str(s) for s in _open[0].said]


def refuse(call: str) -> None:
    """From now on the stand-in refuses a call; none where nothing is named."""
    _open[0].failing = call


def be_busy(calls: int) -> None:
    """Take none of the next calls, as Excel does while somebody types into a cell."""
    _open[0].busy = calls


def save(path: str) -> None:
    """A copy of the workbook as it is now."""
    _open[1].SaveCopyAs(path)


def calculate(name: str, *arguments: Any) -> None:
    """From now on the stand-in asks a function whenever it goes back to calculating, as Excel
    does for the cells that a command has changed."""
    from tests.hosts.excel_stub import Application

    class Calculating(Application):
        def __setattr__(self, attribute: str, value: Any) -> None:
            super().__setattr__(attribute, value)
            if (attribute, value) == ("Calculation", _AUTOMATIC):
                _came.append(excel.ask(name, *arguments))

    _came.clear()
    _open[0].__class__ = Calculating


_came: list[Any] = []


def calculated() -> list[Any]:
    """What the function came to each time."""
    return _came

"""The programs that the conformance tests drive: whoever holds a workbook and runs commands.

A host joins with one line in `PROGRAMS` and one in `program_of`; all tests of conformance,
tests/hosts/test_conformance.py and tests/addin/test_same_everywhere.py, then hold for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Protocol, TypeAlias

import pytest

from kpixl.addin.excel_commands import NO_UNDO, pressed
from kpixl.addin.job import Job, run
from kpixl.grid import Area, Snapshot, Spot
from kpixl.host import Host, Patch, PutSheet, SheetSpec
from kpixl.hosts import files
from kpixl.hosts.calc import CalcHost
from kpixl.hosts.excel import ExcelHost
from kpixl.hosts.files import FilesHost
from kpixl.hosts.memory import MemoryHost
from tests.calc import Calc, select
from tests.hosts import excel_engine

PROGRAMS = ("memory", "files", "Excel", "Calc")
Place: TypeAlias = tuple[str, Spot]


class Opened(Protocol):
    """A workbook that is open, and the buttons over it."""

    def press(self, name: str, at: Place | None = None, **chosen: str) -> str:
        """Run a command as a user does, who stands on a cell and has chosen; what it said."""

    def snapshot(self) -> Snapshot:
        """The workbook as it is now."""


@dataclass(frozen=True)
class Program:
    """How to get a host over an empty folder, and how to open a file with the commands.

    `calculates` says that formulas have the values of now, whatever was put with them; `rounds`
    how many drawn examples it is worth.
    """

    empty: Callable[[Path], AbstractContextManager[Host]]
    opened: Callable[[Path], AbstractContextManager[Opened]]
    calculates: bool = False
    rounds: int = 40


def program_of(name: str, request: pytest.FixtureRequest) -> Program:
    """A program by its name; one that has to be started is asked of its fixture."""
    if name == "Calc":
        calc: Calc = request.getfixturevalue("calc")
        return Program(
            lambda folder: _new(calc), lambda path: _in_calc(calc, path), calculates=True, rounds=10
        )
    if name == "Excel":
        return Program(_new_in_excel, _in_excel)
    if name == "files":
        return Program(_here(lambda folder: FilesHost(folder / "工作簿.xlsx")), _with(FilesHost))
    return Program(
        _here(lambda folder: MemoryHost()), _with(lambda path: MemoryHost(files.read(path)))
    )


def _here(make: Callable[[Path], Host]) -> Callable[[Path], AbstractContextManager[Host]]:
    @contextmanager
    def made(folder: Path) -> Iterator[Host]:
        yield make(folder)

    return made


@dataclass(frozen=True)
class _Job:
    host: Host
    path: Path
    read: Callable[[Path], Snapshot]

    def press(self, name: str, at: Place | None = None, **chosen: str) -> str:
        place = None if at is None else (at[0], Area(*at[1], *at[1]))
        book = self.host.snapshot()
        job = Job(book, datetime.now(), self.path, place, chosen, read=self.read)
        return run(name, job, self.host).text

    def snapshot(self) -> Snapshot:
        return self.host.snapshot()


def _with(make: Callable[[Path], Host]) -> Callable[[Path], AbstractContextManager[Opened]]:
    @contextmanager
    def opened(path: Path) -> Iterator[Opened]:
        yield _Job(make(path), path, cache(files.read))  # nobody changes the other forms

    return opened


def in_a_file(path: Path) -> Opened:
    """A file and the buttons over it, without any program."""
    return _Job(FilesHost(path), path, cache(files.read))


# -- Excel, of which a stand-in plays the part; the objects of xlwings are real ---------


@contextmanager
def _new_in_excel(folder: Path) -> Iterator[Host]:
    files.FilesHost(folder / "工作簿.xlsx").apply(Patch((PutSheet(SheetSpec("Sheet1", {})),)))
    yield _New(ExcelHost(excel_engine.opened(folder / "工作簿.xlsx")))


class _InExcel:
    def __init__(self, path: Path) -> None:
        self._book = excel_engine.opened(path)

    def press(self, name: str, at: Place | None = None, **chosen: str) -> str:
        excel = self._book.api.Application
        sheet = self._book.api.ActiveSheet if at is None else self._book.api.Worksheets(at[0])
        excel.Selection = sheet.Cells(*(at[1] if at else (1, 1)))
        _, _, text = pressed(name, "".join(f"{n}={v}\n" for n, v in chosen.items()), self._book)
        return str(text).removesuffix(f"\n\n{NO_UNDO}")

    def snapshot(self) -> Snapshot:
        return ExcelHost(self._book).snapshot()


@contextmanager
def _in_excel(path: Path) -> Iterator[Opened]:
    yield _InExcel(path)


# -- Calc --------------------------------------------------------------------------------


class _New:
    """A new document; the sheet without which the program makes none is not seen."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._first = host.snapshot().sheets[0].name

    def snapshot(self) -> Snapshot:
        book = self._host.snapshot()
        return replace(book, sheets=tuple(s for s in book.sheets if s.name != self._first))

    def apply(self, patch: Patch) -> None:
        self._host.apply(patch)


@contextmanager
def _new(calc: Calc) -> Iterator[Host]:
    with calc.empty() as document:
        yield _New(CalcHost(document))


class _InCalc:
    def __init__(self, calc: Calc, document: object) -> None:
        self._calc, self._document = calc, document

    def press(self, name: str, at: Place | None = None, **chosen: str) -> str:
        if at is not None:
            select(self._document, at[0], *at[1])
        if chosen:  # in a dialog that a test has no hands for
            return self._calc.run(self._document, name, chosen)
        return self._calc.press(self._document, name)

    def snapshot(self) -> Snapshot:
        return CalcHost(self._document).snapshot()


@contextmanager
def _in_calc(calc: Calc, path: Path) -> Iterator[Opened]:
    with calc.opened(path) as document:
        yield _InCalc(calc, document)

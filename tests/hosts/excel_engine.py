"""Workbooks of the stand-in for Excel as xlwings' own objects: an engine, as xlwings has for
Windows and for Macs.  What is no business of an engine is not answered."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import xlwings
from xlwings import base_classes

from tests.hosts.excel_stub import Application, Workbook


class _App(base_classes.App):
    def __init__(self, api: Application) -> None:
        self._api = api

    @property
    def api(self) -> Application:
        return self._api

    @property
    def pid(self) -> int:
        return os.getpid()


class _Book(base_classes.Book):
    def __init__(self, api: Workbook) -> None:
        self._api = api

    @property
    def api(self) -> Workbook:
        return self._api

    @property
    def name(self) -> str:
        return self._api.Name

    @property
    def app(self) -> _App:
        return _App(self._api.Application)


def book(api: Workbook) -> Any:
    """xlwings' object for an open workbook."""
    return xlwings.Book(impl=_Book(api))


def opened(path: Path) -> Any:
    """A file, opened in an Excel of its own, as xlwings' object."""
    return book(Application().Workbooks.Open(str(path)))

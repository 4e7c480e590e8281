"""What happened, for whoever maintains kpixl: codes and cells, never figures or names.

A log travels by e-mail, further than the forms may.  So `event` is the only way to write
a line, and it takes nothing that could hold a figure or a name of the data: a code, the
address of a cell, the digest of a file, counts.  Names of files and sheets are left out,
because they often are names of units.
"""

from __future__ import annotations

import logging
import re
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TextIO

from kpixl.findings import Finding

DEBUG, INFO, WARNING, ERROR = logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR

_LOGGER = logging.getLogger("kpixl")
_DOTTED = re.compile(r"[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*")
_LOGGER.addHandler(logging.NullHandler())

_CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_CELL = re.compile(r"[A-Z]{1,3}[1-9][0-9]*(:[A-Z]{1,3}[1-9][0-9]*)?")
_DIGEST = re.compile(r"[0-9a-f]{8,64}")


def event(code: str, *, cell: str = "", sha256: str = "", level: int = INFO, **counts: int) -> None:
    """Log a line: a code and, where they apply, a cell, a file's digest and counts.

    What is not of the expected form is written as “?”.

    >>> import sys
    >>> with to_stream(sys.stdout):
    ...     event("file-read", sha256="0f" * 32, sheets=3)
    ...     event("value-range", cell="张三 5000", level=WARNING)
    INFO kpixl: file-read sha256=0f0f0f0f sheets=3
    WARNING kpixl: value-range cell=?
    """
    parts = [code if _CODE.fullmatch(code) else "?"]
    if cell:
        parts.append(f"cell={cell if _CELL.fullmatch(cell) else '?'}")
    if sha256:
        parts.append(f"sha256={sha256[:8] if _DIGEST.fullmatch(sha256) else '?'}")
    parts += [f"{name}={number:d}" for name, number in counts.items()]
    _LOGGER.log(level, "%s", " ".join(parts))


def findings(found: Iterable[Finding]) -> None:
    """Log what was found: code and cell of each."""
    for fault in found:
        event(fault.code, cell=fault.place.cell)


def failure(error: BaseException) -> None:
    """Log an exception that nobody expected: its class and where in the code it arose.

    Its message stays out: it may hold what stood in a cell.
    """
    places = [f"{_module(frame)}:{line}" for frame, line in traceback.walk_tb(error.__traceback__)]
    _LOGGER.error("failure %s %s", type(error).__name__, " > ".join(places))


def _module(frame: FrameType) -> str:
    """The dotted name of a frame's module; its path may hold names of people and folders."""
    name = frame.f_globals.get("__name__", "")
    return name if isinstance(name, str) and _DOTTED.fullmatch(name) else "?"


@contextmanager
def to_stream(stream: TextIO, level: int = DEBUG) -> Iterator[None]:
    """Write log lines to a stream while a block runs."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    before = _LOGGER.level
    _LOGGER.setLevel(level)
    _LOGGER.addHandler(handler)
    try:
        yield
    finally:
        _LOGGER.removeHandler(handler)
        _LOGGER.setLevel(before)


LARGEST = 1_000_000  # bytes, after which a log is begun anew


class _Lines(logging.Handler):
    """Appends to a file that others write to as well, so it is never kept open."""

    def __init__(self, path: Path) -> None:
        super().__init__(WARNING)
        self._path, self._before = path, ""

    def emit(self, record: logging.LogRecord) -> None:
        """One line; what ten thousand cells say alike is said once."""
        text = record.getMessage()
        if text == self._before:
            return
        self._before = text
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(record.created))
        with suppress(OSError):
            full = self._path.exists() and self._path.stat().st_size > LARGEST
            with self._path.open("w" if full else "a", encoding="ascii", errors="replace") as file:
                file.write(f"{when} python {text}\n")


def to_file(path: Path) -> None:
    """From now on write warnings and failures into a file, for a program without a console."""
    for handler in [h for h in _LOGGER.handlers if isinstance(h, _Lines)]:
        _LOGGER.removeHandler(handler)
    _LOGGER.addHandler(_Lines(path))

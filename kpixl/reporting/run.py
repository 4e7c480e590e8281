"""What a run says about itself: version, time, command and a number that data alone decide."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kpixl.entries import Entries
from kpixl.host import Page
from kpixl.scheme.model import Scheme

# How far a long work is: words, done, total.  It may stop the work by an exception.
Step = Callable[[str, int, int], None]


def unseen(words: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


class Figures(Protocol):
    """What a result stands on: a scheme and the figures that were held against it."""

    @property
    def scheme(self) -> Scheme:
        """The scheme."""
        ...

    @property
    def entries(self) -> Entries:
        """The figures, each with the file that it came from."""
        ...


@dataclass(frozen=True, slots=True)
class RunInfo:
    """The circumstances of a run; nothing here is read from the machine.

    `remark` is shown at the top of every result, such as “演示数据,不是考核结果”.
    """

    version: str
    time: datetime
    command: str = ""
    remark: str = ""

    @property
    def stamp(self) -> str:
        """The time as sheets show it."""
        return self.time.strftime("%Y-%m-%d %H:%M:%S")


def owner(scheme: Scheme) -> str:
    """Whose the result sheets are: a later run of the same system may replace them."""
    return scheme.system[:100] or scheme.title[:100] or "kpixl"


def run_id(table: Figures, version: str) -> str:
    """The run's number: the same scheme, figures and version give the same number.

    Twelve hexadecimal digits of a SHA-256 over the scheme's SHA-256, the version
    and every figure with the file that it came from.
    """
    digest = hashlib.sha256()
    entries = sorted(table.entries, key=lambda e: (e.unit, e.input))
    for part in (
        version,
        table.scheme.form_id,
        table.scheme.sha256,
        *(f"{e.unit}\t{e.input}\t{e.state}\t{e.value!r}\t{e.sha256}" for e in entries),
    ):
        digest.update(part.encode())
        digest.update(b"\n")
    return digest.hexdigest()[:12]


def page(table: Figures, run: RunInfo, *, rows: tuple[int, int], landscape: bool = True) -> Page:
    """How our sheets print: A4, as wide as the paper, with version and run number on each page.

    `rows` are the header rows that every page repeats.
    """
    scheme = table.scheme
    return Page(
        landscape=landscape,
        repeat_rows=rows,
        header=f"&L{_plain(scheme.title)}&R方案版本 {_plain(scheme.version)}",
        footer=(
            f"&L运行编号 {run_id(table, run.version)} kpixl {_plain(run.version)}"
            f"&C第 &P 页,共 &N 页&R{run.stamp}"
        ),
    )


def _plain(text: str) -> str:
    # A header stops at 255 characters, codes included; & starts a code there.
    return text[:80].replace("&", "&&")

"""Where a command's words go: results to stdout, everything else to stderr.

On a terminal tables and colours come through rich; in a pipe there is plain text; with
JSON asked for, stdout holds one JSON text and nothing else.  Whatever the encoding of a
stream, writing never fails for a character.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from kpixl.errors import UnwritableFile

if TYPE_CHECKING:
    from kpixl.findings import Severity
    from kpixl.reporting.text import TextTable

# Signs that any text of ours may hold; an encoding without them is of no use to its reader.
_PROBE = "考核“得分”×÷≈·→…"
_COLORS = {"强": "bold red", "核": "yellow", "提": "cyan"}


@dataclass
class Console:
    """The two streams of a command.

    `as_json` keeps people's words off stdout.  `closed` is set once the reader of stdout
    has gone away (`kpixl score … | head`): what remains is then written to nobody.
    """

    out: TextIO
    err: TextIO
    as_json: bool = False
    closed: bool = False

    @property
    def rich(self) -> bool:
        """Whether stdout is a terminal, so that tables may have lines and colours."""
        return is_terminal(self.out)

    # -- results ---------------------------------------------------------------------

    def line(self, text: str = "") -> None:
        """A line for people; not with JSON."""
        if not self.as_json:
            self._write(text + "\n")

    def title(self, text: str) -> None:
        """A line that stands above others."""
        if self.rich and not self.as_json:
            self._rich_print(text, "bold")
        else:
            self.line(text)

    def fault(self, severity: Severity, text: str) -> None:
        """A finding, its severity before it."""
        if self.rich and not self.as_json:
            from rich.text import Text

            self._rich_print(Text.assemble((f"〔{severity}〕", _COLORS[str(severity)]), text))
        else:
            self.line(f"〔{severity}〕{text}")

    def table(self, table: TextTable) -> None:
        """A table: with lines on a terminal, aligned by spaces in a pipe."""
        if self.as_json:
            return
        if not self.rich:
            for text in table.lines():
                self.line(text)
            return
        from rich import box
        from rich.table import Table
        from rich.text import Text

        drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for heading, align in zip(table.headings, table.aligns, strict=True):
            drawn.add_column(Text(heading), justify=align, overflow="fold")
        for row in table.rows:
            drawn.add_row(*(Text(cell) for cell in row))
        self._rich_print(drawn)

    def json(self, content: dict[str, Any]) -> None:
        """The one JSON text of a command."""
        text = json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)
        try:
            text.encode(_encoding(self.out))
        except (UnicodeEncodeError, LookupError):
            text = json.dumps(content, ensure_ascii=True, indent=2, allow_nan=False)
        self._write(text + "\n")

    # -- beside the results ------------------------------------------------------------

    def progress(self, text: str) -> None:
        """What is going on, for somebody who waits in front of a terminal."""
        if is_terminal(self.err):
            self._say(text)

    def fail(self, sentence: str) -> None:
        """Why a command could not do its work, or not all of it."""
        self._say(sentence)

    def ask(self, question: str) -> bool | None:
        """What somebody at the terminal says to a question; None where nobody can be asked."""
        if self.as_json or not (is_terminal(sys.stdin) and is_terminal(self.err)):
            return None
        while True:
            with suppress(OSError, ValueError):
                self.err.write(f"{question}(y/n)")
                self.err.flush()
            said = sys.stdin.readline()
            if not said:  # Ctrl+D
                return False
            if said.strip().lower() in ("y", "yes", "是"):
                return True
            if said.strip().lower() in ("n", "no", "否"):
                return False

    def _say(self, text: str) -> None:
        with suppress(OSError, ValueError):  # nobody listens
            self.err.write(text + "\n")
            self.err.flush()

    def _rich_print(self, what: object, style: str | None = None) -> None:
        from rich.console import Console as Rich

        # rich writes by itself: only so does it know how an old Windows console takes colours.
        Rich(file=self.out, highlight=False, markup=False, emoji=False).print(what, style=style)

    def _write(self, text: str) -> None:
        if self.closed:
            return
        try:
            self.out.write(text)
            self.out.flush()
        except OSError as error:
            _silence(self.out)
            self.closed = True
            # Windows has no EPIPE: a pipe without a reader is an invalid argument there.
            if error.errno not in (errno.EPIPE, errno.EINVAL):
                full = error.errno == errno.ENOSPC
                reason = "磁盘空间不足" if full else f"系统报告“{error.strerror}”"
                raise UnwritableFile("标准输出", reason, "请换一个位置后重试。") from error


def open_console(*, as_json: bool = False) -> Console:
    """The console of this process, its streams made fit for Chinese."""
    return Console(_fit(sys.stdout, as_json), _fit(sys.stderr, False), as_json)


def _fit(stream: TextIO, as_json: bool) -> TextIO:
    """The same stream, in an encoding that can hold what is written to it.

    An encoding that the user has chosen (PYTHONIOENCODING) stays; one that only comes
    from the system's language settings gives way where it lacks our signs.  What reads a
    pipe of Windows' console (more, findstr, PowerShell) takes the console's code page.  JSON is
    UTF-8 by its standard.  What can't be shown all the same becomes “?”.
    """
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is None:
        return stream
    encoding: str | None = None
    if not os.environ.get("PYTHONIOENCODING"):
        page = "" if as_json or is_terminal(stream) else _code_page()
        encoding = page if page and _can_show(page) else None
        wrong = as_json and _encoding(stream).lower().replace("_", "-") not in ("utf-8", "utf8")
        if wrong or not (encoding or _can_show(_encoding(stream))):
            encoding = "utf-8"
    with suppress(ValueError, OSError):  # a closed stream is found out when it is written to
        reconfigure(encoding=encoding, errors="replace")
    return stream


def _code_page() -> str:
    """The code page in which Windows' console shows bytes; empty where there is no console."""
    import ctypes

    load: Any = getattr(ctypes, "WinDLL", None)
    number = load("kernel32").GetConsoleOutputCP() if load is not None else 0
    return {0: "", 54936: "gb18030", 65001: "utf-8"}.get(number, f"cp{number}")


def _encoding(stream: TextIO) -> str:
    return getattr(stream, "encoding", None) or "utf-8"


def _can_show(encoding: str) -> bool:
    try:
        _PROBE.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def is_terminal(stream: TextIO) -> bool:
    """Whether somebody sits in front of a stream."""
    try:
        return stream.isatty()
    except (AttributeError, ValueError):
        return False


def _silence(stream: TextIO) -> None:
    """Point a stream whose reader has gone to nowhere, or Python complains at its exit."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def caret(text: str, position: int, phrase: str) -> Sequence[str]:
    """The line of a text in which a character stands, and a line of ^ below its phrase.

    `position` counts characters from 1.  A Chinese character is two columns wide.

    >>> print("\\n".join(caret("得分=本值×乘数", 6, "×乘数")))
    得分=本值×乘数
             ^^^^^
    """
    from kpixl.layout.measure import terminal_width

    start = max(min(position - 1, len(text)), 0)
    line_start = max(text.rfind(end, 0, start) for end in "\n\r") + 1
    ends = [at for end in "\n\r" if (at := text.find(end, start)) >= 0]
    line_end = min(ends, default=len(text))
    before = text[line_start:start].replace("\t", " ")
    line = text[line_start:line_end].replace("\t", " ")
    marked = line[len(before) : len(before) + max(len(phrase), 1)]
    width = max(terminal_width(marked), 1)
    return (line, " " * terminal_width(before) + "^" * width)

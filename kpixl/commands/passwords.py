"""Where the passwords of encrypted workbooks come from; never from the command line.

Words of a command line are seen by all who share the machine and stay in its history.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from kpixl.commands.console import Console, is_terminal
from kpixl.errors import UnusableFile
from kpixl.hosts.pool import Attendant

VARIABLE = "KPIXL_PASSWORD"
_LARGEST = 1 << 16
_EVERY = 50  # files between two lines of progress


def attendant(console: Console, password_file: str | None) -> Attendant:
    """Who answers while files are read: a file of passwords, the environment, or a person."""
    known = list(_in_file(Path(password_file))) if password_file else []
    if word := os.environ.get(VARIABLE):
        known.append(word)
    return Attendant(_asking(console), tuple(known), _telling(console))


def _in_file(path: Path) -> tuple[str, ...]:
    """The lines of a text file, a password each; raises UnusableFile."""
    remedy = "请给出写有密码的文本文件,一行一个密码。"
    try:
        if path.is_file() and path.stat().st_size > _LARGEST:
            raise UnusableFile(path, "密码文件太大", remedy)
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise UnusableFile(path, "密码文件不存在", remedy) from error
    except (OSError, ValueError) as error:
        raise UnusableFile(path, "密码文件读不出来", remedy) from error
    words = tuple(line for line in text.splitlines() if line)
    if not words:
        raise UnusableFile(path, "密码文件是空的", remedy)
    return words


def _asking(console: Console) -> Callable[[Path, bool], str | None]:
    def ask(path: Path, wrong: bool) -> str | None:
        if not (is_terminal(sys.stdin) and is_terminal(console.err)):
            return None
        from getpass import getpass

        again = "密码不对,请重新输入" if wrong else "文件有打开密码,请输入"
        try:
            return getpass(f"“{path.name}”{again}(不显示;直接回车跳过):") or None
        except EOFError:
            return None

    return ask


def _telling(console: Console) -> Callable[[int, int], None]:
    def tell(done: int, of: int) -> None:
        if done % _EVERY == 0 and done < of:
            console.progress(f"已读取 {done}/{of} 个文件……")

    return tell

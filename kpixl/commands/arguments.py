"""An argument parser that speaks Chinese: help in aligned columns, mistakes as sentences."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

WIDTH = 84
# A line never begins with these.
_PIECE = re.compile(r"[-A-Za-z0-9_./\\=<>|\[\]{}'\"+%#@]+|.")
_NOT_FIRST = frozenset(",。;:、!?)”》】…,.;:)]}")

# What argparse says -> what a clerk reads; {0} … are the parts in brackets.
_MISTAKES: tuple[tuple[str, str], ...] = (
    (r"the following arguments are required: (.+)", "缺少参数:{0}"),
    (r"unrecognized arguments: (.+)", "不认识的参数:{0}"),
    (
        r"argument (?:.+): invalid choice: '?(.*?)'? \(choose from (.+)\)",
        "没有“{0}”这个命令,可用的有:{1}",
    ),
    (r"argument (.+): expected one argument", "{0} 后面要写一个值"),
    (r"argument (.+): expected at least one argument", "{0} 后面至少要写一个值"),
    (r"argument (.+): ignored explicit argument '(.*)'", "{0} 后面不用写值:“{1}”"),
    (r"argument (.+): (?!expected|ignored|invalid|not allowed)(.+)", "{0}:{1}"),
    (r"argument (.+): not allowed with argument (.+)", "{0} 和 {1} 不能同时用"),
)


class ChineseParser(argparse.ArgumentParser):
    """A parser whose help and mistakes are Chinese.

    `example` is shown at the end of the help, a line each.
    """

    def __init__(self, *args: Any, example: Sequence[str] = (), **settings: Any) -> None:
        super().__init__(*args, **{"allow_abbrev": False, **settings, "add_help": False})
        self.example = tuple(example)
        self.add_argument("-h", "--help", action="help", help="显示本说明")

    def format_usage(self) -> str:
        """The usage line."""
        return f"用法:{self.usage or self.prog}\n"

    def format_help(self) -> str:
        """The whole help: usage, what it does, what it takes, examples."""
        lines = [self.format_usage(), *wrap(self.description or "", WIDTH), ""]
        for title, actions in self._sections():
            rows = [row for action in actions for row in _rows(action)]
            lines += [title, *_columns(rows), ""]
        if self.example:
            lines += ["例:", *(f"  {line}" for line in self.example), ""]
        for paragraph in (self.epilog or "").splitlines():
            lines += wrap(paragraph, WIDTH)
        return "\n".join(lines).rstrip() + "\n"

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """What the command knows; one without commands of its own says itself what it does not."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown and self._subparsers is None:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return found, unknown

    def _sections(self) -> Iterator[tuple[str, list[argparse.Action]]]:
        shown = [a for a in self._actions if a.help != argparse.SUPPRESS]
        commands: list[argparse.Action] = [
            a for a in shown if isinstance(a, argparse._SubParsersAction)
        ]
        plain = [a for a in shown if not a.option_strings and a not in commands]
        options = [a for a in shown if a.option_strings]
        for title, actions in (("命令:", commands), ("参数:", plain), ("选项:", options)):
            if actions:
                yield title, actions

    def error(self, message: str) -> NoReturn:
        """End with a sentence and exit code 2."""
        self.exit(2, f"{mistake(message)}。\n{self.format_usage()}详细说明:{self.prog} --help\n")

    def _print_message(self, message: str, file: Any = None) -> None:
        if message:
            (file or sys.stderr).write(message)


def mistake(message: str) -> str:
    """What argparse complains about, in Chinese.

    >>> mistake("the following arguments are required: --data")
    '缺少参数:--data'
    """
    for pattern, sentence in _MISTAKES:
        match = re.fullmatch(pattern, message, re.DOTALL)
        if match:
            parts = (p.replace("', '", ", ").strip("'").replace(", ", "、") for p in match.groups())
            return sentence.format(*parts)
    return f"参数有误:{message}"


def wrap(text: str, width: int) -> list[str]:
    """Text in lines of a terminal width; a Chinese character is two columns wide.

    A word of Latin letters stays whole, and no line begins with a closing sign.

    >>> wrap("按方案评分和排名,写成 .xlsx", 16)
    ['按方案评分和排', '名,写成 .xlsx']
    """
    from kpixl.layout.measure import terminal_width

    lines: list[str] = []
    line = ""
    for piece in _PIECE.findall(text):
        fits = terminal_width(line + piece) <= width
        if fits or not line:
            line += piece
        elif piece in _NOT_FIRST:
            lines.append(line[:-1])
            line = line[-1] + piece
        else:
            lines.append(line.rstrip())
            line = piece.lstrip()
    return [*lines, line] if line else lines


def _rows(action: argparse.Action) -> Iterator[tuple[str, str]]:
    if isinstance(action, argparse._SubParsersAction):
        for choice in action._choices_actions:
            yield choice.dest, choice.help or ""
        return
    value = action.metavar if isinstance(action.metavar, str) else action.dest
    if action.option_strings:
        takes = "" if action.nargs == 0 else f" {value}"
        yield ", ".join(action.option_strings) + takes, action.help or ""
    else:
        yield value, action.help or ""


def _columns(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    from kpixl.layout.measure import pad, terminal_width

    left = min(max((terminal_width(name) for name, _ in rows), default=0), 26) + 2
    for name, text in rows:
        first, *more = wrap(text, WIDTH - left - 2) or [""]
        if terminal_width(name) + 2 > left:
            yield f"  {name}"
            yield "  " + " " * left + first
        else:
            yield "  " + pad(name, left) + first
        yield from ("  " + " " * left + line for line in more)

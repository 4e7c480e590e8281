"""The command line: which commands there are, and how they end.

Exit codes: 0 clean; 1 done, with findings of severity 强; 2 an input or output that
cannot be used, with one sentence why.  What a command takes and does is said by the module
of its name in `kpixl.commands`; whatever takes time to load is loaded as it runs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from kpixl import __version__
from kpixl.commands import (
    addin,
    bind,
    calc,
    calc_addin,
    check,
    collect,
    demo,
    doctor,
    drop,
    issue,
    lint,
    new,
    rank,
    rule,
    score,
    verify,
)
from kpixl.commands.arguments import ChineseParser
from kpixl.commands.console import Console, open_console
from kpixl.commands.options import CODES, debug_option
from kpixl.commands.texts import UNUSABLE
from kpixl.errors import KpixlError

INTERRUPTED = 130  # what shells say of a command that Ctrl+C ended


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and give its exit code; ends in a sentence, never in a traceback."""
    words = list(sys.argv[1:] if argv is None else argv)
    console = open_console(as_json="--json" in words)
    try:
        args = build_parser().parse_args(words)
    except SystemExit as end:  # help was shown, or a mistake was named
        return end.code if isinstance(end.code, int) else UNUSABLE
    args.command_line = " ".join(map(_quoted, ("kpixl", *words)))
    try:
        with _surroundings(console, args.debug), _readers(args, console):
            return int(args.run(args, console))
    except KpixlError as error:
        _trace(args.debug)
        console.fail(str(error))
        return UNUSABLE
    except KeyboardInterrupt:
        console.fail("已中断。")
        return INTERRUPTED
    except Exception as error:
        from kpixl import log

        log.failure(error)
        _trace(args.debug)
        console.fail(_unexpected(error, args.debug))
        return UNUSABLE


def _unexpected(error: Exception, debug: bool) -> str:
    if isinstance(error, MemoryError):
        return "内存不够,没有完成。请关闭其他程序后重试,或把数据分成几份。"
    sentence = f"程序出错({type(error).__name__}),没有完成;原有文件没有改动。"
    if debug:
        return sentence + "请把上面显示的内容发给维护人员。"
    return sentence + "请在命令后加上 --debug 再运行一次,把显示的内容发给维护人员。"


def _trace(debug: bool) -> None:
    if debug:
        import traceback

        traceback.print_exc(file=sys.stderr)


@contextmanager
def _surroundings(console: Console, debug: bool) -> Iterator[None]:
    """Logs where they are asked for; warnings of packages that a clerk can't act on nowhere."""
    import warnings

    from kpixl import log

    with warnings.catch_warnings():
        if debug:
            with log.to_stream(console.err):
                yield
        else:
            warnings.simplefilter("ignore")
            yield


@contextmanager
def _readers(args: argparse.Namespace, console: Console) -> Iterator[None]:
    """For a command that reads files: a worker that starts now, and somebody with passwords."""
    if not hasattr(args, "password_file"):
        yield
        return
    from kpixl.commands.passwords import attendant
    from kpixl.hosts import pool

    with pool.attended(attendant(console, args.password_file)):
        pool.warm(*_AHEAD)
        yield


_AHEAD = ("kpixl.returns",)  # what the worker checks returned forms with


def _quoted(word: str) -> str:
    # For the run record: double quotes mean the same to cmd.exe and to a shell.
    return (
        word if word and not any(c.isspace() or c in "\"'&|;<>()$" for c in word) else f'"{word}"'
    )


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = ChineseParser(
        prog="kpixl",
        usage="kpixl 命令 …",
        description="按考核表上的评分标准校验填报表、评分、排名。",
        example=("kpixl demo", "kpixl score --help"),
        epilog=CODES,
    )
    parser.add_argument(
        "--version", action="version", version=f"kpixl {__version__}", help="显示版本"
    )
    debug_option(parser, False)
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="命令", parser_class=ChineseParser
    )
    for command in (demo, score, rank, new, issue, check, collect, bind, rule, lint, calc, verify):
        command.add_parser(commands)
    calc_addin.add_parser(commands)
    addin.add_parser(commands)
    drop.add_parser(commands, again=main)
    doctor.add_parser(commands)
    return parser

"""A process that reads workbooks for another one: `kpixl.hosts.pool` starts and ends it.

Requests come in at its standard input, answers go out at its standard output, both
pickled.  It ends when nobody is left to ask.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import import_module
from typing import IO, TypeAlias

from kpixl.errors import UnusableFile
from kpixl.grid import Snapshot
from kpixl.hosts import limits

READY = b"R"
# A worker that has grown so far leaves after its answer: the next file gets all of the memory.
_GROWN = limits.MEMORY // 3
_SELDOM = 50_000  # objects more, before the collector looks for circles


@dataclass(frozen=True, slots=True)
class Request:
    """A file to be read; the passwords are tried in turn if it needs one.

    `name` is what the file is called in the snapshot, if not by its own name.  With `task`
    ("module:function") the answer is what that function makes of the snapshot and `argument`;
    None is the argument of the request before.
    """

    path: str
    structure: bool = True
    passwords: tuple[str, ...] = ()
    name: str = ""
    task: str = ""
    argument: bytes | None = b""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file can't be used: what an UnusableFile is made of.

    `trace` says where our own code failed, if it did.
    """

    reason: str
    remedy: str
    verdict: str
    trace: str = ""


Answer: TypeAlias = Snapshot | Refusal | bytes


def answer(request: Request) -> Answer:
    """Read a file; whatever goes wrong is an answer too."""
    from kpixl.hosts.files_read import read

    try:
        book = read(request.path, structure=request.structure, passwords=request.passwords)
        if request.name:
            book = replace(book, source=replace(book.source, name=request.name))
        return _worked(book, request) if request.task else book
    except UnusableFile as error:
        return Refusal(error.reason, error.remedy, error.verdict)
    except MemoryError:
        return _refusal(request, "memory")
    except Exception as fault:
        import traceback

        trace = "".join(traceback.format_exception(fault))
        return _refusal(request, "failed", type(fault).__name__, trace)


def _worked(book: Snapshot, request: Request) -> bytes:
    module, _, function = request.task.partition(":")
    return bytes(getattr(import_module(module), function)(book, request.argument))


def _refusal(request: Request, verdict: str, detail: str = "", trace: str = "") -> Refusal:
    from kpixl.hosts.verdicts import refused

    error = refused(request.path, verdict, detail)
    return Refusal(error.reason, error.remedy, verdict, trace)


def main(ahead: Sequence[str] = ()) -> None:
    """Answer requests until there are no more; `ahead` are modules that a task will need."""
    # What a library prints must not get among the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    if sys.platform == "win32":
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.simplefilter("ignore")
    # The cells of a file are many and point to nothing: there is little for it to find.
    gc.set_threshold(_SELDOM)
    limits.limit_memory()
    _load_readers()
    answers.write(READY)
    answers.flush()
    for module in ahead:  # while whoever started this one is still busy with other things
        with suppress(Exception):  # whoever asks for it will be told
            import_module(module)
    serve(sys.stdin.buffer, answers)


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer each request; after an answer comes whether the worker stays."""
    argument: bytes | None = b""
    while True:
        try:
            request: Request = pickle.load(requests)
        except EOFError:
            return
        if request.argument is None:
            request = replace(request, argument=argument)
        elif request.task:
            argument = request.argument
        limits.start_clock()
        reply = answer(request)
        try:
            body = pickle.dumps(reply, pickle.HIGHEST_PROTOCOL)
        except MemoryError:
            body = pickle.dumps(_refusal(request, "memory"), pickle.HIGHEST_PROTOCOL)
        del reply
        limits.stop_clock()
        stays = limits.memory_in_use() < _GROWN
        answers.write(body)
        answers.write(pickle.dumps(stays))
        answers.flush()
        if not stays:
            return


def _load_readers() -> None:
    """Load what most files need while nobody waits yet."""
    import lxml.etree  # noqa: F401
    import python_calamine  # noqa: F401

    import kpixl.hosts.files_xlsx  # noqa: F401


if __name__ == "__main__":
    main()

"""Reading strangers' files in worker processes.

A parser trusts its input; one that aborts, hangs or takes all memory must cost one file
and no more.  So files are read by a few workers that stay warm from file to file, each
with limits on memory and time (`kpixl.hosts.limits`).  What ends a worker becomes the
sentence of that file, the next file gets a new worker.  Where the system lets nobody
start a process, files are read here.

>>> import tempfile
>>> with tempfile.TemporaryDirectory() as folder:
...     path = Path(folder) / "表.xlsx"
...     _ = path.write_bytes(b"%PDF-1.7")
...     read(path)
Traceback (most recent call last):
kpixl.errors.UnusableFile: 无法使用文件“...表.xlsx”:这是 PDF,不是电子表格。请给出原来的表格文件。
"""

from __future__ import annotations

import atexit
import math
import os
import pickle
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO

from kpixl import log
from kpixl.errors import UnusableFile
from kpixl.grid import Snapshot
from kpixl.hosts import limits, worker
from kpixl.hosts.worker import Answer, Refusal, Request

MOST_WORKERS = 4
FILES_WORTH_A_WORKER = 25  # reading so many forms takes as long as starting another worker
_TURN = 0.2  # seconds between two looks at the keyboard, which on Windows no wait sees
_MOST_QUESTIONS = 3

# Where a worker looks for packages is told to it: not all of it can be found out again
# from the outside, and what a user's environment says of Python is not meant for it.
_START = "import sys; sys.path[:] = {path!r}\nimport kpixl.hosts.worker as worker\nworker.main({ahead!r})\n"


@dataclass(frozen=True, slots=True)
class Attendant:
    """Who is there while files are read.

    `password` is asked for the password of a file (True: the last one was wrong) and
    gives None where nobody knows.  `known` are passwords to try without asking.
    `progress` hears how many files of how many are done.
    """

    password: Callable[[Path, bool], str | None] = lambda path, wrong: None
    known: tuple[str, ...] = ()
    progress: Callable[[int, int], None] = lambda done, of: None


_NOBODY = Attendant()
_ATTENDANT: ContextVar[Attendant] = ContextVar("attendant", default=_NOBODY)


@contextmanager
def attended(attendant: Attendant) -> Iterator[None]:
    """Have somebody there for all files that are read inside the block."""
    token = _ATTENDANT.set(attendant)
    try:
        yield
    finally:
        _ATTENDANT.reset(token)


def read(path: str | Path, *, structure: bool = True) -> Snapshot:
    """`files.read` in a worker; raises UnusableFile."""
    (result,) = read_each([path], structure=structure)
    if isinstance(result, UnusableFile):
        raise result
    return result


def read_each(
    paths: Sequence[str | Path], *, structure: bool = True, names: Sequence[str] = ()
) -> Iterator[Snapshot | UnusableFile]:
    """Each file as it was read, or why it can't be used, in the order of the paths.

    `names` are what the files are called in their snapshots, if not by their own names.
    """
    for result in _each(paths, Request("", structure), names):
        assert not isinstance(result, bytes)
        yield result


def work_each(
    paths: Sequence[str | Path], task: str, argument: bytes, *, names: Sequence[str] = ()
) -> Iterator[bytes | UnusableFile]:
    """What a function makes of each file, worked out by the workers too.

    `task` names it ("module:function"); it takes a snapshot and `argument` and gives bytes.
    """
    for result in _each(paths, Request("", task=task, argument=argument), names):
        assert not isinstance(result, Snapshot)
        yield result


def _each(
    paths: Sequence[str | Path], model: Request, names: Sequence[str]
) -> Iterator[Snapshot | bytes | UnusableFile]:
    attendant = _ATTENDANT.get()
    known = list(attendant.known)
    # A worker stays where it was started, whatever folder this process has gone to since.
    requests = [
        replace(model, path=os.path.abspath(path), passwords=tuple(known), name=name)  # noqa: PTH100 - links stay links
        for path, name in zip_longest(paths, names, fillvalue="")
    ]
    pool = _pool()
    for index, result in enumerate(pool.answers(requests)):
        request = requests[index]
        questions = 0
        while isinstance(result, Refusal) and result.verdict in ("encrypted", "password"):
            if len(known) > len(request.passwords):  # one that was given in the meantime
                request = replace(request, passwords=tuple(known))
                result = pool.answer(request)
                continue
            if questions == _MOST_QUESTIONS:
                break
            word = attendant.password(Path(paths[index]), questions > 0)
            if word is None:
                break
            questions += 1
            request = replace(request, passwords=(word,))
            result = pool.answer(request)
            if not isinstance(result, Refusal):
                known.append(word)
        attendant.progress(index + 1, len(requests))
        if isinstance(result, Refusal):
            yield _error(paths[index], result)
        else:
            yield result


def warm(*ahead: str) -> None:
    """Start a worker now, while this process still loads what it needs itself.

    `ahead` are the modules of tasks that will be asked for.
    """
    _pool().warm(ahead)


def close() -> None:
    """End all workers; the next file starts a new one."""
    _pool().close()


class _Trace(Exception):
    """Where a worker's own code failed, for whoever asks for technical details."""


def _error(path: str | Path, refusal: Refusal) -> UnusableFile:
    error = UnusableFile(path, refusal.reason, refusal.remedy, refusal.verdict)
    if refusal.trace:
        error.__cause__ = _Trace(refusal.trace)
    return error


class _CannotStart(Exception):
    """This system does not let us start a worker."""


class _Worker:
    """One worker process."""

    def __init__(self, ahead: tuple[str, ...] = ()) -> None:
        try:
            # Nobody reads along, and a pipe that is full stops whoever writes to it.
            self._words = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
            self._process = subprocess.Popen(
                _command(ahead),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._words,
                # Ctrl+C is for this process, which then ends its workers.
                process_group=None if sys.platform == "win32" else 0,
                creationflags=_NEW_GROUP_NO_WINDOW if sys.platform == "win32" else 0,
            )
        except (OSError, ValueError) as error:
            raise _CannotStart from error
        self._ready = False
        self._told: bytes | None = None  # the argument that the worker has
        self._until, self._expired = math.inf, False
        self._job = 0
        with suppress(OSError):  # older Windows: no job inside a job
            self._job = limits.limited_job(self._process)

    def ask(self, request: Request) -> tuple[Answer, bool]:
        """The answer, and whether the worker may be asked again."""
        requests, answers = _stream(self._process.stdin), _stream(self._process.stdout)
        # A run has one argument for all of its files, and a scheme of many units is long.
        if request.task:
            told, self._told = self._told, request.argument
            request = replace(request, argument=None) if request.argument == told else request
        try:
            self._until = time.monotonic() + _patience()
            if not self._ready:
                self._ready = answers.read(1) == worker.READY
                if not self._ready:
                    raise _CannotStart
            pickle.dump(request, requests, pickle.HIGHEST_PROTOCOL)
            requests.flush()
            answer = _Unpickler(answers).load()
            stays = _Unpickler(answers).load()
        except (EOFError, OSError, pickle.UnpicklingError, ValueError, AttributeError):
            return self._last_words(request, self._expired), False
        finally:
            self._until = math.inf
        return answer, stays is True

    def end_if_late(self) -> None:
        """End the process if it has been at its file for too long."""
        if time.monotonic() > self._until:
            self._expired = True
            self._process.kill()

    def _last_words(self, request: Request, expired: bool) -> Refusal:
        from kpixl.hosts.verdicts import refused

        self._process.kill()
        code = self._process.wait()
        with suppress(OSError):
            self._words.seek(-min(1 << 16, self._words.seek(0, os.SEEK_END)), os.SEEK_END)
        words = self._words.read()
        if expired or limits.out_of_time(code):
            verdict = "slow"
        elif b"memory allocation" in words or b"MemoryError" in words or b"bad_alloc" in words:
            verdict = "memory"
        else:
            verdict = "crash"
        log.event("reader-ended", level=log.WARNING, exit=code)
        error = refused(request.path, verdict)
        return Refusal(error.reason, error.remedy, verdict)

    def close(self) -> None:
        """End the process, whatever it does."""
        with suppress(OSError):
            self._process.kill()
        for stream in (self._process.stdin, self._process.stdout, self._words):
            with suppress(OSError):
                _stream(stream).close()
        self._process.wait()
        job, self._job = self._job, 0
        if job:
            limits.close_job(job)


_NEW_GROUP_NO_WINDOW = 0x00000200 | 0x08000000


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


def _patience() -> float:
    """Seconds after which this process ends a worker that did not end itself.

    On Windows a worker does not count its processor time, so that the clock has to do: long
    enough for a sound form on a computer that is busy with four other things.
    """
    own_clock = sys.platform != "win32"
    return limits.WAITING_SECONDS + 5 if own_clock else 5 * limits.PROCESSOR_SECONDS


def _command(ahead: tuple[str, ...] = ()) -> list[str]:
    import kpixl

    if not sys.executable:
        raise OSError("no interpreter")
    path = [str(Path(kpixl.__file__).parents[1]), *(entry for entry in sys.path if entry)]
    switches = ["-I", "-S", "-X", f"utf8={int(sys.flags.utf8_mode)}"]
    if sys.dont_write_bytecode:
        switches.append("-B")
    return [sys.executable, *switches, "-c", _START.format(path=path, ahead=ahead)]


class _Unpickler(pickle.Unpickler):
    """Takes from a worker what a worker has to say and nothing else."""

    def find_class(self, module: str, name: str) -> object:
        """Only values of a snapshot; raises UnpicklingError."""
        ours = module in ("kpixl.grid", "kpixl.hosts.worker")
        if not (ours or (module, name) in _PLAIN):
            raise pickle.UnpicklingError(f"{module}.{name}")
        return super().find_class(module, name)


_PLAIN = {("datetime", name) for name in ("date", "datetime", "time", "timedelta")} | {
    ("builtins", "frozenset"),
    ("builtins", "set"),
}


class Pool:
    """Workers, and those who wait for them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._busy: list[_Worker] = []
        self._closed = False

    def warm(self, ahead: tuple[str, ...] = ()) -> None:
        """Have a worker ready that loads the modules `ahead`."""
        with suppress(_CannotStart):
            self._give(self._take(ahead))

    def answer(self, request: Request) -> Answer:
        """The answer to one request."""
        (reply,) = self.answers([request])
        return reply

    def answers(self, requests: Sequence[Request]) -> Iterator[Answer]:
        """The answer to each request, in their order, as they come in."""
        width = min(
            MOST_WORKERS, os.cpu_count() or 1, 1 + (len(requests) - 1) // FILES_WORTH_A_WORKER
        )
        waiting = iter(range(len(requests)))
        done: SimpleQueue[tuple[int, Answer | BaseException]] = SimpleQueue()
        stop = threading.Event()

        def drive() -> None:
            while not stop.is_set():
                with self._lock:
                    index = next(waiting, None)
                if index is None:
                    return
                try:
                    done.put((index, self._one(requests[index])))
                except BaseException as error:  # raised where the answer is waited for
                    done.put((index, error))

        drivers = [threading.Thread(target=drive, daemon=True) for _ in range(width)]
        for driver in drivers:
            driver.start()
        here: dict[int, Answer] = {}
        finished = not requests
        try:
            for index in range(len(requests)):
                while index not in here:
                    with suppress(Empty):
                        at, reply = done.get(timeout=_TURN)
                        if isinstance(reply, BaseException):
                            raise reply
                        here[at] = reply
                    self._end_late()
                # Whoever takes the last answer need not come back to hear that there are no more.
                finished = index == len(requests) - 1
                yield here.pop(index)
        finally:
            stop.set()
            if not finished:  # interrupted, or nobody wants the rest
                self.close()
                # A thread that is still reading when the interpreter ends would abort it.
                for driver in drivers:
                    driver.join(_TURN * 10)
                self.close()

    def _end_late(self) -> None:
        with self._lock:
            busy = tuple(self._busy)
        for one in busy:
            one.end_if_late()

    def _one(self, request: Request) -> Answer:
        try:
            one = self._take()
        except _CannotStart:
            return self._here(request)
        stays = False
        try:
            reply, stays = one.ask(request)
        except _CannotStart:
            return self._here(request)
        finally:
            if stays:
                self._give(one)
            else:
                self._drop(one)
        return reply

    @staticmethod
    def _here(request: Request) -> Answer:
        log.event("reader-in-process", level=log.WARNING)
        return worker.answer(request)

    def _take(self, ahead: tuple[str, ...] = ()) -> _Worker:
        with self._lock:
            one = self._idle.pop() if self._idle else None
        if one is None:
            one = _Worker(ahead)
        with self._lock:
            self._busy.append(one)
        return one

    def _give(self, one: _Worker) -> None:
        with self._lock:
            self._busy.remove(one)
            self._idle.append(one)

    def _drop(self, one: _Worker) -> None:
        with self._lock, suppress(ValueError):
            self._busy.remove(one)
        one.close()

    def close(self) -> None:
        """End all workers, also those at work."""
        with self._lock:
            ending = [*self._idle, *self._busy]
            self._idle.clear()
        for one in ending:
            one.close()


_pools: dict[int, Pool] = {}


def _pool() -> Pool:
    """The pool of this process; a child that was forked has its own."""
    own = os.getpid()
    if own not in _pools:
        _pools.clear()
        _pools[own] = Pool()
        atexit.register(_close_own, own)
    return _pools[own]


def _close_own(own: int) -> None:
    if own == os.getpid() and own in _pools:
        _pools[own].close()

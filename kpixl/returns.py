"""Returned files, wherever they lie: in folders, folders within folders, and zips.

They are read and checked one by one by the workers of `kpixl.hosts.pool`; what comes back is a
`Reading` of each.
"""

from __future__ import annotations

import pickle
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

from kpixl.entries import Entries
from kpixl.errors import UnusableFile
from kpixl.findings import Place
from kpixl.grid import Snapshot
from kpixl.hosts import pool
from kpixl.hosts.archives import unpacked
from kpixl.hosts.recalculate import from_stored
from kpixl.scheme.model import Scheme
from kpixl.templates.active import active_content
from kpixl.templates.issued import IssuedForms
from kpixl.templates.marks import SYSTEM
from kpixl.validation.overwritten import overwritten_formulas
from kpixl.validation.record import dumped, loaded
from kpixl.validation.returned import Reading, read_return
from kpixl.validation.stale import stale_values

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et")
ARCHIVES = (".zip",)
CLOSED_ARCHIVES = (".rar", ".7z")  # what nobody but their own programs opens
RESULT_MARK = "kpixl-run"  # the mark that every book of ours carries which is no return

Paths = Sequence[str | Path]


# What a file holds besides sheets that is also told cell by cell, by the formulas that use it.
_TOLD_BY_CELL = frozenset({"links", "dde"})

_FOLLOWS = frozenset({"value-total", "value-recomputed"})


@dataclass(frozen=True, slots=True)
class ReturnedFile:
    """A file that came in: where it is, what it is called, and which archive it came from."""

    path: Path
    name: str
    archive: Path | None = None


def files_below(folder: Path, suffixes: Iterable[str]) -> tuple[Path, ...]:
    """The files of a folder and all below it that end so, sorted.

    Lock files that a spreadsheet program leaves beside an open book are passed over.
    """
    wanted = frozenset(suffixes)
    return tuple(
        sorted(
            p
            for p in folder.rglob("*")
            if p.suffix.lower() in wanted
            and not p.name.startswith(("~$", ".~lock", "."))
            and p.is_file()
        )
    )


@contextmanager
def returned(
    data: Paths, *, aside: Path | None = None
) -> Iterator[tuple[tuple[ReturnedFile, ...], tuple[UnusableFile, ...]]]:
    """The files of folders, archives and single paths, and the archives that can't be opened.

    What lies below `aside` is passed over.  A file is called by its own name where only one is
    called so, else by its path; a member of an archive by the archive and its path inside.
    """
    books: list[ReturnedFile] = []
    closed: list[UnusableFile] = []
    with tempfile.TemporaryDirectory(prefix="kpixl-") as room:
        for root, path in _paths(data):
            if aside is not None and path.resolve().is_relative_to(aside.resolve()):
                continue
            kind = path.suffix.lower()
            inside = path.relative_to(root).as_posix() if root else path.name
            if kind in ARCHIVES:
                place = Path(room) / str(len(books)) / str(len(closed))
                try:
                    for member in unpacked(path, place, (*WORKBOOKS, ".csv")):
                        name = f"{inside}/{member.name}"
                        books.append(ReturnedFile(member.path, name, path))
                except UnusableFile as error:
                    closed.append(error)
            elif kind in CLOSED_ARCHIVES:
                closed.append(
                    UnusableFile(
                        path, f"{kind} 压缩包不能直接读", "请先解压,再给出其中的表格。", "archive"
                    )
                )
            else:
                books.append(ReturnedFile(path, inside))
        yield tuple(_named(books)), tuple(closed)


def _paths(data: Paths) -> Iterator[tuple[Path | None, Path]]:
    """Every path once, with the folder that it was found below."""
    seen: set[Path] = set()
    for given in map(Path, data):
        if given.is_dir():
            wanted = (*WORKBOOKS, ".csv", *ARCHIVES, *CLOSED_ARCHIVES)
            found = files_below(given, wanted)
        else:
            found = (given,)
        root = given if given.is_dir() else None
        for path in found:
            if path not in seen:
                seen.add(path)
                yield root, path


def _named(books: Sequence[ReturnedFile]) -> Iterator[ReturnedFile]:
    called = Counter(Path(b.name).name for b in books)
    taken: set[str] = set()
    for book in books:
        short = Path(book.name).name
        name = book.name if book.archive is not None or called[short] > 1 else short
        number = 2
        while name in taken:  # two folders were given, each with such a file
            name = f"{book.name} ({number})"
            number += 1
        taken.add(name)
        yield replace(book, name=name)


# -- reading ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Job:
    """What a worker needs to know beside the file."""

    forms: IssuedForms
    today: date


@lru_cache(maxsize=4)
def _job(argument: bytes) -> _Job:
    scheme, today = pickle.loads(argument)
    return _Job(IssuedForms(scheme), today)


def argument_for(scheme: Scheme, today: date) -> bytes:
    """What goes to the workers with every file of a run."""
    return pickle.dumps((scheme, today), pickle.HIGHEST_PROTOCOL)


def in_worker(book: Snapshot, argument: bytes) -> bytes:
    """A return as text, checked by itself; runs in a worker."""
    job = _job(argument)
    return dumped(checked(book, job.forms, today=job.today))


TASK = f"{__name__}:{in_worker.__name__}"


def checked(book: Snapshot, forms: IssuedForms, *, today: date) -> Reading:
    """Everything that one return says and that is wrong with it by itself."""
    if RESULT_MARK in book.marks:
        return blank_reading(book)
    book = without_own(book)
    reading = read_return(book, forms, today=today)
    active = active_content(book)
    if _TOLD_BY_CELL.issuperset(book.active) and any(
        f.code == "form-link" for f in reading.findings
    ):
        active = ()
    typed = overwritten_formulas(book, from_stored)
    cells = {f.place for f in typed}  # why a total does not add up there
    own = (f for f in reading.findings if f.place not in cells or f.code not in _FOLLOWS)
    return replace(reading, findings=(*active, *stale_values(book, from_stored), *typed, *own))


def blank_reading(book: Snapshot) -> Reading:
    """A file that is no return of a scheme: nothing but its name."""
    source = book.source
    return Reading(
        file=source.name,
        sha256=source.sha256,
        unit="",
        place=Place(source.name),
        entries=Entries((), {}, {}),
        findings=(),
        system=book.marks.get(SYSTEM, ""),
        ours=RESULT_MARK in book.marks,
    )


@dataclass(frozen=True)
class Received:
    """A file with what was read of it."""

    file: ReturnedFile
    result: Reading | UnusableFile


Keep: TypeAlias = Callable[[str, str], None]


def received(
    files: Sequence[ReturnedFile],
    scheme: Scheme,
    *,
    today: date,
    known: Mapping[str, str] | None = None,
    keep: Keep | None = None,
) -> Iterator[Received]:
    """Each file read and checked by itself, in their order.

    `keep` is given key and text of each return as it comes in, `known` are such texts of a
    run that was stopped: their files are not read again.
    """
    known = known or {}
    keys = [key_of(f) if keep is not None else "" for f in files]
    new = [f for f, key in zip(files, keys, strict=True) if key not in known]
    fresh = pool.work_each(
        [f.path for f in new], TASK, argument_for(scheme, today), names=[f.name for f in new]
    )
    for file, key in zip(files, keys, strict=True):
        if key in known:
            yield Received(file, loaded(known[key]))
            continue
        result = next(fresh)
        if isinstance(result, UnusableFile):
            yield Received(file, result)
            continue
        if keep is not None:
            keep(key, result.decode())
        yield Received(file, loaded(result))


def key_of(file: ReturnedFile) -> str:
    """What a file is, for a later run: its content and what it is called."""
    try:
        content = file.path.read_bytes()
    except OSError:
        return f"? {file.name}"
    return f"{sha256(content).hexdigest()} {file.name}"


def without_own(book: Snapshot) -> Snapshot:
    """A workbook without the sheets that we put into it; one that holds nothing else as it is."""
    others = tuple(sheet for sheet in book.sheets if sheet.name not in book.own)
    return replace(book, sheets=others) if others else book

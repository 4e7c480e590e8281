"""Returned forms checked singly, by scheme, and then held against each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from kpixl import log
from kpixl.entries import Entries
from kpixl.errors import NoData, UnusableFile
from kpixl.findings import Finding, Place, finding
from kpixl.hosts import pool
from kpixl.returns import (
    RESULT_MARK,
    Keep,
    Paths,
    Received,
    ReturnedFile,
    blank_reading,
    received,
    returned,
)
from kpixl.scheme.find import known_schemes
from kpixl.scheme.model import Scheme
from kpixl.templates.marks import SYSTEM
from kpixl.templates.table import read_table
from kpixl.validation import examine, examine_ledger, last_year_of, validate
from kpixl.validation.compared import accepted_before
from kpixl.validation.examine import distinct
from kpixl.validation.returned import Reading
from kpixl.workspace.receiving import (
    all_unusable,
    no_form_among,
    receive,
    result_given,
    unusable_file,
)
from kpixl.workspace.schemes import usable_scheme


@dataclass(frozen=True)
class Checked:
    """The returns of one scheme, examined together: the files by name and all findings.

    `scheme` is None for files of which nobody knows it; `returns` are the files as they were
    read, `used` is the file that counts for each unit.
    """

    scheme: Scheme | None
    returns: tuple[Received, ...]
    findings: tuple[Finding, ...]
    used: Mapping[str, str] = field(default_factory=dict)

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The returns that could be read."""
        return tuple(r.result for r in self.returns if isinstance(r.result, Reading))


def check(
    data: Paths,
    scheme: str | Path | Scheme | None = None,
    *,
    last_year: str | Path | None = None,
    today: date | None = None,
) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """The names of the files that were checked, and what is wrong with them.

    Without a scheme, each form is checked against the one that it says it belongs to.
    `last_year` is where last year's accepted returns are.
    """
    found: tuple[Finding, ...] = ()
    if scheme is not None and not isinstance(scheme, Scheme):
        scheme, found = usable_scheme(scheme, data)
    with returned(data) as (files_, closed):
        tables = [f for f in files_ if f.path.suffix.lower() == ".csv"]
        if tables:
            return _check_table(data, scheme, found, last_year)
        if not files_ and not closed:
            raise NoData(data[0] if data else "", "文件夹里没有工作簿或 .csv 文件")
        if not files_:
            raise all_unusable(closed)
        whole = any(Path(d).is_dir() or d.suffix.lower() == ".zip" for d in map(Path, data))
        names: list[str] = []
        broken = list(closed)
        groups = by_scheme(files_, scheme, today=today or date.today())
        for own, returns in groups:
            broken += [r.result for r in returns if isinstance(r.result, UnusableFile)]
            kept = _returns_of(returns, own, data, broken)
            names += [r.file.name for r in kept]
            found += examined(own, kept, whole=whole, last_year=last_year).findings
    if broken and not names:
        raise all_unusable(broken)
    if not names:
        raise no_form_among([f.path for f in files_])
    found = tuple(distinct((*map(unusable_file, broken), *found)))
    log.findings(found)
    return tuple(names), found


def _check_table(
    data: Paths, scheme: Scheme | None, found: tuple[Finding, ...], last_year: str | Path | None
) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """`check` for the figures of a .csv file."""
    table = receive(data, scheme).table
    assert table is not None
    if scheme is None:
        raise NoData(table, ".csv 不带方案标识,请用 --scheme 写明方案")
    entries, faults = read_table(table, scheme)
    accepted = None if last_year is None else accepted_returns(last_year, scheme)
    found = tuple(distinct((*found, *faults, *validate(entries, scheme, accepted=accepted)[1])))
    log.findings(found)
    return (table.name,), found


def _returns_of(
    returns: Sequence[Received],
    scheme: Scheme | None,
    data: Paths,
    broken: list[UnusableFile],
) -> tuple[Received, ...]:
    """The returns among the files: not what kpixl wrote itself, nor the scheme's own workbook."""
    kept = []
    named = {Path(d) for d in data}
    for one in returns:
        if not isinstance(one.result, Reading):
            continue
        log.event("form-read", sha256=one.result.sha256)
        if one.result.ours:
            if one.file.path in named:
                broken.append(result_given(one.file.path))
        elif (
            scheme is None
            or one.result.sha256 != scheme.sha256
            or (scheme.form_file and (one.file.path in named or one.result.unit))
        ):
            kept.append(one)
    return tuple(kept)


def by_scheme(
    files_: Sequence[ReturnedFile],
    scheme: Scheme | None,
    *,
    today: date,
    known: Mapping[str, str] | None = None,
    keep: Keep | None = None,
) -> Iterator[tuple[Scheme | None, tuple[Received, ...]]]:
    """The files by the scheme that they are to be checked against, read and checked singly."""
    if scheme is not None:
        every = received(files_, scheme, today=today, known=known, keep=keep)
        yield scheme, tuple(every)
        return
    rest = list(files_)
    while rest:
        first = rest[0]
        try:
            book = pool.read(first.path, structure=False)
        except UnusableFile as error:
            yield None, (Received(first, error),)
            rest = rest[1:]
            continue
        system = book.marks.get(SYSTEM, "")
        if RESULT_MARK in book.marks or system not in known_schemes():
            nothing = replace(blank_reading(book), file=first.name)
            if not nothing.ours:
                strange = finding("form-scheme-unknown", place=Place(first.name), found=system)
                nothing = replace(nothing, findings=(strange,))
            yield None, (Received(first, nothing),)
            rest = rest[1:]
            continue
        own, _ = usable_scheme(system)
        every = received(rest, own, today=today, known=known, keep=keep)
        mine, others = [], []
        for one in every:
            reading = one.result
            if not isinstance(reading, Reading) or reading.ours or reading.system == system:
                mine.append(one)
            else:
                others.append(one.file)
        yield own, tuple(mine)
        rest = others


def examined(
    scheme: Scheme | None,
    returns: Sequence[Received],
    *,
    whole: bool,
    last_year: str | Path | None = None,
) -> Checked:
    """Returns of one scheme, held against each other and against last year.

    With `whole` a unit that sent nothing is a finding.
    """
    readings = tuple(r.result for r in returns if isinstance(r.result, Reading))
    if scheme is None:
        return Checked(None, tuple(returns), tuple(f for r in readings for f in r.findings))
    used: Mapping[str, str] = {}
    if scheme.ledger is not None:
        found = examine_ledger(readings, scheme, expect_all=whole)[1]
        used = {r.unit: r.file for r in reversed(readings) if r.unit}
    else:
        accepted = None if last_year is None else accepted_returns(last_year, scheme)
        done = examine(readings, scheme, expect_all=whole, accepted=accepted)
        found, used = done.findings, done.used
    return Checked(scheme, tuple(returns), tuple(found), used)


def accepted_returns(folder: str | Path, scheme: Scheme) -> Entries:
    """Last year's accepted returns as figures, from forms or a .csv file; raises a KpixlError."""
    came = receive([folder], scheme)
    if came.table is not None:
        return accepted_before(read_table(came.table, scheme)[0], scheme)
    return last_year_of(came.forms, scheme)

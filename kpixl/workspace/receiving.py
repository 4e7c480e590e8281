"""Returned forms, opened for a run that holds them all at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kpixl import log
from kpixl.errors import KpixlError, NoData, UnusableFile
from kpixl.findings import Finding, Place, finding
from kpixl.grid import Snapshot
from kpixl.hosts import pool
from kpixl.hosts.recalculate import from_stored
from kpixl.returns import RESULT_MARK, WORKBOOKS, Paths, files_below, without_own
from kpixl.scheme.model import Scheme
from kpixl.templates.active import active_content
from kpixl.templates.bind import Recogniser
from kpixl.templates.owner import unit_text
from kpixl.validation.stale import stale_values

# Findings that a file could not be used at all.
UNUSABLE = frozenset(
    {"file-unusable", "form-unrecognised", "form-other-scheme", "form-scheme-unknown"}
)


def returned_files(data: Paths) -> tuple[Path, ...]:
    """The files of a data argument: files as given, folders with all below them, sorted.

    Lock files that a spreadsheet program leaves beside an open book are passed over.
    """
    found: list[Path] = []
    for path in map(Path, data):
        if path.is_dir():
            inside = files_below(path, (*WORKBOOKS, ".csv"))
            if not inside:
                raise NoData(path, "文件夹里没有工作簿或 .csv 文件")
            found.extend(inside)
        else:
            found.append(path)
    if not found:
        raise NoData("", "没有给出文件")
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class Forms:
    """What came in: the forms that could be opened, or one table, and the files that could not.

    `whole` says that a folder was given, so that units without a form are missing.
    """

    forms: tuple[Snapshot, ...]
    table: Path | None
    findings: tuple[Finding, ...]
    whole: bool


def receive(data: Paths, scheme: Scheme | None = None, *, aside: str | Path | None = None) -> Forms:
    """Open all files of a data argument.

    One that can't be opened is a finding, so that the others are used all the same; where
    there is no other, its error is raised.  Books that kpixl wrote, the scheme's own
    workbook and the workbook `aside` are passed over in a folder; so are sheets of ours in
    a book that holds others too.
    """
    paths = _but_for(aside, returned_files(data), data)
    tables = [p for p in paths if p.suffix.lower() == ".csv"]
    books = [p for p in paths if p.suffix.lower() != ".csv"]
    whole = any(Path(d).is_dir() for d in data)
    if tables and books:
        raise NoData(
            tables[0].parent, f"“{tables[0].name}”与填报表放在一起,不知道以哪个为准,请只给出一种"
        )
    if len(tables) > 1:
        names = "、".join(p.name for p in tables[:3])
        raise NoData(tables[0].parent, f"有 {len(tables)} 个 .csv({names}),一次只能用一个")
    if tables:
        return Forms((), tables[0], (), whole)
    named = {Path(d) for d in data}
    forms: list[Snapshot] = []
    broken: list[UnusableFile] = []
    found: list[Finding] = []
    for path, form in zip(books, pool.read_each(books), strict=True):
        if isinstance(form, UnusableFile):
            broken.append(form)
            continue
        log.event("form-read", sha256=form.source.sha256, sheets=len(form.sheets))
        ours = RESULT_MARK in form.marks
        if ours and path in named:
            broken.append(result_given(path))
        elif not ours and not (
            scheme
            and form.source.sha256 == scheme.sha256
            and not (scheme.form_file and path in named)
            and not _filled_form(scheme, form)
        ):
            form = without_own(form)
            forms.append(form)
            found += active_content(form)
    if broken and not forms:
        raise all_unusable(broken)
    if not forms:
        raise no_form_among(paths)
    stale = (fault for form in forms for fault in stale_values(form, from_stored))
    return Forms(tuple(forms), None, (*map(unusable_file, broken), *found, *stale), whole)


def _but_for(aside: str | Path | None, paths: Sequence[Path], data: Paths) -> tuple[Path, ...]:
    """The files without one that only lies in their folder; all, if that leaves none."""
    if aside is None or not Path(aside).exists():
        return tuple(paths)
    named = {Path(d) for d in data}
    kept = tuple(p for p in paths if p in named or not (p.exists() and p.samefile(aside)))
    return kept or tuple(paths)


def _filled_form(scheme: Scheme, form: Snapshot) -> bool:
    """Whether the form that states the rules is a return too: it says whose figures it holds."""
    if not scheme.form_file:
        return False
    reading = Recogniser(scheme).read(form)
    return any(
        b.owner or (b.unit and (s := form.sheet(b.sheet)) and unit_text(s, b.unit))
        for b in reading.bindings
    )


def unusable_file(error: UnusableFile) -> Finding:
    return finding(
        "file-unusable", place=Place(error.path.name), reason=error.reason, remedy=error.remedy
    )


def unusable(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that say of a file that it could not be used at all."""
    return tuple(f for f in found if f.code in UNUSABLE)


def all_unusable(broken: Sequence[UnusableFile]) -> KpixlError:
    """The error for a run in which no file at all can be used."""
    first = broken[0]
    if len(broken) == 1:
        return first
    return NoData(
        first.path.parent,
        f"{len(broken)} 个文件都不能用,如“{first.path.name}”{first.reason}",
    )


def no_form_among(paths: Sequence[Path]) -> NoData:
    """The error for a run in which every file is ours."""
    return NoData(paths[0].parent, "文件夹里只有方案和结果工作簿,没有填报表")


def result_given(path: Path) -> UnusableFile:
    """The error for a result of ours that was given as a return."""
    return UnusableFile(
        path, "这是 kpixl 写出的结果工作簿,不是填报表", "请给出各单位交回的填报表。"
    )

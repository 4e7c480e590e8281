"""Runs on files: where schemes and returned forms are found and read.

The command line and the tests of whole systems start here; the pipeline itself knows
no file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kpixl import log
from kpixl.entries import Entries
from kpixl.errors import BadArgument, KpixlError, NoData, SignedFile, UnusableFile, UnwritableFile
from kpixl.findings import Finding, Place, finding
from kpixl.grid import Snapshot
from kpixl.host import Patch, PutSheet, SheetSpec
from kpixl.hosts import files, pool
from kpixl.hosts.formula_prepare import Engine, Functions
from kpixl.hosts.recalculate import from_stored, recalculate
from kpixl.hosts.recalculated import calculation_findings, results_patch
from kpixl.hosts.safewrite import refuse_unwritable
from kpixl.pipeline import (
    Outcome,
    assess_entries,
    assess_forms,
    follow_entries,
    follow_forms,
    ledger_book,
    result_book,
)
from kpixl.reporting.ledger_report import LedgerResult
from kpixl.reporting.run import RunInfo
from kpixl.returns import (
    RESULT_MARK,
    WORKBOOKS,
    Keep,
    Received,
    ReturnedFile,
    blank_reading,
    received,
    returned,
    without_own,
)
from kpixl.scheme.bindings import merged
from kpixl.scheme.blank import blank_scheme
from kpixl.scheme.book import binding_patch, scheme_book
from kpixl.scheme.find import find_scheme, known_schemes
from kpixl.scheme.model import Scheme
from kpixl.scheme.reader import read_scheme
from kpixl.templates.active import active_content
from kpixl.templates.bind import Reading as FormReading
from kpixl.templates.bind import Recogniser, binding_lines, unit_text
from kpixl.templates.cells import BoundCell, bound_cells
from kpixl.templates.extract import collect_entries
from kpixl.templates.from_form import FromForm, scheme_of_form
from kpixl.templates.issue import blank_form
from kpixl.templates.ledger_form import blank_ledger
from kpixl.templates.marks import SYSTEM
from kpixl.templates.table import content_of, read_table
from kpixl.validation import examine, examine_ledger, last_year_of, validate
from kpixl.validation.compared import accepted_before
from kpixl.validation.examine import distinct
from kpixl.validation.returned import Reading
from kpixl.validation.stale import stale_values

if TYPE_CHECKING:
    from kpixl.ranking.classing import ClassTable
    from kpixl.verification import Verification

# Findings that a file could not be used at all.
UNUSABLE = frozenset(
    {"file-unusable", "form-unrecognised", "form-other-scheme", "form-scheme-unknown"}
)

_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')  # what no Windows file name may hold

_WITHOUT_FORMULAS = frozenset({".xls", ".et", ".xlsb"})
_NOTHING_NOW = "本次运行没有这一项内容。"

Paths = Sequence[str | Path]


# -- schemes ---------------------------------------------------------------------------


def load_scheme(name: str | Path) -> tuple[Scheme | None, tuple[Finding, ...]]:
    """A scheme by the name of a system in the package, or by the path of its workbook."""
    place = find_scheme(name)
    # A system of the package is no stranger's.
    own = str(name) in known_schemes()
    book = files.read(place.path) if own else pool.read(place.path)
    log.event("scheme-read", sha256=book.source.sha256, sheets=len(book.sheets))
    return read_scheme(without_own(book), system=place.system)


def usable_scheme(name: str | Path, data: Paths = ()) -> tuple[Scheme, tuple[Finding, ...]]:
    """`load_scheme` for a run that can't do without; raises UnusableFile.

    A form that states its rules is a scheme too; the units are then those of the form and
    of `data`, the copies that came back.
    """
    scheme, found = load_scheme(name)
    if scheme is None:
        stated = stated_scheme(find_scheme(name).path, data)
        if stated.scheme is not None:
            return stated.scheme, stated.findings
        if stated.layouts:
            found = stated.findings
        reason = "读不成考核方案"
        if found:
            reason += f",{found[0].text}"
        raise UnusableFile(
            find_scheme(name).path, reason, "全部问题可用 kpixl lint 查看;样子请看自带方案。"
        )
    return scheme, found


def stated_scheme(path: str | Path, data: Paths = ()) -> FromForm:
    """The scheme that a form states itself, and everything that is open about it."""
    path = Path(path)
    form = pool.read(path)
    copies = [
        p
        for p in (returned_files(data) if data else ())
        if p.suffix.lower() != ".csv" and not (p.exists() and p.samefile(path))
    ]
    others = [
        copy
        for copy in pool.read_each(copies)
        if isinstance(copy, Snapshot)  # receiving the data says why another can't be used
        and RESULT_MARK not in copy.marks
        and copy.source.sha256 != form.source.sha256
    ]
    stated = scheme_of_form(form, others)
    log.event("form-read-as-scheme", sha256=form.source.sha256, tables=len(stated.layouts))
    return stated


def new_scheme(path: str | Path) -> tuple[str, ...]:
    """Write a blank scheme workbook and give the names of its sheets; raises UnwritableFile."""
    path = Path(path)
    if path.suffix.lower() != ".xlsx":
        raise UnwritableFile(path, "方案工作簿是 .xlsx 格式", "请把扩展名写成 .xlsx。")
    if path.exists():
        raise UnwritableFile(path, "文件已经存在,不能覆盖", "请换一个文件名。")
    patch = blank_scheme()
    files.write_new(path, patch)
    return tuple(change.sheet.name for change in patch.changes if isinstance(change, PutSheet))


@dataclass(frozen=True)
class Recognised:
    """A form as it was understood: the scheme that it was held against, or that it states."""

    form: Snapshot
    scheme: Scheme | None
    reading: FormReading
    cells: tuple[BoundCell, ...]
    findings: tuple[Finding, ...]
    tables: Mapping[str, Sequence[Sequence[str]]]


def recognise(path: str | Path, scheme: str | Path | None = None) -> Recognised:
    """Which cell of a form is what, and what is open; raises UnusableFile.

    Without a scheme the form is read as one that states its rules itself.
    """
    if scheme is not None:
        known, found = usable_scheme(scheme)
        form = pool.read(path)
        reading = Recogniser(known).read(form)
        cells = bound_cells(form, reading, known)
        owners = collect_entries([form], known, expect_all=False)[1] if reading.bindings else ()
        about = tuple(f for f in owners if f.code.startswith("form-unit"))
        everything = tuple(dict.fromkeys((*found, *reading.findings, *about)))
        return Recognised(form, known, reading, cells, everything, {})
    form = pool.read(path)
    stated = scheme_of_form(form)
    if stated.scheme is None:
        reading = FormReading((), (), stated.layouts)
        cells = bound_cells(form, reading, None)
        return Recognised(form, None, reading, cells, stated.findings, stated.tables)
    reading = Recogniser(stated.scheme).read(form)
    cells = bound_cells(form, reading, stated.scheme)
    found = tuple(dict.fromkeys((*stated.findings, *reading.findings)))
    return Recognised(form, stated.scheme, reading, cells, found, stated.tables)


def save_binding(
    recognised: Recognised,
    target: str | Path,
    scheme: str | Path | None = None,
    *,
    void_signature: bool = False,
) -> Path:
    """Write the sheet 绑定: into the scheme workbook or a copy of it, or with a whole new scheme.

    Without a scheme the form's own rules become a scheme workbook.  A file that stands in
    the way is never replaced, but for the scheme workbook itself.  A signed scheme needs
    `void_signature`.
    """
    target = Path(target)
    if target.suffix.lower() != ".xlsx":
        raise UnwritableFile(target, "方案工作簿是 .xlsx 格式", "请把扩展名写成 .xlsx。")
    source = find_scheme(scheme).path if scheme is not None else None
    own = source is not None and target.exists() and target.samefile(source)
    if target.exists() and not own:
        raise UnwritableFile(target, "文件已经存在,不能覆盖", "请换一个文件名。")
    if source is None:
        title = recognised.scheme.title if recognised.scheme else recognised.form.source.name
        if not recognised.tables:
            raise UnwritableFile(target, "表上没有评分标准,写不成方案", "请用 --scheme 给出方案。")
        files.write_new(target, scheme_book(recognised.tables, title=title))
        return target
    assert recognised.scheme is not None
    lines = merged(recognised.scheme.bindings, binding_lines(recognised.reading))
    book = files.read(source)
    patch = binding_patch(book, lines, recognised.scheme.title)
    files.edit(source, target, patch, void_signature=void_signature)
    log.event("binding-written", lines=len(lines))
    return target


# -- returned files ----------------------------------------------------------------------


def returned_files(data: Paths) -> tuple[Path, ...]:
    """The files of a data argument: files as given, folders with all below them, sorted.

    Lock files that a spreadsheet program leaves beside an open book are passed over.
    """
    found: list[Path] = []
    for path in map(Path, data):
        if path.is_dir():
            inside = sorted(
                p
                for p in path.rglob("*")
                if p.suffix.lower() in (*WORKBOOKS, ".csv")
                and p.is_file()
                and not p.name.startswith(("~$", ".~lock", "."))
            )
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
            broken.append(
                UnusableFile(
                    path, "这是 kpixl 写出的结果工作簿,不是填报表", "请给出各单位交回的填报表。"
                )
            )
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
        if len(broken) == 1:
            raise broken[0]
        first = broken[0]
        raise NoData(
            first.path.parent,
            f"{len(broken)} 个文件都不能用,如“{first.path.name}”{first.reason}",
        )
    if not forms:
        raise NoData(paths[0].parent, "文件夹里只有方案和结果工作簿,没有填报表")
    stale = (fault for form in forms for fault in stale_values(form, from_stored))
    return Forms(tuple(forms), None, (*map(_broken, broken), *found, *stale), whole)


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


def _broken(error: UnusableFile) -> Finding:
    return finding(
        "file-unusable", place=Place(error.path.name), reason=error.reason, remedy=error.remedy
    )


def unusable(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that say of a file that it could not be used at all."""
    return tuple(f for f in found if f.code in UNUSABLE)


# -- runs ------------------------------------------------------------------------------


def assess(scheme: str | Path | Scheme, data: Paths, *, aside: str | Path | None = None) -> Outcome:
    """Score and rank the returned forms, or the figures of a .csv file.

    `aside` is a workbook that is no return because it lies among them.  Raises a KpixlError
    where nothing of the data can be used; everything else is a finding.
    """
    found: tuple[Finding, ...] = ()
    if not isinstance(scheme, Scheme):
        scheme, found = usable_scheme(scheme, data)
    received = receive(data, scheme, aside=aside)
    if received.table is not None:
        entries, faults = read_table(received.table, scheme)
        outcome = assess_entries(scheme, entries, faults)
    else:
        outcome = assess_forms(scheme, received.forms)
        nothing = _no_form(received.forms, outcome.findings)
        if nothing is not None:
            raise nothing
    everything = tuple(dict.fromkeys((*found, *received.findings, *outcome.findings)))
    log.findings(everything)
    return replace(outcome, findings=everything)


def follow(
    scheme: str | Path | Scheme,
    data: Paths = (),
    *,
    month: int | None = None,
    enterprises: str | Path | None = None,
    aside: str | Path | None = None,
) -> LedgerResult:
    """Where the tasks of a ledger stand at the end of a month, and the classes of enterprises.

    `data` are returned ledgers, or a .csv file with the figures of one month; without it
    only the enterprises are classed.  `aside` is a workbook that is no return because it lies
    among them.  Raises a KpixlError where nothing can be used, or the
    scheme is no ledger.
    """
    found: tuple[Finding, ...] = ()
    if not isinstance(scheme, Scheme):
        scheme, found = usable_scheme(scheme)
    if scheme.ledger is None:
        raise BadArgument("方案", scheme.title, "按月推进的台账(数据项表中有“进度”一列)")
    classes = None if enterprises is None else _classes(scheme, Path(enterprises))
    if not data:
        faults = classes.findings if classes is not None else ()
        result = LedgerResult(scheme, {}, classes, faults)
        received_findings: tuple[Finding, ...] = ()
    else:
        received = receive(data, scheme, aside=aside)
        received_findings = received.findings
        if received.table is not None:
            entries, faults = read_table(received.table, scheme)
            at = 12 if month is None else month
            assumed = (finding("ledger-month-assumed", month=at),) if month is None else ()
            result = follow_entries(scheme, {at: entries}, at, (*assumed, *faults), classes)
        else:
            result = follow_forms(scheme, received.forms, month, classes)
            nothing = _no_form(received.forms, result.findings)
            if nothing is not None:
                raise nothing
    everything = (*found, *received_findings, *result.findings)
    log.findings(everything)
    return replace(result, findings=everything)


def _classes(scheme: Scheme, path: Path) -> ClassTable:
    """The enterprises of a table, classed; raises BadArgument, UnusableFile or NoEnterprises."""
    from kpixl.ranking.classing import classify
    from kpixl.templates.enterprises import enterprises_of, parse_enterprises

    if scheme.ledger is None or scheme.ledger.classing is None:
        raise BadArgument("--enterprises", path.name, "用于方案中写有“企业分类”的方案")
    if path.suffix.lower() == ".csv":
        frame, source, faults = parse_enterprises(content_of(path), scheme, name=path.name)
    else:
        frame, source, faults = enterprises_of(pool.read(path), scheme)
    log.event("enterprises-read", sha256=source.sha256, rows=len(frame))
    classes = classify(scheme, frame, source)
    return replace(classes, findings=(*faults, *classes.findings))


@dataclass(frozen=True)
class Checked:
    """The returns of one scheme, examined together: the files by name and all findings.

    `scheme` is None for files of which nobody knows it; `returns` are the files as they were
    read, `used` the file that counts for each unit, `figures` what was settled.
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
        if not files_:
            raise _nothing(data, closed)
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
        raise _nothing(data, broken)
    if not names:
        raise NoData(files_[0].path.parent, "文件夹里只有方案和结果工作簿,没有填报表")
    found = tuple(distinct((*map(_broken, broken), *found)))
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


def _nothing(data: Paths, broken: Sequence[UnusableFile]) -> KpixlError:
    """The error for a run in which no file at all can be used."""
    if not broken:
        return NoData(data[0] if data else "", "文件夹里没有工作簿或 .csv 文件")
    if len(broken) == 1:
        return broken[0]
    first = broken[0]
    return NoData(
        first.path.parent,
        f"{len(broken)} 个文件都不能用,如“{first.path.name}”{first.reason}",
    )


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
                broken.append(
                    UnusableFile(
                        one.file.path,
                        "这是 kpixl 写出的结果工作簿,不是填报表",
                        "请给出各单位交回的填报表。",
                    )
                )
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
    received = receive([folder], scheme)
    if received.table is not None:
        return accepted_before(read_table(received.table, scheme)[0], scheme)
    return last_year_of(received.forms, scheme)


def _no_form(forms: Sequence[Snapshot], found: Sequence[Finding]) -> NoData | None:
    """The error for a run in which no file at all is a form of the scheme."""
    strange = {f.place.file: f for f in found if f.code in UNUSABLE | {"form-monthly"}}
    if any(form.source.name not in strange for form in forms):
        return None
    first = forms[0].source.name
    text = strange[first].text
    if len(forms) == 1:
        return NoData(first, text)
    return NoData(first, f"{text};其余 {len(forms) - 1} 个文件也都认不出")


# -- forms to be filled in -------------------------------------------------------------


def issue_forms(scheme: Scheme, folder: str | Path) -> tuple[Path, ...]:
    """Write a form for every unit that is asked for something, and give the files.

    The folder is made where it is missing.  A file that stands there is never replaced, as
    it may be a return: raises UnwritableFile before anything is written.
    """
    folder = Path(folder)
    forms: dict[Path, Patch] = {}
    for unit in scheme.units:
        path = folder / f"{_NOT_IN_NAMES.sub('_', unit.name)}.xlsx"
        if scheme.ledger is None:
            if scheme.asked_of(unit.name):
                forms[path] = blank_form(scheme, unit=unit)
        elif scheme.ledger.led_by(unit.name):
            forms[path] = blank_ledger(scheme, unit=unit)
    if not forms:
        raise BadArgument("方案", scheme.title, "单位表中至少有一个要填报的单位")
    if folder.exists() and not folder.is_dir():
        raise UnwritableFile(folder, "这是文件,不是文件夹", "请换一个文件夹。")
    there = next((path for path in forms if path.exists()), None)
    if there is not None:
        raise UnwritableFile(
            there, "文件已经存在,可能是交回的表,不能覆盖", "请换一个文件夹,或先移走这些文件。"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = f"文件夹建不成({error.strerror})"
        raise UnwritableFile(folder, reason, "请换一个位置。") from None
    for path, patch in forms.items():
        files.write_new(path, patch)
    log.event("forms-issued", forms=len(forms))
    return tuple(forms)


# -- workbooks that are calculated ---------------------------------------------------------


@dataclass(frozen=True)
class Calculation:
    """What became of a workbook's formulas: how many there are, were calculated, and how many
    cells hold another value than before."""

    engine: str
    formulas: int
    calculated: int
    changed: int
    findings: tuple[Finding, ...]


def calculate(
    source: str | Path,
    target: str | Path,
    functions: Functions,
    *,
    engine: Engine | None = None,
    void_signature: bool = False,
) -> Calculation:
    """Calculate all formulas of `source` and write it to `target` with the new values.

    Nothing but the values of formula cells changes; what cannot be calculated keeps the value
    that it had.  Raises UnusableFile and UnwritableFile, with nothing written; of these
    SignedFile unless a signature may become void.
    """
    source, target = Path(source), Path(target)
    if target.exists():
        raise UnwritableFile(target, "文件已经存在,不能覆盖", "请换一个文件名,或先移走这个文件。")
    if source.suffix.lower() != target.suffix.lower():
        kind = source.suffix or ".xlsx"
        raise UnwritableFile(target, f"结果与原工作簿同一格式({kind})", f"请把扩展名写成 {kind}。")
    refuse_unwritable(target)
    snapshot = pool.read(source)
    spilling = files.spilling(source)
    found = recalculate(snapshot, functions, engine=engine, spilling=spilling)
    patch, changed = results_patch(snapshot, found)
    files.edit(source, target, patch, void_signature=void_signature)
    log.event("book-calculated", sha256=snapshot.source.sha256, cells=len(found.values))
    return Calculation(
        found.engine,
        sum(len(s.formulas) for s in snapshot.sheets),
        sum(
            place[1] in s.formulas
            for s in snapshot.sheets
            for place in found.values
            if place[0] == s.name
        ),
        changed,
        tuple(calculation_findings(snapshot, found)),
    )


# -- results ---------------------------------------------------------------------------


def verify_result(path: str | Path, data: Paths = ()) -> Verification:
    """Compute a result workbook again from what it carries; raises UnusableFile.

    With `data`, the returns themselves, what it carries is held against them too.
    """
    from kpixl import __version__
    from kpixl.verification import NotSealed, against_returns, verify

    book = pool.read(path)
    formulas = any(sheet.formulas for sheet in book.sheets)
    if Path(path).suffix.lower() in _WITHOUT_FORMULAS and not formulas:
        reason = f"{Path(path).suffix} 格式里的公式读不出来,不能核验"
        raise UnusableFile(path, reason, "请在表格软件里另存为 .xlsx,再核验。")
    try:
        done = verify(book, version=__version__, recalculate=from_stored)
    except NotSealed as error:
        raise UnusableFile(path, error.reason, error.remedy) from None
    log.event("result-verified", sha256=book.source.sha256, cells=done.cells)
    if not data or done.sealed is None:
        return done
    scheme = done.sealed.scheme
    if scheme.ledger is None:
        returned = {0: assess(scheme, data, aside=path).entries}
    else:
        result = follow(scheme, data, month=done.sealed.current or None, aside=path)
        returned = {number: month.table.entries for number, month in result.months.items()}
    differ = tuple(against_returns(done.sealed, returned))
    return replace(done, findings=(*done.findings, *differ))


def refuse_result(path: str | Path, data: Paths = ()) -> None:
    """Raise UnwritableFile where a result book may not be put; before any work is done.

    A file that stands there already is replaced only if it is a result of ours.
    """
    out = Path(path)
    if out.suffix.lower() != ".xlsx" and not out.is_dir():
        raise UnwritableFile(out, "结果工作簿是 .xlsx 格式", "请把扩展名写成 .xlsx。")
    refuse_unwritable(out)
    if not out.exists():
        return
    try:
        ours = RESULT_MARK in pool.read(out, structure=False).marks
    except UnusableFile:
        ours = False
    if not ours or any(Path(d).is_file() and out.samefile(d) for d in data):
        raise UnwritableFile(
            out,
            "文件已经存在,而且不是 kpixl 写出的结果,不能覆盖",
            "请换一个文件名,或先移走这个文件。",
        )


@dataclass(frozen=True)
class Target:
    """Where a result goes: a workbook of its own, or (`about`) one that exists."""

    path: Path
    about: files.About | None = None
    void_signature: bool = False

    @property
    def aside(self) -> Path | None:
        """The workbook that is written into, which is no return only because it lies there."""
        return None if self.about is None else self.path


def result_target(path: str | Path, data: Paths = ()) -> Target:
    """A new workbook for the result; raises UnwritableFile before any work is done."""
    refuse_result(path, data)
    return Target(Path(path))


def is_signed(path: str | Path) -> bool:
    """Whether writing into a workbook makes its digital signature void."""
    return files.is_signed(path)


def existing_target(path: str | Path, *, void_signature: bool = False) -> Target:
    """An existing workbook for the result; raises before any work is done.

    UnusableFile and UnwritableFile say why it can't be; SignedFile asks for consent.
    """
    about = files.about(path)
    if about.signed and not void_signature:
        raise SignedFile(path)
    return Target(Path(path), about, void_signature)


def write_result(outcome: Outcome, target: Target, run: RunInfo) -> tuple[str, ...]:
    """Write the result and give the names of its sheets; raises UnwritableFile."""
    return _write(result_book(outcome, run), target)


def write_ledger(result: LedgerResult, target: Target, run: RunInfo) -> tuple[str, ...]:
    """Write the result of a ledger and give the names of its sheets."""
    return _write(ledger_book(result, run), target)


def _write(patch: Patch, target: Target) -> tuple[str, ...]:
    names = tuple(change.sheet.name for change in patch.changes if isinstance(change, PutSheet))
    if target.about is None:
        files.write_new(target.path, patch)
    else:
        files.edit(
            target.path,
            target.path,
            _beside_others(patch, names, target.about),
            void_signature=target.void_signature,
        )
    log.event("result-written", sheets=len(names))
    return names


def _beside_others(patch: Patch, names: Sequence[str], about: files.About) -> Patch:
    """The result as it is put into a workbook that holds other things too.

    Sheets of an earlier run that this run has nothing for say so: what they held is true no
    longer, and somebody's formulas may point to them.  The marks of a result book are for a
    workbook that is nothing else.
    """
    stale = [
        name for name, whose in about.own.items() if whose == patch.owner and name not in names
    ]
    notices = (PutSheet(SheetSpec(name, {(1, 1): _NOTHING_NOW})) for name in stale)
    marks = patch.marks if RESULT_MARK in about.marks else {}
    return replace(patch, changes=(*patch.changes, *notices), marks=marks)

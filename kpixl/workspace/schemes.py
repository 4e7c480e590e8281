"""Where schemes come from: the package, a workbook, or a form that states its rules itself."""

from __future__ import annotations

from pathlib import Path

from kpixl import log
from kpixl.errors import UnusableFile, UnwritableFile
from kpixl.findings import Finding
from kpixl.grid import Snapshot
from kpixl.host import PutSheet
from kpixl.hosts import files, pool
from kpixl.returns import RESULT_MARK, Paths, without_own
from kpixl.scheme.blank import blank_scheme
from kpixl.scheme.find import find_scheme, known_schemes
from kpixl.scheme.model import Scheme
from kpixl.scheme.reader import read_scheme
from kpixl.templates.from_form import FromForm, scheme_of_form
from kpixl.workspace.receiving import returned_files


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

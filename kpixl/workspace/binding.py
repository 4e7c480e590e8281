"""A form that nobody has described: what was understood of it, and writing that down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kpixl import log
from kpixl.errors import UnwritableFile
from kpixl.findings import Finding
from kpixl.grid import Snapshot
from kpixl.hosts import files, pool
from kpixl.scheme.bindings import merged
from kpixl.scheme.book import binding_patch, scheme_book
from kpixl.scheme.find import find_scheme
from kpixl.scheme.model import Scheme
from kpixl.templates.bind import Recogniser, binding_lines
from kpixl.templates.cells import BoundCell, bound_cells
from kpixl.templates.extract import collect_entries
from kpixl.templates.from_form import scheme_of_form
from kpixl.templates.reading import Reading as FormReading
from kpixl.workspace.schemes import usable_scheme


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

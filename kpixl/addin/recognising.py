"""Which cell of the open form is what, as a sheet."""

from __future__ import annotations

from collections.abc import Sequence

from kpixl.addin.job import Job, Reply
from kpixl.addin.working_on import own_sheets, result_patch, subject_of
from kpixl.errors import SchemeNotKnown
from kpixl.findings import Finding
from kpixl.grid import Snapshot
from kpixl.host import Page, Patch, PutSheet, SheetSpec
from kpixl.layout import style
from kpixl.layout.draft import Draft
from kpixl.scheme.model import Scheme
from kpixl.templates.bind import Recogniser
from kpixl.templates.cells import BoundCell, bound_cells
from kpixl.templates.from_form import scheme_of_form, structure
from kpixl.templates.reading import Reading

SHEET = "识别结果"
_MOST = 12
_HEADINGS = ("作用", "工作表", "单元格", "单位", "指标", "数据项")


def recognised(job: Job) -> Reply:
    """The cells of the open form by what they are, and what has to be asked."""
    form = own_sheets(job.book)
    reading, scheme, found = _read(job, form)
    cells = bound_cells(form, reading, scheme)
    if not cells:
        asked = tuple(f.sentence() for f in found[:_MOST])
        return Reply("没有认出考核表", asked or ("请打开考核表或填报表。",), tone="warning")
    lines = [] if scheme is None else [*structure(scheme, reading.layouts)]
    if found:
        lines += ["", f"有 {len(found)} 处要问:", *(f.sentence() for f in found[:_MOST])]
    else:
        lines += ["", "都认出来了,没有要问的。"]
    patch = result_patch(job.book, Patch((PutSheet(_sheet(cells, found)),)), title="识别模板")
    title = f"认出 {len(cells)} 格,见“{SHEET}”表"
    return Reply(title, tuple(lines), patch, SHEET, "warning" if found else "info")


def _read(job: Job, form: Snapshot) -> tuple[Reading, Scheme | None, tuple[Finding, ...]]:
    """The form by its scheme; one of no scheme by the rules that stand on it."""
    try:
        subject = subject_of(job)
    except SchemeNotKnown:
        stated = scheme_of_form(form)
        if stated.scheme is None:
            return Reading((), (), stated.layouts), None, stated.findings
        reading = Recogniser(stated.scheme).read(form)
        return reading, stated.scheme, tuple(dict.fromkeys((*stated.findings, *reading.findings)))
    reading = Recogniser(subject.scheme).read(form)
    return reading, subject.scheme, tuple(dict.fromkeys((*subject.found, *reading.findings)))


def _sheet(cells: Sequence[BoundCell], found: Sequence[Finding]) -> SheetSpec:
    draft = Draft(SHEET, {1: 12.0, 2: 18.0, 3: 10.0, 4: 18.0, 5: 34.0, 6: 34.0})
    row = draft.heading(SHEET, f"认出 {len(cells)} 格,要问 {len(found)} 处")
    top = row
    draft.put_row(row, _HEADINGS, style.HEADER)
    for cell in cells:
        row += 1
        draft.put_row(
            row,
            (cell.role, cell.sheet, cell.cell, cell.unit, cell.indicator, cell.input),
            style.TEXT,
        )
        draft.fit(row)
    if found:
        row += 2
        draft.line(row, "要问的", style.HEADER)
        for one in found:
            row += 1
            draft.line(row, one.sentence(), style.TEXT)
    return draft.sheet(freeze=(top + 1, 1), page=Page(repeat_rows=(top, top)))

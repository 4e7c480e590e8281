"""Scores and ranks, or where the tasks of a ledger stand, from files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kpixl import log
from kpixl.errors import BadArgument, NoData
from kpixl.findings import Finding, finding
from kpixl.grid import Snapshot
from kpixl.hosts import pool
from kpixl.pipeline import Outcome, assess_entries, assess_forms, follow_entries, follow_forms
from kpixl.reporting.ledger_report import LedgerResult
from kpixl.returns import Paths
from kpixl.scheme.model import Scheme
from kpixl.templates.table import content_of, read_table
from kpixl.workspace.receiving import UNUSABLE, receive
from kpixl.workspace.schemes import usable_scheme

if TYPE_CHECKING:
    from kpixl.ranking.classing import ClassTable


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

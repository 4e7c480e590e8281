"""The whole job on one screen, as the clerk would tell it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpixl.entries import Entries
from kpixl.findings import Finding
from kpixl.grid import Snapshot
from kpixl.host import Patch
from kpixl.ranking.model import Ranking
from kpixl.ranking.rank import rank
from kpixl.reporting.report import report
from kpixl.reporting.run import RunInfo
from kpixl.scheme.model import Scheme
from kpixl.scoring.score import score
from kpixl.templates.extract import collect_entries
from kpixl.validation import validate


@dataclass(frozen=True)
class Outcome:
    """What a run gave: the scheme, the figures, the standings, everything that was found."""

    scheme: Scheme
    entries: Entries
    ranking: Ranking
    findings: tuple[Finding, ...]


def assess_forms(scheme: Scheme, forms: Sequence[Snapshot]) -> Outcome:
    """Score and rank the units whose returned forms are given.

    Faults of the forms are findings; the rest is scored all the same.
    """
    entries, found = collect_entries(forms, scheme)  # 汇总回收
    return assess_entries(scheme, entries, found)


def assess_entries(scheme: Scheme, entries: Entries, found: Sequence[Finding] = ()) -> Outcome:
    """Check, score and rank figures, wherever they came from."""
    entries, faults = validate(entries, scheme)  # 校验
    table = score(scheme, entries)  # 评分
    ranking = rank(table)  # 排名
    return Outcome(scheme, entries, ranking, (*found, *faults, *table.findings))


def result_book(outcome: Outcome, run: RunInfo) -> Patch:
    """The result workbook: 排名, 追溯, 公式核对 and what they stand on."""
    return report(outcome.ranking, outcome.findings, run)

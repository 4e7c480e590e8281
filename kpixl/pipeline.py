"""The whole job on one screen, as the clerk would tell it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpixl.entries import Entries
from kpixl.findings import Finding, finding
from kpixl.grid import Snapshot
from kpixl.host import Patch
from kpixl.ranking.ledger import rank_ledger
from kpixl.ranking.model import Ranking
from kpixl.ranking.rank import rank
from kpixl.reporting.ledger_report import LedgerResult, ledger_report
from kpixl.reporting.report import report
from kpixl.reporting.run import RunInfo, Step, unseen
from kpixl.scheme.model import Scheme
from kpixl.scoring.ledger import score_ledger
from kpixl.scoring.score import score
from kpixl.templates.ledger_form import collect_ledger
from kpixl.validation import examine, examine_ledger, read_returns, validate

if TYPE_CHECKING:
    from kpixl.ranking.classing import ClassTable

NOTHING = Entries((), {}, {})


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
    examined = examine(read_returns(forms, scheme), scheme)  # 汇总回收、校验
    return _standings(scheme, examined.entries, examined.findings)


def check_forms(
    scheme: Scheme, forms: Sequence[Snapshot], *, whole: bool = True
) -> tuple[Entries, tuple[Finding, ...]]:
    """What is wrong with returned forms, and the figures that they hold.

    Of a ledger the last month that has figures is checked.  `whole` says that all forms
    are there, so that a unit without one is missing.
    """
    readings = read_returns(forms, scheme)
    if scheme.ledger is None:
        examined = examine(readings, scheme, expect_all=whole)
        return examined.entries, examined.findings
    by_month, found = examine_ledger(readings, scheme, expect_all=whole)
    return (by_month[max(by_month)] if by_month else NOTHING), found


def assess_entries(scheme: Scheme, entries: Entries, found: Sequence[Finding] = ()) -> Outcome:
    """Check, score and rank figures, wherever they came from."""
    entries, faults = validate(entries, scheme)  # 校验
    return _standings(scheme, entries, (*found, *faults))


def _standings(scheme: Scheme, entries: Entries, found: Sequence[Finding]) -> Outcome:
    table = score(scheme, entries)  # 评分
    ranking = rank(table)  # 排名
    everything = (*found, *table.findings, *ranking.findings)
    return Outcome(scheme, entries, ranking, everything)


def result_book(outcome: Outcome, run: RunInfo, step: Step = unseen) -> Patch:
    """The result workbook: 排名, 追溯, 公式核对 and what they stand on.

    `step` is told how far it is (words, done, total) and may stop it by an exception.
    """
    return report(outcome.ranking, outcome.findings, run, step)


# -- a ledger of tasks, month by month -------------------------------------------------


def follow_forms(
    scheme: Scheme,
    forms: Sequence[Snapshot],
    month: int | None = None,
    classes: ClassTable | None = None,
) -> LedgerResult:
    """Where the tasks of a ledger stand by the returned ledgers; see `follow_entries`."""
    by_month, found = collect_ledger(forms, scheme, until=month or 0)  # 汇总台账
    if not by_month:  # blank forms: the cells of January are named as missing
        month = 1
        by_month, found = collect_ledger(forms, scheme, until=month)
    return follow_entries(scheme, by_month, month, found, classes)


def follow_entries(
    scheme: Scheme,
    by_month: Mapping[int, Entries],
    month: int | None = None,
    found: Sequence[Finding] = (),
    classes: ClassTable | None = None,
) -> LedgerResult:
    """Check the figures of each month and hold the tasks against target and pace.

    Reported on is `month`, else the last that has a figure; what is wrong with earlier
    months was said when they were reported on.
    """
    findings = [*found]
    if month is None:
        month = max(by_month, default=12)
        findings.append(finding("ledger-month-assumed", month=month))
    months = {}
    for number in (*(m for m in sorted(by_month) if m < month), month):
        entries, faults = validate(by_month.get(number, NOTHING), scheme)  # 校验
        table = score_ledger(scheme, entries, number)  # 完成率、亮灯
        months[number] = rank_ledger(table)  # 单位得分、名次
        if number == month:
            findings += (*faults, *months[number].findings)
    if classes is not None:
        findings += classes.findings
    return LedgerResult(scheme, months, classes, tuple(findings), month)


def ledger_book(result: LedgerResult, run: RunInfo) -> Patch:
    """The result workbook of a ledger: 月度快报, 季度通报, 任务台账, 企业分类, 追溯."""
    return ledger_report(result, run=run)

"""The result of a ledger as one patch, as texts, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kpixl.entries import Entries, Entry
from kpixl.findings import Finding, Place
from kpixl.host import Patch, PutSheet
from kpixl.ranking.classing import CLASS, NAME, RANK, SCORE, ClassTable
from kpixl.ranking.ledger import LedgerRanking, LedgerStanding
from kpixl.reporting.class_sheet import class_sheet
from kpixl.reporting.ledger_native import ledger_native
from kpixl.reporting.ledger_sheets import bulletin, ledger_sheet, quick_report
from kpixl.reporting.ledger_trace import ledger_trace
from kpixl.reporting.ledger_words import (
    MONTHS_OF_QUARTER,
    behind,
    light_word,
    mark,
    quarter_of,
    shortfall,
)
from kpixl.reporting.run import RunInfo, owner, run_id
from kpixl.reporting.run_sheet import findings_sheet, record_sheet
from kpixl.reporting.seal import Sealed, digest_of, given_of, records_of, seal_sheet
from kpixl.reporting.text import Align, TextTable, place
from kpixl.scheme.model import Scheme
from kpixl.scoring.ledger import figure_text


@dataclass(frozen=True)
class LedgerResult:
    """What a run of a ledger gave.

    `months` holds the state at the end of each month that is known, up to the one reported
    on (`current`); it is empty where only enterprises were classed.
    """

    scheme: Scheme
    months: Mapping[int, LedgerRanking]
    classes: ClassTable | None = None
    findings: tuple[Finding, ...] = ()
    month: int = 0

    @property
    def current(self) -> LedgerRanking | None:
        """The month reported on."""
        return self.months.get(self.month)

    @property
    def period(self) -> str:
        """The month as 2017-04, or the year."""
        current = self.current
        return str(self.scheme.year) if current is None else current.table.period

    @property
    def entries(self) -> Entries:
        """All that the result stands on, the table of enterprises as one entry."""
        cells: dict[tuple[str, str], Entry] = {}
        sources: dict[str, str] = {}
        if self.current is not None:
            own = self.current.table.entries
            cells.update(own.cells)
            sources.update(own.sources)
            cells["", "月份"] = Entry("", "月份", value=float(self.month), state="given")
        if self.classes is not None:
            source = self.classes.source
            sources[source.file] = source.sha256
            cells["", "企业表"] = Entry(
                "", "企业表", place=Place(source.file, source.sheet), sha256=source.sha256
            )
        return Entries((), {}, cells, sources)


def ledger_report(result: LedgerResult, *, run: RunInfo) -> Patch:
    """月度快报, 季度通报 of the last whole quarter, 任务台账, 企业分类, 追溯 and what was run.

    Sheets that the data have nothing for are left out.
    """
    scheme, current = result.scheme, result.current
    sheets = []
    if current is not None:
        sheets.append(quick_report(current, result, run=run))
        end = quarter_of(current.table.month) * MONTHS_OF_QUARTER
        closed = result.months.get(end)
        if closed is not None:
            before = result.months.get(end - MONTHS_OF_QUARTER)
            sheets.append(bulletin(closed, result, run=run, before=before))
        sheets.append(ledger_sheet(current, result, run=run))
    if result.classes is not None:
        sheets.append(class_sheet(result.classes, result, run=run))
    if result.findings:
        sheets.append(findings_sheet(result, run=run, findings=result.findings))
    if current is not None:
        sheets.append(ledger_trace(current, result, run=run))
        sheets.append(ledger_native(current, result, run=run))
    records = records_of(_sealed(result, run))
    seal = digest_of(records) if records else ""
    sheets.append(
        record_sheet(result, _facts(result), run=run, findings=result.findings, seal=seal)
    )
    if records:
        sheets.append(seal_sheet(records))
    return Patch(
        changes=tuple(PutSheet(sheet) for sheet in sheets),
        title=f"{scheme.title} {result.period}",
        marks={
            "kpixl-version": run.version,
            "kpixl-run": run_id(result, run.version),
            "kpixl-scheme": scheme.form_id,
            "kpixl-scheme-sha256": scheme.sha256,
            **({"kpixl-seal": seal} if seal else {}),
        },
        owner=owner(scheme),
    )


def _sealed(result: LedgerResult, run: RunInfo) -> Sealed:
    return Sealed(
        result.scheme,
        run,
        result.findings,
        months={number: month.table.entries for number, month in result.months.items()},
        current=result.month,
        enterprises=None if result.classes is None else given_of(result.classes),
    )


def _facts(result: LedgerResult) -> list[tuple[str, str]]:
    facts = [("期间", result.period)]
    current = result.current
    if current is not None:
        states = current.table.states
        given = sum(s.completion is not None for s in states)
        complete = sum(s.complete for s in current.standings)
        facts += [
            ("任务", f"{len(states)} 项,有完成数 {given} 项"),
            ("责任单位", f"{len(current.standings)} 个,其中数据完整 {complete} 个"),
        ]
    if result.classes is not None:
        classes = result.classes
        facts.append(("企业", f"{len(classes.frame)} 家,参加分类 {classes.count} 家"))
    return facts


# -- texts -----------------------------------------------------------------------------


def unit_table(ranking: LedgerRanking) -> TextTable:
    """Units with place, score and lights."""

    def row(s: LedgerStanding) -> tuple[str, ...]:
        score = "-" if s.score is None else f"{s.score:.{ranking.table.scheme.decimals}f}"
        lights = tuple(str(n) for n in s.lights.values())
        return (s.group, place(s.rank), s.unit, score, *lights, str(len(s.lacking)), mark(s))

    aligns: tuple[Align, ...] = (
        "left", "right", "left", "right", "right", "right", "right", "right", "left",
    )  # fmt: skip
    return TextTable(
        ("分组", "名次", "单位", "得分", "绿灯", "黄灯", "红灯", "未报数", "标记"),
        aligns,
        tuple(row(s) for s in ranking.standings),
    )


def late_table(ranking: LedgerRanking) -> TextTable:
    """The tasks that are behind their pace."""

    def percent(value: float | None) -> str:
        return "-" if value is None else f"{value:.2f}%"

    rows = tuple(
        (
            light_word(s.light),
            s.task.input,
            s.task.lead,
            f"{figure_text(s.task.target)}{s.task.unit}",
            "-" if s.actual is None else figure_text(s.actual),
            f"{s.expected_figure:.15g}",
            percent(s.percent),
            percent(s.pace_percent),
            shortfall(s),
        )
        for s in behind(ranking.table)
    )
    aligns: tuple[Align, ...] = (
        "left", "left", "left", "right", "right", "right", "right", "right", "left",
    )  # fmt: skip
    return TextTable(
        ("亮灯", "任务", "牵头单位", "目标", "完成数", "序时要求", "完成率", "进度比", "差距"),
        aligns,
        rows,
    )


# -- JSON ------------------------------------------------------------------------------


def ledger_json(result: LedgerResult) -> dict[str, Any]:
    """The result as the command line's data contract has it."""
    content: dict[str, Any] = {"system": result.scheme.system, "period": result.period}
    current = result.current
    if current is not None:
        content["units"] = [_unit(s) for s in current.standings]
        content["tasks"] = [
            {
                "task": s.task.input,
                "completion": s.percent,
                "expected": s.expected_figure,
                "light": s.light,
            }
            for s in current.table.states
        ]
    if result.classes is not None:
        content["enterprises"] = _enterprises(result.classes)
    content["findings"] = [fault.as_json() for fault in result.findings]
    content["assumptions"] = _assumptions(result)
    return content


def _unit(standing: LedgerStanding) -> dict[str, Any]:
    return {
        "unit": standing.unit,
        "group": standing.group,
        "total": standing.score,
        "complete": standing.complete,
        "rank": standing.rank,
        "rank_all": standing.rank_all,
        "grade": None,
        "notes": [{"code": n.code, "input": n.input, "text": n.text} for n in standing.notes],
    }


def _enterprises(classes: ClassTable) -> list[dict[str, Any]]:
    frame = classes.frame
    known = frame[SCORE].notna()
    columns = [
        frame[NAME].tolist(),
        frame[SCORE].astype(object).where(known, None).tolist(),
        [None if r != r else int(r) if r.is_integer() else r for r in frame[RANK].tolist()],
        frame[CLASS].tolist(),
    ]
    return [
        {"name": name, "score": score, "rank": rank, "class": grade}
        for name, score, rank, grade in zip(*columns, strict=True)
    ]


def _assumptions(result: LedgerResult) -> list[dict[str, Any]]:
    from kpixl.reporting.columns import readings

    taken = [
        {
            "code": r.assumption.code,
            "text": r.assumption.sentence,
            "taken": r.assumption.taken,
            "alternatives": list(r.assumption.alternatives),
            "items": list(r.items),
        }
        for r in readings(result.scheme.indicators)
    ]
    return taken + [
        {"code": code, "text": text, "taken": "", "alternatives": [], "items": []}
        for code, text in assumed(result)
    ]


def assumed(result: LedgerResult) -> Sequence[tuple[str, str]]:
    """What holds for the whole ledger, by code: how pace, lights and scores are taken."""
    ledger = result.scheme.ledger
    if ledger is None:
        return ()
    from kpixl.scheme.tasks import settings_of

    lines: list[tuple[str, str]] = []
    if result.current is not None:
        lights, scores = settings_of(ledger)
        lines += [
            ("序时", "累计类任务按月份÷12,比率、总量和不超过类任务任何时点按全额"),
            ("亮灯", lights.rstrip("。")),
            ("得分", scores.rstrip("。")),
        ]
    if result.classes is not None:
        lines.append(("企业分类", "平均值只计两项数据都有的企业;名次并列在界限上的归高一类"))
    return lines

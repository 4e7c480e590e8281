"""What a screen says of a scheme's outcome: the ranking, the readings taken, the findings."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kpixl.commands.console import Console
from kpixl.commands.texts import exit_code, fail_unusable, show_findings, tally
from kpixl.commands.written import SHEETS, say_written
from kpixl.findings import Finding
from kpixl.pipeline import Outcome
from kpixl.reporting.columns import readings, subtitle
from kpixl.reporting.text import item_table, ranking_table, score_json
from kpixl.workspace.receiving import unusable
from kpixl.workspace.results import Target


def show(
    console: Console,
    outcome: Outcome,
    *,
    target: Target | None = None,
    sheets: Sequence[str] = (),
    remark: str = "",
    told: Collection[Finding] = (),
) -> int:
    """Show an outcome, say what was written where, and give the exit code."""
    useless = unusable(outcome.findings)
    if console.as_json:
        console.json(score_json(outcome.ranking, outcome.findings))
        if target is not None:
            console.progress(f"结果已写入:{target.path}")
    else:
        _show(console, outcome, target=target, sheets=sheets, remark=remark, told=told)
    fail_unusable(console, useless)
    return exit_code(outcome.findings, useless)


def _show(
    console: Console,
    outcome: Outcome,
    *,
    target: Target | None,
    sheets: Sequence[str],
    remark: str,
    told: Collection[Finding],
) -> None:
    scheme, ranking = outcome.scheme, outcome.ranking
    console.title(f"{scheme.title} 排名")
    console.line(subtitle(scheme))
    if remark:
        console.line(remark)
    console.line()
    console.table(ranking_table(ranking))
    items = item_table(ranking)
    if items is not None:
        console.line()
        console.title("各项得分")
        console.table(items)
    taken = readings(scheme.indicators, scheme.blocks)
    if taken:
        console.line()
        console.title("条款没有写明之处,按下列约定计分(可在方案工作簿的“读法”列中改):")
        for reading in taken:
            console.line(f"· {reading.sentence()}")
    found = [f for f in outcome.findings if f not in told]
    if found:
        console.line()
        console.title(f"{'另' if told else '共'}有 {tally(found)}:")
        everything = "全部见结果工作簿的“问题清单”表" if target else "加 --json 可看全部"
        show_findings(console, found, elsewhere=everything)
    if target is not None:
        say_written(console, target, sheets, SHEETS)

"""`kpixl score` and `kpixl rank`: read, check, score, rank, show, and write the result book."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from kpixl.commands import ledger
from kpixl.commands.consent import may_change
from kpixl.commands.console import Console
from kpixl.commands.texts import UNUSABLE, exit_code, fail_unusable, show_findings, tally
from kpixl.commands.written import SHEETS, run_info, say_written
from kpixl.errors import BadArgument
from kpixl.findings import Finding
from kpixl.pipeline import Outcome
from kpixl.reporting.columns import readings, subtitle
from kpixl.reporting.text import item_table, ranking_table, score_json
from kpixl.workspace.assessing import assess
from kpixl.workspace.receiving import unusable
from kpixl.workspace.results import Target, existing_target, result_target, write_result
from kpixl.workspace.schemes import usable_scheme


def run(
    console: Console,
    *,
    scheme: str,
    data: Sequence[str],
    out: str | None,
    command: str,
    month: str | None = None,
    enterprises: str | None = None,
    into: str | None = None,
    void_signature: bool = False,
    told: Collection[Finding] = (),
) -> int:
    """Score `data` by `scheme`; with `out` write the result book too.

    Findings that have been `told` on the same screen are not listed again.

    With `into` the result goes into a workbook that exists; the user is asked before its
    digital signature becomes void, unless `void_signature` has said so.  A ledger of tasks
    is reported on at the end of `month`; `enterprises` is a table of enterprises to be
    classed.
    """
    target: Target | None = None
    if into is not None:
        if not may_change(console, into, void_signature=void_signature):
            return UNUSABLE
        target = existing_target(into, void_signature=True)
    elif out is not None:
        target = result_target(out, (*data, enterprises) if enterprises else data)
    console.progress("正在读取填报数据……")
    read, found = usable_scheme(scheme, data)
    if read.ledger is not None:
        return ledger.run(
            console,
            scheme=read,
            found=found,
            data=data,
            month=month,
            enterprises=enterprises,
            target=target,
            command=command,
        )
    for name, value in (("--month", month), ("--enterprises", enterprises)):
        if value is not None:
            raise BadArgument(name, value, "用于按月推进的台账,这个方案不是,请去掉")
    if not data:
        raise BadArgument("--data", "空", "填报表、文件夹或 .csv 文件")
    outcome = assess(read, data, aside=None if target is None else target.aside)
    outcome = replace(outcome, findings=tuple(dict.fromkeys((*found, *outcome.findings))))
    written: tuple[str, ...] = ()
    if target is not None:
        console.progress("正在写结果工作簿……")
        written = write_result(outcome, target, run_info(command))
    return present(console, outcome, target=target, sheets=written, told=told)


def present(
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

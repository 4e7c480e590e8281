"""`kpixl score` on a ledger of tasks: the month's report, and the classes of enterprises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kpixl.commands.console import Console
from kpixl.commands.texts import exit_code, fail_unusable, show_findings, tally
from kpixl.commands.written import SHEETS, run_info, say_written
from kpixl.errors import BadArgument
from kpixl.findings import Finding
from kpixl.ranking.classing import CLASS, NAME, RANK, SCORE, ClassTable
from kpixl.reporting.class_sheet import told
from kpixl.reporting.columns import subtitle
from kpixl.reporting.ledger_report import (
    LedgerResult,
    assumed,
    late_table,
    ledger_json,
    unit_table,
)
from kpixl.reporting.ledger_words import behind, summary
from kpixl.reporting.text import TextTable, place
from kpixl.scheme.model import Scheme
from kpixl.workspace.assessing import follow
from kpixl.workspace.receiving import unusable
from kpixl.workspace.results import Target, write_ledger

OWN_SHEETS = {
    "月度快报": "总体进度、单位得分和亮灯、没有达到序时进度的任务",
    "季度通报": "最近一个完整季度:各组排名、各板块进度、红灯任务",
    "任务台账": "每项任务的完成率、序时要求、进度比和亮灯",
    "企业分类": "每家企业的得分、名次和类别",
    "追溯": "每个数的出处(文件、表、单元格)和计算过程",
}
FEW_ENTERPRISES = 20  # more are not read on a screen


def run(
    console: Console,
    *,
    scheme: Scheme,
    found: Sequence[Finding],
    data: Sequence[str],
    month: str | None,
    enterprises: str | None,
    target: Target | None,
    command: str,
) -> int:
    """Report on a ledger; `found` is what is wrong with the scheme."""
    if not data and enterprises is None:
        raise BadArgument(
            "--data", "空", "台账、台账所在的文件夹或 .csv 文件;只分类企业时写 --enterprises"
        )
    result = follow(
        scheme,
        data,
        month=_month(month),
        enterprises=enterprises,
        aside=None if target is None else target.aside,
    )
    result = replace(result, findings=(*found, *result.findings))
    written: tuple[str, ...] = ()
    if target is not None:
        console.progress("正在写结果工作簿……")
        written = write_ledger(result, target, run_info(command))
    useless = unusable(result.findings)
    if console.as_json:
        console.json(ledger_json(result))
        if target is not None:
            console.progress(f"结果已写入:{target.path}")
    else:
        _show(console, result, target=target, sheets=written)
    fail_unusable(console, useless)
    return exit_code(result.findings, useless)


def _month(text: str | None) -> int | None:
    """The month that was asked for; 4, 04 and 4月 are the same."""
    if text is None:
        return None
    digits = text.strip().removesuffix("月")
    if digits.isascii() and digits.isdigit() and 1 <= int(digits) <= 12:
        return int(digits)
    raise BadArgument("--month", text, "1 至 12 的月份")


def _show(
    console: Console, result: LedgerResult, *, target: Target | None, sheets: Sequence[str]
) -> None:
    current = result.current
    if current is not None:
        console.title(f"{result.scheme.title} {result.scheme.year}年{result.month}月进度")
        console.line(subtitle(result.scheme))
        console.line()
        console.line(summary(current.table.states).sentence())
        console.line()
        console.table(unit_table(current))
        if behind(current.table):
            console.line()
            console.title("没有达到序时进度的任务")
            console.table(late_table(current))
    if result.classes is not None:
        if current is not None:
            console.line()
        console.title(f"{result.scheme.title} 企业分类")
        for line in told(result.classes):
            console.line(line)
        console.line()
        console.table(class_table(result.classes))
    console.line()
    console.title("计算口径:")
    for _, text in assumed(result):
        console.line(f"· {text}。")
    if result.findings:
        console.line()
        console.title(f"共有 {tally(result.findings)}:")
        everything = "全部见结果工作簿的“问题清单”表" if target else "加 --json 可看全部"
        show_findings(console, result.findings, elsewhere=everything)
    if target is not None:
        say_written(console, target, sheets, {**SHEETS, **OWN_SHEETS})


def class_table(classes: ClassTable) -> TextTable:
    """The first enterprises of a table with their places and classes."""
    frame = classes.frame.head(FEW_ENTERPRISES)
    decimals = classes.scheme.decimals
    rows = [
        (
            place(None if rank != rank else rank),
            str(name),
            "-" if score != score else f"{score:.{decimals}f}",
            str(grade or "-"),
        )
        for rank, name, score, grade in zip(
            frame[RANK], frame[NAME], frame[SCORE], frame[CLASS], strict=True
        )
    ]
    left = len(classes.frame) - len(rows)
    if left > 0:
        rows.append(("…", f"还有 {left} 家,见结果工作簿或 --json", "", ""))
    return TextTable(
        ("名次", "企业", "综合得分", "类别"), ("right", "left", "right", "left"), tuple(rows)
    )

"""`kpixl score` and `kpixl rank`: read, check, score, rank, show, and write the result book."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from kpixl import __version__
from kpixl.commands.console import Console
from kpixl.commands.texts import exit_code, fail_unusable, show_findings, tally
from kpixl.errors import BadArgument
from kpixl.pipeline import Outcome
from kpixl.reporting.columns import readings, subtitle
from kpixl.reporting.run import RunInfo
from kpixl.reporting.text import item_table, ranking_table, score_json
from kpixl.workspace import assess, refuse_result, unusable, usable_scheme, write_result

# What a clerk finds on a sheet of the result book.
SHEETS = {
    "排名": "名次、总分、各项得分",
    "各项得分": "每个单位的各项得分、得分率和合计",
    "问题清单": "有问题的数据:在哪一格,怎样改正",
    "自评与考核": "各单位的自评分、考核分和差距",
    "追溯": "每个得分的条款、数据出处(文件、表、单元格)和计算过程",
    "公式核对": "用表格软件自己的公式重算一遍,可改数验算",
    "核对数据": "公式核对所用的数据",
    "运行记录": "程序版本、时间、方案和数据文件的校验值",
}


def run(
    console: Console,
    *,
    scheme: str,
    data: Sequence[str],
    out: str | None,
    command: str,
    month: str | None = None,
    enterprises: str | None = None,
) -> int:
    """Score `data` by `scheme`; with `out` write the result book too.

    A ledger of tasks is reported on at the end of `month`; `enterprises` is a table of
    enterprises to be classed.
    """
    if out is not None:
        refuse_result(out, (*data, enterprises) if enterprises else data)
    console.progress("正在读取填报数据……")
    read, found = usable_scheme(scheme)
    if read.ledger is not None:
        from kpixl.commands import ledger

        return ledger.run(
            console,
            scheme=read,
            found=found,
            data=data,
            month=month,
            enterprises=enterprises,
            out=out,
            command=command,
        )
    for name, value in (("--month", month), ("--enterprises", enterprises)):
        if value is not None:
            raise BadArgument(name, value, "用于按月推进的台账,这个方案不是,请去掉")
    if not data:
        raise BadArgument("--data", "空", "填报表、文件夹或 .csv 文件")
    outcome = assess(read, data)
    outcome = replace(outcome, findings=(*found, *outcome.findings))
    written: tuple[str, ...] = ()
    if out is not None:
        console.progress("正在写结果工作簿……")
        written = write_result(outcome, out, run_info(command))
    return present(console, outcome, out=out, sheets=written)


def run_info(command: str, remark: str = "") -> RunInfo:
    """The circumstances of this run."""
    return RunInfo(__version__, datetime.now().replace(microsecond=0), command, remark)


def present(
    console: Console,
    outcome: Outcome,
    *,
    out: str | None = None,
    sheets: Sequence[str] = (),
    remark: str = "",
) -> int:
    """Show an outcome, say what was written where, and give the exit code."""
    useless = unusable(outcome.findings)
    if console.as_json:
        console.json(score_json(outcome.ranking, outcome.findings))
        if out is not None:
            console.progress(f"结果已写入:{out}")
    else:
        _show(console, outcome, out=out, sheets=sheets, remark=remark)
    fail_unusable(console, useless)
    return exit_code(outcome.findings, useless)


def _show(
    console: Console, outcome: Outcome, *, out: str | None, sheets: Sequence[str], remark: str
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
    if outcome.findings:
        console.line()
        console.title(f"共有 {tally(outcome.findings)}:")
        everything = "全部见结果工作簿的“问题清单”表" if out else "加 --json 可看全部"
        show_findings(console, outcome.findings, elsewhere=everything)
    if out is not None:
        console.line()
        console.title(f"结果已写入:{Path(out).resolve()}")
        for name in sheets:
            console.line(f"· {name}" + (f":{SHEETS[name]}" if name in SHEETS else ""))

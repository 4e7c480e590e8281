"""`kpixl calc`: a workbook calculated without a spreadsheet program."""

from __future__ import annotations

from pathlib import Path

from kpixl.addin.engine import own_functions
from kpixl.commands.consent import may_change
from kpixl.commands.console import Console
from kpixl.commands.texts import UNUSABLE, exit_code, show_findings, tally
from kpixl.errors import BadArgument
from kpixl.hosts.recalculate import ENGINES
from kpixl.workspace.calculating import calculate


def run(
    console: Console, *, book: str, out: str, engine: str | None, void_signature: bool = False
) -> int:
    """Calculate all formulas of `book`, those of ours among them, and write `out`.

    The user is asked before the copy loses the signature, unless `void_signature` has said so.
    """
    chosen = next((e for e in ENGINES if e == engine), None)
    if engine is not None and chosen is None:
        raise BadArgument("--engine", engine, "、".join(ENGINES))
    if not may_change(console, book, void_signature=void_signature):
        return UNUSABLE
    console.progress("正在计算……")
    done = calculate(book, out, own_functions(), engine=chosen, void_signature=True)
    if console.as_json:
        console.json(
            {
                "file": book,
                "out": out,
                "engine": done.engine,
                "formulas": done.formulas,
                "calculated": done.calculated,
                "changed": done.changed,
                "findings": [fault.as_json() for fault in done.findings],
            }
        )
        return exit_code(done.findings)
    console.title(f"{Path(book).name}:{done.formulas} 个公式,算出 {done.calculated} 个")
    console.line(f"有 {done.changed} 格的值与文件里原来存的不同。计算引擎:{done.engine}。")
    if done.findings:
        console.line()
        console.title(f"共有 {tally(done.findings)}:")
        show_findings(console, done.findings, elsewhere="加 --json 可看全部")
    console.line()
    console.title(f"结果已写入:{Path(out).resolve()}")
    return exit_code(done.findings)

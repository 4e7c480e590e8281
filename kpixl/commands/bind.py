"""`kpixl bind`: which cell of a form is what, and what has to be asked."""

from __future__ import annotations

from collections.abc import Sequence

from kpixl.commands.consent import may_change
from kpixl.commands.console import Console
from kpixl.commands.texts import UNUSABLE, exit_code, show_findings, tally
from kpixl.errors import BadArgument
from kpixl.findings import Finding
from kpixl.reporting.columns import Reading, readings
from kpixl.reporting.text import TextTable
from kpixl.scheme.find import find_scheme
from kpixl.templates.cells import BoundCell
from kpixl.templates.from_form import structure
from kpixl.workspace.binding import Recognised, recognise, save_binding
from kpixl.workspace.receiving import unusable

_MOST = 60  # lines of cells that are read on a screen
_ASKED = ("bind-", "form-unit", "form-input-absent", "form-sheet")


def run(
    console: Console,
    *,
    book: str,
    scheme: str | None,
    save: str | None,
    void_signature: bool = False,
) -> int:
    """Show what was bound and what is asked; with `save` write the sheet 绑定.

    The user is asked before the scheme workbook's signature becomes void, unless
    `void_signature` has said so.
    """
    found = recognise(book, scheme)
    if console.as_json:
        console.json(_json(found))
    else:
        _show(console, found)
    if save is not None:
        target = save or scheme or ""
        if not target:
            raise BadArgument("--save", "空", "新方案工作簿的文件名,如 --save 方案.xlsx")
        path = find_scheme(scheme).path if scheme is not None else None
        if path is not None and not may_change(console, path, void_signature=void_signature):
            return UNUSABLE
        written = save_binding(found, target, scheme, void_signature=True)
        if console.as_json:
            console.progress(f"已写入:{written}")
        else:
            console.line()
            console.title(f"“绑定”已写入:{written}")
            if _questions(found.findings):
                console.line("请在“绑定”表中填写空着的“单元格”,保存后再运行一次。")
    return exit_code(found.findings, [] if found.reading.layouts else unusable(found.findings))


def _questions(found: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(f for f in found if f.code.startswith(_ASKED))


def _json(found: Recognised) -> dict[str, object]:
    scheme = found.scheme
    return {
        "file": found.form.source.name,
        "system": None if scheme is None else scheme.system,
        "tables": [
            {
                "sheet": layout.sheet,
                "fingerprint": layout.fingerprint,
                "heading_rows": list(layout.table.head),
                "units_in_rows": layout.table.flipped,
                "units": list(layout.units),
                "rules": layout.has_rules,
            }
            for layout in found.reading.layouts
        ],
        "cells": [cell.as_json() for cell in found.cells],
        "questions": [f.as_json() for f in _questions(found.findings)],
        "findings": [f.as_json() for f in found.findings],
        "assumptions": [r.sentence() for r in _readings(found)],
    }


def _readings(found: Recognised) -> tuple[Reading, ...]:
    if found.scheme is None or not found.scheme.form_file:
        return ()
    return readings(found.scheme.indicators, found.scheme.blocks)


def _show(console: Console, found: Recognised) -> None:
    name = found.form.source.name
    used = {c.sheet for c in found.cells} | {f.place.sheet for f in found.findings}
    for layout in found.reading.layouts:
        if layout.sheet not in used:
            continue
        way = "单位在行,指标在列" if layout.table.flipped else "指标在行"
        top, bottom = layout.table.head
        rows = f"第{top}行" if top == bottom else f"第{top}至{bottom}行"
        console.title(f"{name} {layout.sheet}:表头在{rows},{way};指纹 {layout.fingerprint}")
    if found.scheme is not None and found.scheme.form_file:
        for line in structure(found.scheme, found.reading.layouts):
            console.line(f"  {line}")
    if found.cells:
        console.line()
        table, left = _table(found.cells)
        console.table(table)
        if left:
            console.line(f"…… 还有 {left} 格没有列出,加 --json 可看全部。")
    taken = _readings(found)
    if taken:
        console.line()
        console.title("条款没有写明之处,按下列约定计分:")
        for reading in taken:
            console.line(f"· {reading.sentence()}")
    console.line()
    if not found.findings:
        console.line("都认出来了,没有要问的。")
        return
    console.title(f"共有 {tally(found.findings)}:")
    show_findings(console, found.findings, elsewhere="加 --json 可看全部")


def _table(cells: Sequence[BoundCell]) -> tuple[TextTable, int]:
    several = len({c.sheet for c in cells}) > 1
    rows = [
        (
            c.role,
            f"{c.sheet}!{c.cell}" if several else c.cell,
            c.unit,
            c.indicator,
            c.input if c.input != c.indicator else "",
        )
        for c in cells
    ]
    heads = ("作用", "单元格", "单位", "指标", "数据项")
    shown = tuple(rows[:_MOST])
    return TextTable(heads, ("left",) * 5, shown), max(0, len(rows) - _MOST)

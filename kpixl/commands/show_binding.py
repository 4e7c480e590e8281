"""What a screen says of a form that was recognised: its cells, and what has to be asked."""

from __future__ import annotations

from collections.abc import Sequence

from kpixl.commands.console import Console
from kpixl.commands.texts import show_findings, tally
from kpixl.findings import Finding
from kpixl.reporting.columns import Reading, readings
from kpixl.reporting.text import TextTable
from kpixl.templates.cells import BoundCell
from kpixl.templates.from_form import structure
from kpixl.workspace.binding import Recognised

_MOST = 60  # lines of cells that are read on a screen
_ASKED = ("bind-", "form-unit", "form-input-absent", "form-sheet")


def questions(found: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(f for f in found if f.code.startswith(_ASKED))


def as_json(found: Recognised) -> dict[str, object]:
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
        "questions": [f.as_json() for f in questions(found.findings)],
        "findings": [f.as_json() for f in found.findings],
        "assumptions": [r.sentence() for r in _readings(found)],
    }


def _readings(found: Recognised) -> tuple[Reading, ...]:
    if found.scheme is None or not found.scheme.form_file:
        return ()
    return readings(found.scheme.indicators, found.scheme.blocks)


def show(console: Console, found: Recognised) -> None:
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

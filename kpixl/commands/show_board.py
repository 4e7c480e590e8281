"""What a screen says of a run of collecting: where every unit stands."""

from __future__ import annotations

from kpixl.collection import BOOK, SENT_BACK, Collected
from kpixl.commands.console import Console
from kpixl.commands.texts import exit_code, show_findings
from kpixl.findings import Finding
from kpixl.reporting.board import STATES, UnitLine, summary
from kpixl.reporting.text import TextTable

_MOST_NAMES = 30


def show(console: Console, done: Collected) -> int:
    """Where every unit stands, and the exit code."""
    board = done.board
    if console.as_json:
        console.json(
            {
                "system": board.scheme.system,
                "folder": str(done.folder),
                "counts": dict(board.counts),
                "units": [_unit(u, done) for u in board.units],
                "files": [
                    {"file": f.file, "unit": f.unit, "use": f.use, "reason": f.reason}
                    for f in board.files
                ],
                "changes": [
                    {
                        "unit": c.unit,
                        "input": c.label,
                        "cell": c.cell,
                        "before": c.before,
                        "now": c.now,
                        "since": c.since,
                    }
                    for c in board.changes
                ],
                "findings": [f.as_json() for f in board.findings],
            }
        )
        return exit_code(board.findings)
    if done.resumed:
        console.line(f"上次停下以前已读 {done.resumed} 份,这次接着做。")
    console.title(f"{board.scheme.title}:{summary(board)}。")
    for state in STATES:
        units = [u for u in board.units if u.state == state]
        if units and state != "通过":
            names = "、".join(_said(u) for u in units[:_MOST_NAMES])
            more = f" 等 {len(units)} 个" if len(units) > _MOST_NAMES else ""
            console.line(f"{state}:{names}{more}")
    unused = [f for f in board.files if f.use in ("未采用", "待定")]
    if unused:
        rows = tuple((f.file, f.use, f.reason) for f in unused[:_MOST_NAMES])
        console.table(TextTable(("文件", "用途", "说明"), ("left", "left", "left"), rows))
    serious = [f for f in board.findings if _shown(f)]
    if serious:
        show_findings(console, serious, elsewhere=f"全部在“{BOOK}”的“问题”表")
    console.line(f"已写出:{done.folder / BOOK}")
    if done.slips:
        where = done.folder / SENT_BACK
        console.line(f"退回单和批注表 {len(done.slips)} 份,在:{where}")
    return exit_code(board.findings)


def _shown(found: Finding) -> bool:
    """Whether a finding is worth a line on the screen: missing returns are in the list above."""
    return found.severity != "提" and found.code not in ("form-returns-missing", "file-unusable")


def _said(unit: UnitLine) -> str:
    facts = [f"强 {unit.blocks}"] if unit.blocks else []
    facts += [f"核 {unit.verifies}"] if unit.verifies else []
    return f"{unit.unit}({','.join(facts)})" if facts else unit.unit


def _unit(unit: UnitLine, done: Collected) -> dict[str, object]:
    path = done.slips.get(unit.unit)
    return {
        "unit": unit.unit,
        "group": unit.group,
        "state": unit.state,
        "file": unit.file,
        "times": unit.number,
        "date": unit.day,
        "received": unit.received,
        "late": bool(unit.late),
        "blocks": unit.blocks,
        "verifies": unit.verifies,
        "notes": unit.notes,
        "slip": str(path) if path else "",
    }

"""A workbook whose formulas are calculated, written beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kpixl import log
from kpixl.errors import UnwritableFile
from kpixl.findings import Finding
from kpixl.hosts import files, pool
from kpixl.hosts.formula_prepare import Engine, Functions
from kpixl.hosts.recalculate import recalculate
from kpixl.hosts.recalculated import calculation_findings, results_patch
from kpixl.hosts.safewrite import refuse_unwritable


@dataclass(frozen=True)
class Calculation:
    """What became of a workbook's formulas: how many there are, were calculated, and how many
    cells hold another value than before."""

    engine: str
    formulas: int
    calculated: int
    changed: int
    findings: tuple[Finding, ...]


def calculate(
    source: str | Path,
    target: str | Path,
    functions: Functions,
    *,
    engine: Engine | None = None,
    void_signature: bool = False,
) -> Calculation:
    """Calculate all formulas of `source` and write it to `target` with the new values.

    Nothing but the values of formula cells changes; what cannot be calculated keeps the value
    that it had.  Raises UnusableFile and UnwritableFile, with nothing written; of these
    SignedFile unless a signature may become void.
    """
    source, target = Path(source), Path(target)
    if target.exists():
        raise UnwritableFile(target, "文件已经存在,不能覆盖", "请换一个文件名,或先移走这个文件。")
    if source.suffix.lower() != target.suffix.lower():
        kind = source.suffix or ".xlsx"
        raise UnwritableFile(target, f"结果与原工作簿同一格式({kind})", f"请把扩展名写成 {kind}。")
    refuse_unwritable(target)
    snapshot = pool.read(source)
    spilling = files.spilling(source)
    found = recalculate(snapshot, functions, engine=engine, spilling=spilling)
    patch, changed = results_patch(snapshot, found)
    files.edit(source, target, patch, void_signature=void_signature)
    log.event("book-calculated", sha256=snapshot.source.sha256, cells=len(found.values))
    return Calculation(
        found.engine,
        sum(len(s.formulas) for s in snapshot.sheets),
        sum(
            place[1] in s.formulas
            for s in snapshot.sheets
            for place in found.values
            if place[0] == s.name
        ),
        changed,
        tuple(calculation_findings(snapshot, found)),
    )

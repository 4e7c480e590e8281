"""Where results go: a workbook of their own, or one that exists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kpixl import log
from kpixl.errors import SignedFile, UnusableFile, UnwritableFile
from kpixl.host import Patch, PutSheet, SheetSpec
from kpixl.hosts import files, pool
from kpixl.hosts.safewrite import refuse_unwritable
from kpixl.pipeline import Outcome, ledger_book, result_book
from kpixl.reporting.ledger_report import LedgerResult
from kpixl.reporting.run import RunInfo
from kpixl.returns import RESULT_MARK, Paths

_NOTHING_NOW = "本次运行没有这一项内容。"


def refuse_result(path: str | Path, data: Paths = ()) -> None:
    """Raise UnwritableFile where a result book may not be put; before any work is done.

    A file that stands there already is replaced only if it is a result of ours.
    """
    out = Path(path)
    if out.suffix.lower() != ".xlsx" and not out.is_dir():
        raise UnwritableFile(out, "结果工作簿是 .xlsx 格式", "请把扩展名写成 .xlsx。")
    refuse_unwritable(out)
    if not out.exists():
        return
    try:
        ours = RESULT_MARK in pool.read(out, structure=False).marks
    except UnusableFile:
        ours = False
    if not ours or any(Path(d).is_file() and out.samefile(d) for d in data):
        raise UnwritableFile(
            out,
            "文件已经存在,而且不是 kpixl 写出的结果,不能覆盖",
            "请换一个文件名,或先移走这个文件。",
        )


@dataclass(frozen=True)
class Target:
    """Where a result goes: a workbook of its own, or (`about`) one that exists."""

    path: Path
    about: files.About | None = None
    void_signature: bool = False

    @property
    def aside(self) -> Path | None:
        """The workbook that is written into, which is no return only because it lies there."""
        return None if self.about is None else self.path


def result_target(path: str | Path, data: Paths = ()) -> Target:
    """A new workbook for the result; raises UnwritableFile before any work is done."""
    refuse_result(path, data)
    return Target(Path(path))


def is_signed(path: str | Path) -> bool:
    """Whether writing into a workbook makes its digital signature void."""
    return files.is_signed(path)


def existing_target(path: str | Path, *, void_signature: bool = False) -> Target:
    """An existing workbook for the result; raises before any work is done.

    UnusableFile and UnwritableFile say why it can't be; SignedFile asks for consent.
    """
    about = files.about(path)
    if about.signed and not void_signature:
        raise SignedFile(path)
    return Target(Path(path), about, void_signature)


def write_result(outcome: Outcome, target: Target, run: RunInfo) -> tuple[str, ...]:
    """Write the result and give the names of its sheets; raises UnwritableFile."""
    return _write(result_book(outcome, run), target)


def write_ledger(result: LedgerResult, target: Target, run: RunInfo) -> tuple[str, ...]:
    """Write the result of a ledger and give the names of its sheets."""
    return _write(ledger_book(result, run), target)


def _write(patch: Patch, target: Target) -> tuple[str, ...]:
    names = tuple(change.sheet.name for change in patch.changes if isinstance(change, PutSheet))
    if target.about is None:
        files.write_new(target.path, patch)
    else:
        files.edit(
            target.path,
            target.path,
            _beside_others(patch, names, target.about),
            void_signature=target.void_signature,
        )
    log.event("result-written", sheets=len(names))
    return names


def _beside_others(patch: Patch, names: Sequence[str], about: files.About) -> Patch:
    """The result as it is put into a workbook that holds other things too.

    Sheets of an earlier run that this run has nothing for say so: what they held is true no
    longer, and somebody's formulas may point to them.  The marks of a result book are for a
    workbook that is nothing else.
    """
    stale = [
        name for name, whose in about.own.items() if whose == patch.owner and name not in names
    ]
    notices = (PutSheet(SheetSpec(name, {(1, 1): _NOTHING_NOW})) for name in stale)
    marks = patch.marks if RESULT_MARK in about.marks else {}
    return replace(patch, changes=(*patch.changes, *notices), marks=marks)

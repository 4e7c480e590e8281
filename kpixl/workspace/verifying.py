"""A result workbook, computed again from what it carries."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kpixl import log
from kpixl.errors import UnusableFile
from kpixl.hosts import pool
from kpixl.hosts.recalculate import from_stored
from kpixl.returns import Paths
from kpixl.workspace.assessing import assess, follow

if TYPE_CHECKING:
    from kpixl.verification import Verification

_WITHOUT_FORMULAS = frozenset({".xls", ".et", ".xlsb"})


def verify_result(path: str | Path, data: Paths = ()) -> Verification:
    """Compute a result workbook again from what it carries; raises UnusableFile.

    With `data`, the returns themselves, what it carries is held against them too.
    """
    from kpixl import __version__
    from kpixl.verification import NotSealed, against_returns, verify

    book = pool.read(path)
    formulas = any(sheet.formulas for sheet in book.sheets)
    if Path(path).suffix.lower() in _WITHOUT_FORMULAS and not formulas:
        reason = f"{Path(path).suffix} 格式里的公式读不出来,不能核验"
        raise UnusableFile(path, reason, "请在表格软件里另存为 .xlsx,再核验。")
    try:
        done = verify(book, version=__version__, recalculate=from_stored)
    except NotSealed as error:
        raise UnusableFile(path, error.reason, error.remedy) from None
    log.event("result-verified", sha256=book.source.sha256, cells=done.cells)
    if not data or done.sealed is None:
        return done
    scheme = done.sealed.scheme
    if scheme.ledger is None:
        returned = {0: assess(scheme, data, aside=path).entries}
    else:
        result = follow(scheme, data, month=done.sealed.current or None, aside=path)
        returned = {number: month.table.entries for number, month in result.months.items()}
    differ = tuple(against_returns(done.sealed, returned))
    return replace(done, findings=(*done.findings, *differ))

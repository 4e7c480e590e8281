"""How long a call takes through the DLL and COM, and bare on the same Python."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import excel

from kpixl.addin.excel_cells import call

LADDER = "亿元以上企业数量最多的得10分,排名每下降1位减0.5分"


def _shortest(work: Callable[[], Any], rounds: int, times: int) -> float:
    """The shortest of some rounds, in seconds a call."""
    work()
    found = []
    for _ in range(rounds):
        before = time.perf_counter()
        for _ in range(times):
            work()
        found.append((time.perf_counter() - before) / times)
    return min(found)


def calls(rows: int, rounds: int = 5) -> dict[str, list[float]]:
    """Seconds through COM and bare: a scalar call, a column in one call, and the same as text."""
    column = tuple((float(n % 97),) for n in range(rows))
    rest = [None] * 5
    single = ["每采用1条得0.1分", 10.0, 7.0, *rest]
    ranked = [LADDER, 10.0, column, *rest]
    return {
        "scalar": [
            _shortest(lambda: excel.ask("KPISCORE", *single), rounds, 100),
            _shortest(lambda: call("KPISCORE", single), rounds, 100),
        ],
        "column": [
            _shortest(lambda: excel.ask("KPISCORE", *ranked), rounds, 2),
            _shortest(lambda: call("KPISCORE", ranked), rounds, 2),
        ],
    }

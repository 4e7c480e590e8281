"""The functions and 排名 in LibreOffice Calc, beside what they are held against.

Printed are ratios: 10,000 scores as one array formula beside the same scores as native formulas
(both calculated anew by the same program), 10,000 single cells beside the bare Python calls; then
where the time of 排名 over many rows goes.

    python -m bench.in_calc [ROWS]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kpixl.addin import calc_build, callables
from kpixl.hosts.calc_office import Office

CLAUSE = "每采用1条得0.1分"
AMONG_OTHERS = "数量最多的得10分,排名每下降1位减0.01分"
POINTS = 10
ROUNDS = 3
FILL_DOWN = 0  # com.sun.star.sheet.FillDirection
AIM_COLUMN, AIM_SINGLE = 1.5, 3.0


def median_of(work: Callable[[], None]) -> float:
    """Seconds of the middle of some rounds."""
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def filled(area: Any, formula: str) -> None:
    """A formula in the first cell of a column, filled down as a user does."""
    area.getCellByPosition(0, 0).setFormula(formula)
    area.getCellByPosition(0, 0).getValue()
    time.sleep(0.5)  # until it has its plain name
    area.fillAuto(FILL_DOWN, 1)


def cells(office: Office, rows: int) -> None:
    """Scores in a column as one call, as native formulas, and cell by cell."""
    document = office.new()
    sheet = document.getSheets().getByIndex(0)
    sheet.getCellRangeByName("A1").setString(CLAUSE)
    sheet.getCellRangeByName("A2").setValue(POINTS)
    figures = [float(n % 90) for n in range(rows)]
    sheet.getCellRangeByName(f"B1:B{rows}").setDataArray(tuple((f,) for f in figures))
    native = str(callables()["KPIFORMULA"](CLAUSE, POINTS, f"B1:B{rows}")[0][0])
    sheet.getCellRangeByName("C1").setFormula("=KPISCORE(A1;A2;B1)")  # the engine loads
    seconds: dict[str, float] = {}
    kinds: dict[str, Callable[[Any], None]] = {
        "column": lambda area: area.setArrayFormula(f"=KPISCORE(A1;A2;B1:B{rows})"),
        "native": lambda area: filled(area, native.replace(",", ";")),
        "single": lambda area: filled(area, "=KPISCORE($A$1;$A$2;B1)"),
    }
    scores = {}
    for name, put in kinds.items():
        area = sheet.getCellRangeByName(f"D1:D{rows}")
        put(area)
        document.calculateAll()
        seconds[name] = median_of(document.calculateAll)
        scores[name] = [round(float(row[0]), 6) for row in area.getDataArray()]
        area.clearContents(1023)
        print(f"{name:8} {seconds[name]:7.2f} s for {rows:,} rows", flush=True)
    assert scores["column"] == scores["native"] == scores["single"]
    seconds |= among_others(document, rows)
    call = callables()["KPISCORE"]

    def bare() -> None:
        for figure in figures:
            call(CLAUSE, POINTS, figure)

    seconds["bare"] = median_of(bare)
    document.close(True)
    print(f"bare     {seconds['bare']:7.2f} s for {rows:,} calls")
    column, single = seconds["column"] / seconds["native"], seconds["single"] / seconds["bare"]
    others = seconds["others"] / seconds["native others"]
    print(f"one column call / native formulas, each row by itself: {column:.2f} (aim {AIM_COLUMN})")
    print(f"the same, each row among all others: {others:.3f} (aim {AIM_COLUMN})")
    print(f"single cells / bare calls: {single:.2f} (aim {AIM_SINGLE})")


def among_others(document: Any, rows: int) -> dict[str, float]:
    """The same for a clause that compares each row with all others."""
    sheet = document.getSheets().getByIndex(0)
    sheet.getCellRangeByName("A1").setString(AMONG_OTHERS)
    area = sheet.getCellRangeByName(f"D1:D{rows}")
    formulas = callables()["KPIFORMULA"](AMONG_OTHERS, POINTS, f"B1:B{rows}")
    area.setArrayFormula(f"=KPISCORE(A1;A2;B1:B{rows})")
    document.calculateAll()
    seconds = {"others": median_of(document.calculateAll)}
    area.clearContents(1023)
    filled(area, str(formulas[0][0]).replace(",", ";"))
    start = time.perf_counter()
    document.calculateAll()
    seconds["native others"] = time.perf_counter() - start
    area.clearContents(1023)
    for name, value in seconds.items():
        print(f"{name:13} {value:7.2f} s for {rows:,} rows", flush=True)
    return seconds


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        profile = Path(folder) / "profile"
        calc_build.install(calc_build.build(folder), profile)
        with Office(profile) as office:
            cells(office, rows)


if __name__ == "__main__":
    main()

"""The functions and 排名 in LibreOffice Calc, beside what they are held against.

Printed are ratios: 10,000 scores as one array formula beside the same scores as native formulas
(both calculated anew by the same program), with what functions cost that give their range back as
it is, cell by cell; 10,000 single cells beside the bare Python calls; then where the time of 排名 over many
units with nine indicators goes, inside of Calc as the button does it, beside the same on the file.

    python -m bench.in_calc [ROWS] [UNITS]
"""

from __future__ import annotations

import json
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from bench import inside
from kpixl.addin import calc_build, callables
from kpixl.addin.job import Job, run
from kpixl.grid import Snapshot
from kpixl.host import Patch
from kpixl.hosts.calc_office import Office
from kpixl.hosts.calc_read import struct
from kpixl.hosts.files import FilesHost

CLAUSE = "每采用1条得0.1分"
AMONG_OTHERS = "数量最多的得10分,排名每下降1位减0.01分"
POINTS = 10
ROUNDS = 7
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


def by_key(office: Office, document: Any, clause: Any, area: Any, figures: list[float]) -> float:
    """Seconds until a column follows another clause, calculated by the program's own thread.

    As Ctrl+Shift+F9 does it: a call from outside takes turns with that thread at every cell,
    which on two cores costs as much as the crossing.  Nothing is calculated by itself meanwhile,
    so that the scores that are looked at are those of the key.
    """
    frame = document.getCurrentController().getFrame()
    key, way = struct("com.sun.star.util.URL"), struct("com.sun.star.beans.PropertyValue")
    key.Complete, way.Name, way.Value = ".uno:CalculateHard", "SynchronMode", False
    _, key = office.service("com.sun.star.util.URLTransformer").parseStrict(key)
    last = area.getCellByPosition(0, len(figures) - 1)
    document.enableAutomaticCalculation(False)
    seconds = []
    for n in range(ROUNDS):
        each = 0.05 if n % 2 == 0 else 0.1
        clause.setString(f"每采用1条得{each:g}分")
        start = time.perf_counter()
        frame.queryDispatch(key, "", 0).dispatch(key, (way,))
        while abs(last.getValue() - figures[-1] * each) > 1e-6:
            time.sleep(0.05)
        seconds.append(time.perf_counter() - start)
        scores = [round(row[0], 6) for row in area.getDataArray()]
        assert scores == [round(figure * each, 6) for figure in figures]
    clause.setString(CLAUSE)
    document.enableAutomaticCalculation(True)
    return statistics.median(seconds)


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
    outside = 0.0
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
        if name == "single":
            outside = seconds[name]
            clause = sheet.getCellRangeByName("A1")
            seconds[name] = by_key(office, document, clause, area, figures)
        area.clearContents(1023)
        print(f"{name:8} {seconds[name]:7.2f} s for {rows:,} rows", flush=True)
    assert scores["column"] == scores["native"] == scores["single"]
    crossings = crossing(document, rows)
    seconds |= among_others(document, rows)
    call = callables()["KPISCORE"]

    def bare() -> None:
        for figure in figures:
            call(CLAUSE, POINTS, figure)

    seconds["bare"] = median_of(bare)
    document.close(True)
    print(f"bare     {seconds['bare']:7.2f} s for {rows:,} calls")
    native_took = seconds["native"]
    column, single = seconds["column"] / seconds["native"], seconds["single"] / seconds["bare"]
    others = seconds["others"] / seconds["native others"]
    print(f"one column call / native formulas, each row by itself: {column:.2f} (aim {AIM_COLUMN})")
    for name, took in crossings.items():
        print(f"the range given back by {name} / native formulas: {took / native_took:.2f}")
    print(f"the same, each row among all others: {others:.3f} (aim {AIM_COLUMN})")
    print(f"single cells / bare calls: {single:.2f} (aim {AIM_SINGLE})")
    print(f"the same, calculated by a call from outside: {outside / seconds['bare']:.2f}")


def crossing(document: Any, rows: int) -> dict[str, float]:
    """Seconds of functions that give their range back as it is: no score is faster."""
    area = document.getSheets().getByIndex(0).getCellRangeByName(f"D1:D{rows}")
    seconds = {}
    for name in ("=", *inside.ECHOES, "ECHOBASIC"):
        text = f"=B1:B{rows}" if name == "=" else f"={name}(B1:B{rows})"
        area.setArrayFormula(text)
        document.calculateAll()
        if area.getCellByPosition(0, rows - 1).getError() == 0:
            seconds["no function at all" if name == "=" else name] = median_of(
                document.calculateAll
            )
        area.clearContents(1023)
    return seconds


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


CLAUSES = (
    "得分=[(本值-本类最低值)÷(本类最高值-本类最低值)×40+60]÷100×分值",
    "数量最多的得10分,排名每下降1位减0.001分",
    "每采用1条得0.1分",
    "每新增1家得0.1分",
    "从高到低排名,第一名得10分,第2至4名得8分,其余得5分",
    "每发现1处扣1分,扣完为止",
    "得分=本值÷本类最高值×分值",
    "达到90%得10分,80%—90%得8分,80%以下不得分",
    "数量最多的得10分,排名每下降1位减0.002分",
)


def many_units(path: Path, units: int) -> None:
    """A workbook that states nine rules and holds the figures of many units."""
    book = xlsxwriter.Workbook(str(path))
    rules = book.add_worksheet("评分办法")
    rules.write_row(0, 0, ["2015年度各村考核评分办法"])
    rules.write_row(1, 0, ["序号", "指标", "分值", "评分标准"])
    names = [f"指标{letter}" for letter in "甲乙丙丁戊己庚辛壬"]
    for n, (name, clause) in enumerate(zip(names, CLAUSES, strict=True), 1):
        rules.write_row(1 + n, 0, [n, name, 10, clause])
    figures = book.add_worksheet("汇总")
    figures.write_row(0, 0, ["单位", *names])
    drawn = random.Random(2015)
    for n in range(1, units + 1):
        figures.write_row(n, 0, [f"第{n}村", *(drawn.randint(1, 99) for _ in names)])
    book.close()


class _Catching:
    """A host that keeps a patch for later."""

    def __init__(self, book: Snapshot) -> None:
        self._book = book
        self.patch: Patch | None = None

    def snapshot(self) -> Snapshot:
        return self._book

    def apply(self, patch: Patch) -> None:
        self.patch = patch


def ranking(office: Office, units: int, folder: Path) -> None:
    """排名 from the open workbook to its result sheets, and on the file."""
    path = folder / "各村.xlsx"
    many_units(path, units)
    other = Path(shutil.copy(path, folder / "各村的另一份.xlsx"))  # Calc has the first one open
    loading = office.new()  # the extension looks for its libraries when it is first asked
    loading.getSheets().getByIndex(0).getCellRangeByName("A1").setFormula(f'=KPIRULE("{CLAUSE}")')
    loading.calculateAll()
    loading.close(True)
    document = office.open(path)
    given = struct("com.sun.star.beans.NamedValue")
    given.Name, given.Value = "document", document
    start = time.perf_counter()
    title, parts = json.loads(office.service(inside.RANKING).execute((given,)))
    in_calc = time.perf_counter() - start
    assert f"{units} 个单位" in title, title
    start = time.perf_counter()
    document.getUndoManager().undo()
    parts.append(("undo, which is not in the sum", time.perf_counter() - start))
    document.close(True)
    shares = "\n".join(f"    {seconds:8.1f} s  {part}" for part, seconds in parts)
    print(f"排名 of {units:,} units × 9 indicators, in Calc: {in_calc:.1f} s\n{shares}", flush=True)
    on_file = _on_file(other, units)
    print(f"Calc / file: {in_calc / on_file:.2f}")


def _on_file(path: Path, units: int) -> float:
    start = time.perf_counter()
    host = FilesHost(path)
    book = host.snapshot()
    read = time.perf_counter()
    catching = _Catching(book)
    reply = run("rank", Job(book, datetime(2016, 1, 20), path), catching)
    computed = time.perf_counter()
    assert catching.patch is not None, reply.text
    assert f"{units} 个单位" in reply.title
    host.apply(catching.patch)
    written = time.perf_counter()
    parts = f"read {read - start:.1f} s, compute {computed - read:.1f} s"
    print(
        f"the same on the file: {written - start:.1f} s: {parts}, write {written - computed:.1f} s"
    )
    return written - start


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    units = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        profile = Path(folder) / "profile"
        calc_build.install(calc_build.build(folder), profile)
        with Office(profile) as office:
            office.add_extension(inside.build(Path(folder)))
        with Office(profile) as office:
            standard = office.service("com.sun.star.script.ApplicationScriptLibraryContainer")
            standard.loadLibrary("Standard")
            standard.getByName("Standard").insertByName("Echo", inside.BASIC)
            if rows:
                cells(office, rows)
            ranking(office, units, Path(folder))


if __name__ == "__main__":
    main()

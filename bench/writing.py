"""Writing into a large workbook, against openpyxl loading and saving it.

    python -m bench.writing [ROWS]

A workbook of ROWS × 20 cells (200,000 rows unless told) gets a ranked sheet of ours, and a
score in every row.  openpyxl loads and saves the same file once, for both.  Figures are
processor time, so that other work on the machine counts for little; the most memory of each
is that of a process of its own.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import xlsxwriter

from kpixl.grid import Spot
from kpixl.host import Content, Formula, Patch, PutSheet, SetValues, SheetSpec
from kpixl.hosts.files import edit

ROWS, COLUMNS = 200_000, 20


def make(path: Path, rows: int) -> None:
    """A workbook with names, figures, and a column of formulas."""
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet("数据")
    two = book.add_format({"num_format": "0.00"})
    for row in range(rows):
        sheet.write_string(row, 0, f"单位{row % 997}")
        for column in range(1, COLUMNS - 2):
            sheet.write_number(row, column, (row * 31 + column * 17) % 1009 / 7, two)
        sheet.write_formula(row, COLUMNS - 2, f"=SUM(B{row + 1}:R{row + 1})", two, 1)
        sheet.write_number(row, COLUMNS - 1, 0, two)
    book.close()


def sheet(source: Path, target: Path, rows: int) -> None:
    """Add a ranked sheet of 1,000 places."""
    cells: dict[Spot, Content] = {(1, 1): "名次", (1, 2): "单位", (1, 3): "得分"}
    for place in range(1, 1001):
        cells |= {
            (place + 1, 1): place,
            (place + 1, 2): f"单位{place}",
            (place + 1, 3): Formula(f"=数据!T{place}", 0),
        }
    spec = SheetSpec("排名", cells)
    edit(source, target, Patch((PutSheet(spec),), owner="考核"))


def scores(source: Path, target: Path, rows: int) -> None:
    """Put a score into every row."""
    values = {(row, COLUMNS): row % 1009 / 7 for row in range(1, rows + 1)}
    edit(source, target, Patch((SetValues("数据", values),)))


def peer(source: Path, target: Path, rows: int) -> None:
    """openpyxl's load and save."""
    book = openpyxl.load_workbook(source)
    book.save(target)


JOBS: dict[str, Callable[[Path, Path, int], None]] = {
    "sheet": sheet,
    "scores": scores,
    "peer": peer,
}


def measured(job: str, source: Path, rows: int) -> tuple[float, float, float]:
    """Processor time, time on the clock (s) and most memory (MB) of one job."""
    words = [sys.executable, "-m", "bench.writing", "--job", job, str(source), str(rows)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    spent, clock, memory = map(float, done.stdout.split())
    return spent, clock, memory


def one(job: str, source: Path, rows: int) -> None:
    """Do one job in this process and print what it took."""
    target = source.with_name(f"{job}.xlsx")
    start, clock = time.process_time(), time.perf_counter()
    JOBS[job](source, target, rows)
    spent, clock = time.process_time() - start, time.perf_counter() - clock
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(spent, clock, memory)


def main() -> None:
    """Measure and print."""
    if "--job" in sys.argv:
        at = sys.argv.index("--job")
        one(sys.argv[at + 1], Path(sys.argv[at + 2]), int(sys.argv[at + 3]))
        return
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "大表.xlsx"
        make(source, rows)
        size = source.stat().st_size / 1e6
        print(f"{rows} × {COLUMNS} cells, {size:.0f} MB")
        base = measured("peer", source, rows)
        print(f"openpyxl load + save  {base[0]:7.1f} s ({base[1]:.1f} s, {base[2]:.0f} MB)")
        for job in ("sheet", "scores"):
            best = min(measured(job, source, rows) for _ in range(3))
            print(
                f"{job:8}              {best[0]:7.1f} s ({best[1]:.1f} s, {best[2]:.0f} MB), "
                f"ratio {best[0] / base[0]:.3f}"
            )


if __name__ == "__main__":
    main()

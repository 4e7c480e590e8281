"""`kpixl calc` over a book of 10,000 =KPISCORE(), beside the bare engine doing the same work.

The peer reads the book with openpyxl, calculates it with formualizer, in which KPISCORE is
registered as the bare Python function, and saves it with openpyxl (which loses what that
loses).  Rounds alternate, the quickest counts.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import formualizer
import openpyxl
import xlsxwriter

from kpixl.addin import callables
from kpixl.addin.engine import own_functions
from kpixl.hosts.formula_prepare import Engine
from kpixl.hosts.recalculate import ENGINES
from kpixl.workspace.calculating import calculate

CELLS, GROUP, ROUNDS = 10_000, 50, 3
CLAUSE = "得分=本单位数值÷最高值×分值"
LADDER = "数量最多的得10分,排名每下降1位减0.5分"


def make_book(path: Path, cells: int) -> None:
    """Half of the cells by a band, half by a ladder, each within a group of fifty units."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("评分")
    sheet.write_row("H1", [CLAUSE, 20])
    sheet.write_row("H2", [LADDER, 10])
    for row in range(cells // 2):
        top = row // GROUP * GROUP + 1
        sheet.write_row(row, 0, [f"单位{row + 1}", 50 + row * 7919 % 1000 / 4])
        peers = f"B${top}:B${top + GROUP - 1}"
        sheet.write_formula(row, 2, f"=[1]!KPISCORE(H$1,I$1,B{row + 1},,{peers})")
        sheet.write_formula(row, 3, f"=_xll.KPISCORE(H$2,I$2,B{row + 1},,{peers})")
    book.close()


def bare(source: Path, target: Path) -> None:
    """The same figures with nothing but the engine and a library that loads and saves."""
    loaded = openpyxl.load_workbook(source)
    sheet = loaded["评分"]
    book = formualizer.Workbook()
    book.add_sheet("评分")
    score = callables()["KPISCORE"]

    def kpiscore(*given: Any) -> Any:
        rule, points, value, _, peers = given
        return score(rule, points, value, None, peers)

    book.register_function("KPISCORE", kpiscore)
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith("="):
                text = cell.value.replace("[1]!", "").replace("_xll.", "")
                book.set_formula("评分", cell.row, cell.column, text)
            elif cell.value is not None:
                book.set_value("评分", cell.row, cell.column, cell.value)
    book.evaluate_all()
    for row in sheet.iter_rows(min_col=3, max_col=4):
        for cell in row:
            cell.value = book.get_value("评分", cell.row, cell.column)
    loaded.save(target)


def ours(source: Path, target: Path, engine: Engine | None = None) -> None:
    """What `kpixl calc` does."""
    target.unlink(missing_ok=True)
    calculate(source, target, own_functions(), engine=engine)


def seconds(work: Callable[[], None]) -> float:
    """How long something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Print one line for each engine, and check that both gave the peer's figures."""
    cells = int(sys.argv[1]) if len(sys.argv) > 1 else CELLS
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        make_book(place / "book.xlsx", cells)
        book, out, other = place / "book.xlsx", place / "out.xlsx", place / "peer.xlsx"
        quickest: dict[str, float] = {}
        for _ in range(ROUNDS):
            for name, work in (
                ("peer", lambda: bare(book, other)),
                ("kpixl", lambda: ours(book, out)),
            ):
                quickest[name] = min(quickest.get(name, 1e9), seconds(work))
        if figures(out) != figures(other):
            raise SystemExit("the two do not give the same figures")
        print(f"{cells} KPISCORE: kpixl {quickest['kpixl']:.2f} s, peer {quickest['peer']:.2f} s,"
              f" ratio {quickest['kpixl'] / quickest['peer']:.2f}")  # fmt: skip
        small = place / "small.xlsx"
        make_book(small, cells // 10)
        for engine in ENGINES:
            took = seconds(partial(ours, small, out, engine))
            print(f"{cells // 10} KPISCORE by {engine}: {took:.2f} s")


def figures(path: Path) -> list[tuple[float, ...]]:
    """The scores as the file stores them, to nine decimals."""
    sheet = openpyxl.load_workbook(path, data_only=True)["评分"]
    rows = sheet.iter_rows(min_col=3, max_col=4, values_only=True)
    return [tuple(round(v, 9) for v in row) for row in rows]


if __name__ == "__main__":
    main()

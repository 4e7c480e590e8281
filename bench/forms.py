"""Recognising a form that nobody has described, beside python-calamine merely reading it.

The form has a column for each of some towns, a row for each item, titles above and remarks
below; then the same form comes again and is only verified.

    python -m bench.forms [ITEMS] [TOWNS]
"""

from __future__ import annotations

import io
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import python_calamine
from xlsxwriter import Workbook

from kpixl.hosts import files
from kpixl.templates.bind import Recogniser
from kpixl.templates.from_form import scheme_of_form

ROUNDS = 5


def form(items: int, towns: int) -> bytes:
    """The form as a file."""
    stream = io.BytesIO()
    book = Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("汇总")
    sheet.merge_range(0, 0, 0, 3 + towns, "2025年度乡镇考核汇总表")
    sheet.write_row(1, 0, ["序号", "考核指标", "分值", "评分标准"])
    sheet.merge_range(1, 4, 1, 3 + towns, "各镇完成情况")
    sheet.write_row(2, 4, [f"第{n}镇" for n in range(towns)])
    for column, text in enumerate(("序号", "考核指标", "分值", "评分标准")):
        sheet.merge_range(1, column, 2, column, text)
    for n in range(items):
        clause = f"每新增1家得{1 + n % 3}分,最高得10分"
        sheet.write_row(3 + n, 0, [n + 1, f"新增企业{n}类", 10, clause])
        sheet.write_row(3 + n, 4, [(n * 7 + t) % 9 for t in range(towns)])
    sheet.write(3 + items, 0, "注:本表由各镇填报。")
    book.close()
    return stream.getvalue()


def median(work: Callable[[], object]) -> float:
    """The middle of some runs in seconds."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def main(items: int = 30, towns: int = 20) -> None:
    """Print the figures."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "汇总表.xlsx"
        path.write_bytes(form(items, towns))
        bare = median(lambda: python_calamine.load_workbook(path).get_sheet_by_index(0).to_python())
        snapshot = files.read(path)
        scheme = scheme_of_form(snapshot).scheme
        assert scheme is not None and len(scheme.units) == towns
        first = median(lambda: Recogniser(scheme).read(snapshot))
        known = Recogniser(scheme)
        known.read(snapshot)
        again = median(lambda: known.read(snapshot))
        stated = median(lambda: scheme_of_form(snapshot))
    print(f"calamine reads the values of {items} x {towns} figures in {bare * 1e3:.1f} ms")
    for name, took in (
        ("recognised against a scheme", first),
        ("verified, as it was met before", again),
        ("its rules read as a scheme", stated),
    ):
        print(f"{name}: {took * 1e3:.1f} ms, {took / bare:.1f} times")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

"""Reading 500 returned forms, sniffed first, beside a reader that trusts them.

The forms are made here: 60 rows of 12 columns in .xlsx, with figures, texts, formulas,
number formats, locks and merged headings.  The peer is bare python-calamine, which gives
values only, over the same files in the same run.  Rounds alternate, the quickest counts; of
processor time, in which other work of the machine counts least, and by the clock, in which
workers are quicker than one process.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import python_calamine
import xlsxwriter

from kpixl.hosts import files, pool

FORMS, ROWS, COLUMNS, ROUNDS = 500, 60, 12, 5


def make_form(path: Path, number: int) -> None:
    """A form as a department sends it out: 12 columns, 60 rows with its headings."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("填报表")
    title = book.add_format({"bold": True, "align": "center", "border": 1})
    text = book.add_format({"border": 1, "text_wrap": True})
    figure = book.add_format({"border": 1, "num_format": "#,##0.00", "locked": False})
    percent = book.add_format({"border": 1, "num_format": "0.0%"})
    points = book.add_format({"border": 1, "num_format": "0.0"})
    sheet.merge_range(0, 0, 0, COLUMNS - 1, f"第 {number} 个单位考核填报表", title)
    headings = ("序号", "类别", "指标", "计量单位", "上年", "本年", "增速", "目标",
                "完成率", "分值", "自评分", "说明")  # fmt: skip
    sheet.write_row(1, 0, headings, title)
    for row in range(2, ROWS):
        old, new = 100 + row * 1.5 + number, 110 + row * 1.7 + number / 3
        sheet.write_number(row, 0, row - 1, text)
        sheet.write_string(row, 1, f"第{row // 10}类", text)
        sheet.write_string(row, 2, f"指标{row}完成情况", text)
        sheet.write_string(row, 3, "万元", text)
        sheet.write_number(row, 4, old, figure)
        sheet.write_number(row, 5, new, figure)
        line = row + 1
        sheet.write_formula(row, 6, f"=F{line}/E{line}-1", percent, new / old - 1)
        sheet.write_number(row, 7, old * 1.1, figure)
        sheet.write_formula(row, 8, f"=F{line}/H{line}", percent, new / old / 1.1)
        sheet.write_number(row, 9, 5, points)
        sheet.write_number(row, 10, 4.5, points)
        sheet.write_string(row, 11, f"说明{number}-{row}", figure)
    sheet.protect()
    book.close()


def bare(paths: Sequence[Path]) -> None:
    """What the peer does with a file: all values of all sheets."""
    for path in paths:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def ours(paths: Sequence[Path], *, structure: bool) -> None:
    """Sniffed and read, in this process."""
    for path in paths:
        files.read(path, structure=structure)


def in_workers(paths: Sequence[Path]) -> None:
    """Sniffed and read with formats and formulas, in worker processes."""
    for _ in pool.read_each(paths):
        pass


def seconds(work: Callable[[], None]) -> tuple[float, float]:
    """How long something takes: processor time of this process, and by the clock."""
    gc.collect()
    processor, clock = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - processor, time.perf_counter() - clock


def main(forms: int = FORMS) -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number:03}.xlsx" for number in range(forms)]
        for number, path in enumerate(paths):
            make_form(path, number)
        works: dict[str, Callable[[], None]] = {
            "bare python-calamine": lambda: bare(paths),
            "values, no formats": lambda: ours(paths, structure=False),
            "with formats and formulas": lambda: ours(paths, structure=True),
            "the same in workers": lambda: in_workers(paths),
        }
        rounds = [{name: seconds(work) for name, work in works.items()} for _ in range(ROUNDS)]
    best = {
        name: tuple(map(min, zip(*(one[name] for one in rounds), strict=True))) for name in works
    }
    peer = best["bare python-calamine"]
    print(f"{forms} forms of {ROWS} × {COLUMNS} cells     processor           clock")
    for name, figures in best.items():
        shown = "".join(
            f"{figure:8.3f} s{figure / of:6.2f} ×" for figure, of in zip(figures, peer, strict=True)
        )
        print(f"{name:28}{shown}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else FORMS)

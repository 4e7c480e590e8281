"""The cohorts of the xiangshan-2017 proof, written out as data files.

    python tests/golden/xiangshan-2017/cohorts.py

writes <cohort>-m<month>.csv for every ledger cohort below and 企业-<cohort>.csv for the
tables of enterprises.  All figures are invented, but for those of the worked examples.
"""

from __future__ import annotations

import csv
import importlib.util
import io
import random
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve().parent
Figures = dict[str, str]


def _paper() -> ModuleType:
    """The working paper beside this file: the tasks stand there."""
    spec = importlib.util.spec_from_file_location(
        "xiangshan_working_paper", HERE / "working_paper.py"
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


paper = _paper()


def decimal(value: Fraction) -> str:
    """A figure in full, "" where it has no end."""
    for digits in range(12):
        scaled = value * 10**digits
        if scaled.denominator == 1:
            whole = f"{abs(scaled.numerator):0{digits + 1}d}"
            text = f"{whole[:-digits]}.{whole[-digits:]}" if digits else whole
            return ("-" if value < 0 else "") + text
    return ""


def shares(month: int, *ladder: Fraction) -> Figures:
    """Every task at a share of its pace, the shares in turn.

    Where a count would not come whole, or a figure has no end, it is the whole part.
    """
    figures: Figures = {}
    for n, task in enumerate(paper.tasks()):
        share = ladder[n % len(ladder)]
        pace = task.expected(month)
        figure = pace / share if task.how == "limit" and share else pace * share
        text = decimal(figure)
        whole = task.kind == "count" or not text
        figures[task.name] = str(int(figure)) if whole else text
    return figures


def invented(month: int, seed: int, decimals: int = 2) -> Figures:
    """Figures around the pace, some far off, with so many decimals."""
    rng = random.Random(seed)
    figures: Figures = {}
    for task in paper.tasks():
        reach = rng.choice((0.3, 0.75, 0.85, 0.95, 1.0, 1.1, 1.6))
        figure = float(task.expected(month)) * (reach + rng.uniform(-0.05, 0.05))
        figures[task.name] = f"{figure:.{0 if task.kind == 'count' else decimals}f}"
    return figures


def without(figures: Figures, *names: str) -> Figures:
    """The same with no figure for some tasks."""
    return {name: "" if name in names else value for name, value in figures.items()}


def led_by(unit: str) -> list[str]:
    """The tasks that a unit leads."""
    return [task.name for task in paper.tasks() if task.lead == unit]


FOUR, FULL = Fraction(4, 5), Fraction(1)
X1 = {
    "新增规模以上企业": "9",
    "规上工业产值增速": "7.6",
    "工业项目审批时限": "0.8",
    "个转企": "27",
}


def ledgers() -> dict[str, Figures]:
    """The ledger cohorts by name and month."""
    base = invented(4, 20170430)
    found = {
        "x1-m04": base | X1,
        "x1-late-m04": base | X1 | {"工业项目审批时限": "1.5", "规上工业产值增速": "-3"},
        "x1-zero-m04": base | X1 | {"工业项目审批时限": "0"},
        # exactly on the marks, and a hair beside them
        "marks-m06": shares(6, FOUR, FULL, FOUR - Fraction(1, 10**6), FULL - Fraction(1, 10**6)),
        "marks-m03": shares(3, FOUR, FULL, FOUR + Fraction(1, 10**6), FULL + Fraction(1, 10**6)),
        "eighty-m04": shares(4, FOUR),
        "eighty-m05": shares(5, FOUR),
        "eighty-m07": shares(7, FOUR),
        "eighty-m12": shares(12, FOUR),
        "full-m12": shares(12, FULL),
        "nothing-m06": dict.fromkeys(shares(6, FULL), "0"),
        # a count can't be negative, any other figure can
        "below-m06": {
            t.name: "0" if t.kind == "count" else f"-{invented(6, 1)[t.name]}"
            for t in paper.tasks()
        },
        "far-m02": shares(2, Fraction(7), Fraction(1, 7), Fraction(20)),
        # blanks: one shared task, all of a leader, all of a group, everything but one
        "gaps-m09": without(
            invented(9, 20170930), "市级以上工程(技术)中心", "工业用地指标占比", *led_by("县金融办")
        ),
        "gap-towns-m05": without(invented(5, 20170531), "小微集聚区土建进度"),
        "one-m08": {t.name: "12" if t.name == "机器换人项目" else "" for t in paper.tasks()},
        "judged-m06": invented(6, 20170615)
        | {"重点产业平台建设进度": "40", "一镇一策落实进度": "50", "小微集聚区土建进度": "100"},
        "digits-m11": invented(11, 20171130, decimals=6),
        "short-m10": dict(list(invented(10, 20171031).items())[:40]),
    }
    year = invented(6, 20171231)
    return found | {f"year-m{month:02d}": year for month in range(1, 13)}


def table_rows(name: str) -> list[tuple[str, str, str]]:
    """A table of enterprises."""
    rng = random.Random(f"xiangshan-2017 {name}")
    x3 = ["30 34", "13 25", "13 25", "12 22", "10 20", "8 20", "6 18", "5 16", "3 12", "0 8"]
    if name == "x3":
        return [(str(n), *pair(text)) for n, text in enumerate([*x3, "77 "], 1)]
    if name == "one":
        return [("独家", "7.31", "15.2")]
    if name == "three":
        return [("甲", "10", "20"), ("乙", "10", "20"), ("丙", "4", "9")]
    if name == "same":
        return [(f"企业{n}", "8.8", "21.7") for n in range(7)]
    if name == "halves":
        # means 10 and 20 stay, so that a figure of 13.001 gives 65.005
        taxes = ["13.001", "6.999", "12.003", "7.997", "10.001", "9.999", "9.005", "10.995"]
        outputs = ["26.002", "13.998", "20.006", "19.994", "18.014", "21.986", "20", "20"]
        return [
            (f"企业{n}", tax, out) for n, (tax, out) in enumerate(zip(taxes, outputs, strict=True))
        ]
    if name == "cuts":
        # twenty, of which several share the place at each cut
        score = [30, 28, 26, 24, 24, 24, 20, 19, 18, 17, 16, 15, 15, 13, 12, 11, 10, 9, 9, 1]
        return [(f"企业{n}", str(v), str(2 * v)) for n, v in enumerate(score)]
    if name == "negative":
        return [("甲", "-3.5", "12"), ("乙", "14.2", "31"), ("丙", "9.1", "-2"), ("丁", "0", "0")]
    assert name == "large"
    rows = []
    for n in range(400):
        tax, output = f"{rng.lognormvariate(2.3, 0.7):.1f}", f"{rng.lognormvariate(3, 0.4):.1f}"
        blank = rng.random()
        rows.append(
            (f"企业{n:03d}", "" if blank < 0.02 else tax, "" if 0.02 < blank < 0.05 else output)
        )
    return rows


def pair(text: str) -> tuple[str, str]:
    """Two figures of one line."""
    first, second = text.split(" ")
    return first, second


TABLES = ("x3", "one", "three", "same", "halves", "cuts", "negative", "large")


def data_files() -> dict[str, str]:
    """Every data file with its content."""
    found: dict[str, str] = {}
    for name, figures in ledgers().items():
        rows = [("unit", "group", "input", "value")]
        rows += [("", "", task, value) for task, value in figures.items()]
        found[f"{name}.csv"] = _text(rows)
    for name in TABLES:
        found[f"企业-{name}.csv"] = _text(
            [("企业", "亩均税收", "全员劳动生产率"), *table_rows(name)]
        )
    return found


def _text(rows: Sequence[tuple[str, ...]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def main() -> None:
    for name, text in data_files().items():
        (HERE / name).write_text(text, encoding="utf-8")
        print(name)


if __name__ == "__main__":
    main()

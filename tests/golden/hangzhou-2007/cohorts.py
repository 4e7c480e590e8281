"""The cohorts of the hangzhou-2007 proof, one line a unit, written out as data files.

    python tests/golden/hangzhou-2007/cohorts.py

writes <cohort>.csv for every table below, for the seeded cohort `large`, and for
`fourteen`, whose figures are those of the demonstration returns.  All figures are
invented.  In a table `-` is an empty value, `~` a row that is not there at all, and
`85x3` stands for 85 85 85.
"""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

HERE = Path(__file__).resolve().parent
DEMONSTRATION = HERE.parents[2] / "workbooks" / "hangzhou-2007" / "source"

SALES = ("工业销售产值", "工业销售产值目标", "上年工业销售产值")
INVESTMENT = "限额以上工业投资增长率"
# The measure of energy by the kind of unit, the own one first.
ENERGY = {
    "区": ("万元工业增加值综合能耗下降率", "万元生产总值综合能耗下降率"),
    "县(市)": ("万元生产总值综合能耗下降率", "万元工业增加值综合能耗下降率"),
}
TASKS = ("工业投资目标", "技术改造目标", "工业项目推进年活动", "土地盘活目标", "双千工程")
SAVING = (
    "节能措施分解落实",
    "能源利用监测审计",
    "重点用能单位网上报送",
    "清洁生产审核企业目标",
    "淘汰落后设备",
    "关闭高能耗污染企业",
    "小火电小钢铁关停",
)
FIRST_CLASS = ("工业规划与招商引资", "高新技术产业", "中小企业成长")
SECOND_CLASS = (
    "经济运行监测",
    "企业服务与培训",
    "自主创新",
    "先进制造业基地",
    "循环经济",
    "市场经济秩序",
    "产业损害预警",
    "行业管理",
    "治乱减负",
    "中小企业工作",
    "信用体系",
)
DONE = tuple(f"{name}完成情况" for name in FIRST_CLASS + SECOND_CLASS)
VETO = "党风廉政重大问题"

# unit group | sales target last-year | investment | energy (and, behind a slash, the measure
#            of the other kind of units) | tasks | saving | 一类4-6 | 二类1-11 | veto
TABLES = {
    # H1, H2, and H2 with energy up by 1 %.
    "h1": """
甲区 区 | 642 600 517.5 | 13.4 | 6.2 | 是x5 | 是x7 | 85 是 是 | 是x11 | 否
乙县 县(市) | 118 120 101 | 14.1 | 3.3 | 是x5 | 是x7 | 是x3 | 是x11 | 否
丙县 县(市) | 118 120 101 | 14.1 | -1 | 是x5 | 是x7 | 是x3 | 是x11 | 否
""",
    # H3: totals 104.20 (vetoed), 99.10, 95.40, 78.60, 78.60, 77.00.
    "h3": """
甲区 区 | 642 600 517.5 | 13.4 | 7.4 | 是x5 | 是x7 | 是x3 | 是x11 | 是
乙区 区 | 600 600 560 | 12 | 4.1 | 是x5 | 是x7 | 是x3 | 是x11 | 否
丙区 区 | 88 85 70 | 15 | 5 | 是x5 | 是x7 | 85 是 是 | 15 是x10 | 否
丁市 县(市) | 84 85 70 | 12.6 | 4 | 是x5 | 是x7 | 是 否 是 | 否 否 65 是x8 | 否
戊县 县(市) | 118 120 101 | 14.1 | 3.3 | 是 是 否x3 | 否 是x6 | 否 是 是 | 82.5 是x10 | 否
己县 县(市) | 50 50 49 | 12 | 4 | 是x5 | 是x7 | 否 否 是 | 否 25 是x9 | 否
""",
    # The same totals at places 1, 3 and 6; a tie that only rounding makes; all below 80 behind.
    "ties": """
甲区 区 | 600 600 590 | 12 | 5 | 是x5 | 是x7 | 是x3 | 是x11 | 否
乙县 县(市) | 120 120 110 | 12 | 4 | 是x5 | 是x7 | 是x3 | 是x11 | 否
丙区 区 | 600 600 590 | 12 | 5 | 是x5 | 是x7 | 是x3 | 50 是x10 | 否
丁县 县(市) | 120 120 110 | 12 | 4 | 否 是x4 | 是x7 | 是x3 | 是x11 | 否
戊市 县(市) | 120 120 110 | 12 | 2 | 是x5 | 是x7 | 是x3 | 是x11 | 否
己市 县(市) | 120 120 110 | 12 | 4 | 否 是x4 | 是x7 | 是 是 75 | 是x11 | 否
庚区 区 | 600 600 590 | 12 | 5 | 否 是x4 | 是x7 | 74.9625 是 是 | 是x11 | 否
辛区 区 | 600 600 590 | 12 | 5 | 否 是x4 | 是x7 | 是 75 是 | 是x11 | 否
壬区 区 | 600 600 590 | 12 | 5 | 否x5 | 否x7 | 是 是 是 | 是x11 | 否
癸区 区 | 600 600 590 | 12 | 5 | 否x5 | 否x7 | 是 是 是 | 99.75 是x10 | 否
""",
    # Every mark met exactly and missed by a hair, every cap and floor, whole steps.
    "marks": """
甲区 区 | 579 579 579 | 12 | 5 | 是x5 | 是x7 | 100 0 1 | 0.5 100x10 | 否
乙区 区 | 578.99 579 528.99 | 11.99 | 4.99 | 是x5 | 是x7 | 120 -5 99.99 | 是x11 | 否
丙区 区 | 607.95 579 557.95 | 12.01 | 9 | 是x5 | 是x7 | 是x3 | 是x11 | 否
丁区 区 | 607.94 579 557.95 | 12 | 9.01 | 是x5 | 是x7 | 是x3 | 是x11 | 否
戊区 区 | 1200.3 1143.14 1000.3 | 40 | 25 | 是x5 | 是x7 | 是x3 | 是x11 | 否
己县 县(市) | 0.3 0.3 0.2 | 12 | 4 | 是x5 | 是x7 | 是x3 | 是x11 | 否
庚县 县(市) | 0.315 0.3 0.2 | 12 | 8 | 是x5 | 是x7 | 是x3 | 是x11 | 否
辛县 县(市) | 90 100 140 | 12 | 0 | 是x5 | 是x7 | 是x3 | 是x11 | 否
壬县 县(市) | 2500 2000 49.9 | -20 | -30 | 否x5 | 否x7 | 否x3 | 否x11 | 否
癸县 县(市) | 0 100 100 | 0 | -0.01 | 否x5 | 否x7 | 0x3 | 0x11 | 否
""",
    # Growth of just 50, 100, 250 and 300 亿元, and 0.01 less, from figures whose binary
    # difference falls short of it.
    "steps": """
甲区 区 | 8245.31 8000 8145.31 | 12 | 5 | 是x5 | 是x7 | 是x3 | 是x11 | 否
乙区 区 | 8245.3 8000 8145.31 | 12 | 5 | 是x5 | 是x7 | 是x3 | 是x11 | 否
丙县 县(市) | 32952.74 32000 32702.74 | 12 | 4 | 是x5 | 是x7 | 是x3 | 是x11 | 否
丁县 县(市) | 32952.73 32000 32702.74 | 12 | 4 | 是x5 | 是x7 | 是x3 | 是x11 | 否
戊县 县(市) | 65569.12 65569.12 65269.12 | 12 | 4 | 是x5 | 是x7 | 是x3 | 是x11 | 否
己县 县(市) | 65569.11 65569.12 65269.12 | 12 | 4 | 是x5 | 是x7 | 是x3 | 是x11 | 否
庚县 县(市) | 4245.31 4043.152 4195.31 | 12 | 4 | 是x5 | 是x7 | 是x3 | 是x11 | 否
""",
    # Halves at the third decimal, from energy and from completions.
    "halves": """
甲区 区 | 600 600 590 | 12 | 5.01 | 是x5 | 是x7 | 55.5625 是 是 | 12.625 是x10 | 否
乙区 区 | 600 600 590 | 12 | 5.13 | 是x5 | 是x7 | 55.5624 是 是 | 12.624 是x10 | 否
丙区 区 | 600 600 590 | 12 | 4.995 | 是x5 | 是x7 | 0.0625 33.3125 66.6875 | 87.875x11 | 否
丁县 县(市) | 600 600 590 | 12 | 4.07 | 是x5 | 是x7 | 12.5625 是 是 | 0.125 0.375 是x9 | 否
戊县 县(市) | 100 600 590 | 11 | 3.005 | 是x5 | 是x7 | 99.9375 是 是 | 99.875 99.874 是x9 | 否
己县 县(市) | 100 600 590 | 11 | 1.115 | 是x5 | 是x7 | 99.9374 是 是 | 是x11 | 否
""",
    # Blanks of every sort; 庚区 would be first, 辛区 is vetoed and lacks a figure, 壬区 leaves the
    # veto open, 子县 has the measure of the other kind of units alone, 丑县 has it as an empty row.
    "gaps": """
甲区 区 | - 600 517.5 | 13.4 | 6.2 | 是x5 | 是x7 | 是x3 | 是x11 | 否
乙区 区 | 642 - 517.5 | 13.4 | 6.2 | 是x5 | 是x7 | 是x3 | 是x11 | 否
丙区 区 | 642 600 - | 13.4 | 6.2 | 是x5 | 是x7 | 是x3 | 是x11 | 否
丁区 区 | 642 600 517.5 | - | 6.2 | 是x5 | 是x7 | 是x3 | 是x11 | 否
戊区 区 | 642 600 517.5 | 13.4 | -/6 | 是x5 | 是x7 | 是x3 | 是x11 | 否
己区 区 | 642 600 517.5 | 13.4 | 6.2 | 是x4 - | 是x7 | 是x3 | 是x11 | 否
庚区 区 | 942 600 517.5 | 13.4 | 16.2 | 是x5 | 是x7 | 是x3 | - 是x10 | 否
辛区 区 | 642 600 517.5 | 13.4 | 6.2 | 是x5 | 是x6 - | 是x3 | 是x11 | 是
壬区 区 | 642 600 517.5 | 13.4 | 6.2 | 是x5 | 是x7 | 是x3 | 是x11 | -
癸区 区 | -x3 | - | - | -x5 | -x7 | -x3 | -x11 | -
子县 县(市) | 120 118 101 | 13 | ~/6 | 是x5 | 是x7 | 是x3 | 是x11 | 否
丑县 县(市) | 120 118 101 | 13 | 4.4/- | 是x5 | 是x7 | 是x3 | 是x11 | 否
寅县 县(市) | 120 118 101 | 13 | 4.4/9 | 是x5 | 是x7 | 是x3 | 是 ~ 是x9 | 否
卯县 县(市) | 120 118 101 | 13 | 4.4/0 | 是x5 | 否x7 | 是x3 | 是x11 | 否
辰县 县(市) | 120 118 101 | 13 | 4.4 | ~x5 | 是x7 | 是x3 | 是x11 | ~
""",
    # Several vetoed units, the best and the worst among them; three that are ranked.
    "vetoes": """
甲区 区 | 642 600 517.5 | 13.4 | 7.4 | 是x5 | 是x7 | 是x3 | 是x11 | 是
乙区 区 | 600 600 560 | 12 | 4.1 | 是x5 | 是x7 | 是x3 | 是x11 | 否
丙县 县(市) | 100 120 101 | 1 | 1 | 否x5 | 否x7 | 否x3 | 否x11 | 是
丁县 县(市) | 118 120 101 | 14.1 | 3.3 | 是x5 | 是x7 | 是x3 | 是x11 | 否
戊县 县(市) | 118 120 101 | 14.1 | 3.3 | 是x5 | 是x7 | 是x3 | 是x11 | 否
己县 县(市) | 118 120 101 | 14.1 | 3.3 | 是x5 | 是x7 | 是x3 | 是x11 | 是
""",
    "all-vetoed": """
甲区 区 | 642 600 517.5 | 13.4 | 7.4 | 是x5 | 是x7 | 是x3 | 是x11 | 是
乙县 县(市) | 118 120 101 | 14.1 | 3.3 | 是x5 | 是x7 | 是x3 | 是x11 | 是
""",
    # One unit alone, exactly at 80: 优秀 and not only 达标.
    "alone": """
甲县 县(市) | 120 120 110 | 12 | 4 | 是x5 | 是x7 | 是 否 否 | 否 是x10 | 否
""",
    # Around 80 behind the first three: 80.00, 79.99 and what rounds to 80.00.
    "cut-off": """
甲区 区 | 642 600 517.5 | 13.4 | 7.4 | 是x5 | 是x7 | 是x3 | 是x11 | 否
乙区 区 | 642 600 517.5 | 13.4 | 7 | 是x5 | 是x7 | 是x3 | 是x11 | 否
丙区 区 | 642 600 517.5 | 13.4 | 6 | 是x5 | 是x7 | 是x3 | 是x11 | 否
丁县 县(市) | 120 120 110 | 12 | 4 | 是x5 | 是x7 | 是 否 否 | 否 是x10 | 否
戊县 县(市) | 120 120 110 | 12 | 3.99 | 是x5 | 是x7 | 是 否 否 | 否 是x10 | 否
己县 县(市) | 120 120 110 | 12 | 3.995 | 是x5 | 是x7 | 是 否 否 | 否 是x10 | 否
庚县 县(市) | 120 120 110 | 12 | 3.994 | 是x5 | 是x7 | 是 否 否 | 否 是x10 | 否
""",
}


def words(text: str) -> list[str]:
    """The figures of a column, 是x3 written out."""
    found: list[str] = []
    for word in text.split():
        value, sign, times = word.rpartition("x")
        found += [value] * int(times) if sign else [word]
    return found


def rows_of(table: str) -> list[tuple[str, str, str, str]]:
    """The lines of a table as rows of unit, group, input, value."""
    rows = []
    for line in table.strip().splitlines():
        (unit, group), sales, investment, energy, tasks, saving, first, second, veto = (
            words(part) for part in line.split("|")
        )
        own, _, other = energy[0].partition("/")
        measure, foreign = ENERGY[group]
        pairs = [
            *zip(SALES, sales, strict=True),
            (INVESTMENT, investment[0]),
            (measure, own),
            *([(foreign, other)] if other else []),
            *zip(TASKS, tasks, strict=True),
            *zip(SAVING, saving, strict=True),
            *zip(DONE, [*first, *second], strict=True),
            (VETO, veto[0]),
        ]
        rows += [(unit, group, n, "" if v == "-" else v) for n, v in pairs if v != "~"]
    return rows


def large() -> list[tuple[str, str, str, str]]:
    """60 units, seeded; a blank and a veto here and there."""
    dice = random.Random(217)
    rows = []
    for number in range(1, 61):
        unit = f"第{number}单位"
        group = dice.choice(list(ENERGY))
        target = dice.randint(2000, 120000)
        pairs = [
            (SALES[0], _hundredths(round(target * dice.uniform(0.9, 1.12)))),
            (SALES[1], _hundredths(target)),
            (SALES[2], _hundredths(round(target * dice.uniform(0.6, 1.05)))),
            (INVESTMENT, _hundredths(dice.choice([1200, dice.randint(-500, 3000)]))),
            (ENERGY[group][0], _hundredths(dice.choice([400, 500, dice.randint(-200, 1200)]))),
            *((name, dice.choice("是是是否")) for name in TASKS + SAVING),
            *((name, _done(dice)) for name in DONE),
            (VETO, dice.choice("否否否否否否否否是")),
        ]
        lacks = dice.randrange(len(pairs)) if dice.random() < 0.15 else -1
        rows += [(unit, group, n, "" if at == lacks else v) for at, (n, v) in enumerate(pairs)]
    return rows


def _hundredths(value: int) -> str:
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(value), 100)
    return sign + (f"{whole}.{rest:02}".rstrip("0").rstrip(".") if rest else str(whole))


def _done(dice: random.Random) -> str:
    return dice.choice(["是", "是", "是", "否", _hundredths(dice.randint(0, 10000))])


def demonstration() -> list[tuple[str, str, str, str]]:
    """The figures of the returned sample forms."""
    with (DEMONSTRATION / "单位.csv").open(encoding="utf-8", newline="") as file:
        group = {row["单位"]: row["分组"] for row in csv.DictReader(file)}
    with (DEMONSTRATION / "示例.csv").open(encoding="utf-8", newline="") as file:
        return [
            (row["unit"], group[row["unit"]], row["input"], row["value"])
            for row in csv.DictReader(file)
        ]


def data_files() -> dict[str, str]:
    """The text of every data file by its name."""
    tables = {name: rows_of(table) for name, table in TABLES.items()}
    tables |= {"large": large(), "fourteen": demonstration()}
    return {f"{name}.csv": _text(rows) for name, rows in tables.items()}


def _text(rows: list[tuple[str, str, str, str]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("unit", "group", "input", "value"))
    writer.writerows(rows)
    return stream.getvalue()


def main() -> None:
    for name, text in data_files().items():
        (HERE / name).write_text(text, encoding="utf-8")
        print(name)


if __name__ == "__main__":
    main()

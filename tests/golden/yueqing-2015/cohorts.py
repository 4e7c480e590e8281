"""The cohorts of the yueqing-2015 proof, one line a unit, written out as data files.

    python tests/golden/yueqing-2015/cohorts.py

writes <cohort>.csv for every table below, for the seeded cohort `large`, and for
`returns`, whose figures are those of the sample returns.  All figures are invented.
In a table `-` is an empty value and `~` a row that is not there at all.
"""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

HERE = Path(__file__).resolve().parent
SAMPLES = HERE.parents[2] / "workbooks" / "yueqing-2015" / "source" / "示例.csv"
GROUP = "县(市、区)"

INPUTS = (
    "新兴产业增加值增速",
    "新兴产业增加值",
    "重点项目综合值",
    "新兴产业土地指标比例",
    "招引大项目数",
    "新增创新平台数",
    "新认定国家级平台数",
    "新认定省级平台数",
    "年度实施计划制定并推进",
    "国家级财政专项资金项目数",
    "省级财政专项资金项目数",
    "国家级表彰数",
    "省级表彰数",
)

# unit group | growth value | projects land big | platforms national provincial
#            | plan, funds national provincial, commendations national provincial
TABLES = {
    # Q1, Q2, Q3: 甲县 has the places 3 and 4 of Q2, 丁县 the same places with one big project.
    "worked": """
甲县 县 | 11.7 60.5 | 80 40 2 | 2 2 3 | 是 1 2 0 1
乙县 县 | 4.9 48.2 | 95 52 0 | 0 0 1 | 否 0 0 0 0
丙县 县 | 14 75.3 | 90 47 3 | 1 0 0 | 是 0 1 0 0
丁县 县 | 10 32.6 | 80 40 1 | 0 1 0 | 否 1 1 1 1
戊县 县 | 8.6 21.4 | 60 44 1 | 1 0 2 | 是 0 0 0 1
己县 县 | 9.2 15.9 | 55 31 0 | 3 0 0 | 是 0 2 0 0
""",
    # Exact halves at the third decimal of the growth item; ties in all ladders and in totals.
    "ties": """
甲县 县 | 10.1 50 | 80 40 2 | 1 0 0 | 是 0 1 0 0
乙县 县 | 10.1 50 | 80 40 2 | 1 0 0 | 是 0 1 0 0
丙县 县 | 9.98 50 | 80 35 0 | 0 0 1 | 是 0 0 0 0
丁县 县 | 10.02 41.7 | 75 35 1 | 0 1 0 | 否 0 0 0 0
戊县 县 | 8.38 41.7 | 75 35 1 | 0 1 0 | 否 0 0 0 0
己县 县 | 9.9 41.70 | 75 20.5 0 | 2 0 3 | 是 1 1 0 0
庚县 县 | 6.02 12.3 | 10 20.5 0 | 2 0 3 | 否 1 2 0 0
辛县 县 | 11.98 12.30 | 10.0 0 2 | 0 0 0 | 否 0 0 0 0
""",
    # Every cap and every cut: the growth's, big projects, platforms, the bonuses of item 7.
    "caps": """
甲县 县 | 12 90 | 99 60 2 | 1 7 0 | 是 2 0 0 0
乙县 县 | 12.01 80 | 98 59 7 | 1 3 1 | 是 1 1 1 1
丙县 县 | 250 70 | 97 58 1 | 0 6 5 | 否 2 0 0 0
丁县 县 | 6 60 | 96 57 3 | 4 6 0 | 否 0 0 0 4
戊县 县 | 5.99 50 | 95 56 2 | 1 5 0 | 是 0 0 0 3
己县 县 | -80 40 | 94 55 0 | 0 0 20 | 是 0 4 0 0
庚县 县 | 11.996 30 | 93 54 2 | 1 3 1 | 否 0 1 0 0
辛县 县 | 6.004 20 | 92 53 2 | 1 2 2 | 是 1 1 0 1
""",
    # Blanks of every sort; 城关县 lacks land, so its big projects have the room of that item;
    # 山前县 lacks item 7, so its platforms have the whole block; 海门县 sent nothing.
    "gaps": """
甲县 县 | 11.2 66 | 88 45 2 | 2 1 1 | 是 1 0 0 1
城关县 县 | 10.4 70 | 91 - 2 | 1 0 0 | 是 0 1 0 0
山前县 县 | 12.6 58 | 84 50 1 | 3 4 3 | - 1 1 0 0
山后县 县 | 9.7 61 | 86 42 - | 2 3 2 | 是 2 1 0 0
河西县 县 | - 83 | 95 55 2 | 1 1 - | 是 1 0 0 0
河东县 县 | 7.4 - | - 30 3 | 0 1 2 | 否 0 0 ~ 0
海门县 县 | - - | - - - | - - - | - - - - -
桥头县 县 | 8.8 24 | 70 33 0 | 0 0 0 | 否 0 0 0 0
桥尾县 县 | 8.8 24 | 70 33 1 | ~ ~ ~ | 否 1 1 1 1
""",
    # Three groups; places and ladders within each, the total order over all; one alone.
    "groups": """
东区 区 | 11.2 66 | 88 45 2 | 2 1 1 | 是 1 0 0 1
西区 区 | 9.1 51 | 79 39 1 | 1 0 2 | 是 0 1 0 0
南区 区 | 5.3 22 | 64 28 0 | 0 0 1 | 否 0 0 0 1
东县 县 | 11.2 66 | 88 45 2 | 2 1 1 | 是 1 0 0 1
西县 县 | 9.1 51 | 79 39 1 | 1 0 2 | 是 0 1 0 0
南县 县 | 5.3 22 | 64 28 0 | 0 0 1 | 否 0 0 0 1
北县 县 | 10.5 58 | 93 41 3 | 1 2 0 | 是 2 0 0 0
新区 功能区 | 2.5 3.1 | 12 9.5 0 | 0 0 0 | 否 0 0 0 0
""",
    # Everybody the same: all share the first place of every ladder.
    "flat": """
甲县 县 | 10 45 | 70 35 1 | 1 0 0 | 是 0 1 0 0
乙县 县 | 10 45 | 70 35 1 | 1 0 0 | 是 0 1 0 0
丙县 县 | 10 45 | 70 35 1 | 1 0 0 | 是 0 1 0 0
丁县 县 | 10 45 | 70 35 1 | 1 0 0 | 是 0 1 0 0
""",
    # A group of one, nothing but zeros, then nothing but the best.
    "alone": """
孤县 县 | 0 0 | 0 0 0 | 0 0 0 | 否 0 0 0 0
独区 区 | 12.5 150 | 100 100 9 | 9 9 9 | 是 9 9 9 9
""",
}


def large() -> str:
    """60 counties of one group, seeded: the last places of all ladders reach 0."""
    rng = random.Random(1650)

    def few(top: int) -> str:
        return str(min(rng.randint(0, top), rng.randint(0, top)))

    lines = []
    for number in range(1, 61):
        cells = [
            f"{rng.randint(-300, 1600) / 100:g}",
            f"{rng.randint(20, 1200) / 10:g}",
            f"{rng.randint(300, 990) / 10:g}",
            f"{rng.randint(50, 650) / 10:g}",
            few(3),
            few(3),
            few(3),
            few(4),
            "是" if rng.random() < 0.7 else "否",
            few(2),
            few(3),
            few(1),
            few(2),
        ]
        cells = ["-" if rng.random() < 0.008 else cell for cell in cells]
        lines.append(f"第{number:02d}县 县 {' '.join(cells)}")
    return "\n".join(lines)


def long_form(table: str) -> list[tuple[str, str, str, str]]:
    """The rows unit, group, input, value of a table."""
    rows = []
    for line in table.strip().splitlines():
        unit, group, *cells = line.replace("|", " ").split()
        for name, cell in zip(INPUTS, cells, strict=True):
            if cell != "~":
                rows.append((unit, group, name, "" if cell == "-" else cell))
    return rows


def returns() -> list[tuple[str, str, str, str]]:
    """The figures of the sample returns, in the data contract."""
    with SAMPLES.open(encoding="utf-8-sig", newline="") as file:
        return [(r["unit"], GROUP, r["input"], r["value"]) for r in csv.DictReader(file)]


def data_files() -> dict[str, str]:
    """The text of every data file by its name."""
    rows = {name: long_form(table) for name, table in {**TABLES, "large": large()}.items()}
    rows["returns"] = returns()
    texts = {}
    for name, lines in rows.items():
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("unit", "group", "input", "value"))
        writer.writerows(lines)
        texts[f"{name}.csv"] = text.getvalue()
    return texts


def main() -> None:
    for name, text in data_files().items():
        (HERE / name).write_text(text, encoding="utf-8")
        print(name)


if __name__ == "__main__":
    main()

"""The cohorts of the wenzhou-2015 proof, one line a unit, written out as data files.

    python tests/golden/wenzhou-2015/cohorts.py

writes <cohort>.csv for every table below, for the seeded cohort `large`, and for
`four-streets`, whose figures are those of the demonstration returns.  All figures
are invented, but for the targets that the demonstration takes from the source text.
In a table `-` is an empty value and `~` a row that is not there at all.
"""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

HERE = Path(__file__).resolve().parent
DEMONSTRATION = HERE.parents[2] / "workbooks" / "wenzhou-2015" / "source" / "示例.csv"

INPUTS = (
    "规上工业总产值",
    "亩均工业总产值",
    "规上工业总产值增速",
    "工业企业利润总额",
    "亩均利润",
    "利润总额增速",
    "亿元以上企业数量",
    "新增规上企业数量",
    "新产品产值",
    "新产品产值增速",
    "限额以上工业性投资",
    "工业性投资增速",
    "技改投资",
    "企业风险排查处置加分",
    "强镇方案和年度工作计划",
    "按时报送工作报表",
    "信息采用条数",
)

# unit group | output per-mu growth | profit per-mu growth | firms grown | new growth
#            | investment growth upgrading | risk | plan reports adopted
TABLES = {
    # W1: item 1 of three streets.
    "w1": """
甲街道 街道 | 200 500 6 | 14.2 35.5 4 | 31 15 | 46 12 | 40 15 24 | 4 | 是 是 30
乙街道 街道 | 50 400 10 | 3.1 24.8 12 | 8 11 | 9.6 20 | 4 22 3 | 3 | 是 否 24
丙街道 街道 | 20 300 8 | 1.3 19.5 -3.5 | 3 5 | 3.2 16 | 2.5 18 1 | 1 | 是 是 12
""",
    # W1, all three with the same growth: max = min.
    "w1-flat": """
甲街道 街道 | 200 500 8 | 14.2 35.5 4 | 31 15 | 46 12 | 40 15 24 | 4 | 是 是 30
乙街道 街道 | 50 400 8 | 3.1 24.8 12 | 8 11 | 9.6 20 | 4 22 3 | 3 | 是 否 24
丙街道 街道 | 20 300 8 | 1.3 19.5 -3.5 | 3 5 | 3.2 16 | 2.5 18 1 | 1 | 是 是 12
""",
    # W1, one street without 亩均工业总产值.
    "w1-blank": """
甲街道 街道 | 200 500 6 | 14.2 35.5 4 | 31 15 | 46 12 | 40 15 24 | 4 | 是 是 30
乙街道 街道 | 50 400 10 | 3.1 24.8 12 | 8 11 | 9.6 20 | 4 22 3 | 3 | 是 否 24
丙街道 街道 | 20 - 8 | 1.3 19.5 -3.5 | 3 5 | 3.2 16 | 2.5 18 1 | 1 | 是 是 12
""",
    # W2: the share, and a street without investment.
    "w2": """
甲街道 街道 | 182.5 471.2 5.8 | 13.6 34.1 3.7 | 28 14 | 41.5 13.4 | 40 11.2 24 | 3.5 | 是 是 33
乙街道 街道 | 47.3 388.6 9.1 | 2.9 23.3 8.8 | 7 12 | 8.8 19.7 | 4 23.6 3 | 2.5 | 是 是 19
丙街道 街道 | 21.4 312.9 7.2 | 1.2 18.7 2.4 | 4 6 | 3.5 15.1 | 2.5 16.9 1 | 2 | 否 是 9
丁街道 街道 | 9.7 268.3 -1.5 | 0.4 12.6 -6.2 | 1 2 | 0.9 -4.8 | 0 -100 0 | 0 | 是 否 4
""",
    # W3: 12, 7, 7, 3 firms hold places 1, 2, 2, 4.
    "w3": """
甲街道 街道 | 96.4 422.7 6.9 | 6.8 30.2 5.1 | 12 12 | 21.7 14.9 | 18.3 16.4 11.2 | 3 | 是 是 26
乙街道 街道 | 58.1 405.5 8.3 | 3.9 27.6 9.4 | 7 7 | 12.4 18.8 | 9.5 19.2 5.1 | 2 | 是 是 21
丙街道 街道 | 55.9 391.8 7.7 | 4.2 29.1 7.3 | 7 7 | 11.6 21.3 | 8.8 12.7 5.9 | 2.5 | 是 否 17
丁街道 街道 | 24.6 333.4 5.2 | 1.5 20.4 1.6 | 3 3 | 4.1 10.6 | 3.7 8.5 1.6 | 1 | 是 是 8
""",
    # W4: judged 6, the office work 是 否 37, a base sum of 84.37.
    "w4": """
甲街道 街道 | 118.4 436.5 7.9 | 8.3 30.6 6.4 | 17 9 | 24.8 17.5 | 21.6 14.6 12.9 | 6 | 是 否 37
乙街道 街道 | 163.7 478.2 5.4 | 11.9 34.8 4.9 | 24 13 | 37.2 13.6 | 33.5 11.4 17.8 | 4.5 | 是 是 45
丙街道 街道 | 36.2 351.9 9.3 | 2.4 23.7 10.7 | 6 11 | 7.4 23.1 | 6.8 21.9 4.7 | 2 | 是 是 20
丁街道 街道 | 15.8 294.6 6.1 | 0.9 17.2 -1.8 | 2 5 | 2.6 12.2 | 3.1 13.5 1.5 | 0 | 否 否 0
""",
    # Exact halves at the third decimal, ties in both ladders and in the totals.
    "ties": """
甲街道 街道 | 180 460 12.8 | 13 31 16 | 12 9 | 26 34 | 26.5 16 10.6 | 2.675 | 是 是 20
乙街道 街道 | 20 300 -3.2 | 1 15 -4 | 2 3 | 2 6 | 2.5 -6.4 1.8 | 0 | 否 否 0
丙街道 街道 | 40 300.5 4.8 | 1.05 23 6 | 12 9 | 2.1 20 | 20 4.7 11.06 | 4.125 | 是 否 12
丁街道 街道 | 40 300.5 4.8 | 1.05 23 6 | 12 9 | 2.1 20 | 20 4.7 11.06 | 4.125 | 是 否 12
戊街道 街道 | 100 380 4.9 | 7 20.1 3 | 7 5 | 10.3 15 | 10 -0.3 6.07 | 3 | 是 否 10
己街道 街道 | 100 380 4.9 | 7 20.1 3 | 7 5 | 10.3 15 | 10 -0.3 6.07 | 2 | 是 是 10
庚街道 街道 | 60 340 0.1 | 5.4 18.1 2 | 7 3 | 7.7 11 | 6.3 3.3 3 | 1.005 | 否 是 7
辛街道 街道 | 140.5 420.5 8.9 | 9.9 27.3 11.5 | 2 5 | 18.4 26.5 | 16.5 9.9 9.9 | 5.5 | 是 是 81
""",
    # Blanks of every sort: a term, a divisor, a divisor of 0, judged, yes/no, count, all.
    # 城南街道 has the highest output, 新桥街道 more points than any complete one.
    "gaps": """
城东街道 一类 | 152.6 462.4 6.8 | 11.4 33.2 8.1 | 22 14 | 33.9 16.4 | 30.2 17.7 18.1 | 4 | 是 是 31
城南街道 一类 | 203.9 455.1 - | 15.7 31.9 6.6 | 27 16 | 45.2 14.8 | 38.6 13.9 24.4 | 3 | 是 是 28
城西街道 一类 | 88.3 421.7 8.4 | 6.1 28.8 9.9 | 13 11 | 17.5 20.3 | 14.9 21.6 - | 2.5 | 是 否 19
城北街道 一类 | 12.7 287.5 -2.9 | 0.6 14.1 -7.3 | 1 2 | 1.4 -5.2 | 0 -100 0.6 | 0 | 否 否 3
城中街道 一类 | 64.2 398.6 7.5 | 4.4 26.7 5.8 | 9 9 | 12.8 18.9 | - 19.4 7.2 | 2 | 是 是 22
新桥街道 一类 | 131.8 470.9 9.6 | 10.2 35.6 12.4 | 19 14 | 30.7 24.6 | 26.3 22.8 17.9 | - | 是 是 60
潘桥街道 一类 | - - - | - - - | - - | - - | - - - | - | - - -
南浦街道 一类 | 47.5 376.3 5.1 | 3.2 24.9 3.4 | - 8 | 8.6 12.7 | 8.1 11.5 4.3 | 1.5 | 是 是 ~
双屿街道 一类 | 29.4 341.2 3.7 | -0.5 -6.3 -18.6 | 4 5 | 4.7 9.8 | 4.6 7.9 1.9 | 0.5 | - 是 9
蒲鞋街道 一类 | 73.1 409.8 7.2 | 5.3 27.4 7.7 | 9 11 | 14.6 17.2 | 12.4 15.3 7.1 | 2 | 是 是 25
莲池街道 一类 | 18.6 302.4 1.8 | 1.1 16.5 -2.2 | 2 2 | 2.5 4.3 | 2.8 3.6 0.9 | 1 | 是 否 11
山前镇 二类 | 36.8 358.7 5.9 | 2.6 22.3 4.7 | 6 7 | 7.2 13.5 | 6.4 12.1 3.5 | 2 | 是 是 18
山后镇 二类 | 22.1 331.5 7.1 | 1.7 - 6.2 | 3 6 | 4.1 - | 5.2 14.8 3.3 | 1 | 是 否 7
洪殿镇 二类 | 15.9 309.8 4.4 | 1 15.8 1.9 | 2 - | 2.9 - | 3.9 - 1.7 | 0.5 | 否 - 5
""",
    # Three groups; towns 1 to 3 repeat the figures of the streets, town 4 lies between.
    "groups": """
东街道 街道 | 163.7 478.2 7.4 | 11.9 34.8 6.9 | 24 13 | 37.2 17.6 | 33.5 16.4 20.8 | 4.5 | 是 是 45
南街道 街道 | 58.1 405.5 8.3 | 3.9 27.6 9.4 | 7 8 | 12.4 18.8 | 9.5 19.2 5.1 | 2 | 是 是 21
西街道 街道 | 15.8 294.6 5.2 | 0.9 17.2 -1.8 | 2 5 | 2.6 12.2 | 3.1 13.5 1.5 | 0 | 否 否 0
高新园区 园区 | 9.3 256.8 -4.1 | 0.3 9.7 -12.5 | 0 0 | 0.8 -3.3 | 1.2 -8.9 0.2 | 0 | 否 是 2
东镇 乡镇 | 163.7 478.2 7.4 | 11.9 34.8 6.9 | 24 13 | 37.2 17.6 | 33.5 16.4 20.8 | 4.5 | 是 是 45
南镇 乡镇 | 58.1 405.5 8.3 | 3.9 27.6 9.4 | 7 8 | 12.4 18.8 | 9.5 19.2 5.1 | 2 | 是 是 21
西镇 乡镇 | 15.8 294.6 5.2 | 0.9 17.2 -1.8 | 2 5 | 2.6 12.2 | 3.1 13.5 1.5 | 0 | 否 否 0
北镇 乡镇 | 71.5 441.3 6.6 | 5.2 30.1 4.3 | 11 8 | 15.9 14.7 | 14.8 15.1 8.2 | 3 | 是 否 33
""",
    # Everybody the same: full points in every band, first place in every ladder.
    "flat": """
甲街道 街道 | 45.6 388.4 -1.7 | 3.1 26.4 -4.2 | 7 0 | 9.3 0 | 8.7 -6.5 5.1 | 2.5 | 是 否 14
乙街道 街道 | 45.6 388.4 -1.7 | 3.1 26.4 -4.2 | 7 0 | 9.3 0 | 8.7 -6.5 5.1 | 2.5 | 是 否 14
丙街道 街道 | 45.6 388.4 -1.7 | 3.1 26.4 -4.2 | 7 0 | 9.3 0 | 8.7 -6.5 5.1 | 2.5 | 是 否 14
丁街道 街道 | 45.6 388.4 -1.7 | 3.1 26.4 -4.2 | 7 0 | 9.3 0 | 8.7 -6.5 5.1 | 2.5 | 是 否 14
戊街道 街道 | 45.6 388.4 -1.7 | 3.1 26.4 -4.2 | 7 0 | 9.3 0 | 8.7 -6.5 5.1 | 2.5 | 是 否 14
""",
    # Exact halves in bands whose ends differ only in the last digits of the figures.
    "narrow": """
甲街道 街道 | 400 512.3 8.32 | 30.48 31.2 6.4 | 14 9 | 40.24 15.6 | 48.32 14.4 24.16 | 3 | 是 是 24
乙街道 街道 | 401.6 513.9 8 | 30 30.4 6 | 11 8 | 40 15 | 48 16.64 28.8 | 2 | 是 是 18
丙街道 街道 | 400.78 513.42 8.09 | 30.45 30.65 6.37 | 11 8 | 40.13 15.37 | 48.11 15.93 27 | 2.5 | 是 否 20
丁街道 街道 | 401.45 512.56 8.22 | 30.33 30.97 6.08 | 8 5 | 40.07 15.21 | 48.07 15.04 26 | 1 | 否 是 9
戊街道 街道 | 401.5 513.8 8.09 | 30.47 31.18 6.25 | 8 5 | 40.05 15.03 | 48.23 16.03 25 | 1 | 是 否 6
""",
}


def large() -> str:
    """30 streets of one group; a table like the others, seeded."""
    rng = random.Random(2015)

    def growth(mean: int, spread: int) -> str:
        return f"{(mean * 10 + rng.randint(-spread * 10, spread * 10)) / 10:g}"

    def flag() -> str:
        return "是" if rng.random() < 0.8 else "否"

    lines = []
    for number in range(1, 31):
        output = rng.randint(80, 2900)  # tenths of 亿元
        per_mu = rng.randint(250, 520)
        invested = max(3, output * rng.randint(12, 24) // 100)  # tenths
        cells = [
            f"{output / 10:g}",
            f"{per_mu}",
            growth(6, 10),
            f"{output * rng.randint(-2, 9) / 1000:g}",
            f"{per_mu * rng.randint(-2, 9) / 100:g}",
            growth(4, 20),
            f"{rng.randint(0, 45)}",
            f"{rng.randint(0, 14)}",
            f"{output * rng.randint(10, 30) / 1000:g}",
            growth(12, 18),
            f"{invested / 10:g}",
            growth(14, 25),
            f"{invested * rng.randint(30, 78) / 1000:g}",
            f"{rng.randint(0, 10) / 2:g}",
            flag(),
            flag(),
            f"{rng.randint(0, 60)}",
        ]
        cells = ["-" if rng.random() < 0.012 else cell for cell in cells]
        lines.append(f"第{number:02d}街道 街道 {' '.join(cells)}")
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


def four_streets() -> list[tuple[str, str, str, str]]:
    """The figures of the demonstration returns, in the data contract."""
    with DEMONSTRATION.open(encoding="utf-8-sig", newline="") as file:
        return [(r["unit"], "街道", r["input"], r["value"]) for r in csv.DictReader(file)]


def data_files() -> dict[str, str]:
    """The text of every data file by its name."""
    rows = {name: long_form(table) for name, table in {**TABLES, "large": large()}.items()}
    rows["four-streets"] = four_streets()
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

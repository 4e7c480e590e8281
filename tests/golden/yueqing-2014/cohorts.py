"""The cohorts of the yueqing-2014 proof, written out as data files.

    python tests/golden/yueqing-2014/cohorts.py

writes <cohort>.csv for every table below, for the seeded cohorts, and for `returns`, whose
figures are those of the demonstration returns.  All figures are invented.

A table starts from every line at its target (and no overdue case) and names what is
different: input, this year's figure, and, behind it, last year's and the mark.  `-` is an
empty cell, `~` a row that is not there at all, `*` the mark 无电气专项口径.  A line with one
word leaves out everybody but the departments that it names, or empties a whole department.
"""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

HERE = Path(__file__).resolve().parent
SHEETS = HERE.parents[2] / "workbooks" / "yueqing-2014" / "source"
GROUP, MARK = "职能部门", "无电气专项口径"

Cell = tuple[str, str, str]

TABLES = {
    # Y1, Y2, Y3 of the worked examples.
    "worked": """
only 市科技局 市商务局 市住建局
企业研发中心 24
省级企业研发中心 4
R&D经费占主营业务收入比重(科技局) 1.2
每万人工业有效发明专利 3.33
新增发明专利授权 - 130 *
国际性展览经贸活动 - 4
新增浙江出口名牌 1
出口增长率 7.5 - *
竣工验收和办证新措施 90
超期未办结 2
""",
    # Figures below 0, this year's and last year's, and more cases than points.
    "negative": """
出口增长率 -2
超期未办结 11
竣工验收和办证新措施 90
招商引资到位资金 -0.5
规上工业总产值 - -3
规上工业增加值比重 -60 - *
工业性投资 0
重点行业无照处置率 - -1.5 *
""",
    # Everything far above its target: 50 points for all, all of them first.
    "above": """
times 3
超期未办结 0
""",
    # Exact halves at the third decimal, ties of two and of three.
    "halves": """
招商引资到位资金 2.799
年度围垦 1399.5
工业性投资 28.7364
主导产品采标率 57.22
新增计划指标用于工业比例 38.68
工业用地供地 1199.2
工业用地追加容积率 280.35
竣工验收和办证新措施 90.05
统计执法与名录样本规范 72.45
电商补贴政策出台 85.1
小微企业园启动和开工 7
产业建设项目库 97.5
扶持政策财政资金保障 86.5
设计基地财政资金保障 93.25
转型升级专项资金与财税优惠 90.005
无系统性质量安全问题 89.99
电气工业设计基地一期 1987.4
个转企 1763
工业企业目录库与反馈 88.02
规上新产品产值率(经信局) 22.931
""",
    "ties": """
项目计划编制与实施 90
产业培育与集群考核名次 80
产业建设项目库 80
扶持政策财政资金保障 95
设计基地财政资金保障 95
统计执法与名录样本规范 90
市长质量奖评选 80
工业盘活用地 450
电商补贴政策出台 80
电气工程师培养 105
小贷公司服务电气企业 21
高新技术企业 9
省科技(创新)型企业 40
竣工验收和办证新措施 100
超期未办结 3
工业企业目录库与反馈 80
""",
    # Every sort of blank.
    "gaps": """
项目库与备案新措施 -
产业培育与集群考核名次 - 95
电气企业小升规(经信局) -
亿元企业 ~
高新技术企业 - 12
省科技(创新)型企业 - - *
empty 市财政局
引智项目 ~
引进博士后 ~
工业用地供地 - 1100
低效再开发用于工业 - 250 *
超期未办结 - 2
电商补贴政策出台 70 90
出口增长率 - 8 *
统计执法与名录样本规范 - 100 *
小微园区规划选址 0
电气企业挂牌 - 0
浙江名牌产品 0
规上工业总产值 120 150
""",
    # Marks: on figures, on last year's, on lines that take none, with figures that reach the
    # target all the same.
    "marks": """
省级重大产业化项目开工 3 - *
新产品认定 12 - *
旧厂区改造(经信局) 18 17 *
规上新产品产值率(经信局) 38.5 - *
每万人工业有效发明专利 - 6.2 *
电气工业设计基地一期 3333 - *
引智项目 10 - *
工业用地供地 2000 - *
竣工验收和办证新措施 90 - *
超期未办结 5 9 *
电商补贴政策出台 80 - *
重点行业无照处置率 90 - *
主导产品采标率 99.5 - *
电气企业挂牌 1 - *
规上工业总产值 200 - *
规上工业增加值比重 - 71 *
""",
    # One department alone.
    "alone": """
only 市金融办
小贷公司服务电气企业 29
银行服务电气企业 4
""",
}


def lines() -> list[tuple[str, str, str]]:
    """Department, input and target of every line, in the order of the scheme."""
    with (SHEETS / "数据项.csv").open(encoding="utf-8", newline="") as file:
        return [(r["适用单位"], r["数据项"], r["目标"]) for r in csv.DictReader(file)]


def table(text: str) -> dict[tuple[str, str], Cell]:
    """The rows of a table by department and input."""
    rows = {(d, name): (target or "0", "", "") for d, name, target in lines()}
    home = {name: d for d, name in rows}
    for line in text.strip().splitlines():
        name, *cells = line.split()
        if name == "only":
            rows = {key: cell for key, cell in rows.items() if key[0] in cells}
        elif name == "empty":
            rows |= {key: ("", "", "") for key in rows if key[0] in cells}
        elif name == "times":
            factor = int(cells[0])
            rows = {k: (f"{float(v) * factor:.10g}", y, m) for k, (v, y, m) in rows.items()}
        elif cells == ["~"]:
            del rows[home[name], name]
        else:
            value, year, mark = (*cells, "-", "-", "-")[:3]
            blank = {"-": "", "*": MARK}
            rows[home[name], name] = (
                blank.get(value, value),
                blank.get(year, year),
                blank.get(mark, mark),
            )
    return rows


def seeded(seed: int) -> dict[tuple[str, str], Cell]:
    """Figures around their targets, with last year's figures and marks here and there."""
    chance = random.Random(seed)
    rows: dict[tuple[str, str], Cell] = {}
    with (SHEETS / "数据项.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            target, kind = float(row["目标"] or 4), row["类型"]
            figure = target * chance.choice((0, 0.35, 0.6, 0.8, 0.9, 0.95, 1, 1.1, 1.7))
            figure += chance.uniform(-0.1, 0.1) * target * (kind != "评议")
            if kind in ("个数", "评议"):
                figure = min(max(round(figure), 0), 100 if kind == "评议" else 10**6)
            value = f"{figure:.{chance.choice((0, 1, 2, 3)) if kind != '个数' else 0}f}"
            year = f"{target * chance.choice((0.5, 0.9, 1.2)):.0f}" if chance.random() < 0.3 else ""
            if chance.random() < 0.04:
                value = ""
            mark = MARK if chance.random() < 0.15 else ""
            rows[row["适用单位"], row["数据项"]] = (value, year, mark)
    return rows


def returned() -> dict[tuple[str, str], Cell]:
    """The figures of the demonstration returns."""
    with (SHEETS / "示例.csv").open(encoding="utf-8", newline="") as file:
        return {
            (r["unit"], r["input"]): (r["value"], r["last_year"], r["mark"])
            for r in csv.DictReader(file)
        }


def text_of(rows: dict[tuple[str, str], Cell]) -> str:
    """Rows as the text of a data file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("unit", "group", "input", "value", "last_year", "mark"))
    for (unit, name), (value, year, mark) in rows.items():
        writer.writerow((unit, GROUP, name, value, year, mark))
    return out.getvalue()


def data_files() -> dict[str, str]:
    """The text of every data file by its name."""
    found = {f"{name}.csv": text_of(table(text)) for name, text in TABLES.items()}
    found |= {f"seeded-{n}.csv": text_of(seeded(n)) for n in range(1, 7)}
    return found | {"returns.csv": text_of(returned())}


def main() -> None:
    for name, text in data_files().items():
        (HERE / name).write_text(text, encoding="utf-8")
        print(name)


if __name__ == "__main__":
    main()

"""The xiangshan-2017 figures, worked out from the text with exact fractions.

A second, independent hand: nothing is shared with the program that these figures prove.
The tasks stand below as one line each, the rules as a clerk with a calculator would apply
them.  Numbers are fractions throughout, so exactly 80 % is exactly 80 %.

    python tests/golden/xiangshan-2017/working_paper.py

asserts the printed figures of the worked examples and writes <cohort>.expected.json
beside every <cohort>.csv.  A ledger cohort ends in its month (-m04) and has the columns
unit, group, input, value; one of enterprises begins with 企业.  Empty value = no figure.
"""

from __future__ import annotations

import csv
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent

# figure | target | how it is paced | kind of figure | responsible units, the first one leads
TASKS = """
规上工业产值增速 | 8 | rate | percent | 县经信局
规上工业增加值增速 | 8 | rate | percent | 县经信局
工业投资增速 | 15 | rate | percent | 县经信局
技改投资增速 | 10 | rate | percent | 县经信局
新增500万元以上规下企业 | 80 | cumulative | count | 县经信局
新增规模以上企业 | 30 | cumulative | count | 县经信局
新增亿元企业 | 5 | cumulative | count | 县经信局
新增高新技术企业 | 7 | cumulative | count | 县经信局 县科技局 县金融办 县工投集团
新增科技型小微企业 | 20 | cumulative | count | 县经信局 县科技局 县金融办 县工投集团
新增授权发明专利 | 140 | cumulative | count | 县经信局
县级科技企业孵化器 | 2.5 | cumulative | number | 县科技局
科技企业加速器 | 3 | cumulative | number | 县科技局
创新型初创企业 | 120 | cumulative | count | 县经信局 县科技局 县金融办 县工投集团
市级以上工程(技术)中心 | 6 | cumulative | count | 县经信局 县科技局
省市研究院 | 1 | cumulative | count | 县科技局
科技金融贷款额 | 8000 | cumulative | number | 县经信局
实际利用外资(工业) | 0.75 | cumulative | number | 县招商局
利用内资(工业) | 28.5 | cumulative | number | 县招商局
工业项目招商占比 | 50 | rate | percent | 县招商局
当年签约项目 | 60 | cumulative | count | 县招商局
当年注册项目 | 40 | cumulative | count | 县招商局
当年动建项目 | 20 | cumulative | count | 县招商局
当年投产项目 | 10 | cumulative | count | 县招商局
总投资亿元以上项目 | 30 | cumulative | count | 县招商局
总投资10亿元以上项目 | 10 | cumulative | count | 县招商局
浙商回归资金 | 30 | cumulative | number | 县招商局
省151专家 | 15 | cumulative | count | 县人才办 县人社局
海外工程师 | 10 | cumulative | count | 县人才办 县人社局
博士后工作站等 | 10 | cumulative | count | 县人才办 县人社局
青年企业经营管理人才 | 20 | cumulative | count | 县经信局 县人社局
半岛工匠 | 20 | cumulative | count | 县经信局 县人社局
高技能人才 | 500 | cumulative | count | 县经信局 县人社局
技能大师工作室 | 3 | cumulative | count | 县经信局 县人社局
企业难题答复率 | 100 | rate | percent | 各涉企部门
企业难题解决率 | 70 | rate | percent | 各涉企部门
亿元以上项目开工率 | 90 | cumulative | percent | 县经信局 县招商局
政府购买服务扶持资金 | 1000 | cumulative | number | 县财政局
重大项目专题研究 | 24 | cumulative | count | 县招商局
协议利用外资(工业) | 1.4 | cumulative | number | 县招商局
工业项目审批时限 | 1 | limit | number | 县经信局 县审管办
动建亿元以上项目 | 30 | cumulative | count | 县经信局 县招商局
投产亿元以上项目 | 8 | cumulative | count | 县经信局 县招商局
个转企 | 100 | cumulative | count | 县市场监管局
战略合作龙头企业 | 2 | cumulative | count | 县经信局 县科技局 县金融办 县工投集团
入库宁波市高成长企业 | 8 | cumulative | count | 县经信局 县科技局 县金融办 县工投集团
单项冠军入库培育企业 | 8 | cumulative | count | 县经信局
市级单项冠军示范企业 | 2 | cumulative | count | 县经信局
规模以上企业总量 | 530 | rate | count | 县经信局
亿元企业总量 | 100 | rate | count | 县经信局
新三板等挂牌企业 | 5 | cumulative | count | 县金融办
引进电子制造等企业 | 2 | cumulative | count | 县经信局 县招商局
软件产值增速 | 20 | rate | percent | 县经信局 县招商局
总部经济企业 | 2 | cumulative | count | 县发改局
战略性新兴产业专项 | 5 | cumulative | count | 县发改局
启动建设工业创新中心 | 5 | cumulative | count | 县科技局
众创空间 | 1 | cumulative | count | 县科技局
市级新产品试产计划项目 | 120 | cumulative | count | 县经信局 县科技局
省级工程技术中心 | 1 | cumulative | count | 县经信局 县科技局
机器换人项目 | 30 | cumulative | count | 县经信局
智能制造项目 | 3 | cumulative | count | 县经信局
两化融合建设企业 | 50 | cumulative | count | 县经信局
两化融合项目 | 8 | cumulative | count | 县经信局
市级两化融合贯标企业 | 1 | cumulative | count | 县经信局
管理咨询验收项目 | 15 | cumulative | count | 县经信局
卓越绩效管理企业 | 4 | cumulative | count | 县市场监管局
申报注册商标 | 400 | cumulative | count | 县市场监管局
省著名商标 | 2 | cumulative | count | 县市场监管局
市知名商标 | 4 | cumulative | count | 县市场监管局
新增省(市)名牌 | 5 | cumulative | count | 县市场监管局
重点产业平台建设进度 | 100 | cumulative | judged | 县经济开发区 象保合作区 浙台经贸合作区
战略性新兴产业专业园申报 | 1 | cumulative | count | 县发改局 县经信局
一镇一策落实进度 | 100 | cumulative | judged | 县经信局 石浦镇 西周镇 贤庠镇
小微集聚区土建进度 | 100 | cumulative | judged | 西周镇 鹤浦镇 晓塘乡
制造业特色小镇 | 2 | cumulative | count | 县发改局 县经信局
工业用地指标占比 | 30 | rate | percent | 县国土资源局
"""

# group | units; the collective gets no place
ROSTER = """
部门 | 县经信局 县科技局 县金融办 县工投集团 县招商局 县人才办
部门 | 县人社局 县财政局 县审管办 县市场监管局 县发改局 县国土资源局
镇乡街道 | 石浦镇 西周镇 贤庠镇 鹤浦镇 晓塘乡
园区 | 县经济开发区 象保合作区 浙台经贸合作区
集体 | 各涉企部门
"""
COLLECTIVE = "集体"
LIGHTS = ("green", "yellow", "red")


class Task:
    """One line of the table above."""

    def __init__(self, line: str) -> None:
        name, target, how, kind, units = (part.strip() for part in line.split("|"))
        self.name, self.target, self.how, self.kind = name, Fraction(target), how, kind
        self.lead, *self.sharing = units.split()

    def expected(self, month: int) -> Fraction:
        """Where the figure should stand at the end of a month."""
        return self.target * Fraction(month, 12) if self.how == "cumulative" else self.target

    def completion(self, actual: Fraction) -> Fraction:
        """How much of the year's target is done, 0 … 1."""
        if self.how == "limit":
            return Fraction(1) if actual <= self.target else self.target / actual
        return min(max(actual / self.target, Fraction(0)), Fraction(1))

    def light(self, actual: Fraction, month: int) -> str:
        """Green from the pace on, yellow from four fifths of it on, else red."""
        if self.how == "limit":
            if actual <= self.target:
                return "green"
            return "yellow" if self.target / actual >= Fraction(4, 5) else "red"
        pace = self.expected(month)
        if actual >= pace:
            return "green"
        return "yellow" if actual >= pace * Fraction(4, 5) else "red"


def tasks() -> list[Task]:
    """The tasks in the order of the text."""
    return [Task(line) for line in TASKS.strip().splitlines()]


def roster() -> dict[str, str]:
    """The group of each unit."""
    lines = (line.split("|") for line in ROSTER.strip().splitlines())
    return {unit: group.strip() for group, units in lines for unit in units.split()}


def half_up(value: Fraction, decimals: int = 2) -> float:
    """To some decimals, a half goes up. Nothing here is ever negative."""
    assert value >= 0
    return float(Fraction((value * 10**decimals + Fraction(1, 2)).__floor__(), 10**decimals))


def read(path: Path) -> dict[str, Fraction | None]:
    """The figures of a ledger cohort."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert not any(row["unit"] or row["group"] for row in rows)
    return {row["input"]: Fraction(row["value"]) if row["value"] else None for row in rows}


def weighted_mean(parts: list[tuple[Fraction, Fraction]]) -> Fraction | None:
    """The mean of completions by weight; none where nothing is there."""
    weight = sum((w for _, w in parts), Fraction(0))
    return sum((c * w for c, w in parts), Fraction(0)) / weight if weight else None


def ledger(figures: dict[str, Fraction | None], month: int) -> dict[str, Any]:
    """Tasks, scores and places at the end of a month."""
    group = roster()
    told: list[dict[str, Any]] = []
    parts: dict[str, list[tuple[Fraction, Fraction]]] = {unit: [] for unit in group}
    lacking: dict[str, bool] = dict.fromkeys(group, False)
    for task in tasks():
        actual = figures.get(task.name)
        line: dict[str, Any] = {"task": task.name, "completion": None}
        line["expected"] = half_up(task.expected(month), 4)
        line["light"] = None
        weights = [(task.lead, Fraction(1)), *((u, Fraction(1, 2)) for u in task.sharing)]
        for unit, weight in weights:
            if actual is None:
                lacking[unit] = True
            else:
                parts[unit].append((task.completion(actual), weight))
        if actual is not None:
            line["completion"] = half_up(task.completion(actual) * 100)
            line["light"] = task.light(actual, month)
        told.append(line)
    means = {unit: weighted_mean(parts[unit]) for unit in group}
    totals = {u: None if m is None else half_up(m * 100) for u, m in means.items()}
    ranked = [u for u in group if not lacking[u] and group[u] != COLLECTIVE]

    def place(unit: str, among: list[str]) -> int | None:
        if unit not in among:
            return None
        return 1 + sum((totals[u] or 0) > (totals[unit] or 0) for u in among)

    return {
        "units": [
            {
                "unit": unit,
                "group": group[unit],
                "total": totals[unit],
                "complete": not lacking[unit],
                "rank": place(unit, [u for u in ranked if group[u] == group[unit]]),
                "rank_all": place(unit, ranked),
            }
            for unit in group
        ],
        "tasks": told,
    }


def enterprises(path: Path) -> dict[str, Any]:
    """Score, place and class of each enterprise of a table, in the order of the table."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    figures = [(row["亩均税收"].strip(), row["全员劳动生产率"].strip()) for row in rows]
    there = [n for n, (tax, output) in enumerate(figures) if tax and output]
    count = len(there)
    columns = [{n: Fraction(figures[n][k]) for n in there} for k in (0, 1)]
    means = [sum(c.values(), Fraction(0)) / count for c in columns] if count else []

    def half(n: int, k: int) -> Fraction:
        ratio = min(max(columns[k][n] / means[k], Fraction(0)), Fraction(3, 2))
        return Fraction(half_up(50 * ratio)).limit_denominator(100)

    scores = {n: half(n, 0) + half(n, 1) for n in there}

    def line(n: int) -> dict[str, Any]:
        if n not in scores:
            return {"name": rows[n]["企业"], "score": None, "rank": None, "class": None}
        place = 1 + sum(other > scores[n] for other in scores.values())
        letter = "D"
        for share, name in ((9, "C"), (6, "B"), (2, "A")):
            if 10 * place <= share * count:
                letter = name
        return {
            "name": rows[n]["企业"],
            "score": float(scores[n]),
            "rank": place,
            "class": letter,
        }

    return {"enterprises": [line(n) for n in range(len(rows))]}


def month_of(path: Path) -> int:
    """The month in a cohort's name."""
    return int(path.stem[-2:])


def cohorts() -> list[Path]:
    """The data files of all cohorts."""
    return sorted(HERE.glob("*.csv"))


def work_out(path: Path) -> dict[str, Any]:
    """Everything that is expected of a cohort."""
    if path.stem.startswith("企业"):
        return enterprises(path)
    return ledger(read(path), month_of(path))


def expected_text(path: Path) -> str:
    """The expected file of a cohort, one line an entry."""
    parts = []
    for key, lines in work_out(path).items():
        rows = ",\n".join("  " + json.dumps(line, ensure_ascii=False) for line in lines)
        parts.append(f'"{key}": [\n{rows}\n]')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def check_worked_examples() -> None:
    """The worked examples come out as printed."""
    by_name = {task.name: task for task in tasks()}

    def seen(name: str, actual: str) -> tuple[float, str]:
        task = by_name[name]
        figure = Fraction(actual)
        return half_up(task.completion(figure) * 100), task.light(figure, 4)

    assert by_name["新增规模以上企业"].expected(4) == 10
    assert seen("新增规模以上企业", "9") == (30.00, "yellow")
    assert seen("规上工业产值增速", "7.6") == (95.00, "yellow")
    assert seen("工业项目审批时限", "0.8") == (100.00, "green")
    assert seen("工业项目审批时限", "1.5") == (66.67, "red")
    assert seen("工业项目审批时限", "0") == (100.00, "green")
    assert half_up(by_name["个转企"].expected(4), 4) == 33.3333
    assert seen("个转企", "27") == (27.00, "yellow")
    assert seen("规上工业产值增速", "-3") == (0.00, "red")
    led = [(Fraction(c), Fraction(1)) for c in ("0.30", "0.95", "1")]
    shared = [(Fraction(c), Fraction(1, 2)) for c in ("0.50", "0.25")]
    mean = weighted_mean(led + shared)
    assert mean == Fraction("0.65625") and half_up(mean * 100) == 65.63
    told = enterprises(HERE / "企业-x3.csv")["enterprises"]
    scores = [150, 127.5, 127.5, 115, 100, 90, 75, 65, 45, 20]
    assert [line["score"] for line in told] == [*scores, None]
    assert [line["rank"] for line in told] == [1, 2, 2, 4, 5, 6, 7, 8, 9, 10, None]
    assert [line["class"] for line in told] == [*"AAABBBCCCD", None]


def main() -> None:
    check_worked_examples()
    for path in cohorts():
        path.with_suffix(".expected.json").write_text(expected_text(path), encoding="utf-8")
        print(path.with_suffix(".expected.json").name)


if __name__ == "__main__":
    main()

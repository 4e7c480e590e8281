"""The yueqing-2014 figures, worked out from the text with exact fractions.

A second, independent hand: the points and targets of the annex stand below as a table, the
rules are written out as a clerk with a calculator would apply them, and nothing is shared
with the program that these figures prove.  Numbers are fractions throughout, so an exact
half is one.

    python tests/golden/yueqing-2014/working_paper.py

asserts the printed figures of the worked examples and writes <cohort>.expected.json beside
every <cohort>.csv (columns: unit, group, input, value, last_year, mark; empty = no figure).
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent

Figure = Fraction | None

# The annex: department, item with its points, lines with their targets.  % is a line that is
# judged 0 to 100 %, cases the number of overdue cases.
ANNEX = """
市发改局
  1 电气产业重点项目计划 (10)
    项目计划编制与实施 %
  2 项目库与备案新措施 (10)
    项目库与备案新措施 %
  3 省级以上平台和补助项目 (10)
    省级以上平台和补助项目(发改局) 1
  4 省级重大产业化项目开工 (10)
    省级重大产业化项目开工 2
  5 省级产业集聚区申报 (10)
    省级产业集聚区申报与税收优惠 %
市经信局
  1 集群建设考核 (10)
    产业培育与集群考核名次 %
  2 省级平台与设计基地 (5)
    省级以上平台和补助项目(经信局) 1
    省级电气工业设计基地开工 %
  3 培训与试点企业 (10)
    中小微企业管理人才培训 2
    现代企业制度试点企业 2
    精细化管理试点企业 4
    两化融合示范试点企业 2
  4 小升规与亿元企业 (5)
    电气企业小升规(经信局) 70
    亿元企业 6
  5 产业建设项目库 (10)
    产业建设项目库 %
    电气产业技改项目备案 80
    旧厂区改造(经信局) 18
    小微企业园启动和开工 8
  6 技术中心与新产品 (10)
    省级技术中心申报 2
    新产品认定 7
    规上新产品产值率(经信局) 23
市科技局
  1 高新与省科技型企业 (10)
    高新技术企业 15
    省科技(创新)型企业 50
  2 市级科技型企业 (10)
    温州市科技(创新)型企业 35
    乐清市科技(创新)型企业 55
  3 研发中心与研发经费 (10)
    企业研发中心 30
    省级企业研发中心 3
    R&D经费占主营业务收入比重(科技局) 1.5
  4 发明专利 (5)
    每万人工业有效发明专利 3.7
    新增发明专利授权 100
  5 科技创新园 (5)
    科技创新园建设与开园 %
    电气工业设计基地一期 2000
    电气工业设计基地二期 2000
  6 电气领域科技计划项目 (5)
    电气领域科技计划项目立项 9
  7 省级以上平台和补助项目 (5)
    省级以上平台和补助项目(科技局) 1
市财政局
  1 扶持政策资金保障 (10)
    扶持政策财政资金保障 %
  2 设计基地资金保障 (10)
    设计基地财政资金保障 %
  3 专项资金整合与财税优惠 (10)
    转型升级专项资金与财税优惠 %
  4 共性问题扶持政策 (10)
    共性问题扶持政策与细则 %
  5 补助项目库与奖励资金办法 (10)
    补助项目库与奖励资金办法 %
市人力社保局
  1 国外智力引进 (10)
    引智项目 10
    引进博士后 2
  2 人才招聘 (10)
    大型人才交流会 10
    小型招聘会 20
    高校招聘会 7
    普工招聘会 5
  3 电气工程师 (10)
    电气工程师培养 150
  4 高技能人才 (10)
    技师直接认定 100
    技能大师工作室 5
  5 见习基地 (10)
    大学生就业见习基地 26
市国土资源局
  1 新增指标用于工业 (15)
    新增计划指标用于工业比例 40
  2 供地与低效再开发 (15)
    工业用地供地 1200
    低效再开发用于工业 300
  3 追加容积率 (10)
    工业用地追加容积率 300
  4 盘活用地 (10)
    工业盘活用地 500
市住建局
  1 用地与地下空间规划 (10)
    低效用地与地下空间规划编制 %
  2 小微园布点与选址 (15)
    小微创业园布点规划编制 %
    小微园区规划选址 10
  3 审批优化与旧厂房改造 (15)
    审批优化与厂房项目库 %
    旧厂房改造(住建局) 30
  4 竣工验收和办证 (10)
    竣工验收和办证新措施 %
    超期未办结 cases
市商务局
  1 电商补贴政策 (15)
    电商补贴政策出台 %
  2 电商公共平台与补助项目 (5)
    电商联盟公共服务平台 2
    省级以上平台和补助项目(商务局) 1
  3 门户网站 (5)
    专业行业知名门户网站 2
  4 第三方平台 (5)
    市级电商第三方平台 2
  5 参展与出口名牌 (10)
    国际性展览经贸活动 5
    新增浙江出口名牌 1
  6 出口增长 (10)
    出口增长率 5
市统计局
  1 统计业务培训 (10)
    工业统计业务培训 1
    培训涉及主要经济指标 5
  2 监测分析 (10)
    规上工业统计监测分析 5
  3 规下转规上 (10)
    电气企业小升规(统计局) 70
  4 统计执法与规范 (10)
    统计执法与名录样本规范 %
  5 产业考核数据 (10)
    产业考核数据提供与审核 %
市市场监管局
  1 企业目录库与个转企 (25)
    工业企业目录库与反馈 %
    个转企 1900
  2 商标保护 (10)
    商标侵权案件查处 10
  3 知名品牌 (5)
    省级以上知名品牌 3
    温州市知名商标 7
  4 市场秩序 (10)
    疏导市场主体 3000
    重点行业无照处置率 90
市质监局
  1 主导产品采标率 (15)
    主导产品采标率 60
  2 名牌产品 (10)
    浙江名牌产品 1
    温州名牌产品 12
  3 市长质量奖 (5)
    市长质量奖评选 %
  4 国家质检中心 (10)
    国家工业电器质检中心验收 %
  5 监督抽查 (10)
    监督抽查 500
    无系统性质量安全问题 %
市金融办
  1 小贷服务 (10)
    小贷公司服务电气企业 30
  2 股份制改造 (10)
    电气企业股份制改造 1
  3 企业挂牌 (10)
    电气企业挂牌 1
  4 银行服务 (10)
    银行服务电气企业 5
  5 债务帮扶 (10)
    电气企业债务协调帮扶 5
乐清经济开发区管委会
  1 规上工业主要指标 (5)
    规上工业总产值 142
    规上工业增加值比重 60
    研发经费占主营业务收入比重(开发区) 1.5
    规上工业新产品产值率(开发区) 23
  2 有效投资 (5)
    工业性投资 30.8
  3 工业供地 (10)
    年度工业供地 700
    工程建设项目库和进度表 %
  4 招商引资 (5)
    招商引资到位资金 3
  5 围垦 (5)
    年度围垦 1500
  6 一区六园整合提升 (15)
    一区六园整合提升方案评定 %
  7 企业档案与补助项目 (5)
    域内企业分类管理档案 %
    省级以上平台和补助项目(开发区) 1
"""

MARK, SHARE = "无电气专项口径", Fraction(60, 100)
OVERDUE = "4 竣工验收和办证"


@dataclass(frozen=True)
class Line:
    """One line of an item: its name, and its target, “%” or “cases”."""

    name: str
    target: str


@dataclass(frozen=True)
class Item:
    """An item with its points and lines."""

    name: str
    points: int
    lines: tuple[Line, ...]


def annex() -> dict[str, list[Item]]:
    """The table above, by department."""
    found: dict[str, list[Item]] = {}
    for text in ANNEX.strip("\n").splitlines():
        depth, words = len(text) - len(text.lstrip()), text.strip()
        if depth == 0:
            department = found.setdefault(words, [])
        elif depth == 2:
            name, _, points = words.rpartition(" ")
            department.append(Item(name, int(points.strip("()")), ()))
        else:
            name, _, target = words.rpartition(" ")
            item = department[-1]
            department[-1] = Item(item.name, item.points, (*item.lines, Line(name, target)))
    return found


DEPARTMENTS = annex()


@dataclass
class Row:
    """What came in for one line: this year's figure, last year's, the mark."""

    value: Figure
    last_year: Figure
    mark: str


@dataclass
class Cohort:
    """One data file: units in file order, their groups, their rows."""

    units: list[str]
    group: dict[str, str]
    rows: dict[tuple[str, str], Row]


def read(path: Path) -> Cohort:
    """Read a data file."""
    cohort = Cohort([], {}, {})

    def number(text: str) -> Figure:
        return Fraction(text) if text.strip() else None

    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            unit = row["unit"]
            if unit not in cohort.group:
                cohort.units.append(unit)
                cohort.group[unit] = row["group"]
            cohort.rows[unit, row["input"]] = Row(
                number(row["value"]), number(row["last_year"]), row["mark"]
            )
    return cohort


def half_up(value: Fraction) -> Fraction:
    """To 2 decimals, a half goes up (G2). Nothing here is ever negative."""
    assert value >= 0
    return Fraction((value * 100 + Fraction(1, 2)).__floor__(), 100)


def completion(row: Row | None, line: Line) -> Figure:
    """What share of a line is done, 0 to 1; none where there is no figure.

    Last year's figure stands in for this year's, and a marked figure counts 60 %, on lines
    with a number only; both may hold for one line.
    """
    if row is None:
        return None
    if line.target == "%":
        figure, target = row.value, Fraction(100)
    else:
        figure, target = row.value, Fraction(line.target)
        if figure is None:
            figure = row.last_year
        if figure is not None and row.mark == MARK:
            figure = figure * SHARE
    if figure is None:
        return None
    return min(max(figure / target, Fraction(0)), Fraction(1))


def score(cohort: Cohort, unit: str, item: Item) -> Figure:
    """An item's score before rounding: points × mean of its lines; blank if one lacks.

    Overdue cases take away a point each, not below 0; their number is this year's as it is.
    """
    done: list[Fraction] = []
    away = Fraction(0)
    for line in item.lines:
        row = cohort.rows.get((unit, line.name))
        if line.target == "cases":
            if row is None or row.value is None:
                return None
            away = row.value
            continue
        part = completion(row, line)
        if part is None:
            return None
        done.append(part)
    assert (away == 0) or item.name == OVERDUE
    return max(item.points * sum(done, Fraction(0)) / len(done) - away, Fraction(0))


def total_of(scores: list[Figure]) -> Figure:
    """Sum of the items that there are; blank if there is none."""
    there = [s for s in scores if s is not None]
    return sum(there, Fraction(0)) if there else None


def number(value: Figure) -> float | None:
    """A figure of 2 decimals as JSON has it."""
    return None if value is None else float(value)


def work_out(cohort: Cohort) -> dict[str, Any]:
    """Items, sums and places of every unit, in file order."""
    lines: dict[str, dict[str, Figure]] = {}
    for unit in cohort.units:
        raw = {item.name: score(cohort, unit, item) for item in DEPARTMENTS[unit]}
        lines[unit] = {name: None if v is None else half_up(v) for name, v in raw.items()}
    totals = {unit: total_of(list(items.values())) for unit, items in lines.items()}
    # An incomplete unit has no place and takes none from the others (G12); one list for all.
    ranked = {u: t for u, t in totals.items() if t is not None and None not in lines[u].values()}

    def place(unit: str) -> int | None:
        own = ranked.get(unit)
        return None if own is None else 1 + sum(other > own for other in ranked.values())

    return {
        "units": [
            {
                "unit": unit,
                "group": cohort.group[unit],
                "items": {name: number(value) for name, value in items.items()},
                "base_total": number(totals[unit]),
                "blocks": {unit: number(totals[unit])},
                "total": number(totals[unit]),
                "complete": unit in ranked,
                "rank": place(unit),
                "rank_all": place(unit),
            }
            for unit, items in lines.items()
        ]
    }


def expected_text(path: Path) -> str:
    """The text of <cohort>.expected.json for a data file."""
    return json.dumps(work_out(read(path)), ensure_ascii=False, indent=1) + "\n"


def cohorts() -> list[Path]:
    """The data files beside this paper."""
    return sorted(HERE.glob("*.csv"))


def check_annex() -> None:
    """13 departments, 68 items, 4 to 7 each, 50 points each."""
    assert len(DEPARTMENTS) == 13
    assert sum(len(items) for items in DEPARTMENTS.values()) == 68
    assert all(4 <= len(items) <= 7 for items in DEPARTMENTS.values())
    assert {sum(i.points for i in items) for items in DEPARTMENTS.values()} == {50}


def check_worked_examples() -> None:
    """The figures printed in the worked examples Y1 to Y3 come out here too."""

    def item(cohort: str, unit: str, name: str) -> float | None:
        units = work_out(read(HERE / f"{cohort}.csv"))["units"]
        found: float | None = next(u["items"][name] for u in units if u["unit"] == unit)
        return found

    assert item("worked", "市科技局", "3 研发中心与研发经费") == 8.67
    assert item("worked", "市科技局", "4 发明专利") == 4.20
    assert item("worked", "市商务局", "5 参展与出口名牌") == 9.00
    assert item("worked", "市商务局", "6 出口增长") == 9.00
    assert item("worked", "市住建局", OVERDUE) == 7.00
    assert item("negative", "市商务局", "6 出口增长") == 0.00
    assert item("negative", "市住建局", OVERDUE) == 0.00


def main() -> None:
    check_annex()
    check_worked_examples()
    for path in cohorts():
        path.with_suffix(".expected.json").write_text(expected_text(path), encoding="utf-8")
        print(path.with_suffix(".expected.json").name)


if __name__ == "__main__":
    main()

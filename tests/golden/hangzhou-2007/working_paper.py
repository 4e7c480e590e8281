"""The hangzhou-2007 figures, worked out from the text with exact fractions.

A second, independent hand: the rules are written out one by one as a clerk with a
calculator would apply them, and nothing is shared with the program that these figures
prove.  Numbers are fractions throughout, so an exact half is one.

    python tests/golden/hangzhou-2007/working_paper.py

asserts the printed figures of the worked examples and writes <cohort>.expected.json
beside every <cohort>.csv (columns: unit, group, input, value; empty value = no figure).
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

GROWTH = "一类1 工业经济增长"
STRUCTURE = "一类2 投资结构"
SAVING = "一类3 节能降耗"
COMPLETIONS = {
    "一类4 工业规划与招商引资": 8,
    "一类5 高新技术产业": 8,
    "一类6 中小企业成长": 8,
    "二类1 经济运行监测": 4,
    "二类2 企业服务与培训": 4,
    "二类3 自主创新": 4,
    "二类4 先进制造业基地": 4,
    "二类5 循环经济": 4,
    "二类6 市场经济秩序": 4,
    "二类7 产业损害预警": 4,
    "二类8 行业管理": 4,
    "二类9 治乱减负": 4,
    "二类10 中小企业工作": 4,
    "二类11 信用体系": 4,
}
TASKS = ("工业投资目标", "技术改造目标", "工业项目推进年活动", "土地盘活目标", "双千工程")
CHECKLIST = {
    "节能措施分解落实": 2,
    "能源利用监测审计": 1,
    "重点用能单位网上报送": 2,
    "清洁生产审核企业目标": 2,
    "淘汰落后设备": 1,
    "关闭高能耗污染企业": 1,
    "小火电小钢铁关停": 1,
}


@dataclass
class Cohort:
    """One data file: units in file order, their groups, what stood in their cells."""

    units: list[str]
    group: dict[str, str]
    cells: dict[tuple[str, str], str]

    def figure(self, unit: str, name: str) -> Figure:
        """A number; None where none came in."""
        text = self.cells.get((unit, name), "")
        return Fraction(text) if text else None

    def yes(self, unit: str, name: str) -> Figure:
        """1 for 是, 0 for 否."""
        text = self.cells.get((unit, name), "")
        return Fraction({"是": 1, "否": 0}[text]) if text else None

    def completion(self, unit: str, name: str) -> Figure:
        """是 1, 否 0, else percent points, counted from 0 to 100 %."""
        text = self.cells.get((unit, name), "")
        if text in ("是", "否"):
            return self.yes(unit, name)
        return min(max(Fraction(text) / 100, Fraction(0)), Fraction(1)) if text else None


def read(path: Path) -> Cohort:
    """Read a data file."""
    cohort = Cohort([], {}, {})
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["unit"] not in cohort.group:
                cohort.units.append(row["unit"])
                cohort.group[row["unit"]] = row["group"]
            cohort.cells[row["unit"], row["input"]] = row["value"].strip()
    return cohort


def half_up(value: Fraction) -> Fraction:
    """To 2 decimals, a half goes up (G2). Nothing here is ever negative."""
    assert value >= 0
    return Fraction((value * 100 + Fraction(1, 2)).__floor__(), 100)


def sales(c: Cohort, unit: str) -> Figure:
    """4 at the target, 1 more at 105 % of it, 1 for each whole 50 亿元 over last year."""
    now, target = c.figure(unit, "工业销售产值"), c.figure(unit, "工业销售产值目标")
    last = c.figure(unit, "上年工业销售产值")
    if now is None or target is None or last is None:
        return None
    points = Fraction(4 if now >= target else 0)
    points += 1 if now * 100 >= target * 105 else 0
    return points + (max(now - last, Fraction(0)) / 50).__floor__()


def investment(c: Cohort, unit: str) -> Figure:
    """4 at a growth of 12 %, else nothing."""
    growth = c.figure(unit, "限额以上工业投资增长率")
    return None if growth is None else Fraction(4 if growth >= 12 else 0)


def energy(c: Cohort, unit: str) -> Figure:
    """4 at the mark (区 5 % of one measure, 县(市) 4 % of the other); 0.5 a point above, at
    most 2; 1 a point below, at least 0."""
    if c.group[unit] == "区":
        fall, mark = c.figure(unit, "万元工业增加值综合能耗下降率"), 5
    else:
        fall, mark = c.figure(unit, "万元生产总值综合能耗下降率"), 4
    if fall is None:
        return None
    if fall >= mark:
        return 4 + min((fall - mark) / 2, Fraction(2))
    return max(4 - (mark - fall), Fraction(0))


def growth(c: Cohort, unit: str) -> Figure:
    """一类1: the bonuses go on top of the 12."""
    parts = [part(c, unit) for part in (sales, investment, energy)]
    return total_of(parts) if None not in parts else None


def structure(c: Cohort, unit: str) -> Figure:
    """一类2: five tasks of 2."""
    answers = [c.yes(unit, name) for name in TASKS]
    return None if None in answers else sum((2 * a for a in answers if a is not None), Fraction(0))


def saving(c: Cohort, unit: str) -> Figure:
    """一类3: 2 1 2 2 1 1 1."""
    answers = {name: c.yes(unit, name) for name in CHECKLIST}
    if None in answers.values():
        return None
    return sum((CHECKLIST[n] * a for n, a in answers.items() if a is not None), Fraction(0))


def raw_items(c: Cohort, unit: str) -> dict[str, Figure]:
    """Every item of a unit, not yet rounded."""
    items = {GROWTH: growth(c, unit), STRUCTURE: structure(c, unit), SAVING: saving(c, unit)}
    for item, points in COMPLETIONS.items():
        done = c.completion(unit, item.split(" ")[1] + "完成情况")
        items[item] = None if done is None else points * done
    return items


def total_of(scores: list[Figure]) -> Figure:
    """Sum of the items that there are; blank if there is none."""
    there = [score for score in scores if score is not None]
    return sum(there, Fraction(0)) if there else None


def number(value: Figure) -> float | None:
    """A figure of 2 decimals as JSON has it."""
    return None if value is None else float(value)


def work_out(cohort: Cohort) -> dict[str, Any]:
    """Items, sums, places and grades of every unit, in file order."""
    lines: dict[str, dict[str, Figure]] = {}
    for unit in cohort.units:
        raw = raw_items(cohort, unit)
        lines[unit] = {i: None if v is None else half_up(v) for i, v in raw.items()}
    totals = {unit: total_of(list(items.values())) for unit, items in lines.items()}
    veto = {unit: cohort.yes(unit, "党风廉政重大问题") for unit in cohort.units}
    complete = {u: None not in lines[u].values() and veto[u] is not None for u in cohort.units}
    # Neither an incomplete unit (G12) nor a vetoed one takes a place from the others.
    ranked = {u: t for u, t in totals.items() if complete[u] and not veto[u] and t is not None}

    def place(unit: str) -> int | None:
        if not complete[unit]:
            return None
        if veto[unit]:
            return len(ranked) + 1
        return 1 + sum(other > ranked[unit] for other in ranked.values())

    def grade(unit: str) -> str | None:
        if unit not in ranked:
            return None
        where = place(unit)
        assert where is not None
        return "优秀" if where <= 3 else "达标" if ranked[unit] >= 80 else None

    units: list[dict[str, Any]] = []
    for unit, items in lines.items():
        blocks = {
            "一类": total_of([v for i, v in items.items() if i.startswith("一类")]),
            "二类": total_of([v for i, v in items.items() if i.startswith("二类")]),
        }
        units.append(
            {
                "unit": unit,
                "group": cohort.group[unit],
                "items": {item: number(score) for item, score in items.items()},
                "base_total": number(totals[unit]),
                "blocks": {name: number(value) for name, value in blocks.items()},
                "total": number(totals[unit]),
                "complete": complete[unit],
                "rank": place(unit),
                "rank_all": place(unit),
                "grade": grade(unit),
            }
        )
    # 优秀 below 80: the scheme does not forbid it, but whoever grades has to know.
    low = [u["unit"] for u in units if u["grade"] == "优秀" and u["total"] < 80]
    return {"units": units, "excellent_below_80": low}


def expected_text(path: Path) -> str:
    """The text of <cohort>.expected.json for a data file."""
    return json.dumps(work_out(read(path)), ensure_ascii=False, indent=1) + "\n"


def cohorts() -> list[Path]:
    """The data files beside this paper."""
    return sorted(HERE.glob("*.csv"))


def check_worked_examples() -> None:
    """The figures printed in the worked examples H1 to H3 come out here too."""
    first = work_out(read(HERE / "h1.csv"))["units"]
    assert [u["items"][GROWTH] for u in first] == [15.60, 7.30, 4.00]
    assert first[0]["items"]["一类4 工业规划与招商引资"] == 6.80
    found = work_out(read(HERE / "h3.csv"))
    third = found["units"]
    assert [u["total"] for u in third] == [104.20, 99.10, 95.40, 78.60, 78.60, 77.00]
    assert [u["rank"] for u in third] == [6, 1, 2, 3, 3, 5]
    assert [u["grade"] for u in third] == [None, "优秀", "优秀", "优秀", "优秀", None]
    assert found["excellent_below_80"] == ["丁市", "戊县"]


def main() -> None:
    check_worked_examples()
    for path in cohorts():
        path.with_suffix(".expected.json").write_text(expected_text(path), encoding="utf-8")
        print(path.with_suffix(".expected.json").name)


if __name__ == "__main__":
    main()

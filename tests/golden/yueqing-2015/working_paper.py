"""The yueqing-2015 figures, worked out from the text with exact fractions.

A second, independent hand: the seven rules and the two blocks are written out one by
one as a clerk with a calculator would apply them, and nothing is shared with the program
that these figures prove.  Numbers are fractions throughout, so an exact half is one.

    python tests/golden/yueqing-2015/working_paper.py

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

GROWTH, VALUE = "1 增加值增速", "2 增加值总量"
PROJECTS, LAND, BIG = "3 重点项目个数与投资完成", "4 土地指标用于新兴产业比例", "5 招引大项目"
PLATFORMS, LEADERS = "6 创新平台", "7 龙头企业"
BLOCKS = {
    "产业发展": (GROWTH, VALUE),
    "项目带动": (PROJECTS, LAND, BIG),
    "创新驱动": (PLATFORMS, LEADERS),
}
ROOM = Fraction(30)  # 项目带动 and 创新驱动


@dataclass
class Cohort:
    """One data file: units in file order, their groups, their figures."""

    units: list[str]
    group: dict[str, str]
    figures: dict[tuple[str, str], Fraction]

    def figure(self, unit: str, name: str) -> Figure:
        """One figure, None where none came in; a row that is absent is no figure either."""
        return self.figures.get((unit, name))

    def all_of(self, unit: str, *names: str) -> list[Fraction] | None:
        """Several figures of a unit, None where any of them is missing (G12)."""
        found = [self.figure(unit, name) for name in names]
        there = [value for value in found if value is not None]
        return there if len(there) == len(found) else None


def read(path: Path) -> Cohort:
    """Read a data file; 是 and 否 count 1 and 0."""
    cohort = Cohort([], {}, {})
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            unit, text = row["unit"], row["value"].strip()
            if unit not in cohort.group:
                cohort.units.append(unit)
                cohort.group[unit] = row["group"]
            if text:
                value = Fraction({"是": "1", "否": "0"}.get(text, text))
                cohort.figures[unit, row["input"]] = value
    return cohort


def half_up(value: Fraction) -> Fraction:
    """To 2 decimals, a half goes up (G2). Nothing here is ever negative."""
    assert value >= 0
    return Fraction((value * 100 + Fraction(1, 2)).__floor__(), 100)


def growth(c: Cohort, unit: str) -> Figure:
    """22.5 at 10 %, 1.25 a percentage point pro rata, at most 2.5 up and 5 down."""
    rate = c.figure(unit, "新兴产业增加值增速")
    if rate is None:
        return None
    beyond = (rate - 10) * Fraction("1.25")
    return Fraction("22.5") + max(Fraction(-5), min(Fraction("2.5"), beyond))


def ladder(c: Cohort, unit: str, name: str, first: str, step: str) -> Figure:
    """The first place's points, a step less a place, not below 0; ties 1 2 2 4 (G3, G6)."""
    value = c.figure(unit, name)
    if value is None:
        return None
    peers = [c.figure(u, name) for u in c.units if c.group[u] == c.group[unit]]
    place = 1 + sum(1 for peer in peers if peer is not None and peer > value)
    return max(Fraction(0), Fraction(first) - Fraction(step) * (place - 1))


def big_projects(c: Cohort, unit: str) -> Figure:
    """5 each, at most 10."""
    count = c.figure(unit, "招引大项目数")
    return None if count is None else min(Fraction(10), 5 * count)


def platforms(c: Cohort, unit: str) -> Figure:
    """10 for one new platform or more; 3 and 1.5 for each recognition, with or without one."""
    found = c.all_of(unit, "新增创新平台数", "新认定国家级平台数", "新认定省级平台数")
    if found is None:
        return None
    new, national, provincial = found
    return (10 if new >= 1 else 0) + 3 * national + Fraction("1.5") * provincial


def leaders(c: Cohort, unit: str) -> Figure:
    """4 for the plan; funds and commendations 3 and 1.5 each, these at most 6 together."""
    found = c.all_of(
        unit,
        "年度实施计划制定并推进",
        "国家级财政专项资金项目数",
        "省级财政专项资金项目数",
        "国家级表彰数",
        "省级表彰数",
    )
    if found is None:
        return None
    plan, national, provincial, praised, praised_below = found
    bonus = 3 * (national + praised) + Fraction("1.5") * (provincial + praised_below)
    return 4 * plan + min(Fraction(6), bonus)


def fitted(own: Figure, *before: Figure) -> Figure:
    """What an item may still give: the block's 30 less what stands; a blank takes no room."""
    if own is None:
        return None
    return min(own, ROOM - sum((b for b in before if b is not None), Fraction(0)))


def items_of(c: Cohort, unit: str) -> dict[str, Figure]:
    """All items of a unit as they are shown, cut to their blocks."""

    def shown(value: Figure) -> Figure:
        return None if value is None else half_up(value)

    projects = shown(ladder(c, unit, "重点项目综合值", "15", "0.3"))
    land = shown(ladder(c, unit, "新兴产业土地指标比例", "10", "0.2"))
    firms = shown(leaders(c, unit))
    return {
        GROWTH: shown(growth(c, unit)),
        VALUE: shown(ladder(c, unit, "新兴产业增加值", "15", "0.3")),
        PROJECTS: projects,
        LAND: land,
        BIG: fitted(shown(big_projects(c, unit)), projects, land),
        PLATFORMS: fitted(shown(platforms(c, unit)), firms),
        LEADERS: firms,
    }


def total_of(scores: list[Figure]) -> Figure:
    """The sum of the items that are there; none if there are none."""
    there = [score for score in scores if score is not None]
    return sum(there, Fraction(0)) if there else None


def number(value: Figure) -> float | None:
    """A figure of 2 decimals for the file."""
    return None if value is None else float(value)


def work_out(cohort: Cohort) -> dict[str, Any]:
    """Items, sums and places of all units, in file order."""
    lines = {unit: items_of(cohort, unit) for unit in cohort.units}
    totals = {unit: total_of(list(items.values())) for unit, items in lines.items()}
    # An incomplete unit has no place and takes none from the others (G12).
    ranked = {u: totals[u] for u, items in lines.items() if None not in items.values()}

    def place(unit: str, rivals: list[str]) -> int | None:
        own = ranked.get(unit)
        if own is None:
            return None
        return 1 + sum((other := ranked.get(u)) is not None and other > own for u in rivals)

    units = []
    for unit, items in lines.items():
        mates = [u for u in cohort.units if cohort.group[u] == cohort.group[unit]]
        units.append(
            {
                "unit": unit,
                "group": cohort.group[unit],
                "items": {item: number(score) for item, score in items.items()},
                "base_total": number(totals[unit]),
                "blocks": {
                    block: number(total_of([items[i] for i in members]))
                    for block, members in BLOCKS.items()
                },
                "total": number(totals[unit]),
                "complete": unit in ranked,
                "rank": place(unit, mates),
                "rank_all": place(unit, cohort.units),
            }
        )
    return {"units": units}


def expected_text(path: Path) -> str:
    """The text of <cohort>.expected.json for a data file."""
    return json.dumps(work_out(read(path)), ensure_ascii=False, indent=1) + "\n"


def cohorts() -> list[Path]:
    """The data files beside this paper."""
    return sorted(HERE.glob("*.csv"))


def check_worked_examples() -> None:
    """The figures printed in the worked examples Q1 to Q3 come out here too."""
    found = {u["unit"]: u for u in work_out(read(HERE / "worked.csv"))["units"]}
    first, second, third, fourth = (found[name] for name in ("甲县", "乙县", "丙县", "丁县"))
    assert first["items"][GROWTH] == 24.63
    assert second["items"][GROWTH] == 17.50
    assert third["items"][GROWTH] == 25.00
    assert first["items"][PROJECTS] == fourth["items"][PROJECTS] == 14.40
    assert first["items"][LAND] == fourth["items"][LAND] == 9.40
    assert first["items"][BIG] == 6.20
    assert first["blocks"]["项目带动"] == 30.00
    assert fourth["items"][BIG] == 5.00
    assert first["items"][LEADERS] == 10.00
    assert first["items"][PLATFORMS] == 20.00
    assert first["blocks"]["创新驱动"] == 30.00


def main() -> None:
    check_worked_examples()
    for path in cohorts():
        path.with_suffix(".expected.json").write_text(expected_text(path), encoding="utf-8")
        print(path.with_suffix(".expected.json").name)


if __name__ == "__main__":
    main()

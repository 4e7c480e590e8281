"""The wenzhou-2015 figures, worked out from the text with exact fractions.

A second, independent hand: the nine rules are written out one by one as a clerk
with a calculator would apply them, and nothing is shared with the program that
these figures prove.  Numbers are fractions throughout, so an exact half is one.

    python tests/golden/wenzhou-2015/working_paper.py

asserts the printed figures of the worked examples and writes <cohort>.expected.json
beside every <cohort>.csv (columns: unit, group, input, value; empty value = no figure).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent

Figure = Fraction | None

BASE_ITEMS = (
    "1 规上工业总产值",
    "2 规上企业利润总额",
    "3 亿元以上企业数量",
    "4 小微企业上规模数量",
    "5 新产品产值",
    "6 工业性投资",
    "7 “机器换人”技改投资",
)
EXTRA_ITEMS = ("1 企业风险排查处置", "2 基础工作")


@dataclass
class Cohort:
    """One data file: units in file order, their groups, their figures."""

    units: list[str]
    group: dict[str, str]
    figures: dict[tuple[str, str], Fraction]

    def figure(self, unit: str, name: str) -> Figure:
        """One figure, None where none came in; a row that is absent is no figure either."""
        return self.figures.get((unit, name))

    def share(self, unit: str, _name: str = "") -> Figure:
        """技改投资 ÷ 限额以上工业性投资; none where either is missing or the divisor is 0 (G14)."""
        upgrade = self.figure(unit, "技改投资")
        investment = self.figure(unit, "限额以上工业性投资")
        if upgrade is None or investment is None or investment == 0:
            return None
        return upgrade / investment

    def peers(self, unit: str, name: str, get: Callable[[str, str], Figure]) -> list[Fraction]:
        """The figures of the unit's own group that there are, its own among them (G6, G12)."""
        found = (get(u, name) for u in self.units if self.group[u] == self.group[unit])
        return [value for value in found if value is not None]


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


def band(value: Fraction, peers: list[Fraction], points: int) -> Fraction:
    """60 % of the points for the group's lowest, all for its highest, in between linear."""
    low, high = min(peers), max(peers)
    if low == high:  # everybody holds the highest value (G5)
        return Fraction(points)
    return ((value - low) / (high - low) * 40 + 60) / 100 * points


def blend(cohort: Cohort, unit: str, points: int, *terms: tuple[int, str]) -> Figure:
    """Band scores in per-cent weights, none of them rounded (G11); blank if one lacks."""
    total = Fraction(0)
    for weight, name in terms:
        value = cohort.figure(unit, name)
        if value is None:
            return None
        score = band(value, cohort.peers(unit, name, cohort.figure), points)
        total += Fraction(weight, 100) * score
    return total


def ladder(cohort: Cohort, unit: str, name: str) -> Figure:
    """10 for the first place, 0.5 less a place, not below 0; ties 1 2 2 4 (G3)."""
    value = cohort.figure(unit, name)
    if value is None:
        return None
    place = 1 + sum(peer > value for peer in cohort.peers(unit, name, cohort.figure))
    return max(Fraction(0), 10 - Fraction(1, 2) * (place - 1))


def output(c: Cohort, unit: str) -> Figure:
    """Base item 1, 20 points: total 30 %, per mu 20 %, growth 50 %."""
    terms = ((30, "规上工业总产值"), (20, "亩均工业总产值"), (50, "规上工业总产值增速"))
    return blend(c, unit, 20, *terms)


def profit(c: Cohort, unit: str) -> Figure:
    """Base item 2, 10 points: total 30 %, per mu 20 %, growth 50 %."""
    return blend(c, unit, 10, (30, "工业企业利润总额"), (20, "亩均利润"), (50, "利润总额增速"))


def large_firms(c: Cohort, unit: str) -> Figure:
    """Base item 3, 10 points: places by number of firms above 1 亿元."""
    return ladder(c, unit, "亿元以上企业数量")


def grown_firms(c: Cohort, unit: str) -> Figure:
    """Base item 4, 10 points: places by number of firms newly above the size limit."""
    return ladder(c, unit, "新增规上企业数量")


def new_products(c: Cohort, unit: str) -> Figure:
    """Base item 5, 10 points: value 30 %, growth 70 %."""
    return blend(c, unit, 10, (30, "新产品产值"), (70, "新产品产值增速"))


def investment(c: Cohort, unit: str) -> Figure:
    """Base item 6, 20 points: value 30 %, growth 70 %."""
    return blend(c, unit, 20, (30, "限额以上工业性投资"), (70, "工业性投资增速"))


def upgrading(c: Cohort, unit: str) -> Figure:
    """Base item 7, 20 points: the rule is a band on the share, whatever its heading says."""
    share = c.share(unit)
    return None if share is None else band(share, c.peers(unit, "", c.share), 20)


def risk_work(c: Cohort, unit: str) -> Figure:
    """Outside the 100: as judged, 0 to 5; the text's cap binds, not the 10 of its 分值."""
    judged = c.figure(unit, "企业风险排查处置加分")
    return None if judged is None else min(max(judged, Fraction(0)), Fraction(5))


def office_work(c: Cohort, unit: str) -> Figure:
    """Outside the 100: plan 1, reports on time 1, 0.1 an adopted item; at most 10."""
    plan = c.figure(unit, "强镇方案和年度工作计划")
    reports = c.figure(unit, "按时报送工作报表")
    adopted = c.figure(unit, "信息采用条数")
    if plan is None or reports is None or adopted is None:
        return None
    return min(max(plan + reports + adopted / 10, Fraction(0)), Fraction(10))


RULES: dict[str, Callable[[Cohort, str], Figure]] = dict(
    zip(
        BASE_ITEMS + EXTRA_ITEMS,
        (
            output,
            profit,
            large_firms,
            grown_firms,
            new_products,
            investment,
            upgrading,
            risk_work,
            office_work,
        ),
        strict=True,
    )
)


def total_of(scores: list[Figure]) -> Figure:
    """Sum of the items that there are; blank if there is none."""
    there = [score for score in scores if score is not None]
    return sum(there, Fraction(0)) if there else None


def number(value: Figure) -> float | None:
    """A figure of 2 decimals as JSON has it."""
    return None if value is None else float(value)


def work_out(cohort: Cohort) -> dict[str, Any]:
    """Items, sums and places of every unit, in file order."""
    lines: dict[str, dict[str, Figure]] = {}
    for unit in cohort.units:
        raw = {item: rule(cohort, unit) for item, rule in RULES.items()}
        lines[unit] = {i: None if raw[i] is None else half_up(raw[i]) for i in raw}  # type: ignore[arg-type]

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
        base = total_of([items[i] for i in BASE_ITEMS])
        units.append(
            {
                "unit": unit,
                "group": cohort.group[unit],
                "items": {item: number(score) for item, score in items.items()},
                "base_total": number(base),
                "blocks": {
                    "基础指标": number(base),
                    "附加指标": number(total_of([items[i] for i in EXTRA_ITEMS])),
                },
                "total": number(totals[unit]),
                "complete": unit in ranked,
                "rank": place(
                    unit, [u for u in cohort.units if cohort.group[u] == cohort.group[unit]]
                ),
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
    """The figures printed in the worked examples W1 to W4 come out here too."""

    def column(cohort: str, item: str) -> dict[str, float | None]:
        found = work_out(read(HERE / f"{cohort}.csv"))["units"]
        return {u["unit"]: u["items"][item] for u in found}

    one, three, four, seven = (BASE_ITEMS[i] for i in (0, 2, 3, 6))
    assert column("w1", one) == {"甲街道": 16.00, "乙街道": 17.20, "丙街道": 14.00}
    assert column("w1-flat", one)["甲街道"] == 20.00
    assert column("w1-blank", one) == {"甲街道": 16.00, "乙街道": 16.40, "丙街道": None}
    lacking = work_out(read(HERE / "w1-blank.csv"))["units"][2]
    assert not lacking["complete"] and lacking["rank"] is None and lacking["rank_all"] is None
    assert column("w2", seven) == {
        "甲街道": 16.57,
        "乙街道": 20.00,
        "丙街道": 12.00,
        "丁街道": None,
    }
    for item in (three, four):
        assert list(column("w3", item).values()) == [10.00, 9.50, 9.50, 8.50]
    street = work_out(read(HERE / "w4.csv"))["units"][0]
    assert street["items"][EXTRA_ITEMS[0]] == 5.00
    assert street["items"][EXTRA_ITEMS[1]] == 4.70
    assert street["base_total"] == 84.37
    assert street["total"] == 94.07


def main() -> None:
    check_worked_examples()
    for path in cohorts():
        path.with_suffix(".expected.json").write_text(expected_text(path), encoding="utf-8")
        print(path.with_suffix(".expected.json").name)


if __name__ == "__main__":
    main()

"""Random cohorts over a scheme's own inputs, and what kpixl makes of them.

A cohort is drawn from the scheme alone: its groups, kinds, targets and bounds.  So a system
that is added to the package is held to the same rules without a line of test code.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random

from kpixl.pipeline import Outcome, assess_entries
from kpixl.ranking.model import Standing
from kpixl.scheme.derive import inputs_of
from kpixl.scheme.find import known_schemes
from kpixl.scheme.items import Input
from kpixl.scheme.model import Scheme
from kpixl.templates.table import parse_table
from kpixl.workspace.schemes import load_scheme

ELSEWHERE = "另一组"


@cache
def system(name: str) -> Scheme:
    scheme, findings = load_scheme(name)
    assert scheme is not None and findings == ()
    return scheme


def scored_systems() -> list[str]:
    """The systems of the package that score units."""
    return [n for n in known_schemes() if system(n).ledger is None]


def ledgers() -> list[str]:
    """The systems of the package that follow tasks by the month."""
    return [n for n in known_schemes() if system(n).ledger is not None]


@dataclass(frozen=True)
class Unit:
    """A unit of a cohort: its group and its figures as they stand in a table."""

    name: str
    group: str
    values: Mapping[str, str]
    last_year: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)

    def with_value(self, name: str, value: str) -> Unit:
        """The unit with another figure; "" leaves it blank, last year's and mark gone too."""
        rest = {n: v for n, v in self.last_year.items() if n != name}
        marks = {n: v for n, v in self.marks.items() if n != name}
        return replace(self, values={**self.values, name: value}, last_year=rest, marks=marks)


Cohort = tuple[Unit, ...]


def figure(scheme: Scheme, given: Input, chance: Random, style: str) -> str:
    """A figure that the input may have: around its target, within its bounds.

    Rates, profits and the like may be negative; parts of a quotient are amounts.
    """
    if given.kind == "yes_no":
        return chance.choice(("是", "否"))
    if given.kind == "judged":
        low, high = float(given.low or 0), float(100 if given.high is None else given.high)
        steps = 4 if style == "coarse" else 40
        return plain(low + (high - low) * chance.randint(0, steps) / steps)
    about = float(given.target or (4 if given.kind == "count" else 20))
    if given.kind == "count":
        if style == "coarse":
            return str(round(about * chance.choice((0, 0.5, 1, 1.5))))
        return str(chance.randint(0, max(2, round(2 * about))))
    if style == "coarse":  # ties, exact halves and hits of the target
        return plain(about * chance.choice((0.25, 0.5, 0.995, 1, 1.005, 1.25)))
    if style == "wide":
        amount = given.name in {n for t in scheme.derivations.values() for n in inputs_of(t)}
        times = chance.choice((*(() if amount else (-1, 0, 0)), 0.001, 1, 7, 40))
        # beyond 1000 % a percentage is a slip, and told as such
        return plain(min(about * times, 1000) if given.kind == "percent" else about * times)
    return plain(round(about * chance.uniform(0.2, 2.2), 2))


def plain(value: float) -> str:
    return f"{value:.10g}"


def asked(scheme: Scheme, name: str, group: str) -> Sequence[Input]:
    """What is asked of a unit; an invented one in an invented group gets a roster unit's form."""
    known = scheme.asked_of(name, group)
    if {i.item for i in known} & scheme.indicator_by_key.keys():
        return known
    return scheme.asked_of(scheme.units[0].name)


def unit_of(scheme: Scheme, name: str, group: str, chance: Random, style: str) -> Unit:
    """A unit whose form is filled in at random."""
    inputs = asked(scheme, name, group)
    values = {i.name: figure(scheme, i, chance, style) for i in inputs}
    countable = [i for i in inputs if i.quantified]
    last = {
        i.name: figure(scheme, i, chance, style)
        for i in countable
        if scheme.missing_of(i) == "上年值"
    }
    for name_ in last:
        if chance.random() < 0.2:
            values[name_] = ""
    marks = {
        i.name: mark
        for i in countable
        for mark in scheme.mark_factors
        if i.takes_marks and chance.random() < 0.2
    }
    return Unit(name, group, values, last, marks)


def group_like(scheme: Scheme, group: str, chance: Random) -> str:
    """The group, or one of the roster's where groups decide what is asked."""
    groups = sorted({u.group for u in scheme.units})
    named = {name for i in scheme.asked for name in i.applies_to}
    return chance.choice(groups) if named & {*groups} else group


def draw(scheme: Scheme, seed: int, *, most: int = 9) -> Cohort:
    """A cohort without gaps: units of the roster and some that only the data know, a twin too."""
    chance = Random(f"{scheme.system}/{seed}")
    style = ("coarse", "fine", "wide")[seed % 3]
    roster = chance.sample(scheme.units, min(len(scheme.units), most))
    units = [unit_of(scheme, u.name, u.group, chance, style) for u in roster]
    alone = "一个单位的组"
    others = {"甲单位": ELSEWHERE, "乙单位": ELSEWHERE, "独一单位": alone}
    for name, group in others.items():
        units.append(unit_of(scheme, name, group_like(scheme, group, chance), chance, style))
    twin = chance.choice(units)
    units.append(replace(twin, name="同数单位"))
    chance.shuffle(units)
    return tuple(units)


def with_gaps(cohort: Cohort, seed: int) -> Cohort:
    """The cohort with some figures left out."""
    chance = Random(seed)
    result = []
    for unit in cohort:
        for name in list(unit.values):
            if chance.random() < 0.03:
                unit = unit.with_value(name, "")
        result.append(unit)
    return tuple(result)


def table(cohort: Iterable[Unit]) -> bytes:
    """The cohort as the .csv that the command line takes."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(("unit", "group", "input", "value", "last_year", "mark"))
    for u in cohort:
        rows.writerows(
            (u.name, u.group, n, v, u.last_year.get(n, ""), u.marks.get(n, ""))
            for n, v in u.values.items()
        )
    return text.getvalue().encode()


def assessed(scheme: Scheme, cohort: Iterable[Unit]) -> Outcome:
    """What kpixl makes of a cohort."""
    entries, faults = parse_table(table(cohort), scheme, name="数据.csv")
    assert faults == ()
    return assess_entries(scheme, entries)


def standings(scheme: Scheme, cohort: Iterable[Unit]) -> dict[str, Standing]:
    """The standing of each unit."""
    return {s.unit: s for s in assessed(scheme, cohort).ranking.standings}

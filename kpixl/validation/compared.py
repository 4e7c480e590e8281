"""Figures held against others: the group, the target, last year, and each other.

None of these says what a figure should be; they ask for a reason (核), but for the 勾稽, where
one figure follows from others.  A figure that has a fault of its own is left alone.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import inf
from typing import TypeAlias

from kpixl.entries import Entries, Entry
from kpixl.findings import Finding, Place, Severity, finding
from kpixl.scheme.derive import Name, Operation, inputs_of
from kpixl.scheme.headings import text_of
from kpixl.scheme.items import Input
from kpixl.scheme.model import Scheme
from kpixl.scheme.relations import Relation, implied_relations, worked_out
from kpixl.validation.tables import decimals_of, half_unit

_BEFORE = ("上年度", "上年", "去年")


@dataclass(frozen=True)
class Cohort:
    """All settled figures of a run, and last year's accepted ones where there are any.

    `last_year_cells` are the cells of 上年数 by unit and input.
    """

    scheme: Scheme
    entries: Entries
    accepted: Entries | None = None
    last_year_cells: Mapping[tuple[str, str], Place] = field(default_factory=dict)

    @cached_property
    def sound(self) -> tuple[tuple[Input, Entry], ...]:
        """The figures that were given and read, with what they are."""
        known = self.scheme.input_by_name
        return tuple(
            (known[e.input], e)
            for e in self.entries
            if e.state == "given" and e.value is not None and e.input in known
        )

    @cached_property
    def columns(self) -> Mapping[tuple[str, str], Sequence[float]]:
        """The sizes of all sound figures that are not zero, ascending, by input and group."""
        found: dict[tuple[str, str], list[float]] = {}
        for given, e in self.sound:
            if given.quantified and e.value:
                group = self.entries.groups.get(e.unit, "")
                found.setdefault((given.name, group), []).append(abs(e.value))
        return {key: sorted(sizes) for key, sizes in found.items()}

    @cached_property
    def _names_before(self) -> Mapping[str, tuple[str, ...]]:
        """The inputs that hold last year's figure of another one, by that one."""
        found: dict[str, tuple[str, ...]] = {}
        there = {e.input for e in self.entries}
        for name in there:
            names = tuple(p + name for p in _BEFORE if p + name in there)
            if names:
                found[name] = names
        return found

    @cached_property
    def targets(self) -> frozenset[str]:
        """Inputs that hold targets: they may well be last year's."""
        return frozenset(i.target_input for i in self.scheme.inputs if i.target_input)

    def reported(self, unit: str, name: str) -> float | None:
        """A sound figure of a unit."""
        entry = self.entries.get(unit, name)
        return entry.value if entry is not None and entry.state == "given" else None

    def is_accepted(self, given: Input, entry: Entry) -> bool:
        """Whether last year's figure is an accepted one."""
        was = self.accepted.get(entry.unit, given.name) if self.accepted is not None else None
        return was is not None and was.value is not None

    def before(self, given: Input, entry: Entry) -> float | None:
        """Last year's figure: as accepted, else as the unit reports it."""
        if self.accepted is not None:
            accepted = self.accepted.get(entry.unit, given.name)
            if accepted is not None and accepted.value is not None:
                return accepted.value
        if entry.last_year is not None:
            return entry.last_year
        for name in self._names_before.get(given.name, ()):
            value = self.reported(entry.unit, name)
            if value is not None:
                return value
        return None


CohortCheck: TypeAlias = Callable[[Cohort], Iterator[Finding]]


def _about(code: str, entry: Entry, **facts: object) -> Finding:
    return finding(
        code,
        place=entry.place,
        unit=entry.unit,
        input=entry.input,
        found=text_of(entry.raw),
        name=entry.input,
        **facts,
    )


# -- 数量级 ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Yardstick:
    """What a figure is held against: in words, its size, and how far others reach.

    `close` says that a figure is expected near it, `target` that it is a target, which need not be
    reached.
    """

    words: str
    size: float
    low: float
    high: float
    close: bool = False
    target: bool = False


def a_figure_is_of_the_size_of_its_like(cohort: Cohort) -> Iterator[Finding]:
    """Off by 10⁴ (万 for 亿), 10² (points for a share) or 15 (亩 for 公顷) is a slip of the unit."""
    for given, entry in cohort.sound:
        if not given.quantified or not entry.value:
            continue
        yardsticks = tuple(_yardsticks(cohort, given, entry))
        if not yardsticks and entry.value >= _BEYOND.get(given.unit, inf):
            yield _about(
                "value-magnitude",
                entry,
                against="通常的数量级",
                times="1 万",
                mixed="万和亿,或元和万",
                proposal=f"{entry.value / 1e4:.6g}{given.unit}",
            )
        for yardstick in yardsticks:
            slip = _slip(given, entry.value, yardstick)
            if slip is None:
                continue
            times, mixed, proposal = slip
            yield _about(
                "value-magnitude",
                entry,
                against=yardstick.words,
                times=times,
                mixed=mixed,
                proposal=f"{proposal:.6g}{given.unit}",
            )
            break


# What no county or town comes to, for figures that there is nothing else to hold against.
_BEYOND: Mapping[str, float] = {
    "亿元": 1e4, "亿美元": 1e4, "万元": 1e8, "万美元": 1e7, "元": 1e12, "万元/亩": 5e4, "家": 1e5,
    "个": 1e5, "户": 1e6, "项": 1e5, "条": 1e5, "件": 1e6, "人": 1e7, "万人": 1e4, "亩": 1e7,
    "万平方米": 1e5, "平方公里": 1e5, "公里": 1e5, "万吨": 1e6,
}  # fmt: skip


def _yardsticks(cohort: Cohort, given: Input, entry: Entry) -> Iterator[_Yardstick]:
    before = cohort.before(given, entry)
    if before:
        size = abs(before)
        yield _Yardstick(f"上年的 {before:.10g} ", size, size / 3, size * 3, close=True)
    target = cohort.scheme.target(entry.unit, given.name)
    if target:
        size = abs(float(target))
        yield _Yardstick(f"目标 {float(target):.10g} ", size, size / 5, size * 5, target=True)
    group = cohort.entries.groups.get(entry.unit, "")
    sizes = cohort.columns.get((given.name, group), ())
    if len(sizes) >= 3 and entry.value:
        size, low, high = _of_others(sizes, abs(entry.value))
        if high <= low * 200:
            yield _Yardstick(f"同组的中位数 {size:.10g} ", size, low / 3, high * 3)


def _of_others(sizes: Sequence[float], own: float) -> tuple[float, float, float]:
    """Median, least and most of ascending figures but for one of them.

    >>> _of_others([1, 2, 3, 10], 10), _of_others([1, 2, 3, 10], 1)
    ((2, 1, 3), (3, 2, 10))
    """
    left_out = bisect_left(sizes, own)

    def at(index: int) -> float:
        return sizes[index + (index >= left_out)]

    count = len(sizes) - 1
    middle = count // 2
    size = at(middle) if count % 2 else (at(middle - 1) + at(middle)) / 2
    return size, at(0), at(count - 1)


def _slip(given: Input, value: float, yardstick: _Yardstick) -> tuple[str, str, float] | None:
    """The slip of unit that explains how far a figure is off: how many times, what, the figure."""
    size = abs(value)
    ratio = size / yardstick.size
    away = ratio if ratio > 1 else 1 / ratio

    def explained(factor: float, room: float = 1) -> float | None:
        mended = value / factor if ratio > 1 else value * factor
        near = yardstick.low / room <= abs(mended) <= yardstick.high * room
        return mended if near else None

    if yardstick.low <= size <= yardstick.high and not yardstick.close:
        return None
    if away >= 1000:
        for factor, name, mixed in (
            (1e4, "1 万", "万和亿,或元和万"),
            (1e8, "1 亿", "元和亿"),
        ):
            room = 1.0 if yardstick.target else 10.0
            mended = explained(factor, room)
            if factor / (3 * room) <= away <= factor * 3 * room and mended is not None:
                return name, mixed, mended
    if given.kind == "percent" or "%" in given.unit:
        exact = 95 <= away <= 105.3 and yardstick.close
        wide = 25 <= away <= 400 and ratio > 1 and size >= 100
        if (exact or wide) and (mended := explained(100)) is not None:
            return "100 ", "百分数和小数", mended
    if "亩" in given.unit or "公顷" in given.unit:
        near = 1.35 if yardstick.close else 1.5
        if 15 / near <= away <= 15 * near and (mended := explained(15)) is not None:
            return "15 ", "亩和公顷", mended
    return None


# -- 与上年比 ----------------------------------------------------------------------------------


def a_figure_does_not_swing_without_a_reason(cohort: Cohort) -> Iterator[Finding]:
    """A figure within 波动 of last year's; beyond that a reason is asked for.

    A last year's figure that only the unit itself reports is no firm ground: twice the swing is
    let pass then, and a fall to less than half of what would be let pass up.
    """
    limits = cohort.scheme.thresholds
    for given, entry in cohort.sound:
        value, before = entry.value, cohort.before(given, entry)
        if value is None or before is None or not _comparable(cohort, given):
            continue
        gap = value - before
        if given.kind == "percent" or "%" in given.unit:
            if abs(gap) <= float(limits.points):
                continue
            limit = f"{limits.points.normalize():f} 个百分点"
            way = f"{'高' if gap > 0 else '低'} {abs(gap):.6g} 个百分点"
        else:
            few = given.kind == "count" and abs(gap) < float(limits.pieces)
            firm = cohort.is_accepted(given, entry)
            most = limits.swing if firm else limits.swing * 2
            if before == 0 or few or _swing(value, before, firm=firm) <= float(most) * (1 + 1e-12):
                continue
            bound = most
            if not firm and 0 < value / before < 1:  # as far down as it may go up
                bound = most / (1 + most)
            limit = f"{float(bound) * 100:.4g}%"
            way = f"{'增长' if gap / before > 0 else '下降'} {abs(gap / before) * 100:.1f}%"
        yield _about("value-swing", entry, way=way, limit=limit, used=f"{before:.15g}")


def _swing(value: float, before: float, *, firm: bool) -> float:
    """How far a figure is from last year's, as a share of it; without firm ground of the smaller."""
    if firm or value / before <= 0 or value / before >= 1:
        return abs(value / before - 1)
    return before / value - 1


def a_figure_is_not_last_year_s(cohort: Cohort) -> Iterator[Finding]:
    """A measured figure that equals last year's to the last digit was probably copied."""
    same: dict[str, list[Entry]] = {}
    compared: dict[str, int] = {}
    for given, entry in cohort.sound:
        before = cohort.before(given, entry)
        if before is None or not _comparable(cohort, given) or not entry.value:
            continue
        compared[entry.unit] = compared.get(entry.unit, 0) + 1
        digits = len(f"{abs(entry.value):.15g}".replace(".", "").strip("0"))
        needed = 3 if given.kind == "count" else 2
        if entry.value == before and digits >= needed:
            same.setdefault(entry.unit, []).append(entry)
    for unit, entries in same.items():
        if len(entries) >= 5 and len(entries) >= 0.8 * compared[unit]:
            cells = "、".join(e.place.cell for e in entries)
            yield replace(
                _about("value-same-as-last-year", entries[0]),
                found=f"{len(entries)} 个数都与上年相同:{cells}",
            )
        else:
            yield from (_about("value-same-as-last-year", e) for e in entries)


def _comparable(cohort: Cohort, given: Input) -> bool:
    """Whether a figure is one of this year's that moves from year to year."""
    return (
        given.quantified
        and given.name not in cohort.targets
        and not given.name.startswith(_BEFORE)
        and not given.name.endswith(("目标", "计划", "任务数"))
    )


def last_year_s_figure_is_the_accepted_one(cohort: Cohort) -> Iterator[Finding]:
    """上年数 as reported is what was accepted last year."""
    if cohort.accepted is None:
        return
    for given, entry in _reports_of_last_year(cohort):
        was = cohort.accepted.get(entry.unit, given.name)
        if was is None or was.value is None:
            continue
        said = entry.value
        if said is None:
            continue
        exact = Decimal(f"{said:.12g}")
        if abs(Decimal(f"{was.value:.12g}") - exact) > half_unit(exact):
            yield finding(
                "value-last-year-differs",
                place=entry.place,
                unit=entry.unit,
                input=given.name,
                found=f"{said:.15g}",
                name=entry.input,
                wanted=f"{was.value:.15g}({was.place.file or '上年认定'})",
            )


def _reports_of_last_year(cohort: Cohort) -> Iterator[tuple[Input, Entry]]:
    """What units say of last year: the input that it is about, and the figure with its cell."""
    known = cohort.scheme.input_by_name
    for entry in cohort.entries:
        given = known.get(entry.input)
        if given is not None and entry.last_year is not None:
            place = cohort.last_year_cells.get((entry.unit, entry.input), entry.place)
            name = f"{entry.input}(上年数)"
            yield given, replace(entry, value=entry.last_year, place=place, input=name)
    for _, entry in cohort.sound:
        for prefix in _BEFORE:
            of = known.get(entry.input.removeprefix(prefix))
            if entry.input.startswith(prefix) and of is not None:
                yield of, entry
                break


# -- 勾稽 --------------------------------------------------------------------------------------


def figures_that_belong_together_agree(cohort: Cohort) -> Iterator[Finding]:
    """合计, 增速, 占比, 亩均 and whatever the sheet 勾稽 states, within the tolerance."""
    for relation in relations_of(cohort.scheme):
        for unit in cohort.entries.units or ("",):
            found = _breach(cohort, relation, unit)
            if found is not None:
                yield found


def relations_of(scheme: Scheme) -> tuple[Relation, ...]:
    """The relations of a scheme: those it states, and those that the names of inputs imply."""
    stated = {inputs_of(r.left) for r in scheme.relations}
    asked = [(i.name, i.unit, i.item) for i in scheme.asked if i.quantified]
    implied = [r for r in implied_relations(asked) if inputs_of(r.left) not in stated]
    return (*scheme.relations, *implied)


def _breach(cohort: Cohort, relation: Relation, unit: str) -> Finding | None:
    entries = {}
    for name in relation.inputs:
        entry = cohort.entries.get(unit, name)
        if entry is not None and entry.state == "given" and entry.value is not None:
            entries[name] = entry
    named = relation.left.name if isinstance(relation.left, Name) else relation.inputs[0]
    if named not in entries:
        return None
    exact = {n: Decimal(f"{e.value:.12g}") for n, e in entries.items()}
    figures = {n: Fraction(d) for n, d in exact.items()}
    left, right = worked_out(relation.left, figures), worked_out(relation.right, figures)
    if left is None or right is None:
        return None
    tolerance = _tolerance(cohort, relation, exact, figures)
    gap = left - right
    holds = {
        "=": abs(gap) <= tolerance,
        "≤": gap <= tolerance,
        "≥": -gap <= tolerance,
    }[relation.sign]
    if holds:
        return None
    code = "value-relation"
    if relation.sign == "=":
        code = "value-total" if _is_sum(relation) else "value-recomputed"
    entry = entries[named]
    found = finding(
        code,
        place=entry.place,
        unit=unit,
        input=named,
        found=text_of(entry.raw),
        name=named,
        gap=f"{float(gap):.6g}",
        wanted=f"{float(right):.6g}({relation.text})"
        if relation.sign == "="
        else f"{relation.sign} {float(right):.6g}",
        tolerance=f"{float(tolerance):.3g}",
        relation=relation.text,
    )
    return found if relation.blocks else replace(found, severity=Severity.NOTE)


def _is_sum(relation: Relation) -> bool:
    def plus(tree: object) -> bool:
        if isinstance(tree, Name):
            return True
        return (
            isinstance(tree, Operation)
            and tree.sign == "+"
            and plus(tree.left)
            and plus(tree.right)
        )

    return isinstance(relation.left, Name) and plus(relation.right)


def _tolerance(
    cohort: Cohort,
    relation: Relation,
    exact: Mapping[str, Decimal],
    figures: Mapping[str, Fraction],
) -> Fraction:
    """What the two sides may differ by: as stated, else what rounding of the figures explains."""
    stated = (
        relation.tolerance
        if relation.tolerance is not None
        else (cohort.scheme.thresholds.tolerance)
    )
    if stated is not None:
        return Fraction(stated)
    if _is_sum(relation):
        digits = max(map(decimals_of, exact.values()))
        return Fraction(len(exact), 2 * 10**digits) if digits else Fraction(0)
    total = Fraction(0)
    if isinstance(relation.left, Name):
        total += Fraction(half_unit(exact[relation.left.name]))
    centre = worked_out(relation.right, figures)
    known = cohort.scheme.input_by_name
    # a cell shows 30 for 30.0: figures in one unit of measure are taken to be equally exact
    exactness: dict[str, int] = {}
    for name in inputs_of(relation.right):
        measure = known[name].unit if name in known else name
        exactness[measure] = max(exactness.get(measure, 0), min(decimals_of(exact[name]), 2))
    for name in inputs_of(relation.right):
        measure = known[name].unit if name in known else name
        half = Fraction(1, 2 * 10 ** max(exactness[measure], decimals_of(exact[name])))
        slack = min(half, abs(figures[name]) / 1000)
        moved = worked_out(relation.right, {**figures, name: figures[name] + slack})
        if centre is not None and moved is not None:
            total += abs(moved - centre)
    return total * Fraction(101, 100)


COHORT_CHECKS: tuple[CohortCheck, ...] = (
    a_figure_is_of_the_size_of_its_like,
    a_figure_does_not_swing_without_a_reason,
    a_figure_is_not_last_year_s,
    last_year_s_figure_is_the_accepted_one,
)


def compared(cohort: Cohort) -> Iterator[Finding]:
    """What the checks find; of a figure that is off by a unit nothing else is said."""
    off: set[tuple[str, str]] = set()
    for check in COHORT_CHECKS:
        for found in check(cohort):
            key = (found.unit, found.input)
            if found.code == "value-swing" and key in off:
                continue
            if found.code == "value-magnitude":
                off.add(key)
            yield found


def accepted_before(entries: Entries, scheme: Scheme) -> Entries:
    """Last year's returns as figures: what each cell counts as, whatever was wrong with it then."""
    from kpixl.validation.figures import Case

    cells: dict[tuple[str, str], Entry] = {}
    for key, entry in entries.cells.items():
        given = scheme.input_by_name.get(entry.input)
        if given is None or entry.state == "unreadable":
            continue
        figure = Case(given, entry, (), scheme).figure
        cells[key] = replace(entry, value=figure, state="blank" if figure is None else "given")
    return replace(entries, cells=cells)

"""A recognised form cell by cell: what a person confirms, and what a program compares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from kpixl.address import a1
from kpixl.grid import Snapshot, Spot
from kpixl.scheme.headings import spelling
from kpixl.scheme.model import Scheme
from kpixl.templates.owner import unit_text
from kpixl.templates.reading import Binding, Reading
from kpixl.templates.recognise import Item, Layout, Slot
from kpixl.templates.words import NAMES

# In the order in which a form is read.
CELL_ROLES = (
    "单位", "指标", "分值", "评分标准", "计量单位", "目标", "填报值", "上年数", "完成率", "名次",
    "口径", "自评分", "考核分",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BoundCell:
    """One cell of a form and what it holds."""

    role: str
    sheet: str
    cell: str
    unit: str = ""
    indicator: str = ""
    input: str = ""

    def as_json(self) -> dict[str, str]:
        """The cell for programs."""
        return {
            "role": self.role,
            "sheet": self.sheet,
            "cell": self.cell,
            "unit": self.unit,
            "indicator": self.indicator,
            "input": self.input,
        }


def bound_cells(
    snapshot: Snapshot, reading: Reading, scheme: Scheme | None
) -> tuple[BoundCell, ...]:
    """Every cell that was bound: what the form says first, then the figures by unit."""
    cells: list[BoundCell] = []
    for layout in reading.layouts:
        cells += _stated(layout)
    if scheme is not None:
        for binding in reading.bindings:
            cells += _of_unit(snapshot, reading, binding, scheme)
    else:
        figures = [c for lay in reading.layouts for c in _figures(lay)]
        said = Counter((c.role, c.unit, c.input) for c in figures)
        # what stands in two tables is a question
        cells += [c for c in figures if said[c.role, c.unit, c.input] == 1]
    return tuple(dict.fromkeys(cells))


def _stated(layout: Layout) -> Iterator[BoundCell]:
    """Names, points, clauses and units of measure, where the table states them."""
    table = layout.table
    columns = {role: table.with_role(role) for role in ("分值", "计量单位")}
    for item in layout.items:
        if not layout.has_rules and not layout.has_figures:
            continue
        yield BoundCell("指标", layout.sheet, a1(*item.spot), indicator=item.key)
        for role, found in columns.items():
            for column in [c for c in found if role != "分值" or c.number == layout.points][:1]:
                rows = item.rows[:1] if role == "分值" else item.rows
                for row in rows:
                    if table.text(row, column.number):
                        yield BoundCell(
                            role,
                            layout.sheet,
                            a1(*table.spot(row, column.number)),
                            indicator=item.key,
                        )
        for line in item.lines:
            yield BoundCell("评分标准", layout.sheet, a1(*line.spot), indicator=item.key)


def _figures(layout: Layout) -> Iterator[BoundCell]:
    """The figures of a table that is held against no scheme, by what its headings say."""
    if not layout.table.with_role(*NAMES):
        return
    twins = {c.spot for c in layout.twins}
    units = layout.units or ("",)
    for unit in units:
        for slot in layout.slots:
            if unit in slot.cells and slot.role in CELL_ROLES and slot.heading not in twins:
                name = "".join(dict.fromkeys((slot.item.name, slot.sub, slot.label)))
                at = a1(*slot.cells[unit])
                yield BoundCell(slot.role, layout.sheet, at, unit, slot.item.key, name)


def _of_unit(
    snapshot: Snapshot, reading: Reading, binding: Binding, scheme: Scheme
) -> Iterator[BoundCell]:
    slots = {
        (lay.sheet, s): slot
        for lay in reading.layouts
        for slot in lay.slots
        for s in slot.cells.values()
    }
    name = _unit_name(snapshot, binding, scheme)
    if binding.unit is not None:
        yield BoundCell("单位", binding.sheet, a1(*binding.unit), name)
    for given in scheme.inputs:
        spot = binding.inputs.get(given.name)
        if spot is not None:
            sheet = binding.sheet_of(given.name)
            slot = slots.get((sheet, spot))
            role = slot.role if slot is not None and slot.role != "完成率" else ""
            role = role or "填报值"
            yield BoundCell(role, sheet, a1(*spot), name, given.item, given.name)
        for role, other in (("上年数", binding.last_year), ("口径", binding.marks)):
            if given.name in other:
                yield BoundCell(
                    role, binding.sheet, a1(*other[given.name]), name, given.item, given.name
                )
    for item, spot in binding.self_scores.items():
        yield BoundCell("自评分", binding.sheet, a1(*spot), name, item)
    yield from _scores(reading, binding, scheme, name)


def _scores(reading: Reading, binding: Binding, scheme: Scheme, name: str) -> Iterator[BoundCell]:
    """The cells for the assessor's points."""
    for layout in reading.layouts:
        if layout.sheet != binding.sheet:
            continue
        for slot in layout.slots:
            if slot.role == "考核分":
                spot = _own(slot, name, binding)
                if spot is not None:
                    key = _key(slot.item, scheme)
                    yield BoundCell("考核分", layout.sheet, a1(*spot), name, key)


def _own(slot: Slot, name: str, binding: Binding) -> Spot | None:
    found = slot.cells.get(name)
    return slot.cells.get("") if found is None and not binding.owner else found


def _key(item: Item, scheme: Scheme) -> str:
    named = (
        i.key for i in scheme.indicators if spelling(item.name) in map(spelling, (i.name, i.key))
    )
    return next(named, item.key)


def _unit_name(snapshot: Snapshot, binding: Binding, scheme: Scheme) -> str:
    sheet = snapshot.sheet(binding.sheet)
    text = binding.owner
    if not text and binding.unit is not None and sheet is not None:
        text = unit_text(sheet, binding.unit)
    known = scheme.unit_named(text) if text else None
    return known.name if known else text

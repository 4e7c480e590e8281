"""Returned forms in memory: issued from a scheme, filled in, and tampered with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from kpixl.grid import Area, Scalar, Sheet, Snapshot, Source, Spot
from kpixl.hosts.memory import MemoryHost
from kpixl.scheme.model import Scheme
from kpixl.templates.bind import bind
from kpixl.templates.issue import FORM_SHEET, blank_form
from kpixl.templates.reading import Binding

FIGURES: Mapping[str, Mapping[str, Scalar]] = {
    "东镇": {
        "亿元企业数": 12.0,
        "技改投资": 24.0,
        "工业投资": 40.0,
        "工作方案": "是",
        "报送": "否",
    },
    "西镇": {"亿元企业数": 7.0, "技改投资": 3.0, "工业投资": 4.0, "工作方案": "是", "报送": "是"},
    "南街道": {"亿元企业数": 3.0, "技改投资": 1.0, "工业投资": 2.5, "工作方案": "否", "报送": "是"},
}


def filled(
    scheme: Scheme, unit: str, values: Mapping[str, Scalar] | None = None, *, file: str = ""
) -> Snapshot:
    """The form of a unit as it comes back."""
    host = MemoryHost()
    host.apply(
        blank_form(
            scheme,
            unit=scheme.unit_named(unit),
            values=FIGURES[unit] if values is None else values,
        )
    )
    name = file or f"{unit}.xlsx"
    return replace(host.snapshot(), source=Source(name, f"sha-{name}"))


def form_of(snapshot: Snapshot) -> Sheet:
    """The sheet that is filled in."""
    found = snapshot.sheet(FORM_SHEET)
    assert found is not None
    return found


def with_form(snapshot: Snapshot, change: Callable[[Sheet], Sheet]) -> Snapshot:
    """The workbook with its form changed."""
    sheets = tuple(change(s) if s.name == FORM_SHEET else s for s in snapshot.sheets)
    return replace(snapshot, sheets=sheets)


def with_cells(snapshot: Snapshot, cells: Mapping[Spot, Scalar]) -> Snapshot:
    """The workbook with cells of its form overwritten."""

    def change(sheet: Sheet) -> Sheet:
        rows = [list(r) for r in sheet.rows]
        for (row, column), value in cells.items():
            rows[row - 1][column - 1] = value
        return replace(sheet, rows=tuple(map(tuple, rows)))

    return with_form(snapshot, change)


def rearranged(sheet: Sheet, order: list[int], shift: int) -> Sheet:
    """The sheet with its columns in another order (from 1) and blank rows put on top.

    Merges over several columns go, as a program that knows no merges would leave them.
    """
    place = {old: new for new, old in enumerate(order, 1)}
    wide = [list(r) + [None] * (len(order) - len(r)) for r in sheet.rows]
    rows = [[None] * len(order)] * shift + [[row[c - 1] for c in order] for row in wide]
    merged = [
        Area(a.top + shift, place[a.left], a.bottom + shift, place[a.left])
        for a in sheet.merged
        if a.left == a.right
    ]
    moved = {(r + shift, place[c]): f for (r, c), f in sheet.formats.items()}
    return replace(sheet, rows=tuple(map(tuple, rows)), merged=tuple(merged), formats=moved)


def bound(snapshot: Snapshot, scheme: Scheme) -> Binding:
    """The binding of a form that has no fault."""
    binding, findings = bind(snapshot, scheme)
    assert binding is not None and findings == ()
    return binding

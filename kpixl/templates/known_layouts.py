"""Layouts that were read before: the next form of the same kind is only verified."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kpixl.grid import Sheet, Snapshot, Spot
from kpixl.scheme.headings import HeadingRow, spelling, text_of
from kpixl.scheme.model import Scheme
from kpixl.templates.owner import unit_cell, unit_text
from kpixl.templates.reading import Reading
from kpixl.templates.remarks import beside_figures
from kpixl.templates.words import NOTED, SIGNED


@dataclass(frozen=True)
class KnownLayout:
    """A layout that was read: the texts that it rests on, and where anything may stand."""

    fixed: Mapping[str, Mapping[Spot, str]]
    free: Mapping[str, frozenset[Spot]]
    above: Mapping[str, int]
    shapes: Mapping[str, object]
    reading: Reading

    @classmethod
    def of(cls, snapshot: Snapshot, reading: Reading) -> KnownLayout | None:
        """None where something of the form itself had to be weighed."""
        if not reading.bindings or reading.findings or reading.questions:
            return None
        if any(b.owner for b in reading.bindings) and any(
            not b.owner or b.unit is None for b in reading.bindings
        ):
            return None
        sheets = {b.sheet_of(n) for b in reading.bindings for n in (*b.inputs, "")}
        fixed, free, above, shapes = {}, {}, {}, {}
        for name in sheets:
            sheet = snapshot.sheet(name)
            own = [lay for lay in reading.layouts if lay.sheet == name]
            if sheet is None or not own:
                return None
            cells = {s for lay in own for slot in lay.slots for s in slot.cells.values()}
            for layout in own:
                for column in layout.table.with_role("说明", "考核分", "自评分"):
                    cells |= {layout.table.spot(r, column.number) for r in layout.table.rows}
            for b in reading.bindings:
                cells |= {s for n, s in b.inputs.items() if b.sheet_of(n) == name}
            above[name] = min(lay.table.head[0] for lay in own)
            free[name] = frozenset(cells)
            shapes[name] = frozenset(a for a in sheet.merged if a.bottom >= above[name])
            fixed[name] = {
                (r, c): text_of(v)
                for r, c, v in sheet.filled()
                if r >= above[name] and (r, c) not in cells and not _signs(text_of(v))
            }
        return cls(fixed, free, above, shapes, reading)

    def verified(self, snapshot: Snapshot, scheme: Scheme) -> Reading | None:
        """The same reading for another form, if it has the same texts at the same places."""
        beside = beside_figures(scheme)
        shown = [
            s for s in snapshot.sheets if not s.hidden and s.name not in beside and any(s.filled())
        ]
        if {s.name for s in shown} != {*self.fixed}:
            return None
        for sheet in shown:
            if not self._same(sheet):
                return None
        bindings = []
        for binding in self.reading.bindings:
            sheet_ = snapshot.sheet(binding.sheet)
            assert sheet_ is not None
            if not binding.owner:
                top = self.above[binding.sheet]
                last = max(lay.table.head[1] for lay in self.reading.layouts)
                unit = unit_cell(sheet_, HeadingRow(top, last, {}), scheme)
                if unit is None or not unit_text(sheet_, unit):
                    return None
                binding = replace(binding, unit=unit)
            bindings.append(binding)
        return replace(self.reading, bindings=tuple(bindings))

    def _same(self, sheet: Sheet) -> bool:
        name = sheet.name
        fixed, free, above = self.fixed[name], self.free[name], self.above[name]
        if self.shapes[name] != frozenset(a for a in sheet.merged if a.bottom >= above):
            return False
        met = 0
        for row, column, value in sheet.filled():
            if row < above or (row, column) in free:
                continue
            wanted = fixed.get((row, column))
            if wanted is None:
                if not _signs(text_of(value)):
                    return False
            elif wanted != text_of(value):
                return False
            else:
                met += 1
        return met == len(fixed)


def _signs(text: str) -> bool:
    return bool(SIGNED.search(spelling(text)) or NOTED.search(text.strip()))

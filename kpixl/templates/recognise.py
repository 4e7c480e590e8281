"""What a workbook's tables say: items with their clauses, and the cells that hold figures.

One recogniser for everything: forms of a scheme, and forms that state their rules
themselves.  What it finds are slots, each the place of one figure of one item in the cells
of as many units as the table has.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import cached_property

from kpixl.address import a1
from kpixl.findings import Finding, Place, finding
from kpixl.grid import Sheet, Snapshot, Spot
from kpixl.numbers import is_measure
from kpixl.scheme.headings import spelling, text_of
from kpixl.templates.table_model import Column, Table
from kpixl.templates.tables import default_measure, find_tables
from kpixl.templates.words import (
    FIELDS,
    NAMES,
    Words,
    bare_name,
    looks_like_unit,
    measure_in,
    part_of_year,
    points_in,
)

_STRICT = re.compile(r"(?:值|数|实绩|额|量)(?:\([^()]*\))?$")
_WHOLE = re.compile(r"(?:全年|年度|本年)?(?:累计|合计|总计|总数|总量)数?|全年|年度")
_POINTS_FIRST = re.compile(r"^\s*[(（]?(\d+(?:\.\d+)?)\s*分[)）]?\s*[。;；:：,，]\s*(?=\S)")
_RIVAL = re.compile(r"完成|核定|核实|审核|复核|反馈|认定|实绩|实际|上报|填报")
_SPACE_IN_WORDS = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")


@dataclass(frozen=True)
class Line:
    """One clause of an item and the rows that it holds for."""

    clause: str
    spot: Spot
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Item:
    """One scored item of a table."""

    number: str
    name: str
    spot: Spot
    points: Decimal | None
    rows: tuple[int, ...]
    lines: tuple[Line, ...] = ()
    category: str = ""
    content: str = ""
    departments: str = ""
    source: str = ""

    @property
    def key(self) -> str:
        """Number and name, as results call the item."""
        return f"{self.number} {self.name}".strip()

    @property
    def clause(self) -> str:
        """All clauses, one a line."""
        return "\n".join(dict.fromkeys(line.clause for line in self.lines))


@dataclass(frozen=True)
class Slot:
    """Where one figure of an item stands, for each unit; unit "" is the form's own.

    `sub` is what the row says below the item, `label` what the column says beside its role,
    `place` is the cell of the row's label and `heading` that of the column's.
    """

    item: Item
    line: int
    sub: str
    label: str
    role: str
    measure: str
    cells: Mapping[str, Spot]
    place: Spot
    heading: Spot
    titled: str = ""
    stated: bool = False  # the measure stands at the figure itself, not over the whole table


@dataclass(frozen=True)
class Layout:
    """One table as it was understood.

    `twins` are headings of columns of which only one can hold the figure that is wanted.
    """

    sheet: str
    table: Table
    items: tuple[Item, ...]
    slots: tuple[Slot, ...]
    groups: Mapping[str, str]
    twins: tuple[Column, ...] = ()
    owners: Mapping[str, Spot] = field(default_factory=dict)  # cells of units that rows name
    points: int | None = None  # the column of points
    kind: str = ""  # what the table's title says that all its figures are

    @property
    def has_rules(self) -> bool:
        """Whether the table states clauses."""
        return any(item.lines for item in self.items)

    @property
    def has_figures(self) -> bool:
        """Whether the table has cells for figures."""
        return any(s.role not in ("目标",) for s in self.slots)

    @property
    def units(self) -> tuple[str, ...]:
        """The units that the table itself names, those with two rows among them."""
        twice = (c.unit for c in self.twins if c.unit)
        return tuple(dict.fromkeys((*(u for s in self.slots for u in s.cells if u), *twice)))

    @property
    def doubled(self) -> tuple[tuple[Column, ...], ...]:
        """The rows of each unit that has two or more, where units stand in rows."""
        rows: dict[str, list[Column]] = {}
        for column in self.twins if self.table.flipped else ():
            rows.setdefault(column.unit, []).append(column)
        return tuple(map(tuple, rows.values()))

    @cached_property
    def fingerprint(self) -> str:
        """What tells one layout from another: headings and labels with their places, no figures."""
        table = self.table
        marks = [self.kind] if self.kind else []
        marks += [f"{c.number}:{spelling(t)}" for c in table.columns for t in c.path if spelling(t)]
        names = [c.number for c in table.columns if c.role in NAMES or c.role == "单位"]
        marks += [
            f"{r - table.top}:{n}:{spelling(table.text(r, n))}" for r in table.rows for n in names
        ]
        return hashlib.sha256("\n".join(marks).encode()).hexdigest()[:12]

    def unclear(self) -> tuple[Column, ...]:
        """Columns that hold something and whose heading nobody knows."""
        table = self.table
        return tuple(
            c
            for c in table.columns
            if not c.role and not c.unit and c.path
            and any(table.text(r, c.number) for r in table.rows)
        )  # fmt: skip


def compact(text: str) -> str:
    """A name on one line, without the blanks that only spread its characters.

    >>> compact("规上工业\\n总　产　值"), compact("R & D 经费")
    ('规上工业总产值', 'R & D 经费')
    """
    return _SPACE_IN_WORDS.sub("", " ".join(text.split()))


def layouts(
    snapshot: Snapshot, words: Words, forced: Mapping[str, Mapping[Spot, str]] | None = None
) -> tuple[Layout, ...]:
    """Everything that looks like a table of indicators, on the sheets that can be seen."""
    found = []
    for sheet in snapshot.sheets:
        if not sheet.hidden:
            found += [
                layout_of(sheet, table, words)
                for table in find_tables(sheet, words, (forced or {}).get(sheet.name, {}))
            ]
    return tuple(_titled(snapshot, [lay for lay in found if lay.items]))


def _titled(snapshot: Snapshot, found: Sequence[Layout]) -> Iterator[Layout]:
    """Of two tables alike, the one that is titled 目标 holds targets, 上年 last year's figures."""
    roles = [_title_role(snapshot, lay) for lay in found]
    for layout, role in zip(found, roles, strict=True):
        twins = [
            r
            for other, r in zip(found, roles, strict=True)
            if other is not layout and _keys(other) & _keys(layout)
        ]
        if role and twins and "" in twins and {s.role for s in layout.slots} == {"填报值"}:
            slots = tuple(replace(s, role=role) for s in layout.slots)
            layout = replace(layout, slots=slots, kind=role)
        yield layout


def _keys(layout: Layout) -> set[tuple[str, str, str, str]]:
    if layout.has_rules:
        return set()
    return {
        (s.item.name, s.sub, s.label, unit)
        for s in layout.slots
        for unit in s.cells
        if s.role == "填报值"
    }


def _title_role(snapshot: Snapshot, layout: Layout) -> str:
    """What a table's title and its sheet's name say of its figures, "" for this year's."""
    sheet = snapshot.sheet(layout.sheet)
    assert sheet is not None
    top = layout.table.head[0]
    above = [text_of(v) for r, _, v in sheet.filled() if r < top and isinstance(v, str)]
    text = "".join((layout.sheet, *above))
    if re.search(r"完成|实绩|实际", text):
        return ""
    if re.search(r"上年|去年|基期", text):
        return "上年数"
    return "目标" if re.search(r"目标|任务|计划|下达", text) else ""


def layout_of(sheet: Sheet, table: Table, words: Words) -> Layout:
    """A table's items and slots."""
    return _Builder(sheet, table, words).layout()


class _Builder:
    """One table while its rows are read."""

    def __init__(self, sheet: Sheet, table: Table, words: Words) -> None:
        self.sheet, self.table, self.words = sheet, table, words
        self.names = table.with_role(*NAMES)
        self.default = default_measure(sheet, table.head[0])
        self.owners = self._owners()
        self.points = self._points()
        self.band_units = self._band_units()
        self.by_row = self._one("单位") is not None or bool(self.band_units)

    def _points(self) -> int | None:
        """The column of points: of several the finest, as of two levels of indicators."""
        columns = [c.number for c in self.table.with_role("分值")]
        fill = {n: len({self.table.sheet.anchor(r, n) for r in self._with(n)}) for n in columns}
        return max(columns, key=lambda n: (fill[n], n), default=None)

    def _with(self, column: int) -> list[int]:
        return [r for r in self.table.rows if self.table.text(r, column)]

    def _band_units(self) -> Mapping[int, str]:
        """The unit of each row, where the bands of a table are the names of units."""
        bands = {r: bare_name(compact(t)) for r, t in self.table.bands.items()}
        known = [self.words.unit(t) or (t if looks_like_unit(t) else "") for t in bands.values()]
        if len(bands) < 2 or not all(known) or self._one("单位") is not None:
            return {}
        units = dict(zip(bands, known, strict=True))
        return {
            row: units[max(above)]
            for row in self.table.rows
            if (above := [b for b in units if b < row])
        }

    def _owners(self) -> dict[tuple[int, int], int]:
        """For each row and column of names or points the row that its text stands in."""
        owners: dict[tuple[int, int], int] = {}
        columns = [c.number for c in self.names]
        before: int | None = None
        for row in self.table.rows:
            fresh = False
            for column in columns:
                at = self.table.sheet.anchor(row, column)
                if self.table.text(row, column):
                    owners[row, column] = at[0]
                    fresh = fresh or at[0] == row or before is None
                elif before is not None and not fresh and (before, column) in owners:
                    owners[row, column] = owners[before, column]
                else:
                    owners[row, column] = row
            before = row if not self._band_between(before, row) else None
            if before is None:
                before = row
        return owners

    def _band_between(self, before: int | None, row: int) -> bool:
        return before is not None and any(before < b < row for b in self.table.bands)

    def _one(self, role: str) -> int | None:
        found = self.table.with_role(role)
        return found[0].number if found else None

    def _text(self, row: int, column: int | None) -> str:
        return "" if column is None else self.table.text(row, column)

    # -- items ---------------------------------------------------------------------------

    def _groups(self) -> list[list[int]]:
        """The rows of each item: those that share their points, else their name."""
        points = self.points
        item = self._item_column()
        groups: list[list[int]] = []
        before: object = None
        last: int | None = None
        for row in self.table.rows:
            own = [
                c
                for c in self.names
                if self.owners[row, c.number] == row and self.table.text(row, c.number)
            ]
            name: object = (
                (self.owners[row, item], self._row_unit(row)) if item is not None else row
            )
            key: object
            if points is not None and self.table.text(row, points):
                at = self.table.sheet.anchor(row, points)[0]
                key = ("points", at, self._row_unit(row))
            elif (points is not None and not own and before is not None) or (
                points is not None
                and last is not None
                and item is not None
                and self.owners[row, item] == self.owners[last, item]
                and self._row_unit(row) == self._row_unit(last)
            ):
                key = before
            else:
                key = ("name", name)
            if key != before or not groups:
                groups.append([])
            groups[-1].append(row)
            before, last = key, row
        return groups

    def _item_column(self) -> int | None:
        """The column whose cells are the items, where no points say so."""
        if not self.names:
            return None
        marked = [
            c.number
            for c in self.names
            if sum(bool(points_in(self.table.text(r, c.number))) for r in self.table.rows) * 2
            >= len(self.table.rows)
        ]
        if marked:
            return marked[0]
        items = [c.number for c in self.names if c.role == "指标"] or [c.number for c in self.names]
        if self.table.flipped:
            return items[0]
        points = self.points
        if points is not None and len(items) > 1:
            return self._name_column([[r] for r in self.table.rows]) or items[0]
        # of several columns of names the finest that is not as fine as the rows of figures
        sizes = {n: len({self.owners[r, n] for r in self.table.rows}) for n in items}
        clause = self._one("评分标准")
        if clause is not None:
            return items[-1] if len(items) == 1 else min(items, key=lambda n: (-sizes[n], n))
        return min(items, key=lambda n: (-sizes[n], n))

    def _name_column(self, groups: Sequence[Sequence[int]]) -> int | None:
        """The column that names the items: one text a group, as many different as can be."""
        best: tuple[int, bool, int] | None = None
        for column in self.names:
            if column.role == "数据项" and len(self.names) > 1 and not self.table.flipped:
                continue
            owners = [{self.owners[r, column.number] for r in g} for g in groups]
            filled = sum(bool(self._text(g[0], column.number)) for g in groups)
            if any(len(o) > 1 for o in owners) or 2 * filled < len(groups):
                continue
            distinct = len({min(o) for o in owners})
            # a category with one item each is a category all the same
            rank = (distinct, column.role != "类别")
            if best is None or rank > best[:2]:
                best = (*rank, column.number)
        return best[2] if best else None

    def items(self) -> list[Item]:
        """The items in the order of their rows."""
        groups = self._groups()
        column = self._name_column(groups)
        if column is None and self.names:
            column = self._item_column()
        number, clause = self._one("序号"), self._one("评分标准")
        points, who = self.points, self._one("责任单位")
        notes = [c for c in self.table.with_role("说明") if "来源" in c.heading]
        found: list[Item] = []
        for group in groups:
            first = group[0]
            lines = self._lines(group, clause)
            name = self._text(first, column)
            if not name and column is not None:
                name = self.table.text(self.owners[first, column], column)
            if not name:
                others = [t for c in self.names if (t := self._text(first, c.number))]
                name = others[-1] if others else _head_of(lines[0].clause if lines else "")
            if not name:
                continue
            at = self.table.spot(self.owners.get((first, column or 0), first), column or 1)
            worth = _decimal(self._text(first, points)) if points is not None else None
            if worth is None and points_in(name):
                worth = Decimal(points_in(name))
            if worth is None and len(lines) == 1 and self.points is None:
                first_words = _POINTS_FIRST.match(lines[0].clause)
                if first_words:  # 10分。每开展1次得1分
                    worth = Decimal(first_words[1])
                    rest = lines[0].clause[first_words.end() :]
                    lines = (Line(rest, lines[0].spot, lines[0].rows),)
            spoken = self._text(first, number) if number is not None else ""
            if number is not None and self.table.sheet.anchor(first, number)[0] not in group:
                spoken = ""
            found.append(
                Item(
                    number=_whole(spoken),
                    name=_named(name),
                    spot=at,
                    points=worth,
                    rows=tuple(group),
                    lines=lines,
                    category=self._category(first, column),
                    content=self._content(first, column, group),
                    departments=self._text(first, who),
                    source=self._text(first, notes[0].number) if notes else "",
                )
            )
        return found

    def _lines(self, group: Sequence[int], clause: int | None) -> tuple[Line, ...]:
        lines: list[Line] = []
        for row in group:
            text = self._text(row, clause)
            if not text or clause is None:
                if lines and lines[-1].rows:
                    lines[-1] = Line(lines[-1].clause, lines[-1].spot, (*lines[-1].rows, row))
                continue
            spot = self.table.spot(row, clause)
            if lines and lines[-1].spot == spot:
                lines[-1] = Line(text, spot, (*lines[-1].rows, row))
            else:
                lines.append(Line(text, spot, (row,)))
        return tuple(lines)

    def _category(self, row: int, column: int | None) -> str:
        left = [c for c in self.names if column is not None and c.number < column]
        for category in reversed(left):
            text = self._text(self.owners[row, category.number], category.number)
            if text:
                return bare_name(compact(text))
        bands = [b for b in self.table.bands if b < row and not self.band_units]
        return bare_name(compact(self.table.bands[max(bands)])) if bands else ""

    def _content(self, row: int, column: int | None, group: Sequence[int]) -> str:
        right = [c for c in self.names if column is not None and c.number > column]
        texts = [self._text(row, c.number) for c in right]
        return next((t for t in texts if len(t) > 6), "")

    # -- slots ---------------------------------------------------------------------------

    def _row_unit(self, row: int) -> str:
        """The unit that a row belongs to, where the table has a column of units."""
        if self.band_units:
            return self.band_units.get(row, "")
        column = self._one("单位")
        if column is None or self.table.flipped:
            return ""
        while row >= self.table.rows[0]:
            text = self.table.text(row, column)
            if text:
                return self.words.unit(text) or compact(text)
            row -= 1
        return ""

    def _owner_spots(self) -> dict[str, Spot]:
        """The cells of a column of units, by unit."""
        column = self._one("单位")
        spots: dict[str, Spot] = {}
        for band in self.table.bands if self.band_units else ():
            name = next((u for r, u in self.band_units.items() if r > band), "")
            spots.setdefault(name, self.table.spot(band, 1))
        for row in self.table.rows if column is not None and not self.table.flipped else ():
            text = self.table.text(row, column or 0)
            if text:
                spots.setdefault(self._row_unit(row), self.table.spot(row, column or 0))
        return spots

    def layout(self) -> Layout:
        """The table with its items and slots."""
        items = self.items()
        columns, twins = self._figure_columns()
        slots: dict[tuple[object, ...], Slot] = {}
        merged: dict[tuple[str, str], Item] = {}
        groups: dict[str, str] = {}
        for item in items:
            item = merged.setdefault((item.key, item.category), item) if self.by_row else item
            for own in (i for i in items if i.key == item.key) if self.by_row else (item,):
                self._item_slots(item, own.rows, columns, slots, groups)
        found = slots.values()
        return Layout(
            self.sheet.name,
            self.table,
            tuple(merged.values()) if merged else tuple(items),
            tuple(self._of_single(found, columns, twins) if self.table.flipped else found),
            groups,
            twins,
            self._owner_spots(),
            self.points,
        )

    def _of_single(
        self, slots: Iterable[Slot], columns: Sequence[Column], twins: Sequence[Column]
    ) -> Iterator[Slot]:
        """The slots without the units that have two rows: the others' figures stand."""
        twice = {c.unit for c in twins}
        heads = {c.unit: c.spot for c in reversed(columns) if c.unit not in twice}
        for slot in slots:
            cells = {u: spot for u, spot in slot.cells.items() if u not in twice}
            if len(cells) == len(slot.cells):
                yield slot
            elif cells:
                heading = heads.get(next(iter(cells)), slot.heading)
                yield replace(slot, cells=cells, heading=heading)

    def _item_slots(
        self,
        item: Item,
        rows: Sequence[int],
        columns: Sequence[Column],
        slots: dict[tuple[object, ...], Slot],
        groups: dict[str, str],
    ) -> None:
        finer = self._finer(item, rows)
        seen: set[Spot] = set()
        for number, row in enumerate(rows):
            said = [t for c in finer if (t := self._text(row, c.number))]
            said = list(dict.fromkeys(said))
            role_here = next((r for t in said if (r := self.words.role(t)) in FIELDS), "")
            subs = [compact(t) for t in said if self.words.role(t) not in FIELDS]
            if len(rows) > 2 and subs and _WHOLE.fullmatch(spelling(subs[-1])):
                subs.pop()  # beside the parts of the year
            sub = "".join(subs[-1:]) if not self.table.flipped else "".join(subs)
            label_at = self.table.spot(
                row,
                (
                    finer[-1] if finer else self.names[-1] if self.names else self.table.columns[0]
                ).number,
            )
            for column in columns:
                spot = self.table.spot(row, column.number)
                if spot in seen:
                    continue
                unit = column.unit or self._row_unit(row)
                if column.unit:
                    groups.setdefault(column.unit, column.group)
                elif unit and (part := self._one("分组")) is not None:
                    groups.setdefault(unit, self._text(row, part))
                role = role_here or column.role
                label = column.label or (sub if part_of_year(sub) == spelling(sub) else "")
                if role_here and column.role not in ("", "填报值"):
                    role = column.role
                seen.add(spot)
                line = 0 if role_here else number
                key: tuple[object, ...] = (item.key, item.category, line, sub, label, role)
                old = slots.get(key)
                cells = {**(old.cells if old else {})}
                if unit in cells and cells[unit] != spot:
                    key = (*key, spot)
                    cells, old = {}, None
                cells[unit] = spot
                measure, stated = self._measure(row, column, said, item)
                slots[key] = Slot(
                    item, line, sub, label, role, measure, cells,
                    old.place if old else label_at, old.heading if old else column.spot,
                    column.heading, stated,
                )  # fmt: skip

    def _finer(self, item: Item, rows: Sequence[int]) -> list[Column]:
        """The columns of names that tell the rows of an item apart."""
        found = []
        for column in self.names:
            owners = {self.owners[r, column.number] for r in rows}
            same = self.table.text(rows[0], column.number)
            if len(owners) > 1 or (
                column.role == "数据项" and bare_name(compact(same)) != item.name
            ):
                found.append(column)
        if self.table.flipped and not found:
            found = [
                c
                for c in self.names[1:]
                if bare_name(compact(self._text(rows[0], c.number))) != item.name
            ]
        return found

    def _figure_columns(self) -> tuple[list[Column], tuple[Column, ...]]:
        """The columns that hold figures; of two for the same, the one that is no story."""
        columns = [c for c in self.table.columns if c.holds_figures]
        twins: list[Column] = []
        for unit in {c.unit for c in columns}:
            plain = [c for c in columns if c.unit == unit and c.role == "填报值" and not c.label]
            plain += [c for c in columns if c.unit == unit and plain and self._rivals(c)]
            said = [c for c in plain if c.answered]
            if len(plain) > 1 and len(said) == 1:
                columns = [c for c in columns if c not in plain or c in said]
            elif len(plain) > 1:
                strict = [
                    c for c in plain if _STRICT.search(spelling(c.path[-1] if c.path else ""))
                ]
                loose = [c for c in plain if c not in strict]
                if len(strict) == 1 and all("情况" in c.heading for c in loose):
                    columns = [c for c in columns if c not in loose]
                else:
                    twins += plain
            elif not plain:  # parts of a year, of which none is the whole
                parts = [c for c in columns if c.unit == unit and c.role == "填报值"]
                if len(parts) > 1 and all(c.label == part_of_year("".join(c.path)) for c in parts):
                    twins += parts
        return columns, tuple(twins)

    def _rivals(self, column: Column) -> bool:
        """Whether a column that nobody knows holds figures and speaks of what was done."""
        if column.role or not column.label or not _RIVAL.search(column.heading):
            return False
        values = [self.table.sheet.value(r, column.number) for r in self.table.rows]
        return any(isinstance(v, int | float) for v in values)

    def _measure(
        self, row: int, column: Column, said: Sequence[str], item: Item
    ) -> tuple[str, bool]:
        at = self._one("计量单位")
        text = self._text(row, at) if at is not None else ""
        if text and text not in ("-", "/", "—"):
            return text, True
        label = self._text(item.rows[0], self.names[0].number) if self.names else ""
        texts = [*reversed(column.path), *reversed(said), label]
        texts += [self._text(row, c.number) for c in self.names]
        for heading in texts:
            if found := measure_in(heading):
                return found, True
        return (self.default[0], False) if self.default else ("", False)


def _named(text: str) -> str:
    """The name of an item: without its number, its points and its unit of measure."""
    name = bare_name(compact(text)) or compact(text)
    while measure_in(name):
        name = name[: max(name.rfind("("), name.rfind("（"))].strip()
    return name


def _head_of(clause: str) -> str:
    """The beginning of a clause as a name, where an item has no other."""
    return re.split(r"[::,,;;。(（]", clause.strip())[0][:16]


def _whole(text: str) -> str:
    """A number of a list as people write it: 1, not 1.0."""
    return compact(text)


def _decimal(text: str) -> Decimal | None:
    plain = spelling(text).removesuffix("分").removesuffix("%")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return None
    return value if value.is_finite() and value > 0 else None


def place_of(file: str, layout: Layout, spot: Spot) -> Place:
    """The place of a cell of a layout."""
    return Place(file, layout.sheet, a1(*spot))


def unclear_findings(file: str, layout: Layout) -> Iterator[Finding]:
    """Questions about headings that nobody knows, where a column is wanted."""
    names = bool(layout.table.with_role(*NAMES))
    figures = any(c.role == "填报值" or c.unit for c in layout.table.columns)
    if names and figures:
        return
    wanted = "填报值" if names else "指标"
    for column in layout.unclear():
        yield finding(
            "bind-heading-unknown",
            place=place_of(file, layout, column.spot),
            found=column.heading,
            name=column.heading,
            wanted=wanted,
        )


__all__ = ["Item", "Layout", "Line", "Slot", "compact", "is_measure", "layout_of", "layouts"]

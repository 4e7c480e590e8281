"""A scheme from a form that states its rules itself: units, items, points, inputs, cells.

What a clause asks for is looked for in the form's own columns.  A figure that can't be told
from another is asked for; nothing is taken for 0, and nothing by its position alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import PurePath

from kpixl.address import a1
from kpixl.errors import RuleError
from kpixl.findings import Finding, Place, finding
from kpixl.grid import Sheet, Snapshot, Source, Spot
from kpixl.rules import parse
from kpixl.rules.expr import Const
from kpixl.scheme.bindings import FIGURE, FIRST, SYNONYM_HEADS, Bound, binding_table
from kpixl.scheme.headings import HeadingRow, text_of
from kpixl.scheme.model import Scheme
from kpixl.scheme.reader import read_scheme
from kpixl.templates.owner import signed_unit, unit_cell, unit_text
from kpixl.templates.questions import which_column
from kpixl.templates.recognise import Item, Layout, Slot, compact, layouts, unclear_findings
from kpixl.templates.stated_inputs import Ask, StatedInputs
from kpixl.templates.words import (
    NAMES,
    Words,
    is_this_year,
    looks_like_unit,
    year_said,
)

_BONUS = re.compile(r"加分|附加")
_SAID_TWICE = {
    "scheme-input-unbound",
    "scheme-setting-missing",
    "scheme-empty",
    "lint-code-missing",
}
_INPUT_HEADS = ("指标", "数据项", "单位", "类型", "目标", "方向", "子句", "算式", "说明")


@dataclass(frozen=True)
class FromForm:
    """What a form gave: the scheme if it states rules, its tables, and everything found.

    `tables` are the sheets of a scheme workbook that says the same, 绑定 with them.
    """

    scheme: Scheme | None
    findings: tuple[Finding, ...]
    layouts: tuple[Layout, ...]
    tables: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    blank: bool = False


def _is_clause(text: str) -> bool:
    """Whether a text is a clause that can be read whole."""
    try:
        return bool(parse(text).inputs)
    except RuleError:
        return False


def scheme_of_form(
    form: Snapshot, returned: Sequence[Snapshot] = (), *, words: Words | None = None
) -> FromForm:
    """The scheme that a form states; its units are those of the form and of returned copies."""
    return _Deriver(form, returned, words or Words(year=year_of_form(form))).result()


def year_of_form(form: Snapshot) -> int:
    """The year that a form's titles speak of, 0 where they name none.

    Headings of columns speak of other years too: 2023年, 2024年实绩.
    """
    words = Words()
    for sheet in form.sheets:
        for row, _, value in sheet.filled():
            if row > 8:
                break
            if not isinstance(value, str) or is_this_year(value) or words.role(value):
                continue
            if year := year_said(value):
                return year
    return 0


class _Deriver:
    """One form while its scheme is made."""

    def __init__(self, form: Snapshot, returned: Sequence[Snapshot], words: Words) -> None:
        self.form, self.returned, self.words = form, returned, words
        self.file = form.source.name
        self.findings: list[Finding] = []
        self.clauses: dict[str, dict[Spot, str]] = {}  # columns of remarks that hold clauses
        self.found = tuple(map(self._shown, self._layouts()))
        self.pointless: set[str] = set()  # items without points, not to be scored
        self.places: dict[tuple[str, int], Place] = {}
        self.slots_of: dict[str, tuple[Layout, Item]] = {}
        self.inputs = StatedInputs(form, self.found, self.slots_of, self.findings)
        self.blank = False  # no unit stands on the form: it is the pattern of those that come back

    def _layouts(self) -> tuple[Layout, ...]:
        """The tables; a column of remarks that holds clauses, where nothing else does, is theirs."""
        found = layouts(self.form, self.words)
        if any(lay.has_rules for lay in found):
            return found
        for layout in found:
            for column in layout.table.with_role("说明"):
                table = layout.table
                rows = dict.fromkeys(r for item in layout.items for r in item.rows)
                texts = [t for r in rows if (t := table.text(r, column.number))]
                if texts and 2 * sum(map(_is_clause, texts)) > len(texts):
                    self.clauses.setdefault(layout.sheet, {})[column.spot] = "评分标准"
                    break
        return layouts(self.form, self.words, self.clauses) if self.clauses else found

    def _shown(self, layout: Layout) -> Layout:
        """A table without the items that nobody sees, which are told."""
        sheet = self.form.sheet(layout.sheet)
        assert sheet is not None
        if layout.table.flipped:
            out = [i for i in layout.items if i.spot[1] in sheet.hidden_columns]
        else:
            out = [
                i
                for i in layout.items
                if {s.spot[0] for s in i.lines or (i,)} <= set(sheet.hidden_rows)
            ]
        for item in out:
            self.findings.append(
                finding(
                    "bind-hidden",
                    place=self._place(layout, item.spot),
                    found=item.clause or item.name,
                    name=item.key,
                )
            )
        if not out:
            return layout
        return replace(
            layout,
            items=tuple(i for i in layout.items if i not in out),
            slots=tuple(s for s in layout.slots if s.item not in out),
        )

    def result(self) -> FromForm:
        """Everything that the form gives."""
        for sheet in self.form.sheets:
            shown = replace(self.form, sheets=(replace(sheet, hidden=False),))
            if sheet.hidden and layouts(shown, self.words):  # nobody sees it, so nobody means it
                self.findings.append(
                    finding(
                        "form-hidden",
                        place=Place(self.file, sheet.name),
                        found=sheet.name,
                        what="工作表",
                    )
                )
        unclear = [f for lay in self.found for f in unclear_findings(self.file, lay)]
        rules = [
            lay
            for lay in self.found
            if lay.has_rules and (lay.table.with_role(*NAMES) or not lay.unclear())
        ]
        if not rules:
            if unclear:
                return FromForm(None, tuple(unclear), self.found)
            self.findings += self._repeated()
            for layout in self.found:
                self.inputs.say_twins([layout])
            code = "bind-no-rules" if self.found else "form-unrecognised"
            wanted = "表头中有“指标”“评分标准”等"
            lost = finding(
                code, place=Place(self.file), **({} if self.found else {"wanted": wanted})
            )
            return FromForm(None, (*self.findings, lost), self.found)
        self.findings += unclear
        first = {lay.fingerprint: lay for lay in reversed(rules)}  # copies state them again
        pairs = [
            (lay, i) for lay in rules if first[lay.fingerprint] is lay for i in lay.items if i.lines
        ]
        pairs = self._keyed(self._once(pairs))
        units = self._units()
        asks: list[Ask] = []
        for layout, item in pairs:
            asks += self.inputs.of_item(layout, item)
        tables = self._tables(pairs, units, asks)
        bound = self._bindings(asks, [u for u, _ in units])
        tables["绑定"] = binding_table(bound)
        unknown = dict.fromkeys(f.found for f in unclear)
        tables["同义词"] = [SYNONYM_HEADS, *(("", compact(text)) for text in unknown)]
        return self._read(tables, bound, pairs, asks)

    def _repeated(self) -> Iterator[Finding]:
        """Tables of the same figures for the same units: which of them counts is to be said."""
        whole = {number: self._keys(layout) for number, layout in enumerate(self.found)}
        for number, keys in whole.items():
            others = [n for n, its in whole.items() if n > number and keys & its]
            if keys and others and not any(keys & whole[n] for n in range(number)):
                layout = self.found[number]
                both = [layout, *(self.found[n] for n in others)]
                yield finding(
                    "bind-two-tables",
                    place=self._place(layout, (layout.table.head[0], 1)),
                    found="、".join(f"{lay.sheet}第{lay.table.head[0]}行起" for lay in both),
                    name="、".join(i.name for i in layout.items[:3]),
                )

    def _keys(self, layout: Layout) -> set[tuple[str, str, str, str]]:
        return {
            (slot.item.name, slot.sub, slot.label, unit)
            for slot in layout.slots
            for unit in slot.cells
            if slot.role == "填报值"
        }

    def _once(self, pairs: Sequence[tuple[Layout, Item]]) -> list[tuple[Layout, Item]]:
        """An item that several tables state alike, for other units each, is one item."""
        found: list[tuple[Layout, Item]] = []
        for layout, item in pairs:
            if not any(_twins(item, i) and lay is not layout for lay, i in found):
                found.append((layout, item))
        return found

    def _keyed(self, pairs: Sequence[tuple[Layout, Item]]) -> list[tuple[Layout, Item]]:
        """Items whose key stands twice are told apart by their category, else by a number."""
        keys: dict[str, int] = {}
        found: list[tuple[Layout, Item]] = []
        for layout, item in pairs:
            twin = [i for _, i in pairs if i.key == item.key]
            name = item.name
            if len(twin) > 1:
                if len({i.category for i in twin}) == len(twin):
                    name = f"{item.category}·{item.name}"
                else:
                    keys[item.key] = keys.get(item.key, 0) + 1
                    name = f"{item.name}({keys[item.key]})"
            new = item if name == item.name else replace(item, name=name)
            self.slots_of[new.key] = (layout, item)
            found.append((layout, new))
        return found

    # -- units ---------------------------------------------------------------------------

    def _units(self) -> list[tuple[str, str]]:
        """The units with their groups: those of the tables, else those of the covers."""
        units: dict[str, str] = {}
        for layout in self.found:
            for unit in layout.units:
                units[unit] = units.get(unit) or layout.groups.get(unit, "")
        if units:
            return list(units.items())
        for form in (self.form, *self.returned):
            texts = self._covers(form, self.found)
            if not texts and form is not self.form:
                texts = self._covers(form, layouts(form, self.words))
            for text in texts:
                units.setdefault(text, "")
            if not texts and form is self.form:
                self.blank = True
        if not units:
            units = self._sheets_of_units()
        if not units:
            self.findings.append(
                finding("bind-unit-open", place=Place(self.file, self.found[0].sheet))
            )
        return list(units.items())

    def _sheets_of_units(self) -> dict[str, str]:
        """Units by the names of their sheets, where several sheets hold the same table."""
        prints = [lay.fingerprint for lay in self.found]
        names = [lay.sheet for lay in self.found if prints.count(lay.fingerprint) > 1]
        if len({*names}) > 1 and all(map(looks_like_unit, names)):
            return dict.fromkeys(names, "")
        return {}

    def _covers(self, form: Snapshot, found: Sequence[Layout]) -> list[str]:
        """The units that a form names outside its tables."""
        texts = []
        for layout in found:
            sheet = form.sheet(layout.sheet)
            texts.append(self._cover(form, layout, sheet) if sheet is not None else "")
        return list(filter(None, texts))

    def _cover(self, form: Snapshot, layout: Layout, sheet: Sheet) -> str:
        top, bottom = layout.table.head
        spot = unit_cell(sheet, HeadingRow(top, bottom, {}), _NOBODY) or signed_unit(sheet, bottom)
        text = compact(unit_text(sheet, spot)) if spot else ""
        for other in form.sheets:
            if text or other.hidden or other is sheet:
                continue
            if any(lay.sheet == other.name for lay in self.found):
                continue
            end = len(other.rows) + 1
            spot = unit_cell(other, HeadingRow(end, end, {}), _NOBODY)
            text = compact(unit_text(other, spot)) if spot else ""
        return text

    def _place(self, layout: Layout, spot: Spot) -> Place:
        return Place(self.file, layout.sheet, a1(*spot))

    # -- the workbook that says the same ---------------------------------------------------

    def _tables(
        self,
        pairs: Sequence[tuple[Layout, Item]],
        units: Sequence[tuple[str, str]],
        asks: Sequence[Ask],
    ) -> dict[str, Sequence[Sequence[str]]]:
        heads = ("序号", "类别", "指标", "分值", "评分标准", "附加", "责任单位", "数据来源")
        indicators = []
        for n, (layout, item) in enumerate(pairs, 2):
            points = item.points if item.points is not None else _stated(item)
            if points is None and self._bonus(layout, item):
                points = _most(item)
            if points is None:
                self.pointless.add(item.key)
                self.findings.append(
                    finding("bind-points-open", place=self._place(layout, item.spot), name=item.key)
                )
            bonus = "是" if self._bonus(layout, item) else ""
            spot = item.lines[0].spot
            self.places["指标", n] = self._place(layout, spot)
            indicators.append(
                (item.number, item.category, item.name, f"{points.normalize():f}" if points else "",
                 item.clause, bonus, item.departments, item.source)
            )  # fmt: skip
        for n, ask in enumerate(asks, 2):
            if ask.layout is not None and ask.place is not None:
                self.places["数据项", n] = self._place(ask.layout, ask.place)
        stem = PurePath(self.file).stem
        year = self.words.year
        settings = [("设置项", "取值"), ("代号", stem), ("名称", self._title(stem))]
        settings += [("年度", str(year))] if year else []
        settings += [("版本", "1")]
        groups = all(g for _, g in units)
        roster = [("单位", "分组"), *((u, g if groups else "") for u, g in units)]
        return {
            "方案": settings,
            "指标": [heads, *indicators],
            "数据项": [_INPUT_HEADS, *(a.row() for a in asks)],
            "单位": roster,
        }

    def _bonus(self, layout: Layout, item: Item) -> bool:
        """Whether an item is one of bonuses, by its name, its section or its column's heading."""
        heads = [c.heading for c in layout.table.with_role(*NAMES)]
        return any(_BONUS.search(t) for t in (item.category, item.name, *heads))

    def _title(self, stem: str) -> str:
        """The longest line above the first table that is no label."""
        layout = next(lay for lay in self.found if lay.has_rules)
        sheet = self.form.sheet(layout.sheet)
        assert sheet is not None
        lines = [
            compact(text_of(v))
            for r, _, v in sheet.filled()
            if r < layout.table.head[0] and isinstance(v, str) and not re.search(r"[:：]", v)
        ]
        titles = [t for t in lines if len(t) >= 5 and not t.startswith("附件")]
        return max(titles, key=len, default=stem)

    def _bindings(self, asks: Sequence[Ask], units: Sequence[str]) -> tuple[Bound, ...]:
        """Where each input stands in this layout, open questions among them."""
        found: list[Bound] = []
        for layout in self.found:
            if layout.twins and not layout.table.flipped:
                found.append(which_column(layout.fingerprint, layout, layout.twins))
            for column in layout.table.columns:
                if column.spot in self.clauses.get(layout.sheet, {}):
                    found.append(
                        Bound(layout.fingerprint, layout.sheet, column.role, cell=column.spot)
                    )
        for ask in asks:
            if ask.derivation or ask.layout is None:
                continue
            prints = ask.layout.fingerprint
            if ask.slot is None and not ask.question:
                continue  # the answer to another question says it
            if ask.slot is None:
                found.append(Bound(prints, ask.layout.sheet, FIGURE, ask.name, note=ask.question))
                continue
            for other, slot in self._alike(ask.layout, ask.slot):
                for unit, cell in slot.cells.items():
                    found.append(
                        Bound(other.fingerprint, other.sheet, FIGURE, ask.name, unit, cell)
                    )
            owners = ask.slot.cells.items()
            for unit, cell in owners:
                own = units if not unit and any(lay.units for lay in self.found) else (unit,)
                found += [Bound(prints, ask.layout.sheet, FIGURE, ask.name, u, cell) for u in own]
        return tuple(found)

    def _alike(self, layout: Layout, slot: Slot) -> Iterator[tuple[Layout, Slot]]:
        """The same figure in other tables that state the same item."""
        for other in self.found:
            if other is layout or other.fingerprint == layout.fingerprint:
                continue
            for its in other.slots:
                same = (its.line, its.sub, its.label, its.role)
                if same == (slot.line, slot.sub, slot.label, slot.role) and _twins(
                    its.item, slot.item
                ):
                    yield other, its

    def _read(
        self,
        tables: Mapping[str, Sequence[Sequence[str]]],
        bound: Sequence[Bound],
        pairs: Sequence[tuple[Layout, Item]],
        asks: Sequence[Ask],
    ) -> FromForm:
        """The tables as a scheme, its faults at the cells of the form."""
        book = Snapshot(
            Source(self.file, self.form.source.sha256),
            tuple(
                Sheet(
                    name, tuple(tuple(_cell(name, c, n) for n, c in enumerate(row)) for row in rows)
                )
                for name, rows in tables.items()
            ),
        )
        scheme, faults = read_scheme(book, system=PurePath(self.file).stem)
        for fault in faults:
            if fault.code in _SAID_TWICE or (
                fault.code == "scheme-points" and self._points_open(fault)
            ):
                continue
            self.findings.append(replace(fault, place=self._home(fault.place)))
        if scheme is None:
            if not any(f.code == "scheme-clause-unread" for f in self.findings):
                self.findings.append(finding("bind-no-rules", place=Place(self.file)))
            return FromForm(None, tuple(self.findings), self.found, tables)
        scheme = replace(
            scheme,
            indicators=tuple(replace(i, place=self._home(i.place)) for i in scheme.indicators),
            inputs=tuple(replace(i, place=self._home(i.place)) for i in scheme.inputs),
            units=tuple(replace(u, place=Place(self.file)) for u in scheme.units),
            form_file=self.file,
            bindings=(*scheme.bindings, *self._waiting(asks)),
        )
        return FromForm(scheme, tuple(self.findings), self.found, tables, self.blank)

    def _waiting(self, asks: Sequence[Ask]) -> Iterator[Bound]:
        """Figures of items without points: of this form none is taken until there are some."""
        for ask in asks:
            if ask.item in self.pointless and ask.layout is not None and not ask.derivation:
                yield Bound(
                    ask.layout.fingerprint, ask.layout.sheet, FIGURE, ask.name, note=f"待答:{FIRST}"
                )

    def _points_open(self, fault: Finding) -> bool:
        home = self._home(fault.place)
        return any(f.code == "bind-points-open" for f in self.findings) and bool(home.cell)

    def _home(self, place: Place) -> Place:
        row = re.search(r"\d+$", place.cell)
        if row is None:
            return Place(self.file) if place.sheet in ("指标", "数据项", "单位", "方案") else place
        return self.places.get((place.sheet, int(row[0])), Place(self.file))


def _cell(sheet: str, text: str, column: int) -> str | float | None:
    """A cell of the made-up workbook: points and targets are numbers, all else is text."""
    if sheet in ("指标", "数据项") and column in (3, 4) and re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    if sheet == "方案" and re.fullmatch(r"(19|20)\d\d", text):
        return float(text)
    return text or None


_NOBODY = Scheme("", "", 0, "", "", (), (), ())


def _twins(one: Item, other: Item) -> bool:
    """Whether two tables state the same item."""
    return bool(one.lines) and (one.name, one.clause, one.points) == (
        other.name, other.clause, other.points
    )  # fmt: skip


def _stated(item: Item) -> Decimal | None:
    """The points that an item's clause itself states."""
    try:
        return parse(item.clause).stated
    except RuleError:
        return None


def _most(item: Item) -> Decimal | None:
    """The most that an item can give, where its clause says so: 最高加6分."""
    try:
        limits = parse(item.clause).limits
    except RuleError:
        return None
    most = limits.bonus.expr() if limits.bonus is not None else None
    return limits.item or (most.value if isinstance(most, Const) else None)


def structure(scheme: Scheme, found: Sequence[Layout]) -> Iterator[str]:
    """What was derived, for people: units, items, points, inputs."""
    units = "、".join(u.name for u in scheme.units[:8]) + ("等" if len(scheme.units) > 8 else "")
    yield f"单位 {len(scheme.units)} 个:{units or '(没有认出)'}"
    total = sum((i.points for i in scheme.indicators if i.points and not i.bonus), Decimal(0))
    extra = [i for i in scheme.indicators if i.bonus]
    more = f",另有附加 {len(extra)} 项" if extra else ""
    yield (
        f"指标 {len(scheme.indicators)} 项,基础分值合计 {total.normalize():f} 分{more};"
        f"数据项 {len(scheme.asked)} 个"
    )
    for given in scheme.inputs:
        if given.derived:
            yield f"{given.name} = {given.derivation}" + (f"({given.note})" if given.note else "")


__all__ = ["FromForm", "scheme_of_form", "structure"]

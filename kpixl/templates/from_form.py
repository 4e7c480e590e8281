"""A scheme from a form that states its rules itself: units, items, points, inputs, cells.

What a clause asks for is looked for in the form's own columns.  A figure that can't be told
from another is asked for; nothing is taken for 0, and nothing by its position alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePath

from kpixl.address import a1
from kpixl.errors import RuleError
from kpixl.findings import Finding, Place, finding
from kpixl.grid import Sheet, Snapshot, Source, Spot
from kpixl.numbers import conversion, is_measure
from kpixl.rules import Rule, RuleInput, parse
from kpixl.rules.expr import Add, Const, Prior, Target, Value, walk
from kpixl.scheme.bindings import FIGURE, FIRST, NO_TARGET, SYNONYM_HEADS, Bound, binding_table
from kpixl.scheme.headings import HeadingRow, spelling, text_of, without_bracket
from kpixl.scheme.model import Scheme
from kpixl.scheme.reader import read_scheme
from kpixl.templates.bind import signed_unit, two_columns, unit_cell, unit_text, which_column
from kpixl.templates.recognise import Item, Layout, Slot, compact, layouts, unclear_findings
from kpixl.templates.words import (
    NAMES,
    Words,
    bare_name,
    is_this_year,
    looks_like_unit,
    year_said,
)

_KINDS = {
    "number": "数值",
    "percent": "百分数",
    "count": "个数",
    "yes_no": "是否",
    "judged": "评议",
}
_RATE = re.compile(r"(?:率|增速|增幅|比重|占比|比例|满意度|百分比)(?:\(|$)|%")
_RISE = re.compile(r"比上年(提高|降低)值$")
_RISE_SAID = re.compile(r"新增|净增|增量|增幅|增速|增长|提高|上升|下降|降低|降幅|减少")
_SHORT = re.compile(r"(?:少|缺|差|欠|短)[^\s]{0,4}数$")
_SHORT_SAID = re.compile(r"少|缺|差|欠|短|未")
_GROWTH = re.compile(r"增速|增长率|增幅|增长")
_DONE = re.compile(r"完成率|完成比例|完成进度|达成率")
_PLACE = re.compile(r"名次|排名|位次")
_BONUS = re.compile(r"加分|附加")
_SAID_TWICE = {
    "scheme-input-unbound",
    "scheme-setting-missing",
    "scheme-empty",
    "lint-code-missing",
}
_INPUT_HEADS = ("指标", "数据项", "单位", "类型", "目标", "方向", "子句", "算式", "说明")


@dataclass
class _Ask:
    """An input of the scheme to be: its line on the sheet 数据项, and its cell."""

    item: str
    name: str
    unit: str
    kind: str
    place: Spot | None = None
    sheet: str = ""
    target: str = ""
    direction: str = ""
    term: str = ""
    derivation: str = ""
    note: str = ""
    slot: Slot | None = None
    layout: Layout | None = None
    role: str = "填报值"
    question: str = ""

    def row(self) -> tuple[str, ...]:
        return (
            self.item, self.name, self.unit, self.kind, self.target, self.direction, self.term,
            self.derivation, self.note,
        )  # fmt: skip


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
        self.taken: set[str] = set()
        self.pointless: set[str] = set()  # items without points, not to be scored
        self.places: dict[tuple[str, int], Place] = {}
        self.slots_of: dict[str, tuple[Layout, Item]] = {}
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
                self._twins([layout])
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
        asks: list[_Ask] = []
        for layout, item in pairs:
            asks += self._asks(layout, item)
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

    # -- inputs --------------------------------------------------------------------------

    def _pool(self, layout: Layout, item: Item) -> tuple[list[tuple[Layout, Slot]], bool]:
        """The slots of an item: its own, else those of the table that is filled in for it."""
        _, original = self.slots_of[item.key]
        own = [(layout, s) for s in layout.slots if s.item is original]
        mine = [p for p in own if p[1].role not in ("", "目标", "自评分", "考核分")]
        rest: dict[int, list[tuple[Layout, Slot]]] = {}
        for number, other in enumerate(self.found):
            if other is layout or other.has_rules:
                continue
            for slot in other.slots:
                if _same_item(slot.item, original):
                    rest.setdefault(number, []).append((other, slot))
                elif slot.sub and _same_name(slot.sub, original):
                    whole = replace(slot, item=replace(slot.item, name=original.name), sub="")
                    rest.setdefault(number, []).append((other, whole))
        figures = {
            n: [p for p in pairs if p[1].role not in ("", "目标", "自评分", "考核分")]
            for n, pairs in rest.items()
        }
        figures = {n: p for n, p in figures.items() if p}
        sources = ([mine] if mine else []) + list(figures.values())
        if len(sources) <= 1:
            return [*own, *(p for pairs in rest.values() for p in pairs)], True
        filled = [p for p in sources if self._filled(p)]
        if len(filled) == 1:
            chosen = filled[0]
            others = [p for p in own if p[1].role == "目标"] if chosen is not mine else own
            extra = [p for n, pairs in rest.items() if figures.get(n) is chosen for p in pairs]
            return [*others, *extra] if chosen is not mine else list(own), True
        places = "、".join(
            f"{p[0][0].sheet}!{a1(*next(iter(p[0][1].cells.values())))}" for p in sources
        )
        self.findings.append(
            finding(
                "bind-two-tables",
                place=self._place(layout, item.spot),
                found=places,
                name=item.key,
            )
        )
        return [], False

    def _filled(self, pairs: Sequence[tuple[Layout, Slot]]) -> bool:
        for layout, slot in pairs:
            sheet = self.form.sheet(layout.sheet)
            if sheet is None or slot.role != "填报值":
                continue
            if any(text_of(sheet.value(*s)) for s in slot.cells.values()):
                return True
        return False

    def _place(self, layout: Layout, spot: Spot) -> Place:
        return Place(self.file, layout.sheet, a1(*spot))

    def _asks(self, layout: Layout, item: Item) -> list[_Ask]:
        """The inputs of an item with their cells; one that is not found is a question."""
        try:
            rule = parse(item.clause)
        except RuleError:
            return self._unread(layout, item)  # reading the scheme says so
        pool, sure = self._pool(layout, item)
        twins = {c.spot for lay, _ in pool for c in lay.twins}
        if twins:
            self._twins({id(lay): lay for lay, _ in pool}.values())
        open_ = any(slot.heading in twins for _, slot in pool)
        usable = [
            (lay, s) for lay, s in pool if not (s.role in ("", "填报值") and s.heading in twins)
        ]
        by_line = _inputs_by_line(rule, item)
        used: set[int] = set()
        asks: list[_Ask] = []
        for index, wanted in enumerate(rule.inputs):
            line = by_line[index] if by_line else None
            rows = item.lines[line].rows if line is not None else item.rows
            near = usable
            if line is not None and len(item.lines) > 1:
                near = [p for p in usable if _on_rows(p, rows, item)] or usable
            alone = (
                sum(1 for n in (by_line or []) if n == line) == 1
                if line is not None and len(item.lines) > 1 and near is not usable
                else len(rule.inputs) == 1
            )
            asks += self._ask(layout, item, rule, index, wanted, near, alone, used, sure, open_)
        return asks

    def _unread(self, layout: Layout, item: Item) -> list[_Ask]:
        """The figures of an item whose clause is not read, where each line has just one."""
        pool, sure = self._pool(layout, item)
        twins = {c.spot for lay, _ in pool for c in lay.twins}
        plain = [
            p
            for p in pool
            if p[1].role == "填报值" and not p[1].label and p[1].heading not in twins
        ]
        asks: list[_Ask] = []
        for line in item.lines:
            own = plain
            if len(item.lines) > 1:
                own = [p for p in plain if _on_rows(p, line.rows, item)]
            if not sure or len(own) != 1 or any(a.slot is own[0][1] for a in asks):
                continue
            slot = own[0][1]
            name = slot.sub or item.name
            if len(item.lines) > 1 and not slot.sub:
                name = f"{item.name}·{_label_of(line.clause)}"
            asks.append(
                _Ask(
                    item.key, self._unique(name, item), slot.measure, "数值", layout=own[0][0],
                    slot=slot, place=next(iter(slot.cells.values())),
                )
            )  # fmt: skip
        return asks

    def _twins(self, tables: Iterable[Layout]) -> None:
        """Say of each table which columns might be the one that is wanted."""
        for table in tables:
            which = table.doubled or ((table.twins,) if table.twins else ())
            for columns in which:
                fault = two_columns(self.file, table, columns)
                if fault not in self.findings:
                    self.findings.append(fault)

    def _ask(
        self,
        layout: Layout,
        item: Item,
        rule: Rule,
        index: int,
        wanted: RuleInput,
        pool: Sequence[tuple[Layout, Slot]],
        alone: bool,
        used: set[int],
        sure: bool,
        twins: bool,
    ) -> list[_Ask]:
        free = [(lay, s) for lay, s in pool if id(s) not in used or alone]
        chosen, near = _choose(wanted, item, free, alone) if sure and not twins else (None, [])
        base = self._base(item, wanted, rule, chosen)
        needs_target = _uses(rule, Target, index)
        if _uses(rule, Prior, index):
            chosen, near = None, []
        plan = _plan(wanted, item, chosen, pool, needs_target, rule, index) if chosen else None
        if chosen is None or plan is None:
            goal = _beside(chosen[1], pool, "目标") if chosen else None
            why = _why(near, chosen, goal is not None)
            if chosen and _missing(wanted, chosen[1]):
                cell = a1(*next(iter(chosen[1].cells.values())))
                why = f",{cell}一格填的像是完成数,不是缺少的数"
            elif chosen and _RISE.search(wanted.label):
                cell = a1(*next(iter(chosen[1].cells.values())))
                why = f",{cell}一格填的像是本年数,表上没有上年数可以比"
            columns = twins or any(True for _ in unclear_findings(self.file, layout))
            if columns or not sure:
                why = f",{FIRST}"
            note = f"待答:评分标准要用到“{wanted.label}”{why}"
            name = self._unique(base, item)
            return [
                _Ask(
                    item.key, name, wanted.unit, _KINDS[wanted.kind], term=str(index + 1),
                    question="" if columns else note, layout=layout, place=item.spot,
                    note=note.removeprefix("待答:"),
                )
            ]  # fmt: skip
        used.add(id(chosen[1]))
        return self._planned(item, rule, index, wanted, chosen, plan, base, needs_target, pool)

    def _planned(
        self,
        item: Item,
        rule: Rule,
        index: int,
        wanted: RuleInput,
        chosen: tuple[Layout, Slot],
        plan: _Plan,
        base: str,
        needs_target: bool,
        pool: Sequence[tuple[Layout, Slot]],
    ) -> list[_Ask]:
        """The lines of 数据项 for one figure that a clause asks for."""
        layout, slot = chosen
        term, kind = str(index + 1), _KINDS[wanted.kind]
        direction = "越小越好" if wanted.direction == "down" else ""
        measure = plan.measure
        name = self._unique(base, item)
        asks: list[_Ask] = []

        def ask(name: str, unit: str, kind: str, at: tuple[Layout, Slot], **more: str) -> str:
            asks.append(
                _Ask(
                    item.key, name, unit, kind, layout=at[0], slot=at[1],
                    place=next(iter(at[1].cells.values())), **more,
                )
            )  # fmt: skip
            return name

        def derive(name: str, unit: str, kind: str, formula: str, **more: str) -> str:
            asks.append(
                _Ask(item.key, name, unit, kind, derivation=formula, place=asks[0].place,
                     layout=layout, **more)  # type: ignore[arg-type]
            )  # fmt: skip
            return name

        goal = _beside(slot, pool, "目标")
        if plan.how == "direct":
            target = ""
            if needs_target and goal is not None:
                target = self._unique(f"{base}目标", item)
            ask(name, measure or wanted.unit, kind, chosen, target=target, direction=direction,
                term=term, note=plan.note)  # fmt: skip
            if target and goal is not None:
                ask(target, measure or wanted.unit, _KINDS[_figure(wanted.kind)], goal, role="目标")
            elif needs_target and wanted.target is None:
                self._no_target(layout, item, base, asks)
        elif plan.how == "convert":
            raw = self._unique(f"{base}({measure})", item)
            ask(raw, measure, "数值", chosen)
            target = ""
            if needs_target and goal is not None:
                raw_goal = self._unique(f"{base}目标({measure})", item)
                ask(raw_goal, measure, "数值", goal, role="目标")
                target = self._unique(f"{base}目标", item)
                derive(target, wanted.unit, "数值", f"{raw_goal}{plan.factor}")
            elif needs_target and wanted.target is None:
                self._no_target(layout, item, base, asks)
            derive(name, wanted.unit, kind, f"{raw}{plan.factor}", target=target,
                   direction=direction, term=term, note=plan.note)  # fmt: skip
        elif plan.how == "completion":
            assert goal is not None
            unit = measure
            ask(name, unit, "数值", chosen)
            aim = ask(self._unique(f"{base}目标", item), unit, "数值", goal, role="目标")
            rate = self._unique(f"{base}完成率", item)
            derive(rate, "%", "百分数", f"{name}÷{aim}×100", target="100" if needs_target else "",
                   term=term, note=plan.note)  # fmt: skip
        elif plan.how == "difference":
            before = _beside(slot, pool, "上年数")
            assert before is not None
            ask(name, measure, _KINDS[_figure(wanted.kind)], chosen)
            last = ask(self._unique(f"{base}上年", item), measure, _KINDS[_figure(wanted.kind)],
                       before, role="上年数")  # fmt: skip
            way = f"{name}-{last}" if plan.factor == "提高" else f"{last}-{name}"
            derive(self._unique(f"{base}{plan.factor}值", item), wanted.unit, kind, way,
                   direction=direction, term=term, note=plan.note)  # fmt: skip
        else:
            before = _beside(slot, pool, "上年数")
            assert before is not None
            ask(name, measure, "数值", chosen)
            last = ask(self._unique(f"{base}上年", item), measure, "数值", before, role="上年数")
            rate = self._unique(f"{base}增速", item)
            target = ""
            if needs_target and goal is not None:
                target = ask(
                    self._unique(f"{base}增速目标", item), "%", "百分数", goal, role="目标"
                )
            derive(rate, "%", "百分数", f"({name}-{last})÷{last}×100", target=target,
                   direction=direction, term=term, note=plan.note)  # fmt: skip
        return asks

    def _no_target(self, layout: Layout, item: Item, base: str, asks: list[_Ask]) -> None:
        name = self._unique(f"{base}目标", item)
        asks[-1].target = name
        note = f"待答:评分标准要用到“{base}”的目标,{NO_TARGET}"
        asks.append(
            _Ask(item.key, name, asks[0].unit, "数值", layout=layout, place=item.spot,
                 question=note, note=note.removeprefix("待答:"))
        )  # fmt: skip

    def _base(
        self, item: Item, wanted: RuleInput, rule: Rule, chosen: tuple[Layout, Slot] | None
    ) -> str:
        """What an input is called: as its row, its column, else as the clause calls it."""
        if len(rule.inputs) == 1:
            return item.name
        slot = chosen[1] if chosen else None
        if slot is not None and slot.sub and len(slot.sub) <= 20:
            return slot.sub if not slot.label else f"{slot.sub}{slot.label}"
        if slot is not None and slot.label:
            return f"{item.name}{slot.label}"
        return f"{item.name}·{wanted.label}"

    def _unique(self, name: str, item: Item) -> str:
        """A name that no other input has."""
        name = name if len(name) <= 40 else name[:40]
        for text in (name, f"{item.name}·{name}", *(f"{name}({n})" for n in range(2, 500))):
            if spelling(text) not in self.taken:
                self.taken.add(spelling(text))
                return text
        return name

    # -- the workbook that says the same ---------------------------------------------------

    def _tables(
        self,
        pairs: Sequence[tuple[Layout, Item]],
        units: Sequence[tuple[str, str]],
        asks: Sequence[_Ask],
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

    def _bindings(self, asks: Sequence[_Ask], units: Sequence[str]) -> tuple[Bound, ...]:
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
        asks: Sequence[_Ask],
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

    def _waiting(self, asks: Sequence[_Ask]) -> Iterator[Bound]:
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


def _same_item(one: Item, other: Item) -> bool:
    names = [spelling(one.name), spelling(one.key)]
    wanted = [spelling(other.name), spelling(other.key)]
    return bool({*names, *map(without_bracket, names)} & {*wanted, *map(without_bracket, wanted)})


def _same_name(text: str, item: Item) -> bool:
    """Whether a row or column below a group is an item of its own."""
    return _same_item(replace(item, name=bare_name(text), number=""), item)


def _uses(rule: Rule, kind: type[Target] | type[Prior], index: int) -> bool:
    return any(isinstance(e, kind) and e.input == index for t in rule.terms for e in walk(t.expr()))


def _figure(kind: str) -> str:
    return kind if kind in ("percent", "count") else "number"


def _stated(item: Item) -> Decimal | None:
    """The points that an item's clause itself states."""
    try:
        return parse(item.clause).stated
    except RuleError:
        return None


def _label_of(clause: str) -> str:
    """What a line's clause asks for, or how it begins where it is not read."""
    try:
        inputs = parse(clause).inputs
    except RuleError:
        inputs = ()
    return inputs[0].label if inputs else clause[:12]


def _most(item: Item) -> Decimal | None:
    """The most that an item can give, where its clause says so: 最高加6分."""
    try:
        limits = parse(item.clause).limits
    except RuleError:
        return None
    most = limits.bonus.expr() if limits.bonus is not None else None
    return limits.item or (most.value if isinstance(most, Const) else None)


def _inputs_by_line(rule: Rule, item: Item) -> list[int] | None:
    """For each input of the rule the line that asks for it, where the lines can be told apart."""
    if len(item.lines) <= 1:
        return None
    owners: list[int] = []
    labels: list[str] = []
    for number, line in enumerate(item.lines):
        try:
            own = parse(line.clause).inputs
        except RuleError:
            return None
        owners += [number] * len(own)
        labels += [i.label for i in own]
    if len(owners) == len(rule.inputs) and all(
        a == b.label or b.label.startswith(a) or a.startswith(b.label)
        for a, b in zip(labels, rule.inputs, strict=True)
    ):
        return owners
    return None


def _on_rows(pair: tuple[Layout, Slot], rows: Sequence[int], item: Item) -> bool:
    layout, slot = pair
    if slot.item.rows != item.rows:
        return False
    spots = {
        layout.table.spot(r, c.number)
        for r in rows
        for c in layout.table.columns
        if c.holds_figures
    }
    first = item.rows.index(rows[0])
    return slot.line >= first and bool({*slot.cells.values()} & spots)


# -- which cell holds the figure that a clause asks for ------------------------------------------


def _choose(
    wanted: RuleInput, item: Item, pool: Sequence[tuple[Layout, Slot]], alone: bool
) -> tuple[tuple[Layout, Slot] | None, list[tuple[Layout, Slot]]]:
    """The slot that a figure stands in, and the ones that might be meant where none is sure."""
    plain = [p for p in pool if p[1].role == "填报值" and not p[1].label]
    other = [p for p in pool if p[1].label or p[1].role in ("完成率", "名次")]
    other = [p for p in other if p[1].role not in ("目标", "上年数", "自评分", "考核分")]
    label = spelling(wanted.label)
    if wanted.kind == "judged":
        judged = [p for p in pool if p[1].role == "考核分"]
        if len(judged) == 1 and alone:
            return judged[0], []
    named = [p for p in (*plain, *other) if _says(p[1], label, item)]
    exact = [p for p in named if label in (spelling(p[1].sub), spelling(p[1].label))]
    for found in (exact, named):
        if len(found) == 1:
            return found[0], []
    if _PLACE.search(wanted.label):
        places = [p for p in pool if p[1].role == "名次"]
        if len(places) == 1:
            return places[0], []
    if _DONE.search(wanted.label):
        rates = [p for p in pool if p[1].role == "完成率"]
        if len(rates) == 1 and not (plain and _beside(plain[0][1], pool, "目标")):
            return rates[0], []
    if alone and len(plain) == 1:
        return plain[0], []
    if alone and not plain and len(other) == 1 and other[0][1].role:
        return other[0], []
    if not alone and len(named) == 0:
        close = sorted(((_alike(label, p[1]), n) for n, p in enumerate(plain)), reverse=True)
        if close and close[0][0] >= 0.6 and (len(close) == 1 or close[1][0] <= close[0][0] - 0.25):
            return plain[close[0][1]], []
    return None, named or [*plain, *other]


def _says(slot: Slot, label: str, item: Item) -> bool:
    """Whether a row or column speaks of what the clause asks for."""
    texts = [spelling(t) for t in (slot.sub, slot.label, slot.sub + slot.label) if t]
    texts += [without_bracket(t) for t in texts]
    if slot.label and label == without_bracket(spelling(item.name + slot.label)):
        return True
    return any(
        t == label or (len(t) >= 2 and t in label) or (len(label) >= 2 and label in t)
        for t in texts
    )


def _alike(label: str, slot: Slot) -> float:
    """How much of the characters of two texts is the same, 0 to 1."""
    a, b = {*label}, {*spelling(slot.sub + slot.label)}
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def _beside(
    slot: Slot, pool: Sequence[tuple[Layout, Slot]], role: str
) -> tuple[Layout, Slot] | None:
    """The target or last year's figure that belongs to a figure: of its row, else of its item."""
    found = [p for p in pool if p[1].role == role]
    same = [
        p
        for p in found
        if p[1].line == slot.line and p[1].sub == slot.sub and p[1].item is slot.item
    ]
    labelled = [p for p in same if p[1].label == slot.label]
    for pairs in (labelled, same, found):
        if len(pairs) == 1:
            return pairs[0]
    return None


@dataclass(frozen=True)
class _Plan:
    """How a figure of the form becomes what the clause asks for."""

    how: str
    measure: str = ""
    factor: str = ""
    note: str = ""


def _plan(
    wanted: RuleInput,
    item: Item,
    chosen: tuple[Layout, Slot],
    pool: Sequence[tuple[Layout, Slot]],
    needs_target: bool,
    rule: Rule,
    index: int,
) -> _Plan | None:
    """How to get what the clause asks for from a cell; None where that can't be told."""
    slot = chosen[1]
    measure = slot.measure if is_measure(slot.measure) else ""
    if _missing(wanted, slot):
        return None
    if (rise := _RISE.search(wanted.label)) and wanted.kind != "yes_no" and not _says_rise(slot):
        last = _beside(slot, pool, "上年数")
        if last is None:
            return None
        share = wanted.kind == "percent" and measure and conversion(measure, "%") is None
        if share and rise[1] == "提高":
            return _Plan("growth", measure, note="增速=(本年数-上年数)÷上年数×100")
        sign = "本年数-上年数" if rise[1] == "提高" else "上年数-本年数"
        return None if share else _Plan("difference", measure or wanted.unit, rise[1], sign)
    if wanted.kind in ("yes_no", "judged"):
        return _Plan("direct", wanted.unit)
    if wanted.kind != "percent":
        if not measure or not wanted.unit:
            return _Plan("direct", measure or wanted.unit)
        factor = conversion(measure, wanted.unit)
        if factor is None:
            return _Plan("direct", wanted.unit) if not slot.stated else None
        if factor == 1:
            return _Plan("direct", wanted.unit)
        return _Plan("convert", measure, _times(factor), f"表上按{measure}填,换算为{wanted.unit}")
    if measure and conversion(measure, "%") is not None:
        return _Plan("direct", "%")
    goal, before = _beside(slot, pool, "目标"), _beside(slot, pool, "上年数")
    rated = (
        any(_RATE.search(spelling(t)) for t in (slot.sub, slot.label, item.name) if t)
        or slot.role == "完成率"
    )
    if rated:
        return _Plan("direct", "%")
    if measure and not slot.stated:
        measure_sure = False
    else:
        measure_sure = bool(measure)
    generic = wanted.label in ("完成值", "本值", "完成情况", "指标") or _DONE.search(wanted.label)
    if generic and (needs_target or _DONE.search(wanted.label)):
        free = _ratio_only(rule, index) or bool(_DONE.search(wanted.label))
        if goal is not None and (measure_sure or measure or free):
            note = "完成率=完成值÷目标值×100"
            return _Plan("completion", measure, note=note)
        if goal is None and not measure_sure and wanted.target is not None:
            return _Plan("direct", "%", note="按百分数填报")
        return None
    if _GROWTH.search(wanted.label):
        if before is not None:
            return _Plan("growth", measure, note="增速=(本年数-上年数)÷上年数×100")
        return None if measure_sure else _Plan("direct", "%", note="按增速填报")
    if needs_target and goal is not None and measure_sure and _ratio_only(rule, index):
        return _Plan("completion", measure, note="完成率=完成值÷目标值×100")
    return None if measure_sure else _Plan("direct", "%", note="按百分数填报")


def _says_rise(slot: Slot) -> bool:
    """Whether a row or column says that its figure is a rise or a fall, not the figure itself."""
    return bool(_RISE_SAID.search("".join((slot.item.name, slot.sub, slot.label, slot.titled))))


def _missing(wanted: RuleInput, slot: Slot) -> bool:
    """Whether a clause counts what is missing, and a cell does not say that it does."""
    said = "".join((slot.item.name, slot.sub, slot.label, slot.titled))
    return bool(_SHORT.match(wanted.label)) and not _SHORT_SAID.search(said)


def _ratio_only(rule: Rule, index: int) -> bool:
    """Whether a rule only divides a figure by its target or compares them: no unit matters."""
    for term in rule.terms:
        for node in walk(term.expr()):
            if isinstance(node, Add):
                inside = list(walk(node))
                uses = [
                    type(n) for n in inside if isinstance(n, Value | Target) and n.input == index
                ]
                direct = any(isinstance(t, Target) for t in node.terms) or any(
                    isinstance(t, Value) for t in node.terms
                )
                if uses and direct:
                    return False
    return True


def _times(factor: Fraction) -> str:
    """A factor as the end of an 算式."""
    if factor.denominator == 1:
        return f"×{factor.numerator}"
    if factor.numerator == 1:
        return f"÷{factor.denominator}"
    return f"×{factor.numerator}÷{factor.denominator}"


def _why(
    near: Sequence[tuple[Layout, Slot]], chosen: tuple[Layout, Slot] | None, target: bool
) -> str:
    """What makes a question of it: the cells that might be meant, or that there is none."""
    if chosen is not None:
        cell = a1(*next(iter(chosen[1].cells.values())))
        measure = chosen[1].measure
        if measure and chosen[1].stated:
            return f",{cell}一格的计量单位是“{measure}”,对不上,也没有目标、上年数可以换算"
        unsure = f"分不清{cell}一格填的是完成率(%)还是完成数"
        return f",没有写计量单位,{unsure}" if target else f",{NO_TARGET},{unsure}"
    if not near:
        return ",表上没有找到"
    cells = "、".join(a1(*next(iter(s.cells.values()))) for _, s in near[:6])
    return f",可能是{cells}"


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

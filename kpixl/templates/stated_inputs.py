"""The inputs that the clauses of a form ask for, each with its cell or its question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kpixl.address import a1
from kpixl.errors import RuleError
from kpixl.findings import Finding, Place, finding
from kpixl.grid import Snapshot, Spot
from kpixl.rules import Rule, RuleInput, parse
from kpixl.rules.expr import Prior, Target, walk
from kpixl.scheme.bindings import FIRST, NO_TARGET
from kpixl.scheme.headings import spelling, text_of, without_bracket
from kpixl.templates.figure_cells import (
    RISE,
    Plan,
    beside,
    choose,
    counts_what_is_missing,
    plan_of,
    why_open,
)
from kpixl.templates.questions import two_columns
from kpixl.templates.recognise import Item, Layout, Slot, unclear_findings
from kpixl.templates.words import bare_name

_KINDS = {
    "number": "数值",
    "percent": "百分数",
    "count": "个数",
    "yes_no": "是否",
    "judged": "评议",
}


@dataclass
class Ask:
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


class StatedInputs:
    """The inputs of the scheme that a form states, item by item; their names are unique.

    `slots_of` are the table and the item as it stands there, by key; `findings` is added to.
    """

    def __init__(
        self,
        form: Snapshot,
        found: Sequence[Layout],
        slots_of: Mapping[str, tuple[Layout, Item]],
        findings: list[Finding],
    ) -> None:
        self.form, self.found, self.slots_of, self.findings = form, found, slots_of, findings
        self.file = form.source.name
        self.taken: set[str] = set()

    def of_item(self, layout: Layout, item: Item) -> list[Ask]:
        """The inputs of an item with their cells; one that is not found is a question."""
        try:
            rule = parse(item.clause)
        except RuleError:
            return self._unread(layout, item)  # reading the scheme says so
        pool, sure = self._pool(layout, item)
        twins = {c.spot for lay, _ in pool for c in lay.twins}
        if twins:
            self.say_twins({id(lay): lay for lay, _ in pool}.values())
        open_ = any(slot.heading in twins for _, slot in pool)
        usable = [
            (lay, s) for lay, s in pool if not (s.role in ("", "填报值") and s.heading in twins)
        ]
        by_line = _inputs_by_line(rule, item)
        used: set[int] = set()
        asks: list[Ask] = []
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

    def _unread(self, layout: Layout, item: Item) -> list[Ask]:
        """The figures of an item whose clause is not read, where each line has just one."""
        pool, sure = self._pool(layout, item)
        twins = {c.spot for lay, _ in pool for c in lay.twins}
        plain = [
            p
            for p in pool
            if p[1].role == "填报值" and not p[1].label and p[1].heading not in twins
        ]
        asks: list[Ask] = []
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
                Ask(
                    item.key, self._unique(name, item), slot.measure, "数值", layout=own[0][0],
                    slot=slot, place=next(iter(slot.cells.values())),
                )
            )  # fmt: skip
        return asks

    def say_twins(self, tables: Iterable[Layout]) -> None:
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
    ) -> list[Ask]:
        free = [(lay, s) for lay, s in pool if id(s) not in used or alone]
        chosen, near = choose(wanted, item, free, alone) if sure and not twins else (None, [])
        base = self._base(item, wanted, rule, chosen)
        needs_target = _uses(rule, Target, index)
        if _uses(rule, Prior, index):
            chosen, near = None, []
        plan = plan_of(wanted, item, chosen, pool, needs_target, rule, index) if chosen else None
        if chosen is None or plan is None:
            goal = beside(chosen[1], pool, "目标") if chosen else None
            why = why_open(near, chosen, goal is not None)
            if chosen and counts_what_is_missing(wanted, chosen[1]):
                cell = a1(*next(iter(chosen[1].cells.values())))
                why = f",{cell}一格填的像是完成数,不是缺少的数"
            elif chosen and RISE.search(wanted.label):
                cell = a1(*next(iter(chosen[1].cells.values())))
                why = f",{cell}一格填的像是本年数,表上没有上年数可以比"
            columns = twins or any(True for _ in unclear_findings(self.file, layout))
            if columns or not sure:
                why = f",{FIRST}"
            note = f"待答:评分标准要用到“{wanted.label}”{why}"
            name = self._unique(base, item)
            return [
                Ask(
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
        plan: Plan,
        base: str,
        needs_target: bool,
        pool: Sequence[tuple[Layout, Slot]],
    ) -> list[Ask]:
        """The lines of 数据项 for one figure that a clause asks for."""
        layout, slot = chosen
        term, kind = str(index + 1), _KINDS[wanted.kind]
        direction = "越小越好" if wanted.direction == "down" else ""
        measure = plan.measure
        name = self._unique(base, item)
        asks: list[Ask] = []

        def ask(name: str, unit: str, kind: str, at: tuple[Layout, Slot], **more: str) -> str:
            asks.append(
                Ask(
                    item.key, name, unit, kind, layout=at[0], slot=at[1],
                    place=next(iter(at[1].cells.values())), **more,
                )
            )  # fmt: skip
            return name

        def derive(
            name: str, unit: str, kind: str, formula: str,
            *, target: str = "", direction: str = "", term: str = "", note: str = "",
        ) -> str:  # fmt: skip
            asks.append(
                Ask(
                    item.key, name, unit, kind, derivation=formula, place=asks[0].place,
                    layout=layout, target=target, direction=direction, term=term, note=note,
                )
            )  # fmt: skip
            return name

        goal = beside(slot, pool, "目标")
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
            before = beside(slot, pool, "上年数")
            assert before is not None
            ask(name, measure, _KINDS[_figure(wanted.kind)], chosen)
            last = ask(self._unique(f"{base}上年", item), measure, _KINDS[_figure(wanted.kind)],
                       before, role="上年数")  # fmt: skip
            way = f"{name}-{last}" if plan.factor == "提高" else f"{last}-{name}"
            derive(self._unique(f"{base}{plan.factor}值", item), wanted.unit, kind, way,
                   direction=direction, term=term, note=plan.note)  # fmt: skip
        else:
            before = beside(slot, pool, "上年数")
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

    def _no_target(self, layout: Layout, item: Item, base: str, asks: list[Ask]) -> None:
        name = self._unique(f"{base}目标", item)
        asks[-1].target = name
        note = f"待答:评分标准要用到“{base}”的目标,{NO_TARGET}"
        asks.append(
            Ask(item.key, name, asks[0].unit, "数值", layout=layout, place=item.spot,
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


def _label_of(clause: str) -> str:
    """What a line's clause asks for, or how it begins where it is not read."""
    try:
        inputs = parse(clause).inputs
    except RuleError:
        inputs = ()
    return inputs[0].label if inputs else clause[:12]


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

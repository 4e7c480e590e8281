"""Recognising a returned form: which cell holds which input, by headings and labels.

No cell address is known beforehand.  Title rows, moved columns, merged cells, units in rows
or columns and a form that another program saved make no difference; what can't be found is
a finding, and what could be two things is a question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from kpixl.address import a1
from kpixl.findings import Finding, Place, finding
from kpixl.grid import Sheet, Snapshot, Spot
from kpixl.scheme.bindings import FIGURE, FIRST, NO_TARGET, UNIT, Bound
from kpixl.scheme.headings import HeadingRow, spelling, text_of
from kpixl.scheme.items import Input
from kpixl.scheme.model import Scheme
from kpixl.templates.input_names import InputNames
from kpixl.templates.issue import FORM_SHEET
from kpixl.templates.known_layouts import KnownLayout
from kpixl.templates.marks import FORM, FORM_ID, SYSTEM
from kpixl.templates.owner import signed_unit, unit_cell, unit_text
from kpixl.templates.questions import two_columns, which_column
from kpixl.templates.reading import Binding, Reading
from kpixl.templates.recognise import Layout, Slot, layouts, unclear_findings
from kpixl.templates.remarks import beside_figures
from kpixl.templates.table_model import Column
from kpixl.templates.words import Words

_WANTED = "表头中有“数据项”和“填报值”,表中有本方案的数据项"


def bind(snapshot: Snapshot, scheme: Scheme) -> tuple[Binding | None, tuple[Finding, ...]]:
    """How the form of one unit is to be read, and what is wrong with its shape.

    None where the workbook is no form of this scheme at all.
    """
    reading = Recogniser(scheme).read(snapshot)
    return (reading.bindings[0] if reading.bindings else None), reading.findings


class Recogniser:
    """Reads the forms of one scheme; a layout that was met before is only verified."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.words = words_of(scheme)
        self.recognised = 0  # forms that were looked at as if for the first time
        self._known: list[KnownLayout] = []

    @cached_property
    def _names(self) -> InputNames:
        return InputNames(self.scheme)

    def read(self, snapshot: Snapshot) -> Reading:
        """The cells of a form by unit, and what is wrong with its shape."""
        refused, findings = _of_scheme(snapshot, self.scheme)
        if refused is not None:
            return Reading((), (refused,))
        for known in self._known:
            reading = known.verified(snapshot, self.scheme)
            if reading is not None:
                return replace(reading, findings=(*findings, *reading.findings))
        self.recognised += 1
        reading = _Workbook(snapshot, self.scheme, self.words, self._names).reading()
        known_now = KnownLayout.of(snapshot, reading)
        if known_now is not None:
            self._known.append(known_now)
        return replace(reading, findings=(*findings, *reading.findings))


def binding_lines(reading: Reading) -> tuple[Bound, ...]:
    """What was bound and what is asked, as lines of 绑定."""
    prints = {
        (lay.sheet, s): lay.fingerprint
        for lay in reading.layouts
        for x in lay.slots
        for s in x.cells.values()
    }
    first = {lay.sheet: lay.fingerprint for lay in reversed(reading.layouts)}
    lines: list[Bound] = []
    for binding in reading.bindings:
        if binding.unit is not None and not binding.owner and binding.sheet in first:
            lines.append(Bound(first[binding.sheet], binding.sheet, UNIT, cell=binding.unit))
        for name, spot in binding.inputs.items():
            sheet = binding.sheet_of(name)
            own = prints.get((sheet, spot), first.get(sheet, ""))
            lines.append(Bound(own, sheet, FIGURE, name, binding.owner, spot))
    return (*reading.questions, *lines)


def words_of(scheme: Scheme) -> Words:
    """The words that are known where a scheme is given."""
    units = {spelling(n): u.name for u in scheme.units for n in (u.name, *u.aliases)}
    names = {spelling(i.name) for i in scheme.inputs} | {
        spelling(n) for i in scheme.indicators for n in (i.name, i.key)
    }
    names |= {spelling(w) for words in scheme.synonyms.values() for w in words}
    return Words(scheme.synonyms, units, frozenset(names), scheme.year)


def _of_scheme(snapshot: Snapshot, scheme: Scheme) -> tuple[Finding | None, list[Finding]]:
    """Whether a workbook says that it is no form of the scheme, or one of another version."""
    file = snapshot.source.name
    system = snapshot.marks.get(SYSTEM)
    if system not in (None, scheme.system):
        return (
            finding("form-other-scheme", place=Place(file), found=system, wanted=scheme.system),
            [],
        )
    monthly = snapshot.marks.get(FORM, "")
    # the form of the assessment has a deadline too
    if monthly and monthly != FORM_SHEET and monthly in scheme.deadlines:
        return finding("form-monthly", place=Place(file), name=monthly), []
    form_id = snapshot.marks.get(FORM_ID)
    if form_id not in (None, scheme.form_id):
        wrong = finding("form-version", place=Place(file), found=form_id, wanted=scheme.form_id)
        return None, [wrong]
    return None, []


@dataclass
class _Cells:
    """What was bound on one sheet for one unit, so far."""

    sheet: str
    owner: str
    unit: Spot | None
    layout: Layout
    inputs: dict[str, Spot] = field(default_factory=dict)
    labels: dict[str, Spot] = field(default_factory=dict)
    measures: dict[str, str] = field(default_factory=dict)
    last_year: dict[str, Spot] = field(default_factory=dict)
    marks: dict[str, Spot] = field(default_factory=dict)
    self_scores: dict[str, Spot] = field(default_factory=dict)


class _Workbook:
    """One form while it is read for the first time."""

    def __init__(self, snapshot: Snapshot, scheme: Scheme, words: Words, names: InputNames) -> None:
        self.snapshot, self.scheme, self.words, self.names = snapshot, scheme, words, names
        self.file = snapshot.source.name
        self.findings: list[Finding] = []
        self.open: set[str] = set()  # inputs about which a question is open
        self.unsure: set[str] = set()  # those of which no cell is taken
        self.questions: list[Bound] = []
        self.found: tuple[Layout, ...] = ()

    def reading(self) -> Reading:
        """The cells by unit; a table without any input of the scheme counts for nothing."""
        found = self.found = self._layouts()
        bound = [c for layout in found for c in self._bound(layout)]
        # What is asked about is not taken; a figure without its target is shown.
        for cells in bound:
            for name in self.unsure & cells.inputs.keys():
                del cells.inputs[name]
        bound = [c for c in bound if c.inputs]
        if not bound:
            unclear = [f for lay in found for f in unclear_findings(self.file, lay)]
            asked = [f for f in self.findings if f.code.startswith("bind-")]
            sheets = "、".join(s.name for s in self.snapshot.sheets)
            lost = finding(
                "form-unrecognised", place=Place(self.file), found=sheets, wanted=_WANTED
            )
            return Reading(
                (),
                (*unclear, *asked) or (() if self.questions else (lost,)),
                found,
                tuple(self.questions),
            )
        bindings = self._by_unit(bound)
        return Reading(tuple(bindings), tuple(self.findings), found, tuple(self.questions))

    def _layouts(self) -> tuple[Layout, ...]:
        """The tables, headings read as a user has answered for such a layout."""
        found = layouts(self.snapshot, self.words)
        beside = beside_figures(self.scheme)
        found = tuple(lay for lay in found if lay.sheet not in beside)
        said = self.scheme.bindings
        forced: dict[str, dict[Spot, str]] = {}
        for layout in found:
            for line in said:
                if (
                    line.fingerprint == layout.fingerprint
                    and line.cell
                    and line.role not in (FIGURE, UNIT)
                ):
                    role = f"{line.role}:{line.unit}" if line.unit else line.role
                    forced.setdefault(layout.sheet, {})[_heading(layout, line.cell)] = role
        for line in said:  # a column of units that nobody could know
            if line.role == UNIT and line.unit and line.cell:
                for layout in found:
                    if layout.fingerprint == line.fingerprint:
                        forced.setdefault(layout.sheet, {})[line.cell] = f"单位:{line.unit}"
        self.prints = {(lay.sheet, lay.table.head): lay.fingerprint for lay in found}
        if not forced:
            return found
        again = layouts(self.snapshot, self.words, forced)
        return tuple(lay for lay in again if lay.sheet not in beside)

    def _print(self, layout: Layout) -> str:
        """The fingerprint of a layout as it was before a user's answers."""
        return self.prints.get((layout.sheet, layout.table.head), layout.fingerprint)

    # -- one table -----------------------------------------------------------------------

    def _bound(self, layout: Layout) -> list[_Cells]:
        """What a table holds of each unit: first what a user has named, then what is found."""
        cells: dict[str, _Cells] = {}
        twins = {c.spot for c in layout.twins}
        told = self._told(layout, cells)
        doubtful: dict[str, list[Column]] = {}
        unknown: list[tuple[Slot, Spot]] = []
        named = bool(layout.table.with_role("数据项")) and not layout.table.flipped
        goals: list[tuple[Input, Slot]] = []
        before: list[tuple[Input, Slot]] = []
        places = {t: s for s in layout.slots for t in s.cells.values()}
        for slot in layout.slots:
            if slot.role == "自评分":
                item = self.names.item_of(slot) or self._item_by_input(slot)
                for unit, spot in slot.cells.items():
                    if item is not None:
                        self._of(cells, layout, unit).self_scores.setdefault(item, spot)
                continue
            plain = replace(slot, label="") if slot.heading in twins else slot
            given = self.names.input_of(plain, not named)
            if given is None:
                if slot.role == "填报值" and not slot.label:
                    unknown += [(slot, spot) for spot in slot.cells.values()]
                continue
            if slot.role == "目标":
                goal = self.scheme.input_by_name.get(given.target_input)
                goals += [(goal, slot)] if goal is not None else []
                continue
            if given.derived:
                continue
            if slot.role in ("", "填报值") and slot.heading in twins:
                doubtful.setdefault(given.name, []).extend(
                    c for c in layout.twins if c.spot == slot.heading
                )
                continue
            if slot.role == "上年数":
                before.append((given, slot))
                continue
            for unit, spot in slot.cells.items():
                own = self._of(cells, layout, unit)
                match slot.role:
                    case "口径":
                        own.marks.setdefault(given.name, spot)
                    case "考核分":
                        if given.kind == "judged":  # where the form has no other cell for it
                            goals.append((given, slot))
                    case _:
                        self._put(own, slot, given, spot, told)
        for given, slot in before:  # of the same figure, not of another one in the item's rows
            for unit, spot in slot.cells.items():
                own = self._of(cells, layout, unit)
                figure = places.get(own.inputs.get(given.name, (0, 0)))
                if figure is None or figure.label == slot.label:
                    own.last_year.setdefault(given.name, spot)
        for given, slot in goals:  # a row of its own goes before a column beside the figures
            for unit, spot in slot.cells.items():
                self._of(cells, layout, unit).inputs.setdefault(given.name, spot)
        self._in_doubt(layout, doubtful, told)
        self.findings += (two_columns(self.file, layout, rows) for rows in layout.doubled)
        filled = [c for c in cells.values() if c.inputs]
        if filled:
            bound = {s for c in filled for s in c.inputs.values()}
            rows = {s.item.spot for s in layout.slots if bound & {*s.cells.values()}}
            unknown = [
                (s, t) for s, t in unknown if t not in bound and (named or s.item.spot not in rows)
            ]
            self._unknown(layout, unknown)
        return filled

    def _sheet(self, name: str) -> Sheet:
        """A sheet on which a table was found."""
        sheet = self.snapshot.sheet(name)
        assert sheet is not None
        return sheet

    def _item_by_input(self, slot: Slot) -> str | None:
        plain = replace(slot, role="填报值", label="")
        given = self.names.input_of(plain, True)
        return given.item if given and given.item in self.scheme.indicator_by_key else None

    def _of(self, cells: dict[str, _Cells], layout: Layout, unit: str) -> _Cells:
        if unit not in cells:
            spot = self._unit_spot(layout, unit)
            cells[unit] = _Cells(layout.sheet, unit, spot, layout)
        return cells[unit]

    def _unit_spot(self, layout: Layout, unit: str) -> Spot | None:
        if unit:
            columns = (c for c in layout.table.columns if c.unit == unit)
            return next((c.unit_spot or c.spot for c in columns), layout.owners.get(unit))
        for line in self.scheme.bindings:
            if line.role == UNIT and not line.unit and line.fingerprint == self._print(layout):
                return line.cell
        sheet = self._sheet(layout.sheet)
        top, bottom = layout.table.head
        spot = unit_cell(sheet, HeadingRow(top, bottom, {}), self.scheme)
        return spot or signed_unit(sheet, bottom)

    def _told(self, layout: Layout, cells: dict[str, _Cells]) -> set[tuple[str, str]]:
        """The cells that a user has named for such a layout; they go before what is found."""
        told: set[tuple[str, str]] = set()
        own = self._print(layout)
        stated = (s for s in layout.slots if s.stated and s.measure)
        measures = {spot: s.measure for s in stated for spot in s.cells.values()}
        for line in self.scheme.bindings:
            if line.fingerprint != own or line.role != FIGURE or self._of_twin(layout, line):
                continue
            given = self.scheme.input_by_name.get(line.input)
            if given is None:
                continue
            if line.cell is None:
                self._ask(layout, line)
                continue
            unit = self.words.unit(line.unit) or line.unit
            at = self._of(cells, layout, unit)
            at.inputs[given.name] = line.cell
            measure = measures.get(line.cell)
            if measure:
                at.measures[given.name] = measure
            told.add((unit, given.name))
        return told

    def _of_twin(self, layout: Layout, line: Bound) -> bool:
        """Whether the cell of an answer is in a table of the same layout on the same sheet."""
        return any(
            other is not layout
            and (other.sheet, other.fingerprint) == (layout.sheet, layout.fingerprint)
            and line.cell is not None
            and _within(other, line.cell)
            and not _within(layout, line.cell)
            for other in self.found
        )

    def _ask(self, layout: Layout, line: Bound) -> None:
        """A question that was asked before and is still open."""
        self.open.add(line.input)
        if NO_TARGET not in line.note:
            self.unsure.add(line.input)
        if any(q.fingerprint == line.fingerprint and q.input == line.input for q in self.questions):
            return
        self.questions.append(line)
        given = self.scheme.input_by_name[line.input]
        indicator = self.scheme.indicator_by_key.get(given.item)
        place = indicator.place if indicator is not None else line.place
        if self.scheme.form_file and FIRST in line.note:
            return  # the form's own question comes first
        code = "bind-target-open" if NO_TARGET in line.note else "bind-input-open"
        self.findings.append(
            finding(
                code,
                place=place if place.file else Place(self.file, layout.sheet),
                input=given.name,
                found=line.note.removeprefix("待答:"),
                name=given.name,
                item=given.item,
            )
        )

    def _put(
        self, own: _Cells, slot: Slot, given: Input, spot: Spot, told: set[tuple[str, str]]
    ) -> None:
        name = given.name
        if (own.owner, name) in told or own.inputs.get(name) == spot:
            return
        if name in own.inputs:
            self.findings.append(
                finding(
                    "form-input-repeated",
                    place=Place(self.file, own.sheet, a1(*slot.place)),
                    input=name,
                    name=name,
                    used=a1(*own.inputs[name]),
                )
            )
            return
        own.inputs[name] = spot
        if slot.stated and slot.measure:
            own.measures[name] = slot.measure

    def _in_doubt(
        self, layout: Layout, doubtful: Mapping[str, Sequence[Column]], told: set[tuple[str, str]]
    ) -> None:
        """Two columns for one figure: which of them counts is for a user to say."""
        names = [n for n in doubtful if ("", n) not in told]
        if not names:
            return
        self.open |= {*names}
        columns = {c.spot: c for n in names for c in doubtful[n]}
        self.findings.append(two_columns(self.file, layout, tuple(columns.values())))
        if not layout.table.flipped:
            question = which_column(self._print(layout), layout, tuple(columns.values()))
            self.questions.append(question)

    def _unknown(self, layout: Layout, unknown: Sequence[tuple[Slot, Spot]]) -> None:
        """Rows that name nothing of the scheme, where they hold something."""
        sheet = self._sheet(layout.sheet)
        said: set[Spot] = set()
        for slot, spot in unknown:
            if slot.place in said or not text_of(sheet.value(*spot)):
                continue
            said.add(slot.place)
            item = self.names.item_of(slot)
            if any(self.scheme.input_by_name[n].item == item for n in self.open):
                continue  # the question says it
            label = text_of(sheet.value(*slot.place)) or slot.sub or slot.item.name
            self.findings.append(
                finding(
                    "form-input-unknown",
                    place=Place(self.file, layout.sheet, a1(*slot.place)),
                    found=label,
                    name=label,
                )
            )

    # -- the whole workbook ----------------------------------------------------------------

    def _by_unit(self, bound: Sequence[_Cells]) -> list[Binding]:
        """One binding a unit; of two tables with the same inputs the one that is filled in."""
        owners: dict[str, list[_Cells]] = {}
        for cells in bound:
            owners.setdefault(self._owner_key(cells), []).append(cells)
        return [self._joined(own) for own in owners.values()]

    def _owner_key(self, cells: _Cells) -> str:
        if cells.owner:
            return cells.owner
        sheet = self._sheet(cells.sheet)
        text = unit_text(sheet, cells.unit) if cells.unit else ""
        known = self.scheme.unit_named(text) if text else None
        if known is None and not text:
            named = self.scheme.unit_named(cells.sheet)
            if named is not None:
                cells.owner = named.name
                return named.name
        return known.name if known else text

    def _filled(self, cells: _Cells) -> bool:
        sheet = self.snapshot.sheet(cells.sheet)
        return sheet is not None and any(
            text_of(sheet.value(*s)) for s in (*cells.inputs.values(), *cells.last_year.values())
        )

    def _differing(self, rivals: Sequence[_Cells]) -> dict[str, Spot]:
        """The inputs of which several tables hold different figures: the cell in the first."""
        said: dict[str, dict[str, Spot]] = {}
        for cells in rivals:
            sheet = self._sheet(cells.sheet)
            for name, spot in cells.inputs.items():
                if text := text_of(sheet.value(*spot)):
                    said.setdefault(name, {}).setdefault(text, spot)
        return {name: next(iter(s.values())) for name, s in said.items() if len(s) > 1}

    def _joined(self, own: Sequence[_Cells]) -> Binding:
        """The tables of one unit as one: the fullest, and from others what it does not have."""
        filled = [c for c in own if self._filled(c)] or list(own)
        best = max(filled, key=lambda c: len(c.inputs))
        rivals = [
            c for c in filled if 2 * len(c.inputs.keys() & best.inputs.keys()) > len(best.inputs)
        ]
        if len(rivals) > 1:
            self._weigh(best, rivals)
        inputs, elsewhere = dict(best.inputs), {}
        measures, last = dict(best.measures), dict(best.last_year)
        marks, scores = dict(best.marks), dict(best.self_scores)
        for other in filled:
            if other is best or other in rivals:
                continue
            fresh = other.inputs.keys() - inputs.keys()
            for name in fresh:
                inputs[name] = other.inputs[name]
                if other.sheet != best.sheet:
                    elsewhere[name] = other.sheet
                if name in other.measures:
                    measures[name] = other.measures[name]
                if other.sheet == best.sheet:
                    last.update({n: s for n, s in other.last_year.items() if n in fresh})
                    marks.update({n: s for n, s in other.marks.items() if n in fresh})
            if other.sheet == best.sheet:
                scores = {**other.self_scores, **scores}
        inputs = dict(sorted(inputs.items(), key=lambda i: (elsewhere.get(i[0], ""), i[1])))
        owner = best.owner
        if not owner and best.unit is None:
            owner = self._cover_elsewhere()
        return Binding(
            best.sheet, best.unit, inputs, measures, last, marks, scores, owner, elsewhere,
            frozenset(self.open),
        )  # fmt: skip

    def _weigh(self, best: _Cells, rivals: Sequence[_Cells]) -> None:
        """Say that several tables hold the same inputs; what differs is taken from none."""
        alike = len({c.sheet for c in rivals}) == 1  # two tables of one sheet
        names = {
            id(c): f"{c.sheet}第{c.layout.table.head[0]}行起" if alike else c.sheet for c in rivals
        }
        differ = self._differing(rivals)
        if differ and not self.snapshot.marks.get(SYSTEM):
            # in a form of ours the first one is what was issued; here nobody knows
            self.open |= {*differ}
            for name in differ:
                best.inputs.pop(name, None)
            self.findings.append(
                finding(
                    "bind-two-tables",
                    place=Place(self.file, best.sheet, a1(*next(iter(differ.values())))),
                    found="、".join(dict.fromkeys(names.values())),
                    name="、".join(differ),
                )
            )
        else:
            self.findings.append(
                finding(
                    "form-sheet-repeated",
                    place=Place(self.file, best.sheet),
                    found="、".join(dict.fromkeys(names.values())),
                    used=names[id(best)],
                )
            )

    def _cover_elsewhere(self) -> str:
        """The unit that a cover sheet names, where the table's own sheet names none."""
        for sheet in self.snapshot.sheets:
            if sheet.hidden:
                continue
            spot = unit_cell(
                sheet, HeadingRow(len(sheet.rows) + 1, len(sheet.rows) + 1, {}), self.scheme
            )
            unit = self.scheme.unit_named(unit_text(sheet, spot)) if spot else None
            if unit is not None:
                return unit.name
        return ""


def _within(layout: Layout, spot: Spot) -> bool:
    """Whether a cell is in the rows of a table."""
    return layout.table.head[0] <= spot[0] <= max(layout.table.end, layout.table.head[1])


def _heading(layout: Layout, cell: Spot) -> Spot:
    """The cell of a column's heading, where a user has named that or a cell below it."""
    inside = layout.table.head[0] <= cell[0] <= layout.table.end and not layout.table.flipped
    columns = (c.spot for c in layout.table.columns if inside and c.number == cell[1])
    return next(columns, cell)

"""The form as it was issued, worked out again from the scheme, to hold a return against it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kpixl.grid import Area, Scalar, Sheet, Snapshot, Source, Spot
from kpixl.host import Formula, Patch, PutSheet, SheetSpec
from kpixl.scheme.headings import FORM_COLUMNS, LEDGER_COLUMNS, find_headings, text_of
from kpixl.scheme.items import Unit
from kpixl.scheme.model import Scheme
from kpixl.templates.bind import Recogniser
from kpixl.templates.issue import FORM_SHEET, blank_form
from kpixl.templates.ledger_form import LEDGER_SHEET, blank_ledger
from kpixl.templates.marks import FORM, FORM_ID, NOTICE, SYSTEM, UNIT
from kpixl.templates.reading import Reading

_COVER_ROWS = 8


def plain(value: Scalar) -> str:
    """A cell's content in the spelling in which a return is held against its form.

    Spaces, line breaks and the width of characters are no change, nor is a number that a
    program has turned into text.

    >>> plain(8.0) == plain("８"), plain(" 规上\\n产值") == plain("规上产值")
    (True, True)
    """
    if isinstance(value, float | int) and not isinstance(value, bool):
        return f"{value:.12g}"
    text = value if type(value) is str else text_of(value)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return "".join(text.split())


@dataclass(frozen=True)
class IssuedSheet:
    """One sheet as it was handed out: what stands in locked cells.

    `texts` holds the spelling of every locked cell that has content, `blank` the locked cells
    that have none; cells that a merge hides are in neither.  `roles` are the columns of the
    table by what they are for, `labels` the name of each of its rows.
    """

    name: str
    values: Mapping[Spot, Scalar]
    texts: Mapping[Spot, str]
    blank: frozenset[Spot]
    height: int
    width: int
    head: int
    roles: Mapping[int, str]
    labels: Mapping[int, str]
    headings: Mapping[int, str]


@dataclass(frozen=True)
class IssuedForm:
    """All sheets of an issued form; the first is the one that is filled in.

    `blank` is the form itself; forms of one `shape` differ in the name of the unit only.
    """

    sheets: tuple[IssuedSheet, ...]
    unit: str
    scheme: Scheme
    blank: Snapshot = field(compare=False)
    shape: object = ""


class IssuedForms:
    """The issued forms of a scheme; each is worked out once in a run, and so are layouts."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self._known: dict[tuple[str, str], IssuedForm] = {}
        self._alike: dict[object, IssuedForm] = {}
        self._layouts: dict[object, Reading] = {}
        self.recogniser = Recogniser(scheme)

    def of(self, snapshot: Snapshot) -> IssuedForm | None:
        """The form that a return was made from; None where it is none of ours.

        A form of another version is not held against this one: that it is of another version
        says it all.  Marks that a file format does not keep are made up for by the title.
        """
        marks, scheme = snapshot.marks, self.scheme
        wanted = LEDGER_SHEET if scheme.ledger is not None else FORM_SHEET
        if marks.get(SYSTEM):
            ids = (marks[SYSTEM], marks.get(FORM_ID), marks.get(FORM, wanted))
            if ids != (scheme.system, scheme.form_id, wanted):
                return None
            name = marks.get(UNIT, "")
            if name and scheme.unit_named(name) is None:
                return None
            return self._form(name, marks.get(NOTICE, ""))
        title = scheme.title + ("台账" if scheme.ledger is not None else FORM_SHEET)
        sheet = next((s for s in snapshot.sheets if s.name == wanted), None)
        if sheet is None or not any(
            plain(v) == plain(title) for row in sheet.rows[:2] for v in row
        ):
            return None
        form_id = plain(scheme.form_id)
        if not any(plain(v) == form_id for row in sheet.rows[:8] for v in row):
            return None
        return self._nearest(sheet)

    def _nearest(self, sheet: Sheet) -> IssuedForm | None:
        """The form that a return is most like: of whom the cover names, or of nobody.

        A form may have been issued with a line below the title.
        """
        said = {plain(v) for row in sheet.rows[:_COVER_ROWS] for v in row}
        names = [u.name for u in self.scheme.units if plain(u.name) in said]
        below = next((text_of(v) for v in sheet.rows[2] if v), "") if len(sheet.rows) > 2 else ""
        notices = ("", below) if below else ("",)
        forms = [self._form(n, notice) for n in (*names, "") for notice in notices]

        def alike(form: IssuedForm) -> float:
            texts = form.sheets[0].texts
            return sum(plain(sheet.value(*s)) == t for s, t in texts.items()) / max(len(texts), 1)

        return max(forms, key=alike)

    def _form(self, unit: str, notice: str) -> IssuedForm:
        if (unit, notice) not in self._known:
            scheme = self.scheme
            known = scheme.unit_named(unit) if unit else None
            alike = None if known is None else self._alike.get(self._shape(known, notice))
            form = None if alike is None or known is None else _renamed(alike, known.name)
            if form is None:
                make = blank_ledger if scheme.ledger is not None else blank_form
                patch: Patch = make(scheme, unit=known, notice=notice)
                specs = [c.sheet for c in patch.changes if isinstance(c, PutSheet)]
                sheets = tuple(map(_issued, specs))
                blank = Snapshot(Source(""), tuple(map(_as_sheet, specs)), marks=patch.marks)
                shape = self._shape(known, notice) if known is not None else notice
                form = IssuedForm(sheets, known.name if known else "", scheme, blank, shape)
                if known is not None:
                    self._alike[shape] = form
            self._known[unit, notice] = form
        return self._known[unit, notice]

    def layout(self, form: IssuedForm) -> Reading:
        """Which cell of an issued form is what."""
        if form.shape not in self._layouts:
            self._layouts[form.shape] = self.recogniser.read(form.blank)
        return self._layouts[form.shape]

    def _shape(self, unit: Unit, notice: str) -> object:
        """What the form of a unit depends on, its name left out."""
        scheme = self.scheme
        if scheme.ledger is not None:
            return tuple(task.input for task in scheme.ledger.led_by(unit.name)), notice
        asked = tuple(i.name for i in scheme.asked_of(unit.name))
        targets = tuple(scheme.target(unit.name, name) for name in asked)
        return asked, targets, unit.assessor, notice


def _renamed(form: IssuedForm, unit: str) -> IssuedForm | None:
    """The same form for another unit; None where it can't be told where the name stands."""
    first, *others = form.sheets
    spots = [s for s, v in first.values.items() if v == form.unit and s[0] < first.head]
    if len(spots) != 1:
        return None
    sheet = replace(
        first,
        values={**first.values, spots[0]: unit},
        texts={**first.texts, spots[0]: plain(unit)},
    )
    return replace(form, sheets=(sheet, *others), unit=unit)


def _issued(spec: SheetSpec) -> IssuedSheet:
    hidden = {
        (row, column)
        for area in spec.merged
        for row in range(area.top, area.bottom + 1)
        for column in range(area.left, area.right + 1)
        if (row, column) != (area.top, area.left)
    }
    values: dict[Spot, Scalar] = {}
    blank: set[Spot] = set()
    for spot in {*spec.cells, *spec.styles} - hidden:
        style, content = spec.styles.get(spot), spec.cells.get(spot)
        if style is not None and not style.locked:
            continue
        if content is None or content == "":
            blank.add(spot)
        elif not isinstance(content, Formula):
            values[spot] = content
    sheet = _as_sheet(spec)
    height, width = len(sheet.rows), sheet.width
    head, roles = _table(sheet)
    label = next((c for role in ("数据项", "指标") for c, r in roles.items() if r == role), 1)
    labels = {r: text_of(sheet.value(r, label)) for r in range(head + 1, height + 1)}
    return IssuedSheet(
        name=spec.name,
        values=values,
        texts={spot: plain(v) for spot, v in values.items()},
        blank=frozenset(blank),
        height=height,
        width=width,
        head=head,
        roles=roles,
        labels={row: text for row, text in labels.items() if text},
        headings={c: text_of(sheet.value(head, c)) for c in range(1, width + 1)} if head else {},
    )


def _as_sheet(spec: SheetSpec) -> Sheet:
    height = max((r for r, _ in {*spec.cells, *spec.styles}), default=0)
    width = max((c for _, c in {*spec.cells, *spec.styles}), default=0)
    rows: list[list[Scalar]] = [[None] * width for _ in range(height)]
    for (row, column), content in spec.cells.items():
        rows[row - 1][column - 1] = content.value if isinstance(content, Formula) else content
    merged: tuple[Area, ...] = tuple(spec.merged)
    return Sheet(spec.name, tuple(map(tuple, rows)), merged=merged)


def _table(sheet: Sheet) -> tuple[int, dict[int, str]]:
    """The heading row and what its columns are for; for a sheet of information the fullest row."""
    for table in (LEDGER_COLUMNS, FORM_COLUMNS):
        found = find_headings(sheet, table, needs=("数据项",))
        needed = "1月" if table is LEDGER_COLUMNS else "填报值"
        if found is not None and needed in found.columns:
            return found.row, {column: role for role, column in found.columns.items()}
    texts = [sum(isinstance(v, str) and bool(v) for v in row) for row in sheet.rows]
    return (texts.index(max(texts)) + 1 if texts else 0), {}

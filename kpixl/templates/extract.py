"""Reading returned forms into entries: one figure with its file, sheet and cell each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePath

from kpixl.address import a1
from kpixl.entries import Entries, Entry
from kpixl.findings import Finding, Place, finding
from kpixl.grid import Scalar, Sheet, Snapshot, Spot
from kpixl.numbers import conversion, shows_percent
from kpixl.scheme.headings import text_of
from kpixl.scheme.items import Input, Unit
from kpixl.scheme.model import Scheme
from kpixl.templates.bind import Recogniser
from kpixl.templates.owner import title_units, unit_text
from kpixl.templates.reading import Binding, Reading


def extract(
    snapshot: Snapshot, binding: Binding, scheme: Scheme
) -> tuple[tuple[Entry, ...], tuple[Finding, ...]]:
    """The entries of one returned form; none where it can't be told whose form it is.

    Entries hold what stood in the cells; what it counts as is decided in validation.
    An input that the form lacks, or that it asks for in another unit of measure, is
    there as unreadable, so that nobody calls it blank afterwards.
    """
    sheet = snapshot.sheet(binding.sheet)
    if sheet is None:
        raise ValueError(f"no sheet {binding.sheet!r} in {snapshot.source.name!r}")
    units, findings = _owners(snapshot, sheet, binding, scheme)
    entries: list[Entry] = []
    for unit in units:
        for given in scheme.asked_of(unit.name):
            entry, faults = _entry(snapshot, sheet, binding, given, unit.name)
            entries.append(entry)
            findings += faults
    if len(units) == 1:
        findings += _not_asked(snapshot, sheet, binding, scheme, units[0].name)
    return tuple(entries), tuple(findings)


def _not_asked(
    snapshot: Snapshot, sheet: Sheet, binding: Binding, scheme: Scheme, unit: str
) -> Iterator[Finding]:
    """Figures of inputs that are others' to report are told: nobody is going to use them."""
    asked = {given.name for given in scheme.asked_of(unit)}
    for name, spot in binding.inputs.items():
        own = snapshot.sheet(binding.sheet_of(name)) or sheet
        text = text_of(own.value(*spot))
        if name not in asked and text:
            place = Place(snapshot.source.name, own.name, a1(*spot))
            yield finding(
                "value-not-asked", place=place, unit=unit, input=name, found=text, name=name
            )


def _owners(
    snapshot: Snapshot, sheet: Sheet, binding: Binding, scheme: Scheme
) -> tuple[tuple[Unit, ...], list[Finding]]:
    """Whose figures a form holds.

    One that names nobody on its cover is the table of all units, filled in by one hand, where
    every figure is asked of one unit alone; then it holds those of whom it has a figure.
    """
    if binding.owner:
        return _owner(snapshot, sheet, binding, scheme)
    named = bool(binding.unit and unit_text(sheet, binding.unit))
    if not named and scheme.items_differ:
        asked = {u.name: {i.name for i in scheme.asked_of(u.name)} for u in scheme.units}
        filled = {n for n, spot in _figures(binding) if text_of(sheet.value(*spot))}
        alone = sum(map(len, asked.values())) == len(frozenset().union(*asked.values()))
        owners = tuple(u for u in scheme.units if asked[u.name] & filled)
        if alone and owners:
            return owners, []
    unit, findings = _unit(snapshot, sheet, binding, scheme)
    return (() if unit is None else (unit,)), findings


def _owner(
    snapshot: Snapshot, sheet: Sheet, binding: Binding, scheme: Scheme
) -> tuple[tuple[Unit, ...], list[Finding]]:
    """The unit that a heading or a row of the table names."""
    unit = scheme.unit_named(binding.owner)
    if unit is not None:
        return (unit,), []
    cell = a1(*binding.unit) if binding.unit else ""
    return (), [
        finding(
            "form-unit-unknown",
            place=Place(snapshot.source.name, sheet.name, cell),
            found=binding.owner,
            name=binding.owner,
            choices="、".join(u.name for u in scheme.units),
        )
    ]


def _figures(binding: Binding) -> Iterator[tuple[str, Spot]]:
    """The cells of this year's and last year's figures, by input."""
    yield from binding.inputs.items()
    yield from binding.last_year.items()


def self_scores(
    snapshot: Snapshot, binding: Binding, scheme: Scheme, unit: str
) -> tuple[Entry, ...]:
    """What a unit gives itself (自评分), by item; none where the form does not ask for it."""
    sheet = snapshot.sheet(binding.sheet)
    assert sheet is not None
    return tuple(
        Entry(
            unit,
            item,
            raw=sheet.value(*binding.self_scores[item]),
            number_format=sheet.formats.get(binding.self_scores[item], "General"),
            place=Place(snapshot.source.name, sheet.name, a1(*binding.self_scores[item])),
            sha256=snapshot.source.sha256,
        )
        for item in scheme.indicator_by_key
        if item in binding.self_scores
    )


def _unit(
    snapshot: Snapshot, sheet: Sheet, binding: Binding, scheme: Scheme
) -> tuple[Unit | None, list[Finding]]:
    """Whose form it is, by its cover; the file's name is compared, never believed."""
    file = snapshot.source.name
    place = Place(file, sheet.name, a1(*binding.unit) if binding.unit else "")
    name = unit_text(sheet, binding.unit) if binding.unit else ""
    if not name:
        told = "、".join(dict.fromkeys(title_units(sheet, scheme, len(sheet.rows) + 1)))
        found = f"标题等处写有“{told}”,不作准" if told else f"文件名 {file}"
        return None, [finding("form-unit-missing", place=place, found=found)]
    unit = scheme.unit_named(name)
    if unit is None:
        choices = "、".join(u.name for u in scheme.units)
        return None, [
            finding("form-unit-unknown", place=place, found=name, name=name, choices=choices)
        ]
    return unit, list(other_in_name(file, place, unit, scheme))


def other_in_name(file: str, place: Place, unit: Unit, scheme: Scheme) -> Iterator[Finding]:
    """The name of a file that names another unit than the cover does."""
    stem = PurePath(file).stem
    if any(len(n) > 1 and n in stem for n in (unit.name, *unit.aliases)):
        return
    # A name of one character (东) is in too many words to mean a unit.
    meant = [
        u.name for u in scheme.units if any(len(n) > 1 and n in stem for n in (u.name, *u.aliases))
    ]
    if meant:
        yield finding(
            "form-unit-file", place=place, unit=unit.name, found=file, name="、".join(meant)
        )


def _entry(
    snapshot: Snapshot, sheet: Sheet, binding: Binding, given: Input, unit: str
) -> tuple[Entry, list[Finding]]:
    file, name = snapshot.source.name, given.name
    spot = binding.inputs.get(name)
    last = binding.last_year.get(name)
    sheet = snapshot.sheet(binding.sheet_of(name)) or sheet
    if spot is None:
        place = Place(file, sheet.name)
        entry = Entry(unit, name, state="unreadable", place=place, sha256=snapshot.source.sha256)
        if name in binding.unanswered:
            return entry, []  # the question says it
        return entry, [finding("form-input-absent", place=place, unit=unit, input=name, name=name)]
    place = Place(file, sheet.name, a1(*spot))
    raw = sheet.value(*spot)
    last_year, findings = _last_year(file, sheet, last, given, unit)
    measure = binding.measures.get(name, "")
    factor = conversion(measure, given.unit) if measure and given.unit else 1
    changed = factor != 1 and text_of(raw) != ""
    if changed:
        findings.append(_measure_changed(place, unit, given, measure, raw))
    mark = binding.marks.get(name)
    return (
        Entry(
            unit,
            name,
            raw=raw,
            state="unreadable" if changed else "blank" if text_of(raw) == "" else "given",
            mark=text_of(sheet.value(*mark)) if mark else "",
            last_year=last_year,
            number_format=sheet.formats.get(spot, "General"),
            place=place,
            sha256=snapshot.source.sha256,
        ),
        findings,
    )


def _measure_changed(place: Place, unit: str, given: Input, measure: str, raw: Scalar) -> Finding:
    factor = conversion(measure, given.unit)
    proposal = "请按方案的计量单位重填"
    if factor is not None and isinstance(raw, int | float) and not isinstance(raw, bool):
        proposal = f"换算后为 {float(raw) * float(factor):.15g}{given.unit}"
    return finding(
        "form-measure-changed",
        place=place,
        unit=unit,
        input=given.name,
        found=f"{text_of(raw)}{measure}",
        name=given.name,
        wanted=given.unit,
        proposal=proposal,
    )


def _last_year(
    file: str, sheet: Sheet, spot: Spot | None, given: Input, unit: str
) -> tuple[float | None, list[Finding]]:
    raw = sheet.value(*spot) if spot else None
    if spot is None or text_of(raw) == "":
        return None, []
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        shown = sheet.formats.get(spot, "General")
        return float(raw) * (100 if shows_percent(shown) else 1), []
    return None, [
        finding(
            "value-not-a-number",
            place=Place(file, sheet.name, a1(*spot)),
            unit=unit,
            input=given.name,
            found=text_of(raw),
            name=f"{given.name}(上年数)",
            wanted="数字",
        )
    ]


@dataclass(frozen=True)
class _Return:
    """One form that could be read."""

    file: str
    sha256: str
    place: Place
    entries: tuple[Entry, ...]
    self_scores: tuple[Entry, ...] = ()

    @property
    def unit(self) -> str:
        return self.entries[0].unit


def collect_entries(
    forms: Sequence[Snapshot],
    scheme: Scheme,
    *,
    expect_all: bool = True,
    recogniser: Recogniser | None = None,
    layout: Reading | None = None,
) -> tuple[Entries, tuple[Finding, ...]]:
    """All returned forms as one set of entries, one return a unit.

    Of two returns for one unit the first is used.  With `expect_all` every unit of
    the roster belongs to the result, and one that sent nothing is a finding; without
    it only those that sent something (a single form is being checked).  A `recogniser` that
    is kept knows the layouts of forms that came before; `layout` is that of all these forms
    where it is known already.
    """
    returns: list[_Return] = []
    findings: list[Finding] = []
    recogniser = recogniser or Recogniser(scheme)
    for form in forms:
        reading = layout or recogniser.read(form)
        findings += reading.findings
        for binding in reading.bindings:
            entries, faults = extract(form, binding, scheme)
            findings += faults
            cell = a1(*binding.unit) if binding.unit else ""
            place = Place(form.source.name, binding.sheet, cell)
            for unit, own in groupby(entries, key=lambda e: e.unit):
                scores = self_scores(form, binding, scheme, unit)
                source = form.source
                returns.append(_Return(source.name, source.sha256, place, tuple(own), scores))
    first: dict[str, _Return] = {}
    for one in returns:
        first.setdefault(one.unit, one)
    findings += _repeated(returns, first)
    units = tuple(
        u.name for u in (scheme.units if expect_all else scheme.units_among(first.keys()))
    )
    findings += _not_returned(units, first)
    return (
        Entries(
            units=units,
            groups={u.name: u.group for u in scheme.units_among(set(units))},
            cells={
                (entry.unit, entry.input): entry
                for unit in units
                if unit in first
                for entry in first[unit].entries
            },
            sources={r.file: r.sha256 for r in first.values()},
            self_scores={(e.unit, e.input): e for r in first.values() for e in r.self_scores},
        ),
        tuple(findings),
    )


def _repeated(returns: Sequence[_Return], first: Mapping[str, _Return]) -> Iterator[Finding]:
    """A unit has one return: the others are named with the cells that differ."""
    for other in returns:
        used = first[other.unit]
        if other is used:
            continue
        pairs = zip(used.entries, other.entries, strict=True)
        differing = [mine.place.cell for mine, its in pairs if mine.raw != its.raw]
        facts = f"不同的单元格:{'、'.join(differing)}" if differing else "两份数据相同"
        yield finding(
            "form-unit-repeated",
            place=other.place,
            unit=other.unit,
            found=facts,
            name=other.unit,
            used=used.file,
        )


def _not_returned(units: Sequence[str], first: Mapping[str, _Return]) -> Iterator[Finding]:
    """Every unit of the roster sends a form."""
    for unit in units:
        if unit not in first:
            yield finding("form-returns-missing", unit=unit, name=unit)

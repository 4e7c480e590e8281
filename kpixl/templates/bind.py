"""Recognising a returned form: which cell holds which input, by headings and labels.

No cell address is known beforehand.  Title rows, moved columns, merged cells and a
form that another program saved make no difference; what can't be found is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kpixl.address import a1
from kpixl.findings import Finding, Place, finding
from kpixl.grid import Sheet, Snapshot, Spot
from kpixl.numbers import is_measure
from kpixl.scheme.headings import (
    COVER,
    FORM_COLUMNS,
    HeadingRow,
    find_headings,
    match,
    spelling,
    text_of,
    without_bracket,
)
from kpixl.scheme.model import Input, Scheme
from kpixl.templates.issue import FORM_SHEET
from kpixl.templates.marks import FORM, FORM_ID, SYSTEM

_INLINE = re.compile(r"^([^:：]{2,10})[:：]\s*(\S.*)$")


@dataclass(frozen=True)
class Binding:
    """Where a form holds what: cells by row and column from 1.

    `measures` is the unit of measure that stands beside an input, where the form has
    such a column; `last_year` and `marks` are cells of 上年数 and 口径, `self_scores` those of
    自评分 by item.
    """

    sheet: str
    unit: Spot | None
    inputs: Mapping[str, Spot]
    measures: Mapping[str, str] = field(default_factory=dict)
    last_year: Mapping[str, Spot] = field(default_factory=dict)
    marks: Mapping[str, Spot] = field(default_factory=dict)
    self_scores: Mapping[str, Spot] = field(default_factory=dict)


def bind(snapshot: Snapshot, scheme: Scheme) -> tuple[Binding | None, tuple[Finding, ...]]:
    """How a returned form is to be read, and what is wrong with its shape.

    None where the workbook is no form of this scheme at all.
    """
    file = snapshot.source.name
    findings: list[Finding] = []
    system = snapshot.marks.get(SYSTEM)
    if system not in (None, scheme.system):
        return None, (
            finding("form-other-scheme", place=Place(file), found=system, wanted=scheme.system),
        )
    form_id = snapshot.marks.get(FORM_ID)
    if form_id not in (None, scheme.form_id):
        findings.append(
            finding("form-version", place=Place(file), found=form_id, wanted=scheme.form_id)
        )
    monthly = snapshot.marks.get(FORM, "")
    # the form of the assessment has a deadline too
    if monthly and monthly != FORM_SHEET and monthly in scheme.deadlines:
        return None, (finding("form-monthly", place=Place(file), name=monthly),)
    bound = [b for s in snapshot.sheets if not s.hidden and (b := _sheet(file, s, scheme))]
    if not bound:
        wanted = "表头中有“数据项”和“填报值”,表中有本方案的数据项"
        sheets = "、".join(s.name for s in snapshot.sheets)
        findings.append(
            finding("form-unrecognised", place=Place(file), found=sheets, wanted=wanted)
        )
        return None, tuple(findings)
    best, faults = max(bound, key=lambda pair: len(pair[0].inputs))
    rivals = [b.sheet for b, _ in bound if 2 * len(b.inputs) > len(best.inputs)]
    if len(rivals) > 1:
        findings.append(
            finding(
                "form-sheet-repeated",
                place=Place(file, best.sheet),
                found="、".join(rivals),
                used=best.sheet,
            )
        )
    return best, (*findings, *faults)


def _sheet(file: str, sheet: Sheet, scheme: Scheme) -> tuple[Binding, list[Finding]] | None:
    headings = find_headings(sheet, FORM_COLUMNS, needs=("填报值",))
    if headings is None or "填报值" not in headings.columns:
        return None
    label = "数据项" if "数据项" in headings.columns else "指标"
    if label not in headings.columns:
        return None
    rows, findings = _rows(file, sheet, headings, headings.columns[label], scheme)
    if not rows:
        return None

    def cells(column: str) -> dict[str, Spot]:
        at = headings.columns.get(column)
        return {} if at is None else {n: sheet.anchor(row, at) for n, row in rows.items()}

    measures = {
        name: text_of(sheet.value(*spot))
        for name, spot in cells("计量单位").items()
        if text_of(sheet.value(*spot))
    }
    binding = Binding(
        sheet=sheet.name,
        unit=unit_cell(sheet, headings, scheme),
        inputs=cells("填报值"),
        measures=measures,
        last_year=cells("上年数"),
        marks=cells("口径"),
        self_scores=_of_items(cells("自评分"), scheme),
    )
    return binding, findings


def _of_items(cells: Mapping[str, Spot], scheme: Scheme) -> Mapping[str, Spot]:
    """Cells that belong to items, found in the rows of the items' inputs."""
    spots: dict[str, Spot] = {}
    for name, spot in cells.items():
        item = scheme.input_by_name[name].item
        if item in scheme.indicator_by_key:
            spots.setdefault(item, spot)
    return spots


def _rows(
    file: str, sheet: Sheet, headings: HeadingRow, column: int, scheme: Scheme
) -> tuple[dict[str, int], list[Finding]]:
    """The row of each input that the table names."""
    names = _names(scheme, with_indicators="数据项" not in headings.columns)
    edge = _right(sheet, headings.row, column)
    rows: dict[str, int] = {}
    findings: list[Finding] = []
    for row in range(headings.bottom + 1, len(sheet.rows) + 1):
        label = text_of(sheet.value(row, column))
        spot = sheet.anchor(row, headings.columns["填报值"])
        if not label or _right(sheet, row, column) > edge:
            continue  # blank, or a line across columns: a category, a remark, a signature
        given = _named(label, names)
        place = Place(file, sheet.name, a1(row, column))
        if given is None:
            if text_of(sheet.value(*spot)):
                findings.append(finding("form-input-unknown", place=place, found=label, name=label))
        elif given.derived:
            continue
        elif given.name in rows:
            used = a1(rows[given.name], headings.columns["填报值"])
            findings.append(
                finding(
                    "form-input-repeated", place=place, input=given.name, name=given.name, used=used
                )
            )
        else:
            rows[given.name] = row
    return rows, findings


def _names(scheme: Scheme, *, with_indicators: bool) -> Mapping[str, Input]:
    """Inputs by spelling; an indicator's name stands for its only input."""
    names = {spelling(i.name): i for i in scheme.inputs}
    for indicator in scheme.indicators if with_indicators else ():
        own = [i for i in scheme.asked if i.item == indicator.key]
        if len(own) == 1:
            for text in (indicator.name, indicator.key):
                names.setdefault(spelling(text), own[0])
    return names


def _named(label: str, names: Mapping[str, Input]) -> Input | None:
    """The input of a label; a bracket at its end may hold the unit of measure."""
    spelled = spelling(label)
    return names.get(spelled) or names.get(without_bracket(spelled))


def unit_cell(sheet: Sheet, headings: HeadingRow, scheme: Scheme) -> Spot | None:
    """The cell that says whose form it is: above the table, else below it, else any name."""
    above = [(r, c) for r, c, _ in sheet.filled() if r < headings.row]
    below = [(r, c) for r, c, _ in sheet.filled() if r > headings.bottom]
    found: list[Spot] = []
    for spots in (above, below):
        found += [f for r, c in spots if (f := _beside_label(sheet, r, c)) is not None]
        for spot in found:
            if scheme.unit_named(unit_text(sheet, spot)):
                return spot
        if found and spots is above:
            return next((s for s in found if unit_text(sheet, s)), found[0])
    return next((s for s in above if scheme.unit_named(text_of(sheet.value(*s)))), None)


def _beside_label(sheet: Sheet, row: int, column: int) -> Spot | None:
    """The field of a label such as 单位 or 填报单位: to its right, or behind its colon."""
    text = text_of(sheet.value(row, column))
    inline = _INLINE.match(text)
    if inline and match(inline[1], COVER) == "单位":
        return None if is_measure(inline[2]) else (row, column)
    if match(text, COVER) != "单位":
        return None
    spot = sheet.anchor(row, _right(sheet, row, column) + 1)
    # “单位”“亿元” above a table is the unit of measure.
    return None if is_measure(text_of(sheet.value(*spot))) else spot


def _right(sheet: Sheet, row: int, column: int) -> int:
    """The last column of the area that a cell is merged into."""
    return next((a.right for a in sheet.merged if (row, column) in a), column)


def unit_text(sheet: Sheet, spot: Spot) -> str:
    """The unit's name in a cell, without a label before it."""
    text = text_of(sheet.value(*spot))
    inline = _INLINE.match(text)
    return inline[2].strip() if inline and match(inline[1], COVER) == "单位" else text

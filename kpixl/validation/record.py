"""A return that was read, as text: it travels between processes and survives a stopped run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from kpixl.entries import Entries, Entry
from kpixl.findings import Finding, Place, Severity
from kpixl.grid import CellError, Scalar
from kpixl.templates.ledger_form import ReturnedLedger
from kpixl.templates.remarks import Remark, Remarks
from kpixl.validation.returned import Reading


def dumped(reading: Reading) -> bytes:
    """A return as one line of JSON."""
    entries = reading.entries
    content = {
        "file": reading.file,
        "sha256": reading.sha256,
        "unit": reading.unit,
        "place": _place(reading.place),
        "units": entries.units,
        "groups": entries.groups,
        "sources": entries.sources,
        "cells": [_entry(e) for e in entries.cells.values()],
        "self": [_entry(e) for e in entries.self_scores.values()],
        "findings": [_finding(f) for f in reading.findings],
        "reasons": {n: [r.text, *_place(r.place)] for n, r in reading.remarks.reasons.items()},
        "evidence": {n: [r.text, *_place(r.place)] for n, r in reading.remarks.evidence.items()},
        "last_year": {n: _place(p) for n, p in reading.last_year.items()},
        "issued": reading.issued,
        "monthly": reading.monthly,
        "day": reading.day.isoformat() if reading.day else "",
        "figures": reading.figures,
        "system": reading.system,
        "ours": reading.ours,
        "ledger": _ledger(reading.ledger) if reading.ledger is not None else None,
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def loaded(text: bytes | str) -> Reading:
    """The return that `dumped` wrote; raises ValueError, KeyError or TypeError for other text."""
    c = json.loads(text)
    cells = [_entry_of(e, c["sha256"]) for e in c["cells"]]
    scores = [_entry_of(e, c["sha256"]) for e in c["self"]]
    return Reading(
        file=c["file"],
        sha256=c["sha256"],
        unit=c["unit"],
        place=Place(*c["place"]),
        entries=Entries(
            tuple(c["units"]),
            c["groups"],
            {(e.unit, e.input): e for e in cells},
            c["sources"],
            {(e.unit, e.input): e for e in scores},
        ),
        findings=tuple(_finding_of(f) for f in c["findings"]),
        remarks=Remarks(_remarks_of(c["reasons"]), _remarks_of(c["evidence"])),
        last_year={n: Place(*p) for n, p in c["last_year"].items()},
        issued=c["issued"],
        monthly=c["monthly"],
        day=date.fromisoformat(c["day"]) if c["day"] else None,
        figures={n: (cell, was) for n, (cell, was) in c["figures"].items()},
        system=c["system"],
        ours=c["ours"],
        ledger=_ledger_of(c["ledger"], c["file"], c["sha256"]) if c["ledger"] else None,
    )


def _ledger(sent: ReturnedLedger) -> list[Any]:
    cells = [[month, *_entry(e)] for (month, _), e in sent.cells.items()]
    return [sent.unit, sorted(sent.months), cells]


def _ledger_of(content: list[Any], file: str, sha256: str) -> ReturnedLedger:
    unit, months, lines = content
    cells = {}
    for month, *line in lines:
        entry = _entry_of(line, sha256)
        cells[month, entry.input] = entry
    return ReturnedLedger(file, sha256, unit, cells, frozenset(months))


def _place(place: Place) -> list[str]:
    return [place.file, place.sheet, place.cell]


def _remarks_of(content: Mapping[str, list[str]]) -> dict[str, Remark]:
    return {name: Remark(text, Place(*place)) for name, (text, *place) in content.items()}


def _entry(e: Entry) -> list[Any]:
    place = _place(e.place)
    raw = _scalar(e.raw)
    return [e.unit, e.input, raw, e.value, e.state, e.mark, e.last_year, e.number_format, *place]


def _entry_of(content: list[Any], sha256: str) -> Entry:
    unit, name, raw, value, state, mark, last_year, shown, *place = content
    return Entry(
        unit, name, _scalar_of(raw), value, state, mark, last_year, shown, Place(*place), sha256
    )


def _finding(f: Finding) -> list[str]:
    facts = [f.unit, f.input, f.found, f.expected, f.remedy, f.text]
    return [f.code, str(f.severity), *_place(f.place), *facts]


def _finding_of(content: list[str]) -> Finding:
    code, severity, file, sheet, cell, *facts = content
    return Finding(code, Severity(severity), Place(file, sheet, cell), *facts)


def _scalar(value: Scalar) -> Any:
    """A cell's value as JSON has it; what JSON has not is a list of its kind and its text."""
    if isinstance(value, CellError):
        return ["error", value.code]
    if isinstance(value, datetime | date | time):
        return [type(value).__name__, value.isoformat()]
    return value


def _scalar_of(value: Any) -> Scalar:
    if not isinstance(value, list):
        return value  # type: ignore[no-any-return]
    kind, text = value
    if kind == "error":
        return CellError(text)
    known = {"datetime": datetime, "date": date, "time": time}
    return known[kind].fromisoformat(text)  # type: ignore[attr-defined,no-any-return]

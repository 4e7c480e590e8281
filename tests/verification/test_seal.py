"""封存: what is sealed comes back as it was, through a file too, and never breaks the reader."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpixl.entries import Entries, Entry
from kpixl.findings import Place, finding
from kpixl.grid import CellError, Scalar, Snapshot
from kpixl.host import Patch, PutSheet
from kpixl.hosts import files
from kpixl.pipeline import assess_forms
from kpixl.reporting.seal import (
    CHECK,
    COPY,
    TEXT,
    TOP,
    Record,
    Sealed,
    digest_of,
    given_of,
    records_of,
    seal_sheet,
    unseal,
)  # fmt: skip
from kpixl.reporting.sheets import SEAL
from kpixl.scheme.model import Scheme
from kpixl.templates.from_form import scheme_of_form
from kpixl.workspace.assessing import assess, follow
from kpixl.workspace.results import Target, write_result
from kpixl.workspace.schemes import usable_scheme
from tests.templates.layouts.build import forms, write
from tests.verification import results
from tests.verification.results import SYSTEMS, verified, with_cells, write_sample

MODEL = "wenzhou-2015"


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return usable_scheme(MODEL)[0]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return files.read(write_sample(MODEL, tmp_path_factory.mktemp("results") / "结果.xlsx"))


def through_a_file(records: tuple[Record, ...], path: Path) -> tuple[Record, ...]:
    """The records as they come out of a workbook."""
    sheet = replace(seal_sheet(records), hidden=False)
    path.unlink(missing_ok=True)
    files.write_new(path, Patch((PutSheet(sheet),)))
    read = files.read(path).sheets[0]
    rows = range(TOP + 1, TOP + len(records) + 1)
    assert [read.value(r, COPY) for r in rows] == [read.value(r, TEXT) for r in rows]
    return tuple(Record(str(read.value(r, TEXT)), str(read.value(r, 3) or "")) for r in rows)


@pytest.mark.parametrize("system", SYSTEMS)
def test_scheme_figures_and_findings_come_back_as_they_were(system: str, tmp_path: Path) -> None:
    folder = results.REPO / "workbooks" / system
    scheme, _ = usable_scheme(system)
    if scheme.ledger is None:
        outcome = assess(scheme, [folder / "回收"])
        sealed = Sealed(scheme, results.RUN, outcome.findings, outcome.entries)
    else:
        table = next(folder.glob("企业*.xlsx"))
        result = follow(scheme, [folder / "回收"], enterprises=table)
        assert result.classes is not None
        months = {n: m.table.entries for n, m in result.months.items()}
        sealed = Sealed(
            scheme, results.RUN, result.findings, None, months, result.month,
            given_of(result.classes),
        )  # fmt: skip
    found = unseal(through_a_file(records_of(sealed), tmp_path / "封存.xlsx"))
    assert found.scheme == sealed.scheme and found.run == sealed.run
    assert (found.findings, found.current) == (sealed.findings, sealed.current)
    assert (found.entries, found.months) == (sealed.entries, sealed.months)
    if sealed.enterprises is not None:
        assert found.enterprises is not None
        assert found.enterprises[0].equals(sealed.enterprises[0])
        assert found.enterprises[1] == sealed.enterprises[1]


STATED = [f for f in forms() if not f.scheme and f.writer == "xlsxwriter" and f.suffix == "xlsx"]


def test_results_of_forms_that_state_their_rules_are_identical(tmp_path: Path) -> None:
    books = write(STATED, tmp_path)
    assert len(books) >= 8
    for name, path in books.items():
        form = files.read(path)
        scheme = scheme_of_form(form).scheme
        assert scheme is not None
        outcome = assess_forms(scheme, [form])
        made = tmp_path / f"{name}结果.xlsx"
        write_result(outcome, Target(made), results.RUN)
        done = verified(made)
        assert done.identical, [f.sentence() for f in done.findings]
        assert done.findings == ()
        records = records_of(Sealed(scheme, results.RUN, outcome.findings, outcome.entries))
        assert unseal(records).scheme == scheme


SCALARS: st.SearchStrategy[Scalar] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=30),
    st.sampled_from(["_x0041_", "=1+1", " 两头空 ", "甲\r\n乙", "\ufffe", "\x7f", "a" * 30, "'"]),
    st.dates(date(1900, 3, 1), date(2100, 1, 1)),
    st.datetimes(datetime(1900, 3, 1), datetime(2100, 1, 1)),
    st.sampled_from([CellError("#DIV/0!"), CellError("#N/A")]),
)


@settings(max_examples=30, deadline=None)
@given(raw=st.lists(SCALARS, min_size=1, max_size=8), text=st.text(max_size=20))
def test_whatever_stood_in_a_form_comes_back(
    raw: list[Scalar], text: str, scheme: Scheme, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cells = {
        ("甲镇", str(n)): Entry(
            "甲镇", str(n), value, 0.1 + n, "given", text, -1.5, text, Place("表.xlsx", text, "B2")
        )
        for n, value in enumerate(raw)
    }
    entries = Entries(("甲镇", "乙镇"), {"甲镇": text}, cells, {"表.xlsx": "0f" * 32}, cells)
    faults = (finding("file-unusable", reason=text, remedy=text),)
    sealed = Sealed(scheme, replace(results.RUN, remark=text), faults, entries)
    path = tmp_path_factory.getbasetemp() / "任意.xlsx"
    found = unseal(through_a_file(records_of(sealed), path))
    assert (found.entries, found.findings) == (entries, faults) and found.run.remark == text


def test_a_record_that_is_longer_than_a_cell_is_cut_and_put_together_again(
    scheme: Scheme, tmp_path: Path
) -> None:
    long = ("很长 的说明  " * 20_000)[:100_000]
    cells = {("甲", "数"): Entry("甲", "数", long, None, "unreadable")}
    sealed = Sealed(scheme, results.RUN, (), Entries(("甲",), {}, cells))
    records = records_of(sealed)
    assert max(len(r.text) for r in records) < 16_000
    assert sum(r.sort == "续" for r in records) >= 6
    found = unseal(through_a_file(records, tmp_path / "长.xlsx"))
    assert found.entries is not None and found.entries.cells["甲", "数"].raw == long


def test_waivers_and_readings_are_carried(scheme: Scheme) -> None:
    assert scheme.origin is not None
    book = scheme.origin.book
    waivers = (("单位", "问题", "批准人", "理由"), ("星海街道", "value-missing", "李四", "新设"))
    from kpixl.grid import Sheet
    from kpixl.scheme.reader import read_scheme

    changed, _ = read_scheme(
        replace(book, sheets=(*book.sheets, Sheet("豁免", waivers))), system="甲"
    )
    assert changed is not None and len(changed.waivers) == 1
    sealed = Sealed(changed, results.RUN, (), Entries((), {}, {}))
    assert unseal(records_of(sealed)).scheme.waivers == changed.waivers
    assert [i.rule for i in unseal(records_of(sealed)).scheme.indicators] == [
        i.rule for i in scheme.indicators
    ]


def leaves(content: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where the values of a JSON stand."""
    pairs: list[tuple[Any, Any]] = []
    if isinstance(content, Mapping):
        pairs = list(content.items())
    elif isinstance(content, list):
        pairs = list(enumerate(content))
    below = [leaf for key, value in pairs for leaf in leaves(value, (*path, key))]
    return [path, *below] if path else below


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_record_that_somebody_wrote_is_told_and_never_ends_the_program(
    data: st.DataObject, model: Snapshot
) -> None:
    sheet = model.sheet(SEAL)
    assert sheet is not None
    row = data.draw(st.integers(TOP + 1, len(sheet.rows)))
    sort, _, text = str(sheet.value(row, TEXT)).partition(" ")
    content = json.loads(text)
    places = leaves(content)
    if not places:
        return
    place = data.draw(st.sampled_from(places))
    holder = content
    for key in place[:-1]:
        holder = holder[key]
    new: Any = data.draw(
        st.sampled_from(
            [
                None,
                True,
                -1,
                1e308,
                10**9,
                [1, 1, 10**6, 10**4],
                "",
                "改",
                "2016-13-01",
                [],
                {},
                [[]],
                {"日期": "x"},
            ]
        )
    )
    if holder[place[-1]] == new:
        return
    if data.draw(st.booleans()):
        holder[place[-1]] = new
    else:
        holder.pop(place[-1])
    record = Record(f"{sort} {json.dumps(content, ensure_ascii=False, separators=(',', ':'))}")
    cells: dict[tuple[int, int], Scalar] = {
        (row, TEXT): record.text, (row, COPY): record.text, (row, CHECK): record.check,
    }  # fmt: skip
    done = verified(with_cells(model, SEAL, cells))
    assert not done.identical
    assert {f.code for f in done.findings} & {"verify-seal-broken", "verify-seal-altered"}


def test_the_digest_can_be_computed_without_kpixl(model: Snapshot) -> None:
    import hashlib

    sheet = model.sheet(SEAL)
    assert sheet is not None
    lines = [str(sheet.value(r, TEXT)) + "\n" for r in range(TOP + 1, len(sheet.rows) + 1)]
    digest = hashlib.sha256("".join(lines).encode()).hexdigest()
    assert digest == sheet.value(TOP - 1, TEXT) == digest_of(Record(x[:-1]) for x in lines)

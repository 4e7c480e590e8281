"""`verify`: untouched results are identical, every altered cell is named at its place."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpixl import __version__
from kpixl.address import a1
from kpixl.grid import Area, Scalar, Snapshot, Spot
from kpixl.hosts import files
from kpixl.hosts.calc_read import read_document
from kpixl.hosts.recalculate import recalculate
from kpixl.reporting.seal import CHECK, COPY, TEXT, TOP, Record, digest_of
from kpixl.reporting.sheets import DATA, NATIVE, RANKING, RUN, SEAL, TRACE
from kpixl.verification import NotSealed, live, verify
from tests.calc import Calc
from tests.soffice import Office
from tests.verification import results
from tests.verification.results import (
    SYSTEMS,
    below,
    beside,
    by_bytes,
    by_openpyxl,
    by_package,
    codes,
    named,
    other,
    seal_row,
    verified,
    with_cells,
    with_formulas,
    write_sample,
)

MODEL = "wenzhou-2015"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("results")
    return {system: write_sample(system, folder / f"{system}.xlsx") for system in SYSTEMS}


@pytest.fixture
def result(written: dict[str, Path]) -> Path:
    return written[MODEL]


@pytest.fixture(scope="module")
def model(written: dict[str, Path]) -> Snapshot:
    return files.read(written[MODEL])


# -- untouched -----------------------------------------------------------------------------


@pytest.mark.parametrize("system", SYSTEMS)
def test_an_untouched_result_is_identical(system: str, written: dict[str, Path]) -> None:
    done = verified(written[system])
    assert done.findings == () and done.identical
    assert done.run == results.RUN and done.sheets[-1] == SEAL and done.cells > 800


def test_a_result_that_libreoffice_saved_again_is_identical(
    written: dict[str, Path], soffice: Office, tmp_path: Path
) -> None:
    for made in soffice.recalculate(written.values(), tmp_path):
        done = verified(made)
        assert done.findings == () and done.identical


def test_a_result_that_libreoffice_saved_as_its_own_kind_is_identical(
    written: dict[str, Path], soffice: Office, tmp_path: Path
) -> None:
    signed = [written[s] for s in ("hangzhou-2007", "xiangshan-2017")]  # formats of three parts
    for made in soffice.convert(signed, "ods", tmp_path):
        done = verified(made)
        assert done.findings == () and done.identical


def test_a_result_that_is_open_in_calc_is_verified_there_unsaved_changes_too(
    result: Path, calc: Calc
) -> None:
    with calc.opened(result) as document:
        done = verify(read_document(document), version=__version__, recalculate=live)
        assert done.findings == () and done.identical
        name, spot, _ = CASES["score"](result)
        sheet = document.getSheets().getByName(name)
        sheet.getCellByPosition(spot[1] - 1, spot[0] - 1).setValue(9.5)
        done = verify(read_document(document), version=__version__, recalculate=live)
        (cell,) = done.altered
        assert (cell.sheet, cell.cell, cell.found) == (name, a1(*spot), 9.5)
        assert {c.sheet for c in done.following} == {NATIVE}


def test_a_result_that_openpyxl_saved_again_is_identical_but_for_values_of_formulas(
    result: Path, tmp_path: Path
) -> None:
    done = verified(by_openpyxl(result, tmp_path / "新.xlsx", RUN, "Z99", None))
    assert done.identical and codes(done) == {"verify-unstored"}


def test_the_seal_says_the_same_whatever_program_reads_it(model: Snapshot) -> None:
    done = verified(model)
    sheet, record = model.sheet(SEAL), model.sheet(RUN)
    assert sheet is not None and record is not None
    assert done.seal == sheet.value(TOP - 1, TEXT) == model.marks["kpixl-seal"]
    assert any(value == done.seal for _, _, value in record.filled())
    assert not [s.name for s in model.sheets if s.hidden != (s.name == SEAL)]


# -- one cell -------------------------------------------------------------------------------

CASES: dict[str, Callable[[Path], tuple[str, Spot, Scalar]]] = {
    "input": lambda path: (DATA, below(path, DATA, "亿元以上企业数量", 2), 1.0),
    "score": lambda path: (RANKING, below(path, RANKING, "2 规上企业利润总额", 2), 8.6),
    "total": lambda path: (RANKING, below(path, RANKING, "总分", 3), 99.99),
    "place": lambda path: (RANKING, below(path, RANKING, "名次", 4), 2.0),
    "unit": lambda path: (RANKING, below(path, RANKING, "单位", 1), "天河街道"),
    "clause": lambda path: (TRACE, below(path, TRACE, "评分标准", 3), "最多的得10分,每位减0.4分"),
    "source": lambda path: (TRACE, below(path, TRACE, "文件 SHA-256", 5), "0" * 64),
    "time": lambda path: (RUN, beside(path, RUN, "计算时间"), "2015-12-31 09:30:05"),
    "version": lambda path: (RUN, beside(path, RUN, "程序版本"), "kpixl 9"),
    "command": lambda path: (RUN, beside(path, RUN, "命令"), "kpixl rank 别的方案"),
    "run": lambda path: (RUN, beside(path, RUN, "运行编号"), "0123456789ab"),
    "seal": lambda path: (RUN, beside(path, RUN, "封存 SHA-256"), "0" * 64),
    "file": lambda path: (RUN, below(path, RUN, "SHA-256", 2), "f" * 64),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("way", ["openpyxl", "package"])
def test_one_altered_cell_is_named_with_what_was_found_and_what_is_right(
    case: str, way: str, result: Path, model: Snapshot, tmp_path: Path
) -> None:
    name, spot, value = CASES[case](result)
    if way == "openpyxl":
        book = by_openpyxl(result, tmp_path / "新.xlsx", name, a1(*spot), value)
    else:
        book = by_package(result, tmp_path / "新.xlsx", name, spot, value)
    done = verified(book)
    (cell,) = done.altered
    sheet = model.sheet(name)
    assert sheet is not None
    assert (cell.sheet, cell.cell) == (name, a1(*spot))
    assert (cell.found, cell.computed) == (value, sheet.value(*spot))
    (fault,) = [f for f in done.findings if f.severity == "强"]
    assert (fault.code, fault.place.sheet, fault.place.cell) == ("verify-altered", name, a1(*spot))
    assert fault.found and fault.expected and not done.identical


@pytest.mark.parametrize("way", ["openpyxl", "package"])
def test_one_altered_formula_is_named(way: str, result: Path, tmp_path: Path) -> None:
    spot = below(result, NATIVE, "2 规上企业利润总额", 3)
    target = tmp_path / "新.xlsx"
    if way == "openpyxl":
        by_openpyxl(result, target, NATIVE, a1(*spot), f"=8.6+0*{a1(1, 1)}")
    else:
        by_bytes(result, target, NATIVE, [("ROUND(ROUND(", "ROUND(1.01*ROUND(")])
        spot = next(
            (r, c)
            for (r, c), text in sorted(sheet_of(files.read(target), NATIVE).formulas.items())
            if "1.01*" in text
        )
    done = verified(target)
    (cell,) = done.altered
    assert (cell.sheet, cell.cell, cell.what) == (NATIVE, a1(*spot), "formula")
    assert str(cell.computed).startswith("=") and cell.found != cell.computed
    assert "verify-formula" in codes(done)


def sheet_of(book: Snapshot, name: str):  # type: ignore[no-untyped-def]
    found = book.sheet(name)
    assert found is not None
    return found


def test_a_formula_that_was_replaced_by_its_value_is_named(model: Snapshot) -> None:
    sheet = sheet_of(model, NATIVE)
    spot = next(iter(sheet.formulas))
    without = {s: f for s, f in sheet.formulas.items() if s != spot}
    sheets = tuple(replace(s, formulas=without) if s is sheet else s for s in model.sheets)
    (cell,) = verified(replace(model, sheets=sheets)).altered
    assert (cell.sheet, cell.cell, cell.computed) == (NATIVE, a1(*spot), sheet.formulas[spot])


def test_a_value_of_a_formula_that_was_written_over_is_named(result: Path, model: Snapshot) -> None:
    spot = below(result, NATIVE, "2 规上企业利润总额", 3)
    done = verified(with_cells(model, NATIVE, {spot: 9.99}))
    assert (NATIVE, a1(*spot)) in named(done) and not done.identical


def test_formulas_that_only_follow_an_altered_figure_are_told_from_it(
    result: Path, model: Snapshot
) -> None:
    name, spot, value = CASES["input"](result)
    altered = with_cells(model, name, {spot: value})
    now = recalculate(altered, {}, engine="formualizer")
    assert not now.aside
    for sheet in {place[0] for place in now.values}:
        cells = {place[1]: v for place, v in now.values.items() if place[0] == sheet}
        altered = with_cells(altered, sheet, cells)
    done = verified(altered)
    assert named(done) == {(name, a1(*spot))}
    assert done.following and {c.sheet for c in done.following} == {NATIVE}
    assert codes(done) == {"verify-altered", "verify-following"}


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_cell_that_holds_something_else_is_named_and_no_other(
    data: st.DataObject, model: Snapshot
) -> None:
    sheet = data.draw(st.sampled_from(model.sheets))
    plain = [(r, c) for r, c, _ in sheet.filled() if (r, c) not in sheet.formulas]
    spot = data.draw(st.sampled_from(plain))
    old = sheet.value(*spot)
    new = data.draw(
        st.one_of(st.text(max_size=5), st.integers(-5, 5), st.booleans(), st.none()).filter(
            lambda v: v != old and (v or None) != (old or None)
        )
    )
    try:
        done = verified(with_cells(model, sheet.name, {spot: new}))
    except NotSealed:
        assert (sheet.name, spot) == (SEAL, (1, 1))
        return
    assert named(done) == {(sheet.name, a1(*spot))} and not done.identical


@pytest.mark.parametrize("system", SYSTEMS)
def test_many_altered_cells_are_all_named_and_no_others(
    system: str, written: dict[str, Path]
) -> None:
    book = files.read(written[system])
    chance = random.Random(system)
    wanted: set[tuple[str, str]] = set()
    for sheet in book.sheets:
        plain = [(r, c) for r, c, _ in sheet.filled() if (r, c) not in sheet.formulas]
        if sheet.name == SEAL:  # one of the three copies of each record, and the digest
            plain = [(r, chance.choice((TEXT, CHECK, COPY))) for r, c in plain if c == TEXT]
            plain = [(TOP - 1, TEXT) if r < TOP else (r, c) for r, c in plain if r != TOP]
        spots = chance.sample(plain, min(len(plain), 12))
        formulas = chance.sample(sorted(sheet.formulas), min(len(sheet.formulas), 6))
        book = with_cells(book, sheet.name, {s: other(sheet.value(*s)) for s in spots})
        book = with_formulas(book, sheet.name, {s: "=1+" + sheet.formulas[s][1:] for s in formulas})
        empty = (len(sheet.rows) + 3, 2)
        book = with_cells(book, sheet.name, {empty: "添上的话"})
        wanted |= {(sheet.name, a1(*s)) for s in (*spots, *formulas, empty)}
    assert named(verified(book)) == wanted


# -- what is around the cells ----------------------------------------------------------------


def test_a_number_format_that_shows_another_figure_is_named(model: Snapshot) -> None:
    sheet = sheet_of(model, RANKING)
    spot = next(s for s, text in sheet.formats.items() if text.startswith("0.00"))
    sheets = tuple(
        replace(s, formats={**s.formats, spot: '"99.99"'}) if s is sheet else s
        for s in model.sheets
    )
    done = verified(replace(model, sheets=sheets))
    (fault,) = done.findings
    assert (fault.code, fault.place.cell) == ("verify-format", a1(*spot)) and not done.identical


def test_a_hidden_row_is_a_note_and_its_cells_are_verified(result: Path, model: Snapshot) -> None:
    sheets = tuple(
        replace(s, hidden_rows=frozenset({7}), hidden_columns=frozenset({3}))
        if s.name == RANKING
        else replace(s, hidden=s.hidden or s.name == TRACE)
        for s in model.sheets
    )
    done = verified(replace(model, sheets=sheets))
    said = [(f.code, f.place.sheet, f.text) for f in done.findings]
    assert done.identical and {code for code, _, _ in said} == {"verify-hidden"}
    assert {(sheet, text.partition("被")[0]) for _, sheet, text in said} == {
        (RANKING, "第 7 行"), (RANKING, "C 列"), (TRACE, "整张表"),
    }  # fmt: skip
    spot = below(result, RANKING, "总分", 2)
    assert named(verified(with_cells(replace(model, sheets=sheets), RANKING, {spot: 1.0})))


def test_cells_that_were_merged_are_a_note(model: Snapshot) -> None:
    covered = Area(7, 3, 8, 3)
    sheets = tuple(
        replace(s, merged=(*s.merged, covered)) if s.name == RANKING else s for s in model.sheets
    )
    done = verified(replace(model, sheets=sheets))
    assert done.identical and codes(done) == {"verify-merged"}
    assert "C7:C8 被合并" in done.findings[0].text


def test_a_sheet_that_is_gone_is_named_and_one_that_was_added_is_a_note(model: Snapshot) -> None:
    done = verified(replace(model, sheets=tuple(s for s in model.sheets if s.name != TRACE)))
    (fault,) = done.findings
    assert (fault.code, fault.place.sheet) == ("verify-sheet-missing", TRACE)
    elsewhere = replace(model, marks={}, sheets=tuple(s for s in model.sheets if s.name != TRACE))
    done = verified(elsewhere)
    assert done.identical and codes(done) == {"verify-sheet-absent"}
    added = replace(model.sheets[0], name="我的")
    done = verified(replace(model, sheets=(*model.sheets, added)))
    assert done.identical and codes(done) == {"verify-other-sheets"}


def test_an_altered_document_property_is_named(model: Snapshot) -> None:
    for name in model.marks:
        done = verified(replace(model, marks={**model.marks, name: "别的"}))
        (fault,) = [f for f in done.findings if f.severity == "强"]
        assert (fault.code, fault.place.cell) == ("verify-mark", name)
        assert fault.expected == model.marks[name]


def test_another_version_is_a_note(model: Snapshot) -> None:
    done = verify(model, version="99.0")
    assert done.identical and codes(done) == {"verify-version"}


# -- the seal itself --------------------------------------------------------------------------


@pytest.mark.parametrize("column", [TEXT, CHECK, COPY])
@pytest.mark.parametrize(
    ("sort", "old", "new"),
    [("数据", "283", "384"), ("方案表", "减0.5分", "减0.4分"), ("运行", "09:30", "10:30")],
)
def test_an_altered_record_is_named_and_all_else_is_computed_from_the_true_one(
    column: int, sort: str, old: str, new: str, result: Path, model: Snapshot, tmp_path: Path
) -> None:
    row = seal_row(result, sort, old)
    text = sheet_of(model, SEAL).value(row, column)
    changed = other(text) if column == CHECK else str(text).replace(old, new)
    book = by_openpyxl(result, tmp_path / "新.xlsx", SEAL, a1(row, column), changed)
    done = verified(book)
    (cell,) = done.altered
    assert (cell.sheet, cell.cell, cell.found, cell.computed) == (
        SEAL, a1(row, column), changed, text,
    )  # fmt: skip
    (fault,) = [f for f in done.findings if f.severity == "强"]
    if column != CHECK:
        assert new in fault.found and old in fault.expected


def rewritten_seal(result: Path, model: Snapshot, *, digests: bool) -> Snapshot:
    """A figure changed in the seal, in both its texts and with the right checksum."""
    row = seal_row(result, "数据", "283")
    sheet = sheet_of(model, SEAL)
    text = str(sheet.value(row, TEXT)).replace("283", "384")
    cells: dict[Spot, Scalar] = {
        (row, TEXT): text, (row, COPY): text, (row, CHECK): Record(text).check,
    }  # fmt: skip
    book = with_cells(model, SEAL, cells)
    if not digests:
        return book
    records = [
        Record(str(sheet_of(book, SEAL).value(r, TEXT)))
        for r in range(TOP + 1, len(sheet.rows) + 1)
    ]
    book = with_cells(book, SEAL, {(TOP - 1, TEXT): digest_of(records)})
    return replace(book, marks={**book.marks, "kpixl-seal": digest_of(records)})


def test_a_record_rewritten_with_its_checksum_is_betrayed_by_the_digest_and_the_scores(
    result: Path, model: Snapshot
) -> None:
    done = verified(rewritten_seal(result, model, digests=False))
    assert {"verify-seal-altered", "verify-mark"} <= codes(done)
    assert {(SEAL, a1(TOP - 1, TEXT)), (RUN, a1(*beside(result, RUN, "封存 SHA-256")))} <= named(
        done
    )


def test_a_seal_rewritten_with_its_digests_is_betrayed_by_the_sheets(
    result: Path, model: Snapshot
) -> None:
    done = verified(rewritten_seal(result, model, digests=True))
    assert not done.identical
    assert {cell.sheet for cell in done.altered} == {DATA, RANKING, TRACE, RUN}
    (figure,) = [c for c in done.altered if c.sheet == DATA]
    assert (figure.found, figure.computed) == (283.0, 384)
    assert {c.sheet for c in done.following} == {NATIVE}  # their formulas are as they were


def test_a_broken_record_cannot_be_computed_from_and_is_named(
    result: Path, model: Snapshot
) -> None:
    row = seal_row(result, "数据", "283")
    done = verified(with_cells(model, SEAL, {(row, TEXT): "{", (row, COPY): "{"}))
    (fault,) = done.findings
    assert (fault.code, fault.place.cell) == ("verify-seal-broken", a1(row, TEXT))
    assert not done.identical and done.run is None


def test_a_finding_that_is_missing_from_the_seal_is_said(written: dict[str, Path]) -> None:
    """A scheme whose figures have gaps: the run said so, the seal no longer does."""
    from kpixl.hosts.files_write import workbook_bytes
    from kpixl.pipeline import result_book
    from kpixl.workspace.assessing import assess

    table = results.REPO / "tests" / "golden" / MODEL / "gaps.csv"
    outcome = assess(MODEL, [table])
    path = written[MODEL].parent / "缺.xlsx"
    path.write_bytes(workbook_bytes(result_book(outcome, results.RUN)))
    assert verified(path).identical
    silent = replace(outcome, findings=())
    path.write_bytes(workbook_bytes(result_book(silent, results.RUN)))
    done = verified(path)
    assert codes(done) == {"verify-unsaid"} and not done.identical


def test_only_the_sheets_of_the_scheme_are_carried_from_its_workbook(
    tmp_path: Path, model: Snapshot
) -> None:
    from kpixl.workspace.assessing import assess
    from kpixl.workspace.results import Target, write_result

    source = results.REPO / "workbooks" / MODEL
    scheme = tmp_path / "方案.xlsx"
    shutil.copyfile(source / "方案.xlsx", scheme)
    book = openpyxl.load_workbook(scheme)
    book.create_sheet("工资", 0)["A1"] = "张三 5000"
    book.save(scheme)
    out = tmp_path / "结果.xlsx"
    outcome = assess(scheme, [source / "回收"])
    write_result(outcome, Target(out), results.RUN)
    assert verified(out).identical
    texts = [v for s in files.read(out).sheets for _, _, v in s.filled() if isinstance(v, str)]
    assert not any("张三" in text or "工资" in text for text in texts)


def test_an_intact_seal_of_another_format_is_refused_and_not_called_altered(
    result: Path, model: Snapshot
) -> None:
    row = seal_row(result, "运行")
    sheet = sheet_of(model, SEAL)
    text = str(sheet.value(row, TEXT)).replace('"封存格式":1', '"封存格式":99')
    book = with_cells(
        model, SEAL, {(row, TEXT): text, (row, COPY): text, (row, CHECK): Record(text).check}
    )
    whole = digest_of(
        Record(str(sheet_of(book, SEAL).value(r, TEXT)))
        for r in range(TOP + 1, len(sheet.rows) + 1)
    )
    with pytest.raises(NotSealed, match="封存完好,但由另一个版本的 kpixl 写出"):
        verified(with_cells(book, SEAL, {(TOP - 1, TEXT): whole}))


def test_a_workbook_without_a_seal_is_refused_with_the_reason(model: Snapshot) -> None:
    without = replace(model, sheets=tuple(s for s in model.sheets if s.name != SEAL))
    with pytest.raises(NotSealed, match="没有“封存”表"):
        verified(without)
    with pytest.raises(NotSealed, match="不是 kpixl 写出的结果工作簿"):
        verified(replace(without, marks={}))

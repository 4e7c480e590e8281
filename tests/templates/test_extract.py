"""Every figure keeps its source; what can't be read as asked is a finding, not a figure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kpixl.findings import Severity
from kpixl.grid import CellError, Scalar, Snapshot, Source, Spot
from kpixl.templates.extract import collect_entries, extract
from tests.books import Rows, sheet, towns
from tests.templates.forms import FIGURES, bound, filled, with_cells

ALL = ("东镇", "西镇", "南街道")


def spot(name: str) -> tuple[int, int]:
    return bound(filled(towns(), "东镇"), towns()).inputs[name]


def test_an_entry_knows_file_sheet_cell_and_checksum() -> None:
    scheme = towns()
    form = filled(scheme, "西镇")
    entries, findings = extract(form, bound(form, scheme), scheme)
    first = entries[0]
    row, _ = spot("亿元企业数")
    assert findings == ()
    assert (first.unit, first.input, first.raw, first.state) == ("西镇", "亿元企业数", 7, "given")
    assert (first.place.file, first.place.sheet) == ("西镇.xlsx", "填报表")
    assert (first.place.cell, first.sha256) == (f"H{row}", "sha-西镇.xlsx")


def test_an_entry_keeps_what_stood_in_the_cell_and_how_it_was_shown() -> None:
    scheme = towns()
    form = with_cells(filled(scheme, "西镇"), {spot("技改投资"): "约3亿"})
    shown = replace(form.sheets[0], formats={spot("工业投资"): "0.0%"})
    form = replace(form, sheets=(shown, *form.sheets[1:]))
    entries = {e.input: e for e in extract(form, bound(form, scheme), scheme)[0]}
    assert entries["技改投资"].raw == "约3亿" and entries["技改投资"].value is None
    assert entries["工业投资"].number_format == "0.0%"


@pytest.mark.parametrize("raw", [None, "", "  ", "\u3000"])
def test_spaces_are_blank(raw: Scalar) -> None:
    scheme = towns()
    form = with_cells(filled(scheme, "东镇"), {spot("报送"): raw})
    entries = {e.input: e.state for e in extract(form, bound(form, scheme), scheme)[0]}
    assert entries["报送"] == "blank" and entries["工作方案"] == "given"


def test_an_error_value_is_kept_as_one() -> None:
    scheme = towns()
    form = with_cells(filled(scheme, "东镇"), {spot("技改投资"): CellError("#DIV/0!")})
    entries = {e.input: e.raw for e in extract(form, bound(form, scheme), scheme)[0]}
    assert entries["技改投资"] == CellError("#DIV/0!")


def test_all_forms_become_one_set_in_the_order_of_the_roster() -> None:
    scheme = towns()
    entries, findings = collect_entries([filled(scheme, u) for u in reversed(ALL)], scheme)
    assert findings == () and entries.units == ALL
    assert entries.groups == {"东镇": "镇", "西镇": "镇", "南街道": "街道"}
    assert {k: e.raw for k, e in entries.cells.items()} == {
        (u, n): v for u in ALL for n, v in FIGURES[u].items()
    }
    assert entries.sources == {f"{u}.xlsx": f"sha-{u}.xlsx" for u in ALL}


def test_a_unit_that_sent_nothing_is_missed_and_still_belongs_to_the_result() -> None:
    scheme = towns()
    entries, findings = collect_entries([filled(scheme, "东镇")], scheme)
    assert entries.units == ALL
    assert [(f.code, f.unit) for f in findings] == [
        ("form-returns-missing", "西镇"),
        ("form-returns-missing", "南街道"),
    ]


def test_a_single_form_may_be_checked_without_missing_the_others() -> None:
    scheme = towns()
    entries, findings = collect_entries([filled(scheme, "东镇")], scheme, expect_all=False)
    assert entries.units == ("东镇",) and findings == ()


def test_of_two_returns_the_first_counts_and_the_cells_that_differ_are_named() -> None:
    scheme = towns()
    again = filled(scheme, "东镇", {**FIGURES["东镇"], "技改投资": 25.0}, file="东镇(改).xlsx")
    forms = [filled(scheme, "东镇"), again, filled(scheme, "西镇"), filled(scheme, "南街道")]
    entries, findings = collect_entries(forms, scheme)
    row, _ = spot("技改投资")
    assert entries.cells["东镇", "技改投资"].raw == 24
    assert [(f.code, f.place.file, f.found) for f in findings] == [
        ("form-unit-repeated", "东镇(改).xlsx", f"不同的单元格:H{row}")
    ]
    assert "东镇.xlsx" in findings[0].text


def cover(unit: Scalar, file: str) -> Snapshot:
    rows: Rows = [["单位", unit], ["数据项", "填报值"], ["亿元企业数", 12.0]]
    return Snapshot(Source(file), (sheet("表", rows),))


@pytest.mark.parametrize(
    ("unit", "file", "code"),
    [
        ("北镇", "表.xlsx", "form-unit-unknown"),
        (None, "东镇.xlsx", "form-unit-missing"),
        ("东镇", "西镇.xlsx", "form-unit-file"),
    ],
)
def test_a_cover_that_names_no_unit_or_another_one_is_found(
    unit: Scalar, file: str, code: str
) -> None:
    form = cover(unit, file)
    _, findings = extract(form, bound(form, towns()), towns())
    found = next(f for f in findings if f.code == code)
    assert found.severity is Severity.BLOCK and found.place.cell == "B1"


def test_a_name_of_a_file_is_never_taken_for_the_unit() -> None:
    form = cover(None, "东镇.xlsx")
    assert extract(form, bound(form, towns()), towns())[0] == ()


def test_a_one_character_alias_in_a_files_name_means_nothing() -> None:
    form = cover("西镇", "东区汇总.xlsx")  # 东 is an alias of 东镇
    assert "form-unit-file" not in {f.code for f in extract(form, bound(form, towns()), towns())[1]}


def test_an_alias_on_the_cover_or_in_the_files_name_is_the_unit_itself() -> None:
    form = cover("城东镇", "东镇.xlsx")
    entries, findings = extract(form, bound(form, towns()), towns())
    assert {e.unit for e in entries} == {"东镇"}
    assert {f.code for f in findings} == {"form-input-absent"}


def test_an_input_that_the_form_lacks_is_found_once_and_is_not_blank() -> None:
    form = cover("东镇", "东镇.xlsx")
    entries, findings = extract(form, bound(form, towns()), towns())
    lacking = [e.input for e in entries if e.state == "unreadable"]
    assert [f.input for f in findings if f.code == "form-input-absent"] == lacking
    assert lacking == ["技改投资", "工业投资", "工作方案", "报送"]


def test_a_changed_unit_of_measure_is_found_with_the_converted_figure_and_not_used() -> None:
    scheme = towns()
    row, column = spot("技改投资")
    tampered: dict[Spot, Scalar] = {(row, column): 240_000.0, (row, column - 2): "万元"}
    form = with_cells(filled(scheme, "东镇"), tampered)
    entries, findings = extract(form, bound(form, scheme), scheme)
    assert [f.code for f in findings] == ["form-measure-changed"]
    assert "24亿元" in findings[0].text
    entry = next(e for e in entries if e.input == "技改投资")
    assert entry.state == "unreadable" and entry.value is None


def test_the_same_unit_of_measure_in_other_characters_is_no_change() -> None:
    scheme = towns()
    row, column = spot("亿元企业数")
    form = with_cells(filled(scheme, "东镇"), {(row, column - 2): " 户 "})
    assert extract(form, bound(form, scheme), scheme)[1] == ()


def test_last_years_figures_and_marks_are_taken_where_the_form_has_them() -> None:
    rows: Rows = [
        ["单位", "东镇"],
        ["数据项", "填报值", "上年数", "口径"],
        ["技改投资", 24.0, 20.0, "专项"],
        ["工业投资", None, "不详", None],
    ]
    form = Snapshot(Source("东镇.xlsx"), (sheet("表", rows),))
    entries, findings = extract(form, bound(form, towns()), towns())
    by_name = {e.input: e for e in entries}
    assert (by_name["技改投资"].last_year, by_name["技改投资"].mark) == (20, "专项")
    assert by_name["工业投资"].last_year is None
    assert ("value-not-a-number", "C4") in {(f.code, f.place.cell) for f in findings}

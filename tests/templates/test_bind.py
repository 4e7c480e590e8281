"""A returned form is recognised by its headings, whatever was done to its looks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpixl.grid import Area, Scalar, Sheet, Snapshot, Source
from kpixl.hosts import files
from kpixl.scheme.model import Scheme
from kpixl.templates.bind import bind
from kpixl.templates.extract import extract
from kpixl.templates.issue import blank_form
from kpixl.templates.marks import FORM_ID, SYSTEM
from tests.books import Rows, sheet, towns
from tests.soffice import Office
from tests.templates.forms import (
    FIGURES,
    bound,
    filled,
    form_of,
    rearranged,
    with_cells,
    with_form,
)


def figures(snapshot: Snapshot, scheme: Scheme) -> dict[str, Scalar]:
    entries, findings = extract(snapshot, bound(snapshot, scheme), scheme)
    assert findings == ()
    return {e.input: e.raw for e in entries}


def plain(rows: Rows, *, file: str = "表.xlsx", merged: list[Area] | None = None) -> Snapshot:
    return Snapshot(Source(file), (sheet("Sheet1", rows, merged=merged or []),))


BODY: Rows = [
    ["亿元企业数", "家", 12.0],
    ["技改投资", "亿元", 24.0],
    ["工业投资", "亿元", 40.0],
    ["工作方案", "是/否", "是"],
    ["报送", "是/否", "否"],
]
PLAIN: Rows = [["单位", "东镇"], ["数据项", "计量单位", "填报值"], *BODY]


def test_an_issued_form_comes_back_with_its_figures() -> None:
    scheme = towns()
    for unit, values in FIGURES.items():
        assert figures(filled(scheme, unit), scheme) == dict(values)


@given(st.permutations(range(1, 10)), st.integers(0, 5))
def test_columns_in_any_order_below_any_rows_are_found(order: list[int], shift: int) -> None:
    scheme = towns()
    snapshot = filled(scheme, "东镇")
    # The cover is a line of its own that nobody reorders with the table.
    kept = with_form(snapshot, lambda s: rearranged(s, order, shift))
    binding, findings = bind(kept, scheme)
    assert binding is not None
    found = {n: form_of(kept).value(*spot) for n, spot in binding.inputs.items()}
    assert found == FIGURES["东镇"]
    assert not [f for f in findings if f.code != "form-input-unknown"]


def test_a_form_that_somebody_typed_himself_is_read_by_its_headings() -> None:
    assert figures(plain(PLAIN), towns()) == FIGURES["东镇"]


@pytest.mark.parametrize(
    "cover",
    [
        [["填报单位:", "东镇"]],
        [["单位:东镇"]],
        [["被考核单位", None, "东镇"]],
        [["2020年考核表"], ["单位名称(盖章)", "东 镇"], ["单位:亿元"]],
        [["单位", "亿元"], ["填报单位", "城东镇"]],
        [["东镇"]],
    ],
)
def test_the_unit_is_found_beside_its_label_or_behind_a_colon(cover: list[list[Scalar]]) -> None:
    rows: Rows = [*cover, *PLAIN[1:]]
    merged = [Area(1, 1, 1, 2)] if cover[0][0] == "被考核单位" else None
    snapshot = plain(rows, merged=merged)
    entries, _ = extract(snapshot, bound(snapshot, towns()), towns())
    assert {e.unit for e in entries} == {"东镇"}


@pytest.mark.parametrize(
    "heads",
    [
        ["数据项", "计量单位", "完成值"],
        ["数 据 项", "单位", "填报值(2020年)"],
        ["考核内容", "计量单位", "实绩"],
        ["填报项目", "计量单位", "完成情况"],
    ],
)
def test_headings_may_be_worded_otherwise(heads: list[Scalar]) -> None:
    assert figures(plain([PLAIN[0], heads, *BODY]), towns()) == FIGURES["东镇"]


def test_a_label_may_carry_its_unit_of_measure_in_brackets() -> None:
    body = [[f"{name}({unit})", None, value] for name, unit, value in BODY]
    assert figures(plain([*PLAIN[:2], *body]), towns()) == FIGURES["东镇"]


def test_headings_of_two_storeys_are_read() -> None:
    rows: Rows = [
        ["单位", "东镇"],
        ["数据项", "计量单位", "完成情况", None],
        [None, None, "填报值", "上年数"],
        *([*row, 1.0] for row in BODY),
    ]
    merged = [Area(2, 1, 3, 1), Area(2, 2, 3, 2), Area(2, 3, 2, 4)]
    snapshot = plain(rows, merged=merged)
    binding = bound(snapshot, towns())
    assert binding.inputs["亿元企业数"] == (4, 3)
    assert binding.last_year["亿元企业数"] == (4, 4)


def test_an_indicators_name_stands_for_its_only_input_where_the_form_names_no_inputs() -> None:
    rows: Rows = [["单位", "东镇"], ["指标", "完成值"], ["亿元企业", 12.0], ["基础工作", "是"]]
    binding, _ = bind(plain(rows), towns())
    assert binding is not None and binding.inputs == {"亿元企业数": (3, 2)}


def test_hidden_sheets_are_no_forms() -> None:
    snapshot = plain(PLAIN)
    hidden = replace(snapshot.sheets[0], name="旧表", hidden=True)
    both = replace(snapshot, sheets=(hidden, *snapshot.sheets))
    assert bound(both, towns()).sheet == "Sheet1"


def test_a_form_that_libreoffice_saved_again_is_read_the_same(
    tmp_path: Path, soffice: Office
) -> None:
    scheme = towns()
    made = tmp_path / "东镇.xlsx"
    files.write_new(made, blank_form(scheme, unit=scheme.units[0], values=FIGURES["东镇"]))
    for suffix in ("xlsx", "ods"):
        (saved,) = soffice.convert([made], suffix, tmp_path / suffix)
        snapshot = files.read(saved)
        assert figures(snapshot, scheme) == FIGURES["东镇"]
        assert snapshot.marks[FORM_ID] == scheme.form_id


# -- what is wrong ---------------------------------------------------------------------


def codes(snapshot: Snapshot) -> list[str]:
    return [f.code for f in bind(snapshot, towns())[1]]


def test_a_workbook_that_is_no_form_is_refused() -> None:
    binding, findings = bind(plain([["人员", "电话"], ["张三", 1.0]]), towns())
    assert binding is None and [f.code for f in findings] == ["form-unrecognised"]


def test_a_form_of_another_scheme_is_refused_by_its_mark() -> None:
    other = replace(filled(towns(), "东镇"), marks={SYSTEM: "别的方案", FORM_ID: "别的方案@1"})
    binding, findings = bind(other, towns())
    assert binding is None and [f.code for f in findings] == ["form-other-scheme"]


def test_a_form_of_another_version_is_read_and_said_to_be_one() -> None:
    old = replace(filled(towns(), "东镇"), marks={SYSTEM: "towns", FORM_ID: "towns@1"})
    binding, findings = bind(old, towns())
    assert binding is not None and [f.code for f in findings] == ["form-version"]


def test_a_row_that_is_not_asked_for_is_named_and_not_used() -> None:
    rows: Rows = [*PLAIN, ["幸福指数", "分", 99.0], ["另:", None, None]]
    binding, findings = bind(plain(rows), towns())
    assert binding is not None and len(binding.inputs) == 5
    assert [(f.code, f.place.cell) for f in findings] == [("form-input-unknown", "A8")]


def test_a_row_that_stands_twice_is_named_and_the_first_is_used() -> None:
    binding, findings = bind(plain([*PLAIN, ["报送", "是/否", "是"]]), towns())
    assert binding is not None and binding.inputs["报送"] == (7, 3)
    assert [(f.code, f.place.cell) for f in findings] == [("form-input-repeated", "A8")]


def test_two_forms_in_one_workbook_are_named() -> None:
    snapshot = plain(PLAIN)
    copy = replace(snapshot.sheets[0], name="Sheet1 (2)")
    assert codes(replace(snapshot, sheets=(*snapshot.sheets, copy))) == ["form-sheet-repeated"]


def test_lines_across_the_table_are_no_inputs() -> None:
    scheme = towns()
    snapshot = filled(scheme, "东镇")
    last = len(form_of(snapshot).rows)
    signed = with_cells(snapshot, {(last, 5): "盖章:已盖", (last, 8): "2021年1月3日"})
    assert bound(signed, scheme).inputs == bound(snapshot, scheme).inputs


def test_a_sheet_without_a_column_for_figures_is_no_form() -> None:
    def drop(form: Sheet) -> Sheet:
        rows = [[None if v == "填报值" else v for v in row] for row in form.rows]
        return replace(form, rows=tuple(map(tuple, rows)))

    assert codes(with_form(filled(towns(), "东镇"), drop)) == ["form-unrecognised"]

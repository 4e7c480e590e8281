"""The form asks for exactly what the scheme asks for, and checks it while it is typed."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from kpixl.grid import Area
from kpixl.host import PutSheet, SheetSpec, Validation
from kpixl.hosts import files
from kpixl.scheme.reader import read_scheme
from kpixl.templates.issue import FORM_SHEET, blank_form
from kpixl.templates.marks import FORM_ID, SYSTEM, UNIT, VERSION
from kpixl.templates.remarks import REMARKS_SHEET
from tests.books import TOWNS, Rows, book, changed, towns
from tests.templates.forms import bound, filled, form_of


def spec(unit: str | None = None) -> SheetSpec:
    scheme = towns()
    patch = blank_form(scheme, unit=scheme.unit_named(unit) if unit else None)
    change = patch.changes[0]
    assert isinstance(change, PutSheet)
    return change.sheet


def validation(name: str) -> Validation:
    found = spec()
    row = next(r for (r, _), v in found.cells.items() if v == name)
    return next(v for v in found.validations if v.area.top == row)


def test_the_form_asks_for_the_inputs_of_the_scheme_in_their_order_and_for_nothing_derived() -> (
    None
):
    scheme = towns()
    binding = bound(filled(scheme, "东镇"), scheme)
    rows = [spot[0] for spot in binding.inputs.values()]
    assert list(binding.inputs) == [i.name for i in scheme.asked]
    assert rows == sorted(rows)


def test_the_unit_of_measure_stands_beside_every_input() -> None:
    scheme = towns()
    binding = bound(filled(scheme, "东镇"), scheme)
    assert binding.measures == {i.name: i.unit for i in scheme.asked}


def test_input_and_cover_cells_are_unlocked_and_the_rest_is_protected() -> None:
    found = spec()
    binding = bound(filled(towns(), "东镇"), towns())
    assert found.protected
    for row, column in binding.inputs.values():
        assert not found.styles[row, column].locked
        assert not found.styles[row, column + 1].locked  # the remark beside it
        assert all(found.styles[row, c].locked for c in range(1, column))
    assert binding.unit is not None and not found.styles[binding.unit].locked


def test_a_prefilled_form_names_its_unit_in_a_locked_cell() -> None:
    found, binding = spec("东镇"), bound(filled(towns(), "东镇"), towns())
    assert binding.unit is not None
    assert found.cells[binding.unit] == "东镇" and found.styles[binding.unit].locked


def test_a_blank_form_offers_the_roster() -> None:
    lists = [v for v in spec().validations if v.choices == ("东镇", "西镇", "南街道")]
    assert len(lists) == 1


def test_every_input_is_checked_by_its_kind() -> None:
    assert validation("亿元企业数").kind == "whole" and validation("亿元企业数").low == 0
    assert validation("技改投资").kind == "decimal" and validation("技改投资").low is None
    assert validation("报送").choices == ("是", "否", "不涉及")


def test_every_check_speaks_before_and_after_typing() -> None:
    for v in spec().validations:
        assert v.prompt and v.error and v.prompt_title
        assert re.search("[\u4e00-\u9fff]", v.prompt) and re.search("[\u4e00-\u9fff]", v.error)


def test_not_applicable_may_be_typed_into_every_input() -> None:
    binding = bound(filled(towns(), "东镇"), towns())
    by_area = {v.area: v for v in spec().validations}
    for row, column in binding.inputs.values():
        v = by_area[Area(row, column, row, column)]
        assert "不涉及" in (v.choices if v.kind == "list" else v.also)


def test_bounds_of_the_scheme_bind_while_typing() -> None:
    tables = changed("数据项", (2, 10), 1.0, changed("数据项", (2, 11), 99.0))
    scheme, findings = read_scheme(book(tables), system="towns")
    assert scheme is not None and findings == ()
    change = blank_form(scheme).changes[0]
    assert isinstance(change, PutSheet)
    first = next(v for v in change.sheet.validations if v.prompt_title == "亿元企业数")
    assert (first.low, first.high) == (1, 99) and "1 至 99" in first.prompt


def test_the_form_prints_on_a4_with_its_headings_on_every_page() -> None:
    page = spec().page
    binding = bound(filled(towns(), "东镇"), towns())
    head = min(r for r, _ in binding.inputs.values()) - 2  # a category stands between
    assert page.fit_width == 1 and page.landscape and page.repeat_rows == (head, head)
    assert "&P" in page.footer and "&N" in page.footer


def test_the_form_says_what_it_is_when_it_comes_back(tmp_path: Path) -> None:
    scheme = towns()
    path = tmp_path / "表.xlsx"
    files.write_new(path, blank_form(scheme, unit=scheme.units[0]))
    marks = files.read(path).marks
    assert marks[FORM_ID] == scheme.form_id and marks[SYSTEM] == scheme.system
    assert (marks[VERSION], marks[UNIT]) == (scheme.version, "东镇")


def test_a_form_asks_a_unit_only_for_what_applies_to_it() -> None:
    scheme, findings = read_scheme(book(changed("数据项", (3, 7), "街道")), system="towns")
    assert scheme is not None and findings == ()
    binding = bound(filled(scheme, "东镇"), scheme)
    assert "技改投资" not in binding.inputs and "工业投资" in binding.inputs


def test_attachments_follow_the_form_as_locked_sheets() -> None:
    tables: dict[str, Rows] = {
        **TOWNS,
        "附表1 项目": [["项目表"], ["序号", "项目"], [1.0, "甲"], ["略"]],
    }
    scheme, findings = read_scheme(book(tables), system="towns")
    assert scheme is not None and findings == ()
    sheets = [c.sheet for c in blank_form(scheme).changes if isinstance(c, PutSheet)]
    assert [s.name for s in sheets] == [FORM_SHEET, "附表1 项目", REMARKS_SHEET]
    assert sheets[1].protected and sheets[1].page.repeat_rows == (2, 2)


def test_own_targets_stand_on_the_form_of_their_unit() -> None:
    tables: dict[str, Rows] = {
        **TOWNS,
        "目标": [["数据项", "西镇", "说明"], ["亿元企业数", 7.0, None]],
    }
    scheme, findings = read_scheme(book(tables), system="towns")
    assert scheme is not None and findings == ()
    for unit, target in (("西镇", 7.0), ("东镇", 5.0)):
        snapshot = filled(scheme, unit)
        row, column = bound(snapshot, scheme).inputs["亿元企业数"]
        assert form_of(snapshot).value(row, column - 1) == target


def test_the_file_checks_figures_and_still_lets_not_applicable_in(tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    files.write_new(path, blank_form(towns()))
    with zipfile.ZipFile(path) as package:
        xml = package.read("xl/worksheets/sheet1.xml").decode()
    checks = re.findall(r'<dataValidation type="(\w+)".*?<formula1>(.*?)</formula1>', xml)
    binding = bound(filled(towns(), "东镇"), towns())
    row = binding.inputs["亿元企业数"][0]
    formula = f'IF(ISNUMBER(H{row}),AND(H{row}=INT(H{row}),H{row}&gt;=0),OR(H{row}="不涉及"))'
    assert ("custom", formula) in checks
    assert [kind for kind, _ in checks].count("custom") == 3
    assert ("list", '"是,否,不涉及"') in checks

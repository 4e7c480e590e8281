"""A monthly form: a table to be filled in, known when it comes back, and never scored."""

from __future__ import annotations

from pathlib import Path

from kpixl.grid import Scalar, Snapshot
from kpixl.hosts import files
from kpixl.templates.bind import bind
from kpixl.templates.extract import collect_entries
from kpixl.templates.issue import FORM_SHEET, blank_form
from kpixl.templates.monthly import monthly_form
from tests.books import towns

NAME = "进度月报"
HEADS: list[Scalar] = ["产业", "年度目标(亿元)", "本月产值(亿元)", "增速(%)", "主要进展"]
LINES: list[list[Scalar]] = [
    ["2020年进度情况一览表"],
    HEADS,
    ["甲产业", 430.0],
    ["乙产业", 90.0],
    ["总计", 520.0],
]


def made(tmp_path: Path, rows: list[list[Scalar]]) -> Snapshot:
    path = tmp_path / f"{NAME}.xlsx"
    files.write_new(path, monthly_form(towns(截止=f"{NAME}=每月1日"), NAME, rows))
    return files.read(path)


def test_it_says_when_it_is_due_and_opens_only_what_is_to_be_filled_in(tmp_path: Path) -> None:
    (form,) = made(tmp_path, LINES).sheets
    texts = [v for _, _, v in form.filled() if isinstance(v, str)]
    assert texts[:2] == ["2020年进度情况一览表", "报送时间:每月1日前报送上月情况"]
    assert form.protected
    rows = {form.value(r, 1): r for r in range(1, len(form.rows) + 1)}
    for label, given in (("甲产业", 430.0), ("乙产业", 90.0)):
        row = rows[label]
        assert form.value(row, 2) == given
        assert [(row, c) in form.unlocked for c in range(1, 6)] == [False, False, True, True, True]


def test_a_line_of_totals_adds_figures_up_but_no_shares(tmp_path: Path) -> None:
    (form,) = made(tmp_path, LINES).sheets
    row = next(r for r in range(1, len(form.rows) + 1) if form.value(r, 1) == "总计")
    assert [(row, c) in form.unlocked for c in (2, 3, 4)] == [False, False, True]
    assert f"SUM(C{row - 2}:C{row - 1})" in str(form.formulas[row, 3])


def test_a_table_without_lines_gets_numbered_blank_ones(tmp_path: Path) -> None:
    heads: list[Scalar] = ["序号", "项目名称", "总投资(万元)"]
    (form,) = made(tmp_path, [["项目一览表"], heads]).sheets
    numbers = [row[0] for row in form.rows if row and isinstance(row[0], float)]
    assert numbers == [float(n) for n in range(1, 13)]


def test_a_narrow_table_has_its_cover_in_several_rows(tmp_path: Path) -> None:
    for heads in (HEADS[:1], HEADS[:3], HEADS):
        (form,) = made(tmp_path, [["进度"], heads]).sheets
        texts = [v.rstrip(":") for _, _, v in form.filled() if isinstance(v, str)]
        assert {"填报单位", "月份", "填报人", "联系电话"} <= {*texts}


def test_among_returned_forms_it_is_named_and_passed_over(tmp_path: Path) -> None:
    scheme = towns(截止=f"{NAME}=每月1日")
    form = made(tmp_path, LINES)
    binding, (fault,) = bind(form, scheme)
    assert binding is None
    assert (fault.code, fault.severity) == ("form-monthly", "提")
    assert NAME in fault.text
    entries, findings = collect_entries([form], scheme, expect_all=False)
    assert entries.units == () and [f.code for f in findings] == ["form-monthly"]


def test_a_deadline_of_the_form_itself_makes_it_no_monthly_one(tmp_path: Path) -> None:
    scheme = towns(截止=f"{FORM_SHEET}=2021-01-10")
    path = tmp_path / "东镇.xlsx"
    files.write_new(path, blank_form(scheme, unit=scheme.units[0]))
    binding, findings = bind(files.read(path), scheme)
    assert binding is not None and findings == ()

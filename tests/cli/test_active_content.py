"""Macros in a returned form: never run, told, and the file stays as it came."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from pyopenvba import ExcelFile

from tests.cli.running import Run

MACRO = 'Sub Auto_Open()\r\n    Shell "cmd /c echo ran > ran.txt"\r\nEnd Sub\r\n'


def with_macro(source: Path, target: Path) -> Path:
    """A copy of a workbook with a macro that its opening would run."""
    plain = target.with_name("plain.xlsm")
    plain.write_bytes(source.read_bytes())
    with ExcelFile(plain) as book:
        book.add_vba_project().add_module("Start", MACRO)
        book.save(target)
    plain.unlink()
    return target


@pytest.fixture
def form(forms: Path) -> Path:
    """A returned form that came without macros and has one now."""
    made = with_macro(forms / "海城街道.xlsx", forms / "海城街道.xlsm")
    (forms / "海城街道.xlsx").unlink()
    return made


def test_a_macro_in_a_form_that_had_none_blocks_it_and_is_not_run(
    form: Path, run: Callable[..., Run]
) -> None:
    before = form.read_bytes()
    done = run("check", form, "--json")
    assert done.code == 1
    (found,) = done.json["findings"]
    assert (found["code"], found["severity"]) == ("form-active-added", "强")
    assert found["file"] == "海城街道.xlsm"
    assert "宏(VBA)" in found["text"] and "未运行" in found["text"]
    assert "重新报送" in found["remedy"]
    assert form.read_bytes() == before
    assert not list(form.parent.rglob("ran.txt"))


def test_its_figures_are_scored_all_the_same(form: Path, run: Callable[..., Run]) -> None:
    done = run("score", "wenzhou-2015", "--data", form.parent, "--json")
    assert done.code == 1
    assert "form-active-added" in [f["code"] for f in done.json["findings"]]
    totals = {unit["unit"]: unit["total"] for unit in done.json["units"]}
    assert totals["海城街道"] == 88.35


def test_a_macro_in_a_form_that_nobody_issued_is_to_be_verified(
    tmp_path: Path, run: Callable[..., Run]
) -> None:
    plain = tmp_path / "各镇.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ("指标", "分值", "评分标准", "城关镇", "河东镇"),
        ("信息采用", 10, "每采用1条得0.5分", 6, 10),
    ):
        sheet.append(row)
    book.save(plain)
    strange = with_macro(plain, tmp_path / "各镇.xlsm")
    done = run("score", strange, "--data", strange, "--json")
    (found,) = [f for f in done.json["findings"] if f["code"].startswith("form-active")]
    assert (found["code"], found["severity"]) == ("form-active", "核")

"""`kpixl issue`: a form for every unit, and nothing that stands there is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from kpixl.scheme.find import known_schemes
from kpixl.workspace.schemes import usable_scheme
from tests.cli.running import STREETS, SYSTEM, Run, figures, form_cell


def test_every_unit_gets_a_form_with_its_name_and_without_figures(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    done = run("issue", SYSTEM / "方案.xlsx", "--to", "下发/第一批", "--json")
    assert (done.code, done.err) == (0, "")
    assert done.json == {
        "system": "wenzhou-2015",
        "files": [f"{street}.xlsx" for street in STREETS],
        "findings": [],
    }
    for street in STREETS:
        assert figures(tmp_path / "下发/第一批" / f"{street}.xlsx") == (street, {})


def test_an_issued_form_that_is_filled_in_is_scored(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    run("issue", "wenzhou-2015", "--to", "下发")
    path = tmp_path / "下发" / f"{STREETS[0]}.xlsx"
    book = openpyxl.load_workbook(path)
    form_cell(book.worksheets[0], "亿元以上企业数量").value = 7
    book.save(path)
    done = run("score", "wenzhou-2015", "--data", path, "--json")
    (unit,) = [u for u in done.json["units"] if u["unit"] == STREETS[0]]
    assert unit["items"]["3 亿元以上企业数量"] == 10


@pytest.mark.parametrize("system", known_schemes())
def test_of_each_system_whoever_reports_gets_a_form(
    run: Callable[..., Run], tmp_path: Path, system: str
) -> None:
    done = run("issue", system, "--to", "下发")
    scheme, _ = usable_scheme(system)
    names = {u.name for u in scheme.units}
    if scheme.ledger is not None:
        names = set(scheme.ledger.leads)
    assert done.code == 0 and f"已写出 {len(names)} 份填报表" in done.out
    assert {p.stem for p in (tmp_path / "下发").iterdir()} == names


def test_a_file_that_stands_there_is_not_replaced_and_nothing_else_is_written(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    folder = tmp_path / "下发"
    folder.mkdir()
    there = folder / f"{STREETS[2]}.xlsx"
    there.write_bytes(b"a return")
    done = run("issue", "wenzhou-2015", "--to", "下发")
    assert done.code == 2
    assert there.name in done.err and "不能覆盖" in done.err
    assert [p.name for p in folder.iterdir()] == [there.name]
    assert there.read_bytes() == b"a return"


def test_a_scheme_that_could_not_be_scored_is_not_issued(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(SYSTEM / "方案.xlsx")
    cells = [c for row in book["指标"].iter_rows() for c in row]
    clause = next(c for c in cells if isinstance(c.value, str) and "最高加5分" in c.value)
    clause.value = "看情况给分"
    book.save(tmp_path / "方案.xlsx")
    done = run("issue", "方案.xlsx", "--to", "下发")
    assert done.code == 1
    assert "没有下发" in done.out and "读不懂" in done.out
    assert not (tmp_path / "下发").exists()


def test_a_folder_that_is_a_file_is_told_as_such(run: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "下发").write_text("", encoding="utf-8")
    done = run("issue", "wenzhou-2015", "--to", "下发")
    assert done.code == 2 and "不是文件夹" in done.err

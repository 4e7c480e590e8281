"""`kpixl verify`: identical, or each altered cell by sheet, address, found and recomputed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from kpixl import __version__
from tests.cli.running import Run, address, change
from tests.hosts.packages import small_book
from tests.soffice import Office

GOLDEN = Path(__file__).parents[1] / "golden" / "wenzhou-2015"


@pytest.fixture
def result(run: Callable[..., Run], tmp_path: Path) -> Path:
    path = tmp_path / "结果.xlsx"
    run("rank", "wenzhou-2015", "--data", GOLDEN / "gaps.csv", "--out", path)
    return path


def test_an_untouched_result_is_identical_and_only_read(
    run: Callable[..., Run], result: Path
) -> None:
    before = result.read_bytes()
    done = run("verify", result)
    assert (done.code, done.err) == (0, "") and result.read_bytes() == before
    assert done.out.startswith("结果.xlsx:一致\n")
    assert f"kpixl {__version__}" in done.out and "命令:kpixl rank wenzhou-2015" in done.out
    assert "不说明填报数真实" in done.out
    told = run("verify", result, "--json").json
    assert (told["identical"], told["altered"], told["findings"]) == (True, [], [])
    assert told["run"]["version"] == __version__ and len(told["seal"]) == 64
    record = openpyxl.load_workbook(result)["运行记录"]
    assert told["seal"] in [c.value for row in record.iter_rows() for c in row]


def test_altered_cells_are_listed_with_what_is_right(run: Callable[..., Run], result: Path) -> None:
    book = openpyxl.load_workbook(result)
    sheet = book["排名"]
    cell = next(c for row in sheet.iter_rows() for c in row if c.value == "总分")
    total = sheet.cell(cell.row + 2, cell.column)
    right, total.value = total.value, 99.5
    book["追溯"]["C6"].value = "最多的得10分"
    book.save(result)
    done = run("verify", result)
    assert done.code == 1
    assert "结果.xlsx:不一致,被改动的单元格 2 个" in done.out
    assert f"排名!{total.coordinate}:与重算的结果不同;现为:99.5;应为:{right}" in done.out
    told = run("verify", result, "--json")
    assert told.code == 1 and told.json["identical"] is False
    assert told.json["altered"][0] == {
        "sheet": "排名",
        "cell": total.coordinate,
        "what": "value",
        "found": 99.5,
        "recomputed": right,
    }
    assert [(c["sheet"], c["cell"]) for c in told.json["altered"]] == [
        ("排名", total.coordinate),
        ("追溯", "C6"),
    ]
    graves = [f for f in told.json["findings"] if f["severity"] == "强"]
    assert [(f["sheet"], f["cell"]) for f in graves] == [
        ("排名", total.coordinate),
        ("追溯", "C6"),
    ]


def test_a_result_in_somebodys_workbook_is_verified_and_the_rest_is_not(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("总表").write("A1", 3)

    path = tmp_path / "总表.xlsx"
    path.write_bytes(small_book(fill))
    run("rank", "wenzhou-2015", "--data", GOLDEN / "gaps.csv", "--into", path)
    told = run("verify", path, "--json")
    assert told.code == 0 and told.json["identical"] is True
    (note,) = told.json["findings"]
    assert (note["code"], note["found"]) == ("verify-other-sheets", "总表")


@pytest.fixture
def ranked(run: Callable[..., Run], forms: Path, tmp_path: Path) -> Path:
    path = tmp_path / "排名.xlsx"
    run("rank", "wenzhou-2015", "--data", forms, "--out", path)
    return path


def test_a_result_is_held_against_the_returns_it_came_from(
    run: Callable[..., Run], ranked: Path, forms: Path
) -> None:
    done = run("verify", ranked, "--data", forms)
    assert done.code == 0 and "与填报表核对:封存的数与填报表上的相同。" in done.out
    name = "规上工业总产值"
    cell = address(forms / "海城街道.xlsx", name)
    change(forms / "海城街道.xlsx", {name: 141})
    (forms / "天河街道.xlsx").rename(forms / "天河.bak")
    told = run("verify", ranked, "--data", forms, "--json")
    assert told.code == 1 and told.json["identical"] is False and told.json["altered"] == []
    by_code = {f["code"]: f for f in told.json["findings"]}
    assert by_code.keys() == {
        "verify-figure-differs", "verify-file-differs", "verify-file-missing",
    }  # fmt: skip
    figure = by_code["verify-figure-differs"]
    assert (figure["file"], figure["cell"], figure["unit"]) == ("海城街道.xlsx", cell, "海城街道")
    assert (figure["found"], figure["expected"]) == ("41", "填报表上的 141")
    assert by_code["verify-file-missing"]["file"] == "天河街道.xlsx"


def test_a_result_that_was_made_anew_from_altered_returns_is_betrayed_by_the_true_ones(
    run: Callable[..., Run], forms: Path, tmp_path: Path
) -> None:
    forged = tmp_path / "改过"
    shutil.copytree(forms, forged)
    change(forged / "天河街道.xlsx", {"亿元以上企业数量": 99})
    out = tmp_path / "伪.xlsx"
    run("rank", "wenzhou-2015", "--data", forged, "--out", out)
    assert run("verify", out).code == 0  # consistent in itself
    told = run("verify", out, "--data", forms, "--json")
    assert told.code == 1
    (figure,) = [f for f in told.json["findings"] if f["severity"] == "强"]
    assert (figure["unit"], figure["input"], figure["found"]) == (
        "天河街道",
        "亿元以上企业数量",
        "99",
    )


def test_a_ledger_is_verified(run: Callable[..., Run], tmp_path: Path) -> None:
    folder = Path(__file__).parents[2] / "workbooks" / "xiangshan-2017"
    out = tmp_path / "快报.xlsx"
    run("rank", "xiangshan-2017", "--data", folder / "回收", "--month", "4", "--out", out)
    told = run("verify", out, "--json")
    assert told.code == 0 and told.json["identical"] is True and "任务台账" in told.json["sheets"]
    told = run("verify", out, "--data", folder / "回收", "--json")
    assert told.code == 0 and told.json["findings"] == []


def test_a_kind_of_file_whose_formulas_can_t_be_read_is_refused(
    run: Callable[..., Run], result: Path, soffice: Office, tmp_path: Path
) -> None:
    (made,) = soffice.convert([result], "xls", tmp_path)
    done = run("verify", made)
    assert done.code == 2 and ".xls 格式里的公式读不出来" in done.err and "另存为 .xlsx" in done.err


@pytest.mark.parametrize("kind", ["none", "other", "text", "form"])
def test_what_is_no_result_is_refused_in_one_sentence(
    kind: str, run: Callable[..., Run], tmp_path: Path
) -> None:
    path = tmp_path / "表.xlsx"
    if kind == "other":
        path.write_bytes(small_book())
    elif kind == "text":
        path.write_text("名次,单位", "utf-8")
    elif kind == "form":
        form = Path(__file__).parents[2] / "workbooks" / "wenzhou-2015" / "空白表.xlsx"
        path.write_bytes(form.read_bytes())
    done = run("verify", path)
    assert (done.code, done.out) == (2, "")
    assert "表.xlsx" in done.err and done.err.count("\n") == 1 and "Traceback" not in done.err
    if kind in ("other", "form"):
        assert "不是 kpixl 写出的结果工作簿" in done.err

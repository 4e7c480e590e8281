"""`kpixl verify`: identical, or each altered cell by sheet, address, found and recomputed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from kpixl import __version__
from tests.cli.running import Run
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


def test_a_ledger_is_verified(run: Callable[..., Run], tmp_path: Path) -> None:
    folder = Path(__file__).parents[2] / "workbooks" / "xiangshan-2017"
    out = tmp_path / "快报.xlsx"
    run("rank", "xiangshan-2017", "--data", folder / "回收", "--month", "4", "--out", out)
    told = run("verify", out, "--json")
    assert told.code == 0 and told.json["identical"] is True and "任务台账" in told.json["sheets"]


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

"""`kpixl score` on a ledger: months, enterprises, the result book, mistakes in arguments."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.cli.running import REPO, Run

SYSTEM = "xiangshan-2017"
FOLDER = REPO / "workbooks" / SYSTEM
GOLDEN = REPO / "tests" / "golden" / SYSTEM


@pytest.fixture
def ledgers(tmp_path: Path) -> Path:
    """A copy of the returned ledgers."""
    return Path(shutil.copytree(FOLDER / "回收", tmp_path / "回收"))


def month_cell(path: Path, name: str, month: int) -> openpyxl.cell.Cell:
    """The cell of a task and month, found as a person finds it: by its words."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    cells = [c for row in sheet.iter_rows() for c in row if isinstance(c.value, str)]
    column = next(c.column for c in cells if c.value == f"{month}月")
    labels = next(c.column for c in cells if c.value == "数据项")
    row = next(c.row for c in cells if c.value == name and c.column == labels)
    found = sheet.cell(row, column)
    assert isinstance(found, openpyxl.cell.Cell)
    return found


def change(path: Path, name: str, month: int, value: object) -> str:
    """Change a figure of a returned ledger and give its address."""
    cell = month_cell(path, name, month)
    cell.value = value
    cell.parent.parent.save(path)
    return str(cell.coordinate)


def test_the_returned_ledgers_are_reported_on_month_by_month(
    run: Callable[..., Run], ledgers: Path
) -> None:
    table = {r["input"]: r for r in csv.DictReader((FOLDER / "source" / "示例.csv").open())}
    for month in (1, 4, 6):
        done = run("score", SYSTEM, "--data", ledgers, "--month", str(month), "--json")
        assert (done.code, done.err) == (0, "")
        assert done.json["period"] == f"2017-{month:02d}" and done.json["findings"] == []
        assert len(done.json["tasks"]) == 75 and len(done.json["units"]) == 21
        lines = {t["task"]: t for t in done.json["tasks"]}
        figure = float(table["个转企"][f"{month}月"])
        assert lines["个转企"]["completion"] == figure
        assert lines["个转企"]["expected"] == round(100 * month / 12, 4)


def test_a_month_without_figures_is_told_cell_by_cell(
    run: Callable[..., Run], ledgers: Path
) -> None:
    done = run("score", SYSTEM, "--data", ledgers, "--month", "9", "--json")
    assert done.code == 1 and {t["light"] for t in done.json["tasks"]} == {None}
    missing = [f for f in done.json["findings"] if f["code"] == "value-missing"]
    assert len(missing) == 75 and all(f["file"] and f["cell"] for f in missing)


def test_a_blank_ledger_lacks_everything(run: Callable[..., Run]) -> None:
    done = run("score", SYSTEM, "--data", FOLDER / "空白表.xlsx", "--json")
    assert (done.code, done.json["period"]) == (1, "2017-01")
    assert sum(f["code"] == "value-missing" for f in done.json["findings"]) == 75


def test_without_a_month_the_last_one_with_figures_is_taken_and_said(
    run: Callable[..., Run], ledgers: Path
) -> None:
    done = run("score", SYSTEM, "--data", ledgers, "--json")
    assert done.json["period"] == "2017-06"
    assert [f["code"] for f in done.json["findings"]] == ["ledger-month-assumed"]


def test_a_table_is_of_the_month_that_is_asked_for(run: Callable[..., Run]) -> None:
    path = GOLDEN / "year-m07.csv"
    done = run("score", SYSTEM, "--data", path, "--month", "7", "--json")
    wanted = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    assert done.code == 0 and done.json["tasks"] == wanted["tasks"]
    other = run("score", SYSTEM, "--data", path, "--month", "8月", "--json")
    assert other.json["tasks"] != wanted["tasks"]


def test_a_figure_as_text_leaves_its_task_blank_and_its_units_without_a_place(
    run: Callable[..., Run], ledgers: Path
) -> None:
    cell = change(ledgers / "县招商局.xlsx", "当年签约项目", 6, "约26个")
    done = run("score", SYSTEM, "--data", ledgers, "--month", "6", "--json")
    assert done.code == 1
    (fault,) = [f for f in done.json["findings"] if f["severity"] == "强"]
    assert (fault["file"], fault["cell"]) == ("县招商局.xlsx", cell)
    lines = {u["unit"]: u for u in done.json["units"]}
    assert (lines["县招商局"]["complete"], lines["县招商局"]["rank"]) == (False, None)
    assert lines["县招商局"]["total"] is not None and lines["县科技局"]["rank"] == 11


def test_a_ledger_that_did_not_come_is_missed(run: Callable[..., Run], ledgers: Path) -> None:
    (ledgers / "县财政局.xlsx").unlink()
    done = run("score", SYSTEM, "--data", ledgers, "--month", "6", "--json")
    assert [(f["code"], f["unit"]) for f in done.json["findings"]] == [
        ("form-returns-missing", "县财政局"),
        ("score-incomplete", "县财政局"),
    ]
    lines = {u["unit"]: u for u in done.json["units"]}
    assert lines["县财政局"]["total"] is None and not lines["县财政局"]["complete"]


def test_the_result_book_has_the_reports_and_the_forms_stay_as_they_are(
    run: Callable[..., Run], ledgers: Path, tmp_path: Path
) -> None:
    before = {p: p.read_bytes() for p in ledgers.iterdir()}
    out = tmp_path / "六月.xlsx"
    done = run(
        "rank", SYSTEM, "--data", ledgers, "--month", "6",
        "--enterprises", FOLDER / "企业示例.xlsx", "--out", out,
    )  # fmt: skip
    assert done.code == 0 and done.err == ""
    assert openpyxl.load_workbook(out).sheetnames == [
        "月度快报", "季度通报", "任务台账", "企业分类", "问题清单", "追溯", "公式核对", "运行记录",
        "封存",
    ]  # fmt: skip
    assert {p: p.read_bytes() for p in ledgers.iterdir()} == before
    assert "75 项任务中" in done.out and "季度通报" in done.out


def test_enterprises_alone_are_classed_without_data(run: Callable[..., Run]) -> None:
    path = GOLDEN / "企业-x3.csv"
    done = run("score", SYSTEM, "--enterprises", path, "--json")
    wanted = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    assert done.code == 0
    assert list(done.json) == ["system", "period", "enterprises", "findings", "assumptions"]
    assert done.json["enterprises"] == wanted["enterprises"]


def test_people_see_the_first_enterprises_and_how_many_there_are(run: Callable[..., Run]) -> None:
    done = run("score", SYSTEM, "--enterprises", GOLDEN / "企业-large.csv")
    assert "共 400 家" in done.out and "还有 380 家" in done.out


def test_check_finds_what_is_wrong_in_a_ledger(run: Callable[..., Run], ledgers: Path) -> None:
    assert run("check", ledgers, "--json").json["findings"] == []
    change(ledgers / "县财政局.xlsx", "政府购买服务扶持资金", 6, 1)
    found = run("check", ledgers / "县财政局.xlsx", "--json").json["findings"]
    assert [f["code"] for f in found] == ["ledger-falls"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("score", SYSTEM), "--data"),
        (("score", SYSTEM, "--data", GOLDEN / "x1-m04.csv", "--month", "13"), "1 至 12 的月份"),
        (("score", SYSTEM, "--data", GOLDEN / "x1-m04.csv", "--month", "四"), "1 至 12 的月份"),
        (("score", SYSTEM, "--enterprises", "没有.csv"), "文件不存在"),
        (("score", SYSTEM, "--enterprises", GOLDEN / "x1-m04.csv"), "缺少"),
        (("score", SYSTEM, "--data", FOLDER / "企业示例.xlsx"), "认不出"),
        (("score", "wenzhou-2015", "--data", ".", "--month", "4"), "--month"),
        (("score", "wenzhou-2015", "--data", ".", "--enterprises", "x.csv"), "--enterprises"),
        (("score", "wenzhou-2015"), "--data"),
    ],
)
def test_mistakes_end_in_a_sentence(
    run: Callable[..., Run], words: tuple[str | Path, ...], sentence: str
) -> None:
    done = run(*words)
    assert done.code == 2 and done.out == ""
    assert sentence in done.err and "Traceback" not in done.err


def test_the_result_book_is_never_the_table_of_enterprises(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    table = tmp_path / "企业.xlsx"
    shutil.copy(FOLDER / "企业示例.xlsx", table)
    done = run("score", SYSTEM, "--enterprises", table, "--out", table)
    assert done.code == 2 and table.read_bytes() == (FOLDER / "企业示例.xlsx").read_bytes()

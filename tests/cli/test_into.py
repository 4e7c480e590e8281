"""`kpixl rank --into`: the result in somebody's workbook, which loses nothing."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from kpixl.cli import main
from kpixl.grid import Sheet
from kpixl.hosts.files import read
from tests.cli.running import REPO, SYSTEM, Run
from tests.hosts.packages import rewritten, signed, small_book

GOLDEN = REPO / "tests" / "golden" / "wenzhou-2015"
DATA = GOLDEN / "four-streets.csv"
OURS = ["排名", "问题清单", "追溯", "公式核对", "核对数据", "运行记录", "封存"]


def without_findings(folder: Path) -> Path:
    """The same figures, but for the one that is alike for all units, which is remarked on."""
    lines = DATA.read_text("utf-8").splitlines()
    growth = iter(("9", "8.5", "8", "7.5"))
    changed = [
        re.sub(r"(规上工业总产值增速),[\d.]+", lambda m: f"{m[1]},{next(growth)}", line)
        for line in lines
    ]
    path = folder / "无问题.csv"
    path.write_text("\n".join(changed) + "\n", "utf-8")
    return path


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def names(path: Path) -> list[str]:
    return [sheet.name for sheet in read(path, structure=False).sheets]


def without_time(path: Path) -> Sheet:
    """The ranking, but for the second at which it was made."""
    sheet = read(path).sheet("排名")
    assert sheet is not None
    title = [re.sub("计算时间:.*", "", str(sheet.value(2, 1)))]
    return replace(sheet, rows=(sheet.rows[0], (*title, *sheet.rows[1][1:]), *sheet.rows[2:]))


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Somebody's workbook, with a chart, a formula and a selected sheet."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("总表")
        sheet.write_column("A1", [3, 1, 2])
        sheet.write_formula("B1", "=SUM(A1:A3)", None, 6)
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=总表!$A$1:$A$3"})
        sheet.insert_chart("D2", chart)
        book.add_worksheet("别的").activate()

    path = tmp_path / "考核总表.xlsx"
    path.write_bytes(small_book(fill))
    return path


def test_the_result_stands_behind_the_sheets_that_are_there(
    run: Callable[..., Run], book: Path
) -> None:
    before = parts(book)
    done = run("rank", "wenzhou-2015", "--data", DATA, "--into", book)
    assert (done.code, done.err) == (0, "")
    assert f"结果已写入:{book}" in done.out
    assert "原有的工作表和其他内容没有改动" in done.out
    assert names(book) == ["总表", "别的", *OURS]
    after = parts(book)
    touched = {name for name in before if after[name] != before[name]}
    assert touched == {
        "[Content_Types].xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/workbook.xml",
    }
    alone = book.parent / "单独.xlsx"
    run("rank", "wenzhou-2015", "--data", DATA, "--out", alone)
    assert without_time(book) == without_time(alone)
    active = openpyxl.load_workbook(book).active
    assert active is not None and active.title == "别的"


def test_running_again_replaces_our_own_sheets_and_nothing_else(
    run: Callable[..., Run], book: Path
) -> None:
    run("rank", "wenzhou-2015", "--data", GOLDEN / "gaps.csv", "--into", book)
    assert "问题清单" in names(book)
    first, order = parts(book), names(book)
    workbook = openpyxl.load_workbook(book)
    assert workbook["问题清单"].max_row > 3
    run("rank", "wenzhou-2015", "--data", without_findings(book.parent), "--into", book)
    assert names(book) == order
    second = parts(book)
    theirs = {"总表", "别的"}
    own = {n for n in second if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", n)} - {
        f"xl/worksheets/sheet{k + 1}.xml" for k in range(len(theirs))
    }
    differing = {name for name in second if second[name] != first.get(name)}
    assert differing <= own | {"xl/styles.xml", "xl/workbook.xml"}
    assert second.keys() == first.keys()
    findings = openpyxl.load_workbook(book)["问题清单"]
    assert [c.value for row in findings.iter_rows() for c in row if c.value] == [
        "本次运行没有这一项内容。"
    ]


def test_a_sheet_of_the_same_name_is_never_overwritten(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    path = tmp_path / "总表.xlsx"
    path.write_bytes(small_book(lambda b: b.add_worksheet("排名").write("A1", "手工排的") and None))
    before = path.read_bytes()
    done = run("rank", "wenzhou-2015", "--data", DATA, "--into", path)
    assert done.code == 2
    assert "已有一张名为“排名”的工作表,不是 kpixl 写的,不能覆盖" in done.err
    assert "改名" in done.err and "原文件未改动" in done.err
    assert path.read_bytes() == before


def test_a_sheet_of_ours_that_was_renamed_is_kept(run: Callable[..., Run], book: Path) -> None:
    run("rank", "wenzhou-2015", "--data", GOLDEN / "gaps.csv", "--into", book)
    data = rewritten(
        book.read_bytes(),
        {"xl/workbook.xml": lambda x: x.replace('sheet name="排名"', 'sheet name="去年排名"')},
    )
    book.write_bytes(data)
    kept = openpyxl.load_workbook(book)["去年排名"]
    before = [[c.value for c in row] for row in kept.iter_rows()]
    done = run("rank", "wenzhou-2015", "--data", DATA, "--into", book)
    assert done.code == 0
    assert names(book)[-1] == "排名" and "去年排名" in names(book)
    after = openpyxl.load_workbook(book)["去年排名"]
    assert [[c.value for c in row] for row in after.iter_rows()] == before


def test_a_workbook_may_hold_the_figures_and_the_result(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    folder = tmp_path / "回收"
    shutil.copytree(SYSTEM / "回收", folder)
    form = next(iter(sorted(folder.glob("*.xlsx"))))
    alone = run("score", "wenzhou-2015", "--data", *sorted(folder.glob("*.xlsx")), "--json")
    for _ in range(2):
        done = run(
            "rank",
            "wenzhou-2015",
            "--data",
            *sorted(folder.glob("*.xlsx")),
            "--into",
            form,
            "--json",
        )
        assert done.json["units"] == alone.json["units"]
        assert done.json["findings"] == alone.json["findings"]
    assert names(form)[-len(OURS) :] == OURS
    # Elsewhere in the folder the workbook that is written into is no return.
    summary = folder / "汇总.xlsx"
    summary.write_bytes(small_book())
    done = run("rank", "wenzhou-2015", "--data", folder, "--into", summary, "--json")
    assert done.json["findings"] == alone.json["findings"]


def test_a_result_book_may_be_written_into_again(run: Callable[..., Run], tmp_path: Path) -> None:
    result = tmp_path / "结果.xlsx"
    run("rank", "wenzhou-2015", "--data", GOLDEN / "gaps.csv", "--out", result)
    first = read(result)
    done = run("rank", "wenzhou-2015", "--data", DATA, "--into", result)
    assert done.code == 0
    second = read(result)
    assert [s.name for s in second.sheets] == [s.name for s in first.sheets]
    assert second.marks["kpixl-run"] != first.marks["kpixl-run"]


def test_a_signature_becomes_void_only_with_consent(
    run: Callable[..., Run], book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.write_bytes(signed(book.read_bytes()))
    before = book.read_bytes()
    words = ("rank", "wenzhou-2015", "--data", str(DATA), "--into", str(book))
    done = run(*words)
    assert done.code == 2
    assert "带有数字签名,改动以后签名就作废了" in done.err and "--void-signature" in done.err
    assert book.read_bytes() == before

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for said in ("n\n", ""):
        asked = Terminal()
        monkeypatch.setattr("sys.stdin", Terminal(said))
        monkeypatch.setattr("sys.stderr", asked)
        assert main(words) == 2
        assert "签名作废,要重新签。继续写入吗?(y/n)" in asked.getvalue()
        assert "没有写入,工作簿未改动。" in asked.getvalue()
        assert book.read_bytes() == before
    monkeypatch.setattr("sys.stdin", Terminal("什么?\ny\n"))
    assert main(words) == 0
    assert parts(book)["_xmlsignatures/sig1.xml"] == b"<Signature/>"
    assert names(book)[-2:] == ["运行记录", "封存"]
    book.write_bytes(before)
    monkeypatch.undo()
    done = run(*words, "--void-signature")
    assert done.code == 0 and "数字签名已经作废" in done.out


@pytest.mark.parametrize("name", ["总表.xls", "总表.ods", "没有.xlsx"])
def test_what_can_t_be_written_into_says_why(
    name: str, run: Callable[..., Run], tmp_path: Path
) -> None:
    path = tmp_path / name
    if name.startswith("总表"):
        path.write_text("单位,得分\n", encoding="utf-8")
    done = run("rank", "wenzhou-2015", "--data", DATA, "--into", path)
    assert done.code == 2
    assert name in done.err and "Traceback" not in done.err
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("_rels/.rels", "<Relationships/>"),
        ("xl/workbook.xml", "<workbook><sheets>"),
        ("xl/styles.xml", "kein XML"),
        ("xl/_rels/workbook.xml.rels", None),
    ],
)
def test_a_damaged_workbook_is_said_to_be_one(
    part: str, content: str | None, run: Callable[..., Run], book: Path
) -> None:
    book.write_bytes(rewritten(book.read_bytes(), {part: content}))
    before = book.read_bytes()
    done = run("rank", "wenzhou-2015", "--data", DATA, "--into", book)
    assert done.code == 2
    assert "无法使用文件" in done.err and len(done.err.splitlines()) == 1
    assert book.read_bytes() == before


def test_a_new_and_an_existing_workbook_are_not_asked_for_at_once(
    run: Callable[..., Run], book: Path
) -> None:
    done = run("rank", "wenzhou-2015", "--data", DATA, "--into", book, "--out", "x.xlsx")
    assert done.code == 2
    assert done.err.startswith("--out 和 --into 不能同时用。")
    done = run("rank", "wenzhou-2015", "--data", DATA)
    assert done.err.startswith("缺少参数:--out 或 --into。")

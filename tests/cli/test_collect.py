"""`kpixl collect`: the board, what is sent back, corrections, and runs that were stopped."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from kpixl.collection import BOOK, RECORD, collect
from kpixl.hosts import files, pool
from kpixl.hosts.pool import Attendant
from kpixl.workspace.schemes import usable_scheme
from tests.cli.running import REPO, STREETS, Run, address, change, form_cell, unit_cell

NOW = datetime(2016, 1, 12, 9, 30)


def digests(folder: Path) -> dict[str, str]:
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def table(path: Path, sheet: str, first: str) -> list[dict[str, object]]:
    """The rows of a sheet below the heading row that holds `first`."""
    rows = list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))
    head = next(n for n, row in enumerate(rows) if first in row)
    found = [dict(zip(map(str, rows[head]), row, strict=True)) for row in rows[head + 1 :]]
    return [row for row in found if row.get("序号", 1) and len([v for v in row.values() if v]) > 1]


def states(done: Run) -> dict[str, str]:
    return {u["unit"]: u["state"] for u in done.json["units"]}


def test_the_board_says_of_every_unit_where_it_stands(run: Callable[..., Run], forms: Path) -> None:
    change(forms / "海城街道.xlsx", {"亩均利润": "约30", "利润总额增速": None})
    change(forms / "沙城街道.xlsx", {"亩均工业总产值": 3623000})
    (forms / "天河街道.xlsx").unlink()
    before = digests(forms)
    done = run("collect", forms, "--json")
    assert done.code == 1
    assert digests(forms) == before
    expected = {"星海街道": "通过", "海城街道": "退回", "沙城街道": "已报", "天河街道": "未报"}
    assert states(done) == expected
    out = Path(done.json["folder"])
    assert out == forms.parent / "回收-回收情况"
    rows = table(out / BOOK, "回收情况", "状态")
    assert {r["单位"]: r["状态"] for r in rows} == expected
    assert {r["单位"]: (r["强"], r["核"]) for r in rows}["海城街道"] == (2, None)
    reminded = table(out / BOOK, "催报", "请该单位")
    assert [(r["单位"], r["状态"]) for r in reminded] == [
        ("天河街道", "未报"),
        ("海城街道", "退回"),
        ("沙城街道", "已报"),
    ]
    places = {(r["单位"], r["单元格"]) for r in table(out / BOOK, "问题", "级别")}
    assert ("海城街道", address(forms / "海城街道.xlsx", "亩均利润")) in places
    written = {p for p in digests(out) if p.endswith(".xlsx")}
    assert written == {
        BOOK,
        "退回/海城街道/退回单.xlsx",
        "退回/海城街道/海城街道(批注).xlsx",
        "退回/沙城街道/退回单.xlsx",
        "退回/沙城街道/沙城街道(批注).xlsx",
    }


def test_people_read_the_same_as_programs(run: Callable[..., Run], forms: Path) -> None:
    (forms / "天河街道.xlsx").unlink()
    change(forms / "海城街道.xlsx", {"亩均利润": "约30"})
    done = run("collect", forms)
    assert done.code == 1
    assert "应报 4 个单位:未报 1,已报 0,退回 1,通过 2。" in done.out
    assert "未报:天河街道\n" in done.out
    assert "退回:海城街道(强 1)\n" in done.out
    done = run("collect", forms / "星海街道.xlsx", "--to", "单份")
    assert "未报 3" in done.out and (Path("单份") / BOOK).exists()


def test_a_correction_is_held_against_the_return_before_it(
    run: Callable[..., Run], forms: Path
) -> None:
    form = forms / "海城街道.xlsx"
    change(form, {"亩均利润": "约30"})
    assert states(run("collect", forms, "--json"))["海城街道"] == "退回"
    slip = forms.parent / "回收-回收情况" / "退回" / "海城街道" / "退回单.xlsx"
    assert slip.exists()
    change(form, {"亩均利润": 30.5, "信息采用条数": 41})
    done = run("collect", forms, "--json")
    (line,) = [u for u in done.json["units"] if u["unit"] == "海城街道"]
    assert (line["state"], line["times"]) == ("通过", 2)
    changed = {c["input"]: (c["cell"], c["before"], c["now"]) for c in done.json["changes"]}
    assert changed["亩均利润"] == (address(form, "亩均利润"), "约30", "30.5")
    assert set(changed) == {"亩均利润", "信息采用条数"}
    # what was sent back for the old return goes away, and what it was is still known next time
    assert not slip.exists() and not slip.parent.exists()
    again = run("collect", forms, "--json")
    (line,) = [u for u in again.json["units"] if u["unit"] == "海城街道"]
    assert line["times"] == 2
    assert again.json["changes"] == done.json["changes"]


def test_a_slip_that_somebody_wrote_on_stays(run: Callable[..., Run], forms: Path) -> None:
    form = forms / "海城街道.xlsx"
    change(form, {"亩均利润": "约30"})
    run("collect", forms)
    slip = forms.parent / "回收-回收情况" / "退回" / "海城街道" / "退回单.xlsx"
    book = openpyxl.load_workbook(slip)
    book.worksheets[0]["A40"] = "已电话通知"
    book.save(slip)
    change(form, {"亩均利润": 30.5})
    run("collect", forms)
    assert slip.exists()


def test_the_annotated_copy_can_be_mended_and_sent_back(
    run: Callable[..., Run], forms: Path
) -> None:
    form = forms / "海城街道.xlsx"
    change(form, {"亩均利润": "约30", "利润总额增速": None})
    run("collect", forms)
    folder = forms.parent / "回收-回收情况" / "退回" / "海城街道"
    copy = folder / "海城街道(批注).xlsx"
    sheet = openpyxl.load_workbook(copy).worksheets[0]
    for name, words in (("亩均利润", "约30"), ("利润总额增速", "没有填写")):
        note = form_cell(sheet, name).comment
        assert note is not None and words in note.text
    marked = {str(r.sqref) for r in sheet.conditional_formatting}
    assert any(address(form, "亩均利润") in m for m in marked)
    # the unit mends one of two faults in the copy itself and sends that
    form.unlink()
    shutil.copy(copy, forms / copy.name)
    change(forms / copy.name, {"亩均利润": 30.5})
    done = run("collect", forms, "--json")
    faults = [f for f in done.json["findings"] if f["severity"] in "强核"]
    cell = address(forms / copy.name, "利润总额增速")
    assert [(f["code"], f["cell"]) for f in faults] == [("value-missing", cell)]
    sheet = openpyxl.load_workbook(folder / "海城街道(批注).xlsx").worksheets[0]
    assert form_cell(sheet, "亩均利润").comment is None
    assert form_cell(sheet, "利润总额增速").comment is not None
    change(forms / copy.name, {"利润总额增速": 7.5})
    assert states(run("collect", forms, "--json"))["海城街道"] == "通过"


def test_returns_are_found_in_folders_and_archives_by_their_cover(
    run: Callable[..., Run], forms: Path
) -> None:
    for number, name in enumerate(STREETS[:2]):
        (forms / str(number)).mkdir()
        (forms / f"{name}.xlsx").rename(forms / str(number) / "填报表.xlsx")
    with zipfile.ZipFile(forms / "其余.zip", "w") as package:
        for name in STREETS[2:]:
            package.write(forms / f"{name}.xlsx", f"报送/{name}终稿.xlsx")
            (forms / f"{name}.xlsx").unlink()
    done = run("collect", forms, "--json")
    assert set(states(done).values()) == {"通过"}
    assert {f["file"]: f["unit"] for f in done.json["files"]} == {
        "0/填报表.xlsx": STREETS[0],
        "1/填报表.xlsx": STREETS[1],
        f"其余.zip/报送/{STREETS[2]}终稿.xlsx": STREETS[2],
        f"其余.zip/报送/{STREETS[3]}终稿.xlsx": STREETS[3],
    }


def test_two_returns_that_nobody_can_put_in_order_are_shown_with_the_cells_that_differ(
    run: Callable[..., Run], forms: Path
) -> None:
    second = forms / "海城街道 (2).xlsx"
    shutil.copy(forms / "海城街道.xlsx", second)
    done = run("collect", forms, "--json")
    assert states(done)["海城街道"] == "通过"  # the same figures twice
    assert [f["code"] for f in done.json["findings"]] == ["form-return-repeated"]
    shutil.rmtree(done.json["folder"])
    change(second, {"亩均利润": 31.5})
    done = run("collect", forms, "--json")
    assert states(done)["海城街道"] == "退回"
    (fault,) = [f for f in done.json["findings"] if f["severity"] == "强"]
    assert fault["code"] == "form-unit-repeated"
    cell = address(second, "亩均利润")
    assert fault["found"] == f"不同的数:亩均利润({cell}) 31.5≠21.86"
    assert {f["use"] for f in done.json["files"] if f["unit"] == "海城街道"} == {"采用", "待定"}
    # its name says that the second one is the correction
    second.rename(forms / "海城街道(更正).xlsx")
    shutil.rmtree(done.json["folder"])
    done = run("collect", forms, "--json")
    assert states(done)["海城街道"] == "通过"
    assert [c["now"] for c in done.json["changes"]] == ["31.5"]


def test_files_that_are_nobody_s_return_are_named_with_the_reason(
    run: Callable[..., Run], forms: Path
) -> None:
    (forms / "通知.xlsx").write_bytes(b"%PDF-1.7")
    (forms / "补充.rar").write_bytes(b"Rar!\x1a\x07\x00")
    change(forms / "海城街道.xlsx", {}, unit="某某街道")
    book = openpyxl.Workbook()
    book.active.append(["今天", "吃什么"])
    book.save(forms / "菜单.xlsx")
    done = run("collect", forms, "--scheme", "wenzhou-2015", "--json")
    reasons = {f["file"]: f["reason"] for f in done.json["files"] if f["use"] == "未采用"}
    assert reasons.keys() == {"通知.xlsx", "补充.rar", "菜单.xlsx"}
    assert "PDF" in reasons["通知.xlsx"] and "解压" in reasons["补充.rar"]
    # issued to 海城街道, whatever its cover says now
    assert states(done)["海城街道"] == "退回"


@pytest.mark.parametrize("stop_after", [1, 3])
def test_a_stopped_run_goes_on_where_it_stopped(
    stop_after: int, forms: Path, tmp_path: Path
) -> None:
    change(forms / "海城街道.xlsx", {"亩均利润": "约30"})
    before = digests(forms)

    class Stop(Exception):
        pass

    def stop(done: int, of: int) -> None:
        if done == stop_after + 1:
            raise Stop

    out = tmp_path / "出"
    with pytest.raises(Stop), pool.attended(Attendant(progress=stop)):
        collect(forms, to=out, now=NOW)
    assert digests(forms) == before
    read: list[int] = []
    with pool.attended(Attendant(progress=lambda done, of: read.append(of))):
        resumed = collect(forms, to=out, now=NOW)
    # the first file is read once more, for the scheme that it belongs to
    assert max(read) == len(STREETS) - stop_after
    assert resumed.resumed == stop_after
    fresh = collect(forms, to=tmp_path / "另", now=NOW)
    assert resumed.board == fresh.board
    assert digests(out).keys() == digests(tmp_path / "另").keys()


# Collects a folder and dies, as by a power cut, when so many files have been read.
KILLED = """
import os, signal, sys
from datetime import datetime
from kpixl.collection import collect
from kpixl.hosts import pool
from kpixl.hosts.pool import Attendant
folder, out, moment = sys.argv[1], sys.argv[2], int(sys.argv[3])
def told(done, of):
    if done == moment + 1:
        os.kill(os.getpid(), signal.SIGKILL)
with pool.attended(Attendant(progress=told)):
    collect(folder, to=out, now=datetime.fromisoformat(sys.argv[4]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="only on Windows is there no SIGKILL")
@pytest.mark.parametrize(("system", "moment"), [("wenzhou-2015", 2), ("xiangshan-2017", 5)])
def test_a_run_that_was_killed_goes_on_where_it_was(
    system: str, moment: int, tmp_path: Path
) -> None:
    forms = Path(shutil.copytree(REPO / "workbooks" / system / "回收", tmp_path / "表"))
    out = tmp_path / "出"
    words = [str(forms), str(out), str(moment), NOW.isoformat()]
    done = subprocess.run([sys.executable, "-c", KILLED, *words], cwd=REPO, check=False)
    assert done.returncode == -9
    assert not (out / BOOK).exists()
    resumed = collect(forms, to=out, now=NOW)
    assert resumed.resumed == moment
    fresh = collect(forms, to=tmp_path / "另", now=NOW)
    assert resumed.board == fresh.board
    assert {u.state for u in fresh.board.units} - {"未报"}
    assert digests(out).keys() == digests(tmp_path / "另").keys()


def test_half_a_line_at_the_end_of_the_record_is_passed_over(forms: Path, tmp_path: Path) -> None:
    out = tmp_path / "出"
    collect(forms, to=out, now=NOW)
    record = out / RECORD
    record.write_bytes(record.read_bytes()[:-40])
    change(forms / "海城街道.xlsx", {"亩均利润": 30.5})
    done = collect(forms, to=out, now=NOW)
    assert [(c.unit, c.now) for c in done.board.changes] == [("海城街道", "30.5")]
    whole = [line for line in record.read_text("utf-8").splitlines() if line.endswith("}")]
    assert json.loads(whole[-1])["kind"] == "run"  # ours is not glued to what was cut off


def test_a_return_is_late_by_its_cover_or_because_a_later_run_did_not_see_it(
    forms: Path, tmp_path: Path
) -> None:
    out = tmp_path / "出"
    late = forms / "天河街道.xlsx"
    moved = tmp_path / late.name
    late.rename(moved)
    book = openpyxl.load_workbook(forms / "海城街道.xlsx")
    sheet = book.worksheets[0]
    label = next(c for row in sheet.iter_rows() for c in row if c.value == "填报日期")
    wide = next((m for m in sheet.merged_cells.ranges if label.coordinate in m), None)
    column = wide.max_col if wide else label.column
    sheet.cell(label.row, column + 1).value = "2016-01-20"
    book.save(forms / "海城街道.xlsx")
    done = collect(forms, to=out, now=datetime(2016, 2, 1, 8))
    said = {u.unit: u.late for u in done.board.units}
    assert said == {
        "星海街道": "",
        "海城街道": "迟报(2016-01-20)",
        "沙城街道": "",
        "天河街道": "超期未报",
    }
    moved.rename(late)
    done = collect(forms, to=out, now=datetime(2016, 2, 3, 8))
    said = {u.unit: u.late for u in done.board.units}
    assert said["天河街道"] == "迟报(2016-02-03 收到)"
    assert said["星海街道"] == ""


def test_ledgers_are_collected_too(run: Callable[..., Run], tmp_path: Path) -> None:
    source = REPO / "workbooks" / "xiangshan-2017" / "回收"
    forms = Path(shutil.copytree(source, tmp_path / "台账"))
    sent = {unit_cell_text(p): p for p in forms.glob("*.xlsx")}
    name, path = sorted(sent.items())[0]
    path.unlink()
    done = run("collect", forms, "--json")
    assert states(done).pop(name) == "未报"
    assert {s for u, s in states(done).items() if u in sent and u != name} <= {"通过", "已报"}


def unit_cell_text(path: Path) -> str:
    sheet = openpyxl.load_workbook(path).worksheets[0]
    label = next(c for row in sheet.iter_rows() for c in row if c.value in ("单位", "填报单位"))
    merged = next((m for m in sheet.merged_cells.ranges if label.coordinate in m), None)
    return str(sheet.cell(label.row, (merged.max_col if merged else label.column) + 1).value)


def test_what_can_t_be_collected_is_said_in_one_sentence(
    run: Callable[..., Run], forms: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "空"
    empty.mkdir()
    taken = tmp_path / "占"
    taken.write_text("x")
    for words in ((tmp_path / "没有",), (empty,), (forms, "--to", taken)):
        done = run("collect", *words)
        assert done.code == 2 and done.out == "" and len(done.err.strip().splitlines()) == 1
    stranger = tmp_path / "出"
    stranger.mkdir()
    book = openpyxl.Workbook()
    book.save(stranger / BOOK)
    done = run("collect", forms, "--to", stranger)
    assert done.code == 2 and "不能覆盖" in done.err
    assert files.read(stranger / BOOK).sheets[0].name == "Sheet"


def test_with_a_scheme_and_no_return_everybody_is_reminded(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    empty = tmp_path / "空"
    empty.mkdir()
    done = run("collect", empty, "--scheme", "wenzhou-2015", "--json")
    assert done.code == 1 and set(states(done).values()) == {"未报"}


def test_a_unit_is_known_by_its_alias_whatever_the_file_is_called(
    forms: Path, tmp_path: Path
) -> None:
    scheme, _ = usable_scheme("wenzhou-2015")
    units = [replace(u, aliases=("海城",)) if u.name == "海城街道" else u for u in scheme.units]
    book = openpyxl.load_workbook(forms / "海城街道.xlsx")
    unit_cell(book.worksheets[0]).value = " 海 城 "
    book.save(forms / "表1.xlsx")
    (forms / "海城街道.xlsx").unlink()
    known = replace(scheme, units=tuple(units))
    done = collect(forms, known, to=tmp_path / "出", now=NOW)
    assert {u.state for u in done.board.units} == {"通过"}
    assert {f.file: f.unit for f in done.board.files}["表1.xlsx"] == "海城街道"

"""`kpixl demo`: the main job, on forms that are read as they are."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kpixl.scheme import find
from tests.cli.paper import by_hand
from tests.cli.running import STREETS, SYSTEM, Run, change, kpixl

BOOK = "演示-工业强镇考核排名.xlsx"


def shown(run: Run) -> dict[str, dict[str, Any]]:
    """The lines of a run, with what the working paper says too."""
    keys = (
        "unit",
        "group",
        "items",
        "base_total",
        "blocks",
        "total",
        "complete",
        "rank",
        "rank_all",
    )
    return {line["unit"]: {k: line[k] for k in keys} for line in run.json["units"]}


def digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.glob("*.xlsx")}


def test_the_demo_ranks_the_forms_as_the_working_paper_does(
    run: Callable[..., Run], forms: Path
) -> None:
    done = run("demo", "--json")
    assert done.code == 0
    assert done.json["findings"] == [f for f in done.json["findings"] if f["severity"] == "提"]
    assert shown(done) == by_hand(forms)


def test_the_demo_says_where_the_result_is_and_what_its_sheets_are(tmp_path: Path) -> None:
    done = kpixl("demo", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert f"结果已写入:{tmp_path / BOOK}" in done.out
    sheets = openpyxl.load_workbook(tmp_path / BOOK).sheetnames
    assert {"排名", "追溯", "公式核对", "运行记录"} <= set(sheets)
    listed = [line.removeprefix("· ").partition(":")[0] for line in done.out.splitlines()]
    assert [name for name in listed if name in sheets] == sheets
    assert "不是考核结果" in done.out
    words = [line.split() for line in done.out.splitlines()]
    places = [w[:2] for w in words if len(w) > 4 and w[0].isdigit() and w[1] in STREETS]
    order = ["星海街道", "沙城街道", "海城街道", "天河街道"]
    assert places == [[str(n), street] for n, street in enumerate(order, 1)]


def test_the_demo_writes_into_the_folder_that_is_asked_for(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    assert run("demo", "演示 结果/一").code == 0
    assert [p.name for p in (tmp_path / "演示 结果" / "一").iterdir()] == [BOOK]
    assert [p.name for p in tmp_path.iterdir()] == ["演示 结果"]


def test_the_forms_stay_byte_identical(run: Callable[..., Run], forms: Path) -> None:
    packaged, copied = digests(SYSTEM / "回收"), digests(forms)
    assert run("demo").code == 0
    assert run("demo", "--data", forms).code == 0
    assert digests(SYSTEM / "回收") == packaged
    assert digests(forms) == copied


@pytest.mark.parametrize("street", STREETS)
def test_deleting_a_form_changes_the_ranking_as_it_must(
    street: str, run: Callable[..., Run], forms: Path
) -> None:
    (forms / f"{street}.xlsx").unlink()
    done = run("demo", "--data", forms, "--json")
    assert done.code == 1
    assert shown(done) == by_hand(forms)
    assert shown(done)[street]["rank"] is None
    (missing,) = [f for f in done.json["findings"] if f["severity"] == "强"]
    assert (missing["code"], missing["unit"]) == ("form-returns-missing", street)


@pytest.mark.parametrize(
    ("street", "name", "value"),
    [
        ("天河街道", "规上工业总产值增速", 12.5),
        ("星海街道", "亿元以上企业数量", 1),
        ("沙城街道", "技改投资", 0.5),
        ("沙城街道", "按时报送工作报表", "否"),
        ("海城街道", "信息采用条数", 99),
    ],
)
def test_changing_one_figure_changes_the_ranking_as_it_must(
    street: str, name: str, value: object, run: Callable[..., Run], forms: Path
) -> None:
    before = by_hand(forms)
    change(forms / f"{street}.xlsx", {name: value})
    done = run("demo", "--data", forms, "--json")
    assert done.code == 0
    assert shown(done) == by_hand(forms)
    assert shown(done) != before


def test_the_packaged_forms_themselves_decide_and_nothing_kept_beside_them(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "package"
    shutil.copytree(SYSTEM, package / SYSTEM.name)
    monkeypatch.setattr(find, "shipped", lambda: package)
    forms = package / SYSTEM.name / "回收"
    (forms / "海城街道.xlsx").unlink()
    change(forms / "天河街道.xlsx", {"亿元以上企业数量": 60})
    done = run("demo", "--json")
    assert done.code == 1
    assert shown(done) == by_hand(forms)


def test_the_written_ranking_is_that_of_the_forms(
    run: Callable[..., Run], forms: Path, tmp_path: Path
) -> None:
    change(forms / "天河街道.xlsx", {"亿元以上企业数量": 60})
    assert run("demo", "--data", forms).code == 0
    sheet = openpyxl.load_workbook(tmp_path / BOOK, data_only=True)["排名"]
    rows = [[c.value for c in row] for row in sheet.iter_rows()]
    expected = by_hand(forms)
    lines = {r[1]: r for r in rows if len(r) > 1 and r[1] in expected}
    assert set(lines) == set(expected)
    for street, line in expected.items():
        assert lines[street][0] == line["rank"]
        assert line["total"] in lines[street]


def test_running_again_replaces_our_own_result(run: Callable[..., Run], tmp_path: Path) -> None:
    assert run("demo").code == 0
    (tmp_path / BOOK).chmod(0o644)
    assert run("demo").code == 0
    assert [p.name for p in tmp_path.iterdir()] == [BOOK]


def test_somebody_else_s_file_is_never_replaced(run: Callable[..., Run], tmp_path: Path) -> None:
    for content in (b"not a workbook", (SYSTEM / "空白表.xlsx").read_bytes()):
        (tmp_path / BOOK).write_bytes(content)
        done = run("demo")
        assert (done.code, done.out) == (2, "")
        assert done.err == (
            f"无法写入“{BOOK}”:文件已经存在,而且不是 kpixl 写出的结果,不能覆盖。"
            "请换一个文件名,或先移走这个文件。原文件未改动。\n"
        )
        assert (tmp_path / BOOK).read_bytes() == content


def test_a_file_in_the_place_of_the_folder_is_refused(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    (tmp_path / "结果").write_text("x", encoding="utf-8")
    done = run("demo", "结果")
    assert done.code == 2
    assert done.err == "无法写入“结果”:这不是文件夹。请给出文件夹。原文件未改动。\n"


def test_our_own_result_among_the_forms_is_passed_over(
    run: Callable[..., Run], forms: Path
) -> None:
    assert run("demo", forms).code == 0
    done = run("demo", "--data", forms, "--json")
    assert done.code == 0
    assert done.json["findings"] == run("demo", "--json").json["findings"]

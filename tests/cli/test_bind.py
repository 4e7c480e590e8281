"""`kpixl bind`: what a form was understood to hold, what is asked, and the sheet for answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.cli.running import SYSTEM, Run
from tests.templates.layouts.build import by_xlsxwriter, forms


@pytest.fixture
def clear(tmp_path: Path) -> Path:
    """A form of one town that states its rules."""
    return drawn(tmp_path, "01", "")


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    """A form with two columns that might be the figures."""
    return drawn(tmp_path, "13", "questions")


def drawn(folder: Path, name: str, below: str) -> Path:
    (form,) = [f for f in forms(below) if f.name == name]
    path = folder / "考核表.xlsx"
    path.write_bytes(by_xlsxwriter(form))
    return path


def test_what_was_bound_is_shown_with_its_cells(run: Callable[..., Run], clear: Path) -> None:
    done = run("bind", clear)
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0].startswith("考核表.xlsx Sheet1:表头在第4行,指标在行;指纹 ")
    assert "  单位 1 个:青溪镇" in lines
    words = [line.split() for line in lines]
    assert ["填报值", "G5", "青溪镇", "1", "招商引资", "招商引资"] in words
    assert ["目标", "F5", "青溪镇", "1", "招商引资", "招商引资目标"] in words
    assert lines[-1] == "都认出来了,没有要问的。"


def test_the_readings_that_are_taken_are_told(run: Callable[..., Run], clear: Path) -> None:
    for words in (("bind", clear), ("score", clear, "--data", clear)):
        out = run(*words).out
        assert "条款没有写明之处,按下列约定计分" in out
        assert "· G7 不足一个单位的部分不计(采用“整步”" in out


def test_a_form_with_rules_is_scored_without_a_scheme(run: Callable[..., Run], clear: Path) -> None:
    done = run("score", clear, "--data", clear, "--json")
    (unit,) = done.json["units"]
    assert (unit["unit"], unit["total"], unit["complete"]) == ("青溪镇", 30.0, True)
    assert done.json["assumptions"]


def test_questions_give_code_1_and_stand_in_the_json(run: Callable[..., Run], asked: Path) -> None:
    done = run("bind", asked, "--json")
    assert done.code == 1
    (question,) = done.json["questions"]
    assert (question["code"], question["cell"]) == ("bind-two-columns", "D2")
    assert [c["cell"] for c in done.json["cells"] if c["role"] == "填报值"] == []


def test_a_blank_form_scores_the_copies_that_come_back(
    run: Callable[..., Run], tmp_path: Path, clear: Path
) -> None:
    folder = tmp_path / "交回"
    folder.mkdir()
    for name, count in (("青溪镇", 4.0), ("白石镇", 5.0)):
        book = openpyxl.load_workbook(clear)
        book.active["A3"] = f"填报单位(盖章):{name}"
        book.active["G5"] = count
        book.save(folder / f"{name}.xlsx")
    book = openpyxl.load_workbook(clear)
    book.active["A3"] = "填报单位(盖章):"
    for cell in ("G5", "G6", "G7", "H5", "H6", "H7", "H8"):
        book.active[cell] = None
    blank = tmp_path / "空白表.xlsx"
    book.save(blank)
    done = run("score", blank, "--data", folder, "--json")
    assert {u["unit"]: u["total"] for u in done.json["units"]} == {"青溪镇": 30.0, "白石镇": 34.0}


def test_the_sheet_for_answers_goes_into_a_new_scheme_or_into_the_given_one(
    run: Callable[..., Run], asked: Path, tmp_path: Path
) -> None:
    done = run("bind", asked, "--save", "方案.xlsx")
    assert "请在“绑定”表中填写空着的“单元格”,保存后再运行一次。" in done.out
    book = openpyxl.load_workbook(tmp_path / "方案.xlsx")
    assert book.sheetnames == ["方案", "指标", "数据项", "单位", "绑定", "同义词"]
    rows = [[c.value for c in row] for row in book["绑定"].iter_rows()]
    (line,) = [r for r in rows if r[2] == "填报值"]
    assert line[5] is None
    assert line[6] == "待答:填报值是哪一列?D2“自报完成数”或E2“核定完成数”"
    again = run("bind", asked, "--save", "方案.xlsx")
    assert (again.code, "文件已经存在,不能覆盖" in again.err) == (2, True)
    own = run("bind", asked, "--scheme", "方案.xlsx", "--save")
    assert own.code == 1
    assert openpyxl.load_workbook(tmp_path / "方案.xlsx")["绑定"].max_row == book["绑定"].max_row


def test_a_form_of_a_system_is_bound_to_it(run: Callable[..., Run]) -> None:
    form = next((SYSTEM / "回收").glob("*.xlsx"))
    done = run("bind", form, "--scheme", "wenzhou-2015", "--json")
    assert done.code == 0
    assert done.json["questions"] == []
    bound = {c["input"] for c in done.json["cells"] if c["role"] == "填报值"}
    assert {"规上工业总产值", "亩均利润"} <= bound


def test_what_is_no_form_is_code_2(run: Callable[..., Run], tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "会议通知"
    book.save(tmp_path / "通知.xlsx")
    assert run("bind", tmp_path / "通知.xlsx").code == 2
    missing = run("bind", tmp_path / "没有.xlsx")
    assert (missing.code, missing.out) == (2, "")

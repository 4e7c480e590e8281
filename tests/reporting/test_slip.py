"""退回单: what is of one cause stands together, and the page is one."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from kpixl.findings import Finding, Place, Severity, finding
from kpixl.host import ClearMarks, MarkCells, PutSheet
from kpixl.hosts import files
from kpixl.reporting.slip import Sent, causes, marks, note_of, slip
from kpixl.workspace.schemes import usable_scheme
from tests.soffice import Office

SENT = Sent("甲街道", "甲街道.xlsx", 2, date(2016, 1, 8), date(2016, 1, 15), "甲街道(批注).xlsx")


def missing(name: str, cell: str) -> Finding:
    return finding(
        "value-missing",
        place=Place("甲街道.xlsx", "填报表", cell),
        unit="甲街道",
        input=name,
        name=name,
        wanted="数字",
    )


def swing(name: str, cell: str) -> Finding:
    return finding(
        "value-swing",
        place=Place("甲街道.xlsx", "填报表", cell),
        unit="甲街道",
        input=name,
        found="12",
        name=name,
        way="增长 80%",
        limit="50%",
        used="7",
    )


def texts(findings: list[Finding]) -> list[str]:
    (change,) = slip(usable_scheme("wenzhou-2015")[0], SENT, findings).changes
    assert isinstance(change, PutSheet)
    return [str(v) for v in change.sheet.cells.values()]


def test_findings_that_differ_in_their_cell_and_name_only_are_one_cause() -> None:
    found = [
        swing("产值", "H9"),
        missing("税收", "H12"),
        missing("投资", "H10"),
        swing("利润", "H8"),
    ]
    grouped = causes(found)
    assert [len(c.findings) for c in grouped] == [2, 2]
    assert grouped[0].severity is Severity.BLOCK
    assert grouped[0].places == "填报表 H12、H10"
    assert "“税收”“投资”没有填写" in grouped[0].text


def test_what_is_wrong_in_different_ways_stays_apart() -> None:
    other = finding("value-yes-no", place=Place("甲街道.xlsx", "填报表", "H9"), name="税收")
    assert len(causes([missing("税收", "H12"), other])) == 2


def test_the_slip_says_whose_form_it_is_about_and_by_when_it_is_wanted_back() -> None:
    said = "\n".join(texts([missing("税收", "H12"), swing("产值", "H9")]))
    for words in (
        "填报表退回单",
        "甲街道",
        "第 2 次",
        "1 条必须改正(强)、1 条要核实",
        "2016 年 1 月 15 日前重新报送",
        "甲街道(批注).xlsx",
        "只写“核实无误”不算说明",
    ):
        assert words in said
    assert "填报表核实单" in "\n".join(texts([swing("产值", "H9")]))


@pytest.mark.parametrize("count", [1, 40, 400])
def test_a_slip_prints_on_one_page_whatever_there_is_to_say(
    count: int, soffice: Office, tmp_path: Path
) -> None:
    found = [
        finding(
            "value-not-a-number",
            place=Place("甲街道.xlsx", "填报表", f"H{n}"),
            unit="甲街道",
            input=f"第{n}个名称很长的数据项",
            found=f"见附件{n}",
            name=f"第{n}个名称很长的数据项",
            wanted=f"数字({n}万元)",
        )
        for n in range(9, 9 + count)
    ]
    patch = slip(usable_scheme("wenzhou-2015")[0], SENT, found)
    path = tmp_path / "退回单.xlsx"
    files.write_new(path, patch)
    (pdf,) = soffice.convert([path], "pdf", tmp_path / "pdf")
    assert len(re.findall(rb"/Type\s*/Page(?!s)", pdf.read_bytes())) == 1
    (change,) = patch.changes
    assert isinstance(change, PutSheet)
    # it is not made to fit by printing it so small that nobody can read it
    assert sum(change.sheet.heights.values()) < 1050
    said = "\n".join(str(v) for v in change.sheet.cells.values())
    assert (f"共 {count} 条" in said) == (count > 30)


def test_marks_take_the_place_of_those_that_a_copy_still_bears() -> None:
    both = [swing("产值", "H9"), missing("产值", "H9")]
    whole = finding("form-version", place=Place("甲街道.xlsx"), wanted="2")
    patch = marks([*both, whole], {"填报表": {(9, 8): (9, 7)}})
    first, change = patch.changes
    assert isinstance(first, ClearMarks) and isinstance(change, MarkCells)
    assert change.sheet == "填报表"
    assert set(change.marks) == {(9, 7), (1, 1)}
    note = change.marks[9, 7].note
    assert note.index("没有填写") < note.index("比上年增长")
    assert "应为:数字" in note and note_of([whole]) == change.marks[1, 1].note

"""A plain table is read by its headings, in any encoding that offices use."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpixl.entries import Entries
from kpixl.errors import NoData, UnusableFile
from kpixl.findings import Finding
from kpixl.numbers import shows_percent
from kpixl.templates.table import POINTS_FORMAT, parse_table, read_table
from tests.books import towns

TABLE = """unit,group,input,value
东镇,镇,亿元企业数,12
东镇,镇,技改投资,24.5
东镇,镇,报送,是
西镇,镇,亿元企业数,
"""


def parse(text: str | bytes) -> tuple[Entries, tuple[Finding, ...]]:
    content = text if isinstance(text, bytes) else text.encode()
    return parse_table(content, towns(), name="数据.csv")


def test_numbers_are_numbers_answers_are_text_and_empty_is_blank() -> None:
    entries, findings = parse(TABLE)
    assert findings == ()
    assert [(e.unit, e.input, e.raw, e.state) for e in entries] == [
        ("东镇", "亿元企业数", 12.0, "given"),
        ("东镇", "技改投资", 24.5, "given"),
        ("东镇", "报送", "是", "given"),
        ("西镇", "亿元企业数", None, "blank"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encoding_is_recognised(encoding: str) -> None:
    assert parse(TABLE.encode(encoding))[0].cells.keys() == parse(TABLE)[0].cells.keys()


def test_columns_may_stand_in_any_order_under_chinese_names() -> None:
    text = "填报值,数据项,备注,单位,分组\n12,亿元企业数,略,东镇,镇\n"
    entries, findings = parse(text)
    assert findings == () and entries.cells["东镇", "亿元企业数"].raw == 12


def test_a_figure_knows_its_line_and_column() -> None:
    entries, _ = parse("\n" + TABLE)
    assert entries.cells["东镇", "技改投资"].place.cell == "D4"
    assert entries.cells["东镇", "技改投资"].place.file == "数据.csv"


def test_units_and_groups_of_the_table_override_the_roster() -> None:
    text = "unit,group,input,value\n北镇,新区,亿元企业数,1\n西镇,新区,亿元企业数,2\n东镇,,报送,是\n"
    entries, findings = parse(text)
    assert findings == ()
    assert entries.units == ("北镇", "西镇", "东镇")
    assert entries.groups == {"北镇": "新区", "西镇": "新区", "东镇": "镇"}


def test_percentages_are_in_points_by_contract() -> None:
    text = TABLE.replace("亿元企业数", "占比", 1)  # a derived input: never taken from outside
    assert [f.code for f in parse(text)[1]] == ["form-input-unknown"]
    assert "%" in POINTS_FORMAT and not shows_percent(POINTS_FORMAT)


@pytest.mark.parametrize(
    ("raw", "kept"),
    [("-0.5", -0.5), ("1e3", 1000.0), ("2,830", "2,830"), ("05", "05"), ("约30", "约30"),
     ("#DIV/0!", "#DIV/0!"), ("12%", "12%"), ("nan", "nan"), ("inf", "inf"), ("１２", "１２")],
)  # fmt: skip
def test_only_plain_numbers_are_numbers(raw: str, kept: float | str) -> None:
    entries, _ = parse(f'unit,input,value\n东镇,技改投资,"{raw}"\n')
    assert entries.cells["东镇", "技改投资"].raw == kept


def test_last_year_and_mark_are_optional_columns() -> None:
    text = "unit,input,value,last_year,mark\n东镇,技改投资,,20,专项\n东镇,工业投资,,不详,\n"
    entries, findings = parse(text)
    first = entries.cells["东镇", "技改投资"]
    assert (first.last_year, first.mark) == (20.0, "专项")
    assert [(f.code, f.place.cell) for f in findings] == [("value-not-a-number", "D3")]


def test_a_figure_given_twice_is_found_and_the_first_is_used() -> None:
    entries, findings = parse(TABLE + "东镇,镇,亿元企业数,13\n")
    assert entries.cells["东镇", "亿元企业数"].raw == 12
    assert [(f.code, f.place.cell) for f in findings] == [("form-input-repeated", "C6")]


def test_an_unknown_input_is_named_and_not_used() -> None:
    _, findings = parse(TABLE + "东镇,镇,幸福指数,99\n")
    assert [(f.code, f.place.cell, f.input) for f in findings] == [
        ("form-input-unknown", "C6", "幸福指数")
    ]


def test_a_unit_in_two_groups_is_found() -> None:
    _, findings = parse(TABLE + "东镇,街道,工作方案,是\n")
    assert [(f.code, f.found) for f in findings] == [("table-group", "街道")]


def test_a_row_without_a_unit_is_found() -> None:
    entries, findings = parse(TABLE + ",,工作方案,是\n")
    assert [(f.code, f.place.cell) for f in findings] == [("form-unit-missing", "A6")]
    assert "" not in entries.units


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "unit,group,input\n东镇,镇,报送\n",
        "a,b\n1,2\n",
        "unit,input,value\n东镇,别的,1\n",
    ],
)
def test_a_file_without_usable_figures_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(NoData, match=r"数据\.csv"):
        parse(text)


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="没有"):
        read_table(tmp_path / "没有.csv", towns())


def test_bytes_of_no_text_are_refused() -> None:
    with pytest.raises(UnusableFile):
        parse(b"unit,input,value\n\xff\xff\x81,\x80\n")


def test_entries_carry_the_checksum_of_their_file(tmp_path: Path) -> None:
    path = tmp_path / "数据.csv"
    path.write_text(TABLE, encoding="utf-8")
    entries, _ = read_table(path, towns())
    assert set(entries.sources) == {"数据.csv"}
    assert {e.sha256 for e in entries} == set(entries.sources.values())
    assert all(len(s) == 64 for s in entries.sources.values())

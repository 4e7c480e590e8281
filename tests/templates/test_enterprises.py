"""Tables of enterprises: found by headings, read as columns, faults named with their cell."""

from __future__ import annotations

import pytest

from kpixl.errors import NoEnterprises
from kpixl.grid import Sheet, Snapshot, Source
from kpixl.templates.enterprises import NAME, ROW, enterprises_of, parse_enterprises
from tests.ranking.test_classing import OUTPUT, TAX, scheme


def read(text: str, encoding: str = "utf-8") -> tuple[list[list[object]], list[tuple[str, str]]]:
    frame, _, findings = parse_enterprises(text.encode(encoding), scheme(), name="企业.csv")
    table = frame[[NAME, ROW, TAX, OUTPUT]].astype(object).where(frame.notna(), None)
    return table.to_numpy().tolist(), [(f.code, f.place.cell) for f in findings]


GOOD = "企业,亩均税收,全员劳动生产率\n甲厂,12.5,30\n乙厂,-3,1e2\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_and_numbers_are_those_of_programs(encoding: str) -> None:
    rows, findings = read(GOOD, encoding)
    assert rows == [["甲厂", 2, 12.5, 30.0], ["乙厂", 3, -3.0, 100.0]]
    assert findings == []


def test_columns_are_found_by_their_headings() -> None:
    rows, _ = read("序号,全员劳动生产率(万元/人),单位名称,备注,亩均税收\n1,30,甲厂,,12\n")
    assert rows == [["甲厂", 2, 12.0, 30.0]]


def test_titles_above_and_longer_rows_are_no_matter() -> None:
    rows, findings = read("2017年企业表\n\n企业,亩均税收,全员劳动生产率\n甲,1,2,备注,x\n乙,3\n")
    assert rows == [["甲", 4, 1.0, 2.0], ["乙", 5, 3.0, None]]
    assert findings == [("enterprise-missing", "C5")]


def test_blanks_and_texts_are_no_figures_and_are_named_with_their_cell() -> None:
    rows, findings = read("企业,亩均税收,全员劳动生产率\n甲,约5,\n乙, 7 ,９\n丙,nan,inf\n\n,3,4\n")
    assert rows == [["甲", 2, None, None], ["乙", 3, 7.0, None], ["丙", 4, None, None]]
    assert sorted(findings) == sorted(
        [("enterprise-figure", "B2"), ("enterprise-missing", "C2"), ("enterprise-figure", "C3"),
         ("enterprise-figure", "B4"), ("enterprise-figure", "C4"), ("enterprise-name", "A6")]
    )  # fmt: skip


def test_a_column_that_is_wrong_throughout_is_told_with_the_number_of_rows() -> None:
    body = "".join(f"企业{n},约{n},1\n" for n in range(1200))
    rows, findings = read("企业,亩均税收,全员劳动生产率\n" + body)
    assert len(rows) == 1200
    assert [c for c, _ in findings] == ["enterprise-figure"] * 1000 + ["enterprise-more"]


def test_an_enterprise_that_stands_twice_is_told() -> None:
    rows, findings = read("企业,亩均税收,全员劳动生产率\n甲,1,2\n乙,1,2\n甲,3,4\n")
    assert len(rows) == 3 and findings == [("enterprise-repeated", "A4")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "空"), ("企业,亩均税收\n甲,1\n", "全员劳动生产率"), ("a,b\n1,2\n", "企业"),
     ("企业,亩均税收,全员劳动生产率\n", "没有一行"), ('企业,亩均税收\n"甲,1\n2,3,4,5\n', "全员劳动生产率")],
)  # fmt: skip
def test_a_table_that_is_none_is_refused_in_a_sentence(text: str, reason: str) -> None:
    with pytest.raises(NoEnterprises, match=reason):
        read(text)


def test_a_workbook_is_read_from_the_sheet_that_has_the_columns() -> None:
    rows = (
        ("企业情况", None, None, None),
        ("企业名称", "亩均税收", "备注", "全员劳动生产率"),
        ("甲厂", 12.5, None, 30),
        ("乙厂", "约7", "新", None),
        (None, None, None, None),
        ("丙厂", 1, None, 0.1 + 0.2),
    )
    book = Snapshot(Source("企业.xlsx", "f" * 64), (Sheet("说明", ()), Sheet("数据", rows)))
    frame, source, findings = enterprises_of(book, scheme())
    assert (source.sheet, source.columns[OUTPUT]) == ("数据", 4)
    assert frame[ROW].tolist() == [3, 4, 6]
    assert frame[OUTPUT].tolist()[2] == 0.1 + 0.2
    assert [(f.code, f.place.sheet, f.place.cell) for f in findings] == [
        ("enterprise-figure", "数据", "B4"),
        ("enterprise-missing", "数据", "D4"),
    ]

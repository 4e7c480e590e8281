"""月度快报, 季度通报, 任务台账, 企业分类, 追溯: the words and figures of a ledger's reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from kpixl.grid import Sheet
from kpixl.host import PutSheet, SheetSpec
from kpixl.hosts import files
from kpixl.pipeline import follow_entries, ledger_book
from kpixl.reporting.ledger_report import LedgerResult, ledger_json
from kpixl.reporting.run import RunInfo
from tests.ranking.test_classing import classed
from tests.scoring.test_ledger import small
from tests.soffice import Office

RUN = RunInfo("0.1", datetime(2017, 7, 3, 9, 0), "kpixl score")
FIGURES: Mapping[str, float | None] = {"数": 4, "数二": 10, "数三": 1, "数四": None}


def result(month: int = 6, months: range | None = None, **changed: object) -> LedgerResult:
    scheme, entries = small(FIGURES)
    scheme = replace(scheme, title="推进工作")
    numbers = months or range(1, month + 1)
    return replace(
        follow_entries(scheme, dict.fromkeys(numbers, entries), month),
        **changed,  # type: ignore[arg-type]
    )


def sheets(found: LedgerResult) -> dict[str, SheetSpec]:
    return {
        change.sheet.name: change.sheet
        for change in ledger_book(found, RUN).changes
        if isinstance(change, PutSheet)
    }


def texts(sheet: SheetSpec) -> str:
    return "\n".join(str(v) for v in sheet.cells.values())


def row_of(sheet: SheetSpec, name: str) -> list[object]:
    """The values of the first row that holds a name."""
    row = min(r for (r, _), v in sheet.cells.items() if v == name)
    return [v for (r, _), v in sorted(sheet.cells.items()) if r == row]


def test_a_month_that_ends_a_quarter_has_both_reports() -> None:
    assert list(sheets(result(6))) == [
        "月度快报", "季度通报", "任务台账", "问题清单", "追溯", "公式核对", "运行记录",
    ]  # fmt: skip


def test_before_the_first_quarter_is_over_there_is_no_bulletin() -> None:
    assert "季度通报" not in sheets(result(2))


def test_the_bulletin_is_of_the_last_quarter_that_is_over() -> None:
    found = texts(sheets(result(5))["季度通报"])
    assert "第一季度" in found and "截至3月底" in found
    assert "季度通报" not in sheets(result(5, months=range(5, 6)))


def test_the_bulletin_compares_with_the_quarter_before_where_that_is_known() -> None:
    assert "上季度末(3月)" in texts(sheets(result(6))["季度通报"])
    assert "上季度末" not in texts(sheets(result(6, months=range(6, 7)))["季度通报"])


def test_the_quick_report_counts_lights_and_names_what_is_behind() -> None:
    found = sheets(result(6))["月度快报"]
    assert "4 项任务中,绿灯 1 项、黄灯 1 项、红灯 1 项,未报数 1 项;已完成全年目标 1 项" in texts(
        found
    )
    assert row_of(found, "甲")[:4] == [2, "甲", "一组", 30.0]
    assert "未完整:缺 数四" in row_of(found, "戊")
    assert row_of(found, "1 数三")[:2] == ["红灯", "1 数三"]


def test_the_ledger_sheet_holds_every_task_with_its_figures() -> None:
    found = sheets(result(6))["任务台账"]
    line = row_of(found, "1 数")
    assert line[1:] == ["数", "家", 10.0, "累计", "甲", "乙", 4.0, 40.0, 5.0, 80.0, "黄灯",
                        "距序时要求差 1家"]  # fmt: skip


def test_the_trace_tells_task_and_unit_down_to_the_working() -> None:
    found = texts(sheets(result(6))["追溯"])
    assert "完成率=4÷10=40.00%" in found and "序时要求=10×6/12=5;进度比=80.00%" in found
    assert "数:0.4×1(牵头)\n数三:0.1×0.5(配合)\n得分=0.45÷1.5×100=30.00" in found


def test_classes_have_a_sheet_and_each_line_names_its_row() -> None:
    table = classed([(10, 20), (10, 20), (4, 9), (900, float("nan"))])
    found = sheets(result(6, classes=replace(table, scheme=table.scheme)))["企业分类"]
    assert row_of(found, "企业0")[:4] == [1, "企业0", "B", 123.72]
    assert row_of(found, "企业3")[-2:] == ["第5行", "缺全员劳动生产率,不分类"]
    assert "共 4 家,参加分类 3 家:A 0 家、B 2 家、C 0 家、D 1 家;缺数据、不分类 1 家。" in texts(
        found
    )


def test_the_same_figures_give_the_same_run_number_and_others_another() -> None:
    marks = [ledger_book(result(m), RUN).marks["kpixl-run"] for m in (6, 6, 5)]
    assert marks[0] == marks[1] != marks[2]


def test_json_has_the_keys_of_the_contract() -> None:
    found = ledger_json(result(6))
    assert list(found) == ["system", "period", "units", "tasks", "findings", "assumptions"]
    assert found["period"] == "2017-06"
    assert list(found["units"][0]) == [
        "unit", "group", "total", "complete", "rank", "rank_all", "grade", "notes",
    ]  # fmt: skip
    assert found["tasks"][0] == {
        "task": "数", "completion": 40.0, "expected": 5.0, "light": "yellow",
    }  # fmt: skip
    assert found["tasks"][3] == {
        "task": "数四", "completion": None, "expected": 5.0, "light": None,
    }  # fmt: skip


@pytest.fixture(scope="module")
def opened(
    tmp_path_factory: pytest.TempPathFactory, soffice: Office
) -> tuple[dict[str, Sheet], bytes]:
    """The result book as LibreOffice saves it again, and as it prints."""
    folder: Path = tmp_path_factory.mktemp("ledger")
    path = folder / "快报.xlsx"
    files.write_new(path, ledger_book(result(6), RUN))
    (ods,) = soffice.convert([path], "ods", folder / "ods")
    (pdf,) = soffice.convert([path], "pdf", folder / "pdf")
    return {s.name: s for s in files.read(ods).sheets}, pdf.read_bytes()


def test_libreoffice_opens_the_result_book_with_the_same_values(
    opened: tuple[dict[str, Sheet], bytes],
) -> None:
    found, _ = opened
    for name, spec in sheets(result(6)).items():
        for (row, column), value in spec.cells.items():
            if isinstance(value, (int, float)):
                seen = found[name].value(row, column)
                assert isinstance(seen, (int, float)) and float(seen) == pytest.approx(float(value))


def test_it_prints_on_landscape_pages(opened: tuple[dict[str, Sheet], bytes]) -> None:
    data = opened[1]
    assert b"/MediaBox[0 0 841" in data or b"/MediaBox [0 0 841" in data

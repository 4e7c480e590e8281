"""What stands on the result sheets, read from the patch that makes them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kpixl.entries import Entry
from kpixl.findings import finding
from kpixl.host import ColorScale, DataBar, Formula, PutSheet
from kpixl.layout.measure import LINE, line_count
from kpixl.reporting.report import report
from tests.reporting.example import (
    FIGURES,
    GROUPS,
    RUN,
    column_of,
    digest,
    entries,
    hidden_by_merges,
    ranking,
    row_of,
    sheet,
    shown,
)

FAULTS = [
    finding("score-incomplete", unit="北街道", name="北街道", found="增速"),
    finding("value-missing", unit="北街道", input="增速", name="增速", wanted="数"),
]


def test_the_sheets_stand_in_the_order_of_reading() -> None:
    names = [c.sheet.name for c in report(ranking(), (), RUN).changes if isinstance(c, PutSheet)]
    assert names == ["排名", "追溯", "公式核对", "核对数据", "运行记录"]
    names = [
        c.sheet.name for c in report(ranking(), FAULTS, RUN).changes if isinstance(c, PutSheet)
    ]
    assert names == ["排名", "问题清单", "追溯", "公式核对", "核对数据", "运行记录"]


def test_no_cell_is_hidden_under_a_merged_area() -> None:
    for change in report(ranking(), FAULTS, RUN).changes:
        assert isinstance(change, PutSheet)
        assert not hidden_by_merges(change.sheet) & set(change.sheet.cells)


def test_every_sheet_prints_on_a4_as_wide_as_the_page_and_repeats_its_header() -> None:
    for change in report(ranking(), FAULTS, RUN).changes:
        assert isinstance(change, PutSheet)
        page = change.sheet.page
        assert page.landscape and page.fit_width == 1 and page.fit_height == 0
        assert page.repeat_rows is not None
        assert "1.0" in page.header and "运行编号" in page.footer
        assert len(page.header) <= 255 and len(page.footer) <= 255


# -- 排名 -----------------------------------------------------------------------------


def test_the_best_of_each_group_stands_first_and_incomplete_units_last() -> None:
    places = sheet(report(ranking(), (), RUN), "排名")
    unit, first = column_of(places, "单位"), row_of(places, "东街道")
    assert [places.cells[first + n, unit] for n in range(6)] == [
        "东街道", "西街道", "南街道", "北街道", "甲乡", "乙乡",
    ]  # fmt: skip


def test_an_incomplete_unit_has_no_place_and_says_in_words_what_it_lacks() -> None:
    places = sheet(report(ranking(), (), RUN), "排名")
    row = row_of(places, "北街道")
    assert (row, column_of(places, "组内名次")) not in places.cells
    assert (row, column_of(places, "总名次")) not in places.cells
    assert places.cells[row, column_of(places, "标记")] == "未完整:缺 1 产值、3 技改"
    assert (row, column_of(places, "1 产值")) not in places.cells
    assert places.cells[row, column_of(places, "总分")] == 18.5


def test_total_and_base_stand_side_by_side_and_items_carry_their_points() -> None:
    places = sheet(report(ranking(), (), RUN), "排名")
    row = row_of(places, "东街道")
    total, base = column_of(places, "总分"), column_of(places, "基础分")
    assert base == total + 1
    assert (places.cells[row, total], places.cells[row, base]) == (49.07, 43.37)
    assert any(c == "1 产值\n(20分)" for c in places.cells.values())


def test_the_gap_is_that_to_the_unit_before_in_the_same_group() -> None:
    places = sheet(report(ranking(), (), RUN), "排名")
    gap = column_of(places, "距上一名")
    assert (row_of(places, "东街道"), gap) not in places.cells
    assert places.cells[row_of(places, "西街道"), gap] == 2.07
    assert (row_of(places, "甲乡"), gap) not in places.cells
    assert places.cells[row_of(places, "乙乡"), gap] == 0.1


def test_bars_share_one_axis_and_every_item_has_its_own_scale() -> None:
    places = sheet(report(ranking(), (), RUN), "排名")
    bars = [c for c in places.conditional if isinstance(c, DataBar)]
    scales = [c for c in places.conditional if isinstance(c, ColorScale)]
    assert [(b.low, b.high) for b in bars] == [(0, 60.0)]
    assert len(scales) == 4 and all(s.area.left == s.area.right for s in scales)


def test_the_foot_lists_every_reading_once_with_its_items() -> None:
    places = sheet(report(ranking(), (), RUN), "排名")
    notes = [str(c) for c in places.cells.values() if str(c).startswith("· G")]
    assert len(notes) == 3
    assert any("G5" in n and "1 产值、3 技改" in n for n in notes)


def test_a_remark_is_said_on_top_of_every_result_sheet() -> None:
    run = replace(RUN, remark="演示数据,不是考核结果")
    patch = report(ranking(), (), run)
    for name in ("排名", "追溯", "公式核对", "核对数据", "运行记录"):
        assert sheet(patch, name).cells[3, 1] == "演示数据,不是考核结果"


# -- 追溯 -----------------------------------------------------------------------------


def test_every_score_is_traced_to_file_sheet_cell_and_digest() -> None:
    trace = sheet(report(ranking(), (), RUN), "追溯")
    header = row_of(trace, "评分标准(原文)")
    rows = [r for r in range(header + 1, header + 1 + 24) if (r, 1) in trace.cells]
    assert len(rows) == 24
    row = next(
        r for r in rows if (trace.cells[r, 1], trace.cells[r, 2]) == ("西街道", "3 技改\n(20分)")
    )
    cells = {str(trace.cells[header, c]): str(trace.cells.get((row, c))) for c in range(1, 11)}
    assert cells["数据"] == "① 技改投资:3 亿元\n② 工业投资:4 亿元"
    assert cells["出处"] == "西街道.xlsx\n“填报表” ①\u00a0D9 ②\u00a0D10"
    assert cells["文件 SHA-256"] == digest("西街道")
    assert cells["得分"] == "20.0"
    assert "20.00" in cells["计算过程"]
    assert cells["口径(条款未写明之处)"].startswith("G5 ")


def test_a_blank_score_says_which_figure_is_missing() -> None:
    trace = sheet(report(ranking(), (), RUN), "追溯")
    row = next(
        r
        for (r, c), text in trace.cells.items()
        if c == 1 and text == "北街道" and trace.cells[r, 2] == "1 产值\n(20分)"
    )
    assert "② 增速:未填" in str(trace.cells[row, 5])
    assert "增速" in str(trace.cells[row, 8]) and (row, 9) not in trace.cells


def test_a_paragraph_longer_than_a_row_may_be_high_goes_on_in_the_next_row() -> None:
    long = "".join(f"第{n}款按完成情况如实填写并附证明材料;" for n in range(80))
    odd = ranking()
    first = replace(odd.table.scheme.indicators[0], clause=long)
    made = replace(odd.table.scheme, indicators=(first, *odd.table.scheme.indicators[1:]))
    trace = sheet(report(replace(odd, table=replace(odd.table, scheme=made)), (), RUN), "追溯")
    unit = trace.cells[4, 1]
    rows = [r for (r, c), v in trace.cells.items() if c == 2 and str(v).startswith("1 产值")]
    texts = [str(trace.cells.get((r, 3)) or "") for r in rows if trace.cells[r, 1] == unit]
    assert len(texts) > 2
    assert "".join(texts) == long
    for row, text in zip(rows, texts, strict=False):
        assert line_count(text, trace.widths[3], 9) * 9 * LINE <= trace.heights[row] < 409


def test_a_row_stays_lower_than_a_row_may_be() -> None:
    long = "\n".join(f"第{n}条:按完成情况如实填写并附证明材料" for n in range(60))
    odd = ranking()
    first = replace(odd.table.scheme.indicators[0], clause=long)
    made = replace(odd.table.scheme, indicators=(first, *odd.table.scheme.indicators[1:]))
    trace = sheet(report(replace(odd, table=replace(odd.table, scheme=made)), (), RUN), "追溯")
    assert max(trace.heights.values()) <= 409
    texts = [str(t) for (_, c), t in sorted(trace.cells.items()) if c == 3]
    assert "\n".join(texts).count("第59条") == len(GROUPS)
    assert any(str(t).endswith("(续)") for (_, c), t in trace.cells.items() if c == 2)


# -- 核对数据 and 公式核对 ------------------------------------------------------------


def test_each_group_is_one_block_of_rows() -> None:
    data = sheet(report(ranking(), (), RUN), "核对数据")
    rows = [row_of(data, unit, column=1) for unit in ("东街道", "西街道", "南街道", "北街道")]
    assert rows == list(range(rows[0], rows[0] + 4))
    assert row_of(data, "甲乡", column=1) == rows[-1] + 1


def test_the_figures_are_constants_and_derived_ones_are_formulas() -> None:
    data = sheet(report(ranking(), (), RUN), "核对数据")
    row = row_of(data, "西街道", column=1)
    assert data.cells[row, column_of(data, "产值")] == 50
    assert data.cells[row, column_of(data, "方案")] == "是"
    ratio = data.cells[row, column_of(data, "技改占比")]
    assert isinstance(ratio, Formula) and ratio.value == 0.75
    blank = data.cells[row_of(data, "北街道", column=1), column_of(data, "技改占比")]
    assert isinstance(blank, Formula) and blank.value == ""
    assert (row_of(data, "北街道", column=1), column_of(data, "增速")) not in data.cells


def test_what_could_not_be_read_stands_there_as_it_was_filled_in_with_a_note() -> None:
    odd = Entry("南街道", "增速", raw="约8", state="unreadable")
    data = sheet(report(ranking(entries(special={("南街道", "增速"): odd})), (), RUN), "核对数据")
    spot = (row_of(data, "南街道", column=1), column_of(data, "增速"))
    assert data.cells[spot] == "约8" and "读不成数" in data.notes[spot]


@pytest.mark.parametrize("scope", ["分组", "全部"])
@pytest.mark.parametrize("ties", ["竞争", "密集", "平均"])
@pytest.mark.parametrize("policy", ["询问", "满分", "剔除并折算", "本组均分"])
def test_every_result_on_the_check_sheet_is_a_live_formula(
    scope: str, ties: str, policy: str
) -> None:
    patch = report(ranking(scope=scope, ties=ties, not_applicable=policy), (), RUN)
    native = sheet(patch, "公式核对")
    first, last = row_of(native, "东街道"), row_of(native, "乙乡")
    for (row, column), content in native.cells.items():
        if first <= row <= last:
            assert isinstance(content, Formula), (row, column, content)
            assert "--" not in content.text and len(content.text) < 8192
    scores = {s.unit: s for s in ranking(scope=scope, ties=ties, not_applicable=policy).standings}
    for row in range(first, last + 1):
        standing = scores[shown(native.cells[row, 1])]
        assert shown(native.cells[row, column_of(native, "总分")]) == standing.total
        place = column_of(native, "组内名次" if scope == "分组" else "名次")
        assert shown(native.cells[row, place]) == (standing.rank or "")


def test_only_functions_of_excel_2010_are_used() -> None:
    import re

    patch = report(ranking(ties="密集", not_applicable="本组均分", missing="拒绝"), (), RUN)
    used = {
        name
        for s in ("公式核对", "核对数据")
        for c in sheet(patch, s).cells.values()
        if isinstance(c, Formula)
        for name in re.findall(r"([A-Z][A-Z0-9.]*)\(", c.text)
    }
    assert used <= {
        "AND", "AVERAGE", "COLUMNS", "COUNT", "COUNTIF", "IF", "IFERROR", "INDEX", "INT",
        "ISNUMBER", "MATCH", "MAX", "MIN", "OR", "RANK", "ROUND", "ROWS", "SUM", "SUMIF",
        "SUMPRODUCT",
    }  # fmt: skip


# -- 运行记录 and 问题清单 ------------------------------------------------------------


def test_the_run_is_recorded_with_every_file_and_its_digest() -> None:
    record = sheet(report(ranking(), FAULTS, RUN), "运行记录")
    texts = {str(c) for c in record.cells.values()}
    assert {"kpixl 0.1", "2016-01-20 09:30:00", "kpixl score 示例 --data 表", "5" * 64} <= texts
    for unit in FIGURES:
        row = row_of(record, f"{unit}.xlsx")
        assert record.cells[row, 3] == digest(unit)


def test_the_run_number_follows_the_figures_and_not_the_clock() -> None:
    def number(run: object = RUN, **figures: tuple[float | None, ...]) -> str:
        patch = report(ranking(entries({**FIGURES, **figures})), (), run)  # type: ignore[arg-type]
        return patch.marks["kpixl-run"]

    assert number() == number(replace(RUN, time=RUN.time.replace(hour=23)))
    assert number() != number(乙乡=(9.4, -1.2, 2, 0.9, 2, 1, 0, 12))
    assert number() != number(replace(RUN, version="0.2"))


def test_findings_stand_gravest_first_with_place_and_remedy() -> None:
    listed = sheet(report(ranking(), FAULTS, RUN), "问题清单")
    header = row_of(listed, "级别")
    assert [listed.cells[header + n, 1] for n in (1, 2)] == ["强", "提"]
    assert listed.cells[header + 1, 7] == FAULTS[1].text
    assert listed.cells[header + 1, 10] == FAULTS[1].remedy

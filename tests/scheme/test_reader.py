"""The scheme workbook is read whatever its looks, and everything wrong in it is found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpixl.findings import NOWHERE, Finding, Severity
from kpixl.grid import Area, Scalar, Snapshot
from kpixl.hosts import files
from kpixl.scheme.book import scheme_book
from kpixl.scheme.model import Scheme
from kpixl.scheme.reader import read_scheme
from tests.books import TOWNS, Rows, book, changed, sheet, towns, with_rows


def read(tables: Mapping[str, Rows]) -> tuple[Scheme | None, tuple[Finding, ...]]:
    return read_scheme(book(tables), system="towns")


def without_places(scheme: Scheme) -> Scheme:
    """A scheme without where its parts stood."""
    return replace(
        scheme,
        sha256="",
        units=tuple(replace(u, place=NOWHERE) for u in scheme.units),
        indicators=tuple(replace(i, place=NOWHERE) for i in scheme.indicators),
        inputs=tuple(replace(i, place=NOWHERE) for i in scheme.inputs),
    )


def test_a_sound_workbook_has_no_findings_and_is_read_whole() -> None:
    scheme = towns()
    assert (scheme.title, scheme.year, scheme.version) == ("镇街考核", 2020, "2.1")
    assert [(u.name, u.group) for u in scheme.units] == [
        ("东镇", "镇"),
        ("西镇", "镇"),
        ("南街道", "街道"),
    ]
    assert [i.key for i in scheme.indicators] == ["1 亿元企业", "2 投资占比", "1 基础工作"]
    assert [i.points for i in scheme.indicators] == [10, 20, 2]
    assert [i.bonus for i in scheme.indicators] == [False, False, True]
    assert [i.kind for i in scheme.inputs] == [
        "count",
        "number",
        "number",
        "percent",
        "yes_no",
        "yes_no",
    ]
    assert [i.name for i in scheme.asked] == [i.name for i in scheme.inputs if i.name != "占比"]
    assert scheme.form_id == "towns@2.1"


def test_defaults_are_those_of_the_readings_that_hold_everywhere() -> None:
    scheme = towns()
    assert (scheme.decimals, scheme.ties, scheme.missing) == (2, "竞争", "留空")
    assert (scheme.not_applicable, scheme.scope, scheme.period) == ("询问", "分组", "年")


def test_every_setting_is_read() -> None:
    scheme = towns(
        小数=1.0,
        并列="密集",
        缺报="上年值",
        不涉及="满分",
        排名范围="全部",
        期间="月",
        等次="前3名为优秀",
        口径="专项口径=60%;试点=1.2",
        截止="自评=2021年1月15日;月报=每月1日",
        一票否决="报送",
        代号="镇街2020",
    )
    assert (scheme.decimals, scheme.ties, scheme.missing) == (1, "密集", "上年值")
    assert (scheme.not_applicable, scheme.scope, scheme.period) == ("满分", "全部", "月")
    assert scheme.grades == "前3名为优秀"
    assert scheme.mark_factors == {"专项口径": Decimal("0.6"), "试点": Decimal("1.2")}
    assert scheme.deadlines == {"自评": "2021-01-15", "月报": "每月1日"}
    assert (scheme.veto, scheme.system) == ("报送", "镇街2020")


def test_a_setting_may_be_written_as_the_scheme_s_own_sentence() -> None:
    scheme = towns(
        缺报="因统计原因无当年数据的,参考上一年度数据",
        不涉及="没有该项任务的,该项得满分",
        口径="标注“专项口径”的,按相关数据的60%计算;没有专门统计的,按相关数据的80%计算;试点=1.2",
    )
    assert (scheme.missing, scheme.not_applicable) == ("上年值", "满分")
    assert scheme.mark_factors == {
        "专项口径": Decimal("0.6"),
        "没有专门统计": Decimal("0.8"),
        "试点": Decimal("1.2"),
    }


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("缺报", "工业产值无当年数据的,采用上年数据"),  # says nothing of other figures
        ("缺报", "无当年数据的,该项得平均分"),
        ("口径", "没有专门统计的,采用上年数据"),
        ("口径", "没有专门统计的,按相关数据计算"),
    ],
)
def test_a_sentence_that_does_not_settle_the_setting_is_found(key: str, sentence: str) -> None:
    _, findings = read(with_rows("方案", [key, sentence]))
    assert [f.code for f in findings] == ["scheme-setting-value"]


def test_inputs_are_bound_by_label_by_number_by_name_and_as_the_only_one() -> None:
    feeds = {i.key: i.feeds for i in towns().indicators}
    assert feeds == {
        "1 亿元企业": ("亿元企业数",),
        "2 投资占比": ("占比",),
        "1 基础工作": ("工作方案", "报送"),
    }


def test_a_former_name_in_brackets_with_its_date_is_an_alias_without_the_date() -> None:
    scheme = towns()
    assert scheme.units[0].aliases == ("东", "城东镇")
    assert scheme.unit_named(" 城东镇 ") is scheme.units[0]


@given(st.data())
def test_the_order_of_sheets_and_columns_does_not_matter(data: st.DataObject) -> None:
    names = data.draw(st.permutations(list(TOWNS)))
    tables: dict[str, Rows] = {}
    for name in names:
        rows = TOWNS[name]
        order = data.draw(st.permutations(range(len(rows[0])))) if name != "方案" else range(2)
        tables[name] = [[row[c] for c in order] for row in rows]
    scheme, findings = read(tables)
    assert findings == () and scheme is not None
    assert without_places(scheme) == without_places(towns())


def test_headings_may_be_worded_otherwise_with_titles_above_and_columns_beside() -> None:
    heads = [
        "编号",
        "一级指标",
        "考 核\n项 目",
        "权重(分)",
        "赋分办法",
        "读法:",
        "附加项",
        "联系人",
    ]
    rows: list[Sequence[Scalar]] = [["2020年指标"], [], heads]
    rows += [[*row, "张三"] for row in TOWNS["指标"][1:]]
    tables = {n: r for n, r in TOWNS.items() if n != "指标"} | {"评价指标": rows, "说明": [["略"]]}
    scheme, findings = read(tables)
    assert findings == () and scheme is not None
    assert without_places(scheme) == without_places(towns())


def test_a_category_merged_over_its_indicators_belongs_to_all_of_them() -> None:
    rows = [list(r) for r in TOWNS["指标"]]
    rows[2][1] = None
    merged = sheet("指标", rows, merged=[Area(2, 2, 3, 2)])
    sheets = [merged if n == "指标" else sheet(n, r) for n, r in TOWNS.items()]
    scheme, findings = read_scheme(Snapshot(book(TOWNS).source, tuple(sheets)), system="towns")
    assert findings == () and scheme is not None
    assert [i.category for i in scheme.indicators] == ["基础", "基础", "附加"]


def test_an_indicator_merged_over_rows_has_all_their_clauses() -> None:
    rows = [list(r) for r in TOWNS["指标"]]
    rows[3][4] = "制定方案得1分;"
    rows.append([None, None, None, None, "按时报送得1分", None, None])
    merged = sheet("指标", rows, merged=[Area(4, c, 5, c) for c in (1, 2, 3, 4, 7)])
    sheets = [merged if n == "指标" else sheet(n, r) for n, r in TOWNS.items()]
    scheme, findings = read_scheme(Snapshot(book(TOWNS).source, tuple(sheets)), system="towns")
    assert findings == () and scheme is not None
    assert scheme.indicators[2].feeds == ("工作方案", "报送")


def test_totals_below_the_indicators_are_no_indicator() -> None:
    scheme, findings = read(with_rows("指标", [None, None, "合计", 32.0, None, None, None]))
    assert findings == () and scheme is not None and len(scheme.indicators) == 3


def test_a_target_shown_as_a_percentage_is_in_points() -> None:
    rows = [list(r) for r in TOWNS["数据项"]]
    rows[4][4] = 0.6
    shown = sheet("数据项", rows, formats={(5, 5): "0%"})
    sheets = [shown if n == "数据项" else sheet(n, r) for n, r in TOWNS.items()]
    scheme, findings = read_scheme(Snapshot(book(TOWNS).source, tuple(sheets)), system="towns")
    assert findings == () and scheme is not None
    assert scheme.input_by_name["占比"].target == 60


def test_own_targets_go_before_the_common_one() -> None:
    tables: dict[str, Rows] = {
        **TOWNS,
        "目标": [["数据项", "计量单位", "西镇", "东"], ["亿元企业数(家)", "家", 7.0, "—"]],
    }
    scheme, findings = read(tables)
    assert findings == () and scheme is not None
    assert scheme.target("西镇", "亿元企业数") == 7
    assert scheme.target("东镇", "亿元企业数") == 5


def test_sheets_named_as_attachments_travel_with_the_scheme() -> None:
    scheme, findings = read({**TOWNS, "附表1 项目": [["序号", "项目"], [1.0, "甲"]]})
    assert findings == () and scheme is not None
    assert [a.name for a in scheme.attachments] == ["附表1 项目"]


def test_a_form_asks_a_unit_only_for_what_applies_to_it_or_its_group() -> None:
    scheme, findings = read(changed("数据项", (3, 7), "镇、南街道"))
    assert findings == () and scheme is not None
    other, findings = read(changed("数据项", (3, 7), "街道"))
    assert findings == () and other is not None
    names = [[i.name for i in s.asked_of("东镇")] for s in (scheme, other)]
    assert "技改投资" in names[0] and "技改投资" not in names[1]


# -- what is wrong --------------------------------------------------------------------

FAULTS = [
    ("指标", (2, 4), "十分", "scheme-points", "指标!D2"),
    ("指标", (2, 4), None, "scheme-points", "指标!D2"),
    ("指标", (2, 4), -5.0, "scheme-points", "指标!D2"),
    ("指标", (2, 5), None, "scheme-clause-missing", "指标!E2"),
    ("指标", (2, 5), "亿元企业数最多的得10分,其余看着办", "scheme-clause-unread", "指标!E2"),
    ("指标", (2, 6), "G99=整步", "scheme-reading-unknown", "指标!F2"),
    ("指标", (2, 6), "G3=随便", "scheme-reading-unknown", "指标!F2"),
    ("指标", (2, 6), "G7=整步", "scheme-reading-unknown", "指标!F2"),
    ("指标", (2, 7), "也许", "scheme-flag", "指标!G2"),
    ("数据项", (2, 1), "9 没有", "scheme-input-unknown-indicator", "数据项!A2"),
    ("数据项", (2, 4), "金额", "scheme-input-kind", "数据项!D2"),
    ("数据项", (2, 5), "五家", "scheme-input-target", "数据项!E2"),
    ("数据项", (2, 6), "向左", "scheme-input-direction", "数据项!F2"),
    ("数据项", (2, 7), "北镇", "scheme-applies-unknown", "数据项!G2"),
    ("数据项", (5, 9), "技改投资÷工业头寸", "scheme-derivation", "数据项!B5"),
    ("数据项", (5, 9), "技改投资÷占比", "scheme-derivation", "数据项!B5"),
    ("数据项", (5, 8), None, "scheme-input-unused", "数据项!B5"),
    ("数据项", (5, 8), "3", "scheme-input-unused", "数据项!B5"),
    ("数据项", (6, 8), "方案呢", "scheme-input-unused", "数据项!B6"),
    ("数据项", (6, 8), "2", "scheme-term-repeated", "数据项!B7"),
    ("数据项", (6, 8), "2", "scheme-input-unbound", "指标!E4"),
    ("数据项", (6, 4), "个数", "scheme-input-kind-clash", "数据项!B6"),
    ("数据项", (2, 10), "零", "scheme-input-bound", "数据项!J2"),
    ("数据项", (7, 2), "工作方案", "scheme-name-repeated", "数据项!B7"),
    ("数据项", (7, 2), None, "scheme-name-missing", "数据项!B7"),
    ("单位", (3, 1), "东镇", "scheme-name-repeated", "单位!A3"),
    ("单位", (3, 3), None, "scheme-unit-group", "单位!A3"),
    ("单位", (3, 2), "城东镇", "scheme-name-repeated", "单位!A3"),
    ("指标", (3, 3), None, "scheme-name-missing", "指标!C3"),
    ("方案", (3, 2), "前年", "scheme-setting-value", "方案!B3"),
    ("方案", (2, 2), None, "scheme-setting-missing", "方案"),
    ("方案", (5, 1), "心情", "scheme-setting-unknown", "方案!A5"),
]


@pytest.mark.parametrize(("table", "cell", "value", "code", "place"), FAULTS)
def test_a_fault_is_found_in_its_cell(
    table: str, cell: tuple[int, int], value: Scalar, code: str, place: str
) -> None:
    _, findings = read(changed(table, cell, value))
    found = {(f.code, f"{f.place.sheet}!{f.place.cell}".rstrip("!")) for f in findings}
    assert (code, place) in found


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        (["小数", 9.0], "scheme-setting-value"),
        (["并列", "抽签"], "scheme-setting-value"),
        (["缺报", "随缘"], "scheme-setting-value"),
        (["截止", "自评=明年"], "scheme-deadline"),
        (["截止", "自评=2021-02-30"], "scheme-deadline"),
        (["口径", "专项口径"], "scheme-setting-value"),
        (["一票否决", "没有这项"], "scheme-veto"),
        (["一票否决", "工业投资"], "scheme-veto"),
        (["名称", "又一个"], "scheme-name-repeated"),
    ],
)
def test_a_setting_with_a_value_that_is_not_known_is_found(
    setting: list[Scalar], code: str
) -> None:
    _, findings = read(with_rows("方案", setting))
    assert [f.code for f in findings] == [code]
    assert findings[0].place.cell in ("A6", "B6")


@pytest.mark.parametrize("name", list(TOWNS))
def test_a_missing_sheet_is_found_and_the_others_are_still_read(name: str) -> None:
    scheme, findings = read({n: r for n, r in TOWNS.items() if n != name})
    assert any(f.code == "scheme-sheet-missing" and name in f.text for f in findings)
    assert (scheme is None) == (name in ("指标", "数据项"))


@pytest.mark.parametrize(
    ("name", "column"),
    [("指标", "分值"), ("指标", "评分标准"), ("数据项", "类型"), ("数据项", "指标")],
)
def test_a_missing_column_is_found(name: str, column: str) -> None:
    at = list(TOWNS[name][0]).index(column)
    rows = [[c for n, c in enumerate(row) if n != at] for row in TOWNS[name]]
    _, findings = read({**TOWNS, name: rows})
    assert any(f.code == "scheme-heading-missing" and column in f.text for f in findings)


def test_everything_wrong_is_found_in_one_pass() -> None:
    tables: Mapping[str, Rows] = TOWNS
    chosen = [f for f in FAULTS if f[3] not in ("scheme-clause-missing", "scheme-name-missing")]
    cells = {}
    for table, cell, value, code, _ in chosen:
        if (table, cell) not in cells:
            cells[table, cell] = code
            tables = changed(table, cell, value, tables)
    _, findings = read(tables)
    assert len({f.code for f in findings}) >= 10
    assert all(f.severity is not None and f.remedy for f in findings)


def test_an_unreadable_clause_names_the_character_and_leaves_the_other_items_alone() -> None:
    clause = "亿元企业数最多的得10分,其余看着办"
    scheme, findings = read(changed("指标", (2, 5), clause))
    assert scheme is not None
    assert [i.rule is None for i in scheme.indicators] == [True, False, False]
    unread = next(f for f in findings if f.code == "scheme-clause-unread")
    position = int(unread.text.split("第")[1].split("字")[0])
    assert position > len("亿元企业数最多的得10分")
    assert unread.severity is Severity.BLOCK and unread.found == clause


def test_a_reading_that_the_clause_leaves_open_is_taken() -> None:
    scheme, findings = read(changed("指标", (2, 6), "G3=密集"))
    assert findings == () and scheme is not None
    rule = scheme.indicators[0].rule
    assert rule is not None and {a.code: a.taken for a in rule.assumptions}["G3"] == "密集"


def test_two_inputs_and_one_phrase_are_never_matched_by_guessing() -> None:
    extra = ["1 亿元企业", "规上企业数", "家", "个数", *[None] * 7]
    tables = changed("数据项", (2, 2), "企业家数", with_rows("数据项", extra))
    scheme, findings = read(tables)
    assert scheme is not None and scheme.indicators[0].feeds == ()
    assert {f.code for f in findings} == {"scheme-input-unused", "scheme-input-unbound"}


def test_a_circle_of_derivations_is_found_and_used_by_no_indicator() -> None:
    other = ["2 投资占比", "反比", "%", "百分数", None, None, None, None, "100÷占比", None, None]
    tables = changed("数据项", (5, 9), "100÷反比", with_rows("数据项", other))
    scheme, findings = read(tables)
    assert scheme is not None and scheme.indicators[1].feeds == ()
    assert sum(f.code == "scheme-derivation" for f in findings) == 2


def test_a_scheme_written_from_its_tables_is_the_same_scheme(tmp_path: Path) -> None:
    tables = {
        name: [["" if c is None else f"{c:g}" if isinstance(c, float) else str(c) for c in row]
               for row in rows]
        for name, rows in TOWNS.items()
    }  # fmt: skip
    path = tmp_path / "方案.xlsx"
    files.write_new(path, scheme_book(tables, title="镇街考核"))
    scheme, findings = read_scheme(files.read(path), system="towns")
    assert findings == () and scheme is not None
    assert without_places(scheme) == without_places(towns())


def test_a_reading_that_is_not_offered_is_told_which_are() -> None:
    for text in ("G3 密集", "密集", "G3=随便", "G7=整步"):
        _, findings = read_scheme(book(changed("指标", (2, 6), text)), system="s")
        (fault,) = findings
        assert (fault.code, fault.expected) == ("scheme-reading-unknown", "G3=竞争、密集、平均")


def test_a_reading_may_be_written_with_a_colon() -> None:
    for text in ("G3:密集", "G3：密集", "g3=密集"):
        scheme, findings = read_scheme(book(changed("指标", (2, 6), text)), system="s")
        assert scheme is not None and findings == ()
        assert scheme.indicators[0].readings == {"G3": "密集"}


def test_an_indicator_that_is_not_there_is_told_which_was_meant() -> None:
    _, findings = read_scheme(book(changed("数据项", (2, 1), "1 亿元企业数量")), system="s")
    (fault,) = [f for f in findings if f.code == "scheme-input-unknown-indicator"]
    assert fault.expected == "指标表中的指标,如“1 亿元企业”"


def test_kinds_that_clash_are_named_in_chinese() -> None:
    _, findings = read_scheme(book(changed("数据项", (6, 4), "个数")), system="s")
    (fault,) = findings
    assert (fault.found, fault.expected) == ("个数", "是否")

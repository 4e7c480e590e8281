"""What every host must do alike: the same patch gives the same snapshot.

A host joins in tests/hosts/programs.py.  Expectations are written out here; none is
computed by the code under test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpixl.errors import UnwritableFile
from kpixl.grid import Area, CellError, Scalar, Sheet, Snapshot, Spot
from kpixl.host import Content, Formula, Host, Patch, PutSheet, SetValues, SheetSpec, Style
from tests.hosts.programs import PROGRAMS, Program, program_of


@pytest.fixture(params=PROGRAMS)
def program(request: pytest.FixtureRequest) -> Program:
    return program_of(request.param, request)


@pytest.fixture
def host(program: Program, tmp_path: Path) -> Iterator[Host]:
    with program.empty(tmp_path) as host:
        yield host


def put(host: Host, *specs: SheetSpec, **rest: Mapping[str, str]) -> Snapshot:
    changes = tuple(PutSheet(spec) for spec in specs)
    host.apply(Patch(changes, owner="考核", **rest))  # type: ignore[arg-type]
    return host.snapshot()


def only_sheet(snapshot: Snapshot) -> Sheet:
    (sheet,) = snapshot.sheets
    return sheet


def typed(value: Scalar) -> tuple[str, Scalar]:
    """A value with its kind, since True == 1 in Python but in no spreadsheet."""
    if isinstance(value, bool):
        return "truth", value
    if isinstance(value, (int, float)):
        return "figure", float(value)
    return type(value).__name__, value


def filled(sheet: Sheet) -> dict[Spot, tuple[str, Scalar]]:
    return {(row, column): typed(value) for row, column, value in sheet.filled()}


VALUES: dict[str, Scalar] = {
    "whole figure": 283,
    "figure": 14.7,
    "negative": -0.5,
    "zero": 0,
    "tiny": 1e-12,
    "seventeen digits": 0.1 + 0.2,
    "large": 123456789012345.0,
    "yes": True,
    "no": False,
    "Chinese": "规上工业总产值(亿元)",
    "rare characters": "𠮷野家 ①㎡ 😀",
    "full-width": "１２。5",
    "line break": "第一行\n第二行",
    "spaces around": "  两头有空格  ",
    "quote": "'单引号",
    "markup": '<a href="x">&amp;</a>',
    "escape look-alike": "_x000D_ 不是换行",
    "figure as text": "2000",
    "date as text": "2015-01-15",
    "truth as text": "TRUE",
    "error as text": "#N/A 是什么",
    "address as text": "https://example.org/表?x=1",
    "formula as text": '=HYPERLINK("http://example.org","点我")',
    "plus as text": "+86 577",
    "minus as text": "-5%",
    "at as text": "@SUM(A1)",
    "array as text": "{=SUM(A1:A2)}",
    "tab": "甲\t乙",
    "long": "长" * 5000,
    "day": date(2016, 1, 15),
    "moment": datetime(2016, 1, 15, 8, 30),
    "clock": time(17, 45),
    "#DIV/0!": CellError("#DIV/0!"),
    "#N/A": CellError("#N/A"),
    "#NAME?": CellError("#NAME?"),
    "#NULL!": CellError("#NULL!"),
    "#NUM!": CellError("#NUM!"),
    "#REF!": CellError("#REF!"),
    "#VALUE!": CellError("#VALUE!"),
}


def test_values_come_back_as_they_were_given(host: Host) -> None:
    spots = {name: (row, 3) for row, name in enumerate(VALUES, 2)}
    sheet = only_sheet(put(host, SheetSpec("表", {spots[n]: v for n, v in VALUES.items()})))
    found = filled(sheet)
    assert {n: found.get(spot) for n, spot in spots.items()} == {
        n: typed(value) for n, value in VALUES.items()
    }
    assert len(found) == len(VALUES)
    assert all(sheet.value(*spots[n]) == value for n, value in VALUES.items())
    assert sheet.value(1, 1) is None


def test_blank_and_empty_text_are_both_blank(host: Host) -> None:
    cells: dict[Spot, Content] = {(1, 1): None, (1, 2): "", (1, 3): "末"}
    sheet = only_sheet(put(host, SheetSpec("表", cells)))
    assert [sheet.value(1, c) for c in (1, 2, 3, 4)] == [None, None, "末", None]
    assert (1, 2) not in sheet.formulas


def test_midnight_is_a_day(host: Host) -> None:
    sheet = only_sheet(put(host, SheetSpec("表", {(1, 1): datetime(2015, 12, 31)})))
    assert typed(sheet.value(1, 1)) == ("date", date(2015, 12, 31))


CELLS = st.dictionaries(
    st.tuples(st.integers(1, 40), st.integers(1, 30)),
    st.one_of(
        st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300),
        st.booleans(),
        st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40),
        st.dates(date(1901, 1, 1), date(2199, 12, 31)),
    ),
    min_size=1,
    max_size=30,
)


def test_any_cells_come_back_as_they_were_given(program: Program, host: Host) -> None:
    # U+FFFE and U+FFFF are no characters: no workbook can hold them.
    no_characters = str.maketrans("\ufffe\uffff", "\ufffd\ufffd")

    @settings(max_examples=program.rounds, deadline=None)
    @given(cells=CELLS)
    def come_back(cells: dict[Spot, Scalar]) -> None:
        # one after the other on the same sheet, which is replaced
        sheet = only_sheet(put(host, SheetSpec("表", cells)))
        assert filled(sheet) == {
            spot: typed(value.translate(no_characters) if isinstance(value, str) else value)
            for spot, value in cells.items()
        }

    come_back()


FORMULAS: dict[str, tuple[Formula, Scalar]] = {
    "figure": (Formula("=ROUND(1/3,2)", 0.33), 0.33),
    "text": (Formula('="第"&1&"名"', "第1名"), "第1名"),
    "truth": (Formula("=1=1", True), True),
    "falsehood": (Formula("=1=2", False), False),
    "error": (Formula("=1/0", CellError("#DIV/0!")), CellError("#DIV/0!")),
    "empty text": (Formula('=""', ""), None),
    "day": (Formula("=DATE(2016,1,15)", date(2016, 1, 15)), date(2016, 1, 15)),
    "array": (Formula("=SUM({1,2}*{3,4})", 11, array=True), 11.0),
    "array text": (Formula('=CONCATENATE("a","b")', "ab", array=True), "ab"),
    "newer function": (Formula("=RANK.EQ(1,F5:F6)", 1), 1.0),
    "function of ours": (Formula('=KPISCORE("每采用1条得0.1分",10,30)', 3), 3.0),
    "markup": (Formula('=IF(1<2,"<&>","")', "<&>"), "<&>"),
}


def test_formulas_come_back_with_their_text_and_their_value(host: Host) -> None:
    spots = {name: (row, 1) for row, name in enumerate(FORMULAS, 11)}
    cells: dict[Spot, Content] = {spots[n]: formula for n, (formula, _) in FORMULAS.items()}
    sheet = only_sheet(put(host, SheetSpec("表", {(5, 6): 1.0, (6, 6): 0.5, **cells})))
    assert sheet.formulas == {spots[n]: formula.text for n, (formula, _) in FORMULAS.items()}
    assert {n: typed(sheet.value(*spot)) for n, spot in spots.items()} == {
        n: typed(value) for n, (_, value) in FORMULAS.items()
    }


# Formulas of a long column by their row: alike but for the row, and what only looks so.
COLUMNS: Mapping[str, Callable[[int], str]] = {
    "alike": lambda r: f"=B{r}*2+SUM(B$1:B{r})",
    "the row above": lambda r: f"=IF(ROW()=1,0,B{max(r - 1, 1)})",
    "fixed": lambda r: "=SUM($B$1:$B$60)+LOG10(100)",
    "whole rows": lambda r: "=SUM('第2 表'!5:5)",
    "own whole row": lambda r: f"=SUM('第2 表'!{r}:{r})",
    "another sheet": lambda r: f"=INDEX('第2 表'!$A$1:$A$60,{r})+'第2 表'!A{r}",
    "addresses in text": lambda r: f'="A1的"&"B{r}"&"B7"',
    "two kinds": lambda r: f"=B{r}+1" if r <= 30 else f"=$B{r}+B{r}",
    "a break": lambda r: "=B1" if r == 40 else f"=B{r}",
    "an error": lambda r: f"=B{r}/0",
}


def test_a_long_column_keeps_each_formula_and_each_look(host: Host) -> None:
    bold, plain = Style(bold=True, number_format="0.00"), Style(number_format="0.0")
    rows = range(1, 61)
    cells: dict[Spot, Content] = {(r, 2): float(r) for r in rows}
    styles: dict[Spot, Style] = {}
    for column, text in enumerate(COLUMNS.values(), 3):
        for r in rows:
            cells[r, column] = Formula(text(r))
            styles[r, column] = bold if r % 60 == 35 else plain
    other = SheetSpec("第2 表", {(r, 1): 100.0 * r for r in rows})
    found = put(host, SheetSpec("表", cells, styles), other)
    sheet = found.sheet("表")
    assert sheet is not None
    for column, (name, text) in enumerate(COLUMNS.items(), 3):
        assert [sheet.formulas.get((r, column)) for r in rows] == [text(r) for r in rows], name
    assert {s for s, f in sheet.formats.items() if f == "0.00"} == {
        (35, c) for c in range(3, 3 + len(COLUMNS))
    }


def test_a_formula_reads_other_sheets_and_names(host: Host) -> None:
    formula = Formula("='2015 填报'!$B$2+总分", 5.0)
    figures = SheetSpec("2015 填报", {(2, 2): 3.0, (3, 2): 2.0})
    names = {"总分": "'2015 填报'!$B$3"}
    book = put(host, figures, SheetSpec("表", {(1, 1): formula}), names=names)
    sheet = book.sheet("表")
    assert sheet is not None
    assert sheet.formulas == {(1, 1): "='2015 填报'!$B$2+总分"}
    assert sheet.value(1, 1) == 5.0


def test_a_formula_without_a_value_has_none_until_a_program_works_it_out(
    program: Program, host: Host
) -> None:
    sheet = only_sheet(put(host, SheetSpec("表", {(1, 1): Formula("=1+1"), (1, 2): "旁"})))
    assert sheet.formulas == {(1, 1): "=1+1"}
    assert sheet.value(1, 1) == (2.0 if program.calculates else None)


def test_a_date_is_never_shown_as_a_serial_number(host: Host) -> None:
    style = Style(number_format='yyyy"年"m"月"d"日"')
    cells: dict[Spot, Content] = {
        (1, 1): date(2016, 1, 15),
        (1, 2): datetime(2016, 1, 15, 8, 30),
        (1, 3): time(8, 30),
        (1, 4): Formula("=A1", date(2016, 1, 15)),
        (1, 5): date(2016, 1, 15),
        (1, 6): 42384,
    }
    sheet = only_sheet(put(host, SheetSpec("表", cells, {(1, 5): style})))
    assert sheet.formats == {
        (1, 1): "yyyy-mm-dd",
        (1, 2): "yyyy-mm-dd hh:mm",
        (1, 3): "hh:mm",
        (1, 4): "yyyy-mm-dd",
        (1, 5): 'yyyy"年"m"月"d"日"',
    }


def test_number_formats_and_locks_belong_to_cells_with_and_without_value(host: Host) -> None:
    typed_in = Style(locked=False, number_format="0.00", fill="FFFBE6", border=True)
    percent = Style(number_format="0.0%", bold=True)
    cells: dict[Spot, Content] = {(1, 1): "数据项", (2, 1): 0.083}
    styles = {(2, 1): percent, (2, 2): typed_in, (5, 4): typed_in}
    sheet = only_sheet(put(host, SheetSpec("表", cells, styles, protected=True)))
    assert sheet.formats == {(2, 1): "0.0%", (2, 2): "0.00", (5, 4): "0.00"}
    assert sheet.unlocked == {(2, 2), (5, 4)}
    assert sheet.protected


def test_a_merged_area_is_one_cell_with_one_style(host: Host) -> None:
    cells: dict[Spot, Content] = {(1, 1): "标题", (3, 2): Formula("=1+1", 2), (3, 4): "旁"}
    areas = (Area(1, 1, 1, 4), Area(3, 2, 4, 3))
    styles = {(3, 2): Style(locked=False, number_format="0")}
    sheet = only_sheet(put(host, SheetSpec("表", cells, styles, merged=areas)))
    assert set(sheet.merged) == set(areas)
    assert sheet.seen(1, 4) == "标题"
    assert sheet.seen(4, 3) == 2.0
    assert sheet.value(4, 3) is None
    assert sheet.formulas == {(3, 2): "=1+1"}
    assert sheet.unlocked == {(3, 2), (3, 3), (4, 2), (4, 3)}
    assert set(sheet.formats) == sheet.unlocked


def test_sheets_keep_their_order_names_and_whether_they_are_hidden(host: Host) -> None:
    names = ["排名", "2015 填报", "表（一）", "it's", "公式核对"]
    snapshot = put(
        host, *(SheetSpec(name, {(1, 1): name}, hidden=name == "it's") for name in names)
    )
    assert [sheet.name for sheet in snapshot.sheets] == names
    assert [sheet.hidden for sheet in snapshot.sheets] == [False, False, False, True, False]
    assert [sheet.protected for sheet in snapshot.sheets] == [False] * 5
    assert all(sheet.value(1, 1) == sheet.name for sheet in snapshot.sheets)


def test_the_first_sheet_may_be_hidden(host: Host) -> None:
    snapshot = put(host, SheetSpec("暗", {(1, 1): 1}, hidden=True), SheetSpec("明", {(1, 1): 2}))
    assert [sheet.hidden for sheet in snapshot.sheets] == [True, False]


def test_marks_and_names_travel_with_the_workbook(host: Host) -> None:
    marks = {"kpixl-form": "基本表", "kpixl-version": "2015 <1>", "空": ""}
    names = {"总分": "排名!$C$4:$C$7", "加等号": "=排名!$A$1"}
    snapshot = put(host, SheetSpec("排名", {(4, 3): 98.5}), marks=marks, names=names)
    assert snapshot.marks == marks
    assert snapshot.names == {"总分": "排名!$C$4:$C$7", "加等号": "排名!$A$1"}
    assert not snapshot.has_macros


def test_a_sheet_put_again_is_replaced_in_its_place(host: Host) -> None:
    first = SheetSpec("排名", {(1, 1): "旧", (9, 9): "多余"}, merged=(Area(3, 1, 3, 2),))
    host.apply(
        Patch(
            (
                PutSheet(first),
                PutSheet(SheetSpec("追溯", {(1, 1): "不动"})),
                PutSheet(SheetSpec("排名", {(1, 1): "新"})),
            )
        )
    )
    snapshot = host.snapshot()
    assert [sheet.name for sheet in snapshot.sheets] == ["排名", "追溯"]
    assert filled(snapshot.sheets[0]) == {(1, 1): ("str", "新")}
    assert snapshot.sheets[0].merged == ()


def test_values_are_laid_over_a_sheet_and_nothing_else_changes(
    program: Program, host: Host
) -> None:
    spec = SheetSpec(
        "填报",
        {(1, 1): "产值", (2, 1): 1.0, (3, 1): Formula("=A2*2", 2.0)},
        {(2, 1): Style(number_format="0.00", locked=False)},
    )
    host.apply(Patch((PutSheet(spec), SetValues("填报", {(2, 1): 283.0, (7, 2): "备注"}))))
    sheet = only_sheet(host.snapshot())
    assert filled(sheet) == {
        (1, 1): ("str", "产值"),
        (2, 1): ("figure", 283.0),
        # a file keeps what was calculated before, and asks for it anew when it is opened
        (3, 1): ("figure", 566.0 if program.calculates else 2.0),
        (7, 2): ("str", "备注"),
    }
    assert sheet.formulas == {(3, 1): "=A2*2"}
    assert sheet.formats == {(2, 1): "0.00"}
    assert sheet.unlocked == {(2, 1)}


def test_a_value_laid_over_as_blank_clears_the_cell(host: Host) -> None:
    spec = SheetSpec("填报", {(1, 1): 5.0, (1, 2): "留"})
    host.apply(Patch((PutSheet(spec), SetValues("填报", {(1, 1): None}))))
    assert filled(only_sheet(host.snapshot())) == {(1, 2): ("str", "留")}


GOOD = PutSheet(
    SheetSpec("填报", {(1, 1): Formula("=1", 1.0), (2, 1): "合"}, merged=(Area(2, 1, 2, 3),))
)
REFUSED: dict[str, tuple[type[Exception], str, SetValues | PutSheet]] = {
    "no such sheet": (UnwritableFile, "没有名为“缺”的工作表", SetValues("缺", {(1, 1): 1})),
    "over a formula": (UnwritableFile, "A1 是公式", SetValues("填报", {(1, 1): 1})),
    "inside a merged area": (UnwritableFile, "A2", SetValues("填报", {(2, 3): 1})),
    "no figure": (ValueError, "no figure", SetValues("填报", {(5, 1): float("nan")})),
    "outside the grid": (ValueError, "outside", SetValues("填报", {(1_048_577, 1): 1})),
    "too much text": (ValueError, "text over", SetValues("填报", {(5, 1): "长" * 32_768})),
    "sheet name": (ValueError, "sheet name", PutSheet(SheetSpec("a/b", {}))),
    "long sheet name": (ValueError, "sheet name", PutSheet(SheetSpec("长" * 32, {}))),
    "formula too long": (
        ValueError,
        "formula over",
        PutSheet(SheetSpec("长", {(1, 1): Formula("=" + "1+" * 4100 + "1")})),
    ),
    "merged areas overlap": (
        ValueError,
        "overlap",
        PutSheet(SheetSpec("叠", {}, merged=(Area(1, 1, 2, 2), Area(2, 2, 3, 3)))),
    ),
    "content under a merged area": (
        ValueError,
        "lost",
        PutSheet(SheetSpec("叠", {(1, 2): "藏"}, merged=(Area(1, 1, 1, 2),))),
    ),
}


@pytest.mark.parametrize(("kind", "words", "change"), REFUSED.values(), ids=REFUSED.keys())
def test_a_patch_with_one_bad_change_changes_nothing(
    host: Host, kind: type[Exception], words: str, change: SetValues | PutSheet
) -> None:
    host.apply(Patch((GOOD,)))
    before = host.snapshot()
    with pytest.raises(kind, match=words):
        host.apply(Patch((PutSheet(SheetSpec("先", {(1, 1): 1})), change), marks={"x": "y"}))
    assert host.snapshot() == before


def test_a_second_patch_changes_what_it_names(host: Host) -> None:
    put(
        host, SheetSpec("填报", {(1, 1): "甲"}), SheetSpec("排名", {(1, 1): "旧"}), marks={"a": "1"}
    )
    before = host.snapshot()
    second = Patch(
        (PutSheet(SheetSpec("排名", {(1, 1): "新"})), SetValues("填报", {(2, 1): 5.0})),
        marks={"b": "2"},
        owner="考核",
    )
    host.apply(second)
    after = host.snapshot()
    assert [sheet.name for sheet in after.sheets] == ["填报", "排名"]
    assert filled(after.sheets[0]) == {(1, 1): ("str", "甲"), (2, 1): ("figure", 5.0)}
    assert filled(after.sheets[1]) == {(1, 1): ("str", "新")}
    assert after.marks == {"a": "1", "b": "2"}
    assert before.sheets[1].value(1, 1) == "旧"

"""What every host must do alike: the same patch gives the same snapshot.

A host joins with one line in `HOSTS`.  Expectations are written out here; none is
computed by the code under test.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpixl.errors import UnwritableFile
from kpixl.grid import Area, CellError, Scalar, Sheet, Snapshot, Spot
from kpixl.host import Content, Formula, Host, Patch, PutSheet, SetValues, SheetSpec, Style
from kpixl.hosts.files import FilesHost
from kpixl.hosts.memory import MemoryHost


@dataclass(frozen=True)
class Candidate:
    """How to make a host over an empty folder, and what it can't do yet."""

    make: Callable[[Path], Host]
    edits_what_exists: bool = True


HOSTS: Mapping[str, Candidate] = {
    "memory": Candidate(lambda folder: MemoryHost()),
    "files": Candidate(lambda folder: FilesHost(folder / "工作簿.xlsx")),
}


@pytest.fixture(params=list(HOSTS.values()), ids=list(HOSTS))
def candidate(request: pytest.FixtureRequest) -> Candidate:
    found = request.param
    assert isinstance(found, Candidate)
    return found


@pytest.fixture
def host(candidate: Candidate, tmp_path: Path) -> Host:
    return candidate.make(tmp_path)


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


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_a_value_comes_back_as_it_was_given(host: Host, value: Scalar) -> None:
    sheet = only_sheet(put(host, SheetSpec("表", {(2, 3): value})))
    assert filled(sheet) == {(2, 3): typed(value)}
    assert sheet.value(2, 3) == value
    assert sheet.value(1, 1) is None


def test_blank_and_empty_text_are_both_blank(host: Host) -> None:
    cells: dict[Spot, Content] = {(1, 1): None, (1, 2): "", (1, 3): "末"}
    sheet = only_sheet(put(host, SheetSpec("表", cells)))
    assert [sheet.value(1, c) for c in (1, 2, 3, 4)] == [None, None, "末", None]
    assert (1, 2) not in sheet.formulas


def test_midnight_is_a_day(host: Host) -> None:
    sheet = only_sheet(put(host, SheetSpec("表", {(1, 1): datetime(2015, 12, 31)})))
    assert typed(sheet.value(1, 1)) == ("date", date(2015, 12, 31))


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    cells=st.dictionaries(
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
)
@pytest.mark.parametrize("name", HOSTS)
def test_any_cells_come_back_as_they_were_given(
    name: str, cells: dict[Spot, Scalar], tmp_path_factory: pytest.TempPathFactory
) -> None:
    host = HOSTS[name].make(tmp_path_factory.mktemp("any"))
    sheet = only_sheet(put(host, SheetSpec("表", cells)))
    # U+FFFE and U+FFFF are no characters: no workbook can hold them.
    no_characters = str.maketrans("\ufffe\uffff", "\ufffd\ufffd")
    wanted = {
        spot: typed(value.translate(no_characters) if isinstance(value, str) else value)
        for spot, value in cells.items()
    }
    assert filled(sheet) == wanted


FORMULAS: dict[str, tuple[Formula, Scalar]] = {
    "figure": (Formula("=ROUND(1/3,2)", 0.33), 0.33),
    "text": (Formula('="第"&1&"名"', "第1名"), "第1名"),
    "truth": (Formula("=1=1", True), True),
    "falsehood": (Formula("=1=2", False), False),
    "error": (Formula("=1/0", CellError("#DIV/0!")), CellError("#DIV/0!")),
    "empty text": (Formula('=""', ""), None),
    "no value yet": (Formula("=NOW()"), None),
    "day": (Formula("=DATE(2016,1,15)", date(2016, 1, 15)), date(2016, 1, 15)),
    "array": (Formula("=SUM({1,2}*{3,4})", 11, array=True), 11.0),
    "array text": (Formula('=CONCATENATE("a","b")', "ab", array=True), "ab"),
    "newer function": (Formula("=RANK.EQ(1,A5:A6)", 1), 1.0),
    "function of ours": (Formula('=KPISCORE("每项得1分",3)', 3), 3.0),
    "other sheet": (Formula("='2015 填报'!$B$2+总分", 5), 5.0),
    "markup": (Formula('=IF(1<2,"<&>","")', "<&>"), "<&>"),
}


@pytest.mark.parametrize(("formula", "value"), FORMULAS.values(), ids=FORMULAS.keys())
def test_a_formula_comes_back_with_its_text_and_its_value(
    host: Host, formula: Formula, value: Scalar
) -> None:
    spec = SheetSpec("表", {(1, 1): formula, (1, 2): "旁"})
    sheet = only_sheet(put(host, spec))
    assert sheet.formulas == {(1, 1): formula.text}
    assert typed(sheet.value(1, 1)) == typed(value)


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


def test_values_are_laid_over_a_sheet_and_nothing_else_changes(host: Host) -> None:
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
        (3, 1): ("figure", 2.0),
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
    candidate: Candidate,
    tmp_path: Path,
    kind: type[Exception],
    words: str,
    change: SetValues | PutSheet,
) -> None:
    host = candidate.make(tmp_path)
    if candidate.edits_what_exists:
        host.apply(Patch((GOOD,)))
        before = host.snapshot()
        with pytest.raises(kind, match=words):
            host.apply(Patch((PutSheet(SheetSpec("先", {(1, 1): 1})), change), marks={"x": "y"}))
        assert host.snapshot() == before
    else:
        with pytest.raises(kind, match=words):
            host.apply(Patch((GOOD, change)))
        assert list(tmp_path.iterdir()) == []


def fingerprints(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.iterdir()):
        yield path.name, hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_second_patch_changes_what_it_names_or_is_refused_whole(
    candidate: Candidate, tmp_path: Path
) -> None:
    host = candidate.make(tmp_path)
    put(
        host, SheetSpec("填报", {(1, 1): "甲"}), SheetSpec("排名", {(1, 1): "旧"}), marks={"a": "1"}
    )
    before, files = host.snapshot(), list(fingerprints(tmp_path))
    second = Patch(
        (PutSheet(SheetSpec("排名", {(1, 1): "新"})), SetValues("填报", {(2, 1): 5.0})),
        marks={"b": "2"},
        owner="考核",
    )
    if not candidate.edits_what_exists:
        with pytest.raises(UnwritableFile, match="原文件未改动"):
            host.apply(second)
        assert host.snapshot() == before
        assert list(fingerprints(tmp_path)) == files
        return
    host.apply(second)
    after = host.snapshot()
    assert [sheet.name for sheet in after.sheets] == ["填报", "排名"]
    assert filled(after.sheets[0]) == {(1, 1): ("str", "甲"), (2, 1): ("figure", 5.0)}
    assert filled(after.sheets[1]) == {(1, 1): ("str", "新")}
    assert after.marks == {"a": "1", "b": "2"}
    assert before.sheets[1].value(1, 1) == "旧"

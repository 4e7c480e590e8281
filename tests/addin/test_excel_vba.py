"""The add-in's own VBA, carried out: macros/*.bas in LibreOffice, the server in Python.

What a wrapper sends and what it makes of the answer is worked out by hand; what stands in for
Excel and Windows is told in tests/addin/vba.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kpixl.addin import commands, functions
from kpixl.addin.excel_cells import DATE, FAULT, PERCENT, TEXT
from kpixl.addin.registry import FunctionSpec
from kpixl.grid import CellError
from kpixl.hosts.calc_office import NoOffice, Office
from tests.addin import vba
from tests.addin.vba import Program, running, sources, workbook

STEPS = "每采用1条得0.1分"
LADDER = "亿元以上企业数量最多的得10分,排名每下降1位减0.5分"
GOAL = "完成目标的得10分,每少1家扣1分"
BOTH = "制定方案得1分;报送信息,每采用1条得0.1分"
GROWTH = "增幅达到8%的得10分,每低1个百分点扣1分"
GRADES = "前3名为优秀;80分以上为达标"
NA, VALUE, DIV0, NUM = map(CellError, ("#N/A", "#VALUE!", "#DIV/0!", "#NUM!"))
# The sheet, column by column from row 1; a pair is a value and its number format.
CELLS: dict[str, list[Any]] = {
    "A": [
        STEPS,
        LADDER,
        GOAL,
        BOTH,
        GROWTH,
        GRADES,
        "G3=密集",
        "𠮷野家①㎡",
        "亿元",
        "2000万",
        "个数 家",
    ],
    "B": [12.0, 7.0, 7.0, 9.0],
    "C": [12.0, None, "=NA()", "=1/0", "约", "37", True, (42019.0, "yyyy-mm-dd"), (0.07, "0%")],
    "D": [78.6, 99.1, None, 78.6],
    "E": ["甲", "乙", "甲", "乙"],
    "F": [(0.07, "0.0%"), 7.0, (0.08, "0%"), (8.0, '0.0"%"'), (None, "0%"), ("约", "0%")],
    "G": [(0.05, "0.00%"), (0.08, "0.00%"), (-0.01, "0.00%")],
    "H": ["是", "否"],
    "I": [3.0, 5.0],
    "J": [(8.0, "0_%"), (8.0, "0\\%"), (0.08, "[RED]0%"), (8.0, "General")],
    "L": [FAULT + "镇", TEXT + "村"],
    "K": [(12345.123456, "#,##0.00 [$¥-804]")],
}
LAST = max(map(len, CELLS.values()))


@dataclass(frozen=True)
class Case:
    """An expression of VBA, what the wrapper is to send, and what is to come out."""

    rule: str
    text: str
    sent: list[Any] | None
    wanted: Any

    @property
    def name(self) -> str:
        return self.text.partition("(")[0]


def case(rule: str, text: str, sent: list[Any] | None, wanted: Any) -> Case:
    """`text` is written with addresses in braces."""
    name = text.partition("(")[0]
    count = len(functions()[name].arguments)
    full = None if sent is None else sent + [None] * (count - len(sent))
    return Case(rule, text.replace("{", 'Cells_("').replace("}", '")'), full, wanted)


COLUMN = [[12.0], [7.0], [7.0], [9.0]]
CASES = [
    case("a cell", "KPISCORE({A1}, 10, {B2})", [STEPS, 10.0, 7.0], 0.7),
    case("constants", "KPISCORE({A1}, 10, 7)", [STEPS, 10.0, 7.0], 0.7),
    case(
        "a column",
        "KPISCORE({A2}, 10, {B1:B4})",
        [LADDER, 10.0, COLUMN],
        [[10.0], [9.0], [9.0], [9.5]],
    ),
    case(
        "left out in the middle",
        "KPISCORE({A2}, 10, {B2}, , {B1:B4})",
        [LADDER, 10.0, 7.0, None, COLUMN],
        9.0,
    ),
    case("a target", "KPISCORE({A3}, 10, 3, 5)", [GOAL, 10.0, 3.0, 5.0], 8.0),
    case(
        "groups and a reading",
        "KPISCORE({A2}, 10, {B1:B4}, , , , {E1:E4}, {A7})",
        [LADDER, 10.0, COLUMN, None, None, None, [["甲"], ["乙"], ["甲"], ["乙"]], "G3=密集"],
        [[10.0], [9.5], [9.5], [10.0]],
    ),
    case(
        "blanks, error values, text, truth, a date, a percentage",
        "KPISCORE({A1}, 10, {C1:C9})",
        [
            STEPS,
            10.0,
            [
                [12.0],
                [None],
                [FAULT + "#N/A"],
                [FAULT + "#DIV/0!"],
                ["约"],
                ["37"],
                [True],
                [DATE + "42019"],
                [PERCENT + ".07"],
            ],
        ],
        [[1.2], [""], [NA], [DIV0], [VALUE], [VALUE], [VALUE], [VALUE], [NUM]],
    ),
    case("an error value alone", "KPISCORE({A1}, 10, {C3})", [STEPS, 10.0, FAULT + "#N/A"], NA),
    case(
        "an error value as points", "KPISCORE({A1}, {C4}, 1)", [STEPS, FAULT + "#DIV/0!", 1.0], DIV0
    ),
    case("a blank", "KPISCORE({A1}, 10, {C2})", [STEPS, 10.0, None], ""),
    case("a date alone", "KPISCORE({A1}, 10, {C8})", [STEPS, 10.0, DATE + "42019"], VALUE),
    case("text like a figure", "KPISCORE({A1}, 10, {C6})", [STEPS, 10.0, "37"], VALUE),
    case("a percentage", "KPISCORE({A5}, 10, {C9})", [GROWTH, 10.0, PERCENT + ".07"], 9.0),
    case(
        "percentages beside figures",
        "KPISCORE({A5}, 10, {F1:F6})",
        [GROWTH, 10.0, [[PERCENT + ".07"], [7.0], [PERCENT + ".08"], [8.0], [None], ["约"]]],
        [[9.0], [9.0], [10.0], [10.0], [""], [VALUE]],
    ),
    case(
        "percentages of one format",
        "KPISCORE({A5}, 10, {G1:G3})",
        [GROWTH, 10.0, [[PERCENT + ".05"], [PERCENT + ".08"], [PERCENT + "-.01"]]],
        [[7.0], [10.0], [1.0]],
    ),
    case(
        "formats that only look like percentages",
        "KPISCORE({A5}, 10, {J1:J4})",
        [GROWTH, 10.0, [[8.0], [8.0], [PERCENT + ".08"], [8.0]]],
        [[10.0], [10.0], [10.0], [10.0]],
    ),
    case("an amount of money, whole", "KPINUMBER({K1})", [12345.123456], 12345.123456),
    case(
        "two figures a unit",
        "KPISCORE({A4}, 10, {H1:I2})",
        [BOTH, 10.0, [["是", 3.0], ["否", 5.0]]],
        [[1.3], [0.5]],
    ),
    case("rare characters", "KPINUMBER({A8}, {A9})", ["𠮷野家①㎡", "亿元"], VALUE),
    case("a check", "KPICHECK({B1}, {A11})", [12.0, "个数 家"], "通过"),
    case(
        "characters of an office's own making",
        "KPIGRADE({D1}, 1, {L1})",
        [78.6, 1.0, TEXT + FAULT + "镇"],
        VALUE,
    ),
    case(
        "a column of them",
        "KPIRANK({D1:D2}, {L1:L2})",
        [[[78.6], [99.1]], [[TEXT + FAULT + "镇"], [TEXT + TEXT + "村"]]],
        [[1.0], [1.0]],
    ),
    case("a unit of measure", "KPINUMBER({A10}, {A9})", ["2000万", "亿元"], 0.2),
    case("one argument of two", "KPINUMBER({B1})", [12.0], 12.0),
    case("a clause alone", "KPIRULE({A1})", [STEPS], "每采用1条得0.1分"),
    case(
        "a clause and points",
        "KPIRULE({A1}, {B1})",
        [STEPS, 12.0],
        "每采用1条得0.1分",
    ),
    case(
        "a table",
        "KPIINPUTS({A4})",
        [BOTH],
        [["制定方案", "是否", "是/否", ""], ["报送信息", "个数", "条", ""]],
    ),
    case("a row", "KPIASSUME({A4})", [BOTH], ["G7", "不足一个单位的部分不计", "整步", "按比例"]),
    case(
        "places",
        "KPIRANK({D1:D4})",
        [[[78.6], [99.1], [None], [78.6]]],
        [[2.0], [1.0], [""], [2.0]],
    ),
    case(
        "places within groups",
        "KPIRANK({D1:D4}, {E1:E4})",
        [[[78.6], [99.1], [None], [78.6]], [["甲"], ["乙"], ["甲"], ["乙"]]],
        [[1.0], [1.0], [""], [2.0]],
    ),
    case("places in a row", "KPIRANK({B1:D1})", [[[12.0, 12.0, 78.6]]], [2.0, 2.0, 1.0]),
    case(
        "grades",
        "KPIGRADE({D1:D4}, {B1:B4}, {A6})",
        [[[78.6], [99.1], [None], [78.6]], COLUMN, GRADES],
        [[""], ["达标"], [""], [""]],
    ),
    case(
        "why",
        "KPIEXPLAIN({A1}, 10, {C5})",
        [STEPS, 10.0, "约"],
        "参数“value 第1行(采用条数)”为“约”,应为数字。",
    ),
    case(
        "addresses",
        "KPIFORMULA({A2}, {B1}, {B2}, , {B1:B4})",
        [LADDER, 12.0, "B2", None, "B1:B4", None, None, None, "B1"],
        '=IF(COUNT(B2)=0,"",ROUND(ROUND(MAX(10-0.5*(RANK(B2,$B$1:$B$4)-1),0),13),2))',
    ),
    case(
        "an address that is a figure",
        "KPIFORMULA({A3}, 10, {B2}, 5)",
        [GOAL, 10.0, "B2", 5.0, None, None, None, None, 10.0],
        '=IF(COUNT(B2)=0,"",ROUND(ROUND(MAX(10-1*INT(ROUND(MAX(5-B2,0),9)),0),13),2))',
    ),
    case("cells in two places", "KPIRANK({D1:D2,D4:D4})", [FAULT + "#VALUE!"], VALUE),
    case(
        "cells in two places as an address",
        "KPIFORMULA({A2}, 10, {B1:B2,B4:B4})",
        [LADDER, 10.0, FAULT + "#VALUE!", None, None, None, None, None, 10.0],
        VALUE,
    ),
    case("an object that is no range", "KPIRULE(Worksheets(2))", [FAULT + "#VALUE!"], VALUE),
    case(
        "a whole column ends with the sheet",
        "KPIRANK({D:D})",
        [[[78.6], [99.1], [None], [78.6], *[[None]] * (LAST - 4)]],
        [[2.0], [1.0], [""], [2.0], *[[""]] * (LAST - 4)],
    ),
    case(
        "whole columns keep their width",
        "KPISCORE({A4}, 10, {Y:Z})",
        [BOTH, 10.0, [[None, None]] * LAST],
        [[""]] * LAST,
    ),
    case("an empty column", "KPIRANK({Z:Z})", [[[None]] * LAST], [[""]] * LAST),
    case(
        "an array constant",
        "KPIRANK(Array(3, CVErr(2042), 5))",
        [[3.0, FAULT + "#N/A", 5.0]],
        [NA, NA, NA],
    ),
    case(
        "whatever kind of number",
        "KPIRANK(Array(CCur(10.5), CLng(3), CSng(0.1), CInt(2)))",
        [[10.5, 3.0, 0.1, 2.0]],
        [1.0, 2.0, 4.0, 3.0],
    ),
    case("a date of VBA", "KPISCORE({A1}, 10, CDate(42019))", [STEPS, 10.0, DATE + "42019"], VALUE),
    case("nothing of a database", "KPISCORE({A1}, 10, Null)", [STEPS, 10.0], ""),
]
LONG = 'KPISCORE(Cells_("A1"), 10, Cells_("X1:X12000"))'


def _ways(spec: FunctionSpec) -> Iterator[tuple[list[str], list[Any]]]:
    """A call with all its arguments and one with those that are needed; what is sent."""
    shown = [f'"{a.name}"' for a in spec.shown]
    needed = [f'"{a.name}"' for a in spec.shown if not a.optional]
    yield shown, [a.address_of or a.name for a in spec.arguments]
    yield (
        needed,
        [
            None if a.optional and not a.address_of else a.address_of or a.name
            for a in spec.arguments
        ],
    )


# Each argument in its place, and what is left out as nothing.
EVERY = [
    case(f"arguments of {spec.name}", f"{spec.name}({', '.join(given)})", wanted, "an answer")
    for spec in functions().values()
    for given, wanted in _ways(spec)
]


def faults(program: Program, cases: list[tuple[int, Case]]) -> list[str]:
    """Which of some cases do not hold, by their rules."""
    found = []
    for number, one in cases:
        program.calls.clear()
        try:
            result = rounded(program.carried(number))
        except vba.Failed as error:
            found.append(f"{one.rule}: {error}")
            continue
        if program.calls != [(one.name, one.sent)] or repr(result) != repr(one.wanted):
            found.append(f"{one.rule}: {program.calls}, {result!r}")
    return found


def rounded(value: Any) -> Any:
    """Figures as a cell shows them, at 12 digits."""
    if isinstance(value, list):
        return [rounded(v) for v in value]
    return float(f"{value:.12g}") if isinstance(value, float) else value


@pytest.fixture(scope="module")
def office(soffice: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A LibreOffice for this module; `soffice` says where there is none."""
    try:
        with Office(tmp_path_factory.mktemp("vba")) as program:
            yield program
    except NoOffice as error:
        pytest.skip(str(error))


def filled(program: Program) -> Program:
    """The sheet of the cases."""
    formats = program.document.getNumberFormats()
    locale = vba.struct("com.sun.star.lang.Locale")
    for column, values in CELLS.items():
        for row, value in enumerate(values, 1):
            cell = program.sheet.getCellRangeByName(f"{column}{row}")
            value, form = value if isinstance(value, tuple) else (value, None)
            if isinstance(value, bool):
                cell.setFormula("=TRUE()")
            elif isinstance(value, float):
                cell.setValue(value)
            elif isinstance(value, str) and value.startswith("="):
                cell.setFormula(value)
            elif value is not None:
                cell.setString(value)
            if form is not None:
                key = formats.queryKey(form, locale, False)
                cell.NumberFormat = key if key >= 0 else formats.addNew(form, locale)
    return program


def percent(program: Program) -> int:
    """The number of the format 0%."""
    locale = vba.struct("com.sun.star.lang.Locale")
    return int(program.document.getNumberFormats().queryKey("0%", locale, False))


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "kpixl.log"


@pytest.fixture(scope="module")
def program(
    office: Office, log: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Program]:
    path = tmp_path_factory.mktemp("book") / "macros.xlsm"
    workbook(path, [*(c.text for c in CASES + EVERY), LONG], log=str(log))
    with running(office, path) as found:
        yield filled(found)


def test_the_wrappers_send_and_show_what_was_worked_out_by_hand(program: Program) -> None:
    assert faults(program, list(enumerate(CASES))) == []


def test_every_function_sends_each_argument_in_its_place(program: Program) -> None:
    with program.answering(lambda *_: "an answer"):
        assert faults(program, list(enumerate(EVERY, len(CASES)))) == []


def test_the_modules_are_those_of_macros(program: Program) -> None:
    library = program.document.BasicLibraries.getByName("kpixl")
    for name, text in sources().items():
        if name != "KpixlServer":
            _, _, loaded = library.getByName(name).partition("Option VBASupport 1\n")
            lines = [x for x in text.splitlines() if not x.startswith("Attribute ")]
            assert loaded.rstrip().splitlines() == lines, name


def test_what_windows_or_excel_must_do_stands_in_one_module() -> None:
    for name, text in sources().items():
        code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("'"))
        for word in (
            "Declare ",
            "CreateObject",
            "GetObject",
            "Value2",
            "MacroOptions",
            ".Caller",
            "CommandBars",
        ):
            assert (word in code) <= (name == "KpixlServer"), (name, word)
        assert "Volatile" not in code


# -- when something goes wrong ---------------------------------------------------------


def broken(*_: Any) -> None:
    raise RuntimeError("cannot start\r\nat all")


def _always(answer: Any, _: list[Any]) -> Any:
    return answer


def number_of(rule: str) -> int:
    return next(n for n, c in enumerate(CASES) if c.rule == rule)


def test_a_failing_call_is_an_error_value_and_one_line_in_the_log(
    program: Program, log: Path
) -> None:
    log.unlink(missing_ok=True)
    with program.answering(broken):
        assert program.carried(0) == VALUE
    (line,) = log.read_text("utf-8", "replace").splitlines()
    assert line[:10].replace("-", "").isdigit()
    assert line[13] == line[16] == ":"
    assert " excel KPISCORE " in line


def test_a_wrapper_that_fails_before_it_asks_is_an_error_value_too(
    program: Program, log: Path
) -> None:
    log.unlink(missing_ok=True)
    with program.answering(InWizard=broken):
        assert program.carried(0) == VALUE
    assert " excel KPISCORE " in log.read_text("utf-8", "replace")


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        (None, VALUE),
        (FAULT + "#N/A", NA),
        (FAULT + "#SPILL!", CellError("#SPILL!")),
        (FAULT + "whatever", VALUE),
        ("", ""),
        ("#N/A", "#N/A"),
        (TEXT + FAULT + "镇", FAULT + "镇"),
        (TEXT + PERCENT + "镇", PERCENT + "镇"),
        (1.0, 1.0),
        ([[None], [FAULT + "#NUM!"], ["甲"]], [[VALUE], [NUM], ["甲"]]),
        ([[1.0], [2.0], [3.0]], [[1.0], [2.0], [3.0]]),
        ([[1.0, 2.0, 3.0]], [1.0, 2.0, 3.0]),
        ([[1.0, 2.0], [3.0, 4.0]], [[1.0, 2.0], [3.0, 4.0]]),
    ],
)
def test_an_answer_is_shown_in_its_shape_and_nothing_never_as_0(
    program: Program, answer: Any, wanted: Any
) -> None:
    with program.answering(lambda *_: answer):
        assert program.carried(0) == wanted


def test_while_the_function_wizard_is_open_nothing_is_asked_and_nothing_looks_like_a_score(
    program: Program,
) -> None:
    with program.answering(InWizard=lambda _: True):
        found = [program.carried(n) for n in range(len(CASES), len(CASES) + len(EVERY))]
    assert found == [NA] * len(EVERY)
    assert program.calls == []


# -- in cells --------------------------------------------------------------------------


def test_plain_formulas_show_their_first_value_and_array_formulas_all(program: Program) -> None:
    sheet = program.document.getSheets().getByName(vba.SHEET)
    at = sheet.getCellRangeByName
    at("M1").setFormula("=KPISCORE(A1;10;B2)")
    at("M2").setFormula("=KPISCORE(A2;10;B1:B4)")
    at("N1:N4").setArrayFormula("=KPISCORE(A2;10;B1:B4)")
    at("O1:O6").setArrayFormula("=KPISCORE(A2;10;B1:B4)")
    at("P1:P2").setArrayFormula("=KPISCORE(A2;10;B1:B4)")
    at("Q1:T1").setArrayFormula("=KPIASSUME(A4)")
    at("Q3:R4").setArrayFormula("=KPISCORE(A1;10;B2)")
    at("M5").setFormula("=SUM(KPISCORE(A2;10;B1:B4))")
    program.document.calculateAll()
    assert at("M1").getValue() == 0.7
    assert at("M2").getValue() == 10.0
    assert [row[0] for row in at("N1:N4").getDataArray()] == [10.0, 9.0, 9.0, 9.5]
    assert [at(f"O{n}").getString() for n in range(1, 7)] == ["10", "9", "9", "9.5", "#N/A", "#N/A"]
    assert [row[0] for row in at("P1:P2").getDataArray()] == [10.0, 9.0]
    assert at("Q1:T1").getDataArray() == (("G7", "不足一个单位的部分不计", "整步", "按比例"),)
    assert at("Q3").getValue() == 0.7
    assert at("M5").getValue() == 37.5


def test_addresses_name_the_sheet_where_the_formula_stands_on_another(program: Program) -> None:
    program.document.getSheets().insertNewByName("别'的 A", 2)
    sent = []
    for asking in (None, ("别'的 A", "C1"), (vba.SHEET, "C1"), ("kpixl", "C1:C4")):
        with program.answering(Asking=partial(_always, asking)):
            program.carried(number_of("addresses"))
        sent.append(program.calls[0][1][2:5:2])
    elsewhere = ["'数据'!B2", "'数据'!B1:B4"]
    assert sent == [["B2", "B1:B4"], elsewhere, ["B2", "B1:B4"], elsewhere]


def test_a_whole_column_has_as_many_rows_as_the_array_formula_that_asks(program: Program) -> None:
    rows = LAST + 7
    with program.answering(Asking=lambda _: (vba.SHEET, f"C1:C{rows}")):
        assert program.carried(number_of("an empty column")) == [[""]] * rows


def test_ten_thousand_rows_are_one_call(program: Program) -> None:
    column = program.sheet.getCellRangeByName("X1:X10000")
    column.setDataArray(tuple((float(n % 97),) for n in range(10_000)))
    try:
        with program.answering(lambda *_: 1.0):
            assert program.carried(len(CASES) + len(EVERY)) == 1.0
    finally:
        column.clearContents(1023)
    ((name, sent),) = program.calls
    assert (name, sent[2]) == ("KPISCORE", [[float(n % 97)] for n in range(10_000)])


@pytest.mark.parametrize(
    ("form", "count"),
    [((), 1), (("X1:X10000",), 2), (("X6000",), 30)],
    ids=["no percentage", "all", "one"],
)
def test_number_formats_are_asked_for_by_their_changes_and_not_by_the_rows(
    program: Program, form: tuple[str, ...], count: int
) -> None:
    asked = sources()["KpixlCells"].replace(
        "    form = cells", '    Tell "Form", Array()\n    form = cells'
    )
    column = program.sheet.getCellRangeByName("X1:X10000")
    column.setDataArray(((1.0,),) * 10_000)
    key = percent(program)
    try:
        for address in form:
            program.sheet.getCellRangeByName(address).NumberFormat = key
        with program.changed("KpixlCells", asked), program.answering(lambda *_: 1.0):
            program.carried(len(CASES) + len(EVERY))
    finally:
        column.clearContents(1023)
    assert 1 <= [name for name, _ in program.said].count("Form") <= count
    marked = [n for n, (cell,) in enumerate(program.calls[0][1][2], 1) if cell == PERCENT + "1"]
    wanted = [program.sheet.getCellRangeByName(a).getRangeAddress() for a in form]
    assert marked == [n for a in wanted for n in range(a.StartRow + 1, a.EndRow + 2)]


# -- the ribbon ------------------------------------------------------------------------


DONE = [64.0, "标题", "好了"]


def test_each_button_carries_out_its_command_and_shows_what_it_said(program: Program) -> None:
    for name, spec in commands().items():
        with program.answering(lambda *_: DONE):
            program.press(name)
        assert program.calls == [("COMMAND", [name, "", True, "macros.xlsm"])]
        anew: list[tuple[str, list[Any]]] = [("Recalculate", [])] if spec.recalculates else []
        assert program.said == [("HearEscape", []), *anew, ("Server", []), ("Say", DONE)]


def test_what_has_to_be_chosen_is_asked_for_one_thing_after_the_other(program: Program) -> None:
    questions = [["choice", "folder", "哪个文件夹", "folder"], ["choice", "scheme", "方案", "file"]]

    def answer(_: str, arguments: list[Any], __: str) -> list[Any]:
        count = arguments[1].count("\n")
        return questions[count] if count < 2 else DONE

    with program.answering(answer, Picked=lambda given: f"D:\\{given[1]}"):
        program.press("collect")
    assert [arguments[1] for _, arguments in program.calls] == [
        "",
        "folder=D:\\哪个文件夹\n",
        "folder=D:\\哪个文件夹\nscheme=D:\\方案\n",
    ]
    asked = [given for name, given in program.said if name == "Picked"]
    assert asked == [["folder", "哪个文件夹"], ["file", "方案"]]
    assert program.said[-1] == ("Say", DONE)


def test_what_is_not_chosen_leaves_all_as_it_was_and_the_next_button_works(
    program: Program,
) -> None:
    with program.answering(lambda *_: ["choice", "folder", "哪里", "folder"], Picked=lambda _: ""):
        program.press("collect")
    assert len(program.calls) == 1
    assert program.said[-1][0] == "Picked"
    with program.answering(lambda *_: DONE):
        program.press("collect")
    assert program.said[-1] == ("Say", DONE)


def test_a_button_while_a_command_runs_does_nothing(program: Program) -> None:
    def answer(*_: Any) -> list[Any]:
        program.press("check")
        return DONE

    with program.answering(answer):
        program.press("rank")
    assert [arguments[0] for _, arguments in program.calls] == ["rank"]
    assert [name for name, _ in program.said].count("Say") == 1


def test_a_button_that_gets_no_answer_says_so_in_chinese_and_the_next_one_works(
    program: Program, log: Path
) -> None:
    log.unlink(missing_ok=True)
    with program.answering(broken):
        program.press("rank")
    name, (kind, title, text) = program.said[-1]
    assert (name, kind, title) == ("Say", 16.0, "KPI考核")
    assert "kpixl doctor" in text
    assert "cannot start" in text
    # a server that was ended can't give Excel back to the user
    assert [name for name, _ in program.said][-2:] == ["SetFree", "Say"]
    assert " excel rank " in log.read_text("utf-8", "replace")
    with program.answering(lambda *_: DONE):
        program.press("rank")
    assert program.said[-1] == ("Say", DONE)


def test_the_function_wizard_is_told_of_every_function_once(program: Program) -> None:
    with program.answering(Offer=broken):  # as Excel does before a workbook is in front
        program.describe()
    with program.answering():
        program.describe()
        program.describe()
    told = [arguments for name, arguments in program.said if name == "Offer"]
    assert told == [
        [spec.name, spec.help, [a.help for a in spec.shown]] for spec in functions().values()
    ]


# -- a broken wrapper is seen ----------------------------------------------------------

# Module, what stands there, what is put in its place, a rule that it breaks.
BROKEN = [
    ("KpixlFunctions", "Plain(value), Plain(target)", "Plain(target), Plain(value)", "a cell"),
    ("KpixlFunctions", "Plain(groups), Plain(readings)", "Plain(groups)", "groups and a reading"),
    ("KpixlFunctions", 'Ask("KPIRANK"', 'Ask("KPIGRADE"', "places"),
    ("KpixlCells", "If IsError(value) Then", "If False Then", "an error value alone"),
    ("KpixlCells", "IsPercent = True", "IsPercent = False", "a percentage"),
    ("KpixlCells", "at = at + 1\r\n        ElseIf Mid$", "ElseIf Mid$", "formats that only look like percentages"),
    ("KpixlCells", 'Case "#N/A": Unmarked', 'Case "#n/a": Unmarked', "an error value alone"),
    ("KpixlCells", "argument.Areas.Count = 1", "argument.Areas.Count > 0", "cells in two places"),
    ("KpixlCells", "MarkColumn values, cells, column, row + 1, last", "row = row", "percentages beside figures"),
    ("KpixlCells", "last = .Row + .Rows.Count", "last = 9 + .Rows.Count", "an empty column"),
]  # fmt: skip


@pytest.mark.parametrize(("module", "right", "wrong", "rule"), BROKEN)
def test_a_wrapper_that_is_broken_is_seen(
    program: Program, module: str, right: str, wrong: str, rule: str
) -> None:
    text = sources()[module]
    assert right in text
    cases = [(n, c) for n, c in enumerate(CASES) if c.rule == rule]
    assert faults(program, cases) == []
    with program.changed(module, text.replace(right, wrong)):
        assert len(faults(program, cases)) == 1
    assert faults(program, cases) == []


@pytest.mark.parametrize(
    ("module", "right", "wrong"),
    [
        ("KpixlRibbon", "Array(control.Tag, chosen, True)", 'Array("check", chosen, True)'),
        ("KpixlRibbon", "chosen, True), ActiveWorkbook)", "chosen, True))"),
        ("KpixlRibbon", "Say CLng(answer(0)),", "Say 0,"),
        ("KpixlCalls", "Ask = Shown(answer)", "Ask = answer"),
        ("KpixlCalls", "Failed = CVErr(2015)", "Failed = description"),
    ],
)
def test_a_callback_or_call_that_is_broken_is_seen(
    program: Program, module: str, right: str, wrong: str
) -> None:
    def works() -> bool:
        with program.answering(lambda *_: DONE):
            program.press("rank")
        asked = program.calls == [("COMMAND", ["rank", "", True, "macros.xlsm"])]
        said = program.said[-1] == ("Say", DONE)
        with program.answering(broken):
            failing = program.carried(0) == VALUE
        with program.answering(lambda *_: FAULT + "#N/A"):
            shown = program.carried(0) == NA
        return asked and said and failing and shown

    text = sources()[module]
    assert right in text
    assert works()
    with program.changed(module, text.replace(right, wrong)):
        assert not works()
    assert works()


@pytest.mark.parametrize("bits", [64, 32])
def test_the_module_that_is_not_carried_out_is_at_least_understood(
    program: Program, bits: int
) -> None:
    text = sources()["KpixlServer"].replace("\r\n", "\n")
    both = re.search(r"#If Win64 Then\n(.*?)#Else\n(.*?)#End If\n", text, re.DOTALL)
    assert both is not None
    chosen = text.replace(both[0], both[1] if bits == 64 else both[2])
    assert f"kpixl{bits}.dll" in chosen
    assert f"kpixl{96 - bits}.dll" not in chosen
    assert program.compiles("KpixlServer", chosen, "InWizard")
    for right, wrong in (
        ("    Next turn\n", ""),
        ("If .Show = -1 Then", "If .Show = -1"),
        ("End Sub\n\n' Esc", "\n\n' Esc"),
    ):
        assert right in chosen
        assert not program.compiles("KpixlServer", chosen.replace(right, wrong), "InWizard")

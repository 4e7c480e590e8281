"""Formulas without a spreadsheet program, against LibreOffice and by hand."""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kpixl.errors import BadArgument, KpixlError
from kpixl.grid import CellError, Scalar, Snapshot, Spot
from kpixl.host import Content, Formula, Patch, PutSheet, SheetSpec
from kpixl.hosts.files import read, write_new
from kpixl.hosts.formula_text import pieces
from kpixl.hosts.headless import calculate, compile_formula, evaluate_formula
from kpixl.hosts.memory import MemoryHost
from tests.soffice import Office


def patch_of(names: dict[str, str] | None = None, **sheets: dict[Spot, Content]) -> Patch:
    return Patch(
        tuple(PutSheet(SheetSpec(name, cells)) for name, cells in sheets.items()),
        names=names or {},
    )


def book(names: dict[str, str] | None = None, **sheets: dict[Spot, Content]) -> Snapshot:
    host = MemoryHost()
    host.apply(patch_of(names, **sheets))
    return host.snapshot()


def one(formula: str, functions: dict[str, Any] | None = None, **cells: Scalar) -> Scalar:
    """The value of one formula in Z1 of a sheet with these cells (a1=…)."""
    filled: dict[Spot, Content] = {
        (int(name[1:]), ord(name[0]) - 96): value for name, value in cells.items()
    }
    return calculate(book(表={**filled, (1, 26): Formula(formula)}), functions)["表", "Z1"]


# -- functions of ours ---------------------------------------------------------------------


class Recorder:
    """A function that keeps what it was called with."""

    def __init__(self, answer: Any = 1.0) -> None:
        self.answer = answer
        self.calls: list[tuple[Any, ...]] = []

    def __call__(self, *arguments: Any) -> Any:
        self.calls.append(arguments)
        return self.answer


def test_a_function_receives_plain_values_and_a_range_as_rows() -> None:
    ours = Recorder()
    one(
        '=KPISCORE(A1,A2,A3,A4,A1:B2,"文字",5,TRUE)',
        {"KPISCORE": ours},
        a1=2.5,
        a2="甲",
        a3=True,
        b1=7,
    )
    (call,) = ours.calls
    assert call == (2.5, "甲", True, None, ((2.5, 7.0), ("甲", None)), "文字", 5, True)
    assert [type(value) for value in call[:4]] == [float, str, bool, type(None)]


def test_an_argument_left_out_is_none_and_no_zero() -> None:
    ours = Recorder()
    one("=KPIRANK(A1,,TRUE)+KPIRANK(,A1)+KPIRANK(A1,)+KPIRANK()", {"KPIRANK": ours}, a1=2.0)
    assert set(ours.calls) == {(2.0, None, True), (None, 2.0), (2.0, None), ()}


def test_an_argument_left_out_of_another_function_is_its_own_matter() -> None:
    assert one("=IF(A1>1,,5)", {"KPISCORE": Recorder()}, a1=2.0) == 0.0


def test_an_error_argument_comes_back_without_a_call() -> None:
    ours = Recorder()
    assert one("=KPISCORE(1/0,A1)", {"KPISCORE": ours}, a1=1) == CellError("#DIV/0!")
    assert one("=KPISCORE(A1)", {"KPISCORE": ours}, a1=CellError("#N/A")) == CellError("#N/A")
    assert ours.calls == []


def test_an_error_inside_a_range_is_the_function_s_to_judge() -> None:
    ours = Recorder(answer="看过")
    assert one("=KPICHECK(A1:A2)", {"KPICHECK": ours}, a1=1, a2=CellError("#N/A")) == "看过"
    assert ours.calls == [(((1.0,), (CellError("#N/A"),)),)]


def test_a_bad_argument_becomes_its_own_error_value() -> None:
    def bad(value: object) -> float:
        raise BadArgument("数值", value, "大于 0 的数", excel="#NUM!")

    def refusing(value: object) -> float:
        raise KpixlError("读不懂")

    assert one("=KPISCORE(5)", {"KPISCORE": bad}) == CellError("#NUM!")
    assert one('=IFERROR(KPISCORE(5),"错")', {"KPISCORE": bad}) == "错"
    assert one("=KPISCORE(5)", {"KPISCORE": refusing}) == CellError("#VALUE!")


def test_a_fault_of_our_own_code_is_not_hidden_in_an_error_value() -> None:
    def broken(value: float) -> float:
        raise ZeroDivisionError("a slip")

    with pytest.raises(ZeroDivisionError, match="a slip"):
        one("=IFERROR(KPISCORE(A1),0)", {"KPISCORE": broken}, a1=1)


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        (14.7, 14.7),
        ("未完整", "未完整"),
        (True, True),
        (CellError("#N/A"), CellError("#N/A")),
        ([[1.5, 2], [3, 4]], 1.5),
        ([7, 8], 7),
        (((9,),), 9),
    ],
)
def test_a_function_may_answer_with_a_value_or_with_rows(answer: Any, value: Scalar) -> None:
    assert one("=KPISCORE(A1)", {"KPISCORE": Recorder(answer)}) == value


def test_rows_fill_the_area_of_an_array_formula(tmp_path: Path) -> None:
    import openpyxl
    from openpyxl.worksheet.formula import ArrayFormula

    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "表"
    sheet["A1"] = ArrayFormula("A1:B3", "=KPISCORE(D1:D3)")
    sheet["C1"] = "=SUM(A1:A3)"
    workbook.save(tmp_path / "表.xlsx")
    rows = [[1.0, "a"], [2.0, "b"]]
    values = calculate(tmp_path / "表.xlsx", {"KPISCORE": Recorder(rows)})
    found = [values["表", address] for address in ("A1", "B1", "A2", "B2", "A3", "B3", "C1")]
    missing = CellError("#N/A")
    assert found == [1.0, "a", 2.0, "b", missing, missing, missing]


@pytest.mark.parametrize(
    "spelling",
    [
        "KPISCORE",
        "kpiscore",
        "_xll.KPISCORE",
        "[1]!KPISCORE",
        "'kpixl.xlam'!KPISCORE",
        "_xludf.KpiScore",
    ],
)
def test_a_function_is_known_by_every_spelling_that_files_hold(spelling: str) -> None:
    assert one(f"={spelling}(A1)*10", {"KPISCORE": lambda value: value + 1}, a1=2.0) == 30.0


def test_functions_are_gone_afterwards_and_those_they_hid_are_back() -> None:
    assert one("=SUM(A1,1)", {"SUM": Recorder(99.0), "KPISCORE": Recorder()}, a1=1) == 99.0
    assert one("=SUM(A1,1)", a1=1) == 2.0
    assert one("=KPISCORE(1)") == CellError("#NAME?")


def test_what_cannot_be_read_is_a_value_and_no_noise(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert one("=NOSUCH(1)+1") == CellError("#NAME?")
        assert one("=1+") == CellError("#NAME?")
        assert one("=缺表!A1+1") == CellError("#REF!")
        assert one("=没有的名称+1") == CellError("#NAME?")
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


# -- a workbook --------------------------------------------------------------------------------


def test_sheets_of_any_name_and_defined_names_are_found() -> None:
    names = ["2015 填报", "A-B", "Q1", "it's", "表（一）", "a.b", "R1C1", "排名"]
    sheets: dict[str, dict[Spot, Content]] = {
        name: {(1, 1): float(n), (1, 2): Formula("=A1*2")} for n, name in enumerate(names)
    }
    sheets["汇总"] = {
        (n + 1, 1): Formula("='" + name.replace("'", "''") + "'!B1+$B$9")
        for n, name in enumerate(names)
    }
    sheets["汇总"] |= {(9, 1): Formula("=SUM(合计)+再合计"), (9, 2): 100.0}
    values = calculate(book({"合计": "汇总!$A$1:$A$8", "再合计": "'2015 填报'!$B$1"}, **sheets))
    assert [values["汇总", f"A{n + 1}"] for n in range(8)] == [100.0 + 2 * n for n in range(8)]
    assert values["汇总", "A9"] == 856.0


def test_a_long_chain_is_calculated_without_recursion() -> None:
    chain: dict[Spot, Content] = {(1, 1): Formula("=1")}
    chain |= {(row, 1): Formula(f"=A{row - 1}+1") for row in range(2, 1201)}
    values = calculate(book(表=dict(reversed(chain.items()))))
    assert values["表", "A1200"] == 1200.0


def test_a_formula_that_needs_itself_is_an_error_and_the_rest_is_calculated() -> None:
    cells: dict[Spot, Content] = {
        (1, 1): Formula("=B1+1"),
        (1, 2): Formula("=A1+1"),
        (2, 1): Formula("=A2"),
        (3, 1): Formula("=1+1"),
    }
    values = calculate(book(表=cells))
    assert values["表", "A1"] == values["表", "B1"] == values["表", "A2"] == CellError("#REF!")
    assert values["表", "A3"] == 2.0


def test_a_whole_column_costs_no_more_than_what_is_filled() -> None:
    assert one('=SUM(A:A)+COUNTIF(B:B,">1")', a1=1.5, a4=2.5, b2=3, b3=1) == 5.0
    assert one("=SUM(2:3)", a1=100, a2=1.5, c3=2.5) == 4.0


def test_a_date_counts_as_its_serial_number() -> None:
    assert one("=A1+1", a1=date(2016, 1, 15)) == 42385.0


def test_the_same_shape_is_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    import formulas

    seen: list[str] = []
    original = formulas.Parser.ast

    def counting(self: Any, expression: str, context: Any = None) -> Any:
        seen.append(expression)
        return original(self, expression, context)

    monkeypatch.setattr(formulas.Parser, "ast", counting)
    cells: dict[Spot, Content] = {(r, 1): float(r) for r in range(1, 101)}
    cells |= {(r, 2): Formula(f'=IF(A{r}="","",ROUND(A{r}*2,1))') for r in range(1, 101)}
    values = calculate(book(表=cells))
    assert values["表", "B100"] == 200.0
    assert len(seen) == 1


# -- against LibreOffice --------------------------------------------------------------------------

DATA: dict[Spot, Content] = {
    (1, 1): 283.41, (2, 1): 41.0, (3, 1): 25.5, (4, 1): 41.0, (5, 1): None, (6, 1): "文字",
    (1, 2): 8.3, (2, 2): 0.0, (3, 2): -2.5, (4, 2): 14.7, (5, 2): True,
    (1, 3): "甲街道", (2, 3): "乙街道", (3, 3): "丙街道", (4, 3): "丁街道",
    (1, 4): date(2016, 1, 15),
}  # fmt: skip
NATIVE = [
    "=SUM(A1:A6)",
    "=AVERAGE(A1:A6)",
    "=MAX(A1:A4)-MIN(A1:A4)",
    "=ROUND((A1-MIN(A$1:A$4))/(MAX(A$1:A$4)-MIN(A$1:A$4))*40+60,2)",
    "=ROUND(((A2-MIN(A$1:A$4))/(MAX(A$1:A$4)-MIN(A$1:A$4))*40+60)/100*20*0.3,2)",
    "=RANK(A2,A$1:A$4)",
    "=RANK(A3,A$1:A$4,1)",
    "=COUNTIF(A$1:A$4,\">\"&A2)+1",
    "=10-0.5*(RANK(A4,A$1:A$4)-1)",
    "=SUMPRODUCT((A1:A4>=41)*1,B1:B4)",
    "=SUMPRODUCT(--(A1:A4>=41),B1:B4)",
    "=SUMPRODUCT((C1:C4=\"乙街道\")*(A1:A4))",
    "=IF(COUNT(A1:A5)<5,\"未完整\",SUM(A1:A5))",
    "=IF(A5=\"\",\"空\",A5)",
    "=IF(ISNUMBER(A6),A6,0)",
    "=IF(AND(A1>0,OR(B2=0,B2>5)),MAX(0,MIN(20,A1/10)),0)",
    "=IFERROR(A1/B2,\"除数为零\")",
    "=A1/B2",
    "=INDEX(C1:C4,MATCH(25.5,A1:A4,0))",
    "=VLOOKUP(\"丙街道\",C1:D4,1,FALSE)",
    "=LARGE(A1:A4,2)+SMALL(A1:A4,1)",
    "=C1&\":\"&TEXT(A1,\"0.00\")",
    "=LEFT(C1,1)&LEN(C2)",
    "=ROUND(7*0.35,1)",
    "=ROUND(1.005,2)",
    "=ROUND(-2.5,0)",
    "=ROUND(14.7-3*0.3,1)",
    "=INT(A1/50)+MOD(A1,50)",
    "=TRUNC(-2.7)+ABS(B3)+SIGN(B3)",
    "=FLOOR(A1,0.5)",
    "=MEDIAN(A1:A4)+STDEV(A1:A4)",
    "=A1^2-2*A2+5%",
    "=1-2--3",
    "=-A2^2",
    "=D1+30",
    "=YEAR(D1)*100+MONTH(D1)",
    "=COUNTA(A1:A6)+COUNTBLANK(A1:A6)",
    "=MIN(1,A3/A2)*100",
    "=B5+1",
    "=A5",
    "=SUMIF(C1:C4,\"*街道\",A1:A4)",
    "=COUNTIFS(A1:A4,\">=41\",B1:B4,\"<10\")",
    "=CHOOSE(2,\"优秀\",\"达标\",\"不合格\")",
    "=NOT(A1>A2)",
    "=ROW(A3)+COLUMN(B1)",
    "=ROWS(A1:A4)*COLUMNS(A1:C1)",
]  # fmt: skip


def test_native_formulas_give_what_libreoffice_gives(soffice: Office, tmp_path: Path) -> None:
    cells = DATA | {(row, 6): Formula(text) for row, text in enumerate(NATIVE, 1)}
    path = tmp_path / "核对.xlsx"
    write_new(path, patch_of(核对=cells))
    (made,) = soffice.recalculate([path], tmp_path / "out")
    reference = read(made).sheets[0]
    values = calculate(path)
    different = {}
    for row, text in enumerate(NATIVE, 1):
        ours, theirs = values["核对", f"F{row}"], reference.value(row, 6)
        if isinstance(theirs, date):
            theirs = float((theirs - date(1899, 12, 30)).days)
        same = ours == theirs
        if isinstance(ours, (int, float)) and isinstance(theirs, (int, float)):
            same = abs(ours - theirs) <= 1e-9 * max(1, abs(theirs))
        if not same:
            different[text] = (ours, theirs)
    assert different == {}


# -- one formula -------------------------------------------------------------------------------------


def test_a_formula_is_compiled_once_and_called_with_what_it_refers_to() -> None:
    formula = compile_formula("=ROUND(SUM($A$1:A3)*填报!B2+目标,1)")
    assert formula.references == ("A1:A3", "填报!B2", "目标")
    for factor, wanted in ((0.35, 3.5), (1, 8.0)):
        given = {"A1:A3": [[1], [2], [4]], "'填报'!$B$2": factor, "目标": 1}
        assert formula(given) == wanted


def test_a_range_may_be_given_cell_by_cell() -> None:
    assert evaluate_formula("=SUM(A1:B2)", {"A1": 1, "B1": 2, "A2": None, "B2": "x"}) == 3.0


def test_an_array_comes_back_as_rows() -> None:
    assert evaluate_formula("=A1:A2*2", {"A1:A2": [[1], [2]]}) == ((2.0,), (4.0,))


def test_what_was_not_given_is_a_fault_and_no_zero() -> None:
    with pytest.raises(KeyError, match="B1"):
        evaluate_formula("=A1+B1", {"A1": 1})
    with pytest.raises(KeyError, match="A2"):
        evaluate_formula("=SUM(A1:A3)", {"A1": 1, "A3": 2})
    with pytest.raises(ValueError, match="2 × 1"):
        evaluate_formula("=SUM(A1:A3)", {"A1:A3": [[1], [2]]})
    with pytest.raises(ValueError, match="cannot read"):
        compile_formula("=SUM(A1")


def test_a_formula_with_a_function_of_ours() -> None:
    functions = {"KPISCORE": lambda clause, value: len(clause) + value}
    assert evaluate_formula('=KPISCORE("四字条款",A1)*2', {"A1": 1.5}, functions) == 11.0


# -- the text of a formula ----------------------------------------------------------------------------


FORMULA_TEXTS = [
    *NATIVE,
    "='it''s'!A1:B2+'x!y'!C3",
    '="a""b,[1]!A1"&{1,2;3,4}',
    "=A1:INDEX(B:B,2)",
    "=LOG10(5)+ATAN2(1,2)",
    "=ABC9999999+XFE1",
    "=1E+5+2.5e-3+.5",
]


@pytest.mark.parametrize("text", FORMULA_TEXTS)
def test_the_pieces_of_a_formula_are_its_text(text: str) -> None:
    assert "".join(piece.text for piece in pieces(text)) == text[1:]


def test_what_looks_like_a_reference_inside_text_or_a_name_is_none() -> None:
    found = [p.text for p in pieces('="A1"&LOG10(B2)&XFE1&排名!C3&_A1') if p.kind == "area"]
    assert found == ["B2", "排名!C3"]

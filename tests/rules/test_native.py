"""A native formula and `evaluate` say the same of every unit of any cohort."""

from __future__ import annotations

import importlib
import math
import pkgutil
import random
import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from xlsxwriter import Workbook

import kpixl.rules
from kpixl.address import a1
from kpixl.grid import CellError
from kpixl.hosts.headless import CompiledFormula, compile_formula
from kpixl.rules import Rule, RuleInput, parse
from kpixl.rules.completion import Completed
from kpixl.rules.expr import (
    ONE,
    Choose,
    Compare,
    Div,
    Expr,
    Target,
    Value,
    const,
)
from kpixl.rules.formula_terms import Formula
from kpixl.rules.model import Term, Working
from kpixl.rules.native import References, to_excel
from tests.rules.clauses import BAND, READABLE
from tests.rules.cohorts import DEFAULT_RULES, Cell, Cohort, cohort, random_rules, rules
from tests.soffice import Office

CLAUSES = (
    *READABLE,
    "得分=本值÷本类平均值×分值",
    "得分=(本值-上年值)÷上年值×分值",
    "得分=分值-名次",
    "每发现一处扣2分;发生安全事故的,本项不得分",
    "得分=分值×(完成值÷目标值)÷(本类最高值÷目标值)",
)
# Requirements without points, which a default rule scores.
REQUIREMENTS = (
    "新建企业研发中心30家以上,省级企业研发中心3家以上,研发经费占主营业务收入1.5%以上",
    "信访积案不超过5件,培训人员200人次以上",
    "推进园区标准化建设",
)
RULES = rules(CLAUSES)


def _uses_ends(rule: Rule) -> bool:
    case = cohort(rule, random.Random(0), points=Decimal(20), size=2, grouped=True)
    return any("AGGREGATE" in formula for formula in case.formulas())


# Highest and lowest of a group need AGGREGATE, which the engine of this test does not have.
WITHOUT_ENDS = [r for r in RULES if not _uses_ends(r)]
POINTS = (Decimal(10), Decimal("12.5"), Decimal(20), None)


@cache
def compiled(formula: str) -> CompiledFormula:
    return compile_formula("=" + formula)


def calculated(formula: str, rows: Sequence[Sequence[Cell | CellError]]) -> Any:
    """A formula's value over cells that begin in A1; None for “”."""
    cells = {a1(r, c): v for r, row in enumerate(rows, 1) for c, v in enumerate(row, 1)}
    value = compiled(formula)(cells)
    return None if value == "" else value


def same(found: object, wanted: float | None) -> bool:
    if wanted is None or not isinstance(found, (int, float)) or isinstance(found, bool):
        return found is None and wanted is None
    return abs(found - wanted) < 1e-9


def check(case: Cohort) -> None:
    for formula, wanted in zip(case.formulas(), case.scores(), strict=True):
        found = calculated(formula, case.rows)
        assert same(found, wanted), (case.rule.source, case.rule.readings, formula, found, wanted)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(RULES),
    st.sampled_from(POINTS),
    st.integers(1, 7),
    st.randoms(use_true_random=False),
)
def test_the_formula_of_a_cohort_gives_the_scores(
    rule: Rule, points: Decimal | None, size: int, pick: random.Random
) -> None:
    check(cohort(rule, pick, points=points, size=size))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(WITHOUT_ENDS), st.integers(1, 8), st.randoms(use_true_random=False))
def test_the_formula_of_a_grouped_cohort_gives_the_scores(
    rule: Rule, size: int, pick: random.Random
) -> None:
    check(cohort(rule, pick, points=Decimal(20), size=size, grouped=True))


Block: TypeAlias = tuple[Sequence[Sequence[Cell | CellError]], Sequence[str]]


def in_libreoffice(soffice: Office, folder: Path, blocks: Sequence[Block]) -> list[list[Any]]:
    """What LibreOffice makes of formulas over cells; each block is a sheet, beginning in A1.

    Formulas stand right of the widest row, one a row; None stands for “”.
    """
    book = Workbook(folder / "native.xlsx", {"use_future_functions": True})
    for number, (rows, formulas) in enumerate(blocks):
        sheet, column = book.add_worksheet(f"S{number}"), max(map(len, rows))
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, CellError):
                    sheet.write_formula(r, c, "=NA()" if value.code == "#N/A" else "=1/0")
                elif isinstance(value, str):
                    sheet.write_string(r, c, value)
                elif value is not None:
                    sheet.write(r, c, value)
        for r, formula in enumerate(formulas):
            # a wrong cached value: a formula that is not calculated can't pass
            sheet.write_formula(r, column, "=" + formula, None, 12345)
    book.close()
    (path,) = soffice.recalculate([folder / "native.xlsx"], folder / "out")
    made = load_workbook(path, data_only=True)
    found = []
    for number, (rows, formulas) in enumerate(blocks):
        sheet, column = made[f"S{number}"], max(map(len, rows)) + 1
        values = [sheet.cell(r, column).value for r in range(1, len(formulas) + 1)]
        found.append([None if v == "" else v for v in values])
    return found


def test_every_family_of_rules_is_among_the_clauses() -> None:
    families = {
        family
        for found in pkgutil.iter_modules(kpixl.rules.__path__)
        for module in [importlib.import_module(f"kpixl.rules.{found.name}")]
        for family in vars(module).values()
        if isinstance(family, type)
        and family.__module__ == module.__name__
        and {"canonical", "expr"} <= vars(family).keys()
    } - {Term, Completed}  # what all of them are; what a ledger makes of a whole rule
    # a clause that says itself what it gives may mean something else under a scheme's default
    rules = [parse(clause) for clause in CLAUSES]
    rules += [parse(clause, default_rule=DEFAULT_RULES[0]) for clause in REQUIREMENTS]
    found = {type(term) for rule in rules for term in rule.terms}
    assert families - found == set()


def test_libreoffice_and_the_working_give_the_scores_of_ten_thousand_formulas(
    soffice: Office, tmp_path: Path
) -> None:
    pick = random.Random(20150115)
    cases: list[Cohort] = []
    formulas: list[str] = []
    for rule in random_rules((*CLAUSES, *REQUIREMENTS), pick):
        case = cohort(
            rule,
            pick,
            points=pick.choice(POINTS),
            size=pick.choice((1, 2, 3, 5, 8, 12, 20)),
            grouped=pick.random() < 0.5,
        )
        cases.append(case)
        formulas += case.formulas(len(formulas) + 1)
        if len(formulas) >= 10_000:
            break
    rows = [row for case in cases for row in case.rows]
    found = iter(in_libreoffice(soffice, tmp_path, [(rows, formulas)])[0])
    wrong = [
        (case.rule.source, case.rule.readings, case.points, row, value, score, str(working))
        for case in cases
        for row, score, working in zip(case.rows, case.scores(), case.workings(), strict=True)
        if not same(value := next(found), score) or not says(working, score)
    ]
    assert wrong[:5] == []


def says(working: Working, score: float | None) -> bool:
    """Whether the last line of a working ends in the score, and its arithmetic comes to it."""
    if score is None or working.score is None:
        return score is None and working.score is None
    line = re.fullmatch(r"得分=(.+?)(?:[=≈]([^=≈]+))?,四舍五入为 (.+)", working.lines[-1])
    assert line is not None, working.lines[-1]
    text = line[1].replace("−", "-").replace("×", "*").replace("÷", "/")
    for word, function in _FUNCTIONS.items():
        text = text.replace(word, function)
    assert re.fullmatch(r"[-+*/().,0-9a-z]+", text), text
    # exact fractions, as on paper: 11.7÷0.1 is 117
    text = re.sub(r"[0-9]+(?:\.[0-9]+)?", r"Fraction('\g<0>')", text)
    exact = eval(text, {"min": min, "max": max, "floor": math.floor, "Fraction": Fraction})
    # figures of more than four decimals are cut in the line
    return same(float(line[3]), score) and abs(exact - score) <= 0.0051


_FUNCTIONS = {"取小": "min", "取大": "max", "取整": "floor"}


# -- what is no figure: blank, text, errors; the engine above counts “7” as a number -----------


def ladder(ties: str, *, grouped: bool) -> str:
    """The score of the second row, with groups in A and figures in B."""
    rule = parse("数量最多的得10分,排名每下降1位减0.5分", readings={"G3": ties})
    group, groups = ("A2", "A$1:A$5") if grouped else (None, None)
    refs = References(lambda i: "B2", lambda i: "B$1:B$5", group=group, groups=groups)
    return to_excel(rule, refs, points=Decimal(10), size=Decimal(10))


def band(*, grouped: bool) -> str:
    """The score of the second row, with groups in A and figures in B."""
    group, groups = ("A2", "A$1:A$5") if grouped else (None, None)
    refs = References(lambda i: "B2", lambda i: "B$1:B$5", group=group, groups=groups)
    return to_excel(parse(BAND), refs, points=Decimal(20), size=Decimal(20))


def streets(second: Any, third: Any) -> list[list[Any]]:
    return [["甲", 12], ["甲", second], ["甲", third], ["甲", 3], ["乙", 99]]


def test_what_is_no_figure_is_never_counted(soffice: Office, tmp_path: Path) -> None:
    texts = ("7", "12", "99", "约7", "不涉及", "", None)
    cases: list[tuple[str, Block, object]] = []

    def case(name: str, rows: list[list[Any]], formula: str, wanted: object) -> None:
        cases.append((name, (rows, ["0", formula]), wanted))

    for text in texts:
        for grouped in (False, True):
            best = 12 if grouped else 99
            score = round(((7 - 3) / (best - 3) * 40 + 60) / 100 * 20, 2)
            case(f"band of {text}", streets(text, 7), band(grouped=grouped), None)
            case(f"band beside {text}", streets(7, text), band(grouped=grouped), score)
            for ties in ("竞争", "密集", "平均"):
                formula = ladder(ties, grouped=grouped)
                place = 9.5 if grouped else 9.0
                case(f"place of {text}", streets(text, 7), formula, None)
                case(f"place beside {text}", streets(7, text), formula, place)
    fault = CellError("#DIV/0!")
    for formula in (ladder("竞争", grouped=False), band(grouped=False)):
        case("an error among the peers shows", streets(7, fault), formula, "#DIV/0!")
    refs = References(value=lambda i: "AB"[i] + "2", peers=lambda i: "")
    yes = parse("制定方案得1分;按时报送得2分")
    formula = to_excel(yes, refs, points=Decimal(10), size=Decimal(10))
    for answer in (None, "", "对", "不是", "是否", 1, 0, True):
        case(f"answer {answer!r}", [["", ""], [answer, "是"]], formula, None)
    for answer, score in (("是", 3), ("否", 2)):
        case(f"answer {answer}", [["", ""], [answer, "是"]], formula, score)
    found = in_libreoffice(soffice, tmp_path, [block for _, block, _ in cases])
    for (name, (rows, formulas), wanted), values in zip(cases, found, strict=True):
        assert values[1] == wanted, (name, rows, formulas[1])


def test_the_whole_formula_is_as_short_as_the_rule() -> None:
    refs = References(value=lambda i: "B5", peers=lambda i: "B$5:B$8")
    formula = to_excel(parse(BAND), refs, points="D$3", size=Decimal(20))
    assert formula == (
        'IF(COUNT(B5)=0,"",ROUND(ROUND('
        "(IF(ROUND(MAX(B$5:B$8)-MIN(B$5:B$8),9)=0,1,"
        "ROUND(B5-MIN(B$5:B$8),9)/ROUND(MAX(B$5:B$8)-MIN(B$5:B$8),9))*40+60)/100*D$3,13),2))"
    )


# -- divisors ----------------------------------------------------------------------------


def of_arithmetic(expr: Expr, *cells: Cell) -> Any:
    """The value of a rule made of bare arithmetic: value in A1, target in B1."""
    rule = Rule("", (Formula(expr),), (RuleInput("本值"),), "")
    refs = References(value=lambda i: "A1", peers=lambda i: "A$1:A$1", target=lambda i: "B1")
    return calculated(to_excel(rule, refs, points=Decimal(9), size=Decimal(9)), [cells])


def test_a_divisor_of_zero_gives_a_blank() -> None:
    expr = Div(Value(0), Target(0))
    assert of_arithmetic(expr, 6, 3) == 2
    assert of_arithmetic(expr, 6, 0) is None
    assert of_arithmetic(expr, 6, None) is None


def test_a_divisor_within_a_divisor_gives_a_blank_and_no_error() -> None:
    expr = Div(ONE, Div(const(6), Target(0)))
    assert of_arithmetic(expr, 1, 3) == 0.5
    assert of_arithmetic(expr, 1, 0) is None


def test_a_branch_that_is_not_taken_needs_no_divisor() -> None:
    expr = Choose(Compare(">=", Value(0), const(5)), const(3), Div(Value(0), Target(0)))
    assert of_arithmetic(expr, 6, 0) == 3
    assert of_arithmetic(expr, 4, 2) == 2
    assert of_arithmetic(expr, 4, 0) is None

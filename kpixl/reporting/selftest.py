"""The self-test workbook: what each function and command must come to, held against the program.

Every expected figure is worked by hand from the words of its clause; none comes from the
program.  The digest of the table is what tells a report over this table from any other.
"""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from kpixl.address import a1
from kpixl.grid import Area, CellError, Scalar, Spot
from kpixl.host import Content, Formula, Page, Patch, PutSheet, SheetSpec, Style
from kpixl.layout.measure import row_height
from kpixl.scheme.find import shipped

SHEET, FIGURES, FORM = "自检", "自检数据", "自检表"
BOOK_FILE = "selftest.xlsx"
FOLDER = "selftest"  # the tables, beside the workbook
MARK = "kpixl_selftest"  # custom property: the digest of the table
FIRST = 7  # the row of the first case
ITEM, CALL, HOW, WANTED, GOT, PASSED = range(1, 7)
HEADS = ("项目", "公式/命令", "比较", "应得", "实得", "通过")

How = Literal["相等", "包含", "空白", "错误值"]
TOLERANCE = 0.0000001
# What ERROR.TYPE gives.
ERRORS = {"#DIV/0!": 2, "#VALUE!": 3, "#REF!": 4, "#NAME?": 5, "#NUM!": 6, "#N/A": 7}


@dataclass(frozen=True, slots=True)
class Case:
    """What a formula, or a command without “=”, must come to."""

    item: str
    call: str
    how: How
    wanted: float | str

    @property
    def is_command(self) -> bool:
        """Whether the button runs it and writes down what came of it."""
        return not self.call.startswith("=")

    @property
    def command(self) -> str:
        """The command, and where the user stands when it is given: “explain D4”."""
        return self.call.partition(" ")[0]

    @property
    def cell(self) -> str:
        """The cell of the form in which the user stands; empty where that does not matter."""
        return self.call.partition(" ")[2]

    def holds(self, got: Scalar) -> bool:
        """Whether a value is what it must be, as the formula in the workbook says it."""
        if self.how == "空白":
            return got is None or got == ""
        if self.how == "错误值":
            return isinstance(got, CellError) and got.code == self.wanted
        if isinstance(self.wanted, str):
            if not isinstance(got, str):
                return False
            return self.wanted in got if self.how == "包含" else got == self.wanted
        if isinstance(got, bool) or not isinstance(got, (int, float)):
            return False
        return abs(got - self.wanted) <= TOLERANCE

    def judged(self, cell: str, wanted: str) -> str:
        """The formula that says whether `cell` holds what it must."""
        if self.how == "空白":
            return f"=IF(ISERROR({cell}),FALSE,LEN({cell})=0)"
        if self.how == "错误值":
            number = ERRORS[str(self.wanted)]
            return f"=IF(ISERROR({cell}),ERROR.TYPE({cell})={number},FALSE)"
        if self.how == "包含":
            return f"=IF(ISTEXT({cell}),ISNUMBER(FIND({wanted},{cell})),FALSE)"
        if isinstance(self.wanted, str):
            return f"=IF(ISTEXT({cell}),EXACT({cell},{wanted}),FALSE)"
        return f"=IF(ISNUMBER({cell}),ABS({cell}-{wanted})<={TOLERANCE:.7f},FALSE)"


def _table(name: str) -> list[list[str]]:
    with (shipped() / FOLDER / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


@cache
def cases() -> tuple[Case, ...]:
    """What is tried, in the order of the workbook.

    >>> cases()[0].wanted
    10.0
    """
    return tuple(
        Case(item, call, cast(How, how), _scalar(wanted) if how == "相等" else wanted)
        for item, call, how, wanted in _table("cases.csv")[1:]
    )


def figures(name: str = "figures.csv") -> dict[Spot, float | str]:
    """What the formulas, or commands, look at, by cell; blanks are blank on purpose."""
    return {
        (row, column): _scalar(cell)
        for row, cells in enumerate(_table(name), 1)
        for column, cell in enumerate(cells, 1)
        if cell
    }


def _scalar(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


_LINES = (
    "1. 装好加载项,在 Excel 中打开本工作簿;如有提示,请点“启用编辑”和“启用内容”。",
    "2. 按“KPI考核”里的“自检”:全部重算,试几个命令,写上运行环境,把报告存在本工作簿旁边。",
    "3. 把“自检报告 ….json”发给维护人员;有 FALSE、空白或 #NAME? 的,请再运行 kpixl doctor。",
)
_TITLE = Style(bold=True, size=16)
_HEAD = Style(bold=True, fill="D9E1F2", border=True, align="center")
_CELL = Style(border=True, wrap=True, align="left")
_CENTRE = Style(border=True, align="center")
_WIDTHS = {ITEM: 26, CALL: 52, HOW: 8, WANTED: 32, GOT: 46, PASSED: 8}


def cases_digest() -> str:
    """What names this table: changes with any case, figure or expectation.

    >>> len(cases_digest())
    64
    """
    text = json.dumps(
        [_table(f"{name}.csv") for name in ("cases", "figures", "form")], ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


def selftest_book() -> Patch:
    """The workbook: the cases with live formulas, and the figures that they look at."""
    return Patch(
        (PutSheet(_main_sheet()), PutSheet(_data_sheet()), PutSheet(_form_sheet())),
        title="kpixl 自检",
        marks={MARK: cases_digest()},
    )


def _main_sheet() -> SheetSpec:
    cells: dict[Spot, Content] = {(1, 1): "kpixl 自检"}
    styles: dict[Spot, Style] = {(1, 1): _TITLE}
    heights: dict[int, float] = {1: 30, FIRST - 1: row_height([])}
    for row, line in enumerate(_LINES, 2):
        cells[row, 1], heights[row] = line, row_height([])
    for column, head in enumerate(HEADS, 1):
        cells[FIRST - 1, column], styles[FIRST - 1, column] = head, _HEAD
    for row, case in enumerate(cases(), FIRST):
        got = a1(row, GOT)
        cells[row, ITEM], cells[row, CALL] = case.item, case.call
        cells[row, HOW], cells[row, WANTED] = case.how, case.wanted
        if not case.is_command:
            cells[row, GOT] = Formula(case.call)
            cells[row, PASSED] = Formula(case.judged(got, a1(row, WANTED)), False)
        for column in range(1, len(HEADS) + 1):
            styles[row, column] = _CENTRE if column in (HOW, PASSED) else _CELL
        texts = [(case.item, _WIDTHS[ITEM]), (case.call, _WIDTHS[CALL])]
        texts.append((str(case.wanted), _WIDTHS[WANTED]))
        # What stands in the cell is longer than the part that is looked for.
        least = 4 * row_height([]) if case.how == "包含" else 0
        heights[row] = row_height(texts, least=least)
    last = FIRST + len(cases()) - 1
    total = last + 1
    heights[total] = row_height([])
    passed = Area(FIRST, PASSED, last, PASSED).a1
    cells[total, ITEM], cells[total, WANTED] = "合计:通过的项数", len(cases())
    cells[total, GOT] = Formula(f"=COUNTIF({passed},TRUE)", 0)
    cells[total, PASSED] = Formula(f"={a1(total, GOT)}={a1(total, WANTED)}", False)
    for column in range(1, len(HEADS) + 1):
        styles[total, column] = _HEAD
    return SheetSpec(
        SHEET,
        cells,
        styles,
        widths=_WIDTHS,
        heights=heights,
        merged=tuple(Area(r, 1, r, len(HEADS)) for r in range(1, len(_LINES) + 2)),
        freeze=(FIRST, 1),
        page=Page(landscape=True, repeat_rows=(FIRST - 1, FIRST - 1)),
    )


def _data_sheet() -> SheetSpec:
    cells: dict[Spot, Content] = {
        spot: Formula(value) if isinstance(value, str) and value.startswith("=") else value
        for spot, value in figures().items()
    }
    return SheetSpec(FIGURES, cells, widths={1: 10, 2: 14, **dict.fromkeys(range(3, 10), 12)})


def _form_sheet() -> SheetSpec:
    """A form that states its rules, with one fault, for the commands."""
    cells: dict[Spot, Content] = dict(figures("form.csv"))
    return SheetSpec(FORM, cells, widths={1: 14, 2: 8, 3: 44})

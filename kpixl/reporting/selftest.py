"""The self-test workbook: what each function and command must come to, held against the program.

Every expected figure is worked by hand from the words of its clause; none comes from the
program.  The digest of the table is what tells a report over this table from any other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from kpixl.address import a1
from kpixl.grid import Area, Scalar, Spot
from kpixl.host import Content, Formula, Page, Patch, PutSheet, SheetSpec, Style

SHEET, FIGURES, FORM = "自检", "自检数据", "自检表"
BOOK_FILE = "selftest.xlsx"
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
    wanted: float | str
    how: How = "相等"

    @property
    def is_command(self) -> bool:
        """Whether the button runs it and writes down what came of it."""
        return not self.call.startswith("=")

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


# The figures that the formulas look at, by cell; blanks are blank on purpose.
DATA: Mapping[str, Scalar | Formula] = {
    "A1": "条款",
    "B1": "亿元以上企业数量最多的得10分,排名每下降1位减0.5分",
    "B2": "制定年度实施方案得1分;按时报送月报得1分;报送信息,每采用一条得0.1分",
    "B3": "积极化解企业风险,成效显著的,最高加5分",
    "B4": "完成率达到90%得10分,80%—90%得8分,80%以下不得分",
    "B5": "制定方案得05分",
    "B7": "每采用1条得0.1分",
    "B8": "完成目标的得10分,每少1家扣1分",
    "B9": "前1名为优秀;9分以上为达标",
    "A10": "单位",
    "B10": "分组",
    "C10": "家数",
    "D10": "方案",
    "E10": "月报",
    "F10": "信息",
    "G10": "总分",
    "H10": "其他",
    "A11": "甲镇",
    "A12": "乙镇",
    "A13": "丙镇",
    "A14": "丁镇",
    "A15": "戊镇",
    "B11": "一类",
    "B12": "一类",
    "B13": "一类",
    "B14": "一类",
    "B15": "二类",
    "C11": 12,
    "C12": 7,
    "C13": 7,
    "C14": 3,
    "C15": 7,
    "D11": "是",
    "E11": "否",
    "F11": 37,
    "D12": "是",
    "E12": "是",
    "F12": 400,
    "G11": 78.6,
    "G12": 99.1,
    "G14": 78.6,
    "G15": 60,
    "H11": "2000万",
    "H12": "１２.5%",
    "H13": "约",
    "H14": -1,
    "H15": Formula("=1/0"),
    "I10": "目标",
    "I11": 5,
}


def _at(formula: str) -> str:
    """A call with the sheet of the figures before each cell that it names as “~”."""
    return formula.replace("~", f"{FIGURES}!")


def _index(call: str, row: int, column: int = 1) -> str:
    return f"=INDEX({call},{row},{column})"


_PLACES = "KPISCORE(~B1,10,~C11:C14)"
_GRADED = "KPIGRADE(~G11:G14,KPIRANK(~G11:G14),~B9)"

CASES: tuple[Case, ...] = tuple(
    Case(case.item, _at(case.call), case.wanted, case.how)
    for case in (
        Case("KPISCORE 一格,第1名", "=KPISCORE(~B1,10,~C11,,~C11:C14)", 10),
        Case("KPISCORE 一格,并列第2名", "=KPISCORE(~B1,10,~C12,,~C11:C14)", 9.5),
        Case("KPISCORE 一列,第1行", _index(_PLACES, 1), 10),
        Case("KPISCORE 一列,第2行", _index(_PLACES, 2), 9.5),
        Case("KPISCORE 一列,第3行", _index(_PLACES, 3), 9.5),
        Case("KPISCORE 一列,第4行", _index(_PLACES, 4), 8.5),
        Case("KPISCORE 一列的合计", f"=SUM({_PLACES})", 37.5),
        Case(
            "KPISCORE 读法:密集",
            _index('KPISCORE(~B1,10,~C11:C14,,,,,"G3=密集")', 4),
            9,
        ),
        Case("KPISCORE 分组", _index("KPISCORE(~B1,10,~C11:C15,,,,~B11:B15)", 5), 10),
        Case("KPISCORE 三格:是、否、数", "=KPISCORE(~B2,10,~D11:F11)", 4.7),
        Case("KPISCORE 三格,到分值为止", "=KPISCORE(~B2,10,~D12:F12)", 10),
        Case("KPISCORE 数字", "=KPISCORE(~B7,10,7)", 0.7),
        Case("KPISCORE 数字0不是空白", "=KPISCORE(~B7,10,0)", 0),
        Case("KPISCORE 分段,在界上", "=KPISCORE(~B4,10,90)", 10),
        Case("KPISCORE 分段,界内", "=KPISCORE(~B4,10,85)", 8),
        Case("KPISCORE 分段,界下", "=KPISCORE(~B4,10,79.9)", 0),
        Case("KPISCORE 有目标", "=KPISCORE(~B8,10,~C14,~I11)", 8),
        Case("KPISCORE 缺目标,留空", "=KPISCORE(~B8,10,~C14)", "空白", "空白"),
        Case("KPISCORE 中文写在公式里", '=KPISCORE("制定方案得1分",10,"是")', 1),
        Case("KPISCORE 空白格", "=KPISCORE(~B7,10,~C16)", "空白", "空白"),
        Case("KPISCORE 空白条款", "=KPISCORE(~B6,10,~C11)", "空白", "空白"),
        Case("KPISCORE 错误值的格", "=KPISCORE(~B7,10,~H15)", "#DIV/0!", "错误值"),
        Case("KPISCORE 文字不是数", "=KPISCORE(~B7,10,~H13)", "#VALUE!", "错误值"),
        Case("KPISCORE 负数", "=KPISCORE(~B3,10,~H14)", "#NUM!", "错误值"),
        Case("KPISCORE 缺同组数据", "=KPISCORE(~B1,10,~C12)", "#N/A", "错误值"),
        Case("KPISCORE 读不懂的条款", "=KPISCORE(~B5,10,~C11)", "#VALUE!", "错误值"),
        Case(
            "KPIEXPLAIN 一格",
            "=KPIEXPLAIN(~B1,10,~C12,,~C11:C14)",
            "得分=10−0.5×(2−1)=9.5",
            "包含",
        ),
        Case(
            "KPIEXPLAIN 一列",
            _index("KPIEXPLAIN(~B1,10,~C11:C14)", 4),
            "得分=10−0.5×(4−1)=8.5",
            "包含",
        ),
        Case("KPIEXPLAIN 缺同组数据", "=KPIEXPLAIN(~B1,10,~C12)", "peers", "包含"),
        Case("KPIEXPLAIN 空白条款", "=KPIEXPLAIN(~B6,10,~C11)", "空白", "空白"),
        Case("KPIEXPLAIN 错误值的条款", "=KPIEXPLAIN(~H15,10,~C11)", "#DIV/0!", "错误值"),
        Case("KPIRULE 规范的句子", "=KPIRULE(~B1)", str(DATA["B1"])),
        Case(
            "KPIRULE 改写",
            '=KPIRULE("数量最多的街道得满分,名次每降2位扣1分")',
            "数量最多的得满分,排名每下降2位减1分",
        ),
        Case("KPIRULE 与分值不一致", "=KPIRULE(~B3,10)", "最高得5分,少于分值10分", "包含"),
        Case("KPIRULE 读不懂的条款", "=KPIRULE(~B5)", "第6字“05分”", "包含"),
        Case("KPIRULE 空白", "=KPIRULE(~B6)", "空白", "空白"),
        Case("KPIRULE 错误值", "=KPIRULE(~H15)", "#DIV/0!", "错误值"),
        Case("KPIINPUTS 第1行名称", _index("KPIINPUTS(~B2)", 1, 1), "制定年度实施方案"),
        Case("KPIINPUTS 第3行类型", _index("KPIINPUTS(~B2)", 3, 2), "个数"),
        Case("KPIINPUTS 第3行单位", _index("KPIINPUTS(~B2)", 3, 3), "条"),
        Case("KPIINPUTS 目标", _index('KPIINPUTS("增速达到10%得5分")', 1, 4), 10),
        Case("KPIINPUTS 空白", "=KPIINPUTS(~B6)", "空白", "空白"),
        Case("KPIINPUTS 读不懂的条款", "=KPIINPUTS(~B5)", "#VALUE!", "错误值"),
        Case("KPIASSUME 代码", _index("KPIASSUME(~B1)", 1, 1), "G3"),
        Case("KPIASSUME 采用的读法", _index("KPIASSUME(~B1)", 1, 3), "竞争"),
        Case("KPIASSUME 换了读法", _index('KPIASSUME(~B1,"G3=密集")', 1, 3), "密集"),
        Case(
            "KPIASSUME 没有约定",
            _index('KPIASSUME("制定方案得1分")', 1, 2),
            "没有约定",
            "包含",
        ),
        Case("KPIASSUME 空白", "=KPIASSUME(~B6)", "空白", "空白"),
        Case("KPIASSUME 错误值", "=KPIASSUME(~H15)", "#DIV/0!", "错误值"),
        Case("KPIFORMULA 一格", "=KPIFORMULA(~B1,10,~C12,,~C11:C14)", "$C$11:$C$14", "包含"),
        Case("KPIFORMULA 一列", _index("KPIFORMULA(~B1,10,~C11:C14)", 2), "C12", "包含"),
        Case("KPIFORMULA 空白条款", "=KPIFORMULA(~B6,10,~C12)", "空白", "空白"),
        Case("KPIFORMULA 缺同组数据", "=KPIFORMULA(~B1,10,~C12)", "#N/A", "错误值"),
        Case("KPIFORMULA 读不懂的条款", "=KPIFORMULA(~B5,10,~C12)", "#VALUE!", "错误值"),
        Case("KPIRANK 一列,第1行", _index("KPIRANK(~G11:G14)", 1), 2),
        Case("KPIRANK 一列,第2行", _index("KPIRANK(~G11:G14)", 2), 1),
        Case("KPIRANK 一列,空白没有名次", _index("KPIRANK(~G11:G14)", 3), "空白", "空白"),
        Case("KPIRANK 并列取平均", _index('KPIRANK(~G11:G14,,"平均")', 4), 2.5),
        Case("KPIRANK 分组", _index("KPIRANK(~G11:G15,~B11:B15)", 5), 1),
        Case("KPIRANK 不认识的排法", '=KPIRANK(~G11:G14,,"随意")', "#VALUE!", "错误值"),
        Case("KPIRANK 错误值", "=KPIRANK(~H15)", "#DIV/0!", "错误值"),
        Case("KPIGRADE 第1名", _index(_GRADED, 2), "优秀"),
        Case("KPIGRADE 按分", _index(_GRADED, 1), "达标"),
        Case("KPIGRADE 空白", _index(_GRADED, 3), "空白", "空白"),
        Case("KPIGRADE 一格", "=KPIGRADE(8.9,2,~B9)", "空白", "空白"),
        Case("KPIGRADE 错误值", "=KPIGRADE(~H15,1,~B9)", "#DIV/0!", "错误值"),
        Case("KPICHECK 通过", '=KPICHECK(~C11,"个数 家 0..100")', "通过"),
        Case("KPICHECK 超出范围", '=KPICHECK(~F12,"百分数 0..100")', "400", "包含"),
        Case("KPICHECK 文字", '=KPICHECK(~H11,"数值 亿元")', "0.2亿元", "包含"),
        Case("KPICHECK 一列", _index('KPICHECK(~C11:C14,"个数")', 4), "通过"),
        Case("KPICHECK 错误值的要求", "=KPICHECK(~C11,~H15)", "#DIV/0!", "错误值"),
        Case("KPICHECK 空白", '=KPICHECK(~C16,"个数")', "空白", "空白"),
        Case("KPINUMBER 万换算成亿元", '=KPINUMBER(~H11,"亿元")', 0.2),
        Case("KPINUMBER 全角数字", "=KPINUMBER(~H12)", 12.5),
        Case("KPINUMBER 一列", _index("KPINUMBER(~C11:C14)", 4), 3),
        Case("KPINUMBER 空白", "=KPINUMBER(~C16)", "空白", "空白"),
        Case("KPINUMBER 读不准", "=KPINUMBER(~H13)", "#VALUE!", "错误值"),
        Case("KPINUMBER 错误值", "=KPINUMBER(~H15)", "#DIV/0!", "错误值"),
    )
)

_LINES = (
    "1. 装好加载项,在 Excel 中打开本工作簿;如有提示,请点“启用编辑”和“启用内容”。",
    "2. 按 Ctrl+Alt+Shift+F9 全部重算;“通过”一栏应全部为 TRUE。",
    "3. 有 FALSE 或 #NAME? 的,请运行 kpixl doctor,并把本工作簿发给维护人员。",
)
_TITLE = Style(bold=True, size=16)
_HEAD = Style(bold=True, fill="D9E1F2", border=True, align="center")
_CELL = Style(border=True, wrap=True)
_CENTRE = Style(border=True, align="center")


def cases_digest() -> str:
    """What names this table: changes with any case, figure or expectation.

    >>> len(cases_digest())
    64
    """
    table = [[c.item, c.call, c.how, c.wanted] for c in CASES]
    data = {k: v.text if isinstance(v, Formula) else v for k, v in DATA.items()}
    text = json.dumps([table, data], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def selftest_book() -> Patch:
    """The workbook: the cases with live formulas, and the figures that they look at."""
    return Patch(
        (PutSheet(_main_sheet()), PutSheet(_data_sheet())),
        title="kpixl 自检",
        marks={MARK: cases_digest()},
    )


def _main_sheet() -> SheetSpec:
    cells: dict[Spot, Content] = {(1, 1): "kpixl 自检"}
    styles: dict[Spot, Style] = {(1, 1): _TITLE}
    for row, line in enumerate(_LINES, 2):
        cells[row, 1] = line
    for column, head in enumerate(HEADS, 1):
        cells[FIRST - 1, column], styles[FIRST - 1, column] = head, _HEAD
    for row, case in enumerate(CASES, FIRST):
        got = a1(row, GOT)
        cells[row, ITEM], cells[row, CALL] = case.item, case.call
        cells[row, HOW], cells[row, WANTED] = case.how, case.wanted
        if not case.is_command:
            cells[row, GOT] = Formula(case.call)
        cells[row, PASSED] = Formula(case.judged(got, a1(row, WANTED)), False)
        for column in range(1, len(HEADS) + 1):
            styles[row, column] = _CENTRE if column in (HOW, PASSED) else _CELL
    last = FIRST + len(CASES) - 1
    total = last + 1
    passed = Area(FIRST, PASSED, last, PASSED).a1
    cells[total, ITEM], cells[total, WANTED] = "合计:通过的项数", len(CASES)
    cells[total, GOT] = Formula(f"=COUNTIF({passed},TRUE)", 0)
    cells[total, PASSED] = Formula(f"={a1(total, GOT)}={a1(total, WANTED)}", False)
    for column in range(1, len(HEADS) + 1):
        styles[total, column] = _HEAD
    return SheetSpec(
        SHEET,
        cells,
        styles,
        widths={ITEM: 26, CALL: 52, HOW: 8, WANTED: 30, GOT: 34, PASSED: 8},
        merged=tuple(Area(r, 1, r, len(HEADS)) for r in range(1, len(_LINES) + 2)),
        freeze=(FIRST, 1),
        page=Page(landscape=True, repeat_rows=(FIRST - 1, FIRST - 1)),
    )


def _data_sheet() -> SheetSpec:
    from kpixl.address import parse_a1

    cells: dict[Spot, Content] = {parse_a1(name): value for name, value in DATA.items()}
    return SheetSpec(FIGURES, cells, widths={1: 10, 2: 14, **dict.fromkeys(range(3, 10), 12)})

"""公式核对 of a ledger: tasks, lights, scores and places once more as native formulas.

The spreadsheet program itself calculates them from target, figure and weight; kpixl is not
needed to check or to repeat it.  Functions of Excel 2010 only; conditions inside SUMPRODUCT
are made numbers by a product, which every program reads alike.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kpixl.address import a1, column_name
from kpixl.grid import Scalar
from kpixl.host import Content, Formula, SheetSpec, Style
from kpixl.layout import style
from kpixl.layout.draft import Draft
from kpixl.ranking.ledger import LedgerRanking, LedgerStanding
from kpixl.reporting.columns import subtitle
from kpixl.reporting.ledger_words import light_word, lit
from kpixl.reporting.run import Figures, RunInfo, page, run_id
from kpixl.reporting.sheets import NATIVE, QUICK
from kpixl.scoring.ledger import MONTHS, TaskState

SAME, DIFFERENT, MET = "一致", "不一致", "达到"
_TASKS: tuple[tuple[str, float], ...] = (
    ("任务", 25),
    ("年度\n目标", 10),
    ("不超过\n(1=是)", 8),
    ("全额\n(1=是)", 8),
    ("完成数", 10),
    ("完成率\n(未取整)", 11),
    ("完成率\n(%)", 10),
    ("序时\n要求", 10),
    ("进度比", 10),
    ("亮灯", 8),
    ("所列\n完成率", 10),
    ("所列\n亮灯", 8),
    ("核对", 8),
)
_UNITS = (
    "单位", "分组", "参加\n排名", "缺数", "有名次", "得分", "所列\n得分", "组内\n名次", "所列",
    "总名次", "所列", "", "核对",
)  # fmt: skip
_NAME, _TARGET, _LIMIT, _WHOLE, _FIGURE, _DONE, _PERCENT, _PACE, _RATIO, _LIGHT = range(1, 11)
_CHECK = 13
_FIRST_UNIT = len(_TASKS) + 1
_GROUP, _PLACED, _LACKING, _RANKED, _SCORE = 2, 3, 4, 5, 6
_DIGITS = 12  # a ratio is compared at so many decimals, which no figure of a ledger reaches


@dataclass(frozen=True, slots=True)
class _Marks:
    """The cells that hold for all tasks."""

    month: str
    green: str
    yellow: str


def ledger_native(ranking: LedgerRanking, figures: Figures, *, run: RunInfo) -> SheetSpec:
    """The sheet 公式核对 of a month."""
    table = ranking.table
    units = {s.unit: _FIRST_UNIT + n for n, s in enumerate(ranking.standings)}
    widths = {n: width for n, (_, width) in enumerate(_TASKS, 1)}
    draft = Draft(NATIVE, widths | dict.fromkeys(units.values(), 8.0))
    top = draft.heading(
        f"{table.scheme.title} 公式核对({table.scheme.year}年{table.month}月)",
        subtitle(table.scheme, f"运行编号:{run_id(figures, run.version)}"),
        warning=run.remark,
    )
    marks = _settings(draft, top, ranking)
    head = top + 1
    draft.put_row(head, [*(h for h, _ in _TASKS), *units], style.HEADER)
    draft.fit(head, least=34)
    first = head + 1
    weights = {(s.unit, t.task.input): w for s in ranking.standings for t, w in s.tasks}
    for row, state in enumerate(table.states, first):
        _task(draft, row, state, marks)
        for unit, column in units.items():
            weight = weights.get((unit, state.task.input))
            draft.put(row, column, None if weight is None else float(weight), style.CENTER)
        draft.heights[row] = 20
    last = max(first + len(table.states) - 1, first)
    below = last + 2
    draft.put_row(below, _UNITS, style.HEADER)
    draft.fit(below, least=34)
    for row, standing in enumerate(ranking.standings, below + 1):
        letters = column_name(units[standing.unit])
        block = (below + 1, below + len(ranking.standings))
        _unit(draft, row, ranking, standing, letters, (first, last), block)
        draft.heights[row] = 20
    draft.foot(
        below + len(ranking.standings) + 2,
        [
            "说明",
            "· 浅黄色的格可以改,改后完成率、亮灯、得分和名次随即重算;“所列”是写入时的结果。",
            "· 右边各列是各单位在每项任务上的权重;得分=Σ(完成率×权重)÷Σ权重×100,只计有数的任务。",
            f"· “核对”一列全部为“{SAME}”,说明公式与“{QUICK}”所列的相同。",
        ],
    )
    return draft.sheet(
        page=page(figures, run, rows=(head, head)),
        freeze=(first, 2),
        tab_color=style.TAB_CHECK,
    )


def _settings(draft: Draft, row: int, ranking: LedgerRanking) -> _Marks:
    """Month and marks, which may be changed."""
    ledger = ranking.table.ledger
    values = (
        ("月份", ranking.table.month), ("绿灯", float(ledger.green)), ("黄灯", float(ledger.yellow)),
    )  # fmt: skip
    cells: list[str] = []
    for n, (label, value) in enumerate(values):
        at = 1 + 2 * n
        draft.put(row, at, label, style.LABEL)
        draft.put(row, at + 1, value, style.typed_in(style.CENTER))
        cells.append(a1(row, at + 1, absolute=True))
    draft.heights[row] = 21
    return _Marks(*cells)


def _task(draft: Draft, row: int, state: TaskState, marks: _Marks) -> None:
    task = state.task
    target, limit, whole, figure, done, ratio = (
        a1(row, c) for c in (_TARGET, _LIMIT, _WHOLE, _FIGURE, _DONE, _RATIO)
    )
    pace = f"IF({whole}=1,1,{marks.month}/{MONTHS})"
    share = f"IF({limit}=1,IF({figure}<=0,1,{target}/{figure}),{figure}/{target})"
    if task.all_or_nothing:
        part = f"IF(ROUND({share},{_DIGITS})>=1,1,0)"
    else:
        part = f"MAX(MIN({share},1),0)"
    against = (
        f"IF({limit}=1,IF({figure}<=0,{_quoted(MET)},{target}/{figure}),{figure}/({target}*{pace}))"
    )
    light = (
        f'IF({figure}="",{_quoted(light_word(None))},IF({ratio}={_quoted(MET)},{_quoted("绿灯")},'
        f"IF(ROUND({ratio},{_DIGITS})>={marks.green},{_quoted('绿灯')},"
        f"IF(ROUND({ratio},{_DIGITS})>={marks.yellow},{_quoted('黄灯')},{_quoted('红灯')}))))"
    )
    percent, lit_cell = a1(row, _PERCENT), a1(row, _LIGHT)
    written, said = a1(row, 11), a1(row, 12)
    check = (
        f'IF(AND(IF({percent}="",{written}="",ROUND({percent}-{written},6)=0),{lit_cell}={said}),'
        f"{_quoted(SAME)},{_quoted(DIFFERENT)})"
    )
    there = state.completion is not None
    ratio_now: Scalar = "" if not there else MET
    if state.ratio is not None:
        ratio_now = float(state.ratio)
    number = replace(style.FIGURE, number_format="General")
    two = replace(style.FIGURE, number_format="0.00_ ")
    cells: tuple[tuple[Content, Style], ...] = (
        (task.input, style.TEXT),
        (float(task.target), style.typed_in(number)),
        (int(task.limit), style.CENTER),
        (int(task.limit or task.pace == "比率"), style.CENTER),
        (None if state.actual is None else float(state.actual), style.typed_in(number)),
        (
            _if_given(
                figure, part, float(state.completion) if state.completion is not None else ""
            ),
            replace(style.FIGURE, number_format="0.000000_ "),
        ),
        (_if_given(figure, f"ROUND({done}*100,2)", state.percent if there else ""), two),
        (Formula(f"=ROUND({target}*{pace},4)", state.expected_figure), number),
        (_if_given(figure, against, ratio_now), replace(number, number_format="0.0000_ ")),
        (Formula(f"={light}", light_word(state.light)), lit(style.CENTER, state.light)),
        (state.percent, two),
        (light_word(state.light), style.CENTER),
        (Formula(f"={check}", SAME), style.CENTER),
    )
    for column, (content, look) in enumerate(cells, 1):
        draft.put(row, column, content, look)


def _if_given(figure: str, formula: str, value: Scalar) -> Formula:
    """A formula that stays blank without a figure."""
    return Formula(f'=IF({figure}="","",{formula})', value)


def _quoted(text: str) -> str:
    return f'"{text}"'


def _unit(
    draft: Draft,
    row: int,
    ranking: LedgerRanking,
    standing: LedgerStanding,
    column: str,
    tasks: tuple[int, int],
    block: tuple[int, int],
) -> None:
    table = ranking.table
    first, last = tasks

    def down(letters: str) -> str:
        return f"${letters}${first}:${letters}${last}"

    def units(number: int) -> str:
        letters = column_name(number)
        return f"${letters}${block[0]}:${letters}${block[1]}"

    weight, figure, done = down(column), down(column_name(_FIGURE)), down(column_name(_DONE))
    weights = f'SUMPRODUCT(({weight}>0)*({figure}<>""),{weight})'
    decimals = table.scheme.decimals
    # ROUND twice: the mean of binary fractions may fall a hair short of an exact half
    mean = f"ROUND(ROUND(SUMPRODUCT({weight},{done})/{weights}*100,10),{decimals})"
    lacking = f'SUMPRODUCT(({weight}>0)*({figure}=""))'
    score, ranked = a1(row, _SCORE), a1(row, _RANKED)
    eligible = f'IF(AND({a1(row, _PLACED)}=1,{a1(row, _LACKING)}=0,{score}<>""),1,0)'
    group = f"({units(_GROUP)}={a1(row, _GROUP)})"
    inside = f"({units(_RANKED)}=1)*{group}"
    everybody = f"({units(_RANKED)}=1)"
    own = inside if table.scheme.scope == "分组" else everybody

    def place(mask: str) -> str:
        alike = f"COUNTIFS({units(_SCORE)},{units(_SCORE)},{units(_RANKED)},1"
        alike += f",{units(_GROUP)},{a1(row, _GROUP)})" if mask == inside else ")"
        formula = _place(table.scheme.ties, mask, units(_SCORE), score, alike)
        return f'IF({ranked}=1,{formula},"")'

    pairs = ((_SCORE, 7), (8, 9), (10, 11))
    check = ",".join(
        f'IF({a1(row, a)}="",{a1(row, b)}="",ROUND({a1(row, a)}-{a1(row, b)},6)=0)'
        for a, b in pairs
    )
    counted = bool(standing.tasks) and not standing.lacking
    placed = counted and standing.placed
    points = replace(style.FIGURE, number_format=style.decimal_format(decimals) + "_ ", bold=True)
    blank: Scalar = ""
    cells: tuple[tuple[Content, Style], ...] = (
        (standing.unit, style.STRONG),
        (standing.group or None, style.CENTER),
        (int(standing.placed), style.typed_in(style.CENTER)),
        (Formula(f"={lacking}", len(standing.lacking)), style.CENTER),
        (Formula(f"={eligible}", int(placed)), style.CENTER),
        (
            Formula(
                f'=IF({weights}=0,"",{mean})',
                blank if standing.score is None else standing.score,
            ),
            points,
        ),
        (standing.score, points),
        (
            Formula(f"={place(own)}", blank if standing.rank is None else standing.rank),
            style.CENTER,
        ),
        (standing.rank, style.CENTER),
        (
            Formula(
                f"={place(everybody)}", blank if standing.rank_all is None else standing.rank_all
            ),
            style.CENTER,
        ),
        (standing.rank_all, style.CENTER),
        (None, style.CENTER),
        (Formula(f"=IF(AND({check}),{_quoted(SAME)},{_quoted(DIFFERENT)})", SAME), style.CENTER),
    )
    for number, (content, look) in enumerate(cells, 1):
        draft.put(row, number, content, look)


def _place(ties: str, mask: str, scores: str, score: str, alike: str) -> str:
    """A place among the units of a mask, as the scheme treats ties.

    `alike` counts, for each unit, those of the mask with the same score.
    """
    better = f"{mask}*({scores}>{score})"
    if ties == "平均":
        return f"1+SUMPRODUCT({better})+(SUMPRODUCT({mask}*({scores}={score}))-1)/2"
    if ties == "密集":
        # each better score once: every unit that has it counts for a part
        return f"1+SUMPRODUCT({better}/({alike}+1-{mask}))"
    return f"1+SUMPRODUCT({better})"

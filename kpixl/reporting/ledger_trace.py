"""追溯 of a ledger: every task and every unit's score, down to the cell of the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from kpixl.grid import Area
from kpixl.host import Content, SheetSpec
from kpixl.layout import style
from kpixl.layout.draft import Draft
from kpixl.layout.measure import line_count
from kpixl.ranking.ledger import LedgerRanking, LedgerStanding
from kpixl.reporting.columns import subtitle
from kpixl.reporting.ledger_words import light_word, lit
from kpixl.reporting.run import Figures, RunInfo, page, run_id
from kpixl.reporting.sheets import TRACE
from kpixl.reporting.trace_sheet import datum
from kpixl.rounding import round_fraction
from kpixl.scoring.ledger import TaskState, figure_text, working

_COLUMNS: tuple[tuple[str, float], ...] = (
    ("任务或单位", 17),
    ("目标要求", 24),
    ("读作", 18),
    ("责任单位", 22),
    ("数据", 24),
    ("出处", 21),
    ("文件 SHA-256", 18),
    ("计算过程", 46),
    ("完成率\n或得分", 10),
    ("亮灯", 8),
)
_MOST_LINES = 26  # Excel's rows end at 409 points
_WORKING = 8


def ledger_trace(ranking: LedgerRanking, figures: Figures, *, run: RunInfo) -> SheetSpec:
    """The sheet 追溯: one row a task, then one a unit."""
    table = ranking.table
    draft = Draft(TRACE, {n: width for n, (_, width) in enumerate(_COLUMNS, 1)})
    top = draft.heading(
        f"{table.scheme.title} 追溯({table.scheme.year}年{table.month}月)",
        subtitle(table.scheme, f"运行编号:{run_id(figures, run.version)}", f"计算时间:{run.stamp}"),
        warning=run.remark,
    )
    draft.put_row(top, [heading for heading, _ in _COLUMNS], style.HEADER)
    draft.fit(top, least=32)
    row = top + 1
    for state in table.states:
        _task(draft, row, ranking, state)
        row += 1
    for standing in ranking.standings:
        row = _unit(draft, row, ranking, standing)
    return draft.sheet(
        page=page(figures, run, rows=(top, top)),
        freeze=(top + 1, 2),
        autofilter=Area(top, 1, max(row - 1, top + 1), len(_COLUMNS)),
        tab_color=style.TAB_RESULT,
    )


def _task(draft: Draft, row: int, ranking: LedgerRanking, state: TaskState) -> None:
    table, task, entry = ranking.table, state.task, state.entry
    sharing = f"\n配合:{'、'.join(task.sharing)}" if task.sharing else ""
    told = working(table, state)
    place = entry.place if entry is not None else None
    origin = "\n".join(filter(None, (place.file, f"“{place.sheet}”{place.cell}"))) if place else ""
    if place and not place.sheet:
        origin = "\n".join(filter(None, (place.file, place.cell)))
    contents: tuple[Content, ...] = (
        f"{task.item}\n{task.input}",
        task.clause or None,
        reading(state),
        f"牵头:{task.lead}{sharing}",
        datum(table.scheme, task.input, entry if entry and entry.raw is not None else None),
        origin or None,
        (entry.sha256 if entry else "") or None,
        "\n".join((*told.lines, *(f"注:{note}" for note in told.notes))),
    )
    for column, content in enumerate(contents, 1):
        draft.put(row, column, content, style.TOP)
    score = replace(style.FIGURE, number_format='0.00"%"_ ', bold=True)
    draft.put(row, 9, state.percent, style.warned(score) if state.percent is None else score)
    draft.put(row, 10, light_word(state.light), lit(style.CENTER, state.light))
    draft.fit(row, least=20)


def reading(state: TaskState) -> str:
    """A task's requirement as it is held: bound, figure, pace."""
    task = state.task
    bound = "不超过" if task.limit else "不少于"
    pace = "任何时点按全额" if task.limit or task.pace == "比率" else "按月序时,月份÷12"
    return f"{bound}{figure_text(task.target)}{task.unit};{pace}"


def _unit(draft: Draft, row: int, ranking: LedgerRanking, standing: LedgerStanding) -> int:
    """A unit's score with its terms, on as many rows as they need."""
    lines = list(_terms(ranking, standing))
    part = 0
    while part == 0 or lines:
        taken: list[str] = []
        room = _MOST_LINES
        while lines:
            room -= line_count(lines[0], draft.widths[_WORKING], style.TOP.size)
            if room < 0 and taken:
                break
            taken.append(lines.pop(0))
        for column in range(1, len(_COLUMNS) + 1):
            draft.put(row, column, None, style.TOP)
        more = "(续)" if part else ""
        draft.put(row, 1, f"{standing.unit}{more}", replace(style.TOP, bold=True))
        draft.put(row, 2, f"单位得分({standing.group})" if not part else None, style.TOP)
        draft.put(row, _WORKING, "\n".join(taken), style.TOP)
        look = style.scored(ranking.table.scheme.decimals, bold=True)
        if part == 0:
            warned = standing.score is None
            draft.put(row, 9, standing.score, style.warned(look) if warned else look)
        draft.fit(row, least=20)
        row, part = row + 1, part + 1
    return row


def _terms(ranking: LedgerRanking, standing: LedgerStanding) -> Iterator[str]:
    """How a unit's score came about, one task a line, then the mean."""
    total = weights = Fraction(0)
    for state, weight in standing.tasks:
        name = state.task.input
        if state.completion is None:
            yield f"{name}:没有报数,不计"
            continue
        role = "牵头" if state.task.lead == standing.unit else "配合"
        yield f"{name}:{_short(state.completion)}×{weight:f}({role})"
        total += state.completion * Fraction(weight)
        weights += Fraction(weight)
    if not weights:
        yield "没有可计的任务,没有得分"
        return
    score = round_fraction(total / weights * 100, ranking.table.scheme.decimals)
    yield (f"得分={_short(total)}÷{_short(weights)}×100={score:.{ranking.table.scheme.decimals}f}")


def _short(value: Fraction) -> str:
    """A part of a mean, to 6 decimals; the mean itself is taken of the exact parts."""
    return f"{round_fraction(value, 6):.15g}"

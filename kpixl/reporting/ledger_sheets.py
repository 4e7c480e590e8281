"""月度快报, 季度通报 and 任务台账: where the tasks of a ledger stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kpixl.grid import Area
from kpixl.host import Content, DataBar, SheetSpec, Style
from kpixl.layout import style
from kpixl.layout.draft import Draft
from kpixl.ranking.ledger import LedgerRanking, LedgerStanding
from kpixl.reporting.columns import subtitle
from kpixl.reporting.ledger_words import (
    behind,
    by_category,
    conventions,
    light_word,
    lit,
    load,
    mark,
    quarter_of,
    shortfall,
    summary,
)
from kpixl.reporting.run import Figures, RunInfo, page, run_id
from kpixl.reporting.sheets import BULLETIN, LEDGER, QUICK, TRACE
from kpixl.scoring.ledger import TaskState

_QUARTERS = ("", "一", "二", "三", "四")
_PERCENT = replace(style.FIGURE, number_format='0.00"%"_ ')
_FIGURE = replace(style.FIGURE, number_format="General")
# One grid for all tables of a report.
_GRID = {1: 8.0, 2: 19.0, 3: 21.0, 4: 14.0, 5: 10.0, 6: 10.0, 7: 10.0, 8: 10.5, 9: 10.5, 10: 28.0}


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, and how it looks."""

    content: Content
    style: Style


def quick_report(ranking: LedgerRanking, figures: Figures, *, run: RunInfo) -> SheetSpec:
    """月度快报: the month in numbers, every unit, and the tasks that are behind."""
    table = ranking.table
    draft = Draft(QUICK, _GRID)
    row = _title(draft, ranking, figures, run, f"月度快报({table.scheme.year}年{table.month}月)")
    row = _paragraph(draft, row, "一、总体进度", [summary(table.states).sentence()])
    row = _section(draft, row, "二、单位得分和亮灯")
    head = row
    row = _unit_table(draft, row, ranking, ranking.standings, with_group=True)
    row = _section(draft, row + 1, "三、没有达到序时进度的任务")
    late = behind(table)
    row = _task_table(draft, row, late) if late else _sentence(draft, row, "全部任务达到序时进度。")
    draft.foot(row + 1, ["说明", *(f"· {line}" for line in conventions(ranking)), _where()])
    return draft.sheet(
        page=page(figures, run, rows=(1, 1)),
        freeze=None,
        conditional=[_bar(draft, head, len(ranking.standings))],
        tab_color=style.TAB_RESULT,
    )


def bulletin(
    ranking: LedgerRanking,
    figures: Figures,
    *,
    run: RunInfo,
    before: LedgerRanking | None = None,
) -> SheetSpec:
    """季度通报 of the quarter that ends with the ranking's month.

    `before` is the state at the end of the quarter before, where it is known.
    """
    table = ranking.table
    quarter = quarter_of(table.month)
    draft = Draft(BULLETIN, _GRID)
    row = _title(
        draft,
        ranking,
        figures,
        run,
        f"季度通报({table.scheme.year}年第{_QUARTERS[quarter]}季度)",
    )
    lines = [f"截至{table.month}月底,{summary(table.states).sentence()}"]
    if before is not None:
        then = summary(before.table.states)
        lights = "、".join(f"{light_word(n)} {c} 项" for n, c in then.lights.items())
        lines.append(f"上季度末({before.table.month}月):{lights}。")
    row = _paragraph(draft, row, "一、总体进度", lines)
    row = _section(draft, row, "二、各组排名")
    for group in ranking.groups:
        draft.line(row, group or "全部单位", replace(style.STRONG, border=False, indent=0))
        row = _unit_table(draft, row + 1, ranking, ranking.of_group(group), before=before) + 1
    row = _section(draft, row, "三、各板块进度")
    row = _category_table(draft, row, ranking) + 1
    row = _section(draft, row, "四、红灯任务")
    red = [s for s in behind(table) if s.light == "red"]
    row = _task_table(draft, row, red) if red else _sentence(draft, row, "没有红灯任务。")
    blank = [s for s in table.states if s.light is None]
    if blank:
        names = ";".join(f"{s.task.input}({s.task.lead})" for s in blank)
        row = _paragraph(draft, row + 1, "五、没有报数的任务", [f"{names}。请牵头单位补报。"])
    draft.foot(row + 1, ["说明", *(f"· {line}" for line in conventions(ranking)), _where()])
    return draft.sheet(
        page=page(figures, run, rows=(1, 1)),
        freeze=None,
        tab_color=style.TAB_RESULT,
    )


_LEDGER_COLUMNS: tuple[tuple[str, float], ...] = (
    ("序号", 8),
    ("任务", 17),
    ("数据项", 23),
    ("计量\n单位", 8),
    ("年度\n目标", 9),
    ("进度", 6),
    ("牵头单位", 13),
    ("配合单位", 20),
    ("完成数", 10),
    ("完成率", 10),
    ("序时要求", 10.5),
    ("进度比", 10),
    ("亮灯", 8),
    ("距序时要求", 24),
)


def ledger_sheet(ranking: LedgerRanking, figures: Figures, *, run: RunInfo) -> SheetSpec:
    """任务台账: every task with its figure, completion, pace and light."""
    table = ranking.table
    draft = Draft(LEDGER, {n: width for n, (_, width) in enumerate(_LEDGER_COLUMNS, 1)})
    head = _title(draft, ranking, figures, run, f"任务台账({table.scheme.year}年{table.month}月)")
    draft.put_row(head, [heading for heading, _ in _LEDGER_COLUMNS], style.HEADER)
    draft.fit(head, least=34)
    row = head + 1
    for category, states in by_category(table):
        for state in states:
            _put(draft, row, _ledger_line(ranking, state, category))
            row += 1
    last = max(row - 1, head + 1)
    draft.foot(row + 1, ["说明", *(f"· {line}" for line in conventions(ranking)), _where()])
    return draft.sheet(
        page=page(figures, run, rows=(head, head)),
        freeze=(head + 1, 4),
        autofilter=Area(head, 1, last, len(_LEDGER_COLUMNS)),
        tab_color=style.TAB_RESULT,
    )


def _ledger_line(ranking: LedgerRanking, state: TaskState, category: str) -> list[Cell]:
    task = state.task
    indicator = ranking.table.scheme.indicator_by_key.get(task.item)
    small = replace(style.TEXT, size=style.SMALL_SIZE)
    met = state.actual is not None and state.ratio is None
    return [
        Cell(indicator.number if indicator else None, style.CENTER),
        Cell(indicator.name if indicator else task.item, replace(style.TEXT, bold=True)),
        Cell(task.input, style.TEXT),
        Cell(task.unit, style.CENTER),
        Cell(float(task.target), _FIGURE),
        Cell(task.pace, style.CENTER),
        Cell(task.lead, style.CENTER),
        Cell("、".join(task.sharing) or None, small),
        Cell(None if state.actual is None else float(state.actual), _FIGURE),
        Cell(state.percent, _PERCENT),
        Cell(state.expected_figure, _FIGURE),
        Cell("达到限额" if met else state.pace_percent, style.CENTER if met else _PERCENT),
        Cell(light_word(state.light), lit(style.CENTER, state.light)),
        Cell(shortfall(state) or None, small),
    ]


# -- parts of a report -----------------------------------------------------------------


def _title(draft: Draft, ranking: LedgerRanking, figures: Figures, run: RunInfo, what: str) -> int:
    scheme = ranking.table.scheme
    number = f"运行编号:{run_id(figures, run.version)}"
    return draft.heading(
        f"{scheme.title} {what}",
        subtitle(scheme, number, f"计算时间:{run.stamp}"),
        warning=run.remark,
    )


def _where() -> str:
    return f"· 每个数的出处(文件、表、单元格)和计算过程见“{TRACE}”表。"


def _section(draft: Draft, row: int, text: str) -> int:
    draft.line(row, text, style.SECTION)
    draft.heights[row] = 26
    return row + 1


def _paragraph(draft: Draft, row: int, heading: str, lines: Sequence[str]) -> int:
    row = _section(draft, row, heading)
    for line in lines:
        row = _sentence(draft, row, line)
    return row


def _sentence(draft: Draft, row: int, text: str) -> int:
    look = Style(size=style.BODY_SIZE, color=style.INK, wrap=True, align="left", valign="top")
    draft.line(row, text, look)
    return row + 1


def _put(draft: Draft, row: int, cells: Sequence[Cell]) -> None:
    for column, cell in enumerate(cells, 1):
        draft.put(row, column, cell.content, cell.style)
    draft.fit(row, least=21)


def _unit_table(
    draft: Draft,
    row: int,
    ranking: LedgerRanking,
    standings: Sequence[LedgerStanding],
    *,
    with_group: bool = False,
    before: LedgerRanking | None = None,
) -> int:
    """Units with score, place and lights; gives the next free row."""
    scheme = ranking.table.scheme
    third = "分组" if with_group else "上季度得分(名次)"
    heads = (
        "组内\n名次" if scheme.scope == "分组" else "名次",
        *("单位", third, "得分", "牵头 /\n配合", "绿灯", "黄灯", "红灯", "未报数", "标记"),
    )
    draft.put_row(row, heads, style.HEADER)
    draft.fit(row, least=32)
    for line in standings:
        row += 1
        blank = len(line.lacking)
        then = before.of_unit(line.unit) if before is not None else None
        note = mark(line)
        score = style.scored(scheme.decimals, bold=True)
        cells = [
            Cell(line.rank, replace(style.CENTER, bold=True)),
            Cell(line.unit, style.STRONG),
            Cell(line.group if with_group else _then(then, scheme.decimals), style.CENTER),
            Cell(line.score, style.warned(score) if line.score is None else score),
            Cell(load(line), style.CENTER),
            *(
                Cell(count or None, lit(style.CENTER, light if count else None))
                for light, count in line.lights.items()
            ),
            Cell(blank or None, style.warned(style.CENTER) if blank else style.CENTER),
            Cell(note or None, style.warned(style.TEXT) if line.lacking else style.TEXT),
        ]
        _put(draft, row, cells)
    return row + 1


def _then(standing: LedgerStanding | None, decimals: int) -> str:
    if standing is None or standing.score is None:
        return "–"
    place = f"({standing.rank:g})" if standing.rank is not None else ""
    return f"{standing.score:.{decimals}f}{place}"


def _bar(draft: Draft, head: int, units: int) -> DataBar:
    return DataBar(Area(head + 1, 4, head + max(units, 1), 4), 0, 100, style.BAR)


def _task_table(draft: Draft, row: int, states: Sequence[TaskState]) -> int:
    """Tasks with their figures; gives the next free row."""
    heads = (
        "亮灯", "任务", "数据项(计量单位)", "牵头单位", "年度\n目标", "完成数", "序时要求",
        "完成率", "进度比", "差距和配合单位",
    )  # fmt: skip
    draft.put_row(row, heads, style.HEADER)
    draft.fit(row, least=32)
    for state in states:
        row += 1
        task = state.task
        sharing = f"配合:{'、'.join(task.sharing)}" if task.sharing else ""
        remark = ";".join(filter(None, (shortfall(state), sharing)))
        cells = [
            Cell(light_word(state.light), lit(style.CENTER, state.light)),
            Cell(task.item, replace(style.TEXT, bold=True)),
            Cell(f"{task.input}({task.unit})", style.TEXT),
            Cell(task.lead, style.CENTER),
            Cell(float(task.target), _FIGURE),
            Cell(None if state.actual is None else float(state.actual), _FIGURE),
            Cell(state.expected_figure, _FIGURE),
            Cell(state.percent, _PERCENT),
            Cell(state.pace_percent, _PERCENT),
            Cell(remark or None, replace(style.TEXT, size=style.SMALL_SIZE)),
        ]
        _put(draft, row, cells)
    return row + 1


def _category_table(draft: Draft, row: int, ranking: LedgerRanking) -> int:
    """The tasks by category; gives the next free row."""
    heads = ("任务数", "板块", "", "平均\n完成率", "已完成", "绿灯", "黄灯", "红灯", "未报数", "")
    draft.put_row(row, [h or None for h in heads], style.HEADER)
    draft.span(Area(row, 2, row, 3), "板块", style.HEADER)
    draft.span(Area(row, 9, row, 10), "未报数", style.HEADER)
    draft.fit(row, least=32)
    for category, states in by_category(ranking.table):
        row += 1
        count = summary(states)
        cells = [
            Cell(count.tasks, style.CENTER),
            Cell(category or "其他", style.TEXT),
            Cell(None, style.TEXT),
            Cell(count.mean, _PERCENT),
            Cell(count.done or None, style.CENTER),
            *(
                Cell(n or None, lit(style.CENTER, light if n else None))
                for light, n in count.lights.items()
            ),
            Cell(count.blank or None, style.CENTER),
            Cell(None, style.CENTER),
        ]
        _put(draft, row, cells)
        draft.span(Area(row, 2, row, 3), category or "其他", style.TEXT)
        draft.span(Area(row, 9, row, 10), count.blank or None, style.CENTER)
    return row + 1

"""各项得分: every item of every unit, for an assessment in which each unit has its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kpixl.grid import Area
from kpixl.host import DataBar, Formula, SheetSpec
from kpixl.layout import style
from kpixl.layout.draft import Draft
from kpixl.ranking.model import Ranking, Standing
from kpixl.reporting.columns import own_indicators, subtitle
from kpixl.reporting.run import RunInfo, page, run_id
from kpixl.reporting.sheets import ITEMS, TRACE
from kpixl.scheme.model import Scheme

_HEADINGS = ("名次", "单位", "考核单位", "序号", "指标", "分值", "得分", "得分率", "说明")
_WIDTHS = (7.0, 20.0, 12.0, 6.0, 30.0, 8.0, 10.0, 10.0, 48.0)


def items_sheet(ranking: Ranking, *, run: RunInfo) -> SheetSpec:
    """The sheet 各项得分: units in the order of 排名, each with its items and their sum."""
    table, scheme = ranking.table, ranking.table.scheme
    draft = Draft(ITEMS, dict(enumerate(_WIDTHS, 1)))
    facts = f"运行编号:{run_id(table, run.version)}"
    top = draft.heading(f"{scheme.title} {ITEMS}", subtitle(scheme, facts), warning=run.remark)
    draft.put_row(top, _HEADINGS, style.HEADER)
    draft.heights[top] = 26
    row = first = top + 1
    for standing in ranking.standings:
        row = _unit(draft, row, standing, ranking)
    draft.foot(row + 1, _foot(scheme))
    return draft.sheet(
        page=page(table, run, rows=(top, top)),
        freeze=(top + 1, 3),
        conditional=[DataBar(Area(first, 8, max(row - 1, first), 8), 0, 1, style.BAR)],
        tab_color=style.TAB_RESULT,
    )


def _unit(draft: Draft, row: int, standing: Standing, ranking: Ranking) -> int:
    """One unit's rows, the last of them its sum; gives the next free row."""
    table = ranking.table
    own = own_indicators(table, standing.row)
    last = row + len(own)
    known = table.scheme.unit_named(standing.unit)
    told: dict[str, list[str]] = {}
    for note in standing.notes:
        asked = table.scheme.input_by_name.get(note.input)
        told.setdefault(asked.item if asked else note.input, []).append(note.text)
    score = style.scored(table.scheme.decimals)
    for column, content, look in (
        (1, standing.rank, replace(style.CENTER, bold=True)),
        (2, standing.unit, style.STRONG),
        (3, known.assessor if known else None, style.CENTER),
    ):
        draft.span(Area(row, column, last, column), content or None, look)
    for at, indicator in enumerate(own, row):
        value = standing.items[indicator.key]
        points = None if indicator.points is None else float(indicator.points)
        draft.put(at, 4, indicator.number, style.CENTER)
        draft.put(at, 5, indicator.name, style.TEXT)
        draft.put(at, 6, points, style.CENTER)
        draft.put(at, 7, value, style.warned(score) if value is None else score)
        draft.put(at, 8, _share(value, points, at), _SHARE)
        text = ";".join(told.get(indicator.key, ())) or ("缺数据" if value is None else None)
        draft.put(at, 9, text, style.TEXT)
        draft.fit(at, least=20)
    points = float(sum(i.points or 0 for i in own))
    bold = replace(style.LABEL, bold=True)
    whole = standing.total if standing.complete else None
    draft.span(Area(last, 4, last, 5), "合计", bold)
    draft.put(last, 6, points or None, replace(bold, align="center"))
    draft.put(last, 7, standing.total, replace(score, bold=True, fill=style.SUB_FILL))
    share = replace(_SHARE, bold=True, fill=style.SUB_FILL)
    draft.put(last, 8, _share(whole, points, last), share)
    into = table.scheme.carried_into
    carried = into if standing.complete else "未完整,不排名次" + (",暂不" + into if into else "")
    draft.put(last, 9, carried or None, replace(style.LABEL, size=style.SMALL_SIZE))
    draft.fit(last, least=22)
    return last + 1


_SHARE = replace(style.FIGURE, number_format="0.0%_ ")


def _share(value: float | None, points: float | None, row: int) -> Any:
    """得分 ÷ 分值 as a live formula."""
    if value is None or not points:
        return None
    return Formula(f"=G{row}/F{row}", value / points)


def _foot(scheme: Scheme) -> list[str]:
    lines = ["说明", f"· 每项得分的条款、数据和计算过程见“{TRACE}”表。"]
    if scheme.carried_into:
        lines.append(f"· 结果运用:{scheme.carried_into}。")
    return lines

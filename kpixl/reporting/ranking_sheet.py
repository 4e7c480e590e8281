"""排名: who stands where, with every item's score beside the total."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from kpixl.findings import Finding, Severity
from kpixl.grid import Area
from kpixl.host import ColorScale, ConditionalFormat, Content, DataBar, SheetSpec, Style
from kpixl.layout import style
from kpixl.layout.draft import Draft
from kpixl.ranking.model import Ranking, Standing
from kpixl.reporting.columns import (
    ceiling,
    conventions,
    gaps,
    item_columns,
    item_heading,
    left_out,
    mark,
    place_heading,
    readings,
    shape,
    subtitle,
)
from kpixl.reporting.run import RunInfo, page, run_id
from kpixl.reporting.sheets import FINDINGS, NATIVE, NOT_APPLICABLE, RANKING, TRACE

Show: TypeAlias = Callable[[Standing], Content]
Role: TypeAlias = Literal[
    "rank", "rank_all", "unit", "group", "total", "base", "sum", "item", "other", "mark"
]
_FIGURES: frozenset[Role] = frozenset({"rank", "rank_all", "total", "base", "sum", "item"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it is, its heading, the heading above, and what a unit shows in it."""

    role: Role
    heading: str
    width: float
    content: Show
    style: Style
    above: str = ""
    has: Callable[[Standing], bool] | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """Where 排名 holds its figures, so that 公式核对 can compare with them.

    Rows and columns count from 1; `rank_all` and `base` are None where 排名 has no
    such column.  The items stand side by side from `items` on.
    """

    first: int
    last: int
    unit: int
    rank: int
    rank_all: int | None
    total: int
    base: int | None
    items: int


def ranking_sheet(
    ranking: Ranking, *, run: RunInfo, findings: Sequence[Finding] = ()
) -> tuple[SheetSpec, Written]:
    """The sheet 排名 and where its figures stand."""
    table, scheme = ranking.table, ranking.table.scheme
    columns = _columns(ranking)
    draft = Draft(RANKING, {n: c.width for n, c in enumerate(columns, 1)})
    top = draft.heading(
        f"{scheme.title} 排名",
        subtitle(scheme, f"运行编号:{run_id(table, run.version)}", f"计算时间:{run.stamp}"),
        warning=run.remark,
    )
    header = _head(draft, top, columns)
    first = header + 1
    for row, standing in enumerate(ranking.standings, first):
        _unit_row(draft, row, columns, standing)
    last = header + max(len(ranking.standings), 1)
    draft.foot(last + 2, _foot(ranking, findings))

    def at(role: Role) -> int | None:
        return next((n for n, c in enumerate(columns, 1) if c.role == role), None)

    total, unit, items = at("total"), at("unit"), at("item")
    assert total and unit and items
    conditional: list[ConditionalFormat] = [
        DataBar(Area(first, total, last, total), 0, ceiling(ranking), style.BAR)
    ]
    shared = item_columns(table)
    if len(shared) == len({*shared.values()}):
        # scores out of different points have no common scale
        conditional += [
            ColorScale(Area(first, c, last, c), style.SCALE_LOW, style.SCALE_HIGH)
            for c in range(items, items + len(shared))
        ]
    written = Written(
        first=first,
        last=last,
        unit=unit,
        rank=1,
        rank_all=at("rank_all"),
        total=total,
        base=at("base"),
        items=items,
    )
    spec = draft.sheet(
        page=page(table, run, rows=(top, header)),
        freeze=(first, unit + 1),
        autofilter=Area(header, 1, last, len(columns)),
        conditional=conditional,
        tab_color=style.TAB_RESULT,
    )
    return spec, written


def _columns(ranking: Ranking) -> list[Column]:
    table, scheme = ranking.table, ranking.table.scheme
    form = shape(ranking)
    score = style.scored(scheme.decimals)
    distance = gaps(ranking)
    longest = max((len(s.unit) for s in ranking.standings), default=4)
    at = item_columns(table)
    many = len({*at.values()}) > _MANY_ITEMS
    sums = 8 if many else 9.5
    columns = [
        Column("rank", place_heading(form), 7, lambda s: s.rank, replace(style.CENTER, bold=True))
    ]

    def add(
        role: Role,
        heading: str,
        width: float,
        content: Show,
        look: Style,
        above: str = "",
        has: Callable[[Standing], bool] | None = None,
    ) -> None:
        columns.append(Column(role, heading, width, content, look, above, has))

    if form.overall:
        add("rank_all", "总名次", 7, lambda s: s.rank_all, style.CENTER)
    add(
        "unit",
        "单位",
        min(max(12, 2 * longest + 3), 18 if many else 28),
        lambda s: s.unit,
        style.STRONG,
    )
    if form.groups:
        add("group", "分组", 8 if many else 11, lambda s: s.group or None, style.CENTER)
    add(
        "total",
        "总分",
        10 if many else 13,
        lambda s: s.total,
        style.scored(scheme.decimals, bold=True),
    )
    if form.base:
        add("base", "基础分", sums, lambda s: s.base_total, score)
    for category in form.sums:
        add("sum", f"{category}\n合计", sums, _block(category), score)
    grouped = len(scheme.categories) > 1
    if len(at) > len({*at.values()}):
        for n in range(max(at.values()) + 1):
            own = [key for key, column in at.items() if column == n]
            add("item", f"第{n + 1}项", 8.5, _any_item(own), score, has=_has(own))
    else:
        wide = 6.7 if many else 10.5
        for i in (i for i in scheme.indicators if i.key in at):
            above = i.category if grouped else ""
            add("item", item_heading(i), wide, _item(ranking, i.key), score, above, _has([i.key]))
    add("other", "距上一名", sums, lambda s: distance.get(s.unit), score)
    if form.grades:
        add("other", "等次", 6.5 if many else 8, lambda s: s.grade, style.CENTER)
    if form.veto:
        add(
            "other",
            "一票否决",
            6.5 if many else 8,
            lambda s: "否决" if s.vetoed else None,
            style.CENTER,
        )
    marked = any(mark(s, table) for s in ranking.standings)
    add(
        "mark",
        "标记",
        (20 if many else 30) if marked else 12,
        lambda s: mark(s, table) or None,
        style.TEXT,
    )
    return columns


_MANY_ITEMS = 10  # with more of them a sheet prints too small unless its columns are narrow


def _item(ranking: Ranking, key: str) -> Show:
    def show(standing: Standing) -> Content:
        return NOT_APPLICABLE if left_out(standing, ranking.table, key) else standing.items.get(key)

    return show


def _has(keys: Sequence[str]) -> Callable[[Standing], bool]:
    """Whether a unit is assessed on one of some items."""
    return lambda s: any(key in s.items for key in keys)


def _any_item(keys: Sequence[str]) -> Show:
    """The item that a unit has of several."""
    return lambda s: next((s.items[key] for key in keys if key in s.items), None)


def _block(category: str) -> Show:
    return lambda standing: standing.blocks.get(category)


def _head(draft: Draft, top: int, columns: Sequence[Column]) -> int:
    """The header, in two rows where items stand under their category; gives its last row."""
    if not any(c.above for c in columns):
        draft.put_row(top, [c.heading for c in columns], style.HEADER)
        draft.fit(top, least=34)
        return top
    start = 1
    for number, column in enumerate(columns, 1):
        last = number == len(columns) or columns[number].above != column.above
        if not column.above:
            draft.span(Area(top, number, top + 1, number), column.heading, style.HEADER)
            start = number + 1
            continue
        draft.put(top + 1, number, column.heading, style.HEADER)
        if last:
            draft.span(Area(top, start, top, number), column.above, style.HEADER)
            start = number + 1
    draft.heights[top] = 20
    draft.fit(top + 1, least=34)
    return top + 1


def _unit_row(draft: Draft, row: int, columns: Sequence[Column], standing: Standing) -> None:
    for number, column in enumerate(columns, 1):
        content = column.content(standing)
        look = column.style
        lacks = (column.role in _FIGURES and content is None) or column.role == "mark"
        if column.role == "item" and column.has is not None and not column.has(standing):
            lacks, look = False, style.LABEL
        if not standing.complete and lacks:
            look = style.warned(look)
        draft.put(row, number, content, look)
    draft.fit(row, least=22)


def _foot(ranking: Ranking, findings: Sequence[Finding]) -> list[str]:
    scheme = ranking.table.scheme
    lines = ["说明", *(f"· {line}" for line in conventions(ranking))]
    blocking = sum(f.severity is Severity.BLOCK for f in findings)
    if findings:
        lines.append(f"· 共有 {len(findings)} 条问题(其中“强” {blocking} 条),见“{FINDINGS}”表。")
    lines.append(
        f"· 每个得分的条款、数据出处和计算过程见“{TRACE}”表;可自行验算的公式见“{NATIVE}”表。"
    )
    taken = readings(scheme.indicators, scheme.blocks)
    if taken:
        lines.append("条款未写明之处,本次按下列口径计分(可在方案工作簿的“读法”列中改):")
        lines += [f"· {reading.sentence()}" for reading in taken]
    return lines

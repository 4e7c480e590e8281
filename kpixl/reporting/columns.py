"""Which columns a ranking has: the same answer for the sheet, the terminal and the check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kpixl.ranking.model import Ranking, Standing
from kpixl.rounding import round_half_up
from kpixl.rules.model import Assumption
from kpixl.scheme.items import Block, Indicator
from kpixl.scheme.model import Scheme
from kpixl.scoring.model import ScoreTable

TIES = {"竞争": "1、2、2、4", "密集": "1、2、2、3", "平均": "1、2.5、2.5、4"}


@dataclass(frozen=True, slots=True)
class Shape:
    """What a ranking shows beside place, unit and total.

    `sums` are the categories with a column of their own: not one that repeats
    基础分 or a single item.
    """

    groups: bool
    overall: bool
    base: bool
    sums: tuple[str, ...]
    grades: bool
    veto: bool


def shape(ranking: Ranking) -> Shape:
    """The columns that a ranking has use for."""
    scheme = ranking.table.scheme
    base = {i.key for i in scheme.indicators if not i.bonus}
    members = {c: {i.key for i in scheme.indicators if i.category == c} for c in scheme.categories}
    several = len(set(ranking.table.groups)) > 1
    return Shape(
        groups=several,
        overall=several and scheme.scope == "分组",
        base=len(base) < len(scheme.indicators),
        sums=tuple(
            c
            for c, keys in members.items()
            if ranking.table.own is None and 1 < len(keys) < len(scheme.indicators) and keys != base
        ),
        grades=bool(scheme.grades),
        veto=bool(scheme.veto),
    )


def place_heading(form: Shape) -> str:
    """What the first column is called: there is one list or one a group."""
    return "组内名次" if form.overall else "名次"


def item_heading(indicator: Indicator) -> str:
    """An indicator with its points on a line below.

    >>> item_heading(Indicator("1 产值", "1", "产值", None, ""))
    '1 产值'
    """
    if indicator.points is None:
        return indicator.key
    return f"{indicator.key}\n({points_text(indicator)}分)"


def points_text(indicator: Indicator) -> str:
    """分值 without needless zeros."""
    return "" if indicator.points is None else f"{indicator.points.normalize():f}"


def gaps(ranking: Ranking) -> dict[str, float]:
    """距上一名 by unit: the distance to the next better unit of the same list.

    Units without a place, with a veto or with nobody before them have none.
    """
    scheme = ranking.table.scheme
    before: dict[str, float] = {}
    result: dict[str, float] = {}
    for standing in ranking.standings:
        if standing.rank is None or standing.vetoed or standing.total is None:
            continue
        key = standing.group if scheme.scope == "分组" else ""
        if key in before:
            result[standing.unit] = round_half_up(before[key] - standing.total, scheme.decimals)
        before[key] = standing.total
    return result


def left_out(standing: Standing, table: ScoreTable, key: str) -> bool:
    """Whether an item does not apply to a unit and its total is scaled up for it (G15)."""
    return bool(table.excluded[standing.row, table.items.index(key)])


def missing_items(standing: Standing, table: ScoreTable) -> tuple[str, ...]:
    """The items that an incomplete unit lacks, in the scheme's order."""
    return tuple(
        key
        for key, score in standing.items.items()
        if score is None and not left_out(standing, table, key)
    )


def own_indicators(table: ScoreTable, row: int) -> tuple[Indicator, ...]:
    """The indicators that a unit is assessed on, by row number."""
    return tuple(i for c, i in enumerate(table.scheme.indicators) if table.is_own(row, c))


def item_columns(table: ScoreTable) -> Mapping[str, int]:
    """The column of each item from 0, in a table with one row a unit.

    Where every unit has items of its own, they share columns: a unit's first item stands in
    the first.  An item of nobody has no column.
    """
    scheme = table.scheme
    plain = {key: n for n, key in enumerate(table.items)}
    if table.own is None or scheme.missing == "拒绝" or scheme.not_applicable not in _ITEM_BY_ITEM:
        return plain
    shared: dict[str, int] = {}
    for row in range(len(table.units)):
        for n, indicator in enumerate(own_indicators(table, row)):
            if shared.setdefault(indicator.key, n) != n:
                return plain
    return shared


# What does not apply changes no other item, so that no formula looks along a column of items.
_ITEM_BY_ITEM = frozenset({"询问", "满分"})


def mark(standing: Standing, table: ScoreTable) -> str:
    """标记: what a reader has to know about a unit's line, in words."""
    parts = []
    if not standing.complete:
        lacking = missing_items(standing, table)
        if len(lacking) == len(standing.items) > 1:
            parts.append("未完整:各项都缺")
        else:
            parts.append(f"未完整:缺 {'、'.join(lacking)}" if lacking else "未完整")
    if standing.vetoed:
        parts.append("一票否决" if standing.rank is None else "一票否决,列末位")
    told = (n.text.rstrip("。") for n in standing.notes if n.code != "incomplete")
    parts += dict.fromkeys(text for text in told if text)
    return ";".join(parts)


def ceiling(ranking: Ranking) -> float:
    """The end of the axis for totals: the points to be had, or the best total above them."""
    table = ranking.table
    held = {b.name: b.points for b in table.scheme.blocks if b.points is not None}
    possible = 0.0
    for row in range(len(table.units)):
        own = own_indicators(table, row)
        loose = [i.points or 0 for i in own if i.block not in held]
        blocks = [held[name] for name in {i.block for i in own} & held.keys()]
        possible = max(possible, float(sum(blocks) + sum(loose)))
    best = max((s.total for s in ranking.standings if s.total is not None), default=0.0)
    return max(possible, best, 1.0)


def conventions(ranking: Ranking) -> tuple[str, ...]:
    """How totals and places come about, in short sentences."""
    scheme, form = ranking.table.scheme, shape(ranking)
    total = f"各项得分四舍五入保留{scheme.decimals}位小数,总分为各项得分之和"
    outside = "、".join(i.key for i in scheme.indicators if i.bonus)
    lines = [
        total + (f";基础分不含“{outside}”。" if outside else "。"),
        f"总分相同的单位名次并列,按“{scheme.ties}”排名({TIES[scheme.ties]})。",
    ]
    if form.groups and any(i.rule is not None and i.rule.needs_peers for i in scheme.indicators):
        lines.append("条款中的“本类”和排名得分只在本组内比较。")
    if ranking.table.own is not None:
        lines.append("各单位的指标不同,每个单位按自己的各项合计,所有单位按总分排名。")
    lines.append("缺数据的单位标“未完整”,总分只计已有各项,不排名次,不评等次。")
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class Reading:
    """An assumption with the items that it holds for."""

    assumption: Assumption
    items: tuple[str, ...]

    def sentence(self) -> str:
        """The reading in one line: code, sentence, what was taken, where."""
        taken = f"采用“{self.assumption.taken}”;" if self.assumption.taken else ""
        text = self.assumption.sentence.rstrip("。")
        return f"{self.assumption.code} {text}({taken}适用:{'、'.join(self.items)})。"


def readings(indicators: Iterable[Indicator], blocks: Iterable[Block] = ()) -> tuple[Reading, ...]:
    """All assumptions taken, each once, in the order of their codes' first use."""
    found: dict[Assumption, list[str]] = {}
    for indicator in indicators:
        for assumption in indicator.rule.assumptions if indicator.rule else ():
            items = found.setdefault(assumption, [])
            if indicator.key not in items:
                items.append(indicator.key)
    for block in blocks:
        if block.assumption is not None:
            found.setdefault(block.assumption, []).extend(block.order)
    return tuple(Reading(a, tuple(items)) for a, items in found.items())


def subtitle(scheme: Scheme, *more: str) -> str:
    """What a result is of: year, document, version."""
    parts = [
        f"年度:{scheme.year or ''}",
        f"依据:{scheme.basis}",
        f"方案版本:{scheme.version}",
        *more,
    ]
    return " ".join(part for part in parts if not part.endswith(":"))


def runs(columns: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Column numbers as runs of neighbours, first and last of each.

    >>> runs((3, 4, 5, 8))
    ((3, 5), (8, 8))
    """
    result: list[tuple[int, int]] = []
    for column in columns:
        if result and column == result[-1][1] + 1:
            result[-1] = (result[-1][0], column)
        else:
            result.append((column, column))
    return tuple(result)

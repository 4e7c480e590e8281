"""自评与考核: what units give themselves beside what they were given, and the gap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from kpixl.grid import Area
from kpixl.host import SheetSpec, Style
from kpixl.layout import style
from kpixl.layout.draft import Draft
from kpixl.ranking.model import Ranking, Standing
from kpixl.reporting.columns import item_heading, subtitle
from kpixl.reporting.run import RunInfo, page, run_id
from kpixl.reporting.sheets import SELF_SCORES
from kpixl.scoring.model import ScoreTable


@dataclass(frozen=True, slots=True)
class SelfScore:
    """One unit's self-scores: by item, together, and how far above its score each is.

    A gap is None where either side lacks a figure, so is the whole one where any item does.
    """

    items: Mapping[str, float | None]
    total: float | None
    gaps: Mapping[str, float | None]
    gap: float | None


def self_score(standing: Standing, table: ScoreTable) -> SelfScore | None:
    """A unit's self-scores, None where its form gave none."""
    own = {
        item: entry.value
        for item in standing.items
        if (entry := table.entries.self_scores.get((standing.unit, item))) is not None
    }
    given = [v for v in own.values() if v is not None]
    if not given:
        return None
    gaps = {item: _gap(own.get(item), score) for item, score in standing.items.items()}
    total = _sum(given)
    whole = len(given) == len(standing.items) and standing.complete
    return SelfScore(own, total, gaps, _gap(total, standing.total) if whole else None)


def has_self_scores(table: ScoreTable) -> bool:
    """Whether any unit gave itself points."""
    return any(e.value is not None for e in table.entries.self_scores.values())


def _sum(values: list[float]) -> float:
    return float(sum((Decimal(repr(v)) for v in values), Decimal(0)))


def _gap(own: float | None, given: float | None) -> float | None:
    if own is None or given is None:
        return None
    return float(Decimal(repr(own)) - Decimal(repr(given)))


def self_scores_sheet(ranking: Ranking, *, run: RunInfo) -> SheetSpec:
    """The sheet 自评与考核: three rows a unit, in the order of 排名."""
    table, scheme = ranking.table, ranking.table.scheme
    widths = {1: 7.0, 2: 15.0, 3: 8.0, 4: 9.5}
    widths |= {n: 9.5 for n, _ in enumerate(scheme.indicators, 5)}
    draft = Draft(SELF_SCORES, widths)
    top = draft.heading(
        f"{scheme.title} 自评与考核",
        subtitle(scheme, f"运行编号:{run_id(table, run.version)}", f"计算时间:{run.stamp}"),
        warning=run.remark,
    )
    heads = ["名次", "单位", "", "合计", *(item_heading(i) for i in scheme.indicators)]
    draft.put_row(top, heads, style.HEADER)
    draft.fit(top, least=34)
    score = style.scored(scheme.decimals)
    places = style.decimal_format(scheme.decimals)
    gap = replace(score, number_format=f"[Red]+{places}_ ;-{places}_ ;{places}_ ", bold=True)
    row = top + 1
    for standing in ranking.standings:
        own = self_score(standing, table)
        draft.span(Area(row, 1, row + 2, 1), standing.rank, replace(style.CENTER, bold=True))
        draft.span(Area(row, 2, row + 2, 2), standing.unit, style.STRONG)
        lines: tuple[tuple[str, float | None, Mapping[str, float | None], Style], ...] = (
            ("自评分", own.total if own else None, own.items if own else {}, score),
            ("考核分", standing.total, standing.items, score),
            ("差距", own.gap if own else None, own.gaps if own else {}, gap),
        )
        for offset, (what, total, items, look) in enumerate(lines):
            draft.put(row + offset, 3, what, style.LABEL)
            draft.put(row + offset, 4, total, replace(look, bold=True))
            for column, indicator in enumerate(scheme.indicators, 5):
                draft.put(row + offset, column, items.get(indicator.key), look)
            draft.heights[row + offset] = 18
        row += 3
    draft.foot(
        row + 1,
        [
            "说明",
            "· 差距 = 自评分 − 考核分,正数(红色)表示自评高于考核;有一方缺数的不算差距。",
            "· 自评分只供对照,不影响考核得分和名次。",
        ],
    )
    return draft.sheet(
        page=page(table, run, rows=(top, top)),
        freeze=(top + 1, 5),
        tab_color=style.TAB_RESULT,
    )

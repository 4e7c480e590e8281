"""The ranking for a terminal or a pipe, and as JSON for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kpixl.findings import Finding
from kpixl.layout.measure import pad, terminal_width
from kpixl.ranking.model import Ranking, Standing
from kpixl.reporting.columns import (
    gaps,
    item_heading,
    mark,
    place_heading,
    readings,
    shape,
)
from kpixl.reporting.self_scores import self_score
from kpixl.scoring.model import ScoreTable

Align = Literal["left", "right"]
MOST_UNITS_BESIDE = 8  # more units do not fit beside the names of the items


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table of texts: headings, how each column is aligned, rows."""

    headings: tuple[str, ...]
    aligns: tuple[Align, ...]
    rows: tuple[tuple[str, ...], ...]

    def lines(self) -> list[str]:
        """The table with its columns under each other, Chinese characters two wide."""
        widths = [
            max(terminal_width(cell) for cell in column)
            for column in zip(self.headings, *self.rows, strict=True)
        ]

        def line(cells: Sequence[str]) -> str:
            parts = (pad(c, w, a) for c, w, a in zip(cells, widths, self.aligns, strict=True))
            return "  ".join(parts).rstrip()

        rule = "  ".join("-" * width for width in widths)
        return [line(self.headings), rule, *(line(row) for row in self.rows)]


def ranking_table(ranking: Ranking) -> TextTable:
    """Places and totals as texts, best first; a unit without a place has “-”."""
    table, form, distance = ranking.table, shape(ranking), gaps(ranking)
    headings = [place_heading(form)]
    headings += ["总名次"] if form.overall else []
    headings += ["单位"]
    headings += ["分组"] if form.groups else []
    headings += ["总分"]
    headings += ["基础分"] if form.base else []
    headings += [*form.sums, "距上一名"]
    own = {s.unit: self_score(s, table) for s in ranking.standings}
    headings += ["自评分", "自评差距"] if any(own.values()) else []
    headings += ["等次"] if form.grades else []
    headings += ["标记"]
    texts = {"单位", "分组", "等次", "标记"}

    def row(s: Standing) -> tuple[str, ...]:
        cells = [place(s.rank)]
        cells += [place(s.rank_all)] if form.overall else []
        cells += [s.unit]
        cells += [s.group] if form.groups else []
        cells += [score(s.total)]
        cells += [score(s.base_total)] if form.base else []
        cells += [score(s.blocks.get(c)) for c in form.sums]
        cells += [score(distance.get(s.unit), blank="")]
        if any(own.values()):
            one = own[s.unit]
            cells += [score(one.total, ""), score(one.gap, "")] if one else ["", ""]
        cells += [s.grade or ""] if form.grades else []
        cells += [mark(s, table)]
        return tuple(cells)

    def score(value: float | None, blank: str = "-") -> str:
        return blank if value is None else f"{value:.{table.scheme.decimals}f}"

    return TextTable(
        tuple(headings),
        tuple("left" if heading in texts else "right" for heading in headings),
        tuple(row(s) for s in ranking.standings),
    )


def item_table(ranking: Ranking) -> TextTable | None:
    """Every item's score, items as rows and units as columns; None where units are too many."""
    scheme = ranking.table.scheme
    if not 0 < len(ranking.standings) <= MOST_UNITS_BESIDE:
        return None

    def cell(standing: Standing, key: str) -> str:
        if key not in standing.items:
            return ""
        value = standing.items[key]
        return "-" if value is None else f"{value:.{scheme.decimals}f}"

    units = tuple(s.unit for s in ranking.standings)
    aligns: list[Align] = ["left"]
    aligns += ["right"] * len(units)
    return TextTable(
        ("指标", *units),
        tuple(aligns),
        tuple(
            (item_heading(i).replace("\n", ""), *(cell(s, i.key) for s in ranking.standings))
            for i in scheme.indicators
            if any(i.key in s.items for s in ranking.standings)
        ),
    )


def place(value: int | float | None) -> str:
    """A place as text; “-” for a unit that has none.

    >>> place(1), place(2.5), place(None)
    ('1', '2.5', '-')
    """
    return "-" if value is None else f"{value:g}"


def score_json(
    ranking: Ranking, findings: Sequence[Finding], *, period: str = ""
) -> dict[str, Any]:
    """The result as the command line's data contract has it.

    `period` is the scheme's year unless a month was asked for.
    """
    scheme = ranking.table.scheme
    return {
        "system": scheme.system,
        "period": period or str(scheme.year),
        "units": [_unit(standing, ranking.table) for standing in ranking.standings],
        "findings": [fault.as_json() for fault in findings],
        "assumptions": [
            {
                "code": reading.assumption.code,
                "text": reading.assumption.sentence,
                "taken": reading.assumption.taken,
                "alternatives": list(reading.assumption.alternatives),
                "items": list(reading.items),
            }
            for reading in readings(scheme.indicators, scheme.blocks)
        ],
    }


def _unit(standing: Standing, table: ScoreTable) -> dict[str, Any]:
    line: dict[str, Any] = {
        "unit": standing.unit,
        "group": standing.group,
        "items": dict(standing.items),
        "base_total": standing.base_total,
    }
    own = self_score(standing, table)
    if table.scheme.categories:
        line["blocks"] = dict(standing.blocks)
    return line | {
        "total": standing.total,
        "complete": standing.complete,
        "rank": standing.rank,
        "rank_all": standing.rank_all,
        "grade": standing.grade,
        "notes": [{"code": n.code, "input": n.input, "text": n.text} for n in standing.notes],
        **(
            {"self_score": {"items": dict(own.items), "total": own.total, "gap": own.gap}}
            if own
            else {}
        ),
    }

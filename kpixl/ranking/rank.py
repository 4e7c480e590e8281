"""Totals and places: in the unit's own group and over all units (G13)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kpixl.ranking.model import Ranking, Standing
from kpixl.rounding import round_half_up
from kpixl.scoring.model import Note, ScoreTable


def places(totals: Sequence[float | None], ties: str = "竞争") -> list[int | float | None]:
    """Places of totals, the largest first; None has no place.

    竞争 gives 1 2 2 4, 密集 1 2 2 3, 平均 1 2.5 2.5 4 (G3).  Totals are compared as given:
    round them first.

    >>> places([78.6, 99.1, None, 78.6]), places([3, 3, 1], "平均")
    ([2, 1, None, 2], [1.5, 1.5, 3])
    """
    count = Counter(t for t in totals if t is not None)
    result: dict[float, int | float] = {}
    ahead = 0
    for step, value in enumerate(sorted(count, reverse=True), 1):
        same = count[value]
        if ties == "密集":
            result[value] = step
        elif ties == "平均" and same % 2 == 0:
            result[value] = ahead + (1 + same) / 2
        elif ties == "平均":
            result[value] = ahead + (1 + same) // 2
        else:
            result[value] = ahead + 1
        ahead += same
    return [None if t is None else result[t] for t in totals]


def rank(table: ScoreTable) -> Ranking:
    """The standing of every unit, best first within its group, incomplete ones last.

    Totals are sums of the rounded items (G2), so that a reader with a calculator gets the
    same.  A unit that lacks an item shows the sum of its others and gets no place (G12).
    """
    scheme = table.scheme
    sums = [_sums(table, row) for row in range(len(table.units))]
    totals = [total if complete else None for _, _, total, complete in sums]
    everywhere = places(totals, scheme.ties)
    inside: list[int | float | None] = [None] * len(totals)
    for group in dict.fromkeys(table.groups):
        rows = [r for r, g in enumerate(table.groups) if g == group]
        if scheme.scope == "全部":
            rows = list(range(len(totals)))
        for row, place in zip(rows, places([totals[r] for r in rows], scheme.ties), strict=True):
            inside[row] = place
    standings = [
        Standing(
            unit=unit,
            group=table.groups[row],
            row=row,
            items={key: table.score(row, c) for c, key in enumerate(table.items)},
            blocks=sums[row][0],
            base_total=sums[row][1],
            total=sums[row][2],
            complete=sums[row][3],
            rank=inside[row],
            rank_all=everywhere[row],
            grade=None,
            vetoed=False,
            notes=(*table.notes[row], *_scaled(table, row)),
        )
        for row, unit in enumerate(table.units)
    ]
    order = {g: i for i, g in enumerate(dict.fromkeys(table.groups))}
    last = float("inf")
    standings.sort(
        key=lambda s: (
            0 if scheme.scope == "全部" else order[s.group],
            last if s.rank is None else s.rank,
            s.row,
        )
    )
    return Ranking(table, tuple(standings))


def _sums(
    table: ScoreTable, row: int
) -> tuple[dict[str, float | None], float | None, float | None, bool]:
    """Category sums, base total, total and completeness of one unit."""
    scheme = table.scheme
    shown = {i.key: table.score(row, c) for c, i in enumerate(scheme.indicators)}
    left_out = {i.key for c, i in enumerate(scheme.indicators) if bool(table.excluded[row, c])}
    complete = all(v is not None or k in left_out for k, v in shown.items())

    def total(keys: list[str]) -> float | None:
        values = [v for k in keys if (v := shown[k]) is not None]
        if not values:
            return None
        return round_half_up(sum(values) * _scale(table, row, keys), scheme.decimals)

    blocks = {
        category: total([i.key for i in scheme.indicators if i.category == category])
        for category in scheme.categories
    }
    base_keys = [i.key for i in scheme.indicators if not i.bonus]
    base = total(base_keys)
    extra = total([i.key for i in scheme.indicators if i.bonus])
    parts = [p for p in (base, extra) if p is not None]
    whole = round_half_up(sum(parts), scheme.decimals) if parts else None
    return blocks, base, whole, complete


def _scale(table: ScoreTable, row: int, keys: list[str]) -> float:
    """剔除并折算: by how much the items that apply are scaled up to the full points (G15)."""
    indicators = {i.key: (c, i) for c, i in enumerate(table.scheme.indicators)}
    full = left = 0.0
    for key in keys:
        column, indicator = indicators[key]
        points = float(indicator.points or 0)
        full += points
        if not table.excluded[row, column]:
            left += points
    return full / left if left and left != full else 1.0


def _scaled(table: ScoreTable, row: int) -> tuple[Note, ...]:
    if not table.excluded[row].any():
        return ()
    names = [k for c, k in enumerate(table.items) if table.excluded[row, c]]
    return (Note("scaled", "", f"“{'”“'.join(names)}”剔除,其余各项按分值折算"),)

"""Totals and places: in the unit's own group and over all units (G13)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpixl.errors import RuleError
from kpixl.ranking.doubts import grades_below_the_next
from kpixl.ranking.model import Ranking, Standing
from kpixl.rounding import round_half_up
from kpixl.rules.grades import GradeRule
from kpixl.rules.grading import Graded, Grading, read_grading
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
    size = len(table.units)
    vetoes = _vetoes(table)
    sums = [_sums(table, row) for row in range(size)]
    complete = [s.complete and vetoes[row] is not None for row, s in enumerate(sums)]
    totals = [s.total if complete[row] else None for row, s in enumerate(sums)]
    rows_of = {g: [r for r, x in enumerate(table.groups) if x == g] for g in set(table.groups)}
    everywhere = _placed(range(size), totals, vetoes, scheme.ties)
    inside = dict(everywhere)
    if scheme.scope == "分组":
        for rows in rows_of.values():
            inside.update(_placed(rows, totals, vetoes, scheme.ties))
    grades = _grades(scheme.grades)

    graded = _graded(grades, table, totals, inside, vetoes)
    standings = [
        Standing(
            unit=unit,
            group=table.groups[row],
            row=row,
            items={
                key: table.score(row, c)
                for c, key in enumerate(table.items)
                if table.is_own(row, c)
            },
            blocks=sums[row].blocks,
            base_total=sums[row].base,
            total=sums[row].total,
            complete=complete[row],
            rank=inside[row],
            rank_all=everywhere[row],
            grade=graded[row].grade,
            vetoed=bool(vetoes[row]),
            notes=(
                *table.notes[row],
                *_scaled(table, row),
                *_open(scheme.veto, vetoes[row]),
                *_beyond(graded[row]),
            ),
        )
        for row, unit in enumerate(table.units)
    ]
    order = {g: i for i, g in enumerate(dict.fromkeys(table.groups))}
    last = float("inf")
    standings.sort(
        key=lambda s: (
            0 if scheme.scope == "全部" else order[s.group],
            last if s.rank is None else s.rank,
            s.vetoed,
            s.row,
        )
    )
    rule = grades.rule if grades else None
    found = tuple(grades_below_the_next(standings, rule)) if isinstance(rule, GradeRule) else ()
    return Ranking(table, tuple(standings), found)


def _grades(clause: str) -> Grading | None:
    """The scheme's 等次; None where it can't be read, which reading the scheme has said."""
    try:
        return read_grading(clause) if clause else None
    except RuleError:
        return None


def _graded(
    grades: Grading | None,
    table: ScoreTable,
    totals: Sequence[float | None],
    inside: Mapping[int, int | float | None],
    vetoes: Sequence[bool | None],
) -> list[Graded]:
    """The grade of each unit among those that it is ranked with; a vetoed one has none."""
    found = [Graded(None)] * len(totals)
    if grades is None:
        return found
    everybody = table.scheme.scope == "全部"
    for group in [""] if everybody else list(dict.fromkeys(table.groups)):
        rows = [r for r in range(len(totals)) if everybody or table.groups[r] == group]
        counted = [None if vetoes[r] else totals[r] for r in rows]
        places_ = [None if t is None else inside[r] for r, t in zip(rows, counted, strict=True)]
        for row, one in zip(rows, grades.of(counted, places_), strict=True):
            found[row] = one
    return found


def _beyond(graded: Graded) -> tuple[Note, ...]:
    """A unit that a quota keeps from a grade whose conditions it meets."""
    if not graded.beyond:
        return ()
    got = f"评为{graded.grade}" if graded.grade else "不评等次"
    return (Note("grade-quota", "", f"因“{graded.beyond}”,{got}"),)


def _open(veto: str, answer: bool | None) -> tuple[Note, ...]:
    """A unit of which nobody said whether it is vetoed has no place."""
    if answer is not None:
        return ()
    return (Note("veto-open", veto, f"没有填写“{veto}”,不知道是否一票否决"),)


def _vetoes(table: ScoreTable) -> list[bool | None]:
    """一票否决 of each unit: None where the form leaves open whether it applies."""
    name = table.scheme.veto
    if not name or name not in table.columns:
        return [False] * len(table.units)
    return [None if v != v else bool(v) for v in table.columns[name].tolist()]


def _placed(
    rows: Sequence[int],
    totals: Sequence[float | None],
    vetoes: Sequence[bool | None],
    ties: str,
) -> dict[int, int | float | None]:
    """The place of each of some rows among them.

    A vetoed unit stands right behind the last ranked one, whatever its total; several
    share that place.
    """
    running = [None if vetoes[r] else totals[r] for r in rows]
    behind = 1 + sum(1 for t in running if t is not None)
    return {
        row: behind if vetoes[row] and totals[row] is not None else place
        for row, place in zip(rows, places(running, ties), strict=True)
    }


@dataclass(frozen=True, slots=True)
class _Sums:
    """Category sums, base total and total of one unit, and whether no item is blank."""

    blocks: Mapping[str, float | None]
    base: float | None
    total: float | None
    complete: bool


def _sums(table: ScoreTable, row: int) -> _Sums:
    scheme = table.scheme
    own = [(c, i) for c, i in enumerate(scheme.indicators) if table.is_own(row, c)]
    shown = {i.key: table.score(row, c) for c, i in own}
    complete = bool(own) and not table.blank()[row].any()

    def total(keys: list[str]) -> float | None:
        values = [v for k in keys if (v := shown[k]) is not None]
        if not values:
            return None
        return round_half_up(sum(values) * _scale(table, row, keys), scheme.decimals)

    blocks = {
        category: total([i.key for _, i in own if i.category == category])
        for category in scheme.categories
        if any(i.category == category for _, i in own)
    }
    base_keys = [i.key for _, i in own if not i.bonus]
    base = total(base_keys)
    extra = total([i.key for _, i in own if i.bonus])
    parts = [p for p in (base, extra) if p is not None]
    whole = round_half_up(sum(parts), scheme.decimals) if parts else None
    return _Sums(blocks, base, whole, complete)


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

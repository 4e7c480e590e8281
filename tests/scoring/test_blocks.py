"""The items of a block stay together within its cap, and the cut is shown where it falls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpixl.entries import Entries, Entry
from kpixl.ranking.rank import rank
from kpixl.reporting.trace_sheet import trace
from kpixl.rules.model import Working
from kpixl.scheme.items import Block
from kpixl.scheme.model import Scheme
from kpixl.scheme.reader import read_scheme
from kpixl.scoring.blocks import within_blocks
from kpixl.scoring.frames import derived_columns
from kpixl.scoring.model import ScoreTable
from kpixl.scoring.score import score, score_columns
from kpixl.scoring.trace import working
from tests.books import book
from tests.scheme.test_blocks import CLAUSE, tables

NAMES = ("甲数", "乙数", "丙数", "丁数")


def scheme(clause: str = CLAUSE, **changes: Any) -> Scheme:
    found, _ = read_scheme(book(tables(clause)), system="blocks")
    assert found is not None
    return replace(found, **changes)


def scored(
    *lines: tuple[float | None, ...],
    made: Scheme | None = None,
    special: Mapping[tuple[str, str], Entry] | None = None,
) -> ScoreTable:
    """Units 一, 二 … with their counts of 甲, 乙, 丙 and 丁."""
    units = tuple("一二三四五六"[: len(lines)])
    cells = {
        (unit, name): Entry(
            unit, name, raw=value, value=value, state="blank" if value is None else "given"
        )
        for unit, line in zip(units, lines, strict=True)
        for name, value in zip(NAMES, line, strict=True)
    }
    cells.update(special or {})
    return score(made or scheme(), Entries(units, dict.fromkeys(units, "县"), cells))


def shown(table: ScoreTable, row: int = 0) -> list[float | None]:
    return [table.score(row, column) for column in range(4)]


def worked(table: ScoreTable, row: int, column: int) -> Working:
    return working(table, row, table.scheme.indicators[column])


@pytest.mark.parametrize(
    ("clause", "items"),
    [
        (CLAUSE, [5, 2, 5, 10]),
        ("本块合计不超过12分", [5, 7, 0, 10]),
        ("本块合计不超过12分,先计丙、乙", [0, 7, 5, 10]),
        ("本块合计不超过3分", [3, 0, 0, 10]),
        ("本块合计不超过40分", [5, 10, 5, 10]),
    ],
)
def test_the_cut_falls_where_the_clause_says(clause: str, items: list[float]) -> None:
    assert shown(scored((1, 2, 1, 2), made=scheme(clause))) == items


def test_a_blank_item_takes_no_room() -> None:
    table = scored((None, 2, 1, 0), (1, 2, None, 0), (2, None, 2, 0))
    assert [shown(table, row)[:3] for row in range(3)] == [
        [None, 7, 5],
        [5, 7, None],
        [10, None, 2],
    ]


def test_a_block_is_held_apart_from_the_others() -> None:
    assert shown(scored((2, 2, 2, 2)))[3] == 10


def test_columns_are_cut_like_entries() -> None:
    made = scheme()
    columns = {name: np.array([1.0, 2.0]) for name in NAMES}
    found = score_columns(made, derived_columns(made, columns))
    assert found.tolist() == [shown(scored((1, 1, 1, 1))), shown(scored((2, 2, 2, 2)))]


def test_a_cap_with_more_decimals_than_the_scores_is_never_exceeded() -> None:
    table = scored((1, 2, 1, 0), made=scheme("本块合计不超过12.5分", decimals=0))
    assert shown(table)[:3] == [5, 7, 0]


def test_the_items_of_a_block_that_is_not_read_are_blank() -> None:
    table = scored((1, 1, 1, 1), made=scheme("本块合计12分上下"))
    assert shown(table) == [None, None, None, 5]
    assert "读不懂" in str(worked(table, 0, 0))
    assert not rank(table).standings[0].complete


# -- what does not apply ---------------------------------------------------------------


def absent(name: str) -> dict[tuple[str, str], Entry]:
    return {("一", name): Entry("一", name, raw="不涉及", state="not_applicable")}


@pytest.mark.parametrize(
    ("policy", "items"),
    [("满分", [10, 2, 0, 10]), ("剔除并折算", [None, 10, 0, 10]), ("询问", [None, 10, 0, 10])],
)
def test_an_item_that_does_not_apply_counts_as_the_policy_says_and_then_is_cut(
    policy: str, items: list[float | None]
) -> None:
    table = scored((0, 2, 0, 2), made=scheme(not_applicable=policy), special=absent("甲数"))
    assert shown(table) == items


def test_the_mean_of_a_group_is_that_before_the_cut() -> None:
    table = scored(
        (0, 0, 0, 0), (2, 2, 0, 0), made=scheme(not_applicable="本组均分"), special=absent("乙数")
    )
    # the other unit has 10 by its own clause, of which 2 count
    assert [shown(table, row)[:3] for row in (0, 1)] == [[0, 10, 0], [10, 2, 0]]


# -- what is said ----------------------------------------------------------------------


def test_the_working_ends_in_what_counts_with_the_arithmetic() -> None:
    working = worked(scored((1, 2, 1, 0)), 0, 1)
    assert working.score == 2
    assert working.lines[-1] == (
        "块“带动”合计不超过12分,“1 甲”、“3 丙”计在前,还可计12−5.00−5.00=2.00分;本项10.00分,计 2.00"
    )
    assert working.notes[-1] == "块“带动”合计不超过12分:10.00 按 2.00 计"


def test_a_blank_before_the_cut_is_named_in_the_working() -> None:
    line = worked(scored((None, 2, 1, 0)), 0, 1).lines[-1]
    assert "“1 甲”空缺,不占分" in line and "12−5.00=7.00" in line


def test_an_item_that_keeps_its_points_says_so_where_it_closes_the_block() -> None:
    table = scored((1, 1, 0, 1))
    assert worked(table, 0, 1).lines[-1].endswith("还可计12−5.00−0.00=7.00分;本项5.00分,计 5.00")
    assert not any("块" in line for line in worked(table, 0, 0).lines)
    assert not any("块" in line for line in worked(table, 0, 3).lines)


def test_a_cut_is_a_note_of_the_unit_and_nothing_else_is() -> None:
    table = scored((1, 2, 1, 0), (1, 1, 0, 0))
    assert [[(n.code, n.input) for n in notes] for notes in table.notes] == [
        [("block-cut", "2 乙")],
        [],
    ]
    assert table.notes[0][0].text == "“2 乙”按块“带动”合计不超过12分:10.00 按 2.00 计"


def test_the_trace_has_the_block_among_its_assumptions() -> None:
    lines = trace(scored((1, 2, 1, 0)), 0, 1).assumptions
    assert any("块“带动”合计不超过12分" in line for line in lines)
    assert not any("块" in line for line in trace(scored((1, 2, 1, 0)), 0, 3).assumptions)


# -- for any scores --------------------------------------------------------------------

points = st.one_of(st.just(np.nan), st.integers(0, 4000).map(lambda n: n / 100))


@given(
    rows=st.lists(st.lists(points, min_size=4, max_size=4), min_size=1, max_size=5),
    order=st.permutations(["1 甲", "2 乙", "3 丙"]),
    cap=st.integers(1, 6000).map(lambda n: Decimal(n) / 100),
)
def test_a_block_gives_all_it_can_within_its_cap(
    rows: list[list[float]], order: list[str], cap: Decimal
) -> None:
    made = scheme()
    (block,) = made.blocks
    assert block.rule is not None
    changed: Block = replace(block, rule=replace(block.rule, cap=cap), order=tuple(order))
    given_ = np.array(rows)
    found = within_blocks(replace(made, blocks=(changed,)), given_)
    assert np.array_equal(np.isnan(found), np.isnan(given_))
    assert np.array_equal(found[:, 3], given_[:, 3], equal_nan=True)
    for before, after in zip(rows, found.tolist(), strict=True):
        own = [Decimal(str(x)) for x in before[:3] if x == x]
        kept = [Decimal(str(x)) for x in after[:3] if x == x]
        assert sum(kept) == min(cap, sum(own, Decimal(0)))
        assert all(a <= b for a, b in zip(kept, own, strict=True))

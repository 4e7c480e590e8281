"""Totals, places, 一票否决 and grades."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpixl.entries import Entries, Entry
from kpixl.ranking.model import Standing
from kpixl.ranking.rank import places, rank
from kpixl.rules import parse
from kpixl.scheme.items import Indicator, Input, Unit
from kpixl.scheme.model import Scheme
from kpixl.scoring.score import score

VETO = "重大问题"


def _scheme(**changes: Any) -> Scheme:
    clause = "得分=完成值"
    return Scheme(
        system="example",
        title="示例",
        year=2007,
        version="1",
        basis="",
        indicators=(
            Indicator(
                "1 得分", "1", "得分", Decimal(110), clause, rule=parse(clause), feeds=("分",)
            ),
        ),
        inputs=(Input("分", "1 得分", "分", "number"), Input(VETO, "", "是/否", "yes_no")),
        **{
            "units": (),
            "scope": "全部",
            "veto": VETO,
            "grades": "前3名为优秀;80分以上为达标",
            **changes,
        },
    )


def _standings(
    rows: Mapping[str, tuple[str, float | None, float | None]], **changes: Any
) -> dict[str, Standing]:
    """Standings of units with their group, figure and veto."""
    scheme = _scheme(units=tuple(Unit(u, g) for u, (g, _, _) in rows.items()), **changes)
    cells = {
        (unit, name): Entry(unit, name, value, value, "blank" if value is None else "given")
        for unit, (_, figure, veto) in rows.items()
        for name, value in (("分", figure), (VETO, veto))
    }
    entries = Entries(tuple(rows), {u: g for u, (g, _, _) in rows.items()}, cells)
    return {s.unit: s for s in rank(score(scheme, entries)).standings}


def test_grades_and_veto_of_the_worked_example() -> None:
    totals = {"甲": 104.2, "乙": 99.1, "丙": 95.4, "丁": 78.6, "戊": 78.6, "己": 77.0}
    found = _standings({u: ("", t, float(u == "甲")) for u, t in totals.items()})
    assert {u: s.rank for u, s in found.items()} == {
        "乙": 1, "丙": 2, "丁": 3, "戊": 3, "己": 5, "甲": 6,
    }  # fmt: skip
    assert {u: s.grade for u, s in found.items()} == {
        "乙": "优秀", "丙": "优秀", "丁": "优秀", "戊": "优秀", "己": None, "甲": None,
    }  # fmt: skip
    assert found["甲"].total == 104.2
    assert found["甲"].vetoed
    assert list(found)[-1] == "甲"


def test_several_vetoed_units_share_the_place_behind_the_last() -> None:
    found = _standings({"甲": ("", 90, 1), "乙": ("", 50, 0), "丙": ("", 95, 1)})
    assert (found["乙"].rank, found["甲"].rank, found["丙"].rank) == (1, 2, 2)


def test_an_empty_veto_leaves_the_unit_incomplete() -> None:
    found = _standings({"甲": ("", 90, None), "乙": ("", 50, 0)})
    assert not found["甲"].complete
    assert (found["甲"].rank, found["甲"].grade) == (None, None)
    assert found["乙"].rank == 1


def test_places_within_the_group_and_over_all() -> None:
    found = _standings(
        {"甲": ("一", 90, 0), "乙": ("二", 95, 0), "丙": ("一", 80, 0), "丁": ("二", None, 0)},
        scope="分组",
    )
    assert {u: (s.rank, s.rank_all) for u, s in found.items()} == {
        "甲": (1, 2), "丙": (2, 3), "乙": (1, 1), "丁": (None, None),
    }  # fmt: skip


def test_grades_count_the_places_of_the_own_group() -> None:
    found = _standings(
        {"甲": ("一", 70, 0), "乙": ("二", 95, 0), "丙": ("一", 60, 0)},
        scope="分组",
        grades="第1名为优秀",
    )
    assert {u: s.grade for u, s in found.items()} == {"甲": "优秀", "乙": "优秀", "丙": None}


def test_grades_that_cannot_be_read_give_nobody_a_grade() -> None:
    found = _standings({"甲": ("", 90, 0)}, grades="领导满意的为优秀")
    assert found["甲"].grade is None


def test_without_a_veto_nobody_is_out() -> None:
    found = _standings({"甲": ("", 90, None)}, veto="")
    assert (found["甲"].rank, found["甲"].vetoed) == (1, False)


@pytest.mark.parametrize(
    ("ties", "expected"),
    [("竞争", [1, 2, 2, 4, None]), ("密集", [1, 2, 2, 3, None]), ("平均", [1, 2.5, 2.5, 4, None])],
)
def test_ties_are_counted_as_the_scheme_says(ties: str, expected: list[float | None]) -> None:
    assert places([9.0, 8.0, 8.0, 7.0, None], ties) == expected


@given(st.lists(st.one_of(st.none(), st.integers(0, 5).map(float)), max_size=12))
def test_a_place_is_one_more_than_the_number_of_better_totals(
    totals: list[float | None],
) -> None:
    found = places(totals)
    for total, place in zip(totals, found, strict=True):
        if total is None:
            assert place is None
        else:
            assert place == 1 + sum(1 for t in totals if t is not None and t > total)


THREE = "90分以上为优秀;80分以上为良好;其余为合格"


def test_a_quota_gives_the_next_grade_to_whoever_is_beyond_it_and_says_so() -> None:
    totals = {"甲": 97, "乙": 95, "丙": 93, "丁": 85, "戊": 70}
    found = _standings(
        {u: ("", t, 0) for u, t in totals.items()}, grades=f"{THREE}。优秀比例不超过40%"
    )
    assert [found[u].grade for u in totals] == ["优秀", "优秀", "良好", "良好", "合格"]
    assert [n.text for n in found["丙"].notes] == ["因“优秀比例不超过40%”,评为良好"]
    assert found["乙"].notes == ()


def test_units_of_one_place_stay_together_where_a_quota_does_not_hold_them_all() -> None:
    found = _standings(
        {u: ("", t, 0) for u, t in (("甲", 97), ("乙", 95), ("丙", 95), ("丁", 85))},
        grades=f"{THREE}。优秀名额不超过2名",
    )
    assert [found[u].grade for u in "甲乙丙丁"] == ["优秀", "良好", "良好", "良好"]


def test_a_quota_counts_the_ranked_units_of_each_group() -> None:
    rows = {f"甲{n}": ("一", 99 - n, 0) for n in range(4)}
    rows |= {f"乙{n}": ("二", 99 - n, 0) for n in range(2)} | {"否决": ("一", 100, 1)}
    found = _standings(rows, scope="分组", grades=f"{THREE}。优秀比例不超过50%")
    got = [u for u, s in found.items() if s.grade == "优秀"]
    assert got == ["甲0", "甲1", "乙0"]  # half of four, half of two; the vetoed one counts nowhere


def test_who_is_beyond_a_quota_gets_no_grade_whose_mark_it_misses() -> None:
    found = _standings(
        {"甲": ("", 82, 0), "乙": ("", 75, 0), "丙": ("", 60, 0)},
        grades="前2名为优秀;80分以上为达标。优秀名额不超过1名",
    )
    assert [found[u].grade for u in "甲乙丙"] == ["优秀", None, None]


def test_grades_are_shared_out_by_a_ratio() -> None:
    found = _standings(
        {f"{n}": ("", 99 - n, 0) for n in range(10)},
        grades="按1:3:6的比例评定一等奖、二等奖、三等奖",
    )
    got = [s.grade for s in found.values()]
    assert got == ["一等奖"] + ["二等奖"] * 3 + ["三等奖"] * 6

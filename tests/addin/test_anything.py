"""Whatever stands in the cells: a plain value comes out, or one of two exceptions."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpixl.addin import functions
from kpixl.addin.values import Percent
from kpixl.errors import BadArgument, RuleError
from kpixl.grid import CellError
from tests.rules.clauses import READABLE

CELLS = st.sampled_from(
    (
        None, "", " ", "是", "否", True, False, 0, 1, -1, 2.5, 8.3, 1e308, -1e308, math.nan, math.inf,
        10**400, "约30", "F5", "F5:F8", "甲组", "2000万", "G3=密集", "平均", "前3名为优秀", "数值 0..5",
        date(2015, 1, 15), CellError("#N/A"), Percent(0.08), object(),
    )
)  # fmt: skip
CLAUSES = st.sampled_from(READABLE)
RANGES = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.tuples(*[CELLS] * width), min_size=0, max_size=4).map(tuple)
)
ARGUMENTS = st.one_of(CELLS, CLAUSES, st.lists(CELLS, max_size=4), RANGES)


@st.composite
def calls(draw: st.DrawFn, name: str) -> list[Any]:
    """Arguments for a function; the first ones make sense more often than not."""
    spec = functions()[name]
    needed = sum(not a.optional for a in spec.shown)
    arguments = draw(st.lists(ARGUMENTS, min_size=needed, max_size=len(spec.shown)))
    if spec.arguments[0].name == "rule" and draw(st.booleans()):
        arguments[0] = draw(CLAUSES)
    if len(arguments) > 1 and spec.arguments[1].name == "points" and draw(st.booleans()):
        arguments[1] = 10
    return arguments


@pytest.mark.parametrize("name", functions())
def test_only_values_come_out_whatever_goes_in(name: str) -> None:
    function = functions()[name].function

    @settings(max_examples=200, deadline=None)
    @given(calls(name))
    def check(arguments: list[Any]) -> None:
        try:
            result = function(*arguments)
        except (BadArgument, RuleError):
            return
        rows = result if isinstance(result, tuple) else ((result,),)
        assert len({len(row) for row in rows}) == 1
        for cell in (cell for row in rows for cell in row):
            number = isinstance(cell, float) and math.isfinite(cell)
            assert number or isinstance(cell, (str, CellError))

    check()

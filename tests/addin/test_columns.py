"""A column of figures is scored at once; each row comes out as it does alone, to the last bit."""

from __future__ import annotations

import math
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kpixl.addin import calc_blocks, callables, values
from kpixl.addin.values import Passed, Percent
from kpixl.errors import BadArgument
from kpixl.grid import CellError
from kpixl.rules import RuleInput, parse

FLOATS = st.one_of(
    st.floats(),
    st.floats(-1e6, 1e6),
    st.integers(-(10**6), 10**6).map(float),
    st.integers(-(10**9), 10**9).map(lambda n: n / 10_000),
    st.tuples(st.integers(-(10**15), 10**15), st.integers(0, 15)).map(lambda n: n[0] / 10 ** n[1]),
    # what is left of a subtraction: digits behind the fifteenth
    st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)).map(lambda n: n[0] / 100 - n[1] / 1000),
)
CELLS = st.one_of(
    FLOATS,
    FLOATS,
    FLOATS.filter(math.isfinite).map(Percent),
    st.integers(-5, 5),
    st.just(10**400),
    st.booleans(),
    st.sampled_from([None, "", " ", "　", "是", "否", "12", "约30", "不涉及"]),
    st.sampled_from([CellError("#DIV/0!"), CellError("#N/A")]),
)
KINDS = ("number", "percent", "count", "yes_no", "judged")
# Rules that look at a row by itself, one and two figures, with and without targets.
CLAUSES = (
    "每采用1条得0.1分",
    "每发现1处扣1分,扣完为止",
    "制定方案得1分;报送信息,每采用1条得0.1分",
    "达到90%得10分,80%—90%得8分,80%以下不得分",
    "完成目标的得10分,每少1家扣1分",
    "成效显著的,最高加5分",
)
KPISCORE = callables()["KPISCORE"]


def bits(value: Any) -> Any:
    return struct.pack("<d", value) if isinstance(value, float) else value


def alone(cell: Any, asked: RuleInput) -> Any:
    """What a cell holds by itself; the error where it is none of its kind."""
    try:
        return values.figure(cell, asked, "value")
    except (BadArgument, Passed) as error:
        return values.fault(error).error


@given(cells=st.lists(CELLS, min_size=1, max_size=30), kind=st.sampled_from(KINDS))
@example(
    cells=[0.1 + 0.2, 1e15, 999999999999999.5, -0.0, 5e-324, 123456.78949999999], kind="number"
)
def test_figures_of_a_column_are_those_of_its_cells_to_the_last_bit(
    cells: list[Any], kind: Any
) -> None:
    asked = RuleInput("数据", kind)
    found, doubtful = values.figures(cells, asked)
    for n, cell in enumerate(cells):
        expected = alone(cell, asked)
        if n in doubtful:  # left to be looked at by itself, and no figure until then
            assert np.isnan(found[n])
        else:
            assert bits(float(found[n])) == bits(expected) or (
                np.isnan(found[n]) and math.isnan(expected)
            )


def test_ordinary_figures_and_blanks_need_no_second_look() -> None:
    cells = [0.0, 12.0, None, 3.5, "", 1e10, 0.1234]
    assert values.figures(cells, RuleInput("数据"))[1] == []
    assert values.figures([1.0, 5.0, 80000.0], RuleInput("数据", "count"))[1] == []


def test_a_figure_that_is_too_large_in_fifteen_digits_is_so_in_a_column_too() -> None:
    largest = 1.7976931348623151e308
    assert KPISCORE(CLAUSES[0], 10, ((largest,), (3.0,))) == ((CellError("#NUM!"),), (0.3,))


@pytest.mark.parametrize("clause", CLAUSES)
@given(data=st.data())
def test_a_row_of_a_column_scores_as_it_does_alone_to_the_last_bit(
    clause: str, data: st.DataObject
) -> None:
    width = 2 if ";" in clause else 1
    rows = data.draw(
        st.lists(st.tuples(*[CELLS] * width), min_size=2, max_size=12), label="figures"
    )
    target = data.draw(st.sampled_from([None, 4.0, ((4.0,),)]), label="target")
    column = KPISCORE(clause, 10, tuple(rows), target)
    if isinstance(column, CellError):
        # what is wrong with the call as a whole is wrong with each row
        assert {KPISCORE(clause, 10, (row,), target) for row in rows} == {column}
        return
    singles = [KPISCORE(clause, 10, (row,), target) for row in rows]
    assert [bits(score) for (score,) in column] == [bits(score) for score in singles]


@given(st.lists(CELLS.filter(lambda c: not isinstance(c, CellError)), min_size=2, max_size=12))
def test_a_row_among_its_column_scores_as_it_does_beside_the_same_peers(cells: list[Any]) -> None:
    rows = tuple((cell,) for cell in cells)
    column = KPISCORE("数量最多的得10分,排名每下降1位减0.5分", 10, rows)
    singles = [
        KPISCORE("数量最多的得10分,排名每下降1位减0.5分", 10, cell, None, rows) for cell in cells
    ]
    if isinstance(column, tuple):
        column = [score for (score,) in column]
    else:
        column = [column] * len(cells)
    assert [bits(score) for score in column] == [bits(score) for score in singles]


# Rules that compare rows too, for figures that come in one piece.
COMPARING = (*CLAUSES, "数量最多的得10分,排名每下降1位减0.5分", "得分=本值÷本类最高值×分值")


@given(
    rows=st.lists(st.tuples(FLOATS, FLOATS).map(lambda r: (abs(r[0]), r[1])), min_size=2),
    clause=st.sampled_from(COMPARING),
)
def test_figures_in_one_piece_score_as_the_same_cells(
    rows: list[tuple[float, float]], clause: str
) -> None:
    width = len(parse(clause).inputs)
    table = tuple(row[:width] for row in rows if all(map(math.isfinite, row)))
    if not table:
        return
    piece = values.Figures(np.array(table))
    cells = KPISCORE(clause, 10, table)
    found = KPISCORE(clause, 10, piece)
    if isinstance(found, values.Figures):
        found = tuple(found) if len(found) > 1 else found[0][0]
    assert bits(found) == bits(cells)
    if width == 1:
        other = callables()
        assert other["KPIRANK"](piece) == other["KPIRANK"](table)
        assert other["KPIEXPLAIN"](clause, 10, piece) == other["KPIEXPLAIN"](clause, 10, table)
        assert KPISCORE(clause, 10, 1, None, piece) == KPISCORE(clause, 10, 1, None, table)


FIGURE = FLOATS.filter(math.isfinite)


@given(data=st.data(), rows=st.integers(1, 40), columns=st.integers(1, 3))
def test_a_block_holds_cells_column_by_column(data: st.DataObject, rows: int, columns: int) -> None:
    line = st.lists(st.none() | FIGURE, min_size=columns, max_size=columns)
    table = [tuple(data.draw(line)) for _ in range(rows)]
    block = b"".join(
        struct.pack("<hd", 5, cell) if cell is not None else struct.pack("<hh", 2, 0)
        for column in zip(*table, strict=True)
        for cell in column
    )
    found = calc_blocks.read(block, rows, columns)
    assert found is not None
    assert tuple(found) == tuple(table)
    # cut, continued or damaged, it is no block
    cut = data.draw(st.integers(0, len(block) - 1))
    assert calc_blocks.read(block[:cut], rows, columns) is None
    assert calc_blocks.read(block + b"\x05", rows, columns) is None
    assert calc_blocks.read(b"\x08\x00" + block[2:], rows, columns) is None


@given(st.lists(st.just("") | FLOATS, min_size=1))
def test_a_column_of_scores_and_blanks_goes_back_as_a_block(cells: list[Any]) -> None:
    block = calc_blocks.written(tuple((cell,) for cell in cells), len(cells))
    told = [struct.pack("<hd", 5, c) if c != "" else struct.pack("<hh", 8, 0) for c in cells]
    assert block == b"".join(told)


@pytest.mark.parametrize("result", ["", 1.5, (("甲",), (1.0,)), ((1.0, 2.0),) * 2, ((1.0,),)])
def test_what_is_no_column_of_scores_goes_back_cell_by_cell(result: Any) -> None:
    assert calc_blocks.written(result, 2) is None

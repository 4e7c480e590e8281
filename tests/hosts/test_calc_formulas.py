"""Which formulas are filled down from the first of a column."""

from __future__ import annotations

from kpixl.grid import Area, Spot
from kpixl.hosts.calc_formulas import FEWEST, MOST, in_order, parts, relative, runs


def column(text: str, rows: int, at: int = 3) -> dict[Spot, str]:
    return {(row, at): text.format(r=row, above=row - 1) for row in range(1, rows + 1)}


def test_alike_formulas_are_one_stretch_of_at_most_so_many_rows() -> None:
    formulas = column("=A{r}+$B$1", MOST + FEWEST)
    assert runs(formulas, {}) == [Area(1, 3, MOST, 3), Area(MOST + 1, 3, MOST + FEWEST, 3)]
    assert runs(column("=A{r}", FEWEST - 1), {}) == []


def test_a_stretch_ends_where_the_formula_the_look_or_the_column_ends() -> None:
    formulas = column("=A{r}", 2 * FEWEST)
    assert runs(formulas, {(1, 3): "bold"}) == [Area(2, 3, 2 * FEWEST, 3)]
    gap = {spot: text for spot, text in formulas.items() if spot[0] != FEWEST + 1}
    assert runs(gap, {}) == [Area(1, 3, FEWEST, 3)]
    changed = formulas | {(FEWEST + 1, 3): "=$A$1"}
    assert runs(changed, {}) == [Area(1, 3, FEWEST, 3)]


def test_what_filling_down_would_change_is_not_filled() -> None:
    assert runs(column("=SUM(5:5)", FEWEST), {}) == []
    assert runs(column("=A1", FEWEST), {}) == []
    # text is no address, and neither is a function with a figure in its name
    assert relative("=\"A5\"&LOG10(A5)&'A5'!B$5", 5) == "=\"A5\"&LOG10(A[0])&'A5'!B$5"


def test_every_formula_is_calculated_in_one_part_or_another() -> None:
    formulas = column("=A{r}", 2 * MOST + 5) | column("=B{r}", 7, at=5)
    areas = list(parts(formulas))
    assert all(area.bottom - area.top < MOST for area in areas)
    assert {spot for spot in formulas if sum(spot in area for area in areas) == 1} == set(formulas)


def test_columns_come_before_those_that_point_to_them() -> None:
    texts = {(1, 1): "=$B1+1", (1, 2): "=SUM($C1:$E1)", (1, 4): '=LOG10(7)&"A1"', (1, 5): "=D1"}
    texts[1, 3] = "=IF('甲 B1'!A1:B1=乙!$A$1:$B$9,A9,0)"  # a circle, by way of column 1
    stretches = [Area(1, c, 1, c) for c in range(1, 6)]
    assert [a.left for a in in_order(stretches, texts)] == [3, 4, 5, 2, 1]
    assert in_order([Area(1, 3, 5, 3), Area(6, 3, 9, 3)], {(1, 3): "=C1", (6, 3): "=C1"}) == [
        Area(1, 3, 5, 3),
        Area(6, 3, 9, 3),
    ]

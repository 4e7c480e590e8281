"""算式: read by the longest name, the same in numpy, in a spreadsheet and in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpixl.scheme.derive import (
    Derivation,
    DerivationError,
    Either,
    Member,
    Name,
    Number,
    Operation,
    evaluate,
    in_order,
    in_words,
    inputs_of,
    parse_derivation,
    to_excel,
)

NAMES = ("产值", "产值(科技局)", "3D打印产值", "R&D经费", "上年")
CELLS = {name: f"{chr(65 + n)}2" for n, name in enumerate(NAMES)}


def value(text: str, **figures: float) -> float:
    columns = {n: np.array([figures.get(f"x{k}", math.nan)]) for k, n in enumerate(NAMES)}
    return float(evaluate(parse_derivation(text, NAMES), columns)[0])


def test_the_longest_name_that_fits_is_taken() -> None:
    tree = parse_derivation("产值(科技局)÷产值", NAMES)
    assert tree == Operation("÷", Name("产值(科技局)"), Name("产值"))


def test_names_may_hold_digits_letters_and_full_width_forms() -> None:
    tree = parse_derivation("3D打印产值 - R＆D经费", NAMES)
    assert inputs_of(tree) == ("3D打印产值", "R&D经费")


@pytest.mark.parametrize("text", ["产值-上年", "产值－上年", "产值 − 上年", "产值–上年"])
def test_every_dash_is_a_minus(text: str) -> None:
    assert parse_derivation(text, NAMES) == Operation("−", Name("产值"), Name("上年"))


def test_products_bind_before_sums_and_equals_from_the_left() -> None:
    assert value("上年-产值×2-1", x0=3.0, x4=10.0) == 3.0
    assert value("上年÷产值÷2", x0=5.0, x4=100.0) == 10.0
    assert value("(上年-产值)×2", x0=3.0, x4=10.0) == 14.0
    assert value("上年-(产值-1)", x0=3.0, x4=10.0) == 8.0
    assert value("上年×5%", x4=10.0) == 0.5


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("产值÷投资", 4),
        ("产值÷", 4),
        ("", 1),
        ("(产值", 4),
        ("产值)", 3),
        ("产值 产值", 4),
        ("产值×1.2.3", 4),
        ("产值×05", 4),
        ("×产值", 1),
    ],
)
def test_a_refusal_names_the_character(text: str, position: int) -> None:
    with pytest.raises(DerivationError) as caught:
        parse_derivation(text, NAMES)
    assert caught.value.position == position
    assert f"第{position}字" in str(caught.value)


def test_missing_figures_and_divisors_of_zero_give_nothing() -> None:
    assert math.isnan(value("产值÷上年", x0=1.0))
    assert math.isnan(value("产值÷上年", x0=1.0, x4=0.0))
    assert math.isnan(value("产值÷(上年-上年)", x0=1.0, x4=7.0))
    assert value("产值÷上年", x0=0.0, x4=7.0) == 0.0


def test_a_share_is_the_figure_that_a_spreadsheet_shows() -> None:
    # 28.9 / 46.8 * 100 in binary has a 16th digit that no spreadsheet shows.
    assert value("产值÷上年×100", x0=28.9, x4=46.8) == 61.7521367521368
    assert value("产值-上年", x0=0.3, x4=0.1) == 0.2


@given(st.floats(min_value=-1e15, max_value=1e15, allow_nan=False))
def test_results_are_held_at_15_significant_digits(figure: float) -> None:
    found = value("产值", x0=figure)
    assert float(f"{found:.15g}") == found
    assert math.isclose(found, figure, rel_tol=1e-14)


def test_a_formula_shows_nothing_where_the_result_is_missing() -> None:
    tree = parse_derivation("产值÷(上年-产值)", NAMES)
    assert to_excel(tree, CELLS.__getitem__) == (
        'IF(COUNT(A2,E2)<2,"",IF((E2-A2)=0,"",A2/(E2-A2)))'
    )


def test_inner_divisors_are_tested_before_outer_ones() -> None:
    formula = to_excel(parse_derivation("产值÷(上年÷R&D经费)", NAMES), CELLS.__getitem__)
    assert formula.index("D2=0") < formula.index("(E2/D2)=0")


def test_words_hold_the_numbers_and_say_what_is_missing() -> None:
    tree = parse_derivation("产值÷(上年-1)×100", NAMES)
    assert in_words(tree, {"产值": 28.9, "上年": None}) == "产值 28.9 ÷ (上年 (缺) − 1) × 100"


def test_derived_inputs_stand_behind_those_they_need_and_circles_are_named() -> None:
    names = ("甲", "乙", "丙", "丁", "戊")
    trees: Mapping[str, Derivation] = {
        "甲": parse_derivation("乙+1", names),
        "乙": parse_derivation("戊×2", names),
        "丙": parse_derivation("丁+1", names),
        "丁": parse_derivation("丙+1", names),
    }
    assert in_order(trees) == (("乙", "甲"), ("丙", "丁"))


sums = st.recursive(
    st.sampled_from(NAMES).map(Name) | st.integers(0, 999).map(lambda n: Number(Decimal(n) / 10)),
    lambda inner: st.builds(Operation, st.sampled_from("+−×÷"), inner, inner),
    max_leaves=6,
)
trees_ = (
    sums | st.builds(Either, sums, sums) | st.builds(Either, st.builds(Either, sums, sums), sums)
)


def reference(tree: Derivation, figures: Mapping[str, float | None]) -> float | None:
    """The plain meaning of an 算式, one unit at a time."""
    match tree:
        case Number(number):
            return float(number)
        case Name(name):
            return figures[name]
        case Either(left, right):
            first = reference(left, figures)
            return reference(right, figures) if first is None else first
        case Member():
            raise AssertionError("asked of the roster alone")
        case Operation(sign, left, right):
            a, b = reference(left, figures), reference(right, figures)
            if a is None or b is None or (sign == "÷" and b == 0):
                return None
            return {"+": a + b, "−": a - b, "×": a * b, "÷": a / b if b else 0.0}[sign]


@given(
    trees_,
    st.lists(st.tuples(*(st.none() | st.integers(-50, 50) for _ in NAMES)), min_size=1, max_size=5),
)
def test_arrays_give_what_the_plain_meaning_gives(
    tree: Derivation, rows: list[tuple[int | None, ...]]
) -> None:
    columns = {
        name: np.array([math.nan if row[n] is None else float(row[n] or 0) for row in rows])
        for n, name in enumerate(NAMES)
    }
    found = evaluate(tree, columns)
    for at, row in enumerate(rows):
        figures = {n: None if v is None else float(v) for n, v in zip(NAMES, row, strict=True)}
        wanted = reference(tree, figures)
        if wanted is None:
            assert math.isnan(found[at])
        else:
            assert math.isclose(found[at], wanted, rel_tol=1e-12, abs_tol=1e-12)


@given(sums)
def test_words_are_read_back_as_the_same_tree(tree: Derivation) -> None:
    text = in_words(tree, {})
    for name in NAMES:
        text = text.replace(f"{name} (缺)", name)
    assert parse_derivation(text, NAMES) == tree


def test_of_two_figures_the_first_that_there_is_counts() -> None:
    tree = parse_derivation("甲 或 乙", ["甲", "乙"])
    nan = float("nan")
    columns = {"甲": np.array([6.2, nan, nan, 0.0]), "乙": np.array([nan, 3.3, nan, 9.0])}
    found = evaluate(tree, columns)
    assert np.array_equal(found, [6.2, 3.3, nan, 0.0], equal_nan=True)


def test_a_choice_is_shown_by_the_figure_that_counted() -> None:
    tree = parse_derivation("(甲 − 1) 或 乙", ["甲", "乙"])
    assert in_words(tree, {"甲": 6.2, "乙": None}) == "甲 6.2 − 1"
    assert in_words(tree, {"甲": float("nan"), "乙": 3.3}) == "乙 3.3"


def test_a_choice_stands_at_no_other_place_than_between_two_sums() -> None:
    for text in ("甲 或", "或 甲", "(甲 或 乙) × 2", "甲 或 × 乙"):
        with pytest.raises(DerivationError):
            parse_derivation(text, ["甲", "乙"])


@given(
    low=st.integers(0, 10**9),
    steps=st.integers(1, 40),
    width=st.sampled_from([5000, 2500, 1000, 1]),
)
def test_a_difference_of_two_decimals_is_what_a_clerk_subtracts(
    low: int, steps: int, width: int
) -> None:
    tree = parse_derivation("甲 − 乙", ["甲", "乙"])
    columns = {"甲": np.array([(low + steps * width) / 100]), "乙": np.array([low / 100])}
    assert evaluate(tree, columns)[0] == steps * width / 100

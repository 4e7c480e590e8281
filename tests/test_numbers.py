"""Numbers as people type them: read exactly, or not at all."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpixl.numbers import _spell, conversion, read_number


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("12", "", "12"),
        ("１２.５", "", "12.5"),
        ("1,234,567.8", "", "1234567.8"),
        (" 283 ", "亿元", "283"),
        ("-5.5%", "%", "-5.5"),
        ("−5", "%", "-5"),
        ("负三", "%", "-3"),
        ("1.2E+05", "", "120000"),
        ("2000万", "亿元", "0.2"),
        ("2000万元", "亿元", "0.2"),
        ("2000万", "万元", "2000"),
        ("2000万元", "", "20000000"),
        ("1亿2000万元", "亿元", "1.2"),
        ("3.5亿", "万元", "35000"),
        ("5000元", "万元", "0.5"),
        ("15亩", "公顷", "1"),
        ("1公顷", "亩", "15"),
        ("20000平方米", "万平方米", "2"),
        ("2万㎡", "万平方米", "2"),
        ("30万元/亩", "万元/亩", "30"),
        ("450万元/公顷", "万元/亩", "30"),
        ("8%", "%", "8"),
        ("8.3个百分点", "%", "8.3"),
        ("0.08", "%", "0.08"),
        ("8%", "", "8"),
        ("百分之三十", "%", "30"),
        ("三十二", "家", "32"),
        ("两家", "家", "2"),
        ("一百零二家", "家", "102"),
        ("三点五亿元", "亿元", "3.5"),
        ("两千万元", "亿元", "0.2"),
        ("12个", "家", "12"),
        ("1.2万家", "家", "12000"),
        ("3.5分", "分", "3.5"),
        ("三千克", "吨", "0.003"),
    ],
)
def test_a_number_is_converted_exactly_to_the_wanted_unit(text: str, unit: str, value: str) -> None:
    reading = read_number(text, unit)
    assert reading is not None
    assert reading.value == Decimal(value)
    assert not reading.approximate and not reading.repaired


@pytest.mark.parametrize(
    "text", ["约30", "大约30家", "30左右", "30余家", "30多家", "近30", "3十余"]
)
def test_a_number_that_calls_itself_inexact_is_marked(text: str) -> None:
    reading = read_number(text, "家")
    assert reading is not None and reading.value == 30 and reading.approximate


def test_a_full_stop_for_the_point_is_read_and_marked() -> None:
    reading = read_number("12。5")
    assert reading is not None and reading.value == Decimal("12.5") and reading.repaired


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("", ""),
        ("是", ""),
        ("无", "家"),
        ("12,5", ""),  # a comma for the point, or a digit lost
        ("1,2345", ""),
        ("1 000", ""),
        ("1.2.3", ""),
        ("05", ""),
        ("5.", ""),
        ("10-20", ""),
        ("10~20", ""),
        ("30以上", "家"),
        ("不少于30", "家"),
        ("3千", "亿元"),  # 3000元 or 3000亿元
        ("3万5", "元"),
        ("三千五", "元"),
        ("二〇一五", ""),
        ("①", ""),
        ("½", ""),
        ("30吨", "家"),
        ("30万元", "家"),
        ("8%", "亿元"),
        ("增长8%", "%"),
    ],
)
def test_a_text_with_two_readings_or_none_gives_nothing(text: str, unit: str) -> None:
    assert read_number(text, unit) is None


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9
    )
)
def test_a_plain_number_is_itself_whatever_the_width_of_its_digits(number: Decimal) -> None:
    text = f"{number:f}"
    wide = text.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789.-"})
    for spelled in (text, wide, f"{number:,f}"):
        reading = read_number(spelled, "亿元")
        assert reading is not None and reading.value == number


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_chinese_numerals_are_read_back_as_the_number_they_spell(number: int) -> None:
    reading = read_number(_spell(number))
    assert reading is not None and reading.value == number


def test_units_of_different_measure_do_not_convert() -> None:
    assert conversion("亿元", "亿美元") is None
    assert conversion("家", "次") is None
    assert conversion("万元/亩", "亿元/公顷") == Fraction(15, 10_000)


@given(st.integers(min_value=1, max_value=10**9), st.sampled_from(["万元", "亩", "千米", "吨"]))
def test_a_conversion_and_its_reverse_cancel(amount: int, unit: str) -> None:
    for base in ("亿元", "公顷", "米", "公斤"):
        there, back = conversion(unit, base), conversion(base, unit)
        assert (there is None) == (back is None)
        if there is not None and back is not None:
            assert amount * there * back == amount

"""A1 addresses and back; rows and columns count from 1, as people see them."""

from __future__ import annotations

import re
from functools import lru_cache

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_A1 = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
_PLAIN_SHEET = re.compile(r"[A-Za-z_\u4e00-\u9fff][A-Za-z0-9_.\u4e00-\u9fff]*")
_LOOKS_LIKE_CELL = re.compile(r"(?i)[a-z]{1,3}[0-9]+|r[0-9]*c[0-9]*|r|c")


@lru_cache(maxsize=1024)
def column_name(column: int) -> str:
    """The letters of a column number.

    >>> column_name(1), column_name(28), column_name(16384)
    ('A', 'AB', 'XFD')
    """
    if not 1 <= column <= LAST_COLUMN:
        raise ValueError(f"column {column} is outside the grid")
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """The number of a column's letters.

    >>> column_number("A"), column_number("xfd")
    (1, 16384)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def a1(row: int, column: int, *, absolute: bool = False) -> str:
    """The address of a cell.

    >>> a1(5, 3), a1(5, 3, absolute=True)
    ('C5', '$C$5')
    """
    mark = "$" if absolute else ""
    return f"{mark}{column_name(column)}{mark}{row}"


def parse_a1(address: str) -> tuple[int, int]:
    """Row and column of an address.

    >>> parse_a1("$C$5")
    (5, 3)
    """
    match = _A1.fullmatch(address)
    if not match:
        raise ValueError(f"{address!r} is not a cell address")
    return int(match[2]), column_number(match[1])


def quote_sheet(name: str) -> str:
    """A sheet's name as a formula needs it.

    >>> quote_sheet("排名"), quote_sheet("2015 填报"), quote_sheet("Q1")
    ('排名', "'2015 填报'", "'Q1'")
    """
    if _PLAIN_SHEET.fullmatch(name) and not _LOOKS_LIKE_CELL.fullmatch(name):
        return name
    return "'" + name.replace("'", "''") + "'"

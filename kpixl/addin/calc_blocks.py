"""A long column between Calc's Basic and the engine, as one block of bytes.

Handing a range over cell by cell and taking the scores back in the same way is most of what a
column costs there.  What Basic itself writes of a range into a file, and reads from one, costs
a tenth of that.  Cells stand column by column, each with the kind that Basic gives it.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from kpixl.addin.values import Figures, Rows

# A cell as Basic's Put writes it: what it is, and then its contents.  Calc hands every figure
# over as a double, so that an integer is what Basic makes of an empty cell.
_DOUBLE = 5
_BLANK = b"\x08\x00\x00\x00"  # a text of no characters
_FIGURE = np.dtype([("kind", "<u2"), ("figure", "<f8")])
_DOUBLES = struct.Struct("<d")
_A_FIGURE, _AN_EMPTY_CELL = b"\x05\x00", b"\x02\x00\x00\x00"


def read(block: bytes, rows: int, columns: int) -> Rows | None:
    """The cells of a block; None where it holds anything but figures and empty cells.

    >>> three = bytes([5, 0, 0, 0, 0, 0, 0, 0, 8, 64])
    >>> tuple(read(three + three, 2, 1)), read(three + bytes([2, 0, 0, 0]), 2, 1)
    (((3.0,), (3.0,)), ((3.0,), (None,)))
    """
    size = rows * columns
    if len(block) == size * _FIGURE.itemsize:
        cells = np.frombuffer(block, _FIGURE)
        if (cells["kind"] == _DOUBLE).all():
            return Figures(cells["figure"].reshape(columns, rows).T.copy())
    found = _one_by_one(block, size)
    if found is None:
        return None
    return tuple(zip(*(found[at : at + rows] for at in range(0, size, rows)), strict=True))


def _one_by_one(block: bytes, size: int) -> list[float | None] | None:
    """The cells of a block in which some are empty."""
    found: list[float | None] = []
    at = 0
    for _ in range(size):
        if block[at : at + 2] == _A_FIGURE and at + 10 <= len(block):
            found.append(_DOUBLES.unpack_from(block, at + 2)[0])
            at += 10
        elif block[at : at + 4] == _AN_EMPTY_CELL:
            found.append(None)
            at += 4
        else:
            return None
    return found if at == len(block) else None


def written(result: Any, rows: int) -> bytes | None:
    """A column of figures and blanks as a block; None where the result is anything else.

    >>> read(written(((1.5,), (0.0,)), 2), 2, 1) == ((1.5,), (0.0,))
    True
    >>> written(((1.5,), ("",)), 2)
    b'\\x05\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\xf8?\\x08\\x00\\x00\\x00'
    """
    if isinstance(result, Figures):
        return _figures(result.array[:, 0]) if len(result) == rows else None
    if not isinstance(result, tuple) or len(result) != rows or {*map(len, result)} != {1}:
        return None
    cells = [row[0] for row in result]
    if {*map(type, cells)} == {float}:
        return _figures(cells)
    if all(type(cell) is float or cell == "" for cell in cells):
        return b"".join(_BLANK if c == "" else _A_FIGURE + _DOUBLES.pack(c) for c in cells)
    return None


def _figures(figures: Any) -> bytes:
    cells = np.empty(len(figures), _FIGURE)
    cells["kind"], cells["figure"] = _DOUBLE, figures
    return cells.tobytes()

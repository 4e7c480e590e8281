"""What a spreadsheet program hands over, as plain values with one meaning.

A range comes as rows of cells, a single cell bare; a flat list is one row.  A cell is
None, text, a number, TRUE or FALSE, or a CellError.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kpixl.addin.registry import Column, Given, Result
from kpixl.errors import BadArgument, KpixlError
from kpixl.grid import CellError, Scalar
from kpixl.rules import RuleInput

Rows: TypeAlias = Sequence[tuple[Scalar, ...]]

NOTHING = ""  # an empty cell would show 0 where a function returned it


class Percent(float):
    """A number from a cell that is formatted as a percentage: 0.083, shown as 8.3 %.

    A host that knows the formats hands such cells over as this.  Percent figures count in
    points, so where a percentage is asked for it is 8.3 (G9); elsewhere it is 0.083.
    """

    @property
    def points(self) -> float:
        """The figure in percent points."""
        return float(Decimal(f"{float(self):.15g}") * 100)


class Figures(Sequence[tuple[float, ...]]):
    """Rows that hold figures and nothing else, rows × columns in one array.

    A host that has a long range as bytes hands it over as this: no cell has to be made.

    >>> table = Figures(np.array([[1.0, 20.0], [2.0, 21.0]]))
    >>> table[1], len(table), table == ((1.0, 20.0), (2.0, 21.0))
    ((2.0, 21.0), 2, True)
    """

    def __init__(self, array: NDArray[np.float64]) -> None:
        self.array = array

    def __len__(self) -> int:
        return len(self.array)

    def __getitem__(self, row: Any) -> Any:
        found = self.array[row].tolist()
        return tuple(map(tuple, found) if isinstance(row, slice) else found)

    def __iter__(self) -> Iterator[tuple[float, ...]]:
        return map(tuple, self.array.tolist())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Figures):
            return np.array_equal(self.array, other.array)
        return isinstance(other, Sequence) and tuple(self) == tuple(other)


class Blank(Exception):
    """Blank in, blank out: an argument without which there is nothing to work on is empty."""

    def __init__(self, sentence: str = "") -> None:
        self.sentence = sentence
        super().__init__(sentence)


class Passed(Exception):
    """An error value that stood in an argument and comes back as it is."""

    def __init__(self, error: CellError) -> None:
        self.error = error
        super().__init__(error.code)


def rows(given: Given | Figures) -> Rows:
    """An argument as rows of cells.

    >>> rows(((1.0, None), (2.0, "甲"))), rows([1.0, 2.0]), rows(3.0)
    (((1.0, None), (2.0, '甲')), ((1.0, 2.0),), ((3.0,),))
    """
    if isinstance(given, Figures):
        return given
    if not isinstance(given, (tuple, list)):
        return ((given,),)
    if type(given) is tuple and {*map(type, given)} == {tuple} and len({*map(len, given)}) == 1:
        return given
    if given and all(isinstance(row, (tuple, list)) for row in given):
        width = max(len(row) for row in given)
        return tuple(tuple(row) + (None,) * (width - len(row)) for row in given)
    return (tuple(given),) if given else ((None,),)


def column_of(table: Rows, i: int) -> Sequence[Scalar] | NDArray[np.float64]:
    """The cells of a column, an array where there are only figures."""
    return table.array[:, i] if isinstance(table, Figures) else [line[i] for line in table]


def kinds_of(table: Rows) -> set[type]:
    """The types of the cells."""
    if isinstance(table, Figures):
        return {float}
    return {kind for line in table for kind in map(type, line)}


def is_flat(given: Given) -> bool:
    """Whether an argument is a plain list, which does not say if it is a row or a column."""
    return isinstance(given, (tuple, list)) and not any(
        isinstance(row, (tuple, list)) for row in given
    )


def blank(cell: Scalar) -> bool:
    """Whether a cell holds nothing; spaces are nothing."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def cells(given: Given) -> Iterator[Scalar]:
    """All cells of an argument."""
    for row in rows(given):
        yield from row


def nothing(given: Given) -> bool:
    """Whether an argument is left out or holds nothing at all."""
    return all(blank(cell) for cell in cells(given))


def pass_errors(*given: Given) -> None:
    """Stop at the first error value among some arguments."""
    for argument in given:
        for cell in cells(argument):
            if isinstance(cell, CellError):
                raise Passed(cell)


def one(given: Given, name: str) -> Scalar:
    """The one cell of an argument; of merged cells all but the first are blank.

    >>> one((("制定方案得1分", None), (None, "")), "rule")
    '制定方案得1分'
    """
    table = rows(given)
    if any(not blank(cell) for cell in [*cells(given)][1:]):
        found = f"{len(table)}行{len(table[0])}列"
        raise BadArgument(name, found, "一个单元格")
    return table[0][0]


def text(given: Given, name: str) -> str:
    """The text of an argument; numbers stand as they show, blank raises Blank."""
    cell = one(given, name)
    if isinstance(cell, CellError):
        raise Passed(cell)
    if blank(cell):
        raise Blank
    if isinstance(cell, (str, bool, int, float, date, time)):
        return shown(cell)
    raise BadArgument(name, type(cell).__name__, "文字")


def optional_text(given: Given, name: str) -> str:
    """The text of an argument that may be left out."""
    try:
        return text(given, name)
    except Blank:
        return ""


def shown(cell: Scalar) -> str:
    """A cell as it is quoted in a message.

    >>> shown(3.0), shown(True), shown(None)
    ('3', '是', '空白')
    """
    if blank(cell):
        return "空白"
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, int):
        return str(cell) if abs(cell) < 10**15 else "过大的数"
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell)


def number(cell: Scalar, name: str, *, kind: str = "number") -> float:
    """A cell that must hold a number; in points where its kind is percent."""
    if isinstance(cell, Percent) and kind == "percent":
        return cell.points
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        raise BadArgument(name, shown(cell), "数字")
    try:
        value = float(cell)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise BadArgument(name, shown(cell), "可以计算的数", excel="#NUM!")
    # figures that look equal are equal: a cell holds 0.3-0.1 as 0.19999999999999998
    return float(f"{value:.15g}")


_ANSWERS = {"是": 1.0, "否": 0.0}


def answer(cell: Scalar, name: str) -> float:
    """A cell that must hold 是 or 否, TRUE or FALSE, 1 or 0; as 1 or 0."""
    if isinstance(cell, bool):
        return float(cell)
    if isinstance(cell, str):
        if cell.strip() in _ANSWERS:
            return _ANSWERS[cell.strip()]
        raise BadArgument(name, shown(cell), "是 或 否")
    value = number(cell, name)
    if value not in (0.0, 1.0):
        raise BadArgument(name, shown(cell), "是 或 否(1 或 0)", excel="#NUM!")
    return value


def figure(cell: Scalar, given: RuleInput, name: str) -> float:
    """A cell as a figure of a rule's input; NaN for blank.

    Raises BadArgument for text, a negative or broken count, a negative judged figure;
    Passed for an error value.
    """
    if isinstance(cell, CellError):
        raise Passed(cell)
    if blank(cell):
        return math.nan
    if given.kind == "yes_no":
        return answer(cell, name)
    value = number(cell, name, kind=given.kind)
    if given.kind == "count" and (value < 0 or not value.is_integer()):
        raise BadArgument(name, shown(cell), "不小于 0 的整数", excel="#NUM!")
    if given.kind == "judged" and value < 0:
        raise BadArgument(name, shown(cell), "不小于 0 的数", excel="#NUM!")
    return value


# Figures below this size with at most so many decimals have no more than 15 digits.
_DECIMALS, _DIGITS = 1e4, 1e15


def figures(
    column: Sequence[Scalar] | NDArray[np.float64], given: RuleInput
) -> tuple[NDArray[np.float64], list[int]]:
    """Cells as `figure` gives them, and the numbers of those that it has to look at itself.

    >>> from kpixl.rules import parse
    >>> figures((3.0, None, "三"), parse("每采用1条得0.1分").inputs[0])
    (array([ 3., nan, nan]), [2])
    """
    if isinstance(column, np.ndarray) or set(map(type, column)) == {float}:
        found = np.array(column, dtype=np.float64)
        odd = ~np.isfinite(found)
    else:
        numbers = [cell if type(cell) is float else math.nan for cell in column]
        found = np.array(numbers, dtype=np.float64)
        nothing_ = [cell is None or cell == "" for cell in column]
        odd = ~np.isfinite(found) & ~np.array(nothing_)
    with np.errstate(over="ignore", invalid="ignore"):
        # A whole number of decimal steps, divided exactly, is the figure that its 15 digits
        # mean, so there is nothing to round.
        steps = np.rint(found * _DECIMALS)
        long = ~odd & ~np.isnan(found)
        long &= ~((steps / _DECIMALS == found) & (np.abs(steps) < _DIGITS))
        for n in np.flatnonzero(long).tolist():
            found[n] = float(f"{found[n]:.15g}")
        odd |= np.isinf(found)  # of the largest figures, the 15 digits are too large
        if given.kind == "yes_no":
            odd |= (found != 0) & (found != 1) & ~np.isnan(found)
        elif given.kind == "count":
            odd |= (found < 0) | ((np.floor(found) != found) & ~np.isnan(found))
        elif given.kind == "judged":
            odd |= found < 0
    found[odd] = math.nan
    return found, np.flatnonzero(odd).tolist()


# What people put where there is nothing to put.
_DASHES = frozenset({"-", "–", "—", "——", "/", "无"})


def worth(given: Given) -> Decimal | None:
    """分值 as an exact number; None where there is none (blank, or a dash)."""
    cell = one(given, "points")
    if isinstance(cell, CellError):
        raise Passed(cell)
    if blank(cell) or (isinstance(cell, str) and cell.strip() in _DASHES):
        return None
    value = number(cell, "points")
    if value <= 0:
        raise BadArgument("points", shown(cell), "大于 0 的分值", excel="#NUM!")
    return Decimal(f"{value:.15g}")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why one row has no result: the error value that its cell shows, and a sentence.

    `cause` is the exception behind it, None where an error value was passed on.
    """

    error: CellError
    sentence: str
    cause: KpixlError | None = None


def fault(error: Exception, where: str = "") -> Fault:
    """What an exception means for a cell."""
    if isinstance(error, Passed):
        place = f"{where}是错误值" if where else "参数中有错误值"
        return Fault(error.error, f"{place} {error.error.code},请先改正它。")
    if isinstance(error, BadArgument):
        return Fault(CellError(error.excel), str(error), error)
    assert isinstance(error, KpixlError)
    return Fault(CellError("#VALUE!"), str(error), error)


def each(given: Given, work: Callable[[Scalar], Result]) -> Result | Column:
    """A function of one cell over a cell or every cell of a range; blank gives blank.

    In a range a fault stays in its cell; of a single cell it is raised.
    """

    def guarded(cell: Scalar) -> Result:
        try:
            return one_cell(cell)
        except KpixlError as error:
            return fault(error).error

    def one_cell(cell: Scalar) -> Result:
        if isinstance(cell, CellError):
            return cell
        return NOTHING if blank(cell) else work(cell)

    table = rows(given)
    if len(table) == len(table[0]) == 1:
        return one_cell(table[0][0])
    return tuple(tuple(guarded(cell) for cell in row) for row in table)


def column(results: list[Any]) -> Any:
    """Results of rows as a column; of one row as they are."""
    return results[0] if len(results) == 1 else tuple(zip(results, strict=True))

"""What the arguments of a call in a cell's formula hold, taken from a workbook that was read.

Enough to explain a cell, in any host and without its program: references, constants, defined
names, our own functions, and arithmetic on all of these.  What only the program can work out
(its own functions, other workbooks) raises Aside with the reason.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from kpixl.addin import callables, functions
from kpixl.addin.registry import Given
from kpixl.addin.values import Percent, rows
from kpixl.address import LAST_COLUMN, LAST_ROW
from kpixl.grid import Area, CellError, Scalar, Sheet, Snapshot
from kpixl.hosts.formula_prepare import reads_outside
from kpixl.hosts.formula_text import Piece
from kpixl.hosts.formula_tree import DEEPEST, Aside, Call, Group, Part, meant, tree_of, written
from kpixl.numbers import shows_percent

_ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": operator.pow,
}
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
# From the loosest to the tightest; a sign before a figure binds tighter than ^.
_LEVELS = (
    frozenset(_COMPARISONS),
    frozenset("&"),
    frozenset("+-"),
    frozenset("*/"),
    frozenset("^"),
)


def values_of(book: Snapshot, sheet: Sheet, part: Part) -> Given:
    """An argument as its function gets it; None for one that was left out.

    Cells formatted as a percentage come as Percent.  Raises Aside.

    >>> from kpixl.grid import Source
    >>> sheet = Sheet("表", ((4.0, "甲"), (None, 0.083)), formats={(2, 2): "0.0%"})
    >>> book = Snapshot(Source(""), (sheet,))
    >>> [values_of(book, sheet, tree_of(f)) for f in ("=A1:A2", "=B2", "=-A1^2/8%", "=A1&B1", "=A1:A2>1")]
    [((4.0,), (None,)), 0.083, 200.0, '4甲', ((True,), (False,))]
    """
    if reads_outside(written(part)):
        raise Aside(f"“{written(part).strip()}”引用了别的工作簿")
    return _Values(book, sheet).of(part)


class _Values:
    def __init__(self, book: Snapshot, sheet: Sheet, depth: int = 0) -> None:
        self._book, self._sheet, self._depth = book, sheet, depth
        self._items: list[Any] = []
        self._at = 0

    def of(self, part: Part) -> Given:
        items = _joined(meant(part))
        if not items:
            return None
        before = self._items, self._at
        self._items, self._at = items, 0
        try:
            found = self._level(0)
            if self._at != len(items):
                raise Aside(f"“{written(part).strip()}”读不懂")
        finally:
            self._items, self._at = before
        return found

    def _sign(self) -> str:
        """The operator that comes next; empty where none does."""
        item = self._items[self._at] if self._at < len(self._items) else None
        return item.text if isinstance(item, Piece) and item.kind == "other" else ""

    def _level(self, level: int) -> Given:
        if level == len(_LEVELS):
            return self._signed()
        left = self._level(level + 1)
        while (sign := self._sign()) and sign in _LEVELS[level]:
            self._at += 1
            left = _each(_applied(sign), left, self._level(level + 1))
        return left

    def _signed(self) -> Given:
        if (sign := self._sign()) and sign in "+-":
            self._at += 1
            given = self._signed()
            return _each(_applied("-"), 0.0, given) if sign == "-" else given
        given = self._single()
        while self._sign() == "%":
            self._at += 1
            given = _each(_applied("/"), given, 100.0)
        return given

    def _single(self) -> Given:
        if self._at >= len(self._items):
            raise Aside("算式不完整")
        item = self._items[self._at]
        self._at += 1
        if isinstance(item, Group):
            return self.of(item.part)
        if isinstance(item, Call):
            return self._called(item)
        if item.text == "{":
            return self._constants()
        return self._piece(item)

    def _piece(self, piece: Piece) -> Given:
        if piece.kind == "number":
            return float(piece.text)
        if piece.kind == "text":
            return piece.text[1:-1].replace('""', '"')
        if piece.kind == "error":
            return CellError(piece.text.upper())
        if piece.kind == "area" and piece.area is not None:
            return self._area(piece, piece.area)
        if piece.kind == "name" and piece.text.upper() in ("TRUE", "FALSE"):
            return piece.text.upper() == "TRUE"
        if piece.kind == "name":
            return self._named(piece.text)
        raise Aside(f"“{piece.text}”读不懂")

    def _constants(self) -> Given:
        """A list of constants; rows are divided by semicolons."""
        table: list[list[Scalar]] = [[]]
        while (sign := self._sign()) != "}":
            if sign == ";":
                table.append([])
                self._at += 1
            elif sign == ",":
                self._at += 1
            else:
                value = self._signed()
                assert not isinstance(value, (tuple, list))
                table[-1].append(value)
        self._at += 1
        return tuple(map(tuple, table))

    def _area(self, piece: Piece, area: Area) -> Given:
        name = self._sheet.name if piece.sheet is None else piece.sheet
        there = (s for s in self._book.sheets if s.name.casefold() == name.casefold())
        sheet = next(there, None)
        if sheet is None:
            raise Aside(f"没有名为“{name}”的工作表")
        # A whole column is as long as what is filled in.
        bottom = max(len(sheet.rows), area.top) if area.bottom == LAST_ROW else area.bottom
        right = max(sheet.width, area.left) if area.right == LAST_COLUMN else area.right
        found = tuple(
            tuple(_cell(sheet, row, column) for column in range(area.left, right + 1))
            for row in range(area.top, bottom + 1)
        )
        return found[0][0] if ":" not in area.a1 else found

    def _named(self, name: str) -> Given:
        names = {key.upper(): text for key, text in self._book.names.items()}
        text = names.get(f"{self._sheet.name}!{name}".upper(), names.get(name.upper()))
        if text is None:
            raise Aside(f"名称“{name}”没有定义")
        if self._depth > DEEPEST:
            raise Aside("名称互相引用")
        if reads_outside(text):
            raise Aside(f"名称“{name}”引用了别的工作簿")
        return _Values(self._book, self._sheet, self._depth + 1).of(tree_of(text))

    def _called(self, call: Call) -> Given:
        if call.name in ("TRUE", "FALSE") and not call.arguments:
            return call.name == "TRUE"
        spec = functions().get(call.name)
        if spec is None or any(a.address for a in spec.arguments):
            raise Aside(f"“{written((call,))}”要由表格软件计算,请把它写在单独的格子里再引用")
        found: Given = callables()[call.name](*map(self.of, call.arguments))
        return found


def _cell(sheet: Sheet, row: int, column: int) -> Scalar:
    value = sheet.value(row, column)
    if isinstance(value, float) and shows_percent(sheet.formats.get((row, column), "")):
        return Percent(value)
    return value


def _joined(items: list[Any]) -> list[Any]:
    """Items with signs of two characters in one piece."""
    found: list[Any] = []
    for item in items:
        last = found[-1] if found else None
        if (
            isinstance(item, Piece)
            and isinstance(last, Piece)
            and item.kind == last.kind == "other"
            and last.text + item.text in _COMPARISONS
        ):
            found[-1] = Piece("other", last.text + item.text)
        else:
            found.append(item)
    return found


def _each(work: Callable[[Scalar, Scalar], Scalar], left: Given, right: Given) -> Given:
    """A sign between cells or rows of cells; one row or column stands for all."""
    if not isinstance(left, (tuple, list)) and not isinstance(right, (tuple, list)):
        return work(left, right)
    one, other = rows(left), rows(right)
    height, width = max(len(one), len(other)), max(len(one[0]), len(other[0]))
    if any(len(t) not in (1, height) or len(t[0]) not in (1, width) for t in (one, other)):
        return CellError("#N/A")
    return tuple(
        tuple(
            work(
                one[min(r, len(one) - 1)][min(c, len(one[0]) - 1)],
                other[min(r, len(other) - 1)][min(c, len(other[0]) - 1)],
            )
            for c in range(width)
        )
        for r in range(height)
    )


def _applied(sign: str) -> Callable[[Scalar, Scalar], Scalar]:
    def work(left: Scalar, right: Scalar) -> Scalar:
        for side in (left, right):
            if isinstance(side, CellError):
                return side
        if sign in _COMPARISONS:
            return _COMPARISONS[sign](*_comparable(left, right))
        if sign == "&":
            return _text(left) + _text(right)
        a, b = _number(left), _number(right)
        if a is None or b is None:
            return CellError("#VALUE!")
        try:
            found = _ARITHMETIC[sign](a, b)
        except ZeroDivisionError:
            return CellError("#DIV/0!")
        except OverflowError:
            return CellError("#NUM!")
        return CellError("#NUM!") if isinstance(found, complex) else found

    return work


def _number(cell: Scalar) -> float | None:
    """A cell as arithmetic takes it; None for what is no figure."""
    if cell is None:
        return 0.0
    if isinstance(cell, (bool, int, float)):
        return float(cell)
    if isinstance(cell, str):
        try:
            return float(cell)
        except ValueError:
            return None
    raise Aside("算式里有日期,请先在单独的格子里算好")


def _text(cell: Scalar) -> str:
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, (int, float)):
        return f"{cell:.15g}"
    return "" if cell is None else str(cell)


def _comparable(left: Scalar, right: Scalar) -> tuple[tuple[int, Any], tuple[int, Any]]:
    """Two cells so that figures come before text and text before truth; blank is either."""

    def kind(cell: Scalar, other: Scalar) -> tuple[int, Any]:
        if cell is None:
            if isinstance(other, str):
                return 1, ""
            return (2, False) if isinstance(other, bool) else (0, 0.0)
        if isinstance(cell, bool):
            return 2, cell
        if isinstance(cell, str):
            return 1, cell.casefold()
        if isinstance(cell, (int, float)):
            return 0, float(f"{cell:.15g}")
        raise Aside("算式里有日期,请先在单独的格子里算好")

    return kind(left, right), kind(right, left)

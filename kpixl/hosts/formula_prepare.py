"""Formulas as files hold them, made ready for an engine that calculates.

What a spreadsheet program does silently is written out: names are replaced by what they
stand for, an area where one cell belongs is cut to the cell of the formula's own row or
column, a function of ours gets what it must know of its arguments' cells (which are
formatted as a percentage, where they stand).  What no engine can do is set aside, with the
reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, TypeAlias

from kpixl.address import a1, quote_sheet
from kpixl.grid import Area, CellError, Scalar, Snapshot, Source, Spot
from kpixl.hosts.formula_text import Piece, pieces

Place: TypeAlias = tuple[str, Spot]
Mode: TypeAlias = Literal["one", "range", "array"]

# Stands for an argument that was left out; engines would hand over 0.
OMITTED = "\ue000"
_DEEPEST = 70  # levels of brackets; spreadsheet programs allow 64
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_OUTSIDE = re.compile(r"\[[^\]]*\]|\.(?:xls|xlsx|xlsm|xlsb|ods|et)\b", re.IGNORECASE)
_CONSTANTS = frozenset({"TRUE", "FALSE"})

# Where one cell belongs, by the number of the argument from 0; the rest takes ranges.
_ONE: Mapping[str, frozenset[int]] = {
    "IF": frozenset({0}), "CHOOSE": frozenset({0}), "INDEX": frozenset({1, 2, 3}),
    "MATCH": frozenset({0, 2}), "VLOOKUP": frozenset({0, 2, 3}),
    "HLOOKUP": frozenset({0, 2, 3}), "COUNTIF": frozenset({1}), "SUMIF": frozenset({1}),
    "AVERAGEIF": frozenset({1}), "RANK": frozenset({0, 2}), "RANK.EQ": frozenset({0, 2}),
    "RANK.AVG": frozenset({0, 2}), "LARGE": frozenset({1}), "SMALL": frozenset({1}),
    "PERCENTRANK": frozenset({1, 2}), "PERCENTILE": frozenset({1}), "QUARTILE": frozenset({1}),
    "OFFSET": frozenset({1, 2, 3, 4}), "SUBTOTAL": frozenset({0}),
    **{f"{name}IFS": frozenset(range(first, 255, 2))
       for name, first in (("COUNT", 1), ("SUM", 2), ("AVERAGE", 2), ("MAX", 2), ("MIN", 2))},
}  # fmt: skip
# Every argument is one cell.
_SCALAR_NAMES = (
    "IFERROR IFNA ROUND ROUNDUP ROUNDDOWN MROUND CEILING FLOOR INT TRUNC ABS SIGN SQRT MOD POWER"
    " EXP LN LOG LOG10 VALUE TEXT LEFT RIGHT MID LEN LENB TRIM UPPER LOWER SUBSTITUTE REPLACE FIND"
    " SEARCH EXACT REPT CHAR CODE FIXED YEAR MONTH DAY HOUR MINUTE SECOND WEEKDAY DATE TIME"
    " DATEVALUE TIMEVALUE EDATE EOMONTH DATEDIF DAYS ISNUMBER ISTEXT ISBLANK ISERROR ISERR ISNA"
    " ISLOGICAL ISNONTEXT ISEVEN ISODD NOT N T EVEN ODD SINGLE"
)
_SCALAR = frozenset(_SCALAR_NAMES.split())
# Takes arrays without Ctrl+Shift+Enter.
_ARRAY_NAMES = (
    "SUMPRODUCT LOOKUP MMULT MINVERSE MDETERM FREQUENCY TRANSPOSE MODE TREND LINEST LOGEST GROWTH"
    " FILTER SORT SORTBY UNIQUE SEQUENCE XLOOKUP XMATCH"
)
_ARRAY = frozenset(_ARRAY_NAMES.split())
# These hand on one of their later arguments as it is.
_HANDS_ON = frozenset({"IF", "CHOOSE"})
_OPERATORS = frozenset("+-*/^&=<>%")


@dataclass(frozen=True)
class OwnFunction:
    """A function of ours as engines may call it.

    `call` gets None for blank or omitted, text, numbers, truth values, CellError, tuples of
    rows.  `addresses` are the arguments, counted from 0, of which it wants the address;
    `address_of` are arguments that are filled with the address of another one.  With
    `percent`, cells formatted as a percentage are handed over through it.
    """

    call: Callable[..., Any]
    addresses: frozenset[int] = frozenset()
    address_of: Mapping[int, int] = field(default_factory=dict)
    percent: Callable[[float], Any] | None = None


Functions: TypeAlias = Mapping[str, OwnFunction]


@dataclass(frozen=True)
class Calculated:
    """What an engine came to: values of formula cells and of the cells that arrays fill, the
    size of each array's own result, and the cells that it could not do, with the reason."""

    values: Mapping[Place, Scalar]
    sizes: Mapping[Place, tuple[int, int]]
    aside: Mapping[Place, str]


class Aside(Exception):
    """Why a formula is not calculated."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Hint:
    """What a call of ours must know: whether one cell is wanted, and percent cells by argument."""

    one: bool
    percent: tuple[tuple[int, frozenset[tuple[int, int]]], ...] = ()


@dataclass(frozen=True, slots=True)
class _Call:
    name: str
    arguments: tuple[_Part, ...]


@dataclass(frozen=True, slots=True)
class _Group:
    part: _Part


_Part: TypeAlias = tuple[Any, ...]


# -- the shape of a formula ------------------------------------------------------------


@lru_cache(maxsize=1 << 12)
def _tree(formula: str) -> _Part:
    """A formula as nested calls and brackets over its pieces; raises Aside."""
    stack: list[tuple[Piece | None, list[list[Any]]]] = [(None, [[]])]
    braces = 0
    for piece in pieces(formula):
        top = stack[-1][1]
        if piece.kind == "function":
            stack.append((piece, [[]]))
        elif piece.text == "(" and piece.kind == "other":
            stack.append((Piece("other", "("), [[]]))
        elif piece.text == ")" and piece.kind == "other":
            if len(stack) == 1:
                raise Aside("公式读不懂:括号不配对")
            opened, parts = stack.pop()
            assert opened is not None
            frozen = tuple(map(tuple, parts))
            if opened.kind == "function":
                if len(frozen) == 1 and not _meant(frozen[0]):
                    frozen = ()
                stack[-1][1][-1].append(_Call(opened.name, frozen))
            else:
                stack[-1][1][-1].append(_Group(frozen[0]))
        elif piece.text == "," and not braces and stack[-1][0] is not None:
            if stack[-1][0].kind == "function":
                top.append([])
            else:
                top[-1].append(piece)
        else:
            braces += (piece.text == "{") - (piece.text == "}")
            top[-1].append(piece)
        if len(stack) > _DEEPEST:
            raise Aside("公式读不懂:括号层数太多")
    if len(stack) != 1:
        raise Aside("公式读不懂:括号不配对")
    return tuple(stack[0][1][0])


def _meant(part: _Part) -> list[Any]:
    """What stands in a part beside spaces."""
    return [i for i in part if not (isinstance(i, Piece) and not i.text.strip())]


def _lone_area(part: _Part) -> Piece | None:
    """The area that a part is, brackets around it or not."""
    items = _meant(part)
    if len(items) != 1:
        return None
    if isinstance(items[0], _Group):
        return _lone_area(items[0].part)
    return items[0] if isinstance(items[0], Piece) and items[0].kind == "area" else None


def functions_in(formula: str) -> tuple[str, ...]:
    """The plain names of the functions that a formula calls."""
    return tuple(dict.fromkeys(p.name for p in pieces(formula) if p.kind == "function"))


@lru_cache(maxsize=1 << 15)
def reads_outside(formula: str) -> bool:
    """Whether a formula refers to another workbook; an add-in's function is none.

    >>> reads_outside("=[2]表!A1+1"), reads_outside("=[1]!KPISCORE(A1)"), reads_outside('="[1]a"')
    (True, False, False)
    """
    for piece in pieces(formula):
        if piece.kind == "area" and piece.sheet and _OUTSIDE.search(piece.sheet):
            return True
    plain = "".join(p.text for p in pieces(formula) if p.kind not in ("text", "function"))
    return bool(re.search(r"\[\d+\]|'[^']*\[[^']*\][^']*'!", plain))


# -- rewriting -------------------------------------------------------------------------


class Preparer:
    """Rewrites the formulas of one workbook; `hints` grows with the calls of ours.

    With `qualify`, every reference names its sheet, so that a formula may be calculated on
    another one.
    """

    def __init__(self, snapshot: Snapshot, functions: Functions, *, qualify: bool = False) -> None:
        self._sheets = {s.name.casefold(): s for s in snapshot.sheets}
        self._names = {name.upper(): text for name, text in snapshot.names.items()}
        self._functions = {name.upper(): own for name, own in functions.items()}
        self._qualify = qualify
        self.hints: list[Hint] = []
        self._numbers: dict[Hint, int] = {}
        self._spots: dict[str, list[Spot]] = {}
        self._percent: dict[tuple[str, Area], frozenset[Spot]] = {}

    def prepared(self, sheet: str, spot: Spot, formula: str, *, array: bool = False) -> str:
        """The formula for an engine, with its "="; raises Aside."""
        mode: Mode = "array" if array else "one"
        if not self._functions and not self._names:
            # Forms of one kind have the same formulas in the same places.
            return _alike(sheet, spot, formula, mode, self._qualify)
        return self._written(sheet, spot, formula, mode)

    def _written(self, sheet: str, spot: Spot, formula: str, mode: Mode) -> str:
        if reads_outside(formula):
            raise Aside("引用了别的工作簿")
        return "=" + self._part(self._named(_tree(formula), sheet, 0), mode, sheet, spot)

    # -- names --

    def _named(self, part: _Part, sheet: str, depth: int) -> _Part:
        """The part with names replaced by what they stand for."""
        if depth > 2 * _DEEPEST:
            raise Aside("名称互相引用")
        out: list[Any] = []
        for at, item in enumerate(part):
            if isinstance(item, _Call):
                arguments = tuple(self._named(a, sheet, depth + 1) for a in item.arguments)
                out.append(_Call(item.name, arguments))
            elif isinstance(item, _Group):
                out.append(_Group(self._named(item.part, sheet, depth + 1)))
            elif item.text == "[" or (item.kind == "name" and _followed(part, at, "[")):
                raise Aside("用到表格的结构化引用")
            elif item.kind == "name" and item.text.upper() not in _CONSTANTS:
                out.append(self._meaning(item.text, sheet, depth))
            else:
                out.append(item)
        return tuple(out)

    def _meaning(self, name: str, sheet: str, depth: int) -> Any:
        text = self._names.get(f"{sheet}!{name}".upper(), self._names.get(name.upper()))
        if text is None:
            raise Aside(f"名称“{name}”没有定义")
        if reads_outside(text):
            raise Aside(f"名称“{name}”引用了别的工作簿")
        tree = self._named(_tree(text), sheet, depth + 10)
        if any(p.kind == "area" and _relative(p) for p in _all_pieces(tree)):
            raise Aside(f"名称“{name}”用了相对引用")
        items = _meant(tree)
        return items[0] if len(items) == 1 else _Group(tree)

    # -- writing --

    def _part(self, part: _Part, mode: Mode, sheet: str, spot: Spot) -> str:
        alone = len(_meant(part)) == 1
        if mode == "range" and not alone and _calculates(part):
            mode = "one"
        out: list[str] = []
        for item in part:
            if isinstance(item, _Call):
                out.append(self._call(item, mode, sheet, spot))
            elif isinstance(item, _Group):
                out.append("(" + self._part(item.part, mode, sheet, spot) + ")")
            elif item.kind == "area":
                out.append(self._area(item, mode, sheet, spot))
            else:
                out.append(item.text)
        return "".join(out)

    def _area(self, piece: Piece, mode: Mode, sheet: str, spot: Spot) -> str:
        assert piece.area is not None
        text = piece.text
        if mode == "one" and ":" in piece.area.a1:
            found = _own_cell(piece.area, spot)
            if found is None:
                return "#VALUE!"
            text = a1(*found)
            if piece.sheet is not None:
                return quote_sheet(piece.sheet) + "!" + text
        if piece.sheet is None and self._qualify:
            return quote_sheet(sheet) + "!" + text
        return text

    def _call(self, call: _Call, mode: Mode, sheet: str, spot: Spot) -> str:
        own = self._functions.get(call.name)
        if own is not None:
            return self._own_call(call, own, mode, sheet, spot)
        parts = [
            self._part(argument, _mode(call.name, n, mode), sheet, spot)
            for n, argument in enumerate(call.arguments)
        ]
        name = "" if call.name == "SINGLE" else call.name
        return f"{name}({','.join(parts)})"

    def _own_call(self, call: _Call, own: OwnFunction, mode: Mode, sheet: str, spot: Spot) -> str:
        parts: list[str] = []
        percent: list[tuple[int, frozenset[Spot]]] = []
        for n, argument in enumerate(call.arguments):
            area = _lone_area(argument)
            if not _meant(argument):
                parts.append(_quoted(OMITTED))
            elif area is not None and n in own.addresses:
                parts.append(_quoted(area.text))
            else:
                parts.append(self._part(argument, "array", sheet, spot))
                if area is not None and own.percent is not None:
                    cells = self._percent_cells(sheet, area)
                    percent += [(n, cells)] if cells else []
        for n, of in sorted(own.address_of.items()):
            parts += [_quoted(OMITTED)] * (n - len(parts))
            area = _lone_area(call.arguments[of]) if of < len(call.arguments) else None
            parts.append(_quoted(OMITTED if area is None else area.text))
        number = self._number(Hint(mode == "one", tuple(percent)))
        return f"{call.name}({','.join((_quoted(str(number)), *parts))})"

    def _number(self, hint: Hint) -> int:
        if hint not in self._numbers:
            self._numbers[hint] = len(self.hints)
            self.hints.append(hint)
        return self._numbers[hint]

    def _percent_cells(self, own: str, piece: Piece) -> frozenset[Spot]:
        """The cells of an area that are formatted as a percentage, counted from 0."""
        assert piece.area is not None
        area = piece.area
        sheet = self._sheets.get((own if piece.sheet is None else piece.sheet).casefold())
        if sheet is None or not sheet.formats:
            return frozenset()
        if sheet.name not in self._spots:
            found = [s for s, form in sheet.formats.items() if is_percent(form)]
            self._spots[sheet.name] = found
        key = (sheet.name, area)
        if key not in self._percent:
            self._percent[key] = frozenset(
                (row - area.top, column - area.left)
                for row, column in _within(self._spots[sheet.name], area, sheet.formats)
            )
        return self._percent[key]


@lru_cache(maxsize=1 << 15)
def _alike(sheet: str, spot: Spot, formula: str, mode: Mode, qualify: bool) -> str:
    bare = Preparer(Snapshot(Source(""), ()), {}, qualify=qualify)
    return bare._written(sheet, spot, formula, mode)


def _within(spots: list[Spot], area: Area, formats: Mapping[Spot, str]) -> Iterator[Spot]:
    """The percent cells inside an area, whichever of the two is the smaller."""
    size = (area.bottom - area.top + 1) * (area.right - area.left + 1)
    if size > len(spots):
        yield from (s for s in spots if s in area)
        return
    for row in range(area.top, area.bottom + 1):
        for column in range(area.left, area.right + 1):
            if is_percent(formats.get((row, column), "")):
                yield row, column


def _mode(name: str, number: int, outer: Mode) -> Mode:
    """What the argument of a function takes, in a formula part of some mode."""
    if outer == "array" or name in _ARRAY:
        return "array"
    if name in _SCALAR or number in _ONE.get(name, ()):
        return "one"
    return outer if name in _HANDS_ON else "range"


def _own_cell(area: Area, spot: Spot) -> Spot | None:
    """The cell of a one-wide area that stands in the formula's row, or column."""
    row, column = spot
    if area.left == area.right and area.top <= row <= area.bottom:
        return row, area.left
    if area.top == area.bottom and area.left <= column <= area.right:
        return area.top, column
    return None


def _calculates(part: _Part) -> bool:
    return any(isinstance(i, Piece) and i.kind == "other" and i.text in _OPERATORS for i in part)


def _followed(part: _Part, at: int, text: str) -> bool:
    return at + 1 < len(part) and isinstance(part[at + 1], Piece) and part[at + 1].text == text


def _all_pieces(part: _Part) -> Iterator[Piece]:
    for item in part:
        if isinstance(item, _Call):
            for argument in item.arguments:
                yield from _all_pieces(argument)
        elif isinstance(item, _Group):
            yield from _all_pieces(item.part)
        else:
            yield item


def _relative(piece: Piece) -> bool:
    cells = piece.text.rpartition("!")[2]
    return any(
        not re.fullmatch(r"\$[A-Za-z]{1,3}(?:\$[0-9]+)?|\$[0-9]+", end) for end in cells.split(":")
    )


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def is_percent(number_format: str) -> bool:
    """Whether a number format shows the figure times 100 with a percent sign."""
    return "%" in number_format and "%" in _LITERAL.sub("", number_format)


# -- calling functions of ours ---------------------------------------------------------


def called(own: OwnFunction, hints: list[Hint], arguments: Sequence[Any]) -> Any:
    """The answer of a function of ours to the arguments that a prepared formula gives it.

    An error value as a single argument comes back without a call.
    """
    hint = hints[int(arguments[0])]
    given = [None if isinstance(a, str) and a == OMITTED else a for a in arguments[1:]]
    for argument in given:
        if isinstance(argument, CellError):
            return argument
    if own.percent is not None:
        for n, cells in hint.percent:
            given[n] = _marked(given[n], cells, own.percent)
    answer = own.call(*given)
    if hint.one and isinstance(answer, (tuple, list)):
        answer = answer[0]
        answer = answer[0] if isinstance(answer, (tuple, list)) else answer
    return answer


def _marked(given: Any, cells: frozenset[Spot], percent: Callable[[float], Any]) -> Any:
    def one(value: Any) -> Any:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return percent(float(value)) if number else value

    if not isinstance(given, tuple):
        return one(given) if (0, 0) in cells else given
    return tuple(
        tuple(one(v) if (r, c) in cells else v for c, v in enumerate(row))
        for r, row in enumerate(given)
    )

"""Formulas as files hold them, made ready for an engine that calculates.

What a spreadsheet program does silently is written out: names are replaced by what they
stand for, an area where one cell belongs is cut to the cell of the formula's own row or
column, figures are compared and joined to text at 15 significant digits, a function of ours
gets what it must know of its arguments' cells (which are formatted as a percentage, where
they stand).  What no engine can do is set aside, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, TypeAlias

from kpixl.address import a1, quote_sheet
from kpixl.grid import Area, CellError, Scalar, Snapshot, Source, Spot
from kpixl.hosts.formula_helpers import DIGITS, LESS, VALUE
from kpixl.hosts.formula_text import Piece
from kpixl.hosts.formula_tree import (
    DEEPEST,
    Aside,
    Call,
    Group,
    Part,
    all_pieces,
    lone_area,
    meant,
    pieces_of,
    tree_of,
)
from kpixl.numbers import shows_percent

Place: TypeAlias = tuple[str, Spot]
Mode: TypeAlias = Literal["one", "range", "array"]
Engine: TypeAlias = Literal["formulas", "formualizer"]

# Stands for an argument that was left out; engines would hand over 0.
OMITTED = "\ue000"
_OUTSIDE = re.compile(r"\[[^\]]*\]|\.xl[a-z]{1,2}\b", re.IGNORECASE)
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
_COMPARES = frozenset("=<>")
_OF_SHOWN_ROWS = frozenset({"SUBTOTAL", "AGGREGATE"})
# With more arguments they look for the next smaller one, by wildcards, from the end.
_PLAIN_SEARCH = {"XLOOKUP": 4, "XMATCH": 2}
_CONDITIONS = frozenset({"COUNTIF", "SUMIF", "AVERAGEIF", "COUNTIFS", "SUMIFS", "AVERAGEIFS",
                         "MAXIFS", "MINIFS"})  # fmt: skip
# Formats that all engines write alike.
_FORMAT = re.compile(r'"(?:[0#?.,]+%?|(?:yyyy|yy|mm?|dd?|hh?|ss|[-/:年月日时分秒. ])+)"')


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


@dataclass(frozen=True)
class Hint:
    """What a call of ours must know: whether one cell is wanted, and percent cells by argument."""

    one: bool
    percent: tuple[tuple[int, frozenset[tuple[int, int]]], ...] = ()


# -- the shape of a formula ------------------------------------------------------------


@lru_cache(maxsize=1 << 15)
def functions_in(formula: str) -> tuple[str, ...]:
    """The plain names of the functions that a formula calls."""
    return tuple(dict.fromkeys(p.name for p in pieces_of(formula) if p.kind == "function"))


@lru_cache(maxsize=1 << 15)
def areas_in(formula: str) -> tuple[Area, ...]:
    """The areas of more than one cell that a formula reads."""
    return tuple(p.area for p in pieces_of(formula) if p.area is not None and ":" in p.area.a1)


@lru_cache(maxsize=1 << 15)
def reads_outside(formula: str) -> bool:
    """Whether a formula refers to another workbook; an add-in's function is none.

    >>> reads_outside("=[2]表!A1+1"), reads_outside("=[1]!KPISCORE(A1)"), reads_outside('="[1]a"')
    (True, False, False)
    """
    if "[" not in formula and ".xl" not in formula.lower():
        return False
    for piece in pieces_of(formula):
        if piece.kind == "area" and piece.sheet and _OUTSIDE.search(piece.sheet):
            return True
    plain = "".join(p.text for p in pieces_of(formula) if p.kind not in ("text", "function"))
    return bool(re.search(r"\[\d+\]|'[^']*\[[^']*\][^']*'!", plain))


# -- rewriting -------------------------------------------------------------------------


class Preparer:
    """Rewrites the formulas of one workbook; `hints` grows with the calls of ours.

    `engine` is the one that the formulas are for: what it would get wrong is set aside.
    With `qualify`, every reference names its sheet, so that a formula may be calculated on
    another one; those of array formulas always do.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        functions: Functions,
        *,
        engine: Engine = "formualizer",
        qualify: bool = False,
    ) -> None:
        self._engine = engine
        self._sheets = {s.name.casefold(): s for s in snapshot.sheets}
        self._names = {name.upper(): text for name, text in snapshot.names.items()}
        self._functions = {name.upper(): own for name, own in functions.items()}
        self._rows_hidden = any(s.hidden_rows for s in snapshot.sheets)
        self._qualify = self._naming = qualify
        self.hints: list[Hint] = []
        self._numbers: dict[Hint, int] = {}
        self._spots: dict[str, list[Spot]] = {}
        self._percent: dict[tuple[str, Area], frozenset[Spot]] = {}

    def prepared(self, sheet: str, spot: Spot, formula: str, *, array: bool = False) -> str:
        """The formula for an engine, with its "="; raises Aside."""
        mode: Mode = "array" if array else "one"
        hidden = self._rows_hidden and _OF_SHOWN_ROWS.intersection(functions_in(formula))
        if not self._functions and not self._names and not hidden:
            # Forms of one kind have the same formulas in the same places.
            return _alike(sheet, spot, formula, mode, self._engine, self._qualify)
        return self._written(sheet, spot, formula, mode)

    def _written(self, sheet: str, spot: Spot, formula: str, mode: Mode) -> str:
        if reads_outside(formula):
            raise Aside("引用了别的工作簿")
        self._naming = self._qualify or mode == "array"
        tree = self._named(tree_of(formula), sheet, 0)
        minus = _last_minus(tree) if mode == "one" else None
        if minus is None:
            return "=" + self._part(tree, mode, sheet, spot)
        # What ends in a difference is 0 where it is only noise, as in spreadsheet programs.
        sides = (tree[:minus], tree[minus + 1 :])
        return f"={LESS}({','.join(self._part(side, mode, sheet, spot) for side in sides)})"

    # -- names --

    def _named(self, part: Part, sheet: str, depth: int) -> Part:
        """The part with names replaced by what they stand for."""
        if depth > 2 * DEEPEST:
            raise Aside("名称互相引用")
        out: list[Any] = []
        for at, item in enumerate(part):
            if isinstance(item, Call):
                arguments = tuple(self._named(a, sheet, depth + 1) for a in item.arguments)
                out.append(Call(item.name, arguments))
            elif isinstance(item, Group):
                out.append(Group(self._named(item.part, sheet, depth + 1)))
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
        tree = self._named(tree_of(text), sheet, depth + 10)
        if any(p.kind == "area" and _relative(p) for p in all_pieces(tree)):
            raise Aside(f"名称“{name}”用了相对引用")
        items = meant(tree)
        return items[0] if len(items) == 1 else Group(tree)

    # -- writing --

    def _part(self, part: Part, mode: Mode, sheet: str, spot: Spot) -> str:
        alone = len(meant(part)) == 1
        if mode == "range" and not alone and _calculates(part):
            mode = "one"
        return "".join(
            self._operand(operand, mode, sheet, spot, exact) if operand else between
            for operand, between, exact in _operands(part)
        )

    def _operand(self, part: Part, mode: Mode, sheet: str, spot: Spot, exact: bool) -> str:
        out: list[str] = []
        for item in part:
            if isinstance(item, Call):
                out.append(self._call(item, mode, sheet, spot))
            elif isinstance(item, Group):
                out.append("(" + self._part(item.part, mode, sheet, spot) + ")")
            elif item.kind == "area":
                out.append(self._area(item, mode, sheet, spot))
            elif item.kind == "number" and "e" in item.text.lower():
                out.append(f"{Decimal(item.text):f}")
            else:
                out.append(item.text)
        text = "".join(out)
        return text if exact else f"{DIGITS}({text.strip()})"

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
        if piece.sheet is None and self._naming:
            return quote_sheet(sheet) + "!" + text
        return text

    def _call(self, call: Call, mode: Mode, sheet: str, spot: Spot) -> str:
        own = self._functions.get(call.name)
        if own is not None:
            return self._own_call(call, own, mode, sheet, spot)
        self._refuse(call, mode)
        if call.name in _CONSTANTS and not call.arguments:
            return call.name
        parts = [
            self._part(argument, _mode(call.name, n, mode), sheet, spot)
            for n, argument in enumerate(call.arguments)
        ]
        name = {"SINGLE": "", "VALUE": VALUE}.get(call.name, call.name)
        return f"{name}({','.join(parts)})"

    def _refuse(self, call: Call, mode: Mode) -> None:
        """Set a formula aside that the engine would calculate wrongly."""
        arguments = call.arguments
        if call.name == "TEXT" and len(arguments) == 2:
            form = "".join(p.text for p in all_pieces(arguments[1])).strip()
            if not _FORMAT.fullmatch(form):
                raise Aside(f"TEXT 的格式 {form} 不认识")
        if self._engine == "formulas":
            if call.name in _CONDITIONS and any(_says(a, '"<>"') for a in arguments):
                raise Aside(f"{call.name} 的条件“<>”不认识")
            return
        if call.name in _OF_SHOWN_ROWS and self._rows_hidden:
            raise Aside(f"{call.name} 遇到隐藏的行")
        if len(arguments) > _PLAIN_SEARCH.get(call.name, 255):
            raise Aside(f"{call.name} 的查找方式没有把握算准")
        if call.name in _CONDITIONS and mode == "array":
            first = 1 if call.name in ("COUNTIF", "COUNTIFS", "SUMIF", "AVERAGEIF") else 2
            criteria = range(first, len(arguments) if call.name.endswith("S") else 2, 2)
            if any(n < len(arguments) and _several(arguments[n]) for n in criteria):
                raise Aside(f"{call.name} 的条件是一片区域")
        if call.name == "LOOKUP" and len(arguments) > 1 and _calculates(arguments[1]):
            raise Aside("LOOKUP 在算出的数组中查找")

    def _own_call(self, call: Call, own: OwnFunction, mode: Mode, sheet: str, spot: Spot) -> str:
        parts: list[str] = []
        percent: list[tuple[int, frozenset[Spot]]] = []
        for n, argument in enumerate(call.arguments):
            area = lone_area(argument)
            if not meant(argument):
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
            area = lone_area(call.arguments[of]) if of < len(call.arguments) else None
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
            found = [s for s, form in sheet.formats.items() if shows_percent(form)]
            self._spots[sheet.name] = found
        key = (sheet.name, area)
        if key not in self._percent:
            self._percent[key] = frozenset(
                (row - area.top, column - area.left)
                for row, column in _within(self._spots[sheet.name], area, sheet.formats)
            )
        return self._percent[key]


@lru_cache(maxsize=1 << 15)
def _alike(sheet: str, spot: Spot, formula: str, mode: Mode, engine: Engine, qualify: bool) -> str:
    bare = Preparer(Snapshot(Source(""), ()), {}, engine=engine, qualify=qualify)
    return bare._written(sheet, spot, formula, mode)


def _within(spots: list[Spot], area: Area, formats: Mapping[Spot, str]) -> Iterator[Spot]:
    """The percent cells inside an area, whichever of the two is the smaller."""
    size = (area.bottom - area.top + 1) * (area.right - area.left + 1)
    if size > len(spots):
        yield from (s for s in spots if s in area)
        return
    for row in range(area.top, area.bottom + 1):
        for column in range(area.left, area.right + 1):
            if shows_percent(formats.get((row, column), "")):
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


def _operands(part: Part) -> Iterator[tuple[Part, str, bool]]:
    """A part cut at comparisons and &: operands, each with whether it goes as it is, and what
    stands between them.

    Figures that are compared, or joined to text, count at 15 digits; what cells hold does so
    already, and text needs no care.
    """
    cuts = [
        n
        for n, item in enumerate(part)
        if isinstance(item, Piece) and item.kind == "other" and item.text in ("&", *_COMPARES)
    ]
    sides: list[Part] = []
    last = 0
    for cut in cuts:
        sides.append(part[last:cut])
        last = cut + 1
    sides.append(part[last:])
    plain = not cuts or (
        any(map(_is_text, sides)) and not any(part[cut].text == "&" for cut in cuts)
    )
    for n, side in enumerate(sides):
        if n:
            yield (), part[cuts[n - 1]].text, True
        if side:
            held = not meant(side) or _is_constant(side) or lone_area(side) is not None
            yield side, "", plain or held


def _is_text(part: Part) -> bool:
    items = meant(part)
    return len(items) == 1 and isinstance(items[0], Piece) and items[0].kind == "text"


def _is_constant(part: Part) -> bool:
    return all(isinstance(i, Piece) and i.kind in ("text", "number", "error") for i in meant(part))


def _last_minus(part: Part) -> int | None:
    """Where the last difference of a formula stands, if a sum or difference is its last step."""
    found = None
    before: Any = None
    for n, item in enumerate(part):
        if isinstance(item, Piece) and item.kind == "other":
            if item.text == "&" or item.text in _COMPARES:
                return None
            binary = before is not None and not (
                isinstance(before, Piece) and before.kind == "other" and before.text != "%"
            )
            if item.text in "+-" and binary:
                found = n if item.text == "-" else None
        if not (isinstance(item, Piece) and not item.text.strip()):
            before = item
    return found


def _says(part: Part, text: str) -> bool:
    items = meant(part)
    return len(items) == 1 and isinstance(items[0], Piece) and items[0].text == text


def _several(part: Part) -> bool:
    """Whether a part has an area of more than one cell, or a list of constants."""
    return any(p.text == "{" or (p.area and ":" in p.area.a1) for p in all_pieces(part))


def _calculates(part: Part) -> bool:
    return any(isinstance(i, Piece) and i.kind == "other" and i.text in _OPERATORS for i in part)


def _followed(part: Part, at: int, text: str) -> bool:
    return at + 1 < len(part) and isinstance(part[at + 1], Piece) and part[at + 1].text == text


def _relative(piece: Piece) -> bool:
    cells = piece.text.rpartition("!")[2]
    return any(
        not re.fullmatch(r"\$[A-Za-z]{1,3}(?:\$[0-9]+)?|\$[0-9]+", end) for end in cells.split(":")
    )


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


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

"""Formulas without a spreadsheet program, by the `formulas` package.

For small workbooks with =KPISCORE() in them, and for checking that an exported
formula gives the score it should.  The package compiles a formula to a Python
function; everything around that is done here, since its own workbook model knows
neither every sheet name nor a whole column, and gives an omitted argument as 0.

ROUND is replaced by a spreadsheet's.  Known differences that remain: VALUE() of
text with thousands separators, and functions that make references at run time
(INDIRECT, OFFSET) give an error value.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, time
from pathlib import Path
from typing import Any, TypeAlias

from kpixl.address import a1, quote_sheet
from kpixl.errors import BadArgument, KpixlError
from kpixl.grid import Area, CellError, Scalar, Sheet, Snapshot, Source, Spot
from kpixl.hosts.files_read import read
from kpixl.hosts.files_write import serial
from kpixl.hosts.formula_helpers import HELPERS, fifteen
from kpixl.hosts.formula_prepare import Calculated, Hint, OwnFunction, called
from kpixl.hosts.formula_prepare import Functions as OwnFunctions
from kpixl.hosts.formula_text import Piece, pieces
from kpixl.hosts.patching import normal
from kpixl.rounding import round_half_up

Block: TypeAlias = tuple[tuple[Scalar, ...], ...]
Value: TypeAlias = Scalar | Sequence[Scalar] | Sequence[Sequence[Scalar]]
Functions: TypeAlias = Mapping[str, Callable[..., Any]]
Place: TypeAlias = tuple[str, Spot]

# The package keeps one table of functions for the whole process.
_TABLE = threading.RLock()
# A blank of its own stands for an argument that was left out.
_OMITTED = "KP_OMITTED"
_SLOT = "KP_{}_"
_POSITIONAL = frozenset(("ROW", "COLUMN"))


def calculate(
    path: str | Path | Snapshot, functions: Functions | None = None
) -> dict[tuple[str, str], Scalar]:
    """The value of every formula cell of a workbook, by sheet name and address.

    `functions` maps names to Python functions: they receive None for blank or
    omitted, float, int, str, bool, and tuples of rows for ranges of more than one
    cell; they return a scalar, a row or a list of rows.  An error value as a single
    argument comes back without a call, as a spreadsheet does it; inside a range the
    function sees it as CellError.  BadArgument becomes its own error value, any
    other KpixlError #VALUE!; whatever else is raised ends the calculation.

    A formula that cannot be read gives #NAME?, one that needs itself #REF!.
    """
    snapshot = path if isinstance(path, Snapshot) else read(path)
    with _registered(functions or {}) as table:
        book = _Book(snapshot, _Compiler(frozenset(functions or {})))
        values = book.values()
        table.raise_fault()
    return {(sheet, a1(*spot)): normal(value) for (sheet, spot), value in values.items()}


def calculate_prepared(
    sheets: Sequence[Sheet],
    formulas: Mapping[Place, str],
    arrays: Mapping[Place, Area],
    functions: OwnFunctions,
    hints: list[Hint],
) -> Calculated:
    """All prepared formulas of a workbook; those of `arrays` fill an area each."""
    table = {**HELPERS, **{name: _with_hints(own, hints) for name, own in functions.items()}}
    texts: dict[str, dict[Spot, str]] = {}
    for (name, spot), text in formulas.items():
        texts.setdefault(name, {})[spot] = text
    areas: dict[str, list[Area]] = {}
    for (name, _), area in arrays.items():
        areas.setdefault(name, []).append(area)
    made = tuple(
        replace(s, formulas=texts.get(s.name, {}), arrays=tuple(areas.get(s.name, ())))
        for s in sheets
    )
    with _registered(table) as registered:
        book = _Book(Snapshot(Source(""), made), _Compiler(frozenset(table)))
        values = book.values()
        registered.raise_fault()
    done = {place: value for place, value in values.items() if place not in book.aside}
    sizes = {place: size for place, size in book.sizes.items() if place in arrays}
    return Calculated(done, sizes, book.aside)


def unknown_functions(names: Iterable[str]) -> frozenset[str]:
    """Which of some functions the engine does not have.

    Its table takes up whatever it is asked for, with a stand-in for what it does not have.

    >>> list(unknown_functions(["SUM", "NOSUCH"])), list(unknown_functions(["NOSUCH"]))
    (['NOSUCH'], ['NOSUCH'])
    """
    from formulas import get_functions
    from formulas.functions import not_implemented

    known = get_functions()
    return frozenset(name for name in names if name not in known or known[name] is not_implemented)


def _with_hints(own: OwnFunction, hints: list[Hint]) -> Callable[..., Any]:
    return lambda *arguments: called(own, hints, arguments)


def evaluate_formula(
    text: str, inputs: Mapping[str, Value], functions: Functions | None = None
) -> Scalar | Block:
    """The value of one formula; `inputs` holds what it refers to, by reference or name.

    >>> evaluate_formula("=ROUND(SUM(A1:A3)*填报!B2,1)", {"A1:A3": [[1], [2], [4]], "填报!B2": 0.35})
    2.5
    """
    return compile_formula(text, functions)(inputs)


def compile_formula(text: str, functions: Functions | None = None) -> CompiledFormula:
    """A formula as a function of what it refers to; raises ValueError if it can't be read."""
    functions = dict(functions or {})
    with _registered(functions):
        shape = _Compiler(frozenset(functions)).shape(text, (1, 1))
    if shape is None:
        raise ValueError(f"cannot read the formula {text!r}")
    return CompiledFormula(text, shape, functions)


class CompiledFormula:
    """One formula, compiled once; `references` names what it needs.

    A range may be given whole, as a list of rows, or cell by cell.
    """

    def __init__(self, text: str, shape: _Shape, functions: Functions) -> None:
        self.text = text
        self._shape, self._functions = shape, functions
        self.references = tuple(dict.fromkeys(map(_spelled, shape.needs)))

    def __call__(self, inputs: Mapping[str, Value]) -> Scalar | Block:
        """The formula's value: a scalar, or rows where it gives an array."""
        given = {_normal_reference(name): value for name, value in inputs.items()}
        blocks = [self._block(need, given) for need in self._shape.needs]
        with _registered(self._functions) as table:
            try:
                result = self._shape.run(blocks)
            except NotImplementedError:
                result = ((CellError("#NAME?"),),)
            table.raise_fault()
        return result[0][0] if len(result) == len(result[0]) == 1 else result

    @staticmethod
    def _block(need: _Need, given: Mapping[str, Value]) -> Block:
        name = _spelled(need)
        if name in given:
            block = _as_block(given[name])
            if need.area and (len(block), len(block[0])) != _size(need.area):
                raise ValueError(f"{name} is given with {len(block)} × {len(block[0])} cells")
            return block
        if need.area is None:
            raise KeyError(name)
        sheet = need.sheet
        return tuple(
            tuple(
                _as_block(given[_spelled(_Need(sheet, Area(row, column, row, column)))])[0][0]
                for column in range(need.area.left, need.area.right + 1)
            )
            for row in range(need.area.top, need.area.bottom + 1)
        )


@dataclass(frozen=True, slots=True)
class _Need:
    """A reference of a formula: an area, or (area None) a defined name in `name`."""

    sheet: str | None
    area: Area | None
    name: str = ""


def _spelled(need: _Need) -> str:
    if need.area is None:
        return need.name.upper()
    return (quote_sheet(need.sheet) + "!" if need.sheet is not None else "") + need.area.a1


def _normal_reference(text: str) -> str:
    (piece,) = pieces(text)
    return _spelled(_need(piece))


def _need(piece: Piece) -> _Need:
    return _Need(piece.sheet, piece.area, "" if piece.area else piece.text)


def _size(area: Area) -> tuple[int, int]:
    return area.bottom - area.top + 1, area.right - area.left + 1


def _as_block(value: Value) -> Block:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return ((value,),)
    if value and isinstance(value[0], Sequence) and not isinstance(value[0], str):
        return tuple(tuple(row) for row in value)  # type: ignore[arg-type]
    return (tuple(value),)  # type: ignore[arg-type]


# -- compiling -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Shape:
    """A compiled formula; formulas that differ in their references only share `function`.

    `slots` says for each argument of `function` which of `needs` it is.
    """

    function: Any
    needs: tuple[_Need, ...]
    slots: tuple[int | None, ...]

    def run(self, blocks: Sequence[Block]) -> Block:
        """The result as rows; raises NotImplementedError for a function that is not known."""
        import schedula
        from formulas.errors import BaseError

        arguments = [
            _engine_range((1, 1), ((None,),))
            if slot is None
            else _engine_range(_corner(self.needs[slot]), blocks[slot])
            for slot in self.slots
        ]
        try:
            return _plain_block(self.function(*arguments))
        except schedula.DispatcherError as error:
            if isinstance(error.ex, NotImplementedError):
                raise NotImplementedError from error
            return ((CellError("#VALUE!"),),)
        except BaseError:
            return ((CellError("#VALUE!"),),)


def _corner(need: _Need) -> Spot:
    return (need.area.top, need.area.left) if need.area else (1, 1)


class _Compiler:
    """Turns formulas into shapes, each distinct shape once."""

    def __init__(self, own: frozenset[str]) -> None:
        self._own = frozenset(name.upper() for name in own)
        self._functions: dict[tuple[str, Spot | None], Any] = {}

    def shape(self, text: str, spot: Spot) -> _Shape | None:
        """The shape of a formula that stands at `spot`; None if it cannot be read."""
        body, needs, positional = self._slotted(list(pieces(text)))
        key = (body, spot if positional else None)
        if key not in self._functions:
            self._functions[key] = self._compiled(body, spot)
        function = self._functions[key]
        if function is None:
            return None
        slots: list[int | None] = []
        for name in function.inputs:
            number = str(name)[3:-1]
            slots.append(int(number) if number.isdecimal() else None)
        return _Shape(function, needs, tuple(slots))

    def _slotted(self, parts: list[Piece]) -> tuple[str, tuple[_Need, ...], bool]:
        """The text with a numbered slot for each reference."""
        out: list[str] = []
        needs: list[_Need] = []
        positional = False
        calls: list[bool] = []  # for each open bracket: is it a call of one of our functions
        before = Piece("other", "")
        for index, piece in enumerate(parts):
            text = piece.text
            if piece.kind == "function":
                positional |= piece.name in _POSITIONAL
                calls.append(piece.name in self._own)
                text = piece.name + "("
            elif piece.kind == "area" or (piece.kind == "name" and not _is_constant(text)):
                need = _need(piece)
                if need not in needs:
                    needs.append(need)
                text = _SLOT.format(needs.index(need))
            elif text in "({":
                calls.append(False)
            elif text in ",)" and calls and calls[-1] and _nothing_between(before, text):
                text = _OMITTED + text
            elif text == "-" and _is_sign(before) and _second_sign(parts, index):
                # The engine reads -- before a comparison as 0; 1* means the same.
                parts[_second_sign(parts, index)] = Piece("other", "")
                text = "1*"
            if piece.text in ")}" and calls:
                calls.pop()
            out.append(text)
            if piece.text.strip():
                before = piece
        return "".join(out), tuple(needs), positional

    @staticmethod
    def _compiled(body: str, spot: Spot) -> Any:
        import schedula
        from formulas import Parser
        from formulas.cell import CELL
        from formulas.errors import BaseError
        from formulas.ranges import Ranges

        try:
            builder = Parser().ast("=" + body)[1]
            here = Ranges().push(a1(*spot))
            return builder.compile(**{CELL: here})
        except (BaseError, ValueError, KeyError, IndexError, AttributeError, TypeError):
            return None
        except schedula.DispatcherError:  # constants are calculated while it compiles
            return None


def _is_constant(text: str) -> bool:
    return text.upper() in ("TRUE", "FALSE")


def _nothing_between(before: Piece, text: str) -> bool:
    if before.kind == "function":
        return text == ","
    return before.text == ","


def _is_sign(before: Piece) -> bool:
    """Whether a minus after this piece is a sign and no subtraction."""
    if before.kind == "function":
        return True
    return before.kind == "other" and before.text not in (")", "}", "%")


def _second_sign(parts: list[Piece], index: int) -> int:
    """Where the second of two minus signs stands; 0: there is none."""
    for later in range(index + 1, len(parts)):
        if parts[later].text.strip():
            return later if parts[later].text == "-" else 0
    return 0


# -- values on their way into the engine and back ----------------------------------------


def _engine_range(corner: Spot, block: Block) -> Any:
    import numpy as np
    from formulas.ranges import Ranges

    rows, columns = len(block), len(block[0])
    array = np.empty((rows, columns), object)
    for r, row in enumerate(block):
        for c, value in enumerate(row):
            array[r, c] = _engine_value(value)
    top, left = corner
    return Ranges().push(Area(top, left, top + rows - 1, left + columns - 1).a1, array)


def _engine_value(value: Scalar) -> Any:
    import schedula
    from formulas.tokens.operand import Error

    if value is None:
        return schedula.EMPTY
    if isinstance(value, CellError):
        return Error.errors.get(value.code, Error.errors["#VALUE!"])
    if isinstance(value, (date, time)):
        return serial(value)
    return fifteen(value) if type(value) is float else value


def _plain_value(value: Any) -> Scalar:
    import numpy as np
    import schedula
    from formulas.tokens.operand import XlError

    if value is schedula.EMPTY:
        return None
    if isinstance(value, XlError):
        return CellError(str(value))
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return CellError("#NUM!")
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return CellError("#VALUE!")


def _plain_block(result: Any) -> Block:
    import numpy as np
    from formulas.ranges import Ranges

    if isinstance(result, Ranges):
        result = result.value
    array = np.asarray(result, object)
    if array.ndim == 0:
        array = array.reshape(1, 1)
    elif array.ndim == 1:
        array = array.reshape(1, -1)
    return tuple(tuple(_plain_value(value) for value in row) for row in array)


# -- our functions in the engine's table ---------------------------------------------------


class _Table:
    """Our functions as the engine calls them, and the first fault of any of them."""

    def __init__(self) -> None:
        self._fault: Exception | None = None

    def raise_fault(self) -> None:
        """Raise what a function raised that is no answer to a wrong argument."""
        if self._fault is not None:
            raise self._fault

    def wrapped(self, function: Callable[..., Any]) -> Any:
        from formulas.functions import Array, wrap_func

        def call(*arguments: Any) -> Any:
            import numpy as np

            result = self._answer(function, [_argument(a) for a in arguments])
            block = _as_block(result)
            array = np.empty((len(block), len(block[0])), object)
            for r, row in enumerate(block):
                for c, value in enumerate(row):
                    array[r, c] = _engine_value(value)
            return array.view(Array)

        return wrap_func(call)

    def _answer(self, function: Callable[..., Any], arguments: list[Any]) -> Any:
        for argument in arguments:
            if isinstance(argument, CellError):
                return argument
        try:
            return function(*arguments)
        except BadArgument as error:
            return CellError(error.excel)
        except KpixlError:
            return CellError("#VALUE!")
        except Exception as error:
            self._fault = self._fault or error
            return CellError("#VALUE!")


def _argument(value: Any) -> Any:
    """What a function of ours receives for one argument."""
    block = _plain_block(value)
    return block[0][0] if len(block) == len(block[0]) == 1 else block


@contextmanager
def _registered(functions: Functions) -> Iterator[_Table]:
    """Put functions into the engine's table, and take them out again."""
    from formulas import get_functions

    table = _Table()
    functions = {"ROUND": _round, **functions}
    # An unknown function is an answer here, not an event with a traceback.
    log = logging.getLogger("schedula")
    with _TABLE:
        known = get_functions()
        names = [name.upper() for name in functions]
        hidden = {name: known[name] for name in names if name in known}
        for name, function in functions.items():
            known[name.upper()] = table.wrapped(function)
        level = log.level
        log.setLevel(logging.CRITICAL + 1)
        try:
            yield table
        finally:
            log.setLevel(level)
            for name in names:
                known.pop(name, None)
            known.update(hidden)


def _round(values: Any, digits: Any = 0) -> Any:
    """ROUND as spreadsheets do it: the engine rounds the bare binary figure."""
    if isinstance(values, tuple):
        return [[_round(value, digits) for value in row] for row in values]
    if isinstance(values, CellError):
        return values
    try:
        return round_half_up(float(values or 0), int(float(digits or 0)))
    except (TypeError, ValueError):
        return CellError("#VALUE!")


# -- a workbook --------------------------------------------------------------------------


class _Book:
    """Calculates the formula cells of a snapshot, each once, dependencies first."""

    def __init__(self, snapshot: Snapshot, compiler: _Compiler) -> None:
        self._sheets = {sheet.name.casefold(): sheet for sheet in snapshot.sheets}
        self._names = {name.upper(): text for name, text in snapshot.names.items()}
        self._shapes: dict[Place, _Shape | None] = {}
        self._found: dict[Place, Scalar] = {}
        self._spread: dict[Place, Place] = {}  # a cell that an array fills → the array's cell
        self._arrays: dict[Place, Area] = {}
        self.sizes: dict[Place, tuple[int, int]] = {}
        self.aside: dict[Place, str] = {}
        for sheet in snapshot.sheets:
            for area in sheet.arrays:
                anchor = (sheet.name, (area.top, area.left))
                self._arrays[anchor] = area
                self._spread |= {(sheet.name, spot): anchor for spot in _spots(area)}
            for spot, text in sheet.formulas.items():
                self._shapes[sheet.name, spot] = compiler.shape(text, spot)

    def values(self) -> dict[Place, Scalar]:
        """All formula cells, and the cells that array formulas fill."""
        for place in self._shapes:
            self._calculate(place)
        return self._found

    def _calculate(self, start: Place) -> None:
        """Depth first with a stack of its own: a column of running totals is a long chain."""
        stack, waiting = [start], set()
        while stack:
            place = stack[-1]
            if place in self._found:
                stack.pop()
                continue
            missing = [p for p in self._dependencies(place) if p not in self._found]
            if place not in waiting and missing:
                waiting.add(place)
                if any(p in waiting for p in missing):
                    self._store(place, CellError("#REF!"))
                else:
                    stack.extend(missing)
                continue
            stack.pop()
            self._store(place, CellError("#REF!") if missing else None)

    def _store(self, place: Place, fault: CellError | None) -> None:
        sheet, spot = place
        if fault:
            self.aside[place] = "公式循环引用"
        block: Block = ((fault,),) if fault else self._run(place)
        self.sizes[place] = (len(block), len(block[0]))
        area = self._arrays.get(place, Area(*spot, *spot))
        for row, column in _spots(area):
            r, c = row - area.top, column - area.left
            r, c = (0 if len(block) == 1 else r), (0 if len(block[0]) == 1 else c)
            inside = r < len(block) and c < len(block[0])
            value = block[r][c] if inside else CellError("#N/A")
            # A formula that refers to a blank cell shows 0.
            self._found[sheet, (row, column)] = 0.0 if value is None else fifteen(value)

    def _run(self, place: Place) -> Block:
        shape = self._shapes[place]
        if shape is None:
            self.aside[place] = "公式读不懂"
            return ((CellError("#NAME?"),),)
        blocks: list[Block] = []
        for need in shape.needs:
            resolved = self._resolved(need, place[0])
            if isinstance(resolved, CellError):
                blocks.append(((resolved,),))
            else:
                blocks.append(self._block(*resolved))
        try:
            return shape.run(blocks)
        except NotImplementedError:
            self.aside[place] = "用到不认识的函数或名称"
            return ((CellError("#NAME?"),),)

    def _dependencies(self, place: Place) -> Iterator[Place]:
        shape = self._shapes[place]
        for need in shape.needs if shape else ():
            resolved = self._resolved(need, place[0])
            if isinstance(resolved, CellError):
                continue
            sheet, area = resolved
            if _count(area) <= len(sheet.formulas) + len(self._spread):
                inside: Iterator[Spot] = _spots(area)
            else:
                known = (*sheet.formulas, *(s for n, s in self._spread if n == sheet.name))
                inside = (spot for spot in known if spot in area)
            for spot in inside:
                origin = self._spread.get((sheet.name, spot), (sheet.name, spot))
                if origin in self._shapes:
                    yield origin

    def _resolved(self, need: _Need, own: str) -> tuple[Sheet, Area] | CellError:
        """Sheet and area of a reference, a whole column cut to where cells are filled."""
        for _ in range(10):  # a name may stand for a name
            if need.area is not None:
                sheet = self._sheets.get((need.sheet if need.sheet is not None else own).casefold())
                return (sheet, _cut(need.area, sheet)) if sheet else CellError("#REF!")
            text = self._names.get(f"{own}!{need.name}".upper(), self._names.get(need.name.upper()))
            parts = list(pieces(text or ""))
            if len(parts) != 1 or parts[0].kind not in ("area", "name"):
                break
            need = _need(parts[0])
        return CellError("#NAME?")

    def _block(self, sheet: Sheet, area: Area) -> Block:
        return tuple(
            tuple(
                self._found.get((sheet.name, (row, column)), sheet.value(row, column))
                for column in range(area.left, area.right + 1)
            )
            for row in range(area.top, area.bottom + 1)
        )


def _spots(area: Area) -> Iterator[Spot]:
    for row in range(area.top, area.bottom + 1):
        for column in range(area.left, area.right + 1):
            yield row, column


def _count(area: Area) -> int:
    rows, columns = _size(area)
    return rows * columns


def _cut(area: Area, sheet: Sheet) -> Area:
    rows, columns = _size(area)
    bottom, right = area.bottom, area.right
    if rows > 10_000:
        last = max((len(sheet.rows), *(row for row, _ in sheet.formulas)))
        bottom = max(area.top, min(bottom, last))
    if columns > 1_000:
        last = max((sheet.width, *(column for _, column in sheet.formulas)))
        right = max(area.left, min(right, last))
    return Area(area.top, area.left, bottom, right)

"""Whole workbooks of formulas by the `formualizer` package, which is fast.

It gets prepared formulas only (`formula_prepare`), and plain values: a date is its serial
number.  An array formula is calculated once, out of the way, and its cells take their part
of it, since the package would let every array spill.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, time
from typing import Any

from kpixl.address import a1, quote_sheet
from kpixl.errors import KpixlError
from kpixl.grid import Area, CellError, Scalar, Sheet
from kpixl.hosts.files_write import serial
from kpixl.hosts.formula_helpers import DIGITS, HELPERS, fifteen
from kpixl.hosts.formula_prepare import Calculated, Functions, Hint, Place, called

_KINDS = {
    "Div": "#DIV/0!", "Na": "#N/A", "Name": "#NAME?", "Null": "#NULL!", "Num": "#NUM!",
    "Ref": "#REF!", "Value": "#VALUE!",
}  # fmt: skip
_KIND_OF = {code: kind for kind, code in _KINDS.items()}
_HOLD, _TAKE = "KPHELD", "KPTAKEN"
_ASIDE_SHEET, _BESIDE = "\ue000", "\ue001"


def calculate_fast(
    sheets: Sequence[Sheet],
    formulas: Mapping[Place, str],
    arrays: Mapping[Place, Area],
    functions: Functions,
    hints: list[Hint],
    *,
    beside: bool = False,
) -> Calculated:
    """All formulas of a workbook; what a formula cell held before does not matter.

    `formulas` are prepared; those of `arrays` fill an area each.  With `beside`, each is
    calculated from the values that all other cells hold, formulas or not; its references
    must name their sheets.  What a function of ours raises ends the calculation.
    """
    import formualizer

    book = formualizer.Workbook()
    bench = _Bench(functions, hints)
    bench.register(book)
    for sheet in sheets:
        book.add_sheet(sheet.name)
        if sheet.rows:
            rows = [[_given(v) for v in row] for row in sheet.rows]
            book.set_values_batch(sheet.name, 1, 1, rows)
    aside: dict[Place, str] = {}
    taken: dict[Place, str] = {}
    if arrays:
        book.add_sheet(_ASIDE_SHEET)
    for number, (place, area) in enumerate(arrays.items(), 1):
        held = f"{quote_sheet(_ASIDE_SHEET)}!{a1(number, 1, absolute=True)}"
        whole = f"={_HOLD}({number},{formulas[place][1:]})"
        reason = _set(book, _ASIDE_SHEET, number, 1, whole)
        if reason:
            aside[place] = reason
            continue
        for row in range(area.top, area.bottom + 1):
            for column in range(area.left, area.right + 1):
                part = f"={_TAKE}({held},{row - area.top},{column - area.left})"
                taken[place[0], (row, column)] = part
    plain = {place: text for place, text in formulas.items() if place not in arrays} | taken
    if beside:
        for name in dict.fromkeys(sheet_name for sheet_name, _ in plain):
            book.add_sheet(_BESIDE + name)
    before = _BESIDE if beside else ""
    # One by one: a batch of formulas does not replace values that were given before.
    for (name, (row, column)), text in plain.items():
        whole = text if beside else f"={DIGITS}({text[1:]})"
        reason = _set(book, before + name, row, column, whole)
        if reason:
            aside[name, (row, column)] = reason
    book.evaluate_all()
    if bench.fault is not None:
        raise bench.fault
    values: dict[Place, Scalar] = {}
    for place in plain.keys() - aside.keys():
        value = book.get_value(before + place[0], *place[1])
        reason = _refusal(value)
        if reason:
            aside[place] = reason
        else:
            values[place] = _plain(value)
    sizes = {
        place: bench.sizes[number]
        for number, place in enumerate(arrays, 1)
        if number in bench.sizes
    }
    return Calculated(values, sizes, aside)


def _set(book: Any, sheet: str, row: int, column: int, text: str) -> str:
    """Give a cell its formula; why the engine refuses it, else nothing."""
    import formualizer

    try:
        book.set_formula(sheet, row, column, text)
    except (RuntimeError, ValueError, formualizer.ParserError) as error:
        return "公式循环引用" if "#CIRC" in str(error) else "公式读不懂"
    return ""


def unknown_functions(names: Iterable[str]) -> frozenset[str]:
    """Which of some functions the engine does not have."""
    import formualizer

    book = formualizer.Workbook()
    sheet = book.sheet("S")
    asked = sorted(set(names))
    for row, name in enumerate(asked, 1):
        sheet.set_formula(row, 1, f"={name}()")
    book.evaluate_all()
    found = ((name, book.get_value("S", row, 1)) for row, name in enumerate(asked, 1))
    return frozenset(name for name, value in found if _refusal(value))


class _Bench:
    """Our functions as the engine calls them, and arrays on their way into cells."""

    def __init__(self, functions: Functions, hints: list[Hint]) -> None:
        self._functions, self._hints = functions, hints
        self._arrays: dict[int, tuple[tuple[Any, ...], ...]] = {}
        self.sizes: dict[int, tuple[int, int]] = {}
        self.fault: Exception | None = None

    def register(self, book: Any) -> None:
        for name in self._functions:
            book.register_function(name.upper(), self._wrapped(name))
        for name, helper in HELPERS.items():
            book.register_function(name, self._helping(helper))
        book.register_function(_HOLD, self._hold)
        book.register_function(_TAKE, self._take)

    def _wrapped(self, name: str) -> Any:
        own = self._functions[name]

        def call(*arguments: Any) -> Any:
            try:
                return _answer(called(own, self._hints, [_argument(a) for a in arguments]))
            except KpixlError:
                return _answer(CellError("#VALUE!"))
            except Exception as error:
                self.fault = self.fault or error
                return _answer(CellError("#VALUE!"))

        return call

    @staticmethod
    def _helping(helper: Callable[..., Any]) -> Any:
        return lambda *arguments: _answer(helper(*map(_argument, arguments)))

    def _hold(self, number: float, result: Any) -> float:
        rows = tuple(map(tuple, result)) if isinstance(result, list) else ((result,),)
        self._arrays[int(number)] = rows
        self.sizes[int(number)] = (len(rows), len(rows[0]) if rows else 0)
        return number

    def _take(self, number: Any, row: float, column: float) -> Any:
        if not isinstance(number, float):
            return number
        rows = self._arrays[int(number)]
        r, c = int(row), int(column)
        r, c = (0 if len(rows) == 1 else r), (0 if len(rows[0]) == 1 else c)
        inside = r < len(rows) and c < len(rows[0])
        return _again(rows[r][c]) if inside else _again({"kind": "Na"})


# -- values on their way into the engine and back ----------------------------------------


def _given(value: Scalar) -> Any:
    if isinstance(value, CellError):
        return _error(value)
    if isinstance(value, (date, time)):
        return serial(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return fifteen(value)


def _error(value: CellError) -> Any:
    import formualizer

    return formualizer.LiteralValue.error(_KIND_OF.get(value.code, "Value"), None)


def _again(value: Any) -> Any:
    """An element of an array, handed back to the engine."""
    import formualizer

    if isinstance(value, dict):
        return formualizer.LiteralValue.error(value["kind"], None)
    return _given(value)


def _argument(value: Any) -> Any:
    """What a function of ours receives for one argument."""
    if isinstance(value, list):
        rows = tuple(tuple(_plain(v) for v in row) for row in value)
        return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows
    return _plain(value)


def _answer(result: Any) -> Any:
    if isinstance(result, (tuple, list)):
        rows = result if result and isinstance(result[0], (tuple, list)) else [result]
        return [[_given(v) for v in row] for row in rows]
    return _given(result)


def _plain(value: Any) -> Scalar:
    if isinstance(value, dict):
        return CellError(_KINDS.get(value.get("kind", ""), "#VALUE!"))
    if isinstance(value, (date, time)):
        return serial(value)
    if hasattr(value, "total_seconds"):
        return float(value.total_seconds()) / 86400
    if isinstance(value, float) and not -1e308 <= value <= 1e308:
        return CellError("#NUM!")
    plain: Scalar = value
    return plain


def _refusal(value: Any) -> str:
    """Why a value is none: the engine's own errors that no spreadsheet program shows."""
    kind = value.get("kind", "") if isinstance(value, dict) else ""
    if kind == "Name":
        return "用到不认识的函数或名称"
    if kind == "Circ":
        return "公式循环引用"
    return "" if not kind or kind in _KINDS else "公式算不了"

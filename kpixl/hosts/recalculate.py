"""A workbook calculated anew, by whichever engine suits it."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kpixl.address import a1
from kpixl.errors import BadArgument
from kpixl.grid import Area, CellError, Scalar, Sheet, Snapshot, Spot
from kpixl.hosts.formula_prepare import (
    Calculated,
    Engine,
    Functions,
    Place,
    Preparer,
    areas_in,
    functions_in,
)
from kpixl.hosts.formula_text import pieces
from kpixl.hosts.formula_tree import Aside

ENGINES: tuple[Engine, ...] = ("formulas", "formualizer")
# From so many formulas on the fast engine is taken: the other needs milliseconds for each.
MANY_FORMULAS = 2_000
_MOST_ROUNDS = 20
# Functions that engines have, and get wrong for some ordinary arguments: held against workbooks
# that Excel has calculated, and against LibreOffice (docs/calculation.md).
_ABOUT_FORMULAS = "FORMULATEXT ISFORMULA CELL INFO SHEET SHEETS ANCHORARRAY"
_FINANCE = (
    "ACCRINT ACCRINTM IPMT PPMT CUMPRINC CUMIPMT DB DDB IRR XIRR XNPV MIRR TBILLEQ TBILLPRICE"
    " TBILLYIELD YEARFRAC"
)
_DATABASE = "DCOUNT DCOUNTA DSUM DMAX DMIN DAVERAGE DPRODUCT DGET DSTDEV DSTDEVP DVAR DVARP"
_ENGINEERING = (
    "CONVERT BESSELI BESSELJ BESSELK BESSELY COMPLEX IMABS IMAGINARY IMARGUMENT IMCONJUGATE IMCOS"
    " IMCOSH IMCOT IMCSC IMCSCH IMDIV IMEXP IMLN IMLOG10 IMLOG2 IMPOWER IMPRODUCT IMREAL IMSEC"
    " IMSECH IMSIN IMSINH IMSQRT IMSUB IMSUM IMTAN BIN2DEC BIN2HEX BIN2OCT DEC2BIN DEC2HEX DEC2OCT"
    " HEX2BIN HEX2DEC HEX2OCT OCT2BIN OCT2DEC OCT2HEX BITAND BITOR BITXOR BITLSHIFT BITRSHIFT DELTA"
    " GESTEP ERF ERFC"
)
_BOTH = frozenset(f"{_ABOUT_FORMULAS} {_FINANCE} {_DATABASE} {_ENGINEERING} LENB DOLLAR".split())
_WRONG: Mapping[Engine, frozenset[str]] = {
    "formulas": _BOTH | {"PERCENTRANK", "DATEDIF", "RAND", "RANDBETWEEN"},
    "formualizer": _BOTH | {"GCD", "LCM", "ADDRESS"},
}


@dataclass(frozen=True)
class Recalculated:
    """A workbook's figures, calculated anew.

    `values` holds formula cells and the cells that arrays fill, `blanked` cells that an array
    no longer fills, `areas` what each array fills now.  `aside` are the formula cells that
    were left as they are, with the reason.
    """

    engine: Engine
    values: Mapping[Place, Scalar]
    areas: Mapping[Place, Area]
    aside: Mapping[Place, str]
    blanked: frozenset[Place] = frozenset()


def recalculate(
    snapshot: Snapshot,
    functions: Functions,
    *,
    engine: Engine | None = None,
    spilling: frozenset[Place] = frozenset(),
) -> Recalculated:
    """Calculate all formulas of a workbook.

    Without `engine`, the number of formulas decides, and which engine knows more of them.
    `spilling` are the arrays whose area follows their result.  A formula that can't be
    calculated keeps its stored value, from which others are calculated; where it has none,
    those that need it are left aside too.
    """
    best: Recalculated | None = None
    for one in _candidates(snapshot, engine):
        found = _Run(snapshot, functions, one, spilling).result()
        if best is None or len(found.aside) < len(best.aside):
            best = found
        if not best.aside:
            break
    assert best is not None
    return best


def _candidates(snapshot: Snapshot, engine: Engine | None) -> Iterator[Engine]:
    installed = [e for e in ENGINES if importlib.util.find_spec(e) is not None]
    if engine is not None and engine not in installed:
        raise BadArgument("--engine", engine, f"已安装的计算引擎({'、'.join(installed) or '无'})")
    if engine is not None:
        yield engine
        return
    if not installed:
        raise BadArgument("--engine", "无", "安装 formualizer,或 pip install kpixl[calc]")
    many = sum(len(s.formulas) for s in snapshot.sheets) > MANY_FORMULAS
    # A large book is never given to the slow engine for the sake of some formulas.
    order: Sequence[Engine] = ("formualizer",) if many else ENGINES
    yield from [e for e in order if e in installed] or installed


class _Run:
    """One calculation by one engine, repeated until no array changes its size and nothing
    more is left aside."""

    def __init__(
        self, snapshot: Snapshot, functions: Functions, engine: Engine, spilling: frozenset[Place]
    ) -> None:
        self._sheets = {s.name: s for s in snapshot.sheets}
        self._snapshot, self._functions, self._engine = snapshot, functions, engine
        self._spilling = spilling
        self._areas: dict[Place, Area] = {
            (s.name, (area.top, area.left)): area for s in snapshot.sheets for area in s.arrays
        }
        self._before = dict(self._areas)
        self._aside: dict[Place, str] = {}
        self._formulas: dict[Place, str] = {}
        self._preparer = Preparer(snapshot, functions, engine=engine)

    def result(self) -> Recalculated:
        self._prepare()
        found = Calculated({}, {}, {})
        for _ in range(_MOST_ROUNDS):
            self._leave_dependents()
            arrays = {p: a for p, a in self._areas.items() if p in self._formulas}
            if not self._formulas:
                found = Calculated({}, {}, {})
                break
            found = self._calculate(arrays)
            for place, reason in found.aside.items():
                self._leave(self._anchor(place), reason)
            if not (found.aside or self._resized(found)):
                break
        values = {p: v for p, v in found.values.items() if self._anchor(p) not in self._aside}
        areas = {p: a for p, a in self._areas.items() if p in self._formulas}
        return Recalculated(self._engine, values, areas, self._aside, self._blanked())

    def _prepare(self) -> None:
        own = {name.upper() for name in self._functions}
        texts = {(s.name, spot): t for s in self._sheets.values() for spot, t in s.formulas.items()}
        called = {place: functions_in(text) for place, text in texts.items()}
        used = {name for names in called.values() for name in names} - own - {"SINGLE"}
        unknown = _unknown(self._engine, used)
        for place, text in texts.items():
            strange = next((name for name in called[place] if name in unknown), None)
            if strange is not None:
                wrong = strange in _WRONG[self._engine]
                self._aside[place] = f"函数 {strange} {UNSURE if wrong else '不认识'}"
                continue
            try:
                array = place in self._areas
                self._formulas[place] = self._preparer.prepared(*place, text, array=array)
            except Aside as error:
                self._aside[place] = error.reason

    def _calculate(self, arrays: Mapping[Place, Area]) -> Calculated:
        sheets = self._cleared()
        if self._engine == "formulas":
            from kpixl.hosts.headless import calculate_prepared as calculate
        else:
            from kpixl.hosts.headless_fast import calculate_fast as calculate
        return calculate(sheets, self._formulas, arrays, self._functions, self._preparer.hints)

    def _anchor(self, place: Place) -> Place:
        """The array's cell of a cell that an array fills."""
        if place in self._formulas or place in self._aside:
            return place
        sheet, spot = place
        return next((p for p, area in self._areas.items() if p[0] == sheet and spot in area), place)

    def _leave(self, place: Place, reason: str) -> None:
        if self._formulas.pop(place, None) is not None:
            self._aside[place] = reason
            if place in self._before:
                self._areas[place] = self._before[place]

    # -- what is left aside takes along what needs it --

    def _leave_dependents(self) -> None:
        lacking: dict[str, set[Spot]] = {}
        for place in self._aside:
            self._lack(place, lacking)
        changed = bool(lacking)
        while changed:
            changed = False
            for place, text in list(self._formulas.items()):
                missing = self._needs(place, text, lacking)
                if missing is not None:
                    self._leave(place, f"引用的 {missing} 没有算出")
                    self._lack(place, lacking)
                    changed = True

    def _lack(self, place: Place, lacking: dict[str, set[Spot]]) -> None:
        """Note a cell that is left aside, and has no stored value to go on with."""
        sheet, spot = place
        value = self._sheets[sheet].value(*spot)
        if value is None or isinstance(value, CellError):
            lacking.setdefault(sheet.casefold(), set()).add(spot)

    @staticmethod
    def _needs(place: Place, text: str, lacking: Mapping[str, set[Spot]]) -> str | None:
        for piece in pieces(text):
            if piece.area is None:
                continue
            sheet = piece.sheet if piece.sheet is not None else place[0]
            spots = lacking.get(sheet.casefold())
            for spot in _inside(piece.area, spots) if spots else ():
                return a1(*spot) if piece.sheet is None else f"{sheet}!{a1(*spot)}"
        return None

    # -- arrays whose area follows their result --

    def _resized(self, found: Calculated) -> bool:
        changed = False
        for place, (height, width) in found.sizes.items():
            if place not in self._spilling or place not in self._formulas:
                continue
            (row, column), old = place[1], self._areas[place]
            new = Area(row, column, row + height - 1, column + width - 1)
            if new == old:
                continue
            changed = True
            taken = self._taken(place, new)
            if taken is not None:
                self._leave(place, f"结果要占 {new.a1},其中 {a1(*taken)} 已有内容")
            else:
                self._areas[place] = new
        return changed

    def _taken(self, place: Place, area: Area) -> Spot | None:
        """A cell of an area that holds something that the array did not put there."""
        sheet, before = self._sheets[place[0]], self._before[place]
        others = [a for p, a in self._areas.items() if p[0] == place[0] and p != place]
        for row in range(area.top, area.bottom + 1):
            for column in range(area.left, area.right + 1):
                spot = (row, column)
                if spot == place[1]:
                    continue
                filled = sheet.value(row, column) is not None and spot not in before
                merged = sheet.anchor(row, column) != spot or any(spot in a for a in sheet.merged)
                if filled or merged or spot in sheet.formulas or any(spot in a for a in others):
                    return spot
        return None

    def _blanked(self) -> frozenset[Place]:
        """Cells that an array filled before and does not fill now."""
        return frozenset(
            (sheet, (row, column))
            for (sheet, anchor), old in self._before.items()
            if old != (now := self._areas[sheet, anchor])
            for row in range(old.top, old.bottom + 1)
            for column in range(old.left, old.right + 1)
            if (row, column) not in now
        )

    def _cleared(self) -> tuple[Sheet, ...]:
        blanked: dict[str, list[Spot]] = {}
        for sheet, spot in self._blanked():
            blanked.setdefault(sheet, []).append(spot)
        return tuple(
            replace(s, rows=_without(s.rows, blanked[s.name])) if s.name in blanked else s
            for s in self._snapshot.sheets
        )


def _without(
    rows: tuple[tuple[Scalar, ...], ...], spots: Iterable[Spot]
) -> tuple[tuple[Scalar, ...], ...]:
    grown = [list(row) for row in rows]
    for row, column in spots:
        if row <= len(grown) and column <= len(grown[row - 1]):
            grown[row - 1][column - 1] = None
    return tuple(map(tuple, grown))


def _inside(area: Area, spots: set[Spot]) -> Iterator[Spot]:
    """The cells of a set that stand in an area, whichever of the two is the smaller."""
    size = (area.bottom - area.top + 1) * (area.right - area.left + 1)
    if size > len(spots):
        yield from (s for s in spots if s in area)
        return
    for row in range(area.top, area.bottom + 1):
        for column in range(area.left, area.right + 1):
            if (row, column) in spots:
                yield row, column


def _unknown(engine: Engine, names: set[str]) -> frozenset[str]:
    if engine == "formulas":
        from kpixl.hosts.headless import unknown_functions
    else:
        from kpixl.hosts.headless_fast import unknown_functions
    return unknown_functions(names - _WRONG[engine]) | (names & _WRONG[engine])


# Of these functions tests show that the fast engine gives what LibreOffice gives; what depends
# on filters, on the clock or on chance is not among them.
_SURE_NAMES = (
    "SUM AVERAGE MAX MIN COUNT COUNTA COUNTBLANK PRODUCT SUMSQ MEDIAN STDEV STDEVP VAR VARP"
    " LARGE SMALL RANK RANK.EQ RANK.AVG SUMIF COUNTIF AVERAGEIF SUMIFS COUNTIFS AVERAGEIFS"
    " SUMPRODUCT IF AND OR NOT IFERROR IFNA ISERROR ISNA ISNUMBER ISTEXT ISBLANK TRUE FALSE"
    " ROUND ROUNDUP ROUNDDOWN INT MOD ABS TRUNC SIGN SQRT POWER N T CHOOSE INDEX MATCH VLOOKUP"
    " HLOOKUP ROW COLUMN ROWS COLUMNS LEFT RIGHT MID LEN TRIM CONCATENATE SUBSTITUTE FIND EXACT"
    " UPPER LOWER VALUE TEXT YEAR MONTH DAY DATE SINGLE"
)
SURE = frozenset(_SURE_NAMES.split())
UNSURE = "没有把握算准"
# Some seconds of reading; a form that asks for more than this is not recalculated.
_MOST_CELLS = 5_000_000


def _cells_read(own: Sheet, formula: str) -> int:
    """How many cells a formula reads, areas being cut to the rows and columns of its sheet."""
    height, width = len(own.rows) + 1, own.width + 1
    return 1 + sum(
        (min(a.bottom, a.top + height) - a.top + 1) * (min(a.right, a.left + width) - a.left + 1)
        for a in areas_in(formula)
    )


def from_stored(snapshot: Snapshot) -> tuple[Mapping[Place, Scalar], Mapping[Place, str]]:
    """What each formula gives from the values that the other cells hold, formulas or not.

    So a formula whose stored value is old is told apart from those that only depend on it.
    Only what can be relied on is calculated: the second mapping holds the other formulas, with
    the reason.
    """
    from kpixl.hosts.headless_fast import calculate_fast

    preparer = Preparer(snapshot, {}, qualify=True)
    formulas: dict[Place, str] = {}
    arrays: dict[Place, Area] = {}
    aside: dict[Place, str] = {}
    cells = sum(_cells_read(s, text) for s in snapshot.sheets for text in s.formulas.values())
    for sheet in snapshot.sheets:
        anchors = {(area.top, area.left): area for area in sheet.arrays}
        for spot, text in sheet.formulas.items():
            place = (sheet.name, spot)
            if cells > _MOST_CELLS or not SURE.issuperset(functions_in(text)):
                aside[place] = UNSURE
                continue
            try:
                formulas[place] = preparer.prepared(*place, text, array=spot in anchors)
            except Aside as error:
                aside[place] = error.reason
                continue
            if spot in anchors:
                arrays[place] = anchors[spot]
    if not formulas:
        return {}, aside
    found = calculate_fast(snapshot.sheets, formulas, arrays, {}, [], beside=True)
    return found.values, {**aside, **found.aside}

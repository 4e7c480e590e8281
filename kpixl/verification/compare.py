"""A sheet as it stands against the sheet as it was computed, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TypeAlias

from kpixl.address import a1
from kpixl.grid import CellError, Scalar, Sheet, Snapshot, Spot
from kpixl.host import Content, Formula, SheetSpec

# From the values that the other cells hold: what each formula gives, and which formulas could
# not be relied on, with the reason.
Recalculation: TypeAlias = Callable[
    [Snapshot], tuple[Mapping[tuple[str, Spot], Scalar], Mapping[tuple[str, Spot], str]]
]

_EPOCH = datetime(1899, 12, 30)
_QUOTED = re.compile(r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')+\'')
_PREFIXES = re.compile(r"_xlfn\.|_xlws\.|_xlpm\.", re.IGNORECASE)
# A plain number: no part of a name, of a reference or of rows such as 3:5.
_FIGURE = re.compile(r"(?<![\w.$:!])\d+(?:\.\d*)?(?:E[+-]?\d+)?(?![\w.:!(])", re.IGNORECASE)
_NEEDLESS = re.compile(r"^'([^\W\d]\w*)'$")


def live(
    snapshot: Snapshot,
) -> tuple[Mapping[tuple[str, Spot], Scalar], Mapping[tuple[str, Spot], str]]:
    """The recalculation of a workbook that is open in a program which calculates by itself."""
    return {(s.name, spot): s.value(*spot) for s in snapshot.sheets for spot in s.formulas}, {}


@dataclass(frozen=True, slots=True)
class Altered:
    """A cell that does not hold what was computed; `what` is "value" or "formula"."""

    sheet: str
    row: int
    column: int
    found: Scalar
    computed: Scalar
    what: str = "value"

    @property
    def cell(self) -> str:
        """The cell's address."""
        return a1(self.row, self.column)


@dataclass
class Compared:
    """What a comparison came to.

    `following` are formulas that are right, whose values follow altered cells; `unstored`
    counts right formulas that the file holds no value of.
    """

    altered: list[Altered] = field(default_factory=list)
    following: list[Altered] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    hidden: list[tuple[str, str]] = field(default_factory=list)
    merged: list[tuple[str, str]] = field(default_factory=list)
    formats: list[Altered] = field(default_factory=list)
    unstored: int = 0
    cells: int = 0


def compare(
    specs: Sequence[SheetSpec], snapshot: Snapshot, recalculate: Recalculation | None = None
) -> Compared:
    """Hold every cell of some sheets against a workbook.

    Figures are compared at 15 significant digits, as programs store them; those of formulas
    at nine, since each program adds up in its own way.
    """
    result = Compared()
    doubtful: list[Altered] = []
    for spec in specs:
        sheet = snapshot.sheet(spec.name)
        if sheet is None:
            result.missing.append(spec.name)
            continue
        _sheet(spec, sheet, result, doubtful)
    if doubtful:
        _sort_out(doubtful, specs, snapshot, result, recalculate)
    order = {spec.name: n for n, spec in enumerate(specs)}
    result.altered.sort(key=lambda c: (order[c.sheet], c.row, c.column))
    return result


def _sheet(spec: SheetSpec, sheet: Sheet, result: Compared, doubtful: list[Altered]) -> None:
    there = {(row, column) for row, column, _ in sheet.filled()} | sheet.formulas.keys()
    for spot in sorted(there | spec.cells.keys()):
        result.cells += 1
        content = spec.cells.get(spot)
        value, formula = sheet.value(*spot), sheet.formulas.get(spot)

        def altered(found: Scalar, computed: Scalar, what: str = "value") -> Altered:
            return Altered(spec.name, *spot, found, computed, what)  # noqa: B023

        if isinstance(content, Formula):
            wanted = "=" + content.text.removeprefix("=")
            if formula is None or plain_formula(formula) != plain_formula(wanted):
                result.altered.append(altered(formula or value, wanted, "formula"))
            elif value is None and content.value not in (None, ""):
                result.unstored += 1
            elif not alike(value, content.value, digits=9):
                doubtful.append(altered(value, content.value))
        elif formula is not None and not _error_cell(formula, content):
            result.altered.append(altered(formula, content, "formula"))
        elif not alike(value, content):
            result.altered.append(altered(value, content))
        else:
            _format(spec, sheet, spot, content, result)
    _hidden(spec, sheet, result)


def _error_cell(formula: str, content: Content) -> bool:
    """Whether a formula only says an error value, as some writers put one into a cell."""
    return isinstance(content, CellError) and formula.lstrip("=") == content.code


def _sort_out(
    doubtful: Sequence[Altered],
    specs: Sequence[SheetSpec],
    snapshot: Snapshot,
    result: Compared,
    recalculate: Recalculation | None,
) -> None:
    """Tell values of right formulas that were written over from those that only follow.

    Each formula is held against the values that its cells hold now.
    """
    values: Mapping[tuple[str, Spot], Scalar] = {}
    if recalculate is not None:
        names = {spec.name for spec in specs}
        own = tuple(sheet for sheet in snapshot.sheets if sheet.name in names)
        values, _ = recalculate(Snapshot(snapshot.source, own, names=snapshot.names))
    for cell in doubtful:
        now = values.get((cell.sheet, (cell.row, cell.column)), _UNKNOWN)
        follows = now is not _UNKNOWN and alike(cell.found, now, digits=9)
        (result.following if follows else result.altered).append(cell)


_UNKNOWN = CellError("?")


# -- what hides a value ----------------------------------------------------------------


def _format(spec: SheetSpec, sheet: Sheet, spot: Spot, content: Content, result: Compared) -> None:
    """A number format that shows another figure than the cell holds."""
    if not isinstance(content, int | float) or isinstance(content, bool):
        return
    style = spec.styles.get(spot)
    wanted = "General" if style is None else style.number_format
    found = sheet.formats.get(spot, "General")
    if found != wanted and _plain_sections(found)[0] not in _showing(wanted):
        result.formats.append(Altered(spec.name, *spot, found, wanted, "format"))


def _showing(text: str) -> set[str]:
    """The sections of a format that show a figure as it is; some files keep only one of them."""
    first, *others = _plain_sections(text)
    return {first, *(s for s in others if s and not s.startswith("-"))}


def _plain_sections(text: str) -> list[str]:
    plain = re.sub(r"_.|\s|\[[^\]]*\]", "", text.replace("\\", "").replace('"', ""))
    return plain.lower().split(";")


def _hidden(spec: SheetSpec, sheet: Sheet, result: Compared) -> None:
    if sheet.hidden and not spec.hidden:
        result.hidden.append((spec.name, "整张表"))
    rows = {row for row, _ in spec.cells} & sheet.hidden_rows
    if rows:
        result.hidden.append((spec.name, f"第 {_spans(rows)} 行"))
    columns = {column for _, column in spec.cells} & sheet.hidden_columns
    if columns:
        result.hidden.append((spec.name, "、".join(a1(1, c)[:-1] for c in sorted(columns)) + " 列"))

    drawn = {area.a1 for area in spec.merged}
    covered = [area.a1 for area in sheet.merged if area.a1 not in drawn]
    if covered:
        result.merged.append((spec.name, "、".join(covered)))


def _spans(numbers: set[int]) -> str:
    spans: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if spans and spans[-1][1] == number - 1:
            spans[-1] = (spans[-1][0], number)
        else:
            spans.append((number, number))
    return "、".join(str(a) if a == b else f"{a}—{b}" for a, b in spans)


# -- whether two contents are one ------------------------------------------------------


def alike(found: Scalar, computed: Content, *, digits: int = 15) -> bool:
    """Whether a cell holds a value, as far as workbooks keep values apart.

    >>> alike(66.7, 66.69999999999999), alike(66.7, 66.71), alike(None, ""), alike("1", 1)
    (True, False, True, False)
    """
    if isinstance(computed, Formula):
        computed = computed.value
    if found in (None, "") or computed in (None, ""):
        return found in (None, "") and computed in (None, "")
    if isinstance(found, bool) or isinstance(computed, bool):
        return found is computed
    one, other = _number(found), _number(computed)
    if one is not None and other is not None:
        if digits < 15:
            return abs(one - other) <= 10.0**-digits * max(1.0, abs(other))
        return f"{one:.15g}" == f"{other:.15g}"
    if isinstance(found, str) and isinstance(computed, str):
        return found == computed or _text(found) == _text(computed)
    return type(found) is type(computed) and found == computed


def _text(text: str) -> str:
    """A text as all programs keep it: one sort of line break, no characters that are none."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "")
    return text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")


def _number(value: Scalar) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, datetime):
        return (value - _EPOCH).total_seconds() / 86400
    if isinstance(value, date):
        return float((datetime(value.year, value.month, value.day) - _EPOCH).days)
    if isinstance(value, time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / 86400
    return None


def plain_formula(text: str) -> str:
    """A formula without what programs write each in their own way: spaces, capitals, prefixes,
    zeros at the end of numbers.

    >>> plain_formula("=_xlfn.RANK.EQ( a1,'核对数据'!$B$2:$B$9 )&\\" 分\\"")
    '=RANK.EQ(A1,核对数据!$B$2:$B$9)&" 分"'
    >>> plain_formula("=0.50*A1+1.0e2"), plain_formula("=SUM(3:5)+A10")
    ('=0.5*A1+100', '=SUM(3:5)+A10')
    """
    return "".join(_plain_pieces("=" + text.removeprefix("=")))


def _plain_pieces(text: str) -> Iterator[str]:
    at = 0
    for quoted in _QUOTED.finditer(text):
        yield _bare(text[at : quoted.start()])
        yield _NEEDLESS.sub(r"\1", quoted[0])
        at = quoted.end()
    yield _bare(text[at:])


def _bare(text: str) -> str:
    plain = _PREFIXES.sub("", re.sub(r"\s+", "", text)).upper()
    return _FIGURE.sub(lambda found: f"{float(found[0]):.15g}", plain)

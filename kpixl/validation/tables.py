"""Tables that come along with a form: their totals, their growth, their projects.

What a column is, its heading says; a column of rates or averages is never added up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from kpixl.address import a1
from kpixl.findings import Finding, Place, finding
from kpixl.grid import Scalar, Sheet
from kpixl.scheme.headings import spelling, text_of

_TOTAL = frozenset({"合计", "总计", "小计", "总数"})
_NOT_ADDED = re.compile(r"[%％]|率|增速|增长|增幅|均|比重|比例|占比|名次|序号|排名|年度|年限")
_PROJECT = frozenset({"项目名称", "重点项目名称", "项目"})
_NOW = re.compile(r"^(?:本年|本期|当年|今年)")
_BEFORE = re.compile(r"^(?:上年|去年|上年同期|同期)")
_GROWTH = re.compile(r"增速|增长率|增幅|同比增长|增长\(?%")


def table_faults(file: str, sheet: Sheet, unit: str) -> Iterator[Finding]:
    """Totals that are not the sum of their parts, growth that is not that of its row, and
    projects that stand twice."""
    head = _head(sheet)
    if not head:
        return
    headings = {c: text_of(sheet.seen(head, c)) for c in range(1, sheet.width + 1)}
    headings = {c: text for c, text in headings.items() if text}
    yield from _totals(file, sheet, unit, head, headings)
    yield from _growth(file, sheet, unit, head, headings)
    yield from _projects(file, sheet, unit, head, headings)


def _head(sheet: Sheet) -> int:
    """The row with the most texts, where a table has at least three columns."""
    counts = [sum(1 for v in row if isinstance(v, str) and v.strip()) for row in sheet.rows[:30]]
    most = max(counts, default=0)
    return counts.index(most) + 1 if most >= 3 else 0


def _totals(
    file: str, sheet: Sheet, unit: str, head: int, headings: Mapping[int, str]
) -> Iterator[Finding]:
    start = head + 1
    for row in range(head + 1, len(sheet.rows) + 1):
        label = next((text_of(sheet.value(row, c)) for c in (1, 2) if sheet.value(row, c)), "")
        if spelling(label) not in _TOTAL:
            continue
        parts, start = range(start, row), row + 1
        for column, heading in headings.items():
            total = decimal_of(sheet.value(row, column))
            figures = [d for r in parts if (d := decimal_of(sheet.value(r, column))) is not None]
            if total is None or len(figures) < 2 or _NOT_ADDED.search(heading):
                continue
            tolerance = rounding_of(figures, total)
            gap = total - sum(figures)
            if abs(gap) > tolerance:
                yield finding(
                    "value-total",
                    place=Place(file, sheet.name, a1(row, column)),
                    unit=unit,
                    found=f"{total:f}",
                    name=f"{label} {heading}",
                    gap=f"{gap:f}",
                    wanted=f"{sum(figures):f}",
                    tolerance=f"{tolerance:f}",
                )


def _growth(
    file: str, sheet: Sheet, unit: str, head: int, headings: Mapping[int, str]
) -> Iterator[Finding]:
    def one(pattern: re.Pattern[str]) -> int | None:
        columns = [c for c, text in headings.items() if pattern.search(spelling(text))]
        return columns[0] if len(columns) == 1 else None

    now, before, growth = one(_NOW), one(_BEFORE), one(_GROWTH)
    if now is None or before is None or growth is None or growth in (now, before):
        return
    for row in range(head + 1, len(sheet.rows) + 1):
        a, b, said = (decimal_of(sheet.value(row, c)) for c in (now, before, growth))
        if a is None or b is None or said is None or b == 0:
            continue
        if "%" in sheet.formats.get((row, growth), ""):
            said *= 100
        true = (a - b) / b * 100
        tolerance = half_unit(said) + (half_unit(a) + half_unit(b)) / abs(b) * 100
        if abs(said - true) > tolerance:
            yield finding(
                "value-recomputed",
                place=Place(file, sheet.name, a1(row, growth)),
                unit=unit,
                found=f"{said:f}",
                name=headings[growth],
                gap=f"{said - true:.2f}",
                wanted=f"{true:.2f}",
                tolerance=f"{tolerance:.2f}",
            )


def _projects(
    file: str, sheet: Sheet, unit: str, head: int, headings: Mapping[int, str]
) -> Iterator[Finding]:
    column = next((c for c, text in headings.items() if spelling(text) in _PROJECT), None)
    seen: dict[str, int] = {}
    for row in range(head + 1, len(sheet.rows) + 1) if column else ():
        assert column is not None
        text = text_of(sheet.value(row, column))
        name = spelling(text)
        if len(name) < 3 or name in _TOTAL:
            continue
        if name in seen:
            yield finding(
                "form-project-repeated",
                place=Place(file, sheet.name, a1(row, column)),
                unit=unit,
                found=f"{a1(seen[name], column)} 和 {a1(row, column)}",
                name=text,
            )
        else:
            seen[name] = row


def decimal_of(value: Scalar) -> Decimal | None:
    """A cell's number as people see it; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return None
    return Decimal(f"{value:.12g}")


def decimals_of(figure: Decimal) -> int:
    """Digits behind the point.

    >>> decimals_of(Decimal("8.30")), decimals_of(Decimal("1E+3"))
    (1, 0)
    """
    exponent = figure.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def half_unit(figure: Decimal) -> Decimal:
    """Half a unit of the last digit behind the point: what rounding may have taken away."""
    return Decimal("0.5").scaleb(-decimals_of(figure))


def rounding_of(parts: Sequence[Decimal], total: Decimal) -> Decimal:
    """What a total may be off its parts by rounding alone; whole numbers add up exactly."""
    digits = max(map(decimals_of, (*parts, total)))
    return Decimal("0.5").scaleb(-digits) * (len(parts) + 1) if digits else Decimal(0)

"""Which rows of a sheet are headings: where they begin, how many storeys they have."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kpixl.numbers import is_measure
from kpixl.scheme.headings import spelling, text_of
from kpixl.templates.sheet_view import View, labels_cover
from kpixl.templates.words import FIELDS, NAMES, is_cover_label, is_this_year, part_of_year

STACKED = frozenset({"指标", "类别", "数据项", "分值", "评分标准", "计量单位", "目标", "责任单位"})
MET = 2  # units of a table that stand in it again: another table
# A line of points below names: 10分, (5分).
STATED = re.compile(r"[(（]?\d+(?:\.\d+)?\s*分[)）]?")
_STOREYS = 6
_STRONG = frozenset({*NAMES, "分值", "评分标准", "填报值", "目标", "自评分", "考核分", "完成率"})
_INDEX = re.compile(r"[甲乙丙丁戊己庚]|[A-Za-z]|[(（]?\d{1,2}[)）]?|[①-⑳]|栏次|[=+÷\-*/×()\d]+")


def is_heading_row(view: View, row: int) -> bool:
    """Whether the headings of a table stand in a row: words that are known, or names of units.

    >>> from kpixl.grid import Sheet
    >>> from kpixl.templates.words import Words
    >>> rows = (("考核表", None, None), ("指标", "分值", "完成数"), ("产值", 10.0, 3.5))
    >>> view = View(Sheet("表", rows), Words(), {})
    >>> [is_heading_row(view, row) for row in (1, 2, 3)]
    [False, True, False]
    """
    cells = [(c, v) for c, v in view.own(row) if isinstance(v, str)]
    if len(cells) < 2 or any(labels_cover(v) for _, v in cells):
        return False
    roles = [view.words.role(v) for _, v in cells]
    alike = [v for _, v in cells if view.is_unit(v)]
    units = alike if len(alike) >= 2 else [v for v in alike if view.words.unit(v)]
    known = [r for r in roles if r] + units
    known += [v for (_, v), r in zip(cells, roles, strict=True) if not r and _of_time(v)]
    if any((row, c) in view.forced for c, _ in cells):
        return True
    filled = len(view.own(row))
    if any(not isinstance(v, str) and not is_this_year(text_of(v)) for _, v in view.own(row)):
        return False  # figures stand in the body
    if len(known) >= 2 and _STRONG & {*roles} and 2 * len(known) >= filled - len(units):
        return True
    if len(units) >= 2 and len(cells) > len(units):
        return True
    return _over_units(view, row, cells, roles)


def _over_units(
    view: View, row: int, cells: Sequence[tuple[int, str]], roles: Sequence[str | None]
) -> bool:
    """A row with a column of units, and texts beside it that nobody knows beforehand."""
    names = [c for (c, v), r in zip(cells, roles, strict=True) if r is None or r in FIELDS]
    for (column, _), role in zip(cells, roles, strict=True):
        if (
            role in ("单位", "单位?", "责任单位")
            and (len(names) >= 2 or (names and holds_figures(view, names[0], row + 1, row + MET)))
            and len(view.own(row)) == len(cells)
        ):
            below = view.below(view.area(row, column).bottom, column)
            return sum(map(view.is_unit, below)) >= max(2, len(below) // 2)
    return False


def stacked_headings(view: View, row: int) -> tuple[int, int] | None:
    """Headings that stand one below the other: the last row and the column of them."""
    for column, value in view.own(row)[:4]:
        if not isinstance(value, str) or view.words.role(value) not in (
            *NAMES,
            "单位",
            "单位?",
        ):
            continue
        roles, at = [view.words.role(value)], view.area(row, column).bottom + 1
        while at <= len(view.sheet.rows) and len(roles) <= _STOREYS:
            text = view.seen(at, column)
            role = view.words.role(text) if text else None
            if role not in STACKED | {"单位", "单位?"}:
                break
            if len(roles) == 1 and roles[0] not in NAMES and role in NAMES:
                break  # the cover of a form, and below it the table
            roles.append(role)
            at = view.sheet.anchor(at, column)[0] + 1
            at = max(at, view.area(at - 1, column).bottom + 1)
        if {"分值", "评分标准"} & {*roles[1:]} and not _heads_columns(view, row, at - 1, column):
            return at - 1, column
    return None


def _heads_columns(view: View, top: int, bottom: int, column: int) -> bool:
    """Whether headings of columns stand beside a heading, so that it heads a column too."""
    right = view.area(top, column).right
    found = [v for c, v in view.own(top) if c > right and isinstance(v, str)]
    roles = [view.words.role(v) for v in found]
    return sum(r in ("分值", "评分标准", "填报值") for r in roles) >= 1 and bottom > top


def heading_block(view: View, row: int) -> tuple[int, int]:
    """The first and last row of the headings of which one row is known."""
    top = row
    while top > 1 and _groups_columns(view, top - 1, row):
        top -= 1
    bottom = max(
        (a.bottom for c, _ in view.own(row) if (a := view.area(row, c)).bottom < row + _STOREYS),
        default=row,
    )
    while bottom - top < _STOREYS and _goes_on(view, top, bottom):
        bottom = max(view.area(bottom + 1, c).bottom for c, _ in view.own(bottom + 1))
    return top, bottom


def _groups_columns(view: View, row: int, head: int) -> bool:
    """Whether a row above the headings holds headings of groups of columns."""
    cells = view.own(row)
    columns = {c for c, _ in view.own(head)}
    if not cells or not columns or any(not isinstance(v, str) for _, v in cells):
        return False
    if any(":" in text_of(v) or "：" in text_of(v) or is_cover_label(text_of(v)) for _, v in cells):
        return False
    spans = [view.area(row, c) for c, _ in cells]
    width = max(columns) - min(columns) + 1
    wide = [a for a in spans if a.right > a.left]
    within = all(min(columns) <= a.left and a.right <= max(columns) for a in spans)
    if len(cells) == 1 and not wide:
        return False
    return within and all(a.right - a.left + 1 < max(2, 0.8 * width) for a in spans)


def _goes_on(view: View, top: int, bottom: int) -> bool:
    """Whether the row below belongs to the headings."""
    cells = view.own(bottom + 1)
    if not cells:
        return False
    texts = [text_of(v) for _, v in cells]
    if _is_index(texts):
        return True
    if any(not isinstance(v, str) for _, v in cells):
        return False
    if len(texts) >= 2 and (all(map(STATED.fullmatch, texts)) or all(map(is_measure, texts))):
        return True  # points or units of measure below the names
    known = [view.words.role(t) is not None or is_this_year(t) for t in texts]
    units = [bool(view.words.unit(t)) for t in texts]
    if all(k or u for k, u in zip(known, units, strict=True)):
        return any(known) or sum(units) >= 2
    grouped = {
        c
        for a in view.sheet.merged
        if a.right > a.left and top <= a.top and a.bottom == bottom
        for c in range(a.left, a.right + 1)
    }
    over = [c for c in _filled_columns(view, top, bottom) if c not in grouped]
    free = all(not view.text(bottom + 1, c) for c in over)
    rest = [c for c, _ in cells if c not in grouped]
    broken = [c for c in rest if is_broken(view, view.text(bottom, c), view.text(bottom + 1, c))]
    if len(broken) >= 2 and all(
        c in broken or view.words.role(view.text(bottom + 1, c)) for c in rest
    ):
        return True
    return bool(grouped) and free and {c for c, _ in cells} <= grouped and len(cells) >= 2


def _filled_columns(view: View, top: int, bottom: int) -> set[int]:
    return {c for r in range(top, bottom + 1) for c, _ in view.own(r)}


def is_broken(view: View, above: str, below: str) -> bool:
    """Whether two cells hold one heading that only together says something."""
    if len(above) > 8 or len(below) > 8 or view.words.unit(below) or is_this_year(below):
        return False
    return view.words.role(below) is None and view.words.role(above + below) is not None


def only_numbers_columns(view: View, row: int, top: int) -> bool:
    """Whether a row below the first of the headings only numbers the columns: 甲 乙 1 2 3."""
    return row > top and _is_index([text_of(v) for _, v in view.own(row)])


def _is_index(texts: Sequence[str]) -> bool:
    return len(texts) >= 3 and all(map(_INDEX.fullmatch, texts)) and _counts_up(texts)


def holds_figures(view: View, column: int, first: int, last: int) -> bool:
    """Whether figures stand in some rows of a column."""
    values = [view.sheet.value(r, column) for r in range(first, last + 1)]
    return any(isinstance(v, int | float) and not isinstance(v, bool) for v in values)


def is_part(text: str) -> bool:
    """Whether a heading is a part of a year and nothing else: 一季度, 1-6月."""
    return part_of_year(text) == spelling(text) != ""


def _of_time(text: str) -> bool:
    """Whether a heading is a year or a part of one: 全年, 一季度."""
    return is_this_year(text) or is_part(text)


def _counts_up(texts: Sequence[str]) -> bool:
    """Whether the numbers among some texts follow each other."""
    digits = [int(t.strip("()（）")) for t in texts if t.strip("()（）").isdigit()]
    return len(digits) < 2 or digits == list(range(digits[0], digits[0] + len(digits)))

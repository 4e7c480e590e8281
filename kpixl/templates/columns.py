"""What each column of a table is: by its headings, its neighbours and what stands in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kpixl.grid import Spot
from kpixl.numbers import is_measure
from kpixl.scheme.headings import spelling
from kpixl.templates.heading_paths import HeadingPath, heading_over
from kpixl.templates.heading_rows import is_part
from kpixl.templates.sheet_view import View
from kpixl.templates.table_model import Column
from kpixl.templates.words import (
    EACH,
    FIELDS,
    NAMES,
    is_this_year,
    looks_like_unit,
    part_of_year,
    year_of,
)

_WHOLE = re.compile(r"(?:全年|年度|本年)?累计数?|全年|年度")
_NAMING = re.compile(r"^\D{1,6}(?:项目|指标|事项|内容|任务|实事|工作)$")
_SPREAD = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")


def columns_of(view: View, top: int, bottom: int) -> tuple[Column, ...]:
    """The columns below headings that stand in the rows `top` to `bottom`."""
    numbers = range(1, view.sheet.width + 1)
    columns = [column_under(view, n, heading_over(view, n, top, bottom)) for n in numbers]
    columns = _of_whole_year(_of_two_years(view, columns))
    columns = _units_between(view, columns)
    columns = [_by_content(view, c, bottom, columns) for c in columns]
    return tuple(_with_names(view, columns, bottom))


def column_under(view: View, number: int, path: HeadingPath) -> Column:
    """What a column is by its own headings and by what a user has answered.

    >>> from kpixl.grid import Sheet
    >>> from kpixl.templates.words import Words
    >>> view = View(Sheet("表", ()), Words(), {})
    >>> column = column_under(view, 4, HeadingPath(("青溪镇", "目标"), (2, 4), {"青溪镇": (1, 3)}))
    >>> column.unit, column.role, column.unit_spot
    ('青溪镇', '目标', (1, 3))
    """
    answered = view.forced.get(path.spot)
    said = _said(view, path)
    role, unit = said.role, said.unit
    label = f"{said.group}{said.label}" if said.group and not unit and said.label else said.label
    if answered is not None:
        role, _, name = answered.partition(":")
        label = ""
        if role == "单位" and name:
            role, unit = "", name
    if unit and not role:
        role = "填报值"
    if label and role in ("填报值", "目标", "上年数", "完成率") and is_measure(label):
        label = ""
    if role == "填报值" and _WHOLE.fullmatch(spelling(label)):
        label = ""
    if role == "填报值" and not label and answered is None and path.texts:
        label = part_of_year("".join(path.texts))
    return Column(
        number,
        path.spot,
        path.texts,
        role,
        unit,
        said.group if unit else "",
        label,
        answered is not None,
        said.whose,
    )


@dataclass(frozen=True)
class _Said:
    """What the headings over a column say; `whose` is the cell that names the unit."""

    role: str = ""
    unit: str = ""
    label: str = ""
    group: str = ""
    whose: Spot | None = None


def _said(view: View, path: HeadingPath) -> _Said:
    role = unit = label = group = ""
    owners = False  # whether a heading above says that units stand below
    whose: Spot | None = None
    for text in path.texts:
        named = view.words.unit(text)
        known = view.words.role(text)
        before = unit
        last = text is path.texts[-1]
        if named:
            unit, label = named, ""
        elif not last and (each := EACH.match(spelling(text))) is not None:
            owners = True
            role = view.words.role(spelling(text)[each.end() :]) or role
        elif known in ("单位", "分组", "类别", "单位?") and not last:
            group, owners = text, owners or known in ("单位", "单位?")
        elif owners and not known and not unit and not view.words.is_total(text):
            unit = _compact(text)
        elif known:
            role, label = known, ""
        elif is_this_year(text):
            continue
        elif (split := _unit_and_role(view, text)) is not None:
            unit, role = split
        elif looks_like_unit(text) and (not role or role in FIELDS):
            unit = text
        elif not unit and not last and not role:
            group = text
        else:
            label = text
        if unit != before:
            whose = path.spots.get(text)
    return _Said(role, unit, label, group, whose)


def _unit_and_role(view: View, text: str) -> tuple[str, str] | None:
    """青溪镇完成值 in one cell: the unit and what its column holds."""
    spelled = spelling(text)
    for at in range(2, len(spelled) - 1):
        head, tail = spelled[:at], spelled[at:].strip("()-")
        unit = view.words.unit(head) or (head if looks_like_unit(head) else None)
        if unit and view.words.role(tail) in FIELDS:
            return unit, str(view.words.role(tail))
    return None


def _of_two_years(view: View, columns: Sequence[Column]) -> list[Column]:
    """Columns of two years are this year's and last year's."""
    years = {c.number: y for c in columns for t in c.path if (y := year_of(t))}
    if not years:
        return list(columns)
    this = view.words.year if view.words.year in years.values() else max(years.values())
    if view.words.year and max(years.values()) == view.words.year - 1:
        this = view.words.year
    found = []
    for column in columns:
        year = years.get(column.number, 0)
        if year == this - 1 and column.role in ("", "填报值"):
            column = replace(column, role="上年数")
        elif year == this and not column.role and not column.label:
            column = replace(column, role="填报值")
        found.append(column)
    return found


def _of_whole_year(columns: Sequence[Column]) -> list[Column]:
    """全年 beside the quarters or months is the year's figure, and they are its parts."""
    parts = [c for c in columns if not c.role and not c.unit and c.path and is_part(c.path[-1])]
    whole = [c for c in columns if not c.role and not c.unit and c.path and _is_whole(c.path[-1])]
    if len(parts) < 2 or len(whole) != 1 or any(c.role == "填报值" for c in columns):
        return list(columns)
    found = []
    for column in columns:
        if column in parts:
            column = replace(column, role="填报值", label=part_of_year(column.path[-1]))
        elif column in whole:
            column = replace(column, role="填报值", label="")
        found.append(column)
    return found


def _units_between(view: View, columns: Sequence[Column]) -> list[Column]:
    """A heading among those of units is a unit too: 高新区(度假区), 三江口."""
    known = [c.number for c in columns if c.unit]
    if len(known) < 2:
        return list(columns)
    found = []
    for column in columns:
        between = min(known) < column.number < max(known)
        if between and not column.unit and column.label and not view.words.is_total(column.label):
            storeys = {len(c.path) for c in columns if c.unit}
            if len(column.path) in storeys:
                role = column.role or "填报值"
                column = replace(column, unit=column.label, label="", role=role)
        found.append(column)
    return found


def _by_content(view: View, column: Column, bottom: int, columns: Sequence[Column]) -> Column:
    """单位 over a column is said by what stands in it: units of measure, or units."""
    texts = view.below(bottom, column.number)
    texts_or_figures = any(
        view.text(r, column.number) for r in range(bottom + 1, len(view.sheet.rows) + 1)
    )
    if column.role == "目标" and not column.unit and not any(c.role in NAMES for c in columns):
        # 任务 and 目标 over sentences name what is to be done
        words = [t for t in texts if not re.search(r"\d", t)]
        return replace(column, role="指标") if 2 * len(words) > len(texts) else column
    if column.role == "分值?":  # points, or what was scored beside them
        score = any(c.role == "分值" for c in columns) or not texts_or_figures
        return replace(column, role="考核分" if score else "分值")
    if column.role != "单位?":
        return column
    measures = sum(is_measure(t) or t in ("是/否", "分", "-", "/") for t in texts)
    units = sum(map(view.is_unit, texts))
    named = [c for c in columns if c.role in NAMES]
    if texts and 2 * measures >= len(texts):
        return replace(column, role="计量单位")
    if texts and 2 * units >= len(texts):
        return replace(column, role="单位")
    if not named and any(c.unit for c in columns):
        return replace(column, role="指标")
    short = all(len(t) <= 5 for t in texts)
    if texts and short and named and named[0].number < column.number and not units:
        return replace(column, role="计量单位")
    return replace(column, role="", label=column.heading)


def _with_names(view: View, columns: Sequence[Column], bottom: int) -> list[Column]:
    """Where no heading says which column names the indicators, their names do."""
    if any(c.role in NAMES for c in columns):
        return list(columns)
    ends = [
        c
        for c in columns
        if not c.role and c.label and _NAMING.search(spelling(c.label))
        and view.below(bottom, c.number)
    ]  # fmt: skip
    if len(ends) == 1:
        return [replace(c, role="指标", label="") if c is ends[0] else c for c in columns]
    best, most = 0, 0
    for column in columns:
        if not column.role and not column.unit:
            texts = view.below(bottom, column.number)
            hits = sum(map(view.words.is_name, texts))
            if hits > most and 2 * hits >= len(texts):
                best, most = column.number, hits
    if not best:
        first = [c for c in columns if view.below(bottom, c.number) and not c.role]
        plain = [c for c in first if not c.path and not c.unit]
        best = plain[0].number if len(plain) == 1 and plain[0].number <= 2 else 0
    return [replace(c, role="指标", label="") if c.number == best else c for c in columns]


def _is_whole(text: str) -> bool:
    return is_this_year(text) or spelling(text) in ("合计", "总计", "累计", "年累计")


def _compact(text: str) -> str:
    """A unit's name without the blanks that only spread its characters."""
    return _SPREAD.sub("", text)

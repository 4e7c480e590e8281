"""The tables of a sheet: where their headings stand, what each column is, which rows count.

Nothing is known of a form beforehand but words.  A table whose units stand in rows, with
indicators above them, is turned round, so that whatever follows sees indicators in rows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from kpixl.grid import Area, Scalar, Sheet, Spot
from kpixl.numbers import is_measure
from kpixl.scheme.headings import spelling, text_of
from kpixl.templates.cards import cards_of
from kpixl.templates.words import (
    EACH,
    FIELDS,
    NAMES,
    NOTED,
    SIGNED,
    Words,
    is_cover_label,
    is_this_year,
    looks_like_unit,
    measure_in,
    part_of_year,
    year_of,
)

_WHOLE = re.compile(r"(?:全年|年度|本年)?累计数?|全年|年度")
_NAMING = re.compile(r"^\D{1,6}(?:项目|指标|事项|内容|任务|实事|工作)$")
_STATED = re.compile(r"[(（]?\d+(?:\.\d+)?\s*分[)）]?")
_SPREAD = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")
_MET = 2  # units of a table that stand in it again: another table
_DEPTH, _STOREYS = 80, 6
_STRONG = frozenset({*NAMES, "分值", "评分标准", "填报值", "目标", "自评分", "考核分", "完成率"})
_STACKED = frozenset({"指标", "类别", "数据项", "分值", "评分标准", "计量单位", "目标", "责任单位"})
_INDEX = re.compile(r"[甲乙丙丁戊己庚]|[A-Za-z]|[(（]?\d{1,2}[)）]?|[①-⑳]|栏次|[=+÷\-*/×()\d]+")


@dataclass(frozen=True)
class Column:
    """A column below headings: its heading cell, what it is for, whose it is.

    `role` is one of `words.ROLES`, blank where nobody knows; `label` is what the heading says
    beyond that (增速, 一季度), `group` what stands above the units.
    """

    number: int
    spot: Spot
    path: tuple[str, ...] = ()
    role: str = ""
    unit: str = ""
    group: str = ""
    label: str = ""
    answered: bool = False
    unit_spot: Spot | None = None

    @property
    def heading(self) -> str:
        """The heading as a reader sees it, storeys joined."""
        return "/".join(self.path)

    @property
    def holds_figures(self) -> bool:
        """Whether the column may hold figures."""
        return self.role in FIELDS or bool(self.unit) or (not self.role and bool(self.label))


@dataclass(frozen=True)
class Table:
    """A table of a sheet, indicators in rows; `flipped` where the sheet has them in columns.

    `sheet` is the sheet as it is looked at; `spot` leads back to the cell of the form.
    """

    sheet: Sheet
    flipped: bool
    top: int
    bottom: int
    columns: tuple[Column, ...]
    rows: tuple[int, ...]
    bands: Mapping[int, str] = field(default_factory=dict)
    end: int = 0
    head: tuple[int, int] = (1, 1)  # first and last row of the headings on the form itself
    origin: Mapping[Spot, Spot] = field(default_factory=dict)  # where the cells of cards stand

    def spot(self, row: int, column: int) -> Spot:
        """The cell of the form."""
        at = self.sheet.anchor(row, column)
        return (at[1], at[0]) if self.flipped else self.origin.get(at, at)

    def text(self, row: int, column: int) -> str:
        """The text that a reader sees in a cell."""
        return text_of(self.sheet.seen(row, column))

    def with_role(self, *roles: str) -> tuple[Column, ...]:
        """The columns of some roles, from left to right."""
        if len(roles) == 1:
            return self._by_role.get(roles[0], ())
        return tuple(c for c in self.columns if c.role in roles)

    @cached_property
    def _by_role(self) -> Mapping[str, tuple[Column, ...]]:
        """The columns of each role: a table of many units has as many of them."""
        found: dict[str, list[Column]] = {}
        for column in self.columns:
            found.setdefault(column.role, []).append(column)
        return {role: tuple(columns) for role, columns in found.items()}

    @cached_property
    def units(self) -> tuple[str, ...]:
        """The units that have columns of their own."""
        return tuple(dict.fromkeys(c.unit for c in self.columns if c.unit))


def flipped(sheet: Sheet) -> Sheet:
    """The sheet with rows and columns exchanged."""
    rows = [list(row) + [None] * (sheet.width - len(row)) for row in sheet.rows]
    return replace(
        sheet,
        rows=tuple(tuple(column) for column in zip(*rows, strict=True)),
        formulas={},
        formats={},
        merged=tuple(Area(a.left, a.top, a.right, a.bottom) for a in sheet.merged),
        hidden_rows=sheet.hidden_columns,
        hidden_columns=sheet.hidden_rows,
        unlocked=frozenset(),
        arrays=(),
    )


def find_tables(sheet: Sheet, words: Words, forced: Mapping[Spot, str]) -> tuple[Table, ...]:
    """The tables of a sheet from top to bottom.

    `forced` gives the role of columns by their heading cell, as a user has answered.
    """
    tables: list[Table] = []
    reader = _Reader(sheet, words, forced)
    row = 1
    while row <= min(len(sheet.rows), _DEPTH + (tables[-1].end if tables else 0)):
        found = reader.tables_at(row)
        tables += found
        row = max((t.end for t in found), default=row) + 1
    return tuple(tables) or _of_cards(sheet, words, forced)


def _of_time(text: str) -> bool:
    """Whether a heading is a year or a part of one: 全年, 一季度."""
    return is_this_year(text) or _is_part(text)


def _is_whole(text: str) -> bool:
    return is_this_year(text) or spelling(text) in ("合计", "总计", "累计", "年累计")


def _is_part(text: str) -> bool:
    return part_of_year(text) == spelling(text) != ""


def _of_cards(sheet: Sheet, words: Words, forced: Mapping[Spot, str]) -> tuple[Table, ...]:
    """The table that cards make, where a sheet has no other."""
    cards = cards_of(sheet, words)
    if cards is None:
        return ()
    there = {spot: at for at, spot in cards.origin.items()}
    said = {there[spot]: role for spot, role in forced.items() if spot in there}
    table = _Reader(cards.sheet, words, said).table_at(1)
    if table is None or table.flipped:
        return ()
    origin = cards.origin
    columns = tuple(replace(c, spot=origin.get(c.spot, c.spot)) for c in table.columns)
    head = (cards.first, cards.first)
    return (replace(table, columns=columns, origin=origin, head=head, end=cards.last),)


class _Reader:
    """One sheet while its tables are looked for."""

    def __init__(self, sheet: Sheet, words: Words, forced: Mapping[Spot, str]) -> None:
        self.sheet, self.words, self.forced = sheet, words, forced
        self.areas = {(a.top, a.left): a for a in sheet.merged}

    def own(self, row: int) -> list[tuple[int, Scalar]]:
        """The cells of a row that are filled; a merged cell stands in its first row."""
        if not 1 <= row <= len(self.sheet.rows):
            return []
        cells = enumerate(self.sheet.rows[row - 1], 1)
        return [(c, v) for c, v in cells if v is not None and text_of(v) != ""]

    def _area(self, row: int, column: int) -> Area:
        return self.areas.get((row, column), Area(row, column, row, column))

    # -- headings ------------------------------------------------------------------------

    def tables_at(self, row: int) -> list[Table]:
        """The tables whose headings begin in a row: several where they stand side by side."""
        parts = [_Reader(s, self.words, self.forced) for s in self._side_by_side(row)]
        return [t for part in (parts or [self]) if (t := part.table_at(row)) is not None]

    def _side_by_side(self, row: int) -> list[Sheet]:
        """The sheet once for each table, where the same headings stand twice in a row."""
        heads = [(c, spelling(text_of(v))) for c, v in self.own(row)]
        starts = [c for c, text in heads if text == heads[0][1]]
        if len(starts) < 2 or len(heads) % len(starts):
            return []
        size = len(heads) // len(starts)
        parts = [heads[n : n + size] for n in range(0, len(heads), size)]
        roles = {self.words.role(text) for _, text in parts[0]}
        alike = all([t for _, t in p] == [t for _, t in parts[0]] for p in parts)
        if size < 2 or not alike or not roles & {*NAMES, "单位", "单位?"}:
            return []
        ends = [*(s - 1 for s in starts[1:]), self.sheet.width]
        return [self._cut(row, left, right) for left, right in zip(starts, ends, strict=True)]

    def _cut(self, top: int, left: int, right: int) -> Sheet:
        """The sheet without what stands beside some columns, from a row down."""
        rows = [
            tuple(v if left <= c <= right or r < top else None for c, v in enumerate(values, 1))
            for r, values in enumerate(self.sheet.rows, 1)
        ]
        return replace(self.sheet, rows=tuple(rows))

    def table_at(self, row: int) -> Table | None:
        """The table whose headings begin in a row."""
        stacked = self._stack(row)
        if stacked is not None:
            return self._flipped(row, *stacked)
        if not self._heads(row):
            return None
        top, bottom = self._block(row)
        if self._turned(top, bottom) is not None:
            at = self._turned(top, bottom)
            assert at is not None
            while self.words.role(text_of(self.sheet.seen(bottom + 1, at))) in _STACKED:
                bottom += 1
            return self._flipped(top, bottom, at)
        return self._upright(top, bottom)

    def _heads(self, row: int) -> bool:
        cells = [(c, v) for c, v in self.own(row) if isinstance(v, str)]
        if len(cells) < 2 or any(_labels_cover(v) for _, v in cells):
            return False
        roles = [self.words.role(v) for _, v in cells]
        alike = [v for _, v in cells if self._is_unit(v)]
        units = alike if len(alike) >= 2 else [v for v in alike if self.words.unit(v)]
        known = [r for r in roles if r] + units
        known += [v for (_, v), r in zip(cells, roles, strict=True) if not r and _of_time(v)]
        if any((row, c) in self.forced for c, _ in cells):
            return True
        filled = len(self.own(row))
        if any(not isinstance(v, str) and not is_this_year(text_of(v)) for _, v in self.own(row)):
            return False  # figures stand in the body
        if len(known) >= 2 and _STRONG & {*roles} and 2 * len(known) >= filled - len(units):
            return True
        if len(units) >= 2 and len(cells) > len(units):
            return True
        return self._over_units(row, cells, roles)

    def _over_units(
        self, row: int, cells: Sequence[tuple[int, str]], roles: Sequence[str | None]
    ) -> bool:
        """A row with a column of units, and texts beside it that nobody knows beforehand."""
        names = [c for (c, v), r in zip(cells, roles, strict=True) if r is None or r in FIELDS]
        for (column, _), role in zip(cells, roles, strict=True):
            if (
                role in ("单位", "单位?", "责任单位")
                and (len(names) >= 2 or (names and self._counts(names[0], row + 1, row + _MET)))
                and len(self.own(row)) == len(cells)
            ):
                below = self._below(self._area(row, column).bottom, column)
                return sum(map(self._is_unit, below)) >= max(2, len(below) // 2)
        return False

    def _is_unit(self, text: str) -> bool:
        return bool(self.words.unit(text)) or looks_like_unit(text)

    def _below(self, row: int, column: int, most: int = 60) -> list[str]:
        """The texts below a heading, without totals and remarks."""
        found = []
        for at in range(row + 1, min(len(self.sheet.rows), row + most) + 1):
            value = self.sheet.value(at, column)
            text = text_of(value)
            if text and isinstance(value, str) and not (self.words.is_total(text) or _ends(text)):
                found.append(text)
        return found

    def _stack(self, row: int) -> tuple[int, int] | None:
        """Headings that stand one below the other: the last row and the column of them."""
        for column, value in self.own(row)[:4]:
            if not isinstance(value, str) or self.words.role(value) not in (
                *NAMES,
                "单位",
                "单位?",
            ):
                continue
            roles, at = [self.words.role(value)], self._area(row, column).bottom + 1
            while at <= len(self.sheet.rows) and len(roles) <= _STOREYS:
                text = text_of(self.sheet.seen(at, column))
                role = self.words.role(text) if text else None
                if role not in _STACKED | {"单位", "单位?"}:
                    break
                if len(roles) == 1 and roles[0] not in NAMES and role in NAMES:
                    break  # the cover of a form, and below it the table
                roles.append(role)
                at = self.sheet.anchor(at, column)[0] + 1
                at = max(at, self._area(at - 1, column).bottom + 1)
            if {"分值", "评分标准"} & {*roles[1:]} and not self._roles_right(row, at - 1, column):
                return at - 1, column
        return None

    def _roles_right(self, top: int, bottom: int, column: int) -> bool:
        """Whether headings of columns stand beside a heading, so that it heads a column too."""
        right = self._area(top, column).right
        found = [v for c, v in self.own(top) if c > right and isinstance(v, str)]
        roles = [self.words.role(v) for v in found]
        return sum(r in ("分值", "评分标准", "填报值") for r in roles) >= 1 and bottom > top

    def _block(self, row: int) -> tuple[int, int]:
        """The first and last row of the headings of which one row is known."""
        top = row
        while top > 1 and self._groups(top - 1, row):
            top -= 1
        bottom = max(
            (
                a.bottom
                for c, _ in self.own(row)
                if (a := self._area(row, c)).bottom < row + _STOREYS
            ),
            default=row,
        )
        while bottom - top < _STOREYS and self._goes_on(top, bottom):
            bottom = max(self._area(bottom + 1, c).bottom for c, _ in self.own(bottom + 1))
        return top, bottom

    def _groups(self, row: int, head: int) -> bool:
        """Whether a row above the headings holds headings of groups of columns."""
        cells = self.own(row)
        columns = {c for c, _ in self.own(head)}
        if not cells or not columns or any(not isinstance(v, str) for _, v in cells):
            return False
        if any(
            ":" in text_of(v) or "：" in text_of(v) or is_cover_label(text_of(v)) for _, v in cells
        ):
            return False
        spans = [self._area(row, c) for c, _ in cells]
        width = max(columns) - min(columns) + 1
        wide = [a for a in spans if a.right > a.left]
        within = all(min(columns) <= a.left and a.right <= max(columns) for a in spans)
        if len(cells) == 1 and not wide:
            return False
        return within and all(a.right - a.left + 1 < max(2, 0.8 * width) for a in spans)

    def _goes_on(self, top: int, bottom: int) -> bool:
        """Whether the row below belongs to the headings."""
        cells = self.own(bottom + 1)
        if not cells:
            return False
        texts = [text_of(v) for _, v in cells]
        if len(cells) >= 3 and all(map(_INDEX.fullmatch, texts)) and _counts_up(texts):
            return True
        if any(not isinstance(v, str) for _, v in cells):
            return False
        if len(texts) >= 2 and (all(map(_STATED.fullmatch, texts)) or all(map(is_measure, texts))):
            return True  # points or units of measure below the names
        known = [self.words.role(t) is not None or is_this_year(t) for t in texts]
        units = [bool(self.words.unit(t)) for t in texts]
        if all(k or u for k, u in zip(known, units, strict=True)):
            return any(known) or sum(units) >= 2
        grouped = {
            c
            for a in self.sheet.merged
            if a.right > a.left and top <= a.top and a.bottom == bottom
            for c in range(a.left, a.right + 1)
        }
        over = [c for c in self._filled_columns(top, bottom) if c not in grouped]
        free = all(not text_of(self.sheet.value(bottom + 1, c)) for c in over)
        rest = [c for c, _ in cells if c not in grouped]
        broken = [c for c in rest if self._broken(self._over(bottom, c), self._over(bottom + 1, c))]
        if len(broken) >= 2 and all(
            c in broken or self.words.role(self._over(bottom + 1, c)) for c in rest
        ):
            return True
        return bool(grouped) and free and {c for c, _ in cells} <= grouped and len(cells) >= 2

    def _over(self, row: int, column: int) -> str:
        return text_of(self.sheet.value(row, column))

    def _filled_columns(self, top: int, bottom: int) -> set[int]:
        return {c for r in range(top, bottom + 1) for c, _ in self.own(r)}

    def _path(self, column: int, top: int, bottom: int) -> tuple[list[str], Spot]:
        """The headings over a column, those of groups too, and the lowest of their cells."""
        texts: list[str] = []
        self._spots: dict[str, Spot] = {}
        spot, seen = (bottom, column), set()
        for row in range(top, bottom + 1):
            at = self.sheet.anchor(row, column)
            text = text_of(self.sheet.value(*at))
            if not text:
                at = self._group_left(row, column, bottom)
                text = text_of(self.sheet.value(*at))
            if text and at not in seen and not self._indexed(row, top, bottom):
                texts.append(" ".join(text.split()))
                self._spots[texts[-1]] = at
                spot = at if at[1] == column or self.sheet.anchor(row, column) == at else spot
                seen.add(at)
        return self._mended(texts), spot

    def _mended(self, path: Sequence[str]) -> list[str]:
        """Storeys of headings, those put together that are one word in two cells: 评分, 办法."""
        texts: list[str] = []
        for text in path:
            whole = texts[-1] + text if texts else text
            if texts and self._broken(texts[-1], text):
                self._spots[whole] = self._spots.get(text, (1, 1))
                texts[-1] = whole
            else:
                texts.append(text)
        return texts

    def _broken(self, above: str, below: str) -> bool:
        """Whether two cells hold one heading that only together says something."""
        if len(above) > 8 or len(below) > 8 or self.words.unit(below) or is_this_year(below):
            return False
        return self.words.role(below) is None and self.words.role(above + below) is not None

    def _group_left(self, row: int, column: int, bottom: int) -> Spot:
        """The heading of a group that was written over its first column only, not merged."""
        here = (row, column)
        below = [r for r in range(row + 1, bottom + 1) if text_of(self.sheet.value(r, column))]
        if row == bottom or not below or here != self.sheet.anchor(row, column):
            return here
        for left in range(column - 1, 0, -1):
            if text_of(self.sheet.seen(row, left)):
                at = self.sheet.anchor(row, left)
                single = self._area(*at)
                under = text_of(self.sheet.value(below[0], left))
                return at if under and single.right == single.left == left else here
            if not text_of(self.sheet.value(below[0], left)):
                return here
        return here

    def _indexed(self, row: int, top: int, bottom: int) -> bool:
        texts = [text_of(v) for _, v in self.own(row)]
        return (
            row > top
            and len(texts) >= 3
            and all(map(_INDEX.fullmatch, texts))
            and _counts_up(texts)
        )

    # -- columns -------------------------------------------------------------------------

    def _upright(self, top: int, bottom: int) -> Table | None:
        columns = []
        for number in range(1, self.sheet.width + 1):
            path, spot = self._path(number, top, bottom)
            columns.append(self._column(number, path, spot))
        columns = self._whole_year(self._years(columns))
        columns = self._unknown_units(columns)
        columns = [self._by_content(c, bottom, columns) for c in columns]
        columns = self._named(columns, bottom)
        rows, bands, end = self._body(top, bottom, columns)
        return Table(
            self.sheet, False, top, bottom, tuple(columns), rows, bands, end, (top, bottom)
        )

    def _column(self, number: int, path: Sequence[str], spot: Spot) -> Column:
        answered = self.forced.get(spot)
        role = unit = label = group = ""
        owners = False  # whether a heading above says that units stand below
        whose: Spot | None = None
        for text in path:
            named = self.words.unit(text)
            known = self.words.role(text)
            before = unit
            last = text is path[-1]
            if named:
                unit, label = named, ""
            elif not last and (each := EACH.match(spelling(text))) is not None:
                owners = True
                role = self.words.role(spelling(text)[each.end() :]) or role
            elif known in ("单位", "分组", "类别", "单位?") and not last:
                group, owners = text, owners or known in ("单位", "单位?")
            elif owners and not known and not unit and not self.words.is_total(text):
                unit = compact_name(text)
            elif known:
                role, label = known, ""
            elif is_this_year(text):
                continue
            elif (split := self._unit_and_role(text)) is not None:
                unit, role = split
            elif looks_like_unit(text) and (not role or role in FIELDS):
                unit = text
            elif not unit and text is not path[-1] and not role:
                group = text
            else:
                label = text
            if unit != before:
                whose = self._spots.get(text)
        if group and not unit:
            label = f"{group}{label}" if label else label
        if answered is not None:
            name = answered.partition(":")[2]
            role = answered.partition(":")[0]
            unit = name if role == "单位" and name else unit
            role = "" if role == "单位" and name else role
            label = ""
        if unit and not role:
            role = "填报值"
        if label and role in ("填报值", "目标", "上年数", "完成率") and is_measure(label):
            label = ""
        if role == "填报值" and _WHOLE.fullmatch(spelling(label)):
            label = ""
        if role == "填报值" and not label and answered is None and path:
            label = part_of_year("".join(path))
        return Column(
            number,
            spot,
            tuple(path),
            role,
            unit,
            group if unit else "",
            label,
            answered is not None,
            whose,
        )

    def _unit_and_role(self, text: str) -> tuple[str, str] | None:
        """青溪镇完成值 in one cell: the unit and what its column holds."""
        spelled = spelling(text)
        for at in range(2, len(spelled) - 1):
            head, tail = spelled[:at], spelled[at:].strip("()-")
            unit = self.words.unit(head) or (head if looks_like_unit(head) else None)
            if unit and self.words.role(tail) in FIELDS:
                return unit, str(self.words.role(tail))
        return None

    def _years(self, columns: Sequence[Column]) -> list[Column]:
        """Columns of two years are this year's and last year's."""
        years = {c.number: y for c in columns for t in c.path if (y := year_of(t))}
        if not years:
            return list(columns)
        this = self.words.year if self.words.year in years.values() else max(years.values())
        if self.words.year and max(years.values()) == self.words.year - 1:
            this = self.words.year
        found = []
        for column in columns:
            year = years.get(column.number, 0)
            if year == this - 1 and column.role in ("", "填报值"):
                column = replace(column, role="上年数")
            elif year == this and not column.role and not column.label:
                column = replace(column, role="填报值")
            found.append(column)
        return found

    def _whole_year(self, columns: Sequence[Column]) -> list[Column]:
        """全年 beside the quarters or months is the year's figure, and they are its parts."""
        parts = [
            c for c in columns if not c.role and not c.unit and c.path and _is_part(c.path[-1])
        ]
        whole = [
            c for c in columns if not c.role and not c.unit and c.path and _is_whole(c.path[-1])
        ]
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

    def _unknown_units(self, columns: Sequence[Column]) -> list[Column]:
        """A heading among those of units is a unit too: 高新区(度假区), 三江口."""
        known = [c.number for c in columns if c.unit]
        if len(known) < 2:
            return list(columns)
        found = []
        for column in columns:
            between = min(known) < column.number < max(known)
            if (
                between
                and not column.unit
                and column.label
                and not self.words.is_total(column.label)
            ):
                storeys = {len(c.path) for c in columns if c.unit}
                if len(column.path) in storeys:
                    role = column.role or "填报值"
                    column = replace(column, unit=column.label, label="", role=role)
            found.append(column)
        return found

    def _by_content(self, column: Column, bottom: int, columns: Sequence[Column]) -> Column:
        """单位 over a column is said by what stands in it: units of measure, or units."""
        texts = self._below(bottom, column.number)
        texts_or_figures = any(
            text_of(self.sheet.value(r, column.number))
            for r in range(bottom + 1, len(self.sheet.rows) + 1)
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
        units = sum(map(self._is_unit, texts))
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

    def _named(self, columns: Sequence[Column], bottom: int) -> list[Column]:
        """Where no heading says which column names the indicators, their names do."""
        if any(c.role in NAMES for c in columns):
            return list(columns)
        ends = [
            c
            for c in columns
            if not c.role and c.label and _NAMING.search(spelling(c.label))
            and self._below(bottom, c.number)
        ]  # fmt: skip
        if len(ends) == 1:
            return [replace(c, role="指标", label="") if c is ends[0] else c for c in columns]
        best, most = 0, 0
        for column in columns:
            if not column.role and not column.unit:
                texts = self._below(bottom, column.number)
                hits = sum(map(self.words.is_name, texts))
                if hits > most and 2 * hits >= len(texts):
                    best, most = column.number, hits
        if not best:
            first = [c for c in columns if self._below(bottom, c.number) and not c.role]
            plain = [c for c in first if not c.path and not c.unit]
            best = plain[0].number if len(plain) == 1 and plain[0].number <= 2 else 0
        return [replace(c, role="指标", label="") if c.number == best else c for c in columns]

    # -- rows ----------------------------------------------------------------------------

    def _body(
        self, top: int, bottom: int, columns: Sequence[Column]
    ) -> tuple[tuple[int, ...], Mapping[int, str], int]:
        """The rows that count, the bands that stand above some of them, and the last row."""
        names = [c.number for c in columns if c.role in NAMES]
        heads = {c.number: spelling(c.path[-1]) for c in columns if c.path}
        rows: list[int] = []
        bands: dict[int, str] = {}
        row, height = bottom, bottom - top
        while row < len(self.sheet.rows):
            row += 1
            cells = self.own(row)
            if not cells:
                continue
            if self._repeats(row, top, bottom):
                if self._again(rows, row + height, names):
                    return tuple(rows), bands, row - 1
                row += height
                continue
            same = [c for c, v in cells if heads.get(c) == spelling(text_of(v))]
            if len(same) >= 3 and 2 * len(same) >= len(cells):
                continue  # one storey of headings that stand again
            if self._heads(row) or self._stack(row) is not None:
                return tuple(rows), bands, row - 1
            first = next((text_of(v) for c, v in cells if isinstance(v, str)), "")
            if _ends(first) or any(_labels_cover(text_of(v)) for _, v in cells):
                continue
            label = next((text_of(v) for c, v in cells if c in names), first)
            if self.words.is_total(first) or self.words.is_total(label):
                continue
            wide = self._area(row, cells[0][0])
            across = wide.right > max(names, default=0) or wide.right - wide.left >= 3
            if (
                len(cells) == 1
                and isinstance(cells[0][1], str)
                and (across or self._alone(row, cells[0][0], names))
            ):
                bands[row] = first
                continue
            rows.append(row)
        return tuple(rows), bands, len(self.sheet.rows)

    def _alone(self, row: int, column: int, names: Sequence[int]) -> bool:
        """A text in the first column, or in none of the table's: a band or a remark."""
        return column not in names and not any(self.sheet.anchor(row, n)[0] != row for n in names)

    def _again(self, rows: Sequence[int], first: int, names: Sequence[int]) -> bool:
        """Whether below headings that stand again the same rows stand again too."""

        def label(row: int) -> str:
            return spelling("".join(text_of(self.sheet.seen(row, n)) for n in names))

        met = {text for r in rows if (text := label(r))}
        below = range(first + 1, min(first + 1 + max(len(rows), _MET), len(self.sheet.rows)) + 1)
        return sum(label(r) in met for r in below) >= min(_MET, len(met))

    def _repeats(self, row: int, top: int, bottom: int) -> bool:
        """Whether the headings stand here again, as over the next page."""
        first = {c: spelling(text_of(v)) for c, v in self.own(top)}
        here = {c: spelling(text_of(v)) for c, v in self.own(row)}
        return len(first) >= 2 and first == here

    # -- units in rows -------------------------------------------------------------------

    def _turned(self, top: int, bottom: int) -> int | None:
        """The column of units, where the headings beside it name indicators."""
        columns = [
            self._column(n, *self._path(n, top, bottom)) for n in range(1, self.sheet.width + 1)
        ]
        kinds = self._kinds(top, bottom)
        columns = [c for c in columns if c.number != kinds]
        if sum(bool(c.unit) for c in columns) >= 2 or any(c.role in NAMES[1:] for c in columns):
            return None
        if any(c.role == "评分标准" for c in columns):
            return None
        for column in columns:
            if column.role in ("单位", "单位?"):
                texts = self._below(bottom, column.number)
                stack = 0
                while stack < len(texts) and self.words.role(texts[stack]) in _STACKED:
                    stack += 1
                texts = texts[stack:]
                sure = column.role == "单位" or (
                    texts and 2 * sum(map(self._is_unit, texts)) >= len(texts)
                )
                if sure and texts:
                    return column.number
        if any(c.role in (*NAMES, "评分标准", "分值") or c.unit for c in columns):
            return None
        for column in columns:  # who answers for the figures, where nobody else is named
            if column.role in ("责任单位", "考核单位"):
                texts = [t for t in self._below(bottom, column.number) if not self.words.role(t)]
                if len({*texts}) == len(texts) >= 2 and all(map(self._is_unit, texts)):
                    return column.number
        return None

    def _flipped(self, top: int, bottom: int, at: int) -> Table:
        """The same table turned round: `at` is the column of units, or of stacked headings."""
        right = max((self._area(r, at).right for r in range(top, bottom + 1)), default=at)
        view = flipped(self.sheet)
        other = _Reader(view, self.words, {(c, r): role for (r, c), role in self.forced.items()})
        columns: list[Column] = []
        storeys = 0
        for number in range(top, bottom + 1):  # the headings name what is now a column
            text = text_of(self.sheet.seen(number, at))
            beside = [text_of(v) for c, v in self.own(number) if c > right]
            role = self.words.role(text) or ""
            if beside and all(map(_STATED.fullmatch, beside)):
                role = "分值"
            elif beside and all(map(is_measure, beside)):
                role = "计量单位"
            elif role not in _STACKED or role in ("责任单位", "指标", "类别"):
                role = "指标" if storeys == 0 else "数据项"
                storeys += 1
            if other._indexed_column(number, top, bottom, self):
                role = "序号"
            columns.append(Column(number, (number, at), (text,) if text else (), role))
        attributes = {
            c: self.words.role(
                text_of(self.sheet.seen(bottom, c)) or text_of(self.sheet.seen(top, c))
            )
            for c in range(1, at + 1)
        }
        end = len(self.sheet.rows)
        kinds = self._kinds(top, bottom)
        kinds = None if kinds == at else kinds
        body: list[Column] = []
        skipped = bottom
        for number in range(bottom + 1, len(self.sheet.rows) + 1):
            cells = self.own(number)
            text = text_of(self.sheet.seen(number, at))
            first = text_of(cells[0][1]) if cells else ""
            if number <= skipped or not cells:
                continue
            if self._repeats(number, top, bottom):
                skipped = number + bottom - top
                while body and len(self.own(body[-1].number)) == 1:
                    body.pop()  # a title above the headings
                if self._again([c.number for c in body], skipped, [at]):
                    end = number - 1
                    break
                continue
            if self._heads(number) or self._stack(number) is not None:
                if not body and self._same_names(top, number):
                    continue  # the names stand once more above the units
                if body:
                    end = number - 1
                    break
            if not text or self.words.is_total(text) or _ends(first) or _ends(text):
                continue
            if self._area(number, at).right > right or self.words.is_total(first):
                continue  # a line across the table
            field_role = self.words.role(text)
            group = next(
                (
                    text_of(self.sheet.seen(number, c))
                    for c, role in attributes.items()
                    if role in ("分组", "类别") and c != at
                ),
                "",
            )
            if kinds is not None and (kind := self.words.role(self._seen(number, kinds))) in FIELDS:
                field_role, label = kind, ""
                unit = self.words.unit(text) or text
            elif field_role in FIELDS or field_role in (
                "计量单位", "说明", "责任单位", "分值", "评分标准",
            ):  # fmt: skip
                label, unit = "", ""
            else:
                field_role, label = "填报值", ""
                unit = self.words.unit(text) or text
            body.append(Column(number, (number, at), (text,), field_role or "", unit, group, label))
        start = min((c.number for c in body), default=bottom + 1)
        rows = tuple(
            r
            for r in range(1, len(view.rows) + 1)
            if r != kinds
            and (
                r > right or (r < at and attributes.get(r) is None and self._counts(r, start, end))
            )
            and any(text_of(view.seen(r, c.number)) for c in columns if c.role in NAMES)
            and not other._skipped(r, [c.number for c in columns if c.role in NAMES])
        )
        return Table(view, True, 1, right, (*columns, *body), rows, {}, end, (top, bottom))

    def _same_names(self, one: int, other: int) -> bool:
        """Whether two rows hold the same texts beside their first."""
        first, second = ([spelling(text_of(v)) for _, v in self.own(r)][1:] for r in (one, other))
        return bool(first) and first == second

    def _seen(self, row: int, column: int) -> str:
        return text_of(self.sheet.seen(row, column))

    def _kinds(self, top: int, bottom: int) -> int | None:
        """The column whose rows say what their figures are: 目标数, 完成数, 完成率."""
        for number in range(1, self.sheet.width + 1):
            texts = [t for t in self._below(bottom, number) if spelling(t)]
            roles = [self.words.role(t) for t in texts]
            if len(texts) >= 2 and len({*roles}) > 1 and all(r in FIELDS for r in roles):
                return number
        return None

    def _counts(self, column: int, first: int, last: int) -> bool:
        """Whether a column before the units holds figures."""
        values = [self.sheet.value(r, column) for r in range(first, last + 1)]
        return any(isinstance(v, int | float) and not isinstance(v, bool) for v in values)

    def _indexed_column(self, number: int, top: int, bottom: int, upright: _Reader) -> bool:
        return upright._indexed(number, top, bottom)

    def _skipped(self, row: int, names: Sequence[int]) -> bool:
        """Columns of a table of units that hold no indicator: totals, places, remarks."""
        text = next((t for n in names if (t := text_of(self.sheet.seen(row, n)))), "")
        role = self.words.role(text)
        return bool(self.words.is_total(text)) or role in (
            "名次", "说明", "考核分", "自评分", "分组", "责任单位", "考核单位", "序号",
        )  # fmt: skip


def compact_name(text: str) -> str:
    """A unit's name without the blanks that only spread its characters."""
    return _SPREAD.sub("", text)


def _labels_cover(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text).strip()
    return bool(SIGNED.search(plain)) or (":" in plain and is_cover_label(plain))


def _ends(text: str) -> bool:
    """Whether a line is a signature or a remark below a table."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return bool(SIGNED.search(plain) or NOTED.search(plain))


def _counts_up(texts: Sequence[str]) -> bool:
    """Whether a row only numbers its columns: 甲 乙 1 2 3."""
    digits = [int(t.strip("()（）")) for t in texts if t.strip("()（）").isdigit()]
    return len(digits) < 2 or digits == list(range(digits[0], digits[0] + len(digits)))


def default_measure(sheet: Sheet, before: int) -> tuple[str, Spot] | None:
    """The unit of measure that a line above a table gives for all its figures (单位:万元)."""
    for row, column, value in sheet.filled():
        if row >= before:
            return None
        text = spelling(text_of(value)).replace("：", ":")
        found = re.fullmatch(r".*?(?:计量)?单位:?(\S{1,6})", text)
        spaced = re.search(r"单位[::]\s*([^\s::]{1,6})\s*$", text_of(value).strip())
        for match in (spaced, found):
            if match and is_measure(match[1]):
                return match[1], (row, column)
    return None


def measures_of(texts: Iterator[str]) -> str:
    """The unit of measure that the first of some headings states."""
    return next((m for t in texts if (m := measure_in(t))), "")

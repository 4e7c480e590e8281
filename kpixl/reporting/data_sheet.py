"""核对数据: the figures that 公式核对 calculates with, laid out so that formulas can reach them.

Units are rows, each group one block of neighbouring rows, so that a rule which compares
within a group needs no more than a range.  Inputs are columns; derived ones are live
formulas.  分值 stands above each item's first column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from kpixl.address import a1, column_name, quote_sheet
from kpixl.entries import Entry
from kpixl.grid import Area
from kpixl.host import Content, Formula, SheetSpec, Style, Validation
from kpixl.layout import style
from kpixl.layout.draft import Draft
from kpixl.ranking.model import Ranking
from kpixl.reporting.columns import subtitle
from kpixl.reporting.run import RunInfo, page
from kpixl.reporting.sheets import DATA, NATIVE, NOT_APPLICABLE, RANKING, TRACE
from kpixl.rules.amounts import percent
from kpixl.scheme.derive import GROUP, UNIT, Member, to_excel
from kpixl.scheme.items import Input
from kpixl.scheme.model import Scheme
from kpixl.scoring.model import ScoreTable
from kpixl.scoring.trace import unmarked

Part = Literal["value", "target", "prior", "none"]


@dataclass(frozen=True, slots=True)
class Field:
    """One column: which item it stands under, which input it holds and what of it.

    An item without inputs of its own still has a column, part none, for its 分值.
    """

    item: str
    name: str
    part: Part


@dataclass(frozen=True)
class Layout:
    """Where everything stands on 核对数据; rows and columns count from 1.

    `rows` holds the units as rows of the score table, in the order of the sheet, and
    `blocks` the first and last sheet row of each group.
    """

    fields: tuple[Field, ...]
    units: tuple[int, ...]
    top: int
    first: int
    blocks: Mapping[str, tuple[int, int]]
    groups: tuple[str, ...]

    @property
    def last(self) -> int:
        """The last row of units."""
        return self.first + max(len(self.units), 1) - 1

    @property
    def sheet(self) -> str:
        """The sheet's name as a formula needs it."""
        return quote_sheet(DATA) + "!"

    def column(self, name: str, part: Part = "value") -> int:
        """The column of an input's figure, target or last year's figure."""
        return 3 + next(n for n, f in enumerate(self.fields) if (f.name, f.part) == (name, part))

    def has(self, name: str, part: Part = "value") -> bool:
        """Whether the sheet holds that column."""
        return any((f.name, f.part) == (name, part) for f in self.fields)

    def points(self, item: str) -> str:
        """The cell of an item's 分值, absolute, with its sheet."""
        column = 3 + next(n for n, f in enumerate(self.fields) if f.item == item)
        return self.sheet + a1(self.top + 1, column, absolute=True)

    def cell(self, row: int | str, name: str, part: Part = "value") -> str:
        """A figure's cell from another sheet: the column is fixed, the row is not."""
        return f"{self.sheet}${column_name(self.column(name, part))}{row}"

    def peers(self, group: str, name: str) -> str:
        """The figures of a group, absolute, with the sheet."""
        first, last = self.blocks[group]
        column = self.column(name)
        return f"{self.sheet}{a1(first, column, absolute=True)}:{a1(last, column, absolute=True)}"


def lay_out(table: ScoreTable, *, top: int) -> Layout:
    """The layout of 核对数据 for a score table; `top` is its first header row."""
    scheme = table.scheme
    order = [
        row
        for group in dict.fromkeys(table.groups)
        for row, own in enumerate(table.groups)
        if own == group
    ]
    first = top + 4
    groups = tuple(table.groups[row] for row in order)
    blocks: dict[str, tuple[int, int]] = {}
    for sheet_row, group in enumerate(groups, first):
        blocks[group] = (blocks.get(group, (sheet_row, 0))[0], sheet_row)
    return Layout(tuple(_fields(scheme)), tuple(order), top, first, blocks, groups)


def _fields(scheme: Scheme) -> list[Field]:
    targets, priors = _used(scheme, "target"), _used(scheme, "prior")
    fields: list[Field] = []

    def add(item: str, name: str) -> None:
        fields.append(Field(item, name, "value"))
        if name in targets:
            fields.append(Field(item, name, "target"))
        if name in priors:
            fields.append(Field(item, name, "prior"))

    for indicator in scheme.indicators:
        own = [i for i in scheme.inputs if i.item == indicator.key]
        for one in own:
            add(indicator.key, one.name)
        if not own:
            fields.append(Field(indicator.key, "", "none"))
    keys = {i.key for i in scheme.indicators}
    for one in scheme.inputs:
        if one.item not in keys:
            add("", one.name)
    return fields


def _used(scheme: Scheme, part: Literal["target", "prior"]) -> frozenset[str]:
    """The inputs of which some rule uses the target, or last year's figure."""
    return frozenset(
        name
        for i in scheme.indicators
        if i.rule and (i.rule.needs_target if part == "target" else i.rule.needs_prior)
        for name in i.feeds
        if scheme.input_by_name[name].kind != "yes_no"  # an answer has neither
    )


def _of_rule(table: ScoreTable, name: str, part: Part, row: int) -> float | None:
    """The target, or last year's figure, that an input was scored with."""
    for indicator in table.scheme.indicators:
        if indicator.rule is None or name not in indicator.feeds:
            continue
        frame = table.frame(indicator)
        columns = frame.targets if part == "target" else frame.priors
        at = indicator.feeds.index(name)
        if at < len(columns):
            return _known(columns[at], row)
    return None


def _known(column: Any, row: int) -> float | None:
    """One figure of a column, which may be one number for all units; None where there is none."""
    import numpy as np

    values = np.asarray(column, dtype=np.float64)
    value = float(values) if values.ndim == 0 else float(values[row])
    return None if value != value else value


def data_sheet(ranking: Ranking, layout: Layout, *, run: RunInfo) -> SheetSpec:
    """The sheet 核对数据 in a layout."""
    table, scheme = ranking.table, ranking.table.scheme
    widths = {1: 14.0, 2: 10.0} | {3 + n: 11.5 for n in range(len(layout.fields))}
    draft = Draft(DATA, widths)
    draft.heading(
        f"{scheme.title} 核对数据",
        subtitle(scheme)
        + f"\n浅黄格是各单位的填报数据,改动后“{NATIVE}”随之重算;“{RANKING}”“{TRACE}”是已写入的结果,不随之改变。"
        "浅橙格为缺数据。百分数按百分点填写(8.3 表示 8.3%)。灰底格是公式。",
        warning=run.remark,
    )
    _header(draft, layout, scheme)
    trees = scheme.derivations
    for sheet_row, row in enumerate(layout.units, layout.first):
        draft.put(sheet_row, 1, table.units[row], style.STRONG)
        draft.put(sheet_row, 2, table.groups[row] or None, style.CENTER)
        for column, field in enumerate(layout.fields, 3):
            asked = scheme.input_by_name.get(field.name)
            if asked is None:
                draft.put(sheet_row, column, None, style.LABEL)
            elif field.part == "value" and field.name in trees:
                tree = trees[field.name]
                roster = {UNIT: 1, GROUP: 2} if isinstance(tree, Member) else {}

                def cell(name: str, at: int = sheet_row, own: Mapping[str, int] = roster) -> str:
                    return a1(at, own.get(name) or layout.column(name))

                value = _known(table.columns[field.name], row)
                told = _content(asked, None, value, scheme)
                live = Formula(
                    "=" + to_excel(tree, cell),
                    told if isinstance(told, (str, float)) else "",
                )
                draft.put(sheet_row, column, live, _DERIVED)
            elif not _counts(table, row, asked):
                draft.put(sheet_row, column, None, style.LABEL)
            elif field.part == "value":
                entry = table.entries.get(table.units[row], field.name)
                value = _known(table.columns[field.name], row)
                content = _content(asked, entry, value, scheme)
                draft.put(sheet_row, column, content, _look(content, entry))
                remark = _remark(asked, entry, value, scheme)
                if remark:
                    draft.notes[sheet_row, column] = remark
            else:
                value = _of_rule(table, field.name, field.part, row)
                draft.put(sheet_row, column, value, _look(value, None))
        draft.fit(sheet_row, least=20)
    pages = max(round(draft.total_width / _PAGE), 1)
    return draft.sheet(
        page=replace(page(table, run, rows=(layout.top, layout.first - 1)), fit_width=pages),
        freeze=(layout.first, 3),
        validations=_validations(layout, scheme),
        tab_color=style.TAB_CHECK,
    )


_PAGE = 260.0  # characters that are still readable beside each other on A4
_DERIVED = replace(style.FIGURE, fill=style.FORMULA_FILL, number_format="0.0000")


def _header(draft: Draft, layout: Layout, scheme: Scheme) -> None:
    top = layout.top
    names = [("指标", top), ("分值", top + 1), ("计量单位", top + 3)]
    for label, row in names:
        draft.span(Area(row, 1, row, 2), label, style.SUBHEADER)
    draft.put(top + 2, 1, "单位", style.HEADER)
    draft.put(top + 2, 2, "分组", style.HEADER)
    for start, end, item in _items(layout.fields):
        indicator = scheme.indicator_by_key.get(item)
        points: Content = None
        if indicator is not None and indicator.points is not None:
            points = float(indicator.points)
        draft.span(Area(top, start, top, end), item or None, style.HEADER)
        draft.span(Area(top + 1, start, top + 1, end), points, style.SUBHEADER)
    for column, field in enumerate(layout.fields, 3):
        asked = scheme.input_by_name.get(field.name)
        suffix = {"target": "\n目标", "prior": "\n上年数"}.get(field.part, "")
        draft.put(top + 2, column, field.name + suffix or None, style.HEADER)
        unit = asked.unit if asked else ""
        if asked is not None and asked.derived:
            unit = f"{unit}\n={asked.derivation}" if unit else f"={asked.derivation}"
        draft.put(top + 3, column, unit or None, style.SUBHEADER)
    for row in range(top, top + 4):
        draft.fit(row, least=18)


def _items(fields: Sequence[Field]) -> list[tuple[int, int, str]]:
    """Columns of each item: first, last, key."""
    spans: list[tuple[int, int, str]] = []
    for column, field in enumerate(fields, 3):
        if spans and spans[-1][2] == field.item:
            spans[-1] = (spans[-1][0], column, field.item)
        else:
            spans.append((column, column, field.item))
    return spans


def _counts(table: ScoreTable, row: int, asked: Input) -> bool:
    """Whether a unit is assessed on the item that an input belongs to."""
    return asked.item not in table.items or table.is_own(row, table.items.index(asked.item))


def _content(asked: Input, entry: Entry | None, value: float | None, scheme: Scheme) -> Content:
    """What stands in a cell: the figure as it was scored, or the words that are no figure.

    The formulas take words for a missing figure.  A figure with a mark stands as the product
    that it counts as.
    """
    if entry is not None and entry.state == "not_applicable":
        return NOT_APPLICABLE
    if entry is not None and entry.state == "unreadable":
        return entry.raw if isinstance(entry.raw, str) else None
    if value is not None and asked.kind == "yes_no" and value in (0.0, 1.0):
        return "是" if value else "否"
    factor = scheme.factor(asked, entry.mark) if entry is not None else None
    if factor is not None and value is not None:
        return Formula(f"={unmarked(value, factor)}*{factor:f}", value)
    return value


def _look(content: Content, entry: Entry | None) -> Style:
    plain = style.typed_in(style.CENTER if isinstance(content, str) else style.FIGURE)
    unread = entry is not None and entry.state == "unreadable"
    return replace(plain, fill=style.WARN_FILL) if content is None or unread else plain


def _remark(asked: Input, entry: Entry | None, value: float | None, scheme: Scheme) -> str:
    """What a reader must know of a figure that is not simply the one that was filled in."""
    factor = scheme.factor(asked, entry.mark) if entry is not None else None
    if entry is not None and factor is not None and value is not None:
        return f"{_origin(entry, value)}{entry.mark},按{percent(factor)}计。"
    return _origin(entry, value)


def _origin(entry: Entry | None, value: float | None) -> str:
    state = entry.state if entry is not None else "blank"
    if entry is not None and state == "unreadable":
        return f"填报为“{entry.raw}”,读不成数,按缺数据处理。"
    if state == "not_applicable":
        return "填报为不涉及。"
    if state == "last_year" or (value is not None and state == "blank" and value != 0):
        return "本年未填,用上年数。"
    if value is not None and state == "blank":
        return "本年未填,按方案计为 0。"
    return ""


def _validations(layout: Layout, scheme: Scheme) -> list[Validation]:
    checks: list[Validation] = []
    for column, field in enumerate(layout.fields, 3):
        asked = scheme.input_by_name.get(field.name)
        if asked is None or asked.derived:
            continue
        area = Area(layout.first, column, layout.last, column)
        if asked.kind == "yes_no" and field.part == "value":
            words = ("是", "否", NOT_APPLICABLE)
            error = f"请填{'、'.join(words)};没有数据请留空。"
            checks.append(Validation(area, "list", choices=words, error=error))
        else:
            error = "请填数字,不带单位;没有数据请留空。"
            checks.append(Validation(area, "decimal", error=error, also=(NOT_APPLICABLE,)))
    return checks

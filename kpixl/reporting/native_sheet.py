"""公式核对: the whole assessment once more as native formulas over 核对数据.

Every figure is calculated by the spreadsheet program itself from the figures on 核对数据;
kpixl is not needed to check or to repeat it.  Functions of Excel 2010 only; conditions
inside SUMPRODUCT are made numbers by a product, which every program reads alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kpixl.address import a1, column_name, quote_sheet
from kpixl.grid import Area
from kpixl.host import ColorScale, Formula, SheetSpec, Style
from kpixl.layout import style
from kpixl.layout.draft import Draft
from kpixl.ranking.model import Ranking, Standing
from kpixl.reporting.columns import (
    item_columns,
    left_out,
    own_indicators,
    place_heading,
    runs,
    shape,
    subtitle,
)
from kpixl.reporting.data_sheet import Layout
from kpixl.reporting.ranking_sheet import Written
from kpixl.reporting.run import RunInfo, Step, page, unseen
from kpixl.reporting.sheets import DATA, NATIVE, NOT_APPLICABLE, RANKING
from kpixl.rules.native import References, to_excel
from kpixl.scheme.items import Indicator
from kpixl.scheme.model import Scheme
from kpixl.scoring.blocks import cap_of
from kpixl.scoring.frames import asked_inputs
from kpixl.scoring.model import ScoreTable

COMPLETE, INCOMPLETE, VETOED = "完整", "未完整", "否决"
SAME, DIFFERENT = "一致", "不一致"
_A_LOOK = 100  # units after which somebody may look how far it is
FIRST_ITEM = 3
_MOST_TERMS = 80


class _Columns:
    """Where the columns of the sheet stand."""

    def __init__(self, ranking: Ranking, layout: Layout) -> None:
        scheme = ranking.table.scheme
        self.form = shape(ranking)
        self.items = {key: FIRST_ITEM + n for key, n in item_columns(ranking.table).items()}
        self.columns = sorted({*self.items.values()})
        self.shared = len(self.columns) < len(self.items)
        column = FIRST_ITEM + len(self.columns)
        self.base = column
        self.total = column = column + 1
        self.complete = column = column + 1
        self.veto = column = column + 1 if self.form.veto else 0
        column = column or self.complete
        self.rank = column = column + 1
        self.rank_all = column + 1 if self.form.overall else 0
        column = self.rank_all or self.rank
        self.differ, self.same = column + 1, column + 2
        # Steps on the way stand further right, each once and not in every formula again: with
        # ten thousand units a formula that looks at all rows anew for each is a matter of minutes.
        self.running = self.same + 2
        self.found = column = self.running + 1
        self.first: dict[str, int] = {}
        if scheme.ties == "密集":
            self.first["own"] = column = column + 1
            if self.form.overall:
                self.first["all"] = column = column + 1
        # Some policies look at a score before they decide on it.
        self.before: dict[str, int] = {}
        if scheme.not_applicable == "本组均分" or scheme.missing == "拒绝":
            self.before = {key: column + 1 + n for n, key in enumerate(self.items)}
            column += len(self.before)
        # A dense place counts each figure once: where it stands first.
        names = _dense(ranking.table, layout)
        self.once = {name: column + n for n, name in enumerate(names, 1)}
        self.last = column + len(names)


def native_sheet(
    ranking: Ranking, layout: Layout, written: Written, *, run: RunInfo, step: Step = unseen
) -> SheetSpec:
    """The sheet 公式核对; its cached values are the written ones.

    `layout` says where 核对数据 holds the figures, `written` where 排名 holds the results
    that the last columns compare with.
    """
    table, scheme = ranking.table, ranking.table.scheme
    at = _Columns(ranking, layout)
    longest = max((len(unit) for unit in table.units), default=0)
    draft = Draft(NATIVE, _widths(at) | {1: min(max(14.0, 2.0 * longest + 3), 28.0)})
    top = draft.heading(
        f"{scheme.title} 公式核对",
        subtitle(scheme)
        + f"\n本表全部是公式,数据取自“{DATA}”,不需要安装任何程序;点选任一得分即可看到算法。"
        f"改动“{DATA}”中的数据,本表随之重算,“与{RANKING}表一致”一列说明与已写入的结果是否相同。"
        "再往右的各列是中间步骤。",
        warning=run.remark,
    )
    header, first = top + 1, top + 3
    last = first + max(len(layout.units), 1) - 1
    _summary(draft, top, a1(first, at.differ, absolute=True), a1(last, at.differ, absolute=True))
    _header(draft, header, at, scheme, layout)
    by_row = {s.row: s for s in ranking.standings}
    texts = _Texts(ranking, layout)
    for row, unit in enumerate(layout.units, first):
        if (row - first) % _A_LOOK == 0:
            step(f"正在写“{NATIVE}”……", row - first, len(layout.units))
        writer = _Row(draft, row, layout.first + row - first, first - layout.first, at, texts)
        writer.write(by_row[unit], table, layout, written, (first, last))
        draft.heights[row] = 20
    draft.foot(last + 2, _foot(scheme))
    return draft.sheet(
        page=page(table, run, rows=(header, header + 1)),
        freeze=(first, FIRST_ITEM),
        conditional=[
            ColorScale(Area(first, c, last, c), style.SCALE_LOW, style.SCALE_HIGH)
            for c in ([] if at.shared else at.columns)
        ],
        tab_color=style.TAB_CHECK,
    )


def _widths(at: _Columns) -> dict[int, float]:
    widths = dict.fromkeys(range(1, at.last + 1), 10.5)
    widths |= {1: 14, at.total: 11, at.complete: 9, at.rank: 9, at.differ: 10, at.same: 12}
    return widths


def _summary(draft: Draft, row: int, start: str, end: str) -> None:
    """One live line that says whether the formulas agree with what was written."""
    good = f"公式结果与“{RANKING}”全部一致。"
    bad = f"处与“{RANKING}”不一致:数据已改动,或结果被改动。"
    count = f"SUM({start}:{end})"
    text = f'=IF({count}=0,"{good}","有 "&{count}&" {bad}")'
    look = replace(style.SECTION, valign="middle")
    draft.line(row, Formula(text, good), look, shown=good)


def _header(draft: Draft, row: int, at: _Columns, scheme: Scheme, layout: Layout) -> None:
    headings = {
        1: "单位",
        2: "分组",
        at.base: "基础分",
        at.total: "总分",
        at.complete: "完整性",
        at.rank: place_heading(at.form),
        at.differ: f"与{RANKING}表\n不同的项数",
        at.same: f"与{RANKING}表\n一致",
    }
    if at.veto:
        headings[at.veto] = "一票否决"
    if at.rank_all:
        headings[at.rank_all] = "总名次"
    for column, heading in headings.items():
        if column == 1 and not at.shared:
            draft.put(row, 1, heading, style.HEADER)
        else:
            draft.span(Area(row, column, row + 1, column), heading, style.HEADER)
    if not at.shared:
        draft.put(row + 1, 1, "分值", style.SUBHEADER)
    for n, column in enumerate(at.columns if at.shared else (), 1):
        draft.span(Area(row, column, row + 1, column), f"第{n}项", style.HEADER)
    for indicator in () if at.shared else scheme.indicators:
        if indicator.key not in at.items:
            continue
        column = at.items[indicator.key]
        draft.put(row, column, indicator.key, style.HEADER)
        points = float(indicator.points) if indicator.points is not None else None
        live = Formula("=" + layout.points(indicator.key), points)
        draft.put(row + 1, column, live if points is not None else None, style.SUBHEADER)
    headings = {at.running: "计名次的\n总分", at.found: f"在{RANKING}表的\n第几行"}
    headings |= {
        at.first[which]: f"计名次的总分\n({words})"
        for which, words in (("own", "重复的只留一个"), ("all", "不分组,重复的只留一个"))
        if which in at.first
    }
    headings |= {column: f"{key}\n(处理前)" for key, column in at.before.items()}
    headings |= {column: f"{name}\n(重复的只留一个)" for name, column in at.once.items()}
    for column, heading in headings.items():
        draft.span(Area(row, column, row + 1, column), heading, style.SUBHEADER)
    draft.fit(row, least=32)
    draft.heights[row + 1] = 18


class _Row:
    """One unit's row: its cells on this sheet, its cells on 核对数据."""

    def __init__(
        self, draft: Draft, row: int, data_row: int, shift: int, at: _Columns, texts: _Texts
    ) -> None:
        self.draft, self.row, self.data_row, self.shift, self.at = draft, row, data_row, shift, at
        self.texts = texts

    def put(self, column: int, formula: str, value: float | int | str | None, look: Style) -> None:
        """A live formula with the value that was written."""
        self.draft.put(
            self.row, column, Formula("=" + formula, "" if value is None else value), look
        )

    def here(self, column: int) -> str:
        """A cell of this row; the column is fixed."""
        return "$" + a1(self.row, column)

    def write(
        self,
        standing: Standing,
        table: ScoreTable,
        layout: Layout,
        written: Written,
        extent: tuple[int, int],
    ) -> None:
        """All formulas of the unit."""
        at, data, scheme, first = self.at, layout.sheet, table.scheme, extent[0]
        self.put(1, f"{data}$A{self.data_row}", standing.unit, style.STRONG)
        # A reference to a blank cell is 0; with “” behind it, it is blank.
        self.put(2, f'{data}$B{self.data_row}&""', standing.group, style.CENTER)
        score = style.scored(scheme.decimals)
        own = own_indicators(table, standing.row)
        for column in at.columns:
            self.draft.put(self.row, column, None, style.LABEL)
        for indicator in own:
            value: float | str | None = standing.items.get(indicator.key)
            if left_out(standing, table, indicator.key):
                value = NOT_APPLICABLE
            self.item(indicator, value, scheme, layout, score)
        base = [at.items[i.key] for i in own if not i.bonus]
        extra = [at.items[i.key] for i in own if i.bonus]
        every = [*base, *extra]
        self.put(at.base, self.total(base, scheme, first - 1), standing.base_total, score)
        whole = self.total(every, scheme, first - 1)
        if scheme.not_applicable == "剔除并折算" and base and extra:
            # “” is no number where it stands in a sum itself instead of in a cell of its range.
            parts = f"{self.here(at.base)},{self.total(extra, scheme, first - 1, none='0')}"
            blank = f'IF(COUNT({self.cells(every)})=0,""'
            whole = f"{blank},ROUND(SUM({parts}),{scheme.decimals}))"
        bold = style.scored(scheme.decimals, bold=True)
        self.put(at.total, whole, standing.total, bold)
        every = [at.items[i.key] for i in own]
        self.standing(standing, scheme, layout, every, extent)
        self.check(standing, written)

    def cells(self, columns: Sequence[int]) -> str:
        """Cells of this row as ranges, comma-joined."""
        return ",".join(
            self.here(a) if a == b else f"{self.here(a)}:{self.here(b)}" for a, b in runs(columns)
        )

    def item(
        self,
        indicator: Indicator,
        value: float | str | None,
        scheme: Scheme,
        layout: Layout,
        look: Style,
    ) -> None:
        """One score, as the scheme wants figures treated that are missing or do not apply."""
        column = self.at.items[indicator.key]
        room = self.room(indicator, scheme)
        group = layout.groups[self.data_row - layout.first]
        first, last = (r + self.shift for r in layout.blocks[group])
        formula = self.texts.item(
            indicator,
            self.data_row,
            once={n: _rows(c, first, last) for n, c in self.at.once.items()},
            room="" if self.at.before else room,
        )
        block = scheme.block_of(indicator)
        if formula is None or (block is not None and block.unread):
            self.draft.put(self.row, column, None, style.warned(look))
            return
        names = asked_inputs(scheme, indicator)
        marks = [f'{layout.cell(self.data_row, n)}="{NOT_APPLICABLE}"' for n in names]
        absent = marks[0] if len(marks) == 1 else f"OR({','.join(marks)})"
        if scheme.not_applicable == "满分" and indicator.points is not None:
            full = layout.points(indicator.key)
            full = f"MIN({full},{room})" if room and not self.at.before else full
            formula = f"IF({absent},{full},{formula})"
        elif scheme.not_applicable not in ("询问", "满分"):
            formula = f'IF({absent},"{NOT_APPLICABLE}",{formula})'
        if not self.at.before:
            self.put(column, formula, value, look)
            return
        before = self.at.before[indicator.key]
        self.put(before, formula, value, look)
        result = self.here(before)
        if scheme.not_applicable == "本组均分":
            peers = _rows(before, first, last)
            mean = f'IF(COUNT({peers})=0,"",ROUND(AVERAGE({peers}),{scheme.decimals}))'
            result = f"IF({absent},{mean},{result})"
        if scheme.missing == "拒绝":
            row = self.cells(list(self.at.before.values()))
            there = f'COUNT({row})+COUNTIF({row},"{NOT_APPLICABLE}")'
            result = f'IF({there}<COLUMNS({row}),"",{result})'
        if room:
            result = f"IF(ISNUMBER({result}),MIN({result},{room}),{result})"
        self.put(column, result, value, look)

    def room(self, indicator: Indicator, scheme: Scheme) -> str:
        """What the items before leave of the block's cap; blank without a block."""
        block = scheme.block_of(indicator)
        if block is None or block.rule is None:
            return ""
        cap = f"{cap_of(block, scheme):.15g}"
        before = block.order[: block.order.index(indicator.key)]
        cells = self.cells(sorted(self.at.items[key] for key in before))
        return f"ROUND({cap}-SUM({cells}),{scheme.decimals})" if cells else cap

    def total(
        self, columns: Sequence[int], scheme: Scheme, points_row: int, *, none: str = '""'
    ) -> str:
        """The sum of the items that are there, blank if there is none.

        Where items that do not apply are left out, the sum is scaled up to the full points.
        """
        cells = self.cells(columns)
        if not cells:
            return none
        whole = f"SUM({cells})"
        if scheme.not_applicable == "剔除并折算":
            full, left = [], []
            for a, b in runs(columns):
                own = f"{self.here(a)}:{self.here(b)}"
                points = f"${column_name(a)}${points_row}:${column_name(b)}${points_row}"
                full.append(points)
                left.append(f'SUMIF({own},"<>{NOT_APPLICABLE}",{points})')
            whole += f"*SUM({','.join(full)})/({'+'.join(left)})"
        return f"IF(COUNT({cells})=0,{none},ROUND({whole},{scheme.decimals}))"

    def standing(
        self,
        standing: Standing,
        scheme: Scheme,
        layout: Layout,
        every: Sequence[int],
        extent: tuple[int, int],
    ) -> None:
        """Completeness, veto and places."""
        at = self.at
        span = self.cells(every)
        there = f"COUNT({span})"
        if scheme.not_applicable == "剔除并折算":
            there += f'+COUNTIF({span},"{NOT_APPLICABLE}")'
        whole = f"{there}=COLUMNS({span})"
        if at.veto:
            veto = layout.cell(self.data_row, scheme.veto)
            whole = f'AND({whole},{veto}<>"")'
            self.put(
                at.veto,
                f'IF({veto}="是","{VETOED}","")',
                VETOED if standing.vetoed else None,
                style.CENTER,
            )
        self.put(
            at.complete,
            f'IF({whole},"{COMPLETE}","{INCOMPLETE}")',
            COMPLETE if standing.complete else INCOMPLETE,
            style.CENTER,
        )
        first, last = layout.blocks[layout.groups[self.data_row - layout.first]]
        own = (first + self.shift, last + self.shift) if scheme.scope == "分组" else extent
        total, running = self.here(at.total), self.here(at.running)
        counts = f'{self.here(at.complete)}="{COMPLETE}"'
        if at.veto:
            counts = f'AND({counts},{self.here(at.veto)}<>"{VETOED}")'
        runs_ = standing.complete and not standing.vetoed
        value = standing.total if runs_ else None
        score = style.scored(scheme.decimals)
        self.put(at.running, f'IF({counts},{total},"")', value, score)
        for which, rows in (("own", own), ("all", extent)):
            if which in at.first:
                column = at.first[which]
                once = self.once(running, _rows(at.running, *rows), rows)
                self.put(column, once, self.texts.first_time(column, rows[0], value), score)
        for name, column in at.once.items():
            peers = layout.peers(layout.groups[self.data_row - layout.first], name)
            rows = (first + self.shift, last + self.shift)
            once = self.once(layout.cell(self.data_row, name), peers, rows)
            figure = float(self.texts.table.columns[name][standing.row])
            self.put(column, once, self.texts.first_time(column, rows[0], figure), style.FIGURE)
        look = replace(style.CENTER, bold=True)
        self.put(at.rank, self.place(scheme, own, "own"), standing.rank, look)
        if at.rank_all:
            place = self.place(scheme, extent, "all")
            self.put(at.rank_all, place, standing.rank_all, style.CENTER)

    def once(self, cell: str, cells: str, rows: tuple[int, int]) -> str:
        """A figure where it stands first among some rows, blank where it comes again."""
        here = f"ROWS($A${rows[0]}:$A{self.row})"
        return f'IF(ISNUMBER({cell}),IF(MATCH({cell},{cells},0)={here},{cell},""),"")'

    def place(self, scheme: Scheme, extent: tuple[int, int], which: str) -> str:
        """The unit's place among those of some rows that have one; ties as the scheme says."""
        at = self.at
        mine, among = self.here(at.running), _rows(at.running, *extent)
        place = f"RANK({mine},{among})"
        if scheme.ties == "密集":
            place = f"RANK({mine},{_rows(at.first[which], *extent)})"
        elif scheme.ties == "平均":
            place += f"+(COUNTIF({among},{mine})-1)/2"
        none = '""'
        if at.veto:
            # A vetoed unit stands right behind the last ranked one, whatever its total.
            none = f'IF({self.here(at.complete)}="{COMPLETE}",1+COUNT({among}),"")'
        return f"IF(ISNUMBER({mine}),{place},{none})"

    def check(self, standing: Standing, written: Written) -> None:
        """How many figures of the unit differ from 排名, and whether any does.

        Units are found by name, so that a sorted 排名 compares right; figures are
        compared as text, so that blank equals blank.
        """
        at, sheet = self.at, quote_sheet(RANKING) + "!"
        unit = self.here(1)
        for sign in "~*?" if self.texts.wild else "":
            unit = f'SUBSTITUTE({unit},"{sign}","~{sign}")'
        row, found = f"MATCH({unit},{sheet}{_column(written, written.unit)},0)", self.here(at.found)
        self.put(at.found, f"IFERROR({row},0)", self.texts.places[standing.unit], style.CENTER)

        def differs(mine: int, other: int) -> str:
            there = f"INDEX({sheet}{_column(written, other)},{found})"
            return f'({there}&""<>{self.here(mine)}&"")'

        pairs = [(at.total, written.total), (at.rank, written.rank)]
        if written.base:
            pairs.append((at.base, written.base))
        if at.rank_all and written.rank_all:
            pairs.append((at.rank_all, written.rank_all))
        items = [(column, written.items + n) for n, column in enumerate(at.columns)]
        count = len(items) + len(pairs)
        if len(items) > _MOST_TERMS:  # a formula has an end
            top, bottom = _column(written, written.items), _column(written, items[-1][1])
            block = f"{top.partition(':')[0]}:{bottom.partition(':')[2]}"
            there, here = f"INDEX({sheet}{block},{found},0)", self.cells(at.columns)
            terms, items = [f'SUMPRODUCT(1*({there}&""<>{here}&""))'], []
        else:
            terms = []
        terms += ["1*" + differs(*pair) for pair in (*items, *pairs)]
        self.put(
            at.differ,
            f"IF({found}=0,{count},{'+'.join(terms)})",
            0,
            replace(style.CENTER, number_format="[Red]0;[Red]-0;0"),
        )
        self.put(
            at.same, f'IF({self.here(at.differ)}=0,"{SAME}","{DIFFERENT}")', SAME, style.CENTER
        )


class _Texts:
    """What the rows of the sheet have in common.

    A score's formula is alike in all rows of a group but for the row's number, so it is made once.
    """

    def __init__(self, ranking: Ranking, layout: Layout) -> None:
        self.layout, self.table = layout, ranking.table
        self.wild = any(sign in unit for unit in ranking.table.units for sign in "~*?")
        self.places = {s.unit: n for n, s in enumerate(ranking.standings, 1)}
        self._made: dict[tuple[str, str, bool], str | None] = {}
        self._seen: set[tuple[int, int, float]] = set()

    def item(
        self, indicator: Indicator, row: int, *, once: Mapping[str, str], room: str
    ) -> str | None:
        """The formula of one score, without its equals sign, for a row of 核对数据.

        `room` is what the item's block leaves for it.  None where the clause could not be read
        or an input of it has no column.
        """
        group = self.layout.groups[row - self.layout.first]
        key = (indicator.key, group, bool(room))
        if key not in self._made:
            places = _references(indicator, self.layout, group, once)
            self._made[key] = (
                None
                if places is None or indicator.rule is None
                else to_excel(
                    indicator.rule,
                    places,
                    points=self.layout.points(indicator.key),
                    decimals=self.table.scheme.decimals,
                    size=indicator.points,
                    room=_ROOM if room else "",
                )
            )
        made = self._made[key]
        return None if made is None else made.replace(_ROW, str(row)).replace(_ROOM, room)

    def first_time(self, column: int, start: int, value: float | None) -> float | None:
        """A figure of a column where it comes for the first time since a row; else None."""
        if value is None or value != value or (column, start, value) in self._seen:
            return None
        self._seen.add((column, start, value))
        return value


# Stand in a formula for the number of the row and for what a block leaves.
_ROW, _ROOM = "\0", "\1"


def _references(
    indicator: Indicator, layout: Layout, group: str, once: Mapping[str, str]
) -> References | None:
    names = indicator.feeds
    if not all(layout.has(name) for name in names):
        return None
    return References(
        value=lambda i: layout.cell(_ROW, names[i]),
        peers=lambda i: layout.peers(group, names[i]),
        target=lambda i: layout.cell(_ROW, names[i], "target"),
        prior=lambda i: layout.cell(_ROW, names[i], "prior"),
        once=lambda i: once[names[i]],
    )


def _dense(table: ScoreTable, layout: Layout) -> tuple[str, ...]:
    """The inputs by which some item places units so that equal ones take one place together."""
    asked: dict[str, str] = defaultdict(str)  # remembers what was looked for
    for indicator in table.scheme.indicators:
        places = _references(indicator, layout, table.groups[0], asked) if table.groups else None
        if indicator.rule is not None and places is not None:
            to_excel(indicator.rule, places, points="", size=indicator.points)
    return tuple(asked)


def _rows(column: int, first: int, last: int) -> str:
    """Some rows of a column of this sheet."""
    name = column_name(column)
    return f"${name}${first}:${name}${last}"


def _column(written: Written, column: int) -> str:
    name = column_name(column)
    return f"${name}${written.first}:${name}${written.last}"


def _foot(scheme: Scheme) -> list[str]:
    return [
        "说明",
        f"· 各项得分四舍五入到{scheme.decimals}位小数后相加;有缺项的单位为“{INCOMPLETE}”,不排名次。",
        *(
            f"· 块“{b.name}”合计不超过{b.rule.cap.normalize():f}分:得分取本项得分和块内余下分数中小的一个。"
            for b in scheme.blocks
            if b.rule is not None and b.order
        ),
        f"· 最高、最低、名次只在本组内比较;公式中的 {DATA} 行号与本组各行一一对应,请不要对这两张表排序、插行或删行。",
        f"· “{SAME}”指本行的得分、合计和名次与“{RANKING}”所写完全相同;"
        f"改动数据后出现“{DIFFERENT}”属正常,撤销改动即恢复。",
    ]

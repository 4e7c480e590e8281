"""A small made-up assessment: two groups, a band, a ladder, a quotient, a checklist outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from kpixl.entries import Entries, Entry
from kpixl.findings import Place
from kpixl.grid import Area
from kpixl.host import Content, Formula, Patch, PutSheet, SheetSpec
from kpixl.ranking.model import Ranking
from kpixl.ranking.rank import rank
from kpixl.reporting.run import RunInfo
from kpixl.rules import parse
from kpixl.scheme.items import Indicator, Input, Unit
from kpixl.scheme.model import Scheme
from kpixl.scoring.score import score

RUN = RunInfo(
    version="0.1", time=datetime(2016, 1, 20, 9, 30), command="kpixl score 示例 --data 表"
)
GROUPS = {
    "东街道": "街道",
    "西街道": "街道",
    "甲乡": "乡镇",
    "南街道": "街道",
    "乙乡": "乡镇",
    "北街道": "街道",
}
INPUTS = ("产值", "增速", "企业数", "技改投资", "工业投资", "方案", "报表", "信息")
FIGURES: dict[str, tuple[float | None, ...]] = {
    "东街道": (200, 6, 12, 24, 40, 1, 1, 37),
    "西街道": (50, 10.5, 7, 3, 4, 1, 0, 5),
    "南街道": (20, 8, 7, 1, 2.5, 0, 0, 0),
    "北街道": (35, None, 3, 2, 0, 1, 1, 120),
    "甲乡": (12.7, 3.3, 2, 1.1, 3, 1, 1, 2),
    "乙乡": (9.4, -1.2, 2, 0.9, 2, 1, 0, 11),
}
BAND = "得分=[(本值-本类最低值)/(本类最高值-本类最低值)×40+60]/100×分值"


def _indicator(
    number: str, name: str, points: int, clause: str, feeds: tuple[str, ...], bonus: bool = False
) -> Indicator:
    category = "附加指标" if bonus else "基础指标"
    return Indicator(
        key=f"{number} {name}",
        number=number,
        name=name,
        points=Decimal(points),
        clause=clause,
        category=category,
        bonus=bonus,
        rule=parse(clause),
        feeds=feeds,
    )


def scheme(**changes: Any) -> Scheme:
    """The scheme, with settings changed."""
    made = Scheme(
        system="example",
        title="2015年度示例考核",
        year=2015,
        version="1.0",
        basis="示例〔2015〕1号",
        units=tuple(Unit(name, group) for name, group in GROUPS.items()),
        indicators=(
            _indicator(
                "1",
                "产值",
                20,
                BAND + ";其中总量、增速两项得分分别以60%、40%的权重计入最终得分",
                ("产值", "增速"),
            ),
            _indicator("2", "企业数", 10, "企业数量最多的得10分,排名每下降1位减0.5分", ("企业数",)),
            _indicator("3", "技改", 20, BAND, ("技改占比",)),
            _indicator(
                "1",
                "基础工作",
                10,
                "制定方案得1分;按时报送报表得1分;每采用一条得0.1分",
                ("方案", "报表", "信息"),
                bonus=True,
            ),
        ),
        inputs=(
            Input("产值", "1 产值", "亿元", "number"),
            Input("增速", "1 产值", "%", "percent"),
            Input("企业数", "2 企业数", "家", "count"),
            Input("技改投资", "3 技改", "亿元", "number"),
            Input("工业投资", "3 技改", "亿元", "number"),
            Input("技改占比", "3 技改", "", "number", derivation="技改投资 ÷ 工业投资"),
            Input("方案", "1 基础工作", "是/否", "yes_no"),
            Input("报表", "1 基础工作", "是/否", "yes_no"),
            Input("信息", "1 基础工作", "条", "count"),
        ),
        sha256="5" * 64,
    )
    return replace(made, **changes)


def entries(
    figures: Mapping[str, tuple[float | None, ...]] = FIGURES,
    special: Mapping[tuple[str, str], Entry] | None = None,
) -> Entries:
    """The figures as if each unit had sent a form; `special` replaces single entries."""
    cells: dict[tuple[str, str], Entry] = {}
    for unit, values in figures.items():
        for row, (name, value) in enumerate(zip(INPUTS, values, strict=True), 6):
            cells[unit, name] = Entry(
                unit,
                name,
                raw=value,
                value=value,
                state="blank" if value is None else "given",
                place=Place(f"{unit}.xlsx", "填报表", f"D{row}"),
                sha256=digest(unit),
            )
    cells.update(special or {})
    sources = {f"{unit}.xlsx": digest(unit) for unit in figures}
    return Entries(
        tuple(u for u in GROUPS if u in figures),
        {u: GROUPS[u] for u in figures},
        cells,
        sources,
    )


def digest(unit: str) -> str:
    """Something that looks like the SHA-256 of a unit's file."""
    return f"{list(GROUPS).index(unit):x}a" * 32


def ranking(data: Entries | None = None, **changes: Any) -> Ranking:
    """The example scored and ranked."""
    return rank(score(scheme(**changes), data or entries()))


def sheet(patch: Patch, name: str) -> SheetSpec:
    """The sheet of that name in a patch."""
    return next(c.sheet for c in patch.changes if isinstance(c, PutSheet) and c.sheet.name == name)


def shown(content: Content) -> Any:
    """What a reader sees in a cell: a formula's value."""
    return content.value if isinstance(content, Formula) else content


def row_of(spec: SheetSpec, text: str, *, column: int | None = None) -> int:
    """The first row that holds a text, in a column or anywhere."""
    return min(
        r
        for (r, c), content in spec.cells.items()
        if shown(content) == text and column in (None, c)
    )


def column_of(spec: SheetSpec, heading: str) -> int:
    """The column under a heading; its first line is enough."""
    return min(
        c
        for (_, c), content in spec.cells.items()
        if isinstance(content, str) and heading in (content, content.split("\n")[0])
    )


def hidden_by_merges(spec: SheetSpec) -> set[tuple[int, int]]:
    """Cells that a merged area covers, its top left cell apart."""

    def inside(area: Area) -> set[tuple[int, int]]:
        return {
            (r, c)
            for r in range(area.top, area.bottom + 1)
            for c in range(area.left, area.right + 1)
        } - {(area.top, area.left)}

    return set().union(*(inside(a) for a in spec.merged)) if spec.merged else set()

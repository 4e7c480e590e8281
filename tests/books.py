"""Small workbooks built in memory: one sheet a list of rows, one scheme to break."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpixl.grid import Area, Scalar, Sheet, Snapshot, Source, Spot
from kpixl.scheme.model import Scheme
from kpixl.scheme.reader import read_scheme

Rows = Sequence[Sequence[Scalar]]

LADDER = "亿元企业数最多的得10分,排名每下降1位减0.5分"
PLANS = "制定方案得1分;按时报送得1分"
BAND = "得分=[(本值-本类最低值)÷(本类最高值-本类最低值)×40+60]÷100×分值"

TOWNS: Mapping[str, Rows] = {
    "方案": [
        ["设置项", "取值"],
        ["名称", "镇街考核"],
        ["年度", 2020.0],
        ["版本", "2.1"],
        ["依据", "某办〔2020〕1号"],
    ],
    "单位": [
        ["单位", "别名", "分组"],
        ["东镇", "东、城东镇(2019年并入)", "镇"],
        ["西镇", None, "镇"],
        ["南街道", None, "街道"],
    ],
    "指标": [
        ["序号", "类别", "指标", "分值", "评分标准", "读法", "附加"],
        [1.0, "基础", "亿元企业", 10.0, LADDER, None, None],
        [2.0, "基础", "投资占比", 20.0, BAND, None, None],
        [1.0, "附加", "基础工作", 2.0, PLANS, None, "是"],
    ],
    "数据项": [
        [
            "指标",
            "数据项",
            "单位",
            "类型",
            "目标",
            "方向",
            "适用单位",
            "子句",
            "算式",
            "下限",
            "上限",
        ],
        ["1 亿元企业", "亿元企业数", "家", "个数", 5.0, "越大越好", *[None] * 5],
        ["2 投资占比", "技改投资", "亿元", "数值", *[None] * 7],
        ["2 投资占比", "工业投资", "亿元", "数值", *[None] * 7],
        [
            "2 投资占比",
            "占比",
            "%",
            "百分数",
            None,
            None,
            None,
            "1",
            "技改投资÷工业投资×100",
            None,
            None,
        ],
        ["1 基础工作", "工作方案", "是/否", "是否", None, None, None, "1", None, None, None],
        ["1 基础工作", "报送", "是/否", "是否", None, None, None, "按时报送", None, None, None],
    ],
}


def sheet(
    name: str,
    rows: Rows,
    *,
    merged: Sequence[Area] = (),
    formats: Mapping[Spot, str] | None = None,
    hidden: bool = False,
) -> Sheet:
    """A sheet from its rows."""
    return Sheet(
        name,
        tuple(tuple(r) for r in rows),
        merged=tuple(merged),
        formats=formats or {},
        hidden=hidden,
    )


def book(
    tables: Mapping[str, Rows], name: str = "方案.xlsx", marks: Mapping[str, str] | None = None
) -> Snapshot:
    """A workbook from its tables."""
    sheets = tuple(sheet(n, rows) for n, rows in tables.items())
    return Snapshot(Source(name, "f00d"), sheets, marks=marks or {})


def changed(
    table: str, cell: tuple[int, int], value: Scalar, tables: Mapping[str, Rows] = TOWNS
) -> dict[str, Rows]:
    """The tables with one cell changed; rows and columns count from 1."""
    rows = [list(r) for r in tables[table]]
    rows[cell[0] - 1][cell[1] - 1] = value
    return {**tables, table: rows}


def with_rows(
    table: str, *rows: Sequence[Scalar], tables: Mapping[str, Rows] = TOWNS
) -> dict[str, Rows]:
    """The tables with rows added below one of them."""
    return {**tables, table: [*tables[table], *rows]}


def towns(**settings: Scalar) -> Scheme:
    """The sound scheme, with further settings."""
    tables = with_rows("方案", *([k, v] for k, v in settings.items()))
    scheme, findings = read_scheme(book(tables), system="towns")
    assert scheme is not None and findings == ()
    return scheme

"""A scheme workbook from plain tables: readable, printable, and hard to fill in wrongly."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kpixl.grid import Area, Scalar, Snapshot, Spot
from kpixl.host import Page, Patch, PutSheet, SetValues, SheetSpec, Validation
from kpixl.layout.draft import Draft
from kpixl.layout.measure import cell_width
from kpixl.layout.style import CENTER, HEADER, INPUT_FILL, NOTE, TEXT, TITLE
from kpixl.scheme.bindings import (
    BINDING_COLUMNS,
    BINDING_HEADS,
    BINDING_SHEET,
    Bound,
    binding_table,
)
from kpixl.scheme.headings import SHEETS, find_headings, match

FOOTER = "&L&A&R第 &P 页,共 &N 页"
_ORDER = ("方案", "指标", "数据项", "单位", "目标", "绑定", "同义词")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
# Columns whose figures are text all the same: 1.0 is a version, 子句 1 a number or a label.
_TEXT_COLUMNS = frozenset({"取值", "子句", "算式", "说明", "备注", "指纹"})
# How wide a column may get; its texts wrap beyond that.
_WIDEST = {
    "评分标准": 46, "考核内容": 26, "说明": 40, "备注": 24, "取值": 50, "算式": 40,
    "数据项": 28, "指标": 24, "别名": 36, "读法": 12,
    "口径说明": 36,
}  # fmt: skip
_LEFT = replace(TEXT, indent=1)
_NARROWEST, _USUAL = 7.0, 30.0

NOTES: Mapping[str, Mapping[str, str]] = {
    "指标": {
        "序号": "与指标名称合起来是这一项的名字,结果表就用这个名字。",
        "块": "同一块的指标合计计分时填块名;没有就留空。",
        "分值": "只填数字。",
        "评分标准": "照文件原句写就行,程序按这句话计分;读不懂的地方会指出是第几个字。",
        "读法": "条文没说清的地方采用哪种读法,如 G3=密集;多项用分号隔开,留空用默认。",
        "口径说明": "条文没有写明、由方案定下的理解,每行一条,印在得分旁边。",
        "附加": "填“是”的指标在基础分之外另计。",
    },
    "数据项": {
        "指标": "指标表中的“序号 指标”,如 1 规上工业总产值。",
        "数据项": "填报表上要填的一个数;名称不能重复。",
        "单位": "计量单位。",
        "类型": "数值、百分数、个数、是否、评议之一。百分数按百分点:8.3 表示 8.3%。",
        "目标": "所有单位共同的目标;各单位不同的写在“目标”表。",
        "方向": "越大越好或越小越好,按填报的数判断:下降率填正数时是越大越好。",
        "适用单位": "只要部分单位填的,写单位名称或分组,用顿号隔开;留空表示都要填。",
        "子句": "对应评分标准里的第几个数据,按出现的先后编号;只有一个时可留空。",
        "算式": "由别的数据项算出的,写算式(+ − × ÷),不用填报。",
        "下限": "允许填写的最小值。",
        "上限": "允许填写的最大值。",
        "缺报": "这一项没填怎么办,与方案的约定不同时才写:留空、上年值、按0、拒绝。",
        "口径": "不能标特殊口径的写“否”。",
        "进度": "台账任务:累计的按月份÷12看序时进度,比率的任何时点都按全额。",
        "责任单位": "台账任务:第一个牵头,其余配合,用顿号隔开。",
        "同数": "别处也要填的同一个数,写那个数据项的名称;两处不同会提出核实。",
    },
    "单位": {
        "单位": "参加考核的单位,名称不能重复。",
        "别名": "简称、曾用名,用顿号隔开;填报表上写别名也认得。",
        "分组": "“本类”和名次在同一分组内比较。",
        "考核单位": "由谁考核;可留空。",
    },
    "目标": {"数据项": "数据项表中的名称;每个单位一列,填该单位自己的目标。"},
    "绑定": {
        "指纹": "由表头和行名算出,同一种表样的指纹相同;不要改动。",
        "作用": "数据项:单元格里填的是左边写明的数据项。单位:单元格里是单位名称。"
        "其余写列的名称(填报值、目标、上年数、自评分、不用……),单元格写该列表头的位置。",
        "单位": "表上有几个单位时写单位名称;一个单位一份表的留空。",
        "单元格": "如 F6;说明中写“待答”的,请填写后保存。",
    },
    "同义词": {
        "标准名": "列的名称(指标、分值、评分标准、填报值、目标……),或数据项、指标的名称。",
        "别称": "表上的写法,几个用顿号隔开。",
    },
}
_LISTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "指标": {"附加": ("是", "否")},
    "数据项": {
        "类型": ("数值", "百分数", "个数", "是否", "评议"),
        "方向": ("越大越好", "越小越好"),
        "缺报": ("留空", "上年值", "按0", "拒绝"),
        "口径": ("是", "否"),
        "进度": ("累计", "比率"),
    },
}
_SETTING_LISTS: Mapping[str, tuple[str, ...]] = {
    "并列": ("竞争", "密集", "平均"),
    "缺报": ("留空", "上年值", "按0", "拒绝"),
    "不涉及": ("询问", "剔除并折算", "满分", "本组均分"),
    "排名范围": ("分组", "全部"),
    "期间": ("年", "月"),
}
_LEADS: Mapping[str, str] = {
    "方案": "整个考核的约定。只改“取值”一列。",
    "指标": "每个指标一行。评分标准照文件的话写,程序按它计分。",
    "数据项": "填报表要填的每个数一行,按填报的顺序排。",
    "单位": "参加考核的单位,每个一行。",
    "目标": "各单位自己的目标,印在填报表上作参考。",
    "绑定": "别处制作的表样,哪一格是什么。只填“单元格”一列中空着的。",
    "同义词": "表头和名称的别的写法。",
}


def scheme_book(tables: Mapping[str, Sequence[Sequence[str]]], *, title: str) -> Patch:
    """A scheme workbook from one table a sheet, headings first.

    The sheets that `kpixl.scheme.reader` knows get lists, notes and widths; any other
    table becomes an information sheet as it is.
    """
    known = [n for n in _ORDER if n in tables]
    others = [n for n in tables if n not in known]
    sheets = [_known_sheet(n, tables[n], title) for n in known]
    sheets += [
        information_sheet(n, [[as_scalar(c) for c in row] for row in tables[n]]) for n in others
    ]
    return Patch(changes=tuple(map(PutSheet, sheets)), title=title)


def binding_patch(book: Snapshot, lines: Sequence[Bound], title: str) -> Patch:
    """The sheet 绑定 of a scheme workbook renewed, all else left as it is.

    Lines of a sheet that stands there are written over, those that are too many are emptied.
    """
    rows = binding_table(lines)
    sheet = next((s for s in book.sheets if match(s.name, SHEETS) == BINDING_SHEET), None)
    head = find_headings(sheet, BINDING_COLUMNS, needs=("指纹",)) if sheet is not None else None
    if sheet is None or head is None:
        return Patch((PutSheet(_known_sheet(BINDING_SHEET, rows, title)),), title=title)
    values: dict[Spot, Scalar] = {}
    last = max(len(sheet.rows), head.bottom + len(rows) - 1)
    for number in range(head.bottom + 1, last + 1):
        at = number - head.bottom
        texts = dict(zip(BINDING_HEADS, rows[at] if at < len(rows) else ("",) * 7, strict=True))
        for name, column in head.columns.items():
            if texts[name] or sheet.value(number, column) is not None:
                values[number, column] = texts[name] or None
    return Patch((SetValues(sheet.name, values),), title=title)


def as_scalar(text: str) -> Scalar:
    """A table's text as a cell: plain numbers become numbers, blank text nothing.

    >>> as_scalar("8.3"), as_scalar("007"), as_scalar(" ")
    (8.3, '007', None)
    """
    text = text.strip()
    return float(text) if _NUMBER.fullmatch(text) else (text or None)


def _known_sheet(name: str, rows: Sequence[Sequence[str]], title: str) -> SheetSpec:
    heads, body = list(rows[0]), rows[1:]
    widths = {
        column: _width(head, [r[column - 1] for r in body]) for column, head in enumerate(heads, 1)
    }
    draft = Draft(name, widths)
    draft.line(1, f"{title} · {name}", replace(TITLE, size=14))
    draft.line(2, _LEADS[name], NOTE)
    top = 3
    draft.put_row(top, heads, HEADER)
    draft.notes.update(
        {(top, c): NOTES[name][h] for c, h in enumerate(heads, 1) if h in NOTES.get(name, {})}
    )
    draft.fit(top, least=22)
    for number, row in enumerate(body, top + 1):
        for column, (head, text) in enumerate(zip(heads, row, strict=True), 1):
            value = text.strip() or None if head in _TEXT_COLUMNS else as_scalar(text)
            style = _LEFT if head in _WIDEST else CENTER
            if value is None and _is_open(head, dict(zip(heads, row, strict=True))):
                style = replace(style, fill=INPUT_FILL)
            draft.put(number, column, value, style)
        draft.fit(number, least=20)
    last = top + len(body)
    return draft.sheet(
        page=Page(landscape=len(heads) > 5, fit_width=1, repeat_rows=(top, top), footer=FOOTER),
        freeze=(top + 1, 1 if len(heads) <= 5 else 3),
        autofilter=Area(top, 1, last, len(heads)) if name != "方案" else None,
        validations=tuple(_validations(name, heads, body, top)),
    )


def _is_open(head: str, row: Mapping[str, str]) -> bool:
    """Whether a blank cell waits for the answer to a question."""
    if head == "单元格":
        return row.get("说明", "").startswith("待答")
    return head == "标准名"


def _validations(
    name: str, heads: Sequence[str], body: Sequence[Sequence[str]], top: int
) -> list[Validation]:
    room = top + len(body) + 50  # rows that are added later are checked too
    lists = [
        _list(Area(top + 1, heads.index(head) + 1, room, heads.index(head) + 1), choices)
        for head, choices in _LISTS.get(name, {}).items()
        if head in heads
    ]
    if name == "方案":
        column = heads.index("取值") + 1
        lists += [
            _list(Area(row, column, row, column), _SETTING_LISTS[cells[0]])
            for row, cells in enumerate(body, top + 1)
            if cells[0] in _SETTING_LISTS
        ]
    return lists


def _list(area: Area, choices: tuple[str, ...]) -> Validation:
    return Validation(area, "list", choices=choices, error=f"请从下列中选择:{'、'.join(choices)}。")


def _width(head: str, texts: Sequence[str]) -> float:
    """As wide as the longest text, within what the column's content can use."""
    longest = max(cell_width(t) for t in (head, *texts)) + 3.0
    return min(max(longest, _NARROWEST), _WIDEST.get(head, _USUAL))


def information_sheet(name: str, rows: Sequence[Sequence[Scalar]]) -> SheetSpec:
    """A table to be read only: title lines, one heading row, body, remarks.

    A row with one filled cell is a title above the table and a remark below it, so a
    sheet that was laid out here and read back comes out the same.
    """
    texts = [[("" if c is None else str(c)) for c in row] for row in rows]
    filled = [sum(map(bool, row)) for row in texts]
    head = next((n for n, count in enumerate(filled) if count > 1), len(rows))
    width = max((len(row) for row in rows), default=1)
    table = [r for r, count in zip(texts[head:], filled[head:], strict=True) if count > 1]
    widths = {
        c: min(max([cell_width(r[c - 1]) for r in table if len(r) >= c] + [4]) + 2.0, 40.0)
        for c in range(1, width + 1)
    }
    draft = Draft(name, widths)
    for number, row in enumerate(rows, 1):
        at = number - 1
        if filled[at] == 0:
            continue
        if filled[at] == 1:
            text = next(c for c in row if c not in (None, ""))
            draft.line(number, text, replace(TITLE, size=14) if at < head else NOTE)
            continue
        for column in range(1, width + 1):
            value = row[column - 1] if column <= len(row) else None
            style = HEADER if at == head else _LEFT if isinstance(value, str) else CENTER
            draft.put(number, column, value, style)
        draft.fit(number, least=20)
    return draft.sheet(
        page=Page(
            landscape=draft.total_width > 95,
            fit_width=1,
            repeat_rows=(head + 1, head + 1) if head < len(rows) else None,
            footer=FOOTER,
        ),
        freeze=(head + 2, 1) if head < len(rows) else None,
        protected=True,
    )

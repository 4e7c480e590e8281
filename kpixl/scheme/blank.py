"""The scheme workbook that a new assessment begins with: all columns, nothing filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kpixl.host import Change, Patch, PutSheet
from kpixl.scheme.book import scheme_book

_ROWS = 30  # lines that are ready to be typed into; more may be added below
_WIDTHS = {
    "取值": 40.0, "指标": 18.0, "考核内容": 24.0, "评分标准": 46.0, "数据项": 26.0, "算式": 24.0,
    "别名": 30.0, "说明": 24.0, "备注": 20.0,
}  # fmt: skip
_SETTINGS: tuple[tuple[str, str, str], ...] = (
    ("代号", "", "必填,字母和数字,如 pingan-2026;填报表凭它认回本方案,下发后不要改"),
    ("名称", "", "必填,印在填报表和结果表的标题上"),
    ("年度", "", "必填,四位年份"),
    ("版本", "1.0", "改动指标、分值、评分标准或数据项后请换一个版本号"),
    ("依据", "", "文件名称或文号、附件号"),
    ("总分", "100", "基础指标分值合计,用来核对指标表"),
    ("小数", "2", "每项得分四舍五入保留的小数位数"),
    ("并列", "竞争", "竞争:1、2、2、4;密集:1、2、2、3;平均:1、2.5、2.5、4"),
    ("缺报", "留空", "没有填报的数据怎么办:留空、上年值、按0、拒绝"),
    ("不涉及", "询问", "单位填“不涉及”时怎么办:询问、剔除并折算、满分、本组均分"),
    ("排名范围", "分组", "分组:各组分别排名;全部:所有单位排在一起"),
    (
        "默认规则",
        "",
        "评分标准只写要求、没写怎样得分时采用,如:完成目标任务的得满分,未完成的按比例得分",
    ),
    ("口径", "", "特殊口径及其系数,如:专项口径=60%"),
    ("等次", "", "如:前3名为优秀;80分以上为达标"),
    ("一票否决", "", "填一个是否类数据项的名称,该项为“是”的单位列在最后,不评等次"),
    ("截止", "", "表名=日期,如:填报表=2027-01-10"),
    ("期间", "年", "年:按全年考核;月:按月推进的台账"),
)
_HEADINGS: dict[str, tuple[str, ...]] = {
    "指标": ("序号", "类别", "块", "指标", "考核内容", "分值", "评分标准", "读法", "附加", "责任单位", "数据来源"),
    "数据项": ("指标", "数据项", "单位", "类型", "目标", "方向", "适用单位", "子句", "算式", "下限", "上限", "说明"),
    "单位": ("单位", "别名", "分组", "考核单位", "备注"),
}  # fmt: skip


def blank_scheme() -> Patch:
    """A scheme workbook with lists and notes at its columns, and the usual settings filled in."""
    tables: dict[str, list[tuple[str, ...]]] = {
        "方案": [("设置项", "取值", "说明"), *_SETTINGS],
        **{n: [heads, *([("",) * len(heads)] * _ROWS)] for n, heads in _HEADINGS.items()},
    }
    patch = scheme_book(tables, title="新方案")
    return replace(patch, changes=tuple(_roomy(c, tables) for c in patch.changes))


def _roomy(change: Change, tables: Mapping[str, Sequence[Sequence[str]]]) -> Change:
    """The sheet with room to type in, and with rows that grow with what is typed."""
    if not isinstance(change, PutSheet):
        return change
    sheet = change.sheet
    heads = tables[sheet.name][0]
    widths = {c: max(sheet.widths[c], _WIDTHS.get(head, 0)) for c, head in enumerate(heads, 1)}
    blank = range(max(row for row, _ in sheet.cells) - _ROWS + 1, 1 << 20)
    keep = sheet.name == "方案"
    heights = {row: h for row, h in sheet.heights.items() if keep or row not in blank}
    return PutSheet(replace(sheet, widths=widths, heights=heights))

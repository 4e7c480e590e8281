"""What headings are called: one table of synonyms for scheme workbooks, forms and tables.

A heading is matched without spaces, line breaks, width and closing brackets, so
“分 值(分)” is 分值.  The tables are data; a caller may pass one of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TypeAlias

from kpixl.grid import Scalar, Sheet

Synonyms: TypeAlias = Mapping[str, Sequence[str]]

SHEETS: Synonyms = {
    "方案": ("方案", "考核方案", "基本设置", "设置", "总则"),
    "单位": ("单位", "考核对象", "参评单位", "被考核单位", "单位名单"),
    "指标": ("指标", "指标体系", "考核指标", "评价指标"),
    "数据项": ("数据项", "填报项", "填报数据项", "采集项"),
    "目标": ("目标", "单位目标", "年度目标", "目标任务"),
    "勾稽": ("勾稽", "勾稽关系", "审核关系", "校验关系"),
    "豁免": ("豁免", "豁免登记", "豁免登记簿"),
    "绑定": ("绑定", "表样绑定"),
    "同义词": ("同义词", "表头同义词"),
}

SETTING_COLUMNS: Synonyms = {
    "设置项": ("设置项", "项目", "键", "名目"),
    "取值": ("取值", "内容", "值", "设置值"),
}

SETTINGS: Synonyms = {
    "代号": ("代号", "方案代号", "编号", "标识"),
    "名称": ("名称", "方案名称", "考核名称"),
    "年度": ("年度", "考核年度", "年份"),
    "版本": ("版本", "方案版本", "版本号"),
    "依据": ("依据", "文件依据", "文号"),
    "小数": ("小数", "小数位数", "得分小数"),
    "并列": ("并列", "并列名次", "并列处理"),
    "缺报": ("缺报", "缺报处理", "缺数据"),
    "不涉及": ("不涉及", "不涉及处理"),
    "排名范围": ("排名范围", "排名"),
    "默认规则": ("默认规则", "通用规则"),
    "口径": ("口径", "口径系数"),
    "等次": ("等次", "考核等次", "等次评定"),
    "一票否决": ("一票否决", "否决项"),
    "截止": ("截止", "截止日期", "上报时间"),
    "期间": ("期间", "考核期间", "周期"),
    "总分": ("总分", "基础分合计", "分值合计"),
    "亮灯": ("亮灯", "亮灯标准", "红黄绿灯"),
    "责任权重": ("责任权重", "牵头配合权重"),
    "不排名": ("不排名", "不排名分组", "不参加排名"),
    "企业分类": ("企业分类", "企业分档", "企业评价分类"),
    "结果运用": ("结果运用", "考核结果运用"),
    "表样": ("表样", "填报表样", "填报表列"),
    "波动": ("波动", "波动幅度", "波动阈值"),
    "波动百分点": ("波动百分点",),
    "波动个数": ("波动个数",),
    "允差": ("允差", "允许误差"),
}

RELATION_COLUMNS: Synonyms = {
    "关系": ("关系", "勾稽关系", "审核关系", "关系式"),
    "允差": ("允差", "允许误差", "误差"),
    "级别": ("级别",),
    "说明": ("说明", "备注"),
}

WAIVER_COLUMNS: Synonyms = {
    "单位": ("单位", "单位名称", "填报单位"),
    "数据项": ("数据项", "数据项名称"),
    "问题": ("问题", "豁免的问题", "校验"),
    "批准人": ("批准人", "审批人", "同意人"),
    "理由": ("理由", "原因", "豁免理由"),
    "日期": ("日期", "批准日期"),
    "备注": ("备注", "说明"),
}

UNIT_COLUMNS: Synonyms = {
    "单位": ("单位", "单位名称", "考核对象", "被考核单位", "参评单位"),
    "别名": ("别名", "简称", "曾用名", "又名"),
    "分组": ("分组", "分类", "组别", "类别"),
    "考核单位": ("考核单位", "考核部门", "考核主体"),
    "备注": ("备注", "说明"),
}

INDICATOR_COLUMNS: Synonyms = {
    "序号": ("序号", "编号", "号"),
    "类别": ("类别", "指标类别", "分类", "一级指标"),
    "块": ("块", "板块", "考核块"),
    "指标": ("指标", "指标名称", "评价指标", "考核指标", "考核项目", "二级指标"),
    "考核内容": ("考核内容", "考核要求", "指标解释"),
    "分值": ("分值", "权重", "基本分", "标准分", "满分"),
    "评分标准": ("评分标准", "赋分办法", "计分办法", "考核办法", "评分办法", "考核内容及赋分标准"),
    "读法": ("读法", "约定", "读法约定"),
    "口径说明": ("口径说明", "条文理解"),
    "附加": ("附加", "附加指标", "是否附加", "附加项"),
    "责任单位": ("责任单位", "牵头单位", "责任部门"),
    "数据来源": ("数据来源", "来源", "数据提供单位"),
}

INPUT_COLUMNS: Synonyms = {
    "指标": ("指标", "所属指标", "指标名称"),
    "数据项": ("数据项", "数据项名称", "填报项", "名称"),
    "单位": ("单位", "计量单位"),
    "类型": ("类型", "数据类型"),
    "目标": ("目标", "目标值", "任务数"),
    "方向": ("方向", "指标方向"),
    "适用单位": ("适用单位", "适用范围", "填报单位"),
    "子句": ("子句", "对应子句", "对应评分标准"),
    "算式": ("算式", "计算式", "公式"),
    "下限": ("下限", "最小值", "不小于"),
    "上限": ("上限", "最大值", "不大于"),
    "缺报": ("缺报", "缺报处理"),
    "口径": ("口径", "可标口径"),
    "同数": ("同数", "同一数据", "应与…相同"),
    "佐证": ("佐证", "佐证材料", "须附佐证"),
    "说明": ("说明", "备注", "填报说明"),
    "进度": ("进度", "进度方式", "序时方式"),
    "责任单位": ("责任单位", "责任部门", "牵头及配合单位"),
}

TARGET_COLUMNS: Synonyms = {
    "数据项": ("数据项", "数据项名称", "填报项", "指标"),
    "计量单位": ("计量单位", "单位"),
    "说明": ("说明", "备注"),
}

FORM_COLUMNS: Synonyms = {
    "序号": ("序号", "编号", "序"),
    "责任单位": ("责任单位", "责任部门", "牵头单位", "承担单位"),
    "指标": ("指标", "指标名称", "考核内容", "考核内容及达到的要求", "考核项目", "评价指标", "考核指标"),
    "分值": ("分值", "权重", "基本分", "标准分"),
    "评分标准": (
        "评分标准", "赋分办法", "计分办法", "考核办法", "评分办法", "考核内容及赋分标准",
        "考核内容及评分标准",
    ),
    "数据项": ("数据项", "数据项名称", "填报项", "填报项目", "事项", "完成事项"),
    "计量单位": ("计量单位", "单位"),
    "目标": ("目标/参考", "目标", "参考", "目标值", "任务数", "参考值"),
    "填报值": (
        "填报值", "完成值", "实绩", "完成情况", "实际完成", "实际完成值", "完成数", "本年数",
        "填报数", "数值",
    ),
    "上年数": ("上年数", "上年值", "上年同期"),
    "口径": ("口径", "口径标记"),
    "说明": ("说明/数据来源", "说明", "数据来源", "备注", "填报说明"),
    "自评分": ("自评分", "自评得分"),
    "考核分": ("考核分", "得分", "考核得分"),
}  # fmt: skip

_MONTHS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
# The columns of a monthly ledger that hold figures, by month.
MONTH_COLUMNS: Synonyms = {
    f"{m}月": tuple(
        f"{n}{tail}" for n in (str(m), name) for tail in ("月", "月份", "月底", "月末", "月累计")
    )
    for m, name in enumerate(_MONTHS, 1)
}
LEDGER_COLUMNS: Synonyms = {
    "序号": ("序号", "编号"),
    "任务": ("任务", "工作任务", "重点任务", "指标"),
    "目标要求": ("目标要求", "工作目标", "评分标准"),
    "数据项": ("数据项", "数据项名称", "填报项", "填报项目"),
    "计量单位": ("计量单位", "单位"),
    "目标": ("年度目标", "目标", "目标值", "任务数"),
    "进度": ("进度", "进度方式", "序时方式"),
    "牵头单位": ("牵头单位", "责任单位", "责任部门"),
    "配合单位": ("配合单位", "协办单位"),
    "说明": ("说明", "备注", "说明/数据来源", "数据来源", "填报说明"),
    **MONTH_COLUMNS,
}

# The column of a table of enterprises that says whose figures they are.
ENTERPRISE_COLUMNS: Synonyms = {
    "企业": ("企业", "企业名称", "单位", "单位名称", "名称", "name", "enterprise"),
}

COVER: Synonyms = {
    "单位": (
        "单位", "单位名称", "填报单位", "被考核单位", "考核对象", "参评单位", "填报单位名称",
        "填报单位(盖章)", "单位(盖章)", "填报单位(公章)", "单位(公章)", "填表单位", "填表单位(盖章)",
        "报送单位", "报送单位(盖章)", "上报单位", "自评单位", "自评单位(盖章)", "受评单位", "考评对象",
        "被考评单位", "被考核对象", "被考核单位(盖章)", "考核对象(盖章)", "镇街", "乡镇", "镇(街道)",
        "乡镇(街道)", "镇乡(街道)", "街道", "部门", "部门名称", "填报部门", "填报部门(盖章)", "责任主体",
    ),
    "填报人": ("填报人", "填表人", "经办人"),
    "联系电话": ("联系电话", "电话", "手机"),
    "填报日期": ("填报日期", "填表日期", "日期"),
    "负责人": ("负责人", "单位负责人", "分管领导"),
    "表号": ("表号", "表号/版本", "表号版本"),
}  # fmt: skip

TABLE_COLUMNS: Synonyms = {
    "unit": ("unit", "单位", "单位名称", "考核对象"),
    "group": ("group", "分组", "组别"),
    "input": ("input", "数据项", "指标"),
    "value": ("value", "填报值", "值", "数值", "完成值"),
    "last_year": ("last_year", "上年数", "上年值"),
    "mark": ("mark", "口径", "标记"),
}

_BRACKET = re.compile(r"\([^()]*\)$")
_DROPPED = re.compile(r"[\s:：*★☆_]+")


def text_of(value: Scalar) -> str:
    """A cell's content as text: whole numbers without “.0”, dates as 2016-01-15.

    >>> text_of(1.0), text_of(" 单位 "), text_of(None), text_of(0.5)
    ('1', '单位', '', '0.5')
    """
    if value is None:
        return ""
    if type(value) is str:  # most are
        return value.strip()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()


@lru_cache(maxsize=4096)
def spelling(text: str) -> str:
    """A name in the one spelling in which names are compared.

    >>> spelling("规上 工业总产值(亿元)"), spelling("Ｒ＆Ｄ经费:")
    ('规上工业总产值(亿元)', 'r&d经费')
    """
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text)).lower().translate(_QUOTES)


_QUOTES = str.maketrans(
    {"〔": "(", "〕": ")", "【": "(", "】": ")", "[": "(", "]": ")", '"': "”", "“": "”"}
)


def without_bracket(text: str) -> str:
    """A spelling without the bracket at its end: 分值(分) is 分值."""
    return _BRACKET.sub("", text)


def match(text: str, table: Synonyms) -> str | None:
    """The name that a heading stands for, or None.

    >>> match("分 值(分)", INDICATOR_COLUMNS), match("赋分办法", INDICATOR_COLUMNS)
    ('分值', '评分标准')
    """
    names, known = _spelled(table)
    if len(text) > _LONGEST_KEPT:
        return _matched(text, names)
    if text not in known:
        if len(known) >= _MOST_TEXTS:
            known.clear()
        known[text] = _matched(text, names)
    return known[text]


def _matched(text: str, names: Mapping[str, str]) -> str | None:
    found = spelling(text)
    if not found:
        return None
    name = names.get(found)
    if name is None:
        shorter = without_bracket(found)
        while name is None and shorter and shorter != found:
            name, found, shorter = names.get(shorter), shorter, without_bracket(shorter)
    return name


# Tables by identity, each with what is looked up in it and the texts that were, as forms of one
# kind hold the same; a table is kept as long as its entry.
_Found: TypeAlias = tuple[dict[str, str], dict[str, str | None]]
_SPELLED: dict[int, tuple[Synonyms, _Found]] = {}
_MOST_TABLES, _MOST_TEXTS, _LONGEST_KEPT = 64, 4096, 60


def _spelled(table: Synonyms) -> _Found:
    known = _SPELLED.get(id(table))
    if known is None:
        names: dict[str, str] = {}
        for name, words in table.items():
            for word in words:
                names.setdefault(spelling(word), name)
        if len(_SPELLED) >= _MOST_TABLES:
            _SPELLED.clear()
        known = _SPELLED[id(table)] = (table, (names, {}))
    return known[1]


@dataclass(frozen=True, slots=True)
class HeadingRow:
    """Where a table's headings stand: the body begins below `bottom`."""

    row: int
    bottom: int
    columns: Mapping[str, int]


def find_headings(
    sheet: Sheet, table: Synonyms, *, needs: Iterable[str], depth: int = 60, least: int = 2
) -> HeadingRow | None:
    """The heading row of a table: the row that names most of its columns.

    `needs` are columns of which at least one must be there, `least` how many must be
    known in all.  Title rows above are passed over; headings merged over rows or columns are seen everywhere in their
    area, so the lower row of a two-storey heading wins.
    """
    wanted, best = frozenset(needs), None
    for row in range(1, min(len(sheet.rows), depth) + 1):
        columns = _columns(sheet, row, table)
        if len(columns) < least or not wanted & columns.keys():
            continue
        inside = best is not None and row <= best.bottom
        more = len(columns) - (len(best.columns) if best else 0)
        if more > 0 or (inside and more == 0):
            bottom = max(_bottom(sheet, row, column) for column in columns.values())
            best = HeadingRow(row, bottom, columns)
    return best


def _columns(sheet: Sheet, row: int, table: Synonyms) -> dict[str, int]:
    columns: dict[str, int] = {}
    for column, value in enumerate(sheet.seen_in(row), 1):
        name = match(value, table) if isinstance(value, str) else None
        if name is not None:
            columns.setdefault(name, column)
    return columns


def _bottom(sheet: Sheet, row: int, column: int) -> int:
    return next((a.bottom for a in sheet.merged if (row, column) in a), row)

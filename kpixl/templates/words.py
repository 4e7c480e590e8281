"""What the words of a form's headings mean: roles of columns and rows, units, years.

A word is looked up in the table of synonyms first (`kpixl.scheme.headings`, and whatever a
user has added), and then by how such headings are built.  A word that has two meanings has
none here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kpixl.numbers import is_measure
from kpixl.scheme.headings import COVER, FORM_COLUMNS, match, spelling, without_bracket

# Columns that name what is assessed, those that hold figures, and those that are only read.
NAMES = ("类别", "指标", "数据项")
FIELDS = ("填报值", "目标", "上年数", "完成率", "自评分", "考核分", "名次", "口径")
# What may be bound to a column by a user, by the word that he writes.
ROLES = (
    "序号", *NAMES, "分值", "评分标准", "计量单位", *FIELDS, "单位", "分组", "责任单位",
    "考核单位", "说明",
)  # fmt: skip

_FURTHER: Mapping[str, tuple[str, ...]] = {
    "序号": ("序号", "编号", "序", "号", "项次", "no", "no.", "行次", "栏次"),
    "类别": (
        "类别", "指标类别", "一级指标", "考核类别", "大类", "板块", "领域", "维度", "考核领域",
        "分类", "项目类别", "指标分类", "考核板块", "一级", "考核维度", "目标类别",
    ),
    "单位": (
        "考核对象", "被考核单位", "参评单位", "单位名称", "受评单位", "考评对象", "被考评单位",
        "镇街", "镇街名称", "镇(街道)", "乡镇", "乡镇名称", "乡镇(街道)", "镇乡(街道)", "街道",
        "县(市区)", "县(市、区)", "县区", "区县", "地区", "部门", "部门名称", "单位(部门)",
        "镇乡街道", "园区", "被考核对象", "填报单位", "考核单位名称", "镇街(园区)",
    ),
    "分组": ("分组", "组别", "所属组别", "考核分组", "分档"),
    "责任单位": (
        "责任单位", "牵头单位", "责任部门", "承担单位", "责任科室", "牵头部门", "配合单位",
        "协办单位", "责任人", "分管领导", "责任领导", "主管部门", "承办单位",
    ),
    "考核单位": ("考核单位", "考核部门", "考评单位", "考评部门", "评分部门", "打分部门", "考核主体"),
    "说明": (
        "说明", "备注", "数据来源", "填报说明", "佐证材料", "证明材料", "完成情况说明", "情况说明",
        "依据", "存在问题", "原因分析", "加扣分说明", "扣分原因", "得分说明", "失分原因",
        "完成时限", "时限", "数据采集方式", "材料清单", "考核方式", "考核依据", "进展情况",
    ),
    "名次": ("名次", "排名", "位次", "排位"),
    "计量单位": ("计量单位", "度量单位", "指标单位", "单位(计量)", "数据单位"),
    "口径": ("口径", "口径标记"),
}  # fmt: skip
# How headings of figures are built; the first that fits decides.
_BUILT: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (role, re.compile(pattern))
    for role, pattern in (
        ("说明", r"^(?:上年|去年|上年度|上一年|20\d\d年?度?)(?:排名|名次|位次|得分|考核得分)$"),
        (
            "说明",
            r"(?:说明|备注|佐证|原因|整改措施|工作措施)$|^(?:佐证|证明|支撑|印证|备查|支撑性)?材料$"
            r"|^(?:存在|主要|存在的?|扣分)*问题$",
        ),
        (
            "评分标准",
            r"(?:评分|计分|赋分|记分|打分|考核|评价|考评|扣分|得分|给分|加分|减分|奖分)"
            r"(?:标准|办法|细则|方法|规则|方式|及标准|标准及办法|标准及方法)$",
        ),
        (
            "自评分",
            r"^申报(?:加分|得分|分值|分数)$|^(?:单位)?自(?:评|查|测|报)(?:得分|分|分数|分值|情况)?$",
        ),
        ("完成率", r"(?:完成率|完成比例|完成百分比|达成率|完成进度)$"),
        (
            "考核分",
            r"^(?:考核|考评|核定|评定|最终|实际|复核|初评|本项|应)?(?:得分|考核分|评定分|核定分)$",
        ),
        (
            "分值",
            r"^(?:标准|基准|基本|考核|本项|指标|最高|应得|赋予)*"
            r"(?:分值|权重|权数|满分|满分值|基本分|标准分|标准分值|基础分|配分|总分值)$",
        ),
        ("分值?", r"^分数$"),
        (
            "上年数",
            r"^(?:上年|去年|上一年|上年度|上年同期|去年同期|同期|基期)"
            r"(?:数|值|实绩|完成|完成数|完成值|实际|同期数|同期|情况)?$",
        ),
        (
            "填报值",
            r"^(?:本年|本年度|当年|年度|全年|实际|今年|指标|工作|任务|目标|考核|本期|累计|年末|年终|年底"
            r"|自报|上报|填报|申报|预计|核定|核实|审核|认定|复核|统计|反馈|各?(?:单位|部门|镇街|乡镇|学校|社区|村)|\d{1,2}[-—~至到]\d{1,2}月份?"
            r"|[一二三四]季度|[上下]半年|\d{1,2}月份?)*"
            r"(?:完成|实绩|预计|完成值|完成数|完成额|完成情况|完成量|实际值|实际数|实绩数|实绩值|填报值|填报数"
            r"|上报数|上报值|本年数|当年数|当年值|本期数|本期值|累计数|累计完成|累计完成数|完成实绩|实际情况"
            r"|发生数|发生额|发生件数|发生起数|数据|年终数|年末数|年底数|全年数|实际完成情况|实际发生数|预计数|预计完成|预计完成数"
            r"|填报内容|填报情况|实际)$|^(?:全年|年度|本年|全年度)(?:合计|总计|累计|总数)$",
        ),
        (
            "目标",
            r"^(?:本年|本年度|当年|年度|全年|考核|责任|工作|年初|下达|预期)*"
            r"(?:目标|目标值|目标数|任务|任务数|任务值|目标任务|任务目标|计划|计划数|计划值|指标任务"
            r"|任务指标|目标要求|考核目标)$",
        ),
        (
            "责任单位",
            r"^(?:责任|牵头|主管|主办|承办|承担|配合|协办|协助|分管|包联|联系|实施)"
            r"(?:单位|部门|科室|股室|处室|领导|人|人员)(?:\(.*\))?$",
        ),
        (
            "单位",
            r"^(?:镇|乡|街道|镇街|乡镇|社区|村|村居|学校|企业|科室|处室|园区|窗口|县区|区县|地区|院系|学院"
            r"|支行|网点|医院|公司|项目部|站所|机构|支部|党支部|党组织|分局|班级|单位|部门)名称$",
        ),
        (
            "单位?",
            r"^(?!责任|牵头|主管|主办|承|配合|协|计量|度量|考核|考评|评分|打分|评审|审核|数据|来源|提供|填表"
            r"|制表|报送|实施|指标|金额|货币)[^\d:]{0,4}(?:单位|部门|对象)$"
            r"|^(?:社区|村居|学校|科室|站所|窗口|支部|企业|公司|院系)$",
        ),
        ("名次", r"(?:名次|排名|位次)$"),
        ("类别", r"^(?:一级|a级|ⅰ级|i级)(?:指标|项目|内容)$"),
        ("指标", r"^(?:[二三四]级|[b-d]级|[ⅱⅲ]级|i{2,3}级)(?:指标|项目|内容)$"),
        (
            "指标",
            r"^(?:考核|评价|考评|工作|重点|主要|具体|评估|目标|关键|绩效|kpi|年度|业务|共性|个性|测评|核心|检查|加分|扣分|加减分|奖励)*"
            r"(?:指标|项目|内容|事项|要点|要素|观测点|任务名称|项目名称|指标名称|指标内容|任务内容)"
            r"(?:名称)?(?:[及和与](?:要求|内容|目标|标准要求|工作要求|指标|具体要求|分值|权重))?$",
        ),
        ("指标", r"^(?:考核|评价|考评|评分|测评|考查)(?:项|分项|子项|单项|小项|点)$"),
        ("指标", r"^(?:年度|具体)*(?:重点|主要|中心)(?:工作)?(?:任务|工作)$"),
    )
)
_YEAR = re.compile(r"^((?:19|20)\d\d)年?度?")
_YEAR_SAID = re.compile(r"([一二][〇○0零一二三四五六七八九]{3})\s*年|((?:19|20)\d\d)\s*年")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
# Parts of a year, and figures that nobody knows yet: not the whole year's.
_PART = re.compile(
    r"(?:\d{1,2}[-—~至到]\d{1,2}月份?|[一二三四]季度|[上下]半年|(?<!\d)\d{1,2}月份?|预计|预估"
    r"|本月|当月|本季度?|当季)"
)
_LATIN = re.compile(r"(?<=[^\x00-\x7f)])[a-z.&/'\-]{3,}$|^[a-z.&/'\-]{2,}(?=[^\x00-\x7f])")
_CHINESE = re.compile(r"[一-鿿]")
# Headings of groups below which units stand: 各镇完成情况, 各单位.
EACH = re.compile(
    r"^各(?:有关|相关|参评)?(?:镇街?|乡镇?|街道|县区?|市县?|区县?|地区|单位|部门|社区|村居?|学校|科室|公司|企业"
    r"|园区|站所|支部|镇\(街道\)|乡镇\(街道\)|县\(市、?区\))+"
)
_OWNER = re.compile(
    r"^(?:被考核|被评价|被考评|受评|参评|责任|承诺|承办|承担|牵头|实施|填报|申报|自评|报送|上报|填表|测评|受检|被检查)?"
    r"(?:单位|部门|对象|社区|村|村居|学校|镇街|乡镇|街道|企业|公司|医院|支部|党支部|党组织|科室|处室|站所)"
    r"(?:\((?:部门|单位|街道|园区|社区|村)\))?(?:名称|全称)?(?:\((?:盖章|公章|章|签章)\))?$|^(?:村名|校名|园名|院名|行名|乙方|姓名|被考核人|被考评人)$"
)
_TIME = re.compile(r"^(?:本年|本年度|今年|当年|全年|本期)$")
_DIAGONAL = re.compile(r"单位.*(?:指标|项目|内容)|(?:指标|项目|内容).*单位")
_NUMBERING = re.compile(
    r"^(?:[(（]?[一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}[、.]|\d{1,2}[、.．](?!\d)|第[一二三四五六七八九十]+[项、])\s*"
)
_POINTS = re.compile(r"[(（]\s*(\d+(?:\.\d+)?)\s*分\s*[)）]")
# How the names of units end.
_UNIT_ENDS = re.compile(
    r"(?:镇|乡|街道|县|区|市|局|委|办|中心|公司|集团|管委会|委员会|开发区|园区|科|处|室|院|校|所"
    r"|站|村|社区|窗口|部|厅|队|支行|银行|总工会|团委|妇联|法院|检察院|学校|医院|农场|林场|办公室|办事处)$"
)
_BRACKETED = re.compile(r"\(([^()]*)\)$")

TOTAL = re.compile(
    r"^(?:合计|总计|小计|总分|共计|累计|计|平均|全县|全市|全区)$|(?:合计|小计|总计)$"
    r"|^(?:合计|总计|小计)[::(]|^(?:总分|得分合计|全县平均|平均值|最高值|最低值)"
)
SIGNED = re.compile(
    r"^(?:填表人|填报人|制表人|审核人|复核人|负责人|单位负责人|分管领导|主要领导|经办人|联系人"
    r"|联系电话|电话|填表日期|填报日期|填报时间|报送日期|日期|盖章|\(?公章\)?|签字|签名|领导签字"
    r"|\S{1,12}(?:签字|签名|签章|盖章)"
    r"|审核单位|考核单位|考核组|考核人|审核|制表|复核|主管领导|单位盖章|\(盖章\))\s*(?:[::(]|签|$)"
)
NOTED = re.compile(
    r"^(?:注|说明|备注|填表说明|填报说明|填表要求|填报要求|附注|要求)\s*(?:[::\d一(]|$)"
    r"|^(?:\d+[.、]|[(（]\d[)）]).*[。;；]$"
)


@dataclass(frozen=True)
class Words:
    """The words that are known in one run: synonyms, and the names of a scheme.

    `extra` are a user's own synonyms by role, `units` the unit's name by the spelling of
    each of its names, `names` spellings of indicators and inputs.
    """

    extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    year: int = 0

    def is_total(self, text: str) -> bool:
        """Whether a line or column adds others up; a name of the scheme does not (投资合计)."""
        plain = spelling(text)
        return plain not in self.names and bool(TOTAL.search(plain))

    @cached_property
    def _roles(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for table in (self.extra, _FURTHER, FORM_COLUMNS):
            for role, words in table.items():
                for word in words:
                    found.setdefault(spelling(word), role)
        # 单位 is said of who is assessed and of what is measured: its column decides.
        if not any(spelling(w) == "单位" for words in self.extra.values() for w in words):
            found["单位"] = "单位?"
        return found

    def role(self, text: str) -> str | None:
        """The role of a heading, 单位? where only the column's content can tell.

        >>> Words().role("评 分 办 法"), Words().role("2016年实绩"), Words().role("单 位")
        ('评分标准', '填报值', '单位?')
        >>> Words().role("指标值") is None
        True
        """
        if ":" in text.rstrip(":：") or "：" in text.rstrip(":："):
            return None
        whole = spelling(text)
        if not whole:
            return None
        bare = _LATIN.sub("", whole) if _LATIN.search(whole) and _CHINESE.search(whole) else whole
        while bare:
            known = self._roles.get(bare)
            if known is None and bare not in self.names:
                known = self._built(_YEAR.sub("", bare))
            if known:
                return known
            shorter = without_bracket(bare)
            if shorter == bare:
                break
            bare = shorter
        if _DIAGONAL.search(whole) and len(whole) <= 12:
            return "单位?"
        return None

    def _built(self, text: str) -> str | None:
        if text in self._roles:
            return self._roles[text]
        return next((role for role, pattern in _BUILT if pattern.search(text)), None)

    def unit(self, text: str) -> str | None:
        """The unit of the roster that a text names."""
        return self.units.get(spelling(text))

    def is_name(self, text: str) -> bool:
        """Whether a text names an indicator or input of the scheme."""
        spelled = spelling(bare_name(text))
        return spelled in self.names or without_bracket(spelled) in self.names

    def heads(self, text: str) -> bool:
        """Whether a text may be a heading that is known."""
        return self.role(text) is not None or self.unit(text) is not None or is_this_year(text)


def year_of(text: str) -> int:
    """The year that a heading begins with, 0 for none.

    >>> year_of("2016年完成数"), year_of("完成数")
    (2016, 0)
    """
    found = _YEAR.match(spelling(text))
    return int(found[1]) if found else 0


def year_said(text: str) -> int:
    """The year that a title speaks of, 0 for none.

    >>> year_said("二〇二一年度考核表"), year_said("关于2016年的表"), year_said("附件1")
    (2021, 2016, 0)
    """
    found = _YEAR_SAID.search(text)
    if found is None:
        return 0
    year = int((found[1] or found[2]).translate(_DIGITS))
    return year if 1900 <= year < 2100 else 0


def part_of_year(text: str) -> str:
    """What part of a year a heading speaks of, blank for the whole.

    >>> part_of_year("1-11月完成"), part_of_year("全年预计"), part_of_year("1-12月完成数")
    ('1-11月', '预计', '')
    """
    spelled = spelling(text)
    if re.search(r"1[-—~至到]12月", spelled):
        return ""
    found = _PART.search(spelled)
    return found[0] if found else ""


def names_owner(label: str) -> bool:
    """Whether a label says that a unit's name follows: 被考核单位(盖章), 社区名称, 责任单位.

    >>> names_owner("学校:"), names_owner("考核单位"), names_owner("计量单位")
    (True, False, False)
    """
    spelled = _LATIN.sub("", spelling(label))
    return match(spelled, COVER) == "单位" or bool(_OWNER.match(spelled))


def is_this_year(text: str) -> bool:
    """Whether a heading says no more than that its figures are this year's, or a year's."""
    spelled = spelling(text)
    return bool(_TIME.match(spelled)) or bool(_YEAR.fullmatch(spelled))


def bare_name(text: str) -> str:
    """A name without the number before it and the points behind it.

    >>> bare_name("(一)工业投资(10分)"), bare_name("3.利润总额"), bare_name("一、规上产值")
    ('工业投资', '利润总额', '规上产值')
    """
    return _NUMBERING.sub("", _POINTS.sub("", text.strip())).strip()


def points_in(text: str) -> str:
    """The points that a name states in brackets, blank for none.

    >>> points_in("工业投资(10分)"), points_in("工业投资")
    ('10', '')
    """
    found = _POINTS.search(text)
    return found[1] if found else ""


def looks_like_unit(text: str) -> bool:
    """Whether a text ends as the names of units do; a roster is better.

    >>> looks_like_unit("青溪镇"), looks_like_unit("市发改局"), looks_like_unit("利润总额")
    (True, True, False)
    """
    spelled = without_bracket(spelling(text))
    if not 2 <= len(spelled) <= 16 or spelled[0] in "全各本该":
        return False
    return bool(_UNIT_ENDS.search(spelled))


def measure_in(text: str) -> str:
    """The unit of measure in the bracket at a heading's end, blank for none.

    >>> measure_in("总产值(亿元)"), measure_in("增速(%)"), measure_in("工程(一期)")
    ('亿元', '%', '')
    """
    found = _BRACKETED.search(spelling(text))
    inside = found[1].removeprefix("单位:").removeprefix("单位") if found else ""
    return inside if inside and is_measure(inside) else ""


def is_cover_label(text: str) -> bool:
    """Whether a text is a label of a form's cover, such as 填报单位 or 联系电话."""
    label = text.split(":")[0].split("：")[0]
    return match(label, COVER) is not None or names_owner(label)

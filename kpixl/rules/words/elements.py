"""What the patterns of words are made of: numbers, units, verbs, and the row of a word."""

from __future__ import annotations

import re
from dataclasses import dataclass

NUMBER = (
    r"(?:[0-9]+(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
    r"|[一二两三四五六七八九十百]{1,9}+(?![一二两三四五六七八九十百]))"
)

COUNTED = (
    r"(?:个工作日|个月|月次|批次|项每次|件次|户人|家次|处次|宗次|条次|车次|台次|班次|村每次|户每次|处每次|件每次|例每次|家每次|条每次|单位每次|次每处|次每人|项次|例次|案次|户次|场次|人每次|人次|篇次|单位|项目|课时|小节|个|家|条|项|次|件|户|起|例|处|人|名|篇|批|场|所|台|套"
    r"|辆|宗|只|村|天|册|份|种|类|支|座|口|位|张|幅|株|棵|头|笔|层|门|盏|栋|幢|袋|桶|箱|块|根"
    r"|(?:(?<=[0-9每])|(?<=[少缺报办][一二两]))期|(?<=[0-9])(?:把|间|艘|架|匹))"
)

# What is counted by its own name, right before its points: 每校扣2分, 每伙扣3分.  What a step or
# a period says (每低, 每年) is no thing, and 位 may be a place.
THING = (
    r"(?:(?:问题|事项|指标|环节|方面|组织|学校|企业|案件|科室|岗位|班级|小组|支部|路段|部位|网点|乡镇|街道|社区|小区"
    r"|窗口|人员|产品|错误|差错|隐患|部门|站点)"
    r"|(?![增超提升高少低差相落下降减缺多位级档步年月日季周旬期学后退前进比半第新推延逾迟滞拖上欠短漏错未无不有没倍])[\u4e00-\u9fff])"
    r"(?=的?,?(?:倒扣|[得计记加扣减])[0-9一二三四五六七八九十.]+分)"
)

LUMP = (
    r"(?:(?:[千百]?万|亿|[千百])?(?:平方公里|平方米|平米|㎡|立方米|千瓦时|千瓦|度电|吨标准煤|吨标煤|吨|美元|元|亩|公顷|公里|海里|千米|厘米|毫米|[㎝㎜㎞㎏]|米)"
    r"|(?:[千百]?万|亿)(?:人次|人|户|件|株|头|只|羽|册|条|辆|台|套)"
    r"|(?:cm|mm|km|kg)(?![A-Za-z])|‰|千分点|分贝|℃|微克|毫克|公斤|千克|分钟|小时|学时|课时|学分|标箱|倍|亿(?![元美吨亩人户件])|万(?![元美吨亩人户件平立公株头只羽册条辆台套千]))"
)

# 必须达到90%, 应不少于2次: in front of what is required it says nothing new
MUST = (
    r"(?:(?:必须|务必|(?<!必)须|(?<![相反对供响适效感])应(?:当|该)?|(?<![所必急亟])需要?"
    r"|(?<![主重需必只首纪摘提概简纲扼])要)(?:全部|均|都)?)?"
)

GIVING = r"可?(?:得|计|记|占|赋|赋予|给|给予)"

FULL = (
    r"(?:该项|本项|此项)?(?:指标)?"
    r"(?:满分|满基本分|基本分值|基本分|基础分值|基础分|标准分|基数分|全分|总分值|全部分值|分值)"
)

# What is given beyond the points of the item
BONUS = r"(?:(?:奖励|附加)?加分值?|奖励分值?|奖分|附加分值?)"

# What takes points away
DOCKS = r"(?:扣除|扣减|减去|扣|减)"  # before a number 扣除 is spelled 扣

TAKES = rf"(?:倒扣|{DOCKS})"

NOT_A_WORD = r"(?![值数之制])"

# What comes of it: 得5分, 扣1分, 不得分
RESULT = (
    r"(?:(?:得|计|记|加|扣|减)(?:[0-9一二两三四五六七八九十]|满分|基本分)|不得分|不计分|[0-9.]+分)"
)

# a list of points: 扣3、2、1分
RESULT_LIST = r"(?:赋予?|[得计记加奖扣减])[0-9]+(?:\.[0-9]+)?分?、"

# 平均 alone only where it can't be the beginning of another word (平均分, 平均每人)

MEANS = (
    r"(?:全省|全市|全县|全区|全镇|本类|本组|同类|各县|各单位)?"
    rf"平均(?:值|数|水平|(?=的?,?{RESULT})|(?=的,)|(?=的?,?每(?:高|低|超|少|降|增))|(?=持平)"
    r"|(?=[0-9]+(?:\.[0-9]+)?(?:个百分点|%)))"
)

NOT_A_SHARE = r"(?!的[0-9])"

AIM = (
    r"(?:年度|全年|年初|上级|市|县|区|省|进度|序时|时序)?(?:下达|分配|规定|考核)?的?"
    r"(?:目标任务数|目标任务|任务数|目标值|目标数|考核指标|责任指标|指标任务|任务指标|指标数(?!据)|规定要求|考核要求|达标线|任务|目标|指标|要求)"
)

SIZE = rf"(?:%|个百分点|{COUNTED}|{LUMP})"

# 下降1个百分点扣1分, behind the points: each of them, though 每 is left out
ONE_POINT = r"(?:1|一|0\.[0-9]+)(?:个百分点|%)的?,?"

BARE_UP = rf"(?<=[,;。)分])(?=(?:超过|超出|高于|上升|提高|增长|增加|高){ONE_POINT}[扣减加奖])"

BARE_DOWN = rf"(?<=[,;。)分])(?=(?:下降|降低|减少|低于|低){ONE_POINT}[扣减加奖])"

# how far a grade falls or rises: 每降一级
RUNG = r"(?:等级|档次|等次|星级|级别|档|级)"

RUNGS = frozenset(re.findall(r"[^|(?:)]+", RUNG))

SAID = rf"(?:\(不含(?:{NUMBER}{SIZE}?)?\)|\(含{NUMBER}{SIZE}?\))"

OUT = rf"\(不含(?:{NUMBER}{SIZE}?)?\)"

END = rf"\((?:不含|含)(?:{NUMBER}{SIZE}?)?\)"

WHO = (
    r"(?:(?:乡镇|镇乡|乡|镇|街道|县|市|区|单位|部门|企业|园区|地区|村|社区)"
    r"(?:乡镇|镇乡|乡|镇|街道|县|市|区|单位|部门|企业|园区|地区|村|社区|[、/])*)"
)

# Whose place it is, and how several are named at once: 前三名的单位各
ONE = r"(?:乡镇|镇乡|乡|镇|街道|县|市|区|单位|部门|企业|园区|地区|村|社区)"

WHOSE = rf"(?:的?{ONE}(?:[、/]{ONE})*(?:\\({ONE}(?:[、/]{ONE})*\\))?)?(?:的)?(?:各|均|都)?"

AT = r"(?:排名|排位|位次|名次|位列|位居|名列|列|居|进入|处于|取)?在?"

AFTER = r"(?:后续|以后|其后|之后|其余|其他|其它|往后|此后|以下)各?(?:位次|名次|位|名|单位)?(?:按(?:名次|位次|排名))?,?"

ORDERLY = (
    r"(?:(?:按照?(?:名次|位次|排名)(?:顺序|先后)?,?)?"
    r"(?:(?:每名|每位|每个?名次|每个?位次)(?:依次)?|依次|逐名|逐位))"
)

LINEAR = r"(?:(?:线性)?(?:插值法?|内插法?)|直线内插法?)"

BETTER = r"(?:高到低|大到小|多到少|快到慢|好到差|优到劣)"

WORSE = r"(?:低到高|小到大|少到多)"

# What may stand before 减半扣分 and 不扣分, what it does, and what ends it
MAY = r"(?:可以|可|应当?|则|均|也|都|一律|相应|予以|给予|进行|实行){0,2}"

DOES = r"扣分|扣减|扣除|扣罚|扣|减分|计算得分|计算|计分|记分|计|记|得分|给分|加分|奖励"

ENDS = r"(?=[,;。)\n]|$)"

# How the points of an item are rounded: 按四舍五入法, 保留到
HALF_UP = r"(?:(?:按照?|采用|采取|实行|进行)?四舍五入(?:法|的?(?:原则|方法|方式)(?:计算)?)?(?:后)?)"

HALF_UP_TOO = rf"(?:,?{HALF_UP}|\({HALF_UP}\))?"

KEPTAS = r"(?:(?:计算|精确|保留|取)[到至]?)"

KEPT = rf"(?:{KEPTAS}|[到至])"

# On what a judgement rests
VIEW = (
    r"(?:视|根据)[\u4e00-\u9fff]{0,8}?(?:情况|情节|程度|大小|性质|轻重|质量|效果|面积|影响)"
    r"(?:轻重|大小|程度|好坏|不同)?(?:的)?"
)

# Who judges, and what stands before 酌情: 可酌情, 由考核组视情况
BY_WHOM = (
    r"(?:(?:可以?|将|应|则)?(?:由(?:县|市|区|镇|乡)?(?:领导小组|(?:考核|考评|评审|检查|验收|督查)(?:工作)?(?:领导)?(?:小组|组|办公室|办|部门|单位|委员会)))?"
    r"(?:可以?|将)?)"
)

# What is looked at, what is done then, and what ends it: 根据完成质量打分
SEEN = r"(?:情况|效果|质量|实绩|成效|程度|表现|水平|状况|记录|结果)“?"

MARKED = r"[,;:。)\]\n]|$"

MARKING = rf"(?:评分|打分|计分|记分|给分|赋分|得分|评定(?:得分|分数|分值))(?={MARKED})"

# A formula ends at a comma that does not stand between thousands.
# A bracket that says what its letters stand for is none of it: 得分=A÷B×10(A为完成数,B为目标数).
LETTER = r"[A-Za-z]{1,4}"

STANDS = r"(?:分别)?(?:为|是|表示|代表|指的是|指)"

TOLD = rf"(?:(?:其中|式中|注)[:,]?)?{LETTER}(?:、{LETTER})*(?:{STANDS}|=)"

# A cap in brackets is none of it either: 完成率×10(最高不超过10分).
CAPPED = (
    r"(?:(?:最高|最多|上限|不)(?:得?分?)(?:为|是|不|得|超|按|[0-9])"
    r"|(?:完成率|比例|比值)?(?:超过|大于|高于|超)(?:100%|1)(?:以上)?的?,?(?:均|都|一律|只)?(?:按|以)"
    r"|(?:得分|计分|分数|结果)*(?:按照?|采用)?(?:四舍五入|保留|精确[到至]|小数点))"
)

ARITHMETIC = rf"(?:[^;。\n,±(]|\((?!{TOLD}|{CAPPED})|(?<=[0-9]),(?=[0-9]{{3}}(?![0-9])))+"

FORM_HEAD = (
    r"(?:(?:计分|得分|计算)(?:公式|方法)(?:为|如下)?[:为])?"
    r"(?:(?:其余|其他|各)?(?:参评|被考核)(?:单位|企业|乡镇|街道|部门)(?=得分))?"
    r"(?:(?:考核|综合|最终)*(?:得分|总分|分值|分数|计分公式|得分公式|计算公式)(?:为|:)?="
    r"|(?:考核|综合|最终)*(?:得分|分值|分数|计分公式|得分公式|计算公式)(?:为|:)(?=[^,;。\n=]*[×÷*][^,;。\n=]*(?:[,;。\n]|$)))"
)

# whose points a bound is about: 该小项, 本指标; and what they are called
THIS = r"(?:(?:本|该|此)(?:小|单|考核|评分)?(?:项(?:目|指标)?|条(?:款)?|款|指标|栏))"

ITS = rf"(?:每一项|各项|{THIS})"

POINTS = r"(?:所有|全部)?(?:标准分值?|基础分值?|基本分值?|考核分值?|分数|分值|得分|总分|满分|分)?"

# 该项分值为3分, where no condition stands in front: 未完成的,该项分值为3分
_OF_ITEM = r"(?<!的)(?<!的,)(?<!时)(?<!时,)(?<!则)(?:本项|该项|此项)(?:工作|指标)?的?"
WORTH = rf"{_OF_ITEM}(?:标准分值|考核分值|分值|标准分)(?:为|是|共)?(?!0+(?:\.0+)?分)"
# what additions start from, and what the item is worth where there are none
START = rf"(?:(?:(?<=[,;。\n:])|^)|{_OF_ITEM})(?:基础分值?|基本分值?|基数分)(?:为|是|计|共|:)?"

IN_PROPORTION = (
    r"(?:相应)?按照?(?:超额|超出|相应|同等|完成|实际完成"
    r"|(?:分值|得分)与(?:[\u4e00-\u9fff]{0,6})?(?:目标|任务)(?:之间)?)?(?:部分)?的?比例"
)

BOTH_WAYS = (
    r"(?:扣分或加分|加分或[扣减]分|加\([减扣]\)分|扣\(加\)分|加减分|增减分|加扣分|加分?、[减扣]分)"
)

PERCENT = ("%", "个百分点")

COUNTS = frozenset(re.findall(r"[^|(?:)]+", re.sub(r"\(\?<=.*?\)", "", COUNTED)))

# Whom points are taken from: 责任科室, 分管领导
PARTY = (
    r"(?:(?:直接|主要|相关|有关|当事|责任|牵头|协办|配合|主办|承办|所在|分管|具体|跟班|值班|带班)(?:责任)?"
    r"(?:责任人|负责人|单位|部门|科室|处室|股室|班组|人员|人|领导|干部)|责任人|负责人|当事人|经办人|主要领导|班子成员"
    r"|(?:部门|单位|科室|班组)(?:主要)?(?:负责人|领导)|首席代表|个人|本人|部门|单位|科室|处室|股室|班组|班组长|主办人|协办人)"
)

# What may stand before 两次扣3分, and how often it is: twice or more
LEADING = r"(?:(?![每少缺多低高超后前第过于])[\u4e00-\u9fff])"

TWICE_UP = (
    r"(?P<n>(?:[2-9]|[1-9][0-9])(?![0-9.])|[二两三四五六七八九十](?![一二三四五六七八九十百]))"
)

# A number without %, behind the name of a rate and the words that set its mark
RATE_NAMES = ("率", "感", "意度", "晓度")

REACHES = (
    "", "在", "为", "达", "到", "达到", "达到了", "应达", "应达到", "要达到", "低于", "高于", "不低于", "不高于",
    "不少于", "少于", "超过", "不足", "不到", "未达", "未达到", "达不到", "控制在",
)  # fmt: skip

AGAIN = ("低于", "高于", "超过", "不足", "未达到", "达到", "达")

UP_OR_DOWN = r"(?:及|\(含\))?以[上下内]"

BARE = r"[0-9]+(?:\.[0-9]+)?"

BARE_RATE = (
    f"(?:{'|'.join(f'(?<={name}{word})' for name in RATE_NAMES for word in REACHES)}){BARE}"
    rf"(?={UP_OR_DOWN}|(?:的|时)?,?{RESULT}|的?,每[低高少降超差])"
    # 满意率达95以上得3分,90以上得2分,低于80不得分: only behind one that has the name
    rf"|(?:{'|'.join(f'(?<=[分,;]{word})' for word in AGAIN)}){BARE}(?=(?:的|时)?,?{RESULT})"
    rf"|(?<=分[,;]){BARE}(?={UP_OR_DOWN})"
)

# 完成一半得5分: 50% of it
HALF = (
    r"(?:(?<=完成)|(?<=达到)|(?<=不足)|(?<=不到)|(?<=[任标]务)|(?<=任务的)|(?<=目标的)|(?<=分[,;]))"
    rf"(?:一半|半数)(?={UP_OR_DOWN}|的?,?{RESULT})"
)


@dataclass(frozen=True, slots=True)
class Word:
    """A token class: its name, its pattern, and a sample for “expected here”."""

    name: str
    pattern: str
    sample: str


def figure(name: str = "n") -> str:
    """A number that a builder must read, by the name of its group."""
    return f"(?P<{name}>{NUMBER})"

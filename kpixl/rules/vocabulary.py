"""The words of scoring clauses, as data: one row a token class.

A consequence (得10分, 扣3分, 最多加6分) is one token with its number inside.  得,
计, 加, 占, 减 stand in ordinary words everywhere (计划, 取得, 增加值, 占地); with the
number inside they are unmistakable, and they are what cuts a clause into segments.

Groups named n, n2 … in a pattern hold numbers; every such number must be used by
the rule that is read, or the clause is refused.  `STOP` words contain vocabulary
but are names; `EFFECT` words can change a score and may stand in no subject.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import resources

NUMBER = r"(?:[0-9]+(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|[一二两三四五六七八九十百]+)"
COUNTED = (
    r"(?:批次|人次|篇次|单位|项目|个|家|条|项|次|件|户|起|例|处|人|名|篇|批|场|所|台|套"
    r"|辆|宗|只|村|天|份|种|类|支|座|口|位)"
)
LUMP = (
    r"(?:万平方米|平方米|万平方公里|平方公里|亿千瓦时|万千瓦时|千瓦时|吨标准煤|吨标煤|万吨|千吨|吨"
    r"|亿美元|万美元|美元|亿元|千万元|百万元|万元|千元|元|亿|万|亩|公顷|公里|千米|米|万人|万户|万件|分钟|小时|倍)"
)

_GIVING = r"可?(?:得|计|记|占|赋|赋予|给|给予)"
_FULL = r"(?:该项|本项)?(?:指标)?(?:满分|基本分值|基本分|基础分|标准分|基数分|全分)"
_NOT_A_WORD = r"(?![值数之制])"
_NOT_A_SHARE = r"(?!的[0-9])"
_AIM = (
    r"(?:年度|全年|年初|上级|市|县|区|省)?(?:下达|分配|规定|考核)?的?"
    r"(?:目标任务数|目标任务|任务数|目标值|目标数|考核指标|责任指标|指标任务|任务指标|规定要求|考核要求|任务|目标|指标|要求)"
)
_SIZE = rf"(?:%|个百分点|{COUNTED}|{LUMP})"
_OUT = rf"\(不含(?:{NUMBER}{_SIZE}?)?\)"
_END = rf"\((?:不含|含)(?:{NUMBER}{_SIZE}?)?\)"
_WHO = r"(?:(?:乡镇|镇乡|乡|镇|街道|县|市|区|单位|部门|企业|园区|地区|村|社区|[、/])+)"

# Whose place it is, and how several are named at once: 前三名的单位各
_ONE = r"(?:乡镇|镇乡|乡|镇|街道|县|市|区|单位|部门|企业|园区|地区|村|社区)"
_WHOSE = rf"(?:的?{_ONE}(?:[、/]{_ONE})*(?:\\({_ONE}(?:[、/]{_ONE})*\\))?)?(?:的)?(?:各|均|都)?"
_AT = r"(?:排名|排位|位次|名次|位列|位居|名列|列|居|进入|处于)?在?"
_AFTER = r"(?:后续|以后|其后|之后|其余|其他|其它|往后|此后|以下)各?(?:位次|名次|位|名|单位)?(?:按(?:名次|位次|排名))?,?"
_ORDERLY = r"(?:依次|逐名|逐位|每名|每位|每个?名次|每个?位次)"
_BETTER = r"(?:高到低|大到小|多到少|快到慢|好到差|优到劣)"
_WORSE = r"(?:低到高|小到大|少到多)"

COUNTS = frozenset(re.findall(r"[^|(?:)]+", COUNTED))
# How the name of a figure ends that is itself a percentage.
_PERCENT_NAME = re.compile(r"(?:率|增幅|增速|降幅|幅度|比重|占比|比例|速度|增长|比率)$")


def is_percent(label: str) -> bool:
    """Whether the name of a figure says that it is a percentage.

    >>> is_percent("固定资产投资增幅"), is_percent("财政收入")
    (True, False)
    """
    return _PERCENT_NAME.search(label) is not None


@dataclass(frozen=True, slots=True)
class Word:
    """A token class: its name, its pattern, and a sample for “expected here”."""

    name: str
    pattern: str
    sample: str


def _n(name: str = "n") -> str:
    return f"(?P<{name}>{NUMBER})"


WORDS: tuple[Word, ...] = (
    # -- consequences --------------------------------------------------------------
    Word("GIVE", rf"{_GIVING}{_n()}分{_NOT_A_WORD}", "得N分"),
    Word(
        "FULL",
        rf"(?:得|计|记|为){_FULL}(?:\(?{_n()}分\)?)?{_NOT_A_SHARE}|得分(?=,每(?:少|低|差))",
        "得满分",
    ),
    # 分别加4、3、2分: one number for each of the things named before
    Word(
        "LEVELS",
        rf"(?P<verb>得|计|记|加|奖励|扣|减){NUMBER}分?(?:[、,](?P=verb)?{NUMBER}分?){{0,10}}"
        rf"[、,和](?P=verb)?{NUMBER}分(?![值数之制])",
        "加N、N分",
    ),
    Word("FULLPCT", rf"(?:得|计|记){_FULL}(?:\({_n('n2')}分\))?的{_n()}%", "得基本分的N%"),
    Word("ADD", rf"(?:可|另)?(?:加计|加记|加|奖励|增加){_n()}分{_NOT_A_WORD}", "加N分"),
    Word("SUB", rf"(?:倒扣|扣减|扣除|扣|递减|减|少得){_n()}分{_NOT_A_WORD}", "减N分"),
    Word("ADDPCT", rf"加{_FULL}的{_n()}%", "加基本分的N%"),
    Word("SUBPCT", rf"(?:扣|减){_FULL}的{_n()}%", "减基本分的N%"),
    Word("SYM", rf"(?:相应)?(?:加\(减\)|加减|增减|增\(减\)){_n()}分{_NOT_A_WORD}", "加减N分"),
    Word("SYMPCT", rf"(?:相应)?(?:加\(减\)|加减){_FULL}的{_n()}%", "加(减)基本分的N%"),
    Word(
        "ZERO",
        r"(?:本项|该项)?(?:不得分|不计分|不记分|得零分|计零分|为零分|得0分|计0分|记0分)",
        "不得分",
    ),
    Word(
        "PROP",
        r"(?:视完成情况|视情况)?按(?:照)?(?:实际)?(?:完成|相应|同等|同)?(?:情况|任务|目标)?"
        r"(?:比例|百分比)(?:相应)?(?:扣分|减分|计分|得分|记分|扣减|计算得分)"
        r"|按(?:实际)?完成值占目标值的(?:比重|比例)计算?得分|按(?:实际)?完成率计分",
        "按比例扣分",
    ),
    Word("BPTS", rf"{_n()}分(?![值数之制钟比])", "N分"),
    # what an item is worth, said again inside its clause
    Word(
        "STATED",
        rf"\((?:共|计|满分|基本分|基础分)?为?{_n()}分\)|(?:(?:基础分|基本分|满分)为|总分为?){_n('n2')}分|共{_n('n3')}分"
        rf"|\[分值{_n('n4')}分\]",
        "(N分)",
    ),
    # 未完成其中一项扣2分, the loss of each part said once for all
    Word(
        "ANYMISS",
        rf"(?:未完成|完不成|缺少|每少)(?:其中)?(?:的)?(?:任何|每)?(?:一|1)项的?,?(?:扣|减){_n()}分",
        "未完成其中一项扣N分",
    ),
    Word(
        "FORMP",
        r"(?:其余|其他|其它)?(?:的)?按照?(?=[(\[])[^,;。\n]+?(?:计算得分|计算|计分|得分)",
        "按(…)×N计算得分",
    ),
    # -- bounds --------------------------------------------------------------------
    Word(
        "CAPADD",
        rf"(?:(?:以上)?(?:各项)?(?:加分)?(?:本项|该项)?(?:合计|累计|总计)?(?:最多|最高|至多)可?加(?:到)?|加分(?:最多|最高)?不超过|限加){_n()}分",
        "最多加N分",
    ),
    Word("CAPADDPCT", rf"(?:最多|最高)加{_FULL}的{_n()}%", "最多加基本分的N%"),
    Word("CAPSUB", rf"(?:(?:最多|最高)(?:扣|减)|扣分(?:最多)?不超过|限扣){_n()}分", "最多扣N分"),
    Word("CAPSUBPCT", rf"(?:最多|最高)(?:扣|减){_FULL}的{_n()}%", "最多减基本分的N%"),
    Word("CAPBOTH", rf"(?:加减分|加分或扣分|加分或减分)(?:最多)?不超过{_n()}分", "加减分不超过N分"),
    Word(
        "CAPITEM",
        rf"(?:本项|该项)?(?:(?:合计|累计)?(?:最多|最高|至多)可?(?:得|计|记)(?:分)?"
        rf"|总分不超过|得分不超过|直至满分){_n()}分",
        "最高得N分",
    ),
    Word(
        "FLOOR",
        r"(?:每一项)?(?:扣完|减完|扣完分数)(?:为止|即止)|不计负分|最低(?:为|得)?(?:零|0)分",
        "扣完为止",
    ),
    # 没有完成的扣分,每低于…: the deduction is announced, its size follows
    Word("TOTAKE", r"(?:进行)?(?:相应)?(?:扣分|减分)(?=,每)", "扣分"),
    Word("NOFLOOR", r"扣分不封顶", "扣分不封顶"),
    # -- heads of steps ------------------------------------------------------------
    Word(
        "EVSYM",
        rf"每(?:增减|多\(少\)|超\(降\)|增\(减\)|高\(低\)|上升\(下降\)|提高\(降低\)|增加\(减少\))(?:{_AIM})?",
        "每增减",
    ),
    Word(
        "EVUP",
        rf"(?:比目标值?|比任务数?|比计划数?)每(?:增加|增长|增|提高|高|超)|(?:每|(?=超额完成[0-9一二两三四五六七八九十]))(?:超额完成|超过|超出|超额|超|增加|增长|增|提高|高于|高出|高|上升|多完成|多)(?:{_AIM})?",
        "每超过",
    ),
    Word(
        "EVDOWN",
        rf"(?:每|(?=少[0-9一]))(?:少完成|少于|少|低于|低|差|下降|降低|减少|减|降|缺少|缺)(?:{_AIM})?",
        "每少",
    ),
    Word(
        "RANKDOWN",
        rf"(?:其余)?(?:按[^0-9,;。]{{0,6}})?(?:排名|名次|位次|排位)?,?每(?:(?:下降|降低|降|后移|退后|后退|靠后|落后|低|退){_n()}?(?:个)?(?:位次|名次|位|名)|(?:减|减少|差|递减){_n('n2')}?个?(?:位次|名次|位))",
        "排名每下降1位",
    ),
    Word(
        "EVCNT",
        rf"每(?P<verb>新增|(?:(?![超增提高升少低差降减缺多位名年月季])[\u4e00-\u9fff]){{0,6}}?){_n()}?(?P<unit>{COUNTED}|{LUMP})",
        "每采用1条",
    ),
    Word("EVERY", r"(?:以上)?(?:每一?项|各项?)(?:考核)?(?:内容|指标|项目|任务)", "每项考核内容"),
    Word("PERIOD", r"每(?:半年|季度|年度|年|季|个?月|周)", "每年"),
    # -- ranks ---------------------------------------------------------------------
    Word(
        "BEST",
        r"(?:最多|最高|最大)(?:的|(?![得加扣计记可限不为分0-9一二三四五六七八九十]))"
        r"|(?:排名)?第(?:一|1)(?:名|位)(?:的)?|排名第(?:一|1)(?:的)?",
        "最多的",
    ),
    Word("RANKN", rf"{_AT}第{_n()}(?:(?:名|位){_WHOSE}|的?(?=[得加扣减计记奖]))", "第N名"),
    # least is best: 能耗最低的得10分
    Word("BESTLOW", r"(?:最低|最少|最小)(?:的|(?=得满分|得[0-9]))", "最低的"),
    Word("PLACER", rf"(?:{_AT}第|(?:排名|排位|位次|名次|位列|名列|列)在?){_n()}(?:名|位)?(?:-|—|~|至|到)+第?{_n('n2')}(?:名|位){_WHOSE}", "第N—M名"),
    Word("TOPN", rf"{_AT}前{_n()}(?:名|位){_WHOSE}", "前N名"),
    Word(
        "PLACES",
        rf"{_AT}第{NUMBER}(?:名|位)?(?:[、,]第?{NUMBER}(?:名|位)?){{0,20}}[、,和]第?{NUMBER}(?:名|位){_WHOSE}",
        "第一、第二、第三名",
    ),
    Word("LASTN", rf"{_AT}(?:(?:最后|末|后){_n()}(?:名|位)|末[名位])(?![0-9]){_WHOSE}", "后N名"),
    Word("LASTAT", rf"{_AT}倒数第{_n()}(?:(?:名|位)?(?:-|—|~|至|到)+第?{_n('n2')})?(?:名|位)?{_WHOSE}", "倒数第N名"),
    Word("PLACEFROM", rf"{_AT}第{_n()}(?:名|位)(?P<and>及其?|和)?(?:以后|以下|之后){_WHOSE}", "第N名以后"),
    Word("RESTW", rf"(?:其余|其他|其它)(?:名次|位次)?{_WHOSE}(?=得|计|记|加|不|扣|减)", "其余"),
    Word("NOADD", r"不(?:予)?加分|不计加分|不奖励", "不加分"),
    Word("BYPLACE", r"(?:依|按)照?(?:名次|位次|排名)(?:顺序|先后)?,?|依次(?=分别|得|计|记|加|奖|扣|减)", "按名次"),
    Word("LEAST", rf"最低(?:得|计|记|不低于|不少于)?{_n()}分{_NOT_A_WORD}", "最低得N分"),
    Word("RANKW", r"(?:按照?|进行)?(?:分类)?排名(?:得分|计分|赋分|记分)", "按照排名得分"),
    Word("WHO", rf"{_WHO}(?:\({_WHO}\))?(?=得|计|记|加|扣|减|该项得|该项指标得)", "单位"),
    Word(
        "ORDER",
        rf"(?:按照?|由|从)*(?:{_BETTER}|(?P<low>{_WORSE}))(?:的)?(?:顺序|次序)?(?:依次|进行)?"
        rf"(?:排名|排序|排队|排列|排位)?",
        "从高到低排名",
    ),
    Word(
        "DECR",
        rf"(?:{_AFTER})?{_ORDERLY}?按照?{_n()}分的?(?:幅度|标准)?(?:依次)?递减(?:排队)?"
        rf"|(?:{_AFTER}{_ORDERLY}?|{_ORDERLY})(?:递减|减少|减|少得|少){_n('n2')}分{_NOT_A_WORD}",
        "后续位次按N分递减",
    ),
    Word(
        "DECRPCT",
        rf"(?:{_AFTER})?{_ORDERLY}?按照?(?:{_FULL}的)?{_n()}%的?(?:幅度|比例)?(?:依次)?递减"
        rf"|(?:{_AFTER}{_ORDERLY}?|{_ORDERLY})(?:递减|减少|减|少得|少){_FULL}的{_n('n2')}%",
        "以后按N%依次递减",
    ),
    Word("ETC", r"以此类推|依此类推|依次类推|以下类推|依次递减", "以此类推"),
    Word(
        "MEAN",
        r"(?:全省|全市|全县|全区|全镇|本类|本组|同类|各县|各单位)?平均(?:值|数|水平)",
        "平均值",
    ),
    # -- blends --------------------------------------------------------------------
    Word("OFWH", r"其中", "其中"),
    Word("NITEMS", rf"{_n()}项(?=得分|指标|分别|各)", "三项"),
    Word("SCOREW", r"(?:指标)?得分(?!=)", "得分"),
    Word("EACHW", r"分别|各自", "分别"),
    Word("WITHW", r"(?:以|按照|按)(?=[0-9])", "以"),
    Word(
        "WEIGHTW",
        r"(?:的)?(?:权重|比重|比例)*(?:加权)?(?:计入|合计|计算|汇总)(?:最终|总|综合|本项)?(?:得分|分)?|的?加权平均",
        "的权重计入得分",
    ),
    # -- conditions ----------------------------------------------------------------
    Word("ELSE", r"否则", "否则"),
    Word("OVERC", r"超额完成|超额部分|超过部分|超出部分", "超额完成"),
    Word(
        "UNMET",
        r"(?:没有|未能|未|完不成|不能)(?:按期|按时|足额|全面)?(?:完成|达到|达|实现)?|达不到|不达",
        "未完成",
    ),
    Word("DO", r"(?:按期|按时|足额|全面)?(?:完成|达到|达|实现)(?:或超额完成)?", "完成"),
    Word("TASK", rf"{_AIM}", "目标任务"),
    Word("GEQ", r"(?:最低|至少)?(?:不少于|不低于|不小于)|至少|≥|>=", "不少于"),
    Word("LEQ", r"不超过|不高于|不大于|(?:严格)?控制在|≤|<=", "不超过"),
    # last year's figure as a mark; elsewhere 上年 is part of a name (上年度工作总结)
    Word(
        "PRIORW",
        r"(?:上年度?|去年|上一年度?)(?:同期|同口径)?(?:实绩|实际|完成)?(?:基数|水平|数|值|量)?"
        r"(?:的)?(?=$|[,;。]|[得计记加扣减](?:[0-9一二三四五六七八九十两满]|分)|不得分|不计分|不记分|按)",
        "上年",
    ),
    Word(
        "SAMEP",
        r"(?:与|和)?(?:上年度?|去年|上一年度?)(?:同期)?(?:水平)?(?:持平|相同)(?:(?:或|及)(?:有所)?(?:增长|提高|上升)|及?以上)?",
        "与上年持平",
    ),
    # both ends of a step of a ladder of figures; (不含) says to which step an end belongs
    Word(
        "RANGE",
        rf"{_n()}(?P<unit>{_SIZE})?(?P<low>{_END})?(?:-|—|~|至|到)+{_n('n2')}(?P<unit2>{_SIZE})"
        rf"(?P<high>{_END})?(?:之间|以内|区间)?",
        "N%—N%",
    ),
    # 90%(不含90%)以上 leaves out its own number, which plain 以上 and 以下 hold
    Word("GESX", rf"(?P<end>{_OUT})以上|以上(?P<end2>{_OUT})", "(不含)以上"),
    Word("LESX", rf"(?P<end>{_OUT})以下|以下(?P<end2>{_OUT})", "(不含)以下"),
    Word("LES", r"(?:及|\(含\))?以[下内](?!达)(?:\(含\))?", "以内"),
    Word("GT", r"超过|高于|大于|>", "超过"),
    Word("LT", r"低于|少于|小于|不足|不到|<", "低于"),
    Word("GES", r"(?:及|\(含\))?以上(?:\(含\))?", "以上"),
    # -- amounts -------------------------------------------------------------------
    Word("PPT", rf"{_n()}个百分点", "N个百分点"),
    Word("PCT", rf"{_n()}%", "N%"),
    Word("QTY", rf"{_n()}个?{LUMP}(?:/(?:亩|人|吨|户|平方公里|平方米|立方米|公顷))?", "N亿元"),
    Word("CNT", rf"{_n()}{COUNTED}", "N个"),
    # a bare Chinese numeral is a word (一网通办, 三级); it counts only with its unit
    Word("NUM", r"(?P<n>[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?)", "数字"),
    Word("YEAR", r"(?:19|20)[0-9]{2}年(?:度|底|末)?", "年份"),
    # -- judgement -----------------------------------------------------------------
    Word(
        "QUALITY",
        r"(?:成效|成绩|效果|贡献|表现|业绩|工作)(?:特别|较为|比较)?(?:显著|突出|明显|优异|良好|特殊)(?:的)?",
        "成效显著的",
    ),
    # -- joints --------------------------------------------------------------------
    Word("FORM", r"(?:得分|分值|分数|计分公式|得分公式)(?:为|:)?=[^;。\n]+", "得分=…"),
    Word("AND", r"[和与及](?=[0-9])", "和"),
    Word("THAT", r"即(?=[排第得计记])", "即"),
    Word(
        "ITEMNO", r"(?:\(?[0-9]{1,2}[).、]|\([一二三四五六七八九十]{1,2}\)|[①-⑳])(?![0-9])", "序号"
    ),
    Word("ASIDE", r"\[说明:", "[说明:"),
    Word("ASIDEEND", r"\]", "]"),
    Word("DE", r"的(?=[,;:。\n)]|$)", "的"),
    Word("COMMA", r",", ","),
    Word("DUN", r"、", "、"),
    Word("COLON", r":", ":"),
    Word("SEMI", r"[;\n]+", ";"),
    Word("DOT", r"。|…+", "。"),
)


def _lines(name: str) -> tuple[str, ...]:
    text = resources.files("kpixl.rules").joinpath(f"data/{name}.txt").read_text("utf-8")
    return tuple(
        word for line in text.splitlines() if not line.startswith("#") for word in line.split()
    )


def stop_words() -> tuple[str, ...]:
    """Names that contain vocabulary and are subjects all the same."""
    return _lines("stop")


def effect_words() -> tuple[str, ...]:
    """Words that can change a score; outside a phrase that uses them they refuse."""
    return _lines("effect")

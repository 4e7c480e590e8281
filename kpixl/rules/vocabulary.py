"""The words of scoring clauses, as data: one row a token class.

A consequence (得10分, 扣3分, 最多加6分) is one token with its number inside.  得,
计, 加, 占, 减 stand in ordinary words everywhere (计划, 取得, 增加值, 占地); with the
number inside they are unmistakable, and they are what cuts a clause into segments.

Groups named n, n2 … in a pattern hold numbers; every such number must be used by
the rule that is read, or the clause is refused.  `STOP` words contain vocabulary
but are names; `EFFECT` words can change a score and may stand in no subject.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

NUMBER = r"(?:[0-9]+(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|[一二两三四五六七八九十百]+)"
COUNTED = (
    r"(?:个百分点以外|批次|人次|篇次|单位|项目|个|家|条|项|次|件|户|起|例|处|人|名|篇|批|场|所|台|套"
    r"|辆|宗|只|村|天|份|期|种|类|支|座|口|位)"
).replace("个百分点以外|", "")
LUMP = (
    r"(?:万平方米|平方米|万平方公里|平方公里|亿千瓦时|万千瓦时|千瓦时|吨标准煤|吨标煤|万吨|千吨|吨"
    r"|亿美元|万美元|美元|亿元|千万元|百万元|万元|千元|元|亿|万|亩|公顷|公里|千米|米|万人|万户|万件|分钟|小时|倍)"
)

_WHO = r"(?:(?:乡镇|镇乡|乡|镇|街道|县|市|区|单位|部门|企业|园区|地区|村|社区|[、/])+)"


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
    Word("GIVE", rf"可?(?:得|计|记|占|赋|赋予|给|给予){_n()}分(?![值数之制])", "得N分"),
    Word("FULL", rf"(?:得|计|记|为)(?:满分|标准分|全分)(?:\(?{_n()}分\)?)?", "得满分"),
    Word("ADD", rf"可?(?:加计|加记|加|奖励){_n()}分(?![值数之])", "加N分"),
    Word("SUB", rf"(?:倒扣|扣减|扣除|扣|减){_n()}分(?![值数之])", "减N分"),
    Word("ZERO", r"(?:不得分|不计分|不记分|得零分|计零分|为零分|得0分|计0分|记0分)", "不得分"),
    Word("BPTS", rf"{_n()}分(?![值数之制钟比])", "N分"),
    # -- bounds --------------------------------------------------------------------
    Word(
        "CAPADD",
        rf"(?:(?:合计|累计|总计)?(?:最多|最高|至多)(?:可)?加(?:到)?|加分(?:最多|最高)?不超过|限加){_n()}分",
        "最多加N分",
    ),
    Word(
        "CAPITEM",
        rf"(?:本项|该项)?(?:(?:合计|累计)?(?:最多|最高|至多)(?:可)?(?:得|计|记)(?:分)?|总分不超过|得分不超过){_n()}分",
        "最高得N分",
    ),
    Word("FLOOR", r"(?:扣完|减完|扣完分数)(?:为止|即止)|不计负分|最低(?:为|得)?零分", "扣完为止"),
    # -- heads of steps ------------------------------------------------------------
    Word(
        "RANKDOWN",
        rf"(?:排名|名次|位次|排位|按增幅排名|按排名)?,?每(?:下降|降低|降|后移|退后|后退|靠后|低){_n()}?(?:个)?(?:位次|名次|位|名)",
        "排名每下降1位",
    ),
    Word(
        "EVCNT",
        rf"每(?P<verb>新增|(?:(?![超增提高升少低差降减缺多位名年月季])[\u4e00-\u9fff]){{0,6}}?){_n()}?(?P<unit>{COUNTED})",
        "每采用1条",
    ),
    Word("PERIOD", r"每(?:半年|季度|年度|年|季|个?月|周)", "每年"),
    # -- ranks ---------------------------------------------------------------------
    Word(
        "BEST",
        r"(?:最多|最高|最大)(?:的|(?![得加扣计记可限不为分0-9一二三四五六七八九十]))"
        r"|(?:排名)?第(?:一|1)(?:名|位)?(?:的)?",
        "最多的",
    ),
    Word("RANKN", rf"(?:排名)?第{_n()}(?:名|位)?(?:的)?", "第N名"),
    Word("RANKW", r"(?:按照?|进行)?(?:分类)?排名(?:得分|计分|赋分|记分)", "按照排名得分"),
    Word("WHO", rf"{_WHO}(?:\({_WHO}\))?(?=得|计|记)", "单位"),
    Word("ETC", r"以此类推|依此类推|依次类推|以下类推|依次递减", "以此类推"),
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
    # -- amounts -------------------------------------------------------------------
    Word("PPT", rf"{_n()}个百分点", "N个百分点"),
    Word("PCT", rf"{_n()}%", "N%"),
    Word("QTY", rf"{_n()}{LUMP}", "N亿元"),
    Word("CNT", rf"{_n()}{COUNTED}", "N个"),
    Word("NUM", NUMBER.join(("(?P<n>", ")")), "数字"),
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
    Word("THAT", r"即(?=[排第])", "即"),
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

"""Other ways of writing what the grammar has one way for, each in front of the scanner.

Each row is a pattern and what stands for it.  Nothing here may change points: what a row drops
says nothing of them, and what it puts in another order keeps its numbers.
"""

from __future__ import annotations

from kpixl.patterns import lazily

# 若未上报,则扣2分 is 未上报扣2分: what only joins a condition and its points
_POINTS_BEHIND = (
    r"(?=[^,;。\n≥≤<>=×÷]{1,30}?(?:者|的)?,?(?:[则即就便将应再另]|立即|一律|直接|追加)*"
    r"(?:每|有?[一1][次个处项起例人件]|酌情|视[情影]|适当|倒?扣|减[0-9]"
    r"|不[予得计记扣]分?|减半|加倍|双倍|按照?[^,;。\n]{0,6}?比例|加[0-9]|[得计记][0-9满零]|[本该此]项|取消|给予|予以))"
)
_GONE_WRONG = (
    r"(?:仍|再|确)?(?:未|没|不(?!同|断|仅)|无|有|发[现生]|出现|存在|被|因|造成|逾|迟|漏|超|查|拒|瞒|弄|违"
    r"|已|及时|按[时期]|主动|能(?!源|力|耗)|完成|达到|低于|少于)"
)
_IF = r"(?:倘若|假如|假若|如若|如果|若)"
_NUMBERED = r"(?<=[0-9一二三四五六七八九十][.、)])|(?<=[①-⑳⑴-⒇])"  # behind the number of an item
_AT_HEAD = rf"(?:\A|(?<=[,;。\n(:])|{_NUMBERED})"
CONDITIONALS = (
    (
        lazily(
            rf"{_AT_HEAD}(?:{_IF}|如(?![期实数约何下此同一意初东皋厕]))"
            rf"(?={_GONE_WRONG}|遇){_POINTS_BEHIND}"
        ),
        "",
    ),
    (lazily(rf"(?:\A|(?<=[;。\n:])|{_NUMBERED}){_IF}(?![为是属系按干0-9]){_POINTS_BEHIND}"), ""),
    (
        lazily(rf"(?:{_AT_HEAD}|(?<=、))(?:一旦|凡是?(?!事)|只要(?=[^,;。\n]*就)){_POINTS_BEHIND}"),
        "",
    ),
    # 对未上报的,扣2分; 对群众态度恶劣的 says to whom
    (
        lazily(
            rf"{_AT_HEAD}对于?(?=(?:未|没有|不按|不及时|无故|存在|发现|逾期|迟报|漏报|瞒报|拒不|弄虚作假|违反|违规)"
            rf"[^,;。\n]{{0,30}}的){_POINTS_BEHIND}"
        ),
        "",
    ),
    (
        lazily(
            r"(?:(?<=[,的])(?:则|[立随当]即|即|就|便|将)|(?<![规原准守细总法通附否])则|(?<![立随当迅])即|[立随当]即|(?<![成造迁高屈])就)"
            r"(?=(?:每[1一]?[次处项起例人件])?(?:一律)?(?:倒?扣[除减罚掉去]?|核?减[去除]?|罚扣)[0-9]|酌情扣|按照?[^,;。\n]{0,6}?比例|(?:[本该此]项)?不予?[得计记]分)"
        ),
        "",
    ),
)

_END = r"(?=[,;。()\n]|\Z)"
_FULL = r"(?:基本分|基础分|标准分|满分)"
# 完成任务得基本分, under whatever name and wherever the points of the item stand
BASES = (
    (lazily(r"(?<=[得计记])(?:起评分|底分|基准分)(?=\(?[0-9])"), "基本分"),
    # 造林面积10分。完成任务得基本分: the base is what heads it
    (
        lazily(
            r"\A(?P<name>[\u4e00-\u9fff]{2,16}?)(?:\((?P<in>[0-9.]+)分\)|(?<![得计记加扣减给满共为])(?P<n>[0-9.]+)分)[。,]"
            rf"(?=(?:全面|按期|按时|足额)?完成(?:年度|全年|目标|下达)*(?:任务|目标|计划)数?的?,?[得计记]{_FULL}[,;。])"
            r"(?![^\n]*\n)(?!.*[得计记][0-9])"
        ),
        r"\g<name>(\g<in>\g<n>分):",
    ),
    # 造林面积完成得基本分10分,每超1%加0.5分
    (
        lazily(
            rf"(?<![未没成能时期前量])完成(?=的?,?[得计记]{_FULL}(?:[0-9,;。]).*每(?:超|多|少|低))"
        ),
        "完成任务",
    ),
    # 超额完成的,在基本分基础上按比例加分
    (
        lazily(
            rf"(?:在|从)(?:[本该此]项)?{_FULL}值?的?基础上,?(?=按照?(?:比例|完成)|每[超多少低增减])"
        ),
        "",
    ),
    (
        lazily(
            rf"(?P<by>按照?(?:相应|同等)?比例)(?:扣减|扣除|减扣|扣)(?:[本该此]项)?(?:{_FULL}|分值|相应分值){_END}"
        ),
        r"\g<by>扣分",
    ),
)

_UNIT = r"(?P<unit>人次|件次|项次|[次件项人篇条处起例个户天家场份批台套村张册])"
_POINTS = r"(?P<points>[0-9]+(?:\.[0-9]+)?分)"
# Points for each, by a stroke; products and quotients in words
PRODUCTS = (
    # 5分/份×份数 is 5分×份数
    (lazily(rf"(?<=[0-9]分)/{_UNIT}(?=[×*])"), ""),
    (lazily(rf"(?P<ahead>[×*]{_POINTS})/{_UNIT}"), r"\g<ahead>"),
    # 按5分/个计分, 每个按5分计
    (
        lazily(rf"按照?{_POINTS}/{_UNIT}(?:的标准)?(?:进行|给予)?(?P<verb>[得计记加扣减])分{_END}"),
        r"每\g<unit>\g<verb>\g<points>",
    ),
    (
        lazily(rf"每[1一]?{_UNIT}按照?{_POINTS}(?P<verb>[得计记加扣减])分?{_END}"),
        r"每\g<unit>\g<verb>\g<points>",
    ),
    # 信息采用2分/件
    (
        lazily(rf"(?<=[\u4e00-\u9fff,])(?<![得计记加扣减奖给励除罚按为照]){_POINTS}/{_UNIT}{_END}"),
        r"每\g<unit>\g<points>",
    ),
    # 新建数与4的乘积
    (
        lazily(
            r"(?P<one>[\u4e00-\u9fff]{2,20}?)(?:与|和|同)(?P<other>[0-9]+(?:\.[0-9]+)?|分值)的?(?:乘积|之积)(?=[,;。\n计]|得分|\Z)"
        ),
        r"\g<one>乘以\g<other>",
    ),
    # 得分为培训人数乘以0.5, 完成率乘以10为得分, 用完成率乘以10分计分
    (
        lazily(
            r"(?:\A|(?<=[,;。\n:]))(?:[本该此]项)?得分(?:即?为|是|等于)(?P<what>[^,;。\n=≥≤<>×÷]*(?:乘以|除以)[^,;。\n=≥≤<>×÷]+?)"
            rf"{_END}"
        ),
        r"按\g<what>计分",
    ),
    (
        lazily(
            r"(?:\A|(?<=[,;。\n:]))(?P<what>(?!按|以|得分)[^,;。\n=≥≤<>×÷得计记]{2,30}乘以[^,;。\n=≥≤<>×÷]{1,12}?)(?:即?为|作为|就是)(?:最终|[本该此]项)?得分"
            rf"{_END}"
        ),
        r"按\g<what>计分",
    ),
    (
        lazily(
            r"(?:\A|(?<=[,;。\n:]))用(?=[^,;。\n]{2,20}(?:乘以|除以)[^,;。\n]{1,20}(?:计分|得分))"
        ),
        "按",
    ),
    # 培训人数乘以0.5分, which has no word of what it is
    (
        lazily(
            r"\A(?P<what>[\u4e00-\u9fff]{2,16})乘以(?P<by>[0-9]+(?:\.[0-9]+)?分?)(?=[,;。\n]|\Z)"
        ),
        r"\g<what>×\g<by>",
    ),
    # 以完成数除以任务数乘以分值, and no more
    (
        lazily(
            r"\A[以按](?P<what>[^,;。\n=≥≤<>×÷]{2,20}(?:除以|乘以)[^,;。\n=≥≤<>×÷]{1,20}?(?:[0-9.]+分?|分值|标准分))(?=。?\Z)"
        ),
        r"按\g<what>计分",
    ),
)

"""The builders of the stock phrases: tokens of one segment in, a part out.

A builder is headed by a phrase that it accepts, and says for the clerk what it does: both go
to docs/rules.zh-CN.md.  It reads each number through
`Segment.take`, so that a number nobody took can be refused at the end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from kpixl.patterns import lazily
from kpixl.rules.amounts import Amount
from kpixl.rules.count_terms import Counted
from kpixl.rules.each_phrases import each_named, evenly
from kpixl.rules.formula import read_formula
from kpixl.rules.parts import (
    AnyMissPart,
    BlendPart,
    BoundKind,
    BoundPart,
    BranchPart,
    CountPart,
    EachItemPart,
    FaultPart,
    FormulaPart,
    GivePart,
    HeadPart,
    Joint,
    Part,
    ReportedPart,
    StartPart,
    StatedPart,
    TextPart,
)
from kpixl.rules.scanner import Token
from kpixl.rules.segment import (
    AMOUNTS,
    EVENTS,
    Segment,
    points_of,
    tidy,
)
from kpixl.rules.vocabulary import effect_words
from kpixl.rules.words.elements import FORM_HEAD

# 本项考核得分=…: the score of the item, no figure
WHOLE = lazily(r"(?:该|本|各|单)?项?(?:考核|综合|最终)*(?:指标)?")


def formula(s: Segment) -> Part:
    """得分=[(本值-本类最低值)/(本类最高值-本类最低值)×40+60]/100×分值

    照公式算。能用的词:本值(完成值、实际值)、目标值、上年值、本类最高值、本类最低值、本类平均值、
    名次、分值,和+-×÷、括号、百分号。
    """
    token = s.get("FORM")
    head = re.match(FORM_HEAD, token.text)
    start = token.start + (head.end() if head else 0)
    end = token.end
    while end > start and s.normal.text[end - 1] in " ":
        end -= 1
    read = read_formula(s.normal, start, end, flat=s.flat, ties=s.ties)
    s.used |= read.figures
    said = re.match(r"(?:考核|综合|最终)*", token.text)
    ahead = s.label(0, s.tokens.index(token)) + (said[0] if said else "")
    if WHOLE.fullmatch(ahead) and "" in read.labels:
        ahead = ""
    return FormulaPart(read.expr, read.labels, None, ahead)


def phrase_formula(s: Segment) -> Part:
    """增幅最高的得10分,其余按(增幅实际值÷增幅最高值)×10计算得分

    与“得分=…”相同,公式写在“按…计算得分”中间。前面写的最高分须与公式算出的一致。
    """
    token = s.get("FORMP")
    start = token.start + token.text.index("按") + 1
    if s.normal.text.startswith("照", start):
        start += 1
    end = start + len(
        re.sub(r"(?:计算得分|计算|计分|得分)$", "", token.text[start - token.start :])
    )
    read = read_formula(s.normal, start, end, flat=s.flat, ties=s.ties)
    s.used |= read.figures
    best = s.find("BEST")
    top = s.find("GIVE", "FULL")
    ahead = s.label(0, s.tokens.index(best if best else token))
    highest = points_of(s, top) if top else None
    return FormulaPart(read.expr, read.labels, highest, ahead)


def blend(s: Segment) -> Part:
    """其中总量、亩均、增速三项得分分别以30%、20%、50%的权重计入得分

    写在公式后面。几个数各按同一公式算出得分,再乘以各自的权重相加;权重合计须为100%,各部分不单独舍
    入。
    """
    shares = s.all("PCT")
    weights = tuple(s.need(t) / 100 for t in shares)
    first = s.tokens.index(shares[0])
    text = re.sub(r"(?:的)$", "", s.label(0, first))
    labels = tuple(tidy(p) for p in re.split(r"、及|、|以及|及|和|与", text) if p)
    if len(labels) != len(weights):
        raise s.refuse(
            shares[0], f"有{len(labels)}个名称,却有{len(weights)}个权重", "名称与权重一一对应"
        )
    counted = s.find("NITEMS")
    if counted and s.need(counted) != len(labels):
        raise s.refuse(counted, f"写明的项数与列出的{len(labels)}项不符", f"{len(labels)}项")
    if sum(weights) != 1:
        total = f"{sum(weights) * 100:f}".rstrip("0").rstrip(".")
        raise s.refuse(shares[-1], f"权重合计为{total}%", "合计为100%的权重")
    return BlendPart(labels, weights)


def lose(s: Segment) -> Part | tuple[Part, ...]:
    """未制定应急预案的,扣2分

    出现所写的情况就扣分(或加分),没有出现的不动。后面写“情节严重的”“拒不整改的”扣得更多的,只按最重的扣(读法G121);写“再扣”“另扣”“追加扣”的,与前面的相加。
    """
    token = s.get("SUB", "ADD")
    place = s.tokens.index(token)
    first = s.tokens[0]
    if first.name == "EVERY" and re.match("每一?项", first.text) and token.name == "SUB":
        # 每一项指标未完成月计划扣1分: each of them
        thing = first.text[3 if first.text.startswith("每一") else 2 :] + s.spoken(1, place)
        if thing:
            words = Counted("", "", "项", thing)
            return CountPart(words, Decimal(1), "扣", s.need(token))
    if evenly(s, token):
        return each_named(s)
    label = s.spoken(0, place)
    verb: Literal["加", "扣"] = "扣" if token.name == "SUB" else "加"
    return FaultPart(label, points_of(s, token), verb, more=s.says_more(token))


def lose_share(s: Segment) -> Part:
    """未按时上报的,扣该项分值的30%

    出现所写的情况,就扣(加)分值的百分之几。
    """
    token = s.get("SUBPCT", "ADDPCT")
    label = s.label(0, s.tokens.index(token))
    return FaultPart(label, points_of(s, token), "扣" if token.name == "SUBPCT" else "加")


def else_lose(s: Segment) -> Part:
    """层层签订责任书,否则扣4分

    前面那件事没有做到就扣分。
    """
    token = s.get("SUB")
    return FaultPart("否则", points_of(s, token), "扣")


def below_level(s: Segment) -> Part:
    """县级以下不加分

    前面列出的级别以外的不得分,不另计分。
    """
    return TextPart(s.get("BELOWLEVEL").text, level=True)


def no_more(s: Segment) -> Part:
    """合格不加分

    写在几个等次的加分里,表示这个等次既不加也不扣。
    """
    return FaultPart(s.label(0, s.tokens.index(s.get("NOADD"))), Amount(Decimal(0)), "加")


def kind(s: Segment) -> Part:
    """加分项:

    只说明后面是加分还是扣分,本身不计分。
    """
    assert s.tokens
    return Joint(1)


def alternative(s: Segment) -> Part:
    """未达到目标但同比改善的,得6分

    几种情形只能有一种成立:填成立的那一种。与“达到目标得10分”“同比恶化不得分”写在一起。
    """
    token = s.get("GIVE", "FULL", "BPTS", "ZERO")
    label = s.spoken(0, s.tokens.index(token))
    if token.name == "ZERO":
        return BranchPart("zero", None, label)
    return GivePart(label, points_of(s, token), other=True)


def only(s: Segment) -> Part:
    """仅制定方案的得1分

    只做到一部分的,得所写的分;与做全了的得分只能有一种成立。
    """
    token = s.get("GIVE", "BPTS")
    return GivePart(s.spoken(0, s.tokens.index(token)), points_of(s, token))


def any_miss(s: Segment) -> Part:
    """未完成其中一项扣2分

    有几项没完成,就扣几次。前面已逐项写明得分的,这句只是重复,不另外扣。
    """
    token = s.get("ANYMISS")
    if token.parts.get("each"):
        return AnyMissPart(None)
    lacks = re.match("每?缺", token.text) is not None
    return AnyMissPart(s.need(token, next(iter(token.figures))), lacks=lacks)


def each_item(s: Segment) -> Part:
    """(每项各2分)

    写在几件事的后面,每一件做到了各得所写的分。
    """
    return EachItemPart(s.need(s.get("EACHITEM")))


def stated(s: Segment) -> Part:
    """(3分)

    本项的分值,再说一遍;应与分值栏一致。
    """
    token = s.get("STATED")
    values = [s.need(token, group) for group in token.figures]
    # 评分规定(总分为3分): of all that stands below it, and given for nothing
    return StatedPart(values[0], token.text.startswith("(") and "总分" not in token.text)


def given_behind(s: Segment) -> Part:
    """加强监督管理,防止反弹。得5分

    句号后面单独一句的得分,是前面所说的事做到了得的分,与写在括号里一样。
    """
    token = s.get("GIVEN")
    ahead = s.normal.text[: token.start]
    if _GIVEN.search(ahead) or ("n2" in token.figures and _BARE_AHEAD.search(ahead)):
        raise s.refuse(token, "不知道是前面的得分之和,还是另外得的分", "(N分),或…的得N分")
    return StatedPart(s.need(token, next(iter(token.figures))), True)


_BARE_AHEAD = lazily(r"[0-9]分")
_GIVEN = lazily(r"[得计记][0-9.]+分")


def head(s: Segment) -> Part:
    """优良天数比率(1分):

    冒号前是本条所说的数据的名称,括号里是分值;本身不计分。
    """
    stated_points = s.find("STATED")
    points = [s.need(stated_points, g) for g in stated_points.figures] if stated_points else [None]
    return HeadPart(
        "".join(t.text for t in s.tokens if t.name not in ("STATED", "COLON")), points[0]
    )


def pace(s: Segment) -> Part:
    """按照第一季度完成全年任务的10%,上半年20%,前三季度40%,全年100%分配任务

    说明全年目标怎样分到各季度。年度得分按全年目标算,不受影响。
    """
    token = s.get("PACE")
    shares = [s.need(token, group) for group in token.figures]
    if sorted(shares) != shares or shares[-1] != 100:
        raise s.refuse(token, "各期的进度不是逐期增加到100%", "从小到大,全年100%")
    return TextPart(token.text)


_OVER_ALL = lazily(r"以上|各项|本项|该项|合计|累计|总计|总分|负分|[加完].*为止")


BOUNDS: dict[str, BoundKind] = {
    "CAPADDFULL": "bonus",
    "CAPSUBFULL": "deduction",
    "CAPBOTHFULL": "both",
    "CAPANY": "any",
    "CAPADD": "bonus",
    "CAPADDPCT": "bonus",
    "CAPSUB": "deduction",
    "CAPSUBPCT": "deduction",
    "CAPBOTH": "both",
    "CAPITEM": "item",
    "CAPITEMPCT": "item",
    "CAPRATE": "rate",
    "CAPFULL": "item",
    "FLOOR": "floor",
    "NOFLOOR": "no_floor",
    "ROUNDED": "decimals",
    "DOWNTO": "least",
    "LEAST": "least",
    "LEASTPCT": "least",
}


def bound(s: Segment) -> Part:
    """最多加6分

    写在得分、加分、扣分后面,给它们定上限或下限。“扣完为止”是扣到0为止,“扣分不封顶”是可以扣成
    负分。“得分四舍五入保留一位小数”写在最后,本项得分按这个位数取舍,不按方案的小数位数。
    """
    token = s.get(*BOUNDS)
    values = [s.need(token, group) for group in token.figures]
    if len(set(values)) > 1:  # 完成率超过120%的按110%计
        raise s.refuse(token, "前后两个数不同,不知道最高按多少计", "超过N的按N计,两处写同一个数")
    amount: Amount | None = Amount(values[0]) if values else None
    if token.name == "CAPRATE":
        whole = Decimal(1) if "n4" in token.figures else Decimal(100)  # 大于1的按1计算
        amount = Amount(values[0] / whole)
    elif token.name == "ROUNDED":
        amount = Amount(_decimals(s, token, values))
    elif token.name.endswith("PCT") or (token.name == "DOWNTO" and "n" not in token.figures):
        whole = Decimal(1) if "n5" in token.figures else Decimal(100)  # 基本分的1.5倍
        amount = Amount(values[0] / whole if values else Decimal("0.5"), share=True)
    elif token.name.endswith("FULL"):
        amount = Amount(None)
    kind = BOUNDS[token.name]
    if kind == "least" and amount == Amount(Decimal(0)):
        kind, amount = "floor", None  # 最低分不低于0分
    return BoundPart(kind, amount, bool(_OVER_ALL.search(token.text)), token.text)


def _decimals(s: Segment, token: Token, values: Sequence[Decimal]) -> Decimal:
    """How many decimals 保留两位小数, 精确到0.1分 and 小数点后第三位四舍五入 leave."""
    if not values:
        return Decimal(0)  # 四舍五入取整数
    (found,) = values
    if "n2" in token.figures:  # the digit that is rounded away
        found -= 1
    elif "n3" in token.figures:
        found = Decimal(-found.adjusted())  # 0.01 is two decimals
    if found != int(found) or not 0 <= found <= 6:
        raise s.refuse(token, "不知道保留几位小数", "得分四舍五入保留N位小数")
    return found


def text(s: Segment) -> Part:
    """考核各街道总产值情况

    说明性的话,不计分;里面不能有数字,也不能有会影响得分的词(如“减半”“除外”)。放在“[说明:
    …]”里也一样。
    """
    if sign := next((t for t in s.tokens if "=" in t.text and t.name == "SUBJ"), None):
        raise s.refuse(sign, "这个算式没有被公式用到", "写进得分=…里")
    if s.tokens[0].text.startswith("/"):
        raise s.refuse(s.tokens[0], "不知道是每个都计,还是合起来计", "每次扣N分")
    for token in s.all("PACE", *AMOUNTS):
        for group in token.figures:
            s.take(token, group)
    said = "".join(t.text for t in s.tokens if t.name not in ("ASIDE", "ASIDEEND"))
    top, once = s.find("TOPMOST"), s.find("NOREPEAT")
    stack: Literal["", "一次", "最高"] = "最高" if top else "一次" if once else ""
    whole = s.find("NOBASEW") is not None
    return TextPart(said, any(t.name == "SAMEW" for t in s.tokens), stack, whole=whole)


def ratio(s: Segment) -> Part:
    """实际完成数/目标数×100%,达到100%得满分,每低1个百分点扣0.5分

    说明后面的百分数是怎样算的;填算好的百分数。
    """
    return TextPart(s.get("RATIODEF").text, whole=True)


def as_worked(s: Segment) -> Part:
    """各项目按实际完成情况考核计分。

    只作说明,怎样计分由后面的话决定。
    """
    said = s.get("ASWORKED").text
    return TextPart(said, whole=re.match("采|实行", said) is not None)


def sample(s: Segment) -> Part:
    """随机抽查10户,每发现1户不合格扣1分

    只说明怎样检查,不计分。
    """
    return TextPart(s.get("SAMPLE").text, whole=True)


def summed(s: Segment) -> Part:
    """发生1起扣1分,累计扣分

    几处的扣分(加分)相加;本来就是这样计的,不另计分。
    """
    return TextPart(s.get("SUMMED").text, whole=True)


def left_out(s: Segment) -> Part:
    """完成秧盘推广任务得5分;7月30日后推广的秧盘不计分

    说明哪些不算在前面的数里:填报的数不含它们。前面没有数这样的东西的,不这样读。
    """
    token = s.get("LEFTOUT")
    ahead = s.normal.text[: token.start]
    behind = s.normal.text[token.end :]
    said = token.text.startswith("[") or ahead.endswith("[说明:")
    if not said and token.parts["what"] not in ahead + behind:
        raise s.refuse(token, "不知道是不算在内,还是本项不得分", "…的本项不得分,或…的不算在内")
    return TextPart(token.text, note="" if said else "G157", whole=True)


def uncapped(s: Segment) -> Part:
    """每采用1篇加1分,加分不封顶

    加分在分值之外另加,加多少都算。
    """
    return TextPart(s.get("NOCAP").text, whole=True)


def veto_too(s: Segment) -> Part:
    """发生重大事故的,本项不得分,并实行“一票否决”

    本项按不得分计;一票否决的后果由方案的否决规定决定,不在本项里计。
    """
    said = s.get("VETOTOO").text
    return TextPart("" if said.startswith("[") else said.strip(","), note="G53")


def vetoed(s: Segment) -> Part:
    """死亡1人扣30分/次;一次死亡2人以上的实行一票否决

    扣分照写明的扣;另起一句的一票否决不在本项里计,后果由方案的否决规定决定,要在那里写明。
    """
    token = s.get("VETOED")
    if re.search("[得计记加扣减奖罚][0-9]|[0-9]分|不得分|不计分", token.text):
        raise s.refuse(token, "一票否决与计分写在一句里", "一票否决另起一句")
    return TextPart(token.text, note="G65")


def veto_item(s: Segment) -> Part:
    """此项为否决项,每发生1起扣5分

    得分照写明的计;否决的后果不在本项里计,要在方案的否决规定里写明。
    """
    said = s.get("VETOITEM").text
    return TextPart("此项为一票否决项" if said.startswith("(") else said, note="G65")


def loses_right(s: Segment) -> Part:
    """发生重伤事故的扣全部分数,取消评先资格

    分数照写明的计;评先、评优的资格不在本项里计,要在方案的否决规定里写明。
    """
    return TextPart(s.get("LOSEQ").text, note="G65")


def having(s: Segment) -> Part:
    """有一支信息员队伍

    写在“每项各N分”前面的一件事;单独写的不计分。
    """
    token = s.get("EVCNT")
    if not token.text.startswith("有") or token.parts["unit"] in EVENTS:
        raise s.refuse(token, "没有写得几分或扣几分", "每…扣N分")
    s.take(token)
    return TextPart("".join(t.text for t in s.tokens))


def each_note(s: Segment) -> Part:
    """[最后的对每一项]

    说明写在几项最后的扣分、按比例,已分到前面每一项(G52)。
    """
    assert s.tokens
    return TextPart("", note="G52")


def last_two(s: Segment) -> Part:
    """[最后两件按读法]

    说明“甲、乙和丙各…”里的“乙和丙”按读法算两件还是一件(G88)。
    """
    assert s.tokens
    return TextPart("", note="G88")


def again_note(s: Segment) -> Part:
    """[没有写每的按读法]

    说明前面按每个计、后面没有写“每”的,按读法也按每个计,还是只计一次(G97)。
    """
    assert s.tokens
    return TextPart("", note="G97")


def factor_note(s: Segment) -> Part:
    """完成率达到120%系数为1.2,达到100%系数为1;[系数乘以分值]

    只写系数、没有写乘以什么的,乘以本项分值。
    """
    return TextPart("", note="G154")


def rate_note(s: Segment) -> Part:
    """[没有写单位的按百分数]

    说明率、满意度后面没有写单位的数,都按百分数读(G93)。
    """
    assert s.tokens
    return TextPart("", note="G93")


def head_note(s: Segment) -> Part:
    """[标题的分另给]

    说明写在最前面的分数不是后面各件合起来的,是另外一件的(G140);“[累计的限这一处]”说明上限只限制它前面计数的这一处
    (G141)。
    """
    return TextPart("", note="G141" if "累计" in s.tokens[0].text else "G140=另给")


def stacking(s: Segment) -> Part:
    """同一事项不重复计分

    同一件事只填报一次;写“就高”“取最高”的,几种情形只按得分最高的一种计。
    """
    said = "".join(t.text for t in s.tokens).strip(",")
    return TextPart(said, stack="最高" if s.find("TOPMOST") else "一次")


def start(s: Segment) -> Part:
    """以100分为基准

    从这个分起,加上后面的加分,减去后面的扣分;加分可以使总分超过它。“基础分8分”后面有加分的也是这样
    。
    """
    token = s.get("STARTW")
    values = [s.need(token, group) for group in token.figures]
    return StartPart(Amount(values[0]), token.parts.get("worth", ""))


def reported(s: Segment) -> Part:
    """另实行工作绩效加减分

    加分、减分在别处另有规定:直接填报,加分填正数,减分填负数。
    """
    token = s.get("REPORTED")
    what = token.parts["what"]
    if any(word in what for word in effect_words()):
        raise s.refuse(token, f"“{what}”会影响加减分", "另实行加减分")
    return ReportedPart(what + "加减分")


def joint(s: Segment) -> Part:
    """;

    标点和序号只起分隔作用,不影响得分。序号可以写(1)、1.、①、(一)。
    """
    if any(t.name in ("DOT", "ITEMNO") or "\n" in t.text for t in s.tokens):
        return Joint(2)
    return Joint(1 if s.find("SEMI") else 0, colon=s.tokens[-1].name == "COLON")

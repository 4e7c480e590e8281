"""The builders of phrases that hold a figure against its group, and of weighted parts."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from kpixl.patterns import lazily
from kpixl.rules.amounts import Amount
from kpixl.rules.count_terms import Counted
from kpixl.rules.parts import (
    BlendPart,
    CountPart,
    EfficacyPart,
    GivePart,
    Part,
    SplitPart,
    ToBestPart,
)
from kpixl.rules.place_phrases import figure_and_circle
from kpixl.rules.scanner import Token
from kpixl.rules.segment import AMOUNTS, Segment, mark_of, points_of, tidy
from kpixl.rules.vocabulary import is_percent

# Words for the figure itself and for the best one, beside its name.
_OWN = lazily(
    r"(?:本|该|各|其)?(?:单位|县|镇|乡|街道|企业|部门)?的?(?:实际)?(?:完成)?(?:值|数|数值|实绩|数量|量)?"
)
_BEST = lazily(
    r"(?:本类|本组|同类|同组|组内)?(?P<end>最高|最大|最多|最好|第一名|第一位|最低|最少|最小)的?"
    r"(?:单位|县|镇|乡|街道|企业|部门|者)?的?(?:实际)?(?:完成)?(?:值|数|数值|实绩|数量|量)?"
)
_LOW = ("最低", "最少", "最小")


def to_best(s: Segment) -> ToBestPart:
    """投资额最高的得10分,其余按与最高值之比计分

    最高的得所写的分,其余的按自己的数与最高数之比折算。
    """
    full = s.find("BESTFULL")
    ordered = True
    if full is not None:
        label, low, top = s.before("BESTFULL"), full.parts["end"] in _LOW, Amount(None)
    else:
        head = s.get("BEST", "BESTLOW")
        label, low = _ranked(s, head)
        ordered = head.text[0] == "最" or s.find("ORDER") is not None
        top = points_of(s, s.get("GIVE", "FULL"))
    rest = s.find("BESTREL")
    if rest is not None:
        _same_figure(s, rest, label, low=low)
    return ToBestPart(label, top, None, low, rest is not None, ordered)


def next_to_best(s: Segment) -> Part:
    """增速从高到低排名,第1名得6分,第2—5名按第1名的比例得分

    第一名得所写的分,写到的名次按自己的数与第一名的数之比折算,后面的名次不得分。
    """
    rest = s.get("NEXTREL")
    last = s.need(rest)
    if last < 3 or last != int(last):
        raise s.refuse(rest, "不是几个名次", "第2—N名")
    return replace(to_best(s), said=True, last=int(last))


def full_at(s: Segment) -> Part:
    """完成程度100%为满分,依次递减

    达到这个数得满分,达不到的按比例得分。
    """
    full, at = s.get("FULL"), s.get(*AMOUNTS)
    if not full.text.startswith("为"):
        raise s.refuse(full, "不知道是达到还是超过这个数", "达到N得满分")
    label = s.label(0, s.tokens.index(at))
    return GivePart(label, points_of(s, full), label, mark_of(s, at), prop=True)


def each_more(s: Segment) -> Part:
    """签约1亿元新兴产业项目得2分,2亿元得4分,以此类推

    每满一个单位得同样的分。前后几个数要成同一比例。
    """
    amounts = s.all("PPT", "PCT", "QTY", "CNT")
    gives = s.all("GIVE")
    sizes = [s.need(t) for t in amounts]
    points = [s.need(t) for t in gives]
    units = [t.text[t.figures["n"].end - t.start :] for t in amounts]
    for token, size, given, unit in zip(amounts, sizes, points, units, strict=True):
        if not units[0].startswith(unit) or token.name in ("PPT", "PCT"):
            raise s.refuse(token, f"单位与前面的“{units[0]}”不同", units[0])
        if not size or given * sizes[0] != points[0] * size:
            raise s.refuse(token, "与前面的数不成比例", "1个得N分,2个得2N分")
    if sizes != sorted(set(sizes)):
        raise s.refuse(amounts[-1], "没有从小到大", "从小到大的数")
    at = s.tokens.index(amounts[0])
    thing = s.label(at + 1, s.tokens.index(gives[0]))
    return CountPart(Counted(s.label(0, at), "", units[0], thing), sizes[0], "得", points[0])


def between(s: Segment) -> Part:
    """满意度最高的得10分,最低的得6分,其余按插值法计分

    最高的、最低的各得所写的分,其余的按自己的数处在两者之间的位置折算。
    """
    first, second = s.all("BEST", "BESTLOW")
    if first.name == second.name or second.text[0] != "最":
        raise s.refuse(second, "应为另一头的得分", "最高的得N分,最低的得M分")
    label, low = _ranked(s, first)
    results = s.all("GIVE", "FULL", "ZERO")
    top = points_of(s, results[0])
    bottom = Amount(Decimal(0)) if results[1].name == "ZERO" else points_of(s, results[1])
    if top.number is not None and bottom.number is not None and bottom.number >= top.number:
        raise s.refuse(results[1], "最差的得分不比最好的少", "较少的分数")
    return ToBestPart(label, top, bottom, low, True)


def _ranked(s: Segment, head: Token) -> tuple[str, bool]:
    """The figure that is ranked, and whether the least is the best."""
    label, scope = figure_and_circle(s, s.tokens.index(head))
    order = s.find("ORDER")
    low = head.name == "BESTLOW" or (order is not None and "low" in order.parts)
    if order is not None and head.text[0] == "最" and low != ("low" in order.parts):
        raise s.refuse(head, "与前面的排列顺序不合", "只写一种顺序")
    if scope:
        raise s.refuse(head, f"不知道{scope}最好的是多少", "本类各单位之间比较,或写明数值")
    return label, low


def _same_figure(s: Segment, rest: Token, label: str, *, low: bool) -> None:
    """其余按投资额与最高投资额之比: the words name the same figure again, and its best."""
    own, best = rest.parts["of"], rest.parts["best"]
    if low:
        own, best = best, own
    own, best = _without(own, label), _without(best, label)
    found = _BEST.fullmatch(best)
    if not _OWN.fullmatch(own) or found is None:
        wanted = "最低值与本值之比" if low else "与最高值之比"
        raise s.refuse(rest, "不知道是什么与什么相比", wanted)
    if (found["end"] in _LOW) != low:
        raise s.refuse(rest, "与前面得满分的不是同一头", "最低值" if low else "最高值")


def _without(words: str, label: str) -> str:
    """Words without the name of the figure, or without how it ends (投资增幅 → 增幅)."""
    for start in range(len(label) - 1):
        if label[start:] in words:
            return words.replace(label[start:], "", 1)
    return words


def shares(s: Segment) -> Part:
    """民主测评得分和领导评价得分各占50%

    几个已有的得分按比例相加;比例合计须为100%。
    """
    if ratio := s.find("RATIO"):
        parts = [s.need(ratio, g) for g in ("n", "n2", "n3") if g in ratio.figures]
        labels = _names(s.label(0, s.tokens.index(ratio)))
        whole = sum(parts, Decimal(0))
        weights = [p / whole for p in parts] if whole else []
    elif each := s.find("EACHPCT"):
        labels = _names(s.label(0, s.tokens.index(each)))
        weights = [s.need(each) / 100] * len(labels)
    else:
        labels, weights = [], []
        start = 0
        for token in s.all("OFPCT"):
            at = s.tokens.index(token)
            labels.append(s.label(start, at))
            weights.append(s.need(token) / 100)
            start = at + 1
    at_token = s.get("RATIO", "EACHPCT", "OFPCT")
    for token, behind in pairwise(s.tokens):
        # 得分 ends the name of a part: what follows is the next one, or its share
        if token.name == "SCOREW" and behind.name == "SUBJ" and behind.text[0] not in "和及与":
            raise s.refuse(token, "不知道是哪一部分的得分", "各部分的名称,用顿号隔开")
    counted = s.find("NITEMS")
    if counted is not None and s.need(counted) != len(labels):
        raise s.refuse(counted, f"写明的项数与列出的{len(labels)}项不符", f"{len(labels)}项")
    if len(labels) != len(weights) or len(labels) < 2:
        raise s.refuse(at_token, "名称与权重的个数不同", "名称与权重一一对应")
    if sum(weights) != 1:
        total = sum(weights, Decimal(0)) * 100
        raise s.refuse(at_token, f"权重合计为{total:.4g}%", "合计为100%的权重")
    return BlendPart(tuple(re.sub(r"(?:得分|得)$", "", n) for n in labels), tuple(weights))


def efficacy(s: Segment) -> Part:
    """税收增幅,按功效系数法计算得分

    没有写满意值、不允许值的,以本类最高值、最低值代替;得分从分值的60%起,最高的得满分。
    """
    return EfficacyPart(s.label(0, s.tokens.index(s.get("EFFW"))))


def efficacy_of(s: Segment) -> Part:
    """税收增幅,按功效系数法计算得分,最高值得100分,最低值得60分

    常数写明的功效系数法,满分是100分,折算为本项分值。写“基础分60分,调整分40分”也是这样;写满意值、不允许值而没有写
    是多少的,取本类最高值、最低值。
    """
    label, token = s.label(0, s.tokens.index(s.get("EFFW"))), s.get("EFFCONST")
    if "n" in token.figures:
        base, rest = s.need(token), s.need(token, "n2")
        if base + rest != 100:
            raise s.refuse(token, f"两个常数合计{base + rest:f}", "合计为100的两个常数")
        return EfficacyPart(label, base, "满意")
    top, base = s.need(token, "n3"), s.need(token, "n4")
    ends = token.parts["top"][:2], token.parts["low"][:2]
    if ends not in (("满意", "不允"), ("最高", "最低"), ("最低", "最高")) and "最差" not in ends:
        raise s.refuse(token, "不是同一种数值的两头", "最高值得100分,最低值得60分")
    said = ends[0] if ends[1] in ("最高", "最低") and ends[0] != "满意" else "满意"
    if top == 100:
        return EfficacyPart(label, base, said)
    if base >= top or said == "满意":
        raise s.refuse(token, "不知道是百分制的分,还是本项的分", "满意值得100分,不允许值得N分")
    return ToBestPart(label, Amount(top), Amount(base), low=said == "最低")


def split(s: Segment) -> Part:
    """项目投资40分,其中总量占40%,增长率占60%

    这一项的分按比例分给几部分,每一部分填报得分,最多得所分的分;比例合计须为100%。
    """
    points = s.get("BPTS", "GIVE")
    at = s.tokens.index(points)
    weights: list[Decimal] = []
    names: list[str] = []
    start = at + 1
    for token in s.tokens[at:]:
        if token.name in ("OFPCT", "PCT"):
            weights.append(s.need(token) / 100)
            stop = s.tokens.index(token)
            ahead = s.tokens[start:stop]
            if token.name == "PCT" and (ahead[-1].name in ("DO", "GROW", "GES")):
                raise s.refuse(token, "不知道是占几成,还是要达到的数", "占N%")
            names.append(s.label(start, stop))
            start = s.tokens.index(token) + 1
    if s.find("OFPCT") is None and any(map(is_percent, names)):
        raise s.refuse(points, "后面的百分数不知道是占几成,还是要达到的数", "占N%")
    if sum(weights) != 1:
        total = sum(weights, Decimal(0)) * 100
        raise s.refuse(points, f"后面的比例合计为{total:.4g}%", "合计为100%的比例")
    return SplitPart(s.label(0, at), s.need(points), tuple(names), tuple(weights))


def _names(text: str) -> list[str]:
    return [tidy(p) for p in re.split(r"、及|、|以及|及|和|与", text) if p]

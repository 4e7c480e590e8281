"""Figures that are missing, their source and decimals, stacking, bounds, dates: the builders."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from kpixl.patterns import lazily
from kpixl.rules.gates import Condition
from kpixl.rules.model import Assumption
from kpixl.rules.scanner import Token
from kpixl.rules.scheme_wide import (
    Bounded,
    CountedTwice,
    DataRule,
    Deadline,
    NoEffect,
    Rounding,
    SchemeLimit,
    Source,
    Stacking,
    Take,
    When,
)
from kpixl.rules.statement_conditions import no_second_thought, without_lead
from kpixl.rules.statement_parts import Joint, Part
from kpixl.rules.statement_scanner import Segment, paired
from kpixl.rules.vocabulary import effect_words

_HIGHEST = Assumption("重复计分", "只计一次而几次分数不同的,取最高的一个", "取高")


_WHENS: dict[str, When] = {
    "MISSING": "missing", "MISSZERO": "missing_or_zero", "UNSENT": "unsent", "NOTASK": "no_task",
}  # fmt: skip
_TAKES: dict[str, Take] = {
    "TAKEPRIOR": "prior", "TAKEZERO": "zero", "ITEMZERO": "item_zero", "ITEMFULL": "item_full",
    "ITEMMEAN": "item_mean", "ITEMLOW": "item_low", "ITEMSUB": "item_less", "SPREAD": "spread",
    "SKIPPED": "skip",
}  # fmt: skip


def data_rule(segment: Segment) -> Part:
    """无当年数据的,采用上年数据"""
    case = segment.need(*_WHENS)
    what = segment.need(*_TAKES)
    de = segment.need("DEUNIT")
    before = [t for t in segment.tokens if t.start < de.start]
    words = _case_words(segment, before, case)
    if thing := case.parts.get("thing", ""):
        at = case.start + case.text.index(thing)
        segment.words([Token("SUBJ", thing, at, at + len(thing), {}, {})])
    take = _TAKES[what.name]
    if case.name == "NOTASK" and take == "prior":
        raise segment.refusal([what], "没有任务的,用不上上年数据", "如“该项得满分”")
    return DataRule(
        "",
        _WHENS[case.name],
        take,
        words,
        number=segment.take(what),
        whom=what.parts.get("whom", ""),
        how=what.parts.get("how", ""),
        about=_about(before, case) or case.parts.get("thing", ""),
    )


_REASON = lazily(r"(?:因|由于)[^,;。0-9]{1,16}?(?:原因|因素),?")


def _about(tokens: Sequence[Token], case: Token) -> str:
    """The figures that a case names beside itself and its reason."""
    return _REASON.sub("", "".join(t.text for t in without_lead(tokens) if t is not case))


def _case_words(segment: Segment, tokens: Sequence[Token], case: Token) -> str:
    found = without_lead(tokens)
    bare = [t for t in found if t is not case]
    segment.words(bare)
    lead = [t for t in bare if t.start < case.start]
    if lead and re.search(r"[未不非没无]", "".join(t.text for t in lead)):
        # 未发现数据缺失的: the words before turn what follows
        raise segment.refusal(lead, "不知道是有还是没有", "如“无当年数据的”")
    if lead and re.search(r"[或且并]|[和及、]$", "".join(t.text for t in lead)):
        raise segment.refusal(lead, "这里还有别的情况", "每种情况各写一句")
    for token in bare:
        if token.name == "IF" and token.text not in ("对", "对于", "如"):
            raise segment.refusal([token], "条件里又有一个条件", "一个条件一句话")
    return paired("".join(t.text for t in found))


def marked(segment: Segment) -> Part:
    """没有专门统计的,按相关数据的60%计算"""
    what = segment.need("TAKESHARE")
    before = without_lead([t for t in segment.tokens if t.start < segment.need("DEUNIT").start])
    words = segment.words(before)
    share = segment.take(what)
    if share is None or not 0 < share <= 100:
        raise segment.refusal([what], "不是100%以内的比例", "如“按相关数据的60%计算”")
    return DataRule("", "marked", "share", words, number=share, whom=what.parts["of"])


_FIGURES = lazily(r"数据|指标|数字|数值|完成数|结果|口径|得分")


def source(segment: Segment) -> Part:
    """各项数据以统计部门公布的数据为准"""
    token = segment.need("SOURCE")
    before = without_lead([t for t in segment.tokens if t.end <= token.start])
    what = segment.words(before)
    if not _FIGURES.search(what) or re.search(r"[不未非]", what):
        raise segment.refusal(before, "不知道是什么的来源", "如“各项数据”")
    who = token.parts["who"]
    at = token.text.index(who) + token.start
    # the sentence stays in one piece: the words of the authority are free text too
    inner = Token("SUBJ", who, at, at + len(who), {}, {})
    return Source("", what, segment.words([inner]))


_SCORES = lazily(
    r"(?:各项|各单项|考核|最终|综合|计算|年度|总|单项|指标|的)*(?:得分|分数|总分|成绩|结果|分值)"
)


def rounding(segment: Segment) -> Part:
    """得分四舍五入保留2位小数"""
    token = segment.need("ROUND")
    before = [t for t in segment.tokens if t.end <= token.start]
    what = "".join(t.text for t in before)
    if not _SCORES.fullmatch(what):
        raise segment.refusal(before or segment.tokens, "不知道什么数要保留小数", "如“得分”")
    decimals = segment.take(token)
    if decimals is not None and (decimals != int(decimals) or decimals > 6):
        raise segment.refusal([token], "小数位数不对", "0到6位")
    return Rounding("", what, int(decimals or 0))


_SEVERAL = lazily(r"多次|多个|多项|几个|不同|两个|两项|两次")
_VERBS = {"加分": "加分", "加": "加分", "扣分": "扣分", "扣": "扣分", "加减分": "加减分"}
_HOW: Mapping[str, CountedTwice] = {"HIGHEST": "highest", "ONCE": "once", "SUMUP": "sum"}


def stacking(segment: Segment) -> Part:
    """同一事项多次获奖的,按最高分计,不重复计分"""
    hows = segment.named(*_HOW)
    first = hows[0]
    if any(t.name == "SUMUP" for t in hows) and len(hows) > 1:
        raise segment.refusal(hows, "既累计又不重复", "其中之一")
    before = without_lead([t for t in segment.tokens if t.end <= first.start])
    text = segment.words(before, "同一件事,如“同一项目多次获奖”")
    if not _SEVERAL.search(text) and not any(t.name == "SAME" for t in before):
        raise segment.refusal(before, "看不出什么事重复", "如“同一项目多次获奖的”")
    no_second_thought(segment, before)
    for token in before:
        segment.take(token)  # 两个以上的刊物: shown in the words of the condition
    if any(t.name in ("GT", "LT", "GEQ", "UNMET") for t in before):
        raise segment.refusal(before, "看不出什么事重复", "如“同一项目多次获奖的”")
    how = _HOW[first.name]
    if how != "sum" and text.startswith("不同"):
        raise segment.refusal(before, "不同的事无所谓重复", "如“同一项目多次获奖的”")
    verbs = {_VERBS.get(v, "计分") for t in hows for k, v in t.parts.items()} - {"计分"}
    if len(verbs) > 1:
        raise segment.refusal(hows, "既加分又扣分", "加分、扣分各写一句")
    taken = (_HIGHEST,) if how == "once" else ()
    of = verbs.pop() if verbs else "计分"
    return Stacking("", Condition(text), how, of, taken)


_BOUNDED: Mapping[str, Bounded] = {"LIMADD": "bonus", "LIMSUB": "deduction", "TCAP": "total"}


def limit(segment: Segment) -> Part:
    """各项加分合计不超过10分"""
    token = segment.need("LIMADD", "LIMSUB", "LIMEACH", "LIMPART", "TCAP", "LIMITEM", "LIMFLOOR")
    if token.name == "LIMFLOOR":
        return SchemeLimit("", "floor")
    if token.name == "LIMITEM":
        percent, times = segment.take(token, "n"), segment.take(token, "n2")
        share = Decimal(1)
        if percent is not None:
            share = percent / 100
        elif times is not None:
            share = times
        return SchemeLimit("", "item", share=share)
    value = segment.take(token)
    of = _BOUNDED.get(token.name)
    scope = token.parts.get("scope", "")
    if of is None:
        verb = token.parts.get("verb") or token.parts["verb2"]
        adds = "加" in verb
        if scope:
            of = "bonus" if adds else "deduction"
        else:
            of = "each_bonus" if adds else "each_deduction"
    if scope and (
        any(word in scope for word in effect_words()) or re.search("[除外未不非无如]", scope)
    ):
        raise segment.refusal([token], f"“{scope}”里有条件", "各项扣分合计不超过N分")
    return SchemeLimit("", of, number=value, scope=scope)


def deadline(segment: Segment) -> Part:
    """各单位于1月15日前报送自评材料"""
    token = segment.need("BYDATE")
    who = [t for t in segment.tokens if t.end <= token.start and t.name != "NOTE"]
    what = [t for t in segment.tokens if t.start >= token.end]
    act = segment.words([t for t in what if t.name != "COMMA"])
    if not re.search(r"报|送|上报|自评|提交|完成|总结|自查", act):
        raise segment.refusal(what, "不知道到时要做什么", "如“报送自评材料”")
    if re.search(r"末位|否决|取消|各单位应?于|等次", "".join(t.text for t in what)):
        raise segment.refusal(what, "里面还有另一条规定", "另起一句")
    if re.search(r"[不未非]|除", "".join(t.text for t in who)):
        raise segment.refusal(who, "看不出是谁", "如“各单位于1月15日前”")
    return Deadline("", segment.words(who), token.parts["day"], "".join(t.text for t in what))


def no_effect(segment: Segment) -> Part:
    """考核结果予以通报"""
    token = segment.need("KNOWN")
    # its free places are held to the same as any free words
    segment.words([Token("SUBJ", token.text, token.start, token.end, {}, {})])
    return NoEffect("", token.text.removeprefix("并且").removeprefix("并"))


def joint(segment: Segment) -> Part:
    """;"""
    for token in segment.tokens:
        segment.take(token)
    return Joint()

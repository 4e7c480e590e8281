"""The total, its order, ties, shared and proved marks: the builders."""

from __future__ import annotations

import re
from decimal import Decimal

from kpixl.patterns import lazily
from kpixl.rules.scanner import Token
from kpixl.rules.scheme_totals import Combined, FullMarks, Proof, Ranked, Shared, TieRule
from kpixl.rules.scheme_wide import NoEffect
from kpixl.rules.statement_conditions import no_second_thought, without_lead
from kpixl.rules.statement_parts import Part
from kpixl.rules.statement_scanner import Segment

_SYSTEMS = {"十分制": Decimal(10), "百分制": Decimal(100), "千分制": Decimal(1000)}


def full_marks(segment: Segment) -> Part:
    """考核总分为120分"""
    token = segment.need("FULLMARKS", "FULLPARTS")
    value = segment.take(token)
    if value is None:
        value = _SYSTEMS[token.parts["sort"]]
    if value <= 0:
        raise segment.refusal([token], "满分不对", "大于0的分数")
    parts = tuple((m[1], Decimal(m[2])) for m in _PART.finditer(token.parts.get("parts", "")))
    for name, _ in parts:
        at = token.start + token.text.index(name)
        segment.words([Token("SUBJ", name, at, at + len(name), {}, {})])
    if parts and sum(points for _, points in parts) != value:
        raise segment.refusal([token], "各部分的分数加起来不是总分", f"合计为{value}分")
    if any(re.search("[不未非无除]", name) for name, _ in parts):
        raise segment.refusal([token], "看不出是总分的哪一部分", "如“其中平时考核40分”")
    if len({name for name, _ in parts}) != len(parts) or any(not p for _, p in parts):
        raise segment.refusal([token], "各部分写重了", "一个部分一个分数")
    return FullMarks("", value, parts, _paper(segment, token))


_PART = lazily(r"(?:其中)?([\u4e00-\u9fff]+?)(?:占|为)?([0-9]+(?:\.[0-9]+)?)分")
_PAPER = lazily(r"[\u4e00-\u9fff《》]{2,30}(?:规定|细则|标准|办法|方案|评分表|考核表)")


def _paper(segment: Segment, token: Token) -> str:
    """评分细则(总分为120分): the paper that the brackets stand behind."""
    before, after = segment.tokens[0], segment.tokens[-1]
    if before is token:
        return ""
    name = before.text.removesuffix("(")
    if name == before.text or after.text != ")" or not _PAPER.fullmatch(name):
        raise segment.refusal([before], "看不出是什么的总分", "如“评分细则(总分为100分)”")
    # 计分办法 is a paper, no points
    bare = re.sub("(?:计分|得分|扣分|加分)(?=办法|标准|细则|方案|规定|表)", "", name)
    segment.words([Token("SUBJ", bare, before.start, before.start + len(bare), {}, {})])
    if re.search("[不未非无除]", name):
        raise segment.refusal([before], "看不出是什么的总分", "如“评分细则(总分为100分)”")
    return name


_TERM = lazily(r"([+-]?)([^+-]+)")
# what is more than a part by its name
_RECKONED = lazily(r"[乘除比率每未不平均最]|系数|折算|累计|分别|以上|以下")


def formula(segment: Segment) -> Part:
    """总得分=基础分+加分-扣分"""
    token = segment.need("FORMULA", "SUMALL")
    if token.name == "SUMALL":
        return Combined("", token.parts["label"], (("+", "各项得分之和"),))
    terms = tuple((m[1] or "+", m[2]) for m in _TERM.finditer(token.parts["terms"]))
    names = [name for _, name in terms]
    strange = [n for n in names if _RECKONED.search(n) or ("之和" in n and n != "各项得分之和")]
    if strange or len(set(names)) != len(names) or token.parts["label"] in names:
        raise segment.refusal([token], "看不出总分由哪几部分组成", "如“总得分=基础分+加分-扣分”")
    if len(terms) == 1 and names[0] != "各项得分之和":
        raise segment.refusal([token], "公式只有一部分", "如“总得分=基础分+加分-扣分”")
    # a deduction that is added would raise the total, a bonus taken off lower it
    signs = {"扣分": "-", "减分": "-", "加分": "+", "奖分": "+"}
    wrong = [n for sign, n in terms if signs.get(n[-2:], sign) != sign]
    if wrong:
        raise segment.refusal([token], f"“{wrong[0]}”是加还是减", "加分前面写“+”,扣分前面写“-”")
    return Combined("", token.parts["label"], terms)


def ranked(segment: Segment) -> Part:
    """按得分从高到低排名"""
    segment.need("RANKED")
    return Ranked("")


def tie(segment: Segment) -> Part:
    """得分相同的,获奖数多的在前"""
    token = segment.need("TIE")
    by = token.parts["by"]
    if re.search("[不未非无或且除和及与较]|其他|依次|排名|名次|^(?:总得?分|得分|分数|成绩)$", by):
        raise segment.refusal([token], "看不出比较什么", "如“获奖数多的在前”")
    at = token.start + token.text.index(by)
    # 创新工作得分高的: a score of a part is a figure like another
    bare = re.sub("(?:得分|加分|扣分|分值)$", "", by)
    if bare:
        segment.words([Token("SUBJ", bare, at, at + len(bare), {}, {})])
    return TieRule("", by, token.parts["way"])


_TOGETHER = lazily(r"合报|合写|合著|合编|合办|合作|联合|共同")


def evenly(segment: Segment) -> Part:
    """两个以上单位合报的,得分均分"""
    token = segment.need("EVENLY")
    before = without_lead([t for t in segment.tokens if t.end <= token.start])
    text = segment.words(before, "由几个单位做的事,如“两个以上单位合报”")
    if not _TOGETHER.search(text) or re.search("[不未非无除]", text):
        raise segment.refusal(before, "看不出由几个单位分", "如“两个以上单位合报的”")
    no_second_thought(segment, before)
    for one in before:
        segment.take(one)  # 两个以上单位: shown in the words
    if any(t.name in ("GT", "LT", "GEQ", "UNMET", "LES", "LESX", "GESX") for t in before):
        raise segment.refusal(before, "看不出由几个单位分", "如“两个以上单位合报的”")
    return Shared("", text)


def proof(segment: Segment) -> Part:
    """加分须提供证明材料,否则不予加分"""
    token = segment.need("PROOF")
    lack = token.parts.get("lack", "")
    words = lack or token.parts["what"]
    at = token.start + token.text.index(words)
    if re.search("[不未非无除]", words[1:]) and not re.fullmatch(
        "(?:没有|不能|无法|未)[^不未非无除]+", words
    ):
        raise segment.refusal([token], "看不出要提供什么", "如“加分须提供证明材料”")
    segment.words([Token("SUBJ", words, at, at + len(words), {}, {})])
    return Proof("", words, bool(lack))


def harmless(segment: Segment) -> Part:
    """采取平时考核和年终考核相结合"""
    # a closed pattern: none of its words is free
    return NoEffect("", segment.need("PAID").text)

"""The builders of phrases about exceptions: halves, doubles, and what is spared."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

from kpixl.patterns import lazily
from kpixl.rules.parts import ExceptPart, Part
from kpixl.rules.segment import AMOUNTS, Segment, tidy

_HALF, _TWICE = Decimal("0.5"), Decimal(2)
# 低于90%的, which names nothing
_THRESHOLD = lazily(
    r"(?:但|如)?(?:不足|不到|不满|低于|高于|超过|少于|多于|大于|小于|达到|未达到?)?[0-9.]+[^,0-9]{1,6}?(?:以[上下内])?的?"
)


_IF = lazily("^(?:若|如果|如(?!期|实|约|数))(?=[\u4e00-\u9fff]{2})")


def _case(s: Segment, stop: int) -> tuple[str, str, bool]:
    """In what case: the words as they stand, with their numbers; the same with the 的 behind
    them; and whether they stand in brackets."""
    words = [t for t in s.tokens[:stop] if t.name not in ("COMMA", "OFWH")]
    if words[0].name == "BUT":
        ahead = s.normal.text[: words[0].start]
        if words[0].text.startswith(",") or re.search("[(,;。\n]$", ahead):
            words = words[1:]  # 但逾期的: the word only joins what stands before
    for token in words:
        for group in token.figures:
            s.take(token, group)
    said = "".join(t.text for t in words).rstrip(",")
    bracket = said.startswith("(") and s.normal.text.startswith(")", s.tokens[-1].end)
    label = tidy(said.removeprefix("(") if bracket else said)
    if label.count("(") != label.count(")"):
        raise s.refuse(s.tokens[stop], "这个词会影响得分,但此处不成句式", "…的减半扣分")
    amount = next((t for t in s.tokens[:stop] if t.name in AMOUNTS), None)
    if amount is not None and _THRESHOLD.fullmatch(label):
        # 每低1%扣1分,不足1%的不扣分: of the figure itself, or of a part of a step
        raise s.refuse(amount, "这是一个标准,不知道是哪个数据,还是不满一步的", "写明怎样计")
    label = re.sub("的?,?$", "", _IF.sub("", label))
    return label, f"{label}的" if said.endswith("的") else label, bracket


def _does(text: str) -> Literal["得", "加", "扣", ""]:
    """What a verb does with points; 计分 and 计算 go with any."""
    if re.match("扣|减", text):
        return "扣"
    if re.match("加|奖", text):
        return "加"
    return "得" if text else ""


def scaled(s: Segment) -> Part:
    """每发生1起扣2分,瞒报的加倍扣分

    “减半”是一半,“加倍”是两倍,“按3倍扣分”是三倍,“按N%计分”是所写的百分之几。前面按件数计的,这一部分另填件数,只按减半、
    加倍后的分计;前面是一件事的,填这种情形是或否,“是”的只按减半、加倍后的分计,不再按前面的计。
    """
    token = s.get("SCALED")
    factor = _TWICE if any(k.startswith("twice") for k in token.parts) else _HALF
    for group in token.figures:
        share = s.need(token, group)
        if group in ("n4", "n5"):  # 按3倍扣分
            if share <= 1:
                raise s.refuse(token, "不知道是前面的几倍", "…的加倍扣分")
            factor = share
            continue
        if not 0 < share < 100 or any(t.name == "PCT" for t in s.tokens):
            # 完成率超过120%的按120%计分: how much of the figure counts, not of the points
            raise s.refuse(token, "不知道是分数的百分之几,还是完成率最多按多少", "…的按50%计分")
        factor = share / 100
    said = next((v for k, v in token.parts.items() if k.startswith("does")), "")
    label, whole, bracket = _case(s, s.tokens.index(token))
    return ExceptPart(label, whole, factor, _does(said), bracket)


def exempt(s: Segment) -> Part:
    """每发现1处扣1分,主动整改的不扣分

    前面按件数扣的,不扣分的不填在件数里;前面是一件事的,只有不属于例外的才填“是”。
    """
    token = s.get("NOSUB", "EXCEPTW")
    does: Literal["扣", ""] = "扣" if token.name == "NOSUB" else ""
    label, whole, bracket = _case(s, s.tokens.index(token))
    return ExceptPart(label, whole, Decimal(0), does, bracket)


def excepted(s: Segment) -> Part:
    """每引进1个项目加2分(扩建项目除外)

    写在分数后面的括号里,与写“…的除外”相同;“(…可以没有)”“(…不作要求)”也是。
    """
    token = s.get("EXCEPTB")
    does: Literal["扣", ""] = "扣" if "扣分" in token.text else ""
    label = re.sub("的?,?$", "", tidy(token.parts.get("what") or token.parts["what2"]))
    said = f"{label}的" if f"{label}的" in token.text else label
    label, said = _IF.sub("", label), _IF.sub("", said)
    return ExceptPart(label, said, Decimal(0), does, bracket=True)

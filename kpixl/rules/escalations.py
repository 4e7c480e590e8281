"""The builder of phrases about what happens once, twice, three times."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from kpixl.rules.amounts import Amount
from kpixl.rules.count_terms import Counted
from kpixl.rules.parts import Part, TierPart, TimesPart
from kpixl.rules.scanner import Token
from kpixl.rules.segment import Segment, is_end, tidy


def times(s: Segment) -> Part:
    """被通报一次扣1分,两次扣3分,三次以上不得分

    一共发生几次,就扣写在那个次数后面的分;写“第一次”“第二次”的,每一次各扣各的,相加。次数须从一次起,一
    次一次写下来;比写到的更多的,按最后一档扣,写了“不得分”的整项为0分。
    """
    first = s.get("EVCNT", "CNT", "FIRSTW")
    nth = first.name == "FIRSTW"
    place = s.tokens.index(first)
    sub = next(t for t in s.tokens if t.name == "SUB")
    if not nth and s.take(first) != 1:
        raise s.refuse(first, "不是从一次写起的", "一次扣N分,两次扣M分")
    if first.name == "EVCNT" and first.text.startswith("每"):
        raise s.refuse(first, "不知道是每次都扣,还是按一共几次扣", "一次扣N分,两次扣M分")
    unit = (
        first.text[first.figures["n"].end - first.start :]
        if first.name == "CNT"
        else first.parts["unit"]
    )
    does = first.parts.get("verb", "")
    thing = s.label(place + 1, s.tokens.index(sub))
    words = Counted(s.label(0, place), does, unit, thing)
    amounts = [s.need(sub)]
    above = False
    for row in s.all("TIMESROW", "NTHROW"):
        count, points = s.need(row), s.need(row, "n2")
        _alike(s, row.parts, words, row)
        if above or count != len(amounts) + 1 or (not nth and points <= amounts[-1]):
            raise s.refuse(row, "与前面的次数连不上,或扣得不比前面多", "一次扣N分,两次扣更多的分")
        amounts.append(points)
        above = row.parts.get("more") is not None
    zero = None
    if (end := s.find("NTHZERO")) is not None:
        _alike(s, end.parts, words, end)
        zero = s.need(end)
        if above or zero != len(amounts) + 1:
            raise s.refuse(end, "与前面的次数连不上", f"第{len(amounts) + 1}次及以上不得分")
    if len(s.all("SUB")) > 1:  # 三次以上扣5分
        last, points_of_last = s.all("CNT")[-1], s.all("SUB")[-1]
        told = last.text[last.figures["n"].end - last.start :]
        behind = s.label(s.tokens.index(last) + 1, s.tokens.index(points_of_last))
        between = s.tokens[s.tokens.index(s.all("TIMESROW")[-1]) + 1 : s.tokens.index(last)]
        ahead = tidy(
            "".join(t.text for t in between if t.name not in ("COMMA", "SEMI", "DOT", "DUN"))
        )
        parts = {
            "lead": ahead,
            "thing": behind.removeprefix("以上").removeprefix("及以上"),
            "unit": told,
        }
        _alike(s, parts, words, last)
        points = s.need(points_of_last)
        if nth or s.need(last) != len(amounts) + 1 or points <= amounts[-1]:
            raise s.refuse(last, "与前面的次数连不上,或扣得不比前面多", "三次以上扣更多的分")
        amounts.append(points)
        above = True
    if len(amounts) == 1 and zero is None:
        raise s.refuse(first, "只写了第一次,不知道以后如何扣", "每次扣N分,或第二次扣M分")
    return TimesPart(words, tuple(amounts), nth, above, zero)


def none_at(s: Segment) -> Part:
    """每有1项不达标扣1分,3项不达标不得分

    前面按次数、项数扣分的,到了这个数(含本数)整项为0分。
    """
    token = s.get("TIMESZERO")
    lead = re.sub("^(?:累计|达到?)$", "", token.parts.get("lead") or "")
    thing = tidy(token.parts["thing"])
    low = s.need(token)
    return TierPart(lead, token.parts["unit"], low, True, None, None, Amount(_NOTHING), None, thing)


_NOTHING = Decimal(0)


def _alike(s: Segment, parts: Mapping[str, str], words: Counted, at: Token) -> None:
    """Refuse 通报一次扣1分,约谈两次扣3分: not the same thing."""
    lead = parts["lead"] or ""
    if at.name == "TIMESROW":
        lead = lead.removeprefix("累计")
    known = is_end(lead, words.head + words.does) and is_end(tidy(parts["thing"]), words.thing)
    if not known or parts["unit"] != words.unit:
        raise s.refuse(at, "不知道与前面的是不是同一件事", f"前面的那件事,如“2{words.unit}扣N分”")

"""The builders of phrases about what is wanting in each quarter, month or week."""

from __future__ import annotations

from decimal import Decimal

from kpixl.patterns import lazily
from kpixl.rules.count_terms import Counted
from kpixl.rules.parts import BranchPart, CountPart, FaultPart, Part
from kpixl.rules.scanner import Token
from kpixl.rules.segment import AMOUNTS, Segment, points_of, tidy, unit_of


def _period(s: Segment) -> Token:
    """The word that names the period; 每天 is one too, other counted things are not."""
    token = s.get("PERIOD", "EVCNT")
    if token.name == "EVCNT" and token.text not in ("每天", "每日"):
        raise s.refuse(token, "没有写得几分或扣几分", "每…扣N分")
    s.take(token)
    return token


def _missed(s: Segment, stop: Token) -> str:
    """What was not done in a period, its numbers read: 研究工作少于1次."""
    tokens = s.tokens[s.tokens.index(_period(s)) + 1 : s.tokens.index(stop)]
    for token in tokens:
        if token.name in AMOUNTS:
            s.take(token)
    return tidy("".join(t.text for t in tokens if t.name not in ("DE", "COMMA")))


def wanting(s: Segment) -> Part:
    """每季度研究安全工作少于1次的,扣2分

    每有一个季度(月、周)是这样,扣一次分:填有几个季度(月、周)。只扣一次的,读法G150取“只扣一次”。
    """
    token, at = s.get("SUB"), _period(s)
    label = s.label(0, s.tokens.index(at)) + at.text + _missed(s, token)
    return FaultPart(label, points_of(s, token), "扣")


def wanting_times(s: Segment) -> Part:
    """每月组织检查少于1次的,每次扣0.2分

    少一次扣一次分:填一共少了几次。
    """
    step = s.all("EVCNT")[-1]
    mark, token, at = s.get("CNT"), s.get("SUB"), _period(s)
    head, said = s.label(0, s.tokens.index(at)), _missed(s, step)
    if s.need(mark) != 1 or step.parts["verb"] or s.take(step) not in (None, Decimal(1)):
        raise s.refuse(step, "不知道是少的每一次都扣,还是不足的每一期扣一次", "每少1次扣N分")
    if unit_of(mark) != step.parts["unit"]:
        raise s.refuse(step, "与前面的数不是同一个单位", "每少1次扣N分")
    words = Counted(f"{head}{at.text}{said}", "", step.parts["unit"], "")
    return CountPart(words, Decimal(1), "扣", s.need(token))


def short_in(s: Segment) -> Part:
    """每季度报送信息不达标的,每少1篇扣1分

    各期少的合起来数,每少一个扣所写的分。
    """
    step, token, at = s.get("EVDOWN"), s.get("SUB"), _period(s)
    place = s.tokens.index(step)
    head, said = s.label(0, s.tokens.index(at)), _missed(s, step)
    counted = next(t for t in s.tokens[place:] if t.name == "CNT")
    unit = unit_of(counted)
    ahead = [t for t in s.tokens[:place] if t.name in AMOUNTS]
    if not _LACKS.fullmatch(step.text) or any(unit_of(t) != unit for t in ahead):
        raise s.refuse(step, "不知道从哪个数算起", "每少1次扣N分")
    does = step.text.removeprefix("每") + s.label(place + 1, s.tokens.index(counted))
    thing = s.label(s.tokens.index(counted) + 1, s.tokens.index(token))
    of = "" if ahead else "的"
    words = Counted(f"{head}{at.text}{said}{of}", does, unit, thing)
    return CountPart(words, s.need(counted), "扣", s.need(token))


_LACKS = lazily("每?(?:少|缺|缺少)")


def closed_in(s: Segment) -> Part:
    """每季度稿件录用率低于30%的,不得分

    有一个季度(月)是这样,整项就不得分(G156)。
    """
    token, at = s.get("ZERO"), _period(s)
    head, said = s.label(0, s.tokens.index(at)), _missed(s, token)
    whole = s.says_whole(token)
    return BranchPart("zero", None, head + at.text + said, whole=whole)

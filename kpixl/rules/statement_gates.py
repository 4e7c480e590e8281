"""Vetoes and gates: conditions and what follows for the unit, and their builders."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kpixl.patterns import lazily
from kpixl.rules.gates import Condition, Consequence, Sanction
from kpixl.rules.model import Assumption
from kpixl.rules.scanner import Token
from kpixl.rules.statement_conditions import AT_LEAST, conditions
from kpixl.rules.statement_parts import Gate, Listed, ListHead, Part
from kpixl.rules.statement_scanner import Segment

CONSEQUENCES = (
    "VETO", "BAR", "BARGRADE", "SETGRADE", "DOWN", "TZERO", "TCAP", "TSUB", "LAST", "TOLD",
    "TAKEBACK", "AWARD",
)  # fmt: skip


def one_grade(text: str) -> str:
    return text.strip("“")


def _honour(segment: Segment, token: Token) -> Consequence:
    parts = token.parts
    what = parts.get("what") or parts.get("what2") or parts.get("what3") or ""
    period = parts.get("within", "")
    what = what.removesuffix("的")
    if not re.search(r"[评奖优先彰誉号]", what):
        raise segment.refusal([token], "不知道取消什么资格", "如“取消评优资格”")
    return Consequence("bar", period + what)


def consequence(segment: Segment, token: Token) -> Consequence:
    """What one consequence says."""
    value = segment.take(token)
    match token.name:
        case "VETO":
            field = token.parts.get("field", "")
            if field:
                at = token.text.index(field) + token.start
                segment.words([Token("SUBJ", field, at, at + len(field), {}, {})])
            return Consequence("veto", field)
        case "BAR":
            return _honour(segment, token)
        case "BARGRADE":
            grade = token.parts.get("grade") or token.parts["grade2"]
            if re.match(r"不|未|差|较差|最差|末|后进|落后|一般|较一般|基本", grade):
                raise segment.refusal([token], f"“{grade}”不是要争取的等次", "如“不得评为优秀”")
            return Consequence("bar_grade", one_grade(grade))
        case "SETGRADE":
            parts = token.parts
            named = parts.get("grade") or parts.get("grade2") or parts["grade3"]
            return Consequence("set_grade", one_grade(named))
        case "DOWN":
            if value is None or value < 1 or value != int(value):
                raise segment.refusal([token], "不知道降几个等次", "如“降一个等次”")
            return Consequence("down", number=value)
        case "TZERO":
            return Consequence("zero")
        case "TCAP":
            return Consequence("cap", number=value)
        case "TSUB":
            return Consequence("deduct", number=value)
        case "TOLD":
            return Consequence("told", token.text.removeprefix("将"))
        case "AWARD":
            if not value:
                raise segment.refusal([token], "不知道奖励多少", "如“奖励5000元”")
            each = "每个" if token.parts.get("each") or token.parts.get("each2") else ""
            return Consequence("award", each + token.parts["unit"], value)
        case "TAKEBACK":
            return Consequence("take_back", "加" if "加" in token.text else "得")
        case _:
            return Consequence("last")


def _consequences(segment: Segment, tokens: Sequence[Token]) -> tuple[Consequence, ...]:
    found = tuple(consequence(segment, t) for t in tokens if t.name in CONSEQUENCES)
    kinds: list[str] = [c.kind for c in found]
    single = {"set_grade", "cap", "zero", "down", "deduct"}
    if len(set(found)) != len(found) or any(kinds.count(k) > 1 for k in single):
        raise segment.refusal(tokens, "同一种处理写了两次", "每种处理只写一次")
    return found


# -- builders -------------------------------------------------------------------------------


def gate(segment: Segment) -> Part:
    """发生重大安全事故的,取消评优资格"""
    tokens = list(segment.tokens)
    matter = ""
    names = [t.name for t in tokens]
    if "VETO" in names and "DEUNIT" in names and names.index("VETO") < names.index("DEUNIT"):
        at = names.index("VETO")
        if names[at + 1] == "COMMA":
            # 环境保护实行一票否决,对…的,…
            matter = segment.words(tokens[:at])
            if tokens[at].parts.get("field"):
                raise segment.refusal(
                    [tokens[at]], "看不出否决的是什么事", "如“环境保护实行一票否决”"
                )
            tokens = tokens[at + 2 :]
    last_de = max(i for i, t in enumerate(tokens) if t.name == "DEUNIT")
    met: list[Condition] = []
    taken: list[Assumption] = []
    start = 0
    for i, token in enumerate(tokens[: last_de + 1]):
        if token.name == "DEUNIT":
            piece = list(tokens[start:i])
            while piece and piece[0].name in ("DUN", "OR", "COMMA"):
                piece.pop(0)
            found, assumed = conditions(segment, piece)
            met += found
            taken += assumed
            start = i + 1
    follows = _consequences(segment, tokens[last_de + 1 :])
    _not_for_each(segment, follows, taken)
    if matter and not follows:
        follows = (Consequence("veto"),)
    return Gate(Sanction(tuple(met), follows, matter), tuple(taken))


_BEGINS = lazily(r"(?:凡|如|若|如果|对)?(?:发生|出现|造成|受到|被|存在|一次死亡|累计|未完成|排名)")


def bare_gate(segment: Segment) -> Part:
    """发生重大安全事故,一票否决"""
    tokens = list(segment.tokens)
    at = next(i for i, t in enumerate(tokens) if t.name in (*CONSEQUENCES, "WHATEVER"))
    before = tokens[:at]
    if not _BEGINS.match("".join(t.text for t in before)):
        raise segment.refusal(before, "看不出是什么情形", "如“发生…的,一票否决”")
    if _HEDGED.search("".join(t.text for t in before)):
        raise segment.refusal(before[-1:], "这个词改变后面的处理", "如“发生…的,一票否决”")
    met, taken = conditions(segment, before)
    follows = _consequences(segment, tokens[at:])
    _not_for_each(segment, follows, taken)
    return Gate(Sanction(tuple(met), follows), tuple(taken))


# What turns or weakens a consequence that stands right behind it.
_HEDGED = lazily(
    r"(?:[不未非无可应将要需才就则即暂也仍]|可以|一定|应当|必须|不会|原则上|一般|视情|考虑|建议|酌情)$"
)


def _not_for_each(
    segment: Segment, follows: Sequence[Consequence], taken: Sequence[Assumption]
) -> None:
    """发生1起事故的,总分扣5分 may well mean each of them."""
    paid = [c for c in follows if c.kind == "award"]
    places = segment.first("PLACES")
    if paid and AT_LEAST in taken:
        raise segment.refusal(segment.tokens, "不知道是奖一次,还是每一个都奖", "写明“2个以上”")
    if places is not None and any(not c.what.startswith("每个") for c in paid):
        one = any(f.value == 1 for f in places.figures.values())
        if not one:
            raise segment.refusal(
                segment.tokens, "不知道是每个单位的,还是一共的", "如“各奖励5000元”"
            )
    if AT_LEAST in taken and any(c.kind == "deduct" for c in follows):
        raise segment.refusal(
            segment.tokens, "不知道是扣一次,还是每一起(人、项)都扣", "写明“2起以上”,或“每起扣N分”"
        )


def list_head(segment: Segment) -> Part:
    """有下列情形之一的,一票否决:"""
    return ListHead(_consequences(segment, segment.tokens))


def listed(segment: Segment) -> Part:
    """(1)发生重大安全事故的"""
    found, taken = conditions(segment, segment.tokens)
    return Listed(tuple(found), tuple(taken))

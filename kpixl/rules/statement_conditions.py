"""Conditions of rules that are not an item's score: a fact in its own words, or thresholds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast

from kpixl.patterns import lazily
from kpixl.rules.gates import Check, Condition, Op
from kpixl.rules.model import Assumption
from kpixl.rules.scanner import Token
from kpixl.rules.statement_scanner import Segment
from kpixl.rules.words.elements import COUNTS

_EVENT = lazily(r"(?:发生|出现|造成|导致|存在|有|被|受到)")
# A bare number behind these counts what happened: 死亡1人, 有2项, 通报批评2次.
_HAPPENED = lazily(
    r"(?:发生|出现|造成|导致|有|死亡|受伤|重伤|伤亡|连续|查实|通报|批评|曝光|约谈|问责|处分)$"
)
_GOES_ON = lazily(
    r"(?:且|并|造成|导致|引发|产生|影响|情节|移送|被移送|依法|构成|经|一经|受到|被|仍|拒不|整改|后果|性质|社会)"
)
AT_LEAST = Assumption("条件次数", "条件里的次数、人数,多于所写的也算(有1项即1项以上)", "以上")
_ANY_OF = Assumption("条件并列", "用顿号并列的几个数,有一个达到就算", "任一")


def without_lead(tokens: Sequence[Token]) -> list[Token]:
    found = list(tokens)
    while found and found[0].name in ("IF", "COMMA", "ITEMNO"):
        found.pop(0)
    while found and found[-1].name in ("COMMA", "DEUNIT"):
        found.pop()
    return found


def conditions(
    segment: Segment, given: Sequence[Token]
) -> tuple[list[Condition], list[Assumption]]:
    """The conditions that some words hold; any of them suffices.

    Words without a threshold are one fact, whatever 或 and 、 stand in them: it is asked as
    it is written.  Thresholds and facts side by side are conditions of their own.
    """
    tokens = without_lead(given)
    if not tokens:
        raise segment.refusal(given, "没有写明条件", "如“发生重大安全事故”")
    text = segment.words(tokens, "发生的事情,如“发生重大安全事故”")
    no_second_thought(segment, tokens)
    _relations_used(segment, tokens)
    if any(t.name == "PLACES" for t in tokens):
        return _by_place(segment, tokens, text), []
    amounts = [i for i, t in enumerate(tokens) if t.name == "AMT"]
    if not amounts:
        unmet = _unmet(segment, tokens)
        return [Condition(text, unmet)], []
    pieces = _pieces(tokens)
    if all(any(t.name == "AMT" for t in p) for p in pieces):
        return _figures(segment, tokens, text, pieces)
    found: list[Condition] = []
    taken: list[Assumption] = []
    for piece in pieces:
        if not _STANDS_ALONE.match("".join(t.text for t in piece)):
            raise segment.refusal(piece, "不知道数和前后的词怎样连", "每种情形各写一句")
        part, assumed = conditions(segment, piece)
        found += part
        taken += assumed
    return found, taken


_STANDS_ALONE = lazily(r"(?:发生|出现|造成|受到|被|存在|有|一次|累计|死亡|总分|考核得分|年度总分)")


def _by_place(segment: Segment, tokens: Sequence[Token], text: str) -> list[Condition]:
    """排名后2位: a place; 连续2年排名后2位 is asked as one fact."""
    place = next(t for t in tokens if t.name == "PLACES")
    size = segment.take(place)
    whole = size is not None and size >= 1 and size == int(size)
    if not whole or ("nth" in place.parts and size != 1):
        raise segment.refusal([place], "名次不对", "如“排名后2位”")
    rest = [t for t in tokens if t is not place]
    if not rest:
        front = place.parts.get("end") == "前"
        label = place.parts.get("among", "") + ("名次" if front else "倒数名次")
        return [Condition(text, (Check(label, "<=", size, "位"),))]
    if not _YEARS.fullmatch("".join(t.text for t in rest)) or rest != list(tokens[:-1]):
        raise segment.refusal(rest, "名次以外还有别的条件", "一个条件一句话")
    for token in rest:
        segment.take(token)
    return [Condition(text)]


_YEARS = lazily(
    r"(?:年度)?(?:考核|考评)?连续[0-9一二两三四五]+(?:年|个季度|季度|个月|次)(?:考核|考评)?"
)


def _pieces(tokens: Sequence[Token]) -> list[list[Token]]:
    """What 或 and 、 separate."""
    found: list[list[Token]] = [[]]
    for token in tokens:
        if token.name in ("OR", "DUN"):
            if found[-1]:
                found.append([])
        else:
            found[-1].append(token)
    for piece in found:
        while piece and piece[-1].name == "COMMA":
            piece.pop()
    return [p for p in found if p]


def _figures(
    segment: Segment, tokens: Sequence[Token], text: str, pieces: Sequence[Sequence[Token]]
) -> tuple[list[Condition], list[Assumption]]:
    """死亡10人、重伤50人以上重大事故: a threshold in each piece, the last noun for all."""
    scope = 2 if tokens[0].name == "ABOVE" and tokens[1:2] and tokens[1].name == "COMMA" else 0
    if tokens[0].name == "ABOVE" and not scope:
        scope = 1
    rest = tokens[scope:]
    if strange := [t for t in rest if t.name in ("COMMA", "ALSO")]:
        raise segment.refusal(strange, "数以外还有别的条件", "一个条件一句话")
    trimmed = [[t for t in p if t not in tokens[:scope]] for p in pieces]
    noun = ""
    last = trimmed[-1]
    at = max(i for i, t in enumerate(last) if t.name == "AMT")
    behind = [t for t in last[at + 1 :] if t.name not in _ENDS]
    if len(trimmed) > 1 and behind:
        noun = segment.words(behind)
        last = last[: len(last) - len(behind)]
        trimmed[-1] = last
    ends = [t.name for t in last if t.name in _ENDS]
    taken: list[Assumption] = []
    tests = [_test(segment, p, ends[-1] if ends else "", noun, taken) for p in trimmed]
    if len(tests) > 1:
        taken.append(_ANY_OF)
    return [Condition(text, tuple(tests))], taken


def _unmet(segment: Segment, tokens: Sequence[Token]) -> tuple[Check, ...]:
    """未完成…任务: the figure is below its target."""
    if [t.name for t in tokens] == ["UNMET", "SUBJ", "TASK"]:
        return (Check(segment.words([tokens[1]]), "<", None, ""),)
    return ()


def no_second_thought(segment: Segment, tokens: Sequence[Token]) -> None:
    """No second 若, no part behind a comma that is a sentence of its own."""
    for at, token in enumerate(tokens):
        if token.name == "IF" and token.text not in ("对", "对于", "如"):
            raise segment.refusal([token], "条件里又有一个条件", "一个条件一句话")
        if token.name == "COMMA":
            rest = "".join(t.text for t in tokens[at + 1 :])
            above = at == 1 and tokens[0].name == "ABOVE"
            if not above and not _GOES_ON.match(rest):
                raise segment.refusal(tokens[at:], "逗号前后是两件事", "用“、”“或”并列,或各写一句")


# 市级以上, 较大以上事故: above what stands on a scale of names
_LEVELS = ("级", "一般", "较大", "重大")


def _relations_used(segment: Segment, tokens: Sequence[Token]) -> None:
    """以上, 超过 … stand beside a number, or behind a level (市级以上)."""
    for i, token in enumerate(tokens):
        before = tokens[i - 1] if i else None
        after = tokens[i + 1] if i + 1 < len(tokens) else None
        if token.name in ("GES", "GESX", "LES", "LESX"):
            level = before is not None and before.text.endswith(_LEVELS)
            if before is None or not (before.name == "AMT" or (level and token.name == "GES")):
                raise segment.refusal([token], "前面没有数", "如“3人以上”")
        named = any(t.name == "BOUND" for t in tokens[i + 1 : i + 3])
        if token.name in ("GT", "LT") and named and not any(t.name == "AMT" for t in tokens):
            continue  # 少于规定下限
        if token.name in ("GT", "LT", "GEQ") and (after is None or after.name != "AMT"):
            raise segment.refusal([token], "后面没有数", "如“低于60分”")


_BEGUN = lazily(r"发生|出现|造成")
_ENDS = {"GES": ">=", "GESX": ">", "LES": "<=", "LESX": "<"}
_HEADS = {"GEQ": ">=", "GT": ">", "LT": "<"}


def _test(
    segment: Segment, piece: Sequence[Token], shared: str, noun: str, taken: list[Assumption]
) -> Check:
    """The threshold of a piece; `shared` is the relation that the last piece states for all."""
    amounts = [i for i, t in enumerate(piece) if t.name == "AMT"]
    if len(amounts) != 1:
        raise segment.refusal(piece, "一处有两个数", "用“或”分开")
    i = amounts[0]
    token = piece[i]
    value = segment.take(token)
    assert value is not None
    unit = token.parts["unit"]
    head = piece[i - 1] if i and piece[i - 1].name in _HEADS else None
    end = piece[i + 1] if i + 1 < len(piece) and piece[i + 1].name in _ENDS else None
    if head is not None and end is not None:
        raise segment.refusal([head, token, end], "“超过”和“以上”写重了", "只写一个")
    if end is not None:
        again = segment.take(end)
        if again is not None and again != value:
            raise segment.refusal([token, end], "括号里的数与前面的不一致", "同一个数")
    before = piece[: i - 1] if head else piece[:i]
    after = [t for t in piece[i + 1 :] if t is not end]
    lead = segment.words(before)
    op = _HEADS[head.name] if head else _ENDS[end.name] if end else _ENDS.get(shared)
    if (
        op is None
        and (unit in COUNTS or unit in ("人", "年", "个月"))
        and (_HAPPENED.search(lead) or not lead)
    ):
        taken.append(AT_LEAST)
        op = ">="
    if op is None:
        raise segment.refusal([token], "不知道是达到、超过还是低于这个数", "如“3人以上”“低于60分”")
    lead = _EVENT.sub("", lead, count=1) if _EVENT.match(lead) else lead
    lead = re.sub(r"(?<=.)(?:有|发生|出现)$", "", lead)
    behind = segment.words(after).removeprefix("的") or noun
    if unit in ("分", "%") and _BEGUN.search(behind):
        # 90分以上不合格发生事故: a grade ran into the next sentence
        raise segment.refusal(after, "数后面又是一件事", "一个条件一句话")
    label = f"{lead}({behind})" if lead and behind else lead or behind
    if not label:
        raise segment.refusal([token], "不知道是什么的数", "如“死亡3人以上”")
    return Check(label, cast(Op, op), value, unit)

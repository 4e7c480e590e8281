"""Headings with points over the sentences that give these points: 领导重视(3分)。有专人1分,有方案2分。

Such a heading is no thing that is given points beside them.  The clause is cut into one for each
heading, and each is read as what it is worth and its parts: 领导重视(3分):有专人1分,有方案2分.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kpixl.errors import RuleError
from kpixl.patterns import lazily
from kpixl.rules.count_terms import PerUnit
from kpixl.rules.expr import bounds
from kpixl.rules.lines import most_of
from kpixl.rules.rule import Rule, is_deduction

_NUMBER = r"\(?[0-9]{1,2}[).、](?![0-9])|\(?[一二三四五六七八九十]{1,3}[)、.]|[①-⑳⑴-⒇]"
# a name, and no verb that gives, before its points; 总分50分, 分值5分 are the item's
_NO_VERB = r"(?<![得计记加扣给减共为评打占值各满即可再另])(?<![总合共本得][分计])(?<!分值)"
_NAME = (
    rf"(?P<name>[\u4e00-\u9fff“”]{{2,20}}?{_NO_VERB})"
    r"(?:\((?P<in>[0-9.]+)分\)|(?P<n>[0-9.]+)分)"
)
_PIECE = lazily(rf"(?P<number>{_NUMBER})?(?P<body>[^。\n]*)(?P<stop>[。\n]|$)")
_HEADING = lazily(rf"{_NAME}")
_OVER = lazily(rf"{_NAME}\((?P<parts>[^()]*[0-9]分[^()]*)\)")
_AHEAD = lazily(rf"{_NAME},(?P<parts>[^()]*[0-9]分[^()]*)")
_POINTS = lazily(r"(?<![0-9.])([0-9]+(?:\.[0-9]+)?)分")
_QUICK = lazily(r"分\)?[。\n]|分[(,].*分|分\):.*分\):")
_COLON = rf"(?:{_NUMBER})?[\u4e00-\u9fff“”]{{2,20}}\([0-9.]+分\):"
_BELOW = lazily(
    rf"(?:{_NUMBER})?(?P<name>[\u4e00-\u9fff“”]{{2,20}})\((?P<in>[0-9.]+)分\):(?P<below>.+)",
    re.DOTALL,
)

Read = Callable[[str], Rule]


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence, from its number to its full stop; `points` are those of a heading."""

    text: str
    style: str  # of its number
    name: str = ""
    points: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands below a heading, or beside the headings (`name` is "" then)."""

    below: str
    name: str = ""
    points: Decimal | None = None

    def clause(self) -> str:
        """The piece as a clause by itself."""
        return f"{self.name}({self.points}分):{self.below}" if self.name else self.below

    def described(self) -> str:
        """The piece beside others, its heading a remark."""
        return f"{self.name}。{self.below}" if self.name else self.below


@dataclass(frozen=True, slots=True)
class Outline:
    """The pieces that a clause with headings falls into; `sure` where it can't mean else."""

    pieces: tuple[Piece, ...]
    sure: bool


def outline_of(text: str, read: Read) -> Outline | None:
    """The headings of a clause in one spelling with what stands below each, None where none do."""
    if not _QUICK.search(text):
        return None
    return _of_sentences(_sentences(text), read) or _of_brackets(text) or _of_colons(text)


def _sentences(text: str) -> list[_Sentence]:
    found = []
    for m in _PIECE.finditer(text):
        if not m["body"]:
            continue
        style = re.sub("[0-9]+|[一二三四五六七八九十]+|[①-⑳]", "#", m["number"] or "")
        head = _HEADING.fullmatch(m["body"])
        if head:
            points = Decimal(head["in"] or head["n"])
            found.append(_Sentence(m[0], style, head["name"], points))
        else:
            found.append(_Sentence(m[0], style))
    return found


def _of_sentences(sentences: Sequence[_Sentence], read: Read) -> Outline | None:
    pieces: list[Piece] = []
    at = 0
    sure = True
    style = next((s.style for s in sentences if s.points is not None), "")
    while at < len(sentences):
        one = sentences[at]
        end, alike = _reach(sentences, at, read) if one.points is not None else (at, False)
        below = _text(sentences[at + 1 : end + 1])
        if end > at:
            pieces.append(Piece(below, one.name, one.points))
            sure = sure and not alike
        elif pieces and not pieces[-1].name and not (style and one.style == style):
            pieces[-1] = Piece(pieces[-1].below + one.text)
        else:
            pieces.append(Piece(one.text))
        at = end + 1
    return Outline(tuple(pieces), sure) if any(p.name for p in pieces) else None


def _text(sentences: Sequence[_Sentence]) -> str:
    return "".join(s.text for s in sentences)


def _reach(sentences: Sequence[_Sentence], at: int, read: Read) -> tuple[int, bool]:
    """The last sentence below a heading (itself: none is), and whether it may be no heading."""
    head = sentences[at]
    limit = _limit(sentences, at)
    found = at
    for end in range(at + 1, limit):
        below = sentences[at + 1 : end + 1]
        try:
            rule = read(Piece(_text(below), head.name, head.points).clause())
        except RuleError:
            continue
        if _comes_to(rule, head.points):
            found = end
        elif found > at:
            break
        elif _open(rule) and end == at + 1 == limit - 1:
            return end, True
    below = sentences[at + 1 : found + 1]
    if len(below) == 1 and below[0].points is not None and not below[0].style:
        return at, False  # 1、认真履职(2分)。团结协调(2分)。: one beside the other
    alike = bool(below) and all(s.points is not None and s.style == head.style for s in below)
    if alike and (found + 1 < len(sentences) or len(below) < 2):
        return at, False
    return found, alike


def _limit(sentences: Sequence[_Sentence], at: int) -> int:
    """Where the next heading stands that is of the same kind."""
    head = sentences[at]
    plain = all(s.points is not None and not s.style for s in sentences[at:])
    for nth in range(at + 1, len(sentences)):
        one = sentences[nth]
        if head.style and one.style == head.style:
            return nth
        if not (head.style or one.style or plain) and one.points is not None:
            return nth
    return len(sentences)


def _comes_to(rule: Rule, points: Decimal | None) -> bool:
    """Whether the parts of a heading come to its points, or the highest of their levels does."""
    gives = [t for t in rule.terms if not t.bonus and not is_deduction(t)]
    if points is None or not gives:
        return False
    most = most_of(rule)
    if rule.limits.item is not None:
        most = min(most, float(rule.limits.item))
    if most == float(points):
        return True
    levels = any(a.code in ("G30", "G38") for a in rule.assumptions)
    tops = [bounds(t.expr(), float("inf"), lambda i: rule.inputs[i].kind)[1] for t in gives]
    return levels and max(tops) == float(points)


def _open(rule: Rule) -> bool:
    """信息工作(5分)。每采用1篇得1分: the points may be the most that each of them comes to."""
    gives = [t for t in rule.terms if not t.bonus and not is_deduction(t)]
    alone = len(gives) == len(rule.terms) == 1 and isinstance(gives[0], PerUnit)
    return alone and most_of(rule) == float("inf")


def _of_brackets(text: str) -> Outline | None:
    """组织领导5分(成立机构2分,制定方案3分);宣传3分(…): what is in brackets comes to what is ahead."""
    segments = [s for s in re.split(r"(?<=[;。\n])", text) if s.strip(";。\n")]
    inside = [_parts_of(_OVER, s) for s in segments]
    behind = [_parts_of(_AHEAD, s) for s in segments]
    found = inside if any(inside) else behind
    if not any(found) or (found is behind and not all(found)):
        return None
    pieces = tuple(p or Piece(s) for p, s in zip(found, segments, strict=True))
    stated = all(_HEADING.match(s) and ")," in s for s in segments)
    return Outline(pieces, sure=found is inside or len(found) > 1 or stated)


def _of_colons(text: str) -> Outline | None:
    """宣传(5分):每少1次扣1分;档案(3分):每缺1件扣0.5分: each heading over what stands behind it."""
    segments = re.split(rf"(?<=[;。])(?={_COLON})", text)
    if len(segments) < 2:
        return None
    found = [_BELOW.fullmatch(s) for s in segments]
    pieces = tuple(Piece(m["below"], m["name"], Decimal(m["in"])) for m in found if m)
    return Outline(pieces, sure=True) if len(pieces) == len(segments) else None


def _parts_of(pattern: re.Pattern[str], segment: str) -> Piece | None:
    m = pattern.fullmatch(re.sub(rf"^(?:{_NUMBER})", "", segment.strip(";。\n")))
    if not m or re.search("[扣减加]|[0-9](?![0-9.]|分)", m["parts"]):
        return None
    amounts = [Decimal(n) for n in _POINTS.findall(m["parts"])]
    whole = Decimal(m["in"] or m["n"])
    if len(amounts) < 2 or sum(amounts) != whole:
        return None
    return Piece(f"{m['parts']};", m["name"], whole)

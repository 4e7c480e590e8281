"""The builders of phrases about the sides of a mark: above it, at it, below it."""

from __future__ import annotations

from typing import Literal

from kpixl.patterns import lazily
from kpixl.rules.amounts import Mark
from kpixl.rules.mark_phrases import below, give
from kpixl.rules.parts import BranchPart, GivePart, Part, SidePart
from kpixl.rules.phrases import lose
from kpixl.rules.segment import VERBS, Segment, points_of, tidy
from kpixl.rules.vocabulary import less_is_better

_MEAN_OF = lazily("平均(?:增[幅速长]|增长率|降幅|水平|值|数)$")
_SIDES: dict[str, Literal["up", "even", "down"]] = {
    "UPW": "up",
    "GT": "up",
    "EVEN": "even",
    "DOWNW": "down",
    "LT": "down",
}


def side(s: Segment) -> Part:
    """比上年增长的得5分,持平的得3分,下降的不得分

    高于、等于、低于所比的数(上年、平均值、目标),各得各的分;三种情形只会有一种。
    """
    at = s.get("UPW", "DOWNW", "EVEN")
    token = s.get("GIVE", "FULL", "FULLPCT", "BPTS", "ZERO", "ADD", "SUB")
    way = _SIDES[at.name]
    mark: Mark | None = None
    said = (
        at.parts.get("than")
        or at.parts.get("what")
        or at.parts.get("what2")
        or at.parts.get("what3")
        or ""
    )
    if "平均" in said:
        mark = Mark(None, "", "mean", said)
    elif "年" in said or "同比" in said:
        mark = Mark(None, "", "prior")
    elif said:
        mark = Mark()
    place = s.tokens.index(at)
    label = tidy(s.label(0, place).rstrip("与和同"))
    points = None if token.name == "ZERO" else points_of(s, token)
    verb = VERBS.get(token.name, "得")
    plain: Part | None = None
    if way == "even":
        # 与上年持平得5分 by itself: not below it
        if mark is not None and points is not None and verb == "得":
            name = label or "完成值"
            plain = GivePart(name, points, name, mark)
    elif at.text in ("高于", "超过", "低于"):
        if at.text == "低于" and token.name == "ZERO" and not label:
            plain = BranchPart("zero", None, "达不到")
    elif token.name == "ZERO":
        plain = below(s)
    else:
        made = lose(s) if token.name in ("ADD", "SUB") else give(s)
        plain = None if isinstance(made, tuple) else made  # one side is one thing
    return SidePart(way, label, mark, points, verb, plain)


def below_mean(s: Segment) -> Part:
    """增幅高于全市平均增幅的得5分,低于全市平均增幅的得3分

    两边各得所写的分;所比的数由考核部门公布,作为目标值填。
    """
    at, token = s.get("LT"), s.get("GIVE", "FULL")
    place = s.tokens.index(at)
    words = s.label(place + 1, s.tokens.index(token))
    if not _MEAN_OF.search(words):
        raise s.refuse(at, "不知道与哪个数相比", "低于平均值的得N分")
    mark, label, points = Mark(None, "", "given", words), s.label(0, place), points_of(s, token)
    plain = GivePart(label, points, label, mark, op="<") if less_is_better(label) else None
    return SidePart("down", label, mark, points, "得", plain)


def beside(s: Segment) -> Part:
    """低于全县平均水平的不得分

    写在“高于…得分”“持平得分”旁边的另一边。
    """
    at = s.get("GT", "LT")
    token = s.get("GIVE", "FULL", "FULLPCT", "BPTS", "ZERO", "ADD", "SUB")
    mean = s.find("MEAN")
    mark = Mark(None, "", "mean", mean.text) if mean else Mark(None, "", "prior")
    label = s.label(0, s.tokens.index(at))
    points = None if token.name == "ZERO" else points_of(s, token)
    plain: Part | None = None
    if at.name == "LT" and token.name == "ZERO":
        said = "".join(t.text for t in s.tokens[: s.tokens.index(token)] if t.name != "DE")
        plain = BranchPart("zero", mark, said, label)
    return SidePart(_SIDES[at.name], label, mark, points, VERBS.get(token.name, "得"), plain)

"""The builders of phrases about what makes a whole item 0: two figures at once, a limit broken."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal, cast

from kpixl.patterns import lazily
from kpixl.rules.amounts import Mark
from kpixl.rules.parts import AllPart, BelowPart, BranchPart, Need, Part, TextPart
from kpixl.rules.segment import AMOUNTS, NAMING, Segment, mark_of, points_of, tidy

_JOINT = lazily(r"^(?:(?P<any>或者?)|(?P<all>并?且|同时|并))")
# 完成率全年低于90%,上半年低于30%: the second is of the same figure
_SPAN = lazily(r"(?:全年|年度|上半年|下半年|[1-4一二三四]季度)$")


def broken(s: Segment) -> Part:
    """断档率高于5%、成活率低于85%的,本项不得分

    几个数一起写的:写“或”的有一个就不得分,写“且”的都有才不得分,只用逗号、顿号的按读法(G133)。
    """
    token = s.get("ZERO")
    labels: list[str] = []
    marks: list[Mark] = []
    ops: list[Literal["<", ">", ">="]] = []
    joints: set[str] = set()
    start = 0
    sides = {"LT": "<", "GT": ">", "GES": ">="}
    for at in s.all(*AMOUNTS):
        place = s.tokens.index(at)
        own = s.tokens[start : place + 2]
        side = next(t for t in own if t.name in sides)
        names = [t for t in s.tokens[start:place] if t.name not in (*sides, "DE")]
        ahead = "".join(t.text for t in names)
        label = tidy(ahead.lstrip(",、"))
        if labels:
            found = _JOINT.match(label)
            label = label[found.end() :] if found else label
            joints.add(("或" if found["any"] else "且") if found else "、")
        labels.append(_whole_name(label, labels))
        marks.append(mark_of(s, at))
        ops.append(cast(Literal["<", ">", ">="], sides[side.name]))
        start = place + (2 if side.name == "GES" else 1)
    if len(joints) > 1 and "且" in joints:
        raise s.refuse(token, "有的用“且”,有的不用,不知道哪几个要一起", "几个都用“且”,或都用“或”")
    joint = "或" if "或" in joints else joints.pop()
    whole = s.says_whole(token)
    return BelowPart(tuple(labels), tuple(marks), tuple(ops), joint, whole)


def _whole_name(label: str, before: list[str]) -> str:
    span = _SPAN.search(before[0]) if before else None
    if span is None or _SPAN.fullmatch(label) is None:
        return label
    return re.sub("^[^,]*或者?", "", before[0][: span.start()]) + label


def over_limit(s: Segment) -> Part:
    """死亡人数超过控制指标的,本项不得分

    超过与否填是或否,超过的整项就是0分。
    """
    token, side = s.get("ZERO"), s.get("GT")
    if not re.match("[\u4e00-\u9fff]", side.text):
        raise s.refuse(side, "这个符号不知道比的是什么", "…超过…的不得分")
    words = s.tokens[: s.tokens.index(token)]
    said = "".join(t.text for t in words if t.name not in ("DE", "COMMA"))
    whole = s.says_whole(token)
    return BranchPart("zero", None, re.sub("的$", "", said), op=">", whole=whole)


def period_note(s: Segment) -> Part:
    """[未做的按次扣]

    说明“每季度…1次,未…的扣N分”已按每少1次扣(G134)。
    """
    assert s.tokens
    return TextPart("", note="G134")


def met_either(s: Segment) -> Part:
    """发表论文3篇以上或获奖2次以上的得5分

    写“或”的有一个达到就得分,写“且”的都达到才得分。
    """
    token = s.get("GIVE", "FULL", "BPTS")
    joints = {("或" if t.text.lstrip(",").startswith("或") else "且") for t in s.all("ORW")}
    if len(joints) > 1:
        raise s.refuse(token, "有的用“且”,有的用“或”,不知道哪几个要一起", "都用“且”,或都用“或”")
    needs: list[Need] = []
    start = 0
    for at in s.all(*AMOUNTS):
        place = s.tokens.index(at)
        words = list(s.tokens[start:place])
        while words and words[0].name in ("ORW", "GES", "DE", "COMMA"):
            words.pop(0)  # what ends the mark in front of it, and joins it
        if missed := next((t for t in words if t.name in ("UNMET", "LT", "LEQ")), None):
            raise s.refuse(missed, "不知道未达到怎样计", "达到N、N以上或不少于N")
        rises = bool(words) and words[-1].name == "GROW"
        reached = bool(words) and words[-1].name in ("GEQ", "DO", "GT")
        if not (rises or reached or s.tokens[place + 1].name == "GES"):
            raise s.refuse(at, "不知道是达到、超过还是低于这个数", "达到N、N以上或不少于N")
        named = words[:-1] if reached else words
        label = tidy("".join(t.text for t in named if t.name in NAMING))
        if reached and words[-1].name == "GT":
            raise s.refuse(words[-1], "不知道正好是这个数的算不算", "达到N、N以上或不少于N")
        needs.append(Need(label, mark_of(s, at)))
        start = place + 1
    behind = [t for t in s.tokens[start : s.tokens.index(token)] if t.name in NAMING]
    thing = "".join(t.text for t in behind if t.name != "GES")
    if thing and not _FOR.match(thing):
        raise s.refuse(behind[0], "不知道管到前面哪一个", "写在每一个数前面")
    needs = [replace(need, label=need.label + thing) for need in needs]
    either = joints == {"或"}
    return AllPart(tuple(needs), points_of(s, token), said=not either, either=either)


# 用于基础设施建设的: what all of it was for
_FOR = lazily("用于|用来|投入")

"""根据实际情况评分 beside what says how: a remark on points, a judgement from which is deducted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kpixl.patterns import lazily
from kpixl.rules.amounts import Amount, Mark
from kpixl.rules.building import Placed, Refused
from kpixl.rules.conditions import moves
from kpixl.rules.parts import (
    BoundPart,
    BranchPart,
    ExceptPart,
    GivePart,
    HeadPart,
    Joint,
    JudgedPart,
    PartiesPart,
    RequirePart,
    StatedPart,
    TextPart,
)

_SILENT = (Joint, TextPart, StatedPart, HeadPart, BoundPart, ExceptPart, RequirePart)


def with_viewed(placed: Sequence[Placed], readings: Mapping[str, str]) -> list[Placed]:
    """根据情况评分:完成得5分 is about these points; beside what only takes, a reading tells (G90)."""
    found: list[Placed] = []
    bounded: list[Placed] = []  # 最高得3分 that is of a judgement beside other points
    for at, p in enumerate(placed):
        part = p.part
        if any(p is q for q in bounded):
            continue
        if not isinstance(part, JudgedPart):
            found.append(p)
            continue
        others = [q for q in placed if q is not p and not isinstance(q.part, _SILENT)]
        if _of_completion(part) and not others:
            found.append(Placed(TextPart("", note="G91"), p.end, p.end))
            if readings.get("G91") == "按比例":
                figure = part.label or "完成值"
                share = GivePart(figure, Amount(None), figure, Mark(), prop=True)
                found.append(Placed(share, p.start, p.end))
                continue
        named = bool(part.view) and part.high is None and _PARTLY.match(part.label) is None
        if not part.viewed and not (named and part.verb == "得"):
            found.append(p)
            continue
        gives = [q for q in others if not _takes(q) and not moves(q.part, "加") and not _closes(q)]
        late = not part.viewed or (bool(gives) and gives[0].start < p.start)
        if gives and _apart(placed[at + 1 :], late):
            own, bound = _by_itself(p, part, placed[at + 1 :])
            found.append(own)
            bounded.append(bound)
        elif gives:
            found.append(Placed(TextPart(f"{part.view}评分", whole=True), p.start, p.end))
        elif part.viewed and any(map(_takes, others)):
            found += _deducted_from(p, part, readings)
        else:
            found.append(p)
    return found


# 未完成的根据完成情况评分: what else than the points beside it
_PARTLY = lazily("未|没|不|部分|基本|否则|其[余他它](?:情况)?的?$")


def _takes(p: Placed) -> bool:
    return moves(p.part, "扣") or isinstance(p.part, PartiesPart)


def _apart(behind: Sequence[Placed], late: bool) -> bool:
    """Whether a judgement is one of several things rather than how those behind it are judged."""
    first = behind[0].part if behind else Joint(2)
    return late or (isinstance(first, Joint) and first.stop == 1)


def _by_itself(p: Placed, part: JudgedPart, behind: Sequence[Placed]) -> tuple[Placed, Placed]:
    """制定方案得2分;根据落实情况评分,最高得3分: the judgement, up to the bound right behind it."""
    bound = next((q for q in behind if not isinstance(q.part, Joint)), None)
    match bound.part if bound else None:
        case BoundPart("item" | "any", Amount(number=most, share=False)) if most is not None:
            pass
        case StatedPart(most):
            pass
        case _:
            raise Refused(p, "不知道这一处最多得几分", "…评分,最高得N分")
    assert bound is not None
    seen = re.sub("^(?:按照?|根据|依据|结合|视|由.*)", "", part.view)
    label = part.label.strip(",") or seen or "评议"
    own = replace(part, label=label, high=most, view="", viewed=False)
    return Placed(own, p.start, bound.end), bound


def _deducted_from(p: Placed, part: JudgedPart, readings: Mapping[str, str]) -> list[Placed]:
    """按效果评分,少一次扣1分: what is judged less what is taken, or only what is taken (G90)."""
    usual = "只按扣分" if _LOOKED_UP.search(part.view) else "先评后扣"
    alone = readings.get("G90", usual) == "只按扣分"
    note = TextPart(f"{part.view}评分" if alone else "", note=f"G90={usual}")
    return [*([] if alone else [p]), Placed(note, p.end, p.end)]


# 根据记录评分: where it is looked up, not how good it is
_LOOKED_UP = lazily("(?:记录|结果)$")


def _of_completion(part: JudgedPart) -> bool:
    """按任务完成情况计分: as it is judged, or in proportion."""
    return part.high is None and part.verb == "得" and _COMPLETION.search(part.view) is not None


_COMPLETION = lazily("(?:完成|到位|实现|执行|兑现).{0,6}(?:情况|程度|进度)$")


def _closes(p: Placed) -> bool:
    return isinstance(p.part, BranchPart) and p.part.kind == "zero"

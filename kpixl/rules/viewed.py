"""根据实际情况评分 beside what says how: a remark on points, a judgement from which is deducted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpixl.patterns import lazily
from kpixl.rules.building import Placed
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
from kpixl.rules.terms import Amount, Mark

_SILENT = (Joint, TextPart, StatedPart, HeadPart, BoundPart, ExceptPart, RequirePart)


def with_viewed(placed: Sequence[Placed], readings: Mapping[str, str]) -> list[Placed]:
    """根据情况评分:完成得5分 is about these points; beside what only takes, a reading tells (G90)."""
    found: list[Placed] = []
    for p in placed:
        part = p.part
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
        if not part.viewed:
            found.append(p)
            continue
        taken = [q for q in others if moves(q.part, "扣") or isinstance(q.part, PartiesPart)]
        rest = [q for q in others if q not in taken]
        gives = [q for q in rest if not moves(q.part, "加") and not _closes(q)]
        said = f"{part.view}评分"
        remark = Placed(TextPart(said, whole=True), p.start, p.end)
        if gives:
            found.append(remark)
        elif taken:
            usual = "只按扣分" if _LOOKED_UP.search(part.view) else "先评后扣"
            alone = readings.get("G90", usual) == "只按扣分"
            if not alone:
                found.append(p)
            note = TextPart(said if alone else "", note=f"G90={usual}")
            found.append(Placed(note, p.end, p.end))
        else:
            found.append(p)
    return found


# 根据记录评分: where it is looked up, not how good it is
_LOOKED_UP = lazily("(?:记录|结果)$")


def _of_completion(part: JudgedPart) -> bool:
    """按任务完成情况计分: as it is judged, or in proportion."""
    return part.high is None and part.verb == "得" and _COMPLETION.search(part.view) is not None


_COMPLETION = lazily("(?:完成|到位|实现|执行|兑现).{0,6}(?:情况|程度|进度)$")


def _closes(p: Placed) -> bool:
    return isinstance(p.part, BranchPart) and p.part.kind == "zero"

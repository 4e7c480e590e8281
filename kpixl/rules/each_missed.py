"""Requirements, and what each of them costs that is not met: 均达到90%,每一项未达到扣2分."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from kpixl.patterns import lazily
from kpixl.rules.amounts import Amount
from kpixl.rules.building import Placed, Refused
from kpixl.rules.numeric import per_period
from kpixl.rules.parts import (
    BranchPart,
    CountPart,
    FaultPart,
    GivePart,
    Joint,
    RequirePart,
    StatedPart,
    StepPart,
    TextPart,
)
from kpixl.rules.printing import number
from kpixl.rules.segment import tidy
from kpixl.rules.words.elements import COUNTS, PERCENT

_MISSED = lazily(
    r"(?:指标|任务|目标)?(?:未|没有|没|未能|不)(?:达到|达标|达|完成|到位|合格)"
    r"(?:要求|标准|目标|指标|任务)?"
)
_EACH = lazily(r"(?P<names>.+?(?:、|和|及|与).+?)(?:均|都)(?:应|须|需)?$")


def with_each_missed(placed: Sequence[Placed]) -> list[Placed]:
    """绿化率、入户率均达90%,每一项未达到扣2分: each figure costs that by itself."""
    found: list[Placed] = []
    for p in placed:
        run = _required(found, _says_each(p)) if _says_each(p) else []
        wanted = [one for q in run if isinstance(q.part, RequirePart) for one in _split(q)]
        if len(wanted) < 2:
            found.append(p)
            continue
        assert isinstance(p.part, CountPart)
        del found[found.index(run[0]) :]
        for nth, (at, part) in enumerate(wanted):
            if nth:
                found.append(Placed(Joint(1), at.start + nth, at.start + nth))
            said = f"{part.label}{'超过' if part.limit else '低于'}{part.mark.text()}"
            op: Literal["<", ">"] = ">" if part.limit else "<"
            lose = BranchPart("lose", part.mark, said, part.label, Amount(p.part.amount), op)
            found.append(Placed(lose, at.start + nth, at.start + nth + 1))
    return found


# 以上指标有一项不达标, of all that stands before it
_ABOVE = lazily("(?:以上|上述)[^,]{0,4}(?:项|指标|要求|任务|目标)")


def _says_each(p: Placed) -> int:
    """每一项未达到扣2分, and nothing else: 1 in a sentence, 2 of all sentences before it."""
    match p.part:
        case CountPart(words, per, "扣") if (
            words.unit == "项" and per == 1 and (not words.head or _ABOVE.fullmatch(words.head))
        ):
            plain = words.does in ("", "有") and _MISSED.fullmatch(words.thing) is not None
            return (2 if words.head else 1) if plain else 0
        case _:
            return 0


def _required(found: Sequence[Placed], reach: int) -> list[Placed]:
    """The requirements right in front, in one sentence, with the commas between them.

    With `reach` 2 those of the sentences before it, too.
    """
    run: list[Placed] = []
    for q in reversed(found):
        plain = isinstance(q.part, RequirePart) and not (
            q.part.period or q.part.about or q.part.upto is not None
        )
        if not plain and not (isinstance(q.part, Joint) and q.part.stop <= reach):
            break
        run.insert(0, q)
    while run and isinstance(run[0].part, Joint):
        run.pop(0)
    return run


def _split(p: Placed) -> list[tuple[Placed, RequirePart]]:
    """绿化率、入户率均达90% as two requirements."""
    part = p.part
    assert isinstance(part, RequirePart)
    if (match := _EACH.fullmatch(part.label)) is None:
        return [(p, part)]
    names = [tidy(n) for n in re.split("、|和|及|与", match["names"])]
    if not all(re.search(r"[率数量值额度比重例]$", n) for n in names):
        raise Refused(
            p, "不知道要求的是哪几个数据", "数据的名称用顿号隔开,如“绿化率、入户率均达到90%”"
        )
    return [(p, replace(part, label=n)) for n in names]


def with_wholly_required(placed: Sequence[Placed]) -> list[Placed]:
    """火化率100%,发现1例土葬扣1分: what is counted is what the requirement falls short by.

    The requirement is a remark then; so is 每季度更新1次 beside 未按时更新的每村扣0.2分.
    """
    if any(isinstance(p.part, GivePart) for p in placed):
        return list(placed)
    found: list[Placed] = []
    taken: object = None  # what stands behind
    for p in reversed(placed):
        if isinstance(p.part, RequirePart) and _told_by(p.part, taken):
            found.append(Placed(TextPart(_spoken(p.part), whole=True), p.start, p.end))
        else:
            found.append(p)
        # 报送率100%,准确率100%,每迟报1次…: what is counted is said of both
        if not (isinstance(p.part, (Joint, StatedPart)) or _whole(p.part)):
            taken = p.part
    return found[::-1]


_LATE = lazily(r"未(?:能)?(?:按时|按期|及时|按规定|按要求|定期)|不(?:及时|按时|按期)|迟|逾期")
_DENIED = lazily(r"未|不|没|无|缺|少|漏|迟|误|逾|违|错|发生|发现|出现|查出")


def _told_by(part: RequirePart, taken: object) -> bool:
    match taken:
        case CountPart(words, _, "扣"):
            said = words.head + words.does + words.thing
        case BranchPart("zero", None, said) | FaultPart(said) if _only(part):
            # 每年召开1次民主生活会,未召开的不得分: not held is what falls short of one
            missed = _NOT_DONE.match(said)
            return missed is not None and (not part.label or missed[1] in part.label)
        case FaultPart(label, _, "扣"):
            said = label
        case StepPart("down", "", unit=unit, mark=None, falls=False) if unit in COUNTS:
            # 登记率为100%,每少1人扣0.1分: the persons that are missing
            return _whole(part)
        case _:
            return False
    if part.upto is not None or part.about:
        return False
    if _whole(part) and isinstance(taken, CountPart):
        return _DENIED.search(said) is not None
    return per_period(part) == 1 and not part.limit and _LATE.match(said) is not None


_NOT_DONE = lazily(
    "(?:未|没有|没)(?:能|按时|按期|及时|按规定|按要求)*"
    "(召开|开展|组织|举办|进行|建立|制定|制订|配备|指派|明确|安排|上报|报送|学习|研究|培训|检查|演练|公示|设立)"
)


def _only(part: RequirePart) -> bool:
    """配备1名专职人员: one, which is there or not."""
    one = part.mark.number == 1 and part.mark.unit in COUNTS and per_period(part) is None
    return one and not part.limit


def with_each_period(placed: Sequence[Placed], readings: Mapping[str, str]) -> list[Placed]:
    """每季度上报1篇,未上报的扣1分: for each that is missing, or once (G134)."""
    found: list[Placed] = []
    for p in placed:
        ahead = found[-2] if len(found) > 1 and isinstance(found[-1].part, Joint) else None
        stop = found[-1].part.stop if found and isinstance(found[-1].part, Joint) else 2
        part = p.part
        if not (ahead and isinstance(ahead.part, RequirePart) and isinstance(part, FaultPart)):
            found.append(p)
            continue
        missed, need = _NOT_DONE.fullmatch(part.label), ahead.part
        plain = part.verb == "扣" and not part.amount.share and stop == 0 and not need.limit
        several = per_period(need) is not None and need.mark.unit in COUNTS
        if not (missed and plain and several and missed[1] in need.label):
            found.append(p)
            continue
        found.append(Placed(TextPart("", note="G134"), ahead.start, ahead.start))
        if readings.get("G134") == "只扣一次":
            found[-3] = replace(ahead, part=TextPart(_spoken(need), whole=True))
            found.append(p)
            continue
        step = StepPart("down", "", Decimal(1), need.mark.unit, part.amount)
        found.append(Placed(step, p.start, p.end))
    return found


def _whole(part: object) -> bool:
    """火化率100%: nobody may be missing."""
    if not isinstance(part, RequirePart):
        return False
    return not part.limit and part.mark.unit in PERCENT and part.mark.number == 100


def _spoken(part: RequirePart) -> str:
    each = per_period(part)
    if each is None:
        return f"{part.label}达到{part.mark.text()}"
    return f"{part.period}{part.label}{number(each)}{part.mark.unit}"

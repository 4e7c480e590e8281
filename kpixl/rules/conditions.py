"""What stands before a phrase: conditions, points in brackets, verbs that go on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kpixl.rules.building import Placed, Refused
from kpixl.rules.parts import (
    AnyMissPart,
    BoundPart,
    CountPart,
    FaultPart,
    GivePart,
    HeadPart,
    Joint,
    JudgedPart,
    RequirePart,
    StatedPart,
    StepPart,
    TextPart,
)
from kpixl.rules.terms import (
    Amount,
)


def with_conditions(placed: Sequence[Placed]) -> list[Placed]:
    """成立小组,制定方案,落实责任的,得5分: all of it is what gives the points, no remark.

    A remark that ends in 的 right before points that it can't be part of is refused: it is a
    condition.
    """
    found: list[Placed] = []
    for p in placed:
        run: list[Placed] = []  # remarks and commas right before this part
        if not isinstance(p.part, (TextPart, Joint)):
            while found and isinstance(found[-1].part, (TextPart, Joint)):
                last = found[-1].part
                ahead = found[-2].part if len(found) > 1 else None
                open_ = isinstance(ahead, TextPart) and ahead.text.endswith("的")
                if isinstance(last, Joint) and last.stop and not (last.stop == 1 and open_):
                    break
                run.insert(0, found.pop())
        words = [q.part.text for q in run if isinstance(q.part, TextPart) and q.part.text]
        match p.part:
            case GivePart(task=None, mark=None) | FaultPart() | JudgedPart() if words:
                first = next(q for q in run if isinstance(q.part, TextPart))
                found += run[: run.index(first)]
                comma = "," if isinstance(run[-1].part, Joint) else ""
                label = _run_text(run[run.index(first) :]) + comma + p.part.label
                found.append(Placed(replace(p.part, label=label), first.start, p.end))
            case AnyMissPart() if words and words[-1].endswith("的"):
                first = next(q for q in run if isinstance(q.part, TextPart))
                found += run[: run.index(first)]
                said = re.sub("的$", "", _run_text(run[run.index(first) :]))
                found.append(Placed(replace(p.part, words=said), first.start, p.end))
            case CountPart(words=counted) if words:
                first = next(q for q in run if isinstance(q.part, TextPart))
                found += run[: run.index(first)]
                said = _run_text(run[run.index(first) :])
                heading = said if not counted.head else f"{said},{counted.head}"
                part = replace(p.part, words=replace(counted, head=re.sub("的$", "", heading)))
                found.append(Placed(part, first.start, p.end))
            case _:
                scores = not isinstance(p.part, (StatedPart, HeadPart, BoundPart, RequirePart))
                bound = bool(words) and (words[-1].endswith("的") or words[-1].startswith("对于"))
                if bound and scores and not isinstance(p.part, Joint):
                    at = next(q for q in reversed(run) if isinstance(q.part, TextPart))
                    raise Refused(at, "这是条件,与后面的计分连不起来", "…的得N分,或…的扣N分")
                found += run
                found.append(p)
    return found


def with_points(placed: Sequence[Placed]) -> list[Placed]:
    """制定要点,定期研究(3分)。在会上交流经验加5分: points in brackets behind a sentence of
    several are that sentence's, not what the whole item is worth."""
    found: list[Placed] = []
    for at, p in enumerate(placed):
        behind = placed[at + 1].part if at + 1 < len(placed) else Joint(2)
        ends = isinstance(behind, Joint) and behind.stop > 0
        start = len(found)
        while start and isinstance(found[start - 1].part, (TextPart, Joint)):
            before = found[start - 1].part
            if isinstance(before, Joint) and before.stop:
                break
            start -= 1
        if start == len(found) and start > 1 and isinstance(found[-2].part, TextPart):
            # …,并提供保障。(3分): behind the full stop of its sentence
            start -= 2
            while start and isinstance(found[start - 1].part, (TextPart, Joint)):
                before = found[start - 1].part
                if isinstance(before, Joint) and before.stop:
                    break
                start -= 1
        run = [q for q in found[start:] if not (isinstance(q.part, Joint) and q is found[start])]
        words = _run_text(run)
        if isinstance(p.part, StatedPart) and p.part.bracket and ends and words:
            del found[start:]
            amount = Amount(p.part.points)
            found.append(Placed(GivePart(words, amount, bare=True), run[0].start, p.end))
        else:
            found.append(p)
    return found


def with_verbs(placed: Sequence[Placed]) -> list[Placed]:
    """获国家级荣誉加5分,省级3分: points without a verb go on with the verb before them."""
    found: list[Placed] = []
    adds = False
    for p in placed:
        part = p.part
        bare = isinstance(part, GivePart) and part.bare and part.task is None
        if isinstance(part, Joint) and part.stop:
            adds = False
        elif isinstance(part, FaultPart):
            adds = part.verb == "加"
        elif isinstance(part, GivePart) and bare and adds:
            found.append(Placed(FaultPart(part.label, part.amount, "加"), p.start, p.end))
            continue
        elif isinstance(part, (GivePart, CountPart, StepPart)):
            adds = False
        found.append(p)
    return found


def _run_text(run: Sequence[Placed]) -> str:
    """Remarks and the commas between them, as they stand."""
    said = "".join(p.part.text if isinstance(p.part, TextPart) else "," for p in run)
    return said.strip(",")

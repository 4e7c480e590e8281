"""One mark for several rates that are named together: 建制率、达标率低于85%的,每降1个百分点扣2分."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kpixl.patterns import lazily
from kpixl.rules.amounts import Mark
from kpixl.rules.building import Placed
from kpixl.rules.parts import (
    AllPart,
    BranchPart,
    FaultPart,
    GivePart,
    Joint,
    Need,
    Part,
    RequirePart,
    StepPart,
    TierPart,
)
from kpixl.rules.vocabulary import is_percent
from kpixl.rules.words.elements import PERCENT

# 普及率 and 及格率 are one name
BETWEEN = lazily("、|和(?!谐)|与(?!否)|(?<!普)及(?![格时])")
_ALL = lazily("(?:均|都)(?:应|须|需)?$")


def names_of(label: str) -> list[str]:
    """The rates that a label names, empty where it names one.

    >>> names_of("签订率、兑现率均"), names_of("住房公积金和社保参保率")
    (['签订率', '兑现率'], [])
    """
    names = BETWEEN.split(_ALL.sub("", label))
    several = len(names) > 1 and all(len(name) > 1 and is_percent(name) for name in names)
    return names if several else []


def with_names_apart(placed: Sequence[Placed]) -> list[Placed]:
    """Each of the rates as a requirement of its own, and what is said of them behind it."""
    found: list[Placed] = []
    given = any(isinstance(p.part, (GivePart, AllPart, TierPart)) for p in placed)
    for p in placed:
        # 完成任务得5分;签订率、兑现率低于85%的不得分: not what 不达标 would be about
        parts = [p.part] if given and isinstance(p.part, BranchPart) else _apart(p.part)
        for nth, part in enumerate(parts):
            if nth:
                found.append(Placed(Joint(), p.start + nth, p.start + nth))
            last = nth == len(parts) - 1
            found.append(Placed(part, p.start + nth, p.end if last else p.start + nth + 1))
    return found


def _apart(part: Part) -> list[Part]:
    match part:
        case RequirePart(label, Mark(unit=unit), upto=None) if unit in PERCENT:
            names = names_of(label)
            return [replace(part, label=name) for name in names] or [part]
        case StepPart(label=label, mark=Mark(unit=unit, kind="own") as mark, head=head) if (
            unit in PERCENT
            and head.startswith(label)
            and part.way != "both"
            and not _ALL.search(label)
        ):
            step = replace(part, label="", head="", mark=None)
            return [*_required(label, mark, part.falls), step] if names_of(label) else [part]
        case BranchPart(mark=Mark(unit=unit, kind="own") as mark, label=label, op=op) if (
            unit in PERCENT
            and op in ("<", ">")
            and names_of(label)
            and part.kind != "prop"
            and not _ALL.search(label)  # 均低于85%: every one of them
        ):
            missed: Part = BranchPart("zero", None, "不达标", whole=part.whole)
            if part.amount is not None:
                missed = FaultPart("不达标", part.amount, "扣")
            return [*_required(label, mark, op == ">"), missed]
        case GivePart(label, mark=Mark(unit=unit, kind="own") as mark, op=">=", verb="得") if (
            unit in PERCENT and names_of(label) and not (part.or_each or part.prop or part.period)
        ):
            needs = tuple(Need(name, mark) for name in names_of(label))
            return [AllPart(needs, part.amount, _ALL.search(label) is not None)]
        case _:
            return [part]


def _required(label: str, mark: Mark, above: bool) -> list[Part]:
    return [RequirePart(name, mark, above) for name in names_of(label)]

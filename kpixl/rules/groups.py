"""Clauses about several figures, each held by what stands beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from kpixl.patterns import lazily
from kpixl.rules.all_terms import AllOf
from kpixl.rules.building import Builder, Placed, Refused, of_kind
from kpixl.rules.conditions import moves
from kpixl.rules.counted_again import LEVEL
from kpixl.rules.expr import Points, walk
from kpixl.rules.figure_clause import MISSED, NAMELESS, figures, is_numeric
from kpixl.rules.finishing import finish
from kpixl.rules.limits import gives_points, read_limits
from kpixl.rules.lines import joined
from kpixl.rules.parts import (
    AllPart,
    AnyMissPart,
    BoundPart,
    BranchPart,
    CountPart,
    FaultPart,
    GivePart,
    HeadPart,
    Joint,
    Part,
    ReportedPart,
    RequirePart,
    SidePart,
    StartPart,
    StepPart,
    TextPart,
    TierPart,
    TiersPart,
)
from kpixl.rules.printing import number
from kpixl.rules.rule import Rule, is_deduction
from kpixl.rules.scopes import clear_caps, clear_scopes, clear_strays
from kpixl.rules.sentences import cut_at, ends, in_one_sentence
from kpixl.rules.shapes import read_parts
from kpixl.rules.single import (
    check_whole,
)
from kpixl.rules.terms import (
    Gate,
    Threshold,
)

# Words that point back: what they are about stands in another group.
# 本级 and 本县 are places, 该征收不征收 is what ought to be done
POINTS_BACK = lazily(
    r"^(?:其|该(?![^,]{1,6}[未不没])|此|上述|前述|以上|本(?![级地省市县区镇乡村辖部系]|单位|行政))"
)


def in_groups(
    source: str,
    placed: Sequence[Placed],
    scoring: Sequence[Placed],
    readings: Mapping[str, str],
    head: str,
    reads_back: Callable[[Rule], bool],
) -> Rule | None:
    """A clause about several figures, as the sum of what each of them gives.

    It is cut wherever another figure is named, else at sentences, else at semicolons; the
    first cut at which every group is complete by itself, and that reads back, is taken.  None
    where none is.
    """
    given = [p.part.amount.number for p in scoring if isinstance(p.part, (GivePart, AllPart))]
    whole = any(isinstance(p.part, AllPart) for p in scoring)
    if whole and len(given) > 2 and given[0] == sum(n for n in given[1:] if n):
        return None  # 加强建设4分。甲达到5000元或乙达到1万元的2分,普查2分
    for groups in (
        _cut_at_figures(scoring),
        cut_at(placed, scoring, 2),
        cut_at(placed, scoring, 1),
    ):
        groups = _with_followers(groups)
        if len(groups) < 2:
            continue
        try:
            rule, told = _of_groups(source, groups, placed, readings, head)
        except Refused:
            continue
        # bounds behind all the groups may be read as those of the last: then they stay in place
        for text in (rule.canonical, "。".join(told), ";".join(told)):
            said = replace(rule, canonical=text)
            if reads_back(said):
                return said
    return None


def _clear_levels_behind(groups: Sequence[Sequence[Placed]]) -> None:
    """Refuse 每新增1家国家级企业得4分。市级得1分: each of them, or once."""
    counted = False
    for group in groups:
        for p in group:
            label = p.part.label if isinstance(p.part, (GivePart, FaultPart)) else ""
            if counted and LEVEL.fullmatch(re.sub("的$", "", label)):
                raise Refused(p, "不知道是每个都计,还是只计一次", "每个…,或分别加N分")
            counted = counted or isinstance(p.part, CountPart)


def _of_groups(
    source: str,
    groups: Sequence[Sequence[Placed]],
    placed: Sequence[Placed],
    readings: Mapping[str, str],
    head: str,
) -> tuple[Rule, list[str]]:
    """Each group a rule by itself, held by the bounds that stand in it, and their sum.

    Beside it the wording of each group with its own bounds.
    """
    _clear_levels_behind(groups)
    starts = [0, *(_headed(placed, group[0]) for group in groups[1:])]
    ends = [*starts[1:], placed[-1].end + 1]
    overall: list[Placed] = []
    floors: list[Placed] = []
    rules: list[Rule] = []
    for at, (group, start, end) in enumerate(zip(groups, starts, ends, strict=True)):
        own = [p for p in placed if start <= p.start < end]
        bounds = [p for p in own if isinstance(p.part, BoundPart)]
        for p, bound in of_kind(bounds, BoundPart):
            if bound.kind == "item" and bound.amount is not None and bound.amount.number is None:
                raise Refused(p, "前面有几处得分,不知道是哪一处的满分", "最高得N分")
        far = [p for p in bounds if _is_over_all(p.part) or _is_of_all(p, groups, at, placed)]
        overall += far
        for p in group:
            if isinstance(p.part, (StartPart, ReportedPart)):
                raise Refused(p, "说的是全部得分,前后还有别的得分", "写在同一句里,或另起一项")
            if isinstance(p.part, GivePart) and p.part.other:
                raise Refused(p, "不知道与前面的得分是否只能有一种成立", "每种情形各得几分")
        if all(isinstance(p.part, AnyMissPart) for p in group):
            raise Refused(group[0], "不知道“其中一项”是哪些项", "与各项写在同一句里")
        clear_scopes(own, group)
        clear_caps(own, group)
        b = Builder(readings)
        b.head = head if at == 0 else ""
        read_parts(b, group)
        if at:
            _stands_alone(group, [i.label for i in b.inputs])
            _no_second_measure(group, groups[:at])
        remarks = [p for p in own if isinstance(p.part, (HeadPart, TextPart))]
        near = [p for p in bounds if p not in far]
        if not any(is_deduction(t) for t in b.terms):
            # 扣完为止 at the end of a clause is about the deductions of any of its sentences
            floors += [p for p in near if _is_floor(p.part)]
            near = [p for p in near if not _is_floor(p.part)]
        rules.append(finish(source, b, remarks, read_limits(b, near), None))
    check_whole([t for rule in rules for t in rule.terms], groups[-1][0])
    if floors and not any(is_deduction(t) for r in rules for t in r.terms):
        raise Refused(floors[0], "限制扣分,但没有扣分", "先写扣分")
    _points_once(rules, placed[0])
    tasks = [g for g in groups if any(_is_task(p.part) for p in g)]
    for p in (p for g in groups for p in g):
        if isinstance(p.part, BranchPart) and p.part.mark is None and len(tasks) > 1:
            words = re.sub("的$", "", p.part.said)
            each = all(any(isinstance(q.part, BranchPart) for q in g) for g in tasks)
            if not each and (p.part.kind == "prop" or MISSED.match(words)):
                raise Refused(p, "前面有几项,不知道是哪一项未完成", "每一项后面各写一次")
    measured = [g for g in groups if any(_measures(p.part) for p in g)]
    for at, group in enumerate(groups[1:], 1):
        tail = [p for p in group[1:] if isinstance(p.part, StepPart) and not figures(p.part)]
        takes = [p for p in tail if isinstance(p.part, StepPart) and p.part.way != "up"]
        ahead = [p for p in groups[at - 1] if isinstance(p.part, StepPart)]
        if (
            takes
            and not ahead
            and (group is groups[-1] or in_one_sentence(placed, groups[at - 1][-1], takes[0]))
            and len(measured) > 1
            and (
                in_one_sentence(placed, groups[at - 1][-1], takes[0])
                or not any(isinstance(p.part, StepPart) for g in groups[:at] for p in g)
            )
            and _measures(group[0].part)
        ):
            raise Refused(
                takes[0], "不知道是前面每一项都这样扣,还是只有最后一项", "每一项后面各写一次"
            )
    items = [p for p in overall if isinstance(p.part, BoundPart) and p.part.kind == "item"]
    lines = joined(source, rules, readings)
    if lines is not None:
        clear_strays(groups, placed)
        if len(items) < len(overall) or len(items) > 1:
            raise Refused(overall[-1], "不知道限制的是哪一处", "写在它限制的那一句里")
        return _capped(lines, items), []
    told = [rule.canonical for rule in rules]
    told += [_bound_text(p.part) for p in overall]
    return _flat(source, groups, placed, readings, head, rules), told


def _headed(placed: Sequence[Placed], first: Placed) -> int:
    """Where a group starts: with a heading right in front of it."""
    ahead = [p for p in placed if p.start < first.start and not isinstance(p.part, Joint)]
    return ahead[-1].start if ahead and isinstance(ahead[-1].part, HeadPart) else first.start


def _flat(
    source: str,
    groups: Sequence[Sequence[Placed]],
    placed: Sequence[Placed],
    readings: Mapping[str, str],
    head: str,
    rules: Sequence[Rule],
) -> Rule:
    """The groups as the terms of one rule, where none has bounds of its own beside others."""
    giving = [r for r in rules if any(gives_points(t) for t in r.terms)]
    marks = [t for r in giving for t in r.terms if isinstance(t, Threshold) and t.verb == "得"]
    takes = any(is_deduction(t) and not isinstance(t, Gate) for r in rules for t in r.terms)
    whole = any(isinstance(t, AllOf) for r in giving for t in r.terms)
    if takes and (whole or any(t.below == "zero" and not t.said for t in marks)):
        raise Refused(
            groups[-1][0], "不知道没有达到前面的标准时是不得分,还是只扣这里的分", "未达到的…"
        )
    if len(giving) > 1 and any(is_deduction(t) for r in giving for t in r.terms):
        raise Refused(groups[-1][0], "不知道扣分扣的是哪一处的得分", "每句分行写")
    b = Builder(readings)
    b.head = head
    for group in groups:
        read_parts(b, group)
    clear_caps(placed, [p for group in groups for p in group])
    limits = [p for p in placed if isinstance(p.part, BoundPart)]
    kinds = [(any(t.bonus for t in r.terms), any(is_deduction(t) for t in r.terms)) for r in rules]
    for p in limits:
        _reaches(p, kinds)
    remarks = [p for p in placed if isinstance(p.part, HeadPart)]
    remarks += [p for p in placed if isinstance(p.part, TextPart)]
    return finish(source, b, remarks, read_limits(b, limits), None)


def _is_of_all(
    p: Placed, groups: Sequence[Sequence[Placed]], at: int, placed: Sequence[Placed]
) -> bool:
    """甲加1分,乙加5分,加分最高不超过10分: in one sentence, so that it is a bound of both."""
    part = p.part
    if not isinstance(part, BoundPart) or part.kind not in ("bonus", "deduction"):
        return False
    stops = [q.start for q in placed if ends(q.part)]
    start = max((stop for stop in stops if stop < p.start), default=-1)
    verb = "加" if part.kind == "bonus" else "扣"
    return any(moves(q.part, verb) and q.start > start for group in groups[:at] for q in group)


def _is_over_all(part: Part) -> bool:
    """Whether a bound holds for the whole item: 以上合计最多…, 总分不超过…; a floor never does."""
    return isinstance(part, BoundPart) and part.over_all and part.kind not in ("floor", "no_floor")


def _is_floor(part: Part) -> bool:
    return isinstance(part, BoundPart) and part.kind == "floor"


def _bound_text(part: Part) -> str:
    """A bound of the whole item in canonical wording."""
    assert isinstance(part, BoundPart) and part.amount is not None
    verb = {"bonus": "最多加", "deduction": "最多扣", "item": "最高得", "any": "最多"}.get(
        part.kind
    )
    if verb is None:
        return f"合计加减分不超过{part.amount.text()}"
    return f"合计{verb}{part.amount.text()}"


def _capped(rule: Rule, items: Sequence[Placed]) -> Rule:
    if not items:
        return rule
    part = items[0].part
    assert isinstance(part, BoundPart) and part.amount is not None
    top = part.amount.number
    assert top is not None
    return replace(
        rule,
        limits=replace(rule.limits, item=top),
        canonical=f"{rule.canonical}\n最高得{number(top)}分",
    )


def _with_followers(groups: Sequence[list[Placed]]) -> list[list[Placed]]:
    """未完成的…, 每少1个…: what names no figure stays with the group before it."""
    joined_up: list[list[Placed]] = []
    for group in groups:
        part = group[0].part
        missed = isinstance(part, BranchPart) and not part.label and part.kind != "lose"
        if missed and isinstance(part, BranchPart) and part.kind == "zero":
            missed = MISSED.match(re.sub("的$", "", part.said)) is not None
        bare = isinstance(part, StepPart) and not figures(part)
        if joined_up and (missed or bare):
            joined_up[-1].extend(group)
        else:
            joined_up.append(list(group))
    return joined_up


def _cut_at_figures(scoring: Sequence[Placed]) -> list[list[Placed]]:
    groups: list[list[Placed]] = []
    current = ""
    for p in scoring:
        numeric = _measures(p.part)
        name = figures(p.part) if numeric else ""
        same = groups and _measures(groups[-1][0].part) == numeric
        other = bool(name and current) and not (name.endswith(current) or current.endswith(name))
        if not groups or not same or (numeric and other):
            groups.append([p])
            current = name
        else:
            groups[-1].append(p)
            current = current or name
    return groups


def _measures(part: Part) -> bool:
    if isinstance(part, (TierPart, TiersPart, SidePart)):
        return True
    return is_numeric(part) or (isinstance(part, GivePart) and part.task is not None)


def _stands_alone(group: Sequence[Placed], labels: Sequence[str]) -> None:
    """Refuse a later group that names no figure of its own or points back."""
    if _measures(group[0].part) and not figures(group[0].part):
        raise Refused(group[0], "没有写是哪个数据", "数据的名称")
    for p in group:
        if isinstance(p.part, FaultPart) and MISSED.match(re.sub("的$", "", p.part.label)):
            raise Refused(p, "不知道没有达到的是前面哪一项", "…未达到的扣N分")
    for at, label in enumerate(labels):
        for other in labels[:at]:
            if label != other and (other.endswith(label) or label.endswith(other)):
                raise Refused(group[0], f"不知道“{label}”与“{other}”是不是同一个数据", "同一个名称")
        if label in NAMELESS or _AIM_ALONE.fullmatch(label):
            raise Refused(group[0], "没有写是哪个数据", "数据的名称")
        if POINTS_BACK.match(label):
            raise Refused(group[0], f"“{label}”指的是前面哪一个", "数据的名称")


_AIM_ALONE = lazily(r"(?:年度|全年)?(?:目标任务|目标|任务|指标|计划)(?:数|值)?")


def _no_second_measure(group: Sequence[Placed], before: Sequence[Sequence[Placed]]) -> None:
    """Refuse steps whose mark may stand in a group before: 采用不少于4篇得4分,采稿每少1篇扣1分."""
    if not all(isinstance(p.part, StepPart) and p.part.mark is None for p in group):
        return
    units = {p.part.unit for p in group if isinstance(p.part, StepPart)}
    for p in (p for g in before for p in g):
        mark = p.part.mark if isinstance(p.part, (GivePart, RequirePart)) else None
        if mark is not None and mark.number is not None and mark.unit in units:
            raise Refused(group[0], f"不知道是不是从前面的{mark.text()}算起", "同一个名称")


def _is_task(part: Part) -> bool:
    if not isinstance(part, GivePart):
        return False
    return part.task is not None or bool(re.search("任务|目标|指标", part.label))


def _points_once(rules: Sequence[Rule], at: Placed) -> None:
    """满分 is the whole item: it can't stand beside other points."""
    gives = [t for r in rules for t in r.terms if gives_points(t)]
    full = [t for t in gives if any(isinstance(e, Points) for e in walk(t.expr()))]
    if full and len(gives) > 1:
        raise Refused(at, "既得满分,又另外得分", "各得几分")


def _reaches(p: Placed, kinds: Sequence[tuple[bool, bool]]) -> None:
    """Refuse a bound of which it is not clear which group it holds for."""
    part = p.part
    assert isinstance(part, BoundPart)
    if part.over_all or part.kind in ("item", "floor", "no_floor"):
        return
    bonus, deduction = (sum(k[side] for k in kinds) for side in (0, 1))
    if (part.kind in ("bonus", "both") and bonus > 1) or (
        part.kind in ("deduction", "both") and deduction > 1
    ):
        raise Refused(p, "不知道限制的是哪一处", "以上合计最多加N分")

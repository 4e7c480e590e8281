"""From the phrases of a clause to one rule, within its bounds.

Each shape of clause is one function, in a module of its own: it takes the parts, leaves what
is not its own, and the clause is refused unless everything was taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from kpixl.rules.building import Builder, Placed, Refused, of_kind
from kpixl.rules.expr import Points, bounds, walk
from kpixl.rules.item import is_deduction
from kpixl.rules.lines import joined
from kpixl.rules.model import Limits, Rule, Term
from kpixl.rules.numeric import (
    MISSED,
    NAMELESS,
    PERCENT,
    count_missing,
    figures,
    for_year,
    is_numeric,
    measured,
    per_period,
    read_numeric,
)
from kpixl.rules.parts import (
    AnyMissPart,
    BlendPart,
    BoundPart,
    BranchPart,
    CountPart,
    DefinitionPart,
    FaultPart,
    FormulaPart,
    GivePart,
    HeadPart,
    Joint,
    JudgedPart,
    Part,
    PlacesPart,
    RequirePart,
    StatedPart,
    StepPart,
    TextPart,
    TierPart,
    ToBestPart,
)
from kpixl.rules.place_terms import Places
from kpixl.rules.places import read_places
from kpixl.rules.printing import number
from kpixl.rules.single import (
    check_whole,
    read_formula_clause,
    read_judged,
    read_to_best,
    read_weighted,
)
from kpixl.rules.sums import is_sum, read_sum
from kpixl.rules.terms import (
    Amount,
    Formula,
    FullPoints,
    Gate,
    Ladder,
    PerUnit,
    Requirements,
    Threshold,
)
from kpixl.rules.tiers import is_tiered, read_tiers

NAMELESS_FIGURE = "完成值"  # what a requirement is about that names nothing


def assemble(
    source: str,
    placed: Sequence[Placed],
    readings: Mapping[str, str],
    default: Literal["zero", "prop", ""] = "",
) -> Rule:
    """The rule of a clause from its parts; raises Refused where they do not fit.

    `default` says what a requirement that is not met gives, where the scheme has a default
    rule.
    """
    placed = with_conditions(_with_verbs(count_missing(_with_points(placed), placed)))
    texts = [p for p in placed if isinstance(p.part, TextPart)]
    core = [p for p in placed if not isinstance(p.part, (TextPart, Joint, StatedPart, HeadPart))]
    stated = [p for p in placed if isinstance(p.part, StatedPart) or _worth(p.part) is not None]
    if len(stated) > 1:
        raise Refused(stated[1], "分值写了两次", "一条只写一个分值")
    for p, behind in pairwise(placed):
        joined_on = not isinstance(behind.part, (Joint, TextPart, StatedPart))
        spoken = isinstance(p.part, RequirePart) or (
            isinstance(p.part, TextPart) and bool(p.part.text)
        )
        # 至少召开4次会议得4分: what is required and what gives the points are one
        one = isinstance(p.part, RequirePart) and isinstance(behind.part, GivePart)
        if spoken and joined_on and not one and p.end == behind.start:
            raise Refused(p, "这些字与后面的计分连在一起,不知道是否影响得分", "用逗号隔开,或删去")
    wanted = _with_names(placed)
    takes = [p for p in core if is_taking(p.part)]
    rest = [p for p in core if p not in takes and not isinstance(p.part, RequirePart)]
    beside = bool(wanted and takes) and all(isinstance(p.part, BoundPart) for p in rest)
    if default and not stated and ((wanted and not takes and not rest) or beside):
        heads = [p for p in placed if isinstance(p.part, HeadPart)]
        whole = read_requirements(source, Builder(readings), wanted, heads, default, takes, rest)
        if whole is not None:
            return whole
    if not core or all(isinstance(p.part, RequirePart) for p in core):
        raise Refused(None, "没有说明如何得分", "至少一处计分,如“得N分”“每…扣N分”“得分=…”")
    if any(isinstance(p.part, TextPart) and p.part.ties for p in placed):
        # who comes first among equals is settled outside the figures
        readings = {"G31": "填报", **readings}
    stacks = {p.part.stack for p in placed if isinstance(p.part, TextPart) and p.part.stack}
    if stacks:
        readings = {**readings, "G38": "取最高"}
    if "倒扣" in source and any(isinstance(p.part, GivePart) for p in core):
        raise Refused(
            None, "不知道倒扣的分是从得分里扣,还是扣成负分", "未达到的不得分,或从得分中扣N分"
        )
    if excepted := re.search("除[^,，;；。]{1,20}外", source):
        raise Refused(None, f"“{excepted[0]}”的情况不知道如何计", "不写例外,或另起一项")
    limits = [p for p in core if isinstance(p.part, BoundPart)]
    scoring = [p for p in core if not isinstance(p.part, BoundPart)]
    if not scoring:
        raise Refused(limits[0], "只有上下限,没有要限制的得分", "先写如何得分,再写上下限")
    _clear_lead(scoring)
    if any(isinstance(p.part, PlacesPart) for p in scoring):
        for p in scoring:
            if isinstance(p.part, TierPart) and p.part.unit in ("名", "位"):
                raise Refused(p, "不知道是名次还是人数", "第N至M名得…")
    named = of_kind(placed, HeadPart)
    heads = [p for p, _ in named]
    head = named[0][1].label if len(named) == 1 else ""
    worth = _worth(stated[0].part) if stated else None
    try:
        builder = Builder(readings)
        builder.head = head
        _read(builder, scoring)
        bounds = _limits(builder, limits)
    except Refused:
        found = _in_groups(source, placed, scoring, readings, head)
        lead = scoring[0].part
        if found is None and not stated and _is_worth(lead) and len(scoring) > 1:
            # 签约项目6分,参加活动得3分,…: what stands first is what the item is worth
            assert isinstance(lead, GivePart) and lead.amount.number is not None
            said = Placed(TextPart(lead.label), scoring[0].start, scoring[0].end)
            rest = [said if p is scoring[0] else p for p in placed]
            worth = lead.amount.number
            try:
                builder = Builder(readings)
                _read(builder, scoring[1:])
                check_whole(builder.terms, scoring[1])
                texts = [said, *texts]
                found = _finish(source, builder, [*heads, *texts], _limits(builder, limits), None)
            except Refused:
                found = _in_groups(source, rest, scoring[1:], readings, head)
        if found is None:
            raise
        return _of_worth(found, worth)
    check_whole(builder.terms, scoring[0])
    if default and beside and texts:
        builder.reading("G20")  # that the words beside the deductions count nothing
    return _finish(source, builder, [*heads, *texts], bounds, worth)


def _clear_lead(scoring: Sequence[Placed]) -> None:
    """Refuse 项目6分,参加活动得3分,…: the first may be a part, or what the whole is worth."""
    lead = scoring[0].part
    gives = [p.part for p in scoring[1:] if isinstance(p.part, GivePart) and p.part.verb == "得"]
    if not (isinstance(lead, GivePart) and _is_worth(lead)) or not gives:
        return
    total = sum((g.amount.number or Decimal(0) for g in gives), Decimal(0))
    if lead.mark is None and not any(g.bare for g in gives) and total != lead.amount.number:
        raise Refused(scoring[0], "不知道是这一件得的分,还是本项的分值", "…得N分,或(N分)")


def _of_worth(rule: Rule, worth: Decimal | None) -> Rule:
    """The rule with what its clause says that the item is worth."""
    if worth is None:
        return rule
    first, mark, rest = rule.canonical.partition("\n")
    return replace(rule, stated=worth, canonical=f"{first};[分值{number(worth)}分]{mark}{rest}")


def _with_verbs(placed: Sequence[Placed]) -> list[Placed]:
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


def _with_points(placed: Sequence[Placed]) -> list[Placed]:
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


def _run_text(run: Sequence[Placed]) -> str:
    """Remarks and the commas between them, as they stand."""
    said = "".join(p.part.text if isinstance(p.part, TextPart) else "," for p in run)
    return said.strip(",")


def _with_names(placed: Sequence[Placed]) -> list[Placed]:
    """The requirements, numbered and not; words before a bare number are its name.

    工业用地追加容积率,最低不少于300亩 is about one figure.
    """
    found: list[Placed] = []
    joined = False
    for p in placed:
        if isinstance(p.part, Joint):
            joined = joined and p.part.stop == 0
        elif isinstance(p.part, RequirePart) and p.part.label == NAMELESS_FIGURE and joined:
            before = found.pop()
            assert isinstance(before.part, TextPart)
            part = replace(p.part, label=before.part.text)
            found.append(Placed(part, before.start, p.end))
            joined = False
        elif isinstance(p.part, (RequirePart, TextPart)):
            found.append(p)
            joined = isinstance(p.part, TextPart) and bool(p.part.text)
        else:
            joined = False
    return found


def is_taking(part: Part) -> bool:
    """Whether a part only takes points away."""
    return isinstance(part, (CountPart, FaultPart)) and part.verb == "扣"


def _is_worth(part: Part) -> bool:
    return isinstance(part, GivePart) and part.bare and part.amount.number is not None


def _read(b: Builder, scoring: Sequence[Placed]) -> None:
    """The terms of parts that belong together."""
    ranked = [p for p in scoring if isinstance(p.part, PlacesPart)]
    if ranked:
        others = [p for p in scoring if p not in ranked]
        if others:
            _read(b, others)
        read_places(b, ranked, alone=not others)
        return
    first = scoring[0].part
    match first:
        case FormulaPart() | DefinitionPart():
            read_formula_clause(b, scoring)
        case BlendPart():
            read_weighted(b, scoring)
        case ToBestPart():
            read_to_best(b, scoring)
        case JudgedPart() if len(scoring) == 1:
            read_judged(b, scoring)
        case _ if is_tiered(scoring) and not is_sum(scoring):
            read_tiers(b, scoring)
        case _ if any(is_numeric(p.part) for p in scoring) and not is_sum(scoring):
            read_numeric(b, scoring)
        case _:
            read_sum(b, scoring)


# Words that point back: what they are about stands in another group.
POINTS_BACK = re.compile(r"^(?:其|该|此|上述|前述|以上|本)")


def _in_groups(
    source: str,
    placed: Sequence[Placed],
    scoring: Sequence[Placed],
    readings: Mapping[str, str],
    head: str,
) -> Rule | None:
    """A clause about several figures, as the sum of what each of them gives.

    It is cut wherever another figure is named, else at sentences, else at semicolons; the
    first cut at which every group is complete by itself is taken.  None where none is.
    """
    for groups in (
        _cut_at_figures(scoring),
        _cut_at(placed, scoring, 2),
        _cut_at(placed, scoring, 1),
    ):
        groups = _with_followers(groups)
        if len(groups) < 2:
            continue
        try:
            return _of_groups(source, groups, placed, readings, head)
        except Refused:
            continue
    return None


def _of_groups(
    source: str,
    groups: Sequence[Sequence[Placed]],
    placed: Sequence[Placed],
    readings: Mapping[str, str],
    head: str,
) -> Rule:
    """Each group a rule by itself, held by the bounds that stand in it, and their sum."""
    starts = [0, *(group[0].start for group in groups[1:])]
    ends = [*starts[1:], placed[-1].end + 1]
    overall: list[Placed] = []
    floors: list[Placed] = []
    rules: list[Rule] = []
    for at, (group, start, end) in enumerate(zip(groups, starts, ends, strict=True)):
        own = [p for p in placed if start <= p.start < end]
        bounds = [p for p in own if isinstance(p.part, BoundPart)]
        far = [p for p in bounds if _is_over_all(p.part)]
        overall += far
        if all(isinstance(p.part, AnyMissPart) for p in group):
            raise Refused(group[0], "不知道“其中一项”是哪些项", "与各项写在同一句里")
        b = Builder(readings)
        b.head = head if at == 0 else ""
        _read(b, group)
        if at:
            _stands_alone(group, [i.label for i in b.inputs])
            _no_second_measure(group, groups[:at])
        remarks = [p for p in own if isinstance(p.part, (HeadPart, TextPart))]
        near = [p for p in bounds if p not in far]
        if not any(is_deduction(t) for t in b.terms):
            # 扣完为止 at the end of a clause is about the deductions of any of its sentences
            floors += [p for p in near if _is_floor(p.part)]
            near = [p for p in near if not _is_floor(p.part)]
        rules.append(_finish(source, b, remarks, _limits(b, near), None))
    check_whole([t for rule in rules for t in rule.terms], groups[-1][0])
    if floors and not any(is_deduction(t) for r in rules for t in r.terms):
        raise Refused(floors[0], "限制扣分,但没有扣分", "先写扣分")
    _points_once(rules, placed[0])
    tasks = [g for g in groups if any(_is_task(p.part) for p in g)]
    for p in (p for g in groups for p in g):
        if isinstance(p.part, BranchPart) and p.part.mark is None and len(tasks) > 1:
            words = re.sub("的$", "", p.part.said)
            if p.part.kind == "prop" or MISSED.match(words):
                raise Refused(p, "前面有几项,不知道是哪一项未完成", "每一项后面各写一次")
    measured = [g for g in groups if any(_measures(p.part) for p in g)]
    for at, group in enumerate(groups[1:], 1):
        tail = [p for p in group[1:] if isinstance(p.part, StepPart) and not figures(p.part)]
        takes = [p for p in tail if isinstance(p.part, StepPart) and p.part.way != "up"]
        ahead = [p for p in groups[at - 1] if isinstance(p.part, StepPart)]
        if (
            takes
            and not ahead
            and group is groups[-1]
            and len(measured) > 1
            and _measures(group[0].part)
        ):
            raise Refused(
                takes[0], "不知道是前面每一项都这样扣,还是只有最后一项", "每一项后面各写一次"
            )
    items = [p for p in overall if isinstance(p.part, BoundPart) and p.part.kind == "item"]
    lines = joined(source, rules, readings)
    if lines is not None:
        if len(items) < len(overall) or len(items) > 1:
            raise Refused(overall[-1], "不知道限制的是哪一处", "写在它限制的那一句里")
        return _capped(lines, items)
    return _flat(source, groups, placed, readings, head, rules)


def _flat(
    source: str,
    groups: Sequence[Sequence[Placed]],
    placed: Sequence[Placed],
    readings: Mapping[str, str],
    head: str,
    rules: Sequence[Rule],
) -> Rule:
    """The groups as the terms of one rule, where none has bounds of its own beside others."""
    giving = [r for r in rules if any(_gives(t) for t in r.terms)]
    marks = [t for r in giving for t in r.terms if isinstance(t, Threshold) and t.verb == "得"]
    takes = any(is_deduction(t) and not isinstance(t, Gate) for r in rules for t in r.terms)
    if takes and any(t.below == "zero" and not t.said for t in marks):
        raise Refused(
            groups[-1][0], "不知道没有达到前面的标准时是不得分,还是只扣这里的分", "未达到的…"
        )
    if len(giving) > 1 and any(is_deduction(t) for r in giving for t in r.terms):
        raise Refused(groups[-1][0], "不知道扣分扣的是哪一处的得分", "每句分行写")
    b = Builder(readings)
    b.head = head
    for group in groups:
        _read(b, group)
    limits = [p for p in placed if isinstance(p.part, BoundPart)]
    kinds = [(any(t.bonus for t in r.terms), any(is_deduction(t) for t in r.terms)) for r in rules]
    for p in limits:
        _reaches(p, kinds)
    remarks = [p for p in placed if isinstance(p.part, HeadPart)]
    remarks += [p for p in placed if isinstance(p.part, TextPart)]
    return _finish(source, b, remarks, _limits(b, limits), None)


def _gives(term: Term) -> bool:
    return not term.bonus and not is_deduction(term) and not isinstance(term, FullPoints)


def _is_over_all(part: Part) -> bool:
    """Whether a bound holds for the whole item: 以上合计最多…, 总分不超过…; a floor never does."""
    return isinstance(part, BoundPart) and part.over_all and part.kind not in ("floor", "no_floor")


def _is_floor(part: Part) -> bool:
    return isinstance(part, BoundPart) and part.kind == "floor"


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


def _cut_at(placed: Sequence[Placed], scoring: Sequence[Placed], stop: int) -> list[list[Placed]]:
    groups: list[list[Placed]] = [[]]
    for p in placed:
        if isinstance(p.part, Joint) and p.part.stop >= stop and groups[-1]:
            groups.append([])
        elif p in scoring:
            groups[-1].append(p)
    return [g for g in groups if g]


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
    return is_numeric(part) or (isinstance(part, GivePart) and part.task is not None)


def _stands_alone(group: Sequence[Placed], labels: Sequence[str]) -> None:
    """Refuse a later group that names no figure of its own or points back."""
    if _measures(group[0].part) and not figures(group[0].part):
        raise Refused(group[0], "没有写是哪个数据", "数据的名称")
    for at, label in enumerate(labels):
        for other in labels[:at]:
            if label != other and (other.endswith(label) or label.endswith(other)):
                raise Refused(group[0], f"不知道“{label}”与“{other}”是不是同一个数据", "同一个名称")
        if label in NAMELESS:
            raise Refused(group[0], "没有写是哪个数据", "数据的名称")
        if POINTS_BACK.match(label):
            raise Refused(group[0], f"“{label}”指的是前面哪一个", "数据的名称")


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
    gives = [t for r in rules for t in r.terms if _gives(t)]
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


def _worth(part: Part) -> Decimal | None:
    """What a part says that the item is worth."""
    return part.points if isinstance(part, (StatedPart, HeadPart)) else None


def read_requirements(
    source: str,
    b: Builder,
    wanted: Sequence[Placed],
    heads: Sequence[Placed],
    below: Literal["zero", "prop"],
    takes: Sequence[Placed] = (),
    bounds: Sequence[Placed] = (),
) -> Rule | None:
    """A clause of requirements, scored by the scheme's default rule, less what `takes` take.

    None where there are deductions, and no requirement beside them counts.
    """
    numbered = [p for p in wanted if isinstance(p.part, RequirePart)]
    words = [p for p in wanted if isinstance(p.part, TextPart)]
    said = "合为一项"  # words alone are one thing to be judged, however many commas they have
    if words and (numbered or takes):
        said = b.reading("G20")
    if said == "只计有数的" and not numbered:
        return None
    lines = {"只计有数的": numbered, "都计": wanted if numbered else _as_one(words)}.get(
        said, _merged(wanted)
    )
    judged: set[int] = set()
    limits: set[int] = set()
    spoken: list[tuple[int, str]] = []
    for p in lines:
        match p.part:
            case RequirePart(label, _, limit):
                mark = for_year(b, p.part)
                kind, shown = measured(mark.unit, percent=mark.unit in PERCENT)
                target, upto = mark.number, p.part.upto
                text = ""
                if upto is not None and target is not None:
                    text = f"{label}{number(target)}-{number(upto)}{mark.unit}"
                    target = target if b.reading("G28") == "下限" else upto
                elif p.part.about and target is not None:
                    b.reading("G29")
                    text = f"{label}{number(target)}{mark.unit}左右"
                elif (each := per_period(p.part)) is not None:
                    text = f"{p.part.period}{label}不少于{number(each)}{mark.unit}"
                i = b.input(p, label, kind, shown, target)
                if text:
                    spoken.append((i, text))
                if limit:
                    limits.add(i)
            case TextPart(text) if text:
                judged.add(b.input(p, text, "judged", "%", Decimal(100)))
            case _:
                pass
    if not b.inputs:
        raise Refused(None, "没有要求", "要完成的事,或要达到的数")
    count = len(b.inputs)
    lined = tuple(range(count))
    b.terms.append(
        Requirements(lined, frozenset(judged), frozenset(limits), below, spoken=tuple(spoken))
    )
    texts = words if said == "只计有数的" else []
    if takes:
        read_sum(b, takes)
    return _finish(source, b, [*heads, *texts], _limits(b, bounds), None)


def _as_one(words: Sequence[Placed]) -> list[Placed]:
    """Requirements without a number as one."""
    said = ",".join(p.part.text for p in words if isinstance(p.part, TextPart) and p.part.text)
    return [Placed(TextPart(said), words[0].start, words[-1].end)] if words else []


def _merged(wanted: Sequence[Placed]) -> list[Placed]:
    """The requirements, those without a number as one where the first of them stands."""
    words = [p for p in wanted if isinstance(p.part, TextPart)]
    lines: list[Placed] = []
    for p in wanted:
        if not isinstance(p.part, TextPart):
            lines.append(p)
        elif p is words[0]:
            lines += _as_one(words)
    return lines


def _goes_down(term: Term) -> bool:
    """Whether a term loses points by and by without being a deduction."""
    return isinstance(term, (Ladder, Formula)) or (
        isinstance(term, Places) and term.step is not None
    )


def _limits(b: Builder, limits: Sequence[Placed]) -> Limits:
    """The bounds that the clause states: on bonuses, on deductions, on the item."""
    found: dict[str, Amount | None] = {}
    deducts = any(is_deduction(t) for t in b.terms)
    for p in limits:
        part = p.part
        assert isinstance(part, BoundPart)
        named = _named_cap(b, p) if part.kind == "any" else part.kind
        kinds = ("bonus", "deduction") if named == "both" else (named,)
        for kind in kinds:
            if kind == "bonus" and not any(t.bonus for t in b.terms):
                raise Refused(p, "限制加分,但没有加分", "先写加分,再写“最多加N分”")
            if kind == "floor" and any(_goes_down(t) for t in b.terms):
                found[kind] = None  # 扣完为止 behind a step from place to place
                continue
            if kind == "floor" and any(isinstance(t, Threshold) for t in b.terms):
                continue  # 按比例计分,最低0分: an item is never below 0
            if kind in ("deduction", "floor", "no_floor") and not deducts:
                raise Refused(p, "限制扣分,但没有扣分", "先写扣分")
            if kind in found:
                raise Refused(p, "同一种限制写了两次", "只写一次")
            found[kind] = part.amount
    if "floor" in found and "no_floor" in found:
        raise Refused(limits[-1], "既写扣完为止,又写扣分不封顶", "只写一种")
    item = found.get("item")
    return Limits(
        found.get("bonus"),
        found.get("deduction"),
        item.number if item else None,
        "no_floor" not in found,
    )


def _named_cap(b: Builder, p: Placed) -> Literal["bonus", "deduction", "item"]:
    """Of what 最高不超过6分 is the cap: of the only thing that there is, or of what it can be."""
    part = p.part
    assert isinstance(part, BoundPart) and part.amount is not None
    gives = [t for t in b.terms if _gives(t)]
    bonus = any(t.bonus for t in b.terms)
    taken = any(is_deduction(t) for t in b.terms)
    if not bonus and not gives:
        return "deduction"
    if not gives:
        return "bonus"
    if not bonus:
        if taken:
            raise Refused(p, "不知道限制的是得分还是扣分", "最高得N分,或最多扣N分")
        return "item"
    base = sum(bounds(t.expr(), float("inf"), lambda i: b.inputs[i].kind)[1] for t in gives)
    top = part.amount.number
    default = "得分" if top is not None and float(top) > base else "加分"
    b.open_cap = True
    return "item" if b.reading("G37", default) == "得分" else "bonus"


def _finish(
    source: str, b: Builder, texts: Sequence[Placed], limits: Limits, worth: Decimal | None
) -> Rule:
    if any(isinstance(p.part, TextPart) and p.part.stack for p in texts):
        b.reading("G40")
        counted = any(isinstance(t, PerUnit) for t in b.terms)
        top = next(
            (p for p in texts if isinstance(p.part, TextPart) and p.part.stack == "最高"), None
        )
        if top is not None and not counted and "G38" not in b.taken:
            raise Refused(top, "不知道是哪几种情形取最高", "与这几种情形写在一起")
    inputs = tuple(b.inputs)
    deducts = any(is_deduction(t) for t in b.terms)
    gives = any(not t.bonus and not is_deduction(t) for t in b.terms)
    if deducts and not gives and b.reading("G16") == "分值":
        b.terms.insert(0, FullPoints())
    pieces = [text for t in b.terms if (text := t.canonical(inputs))]
    if b.heading is not None:
        pieces.insert(0, f"{b.heading.label}得{b.heading.amount.text()}")
    if deducts:
        pieces.append("扣完为止" if limits.floor else "扣分不封顶")
    if limits.bonus is not None:
        number_ = limits.bonus.text()
        pieces.append(f"{number_}封顶" if b.open_cap else f"最多加{number_}")
    if limits.deduction is not None:
        pieces.append(f"最多扣{limits.deduction.text()}")
    if limits.item is not None:
        top = f"{number(limits.item)}分"
        pieces.append(f"{top}封顶" if b.open_cap else f"最高得{top}")
    if worth is not None:
        pieces.append(f"[分值{number(worth)}分]")
    # What is read as having no effect is shown, so that nobody has to trust it unseen.
    said = [p.part.text for p in texts if isinstance(p.part, TextPart) and p.part.text]
    said += b.remarks
    named = [p.part.label for p in texts if isinstance(p.part, HeadPart)]
    if named:
        pieces[0] = ":".join((*named, pieces[0]))
    if said:
        pieces.append("[说明:" + ",".join(said) + "]")
    if any(t.bonus for t in b.terms) and limits.item is None:
        b.reading("G1")
    return Rule(
        source=source,
        terms=tuple(b.terms),
        inputs=inputs,
        canonical=";".join(pieces),
        assumptions=tuple(b.taken.values()),
        readings=dict(b.readings),
        limits=limits,
        stated=worth,
    )

"""From the phrases of a clause to one rule, within its bounds.

Each shape of clause is one function, in a module of its own: it takes the parts, leaves what
is not its own, and the clause is refused unless everything was taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from kpixl.patterns import lazily
from kpixl.rules.all_of import clear_done, with_all
from kpixl.rules.among import with_among, without_among
from kpixl.rules.assumptions import take
from kpixl.rules.bracket_points import by_degree, is_whole, with_all_said, with_points
from kpixl.rules.building import Builder, Placed, Refused, of_kind
from kpixl.rules.conditions import (
    clear_levels,
    clear_stacks,
    distributed,
    moves,
    with_all_or_none,
    with_caps,
    with_conditions,
    with_else,
    with_items,
    with_labels,
    with_lists,
    with_more,
    with_objects,
    with_rates,
    with_start,
    with_verbs,
    with_worth,
)
from kpixl.rules.counted_again import with_each
from kpixl.rules.each_missed import with_each_missed, with_wholly_required
from kpixl.rules.exceptions import apply_exceptions, with_exceptions
from kpixl.rules.figure_clause import count_missing, says_missed
from kpixl.rules.finishing import finish, is_note
from kpixl.rules.groups import in_groups
from kpixl.rules.headings import with_bracket_headings, with_headings
from kpixl.rules.limits import read_limits
from kpixl.rules.lines import Line, most_of
from kpixl.rules.parties import with_parties
from kpixl.rules.parts import (
    AllPart,
    BoundPart,
    BranchPart,
    CountPart,
    DefinitionPart,
    DeviationPart,
    ExceptPart,
    FaultPart,
    FormulaPart,
    GivePart,
    HeadPart,
    Joint,
    JudgedPart,
    Part,
    PartiesPart,
    PlacesPart,
    RequirePart,
    StatedPart,
    StepPart,
    TextPart,
    TierPart,
    TimesPart,
    ZeroIfPart,
)
from kpixl.rules.printing import number
from kpixl.rules.prose import clear_prose
from kpixl.rules.ramps import with_open_ramps
from kpixl.rules.requirements import is_taking, read_requirements, with_names, with_things
from kpixl.rules.rule import Rule
from kpixl.rules.scopes import clear_ahead, clear_scopes, clear_start, is_part
from kpixl.rules.sentences import ends
from kpixl.rules.shapes import read_parts
from kpixl.rules.sides import with_sides
from kpixl.rules.since import with_since
from kpixl.rules.single import (
    check_whole,
)
from kpixl.rules.sized import with_sized
from kpixl.rules.state_tiers import with_states
from kpixl.rules.sums import takes_more
from kpixl.rules.tiers import with_first_count
from kpixl.rules.viewed import with_viewed
from kpixl.rules.vocabulary import is_percent


def assemble(
    source: str,
    placed: Sequence[Placed],
    readings: Mapping[str, str],
    default: Literal["zero", "prop", ""] = "",
    reads_back: Callable[[Rule], bool] = lambda _: True,
) -> Rule:
    """The rule of a clause from its parts; raises Refused where they do not fit.

    `default` says what a requirement that is not met gives, where the scheme has a default
    rule; `reads_back` whether the canonical wording of a rule is read as the same rule.
    """
    clear_prose(placed)
    placed = with_viewed(with_headings(with_since(placed)), readings)
    for step in _STEPS:
        placed = step(placed)
    rule = _arranged(source, by_degree(placed, readings), readings, default, reads_back)
    if any(is_whole(i.label) for i in rule.inputs):
        return replace(rule, assumptions=(*rule.assumptions, take("G120", readings)[1]))
    return rule


# What is put together before anything else, in this order, behind headings and views.
_STEPS: tuple[Callable[[Sequence[Placed]], Sequence[Placed]], ...] = (
    with_sized,
    with_first_count,
    with_open_ramps,
    with_states,
    with_sides,
    with_start,
    with_labels,
    with_items,
    with_lists,
    with_points,
    with_all_said,
    with_objects,
    with_rates,
    with_more,
    with_bracket_headings,
    with_things,
    with_all_or_none,
    with_worth,
)


def _arranged(
    source: str,
    placed: Sequence[Placed],
    readings: Mapping[str, str],
    default: Literal["zero", "prop", ""],
    reads_back: Callable[[Rule], bool],
) -> Rule:
    if not any(isinstance(p.part, (StepPart, BranchPart)) for p in placed):
        placed = with_all(placed, required=False)
    placed = _with_lead(placed)
    if (stated := _defined_figure(placed)) is not None:
        rest = [p for p in placed if p is not stated]
        part = stated.part
        assert isinstance(part, DefinitionPart)
        rule = assemble(source, rest, readings, default, reads_back)
        if not any(_is_named(i.label, part.name) for i in rule.inputs):
            raise Refused(stated, f"后面没有用到“{part.name}”", "前面说明了算法的数据")
        return replace(rule, canonical=f"{part.name}={part.text};{rule.canonical}")
    noted = [p for p in placed if isinstance(p.part, TextPart) and p.part.note]
    if noted:
        _clear_veto(placed)
        rest = [p for p in placed if p not in noted]
        rule = _assembled(source, rest, readings, default, reads_back)
        for p in noted:
            assert isinstance(p.part, TextPart)
            rule = _noting(rule, p.part.note, readings, p.part.text)
        return rule
    try:
        return _assembled(source, placed, readings, default, reads_back)
    except Refused:
        for other, code in ((with_all(placed), ""), (distributed(placed), "G52")):
            if other == list(placed):
                continue
            try:
                rule = _assembled(source, other, readings, default, reads_back)
            except Refused:
                continue
            return _noting(rule, code, readings) if code else rule
        raise


def _is_named(label: str, name: str) -> bool:
    """产值占比=…,占比达到50%得5分: the figure under its own name, or the end of it."""
    return label.endswith(name) or (len(label) > 1 and name.endswith(label))


def _defined_figure(placed: Sequence[Placed]) -> Placed | None:
    """完成率=实际数÷目标数,完成率达到90%得5分: how a figure that is reported is worked out."""
    formulas = (FormulaPart, DeviationPart, ZeroIfPart)
    found = [p for p in placed if isinstance(p.part, DefinitionPart)]
    others = [p.part for p in placed if isinstance(p.part, formulas)]
    if len(found) != 1 or any(not (isinstance(q, FormulaPart) and q.below) for q in others):
        return None
    part = found[0].part
    assert isinstance(part, DefinitionPart)
    return found[0] if part.text and is_percent(part.name) else None


def _with_lead(placed: Sequence[Placed]) -> Sequence[Placed]:
    """签约项目6分,…得3分。全年签约项目每增加1个加2分: the name that comes back heads the clause."""
    lead = placed[0].part if placed else None
    if not (isinstance(lead, GivePart) and _is_worth(lead)) or lead.mark or len(lead.label) < 3:
        return placed
    rest = [p.part for p in placed[1:]]
    if any(isinstance(part, (HeadPart, StatedPart)) for part in rest):
        return placed
    gives = [p for p in rest if isinstance(p, GivePart) and p.verb == "得" and not p.bare]
    named = [
        p for p in rest if isinstance(p, (StepPart, CountPart)) and lead.label in _spoken_of(p)
    ]
    total = sum((g.amount.number or Decimal(0) for g in gives), Decimal(0))
    bare = any(isinstance(p, GivePart) and p.bare for p in rest)
    if not gives or not named or bare or total >= (lead.amount.number or 0):
        return placed
    head = Placed(HeadPart(lead.label, lead.amount.number), placed[0].start, placed[0].end)
    behind = placed[1:]
    if behind and isinstance(behind[0].part, Joint):
        behind = behind[1:]
    return [head, *behind]


def _spoken_of(part: StepPart | CountPart) -> str:
    """All words of a step, or of a count."""
    if isinstance(part, StepPart):
        return f"{part.label},{part.head},{part.thing}"
    return f"{part.words.head},{part.words.thing}"


def _noting(rule: Rule, code: str, readings: Mapping[str, str], words: str = "") -> Rule:
    """The rule with one more assumption, and the words that it is about."""
    code, _, usual = code.partition("=")
    said = _NOTES.get(code, words)
    known = any(a.code == code for a in rule.assumptions)
    taken = () if known else (take(code, readings, usual)[1],)
    canonical = f"{rule.canonical};{said}" if said else rule.canonical
    return replace(rule, assumptions=(*rule.assumptions, *taken), canonical=canonical)


_NOTES = {
    "G52": "[最后的对每一项]", "G53": "[一票否决另计]", "G88": "[最后两件按读法]", "G93": "[没有写单位的按百分数]"
}  # fmt: skip


def _clear_veto(placed: Sequence[Placed]) -> None:
    """Refuse 并一票否决 behind anything but 本项不得分, whose effect on the item is clear."""
    last: Placed | None = None
    for p in placed:
        if isinstance(p.part, TextPart) and p.part.note == "G53" and p.part.text:
            zero = (
                last is not None and isinstance(last.part, BranchPart) and last.part.kind == "zero"
            )
            if not zero:
                raise Refused(p, "不知道本项如何计", "…的本项不得分,并一票否决")
        elif not isinstance(p.part, Joint):
            last = p


def _assembled(
    source: str,
    placed: Sequence[Placed],
    readings: Mapping[str, str],
    default: Literal["zero", "prop", ""],
    reads_back: Callable[[Rule], bool],
) -> Rule:
    apart = (ExceptPart, PartiesPart, TimesPart)
    said_apart = [p for p in placed if isinstance(p.part, apart)]
    placed = with_among(without_among(with_each_missed(placed)))
    placed = with_wholly_required(placed)
    placed = with_verbs(count_missing(placed, placed))
    clear_levels(placed)
    clear_stacks(placed)
    placed = with_exceptions(with_parties(with_conditions(placed)))
    placed = with_caps(with_each(with_else(placed)))
    texts = [p for p in placed if isinstance(p.part, TextPart)]
    core = [p for p in placed if not isinstance(p.part, (TextPart, Joint, StatedPart, HeadPart))]
    stated = [p for p in placed if isinstance(p.part, StatedPart) or _worth(p.part) is not None]
    if len(stated) > 1:
        raise Refused(stated[1], "分值写了两次", "一条只写一个分值")
    _clear_worth(placed)
    _clear_met(placed)
    clear_done(placed)
    for p, behind in pairwise(placed):
        joined_on = not isinstance(behind.part, (Joint, TextPart, StatedPart))
        spoken = isinstance(p.part, RequirePart) or (
            isinstance(p.part, TextPart) and bool(p.part.text)
        )
        # 至少召开4次会议得4分: what is required and what gives the points are one
        one = isinstance(p.part, RequirePart) and isinstance(behind.part, GivePart)
        if spoken and joined_on and not one and p.end == behind.start:
            raise Refused(p, "这些字与后面的计分连在一起,不知道是否影响得分", "用逗号隔开,或删去")
        if (
            isinstance(p.part, GivePart)
            and isinstance(behind.part, RequirePart)
            and p.end == behind.start
        ):
            raise Refused(behind, "与前面的得分之间没有标点", "用分号或句号隔开")
    wanted = with_names(placed)
    takes = [p for p in core if is_taking(p.part)]
    rest = [p for p in core if p not in takes and not isinstance(p.part, RequirePart)]
    beside = bool(wanted and takes) and all(isinstance(p.part, BoundPart) for p in rest)
    if default and beside and (hung := _condition_of_taking(source, placed)):
        raise Refused(
            hung, "不知道是要求,还是后面扣分的条件", "要求与扣分各写一句,用句号或分号隔开"
        )
    if default and not stated and ((wanted and not takes and not rest) or beside):
        heads = [p for p in placed if isinstance(p.part, HeadPart)]
        whole = read_requirements(source, Builder(readings), wanted, heads, default, takes, rest)
        if whole is not None:
            return whole
    if not core or all(isinstance(p.part, RequirePart) for p in core):
        raise Refused(None, "没有说明如何得分", "至少一处计分,如“得N分”“每…扣N分”“得分=…”")
    readings = _said_readings(placed, core, readings)
    _clear_below(source, core)
    if excepted := re.search("除[^,，;；。]{1,20}外", source):
        raise Refused(None, f"“{excepted[0]}”的情况不知道如何计", "不写例外,或另起一项")
    limits = [p for p in core if isinstance(p.part, BoundPart)]
    excepts = [p for p in core if isinstance(p.part, ExceptPart)]
    scoring = [p for p in core if not isinstance(p.part, (BoundPart, ExceptPart))]
    if excepts and not scoring:
        raise Refused(excepts[0], "前面没有它所说的得分、扣分", "先写扣N分,再写…的减半扣分")
    if not scoring and len(limits) == 1 and texts and (judged := _judged(limits[0], texts)):
        # 重视招商工作,最高得10分: judged by its cap
        scoring, limits, texts = [judged], [], []
    if not scoring:
        scoring, placed = _judged_by_words(placed, limits)
        limits, texts = [], []
    _clear_lead(scoring)
    _clear_found(scoring)
    _clear_summed(scoring, texts)
    _clear_gates(placed)
    _clear_open(scoring, limits)
    if any(isinstance(p.part, PlacesPart) for p in scoring):
        for p in scoring:
            if isinstance(p.part, TierPart) and p.part.unit in ("名", "位"):
                raise Refused(p, "不知道是名次还是人数", "第N至M名得…")
    named = [(p, head) for p, head in of_kind(placed, HeadPart) if p.start < scoring[-1].start]
    heads = [p for p, _ in named]
    # 有机构(5分)。部门:成立科室: what stands behind all points is no name of what they are for
    late = [(p, head) for p, head in of_kind(placed, HeadPart) if p not in heads]
    if late and texts:
        told = [(p, head.label) for p, head in late if not is_note(head.label)]
        texts += [Placed(TextPart(f"{label}:"), p.start, p.end) for p, label in told]
        texts.sort(key=lambda p: p.start)
    else:
        heads += [p for p, _ in late]
        named += late
    head = named[0][1].label if len(named) == 1 else ""
    worth = _worth(stated[0].part) if stated else None
    clear_ahead(placed, scoring)
    try:
        clear_scopes(placed, scoring)
        builder = Builder(readings)
        builder.head = head
        builder.summed = any(_sums_up(source, p) for p in limits)
        read_parts(builder, scoring)
        bounds = read_limits(builder, limits)
        apply_exceptions(builder, excepts)
    except Refused:
        if excepts:
            raise
        found = in_groups(source, placed, scoring, readings, head, reads_back)
        lead = scoring[0].part
        worthy = not stated and _is_worth(lead) and len(scoring) > 1
        if worthy and isinstance(lead, GivePart):
            worthy = takes_more(lead.amount.number, scoring[1:]) is None
            rest_gives = of_kind(scoring[1:], GivePart)
            # 制度2分,台账3分,缺一项扣1分: each of them is one of the things
            worthy = worthy and not any(give.bare for _, give in rest_gives)
        if found is None and worthy and is_part(placed, scoring):
            raise
        if found is None and worthy:
            # 签约项目6分,参加活动得3分,…: what stands first is what the item is worth
            assert isinstance(lead, GivePart) and lead.amount.number is not None
            said = Placed(TextPart(lead.label), scoring[0].start, scoring[0].end)
            rest = [said if p is scoring[0] else p for p in placed]
            worth = lead.amount.number
            try:
                builder = Builder(readings)
                read_parts(builder, scoring[1:])
                check_whole(builder.terms, scoring[1])
                texts = [said, *texts]
                found = finish(
                    source, builder, [*heads, *texts], read_limits(builder, limits), None
                )
            except Refused:
                found = in_groups(source, rest, scoring[1:], readings, head, reads_back)
        if found is None:
            raise
        return _of_worth(found, worth)
    check_whole(builder.terms, scoring[0])
    if default and beside and texts:
        builder.reading("G20")  # that the words beside the deductions count nothing
    rule = finish(source, builder, [*heads, *texts], bounds, worth)
    clear_start(rule, worth)
    if said_apart and not reads_back(rule):
        # in canonical wording it would stand behind something else
        raise Refused(said_apart[0], "不知道是前面哪一处", "与它所说的另起一项")
    return rule


def _said_readings(
    placed: Sequence[Placed], core: Sequence[Placed], readings: Mapping[str, str]
) -> Mapping[str, str]:
    """The readings, with those that remarks of the clause settle."""
    if any(isinstance(p.part, TextPart) and p.part.ties for p in placed):
        # who comes first among equals is settled outside the figures
        readings = {"G31": "填报", **readings}
    if any(isinstance(p.part, TextPart) and "百分制" in p.part.text for p in placed):
        readings = {"G35": "百分制", **readings}
    open_ = [p for p in placed if isinstance(p.part, TextPart) and _NO_CAP.search(p.part.text)]
    if open_ and not any(moves(p.part, "加") for p in core):
        raise Refused(open_[0], "没有加分,不知道是什么不封顶", "加N分,加分不封顶")
    if open_:
        readings = {**readings, "G1": "另加"}
    stacks = {p.part.stack for p in placed if isinstance(p.part, TextPart) and p.part.stack}
    if stacks:
        readings = {**readings, "G38": "取最高"}
    return readings


def _clear_below(source: str, core: Sequence[Placed]) -> None:
    """Refuse 倒扣 where it may mean a deduction from the points, or points below 0."""
    below = re.sub("(?:不|可以?)倒扣|倒扣(?=分[制法])", "", source).count("倒扣")
    taken = sum(moves(p.part, "扣") or isinstance(p.part, BranchPart) for p in core)
    gives = any(isinstance(p.part, GivePart) for p in core)
    if any(isinstance(p.part, BoundPart) and p.part.kind == "no_floor" for p in core):
        return  # 倒扣5分,该项可负分
    if (re.search("可以?倒扣", source) and gives) or (below and (gives or taken != below)):
        raise Refused(
            None, "不知道倒扣的分是从得分里扣,还是扣成负分", "未达到的不得分,或从得分中扣N分"
        )


def _clear_worth(placed: Sequence[Placed]) -> None:
    """Refuse 制定方案得5分;出现1例未处理扣2分(5分): the last is what that thing is worth."""
    behind: Part | None = None
    for at, p in enumerate(placed):
        if isinstance(p.part, StatedPart) and behind is not None and moves(behind, "扣"):
            start = max(
                (n + 1 for n, q in enumerate(placed[:at]) if ends(q.part)),
                default=0,
            )
            end = next((n for n, q in enumerate(placed) if n > at and ends(q.part)), len(placed))
            others = (*placed[:start], *placed[end:])
            if any(isinstance(q.part, (GivePart, AllPart)) for q in others):
                raise Refused(p, "不知道是这一处的分值,还是本项的分值", "几件事各写一行")
        if not isinstance(p.part, Joint):
            behind = p.part
        elif ends(p.part):
            behind = None


def _clear_met(placed: Sequence[Placed]) -> None:
    """Refuse 登记率达到96%以上;(15分)每提高1%加5分: the 15 are for reaching it, or for the item."""
    ahead: Part | None = None
    steps = [p.part for p in placed if isinstance(p.part, StepPart)]
    adds = bool(steps) and all(moves(step, "加") and step.way != "both" for step in steps)
    for p in placed:
        wanted = isinstance(ahead, RequirePart) and ahead.mark.number is not None
        if isinstance(p.part, StatedPart) and wanted and adds:
            raise Refused(p, "不知道是达到要求的得分,还是本项的分值", "达到N得M分,每超过…加…")
        if not isinstance(p.part, Joint):
            ahead = p.part


def _condition_of_taking(source: str, placed: Sequence[Placed]) -> Placed | None:
    """死亡1—2人,处置不力的,每死亡1人扣5分: what has a number in the sentence of a deduction.

    A colon does not end it: 模拟办事2次:1.未答复的每次扣1分.
    """
    ahead: Placed | None = None
    for p in placed:
        if ends(p.part):
            if ahead is None or source[ahead.end : ahead.end + 1] not in (":", "："):
                ahead = None
        elif isinstance(p.part, RequirePart):
            ahead = p
        elif ahead is not None and is_taking(p.part):
            return ahead
    return None


def _judged_by_words(
    placed: Sequence[Placed], limits: Sequence[Placed]
) -> tuple[list[Placed], list[Placed]]:
    """重视这项工作,有年度计划,最高得10分: what the words say is judged, up to the only bound."""
    words = [p for p in placed if isinstance(p.part, TextPart) and p.part.text]
    bound = limits[0].part
    assert isinstance(bound, BoundPart)
    ahead = all(p.end <= limits[0].start for p in words)
    whole = bound.kind == "item" and bound.amount is not None and not bound.over_all
    whole = whole and bound.amount is not None and bound.amount.number is not None
    stacks = any(isinstance(p.part, TextPart) and p.part.stack for p in words)
    if len(limits) > 1 or not words or stacks or not ahead or not whole:
        raise Refused(limits[0], "只有上下限,没有要限制的得分", "先写如何得分,再写上下限")
    assert bound.amount is not None
    said = ",".join(p.part.text for p in words if isinstance(p.part, TextPart))
    at = Placed(JudgedPart(said, bound.amount.number, "得"), words[0].start, limits[0].end)
    rest = [p for p in placed if isinstance(p.part, (StatedPart, HeadPart))]
    return [at], [*rest, at]


def _clear_lead(scoring: Sequence[Placed]) -> None:
    """Refuse 项目6分,参加活动得3分,…: the first may be a part, or what the whole is worth."""
    lead = scoring[0].part
    gives = [p.part for p in scoring[1:] if isinstance(p.part, GivePart) and p.part.verb == "得"]
    if not (isinstance(lead, GivePart) and _is_worth(lead)) or not gives:
        return
    total = sum((g.amount.number or Decimal(0) for g in gives), Decimal(0))
    if lead.mark is None and not any(g.bare for g in gives) and total != lead.amount.number:
        raise Refused(scoring[0], "不知道是这一件得的分,还是本项的分值", "…得N分,或(N分)")


_FOUND = lazily(
    r"(?:发现|出现|发生|存在|查出)[^,;]*但|^(?:如|若|一旦)?(?:发生|出现)[^,;未没无不]{2,},[^,;未没无不]+$"
)
_NOT_FOUND = lazily(r"(?:未|没有|没|无)(?:发现|出现|发生|存在|查出)|^[^,]{0,6}(?:没有|无)")


def _clear_found(scoring: Sequence[Placed]) -> None:
    """Refuse 发现问题但按时整改的得3分 alone: what a unit gets where nothing is found is not said."""
    gives = [p for p in scoring if isinstance(p.part, GivePart) and p.part.verb == "得"]
    labels = [p.part.label for p in gives if isinstance(p.part, GivePart)]
    for p, label in zip(gives, labels, strict=True):
        if _FOUND.search(label) and not any(map(_NOT_FOUND.search, labels)):
            raise Refused(p, "不知道没有发现的得几分", "没有发现的得N分,发现但…的得M分")


def _clear_summed(scoring: Sequence[Placed], texts: Sequence[Placed]) -> None:
    """Refuse 发生事故的扣2分,累计扣分: each time counts, but how often is not asked for."""
    only = scoring[0].part if len(scoring) == 1 else None
    once = isinstance(only, FaultPart) or (isinstance(only, GivePart) and only.mark is None)
    for p in texts:
        if once and isinstance(p.part, TextPart) and _SUMMED.search(p.part.text):
            raise Refused(p, "不知道累计的是几次", "每发生1次扣N分")


_NO_CAP = lazily("上不封顶|加分上?(?:不封顶|不设上限|无上限)")
_SUMMED = lazily(
    "^(?:多次|反复)?(?:发生|出现)?的?,?(?:可以?)?(?:扣分|得分|计分|加分)?可?以?累[计加](?:扣分|加分|计分|得分)?$"
)


def _clear_open(scoring: Sequence[Placed], limits: Sequence[Placed]) -> None:
    """Refuse 有一次会议得1分 unless a cap beyond the points says that each of them counts."""
    for p in scoring:
        if not (isinstance(p.part, CountPart) and p.part.open):
            continue
        caps = [
            q.part.amount.number
            for q in limits
            if isinstance(q.part, BoundPart) and q.part.kind in ("item", "any") and q.part.amount
        ]
        if len(scoring) > 1 or not any(c is not None and c > p.part.amount for c in caps):
            raise Refused(p, "不知道是每个都得分,还是有了就得分", "每有1个得N分,或有1个以上得N分")


def _clear_gates(placed: Sequence[Placed]) -> None:
    """Refuse 甲得1分;乙得1分,发现…的不得分: the whole item is 0, or the last of its parts."""
    last: GivePart | None = None
    joined = apart = stopped = False
    for p in placed:
        match p.part:
            case GivePart(verb="得") as give:
                apart = apart or (last is not None and stopped)
                last, joined, stopped = give, True, False
            case Joint(stop) if stop:
                joined, stopped = False, True
            case BranchPart("zero", None, said, whole=False):
                if apart and joined and not says_missed(said, last):
                    raise Refused(p, "不知道是整项不得分,还是只有前面这一处不得分", "…的本项不得分")


def _of_worth(rule: Rule, worth: Decimal | None) -> Rule:
    """The rule with what its clause says that the item is worth."""
    if worth is None:
        return rule
    clear_start(rule, worth)
    if any(isinstance(t, Line) for t in rule.terms) and most_of(rule) == float(worth):
        return replace(rule, stated=worth)  # what the lines come to, which each line is not
    first, mark, rest = rule.canonical.partition("\n")
    return replace(rule, stated=worth, canonical=f"{first};[分值{number(worth)}分]{mark}{rest}")


def _judged(limit: Placed, texts: Sequence[Placed]) -> Placed | None:
    """Words and 最高得N分 as a thing that an assessor judges."""
    part = limit.part
    assert isinstance(part, BoundPart)
    said = [p.part.text for p in texts if isinstance(p.part, TextPart) and p.part.text]
    known = part.kind == "item" and re.match("最[高多]得", part.said) and part.amount is not None
    if not known or part.amount is None or part.amount.number is None:
        return None
    if texts[-1].start > limit.start:
        return None
    judged = JudgedPart(",".join(said), part.amount.number, "得")
    return Placed(judged, texts[0].start, limit.end)


def _sums_up(source: str, p: Placed) -> bool:
    """累计不超过5分: the points for several are added."""
    return (
        re.match("累计|合计|总计", p.part.said) is not None
        if isinstance(p.part, BoundPart)
        else False
    )


def _is_worth(part: Part) -> bool:
    return isinstance(part, GivePart) and part.bare and part.amount.number is not None


def _worth(part: Part) -> Decimal | None:
    """What a part says that the item is worth."""
    return part.points if isinstance(part, (StatedPart, HeadPart)) else None

"""From the phrases of a clause to one rule, within its bounds.

Each shape of clause is one function, in a module of its own: it takes the parts, leaves what
is not its own, and the clause is refused unless everything was taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from kpixl.patterns import lazily
from kpixl.rules.all_of import clear_done, with_all
from kpixl.rules.among import with_among, without_among
from kpixl.rules.assumptions import take
from kpixl.rules.bracket_points import (
    by_degree,
    is_whole,
    with_all_said,
    with_points,
    with_said_ahead,
)
from kpixl.rules.building import Builder, Placed, Refused, is_remark, of_kind
from kpixl.rules.caps import with_caps, with_cumulative
from kpixl.rules.carried import with_carried
from kpixl.rules.conditions import (
    clear_levels,
    clear_stacks,
    moves,
    with_all_or_none,
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
from kpixl.rules.count_terms import Counted
from kpixl.rules.counted_again import with_each
from kpixl.rules.distributing import distributed
from kpixl.rules.doubts import (
    clear_below,
    clear_duties,
    clear_found,
    clear_gates,
    clear_joins,
    clear_lead,
    clear_met,
    clear_nameless,
    clear_open,
    clear_progress,
    clear_steps_ahead,
    clear_summed,
    clear_veto,
    clear_worth,
    condition_of_taking,
    is_worth,
)
from kpixl.rules.each_missed import with_each_missed, with_each_period, with_wholly_required
from kpixl.rules.exceptions import apply_exceptions, with_exceptions
from kpixl.rules.factors import with_factors
from kpixl.rules.figure_clause import count_missing
from kpixl.rules.figure_gates import with_figure_gates
from kpixl.rules.finishing import finish, is_note
from kpixl.rules.gravest import with_graver_counts, with_graver_names
from kpixl.rules.groups import in_groups
from kpixl.rules.headings import with_bracket_headings, with_headings
from kpixl.rules.in_proportion import with_proportions
from kpixl.rules.joined_names import with_names_apart
from kpixl.rules.least import clear_reached, clear_rounding
from kpixl.rules.limits import read_limits
from kpixl.rules.lines import Line, most_of
from kpixl.rules.listed import with_listed
from kpixl.rules.missed_together import (
    with_bracket_wholes,
    with_missed_together,
    with_missing_of_all,
)
from kpixl.rules.parties import with_parties
from kpixl.rules.parts import (
    BoundPart,
    BranchPart,
    CountPart,
    DefinitionPart,
    DeviationPart,
    ExceptPart,
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
from kpixl.rules.periods import with_periods, with_repeated
from kpixl.rules.printing import number
from kpixl.rules.prose import clear_prose
from kpixl.rules.ramps import with_open_ramps
from kpixl.rules.requirements import is_taking, read_requirements, with_names, with_things
from kpixl.rules.rule import Rule
from kpixl.rules.scopes import (
    clear_ahead,
    clear_caps,
    clear_scopes,
    clear_start,
    clear_summed_caps,
    is_part,
)
from kpixl.rules.shapes import read_parts
from kpixl.rules.sides import with_sides
from kpixl.rules.since import with_since
from kpixl.rules.single import (
    check_whole,
)
from kpixl.rules.sized import with_sized, with_sizes
from kpixl.rules.state_tiers import with_states
from kpixl.rules.sums import takes_more
from kpixl.rules.tiers import with_first_count
from kpixl.rules.viewed import with_viewed
from kpixl.rules.vocabulary import is_percent

Default = Literal["zero", "prop", ""]
"""What the scheme's default rule gives for a requirement that is not met ("": there is none)."""


def assemble(
    source: str,
    placed: Sequence[Placed],
    readings: Mapping[str, str],
    default: Default = "",
    reads_back: Callable[[Rule], bool] = lambda _: True,
) -> Rule:
    """The rule of a clause from its parts; raises Refused where they do not fit.

    `default` says what a requirement that is not met gives, where the scheme has a default
    rule; `reads_back` whether the canonical wording of a rule is read as the same rule.
    """
    placed = with_repeated(with_listed(placed))
    clear_prose(placed)
    placed = with_missing_of_all(source, with_headings(with_since(placed)), readings)
    placed = with_viewed(with_each_period(placed, readings), readings)
    placed = with_cumulative(placed, readings)
    for step in _STEPS:
        placed = step(placed)
    clause = _Clause(source, readings, default, reads_back)
    rule = _arranged(clause, by_degree(placed, readings))
    if any(is_whole(i.label) for i in rule.inputs):
        return replace(rule, assumptions=(*rule.assumptions, take("G120", readings)[1]))
    return rule


# What is put together before anything else, in this order, behind headings and views.
_STEPS: tuple[Callable[[Sequence[Placed]], Sequence[Placed]], ...] = (
    with_names_apart,
    with_figure_gates,
    with_carried,
    with_sized,
    with_sizes,
    with_factors,
    with_first_count,
    with_open_ramps,
    with_proportions,
    with_states,
    with_sides,
    with_start,
    with_labels,
    with_items,
    with_lists,
    with_points,
    with_said_ahead,
    with_all_said,
    with_objects,
    with_rates,
    with_more,
    with_bracket_headings,
    with_things,
    with_all_or_none,
    with_worth,
)


@dataclass(frozen=True, slots=True)
class _Clause:
    """What the steps of an assembly share: the text and how it is to be taken."""

    source: str
    readings: Mapping[str, str]
    default: Default
    reads_back: Callable[[Rule], bool]


def _arranged(clause: _Clause, placed: Sequence[Placed]) -> Rule:
    """The rule of parts that stand in their order, whatever remarks or names stand beside them."""
    clear_nameless(placed)
    if not any(isinstance(p.part, (StepPart, BranchPart)) for p in placed):
        placed = with_all(placed, required=False)
    placed = _with_lead(placed)
    if (stated := _defined_figure(placed)) is not None:
        return _with_definition(clause, placed, stated)
    if any(isinstance(p.part, TextPart) and p.part.note for p in placed):
        return _with_notes(clause, placed)
    try:
        return _assembled(clause, placed)
    except Refused:
        for other, code in ((with_all(placed), ""), (distributed(placed), "G52")):
            if other == list(placed):
                continue
            try:
                rule = _assembled(clause, other)
            except Refused:
                continue
            return _noting(rule, code, clause.readings) if code else rule
        raise


def _with_definition(clause: _Clause, placed: Sequence[Placed], stated: Placed) -> Rule:
    """The rule of all else, which has to ask for the figure that is defined."""
    rest = [p for p in placed if p is not stated]
    part = stated.part
    assert isinstance(part, DefinitionPart)
    rule = assemble(clause.source, rest, clause.readings, clause.default, clause.reads_back)
    if not any(_is_named(i.label, part.name) for i in rule.inputs):
        raise Refused(stated, f"后面没有用到“{part.name}”", "前面说明了算法的数据")
    return replace(rule, canonical=f"{part.name}={part.text};{rule.canonical}")


def _with_notes(clause: _Clause, placed: Sequence[Placed]) -> Rule:
    """The rule of all else, with the assumption that each remark rests on."""
    clear_veto(placed)
    noted = [(p, part) for p, part in of_kind(placed, TextPart) if part.note]
    rest = [p for p in placed if not (isinstance(p.part, TextPart) and p.part.note)]
    if all(isinstance(p.part, Joint) for p in rest):
        raise Refused(noted[0][0], "没有说明如何得分", "…的本项不得分,或写在“方案”表的一票否决里")
    rule = _assembled(clause, rest)
    for _, part in noted:
        rule = _noting(rule, part.note, clause.readings, part.text)
    return rule


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
    if not (isinstance(lead, GivePart) and is_worth(lead)) or lead.mark or len(lead.label) < 3:
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
    value, noted = take(code, readings, usual)
    said = _NOTES.get(f"{code}={value}", _NOTES.get(code, words))
    known = any(a.code == code for a in rule.assumptions)
    taken = () if known else (noted,)
    canonical = f"{rule.canonical};{said}" if said else rule.canonical
    return replace(rule, assumptions=(*rule.assumptions, *taken), canonical=canonical)


_NOTES = {
    "G52": "[最后的对每一项]", "G53": "[一票否决另计]", "G88": "[最后两件按读法]",
    "G93": "[没有写单位的按百分数]", "G134": "[未做的按次扣]",
    "G97": "[没有写每的按读法]",
    "G140=另给": "[标题的分另给]", "G141=这一处": "[累计的限这一处]",
    "G154": "[系数乘以分值]",
}  # fmt: skip


def _assembled(clause: _Clause, placed: Sequence[Placed]) -> Rule:
    """The rule of parts without remarks, by the scheme's default rule where it asks for it."""
    said_apart = [p for p in placed if isinstance(p.part, (ExceptPart, PartiesPart, TimesPart))]
    placed = _prepared(placed)
    core = [p for p in placed if not isinstance(p.part, (TextPart, Joint, StatedPart, HeadPart))]
    stated = [p for p in placed if isinstance(p.part, StatedPart) or _worth(p.part) is not None]
    _clear_parts(placed, stated)
    by_default = _of_default_rule(clause, placed, core, worthy=bool(stated))
    if isinstance(by_default, Rule):
        return by_default
    if not core or all(isinstance(p.part, RequirePart) for p in core):
        raise Refused(_last_said(placed), "没有说明如何得分", _NO_POINTS)
    clause = replace(clause, readings=_said_readings(placed, core, clause.readings))
    clear_below(clause.source, core)
    if excepted := re.search("除[^,，;；。]{1,20}外", clause.source):
        raise Refused(excepted[0], "除外的不知道如何计", "不写例外,或另起一项")
    sorts, placed = _sorted(placed, core, stated)
    _clear_sorts(placed, sorts)
    sorts = _with_heads(placed, sorts)
    clear_ahead(placed, sorts.scoring)
    clear_summed_caps(placed, sorts.scoring)
    try:
        clear_scopes(placed, sorts.scoring)
        clear_caps(placed, sorts.scoring)
        rule = _of_one_shape(clause, sorts, beside=by_default)
    except Refused:
        if sorts.excepts:
            raise
        found = in_groups(
            clause.source, placed, sorts.scoring, clause.readings, sorts.head, clause.reads_back
        )
        at = sorts.stated
        if found is None and _leads_as_worth(sorts) and not is_part(placed, sorts.scoring):
            found, at = _below_worth(clause, placed, sorts), sorts.scoring[0]
        if found is None:
            raise
        return found if at is None else _of_worth(found, at)
    if said_apart and not clause.reads_back(rule):
        # in canonical wording it would stand behind something else
        raise Refused(said_apart[0], "不知道是前面哪一处", "与它所说的另起一项")
    return rule


# A requirement alone is scored by the scheme's default rule, where it has one.
_NO_POINTS = "至少一处计分,如“得N分”“每…扣N分”“得分=…”,或在“方案”表的默认规则里写怎样计"


def _last_said(placed: Sequence[Placed]) -> Placed | None:
    """The last words of a clause without points: behind them the points are missed."""
    said = [p for p in placed if not isinstance(p.part, Joint)]
    return said[-1] if said else None


def _prepared(placed: Sequence[Placed]) -> Sequence[Placed]:
    """The parts with what is said of them elsewhere: conditions, parties, exceptions, caps."""
    placed = with_graver_names(placed)
    placed = with_bracket_wholes(with_missed_together(with_each_missed(placed)))
    placed = with_among(without_among(placed))
    placed = with_wholly_required(placed)
    placed = with_verbs(count_missing(placed, placed))
    clear_levels(placed)
    clear_stacks(placed)
    placed = with_exceptions(with_parties(with_conditions(placed)))
    return with_caps(with_graver_counts(with_each(with_else(with_periods(placed)))))


def _clear_parts(placed: Sequence[Placed], stated: Sequence[Placed]) -> None:
    """Refuse what is in doubt before anybody knows which shape the clause has."""
    if len(stated) > 1:
        raise Refused(stated[1], "分值写了两次", "一条只写一个分值")
    clear_worth(placed)
    clear_met(placed)
    clear_done(placed)
    clear_joins(placed)
    clear_duties(placed)


def _of_default_rule(
    clause: _Clause, placed: Sequence[Placed], core: Sequence[Placed], worthy: bool
) -> Rule | bool:
    """The rule of bare requirements by the scheme's default rule.

    Else whether deductions stand beside them that the default rule leaves alone.
    """
    wanted = with_names(placed)
    takes = [p for p in core if is_taking(p.part)]
    rest = [p for p in core if p not in takes and not isinstance(p.part, RequirePart)]
    beside = bool(wanted and takes) and all(isinstance(p.part, BoundPart) for p in rest)
    if not clause.default:
        return False
    if beside and (hung := condition_of_taking(clause.source, placed)):
        raise Refused(
            hung, "不知道是要求,还是后面扣分的条件", "要求与扣分各写一句,用句号或分号隔开"
        )
    if not worthy and ((wanted and not takes and not rest) or beside):
        heads = [p for p in placed if isinstance(p.part, HeadPart)]
        builder = Builder(clause.readings)
        whole = read_requirements(
            clause.source, builder, wanted, heads, clause.default, takes, rest
        )
        if whole is not None:
            return whole
    return beside


@dataclass(frozen=True, slots=True)
class _Sorts:
    """The parts of a clause by what they do; `stated` is what says the item's worth."""

    scoring: Sequence[Placed]
    limits: Sequence[Placed]
    excepts: Sequence[Placed]
    texts: Sequence[Placed]
    heads: Sequence[Placed] = ()
    head: str = ""  # the only heading's name
    stated: Placed | None = None

    @property
    def worth(self) -> Decimal | None:
        """What the clause says that the item is worth."""
        return _worth(self.stated.part) if self.stated else None


def _sorted(
    placed: Sequence[Placed], core: Sequence[Placed], stated: Sequence[Placed]
) -> tuple[_Sorts, Sequence[Placed]]:
    """The parts by what they do; words that are judged up to a bound count as points."""
    texts = [p for p in placed if isinstance(p.part, TextPart)]
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
    return _Sorts(scoring, limits, excepts, texts, stated=next(iter(stated), None)), placed


def _clear_sorts(placed: Sequence[Placed], sorts: _Sorts) -> None:
    """Refuse what the scoring parts leave in doubt beside bounds and remarks."""
    scoring = sorts.scoring
    clear_lead(scoring)
    clear_found(scoring)
    clear_progress(scoring)
    clear_steps_ahead(scoring)
    clear_summed(scoring, sorts.texts)
    clear_gates(placed)
    clear_open(scoring, sorts.limits)
    clear_rounding(sorts.limits, scoring)
    clear_reached(sorts.limits, scoring)
    if any(isinstance(p.part, PlacesPart) for p in scoring):
        for p in scoring:
            if isinstance(p.part, TierPart) and p.part.unit in ("名", "位"):
                raise Refused(p, "不知道是名次还是人数", "第N至M名得…")


def _with_heads(placed: Sequence[Placed], sorts: _Sorts) -> _Sorts:
    """The sorts with the headings of the clause.

    有机构(5分)。部门:成立科室: what stands behind all points is no name of what they are for.
    """
    last = sorts.scoring[-1].start
    named = [(p, head) for p, head in of_kind(placed, HeadPart) if p.start < last]
    late = [(p, head) for p, head in of_kind(placed, HeadPart) if p.start >= last]
    texts = list(sorts.texts)
    if late and texts:
        told = [(p, head.label) for p, head in late if not is_note(head.label)]
        texts += [Placed(TextPart(f"{label}:"), p.start, p.end) for p, label in told]
        texts.sort(key=lambda p: p.start)
    else:
        named += late
    head = named[0][1].label if len(named) == 1 else ""
    return replace(sorts, texts=texts, heads=[p for p, _ in named], head=head)


def _of_one_shape(clause: _Clause, sorts: _Sorts, beside: bool) -> Rule:
    """The rule of a clause whose parts all belong to one shape."""
    builder = Builder(clause.readings)
    builder.head = sorts.head
    builder.summed = any(_sums_up(p) for p in sorts.limits) or _comes_to_more(sorts)
    if builder.summed and len(sorts.scoring) == 1:
        sorts = replace(sorts, scoring=[_for_each(builder, sorts.scoring[0])])
    read_parts(builder, sorts.scoring)
    bounds = read_limits(builder, sorts.limits)
    apply_exceptions(builder, sorts.excepts)
    check_whole(builder.terms, sorts.scoring[0])
    if beside and not all(is_remark(p.part) for p in sorts.texts):
        builder.reading("G20")  # that the words beside the deductions count nothing
    rule = finish(clause.source, builder, [*sorts.heads, *sorts.texts], bounds, sorts.worth)
    if sorts.stated is not None:
        clear_start(rule, sorts.worth, sorts.stated)
    return rule


def _leads_as_worth(sorts: _Sorts) -> bool:
    """签约项目6分,参加活动得3分,…: what stands first may be what the item is worth."""
    lead = sorts.scoring[0].part
    if sorts.worth is not None or not is_worth(lead) or len(sorts.scoring) < 2:
        return False
    assert isinstance(lead, GivePart)
    if takes_more(lead.amount.number, sorts.scoring[1:]) is not None:
        return False
    # 制度2分,台账3分,缺一项扣1分: each of them is one of the things
    return not any(give.bare for _, give in of_kind(sorts.scoring[1:], GivePart))


def _below_worth(clause: _Clause, placed: Sequence[Placed], sorts: _Sorts) -> Rule | None:
    """The rule of all that stands behind the worth of the item."""
    first, behind = sorts.scoring[0], sorts.scoring[1:]
    lead = first.part
    assert isinstance(lead, GivePart)
    said = Placed(TextPart(lead.label), first.start, first.end)
    try:
        builder = Builder(clause.readings)
        read_parts(builder, behind)
        check_whole(builder.terms, behind[0])
        beside = [*sorts.heads, said, *sorts.texts]
        bounds = read_limits(builder, sorts.limits)
        return finish(clause.source, builder, beside, bounds, None)
    except Refused:
        rest = [said if p is first else p for p in placed]
        return in_groups(
            clause.source, rest, behind, clause.readings, sorts.head, clause.reads_back
        )


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


_NO_CAP = lazily("上不封顶|加分上?(?:不封顶|不设上限|无上限)")


def _of_worth(rule: Rule, at: Placed) -> Rule:
    """The rule with what its clause says that the item is worth."""
    worth = at.part.amount.number if isinstance(at.part, GivePart) else _worth(at.part)
    if worth is None:
        return rule
    clear_start(rule, worth, at)
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


def _sums_up(p: Placed) -> bool:
    """累计不超过5分: the points for several are added."""
    return (
        re.match("累计|合计|总计", p.part.said) is not None
        if isinstance(p.part, BoundPart)
        else False
    )


def _comes_to_more(sorts: _Sorts) -> bool:
    """农场1个得1分,最高得5分: what is given once never comes to the cap."""
    gives = [p.part for p in sorts.scoring]
    once = [g for g in gives if isinstance(g, GivePart) and g.or_each and g.amount.number]
    if len(once) != len(gives):
        return False
    most = sum((g.amount.number or Decimal(0) for g in once), Decimal(0))
    caps = [p.part for p in sorts.limits if isinstance(p.part, BoundPart)]
    return any(
        c.kind == "item"
        and c.amount is not None
        and c.amount.number is not None
        and not c.amount.share
        and c.amount.number > most
        for c in caps
    )


def _for_each(b: Builder, p: Placed) -> Placed:
    """农场1个得1分 that adds up, as a count of them."""
    part = p.part
    if not (isinstance(part, GivePart) and part.or_each and part.mark and part.mark.number):
        return p
    if part.amount.number is None or part.amount.share or part.verb != "得":
        return p
    if b.reading("G21", "每个") != "每个":
        return p
    words = Counted(part.task or part.label, "", part.mark.unit, part.thing, plain=True)
    count = CountPart(words, part.mark.number, "得", part.amount.number)
    return replace(p, part=count)


def _worth(part: Part) -> Decimal | None:
    """What a part says that the item is worth."""
    return part.points if isinstance(part, (StatedPart, HeadPart)) else None

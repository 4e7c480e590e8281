"""The phrases of a clause about one figure, sorted: points, mark, branch, steps, gates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, TypeAlias

from kpixl.patterns import lazily
from kpixl.rules.amounts import Amount, Mark
from kpixl.rules.building import Placed, Refused, of_kind
from kpixl.rules.count_terms import Counted
from kpixl.rules.model import InputKind
from kpixl.rules.parts import (
    BranchPart,
    CountPart,
    FaultPart,
    GivePart,
    JudgedPart,
    Part,
    PartStepPart,
    RequirePart,
    SidePart,
    StepPart,
    TierPart,
    TiersPart,
)
from kpixl.rules.printing import number
from kpixl.rules.vocabulary import is_percent
from kpixl.rules.words.elements import COUNTS, PERCENT


def is_numeric(part: Part) -> bool:
    """Whether a part makes its clause one about a figure and its mark."""
    if isinstance(part, GivePart):
        return part.mark is not None
    return isinstance(part, (BranchPart, StepPart, RequirePart))


NAMELESS = ("完成值",)


def measured(unit: str, *, percent: bool) -> tuple[InputKind, str]:
    """Kind and unit of measure of a figure whose mark or step has a unit.

    >>> measured("家", percent=False), measured("个百分点", percent=True)
    (('count', '家'), ('percent', '%'))
    """
    if percent:
        return "percent", "%"
    return ("count" if unit in COUNTS else "number"), "" if unit in PERCENT else unit


@dataclass(frozen=True)
class FigureClause:
    """The parts of a clause about one figure, each kind at most as often as it may stand."""

    required: tuple[Placed, RequirePart] | None
    give: GivePart | None
    branch: tuple[Placed, BranchPart] | None
    gates: tuple[tuple[Placed, BranchPart], ...]
    steps: tuple[tuple[Placed, StepPart], ...]
    further: tuple[tuple[Placed, GivePart], ...] = ()
    at: Placed | None = None  # where the points stand

    @property
    def ways(self) -> tuple[str, ...]:
        """up, down or both, of each step."""
        return tuple(step.way for _, step in self.steps)

    @property
    def marked(self) -> list[tuple[Placed, Mark]]:
        """The marks that stand in branches and steps."""
        marks = [(at, step.mark) for at, step in self.steps]
        if self.branch:
            marks.insert(0, (self.branch[0], self.branch[1].mark))
        return [(at, mark) for at, mark in marks if mark is not None]

    @property
    def lone_shortfall(self) -> tuple[Placed, StepPart] | None:
        """走访看望每少1次扣1分, with no word on how many there have to be."""
        others = (self.required, self.give, self.branch, *self.gates, *self.further)
        if len(self.steps) != 1 or any(part is not None for part in others):
            return None
        at, step = self.steps[0]
        counted = step.unit in COUNTS and step.amount.number is not None and not step.amount.share
        open_ = step.mark is None and not (step.falls or step.rise or step.prior or step.prop)
        named = step.label not in ("", *NAMELESS) and not step.unmet and step.head == step.label
        return (at, step) if step.way == "down" and counted and open_ and named else None

    @property
    def is_rise(self) -> bool:
        """Whether nothing but 每提高…加… stands there: the figure is the rise itself."""
        alone = self.give is None and self.required is None and self.ways == ("up",)
        step = self.steps[0][1] if self.steps else None
        return alone and step is not None and bool(step.rise) and not step.falls and not self.marked

    @property
    def said_unit(self) -> str:
        """The unit of the first step that has one."""
        return next((step.unit for _, step in self.steps if step.unit), "")

    @property
    def both_ways(self) -> bool:
        """Whether nothing but steps up and down stand there, so that the points are at the mark."""
        alone = self.give is None and self.required is None and self.branch is None
        return alone and set(self.ways) in ({"up", "down"}, {"both"})

    @property
    def says_less(self) -> bool:
        """Whether points or steps say that less is better: 控制在…以内得…, 每超过…扣…"""
        limit = self.give is not None and self.give.op in ("<=", "<")
        takes = any(step.falls for _, step in self.steps)
        lost = any(part.op in (">", ">=") for _, part in self.branches)
        alone = self.give is None and not self.steps
        return limit or takes or lost or alone

    @property
    def less_is_better(self) -> bool:
        """Whether the clause says so: 控制在…以内得…, 每超过…扣…, 高于…的扣…"""
        return (
            (self.give is not None and self.give.op in ("<=", "<"))
            or any(step.falls for _, step in self.steps)
            or any(part.op in (">", ">=") for _, part in (*self.gates, *self.branches))
        )

    @property
    def branches(self) -> tuple[tuple[Placed, BranchPart], ...]:
        """What happens at the mark itself."""
        return (self.branch,) if self.branch else ()


# 不完成任务 names nothing but that the mark is missed.
MISSED = lazily(
    r"^(?:没有|没|未能|未|完不成|不能|不|达不)(?:能|有)?(?:按期|按时|如期|足额|全面|全部|按要求|按规定)?"
    r"(?:完成|达到|达|到|实现|符合)?(?:规定|上述|以上|该项|本项|年度|考核|下达)?的?"
    r"(?:任务|目标|指标|要求|标准|标|规定)*(?:数|值)?$"
)


# 超指标, beside 控制在指标内得10分
_BROKEN = lazily(r"超(?:过|出)?(?:控制)?(?:任务|目标|指标|标准|标)(?:数|值)?")


def says_missed(said: str, give: GivePart | None) -> bool:
    """Whether 未…的不得分 says only that what gives the points was not done or not reached."""
    words = re.sub(r"的$", "", said)
    if not words or MISSED.match(words) or re.fullmatch(r"否则|其余|其他|其它", words):
        return True
    denied = re.match(r"(?:没有|没|无(?!故)|未能|未|完不成|不能|不|达不到)(.*)", words)
    if give is None:
        return False
    if give.op in ("<=", "<") and _BROKEN.fullmatch(words):
        return True
    if denied is None:
        return words.startswith(("未", "没", "不")) and core(give.label) in words
    return core(denied[1]) in core(give.label)


def core(words: str) -> str:
    """Words without those that only say that something is done, in time and in full."""
    return re.sub(r"按期|按时|足额|全面|完成|达到|实现|目标|任务|指标|要求|[的了,、]", "", words)


def as_branch(p: Placed) -> Placed:
    """不完成任务扣2分 in a clause about a figure, as what happens below its mark."""
    match p.part:
        case FaultPart(label, amount, "扣") if MISSED.match(label):
            return Placed(BranchPart("lose", None, label, "", amount), p.start, p.end)
        case GivePart(label, amount, _, mark, "", op=(">=" | ">") as over, verb="得") if (
            amount.number == 0 and mark is not None and mark.number is not None
        ):
            # 每增加1个百分点扣2分,4%以上得0分
            name = "" if label in NAMELESS else label
            said = f"{name}超过{mark.text()}" if over == ">" else f"{name}{mark.text()}以上"
            return Placed(BranchPart("zero", mark, said, name, None, over), p.start, p.end)
        case TierPart(label, unit, low, inside, None, None, thing="") if (
            low is not None and p.part.nothing
        ):
            said = f"{label}{number(low)}{unit}{'(不含)' if inside is False else ''}以上"
            mark = Mark(low, unit)
            beyond: Literal[">=", ">"] = ">" if inside is False else ">="
            return Placed(BranchPart("zero", mark, said, label, None, beyond), p.start, p.end)
        case TierPart(label, unit, None, _, high, inside, amount, "得", "") if (
            high is not None and amount.number != 0
        ):
            # 投诉率在5%以内得满分,每超1%扣1分
            within: Literal["<=", "<"] = "<" if inside is False else "<="
            name = label or NAMELESS[0]
            give = GivePart(name, amount, name, Mark(high, unit), op=within)
            return Placed(give, p.start, p.end)
        case TierPart(label, unit, low, inside, None, None, amount, "得", "") if low is not None:
            above: Literal[">=", ">"] = ">" if inside is False else ">="
            name = label or NAMELESS[0]
            give = GivePart(name, amount, name, Mark(low, unit), op=above, least=True)
            return Placed(give, p.start, p.end)
        case TierPart(label, unit, None, _, high, inside, thing="") if (
            high is not None and p.part.nothing
        ):
            said = f"{label}{number(high)}{unit}{'(不含)' if inside is False else ''}以下"
            op: Literal["<", "<="] = "<" if inside is False else "<="
            mark = Mark(high, unit)
            return Placed(BranchPart("zero", mark, said, label, None, op), p.start, p.end)
        case _:
            return p


def _to_the_whole(p: Placed, *, stepped: bool) -> Placed:
    """95%-100%得满分 beside steps down: from 95 on, since there is nothing above 100%."""
    match p.part:
        case TierPart(label, "%", low, inside, high, _, amount, "得", "") if (
            stepped and low is not None and inside is not False and high == 100
        ):
            name = label or NAMELESS[0]
            return Placed(GivePart(name, amount, name, Mark(low, "%")), p.start, p.end)
        case _:
            return p


def _as_further(scoring: Sequence[Placed]) -> list[Placed]:
    """完成任务得8分,超额10%以上得10分: what is beyond the target gives the difference."""
    found: list[Placed] = []
    given: Decimal | None = None
    for p in scoring:
        part = p.part
        if isinstance(part, GivePart) and part.verb == "得" and not part.amount.share:
            number_, mark = part.amount.number, part.mark
            beyond = mark is not None and mark.kind == "over" and given is not None
            if beyond and given is not None and number_ is not None and number_ > given:
                part = replace(part, verb="加", amount=Amount(number_ - given))
                p = Placed(part, p.start, p.end)
            given = number_
        found.append(p)
    return found


def figure_clause(scoring: Sequence[Placed]) -> FigureClause:
    stepped = any(isinstance(p.part, StepPart) for p in scoring)
    scoring = [_to_the_whole(p, stepped=stepped) for p in scoring]
    scoring = [as_branch(p) for p in _as_further(_rounded(scoring))]
    scoring = _without_aim(scoring)
    required, gives = of_kind(scoring, RequirePart), of_kind(scoring, GivePart)
    branches, steps = of_kind(scoring, BranchPart), of_kind(scoring, StepPart)
    known = {at for at, _ in (*required, *gives, *branches, *steps)}
    for p in scoring:
        if p not in known:
            raise Refused(p, "与前面的计分方式不能写在同一条里", "同一个数据的得分、加分、扣分")
    for at, _ in gives[:1] if required else []:
        if any(required[0][0].start < step.start < at.start for step, _ in steps):
            # 检查不少于2次,少一次扣3分;建立台账的得2分: what has its deduction is done with
            raise Refused(at, "与前面的计分方式不能写在同一条里", "同一个数据的得分、加分、扣分")
    further = [g for g in gives[1:] if g[1].verb == "加" and g[1].mark is not None]
    for at, _ in (*required[1:], *(g for g in gives[1:] if g not in further)):
        raise Refused(at, "前面已经写过一次", "一个数据只写一次得分")
    added = [g for g in gives if g[1].verb == "加" and g[1].mark is not None]
    if len(added) > 1:  # 达到5%加1分,达到10%加2分: two points at 10%, or three
        raise Refused(added[1][0], "不知道前面加的分是否还算", "N%以上加M分,或N%—M%加K分")
    steps = _both_turns(steps)
    if not (gives or required) and steps and steps[0][1].prior:
        # 对比上年度,每增加1名加1分,每减少1名扣1分: both are
        steps = [(at, replace(step, prior=step.prior or step.mark is None)) for at, step in steps]
    ways: list[str] = []
    for at, step in steps:
        if step.each:
            raise Refused(
                at, "“各”前面只有一个数据,或不知道是哪几个", "几个数据各有得分,再写“各扣”"
            )
        if ways and (step.way in ways or "both" in (step.way, *ways)):
            raise Refused(at, "前面已经写过一次", "加分、扣分各写一次")
        ways.append(step.way)
    for at, step in steps:
        named = required[0][1].label if required and not gives else ""
        if named and step.label and not _about(step.label, named):
            raise Refused(
                at, f"“{step.label}”与前面的“{named}”不是一个数据", "同一个数据的要求与扣分"
            )
    give = gives[0][1] if gives else None
    branches = [(at, _short_by(at, part, give, steps)) for at, part in branches]
    branch, gates = _sorted_branches(give, branches, steps)
    for at, gate in gates:
        part_step = any(
            gate.mark is not None and (gate.mark.number, gate.mark.unit) == (step.per, step.unit)
            for _, step in steps
        )
        if part_step and re.match("不足|不到|不满|未满", gate.said):
            # 每超1万元加1分,不足1万元的不计分: the rest of a step, or the figure itself
            raise Refused(
                at,
                "不知道是不满一步的不计,还是整个数据不到这个数",
                "删去这句;不满一步的由读法G7决定",
            )
    if not gives and not required and branch is not None:
        give = _done(branch[1])
    if give is None and branch is not None and branch[1].kind != "lose":
        raise Refused(branch[0], "没有写完成时得几分", "先写完成时得几分")
    return FigureClause(
        required[0] if required else None,
        give,
        branch,
        gates,
        tuple(steps),
        tuple(further),
        gives[0][0] if gives else None,
    )


def _without_aim(scoring: Sequence[Placed]) -> list[Placed]:
    """以100%为标准, where the points say the same mark again."""
    marks = [give.mark for _, give in of_kind(scoring, GivePart) if give.mark is not None]
    return [
        p
        for p in scoring
        if not (
            isinstance(p.part, RequirePart)
            and p.part.label in NAMELESS
            and not p.part.period
            and p.part.mark.unit in PERCENT
            and p.part.mark in marks
        )
    ]


_UNDONE = lazily(
    r"(?:未能?|没有?|不能)(?:按时|按期|全部|全面)?完成(?P<name>[^,;。]*?)"
    r"(?:的?(?:年度|全年|年初|既定|下达|规定)*(?:目标任务|工作任务|目标|任务|指标|计划))?"
)


def _done(branch: BranchPart) -> GivePart | None:
    """未完成年度投资任务的,按比例扣分: what is done as a whole gives all there is."""
    undone = _UNDONE.fullmatch(branch.said)
    if branch.kind != "prop" or branch.mark is not None or undone is None or not undone["name"]:
        return None  # 未完成的按比例扣分: of what?
    return GivePart(f"{undone['name']}完成目标任务", Amount(None), undone["name"])


def _both_turns(steps: list[tuple[Placed, StepPart]]) -> list[tuple[Placed, StepPart]]:
    """每下降1起加0.2分 beside 每上升1起扣0.2分: the figure falls, and is no measure of its fall."""
    if not any(step.way == "up" and step.falls for _, step in steps):
        return steps
    return [
        (at, replace(step, way="down", falls=True, rise=""))
        if step.way == "up" and not step.falls and step.rise == "降低"
        else (at, step)
        for at, step in steps
    ]


def _rounded(scoring: Sequence[Placed]) -> list[Placed]:
    """The steps with what the clause says of part of one."""
    parts = of_kind(scoring, PartStepPart)
    steps = of_kind(scoring, StepPart)
    if not parts:
        return list(scoring)
    at, part = parts[0]
    if len(parts) > 1 or len(steps) != 1 or steps[0][0].end > at.start:
        raise Refused(at, "不知道说的是哪一处的每一步", "紧跟在它所说的“每…”后面")
    step = steps[0][1]
    same = step.unit == part.unit or {step.unit, part.unit} <= set(PERCENT)
    if step.per != part.per or not same or step.prop:
        raise Refused(at, f"与前面的每{number(step.per)}{step.unit}不同", "同样的一步")
    told = replace(step, rounded="up" if part.up else "down")
    return [Placed(told, p.start, p.end) if p is steps[0][0] else p for p in scoring if p is not at]


def _about(label: str, named: str) -> bool:
    """Whether a step's name is that of the figure required: 项目 for 引进项目, not 开工项目."""
    whole = re.search("目标|任务|要求|指标|标准", label) is not None
    return whole or label in named or named in label


_Branch: TypeAlias = tuple[Placed, BranchPart]


_SHORT = lazily(r"(?:减少|下降|降低|低于|低|少|短缺|落后|减)")


def _short_by(
    at: Placed,
    part: BranchPart,
    give: GivePart | None,
    steps: Sequence[tuple[Placed, StepPart]],
) -> BranchPart:
    """每减少1%扣0.4分,减少10%以上的不得分: the mark less so much, beside steps that go down."""
    limit = part.mark
    if (
        part.kind != "zero"
        or part.op not in (">", ">=")
        or not _SHORT.fullmatch(part.label)
        or limit is None
        or limit.number is None
        or not any(step.way == "down" and not step.falls for _, step in steps)
    ):
        return part
    own = give.mark if give is not None and give.mark is not None else Mark()
    name = "" if give is None else give.task or give.label
    op: Literal["<", "<="] = "<=" if part.op == ">=" else "<"
    step = next(step for _, step in steps if step.way == "down")
    same = step.unit == limit.unit or {step.unit, limit.unit} <= set(PERCENT)
    if give is None or not same:
        raise Refused(at, "不知道从哪个数算起", "低于N的不得分")
    if (
        own.kind == "own"
        and own.number is not None
        and (own.unit == limit.unit or {own.unit, limit.unit} <= set(PERCENT))
    ):
        left = Mark(own.number - limit.number, own.unit)
        if own.number <= limit.number:
            raise Refused(at, "少这么多就到0以下了", f"不到{own.text()}的数")
        said = f"{left.text()}以下" if op == "<=" else f"低于{left.text()}"
    elif own == Mark() and limit.unit == "%" and name not in NAMELESS and not is_percent(name):
        left, said = Mark(100 - limit.number, "%", "of"), part.said
    else:
        raise Refused(at, "不知道从哪个数算起", "低于N的不得分")
    return replace(part, mark=left, op=op, label="", said=said)


def _sorted_branches(
    give: GivePart | None, branches: Sequence[_Branch], steps: Sequence[tuple[Placed, StepPart]]
) -> tuple[_Branch | None, tuple[_Branch, ...]]:
    """The branch at the mark itself, and those further out, which close the whole item."""
    at_mark: _Branch | None = None
    gates: list[_Branch] = []
    for found in branches:
        part = found[1]
        if part.kind == "zero" and part.mark is None and not says_missed(part.said, give):
            gates.append(found)  # 发生事故的不得分: not the mark that is missed
            continue
        own = give.mark if give else None
        further = (
            part.mark is not None
            and part.mark.number is not None
            and part.mark != own
            and (give is not None or bool(steps))
        )
        if own is None and give is not None and give.task is None and not steps:
            further = False  # 项目得4分,低于5个不得分: the mark of the points stands here
        if further and part.kind == "zero":
            if any(g.mark is not None for _, g in gates):
                raise Refused(found[0], "前面已经写过一次", "一个数据只写一次不得分")
            gates.append(found)
        elif at_mark is None:
            at_mark = found
        elif at_mark[1].kind == "prop" and part.kind == "zero" and _nothing(part, give):
            continue  # nothing at all gives nothing in proportion
        else:
            raise Refused(found[0], "前面已经写过一次", "一个数据只写一次未完成")
    return at_mark, tuple(gates)


def _is_gate(part: Part) -> bool:
    """未报送方案的不得分: about no figure."""
    gate = isinstance(part, BranchPart) and part.kind == "zero" and part.mark is None
    return gate and isinstance(part, BranchPart) and not says_missed(part.said, None)


def _nothing(part: BranchPart, give: GivePart | None) -> bool:
    """没有到账的不得分 beside 不足的按比例得分."""
    words = re.match("(?:没有|无)(.+)", re.sub("的$", "", part.said))
    return part.mark is None and words is not None and give is not None and words[1] in give.label


def count_missing(scoring: Sequence[Placed], placed: Sequence[Placed]) -> list[Placed]:
    """每缺1名支委扣5分 without any target is a count of what is missing, not a shortfall.

    Nor can it be one of a rate: 参训率达到100%得5分,每缺1人扣0.5分.
    """
    marks = [p.part.mark for p in placed if isinstance(p.part, GivePart) and p.part.mark]
    if marks and all(mark.unit in PERCENT and mark.kind == "own" for mark in marks):
        # the mark is one of a rate
        placed = [p for p in placed if not (isinstance(p.part, GivePart) and p.part.mark)]
    placed = [p for p in placed if not _is_gate(p.part)]
    measured = any(
        (is_numeric(p.part) and not isinstance(p.part, StepPart))
        or (isinstance(p.part, StepPart) and p.part.way != "down")
        or (isinstance(p.part, GivePart) and p.part.task is not None)
        for p in placed
    )
    for p in scoring:
        if measured and isinstance(p.part, CountPart) and p.part.words.does == "少":
            raise Refused(p, "不知道是另外数的,还是从前面的数算起", "每缺…扣N分,或另起一项")
    # 按效果评分,例会少一次扣1分: there is no figure among the points
    judged = any(isinstance(p.part, JudgedPart) and p.part.verb == "得" for p in placed)
    return [_as_count(p, measured=measured, judged=judged) for p in scoring]


_NONE_OF = lazily("(?:无|没有)(?!故|理由|障碍)|不(?![少足达低到超及高得])")


_NOT_DONE = lazily(
    "(?:未(?!完成|达|能?达)|没有(?!完成|达)|无|不(?![少足达低到超及高得满]))[^,未没无不]{1,12}$"
)
_FOUND_OUT = lazily("(?:发现|查出|查实|抽查|核查|暗访)$")


def _as_count(p: Placed, *, measured: bool, judged: bool) -> Placed:
    # 年中未进行检查的,每缺一次: what was not done is counted
    denied = isinstance(p.part, StepPart) and p.part.missing and p.part.head != p.part.label
    # 无会议记录的,缺一次: so is what there is none of, whatever else has a target
    denied = denied or (
        isinstance(p.part, StepPart) and _NONE_OF.match(p.part.head.rpartition(",")[2]) is not None
    )
    # 制度未上墙,每少1个: what is not as it should be is counted
    denied = denied or (
        isinstance(p.part, StepPart)
        and p.part.head != p.part.label
        and _NOT_DONE.search(p.part.head) is not None
    )
    measured = measured and not denied
    # 抽查发现每少推行一个部门: what was found is what is missing
    found = isinstance(p.part, StepPart) and _FOUND_OUT.search(p.part.label) is not None
    match p.part:
        case StepPart(way="down", mark=None, falls=False) as step if (
            step.unit in COUNTS
            and step.amount.number is not None
            and not step.amount.share
            and not measured
            and (step.unmet or denied or step.head in ("", step.label))
            and (
                step.missing
                or denied
                or found
                or judged
                or (not step.label and not step.unmet)
                or (step.unmet and not MISSED.match(re.sub("的$", "", step.head)))
            )
        ):
            does = ("缺" if step.missing else "少") + step.lead
            thing = re.sub("的$", "", step.thing)
            head = step.head if step.unmet or denied else step.label
            words = Counted(head, does, step.unit, thing)
            return Placed(CountPart(words, step.per, "扣", step.amount.number), p.start, p.end)
        case _:
            return p


def figures(part: Part) -> str:
    """The name of the figure that a part is about, empty where it leaves that to others."""
    match part:
        case GivePart():
            name = part.task or part.label
        case StepPart():
            name = "" if part.unmet else part.label
        case BranchPart() | RequirePart() | TierPart() | SidePart():
            name = part.label
        case TiersPart(tiers):
            name = tiers[0].label
        case _:
            name = ""
    return "" if name in NAMELESS else name

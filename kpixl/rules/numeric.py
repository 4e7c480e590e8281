"""Clauses about one figure and its mark: points at the mark, steps above and below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from kpixl.patterns import lazily
from kpixl.rules.amounts import Amount, Mark
from kpixl.rules.building import Builder, Placed, Refused
from kpixl.rules.count_terms import Counted, PerUnit
from kpixl.rules.directions import clear_way
from kpixl.rules.figure_clause import NAMELESS, FigureClause, figure_clause, figures, measured
from kpixl.rules.gate_marks import gate_of, in_unit
from kpixl.rules.joined_names import BETWEEN
from kpixl.rules.parts import (
    BranchPart,
    GivePart,
    RequirePart,
    StepPart,
)
from kpixl.rules.printing import number
from kpixl.rules.terms import Overshoot, Shortfall, Step, Threshold
from kpixl.rules.vocabulary import is_percent
from kpixl.rules.words.elements import COUNTS, PERCENT


@dataclass(frozen=True)
class _Figure:
    """The figure of a clause: its input, its name, its mark, and how it is measured.

    `down` says that less is better, `rise` that the figure is the rise itself, `grows` what
    `_grows` says of it.
    """

    input: int
    label: str
    mark: Mark
    down: bool
    rise: bool
    percent_like: bool
    grows: bool | None


def read_numeric(b: Builder, scoring: Sequence[Placed]) -> None:
    """One figure against its mark: points at the mark, a branch below, steps up and down."""
    before = len(b.terms)
    clause = figure_clause(scoring)
    if (lone := clause.lone_shortfall) is not None and b.reading("G95") == "缺少数":
        _add_missing(b, *lone)
        return
    figure = _figure(b, scoring[0], clause)
    if clause.give is not None:
        b.terms.append(_threshold(b, clause, clause.give, figure))
    elif clause.branch is not None:
        b.terms.append(_taken(figure.input, figure.mark, clause.branch[1]))
    for nth, (at, part) in enumerate(clause.steps):
        b.terms += _step_terms(b, at, part, clause, figure, first=not nth)
    if _only_adds(clause) and b.reading("G158") == "得分值":
        b.terms.insert(before, Threshold(figure.input, figure.mark, Amount(None), "zero"))
    b.terms += [_further(at, more, figure) for at, more in clause.further]
    for at, gate in clause.gates:
        b.terms.append(
            gate_of(
                b, at, figure.input, gate, figure.mark, figure.label, figure.down, clause.says_less
            )
        )
    unused = clause.required and not (clause.give or clause.branch or clause.steps)
    if len(b.terms) == before or unused:
        raise Refused(scoring[0], "只写了要求,没有写如何计分", "完成得几分,或每少…扣几分")


def _only_adds(clause: FigureClause) -> bool:
    """增长10%以上,每增加1%加2分: what is required, and what is added beyond it."""
    none = clause.give is None and clause.branch is None and not (clause.further or clause.gates)
    adds = [step.verb == "加" and step.way == "up" and not step.falls for _, step in clause.steps]
    return none and bool(clause.required) and not clause.is_rise and bool(adds) and all(adds)


def _add_missing(b: Builder, at: Placed, step: StepPart) -> None:
    """走访看望每少1次扣1分: how many of them are missing is what is reported."""
    words = Counted(step.label, "少" + step.lead, step.unit, step.thing)
    assert step.amount.number is not None
    i = b.input(at, words.label, "count", step.unit, verb="扣")
    whole = b.reading("G7") == "整步"
    b.terms.append(PerUnit(i, words, step.per, "扣", step.amount.number, whole, step.most))


def _figure(b: Builder, at: Placed, clause: FigureClause) -> _Figure:
    """The figure that all phrases of the clause are about, as an input of the rule."""
    give, rise = clause.give, clause.is_rise
    label, mark = _named(b, at, clause)
    said_unit = clause.said_unit
    down = _direction(b, at, clause)
    clear_way(give, clause.steps, (*clause.gates, *clause.branches), label, less=down)
    unit = "%" if mark.kind in ("over", "of") else mark.unit or said_unit
    grown = any(step.grows for _, step in clause.steps)
    grows = _grows(b, mark, label, said_unit, grown=grown)
    # a figure without a name of its own is measured as the steps say: in points
    own_unit = mark.unit or ("" if said_unit in COUNTS else said_unit)
    percent_like = (
        (mark.unit in PERCENT and mark.kind == "own")
        or (is_percent(label) and own_unit in ("", *PERCENT))
        or is_percent(mark.words)
        or grows is False
        or (label in NAMELESS and unit in ("", *PERCENT) and grows is None)
    )
    if mark.kind in ("over", "of"):
        unit = "%" if is_percent(label) else ""
    kind, shown = measured(unit, percent=percent_like)
    own = mark.number if mark.kind == "own" and not rise else None
    held = give.thing if give is not None and not clause.gates and _DOES.search(label) else ""
    i = b.input(at, label + held, kind, shown, own)
    return _Figure(i, label, mark, down, rise, percent_like, grows)


# 召开2次专题会议: what is held belongs to the name, which would be 召开 alone
_DOES = lazily(
    "(?:召开|组织|开展|举办|举行|组建|建立|新增|培训|引进|报送|上报|发展|创建|建成|新建|参加|发表|签订)$"
)


def _named(b: Builder, at: Placed, clause: FigureClause) -> tuple[str, Mark]:
    """The name of the figure, and its mark."""
    label = _label(clause)
    if label in NAMELESS and b.head and not _AIM.fullmatch(b.head):
        label = b.head
    joint = BETWEEN.split(re.sub("[均都]$", "", label))
    if len(joint) > 1 and all(len(name) > 1 and is_percent(name) for name in joint):
        raise Refused(at, f"这是{len(joint)}个数据,不知道是否都要达到", "分别达到…的各得N分")
    if clause.is_rise:
        word = clause.steps[0][1].rise
        name = "" if label in NAMELESS else _OVER_LAST_YEAR.sub("", label)
        label = f"{name}比上年{word}值"
        return label, Mark(Decimal(0), clause.said_unit)
    mark, label = _required(b, clause, label) if clause.required else _mark(b, clause, label)
    return label, mark


# the head of what has to be reached: 目标值:95%
_AIM = lazily("(?:年度|全年|指标|考核)?(?:目标|标准|基准)值?")


def _threshold(b: Builder, clause: FigureClause, give: GivePart, figure: _Figure) -> Threshold:
    """The points at the mark, and what happens below it."""
    branch = clause.branch[1] if clause.branch else None
    _clear_rate(clause, figure)
    below = _below(b, clause)
    return Threshold(
        figure.input,
        figure.mark,
        give.amount,
        below,
        branch.said if branch else "",
        give.thing,
        give.or_each and not clause.steps and branch is None,
        "<=" if figure.down and give.op == ">=" else give.op,
        give.verb,
        _lost(b, give, branch.amount if branch else None),
        _period(b, clause),
        give.prop,
    )


def _clear_rate(clause: FigureClause, figure: _Figure) -> None:
    """Refuse 达到90%得满分,未达到的按完成率得分: 80% of the points, or 80/90 of them."""
    if clause.branch is None or not clause.branch[1].by_rate or not figure.percent_like:
        return
    own = figure.mark.number if figure.mark.kind == "own" else None
    if own not in (None, Decimal(100)):
        what = f"不知道是按这个百分数本身,还是按它与{figure.mark.text()}的比"
        raise Refused(clause.branch[0], what, "未达到的按比例得分,或得分=…")


def _step_terms(
    b: Builder, at: Placed, part: StepPart, clause: FigureClause, figure: _Figure, *, first: bool
) -> list[Overshoot | Shortfall]:
    """What a step adds beyond the mark and takes below it; `first` is the first of the clause."""
    mark, rise = figure.mark, figure.rise
    adds = part.way == "both" or (part.way == "up") != part.falls
    # 完成目标得10分,每提高1%加1分: beyond the target, or beyond last year?
    open_ = bool(part.rise) and adds and not rise and not part.unmet
    open_ = open_ and mark.number is None and mark.kind == "own"
    if (part.prior and not rise) or (open_ and b.reading("G25") == "比上年"):
        mark = Mark(None, "", "prior")
    step = _step(b, at, part, mark, figure.percent_like, clause.give, rise=rise)
    step = replace(step, most=part.most)
    head = part.head
    if head.endswith("分") and figure.label.endswith(head):
        head = ""  # 综合评分, in front of a comma, would be a verb
    if clause.required and clause.give is None and first:
        # the requirement is said again, since the steps alone do not say their mark
        head = ",".join(filter(None, (_demanded(b, clause, figure.label, figure.mark), head)))
    found: list[Overshoot | Shortfall] = []
    if adds:
        than = mark.text() if mark.kind in ("mean", "given") and clause.give is None else part.lead
        over = Overshoot(figure.input, mark, step, part.verb, head, part.thing)
        word = _word(part, open_=open_, grows=figure.grows is not None)
        over = replace(over, rise=part.rise if rise else "", down=figure.down, word=word)
        found.append(replace(over, lead=than, prop=part.prop))
    if part.way == "both" or not adds:
        short = Shortfall(figure.input, mark, step, head="" if part.way == "both" else head)
        word = "差" if part.open_way else ""
        found.append(replace(short, thing=part.thing, down=figure.down, word=word, lead=part.lead))
    return found


def _further(at: Placed, more: GivePart, figure: _Figure) -> Threshold:
    """达到95%的再加2分, behind the points of the figure."""
    mark = figure.mark
    assert more.mark is not None
    if more.mark.kind == "own" and more.mark.unit != (mark.unit or more.mark.unit):
        raise Refused(at, f"单位“{more.mark.unit}”与标准的单位“{mark.unit}”不同", mark.unit)
    if figures(more) not in ("", figure.label):
        raise Refused(at, "与前面说的不是同一个数据", figure.label)
    if figure.down:
        raise Refused(at, "不知道是越多越好还是越少越好", "同一个方向")
    return Threshold(
        figure.input, more.mark, more.amount, "zero", thing=more.thing, op=more.op, verb="加"
    )


def _direction(b: Builder, at: Placed, clause: FigureClause) -> bool:
    """Whether less is better: the clause says so, or leaves it open (每差…) and a reading does."""
    if clause.less_is_better:
        limit = clause.give is not None and clause.give.op in ("<=", "<")
        # said by the clause itself, so that it is no assumption with an alternative
        if not limit and b.readings.get("G8", "越小越好") != "越小越好":
            raise Refused(at, "条款里扣分的方向说明数值越小越好", "读法G8=越小越好")
        return True
    if any(step.open_way for _, step in clause.steps):
        return b.reading("G8") == "越小越好"
    return False


def _lost(b: Builder, give: GivePart, lose: Amount | None) -> Amount | None:
    """What 未达到…扣3分 takes beside the points for reaching the mark."""
    if lose is None:
        return None
    if b.reading("G24") == "倒扣":
        return lose
    if lose.number is None or lose.share or give.amount.number is None or give.amount.share:
        raise Refused("扣", "扣的分不是一个数,不能从得分中扣", "扣N分")
    return Amount(lose.number - give.amount.number)


def _taken(i: int, mark: Mark, branch: BranchPart) -> Threshold:
    """低于60%扣5分 without points for reaching it."""
    assert branch.amount is not None
    return Threshold(i, mark, branch.amount, "zero", op=branch.op, verb="扣")


def _required(b: Builder, clause: FigureClause, label: str) -> tuple[Mark, str]:
    """The mark of a requirement that stands before the steps: 每年检查不少于2次,少一次扣3分."""
    assert clause.required is not None
    at, part = clause.required
    give = clause.give
    apart = give is not None and give.task is None and bool(give.label) and not clause.ways
    if part.upto is not None or part.about:
        raise Refused(at, "写成几到几,不知道从哪个数算起", "一个数")
    takes_above = any(step.way == "up" and step.falls for _, step in clause.steps)
    if part.limit != takes_above or apart or (give is not None and give.mark is not None):
        raise Refused(at, "要求与后面的得分对不上", "完成目标得…,每少…扣…")
    if any(period in part.label for period in _WITHIN_YEAR):
        raise Refused(at, "按季、按月的要求不知道全年是多少", "写明全年的数")
    for other, mark in clause.marked:
        named = other.part.label if isinstance(other.part, StepPart) else part.label
        same = named in NAMELESS or part.label.endswith(named)
        if same and mark == part.mark and not part.limit:
            continue  # 完工率达100%。完工率未达100%的,每低1个百分点扣1分
        raise Refused(other, "前面已经写过标准", "只写一个标准")
    if give is not None and give.task is None and label not in (*NAMELESS, part.label):
        if clause.at is not None and clause.at.start < at.start:
            # 落实工作6分。每季度召开1次会议,少1次扣1分: what stands first heads them
            b.remarks.append(label)
            return for_year(b, part), part.label
        return for_year(b, part), part.label + label  # 至少召开4次 … 会议得1分
    if give is not None and label not in (*NAMELESS, part.label):
        raise Refused(at, f"要求说的是“{part.label}”,得分说的是“{label}”", "同一个数据")
    # the words before the steps name no other figure: they are shown with the steps
    return for_year(b, part), part.label


_TIMES = {"每半年": 2, "每学期": 2, "每季": 4, "每季度": 4, "每月": 12, "每个月": 12}


def _period(b: Builder, clause: FigureClause) -> tuple[str, int]:
    """每季度 and how often it is in the mark, where the mark is said for each period."""
    said = (clause.give.period if clause.give else "") or (
        clause.required[1].period if clause.required else ""
    )
    times = _TIMES.get(said, 1)
    return ("", 1) if times == 1 else (said, times if b.reading("G26") == "全年" else 1)


def _demanded(b: Builder, clause: FigureClause, label: str, mark: Mark) -> str:
    """The requirement as the clause says it: for each period where it is said so."""
    said, times = _period(b, clause)
    bound = "不超过" if clause.required is not None and clause.required[1].limit else "不少于"
    if not said or mark.number is None:
        return f"{label}{bound}{mark.text()}"
    return f"{said}{label}{bound}{number(mark.number / times)}{mark.unit}"


def per_period(part: RequirePart) -> Decimal | None:
    """How much a requirement asks for in each of its periods, None where it has none."""
    times = _TIMES.get(part.period, 1)
    return None if times == 1 or part.mark.number is None else part.mark.number / times


def for_year(b: Builder, part: RequirePart) -> Mark:
    """The mark of a requirement: for the whole year where it is said for each month."""
    times = _TIMES.get(part.period, 1)
    if times == 1 or b.reading("G26") == "全年" or part.mark.number is None:
        return part.mark
    return Mark(part.mark.number / times, part.mark.unit)


_OVER_LAST_YEAR = lazily(
    r"(?:[比较](?:上年|去年|上一年)|同比)?(?:提高|增长|增加|上升|降低|下降|减少)?$"
)
_WITHIN_YEAR = ("每季", "每月", "每个月", "每周", "每半年", "每学期", "季度")


def _mark(b: Builder, clause: FigureClause, label: str) -> tuple[Mark, str]:
    """The one mark of a clause: where two are written they must be the same."""
    give, marked = clause.give, clause.marked
    own = give.mark if give else None
    if give is not None and give.period and own is not None and own.number is not None:
        own = for_year(b, RequirePart(label, own, False, give.period))
    in_proportion = clause.branch is not None and clause.branch[1].kind == "prop"
    if own is None and give is not None and give.given is not None and in_proportion:
        label, own = _held_against(*give.given)
    if own is None and give is not None and give.task is None and clause.steps:
        if give.given is not None:
            label, own = _held_against(*give.given)
        elif asked := _ASKED.fullmatch(give.label):
            label, own = asked[1], Mark()
        elif planned := _PLANNED.fullmatch(give.label):
            label, own = planned[1] + planned[2] or NAMELESS[0], Mark()
        elif clause.branch is not None and clause.branch[1].kind == "prop":
            own = clause.branch[1].mark or Mark()  # 未完成任务的按比例扣分: there is a target
        else:
            raise Refused(clause.steps[0][0], "不知道从多少算起", "完成目标任务得…,或达到N得…")
    if own is None and marked:
        at, mark = marked[0]
        only_adds = give is None and clause.branch is None and clause.ways == ("up",)
        only_adds = only_adds and label not in NAMELESS
        bare = (
            give is None and clause.branch is None
        )  # 每高于平均加…,每低于平均扣…: from the points
        if mark.kind in ("mean", "given") and not (
            (only_adds or (clause.both_ways and (b.based or bare))) and not clause.less_is_better
        ):
            raise Refused(at, "没有写达到平均时得几分", "达到平均值得N分,每高于…加…")
        stands = mark.number is not None  # 低于目标值 says no number
        if give is not None and give.task is not None and mark.kind == "own" and stands:
            raise Refused(at, "这个数只写在这里,不知道是不是完成的标准", "达到N得…,低于N…")
        if stands and give is None and _behind_its_steps(clause):
            raise Refused(
                at, "这个数写在“每…”的后面,不知道前面从多少算起", "低于N的扣M分,再每低…扣…"
            )
        if give is not None and label == give.label:
            # 项目得4分,低于5个不得分: the figure is what the mark is about
            named = (p for _, p in clause.branches if p.label and give.label in p.said)
            label = next((p.label for p in named), label)
        own = mark
    said_mark = own
    published = own is not None and own.kind == "mean" and not _OWN_MEAN.match(own.words)
    if published and own is not None and b.reading("G39") == "公布数":
        # 全县平均水平: of these units, or as it was published
        own = Mark(None, "", "given", own.words)
    for at, mark in marked:
        compared = mark is not own and mark.kind == "given"
        if compared and not (own and own.words.endswith(mark.words)):
            raise Refused(at, "与前面比的不是同一个数", own.text() if own else "前面写的标准")
        if said_mark is not None and same_mark(mark, said_mark):
            continue
        if own is not None and not same_mark(mark, own) and not _says_again(mark, own):
            raise Refused(at, "与前面的标准不是同一个数", own.text())
    return own or Mark(), label


def _behind_its_steps(clause: FigureClause) -> bool:
    """每低1个百分点扣1分,低于80%的再扣3分: the steps begin at another number, which is not said."""
    if clause.branch is None or clause.branch[1].kind != "lose":
        return False
    return any(at.start < clause.branch[0].start and step.mark is None for at, step in clause.steps)


def _held_against(figure: str, other: str) -> tuple[str, Mark]:
    """增速达到全县平均增幅 is held against another figure, 完成新造林面积 against its own target."""
    return (figure, Mark(None, "", "given", other)) if figure else (other, Mark())


# 收入完成年初预算, 完成全年度投资计划: what was planned is the target
_PLANNED = lazily(
    r"(.*?)(?<!未)完成(?:年初|年度|全年度?|当年)?((?:(?!年).)*?)(?:年初|年度)?(?:预算|计划)(?:目标|任务)?数?"
)
# 根据省下达的造林任务,能按时完成
_ASKED = lazily(
    r"(?:根据|按照?)?([^,]{2,}?(?:任务|指标)),?(?:能|可)?(?:保质保量|保质|保量|按时|按期|足额|全面|如期|顺利)*完成"
)
_OWN_MEAN = lazily("本类|本组|同类|平均")


_WHOSE_MEAN = lazily("全[省市县区镇]|本类|本组|同类|各县|各单位")


def same_mark(one: Mark, other: Mark) -> bool:
    """Whether two marks are the same, which 全省平均 and 全市平均 are not."""
    whose = {m[0] for mark in (one, other) if (m := _WHOSE_MEAN.search(mark.words))}
    return one == other and len(whose) < 2


def _says_again(mark: Mark, own: Mark) -> bool:
    """低于上年平均水平 after 达到上年平均水平: the target under its own or no name."""
    names = {mark.kind, own.kind}
    return mark.number is None and own.number is None and names == {"own", "given"}


# of whatever the task is
_COMPLETION = lazily(
    "(?:年度|全年|总体|实际)?(?:目标|任务|计划|其)*完成(?:率|比例|情况|数|值|任务)?|本值|数值"
)
# what the name of a figure may have more without being another figure
_SAME_BUT = lazily(
    "(?:其|该|本|实际|当年|年度|全年|年末|最终|完成|累计|总|指标|任务|目标|[数额率值量的])*"
)


def _label(clause: FigureClause) -> str:
    """The name of the figure, from the first phrase that gives one."""
    named: list[tuple[Placed | None, str]] = []
    if clause.give is not None:
        name = clause.give.task or clause.give.label
        if name not in NAMELESS:
            named.append((None, name))
    named += [(at, s.label) for at, s in clause.steps if s.label and not s.unmet]
    named += [(at, p.label) for at, p in clause.branches if p.label and p.kind == "lose"]
    for closed, gate in clause.gates if named else ():
        first, other = named[0][1], gate.label if gate.mark else ""
        if other and not _COMPLETION.fullmatch(other) and other not in first and first not in other:
            raise Refused(closed, "说的不是同一个数据", first)  # 满意度低于70%的不得分
    for at, label in named[1:]:
        first = named[0][1]
        if label not in NAMELESS and label not in first and first not in label:
            raise Refused(at, "说的不是同一个数据", first)
        if label != first and first in label and not _SAME_BUT.fullmatch(label.replace(first, "")):
            raise Refused(at, f"不知道“{label}”与“{first}”是不是同一个数据", "同一个名称")
    if clause.give is not None:
        return clause.give.task or clause.give.label
    return named[0][1] if named else NAMELESS[0]


def _below(b: Builder, clause: FigureClause) -> Literal["zero", "prop", "steps"]:
    """What a figure beyond its mark on the bad side gives."""
    takes = any(
        step.way == "both" or (step.way == "down") != step.falls for _, step in clause.steps
    )
    if takes:
        if clause.branch is not None:
            raise Refused(clause.at, "既写了逐步扣分,又写了未完成如何计", "只写一种")
        return "steps"
    if clause.give is not None and clause.give.prop:
        if clause.branch is not None:
            raise Refused(clause.branch[0], "前面已经写了按比例", "只写一种")
        return "prop"
    if clause.branch is not None:
        kind = clause.branch[1].kind
        return "prop" if kind == "prop" else "zero"
    if any(gate.mark is not None for _, gate in clause.gates):
        raise Refused(
            clause.gates[0][0],
            "与前面的标准不是同一个数,两个数之间没有写如何计",
            "未完成按比例扣分,或每少…扣分",
        )
    give = clause.give
    if give is not None and give.implied and clause.branch is None and not takes:
        whole = give.mark is not None and give.mark.unit == "%" and give.mark.number == 100
        if not whole and give.amount.number is not None:
            raise Refused(clause.at, "不知道是达到、超过还是低于这个数", "达到N、N以上或不少于N")
    if clause.give is not None and clause.give.or_each and clause.steps:
        # the steps say what more of them give
        return "zero" if b.reading("G17") == "不得分" else "prop"
    if clause.give is not None and clause.give.or_each:
        b.reading("G21")
        return "zero"
    if clause.give is not None and (clause.give.verb == "加" or clause.give.op == ">"):
        return "zero"  # what is given for going beyond a mark is not given below it
    return "zero" if b.reading("G17") == "不得分" else "prop"


def _word(part: StepPart, *, open_: bool, grows: bool) -> str:
    """What stands behind 每 in the canonical wording, where a reading hangs on it."""
    if open_:
        return part.rise
    if part.prior and part.falls:
        return ""  # 每低1件加0.5分: the head says from what
    return "比上年提高" if part.prior else "增长" if grows and part.grows else ""


def _grows(b: Builder, mark: Mark, label: str, unit: str, *, grown: bool) -> bool | None:
    """Whether steps from last year's figure are percent of it; None where nothing is open.

    与上年持平得3分,每增长1%加0.5分 and 税收达到上年水平得3分,每增长1个百分点加0.5分 may be about an
    amount that grows or about a percentage.
    """
    if mark.kind != "prior" or is_percent(label):
        return None
    if unit == "%" and label in NAMELESS:
        return b.reading("G18", "完成率") == "完成率"
    if unit == "个百分点" and label not in NAMELESS:
        return b.reading("G18", "完成率" if grown else "差额") == "完成率"
    return None


def _step(
    b: Builder,
    at: Placed,
    part: StepPart,
    mark: Mark,
    percent_like: bool,
    give: GivePart | None,
    *,
    rise: bool,
) -> Step:
    """How the way of a step is measured: in the figure's own unit or in percent of its mark."""
    if part.prop:
        if give is None or give.verb != "得" or give.amount.full is not None:
            raise Refused(
                at, "没有写完成时得几分,不知道按什么的比例", "完成目标得N分,超额的按比例加分"
            )
        given = give.amount.number
        amount = part.amount if given is None else Amount(given / 100, give.amount.share)
        return Step(part.per, part.unit, amount, relative=True, whole=False)
    if part.per <= 0:
        raise Refused(at, "“每”后面的数为0", "大于0的数")
    if part.unit in COUNTS and percent_like and not rise and mark.unit in ("", *PERCENT):
        raise Refused(at, f"百分比的数据不能按“{part.unit}”计", "每少1个百分点…,或每少1项…另起一句")
    if part.unit in PERCENT and mark.unit == "‰":
        raise Refused(at, "标准是千分之几,不知道这里是千分点还是百分点", "每超过0.1个千分点…")
    relative = False
    if mark.number == 0 and part.unit in PERCENT and not percent_like:
        raise Refused(at, "从0算起没有百分之几", "每超过1个百分点,或写明单位")
    if rise:
        by_points = part.unit in PERCENT and not part.rounded
        whole = b.whole_points() if by_points else _whole(b, part)
    elif part.unit in PERCENT:
        if mark.kind in ("mean", "prior", "given"):
            # 每高于平均值1个百分点: the difference of two percentages
            relative = not percent_like and (part.unit == "%" or mark.kind == "prior")
            if part.unit != "%" and mark.kind != "prior" and not percent_like:
                # of 案件数 a point is one in a hundred of what it is held against
                relative = b.reading("G18", "完成率") == "完成率"
        elif mark.number is None:
            default = "差额" if percent_like else "完成率"
            relative = b.reading("G18", default) == "完成率"
        else:
            relative = not percent_like
        whole = part.rounded == "down" or (not part.rounded and b.whole_points())
    else:
        if mark.kind == "own" and mark.number is not None and part.unit != mark.unit:
            per = in_unit(part.per, part.unit, mark.unit)
            if per is None:
                raise Refused(at, f"单位“{part.unit}”与标准的单位“{mark.unit}”不同", mark.unit)
            part = replace(part, per=per, unit=mark.unit)
        whole = _whole(b, part)
    up, said = part.rounded == "up", bool(part.rounded)
    whole = whole and not up
    return Step(part.per, part.unit, part.amount, relative, whole, up=up, said=said)


def _whole(b: Builder, part: StepPart) -> bool:
    """Whether only whole steps count, as the clause says or as a reading does."""
    if part.unit == "‰" and not part.rounded:
        return b.whole_points()
    return part.rounded == "down" if part.rounded else b.reading("G7") == "整步"

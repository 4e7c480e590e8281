"""What no finished rule may ask or give, whatever words it was read from.

A check gets a term with the names of its figures, or all names at once, and says what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from kpixl.errors import RuleError
from kpixl.patterns import lazily
from kpixl.rules.all_terms import AllOf
from kpixl.rules.lines import Line
from kpixl.rules.model import RuleInput, Term
from kpixl.rules.normalise import normalise
from kpixl.rules.rule import Rule
from kpixl.rules.state_tiers import StateTiers
from kpixl.rules.terms import Threshold
from kpixl.rules.tier_terms import Tiers

# the words at which it goes wrong, what is wrong, what to write
Fault = tuple[str, str, str]


def clear_rule(clause: str, rule: Rule) -> Rule:
    """The rule, where nothing is wrong with it; raises RuleError at the words that are."""
    for phrase, reason, wanted in (*_faults(rule), *_joined_names(clause, rule.inputs)):
        at = clause.find(phrase) + 1
        raise RuleError(clause, at, phrase, reason, wanted)
    return rule


def _faults(rule: Rule) -> Iterator[Fault]:
    terms = list(_terms(rule.terms, rule.inputs))
    # 达标得4分,75%以上得3分: the state and the intervals are told apart already
    told = {inputs[s.input] for t, inputs in terms if isinstance(t, StateTiers) for s in t.states}
    for check in _OF_NAMES:
        yield from check(rule.inputs)
    for check in _OF_STATES:
        yield from check(tuple(i for i in rule.inputs if i not in told))
    for term, inputs in terms:
        for of_term in _OF_TERMS:
            yield from of_term(term, inputs)


# 5000万元以上, behind 每引进1个亿元以上项目加5分: of the same things
_OF_A_SIZE = lazily(r"[0-9]+(?:\.[0-9]+)?[^,0-9]{1,6}以上")


def _joined_names(clause: str, inputs: Sequence[RuleInput]) -> Iterator[Fault]:
    """逻辑错误纠错⑴流动人口工作: a name of words from two places, the later ones first."""
    text = normalise(clause).text
    for given in inputs:
        label = given.label
        if label in text or given.kind == "judged" or _OF_A_SIZE.match(label):
            continue
        ahead = text.find(label[:4])
        for cut in range(4, len(label) - 3):
            behind = text.find(label[cut:])
            if 0 <= behind < ahead and text.count(label[cut:]) == 1:
                yield label, "是两处的话合成的名称,不知道是什么数据", "数据的名称和得分写在一句里"
                break


def _terms(
    terms: Sequence[Term], inputs: tuple[RuleInput, ...]
) -> Iterator[tuple[Term, tuple[RuleInput, ...]]]:
    for term in terms:
        if isinstance(term, Line):
            yield from _terms(term.terms, tuple(inputs[i] for i in term.inputs))
        else:
            yield term, inputs


# What ought not to be, of which enough gives no points: 不发生3人以上事故得5分.
_NONE_WANTED = lazily(
    "(?:^|[,内区年度])(?:未|不|没有|无)(?:再|新)?(?:发生|出现|发现|存在|造成|引发)|^(?:杜绝|严禁|防止)"
    "|(?:^|[,内区年度])(?:无|没有)(?!偿|害化|障碍|故|纸|人机)[^,]*(?:发生|出现|现象|事件|事故|案件|上访|行为|情况|问题)$"
)


def nothing_wanted_is_reached(term: Term, inputs: tuple[RuleInput, ...]) -> Iterator[Fault]:
    """No points for enough of what there should be none of."""
    needs: list[tuple[int, str]] = []
    if isinstance(term, Threshold) and term.mark.number is not None and term.verb != "扣":
        needs = [(term.input, term.op)]
    elif isinstance(term, AllOf):
        needs = [(i, op) for i, mark, op in term.needs if mark is not None]
    for i, op in needs:
        label = inputs[i].label
        if op in (">=", ">") and _NONE_WANTED.search(label):
            yield label, "不知道是没有发生才得分,还是达到这个数才得分", "没有发生…的得N分"


_CHANGED = lazily("(?:下降|减少|降低|增长|上升|提高|增加|增幅|降幅)(?:率|幅度|比例|值)?$")


def a_change_has_another_side(term: Term, inputs: tuple[RuleInput, ...]) -> Iterator[Fault]:
    """下降10%以上得6分,下降10%以内得4分: a figure that rises is no small fall."""
    if not isinstance(term, Tiers) or term.verb != "得":
        return
    first, last = term.amounts[0].number, term.amounts[-1].number
    label = inputs[term.input].label
    if first and last is not None and first < last and _CHANGED.search(label):
        yield label, "没有写反过来(不降反升、不升反降)的如何计", "上升(下降)的不得分"


def points_of_each_are_counted(term: Term, inputs: tuple[RuleInput, ...]) -> Iterator[Fault]:
    """种植达30亩的大户每户得1分: how many of them there are is not asked for."""
    if isinstance(term, Threshold) and _EACH.search(term.thing):
        yield term.thing, "是要计数的", "每有1户…的得N分"


_EACH = lazily("每(?:户|个|次|人|家|件|处|名|例|起|份|条|篇|项|村|亩|栋|所)$")


def a_change_is_one_of_something(inputs: tuple[RuleInput, ...]) -> Iterator[Fault]:
    """上升10%以内得2分 behind how far it has fallen: what rises is not said."""
    for given in inputs[1:]:  # a clause may leave its only name to the item
        if given.kind in ("number", "percent") and _WAY_ALONE.fullmatch(given.label):
            yield given.label, "不知道是什么数据", "数据的名称"


_WAY_ALONE = lazily("(?:同比|环比|比上年|较上年)?(?:上升|下降|提高|降低)(?:的|幅度)?")


def a_name_holds_no_mark(inputs: tuple[RuleInput, ...]) -> Iterator[Fault]:
    """自筹资金达5000元以上的或项目资金达1万元: the first has no place of its own."""
    for given in inputs:
        if given.kind in ("number", "percent") and (found := _MARK_OR.search(given.label)):
            yield found[0], "里面还有一个标准,不知道怎样填报", "几个标准各写一句"


_MARK_OR = lazily(
    r"(?:达到?|超过|不少于|不低于|满)[0-9.]+[\u4e00-\u9fff%]{1,4}?(?:以上|以下|以内)?的?(?:或者?|且|并)"
)


def a_name_holds_no_half(inputs: tuple[RuleInput, ...]) -> Iterator[Fault]:
    """年销售额500万元以上或从业人员: the mark of the second stands outside the name."""
    for given in inputs:
        counted = given.kind in ("number", "percent", "count")
        if counted and (found := _HALF.search(given.label)):
            yield found[0], "里面还有一个标准,不知道怎样填报", "几个标准各写一句"


_HALF = lazily(r"[0-9.]+[\u4e00-\u9fff%]{1,4}?(?:以上|以下|以内)的?(?:或者?|且)[^0-9,]*$")


def a_name_says_nothing_of_points(inputs: tuple[RuleInput, ...]) -> Iterator[Fault]:
    """…,同一项目不重复计分,培育企业每家加2分: how points count is no part of what is counted."""
    for given in inputs:
        if found := _OF_POINTS.search(given.label):
            yield found[0], "不知道管到哪几处", "用句号隔开,另起一句"


def a_name_is_no_base(inputs: tuple[RuleInput, ...]) -> Iterator[Fault]:
    """以平均增幅为基准,每高1个百分点加1分: what is counted from is no name of the figure."""
    for given in inputs:
        if given.kind in ("number", "percent", "count") and (found := _A_BASE.search(given.label)):
            yield found[0], "不知道从多少算起", "每高于(低于)全市平均水平1个百分点…,或以N%为标准"


_A_BASE = lazily("为(?:基准|基数|参照|底数|参照系)值?$")
_OF_POINTS = lazily(r"不(?:再|予|得)?(?:重复|累计)?[计加扣得记]分|取[最其]高|就高不就低")


def one_kind_of_units_is_asked(inputs: tuple[RuleInput, ...]) -> Iterator[Fault]:
    """各区不少于10人…;各开发区不少于4人…: a unit is one of them, and has no figure of the other."""
    kinds = {found[1]: given for given in inputs if (found := _UNITS.match(given.label))}
    if len(kinds) > 1:
        given = list(kinds.values())[1]
        wanted = "每类一行:[适用区]…、[适用开发区]…"
        yield given.label, "几类单位各有各的要求,不知道被考核的是哪一类", wanted


_UNITS = lazily(
    "各(开发区|高新区|园区|新区|县市区|县区|区县|区市|县市|区|县|市|乡镇|镇乡|镇街|街道|乡|镇|村|社区)"
    "(?!域|别|级|直|委|政府|党|办|长)"
)


def a_rate_is_not_what_was_done(inputs: tuple[RuleInput, ...]) -> Iterator[Fault]:
    """完成征订任务得3分,完成率90%以上得2分: the rate is that of the task, and 100% of it 3."""
    done = any(i.kind == "yes_no" and _TASK_DONE.match(i.label) for i in inputs)
    for given in inputs:
        if done and given.kind == "percent" and _RATE_ALONE.fullmatch(given.label):
            yield given.label, "不知道是不是前面那件事的完成率", "完成率100%得N分,90%以上得M分"


def what_is_missing_is_not_taken_twice(inputs: tuple[RuleInput, ...]) -> Iterator[Fault]:
    """完成任务得4分,每欠1名扣1分: without the 4, or with what is left of them."""
    done = next((i for i in inputs if i.kind == "yes_no" and _TASK_DONE.match(i.label)), None)
    if done is not None and any(_LACKS.fullmatch(i.label) for i in inputs if i.kind == "count"):
        yield (
            done.label,
            "不知道没有完成时是不得分,还是只扣后面的分",
            "完成任务得N分,每少1个扣M分,另起一项",
        )


_LACKS = lazily("[欠少缺差].{0,3}数")
_TASK_DONE = lazily("(?:全面|按时|如期|按期)?完成.*(?:任务|目标|计划|指标)")
_RATE_ALONE = lazily("(?:任务|目标|计划)?完成(?:率|比例)")


def no_figure_is_asked_twice(inputs: tuple[RuleInput, ...]) -> Iterator[Fault]:
    """建制率达标得4分,75%以上得3分: whether it is up to the standard is an interval of the same rate."""
    figures = [i.label for i in inputs if i.kind in ("number", "percent") and len(i.label) > 2]
    for given in inputs:
        for figure in figures:
            rest = given.label.removeprefix(figure)
            if given.kind == "yes_no" and rest != given.label and _STANDARD.fullmatch(rest):
                yield given.label, f"不知道“{figure}”达到多少", f"{figure}达到N得M分"


_STANDARD = lazily(
    r"的?(?:已|全部|均|都)?(?:未|不|没有)?(?:达标|达到?(?:目标|标准|要求).*|完成.*|合格|符合要求)"
)


def no_need_is_part_of_another(inputs: tuple[RuleInput, ...]) -> Iterator[Fault]:
    """培训覆盖率90%以上或人数100人以上得3分,覆盖率80%以上得2分: the same rate under a shorter name."""
    rates = [i.label for i in inputs if i.kind == "percent" and len(i.label) > 2]
    for at, label in enumerate(rates):
        if any(other != label and other.endswith(label) for other in rates[:at]):
            yield label, "不知道与前面的是不是同一个数据", "同一个名称,或写明是哪个数据"


_OF_TERMS: tuple[Callable[[Term, tuple[RuleInput, ...]], Iterator[Fault]], ...] = (
    nothing_wanted_is_reached,
    a_change_has_another_side,
    points_of_each_are_counted,
)
_OF_NAMES: tuple[Callable[[tuple[RuleInput, ...]], Iterator[Fault]], ...] = (
    a_change_is_one_of_something,
    a_name_holds_no_mark,
    a_name_holds_no_half,
    a_name_says_nothing_of_points,
    a_name_is_no_base,
    one_kind_of_units_is_asked,
    no_need_is_part_of_another,
)
_OF_STATES: tuple[Callable[[tuple[RuleInput, ...]], Iterator[Fault]], ...] = (
    a_rate_is_not_what_was_done,
    what_is_missing_is_not_taken_twice,
    no_figure_is_asked_twice,
)

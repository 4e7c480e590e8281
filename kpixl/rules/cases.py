"""Clauses that differ by the kind of unit, by a precondition, by a task that not all units have.

The text is taken apart into one clause for each kind of unit, in which everything stands that
holds for it, what is said for all of them included; each is read by itself.  The canonical
wording has a line for each: [适用一类区]每超过1个加1分.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeAlias

from kpixl.errors import RuleError
from kpixl.patterns import lazily
from kpixl.rules.amounts import Amount
from kpixl.rules.assumptions import by_code
from kpixl.rules.case_terms import END, HEAD, Case, Cases, case_text, cases_of
from kpixl.rules.expr import Peer, Position, Rank, Target, walk
from kpixl.rules.formula_terms import Ladder
from kpixl.rules.lexicon import guarded
from kpixl.rules.model import Assumption, RuleInput
from kpixl.rules.normalise import normalise
from kpixl.rules.rule import Rule
from kpixl.rules.scanner import effects_outside_names
from kpixl.rules.terms import Base

Parse: TypeAlias = Callable[[str], Rule]


@dataclass(frozen=True, slots=True)
class Told:
    """A case as the text tells it: for whom ("" all others), and the clause for them."""

    who: str
    clause: str


# -- the words for kinds of units ---------------------------------------------------------------

_UNIT = (
    r"(?:县\(市、区\)|县\(市\)区?|县\(区\)|市\(县、区\)|乡\(镇\)|镇\(街道\)|乡镇\(街道\)|区域|地区|区县|县区|县市区|县市|市县"
    r"|市区|乡镇|镇乡|镇街|街道|园区|集镇|县|市|区|乡|镇|村|社区|单位|部门|企业|学校|医院)"
)
_CLASS = r"第?[一二三四五六七八九甲乙丙丁戊ABCDEⅠⅡⅢⅣⅤ](?:类|组|档|片区|片)"
_KIND = (
    r"(?:非?重点|非?贫困|山区|半山区|平原|丘陵|沿海|内陆|海岛|城区|主城|中心城|郊|城镇|农村|一般|经济?强|加快发展|欠发达"
    r"|少数民族|新建|中心)"
)
# 五大集镇, 三个强镇: so many that have a name together
_SET = r"[一二三四五六七八九十两0-9]{1,2}大(?:中心|重点)?(?:集镇|镇|乡镇|街道|园区|社区|村)"
_SEAT = r"[\u4e00-\u9fff]{2,6}?(?:开发区|高新区|经开区|保税区|新区|管委会)"
_NUMBER = r"(?:[0-9]{1,3}个|[一二三四五六七八九十]{1,3}个)?"
_ONE = rf"(?:{_SET}|{_NUMBER}(?:{_CLASS}{_UNIT}?|{_KIND}{_UNIT}|{_SEAT}))"
_REST = rf"(?:其余|其他|其它)(?:各|的)?{_NUMBER}{_UNIT}"
_GROUP = rf"(?:其他|其它)?{_ONE}(?:[、和及与]{_ONE}){{0,8}}|{_REST}"
# who has the task, or a figure, at all: 没有…任务的乡镇, 有任务的乡镇
_OTHERS = guarded(_REST)
_HAVING = rf"(?:没有|无|未承担|不承担|有|承担)[\u4e00-\u9fff]{{0,16}}?的(?:各)?{_UNIT}"
# 企业数不足10家的县(市、区)
_SIZE = (
    rf"(?:(?:19|20)[0-9]{{2}}年(?:度|底|末)?)?[\u4e00-\u9fff0-9]{{2,24}}?(?:不足|少于|低于|不到|超过|多于|高于|达到)"
    rf"[0-9]+(?:\.[0-9]+)?[\u4e00-\u9fff%]{{1,4}}?(?:以上)?的(?:各)?{_UNIT}"
)
_QUARTER = r"(?:第?[一二三四]季度|上半年|前三季度|全年)"
_BARE_REST = r"(?:其余|其他|其它)(?=得|计|记|不|按|每|加|扣|[:,])"
_WHO = guarded(
    rf"(?P<group>{_GROUP})(?!域)的?|(?P<having>{_HAVING})|(?P<size>{_SIZE})|(?P<rest>{_BARE_REST})"
)
_PLACE = lazily("第[0-9一二三四五六七八九十]|前[0-9一二三四五六七八九十]|名次|排名|最高|最多")
_PERIODS = guarded(rf"(?P<group>{_QUARTER})")
# 在全省平均水平之上的, 水质达到年度任务书要求的
_MEAN_SIDE = r"在?(?:全[国省市县区]|本类|本组|同类)?平均(?:水平|值|数)(?:之上|之下|以上|以下)的"
_FIT = (
    r"[\u4e00-\u9fffⅠⅡⅢⅣⅤ]{2,24}?(?:未|没有|不)?(?:达到|完成|符合)(?:[\u4e00-\u9fff]{0,10}?)"
    r"(?:要求|目标|任务|计划|标准)的"
)
_STATE = guarded(rf"(?:{_MEAN_SIDE}|{_FIT}|.+时)")
_CONDITION = guarded(rf"(?P<group>{_MEAN_SIDE}|{_FIT})(?=,)")
_BEFOREHAND = guarded(
    r"(?P<who>[\u4e00-\u9fff]{2,24}(?:不低于|不高于|不少于|低于|高于|大于|小于|少于)[\u4e00-\u9fff]{2,10})时,"
)

_CUT = lazily(r"[,;。\n]+")
# a bare mark, whose consequence stands behind the last of them: 三类区不低于50%,低于此标准的不计分
_MARK = lazily(
    r"(?:(?:[\u4e00-\u9fff]{1,8}?)?(?:完成|达到|实现)|不低于|不少于|不高于|不超过|达不到|未达到|不足|低于|少于|超过|高于|达到)?"
    r"[0-9]+(?:\.[0-9]+)?(?:%|个百分点|[\u4e00-\u9fff]{1,3}?)(?:以上|以下)?(?:的)?"
)
# what holds for every kind, though it stands behind the last of them
_BOUND = lazily(
    r"(?:(?:本项|该项|此项|合计|累计|以上|总)*(?:加分|扣分|得分|计分|记分|总分)?(?:最多|最高|不超过|不得超过|累计|合计)[^,;。]*[0-9]+分"
    r"|扣完(?:本项分值|该项分值|分值)?为止|不计负分|不得负分|不倒扣分?|以[0-9]+分为限"
    r"|(?:未达到|未完成|未达标|达不到|没有完成|完不成|低于此标准|低于标准|否则)[^,;。0-9]{0,10}?(?:不得分|不计分|按(?:完成)?比例(?:扣分|计分|得分)))"
)
# what begins anew, and does not go on with the figure of the case before it
_NEW = lazily(
    r"(?!(?:未|没有?|达不到|完不成|不|每|超|低|高|少|其|否则|最|扣|加分|得分|按|完成|达到|[0-9]|年度|全年|增|降|下降|上升))"
    r"[^;。\n]*[得计记加扣减][0-9]"
)
_EFFECTIVE = lazily(r"[得计记加扣减奖][0-9]|[0-9]分|不得分|不计分|除外|减半|翻倍|加倍|否则")


def told_cases(clause: str, parse: Parse, *, conditions: bool = False) -> list[Told] | None:
    """The cases that a clause tells, None where it tells none, or not clearly.

    `parse` reads a clause that has no cases.  With `conditions` what units fulfil is taken as
    well, and not only what they are.
    """
    text = normalise(clause).text.strip()
    if (found := _canonical(clause)) is not None:
        return found
    ways = STATES if conditions else KINDS
    return next((told for way in ways if (told := way(text, parse))), None)


def by_kind(text: str, parse: Parse) -> list[Told] | None:
    """一类区每新增1个加1分;二类区每新增1个加2分

    按单位的类别分别规定的,每个单位只按自己那一类计;写在前面、后面对各类都适用的话(排名、封顶)每一类都算。
    “其他”“其余”是没有列出的单位,没有写的,不在所列各类的单位本项留空。方案的单位表里分组与类别同名的,自动对应;
    对不上的,每一类填是或否。
    """
    return _listed(_MARK_OF_NEXT.sub(",", text), _WHO, parse)


# 一类乡镇完成10个、二类乡镇完成5个得10分
_MARK_OF_NEXT = lazily(rf"(?<=[0-9][\u4e00-\u9fff%])、(?=(?:{_ONE}|{_REST})[^、,;。]{{0,8}}[0-9])")


_SEVERAL = guarded(
    r"(?P<names>[\u4e00-\u9fff]{2,12}(?:、[\u4e00-\u9fff]{2,12})+?)(?P<n>[两二三四五六])项指标(?:均|都)?(?:实行|采用|采取)"
    r"(?:绝对值|排名|名次)?(?:加分|计分|得分|赋分)的?(?:办法|方法|方式)。(?P=n)项指标(?:均|都)?按(?P<how>绝对值|总量|增幅|增速)"
    r"(?P<order>从大到小|从高到低|由大到小|由高到低),(?P<rest>.+)",
    re.DOTALL,
)
_COUNTS = "两二三四五六"


def several(text: str, parse: Parse) -> list[Told] | None:
    """产值、税收两项指标实行绝对值加分的办法。两项指标按绝对值从大到小,重点县前两名分别加2、1分,其他县前三名分别加3、2、1分

    几个数据各排各的名次,每一个都按同样的办法加分,相加;各类单位各按各的。
    """
    match = _SEVERAL.fullmatch(text)
    if match is None:
        return None
    names = match["names"].split("、")
    if len(names) != max(_COUNTS.index(match["n"]) + 1, 2) or len(set(names)) != len(names):
        return None
    told = _listed(match["rest"], _WHO, parse)
    if told is None:
        return None
    how = f"{match['how']}{match['order']}排名,"
    return [
        Told(case.who, "。".join(f"{name}{how}{case.clause}" for name in names)) for case in told
    ]


def by_quarter(text: str, parse: Parse) -> list[Told] | None:
    """一季度达不到30%,二季度达不到80%,三季度达不到100%的不得分

    各季度标准不同的,填明是哪个季度,只按那个季度的标准计。每个季度各有得分的,不是几种情形,是几处得分。
    """
    first = _PERIODS.search(text)
    if first is None or len(_CONSEQUENCE.findall(text, first.start())) != 1:
        return None  # 前三季度达到75%得3分,全年达到100%得7分: both
    return _listed(text, _PERIODS, parse)


_CONSEQUENCE = lazily(r"[得计记加扣减](?:[0-9.]+分|满分)|不得分|不计分|为(?:零|0)(?!\.)")


def by_state(text: str, parse: Parse) -> list[Told] | None:
    """达到要求的,按…计分;未达到要求的,按…×0.8计分

    满足哪一种前提就按哪一种计。前提说的就是后面计分的数据的,由目标值判断;不是的,填是或否。
    """
    return _listed(text, _CONDITION, parse)


_LAST = r"按照?(?P<scope>[\u4e00-\u9fff、()]{0,40}?)最低(?:得分|分值|分)(?:计分|计算|计得分|计)"
_LOWEST = guarded(_LAST)
_WITHOUT = guarded(
    rf"(?P<usual>.+?)[;。](?P<who>(?:没有|无)[\u4e00-\u9fff]{{2,16}}?)(?:的(?:各)?{_UNIT})?,?(?P<lowest>{_LAST})[;。]?",
    re.DOTALL,
)


def without_task(text: str, parse: Parse) -> list[Told] | None:
    """完成率从高到低排名,第一名得满分,后续按0.1分递减;无此类项目的按最低得分计分

    没有这项任务的单位,按本组排在最后的单位的得分计,自己的数据不用填。
    """
    match = _WITHOUT.fullmatch(text)
    if match is None:
        return None
    scope = re.sub("排名|排队|排序|名次", "", match["scope"])
    if effects_outside_names(scope) or effects_outside_names(match["who"]):
        return None
    return [Told(match["who"], match["lowest"]), Told("", match["usual"])]


def is_told(clause: str) -> bool:
    """Whether a clause is headed as canonical wording heads its cases."""
    return clause.lstrip().startswith(HEAD)


def _canonical(clause: str) -> list[Told] | None:
    if not is_told(clause):
        return None
    pieces = re.split(rf"(?:^|\n){re.escape(HEAD)}([^\]\n]*){re.escape(END)}", clause.strip())
    if pieces[0].strip():
        return None
    return [Told(who, body.strip()) for who, body in zip(pieces[1::2], pieces[2::2], strict=True)]


def _outside(text: str) -> list[tuple[int, int]]:
    """The stretches between commas, colons and stops that stand outside brackets: start and end."""
    found, depth, start = [], 0, 0
    for at, c in enumerate(text):
        depth += (c in "([") - (c in ")]")
        if c in ",:;。\n" and depth <= 0:
            found.append((start, at))
            start = at + 1
    return [*found, (start, len(text))]


def _listed(text: str, words: re.Pattern[str], parse: Parse) -> list[Told] | None:
    """甲类每个加1分;乙类每个加2分, with what stands before and behind for both of them."""
    pieces = _outside(text)
    heads: list[tuple[int, re.Match[str]]] = []
    for nth, (start, end) in enumerate(pieces):
        match = words.match(text, start, min(end + 1, len(text)))
        if match and match.end() <= end < len(text) + (match.end() < end):
            heads.append((nth, match))
    rest = [nth for nth, (_, m) in enumerate(heads) if m.groupdict().get("rest")]
    if rest and (len(heads) < 2 or rest != [len(heads) - 1] or _PLACE.search(text)):
        # 其余 may be the other places as well
        heads = [h for nth, h in enumerate(heads) if nth not in rest]
    if not heads:
        return None
    prefix = text[: pieces[heads[0][0]][0]]
    bodies: list[str] = []
    for at, (_, match) in enumerate(heads):
        stop = pieces[heads[at + 1][0]][0] if at + 1 < len(heads) else len(text)
        bodies.append(re.sub(r"^[:,]", "", text[match.end() : stop]))
    names = [next(filter(None, match.groups())) for _, match in heads]
    names = [re.sub("的$", "", name) if words is not _CONDITION else name for name in names]
    if len(set(names)) != len(names):
        return None
    if len(names) == 1:
        return _beside_default(prefix, names[0], bodies[0], parse)
    # what only one of two has says nothing of the other: 没有任务的得10分;有任务的…,…
    apart = len(names) == 2 and (_opposite(*names) or _POINTS.fullmatch(bodies[0].rstrip(",;。")))
    if prefix.endswith(("。", ";", "\n")) and any(
        _POINTS.fullmatch(body.rstrip(",;。")) for body in bodies
    ):
        return None  # 加强领导。没有任务的得6分: nobody is given points for what is said ahead
    if apart and any(_NEW.match(piece) for piece in re.split("[;。\n]", bodies[-1])[1:]):
        return None  # 有任务的完成得10分。相互攻击的,每例扣2分: of these units, or of all?
    shared = (bodies, "") if apart else _shared(bodies)
    if shared is None:
        return None
    bodies, tail = shared
    told = [Told(n, _joined(prefix, body, tail)) for n, body in zip(names, bodies, strict=True)]
    return told


def _joined(prefix: str, body: str, tail: str) -> str:
    return f"{prefix}{body.rstrip(',;。、' + chr(10))}{tail}".rstrip(";\n")


def _shared(bodies: Sequence[str]) -> tuple[list[str], str] | None:
    """The bodies by themselves, and what is behind the last of them for all; None is unclear."""
    first = [body.rstrip(",;。、\n") for body in bodies[:-1]]
    last = bodies[-1].rstrip(";。\n")
    if all(_MARK.fullmatch(body) for body in first):
        match = _MARK.match(last)
        if match is None or match.end() == len(last):
            return None
        return [*first, match[0]], last[match.end() :]
    pieces = [last[a:b] for a, b in _outside(last)]
    most = max(len(_outside(body)) for body in first)
    if len(pieces) > most:
        rest = last[_outside(last)[most - 1][1] :]
        if not all(_BOUND.fullmatch(piece) for piece in pieces[most:]):
            return None
        return [*first, last[: len(last) - len(rest)]], rest
    return [*first, last], ""


def _figure_of(rule: Rule) -> set[str]:
    return {i.label for i in rule.inputs if i.kind in ("number", "percent", "count")}


def _beside_default(prefix: str, who: str, body: str, parse: Parse) -> list[Told] | None:
    """每增加1家加0.5分;不足10家的县,每增加1家加1分: the same figure, scored in another way."""
    if not prefix or not body:
        return None
    try:
        usual, other = parse(prefix.rstrip(",;。\n")), parse(body)
    except RuleError:
        return None
    if not _figure_of(usual) or _figure_of(usual) != _figure_of(other):
        return None
    if len(usual.terms) != len(other.terms):
        return None
    return [Told(who, body.rstrip(";。\n")), Told("", prefix.rstrip(",;。\n"))]


_FIGURE = r"[0-9]+(?:\.[0-9]+)?(?:%|个百分点|[\u4e00-\u9fff]{1,3}?)"
_MARKS = lazily(
    rf"(?P<who>{_ONE}(?:[、和及与]{_ONE}){{1,8}})(?P<label>[^,;。0-9]{{2,24}}?)分别"
    rf"(?:(?P<verb>达到|完成|不少于|不低于)|为|是)?(?P<each>{_FIGURE}(?:[、,和]{_FIGURE}){{1,8}})"
    rf"(?P<rest>(?:以上|的|,|;|。|$).*)",
    re.DOTALL,
)
_EACH_POINTS = guarded(
    rf"(?P<who>{_ONE}(?:[、和及与]{_ONE}){{1,8}})(?P<label>[^;。]{{2,40}}?),?分别(?P<verb>得|计|记|加|扣)"
    r"(?P<each>[0-9]+(?:\.[0-9]+)?分?(?:[、,][0-9]+(?:\.[0-9]+)?分?){0,8}[、,和][0-9]+(?:\.[0-9]+)?分)"
    r"(?P<rest>(?:[,;。]|$).*)",
    re.DOTALL,
)


def each_kind(text: str, parse: Parse) -> list[Told] | None:
    """一类区、二类区新增企业分别达到3家、2家的得5分

    几类单位列在前面,各类的标准或分数依次列在后面,个数须相同。
    """
    for pattern in (_MARKS, _EACH_POINTS):
        match = pattern.fullmatch(text)
        if match is None:
            continue
        names = kinds_of(match["who"])
        each = re.split("[、,和]", match["each"])
        if len(names) != len(each) or len(set(names)) != len(names):
            return None
        if not all(re.search(rf"{_UNIT}$", name) for name in names):
            return None
        if _WHO.search(match["rest"]):
            return None
        told = []
        for name, one in zip(names, each, strict=True):
            if pattern is _MARKS:
                said = f"{match['label']}{match['verb'] or '不少于'}{one}{match['rest']}"
            else:
                one = one.removesuffix("分")
                said = f"{match['label']}{match['verb']}{one}分{match['rest']}"
            told.append(Told(name, said.rstrip(";。\n")))
        return told
    return None


_BRACKET = guarded(rf"\((?P<who>各?{_UNIT}|{_GROUP})按(?P<body>[^()]+)\)")


def in_brackets(text: str, parse: Parse) -> list[Told] | None:
    """能耗下降4%的得4分(各区按下降5%的得4分),每超过1个百分点加0.5分

    括号里的单位按括号里的标准计,括号外的话对它们照样适用。
    """
    found = list(_BRACKET.finditer(text))
    if len(found) != 1:
        return None
    match = found[0]
    before = text[: match.start()]
    start = max(before.rfind(stop) for stop in ";。\n") + 1
    rest = text[match.end() :]
    usual, other = text[start : match.start()], match["body"]
    try:
        one, two = parse(usual), parse(other)
    except RuleError:
        return None
    if len(one.terms) != 1 or [type(t) for t in one.terms] != [type(t) for t in two.terms]:
        return None
    ahead = text[:start]
    return [
        Told(match["who"], (ahead + other + rest).rstrip(";。\n")),
        Told("", (ahead + usual + rest).rstrip(";。\n")),
    ]


def beforehand(text: str, parse: Parse) -> list[Told] | None:
    """利润目标值不低于基准值时,每超过目标值3%加1分

    整条只在写明的前提下计分:前提是否满足填是或否,不满足的本项留空。
    """
    match = _BEFOREHAND.match(text)
    if match is None or "时," in text[match.end() :]:
        return None
    body = text[match.end() :].rstrip(";。\n")
    if (figure := re.match(r"(.{2,}?)(?:考核)?目标值", match["who"])) is not None:
        # the figure whose target the precondition is about
        body = re.sub(r"(?<![\u4e00-\u9fff])完成值", f"{figure[1]}完成值", body)
    return [Told(f"{match['who']}时", body)]


def kinds_of(who: str) -> tuple[str, ...]:
    """The kinds of units that the words for a case name.

    >>> kinds_of("其它一类和二类区"), kinds_of("8个重点县(市)")
    (('一类区', '二类区'), ('重点县(市)',))
    """
    if _STATE.fullmatch(who) or not re.fullmatch(_GROUP, who):
        return (who,)
    text = re.sub("^(?:其他|其它)", "", who)
    found = [re.sub(f"^{_NUMBER}", "", m[0]) for m in re.finditer(_ONE, text)]
    tail = re.search(rf"{_UNIT}$", found[-1])
    if tail and len(found) > 1:  # 一类、二类区 is 一类区, 二类区
        found = [f if re.search(rf"{_UNIT}$", f) else f + tail[0] for f in found]
    return tuple(found)


# what units are is tried before anything else, what they fulfil only after it
KINDS = (several, each_kind, in_brackets, without_task, by_kind, by_quarter)
STATES = (by_state, beforehand)


# -- from what is told to one rule ----------------------------------------------------------------

_BY_GROUP = Assumption(
    "分类",
    "条款按单位的类别分别规定:每个单位只按它所属的一类计;不属于所列各类、也没有写其他单位如何计的,本项留空",
    "各按各类",
)
_BY_STATE = Assumption(
    "前提",
    "条款写明了前提:满足哪一种就按哪一种计;都不满足、也没有写如何计的,本项留空",
    "只按满足的一种",
)
_PLACES = Assumption(
    "分类名次",
    "名次、最高值、平均值在方案的分组内比;分类不同的单位要各自成组的,在方案的单位表里分组",
    "按方案分组",
)


def read_cases(
    clause: str,
    parse: Parse,
    again: Parse,
    readings: Mapping[str, str],
    *,
    conditions: bool = False,
) -> Rule | None:
    """The rule of a clause that tells cases, None where it tells none that can be read.

    `parse` reads the clause of one case, `again` a whole clause: the canonical wording has to
    give the same rule.
    """
    told = told_cases(clause, parse, conditions=conditions)
    if told is None or not all(case.clause and _clean(case.who) for case in told):
        return None
    if sum(not case.who for case in told) > 1 or (told[-1].who and not all(c.who for c in told)):
        return None
    try:
        rules = _each_read(told, parse)
    except RuleError:
        return None
    if any(cases_of(rule) for rule in rules) or not any(rule.inputs for rule in rules):
        return None
    rule = _assembled(clause, told, rules, readings)
    if rule is None or is_told(clause):
        return rule
    try:
        same = again(rule.canonical).same_rule(rule)
    except RuleError:
        return None
    return rule if same else None


def _each_read(told: Sequence[Told], parse: Parse) -> list[Rule]:
    """The rule of each case; the lowest points are those of the last place of another."""
    read: list[Rule | None] = [
        None
        if _LOWEST.fullmatch(case.clause.rstrip(";。"))
        else _fixed(case.clause) or parse(case.clause)
        for case in told
    ]
    found: list[Rule] = []
    others = [rule for rule in read if rule is not None]
    for case, rule in zip(told, read, strict=True):
        if rule is not None:
            found.append(rule)
            continue
        ladder = others[0].terms[0] if len(others) == 1 and len(others[0].terms) == 1 else None
        if not isinstance(ladder, Ladder):
            raise RuleError(case.clause, 0, case.clause, "不知道最低得分是多少", "按名次递减的得分")
        words = case.clause.rstrip(";。")
        low = replace(ladder, last=True, words=words)
        found.append(replace(others[0], source=words, terms=(low,), canonical=words))
    return found


_SIZE_OF = r"(?:(?P<{0}>0\.[0-9]+|[1-9][0-9]*(?:\.[0-9]+)?)分|满分)"
_POINTS = lazily(
    r"(?:直接|统一|均|都)?"
    rf"(?:(?:得|计|记){_SIZE_OF.format('n')}|按{_SIZE_OF.format('n2')}(?:计分|计算|计))"
)


def _fixed(clause: str) -> Rule | None:
    """没有该任务的单位计10分: points that a unit has without any figure."""
    match = _POINTS.fullmatch(clause.rstrip(";。"))
    if match is None:
        return None
    number = match["n"] or match["n2"]
    amount = Amount(Decimal(number) if number else None)
    text = f"得{amount.text()}"
    return Rule(source=clause, terms=(Base(amount),), inputs=(), canonical=text)


def _clean(who: str) -> bool:
    """Whether the words for whom hold nothing that scores."""
    return _EFFECTIVE.search(who) is None


OTHERS = "其他"


def _opposite(one: str, other: str) -> bool:
    """Whether of two conditions exactly one holds: 达到要求的, 未达到要求的."""
    if one == other:
        return False
    bare = [re.sub(r"没有|未承担|不承担|未|不|承担|有", "", w, count=1) for w in (one, other)]
    denied = [re.search(r"没有|未|不|无", w) is not None for w in (one, other)]
    if denied[0] == denied[1]:
        return False
    bare = [re.sub("无", "", w, count=1) for w in bare]
    return bare[0] == bare[1] or bare[0].endswith(bare[1]) or bare[1].endswith(bare[0])


def _assembled(
    clause: str, told: Sequence[Told], rules: Sequence[Rule], readings: Mapping[str, str]
) -> Rule | None:
    inputs: list[RuleInput] = []
    rules = _named(rules)
    for rule in rules:
        for given in rule.inputs:
            known = next((i for i in inputs if i.label == given.label), None)
            if known is None:
                inputs.append(given)
            elif (known.kind, known.unit) != (given.kind, given.unit):
                return None
            elif known.target != given.target:
                inputs[inputs.index(known)] = replace(known, target=None)
    labels = [i.label for i in inputs]
    whos = [case.who for case in told]
    rest = [not who or who == OTHERS or _OTHERS.fullmatch(who) is not None for who in whos]
    if any(rest[:-1]):
        # the others come last, wherever the clause has them
        at = rest.index(True)
        if sum(rest) > 1 or len(rest) < 2:
            return None
        order = [n for n in range(len(whos)) if n != at] + [at]
        return _assembled(clause, [told[n] for n in order], [rules[n] for n in order], readings)
    paired = len(whos) == 2 and _opposite(whos[0], whos[1])
    tests: list[RuleInput] = []
    cases: list[Case] = []
    states = any(_STATE.fullmatch(who) for who in whos)
    periods = any(_PERIODS.fullmatch(who) for who in whos)
    for nth, (case, rule) in enumerate(zip(told, rules, strict=True)):
        last = nth == len(told) - 1
        own = tuple(labels.index(i.label) for i in rule.inputs)
        targets = tuple(
            rule.inputs[n].target if inputs[i].target is None and _uses_target(rule, n) else None
            for n, i in enumerate(own)
        )
        test: int | None = None
        reached = False
        if not ((last and rest[-1]) or (last and paired)):
            figure = _reached(case.who, rule) if paired else None
            if figure is not None:
                test, reached = own[figure], True
            else:
                if case.who in labels or any(t.label == case.who for t in tests):
                    return None
                tests.append(RuleInput(case.who, "yes_no", "是/否", group=not (states or periods)))
                test = len(inputs) + len(tests) - 1
        cases.append(
            Case(
                case.who or OTHERS,
                test,
                rule.terms,
                own,
                rule.limits,
                rule,
                reached,
                targets if any(t is not None for t in targets) else (),
            )
        )
    term = Cases(tuple(cases))
    taken = by_code(a for rule in rules for a in rule.assumptions)
    taken |= {a.code: a for a in ((_BY_STATE if states or periods else _BY_GROUP),)}
    peers = any(
        isinstance(e, (Peer, Rank, Position))
        for r in rules
        for t in r.terms
        for e in walk(t.expr())
    )
    if peers and not (states or periods):
        taken[_PLACES.code] = _PLACES
    return Rule(
        source=clause,
        terms=(term,),
        inputs=(*inputs, *tests),
        canonical="\n".join(case_text(case) for case in cases),
        assumptions=tuple(taken.values()),
        readings=dict(readings),
    )


def _uses_target(rule: Rule, number: int) -> bool:
    nodes = (e for t in rule.terms for e in walk(t.expr()))
    return any(isinstance(e, Target) and e.input == number for e in nodes)


def _reached(who: str, rule: Rule) -> int | None:
    """The figure that a condition says has reached its target, where it is one of the case's."""
    match = re.fullmatch(
        r"(.+?)(?:达到|完成)[\u4e00-\u9fff]{0,10}?(?:要求|目标|任务|计划|标准)的?", who
    )
    if match is None or re.search(r"[未不]|没有", match[1][-2:]):
        return None
    for nth, given in enumerate(rule.inputs):
        measured = given.kind in ("number", "percent", "count") and given.target is None
        if measured and (given.label == match[1] or given.label.endswith(match[1])):
            return nth
    return None


def _named(rules: Sequence[Rule]) -> list[Rule]:
    """A figure that only the first case names is the figure of the others too."""
    names = {i.label for r in rules for i in r.inputs if i.kind != "yes_no" and i.label != "完成值"}
    if len(names) != 1:
        return list(rules)
    name = names.pop()
    found = []
    for rule in rules:
        nameless = [i for i in rule.inputs if i.label == "完成值"]
        if nameless and not any(i.label == name for i in rule.inputs):
            given = tuple(replace(i, label=name) if i in nameless else i for i in rule.inputs)
            rule = replace(rule, inputs=given)
        found.append(rule)
    return found

"""The builders of phrases about steps and counted things."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

from kpixl.patterns import lazily
from kpixl.rules.amounts import Amount, Mark
from kpixl.rules.count_terms import Counted
from kpixl.rules.each_phrases import counts_each
from kpixl.rules.parts import (
    BranchPart,
    CountPart,
    FaultPart,
    GivePart,
    Part,
    PartStepPart,
    StepPart,
)
from kpixl.rules.scanner import Token
from kpixl.rules.segment import (
    AMOUNTS,
    DURATIONS,
    EVENTS,
    NAMING,
    VERBS,
    WAYS,
    Segment,
    figure_of,
    mark_of,
    points_of,
    tidy,
    unit_of,
)

STEP_POINTS = ("ADD", "GIVE", "SUB", "SYM", "ADDPCT", "SUBPCT", "SYMPCT")


def step(s: Segment) -> Part:
    """每超过1个百分点加0.5分

    从目标(或前面写的数)算起,每多一步加几分,每少一步扣几分;不足一步的按比例计,句子或读法另有规定
    的除外。
    """
    head = s.get("EVUP", "EVDOWN", "EVSYM")
    points = s.get(*STEP_POINTS)
    behind = s.tokens[s.tokens.index(head) :]
    at = next(t for t in behind if t.name in (*AMOUNTS, "NUM", "BPTS"))
    way = WAYS[head.name]
    if (way == "both") != points.name.startswith("SYM"):
        raise s.refuse(points, "与“每”的方向不合", "每超…加分,每少…扣分,或每增减…加减分")
    adds = points.name in ("ADD", "GIVE", "ADDPCT")
    if points.name == "GIVE" and head.text.startswith("比") and "每" not in head.text:
        raise s.refuse(
            head, "不知道是提高这么多才得分,还是每提高这么多都得", "每提高…得N分,或…以上得N分"
        )
    falls = way != "both" and adds != (way == "up")
    if falls and _FALL.match(head.text) and way == "down":
        # 每下降1个百分点加0.5分: the figure is the decrease, entered as a positive figure (G8)
        if s.find("OVERC") or _ON_TOP.search(figure_of(s.tokens[: s.tokens.index(head)])):
            raise s.refuse(head, "前面说的是另一个方向", "超额完成的,每超过…加…")
        way, falls = "up", False
    ahead = s.tokens[: s.tokens.index(head)]
    mark = next((t for t in ahead if t.name in AMOUNTS), None)
    between = [t for t in behind[1 : behind.index(at)] if t.name in (*NAMING, "MEAN")]
    mean = next((t for t in (*ahead, *between) if t.name == "MEAN"), None)
    odd = next((t for t in between if "平均" in t.text and t.name != "MEAN"), None)
    level = "".join(t.text for t in between)
    named = odd is not None and _MEAN_RISE.fullmatch(level) is not None
    if odd is not None and not named:
        raise s.refuse(odd, "不知道平均数是本组的,还是公布的", "达到平均值得N分,每超过1个百分点…")
    missed = next((i for i, t in enumerate(ahead) if t.name in ("UNMET", "LT", "GT")), 0)
    _clear_side(s, ahead, head)
    own = tuple(t for t in ahead if mark is None or t.name != "GES")
    label = figure_of(ahead[:missed] if missed else own)
    if _BESIDE_MEAN.search(label):
        raise s.refuse(head, "不知道平均数是本组的,还是公布的", "每高于全市平均水平1个百分点…")
    since = _SINCE.search(label)
    if not adds and since is None:
        since = _RISEN.search(label)
        if since and (since["up"] is not None) != head.text.startswith(_UP) and since["way"]:
            raise s.refuse(head, "前面说的是另一个方向", "上升的,每上升…扣…")
    beyond = _ON_TOP.search(label)
    label = (
        ""
        if _THE_TASK.fullmatch(label)
        else _ON_TOP.sub("", label[: since.start()] if since else label)
    )
    if behind[behind.index(at) + 1].text.startswith(("个百分点", "百分点")):
        raise s.refuse(at, "这个数的单位写了两次", "N个百分点")
    if side := _SIDE.fullmatch(label):  # 下降的,每下降1个百分点扣1分
        if (side["up"] is not None) != head.text.startswith(_UP):
            raise s.refuse(head, "前面说的是另一个方向", "下降的,每下降…扣…")
        since = since or (None if adds else _LAST_YEAR.search(label))
        label = ""
    said = "".join(t.text for t in ahead if t.name not in ("DE", "COMMA"))
    if mark and mean:
        raise s.refuse(mean, "不知道从所写的数算起,还是从平均数算起", "只写一个")
    return StepPart(
        way,
        label,
        s.need(at),
        unit_of(at),
        points_of(s, points),
        mark_of(s, mark)
        if mark
        else Mark(None, "", "given", level)
        if named
        else Mark(None, "", "mean", mean.text)
        if mean
        else Mark(None, "", "prior")
        if s.find("PRIORW")
        else None,
        "得" if points.name == "GIVE" else "加",
        "" if s.find("OVERC") or beyond else _rise(head.text),
        re.sub("的$", "", said) if side else said,
        "".join(
            t.text for t in behind[behind.index(at) : behind.index(points)] if t.name in NAMING
        ),
        "" if named else "".join(t.text for t in behind[1 : behind.index(at)] if t.name in NAMING),
        any(t.name == "UNMET" for t in ahead[:1]),
        falls,
        re.search("比(?:上年|去年)", head.text) is not None or since is not None,
        head.text in ("每差", "每相差"),
        head.text.startswith(("每缺", "没缺", "缺")),
        grows="增长" in head.text,
        each=any(t.name == "EACHW" for t in behind),
    )


def _clear_side(s: Segment, ahead: tuple[Token, ...], head: Token) -> None:
    """Refuse 95%以上的每降低1个百分点扣1分: from another number on than it says."""
    side = next((t for t in ahead if t.name in ("LES", "LESX", "GES", "GESX")), None)
    sized = any(t.name in AMOUNTS for t in ahead)
    if side is None or not sized:
        return
    if side.name.startswith("GES") != (WAYS[head.name] == "up"):
        raise s.refuse(side, "前面说的是另一个方向", "N%以下的每低1个百分点…")


_BESIDE_MEAN = lazily("[与和同较].*平均.*(?:相比|比较|比)$|[比较][^,;]{0,8}平均[^,;]{0,4}$")
_MEAN_RISE = lazily(
    r"(?:全[省市县区]|本类|同类)?平均(?:增[幅速长]|增长率|降幅|速度|年龄|得?分|占比|成绩|工资)"
)
_SIDE = lazily(
    r"(?:(?:比|较)(?:上年度?|去年)(?:同期)?|同比)?(?:有所)?(?:(?P<up>上升|提高|增长|增加)|(?:下降|降低|减少))的?"
)
_LAST_YEAR = lazily("上年|去年|同比")
_UP = ("每超", "每增", "每提", "每高", "每上", "每多", "每比")


_SINCE = lazily(
    r"(?:(?:与|同|较|和)(?:上年度?|去年)(?:同期)?(?:相比|比较|比)|(?:对比|[比较])(?:上年度?|去年)(?:同期)?)$"
)


# 投诉量比上年增加的,每增加1件扣0.5分: from last year's figure on
_RISEN = lazily(
    r"(?<=.)(?:[比较](?:上年度?|去年)(?:同期)?|同比)(?P<way>有?所?(?:(?P<up>上升|提高|增长|增加)|下降|降低|减少)的?)?$"
)
_ON_TOP = lazily(
    r"在?(?:完成)?(?:年度|全年)?(?:目标任务|任务|目标|计划)数?的?(?:基础上|(?:基础|前提)下)$"
)
_THE_TASK = lazily(
    r"(?:在?完成)?(?:基本|既定|规定|下达|分配|核定)?(?:目标任务|任务|目标|指标|计划)(?:后|的?基础上|的?前提下|以后|之后)?"
)


_FALL = lazily(r"每(?:下降|降低|减少|减|降)$")


_RISE = lazily(r"(?:^比.*)?每?(?:增加|增长|增|提高|上升)$")


def _rise(text: str) -> Literal["", "提高", "降低"]:
    """Whether a step is said with a word that may mean a change from last year."""
    return "提高" if _RISE.match(text) else "降低" if _FALL.match(text) else ""


def count_share(s: Segment) -> Part:
    """每发生1次违规扣该项分值的20%

    件数乘以分值的百分之几。
    """
    points, step = s.get("SUBPCT", "ADDPCT"), s.get("EVCNT", "CNT")
    share, per = points_of(s, points), s.take(step)
    at, stop = s.tokens.index(step), s.tokens.index(points)
    if share.number is None or share.full is not None:
        raise s.refuse(points, "分值不必再写一次", "扣该项分值的N%")
    unit = unit_of(step) if step.name == "CNT" else step.parts["unit"]
    if step.name == "CNT" and (unit not in EVENTS or per != 1):
        raise s.refuse(step, "不知道是每个都计,还是有了就计", "每1个扣该项分值的N%")
    words = Counted(s.label(0, at), step.parts.get("verb", ""), unit, s.label(at + 1, stop))
    verb: Literal["加", "扣"] = "加" if points.name == "ADDPCT" else "扣"
    per = Decimal(1) if per is None else per
    return CountPart(words, per, verb, share.number, share=True)


def part_step(s: Segment) -> Part:
    """每低1个百分点扣1分,不足1个百分点的按1个百分点计

    写在“每…扣分”“每…加分”后面:不足一步的算作一步;写“不计”的,不足一步的不算。
    """
    token = s.get("PARTSTEP")
    unit, up = token.parts["unit"], bool(token.parts.get("up"))
    values = {s.need(token, group) for group in token.figures}
    if len(values) > 1 or (up and token.parts["unit2"] != unit):
        raise s.refuse(token, "前后两个数不同,不知道不足一步的怎样计", "不足N的按N计")
    return PartStepPart(values.pop(), unit, up)


def each_period(s: Segment) -> Part:
    """对监管得力的,每季度加0.5分

    每有一个季度(月)做到,计一次分;填做到了几个季度(月)。“每季度…的扣N分”是每期都扣,还是只扣一次,由读法G150定。
    """
    at = s.get("PERIOD", "EVPER")
    points = s.get("ADD", "SUB")
    place = s.tokens.index(at)
    if at.name == "PERIOD" and points.name == "SUB" and s.label(place + 1):
        ahead = s.label(0, place)  # each of them, or once: G150
        label = (f"{ahead}," if ahead else "") + at.text + s.label(place + 1)
        return FaultPart(label, points_of(s, points), "扣")
    per = s.take(at) or Decimal(1)
    unit = at.parts.get("unit") or at.text.removeprefix("每")
    if unit in ("年", "年度"):
        raise s.refuse(at, "一年考核一次,不知道“每年”是几次", "写明次数")
    words = Counted(s.label(0, place), "", unit, s.label(place + 1))
    if not words.head + words.thing:
        raise s.refuse(at, "不知道每期看的是什么", "…的,每季度加N分")
    return CountPart(words, per, VERBS[points.name], s.need(points))


def over_each(s: Segment) -> Part:
    """超额完成目标每个加0.2分

    超过目标的部分,每多一个加所写的分。
    """
    step = s.get("EVCNT")
    per = s.take(step)
    ahead = s.tokens[: s.tokens.index(step)]
    if step.parts["verb"]:
        raise s.refuse(step, "不知道是超额的每个,还是另外的", "超额完成目标,每超过1个加N分")
    return StepPart(
        "up",
        "",
        Decimal(1) if per is None else per,
        step.parts["unit"],
        points_of(s, s.get("ADD")),
        # 超额完成: 目标 behind it would read as a figure of its own
        head="".join(t.text for t in ahead if t.name not in ("DE", "COMMA", "TASK")),
    )


def over_prop(s: Segment) -> Part:
    """超额完成的,按比例加分

    每超过目标1%,多得达到目标时得分的1%。
    """
    token = s.get("PROPADD")
    whole = s.find("OVERC") or token
    if s.label(s.tokens.index(whole) + 1, s.tokens.index(token)) not in ("", *_TARGETS):
        raise s.refuse(token, "不知道超过的是哪个数据", "超额完成的,按比例加分")
    return _proportional()


_TARGETS = ("任务", "目标", "目标任务", "计划", "指标", "部分")


def _proportional() -> StepPart:
    share = Amount(Decimal("0.01"), share=True)
    return StepPart("up", "", Decimal(1), "%", share, head="超额完成", prop=True)


def both_prop(s: Segment) -> tuple[Part, ...]:
    """未完成或超额完成的,按比例扣分或加分

    没有完成的按完成比例得分;超额完成的,每超过目标1%,多得达到目标时得分的1%。“每增加一台或减少一台按比例加、减分”
    也是这样。
    """
    token = s.get("BOTHPROP")
    up, down = s.take(token), s.take(token, "n2")
    if up != down or token.parts.get("unit") != token.parts.get("unit2"):
        raise s.refuse(token, "增加和减少的不是同一个数", "每增加或减少1台按比例加、减分")
    parts = BranchPart("prop", None, "未完成"), _proportional()
    if token.start:
        return parts
    whole = GivePart("完成值", Amount(None), "完成值")
    return whole, *parts  # 按完成任务比例加减分, which is all there is


def count(s: Segment) -> Part | tuple[Part, ...]:
    """报送信息,每采用一条得0.1分

    按件数计分:件数乘以每件的分。写“每5亩”的,满5亩才算一次。
    """
    step = s.get("EVCNT")
    points = s.all("GIVE", "ADD", "SUB", "BPTS")[-1]
    per = s.take(step)
    verb = VERBS.get(points.name, "得")
    place = s.tokens.index(step)
    if not step.text.startswith(("每", "单")) and verb == "得":
        if not step.text.startswith("有") or s.all(*AMOUNTS):
            raise s.refuse(
                step, "不知道是每个都得分,还是有了就得分", "每有1个得N分,或有1个以上得N分"
            )
        if step.parts["unit"] in EVENTS and per == 1:
            thing = s.label(place + 1)
            does, unit = step.parts["verb"], step.parts["unit"]
            words = Counted(s.label(0, place), does, unit, thing)
            return CountPart(words, per, verb, s.need(points), open=True)
        return GivePart(s.label(0, place) + step.text + s.label(place + 1), points_of(s, points))
    ahead = s.tokens[:place]
    for token in ahead:  # a number in the name of the counted thing
        if token.name in AMOUNTS:
            if s.tokens[s.tokens.index(token) - 1].name == "DO":
                raise s.refuse(token, "不知道是达到这个数才计,还是只计这样的", "每个…得N分")
            s.take(token)
    sides = [t for t in ahead if t.name in ("LT", "GT", "BPTS")]  # 单科不足70分的每人
    _clear_beyond(s, step, points)
    for token in sides:
        s.take(token)
    said = (*NAMING, *AMOUNTS, "LT", "GT", "BPTS")
    name = tidy("".join(t.text for t in ahead if t.name in said))
    behind = s.tokens[place + 1 : s.tokens.index(points)]
    for token in behind:  # 每引进1个10亿元以上项目
        if token.name in AMOUNTS:
            s.take(token)
    commas = [t for t in behind[:-1] if t.name == "COMMA"]  # 出现1次因…不到位,群众反映强烈的
    joined = (*NAMING, *AMOUNTS, *(("COMMA",) if len(commas) == 1 and s.all("SUB") else ()))
    thing = tidy("".join(t.text for t in behind if t.name in joined).strip(","))
    unit = "人次" if step.parts["unit"] == "人每次" else step.parts["unit"]
    each = next((t for t in behind if t.name == "EACHW"), None)
    if each and "、" in name + thing:  # 经历、学历有1人不符各扣1分
        return counts_each(s, points, Counted(name, step.parts["verb"], unit, thing))
    if thing.startswith("百分点"):
        raise s.refuse(step, "百分点不是件数,不知道从多少算起", "达到N%得…,每低1个百分点扣…")
    words = Counted(name, step.parts["verb"], unit, thing)
    return CountPart(
        words,
        Decimal(1) if per is None else per,
        verb,
        s.need(points),
        bare=points.name == "BPTS",
        more=s.says_more(points),
    )


def _clear_beyond(s: Segment, step: Token, points: Token) -> None:
    """Refuse 投诉超过3次的,每次扣1分, 逾期超过3天的,每逾期1天扣1分: all of them, or those beyond."""
    place = s.tokens.index(step)
    ahead, does = s.tokens[:place], step.parts["verb"]
    sided = any(t.name in ("LT", "GT", "GES") for t in ahead)
    same = next((t for t in ahead if t.name in AMOUNTS and unit_of(t) == step.parts["unit"]), None)
    plain = not does and not s.label(place + 1, s.tokens.index(points))
    again = bool(does) and does in "".join(t.text for t in ahead)
    if sided and same is not None and (plain or again):
        raise s.refuse(same, "不知道是超过这个数的才计,还是都计", "每发生1次扣N分,或超过N次的…")


def either_count(s: Segment) -> tuple[Part, ...]:
    """每连片抛荒5亩或零星抛荒30亩的,扣2分

    用“或”连起来的两种情形各计各的次数,每次扣所写的分。
    """
    step, points = s.get("EVCNT"), s.get("SUB")
    place = s.tokens.index(step)
    other = next(t for t in s.tokens[place + 1 :] if t.name in AMOUNTS)
    name = s.label(place + 1, s.tokens.index(other))
    per = s.take(step)
    if not re.match("或者?", name) or not step.text.startswith("每") or per is None:
        raise s.refuse(other, "不知道这个数是什么", "每…N…或…M…的,扣K分")
    thing = s.label(s.tokens.index(other) + 1)
    first = Counted(s.label(0, place), step.parts["verb"], step.parts["unit"], "")
    second = Counted("", re.sub("^或者?", "", name), unit_of(other), thing)
    amount = s.need(points)
    return (
        CountPart(first, per, "扣", amount),
        CountPart(second, s.need(other), "扣", amount),
    )


def either_missing(s: Segment) -> tuple[Part, ...]:
    """每少一种机构或少一项制度的扣0.5分

    用“或”连起来的两种,少的各计各的数,每少一个扣所写的分。
    """
    heads, counts = s.all("EVDOWN"), s.all("CNT")
    amount = s.need(s.get("SUB"))
    second = s.tokens.index(heads[1])
    first_thing = s.label(s.tokens.index(counts[0]) + 1, second)
    says = re.compile("每?(?:少|缺)$")
    if not first_thing.endswith("或") or not all(says.match(t.text) for t in heads):
        raise s.refuse(heads[1], "不知道与前面的是什么关系", "每少1…或少1…的扣N分")
    things = (first_thing.removesuffix("或"), s.label(s.tokens.index(counts[1]) + 1))
    parts = [
        CountPart(
            Counted("", head.text.removeprefix("每"), unit_of(count), tidy(thing)),
            s.need(count),
            "扣",
            amount,
        )
        for head, count, thing in zip(heads, counts, things, strict=True)
    ]
    return tuple(parts)


def times_among(s: Segment) -> Part:
    """每月排名前三名每次加1分,后三名每次扣1分

    填排在所写名次之内的次数,每次加(扣)所写的分。写“每项”的,填有几项排在所写名次之内。
    """
    points = s.get("ADD", "GIVE", "SUB", "EACHITEM")
    place = s.get("TOPN", "LASTN", "PLACER")
    for group in place.figures or ("n",):
        s.need(place, group)
    unit = "项"
    if step := s.find("EVCNT"):
        unit = step.parts["unit"]
        if step.parts["verb"] or s.take(step) not in (None, Decimal(1)):
            raise s.refuse(step, "不知道是什么的次数", "前N名每次加M分")
    head = tidy(s.label(0, s.tokens.index(place)) + place.text)
    verb = VERBS.get(points.name, "得")
    return CountPart(Counted(head, "", unit, ""), Decimal(1), verb, s.need(points))


def free_up_to(s: Segment) -> Part:
    """占比不超过1%的不扣分,超过1%的每增加0.5个百分点扣1分

    在所写的数以内不扣分,超出的从这个数算起;两处写的数须相同。
    """
    head = s.get("EVUP", "EVDOWN")
    place = s.tokens.index(head)
    marks = [t for t in s.tokens[:place] if t.name in AMOUNTS]
    mark = mark_of(s, marks[0])
    for token in marks[1:]:
        if mark_of(s, token) != mark:
            raise s.refuse(token, "与前面的标准不是同一个数", mark.text())
    at = next(t for t in s.tokens[place:] if t.name in AMOUNTS)
    first = s.find("LEQ", "GEQ")
    side = first or next(t for t in s.tokens if t.name in ("LT", "GT", *AMOUNTS))
    label = figure_of(s.tokens[: s.tokens.index(side)])
    again = s.label(s.tokens.index(s.get("NOSUB")) + 1, place)
    if again not in ("", label) and not (len(again) > 2 and label.endswith(again)):
        raise s.refuse(head, "不知道与前面的是不是同一个数据", "每降低N扣M分")
    between = s.label(place + 1, s.tokens.index(at))
    behind = s.label(s.tokens.index(at) + 1)
    if between or behind:
        raise s.refuse(at, "不知道与前面的是不是同一个数据", "每增加N扣M分")
    rises = head.name == "EVUP"
    return StepPart(
        "up" if rises else "down",
        label,
        s.need(at),
        unit_of(at),
        points_of(s, s.get("SUB")),
        mark,
        head=f"{label}{'超过' if rises else '低于'}{mark.text()}",
        falls=rises,
    )


def each_one(s: Segment) -> Part:
    """被上级采用1条得2分

    “1条得2分”这样的写法,每发生一次计一次分。
    """
    counted = s.all("CNT")[-1]
    points = s.get("GIVE", "FULL", "ADD", "SUB", "BPTS")
    verb = VERBS.get(points.name, "得")
    one = s.need(counted)
    unit = counted.text[counted.figures["n"].end - counted.start :]
    at = s.tokens.index(counted)
    sizes = [t for t in s.tokens[at + 1 :] if t.name == "QTY"]  # 3家营业额在200万元以上的企业
    for token in sizes:
        s.take(token)
    told = (*NAMING, "QTY", "DE") if sizes else NAMING
    behind = tidy("".join(t.text for t in s.tokens[at + 1 :] if t.name in told))
    if unit in DURATIONS and re.match("[之以]?[内前后上]", behind):
        raise s.refuse(counted, "这是时限,不知道是不是要计数的", "逾期的扣N分,或每逾期1天扣N分")
    for token in s.tokens[:at]:  # 投资5000万元以上项目1个
        if token.name in AMOUNTS:
            s.take(token)
    name = tidy("".join(t.text for t in s.tokens[:at] if t.name in (*NAMING, *AMOUNTS)))
    if points.name == "BPTS" and unit not in EVENTS:
        raise s.refuse(counted, "不知道是每个都得分,还是有了就得分", "每1个得N分,或有1个以上得N分")
    if verb in ("得", "加") and (unit not in EVENTS or one != 1):
        # 平台1个得10分: once there is one, or for each of them; a reading decides
        if name.endswith("有") and behind:  # 有3家企业得2分
            name, behind = name + behind, ""
        reached = re.sub("达到?$", "", name)  # …的企业达到3家
        mark, each = Mark(one, unit), reached == name
        return GivePart(reached, points_of(s, points), reached, mark, behind, each, verb=verb)
    if one != 1:
        raise s.refuse(counted, "不知道是每个都得分,还是达到这个数才得分", "每1个…,或达到N、N以上")
    if points.number() is None:
        raise s.refuse(points, "每一次都得满分,不知道是多少", "写明得几分")
    words = Counted(name, "", unit, behind)
    bare = points.name == "BPTS"
    return CountPart(words, one, verb, s.need(points), single=True, bare=bare)


def each_among(s: Segment) -> Part:
    """其中简讯1条得1分

    前面所计的里面,这一部分每件按这里的分计,不再按前面的计。
    """
    points = s.get("GIVE", "ADD", "SUB")
    verb = VERBS[points.name]
    if step := s.find("EVCNT"):
        per, unit, does = s.take(step) or Decimal(1), step.parts["unit"], step.parts["verb"]
        at = s.tokens.index(step)
    else:
        counted = s.get("CNT")
        per = s.need(counted)
        unit = counted.text[counted.figures["n"].end - counted.start :]
        at, does = s.tokens.index(counted), ""
    words = Counted("其中" + s.label(0, at), does, unit, s.label(at + 1))
    return CountPart(words, per, verb, s.need(points), among=True, more=s.says_more(points))


def each_slash(s: Segment) -> Part:
    """重伤1人扣15分/次

    每发生一次扣(加、得)所写的分。
    """
    token = s.get("SUBPER", "ADDPER", "GIVEPER")
    ahead = s.tokens[: s.tokens.index(token)]
    for t in ahead:
        if t.name in AMOUNTS:
            s.take(t)
    name = tidy("".join(t.text for t in ahead if t.name in (*NAMING, *AMOUNTS)))
    verb = VERBS[token.name.removesuffix("PER")]
    words = Counted(name, "", token.parts["unit"], "", slash=True)
    return CountPart(words, Decimal(1), verb, s.need(token))


def each_within(s: Segment) -> Part:
    """未按时报送统计表(扣12分,其中每少报1个月报表扣1分)

    按件扣分;括号里前面的数是最多扣的分。
    """
    token = s.get("SUBEACH")
    most, per, amount = (s.need(token, group) for group in ("n", "n2", "n3"))
    if amount > most:
        raise s.refuse(token, "每件扣的分比总共扣的还多", "(扣N分,其中每少1个扣M分)")
    head = tidy("".join(t.text for t in s.tokens[: s.tokens.index(token)]))
    words = Counted(
        head, token.parts["does"], token.parts["unit"], token.parts["thing"], bracket=True
    )
    return CountPart(words, per, "扣", amount, most=most)

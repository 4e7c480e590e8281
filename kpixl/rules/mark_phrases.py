"""The builders of phrases about a thing done or a figure held against a mark."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

from kpixl.patterns import lazily
from kpixl.rules.amounts import Amount, Mark
from kpixl.rules.count_terms import Counted
from kpixl.rules.each_phrases import each_named, evenly
from kpixl.rules.parts import (
    AllNonePart,
    AllPart,
    BranchPart,
    CountPart,
    GivePart,
    ListPart,
    Need,
    Part,
    RampPart,
    TierPart,
)
from kpixl.rules.scanner import Token
from kpixl.rules.segment import (
    A_YEAR,
    AMOUNTS,
    DURATIONS,
    NAMING,
    Segment,
    figure_of,
    mark_of,
    points_of,
    tidy,
    unit_named,
    unit_of,
)
from kpixl.rules.step_phrases import each_one
from kpixl.rules.vocabulary import is_percent

# How the name of a quantity ends, so that a figure can be held against it.
_QUANTITY = lazily(
    r"(?:[数值率幅速度量额]|水平|比重|占比|比例|平均(?:分|得分|年龄|成绩|工资|[\u4e00-\u9fff]{0,4}收入)|面积|收入|任务|指标|目标|要求|标准|增长|增速)$"
)


# 完成任务且满意度(达到): two conditions, of which the second has the mark
_AND = lazily(r"^(.{2,}?),?(?:(?<![而况])且|并且)(.{2,}?)(?:达到|达|不低于|不少于|至少)?$")


def _given(tokens: tuple[Token, ...]) -> tuple[str, str] | None:
    """增速达到全县平均增幅 as a figure and what it is held against; None where it is not so."""
    words = [t for t in tokens if t.name in NAMING]
    names = [t.name for t in words]
    if "DO" not in names or names[-1] in ("DO", "TASK"):
        return None
    at = len(names) - 1 - names[::-1].index("DO")
    figure = tidy("".join(t.text for t in words[:at]))
    other = tidy("".join(t.text for t in words[at + 1 :]))
    if (not at or _QUANTITY.search(figure)) and _QUANTITY.search(other):
        if not at and words[0].text.endswith("完成"):
            return "", other  # 完成新造林面积: what is done of it, against its target
        return figure or "完成值", other
    return None


_SIDES: dict[str, Literal[">=", ">", "<=", "<"]] = {
    "GEQ": ">=",
    "SAMEP": ">=",
    "LEQ": "<=",
    "GT": ">",
    "LT": "<",
    "LES": "<=",
}


def held(s: Segment) -> Part:
    """增长率不低于上年的得5分

    与上年值(或另一个数)比:不低于的得分,低于的不得分或扣分。与上年“持平”是指不低于上年。
    """
    side = s.find(*_SIDES) or s.all("DO")[-1]
    within = side.name == "LES"  # 在指标以内: what it is held against stands before
    token = s.get("GIVE", "FULL", "FULLPCT", "ADD", "SUB", "ZERO", "PROP")
    at, behind = s.tokens.index(side), s.tokens.index(token)
    if within:
        at -= 1
    from_ = at if within else at + 1
    skip = ("DE", "COMMA", "THAT", "LES")
    after = [t for t in s.tokens[from_:behind] if t.name not in skip]
    op = _SIDES.get(side.name, ">=")
    if token.name in ("ZERO", "PROP", "SUB") and op != "<" and (op, token.name) != (">", "ZERO"):
        raise s.refuse(side, "不知道达到后怎样", "低于…的不得分")
    label = re.sub("在(?:控制)?$" if within else "$", "", s.label(0, at))
    if at and s.tokens[at - 1].name == "COMMA" and not _QUANTITY.search(label):
        raise s.refuse(side, "不知道是哪个数据", "数据的名称,如“占比不低于…”")
    if side.name == "SAMEP" or (len(after) == 1 and after[0].name == "PRIORW"):
        mark = Mark(None, "", "prior")
    elif len(after) == 1 and after[0].name == "MEAN":
        mark = Mark(None, "", "mean", after[0].text)
    elif after and after[-1].name == "PCT" and after[0].name == "TASK":
        mark = Mark(s.need(after[-1]), "%", "of")
    else:
        words = tidy("".join(t.text for t in after))
        if all(t.name == "TASK" for t in after):
            mark = Mark()
        elif _QUANTITY.search(words):
            mark = Mark(None, "", "given", words)
        else:
            raise s.refuse(after[0], "不知道与哪个数相比", "目标、上年,或一个数据的名称")
    if token.name in ("ZERO", "PROP", "SUB"):
        kind: Literal["zero", "prop", "lose"] = (
            "zero" if token.name == "ZERO" else "prop" if token.name == "PROP" else "lose"
        )
        said = "".join(t.text for t in s.tokens[:behind] if t.name not in ("DE", "COMMA"))
        amount = points_of(s, token) if kind == "lose" else None
        return BranchPart(kind, mark, said, label, amount, ">" if op == ">" else "<")
    verb: Literal["得", "加"] = "加" if token.name == "ADD" else "得"
    figure = label or "完成值"
    least = side.name == "GEQ"
    return GivePart(figure, points_of(s, token), figure, mark, op=op, verb=verb, least=least)


def give_when(s: Segment) -> Part:
    """比值为1时,得2分

    达到所写的数得这些分;后面的“每少…扣…”“每多…加…”从这个数算起。
    """
    token = s.get("GIVE", "FULL", "BPTS")
    at = s.get(*AMOUNTS, "NUM")
    figure = re.sub("为$", "", s.label(0, s.tokens.index(at))) or "完成值"
    return GivePart(figure, points_of(s, token), figure, mark_of(s, at))


def give_score(s: Segment) -> Part:
    """综合评分达到60分得2分,每低1分扣0.5分

    用一个评分来计分:填评分,达到所写的分数(含本数)就得分。
    """
    token, at = s.get("GIVE", "FULL"), s.get("BPTS")
    ahead = s.tokens[: s.tokens.index(s.get("DO", "GEQ"))]
    figure = tidy("".join(t.text for t in ahead))
    if not _SCORE.search(figure):
        raise s.refuse(at, f"“{figure}”不像一个评分", "…评分达到N分得M分")
    return GivePart(figure, points_of(s, token), figure, Mark(s.need(at), "分"))


_SCORE = lazily("(?:分|评分|得分|分数|成绩|总分|均分|指数|测评|满意度)$")


def give_none(s: Segment) -> Part:
    """事故发生率为0得5分

    一起也没有的得分,有的不得分。
    """
    token, at = s.get("GIVE", "FULL", "FULLPCT", "BPTS"), s.get("ISZERO")
    figure = s.label(0, s.tokens.index(at))
    unit = at.parts.get("unit") or ("%" if is_percent(figure) else "")
    if (unit == "%") != is_percent(figure):
        raise s.refuse(at, f"“{figure}”的单位不是“{unit}”", "名称与单位相配")
    if not unit or unit != "%":  # 事故起数为0: so or not
        return GivePart(f"{figure}为0{unit}", points_of(s, token))
    return GivePart(figure, points_of(s, token), figure, Mark(Decimal(0), unit), op="<=")


def give_of_total(s: Segment) -> Part:
    """专职人员不少于总数的30%得5分

    填所占的百分比;达到所写的数(含本数)就得分。
    """
    token, at, whole = s.get("GIVE", "FULL", "FULLPCT"), s.get("PCT"), s.get("OFTOTAL")
    part = figure_of(s.tokens[: s.tokens.index(s.get("GEQ", "DO"))])
    if is_percent(part):
        raise s.refuse(whole, f"“{part}”已是百分比", "某数不少于总数的N%")
    figure = f"{part}占{whole.parts['whole']}的比例"
    return GivePart(figure, points_of(s, token), figure, mark_of(s, at))


def give_whole(s: Segment) -> Part:
    """100%得满分,每少1个百分点扣1分

    前面没有写名称的100%是完成率:达到100%得分,别的百分数要写明是达到、超过还是低于。
    """
    token, at = s.get("FULL"), s.get("PCT")
    if s.need(at) != 100:
        raise s.refuse(at, "不知道是达到、超过还是低于这个数", "达到N、N以上或不少于N")
    return GivePart("完成率", points_of(s, token), "完成率", mark_of(s, at), implied=True)


def give_limit(s: Segment) -> Part:
    """事故起数控制在5起以内得满分

    数值不超过所写的数(含本数)就得分,超过的不得分。
    """
    token = s.get("GIVE", "FULL", "FULLPCT", "BPTS")
    at = s.get(*AMOUNTS)
    place = s.tokens.index(at)
    behind = s.tokens[place + 1 : s.tokens.index(token)]
    figure = s.label(0, s.tokens.index(s.get("LEQ"))) or s.label(0, place) or "完成值"
    thing = "".join(t.text for t in behind if t.name not in ("DE", "COMMA", "THAT", "LES"))
    return GivePart(figure, points_of(s, token), figure, mark_of(s, at), thing, op="<=")


def give_under(s: Segment) -> Part:
    """发生率小于3%得20分

    小于所写的数才得分。
    """
    token = s.get("GIVE", "FULL", "FULLPCT")
    at = s.get(*AMOUNTS)
    figure = s.label(0, s.tokens.index(s.get("LT"))) or "完成值"
    behind = s.tokens[s.tokens.index(at) + 1 : s.tokens.index(token)]
    thing = "".join(t.text for t in behind if t.name not in ("DE", "COMMA", "THAT"))
    return GivePart(figure, points_of(s, token), figure, mark_of(s, at), thing, op="<")


def give_beyond(s: Segment) -> Part:
    """超额完成5%以上加1分

    超过目标达到所写的百分比,就得分或加分。
    """
    token = s.get("GIVE", "ADD")
    at = s.get("PCT")
    label = s.label(0, s.tokens.index(s.get("OVERC")))
    verb: Literal["得", "加"] = "加" if token.name == "ADD" else "得"
    mark = Mark(s.need(at), "%", "over")
    return GivePart(label, points_of(s, token), label or "完成值", mark, verb=verb)


def give_share(s: Segment) -> Part:
    """完成目标的90%得9分

    完成率达到所写的数就得分;与“完成目标得10分”“完成80%得8分”写在一起的,是完成率的分档。
    """
    token = s.get("GIVE", "FULL", "FULLPCT")
    figure = "".join(tidy(t.text) for t in s.all("SUBJ")) + "完成率"
    mark = mark_of(s, s.get("PCT"))
    return GivePart(figure, points_of(s, token), figure, mark)


def lose_at(s: Segment) -> Part:
    """到位资金未达到3万元的,扣3分

    数值没有达到所写的数就扣一次分,达到(含本数)的不扣。
    """
    token = s.get("SUB")
    at = s.get(*AMOUNTS)
    side = s.get("UNMET", "LT", "GT")
    undone = side.name == "UNMET" and not side.text.endswith(("达到", "达", "达不到"))
    if undone and at.name == "CNT" and s.take(at) == 1 and s.find("GES", "LT", "GT") is None:
        stop = s.tokens.index(token)
        thing = s.label(s.tokens.index(at) + 1, stop)
        head = s.label(0, s.tokens.index(side))
        words = Counted(head, side.text, unit_of(at), thing, undone=True)
        return CountPart(words, Decimal(1), "扣", s.need(token))
    if undone:
        raise s.refuse(
            side, "不知道是没有做的一个一个计,还是没有达到这个数", "每1个扣N分,或未达到N扣M分"
        )
    ahead = s.tokens[: s.tokens.index(token)]
    behind = [t for t in ahead[ahead.index(at) + 1 :] if t.name not in ("DE", "COMMA", "GES")]
    if behind and s.label(0, s.tokens.index(side)):
        raise s.refuse(behind[0], "不知道这些字是否影响得分", "低于N的扣M分")
    said = "".join(t.text for t in ahead if t.name not in ("DE", "COMMA"))
    said += "再" if s.says_more(token) else ""  # 低于80%再扣3分: beside what was taken before
    label = s.label(0, s.tokens.index(side))
    op: Literal["<", ">"] = ">" if side.name == "GT" else "<"
    return BranchPart("lose", mark_of(s, at), said, label, points_of(s, token), op)


def give_at(s: Segment) -> Part:
    """增加值增速达到10%得10分

    数值达到所写的数(含本数)就得分(或加分),达不到不得分。
    """
    token = s.get("GIVE", "FULL", "FULLPCT", "BPTS", "ADD")
    at = s.get(*AMOUNTS)
    place = s.tokens.index(at)
    ahead, behind = s.tokens[:place], s.tokens[place + 1 : s.tokens.index(token)]
    limited = any(t.name == "GEQ" for t in ahead) or any(t.name == "GES" for t in behind[:1])
    reached = not limited and (
        any(t.name == "DO" or t.text.startswith(("完成", "实现")) for t in ahead)
        or (bool(ahead) and ahead[-1].name == "GROW")
    )
    period = s.find("PERIOD")
    named = unit_of(at) in DURATIONS and any(t.name in NAMING for t in behind)
    if named and not limited and not (ahead and ahead[-1].text.startswith("达")):
        raise s.refuse(at, "不知道是名称里的,还是要达到的数", "不少于N,或删去这个数")
    spoken = limited or reached or period is not None
    if not spoken and at.name == "CNT" and token.name in ("GIVE", "FULL", "ADD", "BPTS"):
        return each_one(s)
    doing = any(t.name == "DO" and t.text.startswith("达") for t in ahead)
    if token.name == "ADD" and at.name == "CNT" and not limited and not doing and period is None:
        return each_one(s)  # 完成创建1个加2分: one, or each
    implied = not spoken
    if implied and (not ahead or token.name == "BPTS"):
        raise s.refuse(at, "不知道是达到、超过还是低于这个数", "达到N、N以上或不少于N")
    exact = any(t.name == "GEQ" for t in ahead)
    figure = (s.label(0, place) if exact else figure_of(ahead)) or "完成值"
    if (
        token.name == "FULLPCT"
        and at.name == "PCT"
        and all(t.name in ("DO", "TASK") for t in ahead)
    ):
        figure = "完成值"  # 完成任务80%以上得80%的分
    thing = "".join(t.text for t in behind if t.name not in ("DE", "COMMA"))
    if behind and behind[0].name == "GES":
        thing = thing[len(behind[0].text) :]
    verb: Literal["得", "加"] = "加" if token.name == "ADD" else "得"
    mark, second = mark_of(s, at), re.match("(?:且|并且?|同时)(?!合|网|轨|购)(.{2,})$", thing)
    first = _AND.match("".join(t.text for t in ahead))
    if (second or first) and verb == "得" and period is None and not implied:
        needs = [Need(figure, mark)]
        if first and s.find("GEQ", "DO") is not None:
            needs = [Need(first[1], None), Need(tidy(first[2]), mark)]
        if second:
            needs.append(Need(second[1], None))
        return AllPart(tuple(needs), points_of(s, token), said=True)
    if re.search("且|并|同时", thing):
        raise s.refuse(at, "后面还有一个条件,不知道怎样计", "每个条件各写一句")
    if period is not None:
        if period.text not in A_YEAR or at.name != "CNT" or mark.number is None:
            raise s.refuse(period, "不知道全年是多少", "写明全年的数")
        mark = Mark(mark.number * A_YEAR[period.text], mark.unit)
    said = period.text if period else ""
    return GivePart(
        figure,
        points_of(s, token),
        figure,
        mark,
        thing,
        verb=verb,
        period=said,
        implied=implied,
        least=limited,
    )


def give_each(s: Segment) -> Part:
    """履约率、开工率分别达到90%、70%的,各得4分、3分

    几个数据各有各的标准,各得各的分;名称与标准、分数一一对应,只写一个的对每一项都一样。
    """
    token = s.get("GIVE", "LEVELS")
    each = s.tokens.index(s.get("EACHW"))
    marks = [t for t in s.tokens[each:] if t.name in AMOUNTS]
    names = [tidy(p) for p in re.split("、|和|与|及", s.label(0, each)) if p]
    amounts = [s.need(token, group) for group in token.figures]
    for found, what in ((marks, "标准"), (amounts, "分数")):
        if len(found) not in (1, len(names)) or len(names) < 2:
            said = f"前面是{len(names)}个名称,后面是{len(found)}个{what}"
            raise s.refuse(token, said, f"名称与{what}一一对应,用顿号隔开")
    parts = []
    for at, name in enumerate(names):
        mark = mark_of(s, marks[at if len(marks) > 1 else 0])
        amount = Amount(amounts[at if len(amounts) > 1 else 0])
        parts.append(GivePart(name, amount, name, mark))
    if len(amounts) == 1 and token.name == "GIVE" and len(s.all("EACHW")) == 1:
        # 分别达到95%、30%得5分: 分别 is of the marks, and the points are for all of it
        return AllPart(tuple(Need(g.label, g.mark) for g in parts), parts[0].amount)
    return ListPart(tuple(parts))


def give_all(s: Segment) -> Part:
    """甲、乙、丙三项指标均完成任务得6分

    几项都做到才得分;项数须与列出的名称一致。
    """
    counted = s.get("NITEMS")
    token = s.get("GIVE", "FULL")
    names = s.before("NITEMS").split("、")
    if s.need(counted) != len(names):
        raise s.refuse(counted, f"写明的项数与列出的{len(names)}项不符", f"{len(names)}项")
    words = s.tokens[: s.tokens.index(token)]
    label = "".join(t.text for t in words if t.name in (*NAMING, "NITEMS"))
    return GivePart(tidy(label), points_of(s, token))


def give_mean(s: Segment) -> Part:
    """增长速度达到全县平均水平的得5分

    达到本类各单位的平均值就得分。没有填数的单位不计入平均。
    """
    token = s.get("GIVE", "FULL", "FULLPCT")
    mean = s.tokens.index(s.get("MEAN"))
    if not any(t.name in ("DO", "GEQ") for t in s.tokens[:mean]):
        raise s.refuse(s.tokens[mean], "不知道是达到、超过还是低于平均值", "达到平均值得N分")
    figure = figure_of(s.tokens[:mean]) or "本值"
    return GivePart(figure, points_of(s, token), figure, Mark(None, "", "mean", s.get("MEAN").text))


def give_base(s: Segment) -> Part:
    """以全市平均值为基准得7分,每高1个百分点加0.3分,每低1个百分点扣0.3分

    正好等于平均值得所写的分,后面的加分、扣分从平均值算起。
    """
    at = s.get("MEANBASE")
    figure = s.label(0, s.tokens.index(at)) or "完成值"
    mark = Mark(None, "", "mean", at.parts["what"])
    return GivePart(figure, points_of(s, s.get("GIVE", "FULL")), figure, mark)


def give_gap(s: Segment) -> Part:
    """增速高于全市平均增速1个百分点以上得5分

    填高出多少个百分点;达到所写的数(含本数)就得分或加分。
    """
    token, at = s.get("GIVE", "FULL", "FULLPCT", "ADD"), s.get("PPT")
    over = s.get("GT")
    place = s.tokens.index(over)
    than = tidy("".join(t.text for t in s.tokens[place + 1 : s.tokens.index(at)] if t.name != "DO"))
    if not _LEVEL.search(than):
        raise s.refuse(over, "不知道与哪个数相比", "高于平均水平N个百分点以上")
    figure = f"{s.label(0, place)}{over.text}{than}"
    verb: Literal["得", "加"] = "加" if token.name == "ADD" else "得"
    return GivePart(figure, points_of(s, token), figure, mark_of(s, at), verb=verb)


_LEVEL = lazily(r"平均(?:值|数|水平|增[幅速长]|增长率)?$|(?:上年|去年)(?:度|同期)?(?:水平|数|值)?$")


def give_over(s: Segment) -> Part:
    """增幅超过全市平均值的,加1分

    数值超过(不含本数)所写的数或平均值就得分或加分。
    """
    token = s.get("GIVE", "FULL", "ADD")
    place = s.tokens.index(s.get("GT"))
    at = s.find(*AMOUNTS)
    behind = s.tokens[place + 2 : s.tokens.index(token)]
    thing = "".join(t.text for t in behind if t.name not in ("DE", "COMMA", "THAT", "GES"))
    figure = s.label(0, place) or ("" if at else "完成值")
    if not figure:
        raise s.refuse(s.tokens[place], "不知道是哪个数据超过它", "数据的名称,如“增速超过10%”")
    mark = mark_of(s, at) if at else Mark(None, "", "mean", s.get("MEAN").text)
    verb: Literal["得", "加"] = "加" if token.name == "ADD" else "得"
    return GivePart(figure, points_of(s, token), figure, mark, thing, op=">", verb=verb)


def below(s: Segment) -> Part:
    """未完成的不得分

    写在得分后面,说明没有达到时怎么办:不得分,或按完成的比例得分。写在扣分后面的“发生…的,本项不得分”,
    发生了整项就是0分。
    """
    branch = s.get("ZERO", "PROP")
    at = s.find(*AMOUNTS)
    condition = s.tokens[: s.tokens.index(branch)]
    side = s.find("LT", "GT")
    label = s.label(0, s.tokens.index(side)) if side else ""
    op: Literal["<", ">"] = ">" if side is not None and side.name == "GT" else "<"
    if at is not None and side is not None:
        behind = s.tokens[s.tokens.index(at) + 1 : s.tokens.index(branch)]
        thing = tidy("".join(t.text for t in behind if t.name in NAMING))
        listed = re.search("或(?![^,]*[未没无不])", label) is not None  # 未制定计划或完成率低于60%
        if (s.find("UNMET") and not listed) or _DENIED.search(thing) or _DENIED.search(label[-1:]):
            raise s.refuse(side, "否定说了两次,不知道是哪一边", "低于N的不得分")
        label = label or thing
    return BranchPart(
        "zero" if branch.name == "ZERO" else "prop",
        mark_of(s, at) if at else None,
        "".join(t.text for t in condition if t.name not in ("DE", "COMMA")),
        label,
        None,
        op,
        s.says_whole(branch),
        branch.name == "PROP" and "完成率" in branch.text,
    )


def none_at_one(s: Segment) -> Part:
    """发现1个对象未公示的,不得分

    有一次就整项不得分。
    """
    step, branch = s.get("EVCNT"), s.get("ZERO")
    if s.take(step) != 1 or step.text.startswith("每"):
        raise s.refuse(step, "不知道是每个都不得分,还是有了就不得分", "有1个以上的不得分")
    words = s.tokens[: s.tokens.index(branch)]
    said = "".join(t.text for t in words if t.name not in ("DE", "COMMA"))
    return BranchPart("zero", None, said)


def rest_gives(s: Segment) -> Part:
    """优秀的得10分,良好的得8分,其余得5分

    写在几个等次后面:不是前面写到的等次,得所写的分。
    """
    token = s.get("GIVE", "BPTS")
    return GivePart("其余情形", points_of(s, token))


def short_by(s: Segment) -> Part:
    """每少1家扣1分,少5家以上的不得分

    比前面的标准少到所写的数(含本数),整项不得分。
    """
    head, at = s.get("EVDOWN"), s.get(*AMOUNTS)
    side = s.get("GES", "GESX")
    if head.text.startswith("每"):
        raise s.refuse(head, "不知道是每少这么多,还是少到这么多", "少N以上的不得分")
    op: Literal[">=", ">"] = ">" if "不含" in side.text else ">="
    said = f"{head.text}{at.text}{side.text}"
    return BranchPart("zero", mark_of(s, at), said, head.text, None, op)


_DENIED = lazily(r"[不未没无非]|参加|完成|达")


def proportion(s: Segment) -> Part:
    """出口额按任务完成率计分

    得分等于分值乘以完成率,完成率最多按100%计。
    """
    token = s.get("PROP")
    label = s.label(0, s.tokens.index(token))
    if re.search("扣|减", token.text):
        raise s.refuse(token, "没有写什么情况下按比例", "未完成的按比例扣分")
    return GivePart(label or "完成值", Amount(None), label or "完成值", Mark(), prop=True)


def proportion_of(s: Segment) -> Part:
    """覆盖率以90%为标准,按比例得分

    达到这个数(或目标任务)得满分,达不到的按与它的比例得分。
    """
    base, token = s.get("PROPBASE"), s.get("PROP")
    if re.search("扣|减", token.text):
        raise s.refuse(token, "没有写什么情况下按比例", "以N为标准按比例得分")
    label = s.label(0, s.tokens.index(base)) or "完成值"
    unit = unit_named(base.parts.get("unit") or "")
    mark = Mark(s.need(base), unit) if base.figures else Mark()
    return GivePart(label, Amount(None), label, mark, prop=True)


def rest_in_proportion(s: Segment) -> Part:
    """完成税收任务得10分,其余按比例得分

    没有完成的,按完成的比例得分。
    """
    assert s.tokens
    return BranchPart("prop", None, "未完成")


def proportion_from(s: Segment) -> Part:
    """完成任务80%以上的按比例计分

    完成率达到所写的数的,按完成率得分;达不到的不得分。
    """
    at, token = s.get("PCT"), s.get("PROP")
    if re.search("扣|减", token.text):
        raise s.refuse(token, "没有写什么情况下按比例", "未完成的按比例扣分")
    ahead = s.tokens[: s.tokens.index(at)]
    label = figure_of(tuple(t for t in ahead if t.name != "TASK"))
    if label.endswith(("率", "度", "比例", "进度")):
        label = figure_of(ahead)  # 年度任务完成率: the task is part of the name
    side = s.get("GES", "GESX", "GEQ")
    inside = "不含" not in side.text if "含" in side.text else None
    if side.name == "GEQ":  # ≥80%的按完成率计分
        inside = True
    tier = TierPart(label, "%", s.need(at), inside, None, None, Amount(None), "得")
    tasked = any(t.name in ("DO", "TASK") for t in ahead)
    return RampPart(tier, "完成" in token.text, tasked)


def by_rate(s: Segment) -> Part:
    """按办结率计分

    得分为分值乘以这个率,超过100%的部分不计。
    """
    rate = s.get("RATEBY").parts["rate"]
    return GivePart(rate, Amount(None), rate, Mark(Decimal(100), "%"), prop=True)


def bare(s: Segment) -> Part:
    """4分,每少1次会议扣1分

    先写一个总分,后面的扣分从它扣起。
    """
    return GivePart("完成值", points_of(s, s.get("BPTS")), "完成值")


def all_or_none(s: Segment) -> Part:
    """有制度、有台账,全得全扣

    全部做到的得满分,有一样没做到就不得分。旁边不能再有得分、扣分。
    """
    assert s.tokens
    return AllNonePart()


def give(s: Segment) -> Part | tuple[Part, ...]:
    """制定实施方案得1分

    做到的得所写的分,没做到的不得分。事情是“完成…目标任务”、后面又写了未完成怎么办的,填实际完
    成数,与目标值比较。
    """
    token = s.get("GIVE", "FULL", "FULLPCT", "BPTS")
    behind = s.tokens.index(token)
    ahead = s.tokens[:behind]
    if token.name in ("GIVE", "BPTS") and _YEAR_ALONE.fullmatch(s.label(0, behind)):
        raise s.refuse(token, "不知道是全年最多得几分,还是另外给的", "最高得N分")
    if token.name == "GIVE" and evenly(s, token):
        return each_named(s)
    if token.name == "BPTS" and s.label(0, behind) in ("上线", "下线"):
        raise s.refuse(token, "像是“上限”的笔误", "最多扣N分,或最高得N分")
    return GivePart(
        s.label(0, behind) or "".join(t.text for t in ahead if t.name in NAMING),
        points_of(s, token),
        _task(ahead),
        given=_given(ahead),
        bare=token.name == "BPTS",
    )


_YEAR_ALONE = lazily("(?:全年|年度|每年|一年)(?:共|合计|累计)?")
_FIGURE = frozenset({"SUBJ", "DUN", "GES", "EVERY"})


_MANNER = lazily(
    r"(?:按照?|根据|依照)[^,]*(?:要求|标准|规定|规范|方案|时限|进度|时间|质量|合同|程序|办法|期)$"
)


def _task(tokens: tuple[Token, ...]) -> str | None:
    """The figure that a task is about: 财政收入完成目标任务, 完成财政收入任务 → 财政收入.

    None where the tokens are not one 完成 with one 目标任务 at its end.
    """
    words = [t for t in tokens if t.name not in ("DE", "COMMA", "THAT")]
    names = [t.name for t in words]
    if names == ["DO"]:
        return "完成值"
    if not {"SUBJ", "DUN", "GES", "DO", "TASK", "EVERY"}.issuperset(names):
        return None
    if names.count("DO") != 1 or names[-1] != "TASK":
        return None
    if _MANNER.search("".join(t.text for t in words[: names.index("DO")])):
        return None  # 按标准和要求完成任务: a thing that is done, no figure
    named = _FIGURE | {"TASK"} if names.count("TASK") > 1 else _FIGURE
    return tidy("".join(t.text for t in words[:-1] if t.name in named)) or "完成值"

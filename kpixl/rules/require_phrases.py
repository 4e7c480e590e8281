"""The builders of requirements: targets without points."""

from __future__ import annotations

import re

from kpixl.patterns import lazily
from kpixl.rules.amounts import Mark
from kpixl.rules.parts import (
    ListPart,
    Part,
    RequirePart,
)
from kpixl.rules.segment import (
    A_YEAR,
    AMOUNTS,
    DURATIONS,
    NAMING,
    Segment,
    mark_of,
    tidy,
)


def require(s: Segment) -> Part:
    """新增规上企业15家以上

    只有要求、没有分数的条款,按本方案的默认规则计分:每一行要求完成多少算多少(最多100%),几行取平均
    ,再乘以分值。“不超过”的要求,超过时按要求数除以实际数。
    """
    at = s.get(*AMOUNTS)
    place = s.tokens.index(at)
    ahead, behind = s.tokens[:place], s.tokens[place + 1 :]
    limit = any(t.name == "LEQ" for t in ahead) or any(t.name == "LES" for t in behind[:1])
    if limit and any(t.name in ("GEQ", "GES") for t in (*ahead[-1:], *behind[:1])):
        raise s.refuse(at, "既说不少于,又说不超过", "只写一种")
    if behind and behind[0].name in ("GES", "LES"):
        behind = behind[1:]
    said = [t for t in (*ahead, *behind) if t.name in _REQUIRING]
    if said and ahead and said[-1] is ahead[-1] and said[-1].name == "DO":
        said = said[:-1]
    if unmet := next((t for t in said if t.name == "UNMET"), None):
        raise s.refuse(unmet, "不知道未达到怎样计", "未达到N的扣M分,或不得分")
    if graded := next((t for t in said if re.search("等次|评优|名单", t.text)), None):
        raise s.refuse(graded, "这是对等次的规定,不是要求", "写在方案的等次或否决里")
    if _EACH_OF.search("".join(t.text for t in said)):
        raise s.refuse(at, "不知道几件事是合起来计数,还是各计各的", "每件事各写一句")
    mark = mark_of(s, at)
    named = mark.unit in DURATIONS and any(t.name in NAMING for t in behind)
    if named and not any(t.name in ("GEQ", "LEQ", "DO") for t in ahead[-1:]):
        # 8小时值班: the name of it, or how long it has to be
        raise s.refuse(at, "不知道是名称里的,还是要达到的数", "不少于N,或删去这个数")
    periods = [t for t in said if t.name == "PERIOD" and t.text in A_YEAR]
    within = len(periods) == 1 and at.name == "CNT" and mark.number is not None
    if within and mark.number is not None:
        mark = Mark(mark.number * A_YEAR[periods[0].text], mark.unit)
        said = [t for t in said if t is not periods[0]]
    words = "".join(t.text for t in said if t.name != "OFWH")
    said_of = (within and periods[0].text) or ""
    about = s.find("ABOUT") is not None
    label = "完成值" if _AIM.fullmatch(words) else tidy(words) or "完成值"
    worded = "".join(t.text for t in s.tokens)
    return RequirePart(label, mark, limit, said_of, None, about, worded)


# 党员大会、支委会各召开1次: of each of them
_EACH_OF = lazily(
    r"(?:、|[^总共饱缓温]和|以及).*(?<![、和与及])(?:各(?:自)?|分别)(?:至少|应|要|须)?[^、,各]{0,4}$"
)


def require_named(s: Segment) -> Part:
    """新增500万元以上规下企业80家

    数字在名称里的(500万元以上的企业)不是目标,后面的数才是。
    """
    amounts = [t for t in s.tokens if t.name in AMOUNTS]
    at = amounts[-1]
    for named in amounts[:-1]:
        s.take(named)
    for named in s.all("RANGE"):
        s.take(named, "n")
        s.take(named, "n2")
    place = s.tokens.index(at)
    ahead, behind = list(s.tokens[:place]), list(s.tokens[place + 1 :])
    if behind and behind[0].name == "GES":
        behind = behind[1:]
    while ahead and ahead[-1].name in ("GEQ", "DO"):
        ahead.pop()
    known = _REQUIRING | {*AMOUNTS, "RANGE"}
    words = "".join(t.text for t in (*ahead, *behind) if t.name in known and t.name != "OFWH")
    return RequirePart(tidy(words), mark_of(s, at), False)


def require_of(s: Segment) -> Part:
    """登记率为100%

    写“某某率为多少”的,是要达到的数。
    """
    at = s.get("OFPCT")
    label = s.label(0, s.tokens.index(at))
    if _AIM.fullmatch(label):
        label = "完成值"
    elif not at.text.startswith("为") or not label.endswith(("率", "覆盖面")):
        raise s.refuse(at, "不知道是权重,还是要达到的数", "达到N%,或占N%计入得分")
    return RequirePart(label, Mark(s.need(at), "%"), False)


# what is no figure of its own: 目标值95%
_AIM = lazily("(?:年度|全年|指标|考核)?(?:目标|标准|基准)值?")


def require_aim(s: Segment) -> Part:
    """以95%为目标值,每低1个百分点扣0.5分

    后面的扣分、加分从这个数算起。
    """
    at = s.get("AIMAT")
    label = s.label(0, s.tokens.index(at)) or "完成值"
    return RequirePart(label, Mark(s.need(at), at.parts["unit"]), False)


def require_range(s: Segment) -> Part:
    """全年实施智能制造项目3-5个

    写成几到几的,以前一个数为目标。
    """
    at = s.get("RANGE")
    low, high = s.need(at), s.need(at, "n2")
    if low >= high:
        raise s.refuse(at, "前一个数不小于后一个数", "从小到大的两个数")
    place = s.tokens.index(at)
    around = (*s.tokens[:place], *s.tokens[place + 1 :])
    words = "".join(t.text for t in around if t.name in _REQUIRING and t.name != "OFWH")
    mark = Mark(low, at.parts["unit2"])
    return RequirePart(tidy(words) or "完成值", mark, False, "", high)


def require_each(s: Segment) -> Part:
    """甲项目、乙项目个数分别不少于7个、4个

    几个数据各有各的要求,名称与要求一一对应;名称可以是同一种东西的几档(3亿元—10亿元、10亿元以上的项目)。
    后面“每少1个扣N分”对每一个都一样,一个多出来的不抵另一个缺少的。
    """
    each = s.tokens.index(s.get("EACHW"))
    marks = [t for t in s.tokens[each:] if t.name in AMOUNTS]
    sizes = [
        n
        for n, t in enumerate(s.tokens[:each])
        if t.name in ("RANGE", "SPAN", "OVERUNDER", "ONEQTY", *AMOUNTS)
    ]
    if sizes:
        last = next(
            n
            for n in range(sizes[-1] + 1, each)
            if s.tokens[n].name not in ("GES", "LES", "GESX", "LESX")
        )
        head = tidy("".join(t.text for t in s.tokens[: sizes[0]]))
        tail = tidy("".join(t.text for t in s.tokens[last:each]))
        names = []
        for at, n in enumerate(sizes):
            for group in s.tokens[n].figures:
                s.take(s.tokens[n], group)
            stop = sizes[at + 1] if at + 1 < len(sizes) else last
            names.append(head + "".join(t.text for t in s.tokens[n:stop] if t.name != "DUN") + tail)
    else:
        words = s.label(0, each)
        names = [tidy(p) for p in re.split("、|和|与|及", words) if p]
        shared = re.search(r"(?:个数|数量|总数|数|量|额|率)$", names[-1])
        if shared:  # 甲项目、乙项目个数 is 甲项目个数, 乙项目个数
            names = [n if n.endswith(shared[0]) else n + shared[0] for n in names]
    if len(marks) != len(names) or len(names) < 2:
        said = f"前面是{len(names)}个名称,后面是{len(marks)}个要求"
        raise s.refuse(s.tokens[each], said, "名称与要求一一对应,用顿号隔开")
    return ListPart(
        tuple(
            RequirePart(name, mark_of(s, mark), False)
            for name, mark in zip(names, marks, strict=True)
        )
    )


_REQUIRING = NAMING | {"PERIOD", "YEAR", "OFWH"}

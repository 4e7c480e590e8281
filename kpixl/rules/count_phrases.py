"""The builders of counted deductions whose words hold a size, a second 每 or a number of items."""

from __future__ import annotations

import re
from decimal import Decimal

from kpixl.patterns import lazily
from kpixl.rules.amounts import Amount
from kpixl.rules.count_terms import Counted
from kpixl.rules.parts import BranchPart, CountPart, FaultPart, GivePart, Part, StepPart, TierPart
from kpixl.rules.segment import (
    AMOUNTS,
    DURATIONS,
    NAMING,
    VERBS,
    Segment,
    mark_of,
    points_of,
    tidy,
    unit_of,
)
from kpixl.rules.words.elements import COUNTS, PERCENT

_SIZES = (*AMOUNTS, "RANGE")
_SIDES = ("GT", "LT", "GES", "LES")
# what a deduction of so many is about: 逾期3天以上的, 死亡1—2人的, 超过3个工作日未答复的
_EVENT = lazily(r"(?:发现|发生|出现|存在|查实|查出)?")
_SPOKEN_TIME = DURATIONS | {"个工作日", "工作日", "日", "周", "年"}


def sized(s: Segment) -> Part:
    """死亡1—2人的事故,每发生1起扣2分

    名称里写了大小的(死亡1—2人、逾期3天以上、超过3个工作日未答复),只数这样的;每一个扣(加)所写的分。
    """
    step, points = s.get("EVCNT"), s.all("ADD", "SUB")[-1]
    place = s.tokens.index(step)
    ahead = s.tokens[:place]
    sizes = [t for t in ahead if t.name in _SIZES]
    for at in sizes:
        unit = at.parts["unit2"] if at.name == "RANGE" else unit_of(at)
        plain = _EVENT.fullmatch(step.parts["verb"]) and not s.label(
            place + 1, s.tokens.index(points)
        )
        if unit == step.parts["unit"] and plain:
            raise s.refuse(at, "不知道是超过这个数的才计,还是都计", "每发生1次扣N分,或超过N次的…")
        for group in at.figures:
            s.take(at, group)
    if s.find("GES", "LES", "GT", "LT", "UNMET") is None:
        bare = next((t for t in sizes if t.name != "RANGE"), None)
        if bare is not None:
            raise s.refuse(bare, "不知道这个数是什么", "N以上、超过N,或删去这个数")
    per = s.take(step)
    said = (*NAMING, *_SIZES, *_SIDES, "DUN", "COMMA")
    name = tidy("".join(t.text for t in ahead if t.name in said).strip(","))
    thing = s.label(place + 1, s.tokens.index(points))
    words = Counted(name, step.parts["verb"], step.parts["unit"], thing)
    return CountPart(words, Decimal(1) if per is None else per, VERBS[points.name], s.need(points))


_RANGES = ("RANGE", "OVERUNDER", "SPAN")


def of_size(s: Segment) -> Part:
    """投资1亿元以上5亿元以下的项目,每个得3分

    名称里写了规模的,只数这个规模的:每一个得(加)所写的分。
    """
    step, points = s.get("EVCNT"), s.all("GIVE", "ADD")[-1]
    place = s.tokens.index(step)
    for token in s.tokens:
        if token.name in AMOUNTS:
            if unit_of(token) in (*COUNTS, *PERCENT):
                raise s.refuse(token, "不知道是达到这个数才计,还是只计这样的", "每…得N分")
            s.take(token)
        elif token.name in (*_RANGES, "GESX", "LESX"):
            for group in token.figures:
                s.take(token, group)
    per = s.take(step)
    said = (*NAMING, *AMOUNTS, *_RANGES, *_SIDES, "GESX", "LESX", "GEQ", "DUN", "DE")
    ahead, behind = (
        tidy("".join(t.text for t in part if t.name in said))
        for part in (s.tokens[:place], s.tokens[place + 1 : s.tokens.index(points)])
    )
    words = Counted(ahead, step.parts["verb"], step.parts["unit"], behind)
    return CountPart(words, Decimal(1) if per is None else per, VERBS[points.name], s.need(points))


def missing_of(s: Segment) -> Part:
    """以上1—3项每缺1项扣1分

    前面说的几项里,缺了几项就扣几次。
    """
    token = s.get("ANYMISS")
    if token.parts.get("each"):
        raise s.refuse(token, "不知道每一项各是多少分", "每缺1项扣N分")
    if re.search("[或和及且、]$", s.label(0, s.tokens.index(token))):
        raise s.refuse(token, "不知道与前面的是什么关系", "每缺1项扣N分")
    lacks = "缺少" if re.search("缺|少", token.text) else "未完成"
    # without 每 and a comma, so that its own wording reads back with the name of the items
    words = Counted(s.label(0, s.tokens.index(token)) + lacks, "", "项", "", plain=True)
    return CountPart(words, Decimal(1), "扣", s.need(token, next(iter(token.figures))))


def in_each(s: Segment) -> Part:
    """未进行村务公开的,每村每发现一次扣1分

    每一处各计各的次数:填各处的次数合计,每次扣所写的分。
    """
    place = s.get("EVCNT")
    step = next(t for t in s.tokens[s.tokens.index(place) + 1 :] if t.name in ("EVCNT", "CNT"))
    points = s.get("SUB", "ADD")
    at = s.tokens.index(place)
    does = step.parts.get("verb", "")
    unit = step.parts["unit"] if step.name == "EVCNT" else unit_of(step)
    for token in (place, step):
        if s.take(token) not in (None, Decimal(1)) or place.parts["verb"] not in ("", "有"):
            raise s.refuse(token, "不知道几处合计怎样计", "每村每次扣N分")
    unit = f"{place.parts['unit']}每{unit}"
    if unit not in COUNTS:
        raise s.refuse(step, f"“{unit}”不知道是数什么", "每村每次扣N分")
    behind = s.label(s.tokens.index(step) + 1, s.tokens.index(points))
    words = Counted(s.label(0, at), does, "人次" if unit == "人每次" else unit, behind)
    return CountPart(words, Decimal(1), VERBS[points.name], s.need(points))


def each_lacking(s: Segment) -> Part:
    """提供了办事指南,但要素缺失的,每发现一处扣0.5分

    两个条件都符合的才数,每一个扣所写的分。
    """
    step, points = s.get("EVCNT"), s.get("SUB")
    place = s.tokens.index(step)
    per = s.take(step)
    thing = s.label(place + 1, s.tokens.index(points))
    words = Counted(s.spoken(0, place), step.parts["verb"], step.parts["unit"], thing)
    return CountPart(words, Decimal(1) if per is None else per, "扣", s.need(points))


def beyond_time(s: Segment) -> Part:
    """超过承诺时限的,每件扣1分

    超过时限、期限的数有几件,每件扣所写的分。
    """
    side, step, points = s.get("GT", "LT"), s.get("EVCNT"), s.get("SUB")
    place, at = s.tokens.index(step), s.tokens.index(side)
    if not _TIME.search(s.label(at + 1, place)):
        raise s.refuse(
            side, "不知道是超过的才计,还是超过多少就计多少", "每超过N扣M分,或…的每次扣N分"
        )
    if s.take(step) not in (None, Decimal(1)):
        raise s.refuse(step, "不知道几次合计怎样计", "每1次扣N分")
    words = Counted(
        s.label(0, at) + side.text + s.label(at + 1, place),
        step.parts["verb"],
        step.parts["unit"],
        s.label(place + 1, s.tokens.index(points)),
    )
    return CountPart(words, Decimal(1), "扣", s.need(points))


_TIME = lazily("时限|期限|限期|时间|时效|日期|规定(?:的)?(?:期|时)")


def fewer(s: Segment) -> Part:
    """反映工作动态得4分,少于4次每次扣1分

    从所写的数算起,每少一次扣所写的分。
    """
    at, step, points = s.get("CNT"), s.get("EVCNT"), s.get("SUB")
    if step.parts["verb"] or s.take(step) not in (None, Decimal(1)):
        raise s.refuse(step, "不知道是每少一次,还是另外的", "每少1次扣N分")
    if unit_of(at) != step.parts["unit"]:
        raise s.refuse(step, "与前面的数不是同一个单位", "每少1次扣N分")
    label = s.label(0, s.tokens.index(s.get("LT")))
    mark = mark_of(s, at)
    return StepPart(
        "down",
        label,
        Decimal(1),
        mark.unit,
        points_of(s, points),
        mark,
        head=f"{label}少于{mark.text()}",
    )


def one_at_least(s: Segment) -> Part:
    """有1座以上垃圾中转站,得10分

    有一个就得所写的分,多了不加。
    """
    step, points = s.get("EVCNT"), s.get("GIVE", "FULL", "SUB")
    if s.take(step) != 1 or not step.text.startswith("有"):
        raise s.refuse(step, "不知道是每个都得分,还是有了就得分", "每有1个得N分,或有1个以上得N分")
    at = s.tokens.index(step)
    thing = s.label(at + 2, s.tokens.index(points))
    label = f"{s.label(0, at)}{step.text}以上{thing}"
    if points.name == "SUB":
        return FaultPart(label, points_of(s, points), "扣")
    return GivePart(label, points_of(s, points))


def first_fault(s: Segment) -> Part:
    """第1项1处不合格,本项不得分

    写“1处”怎样就不得分的,有一处就整项不得分。
    """
    count, branch = s.get("CNT"), s.get("ZERO")
    at = s.tokens.index(count)
    thing = s.label(at + 1, s.tokens.index(branch))
    times, head = s.take(count), s.label(0, at)
    lost = not thing and _WENT_WRONG.search(head) is not None
    if times is not None and times > 1 and (lost or _HAPPENED.search(head)):
        # 被三次通报的, 迟报三次的: as much as 三次以上
        words = head + thing
        return TierPart(words, unit_of(count), times, True, None, None, Amount(Decimal(0)), None)
    if times == 1 and lost:
        return BranchPart("zero", None, f"{head}{count.text}")
    if times != 1 or not FAULTY.search(thing):
        raise s.refuse(count, "不知道是达到这个数不得分,还是有了就不得分", "有1个…的不得分")
    return BranchPart("zero", None, f"{s.label(0, at)}有{count.text}{thing}")


_WENT_WRONG = lazily(
    "(?:丢失|遗失|损毁|漏报|迟报|错报|瞒报|漏检|迟到|早退|旷工|旷课|缺席|违规|违纪|泄密|差错|错误|失误|逾期)$"
)
_HAPPENED = lazily("(?:被|发生|出现|累计)$")


def one_sized(s: Segment) -> Part:
    """出现5亩以上连片抛荒1处,扣完该项分值

    名称里写了大小的(5亩以上),出现一处就整项不得分。
    """
    size, count = s.get("PPT", "PCT", "QTY", "CNT"), s.all("CNT")[-1]
    said = "".join(t.text for t in s.tokens[: s.tokens.index(count) + 1])
    s.take(size)
    if s.take(count) != 1 or size is count or not re.match("(?:出现|发生|发现|存在)", said):
        raise s.refuse(count, "不知道是达到这个数不得分,还是有了就不得分", "出现1处…的不得分")
    return BranchPart("zero", None, said)


FAULTY = lazily("不|未|没有|无|差错|事故|失|缺|漏|损坏|超期|违")

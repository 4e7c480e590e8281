"""The builders of phrases about intervals of a figure."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from kpixl.rules.amounts import Amount, Mark
from kpixl.rules.parts import (
    BranchPart,
    EtcPart,
    GivePart,
    InterPart,
    Part,
    RampPart,
    TierCountPart,
    TierPart,
    TiersPart,
)
from kpixl.rules.scanner import Token, read_numeral
from kpixl.rules.segment import (
    AMOUNTS,
    NAMING,
    SPOKEN,
    VERBS,
    Segment,
    Verb,
    figure_of,
    mark_of,
    points_of,
    tidy,
    unit_named,
    unit_of,
)
from kpixl.rules.words.elements import NUMBER, PERCENT

# what 不加分 and 不扣分 stand beside
_NOTHING = {"NOADD": "ADD", "NOSUB": "SUB"}
_BOTH_ENDS = ("RANGE", "OVERUNDER", "SPAN")


def tier(s: Segment) -> Part:
    """增速80%—90%(不含90%)的得8分

    看数值落在哪一档,得哪一档的分。各档须首尾相接,不留空、不重叠。“以上”“以下”含本数,写“(不
    含)”的不含。
    """
    result = s.tokens[-1]
    verb = VERBS.get(_NOTHING.get(result.name, result.name), "得")
    nothing = result.name in ("ZERO", *_NOTHING)
    amount = Amount(Decimal(0)) if nothing else points_of(s, result)
    at = s.get(*_BOTH_ENDS, "PTS", *AMOUNTS)
    figure = figure_of(s.tokens[: s.tokens.index(at)])
    if (duty := s.find("LEQ", "GEQ")) and result.name == "SUB" and "不" in duty.text:
        raise s.refuse(duty, "这是要求,不知道没有达到怎样扣", "超过(低于)N的扣M分")
    if at.name == "RANGE" and figure.endswith("为") and len(figure) > 2:
        figure = figure.removesuffix("为")  # 平均分为61-70分
    if scored := s.find("SCOREW"):
        figure += scored.text
    verb_or_any = None if result.name == "ZERO" else verb
    behind = [t for t in s.tokens[s.tokens.index(at) + 1 :] if t.name in NAMING]
    if len([t for t in behind if t.name == "GES"]) > 1:
        raise s.refuse(at, "“以上”写了两次,不知道是哪一个数", "N以上")
    named = behind[1:] if behind and behind[0].name == "GES" else behind
    thing = tidy("".join(t.text for t in named))
    part = _interval(s, s.tokens[s.tokens.index(at) :], figure, amount, verb_or_any)
    more = result.name in ("ADD", "SUB") and re.match("再|并?追加", result.text) is not None
    return replace(part, thing=thing, more=more)


def tier_at(s: Segment) -> Part:
    """合格率高于90%得5分,等于90%得3分,低于90%不得分

    写在“高于”“低于”中间的“等于”,正好是这个数的得这些分。
    """
    at, result = s.get(*AMOUNTS), s.tokens[-1]
    mark, figure = s.need(at), figure_of(s.tokens[: s.tokens.index(s.get("EQW"))])
    verb = VERBS.get(result.name, "得")
    nothing = result.name == "ZERO"
    amount = Amount(Decimal(0)) if nothing else points_of(s, result)
    held = None if nothing else verb
    return TierPart(figure, unit_of(at), mark, True, mark, True, amount, held)


def gap_tier(s: Segment) -> Part:
    """超过目标任务10%以内加1分,10%-20%加2分,20%以上加3分

    看比目标(平均值)高出或低多少:填相差的幅度,没有超过(没有低于)的填0或负数,不加也不扣。
    """
    side, at, than = s.get("GT", "LT", "OVERC"), s.get(*AMOUNTS), s.get("TASK", "MEAN")
    result = s.tokens[-1]
    verb = VERBS.get(result.name, "得")
    if verb == "得" or unit_of(at) not in PERCENT:
        raise s.refuse(side, "没有写达到的得几分", "超过N%以内加M分,或低于N%以内扣M分")
    first = s.tokens.index(side)
    start = 2 if s.find("EVENNONE") else 0
    way = "低" if side.name == "LT" else "高出"
    named = than.text
    if than.name == "MEAN":
        named = re.sub("(?:值|数|水平)$", "", named)
    figure = f"{s.label(start, first)}比{named}{way}的幅度"
    amount = points_of(s, result)
    return TierPart(figure, unit_of(at), Decimal(0), False, s.need(at), True, amount, verb)


def below_score(s: Segment) -> Part:
    """测评得分低于60分不得分

    填评分;低于所写的分数的不得分,或扣所写的分。单独写的,其余的得满分。
    """
    token, at = s.get("ZERO", "SUB", "GIVE"), s.get("BPTS")
    place = s.tokens.index(s.get("LT"))
    figure = tidy("".join(t.text for t in s.tokens[:place]))
    if re.match("凡|单|任[一何]|每|各|有", figure):
        raise s.refuse(
            at, f"“{figure}”可能有几个,不知道是每个都计,还是只计一次", "每1科低于N分扣M分"
        )
    mark = Mark(s.need(at), "分")
    said = "".join(
        t.text for t in s.tokens[: s.tokens.index(token)] if t.name not in ("DE", "COMMA")
    )
    if token.name == "GIVE":
        return TierPart(figure, "分", None, None, mark.number, False, points_of(s, token))
    if token.name == "SUB":
        more = re.match("再|并?追加", token.text)  # beside what was taken before
        said += more[0] if more else ""
        return BranchPart("lose", mark, said, figure, points_of(s, token))
    return BranchPart("zero", mark, said, figure, None, "<", s.says_whole(token))


def ramp(s: Segment) -> Part:
    """完成率100%以上得10分,60%—100%之间按比例得分,低于60%不得分

    到了上面的数得满分,不到下面的数不得分,中间按比例计。
    """
    how = s.get("PROP")
    if re.search("扣|减", how.text):
        raise s.refuse(how, "不知道是扣去这个比例,还是得这个比例", "按比例得分")
    at = s.get(*_BOTH_ENDS)
    figure = figure_of(s.tokens[: s.tokens.index(at)])
    if scored := s.find("SCOREW"):
        figure += scored.text
    behind = [t for t in s.tokens[s.tokens.index(at) + 1 :] if t.name in NAMING]
    if behind:
        raise s.refuse(behind[0], "不知道这些字是否影响得分", "N—M之间按比例得分")
    part = _interval(s, s.tokens[s.tokens.index(at) :], figure, Amount(None), "得")
    return RampPart(part, "完成" in how.text)


def next_mark(s: Segment) -> Part:
    """建成率达70%得3分,60%得2分,50%得1分

    前面写了“达到”的,后面只写数也是达到;达到哪一档得哪一档的分。
    """
    mark = mark_of(s, s.get(*AMOUNTS))
    points = points_of(s, s.get("GIVE", "BPTS", "FULLPCT"))
    return GivePart("完成值", points, "完成值", mark, implied=True)


def tier_between(s: Segment) -> Part:
    """90%≤完成率<100%得8分

    数值落在这一档,得这一档的分;“≤”“≥”一边含本数,“<”“>”一边不含。
    """
    at, result = s.tokens[0], s.tokens[-1]
    rising = "n" in at.figures
    low, high = (s.need(at, g) for g in (("n", "n2") if rising else ("n4", "n3")))
    units = {at.parts[g] for g in (("unit", "unit2") if rising else ("unit3", "unit4"))}
    if len(units) > 1:
        raise s.refuse(at, "两端的单位不同", "同一个单位")
    if low >= high:
        raise s.refuse(at, "两头的数颠倒了", "从小到大的两个数")
    ends = (at.parts["low" if rising else "low2"], at.parts["high" if rising else "high2"])
    verb = VERBS.get(_NOTHING.get(result.name, result.name), "得")
    nothing = result.name in ("ZERO", *_NOTHING)
    amount = Amount(Decimal(0)) if nothing else points_of(s, result)
    return TierPart(
        tidy(at.parts["name" if rising else "name2"]),
        units.pop(),
        low,
        ends[0] not in ("<", ">"),
        high,
        ends[1] not in ("<", ">"),
        amount,
        None if result.name == "ZERO" else verb,
    )


def interpolated(s: Segment) -> Part:
    """95%以上得满分,80%以下不得分,中间按插值法计分

    两头之间的,按在两头之间的位置计分:离上头多近,就得多大一份。
    """
    return InterPart(s.get("INTERW").text)


def interpolated_from(s: Segment) -> Part:
    """达标率高于95%得10分,低于90%不得分,90%-95%之间按线性内插赋分

    写明从多少到多少的,须与前面的两头相同;只写“高于N%的”,到100%得满分。
    """
    at = s.get("RANGE", *AMOUNTS)
    figure = figure_of(tuple(t for t in s.tokens[: s.tokens.index(at)] if t.name != "GT"))
    said = s.get("INTERW").text
    if at.name != "RANGE":
        return InterPart(said, figure, unit_of(at), s.need(at))
    unit = unit_named(at.parts["unit2"])
    if at.parts.get("unit") not in (None, unit):
        raise s.refuse(at, "两端的单位不同", "同一个单位")
    return InterPart(said, figure, unit, s.need(at), s.need(at, "n2"))


def marks_listed(s: Segment) -> Part:
    """覆盖率达到90%、80%和70%的,分别得5分、4分、3分

    达到哪一档得哪一档的分;写“超过”的,正好是那个数的不算。
    """
    marks, token = s.all(*AMOUNTS), s.get("LEVELS")
    amounts = [s.need(token, group) for group in token.figures]
    if len(marks) != len(amounts):
        found = f"前面是{len(marks)}档,后面是{len(amounts)}个分数"
        raise s.refuse(token, found, "档次与分数一一对应")
    if s.find("DO", "GEQ", "GT") is None:
        raise s.refuse(marks[0], "不知道是达到、超过还是低于这个数", "达到N、M、K的,分别得…")
    ahead = s.tokens[: s.tokens.index(marks[0])]
    figure = figure_of(tuple(t for t in ahead if t.name not in ("GT", "GEQ")))
    held, verb = s.find("GT") is None, SPOKEN[token.parts["verb"]]
    if verb == "扣":
        raise s.refuse(token, "达到的反而扣分,不知道从多少扣起", "低于N%扣M分")
    return TiersPart(
        tuple(
            TierPart(figure, unit_of(at), s.need(at), held, None, None, Amount(points), verb)
            for at, points in zip(marks, amounts, strict=True)
        )
    )


def slashed(s: Segment) -> Part:
    """目标完成率100/90/80%,得分5/4/3,80%以下0分

    用斜杠隔开的几档,达到哪一档得哪一档的分;个数须相同。
    """
    at, token = s.get("SLASHED"), s.get("SLASHPTS")
    marks = [s.need(at, group) for group in at.figures]
    amounts = [s.need(token, group) for group in token.figures]
    if len(marks) != len(amounts):
        found = f"前面是{len(marks)}档,后面是{len(amounts)}个分数"
        raise s.refuse(token, found, "档次与分数一一对应")
    if 0 < at.text.count("%") - 1 < len(marks) - 1:
        raise s.refuse(at, "有的写了单位,有的没写", "100%/90%/80%")
    figure = figure_of(s.tokens[: s.tokens.index(at)])
    return TiersPart(
        tuple(
            TierPart(figure, "%", mark, True, None, None, Amount(points))
            for mark, points in zip(marks, amounts, strict=True)
        )
    )


def tier_within(s: Segment) -> Part:
    """完成率80%—90%的得11-15分

    数值落在哪一档,就在那一档的几分到几分之间由考核人评定;评定的分高于或低于这一档的,按这一档的最多、最少计。
    """
    token = s.get("RANGED")
    low, high = s.need(token), s.need(token, "n2")
    if low > high:
        low, high = high, low  # 得20-16分 is the same span
    if low == high:
        raise s.refuse(token, "两个分数一样", "从少到多的两个分数")
    said = token.parts["verb"].removesuffix("分")
    verb: Verb = "扣" if said.startswith(("扣", "减")) else "加" if said in ("加", "奖励") else "得"
    if verb == "扣":
        raise s.refuse(token, "按档次扣分的,不知道从多少扣起", "每一档得几分")
    at = s.get("RANGE", "SPAN", "PTS", *AMOUNTS)
    figure = figure_of(s.tokens[: s.tokens.index(at)])
    if scored := s.find("SCOREW"):
        figure += scored.text
    part = _interval(s, s.tokens[s.tokens.index(at) :], figure, Amount(low), verb)
    return replace(part, upto=high)


def and_so_on(s: Segment) -> Part:
    """依次类推

    前面几档相差一样的,照样往下推,一直到0分。
    """
    return EtcPart()


def number_of_tiers(s: Segment) -> Part:
    """分4个档次:

    后面列出的档数须与它相同,本身不计分。
    """
    return TierCountPart(s.need(s.get("NTIERS")))


def tier_list(s: Segment) -> Part:
    """投资1亿元以下、1亿元—5亿元、5亿元以上的,分别得3分、6分、10分

    几档的范围列在前面,各档的分依次列在后面,个数须相同。
    """
    token = s.get("LEVELS")
    amounts = [s.need(token, group) for group in token.figures]
    starts = [i for i, t in enumerate(s.tokens) if t.name in (*_BOTH_ENDS, "ONEQTY", *AMOUNTS)]
    if len(starts) != len(amounts):
        found = f"前面是{len(starts)}档,后面是{len(amounts)}个分数"
        raise s.refuse(token, found, "档次与分数一一对应")
    figure = figure_of(s.tokens[: starts[0]])
    verb = SPOKEN[token.parts["verb"]]
    return TiersPart(
        tuple(
            _interval(s, s.tokens[i:], figure, Amount(points), verb)
            for i, points in zip(starts, amounts, strict=True)
        )
    )


def tiers_in_brackets(s: Segment) -> Part:
    """满意度90%以上(4分),80%—90%(3分),80%以下(1分)

    每一档的分写在它后面的括号里。
    """
    tiers: list[TierPart] = []
    start = next(i for i, t in enumerate(s.tokens) if t.name in (*_BOTH_ENDS, "ONEQTY", *AMOUNTS))
    figure = figure_of(s.tokens[:start])
    for token in s.all("STATED", "ZERO"):
        stop = s.tokens.index(token)
        if token.name == "STATED" and not token.text.startswith("("):
            raise s.refuse(token, "不知道是这一档的分,还是分值", "N%以上得M分")
        points = Decimal(0) if token.name == "ZERO" else s.need(token)
        told = s.tokens[start:stop]
        tiers.append(_interval(s, told, figure, Amount(points), "得"))
        start = stop + 2  # behind the mark between two of them
    return TiersPart(tuple(tiers))


def _interval(
    s: Segment, tokens: tuple[Token, ...], figure: str, amount: Amount, verb: Verb | None
) -> TierPart:
    """The interval that some tokens begin with."""
    at = tokens[0]
    if at.name in _BOTH_ENDS:
        if at.name == "SPAN" and "n" not in at.figures:
            return _between(s, at, figure, amount, verb)
        unit, upper = at.parts.get("unit"), at.parts["unit2"]
        upper, unit = unit_named(upper), unit_named(unit) if unit else unit
        if unit not in (None, upper):
            raise s.refuse(at, "两端的单位不同", "同一个单位")
        low, high = s.need(at), s.need(at, "n2")
        if low >= high:
            raise s.refuse(at, "前一个数不小于后一个数", "从小到大的两个数")
        if at.name == "SPAN":
            return TierPart(figure, upper, low, True, high, False, amount, verb)
        if _number_of(at, "high") == low and "low" not in at.parts and "low2" not in at.parts:
            # 5-10万(含5万): the bracket is about the lower end
            _same_end(s, at, "high", low, upper)
            inside = _inside(at.parts.get("high"))
            return TierPart(figure, upper, low, inside, high, None, amount, verb)
        for end, number_ in (("low", low), ("low2", low), ("high", high), ("high2", high)):
            _same_end(s, at, end, number_, upper)
        ends = [_inside(at.parts.get(end) or at.parts.get(end + "2")) for end in ("low", "high")]
        return TierPart(figure, upper, low, ends[0], high, ends[1], amount, verb)
    one = at.name == "ONEQTY"
    mark = Decimal(1) if one else s.need(at)
    unit = at.text if one else unit_of(at)
    if s.find("LEQ"):
        return TierPart(figure, unit, None, None, mark, True, amount, verb)
    if s.find("GEQ"):
        return TierPart(figure, unit, mark, True, None, None, amount, verb)
    side = next(t for t in tokens if t.name in ("GES", "GESX", "LES", "LESX"))
    for group in ("end", "end2"):
        _same_end(s, side, group, mark, unit)
    inside = "不含" not in side.text if "含" in side.text else None
    if side.text.endswith("外"):
        inside = False
    if side.name.startswith("GES"):
        return TierPart(figure, unit, mark, inside, None, None, amount, verb)
    return TierPart(figure, unit, None, None, mark, inside, amount, verb)


def _between(s: Segment, at: Token, figure: str, amount: Amount, verb: Verb | None) -> TierPart:
    """大于5万亩,小于10万亩; 低于100%,高于80%: both ends said by a word of their own."""
    rising = "n3" in at.figures
    low, high = (s.need(at, group) for group in (("n3", "n4") if rising else ("n6", "n5")))
    units = {at.parts[group] for group in (("unit3", "unit4") if rising else ("unit5", "unit6"))}
    held = at.parts["upto" if rising else "from"]
    both = held.endswith("等于") or held.startswith(("不超过", "不低于"))
    if len(units) > 1:
        raise s.refuse(at, "两端的单位不同", "同一个单位")
    if low >= high:
        raise s.refuse(at, "两头的数颠倒了", "从小到大的两个数")
    low_in, high_in = (False, both) if rising else (both, False)
    return TierPart(figure, units.pop(), low, low_in, high, high_in, amount, verb)


def _inside(text: str | None) -> bool | None:
    return None if text is None else "不含" not in text


def _number_of(token: Token, group: str) -> Decimal | None:
    found = re.search(NUMBER, token.parts.get(group, ""))
    return read_numeral(found[0]) if found else None


def _same_end(s: Segment, token: Token, group: str, number_: Decimal, unit: str = "") -> None:
    """90%(不含90%): the number in the bracket is the one before it."""
    text = token.parts.get(group, "")
    found = re.search(NUMBER, text)
    if found and read_numeral(found[0]) != number_:
        raise s.refuse(token, "括号里的数与前面的不同", "同一个数")
    if (
        found
        and unit
        and text[found.end() :].strip("()") not in ("", unit, unit.removesuffix("元"))
    ):
        raise s.refuse(token, "括号里的单位与前面的不同", unit)

"""The builders of phrases about what an assessor judges."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

from kpixl.patterns import lazily
from kpixl.rules import each_phrases
from kpixl.rules.amounts import Amount
from kpixl.rules.carried import in_runs
from kpixl.rules.count_terms import Counted
from kpixl.rules.each_phrases import levels_of
from kpixl.rules.parts import (
    FaultPart,
    GivePart,
    JudgedEachPart,
    JudgedPart,
    Part,
    RangedPart,
)
from kpixl.rules.scanner import Token
from kpixl.rules.segment import (
    AMOUNTS,
    EVENTS,
    NAMING,
    SPOKEN,
    VERBS,
    Segment,
    Verb,
    figure_of,
    mark_of,
    points_of,
    tidy,
    unit_of,
)
from kpixl.rules.vocabulary import effect_words


def judged(s: Segment) -> Part:
    """成效显著的,最高加5分

    由考核单位评定加(得)几分,不低于0,不超过所写的最高分。
    """
    cap = s.get("CAPADD", "CAPITEM")
    quality = s.get("QUALITY")
    label = s.before("QUALITY") + tidy(quality.text)
    return JudgedPart(label, s.need(cap), "加" if cap.name == "CAPADD" else "得")


def found_good(s: Segment) -> Part:
    """信息报送成绩突出的,加2分

    评定为突出(显著、优异)的得所写的分,没有的不得;没有写“最高”的不评几分。
    """
    token = s.get("GIVE", "ADD")
    label = s.before("QUALITY") + tidy(s.get("QUALITY").text)
    if token.name == "ADD":
        return FaultPart(label, points_of(s, token), "加")
    return GivePart(label, points_of(s, token))


def judge(s: Segment) -> Part:
    """落实不好的,酌情扣2-6分

    由考核单位酌情评定扣分或加分。写了幅度的不超出幅度;没有发生的填0。
    """
    if listed := _falling(s):
        return listed
    token = s.get("RANGED", "ANYSUB", "ANYADD", "SUB", "ADD", "GIVE", "UPTOADD")
    word = s.find("JUDGEW")
    view = ""
    quality = s.find("QUALITY")
    stop = s.tokens.index(token)
    label = s.label(0, stop) + (tidy(quality.text) if quality else "")
    if s.find("BUT", "ONLY") is not None:  # 开展但不到位的酌情扣1-3分
        label = s.spoken(0, s.tokens.index(word) if word is not None else stop)
    label = s.in_brackets(label)
    if not label and word is not None and token.name == "ANYADD" and token.text != "加分":
        return JudgedPart("", None, "得", view=word.text, word="酌情", viewed=True)
    if not label and word is not None and re.match("视|根据", word.text):
        label = re.sub(r"^(?:视|根据)|(?:,|酌情|给予|予以|适当)*$", "", word.text)
        if token.name == "ANYSUB":
            raise s.refuse(token, "不知道什么情况下扣分", "…的,酌情扣分")
    elif word is not None:
        view = _view(s, word)
    label = label or token.text
    low = Decimal(0)
    high: Decimal | None = None
    verb: Verb
    if token.name == "RANGED":
        verb, low, high = ranged(s, token)
    elif token.name in ("ANYSUB", "ANYADD"):
        verb = "扣" if token.name == "ANYSUB" else "加" if token.text == "加分" else "得"
        if verb == "加":
            raise s.refuse(token, "没有写最多加几分", "酌情加分,最高加N分")
    else:
        verb = VERBS["ADD" if token.name == "UPTOADD" else token.name]
        high = s.need(token)
    if not label or label == token.text:
        raise s.refuse(token, "不知道评议的是什么", "要评议的事")
    return JudgedPart(label, high, verb, low, "酌情", view=view)


def judge_named(s: Segment) -> Part | tuple[Part, ...]:
    """无计划、无总结的,分别扣1-2分

    列出的几件事,每件由考核单位各评各的,都不超出所写的幅度;只有一件的,就评这一件。
    """
    token = s.get("RANGED")
    verb, low, high = ranged(s, token)
    word = s.find("JUDGEW")
    view = _view(s, word) if word is not None else ""
    words = s.label(0, s.tokens.index(s.get("EACHW")))
    names = each_phrases.names_in(words, takes=verb == "扣") or (words,)
    if len(names) < 2 and "、" in words:
        raise s.refuse(s.get("EACHW"), "不知道“分别”的是哪几件", "每件事各写一句")
    return tuple(JudgedPart(name, high, verb, low, "酌情", view=view) for name in names)


def judge_sized(s: Segment) -> Part:
    """3袋以上的,每处扣0.2-0.5分

    名称里写了大小的,只数这样的;合计不少于个数乘以最低分,不超过个数乘以最高分。
    """
    token, step, size = s.get("RANGED"), s.get("EVCNT"), s.get(*AMOUNTS)
    verb, low, high = ranged(s, token)
    if s.take(step) not in (None, Decimal(1)):
        raise s.refuse(step, "不知道几次合计怎样评定", "每1次")
    if unit_of(size) == step.parts["unit"]:
        raise s.refuse(size, "不知道是超过这个数的才计,还是都计", "每1次扣N-M分,或超过N次的…")
    s.take(size)
    at, word = s.tokens.index(step), s.find("JUDGEW")
    said = (*NAMING, *AMOUNTS, "GES", "LES")
    head = tidy("".join(t.text for t in s.tokens[:at] if t.name in said))
    words = Counted(head, step.parts.get("verb", ""), step.parts["unit"], s.label(at + 1))
    return JudgedEachPart(words, low, high, verb, _view(s, word) if word is not None else "")


def judge_beyond(s: Segment) -> Part:
    """满意率低于90%的,扣1-3分

    数值没有达到所写的数(或超过了它),由考核单位在所写的幅度里评定扣几分;达到的(含本数)不扣。
    """
    token, at = s.get("RANGED", "ANYSUB"), s.get(*AMOUNTS)
    side = s.tokens[s.tokens.index(at) - 1]
    low, high = Decimal(0), None
    if token.name == "RANGED":
        verb, low, high = ranged(s, token)
        if verb != "扣":
            raise s.refuse(token, "不知道达到后怎样", "低于N的扣N-M分")
    if side.name == "UNMET" and not side.text.endswith(("达到", "达", "达不到")):
        raise s.refuse(side, "不知道是没有做的一个一个评定,还是没有达到这个数", "未达到N的扣N-M分")
    ahead = s.tokens[: s.tokens.index(side)]
    if any(t.name in ("UNMET", "LT", "GT") for t in ahead):
        raise s.refuse(side, "否定说了两次,不知道是哪一边", "低于N的扣N-M分")
    behind = s.tokens[s.tokens.index(at) + 1 : s.tokens.index(token)]
    if named := [t for t in behind if t.name in NAMING and t.name != "GES"]:
        raise s.refuse(named[0], "不知道这些字是否影响得分", "低于N的扣N-M分")
    word = s.find("JUDGEW")
    view = _view(s, word) if word is not None else ""
    op: Literal["<", ">"] = ">" if side.name == "GT" else "<"
    label = s.label(0, len(ahead))
    return JudgedPart(label, high, "扣", low, "酌情", view=view, held=(mark_of(s, at), op))


def judge_span(s: Segment) -> Part:
    """集体活动参加情况(1-5分)

    由考核单位在所写的幅度里评定得分。
    """
    token = s.get("SPANPTS")
    low, high = s.need(token), s.need(token, "n2")
    label = s.label(0, s.tokens.index(token))
    if low >= high:
        raise s.refuse(token, "前一个数不小于后一个数", "从小到大的两个数")
    if _FAULTY.search(label):
        raise s.refuse(token, "不知道是得分,还是扣分", "…的扣N-M分,或…得N-M分")
    return JudgedPart(label, high, "得", low, "酌情")


_FAULTY = lazily("[未不没无违误漏迟乱]|发生|出现|受到|被|事故|旷|缺")


def ranged(s: Segment, token: Token) -> tuple[Verb, Decimal, Decimal]:
    """What 扣2-6分 does, from how many points to how many."""
    if given := token.parts.get("does"):  # 给予1-3分的扣分
        low, high = s.need(token, "n3"), s.need(token, "n4")
        if low >= high:
            raise s.refuse(token, "前一个数不小于后一个数", "从小到大的两个数")
        return "加" if given == "加分" else "扣", low, high
    spoken = (
        token.parts["verb"]
        .removesuffix("分")
        .removeprefix("可")
        .removeprefix("给予")
        .removeprefix("予以")
    )
    low, high = s.need(token), s.need(token, "n2")
    if low >= high:
        wanted = "从小到大的两个数,或几个等次分别加N、M、K分"
        raise s.refuse(token, "前一个数不小于后一个数", wanted)
    return SPOKEN.get(spoken, "扣" if re.search("[扣减]", spoken) else "得"), low, high


_PLAIN = lazily(r"(?:具体|实际)?情(?:况|节)?(?:轻重|大小)?(?:的)?")


def _view(s: Segment, word: Token) -> str:
    """What a judgement rests on, where that is more than 视情况."""
    found = re.match(r"(?:视|根据)(.*?)(?:,|酌情|给予|予以|适当)*$", word.text)
    if found is None or _PLAIN.fullmatch(found[1]) or not found[1]:
        return ""
    if any(w in found[1] for w in effect_words()):
        raise s.refuse(word, "里面有会影响得分的词", "视情况,或视…情况")
    return f"视{found[1]}"


def range_at(s: Segment) -> Part:
    """负荷率不少于75%,达标率不少于95%得16-20分

    达到这一档的标准,由考核单位在所写的幅度里评定得分;超出幅度的按幅度计。
    """
    token, at = s.get("RANGED"), s.get(*AMOUNTS)
    verb, low, high = ranged(s, token)
    if at.name == "CNT" and (verb == "扣" or (unit_of(at) in EVENTS and s.need(at) == 1)):
        return judge_each(s)  # 漏报一次扣1-3分, 采用一篇得1-3分
    place = s.tokens.index(at)
    ahead, behind = s.tokens[:place], s.tokens[place + 1 : s.tokens.index(token)]
    reached = any(t.name in ("GEQ", "DO") for t in ahead) or any(t.name == "GES" for t in behind)
    if not reached or verb != "得":
        raise s.refuse(at, "不知道是达到、超过还是低于这个数", "达到N、N以上或不少于N")
    exact = any(t.name == "GEQ" for t in ahead)
    figure = s.label(0, place) if exact else figure_of(ahead)
    thing = tidy("".join(t.text for t in behind if t.name in NAMING and t.name != "GES"))
    return RangedPart(GivePart(figure, Amount(low), figure, mark_of(s, at), thing), high)


def _falling(s: Segment) -> Part | None:
    """一、二、三等奖的每例加3-1分: from the first of them to the last, by equal steps.

    None where the points rise, or nobody can say what those between them get.
    """
    token, step = s.find("RANGED"), s.find("EVCNT", "CNT")
    if token is None or "n2" not in token.figures or s.find("JUDGEW") is not None:
        return None
    most, least = token.figures["n"].value, token.figures["n2"].value
    if least >= most:
        return None
    stop = s.tokens.index(step or token)
    words = s.label(0, stop)
    if step is not None and s.label(stop + 1):
        return None  # 每例未加3-1分
    several = range(2, 6)
    labels = next((run for n in several if (run := in_runs(words, n))), [])
    down = (most - least) / (len(labels) - 1) if len(labels) > 1 else Decimal(1)
    amounts = tuple(most - down * n for n in range(len(labels)))
    finest = min(_decimals(most), _decimals(least))
    if len(labels) < 2 or any(_decimals(amount) < finest for amount in amounts):
        return None  # 一、二、三等奖加5-2分: 3 or 4 for the second
    s.need(token)
    s.need(token, "n2")
    spoken = token.parts["verb"].removesuffix("分")
    return levels_of(s, tuple(labels), amounts, SPOKEN.get(spoken, "得"))


def _decimals(points: Decimal) -> int:
    exponent = points.normalize().as_tuple().exponent
    return min(0, exponent) if isinstance(exponent, int) else 0


def judge_each(s: Segment) -> Part:
    """每发现一起弄虚作假,酌情扣5-15分

    “出错一次扣5-10分”也是每次。填发生了几次、合计评定几分;合计不少于次数乘以最低分,不超过次数乘以最高分。
    """
    if listed := _falling(s):
        return listed
    token = s.get("RANGED", "RANGEDPER")
    step = s.find("EVCNT", "CNT")
    verb, low, high = ranged(s, token)
    word = s.find("JUDGEW")
    view = _view(s, word) if word is not None else ""
    if step is None:
        words = Counted(s.label(0, s.tokens.index(token)), "", token.parts["unit"], "")
        return JudgedEachPart(words, low, high, verb, view)
    if s.take(step) not in (None, Decimal(1)):
        raise s.refuse(step, "不知道几次合计怎样评定", "每1次")
    at = s.tokens.index(step)
    unit = step.parts["unit"] if step.name == "EVCNT" else unit_of(step)
    behind = s.label(at + 1)
    if step.name == "CNT" and re.match("[之以]?[内前后上]", behind):
        raise s.refuse(step, "这是时限,不知道是不是要计数的", "逾期的扣N-M分,或每逾期1天扣N-M分")
    words = Counted(s.label(0, at), step.parts.get("verb", ""), unit, behind)
    return JudgedEachPart(words, low, high, verb, view)


def judge_or_nothing(s: Segment) -> Part:
    """未按要求报送的,不得分或酌情扣分

    由考核单位酌情评定扣分,最多扣到0分;写“否则”的,说的是前面那件事没有做到。
    """
    if s.find("ANYADD") is not None:  # 否则酌情记分: what is given for it, not taken
        return JudgedPart("否则", None, "得", Decimal(0), "酌情")
    stop = s.tokens.index(s.get("ORJUDGE", "JUDGEW"))
    label = "否则" if s.find("ELSE") else s.spoken(0, stop)
    word = s.find("JUDGEW")
    view = _view(s, word) if word is not None else ""
    return JudgedPart(label, None, "扣", Decimal(0), "酌情", view=view)


def judge_capped(s: Segment) -> Part:
    """创新做法成效明显的,酌情加分,最高加3分

    由考核单位评定,不低于0,不超过所写的分数。
    """
    given = s.get("ANYADD", "ANYSUB")
    cap = s.get("CAPADD", "CAPITEM", "CAPSUB", "CAPANY")
    verb: Verb = "扣" if given.name == "ANYSUB" else "加" if given.text == "加分" else "得"
    fits = {"CAPADD": "加", "CAPITEM": "得", "CAPSUB": "扣"}.get(cap.name, verb)
    if fits != verb:
        raise s.refuse(cap, "与前面的加分、扣分不一致", f"最多{verb}N分")
    quality = s.find("QUALITY")
    label = s.label(0, s.tokens.index(given)) + (tidy(quality.text) if quality else "")
    if not label:
        raise s.refuse(given, "不知道评议的是什么", "要评议的事")
    high = [s.need(cap, group) for group in cap.figures]
    word = s.find("JUDGEW")
    view = _view(s, word) if word is not None else ""
    return JudgedPart(label, high[0], verb, Decimal(0), "酌情", view=view)


def viewed(s: Segment) -> Part:
    """根据排查情况、整改情况得分,满分3分

    由考核单位根据所说的情况评定,最多得分值那么多分。后面另写了得分的,这一句只作说明;写了扣分的见G90。
    """
    token = s.get("VIEWED")
    of = token.parts.get("of", "") + token.parts.get("who", "")
    if any(word in of for word in effect_words()):
        raise s.refuse(token, "里面有会影响得分的词", "根据…情况评分")
    told = next((token.parts[n] for n in ("view", "all", "vote") if token.parts.get(n)), "")
    view = told or f"由{token.parts['who']}"
    label = s.in_brackets(s.label(0, s.tokens.index(token)))
    return JudgedPart(label, None, "得", Decimal(0), "酌情", view=view, viewed=not label)


_PLAIN_VIEW = lazily(r"(?:具体|实际|有关|相关)?(?:情况)?")


def marks(s: Segment) -> Part:
    """活动效果,按5、3、1评分

    由考核单位在所列的几个分数里选一个;填的不是所列分数的,按比它低的一档计(G89)。
    """
    token = s.get("MARKS", "LEVELS")
    listed = [s.need(token, group) for group in token.figures]
    if re.search("[二两三四五]个?[档等级]", token.text) and listed.pop() != len(listed):
        raise s.refuse(token, f"写明的档数与列出的{len(listed)}个分数不符", f"{len(listed)}档")
    given = list(listed)
    if sorted(listed, reverse=True) != listed and sorted(listed) != listed:
        raise s.refuse(token, "分数没有从大到小", "从大到小的几个分数")
    if len(set(listed)) < len(listed):
        raise s.refuse(token, "同一个分数写了两次", "从大到小的几个分数")
    does = token.parts.get("does") or token.parts["verb"]
    verb: Verb = "扣" if does[0] in "扣减" else "加" if does[0] in "加奖" else "得"
    step = s.find("EVCNT")
    label = s.label(0, s.tokens.index(step or token))
    if labels := in_runs(label, len(listed)) if label else []:
        # 获省、市、县表彰的,分别按3、2、1分加分: one for each
        return levels_of(s, tuple(labels), tuple(given), verb)
    if step is not None:
        raise s.refuse(step, "不知道每次评几分,还是几级各是几分", "每次评N—M分,或各级分别…")
    if "分别" in token.text and re.search("、|和|及", label):
        raise s.refuse(token, "不知道是几件事各评几分,还是一件事可以评几分", "每件事各写一句")
    seen = s.find("VIEWW", "JUDGEW")
    view = "" if seen is None else re.sub("^(?:视|根据)|,$", "", seen.text)
    label = label or ("" if _PLAIN_VIEW.fullmatch(view) else view) or "评议"
    if verb == "扣" and label == "评议":
        raise s.refuse(token, "不知道什么情况下扣分", "…的,按N、M扣分")
    return JudgedPart(label, max(listed), verb, marks=tuple(sorted(listed, reverse=True)))

"""Sentences that only describe what is to be done: 必须建档造册。每发现1起扣1分.

What a word of data/duty.txt requires changes no score where its sentence says nothing of points
and nothing of what counts; there it is part of a name like any other word, and stands in the
canonical wording as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources

from kpixl.patterns import lazily

# points in brackets, or behind a comma, that are for all that stands in front
_BRACKET = r"\((?:基本分|满分|分值|计|共)?[0-9]+(?:\.[0-9]+)?分\)"
# up to a stop, or to points in brackets that others follow: 有制度(1分),有记录(1分)
_SENTENCE = lazily(
    rf"(?<![^。;\n\[\],、])(?![,、])(?:(?!{_BRACKET}[,、])[^。;\n\[\]])+(?:{_BRACKET}(?=[,、]))?"
)
# 得5分 or (5分) at its end: all of it is what these points are for
_WORTH = lazily(rf"(?:,?[得计记][0-9]+(?:\.[0-9]+)?分|{_BRACKET})$")
# Points, what gives or takes them, and what is left out of a count or put into it.
_COUNTS = lazily(
    r"\([0-9.]+\)|[0-9半]分(?![钟之])|[得计记加扣减打赋奖罚](?:[0-9半满零]|[一二两三四五六七八九十]+分)|[得扣加减计记评打赋总]分|分[值数]|满分|零分"
    r"|[扣减](?!少|灾|排|轻|负|贫)|折|抵|倍|封顶|否决|否则(?!,?(?:应|要|将)?(?:予以|给予|责令)?(?:制止|整改|纠正|取缔|拆除))|其余|其他(?:不|均)|酌情|视情|视为|视同|比例|系数|权重"
    r"|[不也才均]算|算[作入]|计[入算作数]|合计|累计|重复|只[计取算按]|不[含包列纳计统作]|除外|以外|之外|例外|豁免|免[于除扣考]|仅|取[消前最其平]|名次|排名|等[次级]为|优先"
    r"|为[准限基止]|按(?:上年|[0-9]|一半|最(?!低(?:标准|要求|限度)|大)|平均)|参评|评[优先选]|享受|推荐|(?:该|本|此|整)项|不合格$|一票|任[何一]一?[项条个]?(?=未|没|不)|之一|限(?!期|时|度|于|制)"
)
# 两项必须同时具备: what is said of the things that score
_TOGETHER = lazily(
    r"同时(?:具备|满足|符合|达到|完成)|缺一不可|上述|以上(?=条件|各|要求|情[形况])|[两二三四五六七八九几]项(?![制措规机])"
)
_NUMBER = lazily(
    r"[0-9]|[一二两三四五六七八九十百半几多](?=[个名人次处起篇条件份期场户家村间套项天日周月季年米亩元万%])"
)
_BEHIND = r"(?=[\u4e00-\u9fff“])(?![得计记加扣减是为的分]|按(?![时期规要照质标计程])|[不未][得计记加扣减])"
# 不得挪用, and not 不得分, 不得超过5分, 不得评优; 未发现任何问题, and not 任何一项
_NEVER = lazily(
    r"不得(?=[\u4e00-\u9fff])(?![分计加扣减记评参享列纳超低高少多大小突再兼另晋申推给按从为是作限])"
)
_ANY = lazily(r"任何(?=[\u4e00-\u9fff]{2})(?![一两项条个情时])")
# 若发生火灾,必须30分钟内到位: what is to be done in that case
_THEN = lazily(r"[^,]*,.*(?:必须|务必|应|须|需|确保|要(?!求|素|件|点)|不得|立即|及时)")


# how it is found out: 随机走访5户
_CHECK = lazily(
    r"(?:每个?(?:自然|行政)?(?:村|组|镇|社区|单位)组?|实地|现场|随机|入户|电话|不定期|年终|年底)*"
    r"(?:抽查|抽取|抽样|抽(?=[0-9])|走访|查看|查阅|调阅|核查|检查|查验|查(?![处实出获明办封])|测评|询问|访谈|问卷)[^,]*"
)
# 发现问题,应及时制止: what is to be done then; 确保不发生: what must not be
_WHEN = lazily(
    r"(?:不|未|无|防止|杜绝|避免)(?:再)?(?:发生|出现|存在|发现)"
    r"|(?:如|一旦|若|凡)?(?:发现|出现|发生|存在|遇有?)[^,]*,?(?:应|须|必须|务必|要|立即|及时)"
)


# points behind a sentence that are all of it
_POINTS = lazily(rf"(?:{_BRACKET}|,[0-9]+(?:\.[0-9]+)?分)$")
_PART = lazily(r"[^,]+")
# its number in a list, and its heading
_NUMBERED = r"(?:\(?[0-9]{1,2}[).、](?![0-9])|\(?[一二三四五六七八九十]{1,3}[)、]|[①-⑳])"
_ITEM = lazily(f"^{_NUMBERED}")
_LABEL = lazily(rf"{_NUMBERED}?(?:[^,:0-9]{{2,10}}:)?")
# 配备20人,扣2分 and 配备20人,得5分: what scores has no words of its own
_BARE = lazily(r"(?:[得计记扣加减给按视酌]|本项|该项|不得分)")
_AMOUNT = lazily(r"[0-9.]+分")
# what is wrong is what scores, or when it does
_FAULT = lazily(
    r"未(?!成年|来)|没|缺|差(?!异)|违|错|漏|迟|逾|发现|发生(?!.*[,].*(?:必须|应|须|确保))|出现|存在(?!的?问题)"
    r"|不(?!少于|低于|小于|高于|大于|超过|多于|得|准|断|能|仅|留|定期)|超(?!过|市|前)|否(?!则)"
)
_PLAIN = ("often", "plain")


@cache
def duty_words() -> Mapping[str, tuple[str, ...]]:
    """The words of data/duty.txt, by where they are read so."""
    text = resources.files("kpixl.rules").joinpath("data/duty.txt").read_text("utf-8")
    kinds: dict[str, list[str]] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            kind, _, words = line.partition(":")
            kinds.setdefault(kind, []).extend(words.split())
    return {kind: tuple(sorted(words, key=len, reverse=True)) for kind, words in kinds.items()}


@cache
def _any_of(kind: str, behind: str = "") -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(duty_words()[kind])}){behind}")


def duties(text: str) -> Mapping[int, int]:
    """The words that only require, from where to where they stand in a text of one spelling.

    >>> duties("队伍必须到位;若有任务,应到场,每少1人扣1分")
    {2: 4}
    """
    return dict(_found(text))


def _found(text: str) -> Iterator[tuple[int, int]]:
    for sentence in _SENTENCE.finditer(text):
        if _TOGETHER.search(sentence[0]) is None:
            for pattern in (_any_of("anywhere", _BEHIND), _NEVER, _ANY):
                yield from (m.span() for m in pattern.finditer(text, *sentence.span()))
        said = _WORTH.sub("", sentence[0])
        if _COUNTS.search(said) or _TOGETHER.search(said):
            continue
        start, end = sentence.start(), sentence.start() + len(said)
        kinds = (
            ()
            if _NUMBER.search(_ITEM.sub("", said))
            else ("often",)
            if said != sentence[0]
            else _PLAIN
        )
        for kind in kinds:
            yield from (m.span() for m in _any_of(kind, _BEHIND).finditer(text, start, end))
        for m in _any_of("duty", _BEHIND).finditer(text, start, end):
            if _THEN.match(text, m.end(), end):
                yield m.span()


def prose(text: str, alters: Callable[[str], bool]) -> Mapping[int, int]:
    """Stretches with numbers that only describe, from where to where, in a text of one spelling.

    `alters` says whether words hold one that can change a score.  Each stretch is a sentence, or
    the parts up to a comma in front of what scores; whether that asks for their numbers is not
    seen from here.

    >>> prose("1.两岸10米内保持整洁,每天清扫2次;发现垃圾每处扣1分", lambda words: False)
    {2: 19}
    >>> prose("每天清扫2次,发现垃圾每处扣1分", lambda words: False)
    {0: 6}
    """
    return dict(_stretches(text, alters))


def asides(text: str, alters: Callable[[str], bool]) -> Mapping[int, int]:
    """Brackets behind words, with numbers, that say more exactly what these are.

    They hold neither points nor what changes points; that nothing asks for their numbers is not
    seen from here.

    >>> asides("扶手入户率达到标准(城市社区达75%,涉农社区达70%),得4分", lambda words: False)
    {9: 28}
    >>> asides("按时上报得3分(每月5日前上报),完成率(95%)", lambda words: False)
    {}
    """
    found: dict[int, int] = {}
    for m in _ASIDE.finditer(text):
        said = m["said"]
        if len(said) >= 4 and not _OF_POINTS.search(said) and not alters(_HOW_MANY.sub("\0", said)):
            found[m.start()] = m.end()
    return found


_ASIDE = lazily(
    r"(?<=[\u4e00-\u9fff“])(?<!分)\((?P<said>(?!不?含|除|其中|以上|以下)[^()]*(?:[0-9]|[一二两三四五六七八九十][个名次人户家处条项件])[^()]*)\)"
    r"(?=[,;。\n]|[\u4e00-\u9fff]|$)"
)
_OF_POINTS = lazily("[分扣减奖罚]|[加得计记][0-9]|按比例|酌情|满意|优先|否决")
# how many of them, where they are no mark of a figure
_HOW_MANY = lazily(
    "不?(?:少于|低于|超过|高于|多于|大于|小于)|以[上下内]|达到?|至少|最少|最多|每|不足|仅|只|各|及|或|一律|必须|其余|分别|均"
)


def _stretches(text: str, alters: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    for sentence in _SENTENCE.finditer(text):
        noted = sentence[0].startswith("说明:")
        label = _LABEL.match(sentence[0])
        start = sentence.start() + (3 if noted else label.end() if label else 0)
        end = sentence.start() + len(_POINTS.sub("", sentence[0]))
        spans = [(m.start(), m.end()) for m in _PART.finditer(text, start, end)]
        if noted:
            yield from _runs(text, spans, alters)
        elif _describes(text[start:end], alters):
            yield start, end
        else:
            last = start
            for a, b in spans:
                if not _plain(text[a:b], alters):
                    break
                if _describes(text[a:b], alters):
                    last = b
            if last > start and _scores_itself(text[last + 1 : end]):
                yield start, last


def _scores_itself(words: str) -> bool:
    """Whether what stands behind a description takes points, or counts, in words of its own."""
    found = _AMOUNT.search(words)
    if words.startswith("每"):
        return True
    if found is None or _BARE.match(words):
        return False
    *ahead, last = words[: found.start()].split(",")
    plain = not any(c.isdigit() for part in ahead for c in part)
    return plain and ("每" in last or last.endswith(("扣", "减")))


def _runs(
    text: str, spans: Sequence[tuple[int, int]], alters: Callable[[str], bool]
) -> Iterator[tuple[int, int]]:
    """The longest runs of parts of a remark that describe: it may hold several sentences."""
    done = 0
    for at, (start, _) in enumerate(spans):
        ends = (end for _, end in reversed(spans[at:]) if start >= done)
        if end := next((e for e in ends if _describes(text[start:e], alters)), 0):
            yield start, end
            done = end


def _describes(words: str, alters: Callable[[str], bool]) -> bool:
    """Whether words say what is to be done, in a way that needs to be told from what scores."""
    told = _CHECK.match(words) or _any_of("doing").search(words)
    needed = _NUMBER.search(words) or _any_of("within").search(words)
    return bool(told and needed) and _plain(words, alters)


def is_check(words: str) -> bool:
    """Whether words only say how something is found out.

    >>> is_check("随机走访5户农户,查看使用情况"), is_check("每天走访5户")
    (True, False)
    """
    return all(map(_CHECK.fullmatch, words.split(",")))


def _plain(words: str, alters: Callable[[str], bool]) -> bool:
    """Whether words hold no condition, nothing that went wrong and nothing that counts."""
    if words.endswith("的") or _FAULT.search(_WHEN.sub("", words)):
        return False
    own = _any_of("within").sub("\0", words)
    return not (_COUNTS.search(words) or _TOGETHER.search(words) or alters(own))

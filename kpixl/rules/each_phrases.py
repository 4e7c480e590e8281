"""The builders of what is said of several things each: 各, 均, 分别."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from kpixl.patterns import lazily
from kpixl.rules.amounts import Amount
from kpixl.rules.carried import in_runs, levels_said, under
from kpixl.rules.count_terms import Counted
from kpixl.rules.parts import CountPart, GivePart, LevelsPart, Part, TextPart
from kpixl.rules.scanner import Token
from kpixl.rules.segment import EVENTS, SPOKEN, VERBS, Segment, Verb, tidy, unit_of


def levels(s: Segment) -> Part:
    """被国家、省、市采用的信息,每条分别得20、10、5分

    前面几个名称与后面几个分数一一对应。写“每条”“每个”的按件数计,不写的每件只问是或否。
    """
    token = s.get("LEVELS", "SLASHPTS")
    amounts = tuple(s.need(token, group) for group in token.figures)
    step = s.find("EVCNT", "CNT")
    ahead = s.tokens[: s.tokens.index(step if step else s.get("EACHW", "LEVELS", "SLASHPTS"))]
    names = [t.text for t in ahead if t.name not in ("DUN", "DE", "COMMA")]
    joined = "".join(t.text for t in ahead if t.name not in ("DE", "COMMA"))
    # 按优、良、差三档分别得5、3、1分
    joined = re.sub(f"^(?:按照?|分(?:为|成)?)(?={_GRADE}、)", "", joined)
    joined = re.sub(f"(?<=、)({_GRADE})[二两三四五](?:档次|等次|等级|档)$", r"\1", joined)
    labels = [tidy(p) for p in re.split(r"、|和|及|或|/", joined) if p]
    if len(labels) != len(amounts):  # 教学和科研成果一等奖、二等奖
        labels = [tidy(p) for p in joined.split("、") if p]
    if (said := levels_said(joined)) not in (None, len(amounts)):
        raise s.refuse(token, f"写明的是{said}级,后面是{len(amounts)}个分数", "几级就写几个分数")
    labels = in_runs(joined, len(amounts)) or labels
    alone = len(labels) == 1  # the others may stand before commas
    if len(labels) != len(amounts) and not alone:
        found = f"前面是{len(labels)}个名称,后面是{len(amounts)}个分数"
        raise s.refuse(token, found, "名称与分数一一对应,用顿号隔开")
    verb = SPOKEN[token.parts.get("verb", "得")]
    return levels_of(s, tuple(labels), amounts, verb, named=bool(names))


def levels_behind(s: Segment) -> Part:
    """受到通报的,每次按省、市、县分别扣3、2、1分

    几级写在“每次”或“分别”后面,与后面几个分数一一对应。写“每次”“一次”的按次数计,不写的每级只问是或否。
    """
    token = s.get("LEVELS", "SLASHPTS")
    amounts = tuple(s.need(token, group) for group in token.figures)
    at = s.tokens.index(s.find("EVCNT", "CNT") or s.get("EACHW"))
    each = [n for n, t in enumerate(s.tokens) if t.name == "EACHW" and n > at]
    words = s.label(at + 1, each[0] if each else s.tokens.index(token))
    labels = in_runs(words, len(amounts))
    if not labels:
        raise s.refuse(token, "前面的名称与后面的分数对不上", "每次按省、市、县分别扣N、M、K分")
    verb = SPOKEN[token.parts.get("verb", "得")]
    return levels_of(s, tuple(under(s.label(0, at), labels)), amounts, verb)


def levels_of(
    s: Segment,
    labels: tuple[str, ...],
    amounts: tuple[Decimal, ...],
    verb: Verb,
    *,
    named: bool = True,
) -> LevelsPart:
    """The names and the points for each of them, once or for every one that is counted."""
    step = s.find("EVCNT", "CNT")
    if step is not None and s.take(step) not in (None, Decimal(1)):
        raise s.refuse(step, "每几个合计一次,分不清各是多少", "每个分别…")
    if verb == "扣" and len(labels) == len(amounts):  # 属好、中、差的,分别扣0、3、5分
        takes = [n for n, amount in enumerate(amounts) if amount]
        labels, amounts = tuple(labels[n] for n in takes), tuple(amounts[n] for n in takes)
    unit = (unit_of(step) if step.name == "CNT" else step.parts["unit"]) if step else ""
    does = step.parts.get("verb", "") if step else ""
    return LevelsPart(labels, does, unit, verb, amounts, named and step is not None)


def levels_apart(s: Segment) -> Part:
    """获得国家级荣誉的,获得省部级表彰的,每项分别加2分、1分

    逗号隔开的几种情形与后面的分数一一对应。写“每项”“每次”的按件数计。
    """
    token = s.get("LEVELS")
    amounts = tuple(s.need(token, group) for group in token.figures)
    stop = s.tokens.index(s.get("EVCNT", "EACHW", "LEVELS"))
    cuts = [-1, *(n for n, t in enumerate(s.tokens[:stop]) if t.name == "COMMA"), stop]
    labels = tuple(label for a, b in pairwise(cuts) if (label := s.label(a + 1, b)))
    if any(in_runs(label, len(amounts)) or "、" in label for label in labels[-1:]):
        raise s.refuse(token, "不知道是几种情形的分数,还是一种情形里几级的", "每种情形各写一句")
    if len(labels) != len(amounts):
        found = f"前面是{len(labels)}种情形,后面是{len(amounts)}个分数"
        raise s.refuse(token, found, "情形与分数一一对应")
    return levels_of(s, labels, amounts, SPOKEN[token.parts["verb"]])


def parts_of(s: Segment) -> Part:
    """完成任务得25分,其中:批发业5分、零售业20分

    “其中”后面的几部分合起来就是前面的分数:做到哪一部分得哪一部分的分,不再另得前面的分。
    """
    labels: list[str] = []
    amounts: list[Decimal] = []
    start = 0
    for token in s.all("BPTS", "GIVE", "STATED"):
        stop = s.tokens.index(token)
        label = re.sub("(?:满分|分值|基本分|占|计|记)$", "", s.label(start, stop))
        labels.append(label.removeprefix("其中"))
        amounts.append(s.need(token, next(iter(token.figures))))
        start = stop + 1
    verb: Verb = "得"
    return LevelsPart(tuple(labels), "", "", verb, tuple(amounts), counted=False, inside=True)


_GRADE = "(?:优秀?|良好?|中等?|好|较好|一般|差|合格|达标|[一二三]等|[ABC]级?)"
_RUN = lazily(
    r"(?:中央|国家|全国|国务院|部|省|市|厅|州|县|区|乡镇?|镇)级?(?:、(?:国家|全国|部|省|市|厅|州|县|区|乡镇?|镇)级?)+"
)


# a kind of what is counted: the words of a grade, or a short noun
KIND = lazily(
    r"(?:被|获|获得)?(?:国家|中央|全国|省部|部|省|市|厅|州|县|区|乡镇?|镇|校|院|局){1,2}级?(?:及?以上)?(?:采用|刊用|录用|表彰)?"
    r"|(?:获得?)?(?:特|[一二三四五]|优秀|金|银|铜|鼓励)等?奖"
    r"|(?:特别?)?(?:重大|较大|重点|一般|普通)(?:项目|课题|活动|事项)?|(?:主办|承办|协办|参与|主持|参加)(?:的)?"
)
# 动态计10分: a kind of what is published, by a short name
SHORT = lazily(r"(?![有无未没不获被评完开建成制])[\u4e00-\u9fff]{2,3}(?:类|信息|稿件|文章)?")


def each_of_kind(s: Segment) -> Part:
    """每采用一篇,县级加1分,市级加2分

    “每采用一篇”说的是后面的每一级:各级各填几篇,每篇加(得)所写的分。
    """
    step, token = s.get("EVCNT"), s.tokens[-1]
    if s.take(step) not in (None, Decimal(1)):
        raise s.refuse(step, "每几个合计一次,分不清各是多少", "每1个分别…")
    at = s.tokens.index(step)
    stop = next(n for n, t in enumerate(s.tokens) if n > at and t.name in ("COMMA", "COLON"))
    thing = s.label(stop + 1, len(s.tokens) - 1)
    if not (KIND.fullmatch(thing) or SHORT.fullmatch(thing)):
        raise s.refuse(token, "不知道是每个都计,还是只计一次", "每…1个得N分")
    words = Counted(
        s.label(0, at), step.parts["verb"], step.parts["unit"], thing + s.label(at + 1, stop)
    )
    return CountPart(words, Decimal(1), VERBS.get(token.name, "得"), s.need(token))


def levels_each(s: Segment) -> Part:
    """每新开、续建1个项目分别加5、2分

    每一种各计各的数,一一对应。
    """
    step = s.get("EVLIST")
    token = s.get("LEVELS", "SLASHPTS")
    amounts = tuple(s.need(token, group) for group in token.figures)
    verb = SPOKEN[token.parts.get("verb", "得")]
    if run := step.parts.get("run"):  # 每受到省、市、县表彰1次
        names = in_runs(run, len(amounts))
        place = s.tokens.index(step)
        if not names or s.need(step, "n2") != 1:
            raise s.refuse(
                step, "前面的名称与后面的分数对不上", "每受到省、市、县表彰1次分别加N、M、K分"
            )
        said = s.label(place + 1, s.tokens.index(token))
        told = tuple(under(s.label(0, place), [name + said for name in names]))
        return LevelsPart(told, "", step.parts["unit2"], verb, amounts, True)
    does = step.parts["verbs"].split("、")
    if len(does) != len(amounts):
        found = f"前面是{len(does)}种,后面是{len(amounts)}个分数"
        raise s.refuse(token, found, "一一对应,用顿号隔开")
    if s.need(step) != 1:
        raise s.refuse(step, "每几个合计一次,分不清各是多少", "每1个分别…")
    place = s.tokens.index(step)
    thing = s.label(0, place) + s.label(place + 1, s.tokens.index(token))
    labels = tuple(f"{verb}{thing}" for verb in does)
    return LevelsPart(labels, "", step.parts["unit"], verb, amounts, True)


def each_named(s: Segment) -> Part | tuple[Part, ...]:
    """无计划、无措施、无总结的,分别扣1分

    顿号或“和”“或”隔开的几件事,每件单独计分,各是所写的分。前面看不出是哪几件的(没有落实的,各扣2分),填有几
    件,每件扣所写的分。
    """
    token = s.get("SUB", "ADD", "GIVE", "BPTS")
    ahead = s.tokens[: s.tokens.index(s.find("EACHW") or token)]
    words = "".join(t.text for t in ahead if t.name not in ("DE", "COMMA"))
    if s.find("EACHW") is None:
        words = EVENLY.sub("", words)
    inside = s.find("OFWH") is not None or s.normal.text[: s.tokens[0].start].endswith("(")
    words = s.in_brackets(words.removeprefix("其中"))  # 甲任务和乙任务完成(各记20分)
    verb, amount = VERBS.get(token.name, "得"), s.need(token)
    labels, joined = _each_item(words) or _each_level(words), tuple[str, ...]()
    if not labels:
        labels, joined = _names(words, takes=verb == "扣")
    if len(labels) < 2 and verb == "扣":
        if _WHOM.fullmatch(words) or not _FAULT.search(words):
            raise s.refuse(token, "“分别”前面只有一个名称", "用顿号隔开的几个名称")
        words_of = Counted(tidy(words), "", "项", "", apiece=True)
        return CountPart(words_of, Decimal(1), "扣", amount)
    labels = labels or (tidy(words),)  # the others may stand before commas
    if verb == "得" and (tasks := _tasks(ahead, labels)):
        return tuple(GivePart(name + did, Amount(amount), task=name) for name, did in tasks)
    listed = LevelsPart(labels, "", "", verb, (amount,) * len(labels), False, joined, inside)
    return (listed, TextPart("", note="G88")) if joined else listed


def _tasks(ahead: Sequence[Token], labels: Sequence[str]) -> list[tuple[str, str]]:
    """产量、面积完成任务的各得3分: each of the figures and what it does, where that is said of all."""
    told = [t for t in ahead if t.name not in ("DE", "COMMA")]
    if len(labels) < 2 or [t.name for t in told[-2:]] != ["DO", "TASK"]:
        return []
    did = told[-2].text + told[-1].text
    names = [*labels[:-1], labels[-1].removesuffix(did).removesuffix("均").removesuffix("都")]
    if not names[-1] or not labels[-1].endswith(did) or any(_DOES.search(n) for n in names):
        return []
    return [(name, did) for name in names]


_DOES = lazily("完成|达到|达标|落实|建立|制定|开展|[未没无不]")


def names_in(words: str, *, takes: bool) -> tuple[str, ...]:
    """The several things that words name, empty where they name one, or not clearly."""
    return _each_item(words) or _each_level(words) or _names(words, takes=takes)[0]


# 计划、总结未报的均扣1分: each of them; in 无制度或形同虚设均扣1分 either
EVENLY = lazily(r"(?<=.)均$")
# from whom: 相关人员各扣1分
_WHOM = lazily(
    r"(?:(?![未没无不缺])[\u4e00-\u9fff、]){0,10}(?:领导|干部|人员|责任人|负责人|经办人|当事人|本人|个人|成员|科室|部门|单位|班组"
    r"|[县区市镇乡村]|街道|双方|者)(?:在.*)?"
)
_FAULT = lazily(
    r"[未没无不缺漏迟误逾违错]|达不到|低于|失|有误|批评|曝光|处罚|处分|投诉|问责|通报|事故"
)

# What joins two names, and no part of a word: 及时, 和谐, 参与
_JOIN = lazily(
    r"、|以及|(?<![参普涉顾波危推言累])及(?![时其格])|(?<![总共饱缓温调附不])和(?![谐平睦解])"
    r"|(?<![参给])与(?![会否])|或者?"
)
# Behind 甲、乙 what the last two are joined with
_LAST = lazily(_JOIN.pattern.removeprefix("、|"))


def _names(words: str, *, takes: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of a list, and the same with the two behind its last 、 as one (甲、乙和丙).

    Empty where it is not marked what belongs to which of them: 未制定方案、预案, 经济和社会发展计划未落实.
    """
    listed = tuple(tidy(p) for p in words.split("、") if p)
    if not listed:  # (分别减3分): the points alone
        return (), ()
    last = _LAST.split(listed[-1])
    if len(listed) < 2:
        if takes and (both := _both(words)):
            return both, ()
        pieces = tuple(map(tidy, last))
        apart = not takes or "或" in words or all(map(_is_fault, pieces))
        level = _LEVEL_END.search(pieces[0]) is not None  # 被省或市通报
        if len(pieces) != 2 or not apart or level or not all(len(p) > 1 for p in pieces):
            return (), ()
        return _each_said(pieces, takes=takes), ()
    whole = _each_said(listed, takes=takes)
    if len(last) != 2 or not all(len(p) > 1 for p in last):
        return whole, ()
    apart_at_last = _each_said((*listed[:-1], *map(tidy, last)), takes=takes)
    if takes and _is_fault(last[0]) and not _is_fault(last[1]):
        return (), ()  # 责任书、方案未签订或制定的: what is said of them is joined
    return apart_at_last, whole


_LEVEL_END = lazily("(?:中央|国家|全国|[省部市厅州县区乡镇])级?$")
_AND = lazily("和|及|与")
_BOTH = lazily(
    r"(?P<a>[^、,]{2,16})(?:和|及|与)(?P<b>[^、,]{2,16}?)"
    r"(?P<said>(?:未|不能|不|没有|没)(?:能?按|能|落实|及时|到位|健全|完善|规范|开展|完成|达标|齐全)[^、,]{0,12})"
)


def _both(words: str) -> tuple[str, ...]:
    """甲工作和乙工作不落实, each of the two; empty where 和 may be within a name."""
    match = _BOTH.fullmatch(words)
    if match is None or len(_AND.findall(words)) != 1 or _DENIES.search(match["a"] + match["b"]):
        return ()
    if not (_NAMED.search(match["a"]) and _NAMED.search(match["b"])):
        return ()  # 经济和社会发展计划
    said = match["said"].removesuffix("的")
    return (match["a"] + said, match["b"] + said)


_NAMED = lazily(
    "(?:工作|活动|任务|制度|计划|方案|台账|记录|机制|措施|建设|管理|会议|档案|预案|责任书|报告|总结|名单)$"
)


_NTHS = lazily(r"第(?P<nths>[^第项、]{1,4}(?:、第?[^第项、]{1,4})+)(?P<unit>小?项)(?P<said>[^、]*)")


def _each_item(words: str) -> tuple[str, ...]:
    """第1、2项未落实 as 第1项未落实 and 第2项未落实; empty where it is no such list."""
    match = _NTHS.fullmatch(words)
    if match is None or re.search("[~至到—-]", match["nths"]):
        return ()
    return tuple(
        f"第{nth.strip('第')}{match['unit']}{match['said']}" for nth in match["nths"].split("、")
    )


def _each_level(words: str) -> tuple[str, ...]:
    """被省、市通报 as 被省通报 and 被市通报; empty where no levels are listed."""
    run = _RUN.search(words)
    return tuple(in_runs(words, run[0].count("、") + 1)) if run else ()


# What is said of a thing, behind its name: 台账不健全, 制度健全, 人员落实不到位
_SAID_OF = lazily(
    r"(?:现象|工作)?(?:建立|制定|落实|管理|控制|执行|建设|记录|填写|上报|报送|完成|保管)?"
    r"(?:(?:未|不|没有|没|无法|有误|缺失|错误|滞后)[^、]{0,8}$"
    r"|(?:健全|完善|到位|规范|齐全|达标|合格|及时|完整|完备|有效|完成|落实)$)"
)
_HAPPENS = lazily("[未没无不缺错误漏迟差乱违脱逾超瞒假被受擅私]|发生|出现|有|管理|落实")
_DENIES = lazily(r"未|不|没|无|缺|错|误|漏|迟|差|乱|违|脱|逾")
# a fault by itself, to which nothing behind it belongs
_COMPLETE = lazily(
    r"迟到|早退|旷[工课会操]|缺[席勤课岗]|[漏迟错误瞒虚谎缓]报|[脱离串睡]岗|违[章纪规法]$|打架|斗殴|酗酒|赌博"
)


def _is_fault(words: str) -> bool:
    return bool(_DENIES.search(words) or _COMPLETE.search(words))


def _each_said(labels: tuple[str, ...], *, takes: bool) -> tuple[str, ...]:
    """台账、制度不健全 as 台账不健全 and 制度不健全: what stands behind the last is said of all.

    Empty where it is not marked how far what stands in front of the first goes (未制定方案、预案).
    """
    last = _SAID_OF.search(labels[-1])
    if all(len(p) == 1 for p in labels[:-1]):
        # 一、二、三季度未完成: what stands behind the last is that of all
        return tuple(p + labels[-1][1:] for p in labels[:-1]) + labels[-1:]
    if (
        last
        and last.start()
        and not any(_SAID_OF.search(p) or _DENIES.search(p) for p in labels[:-1])
    ):
        return tuple(f"{p}{last[0]}" for p in labels[:-1]) + labels[-1:]
    lacking = re.match("无|缺少?|没有", labels[0])
    if lacking and not any(_HAPPENS.search(p) for p in (labels[0][lacking.end() :], *labels[1:])):
        # 无垃圾池、填埋场各扣6分: of two things, neither of which says what happened
        return labels[:1] + tuple(f"{lacking[0]}{p}" for p in labels[1:])
    if not takes or all(map(_is_fault, labels)) or not _is_fault(labels[0]):
        return labels
    return ()


def evenly(s: Segment, token: Token) -> bool:
    """Whether 均 stands behind several things: 计划、总结未报的均扣1分."""
    words = "".join(t.text for t in s.tokens[: s.tokens.index(token)])
    return "、" in words and EVENLY.search(words) is not None and s.take(token) is not None


def each_counted(s: Segment) -> Part | tuple[Part, ...]:
    """迟报、漏报一次各扣1分

    几件事各计各的次数,每一次扣所写的分。“甲、乙两项各扣2分”说的是前面列出的几件,每件扣一次。
    """
    count = s.all("CNT", "EVCNT", "NITEMS")[-1]
    token = s.get("SUB", "ADD", "GIVE", "BPTS")
    at = s.tokens.index(count)
    stop = s.tokens.index(s.get("EACHW"))
    number, name, thing = s.take(count), s.label(0, at), s.label(at + 1, stop)
    verb = VERBS.get(token.name, "得")
    if count.name == "NITEMS" or (count.name == "CNT" and number != 1):
        labels, _ = _names(name + thing, takes=token.name == "SUB")
        if number != len(labels):
            raise s.refuse(count, f"写明的项数与列出的{len(labels)}项不符", f"{len(labels)}项")
        return LevelsPart(labels, "", "", verb, (s.need(token),) * len(labels), counted=False)
    if token.name == "BPTS":
        raise s.refuse(count, "不知道是每个都得分,还是有了就得分", "每1个…得N分")
    unit = unit_of(count) if count.name == "CNT" else count.parts["unit"]
    if count.name == "CNT" and unit not in EVENTS | {"人"}:
        raise s.refuse(count, "不知道几件事是合起来计数,还是各计各的", "每件事各写一句")
    does = count.parts.get("verb", "") if count.name == "EVCNT" else ""
    return counts_each(s, token, Counted(name, does, unit, thing))


def counts_each(s: Segment, token: Token, words: Counted) -> tuple[Part, ...]:
    """经历、学历有1人不符各扣1分: a count for each of the things that are listed."""
    names = [tidy(p) for p in _JOIN.split(words.head) if p]
    if len(names) < 2 or _JOIN.search(words.thing) or not all(len(p) > 1 for p in names):
        each = s.get("EACHW")
        raise s.refuse(each, "不知道几件事是合起来计数,还是各计各的", "每件事各写一句")
    verb, amount = VERBS.get(token.name, "得"), s.need(token)
    return tuple(CountPart(replace(words, head=name), Decimal(1), verb, amount) for name in names)

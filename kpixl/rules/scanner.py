"""From characters to tokens: longest match, subjects are what is left.

A subject holds no digit and no effect word.  A number that looks damaged (05分,
1260%, two decimal points) is refused here, before any phrase is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from kpixl.patterns import lazily
from kpixl.rules.describing import duties, prose
from kpixl.rules.lexicon import Lexicon
from kpixl.rules.normalise import Normal
from kpixl.rules.vocabulary import NUMBER, WORDS, effect_words, stop_words

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2}

# What a damaged number looks like, and what to write instead.
_DAMAGE = (
    (lazily(r"[0-9]\.[0-9]*\.[0-9]"), "一个数里有两个小数点", "只有一个小数点的数"),
    (lazily(r"[0-9.] +[0-9.]"), "数字中间有空格,可能丢了小数点", "连写的数,如“0.2”"),
    (
        lazily(r"(?<![0-9.])0[0-9](?![0-9]*[年月日时])"),
        "以0开头,可能丢了小数点",
        "如“0.5”或“5”",
    ),
    (
        lazily(r"(?<![0-9.])[0-9]{4,}(?:\.[0-9]+)?%"),
        "百分数过大,可能丢了小数点",
        "1000%以内的百分数",
    ),
    (
        # 3.项目部…: at the head of a line it is the number of a sub-item
        lazily(r"(?<![0-9\n])(?<!^)[0-9]+\.(?![0-9])(?=[分%个元亿万家项])"),
        "小数点后没有数字",
        "完整的小数",
    ),
    (lazily(r"(?<![0-9])\.[0-9]"), "小数点前没有数字", "完整的小数,如“0.5”"),
    (lazily(r"[0-9](?:亿万|万万|亿亿)"), "单位写了两次", "如“10亿元”或“10万元”"),
)


_ANY_NUMBER = lazily(NUMBER)
_SHARES = lazily(r"[0-9]+(?:\.[0-9]+)?(?=%)")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that stands in a token: its value and its place in the text."""

    value: Decimal
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the clause; `figures` are its numbers by group name."""

    name: str
    text: str
    start: int
    end: int
    figures: Mapping[str, Figure]
    parts: Mapping[str, str]

    def number(self, group: str = "n") -> Decimal | None:
        """The value of a number of the token, or None where it is left out."""
        figure = self.figures.get(group)
        return figure.value if figure else None


def read_numeral(text: str) -> Decimal | None:
    """An Arabic or Chinese numeral as a number, None if it is not one.

    >>> read_numeral("1,200.5"), read_numeral("十五"), read_numeral("两")
    (Decimal('1200.5'), Decimal('15'), Decimal('2'))
    """
    if text[:1].isascii():
        return Decimal(text.replace(",", ""))
    total, digit = 0, 0
    for place, c in enumerate(text):
        if c in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[c]
        elif c == "十":
            if not digit and place:
                return None
            total, digit = total + (digit or 1) * 10, 0
        elif c == "百":
            if not digit:
                return None
            total, digit = total + digit * 100, 0
        else:
            return None
    return Decimal(total + digit)


@cache
def _words() -> Lexicon:
    return Lexicon((w.name, w.pattern) for w in WORDS)


# Items of another column, named by their numbers: 第1～9项, 第2、3项, 第⑴～⑺小项, 以上1—3项
_NTH = r"(?:\([0-9]{1,2}\)|[0-9]{1,2}|[一二三四五六七八九十]{1,3}|[①-⑳⑴-⒇])"
_ITEMS = (
    rf"(?:第|(?:以上|上述|前述)(?={_NTH}(?:-|—|~|至|到))){_NTH}(?:(?:[、,和]|(?:-|—|~|至|到)+)第?{_NTH})*"
    r"(?:小?项(?!目)|[条款](?![件理目例]))"
    r"|前[二两三四五六七八九十2-9]项(?!目)|第[①-⑳⑴-⒇](?:~|-|—|至|到|、)[①-⑳⑴-⒇]"
)
# not where what they are worth stands behind them: 第1、2项各2分
ITEM_NAMES = rf"(?:{_ITEMS})(?=[^得计记加扣减各均分,;。、]|,每)"


@cache
def _stops() -> re.Pattern[str]:
    words = sorted(stop_words(), key=len, reverse=True)
    # Quoted names and titles are names whatever they contain, numbers included.
    # So are Latin letters with a number behind them: PM2.5, ISO9001, S7.
    model = r"(?<![A-Za-z0-9])[A-Za-z]{1,6}-?[0-9]+(?:\.[0-9]+)?(?![0-9.]*[0-9%分])"
    quoted = (r"《[^《》]{1,40}》", r"“(?![^“]*(?:否决|扣分|加分|不得|取消))[^“]{1,30}“")
    # a number in front that belongs to a name: 世界500强, 5A级, 12345热线; a time by which
    # something is to be done: 30日内, 6月底前; what a name is short for
    numbered = (
        ITEM_NAMES,
        r"做到“[^“]{1,300}“(?=得[0-9]|,最高得)",  # how all of a requirement is written in canonical wording
        r"每户(?![0-9一]|的?,?(?:每次)?(?:[得计记加扣减]|不得分))",  # 每户建有厕所
        r"(?<=[镇县市区村乡省厂校])以外(?=[的,])",  # 存放在本镇以外; 除…以外 is refused
        r"同一(?:项目|事项|个|件|起|例|人|条|次|项)",
        # 若未上报,扣2分: a condition like any other
        r"(?:(?<=[,;。\n(])|(?<![^\n]))(?:若|如果)(?=(?:仍|再)?(?:未|没|不|无|有|发|出|存|被|因)[^,;。\n]{1,24}?的?,?则?(?:每1?[次件例起处项]扣[0-9]|扣[0-9]|扣减[0-9]|减[0-9]|(?:[本该此]项)?不得分|不扣分))",
        # 有下列情形之一的,扣5分
        r"(?:有|存在|出现|发生|具有)?(?:下列|以下|上述|以上|左列|前列|上列)(?:[一二三四五六七八九十两]|[0-9]{1,2})?(?:种|项|类|个|条)?"
        r"(?:情形|情况|行为|问题|现象)之一(?=的?,?(?:每1?[项种起次例]|酌情|视情|扣[0-9]|减[0-9]|(?:[本该此]项)?不得分))",
        r"(?<![0-9.])[1-9][0-9]{1,3}强(?=企业|民营|民企|项目|[县市镇乡区]|[,、;。1-9]|$)",
        r"(?<![0-9.])[1-5]A(?=级|景区)",
        r"(?<![0-9.])1[0-9]{2,4}(?=热线|平台|举报)",
        r"(?<![0-9.-])[0-9]{1,2}月(?:底|末|[0-9]{1,2}日)(?:之?前|以前|(?:之|以)?后(?=(?:完成|上报|报送|提交|报|交|建成|竣工|办结|未|没有|仍未|才)))",
        r"(?<=在)(?:[0-9]{1,3}|[一二三四五六七八九十]{1,2})个?(?:工作日|日|天|小时|月|周)(?:之|以)?内(?=[\u4e00-\u9fff])(?![得计记加扣减])",
        r"[0-9]{2,3}周年",
        r"[二2]次(?=棺葬|装棺|供水|污染|加压|创业|分配|利用|转运|装修|伤害|事故|灾害)",
        # 六项制度: their name, where nothing counts them
        r"(?<![少缺每有任各])[二三四五六七八九十]{1,2}项(?:制度|措施|规定|机制)(?=[\u4e00-\u9fff])(?![各均都未不没缺健齐完分])",
        # 没有新增1处违建的: none of them
        r"(?:没有|未|无)(?:新增|发生|出现|发现|新发)?(?:一|1)(?:处|例|起|次|人|件)(?=[\u4e00-\u9fff])(?![得计记加扣减不的])",
        r"(?:作为|列为|纳入)[^,;。0-9]{1,8}之一(?=的?,?扣)",
        r"(?:没有|未)(?:落实|实行|执行|严格|实施)*“?一票否决“?制?度?(?=的?,?扣)|“一票否决“(?:制度?)?(?:而)?未(?:执行|落实|实行)",
        r"(?<![0-9])(?:[一二三四五六七八九十]|[0-9]{1,2})个月(?:之|以)?内(?=向|报|完成|组织|召开|整改|未|没|不能|予以|按|及时)",
        # 检查前6个月内栏目未更新的, 前2周内未更新的
        r"(?<![0-9至到~—-])(?:[一二三四五六七八九十]|[0-9]{1,2})(?:个月|周)(?:之|以)?内(?=,?(?![得计记加扣减])[^0-9,;。得计记加扣减]{0,20}(?:未|没有|存在))",
        # 35岁及以下的干部, 低于35周岁的,每例…: whose age it is
        r"(?:年龄)?(?:低于|小于|不满|未满|超过|高于|大于|不超过)?(?<![0-9.])[1-9][0-9]周?岁(?:(?:及|\(含\))?以[上下内])?"
        r"(?:\(含\))?(?=的?(?![得计记加扣减的为])[\u4e00-\u9fff]|的?,每(?![超多少低高降增减]))",
        r"(?<![0-9.于到过达超足少满])24小时(?=(?!以|之|内|的|后|前)[\u4e00-\u9fff])",  # 24小时值班
        r"(?<=[\u4e00-\u9fff])不足(?=的?,?(?:每?[1一]?[次处项个]?)?(?:扣|减|酌情))",  # 经费明显不足的扣2分
        r"(?<![0-9.-])[0-9]{1,3}个?(?:工作日|日|天|小时)(?:之|以)?内(?=未|没有|没|不能|予以|主动|按|及时|完成)",
        r"\(按[^()0-9]{2,12}折算\)",
        r"(?<=[级科专士学中])及以下(?=(?!的?[,扣加]|的?得(?!0分))[\u4e00-\u9fff])",  # 初中及以下学历
        r"(?:(?<=未按要求)|(?<=未按规定))每(?:半年|季度|季|月|年|周)(?=[\u4e00-\u9fff])",
        r"(?<=等)任[一何]一?[个项]?(?=[\u4e00-\u9fff]{1,8}的?,?(?:扣|不得分))",  # 等任一环节的,扣1分
        r"(?<=、)不适用(?=的,)",  # 不完善、不适用的
        r"\((?:不含|不包括)(?!本数|该数|此数|本级数)[^()0-9,]{2,12}\)",  # what a figure leaves out
        r"(?<!分)\((?![^()]*(?:[扣加减得计][0-9分]|倍|半))[^()0-9,;。]{2,20}除外\)",  # and what a thing does
        r"不得(?=[漏迟错擅随虚瞒弄])",  # 不得漏填: a duty
        r"只(?=[\u4e00-\u9fff]{1,6},?不)",  # 只填表,不走访
        r"\(以下(?:统称|简称)[^()0-9]{1,20}\)",
        r"\([^()0-9,]{2,16}均可\)",
        # 面积每次控制在5公顷以下
        r"每[次起](?=(?:严格)?控制在[0-9]|不超过[0-9.]+(?![0-9.]|个?(?:百分点|人|件|项)|[分%]))",
        r"为零(?=的?,?[得计记][0-9满])",  # 事故为零得5分
        r"(?<=[\u4e00-\u9fff])(?<![满每达足过到])[1-9][0-9]{1,2}周年(?=[\u4e00-\u9fff、])",
        r"超(?:过|出)?(?:规定|法定|办理|限定|要求)的?(?:期限|时限|时间)(?=(?:报送|上报|提交|办理|完成|答复|反馈|未[\u4e00-\u9fff]{2,4})?的?,?(?:每[1一]?[件次起例]|扣[0-9]|不得分|不计分|不记分))",
        r"分别(?=签订|签署|召开|制定|建立|报送|上报|成立|组织)",
    )
    names = [r"(?<!建)设计" if word == "设计" else re.escape(word) for word in words]
    return re.compile("|".join([*quoted, model, *numbered, *names]))


@cache
def _effects() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(effect_words(), key=len, reverse=True))))


def effects_outside_names(text: str) -> re.Match[str] | None:
    """The first effect word of a text that is not part of a known name, or None."""
    bare = _stops().sub(lambda m: "\0" * len(m[0]), text)
    return _effects().search(bare)


def _alters(text: str) -> bool:
    return effects_outside_names(text) is not None


_LISTED = ("LEVELS", "PLACES", "PACE", "PARTYLIST", "MARKS", "SLASHED", "SLASHPTS")


def _token(name: str, match: re.Match[str]) -> Token | None:
    figures: dict[str, Figure] = {}
    parts: dict[str, str] = {}
    if name in _LISTED:  # as many numbers as are listed
        listed = _SHARES if name == "PACE" else _ANY_NUMBER
        for at, found in enumerate(listed.finditer(match[0]), 1):
            value = read_numeral(found[0])
            if value is None:
                return None
            start = match.start() + found.start()
            figures[f"n{at}"] = Figure(value, start, start + len(found[0]))
    if name == "PCT" and "半" in match[0]:  # 完成一半
        figures["n"] = Figure(Decimal(50), match.start(), match.end())
    for group, text in match.groupdict().items():
        if text is None:
            continue
        if group in ("n", "n2", "n3", "n4", "n5", "n6", "n7"):
            value = read_numeral(text)
            if value is None:
                return None
            start, end = match.span(group)
            figures[group] = Figure(value, start, end)
        elif group == "verb" and name == "EVCNT" and ("半" in text or _effects().search(text)):
            return None  # 每减半1个: no verb
        else:
            parts[group] = text
    return Token(name, match[0], match.start(), match.end(), figures, parts)


def scan(normal: Normal, *, described: bool = False) -> tuple[Token, ...]:
    """The tokens of a clause, from its first character to its last.

    `described` takes sentences with numbers that only describe for one token each (PROSE).

    Raises RuleError for a damaged number, a digit that no word of the vocabulary
    takes, and an effect word that stands in a subject.

    >>> from kpixl.rules.normalise import normalise
    >>> [(t.name, t.text) for t in scan(normalise("亿元企业数最多的得10分"))]
    [('SUBJ', '亿元企业数'), ('BEST', '最多的'), ('GIVE', '得10分')]
    """
    check_damage(normal)
    return _opened(_ended(_taking(list(_joined(normal, _raw(normal.text, described))))))


def described(normal: Normal) -> tuple[range, ...]:
    """The sentences with numbers that only describe, by the characters of the original text."""
    spans = prose(normal.text, _alters).items()
    return tuple(range(normal.position(a), normal.position(b - 1) + 1) for a, b in spans)


def check_damage(normal: Normal) -> None:
    """Refuse numbers that look as if a point or a digit was lost."""
    for pattern, reason, wanted in _DAMAGE:
        if match := pattern.search(normal.text):
            start, end = match.span()
            while start and normal.text[start - 1] in "0123456789.":
                start -= 1
            while end < len(normal.text) and normal.text[end] in "0123456789.%分":
                end += 1
            raise normal.refusal(start, end, reason, wanted)


def _raw(text: str, described: bool) -> Iterator[Token]:
    """Words by longest match; single characters that belong to none come as SUBJ."""
    stretches = prose(text, _alters) if described else {}
    table, stops, duty = _words().of(text), _stops(), duties(text)
    at = 0
    while at < len(text):
        if at in stretches:
            yield Token("PROSE", text[at : stretches[at]], at, stretches[at], {}, {})
            at = stretches[at]
            continue
        best: Token | None = None
        stop = stops.match(text, at)
        end = max(stop.end() if stop else 0, duty.get(at, 0))
        for name, pattern in table[text[at]]:
            match = pattern.match(text, at)
            if match and match.end() > (best.end if best else at):
                token = _token(name, match)
                if token:
                    best = token
        if end > at and end >= (best.end if best else 0):
            yield Token("SUBJ", text[at:end], at, end, {}, {"name": text[at:end]})
            at = end
        elif best:
            yield best
            at = best.end
        else:
            yield Token("SUBJ", text[at], at, at + 1, {}, {})
            at += 1


def _joined(normal: Normal, tokens: Iterator[Token]) -> Iterator[Token]:
    """Runs of subject pieces as one subject, checked for digits and effect words."""
    run: list[Token] = []
    for token in tokens:
        if token.name == "SUBJ":
            run.append(token)
            continue
        if run:
            yield from _subjects(normal, run)
            run = []
        yield token
    if run:
        yield from _subjects(normal, run)


def _subjects(normal: Normal, run: list[Token]) -> Iterator[Token]:
    """A run as one subject, without the half brackets that belong to its neighbours."""
    if len(run) > 1 and run[0].text == ")":
        yield _subject(normal, run[:1])
        run = run[1:]
    if len(run) > 1 and run[0].text == "(" and not any(")" in t.text for t in run):
        yield _subject(normal, run[:1])
        run = run[1:]
    if len(run) > 1 and run[-1].text == "(":
        yield _subject(normal, run[:-1])
        run = run[-1:]
    yield _subject(normal, run)


# What stands in brackets behind the thing that it is about: 未上报总结(扣5分).
_CONSEQUENCES = lazily(r"^(?:GIVE|FULL|ADD|SUB|SYM|CAP|ZERO|PROP|FLOOR|EV)")


def _taking(tokens: list[Token]) -> list[Token]:
    """每例加扣2分 takes two more; beside 每增减1个 it adds or takes."""
    both = False
    for at, token in enumerate(tokens):
        if token.name in ("SEMI", "DOT"):
            both = False
        elif token.name == "EVSYM":
            both = True
        elif token.name == "SYM" and token.text.startswith("加扣") and not both:
            tokens[at] = replace(token, name="SUB")
    return tokens


_POINTS = lazily(r"^(?!SUBJ|EV)(?:GIVE|FULL|ADD|SUB|SYM|ZERO|PROP|BPTS|RANGED|LEVELS|STATED|FORM)")
_NAMED = frozenset({"SUBJ", "DE", "EVCNT"})


def _ended(tokens: list[Token]) -> list[Token]:
    """工作不力;扣5分: a semicolon that parts a thing from its points, as the comma it stands for.

    Only where nothing else waits for these points: every sentence in front has its own.
    """
    scored = waiting = False  # this sentence has points; one before it has none
    for at, token in enumerate(tokens):
        if token.name not in ("SEMI", "DOT"):
            scored = scored or _POINTS.match(token.name) is not None
            continue
        behind = tokens[at + 1].name if at + 1 < len(tokens) else ""
        parted = at and token.text == ";" and tokens[at - 1].name in _NAMED
        if parted and behind in ("SUB", "ADD", "GIVE") and not (scored or waiting):
            tokens[at] = replace(token, name="COMMA")
            continue
        waiting = waiting or not scored
        scored = False
    return tokens


def _is_sentence(tokens: list[Token], at: int) -> bool:
    """有工作记录。(有方案0.5分,有总结0.5分): whether a bracket holds a sentence that gives points."""
    if at and tokens[at - 1].name not in ("DOT", "SEMI"):
        return False
    for number, token in enumerate(tokens[at + 1 :]):
        if token.name == "BRACKET":
            return False
        if _POINTS.match(token.name):
            return number > 0 and not tokens[at + 1].text.startswith(_NOTES)
    return False


_NOTES = ("注", "备注", "说明", "如")


def _opened(tokens: list[Token]) -> tuple[Token, ...]:
    """Brackets around a consequence as the commas that they stand for."""
    opened: list[int] = []
    for at, token in enumerate(tokens):
        if token.name != "BRACKET":
            continue
        if token.text == "(":
            behind = [t.name for t in tokens[at + 1 : at + 3]]
            whose = _CONSEQUENCES.match("".join(behind[:1])) or behind == ["EACHW", "BPTS"]
            opened.append(at if whose or _is_sentence(tokens, at) else -1)
        elif opened and (start := opened.pop()) >= 0:
            for place in (start, at):
                tokens[place] = replace(tokens[place], name="COMMA")
    return tuple(tokens)


EFFECTIVE = "这个词会影响得分,但此处不成句式"


@cache
def _foreign() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    """What no name may hold, why, and what would be right."""
    return (
        (re.compile("[0-9]+"), "这个数不知道是什么", "数字后面带单位(分、%、个、亿元等)"),
        (re.compile("[×÷*]"), "这个算式没有被公式用到", "得分=…"),
        (re.compile("反之"), "不知道是没有做到,还是数值反过来", "否则不得分,或每下降…扣N分"),
        (_effects(), EFFECTIVE, "已有的计分句式,或不影响得分的说明"),
    )


def _subject(normal: Normal, run: list[Token]) -> Token:
    start, end = run[0].start, run[-1].end
    text = normal.text[start:end]
    if text == "的":  # 达到要求的得满分: a particle, not a subject
        return Token("DE", text, start, end, {}, {})
    if text in ("(", ")"):  # around a phrase; a name keeps its own brackets
        return Token("BRACKET", text, start, end, {}, {})
    # Names are blanked so that what they contain is not held against the subject.
    bare = "".join("\0" * len(t.text) if "name" in t.parts else t.text for t in run)
    for pattern, reason, wanted in _foreign():
        if match := pattern.search(bare):
            a, b = start + match.start(), start + match.end()
            raise normal.refusal(a, b, reason, wanted)
    return Token("SUBJ", text, start, end, {}, {})

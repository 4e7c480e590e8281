"""From characters to tokens: longest match, subjects are what is left.

A subject holds no digit and no effect word.  A number that looks damaged (05分,
1260%, two decimal points) is refused here, before any phrase is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache

from kpixl.patterns import lazily
from kpixl.rules.describing import asides, duties, prose
from kpixl.rules.lexicon import Lexicon, Names
from kpixl.rules.normalise import Normal, normalise
from kpixl.rules.vocabulary import WORDS, effect_words, stop_words
from kpixl.rules.words.elements import NUMBER
from kpixl.rules.words.names import NUMBERED

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2}

# What a damaged number looks like, and what to write instead.
_DAMAGE = (
    # 1.2.3未达到…: the number of a line
    (
        lazily(
            r"(?<![0-9.])(?!(?:(?<![^\n])[0-9]{1,2}(?:\.[0-9]{1,2}){2,3}[\u4e00-\u9fff]{2}))[0-9]+\.[0-9]*\.[0-9]"
        ),
        "一个数里有两个小数点",
        "只有一个小数点的数",
    ),
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
    (lazily("[│┃┌┐└┘├┤┬┴┼║╔╗╚╝]"), "这是表格的线,文字可能串了栏", "一格里的文字"),
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


# Quoted names and titles are names whatever they contain, numbers included.
# So are Latin letters with a number behind them: PM2.5, ISO9001, S7.
NAMES = (
    r"《[^《》]{1,40}》",
    r"“(?![^“]*(?:否决|扣分|加分|不得|取消))[^“]{1,30}“",
    r"(?<![A-Za-z0-9])[A-Za-z]{1,6}-?[0-9]+(?:\.[0-9]+)?(?![0-9.]*[0-9%分])",
    *NUMBERED,
    "(?<!建)设计",
)


@cache
def _stops() -> Names:
    return Names(NAMES, (word for word in stop_words() if word != "设计"))


@cache
def _effects() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(effect_words(), key=len, reverse=True))))


def effects_outside_names(text: str) -> re.Match[str] | None:
    """The first effect word of a text that is not part of a known name, or None."""
    return _effects().search(_stops().blanked(text))


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
    return _tokens(normal, described)


@lru_cache(maxsize=64)  # like normalise
def _tokens(normal: Normal, described: bool) -> tuple[Token, ...]:
    check_damage(normal)
    return _opened(_ended(_taking(list(_joined(normal, _raw(normal.text, described))))))


def forget() -> None:
    """Scan everything anew, for those who measure."""
    normalise.cache_clear()
    _tokens.cache_clear()


def described(normal: Normal) -> tuple[range, ...]:
    """The sentences with numbers that only describe, by the characters of the original text."""
    spans = [*prose(normal.text, _alters).items(), *asides(normal.text, _alters).items()]
    return tuple(range(normal.position(a), normal.position(b - 1) + 1) for a, b in spans)


def asides_in(normal: Normal) -> tuple[str, ...]:
    """What brackets with numbers say of the words in front of them, where they are part of these."""
    return tuple(normal.text[a + 1 : b - 1] for a, b in asides(normal.text, _alters).items())


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
    named = asides(text, _alters) if described else {}
    table, name_end, duty = _words().of(text), _stops().ends(text), duties(text)
    at = 0
    while at < len(text):
        if at in stretches:
            yield Token("PROSE", text[at : stretches[at]], at, stretches[at], {}, {})
            at = stretches[at]
            continue
        if at in named:
            said = text[at : named[at]]
            yield Token("SUBJ", said, at, named[at], {}, {"name": said})
            at = named[at]
            continue
        best: Token | None = None
        end = max(name_end(at), duty.get(at, 0))
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

"""Reading a clause: normalise → scan → cover with phrases → assemble → account.

A clause is read completely or refused.  Every character belongs to a phrase, and every
number must have been used by the rule: a number that is left over is a refusal, not a
detail.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache
from itertools import pairwise
from typing import Literal, cast

from kpixl.errors import RuleError
from kpixl.patterns import lazily
from kpixl.rules.amounts import Amount, Mark
from kpixl.rules.assembly import assemble
from kpixl.rules.assumptions import READINGS, take
from kpixl.rules.automaton import Automaton
from kpixl.rules.building import Placed, Refused
from kpixl.rules.cases import is_told, read_cases
from kpixl.rules.checks import clear_rule
from kpixl.rules.conditions import moves
from kpixl.rules.counted_again import LEVEL
from kpixl.rules.expr import Ties
from kpixl.rules.groups import POINTS_BACK
from kpixl.rules.lines import joined, stands_alone
from kpixl.rules.normalise import Normal, lines_of, normalise
from kpixl.rules.outline import Outline, outline_of
from kpixl.rules.parts import CountPart, FaultPart, GivePart, Joint, StepPart, TextPart
from kpixl.rules.productions import ALIASES, PRODUCTIONS
from kpixl.rules.prose import clear_asides
from kpixl.rules.rule import Rule
from kpixl.rules.scanner import (
    EFFECTIVE,
    Figure,
    Token,
    asides_in,
    described,
    read_numeral,
    scan,
)
from kpixl.rules.segment import Segment
from kpixl.rules.terms import Threshold
from kpixl.rules.vocabulary import WORDS

_GENERAL = lazily(r"完成值|(?:以上)?(?:每一?项|各项?|所有)?(?:考核)?(?:内容|指标|项目|任务)?")
# A longer cell is not a clause; refusing it keeps reading time bounded.
LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Given:
    """What a clause is read with: readings, the scheme's default rule, and whether sentences with
    numbers that only describe are told from what scores."""

    readings: Mapping[str, str]
    default_rule: str
    described: bool = False


@cache
def _automaton() -> tuple[Automaton, dict[int, int]]:
    costs = {i: p.cost for i, p in enumerate(PRODUCTIONS) if p.cost is not None}
    return Automaton([p.pattern for p in PRODUCTIONS], ALIASES), costs


def parse(
    clause: str, *, readings: Mapping[str, str] | None = None, default_rule: str = ""
) -> Rule:
    """Read a scoring clause completely, or refuse it.

    `readings` switches assumptions, code → value (`parse_readings` makes it from the text
    of a 读法 cell).  `default_rule` is the scheme's clause for items that state only
    requirements (达到要求的得满分,达不到的按比例扣分); without it such a clause is refused.
    Raises RuleError with the character, the phrase and what was expected.

    >>> parse("亿元企业数最多的得10分,排名每下降1位减0.5分").canonical
    '亿元企业数最多的得10分,排名每下降1位减0.5分'
    """
    taken = tuple(sorted((readings or {}).items()))
    rule = _parse(clause, taken, default_rule)
    if not _reads_back(clause, taken, default_rule):
        raise RuleError(
            clause, 0, clause[:20], "按读出的意思写成条款,读回来就不一样了", "换一种说法,或分成几条"
        )
    return rule


@lru_cache(maxsize=4096)
def _reads_back(clause: str, readings: tuple[tuple[str, str], ...], default_rule: str) -> bool:
    """Whether the canonical wording is the same rule: what a clerk checks must be what counts.

    It is asked without readings where the clause can be read so: some of them settle what the
    wording then says otherwise.
    """
    taken: tuple[tuple[str, str], ...] = ()
    try:
        rule = _parse(clause, taken, default_rule)
    except RuleError:
        taken = readings
        rule = _parse(clause, taken, default_rule)
    if rule.canonical == clause:
        return True
    try:
        return _parse(rule.canonical, taken, default_rule).same_rule(rule)
    except RuleError:
        return False


def default_below(clause: str) -> Literal["zero", "prop", ""]:
    """What a default rule gives below its requirement: nothing or a proportion; "" is no rule.

    >>> default_below("达到要求的得满分,达不到要求的,视完成情况按比例扣分")
    'prop'
    """
    if not clause.strip():
        return ""
    rule = parse(clause)
    match rule.terms:
        case (Threshold(mark=Mark(number=None), give=Amount(number=None), below=below),):
            # a rule about one figure is that figure's, not everybody's
            if below != "steps" and _GENERAL.fullmatch(rule.inputs[0].label):
                return below
    raise RuleError(clause, 0, clause, "不是默认规则", "如“达到要求的得满分,达不到的按比例扣分”")


@lru_cache(maxsize=4096)
def _parse(clause: str, readings: tuple[tuple[str, str], ...], default_rule: str) -> Rule:
    if len(clause) > LONGEST:
        raise RuleError(clause[:50], 0, clause[:20] + "…", f"超过{LONGEST}字", "一条评分标准")
    taken = dict(readings)

    def whole(text: str) -> Rule:
        return _parse(text, readings, default_rule)

    def one(text: str) -> Rule:
        given = Given(taken, default_rule)
        try:
            return _plain(text, given)
        except RuleError as error:
            return _described(text, given, error)

    by_case = read_cases(clause, one, whole, taken)
    if by_case is not None:
        return _paired(by_case)
    if is_told(clause):
        raise RuleError(clause, 0, clause[:20], "分类写的各条里有读不懂的", "每类一条评分标准")
    try:
        return _paired(one(clause))
    except RuleError:
        by_state = read_cases(clause, one, whole, taken, conditions=True)
        if by_state is None:
            raise
        return _paired(by_state)


def _described(text: str, given: Given, error: RuleError) -> Rule:
    """A clause of which some sentences only describe, where it can't be read with their numbers.

    Raises the error of before where there are no such sentences or it is about something else.
    """
    stretches = described(normalise(text))
    if not stretches:
        raise error
    try:
        return _plain(text, replace(given, described=True))
    except RuleError as again:
        inside = any(error.position in stretch for stretch in stretches)
        inside = inside and error.reason in ("没有写得几分或扣几分", EFFECTIVE)
        raise (again if inside else error) from None


_QUOTED = lazily("“([^“”]*)“")


def _paired(rule: Rule) -> Rule:
    """A rule with its quotation marks in pairs again, which one spelling has made alike."""

    def pairs(text: str) -> str:
        return _QUOTED.sub(r"“\1”", text)

    inputs = tuple(replace(i, label=pairs(i.label)) for i in rule.inputs)
    canonical = pairs(rule.canonical)
    if canonical == rule.canonical and inputs == rule.inputs:
        return rule
    return replace(rule, canonical=canonical, inputs=inputs)


def _plain(clause: str, given: Given) -> Rule:
    """A clause that makes no difference between units."""
    outline = outline_of(normalise(clause).text, lambda text: _by_lines(text, given))
    if outline is None:
        return _by_lines(clause, given)
    if outline.sure:
        return _outlined(clause, outline, given)
    sums, noted = take("G140", given.readings, "另给")
    if sums == "合计":
        rule = _outlined(clause, outline, given)
        return replace(rule, assumptions=(*rule.assumptions, noted))
    rule = _by_lines(clause, given)
    said = f"{rule.canonical};[标题的分另给]"
    return replace(rule, canonical=said, assumptions=(*rule.assumptions, noted))


def _by_lines(clause: str, given: Given) -> Rule:
    by_line = _by_parts(clause, lines_of(clause), given)
    return clear_rule(clause, by_line if by_line is not None else _in_pieces(clause, given))


def _outlined(clause: str, outline: Outline, given: Given) -> Rule:
    """A clause whose headings are worth what stands below them."""
    try:
        rules = [_by_lines(piece.clause(), given) for piece in outline.pieces]
        rule = rules[0] if len(rules) == 1 else joined(clause, rules, given.readings)
        if rule is None:
            rule = _by_lines("".join(p.described() for p in outline.pieces), given)
    except RuleError as error:
        at = clause.find(error.phrase) if error.phrase else -1
        raise RuleError(
            clause, at + 1, error.phrase if at >= 0 else "", error.reason, error.expected
        ) from None
    return replace(rule, source=clause)


def _in_pieces(clause: str, given: Given) -> Rule:
    """A clause as one rule, or where it can't be one by its numbered items, or by its sentences."""
    by_item = _by_parts(clause, items_of(clause), given)
    if by_item is not None:
        return by_item
    try:
        return _whole(clause, given)
    except RuleError:
        # sentences with bounds of their own, where they can't be those of one rule
        sentences = [part for line in lines_of(clause) for part in re.split("[。｡]+", line)]
        by_sentence = _by_parts(clause, sentences, given, named=True)
        if by_sentence is None:
            raise
        return by_sentence


def items_of(clause: str) -> list[str]:
    """The numbered items of a clause; what stands in front of the first belongs to it.

    >>> items_of("1.制定方案得2分;2.报送得3分,每迟报一次扣1分")
    ['1.制定方案得2分;', '2.报送得3分,每迟报一次扣1分']
    """
    normal = normalise(clause)
    try:
        numbers = [t for t in scan(normal) if t.name == "ITEMNO"]
    except RuleError:
        return []
    styles = dict.fromkeys(_style(t.text) for t in numbers)
    for style in styles:
        own = [t for t in numbers if _style(t.text) == style]
        if len(own) < 2 or [_ordinal(t.text) for t in own] != list(range(1, len(own) + 1)):
            continue
        cuts = [0, *(normal.index[t.start] for t in own[1:]), len(clause)]
        return [clause[a:b] for a, b in pairwise(cuts)]
    return []


def _style(number: str) -> str:
    return re.sub("[0-9]+|[一二三四五六七八九十]+|[①-⑳]", "#", number)


def _ordinal(number: str) -> int:
    if circled := re.search("[①-⑳]", number):
        return ord(circled[0]) - ord("①") + 1
    found = re.search("[0-9]+|[一二三四五六七八九十]+", number)
    value = read_numeral(found[0]) if found else None
    return int(value) if value is not None else 0


def _by_parts(
    clause: str,
    parts: Sequence[str],
    given: Given,
    *,
    named: bool = False,
) -> Rule | None:
    """A clause whose parts are clauses by themselves; with `named` each names its figures."""
    texts = [part.strip() for part in parts if part.strip()]
    if not 2 <= len(texts) <= _MOST_LINES:
        return None
    try:
        read = _whole if named else _in_pieces
        rules: list[Rule] = []
        for text in reversed(texts):  # what is about the others stands behind them
            rules.insert(0, read(text, given))
            if not stands_alone(rules[0]):
                return None
        if "G16" in given.readings:  # what says its worth has its deductions taken from that
            own = {code: value for code, value in given.readings.items() if code != "G16"}
            rules = [
                rule if rule.stated is None else read(text, replace(given, readings=own))
                for text, rule in zip(texts, rules, strict=True)
            ]
    except RuleError:
        return None
    later = [i.label for rule in rules[1:] for i in rule.inputs]
    if any(_GENERAL.fullmatch(label) for label in later):
        return None  # 每超过1个百分点加1分 is about the line before
    if named and rules[0].stated is not None and any(rule.stated is None for rule in rules[1:]):
        return None  # 落实政策(5分)错报1例扣3分。有台账记2分: the 5 may be those of both
    if named and any(POINTS_BACK.match(label) or LEVEL.fullmatch(label) for label in later):
        return None  # 市级得1分, behind 每新增1家国家级企业得4分 in the sentence before
    return joined(clause, rules, given.readings)


# A cell with more lines is a text, not a clause; each line costs a reading of its own.
_MOST_LINES = 40


def _whole(clause: str, given: Given, *, check: bool = True) -> Rule:
    """A clause as one; with `check` several figures in it only if they read back as they are."""

    def reads_back(rule: Rule) -> bool:
        if not check:
            return True
        by_line = _by_parts(rule.canonical, lines_of(rule.canonical), given)
        try:
            again = by_line or _whole(rule.canonical, given, check=False)
        except RuleError:
            return False
        return again.same_rule(rule)

    normal = normalise(clause)
    if not normal.text.strip():
        raise RuleError(clause, 0, "", "没有内容", "一条评分标准")
    tokens = scan(normal, described=given.described)
    placed, used = _segments(normal, tokens, given.readings)
    try:
        if given.described:
            clear_asides(placed, asides_in(normal))
        default = default_below(given.default_rule)
        rule = assemble(clause, placed, given.readings, default, reads_back)
    except Refused as error:
        position, phrase = _place_of(error, normal)
        raise RuleError(clause, position, phrase, error.reason, error.wanted) from None
    _account(normal, tokens, used)
    return rule


def _place_of(error: Refused, normal: Normal) -> tuple[int, str]:
    """Where a clause is refused, in its own characters from 1 (0: the whole of it)."""
    at = error.at
    if isinstance(at, Placed):
        return normal.position(at.start), normal.phrase(at.start, at.end)
    if at is not None and (start := normal.original.find(at)) >= 0:
        return start + 1, at
    return 0, normal.phrase(0, len(normal.text))


def _segments(
    normal: Normal, tokens: tuple[Token, ...], readings: Mapping[str, str]
) -> tuple[list[Placed], set[Figure]]:
    _clear_numbers(normal, tokens)
    _clear_places(normal, tokens)
    automaton, costs = _automaton()
    names = [t.name for t in tokens]
    cover, farthest, expected = automaton.cover(names, costs)
    if cover is None:
        raise _unexpected(normal, tokens, farthest, expected)
    flat = Decimal(0) if readings.get("G5") == "最低" else Decimal(1)
    ties = cast(Ties, readings.get("G3", READINGS["G3"].values[0]))
    placed: list[Placed] = []
    used: set[Figure] = set()
    for match in cover:
        covered = tokens[match.start : match.end]
        segment = Segment(normal, covered, flat, ties)
        part = PRODUCTIONS[match.phrase].build(segment)
        if PRODUCTIONS[match.phrase].pattern == "ITEMNO":
            used |= set(covered[0].figures.values())
        used |= segment.used
        parts = part if isinstance(part, tuple) else (part,)
        placed += [Placed(p, covered[0].start, covered[-1].end) for p in parts]
    _clear_how_often(normal, placed)
    _clear_brackets(normal, placed)
    spans = [m.span() for m in _BRACKETED.finditer(normal.text)]
    placed = [_in_place(normal, p, spans) for p in placed]
    noted = [*_of_rates(normal, tokens, placed), *_of_factors(normal, tokens, placed)]
    return [*placed, *noted], used


_NAMED_RATE = lazily("(?:[率感]|[意晓]度)[\u4e00-\u9fff]{0,4}[0-9]")


def _of_rates(normal: Normal, tokens: Sequence[Token], placed: Sequence[Placed]) -> list[Placed]:
    """The note that numbers without a unit were taken for percentages (G93), if any were."""
    bare = [t for t in tokens if t.name == "PCT" and t.text[-1] not in "%半数" and t.number() != 0]
    if not bare:
        return []
    named = _NAMED_RATE.search(normal.text[: bare[0].end]) is not None
    for token in bare:
        # 0.95 may be 95%, and 3 three in a thousand
        if not named or not 10 <= (token.number() or 0) <= 100:
            raise normal.refusal(token.start, token.end, "没有写单位", "N%,或N‰、N个、N元等")
    if any(isinstance(p.part, TextPart) and p.part.note == "G93" for p in placed):
        return []
    end = len(normal.text)
    return [Placed(TextPart("", note="G93"), end, end)]


def _of_factors(normal: Normal, tokens: Sequence[Token], placed: Sequence[Placed]) -> list[Placed]:
    """The note that 系数为1.2 is that of the item's points (G154), where anything says so."""
    told = any(t.name == "FULLPCT" and {"n5", "n6", "n7"} & t.figures.keys() for t in tokens)
    if not told or any(isinstance(p.part, TextPart) and p.part.note == "G154" for p in placed):
        return []
    end = len(normal.text)
    return [Placed(TextPart("", note="G154"), end, end)]


def _clear_how_often(normal: Normal, placed: Sequence[Placed]) -> None:
    """Refuse 每人次扣2分、首席代表扣1分: what is said behind 、 costs as often, or once."""
    for p, joint, behind in zip(placed, placed[1:], placed[2:], strict=False):
        counted = isinstance(p.part, CountPart) and p.part.verb == "扣"
        once = isinstance(behind.part, FaultPart) and behind.part.verb == "扣"
        if counted and once and normal.text[joint.start : joint.end] == "、":
            wanted = "每次扣N分,…的每次扣M分"
            raise normal.refusal(behind.start, behind.end, "不知道是每次都扣,还是只扣一次", wanted)


def _clear_brackets(normal: Normal, placed: Sequence[Placed]) -> None:
    """Refuse 每起扣1分(轻微的扣0.5分) and 有制度得2分,有台账得3分(缺一次扣0.5分): each time, and of which."""
    given = 0
    for p, joint, behind in zip(placed, placed[1:], placed[2:], strict=False):
        part = p.part
        if isinstance(part, Joint) and part.stop > 0:
            given = 0
        once = isinstance(part, GivePart) and part.verb == "得"
        given += once and isinstance(part, GivePart) and part.mark is None and part.task is None
        if not normal.text[joint.start : joint.end].startswith("("):
            continue
        takes = isinstance(behind.part, (CountPart, FaultPart, StepPart)) and moves(
            behind.part, "扣"
        )
        if isinstance(part, CountPart) and part.verb == "扣" and isinstance(behind.part, FaultPart):
            wanted = "其中…的,每次扣N分"
            raise normal.refusal(behind.start, behind.end, "不知道是每次都扣,还是只扣一次", wanted)
        if once and takes and given > 1:
            reason = "不知道从哪一处的得分里扣"
            raise normal.refusal(behind.start, behind.end, reason, "几件事各写一行")


# 新成立的支部可以没有: for whom what is said before does not hold
_EXCEPTED = lazily(
    "可以?(?:没有|不[^,;]{1,4}$)|(?:无需|不需要?|不必)[^,;]{0,6}$|的不[算计]$|不涉及$|例外$|不适用$|不作要求$|不在扣分之列"
)
# 主动上报的从轻处理: points, but not how many
_ALTERED = lazily(
    r"(?:从重|从轻|从严|加重|减轻|酌减|酌增)(?:处理|处罚|追究|考核|对待|掌握)?$|裁量$|核减|核增|(?:前提|先决条件)$"
    r"|按照?[^,]{0,16}比例(?:进行)?(?:分配|分摊)$|(?:按|降|提高|降低)[低高下上]?一(?:个)?(?:级别|等级|档次|等次|级|档|等)(?:对待|计算|处理|执行|认定|对应)?$"
    r"|(?:全部|一律|予以|给予)收回$|(?:不给|不予?考虑)$|视(?:具体)?情况?而定$|另议$|另计$|取平均[分值数]?$|各占一半$"
    r"|^(?:[加减扣][至到]|为?止)$"
    r"|^(?:首次|初次|第一次|轻微的?)[^,]*(?:提醒|警告|谈话|教育)$"
)
_BRACKETED = lazily(r"\([^()]*\)(?=[,;。])")


def _in_place(normal: Normal, p: Placed, brackets: Sequence[tuple[int, int]]) -> Placed:
    """Words in brackets stay where they stand: no condition of what is behind their comma."""
    if not isinstance(p.part, TextPart):
        return p
    if _EXCEPTED.search(p.part.text):
        raise normal.refusal(
            p.start,
            p.end,
            "这是例外,不知道例外的怎样计",
            "…的不扣分,或把这些单位写在方案的不涉及里",
        )
    if _ALTERED.search(p.part.text):
        wanted = "…的加(扣)N分,或减半扣分"
        raise normal.refusal(p.start, p.end, "会影响得分,不知道加减多少", wanted)
    if "负分" in p.part.text:
        reason = "不知道扣到0分为止,还是扣成负分"
        raise normal.refusal(p.start, p.end, reason, "扣完为止,或可倒扣")
    at = bisect_right(brackets, (p.start, len(normal.text))) - 1
    if at >= 0 and p.end <= brackets[at][1]:
        return replace(p, part=replace(p.part, whole=True))
    return p


_OPENS = "\n;,。:、"


def _clear_numbers(normal: Normal, tokens: tuple[Token, ...]) -> None:
    """Refuse 断面监测(20)推进编制: within a sentence (20) may be points that have lost their 分."""
    numbers = [t for t in tokens if t.name == "ITEMNO"]
    for token in numbers:
        opens = token.start == 0 or normal.text[token.start - 1] in _OPENS
        of = [_ordinal(t.text) for t in numbers if _style(t.text) == _style(token.text)]
        own = _ordinal(token.text)
        counted = own + 1 in of if own == 1 else own - 1 in of
        if not opens and not counted:
            wanted = f"{own}分,或各项另起一行编号"
            raise normal.refusal(token.start, token.end, "不知道是序号,还是分数", wanted)


_PLACES = lazily(
    r"名次|排名|排位|位次|第[0-9一二三四五六七八九十]+名|前[0-9一二三四五六七八九十]+名|后[0-9一二三四五六七八九十]+名"
)


def _clear_places(normal: Normal, tokens: tuple[Token, ...]) -> None:
    """Refuse 每名扣1分 where places are spoken of: a place, or one of the people."""
    for token in tokens:
        if token.name == "EVCNT" and token.text == "每名" and _PLACES.search(normal.text):
            wanted = "排名每下降1位扣N分,或每1人扣N分"
            raise normal.refusal(token.start, token.end, "不知道是名次,还是人数", wanted)


def _unexpected(
    normal: Normal, tokens: tuple[Token, ...], at: int, expected: frozenset[str]
) -> RuleError:
    samples = {w.name: w.sample for w in WORDS} | {"SUBJ": "指标名称"}
    wanted = [samples[w.name] for w in WORDS if w.name in expected]
    if "SUBJ" in expected:
        wanted.append(samples["SUBJ"])
    wanted = list(dict.fromkeys(wanted))
    listed = "、".join(f"“{w}”" for w in wanted[:6]) + ("等" if len(wanted) > 6 else "")
    if at >= len(tokens):
        start = end = len(normal.text)
        phrase, reason = normal.phrase(max(0, start - 8), end), "到此为止还不成一句"
    else:
        token = tokens[at]
        start, end = token.start, token.end
        phrase, reason = normal.phrase(start, end), "与前面连不成已知的计分句式"
    return RuleError(normal.original, normal.position(start), phrase, reason, listed or "计分句式")


def _account(normal: Normal, tokens: tuple[Token, ...], used: set[Figure]) -> None:
    """Every number of the clause must have been used."""
    for token in tokens:
        for figure in token.figures.values():
            # a year names a period and is never an amount
            if figure not in used and token.name != "YEAR":
                raise normal.refusal(
                    token.start,
                    token.end,
                    "这个数没有被任何计分句式用到",
                    "只写参与计分的数,或把它并入指标名称",
                    figure.start,
                )

"""Rules that are not an item's score, read like a clause: completely, or refused.

A cell of a scheme may hold grades, vetoes, data rules, stacking rules, bounds and quotas of
the whole scheme, several of them in one text.  Each becomes a frozen value of its own type
with `canonical`, `explanation` and `assumptions`; `read_statement` gives it, a `Several`
where the text holds more than one, or the `Rule` of an item's clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TypeAlias

from kpixl.errors import RuleError
from kpixl.patterns import lazily
from kpixl.rules.automaton import Automaton
from kpixl.rules.gates import Sanction, Veto
from kpixl.rules.grades import NO_CONDITION, GradeRule, read_grades
from kpixl.rules.model import Assumption
from kpixl.rules.normalise import Normal, normalise
from kpixl.rules.reader import parse
from kpixl.rules.rule import Rule
from kpixl.rules.scanner import Figure, Token, check_damage
from kpixl.rules.scheme_totals import Combined, FullMarks, Proof, Ranked, Shared, TieRule
from kpixl.rules.scheme_wide import (
    ClassMarks,
    DataRule,
    Deadline,
    GradeNames,
    LevelRule,
    NoEffect,
    Quota,
    Ratio,
    Rounding,
    SchemeLimit,
    Source,
    Stacking,
)
from kpixl.rules.statement_parts import Gate, Joint, Listed, ListHead, Part
from kpixl.rules.statement_phrases import ALIASES, PRODUCTIONS
from kpixl.rules.statement_scanner import Segment, scan
from kpixl.rules.statement_words import WORDS

Single: TypeAlias = (
    GradeRule | Veto | DataRule | Source | Rounding | Stacking | SchemeLimit | Quota | Ratio
    | ClassMarks | LevelRule | GradeNames | Deadline | NoEffect | FullMarks | Combined | Ranked
    | TieRule | Shared | Proof
)  # fmt: skip
# A longer cell holds no rule of this kind; refusing it keeps reading time bounded.
LONGEST = 3_000


@dataclass(frozen=True)
class Several:
    """A text that holds rules of several kinds, in its order."""

    source: str
    parts: tuple[Single, ...]
    kind = "几种规则"

    @property
    def value(self) -> tuple[object, ...]:
        """What two texts must share to be the same rules."""
        return tuple((type(p), p.value) for p in self.parts)

    @property
    def canonical(self) -> str:
        """The text read back; reading it gives the same rules."""
        return "。".join(p.canonical for p in self.parts)

    @property
    def explanation(self) -> str:
        """What each of them does, a paragraph each."""
        return "\n".join(f"{p.kind}:{p.explanation}" for p in self.parts)

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What the text leaves open."""
        return tuple(dict.fromkeys(a for p in self.parts for a in p.assumptions))


Statement: TypeAlias = Single | Several


def read_statement(
    clause: str, *, readings: Mapping[str, str] | None = None, default_rule: str = ""
) -> Rule | Statement:
    """Read a rule of a scheme, of whatever kind, completely, or refuse it (RuleError).

    A text that is no rule of the whole scheme is read as an item's clause, for which
    `readings` and `default_rule` are meant (`kpixl.rules.parse`).

    >>> read_statement("若发生重大安全事故的,实行一票否决。").canonical
    '发生重大安全事故的,一票否决'
    >>> read_statement("制定方案得3分").canonical
    '制定方案得3分'
    """
    try:
        return read_scheme_rule(clause)
    except RuleError as error:
        try:
            return parse(clause, readings=readings, default_rule=default_rule)
        except RuleError as other:
            raise (error if speaks_of_scheme(clause) else other) from None


def speaks_of_scheme(clause: str) -> bool:
    """Whether a text holds a word that only rules of a whole scheme use.

    A veto beside points of an item is one of the item's clause.

    >>> speaks_of_scheme("出问题的,一票否决;另行处理"), speaks_of_scheme("制定方案得3分")
    (True, False)
    >>> speaks_of_scheme("死亡1人扣3分的实行一票否决")
    False
    """
    text = normalise(clause[:LONGEST])
    telling = {t.name for t in scan(text)} & _TELLING
    if telling == {"FULLMARKS"} and _BARE_POINTS.match(text.text):
        return False  # 有方案1分,有总结1分,总分2分: of an item
    return bool(telling) and not (telling == {"VETO"} and _ITEM_POINTS.search(text.text))


_BARE_POINTS = lazily(r"[^,;。总]*[0-9]分[,;]")
_ITEM_POINTS = lazily(r"(?<!总)[得计记加扣减][0-9]+(?:\.[0-9]+)?分")


_TELLING = frozenset(
    [
        "VETO",
        "BAR",
        "BARGRADE",
        "SETGRADE",
        "DOWN",
        "TZERO",
        "TCAP",
        "TSUB",
        "ANYOF",
        "TAKEPRIOR",
        "TAKESHARE",
        "SPREAD",
        "SOURCE",
        "ROUND",
        "HIGHEST",
        "LIMADD",
        "LIMSUB",
        "LIMEACH",
        "LIMPART",
        "LIMITEM",
        "QUOTA",
        "RATIO",
        "LEVEL",
        "GRADELIST",
        "KNOWN",
        "PAID",
        "FULLMARKS",
        "FULLPARTS",
        "FORMULA",
        "SUMALL",
        "RANKED",
        "TIE",
        "PROOF",
    ]
)


@lru_cache(maxsize=1024)
def read_scheme_rule(clause: str) -> Statement:
    """Read a rule of a whole scheme completely, or refuse it (RuleError).

    What reads as another rule in its canonical wording is refused: what a clerk checks must be
    what counts.
    """
    read = _read_once(clause)
    if read.canonical != clause:
        try:
            same = _read_once(read.canonical).value == read.value
        except RuleError:
            same = False
        if not same:
            reason = "按读出的意思写成条款,读回来就不一样了"
            raise RuleError(clause, 1, clause[:20], reason, "换一种说法,或分成几条")
    return read


def _read_once(clause: str) -> Statement:
    if len(clause) > LONGEST:
        raise RuleError(clause[:50], 0, clause[:20] + "…", f"超过{LONGEST}字", "一条规则")
    if _BRACKETED.fullmatch(clause):
        # (120分制,90分以上合格): the brackets around all of it say nothing
        return _opened(clause)
    normal = normalise(clause)
    if not normal.text.strip():
        raise RuleError(clause, 0, "", "没有内容", "一条规则")
    check_damage(normal)
    found: list[Single] = []
    for grades, start, end in _stretches(normal):
        if grades:
            found.append(_grades(normal, start, end))
        else:
            found += _assembled(normal, _parts(normal, start, end))
    _check(normal, found)
    if not found:
        raise RuleError(clause, 0, clause, "没有写明规则", "如“90分以上为优秀”“发生…的,一票否决”")
    told = [replace(p, source=clause) for p in found]
    return told[0] if len(told) == 1 else Several(clause, tuple(told))


_BRACKETED = lazily(r"\s*[((][^()()]+[))]\s*")


def _opened(clause: str) -> Statement:
    """What stands in brackets as a whole; a refusal keeps its place."""
    start, end = re.search("[((]", clause), re.search("[))]", clause)
    assert start and end
    inside = clause[: start.start()] + "。" + clause[start.end() : end.start()] + "。"
    try:
        read = _read_once(inside)
    except RuleError as error:
        said = (error.position, error.phrase, error.reason, error.expected)
        raise RuleError(clause, *said) from None
    if isinstance(read, Several):
        return Several(clause, tuple(replace(p, source=clause) for p in read.parts))
    return replace(read, source=clause)


# -- sentences --------------------------------------------------------------------------------

# 120分制,90分以上合格: what all is worth is a sentence of its own
_SENTENCE = lazily(r"[^;。\n…]*?(?:分制,(?=[0-9前])|(?:[;。\n…]|$)[;。\n…]*)")


def _stretches(normal: Normal) -> Iterator[tuple[bool, int, int]]:
    """Runs of sentences: about grades (True), or of any other kind."""
    runs: list[tuple[bool, int, int]] = []
    for match in _SENTENCE.finditer(normal.text):
        if not match[0].strip(";。\n… "):
            if runs and match[0]:
                runs[-1] = (runs[-1][0], runs[-1][1], match.end())
            continue
        grades = _about_grades(normal, match.start(), match.end())
        if runs and runs[-1][0] == grades:
            runs[-1] = (grades, runs[-1][1], match.end())
        else:
            runs.append((grades, match.start(), match.end()))
    return iter(runs)


def _about_grades(normal: Normal, start: int, end: int) -> bool:
    try:
        _grades(normal, start, end)
    except RuleError as error:
        begun = error.position > normal.position(start) or error.reason != NO_CONDITION
    else:
        return True
    try:
        _parts(normal, start, end)
    except RuleError:
        # neither: the reader that knows its words says why
        telling = (t.name in _TELLING for t in _scanned(normal) if start <= t.start < end)
        return begun and not any(telling)
    return False


def _grades(normal: Normal, start: int, end: int) -> GradeRule:
    """The grades of a stretch; a refusal points into the whole text."""
    first = normal.index[start]
    last = normal.index[end - 1] + 1
    try:
        return read_grades(normal.original[first:last])
    except RuleError as error:
        raise RuleError(
            normal.original,
            error.position + first if error.position else normal.position(start),
            error.phrase if error.position else normal.phrase(start, end),
            error.reason,
            error.expected,
        ) from None


# -- phrases ----------------------------------------------------------------------------------


@cache
def _automaton() -> tuple[Automaton, dict[int, int]]:
    costs = {i: p.cost for i, p in enumerate(PRODUCTIONS) if p.cost is not None}
    return Automaton([p.pattern for p in PRODUCTIONS], ALIASES), costs


@dataclass(frozen=True, slots=True)
class _Placed:
    part: Part
    start: int
    end: int


def _parts(normal: Normal, start: int, end: int) -> tuple[_Placed, ...]:
    """The phrases of a stretch, every number of it used."""
    tokens = [t for t in _scanned(normal) if start <= t.start < end]
    automaton, costs = _automaton()
    cover, farthest, expected = automaton.cover([t.name for t in tokens], costs)
    if cover is None:
        raise _unexpected(normal, tokens, farthest, expected, end)
    placed: list[_Placed] = []
    used: set[Figure] = set()
    for match in cover:
        covered = tokens[match.start : match.end]
        segment = Segment(normal, covered)
        part = PRODUCTIONS[match.phrase].build(segment)
        used |= segment.used
        placed.append(_Placed(part, covered[0].start, covered[-1].end))
    for token in tokens:
        for figure in token.figures.values():
            if figure not in used:
                said = ("这个数没有被任何句式用到", "只写有作用的数")
                raise normal.refusal(token.start, token.end, *said, figure.start)
    return tuple(placed)


@lru_cache(maxsize=64)
def _scanned(normal: Normal) -> tuple[Token, ...]:
    return scan(normal)


def _unexpected(
    normal: Normal, tokens: Sequence[Token], at: int, expected: frozenset[str], end: int
) -> RuleError:
    samples = [w.sample for w in WORDS if w.name in expected]
    listed = "、".join(f"“{w}”" for w in samples[:6]) + ("等" if len(samples) > 6 else "")
    if at >= len(tokens):
        start, reason = max(tokens[0].start, end - 8), "到此为止还不成一句"
    else:
        start, end, reason = tokens[at].start, tokens[at].end, "与前面连不成已知的句式"
    return normal.refusal(start, end, reason, listed or "已知的句式")


# Behind another case these say how grave that one is, and name none of their own.
_GRAVER = lazily(
    r"(?:情节|性质|后果|影响|程度|拒不|仍|再次|屡|逾期|造成(?:严重|恶劣|较大|重大|不良)(?:后果|影响))"
)


# -- values -----------------------------------------------------------------------------------


def _assembled(normal: Normal, placed: Sequence[_Placed]) -> list[Single]:
    """Parts as rules: listed conditions join their head, gates join each other."""
    found: list[Single] = []
    sanctions: list[Sanction] = []
    taken: list[Assumption] = []
    head: _Placed | None = None

    def refused(at: _Placed, reason: str, wanted: str) -> RuleError:
        return normal.refusal(at.start, at.end, reason, wanted)

    def close() -> None:
        if head is not None and sanctions and not sanctions[-1].conditions:
            raise refused(head, "没有列出情形", "冒号后面逐条写明情形")
        if sanctions:
            found.append(Veto("", tuple(sanctions), tuple(dict.fromkeys(taken))))
            sanctions.clear()
            taken.clear()

    before = placed[0]
    for one in placed:
        match one.part:
            case Joint():
                continue
            case ListHead(consequences):
                if sanctions and not sanctions[-1].conditions:
                    close()
                head = one
                sanctions.append(Sanction((), consequences, listed=True))
            case Listed(conditions, assumed):
                if head is None:
                    raise refused(one, "只有条件,没有写怎样处理", "如“…的,一票否决”")
                last = sanctions[-1]
                if {*conditions} & {*last.conditions}:
                    raise refused(one, "同一种情形写了两次", "每种情形只写一次")
                sanctions[-1] = replace(last, conditions=(*last.conditions, *conditions))
                taken.extend(assumed)
            case Gate(sanction, assumed):
                graver = sanctions and _GRAVER.match(sanction.conditions[0].text)
                if graver and not sanction.listed:
                    said = (
                        "不知道是不是前面那种情形里更重的",
                        "写明是什么事,如“发生事故、情节严重的”",
                    )
                    raise refused(one, *said)
                if head is not None and "。" in normal.text[one.start : one.end]:
                    raise refused(one, "不知道是对哪些情形说的", "每种情形写明怎样处理")
                if head is not None and sanctions and not sanctions[-1].conditions:
                    close()
                head = None
                sanctions.append(sanction)
                taken.extend(assumed)
            case rule:
                if head is not None and normal.text[before.end : one.start].strip() == ",":
                    raise refused(one, "不知道是对哪些情形说的", "另起一句")
                close()
                head = None
                found.append(rule)
        before = one
    close()
    return found


def _check(normal: Normal, found: Sequence[Single]) -> None:
    """No two rules of a text that settle the same thing."""
    seen: set[tuple[object, ...]] = set()
    for one in found:
        key: tuple[object, ...] | None = None
        match one:
            case FullMarks() | Combined() | Ranked() | TieRule():
                key = (type(one),)
            case SchemeLimit():
                key = (SchemeLimit, one.of, one.scope)
            case Quota():
                key = (Quota, one.grade)
            case GradeRule() | Ratio():
                key = ("grades",) if isinstance(one, GradeRule) and not one.of else None
            case DataRule():
                key = (DataRule, one.when, one.words)
            case _:
                key = None
        if key is None:
            continue
        if key in seen:
            raise RuleError(
                normal.original, 0, normal.original, "同一件事规定了两次", "每件事只规定一次"
            )
        seen.add(key)

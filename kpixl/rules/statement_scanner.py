"""From characters to the words of a statement, and what may stand in its free text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from kpixl.errors import RuleError
from kpixl.patterns import lazily
from kpixl.rules.lexicon import Lexicon, Names
from kpixl.rules.normalise import Normal
from kpixl.rules.scanner import Figure, Token, effects_outside_names, read_numeral
from kpixl.rules.statement_words import WORDS
from kpixl.rules.vocabulary import stop_words

_NUMBERS = ("n", "n2", "n3", "n4")
_DIGIT = lazily(r"[0-9]+(?:\.[0-9]+)?")
# Words whose meaning a builder reads from the token, so that free text may hold them.
READ = frozenset(
    [
        "AMT",
        "GES",
        "GESX",
        "LES",
        "LESX",
        "GEQ",
        "GT",
        "LT",
        "UNMET",
        "TASK",
        "SAME",
        "ABOVE",
        "TIMEW",
        "TOTALW",
        "SCOREW",
        "STATE",
        "YEAR",
        "VETO",
        "CLASS",
        "PLACES",
        "BOUND",
    ]
)


@cache
def _words() -> Lexicon:
    return Lexicon((w.name, w.pattern) for w in WORDS)


NAMES = (r"《[^《》]{1,40}》", r"“[^“]{1,30}“")


@cache
def _names() -> Names:
    return Names(NAMES, stop_words())


def scan(normal: Normal) -> tuple[Token, ...]:
    """The words of a statement by longest match; what is left is SUBJ."""
    text, name_end = normal.text, _names().ends(normal.text)
    table = _words().of(text)
    tokens: list[Token] = []
    at = run = 0

    def close(end: int) -> None:
        if run < end:
            tokens.append(Token("SUBJ", text[run:end], run, end, {}, {}))

    while at < len(text):
        best: Token | None = None
        # no word begins inside a number
        inside = at > run and text[at].isdigit() and text[at - 1].isdigit()
        for name, pattern in () if inside else table[text[at]]:
            match = pattern.match(text, at)
            if match and match.end() > (best.end if best else at):
                best = _token(name, match) or best
        named = name_end(at)
        if named > (best.end if best else 0):
            at = named
        elif best:
            close(at)
            tokens.append(best)
            run = at = best.end
        else:
            at += 1
    close(len(text))
    return tuple(tokens)


def _token(name: str, match: re.Match[str]) -> Token | None:
    figures: dict[str, Figure] = {}
    parts: dict[str, str] = {}
    for group, text in match.groupdict().items():
        if text is None:
            continue
        if group in _NUMBERS:
            value = read_numeral(text)
            if value is None:
                return None
            figures[group] = Figure(value, *match.span(group))
        else:
            parts[group] = text
    return Token(name, match[0], match.start(), match.end(), figures, parts)


@dataclass
class Segment:
    """The words of one phrase; a builder takes its numbers and words through it."""

    normal: Normal
    tokens: Sequence[Token]
    used: set[Figure] = field(default_factory=set)

    def named(self, *names: str) -> list[Token]:
        """The tokens of some classes."""
        return [t for t in self.tokens if t.name in names]

    def first(self, *names: str) -> Token | None:
        """The first token of some classes."""
        return next(iter(self.named(*names)), None)

    def need(self, *names: str) -> Token:
        """The first token of some classes, which the phrase can't be without."""
        token = self.first(*names)
        assert token is not None, names
        return token

    def take(self, token: Token, *groups: str) -> Decimal | None:
        """A number of a token, the first group that has one."""
        for group in groups or _NUMBERS:
            figure = token.figures.get(group)
            if figure is not None:
                self.used.add(figure)
                return figure.value
        return None

    def refusal(self, tokens: Sequence[Token], reason: str, wanted: str) -> RuleError:
        """A refusal at some tokens, or of the whole phrase where it has none there."""
        tokens = tokens or self.tokens
        return self.at(tokens[0].start, tokens[-1].end, reason, wanted)

    def at(self, start: int, end: int, reason: str, wanted: str) -> RuleError:
        """A refusal at a place of the text."""
        return self.normal.refusal(start, end, reason, wanted)

    def words(self, tokens: Sequence[Token], wanted: str = "不影响计分的说明") -> str:
        """Free text as it stands: no loose digit and no effect word in it but those read."""
        text = "".join(t.text for t in tokens)
        shift = tokens[0].start if tokens else 0
        bare = "".join("\0" * len(t.text) if t.name in READ else t.text for t in tokens)
        if match := effects_outside_names(bare):
            place = (shift + match.start(), shift + match.end())
            raise self.at(*place, "这个词会影响得分,但此处不成句式", wanted)
        for token in tokens:
            if token.name != "SUBJ":
                continue
            # quoted names may hold numbers
            loose = _names().blanked(token.text)
            if digit := _DIGIT.search(loose):
                place = (token.start + digit.start(), token.start + digit.end())
                raise self.at(*place, "这个数不知道是什么", "数字后面带单位(分、%、个等)")
        return paired(text)


def paired(text: str) -> str:
    """Quotation marks in pairs; one spelling has only the opening one.

    >>> paired("被“一票否决“")
    '被“一票否决”'
    """
    pieces = text.split("“")
    signs = "“”" * len(pieces)
    return pieces[0] + "".join(s + p for s, p in zip(signs, pieces[1:], strict=False))

"""The stock phrases: one row each, headed by a phrase that it accepts.

A row's pattern is written over token classes (`kpixl.rules.vocabulary`); its builder
turns the tokens of one segment into a part.  A builder reads each number through
`Segment.take`, so that a number nobody took can be refused at the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from kpixl.errors import RuleError
from kpixl.rules.expr import Ties
from kpixl.rules.formula import read_formula
from kpixl.rules.normalise import Normal
from kpixl.rules.parts import (
    BlendPart,
    BoundPart,
    CountPart,
    FormulaPart,
    GivePart,
    Joint,
    JudgedPart,
    LadderPart,
    Part,
    TextPart,
)
from kpixl.rules.scanner import Figure, Token
from kpixl.rules.terms import Counted

# Parts of patterns that recur. L: the name of a figure or of a thing to be done.
ALIASES = {
    "L": "SUBJ (DUN SUBJ)*",
    "END": "(COMMA | SEMI | DOT | COLON)",
}


@dataclass
class Segment:
    """The tokens that one phrase covers, and the numbers its builder has read."""

    normal: Normal
    tokens: tuple[Token, ...]
    flat: Decimal
    ties: Ties
    used: set[Figure] = field(default_factory=set)

    def find(self, *names: str) -> Token | None:
        """The first token of one of these classes."""
        return next((t for t in self.tokens if t.name in names), None)

    def get(self, *names: str) -> Token:
        """The first token of one of these classes, which the pattern guarantees."""
        token = self.find(*names)
        assert token is not None, names
        return token

    def all(self, *names: str) -> tuple[Token, ...]:
        """All tokens of these classes, in order."""
        return tuple(t for t in self.tokens if t.name in names)

    def take(self, token: Token, group: str = "n") -> Decimal | None:
        """A number of a token, marked as read; None where the token has none."""
        figure = token.figures.get(group)
        if figure is None:
            return None
        self.used.add(figure)
        return figure.value

    def need(self, token: Token, group: str = "n") -> Decimal:
        """A number that the pattern guarantees."""
        value = self.take(token, group)
        assert value is not None
        return value

    def label(self, start: int = 0, stop: int | None = None) -> str:
        """The subject among some of the tokens, in the clause's own words."""
        tokens = [t for t in self.tokens[start:stop] if t.name in ("SUBJ", "DUN")]
        return tidy("".join(t.text for t in tokens))

    def before(self, name: str) -> str:
        """The subject in front of the first token of a class."""
        return self.label(0, self.tokens.index(self.get(name)))

    def refuse(self, token: Token, reason: str, wanted: str) -> RuleError:
        """A refusal that points at a token."""
        return RuleError(
            self.normal.original,
            self.normal.position(token.start),
            self.normal.phrase(token.start, token.end),
            reason,
            wanted,
        )


def tidy(label: str) -> str:
    """A subject as the name of an input: without the particles around it.

    >>> tidy("淘汰落后设备的"), tidy("根据各街道利润")
    ('淘汰落后设备', '各街道利润')
    """
    label = re.sub(r"^(?:根据|其中|以及|、)+", "", label.strip("、 "))
    return re.sub(r"(?:的|等|、)+$", "", label) or label


def formula(s: Segment) -> Part:
    """得分=[(本值-本类最低值)/(本类最高值-本类最低值)×40+60]/100×分值"""
    token = s.get("FORM")
    start = token.start + token.text.index("=") + 1
    end = token.end
    while end > start and s.normal.text[end - 1] in " ":
        end -= 1
    read = read_formula(s.normal, start, end, flat=s.flat, ties=s.ties)
    s.used |= read.figures
    return FormulaPart(read.expr, read.labels)


def blend(s: Segment) -> Part:
    """其中总量、亩均、增速三项得分分别以30%、20%、50%的权重计入得分"""
    shares = s.all("PCT")
    weights = tuple(s.need(t) / 100 for t in shares)
    first = s.tokens.index(shares[0])
    text = re.sub(r"(?:的)$", "", s.label(0, first))
    labels = tuple(tidy(p) for p in re.split(r"、及|、|以及|及|和|与", text) if p)
    if len(labels) != len(weights):
        raise s.refuse(
            shares[0], f"有{len(labels)}个名称,却有{len(weights)}个权重", "名称与权重一一对应"
        )
    counted = s.find("NITEMS")
    if counted and s.need(counted) != len(labels):
        raise s.refuse(counted, f"写明的项数与列出的{len(labels)}项不符", f"{len(labels)}项")
    if sum(weights) != 1:
        total = f"{sum(weights) * 100:f}".rstrip("0").rstrip(".")
        raise s.refuse(shares[-1], f"权重合计为{total}%", "合计为100%的权重")
    return BlendPart(labels, weights)


def ladder(s: Segment) -> Part:
    """数量最多的得10分,排名每下降1位减0.5分"""
    top = s.get("GIVE", "FULL")
    down = s.get("RANKDOWN")
    places = s.take(down)
    return LadderPart(
        s.before("BEST") or "本值",
        s.take(top),
        Decimal(1) if places is None else places,
        s.need(s.get("SUB")),
    )


def ladder_list(s: Segment) -> Part:
    """第一名得15分,第二名得14.7分,以此类推"""
    gives = s.all("GIVE", "FULL")
    ranks = s.all("RANKN")
    amounts = [s.take(g) for g in gives]
    for place, rank in enumerate(ranks, 2):
        if s.need(rank) != place:
            raise s.refuse(rank, "名次不连续", f"第{place}名")
    known = [a for a in amounts if a is not None]
    if len(known) < 2 or len(known) != len(amounts):
        raise s.refuse(gives[0], "看不出名次之间相差多少分", "第一名得N分,第二名得M分")
    steps = {a - b for a, b in zip(known, known[1:], strict=False)}
    if len(steps) != 1 or min(steps) <= 0:
        raise s.refuse(gives[-1], "名次之间的分差不一致", "每名相差相同的分数")
    return LadderPart(s.before("BEST") or "本值", known[0], Decimal(1), steps.pop())


def judged(s: Segment) -> Part:
    """成效显著的,最高加5分"""
    cap = s.get("CAPADD", "CAPITEM")
    quality = s.get("QUALITY")
    return JudgedPart(tidy(quality.text), s.need(cap), cap.name == "CAPADD")


def give(s: Segment) -> Part:
    """制定实施方案得1分"""
    token = s.get("GIVE", "FULL")
    return GivePart(s.before(token.name), s.take(token))


def count(s: Segment) -> Part:
    """报送信息,每采用一条得0.1分"""
    step = s.get("EVCNT")
    points = s.get("GIVE", "ADD", "SUB")
    per = s.take(step)
    verb = {"GIVE": "得", "ADD": "加", "SUB": "扣"}[points.name]
    behind = s.tokens.index(step) + 1
    words = Counted(s.before("EVCNT"), step.parts["verb"], step.parts["unit"], s.label(behind))
    return CountPart(
        words,
        Decimal(1) if per is None else per,
        verb,  # type: ignore[arg-type]
        s.need(points),
    )


def bound(s: Segment) -> Part:
    """最多加6分"""
    token = s.get("CAPADD", "CAPITEM", "FLOOR")
    kind = {"CAPADD": "bonus", "CAPITEM": "item", "FLOOR": "floor"}[token.name]
    return BoundPart(kind, s.take(token))  # type: ignore[arg-type]


def text(s: Segment) -> Part:
    """考核各街道总产值情况"""
    return TextPart("".join(t.text for t in s.tokens if t.name not in ("ASIDE", "ASIDEEND")))


def joint(s: Segment) -> Part:
    """;"""
    return Joint()


@dataclass(frozen=True, slots=True)
class Production:
    """A row: pattern, builder, and its cost where the fewest-segments rule is not enough."""

    pattern: str
    build: Callable[[Segment], Part]
    cost: int | None = None

    @property
    def phrase(self) -> str:
        """The stock phrase that heads the builder."""
        return (self.build.__doc__ or "").strip()


PRODUCTIONS: tuple[Production, ...] = (
    Production("FORM", formula),
    Production(
        "OFWH? L NITEMS? SCOREW? EACHW? WITHW? PCT ((DUN | AND | COMMA) PCT)+ WEIGHTW", blend
    ),
    Production("(L COMMA)? L? BEST WHO? (GIVE | FULL) (COMMA | SEMI) RANKDOWN SUB", ladder),
    Production(
        "L? (COMMA? RANKW COMMA? THAT?)? BEST (GIVE | FULL) "
        "((COMMA | SEMI | DUN) RANKN GIVE)+ (COMMA | SEMI) ETC",
        ladder_list,
    ),
    Production("QUALITY COMMA? (CAPADD | CAPITEM)", judged),
    Production("L DE? COMMA? (GIVE | FULL)", give),
    Production("(L DE? COMMA)? L? EVCNT L? DE? COMMA? (GIVE | ADD | SUB)", count),
    Production("(CAPADD | CAPITEM | FLOOR)", bound),
    Production("L DE?", text),
    Production("ASIDE (L | COMMA | SEMI | DOT | COLON | QUALITY | DE | YEAR)+ ASIDEEND", text),
    Production("END+", joint, cost=1),
    Production("ITEMNO", joint, cost=2),
)

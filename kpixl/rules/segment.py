"""The tokens of one phrase, and how a builder reads names, amounts and points from them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

from kpixl.errors import RuleError
from kpixl.patterns import lazily
from kpixl.rules.amounts import Amount, Mark
from kpixl.rules.expr import Ties
from kpixl.rules.normalise import Normal
from kpixl.rules.scanner import Figure, Token


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
        """A number that the phrase can't do without; refused where the word has none (末位)."""
        value = self.take(token, group)
        if value is None:
            raise self.refuse(token, "没有写明是多少", "一个数")
        return value

    def label(self, start: int = 0, stop: int | None = None) -> str:
        """The subject among some of the tokens, in the clause's own words."""
        tokens = [t for t in self.tokens[start:stop] if t.name in NAMING]
        return tidy("".join(t.text for t in tokens))

    def spoken(self, start: int, stop: int) -> str:
        """The words among some of the tokens with 但, 只 and the commas between them."""
        words = [t for t in self.tokens[start:stop] if t.name not in ("DE", "THAT")]
        while words and words[-1].name == "COMMA":
            words.pop()
        return tidy("".join(t.text for t in words))

    def before(self, name: str) -> str:
        """The subject in front of the first token of a class."""
        return self.label(0, self.tokens.index(self.get(name)))

    def in_brackets(self, words: str) -> str:
        """Words without the bracket before what the phrase says: 办理情况(根据情况评分)."""
        closed = self.normal.text.startswith(")", self.tokens[-1].end)
        return words.removesuffix("(") if closed else words

    def says_whole(self, token: Token) -> bool:
        """Whether what gives nothing names the item: 本项不得分, 取消该项得分.

        该小项不得分 beside several points, and 基础分为零分 beside additions, are refused.
        """
        text = self.normal.text
        if "小项" in token.text and len(_GIVEN.findall(text)) > 1:
            raise self.refuse(token, "不知道是哪一个小项", "每个小项各写一行,…的本项不得分")
        based = token.text.startswith(("基础分", "基本分"))
        if based and _ADDED.search(text) and self.find("UNMET", "LT") is None:
            raise self.refuse(token, "不知道加分是否还算", "…的本项不得分,或只写…的扣N分")
        return re.search("[本该此]项", token.text) is not None

    @staticmethod
    def says_more(token: Token) -> bool:
        """Whether points come on top of others: 再扣3分, 追加扣3分, 其中外资项目每个另加3分."""
        return _MORE.match(token.text) is not None

    def refuse(self, token: Token, reason: str, wanted: str) -> RuleError:
        """A refusal that points at a token."""
        return self.normal.refusal(token.start, token.end, reason, wanted)


_GIVEN = lazily("(?<![扣减加0-9.])[0-9.]+分(?!值)")
_ADDED = lazily("(?:加|奖励?)[0-9.]+分")
_MORE = lazily("(?:并|则)?(?:再|另|额外|追加)|加扣")


Verb: TypeAlias = Literal["得", "加", "扣"]


VERBS: dict[str, Verb] = {"GIVE": "得", "ADD": "加", "SUB": "扣"}


SPOKEN: dict[str, Verb] = {
    "得": "得", "计": "得", "记": "得", "加": "加", "奖励": "加", "奖": "加", "扣": "扣", "减": "扣",
}  # fmt: skip


WAYS: dict[str, Literal["up", "down", "both"]] = {
    "EVUP": "up",
    "EVDOWN": "down",
    "EVSYM": "both",
}


NAMING = frozenset(
    {
        "BRACKET",
        "WHO",
        "GROW",
        "YEAR",
        "SAMEW",
        "NONEW",
        "PASTMEAN",
        "EVERY",
        "SUBJ",
        "ORW",
        "UPW",
        "DOWNW",
        "DUN",
        "DO",
        "TASK",
        "UNMET",
        "OVERC",
        "GES",
    }
)


AMOUNTS = ("PPT", "PCT", "QTY", "CNT")


# Units of time: in front of a thing they are part of its name more often than its measure.
DURATIONS = frozenset({"小时", "分钟", "天", "个月", "个工作日"})

# How often a period comes in the year that an assessment is about.
A_YEAR = {
    "每年": 1, "每年度": 1, "每半年": 2, "每学期": 2, "每季": 4, "每季度": 4, "每月": 12, "每个月": 12,
}  # fmt: skip


# Counted things that come one by one, so that “1条得2分” can only mean each of them.
EVENTS = frozenset(
    {"条", "篇", "次", "起", "例", "处", "人次", "篇次", "期", "件", "件次", "例次", "户次"}
)


_AHEAD = (
    r"^(?:根据|其中|以及|的|、|(?:并|且|另)按$|以(?=各[园县乡镇区市单部])|是?指(?![标数导挥定]))+"
)


def share_characters(one: str, other: str) -> bool:
    """Whether two names have two characters in a row in common.

    >>> share_characters("逾期整改", "未按期整改"), share_characters("台账", "会议")
    (True, False)
    """
    return any(one[n : n + 2] in other for n in range(len(one) - 1))


def tidy(label: str) -> str:
    """A subject as the name of an input: without the particles around it.

    >>> tidy("淘汰落后设备的"), tidy("根据各街道利润")
    ('淘汰落后设备', '各街道利润')
    """
    label = re.sub(_AHEAD, "", label.strip("、 ")).replace("()", "")
    if re.fullmatch("[A-Za-z]{1,2}", label):
        return ""  # x≥90%: no name
    return (
        re.sub(
            r"(?:的|(?<![一二三四五六特甲乙丙丁])等|、|(?<=[\u4e00-\u9fff]{2})(?<![立随当])即)+$",
            "",
            label,
        )
        or label
    )


def is_end(words: str, whole: str) -> bool:
    """Whether a name ends in some words and says the same: 达标 is not what 不达标 says.

    >>> is_end("缺失", "台账缺失"), is_end("", "台账"), is_end("达标", "不达标")
    (True, True, False)
    """
    if not words or words == whole:
        return True
    return whole.endswith(words) and whole[-len(words) - 1] not in "不未没无非"


def points_of(s: Segment, token: Token) -> Amount:
    """The points of a consequence, a share where it gives one."""
    if times := next((g for g in token.figures if g in ("n4", "n5", "n6", "n7")), ""):
        return Amount(s.need(token, times), share=True)  # 基本分的1.2倍, 系数为1.2
    if token.name.endswith("PCT"):
        share = s.need(token, "n3" if "n3" in token.figures else "n")
        return Amount(share / 100, share=True, full=s.take(token, "n2"))
    return Amount(s.take(token))


def mark_of(s: Segment, token: Token) -> Mark:
    """The mark that an amount sets, in the unit that stands behind its number."""
    return Mark(s.need(token), unit_of(token))


def unit_of(token: Token) -> str:
    """The unit behind the number of an amount: 1个亿元 is 亿元, 100万 is 万元."""
    unit = token.text[token.figures["n"].end - token.start :]
    if token.name == "PCT":
        return "%"  # of 变动率≤0, too
    if token.name == "PPT":
        return "个百分点"  # 5个点以内, too
    if token.name == "QTY":
        unit = unit_named(unit.removeprefix("个"))
    return unit


# A unit that is short for another, or another sign of it
_SAME_UNIT = {
    "亿": "亿元", "万": "万元", "千万": "千万元", "百万": "百万元", "千分点": "‰", "千米": "公里",
    "㎞": "公里", "km": "公里", "㎝": "厘米", "cm": "厘米", "㎜": "毫米", "mm": "毫米",
    "㎡": "平方米", "平米": "平方米", "㎏": "公斤", "kg": "公斤", "千克": "公斤",
}  # fmt: skip


def unit_named(unit: str) -> str:
    """A unit by its one name.

    >>> unit_named("亿"), unit_named("千分点"), unit_named("亩")
    ('亿元', '‰', '亩')
    """
    return _SAME_UNIT.get(unit, unit)


def figure_of(tokens: tuple[Token, ...]) -> str:
    """The name of a figure that stands before its mark: 增速达到 → 增速, 完成投资 → 投资.

    完成 or 达到 at the end belongs to the mark, and at the start if there is no other; elsewhere
    it is part of the name.
    """
    words = [t for t in tokens if t.name in NAMING]
    beyond = next((i for i, t in enumerate(words) if t.name == "OVERC"), None)
    if beyond:  # 项目数超额完成目标数: the figure stands in front
        words = words[:beyond]
    elif beyond == 0:  # 超额完成造林任务数: beyond the target of that figure
        words = words[1:]
        while words and words[-1].name == "TASK":
            words = words[:-1]
    if words and words[-1].name == "DO":
        words = words[:-1]
    elif words and words[0].name == "DO" and [t.name for t in words].count("DO") == 1:
        words = words[1:]
    # 合格率在95%以上
    return re.sub("(?<=[率数量值度额感比例巧])在$", "", tidy("".join(t.text for t in words)))

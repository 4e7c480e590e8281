"""The words of scoring clauses, as data: one row a token class.

A consequence (得10分, 扣3分, 最多加6分) is one token with its number inside.  得,
计, 加, 占, 减 stand in ordinary words everywhere (计划, 取得, 增加值, 占地); with the
number inside they are unmistakable, and they are what cuts a clause into segments.

Groups named n, n2 … in a pattern hold numbers; every such number must be used by
the rule that is read, or the clause is refused.  `STOP` words contain vocabulary
but are names; `EFFECT` words can change a score and may stand in no subject.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from kpixl.patterns import lazily
from kpixl.rules.words import bounds, conditions, figures, places, points
from kpixl.rules.words.elements import PERCENT, Word

# Among equally long matches the earlier row wins, whatever module it stands in.
WORDS: tuple[Word, ...] = (
    *points.WORDS,
    *bounds.WORDS,
    *places.WORDS,
    *conditions.WORDS,
    *figures.WORDS,
)

# How the name of a figure ends that is itself a percentage.
_PERCENT_NAME = lazily(r"(?:率|增幅|增速|降幅|幅度|比重|占比|比例|速度|增长|比率)$")


def is_percent(label: str) -> bool:
    """Whether the name of a figure says that it is a percentage.

    >>> is_percent("固定资产投资增幅"), is_percent("财政收入")
    (True, False)
    """
    return _PERCENT_NAME.search(label) is not None


def is_rate(label: str, unit: str) -> bool:
    """Whether a figure with a mark in this unit is a percentage; its unit says more than its name.

    >>> is_rate("产值增长", "%"), is_rate("产值增长", "倍"), is_rate("覆盖率", "")
    (True, False, True)
    """
    return unit in PERCENT or (not unit and is_percent(label))


def _lines(name: str) -> tuple[str, ...]:
    text = resources.files("kpixl.rules").joinpath(f"data/{name}.txt").read_text("utf-8")
    return tuple(
        word for line in text.splitlines() if not line.startswith("#") for word in line.split()
    )


def stop_words() -> tuple[str, ...]:
    """Names that contain vocabulary and are subjects all the same."""
    return _lines("stop")


def less_words() -> tuple[str, ...]:
    """Words by which a name says that less is better."""
    return _lines("less")


@cache
def _less() -> re.Pattern[str]:
    return re.compile("|".join(less_words()))


_BETTERED = lazily(
    "下降|降低|降幅|减少|压减|节约|化解|办结|结案|办理|处理|处置|处结|查处|查办|整改|治理|控制|侦破|破获|破案|调解|回复|答复|(?<!不)满意|回访|防控|防范|救助|知晓|合格|达标|完成|覆盖|及时"
)


def less_is_better(label: str) -> bool:
    """Whether the name of a figure says that less of it is better, where nothing else does.

    >>> less_is_better("投诉率"), less_is_better("投诉办结率"), less_is_better("产值")
    (True, False, False)
    """
    return _BETTERED.search(label) is None and _less().search(label) is not None


def effect_words() -> tuple[str, ...]:
    """Words that can change a score; outside a phrase that uses them they refuse."""
    return _lines("effect")

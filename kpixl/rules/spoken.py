"""Arithmetic in words: 完成值占目标值的比例乘以分值 as (完成值÷目标值)×分值."""

from __future__ import annotations

import re

from kpixl.patterns import lazily
from kpixl.rules.normalise import Normal

_NAME = r"[^0-9+\-×÷/=()\[\],;。%\s]+?"
_RATIOS = (
    lazily(
        rf"(?P<a>{_NAME})占(?P<b>{_NAME})的?(?:比例|比重|百分比|比率|比值|份额|比(?![\u4e00-\u9fff]))"
    ),
    lazily(rf"(?P<a>{_NAME})(?:与|和|同)(?P<b>{_NAME})(?:的|之)(?:比例|比值|比率|比)"),
)
_SIGNS = (
    (lazily(r"(?:再|并)?乘以?(?:上)?"), "×"),
    (lazily(r"(?:再)?除以"), "÷"),
    (lazily(r"(?:再)?加上"), "+"),
    (lazily(r"(?:再)?减去"), "-"),
    (lazily(r"后的?(?=[×÷+-])|的(?=[×÷+-])"), ""),
)


def in_signs(normal: Normal, start: int, end: int) -> Normal:
    """A stretch of a clause with signs for its words; positions stay those of the clause.

    >>> from kpixl.rules.normalise import normalise
    >>> text = normalise("完成值占目标值的比例乘以分值")
    >>> in_signs(text, 0, len(text.text)).text
    '(完成值÷目标值)×分值'
    """
    characters = [(normal.text[i], normal.index[i]) for i in range(start, end)]
    for pattern, sign in _SIGNS[:-1]:
        characters = _replaced(characters, pattern, sign)
    for pattern in _RATIOS:
        characters = _ratios(characters, pattern)
    characters = _replaced(characters, *_SIGNS[-1])
    return Normal(
        normal.original, "".join(c for c, _ in characters), tuple(i for _, i in characters)
    )


def _replaced(
    characters: list[tuple[str, int]], pattern: re.Pattern[str], sign: str
) -> list[tuple[str, int]]:
    text, out, at = "".join(c for c, _ in characters), [], 0
    for match in pattern.finditer(text):
        out += characters[at : match.start()]
        out += [(c, characters[match.start()][1]) for c in sign]
        at = match.end()
    return out + characters[at:]


def _ratios(characters: list[tuple[str, int]], pattern: re.Pattern[str]) -> list[tuple[str, int]]:
    """A占B的比例 → (A÷B)."""
    text, out, at = "".join(c for c, _ in characters), [], 0
    for match in pattern.finditer(text):
        a, b = match.span("a"), match.span("b")
        out += characters[at : a[0]]
        out += [("(", characters[a[0]][1]), *characters[a[0] : a[1]]]
        out += [("÷", characters[a[1]][1]), *characters[b[0] : b[1]]]
        out += [(")", characters[b[1]][1])]
        at = match.end()
    return out + characters[at:]

"""How wide Chinese text is, on a terminal and in a cell.

A Chinese character is as wide as two Latin ones.  Characters that Unicode calls
ambiguous (“ ” × ÷ ①) are wide in Chinese fonts, so cells count them as two; most
terminals draw them as one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from math import ceil
from typing import Literal

# A character of a column's width is a figure of the standard face at 11 points.
PIXELS = 8
LINE = 1.45  # height of a line to the size of its letters, in the tallest of the common faces


@lru_cache(maxsize=4096)
def _width(character: str, wide: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Cc"):
        return 0
    if character == "−" and "A" in wide:  # Unicode calls it neutral, Chinese faces draw it wide
        return 2
    return 2 if unicodedata.east_asian_width(character) in wide else 1


def cell_width(text: str) -> int:
    """Width of one line of text in a cell, in Latin characters.

    >>> cell_width("总分"), cell_width("“甲”"), cell_width("20.00")
    (4, 6, 5)
    """
    return sum(_width(c, "WFA") for c in text)


def terminal_width(text: str) -> int:
    """Width of one line of text on a terminal, in columns.

    >>> terminal_width("总分"), terminal_width("“甲”")
    (4, 4)
    """
    return sum(_width(c, "WF") for c in text)


def pad(text: str, width: int, align: Literal["left", "center", "right"] = "left") -> str:
    """Text filled with spaces to a terminal width; longer text stays whole.

    >>> pad("名次", 6, "right") + "|"
    '  名次|'
    """
    room = max(width - terminal_width(text), 0)
    if align == "right":
        return " " * room + text
    if align == "center":
        return " " * (room // 2) + text + " " * (room - room // 2)
    return text + " " * room


@lru_cache(maxsize=8192)  # a clause stands in the trace of every unit
def line_count(text: str, width: float, size: float = 11) -> int:
    """Lines that wrapped text takes in a column of a width (in characters of 11 points).

    >>> line_count("规上工业总产值", 8), line_count("甲\\n乙", 8), line_count("", 8)
    (3, 2, 1)
    """
    room = _room(width, size)
    return sum(_wrapped(line, room) for line in text.split("\n")) or 1


def _room(width: float, size: float) -> float:
    """What a line of a column holds, in widths of half a Chinese character.

    A point is 4/3 of a pixel; programs keep 8 pixels for margins in all, and some are lost to
    rounding and to the gap between Chinese and Latin letters.
    """
    return max((PIXELS * width + 5 - 11) / (size * 4 / 3) * 2, 2)


# A Chinese character stands by itself; figures, signs and Latin letters in a row are one word,
# which programs carry over to the next line whole: 得分 / =((61.7−53.6)÷(65.1−53.6)×40+60)÷100.
_ALONE = r"\u2460-\u24ff\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
# A line does not begin with what closes or joins, nor end with what opens.
_OPENS = "([{“”‘’《〈「『【〔(["
_STAYS = " \u00a0-)]}“”‘’》〉」』】〕)],.:;!?%、。,;:!?%…"
_PIECE = re.compile(rf"[{_ALONE}]| +|[^{_ALONE} ]+")


def _words(line: str) -> list[str]:
    """What may be carried over to the next line, each with the spaces behind it."""
    words: list[str] = []
    open_ = False  # the last word ends in a sign that stays with what follows
    for piece in _PIECE.findall(line):
        # so does what closes, with the figures that stand right behind it
        if words and (open_ or piece[0] in _STAYS):
            words[-1] += piece
        else:
            words.append(piece)
        open_ = piece[-1] in _OPENS
    return words


# Latin letters, figures and signs in halves of a Chinese character, by the widest of YaHei and
# Noto.  DejaVu, which Linux takes where none of them is, is wider by a seventh, but columns are
# so many figures wide, and wider with it.
_NARROW = {" ": 0.62, **dict.fromkeys(".,:;'|!ijl", 0.6), **dict.fromkeys("()[]{}frt-", 0.85)}
_BROAD = {**dict.fromkeys("ABCDEFGHKNOPQRSTUVXYZ&", 1.36), **dict.fromkeys("MWmw%@", 1.9)}
_LATIN = {**_NARROW, **_BROAD}
_USUAL = 1.13  # figures and small letters


def _wide(word: str) -> float:
    return sum(w if (w := _width(c, "WFA")) != 1 else _LATIN.get(c, _USUAL) for c in word)


def _wrapped(line: str, room: float) -> int:
    """Lines of one paragraph, filled word by word; a word longer than a line is cut."""
    lines, used = 1, 0.0
    for word in _words(line):
        width = _wide(word)
        if used + width <= room:
            used += width
            continue
        if used:
            lines += 1
        cuts = max(ceil(width / room) - 1, 0)
        lines += cuts
        used = width - cuts * room
    return lines


def fitting(text: str, width: float, size: float, lines: int) -> int:
    """How many characters of a paragraph take at most so many lines; at least one.

    >>> fitting("规上工业总产值", 8, 11, 2)
    6
    """
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if line_count(text[:middle], width, size) <= lines:
            low = middle
        else:
            high = middle - 1
    return low


def row_height(
    cells: Iterable[tuple[str, float]], *, size: float = 11, least: float = 0, most: float = 400
) -> float:
    """Height in points of a row that shows all of its wrapped texts (text, column width).

    >>> row_height([("规上工业总产值", 8), ("20", 8)], size=10)
    31.0
    """
    lines = max((line_count(text, width, size) for text, width in cells), default=1)
    return float(min(max(ceil(lines * size * LINE + 2), least), most))

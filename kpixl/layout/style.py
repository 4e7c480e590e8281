"""The house look: one family of calm blues and greys, amber for what needs a person.

Colours never carry a meaning alone; the words beside them do.  Fonts are the
host's business, since the Chinese faces differ by system.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from kpixl.host import Style

INK, SOFT = "1F2933", "5A6673"
HEADER_FILL, SUB_FILL = "D9E2EC", "EEF2F6"
INPUT_FILL, FORMULA_FILL, WARN_FILL = "FFFBE6", "F4F6F8", "FCE8D0"
WARN_INK = "8A4B08"
BAR, SCALE_LOW, SCALE_HIGH = "9DB8D2", "FFFFFF", "CFE3D4"
TAB_RESULT, TAB_CHECK, TAB_RECORD = "3B6C9E", "7A9A7E", "9AA5B1"

BODY_SIZE, SMALL_SIZE, TITLE_SIZE = 10.0, 9.0, 16.0

TITLE = Style(bold=True, size=TITLE_SIZE, color=INK, align="left")
SUBTITLE = Style(size=SMALL_SIZE, color=SOFT, align="left", valign="top", wrap=True)
WARNING_LINE = Style(size=BODY_SIZE, bold=True, color=WARN_INK, align="left", wrap=True)
SECTION = Style(bold=True, size=11, color=INK, align="left", valign="bottom")
NOTE = Style(size=SMALL_SIZE, color=SOFT, align="left", valign="top", wrap=True)

HEADER = Style(
    bold=True, size=BODY_SIZE, color=INK, fill=HEADER_FILL, border=True, align="center", wrap=True
)
SUBHEADER = replace(HEADER, bold=False, size=SMALL_SIZE, color=SOFT, fill=SUB_FILL)
TEXT = Style(size=BODY_SIZE, color=INK, border=True, align="left", wrap=True)
STRONG = replace(TEXT, bold=True, indent=1)
TOP = replace(TEXT, valign="top", size=SMALL_SIZE)
CENTER = replace(TEXT, align="center")
FIGURE = replace(TEXT, align="right", wrap=False)
LABEL = replace(TEXT, fill=SUB_FILL)


def scored(decimals: int, *, bold: bool = False) -> Style:
    """A score shown with the scheme's decimals, a space away from the border."""
    # An indent would do, but LibreOffice draws it in some columns and not in others.
    return replace(FIGURE, number_format=decimal_format(decimals) + "_ ", bold=bold)


def decimal_format(decimals: int) -> str:
    """The number format of a figure with fixed decimals.

    >>> decimal_format(2), decimal_format(0)
    ('0.00', '0')
    """
    return "0." + "0" * decimals if decimals else "0"


def warned(style: Style) -> Style:
    """The same cell, marked as one that needs a person."""
    return replace(style, fill=WARN_FILL, color=WARN_INK)


def typed_in(style: Style) -> Style:
    """The same cell as one whose figure may be changed."""
    return replace(style, fill=INPUT_FILL, locked=False)


def aligned(style: Style, align: Literal["left", "center", "right", "general"]) -> Style:
    """The same cell with its text at another side."""
    return replace(style, align=align)

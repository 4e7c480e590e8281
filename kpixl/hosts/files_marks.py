"""Colours over cells that can be taken off again without a trace.

A mark is a conditional format that is always true: the cell's own format is not touched, so
there is nothing to remember, and a clerk may sort, insert rows and save in between.  Our rules
are known by the text in their formula, which every spreadsheet program keeps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape

from kpixl.grid import Area, Spot
from kpixl.hosts.files_cells import SheetText
from kpixl.hosts.files_styles import StyleBook

_SIGN = "kpixl-mark"
ALWAYS = f'LEN("{_SIGN}")>0'
_PRIORITY = re.compile(rb"\spriority\s*=\s*[\"'](\d+)[\"']")
_MOST_AREAS = 200  # of one rule


def clear_marks(text: SheetText) -> None:
    """Take the rules of ours out of a sheet."""
    sign = _SIGN.encode()
    rule = _rules(text)
    for name, start, end in text.elements():
        whole = text.data[start:end]
        if name != "conditionalFormatting" or sign not in whole:
            continue
        rules = list(rule.finditer(whole))
        ours = [match for match in rules if sign in match[0]]
        if len(ours) == len(rules):
            text.splice(start, end, b"")
        else:
            for match in ours:
                text.splice(start + match.start(), start + match.end(), b"")


def set_marks(
    text: SheetText, styles: StyleBook, fills: Mapping[Spot, str], *, cleared: bool
) -> None:
    """Lay colours (RRGGBB) over cells; `cleared` says that the rules of before are going."""
    by_color: dict[str, list[Spot]] = {}
    for spot, color in sorted(fills.items()):
        by_color.setdefault(color, []).append(spot)
    if not by_color:
        return
    tail = text.data[text.after :]
    if cleared:
        tail = _rules(text).sub(lambda m: b"" if _SIGN.encode() in m[0] else m[0], tail)
    # Last by number, so that the rules of others keep theirs, but first in the text: where
    # several rules meet in a cell, Calc shows the one that it read first.
    priority = max(map(int, _PRIORITY.findall(tail)), default=0)
    p = text.prefix.decode()
    made = ""
    for color, spots in by_color.items():
        areas = [area.a1 for area in areas_of(spots)]
        form = _fill_format(styles, color)
        for first in range(0, len(areas), _MOST_AREAS):
            priority += 1
            some = " ".join(areas[first : first + _MOST_AREAS])
            made += (
                f'<{p}conditionalFormatting sqref="{some}"><{p}cfRule type="expression" '
                f'dxfId="{form}" priority="{priority}"><{p}formula>{escape(ALWAYS)}</{p}formula>'
                f"</{p}cfRule></{p}conditionalFormatting>"
            )
    others = (start for name, start, _ in text.elements() if name == "conditionalFormatting")
    at = next(others, text.place_for("conditionalFormatting"))
    text.splice(at, at, made.encode())


def _rules(text: SheetText) -> re.Pattern[bytes]:
    p = re.escape(text.prefix)
    return re.compile(rb"<" + p + rb"cfRule\b(?:[^>]*/>|.*?</" + p + rb"cfRule\s*>)\s*", re.DOTALL)


def areas_of(spots: Iterable[Spot]) -> Sequence[Area]:
    """Cells as areas: neighbours in a row together, then equal rows below each other.

    >>> [area.a1 for area in areas_of([(1, 1), (1, 2), (2, 1), (2, 2), (5, 3)])]
    ['A1:B2', 'C5']
    """
    rows: list[Area] = []
    for row, column in sorted(set(spots)):
        if rows and rows[-1].top == row and rows[-1].right == column - 1:
            rows[-1] = Area(row, rows[-1].left, row, column)
        else:
            rows.append(Area(row, column, row, column))
    open_areas: dict[tuple[int, int], Area] = {}
    done: list[Area] = []
    for area in rows:
        key = (area.left, area.right)
        above = open_areas.get(key)
        if above is not None and above.bottom == area.top - 1:
            open_areas[key] = Area(above.top, area.left, area.bottom, area.right)
        else:
            if above is not None:
                done.append(above)
            open_areas[key] = area
    done.extend(open_areas.values())
    return sorted(done, key=lambda a: (a.top, a.left))


def _fill_format(styles: StyleBook, color: str) -> int:
    """The differential format that fills with a colour; there the background is what shows."""
    form, fill, pattern, back = map(styles.element, ("dxf", "fill", "patternFill", "bgColor"))
    back.set("rgb", f"FF{color}")
    pattern.append(back)
    fill.append(pattern)
    form.append(fill)
    return styles.index_of("dxfs", form)

"""What stands over a column: its headings storey by storey, those of groups too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kpixl.grid import Spot
from kpixl.templates.heading_rows import is_broken, only_numbers_columns
from kpixl.templates.sheet_view import View


@dataclass(frozen=True)
class HeadingPath:
    """The headings over a column from above; `spot` is the lowest of their cells.

    `spots` tells where each of the texts stands.
    """

    texts: tuple[str, ...]
    spot: Spot
    spots: Mapping[str, Spot]


def heading_over(view: View, column: int, top: int, bottom: int) -> HeadingPath:
    """The headings over a column, in the rows `top` to `bottom`.

    >>> from kpixl.grid import Area, Sheet
    >>> from kpixl.templates.words import Words
    >>> rows = ((None, "青溪镇", None), ("指标", "目标", "完成数"))
    >>> view = View(Sheet("表", rows, merged=(Area(1, 2, 1, 3),)), Words(), {})
    >>> heading_over(view, 3, 1, 2).texts, heading_over(view, 1, 1, 2).spot
    (('青溪镇', '完成数'), (2, 1))
    """
    texts: list[str] = []
    spots: dict[str, Spot] = {}
    spot, seen = (bottom, column), set()
    for row in range(top, bottom + 1):
        at = view.sheet.anchor(row, column)
        text = view.text(*at)
        if not text:
            at = _group_left(view, row, column, bottom)
            text = view.text(*at)
        if text and at not in seen and not only_numbers_columns(view, row, top):
            texts.append(" ".join(text.split()))
            spots[texts[-1]] = at
            spot = at if at[1] == column or view.sheet.anchor(row, column) == at else spot
            seen.add(at)
    return _mended(view, HeadingPath(tuple(texts), spot, spots))


def _mended(view: View, path: HeadingPath) -> HeadingPath:
    """A path whose storeys are put together where one word stands in two cells: 评分, 办法."""
    texts: list[str] = []
    spots = dict(path.spots)
    for text in path.texts:
        if texts and is_broken(view, texts[-1], text):
            whole = texts[-1] + text
            spots[whole] = spots.get(text, (1, 1))
            texts[-1] = whole
        else:
            texts.append(text)
    return HeadingPath(tuple(texts), path.spot, spots)


def _group_left(view: View, row: int, column: int, bottom: int) -> Spot:
    """The heading of a group that was written over its first column only, not merged."""
    here = (row, column)
    below = [r for r in range(row + 1, bottom + 1) if view.text(r, column)]
    if row == bottom or not below or here != view.sheet.anchor(row, column):
        return here
    for left in range(column - 1, 0, -1):
        if view.seen(row, left):
            at = view.sheet.anchor(row, left)
            single = view.area(*at)
            under = view.text(below[0], left)
            return at if under and single.right == single.left == left else here
        if not view.text(below[0], left):
            return here
    return here

"""Which rows below headings count, and what stands between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpixl.scheme.headings import spelling, text_of
from kpixl.templates.heading_rows import MET, is_heading_row, stacked_headings
from kpixl.templates.sheet_view import View, ends_table, labels_cover
from kpixl.templates.table_model import Column
from kpixl.templates.words import NAMES


def body_rows(
    view: View, top: int, bottom: int, columns: Sequence[Column]
) -> tuple[tuple[int, ...], Mapping[int, str], int]:
    """The rows that count, the bands that stand above some of them, and the last row."""
    names = [c.number for c in columns if c.role in NAMES]
    heads = {c.number: spelling(c.path[-1]) for c in columns if c.path}
    rows: list[int] = []
    bands: dict[int, str] = {}
    row, height = bottom, bottom - top
    while row < len(view.sheet.rows):
        row += 1
        cells = view.own(row)
        if not cells:
            continue
        if repeats_headings(view, row, top, bottom):
            if stand_again(view, rows, row + height, names):
                return tuple(rows), bands, row - 1
            row += height
            continue
        same = [c for c, v in cells if heads.get(c) == spelling(text_of(v))]
        if len(same) >= 3 and 2 * len(same) >= len(cells):
            continue  # one storey of headings that stand again
        if is_heading_row(view, row) or stacked_headings(view, row) is not None:
            return tuple(rows), bands, row - 1
        first = next((text_of(v) for c, v in cells if isinstance(v, str)), "")
        if ends_table(first) or any(labels_cover(text_of(v)) for _, v in cells):
            continue
        label = next((text_of(v) for c, v in cells if c in names), first)
        if view.words.is_total(first) or view.words.is_total(label):
            continue
        wide = view.area(row, cells[0][0])
        across = wide.right > max(names, default=0) or wide.right - wide.left >= 3
        if (
            len(cells) == 1
            and isinstance(cells[0][1], str)
            and (across or _alone(view, row, cells[0][0], names))
        ):
            bands[row] = first
            continue
        rows.append(row)
    return tuple(rows), bands, len(view.sheet.rows)


def _alone(view: View, row: int, column: int, names: Sequence[int]) -> bool:
    """A text in the first column, or in none of the table's: a band or a remark."""
    return column not in names and not any(view.sheet.anchor(row, n)[0] != row for n in names)


def stand_again(view: View, rows: Sequence[int], first: int, names: Sequence[int]) -> bool:
    """Whether below headings that stand again the same rows stand again too."""

    def label(row: int) -> str:
        return spelling("".join(view.seen(row, n) for n in names))

    met = {text for r in rows if (text := label(r))}
    below = range(first + 1, min(first + 1 + max(len(rows), MET), len(view.sheet.rows)) + 1)
    return sum(label(r) in met for r in below) >= min(MET, len(met))


def repeats_headings(view: View, row: int, top: int, bottom: int) -> bool:
    """Whether the headings stand here again, as over the next page."""
    first = {c: spelling(text_of(v)) for c, v in view.own(top)}
    here = {c: spelling(text_of(v)) for c, v in view.own(row)}
    return len(first) >= 2 and first == here

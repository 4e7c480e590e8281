"""Cards: forms that have a block for each item, every label with its field beside it.

The blocks are laid out again as the rows of a table that is nowhere on the sheet; its cells know
where they come from, so that whatever reads tables reads cards as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kpixl.grid import Scalar, Sheet, Spot
from kpixl.scheme.headings import spelling, text_of
from kpixl.templates.words import FIELDS, NAMES, Words, is_cover_label

_LABELS = frozenset({*NAMES, *FIELDS, "序号", "分值", "评分标准", "计量单位", "责任单位", "说明"})


@dataclass(frozen=True)
class Cards:
    """The table that the cards of a sheet make: headings in row 1, a card in each row below.

    `origin` leads from its cells to those of the sheet; `first` and `last` are the rows of the
    sheet that the cards take up.
    """

    sheet: Sheet
    origin: Mapping[Spot, Spot]
    first: int
    last: int


@dataclass(frozen=True)
class _Field:
    """A label and the field to the right of it."""

    label: str
    role: str
    spot: Spot
    field: Spot


def cards_of(sheet: Sheet, words: Words) -> Cards | None:
    """The cards of a sheet: two or more blocks with the same labels, each begun by an item's name."""
    blocks = _blocks(list(_fields(sheet, words)))
    if len(blocks) < 2:
        return None
    heads = list(dict.fromkeys(f.label for block in blocks for f in block))
    roles = {f.role for f in blocks[0]}
    if not roles & {"评分标准", "填报值"} or len(heads) < 3:
        return None
    rows: list[tuple[Scalar, ...]] = [tuple(heads)]
    origin: dict[Spot, Spot] = {}
    for number, block in enumerate(blocks, 2):
        own = {f.label: f for f in reversed(block)}
        rows.append(tuple(sheet.value(*own[h].field) if h in own else None for h in heads))
        for column, head in enumerate(heads, 1):
            if head in own:
                origin[number, column] = own[head].field
                origin.setdefault((1, column), own[head].spot)
    table = Sheet(sheet.name, tuple(rows))
    spots = [s for block in blocks for f in block for s in (f.spot, f.field)]
    return Cards(table, origin, min(r for r, _ in spots), max(r for r, _ in spots))


def _fields(sheet: Sheet, words: Words) -> Iterator[_Field]:
    """Labels with a field beside them, in the order in which a reader meets them."""
    right = {(a.top, a.left): a.right for a in sheet.merged}
    taken: set[Spot] = set()
    for row, column, value in sheet.filled():
        if (row, column) in taken or not isinstance(value, str):
            continue
        role = words.role(value)
        if role not in _LABELS or is_cover_label(value):
            continue
        spot = sheet.anchor(row, right.get((row, column), column) + 1)
        beside = sheet.value(*spot)
        if spot[0] != row or (isinstance(beside, str) and words.role(beside) in _LABELS):
            continue
        taken.add(spot)
        yield _Field(" ".join(text_of(value).split()), role or "", (row, column), spot)


def _blocks(fields: Sequence[_Field]) -> list[list[_Field]]:
    """The fields of each card: a card begins where the name of an item is asked for again."""
    starts = [f for f in fields if f.role in ("指标", "数据项")]
    if not starts:
        return []
    head = spelling(starts[0].label)
    blocks: list[list[_Field]] = []
    for one in fields:
        if spelling(one.label) == head:
            blocks.append([])
        if blocks:
            blocks[-1].append(one)
    kinds = [{spelling(f.label) for f in b} for b in blocks]
    return blocks if all(k == kinds[0] for k in kinds) else []

"""块: the items of a block together within its cap, cut in the order that the scheme gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

import numpy as np
from numpy.typing import NDArray

from kpixl.rounding import round_half_up, round_half_up_array
from kpixl.scheme.items import Block, Indicator
from kpixl.scheme.model import Scheme
from kpixl.scoring.model import Note, ScoreTable


def within_blocks(scheme: Scheme, scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores of shape (units, indicators) as they count within their blocks.

    What the items before have taken leaves the room of an item; a blank one takes none
    (G1).  The items of a block whose clause can't be read are blank.
    """
    result = scores.copy()
    column = {i.key: n for n, i in enumerate(scheme.indicators)}
    for block in scheme.blocks:
        if block.unread:
            result[:, [column[i.key] for i in scheme.indicators if i.block == block.name]] = np.nan
        if block.rule is None:
            continue
        taken = np.zeros(len(scores))
        for key in block.order:
            room = round_half_up_array(cap_of(block, scheme) - taken, scheme.decimals)
            shown = np.minimum(scores[:, column[key]], room)
            result[:, column[key]] = shown
            taken += np.nan_to_num(shown)
    return result


def cap_of(block: Block, scheme: Scheme) -> float:
    """The cap in the decimals of the scores: rounding up would let the sum exceed it."""
    assert block.rule is not None
    unit = Decimal(1).scaleb(-scheme.decimals)
    return float(block.rule.cap.quantize(unit, rounding=ROUND_FLOOR))


@dataclass(frozen=True, slots=True)
class Held:
    """How much room an item had in its block: what counted before it, by key, and the rest."""

    block: Block
    before: tuple[tuple[str, float | None], ...]
    room: float
    own: float
    counts: float

    @property
    def cut(self) -> bool:
        """Whether the item gives less than by its own clause."""
        return self.counts < self.own

    def line(self, decimals: int) -> str:
        """The arithmetic in one line, ending in what counts."""
        assert self.block.rule is not None
        cap = f"{self.block.rule.cap.normalize():f}"
        blank = [key for key, score in self.before if score is None]
        steps = "−".join([cap, *(f"{s:.{decimals}f}" for _, s in self.before if s is not None)])
        rest = f"{steps}={self.room:.{decimals}f}" if steps != cap else cap
        text = f"块“{self.block.name}”合计不超过{cap}分,"
        if self.before:
            text += f"{'、'.join(f'“{key}”' for key, _ in self.before)}计在前"
            text += f"(“{'”“'.join(blank)}”空缺,不占分)" if blank else ""
            text += ","
        own, counts = (f"{x:.{decimals}f}" for x in (self.own, self.counts))
        return text + f"还可计{rest}分;本项{own}分,计 {counts}"

    def note(self, decimals: int) -> str:
        """The cut in one sentence."""
        assert self.block.rule is not None
        own, counts = (f"{x:.{decimals}f}" for x in (self.own, self.counts))
        cap = f"{self.block.rule.cap.normalize():f}"
        return f"块“{self.block.name}”合计不超过{cap}分:{own} 按 {counts} 计"


def held(table: ScoreTable, row: int, indicator: Indicator) -> Held | None:
    """What a block did to one score; None without a block or where the score is blank."""
    scheme = table.scheme
    block = scheme.block_of(indicator)
    if block is None or block.rule is None or table.uncut is None:
        return None
    column = table.items.index(indicator.key)
    counts, own = table.score(row, column), float(table.uncut[row, column])
    if counts is None:
        return None
    before = block.order[: block.order.index(indicator.key)]
    scores = tuple((key, table.score(row, table.items.index(key))) for key in before)
    taken = sum(score for _, score in scores if score is not None)
    room = round_half_up(cap_of(block, scheme) - taken, scheme.decimals)
    return Held(block, scores, room, own, counts)


def cut_notes(table: ScoreTable) -> Sequence[tuple[int, Note]]:
    """A note for each score that its block has cut, with the unit's row."""
    if table.uncut is None:
        return ()
    found: list[tuple[int, Note]] = []
    for row, column in np.argwhere(table.scores < table.uncut):
        indicator = table.scheme.indicators[column]
        one = held(table, int(row), indicator)
        if one is not None:
            text = f"“{indicator.key}”按{one.note(table.scheme.decimals)}"
            found.append((int(row), Note("block-cut", indicator.key, text)))
    return tuple(found)

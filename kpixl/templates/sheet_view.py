"""A sheet as somebody looks at it who seeks its tables, and the lines that no table holds."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from kpixl.grid import Area, Scalar, Sheet, Spot
from kpixl.scheme.headings import text_of
from kpixl.templates.words import NOTED, SIGNED, Words, is_cover_label, looks_like_unit


@dataclass(frozen=True)
class View:
    """One sheet, and what is known before its tables are.

    `words` are those of the scheme, `forced` the roles that a user gave columns by their
    heading cell.
    """

    sheet: Sheet
    words: Words
    forced: Mapping[Spot, str]

    @cached_property
    def areas(self) -> Mapping[Spot, Area]:
        """The merged areas by their first cell."""
        return {(a.top, a.left): a for a in self.sheet.merged}

    def own(self, row: int) -> list[tuple[int, Scalar]]:
        """The cells of a row that are filled; a merged cell stands in its first row."""
        if not 1 <= row <= len(self.sheet.rows):
            return []
        cells = enumerate(self.sheet.rows[row - 1], 1)
        return [(c, v) for c, v in cells if v is not None and text_of(v) != ""]

    def area(self, row: int, column: int) -> Area:
        """The merged area that begins in a cell, or the cell itself."""
        return self.areas.get((row, column), Area(row, column, row, column))

    def text(self, row: int, column: int) -> str:
        """The text of a cell of its own; blank below the first cell of a merged area."""
        return text_of(self.sheet.value(row, column))

    def seen(self, row: int, column: int) -> str:
        """The text that a reader sees in a cell: that of the area which it belongs to."""
        return text_of(self.sheet.seen(row, column))

    def is_unit(self, text: str) -> bool:
        """Whether a text is a unit of the scheme, or is called as units are."""
        return bool(self.words.unit(text)) or looks_like_unit(text)

    def below(self, row: int, column: int, most: int = 60) -> list[str]:
        """The texts below a heading, without totals and remarks."""
        found = []
        for at in range(row + 1, min(len(self.sheet.rows), row + most) + 1):
            value = self.sheet.value(at, column)
            text = text_of(value)
            if (
                text
                and isinstance(value, str)
                and not (self.words.is_total(text) or ends_table(text))
            ):
                found.append(text)
        return found


def labels_cover(text: str) -> bool:
    """Whether a text belongs to the cover of a form: 填报单位:, 负责人签字.

    >>> labels_cover("填报单位:青溪镇"), labels_cover("指标名称")
    (True, False)
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    return bool(SIGNED.search(plain)) or (":" in plain and is_cover_label(plain))


def ends_table(text: str) -> bool:
    """Whether a line is a signature or a remark below a table.

    >>> ends_table("注:以统计局数据为准"), ends_table("规上工业总产值")
    (True, False)
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    return bool(SIGNED.search(plain) or NOTED.search(plain))

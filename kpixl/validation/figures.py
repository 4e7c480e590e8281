"""What a cell's content is as a figure, before anyone judges whether it is a good one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from statistics import median

from kpixl.entries import Entry
from kpixl.grid import Scalar
from kpixl.numbers import shows_percent
from kpixl.rules.terms import Requirements
from kpixl.scheme.headings import spelling, text_of
from kpixl.scheme.items import Input
from kpixl.scheme.model import Scheme

NOT_APPLICABLE = frozenset({"不涉及", "不适用"})
_ANSWERS = {"是": 1.0, "否": 0.0}


@dataclass(frozen=True)
class Case:
    """One figure under examination: what was asked, what came in, what others sent.

    `column` holds what all units sent for the same input.
    """

    given: Input
    entry: Entry
    column: Sequence[Entry]
    scheme: Scheme

    @property
    def blank(self) -> bool:
        """Whether nothing was entered; spaces are nothing."""
        return text_of(self.entry.raw) == ""

    @property
    def not_applicable(self) -> bool:
        """Whether the unit says that the input does not apply to it (不涉及)."""
        return isinstance(self.entry.raw, str) and spelling(self.entry.raw) in NOT_APPLICABLE

    @property
    def held_at_zero(self) -> bool:
        """Whether the clause itself takes a negative figure as 0, as requirements do."""
        indicator = self.scheme.indicator_by_key.get(self.given.item)
        rule = indicator.rule if indicator is not None else None
        return (
            indicator is not None
            and rule is not None
            and self.given.name in indicator.feeds
            and any(
                isinstance(t, Requirements) and indicator.feeds.index(self.given.name) in t.lines
                for t in rule.terms
            )
        )

    @property
    def answer(self) -> float | None:
        """1 for 是 and 0 for 否; None for anything else."""
        raw = self.entry.raw
        if isinstance(raw, bool):
            return float(raw)
        return _ANSWERS.get(raw.strip()) if isinstance(raw, str) else None

    @property
    def takes_answers(self) -> bool:
        """Whether 是 or 否 may be entered."""
        return self.given.kind == "yes_no" or "是/否" in self.given.unit

    @property
    def in_points(self) -> bool:
        """Whether the figure counts in percent points."""
        return self.given.kind == "percent" or "%" in self.given.unit

    @property
    def number(self) -> float | None:
        """The number in the cell as it stands there; None for text, dates and errors."""
        return _number(self.entry.raw)

    @cached_property
    def figure(self) -> float | None:
        """What the entry counts as: 1 or 0 for an answer, percent points, else the number."""
        if self.takes_answers and self.answer is not None:
            return self.answer * 100 if self.in_points else self.answer
        number = self.number
        if number is None or self.given.kind == "yes_no":
            return None
        return points(self.entry) if self.in_points else number

    @property
    def doubtful(self) -> bool:
        """Whether 0.08 may be 0.08 % or 8 %: the format does not say, and others sent 8.

        Compared are the target and those figures of others that leave no doubt; while
        there are none, the figure stays doubtful.  A percent format with a figure above
        300 % is doubtful as well: 8 was probably meant as 8 %.
        """
        number, shown = self.number, self.entry.number_format
        if not self.in_points or number is None or number == 0:
            return False
        if shows_percent(shown):
            return abs(number) > 3
        if not _open(self.entry, number):
            return False
        others = [(e, p) for e in self.column if e is not self.entry and (p := points(e))]
        sizes = [abs(p) for e, p in others if not _open(e, p)]
        if self.given.target:
            sizes.append(abs(float(self.given.target)))
        if not sizes:
            return True
        usual = math.log10(median(sizes))
        as_points, as_share = math.log10(abs(number)), math.log10(abs(number) * 100)
        return abs(as_share - usual) < abs(as_points - usual)


def _number(raw: Scalar) -> float | None:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
        return None
    return float(raw)


def _open(entry: Entry, figure: float) -> bool:
    """Whether a figure may be points or a share: below 1, and no percent sign in its format."""
    return abs(figure) < 1 and "%" not in entry.number_format


def points(entry: Entry) -> float | None:
    """An entry's number in percent points, by its number format (G9).

    >>> points(Entry("甲", "增速", raw=0.083, number_format="0.0%"))
    8.3
    >>> points(Entry("甲", "增速", raw=8.3)), points(Entry("甲", "增速", raw="约8"))
    (8.3, None)
    """
    number = _number(entry.raw)
    if number is None or not shows_percent(entry.number_format):
        return number
    return float(Decimal(f"{number:.15g}") * 100)


def wanted(given: Input) -> str:
    """What belongs into an input's cell, for messages.

    >>> wanted(Input("增速", "1 产值", "%", "percent")), wanted(Input("家数", "2", "家", "count"))
    ('百分点数(8.3 表示 8.3%)', '整数(家)')
    """
    if given.kind == "yes_no":
        return "是 或 否"
    if "是/否" in given.unit:
        return "是、否或百分点数"
    if given.kind == "percent" or "%" in given.unit:
        return "百分点数(8.3 表示 8.3%)"
    what = {"count": "整数", "judged": "评议结果"}.get(given.kind, "数字")
    return f"{what}({given.unit})" if given.unit else what

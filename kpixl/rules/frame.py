"""The figures that a rule is applied to, column by column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True)
class Frame:
    """Units as rows, inputs as columns, NaN where there is no figure.

    `values` holds one array of n figures for each input of the rule; percent figures are
    in points, yes is 1 and no is 0.  `targets` and `priors` likewise, where the rule uses
    them (an entry may be one number for all units).  `groups` holds one code a unit; None
    is one group.  `peers` is the cohort to compare with, the units themselves by default.
    """

    values: Sequence[Floats]
    targets: Sequence[Any] = ()
    priors: Sequence[Any] = ()
    groups: Codes | None = None
    peers: Frame | None = None
    _cache: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.values[0]) if self.values else 0

    @property
    def cohort(self) -> Frame:
        """The frame whose units are compared with."""
        return self.peers or self

    @cached_property
    def _slices(self) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
        """Rows sorted by group, the first sorted row of each group, and each group's code."""
        assert self.groups is not None
        order = np.argsort(self.groups, kind="stable")
        codes = self.groups[order]
        starts = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]])
        return order, starts, codes[starts]

    def stat(self, kind: str, number: int) -> Any:
        """本类最高值, 最低值 or 平均值 for each unit: an array, or one number for one group.

        Blank units take no part (G12).  A unit always belongs to its own group, so its own
        figure counts for highest and lowest even when the cohort given lacks it.
        """
        key = (kind, number)
        if key not in self._cache:
            self._cache[key] = self._stat(kind, number)
        return self._cache[key]

    def _stat(self, kind: str, number: int) -> Any:
        cohort = self.cohort
        column = cohort.values[number]
        if cohort.groups is None:
            result: Any = _reduce(kind, column)
        else:
            order, starts, codes = cohort._slices
            sorted_column = column[order]
            stats = _reduce_groups(kind, sorted_column, starts)
            assert self.groups is not None
            at = np.searchsorted(codes, self.groups)
            at_safe = np.minimum(at, len(codes) - 1)
            result = np.where(codes[at_safe] == self.groups, stats[at_safe], np.nan)
        if self.peers is not None and kind != "mean":
            combine = np.fmax if kind == "max" else np.fmin
            result = combine(result, self.values[number])
        return result

    def rank(self, number: int, ties: str, descending: bool) -> Floats:
        """名次 of each unit within its group; NaN for a blank unit.

        竞争 1 2 2 4, 密集 1 2 2 3, 平均 1 2.5 2.5 4.
        """
        key = ("rank", number, ties, descending)
        if key not in self._cache:
            self._cache[key] = self._rank(number, ties, descending)
        ranks: Floats = self._cache[key]
        return ranks

    def _rank(self, number: int, ties: str, descending: bool) -> Floats:
        sign = -1.0 if descending else 1.0
        mine = sign * self.values[number]
        theirs = sign * self.cohort.values[number]
        ranks = np.full(len(mine), np.nan)
        for own, peers in self._by_group():
            ranks[own] = _places(mine[own], theirs[peers], ties)
        return ranks

    def _by_group(self) -> Iterator[tuple[Any, Any]]:
        """Rows of this frame and rows of the cohort, group by group."""
        cohort = self.cohort
        if self.groups is None or cohort.groups is None:
            yield slice(None), slice(None)
            return
        order, starts, codes = self._slices
        other_order, other_starts, other_codes = cohort._slices
        ends = np.r_[starts[1:], len(order)]
        other_ends = np.r_[other_starts[1:], len(other_order)]
        where = {int(code): i for i, code in enumerate(other_codes)}
        for code, start, end in zip(codes, starts, ends, strict=True):
            i = where.get(int(code))
            none = np.empty(0, dtype=np.intp)
            peers = none if i is None else other_order[other_starts[i] : other_ends[i]]
            yield order[start:end], peers


def _reduce(kind: str, column: Floats) -> float:
    # fmax and fmin pass over NaN, which nanmax would first have to copy away
    if not len(column):
        return float("nan")
    if kind == "max":
        return float(np.fmax.reduce(column))
    if kind == "min":
        return float(np.fmin.reduce(column))
    known = column[~np.isnan(column)]
    return float(known.mean()) if len(known) else float("nan")


def _reduce_groups(kind: str, column: Floats, starts: NDArray[np.intp]) -> Floats:
    if kind == "max":
        return np.asarray(np.fmax.reduceat(column, starts), dtype=np.float64)
    if kind == "min":
        return np.asarray(np.fmin.reduceat(column, starts), dtype=np.float64)
    known = ~np.isnan(column)
    sums = np.add.reduceat(np.where(known, column, 0.0), starts)
    counts = np.add.reduceat(known.astype(float), starts)
    means: Floats = np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)
    return means


def _places(mine: Floats, theirs: Floats, ties: str) -> Floats:
    """Places of figures among others, the smaller the better; NaN has none."""
    known = np.sort(theirs[~np.isnan(theirs)])
    if ties == "密集":
        known = known[np.r_[True, known[1:] != known[:-1]]] if len(known) else known
    better = np.searchsorted(known, mine, side="left").astype(float)
    if ties == "平均":
        upto = np.searchsorted(known, mine, side="right")
        better += np.maximum(upto - better - 1, 0) / 2
    better += 1
    better[np.isnan(mine)] = np.nan
    return better

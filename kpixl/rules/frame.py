"""The figures that a rule is applied to, column by column."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


class Grouping:
    """Which group each unit is in, sorted once for all that is asked about groups."""

    def __init__(self, codes: Codes) -> None:
        self.codes = codes
        self.order = np.argsort(codes, kind="stable")
        ordered = codes[self.order]
        first = np.r_[True, ordered[1:] != ordered[:-1]] if len(codes) else np.empty(0, bool)
        self.starts = np.flatnonzero(first)
        self.labels = ordered[self.starts]
        self.slot = np.empty(len(codes), np.intp)  # the number of each unit's group, from 0
        self.slot[self.order] = np.cumsum(first) - 1

    def slots_of(self, other: Grouping) -> Codes:
        """For each unit of another cohort the number of its group here, -1 where unknown."""
        at = np.searchsorted(self.labels, other.codes)
        at = np.minimum(at, len(self.labels) - 1)
        slots: Codes = np.where(self.labels[at] == other.codes, at, -1)
        return slots


@dataclass(frozen=True)
class Frame:
    """Units as rows, inputs as columns, NaN where there is no figure.

    `values` holds one array of n figures for each input of the rule; percent figures are
    in points, yes is 1 and no is 0.  `targets` and `priors` likewise, where the rule uses
    them (an entry may be one number for all units).  `groups` holds one code a unit, or a
    `Grouping` that frames share; None is one group.  `peers` is the cohort to compare with, the
    units themselves by default.
    """

    values: Sequence[Floats]
    targets: Sequence[Any] = ()
    priors: Sequence[Any] = ()
    groups: Codes | Grouping | None = None
    peers: Frame | None = None
    kept: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.values[0]) if self.values else 0

    @property
    def cohort(self) -> Frame:
        """The frame whose units are compared with."""
        return self.peers or self

    @cached_property
    def grouping(self) -> Grouping | None:
        """The units' groups, None where there is one."""
        if self.groups is None or isinstance(self.groups, Grouping):
            return self.groups
        return Grouping(self.groups)

    def _pair(self) -> tuple[Grouping, Grouping] | None:
        """The groups of the units and of the cohort, None where all are compared with all."""
        mine, theirs = self.grouping, self.cohort.grouping
        return None if mine is None or theirs is None else (mine, theirs)

    def stat(self, kind: str, number: int) -> Any:
        """本类最高值, 最低值, 平均值 or 单位数 for each unit: an array, or one number for one group.

        Blank units take no part (G12).  A unit always belongs to its own group, so its own
        figure counts for highest and lowest even when the cohort given lacks it.
        """
        key = (kind, number)
        if key not in self.kept:
            self.kept[key] = self._stat(kind, number)
        return self.kept[key]

    def _stat(self, kind: str, number: int) -> Any:
        cohort = self.cohort
        column = cohort.values[number]
        pair = self._pair()
        if pair is None:
            result: Any = _reduce(kind, column)
        else:
            mine, theirs = pair
            stats = _reduce_groups(kind, column[theirs.order], theirs.starts)
            if self.peers is None:
                result = stats[mine.slot]
            else:
                slots = theirs.slots_of(mine)
                result = np.where(slots >= 0, stats[slots], np.nan)
        if self.peers is not None and kind in ("max", "min"):
            combine = np.fmax if kind == "max" else np.fmin
            result = combine(result, self.values[number])
        return result

    def rank(self, number: int, ties: str, descending: bool) -> Floats:
        """名次 of each unit within its group; NaN for a blank unit.

        竞争 1 2 2 4, 密集 1 2 2 3, 平均 1 2.5 2.5 4.
        """
        key = ("rank", number, ties, descending)
        if key not in self.kept:
            self.kept[key] = self._rank(number, ties, descending)
        ranks: Floats = self.kept[key]
        return ranks

    def last_place(self, number: int, ties: str, descending: bool) -> Any:
        """The last place of each unit's group, among those that have a figure."""
        ranks = self.cohort.rank(number, ties, descending)
        pair = self._pair()
        if pair is None:
            return _reduce("max", ranks)
        mine, theirs = pair
        last = _reduce_groups("max", ranks[theirs.order], theirs.starts)
        slots = theirs.slots_of(mine)
        return np.where(slots >= 0, last[slots], np.nan)

    def _rank(self, number: int, ties: str, descending: bool) -> Floats:
        sign = -1.0 if descending else 1.0
        mine = sign * self.values[number]
        theirs = sign * self.cohort.values[number]
        pair = self._pair()
        if pair is None:
            return _places(mine, theirs, ties)
        own, other = pair
        if self.peers is None:
            return _places_within(mine, own, ties)
        ranks = np.full(len(mine), np.nan)
        slots = other.slots_of(own)
        for slot in np.unique(slots):
            rows = slots == slot
            peers = other.slot == slot if slot >= 0 else np.zeros(len(theirs), dtype=bool)
            ranks[rows] = _places(mine[rows], theirs[peers], ties)
        return ranks


def _reduce(kind: str, column: Floats) -> float:
    # fmax and fmin pass over NaN, which nanmax would first have to copy away
    if kind == "count":
        return float(np.count_nonzero(~np.isnan(column)))
    if not len(column):
        return float("nan")
    if kind == "max":
        return float(np.fmax.reduce(column))
    if kind == "min":
        return float(np.fmin.reduce(column))
    known = column[~np.isnan(column)]
    # summed exactly: 0.1 ten times is 1, so that a figure on an exact half stays on it
    return math.fsum(known) / len(known) if len(known) else float("nan")


def _reduce_groups(kind: str, column: Floats, starts: NDArray[np.intp]) -> Floats:
    if kind == "max":
        return np.asarray(np.fmax.reduceat(column, starts), dtype=np.float64)
    if kind == "min":
        return np.asarray(np.fmin.reduceat(column, starts), dtype=np.float64)
    known = ~np.isnan(column)
    if kind == "count":
        return np.asarray(np.add.reduceat(known.astype(float), starts), dtype=np.float64)
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


def _places_within(values: Floats, groups: Grouping, ties: str) -> Floats:
    """Places of figures among those of their own group, the smaller the better."""
    order = np.lexsort((values, groups.slot))
    slot, value = groups.slot[order], values[order]
    index = np.arange(len(order))
    new_group = np.r_[True, slot[1:] != slot[:-1]]
    new_value = new_group | np.r_[True, value[1:] != value[:-1]]
    group_start = np.maximum.accumulate(np.where(new_group, index, 0))
    if ties == "密集":
        steps = np.cumsum(new_value)
        places = (steps - steps[group_start] + 1).astype(float)
    else:
        first = np.maximum.accumulate(np.where(new_value, index, 0))
        places = (first - group_start + 1).astype(float)
        if ties == "平均":
            starts = np.flatnonzero(new_value)
            size = np.diff(np.r_[starts, len(order)])
            places += (size[np.cumsum(new_value) - 1] - 1) / 2
    places[np.isnan(value)] = np.nan
    result = np.empty(len(values))
    result[order] = places
    return result

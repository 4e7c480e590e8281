"""The nine wenzhou-2015 items in plain numpy, as one would write them for this one scheme.

The peer of the benchmark: it knows its nine rules and columns by heart, and nothing of
clauses, workbooks, findings or traces.  Percent figures in points, yes/no as 1 and 0,
NaN where there is no figure.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]
Codes = NDArray[np.intp]


def band(values: Column, groups: Codes) -> Column:
    """0.6 for the lowest of the group to 1 for its highest; 1 where all are equal."""
    count = groups.max() + 1
    low, high = np.full(count, np.inf), np.full(count, -np.inf)
    np.fmin.at(low, groups, values)
    np.fmax.at(high, groups, values)
    above, width = values - low[groups], (high - low)[groups]
    part: Column = np.divide(above, width, out=above + 1, where=width > 0)
    return 0.6 + 0.4 * part


def places(values: Column, groups: Codes) -> Column:
    """Places within the group, most first, ties 1 2 2 4; NaN sorts last and has none."""
    order = np.lexsort((-values, groups))
    group, value = groups[order], values[order]
    index = np.arange(len(order))
    new_group = np.r_[True, group[1:] != group[:-1]]
    new_value = new_group | np.r_[True, value[1:] != value[:-1]]
    start = np.maximum.accumulate(np.where(new_group, index, 0))
    first = np.maximum.accumulate(np.where(new_value, index, 0))
    result = np.empty(len(order))
    result[order] = np.where(np.isnan(value), np.nan, first - start + 1)
    return result


def half_up(scores: Column) -> Column:
    """Two decimals, halves up, each score (not negative) first taken at 15 digits."""
    hundredths = scores * 100
    with np.errstate(divide="ignore"):
        last_digit = 10.0 ** (np.floor(np.log10(hundredths)) - 14)
    return np.floor(hundredths + 0.5 + last_digit / 2) / 100


def score(columns: Mapping[str, Column], groups: Codes) -> Column:
    """The items of n units by input name and group code 0, 1, …: shape (n, 9)."""
    c = columns

    def blend(points: int, **weights: float) -> Column:
        parts = (points * w * band(c[name], groups) for name, w in weights.items())
        return sum(parts, np.zeros(len(groups)))

    def ladder(name: str) -> Column:
        return 10 - 0.5 * (places(c[name], groups) - 1)

    invested = c["限额以上工业性投资"]
    share = np.divide(
        c["技改投资"], invested, out=np.full(len(invested), np.nan), where=invested != 0
    )
    items = (
        blend(20, 规上工业总产值=0.3, 亩均工业总产值=0.2, 规上工业总产值增速=0.5),
        blend(10, 工业企业利润总额=0.3, 亩均利润=0.2, 利润总额增速=0.5),
        ladder("亿元以上企业数量"),
        ladder("新增规上企业数量"),
        blend(10, 新产品产值=0.3, 新产品产值增速=0.7),
        blend(20, 限额以上工业性投资=0.3, 工业性投资增速=0.7),
        20 * band(share, groups),
        c["企业风险排查处置加分"],
        c["强镇方案和年度工作计划"] + c["按时报送工作报表"] + 0.1 * c["信息采用条数"],
    )
    caps = (20, 10, 10, 10, 10, 20, 20, 5, 10)
    return half_up(np.clip(np.column_stack(items), 0, caps))

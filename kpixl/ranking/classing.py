"""Classes of enterprises by score and place: whole columns at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpixl.entries import TableSource
from kpixl.findings import Finding, Place, finding
from kpixl.rounding import round_half_up_array
from kpixl.scheme.model import Scheme
from kpixl.scheme.tasks import Classing

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

NAME, SCORE, RANK, CLASS = "企业", "得分", "名次", "类别"
_METHODS = {"竞争": "min", "密集": "dense", "平均": "average"}


@dataclass(frozen=True)
class ClassTable:
    """All enterprises with score, place and class, best first, those without a class last.

    `frame` has the columns of the table that came in, one of scores for each indicator
    (`points_of` its key), and 得分, 名次, 类别; the last three are NaN or None where a figure is
    missing.  `means` holds the mean of each figure over the `count` enterprises that are
    classed.
    """

    scheme: Scheme
    classing: Classing
    source: TableSource
    frame: pd.DataFrame
    means: Mapping[str, float]
    count: int
    findings: tuple[Finding, ...] = ()

    def size(self, name: str) -> int:
        """How many enterprises a class has."""
        return int((self.frame[CLASS] == name).sum())


def points_of(key: str) -> str:
    """The column with the scores of an indicator, whose key may be the name of a figure."""
    return f"{key} {SCORE}"


def classify(scheme: Scheme, frame: pd.DataFrame, source: TableSource) -> ClassTable:
    """Score, rank and class the enterprises of a table.

    Only enterprises with every figure take part, in the means too.  Each indicator is
    scored by its clause and rounded, the score is the sum, and equal scores share the better
    place, so that a tie at a cut belongs to the higher class.
    """
    import numpy as np
    import pandas as pd

    from kpixl.rules.evaluate import evaluate
    from kpixl.scheme.derive import evaluate as derive
    from kpixl.scheme.derive import inputs_of
    from kpixl.scoring.frames import item_frame

    if scheme.ledger is None or scheme.ledger.classing is None:
        raise ValueError(f"{scheme.system} classes no enterprises")
    classing = scheme.ledger.classing
    names = list(classing.inputs)
    known = frame[names].notna().all(axis=1).to_numpy()
    columns = {n: frame.loc[known, n].to_numpy(dtype=np.float64) for n in names}
    for name, tree in scheme.derivations.items():
        if all(part in columns for part in inputs_of(tree)):
            columns[name] = derive(tree, columns)
    means = {n: _mean(columns[n]) for n in names}
    measurable = all(mean > 0 for mean in means.values())
    count = int(known.sum())
    result = frame.copy()
    parts = []
    for indicator in map(scheme.indicator_by_key.__getitem__, classing.indicators):
        column = np.full(len(frame), np.nan)
        if measurable and indicator.rule is not None:
            figures = item_frame(scheme, indicator, columns, None)
            column[known] = evaluate(
                indicator.rule, figures, points=indicator.points, decimals=scheme.decimals
            )
        result[points_of(indicator.key)] = column
        parts.append(column)
    total = round_half_up_array(np.sum(parts, axis=0), scheme.decimals)
    result[SCORE] = total
    result[RANK] = result[SCORE].rank(method=_METHODS[scheme.ties], ascending=False)  # type: ignore[arg-type]
    ranked = int(np.count_nonzero(~np.isnan(total)))
    names_of = classing.grades.grade_all(total, result[RANK].to_numpy(), ranked)
    result[CLASS] = pd.Series(names_of, index=result.index, dtype=object)  # None stays None
    result = result.sort_values(RANK, kind="stable", na_position="last").reset_index(drop=True)
    findings = tuple(
        finding(
            "enterprise-mean",
            place=Place(source.file, source.sheet),
            input=n,
            column=n,
            found=f"{mean:.15g}",
        )
        for n, mean in means.items()
        if count and mean <= 0
    )
    return ClassTable(scheme, classing, source, result, means, count, findings)


def _mean(column: NDArray[np.float64]) -> float:
    return math.fsum(column) / len(column) if len(column) else float("nan")

"""Classing 30,000 enterprises, beside the shortest hand-written numpy for the same rule.

Both get the same columns (blanks and ties in them) in the same process, in turn, and give
the same scores, places and classes: that is checked before anything is timed.  Reading
the table is timed apart, beside pandas reading the same bytes.

    python -m bench.classes [ENTERPRISES]
"""

from __future__ import annotations

import io
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from bench.peer_classes import classes as by_hand
from kpixl.entries import TableSource
from kpixl.ranking.classing import CLASS, RANK, SCORE, classify
from kpixl.templates.enterprises import NAME, ROW, parse_enterprises
from kpixl.workspace.schemes import load_scheme

ROUNDS = 7


def table(size: int, names: tuple[str, ...], seed: int = 20170413) -> pd.DataFrame:
    """Invented enterprises: skewed figures with two decimals, one blank in fifty."""
    rng = np.random.default_rng(seed)
    made = pd.DataFrame({NAME: [f"企业{n}" for n in range(size)], ROW: np.arange(2, size + 2)})
    for n, name in enumerate(names):
        values = np.round(rng.lognormal(2.3 + 0.6 * n, 0.6, size), 2)
        values[rng.random(size) < 0.02] = np.nan
        made[name] = values
    return made


def seconds(work: Callable[[], Any]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def medians(*works: Callable[[], Any]) -> list[float]:
    """The median time of each, called in turn."""
    times = [[seconds(work) for work in works] for _ in range(ROUNDS)]
    return [statistics.median(column) for column in zip(*times, strict=True)]


def main() -> None:
    """Print the ratios of classing and of reading."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 30_000
    scheme, found = load_scheme("xiangshan-2017")
    if scheme is None or scheme.ledger is None or scheme.ledger.classing is None:
        raise SystemExit("\n".join(f.sentence() for f in found) or "no classes")
    names = scheme.ledger.classing.inputs
    frame = table(size, names)
    columns = [frame[n].to_numpy() for n in names]
    source = TableSource("bench.csv")

    done = classify(scheme, frame, source).frame.sort_values(ROW)
    total, place, letters = by_hand(*columns)
    np.testing.assert_array_equal(done[SCORE].to_numpy(), total)
    np.testing.assert_array_equal(done[RANK].to_numpy(), place)
    assert [c or "" for c in done[CLASS]] == letters.tolist()

    ours, peer = medians(lambda: classify(scheme, frame, source), lambda: by_hand(*columns))
    print(f"{size} enterprises, median of {ROUNDS} rounds in turn")
    print(
        f"classing: kpixl {ours * 1000:.1f} ms, hand-written numpy {peer * 1000:.1f} ms, "
        f"ratio {ours / peer:.1f}"
    )
    content = frame.drop(columns=ROW).to_csv(index=False).encode()
    ours, peer = medians(
        lambda: parse_enterprises(content, scheme, name="bench.csv"),
        lambda: pd.read_csv(io.BytesIO(content)),
    )
    print(
        f"reading:  kpixl {ours * 1000:.1f} ms, pandas alone {peer * 1000:.1f} ms, "
        f"ratio {ours / peer:.1f}"
    )


if __name__ == "__main__":
    main()

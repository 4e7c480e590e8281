"""Scoring 100,000 units × 9 items, beside the shortest hand-written numpy for the same rules.

Both get the same columns (blanks and ties in them) in the same process, in turn, and give
the same scores: that is checked before anything is timed.  Printed is the ratio of medians;
the aim is at most 1.5.

    python -m bench.scoring [UNITS]
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.peer_numpy import score as by_hand
from kpixl.scheme.model import Scheme
from kpixl.scoring.frames import derived_columns
from kpixl.scoring.score import score_columns
from kpixl.workspace.schemes import load_scheme

AIM = 1.5
ROUNDS = 7


def columns(scheme: Scheme, size: int, seed: int = 20151231) -> dict[str, NDArray[np.float64]]:
    """Figures of each asked input with two decimals, ties, and one blank in fifty."""
    rng = np.random.default_rng(seed)
    made: dict[str, NDArray[np.float64]] = {}
    for i in scheme.asked:
        if i.kind == "yes_no":
            values = rng.integers(0, 2, size).astype(float)
        elif i.kind == "count":
            values = rng.integers(0, 60, size).astype(float)
        else:
            values = np.round(rng.uniform(0.5, 300, size), 2)
        values[rng.random(size) < 0.02] = np.nan
        made[i.name] = values
    return made


def seconds(work: Callable[[], Any]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare(scheme: Scheme, size: int, groups: int) -> tuple[float, float]:
    """Median seconds of ours and of the peer over the same figures.

    Raises AssertionError where the two disagree about any score.
    """
    asked = columns(scheme, size)
    codes = np.arange(size) % groups
    ours_codes = codes if groups > 1 else None

    def ours() -> NDArray[np.float64]:
        return score_columns(scheme, derived_columns(scheme, asked), groups=ours_codes)

    def peer() -> NDArray[np.float64]:
        return by_hand(asked, codes)

    np.testing.assert_array_equal(ours(), peer())
    times = [(seconds(ours), seconds(peer)) for _ in range(ROUNDS)]
    return statistics.median(t[0] for t in times), statistics.median(t[1] for t in times)


def main() -> None:
    """Print one row for one group and one for many."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    scheme, found = load_scheme("wenzhou-2015")
    if scheme is None:
        raise SystemExit("\n".join(f.sentence() for f in found))
    print(f"{size} units × {len(scheme.indicators)} items, median of {ROUNDS} rounds in turn")
    for groups in (1, 12, max(1, size // 20)):
        ours, peer = compare(scheme, size, groups)
        print(
            f"{groups:>6} group(s): kpixl {ours * 1000:8.1f} ms, "
            f"hand-written numpy {peer * 1000:8.1f} ms, ratio {ours / peer:.2f} (aim ≤ {AIM})"
        )


if __name__ == "__main__":
    main()

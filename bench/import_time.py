"""How long a command waits before its own work: `import kpixl` and `import kpixl.cli`.

The peer is the bare interpreter, started in the same round, so that a busy
machine slows both.  The aim is 0.3 s for either import, start of the interpreter
not counted.

    python -m bench.import_time [ROUNDS]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

AIM = 0.3
CASES = {
    "bare interpreter": "pass",
    "import kpixl": "import kpixl",
    "import kpixl.cli": "import kpixl.cli",
}


def seconds(code: str) -> float:
    """Wall time of a fresh interpreter that runs `code`."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - start


def measure(cases: Sequence[str], rounds: int) -> list[float]:
    """The median seconds of each piece of code, after one round to warm the disk cache."""
    times: list[list[float]] = [[] for _ in cases]
    for number in range(rounds + 1):
        for kept, code in zip(times, cases, strict=True):
            taken = seconds(code)
            if number:
                kept.append(taken)
    return [statistics.median(kept) for kept in times]


def main(arguments: Sequence[str]) -> None:
    """Print the table."""
    rounds = int(arguments[0]) if arguments else 15
    medians = measure(list(CASES.values()), rounds)
    bare = medians[0]
    print(f"median of {rounds} rounds; aim: {AIM} s more than the bare interpreter")
    print(f"{'':18}{'seconds':>9}{'more':>9}{'ratio':>8}")
    for name, median in zip(CASES, medians, strict=True):
        print(f"{name:18}{median:9.3f}{median - bare:9.3f}{median / bare:8.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])

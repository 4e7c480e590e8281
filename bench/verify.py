"""`kpixl verify` of a large result, beside the `kpixl rank` that wrote it.

500 units of a scheme in the package, drawn at random.  Both work on files in this process;
rounds alternate, the quickest counts.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from kpixl import __version__
from kpixl.reporting.run import RunInfo
from kpixl.scheme.model import Scheme
from kpixl.workspace.assessing import assess
from kpixl.workspace.results import Target, write_result
from kpixl.workspace.schemes import usable_scheme
from kpixl.workspace.verifying import verify_result

UNITS, ROUNDS = 500, 3
SYSTEM = "wenzhou-2015"


def make_table(scheme: Scheme, path: Path, units: int) -> None:
    """Figures of many units in two groups, as a .csv file."""
    chance = random.Random(1)
    lines = ["unit,group,input,value"]
    for number in range(units):
        for asked in scheme.asked:
            if asked.kind == "yes_no":
                value = chance.choice("是否")
            elif asked.kind == "count":
                value = str(chance.randrange(40))
            else:
                value = f"{chance.uniform(1, 3):.2f}"
            lines.append(f"单位{number},{'甲乙'[number % 2]}组,{asked.name},{value}")
    path.write_text("\n".join(lines) + "\n", "utf-8")


def seconds(work: Callable[[], object]) -> float:
    """How long something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Print both times, the ratio and the size of what is carried."""
    units = int(sys.argv[1]) if len(sys.argv) > 1 else UNITS
    run = RunInfo(__version__, datetime(2016, 1, 20), "kpixl rank")
    scheme, _ = usable_scheme(SYSTEM)
    quickest: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        table, out = Path(folder) / "figures.csv", Path(folder) / "out.xlsx"
        bare = Path(folder) / "bare.xlsx"
        make_table(scheme, table, units)

        def rank(scheme: Scheme, out: Path) -> None:
            write_result(assess(scheme, [table]), Target(out), run)

        for _ in range(ROUNDS):
            for name, work in (
                ("rank", lambda: rank(scheme, out)),
                ("without", lambda: rank(replace(scheme, origin=None), bare)),
                ("verify", lambda: verify_result(out)),
            ):
                quickest[name] = min(quickest.get(name, 1e9), seconds(work))
        done = verify_result(out)
        if not done.identical:
            raise SystemExit("the result does not verify")
        print(f"{units} units, {done.cells} cells: rank {quickest['rank']:.2f} s,"
              f" verify {quickest['verify']:.2f} s, ratio {quickest['verify'] / quickest['rank']:.2f}")  # fmt: skip
        print(f"without what verify needs: rank {quickest['without']:.2f} s;"
              f" the file {out.stat().st_size:,} instead of {bare.stat().st_size:,} bytes")  # fmt: skip


if __name__ == "__main__":
    main()

"""`kpixl check` of a single form, with a worker and without one.

    python -m bench.check_one [FORM]

The worker starts with the program and loads what it needs while the scheme is read, so on two
idle processors nobody should wait for it.  Seconds by the clock and of processor time of both
processes, the quickest of the rounds, beside the time that importing the program takes.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROUNDS = 7
# Both print: seconds by the clock, processor seconds of the program, those of its workers.
_RUN = """
import resource, sys, time
start = time.perf_counter()
{body}
def used(who):
    r = resource.getrusage(who)
    return r.ru_utime + r.ru_stime
wall = time.perf_counter() - start
pool.close()
print(wall, used(resource.RUSAGE_SELF), used(resource.RUSAGE_CHILDREN))
"""
_CHECK = """
import contextlib, io
from kpixl import cli
from kpixl.hosts import pool
{before}
with contextlib.redirect_stdout(io.StringIO()):
    cli.main(["check", sys.argv[1]])
"""
_ALONE = """
def refuse(*_):
    raise pool._CannotStart
pool._Worker.__init__ = refuse
"""
WAYS = {
    "importing the program": "import kpixl.cli; from kpixl.hosts import pool",
    "checked by a worker": _CHECK.format(before=""),
    "checked in the program": _CHECK.format(before=_ALONE),
}


def seconds(body: str, form: Path) -> list[float]:
    """One round of one way."""
    words = [sys.executable, "-c", _RUN.format(body=body), str(form)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return [float(word) for word in done.stdout.split()]


def main(form: Path) -> None:
    """Print the figures."""
    rounds = [{way: seconds(body, form) for way, body in WAYS.items()} for _ in range(ROUNDS)]
    print("by the clock, processor, processor of workers")
    for way in WAYS:
        best = [min(column) for column in zip(*(one[way] for one in rounds), strict=True)]
        print(f"{way:24}" + "".join(f"{figure:8.3f} s" for figure in best))


if __name__ == "__main__":
    SAMPLES = Path(__file__).parents[1] / "workbooks" / "wenzhou-2015" / "回收"
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else min(SAMPLES.glob("*.xlsx")))

"""The cell functions through xlwings' DLL, COM and the server, each call beside a bare one.

    python -m bench.in_excel_server [ROWS]

Runs on Windows' own Python under Wine; Excel's VBA takes no part.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.building import built_wheel
from tests.wine.machine import Machine
from tests.wine.prepare import session


def main(rows: int) -> None:
    """Prints both times and their ratio, for a scalar call and for a column in one call."""
    with tempfile.TemporaryDirectory() as folder, session() as windows:
        machine = Machine(windows)
        for done in (
            machine.install(built_wheel(Path(folder))),
            machine.kpixl("addin", "install"),
        ):
            if done.code:
                raise SystemExit(done.out)
        with machine.talk() as client:
            why = client("excel.start")
            if why:
                raise SystemExit(why)
            found = client("timing.calls", rows)
    for name, (through, bare) in found.items():
        what = "a scalar call" if name == "scalar" else f"{rows:,} rows in one call"
        print(
            f"{what}: {through * 1e3:.2f} ms through COM, {bare * 1e3:.2f} ms bare, "
            f"{through / bare:.1f} times"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)

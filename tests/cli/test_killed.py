"""A command that is killed while it replaces a result leaves the old one or the new one, whole."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from kpixl.hosts import files
from tests.cli.running import SYSTEM

MOMENTS = 50
# Loads everything once; then, for each line of input, a copy of this process runs the
# command and is killed after so many seconds (a negative number: never).
RUNNER = """
import os, signal, sys, time
from kpixl.cli import main
words = sys.argv[1:]
sys.stdout = open(os.devnull, "w")
def told(text): os.write(2, (text + "\\n").encode())
assert main(words) == 0
for line in sys.stdin:
    start, delay = time.monotonic(), float(line)
    child = os.fork()
    if not child:
        os._exit(main(words))
    if delay >= 0:
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    told(f"{time.monotonic() - start} {os.WIFSIGNALED(status)} {os.waitstatus_to_exitcode(status)}")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="only on Windows is there no SIGKILL")
def test_killed_at_fifty_moments_a_result_is_the_old_one_or_the_new_one(tmp_path: Path) -> None:
    out = tmp_path / "结果.xlsx"
    words = ("rank", "wenzhou-2015", "--data", str(SYSTEM / "回收"), "--out", str(out))
    runner = subprocess.Popen(
        [sys.executable, "-c", RUNNER, *words],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert runner.stdin is not None and runner.stderr is not None

    def run(delay: float) -> tuple[float, bool, int]:
        assert runner.stdin is not None and runner.stderr is not None
        runner.stdin.write(f"{delay}\n")
        runner.stdin.flush()
        took, killed, code = runner.stderr.readline().split()
        return float(took), killed == "True", int(code)

    whole, _, code = run(-1)
    assert code == 0
    moments = random.Random(2015)
    last, kills = out.read_bytes(), 0
    while kills < MOMENTS:
        # Uniform over the command, from its first moment to a little after its end.
        took, killed, code = run(moments.uniform(0, 1.15 * whole))
        kills += killed
        assert killed or code == 0
        if not killed:  # how long it takes depends on what else the machine does
            whole = min(whole, took)
        now = out.read_bytes()
        if now != last:
            book = files.read(out)
            assert book.sheets[0].name == "排名"
            assert book.sheets[-1].name == "封存"
            last = now
        names = {p.name for p in tmp_path.iterdir()}
        # What was being written when the process died, and nothing else.
        assert all(n == out.name or n.startswith(".kpixl-") for n in names)
    _, killed, code = run(-1)
    assert (killed, code) == (False, 0)
    assert [p.name for p in tmp_path.iterdir()] == [out.name]
    runner.stdin.close()
    assert runner.wait() == 0
    runner.stderr.close()

"""Other people's workbooks, all of a folder: each must end in a plain verdict.

    python -m bench.public_books FOLDER [--warm] [--check [--scheme NAME]] [--out LINES.tsv]
                                 [--passwords FILE]

Every workbook below the folder, whatever its suffix says, is sniffed and read with formats
and formulas in a worker process of its own; with `--warm`, by workers that stay from file
to file, as `kpixl check` does it with many, which is much quicker but shows no memory; with
`--check` the command itself is run on each (with `--warm` in this process), if wanted as
returns of a `--scheme`.  For each file there is a line: verdict (read, or why not), seconds
(of processor time; with `--warm` by the clock, and what takes long is read once more alone),
greatest memory of a process in MB, the sentence.  Then come the tally by kind of file, the
slowest and the largest.  What must not be is counted as a fault, and the exit code is 1 if
there is any: a traceback, more than one sentence, an exit code that says nothing, more than
10 s or 1 GiB, a file that was changed, a file left behind.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kpixl.errors import UnusableFile
from kpixl.hosts import pool

MOST_SECONDS, MOST_MEMORY = 10.0, 1024
SUFFIXES = frozenset(
    (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et", ".ett", ".xltx", ".xltm", ".xlam", ".xlt",
     ".fods", ".xml", ".csv", ".htm", ".html")
)  # fmt: skip
# What is run for one file: it says the verdict and the sentence on two lines.
_READ = """
import sys
from kpixl.errors import UnusableFile
from kpixl.hosts import pool
known = tuple(open(sys.argv[2], encoding="utf-8").read().splitlines()) if sys.argv[2] else ()
with pool.attended(pool.Attendant(known=known)):
    try:
        book = pool.read(sys.argv[1])
    except UnusableFile as error:
        print(error.verdict); print(error); sys.exit(2)
cells = sum(len(row) for sheet in book.sheets for row in sheet.rows)
print("read"); print(len(book.sheets), "sheets", cells, "cells", *book.active)
"""


@dataclass(frozen=True)
class Result:
    """How a file ended; `fault` says what must not be."""

    path: Path
    verdict: str
    seconds: float
    memory: int
    sentence: str
    fault: str = ""

    def line(self) -> str:
        """The result between tabs."""
        return (
            f"{self.path}\t{self.verdict}\t{self.seconds:.2f}\t{self.memory}\t"
            f"{self.sentence}\t{self.fault!r}\n"
        )


def books(folder: Path) -> Iterator[Path]:
    """The files that a person might take for a workbook."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix.lower() in SUFFIXES:
            yield path


def tally(results: Sequence[Result]) -> Iterator[str]:
    """A table of verdicts by suffix, in Markdown."""
    suffixes = sorted({r.path.suffix.lower() for r in results})
    counts = Counter((r.verdict, r.path.suffix.lower()) for r in results)
    yield " | ".join(("", "verdict", "all", *suffixes, "")).strip()
    yield "|".join(("", "---", *["--:"] * (1 + len(suffixes)), ""))
    for verdict, total in Counter(r.verdict for r in results).most_common():
        row = [str(counts[verdict, suffix] or "") for suffix in suffixes]
        yield " | ".join(("", verdict, str(total), *row, "")).strip()


def digest(path: Path) -> tuple[str, int]:
    """What shows that a file was not touched."""
    return hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns


def run(words: list[str]) -> tuple[int, str, str, float, int]:
    """Exit code, output, errors, processor seconds, and MB of the largest process of a command."""
    # The memory of a command that has ended is known only to whoever waits for it.
    waiter = (
        "import os, resource, subprocess, sys\n"
        "done = subprocess.run(sys.argv[1:])\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "worked = 1000 * (used.ru_utime + used.ru_stime)\n"
        "os.write(2, b'\\n%d %d %d' % (done.returncode, used.ru_maxrss // 1024, worked))\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", waiter, *words],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    errors, _, last = done.stderr.decode("utf-8", "replace").rpartition("\n")
    code, memory, worked = map(int, last.split())
    return code, done.stdout.decode("utf-8", "replace"), errors, worked / 1000, memory


def read(path: Path, passwords: str) -> Result:
    """Sniff and read one file."""
    before, beside = digest(path), set(path.parent.iterdir())
    code, out, errors, seconds, memory = run([sys.executable, "-c", _READ, str(path), passwords])
    verdict, _, sentence = out.strip().partition("\n")
    fault = ""
    if code not in (0, 2) or errors.strip() or not verdict or "\n" in sentence:
        fault = f"exit {code}: {errors.strip()[-300:]}"
    return _judged(Result(path, verdict, seconds, memory, sentence, fault), before, beside)


def read_warm(path: Path, passwords: str) -> Result:
    """Sniff and read one file in a worker that others have used."""
    known = tuple(Path(passwords).read_text(encoding="utf-8").splitlines()) if passwords else ()
    before, beside = digest(path), set(path.parent.iterdir())
    verdict, sentence, fault = "read", "", ""
    start = time.perf_counter()
    try:
        with pool.attended(pool.Attendant(known=known)):
            book = pool.read(path)
        sentence = f"{len(book.sheets)} sheets {' '.join(book.active)}".strip()
    except UnusableFile as error:
        verdict, sentence = error.verdict, str(error)
        fault = f"{error.__cause__}" if error.__cause__ else ""
    seconds = time.perf_counter() - start
    if seconds > MOST_SECONDS:  # perhaps because of other work of the machine
        return read(path, passwords)
    if "\n" in sentence:
        fault = fault or "more than one sentence"
    return _judged(Result(path, verdict, seconds, 0, sentence, fault), before, beside)


def check(path: Path, passwords: str, scheme: str = "") -> Result:
    """Run `kpixl check` on one file."""
    before, beside = digest(path), set(path.parent.iterdir())
    code, out, errors, seconds, memory = run(
        [sys.executable, "-m", *_words(path, passwords, scheme)]
    )
    return _judged(_checked(path, code, out, errors, seconds, memory), before, beside)


def check_warm(path: Path, passwords: str, scheme: str = "") -> Result:
    """Run `kpixl check` on one file, in this process, with workers that others have used."""
    from kpixl.cli import main as command

    before, beside = digest(path), set(path.parent.iterdir())
    out, errors = io.StringIO(), io.StringIO()
    start = time.perf_counter()
    with redirect_stdout(out), redirect_stderr(errors):
        try:
            code = command(_words(path, passwords, scheme)[1:])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else -1
        except Exception:
            traceback.print_exc()
            code = -1
    seconds = time.perf_counter() - start
    result = _checked(path, code, out.getvalue(), errors.getvalue(), seconds, 0)
    return _judged(result, before, beside)


def _words(path: Path, passwords: str, scheme: str) -> list[str]:
    words = ["kpixl", "check", str(path), *(["--scheme", scheme] if scheme else [])]
    return [*words, "--password-file", passwords] if passwords else words


def _checked(path: Path, code: int, out: str, errors: str, seconds: float, memory: int) -> Result:
    errors = errors.strip()
    fault = ""
    if code not in (0, 1, 2) or "Traceback" in errors or "程序出错" in errors:
        fault = f"exit {code}: {errors[-300:]}"
    elif code == 2 and not errors:
        fault = "exit 2 without a sentence"
    sentence = errors or out.strip().partition("\n")[0]
    verdict = _kind(sentence, path) if code == 2 else f"checked, exit {code}"
    return Result(path, verdict, seconds, memory, sentence.replace("\n", " ⏎ "), fault)


def _kind(sentence: str, path: Path) -> str:
    """The reason in a sentence, without the file's name and particulars."""
    reason = sentence.replace(str(path), "").replace(path.name, "")
    reason = reason.partition(":")[2] or reason
    return reason.partition("。")[0][:24]


def _judged(result: Result, before: tuple[str, int], beside: set[Path]) -> Result:
    fault = result.fault
    if result.verdict in ("failed",):
        fault = fault or result.sentence
    if result.seconds > MOST_SECONDS:
        fault = fault or f"{result.seconds:.1f} s"
    if result.memory > MOST_MEMORY:
        fault = fault or f"{result.memory} MB"
    if digest(result.path) != before:
        fault = "the file was changed"
    if left := set(result.path.parent.iterdir()) - beside:
        fault = f"left behind: {sorted(left)}"
    return Result(
        result.path, result.verdict, result.seconds, result.memory, result.sentence, fault
    )


def main() -> int:
    """Run over a folder and print the tally."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--warm", action="store_true", help="by workers that stay")
    parser.add_argument("--check", action="store_true", help="run the command itself")
    parser.add_argument("--scheme", default="", help="check each as a return of this scheme")
    parser.add_argument("--out", type=Path, help="write a line for each file here")
    parser.add_argument("--passwords", default="", help="a file with a password a line")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    work: Callable[[Path, str], Result] = read_warm if args.warm else read
    if args.check:
        work = partial(check_warm if args.warm else check, scheme=args.scheme)
    jobs = 1 if args.check and args.warm else args.jobs  # there is one standard output
    results = []
    with ThreadPoolExecutor(jobs) as threads:
        for result in threads.map(lambda p: work(p, args.passwords), books(args.folder)):
            results.append(result)
            if args.out:
                with args.out.open("a", encoding="utf-8") as lines:
                    lines.write(result.line())
    print(f"{len(results)} files")
    for line in tally(results):
        print(line)
    for name, key in (("slowest", lambda r: r.seconds), ("largest", lambda r: r.memory)):
        top = sorted(results, key=key, reverse=True)[:5]
        shown = "; ".join(f"{r.path.name} {r.seconds:.1f} s {r.memory} MB" for r in top)
        print(f"{name}: {shown}")
    faults = [r for r in results if r.fault]
    print(f"faults: {len(faults)}")
    for result in faults:
        print(f"  {result.path}: {result.fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

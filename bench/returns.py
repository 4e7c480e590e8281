"""Checking returned forms, beside python-calamine merely reading the values of the same files.

The forms are those of a roster of invented units, each with figures of its own and everything
that an issued form has.  Both read every file from disk.  Rounds alternate, the smallest counts;
of processor time, that of this process and its workers together, in which other work of the
machine counts least, and by the clock, in which workers are quicker than one process.  Then the
same is done on one core and on all of them, where the system lets a process choose its cores.

    python -m bench.returns [FORMS] [FORMS_FOR_CORES]       FORMS_FOR_CORES 0: without
"""

from __future__ import annotations

import gc
import io
import os
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import python_calamine

from kpixl.hosts import files, pool
from kpixl.scheme.items import Unit
from kpixl.scheme.model import Scheme
from kpixl.templates.issue import blank_form
from kpixl.workspace.checking import check
from kpixl.workspace.schemes import usable_scheme

SYSTEM = "wenzhou-2015"
ROUNDS = 7
MODELS = 25  # forms with figures of their own; the others differ from one of them by their unit
NOBODY = "某某某某街道"
DAY = date(2016, 1, 20)


def roster(size: int) -> Scheme:
    """The scheme with invented units instead of its own."""
    scheme, _ = usable_scheme(SYSTEM)
    group = scheme.units[0].group
    units = (Unit(name_of(n), group=group) for n in range(size))
    return replace(scheme, units=(*units, Unit(NOBODY, group=group)), targets={})


def name_of(number: int) -> str:
    """An invented unit's name, as long as that of the models."""
    return f"第{number:05d}街道"


def make(scheme: Scheme, folder: Path, size: int) -> None:
    """Write the returned forms."""
    rng = random.Random(20151231)
    nobody = scheme.units[-1]
    asked = scheme.asked_of(nobody.name)
    size_of = {i.name: rng.uniform(20, 400) for i in asked}
    models = []
    for number in range(min(MODELS, size)):
        values: dict[str, Any] = {}
        for given in asked:
            figure = size_of[given.name] * rng.uniform(0.8, 1.25)
            if given.kind == "yes_no":
                values[given.name] = rng.choice(["是", "否"])
            elif given.kind == "percent":
                values[given.name] = round(rng.uniform(3, 12), 1)
            elif given.kind == "judged":
                values[given.name] = 1
            else:
                values[given.name] = round(figure) if given.kind == "count" else round(figure, 2)
        cover = {"填报人": "王某", "联系电话": "0577-1234567", "填报日期": "2016-01-15"}
        path = folder / f"model{number}.xlsx"
        files.write_new(path, blank_form(scheme, unit=nobody, values=values, cover=cover))
        models.append(path.read_bytes())
        path.unlink()
    for number in range(size):
        data = renamed(models[number % len(models)], name_of(number))
        (folder / f"{name_of(number)}.xlsx").write_bytes(data)


def renamed(data: bytes, name: str) -> bytes:
    """A model's file for another unit."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            content = old.read(part)
            if part.filename.endswith(".xml"):
                content = content.replace(NOBODY.encode(), name.encode())
            new.writestr(part, content)
    return out.getvalue()


def bare(folder: Path) -> int:
    """Every value of every sheet, and nothing else."""
    cells = 0
    for path in sorted(folder.glob("*.xlsx")):
        book = python_calamine.CalamineWorkbook.from_path(path)
        for name in book.sheet_names:
            cells += len(book.get_sheet_by_name(name).to_python())
    return cells


def checking(folder: Path, scheme: Scheme, size: int) -> None:
    """The whole check as the command does it."""
    names, found = check([folder], scheme, today=DAY)
    missing = [f for f in found if f.code == "form-returns-missing"]
    if len(names) != size or len(missing) != 1 or len(found) != 1:
        raise SystemExit("\n".join(f.sentence() for f in found[:5]))


def seconds(work: Callable[[], Any]) -> tuple[float, float]:
    """What one call takes: processor time of this process and its workers, and by the clock."""
    gc.collect()
    processor, clock = processor_time(), time.perf_counter()
    work()
    return processor_time() - processor, time.perf_counter() - clock


def processor_time() -> float:
    """Seconds of this process and, where the system tells, of the workers that it now has."""
    total = time.process_time()
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            facts = place.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if int(facts[1]) == os.getpid():
            total += (int(facts[11]) + int(facts[12])) / os.sysconf("SC_CLK_TCK")
    return total


def on_cores(folder: Path, size: int, cores: set[int]) -> float:
    """Seconds of a fresh process that may use these cores, its start not counted."""
    code = f"import bench.returns as b; b.child({str(folder)!r}, {size}, {sorted(cores)!r})"
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return float(out.stdout)


def child(folder: str, size: int, cores: list[int]) -> None:
    """What `on_cores` starts."""
    os.sched_setaffinity(0, cores)
    scheme = roster(size)
    # So many that every worker has started and learnt the scheme.
    some = sorted(Path(folder).glob("*.xlsx"))[: pool.MOST_WORKERS * pool.FILES_WORTH_A_WORKER + 1]
    check(some, scheme, today=DAY)
    sys.stdout.write(str(seconds(lambda: checking(Path(folder), scheme, size))[1]))
    pool.close()


def main() -> None:
    """Print the ratio to bare reading, and that of all cores to one."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    more = int(sys.argv[2]) if len(sys.argv) > 2 else 5000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        scheme = roster(size)
        make(scheme, folder, size)
        checking(folder, scheme, size)
        rounds = [
            (*seconds(lambda: checking(folder, scheme, size)), *seconds(lambda: bare(folder)))
            for _ in range(ROUNDS)
        ]
        ours, clock, theirs, their_clock = map(min, zip(*rounds, strict=True))
        for words, mine, its in (
            ("processor time", ours, theirs),
            ("by the clock", clock, their_clock),
        ):
            sys.stdout.write(
                f"{size} forms, {words}: {mine:.2f} s, {mine / size * 1000:.2f} ms a form; "
                f"python-calamine alone {its:.2f} s; ratio {mine / its:.1f} (aim 8)\n"
            )
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0
        sys.stdout.write(f"load of the machine: {load:.1f} on {os.cpu_count()} cores\n")
    if not more:
        return
    if not hasattr(os, "sched_setaffinity"):
        raise SystemExit("this system does not let a process choose its cores")
    every = os.sched_getaffinity(0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(roster(more), folder, more)
        one = on_cores(folder, more, {min(every)})
        all_of_them = on_cores(folder, more, every)
    gain = one / all_of_them
    sys.stdout.write(
        f"{more} forms: {one:.1f} s on one core, {all_of_them:.1f} s on {len(every)}; "
        f"{gain:.2f} times as fast, {gain / len(every):.2f} a core (aim 0.8)\n"
    )


if __name__ == "__main__":
    main()

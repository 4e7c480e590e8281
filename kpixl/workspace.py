"""Runs on files: where schemes and returned forms are found and read.

The command line and the tests of whole systems start here; the pipeline itself knows
no file.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kpixl.errors import NoData
from kpixl.findings import Finding
from kpixl.grid import Snapshot
from kpixl.hosts import files
from kpixl.pipeline import Outcome, assess_entries, assess_forms
from kpixl.scheme.find import find_scheme
from kpixl.scheme.model import Scheme
from kpixl.scheme.reader import read_scheme
from kpixl.templates.table import read_table

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et")


def load_scheme(name: str | Path) -> tuple[Scheme | None, tuple[Finding, ...]]:
    """A scheme by the name of a system in the package, or by the path of its workbook."""
    place = find_scheme(str(name))
    return read_scheme(files.read(place.path), system=place.system)


def returned_files(data: Sequence[str | Path]) -> tuple[Path, ...]:
    """The files of a data argument: files as given, folders with all below them, sorted.

    Lock files that a spreadsheet program leaves beside an open book are passed over.
    """
    found: list[Path] = []
    for path in map(Path, data):
        if path.is_dir():
            inside = sorted(
                p
                for p in path.rglob("*")
                if p.suffix.lower() in (*WORKBOOKS, ".csv")
                and not p.name.startswith(("~$", ".~lock", "."))
            )
            if not inside:
                raise NoData(path, "文件夹里没有工作簿或 .csv 文件")
            found.extend(inside)
        else:
            found.append(path)
    if not found:
        raise NoData("", "没有给出文件")
    return tuple(dict.fromkeys(found))


def assess(scheme: str | Path | Scheme, data: Sequence[str | Path]) -> Outcome:
    """Score and rank the returned forms, or the figures of a .csv file.

    Raises a KpixlError where a file cannot be used at all; everything else is a finding.
    """
    found: tuple[Finding, ...] = ()
    if not isinstance(scheme, Scheme):
        name = scheme
        scheme_read, found = load_scheme(name)
        if scheme_read is None:
            raise NoData(name, "方案工作簿读不成方案")
        scheme = scheme_read
    paths = returned_files(data)
    tables = [p for p in paths if p.suffix.lower() == ".csv"]
    forms = [p for p in paths if p.suffix.lower() != ".csv"]
    if tables and forms:
        raise NoData(tables[0], "填报表和 .csv 不能混在一起")
    if len(tables) > 1:
        raise NoData(tables[1], "一次只能用一个 .csv 文件")
    if tables:
        entries, faults = read_table(tables[0], scheme)
        outcome = assess_entries(scheme, entries, (*found, *faults))
    else:
        snapshots: list[Snapshot] = [files.read(p) for p in forms]
        outcome = assess_forms(scheme, snapshots)
        outcome = Outcome(
            outcome.scheme, outcome.entries, outcome.ranking, (*found, *outcome.findings)
        )
    return outcome

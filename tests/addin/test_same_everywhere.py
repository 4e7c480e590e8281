"""Every command on the five systems gives the same in memory, in files and in Calc.

Compared are what the command says, every cell of its sheets (values, formulas, number
formats), merged cells and the marks of findings.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kpixl.addin import commands
from kpixl.addin.job import Job, run
from kpixl.grid import Scalar, Sheet, Snapshot
from kpixl.hosts import files
from kpixl.hosts.files import FilesHost
from kpixl.hosts.memory import MemoryHost
from kpixl.scheme.find import find_scheme, known_schemes
from tests.calc import Calc, snapshot

pytestmark = pytest.mark.usefixtures("soffice")
SYSTEMS = tuple(known_schemes())
# One after the other on one workbook, as a user would; the rest writes files or nothing.
ON_A_FORM = ("bind", "rank", "verify", "collect", "check", "slip", "clear")
PARTS_OF_THE_RANKING = ("native", "score")  # the same sheets, fewer of them
ON_A_SCHEME = ("lint", "clear")
# What differs from run to run: when it was, and what follows from it.
_OF_A_RUN = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d:\d\d)?|[0-9a-f]{12,64}|(?<=已过 )\d+(?= 天)|(?<=张表 )\d+(?= 格)"
)


@dataclass(frozen=True)
class Seen:
    """What came of some commands: their words by name, and the workbook at the end."""

    said: Mapping[str, str]
    book: Snapshot


def plainly(text: str) -> str:
    """A text without what differs from run to run, and the digest that a changed book lacks."""
    return _OF_A_RUN.sub("…", text).replace('.xlsx",""', '.xlsx","…"')


def in_host(host: Any, path: Path, names: tuple[str, ...]) -> Seen:
    said = {}
    read = cache(files.read)  # nobody changes the other forms meanwhile
    for name in names:
        job = Job(host.snapshot(), datetime.now(), path, read=read)
        said[name] = run(name, job, host).text
    return Seen(said, host.snapshot())


def in_calc(calc: Calc, path: Path, names: tuple[str, ...]) -> Seen:
    with calc.opened(path) as document:
        said = {name: calc.press(document, name) for name in names}
        return Seen(said, snapshot(document))


def cell(value: Scalar) -> Scalar:
    """A value in the shape in which it is compared."""
    if isinstance(value, str):
        return plainly(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(f"{value:.12g}")
    return value


def facts(sheet: Sheet) -> dict[str, Any]:
    """What is compared of a sheet."""
    used = {(r, c) for r, c, _ in sheet.filled()}
    return {
        # A file has a digest, which a workbook that was changed and not saved has not.
        "values": {
            (r, c): value
            for r, c, v in sheet.filled()
            if (r, c) not in sheet.formulas and (value := cell(v)) != "…"
        },
        "formulas": {spot: re.sub(r"\s", "", text) for spot, text in sheet.formulas.items()},
        # Calc itself formats text that looks like a figure as text.
        "formats": {s: f for s, f in sheet.formats.items() if s in used and f != "@"},
        "merged": set(sheet.merged),
        "protected": sheet.protected,
        "hidden": sheet.hidden,
    }


def assert_same(one: Seen, other: Seen, own: frozenset[str]) -> None:
    assert {n: plainly(t) for n, t in one.said.items()} == {
        n: plainly(t) for n, t in other.said.items()
    }
    assert [s.name for s in one.book.sheets] == [s.name for s in other.book.sheets]
    for mine in one.book.sheets:
        if mine.name in own:
            continue
        theirs = other.book.sheet(mine.name)
        assert theirs is not None
        left, right = facts(mine), facts(theirs)
        for key, value in left.items():
            assert value == right[key], (mine.name, key)


HOSTS: Mapping[str, Callable[[Path], Any]] = {
    "memory": lambda path: MemoryHost(files.read(path)),
    "files": FilesHost,
}


@pytest.mark.parametrize("system", SYSTEMS)
def test_commands_on_a_returned_form_give_the_same_everywhere(
    system: str, calc: Calc, tmp_path: Path
) -> None:
    place = find_scheme(system)
    seen = {}
    names = ON_A_FORM + (PARTS_OF_THE_RANKING if system == SYSTEMS[-1] else ())
    for name in (*HOSTS, "Calc"):
        forms = Path(shutil.copytree(place.folder / "回收", tmp_path / name / "回收"))
        path = min(forms.glob("*.xlsx"))
        own = frozenset(s.name for s in files.read(path).sheets)
        if name in HOSTS:
            seen[name] = in_host(HOSTS[name](path), path, names)
        else:
            seen[name] = in_calc(calc, path, names)
    assert_same(seen["memory"], seen["files"], frozenset())
    assert_same(seen["memory"], seen["Calc"], own)


@pytest.mark.parametrize("system", SYSTEMS)
def test_commands_on_a_scheme_give_the_same_everywhere(
    system: str, calc: Calc, tmp_path: Path
) -> None:
    seen = {}
    for name in (*HOSTS, "Calc"):
        folder = tmp_path / name
        folder.mkdir()
        path = Path(shutil.copy(find_scheme(system).path, folder / "方案.xlsx"))
        own = frozenset(s.name for s in files.read(path).sheets)
        if name in HOSTS:
            seen[name] = in_host(HOSTS[name](path), path, ON_A_SCHEME)
        else:
            seen[name] = in_calc(calc, path, ON_A_SCHEME)
    assert_same(seen["memory"], seen["files"], frozenset())
    assert_same(seen["memory"], seen["Calc"], own)


def test_every_command_takes_part_or_touches_no_sheet() -> None:
    without_sheets = {"issue", "explain", "help", "doctor"}
    assert {*ON_A_FORM, *PARTS_OF_THE_RANKING, *ON_A_SCHEME, *without_sheets} == set(commands())

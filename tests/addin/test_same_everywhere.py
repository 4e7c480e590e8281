"""Every command on the five systems gives the same in memory, in files, in Excel and in Calc.

Compared are what the command says, every cell of its sheets (values, formulas, number
formats), merged cells and the marks of findings.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from kpixl.addin import commands
from kpixl.grid import Scalar, Sheet, Snapshot
from kpixl.hosts import files
from kpixl.scheme.find import find_scheme, known_schemes
from tests.hosts.programs import PROGRAMS, Opened, Program, program_of

pytestmark = pytest.mark.usefixtures("soffice")
SYSTEMS = tuple(known_schemes())
# One after the other on one workbook, as a user would.
BEFORE = ("bind", "rank", "verify")
AFTER = ("collect", "check", "slip", "clear", "help")
PARTS_OF_THE_RANKING = ("native", "score")  # the same sheets, fewer of them
ON_A_SCHEME = ("lint", "clear")
# What differs from run to run: when it was, and what follows from it.
_OF_A_RUN = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d:\d\d)?|[0-9a-f]{12,64}|(?<=已过 )\d+(?= 天)|(?<=张表 )\d+(?= 格)"
)


Work: TypeAlias = Callable[[Opened], dict[str, str]]


@dataclass(frozen=True)
class Seen:
    """What came of some commands: their words by name, and the workbook at the end."""

    said: Mapping[str, str]
    book: Snapshot


def plainly(text: str) -> str:
    """A text without what differs from run to run, and the digest that a changed book lacks."""
    return _OF_A_RUN.sub("…", text).replace('.xlsx",""', '.xlsx","…"')


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


def worked_on(program: Program, path: Path, *works: Work) -> Seen:
    """What came of some works on a workbook."""
    said: dict[str, str] = {}
    with program.opened(path) as book:
        for work in works:
            said |= work(book)
        return Seen(said, book.snapshot())


def pressing(*names: str) -> Work:
    return lambda book: {name: book.press(name) for name in names}


def explaining(book: Opened) -> dict[str, str]:
    """解释此格 on a score of the ranking, a figure of the form, a clause and an empty cell."""
    snapshot = book.snapshot()
    ranking = snapshot.sheet("排名") or snapshot.sheets[-1]
    form = next(s for s in snapshot.sheets if s.unlocked)
    figures = [(r, c) for r, c, v in form.filled() if (r, c) in form.unlocked and figure(v)]
    clauses = [
        (s.name, (r, c)) for s in snapshot.sheets for r, c, v in s.filled() if "每下降" in str(v)
    ]
    places = [
        (ranking.name, max((r, c) for r, c, v in ranking.filled() if figure(v))),
        (form.name, figures[0]),
        *clauses[:1],
        (form.name, (400, 40)),
    ]
    return {f"explain {place}": book.press("explain", place) for place in places}


def figure(value: Scalar) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


@pytest.mark.parametrize("system", SYSTEMS)
def test_commands_on_a_returned_form_give_the_same_everywhere(
    system: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    place = find_scheme(system)
    seen = {}
    last = PARTS_OF_THE_RANKING if system == SYSTEMS[-1] else ()
    for name in PROGRAMS:
        forms = Path(shutil.copytree(place.folder / "回收", tmp_path / name / "回收"))
        path = min(forms.glob("*.xlsx"))
        own = frozenset(s.name for s in files.read(path).sheets)
        works = (pressing(*BEFORE), explaining, pressing(*AFTER, *last))
        seen[name] = worked_on(program_of(name, request), path, *works)
    assert_all_same(seen, own)


@pytest.mark.parametrize("system", SYSTEMS)
def test_commands_on_a_scheme_give_the_same_everywhere(
    system: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    seen, issued = {}, {}
    for name in PROGRAMS:
        folder = tmp_path / name
        folder.mkdir()
        path = Path(shutil.copy(find_scheme(system).path, folder / "方案.xlsx"))
        own = frozenset(s.name for s in files.read(path).sheets)
        target = folder / "下发"

        def issuing(book: Opened, target: Path = target) -> dict[str, str]:
            return {"issue": book.press("issue", folder=str(target)).replace(str(target), "…")}

        works = (pressing(*ON_A_SCHEME), issuing)
        seen[name] = worked_on(program_of(name, request), path, *works)
        issued[name] = {p.name: p.read_bytes() for p in target.iterdir()}
    assert_all_same(seen, own)
    assert issued["memory"]
    assert all(forms == issued["memory"] for forms in issued.values())


def assert_all_same(seen: Mapping[str, Seen], own: frozenset[str]) -> None:
    first, *others = seen.values()
    for name, other in zip(list(seen)[1:], others, strict=True):
        # how a program reads what is not ours is for the tests of its host
        assert_same(first, other, own if name == "Calc" else frozenset())


def test_every_command_takes_part() -> None:
    about_the_program = {"doctor", "selftest", "relink"}
    taken = {*BEFORE, *AFTER, *PARTS_OF_THE_RANKING, *ON_A_SCHEME, "explain", "issue"}
    assert taken | about_the_program == set(commands())

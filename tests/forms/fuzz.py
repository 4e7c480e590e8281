"""Random faults in random forms of all systems: how many are found, with which code and where.

    python -m tests.forms.fuzz 200        two hundred rounds; prints what was missed

A round takes every mutation once to a form of every system, beside clean forms of the same
system with other plausible figures.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl

from kpixl.findings import Finding, Severity
from kpixl.hosts import files
from kpixl.scheme.model import Scheme
from kpixl.templates.issued import IssuedForms
from kpixl.validation import examine, examine_ledger
from kpixl.validation.returned import Reading, read_return
from kpixl.workspace.schemes import usable_scheme
from tests.forms.careless import CARELESS, HARMLESS
from tests.forms.mutations import MUTATIONS, Fault, Mutation, form_of, plausible, styled

WORKBOOKS = Path(__file__).resolve().parents[2] / "workbooks"
SYSTEMS = tuple(sorted(p.parent.name for p in WORKBOOKS.glob("*/回收")))
TODAY = date(2026, 1, 1)
# Figures of the samples that are blank on purpose.
INCOMPLETE = {("yueqing-2014", "市统计局")}


@dataclass(frozen=True)
class Outcome:
    """One mutation and what came of it."""

    system: str
    code: str
    kind: str
    file: str
    fault: Fault
    findings: tuple[Finding, ...]

    @property
    def found(self) -> bool:
        """Whether the fault was found as what it is, where it is.

        Where nobody says what it is to be called, any finding of severity 强 or 核 will do.
        """
        cells = (self.fault.cell, *self.fault.also)
        return any(
            (f.code in self.codes or (not self.codes and f.severity is not Severity.NOTE))
            and (not self.fault.cell or f.place.cell in cells)
            for f in self.findings
        )

    @property
    def codes(self) -> frozenset[str]:
        """The codes that a fault may be found with; none where any will do."""
        return frozenset({self.code, self.fault.code} - {""})

    @property
    def others(self) -> tuple[str, ...]:
        """Codes of severity 强 or 核 that were found beside it."""
        return tuple(
            f"{f.code}@{f.place.cell}"
            for f in self.findings
            if f.severity is not Severity.NOTE and self.codes and f.code not in self.codes
        )


@cache
def scheme_of(system: str) -> Scheme:
    return usable_scheme(system)[0]


@cache
def issued_of(system: str) -> IssuedForms:
    return IssuedForms(scheme_of(system))


@cache
def clean(system: str) -> tuple[Path, ...]:
    """The sample forms of a system that are complete."""
    paths = sorted((WORKBOOKS / system / "回收").glob("*.xlsx"))
    return tuple(p for p in paths if (system, p.stem) not in INCOMPLETE)


@cache
def clean_readings(system: str) -> tuple[Reading, ...]:
    return tuple(read_return(files.read(p), issued_of(system), today=TODAY) for p in clean(system))


def findings_of(system: str, path: Path, *, replaced: bool = True) -> tuple[Finding, ...]:
    """What is found in one form, examined beside the clean forms of the other units."""
    scheme = scheme_of(system)
    snapshot = files.read(path)
    reading = read_return(snapshot, issued_of(system), today=TODAY)
    if scheme.ledger is not None:
        found = examine_ledger([reading], scheme, expect_all=False)[1]
    else:
        others = [r for r in clean_readings(system) if r.file != path.name or not replaced]
        found = examine([*others, reading], scheme, expect_all=False).findings
    return tuple(f for f in found if f.place.file in (path.name, ""))


def mutated(
    system: str, code: str, kind: str, mutate: Mutation, rng: random.Random, folder: Path
) -> Outcome | None:
    """One fault in one form; None where the form has no place for it."""
    source = rng.choice(clean(system))
    book = openpyxl.load_workbook(source)
    form = form_of(book)
    fault = mutate(form, rng)
    if fault is None:
        return None
    path = folder / source.name
    book.save(path)
    found = findings_of(system, path)
    return Outcome(system, code, kind, source.name, fault, found)


def kinds() -> Iterator[tuple[str, str, Mutation]]:
    """Both families: the code that is expected ("" where the fault itself says it), name, what."""
    for code, own in MUTATIONS.items():
        for kind, mutate in own:
            yield code, kind, mutate
    for kind, mutate in CARELESS.items():
        yield "", kind, mutate


def rounds(count: int, seed: int = 0) -> Iterator[Outcome]:
    """Every mutation in a form of every system, `count` times."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(count):
            for system in SYSTEMS:
                for code, kind, mutate in kinds():
                    rng = random.Random(f"{seed}/{number}/{system}/{kind}")
                    outcome = mutated(system, code, kind, mutate, rng, folder)
                    if outcome is not None:
                        yield outcome


def clean_rounds(count: int, seed: int = 0) -> Iterator[tuple[str, str, tuple[Finding, ...]]]:
    """Clean forms with other plausible figures and odd formats: system, file, 强 and 核."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(count):
            for system in SYSTEMS:
                rng = random.Random(f"{seed}/{number}/{system}/clean")
                source = rng.choice(clean(system))
                book = openpyxl.load_workbook(source)
                form = form_of(book)
                plausible(form, rng)
                styled(form, rng)
                for kind in rng.sample(sorted(HARMLESS), 3):
                    HARMLESS[kind](form, rng)
                path = folder / source.name
                book.save(path)
                found = findings_of(system, path)
                yield (
                    system,
                    source.name,
                    tuple(f for f in found if f.severity is not Severity.NOTE),
                )


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")


def main(count: int, seed: int = 0) -> None:
    tried: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    noisy: Counter[str] = Counter()
    for outcome in rounds(count, seed):
        key = f"{outcome.code} {outcome.kind}".strip()
        tried[key] += 1
        if not outcome.found:
            missed[key] += 1
            if missed[key] <= 3:
                said = [f"{f.code}@{f.place.cell}" for f in outcome.findings]
                say("missed", outcome.system, outcome.file, key, outcome.fault, said)
        if outcome.others:
            noisy[key] += 1
            if noisy[key] <= 3:
                say("beside", outcome.system, outcome.file, key, outcome.fault, outcome.others)
    alarms = 0
    cleans = 0
    for system, file, found in clean_rounds(count * 4, seed):
        cleans += 1
        if found:
            alarms += 1
            say("alarm", system, file, [f.sentence() for f in found])
    say(f"found {sum(tried.values()) - sum(missed.values())} of {sum(tried.values())}")
    say(f"with others beside: {sum(noisy.values())} {dict(noisy)}")
    say(f"false alarms: {alarms} of {cleans} clean forms")


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 20, int(sys.argv[2]) if len(sys.argv) > 2 else 0
    )
